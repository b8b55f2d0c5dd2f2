//! The space of features a model knows: which, how telling, and the vector of a text in it.

use rustc_hash::FxHashMap;

use super::features::{Feature, Group};
use crate::codec::{ModelError, Reader, Writer};

/// Weights of the groups: words and characters.
const WEIGHTS: [f32; 2] = [1.0, 1.5];
/// Weight of a sentence vector when there are many examples, and what is added when there are
/// few: words are learned from examples, vectors know them already.
const DENSE_WEIGHT: f32 = 1.5;
const DENSE_WEIGHT_FEW: f32 = 1.5;
/// Examples a topic that halve what is added.
const FEW: f32 = 10.0;
const DENSE: usize = 2;
/// Texts from which on a feature must occur twice to be known.
const TEXTS_MANY: u32 = 2_000;

/// Known features and how telling each is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Space {
    ids: FxHashMap<u64, u32>,
    /// By feature.
    telling: Vec<f32>,
    /// Length of sentence vectors; they stand behind the sparse features. 0 without.
    pub dense: usize,
    /// Weight of a sentence vector.
    dense_weight: f32,
}

/// A sparse vector of length 1, its features in ascending order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Vector {
    pub entries: Vec<(u32, f32)>,
    /// Share of word features the model has seen, between 0 and 1.
    pub known: f32,
}

#[derive(Default)]
struct Count {
    texts: u32,
    last_text: u32,
    topics: Vec<u32>,
}

impl Space {
    /// From the features of training texts with their topics.
    pub(crate) fn new<'a>(
        texts: impl Iterator<Item = (&'a [Feature], usize)>,
        topics: usize,
        dense: usize,
    ) -> Self {
        let mut counts: FxHashMap<u64, Count> = FxHashMap::default();
        let mut number = 0_u32;
        for (features, topic) in texts {
            number += 1;
            let topic = u32::try_from(topic).unwrap_or(u32::MAX);
            for feature in features {
                let count = counts.entry(feature.key).or_default();
                if count.last_text != number {
                    count.last_text = number;
                    count.texts += 1;
                    if !count.topics.contains(&topic) {
                        count.topics.push(topic);
                    }
                }
            }
        }
        let fewest = if number > TEXTS_MANY { 2 } else { 1 };
        let mut kept: Vec<(u64, Count)> = counts
            .into_iter()
            .filter(|(_, count)| count.texts >= fewest)
            .collect();
        // Frequent features first: their rows stay in the processor's cache.
        kept.sort_unstable_by_key(|(key, count)| (u32::MAX - count.texts, *key));
        let telling = kept
            .iter()
            .map(|(_, count)| telling(topics, count.topics.len()))
            .collect();
        let ids = (0_u32..)
            .zip(&kept)
            .map(|(id, (key, _))| (*key, id))
            .collect();
        Self {
            ids,
            telling,
            dense,
            dense_weight: 0.0,
        }
    }

    /// Weighs sentence vectors by how many examples a topic has of them.
    pub(crate) fn weigh_dense(&mut self, vectors: usize, topics: usize) {
        let each = vectors as f32 / topics.max(1) as f32;
        self.dense_weight = DENSE_WEIGHT + DENSE_WEIGHT_FEW * FEW / (FEW + each);
    }

    /// Number of features, the entries of a sentence vector among them.
    pub(crate) fn len(&self) -> usize {
        self.telling.len() + self.dense
    }

    pub(crate) fn id(&self, key: u64) -> Option<u32> {
        self.ids.get(&key).copied()
    }

    /// The vector of a text, with its sentence vector joined in. One of another length than
    /// the model was trained with is left out.
    pub(crate) fn vector(&self, features: &[Feature], dense: Option<&[f32]>) -> Vector {
        let mut found: Vec<(u32, Group)> = Vec::with_capacity(features.len());
        let (mut known, mut all) = (0_u32, 0_u32);
        for feature in features {
            let id = self.id(feature.key);
            if feature.group == Group::Words {
                all += 1;
                known += u32::from(id.is_some());
            }
            found.extend(id.map(|id| (id, feature.group)));
        }
        found.sort_unstable_by_key(|(id, _)| *id);
        let mut entries: Vec<(u32, f32)> = Vec::with_capacity(found.len() + self.dense);
        let mut groups = Vec::with_capacity(found.len());
        let mut squares = [0.0_f32; 3];
        for same in found.chunk_by(|a, b| a.0 == b.0) {
            let (id, group) = same[0];
            let value = (1.0 + (same.len() as f32).ln()) * self.telling[id as usize];
            squares[group as usize] += value * value;
            entries.push((id, value));
            groups.push(group as usize);
        }
        if let Some(dense) = dense.filter(|dense| dense.len() == self.dense) {
            squares[DENSE] = dense.iter().map(|value| value * value).sum();
            let first = u32::try_from(self.telling.len()).unwrap_or(u32::MAX);
            entries.extend((first..).zip(dense.iter().copied()));
            groups.resize(entries.len(), DENSE);
        }
        let weights = [WEIGHTS[0], WEIGHTS[1], self.dense_weight];
        let total: f32 = (0..3)
            .filter(|group| squares[*group] > 0.0)
            .map(|group| weights[group] * weights[group])
            .sum();
        let scales: [f32; 3] = std::array::from_fn(|group| {
            weights[group] / (squares[group] * total).sqrt().max(f32::MIN_POSITIVE)
        });
        for (entry, group) in entries.iter_mut().zip(groups) {
            entry.1 *= scales[group];
        }
        let known = if all == 0 {
            0.0
        } else {
            known as f32 / all as f32
        };
        Vector { entries, known }
    }

    /// The same with only these features, in this order.
    pub(crate) fn keep(&self, kept: &[u32]) -> Self {
        let places: FxHashMap<u32, u32> = kept.iter().copied().zip(0_u32..).collect();
        let ids = self
            .ids
            .iter()
            .filter_map(|(key, id)| Some((*key, *places.get(id)?)))
            .collect();
        let telling = kept.iter().map(|id| self.telling[*id as usize]).collect();
        Self {
            ids,
            telling,
            dense: self.dense,
            dense_weight: self.dense_weight,
        }
    }

    /// Number of sparse features; dense ones stand behind them.
    pub(crate) fn sparse(&self) -> usize {
        self.telling.len()
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        let mut keys = vec![0; self.telling.len()];
        for (key, id) in &self.ids {
            keys[*id as usize] = *key;
        }
        writer.size(self.dense);
        writer.f32(self.dense_weight);
        writer.f32s(&self.telling);
        for key in keys {
            writer.u64(key);
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, ModelError> {
        let dense = reader.size()?;
        let dense_weight = reader.f32()?;
        let telling = reader.f32s()?;
        let mut ids = FxHashMap::default();
        for id in 0..u32::try_from(telling.len()).unwrap_or(u32::MAX) {
            ids.insert(reader.u64()?, id);
        }
        Ok(Self {
            ids,
            telling,
            dense,
            dense_weight,
        })
    }
}

/// What is found in few topics tells more. The root holds back the long tail, which with few
/// examples is rare by accident.
fn telling(topics: usize, with_it: usize) -> f32 {
    (((1.0 + topics as f32) / (1.0 + with_it as f32)).ln() + 1.0).sqrt()
}

//! The separators, centroids and calibration of a model, and its scores for a vector.

use super::{
    space::Vector,
    solver::{self, Sample, Settings, Weights},
};
use crate::codec::{ModelError, Reader, Writer};

/// How many examples outweigh the centroid of a topic.
const CENTROID_EXAMPLES: f32 = 10.0;
/// Weight of the similarity to a centroid when there are no examples to speak of.
const CENTROID_WEIGHT: f32 = 4.0;

const SETTINGS: Settings = Settings {
    cost: 1.0,
    own_cost: 4.0,
    passes: 30,
    tolerance: 0.01,
};

/// Separators with the centroids folded in: both are linear in the same features.
#[derive(Debug, Clone)]
pub(crate) struct Scorer {
    pub weights: Weights,
    pub topics: usize,
}

/// Scores of all topics, best first, and what tells that none of them fits.
#[derive(Debug, Clone)]
pub(crate) struct Scores {
    pub ranked: Vec<(usize, f32)>,
    pub known: f32,
}

impl Scorer {
    /// Trains on samples of topics below `topics`.
    pub(crate) fn train(samples: &[Sample<'_>], features: usize, topics: usize) -> Self {
        let mut weights = solver::train(samples, features, topics, SETTINGS);
        let width = weights.width;
        let mut counts = vec![0.0_f32; width];
        let mut centroids = Weights::new(features, topics);
        for sample in samples {
            counts[sample.topic] += sample.weight;
            for (feature, value) in &sample.vector.entries {
                centroids.rows[*feature as usize * width + sample.topic] += value * sample.weight;
            }
        }
        let mut squares = vec![0.0_f32; width];
        for row in centroids.rows.chunks(width) {
            for (square, value) in squares.iter_mut().zip(row) {
                *square += value * value;
            }
        }
        let scales: Vec<f32> = squares
            .iter()
            .zip(&counts)
            .map(|(square, count)| {
                let weight = CENTROID_WEIGHT * CENTROID_EXAMPLES / (CENTROID_EXAMPLES + count);
                weight / square.sqrt().max(f32::MIN_POSITIVE)
            })
            .collect();
        for (row, centroid) in weights.rows.chunks_mut(width).zip(centroids.rows.chunks(width)) {
            for ((weight, value), scale) in row.iter_mut().zip(centroid).zip(&scales) {
                *weight += value * scale;
            }
        }
        Self { weights, topics }
    }

    pub(crate) fn scores(&self, vector: &Vector) -> Scores {
        let mut margins = vec![0.0; self.weights.width];
        self.weights.margins(&vector.entries, &mut margins);
        margins.truncate(self.topics);
        let mut ranked: Vec<(usize, f32)> = margins.into_iter().enumerate().collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        Scores { ranked, known: vector.known }
    }

    /// Moves the weights until `topic` wins for this vector with a margin (passive
    /// aggressive): what a correction does at once, before the next training.
    pub(crate) fn correct(&mut self, vector: &Vector, topic: usize) {
        let scores = self.scores(vector);
        let norm: f32 = vector.entries.iter().map(|(_, value)| value * value).sum();
        let own = scores.ranked.iter().find(|(id, _)| *id == topic).map_or(0.0, |(_, score)| *score);
        let Some((rival, best)) = scores.ranked.iter().find(|(id, _)| *id != topic) else {
            return;
        };
        let lack = 1.0 - (own - best);
        if lack <= 0.0 || norm <= 0.0 {
            return;
        }
        let step = lack / (2.0 * norm);
        for (feature, value) in &vector.entries {
            let start = *feature as usize * self.weights.width;
            self.weights.rows[start + topic] += step * value;
            self.weights.rows[start + rival] -= step * value;
        }
    }

    /// Rows as bytes with a scale each: a quarter of the size, scores change by less than
    /// one in a hundred.
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.size(self.topics);
        let width = self.weights.width;
        let mut scales = Vec::new();
        let mut bytes = Vec::with_capacity(self.weights.rows.len());
        for row in self.weights.rows.chunks(width) {
            let largest = row.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
            let scale = largest / 127.0;
            scales.push(scale);
            let inverse = if scale > 0.0 { scale.recip() } else { 0.0 };
            bytes.extend(row[..self.topics].iter().map(|value| (value * inverse).round() as i8));
        }
        writer.f32s(&scales);
        writer.i8s(&bytes);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, ModelError> {
        let topics = reader.size()?;
        let scales = reader.f32s()?;
        let bytes = reader.i8s()?;
        if topics == 0 || bytes.len() != scales.len().saturating_mul(topics) {
            return Err(reader.damaged());
        }
        let mut weights = Weights::new(scales.len(), topics);
        let rows = weights.rows.chunks_mut(weights.width);
        for ((row, bytes), scale) in rows.zip(bytes.chunks(topics)).zip(scales) {
            for (weight, byte) in row.iter_mut().zip(bytes) {
                *weight = f32::from(*byte) * scale;
            }
        }
        Ok(Self { weights, topics })
    }

    pub(crate) fn features(&self) -> usize {
        self.weights.rows.len() / self.weights.width
    }
}

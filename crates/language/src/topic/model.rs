//! The separators, centroids and calibration of a model, and its scores for a vector.

use crate::{
    codec::{ModelError, Reader, Writer},
    sparse::{
        solver::{self, Sample, Settings, Target, Weights},
        space::Vector,
    },
};

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
            let topic = topic_of(sample);
            counts[topic] += sample.weight;
            for (feature, value) in &sample.vector.entries {
                centroids.rows[*feature as usize * width + topic] += value * sample.weight;
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
                if *square > 0.0 {
                    weight / square.sqrt()
                } else {
                    0.0
                }
            })
            .collect();
        for (row, centroid) in weights
            .rows
            .chunks_mut(width)
            .zip(centroids.rows.chunks(width))
        {
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
        Scores {
            ranked,
            known: vector.known,
        }
    }

    /// Moves the weights until `topic` wins for this vector with a margin (passive
    /// aggressive): what a correction does at once, before the next training.
    pub(crate) fn correct(&mut self, vector: &Vector, topic: usize) {
        let scores = self.scores(vector);
        let norm: f32 = vector.entries.iter().map(|(_, value)| value * value).sum();
        let own = scores
            .ranked
            .iter()
            .find(|(id, _)| *id == topic)
            .map_or(0.0, |(_, score)| *score);
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

    pub(crate) fn write(&self, writer: &mut Writer) {
        self.weights.write(self.topics, writer);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, ModelError> {
        let (weights, topics) = Weights::read(reader)?;
        Ok(Self { weights, topics })
    }
}

/// The one topic a sample of this module has.
pub(crate) fn topic_of(sample: &Sample<'_>) -> usize {
    match sample.target {
        Target::One(topic) => topic,
        Target::Each(_) => 0,
    }
}

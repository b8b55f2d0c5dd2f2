//! From scores to probabilities: learned on texts that the separators did not see.
//!
//! Two things are fitted. A temperature makes the softmax of scores as sure as it is right
//! (Guo et al., 2017). A small logistic regression tells texts of the known topics from
//! texts of topics that were left out on purpose: "none of these".

use super::model::{Scorer, Scores, topic_of};
use crate::{
    codec::{ModelError, Reader, Writer},
    sparse::{
        solver::{Sample, Target},
        space::Vector,
    },
};

/// Texts that the trainings for calibration use at most.
const TEXTS_MAX: usize = 4_000;
/// Parts a small set is cut into; each is scored by what was trained on the others.
const PARTS: usize = 4;
const SIGNALS: usize = 4;
/// Used where there are too few topics to leave any out.
const NONE_DEFAULT: [f32; SIGNALS + 1] = [0.0, -2.0, -1.0, -0.5, -1.0];

/// How scores become probabilities.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Calibration {
    /// Factor on scores before the softmax.
    pub sharpness: f32,
    /// Bias and weights of the signals of "none of these".
    pub none: [f32; SIGNALS + 1],
}

impl Calibration {
    pub(crate) fn train(samples: &[Sample<'_>], features: usize, topics: usize) -> Self {
        let stride = samples.len().div_ceil(TEXTS_MAX).max(1);
        let chosen: Vec<&Sample<'_>> = samples.iter().step_by(stride).collect();
        let mut seen: Vec<(Scores, usize)> = Vec::new();
        let mut strange: Vec<Scores> = Vec::new();
        let mut own: Vec<Scores> = Vec::new();
        for part in 0..PARTS {
            let is_held_out = |at: usize| at % PARTS == part;
            // Every part scores one in four texts; the first two also leave topics out.
            let leaves_topics_out = part < 2 && topics >= PARTS;
            let is_left_out = |topic: usize| leaves_topics_out && topic % PARTS == part;
            let trained = fit(&chosen, features, topics, |at, topic| {
                !is_held_out(at) && !is_left_out(topic)
            });
            for (at, sample) in chosen.iter().enumerate() {
                let left_out = is_left_out(topic_of(sample));
                if left_out {
                    strange.push(without(trained.scores(sample.vector), is_left_out));
                } else if is_held_out(at) {
                    let scores = without(trained.scores(sample.vector), is_left_out);
                    if leaves_topics_out {
                        own.push(scores.clone());
                    }
                    seen.push((scores, topic_of(sample)));
                }
            }
        }
        let sharpness = sharpness(&seen);
        let none = if strange.is_empty() || own.is_empty() {
            NONE_DEFAULT
        } else {
            fit_none(&own, &strange, sharpness)
        };
        Self { sharpness, none }
    }

    /// Probabilities in the order of the scores.
    pub(crate) fn probabilities(&self, scores: &Scores) -> Vec<f32> {
        softmax(scores, self.sharpness)
    }

    /// Probability that none of the topics fits.
    pub(crate) fn none(&self, scores: &Scores) -> f32 {
        logistic(dot(&self.none, &signals(scores, self.sharpness)))
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.f32(self.sharpness);
        writer.f32s(&self.none);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, ModelError> {
        let sharpness = reader.f32()?;
        let none = reader.f32s()?.try_into().map_err(|_| reader.damaged())?;
        Ok(Self { sharpness, none })
    }
}

fn fit(
    samples: &[&Sample<'_>],
    features: usize,
    topics: usize,
    keep: impl Fn(usize, usize) -> bool,
) -> Scorer {
    let kept: Vec<Sample<'_>> = samples
        .iter()
        .enumerate()
        .filter(|(at, sample)| keep(*at, topic_of(sample)))
        .map(|(_, sample)| **sample)
        .collect();
    Scorer::train(&kept, features, topics)
}

fn without(mut scores: Scores, is_left_out: impl Fn(usize) -> bool) -> Scores {
    scores.ranked.retain(|(topic, _)| !is_left_out(*topic));
    scores
}

/// The factor with the largest likelihood, by halving a bracket of its logarithm.
fn sharpness(seen: &[(Scores, usize)]) -> f32 {
    let loss = |sharpness: f32| -> f32 {
        seen.iter()
            .map(|(scores, topic)| {
                let at = scores.ranked.iter().position(|(id, _)| id == topic);
                let probabilities = softmax(scores, sharpness);
                -at.map_or(1e-6, |at| probabilities[at]).max(1e-6).ln()
            })
            .sum()
    };
    let (mut low, mut high) = (-1.0_f32, 4.0_f32);
    for _ in 0..18 {
        let third = (high - low) / 3.0;
        if loss((low + third).exp()) < loss((high - third).exp()) {
            high -= third;
        } else {
            low += third;
        }
    }
    f32::midpoint(low, high).exp()
}

/// What tells a strange text: no score is high, no topic is alone, words are unknown, and
/// the distribution is flat.
fn signals(scores: &Scores, sharpness: f32) -> [f32; SIGNALS] {
    let score = |at: usize| scores.ranked.get(at).map_or(-1.0, |(_, score)| *score);
    let first = softmax(scores, sharpness).first().copied().unwrap_or(0.0);
    [
        score(0),
        score(0) - score(1),
        2.0 * first - 1.0,
        2.0 * scores.known - 1.0,
    ]
}

fn softmax(scores: &Scores, sharpness: f32) -> Vec<f32> {
    let highest = scores.ranked.first().map_or(0.0, |(_, score)| *score);
    let mut all: Vec<f32> = scores
        .ranked
        .iter()
        .map(|(_, score)| ((score - highest) * sharpness).exp())
        .collect();
    let sum: f32 = all.iter().sum();
    for value in &mut all {
        *value /= sum;
    }
    all
}

/// Logistic regression by gradient descent over standardised signals, both sides weighing
/// the same.
fn fit_none(own: &[Scores], strange: &[Scores], sharpness: f32) -> [f32; SIGNALS + 1] {
    let mut rows: Vec<([f32; SIGNALS], f32, f32)> = own
        .iter()
        .map(|scores| (scores, 0.0, 0.5 / own.len() as f32))
        .chain(
            strange
                .iter()
                .map(|scores| (scores, 1.0, 0.5 / strange.len() as f32)),
        )
        .map(|(scores, is_strange, weight)| (signals(scores, sharpness), is_strange, weight))
        .collect();
    let mean: [f32; SIGNALS] = std::array::from_fn(|at| {
        rows.iter()
            .map(|(signals, _, weight)| signals[at] * weight)
            .sum()
    });
    let spread: [f32; SIGNALS] = std::array::from_fn(|at| {
        let squares = rows
            .iter()
            .map(|(signals, _, weight)| (signals[at] - mean[at]).powi(2) * weight);
        squares.sum::<f32>().sqrt().max(0.05)
    });
    for (signals, _, _) in &mut rows {
        *signals = std::array::from_fn(|at| (signals[at] - mean[at]) / spread[at]);
    }
    let mut weights = [0.0_f32; SIGNALS + 1];
    for _ in 0..600 {
        let mut gradient = [0.0_f32; SIGNALS + 1];
        for (signals, is_strange, weight) in &rows {
            let error = (logistic(dot(&weights, signals)) - is_strange) * weight;
            gradient[0] += error;
            for (slope, signal) in gradient[1..].iter_mut().zip(signals) {
                *slope += error * signal;
            }
        }
        for (weight, slope) in weights.iter_mut().zip(gradient) {
            *weight -= slope + 1e-3 * *weight;
        }
    }
    for at in 0..SIGNALS {
        // No signal that a topic fits may ever count as a sign that none does.
        weights[at + 1] = weights[at + 1].min(0.0) / spread[at];
        weights[0] -= weights[at + 1] * mean[at];
    }
    // Words that were never seen always count.
    let lack = (-1.0 - weights[SIGNALS]).min(0.0);
    weights[SIGNALS] += lack;
    weights[0] -= lack * mean[SIGNALS - 1];
    weights
}

fn dot(weights: &[f32; SIGNALS + 1], signals: &[f32; SIGNALS]) -> f32 {
    weights[0]
        + weights[1..]
            .iter()
            .zip(signals)
            .map(|(w, s)| w * s)
            .sum::<f32>()
}

fn logistic(value: f32) -> f32 {
    1.0 / (1.0 + (-value).exp())
}

/// Vectors of texts with their topics, for those that train.
pub(crate) fn samples<'a>(vectors: &'a [Vector], topics: &[usize]) -> Vec<Sample<'a>> {
    vectors
        .iter()
        .zip(topics)
        .map(|(vector, topic)| Sample {
            vector,
            target: Target::One(*topic),
            weight: 1.0,
            offsets: &[],
        })
        .collect()
}

//! Topics of messages: a classifier that a workspace trains on its own sessions.
//!
//! Features of a text (words, pairs of words, n-grams of characters) are weighed by how few
//! topics share them; one linear separator is trained per topic; centroids of topics are
//! added, which carry those with few examples; scores are calibrated to probabilities on
//! texts held out, which also teaches when none of the topics fits. Training takes seconds, so a job can
//! repeat it whenever sessions were labelled; a single correction is learned at once.

mod calibrate;
mod model;

use std::ops::Range;

use thiserror::Error;

use self::{calibrate::Calibration, model::Scorer};
use crate::{
    codec::{Reader, Writer},
    fold::fold_with_places,
    sparse::{features, space::Space},
};

pub use crate::codec::ModelError;

const NAME: &str = "topic";
/// Grows with every change of features or format.
const VERSION: u32 = 2;

/// Most topics of one model.
pub const TOPICS_MAX: usize = 2_000;

/// A topic to tell from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Topic<'a> {
    /// What predictions call it.
    pub id: &'a str,
    /// What people call it; trains as one more example, which matters when there are few.
    pub name: &'a str,
}

/// A labelled text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Example<'a> {
    /// What was written.
    pub text: &'a str,
    /// Index of its topic.
    pub topic: usize,
    /// The vector of the text by the encoder that will also be there for predictions.
    pub vector: Option<&'a [f32]>,
}

/// Why nothing was trained.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum TrainError {
    /// A choice needs two topics at least.
    #[error("examples of at least two topics are needed")]
    TooFewTopics,
    /// More than [`TOPICS_MAX`].
    #[error("a model holds {TOPICS_MAX} topics at most")]
    TooManyTopics,
    /// The topic of an example is not among those given.
    #[error("example {0} names a topic that is not in the list")]
    UnknownTopic(usize),
    /// Vectors come from one encoder or from none.
    #[error("example {0} has a vector of another length than the first")]
    VectorLength(usize),
}

/// What a message is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// All topics, most probable first, given that one of them fits. They sum to 1.
    pub ranked: Vec<Ranked>,
    /// Probability that none of them fits.
    pub none: f32,
}

/// A topic with its probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked {
    /// Index into [`TopicModel::topics`].
    pub topic: usize,
    /// Between 0 and 1.
    pub confidence: f32,
}

/// A word and what it did for a topic.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// Where it stands in the text, in bytes.
    pub place: Range<usize>,
    /// Share of the score: positive speaks for the topic, negative against it.
    pub weight: f32,
}

/// A trained classifier.
#[derive(Debug, Clone)]
pub struct TopicModel {
    topics: Vec<String>,
    space: Space,
    scorer: Scorer,
    calibration: Calibration,
}

impl TopicModel {
    /// Trains on examples; the same examples always give the same model.
    pub fn train(topics: &[Topic<'_>], examples: &[Example<'_>]) -> Result<Self, TrainError> {
        check(topics, examples)?;
        let dense = examples
            .first()
            .and_then(|first| first.vector)
            .map_or(0, <[f32]>::len);
        let names = topics
            .iter()
            .enumerate()
            .filter(|(_, topic)| !topic.name.is_empty());
        let texts: Vec<(&str, usize, Option<&[f32]>)> = examples
            .iter()
            .map(|example| (example.text, example.topic, example.vector))
            .chain(names.map(|(at, topic)| (topic.name, at, None)))
            .collect();
        let features: Vec<_> = texts
            .iter()
            .map(|(text, _, _)| features::features(text).0)
            .collect();
        let labels: Vec<usize> = texts.iter().map(|(_, topic, _)| *topic).collect();
        let counted = features
            .iter()
            .map(Vec::as_slice)
            .zip(labels.iter().copied());
        let mut space = Space::new(counted, topics.len(), dense);
        let with_vector = texts.iter().filter(|(_, _, vector)| vector.is_some());
        space.weigh_dense(with_vector.count(), topics.len());
        let vectors: Vec<_> = features
            .iter()
            .zip(&texts)
            .map(|(features, (_, _, vector))| space.vector(features, *vector))
            .collect();
        let samples = calibrate::samples(&vectors, &labels);
        // Names are no messages: the model is not judged on them.
        let written = &samples[..examples.len()];
        Ok(Self {
            topics: topics.iter().map(|topic| topic.id.to_owned()).collect(),
            calibration: Calibration::train(written, space.len(), topics.len()),
            scorer: Scorer::train(&samples, space.len(), topics.len()),
            space,
        })
    }

    /// Ids of the topics by index.
    pub fn topics(&self) -> &[String] {
        &self.topics
    }

    /// What a text is about. `vector` is that of the text when the model was trained with
    /// vectors; without it the words decide alone.
    pub fn predict(&self, text: &str, vector: Option<&[f32]>) -> Prediction {
        let (features, _) = features::features(text);
        let scores = self.scorer.scores(&self.space.vector(&features, vector));
        let confidences = self.calibration.probabilities(&scores);
        let none = self.calibration.none(&scores);
        let ranked = scores
            .ranked
            .iter()
            .zip(confidences)
            .map(|((topic, _), confidence)| Ranked {
                topic: *topic,
                confidence,
            })
            .collect();
        Prediction { ranked, none }
    }

    /// Which words made a text this topic rather than the others, the strongest first.
    pub fn explain(&self, text: &str, topic: usize) -> Vec<Reason> {
        if topic >= self.topics.len() {
            return Vec::new();
        }
        let (features, words) = features::features(text);
        let vector = self.space.vector(&features, None);
        let width = self.scorer.weights.width;
        let mut by_char = vec![0.0_f32; words.last().map_or(0, |word| word.place.end)];
        for feature in &features {
            let Some(id) = self.space.id(feature.key) else {
                continue;
            };
            let Ok(at) = vector.entries.binary_search_by_key(&id, |(id, _)| *id) else {
                continue;
            };
            let row = &self.scorer.weights.rows[id as usize * width..][..self.topics.len()];
            let usual = row.iter().sum::<f32>() / row.len() as f32;
            let place =
                feature.place.start as usize..(feature.place.end as usize).min(by_char.len());
            let share = vector.entries[at].1 * (row[topic] - usual) / place.len().max(1) as f32;
            for char in by_char.get_mut(place).unwrap_or_default() {
                *char += share;
            }
        }
        let folded = fold_with_places(text);
        let mut reasons: Vec<Reason> = words
            .iter()
            .map(|word| Reason {
                place: folded[word.place.start].start as usize
                    ..folded[word.place.end - 1].end as usize,
                weight: by_char[word.place.clone()].iter().sum(),
            })
            .collect();
        reasons.dedup_by(|a, b| a.place == b.place);
        reasons.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
        reasons
    }

    /// Learns one correction at once. The next training makes it thorough; until then
    /// confidence is what it was calibrated to.
    pub fn correct(&mut self, text: &str, vector: Option<&[f32]>, topic: usize) {
        if topic < self.topics.len() {
            let (features, _) = features::features(text);
            self.scorer
                .correct(&self.space.vector(&features, vector), topic);
        }
    }

    /// The model as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new(NAME, VERSION);
        writer.size(self.topics.len());
        self.topics.iter().for_each(|topic| writer.text(topic));
        self.space.write(&mut writer);
        self.scorer.write(&mut writer);
        self.calibration.write(&mut writer);
        writer.finish()
    }

    /// A model from bytes of [`Self::to_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let mut reader = Reader::new(bytes, NAME, VERSION)?;
        let number = reader.size()?;
        let mut topics = Vec::new();
        for _ in 0..number {
            topics.push(reader.text()?.to_owned());
        }
        let space = Space::read(&mut reader)?;
        let scorer = Scorer::read(&mut reader)?;
        let calibration = Calibration::read(&mut reader)?;
        reader.finish(scorer.topics == topics.len() && scorer.weights.features() == space.len())?;
        Ok(Self {
            topics,
            space,
            scorer,
            calibration,
        })
    }
}

fn check(topics: &[Topic<'_>], examples: &[Example<'_>]) -> Result<(), TrainError> {
    if topics.len() > TOPICS_MAX {
        return Err(TrainError::TooManyTopics);
    }
    let length = examples
        .first()
        .and_then(|first| first.vector)
        .map(<[f32]>::len);
    for (at, example) in examples.iter().enumerate() {
        if example.topic >= topics.len() {
            return Err(TrainError::UnknownTopic(at));
        }
        if example.vector.map(<[f32]>::len) != length {
            return Err(TrainError::VectorLength(at));
        }
    }
    let first = examples.first().map(|first| first.topic);
    if examples.iter().all(|example| Some(example.topic) == first) {
        return Err(TrainError::TooFewTopics);
    }
    Ok(())
}

#[cfg(test)]
mod tests;

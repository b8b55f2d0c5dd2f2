//! Weights, calibration and bytes of a tone model.

use super::{Tone, cues};
use crate::{
    codec::{ModelError, Reader, Writer},
    fold::fold_with_places,
    sparse::{
        features::{CHARS_MAX, Feature, features_of},
        solver::Weights,
        space::{Space, Vector},
    },
};

/// Three sentiments, six signs.
pub(super) const CLASSES: usize = 9;
pub(super) const SIGNS: usize = 6;
/// Weight of cues against the vector of words, which has length 1.
const CUE_WEIGHT: f32 = 0.7;

const NAME: &str = "tone";
/// Grows with every change of features, cues or format.
pub(super) const VERSION: u32 = 1;

/// A text on its way into a vector.
pub(super) struct Read {
    pub features: Vec<Feature>,
    pub cues: [f32; cues::CUES],
}

/// Features and cues of a text.
pub(super) fn read(text: &str) -> Read {
    let mut folded = fold_with_places(text);
    folded.truncate(CHARS_MAX);
    let (mut features, words) = features_of(&folded);
    let (cues, negated) = cues::cues(text, &folded, &words);
    features.extend(negated);
    Read { features, cues }
}

/// What the lexicon adds to margins. Training texts are harder than life (irony, kind words
/// in complaints), so a model learns to mistrust plain words more than it should elsewhere.
pub(super) fn prior(read: &Read) -> [f32; CLASSES] {
    let balance = read.cues[cues::BALANCE];
    let mut prior = [0.0; CLASSES];
    prior[0] = -balance;
    prior[2] = balance;
    prior
}

#[derive(Debug, Clone)]
pub(super) struct Model {
    pub space: Space,
    pub weights: Weights,
    /// By class: factor and addition that make a log-odds of a margin.
    pub scales: [(f32, f32); CLASSES],
    /// By sign: the probability from which on it is there.
    pub thresholds: [f32; SIGNS],
    /// Check sum of what it was trained from.
    pub source: u64,
}

/// The vector of a text in a space whose dense part are the cues.
pub(super) fn vector(space: &Space, read: &Read) -> Vector {
    let mut vector = space.vector(&read.features, None);
    let first = u32::try_from(space.sparse()).unwrap_or(u32::MAX);
    let cues = read.cues.iter().map(|cue| cue * CUE_WEIGHT);
    vector.entries.extend((first..).zip(cues));
    // Lets separators keep a distance from the origin.
    vector
        .entries
        .push((first + u32::try_from(cues::CUES).unwrap_or(0), 0.5));
    vector
}

/// Entries of a vector besides words: the cues and the constant.
pub(super) const DENSE: usize = cues::CUES + 1;

impl Model {
    pub(super) fn margins_of(&self, vector: &Vector) -> [f32; CLASSES] {
        let mut row = vec![0.0; self.weights.width];
        self.weights.margins(&vector.entries, &mut row);
        std::array::from_fn(|class| row[class])
    }

    /// Probabilities from margins.
    pub(super) fn tone(&self, margins: &[f32; CLASSES]) -> Tone {
        let odds: [f32; CLASSES] = std::array::from_fn(|class| {
            self.scales[class].0 * margins[class] + self.scales[class].1
        });
        let highest = odds[..3].iter().copied().fold(f32::MIN, f32::max);
        let shares: [f32; 3] = std::array::from_fn(|class| (odds[class] - highest).exp());
        let sum: f32 = shares.iter().sum();
        let signs: [f32; SIGNS] = std::array::from_fn(|sign| 1.0 / (1.0 + (-odds[3 + sign]).exp()));
        Tone {
            sentiment: shares.map(|share| share / sum),
            signs,
            found: std::array::from_fn(|sign| signs[sign] >= self.thresholds[sign]),
        }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new(NAME, VERSION);
        writer.u64(self.source);
        self.space.write(&mut writer);
        self.weights.write(CLASSES, &mut writer);
        for (factor, addition) in self.scales {
            writer.f32(factor);
            writer.f32(addition);
        }
        self.thresholds
            .into_iter()
            .for_each(|threshold| writer.f32(threshold));
        writer.finish()
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let mut reader = Reader::new(bytes, NAME, VERSION)?;
        let source = reader.u64()?;
        let space = Space::read(&mut reader)?;
        let (weights, classes) = Weights::read(&mut reader)?;
        let mut scales = [(0.0, 0.0); CLASSES];
        for scale in &mut scales {
            *scale = (reader.f32()?, reader.f32()?);
        }
        let mut thresholds = [0.5; SIGNS];
        for threshold in &mut thresholds {
            *threshold = reader.f32()?;
        }
        let fits = classes == CLASSES && weights.features() == space.len() && space.dense == DENSE;
        reader.finish(fits)?;
        Ok(Self {
            space,
            weights,
            scales,
            thresholds,
            source,
        })
    }
}

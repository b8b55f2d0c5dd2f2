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
    wish::wants_person,
};

/// Three sentiments, and the signs that are learned: all but the last of [`super::Sign::ALL`],
/// the wish for a person, which rules tell.
pub(super) const CLASSES: usize = 8;
pub(super) const SIGNS: usize = 5;
/// Weight of cues against the vector of words, which has length 1.
const CUE_WEIGHT: f32 = 0.7;

const NAME: &str = "tone";
/// Grows with every change of features, cues or format.
pub(super) const VERSION: u32 = 2;

/// A text on its way into a vector.
pub(super) struct Read {
    pub features: Vec<Feature>,
    pub wants_person: bool,
    pub cues: [f32; cues::CUES],
}

/// Features and cues of a text.
pub(super) fn read(text: &str) -> Read {
    let mut folded = fold_with_places(text);
    folded.truncate(CHARS_MAX);
    let (mut features, words) = features_of(&folded);
    let wants_person = wants_person(text);
    let (cues, negated) = cues::cues(text, &folded, &words, wants_person);
    features.extend(negated);
    Read {
        features,
        wants_person,
        cues,
    }
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

    /// Probabilities from margins, and what rules say of the wish for a person.
    pub(super) fn tone(&self, margins: &[f32; CLASSES], wants_person: bool) -> Tone {
        let odds: [f32; CLASSES] = std::array::from_fn(|class| {
            self.scales[class].0 * margins[class] + self.scales[class].1
        });
        let highest = odds[..3].iter().copied().fold(f32::MIN, f32::max);
        let shares: [f32; 3] = std::array::from_fn(|class| (odds[class] - highest).exp());
        let sum: f32 = shares.iter().sum();
        let mut tone = Tone {
            sentiment: shares.map(|share| share / sum),
            ..Tone::default()
        };
        for (sign, threshold) in self.thresholds.iter().enumerate() {
            tone.signs[sign] = 1.0 / (1.0 + (-odds[3 + sign]).exp());
            tone.found[sign] = tone.signs[sign] >= *threshold;
        }
        tone.signs[SIGNS] = f32::from(u8::from(wants_person));
        tone.found[SIGNS] = wants_person;
        tone
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

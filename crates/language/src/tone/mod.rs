//! The tone of a customer's line: sentiment, anger, urgency, complaint, abuse, a hint that
//! they will leave, and the wish for a person.
//!
//! One linear model over the features of [`crate::topic`] and `cues`, trained from
//! utterances written for this project and kept in the program. A workspace's own ratings
//! train a second, small model on top, which says where the first one errs there. The wish
//! for a person is not learned: [`crate::wish`] tells it, here and wherever else it counts.

mod cues;
mod model;
mod train;

use std::sync::LazyLock;

pub use self::cues::lexicon_balance;
use self::model::Model;
pub use self::train::{Evaluation, evaluate, read_utterances, train};
pub use crate::codec::ModelError;

/// How somebody finds something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sentiment {
    /// Finds fault, or is unhappy.
    Negative,
    /// Asks or tells.
    Neutral,
    /// Praises, thanks, is happy.
    Positive,
}

impl Sentiment {
    /// All of them, from bad to good.
    pub const ALL: [Self; 3] = [Self::Negative, Self::Neutral, Self::Positive];

    /// Its name in data files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Negative => "negative",
            Self::Neutral => "neutral",
            Self::Positive => "positive",
        }
    }
}

/// What else a line can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sign {
    /// Is angry.
    Anger,
    /// Cannot wait.
    Urgency,
    /// Complains about us.
    Complaint,
    /// Insults or threatens.
    Abuse,
    /// May leave.
    Churn,
    /// Wants a person, not a bot; what [`crate::wants_person`] says, and last because it is
    /// not learned.
    Person,
}

impl Sign {
    /// All of them, in the order of data files.
    pub const ALL: [Self; 6] = [
        Self::Anger,
        Self::Urgency,
        Self::Complaint,
        Self::Abuse,
        Self::Churn,
        Self::Person,
    ];

    /// Its name in data files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Anger => "anger",
            Self::Urgency => "urgency",
            Self::Complaint => "complaint",
            Self::Abuse => "abuse",
            Self::Churn => "churn",
            Self::Person => "person",
        }
    }
}

/// The tone of one line.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tone {
    /// Probabilities in the order of [`Sentiment::ALL`]; they sum to 1.
    pub sentiment: [f32; 3],
    /// Probabilities in the order of [`Sign::ALL`], each by itself; the wish for a person is
    /// 0 or 1.
    pub signs: [f32; 6],
    /// Which signs are there, by thresholds that weigh missing one against crying wolf.
    pub found: [bool; 6],
}

impl Tone {
    /// The most probable sentiment.
    pub fn sentiment(&self) -> Sentiment {
        let [negative, neutral, positive] = self.sentiment;
        if negative >= neutral && negative >= positive {
            Sentiment::Negative
        } else if positive > neutral {
            Sentiment::Positive
        } else {
            Sentiment::Neutral
        }
    }

    /// From -1 (bad) to 1 (good), for averages over a session.
    pub fn balance(&self) -> f32 {
        self.sentiment[2] - self.sentiment[0]
    }

    /// Whether a sign is there.
    pub fn has(&self, sign: Sign) -> bool {
        self.found[sign as usize]
    }

    /// Probability of a sign.
    pub fn sign(&self, sign: Sign) -> f32 {
        self.signs[sign as usize]
    }
}

/// What is known about a line; training data and corrections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Labels {
    /// Its sentiment, where somebody said so.
    pub sentiment: Option<Sentiment>,
    /// Its signs in the order of [`Sign::ALL`], where somebody said so.
    pub signs: [Option<bool>; 6],
}

/// A labelled line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Utterance {
    /// What was written.
    pub text: String,
    /// What it is.
    pub labels: Labels,
}

static DEFAULT: LazyLock<Option<Model>> =
    LazyLock::new(|| Model::from_bytes(include_bytes!("../../data/tone/model.bin")).ok());

/// Tells tones: the model in the program, with what a workspace taught it.
#[derive(Debug, Clone, Default)]
pub struct ToneModel {
    own: Option<Model>,
}

impl ToneModel {
    /// With what a workspace's ratings and corrections teach on top of the model in the
    /// program. Takes well under a second for some thousands.
    pub fn with_ratings(ratings: &[Utterance]) -> Self {
        let own = (!ratings.is_empty()).then(|| train::train_over(base(), ratings));
        Self { own }
    }

    /// The tone of a line.
    pub fn tone(&self, text: &str) -> Tone {
        let Some(base) = base() else {
            return Tone {
                sentiment: [0.0, 1.0, 0.0],
                ..Tone::default()
            };
        };
        let read = model::read(text);
        let of = |model: &Model| model.margins_of(&model::vector(&model.space, &read));
        let mut margins = train::add(of(base), model::prior(&read));
        if let Some(own) = &self.own {
            margins = train::add(margins, of(own));
        }
        base.tone(&margins, read.wants_person)
    }

    /// What the workspace taught, as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.own.as_ref().map_or_else(Vec::new, Model::to_bytes)
    }

    /// From bytes of [`Self::to_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let own = if bytes.is_empty() {
            None
        } else {
            Some(Model::from_bytes(bytes)?)
        };
        Ok(Self { own })
    }
}

fn base() -> Option<&'static Model> {
    DEFAULT.as_ref()
}

#[cfg(test)]
mod tests;

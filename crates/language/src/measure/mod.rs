//! Measuring the models on files of labelled texts, beside baselines: what
//! `zhiyin bench language` prints.
//!
//! Takes parsed rows and a clock, gives figures by key; it reads no file and prints nothing,
//! so that whoever runs it decides about both.

mod all;
mod etiquette;
mod faq;
mod language;
mod own;
mod personal;
mod promises;
mod read;
mod scores;
mod sentiment;
mod topic;

use std::{collections::BTreeMap, time::Duration};

pub use all::{Inputs, all};
pub use etiquette::{AgentMessage, etiquette, etiquette_errors, read_agent_messages};
pub use faq::{Asked, faq, faq_pace, twins};
pub use language::language;
pub use own::{own, own_questions};
pub use personal::{Marked, personal};
pub use promises::{PromiseSentence, promise_errors, promise_figures, read_promise_sentences};
pub use read::{
    Answered, AnsweredError, ReadError, answered, labelled, labelled_as, marked, paraphrases,
};
pub use sentiment::{SENTIMENTS, is_sentiment, sentiment, sign};
pub use topic::{topic, topic_few};

/// Figures by key, in the order of keys.
pub type Figures = BTreeMap<String, f64>;

/// Time since some fixed moment.
pub type Elapsed<'a> = &'a dyn Fn() -> Duration;

/// A text with its label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// What was written.
    pub text: String,
    /// What it is.
    pub label: String,
}

//! Guided flows: conversations of the bot that were drawn beforehand, as data.
//!
//! A [`Document`] is a list of steps. [`check`] says what is wrong with one before it is published,
//! [`advance`] is the interpreter: a pure function from document, state and input to the next state and
//! what is to be done. It knows no clock, no network and no database, so a simulator and the real bot
//! do the same.

mod check;
mod document;
mod fields;
mod run;
mod state;
mod words;

pub use check::{Problem, ProblemCode, check};
pub use document::{
    Branch, Button, Condition, Document, FieldKind, FormField, Mapping, Method, Operator, Step,
    StepKind, Target, default_time_limit_ms,
};
pub use fields::{FieldError, fill, fill_url, read_answer};
pub use run::{advance, begin};
pub use state::{Call, CodeCheck, Effect, End, Env, FlowState, Input, Passage, Waits};

use crate::actor::Actor;
use crate::ids::BotFlowId;
use crate::time::Timestamp;

/// A flow with its draft.
#[derive(Debug, Clone, PartialEq)]
pub struct BotFlow {
    /// Identifier.
    pub id: BotFlowId,
    /// Its name for colleagues.
    pub name: String,
    /// What is worked on.
    pub draft: Document,
    /// The revision that customers meet; none if it is not published.
    pub published_revision: Option<i64>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the draft was last changed.
    pub updated_at: Timestamp,
    /// Optimistic lock.
    pub version: i64,
}

/// What was published. Never changes: sessions that began with it go on with it.
#[derive(Debug, Clone, PartialEq)]
pub struct FlowRevision {
    /// The flow.
    pub flow_id: BotFlowId,
    /// 1, 2, 3 …
    pub revision: i64,
    /// The steps.
    pub document: Document,
    /// When.
    pub published_at: Timestamp,
    /// By whom.
    pub published_by: Actor,
}

/// How customers went through a step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StepCounts {
    /// Came to it.
    pub entered: i64,
    /// Went on to another.
    pub passed: i64,
    /// Went to a person from it.
    pub to_person: i64,
    /// Ended there.
    pub ended: i64,
}

#[cfg(test)]
mod tests;

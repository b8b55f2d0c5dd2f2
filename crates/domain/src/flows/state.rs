//! Where a customer stands in a flow, what can happen, and what is to be done.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::document::{Mapping, Method};
use crate::ids::QueueId;
use crate::locale::Locale;

/// Where a customer stands in a flow. A value: stored as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FlowState {
    /// The step they are at.
    pub step: String,
    /// What it waits for; none when it is over.
    pub waits: Option<Waits>,
    /// How it ended, if it has.
    pub end: Option<End>,
    /// What is known.
    pub fields: BTreeMap<String, String>,
    /// Steps taken.
    pub taken: u32,
    /// The question of a form they are at.
    pub place: usize,
    /// How often the present question was asked again.
    pub tries: u8,
}

/// What a flow waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Waits {
    /// Something the customer says.
    Customer,
    /// The address to which a code goes.
    Address,
    /// That a code is sent.
    Sending,
    /// The code.
    Code,
    /// What the check of a code gives.
    Checking,
    /// The answer of another system.
    Call,
    /// A question for the knowledge base.
    Question,
    /// What the knowledge base gives.
    Answer,
}

/// How a flow ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// A person goes on.
    HandedOver,
    /// It is over; the bot goes on.
    Ended,
    /// The session is over too.
    Resolved,
    /// A limit stopped it; a person goes on.
    Stopped,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The customer said something.
    Said(String),
    /// Another system answered: the fields, or none if that failed.
    Called(Option<BTreeMap<String, String>>),
    /// Whether the knowledge base helped.
    Answered(bool),
    /// Whether a code was sent.
    CodeSent(bool),
    /// What the check of a code gave.
    Checked(CodeCheck),
}

/// What the check of a code gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeCheck {
    /// It is the code.
    Right,
    /// It is not; another try is allowed.
    Wrong,
    /// It is too late, or there were too many tries.
    Over,
}

/// What is known besides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Env {
    /// The language of the customer.
    pub locale: Locale,
    /// Whether somebody answers now.
    pub is_open: bool,
    /// What is known of the contact.
    pub contact: BTreeMap<String, String>,
    /// The address the site vouches for.
    pub verified_email: Option<String>,
}

/// A call of another system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The step.
    pub step: String,
    /// How.
    pub method: Method,
    /// Where.
    pub url: String,
    /// What is sent.
    pub body: BTreeMap<String, String>,
    /// The name of the secret that is sent with it.
    pub secret: Option<String>,
    /// What is taken from the answer.
    pub mapping: Vec<Mapping>,
    /// How long it may take.
    pub time_limit_ms: u32,
    /// How many steps were taken before: tells calls of one step apart.
    pub number: u32,
}

/// How a customer went through a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    /// Came to it.
    Entered,
    /// Went on to another.
    Passed,
    /// Went to a person from it.
    ToPerson,
    /// Ended there.
    Ended,
}

/// Something that is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Say something, with answers that can be picked.
    Say(String, Vec<String>),
    /// Ask another system.
    Call(Call),
    /// Answer from the knowledge base.
    Answer(String),
    /// Send a code to an address.
    SendCode(String),
    /// Check what the customer takes for the code.
    CheckCode(String),
    /// Write an attribute of the contact down.
    SetAttribute(String, String),
    /// Count.
    Count(String, Passage),
    /// Let a person go on.
    HandOver(Option<QueueId>),
    /// End the session.
    Resolve,
}

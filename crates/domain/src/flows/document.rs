//! What a flow is made of. A value: stored, sent, exported and imported as it is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fields::fill;
use crate::ids::QueueId;
use crate::inbox::Localized;

/// A flow, format 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// 1.
    pub format: u8,
    /// Where it begins.
    pub start: String,
    /// Texts with which customers begin it.
    #[serde(default)]
    pub triggers: Vec<String>,
    /// Where an editor draws the steps: step, across, down.
    #[serde(default)]
    pub layout: BTreeMap<String, (i32, i32)>,
    /// The steps, in any order.
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its name within the flow.
    pub id: String,
    /// What it does.
    #[serde(flatten)]
    pub kind: StepKind,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StepKind {
    /// Says something.
    Message {
        /// What.
        text: Localized,
        /// The next step.
        next: String,
    },
    /// Lets the customer choose.
    Buttons {
        /// The question.
        text: Localized,
        /// The answers.
        buttons: Vec<Button>,
        /// Where any other answer leads; none asks again.
        otherwise: Option<String>,
    },
    /// Asks one thing after the other.
    Form {
        /// Said before.
        text: Option<Localized>,
        /// The questions.
        fields: Vec<FormField>,
        /// The next step.
        next: String,
    },
    /// Goes on by what is known.
    Condition {
        /// The first that holds counts.
        branches: Vec<Branch>,
        /// Where it goes on when none holds.
        otherwise: String,
    },
    /// Writes something down.
    SetAttribute {
        /// Where.
        target: Target,
        /// Under which name.
        key: String,
        /// What, with fields filled in.
        value: String,
        /// The next step.
        next: String,
    },
    /// Answers from the knowledge base.
    Answer {
        /// The question, with fields filled in; none asks for one.
        question: Option<String>,
        /// Where it goes on when that helped.
        answered: String,
        /// Where it goes on when it did not, or there is no answer.
        unanswered: String,
    },
    /// Asks another system.
    Http {
        /// How.
        method: Method,
        /// Where, with fields filled in.
        url: String,
        /// What is sent; with fields filled in.
        #[serde(default)]
        body: Option<BTreeMap<String, String>>,
        /// The name of a secret that is sent as `Authorization`.
        #[serde(default)]
        secret: Option<String>,
        /// What is taken from the answer.
        #[serde(default)]
        mapping: Vec<Mapping>,
        /// How long it may take.
        #[serde(default = "default_time_limit_ms")]
        time_limit_ms: u32,
        /// Whether the customer must have shown who they are.
        #[serde(default = "yes")]
        needs_identity: bool,
        /// The next step.
        next: String,
        /// Where it goes on when that failed.
        on_error: String,
    },
    /// Goes on by the business hours.
    Hours {
        /// While somebody answers.
        open: String,
        /// While nobody does.
        closed: String,
    },
    /// Lets the customer show who they are, by a one-time code.
    Verify {
        /// Said before.
        text: Option<Localized>,
        /// The next step.
        next: String,
        /// Where it goes on when they do not.
        on_failure: String,
    },
    /// Lets a person go on.
    HandOver {
        /// Said before.
        text: Option<Localized>,
        /// Where to; none for the queue of the bot.
        queue_id: Option<QueueId>,
    },
    /// Ends the flow.
    End {
        /// Said before.
        text: Option<Localized>,
        /// Whether the session ends too.
        #[serde(default)]
        resolves: bool,
    },
}

/// What a call may take unless its step says otherwise, in milliseconds.
#[must_use]
pub const fn default_time_limit_ms() -> u32 {
    5_000
}

const fn yes() -> bool {
    true
}

/// An answer that can be picked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Button {
    /// What stands on it.
    pub label: Localized,
    /// Where it leads.
    pub next: String,
}

/// One question of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormField {
    /// Where the answer goes.
    pub key: String,
    /// The question.
    pub question: Localized,
    /// What is accepted.
    pub kind: FieldKind,
    /// Whether it must be answered.
    #[serde(default = "yes")]
    pub is_required: bool,
    /// The form of the answer: `9` a digit, `A` a letter, `?` anything, `*` any rest.
    #[serde(default)]
    pub pattern: Option<String>,
    /// What can be chosen.
    #[serde(default)]
    pub options: Vec<Localized>,
    /// Said of an answer that is not accepted.
    #[serde(default)]
    pub error: Option<Localized>,
}

/// What an answer must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// Any text.
    Text,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A number.
    Number,
    /// A day, as `2026-03-01`.
    Date,
    /// One of the options.
    Choice,
}

/// A way that is taken when all of it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Branch {
    /// What must hold.
    pub all: Vec<Condition>,
    /// Where it leads.
    pub next: String,
}

/// Something that holds or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The field it is about.
    pub field: String,
    /// How it is compared.
    pub operator: Operator,
    /// With what.
    #[serde(default)]
    pub value: String,
}

/// How a field is compared. Case makes no difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// It is the same.
    Is,
    /// It is another.
    IsNot,
    /// It holds the value.
    Contains,
    /// There is nothing.
    IsEmpty,
    /// There is something.
    IsPresent,
    /// A number not below.
    AtLeast,
    /// A number not above.
    AtMost,
}

/// Where something is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// In a field of the flow.
    Field,
    /// In an attribute of the contact.
    Contact,
}

/// How another system is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Reads.
    Get,
    /// Hands over.
    Post,
}

/// Something taken from an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The field it goes to.
    pub field: String,
    /// Where it stands in the answer: `/order/status` (RFC 6901).
    pub pointer: String,
}

impl Document {
    /// The step of a name.
    #[must_use]
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }
}

impl StepKind {
    /// The steps it may lead to, with their place in it.
    #[must_use]
    pub fn leads_to(&self) -> Vec<(String, &str)> {
        let one = |place: &str, step| (place.to_owned(), step);
        match self {
            Self::Message { next, .. }
            | Self::Form { next, .. }
            | Self::SetAttribute { next, .. } => vec![one("next", next.as_str())],
            Self::Buttons {
                buttons, otherwise, ..
            } => {
                let all = buttons.iter().enumerate();
                let all = all.map(|(at, it)| (format!("buttons/{at}/next"), it.next.as_str()));
                let rest = otherwise.as_deref().map(|it| one("otherwise", it));
                all.chain(rest).collect()
            }
            Self::Condition {
                branches,
                otherwise,
            } => {
                let all = branches.iter().enumerate();
                let all = all.map(|(at, it)| (format!("branches/{at}/next"), it.next.as_str()));
                all.chain([one("otherwise", otherwise)]).collect()
            }
            Self::Answer {
                answered,
                unanswered,
                ..
            } => vec![one("answered", answered), one("unanswered", unanswered)],
            Self::Http { next, on_error, .. } => {
                vec![one("next", next), one("on_error", on_error)]
            }
            Self::Hours { open, closed } => vec![one("open", open), one("closed", closed)],
            Self::Verify {
                next, on_failure, ..
            } => vec![one("next", next), one("on_failure", on_failure)],
            Self::HandOver { .. } | Self::End { .. } => Vec::new(),
        }
    }

    /// Whether it waits for something the customer says.
    #[must_use]
    pub const fn asks(&self) -> bool {
        matches!(
            self,
            Self::Buttons { .. } | Self::Form { .. } | Self::Answer { .. } | Self::Verify { .. }
        )
    }
}

impl Condition {
    /// Whether it holds. A number that is none compares with nothing.
    #[must_use]
    pub fn holds(&self, fields: &BTreeMap<String, String>) -> bool {
        let found = fields.get(&self.field).map_or("", |it| it.trim());
        let (found, value) = (found.to_lowercase(), fill(&self.value, fields));
        let value = value.trim().to_lowercase();
        let number = |text: &str| text.parse::<f64>().ok();
        let pair = number(&found).zip(number(&value));
        match self.operator {
            Operator::Is => found == value,
            Operator::IsNot => found != value,
            Operator::Contains => found.contains(&value),
            Operator::IsEmpty => found.is_empty(),
            Operator::IsPresent => !found.is_empty(),
            Operator::AtLeast => pair.is_some_and(|(found, value)| found >= value),
            Operator::AtMost => pair.is_some_and(|(found, value)| found <= value),
        }
    }
}

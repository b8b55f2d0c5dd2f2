//! Conditions of rules: conditions of views and of the moment, joined by and, or, not.
//!
//! The wire form of a node is `{ "all": […] }`, `{ "any": […] }`, `{ "not": … }` or a condition
//! `{ field, operator, value }`.

use serde::{Deserialize, Serialize};

use crate::ids::CalendarId;
use crate::limits::{
    AUTOMATION_DEPTH_MAX, AUTOMATION_LEAVES_MAX, AUTOMATION_SPANS_MAX, AUTOMATION_WORD_CHARS_MAX,
    AUTOMATION_WORDS_MAX,
};
use crate::view::{AssigneeChoice, Condition, FilterError, OneOf, Operand};

/// Names of weekdays, Monday first.
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A span of the day. One whose end is not after its begin goes over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First minute of the day.
    pub from: u16,
    /// The minute after the last one.
    pub to: u16,
}

impl Span {
    fn parse(text: &str) -> Option<Self> {
        let minute = |text: &str| {
            let (hour, minute) = text.split_once(':')?;
            let is_short = hour.len() == 2 && minute.len() == 2;
            let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
            let is_time = hour < 24 && minute < 60 || hour == 24 && minute == 0;
            (is_short && is_time).then_some(hour * 60 + minute)
        };
        let (from, to) = text.split_once('-')?;
        let (from, to) = (minute(from)?, minute(to)?);
        (from < 24 * 60 && from != to).then_some(Self { from, to })
    }

    /// Whether a minute of the day is inside.
    #[must_use]
    pub const fn includes(self, minute: u16) -> bool {
        if self.from < self.to {
            self.from <= minute && minute < self.to
        } else {
            minute >= self.from || minute < self.to
        }
    }
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (from, to) = (self.from, self.to);
        let (from_hour, from_minute) = (from / 60, from % 60);
        write!(
            f,
            "{from_hour:02}:{from_minute:02}-{:02}:{:02}",
            to / 60,
            to % 60
        )
    }
}

/// One condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Leaf {
    /// What a view can ask of a conversation.
    Conversation(Condition),
    /// Whether the message has at least one of these words, or none.
    Message {
        /// Whether it must have none.
        is_negated: bool,
        /// The words; compared in folded form.
        words: Vec<String>,
    },
    /// The time of day in the zone of the workspace.
    TimeOfDay {
        /// Whether it must be outside.
        is_negated: bool,
        /// The spans.
        spans: Vec<Span>,
    },
    /// The day of the week in the zone of the workspace, 0 is Monday.
    Weekday(OneOf<u8>),
    /// Whether a calendar has somebody there.
    Calendar {
        /// Whether there must be somebody.
        is_open: bool,
        /// Which.
        calendar_id: CalendarId,
    },
}

/// Conditions joined by and, or, not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawNode", into = "RawNode")]
pub enum Node {
    /// All of them; of none always.
    All(Vec<Node>),
    /// At least one of them.
    Any(Vec<Node>),
    /// The opposite.
    Not(Box<Node>),
    /// One condition.
    Leaf(Box<Leaf>),
}

impl Default for Node {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

/// Why conditions were refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NodeError {
    /// A node that is nothing, or several things at once.
    #[error("write `all`, `any`, `not`, or a condition of `field`, `operator` and `value`")]
    Shape,
    /// An empty `any`, which never holds.
    #[error("`any` needs at least one condition")]
    EmptyAny,
    /// Too many conditions.
    #[error("a rule has at most {AUTOMATION_LEAVES_MAX} conditions")]
    TooMany,
    /// Nested too deep.
    #[error("conditions are nested at most {AUTOMATION_DEPTH_MAX} deep")]
    TooDeep,
    /// A condition is not possible.
    #[error(transparent)]
    Condition(#[from] FilterError),
    /// Nobody looks when a rule is asked.
    #[error("a rule has no `me`; name an agent")]
    Me,
}

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawNode {
    #[serde(skip_serializing_if = "Option::is_none")]
    all: Option<Vec<Node>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    any: Option<Vec<Node>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not: Option<Box<Node>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operator: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Operand>,
}

impl TryFrom<RawNode> for Node {
    type Error = NodeError;
    fn try_from(raw: RawNode) -> Result<Self, NodeError> {
        let has_leaf = raw.field.is_some() || raw.operator.is_some() || raw.value.is_some();
        match (raw.all, raw.any, raw.not, has_leaf) {
            (Some(nodes), None, None, false) => Ok(Self::All(nodes)),
            (None, Some(nodes), None, false) if nodes.is_empty() => Err(NodeError::EmptyAny),
            (None, Some(nodes), None, false) => Ok(Self::Any(nodes)),
            (None, None, Some(node), false) => Ok(Self::Not(node)),
            (None, None, None, true) => {
                let (Some(field), Some(operator)) = (raw.field, raw.operator) else {
                    return Err(NodeError::Shape);
                };
                let leaf = Leaf::from_wire(field, operator, raw.value)?;
                Ok(Self::Leaf(Box::new(leaf)))
            }
            _ => Err(NodeError::Shape),
        }
    }
}

impl From<Node> for RawNode {
    fn from(node: Node) -> Self {
        let empty = Self::default();
        match node {
            Node::All(nodes) => Self {
                all: Some(nodes),
                ..empty
            },
            Node::Any(nodes) => Self {
                any: Some(nodes),
                ..empty
            },
            Node::Not(node) => Self {
                not: Some(node),
                ..empty
            },
            Node::Leaf(leaf) => {
                let (field, operator, value) = leaf.into_wire();
                Self {
                    field: Some(field),
                    operator: Some(operator),
                    value: Some(value),
                    ..empty
                }
            }
        }
    }
}

fn needs(field: &str, expected: &'static str) -> FilterError {
    FilterError::Value {
        field: field.to_owned(),
        expected,
    }
}

fn list<T>(
    value: Option<Operand>,
    max: usize,
    parse: impl Fn(&str) -> Option<T>,
) -> Option<Vec<T>> {
    match value {
        Some(Operand::List(texts)) if !texts.is_empty() && texts.len() <= max => {
            texts.iter().map(|text| parse(text)).collect()
        }
        _ => None,
    }
}

fn word(text: &str) -> Option<String> {
    let text = text.trim();
    let is_word = !text.is_empty() && text.chars().count() <= AUTOMATION_WORD_CHARS_MAX;
    is_word.then(|| text.to_owned())
}

fn weekday(text: &str) -> Option<u8> {
    let at = WEEKDAYS.iter().position(|name| *name == text)?;
    u8::try_from(at).ok()
}

/// Which of two operators it is: whether it is the second one.
fn is_second(field: &str, operator: &str, names: [&str; 2]) -> Result<bool, FilterError> {
    match names.iter().position(|name| *name == operator) {
        Some(at) => Ok(at == 1),
        None => Err(FilterError::Operator {
            field: field.to_owned(),
            operator: operator.chars().take(40).collect(),
        }),
    }
}

impl Leaf {
    fn from_wire(
        field: String,
        operator: String,
        value: Option<Operand>,
    ) -> Result<Self, NodeError> {
        Ok(match field.as_str() {
            "message" => Self::Message {
                is_negated: is_second(&field, &operator, ["contains_any", "contains_none"])?,
                words: list(value, AUTOMATION_WORDS_MAX, word)
                    .ok_or_else(|| needs(&field, "a list of 1 to 30 words"))?,
            },
            "time_of_day" => Self::TimeOfDay {
                is_negated: is_second(&field, &operator, ["within", "outside"])?,
                spans: list(value, AUTOMATION_SPANS_MAX, Span::parse)
                    .ok_or_else(|| needs(&field, "a list of spans such as 09:00-12:00"))?,
            },
            "weekday" => Self::Weekday(OneOf {
                is_negated: is_second(&field, &operator, ["is", "is_not"])?,
                values: list(value, WEEKDAYS.len(), weekday)
                    .ok_or_else(|| needs(&field, "a list of `mon` to `sun`"))?,
            }),
            "calendar" => Self::Calendar {
                is_open: !is_second(&field, &operator, ["is_open", "is_closed"])?,
                calendar_id: match value {
                    Some(Operand::Text(text)) => text.parse().ok(),
                    _ => None,
                }
                .ok_or_else(|| needs(&field, "a calendar"))?,
            },
            _ => Self::Conversation(Condition::from_wire(field, operator, value)?),
        })
    }

    fn into_wire(self) -> (String, String, Operand) {
        let (field, operator, value) = match self {
            Self::Conversation(condition) => return condition.into_wire(),
            Self::Message { is_negated, words } => (
                "message",
                ["contains_any", "contains_none"][usize::from(is_negated)],
                Operand::List(words),
            ),
            Self::TimeOfDay { is_negated, spans } => (
                "time_of_day",
                ["within", "outside"][usize::from(is_negated)],
                Operand::List(spans.iter().map(ToString::to_string).collect()),
            ),
            Self::Weekday(one_of) => (
                "weekday",
                ["is", "is_not"][usize::from(one_of.is_negated)],
                Operand::List(
                    one_of
                        .values
                        .iter()
                        .filter_map(|day| WEEKDAYS.get(usize::from(*day)))
                        .map(ToString::to_string)
                        .collect(),
                ),
            ),
            Self::Calendar {
                is_open,
                calendar_id,
            } => (
                "calendar",
                ["is_closed", "is_open"][usize::from(is_open)],
                Operand::Text(calendar_id.to_string()),
            ),
        };
        (field.to_owned(), operator.to_owned(), value)
    }
}

impl Node {
    /// Checks size and depth, and that nobody is called `me`.
    pub fn check(&self) -> Result<(), NodeError> {
        if self.depth() > AUTOMATION_DEPTH_MAX {
            return Err(NodeError::TooDeep);
        }
        let leaves = self.leaves();
        if leaves.len() > AUTOMATION_LEAVES_MAX {
            return Err(NodeError::TooMany);
        }
        let asks_me = |leaf: &Leaf| match leaf {
            Leaf::Conversation(Condition::Assignee(it)) => it.values.contains(&AssigneeChoice::Me),
            _ => false,
        };
        if leaves.iter().any(|(_, leaf)| asks_me(leaf)) {
            return Err(NodeError::Me);
        }
        Ok(())
    }

    /// How many nodes stand inside each other; 0 for a condition alone.
    fn depth(&self) -> usize {
        match self {
            Self::All(nodes) | Self::Any(nodes) => {
                1 + nodes.iter().map(Self::depth).max().unwrap_or(0)
            }
            Self::Not(node) => 1 + node.depth(),
            Self::Leaf(_) => 0,
        }
    }

    /// Every condition with its place in the terms as a JSON pointer, in the order they are
    /// written.
    #[must_use]
    pub fn leaves(&self) -> Vec<(String, &Leaf)> {
        let mut found = Vec::new();
        self.collect("/conditions", &mut found);
        found
    }

    fn collect<'a>(&'a self, path: &str, found: &mut Vec<(String, &'a Leaf)>) {
        match self {
            Self::All(nodes) => {
                for (at, node) in nodes.iter().enumerate() {
                    node.collect(&format!("{path}/all/{at}"), found);
                }
            }
            Self::Any(nodes) => {
                for (at, node) in nodes.iter().enumerate() {
                    node.collect(&format!("{path}/any/{at}"), found);
                }
            }
            Self::Not(node) => node.collect(&format!("{path}/not"), found),
            Self::Leaf(leaf) => found.push((path.to_owned(), leaf)),
        }
    }

    /// Whether it holds, with an answer for each of [`Self::leaves`]. What has no answer does
    /// not hold.
    #[must_use]
    pub fn holds(&self, answers: &[bool]) -> bool {
        self.holds_with(&mut answers.iter().copied())
    }

    fn holds_with(&self, answers: &mut impl Iterator<Item = bool>) -> bool {
        match self {
            // Every node takes its answers, also where the result is known already.
            Self::All(nodes) => {
                let failed = nodes.iter().filter(|node| !node.holds_with(answers));
                failed.count() == 0
            }
            Self::Any(nodes) => {
                let held = nodes.iter().filter(|node| node.holds_with(answers));
                held.count() > 0
            }
            Self::Not(node) => !node.holds_with(answers),
            Self::Leaf(_) => answers.next().unwrap_or(false),
        }
    }
}

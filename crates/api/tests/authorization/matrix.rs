//! The table, in parts.

mod automation;
mod cases;
mod contacts;
mod conversations;
mod floor;
mod handling;
mod knowledge;
mod people;
mod webhooks;

use zhiyin_domain::permission::Permission;

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Everybody, without credentials.
    Public,
    /// A visitor of the widget.
    Visitor,
    /// Every agent; what they see or change is their own or for all.
    Member,
    /// Every agent who is logged in with a browser: a token is not enough.
    InPerson,
    /// Agents who hold all of these. Who lacks one is told so.
    Needs(&'static [Permission]),
    /// The same, but for those who may not read the conversation it is not there.
    Conversation(&'static [Permission]),
    /// Agents who may read the conversation it belongs to; for others it is not there.
    Hidden(&'static [Permission]),
}

/// An operation, its rule, and a body that would be accepted. `{word}` stands for the id
/// of a thing of that kind.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// `operationId`.
    pub operation: &'static str,
    /// Who may call it.
    pub rule: Rule,
    /// What is sent.
    pub body: Body,
}

/// What is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// Nothing.
    None,
    /// JSON.
    Json(&'static str),
    /// A form with a picture.
    File,
}

const fn row(operation: &'static str, rule: Rule, body: Body) -> Entry {
    Entry {
        operation,
        rule,
        body,
    }
}

/// All operations.
pub fn matrix() -> impl Iterator<Item = &'static Entry> {
    let parts = [
        people::ROWS,
        conversations::ROWS,
        floor::ROWS,
        contacts::ROWS,
        cases::ROWS,
        handling::ROWS,
        knowledge::ROWS,
        webhooks::ROWS,
        automation::ROWS,
    ];
    parts.into_iter().flatten()
}

/// Operations whose body names things of another workspace without being refused for it,
/// because the answer or the effect leaves them out. May only get shorter.
pub const LEAVES_FOREIGN_IDS_OUT: &[&str] = &["bulk_conversations", "reassign_conversations"];

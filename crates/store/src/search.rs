//! The full-text index: messages by their terms, contacts by keyed hashes of theirs.
//!
//! Both are written in the transaction of what they describe. Who may see what is part of
//! the query: the inbox stands in the index, teams and assignees are joined, and the limit
//! counts only what may be seen.

mod contacts;
mod messages;
mod render;

pub use contacts::{find_contacts, index_contact, remove_contact};
pub use messages::{
    FoundMessage, MessageFilter, find_messages, index_message, reindex_message, remove_message,
};

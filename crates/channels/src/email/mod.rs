//! E-mail: read any message that the world sends, say where it belongs, write answers.
//!
//! Reading never fails on content: a message that breaks every rule still gives its sender,
//! its words and its files as far as they can be made out. The raw message stays the truth.

pub mod automatic;
pub mod bounce;
mod charset;
pub mod compose;
pub mod forwarded;
pub mod html;
mod mac;
mod parameters;
pub mod parse;
pub mod quoting;
pub mod reply_address;
pub mod threading;
mod tnef;
mod transfer;
mod words;

pub use parse::{Attachment, Mail, Mailbox, parse};

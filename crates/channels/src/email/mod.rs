//! E-mail: read any message that the world sends, say where it belongs, write answers.
//!
//! Reading never fails on content: a message that breaks every rule still gives its sender,
//! its words and its files as far as they can be made out. The raw message stays the truth.

pub mod answering;
pub mod automatic;
pub mod bounce;
mod charset;
pub mod compose;
pub mod dkim;
pub mod fingerprint;
pub mod forwarded;
pub mod html;
pub mod imap;
mod mac;
pub mod mbox;
mod parameters;
pub mod parse;
pub mod picture_links;
pub mod quoting;
pub mod reply_address;
pub mod sender_check;
pub mod sender_proof;
pub mod server;
pub mod smtp;
pub mod threading;
mod tnef;
mod transfer;
mod wire;
mod words;

pub use parse::{Attachment, Mail, Mailbox, parse};

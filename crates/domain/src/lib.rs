//! The language of customer service as types: what exists, what may happen to it, and
//! what is never allowed.
//!
//! Pure and synchronous. Nothing in here reads a clock, a random number, a file or a
//! database; time and identifiers come in as parameters. Entities carry no `Serialize`:
//! rows belong to `store`, wire types to `api`, so that a rename in one never breaks another.

pub mod account;
pub mod actor;
pub mod ask;
pub mod attachment;
pub mod attribute;
pub mod automation;
pub mod avatar;
pub mod block;
pub mod bot;
pub mod calendars;
pub mod cases;
pub mod contact;
pub mod conversation;
pub mod email;
pub mod events;
pub mod flows;
pub mod format;
pub mod identity;
pub mod ids;
pub mod inbox;
pub mod journey;
pub mod knowledge;
pub mod language_tag;
pub mod limits;
pub mod locale;
pub mod mail;
pub mod mailbox;
pub mod mask;
pub mod message;
pub mod money;
pub mod name;
pub mod permission;
pub mod phrase;
pub mod presence;
pub mod promise;
pub mod ratings;
pub mod routing;
pub mod scheduled_message;
pub mod search;
pub mod secret;
pub mod session;
pub mod stage;
pub mod standards;
pub mod tag;
pub mod tier;
pub mod time;
pub mod view;
pub mod webhook;

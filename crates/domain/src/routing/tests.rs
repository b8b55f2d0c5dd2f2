//! Routing as people expect it, one story each; and against a search through everything.

mod floor;
mod handling;
mod oracle;
mod stories;

//! Contract tests: every store function, on both engines.
//!
//! `store_test! { fn name(store) { … } }` makes two tests of one body. A feature
//! adds its own file here and a `mod` line.

#[macro_use]
mod harness;

mod accounts;
mod attachments;
mod attributes;
mod audit;
mod automation;
mod avatars;
mod backup;
mod blocks;
mod bots;
mod cases;
mod conversations;
mod engine;
mod engine_postgres;
mod engine_sqlite;
mod events;
mod floor;
mod handling;
mod health;
mod help_centre;
mod idempotency;
mod identity;
mod jobs;
mod journey;
mod keys;
mod knowledge;
mod knowledge_gaps;
mod mail;
mod notices;
mod notify;
mod people;
mod plans;
mod ratings;
mod routing;
mod scheduled_messages;
mod schema;
mod search;
mod views;
mod webhooks;

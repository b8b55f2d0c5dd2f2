//! The only SQL: SQLite and PostgreSQL behind one concrete type.
//!
//! A closure over [`Tx`] is sent to a database thread, runs in one transaction and
//! is answered after its commit. Feature modules hold plain functions over `&mut
//! Tx`; they take and give domain types. This crate reads no clock and knows no
//! network but the database's.

pub mod accounts;
pub mod attachments;
pub mod attributes;
pub mod audit;
pub mod automation;
pub mod avatars;
pub mod backup;
pub mod blocks;
pub mod bots;
pub mod calendars;
pub mod cases;
pub mod config;
pub mod contacts;
pub mod conversations;
pub mod crypto;
pub mod cursors;
pub mod engine;
pub mod error;
pub mod events;
pub mod health;
pub mod idempotency;
pub mod identity;
pub mod inboxes;
pub mod jobs;
pub mod journey;
pub mod knowledge;
pub mod leases;
pub mod mail_arrivals;
pub mod mail_pictures;
pub mod mailboxes;
pub mod mails;
pub mod migrations;
mod named;
pub mod notify;
pub mod phrases;
mod planner;
pub mod presences;
pub mod promises;
pub mod ratings;
pub mod routing;
pub mod row;
pub mod scheduled_messages;
mod sealed;
pub mod search;
pub mod standards;
pub mod stats;
pub mod tags;
pub mod tx;
pub mod value;
pub mod views;
pub mod webhooks;
pub mod widget;

pub use config::{Database, StoreConfig};
pub use crypto::Keyring;
pub use engine::{Dialect, Store};
pub use error::StoreError;
pub use row::Row;
pub use tx::{SystemTx, Tx};
pub use value::{FromValue, ToValue, Value, ValueError};

//! Workspaces, agents, roles, teams, and everything that proves who somebody is.
//!
//! Tokens arrive here as hashes only; what a person could use is never in the
//! database. Addresses and second-factor secrets are sealed, and found by their
//! keyed index.

pub mod access;
pub mod agents;
pub mod invitations;
pub mod login_failures;
pub mod login_sessions;
pub mod password_resets;
pub mod roles;
pub mod second_factors;
pub mod teams;
pub mod tokens;
pub mod workspaces;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::StoreError;
use crate::row::Row;

/// SHA-256 of a token, the only form in which one is stored.
pub type TokenHash = [u8; 32];

/// A value as the JSON of its column.
fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<serde_json::Value, StoreError> {
    serde_json::to_value(value).map_err(StoreError::database)
}

/// A value from the JSON of its column.
fn from_json<T: DeserializeOwned>(row: &Row, column: &str) -> Result<T, StoreError> {
    serde_json::from_value(row.get(column)?).map_err(|_| row.inconsistent(column))
}

/// A value from the text of its column.
fn from_text<T: std::str::FromStr>(row: &Row, column: &str) -> Result<T, StoreError> {
    row.get::<String>(column)?
        .parse()
        .map_err(|_| row.inconsistent(column))
}

//! Reading the names of our enums and JSON documents from columns.

use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::StoreError;
use crate::row::Row;

/// The enum value whose name stands in the column.
pub(crate) fn named<T: Copy>(
    row: &Row,
    column: &str,
    all: &[T],
    name: impl Fn(&T) -> &'static str,
) -> Result<T, StoreError> {
    let text: &str = row.text(column)?;
    all.iter()
        .copied()
        .find(|value| name(value) == text)
        .ok_or_else(|| row.inconsistent(column))
}

/// The enum value whose name stands in a column that may be null.
pub(crate) fn maybe_named<T: Copy>(
    row: &Row,
    column: &str,
    all: &[T],
    name: impl Fn(&T) -> &'static str,
) -> Result<Option<T>, StoreError> {
    match row.maybe_text(column)? {
        None => Ok(None),
        Some(_) => named(row, column, all, name).map(Some),
    }
}

/// The value written in a text column that may be null.
pub(crate) fn parsed<T: FromStr>(row: &Row, column: &str) -> Result<Option<T>, StoreError> {
    match row.maybe_text(column)? {
        None => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| row.inconsistent(column)),
    }
}

/// The document in a JSON column.
pub(crate) fn json<T: DeserializeOwned>(row: &Row, column: &str) -> Result<T, StoreError> {
    serde_json::from_str(row.text(column)?).map_err(|_| row.inconsistent(column))
}

/// The document in a JSON column that may be null.
pub(crate) fn maybe_json<T: DeserializeOwned>(
    row: &Row,
    column: &str,
) -> Result<Option<T>, StoreError> {
    match row.maybe_text(column)? {
        None => Ok(None),
        Some(text) => serde_json::from_str(text)
            .map(Some)
            .map_err(|_| row.inconsistent(column)),
    }
}

/// The text of a JSON column.
pub(crate) fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("our documents have text keys and no failing Serialize")
}

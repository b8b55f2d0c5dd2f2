//! Documents that are sealed as a whole: JSON under a data key of the workspace.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::named::to_json;
use crate::{Row, StoreError, Tx};

/// Seals a document for one field.
pub(crate) fn seal_json(
    tx: &mut Tx<'_>,
    field: &'static str,
    value: &impl Serialize,
) -> Result<Vec<u8>, StoreError> {
    tx.seal(field, to_json(value).as_bytes())
}

/// Opens what [`seal_json`] made, from a column.
pub(crate) fn open_json<T: DeserializeOwned>(
    tx: &mut Tx<'_>,
    field: &'static str,
    row: &Row,
    column: &str,
) -> Result<T, StoreError> {
    let sealed: Vec<u8> = row.get(column)?;
    let plain = tx.open(field, &sealed)?;
    serde_json::from_slice(&plain).map_err(|_| row.inconsistent(column))
}

/// Seals a text for one field.
pub(crate) fn seal_text(
    tx: &mut Tx<'_>,
    field: &'static str,
    text: &str,
) -> Result<Vec<u8>, StoreError> {
    tx.seal(field, text.as_bytes())
}

/// Opens what [`seal_text`] made, from a column.
pub(crate) fn open_text(
    tx: &mut Tx<'_>,
    field: &'static str,
    row: &Row,
    column: &str,
) -> Result<String, StoreError> {
    let sealed: Vec<u8> = row.get(column)?;
    let plain = tx.open(field, &sealed)?;
    String::from_utf8(plain).map_err(|_| row.inconsistent(column))
}

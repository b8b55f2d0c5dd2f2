//! A row as a statement gave it: values with the column names of the statement.
//!
//! The names are shared by all rows of a statement, so a row costs one
//! allocation besides its texts.

use std::fmt;
use std::sync::Arc;

use crate::error::{StoreError, table_name};
use crate::value::{FromValue, Value};

/// What is known of a statement once it is prepared.
#[derive(Debug)]
pub(crate) struct Columns {
    pub(crate) names: Box<[Box<str>]>,
    pub(crate) table: &'static str,
}

impl Columns {
    pub(crate) fn new<'a>(sql: &str, names: impl Iterator<Item = &'a str>) -> Self {
        Self {
            names: names.map(Into::into).collect(),
            table: table_of(sql),
        }
    }
}

/// The table a statement is mainly about: the first after `FROM`, `INTO` or `UPDATE`.
pub(crate) fn table_of(sql: &str) -> &'static str {
    let mut words = sql
        .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | ';'))
        .filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        if ["from", "into", "update"]
            .iter()
            .any(|key| word.eq_ignore_ascii_case(key))
        {
            return words.next().map_or("?", table_name);
        }
    }
    "?"
}

/// One row of a result.
#[derive(Clone)]
pub struct Row {
    pub(crate) columns: Arc<Columns>,
    pub(crate) values: Box<[Value]>,
}

impl Row {
    /// The value of a column by its name in the statement.
    pub fn get<T: FromValue>(&self, column: &str) -> Result<T, StoreError> {
        let value = self
            .value(column)
            .ok_or_else(|| self.inconsistent(column))?;
        T::from_value(value).map_err(|_| self.inconsistent(column))
    }

    /// The text of a column, borrowed.
    pub fn text(&self, column: &str) -> Result<&str, StoreError> {
        self.maybe_text(column)?
            .ok_or_else(|| self.inconsistent(column))
    }

    /// The text of a column that may be null, borrowed.
    pub fn maybe_text(&self, column: &str) -> Result<Option<&str>, StoreError> {
        match self.value(column) {
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::Null) => Ok(None),
            _ => Err(self.inconsistent(column)),
        }
    }

    /// The error that says this row cannot be understood, for checks of meaning.
    pub fn inconsistent(&self, column: &str) -> StoreError {
        let id = match self.value("id") {
            Some(Value::Uuid(id)) => id.to_string(),
            Some(Value::Int(id)) => id.to_string(),
            _ => String::new(),
        };
        StoreError::InconsistentRow {
            table: self.columns.table,
            id,
            column: column.to_owned(),
        }
    }

    /// The names of the columns, in the order of the statement.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.names.iter().map(AsRef::as_ref)
    }

    /// The values, in the order of the statement.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    fn value(&self, column: &str) -> Option<&Value> {
        let at = self
            .columns
            .names
            .iter()
            .position(|name| **name == *column)?;
        self.values.get(at)
    }
}

/// Prints the table and the names only: a row may hold personal data.
impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row")
            .field("table", &self.columns.table)
            .field("columns", &self.columns.names)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::table_of;

    #[test]
    fn the_table_is_found_in_every_kind_of_statement() {
        for sql in [
            "SELECT id FROM agents WHERE id = $1",
            "INSERT INTO agents(id) VALUES ($1)",
            "update agents SET name = $1",
            "DELETE FROM\n  agents",
        ] {
            assert_eq!(table_of(sql), "agents", "{sql}");
        }
        assert_eq!(table_of("SELECT 1"), "?");
    }
}

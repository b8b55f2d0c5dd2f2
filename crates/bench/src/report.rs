//! The result of a benchmark: figures under fixed names, with machine and method.

use anyhow::Result;
use serde::Serialize;
use serde_json::{Map, Value};

/// The result of a benchmark.
#[derive(Debug, Clone)]
pub struct Report {
    fields: Map<String, Value>,
    /// What must not be, and was seen: the benchmark fails after it has printed its figures.
    pub complaint: Option<String>,
}

impl Report {
    /// An empty report of one benchmark.
    pub fn new(name: &str, machine: Value, method: &str) -> Self {
        let mut fields = Map::new();
        fields.insert("bench".to_owned(), name.into());
        fields.insert("machine".to_owned(), machine);
        fields.insert("method".to_owned(), method.into());
        Self {
            fields,
            complaint: None,
        }
    }

    /// Adds a figure.
    pub fn set(&mut self, key: &str, value: impl Serialize) -> Result<()> {
        self.fields
            .insert(key.to_owned(), serde_json::to_value(value)?);
        Ok(())
    }

    /// One JSON object on one line.
    pub fn json(&self) -> Result<String> {
        Ok(serde_json::to_string(&self.fields)?)
    }

    /// One line a figure, for people.
    pub fn table(&self) -> String {
        let width = self.fields.keys().map(String::len).max().unwrap_or(0);
        let lines: Vec<String> = self
            .fields
            .iter()
            .map(|(key, value)| match value {
                Value::String(text) => format!("{key:width$}  {text}"),
                other => format!("{key:width$}  {other}"),
            })
            .collect();
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_one_object() {
        let mut report = Report::new("store", Value::Null, "one thread");
        report.set("postgres_per_s", None::<f64>).unwrap();
        report.set("ack_p99_ms", 1.5).unwrap();
        let parsed: Value = serde_json::from_str(&report.json().unwrap()).unwrap();
        assert_eq!(parsed["ack_p99_ms"], 1.5);
        assert!(parsed["postgres_per_s"].is_null());
        assert!(report.table().contains("ack_p99_ms"));
    }
}

//! Labelled data out of the contents of files.

use std::{collections::BTreeMap, ops::Range};

use serde_json::Value;
use thiserror::Error;

use super::{Asked, Labelled, Marked};
use crate::personal::Kind;

/// Why a content is not understood.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The first line names columns, and one is missing.
    #[error("no column `{0}` in the first line; columns are divided by tabs")]
    NoColumn(String),
    /// A line should be JSON.
    #[error("line {line} is no JSON object")]
    NoJson {
        /// From 1.
        line: usize,
        /// What is wrong.
        #[source]
        source: serde_json::Error,
    },
}

/// Rows of a table with tabs and a header, by the columns `text` and the one named; lines
/// with fewer columns are left out.
pub fn labelled(content: &str, label: &str) -> Result<Vec<Labelled>, ReadError> {
    let mut lines = content.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let column = |name: &str| {
        let at = header.iter().position(|column| *column == name);
        at.ok_or_else(|| ReadError::NoColumn(name.to_owned()))
    };
    let (text, label) = (column("text")?, column(label)?);
    let rows = lines.filter_map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        Some(Labelled {
            text: (*cells.get(text)?).to_owned(),
            label: (*cells.get(label)?).to_owned(),
        })
    });
    Ok(rows.collect())
}

fn json_lines(content: &str) -> Result<Vec<Value>, ReadError> {
    let lines = content.lines().enumerate();
    let lines = lines.filter(|(_, line)| !line.trim().is_empty());
    let values = lines.map(|(at, line)| {
        serde_json::from_str(line).map_err(|source| ReadError::NoJson {
            line: at + 1,
            source,
        })
    });
    values.collect()
}

/// Lines of JSON with `full_text` (or `text`) and `spans`, each with `entity_type`,
/// `start_position` and `end_position` in characters. Kinds that are none of ours are left
/// out.
pub fn marked(content: &str) -> Result<Vec<Marked>, ReadError> {
    let rows = json_lines(content)?.into_iter().map(|row| {
        let spans = row["spans"].as_array().into_iter().flatten();
        Marked {
            text: text(&row, &["full_text", "text"]),
            spans: spans.filter_map(span).collect(),
        }
    });
    Ok(rows.collect())
}

fn span(span: &Value) -> Option<(Range<usize>, Kind)> {
    let place = |key: &str| span[key].as_u64().and_then(|at| usize::try_from(at).ok());
    let kind = kind(span["entity_type"].as_str()?)?;
    Some((place("start_position")?..place("end_position")?, kind))
}

fn kind(name: &str) -> Option<Kind> {
    Some(match name {
        "PERSON" => Kind::Name,
        "STREET_ADDRESS" => Kind::Address,
        "CREDIT_CARD" => Kind::BankCard,
        "PHONE_NUMBER" => Kind::Phone,
        "EMAIL_ADDRESS" => Kind::Email,
        "DOMAIN_NAME" => Kind::Link,
        "IBAN_CODE" => Kind::BankAccount,
        "US_SSN" | "US_DRIVER_LICENSE" => Kind::Document,
        "IP_ADDRESS" => Kind::NetworkAddress,
        other => return Kind::ALL.into_iter().find(|kind| kind.name() == other),
    })
}

fn text(row: &Value, keys: &[&str]) -> String {
    let text = keys.iter().find_map(|key| row[*key].as_str());
    text.unwrap_or_default().to_owned()
}

/// Questions (lines of JSON with `text` or `zh`, and `answers`: ids) and what answers them
/// (lines of JSON with `id` and `text` or `zh`).
pub fn answered(questions: &str, answers: &str) -> Result<(Vec<Asked>, Vec<String>), ReadError> {
    let passages = json_lines(answers)?;
    let places: BTreeMap<&str, usize> = passages
        .iter()
        .enumerate()
        .filter_map(|(at, row)| Some((row["id"].as_str()?, at)))
        .collect();
    let asked = json_lines(questions)?.into_iter().map(|row| {
        let ids = row["answers"].as_array().into_iter().flatten();
        let places = ids.filter_map(|id| places.get(id.as_str()?).copied());
        Asked {
            answers: places.collect(),
            text: text(&row, &["text", "zh"]),
        }
    });
    let asked = asked.collect();
    let passages = passages.iter().map(|row| text(row, &["text", "zh"]));
    Ok((asked, passages.collect()))
}

/// Pairs of questions with tabs and a header; those with label 1 make clusters. The first
/// question of each cluster is the passage, the others are asked; questions without a
/// paraphrase are left out.
pub fn paraphrases(content: &str) -> (Vec<Asked>, Vec<String>) {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut texts: Vec<&str> = Vec::new();
    let mut parents: Vec<usize> = Vec::new();
    for line in content.lines().skip(1) {
        let [one, other, label] = line.split('\t').collect::<Vec<_>>()[..] else {
            continue;
        };
        let [a, b] = [one, other].map(|text| {
            *places.entry(text).or_insert_with(|| {
                texts.push(text);
                parents.push(parents.len());
                parents.len() - 1
            })
        });
        if label == "1" {
            let (a, b) = (root(&parents, a), root(&parents, b));
            parents[a.max(b)] = a.min(b);
        }
    }
    let clusters = clusters(&parents);
    let passages = clusters.iter().map(|cluster| texts[cluster[0]].to_owned());
    let asked = clusters.iter().enumerate().flat_map(|(passage, cluster)| {
        let others = cluster[1..].iter();
        others.map(|at| texts[*at]).map(move |text| Asked {
            text: text.to_owned(),
            answers: vec![passage],
        })
    });
    (asked.collect(), passages.collect())
}

/// Clusters of two at least, by their first member.
fn clusters(parents: &[usize]) -> Vec<Vec<usize>> {
    let mut by_root: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in 0..parents.len() {
        by_root.entry(root(parents, at)).or_default().push(at);
    }
    let mut clusters: Vec<Vec<usize>> = by_root.into_values().collect();
    clusters.retain(|cluster| cluster.len() > 1);
    clusters
}

fn root(parents: &[usize], mut at: usize) -> usize {
    while parents[at] != at {
        at = parents[at];
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read_by_their_columns() {
        let rows = labelled("label\tother\ttext\n1\tx\t好\nshort\n", "label").unwrap();
        let wanted = Labelled {
            text: "好".to_owned(),
            label: "1".to_owned(),
        };
        assert_eq!(rows, [wanted]);
        let error = labelled("text\n", "lang").unwrap_err();
        assert!(error.to_string().contains("`lang`"));
    }

    #[test]
    fn lines_of_json_are_read() {
        let line = r#"{"full_text":"我叫李","spans":[
            {"entity_type":"PERSON","start_position":2,"end_position":3},
            {"entity_type":"AGE","start_position":0,"end_position":1}]}"#;
        let rows = marked(&line.replace('\n', "")).unwrap();
        assert_eq!(rows[0].spans, [(2..3, Kind::Name)]);
        let questions = r#"{"text":"a","answers":["7","9"]}"#;
        let answers = "{\"id\":\"9\",\"zh\":\"b\"}\n\n{\"id\":\"7\",\"text\":\"c\"}\n";
        let (asked, passages) = answered(questions, answers).unwrap();
        assert_eq!(
            (asked[0].text.as_str(), &asked[0].answers[..]),
            ("a", &[1, 0][..])
        );
        assert_eq!(passages, ["b", "c"]);
        let error = answered("{}\n{", "").unwrap_err();
        assert!(error.to_string().contains("line 2"));
    }

    #[test]
    fn paraphrases_make_clusters() {
        let content = "q1\tq2\tlabel\na\tb\t1\nc\td\t0\nb\te\t1\nf\tg\t1\n";
        let (asked, passages) = paraphrases(content);
        assert_eq!(passages, ["a", "f"]);
        let asked: Vec<_> = asked
            .iter()
            .map(|a| (a.text.as_str(), a.answers[0]))
            .collect();
        assert_eq!(asked, [("b", 0), ("e", 0), ("g", 1)]);
    }
}

//! Labelled data out of the contents of files.

use std::{collections::BTreeMap, ops::Range};

use serde_json::Value;
use thiserror::Error;

use super::{Asked, Labelled, Marked};
use crate::personal::Kind;

/// Why a content is not understood. Lines count from 1.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The first line names columns, and one is missing.
    #[error("no column `{0}` in the first line; columns are divided by tabs")]
    NoColumn(String),
    /// There is nothing to measure on.
    #[error("no rows")]
    Empty,
    /// A line of a table ends before its last column.
    #[error("line {line} has {cells} columns of {wanted}; columns are divided by tabs")]
    Short {
        /// Which line.
        line: usize,
        /// What it has.
        cells: usize,
        /// What the first line has.
        wanted: usize,
    },
    /// A label is none of those that are known.
    #[error("line {line}: `{label}` is not known; known are {known}")]
    UnknownLabel {
        /// Which line.
        line: usize,
        /// What it says.
        label: String,
        /// What it may say.
        known: &'static str,
    },
    /// A line should be JSON.
    #[error("line {line} is no JSON")]
    NoJson {
        /// Which line.
        line: usize,
        /// What is wrong.
        #[source]
        source: serde_json::Error,
    },
    /// A line of JSON lacks something.
    #[error("line {line} has no `{key}`")]
    NoKey {
        /// Which line.
        line: usize,
        /// What is missing, or is of another kind.
        key: &'static str,
    },
    /// A question names an answer that is not in the file of answers.
    #[error("line {line} names the answer `{id}`, which the answers do not have")]
    UnknownAnswer {
        /// Which line.
        line: usize,
        /// What it names.
        id: String,
    },
    /// A span does not lie in its text.
    #[error("line {line} has a span outside of its text; places count characters")]
    SpanOutside {
        /// Which line.
        line: usize,
    },
}

/// Rows of a table with tabs and a header, by the columns `text` and the one named.
pub fn labelled(content: &str, label: &str) -> Result<Vec<Labelled>, ReadError> {
    let rows = numbered(content, label)?.into_iter().map(|(_, row)| row);
    Ok(rows.collect())
}

/// The same for labels of which only some are `known`, in words.
pub fn labelled_as(
    content: &str,
    label: &str,
    known: &'static str,
    is_known: impl Fn(&str) -> bool,
) -> Result<Vec<Labelled>, ReadError> {
    let rows = numbered(content, label)?.into_iter();
    rows.map(|(line, row)| {
        if is_known(&row.label) {
            return Ok(row);
        }
        let label = row.label;
        Err(ReadError::UnknownLabel { line, label, known })
    })
    .collect()
}

/// Rows with their lines.
fn numbered(content: &str, label: &str) -> Result<Vec<(usize, Labelled)>, ReadError> {
    let mut lines = lines_of(content);
    let (_, header) = lines.next().ok_or(ReadError::Empty)?;
    let header: Vec<&str> = header.split('\t').map(str::trim).collect();
    let column = |name: &str| {
        let at = header.iter().position(|column| *column == name);
        at.ok_or_else(|| ReadError::NoColumn(name.to_owned()))
    };
    let (text, label) = (column("text")?, column(label)?);
    let rows = lines.map(|(line, content)| {
        let cells: Vec<&str> = content.split('\t').collect();
        match (cells.get(text), cells.get(label)) {
            (Some(text), Some(label)) => {
                let (text, label) = ((*text).to_owned(), label.trim().to_owned());
                Ok((line, Labelled { text, label }))
            }
            _ => Err(ReadError::Short {
                line,
                cells: cells.len(),
                wanted: header.len(),
            }),
        }
    });
    let rows: Vec<_> = rows.collect::<Result<_, _>>()?;
    if rows.is_empty() {
        return Err(ReadError::Empty);
    }
    Ok(rows)
}

/// Lines with their numbers, without empty ones and without a byte order mark.
fn lines_of(content: &str) -> impl Iterator<Item = (usize, &str)> {
    let content = content.strip_prefix('\u{feff}').unwrap_or(content);
    let lines = (1..).zip(content.lines());
    lines.filter(|(_, line)| !line.trim().is_empty())
}

fn json_lines(content: &str) -> Result<Vec<(usize, Value)>, ReadError> {
    let values = lines_of(content).map(|(line, content)| {
        let value = serde_json::from_str(content);
        let value = value.map_err(|source| ReadError::NoJson { line, source })?;
        Ok((line, value))
    });
    let values: Vec<_> = values.collect::<Result<_, _>>()?;
    if values.is_empty() {
        return Err(ReadError::Empty);
    }
    Ok(values)
}

/// Lines of JSON with `full_text` (or `text`) and `spans`, each with `entity_type`,
/// `start_position` and `end_position` in characters. Kinds that are none of ours are left
/// out.
pub fn marked(content: &str) -> Result<Vec<Marked>, ReadError> {
    let rows = json_lines(content)?.into_iter().map(|(line, row)| {
        let text = text(line, &row, &["full_text", "text"], "text")?;
        let wanted = list(line, &row, "spans")?;
        let length = text.chars().count();
        let mut spans = Vec::new();
        for span in wanted {
            let (place, kind) = place(line, span)?;
            if place.start > place.end || place.end > length {
                return Err(ReadError::SpanOutside { line });
            }
            spans.extend(kind.map(|kind| (place, kind)));
        }
        Ok(Marked { text, spans })
    });
    rows.collect()
}

fn place(line: usize, span: &Value) -> Result<(Range<usize>, Option<Kind>), ReadError> {
    let at = |key: &'static str| {
        let at = span[key].as_u64().and_then(|at| usize::try_from(at).ok());
        at.ok_or(ReadError::NoKey { line, key })
    };
    let key = "entity_type";
    let name = span[key].as_str().ok_or(ReadError::NoKey { line, key })?;
    Ok((at("start_position")?..at("end_position")?, kind(name)))
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

fn text(line: usize, row: &Value, keys: &[&str], key: &'static str) -> Result<String, ReadError> {
    let text = keys.iter().find_map(|key| row[*key].as_str());
    let text = text.map(str::to_owned);
    text.ok_or(ReadError::NoKey { line, key })
}

fn list<'a>(line: usize, row: &'a Value, key: &'static str) -> Result<&'a [Value], ReadError> {
    let list = row[key].as_array().map(Vec::as_slice);
    list.ok_or(ReadError::NoKey { line, key })
}

/// An id, which some write as a number.
fn id(value: &Value) -> Option<String> {
    let text = value.as_str().map(str::to_owned);
    text.or_else(|| value.as_i64().map(|number| number.to_string()))
}

/// Questions (lines of JSON with `text` or `zh`, and `answers`: ids) and what answers them
/// (lines of JSON with `id` and `text` or `zh`).
pub fn answered(questions: &str, answers: &str) -> Result<Answered, AnsweredError> {
    let (places, passages) = passages(answers).map_err(AnsweredError::Answers)?;
    let asked = asked(questions, &places).map_err(AnsweredError::Questions)?;
    Ok((asked, passages))
}

/// Questions, and passages among which their answers are.
pub type Answered = (Vec<Asked>, Vec<String>);

/// Which of two files is not understood.
#[derive(Debug, Error)]
pub enum AnsweredError {
    /// The questions.
    #[error("the questions are not understood")]
    Questions(#[source] ReadError),
    /// The answers.
    #[error("the answers are not understood")]
    Answers(#[source] ReadError),
}

fn passages(content: &str) -> Result<(BTreeMap<String, usize>, Vec<String>), ReadError> {
    let mut places = BTreeMap::new();
    let mut passages = Vec::new();
    for (line, row) in json_lines(content)? {
        let key = "id";
        let id = id(&row[key]).ok_or(ReadError::NoKey { line, key })?;
        places.insert(id, passages.len());
        passages.push(text(line, &row, &["text", "zh"], "text")?);
    }
    Ok((places, passages))
}

fn asked(content: &str, places: &BTreeMap<String, usize>) -> Result<Vec<Asked>, ReadError> {
    let rows = json_lines(content)?.into_iter().map(|(line, row)| {
        let key = "answers";
        let answers = list(line, &row, key)?.iter().map(|answer| {
            let id = id(answer).ok_or(ReadError::NoKey { line, key })?;
            let place = places.get(&id).copied();
            place.ok_or(ReadError::UnknownAnswer { line, id })
        });
        Ok(Asked {
            answers: answers.collect::<Result<_, _>>()?,
            text: text(line, &row, &["text", "zh"], "text")?,
        })
    });
    rows.collect()
}

/// Pairs of questions with tabs and a header; those with label 1 make clusters. The first
/// question of each cluster is the passage, the others are asked; questions without a
/// paraphrase are left out.
pub fn paraphrases(content: &str) -> Result<Answered, ReadError> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut texts: Vec<&str> = Vec::new();
    let mut parents: Vec<usize> = Vec::new();
    for (line, row) in lines_of(content).skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [one, other, label] = cells[..] else {
            let (cells, wanted) = (cells.len(), 3);
            return Err(ReadError::Short {
                line,
                cells,
                wanted,
            });
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
    if clusters.is_empty() {
        return Err(ReadError::Empty);
    }
    let passages = clusters.iter().map(|cluster| texts[cluster[0]].to_owned());
    let asked = clusters.iter().enumerate().flat_map(|(passage, cluster)| {
        let others = cluster[1..].iter();
        others.map(|at| texts[*at]).map(move |text| Asked {
            text: text.to_owned(),
            answers: vec![passage],
        })
    });
    Ok((asked.collect(), passages.collect()))
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
mod tests;

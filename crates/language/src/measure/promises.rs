//! Figures of what is found as a promise, on labelled sentences.

use std::collections::BTreeSet;

use zhiyin_domain::calendars::{BusinessTime, CalendarRules};
use zhiyin_domain::promise::PromiseKind;
use zhiyin_domain::time::{Timestamp, local_minute, parse_local};

use super::{Figures, ReadError};
use crate::promises::{Found, promises};

/// When a sentence was said if the file does not tell: a Monday, ten o'clock.
const NOW: &str = "2026-03-02T10:00";
const ZONE: &str = "UTC";
/// Labels that are known, in words.
const KNOWN: &str = "1, yes, true, reply, call_back, other; 0, no, false, none, - and nothing";
/// Columns and the other names they go by.
const TEXT: [&str; 3] = ["text", "sentence", "message"];
const PROMISE: [&str; 4] = ["promise", "label", "is_promise", "kind"];
const DUE: [&str; 4] = ["due", "due_at", "date", "expected"];
const SAID: [&str; 3] = ["now", "said_at", "at"];
const ZONES: [&str; 3] = ["zone", "time_zone", "timezone"];

/// A sentence of an agent, and what it promises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromiseSentence {
    /// What was written.
    pub text: String,
    /// Whether it promises something.
    pub is_promise: bool,
    /// What, if the label says so.
    pub kind: Option<PromiseKind>,
    /// When it was said.
    pub now: Timestamp,
    /// The customer's zone.
    pub zone: String,
    /// By when, as people of the zone read it: a day, or a day and a time. Empty where no time
    /// is promised.
    pub due: String,
    /// Which part of the file it belongs to; may be empty.
    pub part: String,
}

/// Rows of a table with tabs and a header. Only `text` and one of `promise` and `due` must be
/// there; lines that begin with `#` are left out.
pub fn read_promise_sentences(content: &str) -> Result<Vec<PromiseSentence>, ReadError> {
    let content = content.strip_prefix('\u{feff}').unwrap_or(content);
    let mut lines = (1..)
        .zip(content.lines())
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    let (_, header) = lines.next().ok_or(ReadError::Empty)?;
    let header: Vec<String> = header
        .split('\t')
        .map(|name| name.trim().to_lowercase())
        .collect();
    let column = |names: &[&str]| {
        let mut names = names.iter();
        names.find_map(|name| header.iter().position(|column| column == name))
    };
    let text = column(&TEXT).ok_or_else(|| ReadError::NoColumn("text".to_owned()))?;
    let (label, due) = (column(&PROMISE), column(&DUE));
    if label.is_none() && due.is_none() {
        return Err(ReadError::NoColumn("promise".to_owned()));
    }
    let (now, zone, part) = (column(&SAID), column(&ZONES), column(&["part"]));
    let mut rows = Vec::new();
    for (line, content) in lines {
        let cells: Vec<&str> = content.split('\t').map(str::trim).collect();
        let Some(words) = cells.get(text).filter(|words| !words.is_empty()) else {
            return Err(ReadError::Short {
                line,
                cells: cells.len(),
                wanted: header.len(),
            });
        };
        let cell = |at: Option<usize>| at.and_then(|at| cells.get(at)).copied().unwrap_or("");
        let or = |value: &str, other: &str| {
            let value = if value.is_empty() { other } else { value };
            value.to_owned()
        };
        let zone = or(cell(zone), ZONE);
        let due = cell(due).trim_matches('-').replace('T', " ");
        let (is_promise, kind) = match label {
            None => (!due.is_empty(), None),
            Some(_) => promise_of(line, cell(label))?,
        };
        let said = or(cell(now), NOW);
        let unknown = || ReadError::UnknownLabel {
            line,
            label: said.clone(),
            known: "times like 2026-03-04T10:30, with or without a zone",
        };
        rows.push(PromiseSentence {
            text: (*words).to_owned(),
            is_promise,
            kind,
            now: parse_local(&said, &zone).ok_or_else(unknown)?,
            due: readable(&due, &zone),
            zone,
            part: cell(part).to_owned(),
        });
    }
    if rows.is_empty() {
        return Err(ReadError::Empty);
    }
    Ok(rows)
}

/// A moment as people of the zone read it; a day stays a day.
fn readable(due: &str, zone: &str) -> String {
    if due.len() <= 10 {
        return due.to_owned();
    }
    parse_local(due, zone).map_or_else(|| due.to_owned(), |at| local_minute(at, zone))
}

fn promise_of(line: usize, label: &str) -> Result<(bool, Option<PromiseKind>), ReadError> {
    let label = label.to_lowercase();
    let kind = PromiseKind::ALL
        .into_iter()
        .find(|kind| kind.as_str() == label);
    match label.as_str() {
        "" | "0" | "no" | "false" | "none" | "-" => Ok((false, None)),
        "1" | "yes" | "true" | "promise" => Ok((true, None)),
        _ if kind.is_some() => Ok((true, kind)),
        _ => Err(ReadError::UnknownLabel {
            line,
            label,
            known: KNOWN,
        }),
    }
}

/// Whether one of what was found is due when the label says.
fn is_due(sentence: &PromiseSentence, found: &[Found]) -> bool {
    let rules = CalendarRules {
        time_zone: sentence.zone.clone(),
        ..CalendarRules::default()
    };
    let business = BusinessTime::new(&rules).ok();
    found.iter().any(|found| {
        let due = found
            .due
            .resolve(sentence.now, &sentence.zone, business.as_ref());
        due.is_some_and(|due| local_minute(due, &sentence.zone).starts_with(&sentence.due))
    })
}

/// `promise_precision` (of sentences in which a promise is found, how many promise something),
/// `promise_recall` (of those that do, how many are found), `promise_date_accuracy` (of those
/// that are found and have a time in the file, how many have that time, to the minute or, for
/// a day, to the day), `promise_kind_accuracy`. Business hours are Monday to Friday, nine to
/// six in the zone of the row. The same by part, as `promise_<part>_…`, where there are several.
#[must_use]
pub fn promise_figures(sentences: &[PromiseSentence]) -> Figures {
    let mut figures = of("promise", sentences.iter());
    let parts: BTreeSet<&str> = sentences.iter().map(|one| one.part.as_str()).collect();
    for part in parts
        .iter()
        .filter(|part| parts.len() > 1 && !part.is_empty())
    {
        let some = sentences.iter().filter(|one| one.part == **part);
        figures.extend(of(&format!("promise_{part}"), some));
    }
    figures
}

fn of<'a>(name: &str, sentences: impl Iterator<Item = &'a PromiseSentence>) -> Figures {
    let (mut said, mut right, mut both) = (0.0, 0.0, 0.0);
    let (mut dated, mut on_date, mut labelled, mut of_kind) = (0.0, 0.0, 0.0, 0.0);
    let count = |is: bool| f64::from(u8::from(is));
    for sentence in sentences {
        let found = promises(&sentence.text);
        said += count(!found.is_empty());
        right += count(sentence.is_promise);
        if !sentence.is_promise || found.is_empty() {
            continue;
        }
        both += 1.0;
        if !sentence.due.is_empty() {
            dated += 1.0;
            on_date += count(is_due(sentence, &found));
        }
        if let Some(kind) = sentence.kind {
            labelled += 1.0;
            of_kind += count(found.iter().any(|found| found.kind == kind));
        }
    }
    let share = |part: f64, whole: f64| part / f64::max(whole, 1.0);
    Figures::from([
        (format!("{name}_precision"), share(both, said)),
        (format!("{name}_recall"), share(both, right)),
        (format!("{name}_date_accuracy"), share(on_date, dated)),
        (format!("{name}_kind_accuracy"), share(of_kind, labelled)),
    ])
}

/// Sentences of a part that the rules get wrong, with what was found: what to work on next.
#[must_use]
pub fn promise_errors(sentences: &[PromiseSentence], part: &str) -> Vec<String> {
    let looked_at = sentences.iter().filter(|one| one.part == part);
    looked_at
        .filter_map(|one| {
            let found = promises(&one.text);
            let is_right = one.is_promise != found.is_empty()
                && (found.is_empty() || one.due.is_empty() || is_due(one, &found))
                && (found.is_empty()
                    || one
                        .kind
                        .is_none_or(|kind| found.iter().any(|it| it.kind == kind)));
            let what: Vec<_> = found.iter().map(|it| (it.kind, it.due)).collect();
            (!is_right).then(|| format!("{}\t{:?}\t{what:?}\t{}", one.due, one.kind, one.text))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_few_columns_is_enough() {
        let rows = read_promise_sentences("text\tlabel\nI'll call you by noon.\t1\nHello.\t0\n");
        let rows = rows.expect("two rows");
        assert!(rows[0].is_promise && !rows[1].is_promise);
        let figures = promise_figures(&rows);
        assert!((figures["promise_precision"] - 1.0).abs() < 1e-9);
        assert!((figures["promise_recall"] - 1.0).abs() < 1e-9);
    }

    #[test]
    fn times_are_read_with_and_without_a_zone() {
        let table = "Sentence\tdue\tnow\ttime_zone\n\
            明天上午给您答复\t2026-03-05\t2026-03-04T02:30:00Z\tAsia/Shanghai\n\
            明天上午给您答复\t2026-03-05T04:00:00Z\t2026-03-04 10:30\tAsia/Shanghai\n\
            您好\t\t\t\n";
        let rows = read_promise_sentences(table).expect("three rows");
        assert_eq!(rows[0].now, rows[1].now);
        assert_eq!(rows[1].due, "2026-03-05 12:00");
        assert!(!rows[2].is_promise);
        let figures = promise_figures(&rows);
        assert!((figures["promise_date_accuracy"] - 1.0).abs() < 1e-9);
    }

    #[test]
    fn what_is_not_understood_is_named_with_its_line() {
        let told = |content: &str| {
            read_promise_sentences(content)
                .expect_err("wrong")
                .to_string()
        };
        assert!(told("text\tpromise\nfine\tperhaps\n").starts_with("line 2: `perhaps`"));
        assert!(told("text\tpromise\tnow\nfine\t1\tnoon\n").starts_with("line 2: `noon`"));
        assert!(told("words\tpromise\n").contains("no column `text`"));
        assert!(told("text\n").contains("no column `promise`"));
        assert_eq!(told("# nothing\n"), "no rows");
    }
}

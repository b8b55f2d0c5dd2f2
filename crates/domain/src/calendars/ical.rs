//! Holidays from a calendar file (iCalendar, RFC 5545).
//!
//! Only what a list of holidays needs is read: whole days of `VEVENT`, their name, and
//! yearly repetition. What cannot be read is left out and named, so that nobody takes a
//! half-read file for a whole one. A general iCalendar library would bring a second date
//! library and its recurrences for that.
//!
//! Calendars of Chinese holidays mark days off with 休 and working weekends with 班, or
//! with `X-APPLE-SPECIAL-DAY`. Where a file has such marks, only marked days count; the
//! rest are days to remember, not days off.

use jiff::Span;
use jiff::civil::Date;

use crate::limits::{CALENDAR_EXCEPTIONS_MAX, ICAL_BYTES_MAX, ICAL_EVENT_DAYS_MAX};

/// One day of a calendar file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedDay {
    /// Which.
    pub date: Date,
    /// Its name, at most 120 characters.
    pub name: String,
    /// A working day moved to a weekend, not a day off.
    pub is_working: bool,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imported {
    /// Days in order, each once.
    pub days: Vec<ImportedDay>,
    /// What was left out.
    pub skipped: Vec<Skipped>,
}

/// An event that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The line it begins at, from 1.
    pub line: usize,
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: SkipReason,
}

/// Why an event was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SkipReason {
    /// It has a time of day; holidays are whole days.
    NotWholeDays,
    /// It has no beginning, or none that can be read.
    NoDate,
    /// It ends before it begins or lasts too long.
    Length,
    /// It repeats in another way than yearly on the same date.
    Repetition,
    /// It has no mark of a day off or working day, while others have.
    NotMarked,
    /// It was cancelled.
    Cancelled,
}

/// Why a file was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IcalError {
    /// Too large.
    #[error("the file is larger than {} MB", ICAL_BYTES_MAX / 1024 / 1024)]
    TooLarge,
    /// It does not begin as a calendar.
    #[error("this is not a calendar file; it does not begin with BEGIN:VCALENDAR")]
    NotACalendar,
    /// It ends in the middle of an event.
    #[error("the file ends in the middle of an event; it may have been cut off")]
    CutOff,
    /// More days than a calendar takes.
    #[error("the file has more than {CALENDAR_EXCEPTIONS_MAX} days; choose fewer years")]
    TooManyDays,
}

/// Years a yearly event is repeated for.
const REPEATED_YEARS: i16 = 10;

#[derive(Default)]
struct Event {
    line: usize,
    name: String,
    start: Option<String>,
    end: Option<String>,
    is_timed: bool,
    rule: Option<String>,
    has_other_repetition: bool,
    is_cancelled: bool,
    /// Some(true) is a working day, Some(false) a day off.
    mark: Option<bool>,
}

/// Reads the whole days of a calendar file. Events are given in any order and come out by
/// date; of two on one day the later in the file wins.
pub fn parse(text: &str) -> Result<Imported, IcalError> {
    if text.len() > ICAL_BYTES_MAX {
        return Err(IcalError::TooLarge);
    }
    let events = events(text.trim_start_matches('\u{feff}'))?;
    let has_marks = events.iter().any(|event| event.mark.is_some());
    let mut days = std::collections::BTreeMap::new();
    let mut skipped = Vec::new();
    for event in &events {
        let dates = if has_marks && event.mark.is_none() {
            Err(SkipReason::NotMarked)
        } else {
            dates(event)
        };
        match dates {
            Ok(dates) => {
                for date in dates {
                    let name = event.name.clone();
                    let is_working = event.mark == Some(true);
                    days.insert(
                        date,
                        ImportedDay {
                            date,
                            name,
                            is_working,
                        },
                    );
                }
            }
            Err(reason) => skipped.push(Skipped {
                line: event.line,
                name: event.name.clone(),
                reason,
            }),
        }
        if days.len() > CALENDAR_EXCEPTIONS_MAX {
            return Err(IcalError::TooManyDays);
        }
    }
    Ok(Imported {
        days: days.into_values().collect(),
        skipped,
    })
}

/// Lines with their number, continuation lines joined.
fn unfold(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some((_, last))) => last.push_str(rest),
            _ => lines.push((number, line.to_owned())),
        }
    }
    lines
}

fn events(text: &str) -> Result<Vec<Event>, IcalError> {
    let lines = unfold(text);
    let first = lines.iter().find(|(_, line)| !line.trim().is_empty());
    if !first.is_some_and(|(_, line)| line.trim().eq_ignore_ascii_case("BEGIN:VCALENDAR")) {
        return Err(IcalError::NotACalendar);
    }
    let (mut events, mut open, mut depth) = (Vec::new(), None::<Event>, 0_u32);
    for (number, line) in lines {
        let Some((head, value)) = split_property(&line) else {
            continue;
        };
        let mut parts = head.split(';');
        let name = parts.next().unwrap_or_default().to_ascii_uppercase();
        let block = value.trim().to_ascii_uppercase();
        match (name.as_str(), block.as_str(), &mut open) {
            ("BEGIN", "VEVENT", None) => {
                open = Some(Event {
                    line: number,
                    ..Event::default()
                });
            }
            ("BEGIN", _, Some(_)) => depth += 1,
            ("END", "VEVENT", Some(_)) if depth == 0 => events.extend(open.take()),
            ("END", _, Some(_)) => depth = depth.saturating_sub(1),
            (_, _, Some(event)) if depth == 0 => take_property(event, &name, parts, value),
            _ => {}
        }
    }
    if open.is_some() {
        return Err(IcalError::CutOff);
    }
    Ok(events)
}

/// Name with parameters, and value; a colon in a quoted parameter does not count.
fn split_property(line: &str) -> Option<(&str, &str)> {
    let mut is_quoted = false;
    let colon = line.char_indices().find_map(|(at, c)| {
        is_quoted ^= c == '"';
        (c == ':' && !is_quoted).then_some(at)
    })?;
    Some((&line[..colon], &line[colon + 1..]))
}

fn take_property<'a>(
    event: &mut Event,
    name: &str,
    mut parameters: impl Iterator<Item = &'a str>,
    value: &str,
) {
    match name {
        "SUMMARY" => {
            event.name = unescape(value);
            event.mark = event.mark.or_else(|| mark(&event.name));
        }
        "DTSTART" => {
            event.is_timed = value.contains('T')
                || parameters.any(|parameter| parameter.eq_ignore_ascii_case("VALUE=DATE-TIME"));
            event.start = Some(value.trim().to_owned());
        }
        "DTEND" => event.end = Some(value.trim().to_owned()),
        "RRULE" => event.rule = Some(value.trim().to_ascii_uppercase()),
        "RDATE" | "EXDATE" | "EXRULE" => event.has_other_repetition = true,
        "STATUS" => event.is_cancelled = value.trim().eq_ignore_ascii_case("CANCELLED"),
        "X-APPLE-SPECIAL-DAY" => match value.trim() {
            "ALTERNATE-WORKDAY" => event.mark = Some(true),
            "WORK-HOLIDAY" => event.mark = Some(false),
            _ => {}
        },
        _ => {}
    }
}

fn mark(name: &str) -> Option<bool> {
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&["（班）", "(班)", "补班", "上班", "调班"]) {
        Some(true)
    } else if has(&["（休）", "(休)", "放假"]) {
        Some(false)
    } else {
        None
    }
}

fn unescape(value: &str) -> String {
    let mut text = String::new();
    let mut chars = value.trim().chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => text.push(' '),
                Some(other) => text.push(other),
                None => {}
            },
            c if c.is_control() => {}
            c => text.push(c),
        }
    }
    text.chars().take(120).collect()
}

fn date(text: &str) -> Option<Date> {
    let is_date = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
    if !is_date {
        return None;
    }
    let (year, month, day) = (
        text[..4].parse().ok()?,
        text[4..6].parse().ok()?,
        text[6..].parse().ok()?,
    );
    Date::new(year, month, day).ok()
}

fn dates(event: &Event) -> Result<Vec<Date>, SkipReason> {
    if event.is_cancelled {
        return Err(SkipReason::Cancelled);
    }
    if event.is_timed {
        return Err(SkipReason::NotWholeDays);
    }
    let first = event
        .start
        .as_deref()
        .and_then(date)
        .ok_or(SkipReason::NoDate)?;
    // The end is the day after the last one; without it, it is one day.
    let days = match event.end.as_deref() {
        None => 1,
        Some(end) => {
            let end = date(end).ok_or(SkipReason::NotWholeDays)?;
            (end - first).get_days().max(i32::from(end == first))
        }
    };
    if !(1..=ICAL_EVENT_DAYS_MAX).contains(&days) {
        return Err(SkipReason::Length);
    }
    if event.has_other_repetition {
        return Err(SkipReason::Repetition);
    }
    let firsts = match event.rule.as_deref() {
        None => vec![first],
        Some(rule) => repeated(first, rule).ok_or(SkipReason::Repetition)?,
    };
    let mut all = Vec::new();
    for first in firsts {
        for day in 0..i64::from(days) {
            all.extend(
                Span::new()
                    .try_days(day)
                    .and_then(|d| first.checked_add(d))
                    .ok(),
            );
        }
    }
    Ok(all)
}

/// The same date in the following years.
fn repeated(first: Date, rule: &str) -> Option<Vec<Date>> {
    let (mut is_yearly, mut every, mut count, mut until) = (false, 1_i16, REPEATED_YEARS, None);
    for part in rule.split(';') {
        match part.split_once('=')? {
            ("FREQ", frequency) => is_yearly = frequency == "YEARLY",
            ("INTERVAL", number) => {
                every = number.parse().ok().filter(|n| (1..=100).contains(n))?;
            }
            ("COUNT", number) => count = number.parse::<i16>().ok()?.clamp(1, REPEATED_YEARS),
            ("UNTIL", day) => until = Some(date(day.get(..8)?)?),
            ("BYMONTH", month) if month.parse() == Ok(first.month()) => {}
            ("BYMONTHDAY", day) if day.parse() == Ok(first.day()) => {}
            ("WKST", _) => {}
            _ => return None,
        }
    }
    let years = (0..count).filter_map(|turn| {
        let year = first.year().checked_add(turn.checked_mul(every)?)?;
        Date::new(year, first.month(), first.day()).ok()
    });
    is_yearly.then(|| {
        years
            .filter(|date| until.is_none_or(|until| *date <= until))
            .collect()
    })
}

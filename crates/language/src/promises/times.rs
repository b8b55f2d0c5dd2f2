//! Words of time, put together: "Friday" and "noon" are one time.

use std::ops::Range;

use zhiyin_domain::promise::{DueDay, DueRule, DueTime};

/// A time that a clause speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Time {
    /// Where, in bytes of the clause.
    pub place: Range<usize>,
    /// By when.
    pub due: DueRule,
}

/// A part of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Until noon.
    Morning,
    /// Noon.
    Noon,
    /// Until six.
    Afternoon,
    /// Until ten at night.
    Evening,
    /// When the business day ends.
    Close,
}

/// One word of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A span.
    Span(DueRule),
    /// A day.
    Day(DueDay),
    /// A week so many weeks ahead.
    Week(u8),
    /// A part of a day.
    Part(Part),
    /// A time by the clock; whether it says which half of the day.
    Clock {
        hour: u8,
        minute: u8,
        is_plain: bool,
    },
}

/// A word of time and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub place: Range<usize>,
    pub what: What,
}

/// Keeps the first of words that overlap, the longer one of two that begin together.
fn sorted(mut words: Vec<Word>) -> Vec<Word> {
    words.sort_by_key(|word| (word.place.start, usize::MAX - word.place.end));
    let mut kept: Vec<Word> = Vec::new();
    for word in words {
        if kept
            .last()
            .is_none_or(|last| last.place.end <= word.place.start)
        {
            kept.push(word);
        }
    }
    kept
}

/// Times out of words; `joins` tells whether what stands between two words holds them
/// together.
pub(super) fn together(clause: &str, words: Vec<Word>, joins: impl Fn(&str) -> bool) -> Vec<Time> {
    let mut groups: Vec<Vec<Word>> = Vec::new();
    for word in sorted(words) {
        match groups.last_mut() {
            Some(group)
                if group
                    .last()
                    .is_some_and(|last| joins(&clause[last.place.end..word.place.start])) =>
            {
                group.push(word);
            }
            _ => groups.push(vec![word]),
        }
    }
    groups.iter().filter_map(|group| time(group)).collect()
}

/// One time out of words that belong together.
fn time(words: &[Word]) -> Option<Time> {
    let place = words.first()?.place.start..words.last()?.place.end;
    let (mut span, mut day, mut week, mut part, mut clock) = (None, None, None, None, None);
    for word in words {
        match word.what {
            What::Span(rule) => {
                // An exact one says more than "soon".
                if span.is_none_or(|held: DueRule| !held.is_exact()) {
                    span = Some(rule);
                }
            }
            // "Friday 13 March": the date says which.
            What::Day(date @ DueDay::Date { .. }) => day = Some(date),
            What::Day(found) => day = day.or(Some(found)),
            What::Week(weeks) => week = Some(weeks),
            // "From nine in the morning to three in the afternoon" ends in the afternoon.
            What::Part(found) => part = Some(found),
            What::Clock {
                hour,
                minute,
                is_plain,
            } => clock = Some((hour, minute, is_plain)),
        }
    }
    let day = match (day, week) {
        (Some(DueDay::Weekday(weekday)), Some(weeks)) => Some(DueDay::WeekdayOf { weekday, weeks }),
        (None, Some(weeks)) => Some(DueDay::EndOfWeek(weeks)),
        (day, _) => day,
    };
    let named = day.is_some() || part.is_some() || clock.is_some();
    let due = match span {
        Some(rule) if rule.is_exact() || !named => rule,
        _ => DueRule::On {
            day: day.unwrap_or(if clock.is_some() {
                DueDay::Next
            } else {
                DueDay::InDays(0)
            }),
            time: time_of(part, clock),
        },
    };
    Some(Time { place, due })
}

fn time_of(part: Option<Part>, clock: Option<(u8, u8, bool)>) -> DueTime {
    let at = |hour, minute| DueTime::At { hour, minute };
    if let Some((hour, minute, is_plain)) = clock {
        let is_late = match part {
            Some(Part::Afternoon | Part::Evening) => true,
            Some(Part::Morning) => false,
            Some(Part::Noon) => hour < 10,
            // Nobody is called at three in the night.
            Some(Part::Close) | None => hour < 7,
        };
        return if is_plain && is_late && hour < 12 {
            at(hour + 12, minute)
        } else if is_plain && part == Some(Part::Evening) && hour == 12 {
            at(24, 0)
        } else {
            at(hour, minute)
        };
    }
    match part {
        Some(Part::Morning | Part::Noon) => at(12, 0),
        Some(Part::Afternoon) => at(18, 0),
        Some(Part::Evening) => at(22, 0),
        Some(Part::Close) | None => DueTime::Close,
    }
}

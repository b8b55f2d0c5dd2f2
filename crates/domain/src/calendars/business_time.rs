//! Counting in business hours.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;
use std::time::Duration;

use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::{CalendarError, CalendarRules, Holiday, Minutes};
use crate::limits::{CALENDAR_EXCEPTIONS_MAX, CALENDAR_HOLIDAYS_MAX, CALENDAR_INTERVALS_MAX};
use crate::time::Timestamp;

/// How far ahead an opening is looked for: somebody who does not open for so long is closed.
const HORIZON_DAYS: u32 = 3 * 366;
const FIRST_YEAR: i16 = 1970;
const YEARS: usize = 200;
/// Places for the days of a year, which are counted from 1.
const DAYS: usize = 367;

/// Openings of a day, in order.
type Openings = Vec<(Timestamp, Timestamp)>;

/// A calendar ready to count with. Make it once and keep it: holidays of a year and openings
/// of a day are looked up when first needed.
#[derive(Debug, Clone)]
pub struct BusinessTime {
    zone: TimeZone,
    week: [Minutes; 7],
    holidays: Vec<Holiday>,
    exceptions: BTreeMap<Date, Minutes>,
    /// What was looked up, from 1970 on.
    years: Vec<OnceLock<Year>>,
}

/// What was looked up of one year.
#[derive(Debug, Clone)]
struct Year {
    /// Closed days.
    closed: BTreeSet<Date>,
    /// Openings by day: every message is counted by those of today.
    days: Vec<OnceLock<Openings>>,
}

impl BusinessTime {
    /// Checks the rules and makes them ready.
    pub fn new(rules: &CalendarRules) -> Result<Self, CalendarError> {
        if rules.weekly.len() > CALENDAR_INTERVALS_MAX
            || rules.holidays.len() > CALENDAR_HOLIDAYS_MAX
            || rules.exceptions.len() > CALENDAR_EXCEPTIONS_MAX
        {
            return Err(CalendarError::TooMany);
        }
        let zone = TimeZone::get(&rules.time_zone)
            .map_err(|_| CalendarError::TimeZone(rules.time_zone.clone()))?;
        rules.holidays.iter().try_for_each(Holiday::check)?;
        let week = rules.minutes_of_week()?;
        let mut exceptions = BTreeMap::new();
        for (date, exception) in &rules.exceptions {
            exceptions.insert(*date, exception.day.minutes(&week)?);
        }
        Ok(Self {
            zone,
            week,
            holidays: rules.holidays.clone(),
            exceptions,
            years: vec![OnceLock::new(); YEARS],
        })
    }

    /// Whether somebody is there.
    #[must_use]
    pub fn is_open(&self, at: Timestamp) -> bool {
        let open = self.date(at).map(|date| self.openings(date));
        open.is_some_and(|open| open.iter().any(|(from, to)| *from <= at && at < *to))
    }

    /// The moment itself when open, else the next opening. None when that is more than
    /// three years away.
    #[must_use]
    pub fn next_opening(&self, at: Timestamp) -> Option<Timestamp> {
        let mut days = self.days_from(at);
        days.find_map(|day| day.iter().copied().find(|(_, to)| *to > at))
            .map(|(from, _)| from.max(at))
    }

    /// When the present opening ends; none when closed. An opening that goes on over
    /// midnight ends where it really does.
    #[must_use]
    pub fn next_closing(&self, at: Timestamp) -> Option<Timestamp> {
        if !self.is_open(at) {
            return None;
        }
        let mut end = at;
        for day in self.days_from(at) {
            for (from, to) in day.iter() {
                if *from > end {
                    return Some(end);
                }
                end = end.max(*to);
            }
        }
        Some(end)
    }

    /// When the last opening of a day ends; none when it is closed all day. The day is one of
    /// the calendar's zone.
    #[must_use]
    pub fn last_closing(&self, date: Date) -> Option<Timestamp> {
        self.openings(date).iter().map(|(_, closes)| *closes).max()
    }

    /// The moment when so much business time has passed. A time that is used up at the
    /// end of an opening is due then, not at the next opening. None when it would be more
    /// than three years ahead of the last opening.
    #[must_use]
    pub fn add(&self, from: Timestamp, business: Duration) -> Option<Timestamp> {
        if business.is_zero() {
            return Some(from);
        }
        let mut rest = business;
        for day in self.days_from(from) {
            for (opens, closes) in day.iter() {
                let begins = (*opens).max(from);
                let open = closes.since(begins);
                if *closes > begins && rest <= open {
                    return Some(begins.plus(rest));
                }
                rest -= open.min(rest);
            }
        }
        None
    }

    /// The business time between two moments; zero when the second is earlier.
    #[must_use]
    pub fn between(&self, from: Timestamp, to: Timestamp) -> Duration {
        let mut sum = Duration::ZERO;
        let (Some(mut date), Some(last)) = (self.date(from), self.date(to)) else {
            return sum;
        };
        while date <= last {
            for (opens, closes) in self.openings(date).iter() {
                sum += (*closes).min(to).since((*opens).max(from));
            }
            let Ok(next) = date.tomorrow() else {
                break;
            };
            date = next;
        }
        sum
    }

    fn date(&self, at: Timestamp) -> Option<Date> {
        let instant = jiff::Timestamp::from_microsecond(at.as_micros()).ok()?;
        Some(instant.to_zoned(self.zone.clone()).date())
    }

    fn days_from(&self, at: Timestamp) -> impl Iterator<Item = Cow<'_, [(Timestamp, Timestamp)]>> {
        let mut next = self.date(at);
        (0..HORIZON_DAYS).map_while(move |_| {
            let date = next?;
            next = date.tomorrow().ok();
            Some(self.openings(date))
        })
    }

    /// When it is open on a day.
    fn openings(&self, date: Date) -> Cow<'_, [(Timestamp, Timestamp)]> {
        let day = usize::try_from(date.day_of_year()).ok();
        let known = self
            .year(date)
            .zip(day)
            .and_then(|(year, day)| year.days.get(day));
        match known {
            Some(day) => Cow::Borrowed(day.get_or_init(|| self.openings_of(date))),
            None => Cow::Owned(self.openings_of(date)),
        }
    }

    fn openings_of(&self, date: Date) -> Openings {
        let minutes = self.minutes(date).iter();
        let open = minutes.filter_map(|(from, to)| {
            let interval = (
                self.edge(date, *from, Edge::Begin)?,
                self.edge(date, *to, Edge::End)?,
            );
            (interval.0 < interval.1).then_some(interval)
        });
        open.collect()
    }

    fn minutes(&self, date: Date) -> &[(u16, u16)] {
        if let Some(minutes) = self.exceptions.get(&date) {
            return minutes;
        }
        if self.is_holiday(date) {
            return &[];
        }
        let weekday = date.weekday().to_monday_zero_offset();
        &self.week[usize::try_from(weekday).unwrap_or(0)]
    }

    fn is_holiday(&self, date: Date) -> bool {
        self.year(date)
            .is_some_and(|year| year.closed.contains(&date))
    }

    /// What is known of the year of a day; none outside of those for which holidays are known.
    fn year(&self, date: Date) -> Option<&Year> {
        let index = usize::try_from(date.year() - FIRST_YEAR).ok();
        let year = index.and_then(|index| self.years.get(index))?;
        Some(year.get_or_init(|| {
            let mut closed = BTreeSet::new();
            for holiday in &self.holidays {
                holiday.days_in(date.year(), &mut closed);
            }
            let days = vec![OnceLock::new(); DAYS];
            Year { closed, days }
        }))
    }

    fn edge(&self, date: Date, minute: u16, edge: Edge) -> Option<Timestamp> {
        let (date, minute) = if minute == 24 * 60 {
            (date.tomorrow().ok()?, 0)
        } else {
            (date, minute)
        };
        let (hour, minute) = (
            i8::try_from(minute / 60).ok()?,
            i8::try_from(minute % 60).ok()?,
        );
        let local = date.at(hour, minute, 0, 0);
        let instant = instant(&self.zone, local, edge)?;
        Some(Timestamp::from_micros(instant.as_microsecond()))
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Edge {
    Begin,
    End,
}

fn instant(zone: &TimeZone, local: DateTime, edge: Edge) -> Option<jiff::Timestamp> {
    let ambiguous = zone.to_ambiguous_timestamp(local);
    match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => ambiguous.unambiguous().ok(),
        AmbiguousOffset::Fold { .. } if edge == Edge::Begin => ambiguous.earlier().ok(),
        AmbiguousOffset::Fold { .. } => ambiguous.later().ok(),
        // The clock jumped over it. As read before the jump, this moment lies after the
        // change, so the change is the last one up to there.
        AmbiguousOffset::Gap { before, .. } => {
            let after = before.to_timestamp(local).ok()?;
            let up_to = after
                .checked_add(jiff::SignedDuration::from_nanos(1))
                .ok()?;
            zone.preceding(up_to)
                .next()
                .map(|change| change.timestamp())
        }
    }
}

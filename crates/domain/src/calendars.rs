//! Business hours (工作时间): when somebody answers.
//!
//! A [`Calendar`] has intervals for each weekday, holidays by rule (fixed, lunar, solar
//! term, weekday of a month, Easter) and exceptions by date, which win: closed days, other
//! hours, and working days moved to a weekend (调休). [`BusinessTime`] is the same made
//! ready to count with: [`BusinessTime::add`], [`BusinessTime::between`],
//! [`BusinessTime::next_opening`]. [`ical`] reads holidays from a calendar file.
//!
//! Times of day are of the calendar's zone. Where a clock change removes or repeats an
//! edge of an interval, the interval has one edge all the same: a removed edge is the
//! moment of the change, a repeated beginning is the first and a repeated end the second.

mod business_time;
mod days;
mod holidays;
pub mod ical;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use business_time::BusinessTime;
pub use days::{CalendarDay, CalendarDayKind};
pub use holidays::{Holiday, HolidayRule, china_holidays};

use crate::ids::CalendarId;
use crate::inbox::OfficeHours;
use crate::limits::{CALENDAR_EXCEPTIONS_MAX, CALENDAR_HOLIDAYS_MAX, CALENDAR_INTERVALS_MAX};
use crate::name::Name;
use crate::time::Timestamp;

/// Business hours of inboxes, teams or standards.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    /// Identifier.
    pub id: CalendarId,
    /// What people call it.
    pub name: Name,
    /// The rules.
    pub rules: CalendarRules,
    /// When it was created.
    pub created_at: Timestamp,
    /// Optimistic lock.
    pub version: i64,
}

/// Intervals, holidays and exceptions. A value: stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CalendarRules {
    /// IANA zone.
    pub time_zone: String,
    /// Intervals of weekdays; several a day, without overlap. A weekday without is closed.
    pub weekly: Vec<OfficeHours>,
    /// Days closed by rule.
    pub holidays: Vec<Holiday>,
    /// What holds on single days, whatever the rules say.
    pub exceptions: BTreeMap<Date, Exception>,
}

impl Default for CalendarRules {
    /// Monday to Friday from 9 to 18 in UTC.
    fn default() -> Self {
        let day = |weekday| OfficeHours {
            weekday,
            from: "09:00".to_owned(),
            to: "18:00".to_owned(),
        };
        Self {
            time_zone: "UTC".to_owned(),
            weekly: (1..=5).map(day).collect(),
            holidays: Vec::new(),
            exceptions: BTreeMap::new(),
        }
    }
}

/// What holds on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// Why, for people.
    #[serde(default)]
    pub name: String,
    /// What.
    pub day: DayKind,
}

/// How a single day is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DayKind {
    /// Nobody is there.
    Closed,
    /// Open like a weekday, 1 = Monday … 7 = Sunday; for working days moved to a weekend.
    LikeWeekday {
        /// Which.
        weekday: u8,
    },
    /// Open at these times.
    Open {
        /// Intervals; their weekday does not matter.
        intervals: Vec<Interval>,
    },
}

/// One interval of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// `HH:MM`, inclusive.
    pub from: String,
    /// `HH:MM`, exclusive; `24:00` is the end of the day.
    pub to: String,
}

/// Why a calendar was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The zone is unknown.
    #[error("`{0}` is not an IANA time zone")]
    TimeZone(String),
    /// An interval is malformed or ends before it begins.
    #[error("intervals need a weekday from 1 to 7 and times as HH:MM with `from` before `to`")]
    Interval,
    /// Two intervals of a day overlap.
    #[error("two intervals of one day overlap")]
    Overlap,
    /// A rule for no possible day.
    #[error("a holiday names no possible day, or lasts less than 1 or more than 30 days")]
    Holiday,
    /// Too many of something.
    #[error(
        "a calendar has at most {CALENDAR_INTERVALS_MAX} intervals, {CALENDAR_HOLIDAYS_MAX} \
         holidays and {CALENDAR_EXCEPTIONS_MAX} single days"
    )]
    TooMany,
}

/// Minutes of a day, in order and without overlap.
pub(crate) type Minutes = Vec<(u16, u16)>;

fn in_order(mut minutes: Minutes) -> Result<Minutes, CalendarError> {
    minutes.sort_unstable();
    if minutes.windows(2).all(|pair| pair[0].1 <= pair[1].0) {
        Ok(minutes)
    } else {
        Err(CalendarError::Overlap)
    }
}

impl CalendarRules {
    /// Checks everything a form could get wrong.
    pub fn check(&self) -> Result<(), CalendarError> {
        BusinessTime::new(self).map(|_| ())
    }

    /// Puts imported days in, in place of what was there on those days. Says how many.
    pub fn import(&mut self, days: Vec<ical::ImportedDay>) -> usize {
        let count = days.len();
        for day in days {
            let kind = if day.is_working {
                DayKind::LikeWeekday { weekday: 1 }
            } else {
                DayKind::Closed
            };
            let exception = Exception {
                name: day.name,
                day: kind,
            };
            self.exceptions.insert(day.date, exception);
        }
        count
    }

    fn minutes_of_week(&self) -> Result<[Minutes; 7], CalendarError> {
        let mut week: [Minutes; 7] = Default::default();
        for hours in &self.weekly {
            let minutes = hours.minutes().ok_or(CalendarError::Interval)?;
            week[usize::from(hours.weekday) - 1].push(minutes);
        }
        for day in &mut week {
            *day = in_order(std::mem::take(day))?;
        }
        Ok(week)
    }
}

impl DayKind {
    fn minutes(&self, week: &[Minutes; 7]) -> Result<Minutes, CalendarError> {
        match self {
            Self::Closed => Ok(Minutes::new()),
            Self::LikeWeekday { weekday } if (1..=7).contains(weekday) => {
                Ok(week[usize::from(*weekday) - 1].clone())
            }
            Self::LikeWeekday { .. } => Err(CalendarError::Interval),
            Self::Open { intervals } if intervals.len() <= CALENDAR_INTERVALS_MAX => {
                let minutes = intervals.iter().map(|interval| {
                    let hours = OfficeHours {
                        weekday: 1,
                        from: interval.from.clone(),
                        to: interval.to.clone(),
                    };
                    hours.minutes().ok_or(CalendarError::Interval)
                });
                in_order(minutes.collect::<Result<_, _>>()?)
            }
            Self::Open { .. } => Err(CalendarError::TooMany),
        }
    }
}

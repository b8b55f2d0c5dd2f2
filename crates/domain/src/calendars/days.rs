//! How single days of a calendar are, for people who look at it.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{BusinessTime, CalendarError, CalendarRules, Interval, Minutes};

/// One day of a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarDay {
    /// Which.
    pub date: Date,
    /// When somebody is there; empty when nobody is.
    pub intervals: Vec<Interval>,
    /// What people call it, where it is not like every week.
    pub name: Option<String>,
    /// Why it is as it is.
    pub kind: CalendarDayKind,
}

/// Why a day is as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalendarDayKind {
    /// Like every week.
    Regular,
    /// A holiday by rule.
    Holiday,
    /// A single day that was set.
    Exception,
}

impl CalendarDayKind {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Regular => "regular",
            Self::Holiday => "holiday",
            Self::Exception => "exception",
        }
    }
}

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn intervals(minutes: &Minutes) -> Vec<Interval> {
    let interval = |(from, to): &(u16, u16)| Interval {
        from: clock(*from),
        to: clock(*to),
    };
    minutes.iter().map(interval).collect()
}

impl CalendarRules {
    /// The days from a date on, in order. Ends early at the end of time.
    pub fn days(&self, from: Date, count: usize) -> Result<Vec<CalendarDay>, CalendarError> {
        BusinessTime::new(self)?;
        let week = self.minutes_of_week()?;
        let mut days = Vec::with_capacity(count);
        let mut next = Some(from);
        while let Some(date) = next.filter(|_| days.len() < count) {
            next = date.tomorrow().ok();
            days.push(self.day(date, &week)?);
        }
        Ok(days)
    }

    fn day(&self, date: Date, week: &[Minutes; 7]) -> Result<CalendarDay, CalendarError> {
        let named = |name: &str| Some(name.to_owned()).filter(|name| !name.is_empty());
        if let Some(exception) = self.exceptions.get(&date) {
            return Ok(CalendarDay {
                date,
                intervals: intervals(&exception.day.minutes(week)?),
                name: named(&exception.name),
                kind: CalendarDayKind::Exception,
            });
        }
        let falls_on = |holiday: &&super::Holiday| {
            let mut days = BTreeSet::new();
            holiday.days_in(date.year(), &mut days);
            days.contains(&date)
        };
        if let Some(holiday) = self.holidays.iter().find(falls_on) {
            return Ok(CalendarDay {
                date,
                intervals: Vec::new(),
                name: named(&holiday.name),
                kind: CalendarDayKind::Holiday,
            });
        }
        let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0);
        Ok(CalendarDay {
            date,
            intervals: intervals(&week[weekday]),
            name: None,
            kind: CalendarDayKind::Regular,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{DayKind, Exception, Holiday, HolidayRule};
    use super::*;

    #[test]
    fn a_day_says_when_and_why() {
        let date = |text: &str| text.parse::<Date>().expect("a date");
        let mut rules = CalendarRules::default();
        let new_year = HolidayRule::Fixed { month: 1, day: 1 };
        rules.holidays = vec![Holiday::yearly("元旦", new_year, 0, 1)];
        let moved = Exception {
            name: "班".to_owned(),
            day: DayKind::LikeWeekday { weekday: 1 },
        };
        rules.exceptions.insert(date("2026-01-04"), moved);
        let days = rules.days(date("2025-12-31"), 5).expect("days");
        let told: Vec<(String, usize, Option<&str>, &str)> = days
            .iter()
            .map(|day| {
                let name = day.name.as_deref();
                (
                    day.date.to_string(),
                    day.intervals.len(),
                    name,
                    day.kind.as_str(),
                )
            })
            .collect();
        let expected = [
            ("2025-12-31".to_owned(), 1, None, "regular"),
            ("2026-01-01".to_owned(), 0, Some("元旦"), "holiday"),
            ("2026-01-02".to_owned(), 1, None, "regular"),
            ("2026-01-03".to_owned(), 0, None, "regular"),
            ("2026-01-04".to_owned(), 1, Some("班"), "exception"),
        ];
        assert_eq!(told, expected);
        assert_eq!(days[4].intervals[0].to, "18:00");
    }
}

//! By when something is promised, as it was said ("tomorrow morning", "within two working
//! days"), and the moment that is.
//!
//! Words give a [`DueRule`]; [`DueRule::resolve`] needs the moment they were said, the zone of
//! whom they were said to, and the business hours of whoever said them. In doubt it is the
//! later moment that could still be meant: "in the afternoon" ends at six, "by Friday" with
//! Friday's business hours.

use jiff::ToSpan as _;
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;

use crate::calendars::BusinessTime;
use crate::time::Timestamp;

/// When a day ends where no calendar says so.
const DAY_ENDS: (u8, u8) = (18, 0);
/// Working days are looked for no further ahead.
const DAYS_AHEAD_MAX: u16 = 366;

/// By when, as it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueRule {
    /// So many minutes from now, by the clock.
    Minutes(u32),
    /// So many days from now, at the same time of day.
    Days(u16),
    /// At the end of this working day after today.
    WorkingDays(u16),
    /// So many minutes of business time from now; by the clock without a calendar.
    WorkingMinutes(u32),
    /// A time of a day.
    On {
        /// Which day.
        day: DueDay,
        /// Which time.
        time: DueTime,
    },
    /// Soon, without saying when: what people take it for, in minutes of business time.
    Soon(u32),
}

/// Which day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueDay {
    /// So many days from today.
    InDays(u16),
    /// The next day of this name after today; 1 is Monday.
    Weekday(u8),
    /// That day so many weeks ahead; of this week with 0.
    WeekdayOf {
        /// 1 is Monday.
        weekday: u8,
        /// How many weeks ahead.
        weeks: u8,
    },
    /// The last working day of a week so many weeks ahead.
    EndOfWeek(u8),
    /// The last working day of a month so many months ahead.
    EndOfMonth(u8),
    /// The next such day.
    Date {
        /// 1 to 12; this month or the next without it.
        month: Option<u8>,
        /// 1 to 31.
        day: u8,
    },
    /// Today if the time is still to come, else tomorrow.
    Next,
}

/// Which time of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueTime {
    /// By the clock; 24:00 is the end of the day.
    At {
        /// 0 to 24.
        hour: u8,
        /// 0 to 59.
        minute: u8,
    },
    /// When the business hours of the day end, else at six in the evening.
    Close,
}

impl DueRule {
    /// Whether a moment was named, and not only that it is soon.
    #[must_use]
    pub const fn is_exact(self) -> bool {
        !matches!(self, Self::Soon(_))
    }

    /// The moment that is meant by somebody who says it now to somebody in a zone; an unknown
    /// zone is read as UTC. None for a moment that lies in the past or that there is not.
    #[must_use]
    pub fn resolve(
        self,
        now: Timestamp,
        zone: &str,
        business: Option<&BusinessTime>,
    ) -> Option<Timestamp> {
        let there = There::new(now, zone, business)?;
        let due = match self {
            Self::Minutes(minutes) => now.plus(minutes_of(minutes)),
            Self::Days(days) => {
                let local = there.local.checked_add(i32::from(days).days()).ok()?;
                Timestamp::from_micros(local.timestamp().as_microsecond())
            }
            Self::WorkingDays(days) => there.working_day(days)?,
            Self::WorkingMinutes(minutes) | Self::Soon(minutes) => business
                .and_then(|business| business.add(now, minutes_of(minutes)))
                .unwrap_or_else(|| now.plus(minutes_of(minutes))),
            Self::On { day, time } => there.moment(day, time)?,
        };
        (due > now).then_some(due)
    }
}

fn minutes_of(minutes: u32) -> std::time::Duration {
    std::time::Duration::from_mins(u64::from(minutes))
}

/// Now, where the customer is.
struct There<'a> {
    now: Timestamp,
    local: jiff::Zoned,
    business: Option<&'a BusinessTime>,
}

impl<'a> There<'a> {
    fn new(now: Timestamp, zone: &str, business: Option<&'a BusinessTime>) -> Option<Self> {
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        let instant = jiff::Timestamp::from_microsecond(now.as_micros()).ok()?;
        let local = instant.to_zoned(zone);
        Some(Self {
            now,
            local,
            business,
        })
    }

    fn today(&self) -> Date {
        self.local.date()
    }

    fn after(&self, days: u16) -> Option<Date> {
        let ahead = i32::from(days).days();
        self.today().checked_add(ahead).ok()
    }

    /// A local time; the first after it where the clock leaves it out.
    fn at(&self, date: Date, hour: u8, minute: u8) -> Option<Timestamp> {
        let date_time = if hour >= 24 {
            date.at(23, 59, 0, 0)
        } else {
            let hour = i8::try_from(hour).ok()?;
            let minute = i8::try_from(minute).ok()?;
            date.to_datetime(Time::new(hour, minute, 0, 0).ok()?)
        };
        let zoned = date_time.to_zoned(self.local.time_zone().clone()).ok()?;
        Some(Timestamp::from_micros(zoned.timestamp().as_microsecond()))
    }

    fn date_of(&self, at: Timestamp) -> Option<Date> {
        let instant = jiff::Timestamp::from_microsecond(at.as_micros()).ok()?;
        let zone = self.local.time_zone().clone();
        Some(instant.to_zoned(zone).date())
    }

    /// When a day ends: with its business hours, unless that is another day for the customer.
    fn close(&self, date: Date) -> Option<Timestamp> {
        let closing = self.business.and_then(|it| it.last_closing(date));
        let closing = closing.filter(|at| self.date_of(*at) == Some(date));
        closing.or_else(|| self.at(date, DAY_ENDS.0, DAY_ENDS.1))
    }

    fn is_working(&self, date: Date) -> bool {
        match self.business {
            Some(business) => business.last_closing(date).is_some(),
            None => !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday),
        }
    }

    fn working_day(&self, count: u16) -> Option<Timestamp> {
        let mut left = count;
        for days in 1..=DAYS_AHEAD_MAX {
            let date = self.after(days)?;
            if self.is_working(date) {
                left = left.saturating_sub(1);
                if left == 0 {
                    return self.close(date);
                }
            }
        }
        None
    }

    fn moment(&self, day: DueDay, time: DueTime) -> Option<Timestamp> {
        let on = |date| match time {
            DueTime::At { hour, minute } => self.at(date, hour, minute),
            DueTime::Close => self.close(date),
        };
        let due = on(self.date(day)?)?;
        match day {
            DueDay::Next if due <= self.now => on(self.after(1)?),
            // Said after six: what is left of the day.
            DueDay::InDays(0) if due <= self.now => self.at(self.today(), 24, 0),
            _ => Some(due),
        }
    }

    fn date(&self, day: DueDay) -> Option<Date> {
        let today = self.today();
        let weekday = u16::try_from(today.weekday().to_monday_one_offset()).ok()?;
        let monday = today.checked_sub((i32::from(weekday) - 1).days()).ok()?;
        let of_week = |weeks: u8, weekday: u8| {
            let ahead = i32::from(weeks) * 7 + i32::from(weekday.clamp(1, 7)) - 1;
            monday.checked_add(ahead.days()).ok()
        };
        match day {
            DueDay::InDays(days) => self.after(days),
            DueDay::Next => Some(today),
            DueDay::Weekday(wanted) => {
                let wanted = u16::from(wanted.clamp(1, 7));
                self.after((wanted + 6 - weekday) % 7 + 1)
            }
            DueDay::WeekdayOf { weekday, weeks } => of_week(weeks, weekday),
            DueDay::EndOfWeek(weeks) => {
                let last = self.last_working(of_week(weeks, 7)?);
                // On a weekend the week that ends is over.
                (last >= today)
                    .then_some(last)
                    .or_else(|| of_week(weeks, 7))
            }
            DueDay::EndOfMonth(months) => {
                let first = today.first_of_month();
                let in_month = first.checked_add(i32::from(months).months()).ok()?;
                let last = in_month.last_of_month();
                let working = self.last_working(last);
                Some(if working >= today { working } else { last })
            }
            DueDay::Date { month, day } => self.next_date(month, day),
        }
    }

    /// A day, or the nearest working day before it.
    fn last_working(&self, date: Date) -> Date {
        let mut found = date;
        for _ in 0..7 {
            if self.is_working(found) {
                return found;
            }
            match found.yesterday() {
                Ok(before) => found = before,
                Err(_) => break,
            }
        }
        date
    }

    fn next_date(&self, month: Option<u8>, day: u8) -> Option<Date> {
        let today = self.today();
        let day = i8::try_from(day).ok()?;
        let first = today.first_of_month();
        (0..13_i32).find_map(|ahead| {
            let first = first.checked_add(ahead.months()).ok()?;
            let is_month = month.is_none_or(|month| i8::try_from(month) == Ok(first.month()));
            let date = Date::new(first.year(), first.month(), day).ok()?;
            (is_month && date >= today).then_some(date)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendars::CalendarRules;

    /// Wednesday, half past ten in Shanghai.
    const NOW: &str = "2026-03-04T02:30:00Z";

    #[track_caller]
    fn check(rule: DueRule, now: &str, expected: &str) {
        let rules = CalendarRules {
            time_zone: "Asia/Shanghai".to_owned(),
            ..CalendarRules::default()
        };
        let business = BusinessTime::new(&rules).expect("a calendar");
        let now = now.parse().expect("a time");
        let due = rule.resolve(now, "Asia/Shanghai", Some(&business));
        let due = due.map(|due| crate::time::local_minute(due, "Asia/Shanghai"));
        assert_eq!(due.as_deref().unwrap_or("none"), expected, "{rule:?}");
    }

    const fn on(day: DueDay, time: DueTime) -> DueRule {
        DueRule::On { day, time }
    }

    const NOON: DueTime = DueTime::At {
        hour: 12,
        minute: 0,
    };

    #[test]
    fn spans_are_counted_by_clock_days_and_business_hours() {
        check(DueRule::Minutes(24 * 60), NOW, "2026-03-05 10:30");
        check(DueRule::Days(7), NOW, "2026-03-11 10:30");
        check(DueRule::WorkingDays(2), NOW, "2026-03-06 18:00");
        check(DueRule::WorkingDays(3), NOW, "2026-03-09 18:00");
        check(DueRule::WorkingMinutes(8 * 60), NOW, "2026-03-05 09:30");
        check(
            DueRule::Soon(120),
            "2026-03-06T09:00:00Z",
            "2026-03-09 10:00",
        );
    }

    #[test]
    fn days_are_those_after_now() {
        check(on(DueDay::InDays(1), NOON), NOW, "2026-03-05 12:00");
        check(on(DueDay::Weekday(5), NOON), NOW, "2026-03-06 12:00");
        check(on(DueDay::Weekday(3), NOON), NOW, "2026-03-11 12:00");
        let next_wednesday = DueDay::WeekdayOf {
            weekday: 3,
            weeks: 1,
        };
        check(on(next_wednesday, DueTime::Close), NOW, "2026-03-11 18:00");
        check(
            on(DueDay::EndOfWeek(0), DueTime::Close),
            NOW,
            "2026-03-06 18:00",
        );
        check(
            on(DueDay::EndOfMonth(1), DueTime::Close),
            NOW,
            "2026-04-30 18:00",
        );
        let date = |month, day| on(DueDay::Date { month, day }, DueTime::Close);
        check(date(Some(2), 28), NOW, "2027-02-28 18:00");
        check(date(None, 2), NOW, "2026-04-02 18:00");
        check(date(None, 30), NOW, "2026-03-30 18:00");
        check(date(Some(13), 1), NOW, "none");
    }

    #[test]
    fn what_is_over_today_is_the_rest_of_the_day_or_nothing() {
        let evening = "2026-03-04T11:00:00Z";
        check(
            on(DueDay::InDays(0), DueTime::Close),
            evening,
            "2026-03-04 23:59",
        );
        check(on(DueDay::Next, NOON), evening, "2026-03-05 12:00");
        let monday = DueDay::WeekdayOf {
            weekday: 1,
            weeks: 0,
        };
        check(on(monday, NOON), NOW, "none");
    }

    #[test]
    fn a_day_is_that_of_the_customer() {
        let now = "2026-03-04T02:30:00Z".parse().expect("a time");
        let tomorrow = on(DueDay::InDays(1), NOON);
        let due = tomorrow.resolve(now, "America/New_York", None);
        // There it is still the third of March.
        assert_eq!(
            due.map(|due| due.to_string()).as_deref(),
            Some("2026-03-04T17:00:00Z")
        );
    }
}

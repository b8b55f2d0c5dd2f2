//! Holidays by rule: the same day every year, a day of the Chinese lunar calendar, the
//! solar term Qingming, a weekday of a month, days around Easter.

use std::collections::BTreeSet;

use icu_calendar::types::Month;
use jiff::Span;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use super::CalendarError;

/// Days closed every year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// What people call it.
    pub name: String,
    /// Its first day.
    pub rule: HolidayRule,
    /// Moves the first day, −30 to 30: −1 for New Year's Eve.
    #[serde(default)]
    pub offset_days: i8,
    /// How many days, 1 to 30.
    #[serde(default = "one")]
    pub days: u8,
}

const fn one() -> u8 {
    1
}

/// How the day of a year is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum HolidayRule {
    /// The same day every year; 29 February is skipped where there is none.
    Fixed {
        /// 1 to 12.
        month: i8,
        /// 1 to 31.
        day: i8,
    },
    /// A day of the Chinese lunar calendar (not of a leap month). Day 30 is the last day
    /// of a short month. From 1900 to 2100.
    Lunar {
        /// 1 to 12.
        month: u8,
        /// 1 to 30.
        day: u8,
    },
    /// 清明, 4 to 6 April. From 1900 to 2099.
    Qingming,
    /// The first, second … (1 to 5) or last (−1) weekday of a month.
    NthWeekday {
        /// 1 to 12.
        month: i8,
        /// 1 = Monday … 7 = Sunday.
        weekday: i8,
        /// 1 to 5, or −1.
        nth: i8,
    },
    /// Easter Sunday of the western churches.
    Easter,
}

impl Holiday {
    /// Every year's days.
    #[must_use]
    pub fn yearly(name: &str, rule: HolidayRule, offset_days: i8, days: u8) -> Self {
        Self {
            name: name.to_owned(),
            rule,
            offset_days,
            days,
        }
    }

    /// Checks the numbers.
    pub fn check(&self) -> Result<(), CalendarError> {
        let is_rule = match self.rule {
            HolidayRule::Fixed { month, day } => Date::new(2024, month, day).is_ok(),
            HolidayRule::Lunar { month, day } => {
                (1..=12).contains(&month) && (1..=30).contains(&day)
            }
            HolidayRule::NthWeekday {
                month,
                weekday,
                nth,
            } => {
                (1..=12).contains(&month)
                    && (1..=7).contains(&weekday)
                    && (nth == -1 || (1..=5).contains(&nth))
            }
            HolidayRule::Qingming | HolidayRule::Easter => true,
        };
        let is_range = (-30..=30).contains(&self.offset_days) && (1..=30).contains(&self.days);
        if is_rule && is_range {
            Ok(())
        } else {
            Err(CalendarError::Holiday)
        }
    }

    /// Its days that lie in a year.
    pub(super) fn days_in(&self, year: i16, into: &mut BTreeSet<Date>) {
        for nearby in [year - 1, year, year + 1] {
            let Some(first) = self.rule.day_of(nearby) else {
                continue;
            };
            for day in 0..i64::from(self.days) {
                let shift = Span::new().try_days(i64::from(self.offset_days) + day);
                let date = shift.and_then(|shift| first.checked_add(shift));
                into.extend(date.ok().filter(|date| date.year() == year));
            }
        }
    }
}

impl HolidayRule {
    /// The day of a year, if it has one. A lunar year is counted by the year it begins in.
    #[must_use]
    pub fn day_of(self, year: i16) -> Option<Date> {
        match self {
            Self::Fixed { month, day } => Date::new(year, month, day).ok(),
            Self::Lunar { month, day } => lunar(year, month, day),
            Self::Qingming => qingming(year),
            Self::NthWeekday {
                month,
                weekday,
                nth,
            } => {
                let weekday = Weekday::from_monday_one_offset(weekday).ok()?;
                let first = Date::new(year, month, 1).ok()?;
                first.nth_weekday_of_month(nth, weekday).ok()
            }
            Self::Easter => easter(year),
        }
    }
}

/// By the tables of the Chinese calendar in ICU4X; day 30 of a short month is its last day.
fn lunar(year: i16, month: u8, day: u8) -> Option<Date> {
    if !(1900..=2100).contains(&year) {
        return None;
    }
    let at =
        |day| icu_calendar::Date::try_new_chinese_traditional(year.into(), Month::new(month), day);
    let date = at(day).or_else(|error| if day == 30 { at(29) } else { Err(error) });
    let iso = date.ok()?.to_calendar(icu_calendar::Iso);
    let number = |number: u8| i8::try_from(number).ok();
    Date::new(
        i16::try_from(iso.year().extended_year()).ok()?,
        number(iso.month().ordinal)?,
        number(iso.day_of_month().0)?,
    )
    .ok()
}

/// The common formula `⌊Y·0.2422 + C⌋ − ⌊Y/4⌋` with C = 4.81 in this century and 5.59 in the
/// last; in whole numbers.
fn qingming(year: i16) -> Option<Date> {
    let (of_century, constant) = match year {
        1900..=1999 => (i32::from(year) - 1900, 55_900),
        2000..=2099 => (i32::from(year) - 2000, 48_100),
        _ => return None,
    };
    let leap = if year < 2000 {
        (of_century - 1).div_euclid(4)
    } else {
        of_century / 4
    };
    let day = (of_century * 2422 + constant) / 10_000 - leap;
    Date::new(year, 4, i8::try_from(day).ok()?).ok()
}

/// The Gregorian computus of Meeus, Jones and Butcher.
fn easter(year: i16) -> Option<Date> {
    let year_number = i32::from(year);
    let (golden, century, rest) = (year_number % 19, year_number / 100, year_number % 100);
    let moon = (8 * century + 13) / 25;
    // Age of the moon, and the way from full moon to Sunday.
    let epact = (19 * golden + century - century / 4 - moon + 15) % 30;
    let sunday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
    let late = (golden + 11 * epact + 22 * sunday) / 451;
    let days = epact + sunday - 7 * late + 114;
    let number = |number: i32| i8::try_from(number).ok();
    Date::new(year, number(days / 31)?, number(days % 31 + 1)?).ok()
}

/// The days the law of mainland China makes holidays since 2025. Which weekends are worked
/// in exchange is announced every autumn and is imported or entered by date.
#[must_use]
pub fn china_holidays() -> Vec<Holiday> {
    use HolidayRule::{Fixed, Lunar, Qingming};
    vec![
        Holiday::yearly("元旦", Fixed { month: 1, day: 1 }, 0, 1),
        Holiday::yearly("春节", Lunar { month: 1, day: 1 }, -1, 4),
        Holiday::yearly("清明节", Qingming, 0, 1),
        Holiday::yearly("劳动节", Fixed { month: 5, day: 1 }, 0, 2),
        Holiday::yearly("端午节", Lunar { month: 5, day: 5 }, 0, 1),
        Holiday::yearly("中秋节", Lunar { month: 8, day: 15 }, 0, 1),
        Holiday::yearly("国庆节", Fixed { month: 10, day: 1 }, 0, 3),
    ]
}

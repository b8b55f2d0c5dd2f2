//! Hours as people read them on the door, and a count minute by minute.

use std::time::Duration;

use jiff::civil::date;
use proptest::prelude::*;

use super::ical::{IcalError, SkipReason, parse};
use super::*;
use crate::time::Timestamp;

fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn hours(weekday: u8, from: &str, to: &str) -> OfficeHours {
    OfficeHours {
        weekday,
        from: from.to_owned(),
        to: to.to_owned(),
    }
}

fn office(zone: &str) -> CalendarRules {
    let week = (1..=5).flat_map(|day| [hours(day, "09:00", "12:00"), hours(day, "13:30", "18:00")]);
    CalendarRules {
        time_zone: zone.to_owned(),
        weekly: week.collect(),
        ..CalendarRules::default()
    }
}

fn ready(rules: &CalendarRules) -> BusinessTime {
    BusinessTime::new(rules).expect("a calendar")
}

const fn minutes(minutes: u64) -> Duration {
    Duration::from_mins(minutes)
}

#[test]
fn lunch_and_weekend_do_not_count() {
    let shanghai = ready(&office("Asia/Shanghai"));
    let friday = time("2026-03-06T11:30:00+08");
    assert_eq!(
        shanghai.add(friday, minutes(30)),
        Some(time("2026-03-06T12:00:00+08"))
    );
    assert_eq!(
        shanghai.add(friday, minutes(31)),
        Some(time("2026-03-06T13:31:00+08"))
    );
    assert_eq!(
        shanghai.add(friday, minutes(301)),
        Some(time("2026-03-09T09:01:00+08"))
    );
    assert_eq!(
        shanghai.between(friday, time("2026-03-09T09:01:00+08")),
        minutes(301)
    );
    assert!(!shanghai.is_open(time("2026-03-06T12:00:00+08")));
    assert_eq!(
        shanghai.next_opening(time("2026-03-06T18:00:00+08")),
        Some(time("2026-03-09T09:00:00+08"))
    );
    assert_eq!(
        shanghai.next_closing(friday),
        Some(time("2026-03-06T12:00:00+08"))
    );
    assert_eq!(shanghai.next_closing(time("2026-03-07T12:00:00+08")), None);
}

#[test]
fn round_the_clock_has_no_seam_at_midnight() {
    let rules = CalendarRules {
        weekly: (1..=5).map(|day| hours(day, "00:00", "24:00")).collect(),
        ..office("Asia/Shanghai")
    };
    let closing = ready(&rules).next_closing(time("2026-03-03T10:00:00+08"));
    assert_eq!(closing, Some(time("2026-03-07T00:00:00+08")));
}

#[test]
fn lunar_holidays_fall_where_the_almanac_says() {
    let lunar = |year, month, day| HolidayRule::Lunar { month, day }.day_of(year);
    for (year, expected) in [
        (1985, date(1985, 2, 20)),
        (2000, date(2000, 2, 5)),
        (2024, date(2024, 2, 10)),
        (2025, date(2025, 1, 29)),
        (2026, date(2026, 2, 17)),
        (2027, date(2027, 2, 6)),
        (2033, date(2033, 1, 31)),
        (2034, date(2034, 2, 19)),
    ] {
        assert_eq!(lunar(year, 1, 1), Some(expected), "Spring Festival {year}");
    }
    assert_eq!(
        lunar(2025, 5, 5),
        Some(date(2025, 5, 31)),
        "Dragon Boat, before a leap month"
    );
    assert_eq!(
        lunar(2025, 8, 15),
        Some(date(2025, 10, 6)),
        "Mid-Autumn, after it"
    );
    assert_eq!(lunar(2026, 8, 15), Some(date(2026, 9, 25)));
    assert_eq!(
        lunar(2023, 12, 30),
        Some(date(2024, 2, 9)),
        "the last day of a long year"
    );
    assert_eq!(
        lunar(2024, 12, 30),
        Some(date(2025, 1, 28)),
        "and of a short month: the 29th"
    );
    assert_eq!(lunar(1899, 1, 1), None);
}

#[test]
fn other_rules_find_their_day() {
    for (year, day) in [
        (1998, 5),
        (1999, 5),
        (2000, 4),
        (2023, 5),
        (2024, 4),
        (2025, 4),
        (2026, 5),
        (2027, 5),
    ] {
        assert_eq!(
            HolidayRule::Qingming.day_of(year),
            Some(date(year, 4, day)),
            "{year}"
        );
    }
    for (year, month, day) in [(2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2038, 4, 25)] {
        assert_eq!(
            HolidayRule::Easter.day_of(year),
            Some(date(year, month, day))
        );
    }
    let nth = |month, weekday, nth| {
        HolidayRule::NthWeekday {
            month,
            weekday,
            nth,
        }
        .day_of(2026)
    };
    assert_eq!(nth(11, 4, 4), Some(date(2026, 11, 26)), "Thanksgiving");
    assert_eq!(nth(5, 1, -1), Some(date(2026, 5, 25)), "Memorial Day");
    assert_eq!(HolidayRule::Fixed { month: 2, day: 29 }.day_of(2025), None);
}

#[test]
fn a_moved_working_day_is_open_and_a_holiday_is_not() {
    let mut rules = office("Asia/Shanghai");
    rules.holidays = china_holidays();
    let sunday = Exception {
        name: "春节调休".to_owned(),
        day: DayKind::LikeWeekday { weekday: 1 },
    };
    rules.exceptions.insert(date(2025, 1, 26), sunday);
    let late = Exception {
        name: "National Day eve".to_owned(),
        day: DayKind::Open {
            intervals: vec![Interval {
                from: "09:00".into(),
                to: "12:00".into(),
            }],
        },
    };
    rules.exceptions.insert(date(2025, 9, 30), late);
    let calendar = ready(&rules);
    assert!(
        calendar.is_open(time("2025-01-26T10:00:00+08")),
        "a Sunday that is worked"
    );
    assert!(
        !calendar.is_open(time("2025-01-28T10:00:00+08")),
        "New Year's Eve, a Tuesday"
    );
    assert!(!calendar.is_open(time("2025-01-29T10:00:00+08")));
    assert!(!calendar.is_open(time("2025-09-30T14:00:00+08")));
    let eve = time("2025-01-27T17:00:00+08");
    assert_eq!(
        calendar.add(eve, minutes(61)),
        Some(time("2025-02-03T09:01:00+08"))
    );
}

#[test]
fn clock_changes_keep_one_edge() {
    let night = |from: &str, to: &str| {
        let weekly = (1..=7).map(|day| hours(day, from, to)).collect();
        ready(&CalendarRules {
            weekly,
            ..office("America/New_York")
        })
    };
    let span = |calendar: &BusinessTime, day: &str| {
        let (from, to) = (format!("{day}T00:00:00-04"), format!("{day}T23:00:00-05"));
        calendar.between(time(&from), time(&to))
    };
    // 8 March 2026: 02:00 becomes 03:00. 1 November 2026: 02:00 becomes 01:00.
    assert_eq!(span(&night("01:00", "04:00"), "2026-03-08"), minutes(120));
    assert_eq!(
        span(&night("01:00", "02:30"), "2026-03-08"),
        minutes(60),
        "a removed end"
    );
    assert_eq!(
        span(&night("02:30", "04:00"), "2026-03-08"),
        minutes(60),
        "a removed beginning"
    );
    assert_eq!(span(&night("02:15", "02:45"), "2026-03-08"), minutes(0));
    assert_eq!(
        span(&night("00:30", "01:30"), "2026-11-01"),
        minutes(120),
        "a repeated end"
    );
    assert_eq!(
        span(&night("01:30", "03:00"), "2026-11-01"),
        minutes(150),
        "a repeated beginning"
    );
}

#[test]
fn what_never_opens_has_no_opening() {
    let closed = ready(&CalendarRules {
        weekly: Vec::new(),
        ..CalendarRules::default()
    });
    let now = time("2026-03-06T11:30:00Z");
    assert_eq!(
        (closed.next_opening(now), closed.add(now, minutes(1))),
        (None, None)
    );
    assert_eq!(closed.add(now, minutes(0)), Some(now));
}

#[test]
fn wrong_calendars_are_named() {
    let check = |change: &dyn Fn(&mut CalendarRules)| {
        let mut rules = office("Asia/Shanghai");
        change(&mut rules);
        rules.check()
    };
    assert_eq!(check(&|_| {}), Ok(()));
    let zone = check(&|rules| "Mars/Base".clone_into(&mut rules.time_zone));
    assert_eq!(zone, Err(CalendarError::TimeZone("Mars/Base".to_owned())));
    assert_eq!(
        check(&|rules| rules.weekly.push(hours(8, "09:00", "10:00"))),
        Err(CalendarError::Interval)
    );
    assert_eq!(
        check(&|rules| rules.weekly.push(hours(1, "11:00", "13:00"))),
        Err(CalendarError::Overlap)
    );
    let feb = Holiday::yearly("x", HolidayRule::Fixed { month: 2, day: 30 }, 0, 1);
    assert_eq!(
        check(&|rules| rules.holidays.push(feb.clone())),
        Err(CalendarError::Holiday)
    );
    let many = |rules: &mut CalendarRules| rules.weekly = vec![hours(1, "09:00", "10:00"); 71];
    assert_eq!(check(&many), Err(CalendarError::TooMany));
}

#[test]
fn rules_read_back_as_they_were_written() {
    let mut rules = office("Asia/Shanghai");
    rules.holidays = china_holidays();
    rules.import(parse(SAMPLE).expect("a calendar").days);
    let text = serde_json::to_string(&rules).expect("serialises");
    assert!(text.contains("\"2026-02-14\""));
    assert_eq!(
        serde_json::from_str::<CalendarRules>(&text).expect("reads back"),
        rules
    );
}

const SAMPLE: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n\
BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260215\r\nDTEND;VALUE=DATE:20260218\r\nSUMMARY;LANGUAGE=zh_CN:春节（休）\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260214\r\nSUMMARY:春节（\r\n 班）\r\nBEGIN:VALARM\r\nSUMMARY:x\r\nEND:VALARM\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260312\r\nSUMMARY:植树节\r\nEND:VEVENT\r\n\
END:VCALENDAR\r\n";

#[test]
fn a_calendar_file_gives_days_off_and_working_days() {
    let found = parse(SAMPLE).expect("a calendar");
    let days: Vec<_> = found
        .days
        .iter()
        .map(|d| (d.date.day(), d.is_working))
        .collect();
    assert_eq!(days, [(14, true), (15, false), (16, false), (17, false)]);
    assert_eq!(found.days[0].name, "春节（班）");
    assert_eq!(found.skipped[0].reason, SkipReason::NotMarked);
    let mut rules = office("Asia/Shanghai");
    assert_eq!(rules.import(found.days), 4);
    let calendar = ready(&rules);
    assert!(
        calendar.is_open(time("2026-02-14T10:00:00+08")),
        "a Saturday"
    );
    assert!(
        !calendar.is_open(time("2026-02-16T10:00:00+08")),
        "a Monday"
    );
}

#[test]
fn what_cannot_be_read_is_named() {
    let event = |body: &str| {
        parse(&format!(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\n{body}\nEND:VEVENT\nEND:VCALENDAR\n"
        ))
    };
    let reason = |body: &str| {
        event(body)
            .expect("a calendar")
            .skipped
            .first()
            .map(|s| s.reason)
    };
    for (body, expected) in [
        ("DTSTART:20260101T090000Z", SkipReason::NotWholeDays),
        ("SUMMARY:x", SkipReason::NoDate),
        ("DTSTART;VALUE=DATE:20260230", SkipReason::NoDate),
        (
            "DTSTART;VALUE=DATE:20260102\nDTEND;VALUE=DATE:20260101",
            SkipReason::Length,
        ),
        (
            "DTSTART;VALUE=DATE:20260101\nDTEND;VALUE=DATE:20270101",
            SkipReason::Length,
        ),
        (
            "DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=MONTHLY",
            SkipReason::Repetition,
        ),
        (
            "DTSTART;VALUE=DATE:20260101\nEXDATE:20260101",
            SkipReason::Repetition,
        ),
        (
            "DTSTART;VALUE=DATE:20260101\nSTATUS:CANCELLED",
            SkipReason::Cancelled,
        ),
    ] {
        assert_eq!(reason(body), Some(expected), "{body}");
    }
    let yearly = event("DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=YEARLY;COUNT=3\nSUMMARY:a\\, b")
        .expect("a calendar");
    let years: Vec<_> = yearly.days.iter().map(|d| d.date.year()).collect();
    assert_eq!(
        (years, yearly.days[0].name.as_str()),
        (vec![2026, 2027, 2028], "a, b")
    );
    assert_eq!(parse("hello"), Err(IcalError::NotACalendar));
    assert_eq!(
        parse("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\n"),
        Err(IcalError::CutOff)
    );
    assert_eq!(parse(&" ".repeat(3 << 20)), Err(IcalError::TooLarge));
}

const ZONES: [&str; 6] = [
    "Asia/Shanghai",
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "UTC",
];

fn calendar() -> impl Strategy<Value = BusinessTime> {
    let interval = (1..=7_u8, 0..47_u16, 1..20_u16);
    (0..ZONES.len(), prop::collection::vec(interval, 1..12)).prop_map(|(zone, intervals)| {
        let clock = |half: u16| format!("{:02}:{:02}", half / 2, half % 2 * 30);
        let mut rules = CalendarRules {
            weekly: Vec::new(),
            holidays: china_holidays(),
            ..office(ZONES[zone])
        };
        for (day, from, length) in intervals {
            let more = hours(day, &clock(from), &clock((from + length).min(48)));
            rules.weekly.push(more);
            if rules.check().is_err() {
                rules.weekly.pop();
            }
        }
        ready(&rules)
    })
}

/// Two years in which all zones change their clocks.
fn moment() -> impl Strategy<Value = Timestamp> {
    (0..2 * 365 * 24 * 4_u64)
        .prop_map(|quarter| time("2025-01-01T00:00:00Z").plus(minutes(quarter * 15)))
}

proptest! {
    #[test]
    fn counting_agrees_with_looking_at_every_quarter(calendar in calendar(), from in moment(), quarters in 0..800_u64) {
        let to = from.plus(minutes(quarters * 15));
        let open = (0..quarters).filter(|q| calendar.is_open(from.plus(minutes(q * 15)))).count();
        prop_assert_eq!(calendar.between(from, to), minutes(open as u64 * 15));
        let opening = (0..quarters).map(|q| from.plus(minutes(q * 15))).find(|at| calendar.is_open(*at));
        if let Some(opening) = opening {
            prop_assert_eq!(calendar.next_opening(from), Some(opening));
        }
    }

    #[test]
    fn adding_and_measuring_are_inverse(calendar in calendar(), from in moment(), one in 0..6000_u64, two in 0..6000_u64) {
        let Some(end) = calendar.add(from, minutes(one + two)) else {
            return Ok(());
        };
        prop_assert_eq!(calendar.between(from, end), minutes(one + two));
        let middle = calendar.add(from, minutes(one)).expect("earlier than the end");
        prop_assert!(from <= middle && middle <= end);
        prop_assert_eq!(calendar.add(middle, minutes(two)).map(|at| calendar.between(from, at)), Some(minutes(one + two)));
    }

    #[test]
    fn no_calendar_file_breaks_the_reader(text in "(BEGIN:VCALENDAR\n)?((BEGIN|END|DTSTART|DTEND|RRULE|SUMMARY)[:;=](VEVENT|VCALENDAR|2026[0-9]{4}|FREQ=YEARLY;COUNT=9|\\PC{0,9})\n){0,12}") {
        if let Ok(found) = parse(&text) {
            prop_assert!(found.days.is_sorted_by(|a, b| a.date < b.date));
        }
    }
}

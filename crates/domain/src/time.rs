//! Points in time: microseconds since 1970 in UTC.
//!
//! Domain code is given a [`Timestamp`]; only `ports::Clock` makes one from the real clock.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp as Instant;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A point in time with microsecond precision, UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// Latest representable point (year 9999), so that arithmetic can saturate.
const MAX_MICROS: i64 = 253_402_207_200_000_000;

impl Timestamp {
    /// The beginning of 1970.
    pub const EPOCH: Self = Self(0);

    /// From microseconds since 1970; values beyond the years 1 to 9999 are clamped.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        if micros > MAX_MICROS {
            Self(MAX_MICROS)
        } else if micros < -62_135_596_800_000_000 {
            Self(-62_135_596_800_000_000)
        } else {
            Self(micros)
        }
    }

    /// Microseconds since 1970.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Milliseconds since 1970, rounded down.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This point later by `duration`, saturating at the end of time.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        Self::from_micros(self.0.saturating_add(micros))
    }

    /// This point earlier by `duration`.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        Self::from_micros(self.0.saturating_sub(micros))
    }

    /// Time from `earlier` to this point; zero if `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Instant::from_microsecond(self.0) {
            Ok(instant) => fmt::Display::fmt(&instant, f),
            Err(_) => write!(f, "@{}us", self.0),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for Timestamp {
    type Err = jiff::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::from_micros(text.parse::<Instant>()?.as_microsecond()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A point as people of a zone read it, to the minute: `2026-03-01 16:00`. An unknown zone
/// reads as UTC.
#[must_use]
pub fn local_minute(time: Timestamp, zone: &str) -> String {
    local(time, zone, "%Y-%m-%d %H:%M")
}

/// A point as people of a zone read it, in a format of `strftime`. An unknown zone reads
/// as UTC.
#[must_use]
pub fn local(time: Timestamp, zone: &str, format: &str) -> String {
    let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    match Instant::from_microsecond(time.0) {
        Ok(instant) => instant.to_zoned(zone).strftime(format).to_string(),
        Err(_) => time.to_string(),
    }
}

/// A moment as people of a zone write it, `2026-03-01 16:00` or `2026-03-01T16:00`, or with a
/// zone of its own as in RFC 3339. An unknown zone is read as UTC; a time that the clock leaves
/// out is the first after it.
#[must_use]
pub fn parse_local(text: &str, zone: &str) -> Option<Timestamp> {
    if let Ok(instant) = text.parse::<Instant>() {
        return Some(Timestamp(instant.as_microsecond()));
    }
    let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let local: jiff::civil::DateTime = text.trim().parse().ok()?;
    let zoned = local.to_zoned(zone).ok()?;
    Some(Timestamp(zoned.timestamp().as_microsecond()))
}

/// When the day of a moment began for people of a zone. An unknown zone reads as UTC.
#[must_use]
pub fn start_of_day(time: Timestamp, zone: &str) -> Timestamp {
    let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let start = Instant::from_microsecond(time.0)
        .and_then(|instant| instant.to_zoned(zone).start_of_day())
        .map(|day| day.timestamp().as_microsecond());
    start.map_or(time, Timestamp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_rfc_3339() {
        let time: Timestamp = "2026-03-01T08:00:00.25Z".parse().expect("a valid time");
        assert_eq!(time.as_micros(), 1_772_352_000_250_000);
        assert_eq!(time.to_string(), "2026-03-01T08:00:00.25Z");
    }

    #[test]
    fn people_read_their_own_clock() {
        let time: Timestamp = "2026-03-01T16:30:59Z".parse().expect("a valid time");
        assert_eq!(local_minute(time, "Asia/Shanghai"), "2026-03-02 00:30");
        assert_eq!(local_minute(time, "Mars/Base"), "2026-03-01 16:30");
    }

    #[test]
    fn a_day_begins_at_the_midnight_of_its_zone() {
        let time: Timestamp = "2026-03-01T16:30:59Z".parse().expect("a valid time");
        let start = |zone| start_of_day(time, zone).to_string();
        assert_eq!(start("Asia/Shanghai"), "2026-03-01T16:00:00Z");
        assert_eq!(start("Mars/Base"), "2026-03-01T00:00:00Z");
    }

    #[test]
    fn arithmetic_saturates() {
        let end = Timestamp::from_micros(i64::MAX);
        assert_eq!(end.plus(Duration::MAX), end);
        assert_eq!(Timestamp::EPOCH.since(end), Duration::ZERO);
    }
}

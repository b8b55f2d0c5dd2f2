//! How fast a mailbox may send. Pure; the caller keeps one for each mailbox.

use std::time::Duration;

use zhiyin_domain::time::Timestamp;

/// What a provider allows a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Mails a minute in the long run; at least 1.
    pub per_minute: u32,
    /// Mails at once after a rest; at least 1.
    pub burst: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            per_minute: 60,
            burst: 20,
        }
    }
}

/// A bucket of permissions that fills evenly. After "slower" from the server the rate is
/// halved; every quiet hour doubles it again up to the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    limits: Limits,
    /// Permissions in the bucket, in millionths.
    level: u64,
    filled_at: Timestamp,
    /// The rate is divided by two to the power of this.
    slowed: u32,
    slowed_at: Timestamp,
}

const ONE: u64 = 1_000_000;
const MICROS_A_MINUTE: u64 = 60_000_000;
const SLOWED_MAX: u32 = 6;
const QUIET: Duration = Duration::from_hours(1);

impl Pace {
    /// With a full bucket.
    #[must_use]
    pub fn new(limits: Limits, now: Timestamp) -> Self {
        Self {
            limits,
            level: u64::from(limits.burst.max(1)) * ONE,
            filled_at: now,
            slowed: 0,
            slowed_at: now,
        }
    }

    /// Takes a permission to send one mail, or says how long to wait for it.
    pub fn take(&mut self, now: Timestamp) -> Result<(), Duration> {
        self.recover(now);
        self.fill(now);
        if self.level >= ONE {
            self.level -= ONE;
            return Ok(());
        }
        let missing = ONE - self.level;
        Err(
            Duration::from_micros(missing.div_ceil(ONE) * self.micros_each() * missing / ONE)
                .max(Duration::from_millis(1)),
        )
    }

    /// The server wants it slower.
    pub fn slow_down(&mut self, now: Timestamp) {
        self.fill(now);
        self.slowed = (self.slowed + 1).min(SLOWED_MAX);
        self.slowed_at = now;
        self.level = 0;
    }

    /// Microseconds between two mails at the present rate.
    fn micros_each(&self) -> u64 {
        (MICROS_A_MINUTE << self.slowed) / u64::from(self.limits.per_minute.max(1))
    }

    fn fill(&mut self, now: Timestamp) {
        let passed = u64::try_from(now.since(self.filled_at).as_micros()).unwrap_or(u64::MAX);
        let each = self.micros_each().max(1);
        let gained = passed.saturating_mul(ONE) / each;
        let full = u64::from(self.limits.burst.max(1)) * ONE;
        self.level = self.level.saturating_add(gained).min(full);
        self.filled_at = self.filled_at.max(now);
    }

    fn recover(&mut self, now: Timestamp) {
        while self.slowed > 0 && now.since(self.slowed_at) >= QUIET {
            self.fill(self.slowed_at.plus(QUIET));
            self.slowed -= 1;
            self.slowed_at = self.slowed_at.plus(QUIET);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_micros(1_767_600_000_000_000).plus(Duration::from_secs(seconds))
    }

    /// Mails sent within so many seconds by who asks again as soon as allowed.
    fn sent(pace: &mut Pace, from: u64, seconds: u64) -> u32 {
        let (mut now, end) = (at(from), at(from + seconds));
        let mut count = 0;
        while now < end {
            match pace.take(now) {
                Ok(()) => count += 1,
                Err(wait) => now = now.plus(wait),
            }
        }
        count
    }

    #[test]
    fn a_burst_first_then_an_even_rate() {
        let limits = Limits {
            per_minute: 60,
            burst: 10,
        };
        let mut pace = Pace::new(limits, at(0));
        assert_eq!(sent(&mut pace, 0, 60), 69);
        assert_eq!(sent(&mut pace, 60, 60), 60);
    }

    #[test]
    fn who_is_told_to_slow_down_does_and_recovers_after_quiet_hours() {
        let limits = Limits {
            per_minute: 60,
            burst: 1,
        };
        let mut pace = Pace::new(limits, at(0));
        pace.slow_down(at(0));
        pace.slow_down(at(0));
        assert!(sent(&mut pace, 0, 240) <= 61);
        let later = 3 * 3_600;
        assert!((59..=62).contains(&sent(&mut pace, later, 60)));
    }

    #[test]
    fn a_clock_that_goes_back_does_no_harm() {
        let mut pace = Pace::new(Limits::default(), at(100));
        assert_eq!(pace.take(at(0)), Ok(()));
        assert_eq!(sent(&mut pace, 100, 1), 19);
    }
}

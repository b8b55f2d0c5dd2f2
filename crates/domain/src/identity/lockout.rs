//! Locks after failed log-ins, with a growing delay.
//!
//! An attempt is counted before the password is looked at, so that many at once
//! cannot slip through between the check and the count. A good password takes its
//! own count back. Attempts while locked are refused and not counted: whoever keeps
//! knocking does not keep the owner out for ever.

use std::time::Duration;

use crate::time::Timestamp;

/// How many failures are free and how the delay grows after them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockoutRule {
    /// Failures without a delay.
    pub free: u32,
    /// Delay after the first failure beyond; it doubles with each further one.
    pub first_delay: Duration,
    /// The delay grows no further.
    pub delay_max: Duration,
    /// Failures are forgotten when none came for this long.
    pub memory: Duration,
}

/// For one account. The longest delay is short enough that a stranger cannot keep the
/// owner out for a day, and long enough for a few hundred guesses a week at most.
pub const ACCOUNT: LockoutRule = LockoutRule {
    free: 5,
    first_delay: Duration::from_secs(30),
    delay_max: Duration::from_mins(15),
    memory: Duration::from_hours(24),
};

/// For one network address, behind which may be a whole office.
pub const ADDRESS: LockoutRule = LockoutRule {
    free: 30,
    first_delay: Duration::from_secs(30),
    delay_max: Duration::from_hours(1),
    memory: Duration::from_hours(24),
};

/// What is remembered of failed attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    /// Failures, and attempts under way.
    pub count: u32,
    /// The last of them.
    pub last_at: Timestamp,
    /// No attempt is looked at before.
    pub locked_until: Option<Timestamp>,
}

/// An attempt came while the lock was on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many failed attempts")]
pub struct LockedOut {
    /// When the next attempt will be looked at.
    pub until: Timestamp,
}

impl LockoutRule {
    /// Counts an attempt, or refuses it.
    pub fn attempt(self, before: Option<Failures>, now: Timestamp) -> Result<Failures, LockedOut> {
        let before = before.filter(|known| now.since(known.last_at) < self.memory);
        if let Some(until) = before
            .and_then(|known| known.locked_until)
            .filter(|until| *until > now)
        {
            return Err(LockedOut { until });
        }
        let count = before.map_or(0, |known| known.count).saturating_add(1);
        Ok(Failures {
            count,
            last_at: now,
            locked_until: self.delay(count).map(|delay| now.plus(delay)),
        })
    }

    /// Takes one attempt back that turned out not to be a failure.
    #[must_use]
    pub fn take_back(self, counted: Failures) -> Option<Failures> {
        let count = counted.count.saturating_sub(1);
        (count > 0).then_some(Failures {
            count,
            locked_until: None,
            ..counted
        })
    }

    fn delay(self, count: u32) -> Option<Duration> {
        let beyond = count.checked_sub(self.free)?;
        let factor = 1_u32.checked_shl(beyond).unwrap_or(u32::MAX);
        Some(self.first_delay.saturating_mul(factor).min(self.delay_max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(n: u64) -> Timestamp {
        Timestamp::EPOCH.plus(Duration::from_secs(n))
    }

    /// Fails as often as the rule lets one within `limit` seconds; returns the waits.
    fn waits(rule: LockoutRule, attempts: usize) -> Vec<u64> {
        let (mut known, mut now, mut waits) = (None, seconds(0), Vec::new());
        while waits.len() < attempts {
            match rule.attempt(known, now) {
                Ok(failures) => {
                    known = Some(failures);
                    let wait = failures
                        .locked_until
                        .map_or(0, |until| until.since(now).as_secs());
                    waits.push(wait);
                }
                Err(locked) => now = locked.until,
            }
        }
        waits
    }

    #[test]
    fn the_delay_doubles_up_to_its_limit() {
        assert_eq!(
            waits(ACCOUNT, 12),
            [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]
        );
        assert_eq!(
            waits(ADDRESS, 40)[28..],
            [0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600]
        );
    }

    #[test]
    fn an_attempt_while_locked_is_refused_and_does_not_prolong_the_lock() {
        let locked = Failures {
            count: 9,
            last_at: seconds(0),
            locked_until: Some(seconds(60)),
        };
        assert_eq!(
            ACCOUNT.attempt(Some(locked), seconds(59)),
            Err(LockedOut { until: seconds(60) })
        );
        assert_eq!(
            ACCOUNT
                .attempt(Some(locked), seconds(60))
                .map(|known| known.count),
            Ok(10)
        );
    }

    #[test]
    fn failures_are_forgotten_after_a_day() {
        let old = Failures {
            count: 50,
            last_at: seconds(0),
            locked_until: Some(seconds(900)),
        };
        let later = seconds(0).plus(ACCOUNT.memory);
        assert_eq!(
            ACCOUNT.attempt(Some(old), later).map(|known| known.count),
            Ok(1)
        );
    }

    #[test]
    fn a_good_password_takes_back_its_own_count_and_no_other() {
        let first = ACCOUNT.attempt(None, seconds(0)).expect("not locked");
        assert_eq!(ACCOUNT.take_back(first), None);
        let second = ACCOUNT
            .attempt(Some(first), seconds(1))
            .expect("not locked");
        assert_eq!(ACCOUNT.take_back(second).map(|known| known.count), Some(1));
    }

    #[test]
    fn many_attempts_at_once_are_all_counted() {
        let mut known = None;
        let passed = (0..100).filter(|_| match ACCOUNT.attempt(known, seconds(0)) {
            Ok(failures) => {
                known = Some(failures);
                true
            }
            Err(_) => false,
        });
        assert_eq!(passed.count(), 5);
    }
}

//! How often a rule may act, and when it is stopped.

use serde::{Deserialize, Serialize};

use crate::limits::{
    AUTOMATION_DAY_MAX, AUTOMATION_FAILURES_MAX, AUTOMATION_HOUR_MAX, AUTOMATION_UNMATCHED_MAX,
};
use crate::time::Timestamp;

const HOUR_MICROS: i64 = 3_600_000_000;
const DAY_MICROS: i64 = 24 * HOUR_MICROS;

/// How often a rule may act, in an hour and a day of UTC each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Budget {
    /// Runs an hour.
    pub per_hour: u32,
    /// Runs a day.
    pub per_day: u32,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            per_hour: 500,
            per_day: 5_000,
        }
    }
}

impl Budget {
    /// Whether it lets a rule act, and not without end.
    #[must_use]
    pub fn is_possible(self) -> bool {
        (1..=AUTOMATION_HOUR_MAX).contains(&self.per_hour)
            && (1..=AUTOMATION_DAY_MAX).contains(&self.per_day)
    }
}

/// Why an enabled rule rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PauseReason {
    /// It would have acted more often than it may in an hour.
    Hour,
    /// It would have acted more often than it may in a day.
    Day,
    /// It failed again and again.
    Failing,
}

impl PauseReason {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Hour, Self::Day, Self::Failing];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Failing => "failing",
        }
    }
}

/// How often a rule has acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counters {
    /// The hour that is counted, since 1970.
    pub hour: i64,
    /// Runs in it.
    pub hour_runs: u32,
    /// Runs in it in which nothing matched and that were kept.
    pub hour_unmatched: u32,
    /// The day that is counted, since 1970.
    pub day: i64,
    /// Runs in it.
    pub day_runs: u32,
    /// Failed runs in a row.
    pub failures: u32,
    /// When it acted last.
    pub last_run_at: Option<Timestamp>,
}

impl Counters {
    /// The counters at a moment: an hour or a day that is over counts no more. A clock that goes
    /// back stays in the later hour, so it gives nothing away twice.
    #[must_use]
    pub fn at(mut self, now: Timestamp) -> Self {
        let hour = now.as_micros().div_euclid(HOUR_MICROS);
        let day = now.as_micros().div_euclid(DAY_MICROS);
        if hour > self.hour {
            (self.hour, self.hour_runs, self.hour_unmatched) = (hour, 0, 0);
        }
        if day > self.day {
            (self.day, self.day_runs) = (day, 0);
        }
        self
    }

    /// Takes one run out of the budget; refused with the reason if it is used up.
    pub fn spend(self, budget: Budget, now: Timestamp) -> Result<Self, PauseReason> {
        let mut it = self.at(now);
        if it.hour_runs >= budget.per_hour {
            return Err(PauseReason::Hour);
        }
        if it.day_runs >= budget.per_day {
            return Err(PauseReason::Day);
        }
        it.hour_runs += 1;
        it.day_runs += 1;
        it.last_run_at = Some(now);
        Ok(it)
    }

    /// Notes a run in which nothing matched; none if so many were kept in this hour already.
    #[must_use]
    pub fn note_unmatched(self, now: Timestamp) -> Option<Self> {
        let mut it = self.at(now);
        if it.hour_unmatched >= AUTOMATION_UNMATCHED_MAX {
            return None;
        }
        it.hour_unmatched += 1;
        Some(it)
    }

    /// Notes whether a run failed. Tells whether the rule must rest.
    #[must_use]
    pub fn note_failure(mut self, has_failed: bool) -> (Self, Option<PauseReason>) {
        self.failures = if has_failed { self.failures + 1 } else { 0 };
        let must_rest = self.failures >= AUTOMATION_FAILURES_MAX;
        (self, must_rest.then_some(PauseReason::Failing))
    }

    /// What is left when somebody lets the rule go on: a fresh hour and no failures. The day
    /// goes on, unless it was the day that stopped it.
    #[must_use]
    pub fn resume(mut self, reason: PauseReason) -> Self {
        self.hour_runs = 0;
        self.failures = 0;
        if reason == PauseReason::Day {
            self.day_runs = 0;
        }
        self
    }
}

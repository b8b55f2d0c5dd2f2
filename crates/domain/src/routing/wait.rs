//! How long somebody will wait, from what was measured.
//!
//! With `p` customers ahead, the wait is over after `p + 1` places have become free. Places
//! become free at the rate `s / m`: `s` slots of the agents who may serve the queue, each
//! busy for `m` on average. When customers give up at the rate `θ` each, the line shortens
//! by itself, and the mean is the sum over the places still ahead,
//! `Σ 1 / (s/m + i·θ)` for `i = 0 … p` (birth and death process of Erlang A).
//!
//! The range is mean ± one standard deviation of that sum of exponential times. It is what
//! people should be shown: one number promises too much.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Fewest measured services before anybody is told a time.
const MEASURED_MIN: u32 = 5;
/// Longest estimate that says anything.
const ESTIMATE_MAX: Duration = Duration::from_hours(24);

/// Measured service times of a queue: a mean that forgets slowly. A value: stored as it is.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct ServiceTimes {
    /// Services seen.
    pub count: u32,
    /// Mean time a service holds one slot of an agent, in seconds.
    pub mean_s: f64,
    /// Mean time until customers give up, in seconds; none while nobody has.
    pub patience_s: Option<f64>,
}

impl ServiceTimes {
    /// Weight of a new service once enough were seen: about the last fifty count.
    const WEIGHT: f64 = 1.0 / 50.0;

    /// Takes a finished service in.
    #[must_use]
    pub fn record(mut self, held: Duration) -> Self {
        self.count = self.count.saturating_add(1);
        let weight = Self::WEIGHT.max(1.0 / f64::from(self.count));
        self.mean_s += (held.as_secs_f64() - self.mean_s) * weight;
        self
    }

    /// Takes the waiting of a period in: all time that customers stood in line, and how
    /// many of them gave up. Their quotient estimates patience without the bias of those
    /// who were served before their patience ended.
    #[must_use]
    pub fn record_patience(mut self, stood: Duration, gave_up: u32) -> Self {
        if gave_up > 0 {
            self.patience_s = Some(stood.as_secs_f64() / f64::from(gave_up));
        }
        self
    }
}

/// How long somebody will wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Estimate {
    /// Mean, in seconds.
    pub mean_s: u32,
    /// Lower end of the range, in seconds.
    pub from_s: u32,
    /// Upper end of the range, in seconds.
    pub to_s: u32,
}

/// The estimate for somebody with `ahead` others before them, when agents with `slots`
/// places in all serve the queue. None when nobody is there, too little was measured, or it
/// would take longer than a day: then no time is better than a wrong one.
#[must_use]
pub fn estimate_wait(ahead: u32, slots: u32, times: &ServiceTimes) -> Option<Estimate> {
    if slots == 0 || times.count < MEASURED_MIN || times.mean_s <= 0.0 {
        return None;
    }
    let rate = f64::from(slots) / times.mean_s;
    let leave = times
        .patience_s
        .filter(|s| *s > 0.0)
        .map_or(0.0, |s| 1.0 / s);
    let (mut mean, mut variance) = (0.0, 0.0);
    for place in 0..=ahead {
        let step = 1.0 / (rate + f64::from(place) * leave);
        mean += step;
        variance += step * step;
        if mean > ESTIMATE_MAX.as_secs_f64() {
            return None;
        }
    }
    let spread = f64::sqrt(variance);
    Some(Estimate {
        mean_s: whole(mean),
        from_s: whole((mean - spread).max(0.0)),
        to_s: whole(mean + spread),
    })
}

/// Seconds, rounded up: nobody minds being served early.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between zero and two days, in seconds"
)]
fn whole(seconds: f64) -> u32 {
    seconds.ceil() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(mean_s: f64) -> ServiceTimes {
        ServiceTimes {
            count: 100,
            mean_s,
            patience_s: None,
        }
    }

    #[test]
    fn the_first_in_line_waits_for_one_place() {
        let estimate = estimate_wait(0, 10, &times(300.0)).expect("measured");
        assert_eq!(
            (estimate.mean_s, estimate.from_s, estimate.to_s),
            (30, 0, 60)
        );
        let tenth = estimate_wait(9, 10, &times(300.0)).expect("measured");
        assert_eq!(tenth.mean_s, 300);
        assert!(tenth.from_s > 200 && tenth.to_s < 400);
    }

    #[test]
    fn others_who_give_up_shorten_the_wait() {
        let patient = estimate_wait(20, 5, &times(300.0)).expect("measured");
        let mut hurried = times(300.0);
        hurried.patience_s = Some(120.0);
        let hurried = estimate_wait(20, 5, &hurried).expect("measured");
        assert!(hurried.mean_s < patient.mean_s / 2);
    }

    #[test]
    fn no_time_is_better_than_a_wrong_one() {
        assert_eq!(estimate_wait(0, 0, &times(300.0)), None);
        assert_eq!(estimate_wait(0, 3, &ServiceTimes::default()), None);
        assert_eq!(estimate_wait(u32::MAX, 1, &times(300.0)), None);
    }

    #[test]
    fn the_mean_follows_what_is_measured() {
        let mut times = ServiceTimes::default();
        for _ in 0..10 {
            times = times.record(Duration::from_secs(100));
        }
        assert!((times.mean_s - 100.0).abs() < 1e-9);
        for _ in 0..500 {
            times = times.record(Duration::from_secs(200));
        }
        assert!((times.mean_s - 200.0).abs() < 1.0);
        let times = times.record_patience(Duration::from_secs(1000), 10);
        assert_eq!(times.patience_s, Some(100.0));
    }
}

//! Times of many repetitions, and their percentiles.

use std::time::Duration;

/// Times of many repetitions. Kept one by one: a percentile is then exact, and a million
/// of them take four megabytes.
#[derive(Debug, Clone, Default)]
pub struct Latencies {
    micros: Vec<u32>,
}

impl Latencies {
    /// Adds one.
    pub fn record(&mut self, time: Duration) {
        self.micros
            .push(u32::try_from(time.as_micros()).unwrap_or(u32::MAX));
    }

    /// Adds all of another.
    pub fn append(&mut self, mut other: Self) {
        self.micros.append(&mut other.micros);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.micros.len()
    }

    /// The time that `percent` of the repetitions did not exceed, in milliseconds; none
    /// when there are no repetitions.
    pub fn percentile_ms(&self, percent: f64) -> Option<f64> {
        let mut sorted = self.micros.clone();
        sorted.sort_unstable();
        let last = sorted.len().checked_sub(1)?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            clippy::cast_sign_loss,
            reason = "a place in a list of fewer than 2^52 entries"
        )]
        let place = ((sorted.len() as f64 * percent / 100.0).ceil() as usize).saturating_sub(1);
        sorted
            .get(place.min(last))
            .map(|micros| round(f64::from(*micros) / 1000.0))
    }
}

/// Rounds to three places, so that figures stay readable.
pub fn round(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// Repetitions by the second.
pub fn per_second(count: usize, time: Duration) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^52 repetitions")]
    let count = count as f64;
    (count / time.as_secs_f64()).round()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_the_nearest_rank() {
        let mut times = Latencies::default();
        assert_eq!(times.percentile_ms(50.0), None);
        for millis in (1..=100).rev() {
            times.record(Duration::from_millis(millis));
        }
        assert_eq!(times.percentile_ms(50.0), Some(50.0));
        assert_eq!(times.percentile_ms(99.0), Some(99.0));
        assert_eq!(times.percentile_ms(100.0), Some(100.0));
    }
}

//! Means of independent runs and how far to trust them.

use serde::Serialize;

/// A mean with its standard error.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// Standard error of the mean.
    pub error: f64,
}

impl Interval {
    /// From a published mean with the half-width of its 95 % interval.
    #[must_use]
    pub fn published(mean: f64, half_width: f64) -> Self {
        Self {
            mean,
            error: half_width / 1.96,
        }
    }

    /// Whether a value lies within so many standard errors.
    #[must_use]
    pub fn is_near(&self, value: f64, errors: f64) -> bool {
        (self.mean - value).abs() <= errors * self.error.max(f64::EPSILON * value.abs())
    }

    /// How far two estimates of the same thing are apart, in standard errors of their
    /// difference.
    #[must_use]
    pub fn distance(&self, other: &Self) -> f64 {
        (self.mean - other.mean).abs() / self.error.hypot(other.error).max(f64::MIN_POSITIVE)
    }
}

fn count(values: &[f64]) -> f64 {
    f64::from(u32::try_from(values.len()).unwrap_or(u32::MAX))
}

/// Mean of independent observations.
#[must_use]
pub fn mean(values: &[f64]) -> Interval {
    let n = count(values);
    let mean = values.iter().sum::<f64>() / n;
    let squares = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>();
    Interval {
        mean,
        error: (squares / (n - 1.0).max(1.0) / n).sqrt(),
    }
}

/// Ratio of two means over independent runs, with its error by the delta method.
#[must_use]
pub fn ratio(parts: &[f64], wholes: &[f64]) -> Interval {
    let n = count(parts);
    let whole = wholes.iter().sum::<f64>() / n;
    let ratio = parts.iter().sum::<f64>() / n / whole;
    let pairs = parts.iter().zip(wholes);
    let squares = pairs
        .map(|(part, all)| (part - ratio * all).powi(2))
        .sum::<f64>();
    Interval {
        mean: ratio,
        error: (squares / (n - 1.0).max(1.0) / n).sqrt() / whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_those_of_textbooks() {
        let found = mean(&[1.0, 2.0, 3.0, 4.0]);
        assert!((found.mean - 2.5).abs() < 1e-12);
        assert!((found.error - (5.0_f64 / 3.0 / 4.0).sqrt()).abs() < 1e-12);
        let found = ratio(&[1.0, 2.0, 3.0], &[2.0, 4.0, 6.0]);
        assert!((found.mean - 0.5).abs() < 1e-12 && found.error < 1e-12);
    }

    #[test]
    fn distance_is_in_errors_of_the_difference() {
        let (one, two) = (
            Interval {
                mean: 1.0,
                error: 3.0,
            },
            Interval {
                mean: 11.0,
                error: 4.0,
            },
        );
        assert!((one.distance(&two) - 2.0).abs() < 1e-12);
        assert!(two.is_near(7.5, 1.0) && !two.is_near(6.5, 1.0));
    }
}

//! Times between arrivals, of service and of patience.

use rand::{Rng, RngExt};
use rand_distr::{Distribution as _, Exp, Gamma, LogNormal};

/// A distribution of times in seconds.
#[derive(Debug, Clone, PartialEq)]
pub enum Distribution {
    /// Always the same.
    Constant(f64),
    /// Without memory.
    Exponential {
        /// Mean.
        mean: f64,
    },
    /// Sums of exponential times, and in between.
    Gamma {
        /// 1 is exponential, more is more regular.
        shape: f64,
        /// Mean.
        mean: f64,
    },
    /// What service times look like in the data of call centres.
    LogNormal {
        /// Mean.
        mean: f64,
        /// Standard deviation divided by the mean.
        variation: f64,
    },
    /// One of these values, each as likely: what was measured.
    Empirical(Vec<f64>),
}

impl Distribution {
    /// One value. Means that are not above zero, and empty samples, give zero.
    pub fn sample(&self, rng: &mut impl Rng) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Exponential { mean } => Exp::new(1.0 / mean).map_or(0.0, |d| d.sample(rng)),
            Self::Gamma { shape, mean } => {
                Gamma::new(*shape, mean / shape).map_or(0.0, |d| d.sample(rng))
            }
            Self::LogNormal { mean, variation } => {
                let variance = (1.0 + variation * variation).ln();
                let location = mean.ln() - variance / 2.0;
                LogNormal::new(location, variance.sqrt()).map_or(0.0, |d| d.sample(rng))
            }
            Self::Empirical(values) if values.is_empty() => 0.0,
            Self::Empirical(values) => values[rng.random_range(0..values.len())],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{mean, stream};

    #[test]
    fn every_distribution_has_its_mean() {
        let samples = |distribution: &Distribution| {
            let mut rng = stream(7, 1);
            let values: Vec<f64> = (0..20_000).map(|_| distribution.sample(&mut rng)).collect();
            mean(&values)
        };
        for distribution in [
            Distribution::Constant(90.0),
            Distribution::Exponential { mean: 90.0 },
            Distribution::Gamma {
                shape: 28.7,
                mean: 90.0,
            },
            Distribution::LogNormal {
                mean: 90.0,
                variation: 1.2,
            },
            Distribution::Empirical(vec![30.0, 60.0, 180.0]),
        ] {
            let found = samples(&distribution);
            assert!(found.is_near(90.0, 4.0), "{distribution:?}: {found:?}");
        }
    }

    #[test]
    fn one_seed_gives_one_run() {
        let draw = |seed, number| {
            let mut rng = stream(seed, number);
            Distribution::Exponential { mean: 1.0 }.sample(&mut rng)
        };
        assert!((draw(1, 2) - draw(1, 2)).abs() < f64::EPSILON);
        assert!((draw(1, 2) - draw(2, 2)).abs() > f64::EPSILON);
        assert!((draw(1, 2) - draw(1, 3)).abs() > f64::EPSILON);
    }
}

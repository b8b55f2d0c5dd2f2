//! Whether a number is unusual, if things happen independently at their usual rate.
//!
//! Arrivals at a steady rate are distributed as Poisson found (*Recherches sur la
//! probabilité des jugements*, 1837): `P(X = k) = λ^k e^−λ / k!`.

/// What is so unlikely is no accident: once in a thousand times.
const UNLIKELY: f64 = 0.001;

/// Whether `count` or more, where `usual` are expected, are no accident.
pub(super) fn is_run(count: u32, usual: f64) -> bool {
    if count == 0 {
        return false;
    }
    // P(X < count), summed from the smallest term up.
    let mut term = (-usual).exp();
    let mut below = term;
    for k in 1..count {
        term *= usual / f64::from(k);
        below += term;
    }
    1.0 - below < UNLIKELY
}

/// Whether nothing at all, where `usual` are expected, is no accident: `e^−λ`.
pub(super) fn is_silence(usual: f64) -> bool {
    (-usual).exp() < UNLIKELY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_usual_is_no_run() {
        // Tables of the distribution: P(X ≥ 5 | 1) = 0.00366, P(X ≥ 6 | 1) = 0.00059.
        assert!(!is_run(5, 1.0));
        assert!(is_run(6, 1.0));
        assert!(!is_run(30, 25.0));
        assert!(is_run(60, 25.0));
        assert!(is_run(1, 0.0005));
        assert!(!is_run(0, 0.0));
    }

    #[test]
    fn silence_where_much_is_usual_is_no_accident() {
        // e^-6.9 = 0.00101, e^-7 = 0.00091.
        assert!(!is_silence(6.9));
        assert!(is_silence(7.0));
        assert!(!is_silence(0.0));
    }
}

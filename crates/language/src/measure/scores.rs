//! Accuracy, F1 and areas from pairs of what is right and what was said.

use std::collections::BTreeMap;

/// Share of pairs that are equal.
pub(super) fn accuracy<T: PartialEq>(pairs: &[(T, T)]) -> f64 {
    let right = pairs.iter().filter(|(right, said)| right == said).count();
    right as f64 / pairs.len().max(1) as f64
}

/// Mean F1 of all classes that occur, as right or as said.
pub(super) fn macro_f1<T: Ord + Clone>(pairs: &[(T, T)]) -> f64 {
    let mut counts: BTreeMap<&T, (f64, f64, f64)> = BTreeMap::new();
    for (right, said) in pairs {
        counts.entry(right).or_default().1 += 1.0;
        counts.entry(said).or_default().2 += 1.0;
        if right == said {
            counts.entry(right).or_default().0 += 1.0;
        }
    }
    let sum: f64 = counts
        .values()
        .map(|(both, right, said)| 2.0 * both / (right + said))
        .sum();
    sum / counts.len().max(1) as f64
}

/// Area under the ROC curve: how often a positive has the higher score; ties count half.
pub(super) fn auroc(positive: &[f32], negative: &[f32]) -> f64 {
    let mut all: Vec<(f32, bool)> = positive
        .iter()
        .map(|score| (*score, true))
        .chain(negative.iter().map(|score| (*score, false)))
        .collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut sum) = (0.0, 0.0);
    for same in all.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let positives = same.iter().filter(|(_, is_positive)| *is_positive).count() as f64;
        let negatives = same.len() as f64 - positives;
        sum += positives * (below + negatives / 2.0);
        below += negatives;
    }
    sum / (positive.len() as f64 * negative.len() as f64).max(1.0)
}

/// Mean of values; 0 of none.
pub(super) fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let number = values.len().max(1) as f64;
    values.sum::<f64>() / number
}

/// The value below which `share` of the values lie. Sorts them.
pub(super) fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = (values.len() as f64 * share).ceil() as usize;
    values.get(at.saturating_sub(1)).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_a_small_case_are_right() {
        let pairs = [("a", "a"), ("a", "b"), ("b", "b"), ("b", "b")];
        assert!((accuracy(&pairs) - 0.75).abs() < 1e-9);
        assert!((macro_f1(&pairs) - f64::midpoint(2.0 / 3.0, 0.8)).abs() < 1e-9);
        assert!((auroc(&[0.9, 0.4], &[0.4, 0.1]) - 0.875).abs() < 1e-9);
        assert!((percentile(&mut [3.0, 1.0, 2.0], 0.99) - 3.0).abs() < 1e-9);
    }
}

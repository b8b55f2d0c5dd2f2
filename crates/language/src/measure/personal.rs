//! Figures of personal data: F1 by kind.

use std::{collections::BTreeMap, ops::Range};

use super::Figures;
use crate::personal::{Kind, personal_data};

/// A text with the spans it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// What was written.
    pub text: String,
    /// Places in characters with their kinds; only kinds that occur anywhere are judged.
    pub spans: Vec<(Range<usize>, Kind)>,
}

/// Share of the union that two spans must have in common to count as the same.
const COMMON: f64 = 0.5;

/// Keys: `personal_f1` and `personal_f1_<kind>` for spans that share at least half of their
/// union, `personal_exact_f1` for equal ones.
pub fn personal(rows: &[Marked]) -> Figures {
    let mut counts: BTreeMap<Kind, [f64; 4]> = BTreeMap::new();
    for (_, kind) in rows.iter().flat_map(|row| &row.spans) {
        counts.entry(*kind).or_default()[2] += 1.0;
    }
    for row in rows {
        let bytes: Vec<usize> = row
            .text
            .char_indices()
            .map(|(at, _)| at)
            .chain([row.text.len()])
            .collect();
        let wanted: Vec<(Range<usize>, Kind)> = row
            .spans
            .iter()
            .filter_map(|(place, kind)| {
                Some((*bytes.get(place.start)?..*bytes.get(place.end)?, *kind))
            })
            .collect();
        for span in personal_data(&row.text) {
            let Some(count) = counts.get_mut(&span.kind) else {
                continue;
            };
            count[3] += 1.0;
            let mut same = wanted.iter().filter(|(_, kind)| *kind == span.kind);
            let best = same
                .clone()
                .map(|(place, _)| common(place, &span.place))
                .fold(0.0, f64::max);
            count[0] += f64::from(u8::from(best >= COMMON));
            count[1] += f64::from(u8::from(same.any(|(place, _)| *place == span.place)));
        }
    }
    let f1 = |matched: f64, wanted: f64, said: f64| 2.0 * matched / (wanted + said).max(1.0);
    let mut all = [0.0; 4];
    let mut figures = Figures::new();
    for (kind, count) in &counts {
        all.iter_mut()
            .zip(count)
            .for_each(|(sum, value)| *sum += value);
        figures.insert(
            format!("personal_f1_{}", kind.name()),
            f1(count[0], count[2], count[3]),
        );
    }
    figures.insert("personal_f1".to_owned(), f1(all[0], all[2], all[3]));
    figures.insert("personal_exact_f1".to_owned(), f1(all[1], all[2], all[3]));
    figures
}

fn common(one: &Range<usize>, other: &Range<usize>) -> f64 {
    let both = one
        .end
        .min(other.end)
        .saturating_sub(one.start.max(other.start));
    let either = one.end.max(other.end) - one.start.min(other.start);
    both as f64 / either.max(1) as f64
}

//! BM25 (Robertson & Zaragoza, 2009) over one field of terms, with the weight of each term
//! in each passage worked out when the field is built.

use rustc_hash::FxHashMap;

/// How fast repeating a term stops helping, and how much long passages are held back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settings {
    pub saturation: f32,
    pub length: f32,
}

/// A field of all passages.
#[derive(Debug, Clone, Default)]
pub(super) struct Field {
    terms: FxHashMap<u64, Postings>,
    /// Rarity of a term that no passage has.
    unknown: f32,
}

#[derive(Debug, Clone)]
struct Postings {
    rarity: f32,
    /// Passage and the share of `rarity` it gets.
    list: Vec<(u32, f32)>,
}

impl Field {
    pub(super) fn new(passages: &[Vec<u64>], settings: Settings) -> Self {
        let number = passages.len() as f32;
        let mut lists: FxHashMap<u64, Vec<(u32, f32)>> = FxHashMap::default();
        for (id, terms) in (0_u32..).zip(passages) {
            let mut sorted = terms.clone();
            sorted.sort_unstable();
            for same in sorted.chunk_by(|a, b| a == b) {
                lists
                    .entry(same[0])
                    .or_default()
                    .push((id, same.len() as f32));
            }
        }
        let total: usize = passages.iter().map(Vec::len).sum();
        let usual = (total as f32 / number.max(1.0)).max(1.0);
        let terms = lists
            .into_iter()
            .map(|(term, mut list)| {
                for (id, count) in &mut list {
                    let length = 1.0 - settings.length
                        + settings.length * passages[*id as usize].len() as f32 / usual;
                    *count = *count * (settings.saturation + 1.0)
                        / (*count + settings.saturation * length);
                }
                let with = list.len() as f32;
                let rarity = (1.0 + (number - with + 0.5) / (with + 0.5)).ln();
                (term, Postings { rarity, list })
            })
            .collect();
        let unknown = (1.0 + (number + 0.5) / 0.5).ln();
        Self { terms, unknown }
    }

    /// Adds `weight` times the score of each passage for a query; a term counts once.
    /// Scores are shares of what a passage with all the query's terms once would get, so
    /// that fields and queries compare.
    pub(super) fn score(&self, query: &[u64], weight: f32, scores: &mut [f32]) {
        let mut terms = query.to_vec();
        terms.sort_unstable();
        terms.dedup();
        let found: Vec<&Postings> = terms
            .iter()
            .filter_map(|term| self.terms.get(term))
            .collect();
        let strange = (terms.len() - found.len()) as f32 * self.unknown;
        let most = strange + found.iter().map(|postings| postings.rarity).sum::<f32>();
        if found.is_empty() || most <= 0.0 {
            return;
        }
        for postings in found {
            let rarity = weight * postings.rarity / most;
            for (id, share) in &postings.list {
                scores[*id as usize] += rarity * share;
            }
        }
    }
}

//! Finding the passages of a knowledge base that answer a question.
//!
//! Two lexical rankings, over dictionary words and over short runs of characters, agree
//! where cutting went well and make up for each other where it did not (`terms`,
//! `bm25`). Sentence vectors ([`Encoder`]) find the same question in other words or in
//! another language; they rank questions, not long texts. [`Index`] holds all of it in
//! memory; a workspace's knowledge is small.

mod bm25;
mod index;
mod terms;
mod vectors;
mod wordings;

pub use index::{Found, Index, Passage, Weights};

/// Makes vectors of sentences. The same text always has the same vector of length 1.
pub trait Encoder: Send + Sync {
    /// Entries of a vector.
    fn dimensions(&self) -> usize;

    /// The vector of a text.
    fn encode(&self, text: &str) -> Vec<f32>;
}

/// Joins rankings of the same things, best first, by the sum of reciprocal ranks (Cormack et
/// al., 2009): for rankings whose scores do not compare.
pub fn fuse<T: Clone + Ord>(rankings: &[Vec<T>]) -> Vec<T> {
    /// Keeps the first few ranks from deciding alone.
    const DAMPING: f64 = 60.0;
    let mut scores: std::collections::BTreeMap<&T, f64> = std::collections::BTreeMap::new();
    for ranking in rankings {
        for (rank, item) in ranking.iter().enumerate() {
            *scores.entry(item).or_default() += 1.0 / (DAMPING + rank as f64 + 1.0);
        }
    }
    let mut all: Vec<(&T, f64)> = scores.into_iter().collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    all.into_iter().map(|(item, _)| item.clone()).collect()
}

#[cfg(test)]
mod tests;

//! Words near to one that is not known: deleted, added, wrong and swapped letters.
//!
//! A word and its misspelling meet in what is left of both when letters are taken away
//! (symmetric deletion); candidates are then checked by their real distance.

use rustc_hash::FxHashMap;
use strsim::osa_distance;

/// Letters from which on two mistakes are forgiven; below `SHORT` none is.
const LONG: usize = 8;
const SHORT: usize = 4;

/// A vocabulary to correct against.
#[derive(Debug, Default)]
pub struct Vocabulary {
    words: Vec<(String, u32)>,
    by_rest: FxHashMap<String, Vec<u32>>,
}

/// A known word near to a typed one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// The known word.
    pub word: &'a str,
    /// Edits between the two, a swap of neighbours being one.
    pub distance: usize,
    /// How often it was counted.
    pub count: u32,
}

impl Vocabulary {
    /// From folded words and how often each occurs. Words repeat at will.
    pub fn new<'a>(counted: impl IntoIterator<Item = (&'a str, u32)>) -> Self {
        let mut counts: FxHashMap<&str, u32> = FxHashMap::default();
        for (word, count) in counted {
            let sum = counts.entry(word).or_default();
            *sum = sum.saturating_add(count);
        }
        let mut words: Vec<(String, u32)> = counts
            .into_iter()
            .map(|(word, count)| (word.to_owned(), count))
            .collect();
        words.sort_unstable();
        let mut by_rest: FxHashMap<String, Vec<u32>> = FxHashMap::default();
        for (id, (word, _)) in (0_u32..).zip(&words) {
            for rest in rests(word, edits_forgiven(word)) {
                by_rest.entry(rest).or_default().push(id);
            }
        }
        Self { words, by_rest }
    }

    /// Whether a word is in it.
    pub fn contains(&self, word: &str) -> bool {
        self.words
            .binary_search_by(|(known, _)| known.as_str().cmp(word))
            .is_ok()
    }

    /// Known words near to a folded one, nearest first, then most frequent. Words of fewer
    /// than four letters are near to too many and have none but themselves.
    pub fn candidates(&self, typed: &str) -> Vec<Candidate<'_>> {
        let limit = edits_forgiven(typed);
        let mut ids: Vec<u32> = rests(typed, limit)
            .iter()
            .filter_map(|rest| self.by_rest.get(rest))
            .flatten()
            .copied()
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let mut found: Vec<Candidate<'_>> = ids
            .into_iter()
            .filter_map(|id| {
                let (word, count) = &self.words[id as usize];
                let distance = osa_distance(word, typed);
                (distance <= limit).then_some(Candidate {
                    word,
                    distance,
                    count: *count,
                })
            })
            .collect();
        found.sort_by(|a, b| (a.distance, b.count, a.word).cmp(&(b.distance, a.count, b.word)));
        found
    }
}

fn edits_forgiven(word: &str) -> usize {
    match word.chars().count() {
        0..SHORT => 0,
        SHORT..LONG => 1,
        _ => 2,
    }
}

/// The word and what is left of it when up to `edits` letters are taken away.
fn rests(word: &str, edits: usize) -> Vec<String> {
    let mut all = vec![word.to_owned()];
    let mut from = 0;
    for _ in 0..edits {
        let until = all.len();
        for shorter in from..until {
            let source = all[shorter].clone();
            for (at, c) in source.char_indices() {
                let mut rest = source.clone();
                rest.replace_range(at..at + c.len_utf8(), "");
                all.push(rest);
            }
        }
        from = until;
    }
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary {
        Vocabulary::new([
            ("refund", 5),
            ("delivery", 3),
            ("deliver", 9),
            ("card", 4),
            ("退货", 1),
        ])
    }

    #[test]
    fn one_or_two_mistakes_are_forgiven_by_length() {
        let vocabulary = vocabulary();
        for (typed, meant) in [
            ("refnud", Some("refund")),
            ("refun", Some("refund")),
            ("delivrey", Some("delivery")),
            ("delliverry", Some("delivery")),
            ("crad", Some("card")),
            ("rfd", None),
            ("rexfnd", None),
            ("退款", None),
        ] {
            let found = vocabulary.candidates(typed);
            assert_eq!(found.first().map(|first| first.word), meant, "{typed}");
        }
    }

    #[test]
    fn the_nearest_comes_first_and_a_known_word_is_itself() {
        let vocabulary = vocabulary();
        assert!(vocabulary.contains("card") && !vocabulary.contains("cards"));
        let found = vocabulary.candidates("delivery");
        assert_eq!((found[0].word, found[0].distance), ("delivery", 0));
    }
}

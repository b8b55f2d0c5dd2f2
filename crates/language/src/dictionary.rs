//! Chinese words: a run of ideographs cut where a dictionary says it most likely is.
//!
//! The dictionary is jieba's, kept as an automaton inside the binary: looking a word up reads
//! a few bytes of the file, so that nothing is loaded and next to no memory is taken (jieba
//! itself takes 33 MB and a tenth of a second). What stands between known words is left to
//! jieba's hidden Markov model. Cuts are equal to jieba's, which a test compares.

use std::sync::LazyLock;

use fst::Map;
use jieba_rs::Jieba;

/// Words with how often they were counted; the empty word has the sum of all. Written by
/// `cargo run -p zhiyin-language --example words`.
const DATA: &[u8] = include_bytes!("../data/words/zh.fst");

static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(|| {
    let words = Map::new(DATA).expect("the dictionary in the binary is whole");
    let sum = words.get("").unwrap_or(1);
    Dictionary {
        words,
        log_sum: logarithm(sum),
        unknown: Jieba::empty(),
    }
});

struct Dictionary {
    words: Map<&'static [u8]>,
    /// Natural logarithm of the sum of all counts.
    log_sum: f64,
    /// Without words: only the model of what a word looks like.
    unknown: Jieba,
}

/// The best cut from a character to the end of the run.
#[derive(Clone, Copy)]
struct Way {
    log_probability: f64,
    /// Where its first word ends, in characters.
    end: usize,
}

/// Cuts a run of ideographs into words, in order.
pub(crate) fn cut<'a>(run: &'a str, mut found: impl FnMut(&'a str)) {
    let dictionary = &*DICTIONARY;
    let mut starts: Vec<usize> = run.char_indices().map(|(at, _)| at).collect();
    let count = starts.len();
    starts.push(run.len());
    let ways = dictionary.ways(run, &starts);
    // Characters that are no part of a longer word, taken together.
    let mut alone_from = 0;
    let mut at = 0;
    while at < count {
        let end = ways[at].end;
        if end > at + 1 {
            dictionary.cut_alone(&run[starts[alone_from]..starts[at]], &mut found);
            found(&run[starts[at]..starts[end]]);
            alone_from = end;
        }
        at = end;
    }
    dictionary.cut_alone(&run[starts[alone_from]..], &mut found);
}

impl Dictionary {
    /// For each character the most likely way to the end; of two that are equal the longer word.
    fn ways(&self, run: &str, starts: &[usize]) -> Vec<Way> {
        let count = starts.len() - 1;
        let none = Way {
            log_probability: 0.0,
            end: count,
        };
        let mut ways = vec![none; count + 1];
        for at in (0..count).rev() {
            // A character the dictionary does not know counts as one that was met once.
            let mut best = Way {
                log_probability: ways[at + 1].log_probability - self.log_sum,
                end: at + 1,
            };
            let mut end = at;
            self.beginnings(&run[starts[at]..], |bytes, times| {
                while starts[end] < starts[at] + bytes {
                    end += 1;
                }
                let log_probability = logarithm(times) - self.log_sum + ways[end].log_probability;
                if end == at + 1 || log_probability >= best.log_probability {
                    best = Way {
                        log_probability,
                        end,
                    };
                }
            });
            ways[at] = best;
        }
        ways
    }

    /// The words a text begins with, shortest first: their length in bytes and their count.
    fn beginnings(&self, text: &str, mut found: impl FnMut(usize, u64)) {
        let automaton = self.words.as_fst();
        let mut node = automaton.root();
        let mut sum = 0;
        for (at, byte) in text.bytes().enumerate() {
            let Some(next) = node.find_input(byte) else {
                return;
            };
            let transition = node.transition(next);
            sum += transition.out.value();
            node = automaton.node(transition.addr);
            if node.is_final() {
                found(at + 1, sum + node.final_output().value());
            }
        }
    }

    /// Cuts what lies between words of several characters.
    fn cut_alone<'a>(&self, text: &'a str, found: &mut impl FnMut(&'a str)) {
        if text.is_empty() {
            return;
        }
        // Characters that make a word, but are likelier one by one, stay so.
        let is_word = self.words.contains_key(text);
        for token in self.unknown.cut(text, !is_word) {
            found(token.word);
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of words are far below 2^52"
)]
fn logarithm(count: u64) -> f64 {
    (count.max(1) as f64).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(run: &str) -> Vec<&str> {
        let mut words = Vec::new();
        cut(run, |word| words.push(word));
        words
    }

    #[test]
    fn known_words_and_names_are_found() {
        assert_eq!(
            words("我来到北京清华大学"),
            ["我", "来到", "北京", "清华大学"]
        );
        assert_eq!(
            words("他来到了网易杭研大厦"),
            ["他", "来到", "了", "网易", "杭研", "大厦"]
        );
        assert_eq!(words("退"), ["退"]);
        assert!(words("").is_empty());
    }

    /// The expected cuts are those of jieba 0.11 with its dictionary.
    #[test]
    fn cuts_are_those_of_jieba() {
        let lines = include_str!("../data/words/cuts_zh.txt");
        let mut compared = 0;
        for line in lines.lines() {
            let expected: Vec<&str> = line.split(' ').collect();
            assert_eq!(words(&expected.concat()), expected);
            compared += 1;
        }
        assert!(compared > 1_000, "only {compared} cuts were compared");
    }
}

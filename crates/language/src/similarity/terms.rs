//! Terms of a text for ranking: three lists of hashes.

use pinyin::ToPinyin as _;

use super::wordings::usual;
use crate::{
    fold::{fold, fold_with_places},
    sparse::features::{hash_text, mix},
    words::{is_han, words_of},
};

/// Letters of a run taken from words of other scripts: enough to survive a typo.
const LETTERS: usize = 4;

/// Terms by field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Terms {
    pub words: Vec<u64>,
    pub grams: Vec<u64>,
    pub sounds: Vec<u64>,
}

/// The terms of a text: its words; its characters and pairs of characters, or runs of four
/// letters in words with letters; how its ideographs sound, for typing by sound goes wrong by
/// sound.
pub(super) fn terms(text: &str) -> Terms {
    let folded = fold_with_places(&usual(&fold(text)));
    let mut words: Vec<u64> = Vec::new();
    for word in words_of(&folded) {
        words.push(hash_text(1, &word.text));
    }
    let mut sounds = Vec::new();
    let mut grams = Vec::with_capacity(folded.len() * 2);
    let mut at = 0;
    while at < folded.len() {
        let ch = folded[at].ch;
        if !ch.is_alphanumeric() {
            at += 1;
            continue;
        }
        let han = is_han(ch);
        let same = |c: char| c.is_alphanumeric() && is_han(c) == han;
        let length = folded[at..].iter().position(|folded| !same(folded.ch));
        let end = length.map_or(folded.len(), |length| at + length);
        let run: Vec<u64> = folded[at..end]
            .iter()
            .map(|folded| u64::from(folded.ch))
            .collect();
        let gram = |chars: &[u64]| chars.iter().fold(2, |hash, c| mix(hash, *c));
        if han {
            grams.extend(run.windows(1).chain(run.windows(2)).map(gram));
            let sound = |c: char| {
                c.to_pinyin()
                    .map_or(u64::from(c), |sound| hash_text(3, sound.plain()))
            };
            let run: Vec<u64> = folded[at..end]
                .iter()
                .map(|folded| sound(folded.ch))
                .collect();
            sounds.extend(run.windows(2).map(gram));
        } else {
            grams.extend(run.windows(LETTERS.min(run.len())).map(gram));
        }
        at = end;
    }
    Terms {
        words,
        grams,
        sounds,
    }
}

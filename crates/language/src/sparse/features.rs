//! Sparse features of a text: words and their neighbours, and n-grams of characters.
//!
//! A feature is a 64-bit hash with the place it comes from, so that models hold no text and
//! an explanation can point at words. Two groups, words and characters, are weighted and
//! normalised apart: the long tail of character n-grams must not drown the words.

use std::ops::Range;

use crate::{
    fold::{Folded, fold_with_places},
    words::{Word, is_han, words_of},
};

/// Characters of a text that are looked at; customers say early what it is about.
pub(crate) const CHARS_MAX: usize = 2_000;

/// Which group a feature belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    Words = 0,
    Chars = 1,
}

/// A feature of a text and the folded characters it comes from.
#[derive(Debug, Clone)]
pub(crate) struct Feature {
    pub key: u64,
    pub group: Group,
    pub place: Range<u32>,
}

/// The features of a text; repeated ones repeat.
pub(crate) fn features(text: &str) -> (Vec<Feature>, Vec<Word>) {
    let mut folded = fold_with_places(text);
    folded.truncate(CHARS_MAX);
    features_of(&folded)
}

/// The features of a folded text.
pub(crate) fn features_of(folded: &[Folded]) -> (Vec<Feature>, Vec<Word>) {
    let words = words_of(folded);
    let mut found = Vec::with_capacity(folded.len() * 5);
    word_features(&words, &mut found);
    char_features(folded, &mut found);
    (found, words)
}

fn word_features(words: &[Word], found: &mut Vec<Feature>) {
    let hashes: Vec<u64> = words.iter().map(|word| hash_text(1, &word.text)).collect();
    let mut push = |key, from: usize, to: usize| {
        found.push(Feature {
            key,
            group: Group::Words,
            place: place(words[from].place.start, words[to].place.end),
        });
    };
    for (at, hash) in hashes.iter().enumerate() {
        push(*hash, at, at);
        if let Some(next) = hashes.get(at + 1) {
            push(mix(mix(2, *hash), *next), at, at + 1);
        }
    }
}

fn char_features(folded: &[Folded], found: &mut Vec<Feature>) {
    let mut at = 0;
    while at < folded.len() {
        let ch = folded[at].ch;
        if !ch.is_alphanumeric() {
            at += 1;
            continue;
        }
        let han = is_han(ch);
        let length = folded[at..]
            .iter()
            .position(|f| !f.ch.is_alphanumeric() || is_han(f.ch) != han);
        let end = length.map_or(folded.len(), |length| at + length);
        let sizes = if han { 1..=3 } else { 2..=5 };
        grams(&folded[at..end], at, han, sizes, found);
        at = end;
    }
}

/// n-grams of a run; those of words with letters see where the word begins and ends.
fn grams(
    run: &[Folded],
    offset: usize,
    han: bool,
    sizes: std::ops::RangeInclusive<usize>,
    found: &mut Vec<Feature>,
) {
    let edge = usize::from(!han);
    let padded = run.len() + 2 * edge;
    let char_at = |at: usize| {
        if han {
            run[at].ch
        } else if at == 0 || at + 1 == padded {
            ' '
        } else {
            run[at - 1].ch
        }
    };
    for start in 0..padded {
        let mut key = 0;
        for size in 1..=(*sizes.end()).min(padded - start) {
            key = mix(key, u64::from(char_at(start + size - 1)));
            if !sizes.contains(&size) {
                continue;
            }
            let from = start.saturating_sub(edge).min(run.len() - 1);
            let to = (start + size - edge).clamp(from + 1, run.len());
            found.push(Feature {
                key: mix(4 + size as u64, key),
                group: Group::Chars,
                place: place(offset + from, offset + to),
            });
        }
    }
}

fn place(start: usize, end: usize) -> Range<u32> {
    let short = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    short(start)..short(end)
}

pub(crate) fn hash_text(seed: u64, text: &str) -> u64 {
    text.chars().fold(seed, |hash, c| mix(hash, u64::from(c)))
}

/// One step of a multiplicative hash; good enough to tell some hundred thousand apart.
pub(crate) const fn mix(hash: u64, value: u64) -> u64 {
    let mixed = (hash.rotate_left(23) ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 29)
}

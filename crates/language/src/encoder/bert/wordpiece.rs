//! Cutting as BERT does it: words without case and accents, then the longest pieces of the
//! vocabulary from the left (Wu et al., 2016).

use std::sync::LazyLock;

use regex::Regex;
use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization as _;

/// Longest word that is cut, in characters.
const WORD_CHARS_MAX: usize = 100;
/// Stands before a piece that does not begin a word.
const INNER: &str = "##";

/// What is left out: accents that were taken off their letters, and controls.
static LEFT_OUT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[\p{Mn}\p{C}\u{fffd}]").expect("a fixed pattern"));
static PUNCTUATION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\p{P}").expect("a fixed pattern"));

/// The pieces of a model.
#[derive(Debug, Clone, Default)]
pub(super) struct Vocabulary {
    pieces: FxHashMap<String, u32>,
    unknown: u32,
    begin: u32,
    end: u32,
}

impl Vocabulary {
    /// From one piece a line.
    pub(super) fn read(lines: &str) -> Option<Self> {
        let pieces: FxHashMap<String, u32> =
            lines.lines().map(str::to_owned).zip(0_u32..).collect();
        let mark = |name: &str| pieces.get(name).copied();
        Some(Self {
            unknown: mark("[UNK]")?,
            begin: mark("[CLS]")?,
            end: mark("[SEP]")?,
            pieces,
        })
    }

    pub(super) fn len(&self) -> usize {
        self.pieces.len()
    }

    /// Pieces of a text between its marks, at most so many.
    pub(super) fn cut(&self, text: &str, most: usize) -> Vec<u32> {
        let mut pieces = vec![self.begin];
        for word in words(text) {
            self.cut_word(&word, &mut pieces);
        }
        pieces.truncate(most.saturating_sub(1));
        pieces.push(self.end);
        pieces
    }

    fn cut_word(&self, word: &str, pieces: &mut Vec<u32>) {
        let before = pieces.len();
        let mut is_known = word.chars().count() <= WORD_CHARS_MAX;
        let mut rest = word;
        while is_known && !rest.is_empty() {
            let ends = rest.char_indices().map(|(at, ch)| at + ch.len_utf8());
            let ends: Vec<usize> = ends.collect();
            let is_inner = pieces.len() > before;
            let longest = ends.into_iter().rev().find_map(|end| {
                let piece = &rest[..end];
                let found = if is_inner {
                    self.pieces.get(&format!("{INNER}{piece}"))
                } else {
                    self.pieces.get(piece)
                };
                found.map(|id| (*id, end))
            });
            match longest {
                Some((id, end)) => {
                    pieces.push(id);
                    rest = &rest[end..];
                }
                None => is_known = false,
            }
        }
        if !is_known {
            pieces.truncate(before);
            pieces.push(self.unknown);
        }
    }
}

/// Words, and marks of punctuation and Chinese characters as words of their own.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for ch in text.nfd() {
        let is_space = ch.is_whitespace();
        if !is_space && is_in(&LEFT_OUT, ch) {
            continue;
        }
        let is_alone = is_chinese(ch) || is_punctuation(ch);
        if (is_space || is_alone) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if is_alone {
            words.push(ch.to_string());
        } else if !is_space {
            // Lower case can bring a mark of its own (`İ`).
            word.extend(ch.to_lowercase().filter(|ch| !is_in(&LEFT_OUT, *ch)));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn is_in(class: &Regex, ch: char) -> bool {
    let plain = ch.is_ascii_alphanumeric() || ch == ' ';
    !plain && class.is_match(ch.encode_utf8(&mut [0; 4]))
}

/// Everything of ASCII that is no letter, digit or space counts, symbols too.
fn is_punctuation(ch: char) -> bool {
    ch.is_ascii_punctuation() || (!ch.is_ascii() && is_in(&PUNCTUATION, ch))
}

fn is_chinese(ch: char) -> bool {
    matches!(ch,
        '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{2a6df}'
        | '\u{2a700}'..='\u{2ceaf}' | '\u{f900}'..='\u{faff}' | '\u{2f800}'..='\u{2fa1f}')
}

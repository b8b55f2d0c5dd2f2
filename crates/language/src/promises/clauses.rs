//! Sentences and clauses of a folded text, and where they stand in the original.

use std::ops::Range;

use crate::fold::{Folded, fold_with_places};

/// Longest sentence looked at, in bytes: a longer one is no sentence of an agent.
const SENTENCE_BYTES_MAX: usize = 2_000;
/// Words after which a full stop ends no sentence.
const ABBREVIATIONS: [&str; 10] = [
    "mr", "mrs", "ms", "dr", "no", "a.m", "p.m", "e.g", "i.e", "st",
];
/// Words that begin a clause of their own.
const JOINTS: [&str; 5] = [" and ", " but ", " so ", " because ", " otherwise "];
/// Quotation marks in pairs.
const QUOTES: [(char, char); 6] = [
    ('“', '”'),
    ('「', '」'),
    ('『', '』'),
    ('《', '》'),
    ('"', '"'),
    ('«', '»'),
];

/// A sentence: folded, with what is quoted blanked out.
pub(super) struct Sentence {
    text: String,
    /// Of each byte, the place of its character in the original; one more for the end.
    places: Vec<(usize, usize)>,
    clauses: Vec<Range<usize>>,
}

impl Sentence {
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Clauses in bytes of the text.
    pub(super) fn clauses(&self) -> &[Range<usize>] {
        &self.clauses
    }

    /// All of it in the original, without outer blanks.
    pub(super) fn place(&self) -> Range<usize> {
        let blank = self.text.len() - self.text.trim_start().len();
        self.original(blank..self.text.trim_end().len())
    }

    /// A part of the text in the original.
    pub(super) fn original(&self, part: Range<usize>) -> Range<usize> {
        let start = self.places.get(part.start).map_or(0, |place| place.0);
        let last = part.end.checked_sub(1).and_then(|at| self.places.get(at));
        start..last.map_or(start, |place| place.1.max(start))
    }
}

/// Sentences of a text. Lines that begin with `>` are somebody else's words.
pub(super) fn sentences(text: &str) -> Vec<Sentence> {
    let mut found = Vec::new();
    let mut one: Vec<Folded> = Vec::new();
    let folded = unquoted(text);
    let mut is_quoted_line = false;
    for (at, folded_char) in folded.iter().enumerate() {
        let is_line_start = at == 0 || folded[at - 1].ch == '\n';
        if is_line_start {
            is_quoted_line = folded_char.ch == '>';
        }
        if !is_quoted_line {
            one.push(*folded_char);
        }
        let next = folded.get(at + 1).map(|next| next.ch);
        if ends_sentence(&one, folded_char.ch, next) {
            found.extend(sentence(&std::mem::take(&mut one)));
        }
    }
    found.extend(sentence(&one));
    found
}

fn ends_sentence(so_far: &[Folded], c: char, next: Option<char>) -> bool {
    match c {
        '\n' | '。' | '!' | '?' | ';' | '…' => true,
        '.' if next.is_none_or(char::is_whitespace) => {
            let word: String = so_far
                .iter()
                .rev()
                .skip(1)
                .map(|folded| folded.ch)
                .take_while(|c| c.is_alphanumeric() || *c == '.')
                .collect();
            let word: String = word.chars().rev().collect();
            !ABBREVIATIONS.contains(&word.as_str())
        }
        _ => false,
    }
}

/// The folded text with blanks in the place of what is quoted.
fn unquoted(text: &str) -> Vec<Folded> {
    let mut folded = fold_with_places(text);
    let mut at = 0;
    while at < folded.len() {
        let closing = QUOTES.iter().find(|(opens, _)| *opens == folded[at].ch);
        let end = closing.and_then(|(_, closes)| {
            let rest = folded[at + 1..].iter();
            let length = rest
                .take_while(|c| c.ch != '\n')
                .position(|c| c.ch == *closes)?;
            Some(at + 1 + length)
        });
        let Some(end) = end else {
            at += 1;
            continue;
        };
        for quoted in &mut folded[at..=end] {
            quoted.ch = ' ';
        }
        at = end + 1;
    }
    for folded in &mut folded {
        folded.ch = match folded.ch {
            '’' | '‘' | '`' => '\'',
            '–' | '—' | '~' | '～' => '-',
            other => other,
        };
    }
    folded
}

fn sentence(folded: &[Folded]) -> Option<Sentence> {
    let mut text = String::new();
    let mut places = Vec::new();
    for one in folded {
        let place = (
            usize::try_from(one.start).ok()?,
            usize::try_from(one.end).ok()?,
        );
        text.push(one.ch);
        places.resize(text.len(), place);
    }
    if text.trim().is_empty() || text.len() > SENTENCE_BYTES_MAX {
        return None;
    }
    let clauses = clauses(&text);
    Some(Sentence {
        text,
        places,
        clauses,
    })
}

fn clauses(text: &str) -> Vec<Range<usize>> {
    let mut clauses = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let rest = &text[at..];
        let after = text[at + c.len_utf8()..].chars().next();
        let is_cut = match c {
            ',' | ':' => !after.is_some_and(|c| c.is_ascii_digit()) || has_word_before(text, at),
            ' ' => JOINTS.iter().any(|joint| rest.starts_with(joint)),
            _ => false,
        };
        if is_cut {
            clauses.push(start..at);
            start = at + c.len_utf8();
        }
    }
    clauses.push(start..text.len());
    clauses
}

/// Whether what stands before a comma or colon is no digit: `10:00` and `1,000` are one.
fn has_word_before(text: &str, at: usize) -> bool {
    !text[..at]
        .chars()
        .next_back()
        .is_some_and(|c| c.is_ascii_digit())
}

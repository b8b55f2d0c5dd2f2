//! Where a query stands in a text, and short extracts around it.
//!
//! Looks for the same pieces as the index does, in the original text through its folding.
//! Places are given in UTF-16 code units, as browsers count.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use crate::{
    fold::{Folded, fold_with_places},
    index::{fold_query, join},
    segment::{Piece, pieces},
};

/// An extract of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The extract in one line, with `…` where it was cut.
    pub text: String,
    /// Start and length of each match in the extract, in UTF-16 code units.
    pub highlights: Vec<(usize, usize)>,
}

/// Finds the places of one query in many texts.
#[derive(Debug)]
pub struct Highlighter {
    needles: Vec<Needle>,
}

#[derive(Debug)]
enum Needle {
    Run(Vec<char>),
    Word {
        parts: Vec<Vec<char>>,
        joined: Option<Vec<char>>,
        may_go_on: bool,
    },
}

/// A word of the text: its parts and where the next gap in the sequence is.
struct Part {
    chars: Range<usize>,
    follows_the_one_before: bool,
}

impl Highlighter {
    /// For what somebody typed.
    pub fn new(typed: &str) -> Self {
        let folded = fold_query(typed);
        let read = |range: &Range<usize>| folded[range.clone()].iter().map(|f| f.ch).collect();
        let mut needles = Vec::new();
        pieces(&folded, |piece| {
            needles.push(match piece {
                Piece::Run(range) => Needle::Run(read(&range)),
                Piece::Word(parts) => Needle::Word {
                    parts: parts.iter().map(read).collect(),
                    joined: join(&folded, parts).map(|joined| joined.chars().collect()),
                    may_go_on: parts.last().is_some_and(|part| part.end == folded.len()),
                },
            });
        });
        Self { needles }
    }

    /// Start and length of each match in UTF-16 code units, in order, never overlapping.
    pub fn find(&self, text: &str) -> Vec<(usize, usize)> {
        in_utf16(text, &self.find_bytes(text))
    }

    /// An extract of at most `chars_max` characters around the first match.
    pub fn snippet(&self, text: &str, chars_max: usize) -> Snippet {
        let line = one_line(text);
        let first = self
            .find_bytes(&line)
            .first()
            .map_or(0, |range| range.start);
        let before = line[..first].chars().count();
        let total = before + line[first..].chars().count();
        // A third of the room in front of the match; all of it is used where there is text.
        let start = before
            .saturating_sub(chars_max / 3)
            .min(total.saturating_sub(chars_max));
        let text = cut(&line, start, chars_max);
        let highlights = self.find(&text);
        Snippet { text, highlights }
    }

    fn find_bytes(&self, text: &str) -> Vec<Range<usize>> {
        let folded = fold_with_places(text);
        let mut runs: Vec<Range<usize>> = Vec::new();
        let mut words: Vec<Vec<Part>> = Vec::new();
        let mut follows = false;
        pieces(&folded, |piece| match piece {
            Piece::Run(range) => {
                runs.push(range);
                follows = false;
            }
            Piece::Word(parts) => {
                let parts = parts.iter().map(|chars| {
                    let follows_the_one_before = std::mem::replace(&mut follows, true);
                    Part {
                        chars: chars.clone(),
                        follows_the_one_before,
                    }
                });
                words.push(parts.collect());
            }
        });
        let mut found: Vec<Range<usize>> = Vec::new();
        for needle in &self.needles {
            match needle {
                Needle::Run(wanted) => {
                    for run in &runs {
                        find_in_run(&folded, run, wanted, &mut found);
                    }
                }
                Needle::Word {
                    parts,
                    joined,
                    may_go_on,
                } => {
                    find_phrase(&folded, &words, parts, *may_go_on, &mut found);
                    let whole = std::slice::from_ref(joined.as_ref().unwrap_or(&parts[0]));
                    find_phrase(&folded, &words, whole, *may_go_on, &mut found);
                    for word in &words {
                        find_joined(&folded, word, &whole[0], *may_go_on, &mut found);
                    }
                }
            }
        }
        let place = |chars: &Range<usize>| {
            folded[chars.start].start as usize..folded[chars.end - 1].end as usize
        };
        merged(found.iter().map(place).collect())
    }
}

fn find_in_run(
    folded: &[Folded],
    run: &Range<usize>,
    wanted: &[char],
    found: &mut Vec<Range<usize>>,
) {
    for (offset, window) in folded[run.clone()].windows(wanted.len()).enumerate() {
        if window.iter().map(|f| f.ch).eq(wanted.iter().copied()) {
            let start = run.start + offset;
            found.push(start..start + wanted.len());
        }
    }
}

fn find_phrase(
    folded: &[Folded],
    words: &[Vec<Part>],
    wanted: &[Vec<char>],
    may_go_on: bool,
    found: &mut Vec<Range<usize>>,
) {
    let parts: Vec<&Part> = words.iter().flatten().collect();
    for window in parts.windows(wanted.len()) {
        let fits = window
            .iter()
            .zip(wanted)
            .enumerate()
            .all(|(number, (part, wanted))| {
                let follows = number == 0 || part.follows_the_one_before;
                let is_last = number + 1 == window.len();
                follows && reads(folded, part.chars.clone(), wanted, may_go_on && is_last)
            });
        if let (true, Some(first), Some(last)) = (fits, window.first(), window.last()) {
            let length = wanted.last().map_or(0, Vec::len);
            found.push(first.chars.start..last.chars.start + length);
        }
    }
}

fn find_joined(
    folded: &[Folded],
    word: &[Part],
    wanted: &[char],
    may_go_on: bool,
    found: &mut Vec<Range<usize>>,
) {
    let places: Vec<usize> = word.iter().flat_map(|part| part.chars.clone()).collect();
    let is_whole = places.len() == wanted.len() || (may_go_on && places.len() > wanted.len());
    if is_whole
        && places
            .iter()
            .zip(wanted)
            .all(|(place, c)| folded[*place].ch == *c)
    {
        found.push(places[0]..places[wanted.len() - 1] + 1);
    }
}

fn reads(folded: &[Folded], chars: Range<usize>, wanted: &[char], may_go_on: bool) -> bool {
    let length_fits = if may_go_on {
        chars.len() >= wanted.len()
    } else {
        chars.len() == wanted.len()
    };
    length_fits && folded[chars].iter().zip(wanted).all(|(f, c)| f.ch == *c)
}

fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

fn in_utf16(text: &str, ranges: &[Range<usize>]) -> Vec<(usize, usize)> {
    let (mut byte, mut unit) = (0, 0);
    let mut advance = |to: usize| {
        unit += text[byte..to].chars().map(char::len_utf16).sum::<usize>();
        byte = to;
        unit
    };
    let place = |range: &Range<usize>| {
        let start = advance(range.start);
        (start, advance(range.end) - start)
    };
    ranges.iter().map(place).collect()
}

/// The beginning of a text in one line of at most `chars_max` characters, with `…` where it
/// was cut.
pub fn preview(text: &str, chars_max: usize) -> String {
    // More than enough of the text to fill the line, however much of it is space.
    cut(&one_line(text), 0, chars_max)
}

fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.chars().filter(|c| !c.is_control()));
    }
    line
}

fn cut(line: &str, start: usize, chars_max: usize) -> String {
    let chars: Vec<char> = line.chars().collect();
    let keeps = |at: &usize| {
        chars.get(*at).is_none_or(|c| !clings(*c)) && (*at == 0 || chars[*at - 1] != '\u{200d}')
    };
    let start = (start..chars.len())
        .find(|at| *at == 0 || keeps(at))
        .unwrap_or(0);
    if start == 0 && chars.len() <= chars_max {
        return line.to_owned();
    }
    let room = chars_max.saturating_sub(usize::from(start > 0));
    let whole = chars.len() - start <= room;
    let end = if whole {
        chars.len()
    } else {
        start + room.saturating_sub(1)
    };
    let end = (start..=end).rev().find(keeps).unwrap_or(end);
    let mut text = String::with_capacity(4 * (end - start) + 6);
    text.extend((start > 0).then_some('…'));
    text.extend(&chars[start..end]);
    text.extend((end < chars.len()).then_some('…'));
    text
}

/// Whether a character belongs to the one before it and must not be cut off.
fn clings(c: char) -> bool {
    is_combining_mark(c)
        || matches!(c, '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
}

#[cfg(test)]
mod tests;

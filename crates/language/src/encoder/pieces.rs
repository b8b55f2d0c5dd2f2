//! Cutting a text into the pieces of a vocabulary: the most probable cut under a unigram
//! model (Kudo, 2018), found by dynamic programming from left to right.

use super::{
    normaliser::Normaliser,
    proto::{Fields, Value},
};

/// Place of the piece that stands for what is in no piece.
const UNKNOWN: u32 = 0;
/// How much worse than the worst piece an unknown character is.
const UNKNOWN_PENALTY: f32 = 10.0;

/// A vocabulary with its spelling.
#[derive(Debug, Clone)]
pub(super) struct Pieces {
    normaliser: Normaliser,
    /// Texts of all pieces in their byte order, one behind the other.
    texts: Vec<u8>,
    /// Where each text begins, and where the last ends.
    starts: Vec<u32>,
    /// By byte order: place in the vocabulary, and logarithm of the probability.
    entries: Vec<(u32, f32)>,
    unknown: f32,
}

impl Pieces {
    /// Reads a SentencePiece model of the kind `unigram`.
    pub(super) fn read(model: &[u8]) -> Option<Self> {
        let mut pieces: Vec<(&[u8], u32, f32)> = Vec::new();
        let mut normaliser = None;
        let mut fields = Fields::new(model);
        for (number, value) in fields.by_ref() {
            match (number, value) {
                (1, Value::Bytes(piece)) => {
                    let (text, score) = read_piece(piece)?;
                    pieces.push((text, u32::try_from(pieces.len()).ok()?, score));
                }
                (3, Value::Bytes(spelling)) => {
                    let map = Fields::new(spelling).find_map(|field| match field {
                        (2, Value::Bytes(map)) => Some(map),
                        _ => None,
                    });
                    normaliser = Some(Normaliser::read(map.unwrap_or_default())?);
                }
                _ => {}
            }
        }
        if !fields.is_whole() || pieces.is_empty() {
            return None;
        }
        let worst = pieces.iter().map(|piece| piece.2).fold(f32::MAX, f32::min);
        pieces.sort_unstable_by_key(|(text, at, _)| (*text, *at));
        let mut starts = vec![0];
        let mut texts = Vec::new();
        for (text, _, _) in &pieces {
            texts.extend_from_slice(text);
            starts.push(u32::try_from(texts.len()).ok()?);
        }
        Some(Self {
            normaliser: normaliser.unwrap_or_default(),
            texts,
            starts,
            entries: pieces.iter().map(|piece| (piece.1, piece.2)).collect(),
            unknown: worst - UNKNOWN_PENALTY,
        })
    }

    /// Number of pieces.
    pub(super) const fn len(&self) -> usize {
        self.entries.len()
    }

    /// The pieces of a text by their places in the vocabulary; never none.
    pub(super) fn cut(&self, text: &str) -> Vec<u32> {
        let spelled = self.normaliser.spell(text);
        let bytes = spelled.as_bytes();
        // By byte: score of the best cut up to here, where its last piece begins, and which
        // it is.
        let mut best = vec![(f32::NEG_INFINITY, 0, UNKNOWN); bytes.len() + 1];
        best[0].0 = 0.0;
        for (start, ch) in spelled.char_indices() {
            let before = best[start].0;
            let end = start + ch.len_utf8();
            let mut reach = |end: usize, score: f32, piece: u32| {
                if before + score > best[end].0 {
                    best[end] = (before + score, start, piece);
                }
            };
            let mut is_known = false;
            self.each_prefix(&bytes[start..], |length, (piece, score)| {
                reach(start + length, score, piece);
                is_known |= start + length == end;
            });
            if !is_known {
                reach(end, self.unknown, UNKNOWN);
            }
        }
        let mut cut = Vec::new();
        let mut end = bytes.len();
        while end > 0 {
            let (_, start, piece) = best[end];
            cut.push(piece);
            end = start;
        }
        cut.reverse();
        if cut.is_empty() {
            cut.push(UNKNOWN);
        }
        cut
    }

    /// Every piece a text begins with, short ones first. The sorted pieces that begin alike
    /// are a range, which each further byte narrows.
    fn each_prefix(&self, text: &[u8], mut found: impl FnMut(usize, (u32, f32))) {
        let mut range = 0..self.entries.len();
        for (depth, byte) in text.iter().enumerate() {
            // Of pieces that begin alike the shortest is first, so those that remain have
            // a byte here.
            if range.start < range.end && self.text(range.start).len() == depth {
                range.start += 1;
            }
            let byte_at = |piece: usize| self.text(piece).get(depth).copied();
            let below = |limit: &dyn Fn(u8) -> bool, range: std::ops::Range<usize>| {
                let (mut low, mut high) = (range.start, range.end);
                while low < high {
                    let middle = low.midpoint(high);
                    if byte_at(middle).is_none_or(limit) {
                        low = middle + 1;
                    } else {
                        high = middle;
                    }
                }
                low
            };
            let start = below(&|other| other < *byte, range.clone());
            let end = below(&|other| other <= *byte, start..range.end);
            range = start..end;
            if range.is_empty() {
                return;
            }
            if self.text(range.start).len() == depth + 1 {
                found(depth + 1, self.entries[range.start]);
            }
        }
    }

    fn text(&self, piece: usize) -> &[u8] {
        &self.texts[self.starts[piece] as usize..self.starts[piece + 1] as usize]
    }
}

/// Text and score of a piece.
fn read_piece(message: &[u8]) -> Option<(&[u8], f32)> {
    let (mut text, mut score) = (None, 0.0);
    for (number, value) in Fields::new(message) {
        match (number, value) {
            (1, Value::Bytes(bytes)) => text = Some(bytes),
            (2, Value::Float(float)) => score = float,
            _ => {}
        }
    }
    Some((text?, score))
}

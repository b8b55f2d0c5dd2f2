//! Tokens of a text for the index, and of what somebody types for a query.
//!
//! A run gives its overlapping pairs of characters, so a phrase of pairs finds every part of
//! it; single characters stand at the end for queries of one character. A word gives its
//! parts, and all parts joined at the end, so that `QY203188` finds `QY-2031-88`. Text and
//! query go the same way: what was written is found however it is spelled.

use std::ops::Range;

use zhiyin_domain::search::{Clause, Phrase, Query, Token};

use crate::{
    fold::{Folded, fold_with_places},
    segment::{Piece, pieces},
};

/// Characters of one term; longer words are cut, in texts and in queries.
const TERM_CHARS_MAX: usize = 64;
/// Characters of a query that are looked at.
const QUERY_CHARS_MAX: usize = 200;
/// Clauses of a query; what follows is not asked for.
const QUERY_CLAUSES_MAX: usize = 16;
/// From this length on the last word of a query may be the beginning of one: shorter
/// beginnings fit too much to be worth reading through the index.
const PREFIX_CHARS_MIN: usize = 3;

/// The tokens of a text, in order, at positions 0, 1, 2 …
pub fn index_tokens(text: &str) -> Vec<Token> {
    let folded = fold_with_places(text);
    let mut tokens = Tokens {
        list: Vec::with_capacity(2 * folded.len() + 1),
    };
    let mut singles: Vec<char> = Vec::with_capacity(folded.len());
    let mut joined: Vec<String> = Vec::new();
    let mut last_was_a_run = false;
    pieces(&folded, |piece| match piece {
        Piece::Run(range) => {
            let run = &folded[range];
            // Keeps a phrase from reaching across two runs.
            if last_was_a_run {
                tokens.push(run[..1].iter());
            }
            if run.len() == 1 {
                tokens.push(run.iter());
            }
            for pair in run.windows(2) {
                tokens.push(pair.iter());
            }
            singles.extend(run.iter().map(|folded| folded.ch));
            last_was_a_run = true;
        }
        Piece::Word(parts) => {
            for part in parts {
                tokens.push(folded[part.clone()].iter());
            }
            joined.extend(join(&folded, parts));
            last_was_a_run = false;
        }
    });
    singles.sort_unstable();
    singles.dedup();
    for term in singles.into_iter().map(String::from).chain(joined) {
        tokens.push_term(term);
    }
    tokens.list
}

struct Tokens {
    list: Vec<Token>,
}

impl Tokens {
    fn push<'a>(&mut self, chars: impl Iterator<Item = &'a Folded>) {
        self.push_term(term(chars));
    }

    fn push_term(&mut self, term: String) {
        let position = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(Token { term, position });
    }
}

fn term<'a>(chars: impl Iterator<Item = &'a Folded>) -> String {
    let mut term = String::with_capacity(8);
    term.extend(chars.take(TERM_CHARS_MAX).map(|folded| folded.ch));
    term
}

/// All parts of a word as one term; none for words of one part and endless ones.
pub(crate) fn join(folded: &[Folded], parts: &[Range<usize>]) -> Option<String> {
    let length: usize = parts.iter().map(ExactSizeIterator::len).sum();
    (parts.len() > 1 && length <= TERM_CHARS_MAX)
        .then(|| term(parts.iter().flat_map(|part| &folded[part.clone()])))
}

/// The query for what somebody typed. The last word counts as the beginning of one as long
/// as nothing follows it. Nothing in the text is ever syntax.
pub fn query(text: &str) -> Query {
    let folded = fold_query(text);
    let mut clauses = Vec::new();
    pieces(&folded, |piece| {
        if clauses.len() == QUERY_CLAUSES_MAX {
            return;
        }
        clauses.push(match piece {
            Piece::Run(range) => run_clause(&folded[range]),
            Piece::Word(parts) => word_clause(&folded, parts),
        });
    });
    Query { clauses }
}

/// As much of a query as is looked at, folded.
pub(crate) fn fold_query(text: &str) -> Vec<Folded> {
    let mut folded = fold_with_places(text);
    folded.truncate(QUERY_CHARS_MAX);
    folded
}

fn run_clause(run: &[Folded]) -> Clause {
    let terms = match run {
        [_] => vec![term(run.iter())],
        _ => run.windows(2).map(|pair| term(pair.iter())).collect(),
    };
    Clause {
        any_of: vec![Phrase {
            terms,
            is_prefix: false,
        }],
    }
}

fn word_clause(folded: &[Folded], parts: &[Range<usize>]) -> Clause {
    let is_last = parts.last().is_some_and(|part| part.end == folded.len());
    let may_go_on = |term: &String| is_last && term.chars().count() >= PREFIX_CHARS_MIN;
    let terms: Vec<_> = parts
        .iter()
        .map(|part| term(folded[part.clone()].iter()))
        .collect();
    let is_prefix = terms.last().is_some_and(may_go_on);
    let mut any_of = vec![Phrase { terms, is_prefix }];
    if let Some(joined) = join(folded, parts) {
        let is_prefix = may_go_on(&joined);
        any_of.push(Phrase {
            terms: vec![joined],
            is_prefix,
        });
    }
    Clause { any_of }
}

#[cfg(test)]
mod tests;

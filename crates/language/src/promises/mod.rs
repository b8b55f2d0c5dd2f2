//! What an agent's text promises, and by when: "24 小时内回复您", "by Friday noon".
//!
//! A sentence is cut into clauses. Words of time (`zh`, `en`) that belong together become
//! one [`DueRule`]; with words that commit to something in the same clause, or in the one
//! beside it, they are a promise. Questions, conditions, quotations, what the customer is to
//! do, what is over, what is refused and what is so in general are none.
//!
//! The moment a rule stands for is found by `zhiyin_domain::promise::DueRule::resolve`, which
//! knows the business hours. In doubt nothing is found: an agent can record a promise by hand
//! with one key, and a hint that is often wrong is not read.

mod clauses;
mod en;
mod times;
mod zh;

use std::ops::Range;

pub use zhiyin_domain::promise::{DueRule, PromiseKind};

use self::clauses::{Sentence, sentences};
use self::times::Time;

/// Promises found in one text at most; a text with more is a list of dates.
const FOUND_MAX: usize = 8;

/// Something that a text promises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The sentence, in bytes of the text, without outer blanks.
    pub place: Range<usize>,
    /// The words of time in it, in bytes of the text.
    pub when: Range<usize>,
    /// What is promised.
    pub kind: PromiseKind,
    /// By when.
    pub due: DueRule,
}

/// What a clause says about a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// That something will be done.
    Commits(PromiseKind),
    /// Nothing that matters.
    Nothing,
    /// Something for which a time in it is no promise.
    Blocks,
}

/// The rules of one language. Texts are folded.
trait Rules {
    /// Words of time in a clause.
    fn times(clause: &str) -> Vec<Time>;
    /// Whether no time in a sentence can be a promise: a question, a condition.
    fn is_open(sentence: &str) -> bool;
    /// What a clause says; `is_soon` when its time is no more than "soon".
    fn says(clause: &str, is_soon: bool) -> Says;
    /// Whether a clause without a commitment goes on with that of the clause before it.
    fn goes_on(clause: &str) -> Option<PromiseKind>;
}

/// What a text promises, in its order; one for each sentence.
#[must_use]
pub fn promises(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    for sentence in sentences(text) {
        let is_chinese = sentence
            .text()
            .chars()
            .any(|c| ('\u{3400}'..='\u{9fff}').contains(&c));
        let one = if is_chinese {
            in_sentence::<zh::Chinese>(&sentence)
        } else {
            in_sentence::<en::English>(&sentence)
        };
        found.extend(one);
        if found.len() >= FOUND_MAX {
            break;
        }
    }
    found
}

/// The promise of a sentence: the first with an exact time, else the first.
fn in_sentence<R: Rules>(sentence: &Sentence) -> Option<Found> {
    if R::is_open(sentence.text()) {
        return None;
    }
    let mut soon = None;
    for (at, clause) in sentence.clauses().iter().enumerate() {
        let words = &sentence.text()[clause.clone()];
        for time in R::times(words) {
            let is_soon = !time.due.is_exact();
            let Some(kind) = commitment::<R>(sentence, at, is_soon) else {
                continue;
            };
            let when = clause.start + time.place.start..clause.start + time.place.end;
            let one = Found {
                place: sentence.place(),
                when: sentence.original(when),
                kind,
                due: time.due,
            };
            if !is_soon {
                return Some(one);
            }
            soon.get_or_insert(one);
        }
    }
    soon
}

/// What is committed to by a clause with a time or by those beside it.
fn commitment<R: Rules>(sentence: &Sentence, at: usize, is_soon: bool) -> Option<PromiseKind> {
    let clauses = sentence.clauses();
    let says = |at: usize| {
        let place = clauses.get(at)?.clone();
        Some(R::says(&sentence.text()[place], is_soon))
    };
    match says(at)? {
        Says::Commits(kind) => return Some(kind),
        Says::Blocks => return None,
        Says::Nothing => {}
    }
    // What goes on with the clause before it: "we'll sort it out and write to you by Friday".
    let before = at.checked_sub(1).map(|at| clauses[at].clone());
    let before = before.map(|place| R::says(&sentence.text()[place], false));
    if let Some(Says::Commits(before)) = before {
        let words = &sentence.text()[clauses[at].clone()];
        let kind = R::goes_on(words).unwrap_or(before);
        return (!is_soon || kind != PromiseKind::Other).then_some(kind);
    }
    match says(at + 1) {
        Some(Says::Commits(kind)) => Some(kind),
        _ => None,
    }
}

#[cfg(test)]
mod tests;

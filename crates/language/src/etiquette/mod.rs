//! Etiquette: what an agent had better not send, found before it is sent.
//!
//! Rules are data ([`RuleSet`]): a pattern with a kind, a weight, a situation, a reason and
//! better wording; sets in Chinese and English are in the program, workspaces edit copies.
//! Three checks need more than a pattern and are code: personal data of the customer, words
//! of a glossary that have a plain wording, and a greeting without the customer's surname.

mod rules;

use std::ops::Range;

pub use self::rules::{Rule, RuleError, RuleSet};
use crate::{
    fold::fold,
    personal::{Kind as PersonalKind, personal_data},
    words::is_han,
};

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A phrase no agent says.
    Forbidden,
    /// A no without reason or way forward.
    Refusal,
    /// The customer is made responsible.
    Blame,
    /// A promise nobody can keep.
    Promise,
    /// Wrong or missing form of address.
    Address,
    /// A word of the trade.
    Jargon,
    /// Emoji where they hurt, or too many.
    Emoji,
    /// Impatience, irony, commands, doubt.
    Tone,
    /// Personal data given away.
    Personal,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 9] = [
        Self::Forbidden,
        Self::Refusal,
        Self::Blame,
        Self::Promise,
        Self::Address,
        Self::Jargon,
        Self::Emoji,
        Self::Tone,
        Self::Personal,
    ];

    /// Its name in rule files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Forbidden => "forbidden",
            Self::Refusal => "refusal",
            Self::Blame => "blame",
            Self::Promise => "promise",
            Self::Address => "address",
            Self::Jargon => "jargon",
            Self::Emoji => "emoji",
            Self::Tone => "tone",
            Self::Personal => "personal",
        }
    }
}

/// How a finding is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Underlined while typing.
    Hint,
    /// Asked about before sending.
    Warn,
    /// Not sent without a supervisor's leave, where the workspace says so.
    Stop,
}

/// Where the conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Situation {
    /// Nothing special.
    #[default]
    Any,
    /// The customer complains or is upset.
    Complaint,
}

/// What a check knows besides the text.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// Where the conversation stands.
    pub situation: Situation,
    /// Kind of channel, such as `email`; rules of other channels are left out.
    pub channel: &'a str,
    /// How the customer is to be addressed; checked in greetings when known.
    pub surname: Option<&'a str>,
    /// Words of the workspace's glossary with their plain wording.
    pub glossary: &'a [(&'a str, &'a str)],
}

/// Something to reconsider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding<'a> {
    /// Where, in bytes of the text.
    pub place: Range<usize>,
    /// Id of the rule.
    pub rule: &'a str,
    /// What it is about.
    pub kind: Kind,
    /// How it is shown.
    pub severity: Severity,
    /// Why, in the language of the set.
    pub reason: &'a str,
    /// Better wording.
    pub better: &'a str,
}

/// Words that open a message to somebody.
const GREETINGS: [&str; 7] = [
    "您好",
    "你好",
    "hello",
    "hi",
    "dear",
    "good morning",
    "good afternoon",
];

/// Findings in an agent's text, in the order of the text. One a rule.
pub fn check<'a>(set: &'a RuleSet, text: &str, context: Context<'a>) -> Vec<Finding<'a>> {
    let mut found: Vec<Finding<'a>> = Vec::new();
    for rule in set.rules().iter().filter(|rule| rule.applies(context)) {
        let place = match rule.id.as_str() {
            id if id.ends_with("-personal-leak") => leak(text),
            id if id.ends_with("-address-missing") => missing_address(text, context.surname),
            _ => rule.find(text),
        };
        if let Some(place) = place {
            found.push(rule.finding(place, &rule.better));
        }
    }
    if let Some(rule) = set.rules().iter().find(|rule| rule.kind == Kind::Jargon) {
        let lower = text.to_ascii_lowercase();
        for (term, plain) in context.glossary.iter().filter(|(term, _)| !term.is_empty()) {
            if let Some(place) = word_place(&lower, &term.to_ascii_lowercase()) {
                found.push(rule.finding(place, plain));
            }
        }
    }
    found.sort_by_key(|finding| (finding.place.start, finding.place.end));
    found
}

/// Where a word stands: Chinese anywhere, letters and digits of other scripts not within another word.
fn word_place(text: &str, word: &str) -> Option<Range<usize>> {
    let joins = |inner: Option<char>, outer: Option<char>| {
        let is_part = |c: char| c.is_alphanumeric() && !is_han(c);
        inner.is_some_and(is_part) && outer.is_some_and(is_part)
    };
    let mut places = text.match_indices(word).map(|(at, _)| at..at + word.len());
    places.find(|place| {
        let is_within = joins(word.chars().next(), text[..place.start].chars().next_back())
            || joins(word.chars().next_back(), text[place.end..].chars().next());
        !is_within
    })
}

/// Numbers and addresses that belong to somebody. A name is what the customer is addressed
/// by, an order number is what is talked about.
fn leak(text: &str) -> Option<Range<usize>> {
    // Everything that counts holds a digit or an at sign; most messages hold neither.
    if !text.contains(|c: char| c.is_numeric() || c == '@' || c == '＠') {
        return None;
    }
    let is_leak = |kind: PersonalKind| {
        kind.is_personal() && !matches!(kind, PersonalKind::Name | PersonalKind::NetworkAddress)
    };
    personal_data(text)
        .into_iter()
        .find(|span| is_leak(span.kind) && span.confidence >= 0.8)
        .map(|span| span.place)
}

/// The greeting of a message that greets without the surname.
fn missing_address(text: &str, surname: Option<&str>) -> Option<Range<usize>> {
    let surname = fold(surname?);
    let folded = fold(text);
    if surname.is_empty() || folded.contains(&surname) {
        return None;
    }
    let greeting = GREETINGS
        .iter()
        .find(|greeting| folded.starts_with(**greeting))?;
    let length = text
        .char_indices()
        .nth(greeting.chars().count())
        .map_or(text.len(), |(at, _)| at);
    Some(0..length)
}

#[cfg(test)]
mod labelled;
#[cfg(test)]
mod tests;

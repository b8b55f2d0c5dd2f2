//! Who complains, and how to talk with them: kinds of complainants and temperaments, as an
//! assessment with a confidence, and a card for each with signs, what to do, what not to do
//! and words that help.
//!
//! An assessment is a working aid for the agent. It is never shown to the customer, in no
//! view, export or answer to them ([`super::portal`] does not know this module), says
//! nothing about how right they are, and counts nowhere in severity, priority or remedy.
//!
//! Texts have keys, so that a company can put its own in their place.

mod declining;
mod kind_cards;
mod temperament_cards;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use declining::DECLINING;
pub use kind_cards::KINDS;
pub use temperament_cards::TEMPERAMENTS;

use crate::ids::AgentId;
use crate::time::Timestamp;

use super::wording::{Line, line};

/// What somebody who complains is after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComplainantKind {
    /// 建议型: wants it to be better for all.
    GivesAdvice,
    /// 求公道型: wants to be heard and treated fairly.
    WantsJustice,
    /// 求利益型: wants something for it.
    WantsGain,
    /// 滋事型: wants the quarrel.
    MakesTrouble,
}

/// How somebody talks and decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Temperament {
    /// 活泼型.
    Expressive,
    /// 完美型.
    Perfectionist,
    /// 力量型.
    Forceful,
    /// 和平型.
    EasyGoing,
}

/// What agents read about a kind or temperament.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Card<T: 'static> {
    /// Which.
    pub of: T,
    /// What it is called.
    pub name: Line,
    /// What can be seen and heard; ticked by the agent.
    pub signs: &'static [Line],
    /// What to do.
    pub dos: &'static [Line],
    /// What not to do.
    pub donts: &'static [Line],
    /// Words that help.
    pub phrases: &'static [Line],
}

impl<T> Card<T> {
    /// Every text of it.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        let parts = [self.signs, self.dos, self.donts, self.phrases];
        std::iter::once(&self.name).chain(parts.into_iter().flatten())
    }
}

/// What the signs speak for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guess<T> {
    /// What.
    pub of: T,
    /// How sure that is, in percent; never 100.
    pub confidence: u8,
}

/// What an agent saw and thinks. A value: stored as it is, with the rights of notes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assessment {
    /// The keys of the signs that were ticked.
    pub signs: BTreeSet<String>,
    /// What the agent thinks, whatever the signs say.
    pub kind: Option<ComplainantKind>,
    /// What the agent thinks, whatever the signs say.
    pub temperament: Option<Temperament>,
    /// Who.
    pub by: AgentId,
    /// When.
    pub at: Timestamp,
}

impl Assessment {
    /// The kind: what the agent chose, else what the signs speak for.
    #[must_use]
    pub fn kind(&self) -> Option<ComplainantKind> {
        let guess = || guess(&KINDS, &self.signs).map(|guess| guess.of);
        self.kind.or_else(guess)
    }

    /// The temperament: what the agent chose, else what the signs speak for.
    #[must_use]
    pub fn temperament(&self) -> Option<Temperament> {
        let guess = || guess(&TEMPERAMENTS, &self.signs).map(|guess| guess.of);
        self.temperament.or_else(guess)
    }

    /// Whether every sign is one of a card.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        let known: BTreeSet<&str> = KINDS
            .iter()
            .flat_map(|card| card.signs)
            .chain(TEMPERAMENTS.iter().flat_map(|card| card.signs))
            .map(|line| line.key)
            .collect();
        self.signs.iter().all(|sign| known.contains(sign.as_str()))
    }
}

/// What the ticked signs speak for, if one card has more of them than any other:
///
/// > confidence = h / H · h / (h + 1)
///
/// where `h` are the ticked signs of the card and `H` those of all cards together. The
/// first part is the share, the second keeps few signs from being sure: one sign alone
/// gives 50, three alone 75.
#[must_use]
pub fn guess<T: Copy>(cards: &[Card<T>], ticked: &BTreeSet<String>) -> Option<Guess<T>> {
    let hits = |card: &Card<T>| {
        let found = card.signs.iter().filter(|sign| ticked.contains(sign.key));
        found.count()
    };
    let all: usize = cards.iter().map(hits).sum();
    let best = cards.iter().max_by_key(|card| hits(card))?;
    let most = hits(best);
    let is_alone = cards.iter().filter(|card| hits(card) == most).count() == 1;
    if most == 0 || !is_alone {
        return None;
    }
    let percent = 100 * most * most / (all * (most + 1));
    Some(Guess {
        of: best.of,
        confidence: u8::try_from(percent).unwrap_or(99).min(99),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::locale::Locale;

    fn ticked(keys: &[&str]) -> BTreeSet<String> {
        keys.iter().map(|key| (*key).to_owned()).collect()
    }

    #[test]
    fn signs_speak_for_a_kind_without_being_sure() {
        let found = |keys: &[&str]| guess(&KINDS, &ticked(keys)).map(|it| (it.of, it.confidence));
        assert_eq!(found(&[]), None);
        let one = "complaint.card.wants_gain.sign.1";
        assert_eq!(found(&[one]), Some((ComplainantKind::WantsGain, 50)));
        let two = "complaint.card.wants_gain.sign.2";
        let other = "complaint.card.wants_justice.sign.1";
        assert_eq!(found(&[one, two]), Some((ComplainantKind::WantsGain, 66)));
        assert_eq!(
            found(&[one, two, other]),
            Some((ComplainantKind::WantsGain, 44))
        );
        assert_eq!(
            found(&[one, other]),
            None,
            "as much for one as for the other"
        );
        assert_eq!(
            found(&["complaint.card.forceful.sign.1"]),
            None,
            "a temperament"
        );
    }

    #[test]
    fn the_agent_knows_better() {
        let mut assessment = Assessment {
            signs: ticked(&["complaint.card.forceful.sign.1"]),
            kind: None,
            temperament: None,
            by: super::super::fixtures::agent(1),
            at: Timestamp::EPOCH,
        };
        assert_eq!(assessment.temperament(), Some(Temperament::Forceful));
        assert_eq!(assessment.kind(), None);
        assessment.temperament = Some(Temperament::EasyGoing);
        assert_eq!(assessment.temperament(), Some(Temperament::EasyGoing));
        assert!(assessment.is_valid());
        assessment.signs.insert("made up".to_owned());
        assert!(!assessment.is_valid());
    }

    #[test]
    fn every_text_has_a_key_of_its_own_and_both_languages() {
        let mut keys = BTreeSet::new();
        let mut texts = BTreeSet::new();
        let all = KINDS
            .iter()
            .flat_map(Card::lines)
            .chain(TEMPERAMENTS.iter().flat_map(Card::lines))
            .chain(&DECLINING);
        for line in all {
            assert!(keys.insert(line.key), "{}", line.key);
            assert!(line.key.starts_with("complaint."), "{}", line.key);
            assert!(
                texts.insert(line.text(Locale::ZhCn)) && texts.insert(line.text(Locale::En)),
                "{}",
                line.key
            );
            let is_apart = line.text(Locale::En).is_ascii() && !line.text(Locale::ZhCn).is_ascii();
            assert!(is_apart, "{}", line.key);
        }
        for card in &KINDS {
            assert!(
                card.signs.len() >= 3 && card.dos.len() >= 3,
                "{:?}",
                card.of
            );
            assert!(
                card.donts.len() >= 2 && card.phrases.len() >= 2,
                "{:?}",
                card.of
            );
        }
        for card in &TEMPERAMENTS {
            assert!(
                card.signs.len() >= 3 && card.dos.len() >= 3,
                "{:?}",
                card.of
            );
            assert!(
                card.donts.len() >= 2 && card.phrases.len() >= 2,
                "{:?}",
                card.of
            );
        }
    }

    proptest! {
        #[test]
        fn nothing_is_ever_certain(picks in prop::collection::vec(any::<bool>(), 12)) {
            let all = TEMPERAMENTS.iter().flat_map(|card| card.signs);
            let keys: Vec<&str> = all.zip(&picks).filter(|(_, is)| **is).map(|(line, _)| line.key).collect();
            if let Some(found) = guess(&TEMPERAMENTS, &ticked(&keys)) {
                prop_assert!((1..=80).contains(&found.confidence));
            }
        }
    }
}

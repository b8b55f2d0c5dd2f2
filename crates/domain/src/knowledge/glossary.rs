//! The glossary: what to call a thing, how to explain it to a customer, and what not to say.

use std::collections::BTreeSet;

use crate::ids::GlossaryTermId;
use crate::limits::{GLOSSARY_AVOID_MAX, GLOSSARY_EXPLANATION_CHARS_MAX, GLOSSARY_WORD_CHARS_MAX};
use crate::locale::Locale;

/// One entry, in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlossaryTerm {
    /// Identifier.
    pub id: GlossaryTermId,
    /// Its language.
    pub locale: Locale,
    /// The word of the trade.
    pub term: String,
    /// What to say to customers instead; empty if the word itself is fine once it is explained.
    pub preferred: String,
    /// What it means, in words a customer understands.
    pub explanation: String,
    /// Other words for it that are not to be used.
    pub avoid: BTreeSet<String>,
    /// Optimistic lock.
    pub version: i64,
}

/// What is said of a term.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GlossaryText {
    /// The word of the trade.
    pub term: String,
    /// What to say instead.
    pub preferred: String,
    /// What it means.
    pub explanation: String,
    /// What not to say.
    pub avoid: Vec<String>,
}

/// A term is not acceptable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GlossaryError {
    /// The word is empty or too long.
    #[error("a term has 2 to {GLOSSARY_WORD_CHARS_MAX} characters in one line")]
    Term,
    /// The better word is too long.
    #[error("a preferred word has at most {GLOSSARY_WORD_CHARS_MAX} characters in one line")]
    Preferred,
    /// There is nothing to say instead, or it is too long.
    #[error(
        "a preferred word or an explanation of at most {GLOSSARY_EXPLANATION_CHARS_MAX} characters is needed"
    )]
    Explanation,
    /// A word to avoid is empty or too long, is the preferred one, or there are too many.
    #[error(
        "at most {GLOSSARY_AVOID_MAX} words to avoid, each of 2 to {GLOSSARY_WORD_CHARS_MAX} characters, none of them preferred"
    )]
    Avoid,
}

/// One letter would be found in half of all texts.
const CHARS_MIN: usize = 2;

fn is_word(text: &str) -> bool {
    let chars = text.chars().count();
    (CHARS_MIN..=GLOSSARY_WORD_CHARS_MAX).contains(&chars) && !text.contains(char::is_control)
}

impl GlossaryTerm {
    /// A term, without spaces around its words.
    pub fn new(
        id: GlossaryTermId,
        locale: Locale,
        text: &GlossaryText,
    ) -> Result<Self, GlossaryError> {
        let term = text.term.trim().to_owned();
        let preferred = text.preferred.trim().to_owned();
        let explanation = text.explanation.trim().to_owned();
        let words = text.avoid.iter().map(|word| word.trim().to_owned());
        let avoid: BTreeSet<String> = words.filter(|word| !word.is_empty()).collect();
        if !is_word(&term) {
            return Err(GlossaryError::Term);
        }
        if !preferred.is_empty() && (!is_word(&preferred) || preferred == term) {
            return Err(GlossaryError::Preferred);
        }
        let is_long = explanation.chars().count() > GLOSSARY_EXPLANATION_CHARS_MAX;
        if is_long || (preferred.is_empty() && explanation.is_empty()) {
            return Err(GlossaryError::Explanation);
        }
        let is_preferred = avoid.contains(&preferred);
        if avoid.len() > GLOSSARY_AVOID_MAX || is_preferred || !avoid.iter().all(|it| is_word(it)) {
            return Err(GlossaryError::Avoid);
        }
        Ok(Self {
            id,
            locale,
            term,
            preferred,
            explanation,
            avoid,
            version: 1,
        })
    }

    /// What to say instead of it: the preferred word, else the explanation.
    #[must_use]
    pub fn plainly(&self) -> &str {
        if self.preferred.is_empty() {
            &self.explanation
        } else {
            &self.preferred
        }
    }

    /// The words that are found in what agents write: the term, and what is to be avoided.
    pub fn found_by(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.term.as_str()).chain(self.avoid.iter().map(String::as_str))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn term(
        term: &str,
        preferred: &str,
        explanation: &str,
        avoid: &[&str],
    ) -> Result<GlossaryTerm, GlossaryError> {
        let text = GlossaryText {
            term: term.to_owned(),
            preferred: preferred.to_owned(),
            explanation: explanation.to_owned(),
            avoid: avoid.iter().map(|it| (*it).to_owned()).collect(),
        };
        GlossaryTerm::new(
            GlossaryTermId::from_uuid(Uuid::from_u128(1)),
            Locale::En,
            &text,
        )
    }

    #[test]
    fn a_term_says_what_to_say_instead() {
        let it = term(
            " RMA ",
            "return",
            "Sending it back",
            &["RMA number", "", "RMA number"],
        );
        let it = it.expect("a term");
        assert_eq!((it.term.as_str(), it.plainly()), ("RMA", "return"));
        assert_eq!(it.found_by().collect::<Vec<_>>(), ["RMA", "RMA number"]);
        let bare = term("RMA", "", "Sending it back", &[]).expect("a term");
        assert_eq!(bare.plainly(), "Sending it back");
    }

    #[test]
    fn what_says_nothing_is_no_term() {
        assert_eq!(term("R", "x2", "", &[]), Err(GlossaryError::Term));
        assert_eq!(term("a\nb", "x2", "", &[]), Err(GlossaryError::Term));
        assert_eq!(term("RMA", "RMA", "", &[]), Err(GlossaryError::Preferred));
        assert_eq!(term("RMA", "", " ", &[]), Err(GlossaryError::Explanation));
        assert_eq!(
            term("RMA", "return", "", &["return"]),
            Err(GlossaryError::Avoid)
        );
        assert_eq!(term("RMA", "return", "", &["x"]), Err(GlossaryError::Avoid));
    }
}

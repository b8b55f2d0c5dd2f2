//! Words that a search takes for one another: the company's name for a thing and the customers'.

use std::collections::BTreeSet;

use crate::ids::SynonymsId;
use crate::limits::{SYNONYM_CHARS_MAX, SYNONYM_WORDS_MAX};

/// A group of words that mean the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synonyms {
    /// Identifier.
    pub id: SynonymsId,
    /// The words, in any language.
    pub words: BTreeSet<String>,
    /// Optimistic lock.
    pub version: i64,
}

/// A group is not acceptable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SynonymsError {
    /// One word alone means nothing else.
    #[error("2 to {SYNONYM_WORDS_MAX} different words are needed")]
    Count,
    /// A word is empty or too long.
    #[error("a word has 1 to {SYNONYM_CHARS_MAX} characters in one line")]
    Word,
}

impl Synonyms {
    /// A group of words, without spaces around them and without repetitions.
    pub fn new<'a>(
        id: SynonymsId,
        words: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, SynonymsError> {
        let words: BTreeSet<String> = words
            .into_iter()
            .map(|word| word.trim().to_owned())
            .collect();
        let is_word = |word: &String| {
            let is_short = word.chars().count() <= SYNONYM_CHARS_MAX;
            !word.is_empty() && is_short && !word.contains(char::is_control)
        };
        if !words.iter().all(is_word) {
            return Err(SynonymsError::Word);
        }
        if !(2..=SYNONYM_WORDS_MAX).contains(&words.len()) {
            return Err(SynonymsError::Count);
        }
        Ok(Self {
            id,
            words,
            version: 1,
        })
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_group_has_two_words_at_least() {
        let new = |words: &[&str]| {
            let id = SynonymsId::from_uuid(Uuid::from_u128(1));
            Synonyms::new(id, words.iter().copied()).map(|it| it.words.len())
        };
        assert_eq!(new(&["parcel", " package "]), Ok(2));
        assert_eq!(new(&["parcel", "parcel "]), Err(SynonymsError::Count));
        assert_eq!(new(&["parcel", ""]), Err(SynonymsError::Word));
        assert_eq!(new(&["parcel", "a\nb"]), Err(SynonymsError::Word));
    }
}

//! Phrases (规范用语): canned texts for greeting, apology, refusal, closing …

use crate::ids::{AgentId, PhraseId};
use crate::limits::{NAME_CHARS_MAX, PHRASE_BYTES_MAX};
use crate::locale::Locale;
use crate::time::Timestamp;

mod render;

pub use render::{VARIABLES, Values, render};

/// A canned text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// Identifier.
    pub id: PhraseId,
    /// The agent it belongs to; none if all share it.
    pub agent_id: Option<AgentId>,
    /// What is typed after `/` to find it.
    pub shortcut: String,
    /// What it is about.
    pub title: String,
    /// When it fits: greeting, hold, apology …
    pub situation: String,
    /// Its language.
    pub locale: Locale,
    /// The text, with variables such as `{{contact.surname}}`.
    pub text: String,
    /// How often it was used.
    pub use_count: i64,
    /// When it was written.
    pub created_at: Timestamp,
    /// Optimistic lock.
    pub version: i64,
}

/// Why a phrase was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PhraseError {
    /// The shortcut is empty, too long or has blanks or a slash.
    #[error("a shortcut has 1 to 40 characters without blanks or slashes")]
    Shortcut,
    /// The title is empty or too long.
    #[error("a title has 1 to {NAME_CHARS_MAX} characters")]
    Title,
    /// The text is empty or too long.
    #[error("a phrase has 1 to {PHRASE_BYTES_MAX} bytes")]
    Text,
    /// A variable that does not exist.
    #[error("there is no variable `{0}`; there are {names}", names = VARIABLES.join(", "))]
    Variable(String),
}

impl Phrase {
    /// Checks everything a form could get wrong.
    pub fn check(&self) -> Result<(), PhraseError> {
        let is_shortcut = !self.shortcut.is_empty()
            && self.shortcut.chars().count() <= 40
            && !self
                .shortcut
                .chars()
                .any(|c| c.is_whitespace() || c.is_control() || c == '/');
        if !is_shortcut {
            return Err(PhraseError::Shortcut);
        }
        if self.title.trim().is_empty() || self.title.chars().count() > NAME_CHARS_MAX {
            return Err(PhraseError::Title);
        }
        if self.text.trim().is_empty() || self.text.len() > PHRASE_BYTES_MAX {
            return Err(PhraseError::Text);
        }
        let mut rest = self.text.as_str();
        while let Some((_, after)) = rest.split_once("{{") {
            let Some((name, tail)) = after.split_once("}}") else {
                break;
            };
            if !VARIABLES.contains(&name.trim()) {
                return Err(PhraseError::Variable(
                    name.trim().chars().take(40).collect(),
                ));
            }
            rest = tail;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn phrase(shortcut: &str, text: &str) -> Phrase {
        Phrase {
            id: PhraseId::from_uuid(Uuid::from_u128(1)),
            agent_id: None,
            shortcut: shortcut.into(),
            title: "Greeting".into(),
            situation: "greeting".into(),
            locale: Locale::En,
            text: text.into(),
            use_count: 0,
            created_at: Timestamp::EPOCH,
            version: 1,
        }
    }

    #[test]
    fn a_phrase_uses_only_variables_that_exist() {
        assert_eq!(
            phrase("hi", "Hello {{contact.name}}, {{ agent.name }} here").check(),
            Ok(())
        );
        assert_eq!(
            phrase("问候", "您好，{{contact.salutation}}").check(),
            Ok(())
        );
        let unknown = phrase("hi", "{{contact.password}}").check();
        assert_eq!(
            unknown,
            Err(PhraseError::Variable("contact.password".into()))
        );
        let message = unknown.expect_err("refused").to_string();
        assert!(
            message.contains("`contact.password`; there are contact.name,"),
            "{message}"
        );
        assert_eq!(phrase("hi", "open {{ brace").check(), Ok(()));
    }

    #[test]
    fn a_shortcut_can_be_typed() {
        for shortcut in ["", "a b", "/hi"] {
            assert_eq!(
                phrase(shortcut, "x").check(),
                Err(PhraseError::Shortcut),
                "{shortcut}"
            );
        }
        assert_eq!(phrase("hi", " ").check(), Err(PhraseError::Text));
    }
}

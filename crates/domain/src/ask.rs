//! What a message asks of the customer, and what they answered: shown below the message with
//! a button for each answer.

use serde::{Deserialize, Serialize};

use crate::ids::{CaseId, ServiceNoticeId};
use crate::time::Timestamp;

/// A question in a message. A value: stored with the message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// What is asked.
    #[serde(flatten)]
    pub about: AskAbout,
    /// What was answered, and when; none while it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<(AskAnswer, Timestamp)>,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AskAbout {
    /// Whether they took note of something.
    Notice {
        /// Of what.
        notice_id: ServiceNoticeId,
    },
    /// Whether their problem is solved.
    Solved {
        /// The case.
        case_id: CaseId,
        /// Its number, as people write it.
        number: String,
    },
}

/// What was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskAnswer {
    /// They took note.
    Acknowledged,
    /// It is solved.
    Confirmed,
    /// It is not.
    Disputed,
    /// It needs no answer any more.
    Over,
}

impl AskAnswer {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Acknowledged => "acknowledged",
            Self::Confirmed => "confirmed",
            Self::Disputed => "disputed",
            Self::Over => "over",
        }
    }
}

impl Ask {
    /// A question that waits for its answer.
    #[must_use]
    pub const fn new(about: AskAbout) -> Self {
        Self {
            about,
            answered: None,
        }
    }

    /// Whether a customer can give this answer.
    #[must_use]
    pub const fn takes(&self, answer: AskAnswer) -> bool {
        match self.about {
            AskAbout::Notice { .. } => matches!(answer, AskAnswer::Acknowledged),
            AskAbout::Solved { .. } => {
                matches!(answer, AskAnswer::Confirmed | AskAnswer::Disputed)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_question_takes_its_own_answers_and_is_read_as_it_was_written() {
        let notice = Ask::new(AskAbout::Notice {
            notice_id: ServiceNoticeId::from_uuid(Uuid::from_u128(1)),
        });
        let solved = Ask {
            about: AskAbout::Solved {
                case_id: CaseId::from_uuid(Uuid::from_u128(2)),
                number: "10482-8".to_owned(),
            },
            answered: Some((AskAnswer::Disputed, Timestamp::EPOCH)),
        };
        assert!(notice.takes(AskAnswer::Acknowledged) && !notice.takes(AskAnswer::Confirmed));
        assert!(solved.takes(AskAnswer::Confirmed) && solved.takes(AskAnswer::Disputed));
        assert!(!solved.takes(AskAnswer::Over) && !notice.takes(AskAnswer::Over));
        for ask in [notice, solved] {
            let json = serde_json::to_string(&ask).expect("a value");
            assert_eq!(serde_json::from_str::<Ask>(&json).expect("the same"), ask);
        }
    }
}

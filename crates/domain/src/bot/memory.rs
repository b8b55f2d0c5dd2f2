//! What the bot remembers of a session: what it was asked, what it tried, what it offered last.

use serde::{Deserialize, Serialize};

use super::{OpinionKind, Verdict};
use crate::flows::{Call, FlowState};
use crate::ids::{ArticleId, ArticleQuestionId, BotFlowId, ConversationId, SessionId};
use crate::locale::Locale;
use crate::time::Timestamp;

/// Questions that are remembered for whoever takes over.
const ASKED_MAX: usize = 20;

/// A session as the bot has it.
#[derive(Debug, Clone, PartialEq)]
pub struct BotRun {
    /// The session.
    pub session_id: SessionId,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// What it remembers.
    pub memory: Memory,
    /// Messages up to here were dealt with.
    pub seen_seq: i64,
    /// When a silent customer is taken to have left; none when it is over.
    pub idle_at: Option<Timestamp>,
    /// How and when it ended; none while it goes on.
    pub ended: Option<(Timestamp, RunOutcome)>,
    /// When it began.
    pub started_at: Timestamp,
    /// Optimistic lock; 0 before it is stored.
    pub version: i64,
}

/// How a session ended for the bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunOutcome {
    /// A person goes on.
    HandedOver,
    /// The customer has what they came for.
    Resolved,
    /// The customer said nothing any more.
    Silent,
    /// It was ended from outside.
    Ended,
}

impl RunOutcome {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::HandedOver, Self::Resolved, Self::Silent, Self::Ended];

    /// The name in the database.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::HandedOver => "handed_over",
            Self::Resolved => "resolved",
            Self::Silent => "silent",
            Self::Ended => "ended",
        }
    }
}

/// What the bot remembers. A value: stored as it is, sealed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// The language of the customer, as far as it is known.
    pub locale: Option<Locale>,
    /// What was asked, oldest first.
    pub asked: Vec<Asked>,
    /// Questions without an answer, one after the other.
    pub misses: u8,
    /// What can be picked now.
    pub choices: Vec<Choice>,
    /// What an opinion would be about.
    pub pending: Option<Pending>,
    /// The last question as it was kept for the knowledge base.
    pub question: Option<ArticleQuestionId>,
    /// The flow the customer is in, or was in last.
    pub flow: Option<Running>,
    /// The code that was sent last.
    pub code: Option<SentCode>,
}

/// A flow a customer is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// Which.
    pub flow_id: BotFlowId,
    /// As it was published when they began.
    pub revision: i64,
    /// Where they stand.
    pub state: FlowState,
    /// What is being asked of another system.
    pub call: Option<Call>,
}

/// A one-time code that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentCode {
    /// Its hash, in hexadecimal.
    pub hash: String,
    /// Until when it counts.
    pub expires_at: Timestamp,
    /// How often something else was taken for it.
    pub tries: u8,
}

/// A question, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// What the customer wrote.
    pub text: String,
    /// What the bot did.
    pub verdict: Verdict,
    /// Titles of the articles that were shown.
    pub titles: Vec<String>,
    /// Whether that helped, if the customer said so.
    pub is_helpful: Option<bool>,
}

/// Something the customer can pick.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What stands on it, and is sent.
    pub text: String,
    /// What it means.
    pub means: Means,
}

/// What a choice means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// The answer helped.
    Helped,
    /// It did not.
    NotHelped,
    /// This article is meant.
    Article(ArticleId, Locale),
    /// None of the suggestions is meant.
    NoneOfThese,
}

/// What an opinion would be about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    /// An answer or suggestions.
    pub kind: OpinionKind,
    /// How sure the bot was.
    pub confidence: f32,
    /// Articles that could be meant otherwise, best first.
    pub others: Vec<(ArticleId, Locale, String)>,
}

impl Memory {
    /// Notes a question. The oldest are forgotten when there are too many.
    pub fn ask(&mut self, asked: Asked) {
        if self.asked.len() >= ASKED_MAX {
            self.asked.remove(0);
        }
        self.asked.push(asked);
    }

    /// The flow the customer is in now.
    #[must_use]
    pub fn running(&self) -> Option<&Running> {
        self.flow.as_ref().filter(|it| it.state.end.is_none())
    }

    /// Notes what the customer thinks of the last answer.
    pub fn opinion(&mut self, is_helpful: bool) {
        if let Some(last) = self.asked.last_mut() {
            last.is_helpful = Some(is_helpful);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_session_remembers_what_was_last_asked() {
        let mut memory = Memory::default();
        for n in 0..30 {
            memory.ask(Asked {
                text: n.to_string(),
                verdict: Verdict::PassedOn,
                titles: Vec::new(),
                is_helpful: None,
            });
        }
        memory.opinion(false);
        assert_eq!(memory.asked.len(), ASKED_MAX);
        let last = memory.asked.last().expect("the last");
        assert_eq!((last.text.as_str(), last.is_helpful), ("29", Some(false)));
    }

    #[test]
    fn what_an_older_program_stored_is_still_read() {
        let memory: Memory = serde_json::from_str("{}").expect("an empty memory");
        assert_eq!(memory, Memory::default());
    }
}

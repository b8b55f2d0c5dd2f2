//! What people looked for, and what became of it.

use crate::ids::{ArticleId, ArticleQuestionId};
use crate::locale::Locale;
use crate::time::Timestamp;

/// Where something was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QuestionPlace {
    /// In the search of the help centre.
    Help,
    /// In the chat widget.
    Widget,
    /// Of the bot.
    Bot,
    /// In a session that its customer rated badly.
    Session,
}

impl QuestionPlace {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Help, Self::Widget, Self::Bot, Self::Session];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Help => "help",
            Self::Widget => "widget",
            Self::Bot => "bot",
            Self::Session => "session",
        }
    }
}

/// A question somebody asked, without personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleQuestion {
    /// Identifier.
    pub id: ArticleQuestionId,
    /// Where it was asked.
    pub place: QuestionPlace,
    /// The language it was asked in.
    pub locale: Locale,
    /// The words, with personal data taken out.
    pub text: String,
    /// How many articles were found.
    pub results: i64,
    /// The article that was opened first.
    pub article_id: Option<ArticleId>,
    /// What the reader said of it.
    pub is_helpful: Option<bool>,
    /// Whether a person was asked afterwards.
    pub is_contact: bool,
    /// When.
    pub at: Timestamp,
}

impl ArticleQuestion {
    /// Whether articles left it open: nothing was found, what was read did not help, a person had to
    /// be asked, or that person's answer was rated badly.
    #[must_use]
    pub fn is_unanswered(&self) -> bool {
        self.place == QuestionPlace::Session
            || self.results == 0
            || self.is_contact
            || self.is_helpful == Some(false)
    }
}

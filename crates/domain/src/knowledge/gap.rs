//! Questions that articles leave open, those that ask the same counted as one.

use crate::ids::{ArticleId, KnowledgeGapId};
use crate::knowledge::{ArticleQuestion, QuestionPlace};
use crate::limits::GAP_EXAMPLES_MAX;
use crate::locale::Locale;
use crate::time::Timestamp;

/// What was done about a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GapState {
    /// Nothing yet.
    Open,
    /// An article is there for it, or being written.
    Answered,
    /// Somebody decided that it needs no article.
    Ignored,
}

impl GapState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Answered, Self::Ignored];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Ignored => "ignored",
        }
    }
}

/// A question that articles leave open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnowledgeGap {
    /// Identifier.
    pub id: KnowledgeGapId,
    /// The language it is asked in.
    pub locale: Locale,
    /// How it was asked first.
    pub question: String,
    /// Other ways in which it was asked.
    pub examples: Vec<String>,
    /// What was done about it.
    pub state: GapState,
    /// How often it was asked in all.
    pub count: i64,
    /// How often nothing was found.
    pub unfound: i64,
    /// How often an article was read that did not help.
    pub unhelpful: i64,
    /// How often a person was asked after searching.
    pub contacts: i64,
    /// How often a session about it was rated badly.
    pub rated: i64,
    /// The article that answers it.
    pub article_id: Option<ArticleId>,
    /// When it was asked first.
    pub first_at: Timestamp,
    /// When it was asked last.
    pub last_at: Timestamp,
    /// Optimistic lock.
    pub version: i64,
}

impl KnowledgeGap {
    /// A gap in which nobody has fallen yet.
    #[must_use]
    pub fn new(id: KnowledgeGapId, question: &ArticleQuestion) -> Self {
        Self {
            id,
            locale: question.locale,
            question: question.text.clone(),
            examples: Vec::new(),
            state: GapState::Open,
            count: 0,
            unfound: 0,
            unhelpful: 0,
            contacts: 0,
            rated: 0,
            article_id: None,
            first_at: question.at,
            last_at: question.at,
            version: 1,
        }
    }

    /// Counts a question. What was decided about the gap stays: the list of answered ones shows
    /// which are still asked.
    #[must_use]
    pub fn count(mut self, question: &ArticleQuestion) -> Self {
        self.count += 1;
        match question.place {
            QuestionPlace::Session => self.rated += 1,
            QuestionPlace::Help | QuestionPlace::Widget | QuestionPlace::Bot => {
                if question.is_contact {
                    self.contacts += 1;
                } else if question.is_helpful == Some(false) {
                    self.unhelpful += 1;
                } else {
                    self.unfound += 1;
                }
            }
        }
        let is_known = question.text == self.question || self.examples.contains(&question.text);
        if !is_known && self.examples.len() < GAP_EXAMPLES_MAX {
            self.examples.push(question.text.clone());
        }
        self.first_at = self.first_at.min(question.at);
        self.last_at = self.last_at.max(question.at);
        self
    }

    /// Names the article that answers it.
    #[must_use]
    pub fn answer(mut self, article: ArticleId) -> Self {
        self.state = GapState::Answered;
        self.article_id = Some(article);
        self
    }

    /// Says that it needs no article.
    #[must_use]
    pub fn ignore(mut self) -> Self {
        self.state = GapState::Ignored;
        self.article_id = None;
        self
    }

    /// Puts it back in the list.
    #[must_use]
    pub fn reopen(mut self) -> Self {
        self.state = GapState::Open;
        self
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ids::ArticleQuestionId;

    fn question(place: QuestionPlace, text: &str, at: i64) -> ArticleQuestion {
        ArticleQuestion {
            id: ArticleQuestionId::from_uuid(Uuid::from_u128(1)),
            place,
            locale: Locale::En,
            text: text.to_owned(),
            results: 0,
            article_id: None,
            is_helpful: None,
            is_contact: false,
            at: Timestamp::from_micros(at),
        }
    }

    #[test]
    fn questions_are_counted_by_what_became_of_them() {
        let first = question(QuestionPlace::Help, "gift wrap", 5);
        let gap = KnowledgeGap::new(KnowledgeGapId::from_uuid(Uuid::from_u128(2)), &first);
        let gap = gap.count(&first);
        let mut read = question(QuestionPlace::Widget, "gift wrapping", 9);
        read.results = 2;
        assert!(!read.is_unanswered());
        read.is_helpful = Some(false);
        assert!(read.is_unanswered());
        let gap = gap.count(&read);
        read.is_contact = true;
        let gap = gap.count(&read);
        let gap = gap.count(&question(QuestionPlace::Session, "wrapped?", 7));
        assert_eq!(
            (
                gap.count,
                gap.unfound,
                gap.unhelpful,
                gap.contacts,
                gap.rated
            ),
            (4, 1, 1, 1, 1)
        );
        assert_eq!(gap.examples, ["gift wrapping", "wrapped?"]);
        assert_eq!((gap.first_at, gap.last_at), (first.at, read.at));
    }

    #[test]
    fn a_gap_is_answered_ignored_and_opened_again() {
        let first = question(QuestionPlace::Help, "gift wrap", 5);
        let gap = KnowledgeGap::new(KnowledgeGapId::from_uuid(Uuid::from_u128(2)), &first);
        let article = ArticleId::from_uuid(Uuid::from_u128(3));
        let answered = gap.answer(article);
        assert_eq!(
            (answered.state, answered.article_id),
            (GapState::Answered, Some(article))
        );
        let ignored = answered.ignore();
        assert_eq!(
            (ignored.state, ignored.article_id),
            (GapState::Ignored, None)
        );
        assert_eq!(ignored.reopen().state, GapState::Open);
    }
}

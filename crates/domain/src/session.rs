//! Sessions (服务会话): one stretch of service, from opening to resolution. The unit of
//! journey, service standard, satisfaction, quality and reports.

use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::ids::{AgentId, ContactId, ConversationId, InboxId, SessionId};
use crate::limits::{RATING_COMMENT_CHARS_MAX, RATING_WINDOW};
use crate::time::Timestamp;

/// One stretch of service inside a conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// Identifier.
    pub id: SessionId,
    /// The conversation it is part of.
    pub conversation_id: ConversationId,
    /// The inbox, for reports.
    pub inbox_id: InboxId,
    /// The contact, for their history.
    pub contact_id: ContactId,
    /// 1, 2, 3 … within the conversation.
    pub number: i64,
    /// Where in the service journey it is.
    pub step: Step,
    /// Since when.
    pub step_at: Timestamp,
    /// When the customer began.
    pub opened_at: Timestamp,
    /// When a person or the bot first answered.
    pub first_response_at: Option<Timestamp>,
    /// The agent who did.
    pub first_response_by: Option<AgentId>,
    /// Until when the first answer is promised.
    pub first_response_due_at: Option<Timestamp>,
    /// When and by whom it was resolved.
    pub resolved: Option<Resolution>,
    /// Who had it last.
    pub assignee_id: Option<AgentId>,
    /// Messages of the customer.
    pub contact_messages: i64,
    /// Messages of the company.
    pub agent_messages: i64,
    /// What the customer thought of it.
    pub rating: Option<Rating>,
    /// Optimistic lock.
    pub version: i64,
}

/// The end of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
}

/// The seven steps of the service journey (服务流程).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// 客户入口
    Entry,
    /// 智能分流
    Triage,
    /// 问题分类
    Classification,
    /// 响应
    Response,
    /// 解决
    Resolution,
    /// 反馈跟踪
    Feedback,
    /// 后续关怀
    AfterCare,
}

impl Step {
    /// All steps in order.
    pub const ALL: [Self; 7] = [
        Self::Entry,
        Self::Triage,
        Self::Classification,
        Self::Response,
        Self::Resolution,
        Self::Feedback,
        Self::AfterCare,
    ];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Entry => "entry",
            Self::Triage => "triage",
            Self::Classification => "classification",
            Self::Response => "response",
            Self::Resolution => "resolution",
            Self::Feedback => "feedback",
            Self::AfterCare => "after_care",
        }
    }
}

/// What the customer thought of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    /// 1 (very bad) to 5 (very good).
    pub score: u8,
    /// In the customer's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Optional detail.
    #[serde(default)]
    pub dimensions: RatingDimensions,
    /// When it was given or last changed.
    pub at: Timestamp,
}

/// Detail of a rating, each 1 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RatingDimensions {
    /// 准确
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accurate: Option<u8>,
    /// 方便
    #[serde(skip_serializing_if = "Option::is_none")]
    pub convenient: Option<u8>,
    /// 快捷
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fast: Option<u8>,
    /// 舒适
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comfortable: Option<u8>,
    /// 态度
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attitude: Option<u8>,
}

/// Why a rating was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RatingError {
    /// A number outside 1 to 5.
    #[error("a score is a number from 1 to 5")]
    Score,
    /// The comment is too long.
    #[error("a comment has at most {RATING_COMMENT_CHARS_MAX} characters")]
    CommentTooLong,
    /// The session is still going on.
    #[error("a session can be rated after it is resolved")]
    NotResolved,
    /// Too late.
    #[error("a session can be rated for seven days")]
    WindowOver,
}

impl Rating {
    /// Checks the numbers and the comment.
    pub fn check(&self) -> Result<(), RatingError> {
        let d = &self.dimensions;
        let mut details = [d.accurate, d.convenient, d.fast, d.comfortable, d.attitude].into_iter();
        let is_score = |score: u8| (1..=5).contains(&score);
        if !is_score(self.score) || !details.all(|detail| detail.is_none_or(is_score)) {
            return Err(RatingError::Score);
        }
        if self
            .comment
            .as_ref()
            .is_some_and(|c| c.chars().count() > RATING_COMMENT_CHARS_MAX)
        {
            return Err(RatingError::CommentTooLong);
        }
        Ok(())
    }
}

impl Session {
    /// Whether work goes on.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.resolved.is_none()
    }

    /// Moves to a step; the clock of a step starts when it is entered.
    #[must_use]
    pub fn enter(mut self, step: Step, now: Timestamp) -> Self {
        if self.step != step {
            self.step = step;
            self.step_at = now;
        }
        self
    }

    /// The customer wrote.
    #[must_use]
    pub fn record_contact_message(mut self, now: Timestamp) -> Self {
        self.contact_messages += 1;
        if self.first_response_at.is_none() {
            self.enter(Step::Response, now)
        } else {
            self
        }
    }

    /// The company answered. `agent` is none for the bot and for programs.
    #[must_use]
    pub fn record_company_message(mut self, agent: Option<AgentId>, now: Timestamp) -> Self {
        self.agent_messages += 1;
        if self.first_response_at.is_none() {
            self.first_response_at = Some(now);
            self.first_response_by = agent;
        }
        self.enter(Step::Resolution, now)
    }

    /// Ends the session.
    #[must_use]
    pub fn resolve(mut self, by: Actor, now: Timestamp) -> Self {
        self.resolved = Some(Resolution { at: now, by });
        self.enter(Step::Feedback, now)
    }

    /// The customer's opinion; a later one replaces an earlier one.
    pub fn rate(mut self, rating: Rating, now: Timestamp) -> Result<Self, RatingError> {
        rating.check()?;
        let resolved = self.resolved.as_ref().ok_or(RatingError::NotResolved)?;
        if now.since(resolved.at) > RATING_WINDOW {
            return Err(RatingError::WindowOver);
        }
        self.rating = Some(rating);
        Ok(self.enter(Step::AfterCare, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use uuid::Uuid;

    fn session() -> Session {
        let uuid = Uuid::from_u128(1);
        Session {
            id: SessionId::from_uuid(uuid),
            conversation_id: ConversationId::from_uuid(uuid),
            inbox_id: InboxId::from_uuid(uuid),
            contact_id: ContactId::from_uuid(uuid),
            number: 1,
            step: Step::Entry,
            step_at: Timestamp::EPOCH,
            opened_at: Timestamp::EPOCH,
            first_response_at: None,
            first_response_by: None,
            first_response_due_at: None,
            resolved: None,
            assignee_id: None,
            contact_messages: 0,
            agent_messages: 0,
            rating: None,
            version: 1,
        }
    }

    fn at(seconds: u64) -> Timestamp {
        Timestamp::EPOCH.plus(Duration::from_secs(seconds))
    }

    fn rating(score: u8) -> Rating {
        Rating {
            score,
            comment: None,
            dimensions: RatingDimensions::default(),
            at: at(0),
        }
    }

    #[test]
    fn the_first_answer_is_counted_once() {
        let agent = AgentId::from_uuid(Uuid::from_u128(9));
        let session = session()
            .record_contact_message(at(1))
            .record_company_message(Some(agent), at(5))
            .record_contact_message(at(7))
            .record_company_message(None, at(9));
        assert_eq!(session.first_response_at, Some(at(5)));
        assert_eq!(session.first_response_by, Some(agent));
        assert_eq!((session.contact_messages, session.agent_messages), (2, 2));
        assert_eq!((session.step, session.step_at), (Step::Resolution, at(5)));
    }

    #[test]
    fn only_a_resolved_session_is_rated_and_only_for_a_while() {
        assert_eq!(
            session().rate(rating(5), at(1)),
            Err(RatingError::NotResolved)
        );
        let resolved = session().resolve(Actor::system("test"), at(1));
        assert_eq!(
            resolved.clone().rate(rating(0), at(2)),
            Err(RatingError::Score)
        );
        let late = at(2).plus(RATING_WINDOW);
        assert_eq!(
            resolved.clone().rate(rating(5), late),
            Err(RatingError::WindowOver)
        );
        let rated = resolved.rate(rating(4), at(2)).expect("in time");
        assert_eq!(rated.step, Step::AfterCare);
        let again = rated.rate(rating(2), at(3)).expect("changed");
        assert_eq!(again.rating.map(|r| r.score), Some(2));
    }
}

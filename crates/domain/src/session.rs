//! Sessions (服务会话): one stretch of service, from opening to resolution. The unit of
//! journey, service standard, satisfaction, quality and reports.

use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::ids::{AgentId, ContactId, ConversationId, InboxId, SessionId, TopicId};
use crate::language_tag::LanguageTag;
use crate::limits::RATING_WINDOW;
use crate::ratings::{NewRating, Rated, Rating, RatingError};
use crate::stage::Stage;
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
    /// When the customer was asked for a rating; none if they were not, because the inbox
    /// does not ask or asked them lately.
    pub rating_asked_at: Option<Timestamp>,
    /// What the customer thought of it.
    pub rating: Option<Rating>,
    /// Before, during or after a purchase, once somebody has said so.
    pub stage: Option<Stage>,
    /// What the customer speaks: the language they write, else that of their browser.
    pub language: Option<LanguageTag>,
    /// What it is about, once known.
    pub topic_id: Option<TopicId>,
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

    /// The customer wrote. Where that leads on the journey depends on who is to answer.
    #[must_use]
    pub fn record_contact_message(mut self) -> Self {
        self.contact_messages += 1;
        self
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

    /// Notes that the customer is asked for a rating.
    #[must_use]
    pub fn ask_rating(mut self, now: Timestamp) -> Self {
        self.rating_asked_at = Some(now);
        self
    }

    /// Whether the customer should be shown the question now: they were asked, have not
    /// answered and still may.
    #[must_use]
    pub fn awaits_rating(&self, now: Timestamp) -> bool {
        let is_in_time = |resolved: &Resolution| now.since(resolved.at) <= RATING_WINDOW;
        self.rating.is_none()
            && self.rating_asked_at.is_some()
            && self.resolved.as_ref().is_some_and(is_in_time)
    }

    /// The customer's opinion; a later one replaces an earlier one and leaves a trace.
    pub fn rate(mut self, new: NewRating, now: Timestamp) -> Result<(Self, Rated), RatingError> {
        let resolved = self.resolved.as_ref().ok_or(RatingError::NotResolved)?;
        let (rating, rated) = new.replace(self.rating.take(), resolved.at, now)?;
        self.rating = Some(rating);
        let session = match rated {
            Rated::First | Rated::Changed { .. } => self.enter(Step::AfterCare, now),
            Rated::Same => self,
        };
        Ok((session, rated))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ratings::{RatingDimensions, RatingSource};
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
            rating_asked_at: None,
            rating: None,
            stage: None,
            language: None,
            topic_id: None,
            version: 1,
        }
    }

    fn at(seconds: u64) -> Timestamp {
        Timestamp::EPOCH.plus(Duration::from_secs(seconds))
    }

    fn rating(score: u8) -> NewRating {
        NewRating {
            score,
            comment: None,
            dimensions: RatingDimensions::default(),
            expected: None,
            source: RatingSource::Widget,
        }
    }

    #[test]
    fn the_first_answer_is_counted_once() {
        let agent = AgentId::from_uuid(Uuid::from_u128(9));
        let session = session()
            .record_contact_message()
            .record_company_message(Some(agent), at(5))
            .record_contact_message()
            .record_company_message(None, at(9));
        assert_eq!(session.first_response_at, Some(at(5)));
        assert_eq!(session.first_response_by, Some(agent));
        assert_eq!((session.contact_messages, session.agent_messages), (2, 2));
        assert_eq!((session.step, session.step_at), (Step::Resolution, at(5)));
    }

    #[test]
    fn only_a_resolved_session_is_rated_and_then_cared_for() {
        let refused = session().rate(rating(5), at(1));
        assert_eq!(refused, Err(RatingError::NotResolved));
        let resolved = session().resolve(Actor::system("test"), at(1));
        let (rated, _) = resolved.rate(rating(4), at(2)).expect("in time");
        assert_eq!((rated.step, rated.step_at), (Step::AfterCare, at(2)));
    }

    #[test]
    fn a_rating_is_awaited_from_the_question_to_the_answer_and_not_for_ever() {
        let resolved = session().resolve(Actor::system("test"), at(1));
        assert!(!resolved.awaits_rating(at(1)), "nobody was asked");
        let asked = resolved.ask_rating(at(1));
        assert!(asked.awaits_rating(at(2)));
        assert!(!asked.awaits_rating(at(2).plus(RATING_WINDOW)));
        let (rated, _) = asked.rate(rating(4), at(2)).expect("in time");
        assert!(!rated.awaits_rating(at(3)));
    }
}

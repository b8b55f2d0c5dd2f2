//! A case (工单): a problem somebody owns until the customer confirms that it is solved.
//!
//! A case is not a conversation: it is linked with as many of them as it takes. A
//! transition takes the old value and returns the new one; a case that was merged into
//! another takes none until the merge is undone.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::actor::Actor;
use crate::conversation::Priority;
use crate::ids::{
    AccountId, AgentId, CaseId, CaseTypeId, ContactId, ConversationId, FollowUpId, MessageId,
    TeamId, TokenId,
};
use crate::limits::{CASE_TEXT_CHARS_MAX, CASE_TITLE_CHARS_MAX, CASE_WATCHERS_MAX};
use crate::permission::Resource;
use crate::time::Timestamp;

use super::closing::{ClosingGap, ClosingPolicy, Grounds, SolutionContact, grounds};
use super::complaints::{Complaint, ComplaintError};
use super::number::CaseNumber;
use super::ownership::{Ownership, OwnershipError};
use super::status::{CaseStatus, StatusCategory, StatusLabels};
use super::text::clean;

/// A problem somebody owns.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Identifier.
    pub id: CaseId,
    /// What people call it by.
    pub number: CaseNumber,
    /// What kind of case.
    pub type_id: CaseTypeId,
    /// Which version of its form and procedure holds; it never changes while the case lives.
    pub type_version: u32,
    /// Whether it is a complaint, with all that goes with it.
    pub is_complaint: bool,
    /// What it is about, in one line; personal, sealed at rest.
    pub title: String,
    /// Whose problem it is.
    pub contact_id: Option<ContactId>,
    /// The company or household of the customer.
    pub account_id: Option<AccountId>,
    /// How it came.
    pub source: Source,
    /// How it stands.
    pub status: CaseStatus,
    /// The label somebody chose; it counts while it fits the category.
    pub label: Option<String>,
    /// How urgent.
    pub priority: Priority,
    /// Who answers for it.
    pub ownership: Ownership,
    /// The team it belongs to, for lists and permissions.
    pub team_id: Option<TeamId>,
    /// Who is told of everything.
    pub watcher_ids: BTreeSet<AgentId>,
    /// The case it was merged into.
    pub merged_into: Option<CaseId>,
    /// How often it was reopened.
    pub reopen_count: u32,
    /// When it was taken in.
    pub created_at: Timestamp,
    /// Optimistic lock.
    pub version: i64,
}

/// How a case came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Out of a conversation, with the passages somebody chose.
    Conversation {
        /// Which.
        conversation_id: ConversationId,
        /// The messages that say what it is about.
        message_ids: Vec<MessageId>,
    },
    /// From a public form.
    Form,
    /// From the portal.
    Portal,
    /// From another system.
    Api {
        /// With which token.
        token_id: TokenId,
    },
    /// Written down by an agent: a visit, a letter, a call.
    Manual,
    /// By an automation rule.
    Rule,
    /// What a call back brought up.
    FollowUp {
        /// Which.
        follow_up_id: FollowUpId,
    },
    /// The problem of a closed case is back after the time to reopen it.
    Recurrence {
        /// Which case.
        case_id: CaseId,
    },
}

impl Source {
    /// The name in database and API.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Conversation { .. } => "conversation",
            Self::Form => "form",
            Self::Portal => "portal",
            Self::Api { .. } => "api",
            Self::Manual => "manual",
            Self::Rule => "rule",
            Self::FollowUp { .. } => "follow_up",
            Self::Recurrence { .. } => "recurrence",
        }
    }
}

/// Why something with a case was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CaseError {
    /// It is part of another case.
    #[error("the case was merged into another; work there, or undo the merge")]
    Merged,
    /// The status does not allow it.
    #[error("a case that is `{}` cannot become `{}`", .from.as_str(), .to.as_str())]
    Status {
        /// How it stands.
        from: StatusCategory,
        /// What was wanted.
        to: StatusCategory,
    },
    /// Somebody still works on it.
    #[error(
        "{tasks} tasks, {steps} steps and {approvals} approvals are open; end or cancel them first"
    )]
    OpenWork {
        /// Tasks of the back office.
        tasks: u32,
        /// Steps of the procedure.
        steps: u32,
        /// Requests that wait for approval.
        approvals: u32,
    },
    /// The customer has neither confirmed nor been tried often enough.
    #[error(transparent)]
    Gap(#[from] ClosingGap),
    /// The complaint is not at its end.
    #[error(transparent)]
    Complaint(#[from] ComplaintError),
    /// The complaint that belongs to the case was not given.
    #[error("a complaint is closed together with its record")]
    NoComplaint,
    /// The policy asks for nothing.
    #[error("the closing policy of the case type is not valid")]
    Policy,
    /// A change of ownership was refused.
    #[error(transparent)]
    Ownership(#[from] OwnershipError),
    /// No words, or too many.
    #[error("a title has 1 to {CASE_TITLE_CHARS_MAX} characters")]
    Title,
    /// No words, or too many.
    #[error("a reason has 1 to {CASE_TEXT_CHARS_MAX} characters")]
    Reason,
    /// The label belongs to another category.
    #[error("this label does not fit the status of the case")]
    Label,
    /// Too many watchers.
    #[error("a case has at most {CASE_WATCHERS_MAX} watchers")]
    Watchers,
    /// The time to reopen it is over.
    #[error("the case was closed too long ago to be reopened; open a new one that refers to it")]
    TooLate,
}

/// What is still open around a case, as the store counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OpenWork {
    /// Tasks of the back office without an answer.
    pub tasks: u32,
    /// Steps of the procedure that have begun and not ended.
    pub steps: u32,
    /// Requests that wait for approval.
    pub approvals: u32,
}

/// What closing looks at.
#[derive(Debug, Clone, Copy)]
pub struct ClosingView<'a> {
    /// What the case type asks for.
    pub policy: &'a ClosingPolicy,
    /// Every documented contact about the solution.
    pub contacts: &'a [SolutionContact],
    /// The record of the complaint, if it is one.
    pub complaint: Option<&'a Complaint>,
    /// The zone in which days are told apart.
    pub zone: &'a str,
}

/// How a case comes back after it was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayBack {
    /// The same case goes on, with its history.
    Reopen,
    /// A new case that refers to the old one.
    NewCase,
}

/// A title without outer blanks, on one line.
pub fn clean_title(text: &str) -> Result<String, CaseError> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_plain = !line.chars().any(char::is_control);
    clean(&line, CASE_TITLE_CHARS_MAX)
        .filter(|_| is_plain)
        .ok_or(CaseError::Title)
}

impl Case {
    /// Who answers for it.
    #[must_use]
    pub fn owner_id(&self) -> AgentId {
        self.ownership.owner_id()
    }

    /// Where it belongs, for the permission check.
    #[must_use]
    pub fn resource(&self) -> Resource {
        Resource {
            inbox: None,
            team: self.team_id,
            assignee: Some(self.owner_id()),
        }
    }

    /// Who is told of what happens: the owner and the watchers.
    #[must_use]
    pub fn audience(&self) -> BTreeSet<AgentId> {
        let mut all = self.watcher_ids.clone();
        all.insert(self.owner_id());
        all
    }

    fn alive(self) -> Result<Self, CaseError> {
        if self.merged_into.is_some() {
            Err(CaseError::Merged)
        } else {
            Ok(self)
        }
    }

    fn enter(self, status: CaseStatus) -> Result<Self, CaseError> {
        let case = self.alive()?;
        let (from, to) = (case.status.category(), status.category());
        if !from.may_become(to) {
            return Err(CaseError::Status { from, to });
        }
        Ok(Self {
            status,
            label: case.label.filter(|_| from == to),
            ..case
        })
    }

    /// Somebody works on it now: taken up, or an answer came.
    pub fn take_up(self) -> Result<Self, CaseError> {
        match self.status.category() {
            StatusCategory::Resolved | StatusCategory::Closed => {
                let (from, to) = (self.status.category(), StatusCategory::Open);
                Err(CaseError::Status { from, to })
            }
            StatusCategory::New
            | StatusCategory::Open
            | StatusCategory::WaitingForCustomer
            | StatusCategory::WaitingForBackOffice => self.enter(CaseStatus::Open),
        }
    }

    /// The customer has the turn. Already so: since when stays.
    pub fn wait_for_customer(self, now: Timestamp) -> Result<Self, CaseError> {
        if matches!(self.status, CaseStatus::WaitingForCustomer { .. }) {
            return self.alive();
        }
        self.enter(CaseStatus::WaitingForCustomer { since: now })
    }

    /// The back office has the turn. Already so: since when stays.
    pub fn wait_for_back_office(self, now: Timestamp) -> Result<Self, CaseError> {
        if matches!(self.status, CaseStatus::WaitingForBackOffice { .. }) {
            return self.alive();
        }
        self.enter(CaseStatus::WaitingForBackOffice { since: now })
    }

    /// Solved in the eyes of the owner; now the customer is asked. Nothing may be open.
    pub fn resolve(self, by: Actor, work: OpenWork, now: Timestamp) -> Result<Self, CaseError> {
        if work != OpenWork::default() {
            let OpenWork {
                tasks,
                steps,
                approvals,
            } = work;
            return Err(CaseError::OpenWork {
                tasks,
                steps,
                approvals,
            });
        }
        self.enter(CaseStatus::Resolved { at: now, by })
    }

    /// Over, if the customer confirmed or the attempts to reach them are documented, and a
    /// complaint has gone its whole way.
    pub fn close(
        self,
        by: Actor,
        view: ClosingView<'_>,
        now: Timestamp,
    ) -> Result<Self, CaseError> {
        let grounds = self.closing_grounds(view, now)?;
        self.enter(CaseStatus::Closed {
            at: now,
            by,
            grounds,
        })
    }

    /// Why the case may be closed now, or what is missing.
    pub fn closing_grounds(
        &self,
        view: ClosingView<'_>,
        now: Timestamp,
    ) -> Result<Grounds, CaseError> {
        let CaseStatus::Resolved { at, .. } = self.status else {
            let (from, to) = (self.status.category(), StatusCategory::Closed);
            return Err(CaseError::Status { from, to });
        };
        if !view.policy.is_valid() {
            return Err(CaseError::Policy);
        }
        if self.is_complaint {
            let complaint = view.complaint.filter(|it| it.case_id == self.id);
            complaint.ok_or(CaseError::NoComplaint)?.check_closable()?;
        }
        Ok(grounds(view.policy, view.contacts, at, now, view.zone)?)
    }

    /// Whether a problem that is back takes up this case or begins a new one. Closed cases
    /// come back within `within` of their closing; whatever is not closed is still this case.
    #[must_use]
    pub fn way_back(&self, within: Duration, now: Timestamp) -> WayBack {
        match self.status {
            CaseStatus::Closed { at, .. } if now.since(at) > within => WayBack::NewCase,
            CaseStatus::Closed { .. }
            | CaseStatus::Resolved { .. }
            | CaseStatus::New
            | CaseStatus::Open
            | CaseStatus::WaitingForCustomer { .. }
            | CaseStatus::WaitingForBackOffice { .. } => WayBack::Reopen,
        }
    }

    /// The customer is not content or the problem is back. The history stays, and the owner.
    pub fn reopen(self, within: Duration, now: Timestamp) -> Result<Self, CaseError> {
        let from = self.status.category();
        if from.is_unsolved() {
            let to = StatusCategory::Open;
            return Err(CaseError::Status { from, to });
        }
        if self.way_back(within, now) == WayBack::NewCase {
            return Err(CaseError::TooLate);
        }
        let count = self.reopen_count.saturating_add(1);
        let case = self.enter(CaseStatus::Open)?;
        Ok(Self {
            reopen_count: count,
            ..case
        })
    }

    /// Another urgency.
    pub fn set_priority(self, priority: Priority) -> Result<Self, CaseError> {
        Ok(Self {
            priority,
            ..self.alive()?
        })
    }

    /// Another title.
    pub fn retitle(self, title: &str) -> Result<Self, CaseError> {
        let title = clean_title(title)?;
        Ok(Self {
            title,
            ..self.alive()?
        })
    }

    /// Another label over the same category; none takes the default.
    pub fn relabel(self, labels: &StatusLabels, key: Option<&str>) -> Result<Self, CaseError> {
        let category = self.status.category();
        let fits = |key: &str| {
            let shown = labels.shown(category, Some(key));
            shown.is_some_and(|label| label.key == key)
        };
        if key.is_some_and(|key| !fits(key)) {
            return Err(CaseError::Label);
        }
        Ok(Self {
            label: key.map(ToOwned::to_owned),
            ..self.alive()?
        })
    }

    /// Somebody is told of everything from now on.
    pub fn watch(mut self, agent_id: AgentId) -> Result<Self, CaseError> {
        self.watcher_ids.insert(agent_id);
        if self.watcher_ids.len() > CASE_WATCHERS_MAX {
            return Err(CaseError::Watchers);
        }
        self.alive()
    }

    /// Somebody is no longer told.
    #[must_use]
    pub fn unwatch(mut self, agent_id: AgentId) -> Self {
        self.watcher_ids.remove(&agent_id);
        self
    }

    /// A change of ownership: `change` is one of the transitions of [`Ownership`]. Whoever
    /// gave the case away goes on watching it. A closed case keeps its owner.
    pub fn own(
        self,
        change: impl FnOnce(Ownership) -> Result<Ownership, OwnershipError>,
    ) -> Result<Self, CaseError> {
        let mut case = self.alive()?;
        let before = case.owner_id();
        if case.status.category() == StatusCategory::Closed {
            let (from, to) = (StatusCategory::Closed, StatusCategory::Open);
            return Err(CaseError::Status { from, to });
        }
        case.ownership = change(case.ownership)?;
        if case.owner_id() != before && case.watcher_ids.len() < CASE_WATCHERS_MAX {
            case.watcher_ids.insert(before);
        }
        Ok(case)
    }
}

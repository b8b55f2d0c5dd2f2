//! What can happen: the typed, versioned events of the log.
//!
//! Every command appends its events in its own transaction; everything else follows from
//! them. An event is a value with a fixed wire form, so it is the one kind of domain type
//! besides identifiers that carries serde. It holds identifiers and decisions, never
//! names, addresses or message texts: the log outlives what people may ask us to forget.
//!
//! Changing a stored variant means a new `version` in [`Event::version`], never a new
//! meaning for an old one.

mod aggregate;
mod define;
mod subject;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use aggregate::{Aggregate, Change};
pub use define::CaseHappening;
use define::events;

use crate::conversation::Assignment;
use crate::ids::{
    AccountId, AgentId, CaseId, CaseTaskId, ContactId, ConversationId, IdentityId, InboxId,
    LoginSessionId, MessageId, PromiseId, QueueId, QueueItemId, RiskWarningId, ScheduledMessageId,
    SessionId, TagId, WorkspaceId,
};
use crate::message::{Delivery, MessageKind};
use crate::session::Step;
use crate::stage::Stage;
use crate::standards::Metric;
use crate::time::Timestamp;

events! {
    /// A conversation began.
    ConversationOpened = "conversation.opened" {
        /// The conversation.
        conversation_id: ConversationId,
        /// With whom.
        contact_id: ContactId,
        /// Where.
        inbox_id: InboxId,
    },
    /// Somebody else is responsible.
    ConversationAssigned = "conversation.assigned" {
        /// The conversation.
        conversation_id: ConversationId,
        /// Where.
        inbox_id: InboxId,
        /// Who was.
        from: Assignment,
        /// Who is.
        to: Assignment,
    },
    /// It was put aside.
    ConversationSnoozed = "conversation.snoozed" {
        /// The conversation.
        conversation_id: ConversationId,
        /// Until when.
        until: Timestamp,
    },
    /// It came back from being put aside.
    ConversationWoken = "conversation.woken" {
        /// The conversation.
        conversation_id: ConversationId,
    },
    /// The present problem is solved.
    ConversationResolved = "conversation.resolved" {
        /// The conversation.
        conversation_id: ConversationId,
    },
    /// Work goes on.
    ConversationReopened = "conversation.reopened" {
        /// The conversation.
        conversation_id: ConversationId,
    },
    /// Its tags are different.
    ConversationTagged = "conversation.tagged" {
        /// The conversation.
        conversation_id: ConversationId,
        /// New ones.
        added: Vec<TagId>,
        /// Gone ones.
        removed: Vec<TagId>,
    },
    /// Somebody read it.
    ConversationSeen = "conversation.seen" {
        /// The conversation.
        conversation_id: ConversationId,
        /// Up to which message.
        seq: i64,
    },
    /// It was marked unread.
    ConversationUnread = "conversation.unread" {
        /// The conversation.
        conversation_id: ConversationId,
    },
    /// Its priority is different.
    ConversationPrioritized = "conversation.prioritized" {
        /// The conversation.
        conversation_id: ConversationId,
    },
    /// Something was said or noted.
    MessageCreated = "message.created" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The session.
        session_id: SessionId,
        /// The message.
        message_id: MessageId,
        /// Its place.
        seq: i64,
        /// Public, internal or a system line.
        message_kind: MessageKind,
        /// Whether the customer wrote it.
        from_contact: bool,
    },
    /// A message was changed.
    MessageEdited = "message.edited" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The message.
        message_id: MessageId,
    },
    /// A message was taken back.
    MessageRecalled = "message.recalled" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The message.
        message_id: MessageId,
    },
    /// A message got further, or did not.
    MessageDeliveryChanged = "message.delivery_changed" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The message.
        message_id: MessageId,
        /// How far.
        delivery: Delivery,
    },
    /// A stretch of service began.
    SessionOpened = "session.opened" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The session.
        session_id: SessionId,
        /// 1, 2, 3 …
        number: i64,
    },
    /// A stretch of service ended.
    SessionResolved = "session.resolved" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The session.
        session_id: SessionId,
    },
    /// The customer gave an opinion.
    SessionRated = "session.rated" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The session.
        session_id: SessionId,
        /// 1 to 5.
        score: u8,
    },
    /// It came to another step of the journey.
    SessionStepEntered = "session.step_entered" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The session.
        session_id: SessionId,
        /// Which.
        step: Step,
    },
    /// Where the customer stands in a purchase is known, or not after all.
    SessionClassified = "session.classified" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The session.
        session_id: SessionId,
        /// Before, during or after it.
        stage: Option<Stage>,
    },
    /// Somebody outside has the turn, or has it no more.
    SessionWaiting = "session.waiting" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The session.
        session_id: SessionId,
        /// Whether they have it.
        on_third_party: bool,
    },
    /// A target will be missed if nothing happens.
    DeadlineWarned = "deadline.warned" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The session.
        session_id: SessionId,
        /// What is measured.
        metric: Metric,
        /// So much of the time is used.
        percent: u8,
        /// Agents who are to know.
        notify: Vec<AgentId>,
    },
    /// A target is missed.
    DeadlineMissed = "deadline.missed" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The session.
        session_id: SessionId,
        /// What is measured.
        metric: Metric,
        /// Agents who are to know.
        notify: Vec<AgentId>,
    },
    /// Something was said to a customer that is to be done.
    PromiseMade = "promise.made" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The promise.
        promise_id: PromiseId,
        /// Who sees to it.
        owner_id: Option<AgentId>,
    },
    /// Its text, its time or its owner is different.
    PromiseChanged = "promise.changed" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The promise.
        promise_id: PromiseId,
        /// Who sees to it.
        owner_id: Option<AgentId>,
    },
    /// It is due soon; its owner is reminded.
    PromiseDueSoon = "promise.due_soon" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The promise.
        promise_id: PromiseId,
        /// Who sees to it.
        owner_id: Option<AgentId>,
    },
    /// It was done.
    PromiseKept = "promise.kept" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The promise.
        promise_id: PromiseId,
        /// Who sees to it.
        owner_id: Option<AgentId>,
    },
    /// Its time is over; its owner is told.
    PromiseBroken = "promise.broken" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The promise.
        promise_id: PromiseId,
        /// Who sees to it.
        owner_id: Option<AgentId>,
    },
    /// It was taken back.
    PromiseCancelled = "promise.cancelled" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The promise.
        promise_id: PromiseId,
        /// Who sees to it.
        owner_id: Option<AgentId>,
    },
    /// An answer was written that is to be sent later.
    ScheduledMessageCreated = "scheduled_message.created" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The scheduled message.
        scheduled_message_id: ScheduledMessageId,
        /// In whose name it is sent.
        author_id: AgentId,
    },
    /// Its text or its time is different.
    ScheduledMessageChanged = "scheduled_message.changed" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The scheduled message.
        scheduled_message_id: ScheduledMessageId,
        /// In whose name it is sent.
        author_id: AgentId,
    },
    /// It was sent.
    ScheduledMessageSent = "scheduled_message.sent" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The scheduled message.
        scheduled_message_id: ScheduledMessageId,
        /// In whose name it was sent.
        author_id: AgentId,
        /// What it became.
        message_id: MessageId,
    },
    /// It was dropped.
    ScheduledMessageCancelled = "scheduled_message.cancelled" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The scheduled message.
        scheduled_message_id: ScheduledMessageId,
        /// In whose name it would have been sent.
        author_id: AgentId,
        /// Why: `by_agent` or `customer_replied`.
        reason: String,
    },
    /// It could not be sent; its author is told.
    ScheduledMessageFailed = "scheduled_message.failed" {
        /// The conversation.
        conversation_id: ConversationId,
        /// The scheduled message.
        scheduled_message_id: ScheduledMessageId,
        /// Who wrote it.
        author_id: AgentId,
        /// Why, as in `FailReason`.
        reason: String,
    },
    /// A contact was seen for the first time.
    ContactCreated = "contact.created" {
        /// The contact.
        contact_id: ContactId,
        /// The identity they came with.
        identity_id: IdentityId,
        /// Where.
        inbox_id: InboxId,
    },
    /// Something about a contact is different.
    ContactUpdated = "contact.updated" {
        /// The contact.
        contact_id: ContactId,
        /// Names of the fields, not their values.
        fields: Vec<String>,
    },
    /// An account was made.
    AccountCreated = "account.created" {
        /// The account.
        account_id: AccountId,
    },
    /// Something about an account is different.
    AccountUpdated = "account.updated" {
        /// The account.
        account_id: AccountId,
        /// Names of the fields, not their values.
        fields: Vec<String>,
    },
    /// The site has proven who a visitor is.
    ContactIdentified = "contact.identified" {
        /// The contact.
        contact_id: ContactId,
        /// The identity.
        identity_id: IdentityId,
    },
    /// A transcript was asked for.
    TranscriptRequested = "transcript.requested" {
        /// The conversation.
        conversation_id: ConversationId,
    },
    /// A setting changed.
    SettingChanged = "setting.changed" {
        /// What kind of thing.
        aggregate: Aggregate,
        /// Which one.
        id: Uuid,
        /// How.
        change: Change,
    },
    /// An agent's presence changed.
    AgentPresenceChanged = "agent.presence_changed" {
        /// The agent.
        agent_id: AgentId,
        /// `online`, `busy`, `break`, `away`, `offline`.
        presence: String,
    },
    /// Something could grow, or the plan against it got further.
    RiskWarningChanged = "risk_warning.changed" {
        /// The warning.
        risk_warning_id: RiskWarningId,
        /// Agents who are to know.
        notify: Vec<AgentId>,
    },
    /// Somebody logged in.
    LoggedIn = "login.succeeded" {
        /// The agent.
        agent_id: AgentId,
        /// The browser.
        login_session_id: LoginSessionId,
    },
    /// Log-in sessions ended before their time.
    LoggedOut = "login.ended" {
        /// The agent.
        agent_id: AgentId,
        /// One browser, or all of them.
        login_session_id: Option<LoginSessionId>,
    },
    /// A wrong password or code.
    LoginFailed = "login.failed" {
        /// The agent.
        agent_id: AgentId,
    },
    /// Too many wrong tries.
    LoginLocked = "login.locked" {
        /// The agent.
        agent_id: AgentId,
        /// Until when.
        until: Timestamp,
    },
    /// A password is different.
    PasswordChanged = "login.password_changed" {
        /// The agent.
        agent_id: AgentId,
    },
    /// The second factor was switched on or off.
    SecondFactorChanged = "login.second_factor_changed" {
        /// The agent.
        agent_id: AgentId,
        /// Whether it is on.
        is_on: bool,
    },
    /// A company began to use Zhiyin.
    WorkspaceCreated = "workspace.created" {
        /// The workspace.
        workspace_id: WorkspaceId,
    };

    queue items:
    /// Work stands in line.
    QueueItemEntered = "queue_item.entered",
    /// An agent is asked to take it.
    QueueItemOffered = "queue_item.offered",
    /// An agent took what they were offered.
    QueueItemAccepted = "queue_item.accepted",
    /// An agent did not want what they were offered.
    QueueItemDeclined = "queue_item.declined",
    /// An agent did not answer in time.
    QueueItemExpired = "queue_item.expired",
    /// An agent has it without having been asked.
    QueueItemAssigned = "queue_item.assigned",
    /// It was taken from an agent: back in line, or back with who had it.
    QueueItemReturned = "queue_item.returned",
    /// Somebody sent it on.
    QueueItemTransferred = "queue_item.transferred",
    /// Its place in line, its queue or its needs are different.
    QueueItemMoved = "queue_item.moved",
    /// It is over.
    QueueItemEnded = "queue_item.ended";

    cases:
    /// A case was opened; `what` is how it came.
    CaseCreated = "case.created",
    /// Its title, urgency, label, answers, team or customer are different.
    CaseChanged = "case.changed",
    /// It stands differently.
    CaseStatusChanged = "case.status_changed",
    /// Somebody is asked to take it over.
    CaseHandoverProposed = "case.handover_proposed",
    /// That was accepted, declined, withdrawn or not answered.
    CaseHandoverEnded = "case.handover_ended",
    /// Others are told of everything.
    CaseWatchersChanged = "case.watchers_changed",
    /// It is linked with other cases.
    CaseLinksChanged = "case.links_changed",
    /// It became part of another.
    CaseMerged = "case.merged",
    /// It stands for itself again.
    CaseUnmerged = "case.unmerged",
    /// It is linked with other conversations.
    CaseConversationsChanged = "case.conversations_changed",
    /// A step of its procedure began, was taken, done, approved or left.
    CaseStepChanged = "case.step_changed",
    /// Something happened to a task of the back office.
    CaseTaskChanged = "case.task_changed",
    /// Somebody wrote something down.
    CaseNoted = "case.noted",
    /// All its children get one answer.
    CaseAnswered = "case.answered",
    /// Somebody is reminded before a deadline.
    CaseReminded = "case.reminded",
    /// A deadline is over.
    CaseOverdue = "case.overdue",
    /// A deadline is over for so long that others are told.
    CaseEscalated = "case.escalated",
    /// The complaint has got further.
    CaseComplaintChanged = "case.complaint_changed",
    /// A gesture was asked for, decided, carried out or taken back.
    CaseRecoveryChanged = "case.recovery_changed",
    /// There is more evidence.
    CaseEvidenceAdded = "case.evidence_added",
    /// A call back was asked for, tried or finished.
    CaseFollowUpChanged = "case.follow_up_changed",
    /// A contact about the solution was written down.
    CaseContactDocumented = "case.contact_documented",
    /// It is part of something that could grow.
    CaseRiskWarned = "case.risk_warned",
}

//! What complaints, recovery, evidence and call backs have in common: their errors, who
//! acts, what is told to the customer, and what is kept of it.

use zhiyin_domain::actor::Actor;
use zhiyin_domain::cases::approvals::ApprovalError;
use zhiyin_domain::cases::case::{Case, CaseError as CaseRuleError};
use zhiyin_domain::cases::complaints::ComplaintError;
use zhiyin_domain::cases::evidence::AppendError;
use zhiyin_domain::cases::follow_up::FollowUpError;
use zhiyin_domain::cases::recovery::{CatalogueError, LimitsError, RecoveryError};
use zhiyin_domain::cases::severity::MatrixError;
use zhiyin_domain::ids::{AgentId, CaseId, ConversationId, MessageId};
use zhiyin_domain::message::MessageError;
use zhiyin_domain::permission::{Denied, Permission};
use zhiyin_store::cases::{self as store, talks};
use zhiyin_store::{StoreError, Tx, conversations};

use super::{CaseError, Happened, Setup, note_event, replan};
use crate::Context;
use crate::conversations::{ConversationError, NewMessage, Prepared, answer, check};

/// Why something with a complaint, a recovery, evidence, a call back or a warning was
/// refused.
#[derive(Debug, thiserror::Error)]
pub enum HandlingError {
    /// There is no such thing, or not one the caller may know of.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// Somebody else changed it.
    #[error("somebody else has changed it")]
    Stale,
    /// The case refused it.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// The complaint refused it.
    #[error(transparent)]
    Complaint(#[from] ComplaintError),
    /// The assessment of the complainant names a sign that no card has.
    #[error("a sign is on no card")]
    Sign,
    /// The severity matrix does not hold together.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
    /// The recovery refused it.
    #[error(transparent)]
    Recovery(#[from] RecoveryError),
    /// A merge made the case dearer than the people who were asked may approve.
    #[error(
        "with the cases that were merged it takes a higher level now; withdraw it and ask again"
    )]
    NeedsMore,
    /// The limits do not hold together.
    #[error(transparent)]
    Limits(#[from] LimitsError),
    /// The catalogue does not hold together.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The evidence refused it.
    #[error(transparent)]
    Evidence(#[from] AppendError),
    /// The installation has no key to seal evidence with.
    #[error("there is no key to seal evidence with")]
    NoSealKey,
    /// The call back refused it.
    #[error(transparent)]
    FollowUp(#[from] FollowUpError),
    /// A setting or an input does not hold together.
    #[error("{detail}")]
    Invalid {
        /// Where, as a JSON pointer into the body.
        path: &'static str,
        /// What is wrong.
        detail: String,
    },
    /// The site has not proven who the visitor is.
    #[error("the site has not proven who this is")]
    NotVerified,
    /// Steps of the plan are open.
    #[error("{0} steps of the plan are open; tick them off first")]
    OpenSteps(usize),
    /// The words cannot be sent.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// The conversation refused it.
    #[error(transparent)]
    Conversation(#[from] ConversationError),
    /// The caller may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<CaseRuleError> for HandlingError {
    fn from(error: CaseRuleError) -> Self {
        Self::Case(error.into())
    }
}

impl From<ApprovalError> for HandlingError {
    fn from(error: ApprovalError) -> Self {
        Self::Recovery(error.into())
    }
}

/// What goes on in a merged case goes on in the other.
pub(super) fn alive(case: &Case) -> Result<(), HandlingError> {
    match case.merged_into {
        None => Ok(()),
        Some(_) => Err(CaseRuleError::Merged.into()),
    }
}

/// Who did it: the agent who acts, else whoever answers for the case.
pub(super) fn doer(ctx: &Context, case: &Case) -> AgentId {
    ctx.actor().agent().unwrap_or_else(|| case.owner_id())
}

/// The case that goes on, locked: `id` or the one it was merged into. A merge in between
/// shows as a conflict, and the command runs again.
pub(super) fn lock_root(tx: &mut Tx<'_>, id: CaseId) -> Result<Case, HandlingError> {
    let root = store::root(tx, id)?;
    let case = store::get_for_update(tx, root)?.ok_or(HandlingError::NotFound("case"))?;
    if case.merged_into.is_some() || store::root(tx, id)? != root {
        return Err(StoreError::conflict("cases").into());
    }
    Ok(case)
}

/// Keeps what happened beside a case: history, event, deadlines.
pub(super) struct Beside<'a> {
    /// The case.
    pub case: &'a Case,
    /// The event.
    pub kind: &'static str,
    /// What, as a code.
    pub what: String,
    /// Words for the history; sealed.
    pub text: Option<String>,
    /// Who is told besides nobody.
    pub notify: Vec<AgentId>,
}

/// Writes it down and brings deadlines in line.
pub(super) fn happened(
    tx: &mut Tx<'_>,
    ctx: &Context,
    setup: &Setup,
    it: Beside<'_>,
) -> Result<(), HandlingError> {
    let happened = Happened {
        kind: it.kind,
        task_id: None,
        notify: it.notify,
        what: it.what,
        text: it.text,
    };
    note_event(tx, ctx, it.case, happened)?;
    replan(tx, ctx, setup, it.case)?;
    Ok(())
}

/// A public message of these words, ready to be sent.
pub fn words(text: &str) -> Result<Prepared, MessageError> {
    NewMessage {
        client_id: None,
        kind: zhiyin_domain::message::MessageKind::Text,
        text: text.to_owned(),
        reply_to_id: None,
        attachment_ids: Vec::new(),
        mentions: Vec::new(),
    }
    .prepare()
}

/// The conversations of a case and all that is merged into it, the newest link first.
pub(super) fn conversations_of(
    tx: &mut Tx<'_>,
    case: CaseId,
) -> Result<Vec<ConversationId>, StoreError> {
    let family = store::family(tx, case)?;
    let mut links = talks::of_case(tx, &family)?;
    links.sort_by_key(|(_, id, at)| std::cmp::Reverse((*at, *id)));
    let mut seen = std::collections::BTreeSet::new();
    Ok(links
        .into_iter()
        .map(|(_, id, _)| id)
        .filter(|id| seen.insert(*id))
        .collect())
}

/// Says something to the customer in the newest conversation of the case that the caller
/// may answer in. None if there is no such conversation.
pub(super) fn say(
    tx: &mut Tx<'_>,
    ctx: &Context,
    case: &Case,
    prepared: &Prepared,
) -> Result<Option<MessageId>, HandlingError> {
    for id in conversations_of(tx, case.id)? {
        let Some(conversation) = conversations::get_for_update(tx, id)? else {
            continue;
        };
        if check(ctx, &conversation, Permission::Reply).is_err() {
            continue;
        }
        let posted = answer(tx, ctx, &conversation, prepared)?;
        return Ok(Some(posted.message.id));
    }
    Ok(None)
}

/// The one who acts, as an agent; programs decide nothing that takes a person.
pub(super) fn person(ctx: &Context, permission: Permission) -> Result<AgentId, HandlingError> {
    match ctx.actor() {
        Actor::Agent(agent) => Ok(*agent),
        Actor::Visitor(_) | Actor::App(_) | Actor::Bot | Actor::System(_) => {
            Err(Denied { permission }.into())
        }
    }
}

//! One action on one conversation, by the use cases that an agent's hands use.

use std::time::Duration;

use serde_json::json;
use zhiyin_domain::automation::{Action, ActionOutcome};
use zhiyin_domain::cases::case::Source;
use zhiyin_domain::conversation::{Assignment, Conversation, ConversationStatus};
use zhiyin_domain::ids::{AgentId, ConversationId, PhraseId, TeamId, WebhookId};
use zhiyin_domain::message::{MessageError, MessageKind};
use zhiyin_domain::permission::{Denied, Permission};
use zhiyin_domain::webhook::Webhook;
use zhiyin_store::conversations::{self as store, sessions};
use zhiyin_store::identity::workspaces;
use zhiyin_store::{StoreError, Tx, phrases, webhooks};

use crate::cases::{CaseError, NewCase};
use crate::conversations::{self, ConversationError, NewMessage};
use crate::routing::{self, RoutingError};
use crate::webhooks::{Told, tell};
use crate::{Context, phrases as phrase_texts};

/// What a webhook that is called by a rule or a macro hears.
const EVENT_TYPE: &str = "automation.triggered";

/// Why an action was not done.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The conversation is not there, or not for the caller to know of.
    #[error("no such conversation")]
    NotFound,
    /// The permission is missing.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// It is not possible now, or names something that is gone.
    #[error("{0}")]
    Impossible(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<ConversationError> for Refused {
    fn from(error: ConversationError) -> Self {
        match error {
            ConversationError::NotFound(_) => Self::NotFound,
            ConversationError::Denied(denied) => Self::Denied(denied),
            ConversationError::Store(source) => Self::Store(source),
            other => Self::Impossible(other.to_string()),
        }
    }
}

impl From<RoutingError> for Refused {
    fn from(error: RoutingError) -> Self {
        match error {
            RoutingError::Denied(denied) => Self::Denied(denied),
            RoutingError::Store(source) => Self::Store(source),
            RoutingError::Conversation(error) => error.into(),
            other => Self::Impossible(other.to_string()),
        }
    }
}

impl From<CaseError> for Refused {
    fn from(error: CaseError) -> Self {
        match error {
            CaseError::Denied(denied) => Self::Denied(denied),
            CaseError::Store(source) => Self::Store(source),
            other => Self::Impossible(other.to_string()),
        }
    }
}

impl From<MessageError> for Refused {
    fn from(error: MessageError) -> Self {
        Self::Impossible(error.to_string())
    }
}

/// On whose account something is done, for the webhook that is told.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    /// Identifier of rule or macro.
    pub id: String,
    /// What people call it.
    pub name: String,
}

/// Does one action. The caller has a savepoint, since what was begun may have to be undone.
pub(super) fn act(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    action: &Action,
    origin: &Origin,
) -> Result<ActionOutcome, Refused> {
    let permission = match action {
        // Whoever saved it was allowed to; the use case asks for the rest.
        Action::CallWebhook { .. } | Action::CreateCase { .. } => Permission::ReadConversations,
        other => other.permission(),
    };
    let before = conversations::load(tx, ctx, id, permission)?;
    match action {
        Action::AskRating {} => ask_rating(tx, ctx, id),
        Action::CallWebhook { webhook_id } => call_webhook(tx, ctx, &before, *webhook_id, origin),
        Action::CreateCase {
            case_type_id,
            title,
            owner_id,
        } => {
            let new = NewCase {
                type_id: Some(*case_type_id),
                title: fill(tx, ctx, title, id)?,
                source: Source::Rule,
                owner_id: Some(*owner_id),
                conversation_ids: vec![id],
                ..NewCase::default()
            };
            crate::cases::create(tx, ctx, &new)?;
            Ok(ActionOutcome::Done)
        }
        Action::Note { text } => write(tx, ctx, id, MessageKind::Note, text),
        Action::Send { text } => write(tx, ctx, id, MessageKind::Text, text),
        Action::SendPhrase { phrase_id } => send_phrase(tx, ctx, id, *phrase_id),
        Action::Assign { .. }
        | Action::Queue { .. }
        | Action::AddTags { .. }
        | Action::RemoveTags { .. }
        | Action::SetPriority { .. }
        | Action::Snooze { .. }
        | Action::Resolve {}
        | Action::Reopen {} => change(tx, ctx, before, action),
    }
}

/// Changes the conversation itself; nothing happens where it is so already.
fn change(
    tx: &mut Tx<'_>,
    ctx: &Context,
    before: Conversation,
    action: &Action,
) -> Result<ActionOutcome, Refused> {
    let (id, version) = (before.id, before.version);
    match action {
        Action::Assign { agent_id, team_id } => {
            let to = assignment(&before, *agent_id, *team_id);
            conversations::assign(tx, ctx, id, to, None)?;
        }
        Action::Queue { queue_id } => {
            routing::enqueue(tx, ctx, id, *queue_id, (Vec::new(), None))?;
        }
        Action::AddTags { tag_ids } => {
            let tags = before.tag_ids.iter().chain(tag_ids).copied();
            conversations::set_tags(tx, ctx, id, tags.collect())?;
        }
        Action::RemoveTags { tag_ids } => {
            let mut tags = before.tag_ids;
            tags.retain(|tag| !tag_ids.contains(tag));
            conversations::set_tags(tx, ctx, id, tags)?;
        }
        Action::SetPriority { priority } => {
            conversations::set_priority(tx, ctx, id, *priority)?;
        }
        Action::Snooze { minutes } => {
            let until = ctx
                .now()
                .plus(Duration::from_secs(u64::from(*minutes) * 60));
            conversations::snooze(tx, ctx, id, until)?;
        }
        Action::Resolve {} => {
            if !matches!(before.status, ConversationStatus::Resolved { .. }) {
                conversations::resolve(tx, ctx, id)?;
            }
        }
        Action::Reopen {} => {
            if !matches!(before.status, ConversationStatus::Open) {
                conversations::reopen(tx, ctx, id)?;
            }
        }
        // These leave the conversation as it is, or write into it.
        Action::Note { .. }
        | Action::Send { .. }
        | Action::SendPhrase { .. }
        | Action::AskRating {}
        | Action::CallWebhook { .. }
        | Action::CreateCase { .. } => {}
    }
    let after = store::get(tx, id)?.ok_or(Refused::NotFound)?;
    Ok(if after.version == version {
        ActionOutcome::Nothing
    } else {
        ActionOutcome::Done
    })
}

/// An agent alone leaves the team as it is; a team alone takes it from the agent.
fn assignment(
    before: &Conversation,
    agent_id: Option<AgentId>,
    team_id: Option<TeamId>,
) -> Assignment {
    let team_id = match (agent_id, team_id) {
        (Some(_), None) => before.team_id,
        (_, team_id) => team_id,
    };
    Assignment { agent_id, team_id }
}

fn fill(tx: &mut Tx<'_>, ctx: &Context, text: &str, id: ConversationId) -> Result<String, Refused> {
    let locale = workspaces::load(tx)?.locale;
    Ok(phrase_texts::fill(tx, ctx, text, locale, id)?)
}

fn write(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    kind: MessageKind,
    text: &str,
) -> Result<ActionOutcome, Refused> {
    let text = fill(tx, ctx, text, id)?;
    post(tx, ctx, id, kind, text)
}

fn post(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    kind: MessageKind,
    text: String,
) -> Result<ActionOutcome, Refused> {
    let prepared = NewMessage {
        client_id: None,
        kind,
        text,
        reply_to_id: None,
        attachment_ids: Vec::new(),
        mentions: Vec::new(),
    }
    .prepare()?;
    conversations::post_message(tx, ctx, id, &prepared)?;
    Ok(ActionOutcome::Done)
}

fn send_phrase(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    phrase: PhraseId,
) -> Result<ActionOutcome, Refused> {
    let gone = || Refused::Impossible("no such shared phrase".to_owned());
    let found = phrases::get(tx, phrase)?.filter(|it| it.agent_id.is_none());
    let found = found.ok_or_else(gone)?;
    let text = phrase_texts::fill(tx, ctx, &found.text, found.locale, id)?;
    phrases::count_use(tx, phrase)?;
    post(tx, ctx, id, MessageKind::Text, text)
}

/// The customer is shown the question where they see the conversation next; one that was rated,
/// or asked already, is left as it is.
fn ask_rating(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
) -> Result<ActionOutcome, Refused> {
    let session = sessions::last_resolved(tx, id)?
        .ok_or_else(|| Refused::Impossible("no session has ended yet".to_owned()))?;
    if session.rating.is_some() || session.rating_asked_at.is_some() {
        return Ok(ActionOutcome::Nothing);
    }
    sessions::save(tx, session.ask_rating(ctx.now()))?;
    Ok(ActionOutcome::Done)
}

fn call_webhook(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: &Conversation,
    id: WebhookId,
    origin: &Origin,
) -> Result<ActionOutcome, Refused> {
    let webhook = webhooks::get(tx, id)?.filter(Webhook::is_enabled);
    let webhook =
        webhook.ok_or_else(|| Refused::Impossible("the webhook is gone or disabled".to_owned()))?;
    let body = json!({
        "type": EVENT_TYPE,
        "timestamp": ctx.now(),
        "data": {
            "workspace_id": ctx.workspace(),
            "automation": { "id": origin.id, "name": origin.name },
            "conversation": {
                "id": conversation.id,
                "number": conversation.number,
                "inbox_id": conversation.inbox_id,
                "contact_id": conversation.contact_id,
                "assignee_id": conversation.assignee_id,
                "team_id": conversation.team_id,
                "status": conversation.status.as_str(),
                "priority": conversation.priority.as_str(),
                "tag_ids": conversation.tag_ids,
            },
        },
    });
    let told = Told {
        event_type: EVENT_TYPE,
        event_seq: None,
        message_id: None,
        body: &body.to_string(),
    };
    tell(tx, ctx, webhook.id, &told)?;
    Ok(ActionOutcome::Done)
}

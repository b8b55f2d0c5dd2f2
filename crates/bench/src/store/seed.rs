//! A workspace to measure in: agents, an inbox, customers, and conversations by the
//! hundred thousand, written with the functions of the store in large transactions.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use zhiyin_app::Context;
use zhiyin_app::{Credential, Principal};
use zhiyin_domain::actor::Actor;
use zhiyin_domain::contact::{Attributes, Contact, Identity, IdentityKind, Personal, VisitContext};
use zhiyin_domain::conversation::{
    Conversation, ConversationStatus, Handler, LastMessage, Priority,
};
use zhiyin_domain::identity::agent::Agent;
use zhiyin_domain::identity::workspace::Workspace;
use zhiyin_domain::ids::{AgentId, InboxId, TypedId, WorkspaceId};
use zhiyin_domain::inbox::{Channel, Inbox, WidgetSettings};
use zhiyin_domain::limits::{FIRST_RESPONSE_DEFAULT, PREVIEW_CHARS_MAX};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::message::{Author, Content, Delivery, Message, MessageKind};
use zhiyin_domain::permission::Access;
use zhiyin_domain::session::{Resolution, Session, Step};
use zhiyin_domain::standards::{Metric, NextDeadline};
use zhiyin_domain::time::Timestamp;
use zhiyin_ports::system::{SystemClock, SystemIds, SystemRng};
use zhiyin_ports::{Clock as _, IdSource as _};
use zhiyin_store::widget::Visitor;
use zhiyin_store::{Store, StoreError, Tx, contacts, conversations, identity, inboxes, search};

use super::texts::{Dice, Texts};
use crate::progress;

/// Agents of the workspace.
const AGENTS: usize = 50;
/// Conversations written in one transaction.
const BATCH: usize = 2_000;

/// A workspace to measure in.
#[derive(Clone)]
pub struct Ground {
    pub store: Store,
    pub workspace: WorkspaceId,
    pub inbox: InboxId,
    pub agents: Vec<AgentId>,
}

pub fn id<T: TypedId>() -> T {
    T::from_uuid(SystemIds.uuid())
}

pub fn now() -> Timestamp {
    SystemClock.now()
}

/// The context in which a visitor writes, as the HTTP surface makes it.
pub fn visitor_context(visitor: &Visitor) -> Context {
    let principal = Principal {
        workspace: visitor.workspace,
        actor: Actor::Visitor(visitor.identity_id),
        access: Arc::new(Access::default()),
        credential: Credential::Visitor(visitor.token_id),
        request_id: Some("0190163d8694739b8a3a1f6d0a0b0c0d".to_owned()),
        causes: Vec::new(),
    };
    Context::new(&principal, now(), Arc::new(SystemIds), Arc::new(SystemRng))
}

impl Ground {
    /// Makes a workspace with an inbox and agents.
    pub fn make(store: Store) -> Result<Self> {
        let workspace = Workspace {
            id: id(),
            slug: "bench".parse()?,
            name: "Benchmark".parse()?,
            locale: Locale::ZhCn,
            time_zone: "Asia/Shanghai".parse()?,
            created_at: now(),
            version: 1,
        };
        let ground = Self {
            store,
            workspace: workspace.id,
            inbox: id(),
            agents: (0..AGENTS).map(|_| id()).collect(),
        };
        ground.store.write_system_blocking(move |system| {
            identity::workspaces::insert(system, &workspace)
        })?;
        let parts = ground.clone();
        ground
            .store
            .write_blocking(ground.workspace, move |tx| parts.people(tx))?;
        Ok(ground)
    }

    fn people(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        for (number, agent) in self.agents.iter().enumerate() {
            let email = format!("agent{number}@bench.example");
            let agent = Agent::new(
                *agent,
                email.parse().map_err(StoreError::database)?,
                "Agent".parse().map_err(StoreError::database)?,
                Locale::ZhCn,
                now(),
            );
            identity::agents::insert(tx, &agent, None)?;
        }
        let inbox = Inbox {
            id: self.inbox,
            number: 1,
            name: "Shop".to_owned(),
            channel: Channel::Web,
            key: "bench".to_owned(),
            is_enabled: true,
            allowed_domains: Vec::new(),
            settings: WidgetSettings::default(),
            routing: zhiyin_domain::routing::InboxRouting::default(),
            created_at: now(),
            version: 1,
        };
        inboxes::insert(tx, &inbox)
    }

    /// Adds customers who have not written yet.
    pub fn visitors(&self, count: usize) -> Result<Vec<Visitor>> {
        let inbox = self.inbox;
        let mut all = Vec::with_capacity(count);
        while all.len() < count {
            let size = BATCH.min(count - all.len());
            all.extend(self.store.write_blocking(self.workspace, move |tx| {
                (0..size)
                    .map(|_| visitor(tx, inbox))
                    .collect::<Result<Vec<_>, StoreError>>()
            })?);
        }
        Ok(all)
    }

    /// Fills the inbox: `count` conversations with a session and a message each, one in
    /// fifty open, written over the last two years.
    pub fn fill(&self, count: usize) -> Result<Filled> {
        let started = Instant::now();
        let mut filled = Filled::default();
        let texts = Arc::new(Texts::new());
        let end = now();
        let age = Duration::from_hours(2 * 365 * 24);
        let begin = end.as_micros() - i64::try_from(age.as_micros())?;
        let step = i64::try_from(age.as_micros())? / i64::try_from(count.max(1))?;
        let mut first = 0;
        while first < count {
            let size = BATCH.min(count - first);
            let (ground, texts) = (self.clone(), Arc::clone(&texts));
            let written = self
                .store
                .write_blocking(self.workspace, move |tx| {
                    (first..first + size)
                        .map(|number| {
                            let at = Timestamp::from_micros(begin + step * i64_of(number));
                            ground.conversation(tx, &texts, number, at)
                        })
                        .collect::<Result<Vec<_>, StoreError>>()
                })
                .context("cannot fill the database")?;
            filled.open.extend(written.into_iter().flatten());
            first += size;
            if first.is_multiple_of(100_000) || first == count {
                let seconds = started.elapsed().as_secs();
                progress(&format!(
                    "filled {first} of {count} conversations, {seconds} s"
                ));
            }
        }
        Ok(filled)
    }

    /// Writes one conversation; gives the customer if it is open.
    fn conversation(
        &self,
        tx: &mut Tx<'_>,
        texts: &Texts,
        number: usize,
        at: Timestamp,
    ) -> Result<Option<Visitor>, StoreError> {
        let mut dice = Dice::new(u64::try_from(number).unwrap_or(0));
        let visitor = visitor(tx, self.inbox)?;
        let assignee = (dice.below(4) > 0).then(|| *dice.pick(&self.agents));
        let by = assignee.map_or(Actor::Bot, Actor::Agent);
        let is_open = dice.below(50) == 0;
        let text = texts.message(&mut dice);
        let tokens = zhiyin_language::index_tokens(&text);
        let message = message(&visitor, text, at);
        let conversation = Conversation {
            id: message.conversation_id,
            number: i64_of(number) + 1,
            inbox_id: self.inbox,
            contact_id: visitor.contact_id,
            identity_id: visitor.identity_id,
            channel: Channel::Web,
            status: if is_open {
                ConversationStatus::Open
            } else {
                ConversationStatus::Resolved { at, by: by.clone() }
            },
            handler: if is_open {
                Handler::Human
            } else {
                Handler::None
            },
            assignee_id: assignee,
            team_id: None,
            priority: Priority::Normal,
            tag_ids: Vec::new(),
            session_id: Some(message.session_id),
            session_count: 1,
            last_seq: 1,
            last_message: Some(last(&message)),
            last_activity_at: at,
            waiting_since: is_open.then_some(at),
            deadline: is_open.then(|| NextDeadline {
                metric: Metric::FirstResponse,
                due_at: Some(at.plus(FIRST_RESPONSE_DEFAULT)),
                is_breached: true,
            }),
            unread_count: i64::from(is_open),
            contact_seen_seq: 1,
            agent_seen_seq: i64::from(!is_open),
            created_at: at,
            version: 1,
        };
        conversations::insert(tx, &conversation)?;
        conversations::sessions::insert(tx, &session(&conversation, &message, by))?;
        let position = conversations::messages::insert(tx, &message)?;
        search::index_message(tx, position, self.inbox, conversation.id, &tokens)?;
        Ok(is_open.then_some(visitor))
    }
}

/// What [`Ground::fill`] has written.
#[derive(Default)]
pub struct Filled {
    /// Customers with an open conversation.
    pub open: Vec<Visitor>,
}

fn i64_of(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn visitor(tx: &mut Tx<'_>, inbox: InboxId) -> Result<Visitor, StoreError> {
    let contact = Contact {
        id: id(),
        account_id: None,
        personal: Personal {
            name: "王小明".to_owned(),
            ..Personal::default()
        },
        locale: "zh-CN".to_owned(),
        attributes: Attributes::new(),
        context: VisitContext::default(),
        is_verified: false,
        is_blocked: false,
        tier: zhiyin_domain::tier::Tier::BASE,
        dedicated_agent_id: None,
        created_at: now(),
        last_seen_at: now(),
        version: 1,
    };
    contacts::insert(tx, &contact)?;
    let identity = Identity {
        id: id(),
        inbox_id: inbox,
        contact_id: contact.id,
        kind: IdentityKind::Anonymous,
        external_id: format!("anonymous:{}", contact.id),
        created_at: now(),
    };
    contacts::insert_identity(tx, &identity)?;
    Ok(Visitor {
        workspace: tx.workspace(),
        token_id: id(),
        inbox_id: inbox,
        identity_id: identity.id,
        contact_id: contact.id,
        is_blocked: false,
        is_enabled: true,
        expires_at: now().plus(Duration::from_hours(1)),
    })
}

fn message(visitor: &Visitor, text: String, at: Timestamp) -> Message {
    Message {
        id: id(),
        conversation_id: id(),
        session_id: id(),
        seq: 1,
        kind: MessageKind::Text,
        author: Author::Contact(visitor.contact_id),
        text,
        content: Content::default(),
        reply_to_id: None,
        client_id: None,
        external_id: None,
        delivery: Delivery::Sent,
        created_at: at,
        edited_at: None,
        recalled_at: None,
        revision: 1,
    }
}

fn last(message: &Message) -> LastMessage {
    LastMessage {
        id: message.id,
        seq: message.seq,
        author_kind: message.author.kind().to_owned(),
        agent_id: None,
        is_note: false,
        preview: message.text.chars().take(PREVIEW_CHARS_MAX).collect(),
        attachments: 0,
        at: message.created_at,
    }
}

fn session(conversation: &Conversation, message: &Message, by: Actor) -> Session {
    let at = message.created_at;
    let is_open = matches!(conversation.status, ConversationStatus::Open);
    Session {
        id: message.session_id,
        conversation_id: conversation.id,
        inbox_id: conversation.inbox_id,
        contact_id: conversation.contact_id,
        number: 1,
        step: Step::Entry,
        step_at: at,
        opened_at: at,
        first_response_at: None,
        first_response_by: None,
        first_response_due_at: None,
        resolved: (!is_open).then_some(Resolution { at, by }),
        assignee_id: conversation.assignee_id,
        contact_messages: 1,
        agent_messages: 0,
        rating_asked_at: None,
        rating: None,
        stage: None,
        language: None,
        topic_id: None,
        version: 1,
    }
}

//! A floor to test on: inboxes, a contact in each conversation, messages by their terms.

use zhiyin_domain::contact::{Contact, Identity, IdentityKind, Personal, VisitContext};
use zhiyin_domain::conversation::{Conversation, ConversationStatus, Handler, Priority};
use zhiyin_domain::identity::agent::Agent;
use zhiyin_domain::identity::team::Team;
use zhiyin_domain::ids::{
    AgentId, ContactId, ConversationId, IdentityId, InboxId, MessageId, SessionId, TeamId, TypedId,
    WorkspaceId,
};
use zhiyin_domain::inbox::{Channel, Inbox, WidgetSettings};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::message::{Author, Content, Delivery, Message, MessageKind};
use zhiyin_domain::search::Token;
use zhiyin_domain::session::{Session, Step};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::{Store, StoreError, Tx, contacts, conversations, identity, inboxes, search};

use crate::harness::uuid;

/// A workspace with people and places in it.
pub struct Floor<'a> {
    pub store: &'a Store,
    pub workspace: WorkspaceId,
}

/// An identifier that is never given twice.
pub fn id<T: TypedId>() -> T {
    T::from_uuid(uuid())
}

/// A moment, `n` seconds into the test.
pub fn at(n: i64) -> Timestamp {
    Timestamp::from_micros(1_700_000_000_000_000 + n * 1_000_000)
}

/// Terms one after the other.
pub fn tokens(terms: &str) -> Vec<Token> {
    let token = |(position, term): (u32, &str)| Token {
        term: term.to_owned(),
        position,
    };
    (0..).zip(terms.split(' ')).map(token).collect()
}

impl<'a> Floor<'a> {
    pub fn new(store: &'a crate::harness::TestStore) -> Self {
        Self {
            workspace: store.workspace(),
            store,
        }
    }

    /// Runs a closure that must succeed.
    pub fn run<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.store
            .write_blocking(self.workspace, f)
            .expect("a transaction that succeeds")
    }

    pub fn inbox(&self) -> InboxId {
        let id = id();
        self.run(move |tx| {
            let inbox = Inbox {
                id,
                number: inboxes::next_number(tx, "inbox")?,
                name: "Shop".to_owned(),
                channel: Channel::Web,
                key: id.to_string(),
                is_enabled: true,
                allowed_domains: Vec::new(),
                settings: WidgetSettings::default(),
                routing: zhiyin_domain::routing::InboxRouting::default(),
                created_at: at(0),
                version: 1,
            };
            inboxes::insert(tx, &inbox)?;
            Ok(id)
        })
    }

    pub fn agent(&self) -> AgentId {
        let id: AgentId = id();
        let email = format!("{id}@example.com").parse().expect("an address");
        let name = "李娜".parse().expect("a name");
        let agent = Agent::new(id, email, name, Locale::ZhCn, at(0));
        self.run(move |tx| identity::agents::insert(tx, &agent, None));
        id
    }

    pub fn team(&self) -> TeamId {
        let team = Team {
            id: id(),
            name: "后台".parse().expect("a name"),
            members: [].into(),
            calendar_id: None,
            created_at: at(0),
            version: 1,
        };
        let id = team.id;
        self.run(move |tx| identity::teams::insert(tx, &team));
        id
    }

    /// A conversation with a contact of its own.
    pub fn conversation(
        &self,
        inbox: InboxId,
        assignee: Option<AgentId>,
        team: Option<TeamId>,
    ) -> Conversation {
        let contact = contact();
        let identity = Identity {
            id: id(),
            inbox_id: inbox,
            contact_id: contact.id,
            kind: IdentityKind::Anonymous,
            external_id: uuid().to_string(),
            created_at: at(0),
        };
        let conversation = conversation(inbox, contact.id, identity.id, (assignee, team), id());
        self.run(move |tx| {
            contacts::insert(tx, &contact)?;
            contacts::insert_identity(tx, &identity)?;
            let number = inboxes::next_number(tx, "conversation")?;
            let conversation = Conversation {
                number,
                ..conversation.clone()
            };
            conversations::insert(tx, &conversation)?;
            conversations::sessions::insert(tx, &session(&conversation))?;
            Ok(conversation)
        })
    }

    /// Says something in a conversation; gives its position.
    pub fn say(&self, to: &Conversation, seq: i64, terms: &str) -> i64 {
        let message = message(to, seq);
        let (inbox, id, tokens) = (to.inbox_id, to.id, tokens(terms));
        self.run(move |tx| {
            let position = conversations::messages::insert(tx, &message)?;
            search::index_message(tx, position, inbox, id, &tokens)?;
            Ok(position)
        })
    }
}

/// A contact nothing is known of.
pub fn contact() -> Contact {
    Contact {
        id: id(),
        account_id: None,
        personal: Personal::default(),
        locale: "zh-CN".to_owned(),
        attributes: [].into(),
        context: VisitContext::default(),
        is_verified: false,
        is_blocked: false,
        tier: zhiyin_domain::tier::Tier::BASE,
        dedicated_agent_id: None,
        created_at: at(0),
        last_seen_at: at(0),
        version: 1,
    }
}

fn conversation(
    inbox_id: InboxId,
    contact_id: ContactId,
    identity_id: IdentityId,
    (assignee_id, team_id): (Option<AgentId>, Option<TeamId>),
    id: ConversationId,
) -> Conversation {
    Conversation {
        id,
        number: 0,
        inbox_id,
        contact_id,
        identity_id,
        channel: Channel::Web,
        status: ConversationStatus::Open,
        handler: Handler::Queued,
        assignee_id,
        team_id,
        priority: Priority::Normal,
        tag_ids: Vec::new(),
        session_id: Some(SessionId::from_uuid(uuid())),
        session_count: 1,
        last_seq: 0,
        last_message: None,
        last_activity_at: at(0),
        waiting_since: None,
        deadline: None,
        unread_count: 0,
        contact_seen_seq: 0,
        agent_seen_seq: 0,
        created_at: at(0),
        version: 1,
    }
}

fn session(of: &Conversation) -> Session {
    Session {
        id: of.session_id.expect("the floor's conversations have one"),
        conversation_id: of.id,
        inbox_id: of.inbox_id,
        contact_id: of.contact_id,
        number: 1,
        step: Step::Entry,
        step_at: at(0),
        opened_at: at(0),
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

fn message(of: &Conversation, seq: i64) -> Message {
    Message {
        id: id::<MessageId>(),
        conversation_id: of.id,
        session_id: of.session_id.expect("the floor's conversations have one"),
        seq,
        kind: MessageKind::Text,
        author: Author::Contact(of.contact_id),
        text: "…".to_owned(),
        content: Content::default(),
        reply_to_id: None,
        client_id: None,
        external_id: None,
        delivery: Delivery::Sent,
        created_at: at(seq),
        edited_at: None,
        recalled_at: None,
        revision: 1,
    }
}

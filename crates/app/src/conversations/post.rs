//! The one path on which a message enters a conversation.
//!
//! [`record`] gives it its place, opens a session when none is open, brings a resolved or
//! snoozed conversation back when the customer writes, updates the list row and the
//! session, indexes the text and appends the events: one transaction, all or nothing.

use zhiyin_domain::actor::Actor;
use zhiyin_domain::conversation::{Assignment, Conversation, ConversationStatus, Handler};
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::{ConversationId, SessionId};
use zhiyin_domain::inbox::Channel;
use zhiyin_domain::message::{Author, Content, Delivery, Message, MessageKind, SystemLine};
use zhiyin_domain::permission::Permission;
use zhiyin_domain::session::{Session, Step};
use zhiyin_store::{Tx, conversations as store};

use super::happenings::{Happening, happened_since};
use super::prepared::{Mailing, Prepared};
use super::{ConversationError, check};
use crate::Context;
use crate::email::MailRefusal;

/// The answer to a send.
#[derive(Debug, Clone)]
pub struct Posted {
    /// The message, new or as it was sent before.
    pub message: Message,
    /// Whether this send was a repeat.
    pub is_repeat: bool,
}

/// An agent or an app answers, or an agent leaves a note.
///
/// An answer to a conversation nobody has makes the agent responsible for it; one to a
/// resolved conversation opens a new session.
pub fn post_message(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    prepared: &Prepared,
) -> Result<Posted, ConversationError> {
    let conversation = store::get_for_update(tx, id)?.ok_or(ConversationError::NotFound(id))?;
    let permission = match prepared.kind {
        MessageKind::Note => Permission::WriteNotes,
        MessageKind::Text | MessageKind::System => Permission::Reply,
    };
    check(ctx, &conversation, permission)?;
    let posted = answer(tx, ctx, &conversation, prepared)?;
    if let (false, Author::Agent(agent)) = (posted.is_repeat, posted.message.author) {
        store::delete_draft(tx, id, agent, prepared.kind.as_str())?;
    }
    Ok(posted)
}

/// [`post_message`] after all checks. What the agent is typing meanwhile stays.
pub(crate) fn answer(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: &Conversation,
    prepared: &Prepared,
) -> Result<Posted, ConversationError> {
    let author = match ctx.actor() {
        Actor::Agent(agent) => Author::Agent(*agent),
        Actor::App(token) => Author::App(*token),
        Actor::Bot => Author::Bot,
        Actor::Visitor(_) | Actor::System(_) => Author::System,
    };
    if let Some(message) = repeat(tx, conversation.id, author, prepared)? {
        return Ok(Posted {
            message,
            is_repeat: true,
        });
    }
    let takes_over = prepared.kind == MessageKind::Text && conversation.assignee_id.is_none();
    let recorded = record(tx, ctx, conversation, author, prepared)?;
    if let (true, Author::Agent(agent)) = (takes_over, author) {
        let to = Assignment {
            agent_id: Some(agent),
            team_id: recorded.conversation.team_id,
        };
        super::status::assign_as(tx, ctx, recorded.conversation, to)?;
    }
    Ok(Posted {
        message: recorded.message,
        is_repeat: false,
    })
}

/// The message this sender has sent under the same client id, if it is a repeat.
pub(crate) fn repeat(
    tx: &mut Tx<'_>,
    id: ConversationId,
    author: Author,
    prepared: &Prepared,
) -> Result<Option<Message>, ConversationError> {
    match &prepared.client_id {
        None => Ok(None),
        Some(client_id) => Ok(store::messages::find_by_client_id(
            tx, id, author, client_id,
        )?),
    }
}

/// What [`record`] has changed.
pub(crate) struct Recorded {
    pub conversation: Conversation,
    pub message: Message,
}

/// Takes a message in. The caller holds the conversation and has checked who writes.
pub(crate) fn record(
    tx: &mut Tx<'_>,
    ctx: &Context,
    before: &Conversation,
    author: Author,
    prepared: &Prepared,
) -> Result<Recorded, ConversationError> {
    let mut conversation = before.clone();
    let is_public = prepared.kind == MessageKind::Text;
    if is_public {
        conversation = bring_back(tx, ctx, conversation, author)?;
    }
    let (mut session, is_new_session) = present_session(tx, ctx, &mut conversation, is_public)?;
    let is_contact = matches!(author, Author::Contact(_));
    if is_new_session && is_contact {
        conversation = crate::bot::begin(tx, ctx, conversation, &mut session, &prepared.text)?;
    }
    let stored = session.clone();
    let session = if is_public {
        match author {
            Author::Contact(_) => session.record_contact_message(),
            Author::Agent(agent) => session.record_company_message(Some(agent), ctx.now()),
            Author::App(_) | Author::Bot | Author::System => {
                session.record_company_message(None, ctx.now())
            }
        }
    } else {
        session
    };
    let mut message = new_message(ctx, before, &conversation, session.id, author, prepared);
    if leaves_by_mail(&conversation, author, prepared) {
        message.delivery = Delivery::Pending;
        message.content.is_mail = true;
    }
    check_references(tx, &conversation, &message)?;
    if is_contact {
        crate::scheduled_messages::customer_wrote(tx, ctx, conversation.id)?;
    }
    let stored = if is_new_session {
        store::sessions::insert(tx, &session)?;
        session.clone()
    } else {
        stored
    };
    put(tx, ctx, &conversation, &mut message, prepared)?;
    let conversation = conversation.record_message(&message);
    let conversation = match said(before, &message, is_new_session) {
        Some(what) => happened_since(tx, ctx, conversation, (session, &stored), what)?,
        None => conversation,
    };
    let conversation = store::save(tx, before, conversation)?;
    ctx.append(
        tx,
        &Event::MessageCreated {
            conversation_id: conversation.id,
            session_id: message.session_id,
            message_id: message.id,
            seq: message.seq,
            message_kind: message.kind,
            from_contact: is_contact,
        },
    )?;
    if is_contact && [before.handler, conversation.handler].contains(&Handler::Bot) {
        crate::bot::call(tx, ctx, conversation.id)?;
    }
    Ok(Recorded {
        conversation,
        message,
    })
}

/// Writes a message with everything that hangs on it: the mail it leaves as, its index terms,
/// whom it calls.
fn put(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: &Conversation,
    message: &mut Message,
    prepared: &Prepared,
) -> Result<(), ConversationError> {
    let position = store::messages::insert(tx, message)?;
    if leaves_by_mail(conversation, message.author, prepared) {
        let addressing = match &prepared.mail {
            Mailing::Addressed(it) => Some(it),
            Mailing::Usual | Mailing::Done => None,
        };
        let delivery = crate::email::enqueue(tx, ctx, conversation, message, addressing)?;
        if delivery != message.delivery {
            message.delivery = delivery;
            store::messages::save(tx, message)?;
        }
    } else if matches!(prepared.mail, Mailing::Addressed(_)) {
        return Err(MailRefusal::NotByMail.into());
    }
    let (inbox, id) = (conversation.inbox_id, conversation.id);
    zhiyin_store::search::index_message(tx, position, inbox, id, &prepared.tokens)?;
    let mentions = &message.content.mentions;
    if !mentions.is_empty() {
        store::insert_mentions(tx, id, message.id, mentions, ctx.now())?;
    }
    Ok(())
}

/// Whether a message is to be sent to the customer as a mail.
fn leaves_by_mail(conversation: &Conversation, author: Author, prepared: &Prepared) -> bool {
    conversation.channel == Channel::Email
        && prepared.kind == MessageKind::Text
        && !matches!(author, Author::Contact(_))
        && !matches!(prepared.mail, Mailing::Done)
}

/// What a message means for those who follow the session; a note means nothing.
fn said<'a>(before: &Conversation, message: &'a Message, is_first: bool) -> Option<Happening<'a>> {
    let is_open = matches!(before.status, ConversationStatus::Open);
    match (message.kind, message.author) {
        (MessageKind::Note | MessageKind::System, _) => None,
        (MessageKind::Text, Author::Contact(_)) => Some(Happening::CustomerWrote {
            text: &message.text,
            is_first,
            waits: is_open && !is_first && before.waiting_since.is_some(),
        }),
        (MessageKind::Text, author) => Some(Happening::CompanyReplied { author }),
    }
}

fn new_message(
    ctx: &Context,
    before: &Conversation,
    conversation: &Conversation,
    session_id: SessionId,
    author: Author,
    prepared: &Prepared,
) -> Message {
    Message {
        id: ctx.id(),
        conversation_id: conversation.id,
        session_id,
        seq: conversation.last_seq + 1,
        kind: prepared.kind,
        author,
        text: prepared.text.clone(),
        content: prepared.content.clone(),
        reply_to_id: prepared.reply_to_id,
        client_id: prepared.client_id.clone(),
        external_id: None,
        delivery: crate::channel::first_state(conversation.channel, author, prepared.kind),
        created_at: ctx.now(),
        edited_at: None,
        recalled_at: None,
        revision: before.version + 1,
    }
}

/// What the message points to must be of this conversation.
fn check_references(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    message: &Message,
) -> Result<(), ConversationError> {
    if let Some(quoted) = message.reply_to_id {
        store::messages::get(tx, quoted)?
            .filter(|quoted| quoted.conversation_id == conversation.id)
            .filter(|quoted| message.kind == MessageKind::Note || quoted.is_public())
            .filter(|quoted| quoted.content.whisper_to.is_none())
            .ok_or(ConversationError::MessageNotFound(quoted))?;
    }
    for agent in &message.content.mentions {
        zhiyin_store::identity::agents::get(tx, *agent)?
            .filter(|agent| agent.is_active)
            .ok_or(ConversationError::AgentNotFound(*agent))?;
    }
    for attachment in &message.content.attachment_ids {
        let uploader = match message.author {
            Author::Contact(_) => Actor::Visitor(conversation.identity_id),
            Author::Agent(agent) => Actor::Agent(agent),
            Author::App(token) => Actor::App(token),
            Author::Bot | Author::System => Actor::Bot,
        };
        let is_claimed = zhiyin_store::attachments::claim(
            tx,
            *attachment,
            &uploader,
            conversation.id,
            message.id,
        )?;
        if !is_claimed {
            return Err(ConversationError::AttachmentNotFound(*attachment));
        }
    }
    Ok(())
}

/// A public message means there is work: a snoozed or resolved conversation opens. With
/// the customer's message a resolved one also waits for a person again.
fn bring_back(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: Conversation,
    author: Author,
) -> Result<Conversation, ConversationError> {
    let is_contact = matches!(author, Author::Contact(_));
    match conversation.status {
        ConversationStatus::Open => Ok(conversation),
        ConversationStatus::Snoozed { .. } if !is_contact => Ok(conversation),
        ConversationStatus::Snoozed { .. } => {
            let conversation = conversation.reopen()?;
            ctx.append(
                tx,
                &Event::ConversationWoken {
                    conversation_id: conversation.id,
                },
            )?;
            Ok(conversation)
        }
        ConversationStatus::Resolved { .. } => {
            let conversation = conversation.reopen()?;
            ctx.append(
                tx,
                &Event::ConversationReopened {
                    conversation_id: conversation.id,
                },
            )?;
            Ok(conversation)
        }
    }
}

/// The open session, or a new one if work begins. A note on a resolved conversation goes
/// to its last session and opens nothing.
fn present_session(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: &mut Conversation,
    is_public: bool,
) -> Result<(Session, bool), ConversationError> {
    let last = match conversation.session_id {
        Some(id) => store::sessions::get(tx, id)?,
        None => None,
    };
    match last {
        Some(session) if session.is_open() || !is_public => Ok((session, false)),
        Some(_) | None => {
            let session = open_session(tx, ctx, conversation)?;
            Ok((session, true))
        }
    }
}

/// Begins a session. It is saved by the caller together with its first message; its clock
/// says until when the first answer is promised.
fn open_session(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: &mut Conversation,
) -> Result<Session, ConversationError> {
    conversation.session_count += 1;
    let session = Session {
        id: ctx.id(),
        conversation_id: conversation.id,
        inbox_id: conversation.inbox_id,
        contact_id: conversation.contact_id,
        number: conversation.session_count,
        step: Step::Entry,
        step_at: ctx.now(),
        opened_at: ctx.now(),
        first_response_at: None,
        first_response_by: None,
        first_response_due_at: None,
        resolved: None,
        assignee_id: conversation.assignee_id,
        contact_messages: 0,
        agent_messages: 0,
        rating_asked_at: None,
        rating: None,
        stage: None,
        language: None,
        topic_id: None,
        version: 1,
    };
    conversation.session_id = Some(session.id);
    ctx.append(
        tx,
        &Event::SessionOpened {
            conversation_id: conversation.id,
            session_id: session.id,
            number: session.number,
        },
    )?;
    Ok(session)
}

/// Writes a line about what happened into the conversation and gives the value to save;
/// the caller saves it with everything else that changed.
pub(crate) fn record_line(
    tx: &mut Tx<'_>,
    ctx: &Context,
    before: &Conversation,
    conversation: Conversation,
    line: SystemLine,
) -> Result<Conversation, ConversationError> {
    let Some(session_id) = conversation.session_id else {
        return Ok(conversation);
    };
    let author = match ctx.actor() {
        Actor::Agent(agent) => Author::Agent(*agent),
        Actor::Visitor(_) => Author::Contact(conversation.contact_id),
        Actor::App(token) => Author::App(*token),
        Actor::Bot => Author::Bot,
        Actor::System(_) => Author::System,
    };
    let message = Message {
        id: ctx.id(),
        conversation_id: conversation.id,
        session_id,
        seq: conversation.last_seq + 1,
        kind: MessageKind::System,
        author,
        text: String::new(),
        content: Content {
            system: Some(line),
            ..Content::default()
        },
        reply_to_id: None,
        client_id: None,
        external_id: None,
        delivery: Delivery::Sent,
        created_at: ctx.now(),
        edited_at: None,
        recalled_at: None,
        revision: before.version + 1,
    };
    store::messages::insert(tx, &message)?;
    ctx.append(
        tx,
        &Event::MessageCreated {
            conversation_id: conversation.id,
            session_id,
            message_id: message.id,
            seq: message.seq,
            message_kind: MessageKind::System,
            from_contact: false,
        },
    )?;
    Ok(conversation.record_message(&message))
}

//! A mail of then becomes a message of then, in a conversation that is over.

use zhiyin_channels::email as channel;
use zhiyin_channels::email::automatic::{Automatic, automatic};
use zhiyin_channels::email::threading::{Placement, SenderCheck};
use zhiyin_domain::actor::Actor;
use zhiyin_domain::attachment::Attachment;
use zhiyin_domain::contact::Identity;
use zhiyin_domain::conversation::{Conversation, ConversationStatus, Handler, Priority};
use zhiyin_domain::ids::{AttachmentId, ConversationId, MailboxId, MessageId, SessionId};
use zhiyin_domain::inbox::Channel;
use zhiyin_domain::mail::{Direction, Mail, MailMeta, MailThread};
use zhiyin_domain::mailbox::Mailbox;
use zhiyin_domain::message::{Author, Content, Delivery, Message, MessageKind};
use zhiyin_domain::session::{Resolution, Session, Step};
use zhiyin_store::{
    StoreError, Tx, attachments, conversations as talks, inboxes, mail_arrivals, mails, search,
};

use super::super::addressing::{is_own, own_addresses};
use super::super::enter::{placement, take_part};
use super::super::read::person;
use super::super::{EmailError, people, tokens};
use super::{Imported, Parcel};
use crate::Context;

/// Puts a mail of then where it belongs.
pub(super) fn enter(
    tx: &mut Tx<'_>,
    ctx: &Context,
    mailbox: &Mailbox,
    parcel: &Parcel,
) -> Result<Imported, EmailError> {
    let mail = &parcel.read.mail;
    let machine = automatic(mail);
    let own = own_addresses(tx)?;
    let tokens = tokens(tx)?;
    let known = mail
        .message_id
        .as_deref()
        .and_then(|id| tokens.own_message(id));
    if let Some(id) = known
        && mails::get(tx, id)?.is_some()
    {
        return Ok(Imported::Known);
    }
    if machine == Some(Automatic::Bounce) {
        return skip(tx, parcel, "bounce");
    }
    let Some(from) = mail.from.as_ref().map(person) else {
        return skip(tx, parcel, "no-sender");
    };
    let colleague = people::colleague(tx, &from)?;
    let is_ours = is_own(&own, &from.address) || colleague.is_some();
    let found = if is_ours {
        thread_of(tx, mail)?
    } else {
        match placement(tx, mail, SenderCheck::Passed, &tokens)? {
            Placement::Joins { conversation, .. } => Some(conversation),
            Placement::Opens { .. } => None,
        }
    };
    let (conversation, result) = match found {
        Some(id) => (talks::get_for_update(tx, id)?, Imported::Joined),
        None if machine.is_some_and(Automatic::is_silent) => {
            return skip(tx, parcel, "automatic");
        }
        None => {
            let others = mail.recipients().into_iter().map(person);
            let other = others.into_iter().find(|it| !is_own(&own, &it.address));
            let Some(customer) = (if is_ours { other } else { Some(from.clone()) }) else {
                return skip(tx, parcel, "no-customer");
            };
            let identity = people::identity_of(tx, ctx, mailbox.inbox_id, &customer)?;
            let opened = open(tx, ctx, mailbox, &identity, parcel)?;
            mails::add_participant(tx, opened.id, &customer.address)?;
            (Some(opened), Imported::Opened)
        }
    };
    let Some(conversation) = conversation else {
        return skip(tx, parcel, "gone");
    };
    let author = match (colleague, is_ours) {
        (Some(agent), _) => Author::Agent(agent.id),
        (None, true) => Author::System,
        (None, false) => Author::Contact(conversation.contact_id),
    };
    let is_silent = machine.is_some_and(Automatic::is_silent);
    let message = said(tx, ctx, mailbox, parcel, (&conversation, author, is_silent))?;
    if !is_silent {
        take_part(tx, conversation.id, mail, &own)?;
    }
    ledger(tx, parcel, "imported", Some(message))?;
    Ok(result)
}

fn skip(tx: &mut Tx<'_>, parcel: &Parcel, why: &'static str) -> Result<Imported, EmailError> {
    ledger(tx, parcel, why, None)?;
    Ok(Imported::Skipped(why))
}

fn ledger(
    tx: &mut Tx<'_>,
    parcel: &Parcel,
    outcome: &str,
    message: Option<MessageId>,
) -> Result<(), StoreError> {
    mail_arrivals::insert(tx, &parcel.arrival)?;
    mail_arrivals::done(tx, parcel.arrival.id, outcome, message)
}

/// The conversation that a mail of ours is part of, by the mails it names, newest first.
fn thread_of(tx: &mut Tx<'_>, mail: &channel::Mail) -> Result<Option<ConversationId>, StoreError> {
    for id in mail.in_reply_to.iter().chain(mail.references.iter().rev()) {
        if let Some(found) = mails::conversation_with(tx, id)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// A conversation that was over when it came here, with the one session it had.
fn open(
    tx: &mut Tx<'_>,
    ctx: &Context,
    mailbox: &Mailbox,
    sender: &Identity,
    parcel: &Parcel,
) -> Result<Conversation, EmailError> {
    let (at, by) = (parcel.at, Actor::system("import"));
    let session = Session {
        id: ctx.id(),
        conversation_id: ctx.id(),
        inbox_id: mailbox.inbox_id,
        contact_id: sender.contact_id,
        number: 1,
        step: Step::AfterCare,
        step_at: at,
        opened_at: at,
        first_response_at: None,
        first_response_by: None,
        first_response_due_at: None,
        resolved: Some(Resolution { at, by: by.clone() }),
        assignee_id: None,
        contact_messages: 0,
        agent_messages: 0,
        rating_asked_at: None,
        rating: None,
        stage: None,
        language: None,
        topic_id: None,
        version: 1,
    };
    let conversation = Conversation {
        id: session.conversation_id,
        number: inboxes::next_number(tx, "conversations")?,
        inbox_id: mailbox.inbox_id,
        contact_id: sender.contact_id,
        identity_id: sender.id,
        channel: Channel::Email,
        status: ConversationStatus::Resolved { at, by },
        handler: Handler::None,
        assignee_id: None,
        team_id: None,
        priority: Priority::Normal,
        tag_ids: Vec::new(),
        session_id: Some(session.id),
        session_count: 1,
        last_seq: 0,
        last_message: None,
        last_activity_at: at,
        waiting_since: None,
        deadline: None,
        unread_count: 0,
        contact_seen_seq: 0,
        agent_seen_seq: 0,
        created_at: at,
        version: 1,
    };
    talks::insert(tx, &conversation)?;
    talks::sessions::insert(tx, &session)?;
    let thread = MailThread {
        conversation_id: conversation.id,
        mailbox_id: Some(mailbox.id),
        subject: parcel.read.mail.subject.chars().take(500).collect(),
        may_belong_to: None,
    };
    mails::save_thread(tx, &thread)?;
    Ok(conversation)
}

/// The message of a mail, in its place; the conversation stays as open or as resolved as it is.
fn said(
    tx: &mut Tx<'_>,
    ctx: &Context,
    mailbox: &Mailbox,
    parcel: &Parcel,
    (before, author, is_silent): (&Conversation, Author, bool),
) -> Result<MessageId, EmailError> {
    let read = &parcel.read;
    let session_id = before.session_id.ok_or(StoreError::Aborted)?;
    let message = Message {
        id: ctx.id(),
        conversation_id: before.id,
        session_id,
        seq: before.last_seq + 1,
        kind: if is_silent {
            MessageKind::Note
        } else {
            MessageKind::Text
        },
        author,
        text: read.text.clone(),
        content: Content {
            attachment_ids: read.files.iter().map(|(id, _)| *id).collect(),
            is_mail: true,
            ..Content::default()
        },
        reply_to_id: None,
        client_id: Some(format!("mail:{}", parcel.arrival.id)),
        external_id: None,
        delivery: Delivery::Sent,
        created_at: parcel.at,
        edited_at: None,
        recalled_at: None,
        revision: before.version + 1,
    };
    let position = talks::messages::insert(tx, &message)?;
    let words = zhiyin_domain::format::plain(&message.text);
    let terms = zhiyin_language::index_tokens(&words);
    search::index_message(tx, position, before.inbox_id, before.id, &terms)?;
    files(tx, parcel, before, &message)?;
    count(tx, session_id, &message)?;
    mails::insert(tx, &letter(mailbox, parcel, &message))?;
    let is_newest = parcel.at >= before.last_activity_at;
    let mut after = before.clone().record_message(&message);
    if before.last_seq > 0 && !is_newest {
        // An older mail says nothing about how things stand.
        after.last_message.clone_from(&before.last_message);
        after.last_activity_at = before.last_activity_at;
    }
    after.unread_count = before.unread_count;
    after.waiting_since = before.waiting_since;
    if matches!(before.status, ConversationStatus::Resolved { .. }) {
        after.agent_seen_seq = message.seq;
        after.contact_seen_seq = message.seq;
    }
    talks::save(tx, before, after)?;
    Ok(message.id)
}

fn letter(mailbox: &Mailbox, parcel: &Parcel, message: &Message) -> Mail {
    let read = &parcel.read;
    let is_ours = !matches!(message.author, Author::Contact(_));
    let mailbox: MailboxId = mailbox.id;
    Mail {
        message_id: message.id,
        conversation_id: message.conversation_id,
        mailbox_id: Some(mailbox),
        direction: if is_ours && message.kind == MessageKind::Text {
            Direction::Out
        } else {
            Direction::In
        },
        head: read.head(),
        meta: MailMeta {
            remote_images: read.remote_images,
            is_cut: read.is_cut,
            is_foreign: is_ours,
            ..MailMeta::default()
        },
        raw: Some(parcel.arrival.raw),
        html: read.html.as_ref().map(|(hash, _)| *hash),
        sent_at: read.mail.date,
        sending: None,
        created_at: parcel.at,
    }
}

fn files(
    tx: &mut Tx<'_>,
    parcel: &Parcel,
    conversation: &Conversation,
    message: &Message,
) -> Result<(), StoreError> {
    let uploaded_by = match message.author {
        Author::Contact(_) => Actor::Visitor(conversation.identity_id),
        Author::Agent(agent) => Actor::Agent(agent),
        Author::App(_) | Author::Bot | Author::System => Actor::Bot,
    };
    for (id, file) in &parcel.read.files {
        let id: AttachmentId = *id;
        let row = Attachment {
            id,
            conversation_id: Some(conversation.id),
            message_id: None,
            uploaded_by: uploaded_by.clone(),
            blob: file.hash,
            thumbnail: file.thumbnail.as_ref().map(|(hash, _)| *hash),
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            size_bytes: i64::try_from(file.bytes.len()).unwrap_or(i64::MAX),
            dimensions: file.dimensions,
            created_at: parcel.at,
        };
        attachments::insert(tx, &row)?;
        attachments::claim(tx, id, &uploaded_by, conversation.id, message.id)?;
    }
    Ok(())
}

/// The session of then counts its messages; one that goes on is not touched.
fn count(tx: &mut Tx<'_>, id: SessionId, message: &Message) -> Result<(), StoreError> {
    let Some(mut session) = talks::sessions::get(tx, id)? else {
        return Ok(());
    };
    let Some(resolved) = session.resolved.clone() else {
        return Ok(());
    };
    let at = message.created_at;
    match (message.kind, message.author) {
        (MessageKind::Note | MessageKind::System, _) => return Ok(()),
        (MessageKind::Text, Author::Contact(_)) => session.contact_messages += 1,
        (MessageKind::Text, author) => {
            session.agent_messages += 1;
            if session.first_response_at.is_none() {
                session.first_response_at = Some(at);
                session.first_response_by = match author {
                    Author::Agent(agent) => Some(agent),
                    Author::Contact(_) | Author::App(_) | Author::Bot | Author::System => None,
                };
            }
        }
    }
    if at > resolved.at {
        session.resolved = Some(Resolution { at, ..resolved });
    }
    talks::sessions::save(tx, session).map(|_| ())
}

//! The queue of mails that leave.

use std::time::Duration;

use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::MessageId;
use zhiyin_domain::mail::{
    Direction, Failure, Mail, MailHead, MailMeta, Person, Sending, SendingState,
};
use zhiyin_domain::mailbox::{Mailbox, SenderName};
use zhiyin_domain::message::{Author, Delivery, Message, MessageError};
use zhiyin_domain::permission::Permission;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::{StoreError, Tx, conversations as talks, identity, inboxes, mails};

use super::addressing::{Addressing, Mode, Recipients, mailbox_of, resolve};
use super::{EmailError, MailRefusal, auto_reply, tokens};
use crate::Context;
use crate::conversations::{ConversationError, load};

/// Puts a message of the company into the queue. In the transaction of the message, so that
/// there is no answer without its mail. What machines of ours say to machines, or too often,
/// does not leave: the answer says so.
pub(crate) fn enqueue(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: &Conversation,
    message: &Message,
    addressing: Option<&Addressing>,
) -> Result<Delivery, ConversationError> {
    let mailbox = mailbox_of(tx, conversation)?.ok_or(MailRefusal::NoMailbox)?;
    let usual = Addressing::default();
    let addressing = addressing.unwrap_or(&usual);
    let to = resolve(tx, conversation, addressing)?;
    // Only what a person wrote can be regretted.
    let undo = match message.author {
        Author::Agent(_) => Duration::from_secs(mailbox.settings.undo_s.into()),
        Author::Contact(_) | Author::App(_) | Author::Bot | Author::System => Duration::ZERO,
    };
    let is_automatic = matches!(message.author, Author::Bot | Author::System);
    let held_back = if is_automatic {
        auto_reply::hold_back(tx, ctx, &to)?
    } else {
        None
    };
    let meta = MailMeta {
        answers: to.answers,
        is_forward: addressing.mode == Mode::Forward,
        is_automatic,
        ..MailMeta::default()
    };
    let from = sender(tx, &mailbox, message.author)?;
    let mut mail = letter(tx, ctx, &mailbox, message, (from, to, meta, undo))?;
    if let (Some(code), Some(sending)) = (held_back, &mut mail.sending) {
        sending.state = SendingState::Failed;
        sending.next_attempt_at = None;
        mails::insert(tx, &mail)?;
        let failure = Failure {
            code: code.to_owned(),
            ..Failure::default()
        };
        if let Some(sending) = mail.sending {
            let sending = Sending {
                failure: Some(failure),
                ..sending
            };
            mails::save_sending(tx, message.id, &sending, None)?;
        }
        return Ok(Delivery::Failed);
    }
    for person in mail
        .head
        .to
        .iter()
        .chain(&mail.head.cc)
        .chain(&mail.head.bcc)
    {
        mails::add_participant(tx, conversation.id, &person.address)?;
    }
    mails::insert(tx, &mail)?;
    Ok(Delivery::Pending)
}

/// A mail that waits for its time.
pub(super) fn letter(
    tx: &mut Tx<'_>,
    ctx: &Context,
    mailbox: &Mailbox,
    message: &Message,
    (from, to, meta, undo): (Person, Recipients, MailMeta, Duration),
) -> Result<Mail, StoreError> {
    let due = ctx.now().plus(undo);
    let tokens = tokens(tx)?;
    Ok(Mail {
        message_id: message.id,
        conversation_id: message.conversation_id,
        mailbox_id: Some(mailbox.id),
        direction: Direction::Out,
        head: MailHead {
            subject: to.subject,
            from: Some(from),
            to: to.to,
            cc: to.cc,
            bcc: to.bcc,
            message_id: Some(tokens.message_id(&mailbox.settings.address, message.id)),
            references: to.references,
            ..MailHead::default()
        },
        meta,
        raw: None,
        html: None,
        sent_at: Some(due),
        sending: Some(Sending {
            state: SendingState::Waiting,
            undo_until: due,
            next_attempt_at: Some(due),
            due_at: due,
            attempts: 0,
            failure: None,
            remaining: Vec::new(),
        }),
        created_at: ctx.now(),
    })
}

/// Who stands in `From`.
pub(super) fn sender(
    tx: &mut Tx<'_>,
    mailbox: &Mailbox,
    author: Author,
) -> Result<Person, StoreError> {
    let settings = &mailbox.settings;
    let company = if settings.from_name.is_empty() {
        inboxes::get(tx, mailbox.inbox_id)?.map_or_else(String::new, |inbox| inbox.name)
    } else {
        settings.from_name.clone()
    };
    let agent = match author {
        Author::Agent(id) => identity::agents::get(tx, id)?,
        Author::Contact(_) | Author::App(_) | Author::Bot | Author::System => None,
    };
    let agent = agent.map(|agent| agent.display_name.into_string());
    let name = match (settings.sender, agent) {
        (SenderName::Company, _) | (_, None) => company,
        (SenderName::Agent, Some(agent)) => agent,
        (SenderName::AgentAtCompany, Some(agent)) => format!("{agent} · {company}"),
    };
    Ok(Person {
        name,
        address: settings.address.clone(),
    })
}

/// Refuses a change of a mail that has left, or is about to.
pub(crate) fn check_open(
    tx: &mut Tx<'_>,
    id: MessageId,
    now: Timestamp,
) -> Result<(), ConversationError> {
    let sending = mails::get(tx, id)?.and_then(|mail| mail.sending);
    let is_open = sending.is_some_and(|it| {
        it.state == SendingState::Waiting && it.attempts == 0 && now < it.undo_until
    });
    if is_open {
        Ok(())
    } else {
        Err(MessageError::AlreadySent.into())
    }
}

/// A mail that was taken back does not leave.
pub(crate) fn withdraw(tx: &mut Tx<'_>, id: MessageId) -> Result<(), StoreError> {
    let Some(sending) = mails::get(tx, id)?.and_then(|mail| mail.sending) else {
        return Ok(());
    };
    let withdrawn = Sending {
        state: SendingState::Withdrawn,
        next_attempt_at: None,
        ..sending
    };
    mails::save_sending(tx, id, &withdrawn, None)
}

/// Sends a failed mail again, to those who did not get it.
pub fn retry(tx: &mut Tx<'_>, ctx: &Context, id: MessageId) -> Result<Message, EmailError> {
    let not_found = || ConversationError::MessageNotFound(id);
    let message = talks::messages::get(tx, id)?.ok_or_else(not_found)?;
    let before = match load(tx, ctx, message.conversation_id, Permission::Reply) {
        Err(ConversationError::NotFound(_)) => return Err(not_found().into()),
        other => other?,
    };
    let sending = mails::get(tx, id)?.and_then(|mail| mail.sending);
    let Some(failed) = sending.filter(|it| it.state == SendingState::Failed) else {
        return Err(EmailError::NotFailed);
    };
    mailbox_of(tx, &before)?.ok_or(ConversationError::Mail(MailRefusal::NoMailbox))?;
    let missed = failed.failure.map(|it| it.recipients).unwrap_or_default();
    let again = Sending {
        state: SendingState::Waiting,
        next_attempt_at: Some(ctx.now()),
        due_at: ctx.now(),
        undo_until: ctx.now(),
        attempts: 0,
        failure: None,
        remaining: missed.iter().flat_map(|text| text.parse()).collect(),
    };
    mails::save_sending(tx, id, &again, None)?;
    Ok(set_delivery(tx, ctx, &before, message, Delivery::Pending)?)
}

/// Saves how far a message got, and tells everybody.
pub(super) fn set_delivery(
    tx: &mut Tx<'_>,
    ctx: &Context,
    before: &Conversation,
    mut message: Message,
    delivery: Delivery,
) -> Result<Message, StoreError> {
    message.delivery = delivery;
    message.revision = before.version + 1;
    talks::messages::save(tx, &message)?;
    let conversation = talks::save(tx, before, before.clone())?;
    ctx.append(
        tx,
        &Event::MessageDeliveryChanged {
            conversation_id: conversation.id,
            message_id: message.id,
            delivery,
        },
    )?;
    Ok(message)
}

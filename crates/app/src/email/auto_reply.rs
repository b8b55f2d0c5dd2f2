//! The acknowledgement of a first mail, and the brake on everything machines of ours say.

use std::time::Duration;

use zhiyin_channels::email as channel;
use zhiyin_channels::email::answering::{ANSWER_EVERY, FLOOD_WINDOW, History, may_answer};
use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::mail::{MailMeta, Person};
use zhiyin_domain::mailbox::Mailbox;
use zhiyin_domain::message::{Author, MessageKind};
use zhiyin_store::mails::SenderHistory;
use zhiyin_store::{StoreError, Tx, mails};

use super::addressing::{Recipients, own_addresses};
use super::outgoing::{letter, sender};
use crate::Context;
use crate::conversations::{ConversationError, Prepared, record};

/// Counts a mail of a sender.
pub(super) fn count(
    tx: &mut Tx<'_>,
    ctx: &Context,
    address: &EmailAddress,
) -> Result<SenderHistory, StoreError> {
    let start = ctx.now().minus(FLOOD_WINDOW);
    mails::count_sender(tx, address, ctx.now(), start)
}

/// Why a mail of ours that no person wrote stays here; none if it may leave, which counts as
/// the one automatic answer of the day.
pub(super) fn hold_back(
    tx: &mut Tx<'_>,
    ctx: &Context,
    to: &Recipients,
) -> Result<Option<&'static str>, StoreError> {
    if let Some(answered) = to.answers
        && let Some(mail) = mails::get(tx, answered)?
        && mail.meta.machine.is_some()
    {
        return Ok(Some("machine"));
    }
    for person in to.to.iter().chain(&to.cc) {
        let history = mails::sender(tx, &person.address)?;
        if answered_lately(history.and_then(|it| it.answered_at), ctx) {
            return Ok(Some("answered-already"));
        }
    }
    for person in to.to.iter().chain(&to.cc) {
        mails::answered_sender(tx, &person.address, ctx.now())?;
    }
    Ok(None)
}

fn answered_lately(at: Option<zhiyin_domain::time::Timestamp>, ctx: &Context) -> bool {
    at.is_some_and(|at| ctx.now().since(at) < ANSWER_EVERY)
}

/// Acknowledges the first mail of a thread, if the mailbox does so and RFC 3834 allows it. It
/// is kept as a note, so that it counts as nobody's answer.
pub(super) fn acknowledge(
    tx: &mut Tx<'_>,
    ctx: &Context,
    mailbox: &Mailbox,
    conversation: &Conversation,
    mail: &channel::Mail,
    history: SenderHistory,
) -> Result<(), ConversationError> {
    let auto_reply = &mailbox.settings.auto_reply;
    if !auto_reply.is_enabled {
        return Ok(());
    }
    let own = own_addresses(tx)?;
    let history = History {
        answered_at: history.answered_at,
        mails: history.mails,
    };
    let Ok(address) = may_answer(mail, &own, history, ctx.now()) else {
        return Ok(());
    };
    let address = address.clone();
    let client_id = format!("acknowledged:{}", conversation.id);
    let note = Prepared::mail(
        MessageKind::Note,
        client_id,
        auto_reply.text.clone(),
        Vec::new(),
    );
    let recorded = record(tx, ctx, conversation, Author::System, &note)?;
    let subject = format!("Re: {}", mail.subject);
    let to = Recipients {
        to: vec![Person::of(address.clone())],
        subject: channel::threading::with_number(&subject, conversation.number),
        references: mail
            .references
            .iter()
            .chain(mail.message_id.as_ref())
            .cloned()
            .collect(),
        ..Recipients::default()
    };
    let meta = MailMeta {
        is_automatic: true,
        ..MailMeta::default()
    };
    let from = sender(tx, mailbox, Author::System)?;
    let parts = (from, to, meta, Duration::ZERO);
    let letter = letter(tx, ctx, mailbox, &recorded.message, parts)?;
    mails::insert(tx, &letter)?;
    Ok(mails::answered_sender(tx, &address, ctx.now())?)
}

//! Where a mail that was read goes: one transaction, all or nothing.

use std::cell::RefCell;

use zhiyin_channels::email as channel;
use zhiyin_channels::email::automatic::{Automatic, automatic};
use zhiyin_channels::email::reply_address::ReplyTokens;
use zhiyin_channels::email::threading::{Known, Placement, SenderCheck, place};
use zhiyin_domain::actor::Actor;
use zhiyin_domain::attachment::Attachment;
use zhiyin_domain::conversation::{Conversation, ConversationStatus, Handler, Priority};
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::{AttachmentId, ConversationId, IdentityId, MessageId};
use zhiyin_domain::inbox::Channel;
use zhiyin_domain::mail::{Authentication, Direction, Machine, Mail, MailMeta, MailThread, Person};
use zhiyin_domain::mailbox::Mailbox;
use zhiyin_domain::message::{Author, MessageKind};
use zhiyin_store::mail_arrivals::{self, MailArrival};
use zhiyin_store::{StoreError, Tx, contacts, conversations as talks, inboxes, mails};

use super::addressing::{is_own, own_addresses};
use super::read::{ReadMail, person};
use super::{EmailError, auto_reply, bounces, people, senders, tokens};
use crate::Context;
use crate::conversations::{Prepared, record};

/// What became of a mail, in one word for the ledger.
pub(super) type Outcome = (&'static str, Option<MessageId>);

/// What is known of a mail besides its words.
struct Findings {
    machine: Option<Automatic>,
    authentication: Option<Authentication>,
}

impl Findings {
    /// Whether a machine wrote it that says nothing new.
    fn is_silent(&self) -> bool {
        self.machine.is_some_and(Automatic::is_silent)
    }

    fn check(&self) -> SenderCheck {
        senders::weight(self.authentication)
    }

    fn meta(&self, read: &ReadMail, arrival: &MailArrival) -> MailMeta {
        MailMeta {
            authentication: self.authentication,
            machine: self.machine.map(machine),
            remote_images: read.remote_images,
            is_cut: read.is_cut || arrival.is_cut,
            ..MailMeta::default()
        }
    }
}

const fn machine(it: Automatic) -> Machine {
    match it {
        Automatic::OwnLoop => Machine::OwnLoop,
        Automatic::Bounce => Machine::Bounce,
        Automatic::Reply => Machine::Reply,
        Automatic::Generated => Machine::Generated,
        Automatic::Bulk => Machine::Bulk,
        Automatic::NoReply => Machine::NoReply,
    }
}

/// Takes a mail in. A second time it finds nothing to do.
pub(super) fn enter(
    tx: &mut Tx<'_>,
    ctx: &Context,
    mailbox: &Mailbox,
    arrival: &MailArrival,
    (read, authentication): (&ReadMail, Option<Authentication>),
) -> Result<(), EmailError> {
    if !mail_arrivals::lock_waiting(tx, arrival.id)? {
        return Ok(());
    }
    let (outcome, message) = decide(tx, ctx, mailbox, arrival, (read, authentication))?;
    Ok(mail_arrivals::done(tx, arrival.id, outcome, message)?)
}

fn decide(
    tx: &mut Tx<'_>,
    ctx: &Context,
    mailbox: &Mailbox,
    arrival: &MailArrival,
    (read, authentication): (&ReadMail, Option<Authentication>),
) -> Result<Outcome, EmailError> {
    let mail = &read.mail;
    let tokens = tokens(tx)?;
    let own_id = mail
        .message_id
        .as_deref()
        .and_then(|id| tokens.own_message(id));
    if own_id.is_some() {
        return Ok(("own", own_id));
    }
    let findings = Findings {
        machine: automatic(mail),
        authentication,
    };
    if findings.machine == Some(Automatic::Bounce) {
        let message = bounces::take(tx, ctx, mail, &tokens)?;
        let outcome = if message.is_some() {
            "bounce"
        } else {
            "bounce-unproved"
        };
        return Ok((outcome, message));
    }
    let Some(from) = mail.from.as_ref().map(person) else {
        return Ok(("no-sender", None));
    };
    let own = own_addresses(tx)?;
    let placed = placement(tx, mail, findings.check(), &tokens)?;
    let meta = findings.meta(read, arrival);
    let (joined, meta) = match placed {
        Placement::Joins {
            conversation,
            is_new_participant,
            ..
        } => {
            let meta = MailMeta {
                is_new_participant,
                ..meta
            };
            (talks::get_for_update(tx, conversation)?, meta)
        }
        Placement::Opens { .. } => (None, meta),
    };
    let place = (mailbox, arrival);
    match joined {
        Some(conversation) => join(
            tx,
            ctx,
            place,
            read,
            (&conversation, &from, &own),
            (findings, meta),
        ),
        // It says nothing new about a matter that we do not know.
        None if findings.is_silent() => Ok(("automatic", None)),
        None => {
            let hint = match placed {
                Placement::Opens { may_belong_to } => may_belong_to.map(|(id, _)| id),
                Placement::Joins { .. } => None,
            };
            open(tx, ctx, place, read, meta, (&from, &own, hint))
        }
    }
}

/// One more mail of a thread.
fn join(
    tx: &mut Tx<'_>,
    ctx: &Context,
    (mailbox, arrival): (&Mailbox, &MailArrival),
    read: &ReadMail,
    (conversation, from, own): (&Conversation, &Person, &[EmailAddress]),
    (findings, mut meta): (Findings, MailMeta),
) -> Result<Outcome, EmailError> {
    let mail = &read.mail;
    let colleague = match findings.check() {
        SenderCheck::Passed => people::colleague(tx, from)?,
        SenderCheck::Unknown | SenderCheck::Failed => None,
    };
    let said = match colleague {
        _ if findings.is_silent() => (Author::System, MessageKind::Note),
        // A colleague who wrote to the customer has answered; one who wrote to us alone has
        // said something to us.
        Some(agent) if reaches_customer(tx, conversation, mail)? => {
            meta.is_foreign = true;
            (Author::Agent(agent.id), MessageKind::Text)
        }
        Some(agent) => (Author::Agent(agent.id), MessageKind::Note),
        None => (Author::Contact(conversation.contact_id), MessageKind::Text),
    };
    if matches!(said.0, Author::Contact(_)) {
        let sender = people::identity_of(tx, ctx, conversation.inbox_id, from)?;
        if contacts::is_blocked(tx, sender.contact_id)? {
            return Ok(("blocked", None));
        }
        auto_reply::count(tx, ctx, &from.address)?;
    } else {
        meta.is_new_participant = false;
    }
    let id = write(tx, ctx, conversation, (mailbox, arrival), read, said, meta)?;
    if !findings.is_silent() {
        take_part(tx, conversation.id, mail, own)?;
    }
    Ok(("joined", Some(id)))
}

/// The store, as the ladder asks it. What goes wrong is kept until it has its answer.
struct Desk<'a, 'tx> {
    tx: RefCell<&'a mut Tx<'tx>>,
    failed: RefCell<Option<StoreError>>,
}

impl Desk<'_, '_> {
    fn ask<T>(&self, f: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>, otherwise: T) -> T {
        match f(&mut self.tx.borrow_mut()) {
            Ok(answer) => answer,
            Err(error) => {
                self.failed.replace(Some(error));
                otherwise
            }
        }
    }
}

impl Known for Desk<'_, '_> {
    fn conversation_with(&self, message_id: &str) -> Option<ConversationId> {
        self.ask(|tx| mails::conversation_with(tx, message_id), None)
    }

    fn conversation_numbered(&self, number: i64) -> Option<ConversationId> {
        self.ask(|tx| mails::conversation_numbered(tx, number), None)
    }

    fn takes_part(&self, conversation: ConversationId, address: &EmailAddress) -> bool {
        self.ask(|tx| mails::takes_part(tx, conversation, address), false)
    }
}

pub(super) fn placement(
    tx: &mut Tx<'_>,
    mail: &channel::Mail,
    check: SenderCheck,
    tokens: &ReplyTokens,
) -> Result<Placement, StoreError> {
    let desk = Desk {
        tx: RefCell::new(tx),
        failed: RefCell::new(None),
    };
    let placed = place(mail, check, tokens, &desk);
    match desk.failed.into_inner() {
        Some(error) => Err(error),
        None => Ok(placed),
    }
}

/// Whether a mail went to the customer of a conversation too.
fn reaches_customer(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    mail: &channel::Mail,
) -> Result<bool, StoreError> {
    let contact = contacts::get(tx, conversation.contact_id)?;
    let Some(address) = contact.and_then(|contact| contact.personal.email) else {
        return Ok(false);
    };
    let address = address.normalized();
    let mut recipients = mail.recipients().into_iter();
    Ok(recipients.any(|it| it.address.normalized() == address))
}

/// A new thread.
fn open(
    tx: &mut Tx<'_>,
    ctx: &Context,
    (mailbox, arrival): (&Mailbox, &MailArrival),
    read: &ReadMail,
    meta: MailMeta,
    (from, own, hint): (&Person, &[EmailAddress], Option<ConversationId>),
) -> Result<Outcome, EmailError> {
    let is_enabled = inboxes::get(tx, mailbox.inbox_id)?.is_some_and(|inbox| inbox.is_enabled);
    if !is_enabled {
        return Ok(("inbox-off", None));
    }
    // A colleague who passes a mail on opens it in the name of who wrote it.
    let is_proved = meta
        .authentication
        .is_some_and(|it| it.verdict() == "passed");
    let original = match &read.forwarded {
        Some(original) if is_proved && people::colleague(tx, from)?.is_some() => {
            Some(person(&original.from))
        }
        _ => None,
    };
    let customer = original.as_ref().unwrap_or(from);
    let sender = people::identity_of(tx, ctx, mailbox.inbox_id, customer)?;
    if contacts::is_blocked(tx, sender.contact_id)? {
        return Ok(("blocked", None));
    }
    let history = auto_reply::count(tx, ctx, &from.address)?;
    let conversation = new_conversation(tx, ctx, mailbox, &sender)?;
    let thread = MailThread {
        conversation_id: conversation.id,
        mailbox_id: Some(mailbox.id),
        subject: read.mail.subject.chars().take(500).collect(),
        may_belong_to: hint,
    };
    mails::save_thread(tx, &thread)?;
    let said = (Author::Contact(sender.contact_id), MessageKind::Text);
    let id = write(tx, ctx, &conversation, (mailbox, arrival), read, said, meta)?;
    take_part(tx, conversation.id, &read.mail, own)?;
    mails::add_participant(tx, conversation.id, &customer.address)?;
    if let Some(conversation) = talks::get_for_update(tx, conversation.id)? {
        auto_reply::acknowledge(tx, ctx, mailbox, &conversation, &read.mail, history)?;
    }
    Ok(("opened", Some(id)))
}

/// A conversation by mail with nothing in it yet.
pub(super) fn new_conversation(
    tx: &mut Tx<'_>,
    ctx: &Context,
    mailbox: &Mailbox,
    sender: &zhiyin_domain::contact::Identity,
) -> Result<Conversation, StoreError> {
    let (contact_id, identity_id): (_, IdentityId) = (sender.contact_id, sender.id);
    let conversation = Conversation {
        id: ctx.id(),
        number: inboxes::next_number(tx, "conversations")?,
        inbox_id: mailbox.inbox_id,
        contact_id,
        identity_id,
        channel: Channel::Email,
        status: ConversationStatus::Open,
        handler: Handler::Queued,
        assignee_id: None,
        team_id: None,
        priority: Priority::Normal,
        tag_ids: Vec::new(),
        session_id: None,
        session_count: 0,
        last_seq: 0,
        last_message: None,
        last_activity_at: ctx.now(),
        waiting_since: None,
        deadline: None,
        unread_count: 0,
        contact_seen_seq: 0,
        agent_seen_seq: 0,
        created_at: ctx.now(),
        version: 1,
    };
    talks::insert(tx, &conversation)?;
    ctx.append(
        tx,
        &Event::ConversationOpened {
            conversation_id: conversation.id,
            contact_id,
            inbox_id: mailbox.inbox_id,
        },
    )?;
    Ok(conversation)
}

/// The message of a mail, with its files.
fn write(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: &Conversation,
    (mailbox, arrival): (&Mailbox, &MailArrival),
    read: &ReadMail,
    (author, kind): (Author, MessageKind),
    meta: MailMeta,
) -> Result<MessageId, EmailError> {
    let uploader = match author {
        Author::Contact(_) => Actor::Visitor(conversation.identity_id),
        Author::Agent(agent) => Actor::Agent(agent),
        Author::App(token) => Actor::App(token),
        Author::Bot | Author::System => Actor::Bot,
    };
    let mut files: Vec<AttachmentId> = Vec::with_capacity(read.files.len());
    for (id, file) in &read.files {
        let row = Attachment {
            id: *id,
            conversation_id: Some(conversation.id),
            message_id: None,
            uploaded_by: uploader.clone(),
            blob: file.hash,
            thumbnail: file.thumbnail.as_ref().map(|(hash, _)| *hash),
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            size_bytes: i64::try_from(file.bytes.len()).unwrap_or(i64::MAX),
            dimensions: file.dimensions,
            created_at: ctx.now(),
        };
        zhiyin_store::attachments::insert(tx, &row)?;
        files.push(*id);
    }
    let client_id = format!("mail:{}", arrival.id);
    let prepared = Prepared::mail(kind, client_id, read.text.clone(), files);
    let message = record(tx, ctx, conversation, author, &prepared)?.message;
    let direction = if meta.is_foreign {
        Direction::Out
    } else {
        Direction::In
    };
    let mail = Mail {
        message_id: message.id,
        conversation_id: conversation.id,
        mailbox_id: Some(mailbox.id),
        direction,
        head: read.head(),
        meta,
        raw: Some(arrival.raw),
        html: read.html.as_ref().map(|(hash, _)| *hash),
        sent_at: read.mail.date,
        sending: None,
        created_at: ctx.now(),
    };
    mails::insert(tx, &mail)?;
    Ok(message.id)
}

/// Who wrote and who was written to takes part from now on.
pub(super) fn take_part(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    mail: &channel::Mail,
    own: &[EmailAddress],
) -> Result<(), StoreError> {
    let most = zhiyin_domain::limits::MAIL_HEAD_ENTRIES_MAX;
    let people = mail
        .from
        .iter()
        .chain(mail.recipients())
        .chain(&mail.reply_to);
    for it in people.take(most).filter(|it| !is_own(own, &it.address)) {
        mails::add_participant(tx, conversation, &it.address)?;
    }
    Ok(())
}

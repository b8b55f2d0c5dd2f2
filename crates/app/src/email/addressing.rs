//! To whom an answer goes.

use zhiyin_channels::email::threading;
use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::ids::{ConversationId, MessageId};
use zhiyin_domain::inbox::Channel;
use zhiyin_domain::limits::{MAIL_RECIPIENTS_MAX, MAIL_SUBJECT_CHARS_MAX};
pub use zhiyin_domain::mail::{Addressing, Mode};
use zhiyin_domain::mail::{Direction, Mail, Person};
use zhiyin_domain::mailbox::Mailbox;
use zhiyin_domain::message::Author;
use zhiyin_domain::permission::Permission;
use zhiyin_store::{StoreError, Tx, contacts, identity, mailboxes, mails};

use super::MailRefusal;
use super::outgoing::sender;
use crate::Context;
use crate::conversations::{ConversationError, load};

/// Mails among which the last one of the customer is looked for.
const LOOK_BACK: u32 = 30;

/// To whom a mail goes, and about what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recipients {
    /// To whom.
    pub to: Vec<Person>,
    /// With a copy to.
    pub cc: Vec<Person>,
    /// With a hidden copy to.
    pub bcc: Vec<Person>,
    /// The subject.
    pub subject: String,
    /// The mail that is answered or passed on.
    pub answers: Option<MessageId>,
    /// The thread so far, oldest first.
    pub references: Vec<String>,
}

/// What the composer shows before anybody has typed.
#[derive(Debug, Clone, Default)]
pub struct Envelope {
    /// To whom, and about what.
    pub recipients: Recipients,
    /// Whom they see as the sender; none without a mailbox.
    pub from: Option<Person>,
    /// What stands under it.
    pub signature: String,
}

/// How a mail of the caller would leave.
pub fn envelope(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    mode: Mode,
    message_id: Option<MessageId>,
) -> Result<Envelope, ConversationError> {
    let conversation = load(tx, ctx, id, Permission::Reply)?;
    let recipients = recipients(tx, &conversation, mode, message_id)?;
    let Some(mailbox) = mailbox_of(tx, &conversation)? else {
        return Ok(Envelope {
            recipients,
            ..Envelope::default()
        });
    };
    let author = ctx.actor().agent().map_or(Author::System, Author::Agent);
    let name = match ctx.actor().agent() {
        Some(id) => identity::agents::get(tx, id)?,
        None => None,
    };
    let name = name.map_or_else(String::new, |agent| agent.display_name.into_string());
    let signature = mailbox.settings.signature.trim();
    Ok(Envelope {
        recipients,
        from: Some(sender(tx, &mailbox, author)?),
        signature: signature.replace("{{agent}}", &name),
    })
}

fn recipients(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    mode: Mode,
    message_id: Option<MessageId>,
) -> Result<Recipients, ConversationError> {
    let addressing = Addressing {
        mode,
        message_id,
        ..Addressing::default()
    };
    match resolve(tx, conversation, &addressing) {
        // Nobody is chosen yet: that is no fault of who is about to.
        Err(ConversationError::Mail(MailRefusal::NoRecipient)) => {
            let answered = answered(tx, conversation, message_id)?;
            Ok(Recipients {
                subject: subject(tx, conversation, mode, answered.as_ref())?,
                answers: answered.map(|mail| mail.message_id),
                ..Recipients::default()
            })
        }
        other => other,
    }
}

/// The mailbox from which a conversation is answered.
pub(super) fn mailbox_of(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
) -> Result<Option<Mailbox>, StoreError> {
    let thread = mails::thread(tx, conversation.id)?;
    if let Some(id) = thread.and_then(|thread| thread.mailbox_id)
        && let Some(mailbox) = mailboxes::get(tx, id)?
    {
        return Ok(Some(mailbox));
    }
    mailboxes::of_inbox(tx, conversation.inbox_id)
}

/// Refuses what could not be sent so, before anything waits for its time.
pub(crate) fn check(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    it: &Addressing,
) -> Result<(), ConversationError> {
    if conversation.channel != Channel::Email {
        return Err(MailRefusal::NotByMail.into());
    }
    mailbox_of(tx, conversation)?.ok_or(MailRefusal::NoMailbox)?;
    resolve(tx, conversation, it).map(|_| ())
}

/// Everything a mail needs to know about its recipients.
pub(super) fn resolve(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    it: &Addressing,
) -> Result<Recipients, ConversationError> {
    let answered = answered(tx, conversation, it.message_id)?;
    let own: Vec<EmailAddress> = own_addresses(tx)?;
    let (to, cc) = usual(tx, conversation, it.mode, answered.as_ref(), &own)?;
    let mut seen = Vec::new();
    let mut once = |list: Vec<Person>| -> Vec<Person> {
        list.into_iter()
            .filter(|person| {
                let address = person.address.normalized();
                let is_new = !seen.contains(&address);
                seen.push(address);
                is_new
            })
            .collect()
    };
    let recipients = Recipients {
        to: once(it.to.clone().unwrap_or(to)),
        cc: once(it.cc.clone().unwrap_or(cc)),
        bcc: once(it.bcc.clone()),
        subject: match &it.subject {
            Some(subject) => subject.trim().to_owned(),
            None => subject(tx, conversation, it.mode, answered.as_ref())?,
        },
        references: answered.as_ref().map(thread_of).unwrap_or_default(),
        answers: answered.map(|mail| mail.message_id),
    };
    let total = recipients.to.len() + recipients.cc.len() + recipients.bcc.len();
    if recipients.to.is_empty() && recipients.cc.is_empty() {
        return Err(MailRefusal::NoRecipient.into());
    }
    if total > MAIL_RECIPIENTS_MAX {
        return Err(MailRefusal::TooManyRecipients.into());
    }
    if recipients.subject.chars().count() > MAIL_SUBJECT_CHARS_MAX {
        return Err(MailRefusal::Subject.into());
    }
    Ok(recipients)
}

/// The mail that is answered: the one that is named, else the last of the customer, else the
/// last.
fn answered(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    id: Option<MessageId>,
) -> Result<Option<Mail>, ConversationError> {
    if let Some(id) = id {
        let named = mails::get(tx, id)?.filter(|mail| mail.conversation_id == conversation.id);
        return named.map(Some).ok_or(MailRefusal::UnknownMail.into());
    }
    let last = mails::last(tx, conversation.id, LOOK_BACK)?;
    let of_customer = last
        .iter()
        .find(|mail| mail.direction == Direction::In && mail.meta.machine.is_none());
    Ok(of_customer.or(last.first()).cloned())
}

/// All mailboxes of ours.
pub(super) fn own_addresses(tx: &mut Tx<'_>) -> Result<Vec<EmailAddress>, StoreError> {
    let mailboxes = mailboxes::list(tx)?;
    Ok(mailboxes
        .into_iter()
        .map(|it| it.settings.address)
        .collect())
}

/// Whether an address is a mailbox of ours, with or without a tag after `+`.
pub(super) fn is_own(own: &[EmailAddress], address: &EmailAddress) -> bool {
    let untagged = |text: &str| {
        let (local, domain) = text.rsplit_once('@').unwrap_or((text, ""));
        let local = local.split('+').next().unwrap_or(local);
        format!("{local}@{domain}")
    };
    let address = untagged(&address.normalized());
    own.iter().any(|own| untagged(&own.normalized()) == address)
}

/// To and Cc when nobody says otherwise.
fn usual(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    mode: Mode,
    answered: Option<&Mail>,
    own: &[EmailAddress],
) -> Result<(Vec<Person>, Vec<Person>), ConversationError> {
    let others = |list: &[Person]| -> Vec<Person> {
        let others = list.iter().filter(|it| !is_own(own, &it.address));
        others.cloned().collect()
    };
    let Some(mail) = answered else {
        let person = contact(tx, conversation)?;
        return Ok((person.into_iter().collect(), Vec::new()));
    };
    let writer: Vec<Person> = match (mail.direction, mail.head.reply_to.as_slice()) {
        (Direction::Out, _) => others(&mail.head.to),
        (Direction::In, []) => mail.head.from.clone().into_iter().collect(),
        (Direction::In, reply_to) => reply_to.to_vec(),
    };
    let writer = match others(&writer) {
        none if none.is_empty() => contact(tx, conversation)?.into_iter().collect(),
        some => some,
    };
    Ok(match mode {
        Mode::Forward => (Vec::new(), Vec::new()),
        Mode::Reply => (writer, Vec::new()),
        Mode::ReplyAll => {
            let mut cc = if mail.direction == Direction::In {
                others(&mail.head.to)
            } else {
                Vec::new()
            };
            cc.extend(others(&mail.head.cc));
            (writer, cc)
        }
    })
}

fn contact(tx: &mut Tx<'_>, conversation: &Conversation) -> Result<Option<Person>, StoreError> {
    let contact = contacts::get(tx, conversation.contact_id)?;
    Ok(contact.and_then(|contact| {
        Some(Person {
            name: contact.personal.name,
            address: contact.personal.email?,
        })
    }))
}

/// `Re:` or `Fwd:` once, and our number, by which an answer finds back when everything else
/// was taken off it.
fn subject(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    mode: Mode,
    answered: Option<&Mail>,
) -> Result<String, StoreError> {
    let thread = mails::thread(tx, conversation.id)?;
    let bare = match answered {
        Some(mail) => mail.head.subject.clone(),
        None => thread.map(|thread| thread.subject).unwrap_or_default(),
    };
    let lower = bare.to_lowercase();
    let marks: [&str; 4] = match mode {
        Mode::Reply | Mode::ReplyAll => ["re:", "re：", "回复:", "回复："],
        Mode::Forward => ["fwd:", "fw:", "转发:", "转发："],
    };
    let is_marked = marks
        .iter()
        .any(|mark| lower.trim_start().starts_with(mark));
    let marked = match mode {
        _ if is_marked || answered.is_none() => bare,
        Mode::Reply | Mode::ReplyAll => format!("Re: {bare}"),
        Mode::Forward => format!("Fwd: {bare}"),
    };
    let numbered = threading::with_number(&marked, conversation.number);
    Ok(numbered.chars().take(MAIL_SUBJECT_CHARS_MAX).collect())
}

fn thread_of(mail: &Mail) -> Vec<String> {
    let mut references = mail.head.references.clone();
    references.extend(mail.head.message_id.clone());
    references
}

//! Mailboxes and mails on the wire.

use serde::Serialize;
use utoipa::ToSchema;
use zhiyin_app::email::TestReport;
use zhiyin_app::email::mailboxes::MailboxView;
use zhiyin_domain::ids::{ConversationId, InboxId, MailboxId, MessageId};
use zhiyin_domain::mail::{
    Authentication, Machine, Mail, MailThread, Person, Sending, SendingState,
};
use zhiyin_domain::mailbox::{AutoReply, Encryption, LogInKind, MailboxTrouble, SenderName};
use zhiyin_domain::time::Timestamp;

/// Somebody with an address.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PersonDto {
    /// The name shown; may be empty.
    pub name: String,
    /// The address.
    pub address: String,
}

impl From<Person> for PersonDto {
    fn from(it: Person) -> Self {
        Self {
            name: it.name,
            address: it.address.as_str().to_owned(),
        }
    }
}

pub(super) fn people(list: Vec<Person>) -> Vec<PersonDto> {
    list.into_iter().map(Into::into).collect()
}

/// What makes a conversation a thread of mails.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ThreadDto {
    /// What it is about.
    pub subject: String,
    /// The mailbox answers go out from.
    #[schema(value_type = Option<String>)]
    pub mailbox_id: Option<MailboxId>,
    /// The conversation its first mail pointed to without proof.
    #[schema(value_type = Option<String>)]
    pub may_belong_to: Option<ConversationId>,
}

impl From<MailThread> for ThreadDto {
    fn from(it: MailThread) -> Self {
        Self {
            subject: it.subject,
            mailbox_id: it.mailbox_id,
            may_belong_to: it.may_belong_to,
        }
    }
}

/// A message as a mail.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "facts of one mail")]
pub struct MailDto {
    /// `in` or `out`.
    pub direction: &'static str,
    /// The subject.
    pub subject: String,
    /// Who wrote.
    pub from: Option<PersonDto>,
    /// To whom.
    pub to: Vec<PersonDto>,
    /// With a copy to.
    pub cc: Vec<PersonDto>,
    /// With a hidden copy to.
    pub bcc: Vec<PersonDto>,
    /// Where answers shall go.
    pub reply_to: Vec<PersonDto>,
    /// Its `Date`.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sent_at: Option<Timestamp>,
    /// Whether there is an HTML form.
    pub is_html: bool,
    /// Where to fetch that for a frame without rights.
    pub html_url: Option<String>,
    /// Whether it names pictures on servers of others, which are not loaded.
    pub has_remote_images: bool,
    /// What was cut off the text: earlier mails, the signature.
    pub quoted: String,
    /// Where to fetch the original.
    pub raw_url: Option<String>,
    /// What was found out about the sender; `null` if nobody looked.
    pub authentication: Option<AuthenticationDto>,
    /// What kind of machine wrote it: `reply`, `generated`, `bulk`, `bounce`, `no_reply`,
    /// `own_loop`; `null` for people.
    #[schema(value_type = Option<String>)]
    pub automatic: Option<Machine>,
    /// Who wrote the mail that was passed on in it.
    pub forwarded_from: Option<PersonDto>,
    /// Its sender was no part of the conversation before.
    pub is_new_participant: bool,
    /// There is more of it than is shown or was read.
    pub is_cut: bool,
    /// Files that were left out because they are programs; the original has them.
    pub withheld: Vec<String>,
    /// How far it got; `null` for mails to us and those we did not send.
    pub delivery: Option<MailDeliveryDto>,
}

/// What was found out about a sender: each `pass`, `fail`, `none` or `error`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AuthenticationDto {
    /// The sending server may send for the domain of the envelope.
    #[schema(value_type = String)]
    pub spf: zhiyin_domain::mail::Finding,
    /// A signature is good.
    #[schema(value_type = String)]
    pub dkim: zhiyin_domain::mail::Finding,
    /// One of both is about the domain people see.
    #[schema(value_type = String)]
    pub dmarc: zhiyin_domain::mail::Finding,
    /// `passed`, `unknown` or `failed`.
    pub verdict: &'static str,
    /// Who looked: `server`, a trusted one when it received the mail, or `us`.
    #[schema(value_type = String)]
    pub by: zhiyin_domain::mail::CheckedBy,
}

impl From<Authentication> for AuthenticationDto {
    fn from(it: Authentication) -> Self {
        Self {
            spf: it.spf,
            dkim: it.dkim,
            dmarc: it.dmarc,
            verdict: it.verdict(),
            by: it.by,
        }
    }
}

/// How far a mail got.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MailDeliveryDto {
    /// `waiting`, `sent`, `failed` or `withdrawn`.
    pub state: &'static str,
    /// Until then its author can take it back; `null` when that is over.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub undo_until: Option<Timestamp>,
    /// When it is tried next.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_attempt_at: Option<Timestamp>,
    /// Attempts made.
    pub attempts: u32,
    /// Why it did not arrive, or not yet.
    pub reason: Option<MailFailureDto>,
    /// Who did not get it.
    pub failed_recipients: Vec<String>,
}

/// Why a mail did not arrive.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MailFailureDto {
    /// For programs: `refused`, `unknown-recipient`, `bounced`, `gave-up`, `later`, `machine`,
    /// `answered-already`.
    pub code: String,
    /// What the server said.
    pub said: String,
}

impl From<Sending> for MailDeliveryDto {
    fn from(it: Sending) -> Self {
        let is_open = it.state == SendingState::Waiting && it.attempts == 0;
        let failed = it.failure.as_ref();
        let failed = failed.map(|failure| failure.recipients.clone());
        Self {
            state: it.state.as_str(),
            undo_until: is_open.then_some(it.undo_until),
            next_attempt_at: it.next_attempt_at,
            attempts: it.attempts,
            failed_recipients: failed.unwrap_or_default(),
            reason: it.failure.map(|failure| MailFailureDto {
                code: failure.code,
                said: failure.said,
            }),
        }
    }
}

impl From<Mail> for MailDto {
    fn from(it: Mail) -> Self {
        let id: MessageId = it.message_id;
        let path = |what: &str| format!("/api/v1/messages/{id}/email/{what}");
        Self {
            direction: it.direction.as_str(),
            subject: it.head.subject,
            from: it.head.from.map(Into::into),
            to: people(it.head.to),
            cc: people(it.head.cc),
            bcc: people(it.head.bcc),
            reply_to: people(it.head.reply_to),
            sent_at: it.sent_at,
            is_html: it.html.is_some(),
            html_url: it.html.map(|_| path("html")),
            has_remote_images: it.meta.remote_images > 0,
            quoted: it.head.quoted,
            raw_url: it.raw.map(|_| path("raw")),
            authentication: it.meta.authentication.map(Into::into),
            automatic: it.meta.machine,
            forwarded_from: it.head.forwarded_from.map(Into::into),
            is_new_participant: it.meta.is_new_participant,
            is_cut: it.meta.is_cut,
            withheld: it.head.withheld,
            delivery: it.sending.map(Into::into),
        }
    }
}

/// An address that is read and written by us.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MailboxDto {
    /// Identifier.
    #[schema(value_type = String, example = "mb_01kavz7q3ve9q8m2h5t0c4d6fx")]
    pub id: MailboxId,
    /// The inbox in which its conversations are.
    #[schema(value_type = String)]
    pub inbox_id: InboxId,
    /// Name of that inbox.
    pub name: String,
    /// The address.
    pub address: String,
    /// The company's name in `From`; empty means the name of the inbox.
    pub from_name: String,
    /// `agent_at_company`, `agent` or `company`.
    #[schema(value_type = String)]
    pub sender: SenderName,
    /// Under every mail.
    pub signature: String,
    /// Where mail is read.
    pub incoming: IncomingDto,
    /// Where mail is handed over.
    pub outgoing: OutgoingDto,
    /// Servers whose `Authentication-Results` count.
    pub trusted_servers: Vec<String>,
    /// Our signature.
    pub dkim: Option<DkimDto>,
    /// Seconds in which a mail can be taken back.
    pub undo_s: u32,
    /// Minutes without reading that are worth a warning.
    pub alert_after_min: u32,
    /// The acknowledgement of a first mail: `is_enabled`, `text`.
    #[schema(value_type = Object)]
    pub auto_reply: AutoReply,
    /// Whether it is read and may send.
    pub is_enabled: bool,
    /// How it is doing.
    pub health: MailboxHealthDto,
    /// When it was connected.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Rises with every change.
    pub version: i64,
}

/// The server mail is read from; its secret is never shown.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncomingDto {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// `tls`, `starttls` or `none`.
    #[schema(value_type = String)]
    pub encryption: Encryption,
    /// The user.
    pub user: String,
    /// `password` or `token`.
    #[schema(value_type = String)]
    pub log_in: LogInKind,
    /// Whether there is a secret.
    pub has_secret: bool,
    /// The folder.
    pub folder: String,
    /// A certificate in PEM that is trusted too.
    pub authority: Option<String>,
    /// Mail from before is left alone.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Timestamp>,
}

/// The server mail is handed to; its secret is never shown.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OutgoingDto {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// `tls`, `starttls` or `none`.
    #[schema(value_type = String)]
    pub encryption: Encryption,
    /// The user; `null` for a server that asks nobody.
    pub user: Option<String>,
    /// `password` or `token`.
    #[schema(value_type = String)]
    pub log_in: LogInKind,
    /// Whether there is a secret.
    pub has_secret: bool,
    /// A certificate in PEM that is trusted too.
    pub authority: Option<String>,
    /// Mails a minute.
    pub per_minute: u32,
}

/// Our signature; its key is never shown.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DkimDto {
    /// The domain that signs.
    pub domain: String,
    /// The name of the key in the DNS.
    pub selector: String,
    /// Whether there is a key.
    pub has_key: bool,
    /// The text record that must stand in the DNS for that key.
    pub record: Option<DkimRecordDto>,
}

/// A text record in the DNS.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DkimRecordDto {
    /// Its name.
    pub name: String,
    /// Its text.
    pub value: String,
}

/// How a mailbox is doing.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MailboxHealthDto {
    /// `off`, `waiting`, `ok`, `failing` or `stale`.
    pub reading: &'static str,
    /// When the folder was last looked through.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_read_at: Option<Timestamp>,
    /// Mails taken so far.
    pub received_total: i64,
    /// Why it cannot be read.
    pub trouble: Option<TroubleDto>,
    /// `ok` or `failing`.
    pub sending: &'static str,
    /// Why nothing can be sent.
    pub sending_trouble: Option<TroubleDto>,
    /// Mails that wait to be sent.
    pub queued: i64,
}

/// What is wrong with a server.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TroubleDto {
    /// How far one got: `resolve`, `connect`, `encrypt`, `greet`, `log-in`, `folder`, `work`.
    pub stage: String,
    /// What is wrong, as a code.
    pub cause: String,
    /// Whether it will not pass by itself.
    pub needs_person: bool,
    /// What server or system said.
    pub said: String,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
}

impl From<MailboxTrouble> for TroubleDto {
    fn from(it: MailboxTrouble) -> Self {
        Self {
            stage: it.stage,
            cause: it.cause,
            needs_person: it.needs_person,
            said: it.said,
            since: it.since,
        }
    }
}

impl MailboxDto {
    /// The wire form at a moment.
    pub(super) fn new(view: MailboxView, now: Timestamp) -> Self {
        let MailboxView {
            mailbox,
            name,
            state,
            queued,
            dkim_record,
        } = view;
        let reading = mailbox.reading(&state, now).as_str();
        let (settings, secrets) = (mailbox.settings, mailbox.secrets);
        let (read, write) = (settings.incoming, settings.outgoing);
        Self {
            id: mailbox.id,
            inbox_id: mailbox.inbox_id,
            name,
            address: settings.address.as_str().to_owned(),
            from_name: settings.from_name,
            sender: settings.sender,
            signature: settings.signature,
            incoming: IncomingDto {
                host: read.host,
                port: read.port,
                encryption: read.encryption,
                user: read.user,
                log_in: read.log_in,
                has_secret: secrets.incoming.is_some(),
                folder: read.folder,
                authority: read.authority,
                since: read.since,
            },
            outgoing: OutgoingDto {
                host: write.host,
                port: write.port,
                encryption: write.encryption,
                user: write.user,
                log_in: write.log_in,
                has_secret: secrets.outgoing.is_some(),
                authority: write.authority,
                per_minute: write.per_minute,
            },
            trusted_servers: settings.trusted_servers,
            dkim: settings.dkim.map(|names| DkimDto {
                domain: names.domain,
                selector: names.selector,
                has_key: secrets.dkim.is_some(),
                record: dkim_record.map(|(name, value)| DkimRecordDto { name, value }),
            }),
            undo_s: settings.undo_s,
            alert_after_min: settings.alert_after_min,
            auto_reply: settings.auto_reply,
            is_enabled: mailbox.is_enabled,
            health: MailboxHealthDto {
                reading,
                last_read_at: state.last_read_at,
                received_total: state.received_total,
                trouble: state.trouble.map(Into::into),
                sending: if state.sending_trouble.is_some() {
                    "failing"
                } else {
                    "ok"
                },
                sending_trouble: state.sending_trouble.map(Into::into),
                queued,
            },
            created_at: mailbox.created_at,
            version: mailbox.version,
        }
    }
}

/// What a test of both servers found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MailboxTestDto {
    /// Where mail is read.
    pub incoming: ServerTestDto,
    /// Where mail is handed over.
    pub outgoing: ServerTestDto,
}

/// What a test of one server found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ServerTestDto {
    /// Whether one gets all the way in.
    pub ok: bool,
    /// Mails in the folder.
    pub messages: Option<u32>,
    /// What is wrong.
    pub trouble: Option<TroubleDto>,
}

impl From<TestReport> for MailboxTestDto {
    fn from(it: TestReport) -> Self {
        let failed = |trouble: MailboxTrouble| ServerTestDto {
            ok: false,
            messages: None,
            trouble: Some(trouble.into()),
        };
        let fine = |messages| ServerTestDto {
            ok: true,
            messages,
            trouble: None,
        };
        Self {
            incoming: it.incoming.map_or_else(failed, |count| fine(Some(count))),
            outgoing: it.outgoing.map_or_else(failed, |()| fine(None)),
        }
    }
}

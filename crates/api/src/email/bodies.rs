//! What callers send about mailboxes and mails.

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use zhiyin_app::email::mailboxes::{MailboxPatch, NewMailbox};
use zhiyin_app::email::{Addressing, Mode, RemotePictures};
use zhiyin_domain::ids::{AgentId, MailboxId, MessageId};
use zhiyin_domain::mail::Person;
use zhiyin_domain::mailbox::{
    AutoReply, DkimNames, Encryption, Incoming, LogInKind, MailboxSecrets, MailboxSettings,
    Outgoing, SenderName,
};
use zhiyin_domain::secret::Secret;
use zhiyin_domain::time::Timestamp;

use crate::code::Code;
use crate::error::{ApiError, ApiResult};
use crate::extract::present;

const fn default_encryption() -> Encryption {
    Encryption::Tls
}

fn default_folder() -> String {
    "INBOX".to_owned()
}

const fn default_per_minute() -> u32 {
    60
}

const fn default_undo() -> u32 {
    10
}

const fn default_alert() -> u32 {
    30
}

const fn enabled() -> bool {
    true
}

/// The server mail is read from.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IncomingBody {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// `tls`, `starttls` or `none`.
    #[serde(default = "default_encryption")]
    #[schema(value_type = String)]
    pub encryption: Encryption,
    /// The user.
    pub user: String,
    /// `password` or `token`.
    #[serde(default)]
    #[schema(value_type = String)]
    pub log_in: LogInKind,
    /// Password or token; left out in a change it stays, unless the server is another.
    #[schema(value_type = Option<String>)]
    pub secret: Option<Secret<String>>,
    /// The folder.
    #[serde(default = "default_folder")]
    pub folder: String,
    /// A certificate in PEM that is trusted too.
    pub authority: Option<String>,
    /// Mail from before is left alone.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Timestamp>,
}

/// The server mail is handed to.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OutgoingBody {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// `tls`, `starttls` or `none`.
    #[serde(default = "default_encryption")]
    #[schema(value_type = String)]
    pub encryption: Encryption,
    /// The user; `null` for a server that asks nobody.
    pub user: Option<String>,
    /// `password` or `token`.
    #[serde(default)]
    #[schema(value_type = String)]
    pub log_in: LogInKind,
    /// Password or token; left out in a change it stays, unless the server is another.
    #[schema(value_type = Option<String>)]
    pub secret: Option<Secret<String>>,
    /// A certificate in PEM that is trusted too.
    pub authority: Option<String>,
    /// Mails a minute, 1 to 600.
    #[serde(default = "default_per_minute")]
    pub per_minute: u32,
}

/// Our signature (DKIM).
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DkimBody {
    /// The domain that signs.
    pub domain: String,
    /// The name of the key in the DNS.
    pub selector: String,
    /// The private key in PEM; left out in a change it stays.
    #[schema(value_type = Option<String>)]
    pub private_key: Option<Secret<String>>,
}

impl IncomingBody {
    pub(super) fn parts(self) -> (Incoming, Option<Secret<String>>) {
        let incoming = Incoming {
            host: self.host.trim().to_owned(),
            port: self.port,
            encryption: self.encryption,
            user: self.user,
            log_in: self.log_in,
            folder: self.folder,
            authority: self.authority,
            since: self.since,
        };
        (incoming, self.secret)
    }
}

impl OutgoingBody {
    pub(super) fn parts(self) -> (Outgoing, Option<Secret<String>>) {
        let outgoing = Outgoing {
            host: self.host.trim().to_owned(),
            port: self.port,
            encryption: self.encryption,
            user: self.user,
            log_in: self.log_in,
            authority: self.authority,
            per_minute: self.per_minute,
        };
        (outgoing, self.secret)
    }
}

impl DkimBody {
    fn parts(self) -> (DkimNames, Option<Secret<String>>) {
        let names = DkimNames {
            domain: self.domain,
            selector: self.selector,
        };
        (names, self.private_key)
    }
}

/// A mailbox to connect.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMailboxBody {
    /// Name of its inbox.
    pub name: String,
    /// The address.
    pub address: String,
    /// The company's name in `From`; empty means the name of the inbox.
    #[serde(default)]
    pub from_name: String,
    /// `agent_at_company`, `agent` or `company`.
    #[serde(default)]
    #[schema(value_type = String)]
    pub sender: SenderName,
    /// Under every mail; `{{agent}}` is the shown name of who writes.
    #[serde(default)]
    pub signature: String,
    /// Where mail is read.
    pub incoming: IncomingBody,
    /// Where mail is handed over.
    pub outgoing: OutgoingBody,
    /// Servers whose `Authentication-Results` count.
    #[serde(default)]
    pub trusted_servers: Vec<String>,
    /// Our signature.
    pub dkim: Option<DkimBody>,
    /// Seconds in which a mail can be taken back, at most 120.
    #[serde(default = "default_undo")]
    pub undo_s: u32,
    /// Minutes without reading that are worth a warning, 5 to 1440.
    #[serde(default = "default_alert")]
    pub alert_after_min: u32,
    /// The acknowledgement of a first mail: `is_enabled`, `text`.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub auto_reply: AutoReply,
    /// Whether it is read at once.
    #[serde(default = "enabled")]
    pub is_enabled: bool,
    /// Who works in its inbox, besides whoever connects it.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub member_ids: Vec<AgentId>,
}

fn address(text: &str) -> ApiResult<zhiyin_domain::email::EmailAddress> {
    text.parse().map_err(|_| {
        ApiError::unprocessable(Code::InvalidField).field_detail(
            "/address",
            "invalid",
            "This is no e-mail address.",
        )
    })
}

impl TryFrom<NewMailboxBody> for NewMailbox {
    type Error = ApiError;

    fn try_from(body: NewMailboxBody) -> ApiResult<Self> {
        let (incoming, in_secret) = body.incoming.parts();
        let (outgoing, out_secret) = body.outgoing.parts();
        let (dkim, key) = body.dkim.map(DkimBody::parts).unzip();
        Ok(Self {
            name: body.name,
            settings: MailboxSettings {
                address: address(&body.address)?,
                from_name: body.from_name,
                sender: body.sender,
                signature: body.signature,
                incoming,
                outgoing,
                trusted_servers: body.trusted_servers,
                dkim,
                undo_s: body.undo_s,
                alert_after_min: body.alert_after_min,
                auto_reply: body.auto_reply,
            },
            secrets: MailboxSecrets {
                incoming: in_secret,
                outgoing: out_secret,
                dkim: key.flatten(),
            },
            is_enabled: body.is_enabled,
            members: body.member_ids,
        })
    }
}

/// What changes in a mailbox; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::option_option,
    reason = "left out, null and given are three things"
)]
pub struct MailboxPatchBody {
    /// The version that was read.
    pub version: i64,
    /// The address.
    pub address: Option<String>,
    /// The company's name in `From`.
    pub from_name: Option<String>,
    /// `agent_at_company`, `agent` or `company`.
    #[schema(value_type = Option<String>)]
    pub sender: Option<SenderName>,
    /// Under every mail.
    pub signature: Option<String>,
    /// Where mail is read, as a whole but for the secret.
    pub incoming: Option<IncomingBody>,
    /// Where mail is handed over, as a whole but for the secret.
    pub outgoing: Option<OutgoingBody>,
    /// Servers whose `Authentication-Results` count.
    pub trusted_servers: Option<Vec<String>>,
    /// Our signature; `null` ends it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<DkimBody>)]
    pub dkim: Option<Option<DkimBody>>,
    /// Seconds in which a mail can be taken back.
    pub undo_s: Option<u32>,
    /// Minutes without reading that are worth a warning.
    pub alert_after_min: Option<u32>,
    /// The acknowledgement of a first mail.
    #[schema(value_type = Option<Object>)]
    pub auto_reply: Option<AutoReply>,
    /// Whether it is read and may send.
    pub is_enabled: Option<bool>,
}

impl TryFrom<MailboxPatchBody> for MailboxPatch {
    type Error = ApiError;

    fn try_from(body: MailboxPatchBody) -> ApiResult<Self> {
        let (incoming, in_secret) = body.incoming.map(IncomingBody::parts).unzip();
        let (outgoing, out_secret) = body.outgoing.map(OutgoingBody::parts).unzip();
        let (dkim, key) = match body.dkim {
            None => (None, None),
            Some(None) => (Some(None), None),
            Some(Some(dkim)) => {
                let (names, key) = dkim.parts();
                (Some(Some(names)), key)
            }
        };
        Ok(Self {
            version: body.version,
            address: body.address.as_deref().map(address).transpose()?,
            from_name: body.from_name,
            sender: body.sender,
            signature: body.signature,
            incoming,
            outgoing,
            trusted_servers: body.trusted_servers,
            dkim,
            undo_s: body.undo_s,
            alert_after_min: body.alert_after_min,
            auto_reply: body.auto_reply,
            is_enabled: body.is_enabled,
            secrets: MailboxSecrets {
                incoming: in_secret.flatten(),
                outgoing: out_secret.flatten(),
                dkim: key,
            },
        })
    }
}

/// Settings to try, which need not be saved.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MailboxTestBody {
    /// The mailbox whose secrets are used where none is given, for its own servers only.
    #[schema(value_type = Option<String>)]
    pub mailbox_id: Option<MailboxId>,
    /// The address.
    pub address: String,
    /// Where mail is read.
    pub incoming: IncomingBody,
    /// Where mail is handed over.
    pub outgoing: OutgoingBody,
}

/// What is done with the mail before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModeBody {
    /// Who wrote it gets an answer.
    #[default]
    Reply,
    /// Everybody does.
    ReplyAll,
    /// Somebody else gets it.
    Forward,
}

impl From<ModeBody> for Mode {
    fn from(mode: ModeBody) -> Self {
        match mode {
            ModeBody::Reply => Self::Reply,
            ModeBody::ReplyAll => Self::ReplyAll,
            ModeBody::Forward => Self::Forward,
        }
    }
}

/// To whom a message goes as a mail; what is left out is as usual.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressingBody {
    /// What is done with the mail before.
    #[serde(default)]
    pub mode: ModeBody,
    /// To whom, as `a@b.example` or `Name <a@b.example>`.
    pub to: Option<Vec<String>>,
    /// With a copy to.
    pub cc: Option<Vec<String>>,
    /// With a hidden copy to.
    #[serde(default)]
    pub bcc: Vec<String>,
    /// The subject.
    pub subject: Option<String>,
    /// The mail that is answered or passed on; the customer's last one if left out.
    #[schema(value_type = Option<String>)]
    pub message_id: Option<MessageId>,
}

fn people(field: &str, list: &[String]) -> ApiResult<Vec<Person>> {
    let mut people = Vec::with_capacity(list.len());
    for (place, text) in list.iter().enumerate() {
        let person = Person::parse(text).ok_or_else(|| {
            let path = format!("/email/{field}/{place}");
            ApiError::unprocessable(Code::InvalidField).field_detail(
                &path,
                "invalid",
                "This is no e-mail address.",
            )
        })?;
        people.push(person);
    }
    Ok(people)
}

impl TryFrom<AddressingBody> for Addressing {
    type Error = ApiError;

    fn try_from(body: AddressingBody) -> ApiResult<Self> {
        let some = |field: &str, list: Option<Vec<String>>| {
            list.map(|list| people(field, &list)).transpose()
        };
        Ok(Self {
            mode: body.mode.into(),
            to: some("to", body.to)?,
            cc: some("cc", body.cc)?,
            bcc: people("bcc", &body.bcc)?,
            subject: body.subject,
            message_id: body.message_id,
        })
    }
}

/// Whether pictures on servers of others are loaded.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PicturesQuery {
    /// If the workspace shows those of this sender.
    #[default]
    Auto,
    /// Yes.
    Show,
}

impl From<PicturesQuery> for RemotePictures {
    fn from(it: PicturesQuery) -> Self {
        match it {
            PicturesQuery::Auto => Self::AsAgreed,
            PicturesQuery::Show => Self::Shown,
        }
    }
}

/// How a mail is shown.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// `show` loads pictures on servers of others, through us.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    pub pictures: PicturesQuery,
}

/// A picture that a mail names.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PictureQuery {
    /// Where it lies.
    #[serde(default)]
    pub url: String,
    /// The proof that the mail names it.
    #[serde(default)]
    pub proof: String,
}

/// For what the composer wants to know recipients.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RecipientsQuery {
    /// `reply`, `reply_all` or `forward`.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    pub mode: ModeBody,
    /// The mail that is answered or passed on; the customer's last one if left out.
    #[param(value_type = Option<String>)]
    pub message_id: Option<MessageId>,
}

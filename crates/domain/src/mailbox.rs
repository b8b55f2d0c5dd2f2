//! Mailboxes: an address, the servers behind it, and how mail is read and written there.

use serde::{Deserialize, Serialize};

use crate::email::EmailAddress;
use crate::ids::{InboxId, MailboxId};
use crate::limits::{MAILBOX_TEXT_CHARS_MAX, NAME_CHARS_MAX, TRUSTED_SERVERS_MAX};
use crate::secret::Secret;
use crate::time::Timestamp;

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encryption {
    /// TLS from the first byte.
    Tls,
    /// A plain beginning that must turn into TLS.
    Starttls,
    /// None: for a server on the same machine or a trusted network.
    None,
}

/// How to get in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogInKind {
    /// By password.
    #[default]
    Password,
    /// By access token (XOAUTH2).
    Token,
}

/// The server mail is read from. A value: stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incoming {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub encryption: Encryption,
    /// The user.
    pub user: String,
    /// What the secret is.
    pub log_in: LogInKind,
    /// The folder.
    pub folder: String,
    /// A certificate in PEM that is trusted too.
    pub authority: Option<String>,
    /// Mail from before is left alone.
    pub since: Option<Timestamp>,
}

/// The server mail is handed to. A value: stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub encryption: Encryption,
    /// The user; none for a server that asks nobody.
    pub user: Option<String>,
    /// What the secret is.
    pub log_in: LogInKind,
    /// A certificate in PEM that is trusted too.
    pub authority: Option<String>,
    /// Mails a minute.
    pub per_minute: u32,
}

/// Whose name stands in `From`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SenderName {
    /// "Zoe at Qingyu".
    #[default]
    AgentAtCompany,
    /// "Zoe".
    Agent,
    /// "Qingyu".
    Company,
}

/// Where the key lies with which receivers check our signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DkimNames {
    /// The domain that signs.
    pub domain: String,
    /// The name of the key.
    pub selector: String,
}

/// The acknowledgement of a first mail.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AutoReply {
    /// Whether it is sent.
    pub is_enabled: bool,
    /// What it says.
    pub text: String,
}

/// How mail is read and written at an address. A value: stored as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxSettings {
    /// The address.
    #[serde(with = "crate::mail::as_text")]
    pub address: EmailAddress,
    /// The company's name in `From`; empty means the name of the inbox.
    pub from_name: String,
    /// Whose name stands in `From`.
    pub sender: SenderName,
    /// Under every mail; `{{agent}}` is the shown name of who writes.
    pub signature: String,
    /// Where mail is read.
    pub incoming: Incoming,
    /// Where mail is handed over.
    pub outgoing: Outgoing,
    /// Servers whose `Authentication-Results` count.
    pub trusted_servers: Vec<String>,
    /// Our signature.
    pub dkim: Option<DkimNames>,
    /// Seconds in which a mail of an agent can be taken back.
    pub undo_s: u32,
    /// Not read for so many minutes is worth a warning.
    pub alert_after_min: u32,
    /// The acknowledgement of a first mail.
    pub auto_reply: AutoReply,
}

/// What must stay secret. `Debug` hides it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MailboxSecrets {
    /// Password or token for reading.
    pub incoming: Option<Secret<String>>,
    /// Password or token for sending.
    pub outgoing: Option<Secret<String>>,
    /// The private key of our signature, in PEM.
    pub dkim: Option<Secret<String>>,
}

/// An address that is read and written by us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// Identifier.
    pub id: MailboxId,
    /// The inbox in which its conversations are.
    pub inbox_id: InboxId,
    /// How mail is read and written.
    pub settings: MailboxSettings,
    /// What must stay secret.
    pub secrets: MailboxSecrets,
    /// Whether it is read and may send.
    pub is_enabled: bool,
    /// When it was connected.
    pub created_at: Timestamp,
    /// Optimistic lock.
    pub version: i64,
}

/// A setting that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct MailboxSettingsError {
    /// Where, as a JSON pointer.
    pub field: &'static str,
    /// What is wrong with it.
    pub detail: &'static str,
}

impl MailboxSettings {
    /// Checks what needs neither a database nor a network.
    pub fn check(&self) -> Result<(), MailboxSettingsError> {
        let (incoming, outgoing) = (&self.incoming, &self.outgoing);
        check_server("/incoming/host", &incoming.host, incoming.port)?;
        check_server("/outgoing/host", &outgoing.host, outgoing.port)?;
        let rules: [(bool, &'static str, &'static str); 11] = [
            (
                is_line(&incoming.user, 200),
                "/incoming/user",
                "a user is one line and not empty",
            ),
            (
                is_line(&incoming.folder, 200),
                "/incoming/folder",
                "a folder is one line and not empty",
            ),
            (
                outgoing
                    .user
                    .as_deref()
                    .is_none_or(|user| is_line(user, 200)),
                "/outgoing/user",
                "a user is one line and not empty",
            ),
            (
                (1..=600).contains(&outgoing.per_minute),
                "/outgoing/per_minute",
                "1 to 600 mails a minute",
            ),
            (
                self.from_name.is_empty() || is_line(&self.from_name, NAME_CHARS_MAX),
                "/from_name",
                "a name is one line of at most 120 characters",
            ),
            (
                is_text(&self.signature),
                "/signature",
                "a signature has at most 4000 characters",
            ),
            (
                self.trusted_servers.len() <= TRUSTED_SERVERS_MAX
                    && self.trusted_servers.iter().all(|name| is_host(name)),
                "/trusted_servers",
                "at most 20 names of servers",
            ),
            (
                self.dkim
                    .as_ref()
                    .is_none_or(|it| is_host(&it.domain) && is_host(&it.selector)),
                "/dkim/domain",
                "domain and selector are names in the DNS",
            ),
            (self.undo_s <= 120, "/undo_s", "at most 120 seconds"),
            (
                (5..=1440).contains(&self.alert_after_min),
                "/alert_after_min",
                "5 to 1440 minutes",
            ),
            (
                is_text(&self.auto_reply.text)
                    && (!self.auto_reply.is_enabled || !self.auto_reply.text.trim().is_empty()),
                "/auto_reply/text",
                "an answer says something, in at most 4000 characters",
            ),
        ];
        match rules.into_iter().find(|(holds, _, _)| !holds) {
            Some((_, field, detail)) => Err(MailboxSettingsError { field, detail }),
            None => Ok(()),
        }
    }
}

fn check_server(field: &'static str, host: &str, port: u16) -> Result<(), MailboxSettingsError> {
    if port == 0 || !is_host(host) {
        let detail = "the name or address of a server, without `https://` or a path, and a port";
        return Err(MailboxSettingsError { field, detail });
    }
    Ok(())
}

fn is_host(text: &str) -> bool {
    let is_allowed = |c: char| c.is_alphanumeric() || "-._:[]".contains(c);
    !text.is_empty() && text.len() <= 253 && text.chars().all(is_allowed)
}

fn is_line(text: &str, chars_max: usize) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= chars_max
        && !text.chars().any(char::is_control)
}

fn is_text(text: &str) -> bool {
    text.chars().count() <= MAILBOX_TEXT_CHARS_MAX
        && !text
            .chars()
            .any(|c| c.is_control() && !matches!(c, '\n' | '\t'))
}

/// What is wrong with a mailbox. The server's words may name people: sealed at rest, and
/// shown to who may manage mailboxes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxTrouble {
    /// How far one got.
    pub stage: String,
    /// What is wrong.
    pub cause: String,
    /// Whether it will not pass by itself.
    pub needs_person: bool,
    /// What server or system said.
    pub said: String,
    /// Since when.
    pub since: Timestamp,
}

impl std::fmt::Debug for MailboxTrouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailboxTrouble")
            .field("stage", &self.stage)
            .field("cause", &self.cause)
            .finish_non_exhaustive()
    }
}

/// How a mailbox is doing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MailboxState {
    /// Numbering of the folder that was read.
    pub uid_validity: Option<u32>,
    /// The last mail that was taken, under that numbering.
    pub last_uid: u32,
    /// When the folder was last looked through.
    pub last_read_at: Option<Timestamp>,
    /// Mails taken so far.
    pub received_total: i64,
    /// Why it cannot be read.
    pub trouble: Option<MailboxTrouble>,
    /// Why nothing can be sent.
    pub sending_trouble: Option<MailboxTrouble>,
    /// When people were told that it is not read.
    pub alerted_at: Option<Timestamp>,
}

/// One word for the reading of a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// It is switched off.
    Off,
    /// It was not read yet.
    Waiting,
    /// All is well.
    Ok,
    /// The last attempt failed.
    Failing,
    /// It has not been read for too long.
    Stale,
}

impl Reading {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Waiting => "waiting",
            Self::Ok => "ok",
            Self::Failing => "failing",
            Self::Stale => "stale",
        }
    }
}

impl Mailbox {
    /// How the reading of the mailbox is doing. A server that tells of new mail by itself is
    /// looked after every nine minutes; no news within that is no trouble.
    #[must_use]
    pub fn reading(&self, state: &MailboxState, now: Timestamp) -> Reading {
        if !self.is_enabled {
            return Reading::Off;
        }
        let since = state.last_read_at.unwrap_or(self.created_at);
        let minutes = u64::from(self.settings.alert_after_min.max(10));
        if now.since(since) > std::time::Duration::from_mins(minutes) {
            return Reading::Stale;
        }
        match (&state.trouble, state.last_read_at) {
            (Some(_), _) => Reading::Failing,
            (None, Some(_)) => Reading::Ok,
            (None, None) => Reading::Waiting,
        }
    }
}

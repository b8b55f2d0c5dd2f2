//! Old mails out of a file: kept as history, with their dates. Nothing is sent, nobody is told,
//! no clock of the service runs: what was said is there to be found and read.
//!
//! A mail is recognised by its fingerprint, as one that was read from the mailbox; so a file
//! can be imported again after an interruption, and a mail that lies in the mailbox too is one.

mod past;

use std::sync::Arc;

use zhiyin_channels::email as channel;
use zhiyin_channels::email::fingerprint::Fingerprint;
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::ids::{MailArrivalId, WorkspaceId};
use zhiyin_domain::mailbox::Mailbox;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::mail_arrivals::{self, MailArrival};
use zhiyin_store::{StoreError, mailboxes};

use super::EmailError;
use super::read::{ReadMail, read};
use crate::attachments::{Blobs, hash, run_blocking};
use crate::{App, Principal};

/// The numbering of mails that come from files; no server gives it.
const FROM_FILES: u32 = 0;

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Imported {
    /// It began a conversation.
    Opened,
    /// It is part of one.
    Joined,
    /// It is here already.
    Known,
    /// It was left out, for a reason.
    Skipped(&'static str),
    /// It could not be read or kept.
    Failed(String),
}

impl Imported {
    /// In one word, for reports.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Joined => "joined",
            Self::Known => "known",
            Self::Skipped(_) => "skipped",
            Self::Failed(_) => "failed",
        }
    }

    /// Why, if it is not here.
    #[must_use]
    pub fn reason(&self) -> &str {
        match self {
            Self::Opened | Self::Joined | Self::Known => "",
            Self::Skipped(reason) => reason,
            Self::Failed(reason) => reason,
        }
    }
}

/// Whether anything is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Mails are kept.
    Keep,
    /// Somebody wants to see what would become of them.
    Preview,
}

/// Takes mails into one mailbox.
pub struct Import {
    app: App,
    workspace: WorkspaceId,
    mailbox: Arc<Mailbox>,
    purpose: Purpose,
    last: u32,
    /// Those that a preview has seen, since it keeps nothing.
    seen: std::collections::HashSet<[u8; 32]>,
}

/// A mail that was read and is to be kept.
struct Parcel {
    arrival: MailArrival,
    read: ReadMail,
    at: Timestamp,
}

impl Import {
    /// Into the mailbox with an address; none if there is none.
    pub async fn into(
        app: &App,
        workspace: WorkspaceId,
        address: EmailAddress,
        purpose: Purpose,
    ) -> Result<Option<Self>, EmailError> {
        let address = address.normalized();
        let found = app
            .store()
            .read(workspace, move |tx| {
                let all = mailboxes::list(tx)?;
                let is_it = |it: &Mailbox| it.settings.address.normalized() == address;
                let Some(mailbox) = all.into_iter().find(is_it) else {
                    return Ok(None);
                };
                let last = mail_arrivals::last_uid(tx, mailbox.id, FROM_FILES)?;
                Ok::<_, StoreError>(Some((mailbox, last)))
            })
            .await?;
        Ok(found.map(|(mailbox, last)| Self {
            app: app.clone(),
            workspace,
            mailbox: Arc::new(mailbox),
            purpose,
            last,
            seen: std::collections::HashSet::new(),
        }))
    }

    /// The address that is imported into.
    #[must_use]
    pub fn address(&self) -> &EmailAddress {
        &self.mailbox.settings.address
    }

    /// Takes one raw mail. Fails only if the store or the files do.
    pub async fn take(&mut self, raw: Vec<u8>) -> Result<Imported, EmailError> {
        let key = fingerprint(&raw);
        if self.is_known(key).await? {
            return Ok(Imported::Known);
        }
        self.last += 1;
        let arrival = MailArrival {
            id: MailArrivalId::from_uuid(self.app.parts().ids.uuid()),
            mailbox_id: self.mailbox.id,
            fingerprint: Some(key),
            uid_validity: FROM_FILES,
            uid: self.last,
            raw: hash(&raw),
            size_bytes: i64::try_from(raw.len()).unwrap_or(i64::MAX),
            is_cut: false,
            arrived_at: None,
            attempts: 0,
            created_at: self.app.clock().now(),
        };
        let ids = Arc::clone(&self.app.parts().ids);
        let done = run_blocking(move || (read(&raw, &*ids), raw)).await;
        let (read, raw) = match done {
            (Ok(read), raw) => (read, raw),
            (Err(error), _) => return Ok(Imported::Failed(error.to_string())),
        };
        let now = self.app.clock().now();
        // A date of tomorrow would stand above all that is said today.
        let at = read.mail.date.filter(|at| *at < now).unwrap_or(now);
        let blobs = match self.purpose {
            Purpose::Keep => Some(self.keep(&arrival, &read, raw).await?),
            Purpose::Preview => None,
        };
        let result = self.enter(Parcel { arrival, read, at }).await?;
        if let Some(blobs) = blobs {
            blobs.keep_again().await?;
        }
        Ok(result)
    }

    async fn is_known(&mut self, key: [u8; 32]) -> Result<bool, EmailError> {
        if self.purpose == Purpose::Preview && !self.seen.insert(key) {
            return Ok(true);
        }
        let mailbox = self.mailbox.id;
        let known = self.app.store().read(self.workspace, move |tx| {
            mail_arrivals::is_known(tx, mailbox, &key)
        });
        Ok(known.await?)
    }

    async fn keep(
        &self,
        arrival: &MailArrival,
        read: &ReadMail,
        raw: Vec<u8>,
    ) -> Result<Blobs, EmailError> {
        let files = read.files.iter().flat_map(|(_, file)| {
            let own = (file.hash, file.bytes.clone());
            std::iter::once(own).chain(file.thumbnail.clone())
        });
        let all = std::iter::once((arrival.raw, raw)).chain(files);
        let all = all.chain(read.html.clone()).collect();
        Ok(Blobs::new(&self.app, self.workspace, all).keep().await?)
    }

    async fn enter(&self, parcel: Parcel) -> Result<Imported, EmailError> {
        let principal = Principal::system(self.workspace, "import");
        let ctx_then = self.app.context_at(&principal, parcel.at);
        let (mailbox, purpose) = (Arc::clone(&self.mailbox), self.purpose);
        let parcel = Arc::new(parcel);
        let done = self
            .app
            .write(&principal, move |tx, _| {
                let result = past::enter(tx, &ctx_then, &mailbox, &parcel)?;
                match purpose {
                    Purpose::Keep => Ok(result),
                    // Everything was tried; nothing of it stays.
                    Purpose::Preview => Err(Undone::Preview(result)),
                }
            })
            .await;
        match done {
            Ok(result) | Err(Undone::Preview(result)) => Ok(result),
            Err(Undone::Failed(error)) => Err(error),
        }
    }
}

/// Why a transaction left nothing behind.
enum Undone {
    Preview(Imported),
    Failed(EmailError),
}

impl From<EmailError> for Undone {
    fn from(error: EmailError) -> Self {
        Self::Failed(error)
    }
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// What a mail is known by; by all of it, where it names neither itself nor its date.
fn fingerprint(raw: &[u8]) -> [u8; 32] {
    let found = channel::parse(raw).and_then(|mail| Fingerprint::of(&mail));
    found.map_or_else(|| *hash(raw).as_bytes(), |it| it.0)
}

//! From what people set to what the channel needs, and the test of a connection.

use std::time::Duration;

use zhiyin_channels::email::server::{Cause, Encryption, LogIn, Server, Stage, Trouble};
use zhiyin_channels::email::{imap, smtp};
use zhiyin_domain::ids::MailboxId;
use zhiyin_domain::mailbox::{
    self, Incoming, LogInKind, Mailbox, MailboxSecrets, MailboxTrouble, Outgoing,
};
use zhiyin_domain::permission::{Permission, Resource};
use zhiyin_domain::secret::Secret;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::mailboxes as store;

use super::EmailError;
use crate::{App, Principal};

/// How long each half of a test may take: settings wait for it.
const TEST_LIMIT: Duration = Duration::from_secs(25);

fn encryption(it: mailbox::Encryption) -> Encryption {
    match it {
        mailbox::Encryption::Tls => Encryption::Tls,
        mailbox::Encryption::Starttls => Encryption::StartTls,
        mailbox::Encryption::None => Encryption::None,
    }
}

fn log_in(kind: LogInKind, user: &str, secret: Option<&Secret<String>>) -> LogIn {
    let user = user.to_owned();
    let secret = secret.map_or_else(String::new, |it| it.expose().clone());
    match kind {
        LogInKind::Password => LogIn::Password {
            user,
            password: Secret::new(secret),
        },
        LogInKind::Token => LogIn::Token {
            user,
            token: Secret::new(secret),
        },
    }
}

/// The account mail is read from.
pub(super) fn incoming(it: &Incoming, secrets: &MailboxSecrets) -> imap::Account {
    imap::Account {
        server: Server {
            host: it.host.clone(),
            port: it.port,
            encryption: encryption(it.encryption),
            authority: it.authority.clone(),
        },
        log_in: log_in(it.log_in, &it.user, secrets.incoming.as_ref()),
        folder: it.folder.clone(),
    }
}

/// The account mail is handed to. `domain` is what we call ourselves.
pub(super) fn outgoing(it: &Outgoing, secrets: &MailboxSecrets, domain: &str) -> smtp::Account {
    smtp::Account {
        server: Server {
            host: it.host.clone(),
            port: it.port,
            encryption: encryption(it.encryption),
            authority: it.authority.clone(),
        },
        log_in: it
            .user
            .as_deref()
            .map(|user| log_in(it.log_in, user, secrets.outgoing.as_ref())),
        hello: domain.to_owned(),
    }
}

/// The part of an address behind the `@`.
pub(super) fn domain_of(address: &str) -> &str {
    address
        .rsplit_once('@')
        .map_or(address, |(_, domain)| domain)
}

/// What is kept of a trouble.
pub(super) fn told(it: &Trouble, since: Timestamp) -> MailboxTrouble {
    MailboxTrouble {
        stage: it.stage.code().to_owned(),
        cause: it.cause.code().to_owned(),
        needs_person: it.cause.needs_person(),
        said: it.said.clone(),
        since,
    }
}

/// What a test of both servers found.
#[derive(Debug)]
pub struct TestReport {
    /// Mails in the folder, or why it cannot be read.
    pub incoming: Result<u32, MailboxTrouble>,
    /// Why nothing can be handed over, if so.
    pub outgoing: Result<(), MailboxTrouble>,
}

/// Goes all the way into both servers with settings that need not be saved. Secrets that are
/// not given are those of `stored`.
pub async fn test(
    app: &App,
    principal: &Principal,
    servers: (Incoming, Outgoing),
    secrets: MailboxSecrets,
    address: &str,
    stored: Option<MailboxId>,
) -> Result<TestReport, EmailError> {
    let known = app
        .read(principal, move |tx, ctx| {
            ctx.require(Permission::ManageInboxes, &Resource::WORKSPACE)?;
            match stored {
                None => Ok(None),
                Some(id) => store::get(tx, id)?.ok_or(EmailError::NotFound).map(Some),
            }
        })
        .await?;
    let (incoming, outgoing) = servers;
    let secrets = filled(secrets, known.as_ref(), &incoming, &outgoing);
    Ok(run(app, &incoming, &outgoing, &secrets, domain_of(address)).await)
}

/// A stored secret is only shown to the server it was given for: who may change settings must
/// not learn a password by pointing it at a server of their own.
fn filled(
    given: MailboxSecrets,
    known: Option<&Mailbox>,
    incoming: &Incoming,
    outgoing: &Outgoing,
) -> MailboxSecrets {
    let Some(known) = known else { return given };
    let same_in = known.settings.incoming.host == incoming.host;
    let same_out = known.settings.outgoing.host == outgoing.host;
    MailboxSecrets {
        incoming: given
            .incoming
            .or_else(|| known.secrets.incoming.clone().filter(|_| same_in)),
        outgoing: given
            .outgoing
            .or_else(|| known.secrets.outgoing.clone().filter(|_| same_out)),
        dkim: None,
    }
}

/// The same with the settings as they are stored.
pub async fn test_stored(
    app: &App,
    principal: &Principal,
    id: MailboxId,
) -> Result<TestReport, EmailError> {
    let it = app
        .read(principal, move |tx, ctx| {
            ctx.require(Permission::ManageInboxes, &Resource::WORKSPACE)?;
            store::get(tx, id)?.ok_or(EmailError::NotFound)
        })
        .await?;
    let settings = &it.settings;
    let domain = domain_of(settings.address.as_str());
    let (incoming, outgoing) = (&settings.incoming, &settings.outgoing);
    Ok(run(app, incoming, outgoing, &it.secrets, domain).await)
}

async fn run(
    app: &App,
    read: &Incoming,
    write: &Outgoing,
    secrets: &MailboxSecrets,
    domain: &str,
) -> TestReport {
    let now = app.clock().now();
    let late = || Trouble {
        stage: Stage::Connect,
        cause: Cause::Unreachable,
        said: "no answer in time".to_owned(),
    };
    let read = incoming(read, secrets);
    let write = outgoing(write, secrets, domain);
    let (read, written) = tokio::join!(
        tokio::time::timeout(TEST_LIMIT, imap::test(&read)),
        tokio::time::timeout(TEST_LIMIT, smtp::test(&write)),
    );
    TestReport {
        incoming: read
            .unwrap_or_else(|_| Err(late()))
            .map(|folder| folder.exists)
            .map_err(|trouble| told(&trouble, now)),
        outgoing: written
            .unwrap_or_else(|_| Err(late()))
            .map_err(|trouble| told(&trouble, now)),
    }
}

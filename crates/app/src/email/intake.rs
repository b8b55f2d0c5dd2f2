//! Where a followed mailbox puts its mail: kept durably first, read afterwards.

use std::future::Future;
use std::time::Duration;

use zhiyin_channels::email::fingerprint::Fingerprint;
use zhiyin_channels::email::imap::{self, Arrival, Content, Position, Taken};
use zhiyin_channels::email::server::Trouble;
use zhiyin_domain::events::{Aggregate, Change, Event};
use zhiyin_domain::ids::{MailArrivalId, MailboxId, WorkspaceId};
use zhiyin_domain::mailbox::MailboxTrouble;
use zhiyin_store::mail_arrivals::{self, MailArrival};
use zhiyin_store::mailboxes::{self as store, Half};
use zhiyin_store::{StoreError, Tx};

use super::{EmailError, accounts};
use crate::attachments::{Blobs, hash};
use crate::{App, Context, Principal};

/// What it takes to follow a mailbox.
#[derive(Debug, Clone)]
pub struct Followed {
    /// The way in.
    pub account: imap::Account,
    /// What is taken.
    pub rules: imap::Rules,
    /// The version of its settings; another one means to begin anew.
    pub version: i64,
}

/// Mailboxes to be followed, in all workspaces, with the versions of their settings.
pub async fn to_follow(app: &App) -> Result<Vec<(WorkspaceId, MailboxId, i64)>, StoreError> {
    app.store().read_system(store::enabled).await
}

/// How a mailbox is to be followed; none if it is not any more.
pub async fn follow_plan(
    app: &App,
    workspace: WorkspaceId,
    id: MailboxId,
) -> Result<Option<Followed>, StoreError> {
    let mailbox = app
        .store()
        .read(workspace, move |tx| store::get(tx, id))
        .await?;
    Ok(mailbox.filter(|it| it.is_enabled).map(|it| Followed {
        account: accounts::incoming(&it.settings.incoming, &it.secrets),
        rules: imap::Rules {
            since: it.settings.incoming.since,
            ..imap::Rules::default()
        },
        version: it.version,
    }))
}

/// The intake of one mailbox.
pub struct StoreIntake {
    app: App,
    workspace: WorkspaceId,
    mailbox: MailboxId,
}

impl StoreIntake {
    /// Of a mailbox.
    #[must_use]
    pub const fn new(app: App, workspace: WorkspaceId, mailbox: MailboxId) -> Self {
        Self {
            app,
            workspace,
            mailbox,
        }
    }

    async fn keep(&self, arrival: Arrival) -> Result<(), EmailError> {
        let (bytes, is_cut) = match arrival.content {
            Content::Whole(bytes) => (bytes, false),
            Content::Head(bytes) => (bytes, true),
        };
        let raw = hash(&bytes);
        let blobs = Blobs::new(&self.app, self.workspace, vec![(raw, bytes)]);
        let blobs = blobs.keep().await?;
        let row = MailArrival {
            id: MailArrivalId::from_uuid(self.app.parts().ids.uuid()),
            mailbox_id: self.mailbox,
            fingerprint: arrival.fingerprint.map(|it| it.0),
            uid_validity: arrival.uid_validity,
            uid: arrival.uid,
            raw,
            size_bytes: i64::try_from(arrival.size).unwrap_or(i64::MAX),
            is_cut,
            arrived_at: arrival.arrived,
            attempts: 0,
            created_at: self.app.clock().now(),
        };
        self.app
            .store()
            .write(self.workspace, move |tx| {
                mail_arrivals::insert(tx, &row).map_err(EmailError::from)
            })
            .await?;
        Ok(blobs.keep_again().await?)
    }
}

impl imap::Intake for StoreIntake {
    type Error = EmailError;

    async fn position(&mut self) -> Result<Option<Position>, EmailError> {
        let id = self.mailbox;
        let state = self
            .app
            .store()
            .read(self.workspace, move |tx| store::state(tx, id))
            .await?;
        Ok(state.uid_validity.map(|uid_validity| Position {
            uid_validity,
            last_uid: state.last_uid,
        }))
    }

    async fn is_known(&mut self, fingerprint: &Fingerprint) -> Result<bool, EmailError> {
        let (id, fingerprint) = (self.mailbox, fingerprint.0);
        Ok(self
            .app
            .store()
            .read(self.workspace, move |tx| {
                mail_arrivals::is_known(tx, id, &fingerprint)
            })
            .await?)
    }

    async fn take(&mut self, arrival: Arrival) -> Result<(), EmailError> {
        self.keep(arrival).await
    }

    async fn moved(&mut self, position: Position) -> Result<(), EmailError> {
        let id = self.mailbox;
        Ok(self
            .app
            .store()
            .write(self.workspace, move |tx| {
                store::move_to(tx, id, position.uid_validity, position.last_uid)
            })
            .await?)
    }

    async fn looked(&mut self, taken: Taken) {
        let id = self.mailbox;
        let principal = Principal::system(self.workspace, "email");
        let noted = self
            .app
            .write(&principal, move |tx, ctx| {
                let was = store::state(tx, id)?;
                store::looked(tx, id, ctx.now(), taken.new)?;
                if was.trouble.is_some() || was.last_read_at.is_none() {
                    tell(tx, ctx, id)?;
                }
                Ok::<_, StoreError>(())
            })
            .await;
        if let Err(error) = noted {
            tracing::warn!(mailbox.id = %id, "Cannot note that a mailbox was read: {error}");
        }
    }

    async fn troubled(&mut self, trouble: &Trouble) {
        tracing::warn!(
            mailbox.id = %self.mailbox,
            stage = trouble.stage.code(),
            cause = trouble.cause.code(),
            "A mailbox cannot be read"
        );
        let (app, workspace) = (&self.app, self.workspace);
        note_trouble(app, workspace, self.mailbox, Half::Reading, Some(trouble)).await;
    }
}

/// Tells whoever looks at the settings that a mailbox is doing otherwise.
fn tell(tx: &mut Tx<'_>, ctx: &Context, id: MailboxId) -> Result<(), StoreError> {
    let event = Event::SettingChanged {
        aggregate: Aggregate::Mailbox,
        id: id.uuid(),
        change: Change::Updated,
    };
    ctx.append(tx, &event)?;
    Ok(())
}

/// Notes what is wrong with half of a mailbox, or that nothing is any more. The same trouble
/// again keeps its beginning and is no news.
pub(super) async fn note_trouble(
    app: &App,
    workspace: WorkspaceId,
    id: MailboxId,
    half: Half,
    trouble: Option<&Trouble>,
) {
    let trouble = trouble.map(|it| accounts::told(it, app.clock().now()));
    let principal = Principal::system(workspace, "email");
    let noted = app
        .write(&principal, move |tx, ctx| {
            let state = store::state(tx, id)?;
            let was = match half {
                Half::Reading => state.trouble,
                Half::Sending => state.sending_trouble,
            };
            if was.is_none() && trouble.is_none() {
                return Ok(());
            }
            let same = |a: &MailboxTrouble, b: &MailboxTrouble| {
                (&a.stage, &a.cause) == (&b.stage, &b.cause)
            };
            if let (Some(was), Some(is)) = (&was, &trouble)
                && same(was, is)
            {
                return Ok(());
            }
            store::set_trouble(tx, id, half, trouble.as_ref())?;
            tell(tx, ctx, id)
        })
        .await;
    if let Err::<(), StoreError>(error) = noted {
        tracing::warn!(mailbox.id = %id, "Cannot note how a mailbox is doing: {error}");
    }
}

/// After the intake of a mailbox failed, it is followed again after this.
pub const INTAKE_PAUSE: Duration = Duration::from_secs(10);

/// Follows a mailbox until `stop`, or until something of ours fails. Nothing is lost then: what
/// was not kept is still in the mailbox.
pub async fn follow(
    app: &App,
    (workspace, id): (WorkspaceId, MailboxId),
    plan: &Followed,
    stop: impl Future<Output = ()> + Send,
) -> Result<(), EmailError> {
    let mut intake = StoreIntake::new(app.clone(), workspace, id);
    let patience = imap::Patience::default();
    match imap::follow(&plan.account, &plan.rules, &patience, &mut intake, stop).await {
        Err(imap::FollowError::Intake(error)) => Err(error),
        // Troubles of the mailbox do not end following.
        Ok(()) | Err(imap::FollowError::Mailbox(_)) => Ok(()),
    }
}

/// Takes what is in a mailbox now, once: for tests and for a look by hand.
pub async fn look_once(
    app: &App,
    (workspace, id): (WorkspaceId, MailboxId),
    plan: &Followed,
) -> Result<Taken, imap::FollowError<EmailError>> {
    use imap::Intake as _;
    let mut intake = StoreIntake::new(app.clone(), workspace, id);
    let position = intake.position().await.map_err(imap::FollowError::Intake)?;
    let mut session = imap::Session::open(&plan.account).await?;
    let next = imap::plan(position, session.folder());
    let taken = imap::receive(&mut session, &plan.rules, &mut intake, next).await?;
    intake.looked(taken).await;
    session.close().await;
    Ok(taken)
}

//! Avatars: pictures of agents and inboxes.
//!
//! Customers see them on pages that send no credentials, so an avatar is served to whoever
//! knows its address, and the address cannot be guessed. It is always a picture we have
//! written ourselves, small and square. A picture that was replaced is gone at once; its
//! bytes are cleared away later.

use std::time::Duration;

use zhiyin_domain::avatar::{avatar_of, avatar_path};
use zhiyin_domain::events::{Aggregate, Change, Event};
use zhiyin_domain::ids::{AvatarId, InboxId, WorkspaceId};
use zhiyin_domain::limits::AVATAR_EDGE_PX;
use zhiyin_domain::permission::{Permission, Resource};
use zhiyin_store::avatars::{self as store, Avatar};
use zhiyin_store::identity::agents;
use zhiyin_store::{StoreError, Tx, inboxes};

use crate::attachments::{AttachmentError, Blobs, Upload, discard};
use crate::identity::{IdentityError, acting_agent};
use crate::inboxes::InboxError;
use crate::work::{Reconciler, Round, RoundFuture, Work, WorkError};
use crate::{App, Context, Principal};

/// Pictures cleared away in one round.
const BATCH: u32 = 100;

/// Whose picture it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The agent who asks.
    Me,
    /// An inbox.
    Inbox(InboxId),
}

/// Why a picture was not taken.
#[derive(Debug, thiserror::Error)]
pub enum AvatarError {
    /// It is not a picture we take.
    #[error(transparent)]
    File(#[from] AttachmentError),
    /// The caller has no picture.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The inbox refused it.
    #[error(transparent)]
    Inbox(#[from] InboxError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What this feature hands to the worker.
pub fn work() -> Work {
    Work {
        reconcilers: vec![Reconciler {
            name: "avatars.cleanup",
            period: Duration::from_mins(30),
            rest: Duration::from_mins(5),
            run: |app| Box::pin(round(app)) as RoundFuture,
        }],
        ..Work::default()
    }
}

async fn round(app: App) -> Result<Round, WorkError> {
    let retired = app
        .store()
        .read_system(move |system| store::retired(system, BATCH))
        .await?;
    let mut done = 0;
    for (workspace, id) in retired {
        let blob = app
            .store()
            .write(workspace, move |tx| store::delete_retired(tx, id))
            .await?;
        if let Some(blob) = blob {
            discard(&app, workspace, blob).await?;
            done += 1;
        }
    }
    Ok(Round {
        done,
        next_due: None,
    })
}

impl App {
    /// Takes a picture in and shows it from now on, cut to a square.
    pub async fn set_avatar(
        &self,
        principal: &Principal,
        subject: Subject,
        upload: Upload,
    ) -> Result<(), AvatarError> {
        // Nobody without the right makes us draw.
        self.read(principal, move |tx, ctx| may_set(tx, ctx, subject))
            .await?;
        let square = self.intake().square(upload, AVATAR_EDGE_PX).await?;
        let avatar = Avatar {
            id: AvatarId::from_uuid(uuid::Uuid::from_bytes(zhiyin_ports::random_bytes(
                &*self.parts().rng,
            ))),
            blob: square.hash,
            media_type: square.media_type.to_owned(),
            created_at: self.clock().now(),
        };
        let list = vec![(square.hash, square.bytes)];
        let blobs = Blobs::new(self, principal.workspace, list).keep().await?;
        let row = avatar.clone();
        let kept = self
            .write(principal, move |tx, ctx| {
                store::insert(tx, &row)?;
                replace(tx, ctx, subject, Some(row.id))
            })
            .await;
        if let Err(error) = kept {
            discard(self, principal.workspace, avatar.blob).await?;
            return Err(error);
        }
        blobs.keep_again().await?;
        Ok(())
    }

    /// Bytes of a picture that is shown somewhere, with its media type.
    pub async fn read_avatar(&self, id: AvatarId) -> Result<Option<ShownAvatar>, AvatarError> {
        let found: Option<(WorkspaceId, Avatar)> = self
            .store()
            .read_system(move |system| store::find(system, id))
            .await?;
        let Some((workspace, avatar)) = found else {
            return Ok(None);
        };
        let principal = Principal::system(workspace, "avatars");
        let bytes = self.read_file(&principal, avatar.blob, None).await?;
        Ok(Some(ShownAvatar {
            bytes,
            media_type: avatar.media_type,
        }))
    }
}

/// A picture as it is served.
#[derive(Debug, Clone)]
pub struct ShownAvatar {
    /// What is in it.
    pub bytes: Vec<u8>,
    /// `image/jpeg` or `image/png`.
    pub media_type: String,
}

/// Shows no picture any more.
pub fn remove(tx: &mut Tx<'_>, ctx: &Context, subject: Subject) -> Result<(), AvatarError> {
    replace(tx, ctx, subject, None)
}

fn may_set(tx: &mut Tx<'_>, ctx: &Context, subject: Subject) -> Result<(), AvatarError> {
    match subject {
        Subject::Me => {
            acting_agent(ctx)?;
        }
        Subject::Inbox(id) => {
            inboxes::get(tx, id)?.ok_or(InboxError::NotFound(id))?;
            ctx.require(Permission::ManageInboxes, &Resource::inbox(id))
                .map_err(InboxError::from)?;
        }
    }
    Ok(())
}

fn replace(
    tx: &mut Tx<'_>,
    ctx: &Context,
    subject: Subject,
    new: Option<AvatarId>,
) -> Result<(), AvatarError> {
    may_set(tx, ctx, subject)?;
    let (old, aggregate, id) = match subject {
        Subject::Me => {
            let id = acting_agent(ctx)?;
            let mut agent = agents::get(tx, id)?.ok_or(IdentityError::NotFound("agent"))?;
            let old = std::mem::replace(&mut agent.avatar, new);
            agents::save(tx, &agent)?;
            (old, Aggregate::Agent, id.uuid())
        }
        Subject::Inbox(id) => {
            let mut inbox = inboxes::get(tx, id)?.ok_or(InboxError::NotFound(id))?;
            let old = inbox.settings.avatar_url.as_deref().and_then(avatar_of);
            inbox.settings.avatar_url = new.map(avatar_path);
            inboxes::save(tx, &inbox)?;
            (old, Aggregate::Inbox, id.uuid())
        }
    };
    if old.is_none() && new.is_none() {
        return Ok(());
    }
    if let Some(old) = old {
        store::retire(tx, old, ctx.now())?;
    }
    ctx.append(
        tx,
        &Event::SettingChanged {
            aggregate,
            id,
            change: Change::Updated,
        },
    )?;
    Ok(())
}

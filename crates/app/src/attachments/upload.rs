//! Taking files in.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use zhiyin_domain::actor::Actor;
use zhiyin_domain::attachment::Attachment;
use zhiyin_domain::ids::{AttachmentId, ConversationId, WorkspaceId};
use zhiyin_domain::limits::{AGENT_UPLOAD_BYTES_MAX, UPLOAD_WINDOW, VISITOR_UPLOAD_BYTES_MAX};
use zhiyin_domain::permission::{Denied, Permission};
use zhiyin_ports::{BlobHash, BlobKey, BlobStore};
use zhiyin_store::{Tx, attachments as store};

use super::AttachmentError;
use super::inspect::{Inspected, Square, inspect, square};
use crate::{App, Context, Principal};

/// Files that are looked at at once: a large picture takes a core and 300 MB for a moment.
const RUNNING_MAX: usize = 2;
/// Files that may wait for that.
const WAITING_MAX: usize = 64;

/// Bytes of all files under way together; beyond it uploads are put off.
const ROOM_BYTES: usize = 192 * 1024 * 1024;
/// Room is given in pieces of this size.
const PIECE_BYTES: usize = 64 * 1024;

/// A file as it arrives.
pub struct Upload {
    /// Its name as the sender gave it.
    pub name: String,
    /// What the sender says it is.
    pub declared: Option<String>,
    /// What is in it.
    pub bytes: Vec<u8>,
    /// The only conversation it may be sent in, if one is named.
    pub conversation: Option<ConversationId>,
    /// The room its bytes take up.
    pub room: Room,
}

/// Memory that a file under way may take up. Taken as the bytes come in, so that many slow
/// senders hold no more than they have sent.
#[derive(Debug)]
pub struct Room {
    all: Arc<Semaphore>,
    taken: Option<OwnedSemaphorePermit>,
    bytes: usize,
}

impl Room {
    /// Makes room for more bytes.
    pub fn grow(&mut self, bytes: usize) -> Result<(), AttachmentError> {
        let before = self.bytes.div_ceil(PIECE_BYTES);
        self.bytes = self.bytes.saturating_add(bytes);
        let pieces = self.bytes.div_ceil(PIECE_BYTES) - before;
        let pieces = u32::try_from(pieces).map_err(|_| AttachmentError::TooLarge)?;
        let more = Arc::clone(&self.all)
            .try_acquire_many_owned(pieces)
            .map_err(|_| AttachmentError::Busy)?;
        match &mut self.taken {
            Some(taken) => taken.merge(more),
            None => self.taken = Some(more),
        }
        Ok(())
    }
}

/// Looks at files on few threads, so that a heap of pictures leaves the machine to others.
#[derive(Debug, Clone)]
pub struct Intake {
    running: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    room: Arc<Semaphore>,
}

impl Default for Intake {
    fn default() -> Self {
        Self {
            running: Arc::new(Semaphore::new(RUNNING_MAX)),
            waiting: Arc::default(),
            room: Arc::new(Semaphore::new(ROOM_BYTES / PIECE_BYTES)),
        }
    }
}

impl Intake {
    pub(crate) async fn look_at(&self, upload: Upload) -> Result<Inspected, AttachmentError> {
        self.work_on(upload, |bytes, name, declared| {
            inspect(bytes, name, declared)
        })
        .await
    }

    /// Cuts a picture to a square with edges of so many pixels.
    pub(crate) async fn square(
        &self,
        upload: Upload,
        edge_px: u32,
    ) -> Result<Square, AttachmentError> {
        self.work_on(upload, move |bytes, _, _| square(&bytes, edge_px))
            .await
    }

    async fn work_on<T: Send + 'static>(
        &self,
        upload: Upload,
        work: impl FnOnce(Vec<u8>, &str, Option<&str>) -> Result<T, AttachmentError> + Send + 'static,
    ) -> Result<T, AttachmentError> {
        if self.waiting.fetch_add(1, Ordering::SeqCst) >= WAITING_MAX {
            self.waiting.fetch_sub(1, Ordering::SeqCst);
            return Err(AttachmentError::Busy);
        }
        let permit = Arc::clone(&self.running).acquire_owned().await;
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        let permit = permit.expect("the semaphore is never closed");
        run_blocking(move || {
            let result = work(upload.bytes, &upload.name, upload.declared.as_deref());
            drop((permit, upload.room));
            result
        })
        .await
    }
}

/// Runs what blocks on a thread that may; a panic there is one here.
pub(crate) async fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> T {
    match spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

impl App {
    /// Room for a file that is about to come in; empty at first.
    pub fn upload_room(&self) -> Room {
        Room {
            all: Arc::clone(&self.intake().room),
            taken: None,
            bytes: 0,
        }
    }

    /// Takes a file in for the caller, who may then send it with a message.
    pub async fn upload(
        &self,
        principal: &Principal,
        upload: Upload,
    ) -> Result<Attachment, AttachmentError> {
        let conversation = upload.conversation;
        self.read(principal, move |tx, ctx| may_upload(tx, ctx, conversation))
            .await?;
        let inspected = self.intake().look_at(upload).await?;
        let attachment = Attachment {
            id: AttachmentId::from_uuid(self.parts().ids.uuid()),
            conversation_id: conversation,
            message_id: None,
            uploaded_by: principal.actor.clone(),
            blob: inspected.hash,
            thumbnail: inspected.thumbnail.as_ref().map(|(hash, _)| *hash),
            name: inspected.name,
            media_type: inspected.media_type,
            size_bytes: i64::try_from(inspected.bytes.len()).unwrap_or(i64::MAX),
            dimensions: inspected.dimensions,
            created_at: self.clock().now(),
        };
        let list = [(inspected.hash, inspected.bytes)]
            .into_iter()
            .chain(inspected.thumbnail)
            .collect();
        let blobs = Blobs::new(self, principal.workspace, list).keep().await?;
        let row = attachment.clone();
        let kept = self
            .write(principal, move |tx, ctx| insert(tx, ctx, &row))
            .await;
        if let Err(error) = kept {
            for (hash, _) in blobs.list {
                super::cleanup::discard(self, principal.workspace, hash).await?;
            }
            return Err(error);
        }
        blobs.keep_again().await?;
        Ok(attachment)
    }
}

/// Bytes on their way into the file store.
pub(crate) struct Blobs {
    store: Arc<dyn BlobStore>,
    workspace: WorkspaceId,
    list: Vec<(BlobHash, Vec<u8>)>,
}

impl Blobs {
    pub(crate) fn new(app: &App, workspace: WorkspaceId, list: Vec<(BlobHash, Vec<u8>)>) -> Self {
        Self {
            store: Arc::clone(&app.parts().blobs),
            workspace,
            list,
        }
    }

    fn key(&self, hash: BlobHash) -> BlobKey {
        BlobKey {
            workspace: self.workspace,
            hash,
        }
    }

    pub(crate) async fn keep(self) -> Result<Self, AttachmentError> {
        run_blocking(move || {
            for (hash, bytes) in &self.list {
                self.store.put(&self.key(*hash), bytes)?;
            }
            Ok(self)
        })
        .await
    }

    /// Somebody may have cleared equal bytes away while the row was not there yet.
    pub(crate) async fn keep_again(self) -> Result<(), AttachmentError> {
        run_blocking(move || {
            for (hash, bytes) in &self.list {
                if !self.store.exists(&self.key(*hash))? {
                    self.store.put(&self.key(*hash), bytes)?;
                }
            }
            Ok(())
        })
        .await
    }
}

/// Whether the caller may upload at all, and for this conversation.
fn may_upload(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: Option<ConversationId>,
) -> Result<(), AttachmentError> {
    let access = ctx.access();
    match ctx.actor() {
        // Agents have pictures of themselves, visitors their own conversation.
        Actor::Agent(_) | Actor::Visitor(_) | Actor::Bot | Actor::System(_) => {}
        Actor::App(_) => {
            let permission = Permission::Reply;
            if !access.holds(permission) && !access.holds(Permission::WriteNotes) {
                return Err(Denied { permission }.into());
            }
        }
    }
    if let Some(id) = conversation {
        zhiyin_store::conversations::get(tx, id)?
            .filter(|it| match ctx.actor() {
                Actor::Visitor(identity) => it.identity_id == *identity,
                _ => access.allows(Permission::ReadConversations, &it.resource()),
            })
            .ok_or(AttachmentError::ConversationNotFound(id))?;
    }
    check_quota(tx, ctx, 0)
}

fn insert(tx: &mut Tx<'_>, ctx: &Context, attachment: &Attachment) -> Result<(), AttachmentError> {
    may_upload(tx, ctx, attachment.conversation_id)?;
    check_quota(tx, ctx, attachment.size_bytes)?;
    Ok(store::insert(tx, attachment)?)
}

fn check_quota(tx: &mut Tx<'_>, ctx: &Context, more: i64) -> Result<(), AttachmentError> {
    let room = match ctx.actor() {
        Actor::Visitor(_) => VISITOR_UPLOAD_BYTES_MAX,
        Actor::Agent(_) | Actor::App(_) => AGENT_UPLOAD_BYTES_MAX,
        Actor::Bot | Actor::System(_) => return Ok(()),
    };
    let used = store::uploaded_since(tx, ctx.actor(), ctx.now().minus(UPLOAD_WINDOW))?;
    if used.saturating_add(more) > room {
        Err(AttachmentError::Quota)
    } else {
        Ok(())
    }
}

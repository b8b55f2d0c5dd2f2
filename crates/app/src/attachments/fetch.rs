//! Giving files out.

use std::ops::Range;
use std::sync::Arc;

use zhiyin_domain::actor::Actor;
use zhiyin_domain::attachment::Attachment;
use zhiyin_domain::ids::AttachmentId;
use zhiyin_domain::permission::Permission;
use zhiyin_ports::{BlobHash, BlobKey};
use zhiyin_store::{Tx, attachments as store};

use super::AttachmentError;
use super::upload::run_blocking;
use crate::{App, Context, Principal};

/// Which bytes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// The file.
    Whole,
    /// The small picture; the picture itself if it is small.
    Thumbnail,
}

/// A file the caller may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileInfo {
    /// The file.
    pub attachment: Attachment,
    /// The bytes asked for.
    pub blob: BlobHash,
    /// Their number, if it is known before they are read.
    pub size_bytes: Option<u64>,
}

/// Finds a file for the caller. What they may not see is not there.
pub fn locate(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: AttachmentId,
    variant: Variant,
) -> Result<FileInfo, AttachmentError> {
    let attachment = store::get(tx, id)?.ok_or(AttachmentError::NotFound(id))?;
    if !may_see(tx, ctx, &attachment)? {
        return Err(AttachmentError::NotFound(id));
    }
    let thumbnail = attachment
        .thumbnail
        .filter(|_| variant == Variant::Thumbnail);
    Ok(FileInfo {
        blob: thumbnail.unwrap_or(attachment.blob),
        size_bytes: match thumbnail {
            Some(_) => None,
            None => u64::try_from(attachment.size_bytes).ok(),
        },
        attachment,
    })
}

fn may_see(tx: &mut Tx<'_>, ctx: &Context, it: &Attachment) -> Result<bool, AttachmentError> {
    if is_evidence(tx, ctx, it)? {
        return Ok(true);
    }
    let Some(message) = it.message_id else {
        return Ok(it.uploaded_by == *ctx.actor() || may_see_scheduled(tx, ctx, it)?);
    };
    let Some(message) = zhiyin_store::conversations::messages::get(tx, message)? else {
        return Ok(false);
    };
    let Some(conversation) = zhiyin_store::conversations::get(tx, message.conversation_id)? else {
        return Ok(false);
    };
    // A recalled message has let go of its files.
    let is_there = message.content.attachment_ids.contains(&it.id);
    Ok(is_there
        && match ctx.actor() {
            Actor::Visitor(identity) => {
                conversation.identity_id == *identity && message.is_public()
            }
            Actor::Agent(_) | Actor::App(_) | Actor::Bot | Actor::System(_) => ctx
                .access()
                .allows(Permission::ReadConversations, &conversation.resource()),
        })
}

/// A file that is evidence may be seen by whoever may see its case.
fn is_evidence(tx: &mut Tx<'_>, ctx: &Context, it: &Attachment) -> Result<bool, AttachmentError> {
    if matches!(ctx.actor(), Actor::Visitor(_)) {
        return Ok(false);
    }
    let Some(case) = zhiyin_store::cases::evidence::holder(tx, it.id)? else {
        return Ok(false);
    };
    let case = zhiyin_store::cases::get(tx, case)?;
    Ok(case.is_some_and(|case| crate::cases::sees(ctx, &case)))
}

/// A file that waits to be sent later may be seen by colleagues who see where it goes.
fn may_see_scheduled(
    tx: &mut Tx<'_>,
    ctx: &Context,
    it: &Attachment,
) -> Result<bool, AttachmentError> {
    if matches!(ctx.actor(), Actor::Visitor(_)) {
        return Ok(false);
    }
    let Some(conversation) = zhiyin_store::scheduled_messages::holder(tx, it.id)? else {
        return Ok(false);
    };
    let conversation = zhiyin_store::conversations::get(tx, conversation)?;
    Ok(conversation.is_some_and(|conversation| {
        let resource = conversation.resource();
        ctx.access()
            .allows(Permission::ReadConversations, &resource)
    }))
}

impl App {
    /// Bytes of a file that [`locate`] has found; all of them without a range.
    pub async fn read_file(
        &self,
        principal: &Principal,
        blob: BlobHash,
        range: Option<Range<u64>>,
    ) -> Result<Vec<u8>, AttachmentError> {
        let blobs = Arc::clone(&self.parts().blobs);
        let key = BlobKey {
            workspace: principal.workspace,
            hash: blob,
        };
        let bytes = run_blocking(move || match range {
            None => blobs.get(&key),
            Some(range) => blobs.range(&key, range),
        })
        .await?;
        Ok(bytes)
    }
}

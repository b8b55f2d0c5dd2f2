//! Mails as they came: the page that is shown in a frame of its own, and the original.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zhiyin_channels::email::html::{Image, sanitise};
use zhiyin_domain::attachment::Attachment;
use zhiyin_domain::ids::{AttachmentId, MessageId};
use zhiyin_domain::mail::Mail;
use zhiyin_ports::{BlobHash, BlobKey};

use super::{EmailError, pictures};
use crate::attachments::run_blocking;
use crate::conversations::{ConversationError, MessageView, message_view};
use crate::{App, Principal};

/// Bytes of pictures that are put into one page.
const INLINE_BYTES_MAX: usize = 12 * 1024 * 1024;

/// Whether pictures on servers of others are loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RemotePictures {
    /// If the workspace does not want to be asked about this sender.
    #[default]
    AsAgreed,
    /// Somebody asks for them.
    Shown,
}

/// HTML that may be shown in a frame without rights.
#[derive(Debug)]
pub struct Page {
    /// The body, made harmless; pictures of the mail itself are inside it.
    pub html: String,
    /// Pictures on servers of others.
    pub remote_images: usize,
    /// Whether they are loaded, through us.
    pub are_pictures_shown: bool,
}

/// A mail as it came or left.
#[derive(Debug)]
pub struct RawMail {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// A name for the file.
    pub name: String,
}

impl App {
    async fn mail_of(
        &self,
        principal: &Principal,
        id: MessageId,
    ) -> Result<(MessageView, Mail), EmailError> {
        let view = self
            .read(principal, move |tx, ctx| message_view(tx, ctx, id))
            .await?;
        let mail = view.mail.clone();
        let not_found = ConversationError::MessageNotFound(id);
        let mail = mail.filter(|_| view.message.recalled_at.is_none());
        Ok((view, mail.ok_or(not_found)?))
    }

    /// The HTML of a mail, made harmless by the rules of today.
    pub async fn mail_page(
        &self,
        principal: &Principal,
        id: MessageId,
        remote: RemotePictures,
    ) -> Result<Page, EmailError> {
        let (view, mail) = self.mail_of(principal, id).await?;
        let named = mail.clone();
        let (links, is_agreed) = self
            .read(principal, move |tx, _| {
                let is_agreed = pictures::are_shown(tx, &named)?;
                Ok::<_, EmailError>((pictures::links(tx)?, is_agreed))
            })
            .await?;
        let are_pictures_shown = is_agreed || remote == RemotePictures::Shown;
        let hash = mail.html.ok_or(ConversationError::MessageNotFound(id))?;
        let key = |hash: BlobHash| BlobKey {
            workspace: principal.workspace,
            hash,
        };
        let key_of_page = key(hash);
        let keys: Vec<(Attachment, BlobKey)> = view
            .attachments
            .into_iter()
            .filter(Attachment::is_image)
            .map(|it| (it.clone(), key(it.blob)))
            .collect();
        let blobs = Arc::clone(&self.parts().blobs);
        run_blocking(move || {
            let html = String::from_utf8_lossy(&blobs.get(&key_of_page)?).into_owned();
            let mut room = INLINE_BYTES_MAX;
            let mut inside: Vec<(AttachmentId, String)> = Vec::new();
            for (file, key) in keys {
                let size = usize::try_from(file.size_bytes).unwrap_or(usize::MAX);
                let is_shown = html.contains(&format!("cid:{}", file.id));
                if !is_shown || size > room {
                    continue;
                }
                room -= size;
                let data = STANDARD.encode(blobs.get(&key)?);
                let address = format!("data:{};base64,{data}", file.media_type);
                inside.push((file.id, address));
            }
            let clean = sanitise(&html, move |image| match image {
                Image::Inline(id) => {
                    let found = inside.iter().find(|(known, _)| known.to_string() == id);
                    found.map(|(_, address)| address.clone())
                }
                Image::Remote(url) if are_pictures_shown => pictures::link(&links, id, url),
                Image::Remote(_) => None,
            });
            Ok(Page {
                html: clean.html,
                remote_images: clean.remote_images,
                are_pictures_shown,
            })
        })
        .await
    }

    /// A mail as it came or left, for those who may read its conversation.
    pub async fn raw_mail(
        &self,
        principal: &Principal,
        id: MessageId,
    ) -> Result<RawMail, EmailError> {
        let (_, mail) = self.mail_of(principal, id).await?;
        let hash = mail.raw.ok_or(ConversationError::MessageNotFound(id))?;
        let blobs = Arc::clone(&self.parts().blobs);
        let key = BlobKey {
            workspace: principal.workspace,
            hash,
        };
        let bytes = run_blocking(move || blobs.get(&key)).await?;
        Ok(RawMail {
            bytes,
            name: format!("{id}.eml"),
        })
    }
}

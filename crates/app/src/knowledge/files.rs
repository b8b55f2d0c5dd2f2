//! Pictures and files of articles.
//!
//! Readers of the help centre send no credentials, so a file is served to whoever knows its address, and
//! the address cannot be guessed. Pictures are written anew; what is not a picture is only saved, never
//! shown. Files stay, because versions of articles stay readable.

use zhiyin_domain::attachment::BlobHash;
use zhiyin_domain::ids::{ArticleFileId, WorkspaceId};
use zhiyin_domain::limits::{ARTICLE_FILES_BYTES_MAX, ARTICLE_FILES_MAX};
use zhiyin_domain::permission::Permission;
use zhiyin_store::Tx;
use zhiyin_store::knowledge::files::{self as store, ArticleFile};

use super::{KnowledgeError, require};
use crate::attachments::{AttachmentError, Blobs, Upload, discard};
use crate::{App, Context, Principal};

/// What stands before the identifier in the address of a file.
pub const ARTICLE_FILE_PATH: &str = "/help-files/";

/// Where a file is fetched, on this server.
#[must_use]
pub fn article_file_path(id: ArticleFileId) -> String {
    format!("{ARTICLE_FILE_PATH}{id}")
}

/// Why a file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ArticleFileError {
    /// It is not a file we take.
    #[error(transparent)]
    File(#[from] AttachmentError),
    /// The caller may not, or there is no room.
    #[error(transparent)]
    Knowledge(#[from] KnowledgeError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] zhiyin_store::StoreError),
}

/// A file as it is served.
#[derive(Debug, Clone)]
pub struct ShownFile {
    /// What it is.
    pub file: ArticleFile,
    /// What is in it.
    pub bytes: Vec<u8>,
}

fn may_add(tx: &mut Tx<'_>, ctx: &Context, bytes: i64) -> Result<(), ArticleFileError> {
    require(ctx, Permission::WriteKnowledge)?;
    let (files, taken) = store::total(tx)?;
    if files >= ARTICLE_FILES_MAX || taken.saturating_add(bytes) > ARTICLE_FILES_BYTES_MAX {
        let most = usize::try_from(files).unwrap_or(usize::MAX);
        return Err(KnowledgeError::TooMany(most).into());
    }
    Ok(())
}

impl App {
    /// Takes a file in for articles.
    pub async fn upload_article_file(
        &self,
        principal: &Principal,
        upload: Upload,
    ) -> Result<ArticleFile, ArticleFileError> {
        let bytes = i64::try_from(upload.bytes.len()).unwrap_or(i64::MAX);
        // Nobody without the right makes us decode pictures.
        self.read(principal, move |tx, ctx| may_add(tx, ctx, bytes))
            .await?;
        let inspected = self.intake().look_at(upload).await?;
        let file = ArticleFile {
            id: ArticleFileId::from_uuid(uuid::Uuid::from_bytes(zhiyin_ports::random_bytes(
                &*self.parts().rng,
            ))),
            blob: inspected.hash,
            name: inspected.name.as_str().to_owned(),
            media_type: inspected.media_type,
            size_bytes: i64::try_from(inspected.bytes.len()).unwrap_or(i64::MAX),
            dimensions: inspected.dimensions,
            created_at: self.clock().now(),
        };
        let list = vec![(inspected.hash, inspected.bytes)];
        let blobs = Blobs::new(self, principal.workspace, list).keep().await?;
        let row = file.clone();
        let kept = self
            .write(principal, move |tx, ctx| {
                may_add(tx, ctx, row.size_bytes)?;
                Ok::<_, ArticleFileError>(store::insert(tx, &row)?)
            })
            .await;
        if let Err(error) = kept {
            self.forget_bytes(principal.workspace, file.blob).await?;
            return Err(error);
        }
        blobs.keep_again().await?;
        Ok(file)
    }

    async fn forget_bytes(
        &self,
        workspace: WorkspaceId,
        blob: BlobHash,
    ) -> Result<(), ArticleFileError> {
        Ok(discard(self, workspace, blob).await?)
    }

    /// The file at an address.
    pub async fn read_article_file(
        &self,
        id: ArticleFileId,
    ) -> Result<Option<ShownFile>, ArticleFileError> {
        let found = self
            .store()
            .read_system(move |system| store::find(system, id))
            .await?;
        let Some((workspace, file)) = found else {
            return Ok(None);
        };
        let principal = Principal::system(workspace, "help-centre");
        let bytes = self.read_file(&principal, file.blob, None).await?;
        Ok(Some(ShownFile { file, bytes }))
    }
}

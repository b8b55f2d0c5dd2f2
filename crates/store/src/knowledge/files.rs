//! Pictures and files of articles, found by an id that cannot be guessed. They stay, since versions
//! of articles stay readable.

use zhiyin_domain::attachment::{BlobHash, Dimensions};
use zhiyin_domain::ids::{ArticleFileId, WorkspaceId};
use zhiyin_domain::time::Timestamp;

use crate::{Row, StoreError, SystemTx, Tx, params};

/// A file of articles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleFile {
    /// Identifier: 128 random bits.
    pub id: ArticleFileId,
    /// Where its bytes are.
    pub blob: BlobHash,
    /// Its name for people.
    pub name: String,
    /// What it is, by its bytes.
    pub media_type: String,
    /// How large it is.
    pub size_bytes: i64,
    /// Width and height of a picture.
    pub dimensions: Option<Dimensions>,
    /// When it was uploaded.
    pub created_at: Timestamp,
}

const COLUMNS: &str =
    "id, workspace_id, blob_hash, name, media_type, size_bytes, width, height, created_at";

impl TryFrom<&Row> for ArticleFile {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        let hash: Vec<u8> = row.get("blob_hash")?;
        let edge = |column: &str| -> Result<Option<u32>, StoreError> {
            let edge: Option<i64> = row.get(column)?;
            edge.map(|edge| u32::try_from(edge).map_err(|_| row.inconsistent(column)))
                .transpose()
        };
        let dimensions = edge("width")?.zip(edge("height")?);
        Ok(Self {
            id: row.get("id")?,
            blob: BlobHash::try_from(hash.as_slice()).map_err(|_| row.inconsistent("blob_hash"))?,
            name: row.get("name")?,
            media_type: row.get("media_type")?,
            size_bytes: row.get("size_bytes")?,
            dimensions: dimensions.map(|(width, height)| Dimensions { width, height }),
            created_at: row.get("created_at")?,
        })
    }
}

/// Adds a file.
pub fn insert(tx: &mut Tx<'_>, it: &ArticleFile) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO article_files
             (id, workspace_id, blob_hash, name, media_type, size_bytes, width, height, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            it.id,
            tx.workspace(),
            it.blob.as_bytes().to_vec(),
            it.name,
            it.media_type,
            it.size_bytes,
            it.dimensions.map(|it| i64::from(it.width)),
            it.dimensions.map(|it| i64::from(it.height)),
            it.created_at
        ],
    )?;
    Ok(())
}

/// A file of this workspace.
pub fn get(tx: &mut Tx<'_>, id: ArticleFileId) -> Result<Option<ArticleFile>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM article_files WHERE workspace_id = $1 AND id = $2");
    let row = tx.maybe(&sql, params![tx.workspace(), id])?;
    row.as_ref().map(ArticleFile::try_from).transpose()
}

/// A file of anybody, with its workspace.
pub fn find(
    system: &mut SystemTx<'_>,
    id: ArticleFileId,
) -> Result<Option<(WorkspaceId, ArticleFile)>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM article_files WHERE id = $1");
    match system.maybe(&sql, params![id])? {
        None => Ok(None),
        Some(row) => Ok(Some((
            row.get("workspace_id")?,
            ArticleFile::try_from(&row)?,
        ))),
    }
}

/// How many files there are, and how many bytes.
pub fn total(tx: &mut Tx<'_>) -> Result<(i64, i64), StoreError> {
    let sql = "SELECT count(*) AS files, coalesce(sum(size_bytes), 0) AS bytes FROM article_files
         WHERE workspace_id = $1";
    let row = tx.one(sql, params![tx.workspace()])?;
    Ok((row.get("files")?, row.get("bytes")?))
}

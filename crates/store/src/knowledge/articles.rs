//! Articles, without their texts.

use std::collections::BTreeSet;

use zhiyin_domain::ids::{ArticleCategoryId, ArticleId, WorkspaceId};
use zhiyin_domain::knowledge::{Article, Audience};
use zhiyin_domain::time::Timestamp;

use crate::named::{json, named, to_json};
use crate::{Row, StoreError, SystemTx, Tx, params};

const COLUMNS: &str = "a.id, a.category_id, a.audience, a.source, a.tags, a.owner_id, a.review_by, \
    a.reminded_for, a.source_id, a.merged_into, a.created_at, a.updated_at, a.version";

impl TryFrom<&Row> for Article {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        let source = row.text("source")?.parse();
        let tags: BTreeSet<String> = json(row, "tags")?;
        Ok(Self {
            id: row.get("id")?,
            category_id: row.get("category_id")?,
            audience: named(row, "audience", &Audience::ALL, Audience::as_str)?,
            source: source.map_err(|_| row.inconsistent("source"))?,
            tags,
            owner_id: row.get("owner_id")?,
            review_by: row.get("review_by")?,
            reminded_for: row.get("reminded_for")?,
            source_id: row.get("source_id")?,
            merged_into: row.get("merged_into")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
            version: row.get("version")?,
        })
    }
}

/// Which articles a list shows. What is none is any.
#[derive(Debug, Clone, Default)]
pub struct ArticleFilter {
    /// Status of at least one language.
    pub status: Option<&'static str>,
    /// Where they stand.
    pub category: Option<ArticleCategoryId>,
    /// Who may read them.
    pub audience: Option<Audience>,
    /// Those that somebody should have looked at by then.
    pub review_by: Option<Timestamp>,
}

/// Adds an article.
pub fn insert(tx: &mut Tx<'_>, it: &Article) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO articles (id, workspace_id, category_id, audience, source, tags, owner_id,
             review_by, reminded_for, source_id, merged_into, created_at, updated_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        params![
            it.id,
            tx.workspace(),
            it.category_id,
            it.audience.as_str(),
            it.source.as_str(),
            to_json(&it.tags),
            it.owner_id,
            it.review_by,
            it.reminded_for,
            it.source_id,
            it.merged_into,
            it.created_at,
            it.updated_at,
            it.version
        ],
    )?;
    Ok(())
}

/// Saves everything but when and of what it was made; the version rises by one.
pub fn save(tx: &mut Tx<'_>, it: &Article) -> Result<Article, StoreError> {
    tx.execute_versioned(
        "UPDATE articles SET category_id = $4, audience = $5, source = $6, tags = $7,
             owner_id = $8, review_by = $9, updated_at = $10, reminded_for = $11,
             merged_into = $12, version = version + 1
         WHERE workspace_id = $1 AND id = $2 AND version = $3",
        params![
            tx.workspace(),
            it.id,
            it.version,
            it.category_id,
            it.audience.as_str(),
            it.source.as_str(),
            to_json(&it.tags),
            it.owner_id,
            it.review_by,
            it.updated_at,
            it.reminded_for,
            it.merged_into
        ],
    )?;
    Ok(Article {
        version: it.version + 1,
        ..it.clone()
    })
}

/// One article.
pub fn get(tx: &mut Tx<'_>, id: ArticleId) -> Result<Option<Article>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM articles a WHERE a.workspace_id = $1 AND a.id = $2");
    let row = tx.maybe(&sql, params![tx.workspace(), id])?;
    row.as_ref().map(Article::try_from).transpose()
}

/// One article, which nobody else changes until the end of the transaction.
pub fn get_for_update(tx: &mut Tx<'_>, id: ArticleId) -> Result<Option<Article>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM articles a WHERE a.workspace_id = $1 AND a.id = $2{}",
        tx.for_update()
    );
    let row = tx.maybe(&sql, params![tx.workspace(), id])?;
    row.as_ref().map(Article::try_from).transpose()
}

/// The article that was made of a thing.
pub fn by_source_id(tx: &mut Tx<'_>, source: &str) -> Result<Option<Article>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM articles a WHERE a.workspace_id = $1 AND a.source_id = $2");
    let row = tx.maybe(&sql, params![tx.workspace(), source])?;
    row.as_ref().map(Article::try_from).transpose()
}

/// Articles that somebody should look at by now and of which nobody was told, in all workspaces.
pub fn to_review(
    system: &mut SystemTx<'_>,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<(WorkspaceId, ArticleId)>, StoreError> {
    let rows = system.query(
        "SELECT workspace_id, id FROM articles
         WHERE review_by <= $1 AND (reminded_for IS NULL OR reminded_for <> review_by)
           AND merged_into IS NULL
         ORDER BY review_by LIMIT $2",
        params![now, i64::from(limit)],
    )?;
    rows.iter()
        .map(|row| Ok((row.get("workspace_id")?, row.get("id")?)))
        .collect()
}

/// A page of articles, changed last first, after the one with `(updated_at, id)`.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &ArticleFilter,
    after: Option<(Timestamp, ArticleId)>,
    limit: u32,
) -> Result<Vec<Article>, StoreError> {
    let (before_at, before_id) = after.unzip();
    let sql = format!(
        "SELECT {COLUMNS} FROM articles a
         WHERE a.workspace_id = $1
           AND (a.category_id = $2 OR $2 IS NULL)
           AND (a.audience = $3 OR $3 IS NULL)
           AND (a.review_by <= $4 OR $4 IS NULL)
           AND (EXISTS (SELECT 1 FROM article_translations t
                        WHERE t.article_id = a.id AND t.status = $5) OR $5 IS NULL)
           AND (a.updated_at < $6 OR (a.updated_at = $6 AND a.id < $7) OR $6 IS NULL)
         ORDER BY a.updated_at DESC, a.id DESC LIMIT $8"
    );
    let rows = tx.query(
        &sql,
        params![
            tx.workspace(),
            filter.category,
            filter.audience.as_ref().map(Audience::as_str),
            filter.review_by,
            filter.status,
            before_at,
            before_id,
            i64::from(limit)
        ],
    )?;
    rows.iter().map(Article::try_from).collect()
}

/// How many there are.
pub fn count(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let sql = "SELECT count(*) AS number FROM articles WHERE workspace_id = $1";
    tx.one(sql, params![tx.workspace()])?.get("number")
}

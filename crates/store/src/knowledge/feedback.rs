//! What readers say of articles.

use zhiyin_domain::ids::{ArticleFeedbackId, ArticleId};
use zhiyin_domain::knowledge::ArticleFeedback;
use zhiyin_domain::time::Timestamp;

use crate::{Row, StoreError, Tx, params};

impl TryFrom<&Row> for ArticleFeedback {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        let locale = row.text("locale")?.parse();
        Ok(Self {
            id: row.get("id")?,
            article_id: row.get("article_id")?,
            locale: locale.map_err(|_| row.inconsistent("locale"))?,
            revision: row.get("revision")?,
            is_helpful: row.get("is_helpful")?,
            comment: row.get("comment")?,
            at: row.get("created_at")?,
        })
    }
}

/// Keeps an opinion and counts it with the text it is about.
pub fn insert(tx: &mut Tx<'_>, it: &ArticleFeedback) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO article_feedback (id, workspace_id, article_id, locale, revision, is_helpful,
             comment, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            it.id,
            tx.workspace(),
            it.article_id,
            it.locale.as_str(),
            it.revision,
            it.is_helpful,
            it.comment,
            it.at
        ],
    )?;
    let helpful = i64::from(it.is_helpful);
    tx.execute(
        "UPDATE article_translations SET helpful = helpful + $4, unhelpful = unhelpful + $5
         WHERE workspace_id = $1 AND article_id = $2 AND locale = $3",
        params![
            tx.workspace(),
            it.article_id,
            it.locale.as_str(),
            helpful,
            1 - helpful
        ],
    )?;
    Ok(())
}

/// Adds a comment to an opinion that has none yet; whether there was such a one.
pub fn add_comment(
    tx: &mut Tx<'_>,
    id: ArticleFeedbackId,
    comment: &str,
) -> Result<bool, StoreError> {
    let sql = "UPDATE article_feedback SET comment = $3
         WHERE workspace_id = $1 AND id = $2 AND comment IS NULL";
    Ok(tx.execute(sql, params![tx.workspace(), id, comment])? > 0)
}

/// Opinions on an article, newest first, those after `(at, id)`.
pub fn list(
    tx: &mut Tx<'_>,
    article: ArticleId,
    after: Option<(Timestamp, ArticleFeedbackId)>,
    limit: u32,
) -> Result<Vec<ArticleFeedback>, StoreError> {
    let (at, id) = after.unzip();
    let sql = "SELECT id, article_id, locale, revision, is_helpful, comment, created_at
         FROM article_feedback
         WHERE workspace_id = $1 AND article_id = $2
           AND (created_at < $3 OR (created_at = $3 AND id < $4) OR $3 IS NULL)
         ORDER BY created_at DESC, id DESC LIMIT $5";
    let limit = i64::from(limit);
    let rows = tx.query(sql, params![tx.workspace(), article, at, id, limit])?;
    rows.iter().map(ArticleFeedback::try_from).collect()
}

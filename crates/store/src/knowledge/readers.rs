//! What readers see: published texts with what their articles share.

use zhiyin_domain::ids::{ArticleCategoryId, ArticleId};
use zhiyin_domain::knowledge::{Audience, Content, PageSlug};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::time::Timestamp;

use crate::named::{json, named};
use crate::{Row, StoreError, Tx, params};

const COLUMNS: &str = "t.article_id, t.locale, t.slug, t.live_revision, t.live_title, t.live_summary, \
    t.live_body, t.live_at, t.helpful, t.unhelpful, a.category_id, a.audience, a.tags";
const TABLES: &str = "article_translations t JOIN articles a ON a.id = t.article_id";

/// A published text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedArticle {
    /// The article.
    pub id: ArticleId,
    /// The language.
    pub locale: Locale,
    /// Its name in addresses.
    pub slug: PageSlug,
    /// Number of the revision.
    pub revision: i64,
    /// The text.
    pub content: Content,
    /// When it was published.
    pub published_at: Timestamp,
    /// Readers whom it helped.
    pub helpful: i64,
    /// Readers whom it did not help.
    pub unhelpful: i64,
    /// Where it stands.
    pub category_id: Option<ArticleCategoryId>,
    /// Who may read it.
    pub audience: Audience,
    /// Words people put on it.
    pub tags: Vec<String>,
}

impl TryFrom<&Row> for PublishedArticle {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        let slug = row.text("slug")?.parse();
        let locale = row.text("locale")?.parse();
        Ok(Self {
            id: row.get("article_id")?,
            locale: locale.map_err(|_| row.inconsistent("locale"))?,
            slug: slug.map_err(|_| row.inconsistent("slug"))?,
            revision: row.get("live_revision")?,
            content: Content {
                title: row.get("live_title")?,
                summary: row.get("live_summary")?,
                body: row.get("live_body")?,
            },
            published_at: row.get("live_at")?,
            helpful: row.get("helpful")?,
            unhelpful: row.get("unhelpful")?,
            category_id: row.get("category_id")?,
            audience: named(row, "audience", &Audience::ALL, Audience::as_str)?,
            tags: json(row, "tags")?,
        })
    }
}

/// All published texts, for an index in memory.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<PublishedArticle>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM {TABLES}
         WHERE t.workspace_id = $1 AND t.live_revision IS NOT NULL
         ORDER BY t.article_id, t.locale"
    );
    let rows = tx.query(&sql, params![tx.workspace()])?;
    rows.iter().map(PublishedArticle::try_from).collect()
}

/// Whether anything is published for everybody.
pub fn has_public(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    let sql = format!(
        "SELECT t.article_id FROM {TABLES}
         WHERE t.workspace_id = $1 AND t.live_revision IS NOT NULL AND a.audience = 'public'
         LIMIT 1"
    );
    Ok(tx.maybe(&sql, params![tx.workspace()])?.is_some())
}

/// One published text by its address.
pub fn by_slug(
    tx: &mut Tx<'_>,
    locale: Locale,
    slug: &PageSlug,
) -> Result<Option<PublishedArticle>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM {TABLES}
         WHERE t.workspace_id = $1 AND t.locale = $2 AND t.slug = $3 AND t.live_revision IS NOT NULL"
    );
    let row = tx.maybe(
        &sql,
        params![tx.workspace(), locale.as_str(), slug.as_str()],
    )?;
    row.as_ref().map(PublishedArticle::try_from).transpose()
}

/// All languages in which an article is published.
pub fn languages(tx: &mut Tx<'_>, id: ArticleId) -> Result<Vec<PublishedArticle>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM {TABLES}
         WHERE t.workspace_id = $1 AND t.article_id = $2 AND t.live_revision IS NOT NULL
         ORDER BY t.locale"
    );
    let rows = tx.query(&sql, params![tx.workspace(), id])?;
    rows.iter().map(PublishedArticle::try_from).collect()
}

/// The article an old address leads to.
pub fn redirected(
    tx: &mut Tx<'_>,
    locale: Locale,
    slug: &PageSlug,
) -> Result<Option<ArticleId>, StoreError> {
    let sql = "SELECT article_id FROM article_redirects
         WHERE workspace_id = $1 AND locale = $2 AND slug = $3";
    let row = tx.maybe(sql, params![tx.workspace(), locale.as_str(), slug.as_str()])?;
    row.map(|row| row.get("article_id")).transpose()
}

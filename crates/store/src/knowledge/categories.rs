//! Categories of articles.

use zhiyin_domain::ids::ArticleCategoryId;
use zhiyin_domain::knowledge::ArticleCategory;

use crate::named::{json, to_json};
use crate::{Row, StoreError, Tx, params};

const COLUMNS: &str = "id, parent_id, slug, name, description, position, created_at, version";

impl TryFrom<&Row> for ArticleCategory {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        let slug = row.text("slug")?.parse();
        Ok(Self {
            id: row.get("id")?,
            parent_id: row.get("parent_id")?,
            slug: slug.map_err(|_| row.inconsistent("slug"))?,
            name: json(row, "name")?,
            description: json(row, "description")?,
            position: row.get("position")?,
            created_at: row.get("created_at")?,
            version: row.get("version")?,
        })
    }
}

/// Adds a category. Its address must be free: `article_categories_slug`.
pub fn insert(tx: &mut Tx<'_>, it: &ArticleCategory) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO article_categories (id, workspace_id, parent_id, slug, name, description,
             position, created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            it.id,
            tx.workspace(),
            it.parent_id,
            it.slug.as_str(),
            to_json(&it.name),
            to_json(&it.description),
            it.position,
            it.created_at,
            it.version
        ],
    )?;
    Ok(())
}

/// Saves a category; the version rises by one.
pub fn save(tx: &mut Tx<'_>, it: &ArticleCategory) -> Result<ArticleCategory, StoreError> {
    tx.execute_versioned(
        "UPDATE article_categories SET parent_id = $4, slug = $5, name = $6, description = $7,
             position = $8, version = version + 1
         WHERE workspace_id = $1 AND id = $2 AND version = $3",
        params![
            tx.workspace(),
            it.id,
            it.version,
            it.parent_id,
            it.slug.as_str(),
            to_json(&it.name),
            to_json(&it.description),
            it.position
        ],
    )?;
    Ok(ArticleCategory {
        version: it.version + 1,
        ..it.clone()
    })
}

/// All categories in their order.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<ArticleCategory>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM article_categories WHERE workspace_id = $1 ORDER BY position, slug"
    );
    let rows = tx.query(&sql, params![tx.workspace()])?;
    rows.iter().map(ArticleCategory::try_from).collect()
}

/// Whether articles stand in a category.
pub fn holds_articles(tx: &mut Tx<'_>, id: ArticleCategoryId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 AS one FROM articles WHERE workspace_id = $1 AND category_id = $2 LIMIT 1";
    Ok(tx.maybe(sql, params![tx.workspace(), id])?.is_some())
}

/// Removes an empty category.
pub fn delete(tx: &mut Tx<'_>, id: ArticleCategoryId) -> Result<(), StoreError> {
    tx.execute_versioned(
        "DELETE FROM article_categories WHERE workspace_id = $1 AND id = $2",
        params![tx.workspace(), id],
    )
}

//! Languages of articles, their versions, and the addresses they had.

use zhiyin_domain::ids::{ArticleId, WorkspaceId};
use zhiyin_domain::knowledge::{Content, Live, PageSlug, Plan, Revision, Status, Translation};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::time::Timestamp;

use crate::{Row, StoreError, SystemTx, Tx, params};

pub(super) const COLUMNS: &str = "t.article_id, t.locale, t.slug, t.title, t.summary, t.body, \
    t.revision, t.status, t.status_by, t.status_at, t.live_revision, t.live_title, t.live_summary, \
    t.live_body, t.live_at, t.publish_at, t.publish_by, t.based_on, t.updated_at, t.updated_by, t.helpful, t.unhelpful, t.version";

impl TryFrom<&Row> for Translation {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        let slug = row.text("slug")?.parse();
        let locale = row.text("locale")?.parse();
        Ok(Self {
            article_id: row.get("article_id")?,
            locale: locale.map_err(|_| row.inconsistent("locale"))?,
            slug: slug.map_err(|_| row.inconsistent("slug"))?,
            content: content(row)?,
            revision: row.get("revision")?,
            status: status(row)?,
            live: live(row)?,
            scheduled: plan(row)?,
            based_on: row.get("based_on")?,
            updated_at: row.get("updated_at")?,
            updated_by: actor(row, "updated_by")?,
            helpful: row.get("helpful")?,
            unhelpful: row.get("unhelpful")?,
            version: row.get("version")?,
        })
    }
}

fn content(row: &Row) -> Result<Content, StoreError> {
    Ok(Content {
        title: row.get("title")?,
        summary: row.get("summary")?,
        body: row.get("body")?,
    })
}

fn actor(row: &Row, column: &str) -> Result<zhiyin_domain::actor::Actor, StoreError> {
    let actor = row.text(column)?.parse();
    actor.map_err(|_| row.inconsistent(column))
}

fn status(row: &Row) -> Result<Status, StoreError> {
    Ok(match row.text("status")? {
        "draft" => Status::Draft,
        "published" => Status::Published,
        "review" => Status::Review {
            by: actor(row, "status_by")?,
            at: row.get("status_at")?,
        },
        "archived" => Status::Archived {
            by: actor(row, "status_by")?,
            at: row.get("status_at")?,
        },
        _ => return Err(row.inconsistent("status")),
    })
}

fn live(row: &Row) -> Result<Option<Live>, StoreError> {
    let Some(revision) = row.get("live_revision")? else {
        return Ok(None);
    };
    Ok(Some(Live {
        revision,
        content: Content {
            title: row.get("live_title")?,
            summary: row.get("live_summary")?,
            body: row.get("live_body")?,
        },
        at: row.get("live_at")?,
    }))
}

fn plan(row: &Row) -> Result<Option<Plan>, StoreError> {
    let Some(at) = row.get("publish_at")? else {
        return Ok(None);
    };
    let by = actor(row, "publish_by")?;
    Ok(Some(Plan { at, by }))
}

/// Who brought it there and when: the columns behind a status.
fn status_columns(status: &Status) -> (Option<String>, Option<Timestamp>) {
    match status {
        Status::Draft | Status::Published => (None, None),
        Status::Review { by, at } | Status::Archived { by, at } => {
            (Some(by.to_string()), Some(*at))
        }
    }
}

/// Adds a language with its first revision. Its address must be free:
/// `article_translations_slug`; and the language new: `article_translations_pkey`.
pub fn insert(tx: &mut Tx<'_>, it: &Translation) -> Result<(), StoreError> {
    let (by, at) = status_columns(&it.status);
    let live = it.live.as_ref();
    tx.execute(
        "INSERT INTO article_translations (article_id, locale, workspace_id, slug, title, summary,
             body, revision, status, status_by, status_at, live_revision, live_title, live_summary,
             live_body, live_at, based_on, updated_at, updated_by, helpful, unhelpful, version,
             publish_at, publish_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
             $19, $20, $21, $22, $23, $24)",
        params![
            it.article_id,
            it.locale.as_str(),
            tx.workspace(),
            it.slug.as_str(),
            it.content.title,
            it.content.summary,
            it.content.body,
            it.revision,
            it.status.as_str(),
            by,
            at,
            live.map(|live| live.revision),
            live.map(|live| live.content.title.clone()),
            live.map(|live| live.content.summary.clone()),
            live.map(|live| live.content.body.clone()),
            live.map(|live| live.at),
            it.based_on,
            it.updated_at,
            it.updated_by.to_string(),
            it.helpful,
            it.unhelpful,
            it.version,
            it.scheduled.as_ref().map(|plan| plan.at),
            it.scheduled.as_ref().map(|plan| plan.by.to_string())
        ],
    )?;
    insert_revision(tx, it)
}

/// Saves everything but what readers said; the version rises by one. A text that is new is kept
/// as a revision.
pub fn save(tx: &mut Tx<'_>, it: &Translation, before: i64) -> Result<Translation, StoreError> {
    let (by, at) = status_columns(&it.status);
    let live = it.live.as_ref();
    tx.execute_versioned(
        "UPDATE article_translations SET slug = $5, title = $6, summary = $7, body = $8,
             revision = $9, status = $10, status_by = $11, status_at = $12, live_revision = $13,
             live_title = $14, live_summary = $15, live_body = $16, live_at = $17, based_on = $18,
             updated_at = $19, updated_by = $20, publish_at = $21, publish_by = $22, version = version + 1
         WHERE workspace_id = $1 AND article_id = $2 AND locale = $3 AND version = $4",
        params![
            tx.workspace(),
            it.article_id,
            it.locale.as_str(),
            it.version,
            it.slug.as_str(),
            it.content.title,
            it.content.summary,
            it.content.body,
            it.revision,
            it.status.as_str(),
            by,
            at,
            live.map(|live| live.revision),
            live.map(|live| live.content.title.clone()),
            live.map(|live| live.content.summary.clone()),
            live.map(|live| live.content.body.clone()),
            live.map(|live| live.at),
            it.based_on,
            it.updated_at,
            it.updated_by.to_string(),
            it.scheduled.as_ref().map(|plan| plan.at),
            it.scheduled.as_ref().map(|plan| plan.by.to_string())
        ],
    )?;
    if it.revision > before {
        insert_revision(tx, it)?;
    }
    Ok(Translation {
        version: it.version + 1,
        ..it.clone()
    })
}

fn insert_revision(tx: &mut Tx<'_>, it: &Translation) -> Result<(), StoreError> {
    let head = it.head();
    tx.execute(
        "INSERT INTO article_revisions (article_id, locale, number, workspace_id, title, summary,
             body, written_by, written_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            it.article_id,
            it.locale.as_str(),
            head.number,
            tx.workspace(),
            head.content.title,
            head.content.summary,
            head.content.body,
            head.by.to_string(),
            head.at
        ],
    )?;
    Ok(())
}

/// One language of an article.
pub fn get(
    tx: &mut Tx<'_>,
    article: ArticleId,
    locale: Locale,
) -> Result<Option<Translation>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM article_translations t
         WHERE t.workspace_id = $1 AND t.article_id = $2 AND t.locale = $3"
    );
    let row = tx.maybe(&sql, params![tx.workspace(), article, locale.as_str()])?;
    row.as_ref().map(Translation::try_from).transpose()
}

/// All languages of an article.
pub fn list(tx: &mut Tx<'_>, article: ArticleId) -> Result<Vec<Translation>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM article_translations t
         WHERE t.workspace_id = $1 AND t.article_id = $2 ORDER BY t.locale"
    );
    let rows = tx.query(&sql, params![tx.workspace(), article])?;
    rows.iter().map(Translation::try_from).collect()
}

/// Whether an article of this language has the address, or had it and leads on from there.
pub fn is_taken(tx: &mut Tx<'_>, locale: Locale, slug: &PageSlug) -> Result<bool, StoreError> {
    let sql = "SELECT 1 AS taken FROM article_translations
         WHERE workspace_id = $1 AND locale = $2 AND slug = $3
         UNION ALL SELECT 1 AS taken FROM article_redirects
         WHERE workspace_id = $1 AND locale = $2 AND slug = $3 LIMIT 1";
    let found = tx.maybe(sql, params![tx.workspace(), locale.as_str(), slug.as_str()])?;
    Ok(found.is_some())
}

/// Versions of a language, newest first, those before `before`.
pub fn revisions(
    tx: &mut Tx<'_>,
    article: ArticleId,
    locale: Locale,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<Revision>, StoreError> {
    let sql = "SELECT number, title, summary, body, written_by, written_at FROM article_revisions
         WHERE workspace_id = $1 AND article_id = $2 AND locale = $3 AND (number < $4 OR $4 IS NULL)
         ORDER BY number DESC LIMIT $5";
    let locale = locale.as_str();
    let limit = i64::from(limit);
    let rows = tx.query(sql, params![tx.workspace(), article, locale, before, limit])?;
    rows.iter().map(revision).collect()
}

/// One version of a language.
pub fn get_revision(
    tx: &mut Tx<'_>,
    article: ArticleId,
    locale: Locale,
    number: i64,
) -> Result<Option<Revision>, StoreError> {
    let sql = "SELECT number, title, summary, body, written_by, written_at FROM article_revisions
         WHERE workspace_id = $1 AND article_id = $2 AND locale = $3 AND number = $4";
    let row = tx.maybe(
        sql,
        params![tx.workspace(), article, locale.as_str(), number],
    )?;
    row.as_ref().map(revision).transpose()
}

fn revision(row: &Row) -> Result<Revision, StoreError> {
    Ok(Revision {
        number: row.get("number")?,
        content: content(row)?,
        by: actor(row, "written_by")?,
        at: row.get("written_at")?,
    })
}

/// Lets an address that an article had lead to it.
pub fn redirect(
    tx: &mut Tx<'_>,
    article: ArticleId,
    locale: Locale,
    from: &PageSlug,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO article_redirects (workspace_id, locale, slug, article_id)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (workspace_id, locale, slug) DO UPDATE SET article_id = excluded.article_id",
        params![tx.workspace(), locale.as_str(), from.as_str(), article],
    )?;
    Ok(())
}

/// Frees an address that an article takes back.
pub fn end_redirect(
    tx: &mut Tx<'_>,
    article: ArticleId,
    locale: Locale,
    slug: &PageSlug,
) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM article_redirects
         WHERE workspace_id = $1 AND locale = $2 AND slug = $3 AND article_id = $4",
        params![tx.workspace(), locale.as_str(), slug.as_str(), article],
    )?;
    Ok(())
}

/// Lets all old addresses of an article lead to another.
pub fn lead_on(tx: &mut Tx<'_>, from: ArticleId, to: ArticleId) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE article_redirects SET article_id = $3 WHERE workspace_id = $1 AND article_id = $2",
        params![tx.workspace(), from, to],
    )?;
    Ok(())
}

/// Texts that are to be published by now, in all workspaces, earliest first.
pub fn due(
    system: &mut SystemTx<'_>,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<(WorkspaceId, ArticleId, Locale)>, StoreError> {
    let rows = system.query(
        "SELECT workspace_id, article_id, locale FROM article_translations
         WHERE publish_at <= $1 ORDER BY publish_at LIMIT $2",
        params![now, i64::from(limit)],
    )?;
    let of = |row: &Row| {
        let locale = row.text("locale")?.parse();
        let locale = locale.map_err(|_| row.inconsistent("locale"))?;
        Ok((row.get("workspace_id")?, row.get("article_id")?, locale))
    };
    rows.iter().map(of).collect()
}

/// When the next text is to be published.
pub fn next_due(system: &mut SystemTx<'_>) -> Result<Option<Timestamp>, StoreError> {
    let row = system.maybe(
        "SELECT publish_at FROM article_translations WHERE publish_at IS NOT NULL
         ORDER BY publish_at LIMIT 1",
        params![],
    )?;
    row.map(|row| row.get("publish_at")).transpose()
}

//! What people looked for, and what became of it.

use zhiyin_domain::ids::{ArticleId, ArticleQuestionId, KnowledgeGapId, WorkspaceId};
use zhiyin_domain::knowledge::{ArticleQuestion, QuestionPlace};
use zhiyin_domain::time::Timestamp;

use crate::named::named;
use crate::{Row, StoreError, SystemTx, Tx, params};

const COLUMNS: &str = "q.id, q.place, q.locale, q.text, q.results, q.article_id, q.is_helpful, \
    q.is_contact, q.created_at";

impl TryFrom<&Row> for ArticleQuestion {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        let locale = row.text("locale")?.parse();
        Ok(Self {
            id: row.get("id")?,
            place: named(row, "place", &QuestionPlace::ALL, QuestionPlace::as_str)?,
            locale: locale.map_err(|_| row.inconsistent("locale"))?,
            text: row.get("text")?,
            results: row.get("results")?,
            article_id: row.get("article_id")?,
            is_helpful: row.get("is_helpful")?,
            is_contact: row.get("is_contact")?,
            at: row.get("created_at")?,
        })
    }
}

/// Keeps a question. One that was left open waits to be counted in a gap.
pub fn insert(tx: &mut Tx<'_>, it: &ArticleQuestion) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO article_questions (id, workspace_id, place, locale, text, results, article_id,
             is_helpful, is_contact, is_waiting, gap_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL, $11)",
        params![
            it.id,
            tx.workspace(),
            it.place.as_str(),
            it.locale.as_str(),
            it.text,
            it.results,
            it.article_id,
            it.is_helpful,
            it.is_contact,
            it.is_unanswered(),
            it.at
        ],
    )?;
    Ok(())
}

/// One question.
pub fn get(tx: &mut Tx<'_>, id: ArticleQuestionId) -> Result<Option<ArticleQuestion>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM article_questions q WHERE q.workspace_id = $1 AND q.id = $2"
    );
    let row = tx.maybe(&sql, params![tx.workspace(), id])?;
    row.as_ref().map(ArticleQuestion::try_from).transpose()
}

/// Saves what became of a question. It waits to be counted if it was left open and is in no gap yet.
pub fn save(tx: &mut Tx<'_>, it: &ArticleQuestion) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE article_questions SET article_id = $3, is_helpful = $4, is_contact = $5,
             is_waiting = $6 AND gap_id IS NULL
         WHERE workspace_id = $1 AND id = $2",
        params![
            tx.workspace(),
            it.id,
            it.article_id,
            it.is_helpful,
            it.is_contact,
            it.is_unanswered()
        ],
    )?;
    Ok(())
}

/// The last questions people asked themselves, newest first.
pub fn latest(tx: &mut Tx<'_>, limit: u32) -> Result<Vec<ArticleQuestion>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM article_questions q
         WHERE q.workspace_id = $1 AND q.place <> 'session'
         ORDER BY q.created_at DESC, q.id DESC LIMIT $2"
    );
    let rows = tx.query(&sql, params![tx.workspace(), i64::from(limit)])?;
    rows.iter().map(ArticleQuestion::try_from).collect()
}

/// Workspaces in which questions wait to be counted.
pub fn waiting_workspaces(system: &mut SystemTx<'_>) -> Result<Vec<WorkspaceId>, StoreError> {
    let sql = "SELECT DISTINCT workspace_id FROM article_questions WHERE is_waiting";
    let rows = system.query(sql, params![])?;
    rows.iter().map(|row| row.get("workspace_id")).collect()
}

/// Questions that wait to be counted, oldest first.
pub fn waiting(tx: &mut Tx<'_>, limit: u32) -> Result<Vec<ArticleQuestion>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM article_questions q
         WHERE q.workspace_id = $1 AND q.is_waiting ORDER BY q.created_at, q.id LIMIT $2"
    );
    let rows = tx.query(&sql, params![tx.workspace(), i64::from(limit)])?;
    rows.iter().map(ArticleQuestion::try_from).collect()
}

/// Says in which gap a question was counted.
pub fn counted(
    tx: &mut Tx<'_>,
    id: ArticleQuestionId,
    gap: KnowledgeGapId,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE article_questions SET is_waiting = FALSE, gap_id = $3
         WHERE workspace_id = $1 AND id = $2",
        params![tx.workspace(), id, gap],
    )?;
    Ok(())
}

/// Forgets questions from before a time, in all workspaces; how many there were.
pub fn forget(system: &mut SystemTx<'_>, before: Timestamp) -> Result<u64, StoreError> {
    let sql = "DELETE FROM article_questions WHERE created_at < $1";
    system.execute(sql, params![before])
}

/// What became of searches in a time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QuestionCounts {
    /// All searches.
    pub searches: i64,
    /// Those that found nothing.
    pub unfound: i64,
    /// Those after which an article was opened.
    pub opened: i64,
    /// Those whose article helped.
    pub helpful: i64,
    /// Those whose article did not help.
    pub unhelpful: i64,
    /// Those after which a person was asked.
    pub contacts: i64,
    /// Those after which an article was opened, nobody was asked and nobody said that it did not help.
    pub deflected: i64,
}

/// What became of searches after which an article was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleCounts {
    /// The article.
    pub article_id: ArticleId,
    /// Its numbers.
    pub counts: QuestionCounts,
}

const COUNTS: &str = "count(*) AS searches,
    count(*) FILTER (WHERE q.results = 0) AS unfound,
    count(*) FILTER (WHERE q.article_id IS NOT NULL) AS opened,
    count(*) FILTER (WHERE q.is_helpful) AS helpful,
    count(*) FILTER (WHERE NOT q.is_helpful) AS unhelpful,
    count(*) FILTER (WHERE q.is_contact) AS contacts,
    count(*) FILTER (WHERE q.article_id IS NOT NULL AND NOT q.is_contact
        AND (q.is_helpful OR q.is_helpful IS NULL)) AS deflected";

fn counts(row: &Row) -> Result<QuestionCounts, StoreError> {
    Ok(QuestionCounts {
        searches: row.get("searches")?,
        unfound: row.get("unfound")?,
        opened: row.get("opened")?,
        helpful: row.get("helpful")?,
        unhelpful: row.get("unhelpful")?,
        contacts: row.get("contacts")?,
        deflected: row.get("deflected")?,
    })
}

/// What became of all searches from a time until before another.
pub fn totals(
    tx: &mut Tx<'_>,
    from: Timestamp,
    to: Timestamp,
) -> Result<QuestionCounts, StoreError> {
    let sql = format!(
        "SELECT {COUNTS} FROM article_questions q
         WHERE q.workspace_id = $1 AND q.created_at >= $2 AND q.created_at < $3
           AND q.place <> 'session'"
    );
    counts(&tx.one(&sql, params![tx.workspace(), from, to])?)
}

/// The same by the article that was opened, most opened first.
pub fn by_article(
    tx: &mut Tx<'_>,
    from: Timestamp,
    to: Timestamp,
    limit: u32,
) -> Result<Vec<ArticleCounts>, StoreError> {
    let sql = format!(
        "SELECT q.article_id, {COUNTS} FROM article_questions q
         WHERE q.workspace_id = $1 AND q.created_at >= $2 AND q.created_at < $3
           AND q.place <> 'session' AND q.article_id IS NOT NULL
         GROUP BY q.article_id ORDER BY count(*) DESC, q.article_id LIMIT $4"
    );
    let rows = tx.query(&sql, params![tx.workspace(), from, to, i64::from(limit)])?;
    let of = |row: &Row| {
        Ok(ArticleCounts {
            article_id: row.get("article_id")?,
            counts: counts(row)?,
        })
    };
    rows.iter().map(of).collect()
}

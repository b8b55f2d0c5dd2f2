//! What customers thought of answers and suggestions, counted by how sure the bot was.

use zhiyin_domain::bot::{BUCKETS, OpinionKind, Opinions, Tally};

use crate::named::named;
use crate::{StoreError, Tx, params};

/// Counts one more.
pub fn add(
    tx: &mut Tx<'_>,
    kind: OpinionKind,
    bucket: usize,
    more: Tally,
) -> Result<(), StoreError> {
    let bucket = i64::try_from(bucket).unwrap_or(i64::MAX);
    tx.execute(
        "INSERT INTO bot_opinions (workspace_id, kind, bucket, shown, good, bad)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (workspace_id, kind, bucket) DO UPDATE SET
             shown = bot_opinions.shown + excluded.shown,
             good = bot_opinions.good + excluded.good,
             bad = bot_opinions.bad + excluded.bad",
        params![
            tx.workspace(),
            kind.as_str(),
            bucket,
            more.shown,
            more.good,
            more.bad
        ],
    )?;
    Ok(())
}

/// All of the workspace.
pub fn all(tx: &mut Tx<'_>) -> Result<Opinions, StoreError> {
    let rows = tx.query(
        "SELECT kind, bucket, shown, good, bad FROM bot_opinions WHERE workspace_id = $1",
        params![tx.workspace()],
    )?;
    let mut opinions = Opinions::default();
    for row in &rows {
        let kind = named(row, "kind", &OpinionKind::ALL, OpinionKind::as_str)?;
        let bucket: i64 = row.get("bucket")?;
        let place = usize::try_from(bucket).ok().filter(|at| *at < BUCKETS);
        let place = place.ok_or_else(|| row.inconsistent("bucket"))?;
        let tally = Tally {
            shown: row.get("shown")?,
            good: row.get("good")?,
            bad: row.get("bad")?,
        };
        match kind {
            OpinionKind::Answer => opinions.answers[place] = tally,
            OpinionKind::Suggestion => opinions.suggestions[place] = tally,
        }
    }
    Ok(opinions)
}

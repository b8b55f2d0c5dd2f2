//! Links between cases, and their merges.

use std::collections::BTreeSet;

use zhiyin_domain::cases::links::{Link, LinkKind};
use zhiyin_domain::cases::merging::Merge;
use zhiyin_domain::ids::CaseId;

use crate::named::{json, named, parsed, to_json};
use crate::{Row, StoreError, Tx, params};

const KINDS: [LinkKind; 3] = [LinkKind::Duplicate, LinkKind::Child, LinkKind::Related];
/// Duplicates of duplicates are followed no further.
const CHAIN_MAX: usize = 200;

impl TryFrom<&Row> for Link {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            from_id: row.get("from_id")?,
            to_id: row.get("to_id")?,
            kind: named(row, "kind", &KINDS, |it| it.as_str())?,
            by: row
                .text("made_by")?
                .parse()
                .map_err(|_| row.inconsistent("made_by"))?,
            at: row.get("at")?,
        })
    }
}

/// Adds a link that was checked. The caller holds both cases.
pub fn insert(tx: &mut Tx<'_>, it: &Link) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO case_links (from_id, to_id, kind, workspace_id, made_by, at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        params![
            it.from_id,
            it.to_id,
            it.kind.as_str(),
            tx.workspace(),
            it.by.to_string(),
            it.at
        ],
    )?;
    Ok(())
}

/// Takes a link away. False if there was none.
pub fn remove(
    tx: &mut Tx<'_>,
    kind: LinkKind,
    from: CaseId,
    to: CaseId,
) -> Result<bool, StoreError> {
    let touched = tx.execute(
        "DELETE FROM case_links WHERE workspace_id = $1 AND kind = $2 AND from_id = $3 AND to_id = $4",
        params![tx.workspace(), kind.as_str(), from, to],
    )?;
    Ok(touched == 1)
}

/// All links of a case but those to its children, oldest first.
pub fn of_case(tx: &mut Tx<'_>, id: CaseId) -> Result<Vec<Link>, StoreError> {
    let rows = tx.query(
        "SELECT from_id, to_id, kind, made_by, at FROM case_links
         WHERE workspace_id = $1 AND (from_id = $2 OR (to_id = $2 AND kind <> 'child'))
         ORDER BY at, from_id, to_id",
        params![tx.workspace(), id],
    )?;
    rows.iter().map(Link::try_from).collect()
}

/// Links from the children of a case to it, at most `limit`.
pub fn children(tx: &mut Tx<'_>, id: CaseId, limit: u32) -> Result<Vec<Link>, StoreError> {
    let rows = tx.query(
        "SELECT from_id, to_id, kind, made_by, at FROM case_links
         WHERE workspace_id = $1 AND to_id = $2 AND kind = 'child' ORDER BY from_id LIMIT $3",
        params![tx.workspace(), id, limit],
    )?;
    rows.iter().map(Link::try_from).collect()
}

/// Everything [`Link::check`] asks for: the links of both cases with their children, and
/// whatever the second is finally a duplicate of.
pub fn around(
    tx: &mut Tx<'_>,
    from: CaseId,
    to: CaseId,
    children_max: u32,
) -> Result<Vec<Link>, StoreError> {
    let mut all = Vec::new();
    for id in [from, to] {
        all.extend(of_case(tx, id)?);
        all.extend(children(tx, id, children_max)?);
    }
    let mut at = to;
    for _ in 0..CHAIN_MAX {
        let row = tx.maybe(
            "SELECT from_id, to_id, kind, made_by, at FROM case_links
             WHERE workspace_id = $1 AND from_id = $2 AND kind = 'duplicate'",
            params![tx.workspace(), at],
        )?;
        let Some(link) = row.as_ref().map(Link::try_from).transpose()? else {
            break;
        };
        at = link.to_id;
        all.push(link);
    }
    let mut known = BTreeSet::new();
    all.retain(|it| known.insert((it.kind, it.from_id, it.to_id)));
    Ok(all)
}

const MERGE_COLUMNS: &str =
    "id, into_id, from_id, made_by, at, added_watcher_ids, undone_at, undone_by";

impl TryFrom<&Row> for Merge {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            into_id: row.get("into_id")?,
            from_id: row.get("from_id")?,
            by: row
                .text("made_by")?
                .parse()
                .map_err(|_| row.inconsistent("made_by"))?,
            at: row.get("at")?,
            added_watcher_ids: json(row, "added_watcher_ids")?,
            undone: match (row.get("undone_at")?, parsed(row, "undone_by")?) {
                (Some(at), Some(by)) => Some((at, by)),
                _ => None,
            },
        })
    }
}

/// Adds a merge. One case is part of one other: `case_merges_in_force`.
pub fn insert_merge(tx: &mut Tx<'_>, it: &Merge) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO case_merges (id, workspace_id, into_id, from_id, made_by, at, added_watcher_ids)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![
            it.id,
            tx.workspace(),
            it.into_id,
            it.from_id,
            it.by.to_string(),
            it.at,
            to_json(&it.added_watcher_ids)
        ],
    )?;
    Ok(())
}

/// Notes that a merge was undone.
pub fn save_merge(tx: &mut Tx<'_>, it: &Merge) -> Result<(), StoreError> {
    let (at, by) = it.undone.clone().unzip();
    tx.execute_versioned(
        "UPDATE case_merges SET undone_at = $1, undone_by = $2
         WHERE workspace_id = $3 AND id = $4 AND undone_at IS NULL",
        params![at, by.map(|by| by.to_string()), tx.workspace(), it.id],
    )
}

/// The merge by which a case is part of another.
pub fn merge_of(tx: &mut Tx<'_>, from: CaseId) -> Result<Option<Merge>, StoreError> {
    let sql = format!(
        "SELECT {MERGE_COLUMNS} FROM case_merges
         WHERE workspace_id = $1 AND from_id = $2 AND undone_at IS NULL"
    );
    let row = tx.maybe(&sql, params![tx.workspace(), from])?;
    row.as_ref().map(Merge::try_from).transpose()
}

//! Cases by the words of their titles. Only keyed hashes of the words are stored: whoever has
//! the key can ask, nobody can read.

use std::collections::BTreeSet;

use zhiyin_domain::ids::CaseId;

use crate::conversations::Sql;
use crate::{StoreError, Tx, params};

/// Bytes of a hash that are kept: enough that two words of one company hardly ever meet.
const HASH_BYTES: usize = 8;

fn hash(tx: &mut Tx<'_>, term: &str) -> Result<Vec<u8>, StoreError> {
    let mut hash = tx.blind_index("case_index.term", term)?;
    hash.truncate(HASH_BYTES);
    Ok(hash)
}

/// Writes the terms of a case, in place of those it had.
pub fn put(tx: &mut Tx<'_>, id: CaseId, terms: &BTreeSet<String>) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM case_index WHERE workspace_id = $1 AND case_id = $2",
        params![tx.workspace(), id],
    )?;
    for term in terms {
        let hash = hash(tx, term)?;
        tx.execute(
            "INSERT INTO case_index (workspace_id, term, case_id) VALUES ($1, $2, $3)
             ON CONFLICT DO NOTHING",
            params![tx.workspace(), hash, id],
        )?;
    }
    Ok(())
}

/// At most `limit` cases that have all terms of one of the alternatives, the newest first.
pub fn find(
    tx: &mut Tx<'_>,
    alternatives: &[BTreeSet<String>],
    limit: u32,
) -> Result<BTreeSet<CaseId>, StoreError> {
    let mut found = BTreeSet::new();
    for terms in alternatives.iter().filter(|terms| !terms.is_empty()) {
        let mut sql = Sql::new("SELECT t.case_id FROM case_index t WHERE t.workspace_id = ");
        let workspace = sql.bind(tx.workspace());
        sql.push(&workspace);
        for (number, term) in terms.iter().enumerate() {
            let hash = hash(tx, term)?;
            let place = sql.bind(hash);
            sql.and(&match number {
                0 => format!("t.term = {place}"),
                _ => format!(
                    "EXISTS (SELECT 1 FROM case_index o WHERE o.workspace_id = {workspace}
                     AND o.term = {place} AND o.case_id = t.case_id)"
                ),
            });
        }
        let place = sql.bind(limit);
        sql.push(&format!(" ORDER BY t.case_id DESC LIMIT {place}"));
        for row in tx.query(&sql.text, &sql.params)? {
            found.insert(row.get::<CaseId>("case_id")?);
        }
    }
    Ok(found)
}

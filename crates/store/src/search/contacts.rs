//! Contacts by the terms of their names and addresses. Only keyed hashes of the terms are
//! stored: the index can be asked by whoever has the key, and read by nobody.

use std::collections::BTreeSet;

use zhiyin_domain::ids::ContactId;

use crate::conversations::Sql;
use crate::{StoreError, Tx, params};

/// Bytes of a hash that are kept. Two of all terms of ten million contacts meet with a
/// probability of one in ten thousand, and then somebody finds one contact too many.
const HASH_BYTES: usize = 8;

fn hash(tx: &mut Tx<'_>, term: &str) -> Result<Vec<u8>, StoreError> {
    let mut hash = tx.blind_index("contact_index.term", term)?;
    hash.truncate(HASH_BYTES);
    Ok(hash)
}

/// Writes the terms of a contact, in place of those it had.
pub fn index_contact(
    tx: &mut Tx<'_>,
    contact: ContactId,
    terms: &BTreeSet<String>,
) -> Result<(), StoreError> {
    remove_contact(tx, contact)?;
    for term in terms {
        let hash = hash(tx, term)?;
        tx.execute(
            "INSERT INTO contact_index (workspace_id, term, contact_id) VALUES ($1, $2, $3)
             ON CONFLICT DO NOTHING",
            params![tx.workspace(), hash, contact],
        )?;
    }
    Ok(())
}

/// Forgets the terms of a contact.
pub fn remove_contact(tx: &mut Tx<'_>, contact: ContactId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM contact_index WHERE workspace_id = $1 AND contact_id = $2",
        params![tx.workspace(), contact],
    )?;
    Ok(())
}

/// At most `limit` contacts that have all terms of one of the alternatives, the newest
/// first, from before a contact. Whoever may read contacts may find all of them.
pub fn find_contacts(
    tx: &mut Tx<'_>,
    alternatives: &[BTreeSet<String>],
    before: Option<ContactId>,
    limit: u32,
) -> Result<Vec<ContactId>, StoreError> {
    let mut found = BTreeSet::new();
    for terms in alternatives.iter().filter(|terms| !terms.is_empty()) {
        let sql = statement(tx, terms, before, limit)?;
        for row in tx.query(&sql.text, &sql.params)? {
            found.insert(row.get::<ContactId>("contact_id")?);
        }
    }
    Ok(found.into_iter().rev().take(limit as usize).collect())
}

fn statement(
    tx: &mut Tx<'_>,
    terms: &BTreeSet<String>,
    before: Option<ContactId>,
    limit: u32,
) -> Result<Sql, StoreError> {
    let mut sql = Sql::new("SELECT t.contact_id FROM contact_index t WHERE t.workspace_id = ");
    let workspace = sql.bind(tx.workspace());
    sql.push(&workspace);
    // The longest term is the rarest guess, and the one the index is read by.
    let mut terms: Vec<_> = terms.iter().collect();
    terms.sort_by_key(|term| std::cmp::Reverse(term.len()));
    for (number, term) in terms.into_iter().enumerate() {
        let hash = hash(tx, term)?;
        let place = sql.bind(hash);
        sql.and(&match number {
            0 => format!("t.term = {place}"),
            _ => format!(
                "EXISTS (SELECT 1 FROM contact_index o WHERE o.workspace_id = {workspace}
                 AND o.term = {place} AND o.contact_id = t.contact_id)"
            ),
        });
    }
    if let Some(before) = before {
        let place = sql.bind(before);
        sql.and(&format!("t.contact_id < {place}"));
    }
    let place = sql.bind(limit);
    sql.push(&format!(" ORDER BY t.contact_id DESC LIMIT {place}"));
    Ok(sql)
}

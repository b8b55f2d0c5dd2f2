//! The block list.
//!
//! What is blocked is sealed and found by its keyed hash. E-mail addresses and telephone
//! numbers have the same hash here as on the contacts, so the two can be joined without
//! being read. `contacts.is_blocked` is the join, kept by [`mark`] and by whoever saves a
//! contact ([`applies`]): a visitor's message only looks at the mark.

use std::net::IpAddr;

use zhiyin_domain::block::{Block, BlockKind, Network, Target};
use zhiyin_domain::contact::Personal;
use zhiyin_domain::ids::{BlockId, ContactId, WorkspaceId};
use zhiyin_domain::time::Timestamp;

use crate::named::named;
use crate::{Row, StoreError, SystemTx, Tx, contacts, params};

const COLUMNS: &str =
    "b.id, b.kind, b.value, b.reason, b.created_by, b.created_at, b.expires_at, b.contact_id";

/// An entry applies to a contact `k`.
const APPLIES: &str = "EXISTS (SELECT 1 FROM blocks b WHERE b.workspace_id = contacts.workspace_id
    AND (b.contact_id = contacts.id
        OR (b.kind = 'email' AND b.value_index = contacts.email_index)
        OR (b.kind = 'phone' AND b.value_index = contacts.phone_index)))";

/// An entry as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockRow {
    /// The entry.
    pub block: Block,
    /// The contact's name, if one contact is blocked.
    pub contact_name: Option<String>,
}

fn index(tx: &mut Tx<'_>, target: &Target) -> Result<Vec<u8>, StoreError> {
    match target {
        Target::Contact(id) => tx.blind_index("blocks.contact", &id.to_string()),
        Target::Address(network) => tx.blind_index("blocks.address", &network.to_text()),
        Target::Email(email) => contacts::email_index(tx, email),
        Target::Phone(phone) => contacts::phone_index(tx, phone.as_str()),
    }
}

fn read(tx: &mut Tx<'_>, row: &Row) -> Result<Block, StoreError> {
    let kind = named(row, "kind", &BlockKind::ALL, |kind| kind.as_str())?;
    let sealed: Vec<u8> = row.get("value")?;
    let plain = tx.open("blocks.value", &sealed)?;
    let target = std::str::from_utf8(&plain)
        .ok()
        .and_then(|text| Target::parse(kind, text).ok())
        .ok_or_else(|| row.inconsistent("value"))?;
    Ok(Block {
        id: row.get("id")?,
        target,
        reason: row.get("reason")?,
        created_by: row.get("created_by")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
    })
}

fn read_row(tx: &mut Tx<'_>, row: &Row) -> Result<BlockRow, StoreError> {
    let contact: Option<ContactId> = row.get("contact_id")?;
    let contact_name = match contact {
        None => None,
        Some(_) => Some(contacts::open_personal(tx, row, "contact_personal")?.name),
    };
    Ok(BlockRow {
        block: read(tx, row)?,
        contact_name,
    })
}

/// Adds an entry. The same thing is blocked once: `blocks_value`.
pub fn insert(tx: &mut Tx<'_>, it: &Block) -> Result<(), StoreError> {
    let index = index(tx, &it.target)?;
    let sealed = tx.seal("blocks.value", it.target.value().as_bytes())?;
    let contact = match it.target {
        Target::Contact(id) => Some(id),
        Target::Address(_) | Target::Email(_) | Target::Phone(_) => None,
    };
    tx.execute(
        "INSERT INTO blocks (id, workspace_id, kind, value_index, value, reason, created_by,
             created_at, expires_at, contact_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            it.id,
            tx.workspace(),
            it.target.kind().as_str(),
            index,
            sealed,
            it.reason,
            it.created_by,
            it.created_at,
            it.expires_at,
            contact
        ],
    )?;
    Ok(())
}

/// One entry.
pub fn get(tx: &mut Tx<'_>, id: BlockId) -> Result<Option<Block>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM blocks b WHERE b.workspace_id = $1 AND b.id = $2");
    match tx.maybe(&sql, params![tx.workspace(), id])? {
        None => Ok(None),
        Some(row) => read(tx, &row).map(Some),
    }
}

/// The entry that blocks exactly this.
pub fn find(tx: &mut Tx<'_>, target: &Target) -> Result<Option<Block>, StoreError> {
    let index = index(tx, target)?;
    let sql = format!(
        "SELECT {COLUMNS} FROM blocks b
         WHERE b.workspace_id = $1 AND b.kind = $2 AND b.value_index = $3"
    );
    let kind = target.kind().as_str();
    match tx.maybe(&sql, params![tx.workspace(), kind, index])? {
        None => Ok(None),
        Some(row) => read(tx, &row).map(Some),
    }
}

/// Removes an entry.
pub fn delete(tx: &mut Tx<'_>, id: BlockId) -> Result<(), StoreError> {
    tx.execute_versioned(
        "DELETE FROM blocks WHERE workspace_id = $1 AND id = $2",
        params![tx.workspace(), id],
    )
}

/// A page of entries, newest first, after a cursor of creation time and id.
pub fn list(
    tx: &mut Tx<'_>,
    after: Option<(Timestamp, BlockId)>,
    limit: u32,
) -> Result<Vec<BlockRow>, StoreError> {
    let (end, id) = after.unwrap_or((
        Timestamp::from_micros(i64::MAX),
        BlockId::from_uuid(uuid::Uuid::max()),
    ));
    let sql = format!(
        "SELECT {COLUMNS}, k.personal AS contact_personal
         FROM blocks b LEFT JOIN contacts k ON k.id = b.contact_id
         WHERE b.workspace_id = $1 AND (b.created_at, b.id) < ($2, $3)
         ORDER BY b.created_at DESC, b.id DESC LIMIT $4"
    );
    let rows = tx.query(&sql, params![tx.workspace(), end, id, limit])?;
    rows.iter().map(|row| read_row(tx, row)).collect()
}

/// The entries that apply to a contact, newest first.
pub fn of_contact(tx: &mut Tx<'_>, contact: ContactId) -> Result<Vec<BlockRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS}, k.personal AS contact_personal
         FROM contacts k JOIN blocks b ON b.workspace_id = k.workspace_id
             AND (b.contact_id = k.id
                 OR (b.kind = 'email' AND b.value_index = k.email_index)
                 OR (b.kind = 'phone' AND b.value_index = k.phone_index))
         WHERE k.workspace_id = $1 AND k.id = $2
         ORDER BY b.created_at DESC, b.id DESC"
    );
    let rows = tx.query(&sql, params![tx.workspace(), contact])?;
    rows.iter().map(|row| read_row(tx, row)).collect()
}

/// Whether an entry applies to a contact who is about to be saved with this personal data.
pub fn applies(
    tx: &mut Tx<'_>,
    contact: ContactId,
    personal: &Personal,
) -> Result<bool, StoreError> {
    let (email, phone) = contacts::indexes(tx, personal)?;
    let row = tx.maybe(
        "SELECT id FROM blocks
         WHERE workspace_id = $1 AND (contact_id = $2
             OR (kind = 'email' AND value_index = $3) OR (kind = 'phone' AND value_index = $4))
         LIMIT 1",
        params![tx.workspace(), contact, email, phone],
    )?;
    Ok(row.is_some())
}

/// Brings the mark of every contact up to date whom an entry for `target` applies to, after
/// it was added or removed. Gives those whose mark is different now.
pub fn mark(tx: &mut Tx<'_>, target: &Target) -> Result<Vec<ContactId>, StoreError> {
    let column = match target {
        Target::Contact(_) => "id",
        Target::Email(_) => "email_index",
        Target::Phone(_) => "phone_index",
        Target::Address(_) => return Ok(Vec::new()),
    };
    let sql = format!(
        "UPDATE contacts SET is_blocked = {APPLIES}, version = version + 1
         WHERE workspace_id = $1 AND {column} = $2 AND is_blocked <> {APPLIES} RETURNING id"
    );
    let rows = match target {
        Target::Contact(id) => tx.query(&sql, params![tx.workspace(), *id])?,
        Target::Email(_) | Target::Phone(_) | Target::Address(_) => {
            let index = index(tx, target)?;
            tx.query(&sql, params![tx.workspace(), index])?
        }
    };
    rows.iter().map(|row| row.get("id")).collect()
}

/// The blocked networks with their ends.
pub fn networks(tx: &mut Tx<'_>) -> Result<Vec<(Network, Option<Timestamp>)>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM blocks b WHERE b.workspace_id = $1 AND b.kind = 'address'");
    let rows = tx.query(&sql, params![tx.workspace()])?;
    let mut networks = Vec::with_capacity(rows.len());
    for row in &rows {
        let block = read(tx, row)?;
        if let Target::Address(network) = block.target {
            networks.push((network, block.expires_at));
        }
    }
    Ok(networks)
}

/// How many networks are blocked.
pub fn count_networks(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let row = tx.one(
        "SELECT COUNT(*) AS value FROM blocks WHERE workspace_id = $1 AND kind = 'address'",
        params![tx.workspace()],
    )?;
    row.get("value")
}

/// Entries that are over, in all workspaces.
pub fn due(
    system: &mut SystemTx<'_>,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<(WorkspaceId, BlockId)>, StoreError> {
    system
        .query(
            "SELECT workspace_id, id FROM blocks
             WHERE expires_at IS NOT NULL AND expires_at <= $1 ORDER BY expires_at LIMIT $2",
            params![now, limit],
        )?
        .iter()
        .map(|row| Ok((row.get("workspace_id")?, row.get("id")?)))
        .collect()
}

/// When the next entry is over.
pub fn next_end(system: &mut SystemTx<'_>) -> Result<Option<Timestamp>, StoreError> {
    let row = system.maybe(
        "SELECT expires_at FROM blocks WHERE expires_at IS NOT NULL ORDER BY expires_at LIMIT 1",
        params![],
    )?;
    row.map(|row| row.get("expires_at")).transpose()
}

/// Where a contact was last seen, if that is known.
pub fn last_address(tx: &mut Tx<'_>, contact: ContactId) -> Result<Option<IpAddr>, StoreError> {
    let row = tx.maybe(
        "SELECT v.id, v.address FROM visitor_tokens v
         JOIN contact_identities i ON i.id = v.identity_id
         WHERE v.workspace_id = $1 AND i.contact_id = $2 AND v.address IS NOT NULL
         ORDER BY v.last_seen_at DESC LIMIT 1",
        params![tx.workspace(), contact],
    )?;
    let Some(row) = row else { return Ok(None) };
    let sealed: Vec<u8> = row.get("address")?;
    let plain = tx.open("visitor_tokens.address", &sealed)?;
    std::str::from_utf8(&plain)
        .ok()
        .and_then(|text| text.parse().ok())
        .map(Some)
        .ok_or_else(|| row.inconsistent("address"))
}

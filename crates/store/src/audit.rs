//! The audit log: entries that are chained, so that nobody can change, remove or
//! reorder one unnoticed.
//!
//! Each entry carries the keyed hash of its content, its number and the hash before
//! it. The key is the workspace's, which the database holds only wrapped: whoever can
//! write to the database alone cannot make a chain that verifies. Taking away
//! the newest entries shows against the counter, and if that was set back too, against
//! a head the operator kept from an earlier check.

use sha2::{Digest, Sha256};
use zhiyin_domain::actor::Actor;
use zhiyin_domain::ids::{EventId, WorkspaceId};
use zhiyin_domain::time::Timestamp;

use crate::engine::Store;
use crate::error::StoreError;
use crate::params;
use crate::row::Row;
use crate::tx::Tx;

/// Name of the chain's counter and of its key.
const CHAIN: &str = "audit_log";
/// Entries one transaction of the check reads.
const CHUNK: u32 = 5_000;

/// Something that was done and must be provable.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What, as `role.changed`.
    pub action: String,
    /// To what, as `rl_…`.
    pub subject: String,
    /// Before and after; ids and settings, no personal data.
    pub detail: serde_json::Value,
    /// The event it came with.
    pub event: Option<EventId>,
    /// The request it came with.
    pub request_id: Option<String>,
}

/// An entry in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditRecord {
    /// 1, 2, 3 … in the workspace.
    pub number: i64,
    /// What it says.
    pub entry: AuditEntry,
    /// Hash of the entry before, empty for the first.
    pub previous_hash: Vec<u8>,
    /// Hash over all of it.
    pub hash: Vec<u8>,
}

/// The last entry of a chain, kept to notice if it goes missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its number.
    pub number: i64,
    /// Its hash.
    pub hash: Vec<u8>,
}

/// What is wrong at a place of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The entry does not say what it said when it was written.
    Changed {
        /// Its number.
        number: i64,
    },
    /// The entry does not follow the one before it.
    Unlinked {
        /// Its number.
        number: i64,
    },
    /// Entries are gone.
    Missing {
        /// The first that is gone.
        from: i64,
        /// The last that is gone.
        to: i64,
    },
}

/// The outcome of a check.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verification {
    /// Entries that were read.
    pub entries: u64,
    /// The last of them.
    pub head: Option<Head>,
    /// Everything that is wrong, in order.
    pub faults: Vec<Fault>,
}

/// Appends an entry; returns its number.
pub fn append(tx: &mut Tx, entry: &AuditEntry) -> Result<i64, StoreError> {
    let workspace = tx.workspace();
    // The counter is also the lock: the next writer reads the hash of this one's entry.
    let number: i64 = tx
        .one(
            "INSERT INTO number_counters (workspace_id, name, value) VALUES ($1, $2, 1)
             ON CONFLICT (workspace_id, name) DO UPDATE SET value = number_counters.value + 1 RETURNING value",
            params![workspace, CHAIN],
        )?
        .get("value")?;
    let previous = tx.maybe(
        "SELECT hash FROM audit_log WHERE workspace_id = $1 AND number = $2",
        params![workspace, number - 1],
    )?;
    let previous_hash: Vec<u8> = previous.map_or(Ok(Vec::new()), |row| row.get("hash"))?;
    let stored = Stored {
        number,
        at: entry.at,
        actor: entry.actor.to_string(),
        action: entry.action.clone(),
        subject: entry.subject.clone(),
        detail: entry.detail.to_string(),
        event: entry.event,
        request_id: entry.request_id.clone(),
        previous_hash,
    };
    let hash = stored.hash(tx)?;
    tx.execute(
        "INSERT INTO audit_log (workspace_id, number, at, actor, action, subject, detail, event_id, request_id,
                                previous_hash, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            workspace,
            number,
            stored.at,
            stored.actor,
            stored.action,
            stored.subject,
            stored.detail,
            stored.event,
            stored.request_id,
            stored.previous_hash,
            hash
        ],
    )?;
    Ok(number)
}

const COLUMNS: &str =
    "number, at, actor, action, subject, detail, event_id, request_id, previous_hash, hash";

/// Entries before `before` (all if none), newest first.
pub fn list(tx: &mut Tx, before: Option<i64>, limit: u32) -> Result<Vec<AuditRecord>, StoreError> {
    let workspace = tx.workspace();
    let sql = format!(
        "SELECT {COLUMNS} FROM audit_log WHERE workspace_id = $1 AND number < $2 ORDER BY number DESC LIMIT $3"
    );
    tx.query(&sql, params![workspace, before.unwrap_or(i64::MAX), limit])?
        .iter()
        .map(AuditRecord::try_from)
        .collect()
}

impl TryFrom<&Row> for AuditRecord {
    type Error = StoreError;

    fn try_from(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            number: row.get("number")?,
            entry: AuditEntry {
                at: row.get("at")?,
                actor: row
                    .text("actor")?
                    .parse()
                    .map_err(|_| row.inconsistent("actor"))?,
                action: row.get("action")?,
                subject: row.get("subject")?,
                detail: row.get("detail")?,
                event: row.get("event_id")?,
                request_id: row.get("request_id")?,
            },
            previous_hash: row.get("previous_hash")?,
            hash: row.get("hash")?,
        })
    }
}

/// An entry as its bytes are stored, whether or not they make sense.
struct Stored {
    number: i64,
    at: Timestamp,
    actor: String,
    action: String,
    subject: String,
    detail: String,
    event: Option<EventId>,
    request_id: Option<String>,
    previous_hash: Vec<u8>,
}

impl Stored {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            number: row.get("number")?,
            at: row.get("at")?,
            actor: row.get("actor")?,
            action: row.get("action")?,
            subject: row.get("subject")?,
            detail: row.get("detail")?,
            event: row.get("event_id")?,
            request_id: row.get("request_id")?,
            previous_hash: row.get("previous_hash")?,
        })
    }

    /// Every field with its length, so that no two entries have the same bytes.
    fn hash(&self, tx: &mut Tx) -> Result<Vec<u8>, StoreError> {
        let mut digest = Sha256::new();
        let mut add = |field: Option<&[u8]>| {
            let length = field.map_or(u64::MAX, |field| field.len() as u64);
            digest.update(length.to_be_bytes());
            digest.update(field.unwrap_or_default());
        };
        add(Some(tx.workspace().uuid().as_bytes()));
        add(Some(&self.number.to_be_bytes()));
        add(Some(&self.at.as_micros().to_be_bytes()));
        for text in [&self.actor, &self.action, &self.subject, &self.detail] {
            add(Some(text.as_bytes()));
        }
        add(self
            .event
            .map(EventId::uuid)
            .as_ref()
            .map(|id| &id.as_bytes()[..]));
        add(self.request_id.as_deref().map(str::as_bytes));
        add(Some(&self.previous_hash));
        tx.keyed_hash(CHAIN, &digest.finalize())
    }
}

/// Checks the whole chain of a workspace, in steps so that nobody has to wait for it.
/// `known` is a head from an earlier check that must still be there.
pub fn verify_blocking(
    store: &Store,
    workspace: WorkspaceId,
    known: Option<&Head>,
) -> Result<Verification, StoreError> {
    let mut found = Verification::default();
    // Entries written from now on are not looked for.
    let last = store.read_blocking(workspace, last_number)?;
    loop {
        let head = found.head.clone();
        let known = known.cloned();
        let step = store.read_blocking(workspace, move |tx| {
            step(tx, head.as_ref(), known.as_ref(), last)
        })?;
        let is_over = step.entries == 0;
        found.entries += step.entries;
        found.faults.extend(step.faults);
        if is_over {
            break;
        }
        found.head = step.head;
    }
    let end = found.head.as_ref().map_or(0, |head| head.number);
    let expected = last.max(known.map_or(0, |head| head.number));
    if end < expected {
        found.faults.push(Fault::Missing {
            from: end + 1,
            to: expected,
        });
    }
    Ok(found)
}

fn last_number(tx: &mut Tx) -> Result<i64, StoreError> {
    let workspace = tx.workspace();
    let row = tx.maybe(
        "SELECT value FROM number_counters WHERE workspace_id = $1 AND name = $2",
        params![workspace, CHAIN],
    )?;
    row.map_or(Ok(0), |row| row.get("value"))
}

fn step(
    tx: &mut Tx,
    head: Option<&Head>,
    known: Option<&Head>,
    last: i64,
) -> Result<Verification, StoreError> {
    let workspace = tx.workspace();
    let mut before = head.cloned().unwrap_or(Head {
        number: 0,
        hash: Vec::new(),
    });
    let mut found = Verification::default();
    let sql = format!(
        "SELECT {COLUMNS} FROM audit_log WHERE workspace_id = $1 AND number > $2 AND number <= $3
         ORDER BY number LIMIT $4"
    );
    for row in tx.query(&sql, params![workspace, before.number, last, CHUNK])? {
        let stored = Stored::read(&row)?;
        let hash: Vec<u8> = row.get("hash")?;
        let number = stored.number;
        if number != before.number + 1 {
            found.faults.push(Fault::Missing {
                from: before.number + 1,
                to: number - 1,
            });
        } else if stored.previous_hash != before.hash {
            found.faults.push(Fault::Unlinked { number });
        }
        let is_known = known.is_none_or(|known| known.number != number || known.hash == hash);
        if stored.hash(tx)? != hash || !is_known {
            found.faults.push(Fault::Changed { number });
        }
        found.entries += 1;
        before = Head { number, hash };
    }
    found.head = Some(before);
    Ok(found)
}

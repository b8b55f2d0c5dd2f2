//! The chain of evidence of each case, its contents and its end.
//!
//! Kind and note of an entry are sealed with a data key, as personal data is; the seals of
//! the chain itself are made with a key that no row holds. Whoever verifies reads what is
//! stored as it is: what cannot be opened any more is told, not an error.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use zhiyin_domain::cases::evidence::{Digest, Evidence, EvidenceKind, Head, SealKey};
use zhiyin_domain::ids::{AttachmentId, CaseId, EvidenceId};

use crate::sealed::{open_json, seal_json};
use crate::{Row, StoreError, Tx, params};

/// What kind and note are sealed for.
const BODY: &str = "evidence.body";
/// What contents are sealed for.
const CONTENT: &str = "evidence_contents.content";
/// What the key of the seals is derived for.
const SEAL: &str = "evidence.seal";
/// The entry of the audit log that keeps the end of a chain.
pub const AUDIT_ACTION: &str = "evidence.added";

const COLUMNS: &str =
    "id, case_id, number, attachment_id, added_by, added_at, body, previous, hash, seal";

#[derive(Serialize, Deserialize)]
struct Body {
    kind: EvidenceKind,
    note: String,
}

/// An entry as it lies in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvidence {
    /// The number that stands in the row.
    pub number: u32,
    /// The file, for finding it.
    pub attachment_id: Option<AttachmentId>,
    /// What it says; none if it cannot be read any more.
    pub entry: Option<Evidence>,
}

/// What is stored of a content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoredContent {
    /// It is there.
    Present(Vec<u8>),
    /// There is nothing.
    Missing,
    /// There is something that cannot be opened: it was not written by this installation.
    Damaged,
}

/// The key of the seals of this workspace. None in a read of a workspace that has no key.
pub fn seal_key(tx: &mut Tx<'_>) -> Result<Option<SealKey>, StoreError> {
    let bytes = tx.keyed_hash(SEAL, b"zhiyin-evidence-1")?;
    Ok(<[u8; 32]>::try_from(bytes.as_slice())
        .map(SealKey::from_bytes)
        .ok())
}

fn digest(row: &Row, column: &str) -> Result<Digest, StoreError> {
    Ok(Digest::from_bytes(row.get(column)?))
}

fn read(tx: &mut Tx<'_>, row: &Row) -> Result<Evidence, StoreError> {
    let Body { kind, note } = open_json(tx, BODY, row, "body")?;
    Ok(Evidence {
        id: row.get("id")?,
        case_id: row.get("case_id")?,
        number: row.get("number")?,
        kind,
        note,
        added_by: row
            .text("added_by")?
            .parse()
            .map_err(|_| row.inconsistent("added_by"))?,
        added_at: row.get("added_at")?,
        previous: digest(row, "previous")?,
        hash: digest(row, "hash")?,
        seal: digest(row, "seal")?,
    })
}

/// Adds an entry with its content, and the new end of the chain. The caller holds the row
/// of the case; `before` is the end that was read.
pub fn insert(
    tx: &mut Tx<'_>,
    it: &Evidence,
    content: Option<&[u8]>,
    head: Head,
) -> Result<(), StoreError> {
    let body = Body {
        kind: it.kind.clone(),
        note: it.note.clone(),
    };
    let body = seal_json(tx, BODY, &body)?;
    let attachment = match &it.kind {
        EvidenceKind::File { attachment_id, .. } => Some(*attachment_id),
        EvidenceKind::Message { .. }
        | EvidenceKind::Statement { .. }
        | EvidenceKind::Correction { .. }
        | EvidenceKind::Erased { .. } => None,
    };
    let workspace = tx.workspace();
    tx.execute(
        "INSERT INTO evidence (id, workspace_id, case_id, number, attachment_id, added_by, added_at,
             body, previous, hash, seal)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            it.id,
            workspace,
            it.case_id,
            it.number,
            attachment,
            it.added_by.to_string(),
            it.added_at,
            body,
            *it.previous.as_bytes(),
            *it.hash.as_bytes(),
            *it.seal.as_bytes()
        ],
    )?;
    if let Some(content) = content {
        let sealed = tx.seal(CONTENT, content)?;
        tx.execute(
            "INSERT INTO evidence_contents (evidence_id, workspace_id, content) VALUES ($1, $2, $3)",
            params![it.id, workspace, sealed],
        )?;
    }
    save_head(tx, head)
}

/// The end follows the one before, or the transaction fails.
fn save_head(tx: &mut Tx<'_>, head: Head) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    if head.count == 1 {
        tx.execute(
            "INSERT INTO evidence_heads (case_id, workspace_id, count, hash, version)
             VALUES ($1, $2, $3, $4, 1)",
            params![head.case_id, workspace, head.count, *head.hash.as_bytes()],
        )?;
        return Ok(());
    }
    tx.execute_versioned(
        "UPDATE evidence_heads SET count = $1, hash = $2, version = version + 1
         WHERE workspace_id = $3 AND case_id = $4 AND count = $5",
        params![
            head.count,
            *head.hash.as_bytes(),
            workspace,
            head.case_id,
            head.count - 1
        ],
    )
}

/// The end of the chain of a case.
pub fn head(tx: &mut Tx<'_>, case: CaseId) -> Result<Head, StoreError> {
    let row = tx.maybe(
        "SELECT count, hash FROM evidence_heads WHERE workspace_id = $1 AND case_id = $2",
        params![tx.workspace(), case],
    )?;
    match row {
        None => Ok(Head::empty(case)),
        Some(row) => Ok(Head {
            case_id: case,
            count: row.get("count")?,
            hash: digest(&row, "hash")?,
        }),
    }
}

/// The entries of a case in order, as they lie there.
pub fn list(tx: &mut Tx<'_>, case: CaseId) -> Result<Vec<StoredEvidence>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM evidence WHERE workspace_id = $1 AND case_id = $2 ORDER BY number, id"
    );
    let rows = tx.query(&sql, params![tx.workspace(), case])?;
    rows.iter()
        .map(|row| {
            let number = row.get::<i64>("number")?;
            let entry = match read(tx, row) {
                Ok(entry) => Some(entry),
                Err(StoreError::Crypto(_) | StoreError::InconsistentRow { .. }) => None,
                Err(error) => return Err(error),
            };
            Ok(StoredEvidence {
                number: u32::try_from(number).unwrap_or(0),
                attachment_id: row.get("attachment_id")?,
                entry,
            })
        })
        .collect()
}

/// The content of an entry that is not a file.
pub fn content(tx: &mut Tx<'_>, id: EvidenceId) -> Result<StoredContent, StoreError> {
    let row = tx.maybe(
        "SELECT content FROM evidence_contents WHERE workspace_id = $1 AND evidence_id = $2",
        params![tx.workspace(), id],
    )?;
    let Some(row) = row else {
        return Ok(StoredContent::Missing);
    };
    let sealed: Vec<u8> = row.get("content")?;
    match tx.open(CONTENT, &sealed) {
        Ok(plain) => Ok(StoredContent::Present(plain)),
        Err(StoreError::Crypto(_)) => Ok(StoredContent::Damaged),
        Err(error) => Err(error),
    }
}

/// The case whose evidence a file is.
pub fn holder(tx: &mut Tx<'_>, id: AttachmentId) -> Result<Option<CaseId>, StoreError> {
    let row = tx.maybe(
        "SELECT case_id FROM evidence WHERE workspace_id = $1 AND attachment_id = $2 LIMIT 1",
        params![tx.workspace(), id],
    )?;
    row.map(|row| row.get("case_id")).transpose()
}

/// Every case that has evidence, or had it: entries, ends, and what the audit log says.
pub fn cases(tx: &mut Tx<'_>) -> Result<Vec<CaseId>, StoreError> {
    let rows = tx.query(
        "SELECT case_id FROM evidence WHERE workspace_id = $1
         UNION SELECT case_id FROM evidence_heads WHERE workspace_id = $1 ORDER BY case_id",
        params![tx.workspace()],
    )?;
    let mut all: Vec<CaseId> = rows
        .iter()
        .map(|row| row.get("case_id"))
        .collect::<Result<_, _>>()?;
    all.extend(audited_heads(tx)?.into_keys());
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// The ends that the audit log keeps, the longest of each case.
pub fn audited_heads(tx: &mut Tx<'_>) -> Result<BTreeMap<CaseId, Head>, StoreError> {
    let rows = tx.query(
        "SELECT subject, detail FROM audit_log WHERE workspace_id = $1 AND action = $2 ORDER BY number",
        params![tx.workspace(), AUDIT_ACTION],
    )?;
    let mut heads = BTreeMap::new();
    for row in rows {
        let detail: serde_json::Value = row.get("detail")?;
        // An entry of the log that was changed is found by the check of the log.
        if let Ok(head) = serde_json::from_value::<Head>(detail["head"].clone()) {
            let last = heads.entry(head.case_id).or_insert(head);
            if head.count >= last.count {
                *last = head;
            }
        }
    }
    Ok(heads)
}

/// One entry, if it is there and can be read.
pub fn get(tx: &mut Tx<'_>, id: EvidenceId) -> Result<Option<Evidence>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM evidence WHERE workspace_id = $1 AND id = $2");
    match tx.maybe(&sql, params![tx.workspace(), id])? {
        None => Ok(None),
        Some(row) => match read(tx, &row) {
            Ok(entry) => Ok(Some(entry)),
            Err(StoreError::Crypto(_) | StoreError::InconsistentRow { .. }) => Ok(None),
            Err(error) => Err(error),
        },
    }
}

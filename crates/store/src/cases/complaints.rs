//! Records of complaints. What was found, felt and decided is sealed as a whole; what is
//! looked for stands in columns.

use serde::{Deserialize, Serialize};
use zhiyin_domain::cases::complainants::Assessment;
use zhiyin_domain::cases::complaints::{
    Complaint, CorrectiveAction, Outcome, Phase, Reassessment, RootCause, Validity,
};
use zhiyin_domain::cases::severity::LevelTerms;
use zhiyin_domain::ids::CaseId;
use zhiyin_domain::time::Timestamp;

use crate::named::named;
use crate::sealed::{open_json, seal_json};
use crate::{Row, StoreError, Tx, params};

/// What the record is sealed for.
const RECORD: &str = "complaints.record";

const COLUMNS: &str =
    "case_id, phase, round, received_at, acknowledge_by, reply_by, replied_at, record, version";

const PHASES: [Phase; 4] = [
    Phase::Received,
    Phase::Handling,
    Phase::Replied,
    Phase::CalledBack,
];

/// A complaint with what agents think of who complains, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComplaintFile {
    /// The record.
    pub complaint: Complaint,
    /// Assessments of the complainant; never shown to the customer.
    pub complainant: Vec<Assessment>,
}

/// What is sealed.
#[derive(Serialize, Deserialize)]
struct Record {
    assessments: Vec<Reassessment>,
    terms: LevelTerms,
    told: Option<(Timestamp, Timestamp)>,
    last_update: Option<(Timestamp, u32)>,
    outcome: Option<Outcome>,
    called_back_at: Option<Timestamp>,
    cause: Option<RootCause>,
    action: Option<CorrectiveAction>,
    complainant: Vec<Assessment>,
}

impl Record {
    fn of(it: &ComplaintFile) -> Self {
        let complaint = it.complaint.clone();
        Self {
            assessments: complaint.assessments,
            terms: complaint.terms,
            told: complaint.told,
            last_update: complaint.last_update,
            outcome: complaint.outcome,
            called_back_at: complaint.called_back_at,
            cause: complaint.cause,
            action: complaint.action,
            complainant: it.complainant.clone(),
        }
    }
}

fn read(tx: &mut Tx<'_>, row: &Row) -> Result<ComplaintFile, StoreError> {
    let record: Record = open_json(tx, RECORD, row, "record")?;
    Ok(ComplaintFile {
        complaint: Complaint {
            case_id: row.get("case_id")?,
            phase: named(row, "phase", &PHASES, |phase| phase.as_str())?,
            round: row.get("round")?,
            assessments: record.assessments,
            terms: record.terms,
            received_at: row.get("received_at")?,
            acknowledge_by: row.get("acknowledge_by")?,
            reply_by: row.get("reply_by")?,
            told: record.told,
            last_update: record.last_update,
            outcome: record.outcome,
            replied_at: row.get("replied_at")?,
            called_back_at: record.called_back_at,
            cause: record.cause,
            action: record.action,
            version: row.get("version")?,
        },
        complainant: record.complainant,
    })
}

const fn validity_name(validity: Validity) -> &'static str {
    match validity {
        Validity::Valid => "valid",
        Validity::PartlyValid => "partly_valid",
        Validity::NotValid => "not_valid",
    }
}

/// The name of a kind of cause, as it is stored and sent.
fn cause_name(it: &Complaint) -> Option<String> {
    let cause = it.cause.as_ref()?;
    let name = serde_json::to_value(cause.category);
    name.ok()
        .and_then(|name| name.as_str().map(ToOwned::to_owned))
}

fn action_due(it: &Complaint) -> Option<Timestamp> {
    let open = it.action.as_ref().filter(|action| action.done.is_none());
    open.map(|action| action.due_at)
}

/// Adds the record of a complaint.
pub fn insert(tx: &mut Tx<'_>, it: &ComplaintFile) -> Result<(), StoreError> {
    let record = seal_json(tx, RECORD, &Record::of(it))?;
    let complaint = &it.complaint;
    tx.execute(
        "INSERT INTO complaints (case_id, workspace_id, phase, round, severity, validity, cause,
             received_at, acknowledge_by, reply_by, told_reply_by, replied_at, action_due_at, record,
             version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        params![
            complaint.case_id,
            tx.workspace(),
            complaint.phase.as_str(),
            complaint.round,
            complaint.severity().as_str(),
            complaint
                .outcome
                .as_ref()
                .map(|outcome| validity_name(outcome.validity)),
            cause_name(complaint),
            complaint.received_at,
            complaint.acknowledge_by,
            complaint.reply_by,
            complaint.told.map(|(reply_by, _)| reply_by),
            complaint.replied_at,
            action_due(complaint),
            record,
            complaint.version
        ],
    )?;
    Ok(())
}

/// Saves a record; the version rises by one.
pub fn save(tx: &mut Tx<'_>, it: ComplaintFile) -> Result<ComplaintFile, StoreError> {
    let record = seal_json(tx, RECORD, &Record::of(&it))?;
    let complaint = &it.complaint;
    tx.execute_versioned(
        "UPDATE complaints SET phase = $1, round = $2, severity = $3, validity = $4, cause = $5,
             received_at = $6, acknowledge_by = $7, reply_by = $8, told_reply_by = $9,
             replied_at = $10, action_due_at = $11, record = $12, version = version + 1
         WHERE workspace_id = $13 AND case_id = $14 AND version = $15",
        params![
            complaint.phase.as_str(),
            complaint.round,
            complaint.severity().as_str(),
            complaint
                .outcome
                .as_ref()
                .map(|outcome| validity_name(outcome.validity)),
            cause_name(complaint),
            complaint.received_at,
            complaint.acknowledge_by,
            complaint.reply_by,
            complaint.told.map(|(reply_by, _)| reply_by),
            complaint.replied_at,
            action_due(complaint),
            record,
            tx.workspace(),
            complaint.case_id,
            complaint.version
        ],
    )?;
    let mut it = it;
    it.complaint.version += 1;
    Ok(it)
}

/// The record of a case that is a complaint.
pub fn get(tx: &mut Tx<'_>, case: CaseId) -> Result<Option<ComplaintFile>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM complaints WHERE workspace_id = $1 AND case_id = $2");
    match tx.maybe(&sql, params![tx.workspace(), case])? {
        None => Ok(None),
        Some(row) => read(tx, &row).map(Some),
    }
}

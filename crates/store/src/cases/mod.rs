//! Cases: one row each, with what lists ask of it in columns.
//!
//! The case is saved as a whole under its version. What hangs on it (its run, tasks, links,
//! alarms) has a module and a table of its own; whoever changes any of it holds the row of
//! the case, by [`get_for_update`].

pub mod alarms;
pub mod broadcasts;
pub mod complaints;
pub mod contacts;
pub mod evidence;
pub mod follow_ups;
pub mod history;
pub mod index;
pub mod links;
mod list;
pub mod notices;
pub mod portal;
pub mod recoveries;
pub mod runs;
pub mod settings;
pub mod talks;
pub mod tasks;
pub mod types;
pub mod warnings;

use std::collections::BTreeSet;

use zhiyin_domain::actor::Actor;
use zhiyin_domain::cases::case::{Case, Source};
use zhiyin_domain::cases::closing::Grounds;
use zhiyin_domain::cases::forms::Answers;
use zhiyin_domain::cases::number::CaseNumber;
use zhiyin_domain::cases::status::{CaseStatus, StatusCategory};
use zhiyin_domain::conversation::Priority;
use zhiyin_domain::ids::{AgentId, CaseId};
use zhiyin_domain::time::Timestamp;

use crate::named::{json, maybe_json, named, parsed, to_json};
use crate::sealed::{open_json, open_text, seal_json, seal_text};
use crate::{Row, StoreError, Tx, params};

pub use list::{
    CaseCounts, CaseCursor, CaseFilter, CaseRow, CaseSort, OpenStep, counts, list, row,
};

/// What titles are sealed for.
const TITLE: &str = "case.title";
/// What the story of who answers for a case is sealed for.
const OWNERSHIP: &str = "case.ownership";
/// What answers to personal fields are sealed for.
const PERSONAL: &str = "case.answers";
/// Merges lie at most so deep in each other; a deeper one is a fault.
const MERGE_DEPTH_MAX: usize = 64;
/// The rank of what has no deadline: a time nobody lives to see.
const NEVER: Timestamp = Timestamp::from_micros(i64::MAX);

pub(crate) const COLUMNS: &str = "c.id, c.number, c.type_id, c.type_version, c.is_complaint, c.title, \
    c.contact_id, c.account_id, c.source, c.source_data, c.status, c.status_at, c.status_by, c.grounds, \
    c.label, c.priority, c.ownership, c.team_id, c.watcher_ids, c.merged_into, c.reopen_count, \
    c.created_at, c.version";

pub(crate) fn read(tx: &mut Tx<'_>, row: &Row) -> Result<Case, StoreError> {
    Ok(Case {
        id: row.get("id")?,
        number: CaseNumber::of(row.get("number")?).ok_or_else(|| row.inconsistent("number"))?,
        type_id: row.get("type_id")?,
        type_version: row.get("type_version")?,
        is_complaint: row.get("is_complaint")?,
        title: open_text(tx, TITLE, row, "title")?,
        contact_id: row.get("contact_id")?,
        account_id: row.get("account_id")?,
        source: source(row)?,
        status: status(row)?,
        label: row.get("label")?,
        priority: named(
            row,
            "priority",
            &[
                Priority::Low,
                Priority::Normal,
                Priority::High,
                Priority::Urgent,
            ],
            |it| it.as_str(),
        )?,
        ownership: open_json(tx, OWNERSHIP, row, "ownership")?,
        team_id: row.get("team_id")?,
        watcher_ids: json(row, "watcher_ids")?,
        merged_into: row.get("merged_into")?,
        reopen_count: row.get("reopen_count")?,
        created_at: row.get("created_at")?,
        version: row.get("version")?,
    })
}

/// The identifiers a source carries.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
struct SourceData {
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation_id: Option<zhiyin_domain::ids::ConversationId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    message_ids: Vec<zhiyin_domain::ids::MessageId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_id: Option<zhiyin_domain::ids::TokenId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    follow_up_id: Option<zhiyin_domain::ids::FollowUpId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    case_id: Option<CaseId>,
}

impl From<&Source> for SourceData {
    fn from(source: &Source) -> Self {
        let mut data = Self::default();
        match source {
            Source::Conversation {
                conversation_id,
                message_ids,
            } => {
                data.conversation_id = Some(*conversation_id);
                data.message_ids.clone_from(message_ids);
            }
            Source::Api { token_id } => data.token_id = Some(*token_id),
            Source::FollowUp { follow_up_id } => data.follow_up_id = Some(*follow_up_id),
            Source::Recurrence { case_id } => data.case_id = Some(*case_id),
            Source::Form | Source::Portal | Source::Manual | Source::Rule => {}
        }
        data
    }
}

fn source(row: &Row) -> Result<Source, StoreError> {
    let data: SourceData = json(row, "source_data")?;
    let wrong = || row.inconsistent("source_data");
    Ok(match row.text("source")? {
        "conversation" => Source::Conversation {
            conversation_id: data.conversation_id.ok_or_else(wrong)?,
            message_ids: data.message_ids,
        },
        "form" => Source::Form,
        "portal" => Source::Portal,
        "api" => Source::Api {
            token_id: data.token_id.ok_or_else(wrong)?,
        },
        "manual" => Source::Manual,
        "rule" => Source::Rule,
        "follow_up" => Source::FollowUp {
            follow_up_id: data.follow_up_id.ok_or_else(wrong)?,
        },
        "recurrence" => Source::Recurrence {
            case_id: data.case_id.ok_or_else(wrong)?,
        },
        _ => return Err(row.inconsistent("source")),
    })
}

fn status(row: &Row) -> Result<CaseStatus, StoreError> {
    let at: Timestamp = row.get("status_at")?;
    let by = || parsed::<Actor>(row, "status_by")?.ok_or_else(|| row.inconsistent("status_by"));
    let category = named(row, "status", &StatusCategory::ALL, |it| it.as_str())?;
    Ok(match category {
        StatusCategory::New => CaseStatus::New,
        StatusCategory::Open => CaseStatus::Open,
        StatusCategory::WaitingForCustomer => CaseStatus::WaitingForCustomer { since: at },
        StatusCategory::WaitingForBackOffice => CaseStatus::WaitingForBackOffice { since: at },
        StatusCategory::Resolved => CaseStatus::Resolved { at, by: by()? },
        StatusCategory::Closed => {
            let grounds: Option<Grounds> = maybe_json(row, "grounds")?;
            let grounds = grounds.ok_or_else(|| row.inconsistent("grounds"))?;
            CaseStatus::Closed {
                at,
                by: by()?,
                grounds,
            }
        }
    })
}

/// The columns behind a status: since when it is so, by whom, why it may be over.
fn status_columns(it: &Case, now: Timestamp) -> (Timestamp, Option<String>, Option<String>) {
    match &it.status {
        CaseStatus::New => (it.created_at, None, None),
        CaseStatus::Open => (now, None, None),
        CaseStatus::WaitingForCustomer { since } | CaseStatus::WaitingForBackOffice { since } => {
            (*since, None, None)
        }
        CaseStatus::Resolved { at, by } => (*at, Some(by.to_string()), None),
        CaseStatus::Closed { at, by, grounds } => {
            (*at, Some(by.to_string()), Some(to_json(grounds)))
        }
    }
}

/// Adds a case. Its number must be free: `cases_number`.
pub fn insert(tx: &mut Tx<'_>, it: &Case) -> Result<(), StoreError> {
    let (status_at, status_by, grounds) = status_columns(it, it.created_at);
    let title = seal_text(tx, TITLE, &it.title)?;
    let ownership = seal_json(tx, OWNERSHIP, &it.ownership)?;
    tx.execute(
        "INSERT INTO cases (id, workspace_id, number, type_id, type_version, is_complaint, title,
             contact_id, account_id, source, source_data, status, status_at, status_by, grounds, label,
             priority, owner_id, asked_id, ownership, team_id, watcher_ids, merged_into, reopen_count,
             due_rank, open_tasks, created_at, updated_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
             $20, $21, $22, $23, $24, $25, 0, $26, $26, $27)",
        params![
            it.id,
            tx.workspace(),
            it.number.count(),
            it.type_id,
            it.type_version,
            it.is_complaint,
            title,
            it.contact_id,
            it.account_id,
            it.source.as_str(),
            to_json(&SourceData::from(&it.source)),
            it.status.category().as_str(),
            status_at,
            status_by,
            grounds,
            it.label,
            it.priority.as_str(),
            it.owner_id(),
            it.ownership.pending().map(|pending| pending.to_id),
            ownership,
            it.team_id,
            to_json(&it.watcher_ids),
            it.merged_into,
            it.reopen_count,
            NEVER,
            it.created_at,
            it.version
        ],
    )?;
    set_watchers(tx, it.id, &BTreeSet::new(), &it.watcher_ids)
}

/// Saves what may change; the version rises by one. `before` is what was read.
pub fn save(tx: &mut Tx<'_>, before: &Case, it: Case, now: Timestamp) -> Result<Case, StoreError> {
    let (status_at, status_by, grounds) = status_columns(&it, now);
    let title = seal_text(tx, TITLE, &it.title)?;
    let ownership = seal_json(tx, OWNERSHIP, &it.ownership)?;
    let is_same = before.status.category() == it.status.category();
    // Since when it is open is not in the value: the column keeps it while nothing changes.
    let status_at = (!is_same || !matches!(it.status, CaseStatus::Open)).then_some(status_at);
    tx.execute_versioned(
        "UPDATE cases SET title = $1, contact_id = $2, account_id = $3, status = $4,
             status_at = COALESCE($5, status_at), status_by = $6, grounds = $7, label = $8,
             priority = $9, owner_id = $10, asked_id = $11, ownership = $12, team_id = $13,
             watcher_ids = $14, merged_into = $15, reopen_count = $16, updated_at = $17,
             version = version + 1
         WHERE workspace_id = $18 AND id = $19 AND version = $20",
        params![
            title,
            it.contact_id,
            it.account_id,
            it.status.category().as_str(),
            status_at,
            status_by,
            grounds,
            it.label,
            it.priority.as_str(),
            it.owner_id(),
            it.ownership.pending().map(|pending| pending.to_id),
            ownership,
            it.team_id,
            to_json(&it.watcher_ids),
            it.merged_into,
            it.reopen_count,
            now,
            tx.workspace(),
            it.id,
            it.version
        ],
    )?;
    set_watchers(tx, it.id, &before.watcher_ids, &it.watcher_ids)?;
    Ok(Case {
        version: it.version + 1,
        ..it
    })
}

fn set_watchers(
    tx: &mut Tx<'_>,
    id: CaseId,
    old: &BTreeSet<AgentId>,
    new: &BTreeSet<AgentId>,
) -> Result<(), StoreError> {
    for agent in old.difference(new) {
        tx.execute(
            "DELETE FROM case_watchers WHERE agent_id = $1 AND case_id = $2 AND workspace_id = $3",
            params![*agent, id, tx.workspace()],
        )?;
    }
    for agent in new.difference(old) {
        tx.execute(
            "INSERT INTO case_watchers (agent_id, case_id, workspace_id) VALUES ($1, $2, $3)
             ON CONFLICT DO NOTHING",
            params![*agent, id, tx.workspace()],
        )?;
    }
    Ok(())
}

/// Writes what lists show of the work around a case: the next deadline with what it belongs
/// to, and how many tasks are open. The version stays: it is the case that has one.
pub fn set_standing(
    tx: &mut Tx<'_>,
    id: CaseId,
    next_due: Option<(Timestamp, String)>,
    open_tasks: u32,
) -> Result<(), StoreError> {
    let (rank, subject) = match next_due {
        Some((at, subject)) => (at, Some(subject)),
        None => (NEVER, None),
    };
    tx.execute(
        "UPDATE cases SET due_rank = $1, due_subject = $2, open_tasks = $3
         WHERE workspace_id = $4 AND id = $5",
        params![rank, subject, open_tasks, tx.workspace(), id],
    )?;
    Ok(())
}

/// Marks a case as touched: something around it changed.
pub fn touch(tx: &mut Tx<'_>, id: CaseId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE cases SET updated_at = $1 WHERE workspace_id = $2 AND id = $3",
        params![now, tx.workspace(), id],
    )?;
    Ok(())
}

fn find(tx: &mut Tx<'_>, id: CaseId, lock: &str) -> Result<Option<Case>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM cases c WHERE c.workspace_id = $1 AND c.id = $2{lock}");
    match tx.maybe(&sql, params![tx.workspace(), id])? {
        None => Ok(None),
        Some(row) => read(tx, &row).map(Some),
    }
}

/// One case.
pub fn get(tx: &mut Tx<'_>, id: CaseId) -> Result<Option<Case>, StoreError> {
    find(tx, id, "")
}

/// One case, locked for a change of anything that belongs to it. Of several, the one with the
/// smallest identifier is locked first.
pub fn get_for_update(tx: &mut Tx<'_>, id: CaseId) -> Result<Option<Case>, StoreError> {
    let lock = tx.for_update();
    find(tx, id, lock)
}

/// The case with a number.
pub fn by_number(tx: &mut Tx<'_>, number: CaseNumber) -> Result<Option<Case>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM cases c WHERE c.workspace_id = $1 AND c.number = $2");
    match tx.maybe(&sql, params![tx.workspace(), number.count()])? {
        None => Ok(None),
        Some(row) => read(tx, &row).map(Some),
    }
}

/// A case and everything that is merged into it, directly or over others.
pub fn family(tx: &mut Tx<'_>, id: CaseId) -> Result<BTreeSet<CaseId>, StoreError> {
    let mut family = BTreeSet::from([id]);
    let mut fresh = vec![id];
    for _ in 0..MERGE_DEPTH_MAX {
        let mut next = Vec::new();
        for into in &fresh {
            let rows = tx.query(
                "SELECT id FROM cases WHERE workspace_id = $1 AND merged_into = $2",
                params![tx.workspace(), *into],
            )?;
            for row in &rows {
                let id: CaseId = row.get("id")?;
                if family.insert(id) {
                    next.push(id);
                }
            }
        }
        if next.is_empty() {
            break;
        }
        fresh = next;
    }
    Ok(family)
}

/// The case that shows what a case has: itself, or what it was merged into, over however
/// many steps.
pub fn root(tx: &mut Tx<'_>, id: CaseId) -> Result<CaseId, StoreError> {
    let mut at = id;
    for _ in 0..MERGE_DEPTH_MAX {
        let row = tx.maybe(
            "SELECT merged_into FROM cases WHERE workspace_id = $1 AND id = $2",
            params![tx.workspace(), at],
        )?;
        match row.map(|row| row.get("merged_into")).transpose()?.flatten() {
            Some(into) => at = into,
            None => return Ok(at),
        }
    }
    Ok(at)
}

/// What was filled in, with the answers to personal fields apart.
pub fn answers(tx: &mut Tx<'_>, id: CaseId) -> Result<(Answers, Answers), StoreError> {
    let row = tx.maybe(
        "SELECT case_id AS id, answers, personal FROM case_answers
         WHERE workspace_id = $1 AND case_id = $2",
        params![tx.workspace(), id],
    )?;
    let Some(row) = row else {
        return Ok((Answers::new(), Answers::new()));
    };
    let personal = match row.get::<Option<Vec<u8>>>("personal")? {
        None => Answers::new(),
        Some(_) => open_json(tx, PERSONAL, &row, "personal")?,
    };
    Ok((json(&row, "answers")?, personal))
}

/// Writes what was filled in.
pub fn set_answers(
    tx: &mut Tx<'_>,
    id: CaseId,
    answers: &Answers,
    personal: &Answers,
) -> Result<(), StoreError> {
    let sealed = if personal.is_empty() {
        None
    } else {
        Some(seal_json(tx, PERSONAL, personal)?)
    };
    tx.execute(
        "INSERT INTO case_answers (case_id, workspace_id, answers, personal) VALUES ($1, $2, $3, $4)
         ON CONFLICT (case_id) DO UPDATE SET answers = excluded.answers, personal = excluded.personal",
        params![id, tx.workspace(), to_json(answers), sealed],
    )?;
    Ok(())
}

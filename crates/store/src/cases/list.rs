//! Pages of cases: one row with everything a list shows, read status by status on an index
//! in the order of the list and merged, so that the first page costs the same with a hundred
//! cases and with a hundred thousand.

use std::collections::BTreeSet;

use zhiyin_domain::cases::case::Case;
use zhiyin_domain::cases::procedure::Assignee;
use zhiyin_domain::cases::severity::Severity;
use zhiyin_domain::cases::status::StatusCategory;
use zhiyin_domain::conversation::Priority;
use zhiyin_domain::ids::{AgentId, CaseId, CaseTypeId, ContactId, ConversationId, TeamId};
use zhiyin_domain::permission::Visibility;
use zhiyin_domain::time::Timestamp;

use super::{COLUMNS, NEVER, read};
use crate::conversations::Sql;
use crate::named::{maybe_json, maybe_named};
use crate::{Row, StoreError, ToValue, Tx};

/// A case with what is shown beside it.
#[derive(Debug, Clone)]
pub struct CaseRow {
    /// The case.
    pub case: Case,
    /// Since when it stands as it does.
    pub status_at: Timestamp,
    /// The next deadline of anything in it, and what that belongs to (`step:3` …).
    pub next_due: Option<(Timestamp, String)>,
    /// Tasks of the back office without an answer.
    pub open_tasks: u32,
    /// The step of the procedure that is open.
    pub step: Option<OpenStep>,
    /// How severe, if it is a complaint.
    pub severity: Option<Severity>,
    /// The case it is one customer's part of.
    pub parent_id: Option<CaseId>,
    /// How many customers' parts it has.
    pub child_count: i64,
    /// When anything about it last changed.
    pub updated_at: Timestamp,
}

/// The open step of a procedure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenStep {
    /// The number of the stay.
    pub visit: u32,
    /// The key of the step.
    pub key: String,
    /// Who does it.
    pub assignee: Assignee,
    /// The one person of them who took it.
    pub taken_by: Option<AgentId>,
    /// Until when.
    pub due_at: Timestamp,
    /// Whether its result waits for approval.
    pub is_awaiting: bool,
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseSort {
    /// The nearest deadline first; what has none comes last.
    Due,
    /// What was touched last comes first.
    Updated,
    /// The newest first.
    Created,
}

impl CaseSort {
    const fn column(self) -> &'static str {
        match self {
            Self::Due => "due_rank",
            Self::Updated => "updated_at",
            Self::Created => "created_at",
        }
    }

    const fn is_ascending(self) -> bool {
        match self {
            Self::Due => true,
            Self::Updated | Self::Created => false,
        }
    }
}

/// Which cases. What is none or empty does not matter.
#[derive(Debug, Clone, Default)]
pub struct CaseFilter {
    /// Standing like this; any when empty.
    pub statuses: BTreeSet<StatusCategory>,
    /// Of this owner.
    pub owner: Option<AgentId>,
    /// Of this team.
    pub team: Option<TeamId>,
    /// Of this type.
    pub case_type: Option<CaseTypeId>,
    /// Of this urgency.
    pub priority: Option<Priority>,
    /// With this label chosen.
    pub label: Option<String>,
    /// Of this customer.
    pub contact: Option<ContactId>,
    /// Linked with this conversation.
    pub conversation: Option<ConversationId>,
    /// Parts of this case.
    pub parent: Option<CaseId>,
    /// Whether they are complaints.
    pub is_complaint: Option<bool>,
    /// Watched by this agent.
    pub watcher: Option<AgentId>,
    /// Offered to this agent.
    pub asked: Option<AgentId>,
    /// With something that was due before this moment.
    pub overdue_at: Option<Timestamp>,
    /// With something that is due before this moment.
    pub due_before: Option<Timestamp>,
    /// One of these.
    pub ids: Option<BTreeSet<CaseId>>,
    /// Also those that are part of another.
    pub with_merged: bool,
}

/// Where the next page begins: the sort value and the identifier of the last one.
pub type CaseCursor = (i64, CaseId);

fn select() -> String {
    format!(
        "SELECT {COLUMNS}, c.due_rank, c.due_subject, c.open_tasks, c.updated_at,
             r.visit AS r_visit, r.step AS r_step, r.assignee AS r_assignee, r.taken_by AS r_taken_by,
             r.due_at AS r_due_at, r.is_awaiting AS r_is_awaiting, m.severity AS m_severity,
             (SELECT l.to_id FROM case_links l WHERE l.from_id = c.id AND l.kind = 'child') AS parent_id,
             (SELECT COUNT(*) FROM case_links l WHERE l.to_id = c.id AND l.kind = 'child') AS child_count
         FROM cases c LEFT JOIN case_runs r ON r.case_id = c.id
         LEFT JOIN complaints m ON m.case_id = c.id"
    )
}

fn step(row: &Row) -> Result<Option<OpenStep>, StoreError> {
    let (Some(key), Some(assignee)) = (
        row.get::<Option<String>>("r_step")?,
        maybe_json::<Assignee>(row, "r_assignee")?,
    ) else {
        return Ok(None);
    };
    Ok(Some(OpenStep {
        visit: row.get("r_visit")?,
        key,
        assignee,
        taken_by: row.get("r_taken_by")?,
        due_at: row.get("r_due_at")?,
        is_awaiting: row.get("r_is_awaiting")?,
    }))
}

fn read_row(tx: &mut Tx<'_>, row: &Row) -> Result<CaseRow, StoreError> {
    let rank: Timestamp = row.get("due_rank")?;
    let subject: Option<String> = row.get("due_subject")?;
    Ok(CaseRow {
        case: read(tx, row)?,
        status_at: row.get("status_at")?,
        next_due: subject
            .filter(|_| rank < NEVER)
            .map(|subject| (rank, subject)),
        open_tasks: row.get("open_tasks")?,
        step: step(row)?,
        severity: maybe_named(row, "m_severity", &Severity::ALL, |it| it.as_str())?,
        parent_id: row.get("parent_id")?,
        child_count: row.get("child_count")?,
        updated_at: row.get("updated_at")?,
    })
}

/// One case as lists show it.
pub fn row(tx: &mut Tx<'_>, id: CaseId) -> Result<Option<CaseRow>, StoreError> {
    let mut sql = Sql::new(&select());
    sql.push(" WHERE c.workspace_id = ");
    let place = sql.bind(tx.workspace());
    sql.push(&place);
    sql.and_eq("c.id", id);
    match tx.maybe(&sql.text, &sql.params)? {
        None => Ok(None),
        Some(row) => read_row(tx, &row).map(Some),
    }
}

/// The permission filter, inside the query. Whoever watches a case or is asked to take it
/// over sees it.
fn visible(sql: &mut Sql, visibility: &Visibility, me: Option<AgentId>) {
    if visibility.all {
        return;
    }
    let mut any = Vec::new();
    if !visibility.teams.is_empty() {
        let places: Vec<String> = visibility.teams.iter().map(|id| sql.bind(*id)).collect();
        any.push(format!("c.team_id IN ({})", places.join(", ")));
    }
    if let Some(agent) = me {
        let place = sql.bind(agent);
        any.push(format!("c.owner_id = {place}"));
        any.push(format!("c.asked_id = {place}"));
        any.push(format!(
            "EXISTS (SELECT 1 FROM case_watchers w WHERE w.case_id = c.id AND w.agent_id = {place})"
        ));
    }
    if any.is_empty() {
        sql.and("1 = 0");
    } else {
        sql.and(&format!("({})", any.join(" OR ")));
    }
}

fn conditions(sql: &mut Sql, filter: &CaseFilter) {
    macro_rules! equal {
        ($($column:literal: $value:expr),+ $(,)?) => { $(
            if let Some(value) = &$value {
                sql.and_eq($column, value);
            }
        )+ };
    }
    equal! {
        "c.owner_id": filter.owner,
        "c.team_id": filter.team,
        "c.type_id": filter.case_type,
        "c.label": filter.label,
        "c.contact_id": filter.contact,
        "c.is_complaint": filter.is_complaint,
        "c.asked_id": filter.asked,
    }
    if let Some(priority) = filter.priority {
        sql.and_eq("c.priority", priority.as_str());
    }
    if !filter.with_merged {
        sql.and("c.merged_into IS NULL");
    }
    if let Some(conversation) = filter.conversation {
        let place = sql.bind(conversation);
        sql.and(&format!(
            "c.id IN (SELECT t.case_id FROM case_conversations t WHERE t.conversation_id = {place})"
        ));
    }
    if let Some(parent) = filter.parent {
        let place = sql.bind(parent);
        sql.and(&format!(
            "c.id IN (SELECT l.from_id FROM case_links l WHERE l.to_id = {place} AND l.kind = 'child')"
        ));
    }
    if let Some(agent) = filter.watcher {
        let place = sql.bind(agent);
        sql.and(&format!(
            "c.id IN (SELECT w.case_id FROM case_watchers w WHERE w.agent_id = {place})"
        ));
    }
    for moment in [filter.overdue_at, filter.due_before].into_iter().flatten() {
        let place = sql.bind(moment);
        sql.and(&format!("c.due_rank < {place}"));
    }
    if let Some(ids) = &filter.ids {
        let places: Vec<String> = ids.iter().map(|id| sql.bind(*id)).collect();
        if places.is_empty() {
            sql.and("1 = 0");
        } else {
            sql.and(&format!("c.id IN ({})", places.join(", ")));
        }
    }
}

/// A page of cases that may be seen. `me` is whoever asks.
pub fn list(
    tx: &mut Tx<'_>,
    (visibility, me): (&Visibility, Option<AgentId>),
    filter: &CaseFilter,
    (sort, after): (CaseSort, Option<CaseCursor>),
    limit: u32,
) -> Result<Vec<CaseRow>, StoreError> {
    let statuses: Vec<StatusCategory> = if filter.statuses.is_empty() {
        StatusCategory::ALL.to_vec()
    } else {
        filter.statuses.iter().copied().collect()
    };
    let column = sort.column();
    let (direction, beyond) = if sort.is_ascending() {
        ("ASC", ">")
    } else {
        ("DESC", "<")
    };
    let mut keyed: Vec<(CaseCursor, Row)> = Vec::new();
    for status in statuses {
        let mut sql = Sql::new(&select());
        sql.params.push(tx.workspace().to_value());
        sql.push(" WHERE c.workspace_id = $1");
        sql.and_eq("c.status", status.as_str());
        conditions(&mut sql, filter);
        visible(&mut sql, visibility, me);
        if let Some((at, id)) = after {
            let (at, id) = (sql.bind(at), sql.bind(id));
            sql.and(&format!("(c.{column}, c.id) {beyond} ({at}, {id})"));
        }
        let limit = sql.bind(limit);
        sql.push(&format!(
            " ORDER BY c.{column} {direction}, c.id {direction} LIMIT {limit}"
        ));
        for row in tx.query(&sql.text, &sql.params)? {
            keyed.push(((row.get(column)?, row.get("id")?), row));
        }
    }
    keyed.sort_by_key(|(key, _)| *key);
    if !sort.is_ascending() {
        keyed.reverse();
    }
    keyed.truncate(limit as usize);
    keyed.iter().map(|(_, row)| read_row(tx, row)).collect()
}

impl CaseRow {
    /// Its place in a list, for the cursor of the next page.
    #[must_use]
    pub fn place(&self, sort: CaseSort) -> CaseCursor {
        let at = match sort {
            CaseSort::Due => self.next_due.as_ref().map_or(NEVER, |(at, _)| *at),
            CaseSort::Updated => self.updated_at,
            CaseSort::Created => self.case.created_at,
        };
        (at.as_micros(), self.case.id)
    }
}

/// How many cases stand how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseCounts {
    /// By status, in the order of a board.
    pub by_status: [i64; 6],
    /// With something overdue.
    pub overdue: i64,
}

/// How many cases an owner has in each status; of all owners when none is named. Closed ones
/// are not counted.
pub fn counts(
    tx: &mut Tx<'_>,
    owner: Option<AgentId>,
    now: Timestamp,
) -> Result<CaseCounts, StoreError> {
    let mut sql = Sql::new("SELECT c.status, COUNT(*) AS cases,");
    let at = sql.bind(now);
    sql.push(&format!(
        " SUM(CASE WHEN c.due_rank < {at} THEN 1 ELSE 0 END) AS overdue FROM cases c
         WHERE c.status <> 'closed' AND c.merged_into IS NULL"
    ));
    sql.and_eq("c.workspace_id", tx.workspace());
    if let Some(owner) = owner {
        sql.and_eq("c.owner_id", owner);
    }
    sql.push(" GROUP BY c.status");
    let mut counts = CaseCounts::default();
    for row in tx.query(&sql.text, &sql.params)? {
        let status = crate::named::named(&row, "status", &StatusCategory::ALL, |it| it.as_str())?;
        counts.by_status[status as usize] = row.get("cases")?;
        counts.overdue += row.get::<i64>("overdue")?;
    }
    Ok(counts)
}

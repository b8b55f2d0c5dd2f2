//! The way of a case through its procedure, sealed; and the open step in columns.

use zhiyin_domain::cases::procedure::Assignee;
use zhiyin_domain::cases::run::{Run, VisitState};
use zhiyin_domain::ids::{CaseId, TeamId};

use crate::named::to_json;
use crate::sealed::{open_json, seal_json};
use crate::{StoreError, Tx, params};

/// What runs are sealed for.
const RUN: &str = "case.run";

/// The run of a case.
pub fn get(tx: &mut Tx<'_>, id: CaseId) -> Result<Option<Run>, StoreError> {
    let row = tx.maybe(
        "SELECT case_id AS id, run FROM case_runs WHERE workspace_id = $1 AND case_id = $2",
        params![tx.workspace(), id],
    )?;
    match row {
        None => Ok(None),
        Some(row) => open_json(tx, RUN, &row, "run").map(Some),
    }
}

/// Writes the run of a case. The caller holds the row of the case.
pub fn put(tx: &mut Tx<'_>, id: CaseId, run: &Run) -> Result<(), StoreError> {
    let sealed = seal_json(tx, RUN, run)?;
    let visit = run.current();
    let team: Option<TeamId> = visit.and_then(|visit| match visit.assignee {
        Assignee::Team { team_id } => Some(team_id),
        Assignee::Owner | Assignee::Supervisor | Assignee::Role { .. } | Assignee::Customer => None,
    });
    let is_awaiting = visit.is_some_and(|visit| matches!(visit.state, VisitState::Awaiting { .. }));
    tx.execute(
        "INSERT INTO case_runs (case_id, workspace_id, run, visit, step, assignee, team_id, taken_by,
             due_at, is_awaiting)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (case_id) DO UPDATE SET run = excluded.run, visit = excluded.visit,
             step = excluded.step, assignee = excluded.assignee, team_id = excluded.team_id,
             taken_by = excluded.taken_by, due_at = excluded.due_at,
             is_awaiting = excluded.is_awaiting",
        params![
            id,
            tx.workspace(),
            sealed,
            visit.map(|visit| visit.number),
            visit.map(|visit| visit.step.clone()),
            visit.map(|visit| to_json(&visit.assignee)),
            team,
            visit.and_then(|visit| visit.taken_by),
            visit.map(|visit| visit.due_at),
            is_awaiting
        ],
    )?;
    Ok(())
}

/// Cases whose open step waits for approval, the most urgent first.
pub fn awaiting(tx: &mut Tx<'_>, limit: u32) -> Result<Vec<CaseId>, StoreError> {
    let rows = tx.query(
        "SELECT case_id FROM case_runs WHERE workspace_id = $1 AND is_awaiting
         ORDER BY due_at, case_id LIMIT $2",
        params![tx.workspace(), limit],
    )?;
    rows.iter().map(|row| row.get("case_id")).collect()
}

/// Cases whose open step is for a team, the most urgent first.
pub fn of_team(tx: &mut Tx<'_>, team: TeamId, limit: u32) -> Result<Vec<CaseId>, StoreError> {
    let rows = tx.query(
        "SELECT case_id FROM case_runs WHERE workspace_id = $1 AND team_id = $2
         ORDER BY due_at, case_id LIMIT $3",
        params![tx.workspace(), team, limit],
    )?;
    rows.iter().map(|row| row.get("case_id")).collect()
}

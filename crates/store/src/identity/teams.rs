//! Teams and their members.

use std::collections::{BTreeMap, BTreeSet};

use zhiyin_domain::identity::team::Team;
use zhiyin_domain::ids::{AgentId, CalendarId, TeamId};

use super::from_text;
use crate::error::StoreError;
use crate::params;
use crate::row::Row;
use crate::tx::Tx;

const COLUMNS: &str = "id, name, calendar_id, created_at, version";

fn team(row: &Row, members: BTreeSet<AgentId>) -> Result<Team, StoreError> {
    Ok(Team {
        id: row.get("id")?,
        name: from_text(row, "name")?,
        members,
        calendar_id: row.get("calendar_id")?,
        created_at: row.get("created_at")?,
        version: row.get("version")?,
    })
}

/// Adds a team with its members. Its name must be free: `teams_name`.
pub fn insert(tx: &mut Tx, team: &Team) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    tx.execute(
        "INSERT INTO teams (id, workspace_id, name, calendar_id, created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6)",
        params![
            team.id,
            workspace,
            team.name.as_str(),
            team.calendar_id,
            team.created_at,
            team.version
        ],
    )?;
    set_members(tx, team.id, &team.members)
}

/// Writes name, hours and members; see [`super::access::touch`].
pub fn save(tx: &mut Tx, team: &Team) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    tx.execute_versioned(
        "UPDATE teams SET name = $4, calendar_id = $5, version = version + 1
         WHERE id = $1 AND workspace_id = $2 AND version = $3",
        params![
            team.id,
            workspace,
            team.version,
            team.name.as_str(),
            team.calendar_id
        ],
    )?;
    set_members(tx, team.id, &team.members)
}

fn members(tx: &mut Tx, id: TeamId) -> Result<BTreeSet<AgentId>, StoreError> {
    let workspace = tx.workspace();
    let rows = tx.query(
        "SELECT agent_id FROM team_members WHERE team_id = $1 AND workspace_id = $2",
        params![id, workspace],
    )?;
    rows.iter().map(|row| row.get("agent_id")).collect()
}

fn set_members(tx: &mut Tx, id: TeamId, new: &BTreeSet<AgentId>) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    let old = members(tx, id)?;
    for agent in old.difference(new) {
        tx.execute(
            "DELETE FROM team_members WHERE team_id = $1 AND agent_id = $2 AND workspace_id = $3",
            params![id, *agent, workspace],
        )?;
    }
    for agent in new.difference(&old) {
        tx.execute(
            "INSERT INTO team_members (team_id, agent_id, workspace_id) VALUES ($1, $2, $3)",
            params![id, *agent, workspace],
        )?;
    }
    Ok(())
}

/// One team.
pub fn get(tx: &mut Tx, id: TeamId) -> Result<Option<Team>, StoreError> {
    let workspace = tx.workspace();
    let row = tx.maybe(
        &format!("SELECT {COLUMNS} FROM teams WHERE id = $1 AND workspace_id = $2"),
        params![id, workspace],
    )?;
    let Some(row) = row else { return Ok(None) };
    let members = members(tx, id)?;
    team(&row, members).map(Some)
}

/// The calendar of a team; none where it has none.
pub fn calendar(tx: &mut Tx, id: TeamId) -> Result<Option<CalendarId>, StoreError> {
    let row = tx.maybe(
        "SELECT id, calendar_id FROM teams WHERE id = $1 AND workspace_id = $2",
        params![id, tx.workspace()],
    )?;
    row.map_or(Ok(None), |row| row.get("calendar_id"))
}

/// Calendars of the teams of each agent who is in any; a team without one gives none.
pub fn calendars_of_members(
    tx: &mut Tx,
) -> Result<BTreeMap<AgentId, Vec<Option<CalendarId>>>, StoreError> {
    let rows = tx.query(
        "SELECT m.agent_id AS agent_id, t.calendar_id AS calendar_id
         FROM team_members m JOIN teams t ON t.id = m.team_id
         WHERE t.workspace_id = $1 ORDER BY t.id",
        params![tx.workspace()],
    )?;
    let mut found: BTreeMap<AgentId, Vec<Option<CalendarId>>> = BTreeMap::new();
    for row in &rows {
        let of_agent = found.entry(row.get("agent_id")?).or_default();
        of_agent.push(row.get("calendar_id")?);
    }
    Ok(found)
}

/// The same of one agent.
pub fn calendars_of_member(
    tx: &mut Tx,
    agent: AgentId,
) -> Result<Vec<Option<CalendarId>>, StoreError> {
    let rows = tx.query(
        "SELECT t.id AS id, t.calendar_id AS calendar_id
         FROM team_members m JOIN teams t ON t.id = m.team_id
         WHERE t.workspace_id = $1 AND m.agent_id = $2 ORDER BY t.id",
        params![tx.workspace(), agent],
    )?;
    rows.iter().map(|row| row.get("calendar_id")).collect()
}

/// All teams, oldest first.
pub fn list(tx: &mut Tx) -> Result<Vec<Team>, StoreError> {
    let workspace = tx.workspace();
    let rows = tx.query(
        &format!("SELECT {COLUMNS} FROM teams WHERE workspace_id = $1 ORDER BY id"),
        params![workspace],
    )?;
    let mut members: BTreeMap<TeamId, BTreeSet<AgentId>> = BTreeMap::new();
    for row in tx.query(
        "SELECT m.team_id AS team_id, m.agent_id AS agent_id FROM teams t JOIN team_members m ON m.team_id = t.id
         WHERE t.workspace_id = $1",
        params![workspace],
    )? {
        members.entry(row.get("team_id")?).or_default().insert(row.get("agent_id")?);
    }
    let mut teams = Vec::with_capacity(rows.len());
    for row in &rows {
        teams.push(team(
            row,
            members.remove(&row.get("id")?).unwrap_or_default(),
        )?);
    }
    Ok(teams)
}

/// Those of `ids` that are teams of the workspace.
pub fn known(tx: &mut Tx, ids: &BTreeSet<TeamId>) -> Result<BTreeSet<TeamId>, StoreError> {
    let workspace = tx.workspace();
    let mut known = BTreeSet::new();
    for id in ids {
        let row = tx.maybe(
            "SELECT id FROM teams WHERE id = $1 AND workspace_id = $2",
            params![*id, workspace],
        )?;
        if row.is_some() {
            known.insert(*id);
        }
    }
    Ok(known)
}

/// Removes a team. Refused while conversations belong to it.
pub fn delete(tx: &mut Tx, id: TeamId) -> Result<(), StoreError> {
    let workspace = tx.workspace();
    set_members(tx, id, &BTreeSet::new())?;
    tx.execute_versioned(
        "DELETE FROM teams WHERE id = $1 AND workspace_id = $2",
        params![id, workspace],
    )
}

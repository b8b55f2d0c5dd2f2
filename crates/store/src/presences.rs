//! Presence of agents: what they chose, what is believed, and until when. The effective one
//! also stands beside the agent's name, for lists.

use std::collections::BTreeMap;

use zhiyin_domain::identity::agent::Presence;
use zhiyin_domain::ids::{AgentId, WorkspaceId};
use zhiyin_domain::presence::{AgentPresence, AwayReason, BreakReason};
use zhiyin_domain::time::Timestamp;

use crate::named::named;
use crate::{Row, StoreError, SystemTx, Tx, params};

const COLUMNS: &str = "agent_id, chosen, reason, effective, away_because, is_on_shift, since, \
                       lease_until, active_at, set_by, version";

impl TryFrom<&Row> for AgentPresence {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        let presence = |column| named(row, column, &Presence::ALL, |it| it.as_str());
        let reason = match row.maybe_text("reason")? {
            None => None,
            Some(_) => Some(named(row, "reason", &BreakReason::ALL, |it| it.as_str())?),
        };
        let away_because = match row.maybe_text("away_because")? {
            None => None,
            Some(_) => Some(named(row, "away_because", &AwayReason::ALL, |it| {
                it.as_str()
            })?),
        };
        let set_by = row.text("set_by")?.parse();
        Ok(Self {
            agent_id: row.get("agent_id")?,
            chosen: presence("chosen")?,
            reason,
            effective: presence("effective")?,
            away_because,
            is_on_shift: row.get("is_on_shift")?,
            since: row.get("since")?,
            lease_until: row.get("lease_until")?,
            active_at: row.get("active_at")?,
            set_by: set_by.map_err(|_| row.inconsistent("set_by"))?,
            version: row.get("version")?,
        })
    }
}

/// The presence of an agent, if they ever said something.
pub fn get(tx: &mut Tx<'_>, agent: AgentId) -> Result<Option<AgentPresence>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM agent_presences WHERE workspace_id = $1 AND agent_id = $2");
    let row = tx.maybe(&sql, params![tx.workspace(), agent])?;
    row.as_ref().map(AgentPresence::try_from).transpose()
}

/// The same, locked for a change.
pub fn get_for_update(
    tx: &mut Tx<'_>,
    agent: AgentId,
) -> Result<Option<AgentPresence>, StoreError> {
    let lock = tx.for_update();
    let sql = format!(
        "SELECT {COLUMNS} FROM agent_presences WHERE workspace_id = $1 AND agent_id = $2{lock}"
    );
    let row = tx.maybe(&sql, params![tx.workspace(), agent])?;
    row.as_ref().map(AgentPresence::try_from).transpose()
}

/// All who ever said something.
pub fn list(tx: &mut Tx<'_>) -> Result<BTreeMap<AgentId, AgentPresence>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM agent_presences WHERE workspace_id = $1");
    let rows = tx.query(&sql, params![tx.workspace()])?;
    rows.iter()
        .map(|row| {
            let presence = AgentPresence::try_from(row)?;
            Ok((presence.agent_id, presence))
        })
        .collect()
}

/// Saves a presence whose version is the stored one; the first one of an agent is added.
pub fn save(tx: &mut Tx<'_>, it: &AgentPresence) -> Result<AgentPresence, StoreError> {
    let values = params![
        it.agent_id,
        tx.workspace(),
        it.chosen.as_str(),
        it.reason.map(BreakReason::as_str),
        it.effective.as_str(),
        it.away_because.map(AwayReason::as_str),
        it.is_on_shift,
        it.since,
        it.lease_until,
        it.active_at,
        it.set_by.to_string(),
        it.version
    ];
    if it.version == 0 {
        let added = tx.execute(
            "INSERT INTO agent_presences (agent_id, workspace_id, chosen, reason, effective, away_because,
                 is_on_shift, since, lease_until, active_at, set_by, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 + 1) ON CONFLICT DO NOTHING",
            values,
        )?;
        if added == 0 {
            return Err(StoreError::conflict("agent_presences"));
        }
    } else {
        tx.execute_versioned(
            "UPDATE agent_presences SET chosen = $3, reason = $4, effective = $5, away_because = $6,
                 is_on_shift = $7, since = $8, lease_until = $9, active_at = $10, set_by = $11,
                 version = version + 1
             WHERE agent_id = $1 AND workspace_id = $2 AND version = $12",
            values,
        )?;
    }
    crate::identity::agents::set_presence(tx, it.agent_id, it.effective)?;
    Ok(AgentPresence {
        version: it.version + 1,
        ..it.clone()
    })
}

/// Believes in the connections of agents for longer. Changes nothing anybody sees, so it
/// raises no version; who is believed to be gone already stays so.
pub fn renew(tx: &mut Tx<'_>, agents: &[AgentId], until: Timestamp) -> Result<(), StoreError> {
    for agent in agents {
        tx.execute(
            "UPDATE agent_presences SET lease_until = $1
             WHERE workspace_id = $2 AND agent_id = $3 AND effective <> 'offline'
               AND (lease_until IS NULL OR lease_until < $1)",
            params![until, tx.workspace(), *agent],
        )?;
    }
    Ok(())
}

/// Everybody who is believed to be there, in all workspaces.
pub fn here(system: &mut SystemTx<'_>) -> Result<Vec<(WorkspaceId, AgentPresence)>, StoreError> {
    let sql = format!(
        "SELECT workspace_id, {COLUMNS} FROM agent_presences WHERE effective <> 'offline'
         ORDER BY workspace_id, agent_id"
    );
    let rows = system.query(&sql, params![])?;
    rows.iter()
        .map(|row| Ok((row.get("workspace_id")?, AgentPresence::try_from(row)?)))
        .collect()
}

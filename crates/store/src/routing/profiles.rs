//! What agents can do and how much at once. Who has no row has the usual profile.

use std::collections::{BTreeMap, BTreeSet};

use zhiyin_domain::ids::{AgentId, CalendarId, SkillId, TeamId};
use zhiyin_domain::language_tag::LanguageTag;
use zhiyin_domain::permission::{Grant, Permission};
use zhiyin_domain::routing::{AgentProfile, Capacity, SkillLevel};

use crate::named::{json, to_json};
use crate::{Row, StoreError, Tx, params};

/// What an agent can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredProfile {
    /// The agent.
    pub agent_id: AgentId,
    /// Skills and how well.
    pub skills: BTreeMap<SkillId, SkillLevel>,
    /// Languages they write or speak; none named means those nobody else was named for.
    pub languages: BTreeSet<LanguageTag>,
    /// How much at once.
    pub capacity: Capacity,
    /// When their shift is on; none is always.
    pub calendar_id: Option<CalendarId>,
    /// Optimistic lock; 0 for who has no row.
    pub version: i64,
}

impl StoredProfile {
    /// The usual profile.
    #[must_use]
    pub fn usual(agent_id: AgentId) -> Self {
        Self {
            agent_id,
            skills: BTreeMap::new(),
            languages: BTreeSet::new(),
            capacity: Capacity::default(),
            calendar_id: None,
            version: 0,
        }
    }

    /// As the router knows it.
    #[must_use]
    pub fn with_teams(self, teams: BTreeSet<TeamId>) -> AgentProfile {
        AgentProfile {
            id: self.agent_id,
            skills: self.skills,
            languages: self.languages,
            teams,
            capacity: self.capacity,
        }
    }
}

const COLUMNS: &str = "agent_id, skills, languages, capacity, calendar_id, version";

impl TryFrom<&Row> for StoredProfile {
    type Error = StoreError;
    fn try_from(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            agent_id: row.get("agent_id")?,
            skills: json(row, "skills")?,
            languages: json(row, "languages")?,
            capacity: json(row, "capacity")?,
            calendar_id: row.get("calendar_id")?,
            version: row.get("version")?,
        })
    }
}

/// The profile of an agent, if one was set.
pub fn get(tx: &mut Tx<'_>, agent: AgentId) -> Result<Option<StoredProfile>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM agent_profiles WHERE workspace_id = $1 AND agent_id = $2");
    let row = tx.maybe(&sql, params![tx.workspace(), agent])?;
    row.as_ref().map(StoredProfile::try_from).transpose()
}

/// All profiles that were set.
pub fn list(tx: &mut Tx<'_>) -> Result<BTreeMap<AgentId, StoredProfile>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM agent_profiles WHERE workspace_id = $1");
    let rows = tx.query(&sql, params![tx.workspace()])?;
    rows.iter()
        .map(|row| {
            let profile = StoredProfile::try_from(row)?;
            Ok((profile.agent_id, profile))
        })
        .collect()
}

/// Whether some profile names a language.
pub fn is_spoken(tx: &mut Tx<'_>, language: LanguageTag) -> Result<bool, StoreError> {
    let rows = tx.query(
        "SELECT DISTINCT languages FROM agent_profiles WHERE workspace_id = $1",
        params![tx.workspace()],
    )?;
    for row in &rows {
        let spoken: BTreeSet<LanguageTag> = json(row, "languages")?;
        if spoken.contains(&language) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Saves a profile whose version is the stored one; a first one is added.
pub fn save(tx: &mut Tx<'_>, it: &StoredProfile) -> Result<StoredProfile, StoreError> {
    let values = params![
        it.agent_id,
        tx.workspace(),
        to_json(&it.skills),
        to_json(&it.languages),
        to_json(&it.capacity),
        it.calendar_id,
        it.version
    ];
    if it.version == 0 {
        let added = tx.execute(
            "INSERT INTO agent_profiles (agent_id, workspace_id, skills, languages, capacity, calendar_id, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7 + 1) ON CONFLICT DO NOTHING",
            values,
        )?;
        if added == 0 {
            return Err(StoreError::conflict("agent_profiles"));
        }
    } else {
        tx.execute_versioned(
            "UPDATE agent_profiles SET skills = $3, languages = $4, capacity = $5, calendar_id = $6,
                 version = version + 1
             WHERE agent_id = $1 AND workspace_id = $2 AND version = $7",
            values,
        )?;
    }
    Ok(StoredProfile {
        version: it.version + 1,
        ..it.clone()
    })
}

/// Teams of all agents.
pub fn teams(tx: &mut Tx<'_>) -> Result<BTreeMap<AgentId, BTreeSet<TeamId>>, StoreError> {
    let rows = tx.query(
        "SELECT agent_id, team_id FROM team_members WHERE workspace_id = $1",
        params![tx.workspace()],
    )?;
    let mut teams: BTreeMap<AgentId, BTreeSet<TeamId>> = BTreeMap::new();
    for row in &rows {
        let of = teams.entry(row.get("agent_id")?).or_default();
        of.insert(row.get("team_id")?);
    }
    Ok(teams)
}

/// All agents who may log in.
pub fn active_agents(tx: &mut Tx<'_>) -> Result<Vec<AgentId>, StoreError> {
    let rows = tx.query(
        "SELECT id FROM agents WHERE workspace_id = $1 AND is_active ORDER BY id",
        params![tx.workspace()],
    )?;
    rows.iter().map(|row| row.get("id")).collect()
}

/// All agents who may log in and answer customers somewhere: nobody else gets work.
pub fn candidates(tx: &mut Tx<'_>) -> Result<BTreeSet<AgentId>, StoreError> {
    let rows = tx.query(
        "SELECT a.id AS id, r.grants AS grants FROM agents a
             JOIN agent_roles m ON m.agent_id = a.id JOIN roles r ON r.id = m.role_id
         WHERE a.workspace_id = $1 AND a.is_active",
        params![tx.workspace()],
    )?;
    let mut candidates = BTreeSet::new();
    for row in &rows {
        let grants: Vec<Grant> = json(row, "grants")?;
        if grants.iter().any(|it| it.permission == Permission::Reply) {
            candidates.insert(row.get("id")?);
        }
    }
    Ok(candidates)
}

//! Who is who: the line above somebody, what somebody may decide as, who is told.
//!
//! | level of the line | who |
//! | --- | --- |
//! | 1 | members of the team who may assign cases (`cases.assign`) |
//! | 2 | whoever directs the floor (`floor.supervise`) |
//! | 3 | administrators (`workspace.manage`) |

use std::collections::BTreeSet;

use zhiyin_domain::cases::approvals::{Approver, Judge};
use zhiyin_domain::cases::case::Case;
use zhiyin_domain::cases::escalation::{Recipient, on_level};
use zhiyin_domain::cases::procedure::{Assignee, Desk};
use zhiyin_domain::ids::{AgentId, TeamId};
use zhiyin_domain::permission::Permission;
use zhiyin_store::identity::{agents, roles, teams};
use zhiyin_store::{StoreError, Tx};

use super::Setup;

/// Levels of a line.
const LEVELS: u8 = 3;

/// Those who work here.
pub(crate) fn active(
    tx: &mut Tx<'_>,
    ids: impl IntoIterator<Item = AgentId>,
) -> Result<BTreeSet<AgentId>, StoreError> {
    let mut found = BTreeSet::new();
    for id in ids {
        if agents::get(tx, id)?.is_some_and(|agent| agent.is_active) {
            found.insert(id);
        }
    }
    Ok(found)
}

/// Everybody with a role that grants a permission, however far it reaches.
fn holders(tx: &mut Tx<'_>, permission: Permission) -> Result<BTreeSet<AgentId>, StoreError> {
    let mut found = BTreeSet::new();
    for role in roles::list(tx)? {
        if role
            .grants
            .iter()
            .any(|grant| grant.permission == permission)
        {
            found.extend(roles::members(tx, role.id)?);
        }
    }
    Ok(found)
}

fn members(tx: &mut Tx<'_>, id: TeamId) -> Result<BTreeSet<AgentId>, StoreError> {
    Ok(teams::get(tx, id)?.map_or_else(BTreeSet::new, |team| team.members))
}

/// The line above somebody, lowest level first: of the team the work is in, else of all teams
/// they are in.
pub(crate) fn line(
    tx: &mut Tx<'_>,
    team: Option<TeamId>,
    agent: AgentId,
) -> Result<Vec<BTreeSet<AgentId>>, StoreError> {
    let mut colleagues = BTreeSet::new();
    match team {
        Some(team) => colleagues.extend(members(tx, team)?),
        None => {
            for team in agents::memberships(tx, agent)?.teams {
                colleagues.extend(members(tx, team)?);
            }
        }
    }
    let assign = holders(tx, Permission::AssignCases)?;
    let leads: Vec<AgentId> = assign.intersection(&colleagues).copied().collect();
    let supervisors = holders(tx, Permission::SuperviseFloor)?;
    let administrators = holders(tx, Permission::ManageWorkspace)?;
    let mut line = Vec::with_capacity(LEVELS.into());
    line.push(active(tx, leads)?);
    line.push(active(tx, supervisors)?);
    line.push(active(tx, administrators)?);
    Ok(line)
}

/// What somebody may decide as, on a request that `asked_by` made in a case.
pub(crate) fn judge(
    tx: &mut Tx<'_>,
    agent: AgentId,
    case: &Case,
    asked_by: AgentId,
) -> Result<Judge, StoreError> {
    let mut posts = BTreeSet::from([Approver::Agent { agent_id: agent }]);
    let memberships = agents::memberships(tx, agent)?;
    for role_id in memberships.roles {
        posts.insert(Approver::Role { role_id });
    }
    let desks = Setup::load(tx)?.desks;
    for desk in Desk::ALL {
        if desks
            .get(&desk)
            .is_some_and(|team| memberships.teams.contains(team))
        {
            posts.insert(Approver::Desk { desk });
        }
    }
    let mut line = line(tx, case.team_id, asked_by)?;
    for level in &mut line {
        // Whoever asks decides nothing: a level that is only them is one without anybody.
        level.remove(&asked_by);
    }
    for level in 1..=u8::MAX {
        let people = on_level(&line, level);
        if people.is_some_and(|people| people.contains(&agent)) {
            posts.insert(Approver::Line { level });
        }
        if usize::from(level) > line.len() + 1 {
            // Above the top it is the top, however far up a rule asks.
            let at_top = posts.contains(&Approver::Line { level });
            if !at_top || level >= LINE_MAX {
                break;
            }
        }
    }
    Ok(Judge {
        agent_id: agent,
        posts,
    })
}

/// Rules that ask for more levels than anybody has are answered by the top.
const LINE_MAX: u8 = 20;

/// Who has something to do, for reminders: people, and the team whose line is above them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Doers {
    /// Who.
    pub people: BTreeSet<AgentId>,
    /// In which team.
    pub team: Option<TeamId>,
}

impl Doers {
    /// One person.
    pub(crate) fn one(agent: AgentId, team: Option<TeamId>) -> Self {
        Self {
            people: BTreeSet::from([agent]),
            team,
        }
    }

    /// A team, or the one of it who took it.
    pub(crate) fn team(
        tx: &mut Tx<'_>,
        team: TeamId,
        taken_by: Option<AgentId>,
    ) -> Result<Self, StoreError> {
        let people = match taken_by {
            Some(agent) => BTreeSet::from([agent]),
            None => members(tx, team)?,
        };
        Ok(Self {
            people,
            team: Some(team),
        })
    }

    /// Whoever does a step.
    pub(crate) fn of_step(
        tx: &mut Tx<'_>,
        case: &Case,
        assignee: Assignee,
        taken_by: Option<AgentId>,
    ) -> Result<Self, StoreError> {
        match assignee {
            Assignee::Team { team_id } => Self::team(tx, team_id, taken_by),
            Assignee::Role { role_id } => Ok(Self {
                people: match taken_by {
                    Some(agent) => BTreeSet::from([agent]),
                    None => roles::members(tx, role_id)?,
                },
                team: case.team_id,
            }),
            Assignee::Supervisor => {
                let line = line(tx, case.team_id, case.owner_id())?;
                Ok(Self {
                    people: on_level(&line, 1).cloned().unwrap_or_default(),
                    team: case.team_id,
                })
            }
            Assignee::Owner | Assignee::Customer => Ok(Self::one(case.owner_id(), case.team_id)),
        }
    }
}

/// The people behind recipients. Somebody is always told: where a level has nobody, the next
/// one above, in the end the administrators.
pub(crate) fn resolve(
    tx: &mut Tx<'_>,
    case: &Case,
    to: &BTreeSet<Recipient>,
    doers: &Doers,
) -> Result<BTreeSet<AgentId>, StoreError> {
    let mut told = BTreeSet::new();
    let mut above: Option<Vec<BTreeSet<AgentId>>> = None;
    for recipient in to {
        match recipient {
            Recipient::Doer => told.extend(doers.people.iter().copied()),
            Recipient::Owner => {
                told.insert(case.owner_id());
            }
            Recipient::Line { level } => {
                if above.is_none() {
                    let around = doers.people.first().copied();
                    let around = around.unwrap_or_else(|| case.owner_id());
                    above = Some(line(tx, doers.team.or(case.team_id), around)?);
                }
                let line = above.as_deref().unwrap_or_default();
                told.extend(on_level(line, *level).into_iter().flatten().copied());
            }
        }
    }
    let told = active(tx, told)?;
    if told.is_empty() {
        let line = line(tx, case.team_id, case.owner_id())?;
        return Ok(on_level(&line, 1).cloned().unwrap_or_default());
    }
    Ok(told)
}

//! Who may decide as what.

use std::collections::BTreeSet;

use zhiyin_domain::cases::approvals::{Approver, Judge};
use zhiyin_domain::cases::case::Case;
use zhiyin_domain::cases::escalation::on_level;
use zhiyin_domain::ids::AgentId;
use zhiyin_store::identity::{roles, teams};
use zhiyin_store::{StoreError, Tx};

use super::super::{Setup, people as posts};

/// Everything somebody may decide as, on a request of `asked_by`.
pub(super) fn judge(
    tx: &mut Tx<'_>,
    agent: AgentId,
    case: &Case,
    asked_by: AgentId,
) -> Result<Judge, StoreError> {
    posts::judge(tx, agent, case, asked_by)
}

/// The people who can say yes as an approver.
pub(super) fn people(
    tx: &mut Tx<'_>,
    setup: &Setup,
    case: &Case,
    asked_by: AgentId,
    approver: &Approver,
) -> Result<BTreeSet<AgentId>, StoreError> {
    let all = match approver {
        Approver::Agent { agent_id } => BTreeSet::from([*agent_id]),
        Approver::Role { role_id } => roles::members(tx, *role_id)?,
        Approver::Line { level } => {
            let mut line = posts::line(tx, case.team_id, asked_by)?;
            // As whoever decides is looked at: a level that is only them is nobody's.
            for level in &mut line {
                level.remove(&asked_by);
            }
            on_level(&line, *level).cloned().unwrap_or_default()
        }
        Approver::Desk { desk } => match setup.desks.get(desk) {
            None => BTreeSet::new(),
            Some(team) => teams::get(tx, *team)?
                .map(|team| team.members)
                .unwrap_or_default(),
        },
    };
    Ok(all.into_iter().filter(|id| *id != asked_by).collect())
}

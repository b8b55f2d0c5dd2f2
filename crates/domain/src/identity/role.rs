//! Roles, and the rule that nobody hands out more than they hold.

use std::collections::BTreeSet;

use crate::ids::RoleId;
use crate::name::Name;
use crate::permission::{Access, BuiltinRole, Grant, Scope};
use crate::time::Timestamp;

/// A set of grants with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Identifier.
    pub id: RoleId,
    /// Name in the settings.
    pub name: Name,
    /// Which built-in role it is; those cannot be changed.
    pub builtin: Option<BuiltinRole>,
    /// What it grants.
    pub grants: BTreeSet<Grant>,
    /// When it was created.
    pub created_at: Timestamp,
    /// Optimistic lock.
    pub version: i64,
}

/// Whether `giver` holds everything that `taker` has or would have, in every inbox and
/// team it reaches. Looking at grants alone would not do: two agents may hold the same
/// permission in different inboxes.
#[must_use]
pub fn may_give(giver: &Access, taker: &Access) -> bool {
    taker.grants.iter().all(|grant| {
        let held = giver.visibility(grant.permission);
        held.all
            || match grant.scope {
                Scope::Own => giver.holds(grant.permission),
                Scope::Team => taker.teams.is_subset(&held.teams),
                Scope::Inbox => taker.inboxes.is_subset(&held.inboxes),
                Scope::All => false,
            }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AgentId, InboxId, TeamId};
    use crate::permission::Permission;
    use uuid::Uuid;

    fn access(scope: Scope, inboxes: &[u128], teams: &[u128]) -> Access {
        Access {
            agent: Some(AgentId::from_uuid(Uuid::from_u128(9))),
            inboxes: inboxes
                .iter()
                .map(|n| InboxId::from_uuid(Uuid::from_u128(*n)))
                .collect(),
            teams: teams
                .iter()
                .map(|n| TeamId::from_uuid(Uuid::from_u128(*n)))
                .collect(),
            grants: [Grant::new(Permission::Reply, scope)].into(),
        }
    }

    #[test]
    fn the_same_permission_elsewhere_is_more() {
        let giver = access(Scope::Inbox, &[1, 2], &[]);
        for (taker, expected) in [
            (access(Scope::Inbox, &[1], &[]), true),
            (access(Scope::Inbox, &[1, 3], &[]), false),
            (access(Scope::Team, &[], &[1]), false),
            (access(Scope::Team, &[], &[]), true),
            (access(Scope::Own, &[], &[]), true),
            (access(Scope::All, &[], &[]), false),
        ] {
            assert_eq!(may_give(&giver, &taker), expected, "{taker:?}");
        }
    }

    #[test]
    fn who_holds_all_gives_all_and_who_holds_nothing_gives_nothing() {
        for scope in [Scope::Own, Scope::Team, Scope::Inbox, Scope::All] {
            let taker = access(scope, &[1], &[1]);
            assert!(may_give(&access(Scope::All, &[], &[]), &taker), "{scope:?}");
            assert!(!may_give(&Access::default(), &taker), "{scope:?}");
            assert!(may_give(
                &Access::default(),
                &Access {
                    grants: BTreeSet::new(),
                    ..taker
                }
            ));
        }
    }
}

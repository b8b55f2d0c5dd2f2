//! How far grants reach, and what names read back as.

use super::*;
use uuid::Uuid;

fn inbox(n: u128) -> InboxId {
    InboxId::from_uuid(Uuid::from_u128(n))
}

fn agent(n: u128) -> AgentId {
    AgentId::from_uuid(Uuid::from_u128(n))
}

fn access(scope: Scope) -> Access {
    Access {
        agent: Some(agent(1)),
        inboxes: [inbox(1)].into(),
        teams: [TeamId::from_uuid(Uuid::from_u128(1))].into(),
        grants: [Grant::new(Permission::Reply, scope)].into(),
    }
}

#[test]
fn each_scope_reaches_as_far_as_it_says() {
    let mine = Resource {
        assignee: Some(agent(1)),
        ..Resource::inbox(inbox(2))
    };
    let team = Resource {
        team: Some(TeamId::from_uuid(Uuid::from_u128(1))),
        ..Resource::inbox(inbox(2))
    };
    let here = Resource::inbox(inbox(1));
    let elsewhere = Resource {
        assignee: Some(agent(2)),
        ..Resource::inbox(inbox(2))
    };
    for (scope, expected) in [
        (Scope::Own, [true, false, false, false]),
        (Scope::Team, [true, true, false, false]),
        (Scope::Inbox, [true, false, true, false]),
        (Scope::All, [true, true, true, true]),
    ] {
        let access = access(scope);
        let found = [mine, team, here, elsewhere].map(|r| access.allows(Permission::Reply, &r));
        assert_eq!(found, expected, "{scope:?}");
    }
}

#[test]
fn an_unassigned_thing_is_nobodys_own() {
    let nobody = Access {
        grants: access(Scope::Own).grants,
        ..Access::default()
    };
    assert!(!nobody.allows(Permission::Reply, &Resource::inbox(inbox(1))));
    assert!(!nobody.allows(Permission::Reply, &Resource::WORKSPACE));
}

#[test]
fn one_permission_says_nothing_about_another() {
    assert!(!access(Scope::All).allows(Permission::Assign, &Resource::WORKSPACE));
    assert!(access(Scope::All).visibility(Permission::Assign).is_empty());
}

#[test]
fn nobody_hands_on_what_they_lack() {
    let supervisor = Access {
        grants: BuiltinRole::Supervisor.grants(),
        ..Access::default()
    };
    assert!(supervisor.covers(&BuiltinRole::Agent.grants()));
    assert!(!supervisor.covers(&BuiltinRole::Administrator.grants()));
    assert!(!supervisor.covers(&BuiltinRole::Auditor.grants()));
}

#[test]
fn names_are_unique_and_read_back() {
    for permission in Permission::ALL {
        assert_eq!(permission.as_str().parse(), Ok(*permission));
    }
}

//! Roles, teams and tags.

use std::collections::BTreeSet;

use zhiyin_domain::identity::agent::Memberships;
use zhiyin_domain::identity::role::Role;
use zhiyin_domain::identity::team::Team;
use zhiyin_domain::ids::{AgentId, ConversationId, RoleId, TagId, TeamId};
use zhiyin_domain::permission::{BuiltinRole, Grant, Permission, Scope};
use zhiyin_domain::tag::Tag;
use zhiyin_store::identity::{agents, roles, teams};
use zhiyin_store::{StoreError, params, tags};

use super::{agent_in, at, new_role, role_in, write};
use crate::harness::uuid;

fn new_team(name: &str, members: &[AgentId]) -> Team {
    Team {
        id: TeamId::from_uuid(uuid()),
        name: name.parse().expect("a valid name"),
        members: members.iter().copied().collect(),
        calendar_id: None,
        created_at: at(1),
        version: 1,
    }
}

fn new_tag(name: &str) -> Tag {
    Tag {
        id: TagId::from_uuid(uuid()),
        name: name.parse().expect("a valid name"),
        color: "#a0b1c2".parse().expect("a colour"),
        created_at: at(1),
        version: 1,
    }
}

store_test! {
    fn a_role_comes_back_with_its_grants(store) {
        let (ws, other) = (store.workspace(), store.workspace());
        let first = role_in(store, ws, BuiltinRole::Supervisor);
        let own = Role {
            id: RoleId::from_uuid(uuid()),
            name: "外包".parse().expect("a name"),
            builtin: None,
            grants: [Grant::new(Permission::Reply, Scope::Team)].into(),
            created_at: at(2),
            version: 1,
        };
        let stored = own.clone();
        let listed = write(store, ws, move |tx| {
            roles::insert(tx, &stored)?;
            roles::list(tx)
        });
        assert_eq!(listed, [first.clone(), own]);
        let id = first.id;
        assert_eq!(write(store, other, move |tx| roles::get(tx, id)), None);
        let twin = new_role(BuiltinRole::Supervisor);
        let taken = store.write_blocking(ws, move |tx| roles::insert(tx, &twin));
        assert!(taken.expect_err("the name is taken").is_unique_violation("roles_name"));
    }

    fn a_role_is_saved_once_for_each_version(store) {
        let ws = store.workspace();
        let role = Role { builtin: None, ..new_role(BuiltinRole::Agent) };
        let (stored, changed) = (role.clone(), Role { grants: BTreeSet::new(), ..role.clone() });
        let saved = changed.clone();
        let found = write(store, ws, move |tx| {
            roles::insert(tx, &stored)?;
            roles::save(tx, &saved)?;
            roles::get(tx, saved.id)
        });
        assert_eq!(found, Some(Role { version: 2, ..changed }));
        let lost = store.write_blocking(ws, move |tx| roles::save(tx, &role));
        assert!(matches!(lost, Err(StoreError::Conflict { table: "roles" })));
    }

    fn a_role_with_members_cannot_be_deleted(store) {
        let ws = store.workspace();
        let role = role_in(store, ws, BuiltinRole::Agent).id;
        let agent = agent_in(store, ws, "a@b.cn").id;
        let members = write(store, ws, move |tx| {
            agents::set_memberships(tx, agent, &Memberships { roles: [role].into(), ..Memberships::default() })?;
            roles::members(tx, role)
        });
        assert_eq!(members, [agent].into());
        let refused = store.write_blocking(ws, move |tx| roles::delete(tx, role));
        assert!(matches!(refused, Err(StoreError::ForeignKeyViolation { .. })));
        let left = write(store, ws, move |tx| {
            agents::set_memberships(tx, agent, &Memberships::default())?;
            roles::delete(tx, role)?;
            roles::list(tx)
        });
        assert_eq!(left, []);
    }

    fn a_team_keeps_its_members(store) {
        let (ws, other) = (store.workspace(), store.workspace());
        let (one, two) = (agent_in(store, ws, "a@b.cn").id, agent_in(store, ws, "b@b.cn").id);
        let team = new_team("售后", &[one]);
        let changed = Team { members: [two].into(), name: "售前".parse().expect("a name"), ..team.clone() };
        let (stored, saved) = (team.clone(), changed.clone());
        let found = write(store, ws, move |tx| {
            teams::insert(tx, &stored)?;
            assert_eq!(teams::get(tx, stored.id)?.as_ref(), Some(&stored));
            teams::save(tx, &saved)?;
            teams::list(tx)
        });
        assert_eq!(found, [Team { version: 2, ..changed }]);
        let (id, stranger) = (team.id, TeamId::from_uuid(uuid()));
        let known = write(store, ws, move |tx| teams::known(tx, &[id, stranger].into()));
        assert_eq!(known, [id].into());
        let elsewhere = write(store, other, move |tx| {
            Ok((teams::get(tx, id)?, teams::list(tx)?, teams::known(tx, &[id].into())?))
        });
        assert_eq!(elsewhere, (None, Vec::new(), BTreeSet::new()));
        let lost = store.write_blocking(ws, move |tx| teams::save(tx, &team));
        assert!(matches!(lost, Err(StoreError::Conflict { table: "teams" })));
    }

    fn a_team_is_deleted_with_its_memberships(store) {
        let ws = store.workspace();
        let agent = agent_in(store, ws, "a@b.cn").id;
        let team = new_team("售后", &[agent]);
        let left = write(store, ws, move |tx| {
            teams::insert(tx, &team)?;
            teams::delete(tx, team.id)?;
            Ok((teams::list(tx)?, agents::memberships(tx, agent)?))
        });
        assert_eq!(left, (Vec::new(), Memberships::default()));
    }

    fn a_tag_comes_back_by_name(store) {
        let (ws, other) = (store.workspace(), store.workspace());
        let (first, second) = (new_tag("b"), new_tag("a"));
        let changed = Tag { color: "#000000".parse().expect("a colour"), ..first.clone() };
        let (one, two, saved) = (first.clone(), second.clone(), changed.clone());
        let (listed, known) = write(store, ws, move |tx| {
            tags::insert(tx, &one)?;
            tags::insert(tx, &two)?;
            tags::save(tx, &saved)?;
            let known = tags::known(tx, &[one.id, two.id].into())?;
            Ok((tags::list(tx)?, known))
        });
        assert_eq!(listed, [second.clone(), Tag { version: 2, ..changed }]);
        assert_eq!(known, [first.id, second.id].into());
        let id = first.id;
        assert_eq!(write(store, other, move |tx| tags::get(tx, id)), None);
        assert!(write(store, ws, move |tx| tags::get(tx, id)).is_some());
        let twin = new_tag("a");
        let taken = store.write_blocking(ws, move |tx| tags::insert(tx, &twin));
        assert!(taken.expect_err("the name is taken").is_unique_violation("tags_name"));
    }

    fn a_tag_knows_whether_it_is_used(store) {
        let ws = store.workspace();
        let tag = new_tag("vip");
        let (id, stored) = (tag.id, tag);
        let (before, left) = write(store, ws, move |tx| {
            tags::insert(tx, &stored)?;
            let before = tags::in_use(tx, id)?;
            tags::delete(tx, id)?;
            Ok((before, tags::list(tx)?))
        });
        assert_eq!((before, left), (false, Vec::new()));
        let conversation = ConversationId::from_uuid(uuid());
        let refused = store.write_blocking(ws, move |tx| {
            tx.execute(
                "INSERT INTO conversation_tags (conversation_id, tag_id, workspace_id) VALUES ($1, $2, $3)",
                params![conversation, id, ws],
            )
        });
        assert!(matches!(refused, Err(StoreError::ForeignKeyViolation { .. })));
    }
}

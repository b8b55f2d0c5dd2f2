//! Workspaces, agents and what they belong to.

use std::collections::BTreeSet;

use zhiyin_domain::identity::agent::{Agent, Memberships, Presence};
use zhiyin_domain::identity::team::Team;
use zhiyin_domain::identity::workspace::{Slug, Workspace};
use zhiyin_domain::ids::{AgentId, InboxId, TeamId, WorkspaceId};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_store::identity::{access, agents, teams, workspaces};
use zhiyin_store::{StoreError, params};

use super::{agent_in, at, new_agent, role_in, write};
use crate::harness::uuid;

fn new_workspace(slug: &str) -> Workspace {
    Workspace {
        id: WorkspaceId::from_uuid(uuid()),
        slug: slug.parse().expect("a valid slug"),
        name: "绿茶".parse().expect("a valid name"),
        locale: Locale::ZhCn,
        time_zone: "Asia/Shanghai".parse().expect("a known zone"),
        created_at: at(1),
        version: 1,
    }
}

store_test! {
    fn a_workspace_comes_back_and_its_slug_is_taken(store) {
        let first = new_workspace("green-tea");
        let (stored, second) = (first.clone(), new_workspace("green-tea"));
        assert!(!store.read_system_blocking(workspaces::any).expect("a read"));
        store.write_system_blocking(move |system| {
            workspaces::lock(system)?;
            workspaces::insert(system, &stored)
        }).expect("a workspace");
        assert!(store.read_system_blocking(workspaces::any).expect("a read"));
        let taken = store.write_system_blocking(move |system| workspaces::insert(system, &second));
        assert!(taken.expect_err("the slug is taken").is_unique_violation("workspaces_slug"));

        let slug: Slug = "green-tea".parse().expect("a valid slug");
        let found = store.read_system_blocking(move |system| workspaces::find(system, &slug)).expect("a read");
        assert_eq!(found.as_ref(), Some(&first));
        assert_eq!(store.read_system_blocking(workspaces::list).expect("a read"), std::slice::from_ref(&first));

        let changed = Workspace { name: "红茶".parse().expect("a name"), locale: Locale::En, ..first.clone() };
        let (id, saved) = (first.id, changed.clone());
        let loaded = write(store, id, move |tx| {
            workspaces::save(tx, &saved)?;
            workspaces::load(tx)
        });
        assert_eq!(loaded, Workspace { version: 2, ..changed.clone() });
        let again = store.write_blocking(id, move |tx| workspaces::save(tx, &changed));
        assert!(matches!(again, Err(StoreError::Conflict { table: "workspaces" })));
    }

    fn an_agent_comes_back_and_the_address_is_sealed(store) {
        let ws = store.workspace();
        let agent = agent_in(store, ws, "Li.Na@Example.com");
        let id = agent.id;
        let (found, sealed) = write(store, ws, move |tx| {
            let sealed: Vec<u8> = tx.one("SELECT email FROM agents WHERE id = $1", params![id])?.get("email")?;
            Ok((agents::get(tx, id)?, sealed))
        });
        assert_eq!(found, Some(agent));
        assert!(!sealed.windows(7).any(|part| part.eq_ignore_ascii_case(b"example")));
    }

    fn an_address_is_found_in_any_case_and_is_taken_once_in_a_workspace(store) {
        let (ws, other) = (store.workspace(), store.workspace());
        let agent = agent_in(store, ws, "Li.Na@Example.com");
        agent_in(store, other, "li.na@example.com");
        let found = write(store, ws, |tx| agents::find(tx, &"li.na@EXAMPLE.com".parse().expect("an address")));
        assert_eq!(found, Some(agent));
        let twin = new_agent("LI.NA@example.com");
        let taken = store.write_blocking(ws, move |tx| agents::insert(tx, &twin, None));
        assert!(taken.expect_err("the address is taken").is_unique_violation("agents_email"));
    }

    fn a_saved_agent_is_checked_for_its_version(store) {
        let ws = store.workspace();
        let mut agent = agent_in(store, ws, "a@b.cn");
        agent.display_name = "小娜".parse().expect("a name");
        agent.locale = Locale::En;
        agent.is_active = false;
        let saved = agent.clone();
        let found = write(store, ws, move |tx| {
            agents::save(tx, &saved)?;
            agents::get(tx, saved.id)
        });
        agent.version = 2;
        assert_eq!(found.as_ref(), Some(&agent));
        let old = Agent { version: 1, ..agent };
        let lost = store.write_blocking(ws, move |tx| agents::save(tx, &old));
        assert!(matches!(lost, Err(StoreError::Conflict { table: "agents" })));
    }

    fn presence_preferences_and_password_are_written_apart(store) {
        let ws = store.workspace();
        let id = agent_in(store, ws, "a@b.cn").id;
        let (agent, preferences, hash) = write(store, ws, move |tx| {
            agents::set_presence(tx, id, Presence::Break)?;
            agents::set_preferences(tx, id, &serde_json::json!({ "theme": "dark" }))?;
            agents::set_password_hash(tx, id, "another hash")?;
            Ok((agents::get(tx, id)?, agents::preferences(tx, id)?, agents::password_hash(tx, id)?))
        });
        assert_eq!(agent.map(|agent| (agent.presence, agent.version)), Some((Presence::Break, 1)));
        assert_eq!(preferences, serde_json::json!({ "theme": "dark" }));
        assert_eq!(hash.as_deref(), Some("another hash"));
    }

    fn agents_are_listed_page_by_page(store) {
        let (ws, other) = (store.workspace(), store.workspace());
        let ids: Vec<AgentId> = (0..3).map(|n| agent_in(store, ws, &format!("a{n}@b.cn")).id).collect();
        let stranger = agent_in(store, other, "x@b.cn").id;
        let second = ids[1];
        let (first_page, second_page) =
            write(store, ws, move |tx| Ok((agents::list(tx, None, 2)?, agents::list(tx, Some(second), 2)?)));
        assert_eq!(first_page.iter().map(|agent| agent.id).collect::<Vec<_>>(), ids[..2]);
        assert_eq!(second_page.iter().map(|agent| agent.id).collect::<Vec<_>>(), ids[2..]);
        let asked: BTreeSet<AgentId> = [ids[0], stranger].into();
        let known = write(store, ws, move |tx| agents::known(tx, &asked));
        assert_eq!(known, [ids[0]].into());
    }

    fn another_workspaces_agent_is_not_there(store) {
        let (ws, other) = (store.workspace(), store.workspace());
        let stranger = agent_in(store, other, "x@b.cn");
        let id = stranger.id;
        let found = write(store, ws, move |tx| {
            Ok((agents::get(tx, id)?, agents::memberships(tx, id)?, access::load(tx, id)?.grants))
        });
        assert_eq!(found, (None, Memberships::default(), BTreeSet::new()));
        let saved = store.write_blocking(ws, move |tx| agents::save(tx, &stranger));
        assert!(matches!(saved, Err(StoreError::Conflict { .. })));
    }

    fn memberships_are_replaced_and_make_the_access(store) {
        let ws = store.workspace();
        let id = agent_in(store, ws, "a@b.cn").id;
        let (agent_role, auditor) =
            (role_in(store, ws, BuiltinRole::Agent), role_in(store, ws, BuiltinRole::Auditor));
        let team = TeamId::from_uuid(uuid());
        let inbox = InboxId::from_uuid(uuid());
        let first = Memberships {
            roles: [agent_role.id, auditor.id].into(),
            teams: [team].into(),
            inboxes: [inbox].into(),
        };
        let second = Memberships { roles: [auditor.id].into(), ..Memberships::default() };
        let (given, then) = (first.clone(), second.clone());
        let (before, access, after) = write(store, ws, move |tx| {
            let sales = Team { id: team, name: "销售".parse().expect("a name"), members: BTreeSet::new(), calendar_id: None, created_at: at(1), version: 1 };
            teams::insert(tx, &sales)?;
            tx.execute(
                "INSERT INTO inboxes (id, workspace_id, number, name, channel, key, is_enabled, allowed_domains, settings, created_at, version)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                params![inbox, ws, 1i64, "Web", "web", inbox.to_string(), true, serde_json::json!([]), serde_json::json!({}), at(1), 1i64],
            )?;
            agents::set_memberships(tx, id, &given)?;
            let before = agents::memberships(tx, id)?;
            let access = access::load(tx, id)?;
            let known = agents::known_inboxes(tx, &[inbox, InboxId::from_uuid(id.uuid())].into())?;
            assert_eq!(known, [inbox].into());
            agents::set_memberships(tx, id, &then)?;
            Ok((before, access, agents::memberships(tx, id)?))
        });
        assert_eq!((before, after), (first, second));
        assert_eq!(access.agent, Some(id));
        assert_eq!((access.teams, access.inboxes), ([team].into(), [inbox].into()));
        let both: BTreeSet<_> = BuiltinRole::Agent.grants().union(&BuiltinRole::Auditor.grants()).copied().collect();
        assert_eq!(access.grants, both);
    }

    fn memberships_of_a_page_are_read_together(store) {
        let ws = store.workspace();
        let role = role_in(store, ws, BuiltinRole::Agent);
        let ids: Vec<AgentId> = (0..3).map(|n| agent_in(store, ws, &format!("a{n}@b.cn")).id).collect();
        let (first, last) = (ids[0], ids[2]);
        let found = write(store, ws, move |tx| {
            for id in [first, last] {
                agents::set_memberships(tx, id, &Memberships { roles: [role.id].into(), ..Memberships::default() })?;
            }
            agents::memberships_between(tx, first, last)
        });
        assert_eq!(found.keys().copied().collect::<Vec<_>>(), [first, last]);
    }

    fn only_active_administrators_are_counted(store) {
        let ws = store.workspace();
        let role = role_in(store, ws, BuiltinRole::Administrator);
        let (first, second) = (agent_in(store, ws, "a@b.cn"), agent_in(store, ws, "b@b.cn"));
        let counts = write(store, ws, move |tx| {
            let mut counts = vec![agents::count_administrators(tx)?];
            for id in [first.id, second.id] {
                agents::set_memberships(tx, id, &Memberships { roles: [role.id].into(), ..Memberships::default() })?;
            }
            counts.push(agents::count_administrators(tx)?);
            agents::save(tx, &Agent { is_active: false, ..first.clone() })?;
            counts.push(agents::count_administrators(tx)?);
            Ok(counts)
        });
        assert_eq!(counts, [0, 2, 1]);
    }

    fn every_change_of_access_has_a_new_number(store) {
        let (ws, other) = (store.workspace(), store.workspace());
        let numbers = write(store, ws, |tx| {
            let before = access::version(tx)?;
            access::touch(tx)?;
            let once = access::version(tx)?;
            access::touch(tx)?;
            Ok([before, once, access::version(tx)?])
        });
        assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
        assert_eq!(write(store, other, access::version), 0);
    }

    fn log_in_finds_the_active_accounts_of_an_address(store) {
        let (ws, other) = (store.workspace(), store.workspace());
        let first = agent_in(store, ws, "Li.Na@example.com").id;
        let second = agent_in(store, other, "li.na@example.com").id;
        let mut gone = agent_in(store, ws, "gone@example.com");
        gone.deactivate();
        write(store, ws, move |tx| agents::save(tx, &gone));
        let find = |email: &str| {
            let email = email.parse().expect("an address");
            store.read_system_blocking(move |system| agents::login_candidates(system, &email, 5)).expect("a read")
        };
        let found = find("li.NA@example.com");
        assert_eq!(found.iter().map(|one| (one.workspace, one.agent)).collect::<Vec<_>>(), [(ws, first), (other, second)]);
        assert!(found.iter().all(|one| one.password_hash.as_deref() == Some("a hash")));
        assert_eq!(found[0].workspace_slug, ws.to_string());
        assert_eq!(find("gone@example.com"), []);
        assert_eq!(find("nobody@example.com"), []);
    }
}

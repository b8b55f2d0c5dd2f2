//! Agents, roles, teams, log-ins and tokens.

mod agents;
mod login;
mod roles;
mod tokens;

use std::time::Duration;

use zhiyin_domain::identity::agent::Agent;
use zhiyin_domain::identity::login::LoginSession;
use zhiyin_domain::identity::role::Role;
use zhiyin_domain::ids::{AgentId, LoginSessionId, RoleId, WorkspaceId};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::identity::TokenHash;
use zhiyin_store::{Store, StoreError, Tx};

use crate::harness::uuid;

/// A moment, `n` seconds after the beginning of time.
fn at(n: u64) -> Timestamp {
    Timestamp::EPOCH.plus(Duration::from_secs(n))
}

/// A hash that is never given twice.
fn hash() -> TokenHash {
    let mut hash = [7; 32];
    hash[..16].copy_from_slice(uuid().as_bytes());
    hash
}

fn new_agent(email: &str) -> Agent {
    Agent::new(
        AgentId::from_uuid(uuid()),
        email.parse().expect("a valid address"),
        "李娜".parse().expect("a valid name"),
        Locale::ZhCn,
        at(1),
    )
}

fn new_role(builtin: BuiltinRole) -> Role {
    Role {
        id: RoleId::from_uuid(uuid()),
        name: builtin.as_str().parse().expect("a valid name"),
        builtin: Some(builtin),
        grants: builtin.grants(),
        created_at: at(1),
        version: 1,
    }
}

fn new_session(agent: AgentId) -> LoginSession {
    LoginSession {
        id: LoginSessionId::from_uuid(uuid()),
        agent,
        address: "192.0.2.7".to_owned(),
        user_agent: "Firefox".to_owned(),
        created_at: at(10),
        last_seen_at: at(10),
        expires_at: at(1000),
    }
}

/// Runs a closure that must succeed.
fn write<T: Send + 'static>(
    store: &Store,
    workspace: WorkspaceId,
    f: impl Fn(&mut Tx) -> Result<T, StoreError> + Send + 'static,
) -> T {
    store
        .write_blocking(workspace, f)
        .expect("a write that succeeds")
}

/// An agent that is stored.
fn agent_in(store: &Store, workspace: WorkspaceId, email: &str) -> Agent {
    let agent = new_agent(email);
    let stored = agent.clone();
    write(store, workspace, move |tx| {
        zhiyin_store::identity::agents::insert(tx, &stored, Some("a hash"))
    });
    agent
}

/// A role that is stored.
fn role_in(store: &Store, workspace: WorkspaceId, builtin: BuiltinRole) -> Role {
    let role = new_role(builtin);
    let stored = role.clone();
    write(store, workspace, move |tx| {
        zhiyin_store::identity::roles::insert(tx, &stored)
    });
    role
}

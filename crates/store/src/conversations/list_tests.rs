//! Whether every list is read in its order: sorting costs more the longer the list is.

use zhiyin_domain::ids::WorkspaceId;
use zhiyin_domain::permission::{Access, BuiltinRole, Permission};

use super::*;
use crate::crypto::Keyring;
use crate::{Database, Store, StoreConfig};

fn agent() -> AgentId {
    AgentId::from_uuid(uuid::Uuid::from_u128(1))
}

fn inbox() -> InboxId {
    InboxId::from_uuid(uuid::Uuid::from_u128(2))
}

fn readers() -> [Visibility; 2] {
    let member = Access {
        agent: Some(agent()),
        inboxes: [inbox()].into(),
        teams: [TeamId::from_uuid(uuid::Uuid::from_u128(3))].into(),
        grants: BuiltinRole::Agent.grants(),
    };
    [member, Access::everything()].map(|access| access.visibility(Permission::ReadConversations))
}

fn filters() -> Vec<ListFilter> {
    let views = [
        View::All,
        View::Unassigned,
        View::Assignee(agent()),
        View::Team(TeamId::from_uuid(uuid::Uuid::from_u128(3))),
    ];
    let mut filters = Vec::new();
    for view in views {
        for order in [Order::Recent, Order::Waiting, Order::Deadline] {
            filters.extend([None, Some(inbox())].map(|inbox| ListFilter {
                view: view.clone(),
                status: StatusFilter::Any,
                inbox,
                tag: None,
                saved: None,
                order,
            }));
        }
    }
    filters
}

/// The lists of one filter that are sorted after they were read.
fn sorted(tx: &mut Tx<'_>, reader: &Visibility, filter: &ListFilter) -> Vec<String> {
    let mut sorted = Vec::new();
    for sequence in filter.order.sequences() {
        for part in parts(reader, filter) {
            for status in statuses(filter) {
                let mut sql = statement(tx, reader, filter, (part, status));
                order(&mut sql, *sequence, (None, None), 50);
                let lines = tx.query(&format!("EXPLAIN QUERY PLAN {}", sql.text), &sql.params);
                let lines = lines.expect("a plan");
                let lines: Vec<_> = lines
                    .iter()
                    .map(|it| it.text("detail").expect("a line of the plan"))
                    .collect();
                if lines.iter().any(|line| line.contains("TEMP")) {
                    sorted.push(format!("{filter:?} {part:?} {status}: {lines:?}"));
                }
            }
        }
    }
    sorted
}

#[test]
fn no_list_is_sorted_after_it_was_read() {
    let store = Store::open(StoreConfig::new(
        Database::SqliteMemory,
        Keyring::single("test", [1; 32]),
    ))
    .expect("a database in memory");
    store.migrate_blocking().expect("tables");
    let workspace = WorkspaceId::from_uuid(uuid::Uuid::from_u128(9));
    let sorted: Vec<String> = store
        .read_blocking(workspace, |tx| {
            let mut all = Vec::new();
            for reader in readers() {
                for filter in filters() {
                    all.extend(sorted(tx, &reader, &filter));
                }
            }
            Ok::<_, StoreError>(all)
        })
        .expect("plans");
    assert!(sorted.is_empty(), "{}", sorted.join("\n"));
}

//! Several nodes, stolen leases, crashes in the wrong moment.

use std::time::Duration;

use serde_json::json;
use zhiyin_app::Principal;
use zhiyin_app::routing::dispatch::{self, Floor, Outcome};
use zhiyin_ports::Clock as _;
use zhiyin_store::leases::{self, Lease};
use zhiyin_store::{StoreError, SystemTx};
use zhiyin_worker::dispatcher::Dispatcher;

use crate::floor::{Shop, answer, first_offer, offered};

async fn lease(shop: &Shop, holder: &'static str) -> Option<Lease> {
    let now = shop.t.clock.now();
    let acquire = move |system: &mut SystemTx<'_>| {
        leases::acquire(system, "dispatcher", holder, now, Duration::from_secs(15))
    };
    let store = shop.t.app.store();
    store
        .write_system(acquire)
        .await
        .expect("the store answers")
}

async fn floor(shop: &Shop) -> Floor {
    let read = shop
        .t
        .app
        .store()
        .read(shop.t.workspace, dispatch::read_floor);
    let rows = read.await.expect("rows");
    Floor::new(rows, &[].into(), shop.t.clock.now())
}

#[tokio::test]
async fn of_two_nodes_one_decides_and_the_other_follows_when_it_dies() {
    let shop = Shop::open(json!({})).await;
    let li = shop.online("Li Na").await;
    let first = Dispatcher::held_by(shop.t.app.clone(), "first".into());
    let second = Dispatcher::held_by(shop.t.app.clone(), "second".into());
    // The node of the test held the lease until now.
    shop.t.clock.advance(Duration::from_secs(16));
    first.run_until_idle().await.expect("it has the lease");
    let visitor = shop.t.visitor(&shop.inbox).await;
    visitor.writes("hello").await.expect(201);
    second.run_until_idle().await.expect("it waits");
    assert_eq!(offered(&li).await, [] as [String; 0]);
    shop.t.clock.advance(Duration::from_secs(16));
    second.run_until_idle().await.expect("it has the lease now");
    let id = visitor.conversation().await;
    assert_eq!(offered(&li).await, [id.to_string()]);
    first.run_until_idle().await.expect("it has lost the lease");
    assert_eq!(
        shop.routing(id).await["decisions"].as_array().map(Vec::len),
        Some(1)
    );
}

#[tokio::test]
async fn a_node_that_lost_its_lease_stores_nothing() {
    let shop = Shop::open(json!({})).await;
    let li = shop.online("Li Na").await;
    shop.t.clock.advance(Duration::from_secs(16));
    let stale = lease(&shop, "old").await.expect("it is free");
    let visitor = shop.t.visitor(&shop.inbox).await;
    visitor.writes("hello").await.expect(201);
    let mut floor = floor(&shop).await;
    let changes = floor.decide(shop.t.clock.now(), 10);
    assert!(!changes.is_empty());
    shop.t.clock.advance(Duration::from_secs(16));
    lease(&shop, "new").await.expect("the old one has ended");
    let ctx = shop
        .t
        .app
        .context(&Principal::system(shop.t.workspace, "dispatcher"));
    let write = move |system: &mut SystemTx<'_>| dispatch::store(system, &ctx, &stale, &changes);
    let refused = shop.t.app.store().write_system(write).await;
    let error = refused.expect_err("the lease is another's");
    let zhiyin_app::conversations::ConversationError::Store(error) = error else {
        panic!("{error:?}");
    };
    assert!(
        matches!(error, StoreError::Conflict { table: "leases" }),
        "{error:?}"
    );
    assert_eq!(offered(&li).await, [] as [String; 0]);
}

#[tokio::test]
async fn what_was_decided_and_not_stored_is_decided_again() {
    let shop = Shop::open(json!({})).await;
    let li = shop.online("Li Na").await;
    let visitor = shop.t.visitor(&shop.inbox).await;
    visitor.writes("hello").await.expect(201);
    let mut lost = floor(&shop).await;
    assert!(!lost.decide(shop.t.clock.now(), 10).is_empty());
    drop(lost);
    assert_eq!(offered(&li).await, [] as [String; 0]);
    shop.t.run_until_idle().await;
    assert_eq!(offered(&li).await.len(), 1);
}

#[tokio::test]
async fn a_decision_about_what_changed_meanwhile_changes_nothing() {
    let shop = Shop::open(json!({})).await;
    let li = shop.online("Li Na").await;
    let visitor = shop.t.visitor(&shop.inbox).await;
    visitor.writes("hello").await.expect(201);
    let id = visitor.conversation().await;
    let mut floor = floor(&shop).await;
    let changes = floor.decide(shop.t.clock.now(), 10);
    // Before it is stored, a colleague picks the conversation up.
    let path = format!("/api/v1/conversations/{id}/messages");
    let text = json!({ "client_id": "1", "text": "Hi" });
    shop.t.admin.post(path).json(text).await.expect(201);
    shop.t.clock.advance(Duration::from_secs(16));
    let held = lease(&shop, "node").await.expect("it is free");
    let ctx = shop
        .t
        .app
        .context(&Principal::system(shop.t.workspace, "dispatcher"));
    let write = move |system: &mut SystemTx<'_>| dispatch::store(system, &ctx, &held, &changes);
    let outcome: Outcome = shop
        .t
        .app
        .store()
        .write_system(write)
        .await
        .expect("stored");
    assert!(floor.settle(outcome, shop.t.clock.now()));
    assert!(floor.decide(shop.t.clock.now(), 10).is_empty());
    assert_eq!(offered(&li).await, [] as [String; 0]);
    let theirs = ("human".to_owned(), Some(shop.t.admin.id.to_string()));
    assert_eq!(shop.place(id).await, theirs);
}

#[tokio::test]
async fn an_offer_outlives_the_node_that_made_it() {
    let shop = Shop::open(json!({})).await;
    let li = shop.online("Li Na").await;
    let customer = shop.customer("hello").await;
    let offer = first_offer(&li).await;
    shop.t.clock.advance(Duration::from_secs(16));
    let next = Dispatcher::held_by(shop.t.app.clone(), "next".into());
    next.run_until_idle().await.expect("it has the lease");
    assert_eq!(
        offered(&li).await,
        [customer.id.to_string()],
        "no second offer"
    );
    assert_eq!(answer(&li, &offer, "accept").await, "200");
    next.run_until_idle().await.expect("it follows");
    assert_eq!(shop.routing(customer.id).await["item"]["state"], "assigned");
}

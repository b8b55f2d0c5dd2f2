//! What is known of customers, and what they ask for.

use serde_json::json;
use zhiyin_domain::conversation::{Conversation, Handler};
use zhiyin_store::conversations;
use zhiyin_testkit::TestApp;

use crate::floor::{Shop, answer, first_offer, offered};

#[tokio::test]
async fn a_change_of_the_account_moves_its_people_who_wait() {
    let shop = Shop::open(json!({ "priorities": { "tier_s": { "5": 600 } } })).await;
    let usual = shop.customer("first come").await;
    shop.pass(30, &[]).await;
    let important = shop.customer("hello").await;
    let body = json!({ "name": "青屿陶瓷" });
    let account = shop.t.admin.post("/api/v1/accounts").json(body).await;
    let account = account.expect(201).text_at("/id");
    let contact = shop.row(important.id).await["contact"]["id"].clone();
    let contact = format!("/api/v1/contacts/{}", contact.as_str().expect("an id"));
    let join = json!({ "account_id": account });
    shop.t.admin.patch(&contact).json(join).await.expect(200);
    assert_eq!(shop.routing(usual.id).await["ahead"], 0, "both alike");
    let path = format!("/api/v1/accounts/{account}");
    let change = json!({ "tier": 5 });
    shop.t.admin.patch(&path).json(change).await.expect(200);
    shop.t.run_until_idle().await;
    assert_eq!(shop.routing(important.id).await["ahead"], 0);
    assert_eq!(shop.routing(usual.id).await["ahead"], 1);
    let leave = json!({ "account_id": null });
    shop.t.admin.patch(&contact).json(leave).await.expect(200);
    assert_eq!(shop.routing(usual.id).await["ahead"], 0, "and back");
}

#[tokio::test]
async fn work_is_kept_for_an_own_agent_who_is_at_work_but_full() {
    let shop = Shop::open(
        json!({ "continuity": { "is_last_agent_first": true, "last_agent_hold_s": 0,
        "dedicated_hold_s": 30, "own_agent_credit_s": 60 } }),
    )
    .await;
    let li = shop.online("Li Na").await;
    let full = json!({ "capacity": { "units": 2, "costs": { "chat": 2 }, "most": {} } });
    shop.describe(li.id, full).await;
    shop.customer("in the way").await;
    let offer = first_offer(&li).await;
    assert_eq!(answer(&li, &offer, "accept").await, "200");
    shop.t.run_until_idle().await;
    let visitor = shop.t.visitor(&shop.inbox).await;
    visitor.writes("hello").await.expect(201);
    let id = visitor.conversation().await;
    let contact = shop.row(id).await["contact"]["id"].clone();
    let contact = format!("/api/v1/contacts/{}", contact.as_str().expect("an id"));
    let own = json!({ "dedicated_agent_id": li.id });
    shop.t.admin.patch(contact).json(own).await.expect(200);
    shop.t.run_until_idle().await;
    let item = shop.routing(id).await["item"].clone();
    assert_eq!(item["state"], "waiting");
    assert_eq!(item["held_until"], "2026-03-02T01:00:30Z", "{item}");
    let wang = shop.online("Wang Lei").await;
    assert_eq!(
        offered(&wang).await,
        [] as [String; 0],
        "it is kept for Li Na"
    );
    shop.pass(31, &[&li, &wang]).await;
    assert_eq!(shop.routing(id).await["item"]["held_until"], json!(null));
    assert!(
        offered(&wang).await.contains(&id.to_string()),
        "not for ever"
    );
}

#[tokio::test]
async fn who_talks_to_the_bot_gets_a_person_by_asking() {
    let shop = Shop::open(json!({})).await;
    let customer = shop.customer("hello").await;
    let id = customer.id;
    let to_bot = move |tx: &mut zhiyin_store::Tx<'_>| {
        let before = conversations::get(tx, id)?.expect("the conversation");
        let handler = Handler::Bot;
        conversations::save(
            tx,
            &before,
            Conversation {
                handler,
                ..before.clone()
            },
        )
    };
    let stored = shop.t.app.store().write(shop.t.workspace, to_bot).await;
    stored.expect("with the bot");
    let asked = customer.visitor.writes("what does the teapot cost?").await;
    asked.expect(201);
    let li = shop.online("Li Na").await;
    assert_eq!(shop.place(id).await, ("bot".into(), None));
    assert_eq!(offered(&li).await, [] as [String; 0], "the bot has it");
    customer.visitor.writes("转人工").await.expect(201);
    shop.t.run_until_idle().await;
    assert_eq!(shop.place(id).await, ("offered".into(), None));
    assert_eq!(offered(&li).await, [id.to_string()]);
    assert_eq!(shop.row(id).await["session"]["step"], "response");
}

#[tokio::test]
async fn another_team_helps_when_nobody_of_the_first_came_in_time() {
    let t = TestApp::new().await;
    let mut teams = Vec::new();
    for name in ["Sales", "Everything else"] {
        let team = t.admin.post("/api/v1/teams").json(json!({ "name": name }));
        teams.push(team.await.expect(201).text_at("/id"));
    }
    let shop = Shop::over(
        t,
        json!({ "teams": [teams[0]], "eases": [
        { "after_s": 60, "ease": { "kind": "add_teams", "value": [teams[1]] } }] }),
    )
    .await;
    let li = shop.hire("Li Na").await;
    let members = json!({ "member_ids": [li.id] });
    let path = format!("/api/v1/teams/{}", teams[1]);
    shop.t.admin.patch(path).json(members).await.expect(200);
    shop.set(&li, "online").await;
    let customer = shop.customer("hello").await;
    shop.pass(55, &[&li]).await;
    assert_eq!(
        offered(&li).await,
        [] as [String; 0],
        "it is for the first team"
    );
    shop.pass(5, &[&li]).await;
    assert_eq!(offered(&li).await, [customer.id.to_string()]);
    assert_eq!(first_offer(&li).await["trigger"], "eased");
}

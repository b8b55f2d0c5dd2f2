//! Who is first in line, who comes first for whom, and what gives way.

use serde_json::json;

use crate::floor::{Shop, answer, first_offer, offered};

#[tokio::test]
async fn a_backlog_drains_in_order_and_within_capacity() {
    let shop = Shop::open(json!({})).await;
    let mut customers = Vec::new();
    for n in 0..5 {
        customers.push(shop.customer(&format!("customer {n}")).await);
        shop.pass(1, &[]).await;
    }
    assert_eq!(shop.place(customers[0].id).await, ("queued".into(), None));
    assert_eq!(shop.routing(customers[4].id).await["ahead"], 4);
    let li = shop.online("Li Na").await;
    let first_three: Vec<String> = customers[..3].iter().map(|it| it.id.to_string()).collect();
    assert_eq!(
        offered(&li).await,
        first_three,
        "three chats are all an agent does"
    );
    let items = shop
        .t
        .admin
        .get(format!("/api/v1/queues/{}/items", shop.queue))
        .await;
    let items = items.expect(200).json();
    assert_eq!(items["items"][0]["conversation_id"], json!(customers[3].id));
    assert_eq!(items["items"][0]["position"], 1);
    let path = format!("/api/v1/conversations/{}/resolve", customers[0].id);
    li.post(path).await.expect(200);
    shop.t.run_until_idle().await;
    let next: Vec<String> = customers[1..4].iter().map(|it| it.id.to_string()).collect();
    assert_eq!(offered(&li).await, next);
}

#[tokio::test]
async fn a_customer_of_a_higher_tier_goes_first() {
    let policy = json!({ "priorities": { "tier_s": { "5": 600 } } });
    let shop = Shop::open(policy).await;
    let usual = shop.customer("first come").await;
    shop.pass(30, &[]).await;
    let visitor = shop.t.visitor(&shop.inbox).await;
    visitor.writes("hello").await.expect(201);
    let important = visitor.conversation().await;
    let contact = shop.row(important).await["contact"]["id"].clone();
    let contact = contact.as_str().expect("an id");
    let path = format!("/api/v1/contacts/{contact}");
    let mended = shop.t.admin.patch(path).json(json!({ "tier": 5 })).await;
    assert_eq!(mended.expect(200).json()["tier"], 5);
    shop.t.run_until_idle().await;
    let first = shop.routing(important).await;
    assert_eq!(
        (&first["ahead"], &first["item"]["tier"]),
        (&json!(0), &json!(5))
    );
    assert_eq!(shop.routing(usual.id).await["ahead"], 1);
    let li = shop.online("Li Na").await;
    let both = [important.to_string(), usual.id.to_string()];
    assert_eq!(offered(&li).await, both);
    let decided = shop.routing(important).await;
    let credits = &decided["decisions"][0]["explanation"]["credits"];
    assert_eq!(credits["tier_s"], 600);
}

#[tokio::test]
async fn the_dedicated_and_the_last_agent_come_first() {
    let shop = Shop::open(json!({})).await;
    let li = shop.online("Li Na").await;
    let customer = shop.customer("hello").await;
    let offer = first_offer(&li).await;
    assert_eq!(answer(&li, &offer, "accept").await, "200");
    let path = format!("/api/v1/conversations/{}/resolve", customer.id);
    li.post(path.clone()).await.expect(200);
    let wang = shop.online("Wang Lei").await;
    shop.pass(60, &[&li, &wang]).await;
    customer.visitor.writes("one more thing").await.expect(201);
    shop.t.run_until_idle().await;
    assert_eq!(shop.place(customer.id).await, ("offered".into(), None));
    let offer = first_offer(&li).await;
    assert_eq!(offer["reason"], "last_agent");
    assert_eq!(answer(&li, &offer, "accept").await, "200");
    li.post(path).await.expect(200);
    let contact = shop.row(customer.id).await["contact"]["id"].clone();
    let contact = contact.as_str().expect("an id");
    let body = json!({ "dedicated_agent_id": wang.id });
    let mended = shop
        .t
        .admin
        .patch(format!("/api/v1/contacts/{contact}"))
        .json(body)
        .await;
    assert_eq!(
        mended.expect(200).json()["dedicated_agent_id"],
        json!(wang.id)
    );
    customer.visitor.writes("and another").await.expect(201);
    shop.t.run_until_idle().await;
    assert_eq!(first_offer(&wang).await["reason"], "dedicated");
}

#[tokio::test]
async fn skills_and_language_decide_and_give_way_after_a_while() {
    let policy = json!({ "eases": [{ "after_s": 60, "ease": { "kind": "drop_language" } }] });
    let shop = Shop::open(policy).await;
    let li = shop.online("Li Na").await;
    let emily = shop.hire("Emily Carter").await;
    shop.describe(li.id, json!({ "languages": ["zh-CN"] }))
        .await;
    shop.describe(emily.id, json!({ "languages": ["en"] }))
        .await;
    let customer = shop
        .customer("Hello, where is the parcel that you sent me last week?")
        .await;
    assert_eq!(offered(&li).await, [] as [String; 0]);
    let item = shop.routing(customer.id).await["item"].clone();
    assert_eq!(
        (&item["state"], &item["language"]),
        (&json!("waiting"), &json!("en"))
    );
    shop.pass(60, &[&li]).await;
    assert_eq!(offered(&li).await, [customer.id.to_string()]);
    assert_eq!(first_offer(&li).await["trigger"], "eased");
    let skill = shop
        .t
        .admin
        .post("/api/v1/skills")
        .json(json!({ "name": "Kiln" }))
        .await;
    let skill = skill.expect(201).text_at("/id");
    let path = format!("/api/v1/conversations/{}/needs", customer.id);
    let needs = json!({ "needs": [{ "skill_id": skill, "level": 3 }], "language": "en" });
    shop.t.admin.put(path).json(needs).await.expect(200);
    let skilled = json!({ "skills": [{ "skill_id": skill, "level": 3 }], "languages": ["en"] });
    shop.describe(emily.id, skilled).await;
    let offer = first_offer(&li).await;
    assert_eq!(answer(&li, &offer, "decline").await, "204");
    shop.set(&emily, "online").await;
    assert_eq!(offered(&emily).await, [customer.id.to_string()]);
}

#[tokio::test]
async fn who_leaves_hands_over_after_a_grace_time() {
    let shop = Shop::open(json!({})).await;
    let settings = json!({ "offline_grace_s": 60, "away_grace_s": null, "hand_over": ["chat"],
        "missed_offers_max": 2, "away_after_s": 600 });
    let path = "/api/v1/routing/settings";
    shop.t.admin.put(path).json(settings).await.expect(200);
    let li = shop.online("Li Na").await;
    let customer = shop.customer("hello").await;
    let offer = first_offer(&li).await;
    assert_eq!(answer(&li, &offer, "accept").await, "200");
    shop.set(&li, "offline").await;
    shop.pass(30, &[]).await;
    let mine = ("human".to_owned(), Some(li.id.to_string()));
    assert_eq!(shop.place(customer.id).await, mine, "they may come back");
    let wang = shop.online("Wang Lei").await;
    shop.pass(31, &[&wang]).await;
    assert_eq!(shop.place(customer.id).await, ("offered".into(), None));
    assert_eq!(offered(&wang).await, [customer.id.to_string()]);
    assert_eq!(first_offer(&wang).await["trigger"], "handed_over");
}

#[tokio::test]
async fn a_lost_connection_and_long_silence_take_nobody_for_present() {
    let shop = Shop::open(json!({})).await;
    let li = shop.online("Li Na").await;
    shop.pass(95, &[]).await;
    let presence = li.get("/api/v1/me/presence").await.expect(200).json();
    assert_eq!(
        (&presence["chosen"], &presence["effective"]),
        (&json!("online"), &json!("offline"))
    );
    let customer = shop.customer("hello").await;
    assert_eq!(shop.place(customer.id).await, ("queued".into(), None));
    shop.set(&li, "break").await;
    assert_eq!(offered(&li).await, [] as [String; 0]);
    shop.set(&li, "online").await;
    assert_eq!(offered(&li).await, [customer.id.to_string()]);
}

#[tokio::test]
async fn an_inbox_without_a_queue_is_worked_by_hand() {
    let shop = Shop::open(json!({})).await;
    let li = shop.online("Li Na").await;
    let other = shop.t.inbox("By hand").await;
    let visitor = shop.t.visitor(&other).await;
    visitor.writes("hello").await.expect(201);
    shop.t.run_until_idle().await;
    let id = visitor.conversation().await;
    assert_eq!(shop.place(id).await, ("queued".into(), None));
    assert_eq!(offered(&li).await, [] as [String; 0]);
    let conversation = visitor.get("/api/v1/widget/conversation").await.expect(200);
    assert!(conversation.json()["queue"].is_null());
}

#[tokio::test]
async fn a_team_or_another_queue_gets_it_at_its_old_time() {
    let shop = Shop::open(json!({})).await;
    let li = shop.online("Li Na").await;
    let customer = shop.customer("hello").await;
    let entered = shop.routing(customer.id).await["item"]["entered_at"].clone();
    let offer = first_offer(&li).await;
    assert_eq!(answer(&li, &offer, "accept").await, "200");
    let back = shop
        .t
        .admin
        .post("/api/v1/queues")
        .json(json!({ "name": "After sales" }))
        .await;
    let back = back.expect(201).text_at("/id");
    shop.pass(30, &[&li]).await;
    let path = format!("/api/v1/conversations/{}/transfer", customer.id);
    let to = json!({ "to": { "kind": "queue", "id": back } });
    li.post(path).json(to).await.expect(200);
    let item = shop.routing(customer.id).await["item"].clone();
    assert_eq!(
        (&item["queue_id"], &item["entered_at"]),
        (&json!(back), &entered)
    );
    assert_eq!(shop.place(customer.id).await, ("queued".into(), None));
    shop.t.run_until_idle().await;
    assert_eq!(
        offered(&li).await,
        [] as [String; 0],
        "who sent it is asked last"
    );
    let wang = shop.online("Wang Lei").await;
    assert_eq!(offered(&wang).await, [customer.id.to_string()]);
}

#[tokio::test]
async fn what_somebody_took_while_they_were_not_there_stays_with_them() {
    let shop = Shop::open(json!({})).await;
    let li = shop.hire("Li Na").await;
    let customer = shop.customer("hello").await;
    let path = format!("/api/v1/conversations/{}/messages", customer.id);
    let text = json!({ "client_id": "1", "text": "Hi" });
    li.post(path).json(text).await.expect(201);
    shop.pass(600, &[]).await;
    let mine = ("human".to_owned(), Some(li.id.to_string()));
    assert_eq!(shop.place(customer.id).await, mine);
    shop.set(&li, "online").await;
    shop.set(&li, "offline").await;
    shop.pass(130, &[]).await;
    let nobody = ("queued".to_owned(), None);
    assert_eq!(shop.place(customer.id).await, nobody, "now they left it");
}

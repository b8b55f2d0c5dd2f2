//! Offers and the ways they end.

use serde_json::json;

use crate::floor::{Shop, answer, first_offer, offered};

#[tokio::test]
async fn who_takes_an_offer_has_the_conversation() {
    let shop = Shop::open(json!({})).await;
    let li = shop.online("Li Na").await;
    let customer = shop.customer("在吗?").await;
    assert_eq!(shop.place(customer.id).await, ("offered".into(), None));
    let offer = first_offer(&li).await;
    assert_eq!(offer["preview"], "在吗?");
    assert_eq!(
        (&offer["reason"], &offer["trigger"]),
        (&json!("only_one"), &json!("entered"))
    );
    assert_eq!(answer(&li, &offer, "accept").await, "200");
    shop.t.run_until_idle().await;
    let mine = ("human".to_owned(), Some(li.id.to_string()));
    assert_eq!(shop.place(customer.id).await, mine);
    assert_eq!(offered(&li).await, [] as [String; 0]);
    assert_eq!(answer(&li, &offer, "accept").await, "200", "twice is once");
    let routing = shop.routing(customer.id).await;
    assert_eq!(routing["item"]["state"], "assigned");
    assert_eq!(routing["decisions"][0]["agent_id"], json!(li.id));
    assert_eq!(routing["decisions"][0]["explanation"]["agents"]["free"], 1);
}

#[tokio::test]
async fn a_declined_offer_goes_on_and_the_other_cannot_take_it_back() {
    let shop = Shop::open(json!({})).await;
    let li = shop.online("Li Na").await;
    let wang = shop.hire("Wang Lei").await;
    let customer = shop.customer("hello").await;
    let offer = first_offer(&li).await;
    shop.set(&wang, "online").await;
    assert_eq!(offered(&wang).await, [] as [String; 0], "it is with Li Na");
    assert_eq!(answer(&wang, &offer, "accept").await, "409 offer-over");
    assert_eq!(answer(&li, &offer, "decline").await, "204");
    shop.t.run_until_idle().await;
    assert_eq!(offered(&wang).await, [customer.id.to_string()]);
    assert_eq!(answer(&li, &offer, "accept").await, "409 offer-over");
    assert_eq!(answer(&li, &offer, "decline").await, "409 offer-over");
    assert_eq!(answer(&wang, &offer, "accept").await, "200");
}

#[tokio::test]
async fn an_offer_left_too_long_goes_on_and_two_make_somebody_away() {
    let shop = Shop::open(json!({ "delivery": { "mode": "offer", "expires_s": 20 } })).await;
    let li = shop.online("Li Na").await;
    let wang = shop.hire("Wang Lei").await;
    let customer = shop.customer("hello").await;
    let offer = first_offer(&li).await;
    shop.set(&wang, "online").await;
    shop.pass(19, &[&li, &wang]).await;
    assert_eq!(offered(&li).await, [customer.id.to_string()]);
    shop.t.clock.advance(std::time::Duration::from_secs(1));
    // The time is over even if nobody has looked yet.
    assert_eq!(answer(&li, &offer, "accept").await, "409 offer-over");
    shop.t.run_until_idle().await;
    assert_eq!(offered(&wang).await, [customer.id.to_string()]);
    let offer = first_offer(&wang).await;
    assert_eq!(offer["trigger"], "expired");
    shop.pass(100, &[&li, &wang]).await;
    let presence = |agent: &zhiyin_testkit::TestAgent| agent.get("/api/v1/me/presence");
    let li_now = presence(&li).await.expect(200).json();
    assert_eq!(li_now["effective"], "away");
    assert_eq!(li_now["away_because"], "missed_offers");
    assert_eq!(li_now["chosen"], "online");
    shop.set(&li, "online").await;
    assert_eq!(presence(&li).await.text_at("/effective"), "online");
}

#[tokio::test]
async fn who_answers_by_hand_has_it_and_the_offer_is_over() {
    let shop = Shop::open(json!({})).await;
    let li = shop.online("Li Na").await;
    let wang = shop.hire("Wang Lei").await;
    let customer = shop.customer("hello").await;
    let offer = first_offer(&li).await;
    let path = format!("/api/v1/conversations/{}/messages", customer.id);
    let text = json!({ "client_id": "1", "text": "Hi" });
    wang.post(path).json(text).await.expect(201);
    let theirs = ("human".to_owned(), Some(wang.id.to_string()));
    assert_eq!(shop.place(customer.id).await, theirs);
    assert_eq!(offered(&li).await, [] as [String; 0]);
    assert_eq!(answer(&li, &offer, "accept").await, "409 offer-over");
    shop.t.run_until_idle().await;
    assert_eq!(
        shop.routing(customer.id).await["item"]["agent_id"],
        json!(wang.id)
    );
}

#[tokio::test]
async fn what_is_solved_or_abandoned_is_offered_to_nobody() {
    let shop = Shop::open(json!({})).await;
    let li = shop.online("Li Na").await;
    let customer = shop.customer("hello").await;
    let offer = first_offer(&li).await;
    customer
        .visitor
        .post("/api/v1/widget/end")
        .await
        .expect(204);
    assert_eq!(answer(&li, &offer, "accept").await, "409 offer-over");
    shop.t.run_until_idle().await;
    assert_eq!(offered(&li).await, [] as [String; 0]);
    assert!(shop.routing(customer.id).await["item"].is_null());
    let board = shop
        .t
        .admin
        .get("/api/v1/wallboard")
        .await
        .expect(200)
        .json();
    assert_eq!(board["totals"]["abandoned_today"], 1);
}

#[tokio::test]
async fn an_agent_who_is_deactivated_hands_everything_over() {
    let shop = Shop::open(json!({})).await;
    let li = shop.online("Li Na").await;
    let taken = shop.customer("one").await;
    let offer = first_offer(&li).await;
    assert_eq!(answer(&li, &offer, "accept").await, "200");
    let open = shop.customer("two").await;
    assert_eq!(offered(&li).await, [open.id.to_string()]);
    let path = format!("/api/v1/agents/{}/deactivate", li.id);
    shop.t.admin.post(path).await.expect(200);
    shop.t.run_until_idle().await;
    for customer in [&taken, &open] {
        assert_eq!(shop.place(customer.id).await, ("queued".into(), None));
    }
    let wang = shop.online("Wang Lei").await;
    assert_eq!(
        offered(&wang).await,
        [taken.id.to_string(), open.id.to_string()]
    );
}

#[tokio::test]
async fn a_colleague_is_asked_and_what_they_do_not_take_comes_back() {
    let shop = Shop::open(json!({})).await;
    let li = shop.online("Li Na").await;
    let customer = shop.customer("hello").await;
    let offer = first_offer(&li).await;
    assert_eq!(answer(&li, &offer, "accept").await, "200");
    let wang = shop.hire("Wang Lei").await;
    let path = format!("/api/v1/conversations/{}/transfer", customer.id);
    let to_wang = json!({ "to": { "kind": "agent", "id": wang.id }, "note": "Knows the order." });
    let absent = li.post(path.clone()).json(to_wang.clone()).await;
    assert_eq!(absent.summary(), "409 agent-absent");
    shop.set(&wang, "busy").await;
    li.post(path.clone())
        .json(to_wang.clone())
        .await
        .expect(200);
    shop.t.run_until_idle().await;
    let offer = first_offer(&wang).await;
    assert_eq!(offer["from_agent_id"], json!(li.id));
    assert_eq!(
        (&offer["note"], &offer["reason"]),
        (&json!("Knows the order."), &json!("by_hand"))
    );
    let still_li = ("offered".to_owned(), Some(li.id.to_string()));
    assert_eq!(shop.place(customer.id).await, still_li);
    assert_eq!(answer(&wang, &offer, "decline").await, "204");
    shop.t.run_until_idle().await;
    let li_again = ("human".to_owned(), Some(li.id.to_string()));
    assert_eq!(shop.place(customer.id).await, li_again);
    li.post(path).json(to_wang).await.expect(200);
    let offer = first_offer(&wang).await;
    assert_eq!(answer(&wang, &offer, "accept").await, "200");
    shop.t.run_until_idle().await;
    let wang_now = ("human".to_owned(), Some(wang.id.to_string()));
    assert_eq!(shop.place(customer.id).await, wang_now);
}

#[tokio::test]
async fn given_work_goes_on_unless_the_customer_is_answered() {
    let policy = json!({ "delivery": { "mode": "direct", "answer_within_s": 60 } });
    let shop = Shop::open(policy).await;
    let li = shop.online("Li Na").await;
    let answered = shop.customer("one").await;
    let silent = shop.customer("two").await;
    let mine = ("human".to_owned(), Some(li.id.to_string()));
    assert_eq!(shop.place(answered.id).await, mine);
    assert_eq!(shop.place(silent.id).await, mine);
    let path = format!("/api/v1/conversations/{}/messages", answered.id);
    let text = json!({ "client_id": "1", "text": "Hi" });
    li.post(path).json(text).await.expect(201);
    let wang = shop.online("Wang Lei").await;
    shop.pass(61, &[&li, &wang]).await;
    assert_eq!(shop.place(answered.id).await, mine);
    let wang_now = ("human".to_owned(), Some(wang.id.to_string()));
    assert_eq!(shop.place(silent.id).await, wang_now);
}

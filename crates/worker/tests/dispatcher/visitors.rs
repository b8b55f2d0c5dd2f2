//! The customer's side: where they stand, and what they may do instead of waiting.

use serde_json::{Value, json};
use zhiyin_testkit::TestVisitor;

use crate::floor::{Shop, answer, first_offer, offered};

async fn queue(visitor: &TestVisitor) -> Value {
    let conversation = visitor.get("/api/v1/widget/conversation").await.expect(200);
    conversation.json()["queue"].clone()
}

#[tokio::test]
async fn a_customer_sees_their_place_until_somebody_has_them() {
    let shop = Shop::open(json!({})).await;
    let first = shop.customer("one").await;
    let second = shop.customer("two").await;
    assert_eq!(queue(&first.visitor).await["position"], 1);
    let place = queue(&second.visitor).await;
    assert_eq!(
        (&place["position"], &place["state"]),
        (&json!(2), &json!("waiting"))
    );
    assert!(place["from_s"].is_null(), "nothing was measured yet");
    let li = shop.online("Li Na").await;
    assert_eq!(queue(&first.visitor).await["state"], "offered");
    let offer = first_offer(&li).await;
    assert_eq!(answer(&li, &offer, "accept").await, "200");
    assert!(queue(&first.visitor).await.is_null());
}

#[tokio::test]
async fn who_leaves_a_message_does_not_wait_and_may_come_back_to_their_place() {
    let shop = Shop::open(json!({})).await;
    let first = shop.customer("one").await;
    shop.pass(1, &[]).await;
    let second = shop.customer("two").await;
    let left = first
        .visitor
        .post("/api/v1/widget/queue/leave_message")
        .await;
    let left = left.expect(200).json();
    assert_eq!(left["state"], "closed");
    assert!(left["reply_by"].is_string(), "{left}");
    let again = first
        .visitor
        .post("/api/v1/widget/queue/leave_message")
        .await;
    again.expect(200);
    let path = format!("/api/v1/promises?conversation_id={}", first.id);
    let open = shop.t.admin.get(path.clone()).await.expect(200).json();
    assert_eq!(open["items"].as_array().map(Vec::len), Some(1), "{open}");
    assert_eq!(queue(&second.visitor).await["position"], 1);
    let li = shop.online("Li Na").await;
    assert_eq!(offered(&li).await, [second.id.to_string()]);
    shop.set(&li, "offline").await;
    let back = first.visitor.post("/api/v1/widget/queue/stay").await;
    assert_eq!(back.expect(200).json()["position"], 1, "where they stood");
    let none = shop
        .t
        .admin
        .get(format!("{path}&status=open"))
        .await
        .expect(200)
        .json();
    assert_eq!(none["items"].as_array().map(Vec::len), Some(0), "{none}");
}

#[tokio::test]
async fn a_call_back_needs_a_number_and_becomes_a_promise() {
    let shop = Shop::open(json!({})).await;
    let customer = shop.customer("one").await;
    let path = "/api/v1/widget/queue/call_back";
    let wrong = customer
        .visitor
        .post(path)
        .json(json!({ "phone": "soon" }))
        .await;
    assert_eq!(wrong.summary(), "422 invalid-field /phone");
    let body = json!({ "phone": "+86 138 0013 8000", "note": "after six" });
    let asked = customer.visitor.post(path).json(body).await.expect(200);
    assert_eq!(asked.json()["state"], "closed");
    let path = format!("/api/v1/promises?conversation_id={}", customer.id);
    let open = shop.t.admin.get(path).await.expect(200).json();
    assert_eq!(open["items"][0]["kind"], "call_back");
    assert_eq!(open["items"][0]["text"], "after six");
}

#[tokio::test]
async fn outside_business_hours_a_form_or_a_place_in_line_with_a_promise() {
    let shop = Shop::open(json!({})).await;
    // It is Monday, nine in the morning; this shop opens on Sundays.
    let rules = json!({ "time_zone": "Asia/Shanghai",
        "weekly": [{ "weekday": 7, "from": "10:00", "to": "12:00" }] });
    let calendar = json!({ "name": "Sundays", "rules": rules });
    let calendar = shop.t.admin.post("/api/v1/calendars").json(calendar).await;
    let calendar = calendar.expect(201).text_at("/id");
    let inbox = format!("/api/v1/inboxes/{}", shop.inbox.id);
    let routing = |mode: &str| {
        json!({ "routing": { "queue_id": shop.queue, "calendar_id": calendar,
            "out_of_hours": { "mode": mode, "reply_within_s": 3600, "text": {} } } })
    };
    shop.t
        .admin
        .patch(inbox.clone())
        .json(routing("form"))
        .await
        .expect(200);
    let li = shop.online("Li Na").await;
    let form = shop.customer("anybody there?").await;
    assert_eq!(offered(&li).await, [] as [String; 0]);
    let place = queue(&form.visitor).await;
    assert_eq!(
        (&place["state"], &place["is_open"]),
        (&json!("closed"), &json!(false))
    );
    assert_eq!(place["reply_by"], "2026-03-08T03:00:00Z");
    assert_eq!(shop.place(form.id).await, ("none".into(), None));
    shop.t
        .admin
        .patch(inbox)
        .json(routing("wait"))
        .await
        .expect(200);
    shop.set(&li, "offline").await;
    let wait = shop.customer("anybody there?").await;
    let place = queue(&wait.visitor).await;
    assert_eq!(
        (&place["state"], &place["position"]),
        (&json!("waiting"), &json!(1))
    );
    assert_eq!(place["reply_by"], "2026-03-08T03:00:00Z");
}

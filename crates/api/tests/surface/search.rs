//! Search as agents use it.

use serde_json::json;
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::{Client, TestApp};

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect::<Vec<_>>()
        .concat()
}

async fn ask(client: &Client, typed: &str, more: &str) -> Vec<String> {
    let path = format!("/api/v1/search?q={}{more}", encoded(typed));
    let answer = client.get(path).await.expect(200).json();
    let items = answer["items"].as_array().expect("a list");
    let text =
        |item: &serde_json::Value| item["message"]["text"].as_str().expect("a text").to_owned();
    items.iter().map(text).collect()
}

#[tokio::test]
async fn what_was_said_is_found_however_it_is_spelled() {
    let t = TestApp::new().await;
    let visitor = t.visitor(&t.inbox("Shop").await).await;
    for text in [
        "我想退貨，訂單ＱＹ－２０３１－８８",
        "耳机没有声音",
        "a refund, please",
    ] {
        visitor.writes(text).await.expect(201);
    }
    for (typed, found) in [
        ("退", 1),
        ("退货", 1),
        ("訂單", 1),
        ("QY-2031", 1),
        ("qy203188", 1),
        ("声音", 1),
        ("REFU", 1),
        ("退款", 0),
        ("没声", 0),
        ("refund 声音", 0),
        ("", 0),
        ("👍", 0),
        ("\" OR *", 0),
    ] {
        assert_eq!(ask(&t.admin, typed, "").await.len(), found, "{typed}");
    }
    let path = format!("/api/v1/search?q={}", encoded("退货"));
    let hit = &t.admin.get(path).await.expect(200).json()["items"][0];
    assert_eq!(hit["kind"], "message");
    assert_eq!(hit["highlights"], json!([[2, 2]]));
    assert_eq!(hit["snippet"]["highlights"], json!([[2, 2]]));
    assert_eq!(hit["conversation"]["id"], hit["message"]["conversation_id"]);
}

#[tokio::test]
async fn nobody_finds_what_they_may_not_read() {
    let t = TestApp::new().await;
    let (shop, bank) = (t.inbox("Shop").await, t.inbox("Bank").await);
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[shop.id]).await;
    let back_office = t
        .agent("Wang Wei", BuiltinRole::BackOffice, &[shop.id])
        .await;
    t.visitor(&shop).await.writes("退货 shop").await.expect(201);
    let in_bank = t.visitor(&bank).await;
    in_bank.writes("退货 bank").await.expect(201);
    assert_eq!(ask(&t.admin, "退货", "").await, ["退货 bank", "退货 shop"]);
    assert_eq!(ask(&agent, "退货", "").await, ["退货 shop"]);
    assert_eq!(ask(&back_office, "退货", "").await, [""; 0]);
    assert_eq!(
        ask(&agent, "退货", &format!("&inbox={}", bank.id)).await,
        [""; 0]
    );
    assert_eq!(
        ask(&t.admin, "退货", &format!("&inbox={}", bank.id)).await,
        ["退货 bank"]
    );

    let talk = in_bank.conversation().await;
    let elsewhere = agent
        .get(format!("/api/v1/search?q=x&conversation={talk}"))
        .await;
    assert_eq!(elsewhere.summary(), "404 not-found");
    assert_eq!(
        in_bank.get("/api/v1/search?q=x").await.summary(),
        "401 unauthenticated"
    );
    assert_eq!(
        t.anonymous().get("/api/v1/search?q=x").await.summary(),
        "401 unauthenticated"
    );
}

#[tokio::test]
async fn edited_and_recalled_messages_follow() {
    let t = TestApp::new().await;
    let visitor = t.visitor(&t.inbox("Shop").await).await;
    visitor.writes("你好").await.expect(201);
    let talk = visitor.conversation().await;
    let said = t
        .admin
        .post(format!("/api/v1/conversations/{talk}/messages"))
        .json(json!({ "kind": "note", "text": "重要备注" }))
        .await
        .expect(201);
    let id = said.text_at("/id");
    assert_eq!(ask(&t.admin, "备注", "").await, ["重要备注"]);
    t.admin
        .patch(format!("/api/v1/messages/{id}"))
        .json(json!({ "text": "新的内容" }))
        .await
        .expect(200);
    assert_eq!(ask(&t.admin, "备注", "").await, [""; 0]);
    assert_eq!(ask(&t.admin, "新的", "").await, ["新的内容"]);
    t.admin
        .delete(format!("/api/v1/messages/{id}"))
        .await
        .expect(200);
    assert_eq!(ask(&t.admin, "新的", "").await, [""; 0]);
}

#[tokio::test]
async fn results_come_in_pages() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    for number in 0..7 {
        t.visitor(&inbox)
            .await
            .writes(&format!("退货 {number}"))
            .await
            .expect(201);
    }
    let mut seen = Vec::new();
    let mut path = format!("/api/v1/search?q={}&limit=3", encoded("退货"));
    loop {
        let page = t.admin.get(&path).await.expect(200).json();
        for item in page["items"].as_array().expect("a list") {
            seen.push(item["message"]["text"].as_str().expect("a text").to_owned());
        }
        let Some(next) = page["next"].as_str() else {
            break;
        };
        path = format!("/api/v1/search?q={}&limit=3&cursor={next}", encoded("退货"));
    }
    let all: Vec<_> = (0..7)
        .rev()
        .map(|number| format!("退货 {number}"))
        .collect();
    assert_eq!(seen, all);
    for (query, expected) in [
        ("q=x&cursor=forged", "400 invalid-cursor cursor"),
        ("q=x&kind=everything", "400 invalid-query kind"),
        ("", "400 invalid-query"),
        ("q=x&from=yesterday", "400 invalid-query from"),
        ("q=x&inbox=ib_0000000000000000000000000z", "404 not-found"),
    ] {
        let answer = t.admin.get(format!("/api/v1/search?{query}")).await;
        assert!(
            answer.summary().starts_with(expected),
            "{query}: {}",
            answer.summary()
        );
    }
}

#[tokio::test]
async fn contacts_are_found_by_name_address_and_number() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let visitor = t.visitor(&inbox).await;
    t.visitor(&inbox).await.writes("你好").await.expect(201);
    let about =
        json!({ "name": "欧阳娜娜", "email": "nana.ou@example.com", "phone": "+86 138 1234 5678" });
    let told = visitor.patch("/api/v1/widget/visitor").json(about).await;
    assert!(told.status.is_success(), "{}", told.text());
    for (typed, is_found) in [
        ("歐陽", true),
        ("娜", true),
        ("nana.ou@example.com", true),
        ("EXAMPLE", true),
        ("5678", true),
        ("13812345678", true),
        ("王", false),
        ("nana wang", false),
        ("1234", false),
    ] {
        let path = format!("/api/v1/search?kind=contacts&q={}", encoded(typed));
        let answer = t.admin.get(path).await.expect(200).json();
        let names: Vec<_> = answer["items"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|hit| &hit["contact"]["name"])
            .collect();
        assert_eq!(
            names == [&json!("欧阳娜娜")],
            is_found,
            "{typed}: {names:?}"
        );
    }
}

//! Setting queues up, and what supervisors do.

use serde_json::{Value, json};
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::{TestAgent, TestApp, TestInbox};

async fn shop() -> (TestApp, TestInbox, String) {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let queue = t
        .admin
        .post("/api/v1/queues")
        .json(json!({ "name": "Sales" }))
        .await;
    let queue = queue.expect(201).text_at("/id");
    let path = format!("/api/v1/inboxes/{}", inbox.id);
    let routing = json!({ "routing": { "queue_id": queue } });
    let routed = t.admin.patch(path).json(routing).await.expect(200).json();
    let expected = json!({ "queue_id": queue, "calendar_id": null, "out_of_hours": null });
    assert_eq!(routed["routing"], expected);
    (t, inbox, queue)
}

async fn present(t: &TestApp, agent: &TestAgent) {
    let online = agent
        .put("/api/v1/me/presence")
        .json(json!({ "presence": "online" }))
        .await;
    online.expect(200);
    t.run_until_idle().await;
}

#[tokio::test]
async fn a_queue_is_sent_and_comes_back_whole() {
    let (t, _, queue) = shop().await;
    let team = t
        .admin
        .post("/api/v1/teams")
        .json(json!({ "name": "After sales" }))
        .await;
    let team = team.expect(201).text_at("/id");
    let change = json!({
        "name": "售后", "teams": [team], "order": "best_first", "tie": "least_busy",
        "priorities": { "tier_s": { "5": 300 }, "severity_s": { "urgent": 900 }, "stage_s": { "after_sales": 60 } },
        "continuity": { "is_last_agent_first": false, "last_agent_hold_s": 5, "dedicated_hold_s": 10, "own_agent_credit_s": 0 },
        "eases": [{ "after_s": 30, "ease": { "kind": "lower_levels", "value": 1 } }, { "after_s": 90, "ease": { "kind": "any_team" } }],
        "delivery": { "mode": "direct", "answer_within_s": 120 }, "decline_pause_s": 30, "waiting_max": 50,
        "out_of_hours": { "mode": "form", "reply_within_s": 7200, "text": { "zh-CN": "明天见" } },
    });
    let path = format!("/api/v1/queues/{queue}");
    let changed = t
        .admin
        .patch(path.clone())
        .json(change.clone())
        .await
        .expect(200)
        .json();
    for (key, value) in change.as_object().expect("an object") {
        assert_eq!(&changed[key], value, "{key}");
    }
    assert_eq!(
        (&changed["waiting"], &changed["version"]),
        (&json!(0), &json!(2))
    );
    let cleared = json!({ "waiting_max": null, "version": 2 });
    let cleared = t
        .admin
        .patch(path.clone())
        .json(cleared)
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&cleared["waiting_max"], &cleared["name"]),
        (&Value::Null, &json!("售后"))
    );
    let stale = t
        .admin
        .patch(path.clone())
        .json(json!({ "name": "x", "version": 2 }))
        .await;
    assert_eq!(stale.summary(), "409 changed");
    for (body, expected) in [
        (json!({ "name": " " }), "422 invalid-field /name"),
        (
            json!({ "delivery": { "mode": "offer", "expires_s": 1 } }),
            "422 invalid-field /delivery/expires_s",
        ),
        (
            json!({ "eases": [{ "after_s": 9, "ease": { "kind": "any_team" } }, { "after_s": 9, "ease": { "kind": "any_team" } }] }),
            "422 invalid-field /eases",
        ),
        (
            json!({ "out_of_hours": { "reply_within_s": 1 } }),
            "422 invalid-field /out_of_hours",
        ),
        (json!({ "colour": "red" }), "422 invalid-body /colour"),
    ] {
        let refused = t.admin.patch(path.clone()).json(body.clone()).await;
        assert_eq!(refused.summary(), expected, "{body}");
    }
    let used = t.admin.delete(path).await;
    assert_eq!(used.summary(), "409 in-use", "the inbox points to it");
    let twice = t
        .admin
        .post("/api/v1/queues")
        .json(json!({ "name": "售后" }))
        .await;
    assert_eq!(twice.summary(), "409 already-exists /name");
}

#[tokio::test]
async fn skills_profiles_and_policy_are_set_and_checked() {
    let (t, inbox, _) = shop().await;
    let li = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
    let skill = t
        .admin
        .post("/api/v1/skills")
        .json(json!({ "name": "Kiln" }))
        .await;
    let skill = skill.expect(201).text_at("/id");
    let path = format!("/api/v1/agents/{}/profile", li.id);
    let usual = li.get(path.clone()).await.expect(200).json();
    assert_eq!(
        (&usual["version"], &usual["capacity"]["units"]),
        (&json!(0), &json!(6))
    );
    let profile = json!({
        "skills": [{ "skill_id": skill, "level": 4 }], "languages": ["zh-CN", "en"],
        "capacity": { "units": 4, "costs": { "chat": 1 }, "most": {} }, "calendar_id": null, "version": 0,
    });
    let set = t
        .admin
        .put(path.clone())
        .json(profile.clone())
        .await
        .expect(200)
        .json();
    assert_eq!(set["languages"], json!(["en", "zh"]));
    assert_eq!(set["skills"], profile["skills"]);
    let again = t.admin.put(path.clone()).json(profile.clone()).await;
    assert_eq!(again.summary(), "409 changed");
    let denied = li.put(path.clone()).json(profile).await;
    assert_eq!(denied.summary(), "403 forbidden");
    for (body, expected) in [
        (
            json!({ "skills": [{ "skill_id": skill, "level": 6 }] }),
            "422 invalid-body /skills/0/level",
        ),
        (
            json!({ "languages": ["chinese"] }),
            "422 invalid-body /languages/0",
        ),
        (
            json!({ "capacity": { "units": 5, "costs": { "chat": 0 } } }),
            "422 invalid-field /capacity",
        ),
    ] {
        let refused = t.admin.put(path.clone()).json(body.clone()).await;
        assert_eq!(refused.summary(), expected, "{body}");
    }
    let skills = li.get("/api/v1/skills").await.expect(200).json();
    assert_eq!(
        (&skills["items"][0]["name"], &skills["items"][0]["agents"]),
        (&json!("Kiln"), &json!(1))
    );
    let used = t.admin.delete(format!("/api/v1/skills/{skill}")).await;
    assert_eq!(used.summary(), "409 in-use");
    let profiles = li.get("/api/v1/profiles").await.expect(200).json();
    assert_eq!(profiles["items"].as_array().map(Vec::len), Some(2));
    let settings = t
        .admin
        .get("/api/v1/routing/settings")
        .await
        .expect(200)
        .json();
    let expected = json!({ "offline_grace_s": 120, "away_grace_s": 300, "hand_over": ["chat", "call"],
        "missed_offers_max": 2, "away_after_s": 600, "service_level_percent": 80, "service_level_s": 30 });
    assert_eq!(settings, expected);
    let never = t
        .admin
        .put("/api/v1/routing/settings")
        .json(json!({ "away_after_s": 1 }))
        .await;
    assert_eq!(never.summary(), "422 invalid-field /away_after_s");
}

#[tokio::test]
async fn a_supervisor_whispers_takes_over_and_moves_many() {
    let (t, inbox, queue) = shop().await;
    let li = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
    let wang = t.agent("Wang Lei", BuiltinRole::Agent, &[inbox.id]).await;
    let visitor = t.visitor(&inbox).await;
    visitor.writes("我的茶壶碎了").await.expect(201);
    let id = visitor.conversation().await;
    let path = |what: &str| format!("/api/v1/conversations/{id}/{what}");
    let nobody = t
        .admin
        .post(path("whisper"))
        .json(json!({ "text": "看物流" }))
        .await;
    assert_eq!(nobody.summary(), "409 not-assigned");
    let reply = json!({ "client_id": "1", "text": "请稍等" });
    li.post(path("messages")).json(reply).await.expect(201);
    let denied = li.post(path("whisper")).json(json!({ "text": "x" })).await;
    assert_eq!(denied.summary(), "403 forbidden");
    let said = t
        .admin
        .post(path("whisper"))
        .json(json!({ "text": "看看物流记录" }))
        .await;
    let said = said.expect(201).json();
    assert_eq!(
        (&said["kind"], &said["whisper_to"]),
        (&json!("note"), &json!(li.id))
    );
    let heard = |messages: Value| messages.to_string().contains("物流");
    for (who, agent, hears) in [
        ("Li Na", &li, true),
        ("Wang Lei", &wang, false),
        ("the supervisor", &t.admin, true),
    ] {
        let messages = agent.get(path("messages")).await.expect(200).json();
        assert_eq!(heard(messages), hears, "{who} reads");
        let found = agent
            .get("/api/v1/search?q=%E7%89%A9%E6%B5%81")
            .await
            .expect(200)
            .json();
        assert_eq!(heard(found), hears, "{who} searches");
        let row = agent
            .get(path("").trim_end_matches('/'))
            .await
            .expect(200)
            .json();
        assert!(!heard(row), "the list row is for everybody");
    }
    let seen = visitor
        .get("/api/v1/widget/messages")
        .await
        .expect(200)
        .json();
    assert!(!heard(seen), "a whisper never leaves the company");
    let quote = json!({ "client_id": "2", "kind": "note", "text": "?", "reply_to_id": said["id"] });
    let quoted = li.post(path("messages")).json(quote).await;
    assert_eq!(quoted.summary(), "404 not-found");
    let floor = t.admin.get("/api/v1/floor").await.expect(200).json();
    let agents = floor["agents"].as_array().expect("agents").clone();
    let of_li = agents
        .iter()
        .find(|it| it["agent_id"] == json!(li.id))
        .expect("Li Na");
    assert_eq!(of_li["conversations"][0]["id"], json!(id));
    assert_eq!(of_li["work"]["chat"], 1);
    assert_eq!(li.get("/api/v1/floor").await.summary(), "403 forbidden");
    let taken = t.admin.post(path("take_over")).await.expect(200).json();
    assert_eq!(taken["assignee_id"], json!(t.admin.id));
    let gone = "cv_7zzzzzzzzzzzzzzzzzzzzzzzzz";
    let many = json!({ "conversation_ids": [id, gone], "to": { "kind": "agent", "id": wang.id } });
    let moved = t
        .admin
        .post("/api/v1/floor/reassign")
        .json(many)
        .await
        .expect(200)
        .json();
    assert_eq!(moved["done"], json!([id]));
    assert_eq!(moved["failed"][0]["code"], "not-found");
    let back = json!({ "conversation_ids": [id], "to": { "kind": "queue", "id": queue } });
    let moved = t
        .admin
        .post("/api/v1/floor/reassign")
        .json(back)
        .await
        .expect(200)
        .json();
    assert_eq!(moved["done"], json!([id]));
    t.run_until_idle().await;
    let floor = t.admin.get("/api/v1/floor").await.expect(200).json();
    assert_eq!(floor["queues"][0]["waiting"], 1);
    assert_eq!(floor["queues"][0]["oldest_conversation_id"], json!(id));
}

#[tokio::test]
async fn the_wall_counts_what_was_measured_and_nothing_else() {
    let (t, inbox, _) = shop().await;
    let empty = t.admin.get("/api/v1/wallboard").await.expect(200).json();
    assert_eq!(empty["totals"]["service_level_today"], Value::Null);
    assert_eq!(empty["totals"]["mean_wait_today_s"], Value::Null);
    assert_eq!(empty["agents"]["offline"], 1);
    let li = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
    for n in 0..2 {
        t.visitor(&inbox)
            .await
            .writes(&format!("{n}"))
            .await
            .expect(201);
    }
    t.clock.advance(std::time::Duration::from_secs(10));
    present(&t, &li).await;
    let offers = li.get("/api/v1/offers").await.expect(200).json();
    let offer = &offers["items"][0];
    let item = offer["item_id"].as_str().expect("an offer");
    let taken = li
        .post(format!("/api/v1/offers/{item}/accept"))
        .await
        .expect(200)
        .json();
    assert_eq!(taken["conversation"]["id"], offer["conversation_id"]);
    let id = offer["conversation_id"].as_str().expect("a conversation");
    let reply = json!({ "client_id": "1", "text": "Hi" });
    li.post(format!("/api/v1/conversations/{id}/messages"))
        .json(reply)
        .await
        .expect(201);
    let wall = t.admin.get("/api/v1/wallboard").await.expect(200).json();
    let queue = &wall["queues"][0];
    assert_eq!(
        (&queue["offered"], &queue["active"], &queue["waiting"]),
        (&json!(1), &json!(1), &json!(0))
    );
    assert_eq!(queue["served_today"], 1);
    assert_eq!(
        (&queue["mean_wait_today_s"], &queue["service_level_now"]),
        (&json!(10), &json!(1.0))
    );
    assert_eq!(wall["agents"]["online"], 1);
    assert_eq!(
        (&wall["target_percent"], &wall["target_s"]),
        (&json!(80), &json!(30))
    );
    let stricter = json!({ "service_level_percent": 90, "service_level_s": 9 });
    let set = t.admin.put("/api/v1/routing/settings").json(stricter).await;
    set.expect(200);
    let wall = t.admin.get("/api/v1/wallboard").await.expect(200).json();
    assert_eq!(
        (&wall["target_percent"], &wall["target_s"]),
        (&json!(90), &json!(9))
    );
    let level = &wall["queues"][0]["service_level_now"];
    assert_eq!(level, &json!(0.0), "both waited for ten seconds");
    assert_eq!(li.get("/api/v1/wallboard").await.summary(), "403 forbidden");
}

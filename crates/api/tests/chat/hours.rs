//! Whose business hours count: for clocks, for lines, for who is at work.

use std::time::Duration;

use serde_json::{Value, json};
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_ports::Clock as _;
use zhiyin_testkit::{TestApp, TestInbox};

use crate::journey::read;

/// It is Monday, nine in the morning in Shanghai. A shop that opens on Sundays opens in six
/// days, and whatever takes half a minute there is done at this time.
const ON_SUNDAY: &str = "2026-03-08T02:00:30Z";

async fn calendar(t: &TestApp, name: &str, weekdays: &[u8], from: &str, to: &str) -> String {
    let day = |day: &u8| json!({ "weekday": day, "from": from, "to": to });
    let weekly: Vec<Value> = weekdays.iter().map(day).collect();
    let rules = json!({ "time_zone": "Asia/Shanghai", "weekly": weekly });
    let body = json!({ "name": name, "rules": rules });
    let made = t.admin.post("/api/v1/calendars").json(body).await;
    made.expect(201).text_at("/id")
}

/// One that opens on Sundays, and one that never closes.
async fn calendars(t: &TestApp) -> (String, String) {
    let sundays = calendar(t, "Sundays", &[7], "10:00", "12:00").await;
    let always = calendar(t, "Always", &[1, 2, 3, 4, 5, 6, 7], "00:00", "24:00").await;
    (sundays, always)
}

async fn route(t: &TestApp, inbox: &TestInbox, queue: &str, calendar: Option<&str>) {
    let routing = json!({ "routing": { "queue_id": queue, "calendar_id": calendar } });
    let path = format!("/api/v1/inboxes/{}", inbox.id);
    t.admin.patch(path).json(routing).await.expect(200);
    t.run_until_idle().await;
}

async fn queue(t: &TestApp, calendar: &str) -> String {
    let body = json!({ "name": "Sales", "calendar_id": calendar, "out_of_hours":
        { "mode": "wait", "reply_within_s": 3600, "text": { "zh-CN": "周日见", "en": "See you on Sunday" } } });
    let made = t.admin.post("/api/v1/queues").json(body).await;
    made.expect(201).text_at("/id")
}

#[tokio::test]
async fn the_nearest_calendar_is_the_one_a_session_is_counted_by() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let (sundays, always) = calendars(&t).await;
    let queue = queue(&t, &sundays).await;
    route(&t, &inbox, &queue, None).await;
    let visitor = t.visitor(&inbox).await;
    visitor.writes("在吗?").await.expect(201);
    let path = format!("/api/v1/conversations/{}", visitor.conversation().await);
    let due = async || read(&t.admin, &path).await["deadline"]["due_at"].clone();
    let at_once = json!(t.clock.now().plus(Duration::from_secs(30)).to_string());
    assert_eq!(due().await, ON_SUNDAY, "the queue's");
    route(&t, &inbox, &queue, Some(&always)).await;
    assert_eq!(due().await, at_once, "the inbox goes before the queue");
    let team = json!({ "name": "Repair", "calendar_id": sundays });
    let team = t.admin.post("/api/v1/teams").json(team).await.expect(201);
    assert_eq!(team.text_at("/calendar_id"), sundays);
    let to = json!({ "agent_id": null, "team_id": team.text_at("/id") });
    let assigned = t.admin.post(format!("{path}/assign")).json(to).await;
    assigned.expect(200);
    assert_eq!(due().await, ON_SUNDAY, "the team goes before the inbox");
    let standard = json!({ "name": "Everybody", "calendar_id": always, "terms": { "targets": [
        { "metric": "first_response", "within_s": 30, "basis": "business" }] } });
    let made = t.admin.post("/api/v1/standards").json(standard).await;
    made.expect(201);
    t.run_until_idle().await;
    assert_eq!(due().await, at_once, "the standard goes before everything");
    let used = t.admin.delete(format!("/api/v1/calendars/{sundays}")).await;
    assert_eq!(used.summary(), "409 in-use");
    let free = json!({ "calendar_id": null });
    let team = format!("/api/v1/teams/{}", team.text_at("/id"));
    let freed = t.admin.patch(&team).json(free).await.expect(200).json();
    assert_eq!(freed["calendar_id"], Value::Null);
    let gone = json!({ "calendar_id": "cl_00000000000000000000000001" });
    let refused = t.admin.patch(&team).json(gone).await.summary();
    assert!(refused.starts_with("422 "), "{refused}");
}

#[tokio::test]
async fn a_team_that_is_closed_has_nobody_at_work_but_those_with_their_own_shift() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let (sundays, always) = calendars(&t).await;
    let li = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
    let team = json!({ "name": "Repair", "calendar_id": sundays, "member_ids": [li.id] });
    let team = t.admin.post("/api/v1/teams").json(team).await.expect(201);
    let team = format!("/api/v1/teams/{}", team.text_at("/id"));
    let online = json!({ "presence": "online" });
    let chosen = li.put("/api/v1/me/presence").json(online).await.expect(200);
    assert_eq!(chosen.json()["is_on_shift"], false, "the team is closed");
    let on_shift = async || {
        t.run_until_idle().await;
        read(&li, "/api/v1/me/presence").await["is_on_shift"].clone()
    };
    let own = |calendar: Option<&str>| json!({ "calendar_id": calendar });
    let profile = format!("/api/v1/agents/{}/profile", li.id);
    let set = t.admin.put(&profile).json(own(Some(&always))).await;
    set.expect(200);
    assert_eq!(on_shift().await, true, "their own shift goes before");
    t.admin.put(&profile).json(own(None)).await.expect(200);
    assert_eq!(on_shift().await, false);
    let second = json!({ "name": "Sales", "member_ids": [li.id] });
    t.admin.post("/api/v1/teams").json(second).await.expect(201);
    assert_eq!(on_shift().await, true, "a team without hours is open");
    t.admin.patch(&team).json(own(None)).await.expect(200);
    assert_eq!(on_shift().await, true);
}

#[tokio::test]
async fn who_comes_outside_the_hours_is_told_what_was_written_for_them() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let (sundays, always) = calendars(&t).await;
    let queue = queue(&t, &sundays).await;
    route(&t, &inbox, &queue, None).await;
    let words = json!({ "zh-CN": "周日见", "en": "See you on Sunday" });
    let config = format!("/api/v1/widget/inboxes/{}", inbox.key);
    let closed = read(&t.anonymous(), &config).await;
    assert_eq!(closed["is_online"], false);
    let expected = json!({ "mode": "wait", "reply_within_s": 3600, "text": words });
    assert_eq!(closed["out_of_hours"], expected);
    let visitor = t.visitor(&inbox).await;
    visitor.writes("在吗?").await.expect(201);
    let talk = async || read(&visitor, "/api/v1/widget/conversation").await["queue"].clone();
    let place = talk().await;
    assert_eq!(
        (&place["is_open"], &place["notice"]),
        (&json!(false), &words)
    );
    route(&t, &inbox, &queue, Some(&always)).await;
    let place = talk().await;
    assert_eq!(
        (&place["is_open"], &place["notice"]),
        (&json!(true), &Value::Null)
    );
    let open = read(&t.anonymous(), &config).await;
    assert_eq!(
        (&open["is_online"], &open["out_of_hours"]),
        (&json!(true), &Value::Null)
    );
}

#[tokio::test]
async fn guidance_comes_in_the_language_of_the_reader() {
    let t = TestApp::new().await;
    let visitor = t.visitor(&t.inbox("Shop").await).await;
    visitor.writes("在吗?").await.expect(201);
    let path = format!(
        "/api/v1/conversations/{}/journey",
        visitor.conversation().await
    );
    let guidance = async |wish: Option<&str>| {
        let mut request = t.admin.get(&path);
        if let Some(wish) = wish {
            request = request.header("accept-language", wish);
        }
        request.await.expect(200).text_at("/guidance")
    };
    let chinese = guidance(Some("zh-CN,zh;q=0.9")).await;
    let english = guidance(Some("en")).await;
    assert_ne!(chinese, english);
    assert!(english.is_ascii() || english.contains('’'), "{english}");
    assert!(!chinese.is_ascii(), "{chinese}");
    let own = guidance(None).await;
    assert!([&chinese, &english].contains(&&own), "that of the profile");
}

//! Business calendars over HTTP.

use std::time::Duration;

use serde_json::json;
use zhiyin_testkit::TestApp;

use crate::journey::read;

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn calendars_say_when_and_are_kept_while_used() {
    let t = TestApp::new().await;
    let rules = json!({
        "time_zone": "Asia/Shanghai",
        "weekly": (1..=5).map(|day| json!({ "weekday": day, "from": "09:00", "to": "18:00" })).collect::<Vec<_>>(),
        "holidays": [{ "name": "国庆节", "rule": { "kind": "fixed", "month": 10, "day": 1 }, "days": 3 }],
    });
    let body = json!({ "name": "工作日", "rules": rules });
    let made = t
        .admin
        .post("/api/v1/calendars")
        .json(body.clone())
        .await
        .expect(201);
    let id = made.text_at("/id");
    assert_eq!(
        t.admin.post("/api/v1/calendars").json(body).await.summary(),
        "409 already-exists /name"
    );
    let days = read(
        &t.admin,
        &format!("/api/v1/calendars/{id}/days?from=2026-09-30&days=2"),
    )
    .await;
    assert_eq!(
        days["items"][0]["intervals"],
        json!([{ "from": "09:00", "to": "18:00" }])
    );
    let holiday =
        json!({ "date": "2026-10-01", "intervals": [], "name": "国庆节", "kind": "holiday" });
    assert_eq!(days["items"][1], holiday);
    let file = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261010\r\nSUMMARY:国庆节 班\r\nEND:VEVENT\r\n\
        BEGIN:VEVENT\r\nDTSTART:20261011T080000Z\r\nSUMMARY:会议\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let path = format!("/api/v1/calendars/{id}");
    let import = t
        .admin
        .post(format!("{path}/import"))
        .json(json!({ "text": file }));
    let imported = import.await.expect(200).json();
    assert_eq!(imported["added"], 1);
    assert_eq!(imported["left_out"][0]["reason"], "not_whole_days");
    let stale = json!({ "name": "Weekdays", "version": 1 });
    assert_eq!(
        t.admin.patch(&path).json(stale).await.summary(),
        "409 changed"
    );
    let bad = json!({ "rules": { "time_zone": "Mars/Base" } });
    assert_eq!(
        t.admin.patch(&path).json(bad).await.summary(),
        "422 invalid-field /rules"
    );
    let standard = json!({ "name": "VIP", "calendar_id": id, "terms": {} });
    let standard = t
        .admin
        .post("/api/v1/standards")
        .json(standard)
        .await
        .expect(201)
        .text_at("/id");
    let refused = t.admin.delete(&path).await;
    assert_eq!(refused.summary(), "409 in-use");
    assert!(refused.text().contains("VIP"), "it says where");
    let loose = json!({ "calendar_id": null });
    t.admin
        .patch(format!("/api/v1/standards/{standard}"))
        .json(loose)
        .await
        .expect(200);
    t.admin.delete(&path).await.expect(204);
    let preview = json!({ "rules": {}, "from": "2026-10-01", "days": 3 });
    let preview = t
        .admin
        .post("/api/v1/calendars/preview")
        .json(preview)
        .await
        .expect(200)
        .json();
    assert_eq!(preview["items"].as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn business_time_stands_still_at_night() {
    let t = TestApp::new().await;
    // The inbox opens tomorrow at nine; the test begins on a Sunday evening in Shanghai.
    let rules =
        json!({ "time_zone": "UTC", "weekly": [{ "weekday": 3, "from": "09:00", "to": "10:00" }] });
    let calendar = json!({ "name": "Rare", "rules": rules });
    let calendar = t
        .admin
        .post("/api/v1/calendars")
        .json(calendar)
        .await
        .expect(201);
    let opening = calendar.text_at("/next_change_at");
    let standard = json!({ "name": "All", "calendar_id": calendar.text_at("/id"), "terms": {
        "targets": [{ "metric": "first_response", "within_s": 60 }],
    } });
    t.admin
        .post("/api/v1/standards")
        .json(standard)
        .await
        .expect(201);
    let visitor = t.visitor(&t.inbox("Shop").await).await;
    visitor.writes("at night").await.expect(201);
    let path = format!("/api/v1/conversations/{}", visitor.conversation().await);
    let row = read(&t.admin, &path).await;
    let due: zhiyin_domain::time::Timestamp = opening.parse().expect("a time");
    assert_eq!(row["deadline"]["due_at"], due.plus(60 * SECOND).to_string());
}

//! Handoffs to the back office.

use serde_json::json;
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::TestApp;

use crate::world::{HOUR, consultation, happened, read, team};

#[tokio::test]
async fn a_task_goes_from_team_to_team_and_back_with_every_hop_counted() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let worker = t
        .agent("Wang Fang", BuiltinRole::BackOffice, &[inbox.id])
        .await;
    let first = team(&t, "Workshop", &[]).await;
    let second = team(&t, "Warehouse", &[worker.id.to_string()]).await;
    let case = consultation(&t.admin).await;
    let body = json!({
        "team_id": first, "request": "Find the leak", "standard": "A picture and the cause",
        "limit": { "within_s": 14_400, "basis": "wall" },
    });
    let asked = t
        .admin
        .post(format!("{case}/tasks"))
        .json(body)
        .await
        .expect(201);
    let task = format!("/api/v1/tasks/{}", asked.text_at("/id"));
    let shown = read(&t.admin, &case).await;
    assert_eq!(shown["status"]["category"], "waiting_for_back_office");
    assert_eq!(shown["open_task_count"], 1);
    assert_eq!(
        worker.post(format!("{task}/take")).await.summary(),
        "403 forbidden"
    );
    let onward = json!({ "team_id": second, "reason": "They have the parts" });
    t.admin
        .post(format!("{task}/forward"))
        .json(onward)
        .await
        .expect(200);
    let queue = read(&worker, "/api/v1/tasks").await;
    assert_eq!(queue["items"][0]["hop_count"], 1);
    assert_eq!(queue["items"][0]["may"]["work"], true);
    worker.post(format!("{task}/take")).await.expect(200);

    let say = |text: &str| json!({ "text": text });
    worker
        .post(format!("{task}/question"))
        .json(say("Which model?"))
        .await
        .expect(200);
    let waiting = worker.post(format!("{task}/answer")).json(say("?")).await;
    assert_eq!(waiting.summary(), "409 task-asked");
    t.clock.advance(2 * HOUR);
    let clear = t
        .admin
        .post(format!("{task}/clarify"))
        .json(say("K2"))
        .await
        .expect(200);
    assert_eq!(clear.text_at("/status"), "open");
    t.clock.advance(5 * HOUR);
    t.run_until_idle().await;
    let told = happened(&t.admin, &case).await;
    let id = asked.text_at("/id");
    for expected in [
        format!("case.overdue task:{id}:3 due"),
        format!("case.escalated task:{id}:3 escalation.1"),
    ] {
        assert!(told.contains(&expected), "{expected} in {told:?}");
    }
    let done = worker
        .post(format!("{task}/answer"))
        .json(say("A crack"))
        .await
        .expect(200);
    assert_eq!(done.text_at("/answer"), "A crack");
    let shown = read(&t.admin, &case).await;
    assert_eq!(
        shown["status"]["category"], "open",
        "the owner has the turn"
    );
    let period = "from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z";
    let report = read(&t.admin, format!("/api/v1/tasks/report?{period}")).await;
    let rows = report["items"].as_array().expect("rows");
    let of = |team: &str| {
        rows.iter()
            .find(|row| row["team_id"] == team)
            .expect("a row")
    };
    assert_eq!(
        (&of(&first)["hops"], &of(&first)["overdue"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(
        (&of(&second)["hops"], &of(&second)["overdue"]),
        (&json!(0), &json!(1))
    );
    assert_eq!(
        of(&second)["reply_mean_s"],
        5 * 3600,
        "the question does not count"
    );
}

//! Reminded before, told when the time is over, escalated after: each once.

use std::time::Duration;

use zhiyin_testkit::TestApp;

use crate::world::{HOUR, consultation, happened, leave_steps, read};

fn count(told: &[String], what: &str) -> usize {
    told.iter().filter(|one| *one == what).count()
}

#[tokio::test]
async fn an_open_step_is_reminded_of_and_escalated_once() {
    let t = TestApp::new().await;
    let case = consultation(&t.admin).await;
    let shown = read(&t.admin, &case).await;
    assert_eq!(shown["next_due"], "step:1");
    for (hours, expected) in [
        (2, "case.reminded step:1 reminder.50"),
        (2, "case.overdue step:1 due"),
        (1, "case.escalated step:1 escalation.1"),
        (3, "case.escalated step:1 escalation.2"),
        (4, "case.escalated step:1 escalation.3"),
    ] {
        let before = happened(&t.admin, &case).await;
        assert_eq!(count(&before, expected), 0, "{expected} before its time");
        t.clock.advance(hours * HOUR);
        t.run_until_idle().await;
        t.run_until_idle().await;
        let told = happened(&t.admin, &case).await;
        assert_eq!(count(&told, expected), 1, "{expected} in {told:?}");
    }
    let late = read(&t.admin, "/api/v1/cases?overdue=true").await;
    assert_eq!(late["items"][0]["is_overdue"], true);
    let today = read(&t.admin, "/api/v1/me/today").await;
    assert_eq!(today["overdue"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn what_is_done_in_time_is_not_escalated() {
    let t = TestApp::new().await;
    let case = consultation(&t.admin).await;
    t.clock.advance(HOUR);
    leave_steps(&t.admin, &case).await;
    t.clock.advance(Duration::from_hours(48));
    t.run_until_idle().await;
    let told = happened(&t.admin, &case).await;
    let is_told = |one: &String| one.contains("step:1") && !one.starts_with("case.step");
    assert!(!told.iter().any(is_told), "{told:?}");
    let shown = read(&t.admin, &case).await;
    assert_eq!(shown["next_due"], serde_json::Value::Null);
}

//! The workspace, its tags, its jobs and its audit log.

use serde_json::json;
use zhiyin_domain::ids::JobId;
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_store::jobs::{self, NewJob};
use zhiyin_store::{StoreError, SystemTx, Tx};
use zhiyin_testkit::TestApp;

#[tokio::test]
async fn the_workspace_is_changed_by_those_who_may() {
    let t = TestApp::new().await;
    let change = json!({ "name": "红茶商行", "locale": "en", "time_zone": "Europe/Berlin" });
    let changed = t
        .admin
        .patch("/api/v1/workspace")
        .json(change.clone())
        .await
        .expect(200)
        .json();
    assert_eq!(
        changed,
        json!({ "id": t.workspace, "name": "红茶商行", "slug": "workspace", "locale": "en", "time_zone": "Europe/Berlin" })
    );
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[]).await;
    assert_eq!(
        agent.get("/api/v1/workspace").await.expect(200).json(),
        changed
    );
    assert_eq!(
        agent
            .patch("/api/v1/workspace")
            .json(change)
            .await
            .summary(),
        "403 forbidden"
    );
    let nowhere = t
        .admin
        .patch("/api/v1/workspace")
        .json(json!({ "time_zone": "Nowhere" }))
        .await;
    assert_eq!(nowhere.summary(), "422 invalid-field /time_zone");
}

#[tokio::test]
async fn tags_have_names_and_colours_of_one_form() {
    let t = TestApp::new().await;
    let tag = t
        .admin
        .post("/api/v1/tags")
        .json(json!({ "name": "VIP", "color": "#FF0000" }))
        .await
        .expect(201);
    assert_eq!(
        (tag.text_at("/name"), tag.text_at("/color")),
        ("VIP".to_owned(), "#ff0000".to_owned())
    );
    for (body, expected) in [
        (
            json!({ "name": "VIP", "color": "#000000" }),
            "409 already-exists /name",
        ),
        (
            json!({ "name": "x", "color": "red" }),
            "422 invalid-field /color",
        ),
        (
            json!({ "name": "x", "color": "#ff0000;background:url(x)" }),
            "422 invalid-field /color",
        ),
        (
            json!({ "name": "", "color": "#000000" }),
            "422 invalid-field /name",
        ),
    ] {
        assert_eq!(
            t.admin
                .post("/api/v1/tags")
                .json(body.clone())
                .await
                .summary(),
            expected,
            "{body}"
        );
    }
    let path = format!("/api/v1/tags/{}", tag.text_at("/id"));
    let changed = t
        .admin
        .patch(&path)
        .json(json!({ "color": "#00ff00" }))
        .await
        .expect(200);
    assert_eq!(changed.text_at("/name"), "VIP");
    t.admin.delete(&path).await.expect(204);
    assert_eq!(t.admin.get("/api/v1/tags").await.json()["items"], json!([]));
}

/// Puts a job aside as a runner does that gave up.
async fn dead_job(t: &TestApp) -> JobId {
    let id = JobId::from_uuid(t.app.parts().ids.uuid());
    let now = zhiyin_ports::Clock::now(&*t.clock);
    let job = NewJob {
        id,
        name: "test.nobody",
        arguments: json!({}),
        unique_key: None,
        run_at: now,
        cause: None,
        now,
    };
    let add = move |tx: &mut Tx<'_>| jobs::enqueue(tx, &job);
    t.app.store().write(t.workspace, add).await.expect("a job");
    let give_up = move |system: &mut SystemTx<'_>| {
        let claimed = jobs::claim(system, now, std::time::Duration::from_mins(1), 10)?;
        for job in claimed {
            jobs::give_up(system, job.id, job.fence, "the relay said no", now)?;
        }
        Ok::<_, StoreError>(())
    };
    t.app
        .store()
        .write_system(give_up)
        .await
        .expect("a dead job");
    id
}

#[tokio::test]
async fn a_job_that_was_given_up_is_shown_and_runs_again() {
    let t = TestApp::new().await;
    let id = dead_job(&t).await;
    let listed = t.admin.get("/api/v1/jobs?state=dead").await.expect(200);
    assert_eq!(
        (
            listed.text_at("/items/0/id"),
            listed.text_at("/items/0/last_error")
        ),
        (id.to_string(), "the relay said no".to_owned())
    );
    let path = format!("/api/v1/jobs/{id}/replay");
    let agent = t.agent("Li Na", BuiltinRole::Supervisor, &[]).await;
    assert_eq!(agent.post(&path).await.summary(), "403 forbidden");
    assert_eq!(
        t.admin.post(&path).await.expect(200).text_at("/state"),
        "waiting"
    );
    assert_eq!(t.admin.post(&path).await.summary(), "409 changed");
    assert_eq!(t.admin.get("/api/v1/jobs").await.json()["items"], json!([]));
    assert_eq!(
        t.admin.get("/api/v1/jobs?state=nonsense").await.summary(),
        "400 invalid-query state"
    );
}

#[tokio::test]
async fn the_audit_log_is_read_page_by_page_and_its_chain_holds() {
    let t = TestApp::new().await;
    for n in 0..5 {
        t.admin
            .post("/api/v1/teams")
            .json(json!({ "name": format!("team {n}") }))
            .await
            .expect(201);
    }
    let auditor = t.agent("Li Na", BuiltinRole::Auditor, &[]).await;
    let (mut numbers, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = auditor
            .get(format!("/api/v1/audit?limit=3{cursor}"))
            .await
            .expect(200)
            .json();
        numbers.extend(
            page["items"]
                .as_array()
                .expect("items")
                .iter()
                .filter_map(|entry| entry["number"].as_i64()),
        );
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let last = numbers[0];
    assert_eq!(numbers, (1..=last).rev().collect::<Vec<_>>());
    let (store, workspace) = (t.app.store().clone(), t.workspace);
    let check = move || zhiyin_store::audit::verify_blocking(&store, workspace, None);
    let verified = tokio::task::spawn_blocking(check)
        .await
        .expect("no panic")
        .expect("a check");
    assert_eq!(
        (verified.faults, i64::try_from(verified.entries)),
        (Vec::new(), Ok(last))
    );
}

//! What follows from an event happens exactly once; what acts outside is retried, given up
//! visibly and replayed by hand.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;
use zhiyin_app::work::{JobError, JobHandler, Reactor, Work, WorkError};
use zhiyin_app::{App, Context};
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::WorkspaceId;
use zhiyin_domain::limits::JOB_ATTEMPTS_MAX;
use zhiyin_ports::Clock as _;
use zhiyin_store::events::{self, StoredEvent};
use zhiyin_store::jobs::{self, Job, JobState, NewJob};
use zhiyin_store::{StoreError, Tx};
use zhiyin_testkit::TestApp;

type Outcome = Result<(), WorkError>;

/// What handlers did, by workspace: they are plain functions and cannot hold state.
static DONE: Mutex<BTreeMap<WorkspaceId, Vec<String>>> = Mutex::new(BTreeMap::new());

fn note(workspace: WorkspaceId, what: String) {
    let mut done = DONE.lock().unwrap_or_else(PoisonError::into_inner);
    done.entry(workspace).or_default().push(what);
}

fn done(t: &TestApp) -> Vec<String> {
    let done = DONE.lock().unwrap_or_else(PoisonError::into_inner);
    done.get(&t.workspace).cloned().unwrap_or_default()
}

fn job(ctx: &Context, name: &'static str, arguments: serde_json::Value) -> NewJob {
    NewJob {
        id: ctx.id(),
        name,
        arguments,
        unique_key: None,
        run_at: ctx.now(),
        cause: None,
        now: ctx.now(),
    }
}

/// Counts inboxes: one job for each that is created.
fn count_inboxes(tx: &mut Tx<'_>, ctx: &Context, stored: &StoredEvent) -> Result<(), WorkError> {
    if let Some(Event::SettingChanged { aggregate, .. }) = &stored.event
        && aggregate.as_str() == "inbox"
    {
        jobs::enqueue(tx, &job(ctx, "test.count", json!({ "seq": stored.seq })))?;
    }
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "the worker calls it")]
fn count(_: &App, job: &Job) -> Result<(), JobError> {
    note(
        job.workspace.expect("a job of a workspace"),
        format!("counted {}", job.arguments["seq"]),
    );
    Ok(())
}

fn fail(_: &App, job: &Job) -> Result<(), JobError> {
    note(
        job.workspace.expect("a job of a workspace"),
        format!("attempt {}", job.attempts),
    );
    match job.arguments["how"].as_str() {
        Some("for good") => Err(JobError::GiveUp("it makes no sense".into())),
        Some("panic") => panic!("a fault in a handler"),
        _ => Err(JobError::Retry("the other side is away".into())),
    }
}

fn work() -> Work {
    let handler = |name, run| JobHandler {
        name,
        time_limit: Duration::from_secs(5),
        run,
    };
    Work {
        reactors: vec![Reactor {
            name: "test.count",
            react: count_inboxes,
        }],
        jobs: vec![
            handler("test.count", count as _),
            handler("test.fail", fail as _),
        ],
        ..Work::default()
    }
}

/// A program whose workspace is no other test's.
async fn app_with(work: Work) -> TestApp {
    static SEED: AtomicU16 = AtomicU16::new(1);
    TestApp::with(|options| {
        options.work = work;
        options.seed = SEED.fetch_add(1, Ordering::Relaxed);
    })
    .await
}

async fn app() -> TestApp {
    app_with(work()).await
}

async fn enqueue(t: &TestApp, how: &'static str) {
    let add = move |tx: &mut Tx<'_>, ctx: &Context| {
        jobs::enqueue(tx, &job(ctx, "test.fail", json!({ "how": how })))?;
        Ok::<_, StoreError>(())
    };
    t.app.write(&t.system(), add).await.expect("a job");
}

async fn in_state(t: &TestApp, state: JobState) -> Vec<Job> {
    let list = move |tx: &mut Tx<'_>| jobs::list(tx, state, None, 100);
    t.app.store().read(t.workspace, list).await.expect("jobs")
}

/// Fails at new inboxes for as long as the clock stands; everything else goes through.
fn fail_at_inboxes(tx: &mut Tx<'_>, ctx: &Context, stored: &StoredEvent) -> Outcome {
    let is_inbox = matches!(
        &stored.event,
        Some(Event::SettingChanged { aggregate, .. }) if aggregate.as_str() == "inbox"
    );
    if is_inbox && ctx.now() < stored.meta.now.plus(Duration::from_secs(60)) {
        note(tx.workspace(), format!("failed {}", stored.seq));
        return Err("the other side does not know this inbox yet".into());
    }
    note(
        tx.workspace(),
        format!("handled {} {}", stored.seq, stored.kind),
    );
    Ok(())
}

fn panic_at_inboxes(tx: &mut Tx<'_>, ctx: &Context, stored: &StoredEvent) -> Outcome {
    match fail_at_inboxes(tx, ctx, stored) {
        Ok(()) => Ok(()),
        Err(error) => panic!("a fault in a reactor: {error}"),
    }
}

async fn with_fragile_reactor(
    react: fn(&mut Tx<'_>, &Context, &StoredEvent) -> Outcome,
) -> TestApp {
    let reactors = vec![Reactor {
        name: "test.fragile",
        react,
    }];
    app_with(Work {
        reactors,
        ..Work::default()
    })
    .await
}

/// The events that were handled, in order; a closure that fails is run again by the store,
/// so what it noted before may stand there more than once.
fn handled(t: &TestApp) -> Vec<String> {
    let mut handled: Vec<String> = Vec::new();
    for what in done(t) {
        if what.starts_with("handled") && !handled.contains(&what) {
            handled.push(what);
        }
    }
    handled
}

#[tokio::test]
async fn an_event_that_keeps_failing_becomes_one_job_and_the_others_go_on() {
    let t = with_fragile_reactor(fail_at_inboxes).await;
    t.inbox("Shop").await;
    let tag = json!({ "name": "refund", "color": "#aa0000" });
    t.admin.post("/api/v1/tags").json(tag).await.expect(201);
    t.run_until_idle().await;
    let so_far = done(&t);
    let failing: Vec<&String> = so_far
        .iter()
        .filter(|what| what.starts_with("failed"))
        .collect();
    assert!(failing.iter().all(|what| *what == failing[0]), "{so_far:?}");
    // Five attempts, of which SQLite's writer may repeat the first.
    assert!((5..=6).contains(&failing.len()), "{so_far:?}");
    assert_eq!(
        so_far.last().map(String::as_str),
        Some("handled 4 setting.changed"),
        "the tag behind it"
    );
    let aside = in_state(&t, JobState::Waiting).await;
    assert_eq!(aside.len(), 1, "{aside:?}");
    assert_eq!(aside[0].name, "reactor.redo");
    assert_eq!(aside[0].arguments["seq"], 3);

    // Tried again as a job: fails once more, then goes through.
    for _ in 0..2 {
        assert_eq!(in_state(&t, JobState::Waiting).await.len(), 1);
        t.clock.advance(Duration::from_secs(40));
        t.run_until_idle().await;
    }
    assert!(in_state(&t, JobState::Waiting).await.is_empty());
    assert_eq!(
        handled(&t),
        [
            "handled 1 workspace.created",
            "handled 2 login.succeeded",
            "handled 4 setting.changed",
            "handled 3 setting.changed"
        ]
    );
}

#[tokio::test]
async fn a_panic_of_a_reactor_is_a_failure_of_its_event_only() {
    let t = with_fragile_reactor(panic_at_inboxes).await;
    t.inbox("Shop").await;
    let tag = json!({ "name": "refund", "color": "#aa0000" });
    t.admin.post("/api/v1/tags").json(tag).await.expect(201);
    t.run_until_idle().await;
    assert_eq!(
        handled(&t).last().map(String::as_str),
        Some("handled 4 setting.changed")
    );
    assert_eq!(in_state(&t, JobState::Waiting).await.len(), 1);
}

#[tokio::test]
async fn each_event_has_its_effect_once() {
    let t = app().await;
    for n in 0..3 {
        t.inbox(&format!("Inbox {n}")).await;
        t.run_until_idle().await;
    }
    t.run_until_idle().await;
    let counted = done(&t);
    assert_eq!(counted.len(), 3, "{counted:?}");
    let mut unique = counted.clone();
    unique.dedup();
    assert_eq!(unique, counted);
    assert!(in_state(&t, JobState::Waiting).await.is_empty());
}

#[tokio::test]
async fn a_job_is_tried_again_later_and_later_and_then_given_up() {
    let t = app().await;
    enqueue(&t, "for now").await;
    let mut waits = Vec::new();
    for _ in 0..JOB_ATTEMPTS_MAX {
        t.run_until_idle().await;
        let Some(waiting) = in_state(&t, JobState::Waiting).await.pop() else {
            break;
        };
        let wait = waiting.run_at.since(t.clock.now());
        assert!(wait > Duration::ZERO);
        waits.push(wait);
        t.clock.advance(wait);
    }
    assert_eq!(done(&t).len(), JOB_ATTEMPTS_MAX as usize);
    assert_eq!(waits.len() + 1, JOB_ATTEMPTS_MAX as usize);
    assert!(waits[0] <= Duration::from_secs(5), "{waits:?}");
    assert!(
        waits.iter().max() <= Some(&Duration::from_hours(1)),
        "{waits:?}"
    );
    let dead = in_state(&t, JobState::Dead).await;
    assert_eq!(dead.len(), 1);
    assert_eq!(
        dead[0].last_error.as_deref(),
        Some("the other side is away")
    );
}

#[tokio::test]
async fn a_job_that_makes_no_sense_waits_for_a_person() {
    let t = app().await;
    enqueue(&t, "for good").await;
    t.run_until_idle().await;
    let dead = in_state(&t, JobState::Dead).await;
    assert_eq!((dead.len(), done(&t).len()), (1, 1));
    let listed = t
        .admin
        .get("/api/v1/jobs?state=dead")
        .await
        .expect(200)
        .json();
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
    let path = format!("/api/v1/jobs/{}/replay", dead[0].id);
    let replayed = t.admin.post(path).json(json!({})).await;
    assert!(replayed.status.is_success(), "{}", replayed.text());
    t.run_until_idle().await;
    assert_eq!(done(&t).len(), 2);
}

#[tokio::test]
async fn a_panic_ends_its_own_attempt_only() {
    let t = app().await;
    enqueue(&t, "panic").await;
    t.inbox("Shop").await;
    t.run_until_idle().await;
    let done = done(&t);
    assert!(
        done.contains(&"attempt 1".to_owned())
            && done.iter().any(|what| what.starts_with("counted")),
        "{done:?}"
    );
    assert_eq!(in_state(&t, JobState::Waiting).await.len(), 1);
}

#[tokio::test]
async fn a_job_nobody_knows_waits_for_a_newer_node() {
    let t = app().await;
    let add = |tx: &mut Tx<'_>, ctx: &Context| {
        jobs::enqueue(tx, &job(ctx, "of.the.future", json!({})))?;
        Ok::<_, StoreError>(())
    };
    t.app.write(&t.system(), add).await.expect("a job");
    t.run_until_idle().await;
    let waiting = in_state(&t, JobState::Waiting).await;
    assert_eq!(waiting.len(), 1);
    assert!(
        waiting[0]
            .last_error
            .as_deref()
            .is_some_and(|error| error.contains("of.the.future"))
    );
}

#[tokio::test]
async fn the_running_loops_do_the_same_and_stop_when_told() {
    let t = app().await;
    let worker = zhiyin_worker::Worker::new(&t.app, work()).start();
    t.inbox("Shop").await;
    let counted = async {
        while done(&t).is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), counted)
        .await
        .expect("the loops run");
    tokio::time::timeout(Duration::from_secs(20), worker.stop())
        .await
        .expect("they stop");
    t.inbox("After the end").await;
    assert_eq!(done(&t).len(), 1);
    let behind = t
        .app
        .store()
        .read(t.workspace, events::last_seq)
        .await
        .expect("a number");
    assert!(behind > 0 || t.app.store().dialect() == zhiyin_store::Dialect::Postgres);
}

#[tokio::test]
async fn a_snoozed_conversation_comes_back_at_its_time() {
    let t = TestApp::new().await;
    let inbox = t.inbox("Shop").await;
    let visitor = t.visitor(&inbox).await;
    visitor.writes("tomorrow is fine").await.expect(201);
    let id = visitor.conversation().await;
    let until = t.clock.now().plus(Duration::from_hours(1));
    let path = format!("/api/v1/conversations/{id}/snooze");
    t.admin
        .post(path)
        .json(json!({ "until": until }))
        .await
        .expect(200);
    let status = async || {
        t.run_until_idle().await;
        t.admin
            .get(format!("/api/v1/conversations/{id}"))
            .await
            .expect(200)
            .text_at("/status/kind")
    };
    t.clock.advance(Duration::from_secs(3599));
    assert_eq!(status().await, "snoozed");
    t.clock.advance(Duration::from_secs(1));
    assert_eq!(status().await, "open");
}

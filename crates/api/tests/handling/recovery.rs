//! Limits, approval and budgets: never passed, in any order and in any race.

use serde_json::{Value, json};
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::{TestAgent, TestApp};

use crate::{case, customer, done, id, post, read};

fn yuan(minor: i64) -> Value {
    json!({ "minor": minor, "currency": "CNY" })
}

async fn ask(agent: &TestAgent, case: &str, minor: i64) -> zhiyin_testkit::TestResponse {
    let body = json!({ "gesture": "refund", "cost": yuan(minor), "reason": "for the trouble" });
    post(agent, &format!("/api/v1/cases/{case}/recovery"), body).await
}

/// Agents grant ¥50 alone; from ¥500 on four eyes; a supervisor agrees up to ¥500, an
/// administrator up to ¥2,000; there are ¥1,500 a month.
async fn limits(t: &TestApp) {
    let mut setting = read(&t.admin, "/api/v1/settings/recovery").await;
    let agent = t.role(BuiltinRole::Agent).await.to_string();
    let supervisor = t.role(BuiltinRole::Supervisor).await;
    let administrator = t.role(BuiltinRole::Administrator).await;
    let role =
        |id, up_to: i64| json!({ "approver": { "kind": "role", "role_id": id }, "up_to": up_to });
    setting["limits"] = json!({ "currency": "CNY", "own": { agent: 5_000 }, "four_eyes_from": 50_000,
        "chain": [role(supervisor, 50_000), role(administrator, 200_000)] });
    setting["budgets"] = json!([{ "team_id": null, "period": "month", "total": 150_000 }]);
    t.admin
        .put("/api/v1/settings/recovery")
        .json(setting)
        .await
        .expect(200);
}

#[tokio::test]
async fn a_sum_is_not_split_and_nobody_approves_their_own() {
    let t = TestApp::new().await;
    limits(&t).await;
    let inbox = t.inbox("Shop").await;
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
    let lead = t
        .agent("Zhou Min", BuiltinRole::Supervisor, &[inbox.id])
        .await;
    let (_, talk) = customer(&t, &inbox, "It leaks").await;
    let made = id(&case(&t.admin, "fault", &talk, json!({ "owner_id": agent.id })).await);

    let first: Value =
        serde_json::from_slice(&ask(&agent, &made, 3_000).await.expect(201).bytes).unwrap();
    assert_eq!(
        first["items"][0]["status"], "granted",
        "within the own limit"
    );
    let second: Value =
        serde_json::from_slice(&ask(&agent, &made, 3_000).await.expect(201).bytes).unwrap();
    assert_eq!(
        second["items"][1]["status"], "pending",
        "all of the case counts together"
    );
    assert_eq!(second["items"][1]["refusal"], "own_request");
    let request = id(&second["items"][1]);
    let yes = json!({ "is_approved": true, "note": "" });
    let own = post(
        &agent,
        &format!("/api/v1/recovery/{request}/decide"),
        yes.clone(),
    )
    .await;
    assert_eq!(own.summary(), "403 approval-refused");
    let waiting = read(&lead, "/api/v1/recovery/approvals").await;
    assert_eq!(waiting["items"][0]["grant"]["may_decide"], true);
    let granted = done(
        &lead,
        &format!("/api/v1/recovery/{request}/decide"),
        yes.clone(),
    )
    .await;
    assert_eq!(granted["items"][1]["status"], "granted");
    let twice = post(&lead, &format!("/api/v1/recovery/{request}/decide"), yes).await;
    assert_eq!(twice.summary(), "409 recovery-state");
    done(
        &agent,
        &format!("/api/v1/recovery/{request}/carry-out"),
        json!({}),
    )
    .await;
    let paid = post(
        &agent,
        &format!("/api/v1/recovery/{request}/withdraw"),
        json!({}),
    )
    .await;
    assert_eq!(
        paid.summary(),
        "409 recovery-state",
        "money that was paid does not come back by a click"
    );
}

#[tokio::test]
async fn nobody_grants_above_all_limits_or_the_budget() {
    let t = TestApp::new().await;
    limits(&t).await;
    let inbox = t.inbox("Shop").await;
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
    let (_, talk) = customer(&t, &inbox, "It leaks").await;
    let made = id(&case(&t.admin, "fault", &talk, json!({ "owner_id": agent.id })).await);
    ask(&agent, &made, 5_000).await.expect(201);
    ask(&agent, &made, 1_000).await.expect(201);
    assert_eq!(
        ask(&agent, &made, 300_000).await.summary(),
        "409 recovery-above-all"
    );
    assert_eq!(
        ask(&agent, &made, 160_000).await.summary(),
        "409 recovery-budget"
    );
    let report = read(
        &t.admin,
        "/api/v1/recovery/budget?from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z",
    )
    .await;
    assert_eq!(report["rows"][0]["minor"], 5_000, "{report}");
    assert_eq!(report["budgets"][0]["spent"], 5_000);
}

#[tokio::test]
async fn merged_cases_count_together() {
    let t = TestApp::new().await;
    limits(&t).await;
    let inbox = t.inbox("Shop").await;
    let agent = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
    let lead = t
        .agent("Zhou Min", BuiltinRole::Supervisor, &[inbox.id])
        .await;
    let (_, talk) = customer(&t, &inbox, "It leaks").await;
    let owned = json!({ "owner_id": agent.id });
    let one = id(&case(&t.admin, "fault", &talk, owned.clone()).await);
    let two = id(&case(&t.admin, "fault", &talk, owned).await);
    ask(&agent, &one, 40_000).await.expect(201);
    let asked: Value =
        serde_json::from_slice(&ask(&agent, &two, 40_000).await.expect(201).bytes).unwrap();
    let request = id(&asked["items"][0]);
    post(
        &t.admin,
        &format!("/api/v1/cases/{two}/merge"),
        json!({ "into_id": one }),
    )
    .await
    .expect(200);

    let gone = ask(&agent, &two, 1_000).await;
    assert_eq!(gone.summary(), "409 case-merged");
    let whole = read(&agent, &format!("/api/v1/cases/{one}/recovery")).await;
    assert_eq!(whole["total"], yuan(80_000));
    let yes = json!({ "is_approved": true, "note": "" });
    let dearer = post(&lead, &format!("/api/v1/recovery/{request}/decide"), yes).await;
    assert_eq!(
        dearer.summary(),
        "409 recovery-needs-more",
        "together they are the administrator's to approve"
    );
    let taken = done(
        &agent,
        &format!("/api/v1/recovery/{request}/withdraw"),
        json!({}),
    )
    .await;
    assert_eq!(taken["total"], yuan(40_000));
    let again: Value =
        serde_json::from_slice(&ask(&agent, &one, 40_000).await.expect(201).bytes).unwrap();
    let mut of_one = again["items"].as_array().unwrap().iter();
    let last = of_one.rfind(|it| it["case_id"] == json!(one)).unwrap();
    assert_eq!(last["approval"]["levels"].as_array().map(Vec::len), Some(2));
}

/// Numbers without a clock: the same for every run of a seed.
struct Steps(u64);

impl Steps {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// What must hold after every step, whoever did what at the same time.
async fn check(t: &TestApp, cases: &[String], seed: u64) {
    let mut counted = 0;
    let mut known = std::collections::BTreeSet::new();
    for case in cases {
        let whole = read(&t.admin, &format!("/api/v1/cases/{case}/recovery")).await;
        let mut alone = 0;
        let mut total = 0;
        for grant in whole["items"].as_array().expect("a list") {
            let minor = grant["cost"]["minor"].as_i64().expect("a number");
            let status = grant["status"].as_str().expect("a word");
            if !matches!(status, "pending" | "granted" | "done") {
                continue;
            }
            total += minor;
            if known.insert(grant["id"].to_string()) {
                counted += minor;
            }
            if status == "pending" {
                continue;
            }
            let approval = &grant["approval"];
            if approval.is_null() {
                alone += minor;
                continue;
            }
            let decisions = approval["decisions"].as_array().expect("a list");
            assert_eq!(
                decisions.len(),
                approval["levels"].as_array().expect("a list").len(),
                "seed {seed}"
            );
            assert!(
                decisions.iter().all(|it| it["by"] != grant["asked_by"]),
                "seed {seed}: four eyes"
            );
        }
        assert!(
            alone <= 5_000,
            "seed {seed}: {alone} without another person"
        );
        assert!(total <= 200_000, "seed {seed}: above all limits");
    }
    let report = read(
        &t.admin,
        "/api/v1/recovery/budget?from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z",
    )
    .await;
    let budget = &report["budgets"][0];
    let used = budget["spent"].as_i64().expect("a number")
        + budget["reserved"].as_i64().expect("a number");
    assert!(used <= 150_000, "seed {seed}: the budget");
    assert_eq!(
        used, counted,
        "seed {seed}: the budget holds exactly what counts"
    );
}

/// Several people act at the same time, in any order.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn limits_and_budget_hold_in_any_order_and_race() {
    let seeds = if std::env::var_os("ZHIYIN_TEST_LONG").is_some() {
        20
    } else {
        3
    };
    for seed in 1..=seeds {
        let t = TestApp::new().await;
        limits(&t).await;
        let inbox = t.inbox("Shop").await;
        let agent = t.agent("Li Na", BuiltinRole::Agent, &[inbox.id]).await;
        let lead = t
            .agent("Zhou Min", BuiltinRole::Supervisor, &[inbox.id])
            .await;
        let (_, talk) = customer(&t, &inbox, "It leaks").await;
        let owned = json!({ "owner_id": agent.id });
        let mut cases = Vec::new();
        for _ in 0..2 {
            cases.push(id(&case(&t.admin, "fault", &talk, owned.clone()).await));
        }
        let mut steps = Steps(seed);
        for _ in 0..10 {
            let known = read(&t.admin, &format!("/api/v1/cases/{}/recovery", cases[0])).await;
            let requests: Vec<String> = known["items"]
                .as_array()
                .expect("a list")
                .iter()
                .map(id)
                .collect();
            let mut running = Vec::new();
            for _ in 0..4 {
                let who =
                    [&agent, &lead, &t.admin][usize::try_from(steps.next(3)).unwrap()].clone();
                let what = steps.next(4);
                let minor = i64::try_from(steps.next(30_000)).unwrap() + 1;
                let case = cases[usize::try_from(steps.next(2)).unwrap()].clone();
                let place = usize::try_from(steps.next(8)).unwrap();
                let request = requests.get(place).cloned();
                running.push(tokio::spawn(async move {
                    let answer = match (what, request) {
                        (0 | 1, _) | (_, None) => ask(&who, &case, minor).await,
                        (2, Some(request)) => {
                            let yes = json!({ "is_approved": minor % 5 != 0, "note": "seen" });
                            post(&who, &format!("/api/v1/recovery/{request}/decide"), yes).await
                        }
                        (_, Some(request)) => {
                            let path = if minor % 2 == 0 {
                                "withdraw"
                            } else {
                                "carry-out"
                            };
                            post(
                                &who,
                                &format!("/api/v1/recovery/{request}/{path}"),
                                json!({}),
                            )
                            .await
                        }
                    };
                    assert!(answer.status.as_u16() < 500, "{}", answer.summary());
                }));
            }
            for one in running {
                one.await.expect("no panic");
            }
            check(&t, &cases, seed).await;
        }
    }
}

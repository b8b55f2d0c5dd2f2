//! Any order of actions, and races: no case without an owner, no deadline without reminder
//! and escalation, no closing without the word of the customer or documented attempts.

use std::sync::Arc;
use std::time::Duration;

use zhiyin_app::cases::{self, CaseError, NewCase, NewTaskInput, StepInput, TaskAct, Wanted};
use zhiyin_app::{Context, Credential, Principal};
use zhiyin_domain::actor::Actor;
use zhiyin_domain::cases::closing::{Answer, Grounds, Means};
use zhiyin_domain::cases::escalation::{Moment, Subject, TimeLimit};
use zhiyin_domain::cases::status::CaseStatus;
use zhiyin_domain::ids::{AgentId, CaseId, TeamId};
use zhiyin_domain::permission::{BuiltinRole, Permission};
use zhiyin_ports::Clock as _;
use zhiyin_store::cases::{self as store, CaseFilter, CaseSort, alarms, contacts, runs, tasks};
use zhiyin_store::identity::access;
use zhiyin_store::{StoreError, Tx};
use zhiyin_testkit::TestApp;

use crate::world::team;

/// Orders of actions that are tried, and actions in each.
const ORDERS: u64 = 6;
const ACTIONS: usize = 40;

/// Chance from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        // The constants of Knuth's MMIX; the upper bits are the good ones.
        let mixed = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = mixed.wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % end.max(1)
    }
}

/// Who acts: two owners and a supervisor.
struct Floor {
    people: Vec<Principal>,
    agents: Vec<AgentId>,
    team: TeamId,
}

async fn principal(t: &TestApp, agent: AgentId) -> Principal {
    let load = move |tx: &mut Tx<'_>| access::load(tx, agent);
    let access = t.app.store().read(t.workspace, load).await.expect("access");
    Principal {
        workspace: t.workspace,
        actor: Actor::Agent(agent),
        access: Arc::new(access),
        credential: Credential::Internal,
        request_id: None,
        causes: Vec::new(),
    }
}

async fn floor(t: &TestApp) -> Floor {
    let inbox = t.inbox("Shop").await;
    let mut agents = vec![t.admin.id];
    for (name, role) in [
        ("Anna Lee", BuiltinRole::Supervisor),
        ("Bo Chen", BuiltinRole::Supervisor),
    ] {
        agents.push(t.agent(name, role, &[inbox.id]).await.id);
    }
    let team = team(t, "Workshop", &[]).await;
    let mut people = Vec::new();
    for agent in &agents {
        people.push(principal(t, *agent).await);
    }
    Floor {
        people,
        agents,
        team: team.parse().expect("a team"),
    }
}

/// Something somebody does with a case. Refusals are as good as successes here.
fn act(
    tx: &mut Tx<'_>,
    ctx: &Context,
    (number, id): (usize, CaseId),
    (other, to, team): (CaseId, AgentId, TeamId),
) -> Result<(), CaseError> {
    let visit = || -> u32 { u32::try_from(number % 7).unwrap_or(1) + 1 };
    let task = |tx: &mut Tx<'_>| tasks::of_case(tx, id).map(|all| all.last().map(|it| it.id));
    match number % 19 {
        0 => cases::set_status(tx, ctx, id, Wanted::Resolved, "").map(drop),
        1 => cases::set_status(tx, ctx, id, Wanted::Closed, "").map(drop),
        2 => cases::set_status(tx, ctx, id, Wanted::Open, "again").map(drop),
        3 => cases::set_status(tx, ctx, id, Wanted::WaitingForCustomer, "").map(drop),
        4 => cases::propose(tx, ctx, id, (to, "please", None)).map(drop),
        5 => cases::accept(tx, ctx, id).map(drop),
        6 => cases::decline(tx, ctx, id, "no").map(drop),
        7 => cases::withdraw(tx, ctx, id).map(drop),
        8 => cases::merge(tx, ctx, id, other).map(drop),
        9 => cases::unmerge(tx, ctx, id).map(drop),
        10 | 11 => {
            let current = runs::get(tx, id)?.and_then(|run| run.current().map(|it| it.number));
            let visit = current.unwrap_or_else(visit);
            cases::abandon_step(tx, ctx, id, (visit, "settled")).map(drop)
        }
        12 => {
            let current = runs::get(tx, id)?.and_then(|run| run.current().map(|it| it.number));
            let input = StepInput {
                visit: current.unwrap_or(1),
                outcome: "known".to_owned(),
                checked: ["source".to_owned()].into(),
                ..StepInput::default()
            };
            cases::complete_step(tx, ctx, id, input).map(drop)
        }
        13 => {
            let input = NewTaskInput {
                team_id: Some(team),
                desk: None,
                request: "look".to_owned(),
                standard: "a picture".to_owned(),
                limit: TimeLimit::wall_minutes(60),
                ladder: None,
            };
            cases::ask_task(tx, ctx, id, input).map(drop)
        }
        14 | 15 => match task(tx)? {
            Some(task) => {
                let acts = [
                    TaskAct::Answer("done".to_owned()),
                    TaskAct::Question("which".to_owned()),
                    TaskAct::Clarify("this".to_owned()),
                    TaskAct::SendBack("not that".to_owned()),
                ];
                let which = &acts[number / 19 % acts.len()];
                cases::act_on_task(tx, ctx, task, which).map(drop)
            }
            None => Ok(()),
        },
        16 => cases::restart_steps(tx, ctx, id).map(drop),
        17 => {
            let words = (Means::Call, Answer::Confirmed, "yes");
            Ok(cases::contacts::document(tx, ctx, id, words).map(drop)?)
        }
        _ => {
            let words = (Means::Message, Answer::NoAnswer, "tried");
            Ok(cases::contacts::document(tx, ctx, id, words).map(drop)?)
        }
    }
}

/// Only what the store itself gets wrong is wrong here.
fn tolerate(result: Result<(), CaseError>) {
    match result {
        Err(CaseError::Store(StoreError::Conflict { .. })) | Ok(()) => {}
        Err(CaseError::Store(error)) => panic!("the store failed: {error}"),
        Err(_) => {}
    }
}

/// What must hold of every case at any moment.
fn check(tx: &mut Tx<'_>, now: zhiyin_domain::time::Timestamp) -> Result<(), StoreError> {
    let filter = CaseFilter {
        with_merged: true,
        ..CaseFilter::default()
    };
    let everything = zhiyin_domain::permission::Access::everything();
    let visibility = everything.visibility(Permission::ReadCases);
    let rows = store::list(
        tx,
        (&visibility, None),
        &filter,
        (CaseSort::Created, None),
        100,
    )?;
    // What closing rests on, looked up where it was documented; that may have been in a case
    // that was merged at the time.
    let mut said = Vec::new();
    for row in &rows {
        let documented = contacts::list(tx, row.case.id)?.into_iter();
        said.extend(documented.map(|(_, contact)| (contact.at, contact.answer)));
    }
    for row in rows {
        let case = &row.case;
        let owner = zhiyin_store::identity::agents::get(tx, case.owner_id())?;
        assert!(owner.is_some(), "a case without an owner");
        if let CaseStatus::Closed { grounds, .. } = &case.status {
            let is_documented = match grounds {
                Grounds::Confirmed { at, .. } => said.contains(&(*at, Answer::Confirmed)),
                Grounds::Withdrawn { at, .. } => said.contains(&(*at, Answer::Withdrawn)),
                Grounds::Unreachable { attempts } => {
                    let tried = |at: &_| said.iter().any(|(when, _)| when == at);
                    !attempts.is_empty() && attempts.iter().all(tried)
                }
            };
            assert!(is_documented, "closed without a reason: {grounds:?}");
        }
        let missing = cases::missing_alarms(tx, case)?;
        assert!(missing.is_empty(), "nobody will be told: {missing:?}");
        let stored = alarms::of_case(tx, case.id)?;
        let run = runs::get(tx, case.id)?;
        let is_alone = case.merged_into.is_none();
        let open = run.as_ref().and_then(|run| run.current());
        if let Some(visit) = open.filter(|_| is_alone) {
            let subject = Subject::Step(visit.number);
            let of_step = || stored.iter().filter(move |row| row.key.subject == subject);
            let is = |wanted: fn(&Moment) -> bool| of_step().any(|row| wanted(&row.key.moment));
            assert!(is(|it| matches!(it, Moment::Reminder(_))), "no reminder");
            assert!(is(|it| matches!(it, Moment::Due)), "no deadline");
            assert!(
                is(|it| matches!(it, Moment::Escalation(_))),
                "no escalation"
            );
            // The worker has had its turn: what was due has been told.
            let silent = of_step().find(|row| row.at <= now && row.fired_at.is_none());
            assert!(silent.is_none(), "overdue and silent: {silent:?}");
        }
    }
    Ok(())
}

async fn open(t: &TestApp, floor: &Floor, count: usize) -> Vec<CaseId> {
    let mut ids = Vec::new();
    for number in 0..count {
        let who = &floor.people[number % floor.people.len()];
        let new = NewCase {
            type_key: Some("consultation".to_owned()),
            title: "Kettle leaks".to_owned(),
            answers: [("question".to_owned(), "why".to_owned())].into(),
            ..NewCase::default()
        };
        let made = t
            .app
            .write(who, move |tx, ctx| cases::create(tx, ctx, &new))
            .await;
        ids.push(made.expect("a case").id);
    }
    ids
}

async fn holds(t: &TestApp) {
    t.run_until_idle().await;
    let now = t.clock.now();
    let system = t.system();
    t.app
        .read(&system, move |tx, _| check(tx, now))
        .await
        .expect("a read");
}

#[tokio::test]
async fn in_any_order_of_actions_every_case_is_somebodys_and_told_of() {
    for seed in 1..=ORDERS {
        let t = TestApp::new().await;
        let floor = floor(&t).await;
        let ids = open(&t, &floor, 3).await;
        let mut dice = Dice(seed);
        for _ in 0..ACTIONS {
            let who = &floor.people[dice.below(floor.people.len())];
            let what = (dice.below(10_000), ids[dice.below(ids.len())]);
            let with = (
                ids[dice.below(ids.len())],
                floor.agents[dice.below(floor.agents.len())],
                floor.team,
            );
            let done = t
                .app
                .write(who, move |tx, ctx| act(tx, ctx, what, with))
                .await;
            tolerate(done);
            let minutes = u64::try_from(dice.below(90)).unwrap_or(0);
            t.clock.advance(Duration::from_mins(minutes));
            holds(&t).await;
        }
    }
}

#[tokio::test]
async fn of_two_who_act_at_once_one_sees_what_the_other_did() {
    let t = TestApp::new().await;
    let floor = floor(&t).await;
    let ids = open(&t, &floor, 2).await;
    let mut dice = Dice(77);
    for _ in 0..ACTIONS {
        let mut both = Vec::new();
        for _ in 0..2 {
            let who = floor.people[dice.below(floor.people.len())].clone();
            let what = (dice.below(10_000), ids[dice.below(ids.len())]);
            let with = (ids[dice.below(ids.len())], floor.agents[0], floor.team);
            let app = t.app.clone();
            both.push(tokio::spawn(async move {
                app.write(&who, move |tx, ctx| act(tx, ctx, what, with))
                    .await
            }));
        }
        for one in both {
            tolerate(one.await.expect("no panic"));
        }
        t.clock.advance(Duration::from_mins(20));
        holds(&t).await;
    }
}

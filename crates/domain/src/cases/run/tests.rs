//! Tests of procedures at work.

use proptest::prelude::*;

use super::super::approvals::Approver;
use super::super::builtin;
use super::super::escalation::alarms;
use super::super::fixtures::{agent, at, office, team, time};
use super::super::procedure::Desk;
use super::*;

fn terms(key: &str) -> super::super::case_type::CaseTerms {
    let all = builtin::case_types();
    let found = all.into_iter().find(|it| it.key == key);
    found.expect("a built-in type").terms
}

fn answers(list: &[(&str, &str)]) -> Answers {
    let own = |(key, text): &(&str, &str)| ((*key).to_owned(), (*text).to_owned());
    list.iter().map(own).collect()
}

/// Everything ticked, and the first answer that fits everything that is asked.
fn completion(
    run: &Run,
    step: &Step,
    outcome: &str,
    given: &[(&str, &str)],
    now: Timestamp,
) -> Completion {
    let mut all = answers(given);
    for field in &step.form.fields {
        let options = field.kind.options();
        let text = options.first().map_or("1", |option| option.value.as_str());
        for text in [text, "true", "2026-03-01", "https://a.example"] {
            if field.is_required && !all.contains_key(&field.key) && field.kind.parse(text).is_ok()
            {
                all.insert(field.key.clone(), text.to_owned());
            }
        }
    }
    Completion {
        visit: run.current().map_or(0, |visit| visit.number),
        result: StepResult {
            by: agent(1),
            at: now,
            outcome: outcome.to_owned(),
            answers: all,
            checked: step.checklist.iter().map(|item| item.key.clone()).collect(),
            note: String::new(),
        },
    }
}

fn walk(key: &str, case_answers: &[(&str, &str)], way: &[(&str, &[(&str, &str)])]) -> Vec<String> {
    let (terms, office, desks) = (terms(key), office(), Desks::new());
    let setting = Setting {
        desks: &desks,
        business: Some(&office),
    };
    let mut now = time("2026-03-02T09:00:00Z");
    let mut run = Run::start(&terms.procedure, 1, setting, now).unwrap();
    let case_answers = answers(case_answers);
    for (outcome, given) in way {
        now = now.plus(std::time::Duration::from_mins(10));
        let visit = run.current().expect("not over yet").clone();
        let step = terms.procedure.step(&visit.step).unwrap();
        let done = completion(&run, step, outcome, given, now);
        run = run
            .complete(&terms.procedure, &case_answers, done, setting)
            .unwrap_or_else(|error| panic!("{} → {outcome}: {error:?}", visit.step));
        while let Some(Visit {
            number,
            state: VisitState::Awaiting { approval, .. },
            ..
        }) = run.current()
        {
            let ApprovalState::Pending { approver, level } = approval.state() else {
                break;
            };
            let judge = Judge {
                agent_id: agent(90 + level as u128),
                posts: [approver.clone()].into(),
            };
            let verdict = Verdict {
                visit: *number,
                judge: &judge,
                is_approved: true,
                note: "",
            };
            run = run
                .clone()
                .decide(&terms.procedure, verdict, setting, now)
                .unwrap();
        }
    }
    assert_eq!(run.current(), None, "over: {run:?}");
    run.visits()
        .iter()
        .map(|visit| visit.step.clone())
        .collect()
}

#[test]
fn a_return_branches_on_what_the_warehouse_finds() {
    let wish = [("wish", "refund"), ("reason", "changed_mind")];
    let refunded = walk(
        "return_exchange",
        &wish,
        &[
            ("accepted", &[]),
            ("sent", &[]),
            ("inspected", &[("condition", "as_new")]),
            ("refunded", &[]),
        ],
    );
    assert_eq!(refunded, ["check", "send_back", "inspect", "refund"]);
    let wish = [("wish", "exchange"), ("reason", "defective")];
    let exchanged = walk(
        "return_exchange",
        &wish,
        &[
            ("accepted", &[]),
            ("sent", &[]),
            ("exchange", &[("condition", "as_new")]),
            ("delivered", &[]),
        ],
    );
    assert_eq!(exchanged.last().map(String::as_str), Some("exchange"));
    let used = walk(
        "return_exchange",
        &wish,
        &[
            ("accepted", &[]),
            ("sent", &[]),
            ("not_as_new", &[("condition", "used")]),
            ("agreed", &[]),
        ],
    );
    assert_eq!(used.last().map(String::as_str), Some("talk"));
}

#[test]
fn a_result_is_checked_before_anything_moves() {
    let (terms, desks) = (terms("return_exchange"), Desks::new());
    let setting = Setting {
        desks: &desks,
        business: None,
    };
    let run = Run::start(&terms.procedure, 1, setting, at(0)).unwrap();
    let step = &terms.procedure.steps[0];
    let try_it = |completion| {
        run.clone()
            .complete(&terms.procedure, &Answers::new(), completion, setting)
    };
    let good = completion(&run, step, "accepted", &[], at(5));
    let mut unticked = good.clone();
    unticked.result.checked.clear();
    assert!(matches!(try_it(unticked), Err(RunError::Unchecked(_))));
    let mut late = good.clone();
    late.visit = 2;
    assert_eq!(try_it(late), Err(RunError::OtherVisit));
    let mut nowhere = good.clone();
    nowhere.result.outcome = "gold".to_owned();
    assert_eq!(try_it(nowhere), Err(RunError::Outcome("gold".to_owned())));
    let moved = try_it(good.clone()).unwrap();
    assert_eq!(moved.visits().len(), 2);
    let twice = moved.complete(&terms.procedure, &Answers::new(), good, setting);
    assert_eq!(
        twice,
        Err(RunError::OtherVisit),
        "two people at once: one moves on"
    );
}

#[test]
fn a_rejected_result_is_worked_on_again_with_the_same_deadline() {
    let mut procedure = terms("billing").procedure;
    let desks = Desks::new();
    let setting = Setting {
        desks: &desks,
        business: None,
    };
    let step = &mut procedure.steps[0];
    step.approvers = vec![Approver::Line { level: 1 }];
    for outcome in &mut step.outcomes {
        outcome.needs_approval = true;
    }
    let (key, outcome) = (step.key.clone(), step.outcomes[0].key.clone());
    let run = Run::start(&procedure, 1, setting, at(0)).unwrap();
    let step = procedure.step(&key).unwrap();
    let done = completion(&run, step, &outcome, &[], at(5));
    let run = run
        .complete(&procedure, &Answers::new(), done.clone(), setting)
        .unwrap();
    let due_at = run.current().unwrap().due_at;
    let again = run
        .clone()
        .complete(&procedure, &Answers::new(), done, setting);
    assert_eq!(again, Err(RunError::Awaiting));
    let judge = |number| Judge {
        agent_id: agent(number),
        posts: [Approver::Line { level: 1 }].into(),
    };
    let (asker, lead) = (judge(1), judge(2));
    let verdict = |judge| Verdict {
        visit: 1,
        judge,
        is_approved: false,
        note: "no receipt",
    };
    let own = run
        .clone()
        .decide(&procedure, verdict(&asker), setting, at(6));
    assert_eq!(own, Err(RunError::Approval(ApprovalError::OwnRequest)));
    let run = run
        .decide(&procedure, verdict(&lead), setting, at(6))
        .unwrap();
    let visit = run.current().unwrap();
    assert_eq!(
        (visit.state.clone(), visit.due_at, visit.rejected.len()),
        (VisitState::Working, due_at, 1)
    );
}

#[test]
fn the_back_office_gets_what_is_theirs() {
    let (terms, office) = (terms("fault"), office());
    let desks = Desks::from([(Desk::Technical, team(7))]);
    let setting = Setting {
        desks: &desks,
        business: Some(&office),
    };
    let run = Run::start(&terms.procedure, 3, setting, at(0)).unwrap();
    let step = terms.procedure.step(&terms.procedure.first).unwrap();
    let to_bench = step
        .outcomes
        .iter()
        .find(|it| it.target() == Some("diagnose"))
        .unwrap();
    let done = completion(&run, step, &to_bench.key, &[], at(60));
    let run = run
        .complete(&terms.procedure, &Answers::new(), done, setting)
        .unwrap();
    assert_eq!(
        run.current().unwrap().assignee,
        Assignee::Team { team_id: team(7) }
    );
    assert_eq!(run.category(), Some(StatusCategory::WaitingForBackOffice));
    assert_eq!(run.type_version, 3);
}

#[test]
fn a_procedure_can_be_left_with_a_reason_only() {
    let terms = terms("request");
    let desks = Desks::new();
    let setting = Setting {
        desks: &desks,
        business: None,
    };
    let run = Run::start(&terms.procedure, 1, setting, at(0)).unwrap();
    assert_eq!(
        run.clone().abandon(1, agent(1), " ", at(1)),
        Err(RunError::Reason)
    );
    let left = run
        .abandon(1, agent(1), "customer took it back", at(1))
        .unwrap();
    assert_eq!(left.current(), None);
    assert!(
        left.watch(&terms.procedure).is_none(),
        "nothing to be late with"
    );
    let again = left.restart(&terms.procedure, setting, at(2)).unwrap();
    assert_eq!(again.visits().len(), 2, "the history stays");
}

proptest! {
    /// Whatever outcomes are chosen in any built-in procedure: there is always one to
    /// choose, every open step has reminders and escalations, the run comes to an end or
    /// to the limit, and is stored and read unchanged.
    #[test]
    fn no_step_is_stuck_or_silent(
        which in 0..7_usize,
        picks in prop::collection::vec((0..8_usize, prop::collection::vec(0..6_usize, 8), 0..500_000_u64, prop::bool::ANY), 1..60),
    ) {
        let case_type = &builtin::case_types()[which];
        let procedure = &case_type.terms.procedure;
        let (office, desks) = (office(), Desks::new());
        let setting = Setting { desks: &desks, business: Some(&office) };
        let choose = |form: &super::super::forms::Form, choice: &[usize]| -> Answers {
            form.fields.iter().zip(choice.iter().cycle()).filter_map(|(field, pick)| {
                let options = field.kind.options();
                let texts: Vec<&str> = if options.is_empty() { vec!["true", "1", "2026-03-01"] } else { options.iter().map(|it| it.value.as_str()).collect() };
                let fits = texts.iter().cycle().skip(*pick).take(texts.len()).find(|text| field.kind.parse(text).is_ok());
                fits.map(|text| (field.key.clone(), (*text).to_owned()))
            }).collect()
        };
        let mut now = time("2026-03-02T09:00:00Z");
        let case_answers = case_type.terms.form.validate(&choose(&case_type.terms.form, &picks[0].1)).unwrap();
        let mut run = Run::start(procedure, 1, setting, now).unwrap();
        for (pick, choice, gap, is_yes) in &picks {
            now = now.plus(std::time::Duration::from_secs(*gap));
            let Some(visit) = run.current().cloned() else { break };
            let step = procedure.step(&visit.step).unwrap();
            let pending = alarms(run.watch(procedure).unwrap(), Some(&office));
            prop_assert!(pending.len() >= 3 && pending[0].at <= visit.due_at && visit.due_at < pending.last().unwrap().at);
            if let VisitState::Awaiting { approval, .. } = &visit.state {
                let ApprovalState::Pending { approver, level } = approval.state() else { panic!("open") };
                let judge = Judge { agent_id: agent(90 + level as u128), posts: [approver.clone()].into() };
                let verdict = Verdict { visit: visit.number, judge: &judge, is_approved: *is_yes, note: "seen" };
                run = run.clone().decide(procedure, verdict, setting, now).unwrap();
                continue;
            }
            let given = step.form.validate(&choose(&step.form, choice)).unwrap();
            let open = run.open_outcomes(procedure, &case_answers, &given);
            prop_assert!(!open.is_empty(), "stuck at {} with {:?}", visit.step, given);
            let outcome = open[pick % open.len()].key.clone();
            let mut done = completion(&run, step, &outcome, &[], now);
            done.result.answers = given;
            run = run.clone().complete(procedure, &case_answers, done, setting).unwrap();
        }
        let json = serde_json::to_string(&run).unwrap();
        prop_assert_eq!(serde_json::from_str::<Run>(&json).unwrap(), run);
    }
}

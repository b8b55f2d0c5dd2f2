//! Tests of the checks of procedures.

use proptest::prelude::*;

use super::super::builtin;
use super::super::forms::{Field, FieldKind};
use super::*;
use crate::locale::Locale;

fn label(text: &str) -> Label {
    Label::from([(Locale::En, text.to_owned())])
}

fn outcome(key: &str, to: &str) -> Outcome {
    let next = match to {
        "end" => Next::End,
        step => Next::Step {
            step: step.to_owned(),
        },
    };
    Outcome {
        key: key.to_owned(),
        name: label(key),
        when: None,
        needs_approval: false,
        next,
    }
}

fn step(key: &str, ways: &[&str]) -> Step {
    let outcomes = ways.iter().enumerate();
    Step {
        key: key.to_owned(),
        name: label(key),
        guidance: label("Listen first"),
        customer_text: Label::new(),
        doer: Doer::Owner,
        checklist: Vec::new(),
        form: Form::default(),
        limit: TimeLimit::business_hours(4),
        ladder: Ladder::default(),
        approvers: Vec::new(),
        outcomes: outcomes
            .map(|(at, to)| outcome(&format!("way_{at}"), to))
            .collect(),
    }
}

fn procedure(steps: &[(&str, &[&str])]) -> Procedure {
    Procedure {
        first: steps[0].0.to_owned(),
        steps: steps.iter().map(|(key, ways)| step(key, ways)).collect(),
    }
}

fn check(procedure: &Procedure, expected: &[&str]) {
    let found: Vec<String> = procedure
        .check(&Form::default())
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn a_loop_with_a_way_out_is_fine_and_one_without_is_not() {
    check(
        &procedure(&[("ask", &["look"]), ("look", &["ask", "end"])]),
        &[],
    );
    check(
        &procedure(&[
            ("ask", &["look", "end"]),
            ("look", &["again"]),
            ("again", &["look"]),
        ]),
        &[
            "from the step `look` there is no way to the end",
            "from the step `again` there is no way to the end",
        ],
    );
}

#[test]
fn what_nothing_leads_to_or_leads_nowhere_is_named() {
    check(
        &procedure(&[("ask", &["mend"]), ("lost", &["end"])]),
        &[
            "`way_0` of the step `ask` leads to `mend`, which is not there",
            "from the step `ask` there is no way to the end",
            "nothing leads to the step `lost`",
        ],
    );
    let mut without_first = procedure(&[("ask", &["end"])]);
    without_first.first = "begin".to_owned();
    check(&without_first, &["there is no step `begin` to begin with"]);
    check(
        &procedure(&[("ask", &[])]),
        &[
            "the step `ask` needs 1 to 12 outcomes",
            "from the step `ask` there is no way to the end",
        ],
    );
}

fn boolean(key: &str) -> Form {
    Form {
        fields: vec![Field::new(key, label(key), FieldKind::Boolean).required()],
    }
}

#[test]
fn every_answer_needs_a_way_on() {
    let mut branching = procedure(&[("test", &["end"])]);
    branching.steps[0].form = boolean("is_broken");
    branching.steps[0].outcomes[0].when = Some(Condition::is("is_broken", ["true"]));
    check(
        &branching,
        &["the step `test` has no outcome for `is_broken` = false"],
    );
    let mut both = branching.clone();
    both.steps[0].outcomes.push(Outcome {
        when: Some(Condition::is("is_broken", ["true"]).negate()),
        ..outcome("whole", "end")
    });
    check(&both, &[]);
    let mut optional = both.clone();
    optional.steps[0].form.fields[0].is_required = false;
    check(
        &optional,
        &[
            "the step `test` has no outcome for the case that no condition holds; add one without a condition",
        ],
    );
    let mut two = both.clone();
    two.steps[0]
        .form
        .fields
        .push(boolean("is_paid").fields[0].clone());
    two.steps[0].outcomes[1].when = Some(Condition::All {
        of: vec![
            Condition::is("is_broken", ["false"]),
            Condition::is("is_paid", ["true"]),
        ],
    });
    check(
        &two,
        &["the step `test` has no outcome for `is_broken` = false and `is_paid` = false"],
    );
    let mut elsewhere = branching;
    elsewhere.steps[0].form = Form::default();
    let findings = elsewhere.check(&boolean("is_broken"));
    assert_eq!(
        findings.len(),
        1,
        "the form of the case counts too: {findings:?}"
    );
    let findings = elsewhere.check(&Form::default());
    assert!(
        matches!(findings[0], Finding::Condition { .. }),
        "{findings:?}"
    );
}

#[test]
fn steps_are_checked_one_by_one() {
    let mut bad = procedure(&[("ask", &["end"]), ("ask", &["end"])]);
    let step = &mut bad.steps[0];
    step.name = Label::new();
    step.guidance = Label::new();
    step.limit.within_s = 1;
    step.ladder.rungs.clear();
    step.outcomes[0].needs_approval = true;
    step.checklist.push(CheckItem {
        key: "Call".to_owned(),
        text: label("Call the customer"),
        is_required: true,
    });
    let findings = bad.check(&Form::default());
    for expected in [
        Finding::Name("ask".to_owned()),
        Finding::Guidance("ask".to_owned()),
        Finding::Limit("ask".to_owned()),
        Finding::Ladder("ask".to_owned()),
        Finding::Checklist("ask".to_owned()),
        Finding::Approvers("ask".to_owned()),
        Finding::Key(1),
    ] {
        assert!(findings.contains(&expected), "{expected:?} in {findings:?}");
    }
    let hints: Vec<_> = findings.iter().filter(|it| !it.is_blocking()).collect();
    assert_eq!(hints, [&Finding::Guidance("ask".to_owned())]);
}

#[test]
fn a_desk_without_a_team_falls_to_the_owner() {
    let finance = Doer::Desk {
        desk: Desk::Finance,
    };
    assert_eq!(finance.resolve(&Desks::new()), Assignee::Owner);
    let team_id = super::super::fixtures::team(4);
    let resolved = finance.resolve(&Desks::from([(Desk::Finance, team_id)]));
    assert_eq!(resolved, Assignee::Team { team_id });
    assert_eq!(resolved.category(), StatusCategory::WaitingForBackOffice);
}

#[test]
fn built_in_procedures_have_nothing_to_find() {
    for case_type in builtin::case_types() {
        assert_eq!(case_type.terms.check(), [], "{}", case_type.key);
        let json = serde_json::to_string(&case_type.terms).unwrap();
        let read: super::super::case_type::CaseTerms = serde_json::from_str(&json).unwrap();
        assert_eq!(read, case_type.terms, "stored and sent as it is");
    }
}

proptest! {
    /// Any graph that passes can be walked from anywhere it leads to its end.
    #[test]
    fn what_passes_has_a_way_out_of_everywhere(ways in prop::collection::vec(prop::collection::vec(0..7_usize, 0..4), 1..6)) {
        let names = ["a", "b", "c", "d", "e", "end", "nowhere"];
        let steps: Vec<Step> = ways
            .iter()
            .enumerate()
            .map(|(at, ways)| {
                let ways: Vec<&str> = ways.iter().map(|to| names[*to]).collect();
                step(names[at], &ways)
            })
            .collect();
        let procedure = Procedure { first: "a".to_owned(), steps };
        let is_fine = procedure.check(&Form::default()).is_empty();
        // The definition, walked the slow way: from each step that the first one leads to,
        // the end can be reached, each step is reached, and nothing leads nowhere.
        let reach = |from: &str| {
            let (mut seen, mut todo) = (vec![from.to_owned()], vec![from.to_owned()]);
            while let Some(key) = todo.pop() {
                let Some(step) = procedure.step(&key) else { continue };
                for outcome in &step.outcomes {
                    let to = outcome.target().unwrap_or("end").to_owned();
                    if !seen.contains(&to) {
                        seen.push(to.clone());
                        todo.push(to);
                    }
                }
            }
            seen
        };
        let all: Vec<&str> = procedure.steps.iter().map(|step| step.key.as_str()).collect();
        let reached = reach("a");
        let is_sound = all.iter().all(|key| reached.iter().any(|it| it == key))
            && all.iter().all(|key| reach(key).iter().any(|it| it == "end"))
            && reached.iter().all(|it| it == "end" || all.contains(&it.as_str()));
        prop_assert_eq!(is_fine, is_sound);
    }
}

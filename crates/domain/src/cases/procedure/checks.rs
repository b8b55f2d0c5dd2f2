//! What can be wrong with a procedure, found before anybody has to work with it.

use std::collections::{BTreeMap, BTreeSet};

use crate::attribute::{AttributeKey, is_label};
use crate::limits::{
    APPROVAL_LEVELS_MAX, PROCEDURE_STEPS_MAX, STEP_CHECKLIST_MAX, STEP_OUTCOMES_MAX,
};

use super::super::forms::{
    Answers, Condition, ConditionFault, Field, FieldKind, Form, FormFinding,
};
use super::{Outcome, Procedure, Step};

/// Combinations of answers that are tried; with more, an outcome without a condition is
/// needed.
const COMBINATIONS_MAX: usize = 4096;
/// Combinations without an outcome that are named.
const COMBINATIONS_SHOWN: usize = 5;

/// Something about a procedure, with the step it is about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// No step, or too many.
    #[error("a procedure has 1 to {PROCEDURE_STEPS_MAX} steps")]
    Count,
    /// The first step is not there.
    #[error("there is no step `{0}` to begin with")]
    First(String),
    /// The key is malformed or used twice.
    #[error("step {} needs a key of its own: a letter, then letters, digits and `_`", .0 + 1)]
    Key(usize),
    /// No name.
    #[error("the step `{0}` needs a name")]
    Name(String),
    /// Nobody is told what matters. A hint.
    #[error("the step `{0}` has no guidance; say what matters")]
    Guidance(String),
    /// The time is too short or too long.
    #[error("the step `{0}` may take a minute to a year")]
    Limit(String),
    /// Nobody is reminded, or nobody told when it is late.
    #[error("the step `{0}` needs rising reminders before, and a rising escalation after its time")]
    Ladder(String),
    /// A point of the checklist has no key of its own or no text, or there are too many.
    #[error(
        "the step `{0}` has at most {STEP_CHECKLIST_MAX} points to tick, each with a key and a text"
    )]
    Checklist(String),
    /// Something about the form of a step.
    #[error("the form of the step `{step}`: {finding}")]
    Form {
        /// Which step.
        step: String,
        /// What.
        finding: FormFinding,
    },
    /// An outcome needs approval and nobody is named, or too many are.
    #[error("the step `{0}` needs 1 to {APPROVAL_LEVELS_MAX} approvers for what needs approval")]
    Approvers(String),
    /// It has no outcome, or too many.
    #[error("the step `{0}` needs 1 to {STEP_OUTCOMES_MAX} outcomes")]
    Outcomes(String),
    /// An outcome has no key of its own or no name.
    #[error("outcome {} of the step `{step}` needs a key of its own and a name", .outcome + 1)]
    Outcome {
        /// Which step.
        step: String,
        /// Which outcome, from 0.
        outcome: usize,
    },
    /// An outcome leads nowhere.
    #[error("`{outcome}` of the step `{step}` leads to `{to}`, which is not there")]
    Target {
        /// Which step.
        step: String,
        /// Which outcome.
        outcome: String,
        /// Where it leads.
        to: String,
    },
    /// The condition of an outcome does not hold together.
    #[error("the condition of `{outcome}` of the step `{step}`: {fault}")]
    Condition {
        /// Which step.
        step: String,
        /// Which outcome.
        outcome: String,
        /// What is wrong.
        fault: ConditionFault,
    },
    /// There are answers after which no outcome can be chosen.
    #[error("the step `{step}` has no outcome for {}", describe(.answers))]
    Branch {
        /// Which step.
        step: String,
        /// Some of the answers nobody thought of; empty when only an outcome without a
        /// condition would help.
        answers: Vec<Answers>,
    },
    /// Nothing leads to it.
    #[error("nothing leads to the step `{0}`")]
    Unreachable(String),
    /// Whoever is there never comes to an end.
    #[error("from the step `{0}` there is no way to the end")]
    NoWayOut(String),
}

fn describe(cases: &[Answers]) -> String {
    if cases.is_empty() {
        return "the case that no condition holds; add one without a condition".to_owned();
    }
    let one = |(field, value): (&String, &String)| format!("`{field}` = {value}");
    let all = |answers: &Answers| answers.iter().map(one).collect::<Vec<_>>().join(" and ");
    cases.iter().map(all).collect::<Vec<_>>().join("; ")
}

impl Finding {
    /// Whether the procedure cannot be used because of it.
    #[must_use]
    pub const fn is_blocking(&self) -> bool {
        !matches!(self, Self::Guidance(_))
    }

    /// The step it is about.
    #[must_use]
    pub fn step(&self) -> Option<&str> {
        match self {
            Self::Count | Self::First(_) | Self::Key(_) => None,
            Self::Name(step)
            | Self::Guidance(step)
            | Self::Limit(step)
            | Self::Ladder(step)
            | Self::Checklist(step)
            | Self::Approvers(step)
            | Self::Outcomes(step)
            | Self::Unreachable(step)
            | Self::NoWayOut(step)
            | Self::Form { step, .. }
            | Self::Outcome { step, .. }
            | Self::Target { step, .. }
            | Self::Condition { step, .. }
            | Self::Branch { step, .. } => Some(step),
        }
    }
}

pub(super) fn check(procedure: &Procedure, case_form: &Form) -> Vec<Finding> {
    let mut findings = Vec::new();
    if procedure.steps.is_empty() || procedure.steps.len() > PROCEDURE_STEPS_MAX {
        findings.push(Finding::Count);
    }
    let mut keys = BTreeSet::new();
    for (at, step) in procedure.steps.iter().enumerate() {
        if !is_key(&step.key) || !keys.insert(step.key.as_str()) {
            findings.push(Finding::Key(at));
        }
        check_step(step, &mut findings);
        check_outcomes(step, procedure, case_form, &mut findings);
    }
    if procedure.step(&procedure.first).is_none() {
        findings.push(Finding::First(procedure.first.clone()));
        return findings;
    }
    check_ways(procedure, &mut findings);
    findings
}

fn is_key(text: &str) -> bool {
    text.parse::<AttributeKey>().is_ok()
}

fn check_step(step: &Step, findings: &mut Vec<Finding>) {
    let name = || step.key.clone();
    if !is_label(&step.name) {
        findings.push(Finding::Name(name()));
    }
    if step.guidance.is_empty() {
        findings.push(Finding::Guidance(name()));
    }
    if !step.limit.is_valid() {
        findings.push(Finding::Limit(name()));
    }
    if !step.ladder.is_valid() {
        findings.push(Finding::Ladder(name()));
    }
    let mut seen = BTreeSet::new();
    let is_whole = step
        .checklist
        .iter()
        .all(|item| is_key(&item.key) && is_label(&item.text) && seen.insert(item.key.as_str()));
    if !is_whole || step.checklist.len() > STEP_CHECKLIST_MAX {
        findings.push(Finding::Checklist(name()));
    }
    let faults = step.form.check().into_iter();
    findings.extend(faults.map(|finding| Finding::Form {
        step: name(),
        finding,
    }));
    let needs_approval = step.outcomes.iter().any(|outcome| outcome.needs_approval);
    let is_named = !step.approvers.is_empty() || !needs_approval;
    if !is_named || step.approvers.len() > APPROVAL_LEVELS_MAX {
        findings.push(Finding::Approvers(name()));
    }
}

fn check_outcomes(
    step: &Step,
    procedure: &Procedure,
    case_form: &Form,
    findings: &mut Vec<Finding>,
) {
    let name = || step.key.clone();
    if step.outcomes.is_empty() || step.outcomes.len() > STEP_OUTCOMES_MAX {
        findings.push(Finding::Outcomes(name()));
    }
    let known = known_fields(step, case_form);
    let mut seen = BTreeSet::new();
    for (at, outcome) in step.outcomes.iter().enumerate() {
        let is_named = is_key(&outcome.key) && is_label(&outcome.name);
        if !is_named || !seen.insert(outcome.key.as_str()) {
            let step = name();
            findings.push(Finding::Outcome { step, outcome: at });
        }
        if let Some(to) = outcome.target().filter(|to| procedure.step(to).is_none()) {
            findings.push(Finding::Target {
                step: name(),
                outcome: outcome.key.clone(),
                to: to.to_owned(),
            });
        }
        let faults = outcome.when.iter().flat_map(|when| when.check(&known));
        findings.extend(faults.map(|fault| Finding::Condition {
            step: name(),
            outcome: outcome.key.clone(),
            fault,
        }));
    }
    findings.extend(missing_branch(step, &known));
}

/// What conditions of outcomes may look at: the case's form, then the step's own.
fn known_fields<'a>(step: &'a Step, case_form: &'a Form) -> BTreeMap<&'a str, &'a Field> {
    let fields = case_form.fields.iter().chain(&step.form.fields);
    fields.map(|field| (field.key.as_str(), field)).collect()
}

/// A step with an outcome without condition never gets stuck. Without one, each
/// combination of answers to the fields that decide must have an outcome. Only fields that
/// are always answered by one of a few values can be relied on.
fn missing_branch(step: &Step, known: &BTreeMap<&str, &Field>) -> Option<Finding> {
    if step.outcomes.is_empty() || step.outcomes.iter().any(|it| it.when.is_none()) {
        return None;
    }
    let stuck = |answers| Finding::Branch {
        step: step.key.clone(),
        answers,
    };
    let certain: BTreeMap<&str, Vec<String>> = known
        .values()
        .filter(|field| field.is_required && field.shown_if.is_none())
        .map(|field| (field.key.as_str(), values_of(&field.kind)))
        .filter(|(_, values)| !values.is_empty())
        .collect();
    let deciding: Vec<&Condition> = step
        .outcomes
        .iter()
        .filter_map(|outcome| outcome.when.as_ref())
        .filter(|when| {
            when.fields()
                .iter()
                .all(|field| certain.contains_key(field))
        })
        .collect();
    let fields: BTreeSet<&str> = deciding.iter().flat_map(|when| when.fields()).collect();
    let mut cases = vec![Answers::new()];
    for field in fields {
        let values = &certain[field];
        if cases.len() * values.len() > COMBINATIONS_MAX {
            return Some(stuck(Vec::new()));
        }
        let with = |case: &Answers, value: &String| {
            let mut case = case.clone();
            case.insert(field.to_owned(), value.clone());
            case
        };
        cases = cases
            .iter()
            .flat_map(|case| values.iter().map(move |value| with(case, value)))
            .collect();
    }
    if deciding.is_empty() {
        return Some(stuck(Vec::new()));
    }
    let is_open = |case: &Answers| deciding.iter().any(|when| when.holds(case));
    let missing: Vec<Answers> = cases
        .into_iter()
        .filter(|case| !is_open(case))
        .take(COMBINATIONS_SHOWN)
        .collect();
    (!missing.is_empty()).then(|| stuck(missing))
}

/// The answers of a field with only a few.
fn values_of(kind: &FieldKind) -> Vec<String> {
    match kind {
        FieldKind::Boolean => vec!["true".to_owned(), "false".to_owned()],
        FieldKind::Select { options } => options.iter().map(|it| it.value.clone()).collect(),
        FieldKind::Text
        | FieldKind::LongText
        | FieldKind::Number { .. }
        | FieldKind::Money { .. }
        | FieldKind::Date
        | FieldKind::MultiSelect { .. }
        | FieldKind::Link => Vec::new(),
    }
}

fn check_ways(procedure: &Procedure, findings: &mut Vec<Finding>) {
    let mut reached = BTreeSet::from([procedure.first.as_str()]);
    let mut todo = vec![procedure.first.as_str()];
    while let Some(step) = todo.pop().and_then(|key| procedure.step(key)) {
        for to in step.outcomes.iter().filter_map(Outcome::target) {
            if procedure.step(to).is_some() && reached.insert(to) {
                todo.push(to);
            }
        }
    }
    let mut ending: BTreeSet<&str> = BTreeSet::new();
    loop {
        let more: Vec<&str> = procedure
            .steps
            .iter()
            .filter(|step| !ending.contains(step.key.as_str()))
            .filter(|step| {
                let mut ways = step.outcomes.iter().map(Outcome::target);
                ways.any(|to| to.is_none_or(|to| ending.contains(to)))
            })
            .map(|step| step.key.as_str())
            .collect();
        if more.is_empty() {
            break;
        }
        ending.extend(more);
    }
    for step in &procedure.steps {
        if !reached.contains(step.key.as_str()) {
            findings.push(Finding::Unreachable(step.key.clone()));
        } else if !ending.contains(step.key.as_str()) {
            findings.push(Finding::NoWayOut(step.key.clone()));
        }
    }
}

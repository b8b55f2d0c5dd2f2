//! What a customer sees of their case: status and steps in plain words, times that were
//! promised, and what they can do.
//!
//! This is a list of what is shown, not of what is hidden: notes, names, guidance,
//! assessments, approvals and tasks have no place in it.

use crate::locale::Locale;
use crate::time::Timestamp;

use std::time::Duration;

use super::case::{Case, WayBack};
use super::complaints::{Complaint, Phase};
use super::number::CaseNumber;
use super::procedure::Procedure;
use super::run::Run;
use super::status::{StatusCategory, StatusLabels};
use super::wording::in_locale;

/// A case in the portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerView {
    /// What to say on the telephone.
    pub number: CaseNumber,
    /// How it stands.
    pub category: StatusCategory,
    /// How it stands, in words.
    pub status: String,
    /// What was and is being done, oldest first; the same words one after the other are one.
    pub steps: Vec<CustomerStep>,
    /// Until when a reply was promised, while it is to come.
    pub reply_by: Option<Timestamp>,
    /// Whether the customer can write and add files.
    pub may_add: bool,
    /// Whether the customer is asked if it is solved.
    pub may_confirm: bool,
    /// Whether the customer can say that it is not solved after all.
    pub may_reopen: bool,
}

/// A step in plain words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerStep {
    /// What is being done.
    pub text: String,
    /// Since when.
    pub from: Timestamp,
    /// Until when it was; none while it lasts.
    pub to: Option<Timestamp>,
}

/// What the view is made of.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// The case.
    pub case: &'a Case,
    /// What statuses are called.
    pub labels: &'a StatusLabels,
    /// The version of the procedure that holds for the case, and how far it is.
    pub run: Option<(&'a Procedure, &'a Run)>,
    /// The complaint, if it is one.
    pub complaint: Option<&'a Complaint>,
    /// How long after closing it can be reopened.
    pub reopen_within: Duration,
}

/// What the customer sees. Of a merged case the caller shows the one it was merged into.
#[must_use]
pub fn customer_view(shown: Shown<'_>, locale: Locale, now: Timestamp) -> CustomerView {
    let Shown {
        case,
        labels,
        run,
        complaint,
        reopen_within,
    } = shown;
    let category = case.status.category();
    let label = labels.shown(category, case.label.as_deref());
    let status = label.map_or("", |label| {
        let own = in_locale(&label.customer_name, locale);
        if own.is_empty() {
            in_locale(&label.name, locale)
        } else {
            own
        }
    });
    let is_over = category == StatusCategory::Closed;
    let can_come_back = case.way_back(reopen_within, now) == WayBack::Reopen;
    let is_alive = case.merged_into.is_none();
    CustomerView {
        number: case.number,
        category,
        status: status.to_owned(),
        steps: run.map_or_else(Vec::new, |(procedure, run)| steps(procedure, run, locale)),
        reply_by: complaint.and_then(promised),
        may_add: is_alive && !is_over,
        may_confirm: is_alive && category == StatusCategory::Resolved,
        may_reopen: is_alive && !category.is_unsolved() && can_come_back,
    }
}

/// What the customer was told, not what we hope for.
fn promised(complaint: &Complaint) -> Option<Timestamp> {
    match complaint.phase {
        Phase::Received | Phase::Handling => complaint.told.map(|(reply_by, _)| reply_by),
        Phase::Replied | Phase::CalledBack => None,
    }
}

fn steps(procedure: &Procedure, run: &Run, locale: Locale) -> Vec<CustomerStep> {
    let mut steps: Vec<CustomerStep> = Vec::new();
    for visit in run.visits() {
        let step = procedure.step(&visit.step);
        let text = step.map_or("", |step| in_locale(&step.customer_text, locale));
        if text.is_empty() {
            continue;
        }
        match steps.last_mut().filter(|last| last.text == text) {
            Some(last) => last.to = visit.ended_at(),
            None => steps.push(CustomerStep {
                text: text.to_owned(),
                from: visit.begun_at,
                to: visit.ended_at(),
            }),
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::super::builtin;
    use super::super::case::OpenWork;
    use super::super::fixtures::{at, case};
    use super::super::procedure::Desks;
    use super::super::run::Setting;
    use super::*;
    use crate::actor::Actor;

    #[test]
    fn a_customer_reads_plain_words_and_nothing_internal() {
        let terms = builtin::case_types()
            .into_iter()
            .find(|it| it.terms.is_complaint)
            .expect("a complaint")
            .terms;
        let desks = Desks::new();
        let setting = Setting {
            desks: &desks,
            business: None,
        };
        let run = Run::start(&terms.procedure, 1, setting, at(0)).unwrap();
        let (case, labels) = (case(1), StatusLabels::default());
        let shown = Shown {
            case: &case,
            labels: &labels,
            run: Some((&terms.procedure, &run)),
            complaint: None,
            reopen_within: terms.reopen_within(),
        };
        for locale in [Locale::ZhCn, Locale::En] {
            let view = customer_view(shown, locale, at(10));
            let all = format!("{view:?}");
            assert_eq!(view.steps.len(), 1);
            assert!(!view.status.is_empty() && view.may_add && !view.may_confirm);
            for step in &terms.procedure.steps {
                let guidance = in_locale(&step.guidance, locale);
                assert!(guidance.is_empty() || !all.contains(guidance), "{guidance}");
            }
            assert!(!all.contains("ag_"), "no agent by identifier: {all}");
        }
    }

    #[test]
    fn what_a_customer_can_do_follows_the_status() {
        let labels = StatusLabels::default();
        let hour = Duration::from_hours(1);
        let view = |case: &Case| {
            let shown = Shown {
                case,
                labels: &labels,
                run: None,
                complaint: None,
                reopen_within: hour,
            };
            let view = customer_view(shown, Locale::En, at(10));
            (view.may_add, view.may_confirm, view.may_reopen)
        };
        let open = case(1);
        assert_eq!(view(&open), (true, false, false));
        let resolved = open
            .resolve(Actor::Bot, OpenWork::default(), at(5))
            .unwrap();
        assert_eq!(view(&resolved), (true, true, true));
        let merged = Case {
            merged_into: Some(case(2).id),
            ..resolved
        };
        assert_eq!(view(&merged), (false, false, false));
    }
}

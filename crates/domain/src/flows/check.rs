//! What is wrong with a flow before customers may meet it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::document::{Document, FieldKind, FormField, Step, StepKind};
use crate::inbox::Localized;
use crate::limits::{
    FLOW_BRANCHES_MAX, FLOW_BUTTONS_MAX, FLOW_FIELDS_MAX, FLOW_STEPS_MAX, FLOW_TEXT_CHARS_MAX,
    FLOW_TRIGGERS_MAX, FLOW_WAY_MAX,
};

/// What kind of thing is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemCode {
    /// Another format than 1.
    UnknownFormat,
    /// The first step is not there.
    NoStart,
    /// It leads to a step that is not there.
    UnknownStep,
    /// Two steps have one name.
    DuplicateStep,
    /// No way leads there.
    Unreachable,
    /// It goes round without asking the customer anything.
    Endless,
    /// A way without an answer of the customer is too long.
    TooDeep,
    /// A text is missing.
    EmptyText,
    /// A text is too long.
    TooLong,
    /// There are too many of something.
    TooMany,
    /// A name is empty or has other characters than letters, digits, `_`, `-` and `.`.
    InvalidName,
    /// No address that can be called.
    InvalidUrl,
    /// A time limit out of bounds.
    InvalidTime,
    /// It asks about an account before the customer has shown who they are.
    NeedsIdentity,
}

impl ProblemCode {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownFormat => "unknown-format",
            Self::NoStart => "no-start",
            Self::UnknownStep => "unknown-step",
            Self::DuplicateStep => "duplicate-step",
            Self::Unreachable => "unreachable",
            Self::Endless => "endless",
            Self::TooDeep => "too-deep",
            Self::EmptyText => "empty-text",
            Self::TooLong => "too-long",
            Self::TooMany => "too-many",
            Self::InvalidName => "invalid-name",
            Self::InvalidUrl => "invalid-url",
            Self::InvalidTime => "invalid-time",
            Self::NeedsIdentity => "needs-identity",
        }
    }
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where, as a JSON pointer.
    pub path: String,
    /// What.
    pub code: ProblemCode,
}

/// Everything that is wrong; nothing if it may be published.
#[must_use]
pub fn check(document: &Document) -> Vec<Problem> {
    let mut checker = Checker::default();
    if document.format != 1 {
        checker.found("/format", ProblemCode::UnknownFormat);
    }
    if document.steps.len() > FLOW_STEPS_MAX {
        checker.found("/steps", ProblemCode::TooMany);
    }
    if document.triggers.len() > FLOW_TRIGGERS_MAX {
        checker.found("/triggers", ProblemCode::TooMany);
    }
    for (at, trigger) in document.triggers.iter().enumerate() {
        checker.plain(&format!("/triggers/{at}"), trigger);
    }
    let mut names = BTreeSet::new();
    for (at, step) in document.steps.iter().enumerate() {
        let path = format!("/steps/{at}");
        checker.name(&format!("{path}/id"), &step.id);
        if !names.insert(step.id.as_str()) {
            checker.found(&format!("{path}/id"), ProblemCode::DuplicateStep);
        }
        for (place, next) in step.kind.leads_to() {
            if document.step(next).is_none() {
                checker.found(&format!("{path}/{place}"), ProblemCode::UnknownStep);
            }
        }
        checker.step(&path, &step.kind);
    }
    if document.step(&document.start).is_none() {
        checker.found("/start", ProblemCode::NoStart);
    } else {
        checker.ways(document);
    }
    checker.problems
}

#[derive(Default)]
struct Checker {
    problems: Vec<Problem>,
}

impl Checker {
    fn found(&mut self, path: &str, code: ProblemCode) {
        self.problems.push(Problem {
            path: path.to_owned(),
            code,
        });
    }

    fn name(&mut self, path: &str, name: &str) {
        let is_part = |c: char| c.is_alphanumeric() || "_-.".contains(c);
        if name.is_empty() || name.chars().count() > 60 || !name.chars().all(is_part) {
            self.found(path, ProblemCode::InvalidName);
        }
    }

    fn plain(&mut self, path: &str, text: &str) {
        if text.trim().is_empty() {
            self.found(path, ProblemCode::EmptyText);
        } else if text.chars().count() > FLOW_TEXT_CHARS_MAX {
            self.found(path, ProblemCode::TooLong);
        }
    }

    fn text(&mut self, path: &str, text: &Localized) {
        if text.values().all(|text| text.trim().is_empty()) {
            self.found(path, ProblemCode::EmptyText);
        }
        let is_long = |text: &String| text.chars().count() > FLOW_TEXT_CHARS_MAX;
        if text.values().any(is_long) {
            self.found(path, ProblemCode::TooLong);
        }
    }

    fn maybe(&mut self, path: &str, text: Option<&Localized>) {
        if let Some(text) = text {
            self.text(path, text);
        }
    }

    fn count(&mut self, path: &str, count: usize, most: usize) {
        if count == 0 {
            self.found(path, ProblemCode::EmptyText);
        } else if count > most {
            self.found(path, ProblemCode::TooMany);
        }
    }

    fn step(&mut self, path: &str, kind: &StepKind) {
        match kind {
            StepKind::Message { text, .. } => self.text(&format!("{path}/text"), text),
            StepKind::Buttons { text, buttons, .. } => {
                self.text(&format!("{path}/text"), text);
                self.count(&format!("{path}/buttons"), buttons.len(), FLOW_BUTTONS_MAX);
                for (at, button) in buttons.iter().enumerate() {
                    self.text(&format!("{path}/buttons/{at}/label"), &button.label);
                }
            }
            StepKind::Form { text, fields, .. } => {
                self.maybe(&format!("{path}/text"), text.as_ref());
                self.count(&format!("{path}/fields"), fields.len(), FLOW_FIELDS_MAX);
                for (at, field) in fields.iter().enumerate() {
                    self.field(&format!("{path}/fields/{at}"), field);
                }
            }
            StepKind::Condition { branches, .. } => {
                self.count(
                    &format!("{path}/branches"),
                    branches.len(),
                    FLOW_BRANCHES_MAX,
                );
                for (at, branch) in branches.iter().enumerate() {
                    let path = format!("{path}/branches/{at}/all");
                    self.count(&path, branch.all.len(), FLOW_BRANCHES_MAX);
                }
            }
            StepKind::SetAttribute { key, value, .. } => {
                self.name(&format!("{path}/key"), key);
                if value.chars().count() > FLOW_TEXT_CHARS_MAX {
                    self.found(&format!("{path}/value"), ProblemCode::TooLong);
                }
            }
            StepKind::Http { .. } => self.call(path, kind),
            StepKind::Answer { .. } | StepKind::Hours { .. } => {}
            StepKind::Verify { text, .. }
            | StepKind::HandOver { text, .. }
            | StepKind::End { text, .. } => self.maybe(&format!("{path}/text"), text.as_ref()),
        }
    }

    fn call(&mut self, path: &str, kind: &StepKind) {
        let StepKind::Http {
            url,
            body,
            mapping,
            time_limit_ms,
            ..
        } = kind
        else {
            return;
        };
        // The host must not come from a field: a customer would choose whom we ask.
        let after = url.split_once("://").map_or("", |(_, after)| after);
        let host = after.split(['/', '?', '#']).next().unwrap_or_default();
        let is_web = url.starts_with("https://") || url.starts_with("http://");
        if !is_web || host.is_empty() || host.contains("{{") || url.chars().count() > 1000 {
            self.found(&format!("{path}/url"), ProblemCode::InvalidUrl);
        }
        if !(500..=10_000).contains(time_limit_ms) {
            self.found(&format!("{path}/time_limit_ms"), ProblemCode::InvalidTime);
        }
        if body.as_ref().is_some_and(|it| it.len() > FLOW_FIELDS_MAX) {
            self.found(&format!("{path}/body"), ProblemCode::TooMany);
        }
        if mapping.len() > FLOW_FIELDS_MAX {
            self.found(&format!("{path}/mapping"), ProblemCode::TooMany);
        }
        for (at, one) in mapping.iter().enumerate() {
            self.name(&format!("{path}/mapping/{at}/field"), &one.field);
            if !one.pointer.is_empty() && !one.pointer.starts_with('/') {
                self.found(
                    &format!("{path}/mapping/{at}/pointer"),
                    ProblemCode::InvalidName,
                );
            }
        }
    }

    fn field(&mut self, path: &str, field: &FormField) {
        self.name(&format!("{path}/key"), &field.key);
        // These say who the customer is; only the program writes them.
        if ["verified_email", "message", "locale"].contains(&field.key.as_str()) {
            self.found(&format!("{path}/key"), ProblemCode::InvalidName);
        }
        self.text(&format!("{path}/question"), &field.question);
        self.maybe(&format!("{path}/error"), field.error.as_ref());
        if field.kind == FieldKind::Choice {
            let path = format!("{path}/options");
            self.count(&path, field.options.len(), FLOW_BUTTONS_MAX);
            for (at, option) in field.options.iter().enumerate() {
                self.text(&format!("{path}/{at}"), option);
            }
        }
    }

    /// What can be reached, without going round, and not before the customer has shown who they are.
    fn ways(&mut self, document: &Document) {
        let place: BTreeMap<&str, usize> = document
            .steps
            .iter()
            .enumerate()
            .map(|(at, step)| (step.id.as_str(), at))
            .collect();
        let mut reached: BTreeSet<(&str, bool)> = BTreeSet::new();
        let mut next = vec![(document.start.as_str(), false)];
        while let Some((id, is_known)) = next.pop() {
            let Some(step) = document.step(id) else {
                continue;
            };
            if !reached.insert((id, is_known)) {
                continue;
            }
            for (way, to) in step.kind.leads_to() {
                let shows = matches!(step.kind, StepKind::Verify { .. }) && way == "next";
                next.push((to, is_known || shows));
            }
        }
        for (at, step) in document.steps.iter().enumerate() {
            let is_reached = |known| reached.contains(&(step.id.as_str(), known));
            let path = format!("/steps/{at}");
            if !is_reached(false) && !is_reached(true) {
                self.found(&path, ProblemCode::Unreachable);
            }
            let needs = matches!(
                step.kind,
                StepKind::Http {
                    needs_identity: true,
                    ..
                }
            );
            if needs && is_reached(false) {
                self.found(&path, ProblemCode::NeedsIdentity);
            }
        }
        for (at, step) in document.steps.iter().enumerate() {
            match way_without_asking(document, &place, step) {
                Way::Ends => {}
                Way::Round => self.found(&format!("/steps/{at}"), ProblemCode::Endless),
                Way::Long => self.found(&format!("/steps/{at}"), ProblemCode::TooDeep),
            }
        }
    }
}

enum Way {
    Ends,
    Round,
    Long,
}

/// Whether one can come back to a step, or go too far, without the customer being asked.
fn way_without_asking(document: &Document, place: &BTreeMap<&str, usize>, from: &Step) -> Way {
    let mut seen = BTreeSet::new();
    let mut edge = vec![from];
    for depth in 0.. {
        let mut further = Vec::new();
        for step in edge {
            if step.kind.asks() {
                continue;
            }
            for (_, to) in step.kind.leads_to() {
                if to == from.id {
                    return Way::Round;
                }
                let next = place.get(to).and_then(|at| document.steps.get(*at));
                if let Some(next) = next
                    && seen.insert(to)
                {
                    further.push(next);
                }
            }
        }
        if further.is_empty() {
            break;
        }
        if depth >= FLOW_WAY_MAX {
            return Way::Long;
        }
        edge = further;
    }
    Way::Ends
}

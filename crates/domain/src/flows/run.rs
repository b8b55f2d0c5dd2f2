//! The interpreter: from document, state and input to the next state and what is to be done.

use std::collections::BTreeMap;

use super::document::{Condition, Document, FieldKind, FormField, Method, StepKind, Target};
use super::fields::{fill, fill_url, read_answer};
use super::state::{Call, CodeCheck, Effect, End, Env, FlowState, Input, Passage, Waits};
use super::words::{Own, own};
use crate::email::EmailAddress;
use crate::ids::QueueId;
use crate::inbox::Localized;
use crate::limits::{FLOW_TAKEN_MAX, FLOW_TRIES_MAX, FLOW_WAY_MAX};
use crate::locale::Locale;

/// Begins a flow with what the customer has said.
#[must_use]
pub fn begin(document: &Document, message: &str, env: &Env) -> (FlowState, Vec<Effect>) {
    let mut state = FlowState::default();
    let said = ("message".to_owned(), message.to_owned());
    state.fields = BTreeMap::from([said]);
    let mut run = Run::new(document, state, env);
    run.enter(&document.start);
    run.finish()
}

/// Goes on with what happened. What is not waited for changes nothing.
#[must_use]
pub fn advance(
    document: &Document,
    state: FlowState,
    input: Input,
    env: &Env,
) -> (FlowState, Vec<Effect>) {
    let mut run = Run::new(document, state, env);
    run.take(input);
    run.finish()
}

struct Run<'a> {
    document: &'a Document,
    env: &'a Env,
    state: FlowState,
    effects: Vec<Effect>,
    /// Steps since the customer said something.
    streak: usize,
}

fn in_locale(text: &Localized, locale: Locale) -> &str {
    let text = text.get(&locale).or_else(|| text.values().next());
    text.map_or("", String::as_str)
}

impl<'a> Run<'a> {
    fn new(document: &'a Document, state: FlowState, env: &'a Env) -> Self {
        Self {
            document,
            env,
            state,
            effects: Vec::new(),
            streak: 0,
        }
    }

    fn finish(self) -> (FlowState, Vec<Effect>) {
        (self.state, self.effects)
    }

    /// All fields there are: what the flow knows stands before what is known of the contact, and who
    /// the customer is before both.
    fn fields(&self) -> BTreeMap<String, String> {
        let mut fields = self.env.contact.clone();
        fields.extend(self.state.fields.clone());
        fields.insert("locale".to_owned(), self.env.locale.as_str().to_owned());
        if let Some(email) = &self.env.verified_email {
            fields.insert("verified_email".to_owned(), email.clone());
        }
        fields
    }

    fn is_known(&self) -> bool {
        self.env.verified_email.is_some() || self.state.fields.contains_key("verified_email")
    }

    fn say(&mut self, text: &Localized, replies: Vec<String>) {
        let text = fill(in_locale(text, self.env.locale), &self.fields());
        if !text.trim().is_empty() {
            self.effects.push(Effect::Say(text, replies));
        }
    }

    fn say_own(&mut self, word: Own, replies: Vec<String>) {
        let text = own(word, self.env.locale).to_owned();
        self.effects.push(Effect::Say(text, replies));
    }

    fn count(&mut self, passage: Passage) {
        self.effects
            .push(Effect::Count(self.state.step.clone(), passage));
    }

    fn end(&mut self, end: End, queue: Option<QueueId>) {
        self.state.waits = None;
        self.state.end = Some(end);
        match end {
            End::HandedOver | End::Stopped => {
                self.count(Passage::ToPerson);
                self.effects.push(Effect::HandOver(queue));
            }
            End::Ended => self.count(Passage::Ended),
            End::Resolved => {
                self.count(Passage::Ended);
                self.effects.push(Effect::Resolve);
            }
        }
    }

    fn wait(&mut self, for_what: Waits) {
        self.state.waits = Some(for_what);
    }

    /// Leaves the present step for another.
    fn go(&mut self, next: &str) {
        self.count(Passage::Passed);
        self.enter(next);
    }

    fn enter(&mut self, id: &str) {
        let mut next = Some(id.to_owned());
        while let Some(id) = next.take() {
            self.state.taken += 1;
            self.streak += 1;
            (self.state.place, self.state.tries) = (0, 0);
            let Some(step) = self.document.step(&id) else {
                self.end(End::Stopped, None);
                return;
            };
            self.state.step = id;
            if self.state.taken > FLOW_TAKEN_MAX || self.streak > FLOW_WAY_MAX + 1 {
                self.end(End::Stopped, None);
                return;
            }
            self.count(Passage::Entered);
            let onwards = self.perform(&step.kind);
            if onwards.is_some() {
                self.count(Passage::Passed);
            }
            next = onwards;
        }
    }

    /// Does a step. Gives the next one unless it waits or ends.
    fn perform(&mut self, kind: &StepKind) -> Option<String> {
        match kind {
            StepKind::Message { text, next } => {
                self.say(text, Vec::new());
                Some(next.clone())
            }
            StepKind::Buttons { text, .. } => {
                let labels = self.labels(kind);
                self.say(text, labels);
                self.wait(Waits::Customer);
                None
            }
            StepKind::Form { text, fields, .. } => {
                if let Some(text) = text {
                    self.say(text, Vec::new());
                }
                self.ask(fields.first());
                None
            }
            StepKind::Condition {
                branches,
                otherwise,
            } => {
                let fields = self.fields();
                let holds = |all: &[Condition]| all.iter().all(|it| it.holds(&fields));
                let branch = branches.iter().find(|branch| holds(&branch.all));
                Some(branch.map_or(otherwise, |branch| &branch.next).clone())
            }
            StepKind::SetAttribute {
                target,
                key,
                value,
                next,
            } => {
                self.write_down(*target, key, value);
                Some(next.clone())
            }
            StepKind::Answer { question, .. } => {
                self.question(question.as_deref());
                None
            }
            StepKind::Http { .. } => self.call(kind),
            StepKind::Hours { open, closed } => {
                Some(if self.env.is_open { open } else { closed }.clone())
            }
            StepKind::Verify { text, next, .. } => self.verify(text.as_ref(), next),
            StepKind::HandOver { text, queue_id } => {
                if let Some(text) = text {
                    self.say(text, Vec::new());
                }
                self.end(End::HandedOver, *queue_id);
                None
            }
            StepKind::End { text, resolves } => {
                if let Some(text) = text {
                    self.say(text, Vec::new());
                }
                self.end(if *resolves { End::Resolved } else { End::Ended }, None);
                None
            }
        }
    }

    fn write_down(&mut self, target: Target, key: &str, value: &str) {
        let value = fill(value, &self.fields());
        match target {
            // Who the customer is nobody but the check writes down.
            Target::Field if key != "verified_email" => {
                self.state.fields.insert(key.to_owned(), value);
            }
            Target::Field => {}
            Target::Contact => {
                let set = Effect::SetAttribute(key.to_owned(), value);
                self.effects.push(set);
            }
        }
    }

    fn verify(&mut self, text: Option<&Localized>, next: &str) -> Option<String> {
        if self.is_known() {
            return Some(next.to_owned());
        }
        match text {
            Some(text) => self.say(text, Vec::new()),
            None => self.say_own(Own::Address, Vec::new()),
        }
        self.wait(Waits::Address);
        None
    }

    fn call(&mut self, kind: &StepKind) -> Option<String> {
        let StepKind::Http {
            method,
            url,
            body,
            secret,
            mapping,
            time_limit_ms,
            needs_identity,
            on_error,
            ..
        } = kind
        else {
            return None;
        };
        if *needs_identity && !self.is_known() {
            return Some(on_error.clone());
        }
        let fields = self.fields();
        let body = match method {
            Method::Get => BTreeMap::new(),
            Method::Post => body
                .iter()
                .flatten()
                .map(|(key, value)| (key.clone(), fill(value, &fields)))
                .collect(),
        };
        self.effects.push(Effect::Call(Call {
            step: self.state.step.clone(),
            method: *method,
            url: fill_url(url, &fields),
            body,
            secret: secret.clone(),
            mapping: mapping.clone(),
            time_limit_ms: *time_limit_ms,
            number: self.state.taken,
        }));
        self.wait(Waits::Call);
        None
    }

    fn question(&mut self, question: Option<&str>) {
        if let Some(question) = question {
            let question = fill(question, &self.fields());
            self.effects.push(Effect::Answer(question));
            self.wait(Waits::Answer);
        } else {
            self.say_own(Own::Ask, Vec::new());
            self.wait(Waits::Question);
        }
    }

    fn labels(&self, kind: &StepKind) -> Vec<String> {
        let StepKind::Buttons { buttons, .. } = kind else {
            return Vec::new();
        };
        let fields = self.fields();
        let labels = buttons
            .iter()
            .map(|it| in_locale(&it.label, self.env.locale));
        labels.map(|label| fill(label, &fields)).collect()
    }

    /// Asks a question of a form.
    fn ask(&mut self, field: Option<&FormField>) {
        let Some(field) = field else {
            self.end(End::Stopped, None);
            return;
        };
        let options = if field.kind == FieldKind::Choice {
            let all = field.options.iter();
            all.map(|it| in_locale(it, self.env.locale).to_owned())
                .collect()
        } else {
            Vec::new()
        };
        self.say(&field.question, options);
        self.wait(Waits::Customer);
    }

    fn take(&mut self, input: Input) {
        let Some(step) = self.document.step(&self.state.step) else {
            self.end(End::Stopped, None);
            return;
        };
        let kind = &step.kind;
        match (self.state.waits, input) {
            (Some(Waits::Customer), Input::Said(text)) => self.said(kind, &text),
            (Some(Waits::Address), Input::Said(text)) => self.address(&text),
            (Some(Waits::Code), Input::Said(text)) => {
                let digits: String = text.chars().filter(char::is_ascii_digit).collect();
                self.effects.push(Effect::CheckCode(digits));
                self.wait(Waits::Checking);
            }
            (Some(Waits::Question), Input::Said(text)) => {
                self.hear(&text);
                self.effects.push(Effect::Answer(text));
                self.wait(Waits::Answer);
            }
            (Some(Waits::Sending), Input::CodeSent(true)) => {
                self.say_own(Own::Code, Vec::new());
                self.wait(Waits::Code);
            }
            (Some(Waits::Sending), Input::CodeSent(false)) => {
                self.say_own(Own::NoCode, Vec::new());
                self.fail(kind);
            }
            (Some(Waits::Checking), Input::Checked(check)) => self.checked(kind, check),
            (Some(Waits::Call), Input::Called(answer)) => self.called(kind, answer),
            (Some(Waits::Answer), Input::Answered(is_helpful)) => {
                if let StepKind::Answer {
                    answered,
                    unanswered,
                    ..
                } = kind
                {
                    self.go(if is_helpful { answered } else { unanswered });
                }
            }
            _ => {}
        }
    }

    fn hear(&mut self, text: &str) {
        self.state
            .fields
            .insert("message".to_owned(), text.to_owned());
    }

    fn said(&mut self, kind: &StepKind, text: &str) {
        self.hear(text);
        match kind {
            StepKind::Buttons {
                buttons, otherwise, ..
            } => {
                let fields = self.fields();
                let said = text.trim().to_lowercase();
                let is_picked = |label: &Localized| {
                    let mut labels = label.values().map(|it| fill(it, &fields));
                    labels.any(|it| it.trim().to_lowercase() == said)
                };
                let picked = buttons.iter().find(|button| is_picked(&button.label));
                match (picked, otherwise) {
                    (Some(button), _) => self.go(&button.next),
                    (None, Some(otherwise)) => self.go(otherwise),
                    (None, None) => {
                        let labels = self.labels(kind);
                        self.again(|run| run.say_own(Own::Choose, labels));
                    }
                }
            }
            StepKind::Form { fields, next, .. } => {
                let Some(field) = fields.get(self.state.place) else {
                    self.go(next);
                    return;
                };
                match read_answer(field, text) {
                    Ok(value) => {
                        self.state.fields.insert(field.key.clone(), value);
                        (self.state.place, self.state.tries) = (self.state.place + 1, 0);
                        match fields.get(self.state.place) {
                            Some(field) => self.ask(Some(field)),
                            None => self.go(next),
                        }
                    }
                    Err(_) => self.again(|run| {
                        match &field.error {
                            Some(error) => run.say(error, Vec::new()),
                            None => run.say_own(Own::Again, Vec::new()),
                        }
                        run.ask(Some(field));
                    }),
                }
            }
            _ => self.end(End::Stopped, None),
        }
    }

    /// Asks again, or lets a person go on when that was done often enough.
    fn again(&mut self, ask: impl FnOnce(&mut Self)) {
        self.state.tries += 1;
        if self.state.tries > FLOW_TRIES_MAX {
            self.end(End::HandedOver, None);
        } else {
            ask(self);
        }
    }

    fn address(&mut self, text: &str) {
        self.hear(text);
        match text.trim().parse::<EmailAddress>() {
            Ok(email) => {
                let email = email.as_str().to_owned();
                self.state
                    .fields
                    .insert("unverified_email".to_owned(), email.clone());
                self.effects.push(Effect::SendCode(email));
                self.wait(Waits::Sending);
            }
            Err(_) => self.again(|run| run.say_own(Own::Again, Vec::new())),
        }
    }

    fn checked(&mut self, kind: &StepKind, check: CodeCheck) {
        match (check, kind) {
            (CodeCheck::Right, StepKind::Verify { next, .. }) => {
                let email = self.state.fields.remove("unverified_email");
                let email = email.unwrap_or_default();
                self.state.fields.insert("verified_email".to_owned(), email);
                self.go(next);
            }
            (CodeCheck::Wrong, StepKind::Verify { .. }) => {
                self.say_own(Own::WrongCode, Vec::new());
                self.wait(Waits::Code);
            }
            (CodeCheck::Right | CodeCheck::Wrong | CodeCheck::Over, _) => self.fail(kind),
        }
    }

    fn fail(&mut self, kind: &StepKind) {
        self.state.fields.remove("unverified_email");
        match kind {
            StepKind::Verify { on_failure, .. } => self.go(on_failure),
            _ => self.end(End::Stopped, None),
        }
    }

    fn called(&mut self, kind: &StepKind, answer: Option<BTreeMap<String, String>>) {
        let StepKind::Http { next, on_error, .. } = kind else {
            self.end(End::Stopped, None);
            return;
        };
        match answer {
            Some(mut fields) => {
                // Another system does not say who the customer is.
                fields.remove("verified_email");
                self.state.fields.extend(fields);
                self.go(next);
            }
            None => self.go(on_error),
        }
    }
}

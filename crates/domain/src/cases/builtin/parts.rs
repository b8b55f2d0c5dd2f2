//! Small words to write case types with.

use crate::attribute::{AttributeOption, Label};
use crate::locale::Locale;

use super::super::approvals::Approver;
use super::super::escalation::{Ladder, TimeLimit};
use super::super::forms::{Condition, Field, FieldKind, Form};
use super::super::procedure::{CheckItem, Desk, Doer, Next, Outcome, Procedure, Step};

/// A text in Chinese and English.
pub type Text = (&'static str, &'static str);

pub fn label((zh_cn, en): Text) -> Label {
    Label::from([
        (Locale::ZhCn, zh_cn.to_owned()),
        (Locale::En, en.to_owned()),
    ])
}

pub fn options(list: &[(&str, Text)]) -> Vec<AttributeOption> {
    let option = |(value, text): &(&str, Text)| AttributeOption {
        value: (*value).to_owned(),
        label: label(*text),
    };
    list.iter().map(option).collect()
}

pub fn select(key: &str, text: Text, list: &[(&str, Text)]) -> Field {
    let options = options(list);
    Field::new(key, label(text), FieldKind::Select { options })
}

pub fn some_of(key: &str, text: Text, list: &[(&str, Text)]) -> Field {
    let options = options(list);
    Field::new(key, label(text), FieldKind::MultiSelect { options })
}

pub fn field(key: &str, text: Text, kind: FieldKind) -> Field {
    Field::new(key, label(text), kind)
}

/// A number that is not negative, such as a sum in the currency of the order.
pub fn amount(key: &str, text: Text) -> Field {
    let kind = FieldKind::Number {
        min: Some(0),
        max: None,
    };
    Field::new(key, label(text), kind)
}

pub const fn desk(desk: Desk) -> Doer {
    Doer::Desk { desk }
}

/// The lead of whoever asks.
pub fn lead() -> Approver {
    Approver::Line { level: 1 }
}

/// A step being written.
pub struct Draft(Step);

/// A step that takes so many working hours.
pub fn step(key: &str, name: Text, doer: Doer, hours: u32) -> Draft {
    Draft(Step {
        key: key.to_owned(),
        name: label(name),
        guidance: Label::new(),
        customer_text: Label::new(),
        doer,
        checklist: Vec::new(),
        form: Form::default(),
        limit: TimeLimit::business_hours(hours),
        ladder: Ladder::default(),
        approvers: Vec::new(),
        outcomes: Vec::new(),
    })
}

impl Draft {
    /// What matters.
    pub fn guide(mut self, text: Text) -> Self {
        self.0.guidance = label(text);
        self
    }

    /// What the customer reads.
    pub fn customer(mut self, text: Text) -> Self {
        self.0.customer_text = label(text);
        self
    }

    /// It cannot wait: so many minutes by the clock, and a steep ladder.
    pub fn urgent(mut self, minutes: u32) -> Self {
        self.0.limit = TimeLimit::wall_minutes(minutes);
        self.0.ladder = Ladder::urgent();
        self
    }

    /// Something that has to be ticked.
    pub fn must(self, key: &str, text: Text) -> Self {
        self.tick(key, text, true)
    }

    /// Something that may be ticked.
    pub fn may(self, key: &str, text: Text) -> Self {
        self.tick(key, text, false)
    }

    fn tick(mut self, key: &str, text: Text, is_required: bool) -> Self {
        self.0.checklist.push(CheckItem {
            key: key.to_owned(),
            text: label(text),
            is_required,
        });
        self
    }

    /// Something that is filled in.
    pub fn ask(mut self, field: Field) -> Self {
        self.0.form.fields.push(field);
        self
    }

    fn way(mut self, key: &str, name: Text, next: Next) -> Self {
        self.0.outcomes.push(Outcome {
            key: key.to_owned(),
            name: label(name),
            when: None,
            needs_approval: false,
            next,
        });
        self
    }

    /// An outcome that leads to another step.
    pub fn to(self, key: &str, name: Text, step: &str) -> Self {
        let step = step.to_owned();
        self.way(key, name, Next::Step { step })
    }

    /// An outcome that ends the procedure.
    pub fn end(self, key: &str, name: Text) -> Self {
        self.way(key, name, Next::End)
    }

    /// The last outcome can be chosen only if this holds.
    pub fn when(mut self, condition: Condition) -> Self {
        if let Some(last) = self.0.outcomes.last_mut() {
            last.when = Some(condition);
        }
        self
    }

    /// The last outcome needs a yes.
    pub fn approved_by(mut self, approvers: Vec<Approver>) -> Self {
        if let Some(last) = self.0.outcomes.last_mut() {
            last.needs_approval = true;
        }
        self.0.approvers = approvers;
        self
    }
}

pub fn procedure<const N: usize>(steps: [Draft; N]) -> Procedure {
    let steps: Vec<Step> = steps.into_iter().map(|draft| draft.0).collect();
    let first = steps.first().map(|step| step.key.clone());
    Procedure {
        first: first.unwrap_or_default(),
        steps,
    }
}

pub fn form<const N: usize>(fields: [Field; N]) -> Form {
    Form {
        fields: fields.into(),
    }
}

pub const fn days(count: u32) -> u32 {
    count * 24 * 3600
}

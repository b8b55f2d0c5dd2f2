//! Forms (表单): what has to be known of a case or at a step, as fields with kinds, limits
//! and conditions.
//!
//! A condition looks at fields further up only, so fields are decided from top to bottom in
//! one pass and conditions cannot go round in circles. What is hidden is not asked, not
//! checked and not kept. Values are texts in the form [`Form::validate`] gives them; fields
//! that are like custom attributes are read by the same rules.

mod conditions;
mod kinds;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use conditions::{Condition, ConditionFault};
pub use kinds::{FieldKind, KindFault};

use crate::attribute::{AttributeKey, Label, is_label};
use crate::limits::FORM_FIELDS_MAX;

/// Answers by the key of their field, in stored form.
pub type Answers = BTreeMap<String, String>;

/// Fields in the order they are asked. A value: stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Form {
    /// The fields.
    pub fields: Vec<Field>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its name for programs, `snake_case`. Answers are kept by it.
    pub key: String,
    /// What people read.
    pub label: Label,
    /// What helps to answer; may be empty.
    #[serde(default)]
    pub help: Label,
    /// Which values fit.
    pub kind: FieldKind,
    /// Whether there has to be an answer.
    #[serde(default)]
    pub is_required: bool,
    /// There has to be an answer if this holds.
    #[serde(default)]
    pub required_if: Option<Condition>,
    /// It is asked only if this holds.
    #[serde(default)]
    pub shown_if: Option<Condition>,
    /// Whether answers are sealed at rest and shown only to those who may see personal data.
    #[serde(default)]
    pub is_personal: bool,
    /// Whether the customer is asked this in the portal and on public forms.
    #[serde(default)]
    pub is_public: bool,
}

impl Field {
    /// A question that may be left open.
    #[must_use]
    pub fn new(key: &str, label: Label, kind: FieldKind) -> Self {
        Self {
            key: key.to_owned(),
            label,
            help: Label::new(),
            kind,
            is_required: false,
            required_if: None,
            shown_if: None,
            is_personal: false,
            is_public: false,
        }
    }

    /// The same, but there has to be an answer.
    #[must_use]
    pub fn required(self) -> Self {
        Self {
            is_required: true,
            ..self
        }
    }

    /// The same, but asked only under a condition.
    #[must_use]
    pub fn shown_if(self, condition: Condition) -> Self {
        Self {
            shown_if: Some(condition),
            ..self
        }
    }

    /// The same, with words that help.
    #[must_use]
    pub fn help(self, help: Label) -> Self {
        Self { help, ..self }
    }

    /// The same, and the customer may answer it.
    #[must_use]
    pub fn public(self) -> Self {
        Self {
            is_public: true,
            ..self
        }
    }

    /// The same, and its answers are sealed.
    #[must_use]
    pub fn personal(self) -> Self {
        Self {
            is_personal: true,
            ..self
        }
    }

    fn is_shown(&self, answers: &Answers) -> bool {
        let condition = self.shown_if.as_ref();
        condition.is_none_or(|condition| condition.holds(answers))
    }

    fn needs_answer(&self, answers: &Answers) -> bool {
        let condition = self.required_if.as_ref();
        self.is_required || condition.is_some_and(|condition| condition.holds(answers))
    }
}

/// What is wrong with a form, with the field it is about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormFinding {
    /// Too many fields.
    #[error("a form has at most {FORM_FIELDS_MAX} fields")]
    Count,
    /// The key is malformed or used twice.
    #[error("field {} needs a key of its own: a letter, then letters, digits and `_`", .0 + 1)]
    Key(usize),
    /// No label, or an empty one.
    #[error("the field `{0}` needs a label")]
    Label(String),
    /// The kind does not hold together.
    #[error("the field `{field}`: {fault}")]
    Kind {
        /// Which field.
        field: String,
        /// What is wrong.
        fault: KindFault,
    },
    /// A condition does not hold together.
    #[error("the condition of the field `{field}`: {fault}")]
    Condition {
        /// Which field.
        field: String,
        /// What is wrong.
        fault: ConditionFault,
    },
}

/// What is wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// There has to be one.
    #[error("`{0}` needs an answer")]
    Missing(String),
    /// There is no such field.
    #[error("`{0}` is no field of this form")]
    Unknown(String),
    /// It does not fit.
    #[error("`{field}` needs {expected}")]
    Unfit {
        /// Which field.
        field: String,
        /// What would have fitted.
        expected: String,
    },
}

impl AnswerError {
    /// Which field it is about.
    #[must_use]
    pub fn field(&self) -> &str {
        match self {
            Self::Missing(field) | Self::Unknown(field) | Self::Unfit { field, .. } => field,
        }
    }
}

impl Form {
    /// The field of a key.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.key == key)
    }

    /// Everything that is wrong with it; empty when it can be used.
    #[must_use]
    pub fn check(&self) -> Vec<FormFinding> {
        let mut findings = Vec::new();
        if self.fields.len() > FORM_FIELDS_MAX {
            findings.push(FormFinding::Count);
        }
        let mut above: BTreeMap<&str, &Field> = BTreeMap::new();
        for (at, field) in self.fields.iter().enumerate() {
            let name = || field.key.clone();
            if field.key.parse::<AttributeKey>().is_err() || above.contains_key(field.key.as_str())
            {
                findings.push(FormFinding::Key(at));
            }
            let is_helped = field.help.is_empty() || is_label(&field.help);
            if !is_label(&field.label) || !is_helped {
                findings.push(FormFinding::Label(name()));
            }
            if let Err(fault) = field.kind.check() {
                let field = name();
                findings.push(FormFinding::Kind { field, fault });
            }
            let conditions = [&field.shown_if, &field.required_if];
            for condition in conditions.into_iter().flatten() {
                findings.extend(condition.check(&above).into_iter().map(|fault| {
                    let field = name();
                    FormFinding::Condition { field, fault }
                }));
            }
            above.insert(&field.key, field);
        }
        findings
    }

    /// The answers in stored form, without those of hidden fields; or everything that is
    /// wrong with them. Whoever sends them: the page is not trusted.
    pub fn validate(&self, given: &Answers) -> Result<Answers, Vec<AnswerError>> {
        let known: BTreeSet<&str> = self.fields.iter().map(|field| field.key.as_str()).collect();
        let mut errors: Vec<AnswerError> = given
            .keys()
            .filter(|key| !known.contains(key.as_str()))
            .map(|key| AnswerError::Unknown(key.clone()))
            .collect();
        let mut kept = Answers::new();
        for field in &self.fields {
            if !field.is_shown(&kept) {
                continue;
            }
            let text = given.get(&field.key).map_or("", |text| text.trim());
            if text.is_empty() {
                if field.needs_answer(&kept) {
                    errors.push(AnswerError::Missing(field.key.clone()));
                }
                continue;
            }
            match field.kind.parse(text) {
                Ok(value) => {
                    kept.insert(field.key.clone(), value);
                }
                Err(expected) => errors.push(AnswerError::Unfit {
                    field: field.key.clone(),
                    expected,
                }),
            }
        }
        if errors.is_empty() {
            Ok(kept)
        } else {
            Err(errors)
        }
    }

    /// The fields that are asked after these answers, for pages that show them as they go.
    #[must_use]
    pub fn shown(&self, answers: &Answers) -> Vec<&Field> {
        let mut kept = Answers::new();
        let mut shown = Vec::new();
        for field in &self.fields {
            if !field.is_shown(&kept) {
                continue;
            }
            if let Some(text) = answers.get(&field.key) {
                kept.insert(field.key.clone(), text.clone());
            }
            shown.push(field);
        }
        shown
    }

    /// Takes answers apart into those in clear and those that are sealed at rest.
    #[must_use]
    pub fn split_personal(&self, answers: Answers) -> (Answers, Answers) {
        answers.into_iter().partition(|(key, _)| {
            let field = self.field(key);
            field.is_some_and(|field| !field.is_personal)
        })
    }
}

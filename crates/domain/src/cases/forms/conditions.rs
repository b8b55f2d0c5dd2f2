//! Conditions over the answers of a form.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::limits::FORM_CONDITION_DEPTH_MAX;

use super::kinds::{FieldKind, compare};
use super::{Answers, Field};

/// What must hold of answers. What is not answered meets no test but [`Condition::Not`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "test", rename_all = "snake_case", deny_unknown_fields)]
pub enum Condition {
    /// The answer is one of these; of several answers, at least one is.
    Is {
        /// Which field.
        field: String,
        /// The values.
        one_of: BTreeSet<String>,
    },
    /// There is an answer.
    IsSet {
        /// Which field.
        field: String,
    },
    /// The answer is a number or sum that is not smaller.
    AtLeast {
        /// Which field.
        field: String,
        /// Than this.
        number: i64,
    },
    /// All of these.
    All {
        /// Which.
        of: Vec<Self>,
    },
    /// At least one of these.
    Any {
        /// Which.
        of: Vec<Self>,
    },
    /// Not this.
    Not {
        /// What.
        of: Box<Self>,
    },
}

/// What is wrong with a condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConditionFault {
    /// The field is not there, or further down.
    #[error("`{0}` is no field further up")]
    Field(String),
    /// The value cannot be answered.
    #[error("`{value}` is no answer to `{field}`")]
    Value {
        /// Which field.
        field: String,
        /// Which value.
        value: String,
    },
    /// The field is no number.
    #[error("`{0}` is no number")]
    NotNumber(String),
    /// Nothing to compare with.
    #[error("it names nothing to compare with")]
    Empty,
    /// Too deep.
    #[error("conditions lie at most {FORM_CONDITION_DEPTH_MAX} deep in each other")]
    Deep,
}

impl Condition {
    /// The answer of a field is one of some values.
    #[must_use]
    pub fn is<const N: usize>(field: &str, one_of: [&str; N]) -> Self {
        Self::Is {
            field: field.to_owned(),
            one_of: one_of.map(ToOwned::to_owned).into(),
        }
    }

    /// The opposite.
    #[must_use]
    pub fn negate(self) -> Self {
        Self::Not { of: Box::new(self) }
    }

    /// Whether it holds.
    #[must_use]
    pub fn holds(&self, answers: &Answers) -> bool {
        match self {
            Self::Is { field, one_of } => answers
                .get(field)
                .is_some_and(|value| value.lines().any(|line| one_of.contains(line))),
            Self::IsSet { field } => answers.contains_key(field),
            Self::AtLeast { field, number } => answers
                .get(field)
                .is_some_and(|value| compare(value, &number.to_string()).is_ge()),
            Self::All { of } => of.iter().all(|it| it.holds(answers)),
            Self::Any { of } => of.iter().any(|it| it.holds(answers)),
            Self::Not { of } => !of.holds(answers),
        }
    }

    /// The fields it looks at.
    #[must_use]
    pub fn fields(&self) -> BTreeSet<&str> {
        match self {
            Self::Is { field, .. } | Self::IsSet { field } | Self::AtLeast { field, .. } => {
                BTreeSet::from([field.as_str()])
            }
            Self::All { of } | Self::Any { of } => of.iter().flat_map(Self::fields).collect(),
            Self::Not { of } => of.fields(),
        }
    }

    /// Everything that is wrong with it, given the fields it may look at.
    #[must_use]
    pub fn check(&self, known: &BTreeMap<&str, &Field>) -> Vec<ConditionFault> {
        let mut faults = Vec::new();
        self.collect_faults(known, 1, &mut faults);
        faults
    }

    fn collect_faults(
        &self,
        known: &BTreeMap<&str, &Field>,
        depth: usize,
        faults: &mut Vec<ConditionFault>,
    ) {
        if depth > FORM_CONDITION_DEPTH_MAX {
            faults.push(ConditionFault::Deep);
            return;
        }
        let named = match self {
            Self::Is { field, .. } | Self::IsSet { field } | Self::AtLeast { field, .. } => {
                let found = known.get(field.as_str()).copied();
                if found.is_none() {
                    faults.push(ConditionFault::Field(field.clone()));
                }
                found
            }
            Self::All { .. } | Self::Any { .. } | Self::Not { .. } => None,
        };
        match self {
            Self::Is { one_of, .. } if one_of.is_empty() => faults.push(ConditionFault::Empty),
            Self::Is { one_of, .. } => {
                let Some(field) = named else { return };
                let wrong = one_of.iter().filter(|value| {
                    let parsed = field.kind.parse(value);
                    parsed.as_ref() != Ok(*value)
                });
                faults.extend(wrong.map(|value| ConditionFault::Value {
                    field: field.key.clone(),
                    value: value.clone(),
                }));
            }
            Self::AtLeast { field, .. } => match named.map(|field| &field.kind) {
                Some(FieldKind::Number { .. } | FieldKind::Money { .. }) | None => {}
                Some(
                    FieldKind::Text
                    | FieldKind::LongText
                    | FieldKind::Boolean
                    | FieldKind::Date
                    | FieldKind::Select { .. }
                    | FieldKind::MultiSelect { .. }
                    | FieldKind::Link,
                ) => faults.push(ConditionFault::NotNumber(field.clone())),
            },
            Self::IsSet { .. } => {}
            Self::All { of } | Self::Any { of } => {
                if of.is_empty() {
                    faults.push(ConditionFault::Empty);
                }
                for it in of {
                    it.collect_faults(known, depth + 1, faults);
                }
            }
            Self::Not { of } => of.collect_faults(known, depth + 1, faults),
        }
    }
}

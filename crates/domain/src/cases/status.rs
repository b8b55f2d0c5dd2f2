//! The status of a case: six fixed categories with data, and the labels a company puts over
//! them.
//!
//! Rules, reports and timers look at the category only. A label is a name and a tone for
//! people; each category has exactly one label that is put on when nobody chooses another.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::attribute::{AttributeKey, Label, is_label};
use crate::limits::CASE_LABELS_MAX;
use crate::time::Timestamp;

use super::closing::Grounds;

/// What a status means, whatever it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusCategory {
    /// Taken in; nobody has begun.
    New,
    /// Worked on.
    Open,
    /// The customer has the turn.
    WaitingForCustomer,
    /// The back office has the turn.
    WaitingForBackOffice,
    /// Solved in the eyes of the owner; the customer is asked.
    Resolved,
    /// Over: the customer confirmed, or could not be reached in spite of documented attempts.
    Closed,
}

impl StatusCategory {
    /// All of them, in the order of a board.
    pub const ALL: [Self; 6] = [
        Self::New,
        Self::Open,
        Self::WaitingForCustomer,
        Self::WaitingForBackOffice,
        Self::Resolved,
        Self::Closed,
    ];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::WaitingForCustomer => "waiting_for_customer",
            Self::WaitingForBackOffice => "waiting_for_back_office",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
        }
    }

    /// Whether somebody of the company still has to solve something.
    #[must_use]
    pub const fn is_unsolved(self) -> bool {
        match self {
            Self::New | Self::Open | Self::WaitingForCustomer | Self::WaitingForBackOffice => true,
            Self::Resolved | Self::Closed => false,
        }
    }

    /// Whether a case may go from here to there. From solved and closed the only way back is
    /// to be reopened; the only way to closed leads over resolved, where the customer is asked.
    #[must_use]
    pub const fn may_become(self, to: Self) -> bool {
        match (self, to) {
            (
                Self::New | Self::Open | Self::WaitingForCustomer | Self::WaitingForBackOffice,
                Self::Open | Self::WaitingForCustomer | Self::WaitingForBackOffice | Self::Resolved,
            )
            | (Self::Resolved, Self::Open | Self::Closed)
            | (Self::Closed, Self::Open) => true,
            (_, Self::New)
            | (
                Self::New | Self::Open | Self::WaitingForCustomer | Self::WaitingForBackOffice,
                Self::Closed,
            )
            | (
                Self::Resolved,
                Self::WaitingForCustomer | Self::WaitingForBackOffice | Self::Resolved,
            )
            | (
                Self::Closed,
                Self::WaitingForCustomer
                | Self::WaitingForBackOffice
                | Self::Resolved
                | Self::Closed,
            ) => false,
        }
    }
}

/// A status with what there is to know about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseStatus {
    /// Taken in; nobody has begun.
    New,
    /// Worked on.
    Open,
    /// The customer has the turn.
    WaitingForCustomer {
        /// Since when.
        since: Timestamp,
    },
    /// The back office has the turn.
    WaitingForBackOffice {
        /// Since when.
        since: Timestamp,
    },
    /// Solved in the eyes of the owner.
    Resolved {
        /// When.
        at: Timestamp,
        /// By whom.
        by: Actor,
    },
    /// Over.
    Closed {
        /// When.
        at: Timestamp,
        /// By whom.
        by: Actor,
        /// Why it may be over.
        grounds: Grounds,
    },
}

impl CaseStatus {
    /// What it means.
    #[must_use]
    pub const fn category(&self) -> StatusCategory {
        match self {
            Self::New => StatusCategory::New,
            Self::Open => StatusCategory::Open,
            Self::WaitingForCustomer { .. } => StatusCategory::WaitingForCustomer,
            Self::WaitingForBackOffice { .. } => StatusCategory::WaitingForBackOffice,
            Self::Resolved { .. } => StatusCategory::Resolved,
            Self::Closed { .. } => StatusCategory::Closed,
        }
    }
}

/// How a label looks. The console has a colour for each in light and dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Like everything else.
    #[default]
    Neutral,
    /// Worth a look.
    Info,
    /// Somebody has to act.
    Warning,
    /// Something is wrong.
    Danger,
    /// Done.
    Success,
}

/// What a company calls a status. A value: stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusLabel {
    /// Its name for programs, `snake_case`. It never changes.
    pub key: String,
    /// What it means.
    pub category: StatusCategory,
    /// What agents read.
    pub name: Label,
    /// What the customer reads in the portal; the category's own words when empty.
    #[serde(default)]
    pub customer_name: Label,
    /// How it looks.
    #[serde(default)]
    pub tone: Tone,
    /// Whether it is put on when nobody chooses another.
    #[serde(default)]
    pub is_default: bool,
}

/// All labels of a workspace. A value: stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StatusLabels(Vec<StatusLabel>);

/// Why labels were refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LabelsError {
    /// Too many.
    #[error("there are at most {CASE_LABELS_MAX} labels")]
    Count,
    /// A key is malformed or used twice.
    #[error("label {} needs a key of its own: a letter, then letters, digits and `_`", .0 + 1)]
    Key(usize),
    /// A name is missing or too long.
    #[error("label {} needs a name", .0 + 1)]
    Name(usize),
    /// A category has no default label, or several.
    #[error("the category `{}` needs exactly one default label", .0.as_str())]
    Default(StatusCategory),
}

impl StatusLabels {
    /// Labels that fit together.
    pub fn new(labels: Vec<StatusLabel>) -> Result<Self, LabelsError> {
        if labels.len() > CASE_LABELS_MAX {
            return Err(LabelsError::Count);
        }
        let mut seen = BTreeSet::new();
        for (at, label) in labels.iter().enumerate() {
            if label.key.parse::<AttributeKey>().is_err() || !seen.insert(label.key.as_str()) {
                return Err(LabelsError::Key(at));
            }
            let is_named = label.customer_name.is_empty() || is_label(&label.customer_name);
            if !is_label(&label.name) || !is_named {
                return Err(LabelsError::Name(at));
            }
        }
        for category in StatusCategory::ALL {
            let defaults = labels
                .iter()
                .filter(|label| label.category == category && label.is_default);
            if defaults.count() != 1 {
                return Err(LabelsError::Default(category));
            }
        }
        Ok(Self(labels))
    }

    /// All of them, in the order of the settings.
    #[must_use]
    pub fn all(&self) -> &[StatusLabel] {
        &self.0
    }

    /// The label that is shown: the chosen one if it fits the category, else the default.
    #[must_use]
    pub fn shown(&self, category: StatusCategory, chosen: Option<&str>) -> Option<&StatusLabel> {
        let mut fitting = self.0.iter().filter(|label| label.category == category);
        let chosen = fitting
            .clone()
            .find(|label| Some(label.key.as_str()) == chosen);
        chosen.or_else(|| fitting.find(|label| label.is_default))
    }
}

impl Default for StatusLabels {
    /// One label for each category.
    fn default() -> Self {
        Self(super::builtin::status_labels())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_is_reached_over_resolved_only_and_new_never_again() {
        for from in StatusCategory::ALL {
            for to in StatusCategory::ALL {
                let may = from.may_become(to);
                if to == StatusCategory::Closed {
                    assert_eq!(may, from == StatusCategory::Resolved, "{from:?}");
                }
                assert!(!(may && to == StatusCategory::New), "{from:?}");
                if !from.is_unsolved() && to.is_unsolved() {
                    assert_eq!(may, to == StatusCategory::Open, "{from:?} {to:?}");
                }
            }
        }
    }

    #[test]
    fn each_category_has_one_default_label() {
        let labels = StatusLabels::default();
        assert_eq!(StatusLabels::new(labels.all().to_vec()), Ok(labels.clone()));
        let shown = labels.shown(StatusCategory::Open, Some("closed"));
        assert_eq!(shown.map(|label| label.key.as_str()), Some("open"));

        let mut two = labels.all().to_vec();
        two.push(StatusLabel {
            key: "with_manufacturer".to_owned(),
            ..two[3].clone()
        });
        let refused = StatusLabels::new(two.clone());
        assert_eq!(
            refused,
            Err(LabelsError::Default(StatusCategory::WaitingForBackOffice))
        );
        two[6].is_default = false;
        let labels = StatusLabels::new(two.clone()).expect("one default each");
        let chosen = Some("with_manufacturer");
        let shown = labels.shown(StatusCategory::WaitingForBackOffice, chosen);
        assert_eq!(shown.map(|label| label.key.as_str()), chosen);
        two[6].key = "open".to_owned();
        assert_eq!(StatusLabels::new(two), Err(LabelsError::Key(6)));
    }
}

//! Types of cases (工单类型): what is asked, how it is worked on, and when it may be closed.
//!
//! What a type says is published as numbered versions that never change. A case keeps the
//! version it began with; the newest holds for new cases.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::attribute::{AttributeKey, Label, is_label};
use crate::conversation::Priority;
use crate::ids::{AgentId, CaseTypeId};
use crate::limits::TIME_LIMIT_S;
use crate::time::Timestamp;

use super::closing::ClosingPolicy;
use super::forms::{Form, FormFinding};
use super::procedure::{Finding, Procedure};

/// A type of case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseType {
    /// Identifier.
    pub id: CaseTypeId,
    /// Its name for programs, `snake_case`. It never changes.
    pub key: AttributeKey,
    /// Whether it is one of those Zhiyin brings along; they can be changed like others, and
    /// put back to what they were.
    pub is_builtin: bool,
    /// Whether new cases can be of it.
    pub is_enabled: bool,
    /// Its place in lists.
    pub position: i64,
    /// What is being prepared; not in force.
    pub draft: Option<CaseTerms>,
    /// The newest version in force; 0 before the first.
    pub version_number: u32,
    /// When it was created.
    pub created_at: Timestamp,
    /// Optimistic lock.
    pub version: i64,
}

/// A version in force. Never changed, never removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseTypeVersion {
    /// Of which type.
    pub type_id: CaseTypeId,
    /// Its number, from 1.
    pub number: u32,
    /// What it says.
    pub terms: CaseTerms,
    /// Who published it; none for what Zhiyin brings along.
    pub published_by: Option<AgentId>,
    /// When.
    pub published_at: Timestamp,
}

/// What a type says. A value: stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseTerms {
    /// What people call it.
    pub name: Label,
    /// When to use it.
    #[serde(default)]
    pub description: Label,
    /// Whether cases of it are complaints, with severity, reply and call back.
    #[serde(default)]
    pub is_complaint: bool,
    /// How urgent new cases are.
    pub priority: Priority,
    /// What is asked.
    pub form: Form,
    /// How it is worked on.
    pub procedure: Procedure,
    /// What is needed to close without the customer's word.
    pub closing: ClosingPolicy,
    /// How long after closing a case can be reopened, in seconds.
    pub reopen_within_s: u32,
    /// Whether the customer sees it in the portal.
    #[serde(default)]
    pub is_public: bool,
}

/// Something about a type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TypeFinding {
    /// No name.
    #[error("a case type needs a name")]
    Name,
    /// Something about its form.
    #[error("the form: {0}")]
    Form(FormFinding),
    /// Something about its procedure.
    #[error("the procedure: {0}")]
    Procedure(Finding),
    /// The closing policy asks for nothing, or for what cannot be.
    #[error(
        "closing asks for 1 to 10 attempts, on no more days and by no more means than that, and for time to answer"
    )]
    Closing,
    /// A complaint that is given up after one attempt.
    #[error(
        "a complaint is closed after at least two attempts by two means, or by the customer's word"
    )]
    ComplaintClosing,
    /// The time to reopen is too short or too long.
    #[error("a case can be reopened for a minute to a year")]
    Reopen,
}

impl TypeFinding {
    /// Whether the type cannot be published because of it.
    #[must_use]
    pub const fn is_blocking(&self) -> bool {
        match self {
            Self::Procedure(finding) => finding.is_blocking(),
            Self::Name | Self::Form(_) | Self::Closing | Self::ComplaintClosing | Self::Reopen => {
                true
            }
        }
    }
}

/// A type cannot be published.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PublishError {
    /// Nothing is being prepared.
    #[error("there is no draft to publish")]
    NoDraft,
    /// The draft says what the newest version says.
    #[error("the draft is the same as the version in force")]
    Same,
    /// Something is wrong with it.
    #[error("{} things have to be put right first", .0.len())]
    Findings(Vec<TypeFinding>),
}

impl CaseTerms {
    /// Everything there is to say about it; empty when there is nothing.
    #[must_use]
    pub fn check(&self) -> Vec<TypeFinding> {
        let mut findings = Vec::new();
        let is_described = self.description.is_empty() || is_label(&self.description);
        if !is_label(&self.name) || !is_described {
            findings.push(TypeFinding::Name);
        }
        findings.extend(self.form.check().into_iter().map(TypeFinding::Form));
        let procedure = self.procedure.check(&self.form).into_iter();
        findings.extend(procedure.map(TypeFinding::Procedure));
        let closing = &self.closing;
        if !closing.is_valid() {
            findings.push(TypeFinding::Closing);
        } else if self.is_complaint && (closing.attempts_min < 2 || closing.means_min < 2) {
            findings.push(TypeFinding::ComplaintClosing);
        }
        if !TIME_LIMIT_S.contains(&self.reopen_within_s) {
            findings.push(TypeFinding::Reopen);
        }
        findings
    }

    /// How long after closing a case can be reopened.
    #[must_use]
    pub const fn reopen_within(&self) -> Duration {
        Duration::from_secs(self.reopen_within_s as u64)
    }
}

impl CaseType {
    /// Puts the draft in force as the next version. `newest` is the version in force.
    pub fn publish(
        self,
        newest: Option<&CaseTypeVersion>,
        by: AgentId,
        now: Timestamp,
    ) -> Result<(Self, CaseTypeVersion), PublishError> {
        let terms = self.draft.clone().ok_or(PublishError::NoDraft)?;
        if newest.is_some_and(|newest| newest.terms == terms) {
            return Err(PublishError::Same);
        }
        let findings = terms.check();
        if findings.iter().any(TypeFinding::is_blocking) {
            return Err(PublishError::Findings(findings));
        }
        let number = self.version_number.saturating_add(1);
        let version = CaseTypeVersion {
            type_id: self.id,
            number,
            terms,
            published_by: Some(by),
            published_at: now,
        };
        let case_type = Self {
            draft: None,
            version_number: number,
            ..self
        };
        Ok((case_type, version))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::builtin;
    use super::super::fixtures::{agent, at};
    use super::*;

    fn case_type(draft: Option<CaseTerms>) -> CaseType {
        CaseType {
            id: CaseTypeId::from_uuid(Uuid::from_u128(1)),
            key: "repair".parse().unwrap(),
            is_builtin: false,
            is_enabled: true,
            position: 0,
            draft,
            version_number: 0,
            created_at: at(0),
            version: 1,
        }
    }

    fn complaint() -> CaseTerms {
        let all = builtin::case_types();
        let complaint = all.into_iter().find(|it| it.terms.is_complaint);
        complaint.expect("a built-in complaint").terms
    }

    #[test]
    fn versions_are_counted_and_never_change() {
        let (first, one) = case_type(Some(complaint()))
            .publish(None, agent(1), at(1))
            .unwrap();
        assert_eq!((first.version_number, one.number), (1, 1));
        let none = first.clone().publish(Some(&one), agent(1), at(2));
        assert_eq!(none, Err(PublishError::NoDraft));
        let same = CaseType {
            draft: Some(complaint()),
            ..first.clone()
        };
        let refused = same.publish(Some(&one), agent(1), at(2));
        assert_eq!(refused, Err(PublishError::Same));
        let other = CaseTerms {
            reopen_within_s: 3600,
            ..complaint()
        };
        let next = CaseType {
            draft: Some(other),
            ..first
        };
        let (_, two) = next.publish(Some(&one), agent(2), at(2)).unwrap();
        assert_eq!((two.number, one.terms), (2, complaint()));
    }

    #[test]
    fn what_has_faults_is_not_published() {
        let mut terms = complaint();
        terms.closing = ClosingPolicy::LIGHT;
        terms.procedure.steps[0].outcomes.clear();
        let refused = case_type(Some(terms)).publish(None, agent(1), at(1));
        let Err(PublishError::Findings(findings)) = refused else {
            panic!("it has faults: {refused:?}");
        };
        assert!(findings.contains(&TypeFinding::ComplaintClosing));
        assert!(
            findings
                .iter()
                .any(|it| matches!(it, TypeFinding::Procedure(_)))
        );
    }

    #[test]
    fn a_hint_does_not_stop_anybody() {
        let mut terms = complaint();
        terms.procedure.steps[0].guidance = Label::new();
        assert_eq!(terms.check().len(), 1);
        assert!(
            case_type(Some(terms))
                .publish(None, agent(1), at(1))
                .is_ok()
        );
    }
}

//! What was found out about a complaint, and what is done about it.

use serde::{Deserialize, Serialize};

use crate::ids::AgentId;
use crate::time::Timestamp;

use super::super::severity::{ComplaintFacts, Severity};

/// Whether the complaint was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Validity {
    /// 属实.
    Valid,
    /// 部分属实.
    PartlyValid,
    /// 不属实.
    NotValid,
}

/// What was found. A value: stored as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// Whether it was right.
    pub validity: Validity,
    /// Why; the customer is told these reasons.
    pub reasons: String,
    /// What the customer gets or what is done for them; may be empty where nothing is.
    pub remedy: String,
    /// Who decided.
    pub by: AgentId,
    /// When.
    pub at: Timestamp,
}

/// Why it happened. A value: stored as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RootCause {
    /// Of what kind.
    pub category: CauseCategory,
    /// In words.
    pub text: String,
}

/// Where causes lie, for reports over many complaints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CauseCategory {
    /// The product or service itself.
    Product,
    /// Delivery and handling of goods.
    Delivery,
    /// Price, payment, invoice.
    Billing,
    /// What was said before: advertising, description, promise.
    Information,
    /// How a process is laid out.
    Process,
    /// How somebody behaved.
    Conduct,
    /// A system that failed.
    System,
    /// A partner or supplier.
    Partner,
    /// Not on our side.
    Outside,
}

/// What is done so that it does not happen again. A value: stored as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorrectiveAction {
    /// For the how-manieth time it is planned, from 1.
    pub number: u32,
    /// What.
    pub text: String,
    /// Who sees to it.
    pub owner_id: AgentId,
    /// Since when.
    pub from: Timestamp,
    /// Until when.
    pub due_at: Timestamp,
    /// When it was done, and what came of it.
    pub done: Option<(Timestamp, String)>,
}

/// A change of severity. A value: stored as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reassessment {
    /// What was known.
    pub facts: ComplaintFacts,
    /// How severe that is.
    pub severity: Severity,
    /// Who looked.
    pub by: AgentId,
    /// When.
    pub at: Timestamp,
}

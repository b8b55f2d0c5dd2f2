//! How severe complaints are and how long they may take: the matrix as a setting.

use serde::{Deserialize, Serialize};
use zhiyin_domain::cases::severity::{Assessed, ComplaintFacts, LevelTerms, SeverityMatrix};
use zhiyin_domain::permission::{Permission, Resource};
use zhiyin_store::{StoreError, Tx};

use super::super::handling::HandlingError;
use super::super::setting::{self, Kept};
use crate::Context;

/// Names the document.
const KIND: &str = "severity";

/// The severity matrix, and whether customers are told at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeveritySetting {
    /// Weights, thresholds and terms.
    pub matrix: SeverityMatrix,
    /// Whether a customer who complains in a conversation is told the time of the reply by
    /// itself, as soon as the complaint is taken in.
    pub tells_at_once: bool,
}

impl Default for SeveritySetting {
    fn default() -> Self {
        Self {
            matrix: SeverityMatrix::default(),
            tells_at_once: true,
        }
    }
}

pub(super) fn load(tx: &mut Tx<'_>) -> Result<Kept<SeveritySetting>, StoreError> {
    setting::load(tx, KIND)
}

/// The setting in force.
pub fn severity(tx: &mut Tx<'_>) -> Result<Kept<SeveritySetting>, HandlingError> {
    Ok(load(tx)?)
}

/// Changes the setting. Complaints that are under way keep the times they have until they
/// are assessed again.
pub fn set_severity(
    tx: &mut Tx<'_>,
    ctx: &Context,
    new: &Kept<SeveritySetting>,
) -> Result<Kept<SeveritySetting>, HandlingError> {
    ctx.require(Permission::ManageCaseSettings, &Resource::WORKSPACE)?;
    new.document.matrix.check()?;
    setting::save(tx, ctx, KIND, new)
}

/// How severe facts would be, and which times that gives; for the form that asks for them.
pub fn assess(
    tx: &mut Tx<'_>,
    facts: &ComplaintFacts,
) -> Result<(Assessed, LevelTerms), HandlingError> {
    let matrix = load(tx)?.document.matrix;
    let assessed = matrix.assess(facts);
    let terms = matrix.terms_of(assessed.severity);
    Ok((assessed, terms))
}

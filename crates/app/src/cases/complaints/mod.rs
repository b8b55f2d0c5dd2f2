//! Complaints: taking them in, telling the customer when there is a reply, deciding,
//! replying, finding the cause.
//!
//! The record goes beside its case and is changed only under the lock of the case. What
//! agents think of who complains is in the same row and in no answer to the customer.

mod change;
mod received;
mod settings;

pub use change::{
    Found, NewAction, Said, Telling, acknowledge, assess_complainant, decide, finish_action,
    name_cause, plan_action, reassess, reply, update,
};
pub(super) use received::{called_back, receive, reopened, tell};
pub use settings::{SeveritySetting, assess, set_severity, severity};

use zhiyin_domain::cases::case::Case;
use zhiyin_domain::cases::complaints::{ComplaintError, Phase};
use zhiyin_domain::cases::severity::Assessed;
use zhiyin_domain::ids::CaseId;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::Tx;
use zhiyin_store::cases::complaints::{self as store, ComplaintFile};

use super::handling::HandlingError;
use super::{Setup, see};
use crate::Context;

/// A complaint with what is shown beside it.
#[derive(Debug, Clone)]
pub struct ComplaintView {
    /// The record.
    pub file: ComplaintFile,
    /// Why it is as severe as it is.
    pub assessed: Assessed,
    /// When the customer is to hear next how things stand.
    pub next_update_by: Option<Timestamp>,
    /// What is missing before closing.
    pub gap: Option<ComplaintError>,
}

/// The complaint of a case.
pub fn get(tx: &mut Tx<'_>, ctx: &Context, id: CaseId) -> Result<ComplaintView, HandlingError> {
    let case = see(tx, ctx, id)?;
    let setup = Setup::load(tx)?;
    let file = load(tx, &case)?;
    view(tx, &setup, file)
}

fn load(tx: &mut Tx<'_>, case: &Case) -> Result<ComplaintFile, HandlingError> {
    store::get(tx, case.id)?.ok_or(HandlingError::NotFound("complaint"))
}

fn view(
    tx: &mut Tx<'_>,
    setup: &Setup,
    file: ComplaintFile,
) -> Result<ComplaintView, HandlingError> {
    let setting = settings::load(tx)?;
    let last = file.complaint.assessments.last();
    let facts = last.map(|it| it.facts).unwrap_or_default();
    let assessed = setting.document.matrix.assess(&facts);
    Ok(ComplaintView {
        next_update_by: next_update(&file, setup),
        gap: file.complaint.check_closable().err(),
        assessed,
        file,
    })
}

/// When the customer hears next how things stand; none when the reply comes before.
fn next_update(file: &ComplaintFile, setup: &Setup) -> Option<Timestamp> {
    let complaint = &file.complaint;
    if complaint.phase != Phase::Handling {
        return None;
    }
    let watches = complaint.watches(setup.business());
    watches
        .into_iter()
        .find(|watch| {
            matches!(
                watch.subject,
                zhiyin_domain::cases::escalation::Subject::Update(_)
            )
        })
        .map(|watch| watch.due_at)
}

//! What a company has set up, as far as cases need it, read once for a command.

use std::sync::Arc;

use zhiyin_domain::calendars::BusinessTime;
use zhiyin_domain::cases::procedure::Desks;
use zhiyin_domain::cases::run::Setting;
use zhiyin_domain::cases::status::StatusLabels;
use zhiyin_store::identity::workspaces;
use zhiyin_store::{StoreError, Tx};

use super::setting::load;
use super::settings::{CaseTimes, DESKS, LABELS, TIMES};
use crate::calendars::business_time;

/// What a company has set up.
#[derive(Debug, Clone)]
pub struct Setup {
    /// What statuses are called.
    pub labels: StatusLabels,
    /// Which team is which desk.
    pub desks: Desks,
    /// How long answers may take, and by which calendar.
    pub times: CaseTimes,
    /// When somebody is there; none where time runs by the clock.
    pub business: Option<Arc<BusinessTime>>,
    /// The zone in which days are told apart.
    pub zone: String,
}

impl Setup {
    /// Reads everything.
    pub fn load(tx: &mut Tx<'_>) -> Result<Self, StoreError> {
        let labels = load(tx, LABELS)?.document;
        let desks = load(tx, DESKS)?.document;
        let times: CaseTimes = load(tx, TIMES)?.document;
        let business = match times.calendar_id {
            Some(id) => business_time(tx, id)?,
            None => None,
        };
        let zone = workspaces::load(tx)?.time_zone.as_str().to_owned();
        Ok(Self {
            labels,
            desks,
            times,
            business,
            zone,
        })
    }

    /// When somebody is there.
    #[must_use]
    pub fn business(&self) -> Option<&BusinessTime> {
        self.business.as_deref()
    }

    /// What steps need of it.
    #[must_use]
    pub fn steps(&self) -> Setting<'_> {
        Setting {
            desks: &self.desks,
            business: self.business(),
        }
    }
}

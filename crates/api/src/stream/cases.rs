//! Frames about cases: the present row, and what happened to it.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Value, json};
use zhiyin_app::cases::{CaseView, view};
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::CaseId;
use zhiyin_store::events::StoredEvent;
use zhiyin_store::{StoreError, Tx};

use super::room::Audience;
use crate::cases::dto::CaseDto;

/// The cases that events of a batch touch, each with the place of the last of them.
#[derive(Default)]
pub(crate) struct CaseRows {
    rows: HashMap<CaseId, (CaseView, i64)>,
}

impl CaseRows {
    /// Reads each case once.
    pub(super) fn load(tx: &mut Tx<'_>, events: &[StoredEvent]) -> Result<Self, StoreError> {
        let mut last = HashMap::new();
        for stored in events {
            if let Some(about) = stored.event.as_ref().and_then(Event::case) {
                last.insert(about.case_id, (stored.seq, stored.meta.now));
            }
        }
        let mut rows = HashMap::new();
        for (id, (seq, now)) in last {
            if let Some(row) = view(tx, id, now)? {
                rows.insert(id, (row, seq));
            }
        }
        Ok(Self { rows })
    }

    /// What agents are told of an event about a case, and which of them. Only the last event
    /// of a batch carries the row.
    pub(super) fn frame(&self, seq: i64, event: &Event) -> Option<(Audience, Value)> {
        let about = event.case()?;
        let (view, last) = self.rows.get(&about.case_id)?;
        let case = &view.row.case;
        let asked = case.ownership.pending().map(|pending| pending.to_id);
        let mut involved: BTreeSet<_> = case.audience();
        involved.extend(asked);
        involved.extend(about.notify.iter().copied());
        let row = (*last == seq).then(|| CaseDto::from(view.clone()));
        let data = json!({
            "case": row,
            "case_id": about.case_id,
            "task_id": about.task_id,
            "notify": about.notify,
            "what": about.what,
        });
        Some((Audience::Case(case.resource(), involved), data))
    }
}

//! Deadlines as rows, each fired exactly once.
//!
//! A row has the key session, metric, round and moment; the database keeps it unique. A
//! timer takes rows that are due, and in the transaction of its effect marks the row as
//! fired `WHERE fired_at IS NULL AND due_at = what it read`: of two workers, one changes a
//! row and the other changes none, and a deadline that moved meanwhile is left alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Deadline, Metric, Moment};
use crate::time::Timestamp;

/// What makes a deadline of a session unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DeadlineKey {
    /// What is measured.
    pub metric: Metric,
    /// For the how-manieth time.
    pub round: u32,
    /// A warning or the end.
    pub moment: Moment,
}

/// A deadline as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeadlineRow {
    /// What makes it unique.
    pub key: DeadlineKey,
    /// When it is due.
    pub due_at: Timestamp,
    /// When it was fired.
    pub fired_at: Option<Timestamp>,
}

/// What to do with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowChange {
    /// A new one.
    Insert(DeadlineKey, Timestamp),
    /// Due at another time.
    Move(DeadlineKey, Timestamp),
    /// No longer due.
    Delete(DeadlineKey),
    /// Fired by an event, not by a timer.
    Fire(DeadlineKey, Timestamp),
}

impl From<&Deadline> for DeadlineKey {
    fn from(deadline: &Deadline) -> Self {
        Self {
            metric: deadline.metric,
            round: deadline.round,
            moment: deadline.moment,
        }
    }
}

/// The changes that bring the rows of a session in line with its clock: `fired` is what an
/// event gave, `pending` what is to come. Rows that have fired stay as they are.
#[must_use]
pub fn plan(
    rows: &[DeadlineRow],
    fired: &[Deadline],
    pending: &[Deadline],
    now: Timestamp,
) -> Vec<RowChange> {
    let old: BTreeMap<DeadlineKey, &DeadlineRow> = rows.iter().map(|row| (row.key, row)).collect();
    let wanted: BTreeMap<DeadlineKey, Timestamp> = pending
        .iter()
        .map(|deadline| (deadline.into(), deadline.due_at))
        .collect();
    let mut changes = Vec::new();
    for deadline in fired {
        let key = DeadlineKey::from(deadline);
        match old.get(&key) {
            None => {
                changes.push(RowChange::Insert(key, deadline.due_at));
                changes.push(RowChange::Fire(key, now));
            }
            Some(row) if row.fired_at.is_none() => changes.push(RowChange::Fire(key, now)),
            Some(_) => {}
        }
    }
    let was_fired = |key: &DeadlineKey| {
        fired
            .iter()
            .any(|deadline| DeadlineKey::from(deadline) == *key)
    };
    for (key, row) in &old {
        if row.fired_at.is_none() && !wanted.contains_key(key) && !was_fired(key) {
            changes.push(RowChange::Delete(*key));
        }
    }
    for (key, due) in wanted {
        match old.get(&key) {
            None => changes.push(RowChange::Insert(key, due)),
            Some(row) if row.fired_at.is_none() && row.due_at != due => {
                changes.push(RowChange::Move(key, due));
            }
            Some(_) => {}
        }
    }
    changes
}

//! What a rule would have done with past sessions. Changes nothing.

use std::time::Duration;

use zhiyin_domain::automation::{LeafResult, Terms};
use zhiyin_domain::limits::{
    AUTOMATION_DRY_RUN_DAYS_MAX, AUTOMATION_DRY_RUN_MAX, AUTOMATION_SAMPLE_MAX,
};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::conversations::{self as store, PastSession, PastWanted};
use zhiyin_store::identity::workspaces;
use zhiyin_store::{StoreError, Tx};

use super::ask::{asks_message, holds, join, stored, surroundings};
use super::{AutomationError, check, require};
use crate::Context;

/// What a dry run found.
#[derive(Debug, Clone)]
pub struct DryRun {
    /// From when on sessions were looked at.
    pub since: Timestamp,
    /// Sessions in which the rule would have been asked.
    pub looked_at: u32,
    /// Those in which it would have acted.
    pub would_match: u32,
    /// Whether there are more sessions than are looked at.
    pub is_cut: bool,
    /// How often each condition held, by its place.
    pub leaves: Vec<(String, u32)>,
    /// The newest in which it would have acted.
    pub sample: Vec<DryRunSession>,
}

/// A session in which a rule would have acted.
#[derive(Debug, Clone)]
pub struct DryRunSession {
    /// The session.
    pub session: PastSession,
    /// Which conditions held.
    pub leaves: Vec<LeafResult>,
}

/// Looks at the sessions of the last `days` days. What can change (tags, status, who is
/// responsible …) is compared as it is now; times are those at which the session began.
pub fn dry_run(
    tx: &mut Tx<'_>,
    ctx: &Context,
    terms: &Terms,
    days: u32,
) -> Result<DryRun, AutomationError> {
    require(ctx)?;
    if !(1..=AUTOMATION_DRY_RUN_DAYS_MAX).contains(&days) {
        let text = format!("a dry run looks back 1 to {AUTOMATION_DRY_RUN_DAYS_MAX} days");
        return Err(AutomationError::OutOfBounds(text));
    }
    check::terms(tx, ctx, terms)?;
    let since = ctx.now().minus(Duration::from_hours(24) * days);
    let wanted = PastWanted {
        scope: &terms.scope,
        trigger: &terms.trigger,
        since,
        limit: AUTOMATION_DRY_RUN_MAX + 1,
    };
    let mut sessions = store::past_sessions(tx, wanted, &stored(&terms.conditions), ctx.now())?;
    let max = usize::try_from(AUTOMATION_DRY_RUN_MAX).unwrap_or(usize::MAX);
    let is_cut = sessions.len() > max;
    sessions.truncate(max);
    let mut found = DryRun {
        since,
        looked_at: 0,
        would_match: 0,
        is_cut,
        leaves: terms
            .conditions
            .leaves()
            .into_iter()
            .map(|(path, _)| (path, 0))
            .collect(),
        sample: Vec::new(),
    };
    let zone = workspaces::load(tx)?.time_zone;
    for session in sessions {
        look(tx, (terms, zone.as_str()), session, &mut found)?;
    }
    Ok(found)
}

fn look(
    tx: &mut Tx<'_>,
    (terms, zone): (&Terms, &str),
    session: PastSession,
    found: &mut DryRun,
) -> Result<(), StoreError> {
    let there = surroundings(tx, &terms.conditions, zone, session.opened_at)?;
    let folded = if asks_message(&terms.conditions) {
        let said = store::messages::last_of_contact(tx, session.conversation_id)?;
        said.map_or_else(String::new, |it| {
            zhiyin_language::fold(&zhiyin_domain::format::plain(&it.text))
        })
    } else {
        String::new()
    };
    let leaves = join(&terms.conditions, &there, &session.held, &folded);
    found.looked_at += 1;
    for (leaf, (_, count)) in leaves.iter().zip(&mut found.leaves) {
        *count += u32::from(leaf.holds);
    }
    if holds(&terms.conditions, &leaves) {
        found.would_match += 1;
        if found.sample.len() < AUTOMATION_SAMPLE_MAX {
            found.sample.push(DryRunSession { session, leaves });
        }
    }
    Ok(())
}

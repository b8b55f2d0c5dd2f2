//! Rules by time: the reconciler.

use std::time::Duration;

use zhiyin_domain::automation::{Chain, Rule};
use zhiyin_domain::ids::{AutomationRuleId, WorkspaceId};
use zhiyin_domain::limits::AUTOMATION_RUNS_KEPT;
use zhiyin_store::automation::{runs, timed as store};
use zhiyin_store::{StoreError, SystemTx, Tx, conversations};

use super::ask::{Asked, Occasion, ask};
use crate::work::{Reconciler, Round, RoundFuture, WorkError};
use crate::{App, Context, Principal};

/// Moments of one rule in one transaction.
const BATCH: u32 = 50;
/// Runs forgotten in one round.
const FORGET_BATCH: u32 = 500;
/// A rule waits for whole minutes.
const PERIOD: Duration = Duration::from_secs(20);

pub(super) const RECONCILER: Reconciler = Reconciler {
    name: "automation",
    period: PERIOD,
    rest: PERIOD,
    run: |app| Box::pin(round(app)) as RoundFuture,
};

async fn round(app: App) -> Result<Round, WorkError> {
    let rules = app.store().read_system(store::all).await?;
    let mut done = 0;
    let mut failed = None;
    for (workspace, id) in rules {
        // A rule that the store refuses must not hold up the others.
        match sweep(&app, workspace, id).await {
            Ok(count) => done += count,
            Err(error) => failed = Some(error),
        }
    }
    let before = app.clock().now().minus(AUTOMATION_RUNS_KEPT);
    done += app
        .store()
        .write_system(move |system: &mut SystemTx<'_>| runs::forget(system, before, FORGET_BATCH))
        .await?;
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(Round {
            done,
            next_due: None,
        }),
    }
}

async fn sweep(app: &App, workspace: WorkspaceId, id: AutomationRuleId) -> Result<u64, StoreError> {
    let principal = Principal::system(workspace, "automation");
    app.write(&principal, move |tx, ctx| sweep_one(tx, ctx, id))
        .await
}

/// Where a rule begins to look from now on: what was due before is none of its business.
pub(super) fn begin(tx: &mut Tx<'_>, ctx: &Context, rule: &Rule) -> Result<(), StoreError> {
    let swept = rule.terms.trigger.delay();
    let swept = swept.map(|(_, delay)| store::end_of(ctx.now().minus(delay)));
    store::set_swept(tx, rule.id, swept)
}

/// Asks a rule about what has become due since it last looked; gives how many moments.
fn sweep_one(tx: &mut Tx<'_>, ctx: &Context, id: AutomationRuleId) -> Result<u64, StoreError> {
    let Some((rule, swept)) = store::lock(tx, id)? else {
        return Ok(0);
    };
    let Some((since, delay)) = rule.terms.trigger.delay() else {
        return Ok(0);
    };
    let until = ctx.now().minus(delay);
    let from = swept.unwrap_or_else(|| store::end_of(until));
    let due = store::due(tx, since, from, until, BATCH)?;
    let is_all = u32::try_from(due.len()).is_ok_and(|count| count < BATCH);
    let mut reached = if is_all {
        store::end_of(until).max(from)
    } else {
        due.last().copied().unwrap_or(from)
    };
    let mut count = 0;
    for place in due {
        count += 1;
        let (anchor, conversation_id) = place;
        // The rule waited for another time before and was asked then.
        if runs::knows_moment(tx, id, place)? {
            continue;
        }
        let Some(conversation) = conversations::get(tx, conversation_id)? else {
            continue;
        };
        let occasion = Occasion {
            conversation_id,
            trigger: since.as_str(),
            event_id: None,
            message_id: None,
            anchor_at: Some(anchor),
            chain: Chain::default(),
        };
        if ask(tx, ctx, &rule, &occasion, &conversation)? == Asked::Paused {
            reached = place;
            break;
        }
    }
    if swept != Some(reached) {
        store::set_swept(tx, id, Some(reached))?;
    }
    Ok(count)
}

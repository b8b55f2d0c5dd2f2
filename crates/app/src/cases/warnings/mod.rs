//! Risk warnings (预警): runs of similar cases, words that announce trouble, backlogs nobody
//! speaks of, channels that fell silent. Each goes to named people with a plan to tick off.

mod rules;
mod statistics;
mod watch;

pub use rules::{BacklogRule, ChannelRule, KeywordRule, Plans, RunRule, WarningRules};
pub(crate) use watch::mailbox_is_silent;
pub use watch::work;

use serde::{Deserialize, Serialize};
use zhiyin_domain::attribute::Label;
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::{AgentId, CaseId, CaseTypeId, InboxId, RiskWarningId, TeamId};
use zhiyin_domain::limits::CASE_TEXT_CHARS_MAX;
use zhiyin_domain::permission::{Denied, Permission, Resource};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::cases::warnings::{self as store, StoredWarning};
use zhiyin_store::identity::agents;
use zhiyin_store::{StoreError, Tx};

use super::handling::{HandlingError, person};
use super::setting::{self, Kept};
use crate::Context;

/// Names the document.
const KIND: &str = "warnings";

/// What was seen. What does not belong to a kind is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WarningFacts {
    /// How many cases or sessions.
    pub count: i64,
    /// How many would have been usual, in hundredths.
    pub usual_hundredths: i64,
    /// Some of the cases, the newest first.
    pub case_ids: Vec<CaseId>,
    /// The word that was found.
    pub word: Option<String>,
    /// The inbox that fell silent.
    pub inbox_id: Option<InboxId>,
    /// The type of the cases.
    pub type_id: Option<CaseTypeId>,
    /// The team whose cases wait.
    pub team_id: Option<TeamId>,
}

/// A step of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanStep {
    /// What is to be done.
    pub text: Label,
    /// Who did it, and when.
    pub done: Option<(AgentId, Timestamp)>,
}

/// A warning.
pub type Warning = StoredWarning<WarningFacts, PlanStep>;

/// The rules in force.
pub fn rules(tx: &mut Tx<'_>) -> Result<Kept<WarningRules>, HandlingError> {
    Ok(setting::load(tx, KIND)?)
}

/// Changes the rules.
pub fn set_rules(
    tx: &mut Tx<'_>,
    ctx: &Context,
    new: &Kept<WarningRules>,
) -> Result<Kept<WarningRules>, HandlingError> {
    ctx.require(Permission::ManageCaseSettings, &Resource::WORKSPACE)?;
    new.document.check()?;
    for id in &new.document.people {
        if agents::get(tx, *id)?.is_none_or(|agent| !agent.is_active) {
            return Err(HandlingError::Invalid {
                path: "/rules/people",
                detail: "Somebody who is named does not work here.".to_owned(),
            });
        }
    }
    setting::save(tx, ctx, KIND, new)
}

/// Whether the caller may know of a warning: those who are named, and whoever sets the
/// rules.
fn concerns(ctx: &Context, it: &Warning) -> bool {
    let is_named = ctx
        .actor()
        .agent()
        .is_some_and(|id| it.people.contains(&id));
    is_named
        || ctx
            .require(Permission::ManageCaseSettings, &Resource::WORKSPACE)
            .is_ok()
}

/// Warnings the caller may know of, the newest first.
pub fn list(
    tx: &mut Tx<'_>,
    ctx: &Context,
    is_open: Option<bool>,
    after: Option<(Timestamp, RiskWarningId)>,
    limit: u32,
) -> Result<Vec<Warning>, HandlingError> {
    let mut found = Vec::new();
    let mut after = after;
    while found.len() < limit as usize {
        let page: Vec<Warning> = store::list(tx, is_open, after, limit)?;
        let is_last = page.len() < limit as usize;
        for it in page {
            after = Some((it.opened_at, it.id));
            if concerns(ctx, &it) && found.len() < limit as usize {
                found.push(it);
            }
        }
        if is_last {
            break;
        }
    }
    Ok(found)
}

fn hold(tx: &mut Tx<'_>, ctx: &Context, id: RiskWarningId) -> Result<Warning, HandlingError> {
    let not_found = || HandlingError::NotFound("warning");
    let found: Warning = store::get_for_update(tx, id)?.ok_or_else(not_found)?;
    if !concerns(ctx, &found) {
        let permission = Permission::ManageCaseSettings;
        return Err(Denied { permission }.into());
    }
    if found.closed.is_some() {
        return Err(HandlingError::Stale);
    }
    Ok(found)
}

fn keep(tx: &mut Tx<'_>, ctx: &Context, it: Warning) -> Result<Warning, HandlingError> {
    store::save(tx, &it)?;
    told(tx, ctx, &it)?;
    Ok(Warning {
        version: it.version + 1,
        ..it
    })
}

/// Tells those who are named, without whoever acts.
fn told(tx: &mut Tx<'_>, ctx: &Context, it: &Warning) -> Result<(), StoreError> {
    let actor = ctx.actor().agent();
    let event = Event::RiskWarningChanged {
        risk_warning_id: it.id,
        notify: it
            .people
            .iter()
            .copied()
            .filter(|id| Some(*id) != actor)
            .collect(),
    };
    ctx.append(tx, &event)?;
    Ok(())
}

/// Ticks a step of the plan off, or takes that back.
pub fn tick(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: RiskWarningId,
    (step, is_done): (usize, bool),
) -> Result<Warning, HandlingError> {
    let agent = person(ctx, Permission::ManageCaseSettings)?;
    let mut it = hold(tx, ctx, id)?;
    let place = it.plan.get_mut(step).ok_or(HandlingError::Invalid {
        path: "/step",
        detail: "The plan has no such step.".to_owned(),
    })?;
    if place.done.is_some() == is_done {
        return Ok(it);
    }
    place.done = is_done.then_some((agent, ctx.now()));
    keep(tx, ctx, it)
}

/// The danger is over. Every step of the plan is ticked off before.
pub fn close(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: RiskWarningId,
    note: &str,
) -> Result<Warning, HandlingError> {
    let agent = person(ctx, Permission::ManageCaseSettings)?;
    let mut it = hold(tx, ctx, id)?;
    let open = it.plan.iter().filter(|step| step.done.is_none()).count();
    if open > 0 {
        return Err(HandlingError::OpenSteps(open));
    }
    let note = note.trim();
    if note.is_empty() || note.chars().count() > CASE_TEXT_CHARS_MAX {
        return Err(HandlingError::Invalid {
            path: "/note",
            detail: format!("Say what came of it in 1 to {CASE_TEXT_CHARS_MAX} characters."),
        });
    }
    it.note = Some(note.to_owned());
    it.closed = Some((ctx.now(), agent));
    keep(tx, ctx, it)
}

//! Setting up rules.

use std::collections::BTreeSet;

use zhiyin_domain::automation::{Counters, Rule, RuleVersion, Terms};
use zhiyin_domain::events::{Aggregate, Change, Event};
use zhiyin_domain::ids::AutomationRuleId;
use zhiyin_domain::limits::AUTOMATION_RULES_MAX;
use zhiyin_domain::name::Name;
use zhiyin_store::automation::rules as store;
use zhiyin_store::{StoreError, Tx};

use super::{AutomationError, check, require, timed};
use crate::Context;

/// A rule with how often it has acted.
#[derive(Debug, Clone)]
pub struct RuleView {
    /// The rule.
    pub rule: Rule,
    /// As of now.
    pub counters: Counters,
}

/// A new rule; it comes behind the others.
#[derive(Debug, Clone)]
pub struct NewRule {
    /// What people call it.
    pub name: Name,
    /// Whether it is used at once.
    pub is_enabled: bool,
    /// What it says.
    pub terms: Terms,
}

/// What changes; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct RulePatch {
    /// What people call it.
    pub name: Option<Name>,
    /// Whether it is used.
    pub is_enabled: Option<bool>,
    /// What it says.
    pub terms: Option<Terms>,
    /// The version that was read; an older one is refused.
    pub version: Option<i64>,
}

fn changed(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: AutomationRuleId,
    change: Change,
) -> Result<(), StoreError> {
    let event = Event::SettingChanged {
        aggregate: Aggregate::AutomationRule,
        id: id.uuid(),
        change,
    };
    ctx.append(tx, &event)?;
    Ok(())
}

fn taken(error: StoreError) -> AutomationError {
    match error {
        error if error.is_unique_violation("automation_rules_name") => AutomationError::NameTaken,
        StoreError::Conflict { .. } => AutomationError::Stale,
        error => error.into(),
    }
}

fn view(tx: &mut Tx<'_>, ctx: &Context, rule: Rule) -> Result<RuleView, AutomationError> {
    let counters = store::counters(tx, rule.id)?.at(ctx.now());
    Ok(RuleView { rule, counters })
}

fn load(tx: &mut Tx<'_>, ctx: &Context, id: AutomationRuleId) -> Result<Rule, AutomationError> {
    require(ctx)?;
    store::get(tx, id)?.ok_or(AutomationError::NotFound(id))
}

/// All rules in their order.
pub fn list_rules(tx: &mut Tx<'_>, ctx: &Context) -> Result<Vec<RuleView>, AutomationError> {
    require(ctx)?;
    let rules = store::list(tx)?;
    rules.into_iter().map(|rule| view(tx, ctx, rule)).collect()
}

/// One rule.
pub fn get_rule(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: AutomationRuleId,
) -> Result<RuleView, AutomationError> {
    let rule = load(tx, ctx, id)?;
    view(tx, ctx, rule)
}

/// Makes a rule.
pub fn create_rule(
    tx: &mut Tx<'_>,
    ctx: &Context,
    new: &NewRule,
) -> Result<RuleView, AutomationError> {
    require(ctx)?;
    let all = store::list(tx)?;
    if all.len() >= AUTOMATION_RULES_MAX {
        return Err(AutomationError::TooMany(AUTOMATION_RULES_MAX));
    }
    check::terms(tx, ctx, &new.terms)?;
    let rule = Rule {
        id: ctx.id(),
        name: new.name.clone(),
        place: all.last().map_or(0, |last| last.place) + 1,
        is_enabled: new.is_enabled,
        terms: new.terms.clone(),
        author_id: ctx.actor().agent(),
        paused: None,
        created_at: ctx.now(),
        updated_at: ctx.now(),
        version: 1,
    };
    store::insert(tx, &rule).map_err(taken)?;
    timed::begin(tx, ctx, &rule)?;
    changed(tx, ctx, rule.id, Change::Created)?;
    view(tx, ctx, rule)
}

/// Changes a rule, in the name of whoever does: they must be allowed all of it. A rule that
/// rests goes on with what was changed; one by time begins to look anew.
pub fn update_rule(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: AutomationRuleId,
    patch: &RulePatch,
) -> Result<RuleView, AutomationError> {
    let before = load(tx, ctx, id)?;
    if patch
        .version
        .is_some_and(|version| version != before.version)
    {
        return Err(AutomationError::Stale);
    }
    let rule = Rule {
        name: patch.name.clone().unwrap_or_else(|| before.name.clone()),
        is_enabled: patch.is_enabled.unwrap_or(before.is_enabled),
        terms: patch.terms.clone().unwrap_or_else(|| before.terms.clone()),
        ..before.clone()
    };
    if rule == before {
        return view(tx, ctx, before);
    }
    let is_changed = rule.terms != before.terms;
    let is_switched_on = rule.is_enabled && !before.is_enabled;
    if is_changed || is_switched_on {
        check::terms(tx, ctx, &rule.terms)?;
    }
    let starts_over = is_changed || is_switched_on;
    let rule = Rule {
        author_id: if starts_over {
            ctx.actor().agent()
        } else {
            before.author_id
        },
        paused: before.paused.filter(|_| !starts_over),
        updated_at: ctx.now(),
        ..rule
    };
    if let (true, Some((reason, _))) = (starts_over, before.paused) {
        let counters = store::lock_counters(tx, id)?.resume(reason);
        store::save_counters(tx, id, &counters)?;
    }
    let rule = store::save(tx, rule).map_err(taken)?;
    if is_switched_on || rule.terms.trigger != before.terms.trigger || before.paused.is_some() {
        timed::begin(tx, ctx, &rule)?;
    }
    changed(tx, ctx, id, Change::Updated)?;
    view(tx, ctx, rule)
}

/// Lets a rule that rests go on, with a fresh hour.
pub fn resume_rule(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: AutomationRuleId,
) -> Result<RuleView, AutomationError> {
    let mut rule = load(tx, ctx, id)?;
    if let Some((reason, _)) = rule.paused.take() {
        let counters = store::lock_counters(tx, id)?.resume(reason);
        store::save_counters(tx, id, &counters)?;
        store::set_paused(tx, id, None)?;
        timed::begin(tx, ctx, &rule)?;
        changed(tx, ctx, id, Change::Updated)?;
    }
    view(tx, ctx, rule)
}

/// Removes a rule with its former versions and what is known of its runs.
pub fn delete_rule(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: AutomationRuleId,
) -> Result<(), AutomationError> {
    load(tx, ctx, id)?;
    store::delete(tx, id)?;
    Ok(changed(tx, ctx, id, Change::Deleted)?)
}

/// Puts the rules into an order; they are asked in it.
pub fn order_rules(
    tx: &mut Tx<'_>,
    ctx: &Context,
    ids: &[AutomationRuleId],
) -> Result<Vec<RuleView>, AutomationError> {
    require(ctx)?;
    let all = store::list(tx)?;
    let wanted: BTreeSet<AutomationRuleId> = ids.iter().copied().collect();
    let known: BTreeSet<AutomationRuleId> = all.iter().map(|rule| rule.id).collect();
    if ids.len() != all.len() || wanted != known {
        return Err(AutomationError::Stale);
    }
    for (place, id) in (1..).zip(ids) {
        let is_there = all.iter().any(|rule| rule.id == *id && rule.place == place);
        if !is_there {
            store::set_place(tx, *id, place)?;
            changed(tx, ctx, *id, Change::Updated)?;
        }
    }
    list_rules(tx, ctx)
}

/// What a rule says now and said before, the newest first.
pub fn rule_versions(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: AutomationRuleId,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<RuleVersion>, AutomationError> {
    load(tx, ctx, id)?;
    Ok(store::versions(tx, id, before, limit)?)
}

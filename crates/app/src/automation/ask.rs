//! Asking one rule about one conversation, and doing what it says if its conditions hold.

use zhiyin_domain::automation::{
    ActionOutcome, ActionResult, Chain, Leaf, LeafResult, Node, Outcome, PauseReason, Rule, Run,
    SkipReason, Surroundings,
};
use zhiyin_domain::calendars::BusinessTime;
use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::events::{Aggregate, Change, Event};
use zhiyin_domain::ids::{AutomationRuleId, AutomationRunId, ConversationId, EventId, MessageId};
use zhiyin_domain::limits::{AUTOMATION_CONVERSATION_PERIOD, AUTOMATION_CONVERSATION_RUNS_MAX};
use zhiyin_domain::permission::{Access, Permission};
use zhiyin_domain::time::Timestamp;
use zhiyin_domain::view::Condition;
use zhiyin_store::automation::{rules, runs};
use zhiyin_store::identity::workspaces;
use zhiyin_store::{StoreError, Tx, calendars, conversations as store};

use super::act::{Origin, Refused, act};
use crate::Context;

/// Why a rule is asked.
#[derive(Debug, Clone)]
pub(super) struct Occasion {
    /// About which conversation.
    pub conversation_id: ConversationId,
    /// What happened, or since when it waited.
    pub trigger: &'static str,
    /// The event.
    pub event_id: Option<EventId>,
    /// The message of the event.
    pub message_id: Option<MessageId>,
    /// The moment from which it waited.
    pub anchor_at: Option<Timestamp>,
    /// The rules whose effects led to it.
    pub chain: Chain,
}

/// What became of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// The rule does not hold there, or its conditions did not.
    No,
    /// Its conditions held.
    Matched,
    /// It rests from now on.
    Paused,
}

/// The name under which a run acts.
pub(super) fn actor_name(run: AutomationRunId) -> String {
    format!("automation:{run}")
}

/// The run that acted under a name, if it is one.
pub(super) fn run_of_actor(name: &str) -> Option<AutomationRunId> {
    name.strip_prefix("automation:")?.parse().ok()
}

/// Everything but seeing personal data: what a rule writes is read by people who may not.
fn access_of_rules() -> Access {
    let mut access = Access::everything();
    access
        .grants
        .retain(|grant| grant.permission != Permission::RevealPersonalData);
    access
}

/// The moment with the calendars that conditions ask for.
pub(super) fn surroundings(
    tx: &mut Tx<'_>,
    conditions: &Node,
    zone: &str,
    now: Timestamp,
) -> Result<Surroundings, StoreError> {
    let mut there = Surroundings::at(now, zone);
    for (_, leaf) in conditions.leaves() {
        if let Leaf::Calendar { calendar_id, .. } = leaf
            && let Some(calendar) = calendars::get(tx, *calendar_id)?
            && let Ok(time) = BusinessTime::new(&calendar.rules)
        {
            there.calendars.insert(*calendar_id, time.is_open(now));
        }
    }
    Ok(there)
}

/// The conditions the store answers, in their order.
pub(super) fn stored(conditions: &Node) -> Vec<&Condition> {
    let leaves = conditions.leaves().into_iter();
    leaves
        .filter_map(|(_, leaf)| match leaf {
            Leaf::Conversation(condition) => Some(condition),
            Leaf::Message { .. }
            | Leaf::TimeOfDay { .. }
            | Leaf::Weekday(_)
            | Leaf::Calendar { .. } => None,
        })
        .collect()
}

/// Whether conditions ask for a message.
pub(super) fn asks_message(conditions: &Node) -> bool {
    let leaves = conditions.leaves();
    leaves
        .iter()
        .any(|(_, leaf)| matches!(leaf, Leaf::Message { .. }))
}

/// The answer to every condition. `held` are those of the store, `folded` the message.
pub(super) fn join(
    conditions: &Node,
    there: &Surroundings,
    held: &[bool],
    folded: &str,
) -> Vec<LeafResult> {
    let mut held = held.iter().copied();
    let leaves = conditions.leaves().into_iter();
    leaves
        .map(|(path, leaf)| {
            let says = |word: &str| folded.contains(&zhiyin_language::fold(word));
            let holds = there
                .answer(leaf, says)
                .unwrap_or_else(|| held.next().unwrap_or(false));
            LeafResult { path, holds }
        })
        .collect()
}

/// Whether all of it holds.
pub(super) fn holds(conditions: &Node, leaves: &[LeafResult]) -> bool {
    let answers: Vec<bool> = leaves.iter().map(|leaf| leaf.holds).collect();
    conditions.holds(&answers)
}

fn folded_message(tx: &mut Tx<'_>, occasion: &Occasion) -> Result<String, StoreError> {
    let message = match occasion.message_id {
        Some(id) => store::messages::get(tx, id)?,
        None => store::messages::last_of_contact(tx, occasion.conversation_id)?,
    };
    let text = message.filter(|it| it.recalled_at.is_none());
    Ok(text.map_or_else(String::new, |it| {
        zhiyin_language::fold(&zhiyin_domain::format::plain(&it.text))
    }))
}

fn evaluate(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conditions: &Node,
    occasion: &Occasion,
) -> Result<Vec<LeafResult>, StoreError> {
    if conditions.leaves().is_empty() {
        return Ok(Vec::new());
    }
    let zone = workspaces::load(tx)?.time_zone;
    let there = surroundings(tx, conditions, zone.as_str(), ctx.now())?;
    let asked = stored(conditions);
    let held = if asked.is_empty() {
        Vec::new()
    } else {
        store::answers(tx, occasion.conversation_id, &asked, ctx.now())?.unwrap_or_default()
    };
    let folded = if asks_message(conditions) {
        folded_message(tx, occasion)?
    } else {
        String::new()
    };
    Ok(join(conditions, &there, &held, &folded))
}

/// Asks a rule, does what it says if its conditions hold, and keeps why.
pub(super) fn ask(
    tx: &mut Tx<'_>,
    ctx: &Context,
    rule: &Rule,
    occasion: &Occasion,
    conversation: &Conversation,
) -> Result<Asked, StoreError> {
    if !rule.terms.scope.includes(conversation) {
        return Ok(Asked::No);
    }
    let mut run = Run {
        id: ctx.id(),
        rule_id: rule.id,
        rule_version: rule.version,
        conversation_id: occasion.conversation_id,
        trigger: occasion.trigger.to_owned(),
        event_id: occasion.event_id,
        anchor_at: occasion.anchor_at,
        chain: occasion.chain.clone(),
        outcome: Outcome::NotMatched,
        skip_reason: None,
        leaves: evaluate(tx, ctx, &rule.terms.conditions, occasion)?,
        actions: Vec::new(),
        at: ctx.now(),
    };
    let counters = rules::lock_counters(tx, rule.id)?;
    if !holds(&rule.terms.conditions, &run.leaves) {
        if let Some(counters) = counters.note_unmatched(ctx.now()) {
            rules::save_counters(tx, rule.id, &counters)?;
            runs::insert(tx, &run)?;
        }
        return Ok(Asked::No);
    }
    let admitted = match occasion.chain.admits(rule.id) {
        Ok(()) if is_too_often(tx, ctx, &run)? => Err(SkipReason::TooOften),
        other => other,
    };
    if let Err(reason) = admitted {
        skip(tx, run, reason)?;
        return Ok(Asked::Matched);
    }
    let spent = match counters.spend(rule.terms.budget, ctx.now()) {
        Ok(spent) => spent,
        Err(reason) => {
            skip(tx, run, SkipReason::Budget)?;
            pause(tx, ctx, rule.id, reason)?;
            return Ok(Asked::Paused);
        }
    };
    let has_failed = carry_out(tx, ctx, rule, &mut run)?;
    run.outcome = if has_failed {
        Outcome::Failed
    } else {
        Outcome::Done
    };
    runs::insert(tx, &run)?;
    let (counters, reason) = spent.note_failure(has_failed);
    rules::save_counters(tx, rule.id, &counters)?;
    if let Some(reason) = reason {
        pause(tx, ctx, rule.id, reason)?;
        return Ok(Asked::Paused);
    }
    Ok(Asked::Matched)
}

fn is_too_often(tx: &mut Tx<'_>, ctx: &Context, run: &Run) -> Result<bool, StoreError> {
    let since = ctx.now().minus(AUTOMATION_CONVERSATION_PERIOD);
    let limit = AUTOMATION_CONVERSATION_RUNS_MAX;
    Ok(runs::acted_in(tx, run.rule_id, run.conversation_id, since, limit)? >= limit)
}

fn skip(tx: &mut Tx<'_>, run: Run, reason: SkipReason) -> Result<(), StoreError> {
    let run = Run {
        outcome: Outcome::Skipped,
        skip_reason: Some(reason),
        ..run
    };
    runs::insert(tx, &run)
}

/// Lets a rule rest until somebody looks, and says so to everybody who watches settings.
fn pause(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: AutomationRuleId,
    reason: PauseReason,
) -> Result<(), StoreError> {
    rules::set_paused(tx, id, Some((reason, ctx.now())))?;
    let event = Event::SettingChanged {
        aggregate: Aggregate::AutomationRule,
        id: id.uuid(),
        change: Change::Updated,
    };
    ctx.append(tx, &event)?;
    Ok(())
}

/// Does what a rule says, each action by itself; what fails is undone alone. Tells whether any
/// failed.
fn carry_out(
    tx: &mut Tx<'_>,
    ctx: &Context,
    rule: &Rule,
    run: &mut Run,
) -> Result<bool, StoreError> {
    let acting = ctx.as_system(&actor_name(run.id), access_of_rules());
    let origin = Origin {
        id: rule.id.to_string(),
        name: rule.name.as_str().to_owned(),
    };
    let mut has_failed = false;
    for action in &rule.terms.actions {
        let done = tx.savepoint(|tx| act(tx, &acting, run.conversation_id, action, &origin));
        let (result, detail) = match done {
            Ok(outcome) => (outcome, None),
            // Somebody is at the same conversation: the whole event is looked at again.
            Err(Refused::Store(source)) => return Err(source),
            Err(refused) => (ActionOutcome::Failed, Some(refused.to_string())),
        };
        has_failed |= result == ActionOutcome::Failed;
        run.actions.push(ActionResult {
            action: action.name().to_owned(),
            result,
            detail,
        });
    }
    Ok(has_failed)
}

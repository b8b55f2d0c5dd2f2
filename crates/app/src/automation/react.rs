//! Rules by event: the reactor.

use zhiyin_domain::actor::Actor;
use zhiyin_domain::automation::{Chain, EventTrigger};
use zhiyin_store::automation::{rules, runs};
use zhiyin_store::events::StoredEvent;
use zhiyin_store::{StoreError, Tx, conversations as store};

use super::ask::{Asked, Occasion, ask, run_of_actor};
use crate::Context;
use crate::work::{Reactor, WorkError};

pub(super) const REACTOR: Reactor = Reactor {
    name: "automation",
    react,
};

fn react(tx: &mut Tx<'_>, ctx: &Context, stored: &StoredEvent) -> Result<(), WorkError> {
    let Some(event) = &stored.event else {
        return Ok(());
    };
    let Some(trigger) = EventTrigger::of(event, &stored.meta.actor) else {
        return Ok(());
    };
    let Some(conversation_id) = event.conversation() else {
        return Ok(());
    };
    let mut rules = rules::listening(tx)?;
    // What happened before a rule was saved is none of its business, however late it is read.
    rules.retain(|rule| rule.terms.trigger.hears(trigger) && stored.meta.now >= rule.updated_at);
    if rules.is_empty() {
        return Ok(());
    }
    let occasion = Occasion {
        conversation_id,
        trigger: trigger.as_str(),
        event_id: Some(stored.meta.id),
        message_id: event.message(),
        anchor_at: None,
        chain: chain_of(tx, stored)?,
    };
    for rule in rules {
        // Looked at anew for each: an earlier rule may have changed it.
        let Some(conversation) = store::get(tx, conversation_id)? else {
            return Ok(());
        };
        let asked = ask(tx, ctx, &rule, &occasion, &conversation)?;
        if asked == Asked::Matched && rule.terms.is_final {
            break;
        }
    }
    Ok(())
}

/// The rules that led to an event: those of the run that did it. What another part of Zhiyin did
/// because of an event follows every rule that acted on that event too.
fn chain_of(tx: &mut Tx<'_>, stored: &StoredEvent) -> Result<Chain, StoreError> {
    if let Actor::System(name) = &stored.meta.actor
        && let Some(run) = run_of_actor(name)
    {
        return runs::chain_of(tx, run);
    }
    Ok(Chain(runs::acted_on(tx, &stored.meta.causes)?))
}

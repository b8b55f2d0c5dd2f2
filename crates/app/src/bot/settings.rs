//! The bot of an inbox as people set it, and what it has learned.

use zhiyin_domain::bot::{Bot, Opinions, Thresholds, learned};
use zhiyin_domain::events::{Aggregate, Change, Event};
use zhiyin_domain::ids::InboxId;
use zhiyin_store::bots::{self as store, flows, opinions};
use zhiyin_store::routing::queues;
use zhiyin_store::{StoreError, Tx, inboxes};

use super::{BotError, require};
use crate::Context;

/// A bot with what it has learned.
#[derive(Debug, Clone, PartialEq)]
pub struct BotView {
    /// The bot; with version 0 if nothing was ever set.
    pub bot: Bot,
    /// The thresholds that opinions speak for.
    pub learned: Thresholds,
    /// The opinions of the workspace.
    pub opinions: Opinions,
}

/// The thresholds in force for a bot.
pub(super) fn thresholds(tx: &mut Tx<'_>, bot: &Bot) -> Result<Thresholds, StoreError> {
    match bot.settings.thresholds {
        Some(set) => Ok(set),
        None => Ok(learned(&opinions::all(tx)?)),
    }
}

fn view(tx: &mut Tx<'_>, bot: Bot) -> Result<BotView, BotError> {
    let opinions = opinions::all(tx)?;
    Ok(BotView {
        bot,
        learned: learned(&opinions),
        opinions,
    })
}

/// The bot of an inbox.
pub fn get_bot(tx: &mut Tx<'_>, ctx: &Context, inbox: InboxId) -> Result<BotView, BotError> {
    require(ctx)?;
    inboxes::get(tx, inbox)?.ok_or(BotError::InboxNotFound)?;
    let bot = store::get(tx, inbox)?.unwrap_or_else(|| Bot::absent(inbox));
    view(tx, bot)
}

/// Sets up the bot of an inbox. Sessions that have begun go on as they began, with the new settings.
pub fn save_bot(tx: &mut Tx<'_>, ctx: &Context, bot: &Bot) -> Result<BotView, BotError> {
    require(ctx)?;
    let inbox = inboxes::get(tx, bot.inbox_id)?.ok_or(BotError::InboxNotFound)?;
    bot.settings.check(inbox.channel, bot.is_enabled)?;
    if let Some(queue) = bot.settings.queue_id {
        queues::get(tx, queue)?.ok_or(BotError::QueueNotFound)?;
    }
    if let Some(id) = bot.settings.greeting_flow_id {
        let flow = flows::get(tx, id)?;
        let is_live = flow.is_some_and(|flow| flow.published_revision.is_some());
        if !is_live {
            return Err(BotError::GreetingNotFound);
        }
    }
    let change = if bot.version == 0 {
        Change::Created
    } else {
        Change::Updated
    };
    let bot = store::save(tx, bot).map_err(|error| match error {
        StoreError::Conflict { .. } => BotError::Changed,
        other => other.into(),
    })?;
    ctx.append(
        tx,
        &Event::SettingChanged {
            aggregate: Aggregate::Bot,
            id: bot.inbox_id.uuid(),
            change,
        },
    )?;
    view(tx, bot)
}

//! The job: looks at a conversation, decides, and writes, until nothing is left to do.
//!
//! What was read may be old when it is written. So the transaction that writes locks the
//! conversation, and does nothing unless the gate is open and the memory is as it was read.

use std::time::Duration;

use serde::Deserialize;
use zhiyin_domain::actor::Actor;
use zhiyin_domain::bot::{Bot, BotRun, Memory, RunOutcome, may_speak};
use zhiyin_domain::conversation::{Conversation, ConversationStatus, Handler};
use zhiyin_domain::ids::{ConversationId, SessionId, WorkspaceId};
use zhiyin_domain::knowledge::QuestionPlace;
use zhiyin_domain::message::{Author, MessageKind, SystemLine};
use zhiyin_store::bots::{self as store, opinions, runs};
use zhiyin_store::conversations::messages::{self, Audience};
use zhiyin_store::conversations::sessions;
use zhiyin_store::identity::workspaces;
use zhiyin_store::jobs::Job;
use zhiyin_store::{StoreError, Tx, conversations, inboxes};

use super::mind::{Act, Setting, Speech, hear};
use super::note::{Reason, note};
use super::settings::thresholds;
use super::sources::Sources;
use super::{BotError, queue_of};
use crate::conversations::{ConversationError, NewMessage, record, resolve_as};
use crate::knowledge::{ReaderStep, after_question, ask};
use crate::work::{JobError, WorkError};
use crate::{App, Context, Principal, routing};

/// Longer than all rounds take.
pub(super) const TIME_LIMIT: Duration = Duration::from_mins(2);
/// Looks of one job: each deals with all messages there are.
const ROUNDS_MAX: usize = 20;
/// Messages that are looked through for those not dealt with.
const MESSAGES: u32 = 50;

/// The bot itself, allowed everything in one workspace.
pub(super) fn principal(workspace: WorkspaceId) -> Principal {
    Principal {
        actor: Actor::Bot,
        ..Principal::system(workspace, "bot")
    }
}

#[derive(Deserialize)]
struct Arguments {
    conversation_id: ConversationId,
}

pub(super) fn run(app: &App, job: &Job) -> Result<(), JobError> {
    let workspace = job
        .workspace
        .ok_or_else(|| JobError::GiveUp("the job has no workspace".into()))?;
    let arguments: Arguments = serde_json::from_value(job.arguments.clone())
        .map_err(|error| JobError::GiveUp(error.into()))?;
    attend(app, workspace, arguments.conversation_id).map_err(JobError::Retry)
}

fn attend(app: &App, workspace: WorkspaceId, id: ConversationId) -> Result<(), WorkError> {
    let who = principal(workspace);
    for _ in 0..ROUNDS_MAX {
        let reader = app.clone();
        let plan = app.read_blocking(&who, move |tx, ctx| look(&reader, tx, ctx, id))?;
        let Some(plan) = plan else {
            return Ok(());
        };
        app.write_blocking(&who, move |tx, ctx| act(tx, ctx, &plan))?;
    }
    Err("the bot does not come to rest in a conversation".into())
}

/// What is to be written.
struct Plan {
    session: SessionId,
    conversation: ConversationId,
    /// What will be remembered, under the version that was read.
    run: BotRun,
    what: What,
    idle: Duration,
}

enum What {
    /// Something to do while it has the turn.
    Acts(Vec<Act>),
    /// It has the turn no more.
    Close,
}

/// Looks what there is to do; none if there is nothing.
fn look(
    app: &App,
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
) -> Result<Option<Plan>, BotError> {
    let Some(conversation) = conversations::get(tx, id)? else {
        return Ok(None);
    };
    let Some(session) = conversation.session_id else {
        return Ok(None);
    };
    let known = runs::get(tx, session)?;
    let is_theirs = conversation.handler == Handler::Bot;
    let Some(bot) = store::get(tx, conversation.inbox_id)? else {
        return Ok(None);
    };
    let run = match known {
        Some(run) if run.ended.is_some() => return Ok(None),
        None if !is_theirs => return Ok(None),
        Some(run) => run,
        None => BotRun {
            session_id: session,
            conversation_id: id,
            memory: Memory::default(),
            seen_seq: 0,
            idle_at: None,
            ended: None,
            started_at: ctx.now(),
            version: 0,
        },
    };
    let idle = Duration::from_mins(bot.settings.idle_minutes.into());
    let plan = |run, what| Plan {
        session,
        conversation: id,
        run,
        what,
        idle,
    };
    if !is_theirs {
        return Ok(Some(plan(run, What::Close)));
    }
    if !may_speak(&conversation, session) {
        return Ok(None);
    }
    let decided = decide(app, tx, ctx, &conversation, &bot, run)?;
    Ok(decided.map(|(run, acts)| plan(run, What::Acts(acts))))
}

/// What the bot does about messages it has not dealt with.
fn decide(
    app: &App,
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: &Conversation,
    bot: &Bot,
    mut run: BotRun,
) -> Result<Option<(BotRun, Vec<Act>)>, BotError> {
    let all = messages::before(tx, conversation.id, None, MESSAGES, Audience::Contact)?;
    let new: Vec<_> = all
        .iter()
        .filter(|it| it.session_id == run.session_id && it.seq > run.seen_seq)
        .filter(|it| it.kind == MessageKind::Text && matches!(it.author, Author::Contact(_)))
        .collect();
    let Some(last) = new.last() else {
        return Ok(None);
    };
    run.seen_seq = last.seq;
    // Whoever writes in pieces asks one thing.
    let texts: Vec<&str> = new.iter().map(|it| it.text.as_str()).collect();
    let text = texts.join("\n");
    let inbox = inboxes::get(tx, conversation.inbox_id)?.ok_or(BotError::InboxNotFound)?;
    if run.memory.locale.is_none() {
        run.memory.locale = Some(inbox.settings.default_locale);
    }
    let setting = Setting {
        settings: &bot.settings,
        thresholds: thresholds(tx, bot)?,
        is_open: routing::hours_of_inbox(tx, &inbox, ctx.now())?.is_open,
    };
    let mut sources = Sources {
        tx,
        cache: app.knowledge(),
        public_url: &app.parts().settings.public_url,
    };
    let acts = hear(&mut run.memory, &setting, &mut sources, &text)?;
    Ok(Some((run, acts)))
}

/// Writes what was decided, if it still may.
fn act(tx: &mut Tx<'_>, ctx: &Context, plan: &Plan) -> Result<(), BotError> {
    let Some(conversation) = conversations::get_for_update(tx, plan.conversation)? else {
        return Ok(());
    };
    let version = runs::get(tx, plan.session)?.map_or(0, |run| run.version);
    if version != plan.run.version {
        return Ok(());
    }
    let mut run = plan.run.clone();
    match &plan.what {
        What::Close => close(tx, ctx, &conversation, &mut run)?,
        What::Acts(acts) => {
            if !may_speak(&conversation, plan.session) {
                return Ok(());
            }
            run.idle_at = Some(ctx.now().plus(plan.idle));
            perform(tx, ctx, conversation, &mut run, acts)?;
        }
    }
    Ok(runs::save(tx, &run)?)
}

fn perform(
    tx: &mut Tx<'_>,
    ctx: &Context,
    mut conversation: Conversation,
    run: &mut BotRun,
    acts: &[Act],
) -> Result<(), BotError> {
    for act in acts {
        match act {
            Act::Say(speech) => conversation = say(tx, ctx, &conversation, speech)?,
            Act::Keep(locale, text, results) => {
                let asked = (*locale, text.as_str());
                run.memory.question = ask(tx, ctx, QuestionPlace::Bot, asked, *results)?;
            }
            Act::Opened(article) => after(tx, run, ReaderStep::Opened(*article))?,
            Act::Helped(is_helpful) => after(tx, run, ReaderStep::Said(*is_helpful))?,
            Act::Count(kind, bucket, tally) => opinions::add(tx, *kind, *bucket, *tally)?,
            Act::HandOver(why) => {
                after(tx, run, ReaderStep::Contacted)?;
                let reason = Reason::Own(*why);
                conversation = write_note(tx, ctx, conversation, run, reason)?;
                conversation = pass_on(tx, ctx, &conversation)?;
                run.idle_at = None;
                run.ended = Some((ctx.now(), RunOutcome::HandedOver));
            }
            Act::Resolve => {
                conversation = resolve_as(tx, ctx, &conversation, SystemLine::Resolved)?;
                run.idle_at = None;
                run.ended = Some((ctx.now(), RunOutcome::Resolved));
            }
        }
    }
    Ok(())
}

fn after(tx: &mut Tx<'_>, run: &BotRun, step: ReaderStep) -> Result<(), BotError> {
    if let Some(question) = run.memory.question {
        after_question(tx, question, step)?;
    }
    Ok(())
}

fn say(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: &Conversation,
    speech: &Speech,
) -> Result<Conversation, BotError> {
    let new = NewMessage {
        client_id: None,
        kind: MessageKind::Text,
        text: speech.text.clone(),
        reply_to_id: None,
        attachment_ids: Vec::new(),
        mentions: Vec::new(),
    };
    let prepared = new.prepare().map_err(ConversationError::Message)?;
    let prepared = prepared.offering(speech.quick_replies.clone(), speech.cards.clone());
    let recorded = record(tx, ctx, conversation, Author::Bot, &prepared)?;
    Ok(recorded.conversation)
}

fn write_note(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: Conversation,
    run: &BotRun,
    reason: Reason,
) -> Result<Conversation, BotError> {
    let locale = workspaces::load(tx)?.locale;
    let Some(prepared) = note(&run.memory, reason, locale) else {
        return Ok(conversation);
    };
    let recorded = record(tx, ctx, &conversation, Author::Bot, &prepared)?;
    Ok(recorded.conversation)
}

fn pass_on(
    tx: &mut Tx<'_>,
    ctx: &Context,
    before: &Conversation,
) -> Result<Conversation, BotError> {
    let queue = queue_of(tx, before.inbox_id)?;
    let session = match before.session_id {
        Some(id) => sessions::get(tx, id)?,
        None => None,
    };
    let Some(session) = session else {
        return Ok(before.clone());
    };
    let passed = routing::hand_over(tx, ctx, before.clone(), session, queue)?;
    Ok(conversations::save(tx, before, passed)?)
}

/// Somebody else has the turn, or the session is over: whoever has it is told what was tried.
fn close(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: &Conversation,
    run: &mut BotRun,
) -> Result<(), BotError> {
    let is_current = conversation.session_id == Some(run.session_id);
    let goes_on = is_current && !matches!(conversation.status, ConversationStatus::Resolved { .. });
    if goes_on {
        after(tx, run, ReaderStep::Contacted)?;
        write_note(tx, ctx, conversation.clone(), run, Reason::Taken)?;
    }
    let outcome = if goes_on {
        RunOutcome::HandedOver
    } else {
        RunOutcome::Ended
    };
    run.idle_at = None;
    run.ended = Some((ctx.now(), outcome));
    Ok(())
}

/// Ends a session in which the customer said nothing for long, or whose end nobody noted.
pub(super) fn end_silent(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    session: SessionId,
) -> Result<u64, BotError> {
    let Some(conversation) = conversations::get_for_update(tx, id)? else {
        return Ok(0);
    };
    let Some(mut run) = runs::get(tx, session)? else {
        return Ok(0);
    };
    if run.idle_at.is_none_or(|at| at > ctx.now()) {
        return Ok(0);
    }
    if may_speak(&conversation, session) {
        resolve_as(tx, ctx, &conversation, SystemLine::Resolved)?;
        run.idle_at = None;
        run.ended = Some((ctx.now(), RunOutcome::Silent));
    } else {
        close(tx, ctx, &conversation, &mut run)?;
    }
    match runs::save(tx, &run) {
        Ok(()) => Ok(1),
        Err(StoreError::Conflict { .. }) => Ok(0),
        Err(error) => Err(error.into()),
    }
}

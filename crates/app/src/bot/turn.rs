//! The job: looks at a conversation, decides, and writes, until nothing is left to do.
//!
//! What was read may be old when it is written. So the transaction that writes locks the
//! conversation, and does nothing unless the gate is open and the memory is as it was read.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use zhiyin_domain::actor::Actor;
use zhiyin_domain::bot::{Bot, BotRun, Memory, RunOutcome, may_speak};
use zhiyin_domain::contact::{Attributes, check_attributes};
use zhiyin_domain::conversation::{Conversation, ConversationStatus, Handler};
use zhiyin_domain::flows::{Call, Env, Input, Passage};
use zhiyin_domain::ids::{ContactId, ConversationId, QueueId, SessionId, WorkspaceId};
use zhiyin_domain::knowledge::QuestionPlace;
use zhiyin_domain::message::{Author, MessageKind, SystemLine};
use zhiyin_domain::secret::Secret;
use zhiyin_store::bots::{self as store, flows, opinions, runs, secrets};
use zhiyin_store::conversations::messages::{self, Audience};
use zhiyin_store::conversations::sessions;
use zhiyin_store::identity::workspaces;
use zhiyin_store::jobs::Job;
use zhiyin_store::routing::queues;
use zhiyin_store::{StoreError, Tx, contacts, conversations, inboxes};

use super::mind::{Act, Heard, Setting, Speech, hear};
use super::note::{Reason, note};
use super::settings::thresholds;
use super::sources::Sources;
use super::{BotError, outside, queue_of};
use crate::attributes::{Trust, take_in};
use crate::conversations::{ConversationError, NewMessage, record, resolve_as};
use crate::knowledge::{ReaderStep, after_question, ask};
use crate::widget::save_contact;
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
    let mut answer: Option<Answer> = None;
    for _ in 0..ROUNDS_MAX {
        let (reader, answered) = (app.clone(), answer.take());
        let plan = app.read_blocking(&who, move |tx, ctx| {
            look(&reader, tx, ctx, id, answered.as_ref())
        })?;
        let Some(plan) = plan else {
            return Ok(());
        };
        if let What::Call(call, secret) = plan.what {
            let fields = outside::send(app, plan.session, &call, secret);
            answer = Some(Answer { call, fields });
            continue;
        }
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

/// What another system answered.
struct Answer {
    call: Call,
    fields: Option<BTreeMap<String, String>>,
}

enum What {
    /// Another system is to be asked, outside of any transaction.
    Call(Call, Option<Secret<String>>),
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
    answer: Option<&Answer>,
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
    let call = run.memory.running().and_then(|it| it.call.clone());
    let answer = answer.filter(|it| Some(&it.call) == call.as_ref());
    if let (Some(call), None) = (call, answer) {
        let secret = match &call.secret {
            Some(name) => secrets::get(tx, name)?,
            None => None,
        };
        return Ok(Some(plan(run, What::Call(call, secret))));
    }
    let desk = Desk {
        app,
        conversation: &conversation,
        bot: &bot,
    };
    let fields = answer.map(|it| it.fields.clone());
    let decided = desk.decide(tx, ctx, run, fields)?;
    Ok(decided.map(|(run, acts)| plan(run, What::Acts(acts))))
}

/// What another system answered, if it could be reached.
type Called = Option<BTreeMap<String, String>>;

/// Where the bot sits.
struct Desk<'a> {
    app: &'a App,
    conversation: &'a Conversation,
    bot: &'a Bot,
}

impl Desk<'_> {
    /// What the bot does about the answer of another system, or messages it has not dealt with.
    fn decide(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Context,
        mut run: BotRun,
        fields: Option<Called>,
    ) -> Result<Option<(BotRun, Vec<Act>)>, BotError> {
        let text = match &fields {
            Some(_) => String::new(),
            None => match self.unheard(tx, &mut run)? {
                Some(text) => text,
                None => return Ok(None),
            },
        };
        let conversation = self.conversation;
        let inbox = inboxes::get(tx, conversation.inbox_id)?.ok_or(BotError::InboxNotFound)?;
        if run.memory.locale.is_none() {
            run.memory.locale = Some(inbox.settings.default_locale);
        }
        let is_open = routing::hours_of_inbox(tx, &inbox, ctx.now())?.is_open;
        let setting = Setting {
            settings: &self.bot.settings,
            thresholds: thresholds(tx, self.bot)?,
            is_open,
            env: env(tx, conversation.contact_id, is_open)?,
            place: (conversation.id, run.session_id),
            ctx,
        };
        let mut sources = Sources {
            tx,
            cache: self.app.knowledge(),
            public_url: &self.app.parts().settings.public_url,
        };
        let heard = match fields {
            Some(fields) => Heard::Happened(Input::Called(fields)),
            None => Heard::Said(&text),
        };
        let acts = hear(&mut run.memory, &setting, &mut sources, heard)?;
        Ok(Some((run, acts)))
    }

    /// What the customer wrote that was not dealt with; none if there is nothing.
    fn unheard(&self, tx: &mut Tx<'_>, run: &mut BotRun) -> Result<Option<String>, StoreError> {
        let id = self.conversation.id;
        let all = messages::before(tx, id, None, MESSAGES, Audience::Contact)?;
        let new = all
            .iter()
            .filter(|it| it.session_id == run.session_id && it.seq > run.seen_seq)
            .filter(|it| it.kind == MessageKind::Text && matches!(it.author, Author::Contact(_)));
        // Whoever writes in pieces asks one thing; in a flow each message is an answer of its own.
        let most = if run.memory.running().is_some() {
            1
        } else {
            usize::MAX
        };
        let new: Vec<_> = new.take(most).collect();
        let Some(last) = new.last() else {
            return Ok(None);
        };
        run.seen_seq = last.seq;
        let texts: Vec<&str> = new.iter().map(|it| it.text.as_str()).collect();
        Ok(Some(texts.join("\n")))
    }
}

/// What flows know of a contact. Only an address the site vouches for is verified.
fn env(tx: &mut Tx<'_>, contact: ContactId, is_open: bool) -> Result<Env, StoreError> {
    let mut env = Env {
        is_open,
        ..Env::default()
    };
    let Some(contact) = contacts::get(tx, contact)? else {
        return Ok(env);
    };
    let personal = contact.personal;
    let email = personal.email.map(|email| email.as_str().to_owned());
    if contact.is_verified {
        env.verified_email.clone_from(&email);
    }
    for (key, value) in [
        ("name", Some(personal.name)),
        ("email", email),
        ("phone", personal.phone),
    ] {
        env.contact
            .insert(key.to_owned(), value.unwrap_or_default());
    }
    let attributes = contact.attributes.into_iter().chain(personal.attributes);
    let attributes = attributes.map(|(key, value)| (format!("contact.{key}"), value));
    env.contact.extend(attributes);
    Ok(env)
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
        What::Call(..) => return Ok(()),
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
            Act::Step(flow, step, passage) => flows::count(tx, *flow, step, *passage)?,
            Act::Attribute(key, value) => {
                write_down(tx, ctx, conversation.contact_id, key, value)?;
            }
            Act::SendCode(email, code, locale) => {
                let code = (code.as_str(), *locale);
                outside::enqueue_code(tx, ctx, conversation.id, email, code)?;
            }
            Act::HandOver(why, queue) => {
                after(tx, run, ReaderStep::Contacted)?;
                let reason = Reason::Own(*why);
                conversation = write_note(tx, ctx, conversation, run, reason)?;
                conversation = pass_on(tx, ctx, &conversation, *queue)?;
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
    wanted: Option<QueueId>,
) -> Result<Conversation, BotError> {
    let wanted = match wanted {
        Some(id) => queues::get(tx, id)?.map(|_| id),
        None => None,
    };
    let queue = match wanted {
        Some(id) => Some(id),
        None => queue_of(tx, before.inbox_id)?,
    };
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

/// Writes down what a flow found out about a contact, where it fits.
fn write_down(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ContactId,
    key: &str,
    value: &str,
) -> Result<(), BotError> {
    let Some(before) = contacts::get_for_update(tx, id)? else {
        return Ok(());
    };
    let mut contact = before.clone();
    let values = Attributes::from([(key.to_owned(), value.to_owned())]);
    take_in(tx, &mut contact, &values, Trust::Signed)?;
    let is_fit = check_attributes(&contact.attributes).is_ok()
        && check_attributes(&contact.personal.attributes).is_ok();
    if is_fit && contact != before {
        save_contact(tx, ctx, &before, &contact)
            .map_err(|error| BotError::Contact(Box::new(error)))?;
    }
    Ok(())
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
        if let Some(flow) = run.memory.running() {
            flows::count(tx, flow.flow_id, &flow.state.step, Passage::ToPerson)?;
        }
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

//! Guided flows as people draw them: drafts, publishing, figures, secrets.

use zhiyin_domain::actor::Actor;
use zhiyin_domain::events::{Aggregate, Change, Event};
use zhiyin_domain::flows::{BotFlow, Document, FlowRevision, Problem, StepCounts, check};
use zhiyin_domain::ids::BotFlowId;
use zhiyin_domain::limits::{BOT_FLOWS_MAX, BOT_SECRET_BYTES_MAX, BOT_SECRETS_MAX, FLOW_BYTES_MAX};
use zhiyin_domain::secret::Secret;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::bots::{self, flows as store, secrets};
use zhiyin_store::identity::agents;
use zhiyin_store::{StoreError, Tx};

use super::{BotError, require};
use crate::Context;

/// Longest name of a flow or a secret, in characters.
const NAME_CHARS_MAX: usize = 80;
/// Revisions that are shown.
const REVISIONS: u32 = 50;

/// A flow with what is wrong with its draft.
#[derive(Debug, Clone, PartialEq)]
pub struct FlowView {
    /// The flow.
    pub flow: BotFlow,
    /// Whether the draft differs from what customers meet.
    pub has_changes: bool,
    /// What keeps the draft from being published.
    pub problems: Vec<Problem>,
}

/// A revision with the name of who published it.
#[derive(Debug, Clone, PartialEq)]
pub struct RevisionView {
    /// The revision.
    pub revision: FlowRevision,
    /// Who published it, if that was a person.
    pub published_by: Option<String>,
}

fn view(tx: &mut Tx<'_>, flow: BotFlow) -> Result<FlowView, BotError> {
    let live = match flow.published_revision {
        Some(revision) => store::document(tx, flow.id, revision)?,
        None => None,
    };
    Ok(FlowView {
        has_changes: live.as_ref() != Some(&flow.draft),
        problems: check(&flow.draft),
        flow,
    })
}

fn load(tx: &mut Tx<'_>, id: BotFlowId) -> Result<BotFlow, BotError> {
    store::get(tx, id)?.ok_or(BotError::FlowNotFound)
}

/// Loads a flow as it was read by who changes it.
fn load_as(tx: &mut Tx<'_>, id: BotFlowId, version: i64) -> Result<BotFlow, BotError> {
    let flow = load(tx, id)?;
    if flow.version == version {
        Ok(flow)
    } else {
        Err(BotError::Changed)
    }
}

fn clean(name: &str) -> Result<String, BotError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
        return Err(BotError::Name);
    }
    Ok(name.to_owned())
}

fn check_size(document: &Document) -> Result<(), BotError> {
    let bytes = serde_json::to_vec(document).map_or(usize::MAX, |it| it.len());
    if bytes > FLOW_BYTES_MAX {
        return Err(BotError::TooLarge);
    }
    Ok(())
}

fn changed(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: BotFlowId,
    change: Change,
) -> Result<(), StoreError> {
    let event = Event::SettingChanged {
        aggregate: Aggregate::BotFlow,
        id: id.uuid(),
        change,
    };
    ctx.append(tx, &event).map(drop)
}

fn save(tx: &mut Tx<'_>, ctx: &Context, flow: &BotFlow) -> Result<FlowView, BotError> {
    let flow = store::save(tx, flow)?;
    changed(tx, ctx, flow.id, Change::Updated)?;
    view(tx, flow)
}

/// All flows.
pub fn list_flows(tx: &mut Tx<'_>, ctx: &Context) -> Result<Vec<FlowView>, BotError> {
    require(ctx)?;
    let all = store::list(tx)?.into_iter();
    all.map(|flow| view(tx, flow)).collect()
}

/// One flow.
pub fn get_flow(tx: &mut Tx<'_>, ctx: &Context, id: BotFlowId) -> Result<FlowView, BotError> {
    require(ctx)?;
    let flow = load(tx, id)?;
    view(tx, flow)
}

/// Makes a flow; also what was taken out elsewhere.
pub fn create_flow(
    tx: &mut Tx<'_>,
    ctx: &Context,
    name: &str,
    document: &Document,
) -> Result<FlowView, BotError> {
    require(ctx)?;
    check_size(document)?;
    if store::list(tx)?.len() >= BOT_FLOWS_MAX {
        return Err(BotError::TooMany);
    }
    let flow = BotFlow {
        id: ctx.id(),
        name: clean(name)?,
        draft: document.clone(),
        published_revision: None,
        created_at: ctx.now(),
        updated_at: ctx.now(),
        version: 1,
    };
    store::insert(tx, &flow)?;
    changed(tx, ctx, flow.id, Change::Created)?;
    view(tx, flow)
}

/// Changes the draft. Customers meet what was published until the next publishing.
pub fn update_flow(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: BotFlowId,
    version: i64,
    (name, document): (&str, &Document),
) -> Result<FlowView, BotError> {
    require(ctx)?;
    check_size(document)?;
    let flow = BotFlow {
        name: clean(name)?,
        draft: document.clone(),
        updated_at: ctx.now(),
        ..load_as(tx, id, version)?
    };
    save(tx, ctx, &flow)
}

/// Publishes the draft. Sessions that began with an earlier revision go on with that.
pub fn publish_flow(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: BotFlowId,
    version: i64,
) -> Result<FlowView, BotError> {
    require(ctx)?;
    let flow = load_as(tx, id, version)?;
    let problems = check(&flow.draft);
    if !problems.is_empty() {
        return Err(BotError::Problems(problems));
    }
    let last = store::revisions(tx, id, 1)?;
    let revision = last.first().map_or(1, |last| last.revision + 1);
    let published = FlowRevision {
        flow_id: id,
        revision,
        document: flow.draft.clone(),
        published_at: ctx.now(),
        published_by: ctx.actor().clone(),
    };
    store::insert_revision(tx, &published)?;
    let flow = BotFlow {
        published_revision: Some(revision),
        ..flow
    };
    save(tx, ctx, &flow)
}

/// Whether an inbox greets with a flow.
fn is_greeting(tx: &mut Tx<'_>, id: BotFlowId) -> Result<bool, StoreError> {
    let mut all = bots::list(tx)?.into_iter();
    Ok(all.any(|bot| bot.settings.greeting_flow_id == Some(id)))
}

/// Takes a flow back: nobody begins it any more.
pub fn withdraw_flow(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: BotFlowId,
    version: i64,
) -> Result<FlowView, BotError> {
    require(ctx)?;
    let flow = load_as(tx, id, version)?;
    if is_greeting(tx, id)? {
        return Err(BotError::InUse);
    }
    let flow = BotFlow {
        published_revision: None,
        ..flow
    };
    save(tx, ctx, &flow)
}

/// Removes a flow. Customers who are in it go to a person with their next message.
pub fn delete_flow(tx: &mut Tx<'_>, ctx: &Context, id: BotFlowId) -> Result<(), BotError> {
    require(ctx)?;
    load(tx, id)?;
    if is_greeting(tx, id)? {
        return Err(BotError::InUse);
    }
    store::delete(tx, id)?;
    Ok(changed(tx, ctx, id, Change::Deleted)?)
}

/// What was published of a flow, newest first.
pub fn list_revisions(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: BotFlowId,
) -> Result<Vec<RevisionView>, BotError> {
    require(ctx)?;
    load(tx, id)?;
    let mut views = Vec::new();
    for revision in store::revisions(tx, id, REVISIONS)? {
        let agent = match revision.published_by {
            Actor::Agent(agent) => agents::get(tx, agent)?,
            Actor::Visitor(_) | Actor::App(_) | Actor::Bot | Actor::System(_) => None,
        };
        views.push(RevisionView {
            published_by: agent.map(|agent| agent.name.into_string()),
            revision,
        });
    }
    Ok(views)
}

/// How customers went through the steps of a flow.
pub fn flow_statistics(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: BotFlowId,
) -> Result<Vec<(String, StepCounts)>, BotError> {
    require(ctx)?;
    load(tx, id)?;
    Ok(store::counts(tx, id)?)
}

/// Names of all secrets, with when they were set.
pub fn list_secrets(tx: &mut Tx<'_>, ctx: &Context) -> Result<Vec<(String, Timestamp)>, BotError> {
    require(ctx)?;
    Ok(secrets::list(tx)?)
}

/// Sets a secret. It is shown to nobody from then on.
pub fn set_secret(
    tx: &mut Tx<'_>,
    ctx: &Context,
    name: &str,
    value: &Secret<String>,
) -> Result<(), BotError> {
    require(ctx)?;
    let name = clean(name)?;
    let is_sendable = |text: &str| text.bytes().all(|byte| (32..127).contains(&byte));
    let text = value.expose();
    if text.is_empty() || text.len() > BOT_SECRET_BYTES_MAX || !is_sendable(text) {
        return Err(BotError::Secret);
    }
    let known = secrets::list(tx)?;
    if known.len() >= BOT_SECRETS_MAX && !known.iter().any(|(known, _)| *known == name) {
        return Err(BotError::TooMany);
    }
    Ok(secrets::set(tx, &name, value, ctx.now())?)
}

/// Removes a secret. Calls that need it fail from then on.
pub fn delete_secret(tx: &mut Tx<'_>, ctx: &Context, name: &str) -> Result<(), BotError> {
    require(ctx)?;
    if secrets::delete(tx, name)? {
        Ok(())
    } else {
        Err(BotError::SecretNotFound)
    }
}

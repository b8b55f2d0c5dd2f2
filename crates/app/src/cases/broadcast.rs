//! One answer for all children of a case: every customer is told once, and a crash in the
//! middle is gone on from where it was.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use zhiyin_domain::cases::case::{Case, OpenWork};
use zhiyin_domain::cases::links::{Skip, plan_answer};
use zhiyin_domain::ids::{AgentId, CaseBroadcastId, CaseId, WorkspaceId};
use zhiyin_domain::limits::CASE_CHILDREN_MAX;
use zhiyin_domain::message::{MessageKind, check_client_id};
use zhiyin_domain::permission::{Denied, Permission};
use zhiyin_store::cases::broadcasts::{self as rows, Broadcast, Delivered};
use zhiyin_store::cases::{self as store, links, talks};
use zhiyin_store::identity::access;
use zhiyin_store::{StoreError, Tx, conversations};

use super::{CaseError, Happened, Setup, What, beside, changed, load, note_event, see, status};
use crate::conversations::{NewMessage, answer, check};
use crate::work::{Reconciler, Round, RoundFuture, WorkError};
use crate::{App, Context, Principal};

/// Answers under way that are looked at in one round.
const BATCH: u32 = 20;
/// Children answered in one transaction.
const PIECE: usize = 25;

/// An answer with how far it is.
#[derive(Debug, Clone)]
pub struct BroadcastView {
    /// The answer.
    pub broadcast: Broadcast,
    /// The children that are done with.
    pub delivered: Vec<Delivered>,
}

/// What the worker runs.
pub(super) fn reconciler() -> Reconciler {
    Reconciler {
        name: "case_broadcasts",
        period: Duration::from_secs(15),
        rest: Duration::from_millis(500),
        run: |app| Box::pin(round(app)) as RoundFuture,
    }
}

async fn round(app: App) -> Result<Round, WorkError> {
    let open = app
        .store()
        .read_system(move |system| rows::open(system, BATCH))
        .await?;
    let mut done = 0;
    let mut failed = None;
    for (workspace, id) in open {
        match go_on(&app, workspace, id).await {
            Ok(count) => done += count,
            Err(error) => failed = Some(error),
        }
    }
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(Round {
            done,
            next_due: None,
        }),
    }
}

async fn go_on(app: &App, workspace: WorkspaceId, id: CaseBroadcastId) -> Result<u64, CaseError> {
    let principal = Principal::system(workspace, "case_broadcasts");
    app.write(&principal, move |tx, ctx| piece(tx, ctx, id))
        .await
}

/// Answers all children of a case. The same client id gives the same answer.
pub fn answer_children(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    (client_id, text, resolves): (&str, &str, bool),
) -> Result<BroadcastView, CaseError> {
    let case = load(tx, ctx, id, Permission::WorkCases)?;
    let me = ctx.actor().agent().ok_or(Denied {
        permission: Permission::WorkCases,
    })?;
    check_client_id(client_id)?;
    if let Some(broadcast) = rows::by_client(tx, id, client_id)? {
        let delivered = rows::delivered(tx, broadcast.id)?;
        return Ok(BroadcastView {
            broadcast,
            delivered,
        });
    }
    let text = zhiyin_domain::message::clean_text(text, false)?;
    let children = children(tx, id)?;
    if children.is_empty() {
        return Err(CaseError::NoChildren);
    }
    let broadcast = Broadcast {
        id: ctx.id(),
        case_id: id,
        client_id: client_id.to_owned(),
        text,
        resolves,
        made_by: me,
        total: u32::try_from(children.len()).unwrap_or(u32::MAX),
        created_at: ctx.now(),
        done_at: None,
    };
    rows::insert(tx, &broadcast)?;
    let happened = Happened::new("case.answered", broadcast.id.to_string()).saying(&broadcast.text);
    note_event(tx, ctx, &case, happened)?;
    Ok(BroadcastView {
        broadcast,
        delivered: Vec::new(),
    })
}

/// The answers for the children of a case, the latest first.
pub fn list_broadcasts(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
) -> Result<Vec<BroadcastView>, CaseError> {
    see(tx, ctx, id)?;
    let mut views = Vec::new();
    for broadcast in rows::of_case(tx, id)? {
        let delivered = rows::delivered(tx, broadcast.id)?;
        views.push(BroadcastView {
            broadcast,
            delivered,
        });
    }
    Ok(views)
}

fn children(tx: &mut Tx<'_>, id: CaseId) -> Result<BTreeSet<CaseId>, StoreError> {
    let limit = u32::try_from(CASE_CHILDREN_MAX).unwrap_or(u32::MAX);
    let links = links::children(tx, id, limit)?;
    Ok(links.into_iter().map(|link| link.from_id).collect())
}

const fn reason(skip: Skip) -> &'static str {
    match skip {
        Skip::Answered => "answered_before",
        Skip::Closed => "closed",
        Skip::Merged => "merged",
        Skip::NoContact => "no_contact",
        Skip::SameContact => "same_contact",
    }
}

/// Answers the next children under the lock of the parent; gives how many were done with.
fn piece(tx: &mut Tx<'_>, ctx: &Context, id: CaseBroadcastId) -> Result<u64, CaseError> {
    let Some(found) = rows::get(tx, id)? else {
        return Ok(0);
    };
    let Some(parent) = store::get_for_update(tx, found.case_id)? else {
        return Ok(0);
    };
    let Some(broadcast) = rows::get(tx, id)?.filter(|it| it.done_at.is_none()) else {
        return Ok(0);
    };
    let delivered = rows::delivered(tx, id)?;
    let known: BTreeMap<CaseId, String> = delivered
        .into_iter()
        .map(|it| (it.case_id, it.outcome))
        .collect();
    let answered: BTreeSet<CaseId> = known
        .iter()
        .filter(|(_, outcome)| outcome.as_str() == "answered")
        .map(|(id, _)| *id)
        .collect();
    let mut cases = Vec::new();
    for child in children(tx, parent.id)? {
        cases.extend(store::get(tx, child)?);
    }
    let plan = plan_answer(&cases, &answered);
    let mut done = 0;
    for (child, skip) in plan.skip {
        if !known.contains_key(&child) {
            rows::deliver(tx, id, child, reason(skip), ctx.now())?;
            done += 1;
        }
    }
    let rest: Vec<CaseId> = plan
        .answer
        .into_iter()
        .filter(|child| !known.contains_key(child))
        .collect();
    for child in rest.iter().take(PIECE) {
        let outcome = tx.savepoint(|tx| tell(tx, ctx, &broadcast, *child));
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(CaseError::Store(error)) => return Err(error.into()),
            Err(_) => "failed",
        };
        rows::deliver(tx, id, *child, outcome, ctx.now())?;
        done += 1;
    }
    if rest.len() <= PIECE {
        rows::finish(tx, id, ctx.now())?;
    }
    let happened = Happened::new("case.answered", id.to_string()).told([broadcast.made_by]);
    note_event(tx, ctx, &parent, happened)?;
    Ok(done)
}

/// Tells one customer, in the name of whoever answers all.
fn tell(
    tx: &mut Tx<'_>,
    ctx: &Context,
    broadcast: &Broadcast,
    child: CaseId,
) -> Result<&'static str, CaseError> {
    let before = store::get_for_update(tx, child)?.ok_or(CaseError::NotFound(child))?;
    let agent: AgentId = broadcast.made_by;
    let author = ctx.in_name_of(agent, access::load(tx, agent)?);
    let prepared = NewMessage {
        client_id: Some(format!("case:{}:{child}", broadcast.id)),
        kind: MessageKind::Text,
        text: broadcast.text.clone(),
        reply_to_id: None,
        attachment_ids: Vec::new(),
        mentions: Vec::new(),
    }
    .prepare()?;
    let mut talks = talks::of_case(tx, &BTreeSet::from([child]))?;
    talks.reverse();
    let mut is_told = false;
    for (_, conversation, _) in talks {
        let Some(conversation) = conversations::get_for_update(tx, conversation)? else {
            continue;
        };
        if check(&author, &conversation, Permission::Reply).is_ok() {
            answer(tx, &author, &conversation, &prepared)?;
            is_told = true;
            break;
        }
    }
    if !is_told {
        return Ok("no_conversation");
    }
    let happened = Happened::new("case.answered", broadcast.id.to_string())
        .saying(&broadcast.text)
        .told([before.owner_id()]);
    note_event(tx, &author, &before, happened)?;
    if broadcast.resolves {
        resolve_child(tx, &author, &before)?;
    }
    Ok("answered")
}

/// Resolves a child whose problem was that of all; its procedure is left, for that reason.
fn resolve_child(tx: &mut Tx<'_>, ctx: &Context, before: &Case) -> Result<(), CaseError> {
    if !before.status.category().is_unsolved() {
        return Ok(());
    }
    let may = ctx
        .access()
        .allows(Permission::WorkCases, &before.resource());
    let open = status::open_work(tx, before.id)?;
    if !may || open.tasks > 0 || open.approvals > 0 {
        return Ok(());
    }
    let setup = Setup::load(tx)?;
    if let (Some(run), Some(me)) = (
        zhiyin_store::cases::runs::get(tx, before.id)?,
        ctx.actor().agent(),
    ) && let Some(visit) = run.current().map(|visit| visit.number)
    {
        let run = run.abandon(visit, me, "answered together with all", ctx.now())?;
        zhiyin_store::cases::runs::put(tx, before.id, &run)?;
    }
    let after = before
        .clone()
        .resolve(ctx.actor().clone(), OpenWork::default(), ctx.now())?;
    let case = changed(tx, ctx, &setup, before, after, What::Status(None))?;
    beside::resolved(tx, ctx, &setup, &case)
}

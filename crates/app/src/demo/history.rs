//! Ninety days of past service: dialogues played through the use cases with times of then.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use zhiyin_domain::actor::Actor;
use zhiyin_domain::contact::{Contact, Personal};
use zhiyin_domain::conversation::Assignment;
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::{AgentId, ConversationId, IdentityId, InboxId, VisitorTokenId};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::permission::Access;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::widget::Visitor;
use zhiyin_store::{Tx, contacts, conversations as store};

use super::DemoError;
use super::company::Made;
use super::plan::{Customer, Planner, Session};
use super::texts::{Speaker, Texts};
use crate::ratings::RatingInput;
use crate::scheduled_messages::{self, NewScheduled};
use crate::widget::save_contact;
use crate::{App, Context, Principal};

/// Sessions written in one transaction.
const BATCH: usize = 10;

/// Plays `sessions` past sessions; gives everybody who came.
pub async fn play(
    app: &App,
    texts: &Texts,
    made: &Made,
    sessions: usize,
) -> Result<Arc<Vec<Customer>>, DemoError> {
    let principal = Principal::system(made.workspace, "demo");
    let ctx = app.context(&principal);
    let mut planner = Planner::new(texts, made, &ctx);
    let plan = planner.plan(sessions)?;
    let customers = Arc::new(planner.customers);
    let mut known = BTreeSet::new();
    let mut batches = plan.into_iter().peekable();
    while batches.peek().is_some() {
        let batch: Vec<Session> = batches.by_ref().take(BATCH).collect();
        let fresh: Vec<usize> = batch
            .iter()
            .map(|s| s.who)
            .filter(|who| known.insert(*who))
            .collect();
        let (customers, app_then) = (Arc::clone(&customers), app.clone());
        app.write(&principal, move |tx, _| {
            write(tx, &app_then, &customers, &fresh, &batch)
        })
        .await?;
    }
    Ok(customers)
}

/// Writes one batch: new customers, then their sessions.
fn write(
    tx: &mut Tx<'_>,
    app: &App,
    customers: &[Customer],
    fresh: &[usize],
    batch: &[Session],
) -> Result<(), DemoError> {
    for who in fresh {
        let customer = &customers[*who];
        contacts::insert(tx, &customer.contact)?;
        contacts::insert_identity(tx, &customer.identity)?;
        let ctx = at(app, tx, Actor::system("demo"), customer.contact.created_at);
        let event = Event::ContactCreated {
            contact_id: customer.contact.id,
            identity_id: customer.identity.id,
            inbox_id: customer.identity.inbox_id,
        };
        ctx.append(tx, &event)?;
        // Through the same door as a real change, so that the name can be found.
        let before = Contact {
            personal: Personal::default(),
            ..customer.contact.clone()
        };
        save_contact(tx, &ctx, &before, &customer.contact).map_err(DemoError::refused)?;
    }
    for session in batch {
        play_session(tx, app, &customers[session.who], session)?;
    }
    Ok(())
}

/// A caller of then.
pub(super) fn at(app: &App, tx: &Tx<'_>, actor: Actor, now: Timestamp) -> Context {
    let access = Access {
        agent: actor.agent(),
        ..Access::everything()
    };
    let principal = Principal {
        actor,
        access: Arc::new(access),
        ..Principal::system(tx.workspace(), "demo")
    };
    let parts = app.parts();
    Context::new(
        &principal,
        now,
        Arc::clone(&parts.ids),
        Arc::clone(&parts.rng),
    )
}

fn visitor(customer: &Customer, tx: &Tx<'_>, token: VisitorTokenId) -> Visitor {
    Visitor {
        workspace: tx.workspace(),
        token_id: token,
        inbox_id: customer.identity.inbox_id,
        identity_id: customer.identity.id,
        contact_id: customer.contact.id,
        is_blocked: false,
        is_enabled: true,
        expires_at: Timestamp::from_micros(i64::MAX),
    }
}

fn find(
    tx: &mut Tx<'_>,
    inbox: InboxId,
    identity: IdentityId,
) -> Result<ConversationId, DemoError> {
    let found = store::find(tx, inbox, identity)?;
    found
        .map(|it| it.id)
        .ok_or_else(|| DemoError::Texts("a dialogue that the customer does not begin".to_owned()))
}

fn play_session(
    tx: &mut Tx<'_>,
    app: &App,
    customer: &Customer,
    session: &Session,
) -> Result<(), DemoError> {
    let writer = Actor::Visitor(customer.identity.id);
    let visitor = visitor(
        customer,
        tx,
        VisitorTokenId::from_uuid(customer.identity.id.uuid()),
    );
    let (inbox, identity) = (visitor.inbox_id, visitor.identity_id);
    let mut now = session.at;
    let mut last_agent = None;
    let mut is_tagged = false;
    for step in &session.lines {
        now = now.plus(step.after).plus(Duration::from_millis(137));
        match (step.speaker, step.agent) {
            (Speaker::Customer, _) => {
                let ctx = at(app, tx, writer.clone(), now);
                crate::widget::post(tx, &ctx, &visitor, &step.message, &BTreeMap::new())
                    .map_err(DemoError::refused)?;
            }
            (Speaker::Agent | Speaker::Note, None) => {}
            (Speaker::Agent | Speaker::Note, Some(agent)) => {
                let id = find(tx, inbox, identity)?;
                let ctx = at(app, tx, Actor::Agent(agent), now);
                if !is_tagged {
                    take_up(tx, &ctx, id, agent, session)?;
                    is_tagged = true;
                }
                crate::conversations::post_message(tx, &ctx, id, &step.message)
                    .map_err(DemoError::refused)?;
                last_agent = Some(agent);
                if let Some((next, team)) = step.next {
                    let to = Assignment {
                        agent_id: Some(next),
                        team_id: Some(team),
                    };
                    crate::conversations::assign(tx, &ctx, id, to, None)
                        .map_err(DemoError::refused)?;
                    last_agent = Some(next);
                }
            }
        }
    }
    match (session.is_resolved, last_agent) {
        (true, Some(agent)) => finish(tx, app, customer, &visitor, agent, session, now),
        (true | false, _) => Ok(()),
    }
}

/// The agent takes the conversation and tags it.
fn take_up(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    agent: AgentId,
    session: &Session,
) -> Result<(), DemoError> {
    let to = Assignment {
        agent_id: Some(agent),
        team_id: session.team,
    };
    crate::conversations::assign(tx, ctx, id, to, None).map_err(DemoError::refused)?;
    crate::conversations::set_tags(tx, ctx, id, session.tags.clone())
        .map_err(DemoError::refused)?;
    Ok(())
}

/// The agent resolves; the customer reads and rates.
fn finish(
    tx: &mut Tx<'_>,
    app: &App,
    customer: &Customer,
    visitor: &Visitor,
    agent: AgentId,
    session: &Session,
    now: Timestamp,
) -> Result<(), DemoError> {
    let id = find(tx, visitor.inbox_id, visitor.identity_id)?;
    let end = now.plus(Duration::from_secs(25));
    let ctx = at(app, tx, Actor::Agent(agent), end);
    let resolved = crate::conversations::resolve(tx, &ctx, id).map_err(DemoError::refused)?;
    let writer = Actor::Visitor(visitor.identity_id);
    let ctx = at(app, tx, writer, end.plus(Duration::from_secs(40)));
    crate::widget::seen(tx, &ctx, visitor, resolved.last_seq).map_err(DemoError::refused)?;
    if let (Some(rating), Some(session_id)) = (&session.rating, resolved.session_id) {
        let rating = RatingInput {
            session_id,
            ..rating.clone()
        };
        crate::widget::rate(tx, &ctx, visitor, &rating).map_err(DemoError::refused)?;
    }
    if session.follows_up {
        let ctx = at(
            app,
            tx,
            Actor::Agent(agent),
            end.plus(Duration::from_mins(2)),
        );
        let text = match customer.locale {
            Locale::ZhCn => "您好，茶具用着还顺手吗？有什么需要随时告诉我。",
            Locale::En => {
                "Hello, is everything well with your order? I am here if you need anything."
            }
        };
        let follow_up = NewScheduled {
            client_id: "follow-up".to_owned(),
            text: text.to_owned(),
            attachment_ids: Vec::new(),
            send_at: app.clock().now().plus(Duration::from_hours(20)),
            cancel_on_reply: true,
            addressing: None,
        };
        scheduled_messages::schedule(tx, &ctx, id, &follow_up).map_err(DemoError::refused)?;
    }
    Ok(())
}

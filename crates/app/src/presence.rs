//! Presence: who takes work, what they chose, and what the system believes.
//!
//! A choice and a connection are believed for [`PRESENCE_LEASE`]; nodes renew it for those
//! who are connected to them. When it ends, or when nothing was touched for a while, the
//! reconciler `presence` says what follows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use zhiyin_domain::calendars::BusinessTime;
use zhiyin_domain::events::Event;
use zhiyin_domain::identity::agent::Presence;
use zhiyin_domain::ids::{AgentId, CalendarId, WorkspaceId};
use zhiyin_domain::permission::{Denied, Permission, Resource};
use zhiyin_domain::presence::{AgentPresence, AwayReason, BreakReason, PRESENCE_LEASE};
use zhiyin_domain::routing::WorkKind;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::identity::{agents, teams};
use zhiyin_store::routing::{StoredProfile, items, profiles, settings};
use zhiyin_store::{StoreError, Tx, presences as store};

use crate::work::{Reconciler, Round, RoundFuture, Work};
use crate::{App, Context, Principal, calendars};

/// Without a wake-up the reconciler looks this often.
const PERIOD: Duration = Duration::from_secs(10);
/// Commits come by the hundred a second; nobody notices two seconds here.
const REST: Duration = Duration::from_secs(2);

/// Why something with presence was refused.
#[derive(Debug, thiserror::Error)]
pub enum PresenceError {
    /// No such agent, or not an active one.
    #[error("no such agent")]
    NotFound,
    /// Only a person is present.
    #[error("only an agent can do this")]
    NotAnAgent,
    /// The permission is missing.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An agent's presence beside what they have to do.
#[derive(Debug, Clone)]
pub struct PresenceView {
    /// What they chose and what is believed.
    pub presence: AgentPresence,
    /// Whether a connection is known.
    pub is_connected: bool,
    /// Units of their capacity in use.
    pub units_used: u32,
    /// Units of their capacity.
    pub units_total: u32,
    /// Pieces of work by kind.
    pub work: BTreeMap<WorkKind, u32>,
}

/// What the worker runs.
#[must_use]
pub fn work() -> Work {
    Work {
        reconcilers: vec![Reconciler {
            name: "presence",
            period: PERIOD,
            rest: REST,
            run: |app| Box::pin(pass(app)) as RoundFuture,
        }],
        ..Work::default()
    }
}

fn acting(ctx: &Context) -> Result<AgentId, PresenceError> {
    ctx.actor().agent().ok_or(PresenceError::NotAnAgent)
}

fn known(tx: &mut Tx<'_>, agent: AgentId, now: Timestamp) -> Result<AgentPresence, StoreError> {
    let found = store::get_for_update(tx, agent)?;
    Ok(found.unwrap_or_else(|| AgentPresence::absent(agent, now)))
}

/// Saves what changed, and tells everybody what they can see of it.
fn save(
    tx: &mut Tx<'_>,
    ctx: &Context,
    before: &AgentPresence,
    after: &AgentPresence,
) -> Result<(), StoreError> {
    if after == before {
        return Ok(());
    }
    store::save(tx, after)?;
    let shown = |it: &AgentPresence| {
        (
            it.chosen,
            it.reason,
            it.effective,
            it.away_because,
            it.is_on_shift,
        )
    };
    if shown(before) != shown(after) {
        ctx.append(
            tx,
            &Event::AgentPresenceChanged {
                agent_id: after.agent_id,
                presence: after.effective.as_str().to_owned(),
            },
        )?;
    }
    Ok(())
}

/// The caller says whether they take work.
pub fn choose(
    tx: &mut Tx<'_>,
    ctx: &Context,
    chosen: Presence,
    reason: Option<BreakReason>,
) -> Result<PresenceView, PresenceError> {
    let agent = acting(ctx)?;
    let before = known(tx, agent, ctx.now())?;
    let mut after = before.clone().choose(chosen, reason, ctx.now());
    after.is_on_shift = is_on_shift(tx, agent, ctx.now())?;
    save(tx, ctx, &before, &after)?;
    Ok(view(tx, agent, ctx.now())?)
}

/// The caller touched something.
pub fn touch(tx: &mut Tx<'_>, ctx: &Context) -> Result<(), PresenceError> {
    let agent = acting(ctx)?;
    let Some(before) = store::get_for_update(tx, agent)? else {
        return Ok(());
    };
    let until = ctx.now().plus(PRESENCE_LEASE);
    let after = before
        .clone()
        .touched(ctx.now())
        .connected(until, ctx.now());
    Ok(save(tx, ctx, &before, &after)?)
}

/// A supervisor says whether an agent takes work.
pub fn force(
    tx: &mut Tx<'_>,
    ctx: &Context,
    agent: AgentId,
    chosen: Presence,
    reason: Option<BreakReason>,
) -> Result<PresenceView, PresenceError> {
    ctx.require(Permission::SuperviseFloor, &Resource::WORKSPACE)?;
    agents::get(tx, agent)?
        .filter(|agent| agent.is_active)
        .ok_or(PresenceError::NotFound)?;
    let before = known(tx, agent, ctx.now())?;
    let by = ctx.actor().clone();
    let after = before.clone().force(chosen, reason, by, ctx.now());
    save(tx, ctx, &before, &after)?;
    Ok(view(tx, agent, ctx.now())?)
}

/// An agent left so many offers unanswered that they seem to be away.
pub(crate) fn seems_away(tx: &mut Tx<'_>, ctx: &Context, agent: AgentId) -> Result<(), StoreError> {
    let Some(before) = store::get_for_update(tx, agent)? else {
        return Ok(());
    };
    let after = before
        .clone()
        .seems_away(AwayReason::MissedOffers, ctx.now());
    save(tx, ctx, &before, &after)
}

/// An agent may not log in any more.
pub(crate) fn leave(tx: &mut Tx<'_>, ctx: &Context, agent: AgentId) -> Result<(), StoreError> {
    let before = known(tx, agent, ctx.now())?;
    let by = ctx.actor().clone();
    let after = before.clone().force(Presence::Offline, None, by, ctx.now());
    save(tx, ctx, &before, &after)
}

/// Whether an agent is at their desk, also if busy.
pub(crate) fn is_at_work(
    tx: &mut Tx<'_>,
    agent: AgentId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let found = store::get(tx, agent)?;
    Ok(found.is_some_and(|it| {
        let is_here = matches!(it.effective, Presence::Online | Presence::Busy);
        is_here && it.is_on_shift && it.is_connected(now)
    }))
}

/// Whether the shift of an agent is on: by their own calendar, else by those of their teams.
fn is_on_shift(tx: &mut Tx<'_>, agent: AgentId, now: Timestamp) -> Result<bool, StoreError> {
    let own = profiles::get(tx, agent)?.and_then(|profile| profile.calendar_id);
    let teams = match own {
        Some(_) => Vec::new(),
        None => teams::calendars_of_member(tx, agent)?,
    };
    let mut shift = Shift::default();
    for id in shift_calendars(own, teams) {
        shift.0.extend(calendars::business_time(tx, id)?);
    }
    Ok(shift.is_on(now))
}

/// A connection of an agent opened: they are as they chose before.
pub fn connected(tx: &mut Tx<'_>, ctx: &Context) -> Result<(), PresenceError> {
    let agent = acting(ctx)?;
    let Some(before) = store::get_for_update(tx, agent)? else {
        return Ok(());
    };
    if before.chosen == Presence::Offline {
        return Ok(());
    }
    let until = ctx.now().plus(PRESENCE_LEASE);
    let mut after = before
        .clone()
        .touched(ctx.now())
        .connected(until, ctx.now());
    after.is_on_shift = is_on_shift(tx, agent, ctx.now())?;
    Ok(save(tx, ctx, &before, &after)?)
}

/// Believes in the connections of these agents for longer.
pub fn renew(tx: &mut Tx<'_>, agents: &[AgentId], now: Timestamp) -> Result<(), StoreError> {
    store::renew(tx, agents, now.plus(PRESENCE_LEASE))
}

/// The caller's own presence.
pub fn mine(tx: &mut Tx<'_>, ctx: &Context) -> Result<PresenceView, PresenceError> {
    let agent = acting(ctx)?;
    Ok(view(tx, agent, ctx.now())?)
}

/// One agent.
pub fn view(tx: &mut Tx<'_>, agent: AgentId, now: Timestamp) -> Result<PresenceView, StoreError> {
    let presence = store::get(tx, agent)?.unwrap_or_else(|| AgentPresence::absent(agent, now));
    let profile = profiles::get(tx, agent)?.unwrap_or_else(|| StoredProfile::usual(agent));
    let work = items::work_of_agent(tx, agent)?;
    Ok(view_of(presence, &profile, &work, now))
}

/// All agents who may log in.
pub fn list(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<PresenceView>, PresenceError> {
    let (mut presences, mut profiles_of) = (store::list(tx)?, profiles::list(tx)?);
    let work = items::work_of_agents(tx)?;
    let agents = profiles::active_agents(tx)?;
    let views = agents.into_iter().map(|agent| {
        let presence = presences.remove(&agent);
        let profile = profiles_of.remove(&agent);
        view_of(
            presence.unwrap_or_else(|| AgentPresence::absent(agent, now)),
            &profile.unwrap_or_else(|| StoredProfile::usual(agent)),
            work.get(&agent).map_or(&[], Vec::as_slice),
            now,
        )
    });
    Ok(views.collect())
}

fn view_of(
    presence: AgentPresence,
    profile: &StoredProfile,
    work: &[WorkKind],
    now: Timestamp,
) -> PresenceView {
    let mut counts: BTreeMap<WorkKind, u32> =
        WorkKind::ALL.into_iter().map(|kind| (kind, 0)).collect();
    let mut used = 0_u32;
    for kind in work {
        *counts.entry(*kind).or_default() += 1;
        let cost = profile.capacity.costs.get(kind).copied();
        used = used.saturating_add(cost.unwrap_or(profile.capacity.units));
    }
    PresenceView {
        is_connected: presence.is_connected(now),
        presence,
        units_used: used,
        units_total: profile.capacity.units,
        work: counts,
    }
}

/// The calendars by which an agent works: their own, else those of all their teams. A team
/// without one works whenever they do, and so does who is in none.
fn shift_calendars(own: Option<CalendarId>, teams: Vec<Option<CalendarId>>) -> Vec<CalendarId> {
    match own {
        Some(own) => vec![own],
        None => teams
            .into_iter()
            .collect::<Option<Vec<_>>>()
            .unwrap_or_default(),
    }
}

/// When an agent works: while any of these is open; without any, always.
#[derive(Clone, Default)]
struct Shift(Vec<Arc<BusinessTime>>);

impl Shift {
    fn is_on(&self, now: Timestamp) -> bool {
        self.0.is_empty() || self.0.iter().any(|it| it.is_open(now))
    }

    /// When the first of them opens or closes.
    fn next_change(&self, now: Timestamp) -> Option<Timestamp> {
        let change = |it: &Arc<BusinessTime>| {
            if it.is_open(now) {
                it.next_closing(now)
            } else {
                it.next_opening(now)
            }
        };
        self.0.iter().filter_map(change).min()
    }
}

/// Shifts of the agents of a workspace, made ready once a round.
struct Shifts {
    away_after: Duration,
    of_agents: BTreeMap<AgentId, Shift>,
}

fn shifts(tx: &mut Tx<'_>) -> Result<Shifts, StoreError> {
    let away_after = Duration::from_secs(settings::load(tx)?.away_after_s.into());
    let mut teams_of = teams::calendars_of_members(tx)?;
    for (agent, profile) in profiles::list(tx)? {
        if let Some(own) = profile.calendar_id {
            teams_of.insert(agent, vec![Some(own)]);
        }
    }
    let mut ready: BTreeMap<CalendarId, Option<Arc<BusinessTime>>> = BTreeMap::new();
    let mut of_agents: BTreeMap<AgentId, Shift> = BTreeMap::new();
    for (agent, teams) in teams_of {
        for id in shift_calendars(None, teams) {
            let time = match ready.get(&id) {
                Some(time) => time.clone(),
                None => calendars::business_time(tx, id)?,
            };
            ready.insert(id, time.clone());
            of_agents.entry(agent).or_default().0.extend(time);
        }
    }
    Ok(Shifts {
        away_after,
        of_agents,
    })
}

impl Shifts {
    fn pass(&self, it: &AgentPresence, now: Timestamp) -> AgentPresence {
        let mut after = it.clone().pass(now, self.away_after);
        let shift = self.of_agents.get(&it.agent_id);
        after.is_on_shift = shift.is_none_or(|shift| shift.is_on(now));
        after
    }

    fn next_due(&self, it: &AgentPresence, now: Timestamp) -> Option<Timestamp> {
        let shift = self.of_agents.get(&it.agent_id);
        let change = shift.and_then(|shift| shift.next_change(now));
        it.next_due(self.away_after).into_iter().chain(change).min()
    }
}

/// One round: what follows from time passing.
async fn pass(app: App) -> Result<Round, crate::work::WorkError> {
    let now = app.clock().now();
    let here = app.store().read_system(store::here).await?;
    let mut round = Round::default();
    let workspaces: BTreeSet<WorkspaceId> = here.iter().map(|(workspace, _)| *workspace).collect();
    for workspace in workspaces {
        let shifts = app.store().read(workspace, shifts).await?;
        let shifts = Arc::new(shifts);
        for (_, presence) in here.iter().filter(|(of, _)| *of == workspace) {
            if shifts.pass(presence, now) == *presence {
                let due = shifts.next_due(presence, now);
                round.next_due = round.next_due.into_iter().chain(due).min();
                continue;
            }
            let (agent, shifts) = (presence.agent_id, Arc::clone(&shifts));
            let principal = Principal::system(workspace, "presence");
            let change = move |tx: &mut Tx<'_>, ctx: &Context| {
                let Some(before) = store::get_for_update(tx, agent)? else {
                    return Ok(());
                };
                let after = shifts.pass(&before, ctx.now());
                save(tx, ctx, &before, &after)
            };
            app.write::<(), StoreError, _>(&principal, change).await?;
            round.done += 1;
        }
    }
    Ok(round)
}

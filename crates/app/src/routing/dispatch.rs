//! What routing does by itself: a floor in memory, made of the rows of one workspace.
//!
//! ```text
//! read_floor ─► Floor::new ─┐                       ┌─► store (lease, versions) ─┐
//! read_news ──► take_in ────┴─► decide ─► [Change] ─┘                            │
//!                  ▲                                     taken | stale ◄─────────┘
//! ```
//!
//! Everything is kept right by two checks in the transaction that stores a change: the fence
//! of the lease, so that only one node decides, and the version of the row, so that nobody is
//! overruled. What was refused is read again. A floor that is lost is made anew.

mod news;

pub use news::{FloorRows, News, read_floor, read_news};

use std::collections::{HashMap, HashSet};

use zhiyin_domain::conversation::ConversationStatus;
use zhiyin_domain::identity::agent::Presence;
use zhiyin_domain::ids::{AgentId, QueueItemId, WorkspaceId};
use zhiyin_domain::permission::Permission;
use zhiyin_domain::presence::AgentPresence;
use zhiyin_domain::routing::{Decision, ItemState, Mode, Notice, Router, Standing, Trigger};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::identity::{access, agents};
use zhiyin_store::leases::{self, Lease};
use zhiyin_store::routing::{StoredItem, StoredProfile, decisions, items};
use zhiyin_store::{SystemTx, Tx, conversations};

use super::offers::follow;
use super::{Fact, tell};
use crate::Context;
use crate::conversations::ConversationError;

/// Something that is to happen to one piece of work.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    id: QueueItemId,
    version: i64,
    standing: Standing,
    steps: Vec<Step>,
}

/// One step on the way to the new standing.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    /// The agent did not answer in time.
    Expired(AgentId),
    /// It is taken from the agent.
    Returned(AgentId),
    /// It is given or offered to an agent.
    Decided(Box<Decision>),
}

/// All that is to be stored at once.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    items: Vec<Change>,
    away: Vec<AgentId>,
}

impl Changes {
    /// Whether there is nothing to store.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && self.away.is_empty()
    }

    /// The only piece of work it is about, if it is one.
    #[must_use]
    pub fn only(&self) -> Option<QueueItemId> {
        match self.items.as_slice() {
            [change] => Some(change.id),
            _ => None,
        }
    }
}

/// What became of changes.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    taken: Vec<(QueueItemId, i64)>,
    /// Present rows of what was refused; none where it is gone.
    stale: Vec<(QueueItemId, Option<StoredItem>)>,
    must_begin_anew: bool,
}

/// Who waits, who is there, and what follows from it: the rows of one workspace in memory.
pub struct Floor {
    router: Router,
    seq: i64,
    versions: HashMap<QueueItemId, i64>,
    steps: Vec<(QueueItemId, Step)>,
    /// Agents who get no work, since they may not answer customers.
    others: HashSet<AgentId>,
}

impl Floor {
    /// A floor as the rows have it. `set_aside` is left out.
    #[must_use]
    pub fn new(rows: FloorRows, set_aside: &HashSet<QueueItemId>, now: Timestamp) -> Self {
        let mut router = Router::new(rows.settings.router());
        for queue in rows.queues {
            router.upsert_queue(queue.policy, now);
        }
        let (mut profiles, mut teams) = (rows.profiles, rows.teams);
        for agent in &rows.active {
            let profile = profiles.remove(agent);
            let profile = profile.unwrap_or_else(|| StoredProfile::usual(*agent));
            let teams = teams.remove(agent).unwrap_or_default();
            router.upsert_agent(profile.with_teams(teams), now);
            // Who never said that they are there never left either.
            router.set_left_at(*agent, Timestamp::EPOCH);
        }
        let others = rows.active.iter().copied();
        let others = others.filter(|agent| !rows.candidates.contains(agent));
        let mut floor = Self {
            router,
            seq: rows.seq,
            versions: HashMap::new(),
            steps: Vec::new(),
            others: others.collect(),
        };
        for agent in &floor.others {
            // They keep what somebody gave them, and are never asked.
            let told = floor.router.set_presence(*agent, Presence::Busy, now);
            let told = told.and_then(|()| floor.router.set_on_shift(*agent, false, now));
            debug_assert!(told.is_ok(), "they were added above");
        }
        for presence in rows.presences.values() {
            if presence.effective == Presence::Offline {
                floor.router.set_left_at(presence.agent_id, presence.since);
            }
            // Who is unknown is no agent any more.
            floor.see(presence, presence.since);
        }
        for item in rows.items {
            if set_aside.contains(&item.item.id) {
                continue;
            }
            let (id, before) = (item.item.id, item.standing.agent());
            floor.reload(item, Trigger::Changed, now);
            // Work of somebody who is no longer among the agents stands in line again.
            let is_lost = floor
                .router
                .standing(id)
                .is_some_and(|it| it.agent() != before);
            if let (true, Some(agent)) = (is_lost, before) {
                floor.steps.push((id, Step::Returned(agent)));
            }
        }
        floor
    }

    /// The place in the log up to which it is true.
    #[must_use]
    pub const fn seq(&self) -> i64 {
        self.seq
    }

    /// When something happens by itself.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        self.router.next_timer()
    }

    /// Takes in what happened. Says whether there is more to read, or nothing if the floor
    /// must be made anew.
    pub fn take_in(&mut self, news: News, now: Timestamp) -> Option<bool> {
        if news.must_begin_anew {
            return None;
        }
        self.seq = news.seq;
        for agent in news.attentive {
            self.router.forgive(agent);
        }
        for presence in &news.presences {
            if !self.see(presence, now) {
                return None;
            }
        }
        for (item, trigger) in news.items {
            let (id, agent) = (item.item.id, item.standing.agent());
            if self.versions.get(&id) == Some(&item.version) {
                continue;
            }
            self.reload(item, trigger, now);
            let has = self.router.standing(id).map(|standing| standing.agent());
            if has.is_some_and(|has| has != agent) {
                // Somebody new has it.
                return None;
            }
        }
        Some(news.is_more)
    }

    /// What is to happen now, already in force here; at most `limit` decisions.
    pub fn decide(&mut self, now: Timestamp, limit: usize) -> Changes {
        self.router.tick(now);
        let mut steps = std::mem::take(&mut self.steps);
        let mut away = Vec::new();
        loop {
            let notices = self.router.take_notices();
            if notices.is_empty() {
                break;
            }
            for notice in notices {
                self.note(notice, &mut steps, &mut away, now);
            }
        }
        for _ in 0..limit {
            let Some(decision) = self.router.decide(now) else {
                break;
            };
            steps.push((decision.item_id, Step::Decided(Box::new(decision))));
        }
        let mut order = Vec::new();
        let mut by_item: HashMap<QueueItemId, Vec<Step>> = HashMap::new();
        for (id, step) in steps {
            let of = by_item.entry(id).or_insert_with(|| {
                order.push(id);
                Vec::new()
            });
            of.push(step);
        }
        let change = |id: QueueItemId| {
            Some(Change {
                id,
                version: *self.versions.get(&id)?,
                standing: self.router.standing(id)?,
                steps: by_item.remove(&id)?,
            })
        };
        Changes {
            items: order.into_iter().filter_map(change).collect(),
            away,
        }
    }

    /// Takes in what became of changes. False if the floor must be made anew.
    pub fn settle(&mut self, outcome: Outcome, now: Timestamp) -> bool {
        for (id, version) in outcome.taken {
            self.versions.insert(id, version);
        }
        for (id, item) in outcome.stale {
            match item {
                Some(item) => self.reload(item, Trigger::Changed, now),
                None => self.forget(id, now),
            }
        }
        !outcome.must_begin_anew
    }

    fn note(
        &mut self,
        notice: Notice,
        steps: &mut Vec<(QueueItemId, Step)>,
        away: &mut Vec<AgentId>,
        now: Timestamp,
    ) {
        match notice {
            Notice::Expired { item_id, agent_id } => {
                steps.push((item_id, Step::Expired(agent_id)));
            }
            Notice::Unanswered { item_id, agent_id } | Notice::Revoked { item_id, agent_id } => {
                steps.push((item_id, Step::Returned(agent_id)));
            }
            Notice::HandedOver { item_id, from } => steps.push((item_id, Step::Returned(from))),
            Notice::SeemsAway { agent_id, .. } => {
                away.push(agent_id);
                // Known agents only: whoever is unknown cannot have missed an offer.
                let told = self.router.set_presence(agent_id, Presence::Away, now);
                debug_assert!(told.is_ok(), "an agent who missed offers is known");
            }
            // Nothing of it is stored: the step follows from the waiting time, and who has
            // it again is said by the new standing.
            Notice::Eased { .. } | Notice::Returned { .. } => {}
        }
    }

    /// Takes in a presence. False if nobody knows the agent.
    fn see(&mut self, presence: &AgentPresence, now: Timestamp) -> bool {
        if self.others.contains(&presence.agent_id) {
            return true;
        }
        let (agent, effective) = (presence.agent_id, presence.effective);
        let is_on_shift = presence.is_on_shift;
        self.router.set_presence(agent, effective, now).is_ok()
            && self.router.set_on_shift(agent, is_on_shift, now).is_ok()
    }

    fn forget(&mut self, id: QueueItemId, now: Timestamp) {
        self.versions.remove(&id);
        self.steps.retain(|(of, _)| *of != id);
        if self.router.place(id).is_some() {
            let gone = self.router.remove(id, now);
            debug_assert!(gone.is_ok(), "what has a place can be removed");
        }
    }

    fn reload(&mut self, item: StoredItem, trigger: Trigger, now: Timestamp) {
        let id = item.item.id;
        self.forget(id, now);
        if item.ended.is_some() {
            return;
        }
        let taken_at = item.assigned_at;
        let restored = self
            .router
            .restore_because(item.item, &item.standing, trigger, now);
        match restored {
            Ok(()) => {
                self.versions.insert(id, item.version);
                if let Some(taken_at) = taken_at {
                    self.router.set_taken_at(id, taken_at);
                }
            }
            // The queue came a moment ago: the floor is made anew when its event is read.
            Err(error) => tracing::debug!("Work cannot be taken up yet: {error}"),
        }
    }
}

/// Stores changes on the strength of a lease. What was changed by somebody meanwhile is left
/// alone and given back as it is now.
pub fn store(
    system: &mut SystemTx<'_>,
    ctx: &Context,
    lease: &Lease,
    changes: &Changes,
) -> Result<Outcome, ConversationError> {
    leases::check(system, lease)?;
    let workspace: WorkspaceId = ctx.workspace();
    let mut tx = system.bind(workspace);
    let mut outcome = Outcome::default();
    for change in &changes.items {
        match apply(&mut tx, ctx, change)? {
            Applied::Taken(version) => outcome.taken.push((change.id, version)),
            Applied::Stale(item) => outcome.stale.push((change.id, item)),
            Applied::NotAllowed => {
                outcome.must_begin_anew = true;
                break;
            }
        }
    }
    for agent in &changes.away {
        crate::presence::seems_away(&mut tx, ctx, *agent)?;
    }
    Ok(outcome)
}

enum Applied {
    Taken(i64),
    Stale(Option<StoredItem>),
    /// An agent may not serve it any more.
    NotAllowed,
}

fn apply(tx: &mut Tx<'_>, ctx: &Context, change: &Change) -> Result<Applied, ConversationError> {
    let Some(found) = items::get(tx, change.id)? else {
        return Ok(Applied::Stale(None));
    };
    let conversation = conversations::get_for_update(tx, found.item.conversation_id)?;
    // What was read before the lock may be old.
    let item = items::get(tx, change.id)?;
    let (Some(conversation), Some(item)) = (conversation, item) else {
        return Ok(Applied::Stale(None));
    };
    let is_open = matches!(conversation.status, ConversationStatus::Open);
    if item.ended.is_some() || item.version != change.version || !is_open {
        return Ok(Applied::Stale(Some(item)));
    }
    for step in &change.steps {
        if let Step::Decided(decision) = step {
            let mut resource = conversation.resource();
            resource.assignee = Some(decision.agent_id);
            let is_active =
                agents::get(tx, decision.agent_id)?.is_some_and(|agent| agent.is_active);
            let access = access::load(tx, decision.agent_id)?;
            if !is_active || !access.allows(Permission::Reply, &resource) {
                return Ok(Applied::NotAllowed);
            }
        }
    }
    let is_held =
        change.standing.state() == ItemState::Assigned || change.standing.sender.is_some();
    let had_it = item.assigned_at.filter(|_| is_held);
    let item = items::save(
        tx,
        StoredItem {
            assigned_at: had_it.or(is_held.then(|| ctx.now())),
            standing: change.standing.clone(),
            ..item
        },
    )?;
    for step in &change.steps {
        let (fact, agent) = match step {
            Step::Expired(agent) => (Fact::Expired, *agent),
            Step::Returned(agent) => (Fact::Returned, *agent),
            Step::Decided(decision) => {
                decisions::insert(tx, ctx.id(), decision)?;
                let fact = match decision.mode {
                    Mode::Offer { .. } => Fact::Offered,
                    Mode::Direct { .. } => Fact::Assigned,
                };
                (fact, decision.agent_id)
            }
        };
        tell(tx, ctx, fact, &item, Some(agent))?;
    }
    follow(tx, ctx, conversation, &item)?;
    Ok(Applied::Taken(item.version))
}

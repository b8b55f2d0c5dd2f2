//! Thousands of small floors where everything goes wrong: agents come and go, offers are
//! declined, left and accepted too late, customers leave at the same moment, transactions
//! fail, and the program crashes and rebuilds its router from what was stored.
//!
//! After every step: nobody has more than they can carry, nothing is assigned twice,
//! nothing is lost, and nobody waits for whom there is a free agent. At the end the floor
//! is left alone, and everybody who waits is served.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rand::RngExt;
use rand_pcg::Pcg64Mcg;
use zhiyin_domain::conversation::Priority;
use zhiyin_domain::identity::agent::Presence;
use zhiyin_domain::ids::{AgentId, ConversationId, QueueItemId, SessionId, SkillId, TeamId};
use zhiyin_domain::routing::{
    AgentProfile, Capacity, Decision, Delivery, Ease, EaseStep, Place, Queue, QueueItem, Router,
    RouterSettings, SkillLevel, SkillNeed, Standing, Tie, WorkKind,
};
use zhiyin_domain::tier::Tier;
use zhiyin_domain::time::Timestamp;

use crate::floor::{plain_queue, uuid};
use crate::stream;

/// What was found wrong, in words; and how much happened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChaosReport {
    /// Empty is right.
    pub faults: Vec<String>,
    /// Decisions that were made.
    pub decisions: u32,
    /// Crashes that were survived.
    pub crashes: u32,
    /// Items that were served to the end.
    pub served: u32,
}

/// What the database holds: it survives a crash, the router does not.
#[derive(Clone)]
struct Stored {
    item: QueueItem,
    standing: Standing,
}

struct Chaos {
    rng: Pcg64Mcg,
    queue: Queue,
    agents: Vec<AgentProfile>,
    presence: BTreeMap<AgentId, Presence>,
    stored: BTreeMap<QueueItemId, Stored>,
    router: Router,
    now: Timestamp,
    next: u64,
    report: ChaosReport,
}

/// Runs one floor with this seed for so many steps.
#[must_use]
pub fn chaos(seed: u64, steps: u32) -> ChaosReport {
    let mut floor = Chaos::new(seed);
    for _ in 0..steps {
        floor.step();
        floor.settle();
        floor.check();
        if !floor.report.faults.is_empty() {
            return floor.report;
        }
    }
    floor.calm_down();
    floor.report
}

fn level(number: u8) -> SkillLevel {
    SkillLevel::try_from(number.clamp(1, 5)).unwrap_or(SkillLevel::MIN)
}

impl Chaos {
    fn new(seed: u64) -> Self {
        let mut rng = stream(seed, 41);
        let mut queue = plain_queue();
        if rng.random_bool(0.7) {
            queue.delivery = Delivery::Offer { expires_s: 20 };
        } else if rng.random_bool(0.5) {
            queue.delivery = Delivery::Direct {
                answer_within_s: Some(60),
            };
        }
        queue.decline_pause_s = rng.random_range(0..40);
        if rng.random_bool(0.5) {
            queue.tie = Tie::LeastBusy;
        }
        queue.teams = BTreeSet::from([TeamId::from_uuid(uuid(1))]);
        // In the end nothing stands in the way, so that everybody can be served.
        let step = |after_s, ease| EaseStep { after_s, ease };
        queue.eases = vec![
            step(30, Ease::LowerLevels(2)),
            step(60, Ease::AnyTeam),
            step(90, Ease::DropSkills),
        ];
        let count = rng.random_range(1..7);
        let agents = (0..count)
            .map(|number| Self::agent(number, &mut rng))
            .collect();
        let mut floor = Self {
            rng,
            queue,
            agents,
            presence: BTreeMap::new(),
            stored: BTreeMap::new(),
            router: Router::default(),
            now: Timestamp::EPOCH,
            next: 0,
            report: ChaosReport::default(),
        };
        floor.rebuild();
        floor
    }

    fn agent(number: u64, rng: &mut Pcg64Mcg) -> AgentProfile {
        let mut skills = BTreeMap::new();
        for skill in 0..3 {
            if rng.random_bool(0.5) {
                skills.insert(
                    SkillId::from_uuid(uuid(skill)),
                    level(rng.random_range(1..6)),
                );
            }
        }
        let mut capacity = Capacity::default();
        if rng.random_bool(0.3) {
            capacity.most.insert(WorkKind::Chat, 1);
        }
        AgentProfile {
            id: AgentId::from_uuid(uuid(number)),
            skills,
            languages: BTreeSet::new(),
            teams: BTreeSet::from([TeamId::from_uuid(uuid(rng.random_range(1..3)))]),
            capacity,
        }
    }

    /// A new program reads what is stored.
    fn rebuild(&mut self) {
        let mut router = Router::new(RouterSettings::default());
        router.upsert_queue(self.queue.clone(), self.now);
        for agent in &self.agents {
            router.upsert_agent(agent.clone(), self.now);
        }
        for stored in self.stored.values() {
            let done = router.restore(stored.item.clone(), &stored.standing, self.now);
            if let Err(error) = done {
                self.report.faults.push(format!("restore: {error}"));
            }
        }
        for (agent, presence) in &self.presence {
            if let Err(error) = router.set_presence(*agent, *presence, self.now) {
                self.report.faults.push(format!("presence: {error}"));
            }
        }
        self.router = router;
    }

    fn any_agent(&mut self) -> AgentId {
        self.agents[self.rng.random_range(0..self.agents.len())].id
    }

    fn any_item(&mut self) -> Option<QueueItemId> {
        let count = self.stored.len();
        if count == 0 {
            return None;
        }
        self.stored
            .keys()
            .nth(self.rng.random_range(0..count))
            .copied()
    }

    fn step(&mut self) {
        match self.rng.random_range(0..20) {
            0..6 => self.enter(),
            6..9 => {
                let agent = self.any_agent();
                let presence = if self.rng.random_bool(0.6) {
                    Presence::Online
                } else {
                    Presence::ALL[self.rng.random_range(0..5)]
                };
                self.presence.insert(agent, presence);
                let done = self.router.set_presence(agent, presence, self.now);
                debug_assert_eq!(done, Ok(()));
            }
            9..13 => self.answer(),
            13..16 => {
                // Served to the end, or the customer left; also in the middle of an offer.
                if let Some(id) = self.any_item() {
                    self.stored.remove(&id);
                    self.report.served += 1;
                    let done = self.router.remove(id, self.now);
                    debug_assert_eq!(done, Ok(()));
                }
            }
            16..18 => {
                self.now = self
                    .now
                    .plus(Duration::from_secs(self.rng.random_range(1..50)));
                self.router.tick(self.now);
            }
            18 => {
                self.report.crashes += 1;
                self.rebuild();
            }
            // Messages that come late, twice or for nothing: refused, and nothing changes.
            _ => {
                let (agent, id) = (
                    self.any_agent(),
                    QueueItemId::from_uuid(uuid(self.next + 9)),
                );
                let refused = self.router.accept(id, agent, self.now).is_err()
                    && self.router.decline(id, agent, self.now).is_err()
                    && self.router.remove(id, self.now).is_err();
                if !refused {
                    self.report
                        .faults
                        .push("took a message about nothing".to_owned());
                }
            }
        }
    }

    fn enter(&mut self) {
        let number = self.next;
        self.next += 1;
        let mut needs = Vec::new();
        if self.rng.random_bool(0.6) {
            needs.push(SkillNeed {
                skill_id: SkillId::from_uuid(uuid(self.rng.random_range(0..3))),
                level: level(self.rng.random_range(1..6)),
            });
        }
        let kinds = [
            WorkKind::Chat,
            WorkKind::Chat,
            WorkKind::Call,
            WorkKind::Mail,
        ];
        let own = self.rng.random_bool(0.3).then(|| self.any_agent());
        let item = QueueItem {
            id: QueueItemId::from_uuid(uuid(number)),
            conversation_id: ConversationId::from_uuid(uuid(number)),
            session_id: SessionId::from_uuid(uuid(number)),
            queue_id: self.queue.id,
            entered_at: self.now,
            kind: kinds[self.rng.random_range(0..kinds.len())],
            needs,
            language: None,
            tier: Tier::BASE,
            severity: Priority::Normal,
            stage: None,
            last_agent: own,
            dedicated: own
                .filter(|_| self.rng.random_bool(0.3))
                .into_iter()
                .collect(),
        };
        let stored = Stored {
            item: item.clone(),
            standing: Standing::waiting(self.now),
        };
        self.stored.insert(item.id, stored);
        let done = self.router.enqueue(item, self.now);
        debug_assert_eq!(done, Ok(()));
    }

    /// Somebody answers an offer, perhaps not the one it was made to.
    fn answer(&mut self) {
        let Some(id) = self.any_item() else {
            return;
        };
        let agent = self.any_agent();
        let offered = match self.router.place(id) {
            Some(Place::Offered { agent_id, .. }) => Some(agent_id),
            _ => None,
        };
        let (takes, now) = (self.rng.random_bool(0.6), self.now);
        let done = if takes {
            self.router.accept(id, agent, now)
        } else {
            self.router.decline(id, agent, now)
        };
        if done.is_ok() != (offered == Some(agent)) {
            self.report.faults.push(format!(
                "{id} offered to {offered:?} answered by {agent}: {done:?}"
            ));
        }
        if let Some(to) = offered.filter(|to| *to != agent) {
            let done = self.router.accept(id, to, now);
            debug_assert_eq!(done, Ok(()));
        }
        if self.rng.random_bool(0.5) {
            let done = self.router.answered(id);
            debug_assert_eq!(done, Ok(()));
        }
    }

    /// Decisions are stored one by one. Now and then the transaction fails, now and then the
    /// program dies right after it.
    fn settle(&mut self) {
        let mut rounds = 0;
        while let Some(decision) = self.router.decide(self.now) {
            rounds += 1;
            self.report.decisions += 1;
            if rounds > 500 {
                self.report.faults.push("decides without end".to_owned());
                return;
            }
            if self.rng.random_bool(0.05) {
                let done = self.router.put_back(decision.item_id, self.now);
                debug_assert_eq!(done, Ok(()));
                continue;
            }
            self.judge(&decision);
            self.store(decision.item_id);
            if self.rng.random_bool(0.01) {
                self.store_all();
                self.report.crashes += 1;
                self.rebuild();
            }
        }
        self.store_all();
    }

    fn store(&mut self, id: QueueItemId) {
        if let (Some(stored), Some(standing)) = (self.stored.get_mut(&id), self.router.standing(id))
        {
            stored.standing = standing;
        }
    }

    fn store_all(&mut self) {
        for id in self.stored.keys().copied().collect::<Vec<_>>() {
            self.store(id);
        }
    }

    fn judge(&mut self, decision: &Decision) {
        let who = self.presence.get(&decision.agent_id);
        if who != Some(&Presence::Online) {
            self.report
                .faults
                .push(format!("{} is {who:?} and got work", decision.agent_id));
        }
        if decision.explanation.candidates.first().map(|c| c.agent_id) != Some(decision.agent_id) {
            self.report
                .faults
                .push("the explanation names somebody else".to_owned());
        }
    }

    fn check(&mut self) {
        let mut holders: BTreeMap<QueueItemId, u32> = BTreeMap::new();
        let mut faults = Vec::new();
        for agent in &self.agents {
            let work: Vec<QueueItemId> = self.router.work_of(agent.id).collect();
            let kinds = work
                .iter()
                .filter_map(|id| self.stored.get(id))
                .map(|stored| stored.item.kind);
            let units: u32 = kinds.clone().map(|kind| agent.capacity.costs[&kind]).sum();
            let chats = kinds.filter(|kind| *kind == WorkKind::Chat).count();
            let most = agent
                .capacity
                .most
                .get(&WorkKind::Chat)
                .copied()
                .unwrap_or(u32::MAX);
            if units > agent.capacity.units || chats > most as usize {
                faults.push(format!("{} carries {units} units, {chats} chats", agent.id));
            }
            for id in work {
                *holders.entry(id).or_default() += 1;
            }
        }
        for (id, stored) in &self.stored {
            let held = holders.remove(id).unwrap_or(0);
            let free = |router: &mut Router| {
                router
                    .explain_waiting(*id, self.now)
                    .map(|count| count.free)
            };
            match self.router.place(*id) {
                None => faults.push(format!("{id} is lost")),
                Some(Place::Waiting { held_until: None }) => match free(&mut self.router) {
                    Ok(0) if held == 0 => {}
                    found => faults.push(format!("{id} waits, {held} have it, free: {found:?}")),
                },
                Some(Place::Waiting { .. }) if held == 0 => {}
                Some(Place::Offered { .. } | Place::Assigned { .. }) if held == 1 => {}
                place => faults.push(format!("{id} is {place:?} and {held} have it")),
            }
            if let Some(Place::Waiting { .. }) = self.router.place(*id)
                && !self.router.line(self.queue.id).any(|other| other == *id)
            {
                faults.push(format!("{} waits outside the line", stored.item.id));
            }
        }
        if !holders.is_empty() {
            faults.push(format!("work from nowhere: {holders:?}"));
        }
        self.report.faults.extend(faults);
    }

    /// Everybody comes to work, takes what is offered and finishes it. Nobody may be left.
    fn calm_down(&mut self) {
        for agent in self.agents.clone() {
            let done = self
                .router
                .set_presence(agent.id, Presence::Online, self.now);
            debug_assert_eq!(done, Ok(()));
            self.presence.insert(agent.id, Presence::Online);
        }
        for _ in 0..400 {
            self.now = self.now.plus(Duration::from_secs(10));
            self.router.tick(self.now);
            self.settle();
            for id in self.stored.keys().copied().collect::<Vec<_>>() {
                let holder = match self.router.place(id) {
                    Some(Place::Offered { agent_id, .. }) => {
                        let done = self.router.accept(id, agent_id, self.now);
                        debug_assert_eq!(done, Ok(()));
                        true
                    }
                    Some(Place::Assigned { .. }) => true,
                    Some(Place::Waiting { .. }) | None => false,
                };
                if holder {
                    self.stored.remove(&id);
                    self.report.served += 1;
                    let done = self.router.remove(id, self.now);
                    debug_assert_eq!(done, Ok(()));
                }
            }
            if self.stored.is_empty() {
                return;
            }
        }
        self.report
            .faults
            .push(format!("{} wait for ever", self.stored.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_doubled_or_left_waiting() {
        let (mut decisions, mut crashes) = (0, 0);
        for seed in 0..1500 {
            let report = chaos(seed, 40);
            assert!(report.faults.is_empty(), "seed {seed}: {:?}", report.faults);
            decisions += report.decisions;
            crashes += report.crashes;
        }
        assert!(
            decisions > 10_000 && crashes > 1000,
            "{decisions} {crashes}"
        );
    }

    #[test]
    fn one_seed_gives_one_run() {
        assert_eq!(chaos(7, 80), chaos(7, 80));
    }
}

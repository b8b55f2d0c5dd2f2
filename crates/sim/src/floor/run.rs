//! The event loop.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::time::Duration;

use rand_distr::Distribution as _;
use rand_pcg::Pcg64Mcg;
use zhiyin_domain::conversation::Priority;
use zhiyin_domain::identity::agent::Presence;
use zhiyin_domain::ids::{AgentId, ConversationId, QueueItemId, SessionId};
use zhiyin_domain::routing::{
    Capacity, QueueItem, Router, RouterError, RouterSettings, ServiceTimes, estimate_wait,
};
use zhiyin_domain::tier::Tier;
use zhiyin_domain::time::Timestamp;

use super::{Day, KIND, Scenario, uuid};
use crate::{Distribution, stream};

/// What can happen, in the order in which things of one moment happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Period(usize),
    Finish(u64),
    GiveUp(u64),
    Arrival(usize),
    Tick,
}

struct Contact {
    kind: usize,
    period: usize,
    arrived: i64,
    service: i64,
    is_counted: bool,
    /// What the customer was told on arrival, in seconds.
    told_s: Option<u32>,
    /// Who serves it.
    agent: Option<usize>,
}

struct Worker {
    id: AgentId,
    group: usize,
    is_online: bool,
    is_busy: bool,
}

struct Floor<'a> {
    scenario: &'a Scenario,
    router: Router,
    now: i64,
    events: BinaryHeap<Reverse<(i64, Event, u64)>>,
    sequence: u64,
    contacts: HashMap<u64, Contact>,
    next_contact: u64,
    workers: Vec<Worker>,
    worker_of: HashMap<AgentId, usize>,
    /// More agents than planned, who leave when they finish, by group.
    excess: Vec<u32>,
    busy: Vec<u32>,
    online: Vec<u32>,
    measured_until: i64,
    busyness: f64,
    period: usize,
    arrivals: Vec<Pcg64Mcg>,
    services: Pcg64Mcg,
    patience: Pcg64Mcg,
    tick_at: Option<Timestamp>,
    times: ServiceTimes,
    day: Day,
}

/// Runs one day.
#[must_use]
pub fn simulate(scenario: &Scenario, seed: u64) -> Day {
    let mut floor = Floor::new(scenario, seed);
    floor.push(0, Event::Period(0));
    while let Some(Reverse((at, event, _))) = floor.events.pop() {
        floor.measure_until(at);
        floor.now = at;
        floor.handle(event);
        floor.decide();
        if floor.is_over() {
            break;
        }
    }
    floor.day
}

fn micros(seconds: f64) -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "days of a simulation fit into i64 microseconds"
    )]
    let micros = (seconds * 1e6).round() as i64;
    micros
}

#[expect(
    clippy::cast_precision_loss,
    reason = "differences within a simulated day are exact"
)]
fn seconds(micros: i64) -> f64 {
    micros as f64 / 1e6
}

fn by_period<T>(values: &[T], period: usize) -> Option<&T> {
    values.get(period).or(values.last())
}

impl<'a> Floor<'a> {
    fn new(scenario: &'a Scenario, seed: u64) -> Self {
        let settings = RouterSettings {
            offline_grace_s: u32::MAX,
            away_grace_s: None,
            ..RouterSettings::default()
        };
        let mut router = Router::new(settings);
        router.upsert_queue(scenario.queue.clone(), Timestamp::EPOCH);
        let (mut workers, mut worker_of) = (Vec::new(), HashMap::new());
        for (group, kind) in scenario.groups.iter().enumerate() {
            let most = kind.sizes.iter().copied().max().unwrap_or(0);
            for _ in 0..most {
                let id = AgentId::from_uuid(uuid(workers.len() as u64));
                let mut profile = kind.profile.clone();
                profile.id = id;
                profile.capacity = Capacity::only(KIND, 1);
                router.upsert_agent(profile, Timestamp::EPOCH);
                worker_of.insert(id, workers.len());
                workers.push(Worker {
                    id,
                    group,
                    is_online: false,
                    is_busy: false,
                });
            }
        }
        let groups = scenario.groups.len();
        let types = scenario.types.len();
        let mut busyness = stream(seed, 1);
        let day = Day {
            busy_s: vec![0.0; groups],
            present_s: vec![0.0; groups],
            in_target_by: vec![vec![0.0; scenario.periods_s.len()]; types],
            ..Day::default()
        };
        Self {
            scenario,
            router,
            now: 0,
            events: BinaryHeap::new(),
            sequence: 0,
            contacts: HashMap::new(),
            next_contact: 0,
            workers,
            worker_of,
            excess: vec![0; groups],
            busy: vec![0; groups],
            online: vec![0; groups],
            measured_until: micros(scenario.warm_up_s),
            busyness: scenario
                .busyness
                .as_ref()
                .map_or(1.0, |d| d.sample(&mut busyness)),
            period: 0,
            arrivals: (0..types)
                .map(|kind| stream(seed, 10 + kind as u64))
                .collect(),
            services: stream(seed, 2),
            patience: stream(seed, 3),
            tick_at: None,
            times: ServiceTimes::default(),
            day,
        }
    }

    fn time(&self) -> Timestamp {
        Timestamp::from_micros(self.now)
    }

    /// Nobody comes any more and everybody is served; what is left are timers.
    fn is_over(&self) -> bool {
        self.period >= self.scenario.periods_s.len() && self.contacts.is_empty()
    }

    fn push(&mut self, at: i64, event: Event) {
        self.sequence += 1;
        self.events.push(Reverse((at, event, self.sequence)));
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Period(period) => self.begin_period(period),
            Event::Arrival(kind) => {
                self.arrive(kind);
                self.next_arrival(kind);
            }
            Event::GiveUp(contact) => self.give_up(contact),
            Event::Finish(contact) => self.finish(contact),
            Event::Tick => self.router.tick(self.time()),
        }
    }

    fn begin_period(&mut self, period: usize) {
        self.period = period;
        for group in 0..self.scenario.groups.len() {
            let size = by_period(&self.scenario.groups[group].sizes, period)
                .copied()
                .unwrap_or(0);
            self.staff(group, size);
        }
        if period < self.scenario.periods_s.len() {
            let end = self.now + micros(self.scenario.periods_s[period]);
            self.push(end, Event::Period(period + 1));
            for kind in 0..self.scenario.types.len() {
                self.next_arrival(kind);
            }
        }
    }

    /// Arrivals of a period are drawn anew at its beginning, which changes nothing for a
    /// process without memory.
    fn next_arrival(&mut self, kind: usize) {
        let rates = &self.scenario.types[kind].rates;
        let Some(rate) = rates.get(self.period).map(|rate| rate * self.busyness) else {
            return;
        };
        let Ok(gap) = rand_distr::Exp::new(rate) else {
            return;
        };
        let at = self.now + micros(gap.sample(&mut self.arrivals[kind]));
        let ends = self.scenario.periods_s[..=self.period].iter().sum::<f64>();
        if rate > 0.0 && at < micros(ends) {
            self.push(at, Event::Arrival(kind));
        }
    }

    /// Brings as many agents of a group to work as are planned. Who is busy finishes first.
    fn staff(&mut self, group: usize, size: u32) {
        let present = self.online[group];
        self.excess[group] = present.saturating_sub(size);
        let come = size.saturating_sub(present);
        for worker in 0..self.workers.len() {
            let who = &self.workers[worker];
            if who.group != group {
                continue;
            }
            if self.excess[group] > 0 && who.is_online && !who.is_busy {
                self.excess[group] -= 1;
                self.set_online(worker, false);
            } else if self.online[group] < present + come && !who.is_online && size > present {
                self.set_online(worker, true);
            }
        }
    }

    fn set_online(&mut self, worker: usize, is_online: bool) {
        let now = self.time();
        let who = &mut self.workers[worker];
        who.is_online = is_online;
        let (presence, change) = if is_online {
            (Presence::Online, 1)
        } else {
            (Presence::Offline, -1)
        };
        self.online[who.group] = self.online[who.group].saturating_add_signed(change);
        let known = self.router.set_presence(who.id, presence, now);
        debug_assert_eq!(known, Ok(()));
    }

    fn arrive(&mut self, kind: usize) {
        let number = self.next_contact;
        self.next_contact += 1;
        let now = self.time();
        let is_counted = self.now >= micros(self.scenario.warm_up_s);
        let about = &self.scenario.types[kind];
        let draw = |from: &[Distribution], rng: &mut Pcg64Mcg| {
            by_period(from, self.period).map(|d| micros(d.sample(rng)))
        };
        let service = draw(&about.services, &mut self.services).unwrap_or(0);
        let patience = draw(&about.patience, &mut self.patience);
        let item = QueueItem {
            id: QueueItemId::from_uuid(uuid(number)),
            conversation_id: ConversationId::from_uuid(uuid(number)),
            session_id: SessionId::from_uuid(uuid(number)),
            queue_id: self.scenario.queue.id,
            entered_at: now,
            kind: KIND,
            needs: about.needs.clone(),
            language: None,
            tier: Tier::BASE,
            severity: Priority::Normal,
            stage: None,
            last_agent: None,
            dedicated: Vec::new(),
        };
        self.day.offered += f64::from(is_counted);
        match self.router.enqueue(item, now) {
            Err(RouterError::QueueFull) => self.day.blocked += f64::from(is_counted),
            result => {
                debug_assert_eq!(result, Ok(()));
                let contact = Contact {
                    kind,
                    period: self.period,
                    arrived: self.now,
                    service,
                    is_counted,
                    told_s: None,
                    agent: None,
                };
                self.contacts.insert(number, contact);
                self.decide();
                let is_delayed = self
                    .contacts
                    .get(&number)
                    .is_some_and(|c| c.agent.is_none());
                self.day.delayed += f64::from(is_delayed && is_counted);
                if is_delayed {
                    self.tell(number);
                }
                if let Some(patience) = patience.filter(|_| is_delayed) {
                    self.push(self.now + patience, Event::GiveUp(number));
                }
            }
        }
    }

    /// Tells a customer who has to wait how long, as the product would.
    fn tell(&mut self, number: u64) {
        let id = QueueItemId::from_uuid(uuid(number));
        let ahead = self.router.ahead_of(id).unwrap_or(0);
        let ahead = u32::try_from(ahead).unwrap_or(u32::MAX);
        let estimate = estimate_wait(ahead, self.router.slots_for(id).unwrap_or(0), &self.times);
        if let Some(contact) = self.contacts.get_mut(&number) {
            contact.told_s = estimate.map(|estimate| estimate.mean_s);
        }
    }

    fn give_up(&mut self, number: u64) {
        if self.contacts.get(&number).is_none_or(|c| c.agent.is_some()) {
            return;
        }
        let known = self
            .router
            .remove(QueueItemId::from_uuid(uuid(number)), self.time());
        debug_assert_eq!(known, Ok(()));
        if let Some(contact) = self.contacts.remove(&number)
            && contact.is_counted
        {
            let wait = seconds(self.now - contact.arrived);
            self.day.wait_s += wait;
            self.day.abandoned += 1.0;
            self.day.abandoned_late += f64::from(wait >= self.scenario.target_s);
        }
    }

    fn finish(&mut self, number: u64) {
        let Some(contact) = self.contacts.remove(&number) else {
            return;
        };
        let Some(worker) = contact.agent else {
            return;
        };
        let held = u64::try_from(contact.service).unwrap_or(0);
        self.times = self.times.record(Duration::from_micros(held));
        self.workers[worker].is_busy = false;
        let group = self.workers[worker].group;
        self.busy[group] -= 1;
        if self.excess[group] > 0 {
            self.excess[group] -= 1;
            self.set_online(worker, false);
        }
        let known = self
            .router
            .remove(QueueItemId::from_uuid(uuid(number)), self.time());
        debug_assert_eq!(known, Ok(()));
    }

    fn decide(&mut self) {
        let now = self.time();
        while let Some(decision) = self.router.decide(now) {
            let number = decision.item_id.uuid().as_u128() - 1;
            let number = u64::try_from(number).unwrap_or(u64::MAX);
            let Some(contact) = self.contacts.get_mut(&number) else {
                continue;
            };
            let worker = self.worker_of[&decision.agent_id];
            contact.agent = Some(worker);
            self.workers[worker].is_busy = true;
            self.busy[self.workers[worker].group] += 1;
            let wait = seconds(self.now - contact.arrived);
            if contact.is_counted {
                self.day.served += 1.0;
                self.day.served_wait_s += wait;
                self.day.wait_s += wait;
                if let Some(told) = contact.told_s {
                    self.day.told_s += f64::from(told);
                    self.day.told_wait_s += wait;
                }
                if wait < self.scenario.target_s {
                    self.day.in_target += 1.0;
                    self.day.in_target_by[contact.kind][contact.period] += 1.0;
                }
            }
            let end = self.now + contact.service;
            self.push(end, Event::Finish(number));
        }
        let due = self.router.next_timer();
        if let Some(due) = due
            && due != Timestamp::from_micros(i64::MAX)
            && self.tick_at.is_none_or(|at| due < at || at <= now)
            && !self.contacts.is_empty()
        {
            self.tick_at = Some(due);
            self.push(due.as_micros().max(self.now + 1), Event::Tick);
        }
    }

    fn measure_until(&mut self, at: i64) {
        let is_day = self.period < self.scenario.periods_s.len();
        if at <= self.measured_until || !(is_day || self.scenario.is_wrap_up_measured) {
            return;
        }
        let span = seconds(at - self.measured_until.max(self.now));
        self.measured_until = at;
        for group in 0..self.busy.len() {
            self.day.busy_s[group] += span * f64::from(self.busy[group]);
            self.day.present_s[group] += span * f64::from(self.online[group]);
        }
    }
}

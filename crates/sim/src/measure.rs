//! What `zhiyin bench routing` measures: how fast the router decides, and how well the
//! simulation agrees with what is known.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use rand::RngExt;
use rand_pcg::Pcg64Mcg;
use serde::Serialize;
use zhiyin_domain::conversation::Priority;
use zhiyin_domain::identity::agent::Presence;
use zhiyin_domain::ids::{AgentId, ConversationId, QueueItemId, SessionId, SkillId, TeamId};
use zhiyin_domain::language_tag::LanguageTag;
use zhiyin_domain::routing::{
    AgentProfile, Capacity, Queue, QueueItem, Router, RouterSettings, SkillLevel, SkillNeed,
    WorkKind,
};
use zhiyin_domain::tier::Tier;
use zhiyin_domain::time::Timestamp;

use crate::chaos::chaos;
use crate::clocks::clocks_under_fire;
use crate::erlang::{erlang_a, erlang_c, service_level};
use crate::floor::{plain_queue, uuid};
use crate::published::{Study, simple_msk, single_queue, six_skills};
use crate::stream;

/// Results with fixed names.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RoutingReport {
    /// Agents on the floor while decisions are counted.
    pub agents: u32,
    /// Customers who wait at the same time.
    pub waiting: u32,
    /// Decisions a second in memory: the slower of a full floor, where each decision
    /// follows an agent who became free, and a floor that fills from empty.
    pub decisions_per_s: f64,
    /// The same, full floor.
    pub full_floor_decisions_per_s: f64,
    /// The same, from empty to full.
    pub filling_floor_decisions_per_s: f64,
    /// Ninety-nine of a hundred decisions took at most so long, with the events around.
    pub decision_p99_ms: f64,
    /// Largest difference of a share (of customers who wait, give up, or are answered in
    /// time) from its exact value in the Erlang C and A models.
    pub erlang_max_error: f64,
    /// The same in standard errors.
    pub erlang_max_distance: f64,
    /// Service level in `SimpleMSK`; published are .494 to .509.
    pub msk_service_level: f64,
    /// Contacts a day who gave up in `SimpleMSK`; published are 876 to 945.
    pub msk_abandoned: f64,
    /// Contacts served a day in `SimpleMSK`; published are 4270 to 4324.
    pub msk_served: f64,
    /// Mean wait with one, two and six skills an agent.
    pub skills_1_2_6_delay_s: [f64; 3],
    /// Share answered within 30 s with one, two and six skills an agent.
    pub skills_1_2_6_service_level: [f64; 3],
    /// Floors where everything goes wrong.
    pub chaos_runs: u32,
    /// Of those, the ones where something was lost, doubled or left waiting.
    pub chaos_faults: u32,
    /// Sessions whose clocks were under fire.
    pub clock_runs: u32,
    /// Deadlines that fired twice, not at all or without reason.
    pub clock_faults: u32,
}

/// How much to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// Some seconds.
    Quick,
    /// A few minutes.
    Full,
}

/// Runs everything. `progress` is told what begins.
#[must_use]
pub fn measure_routing(effort: Effort, mut progress: impl FnMut(&str)) -> RoutingReport {
    let choose = |quick: u32, full: u32| match effort {
        Effort::Quick => quick,
        Effort::Full => full,
    };
    let (agents, waiting) = (2000, 20_000);
    progress("deciding on a floor of 2,000 agents with 20,000 waiting");
    let speed = speed(agents, waiting, choose(100_000, 500_000));
    progress("simulating the Erlang models");
    let (erlang_max_error, erlang_max_distance) = erlang_errors(choose(20, 200));
    progress("simulating SimpleMSK");
    let msk = Study::run(&simple_msk(), choose(100, 1000), 1);
    progress("simulating agents with one, two and six skills");
    let skills = [1, 2, 6].map(|skills| Study::run(&six_skills(skills, 50.0), choose(6, 60), 1));
    progress("letting everything go wrong");
    let chaos_runs = choose(1000, 10_000);
    let is_faulty = |seed: &u32| !chaos(u64::from(*seed), 60).faults.is_empty();
    let chaos_faults = count((0..chaos_runs).filter(is_faulty).count());
    let clock_runs = choose(2000, 20_000);
    let clock_faults = (0..clock_runs).map(|seed| {
        let faults = clocks_under_fire(u64::from(seed));
        faults.doubled + faults.lost + faults.invented
    });
    RoutingReport {
        agents,
        waiting,
        decisions_per_s: speed.full.min(speed.filling),
        full_floor_decisions_per_s: speed.full,
        filling_floor_decisions_per_s: speed.filling,
        decision_p99_ms: speed.p99.as_secs_f64() * 1e3,
        erlang_max_error,
        erlang_max_distance,
        msk_service_level: msk.service_level_with_abandoned().mean,
        msk_abandoned: msk.mean(|day| day.abandoned).mean,
        msk_served: msk.mean(|day| day.served).mean,
        skills_1_2_6_delay_s: skills.each_ref().map(|study| study.speed_of_answer().mean),
        skills_1_2_6_service_level: skills.each_ref().map(|study| study.service_level().mean),
        chaos_runs,
        chaos_faults,
        clock_runs,
        clock_faults: clock_faults.sum(),
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

struct Speed {
    full: f64,
    filling: f64,
    p99: Duration,
}

const SKILLS: u64 = 20;
const LANGUAGES: [&str; 4] = ["zh", "en", "ja", "de"];

struct BigFloor {
    router: Router,
    queue: Queue,
    rng: Pcg64Mcg,
    now: Timestamp,
    next: u64,
    /// What is with agents.
    busy: Vec<QueueItemId>,
    times: Vec<Duration>,
}

impl BigFloor {
    fn new(agents: u32) -> Self {
        let mut floor = Self {
            router: Router::new(RouterSettings::default()),
            queue: plain_queue(),
            rng: stream(1, 51),
            now: Timestamp::EPOCH,
            next: 0,
            busy: Vec::new(),
            times: Vec::new(),
        };
        floor.queue.teams = (0..8).map(|team| TeamId::from_uuid(uuid(team))).collect();
        floor.router.upsert_queue(floor.queue.clone(), floor.now);
        for number in 0..u64::from(agents) {
            let profile = floor.agent(number);
            let id = profile.id;
            floor.router.upsert_agent(profile, floor.now);
            let known = floor.router.set_presence(id, Presence::Online, floor.now);
            debug_assert_eq!(known, Ok(()));
        }
        floor
    }

    fn language(&mut self) -> Option<LanguageTag> {
        LANGUAGES[self.rng.random_range(0..LANGUAGES.len())]
            .parse()
            .ok()
    }

    /// Two to five skills of twenty, one or two of four languages, one of ten teams.
    fn agent(&mut self, number: u64) -> AgentProfile {
        let mut skills = BTreeMap::new();
        for _ in 0..self.rng.random_range(2..6) {
            let skill = SkillId::from_uuid(uuid(self.rng.random_range(0..SKILLS)));
            let level = SkillLevel::try_from(self.rng.random_range(1..6_u8));
            skills.insert(skill, level.unwrap_or(SkillLevel::MIN));
        }
        let languages = [self.language(), self.language()]
            .into_iter()
            .flatten()
            .collect();
        AgentProfile {
            id: AgentId::from_uuid(uuid(number)),
            skills,
            languages,
            teams: BTreeSet::from([TeamId::from_uuid(uuid(self.rng.random_range(0..10)))]),
            capacity: Capacity::default(),
        }
    }

    fn item(&mut self) -> QueueItem {
        let number = self.next;
        self.next += 1;
        let needs = vec![SkillNeed {
            skill_id: SkillId::from_uuid(uuid(self.rng.random_range(0..SKILLS))),
            level: SkillLevel::try_from(self.rng.random_range(1..5_u8)).unwrap_or(SkillLevel::MIN),
        }];
        let last = self
            .rng
            .random_bool(0.2)
            .then(|| AgentId::from_uuid(uuid(self.rng.random_range(0..2000))));
        QueueItem {
            id: QueueItemId::from_uuid(uuid(number)),
            conversation_id: ConversationId::from_uuid(uuid(number)),
            session_id: SessionId::from_uuid(uuid(number)),
            queue_id: self.queue.id,
            entered_at: self.now,
            kind: WorkKind::Chat,
            needs,
            language: self.language(),
            tier: Tier::BASE,
            severity: if self.rng.random_bool(0.1) {
                Priority::High
            } else {
                Priority::Normal
            },
            stage: None,
            last_agent: last,
            dedicated: Vec::new(),
        }
    }

    /// Lets something happen and takes every decision that follows. Says how many.
    fn measure(&mut self, happens: impl FnOnce(&mut Router, Timestamp)) -> u32 {
        let begin = Instant::now();
        happens(&mut self.router, self.now);
        let mut decisions = 0;
        while let Some(decision) = self.router.decide(self.now) {
            decisions += 1;
            self.busy.push(decision.item_id);
        }
        self.times.push(begin.elapsed() / decisions.max(1));
        decisions
    }

    fn enter(&mut self) -> u32 {
        self.now = self.now.plus(Duration::from_millis(1));
        let item = self.item();
        self.measure(|router, now| {
            let queued = router.enqueue(item, now);
            debug_assert_eq!(queued, Ok(()));
        })
    }

    fn finish(&mut self) -> u32 {
        self.now = self.now.plus(Duration::from_millis(1));
        let at = self.rng.random_range(0..self.busy.len());
        let id = self.busy.swap_remove(at);
        self.measure(|router, now| {
            let known = router.remove(id, now);
            debug_assert_eq!(known, Ok(()));
        })
    }
}

/// Fills a floor from empty until so many wait, then keeps it full.
fn speed(agents: u32, waiting: u32, decisions: u32) -> Speed {
    let mut floor = BigFloor::new(agents);
    let mut filling = Vec::new();
    let mut waits = 0;
    while waits < waiting {
        if floor.enter() == 0 {
            waits += 1;
        } else {
            // Only what led to a decision counts: the rest just stands in line.
            filling.extend(floor.times.last());
        }
    }
    floor.times.clear();
    let mut full = Vec::new();
    while count(full.len()) < decisions {
        floor.times.clear();
        if floor.finish() > 0 {
            floor.enter();
            full.push(floor.times.iter().sum());
        } else {
            floor.enter();
        }
    }
    let mut all: Vec<Duration> = filling.iter().chain(&full).copied().collect();
    all.sort_unstable();
    Speed {
        full: rate(&full),
        filling: rate(&filling),
        p99: all[all.len() * 99 / 100],
    }
}

/// Decisions a second: the median over stretches of 200. A machine that does something else
/// in between slows down some stretches, and says nothing about the router.
fn rate(times: &[Duration]) -> f64 {
    let stretches = times.chunks(200).map(|stretch| {
        let spent: Duration = stretch.iter().sum();
        f64::from(count(stretch.len())) / spent.as_secs_f64()
    });
    let mut rates: Vec<f64> = stretches.collect();
    rates.sort_unstable_by(f64::total_cmp);
    rates[rates.len() / 2]
}

/// Largest error of shares against exact values, plain and in standard errors.
fn erlang_errors(days: u32) -> (f64, f64) {
    let (mut largest, mut furthest) = (0.0_f64, 0.0_f64);
    let mut compare = |found: crate::Interval, exact: f64| {
        largest = largest.max((found.mean - exact).abs());
        furthest = furthest.max((found.mean - exact).abs() / found.error.max(1e-9));
    };
    let study = |arrival, service, leave, agents| {
        let mut scenario = single_queue(arrival, service, leave, agents, 26.0);
        scenario.warm_up_s = 2.0 * 3600.0;
        Study::run(&scenario, days, 1)
    };
    for (arrival, service, agents) in [(4.2, 0.5, 12), (10.0 / 3.0, 1.0 / 3.0, 14), (6.0, 0.25, 29)]
    {
        let found = study(arrival, service, None, agents);
        let load = arrival / service;
        compare(
            found.ratio(|d| d.delayed, |d| d.offered),
            erlang_c(agents, load),
        );
        compare(
            found.service_level(),
            service_level(agents, load, 20.0, 60.0 / service),
        );
    }
    for (arrival, service, leave, agents) in [
        (48.0, 1.0, 0.5, 50),
        (4.2, 0.5, 1.0, 12),
        (10.0, 0.2, 0.2, 50),
    ] {
        let found = study(arrival, service, Some(leave), agents);
        let exact = erlang_a(agents, arrival, service, leave);
        compare(
            found.ratio(|d| d.delayed, |d| d.offered),
            exact.wait_probability,
        );
        compare(
            found.ratio(|d| d.abandoned, |d| d.offered),
            exact.abandon_probability,
        );
    }
    (largest, furthest)
}

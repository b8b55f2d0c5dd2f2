//! Models with known answers: simple queues, the examples of the ContactCenters library
//! (Buist & L'Ecuyer), and skill-based routing after Wallace & Whitt (2005).

use std::collections::{BTreeMap, BTreeSet};

use zhiyin_domain::ids::{AgentId, SkillId};
use zhiyin_domain::routing::{AgentProfile, Capacity, Order, SkillLevel, SkillNeed};

use crate::floor::{ContactType, Day, Group, KIND, Scenario, plain_queue, simulate, uuid};
use crate::{Distribution, Interval, mean, ratio};

/// Many independent days of one floor.
#[derive(Debug, Clone)]
pub struct Study {
    /// The days.
    pub days: Vec<Day>,
}

impl Study {
    /// Runs so many days; day by day the seeds are `seed`, `seed + 1` …
    #[must_use]
    pub fn run(scenario: &Scenario, days: u32, seed: u64) -> Self {
        let days = (0..u64::from(days)).map(|day| simulate(scenario, seed + day));
        Self {
            days: days.collect(),
        }
    }

    fn of(&self, value: impl Fn(&Day) -> f64) -> Vec<f64> {
        self.days.iter().map(value).collect()
    }

    /// Mean of something a day.
    pub fn mean(&self, value: impl Fn(&Day) -> f64) -> Interval {
        mean(&self.of(value))
    }

    /// Ratio of two means.
    pub fn ratio(&self, part: impl Fn(&Day) -> f64, whole: impl Fn(&Day) -> f64) -> Interval {
        ratio(&self.of(part), &self.of(whole))
    }

    /// Share of the served who were answered in time.
    #[must_use]
    pub fn service_level(&self) -> Interval {
        self.ratio(|day| day.in_target, |day| day.served)
    }

    /// The same, with those who gave up after the target in the denominator.
    #[must_use]
    pub fn service_level_with_abandoned(&self) -> Interval {
        self.ratio(|day| day.in_target, |day| day.served + day.abandoned_late)
    }

    /// Share of a group's time in use.
    #[must_use]
    pub fn occupancy(&self, group: usize) -> Interval {
        self.ratio(|day| day.busy_s[group], |day| day.present_s[group])
    }

    /// Mean wait of the served, in seconds.
    #[must_use]
    pub fn speed_of_answer(&self) -> Interval {
        self.ratio(|day| day.served_wait_s, |day| day.served)
    }
}

fn skill(number: u64) -> SkillId {
    SkillId::from_uuid(uuid(number))
}

/// The level of a main skill; others are one lower each.
fn level(below_best: u8) -> SkillLevel {
    SkillLevel::MAX.lowered(below_best)
}

fn profile(skills: BTreeMap<SkillId, SkillLevel>) -> AgentProfile {
    AgentProfile {
        id: AgentId::from_uuid(uuid(0)),
        skills,
        languages: BTreeSet::new(),
        teams: BTreeSet::new(),
        capacity: Capacity::only(KIND, 1),
    }
}

fn needs(number: u64) -> Vec<SkillNeed> {
    vec![SkillNeed {
        skill_id: skill(number),
        level: SkillLevel::MIN,
    }]
}

/// One kind of customer, one kind of agent: `arrival` a minute, `service` and `leave` as
/// rates a minute (no `leave` is endless patience).
#[must_use]
pub fn single_queue(
    arrival: f64,
    service: f64,
    leave: Option<f64>,
    agents: u32,
    hours: f64,
) -> Scenario {
    let patience = leave.map(|rate| Distribution::Exponential { mean: 60.0 / rate });
    Scenario {
        periods_s: vec![hours * 3600.0],
        types: vec![ContactType {
            rates: vec![arrival / 60.0],
            services: vec![Distribution::Exponential {
                mean: 60.0 / service,
            }],
            patience: patience.into_iter().collect(),
            needs: Vec::new(),
        }],
        groups: vec![Group {
            profile: profile(BTreeMap::new()),
            sizes: vec![agents],
        }],
        queue: plain_queue(),
        busyness: None,
        warm_up_s: 0.0,
        target_s: 20.0,
        is_wrap_up_measured: false,
    }
}

/// ContactCenters `MMC`: 4.2 calls a minute, two minutes each, 12 agents, eight hours from
/// an empty start.
#[must_use]
pub fn mmc() -> Scenario {
    single_queue(4.2, 0.5, None, 12, 8.0)
}

/// ContactCenters `MMCAb`: the same with a mean patience of one minute.
#[must_use]
pub fn mmc_abandonment() -> Scenario {
    single_queue(4.2, 0.5, Some(1.0), 12, 8.0)
}

/// ContactCenters `MMCBlocked`: the same as `MMC` with room for five who wait.
#[must_use]
pub fn mmc_blocked() -> Scenario {
    let mut scenario = mmc();
    scenario.queue.waiting_max = Some(5);
    scenario
}

/// ContactCenters `SimpleMSK`: three types, two groups, three periods of two hours with
/// their own rates and staff, and a busyness of the day that is gamma distributed. Type 1
/// goes to group 0 before group 1; whoever becomes free takes who waited longest.
#[must_use]
pub fn simple_msk() -> Scenario {
    let per_minute = |rates: [f64; 3]| rates.iter().map(|rate| rate / 60.0).collect();
    let times = |rates: [f64; 3]| {
        let times = rates
            .iter()
            .map(|rate| Distribution::Exponential { mean: 60.0 / rate });
        times.collect::<Vec<_>>()
    };
    let contact = |number: u64, rates| ContactType {
        rates: per_minute(rates),
        services: times([0.5, 0.6, 0.4]),
        patience: times([0.3, 0.4, 0.2]),
        needs: needs(number),
    };
    let group = |skills: [(u64, u8); 2], sizes: [u32; 3]| Group {
        profile: profile(
            skills
                .into_iter()
                .map(|(number, below)| (skill(number), level(below)))
                .collect(),
        ),
        sizes: sizes.to_vec(),
    };
    let mut queue = plain_queue();
    queue.order = Order::BestFirst;
    Scenario {
        periods_s: vec![7200.0; 3],
        types: vec![
            contact(0, [4.2, 5.3, 3.2]),
            contact(1, [5.1, 4.3, 4.8]),
            contact(2, [6.3, 5.2, 4.8]),
        ],
        groups: vec![
            group([(0, 0), (1, 0)], [12, 18, 9]),
            group([(1, 1), (2, 0)], [15, 20, 11]),
        ],
        queue,
        busyness: Some(Distribution::Gamma {
            shape: 28.7,
            mean: 1.0,
        }),
        warm_up_s: 0.0,
        target_s: 20.0,
        is_wrap_up_measured: true,
    }
}

/// Wallace & Whitt: six types of call, 90 agents, ten minutes each, 8.25 calls a minute in
/// all, 30 places to wait. Each agent has one main skill (15 agents for each type); with
/// two skills every ordered pair of types has three agents; with six all have all.
#[must_use]
pub fn six_skills(per_agent: u64, hours: f64) -> Scenario {
    const TYPES: u64 = 6;
    let mut groups = Vec::new();
    for main in 0..TYPES {
        // The second skills of the agents of one main skill run through the other types.
        for turn in 1..TYPES {
            let others =
                (0..per_agent - 1).map(|next| (main + 1 + (turn - 1 + next) % (TYPES - 1)) % TYPES);
            let others = others.map(|number| (skill(number), level(1)));
            let skills = std::iter::once((skill(main), level(0)))
                .chain(others)
                .collect();
            groups.push(Group {
                profile: profile(skills),
                sizes: vec![3],
            });
        }
    }
    let mut queue = plain_queue();
    queue.order = Order::BestFirst;
    queue.waiting_max = Some(30);
    let types = (0..TYPES).map(|number| ContactType {
        rates: vec![8.25 / 60.0 / 6.0],
        services: vec![Distribution::Exponential { mean: 600.0 }],
        patience: Vec::new(),
        needs: needs(number),
    });
    Scenario {
        periods_s: vec![hours * 3600.0],
        types: types.collect(),
        groups,
        queue,
        busyness: None,
        warm_up_s: 3600.0 * 2.0,
        target_s: 30.0,
        is_wrap_up_measured: false,
    }
}

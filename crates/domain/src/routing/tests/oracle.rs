//! The router against a search through everything: after any sequence of changes, nobody
//! waits for whom there is a free agent, nobody carries too much, nothing is lost, and a
//! router rebuilt from what is stored decides the same.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::floor::*;
use crate::identity::agent::Presence;
use crate::routing::*;

#[derive(Debug, Clone)]
enum Step {
    Enter {
        skill: u32,
        level: u8,
        own: u32,
        tier: u8,
    },
    Presence {
        agent: u32,
        presence: usize,
    },
    Learn {
        agent: u32,
        skill: u32,
        level: u8,
        chats: u32,
    },
    Accept(u32),
    Decline(u32),
    Finish(u32),
    Transfer(u32, u32),
    Wait(u32),
}

const AGENTS: u32 = 5;

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..4_u32, 1..6_u8, 0..AGENTS * 2, 0..3_u8)
            .prop_map(|(skill, level, own, tier)| Step::Enter { skill, level, own, tier }),
        2 => (0..AGENTS, 0..5_usize).prop_map(|(agent, presence)| Step::Presence { agent, presence }),
        1 => (0..AGENTS, 1..4_u32, 1..6_u8, 0..4_u32)
            .prop_map(|(agent, skill, level, chats)| Step::Learn { agent, skill, level, chats }),
        2 => (0..40_u32).prop_map(Step::Accept),
        1 => (0..40_u32).prop_map(Step::Decline),
        2 => (0..40_u32).prop_map(Step::Finish),
        1 => (0..40_u32, 0..AGENTS).prop_map(|(item, agent)| Step::Transfer(item, agent)),
        2 => (1..90_u32).prop_map(Step::Wait),
    ]
}

struct World {
    router: Router,
    profiles: BTreeMap<u32, AgentProfile>,
    presence: BTreeMap<u32, Presence>,
    items: BTreeMap<u32, QueueItem>,
    by_hand: bool,
    now: u64,
    next: u32,
}

impl World {
    fn new() -> Self {
        let mut router = direct(|queue| {
            queue.delivery = Delivery::Offer { expires_s: 20 };
            queue.priorities.tier_s = BTreeMap::from([(1.try_into().expect("a tier"), 30)]);
            queue.eases = vec![EaseStep {
                after_s: 60,
                ease: Ease::LowerLevels(1),
            }];
            queue.decline_pause_s = 15;
        });
        let mut profiles = BTreeMap::new();
        for number in 0..AGENTS {
            let who = skilled(
                number,
                &[
                    (1 + number % 3, 3),
                    (1 + (number + 1) % 3, 1 + (number % 5) as u8),
                ],
            );
            router.upsert_agent(who.clone(), at(0));
            profiles.insert(number, who);
        }
        Self {
            router,
            profiles,
            presence: BTreeMap::new(),
            items: BTreeMap::new(),
            by_hand: false,
            now: 0,
            next: 0,
        }
    }

    fn apply(&mut self, step: &Step) {
        let now = at(self.now);
        match *step {
            Step::Enter {
                skill,
                level,
                own,
                tier,
            } => {
                let mut work = item(self.next, self.now);
                if skill > 0 {
                    work.needs = vec![need(skill, level)];
                }
                work.tier = tier.try_into().expect("a tier");
                match own {
                    0..AGENTS => work.last_agent = Some(agent(own)),
                    _ if own == AGENTS => work.dedicated = vec![agent(own - AGENTS)],
                    _ => {}
                }
                self.items.insert(self.next, work.clone());
                self.router.enqueue(work, now).expect("queued");
                self.next += 1;
            }
            Step::Presence {
                agent: number,
                presence,
            } => {
                let presence = Presence::ALL[presence];
                self.presence.insert(number, presence);
                self.router
                    .set_presence(agent(number), presence, now)
                    .expect("known");
            }
            Step::Learn {
                agent: number,
                skill: what,
                level: grade,
                chats,
            } => {
                let who = self.profiles.get_mut(&number).expect("known");
                who.skills.insert(skill(what), level(grade));
                who.capacity = Capacity::only(WorkKind::Chat, chats);
                self.router.upsert_agent(who.clone(), now);
            }
            Step::Accept(number) => self.answer(number, true),
            Step::Decline(number) => self.answer(number, false),
            Step::Finish(number) => {
                if self.items.remove(&number).is_some() {
                    self.router.remove(item_id(number), now).expect("known");
                }
            }
            Step::Transfer(number, to) => {
                let known = self.items.contains_key(&number);
                let done = self
                    .router
                    .transfer(item_id(number), Target::Agent(agent(to)), now);
                self.by_hand |= done.is_ok();
                assert!(known || done == Err(RouterError::UnknownItem));
            }
            Step::Wait(seconds) => {
                self.now += u64::from(seconds);
                self.router.tick(at(self.now));
            }
        }
        self.router.drain(at(self.now));
    }

    fn answer(&mut self, number: u32, takes: bool) {
        if let Some(Place::Offered { agent_id, .. }) = self.router.place(item_id(number)) {
            let now = at(self.now);
            let done = if takes {
                self.router.accept(item_id(number), agent_id, now)
            } else {
                self.router.decline(item_id(number), agent_id, now)
            };
            assert_eq!(done, Ok(()));
        }
    }

    fn load(&self, number: u32) -> usize {
        self.router.work_of(agent(number)).count()
    }

    /// Whether this agent could take this item now, from first principles.
    fn could(&self, number: u32, work: &QueueItem, eased: bool) -> bool {
        let who = &self.profiles[&number];
        let lowered = u8::from(eased);
        self.presence.get(&number) == Some(&Presence::Online)
            && self.load(number) < who.capacity.units as usize
            && work.needs.iter().all(|need| {
                who.skills
                    .get(&need.skill_id)
                    .is_some_and(|has| *has >= need.level.lowered(lowered))
            })
    }

    fn check(&mut self) {
        let now = at(self.now);
        for (number, work) in &self.items.clone() {
            let place = self.router.place(work.id).expect("nothing is lost");
            let holders =
                (0..AGENTS).filter(|who| self.router.work_of(agent(*who)).any(|id| id == work.id));
            match place {
                Place::Waiting { held_until: None } => {
                    assert_eq!(holders.count(), 0);
                    let count = self.router.explain_waiting(work.id, now).expect("known");
                    assert_eq!(count.free, 0, "{number} waits though somebody is free");
                    let able = (0..AGENTS)
                        .filter(|who| self.could(*who, work, false))
                        .count();
                    assert!(
                        able <= count.paused as usize,
                        "{number}: {able} could: {count:?}"
                    );
                    let all = count.other_team
                        + count.lacking_skill
                        + count.below_level
                        + count.other_language
                        + count.absent
                        + count.full
                        + count.paused;
                    assert_eq!((count.all, all), (AGENTS, AGENTS), "each is counted once");
                }
                Place::Waiting {
                    held_until: Some(until),
                } => assert!(until > now),
                Place::Offered { agent_id, .. } | Place::Assigned { agent_id, .. } => {
                    assert_eq!(holders.map(agent).collect::<Vec<_>>(), [agent_id]);
                }
            }
        }
        assert_eq!(self.router.work_of(agent(0)).count(), self.load(0));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn nobody_waits_for_a_free_agent(steps in prop::collection::vec(step(), 1..60)) {
        let mut world = World::new();
        for step in &steps {
            let loads: Vec<usize> = (0..AGENTS).map(|who| world.load(who)).collect();
            world.apply(step);
            world.check();
            for who in 0..AGENTS {
                let most = world.profiles[&who].capacity.units as usize;
                let load = world.load(who);
                let is_hand = matches!(step, Step::Transfer(..)) || world.by_hand;
                prop_assert!(load <= most || load <= loads[who as usize] || is_hand, "{who} carries {load}");
            }
        }
    }

    #[test]
    fn the_same_steps_give_the_same_decisions(steps in prop::collection::vec(step(), 1..40)) {
        let run = || {
            let mut world = World::new();
            for step in &steps {
                world.apply(step);
            }
            let places = (0..world.next).map(|number| world.router.place(item_id(number)));
            places.collect::<Vec<_>>()
        };
        prop_assert_eq!(run(), run());
    }

    #[test]
    fn a_rebuilt_router_goes_on_where_the_old_one_was(steps in prop::collection::vec(step(), 1..40)) {
        let mut world = World::new();
        for step in &steps {
            world.apply(step);
        }
        let mut rebuilt = World::new();
        (rebuilt.now, rebuilt.profiles) = (world.now, world.profiles.clone());
        for (number, who) in &world.profiles {
            rebuilt.router.upsert_agent(who.clone(), at(world.now));
            if let Some(presence) = world.presence.get(number) {
                rebuilt.apply(&Step::Presence {
                    agent: *number,
                    presence: Presence::ALL.iter().position(|p| p == presence).expect("one of them"),
                });
            }
        }
        for work in world.items.values() {
            let standing = world.router.standing(work.id).expect("known");
            let now_is = world.router.item(work.id).expect("known").clone();
            rebuilt.router.restore(now_is, &standing, at(world.now)).expect("restored");
        }
        rebuilt.items.clone_from(&world.items);
        rebuilt.router.drain(at(world.now));
        rebuilt.check();
        for work in world.items.values() {
            let before = world.router.place(work.id).expect("known");
            match before {
                Place::Offered { .. } | Place::Assigned { .. } => {
                    prop_assert_eq!(rebuilt.router.place(work.id), Some(before));
                }
                Place::Waiting { .. } => {}
            }
        }
    }
}

//! Waiting work in classes of equal needs. Twenty thousand customers wait in a few dozen
//! classes; who may serve a class is kept as bits and changes only with people's skills.

use std::collections::{BTreeSet, HashMap};

use super::bits::Bits;
use super::explain::Barrier;
use super::people::AgentProfile;
use super::priority::Rank;
use super::queues::{Ease, Order, Queue};
use super::seats::Seats;
use super::work::{SkillNeed, WorkKind};
use crate::ids::{QueueItemId, TeamId};
use crate::language_tag::LanguageTag;
use crate::limits::ROUTING_CLASSES_MAX;

/// Place in line. Equal ranks are ordered by identifier, so that nothing is left to chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub rank: Rank,
    pub id: QueueItemId,
    pub item: u32,
}

/// What work needs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Needs {
    pub queue: u32,
    pub team: Option<TeamId>,
    pub kind: WorkKind,
    pub skills: Vec<SkillNeed>,
    pub language: Option<LanguageTag>,
    /// Steps of relaxation that have happened.
    pub step: u8,
}

/// How well somebody fits; the smaller, the better. Comparable within a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fit(u32);

impl Fit {
    const BARRED: u32 = 0xffff_fff0;

    fn new(speaks: bool, helper: u8, order: Order, breadth: usize, level: u32) -> Self {
        let breadth = u32::try_from(breadth).unwrap_or(255).min(255);
        let lacking = 255 - level.min(255);
        let (first, second) = match order {
            Order::SpecialistsFirst => (breadth, lacking),
            Order::BestFirst => (lacking, breadth),
        };
        Self(u32::from(!speaks) << 30 | u32::from(helper.min(15)) << 20 | first << 8 | second)
    }

    const fn barred(barrier: Barrier) -> Self {
        let code = match barrier {
            Barrier::Team => 0,
            Barrier::Skill => 1,
            Barrier::Level => 2,
            Barrier::Language => 3,
        };
        Self(Self::BARRED + code)
    }

    const fn barrier(self) -> Option<usize> {
        if self.0 >= Self::BARRED {
            Some((self.0 - Self::BARRED) as usize)
        } else {
            None
        }
    }

    pub const fn speaks(self) -> bool {
        self.0 >> 30 == 0
    }

    pub const fn is_own_team(self) -> bool {
        (self.0 >> 20).trailing_zeros() >= 4
    }

    /// Number of skills and sum of levels.
    pub const fn parts(self, order: Order) -> (u32, u32) {
        let (first, second) = ((self.0 >> 8) & 255, self.0 & 255);
        match order {
            Order::SpecialistsFirst => (first, 255 - second),
            Order::BestFirst => (second, 255 - first),
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Class {
    pub needs: Needs,
    pub waiting: BTreeSet<Key>,
    pub eligible: Bits,
    fit: Vec<Fit>,
    /// Agents by what bars them: team, skill, level, language.
    pub barred: [u32; 4],
    /// Place in the list of classes somebody waits in.
    active: Option<usize>,
}

impl Class {
    pub fn fit(&self, seat: usize) -> Fit {
        self.fit[seat]
    }

    pub fn is_eligible(&self, seat: u32) -> bool {
        self.eligible.contains(seat as usize)
    }

    fn judge(&mut self, seat: usize, queue: &Queue, profile: Option<&AgentProfile>) {
        if let Some(before) = self.fit.get(seat)
            && let Some(code) = before.barrier()
        {
            self.barred[code] -= 1;
        }
        let fit = profile.map_or(Fit::barred(Barrier::Team), |profile| {
            judge(&self.needs, queue, profile)
        });
        if let Some(code) = fit.barrier() {
            self.barred[code] += 1;
        }
        self.eligible.set(seat, fit.barrier().is_none());
        if seat < self.fit.len() {
            self.fit[seat] = fit;
        } else {
            self.fit.push(fit);
        }
    }
}

/// Whether and how well somebody fits.
fn judge(needs: &Needs, queue: &Queue, profile: &AgentProfile) -> Fit {
    let (mut lowered, mut skills, mut language) = (0_u8, true, true);
    let mut helper = None;
    let own = |teams: &BTreeSet<TeamId>| teams.iter().any(|team| profile.teams.contains(team));
    let is_own = match needs.team {
        Some(team) => profile.teams.contains(&team),
        None => queue.teams.is_empty() || own(&queue.teams),
    };
    if is_own {
        helper = Some(0);
    }
    let steps = queue.eases.iter().take(needs.step.into());
    for (number, step) in (1_u8..).zip(steps) {
        match &step.ease {
            Ease::LowerLevels(by) => lowered = lowered.saturating_add(*by),
            Ease::DropSkills => skills = false,
            Ease::DropLanguage => language = false,
            Ease::AddTeams(teams) => helper = helper.or(own(teams).then_some(number)),
            Ease::AnyTeam => helper = helper.or(Some(number)),
        }
    }
    let Some(helper) = helper else {
        return Fit::barred(Barrier::Team);
    };
    let mut level = 0;
    for need in &needs.skills {
        match profile.skills.get(&need.skill_id) {
            None if skills => return Fit::barred(Barrier::Skill),
            Some(has) if skills && *has < need.level.lowered(lowered) => {
                return Fit::barred(Barrier::Level);
            }
            None => {}
            Some(has) => level += u32::from(has.number()),
        }
    }
    let speaks = needs
        .language
        .is_none_or(|tag| profile.languages.contains(&tag));
    if language && !speaks {
        return Fit::barred(Barrier::Language);
    }
    Fit::new(speaks, helper, queue.order, profile.skills.len(), level)
}

/// The first of a class, beside the others, so that looking for work touches little memory.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    pub key: Key,
    pub class: u32,
}

/// All classes.
#[derive(Debug, Clone, Default)]
pub(super) struct Classes {
    by_needs: HashMap<Needs, u32>,
    all: Vec<Option<Class>>,
    unused: Vec<u32>,
    /// Those somebody waits in, each with its first.
    pub active: Vec<Head>,
}

impl Classes {
    pub fn get(&self, number: u32) -> &Class {
        self.all[number as usize]
            .as_ref()
            .expect("a class is dropped only when no item points to it")
    }

    /// The class of these needs, made when there is none.
    pub fn intern(&mut self, needs: &Needs, queue: &Queue, seats: &Seats) -> u32 {
        if let Some(number) = self.by_needs.get(needs) {
            return *number;
        }
        if self.by_needs.len() >= ROUTING_CLASSES_MAX.max(2 * self.active.len()) {
            self.forget_empty();
        }
        let mut class = Class {
            needs: needs.clone(),
            waiting: BTreeSet::new(),
            eligible: Bits::default(),
            fit: Vec::with_capacity(seats.len()),
            barred: [0; 4],
            active: None,
        };
        for (number, seat) in seats.iter() {
            let profile = (!seat.is_gone).then_some(&seat.profile);
            class.judge(number as usize, queue, profile);
        }
        let number = self.unused.pop().unwrap_or_else(|| {
            self.all.push(None);
            u32::try_from(self.all.len() - 1).unwrap_or(u32::MAX)
        });
        self.all[number as usize] = Some(class);
        self.by_needs.insert(needs.clone(), number);
        number
    }

    pub fn insert(&mut self, number: u32, key: Key) {
        let next = self.active.len();
        if let Some(class) = self.all[number as usize].as_mut() {
            class.waiting.insert(key);
            if class.active.is_none() {
                class.active = Some(next);
                self.active.push(Head { key, class: number });
            }
        }
        self.refresh_head(number);
    }

    pub fn remove(&mut self, number: u32, key: &Key) {
        let Some(class) = self.all[number as usize].as_mut() else {
            return;
        };
        class.waiting.remove(key);
        if !class.waiting.is_empty() {
            self.refresh_head(number);
            return;
        }
        if let Some(place) = class.active.take() {
            self.active.swap_remove(place);
            if let Some(moved) = self.active.get(place)
                && let Some(moved) = self.all[moved.class as usize].as_mut()
            {
                moved.active = Some(place);
            }
        }
    }

    fn refresh_head(&mut self, number: u32) {
        if let Some(class) = self.all[number as usize].as_ref()
            && let (Some(place), Some(key)) = (class.active, class.waiting.first())
        {
            self.active[place].key = *key;
        }
    }

    /// Who waits keeps a class alive; the rest is made again when needed.
    fn forget_empty(&mut self) {
        for (number, slot) in (0..).zip(self.all.iter_mut()) {
            if let Some(class) = slot.take_if(|class| class.waiting.is_empty()) {
                self.by_needs.remove(&class.needs);
                self.unused.push(number);
            }
        }
    }

    /// An agent is new or has changed.
    pub fn judge_seat(&mut self, queues: &[Queue], seat: u32, profile: Option<&AgentProfile>) {
        for class in self.all.iter_mut().flatten() {
            let queue = &queues[class.needs.queue as usize];
            class.judge(seat as usize, queue, profile);
        }
    }

    /// A queue has changed: everybody is judged afresh.
    pub fn judge_queue(&mut self, number: u32, queue: &Queue, seats: &Seats) {
        let all = self.all.iter_mut().flatten();
        for class in all.filter(|class| class.needs.queue == number) {
            for (number, seat) in seats.iter() {
                let profile = (!seat.is_gone).then_some(&seat.profile);
                class.judge(number as usize, queue, profile);
            }
        }
    }
}

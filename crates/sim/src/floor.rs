//! The discrete-event simulation of one day on a floor.
//!
//! Arrivals are Poisson with a rate for each period, thinned by nothing and scaled by the
//! busyness of the day. Whoever arrives is put in line of the real router; whoever it
//! decides for is in service at once. What a day gives is a [`Day`] of plain sums, from
//! which any rate can be made.

mod run;

use std::collections::BTreeSet;

use zhiyin_domain::ids::{QueueId, TeamId};
use zhiyin_domain::routing::{AgentProfile, Delivery, Queue, SkillNeed, WorkKind};

pub use run::simulate;

use crate::Distribution;

/// A floor and the customers who come to it.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// How long each period lasts, in seconds. After the last nobody arrives, and whoever
    /// is there is served.
    pub periods_s: Vec<f64>,
    /// Kinds of contacts.
    pub types: Vec<ContactType>,
    /// Kinds of agents.
    pub groups: Vec<Group>,
    /// How the line is ordered and who is taken. Delivery is direct.
    pub queue: Queue,
    /// Multiplies all rates of a day; none is always one.
    pub busyness: Option<Distribution>,
    /// Nothing that arrives before is counted, in seconds.
    pub warm_up_s: f64,
    /// Answered sooner counts as answered in time, in seconds.
    pub target_s: f64,
    /// Whether the agents' time is measured until the last one is served, or only while
    /// customers arrive.
    pub is_wrap_up_measured: bool,
}

/// One kind of contact.
#[derive(Debug, Clone)]
pub struct ContactType {
    /// Arrivals in each period, per second.
    pub rates: Vec<f64>,
    /// Service times by the period of arrival; the last one goes on.
    pub services: Vec<Distribution>,
    /// Patience by the period of arrival; empty is endless.
    pub patience: Vec<Distribution>,
    /// What it needs.
    pub needs: Vec<SkillNeed>,
}

/// One kind of agent, with one contact at a time.
#[derive(Debug, Clone)]
pub struct Group {
    /// What each can do; the identifier is replaced.
    pub profile: AgentProfile,
    /// How many there are in each period; the last goes on until everybody is served.
    pub sizes: Vec<u32>,
}

/// What happened in one day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Day {
    /// Contacts that arrived.
    pub offered: f64,
    /// Contacts that were served.
    pub served: f64,
    /// Served, after a wait below the target.
    pub in_target: f64,
    /// Contacts that did not find an agent at once.
    pub delayed: f64,
    /// Contacts that gave up.
    pub abandoned: f64,
    /// Of those, after the target.
    pub abandoned_late: f64,
    /// Contacts that found the line full.
    pub blocked: f64,
    /// Waits of those who were served, in seconds.
    pub served_wait_s: f64,
    /// Waits of everybody, in seconds.
    pub wait_s: f64,
    /// Waits of those who were told a time, in seconds.
    pub told_wait_s: f64,
    /// The times they were told.
    pub told_s: f64,
    /// Time agents of each group served, in seconds.
    pub busy_s: Vec<f64>,
    /// Time agents of each group were there, in seconds.
    pub present_s: Vec<f64>,
    /// Served in time, by type and by period of arrival.
    pub in_target_by: Vec<Vec<f64>>,
}

/// Turns a number into the identifiers of a simulation.
#[must_use]
pub fn uuid(number: u64) -> uuid::Uuid {
    uuid::Uuid::from_u128(u128::from(number) + 1)
}

/// A queue for simulations: everybody in order of arrival, nothing eases, nobody is asked.
#[must_use]
pub fn plain_queue() -> Queue {
    let mut queue = Queue::new(QueueId::from_uuid(uuid(0)));
    queue.delivery = Delivery::Direct {
        answer_within_s: None,
    };
    queue.teams = BTreeSet::<TeamId>::new();
    queue
}

/// What all contacts of simulations are.
pub const KIND: WorkKind = WorkKind::Chat;

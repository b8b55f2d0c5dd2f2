//! Service standards (服务标准, SLA policies): how soon a customer is answered, and what
//! happens when not.
//!
//! A [`Standard`] matches sessions by [`Conditions`] and has [`Target`]s; [`select`] finds
//! the one that holds. A [`SessionClock`] takes what happens in a session as events and
//! gives [`Deadline`]s; it is a small value stored beside the session. [`plan`] turns its
//! deadlines into changes of rows, so that timers can fire each of them exactly once.
//!
//! ```text
//! events ──► SessionClock::apply ──► what fell due on the way
//!                  │
//!                  ├─► pending() ──► plan() ──► rows ──► a timer ──► SessionClock::fire
//!                  └─► progress() ──► the journey bar
//! ```

mod clock;
mod meter;
mod rows;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use clock::{ClockEvent, Deadline, Moment, NextDeadline, Progress, Reading, SessionClock};
pub use meter::{Meter, Running};
pub use rows::{DeadlineKey, DeadlineRow, RowChange, plan};

use crate::conversation::Priority;
use crate::ids::{AgentId, CalendarId, InboxId, QueueId, StandardId, TagId, TeamId, TopicId};
use crate::inbox::{Channel, Localized};
use crate::language_tag::LanguageTag;
use crate::limits::{STANDARD_ACTIONS_MAX, STANDARD_TARGETS_MAX};
use crate::name::Name;
use crate::session::Step;
use crate::stage::Stage;
use crate::tier::Tier;
use crate::time::Timestamp;

/// How soon a customer is answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Standard {
    /// Identifier.
    pub id: StandardId,
    /// What people call it.
    pub name: Name,
    /// Of several that match, the one with the smallest place holds.
    pub place: i64,
    /// Whether it is used.
    pub is_enabled: bool,
    /// When there is anybody, for targets in business time; without, they run on.
    pub calendar_id: Option<CalendarId>,
    /// What it says.
    pub terms: Terms,
    /// When it was created.
    pub created_at: Timestamp,
    /// Optimistic lock.
    pub version: i64,
}

/// What a standard says. A value: stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Terms {
    /// Which sessions it holds for.
    pub conditions: Conditions,
    /// Its targets, at most one for each metric.
    pub targets: Vec<Target>,
    /// What happens before and after a target is missed.
    pub actions: Vec<OnMoment>,
    /// What agents are told at each step, in place of the usual text.
    pub guidance: BTreeMap<Step, Localized>,
}

/// Which sessions a standard holds for. An empty list takes any; all lists must agree.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Conditions {
    /// Where the customer came in.
    pub inboxes: BTreeSet<InboxId>,
    /// By which technique.
    pub channels: BTreeSet<Channel>,
    /// About what.
    pub topics: BTreeSet<TopicId>,
    /// From which tier on.
    pub tier_from: Option<Tier>,
    /// Up to which tier.
    pub tier_to: Option<Tier>,
    /// In which languages.
    pub languages: BTreeSet<LanguageTag>,
    /// How urgent.
    pub priorities: BTreeSet<Priority>,
    /// Before, during or after a purchase.
    pub stages: BTreeSet<Stage>,
    /// With which team.
    pub teams: BTreeSet<TeamId>,
}

/// What is known of a session when its standard is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Where the customer came in.
    pub inbox_id: InboxId,
    /// By which technique.
    pub channel: Channel,
    /// About what, as far as known.
    pub topic_id: Option<TopicId>,
    /// The customer's tier.
    pub tier: Tier,
    /// The customer's language, as far as known.
    pub language: Option<LanguageTag>,
    /// How urgent.
    pub priority: Priority,
    /// Before, during or after a purchase, as far as known.
    pub stage: Option<Stage>,
    /// With which team.
    pub team_id: Option<TeamId>,
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Metric {
    /// From the opening to the first answer.
    FirstResponse,
    /// From a message of the customer to the next answer.
    NextResponse,
    /// From the opening to the end.
    Resolution,
    /// The stay in one step of the journey.
    Step(Step),
}

impl Metric {
    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstResponse => "first_response",
            Self::NextResponse => "next_response",
            Self::Resolution => "resolution",
            Self::Step(Step::Entry) => "step.entry",
            Self::Step(Step::Triage) => "step.triage",
            Self::Step(Step::Classification) => "step.classification",
            Self::Step(Step::Response) => "step.response",
            Self::Step(Step::Resolution) => "step.resolution",
            Self::Step(Step::Feedback) => "step.feedback",
            Self::Step(Step::AfterCare) => "step.after_care",
        }
    }

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        [Self::FirstResponse, Self::NextResponse, Self::Resolution]
            .into_iter()
            .chain(Step::ALL.map(Self::Step))
    }
}

/// A text names no metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such metric; write `first_response`, `next_response`, `resolution` or `step.…`")]
pub struct ParseMetricError;

impl FromStr for Metric {
    type Err = ParseMetricError;
    fn from_str(text: &str) -> Result<Self, ParseMetricError> {
        Self::all()
            .find(|metric| metric.as_str() == text)
            .ok_or(ParseMetricError)
    }
}

impl TryFrom<String> for Metric {
    type Error = ParseMetricError;
    fn try_from(text: String) -> Result<Self, ParseMetricError> {
        text.parse()
    }
}

impl From<Metric> for String {
    fn from(metric: Metric) -> Self {
        metric.as_str().to_owned()
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How time is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// By the clock on the wall.
    Wall,
    /// Only while somebody is there.
    #[default]
    Business,
}

/// Why a clock stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pause {
    /// The customer has the turn.
    Customer,
    /// Somebody outside has the turn.
    ThirdParty,
    /// Put aside on purpose.
    Snoozed,
}

/// One target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// What is measured.
    pub metric: Metric,
    /// How long it may take, in seconds.
    pub within_s: u32,
    /// How time is counted.
    #[serde(default)]
    pub basis: Basis,
    /// Warnings at these shares of the time, in percent, rising.
    #[serde(default)]
    pub warn_percent: Vec<u8>,
    /// When its clock stands still.
    #[serde(default)]
    pub pauses: BTreeSet<Pause>,
    /// Whether reopening starts it anew; else it goes on with what was used.
    #[serde(default)]
    pub is_restarted_on_reopen: bool,
}

/// What happens at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnMoment {
    /// For one metric, or for all.
    #[serde(default)]
    pub metric: Option<Metric>,
    /// At a warning, or when the target is missed.
    pub when: When,
    /// What.
    pub action: Action,
}

/// Before or after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// At each warning.
    Warning,
    /// When the target is missed.
    Breach,
}

/// What a standard does by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Tell somebody.
    Notify {
        /// The agent responsible.
        #[serde(default)]
        assignee: bool,
        /// The supervisors of the team.
        #[serde(default)]
        supervisors: bool,
        /// These agents.
        #[serde(default)]
        agents: BTreeSet<AgentId>,
    },
    /// Make it at least so urgent.
    RaisePriority {
        /// How urgent.
        to: Priority,
    },
    /// Take it from its agent and put it in line again.
    Reassign,
    /// Put it into another queue.
    MoveToQueue {
        /// Which.
        queue_id: QueueId,
    },
    /// Put a word on it.
    Tag {
        /// Which.
        tag_id: TagId,
    },
}

/// Why a standard was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    /// Two targets for one metric, or too many.
    #[error("a standard has at most {STANDARD_TARGETS_MAX} targets, one for each metric")]
    Targets,
    /// Too short or too long.
    #[error("a target is 1 second to 1 year")]
    Within,
    /// Not rising or out of range.
    #[error("warnings are rising percentages from 1 to 99, at most three")]
    Warnings,
    /// Too many actions.
    #[error("a standard has at most {STANDARD_ACTIONS_MAX} actions")]
    Actions,
    /// The range of tiers is empty.
    #[error("the lowest tier lies above the highest")]
    Tiers,
}

fn takes<T: Ord>(wanted: &BTreeSet<T>, found: Option<&T>) -> bool {
    wanted.is_empty() || found.is_some_and(|found| wanted.contains(found))
}

impl Conditions {
    /// Whether a session meets all of them. What is not known meets no condition on it.
    #[must_use]
    pub fn matches(&self, facts: &Facts) -> bool {
        takes(&self.inboxes, Some(&facts.inbox_id))
            && takes(&self.channels, Some(&facts.channel))
            && takes(&self.topics, facts.topic_id.as_ref())
            && self.tier_from.is_none_or(|from| facts.tier >= from)
            && self.tier_to.is_none_or(|to| facts.tier <= to)
            && takes(&self.languages, facts.language.as_ref())
            && takes(&self.priorities, Some(&facts.priority))
            && takes(&self.stages, facts.stage.as_ref())
            && takes(&self.teams, facts.team_id.as_ref())
    }
}

/// The standard that holds for a session: of those that match, the one with the smallest
/// place, and of those the oldest.
#[must_use]
pub fn select<'a>(standards: &'a [Standard], facts: &Facts) -> Option<&'a Standard> {
    let matching = standards
        .iter()
        .filter(|standard| standard.is_enabled && standard.terms.conditions.matches(facts));
    matching.min_by_key(|standard| (standard.place, standard.created_at, standard.id))
}

/// A first answer promised within more seconds than this is none on a live channel.
const LIVE_S_MAX: u32 = 600;

impl Terms {
    /// What holds on live channels where nobody has set anything: an answer within 30
    /// seconds, each further one within two minutes, a solution within a working day.
    #[must_use]
    pub fn live() -> Self {
        let target = |metric, within_s, warn: &[u8]| Target {
            metric,
            within_s,
            basis: Basis::Business,
            warn_percent: warn.to_vec(),
            pauses: BTreeSet::new(),
            is_restarted_on_reopen: false,
        };
        let mut resolution = target(Metric::Resolution, 8 * 3600, &[80]);
        resolution.pauses = BTreeSet::from([Pause::Customer, Pause::ThirdParty, Pause::Snoozed]);
        let step = |step, within_s| target(Metric::Step(step), within_s, &[]);
        Self {
            targets: vec![
                target(Metric::FirstResponse, 30, &[66]),
                target(Metric::NextResponse, 120, &[75]),
                resolution,
                step(Step::Triage, 10),
                step(Step::Classification, 20),
                step(Step::Feedback, 7 * 24 * 3600),
            ],
            ..Self::default()
        }
    }

    /// What holds in an inbox where nobody has set anything: [`Self::live`] with the first
    /// answer the inbox promises. Whoever has the conversation is told in time, and the
    /// supervisors when a customer was not answered in time.
    #[must_use]
    pub fn of_inbox(first_response_s: u32) -> Self {
        let mut terms = Self::live();
        for target in &mut terms.targets {
            match target.metric {
                Metric::FirstResponse => target.within_s = first_response_s.max(1),
                // Where the first answer takes its time, as by mail, so do the others.
                Metric::NextResponse | Metric::Step(Step::Triage | Step::Classification)
                    if first_response_s > LIVE_S_MAX =>
                {
                    target.within_s = first_response_s;
                }
                Metric::Resolution if first_response_s > LIVE_S_MAX => target.within_s *= 3,
                Metric::NextResponse | Metric::Resolution | Metric::Step(_) => {}
            }
        }
        let told = [
            Metric::FirstResponse,
            Metric::NextResponse,
            Metric::Resolution,
        ];
        let moments = [When::Warning, When::Breach];
        let each = told
            .into_iter()
            .flat_map(|metric| moments.map(|when| (metric, when)));
        terms.actions = each
            .map(|(metric, when)| OnMoment {
                metric: Some(metric),
                when,
                action: Action::Notify {
                    assignee: true,
                    supervisors: when == When::Breach,
                    agents: BTreeSet::new(),
                },
            })
            .collect();
        terms
    }

    /// The target of a metric.
    #[must_use]
    pub fn target(&self, metric: Metric) -> Option<&Target> {
        self.targets.iter().find(|target| target.metric == metric)
    }

    /// What to do at a moment.
    pub fn actions_at(&self, metric: Metric, moment: Moment) -> impl Iterator<Item = &Action> {
        let when = match moment {
            Moment::Warning(_) => When::Warning,
            Moment::Breach => When::Breach,
        };
        let all = self.actions.iter();
        all.filter(move |on| on.when == when && on.metric.is_none_or(|of| of == metric))
            .map(|on| &on.action)
    }

    /// Checks everything a form could get wrong.
    pub fn check(&self) -> Result<(), TermsError> {
        let metrics: BTreeSet<Metric> = self.targets.iter().map(|target| target.metric).collect();
        if metrics.len() != self.targets.len() || metrics.len() > STANDARD_TARGETS_MAX {
            return Err(TermsError::Targets);
        }
        if self.actions.len() > STANDARD_ACTIONS_MAX {
            return Err(TermsError::Actions);
        }
        for target in &self.targets {
            if !(1..=366 * 24 * 3600).contains(&target.within_s) {
                return Err(TermsError::Within);
            }
            let warnings = &target.warn_percent;
            let is_share = |percent: &u8| (1..=99).contains(percent);
            let is_rising = warnings.is_sorted_by(|a, b| a < b);
            if warnings.len() > 3 || !is_rising || !warnings.iter().all(is_share) {
                return Err(TermsError::Warnings);
            }
        }
        match (self.conditions.tier_from, self.conditions.tier_to) {
            (Some(from), Some(to)) if from > to => Err(TermsError::Tiers),
            _ => Ok(()),
        }
    }
}

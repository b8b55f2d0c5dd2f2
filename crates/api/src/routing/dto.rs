//! The wire form of queues and routing.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zhiyin_app::routing::{ItemView, OfferView, QueueView, RoutingView, SkillView};
use zhiyin_domain::ids::{
    AgentId, CalendarId, ConversationId, DecisionId, InboxId, QueueId, QueueItemId, SkillId, TeamId,
};
use zhiyin_domain::language_tag::LanguageTag;
use zhiyin_domain::routing::{
    Capacity, Continuity, Credits, Delivery, EaseStep, Estimate, Explanation, Mode, Order,
    OutOfHours, Place, Priorities, Queue, SkillLevel, SkillNeed, Tie,
};
use zhiyin_domain::tier::Tier;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::routing::{StoredDecision, StoredProfile};

/// Something agents are good at and work may need.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SkillDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: SkillId,
    /// Name.
    pub name: String,
    /// How many agents have it.
    pub agents: u32,
    /// Rises with every change.
    pub version: i64,
}

impl From<SkillView> for SkillDto {
    fn from(view: SkillView) -> Self {
        Self {
            id: view.skill.id,
            name: view.skill.name.into_string(),
            agents: view.agents,
            version: view.skill.version,
        }
    }
}

/// A skill and how well.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SkillLevelDto {
    /// The skill.
    #[schema(value_type = String)]
    pub skill_id: SkillId,
    /// 1 (learning) to 5 (teaches others).
    #[schema(value_type = u8)]
    pub level: SkillLevel,
}

impl From<SkillLevelDto> for SkillNeed {
    fn from(it: SkillLevelDto) -> Self {
        Self {
            skill_id: it.skill_id,
            level: it.level,
        }
    }
}

impl From<SkillNeed> for SkillLevelDto {
    fn from(it: SkillNeed) -> Self {
        Self {
            skill_id: it.skill_id,
            level: it.level,
        }
    }
}

/// What an agent can do and how much at once.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProfileDto {
    /// The agent.
    #[schema(value_type = String)]
    pub agent_id: AgentId,
    /// Skills and how well.
    pub skills: Vec<SkillLevelDto>,
    /// Languages they write or speak, by their primary tag: `zh`, `en`.
    #[schema(value_type = Vec<String>)]
    pub languages: Vec<LanguageTag>,
    /// Units in all, what a piece of each kind of work costs, and most pieces of a kind.
    #[schema(value_type = Object)]
    pub capacity: Capacity,
    /// When their shift is on; `null` is always.
    #[schema(value_type = Option<String>)]
    pub calendar_id: Option<CalendarId>,
    /// Rises with every change; 0 while nothing was set.
    pub version: i64,
}

impl From<StoredProfile> for ProfileDto {
    fn from(it: StoredProfile) -> Self {
        let skills = it.skills.into_iter();
        Self {
            agent_id: it.agent_id,
            skills: skills
                .map(|(skill_id, level)| SkillLevelDto { skill_id, level })
                .collect(),
            languages: it.languages.into_iter().collect(),
            capacity: it.capacity,
            calendar_id: it.calendar_id,
            version: it.version,
        }
    }
}

/// Where work waits.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QueueDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: QueueId,
    /// Name.
    pub name: String,
    /// Order in lists.
    pub place: i64,
    /// Teams whose members answer it; empty means everybody.
    #[schema(value_type = Vec<String>)]
    pub teams: Vec<TeamId>,
    /// Seconds of waiting given in advance, by tier, severity and stage.
    #[schema(value_type = Object)]
    pub priorities: Priorities,
    /// `specialists_first` or `best_first`.
    #[schema(value_type = String)]
    pub order: Order,
    /// `longest_idle` or `least_busy`.
    #[schema(value_type = String)]
    pub tie: Tie,
    /// How much the customer's own agents come first.
    #[schema(value_type = Object)]
    pub continuity: Continuity,
    /// What gives way after which waiting time.
    #[schema(value_type = Vec<Object>)]
    pub eases: Vec<EaseStep>,
    /// Whether agents are asked.
    #[schema(value_type = Object)]
    pub delivery: Delivery,
    /// How long somebody who declined is not asked again, in seconds.
    pub decline_pause_s: u32,
    /// Most that may wait; `null` is no limit.
    pub waiting_max: Option<u32>,
    /// When it answers; `null` is always.
    #[schema(value_type = Option<String>)]
    pub calendar_id: Option<CalendarId>,
    /// What customers meet outside those hours.
    #[schema(value_type = Object)]
    pub out_of_hours: OutOfHours,
    /// How many wait now.
    pub waiting: u32,
    /// Rises with every change.
    pub version: i64,
}

impl From<QueueView> for QueueDto {
    fn from(view: QueueView) -> Self {
        let it = view.queue;
        let policy = it.policy;
        Self {
            id: policy.id,
            name: it.name.into_string(),
            place: it.place,
            teams: policy.teams.into_iter().collect(),
            priorities: policy.priorities,
            order: policy.order,
            tie: policy.tie,
            continuity: policy.continuity,
            eases: policy.eases,
            delivery: policy.delivery,
            decline_pause_s: policy.decline_pause_s,
            waiting_max: policy.waiting_max,
            calendar_id: it.calendar_id,
            out_of_hours: it.out_of_hours,
            waiting: view.waiting,
            version: it.version,
        }
    }
}

/// The parts of a queue that may be sent; what is left out has its usual value, or stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct QueueBody {
    /// Name.
    pub name: Option<String>,
    /// Order in lists.
    pub place: Option<i64>,
    /// Teams whose members answer it.
    #[schema(value_type = Option<Vec<String>>)]
    pub teams: Option<Vec<TeamId>>,
    /// Seconds of waiting given in advance.
    #[schema(value_type = Option<Object>)]
    pub priorities: Option<Priorities>,
    /// `specialists_first` or `best_first`.
    #[schema(value_type = Option<String>)]
    pub order: Option<Order>,
    /// `longest_idle` or `least_busy`.
    #[schema(value_type = Option<String>)]
    pub tie: Option<Tie>,
    /// How much the customer's own agents come first.
    #[schema(value_type = Option<Object>)]
    pub continuity: Option<Continuity>,
    /// What gives way after which waiting time.
    #[schema(value_type = Option<Vec<Object>>)]
    pub eases: Option<Vec<EaseStep>>,
    /// Whether agents are asked.
    #[schema(value_type = Option<Object>)]
    pub delivery: Option<Delivery>,
    /// How long somebody who declined is not asked again, in seconds.
    pub decline_pause_s: Option<u32>,
    /// Most that may wait; `null` is no limit.
    #[serde(deserialize_with = "crate::extract::present")]
    #[schema(value_type = Option<u32>)]
    pub waiting_max: Option<Option<u32>>,
    /// When it answers; `null` is always.
    #[serde(deserialize_with = "crate::extract::present")]
    #[schema(value_type = Option<String>)]
    pub calendar_id: Option<Option<CalendarId>>,
    /// What customers meet outside those hours.
    #[schema(value_type = Option<Object>)]
    pub out_of_hours: Option<OutOfHours>,
    /// The version that was read; another one refuses the change.
    pub version: Option<i64>,
}

impl QueueBody {
    /// A policy with what was sent.
    pub(super) fn policy(&self, before: Queue) -> Queue {
        Queue {
            id: before.id,
            teams: match &self.teams {
                Some(teams) => teams.iter().copied().collect(),
                None => before.teams,
            },
            priorities: self.priorities.clone().unwrap_or(before.priorities),
            order: self.order.unwrap_or(before.order),
            tie: self.tie.unwrap_or(before.tie),
            continuity: self.continuity.unwrap_or(before.continuity),
            eases: self.eases.clone().unwrap_or(before.eases),
            delivery: self.delivery.unwrap_or(before.delivery),
            decline_pause_s: self.decline_pause_s.unwrap_or(before.decline_pause_s),
            waiting_max: self.waiting_max.unwrap_or(before.waiting_max),
        }
    }
}

/// A piece of work that waits, is offered or has its agent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QueueItemDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: QueueItemId,
    /// The conversation.
    #[schema(value_type = String)]
    pub conversation_id: ConversationId,
    /// Its human number.
    pub conversation_number: i64,
    /// Name of the contact; empty while unknown.
    pub contact_name: String,
    /// Where the customer came.
    #[schema(value_type = String)]
    pub inbox_id: InboxId,
    /// Where it waits.
    #[schema(value_type = String)]
    pub queue_id: QueueId,
    /// `waiting`, `offered` or `assigned`.
    pub state: &'static str,
    /// Who has it or is asked.
    #[schema(value_type = Option<String>)]
    pub agent_id: Option<AgentId>,
    /// Since when the customer waits for a person.
    #[schema(value_type = String, format = DateTime)]
    pub entered_at: Timestamp,
    /// How long that is, in seconds.
    pub waited_s: u64,
    /// Seconds waited and given in advance.
    pub priority_s: u64,
    /// What was given in advance.
    #[schema(value_type = Object)]
    pub credits: Credits,
    /// Place in line, 1 is next; `null` for what does not stand in line.
    pub position: Option<u32>,
    /// The customer's tier.
    #[schema(value_type = u8)]
    pub tier: Tier,
    /// How urgent.
    pub severity: &'static str,
    /// The language it needs.
    #[schema(value_type = Option<String>)]
    pub language: Option<LanguageTag>,
    /// Skills it needs.
    pub needs: Vec<SkillLevelDto>,
    /// Kept until then for the customer's own agent, who is at work but has no room.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub held_until: Option<Timestamp>,
    /// When the offer goes on to the next one.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub offered_until: Option<Timestamp>,
    /// What the last agent who did not want it had to say.
    pub decline_reason: Option<String>,
}

impl QueueItemDto {
    /// The wire form at a moment.
    #[must_use]
    pub fn new(view: ItemView, now: Timestamp) -> Self {
        let work = view.work;
        let state = work.state().as_str();
        let offered_until = match work.standing.place {
            Place::Offered { until, .. } => Some(until),
            Place::Waiting { .. } | Place::Assigned { .. } => None,
        };
        let item = work.item;
        Self {
            id: item.id,
            conversation_id: item.conversation_id,
            conversation_number: view.conversation.number,
            contact_name: view.contact_name,
            inbox_id: view.conversation.inbox_id,
            queue_id: item.queue_id,
            state,
            agent_id: work.standing.agent(),
            entered_at: item.entered_at,
            waited_s: now.since(item.entered_at).as_secs(),
            priority_s: view.priority_s,
            credits: view.credits,
            position: view.position,
            tier: item.tier,
            severity: item.severity.as_str(),
            language: item.language,
            needs: item.needs.into_iter().map(Into::into).collect(),
            held_until: view.held_until,
            offered_until,
            decline_reason: work.decline_reason,
        }
    }
}

/// Something the caller is asked to take, or was given.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OfferDto {
    /// The work.
    #[schema(value_type = String)]
    pub item_id: QueueItemId,
    /// The conversation.
    #[schema(value_type = String)]
    pub conversation_id: ConversationId,
    /// Its human number.
    pub conversation_number: i64,
    /// Where the customer came.
    #[schema(value_type = String)]
    pub inbox_id: InboxId,
    /// Where they waited.
    #[schema(value_type = String)]
    pub queue_id: QueueId,
    /// Its name.
    pub queue_name: String,
    /// Name of the contact; empty while unknown.
    pub contact_name: String,
    /// What the customer said last.
    pub preview: String,
    /// The language it needs.
    #[schema(value_type = Option<String>)]
    pub language: Option<LanguageTag>,
    /// The customer's tier.
    #[schema(value_type = u8)]
    pub tier: Tier,
    /// How urgent.
    pub severity: &'static str,
    /// How long they wait, in seconds.
    pub waited_s: u64,
    /// When the agent was asked.
    #[schema(value_type = String, format = DateTime)]
    pub offered_at: Timestamp,
    /// Until when they may take it; `null` for what was given.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// Why this agent.
    #[schema(value_type = String)]
    pub reason: zhiyin_domain::routing::Reason,
    /// Why now.
    #[schema(value_type = String)]
    pub trigger: zhiyin_domain::routing::Trigger,
    /// The colleague who sends it.
    #[schema(value_type = Option<String>)]
    pub from_agent_id: Option<AgentId>,
    /// What they had to say.
    pub note: Option<String>,
}

impl From<OfferView> for OfferDto {
    fn from(view: OfferView) -> Self {
        let work = view.work;
        let until = match work.standing.place {
            Place::Offered { until, .. } => Some(until),
            Place::Waiting { .. } | Place::Assigned { .. } => None,
        };
        let item = work.item;
        Self {
            item_id: item.id,
            conversation_id: item.conversation_id,
            conversation_number: view.conversation_number,
            inbox_id: view.inbox_id,
            queue_id: item.queue_id,
            queue_name: view.queue_name,
            contact_name: view.contact_name,
            preview: view.preview,
            language: item.language,
            tier: item.tier,
            severity: item.severity.as_str(),
            waited_s: view.waited.as_secs(),
            offered_at: view.offered_at,
            until,
            reason: view.reason,
            trigger: view.trigger,
            from_agent_id: work.standing.sender,
            note: work.note,
        }
    }
}

/// A routing decision with its reasons.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DecisionDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: DecisionId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who got it.
    #[schema(value_type = String)]
    pub agent_id: AgentId,
    /// Where it waited.
    #[schema(value_type = String)]
    pub queue_id: QueueId,
    /// Whether they were asked.
    #[schema(value_type = Object)]
    pub mode: Mode,
    /// Who was considered, why this one, why then.
    #[schema(value_type = Object)]
    pub explanation: Explanation,
}

impl From<StoredDecision> for DecisionDto {
    fn from(it: StoredDecision) -> Self {
        Self {
            id: it.id,
            at: it.at,
            agent_id: it.agent_id,
            queue_id: it.queue_id,
            mode: it.mode,
            explanation: it.explanation,
        }
    }
}

/// Where a conversation stands, and what was decided about it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConversationRoutingDto {
    /// Its open work.
    pub item: Option<QueueItemDto>,
    /// How many stand before it.
    pub ahead: Option<u32>,
    /// How long it will wait: `mean_s`, `from_s`, `to_s`.
    #[schema(value_type = Option<Object>)]
    pub estimate: Option<Estimate>,
    /// What was decided, newest first.
    pub decisions: Vec<DecisionDto>,
}

impl ConversationRoutingDto {
    /// The wire form at a moment.
    #[must_use]
    pub fn new(view: RoutingView, now: Timestamp) -> Self {
        Self {
            item: view.item.map(|item| QueueItemDto::new(item, now)),
            ahead: view.ahead,
            estimate: view.estimate,
            decisions: view.decisions.into_iter().map(Into::into).collect(),
        }
    }
}

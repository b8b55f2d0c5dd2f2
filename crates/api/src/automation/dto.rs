//! Rules and what became of them as they are sent.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use zhiyin_app::automation::{DryRun, RuleView, RunView};
use zhiyin_domain::automation::{
    ActionOutcome, ActionResult, LeafResult, Outcome, PauseReason, RuleVersion, SkipReason, Terms,
};
use zhiyin_domain::ids::{
    AgentId, AutomationRuleId, AutomationRunId, ConversationId, EventId, SessionId,
};
use zhiyin_domain::time::Timestamp;

/// Why and since when a rule rests although it is enabled.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PausedDto {
    /// `hour` or `day`: its budget was used up; `failing`: it failed 20 times in a row.
    #[schema(example = "hour")]
    pub reason: &'static str,
    /// Since when.
    #[schema(value_type = String)]
    pub at: Timestamp,
}

impl PausedDto {
    fn of((reason, at): (PauseReason, Timestamp)) -> Self {
        Self {
            reason: reason.as_str(),
            at,
        }
    }
}

/// How often a rule has acted.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RuleCountsDto {
    /// In the running hour of UTC.
    pub hour: u32,
    /// In the running day of UTC.
    pub day: u32,
    /// When it acted last.
    #[schema(value_type = Option<String>)]
    pub last_run_at: Option<Timestamp>,
}

/// Steps that are taken by event or time.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AutomationRuleDto {
    /// Identifier.
    #[schema(value_type = String, example = "ru_01kavz7q3ve9q8m2h5t0c4d6fx")]
    pub id: AutomationRuleId,
    /// What people call it.
    pub name: String,
    /// Rules are asked in this order.
    pub place: i64,
    /// Whether it is used.
    pub is_enabled: bool,
    /// `{ scope, trigger, conditions, actions, is_final, budget }`.
    #[schema(value_type = Object)]
    pub terms: Terms,
    /// Who saved it last; none if a program did.
    #[schema(value_type = Option<String>)]
    pub author_id: Option<AgentId>,
    /// Set while it rests; it goes on when it is resumed, changed or enabled anew.
    pub paused: Option<PausedDto>,
    /// How often it has acted.
    pub counts: RuleCountsDto,
    /// When it was made.
    #[schema(value_type = String)]
    pub created_at: Timestamp,
    /// When it was saved last.
    #[schema(value_type = String)]
    pub updated_at: Timestamp,
    /// Rises with every change; runs name it.
    pub version: i64,
}

impl From<RuleView> for AutomationRuleDto {
    fn from(it: RuleView) -> Self {
        let (rule, counters) = (it.rule, it.counters);
        Self {
            id: rule.id,
            name: rule.name.into_string(),
            place: rule.place,
            is_enabled: rule.is_enabled,
            terms: rule.terms,
            author_id: rule.author_id,
            paused: rule.paused.map(PausedDto::of),
            counts: RuleCountsDto {
                hour: counters.hour_runs,
                day: counters.day_runs,
                last_run_at: counters.last_run_at,
            },
            created_at: rule.created_at,
            updated_at: rule.updated_at,
            version: rule.version,
        }
    }
}

/// A new rule.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AutomationRuleBody {
    /// What people call it.
    pub name: String,
    /// Whether it is used at once; it is not if left out.
    #[serde(default)]
    pub is_enabled: bool,
    /// `{ scope, trigger, conditions, actions, is_final, budget }`.
    #[schema(value_type = Object)]
    pub terms: Terms,
}

/// What changes in a rule; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AutomationRulePatchBody {
    /// What people call it.
    pub name: Option<String>,
    /// Whether it is used.
    pub is_enabled: Option<bool>,
    /// What it says, as a whole.
    #[schema(value_type = Option<Object>)]
    pub terms: Option<Terms>,
    /// The version that was read: when it is older than the present one, nothing changes.
    pub version: Option<i64>,
}

/// An order of all rules.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AutomationRuleOrderBody {
    /// All of them, the one that is asked first at the front.
    #[schema(value_type = Vec<String>)]
    pub ids: Vec<AutomationRuleId>,
}

/// What a rule said.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AutomationRuleVersionDto {
    /// Which version.
    pub version: i64,
    /// What people called it.
    pub name: String,
    /// Whether it was used.
    pub is_enabled: bool,
    /// What it said.
    #[schema(value_type = Object)]
    pub terms: Terms,
    /// Who saved it; none if a program did.
    #[schema(value_type = Option<String>)]
    pub author_id: Option<AgentId>,
    /// When.
    #[schema(value_type = String)]
    pub at: Timestamp,
}

impl From<RuleVersion> for AutomationRuleVersionDto {
    fn from(it: RuleVersion) -> Self {
        Self {
            version: it.version,
            name: it.name.into_string(),
            is_enabled: it.is_enabled,
            terms: it.terms,
            author_id: it.author_id,
            at: it.at,
        }
    }
}

/// Whether one condition held.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LeafDto {
    /// Where it stands in the terms, as a JSON pointer.
    #[schema(example = "/conditions/all/0")]
    pub path: String,
    /// Whether it held.
    pub holds: bool,
}

impl From<LeafResult> for LeafDto {
    fn from(it: LeafResult) -> Self {
        Self {
            path: it.path,
            holds: it.holds,
        }
    }
}

/// What became of one action.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ActionResultDto {
    /// Its name, as in the terms.
    #[serde(rename = "do")]
    pub action: String,
    /// `done`, `nothing` if it was so already, or `failed`.
    #[schema(example = "done")]
    pub result: &'static str,
    /// Why it failed.
    pub detail: Option<String>,
}

impl From<ActionResult> for ActionResultDto {
    fn from(it: ActionResult) -> Self {
        Self {
            action: it.action,
            result: match it.result {
                ActionOutcome::Done => "done",
                ActionOutcome::Nothing => "nothing",
                ActionOutcome::Failed => "failed",
            },
            detail: it.detail,
        }
    }
}

/// A rule that was asked about a conversation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AutomationRunDto {
    /// Identifier; what the run did has the actor `system:automation:<id>`.
    #[schema(value_type = String)]
    pub id: AutomationRunId,
    /// The rule.
    #[schema(value_type = String)]
    pub rule_id: AutomationRuleId,
    /// What people call it now.
    pub rule_name: String,
    /// In which version it was asked.
    pub rule_version: i64,
    /// About which conversation.
    #[schema(value_type = String)]
    pub conversation_id: ConversationId,
    /// When.
    #[schema(value_type = String)]
    pub at: Timestamp,
    /// What happened, or from which moment a rule by time counted.
    #[schema(example = "customer_wrote")]
    pub trigger: String,
    /// The event.
    #[schema(value_type = Option<String>)]
    pub event_id: Option<EventId>,
    /// `done`, `not_matched`, `skipped` or `failed`.
    #[schema(example = "done")]
    pub outcome: &'static str,
    /// What kept it from acting: `loop`, `too_deep`, `too_often` or `budget`.
    pub skip_reason: Option<&'static str>,
    /// Which conditions held.
    pub leaves: Vec<LeafDto>,
    /// What was done, in order.
    pub actions: Vec<ActionResultDto>,
}

impl From<RunView> for AutomationRunDto {
    fn from(it: RunView) -> Self {
        let run = it.run;
        Self {
            id: run.id,
            rule_id: run.rule_id,
            rule_name: it.rule_name,
            rule_version: run.rule_version,
            conversation_id: run.conversation_id,
            at: run.at,
            trigger: run.trigger,
            event_id: run.event_id,
            outcome: run.outcome.as_str(),
            skip_reason: run.skip_reason.map(SkipReason::as_str),
            leaves: run.leaves.into_iter().map(Into::into).collect(),
            actions: run.actions.into_iter().map(Into::into).collect(),
        }
    }
}

/// Which runs.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RunQuery {
    /// Only those that ended so: `done`, `not_matched`, `skipped`, `failed`.
    pub outcome: Option<String>,
    /// Where to go on: `next` of the page before.
    pub cursor: Option<String>,
    /// Size of the page, at most 100; 50 if left out.
    pub limit: Option<u32>,
}

impl RunQuery {
    /// The outcome of this name; none if it is no name.
    #[must_use]
    pub fn outcome(name: &str) -> Option<Outcome> {
        Outcome::ALL.into_iter().find(|it| it.as_str() == name)
    }
}

const fn a_month() -> u32 {
    30
}

/// What a rule would have done.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DryRunBody {
    /// What the rule says; it need not be saved.
    #[schema(value_type = Object)]
    pub terms: Terms,
    /// How many days to look back, 1 to 90; 30 if left out.
    #[serde(default = "a_month")]
    pub days: u32,
}

/// How often one condition held.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LeafCountDto {
    /// Where it stands in the terms, as a JSON pointer.
    pub path: String,
    /// In so many sessions.
    pub held: u32,
}

/// A session in which a rule would have acted.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DryRunSessionDto {
    /// Its conversation.
    #[schema(value_type = String)]
    pub conversation_id: ConversationId,
    /// The human number of that.
    pub number: i64,
    /// The session.
    #[schema(value_type = String)]
    pub session_id: SessionId,
    /// When it began.
    #[schema(value_type = String)]
    pub opened_at: Timestamp,
    /// Which conditions held.
    pub leaves: Vec<LeafDto>,
}

/// What a dry run found. Nothing was changed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DryRunDto {
    /// Sessions in which the rule would have been asked.
    pub looked_at: u32,
    /// Those in which it would have acted.
    pub would_match: u32,
    /// Whether there are more sessions than the 2,000 newest, which were looked at.
    pub is_cut: bool,
    /// From when on.
    #[schema(value_type = String)]
    pub since: Timestamp,
    /// How often each condition held.
    pub leaves: Vec<LeafCountDto>,
    /// The newest in which it would have acted, at most ten.
    pub sample: Vec<DryRunSessionDto>,
}

impl From<DryRun> for DryRunDto {
    fn from(it: DryRun) -> Self {
        let leaf = |(path, held)| LeafCountDto { path, held };
        let sample = it.sample.into_iter();
        Self {
            looked_at: it.looked_at,
            would_match: it.would_match,
            is_cut: it.is_cut,
            since: it.since,
            leaves: it.leaves.into_iter().map(leaf).collect(),
            sample: sample
                .map(|it| DryRunSessionDto {
                    conversation_id: it.session.conversation_id,
                    number: it.session.number,
                    session_id: it.session.session_id,
                    opened_at: it.session.opened_at,
                    leaves: it.leaves.into_iter().map(Into::into).collect(),
                })
                .collect(),
        }
    }
}

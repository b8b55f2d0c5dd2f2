//! Tasks on the wire.

use serde::Serialize;
use utoipa::ToSchema;
use zhiyin_app::cases::TaskView;
use zhiyin_domain::attribute::Label;
use zhiyin_domain::cases::escalation::TimeLimit;
use zhiyin_domain::cases::tasks::{TaskEntry, TaskEntryKind};
use zhiyin_domain::ids::{AgentId, CaseId, CaseTaskId, TeamId};
use zhiyin_domain::time::Timestamp;

/// The case of a task.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TaskCaseDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: CaseId,
    /// Its number.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// `low`, `normal`, `high` or `urgent`.
    pub priority: &'static str,
    /// The key of its type.
    pub type_key: String,
    /// What people call its type.
    #[schema(value_type = BTreeMap<String, String>)]
    pub type_name: Label,
    /// Who answers for it.
    #[schema(value_type = String)]
    pub owner_id: AgentId,
}

/// What the caller may do with a task.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct TaskMayDto {
    /// Do it.
    pub work: bool,
    /// Act as whoever asked.
    pub own: bool,
}

/// What the back office is asked to do for a case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TaskDto {
    /// Identifier.
    #[schema(value_type = String, example = "ta_01kavz7q3ve9q8m2h5t0c4d6fx")]
    pub id: CaseTaskId,
    /// For which case.
    pub case: TaskCaseDto,
    /// The team that has it, or had it last.
    #[schema(value_type = Option<String>)]
    pub team_id: Option<TeamId>,
    /// The one of them who took it.
    #[schema(value_type = Option<String>)]
    pub taken_by: Option<AgentId>,
    /// Who asks.
    #[schema(value_type = String)]
    pub asked_by: AgentId,
    /// What is asked.
    pub request: String,
    /// What a good answer contains.
    pub standard: String,
    /// How long the answer may take: `{ "within_s", "basis" }`.
    #[schema(value_type = Object)]
    pub limit: TimeLimit,
    /// When it was asked.
    #[schema(value_type = String, format = DateTime)]
    pub asked_at: Timestamp,
    /// Until when there is an answer or a status.
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Timestamp,
    /// `open`, `question`, `answered` or `cancelled`.
    pub status: &'static str,
    /// Whether its time is over without answer and status.
    pub is_overdue: bool,
    /// Number of the present deadline, from 1.
    pub round: u32,
    /// How often it went to another team.
    pub hop_count: usize,
    /// The last answer.
    pub answer: Option<String>,
    /// What happened, oldest first: `{ "at", "by", "kind": { "kind", … }, "text" }`.
    #[schema(value_type = Vec<Object>)]
    pub entries: Vec<TaskEntry>,
    /// What the caller may do.
    pub may: TaskMayDto,
    /// Rises with every change.
    pub version: i64,
}

impl From<TaskView> for TaskDto {
    fn from(view: TaskView) -> Self {
        let (task, case) = (view.task, view.case);
        let is_answer = |entry: &&TaskEntry| matches!(entry.kind, TaskEntryKind::Answered);
        let answer = task.entries.iter().rev().find(is_answer);
        Self {
            id: task.id,
            case: TaskCaseDto {
                id: case.id,
                number: case.number.to_string(),
                priority: case.priority.as_str(),
                type_key: view.case_type.0,
                type_name: view.case_type.1,
                owner_id: case.owner_id(),
                title: case.title,
            },
            team_id: task.team_id(),
            taken_by: task.holds.last().and_then(|hold| hold.taken_by),
            asked_by: task.asked_by,
            limit: task.limit,
            asked_at: task.asked_at,
            due_at: task.due_at,
            status: task.status.as_str(),
            is_overdue: view.is_overdue,
            round: task.round,
            hop_count: task.hop_count(),
            answer: answer.map(|entry| entry.text.clone()),
            request: task.request,
            standard: task.standard,
            entries: task.entries,
            may: TaskMayDto {
                work: view.may_work,
                own: view.may_own,
            },
            version: task.version,
        }
    }
}

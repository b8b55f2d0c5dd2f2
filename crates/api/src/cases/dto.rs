//! Cases on the wire.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use zhiyin_app::cases::{CaseDetail, CaseView, May};
use zhiyin_domain::attribute::Label;
use zhiyin_domain::cases::case::Source;
use zhiyin_domain::cases::closing::{ClosingPolicy, Grounds, SolutionContact};
use zhiyin_domain::cases::forms::Form;
use zhiyin_domain::cases::ownership::{Handover, PastHandover};
use zhiyin_domain::cases::procedure::Assignee;
use zhiyin_domain::cases::status::CaseStatus;
use zhiyin_domain::ids::{AccountId, AgentId, CaseId, CaseTypeId, ContactId, TeamId};
use zhiyin_domain::time::Timestamp;

/// A problem somebody owns.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseDto {
    /// Identifier.
    #[schema(value_type = String, example = "cs_01kavz7q3ve9q8m2h5t0c4d6fx")]
    pub id: CaseId,
    /// What people call it by, with its check digit.
    #[schema(example = "10482-8")]
    pub number: String,
    /// What kind of case.
    #[serde(rename = "type")]
    pub case_type: CaseTypeRefDto,
    /// Whether it is a complaint.
    pub is_complaint: bool,
    /// What it is about, in one line.
    pub title: String,
    /// Whose problem it is.
    pub contact: Option<CaseContactDto>,
    /// The company or household of the customer.
    #[schema(value_type = Option<String>)]
    pub account_id: Option<AccountId>,
    /// How it came: `{ "kind", … }`.
    #[schema(value_type = Object)]
    pub source: Value,
    /// How it stands.
    pub status: CaseStatusDto,
    /// The key of the label that is shown.
    pub label: Option<String>,
    /// `low`, `normal`, `high` or `urgent`.
    pub priority: &'static str,
    /// Who answers for it.
    #[schema(value_type = String)]
    pub owner_id: AgentId,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub owner_since: Timestamp,
    /// Who is asked to take it over.
    pub handover: Option<HandoverDto>,
    /// The team it belongs to.
    #[schema(value_type = Option<String>)]
    pub team_id: Option<TeamId>,
    /// Who is told of everything.
    #[schema(value_type = Vec<String>)]
    pub watcher_ids: BTreeSet<AgentId>,
    /// The case it was merged into.
    #[schema(value_type = Option<String>)]
    pub merged_into: Option<CaseId>,
    /// The case it is one customer's part of.
    #[schema(value_type = Option<String>)]
    pub parent_id: Option<CaseId>,
    /// How many customers' parts it has.
    pub child_count: i64,
    /// The step of the procedure that is open.
    pub step: Option<OpenStepDto>,
    /// The next deadline of anything in it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_due_at: Option<Timestamp>,
    /// What that belongs to: `step:3`, `task:ta_…:1`, `handover:0`, `reply:1` …
    pub next_due: Option<String>,
    /// Whether it is over.
    pub is_overdue: bool,
    /// Tasks of the back office without an answer.
    pub open_task_count: u32,
    /// How often it was opened again.
    pub reopen_count: u32,
    /// `minor`, `moderate`, `serious` or `critical`, of a complaint.
    pub severity: Option<&'static str>,
    /// When it was opened.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When anything about it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// Rises with every change of the case itself.
    pub version: i64,
}

/// The type of a case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseTypeRefDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: CaseTypeId,
    /// Its name for programs.
    pub key: String,
    /// Which version of it holds for the case.
    pub version: u32,
    /// What people call it.
    #[schema(value_type = BTreeMap<String, String>)]
    pub name: Label,
}

/// The customer of a case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseContactDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: ContactId,
    /// Name; empty while unknown.
    pub name: String,
}

/// How a case stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseStatusDto {
    /// `new`, `open`, `waiting_for_customer`, `waiting_for_back_office`, `resolved` or `closed`.
    pub category: &'static str,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
    /// Who resolved or closed it, if it was an agent.
    #[schema(value_type = Option<String>)]
    pub by: Option<AgentId>,
    /// Why a closed case may be over.
    #[schema(value_type = Option<Object>)]
    pub grounds: Option<Grounds>,
}

/// Somebody is asked to take a case over.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HandoverDto {
    /// Who is asked.
    #[schema(value_type = String)]
    pub to_id: AgentId,
    /// Why.
    pub reason: String,
    /// Who asks.
    #[schema(value_type = String)]
    pub proposed_by: AgentId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub proposed_at: Timestamp,
    /// Until when there has to be an answer.
    #[schema(value_type = String, format = DateTime)]
    pub answer_by: Timestamp,
}

impl From<&Handover> for HandoverDto {
    fn from(it: &Handover) -> Self {
        Self {
            to_id: it.to_id,
            reason: it.reason.clone(),
            proposed_by: it.proposed_by,
            proposed_at: it.proposed_at,
            answer_by: it.answer_by,
        }
    }
}

/// A handover that is over.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PastHandoverDto {
    /// What was asked.
    #[serde(flatten)]
    pub handover: HandoverDto,
    /// When it was over.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// `{ "kind": "accepted" | "declined" | "withdrawn" | "lapsed", … }`.
    #[schema(value_type = Object)]
    pub end: Value,
}

impl From<&PastHandover> for PastHandoverDto {
    fn from(it: &PastHandover) -> Self {
        Self {
            handover: (&it.handover).into(),
            at: it.at,
            end: json!(it.end),
        }
    }
}

/// The step of a procedure that is open.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OpenStepDto {
    /// The number of the stay.
    pub visit: u32,
    /// The key of the step.
    pub key: String,
    /// What people call it.
    #[schema(value_type = BTreeMap<String, String>)]
    pub name: Label,
    /// Who does it: `{ "kind": "owner" | "team" | … }`.
    #[schema(value_type = Object)]
    pub assignee: Assignee,
    /// The one person of them who took it.
    #[schema(value_type = Option<String>)]
    pub taken_by: Option<AgentId>,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Timestamp,
    /// Whether its result waits for approval.
    pub is_awaiting: bool,
}

fn source(it: &Source) -> Value {
    let mut value = match it {
        Source::Conversation {
            conversation_id,
            message_ids,
        } => json!({ "conversation_id": conversation_id, "message_ids": message_ids }),
        Source::Api { token_id } => json!({ "token_id": token_id }),
        Source::FollowUp { follow_up_id } => json!({ "follow_up_id": follow_up_id }),
        Source::Recurrence { case_id } => json!({ "case_id": case_id }),
        Source::Form | Source::Portal | Source::Manual | Source::Rule => json!({}),
    };
    value["kind"] = it.as_str().into();
    value
}

fn status(view: &CaseView) -> CaseStatusDto {
    let (by, grounds) = match &view.row.case.status {
        CaseStatus::New
        | CaseStatus::Open
        | CaseStatus::WaitingForCustomer { .. }
        | CaseStatus::WaitingForBackOffice { .. } => (None, None),
        CaseStatus::Resolved { by, .. } => (by.agent(), None),
        CaseStatus::Closed { by, grounds, .. } => (by.agent(), Some(grounds.clone())),
    };
    CaseStatusDto {
        category: view.row.case.status.category().as_str(),
        since: view.row.status_at,
        by,
        grounds,
    }
}

impl From<CaseView> for CaseDto {
    fn from(view: CaseView) -> Self {
        let status = status(&view);
        let CaseView {
            row,
            type_key,
            type_name,
            step_name,
            contact_name,
            label,
            is_overdue,
        } = view;
        let case = row.case;
        let (next_due_at, next_due) = row.next_due.unzip();
        Self {
            id: case.id,
            number: case.number.to_string(),
            case_type: CaseTypeRefDto {
                id: case.type_id,
                key: type_key,
                version: case.type_version,
                name: type_name,
            },
            is_complaint: case.is_complaint,
            contact: case.contact_id.map(|id| CaseContactDto {
                id,
                name: contact_name.unwrap_or_default(),
            }),
            account_id: case.account_id,
            source: source(&case.source),
            status,
            label,
            priority: case.priority.as_str(),
            owner_id: case.owner_id(),
            owner_since: case.ownership.since(),
            handover: case.ownership.pending().map(Into::into),
            team_id: case.team_id,
            merged_into: case.merged_into,
            parent_id: row.parent_id,
            child_count: row.child_count,
            step: row.step.map(|step| OpenStepDto {
                visit: step.visit,
                key: step.key,
                name: step_name.unwrap_or_default(),
                assignee: step.assignee,
                taken_by: step.taken_by,
                due_at: step.due_at,
                is_awaiting: step.is_awaiting,
            }),
            next_due_at,
            next_due,
            is_overdue,
            open_task_count: row.open_tasks,
            reopen_count: case.reopen_count,
            severity: row
                .severity
                .map(zhiyin_domain::cases::severity::Severity::as_str),
            created_at: case.created_at,
            updated_at: row.updated_at,
            version: case.version,
            title: case.title,
            watcher_ids: case.watcher_ids,
        }
    }
}

/// What the caller may do with a case.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a button of the page, and none follows from another"
)]
pub struct CaseMayDto {
    /// Work on it.
    pub work: bool,
    /// Ask somebody to take it over although somebody else owns it.
    pub assign: bool,
    /// Accept or decline taking it over.
    pub accept: bool,
    /// Work on the open step.
    pub take_step: bool,
    /// Approve what waits at the open step.
    pub decide_step: bool,
}

impl From<May> for CaseMayDto {
    fn from(it: May) -> Self {
        Self {
            work: it.work,
            assign: it.assign,
            accept: it.accept,
            take_step: it.take_step,
            decide_step: it.decide_step,
        }
    }
}

/// A case with everything its page begins with.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseDetailDto {
    /// The case.
    #[serde(flatten)]
    pub case: CaseDto,
    /// What was filled in; answers to personal fields are `•••` without `personal.reveal`.
    pub answers: BTreeMap<String, String>,
    /// What is asked.
    #[schema(value_type = Vec<Object>)]
    pub form: Form,
    /// What is needed to close without the customer's word.
    #[schema(value_type = Object)]
    pub closing_policy: ClosingPolicy,
    /// Until when a closed case can be opened again.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub reopen_until: Option<Timestamp>,
    /// What the caller may do.
    pub may: CaseMayDto,
    /// Handovers that are over, oldest first.
    pub past_handovers: Vec<PastHandoverDto>,
    /// The case and everything that is merged into it.
    #[schema(value_type = Vec<String>)]
    pub family: BTreeSet<CaseId>,
    /// Documented contacts about the solution.
    #[schema(value_type = Vec<Object>)]
    pub contacts: Vec<SolutionContact>,
}

impl From<CaseDetail> for CaseDetailDto {
    fn from(it: CaseDetail) -> Self {
        let past = it.view.row.case.ownership.past();
        Self {
            past_handovers: past.iter().map(Into::into).collect(),
            case: it.view.into(),
            answers: it.answers,
            form: it.terms.form,
            closing_policy: it.terms.closing,
            reopen_until: it.reopen_until,
            may: it.may.into(),
            family: it.family,
            contacts: it.contacts,
        }
    }
}

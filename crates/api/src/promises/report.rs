//! Promises kept and broken, over HTTP.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use zhiyin_app::App;
use zhiyin_app::journey::ReportRequest;
use zhiyin_app::promises::{
    self as use_cases, PromiseNumbers, PromiseReport, PromiseReportRequest,
};
use zhiyin_app::reporting::{Group, Pick};
use zhiyin_domain::ids::InboxId;
use zhiyin_domain::promise::PromiseKind;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::promises::PromiseOutcome;

use super::PromiseDto;
use crate::code::Code;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Query};
use crate::reporting::pick;

/// Which promises a report is about.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PromiseReportQuery {
    /// Due from then on.
    #[param(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Due before; at most 400 days later.
    #[param(value_type = String, format = DateTime)]
    pub to: Timestamp,
    /// Only in this inbox.
    #[param(value_type = Option<String>)]
    pub inbox_id: Option<InboxId>,
    /// Only of this agent, who sees to them; `none` for nobody.
    pub agent_id: Option<String>,
    /// Only of this team, which has the conversation now; `none` for no team.
    pub team_id: Option<String>,
    /// `reply`, `call_back` or `other`.
    pub kind: Option<String>,
}

/// One group, or all together.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PromiseReportRowDto {
    /// What tells it from others: an identifier, or a kind; `null` for what belongs to none.
    pub key: Option<String>,
    /// What people call it; empty while unknown.
    pub name: String,
    /// All of them.
    pub made: u32,
    /// Done in time.
    pub kept: u32,
    /// Done, but late.
    pub kept_late: u32,
    /// Their time is over.
    pub broken: u32,
    /// Their time is to come.
    pub open: u32,
    /// Taken back.
    pub cancelled: u32,
}

fn row(group: Group<PromiseNumbers>) -> PromiseReportRowDto {
    let it = group.numbers;
    PromiseReportRowDto {
        key: group.key,
        name: group.name,
        made: it.made,
        kept: it.kept,
        kept_late: it.kept_late,
        broken: it.broken,
        open: it.open,
        cancelled: it.cancelled,
    }
}

/// What became of promises.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PromiseReportDto {
    /// All together.
    pub total: PromiseReportRowDto,
    /// By who sees to them.
    pub by_agent: Vec<PromiseReportRowDto>,
    /// By team.
    pub by_team: Vec<PromiseReportRowDto>,
    /// By inbox.
    pub by_inbox: Vec<PromiseReportRowDto>,
    /// By kind.
    pub by_kind: Vec<PromiseReportRowDto>,
}

impl From<PromiseReport> for PromiseReportDto {
    fn from(it: PromiseReport) -> Self {
        let rows = |groups: Vec<_>| groups.into_iter().map(row).collect();
        Self {
            total: row(Group {
                key: None,
                name: String::new(),
                numbers: it.total,
            }),
            by_agent: rows(it.by_agent),
            by_team: rows(it.by_team),
            by_inbox: rows(it.by_inbox),
            by_kind: rows(it.by_kind),
        }
    }
}

impl PromiseReportQuery {
    fn request(&self) -> ApiResult<PromiseReportRequest> {
        let kind = match self.kind.as_deref() {
            None => Pick::Any,
            Some(name) => {
                let found = PromiseKind::ALL.into_iter().find(|it| it.as_str() == name);
                let refused = || ApiError::bad_request(Code::InvalidQuery).field("kind");
                Pick::One(found.ok_or_else(refused)?)
            }
        };
        Ok(PromiseReportRequest {
            within: ReportRequest {
                from: self.from,
                to: self.to,
                inbox: self.inbox_id,
            },
            agent: pick("agent_id", self.agent_id.as_deref())?,
            team: pick("team_id", self.team_id.as_deref())?,
            kind,
        })
    }
}

/// Promises kept, broken and taken back, of those that were due in a period.
#[utoipa::path(get, path = "/api/v1/reports/promises", tag = "standards",
    params(PromiseReportQuery), responses((status = 200, body = PromiseReportDto)))]
pub async fn get_promise_report(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<PromiseReportQuery>,
) -> ApiResult<Json<PromiseReportDto>> {
    let request = query.request()?;
    let report = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::promise_report(tx, ctx, &request)
        })
        .await?;
    Ok(Json(report.into()))
}

/// Which of the promises behind a number.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PromiseOutcomeDto {
    /// Done in time.
    Kept,
    /// Done, but late.
    KeptLate,
    /// Their time is over.
    Broken,
    /// Their time is to come.
    Open,
    /// Taken back.
    Cancelled,
}

/// Which promises behind a number of the report.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReportedPromisesQuery {
    /// Due from then on.
    #[param(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Due before; at most 400 days later.
    #[param(value_type = String, format = DateTime)]
    pub to: Timestamp,
    /// Only in this inbox.
    #[param(value_type = Option<String>)]
    pub inbox_id: Option<InboxId>,
    /// Only of this agent; `none` for nobody.
    pub agent_id: Option<String>,
    /// Only of this team; `none` for no team.
    pub team_id: Option<String>,
    /// `reply`, `call_back` or `other`.
    pub kind: Option<String>,
    /// `kept`, `kept_late`, `broken`, `open` or `cancelled`; all of them if left out.
    #[param(value_type = Option<String>)]
    pub about: Option<PromiseOutcomeDto>,
}

/// Promises behind a number.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReportedPromisesDto {
    /// The latest due first, at most fifty.
    pub items: Vec<PromiseDto>,
}

/// The promises behind a number of the report.
#[utoipa::path(get, path = "/api/v1/reports/promises/items", tag = "standards",
    params(ReportedPromisesQuery), responses((status = 200, body = ReportedPromisesDto)))]
pub async fn list_reported_promises(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ReportedPromisesQuery>,
) -> ApiResult<Json<ReportedPromisesDto>> {
    let about = query.about.map(|about| match about {
        PromiseOutcomeDto::Kept => PromiseOutcome::Kept,
        PromiseOutcomeDto::KeptLate => PromiseOutcome::KeptLate,
        PromiseOutcomeDto::Broken => PromiseOutcome::Broken,
        PromiseOutcomeDto::Open => PromiseOutcome::Open,
        PromiseOutcomeDto::Cancelled => PromiseOutcome::Cancelled,
    });
    let groups = PromiseReportQuery {
        from: query.from,
        to: query.to,
        inbox_id: query.inbox_id,
        agent_id: query.agent_id,
        team_id: query.team_id,
        kind: query.kind,
    };
    let request = groups.request()?;
    let views = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::promise_lines(tx, ctx, &request, about)
        })
        .await?;
    Ok(Json(ReportedPromisesDto {
        items: views.into_iter().map(Into::into).collect(),
    }))
}

//! Moments of truth over HTTP.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use zhiyin_app::App;
use zhiyin_app::journey::{self as use_cases, About, ReportError, ReportRequest, SessionLine};
use zhiyin_domain::ids::{ConversationId, InboxId, SessionId};
use zhiyin_domain::journey::moments::{Funnel, StepFacts};
use zhiyin_domain::session::Step;
use zhiyin_domain::time::Timestamp;

use crate::code::Code;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Query};

/// Which sessions a report is about.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct JourneyReportQuery {
    /// Opened from then on.
    #[param(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Opened before; at most 400 days later.
    #[param(value_type = String, format = DateTime)]
    pub to: Timestamp,
    /// Only of this inbox.
    #[param(value_type = Option<String>)]
    pub inbox_id: Option<InboxId>,
}

/// Moments of truth: where customers waited, repeated themselves and left.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JourneyReportDto {
    /// Sessions looked at, at most the last 100,000.
    pub sessions: u32,
    /// Sessions whose customer said the same again.
    pub repeating: u32,
    /// How often in all.
    pub repeats: u32,
    /// The seven steps in order.
    pub steps: Vec<StepFactsDto>,
}

/// What a step looks like over many sessions.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StepFactsDto {
    /// Which.
    #[schema(value_type = String)]
    pub step: Step,
    /// Sessions that entered it.
    pub entered: u32,
    /// Sessions that entered it more than once.
    pub returned: u32,
    /// Sessions whose customer left here.
    pub left: u32,
    /// Half of the sessions stayed at most so long in all, in seconds.
    pub median_s: u64,
    /// Nine of ten stayed at most so long in all, in seconds.
    pub p90_s: u64,
}

impl From<&StepFacts> for StepFactsDto {
    fn from(it: &StepFacts) -> Self {
        Self {
            step: it.step,
            entered: it.entered,
            returned: it.returned,
            left: it.left,
            median_s: it.median.as_secs(),
            p90_s: it.p90.as_secs(),
        }
    }
}

impl From<Funnel> for JourneyReportDto {
    fn from(it: Funnel) -> Self {
        Self {
            sessions: it.sessions,
            repeating: it.repeating,
            repeats: it.repeats,
            steps: it.steps.iter().map(Into::into).collect(),
        }
    }
}

impl JourneyReportQuery {
    const fn request(&self) -> ReportRequest {
        ReportRequest {
            from: self.from,
            to: self.to,
            inbox: self.inbox_id,
        }
    }
}

/// Where customers waited, repeated themselves and left: sessions opened in a period.
#[utoipa::path(get, path = "/api/v1/reports/journey", tag = "standards",
    params(JourneyReportQuery), responses((status = 200, body = JourneyReportDto)))]
pub async fn get_journey_report(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<JourneyReportQuery>,
) -> ApiResult<Json<JourneyReportDto>> {
    let request = query.request();
    let funnel = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::report(tx, ctx, &request)
        })
        .await?;
    Ok(Json(funnel.into()))
}

/// Which sessions behind a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AboutDto {
    /// Those that stayed longest in the step.
    Slowest,
    /// Those whose customer left in the step.
    Left,
    /// Those whose customer repeated themselves most, in whatever step.
    Repeats,
}

/// Which sessions behind which number of the report.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct JourneySessionsQuery {
    /// Opened from then on.
    #[param(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Opened before; at most 400 days later.
    #[param(value_type = String, format = DateTime)]
    pub to: Timestamp,
    /// Only of this inbox.
    #[param(value_type = Option<String>)]
    pub inbox_id: Option<InboxId>,
    /// `entry`, `triage`, `classification`, `response`, `resolution`, `feedback` or `after_care`.
    #[param(value_type = String)]
    pub step: Step,
    /// `slowest`, `left` or `repeats`.
    #[param(value_type = String)]
    pub about: AboutDto,
}

/// Sessions behind a number.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JourneySessionsDto {
    /// At most fifty, those that matter most first.
    pub items: Vec<JourneySessionDto>,
}

/// A session behind a number.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JourneySessionDto {
    /// The session.
    #[schema(value_type = String)]
    pub session_id: SessionId,
    /// The conversation.
    #[schema(value_type = String)]
    pub conversation_id: ConversationId,
    /// Its human number.
    pub number: i64,
    /// The contact's name; empty while unknown.
    pub contact_name: String,
    /// How long it stayed in the step, in seconds, all stays together.
    pub stay_s: u64,
    /// How often the customer said the same again.
    pub repeats: u32,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Timestamp,
}

impl From<SessionLine> for JourneySessionDto {
    fn from(line: SessionLine) -> Self {
        let it = line.row;
        Self {
            session_id: it.session_id,
            conversation_id: it.conversation_id,
            number: it.number,
            contact_name: it.contact_name,
            stay_s: line.stay.as_secs(),
            repeats: it.repeats,
            opened_at: it.opened_at,
        }
    }
}

/// The sessions behind a number of the report.
#[utoipa::path(get, path = "/api/v1/reports/journey/sessions", tag = "standards",
    params(JourneySessionsQuery), responses((status = 200, body = JourneySessionsDto)))]
pub async fn list_journey_sessions(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<JourneySessionsQuery>,
) -> ApiResult<Json<JourneySessionsDto>> {
    let request = ReportRequest {
        from: query.from,
        to: query.to,
        inbox: query.inbox_id,
    };
    let about = match query.about {
        AboutDto::Slowest => About::Slowest,
        AboutDto::Left => About::Left,
        AboutDto::Repeats => About::Repeats,
    };
    let step = query.step;
    let lines = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::report_sessions(tx, ctx, &request, step, about)
        })
        .await?;
    Ok(Json(JourneySessionsDto {
        items: lines.into_iter().map(Into::into).collect(),
    }))
}

impl From<ReportError> for ApiError {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Period => Self::unprocessable(Code::InvalidField).field_detail(
                "to",
                "period",
                error.to_string(),
            ),
            ReportError::InboxNotFound => Self::not_found("inbox"),
            ReportError::Denied(denied) => denied.into(),
            ReportError::Store(source) => source.into(),
        }
    }
}

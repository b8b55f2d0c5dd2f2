//! The journey of a session over HTTP, and the report on many of them.

mod report;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::conversations::ConversationError;
use zhiyin_app::journey::{self as use_cases, JourneyView, StepState, WaitingOn};
use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::ids::{ConversationId, SessionId, StandardId};
use zhiyin_domain::session::Step;
use zhiyin_domain::stage::Stage;
use zhiyin_domain::standards::{Metric, NextDeadline, Pause, Progress, Running};
use zhiyin_domain::time::Timestamp;

use crate::conversations::ConversationDto;
use crate::error::ApiResult;
use crate::extract::{Caller, Path, Valid, Wish};
use crate::state::AppState;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_journey))
        .routes(routes!(classify_conversation))
        .routes(routes!(set_waiting_on))
        .routes(routes!(report::get_journey_report))
        .routes(routes!(report::list_journey_sessions))
}

/// The target of a service standard that ends next.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DeadlineDto {
    /// `first_response`, `next_response`, `resolution` or `step.…`.
    #[schema(value_type = String, example = "first_response")]
    pub metric: Metric,
    /// When its time is used up; `null` while it stands still.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due_at: Option<Timestamp>,
    /// Whether that is over.
    pub is_breached: bool,
}

impl From<NextDeadline> for DeadlineDto {
    fn from(it: NextDeadline) -> Self {
        Self {
            metric: it.metric,
            due_at: it.due_at,
            is_breached: it.is_breached,
        }
    }
}

/// A session on its journey.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JourneyDto {
    /// The session.
    #[schema(value_type = String)]
    pub session_id: SessionId,
    /// The standard that holds; `null` for what the inbox says.
    pub standard: Option<HeldStandardDto>,
    /// Where it is.
    #[schema(value_type = String, example = "response")]
    pub step: Step,
    /// All seven steps in order.
    pub steps: Vec<JourneyStepDto>,
    /// Targets that have begun, but for those of steps.
    pub clocks: Vec<ClockDto>,
    /// Why clocks stand still at present: `customer`, `third_party`, `snoozed`.
    #[schema(value_type = Vec<String>)]
    pub pauses: Vec<Pause>,
    /// What matters at this step, in the language that was asked for.
    pub guidance: String,
}

/// A standard by its name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HeldStandardDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: StandardId,
    /// What people call it.
    pub name: String,
}

/// How a step stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JourneyStepDto {
    /// Which.
    #[schema(value_type = String, example = "response")]
    pub step: Step,
    /// When it was first entered.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub entered_at: Option<Timestamp>,
    /// When it was last left; `null` while it lasts.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub left_at: Option<Timestamp>,
    /// Time used, in seconds, as its target counts it.
    pub used_s: u64,
    /// Time there is, in seconds.
    pub target_s: Option<u64>,
    /// When it is used up, as things stand.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due_at: Option<Timestamp>,
    /// Whether it was used up.
    pub is_breached: bool,
    /// How often the step was entered.
    pub visits: usize,
}

impl From<StepState> for JourneyStepDto {
    fn from(it: StepState) -> Self {
        Self {
            step: it.step,
            entered_at: it.entered_at,
            left_at: it.left_at,
            used_s: it.used.as_secs(),
            target_s: it.target.map(|target| target.target_s),
            due_at: it.target.and_then(|target| target.due_at),
            is_breached: it.target.is_some_and(|target| target.is_breached),
            visits: it.visits,
        }
    }
}

/// How a target stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClockDto {
    /// `first_response`, `next_response` or `resolution`.
    #[schema(value_type = String)]
    pub metric: Metric,
    /// Time used, in seconds.
    pub used_s: u64,
    /// Time there is, in seconds.
    pub target_s: u64,
    /// When it is used up, as things stand; `null` while it stands still.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due_at: Option<Timestamp>,
    /// `running`, `paused` or `stopped`.
    pub running: &'static str,
    /// Whether it was used up.
    pub is_breached: bool,
}

impl From<Progress> for ClockDto {
    fn from(it: Progress) -> Self {
        Self {
            metric: it.metric,
            used_s: it.used_s,
            target_s: it.target_s,
            due_at: it.due_at,
            running: match it.running {
                Running::Since { .. } => "running",
                Running::Paused => "paused",
                Running::Idle | Running::Met { .. } => "stopped",
            },
            is_breached: it.is_breached,
        }
    }
}

impl From<JourneyView> for JourneyDto {
    fn from(it: JourneyView) -> Self {
        Self {
            session_id: it.session_id,
            standard: it.standard.map(|(id, name)| HeldStandardDto {
                id,
                name: name.into_string(),
            }),
            step: it.step,
            steps: it.steps.into_iter().map(Into::into).collect(),
            clocks: it.clocks.into_iter().map(Into::into).collect(),
            pauses: it.pauses,
            guidance: it.guidance,
        }
    }
}

/// Where the present or last session of a conversation is on its journey. The guidance comes in
/// the language of `Accept-Language`, else in that of the agent's profile.
#[utoipa::path(get, path = "/api/v1/conversations/{id}/journey", tag = "standards",
    params(("id" = String, Path)), responses((status = 200, body = JourneyDto)))]
pub async fn get_journey(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Wish(locale): Wish,
) -> ApiResult<Json<JourneyDto>> {
    let view = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::journey(tx, ctx, id, locale)
        })
        .await?;
    Ok(Json(view.into()))
}

/// What a session is about.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassificationBody {
    /// `pre_sales`, `in_sales` or `after_sales`; `null` or left out when it is not known.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "after_sales")]
    pub stage: Option<Stage>,
}

async fn change<F>(
    app: App,
    caller: Caller,
    id: ConversationId,
    f: F,
) -> ApiResult<Json<ConversationDto>>
where
    F: Fn(
            &mut zhiyin_store::Tx<'_>,
            &zhiyin_app::Context,
        ) -> Result<Conversation, ConversationError>
        + Send
        + 'static,
{
    let view = app
        .write(&caller.0, move |tx, ctx| {
            f(tx, ctx)?;
            zhiyin_store::conversations::view(tx, id)?.ok_or(ConversationError::NotFound(id))
        })
        .await?;
    Ok(Json(view.into()))
}

/// Says where the customer stands in a purchase. Another standard may hold from then on.
#[utoipa::path(put, path = "/api/v1/conversations/{id}/classification", tag = "standards",
    params(("id" = String, Path)), request_body = ClassificationBody,
    responses((status = 200, body = ConversationDto)))]
pub async fn classify_conversation(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Valid(body): Valid<ClassificationBody>,
) -> ApiResult<Json<ConversationDto>> {
    change(app, caller, id, move |tx, ctx| {
        use_cases::classify(tx, ctx, id, body.stage)
    })
    .await
}

/// Who has the turn besides customer and company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhomDto {
    /// Somebody outside: a carrier, a manufacturer, a bank.
    ThirdParty,
    /// Nobody outside.
    Nobody,
}

/// Whether somebody outside has the turn.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WaitingOnBody {
    /// Who.
    pub whom: WhomDto,
}

/// Says that somebody outside has the turn, or has it no more. Clocks whose standard says so
/// stand still meanwhile.
#[utoipa::path(put, path = "/api/v1/conversations/{id}/waiting_on", tag = "standards",
    params(("id" = String, Path)), request_body = WaitingOnBody,
    responses((status = 200, body = ConversationDto)))]
pub async fn set_waiting_on(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Valid(body): Valid<WaitingOnBody>,
) -> ApiResult<Json<ConversationDto>> {
    let whom = match body.whom {
        WhomDto::ThirdParty => WaitingOn::ThirdParty,
        WhomDto::Nobody => WaitingOn::Nobody,
    };
    change(app, caller, id, move |tx, ctx| {
        use_cases::wait_on(tx, ctx, id, whom)
    })
    .await
}

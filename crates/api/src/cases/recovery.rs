//! Service recovery over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::cases::recovery::{self as use_cases, AskInput, GrantView, RecoveryView};
use zhiyin_domain::cases::approvals::{ApprovalError, ApprovalState};
use zhiyin_domain::cases::recovery::{GrantState, RecoveryError};
use zhiyin_domain::ids::{AgentId, CaseId, RecoveryId, TeamId};
use zhiyin_domain::money::{Currency, Money};
use zhiyin_domain::time::Timestamp;

use crate::code::Code;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Path, Query, Valid};
use crate::state::AppState;

/// The routes of this feature.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_recovery))
        .routes(routes!(ask_recovery))
        .routes(routes!(get_recovery_needs))
        .routes(routes!(decide_recovery))
        .routes(routes!(carry_out_recovery))
        .routes(routes!(withdraw_recovery))
        .routes(routes!(list_recovery_approvals))
        .routes(routes!(get_recovery_budget))
}

/// A gesture asked for a case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GrantDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: RecoveryId,
    /// The case it was asked in; merged cases count together.
    #[schema(value_type = String)]
    pub case_id: CaseId,
    /// Key of the gesture in the catalogue.
    pub gesture: String,
    /// What people call it; empty if it is no longer in the catalogue.
    #[schema(value_type = Object)]
    pub name: Value,
    /// The kind it had when it was asked.
    #[schema(value_type = String)]
    pub kind: Value,
    /// What it costs: `{ "minor", "currency" }`.
    #[schema(value_type = Object)]
    pub cost: Money,
    /// Why.
    pub reason: String,
    /// Who asked.
    #[schema(value_type = String)]
    pub asked_by: AgentId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub asked_at: Timestamp,
    /// `pending`, `granted`, `done`, `rejected` or `withdrawn`.
    pub status: &'static str,
    /// Levels and decisions, where somebody had to agree.
    #[schema(value_type = Option<Object>)]
    pub approval: Value,
    /// When it was granted, done or withdrawn.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
    /// Who carried it out or took it back.
    #[schema(value_type = Option<String>)]
    pub by: Option<AgentId>,
    /// Whose yes it waits for.
    #[schema(value_type = Option<Object>)]
    pub waits_for: Value,
    /// Whether the caller may decide it now.
    pub may_decide: bool,
    /// Why not: `own_request`, `twice`, `not_authorized`.
    pub refusal: Option<&'static str>,
}

fn grant(view: GrantView, names: &zhiyin_domain::cases::recovery::Catalogue) -> GrantDto {
    let it = view.recovery;
    let (status, approval, at, by) = match &it.grant.state {
        GrantState::Pending { approval } => ("pending", Some(approval), None, None),
        GrantState::Granted { approval, at } => ("granted", approval.as_ref(), Some(*at), None),
        GrantState::Done { approval, by, at } => ("done", approval.as_ref(), Some(*at), Some(*by)),
        GrantState::Rejected { approval } => ("rejected", Some(approval), None, None),
        GrantState::Withdrawn { by, at } => ("withdrawn", None, Some(*at), Some(*by)),
    };
    let waits_for = approval.and_then(|approval| match approval.state() {
        ApprovalState::Pending { approver, .. } => Some(json!(approver)),
        ApprovalState::Approved | ApprovalState::Rejected { .. } => None,
    });
    let refusal = match view.decision {
        Some(Err(ApprovalError::OwnRequest)) => Some("own_request"),
        Some(Err(ApprovalError::Twice)) => Some("twice"),
        Some(Err(_)) => Some("not_authorized"),
        Some(Ok(())) | None => None,
    };
    let gesture = names.get(&it.grant.gesture);
    GrantDto {
        id: it.grant.id,
        case_id: it.case_id,
        name: gesture.map_or_else(|| json!({}), |gesture| json!(gesture.name)),
        gesture: it.grant.gesture.clone(),
        kind: json!(it.kind),
        cost: it.grant.cost,
        reason: it.grant.reason.clone(),
        asked_by: it.grant.asked_by,
        asked_at: it.grant.asked_at,
        status,
        approval: json!(approval),
        at,
        by,
        waits_for: json!(waits_for),
        may_decide: view.decision == Some(Ok(())),
        refusal,
    }
}

/// Everything asked for a case and what is merged into it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecoveryDto {
    /// Oldest first.
    pub items: Vec<GrantDto>,
    /// What counts so far: `{ "minor", "currency" }`.
    #[schema(value_type = Object)]
    pub total: Money,
    /// Up to how much on one case the caller may grant alone, in minor units.
    pub own_limit: i64,
    /// From this sum on another person has to agree, in minor units.
    pub four_eyes_from: i64,
    /// The most there is on one case, in minor units.
    pub most: i64,
    /// The currency of all of them.
    #[schema(value_type = String)]
    pub currency: Currency,
    /// The cases that count together.
    #[schema(value_type = Vec<String>)]
    pub family: Vec<CaseId>,
}

impl From<RecoveryView> for RecoveryDto {
    fn from(view: RecoveryView) -> Self {
        let catalogue = view.setting.catalogue;
        let grants = view.grants.into_iter();
        Self {
            items: grants.map(|it| grant(it, &catalogue)).collect(),
            total: view.total,
            own_limit: view.own_limit,
            four_eyes_from: view.setting.limits.four_eyes_from,
            most: view.setting.limits.most(),
            currency: view.setting.limits.currency,
            family: view.family.into_iter().collect(),
        }
    }
}

/// What was asked for a case and all that is merged into it.
#[utoipa::path(get, path = "/api/v1/cases/{id}/recovery", tag = "cases",
    params(("id" = String, Path)), responses((status = 200, body = RecoveryDto)))]
pub async fn get_recovery(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
) -> ApiResult<Json<RecoveryDto>> {
    let read = app.read(&caller.0, move |tx, ctx| use_cases::get(tx, ctx, id));
    Ok(Json(read.await?.into()))
}

/// A gesture somebody asks for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskBody {
    /// Key of the gesture.
    pub gesture: String,
    /// What it costs: `{ "minor": 3000, "currency": "CNY" }`.
    #[schema(value_type = Object)]
    pub cost: Money,
    /// Why.
    pub reason: String,
}

/// Asks for a gesture: granted at once within the caller's limit, else put before others.
/// All of a case counts together.
#[utoipa::path(post, path = "/api/v1/cases/{id}/recovery", tag = "cases",
    params(("id" = String, Path)), request_body = AskBody,
    responses((status = 201, body = RecoveryDto)))]
pub async fn ask_recovery(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<AskBody>,
) -> ApiResult<(StatusCode, Json<RecoveryDto>)> {
    let input = AskInput {
        gesture: body.gesture,
        cost: body.cost,
        reason: body.reason,
    };
    let done = app.write(&caller.0, move |tx, ctx| {
        use_cases::ask(tx, ctx, id, &input)
    });
    Ok((StatusCode::CREATED, Json(done.await?.into())))
}

/// What a gesture would cost.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NeedsQuery {
    /// In minor units.
    pub minor: i64,
}

/// What one more gesture would take.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NeedsDto {
    /// `nothing`, `approval` or `too_much`: nobody may grant so much.
    pub kind: &'static str,
    /// Whose yes, one after the other.
    #[schema(value_type = Vec<Object>)]
    pub approvers: Value,
    /// Up to how much the caller may grant alone, in minor units.
    pub own_limit: Option<i64>,
    /// What the case would come to, in minor units.
    pub total_minor: Option<i64>,
}

/// Says whose yes one more gesture would take.
#[utoipa::path(get, path = "/api/v1/cases/{id}/recovery/needs", tag = "cases",
    params(("id" = String, Path), NeedsQuery), responses((status = 200, body = NeedsDto)))]
pub async fn get_recovery_needs(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Query(query): Query<NeedsQuery>,
) -> ApiResult<Json<NeedsDto>> {
    let read = app.read(&caller.0, move |tx, ctx| {
        use_cases::needs(tx, ctx, id, query.minor)
    });
    let dto = match read.await {
        Err(zhiyin_app::cases::HandlingError::Recovery(RecoveryError::AboveAll)) => NeedsDto {
            kind: "too_much",
            approvers: json!([]),
            own_limit: None,
            total_minor: None,
        },
        other => {
            let it = other?;
            NeedsDto {
                kind: if it.approvers.is_empty() {
                    "nothing"
                } else {
                    "approval"
                },
                approvers: json!(it.approvers),
                own_limit: Some(it.own_limit),
                total_minor: Some(it.total_minor),
            }
        }
    };
    Ok(Json(dto))
}

/// A decision.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecoveryDecisionBody {
    /// Yes or no.
    pub is_approved: bool,
    /// Why; a no needs words.
    #[serde(default)]
    pub note: String,
}

/// Decides a request. Who may, follows from roles and the line; never whoever asked, and
/// nobody on two levels.
#[utoipa::path(post, path = "/api/v1/recovery/{id}/decide", tag = "cases",
    params(("id" = String, Path)), request_body = RecoveryDecisionBody,
    responses((status = 200, body = RecoveryDto)))]
pub async fn decide_recovery(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<RecoveryId>,
    Valid(body): Valid<RecoveryDecisionBody>,
) -> ApiResult<Json<RecoveryDto>> {
    let done = app.write(&caller.0, move |tx, ctx| {
        use_cases::decide(tx, ctx, id, (body.is_approved, &body.note))
    });
    Ok(Json(done.await?.into()))
}

/// Says that a gesture was carried out: paid, sent, said.
#[utoipa::path(post, path = "/api/v1/recovery/{id}/carry-out", tag = "cases",
    params(("id" = String, Path)), responses((status = 200, body = RecoveryDto)))]
pub async fn carry_out_recovery(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<RecoveryId>,
) -> ApiResult<Json<RecoveryDto>> {
    let done = app.write(&caller.0, move |tx, ctx| use_cases::carry_out(tx, ctx, id));
    Ok(Json(done.await?.into()))
}

/// Takes a gesture back before it was carried out.
#[utoipa::path(post, path = "/api/v1/recovery/{id}/withdraw", tag = "cases",
    params(("id" = String, Path)), responses((status = 200, body = RecoveryDto)))]
pub async fn withdraw_recovery(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<RecoveryId>,
) -> ApiResult<Json<RecoveryDto>> {
    let done = app.write(&caller.0, move |tx, ctx| use_cases::withdraw(tx, ctx, id));
    Ok(Json(done.await?.into()))
}

/// A request that waits, with its case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApprovalDto {
    /// The case: `{ "id", "number", "title" }`.
    #[schema(value_type = Object)]
    pub case: Value,
    /// The request.
    pub grant: GrantDto,
}

/// Requests that wait.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApprovalsDto {
    /// Oldest first.
    pub items: Vec<ApprovalDto>,
}

/// Requests the caller may decide; with `recovery.approve` all that wait.
#[utoipa::path(get, path = "/api/v1/recovery/approvals", tag = "cases",
    responses((status = 200, body = ApprovalsDto)))]
pub async fn list_recovery_approvals(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<ApprovalsDto>> {
    let read = app.read(&caller.0, |tx, ctx| {
        let setting = use_cases::settings(tx)?.document;
        Ok::<_, zhiyin_app::cases::HandlingError>((use_cases::approvals(tx, ctx)?, setting))
    });
    let (found, setting) = read.await?;
    let items = found.into_iter().map(|(case, view)| ApprovalDto {
        case: json!({ "id": case.id, "number": case.number, "title": case.title }),
        grant: grant(view, &setting.catalogue),
    });
    Ok(Json(ApprovalsDto {
        items: items.collect(),
    }))
}

/// Of which time.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BudgetQuery {
    /// From when.
    #[param(value_type = String)]
    pub from: Timestamp,
    /// Until when.
    #[param(value_type = String)]
    pub to: Timestamp,
}

/// What was given, and what is left.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BudgetDto {
    /// By team, kind and currency.
    pub rows: Vec<BudgetRowDto>,
    /// How the budgets stand now.
    pub budgets: Vec<BudgetLineDto>,
}

/// What was given of one kind by one team.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BudgetRowDto {
    /// The team of the cases.
    #[schema(value_type = Option<String>)]
    pub team_id: Option<TeamId>,
    /// The kind of gesture.
    #[schema(value_type = String)]
    pub kind: Value,
    /// The currency.
    #[schema(value_type = String)]
    pub currency: Currency,
    /// Gestures that were granted.
    pub count: i64,
    /// What they cost, in minor units.
    pub minor: i64,
    /// Gestures that wait for approval.
    pub pending_count: i64,
    /// What those would cost, in minor units.
    pub pending_minor: i64,
}

/// A budget in the period that is running.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BudgetLineDto {
    /// The team; `null` for everybody without a budget of their team.
    #[schema(value_type = Option<String>)]
    pub team_id: Option<TeamId>,
    /// `2026-11`, `2026-Q4` or `2026`.
    pub period: String,
    /// The currency.
    #[schema(value_type = String)]
    pub currency: Currency,
    /// What there is, in minor units; `null` is without end.
    pub total: Option<i64>,
    /// What was granted.
    pub spent: i64,
    /// What waits for approval.
    pub reserved: i64,
}

/// What was given in a time, by team and kind, and how the budgets stand now.
#[utoipa::path(get, path = "/api/v1/recovery/budget", tag = "cases", params(BudgetQuery),
    responses((status = 200, body = BudgetDto)))]
pub async fn get_recovery_budget(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<BudgetQuery>,
) -> ApiResult<Json<BudgetDto>> {
    if query.from >= query.to {
        return Err(ApiError::bad_request(Code::InvalidQuery).field("to"));
    }
    let read = app.read(&caller.0, move |tx, ctx| {
        use_cases::report(tx, ctx, query.from, query.to)
    });
    let report = read.await?;
    let rows = report.rows.into_iter().map(|it| BudgetRowDto {
        team_id: it.team_id,
        kind: json!(it.kind),
        currency: it.currency,
        count: it.count,
        minor: it.minor,
        pending_count: it.pending_count,
        pending_minor: it.pending_minor,
    });
    let budgets = report.budgets.into_iter().map(|it| BudgetLineDto {
        team_id: it.team_id,
        period: it.period,
        currency: it.currency,
        total: it.total,
        spent: it.spent,
        reserved: it.reserved,
    });
    Ok(Json(BudgetDto {
        rows: rows.collect(),
        budgets: budgets.collect(),
    }))
}

//! Complaints over HTTP.

use axum::Json;
use axum::extract::State;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::cases::HandlingError;
use zhiyin_app::cases::complaints::{self as use_cases, Found, NewAction, Said};
use zhiyin_domain::cases::complainants::{DECLINING, KINDS, TEMPERAMENTS};
use zhiyin_domain::ids::CaseId;
use zhiyin_domain::permission::{Permission, Resource};

use super::complaint_dto::{
    AcknowledgeBody, ActionBody, ActionResultBody, AssessedDto, CardsDto, CauseBody,
    ComplainantBody, ComplaintDto, DecisionBody, FactsBody, SeverityPreviewDto, TextBody,
    ToldComplaintDto, card, line,
};
use crate::error::ApiResult;
use crate::extract::{Caller, Path, Valid};
use crate::state::AppState;

/// The routes of this feature.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_complaint))
        .routes(routes!(reassess_complaint))
        .routes(routes!(acknowledge_complaint))
        .routes(routes!(update_complaint))
        .routes(routes!(decide_complaint))
        .routes(routes!(reply_complaint))
        .routes(routes!(set_complaint_cause))
        .routes(routes!(plan_complaint_action))
        .routes(routes!(finish_complaint_action))
        .routes(routes!(assess_complainant))
        .routes(routes!(list_complaint_cards))
        .routes(routes!(assess_severity))
}

fn said(text: &str) -> Result<Said, HandlingError> {
    Ok(Said {
        text: text.trim().to_owned(),
        prepared: zhiyin_app::cases::words(text)?,
    })
}

/// The complaint of a case.
#[utoipa::path(get, path = "/api/v1/cases/{id}/complaint", tag = "cases",
    params(("id" = String, Path)), responses((status = 200, body = ComplaintDto)))]
pub async fn get_complaint(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
) -> ApiResult<Json<ComplaintDto>> {
    let read = app.read(&caller.0, move |tx, ctx| use_cases::get(tx, ctx, id));
    Ok(Json(read.await?.into()))
}

/// Assesses a complaint anew. A graver level brings deadlines forward.
#[utoipa::path(post, path = "/api/v1/cases/{id}/complaint/reassess", tag = "cases",
    params(("id" = String, Path)), request_body = FactsBody,
    responses((status = 200, body = ComplaintDto)))]
pub async fn reassess_complaint(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<FactsBody>,
) -> ApiResult<Json<ComplaintDto>> {
    let done = app.write(&caller.0, move |tx, ctx| {
        use_cases::reassess(tx, ctx, id, body.facts)
    });
    Ok(Json(done.await?.into()))
}

/// Tells the customer when there is a reply; handling begins.
#[utoipa::path(post, path = "/api/v1/cases/{id}/complaint/acknowledge", tag = "cases",
    params(("id" = String, Path)), request_body = AcknowledgeBody,
    responses((status = 200, body = ToldComplaintDto)))]
pub async fn acknowledge_complaint(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<AcknowledgeBody>,
) -> ApiResult<Json<ToldComplaintDto>> {
    let said = body.text.as_deref().map(said).transpose()?;
    let done = app.write(&caller.0, move |tx, ctx| {
        use_cases::acknowledge(tx, ctx, id, body.reply_by, said.as_ref())
    });
    Ok(Json(done.await?.into()))
}

/// Tells the customer how things stand.
#[utoipa::path(post, path = "/api/v1/cases/{id}/complaint/update", tag = "cases",
    params(("id" = String, Path)), request_body = TextBody,
    responses((status = 200, body = ToldComplaintDto)))]
pub async fn update_complaint(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<TextBody>,
) -> ApiResult<Json<ToldComplaintDto>> {
    let said = said(&body.text)?;
    let done = app.write(&caller.0, move |tx, ctx| {
        use_cases::update(tx, ctx, id, &said)
    });
    Ok(Json(done.await?.into()))
}

/// Decides whether a complaint is right. Can be decided anew until the reply.
#[utoipa::path(post, path = "/api/v1/cases/{id}/complaint/decide", tag = "cases",
    params(("id" = String, Path)), request_body = DecisionBody,
    responses((status = 200, body = ComplaintDto)))]
pub async fn decide_complaint(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<DecisionBody>,
) -> ApiResult<Json<ComplaintDto>> {
    let found = Found {
        validity: body.validity,
        reasons: body.reasons,
        remedy: body.remedy,
    };
    let done = app.write(&caller.0, move |tx, ctx| {
        use_cases::decide(tx, ctx, id, &found)
    });
    Ok(Json(done.await?.into()))
}

/// Replies to the customer; somebody is to call back.
#[utoipa::path(post, path = "/api/v1/cases/{id}/complaint/reply", tag = "cases",
    params(("id" = String, Path)), request_body = TextBody,
    responses((status = 200, body = ToldComplaintDto)))]
pub async fn reply_complaint(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<TextBody>,
) -> ApiResult<Json<ToldComplaintDto>> {
    let said = said(&body.text)?;
    let done = app.write(&caller.0, move |tx, ctx| {
        use_cases::reply(tx, ctx, id, &said)
    });
    Ok(Json(done.await?.into()))
}

/// Names the cause.
#[utoipa::path(post, path = "/api/v1/cases/{id}/complaint/cause", tag = "cases",
    params(("id" = String, Path)), request_body = CauseBody,
    responses((status = 200, body = ComplaintDto)))]
pub async fn set_complaint_cause(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<CauseBody>,
) -> ApiResult<Json<ComplaintDto>> {
    let done = app.write(&caller.0, move |tx, ctx| {
        use_cases::name_cause(tx, ctx, id, body.category, &body.text)
    });
    Ok(Json(done.await?.into()))
}

/// Plans what is done so that it does not happen again.
#[utoipa::path(post, path = "/api/v1/cases/{id}/complaint/action", tag = "cases",
    params(("id" = String, Path)), request_body = ActionBody,
    responses((status = 200, body = ComplaintDto)))]
pub async fn plan_complaint_action(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<ActionBody>,
) -> ApiResult<Json<ComplaintDto>> {
    let new = NewAction {
        text: body.text,
        owner_id: body.owner_id,
        due_at: body.due_at,
    };
    let done = app.write(&caller.0, move |tx, ctx| {
        use_cases::plan_action(tx, ctx, id, &new)
    });
    Ok(Json(done.await?.into()))
}

/// Says that the corrective action is done; also its owner may.
#[utoipa::path(post, path = "/api/v1/cases/{id}/complaint/action/finish", tag = "cases",
    params(("id" = String, Path)), request_body = ActionResultBody,
    responses((status = 200, body = ComplaintDto)))]
pub async fn finish_complaint_action(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<ActionResultBody>,
) -> ApiResult<Json<ComplaintDto>> {
    let done = app.write(&caller.0, move |tx, ctx| {
        use_cases::finish_action(tx, ctx, id, &body.result)
    });
    Ok(Json(done.await?.into()))
}

/// Keeps what an agent thinks of who complains. Never shown to the customer; it changes
/// neither severity nor remedy.
#[utoipa::path(post, path = "/api/v1/cases/{id}/complaint/complainant", tag = "cases",
    params(("id" = String, Path)), request_body = ComplainantBody,
    responses((status = 200, body = ComplaintDto)))]
pub async fn assess_complainant(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<ComplainantBody>,
) -> ApiResult<Json<ComplaintDto>> {
    let done = app.write(&caller.0, move |tx, ctx| {
        let seen = (body.signs.clone(), body.kind, body.temperament);
        use_cases::assess_complainant(tx, ctx, id, seen)
    });
    Ok(Json(done.await?.into()))
}

/// The cards for talking with people who complain, in both languages.
#[utoipa::path(get, path = "/api/v1/complaints/cards", tag = "cases",
    responses((status = 200, body = CardsDto)))]
pub async fn list_complaint_cards(_caller: Caller) -> Json<CardsDto> {
    Json(CardsDto {
        kinds: KINDS.iter().map(card).collect(),
        temperaments: TEMPERAMENTS.iter().map(card).collect(),
        declining: DECLINING.iter().map(line).collect(),
    })
}

/// Says how severe a complaint with these facts would be, and which times that gives.
#[utoipa::path(post, path = "/api/v1/complaints/assess", tag = "cases", request_body = FactsBody,
    responses((status = 200, body = SeverityPreviewDto)))]
pub async fn assess_severity(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<FactsBody>,
) -> ApiResult<Json<SeverityPreviewDto>> {
    let found = app.read(&caller.0, move |tx, ctx| {
        if !ctx.access().holds(Permission::WorkCases) {
            ctx.require(Permission::WorkCases, &Resource::WORKSPACE)?;
        }
        use_cases::assess(tx, &body.facts)
    });
    let (assessed, terms) = found.await?;
    Ok(Json(SeverityPreviewDto {
        assessed: AssessedDto::from(&assessed),
        terms: json!(terms),
    }))
}

//! Expectation notes and notices before a service over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::cases::notices::{self as use_cases, NewNotice, ToldOtherwise};
use zhiyin_domain::ids::{CaseId, ConversationId, ServiceNoticeId};
use zhiyin_store::cases::notices::NoticeMeans;

use super::notice_dto::{NoticeSettingsDto, NoticesDto, ServiceNoticeDto};
use crate::error::ApiResult;
use crate::extract::{Caller, Path, Valid};
use crate::state::AppState;

/// The routes of this feature.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_notice_settings, set_notice_settings))
        .routes(routes!(list_conversation_notices, tell_conversation_notice))
        .routes(routes!(list_case_notices, tell_case_notice))
        .routes(routes!(acknowledge_notice))
}

/// The catalogue of what customers are told before it can hurt.
#[utoipa::path(get, path = "/api/v1/settings/notices", tag = "cases",
    responses((status = 200, body = NoticeSettingsDto)))]
pub async fn get_notice_settings(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<NoticeSettingsDto>> {
    let read = app.read(&caller.0, |tx, _| use_cases::settings(tx));
    Ok(Json(read.await?.into()))
}

/// Changes the catalogue. What was told stays as it was told.
#[utoipa::path(put, path = "/api/v1/settings/notices", tag = "cases",
    request_body = NoticeSettingsDto, responses((status = 200, body = NoticeSettingsDto)))]
pub async fn set_notice_settings(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<NoticeSettingsDto>,
) -> ApiResult<Json<NoticeSettingsDto>> {
    let new = body.into();
    let done = app.write(&caller.0, move |tx, ctx| {
        use_cases::set_settings(tx, ctx, &new)
    });
    Ok(Json(done.await?.into()))
}

/// How a customer took note.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoticeMeansDto {
    /// In what they wrote.
    Message,
    /// On the telephone.
    Phone,
    /// Face to face.
    InPerson,
    /// By letter or signature.
    Letter,
}

impl From<NoticeMeansDto> for NoticeMeans {
    fn from(it: NoticeMeansDto) -> Self {
        match it {
            NoticeMeansDto::Message => Self::Message,
            NoticeMeansDto::Phone => Self::Phone,
            NoticeMeansDto::InPerson => Self::InPerson,
            NoticeMeansDto::Letter => Self::Letter,
        }
    }
}

/// That the customer took note.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgementBody {
    /// How.
    pub means: NoticeMeansDto,
    /// What they said, or where it is signed.
    #[serde(default)]
    pub note: String,
}

/// What is told.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TellNoticeBody {
    /// The sender's own id: sent twice it is told once.
    pub client_id: String,
    /// Key of an entry of the catalogue, proposed or not.
    pub key: String,
    /// Own words; without them those of the catalogue in the customer's language.
    pub text: Option<String>,
    /// Told otherwise than by a message, and the customer took note at once.
    pub told: Option<AcknowledgementBody>,
}

impl From<TellNoticeBody> for NewNotice {
    fn from(it: TellNoticeBody) -> Self {
        Self {
            client_id: it.client_id,
            key: it.key,
            text: it.text,
            told: it.told.map(|told| ToldOtherwise {
                means: told.means.into(),
                note: told.note,
            }),
        }
    }
}

const fn status(is_new: bool) -> StatusCode {
    if is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    }
}

/// What the customer of a conversation should be told, and what they were.
#[utoipa::path(get, path = "/api/v1/conversations/{id}/notices", tag = "cases",
    params(("id" = String, Path)), responses((status = 200, body = NoticesDto)))]
pub async fn list_conversation_notices(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
) -> ApiResult<Json<NoticesDto>> {
    let read = app.read(&caller.0, move |tx, ctx| {
        use_cases::of_conversation(tx, ctx, id)
    });
    Ok(Json(read.await?.into()))
}

/// Tells the customer of a conversation something of the catalogue.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/notices", tag = "cases",
    params(("id" = String, Path)), request_body = TellNoticeBody,
    responses((status = 201, body = ServiceNoticeDto), (status = 200, body = ServiceNoticeDto)))]
pub async fn tell_conversation_notice(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Valid(body): Valid<TellNoticeBody>,
) -> ApiResult<(StatusCode, Json<ServiceNoticeDto>)> {
    let new: NewNotice = body.into();
    let (view, is_new) = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::tell_in_conversation(tx, ctx, id, &new)
        })
        .await?;
    Ok((status(is_new), Json(view.into())))
}

/// What the customer of a case should be told, and what they were.
#[utoipa::path(get, path = "/api/v1/cases/{id}/notices", tag = "cases",
    params(("id" = String, Path)), responses((status = 200, body = NoticesDto)))]
pub async fn list_case_notices(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
) -> ApiResult<Json<NoticesDto>> {
    let read = app.read(&caller.0, move |tx, ctx| use_cases::of_case(tx, ctx, id));
    Ok(Json(read.await?.into()))
}

/// Tells the customer of a case something of the catalogue, in its newest conversation or
/// otherwise.
#[utoipa::path(post, path = "/api/v1/cases/{id}/notices", tag = "cases",
    params(("id" = String, Path)), request_body = TellNoticeBody,
    responses((status = 201, body = ServiceNoticeDto), (status = 200, body = ServiceNoticeDto)))]
pub async fn tell_case_notice(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<TellNoticeBody>,
) -> ApiResult<(StatusCode, Json<ServiceNoticeDto>)> {
    let new: NewNotice = body.into();
    let (view, is_new) = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::tell_for_case(tx, ctx, id, &new)
        })
        .await?;
    Ok((status(is_new), Json(view.into())))
}

/// Writes down that the customer took note, and how. What is written is not changed.
#[utoipa::path(post, path = "/api/v1/notices/{id}/acknowledgement", tag = "cases",
    params(("id" = String, Path)), request_body = AcknowledgementBody,
    responses((status = 200, body = ServiceNoticeDto)))]
pub async fn acknowledge_notice(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ServiceNoticeId>,
    Valid(body): Valid<AcknowledgementBody>,
) -> ApiResult<Json<ServiceNoticeDto>> {
    let means = NoticeMeans::from(body.means);
    let done = app.write(&caller.0, move |tx, ctx| {
        use_cases::acknowledge(tx, ctx, id, (means, &body.note))
    });
    Ok(Json(done.await?.into()))
}

//! Avatars over HTTP: agents and inboxes get pictures, and everybody who has the address of
//! one sees it.

use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderName, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::avatars::{self as use_cases, AvatarError, Subject};
use zhiyin_app::identity::me;
use zhiyin_app::inboxes::get_inbox;
use zhiyin_domain::ids::{AvatarId, InboxId};
use zhiyin_domain::limits::AVATAR_BYTES_MAX;

use crate::assets::etag;
use crate::attachments::{FORM_BYTES, Form, UploadForm};
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Path};
use crate::identity::{MeDto, own_cookie};
use crate::inboxes::InboxDto;
use crate::state::AppState;

/// A picture at an address never changes: another picture has another address.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Nothing in a picture may load, run, be framed or reach our origin.
const POLICY: &str =
    "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// The routes of this feature. The pictures themselves are not part of the API.
pub fn routes() -> OpenApiRouter<AppState> {
    let body_max = usize::try_from(AVATAR_BYTES_MAX + FORM_BYTES).unwrap_or(usize::MAX);
    OpenApiRouter::new()
        .routes(routes!(set_my_avatar, delete_my_avatar))
        .routes(routes!(set_inbox_avatar, delete_inbox_avatar))
        .layer(DefaultBodyLimit::max(body_max))
}

/// Shows a picture of the caller from now on: JPEG, PNG, GIF or WebP, at most 5 MiB, cut to a
/// square of 256 pixels.
#[utoipa::path(put, path = "/api/v1/me/avatar", tag = "me",
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 200, body = MeDto)))]
pub async fn set_my_avatar(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    form: Form,
) -> ApiResult<Json<MeDto>> {
    let app = state.app();
    app.set_avatar(&caller.0, Subject::Me, form.0).await?;
    let me = app.read(&caller.0, me).await?;
    let cookie = own_cookie(&state, &caller, &headers);
    Ok(Json(MeDto::new(me, cookie.as_ref())))
}

/// Shows no picture of the caller any more.
#[utoipa::path(delete, path = "/api/v1/me/avatar", tag = "me", responses((status = 200, body = MeDto)))]
pub async fn delete_my_avatar(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
) -> ApiResult<Json<MeDto>> {
    let app = state.app();
    app.write(&caller.0, |tx, ctx| use_cases::remove(tx, ctx, Subject::Me))
        .await?;
    let me = app.read(&caller.0, me).await?;
    let cookie = own_cookie(&state, &caller, &headers);
    Ok(Json(MeDto::new(me, cookie.as_ref())))
}

/// Shows a picture in the head of an inbox's widget from now on; see `PUT /me/avatar`.
#[utoipa::path(put, path = "/api/v1/inboxes/{id}/avatar", tag = "inboxes",
    params(("id" = String, Path)),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 200, body = InboxDto)))]
pub async fn set_inbox_avatar(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<InboxId>,
    form: Form,
) -> ApiResult<Json<InboxDto>> {
    app.set_avatar(&caller.0, Subject::Inbox(id), form.0)
        .await?;
    let inbox = app
        .read(&caller.0, move |tx, ctx| get_inbox(tx, ctx, id))
        .await?;
    Ok(Json(inbox.into()))
}

/// Shows no picture of an inbox any more.
#[utoipa::path(delete, path = "/api/v1/inboxes/{id}/avatar", tag = "inboxes",
    params(("id" = String, Path)), responses((status = 200, body = InboxDto)))]
pub async fn delete_inbox_avatar(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<InboxId>,
) -> ApiResult<Json<InboxDto>> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::remove(tx, ctx, Subject::Inbox(id))
    })
    .await?;
    let inbox = app
        .read(&caller.0, move |tx, ctx| get_inbox(tx, ctx, id))
        .await?;
    Ok(Json(inbox.into()))
}

/// The picture at an address, for everybody who has it.
pub(crate) async fn show(
    State(app): State<App>,
    Path(id): Path<AvatarId>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let avatar = app.read_avatar(id).await?;
    let avatar = avatar.ok_or_else(|| ApiError::not_found("picture"))?;
    let tag = format!("\"{id}\"");
    let mut response = match etag::unchanged(&headers, &tag) {
        Some(response) => response,
        None => avatar.bytes.into_response(),
    };
    let media_type = HeaderValue::from_str(&avatar.media_type)
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, media_type);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(FOR_EVER));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    // Sites show the picture of their inbox beside the launcher.
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    Ok(response)
}

impl From<AvatarError> for ApiError {
    fn from(error: AvatarError) -> Self {
        match error {
            AvatarError::File(error) => error.into(),
            AvatarError::Identity(error) => error.into(),
            AvatarError::Inbox(error) => error.into(),
            AvatarError::Store(source) => source.into(),
        }
    }
}

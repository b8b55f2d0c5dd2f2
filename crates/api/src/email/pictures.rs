//! Handlers over pictures in mails that lie on servers of others.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use zhiyin_app::App;
use zhiyin_app::email::{Asking, set_asking};
use zhiyin_domain::ids::MessageId;

use super::bodies::PictureQuery;
use super::messages::protected;
use crate::error::ApiResult;
use crate::extract::{Caller, Path, Query};

/// A picture that a mail names on a server of others, fetched by us without telling who reads.
/// Its address stands in the page of the mail, with a proof.
#[utoipa::path(get, path = "/api/v1/messages/{id}/email/picture", tag = "conversations",
    params(("id" = String, Path), PictureQuery),
    responses((status = 200, content_type = "image/*", body = Vec<u8>)))]
pub async fn get_mail_picture(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<MessageId>,
    Query(query): Query<PictureQuery>,
) -> ApiResult<Response> {
    let picture = app
        .mail_picture(&caller.0, id, query.url, query.proof)
        .await?;
    let mut headers = protected(&[
        (CONTENT_TYPE, picture.media_type),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
    ]);
    let day = HeaderValue::from_static("private, max-age=86400");
    headers.insert(CACHE_CONTROL, day);
    Ok((headers, picture.bytes.clone()).into_response())
}

/// Shows pictures of the sender of a mail without asking, for everybody in the workspace. 422 for
/// a mail whose sender is not who it says.
#[utoipa::path(put, path = "/api/v1/messages/{id}/email/pictures", tag = "conversations",
    params(("id" = String, Path)), responses((status = 204)))]
pub async fn allow_mail_pictures(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<MessageId>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        set_asking(tx, ctx, id, Asking::Never)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks again before pictures of the sender of a mail are shown.
#[utoipa::path(delete, path = "/api/v1/messages/{id}/email/pictures", tag = "conversations",
    params(("id" = String, Path)), responses((status = 204)))]
pub async fn forbid_mail_pictures(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<MessageId>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        set_asking(tx, ctx, id, Asking::Always)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

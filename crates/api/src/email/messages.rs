//! Handlers over messages as mails.

use axum::Json;
use axum::extract::State;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use zhiyin_app::App;
use zhiyin_app::conversations as talks;
use zhiyin_app::email::{self as use_cases, EmailError};
use zhiyin_domain::ids::{ConversationId, MessageId};

use super::addressing::RecipientsDto;
use super::bodies::{PageQuery, RecipientsQuery};
use crate::conversations::{MessageDto, Reader};
use crate::error::ApiResult;
use crate::extract::{Caller, Path, Query};

/// The page of a mail may do nothing: no script, no form, no address of anybody, and it may
/// stand only in a frame of ours. Pictures are inside it, or come through us.
const POLICY: &str = "default-src 'none'; img-src data: 'self'; style-src 'unsafe-inline'; \
    form-action 'none'; base-uri 'none'; frame-ancestors 'self'; \
    sandbox allow-popups allow-popups-to-escape-sandbox";

/// Who gets an answer, and about what, before anybody has typed.
#[utoipa::path(get, path = "/api/v1/conversations/{id}/email/recipients", tag = "conversations",
    params(("id" = String, Path), RecipientsQuery), responses((status = 200, body = RecipientsDto)))]
pub async fn get_mail_recipients(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Query(query): Query<RecipientsQuery>,
) -> ApiResult<Json<RecipientsDto>> {
    let envelope = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::envelope(tx, ctx, id, query.mode.into(), query.message_id)
        })
        .await?;
    Ok(Json(envelope.into()))
}

/// The HTML of a mail, made harmless, for a frame without rights. Pictures of the mail itself
/// are inside it; those on servers of others are left out, unless `pictures=show` asks for them or
/// the workspace shows those of this sender. They come through us then, and `data-pictures` of the
/// body says `none`, `blocked` or `shown`.
#[utoipa::path(get, path = "/api/v1/messages/{id}/email/html", tag = "conversations",
    params(("id" = String, Path), PageQuery), responses((status = 200, content_type = "text/html", body = String)))]
pub async fn get_mail_page(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<MessageId>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Response> {
    let page = app.mail_page(&caller.0, id, query.pictures.into()).await?;
    let pictures = match (page.remote_images, page.are_pictures_shown) {
        (0, _) => "none",
        (_, true) => "shown",
        (_, false) => "blocked",
    };
    let html = format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><meta name=\"referrer\" \
         content=\"no-referrer\"><style>body{{margin:0;font:14px/1.5 system-ui,sans-serif;\
         overflow-wrap:anywhere}}img{{max-width:100%;height:auto}}\
         blockquote{{margin:0 0 0 .5em;padding-left:.75em;border-left:2px solid #ccc}}\
         pre{{white-space:pre-wrap}}</style></head><body data-pictures=\"{pictures}\">{}</body></html>",
        page.html
    );
    let headers = protected(&[
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
    ]);
    Ok((headers, html).into_response())
}

/// The original of a mail, as a file.
#[utoipa::path(get, path = "/api/v1/messages/{id}/email/raw", tag = "conversations",
    params(("id" = String, Path)), responses((status = 200, content_type = "message/rfc822", body = Vec<u8>)))]
pub async fn get_raw_mail(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<MessageId>,
) -> ApiResult<Response> {
    let raw = app.raw_mail(&caller.0, id).await?;
    // The name is an identifier of ours: nothing of the sender stands in a header.
    let disposition = format!("attachment; filename=\"{}\"", raw.name);
    let mut headers = protected(&[
        (CONTENT_TYPE, "message/rfc822"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
    ]);
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    Ok((headers, raw.bytes).into_response())
}

pub(super) fn protected(more: &[(HeaderName, &'static str)]) -> axum::http::HeaderMap {
    let mut headers = axum::http::HeaderMap::new();
    let common = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "private, no-cache"),
    ];
    for (name, value) in common.iter().chain(more) {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
}

/// Sends a mail that failed again, to those who did not get it.
#[utoipa::path(post, path = "/api/v1/messages/{id}/email/retry", tag = "conversations",
    params(("id" = String, Path)), responses((status = 200, body = MessageDto)))]
pub async fn retry_mail(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<MessageId>,
) -> ApiResult<Json<MessageDto>> {
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::retry(tx, ctx, id)?;
            Ok::<_, EmailError>(talks::message_view(tx, ctx, id)?)
        })
        .await?;
    Ok(Json(MessageDto::new(view, Reader::Company)))
}

//! Handlers over mailboxes.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use zhiyin_app::App;
use zhiyin_app::email::mailboxes::{self as use_cases, MailboxPatch, NewMailbox};
use zhiyin_domain::ids::MailboxId;
use zhiyin_domain::mailbox::MailboxSecrets;

use super::bodies::{MailboxPatchBody, MailboxTestBody, NewMailboxBody};
use super::dto::{MailboxDto, MailboxTestDto};
use crate::error::ApiResult;
use crate::extract::{Caller, Page, Path, Valid};

/// All mailboxes.
#[utoipa::path(get, path = "/api/v1/mailboxes", tag = "inboxes",
    responses((status = 200, body = Page<MailboxDto>)))]
pub async fn list_mailboxes(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<Page<MailboxDto>>> {
    let mailboxes = app.read(&caller.0, use_cases::list).await?;
    let now = app.clock().now();
    Ok(Json(Page {
        items: mailboxes
            .into_iter()
            .map(|view| MailboxDto::new(view, now))
            .collect(),
        next: None,
    }))
}

/// Connects a mailbox, with an inbox of its own.
#[utoipa::path(post, path = "/api/v1/mailboxes", tag = "inboxes", request_body = NewMailboxBody,
    responses((status = 201, body = MailboxDto)))]
pub async fn create_mailbox(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<NewMailboxBody>,
) -> ApiResult<(StatusCode, Json<MailboxDto>)> {
    let new = NewMailbox::try_from(body)?;
    let view = app
        .write(&caller.0, move |tx, ctx| use_cases::create(tx, ctx, &new))
        .await?;
    let mailbox = MailboxDto::new(view, app.clock().now());
    Ok((StatusCode::CREATED, Json(mailbox)))
}

/// One mailbox.
#[utoipa::path(get, path = "/api/v1/mailboxes/{id}", tag = "inboxes", params(("id" = String, Path)),
    responses((status = 200, body = MailboxDto)))]
pub async fn get_mailbox(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<MailboxId>,
) -> ApiResult<Json<MailboxDto>> {
    let view = app
        .read(&caller.0, move |tx, ctx| use_cases::get(tx, ctx, id))
        .await?;
    Ok(Json(MailboxDto::new(view, app.clock().now())))
}

/// Changes a mailbox. A secret that is left out stays, unless its server is another.
#[utoipa::path(patch, path = "/api/v1/mailboxes/{id}", tag = "inboxes", params(("id" = String, Path)),
    request_body = MailboxPatchBody, responses((status = 200, body = MailboxDto)))]
pub async fn update_mailbox(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<MailboxId>,
    Valid(body): Valid<MailboxPatchBody>,
) -> ApiResult<Json<MailboxDto>> {
    let patch = MailboxPatch::try_from(body)?;
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::update(tx, ctx, id, &patch)
        })
        .await?;
    Ok(Json(MailboxDto::new(view, app.clock().now())))
}

/// Takes a mailbox out of use. Its conversations stay; its inbox is switched off.
#[utoipa::path(delete, path = "/api/v1/mailboxes/{id}", tag = "inboxes", params(("id" = String, Path)),
    responses((status = 204)))]
pub async fn delete_mailbox(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<MailboxId>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| use_cases::remove(tx, ctx, id))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Goes all the way into both servers with settings that need not be saved, and says where
/// that ended. Takes up to half a minute.
#[utoipa::path(post, path = "/api/v1/mailboxes/test", tag = "inboxes", request_body = MailboxTestBody,
    responses((status = 200, body = MailboxTestDto)))]
pub async fn test_mailbox_settings(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<MailboxTestBody>,
) -> ApiResult<Json<MailboxTestDto>> {
    let (incoming, in_secret) = body.incoming.parts();
    let (outgoing, out_secret) = body.outgoing.parts();
    let secrets = MailboxSecrets {
        incoming: in_secret,
        outgoing: out_secret,
        dkim: None,
    };
    let servers = (incoming, outgoing);
    let (address, stored) = (body.address, body.mailbox_id);
    let report =
        zhiyin_app::email::test(&app, &caller.0, servers, secrets, &address, stored).await?;
    Ok(Json(report.into()))
}

/// The same with the settings as they are stored.
#[utoipa::path(post, path = "/api/v1/mailboxes/{id}/test", tag = "inboxes", params(("id" = String, Path)),
    responses((status = 200, body = MailboxTestDto)))]
pub async fn test_mailbox(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<MailboxId>,
) -> ApiResult<Json<MailboxTestDto>> {
    let report = zhiyin_app::email::test_stored(&app, &caller.0, id).await?;
    Ok(Json(report.into()))
}

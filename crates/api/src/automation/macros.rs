//! Macros over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::automation::{self as use_cases, MacroPatch, NewMacro};
use zhiyin_domain::ids::MacroId;
use zhiyin_domain::name::Name;

use super::macro_dto::{MacroBody, MacroDto, MacroPatchBody, MacroResultsDto, RunMacroBody};
use crate::error::ApiResult;
use crate::extract::{Caller, Page, Path, Valid};
use crate::identity::field;
use crate::state::AppState;

/// The routes of macros.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_macros, create_macro))
        .routes(routes!(update_macro, delete_macro))
        .routes(routes!(run_macro))
}

/// Shared macros and the caller's own, by name, on one page.
#[utoipa::path(get, path = "/api/v1/macros", tag = "automation",
    responses((status = 200, body = Page<MacroDto>)))]
pub async fn list_macros(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<Page<MacroDto>>> {
    let macros = app.read(&caller.0, use_cases::list_macros).await?;
    Ok(Json(Page {
        items: macros.into_iter().map(Into::into).collect(),
        next: None,
    }))
}

/// Makes a macro. A program has none of its own: it must share what it makes.
#[utoipa::path(post, path = "/api/v1/macros", tag = "automation", request_body = MacroBody,
    responses((status = 201, body = MacroDto)))]
pub async fn create_macro(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<MacroBody>,
) -> ApiResult<(StatusCode, Json<MacroDto>)> {
    let new = NewMacro {
        name: field::<Name>(&body.name, "/name")?,
        description: body.description,
        is_shared: body.is_shared,
        actions: body.actions,
    };
    let made = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::create_macro(tx, ctx, new.clone())
        })
        .await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Changes a macro.
#[utoipa::path(patch, path = "/api/v1/macros/{id}", tag = "automation",
    params(("id" = String, Path)), request_body = MacroPatchBody,
    responses((status = 200, body = MacroDto)))]
pub async fn update_macro(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<MacroId>,
    Valid(body): Valid<MacroPatchBody>,
) -> ApiResult<Json<MacroDto>> {
    let patch = MacroPatch {
        name: body.name.map(|name| field(&name, "/name")).transpose()?,
        description: body.description,
        is_shared: body.is_shared,
        actions: body.actions,
        version: body.version,
    };
    let changed = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::update_macro(tx, ctx, id, patch.clone())
        })
        .await?;
    Ok(Json(changed.into()))
}

/// Removes a macro.
#[utoipa::path(delete, path = "/api/v1/macros/{id}", tag = "automation",
    params(("id" = String, Path)), responses((status = 204)))]
pub async fn delete_macro(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<MacroId>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::delete_macro(tx, ctx, id)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Runs a macro on conversations with the caller's own permissions, each by itself: all its
/// actions are done, or none.
#[utoipa::path(post, path = "/api/v1/macros/{id}/run", tag = "automation",
    params(("id" = String, Path)), request_body = RunMacroBody,
    responses((status = 200, body = MacroResultsDto)))]
pub async fn run_macro(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<MacroId>,
    Valid(body): Valid<RunMacroBody>,
) -> ApiResult<Json<MacroResultsDto>> {
    let results = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::run_macro(tx, ctx, id, &body.conversation_ids)
        })
        .await?;
    Ok(Json(MacroResultsDto {
        results: results.into_iter().map(Into::into).collect(),
    }))
}

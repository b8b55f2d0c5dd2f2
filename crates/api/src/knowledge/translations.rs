//! One language of an article: writing, its way to readers, its versions.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use zhiyin_app::App;
use zhiyin_app::knowledge::{self as use_cases, ArticleStep, Draft};
use zhiyin_domain::ids::ArticleId;
use zhiyin_domain::knowledge::Revision;
use zhiyin_domain::locale::Locale;
use zhiyin_domain::time::Timestamp;

use super::dto::{ArticleContentDto, ArticleDto, ArticleVersionDto};
use crate::error::ApiResult;
use crate::extract::{Caller, Page, PageQuery, Path, Query, Valid};
use crate::identity::field;

const VERSIONS: &str = "articles.versions";

/// A text in one language.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArticleTranslationBody {
    /// The version of the translation that was read; left out for a language that is new.
    pub version: Option<i64>,
    /// The text.
    pub content: ArticleContentDto,
    /// Its name in addresses. The one before leads on to it; left out it stays.
    pub slug: Option<String>,
    /// The revision of the source language that this says the same as.
    pub based_on: Option<i64>,
}

/// Writes an article in one language; readers see it when it is published.
#[utoipa::path(put, path = "/api/v1/articles/{id}/translations/{locale}", tag = "knowledge",
    params(("id" = String, Path), ("locale" = String, Path)),
    request_body = ArticleTranslationBody, responses((status = 200, body = ArticleDto)))]
pub async fn write_article_translation(
    State(app): State<App>,
    caller: Caller,
    Path((id, locale)): Path<(ArticleId, Locale)>,
    Valid(body): Valid<ArticleTranslationBody>,
) -> ApiResult<Json<ArticleDto>> {
    let version = body.version;
    let draft = Draft {
        content: body.content.into(),
        slug: body.slug.map(|slug| field(&slug, "/slug")).transpose()?,
        based_on: body.based_on,
    };
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::write_translation(tx, ctx, id, locale, version, draft.clone())
        })
        .await?;
    Ok(ArticleDto::shown(&app, view))
}

/// A step of a translation.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArticleStepBody {
    /// The version of the translation that was read.
    pub version: i64,
}

async fn step(
    app: &App,
    caller: &Caller,
    (id, locale): (ArticleId, Locale),
    body: ArticleStepBody,
    step: ArticleStep,
) -> ApiResult<Json<ArticleDto>> {
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::move_translation(tx, ctx, id, locale, body.version, step)
        })
        .await?;
    Ok(ArticleDto::shown(app, view))
}

/// Asks for a review of the newest text.
#[utoipa::path(post, path = "/api/v1/articles/{id}/translations/{locale}/submit",
    tag = "knowledge", params(("id" = String, Path), ("locale" = String, Path)),
    request_body = ArticleStepBody, responses((status = 200, body = ArticleDto)))]
pub async fn submit_article_translation(
    State(app): State<App>,
    caller: Caller,
    Path(place): Path<(ArticleId, Locale)>,
    Valid(body): Valid<ArticleStepBody>,
) -> ApiResult<Json<ArticleDto>> {
    step(&app, &caller, place, body, ArticleStep::Submit).await
}

/// Gives a text in review back to who writes.
#[utoipa::path(post, path = "/api/v1/articles/{id}/translations/{locale}/send-back",
    tag = "knowledge", params(("id" = String, Path), ("locale" = String, Path)),
    request_body = ArticleStepBody, responses((status = 200, body = ArticleDto)))]
pub async fn send_back_article_translation(
    State(app): State<App>,
    caller: Caller,
    Path(place): Path<(ArticleId, Locale)>,
    Valid(body): Valid<ArticleStepBody>,
) -> ApiResult<Json<ArticleDto>> {
    step(&app, &caller, place, body, ArticleStep::SendBack).await
}

/// When to publish a text.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArticleScheduleBody {
    /// The version of the translation that was read.
    pub version: i64,
    /// When, within a year.
    #[schema(value_type = String, format = DateTime)]
    pub publish_at: Timestamp,
}

/// Has the newest text published at a time. Writing another text ends that.
#[utoipa::path(post, path = "/api/v1/articles/{id}/translations/{locale}/schedule",
    tag = "knowledge", params(("id" = String, Path), ("locale" = String, Path)),
    request_body = ArticleScheduleBody, responses((status = 200, body = ArticleDto)))]
pub async fn schedule_article_translation(
    State(app): State<App>,
    caller: Caller,
    Path(place): Path<(ArticleId, Locale)>,
    Valid(body): Valid<ArticleScheduleBody>,
) -> ApiResult<Json<ArticleDto>> {
    schedule(&app, &caller, place, body.version, Some(body.publish_at)).await
}

/// Has the newest text published by hand again.
#[utoipa::path(post, path = "/api/v1/articles/{id}/translations/{locale}/unschedule",
    tag = "knowledge", params(("id" = String, Path), ("locale" = String, Path)),
    request_body = ArticleStepBody, responses((status = 200, body = ArticleDto)))]
pub async fn unschedule_article_translation(
    State(app): State<App>,
    caller: Caller,
    Path(place): Path<(ArticleId, Locale)>,
    Valid(body): Valid<ArticleStepBody>,
) -> ApiResult<Json<ArticleDto>> {
    schedule(&app, &caller, place, body.version, None).await
}

async fn schedule(
    app: &App,
    caller: &Caller,
    place: (ArticleId, Locale),
    version: i64,
    publish_at: Option<Timestamp>,
) -> ApiResult<Json<ArticleDto>> {
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::schedule_translation(tx, ctx, place, version, publish_at)
        })
        .await?;
    Ok(ArticleDto::shown(app, view))
}

/// Lets readers see the newest text.
#[utoipa::path(post, path = "/api/v1/articles/{id}/translations/{locale}/publish",
    tag = "knowledge", params(("id" = String, Path), ("locale" = String, Path)),
    request_body = ArticleStepBody, responses((status = 200, body = ArticleDto)))]
pub async fn publish_article_translation(
    State(app): State<App>,
    caller: Caller,
    Path(place): Path<(ArticleId, Locale)>,
    Valid(body): Valid<ArticleStepBody>,
) -> ApiResult<Json<ArticleDto>> {
    step(&app, &caller, place, body, ArticleStep::Publish).await
}

/// Takes a translation away from readers.
#[utoipa::path(post, path = "/api/v1/articles/{id}/translations/{locale}/archive",
    tag = "knowledge", params(("id" = String, Path), ("locale" = String, Path)),
    request_body = ArticleStepBody, responses((status = 200, body = ArticleDto)))]
pub async fn archive_article_translation(
    State(app): State<App>,
    caller: Caller,
    Path(place): Path<(ArticleId, Locale)>,
    Valid(body): Valid<ArticleStepBody>,
) -> ApiResult<Json<ArticleDto>> {
    step(&app, &caller, place, body, ArticleStep::Archive).await
}

/// Takes a translation back from the archive, as a draft.
#[utoipa::path(post, path = "/api/v1/articles/{id}/translations/{locale}/restore",
    tag = "knowledge", params(("id" = String, Path), ("locale" = String, Path)),
    request_body = ArticleStepBody, responses((status = 200, body = ArticleDto)))]
pub async fn restore_article_translation(
    State(app): State<App>,
    caller: Caller,
    Path(place): Path<(ArticleId, Locale)>,
    Valid(body): Valid<ArticleStepBody>,
) -> ApiResult<Json<ArticleDto>> {
    step(&app, &caller, place, body, ArticleStep::Restore).await
}

/// Versions of a translation, newest first.
#[utoipa::path(get, path = "/api/v1/articles/{id}/translations/{locale}/versions",
    tag = "knowledge", params(("id" = String, Path), ("locale" = String, Path), PageQuery),
    responses((status = 200, body = Page<ArticleVersionDto>)))]
pub async fn list_article_versions(
    State(app): State<App>,
    caller: Caller,
    Path((id, locale)): Path<(ArticleId, Locale)>,
    Query(page): Query<PageQuery>,
) -> ApiResult<Json<Page<ArticleVersionDto>>> {
    let size = page.size();
    let before: Option<i64> = page.after(VERSIONS)?;
    let list = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::list_revisions(tx, ctx, id, locale, before, size + 1)
        })
        .await?;
    let place = |it: &Revision| it.number;
    Ok(Json(
        Page::from_surplus(VERSIONS, size, list, place).map(ArticleVersionDto::from),
    ))
}

/// One version of a translation, with the HTML readers would see.
#[utoipa::path(get, path = "/api/v1/articles/{id}/translations/{locale}/versions/{number}",
    tag = "knowledge",
    params(("id" = String, Path), ("locale" = String, Path), ("number" = i64, Path)),
    responses((status = 200, body = ArticleVersionDto)))]
pub async fn get_article_version(
    State(app): State<App>,
    caller: Caller,
    Path((id, locale, number)): Path<(ArticleId, Locale, i64)>,
) -> ApiResult<Json<ArticleVersionDto>> {
    let revision = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::get_revision(tx, ctx, id, locale, number)
        })
        .await?;
    Ok(Json(revision.into()))
}

/// Writes an old version anew, as the newest one.
#[utoipa::path(post,
    path = "/api/v1/articles/{id}/translations/{locale}/versions/{number}/restore",
    tag = "knowledge",
    params(("id" = String, Path), ("locale" = String, Path), ("number" = i64, Path)),
    request_body = ArticleStepBody, responses((status = 200, body = ArticleDto)))]
pub async fn restore_article_version(
    State(app): State<App>,
    caller: Caller,
    Path((id, locale, number)): Path<(ArticleId, Locale, i64)>,
    Valid(body): Valid<ArticleStepBody>,
) -> ApiResult<Json<ArticleDto>> {
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::restore_revision(tx, ctx, id, locale, body.version, number)
        })
        .await?;
    Ok(ArticleDto::shown(&app, view))
}

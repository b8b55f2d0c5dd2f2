//! Articles as a whole, and search.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use zhiyin_app::App;
use zhiyin_app::knowledge::{
    self as use_cases, ArticleHit, ArticlePatch, ArticleView, Draft, KnowledgeError, NewArticle,
    Question,
};
use zhiyin_domain::ids::{AgentId, ArticleCategoryId, ArticleFeedbackId, ArticleId};
use zhiyin_domain::knowledge::{ArticleFeedback, Audience};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::identity::workspaces;
use zhiyin_store::knowledge::articles::ArticleFilter;

use super::dto::{
    ArticleContentDto, ArticleDto, ArticleFeedbackDto, ArticleHitDto, ArticleStatusDto, AudienceDto,
};
use crate::error::ApiResult;
use crate::extract::{Caller, Page, PageQuery, Path, Query, Valid, present};
use crate::identity::field;

const LIST: &str = "articles";
const FEEDBACK: &str = "articles.feedback";
/// Results of a search if nobody says how many.
const RESULTS: usize = 10;

/// Which articles to list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ArticlesQuery {
    /// Only those of which a language is there.
    pub status: Option<ArticleStatusDto>,
    /// Only those that stand in this category.
    #[param(value_type = Option<String>)]
    pub category: Option<ArticleCategoryId>,
    /// Only those for these readers.
    pub audience: Option<AudienceDto>,
    /// Only those that somebody should look at by this time.
    #[param(value_type = Option<String>, format = DateTime)]
    pub review_by: Option<Timestamp>,
    /// Where to go on: `next` of the page before.
    pub cursor: Option<String>,
    /// Size of the page, at most 100; 50 if left out.
    pub limit: Option<u32>,
}

/// Articles, changed last first, drafts among them.
#[utoipa::path(get, path = "/api/v1/articles", tag = "knowledge", params(ArticlesQuery),
    responses((status = 200, body = Page<ArticleDto>)))]
pub async fn list_articles(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ArticlesQuery>,
) -> ApiResult<Json<Page<ArticleDto>>> {
    let page = PageQuery {
        cursor: query.cursor,
        limit: query.limit,
    };
    let size = page.size();
    let after: Option<(i64, ArticleId)> = page.after(LIST)?;
    let after = after.map(|(micros, id)| (Timestamp::from_micros(micros), id));
    let filter = ArticleFilter {
        status: query.status.map(ArticleStatusDto::as_str),
        category: query.category,
        audience: query.audience.map(Audience::from),
        review_by: query.review_by,
    };
    let views = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::list_articles(tx, ctx, &filter, after, size + 1)
        })
        .await?;
    let place = |view: &ArticleView| (view.article.updated_at.as_micros(), view.article.id);
    Ok(Json(
        Page::from_surplus(LIST, size, views, place).map(|view| ArticleDto::new(&app, view)),
    ))
}

/// A new article.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArticleBody {
    /// The language it is written in first: `zh-CN` or `en`.
    #[schema(value_type = String)]
    pub source: Locale,
    /// The first text.
    pub content: ArticleContentDto,
    /// Its name in addresses; made of the title if left out.
    pub slug: Option<String>,
    /// Where it stands.
    #[schema(value_type = Option<String>)]
    pub category_id: Option<ArticleCategoryId>,
    /// Who may read it; everybody if left out.
    pub audience: Option<AudienceDto>,
    /// Words on it.
    #[serde(default)]
    pub tags: BTreeSet<String>,
    /// Who sees to it.
    #[schema(value_type = Option<String>)]
    pub owner_id: Option<AgentId>,
    /// When somebody should look at it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub review_by: Option<Timestamp>,
}

/// Writes a new article, as a draft.
#[utoipa::path(post, path = "/api/v1/articles", tag = "knowledge", request_body = ArticleBody,
    responses((status = 201, body = ArticleDto)))]
pub async fn create_article(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<ArticleBody>,
) -> ApiResult<(StatusCode, Json<ArticleDto>)> {
    let new = NewArticle {
        source: body.source,
        draft: Draft {
            content: body.content.into(),
            slug: body.slug.map(|slug| field(&slug, "/slug")).transpose()?,
            based_on: None,
        },
        patch: ArticlePatch {
            category_id: Some(body.category_id),
            audience: body.audience.map(Audience::from),
            tags: Some(body.tags),
            owner_id: Some(body.owner_id),
            review_by: Some(body.review_by),
            source_id: None,
        },
    };
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::create_article(tx, ctx, new.clone())
        })
        .await?;
    Ok((StatusCode::CREATED, ArticleDto::shown(&app, view)))
}

/// One article with all its languages.
#[utoipa::path(get, path = "/api/v1/articles/{id}", tag = "knowledge",
    params(("id" = String, Path)), responses((status = 200, body = ArticleDto)))]
pub async fn get_article(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ArticleId>,
) -> ApiResult<Json<ArticleDto>> {
    let view = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::get_article(tx, ctx, id)
        })
        .await?;
    Ok(ArticleDto::shown(&app, view))
}

/// Which language.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RelatedArticlesQuery {
    /// `zh-CN` or `en`.
    #[param(value_type = String)]
    pub locale: Locale,
}

/// Published articles close to one of them in a language, closest first; those with a high score may
/// answer the same and be merged.
#[utoipa::path(get, path = "/api/v1/articles/{id}/related", tag = "knowledge",
    params(("id" = String, Path), RelatedArticlesQuery),
    responses((status = 200, body = Page<ArticleHitDto>)))]
pub async fn list_related_articles(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ArticleId>,
    Query(query): Query<RelatedArticlesQuery>,
) -> ApiResult<Json<Page<ArticleHitDto>>> {
    let cache = app.knowledge().clone();
    let (hits, host) = app
        .read(&caller.0, move |tx, ctx| {
            let hits = use_cases::related_articles(tx, ctx, &cache, id, query.locale)?;
            Ok::<_, KnowledgeError>((hits, workspaces::load(tx)?.slug))
        })
        .await?;
    Ok(hit_page(&app, host.as_str(), hits))
}

/// What changes of an article; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::option_option,
    reason = "left out, ended and given are three things"
)]
pub struct ArticlePatchBody {
    /// The version that was read.
    pub version: i64,
    /// Where it stands, or `null`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub category_id: Option<Option<ArticleCategoryId>>,
    /// Who may read it. Of an article that is published only with `knowledge.publish`.
    pub audience: Option<AudienceDto>,
    /// Words on it.
    pub tags: Option<BTreeSet<String>>,
    /// Who sees to it, or `null`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub owner_id: Option<Option<AgentId>>,
    /// When somebody should look at it, or `null`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub review_by: Option<Option<Timestamp>>,
}

/// Changes what all languages of an article share.
#[utoipa::path(patch, path = "/api/v1/articles/{id}", tag = "knowledge",
    params(("id" = String, Path)), request_body = ArticlePatchBody,
    responses((status = 200, body = ArticleDto)))]
pub async fn update_article(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ArticleId>,
    Valid(body): Valid<ArticlePatchBody>,
) -> ApiResult<Json<ArticleDto>> {
    let version = body.version;
    let patch = ArticlePatch {
        category_id: body.category_id,
        audience: body.audience.map(Audience::from),
        tags: body.tags,
        owner_id: body.owner_id,
        review_by: body.review_by,
        source_id: None,
    };
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::update_article(tx, ctx, id, version, patch.clone())
        })
        .await?;
    Ok(ArticleDto::shown(&app, view))
}

/// What readers said of an article, newest first.
#[utoipa::path(get, path = "/api/v1/articles/{id}/feedback", tag = "knowledge",
    params(("id" = String, Path), PageQuery),
    responses((status = 200, body = Page<ArticleFeedbackDto>)))]
pub async fn list_article_feedback(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ArticleId>,
    Query(page): Query<PageQuery>,
) -> ApiResult<Json<Page<ArticleFeedbackDto>>> {
    let size = page.size();
    let after: Option<(i64, ArticleFeedbackId)> = page.after(FEEDBACK)?;
    let after = after.map(|(micros, id)| (Timestamp::from_micros(micros), id));
    let list = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::list_article_feedback(tx, ctx, id, after, size + 1)
        })
        .await?;
    let place = |it: &ArticleFeedback| (it.at.as_micros(), it.id);
    Ok(Json(
        Page::from_surplus(FEEDBACK, size, list, place).map(ArticleFeedbackDto::from),
    ))
}

/// What to look for.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ArticleSearchQuery {
    /// What was asked, in words or as a question; at most 300 characters count.
    pub q: String,
    /// Only articles in this language: `zh-CN` or `en`.
    #[param(value_type = Option<String>)]
    pub locale: Option<Locale>,
    /// Only articles for these readers.
    pub audience: Option<AudienceDto>,
    /// How many at most, up to 50; 10 if left out.
    pub limit: Option<u32>,
}

/// Published articles that answer a question, best first. Mistakes in typing, synonyms and Chinese
/// in Latin letters are understood.
#[utoipa::path(get, path = "/api/v1/articles/search", tag = "knowledge", params(ArticleSearchQuery),
    responses((status = 200, body = Page<ArticleHitDto>)))]
pub async fn search_articles(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ArticleSearchQuery>,
) -> ApiResult<Json<Page<ArticleHitDto>>> {
    let wanted = query.audience.map(Audience::from);
    let limit = query.limit.and_then(|limit| usize::try_from(limit).ok());
    let question = Question {
        text: query.q,
        locale: query.locale,
        audiences: wanted.map_or_else(|| Audience::ALL.into(), |it| BTreeSet::from([it])),
        limit: limit.unwrap_or(RESULTS),
    };
    let knowledge = app.knowledge().clone();
    let (hits, host) = app
        .read(&caller.0, move |tx, ctx| {
            let hits = use_cases::search_articles(tx, ctx, &knowledge, &question)?;
            Ok::<_, KnowledgeError>((hits, workspaces::load(tx)?.slug))
        })
        .await?;
    Ok(hit_page(&app, host.as_str(), hits))
}

fn hit_page(app: &App, host: &str, hits: Vec<ArticleHit>) -> Json<Page<ArticleHitDto>> {
    let hits = hits.into_iter();
    Json(Page {
        items: hits.map(|hit| ArticleHitDto::new(app, host, hit)).collect(),
        next: None,
    })
}

//! Articles for visitors, before and during a chat: for the panel of an inbox, which only sites that
//! may embed it can show.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use zhiyin_app::Principal;
use zhiyin_app::knowledge::{
    self as knowledge, ArticleHit, ArticleNode, VisitorHits, VisitorSteps,
};
use zhiyin_app::widget as use_cases;
use zhiyin_domain::ids::{ArticleQuestionId, WorkspaceId};
use zhiyin_domain::knowledge::PageSlug;
use zhiyin_domain::locale::Locale;

use super::handlers::foreign_origin;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Anonymous, Path, Query, Valid};
use crate::search::SnippetDto;
use crate::state::AppState;

/// The workspace behind a key, if this page may embed its inbox.
async fn workspace(
    state: &AppState,
    key: &str,
    headers: &HeaderMap,
) -> Result<WorkspaceId, ApiError> {
    let origin = foreign_origin(state, headers);
    let found = use_cases::find_inbox(state.app(), key, origin.as_deref()).await?;
    let (workspace, inbox) = found;
    if !inbox.is_enabled {
        return Err(ApiError::not_found("inbox"));
    }
    Ok(workspace)
}

/// What to look for.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WidgetArticlesQuery {
    /// What was typed so far; at most 300 characters count.
    pub q: String,
    /// The language of the panel: `zh-CN` or `en`.
    #[param(value_type = String)]
    pub locale: Locale,
}

/// An article that was found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WidgetArticleHitDto {
    /// Its name, with which it is read.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Start and length of each match in the title, in UTF-16 code units.
    pub title_highlights: Vec<[usize; 2]>,
    /// One line of plain text around the first match.
    pub snippet: SnippetDto,
    /// Its address in the help centre.
    pub url: String,
    /// Whether it may be taken for an answer; otherwise it shares some words.
    pub is_answer: bool,
}

impl WidgetArticleHitDto {
    fn new(hit: ArticleHit, url: String) -> Self {
        let places = |list: Vec<(usize, usize)>| list.into_iter().map(<[usize; 2]>::from).collect();
        Self {
            is_answer: hit.is_answer(),
            slug: hit.article.slug.to_string(),
            title: hit.article.content.title.clone(),
            title_highlights: places(hit.highlights),
            snippet: SnippetDto {
                text: hit.snippet.text,
                highlights: places(hit.snippet.highlights),
            },
            url,
        }
    }
}

/// What was found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WidgetArticlesDto {
    /// The articles, best first, at most 5.
    pub items: Vec<WidgetArticleHitDto>,
    /// The question as it was kept, to tell what the visitor did then; none while typing.
    #[schema(value_type = Option<String>)]
    pub question_id: Option<ArticleQuestionId>,
}

fn shown(state: &AppState, found: VisitorHits) -> Json<WidgetArticlesDto> {
    let public_url = &state.app().parts().settings.public_url;
    let hits = found.hits.into_iter();
    Json(WidgetArticlesDto {
        items: hits
            .map(|(hit, path)| WidgetArticleHitDto::new(hit, format!("{public_url}{path}")))
            .collect(),
        question_id: found.question,
    })
}

/// Public articles that answer what is being typed. Nothing is kept.
#[utoipa::path(get, path = "/api/v1/widget/inboxes/{key}/articles", tag = "widget", security(()),
    params(("key" = String, Path), WidgetArticlesQuery),
    responses((status = 200, body = WidgetArticlesDto)))]
pub async fn search_widget_articles(
    State(state): State<AppState>,
    _: Anonymous,
    Path(key): Path<String>,
    Query(query): Query<WidgetArticlesQuery>,
    headers: HeaderMap,
) -> ApiResult<Json<WidgetArticlesDto>> {
    let workspace = workspace(&state, &key, &headers).await?;
    let cache = state.app().knowledge().clone();
    let found = state
        .app()
        .store()
        .read(workspace, move |tx| {
            knowledge::search_for_visitor(tx, &cache, query.locale, &query.q)
        })
        .await?;
    Ok(shown(&state, found))
}

/// A question.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WidgetQuestionBody {
    /// What was asked; at most 300 characters count.
    pub text: String,
    /// The language of the panel: `zh-CN` or `en`.
    #[schema(value_type = String)]
    pub locale: Locale,
}

/// The same for a question that was asked on purpose: it is kept without personal data, so that
/// the company learns what its articles leave open.
#[utoipa::path(post, path = "/api/v1/widget/inboxes/{key}/article-questions", tag = "widget",
    security(()), params(("key" = String, Path)), request_body = WidgetQuestionBody,
    responses((status = 201, body = WidgetArticlesDto)))]
pub async fn ask_widget_articles(
    State(state): State<AppState>,
    _: Anonymous,
    Path(key): Path<String>,
    headers: HeaderMap,
    Valid(body): Valid<WidgetQuestionBody>,
) -> ApiResult<(StatusCode, Json<WidgetArticlesDto>)> {
    let workspace = workspace(&state, &key, &headers).await?;
    let cache = state.app().knowledge().clone();
    let reader = Principal::system(workspace, "widget");
    let found = state
        .app()
        .write(&reader, move |tx, ctx| {
            knowledge::ask_for_visitor(tx, ctx, &cache, body.locale, &body.text)
        })
        .await?;
    Ok((StatusCode::CREATED, shown(&state, found)))
}

/// What a visitor did after a question.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WidgetQuestionPatchBody {
    /// The language of the panel: `zh-CN` or `en`.
    #[schema(value_type = String)]
    pub locale: Locale,
    /// Name of the article that was opened, or that `is_helpful` is about.
    pub opened: Option<String>,
    /// Whether it helped.
    pub is_helpful: Option<bool>,
    /// Whether a person was asked.
    #[serde(default)]
    pub is_contact: bool,
}

/// Tells what the visitor did after a question.
#[utoipa::path(patch, path = "/api/v1/widget/inboxes/{key}/article-questions/{id}", tag = "widget",
    security(()), params(("key" = String, Path), ("id" = String, Path)),
    request_body = WidgetQuestionPatchBody, responses((status = 204)))]
pub async fn update_widget_question(
    State(state): State<AppState>,
    _: Anonymous,
    Path((key, id)): Path<(String, ArticleQuestionId)>,
    headers: HeaderMap,
    Valid(body): Valid<WidgetQuestionPatchBody>,
) -> ApiResult<StatusCode> {
    let workspace = workspace(&state, &key, &headers).await?;
    let opened = body.opened.and_then(|slug| slug.parse().ok());
    let steps = VisitorSteps {
        opened: opened.map(|slug: PageSlug| (body.locale, slug)),
        is_helpful: body.is_helpful,
        is_contact: body.is_contact,
    };
    let reader = Principal::system(workspace, "widget");
    state
        .app()
        .write(&reader, move |tx, ctx| {
            knowledge::visitor_did(tx, ctx, id, &steps)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which language.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WidgetArticleQuery {
    /// The language of the panel: `zh-CN` or `en`.
    #[param(value_type = String)]
    pub locale: Locale,
}

/// A piece of an article.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArticleNodeDto {
    /// Name of the element in HTML; empty for words.
    pub tag: String,
    /// The words, of a piece without element.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Where a link leads, or where a picture is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What a picture shows, the kind of a call-out (`note`, `tip`, `important`, `warning`, `caution`),
    /// or `checked` of a task that is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// What stands in it.
    #[schema(no_recursion)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<ArticleNodeDto>,
}

impl From<ArticleNode> for ArticleNodeDto {
    fn from(node: ArticleNode) -> Self {
        match node {
            ArticleNode::Text(text) => Self {
                tag: String::new(),
                text,
                url: None,
                hint: None,
                children: Vec::new(),
            },
            ArticleNode::Element(it) => Self {
                tag: it.tag.to_owned(),
                text: String::new(),
                url: it.url,
                hint: it.hint,
                children: it.children.into_iter().map(Self::from).collect(),
            },
        }
    }
}

/// An article for a visitor.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WidgetArticleDto {
    /// Its title.
    pub title: String,
    /// The answer in a sentence or two.
    pub summary: String,
    /// Safe HTML of the text.
    pub html: String,
    /// The same as a tree, for programs that make no markup of strings.
    pub nodes: Vec<ArticleNodeDto>,
    /// Its address in the help centre.
    pub url: String,
}

/// A public article.
#[utoipa::path(get, path = "/api/v1/widget/inboxes/{key}/articles/{slug}", tag = "widget",
    security(()), params(("key" = String, Path), ("slug" = String, Path), WidgetArticleQuery),
    responses((status = 200, body = WidgetArticleDto)))]
pub async fn get_widget_article(
    State(state): State<AppState>,
    _: Anonymous,
    Path((key, slug)): Path<(String, String)>,
    Query(query): Query<WidgetArticleQuery>,
    headers: HeaderMap,
) -> ApiResult<Json<WidgetArticleDto>> {
    let workspace = workspace(&state, &key, &headers).await?;
    let slug: PageSlug = slug.parse().map_err(|_| ApiError::not_found("article"))?;
    let found = state
        .app()
        .store()
        .read(workspace, move |tx| {
            knowledge::read_for_visitor(tx, query.locale, &slug)
        })
        .await?;
    let (article, path) = found.ok_or_else(|| ApiError::not_found("article"))?;
    let public_url = &state.app().parts().settings.public_url;
    Ok(Json(WidgetArticleDto {
        html: knowledge::html(&article.content.body),
        nodes: knowledge::nodes(&article.content.body)
            .into_iter()
            .map(Into::into)
            .collect(),
        title: article.content.title,
        summary: article.content.summary,
        url: format!("{public_url}{path}"),
    }))
}

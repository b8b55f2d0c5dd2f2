//! Questions that articles leave open, and what articles spared people to ask.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use zhiyin_app::App;
use zhiyin_app::knowledge::{self as use_cases, GapStep, KnowledgeReport};
use zhiyin_domain::ids::{ArticleId, KnowledgeGapId};
use zhiyin_domain::knowledge::{GapState, KnowledgeGap};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::knowledge::questions::QuestionCounts;

use super::dto::ArticleDto;
use crate::error::ApiResult;
use crate::extract::{Caller, Page, PageQuery, Path, Query, Valid};

const LIST: &str = "knowledge_gaps";

/// What was done about a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GapStateDto {
    /// Nothing yet.
    Open,
    /// An article is there for it, or being written.
    Answered,
    /// Somebody decided that it needs no article.
    Ignored,
}

impl From<GapState> for GapStateDto {
    fn from(it: GapState) -> Self {
        match it {
            GapState::Open => Self::Open,
            GapState::Answered => Self::Answered,
            GapState::Ignored => Self::Ignored,
        }
    }
}

impl From<GapStateDto> for GapState {
    fn from(it: GapStateDto) -> Self {
        match it {
            GapStateDto::Open => Self::Open,
            GapStateDto::Answered => Self::Answered,
            GapStateDto::Ignored => Self::Ignored,
        }
    }
}

/// A question that articles leave open, and all that ask the same.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct KnowledgeGapDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: KnowledgeGapId,
    /// The language it is asked in.
    #[schema(value_type = String)]
    pub locale: Locale,
    /// How it was asked first, without personal data.
    pub question: String,
    /// Other ways in which it was asked.
    pub examples: Vec<String>,
    /// What was done about it.
    pub state: GapStateDto,
    /// How often it was asked in all.
    pub count: i64,
    /// How often nothing was found.
    pub unfound: i64,
    /// How often an article was read that did not help.
    pub unhelpful: i64,
    /// How often a person was asked after searching.
    pub contacts: i64,
    /// How often a session about it was rated badly.
    pub rated: i64,
    /// The article that answers it.
    #[schema(value_type = Option<String>)]
    pub article_id: Option<ArticleId>,
    /// When it was asked first.
    #[schema(value_type = String, format = DateTime)]
    pub first_at: Timestamp,
    /// When it was asked last.
    #[schema(value_type = String, format = DateTime)]
    pub last_at: Timestamp,
    /// Rises with every change.
    pub version: i64,
}

impl From<KnowledgeGap> for KnowledgeGapDto {
    fn from(it: KnowledgeGap) -> Self {
        Self {
            id: it.id,
            locale: it.locale,
            question: it.question,
            examples: it.examples,
            state: it.state.into(),
            count: it.count,
            unfound: it.unfound,
            unhelpful: it.unhelpful,
            contacts: it.contacts,
            rated: it.rated,
            article_id: it.article_id,
            first_at: it.first_at,
            last_at: it.last_at,
            version: it.version,
        }
    }
}

/// Which gaps to list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct GapsQuery {
    /// What was done about them; `open` if left out.
    pub state: Option<GapStateDto>,
    /// Where to go on: `next` of the page before.
    pub cursor: Option<String>,
    /// Size of the page, at most 100; 50 if left out.
    pub limit: Option<u32>,
}

/// Questions that articles leave open, asked most often first.
#[utoipa::path(get, path = "/api/v1/knowledge-gaps", tag = "knowledge", params(GapsQuery),
    responses((status = 200, body = Page<KnowledgeGapDto>)))]
pub async fn list_knowledge_gaps(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<GapsQuery>,
) -> ApiResult<Json<Page<KnowledgeGapDto>>> {
    let page = PageQuery {
        cursor: query.cursor,
        limit: query.limit,
    };
    let size = page.size();
    let after: Option<(i64, KnowledgeGapId)> = page.after(LIST)?;
    let state = query.state.map_or(GapState::Open, GapState::from);
    let gaps = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::list_gaps(tx, ctx, state, after, size + 1)
        })
        .await?;
    let place = |gap: &KnowledgeGap| (gap.count, gap.id);
    Ok(Json(
        Page::from_surplus(LIST, size, gaps, place).map(KnowledgeGapDto::from),
    ))
}

async fn settle(
    app: &App,
    caller: &Caller,
    id: KnowledgeGapId,
    step: GapStep,
) -> ApiResult<Json<KnowledgeGapDto>> {
    let gap = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::settle_gap(tx, ctx, id, step)
        })
        .await?;
    Ok(Json(gap.into()))
}

/// Begins an article with the question as its title, and names it as the answer. Asked again, it
/// gives the same article.
#[utoipa::path(post, path = "/api/v1/knowledge-gaps/{id}/article", tag = "knowledge",
    params(("id" = String, Path)), responses((status = 201, body = ArticleDto)))]
pub async fn write_article_for_gap(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<KnowledgeGapId>,
) -> ApiResult<(StatusCode, Json<ArticleDto>)> {
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::write_for_gap(tx, ctx, id)
        })
        .await?;
    Ok((StatusCode::CREATED, ArticleDto::shown(&app, view)))
}

/// The article that answers a gap.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GapArticleBody {
    /// The article.
    #[schema(value_type = String)]
    pub article_id: ArticleId,
}

/// Says which article answers it.
#[utoipa::path(post, path = "/api/v1/knowledge-gaps/{id}/link", tag = "knowledge",
    params(("id" = String, Path)), request_body = GapArticleBody,
    responses((status = 200, body = KnowledgeGapDto)))]
pub async fn link_knowledge_gap(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<KnowledgeGapId>,
    Valid(body): Valid<GapArticleBody>,
) -> ApiResult<Json<KnowledgeGapDto>> {
    settle(&app, &caller, id, GapStep::Link(body.article_id)).await
}

/// Says that it needs no article.
#[utoipa::path(post, path = "/api/v1/knowledge-gaps/{id}/ignore", tag = "knowledge",
    params(("id" = String, Path)), responses((status = 200, body = KnowledgeGapDto)))]
pub async fn ignore_knowledge_gap(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<KnowledgeGapId>,
) -> ApiResult<Json<KnowledgeGapDto>> {
    settle(&app, &caller, id, GapStep::Ignore).await
}

/// Puts it back among those that are open.
#[utoipa::path(post, path = "/api/v1/knowledge-gaps/{id}/reopen", tag = "knowledge",
    params(("id" = String, Path)), responses((status = 200, body = KnowledgeGapDto)))]
pub async fn reopen_knowledge_gap(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<KnowledgeGapId>,
) -> ApiResult<Json<KnowledgeGapDto>> {
    settle(&app, &caller, id, GapStep::Reopen).await
}

/// From when to when.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct KnowledgeReportQuery {
    /// From then.
    #[param(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Until before then.
    #[param(value_type = String, format = DateTime)]
    pub to: Timestamp,
}

/// What became of searches of readers, in the help centre and in the widget.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct QuestionCountsDto {
    /// All of them.
    pub searches: i64,
    /// Those that found nothing.
    pub unfound: i64,
    /// Those after which an article was opened.
    pub opened: i64,
    /// Those whose article helped.
    pub helpful: i64,
    /// Those whose article did not help.
    pub unhelpful: i64,
    /// Those after which a person was asked.
    pub contacts: i64,
    /// Those that articles answered: one was opened, nobody was asked, and the reader did not say that
    /// it did not help.
    pub deflected: i64,
}

impl From<QuestionCounts> for QuestionCountsDto {
    fn from(it: QuestionCounts) -> Self {
        Self {
            searches: it.searches,
            unfound: it.unfound,
            opened: it.opened,
            helpful: it.helpful,
            unhelpful: it.unhelpful,
            contacts: it.contacts,
            deflected: it.deflected,
        }
    }
}

/// A title in a language.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArticleTitleDto {
    /// `zh-CN` or `en`.
    #[schema(value_type = String)]
    pub locale: Locale,
    /// The title.
    pub title: String,
}

/// What became of searches after which an article was opened.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArticleCountsDto {
    /// The article.
    #[schema(value_type = String)]
    pub article_id: ArticleId,
    /// Its titles.
    pub titles: Vec<ArticleTitleDto>,
    /// The numbers.
    #[serde(flatten)]
    pub counts: QuestionCountsDto,
}

/// What articles spared people to ask.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct KnowledgeReportDto {
    /// All searches.
    #[serde(flatten)]
    pub totals: QuestionCountsDto,
    /// By the article that was opened, most opened first, at most 100.
    pub articles: Vec<ArticleCountsDto>,
}

impl From<KnowledgeReport> for KnowledgeReportDto {
    fn from(it: KnowledgeReport) -> Self {
        let articles = it.articles.into_iter().map(|(it, titles)| {
            let titles = titles.into_iter();
            ArticleCountsDto {
                article_id: it.article_id,
                titles: titles
                    .map(|(locale, title)| ArticleTitleDto { locale, title })
                    .collect(),
                counts: it.counts.into(),
            }
        });
        Self {
            totals: it.totals.into(),
            articles: articles.collect(),
        }
    }
}

/// What became of what readers looked for.
#[utoipa::path(get, path = "/api/v1/reports/knowledge", tag = "knowledge",
    params(KnowledgeReportQuery), responses((status = 200, body = KnowledgeReportDto)))]
pub async fn get_knowledge_report(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<KnowledgeReportQuery>,
) -> ApiResult<Json<KnowledgeReportDto>> {
    let report = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::knowledge_report(tx, ctx, query.from, query.to)
        })
        .await?;
    Ok(Json(report.into()))
}

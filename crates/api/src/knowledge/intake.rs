//! Articles that are not written by hand: imported, made of a session, joined; and what a text
//! would look like.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zhiyin_app::App;
use zhiyin_app::knowledge::{
    self as use_cases, Import, ImportFile, ImportFormat, ImportOutcome, ImportedRow,
};
use zhiyin_domain::ids::{ArticleCategoryId, ArticleId, ConversationId, SessionId};
use zhiyin_domain::knowledge::Audience;
use zhiyin_domain::locale::Locale;

use super::dto::{ArticleDto, AudienceDto};
use crate::error::ApiResult;
use crate::extract::{Caller, Path, Valid};

/// How files are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportFormatDto {
    /// One article a file, with facts in its head between lines of `---`.
    Markdown,
    /// One question and answer a row; the first row names the columns.
    Csv,
}

/// A file as it was chosen.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportFileBody {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// What to take in.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportBody {
    /// How the files are written.
    pub format: ImportFormatDto,
    /// The files; at most 500 rows in all.
    pub files: Vec<ImportFileBody>,
    /// The language of what names none: `zh-CN` or `en`.
    #[schema(value_type = String)]
    pub locale: Locale,
    /// Where articles stand that name no category.
    #[schema(value_type = Option<String>)]
    pub category_id: Option<ArticleCategoryId>,
    /// Who may read those that do not say; everybody if left out.
    pub audience: Option<AudienceDto>,
    /// Whether readers see them at once.
    #[serde(default)]
    pub publish: bool,
    /// Whether only to say what would happen.
    #[serde(default)]
    pub dry_run: bool,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportOutcomeDto {
    /// An article or a language of one was made.
    Created,
    /// A text was written anew.
    Updated,
    /// It says the same already.
    Unchanged,
    /// It could not be kept.
    Failed,
}

/// Why a row could not be kept.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ImportProblemDto {
    /// For programs: `columns`, `table`, `text`, `tags`, `slug`, `category`, `audience`, `language`,
    /// `too-many` or `other`.
    pub code: &'static str,
    /// In words.
    pub detail: String,
}

/// What became of a row.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ImportRowDto {
    /// The file.
    pub file: String,
    /// The line in it, from 1.
    pub row: usize,
    /// The id it is known by the next time.
    pub source_id: String,
    /// Its title, as far as it was read.
    pub title: String,
    /// Its language.
    #[schema(value_type = String)]
    pub locale: Locale,
    /// What became of it.
    pub outcome: ImportOutcomeDto,
    /// The article.
    #[schema(value_type = Option<String>)]
    pub article_id: Option<ArticleId>,
    /// Why it could not be kept.
    pub problem: Option<ImportProblemDto>,
}

/// What became of all rows.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ImportReportDto {
    /// Rows that made something.
    pub created: usize,
    /// Rows that changed something.
    pub updated: usize,
    /// Rows that say the same already.
    pub unchanged: usize,
    /// Rows that could not be kept.
    pub failed: usize,
    /// All of them, in their order.
    pub rows: Vec<ImportRowDto>,
}

impl From<Vec<ImportedRow>> for ImportReportDto {
    fn from(rows: Vec<ImportedRow>) -> Self {
        let count = |outcome| rows.iter().filter(|row| row.outcome == outcome).count();
        Self {
            created: count(ImportOutcome::Created),
            updated: count(ImportOutcome::Updated),
            unchanged: count(ImportOutcome::Unchanged),
            failed: count(ImportOutcome::Failed),
            rows: rows.into_iter().map(ImportRowDto::from).collect(),
        }
    }
}

impl From<ImportedRow> for ImportRowDto {
    fn from(it: ImportedRow) -> Self {
        Self {
            file: it.file,
            row: it.row,
            source_id: it.source_id,
            title: it.title,
            locale: it.locale,
            outcome: match it.outcome {
                ImportOutcome::Created => ImportOutcomeDto::Created,
                ImportOutcome::Updated => ImportOutcomeDto::Updated,
                ImportOutcome::Unchanged => ImportOutcomeDto::Unchanged,
                ImportOutcome::Failed => ImportOutcomeDto::Failed,
            },
            article_id: it.article_id,
            problem: it
                .problem
                .map(|(code, detail)| ImportProblemDto { code, detail }),
        }
    }
}

/// Takes in Markdown files or tables of questions and answers, up to 4 MiB. The same files may be
/// taken in again: rows are known by their ids. Rows that cannot be kept do not hold up the others.
#[utoipa::path(post, path = "/api/v1/articles/import", tag = "knowledge",
    request_body = ImportBody, responses((status = 200, body = ImportReportDto)))]
pub async fn import_articles(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<ImportBody>,
) -> ApiResult<Json<ImportReportDto>> {
    let files = body.files.into_iter().map(|it| ImportFile {
        name: it.name,
        text: it.text,
    });
    let import = Import {
        format: match body.format {
            ImportFormatDto::Markdown => ImportFormat::Markdown,
            ImportFormatDto::Csv => ImportFormat::Csv,
        },
        files: files.collect(),
        locale: body.locale,
        category_id: body.category_id,
        audience: body.audience.map_or(Audience::Public, Audience::from),
        publish: body.publish,
        dry_run: body.dry_run,
    };
    let rows = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::import_articles(tx, ctx, &import)
        })
        .await?;
    Ok(Json(rows.into()))
}

/// Which session to make an article of.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArticleDraftBody {
    /// The session; the last one if left out.
    #[schema(value_type = Option<String>)]
    pub session_id: Option<SessionId>,
}

/// Personal data that was taken out.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RemovedDto {
    /// `name`, `phone`, `email`, `address`, `bank_card` …
    pub kind: &'static str,
    /// How often.
    pub count: u32,
}

/// A draft made of a session.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArticleDraftDto {
    /// The article.
    pub article: ArticleDto,
    /// What was taken out of it; empty if the draft was there already. Rules find what has a form;
    /// read it through before publishing.
    pub removed: Vec<RemovedDto>,
}

/// Makes an article draft of a session, with personal data taken out. Asked again, it gives the
/// same article.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/article-draft", tag = "knowledge",
    params(("id" = String, Path)), request_body = ArticleDraftBody,
    responses((status = 201, body = ArticleDraftDto)))]
pub async fn create_article_draft(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Valid(body): Valid<ArticleDraftBody>,
) -> ApiResult<(StatusCode, Json<ArticleDraftDto>)> {
    let draft = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::draft_from_session(tx, ctx, id, body.session_id)
        })
        .await?;
    let removed = draft.removed.into_iter();
    let Json(article) = ArticleDto::shown(&app, draft.article);
    let made = ArticleDraftDto {
        article,
        removed: removed
            .map(|(kind, count)| RemovedDto { kind, count })
            .collect(),
    };
    Ok((StatusCode::CREATED, Json(made)))
}

/// The article that stays.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArticleMergeBody {
    /// The version of the article that goes.
    pub version: i64,
    /// The article that stays.
    #[schema(value_type = String)]
    pub into: ArticleId,
}

/// Puts an article away in favour of another, to which its addresses lead from then on. Gives the
/// one that stays.
#[utoipa::path(post, path = "/api/v1/articles/{id}/merge", tag = "knowledge",
    params(("id" = String, Path)), request_body = ArticleMergeBody,
    responses((status = 200, body = ArticleDto)))]
pub async fn merge_article(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ArticleId>,
    Valid(body): Valid<ArticleMergeBody>,
) -> ApiResult<Json<ArticleDto>> {
    let view = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::merge_articles(tx, ctx, id, body.version, body.into)
        })
        .await?;
    Ok(ArticleDto::shown(&app, view))
}

/// A text that is being written.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArticlePreviewBody {
    /// The text in Markdown.
    pub body: String,
}

/// What readers would see.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArticlePreviewDto {
    /// Safe HTML.
    pub html: String,
}

/// What readers would see of a text.
#[utoipa::path(post, path = "/api/v1/articles/preview", tag = "knowledge",
    request_body = ArticlePreviewBody, responses((status = 200, body = ArticlePreviewDto)))]
pub async fn preview_article(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<ArticlePreviewBody>,
) -> ApiResult<Json<ArticlePreviewDto>> {
    app.read(&caller.0, |_, ctx| use_cases::may_write(ctx))
        .await?;
    let html = use_cases::html(&body.body);
    Ok(Json(ArticlePreviewDto { html }))
}

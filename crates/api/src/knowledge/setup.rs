//! Categories and synonyms.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zhiyin_app::App;
use zhiyin_app::knowledge::{self as use_cases, CategoryInput};
use zhiyin_domain::attribute::Label;
use zhiyin_domain::ids::{ArticleCategoryId, SynonymsId};
use zhiyin_domain::knowledge::{ArticleCategory, Synonyms};

use crate::attributes::LabelDto;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Page, Path, Valid};
use crate::identity::field;

/// A category of articles.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArticleCategoryDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: ArticleCategoryId,
    /// The category it is part of.
    #[schema(value_type = Option<String>)]
    pub parent_id: Option<ArticleCategoryId>,
    /// Its name in addresses.
    pub slug: String,
    /// Its name for people.
    #[schema(value_type = LabelDto)]
    pub name: Label,
    /// What is found in it.
    #[schema(value_type = LabelDto)]
    pub description: Label,
    /// Its place among all.
    pub position: i64,
    /// Rises with every change.
    pub version: i64,
}

impl From<ArticleCategory> for ArticleCategoryDto {
    fn from(it: ArticleCategory) -> Self {
        Self {
            id: it.id,
            parent_id: it.parent_id,
            slug: it.slug.to_string(),
            name: it.name,
            description: it.description,
            position: it.position,
            version: it.version,
        }
    }
}

/// What is said of a category.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArticleCategoryBody {
    /// The category it is part of; one that has a parent is never one itself.
    #[schema(value_type = Option<String>)]
    pub parent_id: Option<ArticleCategoryId>,
    /// Its name in addresses: lower-case letters, digits and hyphens.
    pub slug: String,
    /// Its name for people.
    #[schema(value_type = LabelDto)]
    pub name: Label,
    /// What is found in it.
    #[serde(default)]
    #[schema(value_type = LabelDto)]
    pub description: Label,
    /// Its place; the last if left out.
    pub position: Option<i64>,
    /// The version that was read; needed to change one.
    pub version: Option<i64>,
}

impl TryFrom<ArticleCategoryBody> for CategoryInput {
    type Error = ApiError;
    fn try_from(body: ArticleCategoryBody) -> Result<Self, ApiError> {
        Ok(Self {
            parent_id: body.parent_id,
            slug: field(&body.slug, "/slug")?,
            name: body.name,
            description: body.description,
            position: body.position,
        })
    }
}

/// All categories, in their order.
#[utoipa::path(get, path = "/api/v1/article-categories", tag = "knowledge",
    responses((status = 200, body = Page<ArticleCategoryDto>)))]
pub async fn list_article_categories(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<Page<ArticleCategoryDto>>> {
    let list = app.read(&caller.0, use_cases::list_categories).await?;
    Ok(Json(Page {
        items: list.into_iter().map(Into::into).collect(),
        next: None,
    }))
}

/// Makes a category.
#[utoipa::path(post, path = "/api/v1/article-categories", tag = "knowledge",
    request_body = ArticleCategoryBody, responses((status = 201, body = ArticleCategoryDto)))]
pub async fn create_article_category(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<ArticleCategoryBody>,
) -> ApiResult<(StatusCode, Json<ArticleCategoryDto>)> {
    let input = CategoryInput::try_from(body)?;
    let category = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::create_category(tx, ctx, input.clone())
        })
        .await?;
    Ok((StatusCode::CREATED, Json(category.into())))
}

/// Changes a category.
#[utoipa::path(put, path = "/api/v1/article-categories/{id}", tag = "knowledge",
    params(("id" = String, Path)), request_body = ArticleCategoryBody,
    responses((status = 200, body = ArticleCategoryDto)))]
pub async fn update_article_category(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ArticleCategoryId>,
    Valid(body): Valid<ArticleCategoryBody>,
) -> ApiResult<Json<ArticleCategoryDto>> {
    let version = body.version.unwrap_or_default();
    let input = CategoryInput::try_from(body)?;
    let category = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::update_category(tx, ctx, id, version, input.clone())
        })
        .await?;
    Ok(Json(category.into()))
}

/// Removes a category in which nothing stands.
#[utoipa::path(delete, path = "/api/v1/article-categories/{id}", tag = "knowledge",
    params(("id" = String, Path)), responses((status = 204)))]
pub async fn delete_article_category(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ArticleCategoryId>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::delete_category(tx, ctx, id)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Words that a search takes for one another.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SynonymsDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: SynonymsId,
    /// The words.
    pub words: Vec<String>,
    /// Rises with every change.
    pub version: i64,
}

impl From<Synonyms> for SynonymsDto {
    fn from(it: Synonyms) -> Self {
        Self {
            id: it.id,
            words: it.words.into_iter().collect(),
            version: it.version,
        }
    }
}

/// Words that mean the same.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SynonymsBody {
    /// 2 to 20 words, each of at most 40 characters, in any language.
    pub words: Vec<String>,
    /// The version that was read; needed to change a group.
    pub version: Option<i64>,
}

/// All synonyms.
#[utoipa::path(get, path = "/api/v1/synonyms", tag = "knowledge",
    responses((status = 200, body = Page<SynonymsDto>)))]
pub async fn list_synonyms(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<Page<SynonymsDto>>> {
    let list = app.read(&caller.0, use_cases::list_synonyms).await?;
    Ok(Json(Page {
        items: list.into_iter().map(Into::into).collect(),
        next: None,
    }))
}

/// Makes a group of synonyms.
#[utoipa::path(post, path = "/api/v1/synonyms", tag = "knowledge", request_body = SynonymsBody,
    responses((status = 201, body = SynonymsDto)))]
pub async fn create_synonyms(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<SynonymsBody>,
) -> ApiResult<(StatusCode, Json<SynonymsDto>)> {
    let synonyms = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::create_synonyms(tx, ctx, &body.words)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(synonyms.into())))
}

/// Changes the words of a group.
#[utoipa::path(put, path = "/api/v1/synonyms/{id}", tag = "knowledge",
    params(("id" = String, Path)), request_body = SynonymsBody,
    responses((status = 200, body = SynonymsDto)))]
pub async fn update_synonyms(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SynonymsId>,
    Valid(body): Valid<SynonymsBody>,
) -> ApiResult<Json<SynonymsDto>> {
    let version = body.version.unwrap_or_default();
    let synonyms = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::update_synonyms(tx, ctx, id, version, &body.words)
        })
        .await?;
    Ok(Json(synonyms.into()))
}

/// Removes a group.
#[utoipa::path(delete, path = "/api/v1/synonyms/{id}", tag = "knowledge",
    params(("id" = String, Path)), responses((status = 204)))]
pub async fn delete_synonyms(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SynonymsId>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::delete_synonyms(tx, ctx, id)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

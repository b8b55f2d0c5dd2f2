//! Tags over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::tags::{self as use_cases, TagChange, TagError};
use zhiyin_domain::ids::TagId;
use zhiyin_domain::name::Name;
use zhiyin_domain::tag::{Color, Tag};

use crate::code::Code;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Page, Path, Valid};
use crate::identity::field;
use crate::state::AppState;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_tags, create_tag))
        .routes(routes!(update_tag, delete_tag))
}

/// A word put on conversations.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TagDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: TagId,
    /// The word.
    pub name: String,
    /// How it is painted.
    #[schema(example = "#3b82f6")]
    pub color: String,
}

impl From<Tag> for TagDto {
    fn from(it: Tag) -> Self {
        Self {
            id: it.id,
            name: it.name.into_string(),
            color: it.color.as_str().to_owned(),
        }
    }
}

impl From<TagError> for ApiError {
    fn from(error: TagError) -> Self {
        match error {
            TagError::NotFound => Self::not_found("tag"),
            TagError::Denied(denied) => denied.into(),
            TagError::NameTaken => Self::conflict(Code::AlreadyExists).field("/name"),
            TagError::InUse => Self::conflict(Code::InUse),
            TagError::Store(source) => source.into(),
        }
    }
}

/// All tags by name.
#[utoipa::path(get, path = "/api/v1/tags", tag = "phrases", responses((status = 200, body = Page<TagDto>)))]
pub async fn list_tags(State(app): State<App>, caller: Caller) -> ApiResult<Json<Page<TagDto>>> {
    let tags = app
        .read(&caller.0, |tx, _| use_cases::list_tags(tx))
        .await?;
    Ok(Json(Page {
        items: tags.into_iter().map(TagDto::from).collect(),
        next: None,
    }))
}

/// A new tag.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagBody {
    /// The word.
    pub name: String,
    /// How it is painted, `#rrggbb`.
    pub color: String,
}

/// Makes a tag.
#[utoipa::path(post, path = "/api/v1/tags", tag = "phrases", request_body = TagBody,
    responses((status = 201, body = TagDto)))]
pub async fn create_tag(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<TagBody>,
) -> ApiResult<(StatusCode, Json<TagDto>)> {
    let (name, color) = (
        field::<Name>(&body.name, "/name")?,
        field::<Color>(&body.color, "/color")?,
    );
    let tag = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::create_tag(tx, ctx, name.clone(), color.clone())
        })
        .await?;
    Ok((StatusCode::CREATED, Json(tag.into())))
}

/// What changes in a tag; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagPatchBody {
    /// The word.
    pub name: Option<String>,
    /// How it is painted, `#rrggbb`.
    pub color: Option<String>,
}

/// Changes a tag, everywhere at once.
#[utoipa::path(patch, path = "/api/v1/tags/{id}", tag = "phrases", params(("id" = String, Path)),
    request_body = TagPatchBody, responses((status = 200, body = TagDto)))]
pub async fn update_tag(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<TagId>,
    Valid(body): Valid<TagPatchBody>,
) -> ApiResult<Json<TagDto>> {
    let change = TagChange {
        name: body.name.map(|name| field(&name, "/name")).transpose()?,
        color: body
            .color
            .map(|color| field(&color, "/color"))
            .transpose()?,
    };
    let tag = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::update_tag(tx, ctx, id, change.clone())
        })
        .await?;
    Ok(Json(tag.into()))
}

/// Removes a tag that no conversation carries.
#[utoipa::path(delete, path = "/api/v1/tags/{id}", tag = "phrases", params(("id" = String, Path)),
    responses((status = 204)))]
pub async fn delete_tag(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<TagId>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| use_cases::delete_tag(tx, ctx, id))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

//! Definitions of custom attributes over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::attributes::{
    self as use_cases, AttributePatch, AttributesError, NewAttribute, SetAttributeError,
};
use zhiyin_domain::attribute::{
    Attribute, AttributeError, AttributeKey, AttributeKind, AttributeOption, Label,
};
use zhiyin_domain::ids::AttributeId;

use crate::code::Code;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Page, Path, Valid};
use crate::identity::field;
use crate::state::AppState;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_attributes, create_attribute))
        .routes(routes!(update_attribute, delete_attribute))
}

/// A short text by language; at least one of them.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes the wire form of `Label` in the document"
)]
pub(crate) struct LabelDto {
    /// Simplified Chinese.
    #[schema(rename = "zh-CN")]
    zh_cn: Option<String>,
    /// English.
    en: Option<String>,
}

/// One choice of an attribute.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttributeOptionDto {
    /// What is stored.
    pub value: String,
    /// What people read.
    #[schema(value_type = LabelDto)]
    pub label: Label,
}

impl From<AttributeOption> for AttributeOptionDto {
    fn from(it: AttributeOption) -> Self {
        Self {
            value: it.value,
            label: it.label,
        }
    }
}

impl From<AttributeOptionDto> for AttributeOption {
    fn from(it: AttributeOptionDto) -> Self {
        Self {
            value: it.value,
            label: it.label,
        }
    }
}

/// What an attribute belongs to.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttributeSubjectDto {
    /// The contact.
    Contact,
}

/// Which values fit an attribute.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttributeKindDto {
    /// One line of anything.
    Text,
    /// A decimal number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A day, `2026-03-01`.
    Date,
    /// One of some choices.
    Select,
    /// The address of a web page.
    Link,
}

impl AttributeKindDto {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Select => "select",
            Self::Link => "link",
        }
    }
}

impl From<&AttributeKind> for AttributeKindDto {
    fn from(kind: &AttributeKind) -> Self {
        match kind {
            AttributeKind::Text => Self::Text,
            AttributeKind::Number => Self::Number,
            AttributeKind::Boolean => Self::Boolean,
            AttributeKind::Date => Self::Date,
            AttributeKind::Select(_) => Self::Select,
            AttributeKind::Link => Self::Link,
        }
    }
}

/// The definition of a custom attribute.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttributeDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: AttributeId,
    /// What it belongs to.
    pub subject: AttributeSubjectDto,
    /// Its name for programs: in `attributes` of a contact, of the widget and of signed
    /// identities.
    #[schema(example = "tier")]
    pub key: String,
    /// Its name for people.
    #[schema(value_type = LabelDto)]
    pub label: Label,
    /// Which values fit.
    pub kind: AttributeKindDto,
    /// The choices of `select`; empty for other kinds.
    pub options: Vec<AttributeOptionDto>,
    /// Whether it is sealed at rest and shown only to those who hold `personal.reveal`.
    pub is_personal: bool,
    /// Its place in lists and forms.
    pub position: i64,
    /// Rises with every change.
    pub version: i64,
}

impl From<Attribute> for AttributeDto {
    fn from(it: Attribute) -> Self {
        Self {
            id: it.id,
            subject: AttributeSubjectDto::Contact,
            key: it.key.to_string(),
            label: it.label,
            options: it.kind.options().iter().cloned().map(Into::into).collect(),
            kind: (&it.kind).into(),
            is_personal: it.is_personal,
            position: it.position,
            version: it.version,
        }
    }
}

/// A new definition.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttributeBody {
    /// What it belongs to.
    pub subject: Option<AttributeSubjectDto>,
    /// Its name for programs: a to z, digits and `_`. It never changes.
    pub key: String,
    /// Its name for people.
    #[schema(value_type = LabelDto)]
    pub label: Label,
    /// Which values fit. It never changes.
    pub kind: AttributeKindDto,
    /// The choices of `select`.
    #[serde(default)]
    pub options: Vec<AttributeOptionDto>,
    /// Whether it is sealed at rest and shown only to those who hold `personal.reveal`. It
    /// never changes.
    #[serde(default)]
    pub is_personal: bool,
    /// Its place in lists and forms; the last if left out.
    pub position: Option<i64>,
}

/// What changes in a definition; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttributePatchBody {
    /// Its name for people.
    #[schema(value_type = Option<LabelDto>)]
    pub label: Option<Label>,
    /// The choices of `select`. Values that are no choice any more stay where they are.
    pub options: Option<Vec<AttributeOptionDto>>,
    /// Its place in lists and forms.
    pub position: Option<i64>,
}

impl From<AttributeError> for ApiError {
    fn from(error: AttributeError) -> Self {
        let path = match &error {
            AttributeError::Kind => "/kind".to_owned(),
            AttributeError::Label => "/label".to_owned(),
            AttributeError::NoOptions | AttributeError::OptionCount => "/options".to_owned(),
            AttributeError::OptionValue(at) => format!("/options/{at}/value"),
            AttributeError::OptionLabel(at) => format!("/options/{at}/label"),
        };
        Self::unprocessable(Code::InvalidField).field_detail(path, "invalid", error.to_string())
    }
}

impl From<AttributesError> for ApiError {
    fn from(error: AttributesError) -> Self {
        match error {
            AttributesError::NotFound(_) => Self::not_found("attribute"),
            AttributesError::Denied(denied) => denied.into(),
            AttributesError::Attribute(error) => error.into(),
            AttributesError::KeyTaken => Self::conflict(Code::AlreadyExists).field("/key"),
            AttributesError::TooMany => Self::conflict(Code::TooMany).detail(error.to_string()),
            AttributesError::Store(source) => source.into(),
        }
    }
}

impl From<SetAttributeError> for ApiError {
    fn from(error: SetAttributeError) -> Self {
        let (key, code) = match &error {
            SetAttributeError::Unknown(key) => (key, "unknown"),
            SetAttributeError::Value(error) => (&error.key, "invalid"),
        };
        let path = format!("/attributes/{}", key.replace('~', "~0").replace('/', "~1"));
        Self::unprocessable(Code::InvalidField).field_detail(path, code, error.to_string())
    }
}

/// All definitions, in their order.
#[utoipa::path(get, path = "/api/v1/attributes", tag = "contacts", responses((status = 200, body = Page<AttributeDto>)))]
pub async fn list_attributes(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<Page<AttributeDto>>> {
    let attributes = app.read(&caller.0, use_cases::list_attributes).await?;
    Ok(Json(Page {
        items: attributes.into_iter().map(Into::into).collect(),
        next: None,
    }))
}

/// Defines an attribute of contacts.
#[utoipa::path(post, path = "/api/v1/attributes", tag = "contacts", request_body = AttributeBody,
    responses((status = 201, body = AttributeDto)))]
pub async fn create_attribute(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<AttributeBody>,
) -> ApiResult<(StatusCode, Json<AttributeDto>)> {
    let options = body.options.into_iter().map(Into::into).collect();
    let new = NewAttribute {
        key: field::<AttributeKey>(&body.key, "/key")?,
        label: body.label,
        kind: AttributeKind::named(body.kind.as_str(), options)?,
        is_personal: body.is_personal,
        position: body.position,
    };
    let attribute = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::create_attribute(tx, ctx, new.clone())
        })
        .await?;
    Ok((StatusCode::CREATED, Json(attribute.into())))
}

/// Changes label, choices or place of an attribute.
#[utoipa::path(patch, path = "/api/v1/attributes/{id}", tag = "contacts", params(("id" = String, Path)),
    request_body = AttributePatchBody, responses((status = 200, body = AttributeDto)))]
pub async fn update_attribute(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AttributeId>,
    Valid(body): Valid<AttributePatchBody>,
) -> ApiResult<Json<AttributeDto>> {
    let options = body
        .options
        .map(|list| list.into_iter().map(Into::into).collect());
    let patch = AttributePatch {
        label: body.label,
        options,
        position: body.position,
    };
    let attribute = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::update_attribute(tx, ctx, id, patch.clone())
        })
        .await?;
    Ok(Json(attribute.into()))
}

/// Removes a definition. The values stay with the contacts, unchecked and without a name
/// for people, and belong to the attribute again if the same key is defined anew.
#[utoipa::path(delete, path = "/api/v1/attributes/{id}", tag = "contacts", params(("id" = String, Path)),
    responses((status = 204)))]
pub async fn delete_attribute(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AttributeId>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::delete_attribute(tx, ctx, id)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

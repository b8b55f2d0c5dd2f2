//! Phrases over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::phrases as use_cases;
use zhiyin_app::phrases::{PhraseInput, PhrasesError};
use zhiyin_domain::ids::{AgentId, ConversationId, PhraseId};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::phrase::{Phrase, PhraseError};

use crate::code::Code;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Page, Path, Valid};
use crate::state::AppState;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_phrases, create_phrase))
        .routes(routes!(update_phrase, delete_phrase))
        .routes(routes!(use_phrase))
}

/// A canned text.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PhraseDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: PhraseId,
    /// Whose it is; `null` if all share it.
    #[schema(value_type = Option<String>)]
    pub agent_id: Option<AgentId>,
    /// What is typed after `/`.
    pub shortcut: String,
    /// What it is about.
    pub title: String,
    /// When it fits.
    pub situation: String,
    /// Its language.
    #[schema(value_type = String)]
    pub locale: Locale,
    /// The text with variables such as `{{contact.salutation}}`.
    pub text: String,
    /// How often it was used.
    pub use_count: i64,
    /// Rises with every change.
    pub version: i64,
}

impl From<Phrase> for PhraseDto {
    fn from(it: Phrase) -> Self {
        Self {
            id: it.id,
            agent_id: it.agent_id,
            shortcut: it.shortcut,
            title: it.title,
            situation: it.situation,
            locale: it.locale,
            text: it.text,
            use_count: it.use_count,
            version: it.version,
        }
    }
}

/// What a phrase says.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PhraseBody {
    /// What is typed after `/`.
    pub shortcut: String,
    /// What it is about.
    pub title: String,
    /// When it fits.
    #[serde(default)]
    pub situation: String,
    /// Its language.
    #[schema(value_type = String)]
    pub locale: Locale,
    /// The text with variables such as `{{contact.surname}}`.
    pub text: String,
    /// Whether all share it.
    #[serde(default)]
    pub is_shared: bool,
}

impl From<PhraseBody> for PhraseInput {
    fn from(body: PhraseBody) -> Self {
        Self {
            shortcut: body.shortcut,
            title: body.title,
            situation: body.situation,
            locale: body.locale,
            text: body.text,
            is_shared: body.is_shared,
        }
    }
}

impl From<PhrasesError> for ApiError {
    fn from(error: PhrasesError) -> Self {
        match error {
            PhrasesError::NotFound(_) => Self::not_found("phrase"),
            PhrasesError::Denied(denied) => denied.into(),
            PhrasesError::Phrase(error) => {
                let path = match error {
                    PhraseError::Shortcut => "/shortcut",
                    PhraseError::Title => "/title",
                    PhraseError::Text | PhraseError::Variable(_) => "/text",
                };
                Self::unprocessable(Code::InvalidField).field_detail(
                    path,
                    "invalid",
                    error.to_string(),
                )
            }
            PhrasesError::Conversation(error) => error.into(),
            PhrasesError::Store(source) => source.into(),
        }
    }
}

/// Shared phrases and the caller's own.
#[utoipa::path(get, path = "/api/v1/phrases", tag = "phrases", responses((status = 200, body = Page<PhraseDto>)))]
pub async fn list_phrases(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<Page<PhraseDto>>> {
    let phrases = app.read(&caller.0, use_cases::list_phrases).await?;
    Ok(Json(Page {
        items: phrases.into_iter().map(Into::into).collect(),
        next: None,
    }))
}

/// Writes a new phrase.
#[utoipa::path(post, path = "/api/v1/phrases", tag = "phrases", request_body = PhraseBody,
    responses((status = 201, body = PhraseDto)))]
pub async fn create_phrase(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<PhraseBody>,
) -> ApiResult<(StatusCode, Json<PhraseDto>)> {
    let input = body.into();
    let phrase = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::create_phrase(tx, ctx, &input)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(phrase.into())))
}

/// Replaces a phrase.
#[utoipa::path(put, path = "/api/v1/phrases/{id}", tag = "phrases", params(("id" = String, Path)),
    request_body = PhraseBody, responses((status = 200, body = PhraseDto)))]
pub async fn update_phrase(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<PhraseId>,
    Valid(body): Valid<PhraseBody>,
) -> ApiResult<Json<PhraseDto>> {
    let input = body.into();
    let phrase = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::update_phrase(tx, ctx, id, &input)
        })
        .await?;
    Ok(Json(phrase.into()))
}

/// Removes a phrase.
#[utoipa::path(delete, path = "/api/v1/phrases/{id}", tag = "phrases", params(("id" = String, Path)),
    responses((status = 204)))]
pub async fn delete_phrase(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<PhraseId>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::delete_phrase(tx, ctx, id)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The conversation a phrase is for.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UsePhraseBody {
    /// The conversation.
    #[schema(value_type = String)]
    pub conversation_id: ConversationId,
}

/// A phrase ready to be sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RenderedPhraseDto {
    /// The text with its variables filled in.
    pub text: String,
}

/// Takes a phrase for an answer: counts that it was used and fills in its variables. What
/// is not known of the customer is left out.
#[utoipa::path(post, path = "/api/v1/phrases/{id}/use", tag = "phrases", params(("id" = String, Path)),
    request_body = UsePhraseBody, responses((status = 200, body = RenderedPhraseDto)))]
pub async fn use_phrase(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<PhraseId>,
    Valid(body): Valid<UsePhraseBody>,
) -> ApiResult<Json<RenderedPhraseDto>> {
    let text = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::use_phrase(tx, ctx, id, body.conversation_id)
        })
        .await?;
    Ok(Json(RenderedPhraseDto { text }))
}

//! The glossary over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zhiyin_app::App;
use zhiyin_app::knowledge::{self as use_cases, Jargon};
use zhiyin_domain::ids::GlossaryTermId;
use zhiyin_domain::knowledge::{GlossaryTerm, GlossaryText};
use zhiyin_domain::locale::Locale;

use crate::error::ApiResult;
use crate::extract::{Caller, Page, Path, Valid};

/// A word of the company.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GlossaryTermDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: GlossaryTermId,
    /// Its language: `zh-CN` or `en`.
    #[schema(value_type = String)]
    pub locale: Locale,
    /// The word of the trade.
    pub term: String,
    /// What to say to customers instead; empty if the word is fine once it is explained.
    pub preferred: String,
    /// What it means, in words a customer understands.
    pub explanation: String,
    /// Other words for it that are not to be used.
    pub avoid: Vec<String>,
    /// Rises with every change.
    pub version: i64,
}

impl From<GlossaryTerm> for GlossaryTermDto {
    fn from(it: GlossaryTerm) -> Self {
        Self {
            id: it.id,
            locale: it.locale,
            term: it.term,
            preferred: it.preferred,
            explanation: it.explanation,
            avoid: it.avoid.into_iter().collect(),
            version: it.version,
        }
    }
}

/// What is said of a word.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GlossaryTermBody {
    /// Its language: `zh-CN` or `en`.
    #[schema(value_type = String)]
    pub locale: Locale,
    /// The word of the trade, 2 to 60 characters.
    pub term: String,
    /// What to say instead; this or an explanation is needed.
    #[serde(default)]
    pub preferred: String,
    /// What it means, at most 400 characters.
    #[serde(default)]
    pub explanation: String,
    /// At most 20 other words for it that are not to be used.
    #[serde(default)]
    pub avoid: Vec<String>,
    /// The version that was read; needed to change one.
    pub version: Option<i64>,
}

impl GlossaryTermBody {
    fn text(self) -> GlossaryText {
        GlossaryText {
            term: self.term,
            preferred: self.preferred,
            explanation: self.explanation,
            avoid: self.avoid,
        }
    }
}

/// All words by language.
#[utoipa::path(get, path = "/api/v1/glossary", tag = "knowledge",
    responses((status = 200, body = Page<GlossaryTermDto>)))]
pub async fn list_glossary_terms(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<Page<GlossaryTermDto>>> {
    let list = app.read(&caller.0, use_cases::list_glossary).await?;
    Ok(Json(Page {
        items: list.into_iter().map(Into::into).collect(),
        next: None,
    }))
}

/// Adds a word.
#[utoipa::path(post, path = "/api/v1/glossary", tag = "knowledge",
    request_body = GlossaryTermBody, responses((status = 201, body = GlossaryTermDto)))]
pub async fn create_glossary_term(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<GlossaryTermBody>,
) -> ApiResult<(StatusCode, Json<GlossaryTermDto>)> {
    let (locale, text) = (body.locale, body.text());
    let term = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::create_term(tx, ctx, locale, &text)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(term.into())))
}

/// Changes a word.
#[utoipa::path(put, path = "/api/v1/glossary/{id}", tag = "knowledge",
    params(("id" = String, Path)), request_body = GlossaryTermBody,
    responses((status = 200, body = GlossaryTermDto)))]
pub async fn update_glossary_term(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<GlossaryTermId>,
    Valid(body): Valid<GlossaryTermBody>,
) -> ApiResult<Json<GlossaryTermDto>> {
    let version = body.version.unwrap_or_default();
    let (locale, text) = (body.locale, body.text());
    let term = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::update_term(tx, ctx, id, version, (locale, &text))
        })
        .await?;
    Ok(Json(term.into()))
}

/// Removes a word.
#[utoipa::path(delete, path = "/api/v1/glossary/{id}", tag = "knowledge",
    params(("id" = String, Path)), responses((status = 204)))]
pub async fn delete_glossary_term(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<GlossaryTermId>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::delete_term(tx, ctx, id)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A text that is about to be sent.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GlossaryTextBody {
    /// The text; at most 10,000 characters count.
    pub text: String,
    /// Its language: `zh-CN` or `en`.
    #[schema(value_type = String)]
    pub locale: Locale,
}

/// A word in a text that its reader may not know.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JargonDto {
    /// Start and length, in UTF-16 code units.
    pub place: [usize; 2],
    /// The word as it was written.
    pub word: String,
    /// Why it was found, in the language of the text.
    pub reason: String,
    /// What to say instead; a hint where the glossary has no entry.
    pub better: String,
    /// The entry of the glossary; `null` for a word that only the built-in rules know.
    pub term: Option<GlossaryTermDto>,
}

impl From<Jargon> for JargonDto {
    fn from(it: Jargon) -> Self {
        Self {
            place: it.place.into(),
            word: it.word,
            reason: it.reason,
            better: it.better,
            term: it.term.map(Into::into),
        }
    }
}

/// Words of the trade in a text that are not explained in it: those of the glossary, and those the
/// built-in etiquette rules know. Nothing is stored.
#[utoipa::path(post, path = "/api/v1/glossary/findings", tag = "knowledge",
    request_body = GlossaryTextBody, responses((status = 200, body = Page<JargonDto>)))]
pub async fn find_glossary_terms(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<GlossaryTextBody>,
) -> ApiResult<Json<Page<JargonDto>>> {
    let found = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::find_jargon(tx, ctx, body.locale, &body.text)
        })
        .await?;
    Ok(Json(Page {
        items: found.into_iter().map(Into::into).collect(),
        next: None,
    }))
}

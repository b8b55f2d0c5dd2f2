//! Pictures and files of articles over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderName,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use zhiyin_app::App;
use zhiyin_app::knowledge::{ArticleFileError, article_file_path};
use zhiyin_domain::ids::ArticleFileId;
use zhiyin_store::knowledge::files::ArticleFile;

use crate::assets::etag;
use crate::attachments::{Form, UploadForm, disposition};
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Path};

/// What is at an address never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Nothing in a file may load, run, be framed or reach our origin.
const POLICY: &str =
    "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// A picture or another file for articles.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArticleFileDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: ArticleFileId,
    /// Its address, as it is written in articles. Whoever knows it may fetch it.
    pub url: String,
    /// Its name.
    pub name: String,
    /// What it is, by its bytes.
    pub media_type: String,
    /// How large it is.
    pub size_bytes: i64,
    /// Width of a picture in pixels; `null` for other files.
    pub width: Option<u32>,
    /// Height of a picture in pixels.
    pub height: Option<u32>,
}

impl From<ArticleFile> for ArticleFileDto {
    fn from(it: ArticleFile) -> Self {
        Self {
            id: it.id,
            url: article_file_path(it.id),
            name: it.name,
            media_type: it.media_type,
            size_bytes: it.size_bytes,
            width: it.dimensions.map(|it| it.width),
            height: it.dimensions.map(|it| it.height),
        }
    }
}

/// Takes a picture or another file in for articles: at most 25 MB. Pictures (JPEG, PNG, GIF, WebP) are
/// written anew without what cameras note in them; programs are refused.
#[utoipa::path(post, path = "/api/v1/article-files", tag = "knowledge",
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 201, body = ArticleFileDto)))]
pub async fn upload_article_file(
    State(app): State<App>,
    caller: Caller,
    form: Form,
) -> ApiResult<(StatusCode, Json<ArticleFileDto>)> {
    let file = app.upload_article_file(&caller.0, form.0).await?;
    Ok((StatusCode::CREATED, Json(file.into())))
}

/// The file at an address, for everybody who has it. Pictures are shown, everything else is saved.
pub(crate) async fn show(
    State(app): State<App>,
    Path(id): Path<ArticleFileId>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let shown = app.read_article_file(id).await?;
    let shown = shown.ok_or_else(|| ApiError::not_found("file"))?;
    let tag = format!("\"{id}\"");
    let mut response = match etag::unchanged(&headers, &tag) {
        Some(response) => response,
        None => shown.bytes.into_response(),
    };
    let is_picture = shown.file.dimensions.is_some();
    let media_type = HeaderValue::from_str(&shown.file.media_type)
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, media_type);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(FOR_EVER));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    // The help centre may be found at another host than the widget and the console.
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
    if let Ok(value) = HeaderValue::from_str(&disposition(is_picture, &shown.file.name)) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    Ok(response)
}

impl From<ArticleFileError> for ApiError {
    fn from(error: ArticleFileError) -> Self {
        match error {
            ArticleFileError::File(error) => error.into(),
            ArticleFileError::Knowledge(error) => error.into(),
            ArticleFileError::Store(source) => source.into(),
        }
    }
}

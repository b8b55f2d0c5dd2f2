//! Files over HTTP: agents and visitors upload them, and whoever may read the message may
//! fetch them. A file is never a page: what a browser gets is a picture we have written
//! ourselves, or a download.

mod form;
mod headers;
mod range;

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, FromRequestParts, State};
use axum::http::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::attachments::{AttachmentError, FileInfo, PictureError, Variant, locate};
use zhiyin_app::{App, Principal};
use zhiyin_domain::ids::AttachmentId;
use zhiyin_domain::limits::{ATTACHMENT_BYTES_MAX, UPLOAD_WINDOW};
use zhiyin_ports::BlobError;

use crate::assets::etag;
use crate::auth::VisitorCaller;
use crate::code::Code;
use crate::conversations::AttachmentDto;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Path, Query};
use crate::guard::request_id;
use crate::state::AppState;
pub(crate) use form::{Form, UploadForm};
pub(crate) use headers::disposition;
use range::Asked;

/// Bytes of a file that are in memory at once while it is sent.
const CHUNK_BYTES: u64 = 1024 * 1024;
/// Room for what stands around the file in a form.
pub(crate) const FORM_BYTES: u64 = 64 * 1024;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    let body_max = usize::try_from(ATTACHMENT_BYTES_MAX + FORM_BYTES).unwrap_or(usize::MAX);
    OpenApiRouter::new()
        .routes(routes!(create_attachment))
        .routes(routes!(create_visitor_attachment))
        .layer(DefaultBodyLimit::max(body_max))
        .routes(routes!(get_file))
}

/// Uploads a file, which can then be sent with a message.
#[utoipa::path(post, path = "/api/v1/attachments", tag = "attachments",
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 201, body = AttachmentDto)))]
pub async fn create_attachment(
    State(app): State<App>,
    caller: Caller,
    form: Form,
) -> ApiResult<(StatusCode, Json<AttachmentDto>)> {
    let attachment = app.upload(&caller.0, form.0).await?;
    Ok((StatusCode::CREATED, Json(attachment.into())))
}

/// Uploads a file, which the visitor can then send with a message.
#[utoipa::path(post, path = "/api/v1/widget/attachments", tag = "widget",
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 201, body = AttachmentDto)))]
pub async fn create_visitor_attachment(
    State(app): State<App>,
    caller: VisitorCaller,
    form: Form,
) -> ApiResult<(StatusCode, Json<AttachmentDto>)> {
    let attachment = app.upload(&caller.principal, form.0).await?;
    Ok((StatusCode::CREATED, Json(attachment.into())))
}

/// Which bytes of a file.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FileQuery {
    /// `thumbnail` for the small picture.
    pub size: Option<String>,
}

/// The bytes of a file. Agents show their session or token, visitors their token. Ranges
/// and entity tags work as usual.
#[utoipa::path(get, path = "/api/v1/files/{id}", tag = "attachments",
    params(("id" = String, Path), FileQuery),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 304), (status = 416)))]
pub async fn get_file(
    State(app): State<App>,
    caller: AnyCaller,
    Path(id): Path<AttachmentId>,
    Query(query): Query<FileQuery>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let variant = match query.size.as_deref() {
        None => Variant::Whole,
        Some("thumbnail") => Variant::Thumbnail,
        Some(_) => return Err(ApiError::bad_request(Code::InvalidQuery).field("size")),
    };
    let file = app
        .read(&caller.0, move |tx, ctx| locate(tx, ctx, id, variant))
        .await?;
    let tag = format!("\"{}\"", file.blob);
    let mut response = match etag::unchanged(&headers, &tag) {
        Some(response) => response,
        None => send(&app, &caller.0, &file, &headers, &tag).await?,
    };
    headers::protect(response.headers_mut(), &file, &tag);
    Ok(response)
}

async fn send(
    app: &App,
    caller: &Arc<Principal>,
    file: &FileInfo,
    headers: &HeaderMap,
    tag: &str,
) -> ApiResult<Response> {
    let size = match file.size_bytes {
        Some(size) if size > CHUNK_BYTES => size,
        _ => {
            let bytes = app.read_file(caller, file.blob, None).await?;
            return Ok(sliced(&bytes.into(), headers, tag));
        }
    };
    Ok(match range::asked(headers, tag, size) {
        Asked::Whole => with_length(StatusCode::OK, size, chunks(app, caller, file, 0..size)),
        Asked::Part(part) => {
            let length = part.end - part.start;
            let body = chunks(app, caller, file, part.clone());
            let mut response = with_length(StatusCode::PARTIAL_CONTENT, length, body);
            set_part(&mut response, &part, size);
            response
        }
        Asked::Nothing => out_of_range(size),
    })
}

/// A file that is in memory.
fn sliced(bytes: &Bytes, headers: &HeaderMap, tag: &str) -> Response {
    let size = bytes.len() as u64;
    match range::asked(headers, tag, size) {
        Asked::Whole => with_length(StatusCode::OK, size, bytes.clone().into()),
        Asked::Part(part) => {
            let places = part.start.try_into().unwrap_or(0)..part.end.try_into().unwrap_or(0);
            let body = bytes.slice(places);
            let length = body.len() as u64;
            let mut response = with_length(StatusCode::PARTIAL_CONTENT, length, body.into());
            set_part(&mut response, &part, size);
            response
        }
        Asked::Nothing => out_of_range(size),
    }
}

/// A file that is read while it is sent.
fn chunks(app: &App, caller: &Arc<Principal>, file: &FileInfo, part: std::ops::Range<u64>) -> Body {
    let (app, caller, blob) = (app.clone(), Arc::clone(caller), file.blob);
    Body::from_stream(stream::try_unfold(part, move |rest| {
        let (app, caller) = (app.clone(), Arc::clone(&caller));
        async move {
            if rest.is_empty() {
                return Ok::<_, AttachmentError>(None);
            }
            let end = rest.end.min(rest.start + CHUNK_BYTES);
            let bytes = app.read_file(&caller, blob, Some(rest.start..end)).await?;
            Ok(Some((Bytes::from(bytes), end..rest.end)))
        }
    }))
}

fn with_length(status: StatusCode, length: u64, body: Body) -> Response {
    let mut response = (status, body).into_response();
    response.headers_mut().insert(CONTENT_LENGTH, length.into());
    response
        .headers_mut()
        .insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    response
}

fn set_part(response: &mut Response, part: &std::ops::Range<u64>, size: u64) {
    let text = format!("bytes {}-{}/{size}", part.start, part.end - 1);
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().insert(CONTENT_RANGE, value);
    }
}

fn out_of_range(size: u64) -> Response {
    let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
    if let Ok(value) = HeaderValue::from_str(&format!("bytes */{size}")) {
        response.headers_mut().insert(CONTENT_RANGE, value);
    }
    response
}

/// An agent, an app or a visitor: everybody who may have files.
#[derive(Debug, Clone)]
pub struct AnyCaller(pub Arc<Principal>);

impl FromRequestParts<AppState> for AnyCaller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        match Caller::from_request_parts(parts, state).await {
            Ok(caller) => Ok(Self(caller.0)),
            Err(error) if error.code() == Code::Unauthenticated => {
                let caller = VisitorCaller::from_request_parts(parts, state).await?;
                Ok(Self(Arc::new(caller.principal.clone())))
            }
            Err(error) => Err(error),
        }
    }
}

impl From<AttachmentError> for ApiError {
    fn from(error: AttachmentError) -> Self {
        let refused = |detail: &'static str| {
            Self::unprocessable(Code::UnsupportedFile)
                .detail(detail)
                .field("/file")
        };
        match error {
            AttachmentError::NotFound(_) => Self::not_found("file"),
            AttachmentError::ConversationNotFound(_) => Self::not_found("conversation"),
            AttachmentError::Denied(denied) => denied.into(),
            AttachmentError::Empty => refused("The file is empty."),
            AttachmentError::TooLarge => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, Code::FileTooLarge)
            }
            AttachmentError::Program => {
                refused("Programs are not accepted. Send them in an archive.")
            }
            AttachmentError::NotAPicture => refused("The file is not the picture it claims to be."),
            AttachmentError::Picture(PictureError::Damaged) => refused("The picture is damaged."),
            AttachmentError::Picture(PictureError::TooManyPixels) => {
                Self::unprocessable(Code::FileTooLarge)
                    .detail("The picture has too many pixels.")
                    .field("/file")
            }
            AttachmentError::Quota => Self::too_many(UPLOAD_WINDOW / 24)
                .detail("Too much was uploaded from here lately. Try again later."),
            AttachmentError::Busy => Self::unavailable(Code::Busy),
            AttachmentError::Blob(error) => error.into(),
            AttachmentError::Store(source) => source.into(),
        }
    }
}

impl From<BlobError> for ApiError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::Unavailable(source) => {
                tracing::warn!(
                    request.id = request_id::current(),
                    "File store does not answer: {source}"
                );
                Self::unavailable(Code::Unavailable)
            }
            BlobError::Full => {
                tracing::error!(request.id = request_id::current(), "File store is full");
                Self::unavailable(Code::StorageFull)
            }
            BlobError::NotFound | BlobError::OutOfRange | BlobError::Damaged => {
                Self::internal(error)
            }
        }
    }
}

//! The form a file comes in.

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;
use utoipa::ToSchema;
use zhiyin_app::attachments::Upload;
use zhiyin_domain::ids::ConversationId;
use zhiyin_domain::limits::ATTACHMENT_BYTES_MAX;

use crate::code::Code;
use crate::error::ApiError;
use crate::state::AppState;

/// Fields of a form that are looked at.
const FIELDS_MAX: usize = 8;
/// Longest text in a field that is not a file.
const TEXT_BYTES_MAX: usize = 256;

/// A form with a file.
#[derive(ToSchema)]
pub struct UploadForm {
    /// The file, with its name.
    #[schema(value_type = String, format = Binary)]
    #[expect(
        dead_code,
        reason = "describes the form; its bytes are read as they come"
    )]
    file: Vec<u8>,
    /// The only conversation the file may be sent in.
    #[expect(dead_code, reason = "describes the form")]
    conversation_id: Option<String>,
}

/// A file that has come in.
pub struct Form(pub Upload);

impl FromRequest<AppState> for Form {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let mut form = Multipart::from_request(request, state).await.map_err(|_| {
            ApiError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                Code::UnsupportedMediaType,
            )
            .detail("Send the file as multipart/form-data.")
        })?;
        let mut upload = None;
        let mut conversation = None;
        for _ in 0..FIELDS_MAX {
            let Some(field) = form.next_field().await.map_err(|error| broken(&error))? else {
                break;
            };
            match field.name() {
                Some("file") if upload.is_none() => upload = Some(file(field, state).await?),
                Some("conversation_id") => conversation = Some(conversation_id(field).await?),
                _ => {
                    return Err(ApiError::bad_request(Code::InvalidBody)
                        .detail("The form has an unknown field."));
                }
            }
        }
        let mut upload = upload.ok_or_else(|| {
            ApiError::unprocessable(Code::InvalidBody).field_detail(
                "/file",
                "missing",
                "The form has no file.",
            )
        })?;
        upload.conversation = conversation;
        Ok(Self(upload))
    }
}

async fn file(mut field: Field<'_>, state: &AppState) -> Result<Upload, ApiError> {
    let name = field.file_name().unwrap_or_default().to_owned();
    let declared = field.content_type().map(str::to_owned);
    let mut room = state.app().upload_room();
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        if (bytes.len() + chunk.len()) as u64 > ATTACHMENT_BYTES_MAX {
            return Err(too_large());
        }
        room.grow(chunk.len())?;
        bytes.extend_from_slice(&chunk);
    }
    Ok(Upload {
        name,
        declared,
        bytes,
        conversation: None,
        room,
    })
}

async fn conversation_id(mut field: Field<'_>) -> Result<ConversationId, ApiError> {
    let mut text = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        text.extend_from_slice(&chunk);
        if text.len() > TEXT_BYTES_MAX {
            break;
        }
    }
    let text = std::str::from_utf8(&text).unwrap_or_default();
    text.parse()
        .map_err(|_| ApiError::not_found("conversation"))
}

fn broken(error: &MultipartError) -> ApiError {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large();
    }
    ApiError::bad_request(Code::MalformedBody).detail("The form could not be read to its end.")
}

fn too_large() -> ApiError {
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, Code::FileTooLarge)
}

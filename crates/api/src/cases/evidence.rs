//! Evidence and bundles over HTTP.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::cases::evidence::{
    self as use_cases, EvidenceContent, EvidenceInput, EvidenceWhat,
};
use zhiyin_domain::cases::evidence::{Evidence, EvidenceKind};
use zhiyin_domain::ids::{AttachmentId, CaseId, ConversationId, EvidenceId, MessageId};
use zhiyin_domain::time::Timestamp;

use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Path, Valid};
use crate::state::AppState;

/// A browser takes the type we say and looks for no other.
const NO_SNIFF: HeaderName = HeaderName::from_static("x-content-type-options");

/// The routes of this feature.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_evidence))
        .routes(routes!(add_evidence))
        .routes(routes!(verify_evidence))
        .routes(routes!(get_evidence_content))
        .routes(routes!(export_case))
}

/// An entry of the chain.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EvidenceDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: EvidenceId,
    /// The case it was added to.
    #[schema(value_type = String)]
    pub case_id: CaseId,
    /// Its place in the chain, from 1.
    pub number: u32,
    /// `file`, `message`, `statement`, `correction` or `erased`.
    pub kind: &'static str,
    /// Name of the file.
    pub name: Option<String>,
    /// Size of the file.
    pub size_bytes: Option<u64>,
    /// The file.
    #[schema(value_type = Option<String>)]
    pub attachment_id: Option<AttachmentId>,
    /// Where the message is.
    #[schema(value_type = Option<String>)]
    pub conversation_id: Option<ConversationId>,
    /// The message.
    #[schema(value_type = Option<String>)]
    pub message_id: Option<MessageId>,
    /// Who made the statement.
    pub speaker: Option<String>,
    /// The earlier entry it is about.
    pub of: Option<u32>,
    /// The retention rule that removed a content.
    pub rule: Option<String>,
    /// What it shows.
    pub note: String,
    /// Who added it, `agent:ag_…`.
    pub added_by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub added_at: Timestamp,
    /// SHA-256 of the content.
    pub sha256: Option<String>,
    /// SHA-256 of the entry and all before it.
    pub hash: String,
}

impl From<Evidence> for EvidenceDto {
    fn from(it: Evidence) -> Self {
        let mut dto = Self {
            id: it.id,
            case_id: it.case_id,
            number: it.number,
            kind: "",
            name: None,
            size_bytes: None,
            attachment_id: None,
            conversation_id: None,
            message_id: None,
            speaker: None,
            of: it.kind.refers_to(),
            rule: None,
            note: it.note,
            added_by: it.added_by.to_string(),
            added_at: it.added_at,
            sha256: it.kind.content().map(|digest| digest.to_string()),
            hash: it.hash.to_string(),
        };
        match it.kind {
            EvidenceKind::File {
                attachment_id,
                name,
                size_bytes,
                ..
            } => {
                dto.kind = "file";
                dto.name = Some(name);
                dto.size_bytes = Some(size_bytes);
                dto.attachment_id = Some(attachment_id);
            }
            EvidenceKind::Message {
                conversation_id,
                message_id,
                ..
            } => {
                dto.kind = "message";
                dto.conversation_id = Some(conversation_id);
                dto.message_id = Some(message_id);
            }
            EvidenceKind::Statement { speaker, .. } => {
                dto.kind = "statement";
                dto.speaker = Some(speaker);
            }
            EvidenceKind::Correction { .. } => dto.kind = "correction",
            EvidenceKind::Erased { rule, .. } => {
                dto.kind = "erased";
                dto.rule = Some(rule);
            }
        }
        dto
    }
}

/// The end of a chain.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HeadDto {
    /// How many entries there are.
    pub count: u32,
    /// The hash of the last one.
    pub hash: String,
}

/// The evidence of a case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EvidenceListDto {
    /// Entries, also of merged cases, by case and number.
    pub items: Vec<EvidenceDto>,
    /// Entries that cannot be read any more: verify the chain.
    pub unreadable: usize,
    /// The end of the chain of this case.
    pub head: HeadDto,
}

/// The evidence of a case and of what is merged into it.
#[utoipa::path(get, path = "/api/v1/cases/{id}/evidence", tag = "cases",
    params(("id" = String, Path)), responses((status = 200, body = EvidenceListDto)))]
pub async fn list_evidence(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
) -> ApiResult<Json<EvidenceListDto>> {
    let read = app.read(&caller.0, move |tx, ctx| use_cases::list(tx, ctx, id));
    let view = read.await?;
    Ok(Json(EvidenceListDto {
        items: view.entries.into_iter().map(EvidenceDto::from).collect(),
        unreadable: view.unreadable,
        head: HeadDto {
            count: view.head.count,
            hash: view.head.hash.to_string(),
        },
    }))
}

/// What is added to the chain.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum EvidenceBody {
    /// A file: uploaded by the caller, or of a message they may read.
    File {
        /// Which.
        #[schema(value_type = String)]
        attachment_id: AttachmentId,
        /// What it shows.
        #[serde(default)]
        note: String,
    },
    /// A message, as it is now.
    Message {
        /// Which.
        #[schema(value_type = String)]
        message_id: MessageId,
        /// What it shows.
        #[serde(default)]
        note: String,
    },
    /// What somebody said.
    Statement {
        /// Who, in words.
        speaker: String,
        /// What.
        text: String,
        /// What it shows.
        #[serde(default)]
        note: String,
    },
    /// Something about an earlier entry is wrong.
    Correction {
        /// Which entry.
        of: u32,
        /// What is wrong.
        note: String,
    },
}

impl From<EvidenceBody> for EvidenceInput {
    fn from(body: EvidenceBody) -> Self {
        let (what, note) = match body {
            EvidenceBody::File {
                attachment_id,
                note,
            } => (EvidenceWhat::File(attachment_id), note),
            EvidenceBody::Message { message_id, note } => (EvidenceWhat::Message(message_id), note),
            EvidenceBody::Statement {
                speaker,
                text,
                note,
            } => (EvidenceWhat::Statement { speaker, text }, note),
            EvidenceBody::Correction { of, note } => (EvidenceWhat::Correction { of }, note),
        };
        Self { what, note }
    }
}

/// Adds to the evidence. Nothing is ever changed or removed.
#[utoipa::path(post, path = "/api/v1/cases/{id}/evidence", tag = "cases",
    params(("id" = String, Path)), request_body = EvidenceBody,
    responses((status = 201, body = EvidenceDto)))]
pub async fn add_evidence(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Valid(body): Valid<EvidenceBody>,
) -> ApiResult<(StatusCode, Json<EvidenceDto>)> {
    let input = EvidenceInput::from(body);
    let done = app.write(&caller.0, move |tx, ctx| {
        use_cases::add(tx, ctx, id, &input)
    });
    Ok((StatusCode::CREATED, Json(done.await?.into())))
}

/// Something that is wrong with a chain.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EvidenceFaultDto {
    /// The case whose chain it is.
    #[schema(value_type = String)]
    pub case_id: CaseId,
    /// The entry, if it is one.
    pub entry: Option<u32>,
    /// In words.
    pub detail: String,
}

/// What a check of the chain found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EvidenceCheckDto {
    /// Whether nothing is wrong.
    pub is_whole: bool,
    /// Everything that is.
    pub faults: Vec<EvidenceFaultDto>,
    /// How many entries were read.
    pub count: usize,
}

/// Looks whether the evidence of a case is as it was written: rows, files, seals, and the
/// end that the audit log keeps.
#[utoipa::path(get, path = "/api/v1/cases/{id}/evidence/verify", tag = "cases",
    params(("id" = String, Path)), responses((status = 200, body = EvidenceCheckDto)))]
pub async fn verify_evidence(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
) -> ApiResult<Json<EvidenceCheckDto>> {
    let family = app.read(&caller.0, move |tx, ctx| {
        zhiyin_app::cases::see(tx, ctx, id)?;
        let family = zhiyin_store::cases::family(tx, id)?;
        Ok::<_, zhiyin_app::cases::CaseError>(family.into_iter().collect::<Vec<_>>())
    });
    let family = family.await?;
    let (inner, workspace) = (app.clone(), caller.0.workspace);
    let checked = tokio::task::spawn_blocking(move || {
        let blobs = Arc::clone(&inner.parts().blobs);
        use_cases::verify_case(inner.store(), &*blobs, workspace, &family)
    });
    let reports = checked.await.map_err(ApiError::internal)??;
    let faults: Vec<EvidenceFaultDto> = reports
        .iter()
        .flat_map(|report| {
            report
                .faults
                .iter()
                .map(|(entry, detail)| EvidenceFaultDto {
                    case_id: report.case_id,
                    entry: *entry,
                    detail: detail.clone(),
                })
        })
        .collect();
    Ok(Json(EvidenceCheckDto {
        is_whole: faults.is_empty(),
        count: reports.iter().map(|report| report.entries).sum(),
        faults,
    }))
}

fn download(name: &str, media_type: &'static str, bytes: Vec<u8>) -> ApiResult<Response> {
    // Other characters than these are written in the way of RFC 8187.
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || ".-_".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    let encoded: String = name
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b".-_".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    let disposition = HeaderValue::from_str(&disposition).map_err(ApiError::internal)?;
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CONTENT_DISPOSITION, disposition);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(NO_SNIFF, HeaderValue::from_static("nosniff"));
    Ok(response)
}

/// The content of an entry, as a download.
#[utoipa::path(get, path = "/api/v1/evidence/{id}/content", tag = "cases",
    params(("id" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream")))]
pub async fn get_evidence_content(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<EvidenceId>,
) -> ApiResult<Response> {
    let read = app.read(&caller.0, move |tx, ctx| use_cases::content(tx, ctx, id));
    match read.await? {
        EvidenceContent::Text(text) => {
            let name = format!("{id}.txt");
            download(&name, "text/plain; charset=utf-8", text.into_bytes())
        }
        EvidenceContent::File { name, blob } => {
            let bytes = app.read_file(&caller.0, blob, None).await?;
            download(&name, "application/octet-stream", bytes)
        }
    }
}

/// The case with everything that belongs to it as an archive that anybody can verify. The
/// audit log keeps who took it.
#[utoipa::path(get, path = "/api/v1/cases/{id}/bundle", tag = "cases",
    params(("id" = String, Path)),
    responses((status = 200, content_type = "application/zip")))]
pub async fn export_case(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
) -> ApiResult<Response> {
    let bundle = use_cases::export(&app, &caller.0, id).await?;
    download(&bundle.name, "application/zip", bundle.bytes)
}

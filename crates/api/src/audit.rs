//! The audit log over HTTP.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::audit::{self as use_cases, AuditError};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::audit::AuditRecord;

use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Page, PageQuery, Query};
use crate::state::AppState;

/// Name of the list in cursors.
const LIST: &str = "audit";

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_audit))
}

/// Something that was done and can be proven.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AuditEntryDto {
    /// 1, 2, 3 … without gaps.
    pub number: i64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who: `agent:ag_…`, `app:tk_…`, `system:…`.
    pub actor: String,
    /// What.
    #[schema(example = "role.changed")]
    pub action: String,
    /// To what.
    pub subject: String,
    /// Before and after.
    #[schema(value_type = Object)]
    pub detail: serde_json::Value,
    /// The request it came with.
    pub request_id: Option<String>,
}

impl From<AuditRecord> for AuditEntryDto {
    fn from(it: AuditRecord) -> Self {
        Self {
            number: it.number,
            at: it.entry.at,
            actor: it.entry.actor.to_string(),
            action: it.entry.action,
            subject: it.entry.subject,
            detail: it.entry.detail,
            request_id: it.entry.request_id,
        }
    }
}

impl From<AuditError> for ApiError {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Denied(denied) => denied.into(),
            AuditError::Store(source) => source.into(),
        }
    }
}

/// What was done that matters for security, newest first.
#[utoipa::path(get, path = "/api/v1/audit", tag = "workspace", params(PageQuery),
    responses((status = 200, body = Page<AuditEntryDto>)))]
pub async fn list_audit(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> ApiResult<Json<Page<AuditEntryDto>>> {
    let (before, size) = (page.after::<i64>(LIST)?, page.size());
    let rows = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::list_audit(tx, ctx, before, size + 1)
        })
        .await?;
    let page = Page::from_surplus(LIST, size, rows, |row| row.number);
    Ok(Json(page.map(AuditEntryDto::from)))
}

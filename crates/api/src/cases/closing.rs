//! Whether a case may be closed, and what is missing.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::cases::{self as use_cases, Closing, Gap};
use zhiyin_domain::cases::closing::{ClosingGap, Grounds};
use zhiyin_domain::ids::CaseId;
use zhiyin_domain::time::Timestamp;

use crate::error::ApiResult;
use crate::extract::{Caller, Path};
use crate::state::AppState;

/// The routes of this feature.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_case_closing))
}

/// What is missing before a case may be closed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClosingGapDto {
    /// `disputed`, `attempts`, `days`, `means`, `wait`, `open_work`, `status` or `complaint`.
    pub kind: &'static str,
    /// So many are needed.
    pub needed: Option<u8>,
    /// So many there are.
    pub found: Option<u8>,
    /// Until when the customer has time to answer.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
}

/// What is still open around a case.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct OpenWorkDto {
    /// Tasks of the back office without an answer.
    pub tasks: u32,
    /// Steps of the procedure.
    pub steps: u32,
    /// Requests that wait for approval.
    pub approvals: u32,
}

/// Whether a case may be closed now.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseClosingDto {
    /// Whether it may.
    pub may_close: bool,
    /// Why it may.
    #[schema(value_type = Option<Object>)]
    pub grounds: Option<Grounds>,
    /// What is missing.
    pub gap: Option<ClosingGapDto>,
    /// The same in words.
    pub detail: Option<String>,
    /// What is still open around it.
    pub open_work: OpenWorkDto,
    /// Until when it could be opened again, if it is closed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub reopen_until: Option<Timestamp>,
}

fn gap(it: &Gap) -> ClosingGapDto {
    let of = |kind, needed, found, until| ClosingGapDto {
        kind,
        needed,
        found,
        until,
    };
    match it {
        Gap::Closing(ClosingGap::Disputed) => of("disputed", None, None, None),
        Gap::Closing(ClosingGap::Attempts { needed, found }) => {
            of("attempts", Some(*needed), Some(*found), None)
        }
        Gap::Closing(ClosingGap::Days { needed, found }) => {
            of("days", Some(*needed), Some(*found), None)
        }
        Gap::Closing(ClosingGap::Means { needed, found }) => {
            of("means", Some(*needed), Some(*found), None)
        }
        Gap::Closing(ClosingGap::Wait { until }) => of("wait", None, None, Some(*until)),
        Gap::Work => of("open_work", None, None, None),
        Gap::Status => of("status", None, None, None),
        Gap::Complaint => of("complaint", None, None, None),
    }
}

impl From<Closing> for CaseClosingDto {
    fn from(it: Closing) -> Self {
        Self {
            may_close: it.grounds.is_some(),
            gap: it.gap.as_ref().map(gap),
            grounds: it.grounds,
            detail: it.detail,
            open_work: OpenWorkDto {
                tasks: it.work.tasks,
                steps: it.work.steps,
                approvals: it.work.approvals,
            },
            reopen_until: it.reopen_until,
        }
    }
}

/// Whether a case may be closed now, or what is missing.
#[utoipa::path(get, path = "/api/v1/cases/{id}/closing", tag = "cases",
    params(("id" = String, Path)), responses((status = 200, body = CaseClosingDto)))]
pub async fn get_case_closing(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CaseId>,
) -> ApiResult<Json<CaseClosingDto>> {
    let closing = app
        .read(&caller.0, move |tx, ctx| use_cases::closing(tx, ctx, id))
        .await?;
    Ok(Json(closing.into()))
}

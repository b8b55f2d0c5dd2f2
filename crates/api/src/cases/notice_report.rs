//! What became of notices, over HTTP.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::cases::notices::{
    self as use_cases, NOTICE_COMPLAINT_DAYS, NoticeLine, NoticeReport, NoticeReportRow,
};
use zhiyin_app::journey::ReportRequest;
use zhiyin_domain::attribute::Label;
use zhiyin_domain::ids::{CaseId, InboxId};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::cases::notices::NoticeAbout;

use super::notice_dto::ServiceNoticeDto;
use crate::error::ApiResult;
use crate::extract::{Caller, Query};
use crate::state::AppState;

/// The routes of this feature.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_notice_report))
        .routes(routes!(list_reported_notices))
}

/// Which notices a report is about.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NoticeReportQuery {
    /// Told from then on.
    #[param(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Told before; at most 400 days later.
    #[param(value_type = String, format = DateTime)]
    pub to: Timestamp,
    /// Only in this inbox.
    #[param(value_type = Option<String>)]
    pub inbox_id: Option<InboxId>,
}

/// One entry of the catalogue, or all of them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NoticeRowDto {
    /// Key of the entry; empty for all of them.
    pub key: String,
    /// What colleagues call it, by language; empty if the catalogue has it no more.
    #[schema(value_type = BTreeMap<String, String>)]
    pub name: Label,
    /// How often it was told.
    pub sent: u32,
    /// How often the customer took note.
    pub acknowledged: u32,
    /// How often they complained within the days after it.
    pub complained: u32,
}

impl From<NoticeReportRow> for NoticeRowDto {
    fn from(it: NoticeReportRow) -> Self {
        Self {
            key: it.count.entry,
            name: it.name,
            sent: it.count.sent,
            acknowledged: it.count.acknowledged,
            complained: it.count.complained,
        }
    }
}

/// What became of what was told.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NoticeReportDto {
    /// Days in which a complaint counts as one after a notice.
    pub complaint_days: u32,
    /// All together.
    pub total: NoticeRowDto,
    /// By entry.
    pub by_key: Vec<NoticeRowDto>,
}

impl From<NoticeReport> for NoticeReportDto {
    fn from(it: NoticeReport) -> Self {
        Self {
            complaint_days: NOTICE_COMPLAINT_DAYS,
            total: it.total.into(),
            by_key: it.by_key.into_iter().map(Into::into).collect(),
        }
    }
}

/// What customers were told in a period, whether they took note, and whether they complained
/// all the same.
#[utoipa::path(get, path = "/api/v1/reports/notices", tag = "cases",
    params(NoticeReportQuery), responses((status = 200, body = NoticeReportDto)))]
pub async fn get_notice_report(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<NoticeReportQuery>,
) -> ApiResult<Json<NoticeReportDto>> {
    let request = ReportRequest {
        from: query.from,
        to: query.to,
        inbox: query.inbox_id,
    };
    let report = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::notice_report(tx, ctx, &request)
        })
        .await?;
    Ok(Json(report.into()))
}

/// Which of the notices behind a number.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoticeAboutDto {
    /// All.
    #[default]
    Sent,
    /// Those the customer took note of.
    Acknowledged,
    /// Those they did not.
    Open,
    /// Those after which they complained.
    Complained,
}

/// Which notices behind a number of the report.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReportedNoticesQuery {
    /// Told from then on.
    #[param(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Told before; at most 400 days later.
    #[param(value_type = String, format = DateTime)]
    pub to: Timestamp,
    /// Only in this inbox.
    #[param(value_type = Option<String>)]
    pub inbox_id: Option<InboxId>,
    /// Only this entry.
    pub key: Option<String>,
    /// `sent`, `acknowledged`, `open` or `complained`; `sent` if left out.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    pub about: NoticeAboutDto,
}

/// A notice behind a number.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReportedNoticeDto {
    /// The notice.
    pub notice: ServiceNoticeDto,
    /// The customer's name; empty while unknown.
    pub contact_name: String,
    /// Number of the conversation.
    pub conversation_number: Option<i64>,
    /// The first complaint within the days after it.
    #[schema(value_type = Option<String>)]
    pub complaint_id: Option<CaseId>,
    /// Its number.
    pub complaint_number: Option<String>,
}

impl From<NoticeLine> for ReportedNoticeDto {
    fn from(it: NoticeLine) -> Self {
        let (complaint_id, complaint_number) = it.complaint.unzip();
        Self {
            notice: it.view.into(),
            contact_name: it.contact_name,
            conversation_number: it.conversation_number,
            complaint_id,
            complaint_number,
        }
    }
}

/// Notices behind a number.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReportedNoticesDto {
    /// The newest first, at most fifty.
    pub items: Vec<ReportedNoticeDto>,
}

/// The notices behind a number of the report.
#[utoipa::path(get, path = "/api/v1/reports/notices/items", tag = "cases",
    params(ReportedNoticesQuery), responses((status = 200, body = ReportedNoticesDto)))]
pub async fn list_reported_notices(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ReportedNoticesQuery>,
) -> ApiResult<Json<ReportedNoticesDto>> {
    let request = ReportRequest {
        from: query.from,
        to: query.to,
        inbox: query.inbox_id,
    };
    let about = match query.about {
        NoticeAboutDto::Sent => NoticeAbout::Sent,
        NoticeAboutDto::Acknowledged => NoticeAbout::Acknowledged,
        NoticeAboutDto::Open => NoticeAbout::Open,
        NoticeAboutDto::Complained => NoticeAbout::Complained,
    };
    let key = query.key;
    let lines = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::notice_lines(tx, ctx, &request, (key.as_deref(), about))
        })
        .await?;
    Ok(Json(ReportedNoticesDto {
        items: lines.into_iter().map(Into::into).collect(),
    }))
}

//! Lists of cases and how many there are.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::cases::{self as use_cases, CaseQuery, CaseView, CountView, Who};
use zhiyin_domain::cases::status::StatusCategory;
use zhiyin_domain::conversation::Priority;
use zhiyin_domain::ids::{CaseId, CaseTypeId, ContactId, ConversationId, TeamId};
use zhiyin_store::cases::{CaseCounts, CaseFilter, CaseSort};

use super::dto::CaseDto;
use crate::code::Code;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Page, PageQuery, Path, Query};
use crate::state::AppState;

const DUE: &str = "cases.due";
const UPDATED: &str = "cases.updated";
const CREATED: &str = "cases.created";

/// The routes of this feature.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_cases))
        .routes(routes!(count_cases))
        .routes(routes!(list_conversation_cases))
}

/// Which cases.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct CasesQuery {
    /// `unsolved` (default), `all`, or categories separated by commas.
    pub status: Option<String>,
    /// `me`, or an agent.
    pub owner: Option<String>,
    /// Only of this team.
    #[param(value_type = Option<String>)]
    pub team_id: Option<TeamId>,
    /// Only of this type.
    #[param(value_type = Option<String>)]
    pub type_id: Option<CaseTypeId>,
    /// `low`, `normal`, `high` or `urgent`.
    pub priority: Option<String>,
    /// Only with this label chosen.
    pub label: Option<String>,
    /// Only of this customer.
    #[param(value_type = Option<String>)]
    pub contact_id: Option<ContactId>,
    /// Only linked with this conversation.
    #[param(value_type = Option<String>)]
    pub conversation_id: Option<ConversationId>,
    /// Only parts of this case.
    #[param(value_type = Option<String>)]
    pub parent_id: Option<CaseId>,
    /// Only complaints, or only what is none.
    pub is_complaint: Option<bool>,
    /// Only those the caller watches.
    pub watching: bool,
    /// Only those the caller is asked to take over.
    pub asked: bool,
    /// Only those with something overdue.
    pub overdue: bool,
    /// A number, or words of the title.
    pub q: Option<String>,
    /// `due` (default), `updated` or `created`.
    pub sort: Option<String>,
    /// Where to go on: `next` of the page before.
    pub cursor: Option<String>,
    /// Size of the page, at most 100; 50 if left out.
    pub limit: Option<u32>,
}

fn unknown(name: &'static str) -> ApiError {
    ApiError::bad_request(Code::InvalidQuery).field(name)
}

fn statuses(text: Option<&str>) -> ApiResult<std::collections::BTreeSet<StatusCategory>> {
    match text.unwrap_or("unsolved") {
        "all" => Ok(StatusCategory::ALL.into()),
        "unsolved" => Ok(StatusCategory::ALL
            .into_iter()
            .filter(|it| it.is_unsolved())
            .collect()),
        names => names
            .split(',')
            .map(|name| {
                let found = StatusCategory::ALL
                    .into_iter()
                    .find(|it| it.as_str() == name);
                found.ok_or_else(|| unknown("status"))
            })
            .collect(),
    }
}

pub(super) fn priority(name: &str) -> Option<Priority> {
    [
        Priority::Low,
        Priority::Normal,
        Priority::High,
        Priority::Urgent,
    ]
    .into_iter()
    .find(|it| it.as_str() == name)
}

fn query(asked: &CasesQuery) -> ApiResult<(CaseQuery, &'static str)> {
    let (sort, list) = match asked.sort.as_deref().unwrap_or("due") {
        "due" => (CaseSort::Due, DUE),
        "updated" => (CaseSort::Updated, UPDATED),
        "created" => (CaseSort::Created, CREATED),
        _ => return Err(unknown("sort")),
    };
    let owner = match asked.owner.as_deref() {
        None => Who::Anybody,
        Some("me") => Who::Me,
        Some(id) => Who::Agent(id.parse().map_err(|_| unknown("owner"))?),
    };
    let priority = match asked.priority.as_deref() {
        None => None,
        Some(name) => Some(priority(name).ok_or_else(|| unknown("priority"))?),
    };
    let filter = CaseFilter {
        statuses: statuses(asked.status.as_deref())?,
        team: asked.team_id,
        case_type: asked.type_id,
        priority,
        label: asked.label.clone(),
        contact: asked.contact_id,
        conversation: asked.conversation_id,
        parent: asked.parent_id,
        is_complaint: asked.is_complaint,
        ..CaseFilter::default()
    };
    let query = CaseQuery {
        owner,
        watching: asked.watching,
        asked: asked.asked,
        overdue: asked.overdue,
        typed: asked.q.clone(),
        filter,
        sort,
    };
    Ok((query, list))
}

/// Cases the caller may know of. Those that are part of another come only when they are
/// looked for.
#[utoipa::path(get, path = "/api/v1/cases", tag = "cases", params(CasesQuery),
    responses((status = 200, body = Page<CaseDto>)))]
pub async fn list_cases(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<CasesQuery>,
) -> ApiResult<Json<Page<CaseDto>>> {
    let (query, list) = query(&asked)?;
    let page = PageQuery {
        cursor: asked.cursor,
        limit: asked.limit,
    };
    let after = page.after::<(i64, CaseId)>(list)?;
    let size = page.size();
    let sort = query.sort;
    let views = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::list(tx, ctx, &query, after, size + 1)
        })
        .await?;
    let place = |view: &CaseView| view.row.place(sort);
    Ok(Json(
        Page::from_surplus(list, size, views, place).map(CaseDto::from),
    ))
}

/// How many cases stand how; closed ones are not counted.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseCountsDto {
    /// Nobody has begun.
    pub new: i64,
    /// Worked on.
    pub open: i64,
    /// The customer has the turn.
    pub waiting_for_customer: i64,
    /// The back office has the turn.
    pub waiting_for_back_office: i64,
    /// The customer is asked.
    pub resolved: i64,
    /// With something overdue.
    pub overdue: i64,
}

impl From<CaseCounts> for CaseCountsDto {
    fn from(it: CaseCounts) -> Self {
        let [
            new,
            open,
            waiting_for_customer,
            waiting_for_back_office,
            resolved,
            _,
        ] = it.by_status;
        Self {
            new,
            open,
            waiting_for_customer,
            waiting_for_back_office,
            resolved,
            overdue: it.overdue,
        }
    }
}

/// How many there are of what an agent has to look at.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CountsOfCasesDto {
    /// The caller's own.
    pub mine: CaseCountsDto,
    /// Everybody's; only for whoever may see all cases.
    pub all: Option<CaseCountsDto>,
    /// Cases the caller is asked to take over.
    pub asked: usize,
    /// Open tasks of the caller's teams; 100 stands for more.
    pub tasks: usize,
}

impl From<CountView> for CountsOfCasesDto {
    fn from(it: CountView) -> Self {
        Self {
            mine: it.mine.into(),
            all: it.all.map(Into::into),
            asked: it.asked,
            tasks: it.tasks,
        }
    }
}

/// How many cases and tasks an agent has to look at.
#[utoipa::path(get, path = "/api/v1/cases/counts", tag = "cases",
    responses((status = 200, body = CountsOfCasesDto)))]
pub async fn count_cases(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<CountsOfCasesDto>> {
    let counts = app.read(&caller.0, use_cases::counts).await?;
    Ok(Json(counts.into()))
}

/// The cases of a conversation, the newest first.
#[utoipa::path(get, path = "/api/v1/conversations/{id}/cases", tag = "cases",
    params(("id" = String, Path)), responses((status = 200, body = Page<CaseDto>)))]
pub async fn list_conversation_cases(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
) -> ApiResult<Json<Page<CaseDto>>> {
    let views = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::cases_of_conversation(tx, ctx, id)
        })
        .await?;
    Ok(Json(Page {
        items: views.into_iter().map(Into::into).collect(),
        next: None,
    }))
}

//! Automation rules and macros over HTTP.

mod dto;
mod macro_dto;
mod macros;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::automation::{self as use_cases, AutomationError, NewRule, RulePatch, RunView};
use zhiyin_domain::ids::{AutomationRuleId, AutomationRunId, ConversationId};
use zhiyin_domain::name::Name;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::StoreError;

use self::dto::{
    AutomationRuleBody, AutomationRuleDto, AutomationRuleOrderBody, AutomationRulePatchBody,
    AutomationRuleVersionDto, AutomationRunDto, DryRunBody, DryRunDto, RunQuery,
};
use crate::code::Code;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Page, PageQuery, Path, Query, Valid};
use crate::identity::field;
use crate::state::AppState;

const RUNS: &str = "automation-runs";
const VERSIONS: &str = "automation-rule-versions";

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_automation_rules, create_automation_rule))
        .routes(routes!(
            get_automation_rule,
            update_automation_rule,
            delete_automation_rule
        ))
        .routes(routes!(order_automation_rules))
        .routes(routes!(dry_run_automation_rule))
        .routes(routes!(resume_automation_rule))
        .routes(routes!(list_automation_rule_versions))
        .routes(routes!(list_automation_rule_runs))
        .routes(routes!(list_conversation_automation_runs))
        .merge(macros::routes())
}

impl From<AutomationError> for ApiError {
    fn from(error: AutomationError) -> Self {
        let detail = error.to_string();
        match error {
            AutomationError::NotFound(_) => Self::not_found("automation rule"),
            AutomationError::MacroNotFound(_) => Self::not_found("macro"),
            AutomationError::Stale | AutomationError::Store(StoreError::Conflict { .. }) => {
                Self::conflict(Code::Changed)
            }
            AutomationError::NameTaken => Self::conflict(Code::AlreadyExists).field("/name"),
            AutomationError::TooMany(_) | AutomationError::OutOfBounds(_) => {
                Self::unprocessable(Code::TooMany).detail(detail)
            }
            AutomationError::Invalid { path, .. } => {
                Self::unprocessable(Code::InvalidField).field_detail(path, "invalid", detail)
            }
            AutomationError::Denied(denied) => denied.into(),
            AutomationError::Conversation(error) => error.into(),
            AutomationError::Store(source) => source.into(),
        }
    }
}

fn page(rules: Vec<use_cases::RuleView>) -> Json<Page<AutomationRuleDto>> {
    Json(Page {
        items: rules.into_iter().map(Into::into).collect(),
        next: None,
    })
}

/// All rules in the order in which they are asked.
#[utoipa::path(get, path = "/api/v1/automation-rules", tag = "automation",
    responses((status = 200, body = Page<AutomationRuleDto>)))]
pub async fn list_automation_rules(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<Page<AutomationRuleDto>>> {
    Ok(page(app.read(&caller.0, use_cases::list_rules).await?))
}

/// Makes a rule; it comes behind the others. Whoever makes it must be allowed everything it
/// does, everywhere it holds.
#[utoipa::path(post, path = "/api/v1/automation-rules", tag = "automation",
    request_body = AutomationRuleBody, responses((status = 201, body = AutomationRuleDto)))]
pub async fn create_automation_rule(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<AutomationRuleBody>,
) -> ApiResult<(StatusCode, Json<AutomationRuleDto>)> {
    let new = NewRule {
        name: field::<Name>(&body.name, "/name")?,
        is_enabled: body.is_enabled,
        terms: body.terms,
    };
    let rule = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::create_rule(tx, ctx, &new)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(rule.into())))
}

/// One rule.
#[utoipa::path(get, path = "/api/v1/automation-rules/{id}", tag = "automation",
    params(("id" = String, Path)), responses((status = 200, body = AutomationRuleDto)))]
pub async fn get_automation_rule(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AutomationRuleId>,
) -> ApiResult<Json<AutomationRuleDto>> {
    let rule = app
        .read(&caller.0, move |tx, ctx| use_cases::get_rule(tx, ctx, id))
        .await?;
    Ok(Json(rule.into()))
}

/// Changes a rule and keeps what it said. A rule that rests goes on with other terms.
#[utoipa::path(patch, path = "/api/v1/automation-rules/{id}", tag = "automation",
    params(("id" = String, Path)), request_body = AutomationRulePatchBody,
    responses((status = 200, body = AutomationRuleDto)))]
pub async fn update_automation_rule(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AutomationRuleId>,
    Valid(body): Valid<AutomationRulePatchBody>,
) -> ApiResult<Json<AutomationRuleDto>> {
    let patch = RulePatch {
        name: body.name.map(|name| field(&name, "/name")).transpose()?,
        is_enabled: body.is_enabled,
        terms: body.terms,
        version: body.version,
    };
    let rule = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::update_rule(tx, ctx, id, &patch)
        })
        .await?;
    Ok(Json(rule.into()))
}

/// Removes a rule with its former versions and its runs.
#[utoipa::path(delete, path = "/api/v1/automation-rules/{id}", tag = "automation",
    params(("id" = String, Path)), responses((status = 204)))]
pub async fn delete_automation_rule(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AutomationRuleId>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::delete_rule(tx, ctx, id)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts the rules into an order.
#[utoipa::path(put, path = "/api/v1/automation-rules/order", tag = "automation",
    request_body = AutomationRuleOrderBody,
    responses((status = 200, body = Page<AutomationRuleDto>)))]
pub async fn order_automation_rules(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<AutomationRuleOrderBody>,
) -> ApiResult<Json<Page<AutomationRuleDto>>> {
    let rules = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::order_rules(tx, ctx, &body.ids)
        })
        .await?;
    Ok(page(rules))
}

/// What a rule would have done with past sessions. Changes nothing. What can change (tags,
/// status, who is responsible …) is compared as it is now.
#[utoipa::path(post, path = "/api/v1/automation-rules/dry-run", tag = "automation",
    request_body = DryRunBody, responses((status = 200, body = DryRunDto)))]
pub async fn dry_run_automation_rule(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<DryRunBody>,
) -> ApiResult<Json<DryRunDto>> {
    let found = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::dry_run(tx, ctx, &body.terms, body.days)
        })
        .await?;
    Ok(Json(found.into()))
}

/// Lets a rule that rests go on, with a fresh hour.
#[utoipa::path(post, path = "/api/v1/automation-rules/{id}/resume", tag = "automation",
    params(("id" = String, Path)), responses((status = 200, body = AutomationRuleDto)))]
pub async fn resume_automation_rule(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AutomationRuleId>,
) -> ApiResult<Json<AutomationRuleDto>> {
    let rule = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::resume_rule(tx, ctx, id)
        })
        .await?;
    Ok(Json(rule.into()))
}

/// What a rule says now and said before, the newest first.
#[utoipa::path(get, path = "/api/v1/automation-rules/{id}/versions", tag = "automation",
    params(("id" = String, Path), PageQuery),
    responses((status = 200, body = Page<AutomationRuleVersionDto>)))]
pub async fn list_automation_rule_versions(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AutomationRuleId>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<AutomationRuleVersionDto>>> {
    let (before, size) = (query.after::<i64>(VERSIONS)?, query.size());
    let rows = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::rule_versions(tx, ctx, id, before, size + 1)
        })
        .await?;
    let page = Page::from_surplus(VERSIONS, size, rows, |row| row.version);
    Ok(Json(page.map(Into::into)))
}

/// A cursor of runs as a place.
fn place(page: &PageQuery) -> ApiResult<Option<(Timestamp, AutomationRunId)>> {
    let after = page.after::<(i64, AutomationRunId)>(RUNS)?;
    Ok(after.map(|(at, id)| (Timestamp::from_micros(at), id)))
}

fn runs(size: u32, rows: Vec<RunView>) -> Json<Page<AutomationRunDto>> {
    let page = Page::from_surplus(RUNS, size, rows, |row| (row.run.at.as_micros(), row.run.id));
    Json(page.map(Into::into))
}

/// What became of a rule, the newest first, with the reasons. Kept for 30 days; of those in
/// which nothing matched at most 100 an hour.
#[utoipa::path(get, path = "/api/v1/automation-rules/{id}/runs", tag = "automation",
    params(("id" = String, Path), RunQuery),
    responses((status = 200, body = Page<AutomationRunDto>)))]
pub async fn list_automation_rule_runs(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AutomationRuleId>,
    Query(query): Query<RunQuery>,
) -> ApiResult<Json<Page<AutomationRunDto>>> {
    let outcome = match query.outcome.as_deref() {
        None => None,
        Some(name) => {
            let unknown = || ApiError::unprocessable(Code::InvalidField).field("outcome");
            Some(RunQuery::outcome(name).ok_or_else(unknown)?)
        }
    };
    let page = PageQuery {
        cursor: query.cursor,
        limit: query.limit,
    };
    let (after, size) = (place(&page)?, page.size());
    let rows = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::runs_of_rule(tx, ctx, id, (outcome, after), size + 1)
        })
        .await?;
    Ok(runs(size, rows))
}

/// What rules did in a conversation, the newest first, with the reasons.
#[utoipa::path(get, path = "/api/v1/conversations/{id}/automation-runs", tag = "automation",
    params(("id" = String, Path), PageQuery),
    responses((status = 200, body = Page<AutomationRunDto>)))]
pub async fn list_conversation_automation_runs(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<AutomationRunDto>>> {
    let (after, size) = (place(&query)?, query.size());
    let rows = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::runs_of_conversation(tx, ctx, id, after, size + 1)
        })
        .await?;
    Ok(runs(size, rows))
}

//! Settings of complaints, recovery, low scores and warnings over HTTP: one document each.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::cases::Kept;
use zhiyin_app::cases::complaints::{self, SeveritySetting};
use zhiyin_app::cases::follow_ups::{self, LowScoreSetting};
use zhiyin_app::cases::recovery::{self, BudgetPlan, RecoverySetting};
use zhiyin_app::cases::warnings::{self, WarningRules};
use zhiyin_domain::cases::follow_up::LowScoreRule;
use zhiyin_domain::cases::recovery::{Catalogue, RecoveryLimits};
use zhiyin_domain::cases::severity::SeverityMatrix;

use crate::error::ApiResult;
use crate::extract::{Caller, Valid};
use crate::state::AppState;

/// The routes of this feature.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_severity_settings))
        .routes(routes!(set_severity_settings))
        .routes(routes!(get_recovery_settings))
        .routes(routes!(set_recovery_settings))
        .routes(routes!(get_low_score_settings))
        .routes(routes!(set_low_score_settings))
        .routes(routes!(get_warning_settings))
        .routes(routes!(set_warning_settings))
}

/// How severe complaints are, and how long they may take.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeveritySettingsDto {
    /// `weights` of facts, rising `thresholds`, and `terms` of each level.
    #[schema(value_type = Object)]
    pub matrix: SeverityMatrix,
    /// Whether a customer who complains in a conversation is told the time of the reply by
    /// itself.
    pub tells_at_once: bool,
    /// The version that was read; 0 as long as nothing was changed.
    pub version: i64,
}

impl From<Kept<SeveritySetting>> for SeveritySettingsDto {
    fn from(it: Kept<SeveritySetting>) -> Self {
        Self {
            matrix: it.document.matrix,
            tells_at_once: it.document.tells_at_once,
            version: it.version,
        }
    }
}

/// The severity matrix in force.
#[utoipa::path(get, path = "/api/v1/settings/severity", tag = "cases",
    responses((status = 200, body = SeveritySettingsDto)))]
pub async fn get_severity_settings(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<SeveritySettingsDto>> {
    let read = app.read(&caller.0, |tx, _| complaints::severity(tx));
    Ok(Json(read.await?.into()))
}

/// Changes the severity matrix. Complaints under way keep their times until they are
/// assessed again.
#[utoipa::path(put, path = "/api/v1/settings/severity", tag = "cases",
    request_body = SeveritySettingsDto, responses((status = 200, body = SeveritySettingsDto)))]
pub async fn set_severity_settings(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<SeveritySettingsDto>,
) -> ApiResult<Json<SeveritySettingsDto>> {
    let new = Kept {
        document: SeveritySetting {
            matrix: body.matrix,
            tells_at_once: body.tells_at_once,
        },
        version: body.version,
    };
    let done = app.write(&caller.0, move |tx, ctx| {
        complaints::set_severity(tx, ctx, &new)
    });
    Ok(Json(done.await?.into()))
}

/// What can be given, by whom, and how much there is.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecoverySettingsDto {
    /// The gestures.
    #[schema(value_type = Vec<Object>)]
    pub catalogue: Catalogue,
    /// `currency`, `own` by role, `four_eyes_from`, `chain`.
    #[schema(value_type = Object)]
    pub limits: RecoveryLimits,
    /// `{ "team_id", "period": "month" | "quarter" | "year", "total" }`, in minor units.
    #[schema(value_type = Vec<Object>)]
    pub budgets: Vec<BudgetPlan>,
    /// The version that was read; 0 as long as nothing was changed.
    pub version: i64,
}

impl From<Kept<RecoverySetting>> for RecoverySettingsDto {
    fn from(it: Kept<RecoverySetting>) -> Self {
        Self {
            catalogue: it.document.catalogue,
            limits: it.document.limits,
            budgets: it.document.budgets,
            version: it.version,
        }
    }
}

/// Catalogue, limits and budgets in force.
#[utoipa::path(get, path = "/api/v1/settings/recovery", tag = "cases",
    responses((status = 200, body = RecoverySettingsDto)))]
pub async fn get_recovery_settings(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<RecoverySettingsDto>> {
    let read = app.read(&caller.0, |tx, _| recovery::settings(tx));
    Ok(Json(read.await?.into()))
}

/// Changes catalogue, limits and budgets. Requests under way are decided by the new limits
/// where they are stricter.
#[utoipa::path(put, path = "/api/v1/settings/recovery", tag = "cases",
    request_body = RecoverySettingsDto, responses((status = 200, body = RecoverySettingsDto)))]
pub async fn set_recovery_settings(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<RecoverySettingsDto>,
) -> ApiResult<Json<RecoverySettingsDto>> {
    let new = Kept {
        document: RecoverySetting {
            catalogue: body.catalogue,
            limits: body.limits,
            budgets: body.budgets,
        },
        version: body.version,
    };
    let done = app.write(&caller.0, move |tx, ctx| {
        recovery::set_settings(tx, ctx, &new)
    });
    Ok(Json(done.await?.into()))
}

/// When a low score calls for a call back.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LowScoreSettingsDto {
    /// `at_most`, `within`, `ladder`; `at_most` 0 switches it off.
    #[schema(value_type = Object)]
    pub rule: LowScoreRule,
    /// The version that was read; 0 as long as nothing was changed.
    pub version: i64,
}

impl From<Kept<LowScoreSetting>> for LowScoreSettingsDto {
    fn from(it: Kept<LowScoreSetting>) -> Self {
        Self {
            rule: it.document.rule,
            version: it.version,
        }
    }
}

/// The rule for low scores in force.
#[utoipa::path(get, path = "/api/v1/settings/low-score", tag = "cases",
    responses((status = 200, body = LowScoreSettingsDto)))]
pub async fn get_low_score_settings(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<LowScoreSettingsDto>> {
    let read = app.read(&caller.0, |tx, _| follow_ups::low_score(tx));
    Ok(Json(read.await?.into()))
}

/// Changes the rule for low scores.
#[utoipa::path(put, path = "/api/v1/settings/low-score", tag = "cases",
    request_body = LowScoreSettingsDto, responses((status = 200, body = LowScoreSettingsDto)))]
pub async fn set_low_score_settings(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<LowScoreSettingsDto>,
) -> ApiResult<Json<LowScoreSettingsDto>> {
    let new = Kept {
        document: LowScoreSetting { rule: body.rule },
        version: body.version,
    };
    let done = app.write(&caller.0, move |tx, ctx| {
        follow_ups::set_low_score(tx, ctx, &new)
    });
    Ok(Json(done.await?.into()))
}

/// When who is warned, and what they are to do.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WarningSettingsDto {
    /// `people`, `run`, `keywords`, `backlog`, `channel`, `plan`.
    #[schema(value_type = Object)]
    pub rules: Value,
    /// The version that was read; 0 as long as nothing was changed.
    pub version: i64,
}

impl From<Kept<WarningRules>> for WarningSettingsDto {
    fn from(it: Kept<WarningRules>) -> Self {
        Self {
            rules: serde_json::json!(it.document),
            version: it.version,
        }
    }
}

/// The rules for warnings in force.
#[utoipa::path(get, path = "/api/v1/settings/warnings", tag = "cases",
    responses((status = 200, body = WarningSettingsDto)))]
pub async fn get_warning_settings(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<WarningSettingsDto>> {
    let read = app.read(&caller.0, |tx, _| warnings::rules(tx));
    Ok(Json(read.await?.into()))
}

/// New rules for warnings.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WarningSettingsBody {
    /// `people`, `run`, `keywords`, `backlog`, `channel`, `plan`.
    #[schema(value_type = Object)]
    pub rules: WarningRules,
    /// The version that was read; 0 as long as nothing was changed.
    pub version: i64,
}

/// Changes the rules for warnings.
#[utoipa::path(put, path = "/api/v1/settings/warnings", tag = "cases",
    request_body = WarningSettingsBody, responses((status = 200, body = WarningSettingsDto)))]
pub async fn set_warning_settings(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<WarningSettingsBody>,
) -> ApiResult<Json<WarningSettingsDto>> {
    let new = Kept {
        document: body.rules,
        version: body.version,
    };
    let done = app.write(&caller.0, move |tx, ctx| warnings::set_rules(tx, ctx, &new));
    Ok(Json(done.await?.into()))
}

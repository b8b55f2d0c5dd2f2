//! Skills, profiles, queues and the policy of the workspace.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use zhiyin_app::App;
use zhiyin_app::routing::{self as use_cases, NewQueue, ProfileChange, QueueChange, RoutingError};
use zhiyin_domain::ids::{AgentId, CalendarId, QueueId, SkillId};
use zhiyin_domain::language_tag::LanguageTag;
use zhiyin_domain::routing::{Capacity, Queue, RoutingSettings};

use super::dto::{ProfileDto, QueueBody, QueueDto, QueueItemDto, SkillDto, SkillLevelDto};
use crate::error::ApiResult;
use crate::extract::{Caller, Page, Path, Valid};

/// A page that holds everything.
fn all<T, U: From<T>>(items: Vec<T>) -> Json<Page<U>> {
    Json(Page {
        items: items.into_iter().map(Into::into).collect(),
        next: None,
    })
}

/// The name of a skill.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SkillBody {
    /// Name.
    pub name: String,
}

/// All skills by name.
#[utoipa::path(get, path = "/api/v1/skills", tag = "routing", responses((status = 200, body = Page<SkillDto>)))]
pub async fn list_skills(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<Page<SkillDto>>> {
    let skills = app
        .read(&caller.0, |tx, _| use_cases::list_skills(tx))
        .await?;
    Ok(all(skills))
}

/// Makes a skill.
#[utoipa::path(post, path = "/api/v1/skills", tag = "routing", request_body = SkillBody,
    responses((status = 201, body = SkillDto)))]
pub async fn create_skill(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<SkillBody>,
) -> ApiResult<(StatusCode, Json<SkillDto>)> {
    let skill = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::create_skill(tx, ctx, &body.name)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(skill.into())))
}

/// Calls a skill something else.
#[utoipa::path(patch, path = "/api/v1/skills/{id}", tag = "routing", params(("id" = String, Path)),
    request_body = SkillBody, responses((status = 200, body = SkillDto)))]
pub async fn update_skill(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SkillId>,
    Valid(body): Valid<SkillBody>,
) -> ApiResult<Json<SkillDto>> {
    let skill = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::rename_skill(tx, ctx, id, &body.name)
        })
        .await?;
    Ok(Json(skill.into()))
}

/// Removes a skill nobody has.
#[utoipa::path(delete, path = "/api/v1/skills/{id}", tag = "routing", params(("id" = String, Path)),
    responses((status = 204)))]
pub async fn delete_skill(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SkillId>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::delete_skill(tx, ctx, id)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Profiles of all active agents.
#[utoipa::path(get, path = "/api/v1/profiles", tag = "routing", responses((status = 200, body = Page<ProfileDto>)))]
pub async fn list_profiles(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<Page<ProfileDto>>> {
    let profiles = app
        .read(&caller.0, |tx, _| use_cases::list_profiles(tx))
        .await?;
    Ok(all(profiles))
}

/// What an agent can do: for those who manage agents, and for themselves.
#[utoipa::path(get, path = "/api/v1/agents/{id}/profile", tag = "routing", params(("id" = String, Path)),
    responses((status = 200, body = ProfileDto)))]
pub async fn get_profile(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AgentId>,
) -> ApiResult<Json<ProfileDto>> {
    let profile = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::get_profile(tx, ctx, id)
        })
        .await?;
    Ok(Json(profile.into()))
}

/// What an agent can do, as a whole.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileBody {
    /// Skills and how well.
    #[serde(default)]
    pub skills: Vec<SkillLevelDto>,
    /// Languages.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub languages: Vec<LanguageTag>,
    /// How much at once.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub capacity: Capacity,
    /// When their shift is on; `null` is always.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub calendar_id: Option<CalendarId>,
    /// The version that was read; another one refuses the change.
    pub version: Option<i64>,
}

/// Says what an agent can do.
#[utoipa::path(put, path = "/api/v1/agents/{id}/profile", tag = "routing", params(("id" = String, Path)),
    request_body = ProfileBody, responses((status = 200, body = ProfileDto)))]
pub async fn set_profile(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AgentId>,
    Valid(body): Valid<ProfileBody>,
) -> ApiResult<Json<ProfileDto>> {
    let skills = body.skills.into_iter();
    let change = ProfileChange {
        skills: skills.map(|it| (it.skill_id, it.level)).collect(),
        languages: body.languages.into_iter().collect(),
        capacity: body.capacity,
        calendar_id: body.calendar_id,
        version: body.version,
    };
    let profile = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::set_profile(tx, ctx, id, change.clone())
        })
        .await?;
    Ok(Json(profile.into()))
}

/// All queues in their order.
#[utoipa::path(get, path = "/api/v1/queues", tag = "routing", responses((status = 200, body = Page<QueueDto>)))]
pub async fn list_queues(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<Page<QueueDto>>> {
    let queues = app
        .read(&caller.0, |tx, _| use_cases::list_queues(tx))
        .await?;
    Ok(all(queues))
}

/// One queue.
#[utoipa::path(get, path = "/api/v1/queues/{id}", tag = "routing", params(("id" = String, Path)),
    responses((status = 200, body = QueueDto)))]
pub async fn get_queue(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<QueueId>,
) -> ApiResult<Json<QueueDto>> {
    let queue = app
        .read(&caller.0, move |tx, _| use_cases::get_queue(tx, id))
        .await?;
    Ok(Json(queue.into()))
}

/// Makes a queue.
#[utoipa::path(post, path = "/api/v1/queues", tag = "routing", request_body = QueueBody,
    responses((status = 201, body = QueueDto)))]
pub async fn create_queue(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<QueueBody>,
) -> ApiResult<(StatusCode, Json<QueueDto>)> {
    let nobody = QueueId::from_uuid(uuid::Uuid::nil());
    let new = NewQueue {
        policy: body.policy(Queue::new(nobody)),
        name: body.name.unwrap_or_default(),
        calendar_id: body.calendar_id.flatten(),
        out_of_hours: body.out_of_hours.unwrap_or_default(),
    };
    let queue = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::create_queue(tx, ctx, &new)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(queue.into())))
}

/// Changes a queue; what is left out stays.
#[utoipa::path(patch, path = "/api/v1/queues/{id}", tag = "routing", params(("id" = String, Path)),
    request_body = QueueBody, responses((status = 200, body = QueueDto)))]
pub async fn update_queue(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<QueueId>,
    Valid(body): Valid<QueueBody>,
) -> ApiResult<Json<QueueDto>> {
    let queue = app
        .write(&caller.0, move |tx, ctx| {
            let before = use_cases::get_queue(tx, id)?.queue;
            let change = QueueChange {
                name: body.name.clone(),
                policy: Some(body.policy(before.policy)),
                calendar_id: body.calendar_id,
                out_of_hours: body.out_of_hours.clone(),
                place: body.place,
                version: body.version,
            };
            use_cases::update_queue(tx, ctx, id, &change)
        })
        .await?;
    Ok(Json(queue.into()))
}

/// Removes a queue nothing points to and no work ever came to.
#[utoipa::path(delete, path = "/api/v1/queues/{id}", tag = "routing", params(("id" = String, Path)),
    responses((status = 204)))]
pub async fn delete_queue(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<QueueId>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::delete_queue(tx, ctx, id)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a queue holds, first in line first: all of it for those who lead the floor, else what
/// the caller may read.
#[utoipa::path(get, path = "/api/v1/queues/{id}/items", tag = "routing", params(("id" = String, Path)),
    responses((status = 200, body = Page<QueueItemDto>)))]
pub async fn list_queue_items(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<QueueId>,
) -> ApiResult<Json<Page<QueueItemDto>>> {
    let now = app.clock().now();
    let items = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::queue_items(tx, ctx, id)
        })
        .await?;
    let items = items.into_iter().map(|item| QueueItemDto::new(item, now));
    Ok(Json(Page {
        items: items.collect(),
        next: None,
    }))
}

/// Routing policy of the whole workspace.
#[utoipa::path(get, path = "/api/v1/routing/settings", tag = "routing", responses((status = 200, body = Object)))]
pub async fn get_routing_settings(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<RoutingSettings>> {
    let settings = app
        .read(&caller.0, |tx, _| use_cases::get_settings(tx))
        .await?;
    Ok(Json(settings))
}

/// Sets the routing policy of the whole workspace.
#[utoipa::path(put, path = "/api/v1/routing/settings", tag = "routing", request_body = Object,
    responses((status = 200, body = Object)))]
pub async fn set_routing_settings(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<RoutingSettings>,
) -> ApiResult<Json<RoutingSettings>> {
    let settings = app
        .write::<_, RoutingError, _>(&caller.0, move |tx, ctx| {
            use_cases::set_settings(tx, ctx, &body)
        })
        .await?;
    Ok(Json(settings))
}

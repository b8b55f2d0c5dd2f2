//! The floor over HTTP: what supervisors see and do, and the wall.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::App;
use zhiyin_app::conversations::{ConversationError, get_conversation, hydrate};
use zhiyin_app::floor::{self as use_cases, Board, FloorError};
use zhiyin_domain::ids::{ConversationId, InboxId, QueueId};
use zhiyin_domain::routing::Target;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::conversations::ConversationView;
use zhiyin_store::routing::wallboard::Flow;

use crate::code::Code;
use crate::conversations::{ConversationDto, MessageDto, Reader};
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Path, Valid};
use crate::journey::DeadlineDto;
use crate::presence::AgentPresenceDto;
use crate::state::AppState;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(get_floor))
        .routes(routes!(take_over_conversation))
        .routes(routes!(whisper))
        .routes(routes!(reassign_conversations))
        .routes(routes!(get_wallboard))
}

impl From<FloorError> for ApiError {
    fn from(error: FloorError) -> Self {
        match error {
            FloorError::Denied(denied) => denied.into(),
            FloorError::NotAssigned => Self::conflict(Code::NotAssigned),
            FloorError::TooMany => Self::unprocessable(Code::TooMany).field("/conversation_ids"),
            FloorError::Conversation(error) => error.into(),
            FloorError::Presence(error) => error.into(),
            FloorError::Store(source) => source.into(),
        }
    }
}

/// Everybody and everything that waits.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FloorDto {
    /// The agents.
    pub agents: Vec<FloorAgentDto>,
    /// The queues.
    pub queues: Vec<FloorQueueDto>,
}

/// An agent with what they are doing.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FloorAgentDto {
    /// Their presence.
    #[serde(flatten)]
    pub presence: AgentPresenceDto,
    /// Open conversations of theirs, longest waiting first.
    pub conversations: Vec<FloorConversationDto>,
}

/// An open conversation of an agent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FloorConversationDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: ConversationId,
    /// Human number.
    pub number: i64,
    /// Name of the contact; empty while unknown.
    pub contact_name: String,
    /// Where it takes place.
    #[schema(value_type = String)]
    pub inbox_id: InboxId,
    /// Since when the customer waits for an answer.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub waiting_since: Option<Timestamp>,
    /// What is due next.
    pub deadline: Option<DeadlineDto>,
    /// Who has the turn.
    pub handler: &'static str,
}

impl From<ConversationView> for FloorConversationDto {
    fn from(view: ConversationView) -> Self {
        let row: ConversationDto = view.into();
        Self {
            id: row.id,
            number: row.number,
            contact_name: row.contact.name,
            inbox_id: row.inbox_id,
            waiting_since: row.waiting_since,
            deadline: row.deadline,
            handler: row.handler,
        }
    }
}

/// A queue at one glance.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FloorQueueDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: QueueId,
    /// Name.
    pub name: String,
    /// In line.
    pub waiting: u32,
    /// How long the first of them waits, in seconds; `null` when nobody does.
    pub longest_waiting_s: Option<u64>,
    /// Their conversation.
    #[schema(value_type = Option<String>)]
    pub oldest_conversation_id: Option<ConversationId>,
}

/// The floor now.
#[utoipa::path(get, path = "/api/v1/floor", tag = "floor", responses((status = 200, body = FloorDto)))]
pub async fn get_floor(State(app): State<App>, caller: Caller) -> ApiResult<Json<FloorDto>> {
    let floor = app.read(&caller.0, use_cases::floor).await?;
    let agents = floor.agents.into_iter().map(|agent| FloorAgentDto {
        presence: agent.presence.into(),
        conversations: agent.conversations.into_iter().map(Into::into).collect(),
    });
    let queues = floor.queues.into_iter().map(|queue| FloorQueueDto {
        id: queue.id,
        name: queue.name,
        waiting: queue.waiting,
        longest_waiting_s: queue.oldest.map(|_| queue.longest_waiting_s),
        oldest_conversation_id: queue.oldest,
    });
    Ok(Json(FloorDto {
        agents: agents.collect(),
        queues: queues.collect(),
    }))
}

/// Takes a conversation over from whoever has it.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/take_over", tag = "floor",
    params(("id" = String, Path)), responses((status = 200, body = ConversationDto)))]
pub async fn take_over_conversation(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
) -> ApiResult<Json<ConversationDto>> {
    let view = app
        .write::<_, FloorError, _>(&caller.0, move |tx, ctx| {
            use_cases::take_over(tx, ctx, id)?;
            Ok(get_conversation(tx, ctx, id)?)
        })
        .await?;
    Ok(Json(view.into()))
}

/// Something only the agent who has the conversation is to see.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WhisperBody {
    /// The text.
    pub text: String,
}

/// Says something only the agent who has the conversation sees, besides those who lead the
/// floor.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/whisper", tag = "floor",
    params(("id" = String, Path)), request_body = WhisperBody, responses((status = 201, body = MessageDto)))]
pub async fn whisper(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Valid(body): Valid<WhisperBody>,
) -> ApiResult<(StatusCode, Json<MessageDto>)> {
    let view = app
        .write::<_, FloorError, _>(&caller.0, move |tx, ctx| {
            let posted = use_cases::whisper(tx, ctx, id, &body.text)?;
            let missing = ConversationError::MessageNotFound(posted.message.id);
            let view = hydrate(tx, vec![posted.message], "")?.pop();
            Ok(view.ok_or(missing)?)
        })
        .await?;
    Ok((
        StatusCode::CREATED,
        Json(MessageDto::new(view, Reader::Company)),
    ))
}

/// Conversations to be moved together.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReassignBody {
    /// At most 100.
    #[schema(value_type = Vec<String>)]
    pub conversation_ids: Vec<ConversationId>,
    /// `{"kind": "agent" | "team" | "queue", "id": …}`.
    #[schema(value_type = Object)]
    pub to: Target,
}

/// What became of them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReassignedDto {
    /// Moved.
    #[schema(value_type = Vec<String>)]
    pub done: Vec<ConversationId>,
    /// Left where they were.
    pub failed: Vec<NotReassignedDto>,
}

/// Why one was left where it was.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NotReassignedDto {
    /// Which.
    #[schema(value_type = String)]
    pub id: ConversationId,
    /// Why, for programs.
    pub code: Code,
    /// Why, for people.
    pub detail: String,
}

/// Moves many conversations at once. An agent gets them without being asked.
#[utoipa::path(post, path = "/api/v1/floor/reassign", tag = "floor", request_body = ReassignBody,
    responses((status = 200, body = ReassignedDto)))]
pub async fn reassign_conversations(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<ReassignBody>,
) -> ApiResult<Json<ReassignedDto>> {
    let moved = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::reassign_many(tx, ctx, &body.conversation_ids, body.to)
        })
        .await?;
    let failed = moved.failed.into_iter().map(|(id, error)| {
        let detail = error.to_string();
        NotReassignedDto {
            id,
            code: ApiError::from(error).code(),
            detail,
        }
    });
    Ok(Json(ReassignedDto {
        done: moved.done,
        failed: failed.collect(),
    }))
}

/// One queue, or all of them, on the wall. Shares and times are `null` where nothing was
/// measured.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BoardDto {
    /// In line.
    pub waiting: u32,
    /// How long the first of them waits, in seconds.
    pub longest_waiting_s: Option<u64>,
    /// Offered to somebody.
    pub offered: u32,
    /// With somebody.
    pub active: u32,
    /// Came since midnight and was taken by somebody.
    pub served_today: u32,
    /// Came since midnight and was given up by the customer.
    pub abandoned_today: u32,
    /// Share answered within `target_s` of what came in the last half hour, 0 to 1. Who was
    /// promised an answer for later does not count.
    pub service_level_now: Option<f64>,
    /// The same of what came since midnight.
    pub service_level_today: Option<f64>,
    /// Mean wait of those who were served since midnight, in seconds.
    pub mean_wait_today_s: Option<u64>,
    /// How long somebody who comes now will wait on average, in seconds.
    pub estimate_s: Option<u32>,
}

/// A queue on the wall.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QueueBoardDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: QueueId,
    /// Name.
    pub name: String,
    /// Its figures.
    #[serde(flatten)]
    pub figures: BoardDto,
}

/// The wall.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WallboardDto {
    /// When it was true.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Each queue.
    pub queues: Vec<QueueBoardDto>,
    /// All of them.
    pub totals: BoardDto,
    /// Agents by effective presence.
    pub agents: BTreeMap<&'static str, u32>,
    /// Targets missed since midnight.
    pub breaches_today: u32,
    /// Open targets that were warned of and not yet missed.
    pub warned_now: u32,
    /// The service level that is wanted: so many percent of customers …
    pub target_percent: u32,
    /// … answered within so many seconds. Both are set in `/api/v1/routing/settings`.
    pub target_s: u32,
}

fn share(flow: &Flow) -> Option<f64> {
    (flow.measured > 0).then(|| f64::from(flow.in_time) / f64::from(flow.measured))
}

impl BoardDto {
    fn new(board: &Board, now: Timestamp) -> Self {
        Self {
            waiting: board.open.waiting,
            longest_waiting_s: board.open.oldest.map(|since| now.since(since).as_secs()),
            offered: board.open.offered,
            active: board.open.active,
            served_today: board.today.served,
            abandoned_today: board.today.abandoned,
            service_level_now: share(&board.lately),
            service_level_today: share(&board.today),
            mean_wait_today_s: board.today.waited_s.checked_div(board.today.served.into()),
            estimate_s: board.estimate_s,
        }
    }
}

/// The wall now.
#[utoipa::path(get, path = "/api/v1/wallboard", tag = "floor", responses((status = 200, body = WallboardDto)))]
pub async fn get_wallboard(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<WallboardDto>> {
    let wall = app.read(&caller.0, use_cases::wall).await?;
    let at = wall.at;
    let queues = wall.queues.iter().filter_map(|board| {
        let (id, name) = board.queue.clone()?;
        Some(QueueBoardDto {
            id,
            name,
            figures: BoardDto::new(board, at),
        })
    });
    Ok(Json(WallboardDto {
        at,
        queues: queues.collect(),
        totals: BoardDto::new(&wall.totals, at),
        agents: wall.agents,
        breaches_today: wall.breaches_today,
        warned_now: wall.warned_now,
        target_percent: wall.target_percent,
        target_s: wall.target_s,
    }))
}

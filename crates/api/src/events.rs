//! The event log for integrations: pages after a cursor, and the same as a stream of
//! server-sent events.
//!
//! A caller gets what they would get on the stream of agents, in the same form, filtered by
//! the same check. The cursor is the place in the log; what follows it is complete.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use axum::response::sse::{Event as Sent, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::{Semaphore, SemaphorePermit};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zhiyin_app::Principal;
use zhiyin_domain::ids::InboxId;
use zhiyin_domain::permission::{Access, Permission};
use zhiyin_domain::webhook::{check_event_types, includes};
use zhiyin_store::{StoreError, Tx, events};

use crate::code::Code;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Query};
use crate::state::AppState;
use crate::stream::{feed, frames, recheck};

/// Events looked at for one page, if nothing else is said, and at most.
const PAGE: (u32, u32) = (100, 256);
/// Longest time a page waits for news.
const WAIT_MAX: Duration = Duration::from_secs(25);
/// Without news a stream says that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// A stream ends after so long, so that permissions are checked again.
const LIFETIME: Duration = Duration::from_mins(5);
/// Streams open at once on one node.
const STREAMS_MAX: usize = 200;

static STREAMS: Semaphore = Semaphore::const_new(STREAMS_MAX);

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_events))
}

/// Which events.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EventQuery {
    /// Events after this place: `next` of the page before. 0 is the beginning of the log;
    /// left out, the page is empty and says where the log ends now.
    pub since: Option<i64>,
    /// Names of events or groups such as `case.*`, separated by commas; all if left out.
    pub types: Option<String>,
    /// Only what happened in this inbox.
    #[param(value_type = Option<String>)]
    pub inbox_id: Option<InboxId>,
    /// Events to look at, at most 256; 100 if left out. Those that do not match are left
    /// out of the page, so it may be shorter, even empty.
    pub limit: Option<u32>,
    /// Seconds to wait if nothing is new, at most 25; 0 if left out.
    pub wait_s: Option<u32>,
}

/// Events in the order of the log.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EventPageDto {
    /// Each as on `GET /api/v1/stream`, without `t`.
    #[schema(value_type = Vec<Object>)]
    pub items: Vec<Value>,
    /// The place to go on from: the next `since`.
    pub next: i64,
    /// Whether there is more already.
    pub has_more: bool,
}

/// What is asked for, checked.
#[derive(Debug, Clone)]
struct Wanted {
    types: Arc<[String]>,
    inbox: Option<InboxId>,
    limit: u32,
}

/// A part of the log that was looked at.
struct Part {
    items: Vec<(i64, Value)>,
    next: i64,
    has_more: bool,
}

impl EventQuery {
    fn wanted(&self) -> ApiResult<Wanted> {
        let names = self.types.as_deref().unwrap_or_default().split(',');
        let types: Vec<String> = names
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect();
        check_event_types(&types).map_err(|error| {
            ApiError::unprocessable(Code::InvalidField).field_detail(
                "/types",
                "unknown-value",
                error.to_string(),
            )
        })?;
        Ok(Wanted {
            types: types.into(),
            inbox: self.inbox_id,
            limit: self.limit.unwrap_or(PAGE.0).clamp(1, PAGE.1),
        })
    }
}

/// Events after a cursor, for programs that follow what happens. With `Accept:
/// text/event-stream` the answer stays open for up to five minutes: each event has its place
/// as `id`, and a reader that comes back with `Last-Event-ID` misses nothing.
#[utoipa::path(get, path = "/api/v1/events", tag = "webhooks", params(EventQuery),
    responses((status = 200, body = EventPageDto)))]
pub async fn list_events(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    Query(query): Query<EventQuery>,
) -> ApiResult<Response> {
    let wanted = query.wanted()?;
    let resumed = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse().ok());
    let since = match resumed.or(query.since) {
        Some(since) => since.max(0),
        None => last(&state, &caller.0).await?,
    };
    let accepts = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    if accepts.is_some_and(|value| value.contains("text/event-stream")) {
        return Ok(follow(state, Arc::clone(&caller.0), wanted, since)?.into_response());
    }
    let wait = Duration::from_secs(query.wait_s.unwrap_or(0).into()).min(WAIT_MAX);
    let until = tokio::time::Instant::now() + wait;
    let mut commits = state.app().store().commits();
    let mut place = since;
    loop {
        commits.borrow_and_update();
        let part = read(&state, &caller.0, &wanted, place).await?;
        place = part.next;
        let is_over = !part.items.is_empty() || part.has_more;
        if is_over
            || tokio::time::timeout_at(until, commits.changed())
                .await
                .is_err()
        {
            let page = EventPageDto {
                items: part.items.into_iter().map(|(_, item)| item).collect(),
                next: part.next,
                has_more: part.has_more,
            };
            return Ok(Json(page).into_response());
        }
    }
}

async fn last(state: &AppState, caller: &Principal) -> Result<i64, StoreError> {
    state.app().read(caller, |tx, _| events::last_seq(tx)).await
}

async fn read(
    state: &AppState,
    caller: &Principal,
    wanted: &Wanted,
    since: i64,
) -> Result<Part, StoreError> {
    let wanted = wanted.clone();
    state
        .app()
        .read(caller, move |tx, ctx| {
            part(tx, ctx.access(), &wanted, since)
        })
        .await
}

fn part(tx: &mut Tx<'_>, access: &Access, wanted: &Wanted, since: i64) -> Result<Part, StoreError> {
    let loaded = feed::load(tx, since, wanted.limit)?;
    let view = access.visibility(Permission::ReadConversations);
    let cases = access.visibility(Permission::ReadCases);
    let mut items = Vec::new();
    for (stored, delivery) in loaded
        .events
        .iter()
        .zip(frames::deliveries(&loaded, |_| false))
    {
        let Some(frame) = delivery.agents else {
            continue;
        };
        let is_elsewhere = wanted.inbox.is_some() && frame.inbox() != wanted.inbox;
        if is_elsewhere || !includes(&wanted.types, &stored.kind) {
            continue;
        }
        let leads = || recheck::leads(access);
        let text = frame.text_seen_by(access.agent, &view, leads, |it| cases.includes(it));
        let item = text.and_then(|text| serde_json::from_str::<Value>(text).ok());
        if let Some(mut item) = item {
            if let Some(fields) = item.as_object_mut() {
                fields.remove("t");
            }
            items.push((stored.seq, item));
        }
    }
    let last = loaded.events.last().map(|event| event.seq);
    Ok(Part {
        items,
        next: last.unwrap_or(since),
        has_more: last.is_some_and(|_| loaded.events.len() == wanted.limit as usize),
    })
}

/// An open stream.
struct Reader {
    state: AppState,
    caller: Arc<Principal>,
    wanted: Wanted,
    place: i64,
    waiting: std::collections::VecDeque<(i64, Value)>,
    ends_at: tokio::time::Instant,
    _permit: SemaphorePermit<'static>,
}

fn follow(
    state: AppState,
    caller: Arc<Principal>,
    wanted: Wanted,
    since: i64,
) -> ApiResult<impl IntoResponse> {
    let permit = STREAMS.try_acquire().map_err(|_| {
        ApiError::conflict(Code::TooMany).detail("Too many streams are open on this node.")
    })?;
    let reader = Reader {
        state,
        caller,
        wanted,
        place: since,
        waiting: std::collections::VecDeque::new(),
        ends_at: tokio::time::Instant::now() + LIFETIME,
        _permit: permit,
    };
    Ok(Sse::new(stream::unfold(reader, |mut reader| async move {
        let sent = reader.next().await?;
        Some((Ok::<_, Infallible>(sent), reader))
    })))
}

impl Reader {
    /// The next event or sign of life; none when the stream is over.
    async fn next(&mut self) -> Option<Sent> {
        let mut commits = self.state.app().store().commits();
        let heartbeat = tokio::time::Instant::now() + HEARTBEAT;
        loop {
            if let Some((seq, item)) = self.waiting.pop_front() {
                let name = item["type"].as_str().unwrap_or_default().to_owned();
                let sent = Sent::default().id(seq.to_string()).event(name);
                return Some(sent.data(item.to_string()));
            }
            commits.borrow_and_update();
            match read(&self.state, &self.caller, &self.wanted, self.place).await {
                Ok(part) => {
                    self.place = part.next;
                    self.waiting.extend(part.items);
                    if part.has_more || !self.waiting.is_empty() {
                        continue;
                    }
                }
                Err(error) => {
                    // The reader comes back to the same place.
                    tracing::warn!("A stream of events ends early: {error}");
                    return None;
                }
            }
            let now = tokio::time::Instant::now();
            if now >= self.ends_at {
                return None;
            }
            if tokio::time::timeout_at(heartbeat.min(self.ends_at), commits.changed())
                .await
                .is_err()
            {
                // What did not match is behind the reader as well.
                return Some(Sent::default().id(self.place.to_string()).comment("alive"));
            }
        }
    }
}

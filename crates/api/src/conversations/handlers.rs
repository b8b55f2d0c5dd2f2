//! Handlers over conversations. Thin: extract, one use case, convert.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use zhiyin_app::App;
use zhiyin_app::conversations as use_cases;
use zhiyin_app::conversations::{ConversationError, ListRequest};
use zhiyin_domain::conversation::{Assignment, Conversation};
use zhiyin_domain::ids::ConversationId;
use zhiyin_store::conversations::{ListCursor, Order, StatusFilter, View};

use super::bodies::{
    AssignBody, BulkBody, BulkResultDto, CountersDto, DraftBody, FollowBody, InboxCounterDto,
    ListQuery, PriorityBody, RefusedDto, SeenBody, SnoozeBody, TagsBody, TeamCounterDto,
    WrittenKind,
};
use super::dto::ConversationDto;
use crate::code::Code;
use crate::error::{ApiError, ApiResult};
use crate::extract::{Caller, Cursor, Page, PageQuery, Path, Query, Valid};

const LIST: &str = "conversations";

fn request(query: &ListQuery, caller: &Caller) -> ApiResult<ListRequest> {
    let unknown = |name: &'static str| ApiError::bad_request(Code::InvalidQuery).field(name);
    let me = || caller.0.actor.agent().ok_or_else(|| unknown("view"));
    let view = match query.view.as_deref().unwrap_or("all") {
        "all" => View::All,
        "mine" => View::Assignee(me()?),
        "unassigned" => View::Unassigned,
        "mentions" => View::Mentions(me()?),
        "followed" => View::Followed(me()?),
        "team" => View::Team(query.team.ok_or_else(|| unknown("team"))?),
        _ => return Err(unknown("view")),
    };
    let status = match query.status.as_deref() {
        None => None,
        Some("open") => Some(StatusFilter::Open),
        Some("snoozed") => Some(StatusFilter::Snoozed),
        Some("resolved") => Some(StatusFilter::Resolved),
        Some("all") => Some(StatusFilter::Any),
        Some(_) => return Err(unknown("status")),
    };
    let order = match query.sort.as_deref() {
        None => None,
        Some("recent") => Some(Order::Recent),
        Some("waiting") => Some(Order::Waiting),
        Some("deadline") => Some(Order::Deadline),
        Some(_) => return Err(unknown("sort")),
    };
    Ok(ListRequest {
        view,
        saved: query.view_id,
        status,
        inbox: query.inbox,
        tag: query.tag,
        order,
    })
}

/// Conversations the caller may see. With `view_id` a page may be short or empty although
/// `next` leads on: a view that shows little is searched piece by piece.
#[utoipa::path(get, path = "/api/v1/conversations", tag = "conversations", params(ListQuery),
    responses((status = 200, body = Page<ConversationDto>)))]
pub async fn list_conversations(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ListQuery>,
) -> ApiResult<Json<Page<ConversationDto>>> {
    let request = request(&query, &caller)?;
    let page = PageQuery {
        cursor: query.cursor,
        limit: query.limit,
    };
    let after = page
        .after::<(i64, ConversationId, bool)>(LIST)?
        .map(|(at, id, is_rest)| ListCursor {
            is_rest,
            at: zhiyin_domain::time::Timestamp::from_micros(at),
            id,
        });
    let size = page.size();
    let page = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::list_conversations(tx, ctx, &request, after, size)
        })
        .await?;
    Ok(Json(Page {
        items: page.rows.into_iter().map(Into::into).collect(),
        next: page
            .next
            .map(|next| Cursor::encode(LIST, &(next.at.as_micros(), next.id, next.is_rest))),
    }))
}

/// One conversation.
#[utoipa::path(get, path = "/api/v1/conversations/{id}", tag = "conversations",
    params(("id" = String, Path)), responses((status = 200, body = ConversationDto)))]
pub async fn get_conversation(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
) -> ApiResult<Json<ConversationDto>> {
    let view = app
        .read(&caller.0, move |tx, ctx| {
            use_cases::get_conversation(tx, ctx, id)
        })
        .await?;
    Ok(Json(view.into()))
}

/// The numbers beside inboxes, teams and views.
#[utoipa::path(get, path = "/api/v1/counters", tag = "conversations",
    responses((status = 200, body = CountersDto)))]
pub async fn get_counters(State(app): State<App>, caller: Caller) -> ApiResult<Json<CountersDto>> {
    let counters = app.read(&caller.0, use_cases::counters).await?;
    let unassigned = counters.inbox_unassigned;
    Ok(Json(CountersDto {
        inboxes: counters
            .inbox_open
            .into_iter()
            .map(|(inbox_id, open)| InboxCounterDto {
                inbox_id,
                open,
                unassigned: unassigned.get(&inbox_id).copied().unwrap_or(0),
            })
            .collect(),
        teams: counters
            .team_open
            .into_iter()
            .map(|(team_id, open)| TeamCounterDto { team_id, open })
            .collect(),
        mine_open: counters.mine_open,
        mentions_unseen: counters.mentions_unseen,
    }))
}

/// Runs a command on a conversation and answers with its row afterwards.
async fn change<F>(
    app: App,
    caller: Caller,
    id: ConversationId,
    f: F,
) -> ApiResult<Json<ConversationDto>>
where
    F: Fn(
            &mut zhiyin_store::Tx<'_>,
            &zhiyin_app::Context,
        ) -> Result<Conversation, ConversationError>
        + Send
        + 'static,
{
    let view = app
        .write(&caller.0, move |tx, ctx| {
            f(tx, ctx)?;
            zhiyin_store::conversations::view(tx, id)?.ok_or(ConversationError::NotFound(id))
        })
        .await?;
    Ok(Json(view.into()))
}

/// Makes an agent, a team or nobody responsible.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/assign", tag = "conversations",
    params(("id" = String, Path)), request_body = AssignBody, responses((status = 200, body = ConversationDto)))]
pub async fn assign_conversation(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Valid(body): Valid<AssignBody>,
) -> ApiResult<Json<ConversationDto>> {
    let to = Assignment {
        agent_id: body.agent_id,
        team_id: body.team_id,
    };
    change(app, caller, id, move |tx, ctx| {
        use_cases::assign(tx, ctx, id, to, body.note.as_deref())
    })
    .await
}

/// Declares the present problem solved.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/resolve", tag = "conversations",
    params(("id" = String, Path)), responses((status = 200, body = ConversationDto)))]
pub async fn resolve_conversation(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
) -> ApiResult<Json<ConversationDto>> {
    change(app, caller, id, move |tx, ctx| {
        use_cases::resolve(tx, ctx, id)
    })
    .await
}

/// Takes up work again.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/reopen", tag = "conversations",
    params(("id" = String, Path)), responses((status = 200, body = ConversationDto)))]
pub async fn reopen_conversation(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
) -> ApiResult<Json<ConversationDto>> {
    change(app, caller, id, move |tx, ctx| {
        use_cases::reopen(tx, ctx, id)
    })
    .await
}

/// Puts a conversation aside until a time or until the customer writes.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/snooze", tag = "conversations",
    params(("id" = String, Path)), request_body = SnoozeBody, responses((status = 200, body = ConversationDto)))]
pub async fn snooze_conversation(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Valid(body): Valid<SnoozeBody>,
) -> ApiResult<Json<ConversationDto>> {
    change(app, caller, id, move |tx, ctx| {
        use_cases::snooze(tx, ctx, id, body.until)
    })
    .await
}

/// Says how far the caller has read.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/seen", tag = "conversations",
    params(("id" = String, Path)), request_body = SeenBody, responses((status = 200, body = ConversationDto)))]
pub async fn mark_conversation_seen(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Valid(body): Valid<SeenBody>,
) -> ApiResult<Json<ConversationDto>> {
    change(app, caller, id, move |tx, ctx| {
        use_cases::seen(tx, ctx, id, body.seq)
    })
    .await
}

/// Shows a conversation as unread again.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/unread", tag = "conversations",
    params(("id" = String, Path)), responses((status = 200, body = ConversationDto)))]
pub async fn mark_conversation_unread(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
) -> ApiResult<Json<ConversationDto>> {
    change(app, caller, id, move |tx, ctx| {
        use_cases::mark_unread(tx, ctx, id)
    })
    .await
}

/// Replaces the tags.
#[utoipa::path(put, path = "/api/v1/conversations/{id}/tags", tag = "conversations",
    params(("id" = String, Path)), request_body = TagsBody, responses((status = 200, body = ConversationDto)))]
pub async fn set_conversation_tags(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Valid(body): Valid<TagsBody>,
) -> ApiResult<Json<ConversationDto>> {
    change(app, caller, id, move |tx, ctx| {
        use_cases::set_tags(tx, ctx, id, body.tag_ids.clone())
    })
    .await
}

/// Says how urgent a conversation is.
#[utoipa::path(put, path = "/api/v1/conversations/{id}/priority", tag = "conversations",
    params(("id" = String, Path)), request_body = PriorityBody, responses((status = 200, body = ConversationDto)))]
pub async fn set_conversation_priority(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Valid(body): Valid<PriorityBody>,
) -> ApiResult<Json<ConversationDto>> {
    change(app, caller, id, move |tx, ctx| {
        use_cases::set_priority(tx, ctx, id, body.priority)
    })
    .await
}

/// Starts or ends following.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/follow", tag = "conversations",
    params(("id" = String, Path)), request_body = FollowBody, responses((status = 204)))]
pub async fn follow_conversation(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Valid(body): Valid<FollowBody>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::follow(tx, ctx, id, body.following)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the caller has typed and not sent.
#[utoipa::path(get, path = "/api/v1/conversations/{id}/draft", tag = "conversations",
    params(("id" = String, Path)), responses((status = 200, body = Vec<DraftBody>)))]
pub async fn list_drafts(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
) -> ApiResult<Json<Vec<DraftBody>>> {
    let drafts = app
        .read(&caller.0, move |tx, ctx| use_cases::drafts(tx, ctx, id))
        .await?;
    let drafts = drafts.into_iter().map(|draft| DraftBody {
        kind: if draft.kind == "note" {
            WrittenKind::Note
        } else {
            WrittenKind::Text
        },
        text: draft.text,
    });
    Ok(Json(drafts.collect()))
}

/// Keeps what the caller has typed.
#[utoipa::path(put, path = "/api/v1/conversations/{id}/draft", tag = "conversations",
    params(("id" = String, Path)), request_body = DraftBody, responses((status = 204)))]
pub async fn save_draft(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Valid(body): Valid<DraftBody>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::save_draft(tx, ctx, id, body.kind.into(), &body.text)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Does one thing with many conversations; each succeeds or is refused by itself.
#[utoipa::path(post, path = "/api/v1/conversations/bulk", tag = "conversations",
    request_body = BulkBody, responses((status = 200, body = BulkResultDto)))]
pub async fn bulk_conversations(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<BulkBody>,
) -> ApiResult<Json<BulkResultDto>> {
    let action = body.action.into();
    let results = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::bulk(tx, ctx, &body.ids, &action)
        })
        .await?;
    let total = results.len();
    let refused: Vec<RefusedDto> = results
        .into_iter()
        .filter_map(|result| {
            let error = result.error?;
            Some(RefusedDto {
                id: result.id,
                code: ApiError::from(error).code(),
            })
        })
        .collect();
    Ok(Json(BulkResultDto {
        changed: total - refused.len(),
        refused,
    }))
}

//! Handlers of the widget. Thin: extract, one use case, convert.

use axum::Json;
use axum::extract::State;
use axum::http::header::{ORIGIN, USER_AGENT};
use axum::http::{HeaderMap, StatusCode};
use zhiyin_app::App;
use zhiyin_app::conversations::hydrate;
use zhiyin_app::knowledge::has_articles;
use zhiyin_app::ratings::RatingInput;
use zhiyin_app::routing::hours_of_inbox;
use zhiyin_app::widget as use_cases;
use zhiyin_app::widget::{OpenVisitor, WidgetError};
use zhiyin_domain::avatar::avatar_path;
use zhiyin_domain::limits::{PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX};
use zhiyin_domain::secret::Secret;

use super::bodies::{
    OpenVisitorBody, RatingBody, TranscriptBody, VisitorPatchBody, WidgetMessageBody,
    WidgetSeenBody,
};
use super::dto::{OpenedDto, ShownAgentDto, VisitorDto, WidgetConfigDto, WidgetConversationDto};
use crate::conversations::bodies::MessagesQuery;
use crate::conversations::dto::{MessageDto, RatingDto, Reader};
use crate::error::{ApiError, ApiResult};
use crate::extract::{Anonymous, LeavingVisitor, Page, Path, Query, Valid, VisitorCaller};
use crate::guard::limits::Key;
use crate::guard::origin::{self, Origin};
use crate::limits::LimitsDto;
use crate::pages::brought;
use crate::state::AppState;

/// Agents shown in the head of the widget.
const SHOWN_AGENTS: usize = 3;

/// The origin of another site, if a page of one makes this request. Our own pages and
/// programs have none that matters.
pub(super) fn foreign_origin(state: &AppState, headers: &HeaderMap) -> Option<String> {
    match origin::of(headers, state.config()) {
        Origin::Own | Origin::Unknown => None,
        Origin::Foreign => {
            let value = headers.get(ORIGIN).and_then(|value| value.to_str().ok());
            Some(value.unwrap_or("null").to_owned())
        }
    }
}

/// What the widget needs before anybody is known. Called by the page that embeds it.
#[utoipa::path(get, path = "/api/v1/widget/inboxes/{key}", tag = "widget", security(()),
    params(("key" = String, Path)), responses((status = 200, body = WidgetConfigDto)))]
pub async fn get_widget_config(
    State(state): State<AppState>,
    Path(key): Path<String>,
    headers: HeaderMap,
) -> ApiResult<Json<WidgetConfigDto>> {
    let app = state.app();
    let origin = foreign_origin(&state, &headers);
    let (workspace, inbox) = use_cases::find_inbox(app, &key, origin.as_deref()).await?;
    if !inbox.is_enabled {
        return Err(ApiError::not_found("inbox"));
    }
    let id = inbox.id;
    let now = app.clock().now();
    let read = inbox.clone();
    let (agents, hours, has_articles) = app
        .store()
        .read::<_, WidgetError, _>(workspace, move |tx| {
            let hours = hours_of_inbox(tx, &read, now)?;
            Ok((shown_agents(tx, id)?, hours, has_articles(tx)?))
        })
        .await?;
    Ok(Json(WidgetConfigDto {
        is_online: hours.is_open,
        out_of_hours: hours
            .out_of_hours
            .filter(|_| !hours.is_open)
            .map(Into::into),
        inbox_name: inbox.name,
        settings: inbox.settings,
        has_articles,
        agents,
        server_time: now,
        limits: LimitsDto::PRESENT,
    }))
}

fn shown_agents(
    tx: &mut zhiyin_store::Tx<'_>,
    inbox: zhiyin_domain::ids::InboxId,
) -> Result<Vec<ShownAgentDto>, WidgetError> {
    let mut agents = Vec::new();
    for id in zhiyin_store::inboxes::members(tx, inbox)? {
        if agents.len() == SHOWN_AGENTS {
            break;
        }
        let agent = zhiyin_store::identity::agents::get(tx, id)?.filter(|agent| agent.is_active);
        agents.extend(agent.map(|agent| ShownAgentDto {
            name: agent.display_name.into_string(),
            avatar_url: agent.avatar.map(avatar_path),
        }));
    }
    Ok(agents)
}

/// Opens the widget: knows the visitor again, or by the site's proof, or as somebody new.
#[utoipa::path(post, path = "/api/v1/widget/inboxes/{key}/visitors", tag = "widget", security(()),
    params(("key" = String, Path)), request_body = OpenVisitorBody, responses((status = 200, body = OpenedDto)))]
pub async fn open_visitor(
    State(state): State<AppState>,
    Path(key): Path<String>,
    caller: Anonymous,
    headers: HeaderMap,
    Valid(body): Valid<OpenVisitorBody>,
) -> ApiResult<Json<OpenedDto>> {
    let app = state.app();
    let origin = foreign_origin(&state, &headers);
    let (workspace, inbox) = use_cases::find_inbox(app, &key, origin.as_deref()).await?;
    if body.token.is_none() {
        state
            .limiter()
            .take(Key::InboxVisitors(inbox.id), state.now())?;
    }
    let user_agent = headers
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let input = OpenVisitor {
        token: body.token.map(Secret::new),
        identity: body.identity.map(Into::into),
        locale: body.locale,
        context: match origin {
            // From the help centre, which is a page of ours, to the chat on a page of its own.
            None => brought(&headers, body.context.with_user_agent(user_agent)),
            Some(_) => body.context.with_user_agent(user_agent),
        },
        attributes: body.attributes,
        address: caller.0.known(),
        request_id: crate::guard::request_id::current(),
    };
    let before = match &input.token {
        Some(token) => use_cases::authenticate(app, token.expose(), None)
            .await
            .ok(),
        None => None,
    };
    let opened = use_cases::open_visitor(app, workspace, &inbox, input.clone()).await?;
    if let Some(before) = before.filter(|_| {
        input
            .token
            .as_ref()
            .is_some_and(|token| *token != opened.token)
    }) {
        // The token was replaced: what was opened with it ends.
        let visitor = before.visitor;
        state.signals().visitor_gone(
            visitor.workspace,
            visitor.identity_id,
            Some(visitor.token_id),
        );
    }
    Ok(Json(OpenedDto {
        token: opened.token.into_inner(),
        visitor: VisitorDto::from(&opened.contact),
        conversation: opened
            .conversation
            .map(|view| WidgetConversationDto::new(view, state.now())),
    }))
}

/// Takes in what a visitor tells about themselves.
#[utoipa::path(patch, path = "/api/v1/widget/visitor", tag = "widget", request_body = VisitorPatchBody,
    responses((status = 200, body = VisitorDto)))]
pub async fn update_visitor(
    State(app): State<App>,
    caller: VisitorCaller,
    Valid(body): Valid<VisitorPatchBody>,
) -> ApiResult<Json<VisitorDto>> {
    let (visitor, patch) = (caller.0.visitor.clone(), body.into());
    let contact = app
        .write(&caller.0.principal, move |tx, ctx| {
            use_cases::update_visitor(tx, ctx, &visitor, &patch)
        })
        .await?;
    Ok(Json(VisitorDto::from(&contact)))
}

/// Ends the token of this browser.
#[utoipa::path(delete, path = "/api/v1/widget/visitor", tag = "widget", responses((status = 204)))]
pub async fn log_out_visitor(
    State(state): State<AppState>,
    caller: LeavingVisitor,
) -> ApiResult<StatusCode> {
    use_cases::log_out(state.app(), &caller.0).await?;
    let visitor = &caller.0.visitor;
    state.signals().visitor_gone(
        visitor.workspace,
        visitor.identity_id,
        Some(visitor.token_id),
    );
    Ok(StatusCode::NO_CONTENT)
}

/// The visitor's conversation; `null` before the first message.
#[utoipa::path(get, path = "/api/v1/widget/conversation", tag = "widget",
    responses((status = 200, body = Option<WidgetConversationDto>)))]
pub async fn get_widget_conversation(
    State(app): State<App>,
    caller: VisitorCaller,
) -> ApiResult<Json<Option<WidgetConversationDto>>> {
    let visitor = caller.0.visitor.clone();
    let now = app.clock().now();
    let view = app
        .read(&caller.0.principal, move |tx, _| {
            use_cases::conversation(tx, &visitor, now)
        })
        .await?;
    Ok(Json(view.map(|view| WidgetConversationDto::new(view, now))))
}

/// Messages of the visitor's conversation, oldest first. `next` leads to earlier ones:
/// pass its place as `before_seq`.
#[utoipa::path(get, path = "/api/v1/widget/messages", tag = "widget", params(MessagesQuery),
    responses((status = 200, body = Page<MessageDto>)))]
pub async fn list_widget_messages(
    State(app): State<App>,
    caller: VisitorCaller,
    Query(query): Query<MessagesQuery>,
) -> ApiResult<Json<Page<MessageDto>>> {
    let limit = query
        .limit
        .unwrap_or(PAGE_SIZE_DEFAULT)
        .clamp(1, PAGE_SIZE_MAX);
    let visitor = caller.0.visitor.clone();
    let page = app
        .read(&caller.0.principal, move |tx, _| {
            use_cases::messages(tx, &visitor, query.before_seq, limit)
        })
        .await?;
    let items = page
        .messages
        .into_iter()
        .map(|view| MessageDto::new(view, Reader::Contact))
        .collect();
    Ok(Json(Page {
        items,
        next: page.before_seq.map(|seq| seq.to_string()),
    }))
}

/// A visitor writes. Sending again with the same `client_id` gives the same message with
/// status 200.
#[utoipa::path(post, path = "/api/v1/widget/messages", tag = "widget", request_body = WidgetMessageBody,
    responses((status = 201, body = MessageDto), (status = 200, body = MessageDto)))]
pub async fn create_widget_message(
    State(state): State<AppState>,
    caller: VisitorCaller,
    Valid(body): Valid<WidgetMessageBody>,
) -> ApiResult<(StatusCode, Json<MessageDto>)> {
    let visitor = caller.0.visitor.clone();
    state
        .limiter()
        .take(Key::VisitorMessages(visitor.identity_id), state.now())?;
    let (message, prechat) = body.split();
    let prepared = message.prepare().map_err(ApiError::from)?;
    let (view, is_repeat) = state
        .app()
        .write(&caller.0.principal, move |tx, ctx| {
            let posted = use_cases::post(tx, ctx, &visitor, &prepared, &prechat)?;
            let mut views = hydrate(tx, vec![posted.message], "")?;
            let view = views.pop().ok_or(WidgetError::NoConversation)?;
            Ok::<_, WidgetError>((view, posted.is_repeat))
        })
        .await?;
    let status = if is_repeat {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    Ok((status, Json(MessageDto::new(view, Reader::Contact))))
}

/// Says how far the customer has read.
#[utoipa::path(post, path = "/api/v1/widget/seen", tag = "widget", request_body = WidgetSeenBody,
    responses((status = 204)))]
pub async fn mark_widget_seen(
    State(app): State<App>,
    caller: VisitorCaller,
    Valid(body): Valid<WidgetSeenBody>,
) -> ApiResult<StatusCode> {
    let visitor = caller.0.visitor.clone();
    app.write(&caller.0.principal, move |tx, ctx| {
        use_cases::seen(tx, ctx, &visitor, body.seq)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Rates a session that is over; a later rating replaces an earlier one.
#[utoipa::path(post, path = "/api/v1/widget/rating", tag = "widget", request_body = RatingBody,
    responses((status = 200, body = RatingDto)))]
pub async fn rate_widget_session(
    State(app): State<App>,
    caller: VisitorCaller,
    Valid(body): Valid<RatingBody>,
) -> ApiResult<Json<RatingDto>> {
    let visitor = caller.0.visitor.clone();
    let input = RatingInput {
        session_id: body.session_id,
        score: body.score,
        comment: body.comment,
        dimensions: body.dimensions.into(),
        expected: body.expected,
    };
    let session = app
        .write(&caller.0.principal, move |tx, ctx| {
            use_cases::rate(tx, ctx, &visitor, &input)
        })
        .await?;
    let rating = session
        .rating
        .ok_or_else(|| ApiError::not_found("session"))?;
    Ok(Json(rating.into()))
}

/// The customer ends the chat.
#[utoipa::path(post, path = "/api/v1/widget/end", tag = "widget", responses((status = 204)))]
pub async fn end_widget_conversation(
    State(app): State<App>,
    caller: VisitorCaller,
) -> ApiResult<StatusCode> {
    let visitor = caller.0.visitor.clone();
    app.write(&caller.0.principal, move |tx, ctx| {
        use_cases::end(tx, ctx, &visitor)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks for the conversation by mail.
#[utoipa::path(post, path = "/api/v1/widget/transcript", tag = "widget", request_body = TranscriptBody,
    responses((status = 202)))]
pub async fn request_widget_transcript(
    State(app): State<App>,
    caller: VisitorCaller,
    Valid(body): Valid<TranscriptBody>,
) -> ApiResult<StatusCode> {
    let visitor = caller.0.visitor.clone();
    app.write(&caller.0.principal, move |tx, ctx| {
        use_cases::request_transcript(tx, ctx, &visitor, &body.email)
    })
    .await?;
    Ok(StatusCode::ACCEPTED)
}

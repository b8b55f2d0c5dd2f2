//! The visitors' stream: `GET /api/v1/widget/stream`.
//!
//! Anybody may open the connection; only the first frame says who it is, because a token
//! must never stand in an address. The visitor gets what changed in their conversation
//! since the revision they have, then what happens. There are tens of thousands of these
//! connections, most of them idle: what runs once is boxed, so that a waiting task holds
//! little more than its socket.

use axum::extract::State;
use axum::extract::ws::{
    Utf8Bytes, WebSocket, WebSocketUpgrade, rejection::WebSocketUpgradeRejection,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use zhiyin_app::widget::{self, SyncView, VisitorAuth, VisitorPatch, VisitorView, WidgetError};
use zhiyin_domain::secret::Secret;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::widget::Visitor;
use zhiyin_store::{StoreError, Tx, contacts, conversations, events, inboxes};

use super::frames::text;
use super::hub::{Seat, Stranger};
use super::line::{self, Heard, Line};
use super::mailbox::{Bye, Capacity, Frame};
use super::room::VisitorConnection;
use super::signal::Place;
use super::{Admission, rows};
use crate::auth;
use crate::code::Code;
use crate::error::ApiError;
use crate::guard::address::ClientAddress;
use crate::guard::limits::Bucket;
use crate::guard::origin::{self, Origin};
use crate::state::AppState;

/// A frame of the client.
#[derive(Deserialize)]
#[serde(tag = "t", rename_all = "lowercase")]
enum ClientFrame {
    Hello {
        token: Secret<String>,
        since: Option<i64>,
    },
    Typing {
        text: Option<String>,
    },
    Seen {
        seq: i64,
    },
    Page {
        url: String,
        title: Option<String>,
    },
    Pong,
}

/// The answer to a hello.
#[derive(Serialize)]
struct SyncFrame {
    t: &'static str,
    revision: Option<i64>,
    conversation: Option<rows::VisitorConversation>,
    messages: Vec<rows::VisitorMessage>,
}

/// Open the visitor's stream (WebSocket).
#[utoipa::path(
    get, path = "/api/v1/widget/stream", operation_id = "open_widget_stream", tag = "widget", security(()),
    responses(
        (status = 101, description = "The connection becomes a WebSocket. The first frame is `hello` with the visitor's token."),
        (status = 426, description = "The request was not an upgrade.", body = crate::error::Problem),
    )
)]
pub async fn open_widget_stream(
    State(state): State<AppState>,
    address: ClientAddress,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    let upgrade =
        upgrade.map_err(|_| ApiError::new(StatusCode::UPGRADE_REQUIRED, Code::UpgradeRequired))?;
    // The panel is a page of ours, wherever it is embedded.
    if origin::of(&headers, state.config()) == Origin::Foreign {
        return Err(ApiError::forbidden(Code::ForeignOrigin));
    }
    let stranger = state
        .hub()
        .welcome()
        .ok_or_else(|| ApiError::unavailable(Code::Busy))?;
    Ok(line::VISITOR
        .apply(upgrade)
        .on_upgrade(move |socket| serve(state, stranger, address, socket)))
}

async fn serve(state: AppState, stranger: Stranger, address: ClientAddress, socket: WebSocket) {
    let mut line = Line::new(socket, state.hub());
    let bye = match Box::pin(begin(&state, stranger, address, &mut line)).await {
        Ok(session) => listen(&state, session, &mut line).await,
        Err(bye) => bye,
    };
    Box::pin(line.part(bye, state.metrics())).await;
}

fn parse(text: &str) -> Option<ClientFrame> {
    serde_json::from_str(text).ok()
}

/// A connection after its hello. Boxed: most of it is needed only when something happens.
struct Session {
    auth: VisitorAuth,
    bucket: Bucket,
    _seat: Seat,
}

async fn begin(
    state: &AppState,
    stranger: Stranger,
    address: ClientAddress,
    line: &mut Line,
) -> Result<Box<Session>, Option<Bye>> {
    let text = match line.hear(state.hub(), state.metrics()).await {
        Heard::Over(bye) => return Err(bye),
        Heard::Text(text) => text,
    };
    let Some(ClientFrame::Hello { token, since }) = parse(&text) else {
        return Err(Some(Bye::BadFrame));
    };
    drop(text);
    line.mailbox().said_hello();
    drop(stranger);
    let _admission = Admission::wait(state).await;
    let auth = auth::visitor(state, token.expose())
        .await
        .map_err(|error| refused(&error))?;
    auth::refuse_blocked(state, &auth, address)
        .await
        .map_err(|error| refused(&error))?;
    let visitor = auth.visitor.clone();
    if !visitor.is_enabled {
        return Err(Some(Bye::Unauthenticated));
    }
    let workspace = visitor.workspace;
    let store = state.app().store();
    // Only the first connection of a room needs a place to begin at.
    let head = match state.hub().room(workspace) {
        Some(room) => room.cursor(),
        None => store
            .read(workspace, events::last_seq)
            .await
            .map_err(unavailable)?,
    };
    let who = VisitorConnection {
        identity: visitor.identity_id,
        token: visitor.token_id,
        address: address.known(),
    };
    let seat = state
        .hub()
        .seat_visitor(workspace, head, who, line.mailbox())
        .map_err(Some)?;
    let now = state.now();
    let read = move |tx: &mut Tx<'_>| sync(tx, &visitor, since, now);
    let (head, frame) = match store.read(workspace, read).await {
        Err(WidgetError::Blocked) => return Err(Some(Bye::Blocked)),
        other => other.map_err(unavailable)?,
    };
    line.mailbox().raise_floor(head);
    line.mailbox()
        .push(Frame::loose(frame), Capacity::UNBOUNDED);
    Ok(Box::new(Session {
        auth,
        bucket: Bucket::default(),
        _seat: seat,
    }))
}

/// What the visitor missed, and up to where in the log that is true.
fn sync(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    since: Option<i64>,
    now: Timestamp,
) -> Result<(i64, Utf8Bytes), WidgetError> {
    // Who was blocked before this connection had its seat was not cut off.
    if contacts::is_blocked(tx, visitor.contact_id)? {
        return Err(WidgetError::Blocked);
    }
    let head = events::last_seq(tx)?;
    let frame = |t, view: Option<VisitorView>, messages| SyncFrame {
        t,
        revision: view.as_ref().map(|view| view.conversation.version),
        conversation: view
            .as_ref()
            .map(|view| rows::visitor_conversation_of(view, now)),
        messages,
    };
    let frame = match widget::sync(tx, visitor, since, now)? {
        SyncView::Empty => frame("sync", None, Vec::new()),
        SyncView::Reset(view) => frame("reset", Some(*view), Vec::new()),
        SyncView::Changes(view, messages) => frame(
            "sync",
            Some(*view),
            messages.iter().map(rows::visitor_message).collect(),
        ),
    };
    Ok((head, text(&frame)))
}

async fn listen(state: &AppState, mut session: Box<Session>, line: &mut Line) -> Option<Bye> {
    loop {
        let text = match line.hear(state.hub(), state.metrics()).await {
            Heard::Text(text) => text,
            Heard::Over(bye) => return bye,
        };
        let frame = match parse(&text) {
            Some(ClientFrame::Pong) => continue,
            Some(frame) => frame,
            None => return Some(Bye::BadFrame),
        };
        drop(text);
        if !session
            .bucket
            .take(state.limiter().limits().frames, state.now())
        {
            return Some(Bye::RateLimited);
        }
        let done = match frame {
            ClientFrame::Typing { text } => Box::pin(typing(state, &session.auth, text)).await,
            ClientFrame::Seen { seq } => Box::pin(seen(state, &session.auth, seq)).await,
            ClientFrame::Page { url, title } => {
                Box::pin(page(state, &session.auth, url, title)).await
            }
            ClientFrame::Hello { .. } | ClientFrame::Pong => return Some(Bye::BadFrame),
        };
        match done {
            Ok(()) | Err(WidgetError::NoConversation) => {}
            Err(WidgetError::Unauthenticated) => return Some(Bye::Unauthenticated),
            Err(WidgetError::Blocked) => return Some(Bye::Blocked),
            // The client says it again, or the next fetch brings it.
            Err(error) => tracing::debug!("A visitor's frame had no effect: {error}"),
        }
    }
}

async fn typing(
    state: &AppState,
    auth: &VisitorAuth,
    text: Option<String>,
) -> Result<(), WidgetError> {
    let visitor = auth.visitor.clone();
    let read = move |tx: &mut Tx<'_>| where_they_write(tx, &visitor);
    let Some((place, wants_preview)) = state
        .app()
        .store()
        .read(auth.visitor.workspace, read)
        .await?
    else {
        return Ok(());
    };
    let preview = text
        .as_deref()
        .filter(|text| wants_preview || text.is_empty());
    state.signals().place(place);
    state
        .signals()
        .visitor_types(auth.visitor.workspace, place, preview);
    Ok(())
}

/// The visitor's conversation, and whether the inbox shows agents what is being typed.
fn where_they_write(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
) -> Result<Option<(Place, bool)>, StoreError> {
    let Some(conversation) = conversations::find(tx, visitor.inbox_id, visitor.identity_id)? else {
        return Ok(None);
    };
    let inbox = inboxes::get(tx, visitor.inbox_id)?;
    let wants_preview = inbox.is_some_and(|inbox| inbox.settings.show_typing_preview);
    Ok(Some((Place::of_conversation(&conversation), wants_preview)))
}

async fn seen(state: &AppState, auth: &VisitorAuth, seq: i64) -> Result<(), WidgetError> {
    let visitor = auth.visitor.clone();
    state
        .app()
        .write(&auth.principal, move |tx, ctx| {
            widget::seen(tx, ctx, &visitor, seq)
        })
        .await
}

async fn page(
    state: &AppState,
    auth: &VisitorAuth,
    url: String,
    title: Option<String>,
) -> Result<(), WidgetError> {
    let visitor = auth.visitor.clone();
    let patch = VisitorPatch {
        page: Some((url, title.unwrap_or_default())),
        ..VisitorPatch::default()
    };
    state
        .app()
        .write(&auth.principal, move |tx, ctx| {
            widget::update_visitor(tx, ctx, &visitor, &patch)
        })
        .await?;
    Ok(())
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "its callers end without a word otherwise"
)]
fn refused(error: &ApiError) -> Option<Bye> {
    Some(match error.code() {
        Code::Unauthenticated => Bye::Unauthenticated,
        Code::Blocked => Bye::Blocked,
        _ => Bye::Unavailable,
    })
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "its callers end without a word otherwise"
)]
fn unavailable(error: impl std::error::Error) -> Option<Bye> {
    tracing::warn!("A visitor's stream cannot begin: {error}");
    Some(Bye::Unavailable)
}

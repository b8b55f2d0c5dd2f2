//! The agents' stream: `GET /api/v1/stream`.
//!
//! The caller is authenticated before the upgrade, by cookie from our own origin or by
//! bearer token. The first frame says where the client stopped; it gets what it missed,
//! in order, then `ready`, then what happens. Too far behind, or not able to be told what
//! it missed, it gets `reset` and loads everything afresh.

use std::sync::atomic::{AtomicBool, AtomicI64};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use axum::extract::State;
use axum::extract::ws::{
    Utf8Bytes, WebSocket, WebSocketUpgrade, rejection::WebSocketUpgradeRejection,
};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use zhiyin_app::Principal;
use zhiyin_app::conversations::{ConversationError, get_conversation};
use zhiyin_app::presence;
use zhiyin_domain::identity::agent::Presence;
use zhiyin_domain::ids::{AgentId, ConversationId};
use zhiyin_domain::limits::CATCH_UP_EVENTS_MAX;
use zhiyin_domain::permission::Permission;
use zhiyin_store::identity::agents;
use zhiyin_store::{StoreError, Tx, events, presences};

use super::feed::{self, Loaded};
use super::hub::{Seat, Stranger};
use super::line::{self, Heard, Line};
use super::mailbox::{Bye, Capacity, Frame, Mailbox};
use super::room::AgentLink;
use super::signal::Place;
use super::{Admission, frames, recheck};
use crate::auth::StreamCaller;
use crate::code::Code;
use crate::error::ApiError;
use crate::guard::limits::Bucket;
use crate::state::AppState;

/// Topics a client may name.
const TOPICS: [&str; 1] = ["conversations"];

/// A frame of the client.
#[derive(Deserialize)]
#[serde(tag = "t", rename_all = "lowercase")]
enum ClientFrame {
    Hello {
        since: Option<i64>,
        #[serde(default)]
        topics: Vec<String>,
    },
    Watch {
        conversation: Option<ConversationId>,
    },
    Typing {
        conversation: ConversationId,
        text: Option<bool>,
    },
    Pong,
}

/// Open the stream of events (WebSocket).
#[utoipa::path(
    get, path = "/api/v1/stream", operation_id = "open_stream", tag = "stream",
    responses(
        (status = 101, description = "The connection becomes a WebSocket. The first frame is `hello`."),
        (status = 426, description = "The request was not an upgrade.", body = crate::error::Problem),
    )
)]
pub async fn open_stream(
    State(state): State<AppState>,
    StreamCaller(caller): StreamCaller,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    let upgrade =
        upgrade.map_err(|_| ApiError::new(StatusCode::UPGRADE_REQUIRED, Code::UpgradeRequired))?;
    let stranger = state
        .hub()
        .welcome()
        .ok_or_else(|| ApiError::unavailable(Code::Busy))?;
    Ok(line::AGENT
        .apply(upgrade)
        .on_upgrade(move |socket| serve(state, caller, stranger, socket)))
}

async fn serve(state: AppState, caller: Arc<Principal>, stranger: Stranger, socket: WebSocket) {
    let mut line = Line::new(socket, state.hub());
    let bye = converse(&state, caller, stranger, &mut line).await;
    line.part(bye, state.metrics()).await;
}

async fn converse(
    state: &AppState,
    caller: Arc<Principal>,
    stranger: Stranger,
    line: &mut Line,
) -> Option<Bye> {
    let since = match line.hear(state.hub(), state.metrics()).await {
        Heard::Over(bye) => return bye,
        Heard::Text(text) => match parse(&text) {
            Some(ClientFrame::Hello { since, topics })
                if topics.iter().all(|topic| TOPICS.contains(&topic.as_str())) =>
            {
                since
            }
            _ => return Some(Bye::BadFrame),
        },
    };
    line.mailbox().said_hello();
    drop(stranger);
    let mut session = match Box::pin(Session::begin(
        state,
        caller,
        Arc::clone(line.mailbox()),
        since,
    ))
    .await
    {
        Ok(session) => session,
        Err(bye) => return Some(bye),
    };
    let bye = session.listen(line).await;
    session.leave();
    bye
}

fn parse(text: &str) -> Option<ClientFrame> {
    serde_json::from_str(text).ok()
}

/// A connection after its hello.
struct Session<'a> {
    state: &'a AppState,
    principal: Arc<Principal>,
    name: String,
    link: Arc<AgentLink>,
    bucket: Bucket,
    _seat: Seat,
}

impl<'a> Session<'a> {
    async fn begin(
        state: &'a AppState,
        principal: Arc<Principal>,
        mailbox: Arc<Mailbox>,
        since: Option<i64>,
    ) -> Result<Self, Bye> {
        let _admission = Admission::wait(state).await;
        let (workspace, agent) = (principal.workspace, principal.actor.agent());
        let read = move |tx: &mut Tx<'_>| begin(tx, agent);
        let (head, name, is_expected) = state
            .app()
            .store()
            .read(workspace, read)
            .await
            .map_err(|error| unavailable(&error))?;
        let link = AgentLink {
            mailbox,
            agent,
            view: RwLock::new(principal.access.visibility(Permission::ReadConversations)),
            cases: RwLock::new(principal.access.visibility(Permission::ReadCases)),
            leads: AtomicBool::new(recheck::leads(&principal.access)),
            watching: Mutex::default(),
            told: AtomicI64::new(head),
            must_recheck: AtomicBool::new(false),
            principal: Arc::clone(&principal),
        };
        let (seat, link) = state.hub().seat_agent(workspace, head, link)?;
        let session = Self {
            state,
            principal,
            name,
            link,
            bucket: Bucket::default(),
            _seat: seat,
        };
        session.catch_up(since, head).await?;
        if let Some(agent) = session.link.agent {
            state.signals().agent_comes(workspace, agent);
            if is_expected {
                session.come_back().await;
            }
        }
        state.signals().greet(workspace, &session.link);
        Ok(session)
    }

    /// The agent is as they chose before they went.
    async fn come_back(&self) {
        let app = self.state.app();
        if let Err(error) = app.write(&self.principal, presence::connected).await {
            tracing::warn!("An agent connected and is not believed to be there: {error}");
        }
    }

    /// Tells what was missed. The seat is taken already, so what happens meanwhile waits in
    /// the mailbox, and whatever was read here is dropped there.
    async fn catch_up(&self, since: Option<i64>, head: i64) -> Result<(), Bye> {
        let Some(mut since) = since else {
            return {
                self.ready(head, "ready");
                Ok(())
            };
        };
        if since < 0 || since > head || head - since > i64::from(CATCH_UP_EVENTS_MAX) {
            return {
                self.ready(head, "reset");
                Ok(())
            };
        }
        let capacity = self.state.hub().agent_capacity();
        let mut room = Capacity {
            frames: capacity.frames / 2,
            bytes: capacity.bytes / 2,
        };
        loop {
            let load = move |tx: &mut Tx<'_>| feed::load(tx, since, feed::BATCH);
            let store = self.state.app().store();
            let loaded = store
                .read(self.principal.workspace, load)
                .await
                .map_err(|error| unavailable(&error))?;
            let Some(last) = loaded.events.last().map(|event| event.seq) else {
                break;
            };
            let changes = feed::access_changes(&loaded.events);
            if changes.everybody {
                // What it held before may not be its to see any more, and no event says so.
                return {
                    self.ready(head, "reset");
                    Ok(())
                };
            }
            self.link.mailbox.raise_floor(last);
            if !self.replay(&loaded, &mut room) {
                // More than may wait: the next live frame would cut the connection, and the
                // next attempt, and the one after.
                return {
                    self.ready(head, "reset");
                    Ok(())
                };
            }
            since = last;
            if loaded.events.len() < feed::BATCH as usize {
                break;
            }
        }
        self.ready(since.max(head), "ready");
        Ok(())
    }

    /// Tells what was read, as far as there is room. False if there was too little.
    fn replay(&self, loaded: &Loaded, room: &mut Capacity) -> bool {
        let view = self
            .link
            .view
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        for delivery in frames::deliveries(loaded, |_| false) {
            let agents = delivery.agents.as_ref();
            let shared = agents.and_then(|agents| agents.text_for(&self.link, &view));
            let personal = delivery.personal.as_ref();
            let personal = personal.filter(|(agent, _)| self.link.agent == Some(*agent));
            for text in shared.into_iter().chain(personal.map(|(_, text)| text)) {
                if !room.take(text.len()) {
                    return false;
                }
                self.push(text.clone());
            }
        }
        true
    }

    fn ready(&self, seq: i64, kind: &str) {
        self.link.mailbox.raise_floor(seq);
        self.push(format!(r#"{{"t":"{kind}","seq":{seq}}}"#).into());
    }

    fn push(&self, text: Utf8Bytes) {
        self.link
            .mailbox
            .push(Frame::loose(text), Capacity::UNBOUNDED);
    }

    async fn listen(&mut self, line: &mut Line) -> Option<Bye> {
        loop {
            let text = match line.hear(self.state.hub(), self.state.metrics()).await {
                Heard::Text(text) => text,
                Heard::Over(bye) => return bye,
            };
            let frame = match parse(&text) {
                Some(ClientFrame::Pong) => continue,
                Some(frame) => frame,
                None => return Some(Bye::BadFrame),
            };
            if !self
                .bucket
                .take(self.state.limiter().limits().frames, self.state.now())
            {
                return Some(Bye::RateLimited);
            }
            match frame {
                ClientFrame::Watch { conversation } => Box::pin(self.watch(conversation)).await,
                ClientFrame::Typing { conversation, text } => {
                    Box::pin(self.types(conversation, text.unwrap_or(true))).await;
                }
                ClientFrame::Hello { .. } | ClientFrame::Pong => return Some(Bye::BadFrame),
            }
        }
    }

    /// The agent opened a conversation, or left the one that was open.
    async fn watch(&self, conversation: Option<ConversationId>) {
        let place = match conversation {
            Some(id) => self.place(id).await,
            None => None,
        };
        self.leave();
        let Some(place) = place else { return };
        *self
            .link
            .watching
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(place.conversation);
        self.state
            .signals()
            .greet_viewer(place.conversation, &self.link);
        if let Some(agent) = self.link.agent {
            self.state
                .signals()
                .agent_views(self.principal.workspace, place, agent, true);
        }
    }

    async fn types(&self, conversation: ConversationId, is_typing: bool) {
        if let Some(place) = self.place(conversation).await {
            let signals = self.state.signals();
            signals.agent_types(
                self.principal.workspace,
                place,
                self.link.agent,
                &self.name,
                is_typing,
            );
        }
    }

    fn leave(&self) {
        let left = self
            .link
            .watching
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let place = left.and_then(|conversation| self.state.signals().place_of(conversation));
        if let (Some(place), Some(agent)) = (place, self.link.agent) {
            self.state
                .signals()
                .agent_views(self.principal.workspace, place, agent, false);
        }
    }

    /// Where the conversation belongs, if the agent may see it now.
    async fn place(&self, id: ConversationId) -> Option<Place> {
        if let Some(place) = self.state.signals().place_of(id) {
            let view = self
                .link
                .view
                .read()
                .unwrap_or_else(PoisonError::into_inner);
            return view.includes(&place.resource()).then_some(place);
        }
        let read = self.state.app().read(&self.principal, move |tx, ctx| {
            get_conversation(tx, ctx, id)
        });
        match read.await {
            Ok(view) => {
                let place = Place::of(&view);
                self.state.signals().place(place);
                Some(place)
            }
            Err(ConversationError::NotFound(_)) => None,
            Err(error) => {
                tracing::debug!("A signal was dropped: {error}");
                None
            }
        }
    }
}

/// Where the log ends, the name that customers see while the agent types, and whether they
/// said before that they take work.
fn begin(tx: &mut Tx<'_>, agent: Option<AgentId>) -> Result<(i64, String, bool), StoreError> {
    let (mut name, mut is_expected) = (None, false);
    if let Some(id) = agent {
        name = agents::get(tx, id)?.map(|agent| agent.display_name.into_string());
        let presence = presences::get(tx, id)?;
        is_expected = presence.is_some_and(|it| it.chosen != Presence::Offline);
    }
    let head = events::last_seq(tx)?;
    Ok((head, name.unwrap_or_default(), is_expected))
}

fn unavailable(error: &StoreError) -> Bye {
    tracing::warn!("A stream cannot begin: {error}");
    Bye::Unavailable
}

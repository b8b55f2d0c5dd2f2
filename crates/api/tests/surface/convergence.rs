//! Old state + events = fresh state, whatever happens in between.
//!
//! One seed drives agents and visitors who act at random, and clients who come and go. Each
//! client keeps rows exactly as a browser does: it takes a row unless it holds a newer one,
//! forgets what it is told to forget, and loads everything afresh when told to. In the end
//! what it holds must be what a fresh fetch gives.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_testkit::{Client, Server, Socket, TestAgent, TestApp, TestInbox, TestVisitor};

const SEEDS: u64 = 6;
const STEPS: usize = 60;

/// A small generator of our own: the run must follow from the seed alone.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).expect("a small number")
    }
}

/// What a console holds.
struct Console {
    agent: TestAgent,
    socket: Option<Socket>,
    seq: Option<i64>,
    conversations: BTreeMap<String, Value>,
    messages: BTreeMap<String, Value>,
}

/// All pages of a list.
async fn all(client: &Client, path: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let next = cursor
            .as_ref()
            .map(|cursor| format!("&cursor={cursor}"))
            .unwrap_or_default();
        let page = client.get(format!("{path}{next}")).await.expect(200).json();
        items.extend(page["items"].as_array().expect("a list").clone());
        match page["next"].as_str() {
            Some(text) => cursor = Some(text.to_owned()),
            None => return items,
        }
    }
}

async fn fresh(client: &Client) -> (BTreeMap<String, Value>, BTreeMap<String, Value>) {
    let rows = all(client, "/api/v1/conversations?status=all&limit=100").await;
    let (mut conversations, mut messages) = (BTreeMap::new(), BTreeMap::new());
    for row in rows {
        let id = row["id"].as_str().expect("an id").to_owned();
        let path = format!("/api/v1/conversations/{id}/messages?limit=100");
        let page = client.get(path).await.expect(200).json();
        for message in page["items"].as_array().expect("a list") {
            let id = message["id"].as_str().expect("an id").to_owned();
            messages.insert(id, message.clone());
        }
        conversations.insert(id, row);
    }
    (conversations, messages)
}

impl Console {
    fn new(agent: TestAgent) -> Self {
        Self {
            agent,
            socket: None,
            seq: None,
            conversations: BTreeMap::new(),
            messages: BTreeMap::new(),
        }
    }

    async fn connect(&mut self, server: &Server) {
        let mut socket = server
            .connect("/api/v1/stream", &self.agent)
            .await
            .expect("a stream");
        socket
            .say(json!({ "t": "hello", "since": self.seq, "topics": ["conversations"] }))
            .await;
        let is_first = self.seq.is_none();
        loop {
            let frame = socket.hear().await.expect("a frame");
            let is_ready = frame["t"] == "ready";
            self.take(&frame).await;
            if is_ready && is_first {
                self.load().await;
            }
            if is_ready || frame["t"] == "reset" {
                break;
            }
        }
        self.socket = Some(socket);
    }

    async fn load(&mut self) {
        (self.conversations, self.messages) = fresh(&self.agent).await;
    }

    /// Hears everything up to a place in the log.
    async fn catch_up(&mut self, seq: i64) {
        while self.seq < Some(seq) {
            let socket = self.socket.as_mut().expect("a connection");
            let frame = socket.hear().await.expect("a frame");
            self.take(&frame).await;
        }
    }

    async fn take(&mut self, frame: &Value) {
        let seq = frame["seq"].as_i64();
        if frame["t"] == "reset" {
            self.load().await;
        }
        if frame["t"] == "event" {
            if self.seq.is_some() && seq <= self.seq {
                return;
            }
            if let Some(id) = frame["removed"].as_str() {
                self.conversations.remove(id);
                self.messages
                    .retain(|_, message| message["conversation_id"] != id);
            }
            let is_new = frame["conversation"]["id"]
                .as_str()
                .is_some_and(|id| !self.conversations.contains_key(id));
            upsert(&mut self.conversations, &frame["conversation"], "version");
            let of = frame["message"]["conversation_id"].as_str();
            if of.is_some_and(|id| self.conversations.contains_key(id)) {
                upsert(&mut self.messages, &frame["message"], "revision");
            }
            if is_new {
                // What was said before it came into view is fetched when it is opened.
                self.open(frame["conversation"]["id"].as_str().expect("an id"))
                    .await;
            }
        }
        self.seq = self.seq.max(seq);
    }

    async fn open(&mut self, id: &str) {
        let answer = self
            .agent
            .get(format!("/api/v1/conversations/{id}/messages?limit=100"))
            .await;
        // It may be out of view again; then an event will say so.
        for message in answer.json()["items"].as_array().into_iter().flatten() {
            upsert(&mut self.messages, message, "revision");
        }
    }
}

fn upsert(rows: &mut BTreeMap<String, Value>, row: &Value, version: &str) {
    let Some(id) = row["id"].as_str() else { return };
    let is_older = rows
        .get(id)
        .is_some_and(|held| held[version].as_i64() > row[version].as_i64());
    if !is_older {
        rows.insert(id.to_owned(), row.clone());
    }
}

/// What a widget holds.
struct Widget {
    visitor: TestVisitor,
    socket: Option<Socket>,
    conversation: Value,
    messages: BTreeMap<String, Value>,
}

impl Widget {
    async fn connect(&mut self, t: &TestApp, server: &Server) {
        let mut socket = server
            .connect("/api/v1/widget/stream", &t.anonymous())
            .await
            .expect("a stream");
        let since = self.conversation["revision"].as_i64();
        socket
            .say(json!({ "t": "hello", "token": self.visitor.token, "since": since }))
            .await;
        let frame = loop {
            let frame = socket.hear().await.expect("a frame");
            if frame["t"] == "sync" || frame["t"] == "reset" {
                break frame;
            }
        };
        if frame["t"] == "reset" {
            self.load().await;
        }
        self.take(&frame);
        self.socket = Some(socket);
    }

    async fn load(&mut self) {
        self.conversation = self
            .visitor
            .get("/api/v1/widget/conversation")
            .await
            .expect(200)
            .json();
        let page = self
            .visitor
            .get("/api/v1/widget/messages?limit=100")
            .await
            .expect(200)
            .json();
        self.messages.clear();
        for message in page["items"].as_array().expect("a list") {
            upsert(&mut self.messages, message, "revision");
        }
    }

    fn take(&mut self, frame: &Value) {
        let row = &frame["conversation"];
        if !row.is_null() && row["revision"].as_i64() >= self.conversation["revision"].as_i64() {
            self.conversation = row.clone();
        }
        for message in frame["messages"].as_array().into_iter().flatten() {
            upsert(&mut self.messages, message, "revision");
        }
    }

    /// Hears until it holds what a customer may know of. A note changes the row's places
    /// and versions, and is no business of theirs.
    async fn catch_up(&mut self, wanted: &Value, messages: &BTreeMap<String, Value>) {
        while self.messages != *messages
            || KNOWN
                .iter()
                .any(|field| self.conversation[field] != wanted[field])
        {
            let socket = self.socket.as_mut().expect("a connection");
            let frame = socket.hear().await.expect("a frame");
            self.take(&frame);
        }
    }
}

/// What a customer sees of their conversation.
const KNOWN: [&str; 5] = ["id", "status", "assignee", "session", "agent_seen_seq"];

struct Floor {
    t: TestApp,
    dice: Dice,
    agents: Vec<TestAgent>,
    visitors: Vec<TestVisitor>,
}

impl Floor {
    async fn new(seed: u64) -> (Self, Vec<TestInbox>) {
        let t = TestApp::with(|options| {
            options.seed = u16::try_from(seed).expect("a small seed");
            options.http.limits = zhiyin_api::guard::limits::RateLimits::off();
        })
        .await;
        let inboxes = vec![t.inbox("Shop").await, t.inbox("Repairs").await];
        let both = [inboxes[0].id, inboxes[1].id];
        let agents = vec![
            t.agent("Li Na", BuiltinRole::Agent, &both).await,
            t.agent("Wang Fang", BuiltinRole::Agent, &both[..1]).await,
            t.agent("Zhao Min", BuiltinRole::Agent, &both[1..]).await,
        ];
        let mut visitors = Vec::new();
        for n in 0..4 {
            visitors.push(t.visitor(&inboxes[n % 2]).await);
        }
        t.run_until_idle().await;
        let dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        (
            Self {
                t,
                dice,
                agents,
                visitors,
            },
            inboxes,
        )
    }

    /// Somebody does something. Refusals are part of life.
    async fn step(&mut self, step: usize) {
        self.t.clock.advance(std::time::Duration::from_secs(1));
        let visitor = self.visitors[self.dice.roll(self.visitors.len())].clone();
        if self.dice.roll(3) == 0 {
            visitor.writes(&format!("question {step}")).await;
            return;
        }
        let agent = self.agents[self.dice.roll(self.agents.len())].clone();
        let seen = all(&agent, "/api/v1/conversations?status=all&limit=100").await;
        if seen.is_empty() {
            return;
        }
        let row = &seen[self.dice.roll(seen.len())];
        if self.dice.roll(10) == 9 {
            let body = json!({ "seq": 1_000 });
            visitor.post("/api/v1/widget/seen").json(body).await;
        } else {
            self.act(&agent, row, step).await;
        }
    }

    /// An agent does something with a conversation they see.
    async fn act(&mut self, agent: &TestAgent, row: &Value, step: usize) {
        let base = format!(
            "/api/v1/conversations/{}",
            row["id"].as_str().expect("an id")
        );
        let colleague = self.agents[self.dice.roll(self.agents.len())].id;
        let message = |kind: &str| json!({ "client_id": step.to_string(), "kind": kind, "text": format!("{kind} {step}") });
        let (action, body) = match self.dice.roll(9) {
            0 | 1 => ("messages", message("text")),
            2 => ("messages", message("note")),
            3 => ("assign", json!({ "agent_id": colleague, "team_id": null })),
            4 => ("assign", json!({ "agent_id": null, "team_id": null })),
            5 => ("resolve", json!({})),
            6 => ("reopen", json!({})),
            7 => ("seen", json!({ "seq": row["last_seq"] })),
            _ => return self.correct(agent, row, step).await,
        };
        agent.post(format!("{base}/{action}")).json(body).await;
    }

    /// An agent edits or recalls what they said last.
    async fn correct(&mut self, agent: &TestAgent, row: &Value, step: usize) {
        let last = &row["last_message"];
        if last["agent_id"] != json!(agent.id) {
            return;
        }
        let path = format!("/api/v1/messages/{}", last["id"].as_str().expect("an id"));
        if self.dice.roll(2) == 0 {
            let body = json!({ "text": format!("better {step}") });
            agent.patch(path).json(body).await;
        } else {
            agent.delete(path).await;
        }
    }

    async fn head(&self) -> i64 {
        let read = self
            .t
            .app
            .store()
            .read(self.t.workspace, zhiyin_store::events::last_seq);
        read.await.expect("a number")
    }
}

async fn run(seed: u64) {
    let (mut floor, _) = Floor::new(seed).await;
    let server = floor.t.listen().await;
    let mut consoles: Vec<Console> = Vec::new();
    for agent in floor.agents.iter().chain([&floor.t.admin]) {
        consoles.push(Console::new(agent.clone()));
    }
    let mut widgets: Vec<Widget> = Vec::new();
    for visitor in &floor.visitors {
        let visitor = visitor.clone();
        widgets.push(Widget {
            visitor,
            socket: None,
            conversation: Value::Null,
            messages: BTreeMap::new(),
        });
    }
    for step in 0..STEPS {
        floor.step(step).await;
        if floor.dice.roll(4) == 0 {
            floor.t.run_until_idle().await;
        }
        let which = floor.dice.roll(consoles.len() * 3);
        if let Some(console) = consoles.get_mut(which) {
            match console.socket.take() {
                Some(socket) => socket.cut(),
                None => console.connect(&server).await,
            }
        }
        let which = floor.dice.roll(widgets.len() * 3);
        if let Some(widget) = widgets.get_mut(which) {
            match widget.socket.take() {
                Some(socket) => socket.cut(),
                None => widget.connect(&floor.t, &server).await,
            }
        }
    }
    floor.t.run_until_idle().await;
    for console in &mut consoles {
        check_console(console, &floor, &server, seed).await;
    }
    for widget in &mut widgets {
        check_widget(widget, &floor, &server).await;
    }
    server.stop().await;
}

async fn check_console(console: &mut Console, floor: &Floor, server: &Server, seed: u64) {
    if console.socket.is_none() {
        console.connect(server).await;
    }
    let (conversations, messages) = fresh(&console.agent).await;
    console
        .settle(floor.head().await, &conversations, &messages)
        .await;
    assert_eq!(console.conversations, conversations, "seed {seed}");
    assert_eq!(console.messages, messages, "seed {seed}");
}

/// Resolves when the widget holds what a fresh fetch gives; a stream that stays silent
/// before that fails the test.
async fn check_widget(widget: &mut Widget, floor: &Floor, server: &Server) {
    if widget.socket.is_none() {
        widget.connect(&floor.t, server).await;
    }
    let visitor = widget.visitor.clone();
    let row = visitor.get("/api/v1/widget/conversation").await;
    let page = visitor.get("/api/v1/widget/messages?limit=100").await;
    let mut messages = BTreeMap::new();
    for message in page.expect(200).json()["items"].as_array().expect("a list") {
        upsert(&mut messages, message, "revision");
    }
    widget.catch_up(&row.expect(200).json(), &messages).await;
}

impl Console {
    /// Hears until it holds what it should, or nothing more comes.
    async fn settle(
        &mut self,
        head: i64,
        conversations: &BTreeMap<String, Value>,
        messages: &BTreeMap<String, Value>,
    ) {
        while self.seq < Some(head)
            && (self.conversations != *conversations || self.messages != *messages)
        {
            let next = self.seq.unwrap_or(0) + 1;
            self.catch_up(next).await;
        }
    }
}

#[tokio::test]
async fn old_state_and_events_are_fresh_state() {
    for seed in 1..=SEEDS {
        run(seed).await;
    }
}

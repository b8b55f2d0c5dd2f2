//! Very many visitors with the chat open: what each costs, and all of them coming back at
//! once after the network was cut.
//!
//! Some of them have a conversation, in which an agent writes while they are away and
//! while they come back. Each of these messages must be shown to its visitor exactly once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::visitors::open_stream;
use crate::company::{Company, as_agent, message, text};
use crate::cpu;
use crate::http::{Connection, Place, Request};
use crate::latency::Latencies;
use crate::progress;
use crate::socket::Socket;

/// A visitor's buffer.
const BUFFER_BYTES: usize = 512;
/// Streams opened at the same time before anything is measured.
const OPENED_AT_ONCE: usize = 256;
/// Streams that are open before memory is measured, so that pools and maps have grown.
const WARM_UP: usize = 500;
/// How long the server gets to come to rest before its memory is read.
const REST: Duration = Duration::from_secs(2);
/// First pause before the next attempt to come back; doubles with each.
const RETRY_FIRST: Duration = Duration::from_millis(100);
const RETRY_MAX: Duration = Duration::from_secs(2);
/// A visitor who is not back after this long stays away.
const RETURN_LIMIT: Duration = Duration::from_mins(2);
/// What has not come this long after everybody is back does not come.
const PATIENCE: Duration = Duration::from_secs(10);
/// Pause between two answers of the agent while visitors come back.
const ANSWER_PAUSE: Duration = Duration::from_millis(5);

/// What was found out.
#[derive(Debug, Default)]
pub struct Found {
    /// Resident memory for each idle stream, in bytes; none when the server is elsewhere.
    pub socket_bytes: Option<u64>,
    /// Resident memory with all streams open, in bytes.
    pub resident_bytes: Option<u64>,
    /// From the moment all may come back until the last one is told what it missed.
    pub reconnect_all: Duration,
    /// The same for each visitor.
    pub reconnect: Latencies,
    /// Attempts to come back that failed.
    pub retries: usize,
    /// Messages the agent wrote meanwhile.
    pub answers: usize,
    /// Of these, the ones that were not shown to their visitor.
    pub lost: usize,
    /// Of these, the ones that were shown twice.
    pub doubled: usize,
}

/// Visitors before their streams are open.
pub struct Crowd {
    /// Their tokens.
    pub tokens: Vec<String>,
    /// The conversations of the first ones.
    pub conversations: Vec<String>,
}

impl Crowd {
    /// Lets the first `talking` visitors write a message, so that they have a conversation.
    pub async fn prepare(company: &Company, tokens: Vec<String>, talking: usize) -> Result<Self> {
        let mut connection = Connection::open(company.place.clone()).await?;
        let mut conversations = Vec::with_capacity(talking);
        for token in tokens.iter().take(talking) {
            let request = message(token, "first", "您好，请问有人在吗？")?;
            let sent = connection.send(&request).await?.success()?;
            conversations.push(text(&sent, "conversation_id")?);
        }
        Ok(Self {
            tokens,
            conversations,
        })
    }
}

/// What visitors are to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weather {
    /// The network works.
    Calm,
    /// The network is cut.
    Cut,
    /// It works again, since then.
    Back(Instant),
    /// The benchmark is over.
    Over,
}

/// Opens all streams, weighs them, cuts them and lets them come back.
pub async fn measure(company: &Company, crowd: Crowd, server: Option<u32>) -> Result<Found> {
    let count = crowd.tokens.len();
    let mut flock = Flock::new(&company.place);
    let mut found = Found::default();
    let warm_up = WARM_UP.min(count / 2);
    let mut visitors = crowd.tokens.into_iter().enumerate();
    let talks = |number: usize| number < crowd.conversations.len();

    flock.join(visitors.by_ref().take(warm_up), talks).await?;
    sleep(REST).await;
    let before = server.and_then(cpu::resident_bytes);
    flock.join(visitors, talks).await?;
    sleep(REST).await;
    let after = server.and_then(cpu::resident_bytes);
    found.resident_bytes = after;
    let more = u64::try_from(count - warm_up)?;
    found.socket_bytes = before
        .zip(after)
        .map(|(before, after)| after.saturating_sub(before) / more.max(1));
    progress(&format!(
        "{count} idle streams, {:?} bytes each",
        found.socket_bytes
    ));

    flock.cut().await?;
    let mut agent = Answerer::new(company, &crowd.conversations).await?;
    for conversation in 0..crowd.conversations.len() {
        agent.answer(conversation).await?;
    }
    let back_at = flock.come_back();
    while !flock.is_complete()? {
        if back_at.elapsed() > RETURN_LIMIT {
            bail!("{} of {count} visitors came back", flock.open());
        }
        if agent.next().await? {
            sleep(ANSWER_PAUSE).await;
        } else {
            sleep(Duration::from_millis(20)).await;
        }
    }
    flock.until_shown(agent.written.len()).await;
    let returned = flock.end().await?;
    found.reconnect_all = returned.last;
    found.reconnect = returned.times;
    found.retries = returned.retries;
    found.answers = agent.written.len();
    found.doubled = returned.doubled;
    let is_lost = |id: &&String| !returned.shown.contains_key(*id);
    found.lost = agent.written.iter().filter(is_lost).count();
    Ok(found)
}

/// The visitors' tasks.
struct Flock {
    place: Place,
    weather: watch::Sender<Weather>,
    counts: Arc<Counts>,
    tasks: JoinSet<Result<Return>>,
    gate: Arc<Semaphore>,
    count: usize,
}

#[derive(Default)]
struct Counts {
    open: AtomicUsize,
    /// Answers shown to visitors.
    shown: AtomicUsize,
}

/// One visitor's way back, or that of all.
#[derive(Default)]
struct Return {
    last: Duration,
    times: Latencies,
    retries: usize,
    /// Answers that were shown, each in which revisions.
    shown: HashMap<String, HashSet<i64>>,
    /// Answers that were shown twice in the same revision.
    doubled: usize,
}

impl Flock {
    fn new(place: &Place) -> Self {
        Self {
            place: place.clone(),
            weather: watch::Sender::new(Weather::Calm),
            counts: Arc::default(),
            tasks: JoinSet::new(),
            gate: Arc::new(Semaphore::new(OPENED_AT_ONCE)),
            count: 0,
        }
    }

    fn open(&self) -> usize {
        self.counts.open.load(Ordering::Acquire)
    }

    /// Opens more streams and waits until they are open.
    async fn join(
        &mut self,
        visitors: impl Iterator<Item = (usize, String)>,
        talks: impl Fn(usize) -> bool,
    ) -> Result<()> {
        for (number, token) in visitors {
            let visitor = Idle {
                place: self.place.clone(),
                number,
                token,
                talks: talks(number),
                since: None,
                counts: Arc::clone(&self.counts),
                way: Return::default(),
            };
            let (gate, weather) = (Arc::clone(&self.gate), self.weather.subscribe());
            self.tasks.spawn(visitor.live(gate, weather));
            self.count += 1;
        }
        while !self.is_complete()? {
            sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }

    /// Whether all are there. An error ends the benchmark.
    fn is_complete(&mut self) -> Result<bool> {
        if let Some(ended) = self.tasks.try_join_next() {
            let visitor = ended.context("a visitor panicked")?;
            visitor.context("a visitor cannot stay")?;
            bail!("a visitor left early");
        }
        Ok(self.open() == self.count)
    }

    async fn cut(&mut self) -> Result<()> {
        self.weather.send_replace(Weather::Cut);
        while self.open() > 0 {
            self.is_complete()?;
            sleep(Duration::from_millis(1)).await;
        }
        Ok(())
    }

    fn come_back(&self) -> Instant {
        let now = Instant::now();
        self.weather.send_replace(Weather::Back(now));
        now
    }

    /// Waits until so many answers were shown, or none comes any more.
    async fn until_shown(&self, answers: usize) {
        let mut before = 0;
        let shown = || self.counts.shown.load(Ordering::Acquire);
        while shown() < answers {
            before = before.max(shown());
            let more = async {
                while shown() == before {
                    sleep(Duration::from_millis(5)).await;
                }
            };
            if timeout(PATIENCE, more).await.is_err() {
                return;
            }
        }
    }

    async fn end(mut self) -> Result<Return> {
        self.weather.send_replace(Weather::Over);
        let mut all = Return::default();
        while let Some(ended) = self.tasks.join_next().await {
            let one = ended.context("a visitor panicked")??;
            all.last = all.last.max(one.last);
            all.times.append(one.times);
            all.retries += one.retries;
            all.doubled += one.doubled;
            all.shown.extend(one.shown);
        }
        Ok(all)
    }
}

/// A visitor who has the chat open and says nothing.
struct Idle {
    place: Place,
    number: usize,
    token: String,
    /// Has a conversation, so that what is shown matters.
    talks: bool,
    /// Revision of the conversation that was seen last.
    since: Option<i64>,
    counts: Arc<Counts>,
    way: Return,
}

impl Idle {
    async fn live(
        mut self,
        gate: Arc<Semaphore>,
        mut weather: watch::Receiver<Weather>,
    ) -> Result<Return> {
        let permit = gate.acquire_owned().await?;
        let mut socket = self.open().await?;
        drop(permit);
        loop {
            self.counts.open.fetch_add(1, Ordering::Release);
            self.stay(&mut socket, &mut weather).await?;
            drop(socket);
            self.counts.open.fetch_sub(1, Ordering::Release);
            let cleared = weather
                .wait_for(|weather| *weather != Weather::Cut)
                .await
                .map(|weather| *weather)?;
            let Weather::Back(since) = cleared else {
                return Ok(self.way);
            };
            socket = self.come_back().await?;
            self.way.last = since.elapsed();
            self.way.times.record(since.elapsed());
        }
    }

    /// Listens until the network is cut or all is over.
    async fn stay(
        &mut self,
        socket: &mut Socket,
        weather: &mut watch::Receiver<Weather>,
    ) -> Result<()> {
        loop {
            tokio::select! {
                heard = socket.hear() => match heard? {
                    Some(frame) if frame.starts_with(br#"{"t":"bye""#) => {
                        bail!("cut off: {}", String::from_utf8_lossy(frame));
                    }
                    Some(frame) => note(self.talks, frame, &mut self.since, &mut self.way, &self.counts)?,
                    None => bail!("the server ended an idle stream"),
                },
                changed = weather.changed() => {
                    changed?;
                    if matches!(*weather.borrow_and_update(), Weather::Cut | Weather::Over) {
                        return Ok(());
                    }
                }
            }
        }
    }

    async fn come_back(&mut self) -> Result<Socket> {
        let mut pause = RETRY_FIRST;
        loop {
            match self.open().await {
                Ok(socket) => return Ok(socket),
                Err(error) if pause > RETRY_MAX * 8 => return Err(error),
                Err(_) => {
                    self.way.retries += 1;
                    sleep(pause.min(RETRY_MAX)).await;
                    pause *= 2;
                }
            }
        }
    }

    async fn open(&mut self) -> Result<Socket> {
        let sizes = (BUFFER_BYTES, self.number);
        let (socket, sync) = open_stream(&self.place, &self.token, self.since, sizes).await?;
        note(
            self.talks,
            &sync,
            &mut self.since,
            &mut self.way,
            &self.counts,
        )?;
        Ok(socket)
    }
}

/// Takes in what a frame shows of the agent's answers.
fn note(
    talks: bool,
    frame: &[u8],
    since: &mut Option<i64>,
    way: &mut Return,
    counts: &Counts,
) -> Result<()> {
    if !talks {
        return Ok(());
    }
    let frame: Value = serde_json::from_slice(frame).context("a frame is JSON")?;
    if let Some(revision) = frame["revision"].as_i64() {
        *since = Some(revision.max(since.unwrap_or_default()));
    }
    for message in frame["messages"].as_array().into_iter().flatten() {
        if message["author"]["kind"] == "agent" && message["kind"] == "text" {
            let revisions = way.shown.entry(text(message, "id")?).or_default();
            if revisions.is_empty() {
                counts.shown.fetch_add(1, Ordering::Release);
            }
            // What changes later about a message is shown again, with a higher revision.
            let revision = message["revision"]
                .as_i64()
                .context("a message has a revision")?;
            way.doubled += usize::from(!revisions.insert(revision));
        }
    }
    Ok(())
}

/// An agent who answers in all conversations in turn.
struct Answerer<'a> {
    company: &'a Company,
    conversations: &'a [String],
    connection: Connection,
    next: usize,
    /// Identifiers of the messages that were acknowledged.
    written: Vec<String>,
}

impl<'a> Answerer<'a> {
    async fn new(company: &'a Company, conversations: &'a [String]) -> Result<Self> {
        Ok(Self {
            company,
            conversations,
            connection: Connection::open(company.place.clone()).await?,
            next: 0,
            written: Vec::new(),
        })
    }

    /// Answers where it is longest ago; false if there is no conversation.
    async fn next(&mut self) -> Result<bool> {
        if self.conversations.is_empty() {
            return Ok(false);
        }
        self.answer(self.next % self.conversations.len()).await?;
        self.next += 1;
        Ok(true)
    }

    async fn answer(&mut self, conversation: usize) -> Result<()> {
        let number = self.written.len();
        let path = format!(
            "/api/v1/conversations/{}/messages",
            self.conversations[conversation]
        );
        let body =
            json!({ "client_id": format!("answer-{number}"), "text": "您好，我在看，请稍等。" });
        let request = as_agent(Request::new("POST", &path), &self.company.admin).json(&body)?;
        let answer = self.connection.send(&request).await?.success()?;
        self.written.push(text(&answer, "id")?);
        Ok(())
    }
}

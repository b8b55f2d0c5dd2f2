//! The customers' side: visitors who write over the widget's interface.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::sleep_until;

use super::board::Board;
use crate::company::{Company, message, open_visitor};
use crate::http::{Connection, Place};
use crate::latency::{Latencies, per_second};
use crate::socket::{Opening, Socket};
use crate::store::{Dice, Texts};

/// Visitors opened at the same time.
const OPENED_AT_ONCE: usize = 64;
/// A visitor's buffer: a frame is a message and a conversation.
const BUFFER_BYTES: usize = 2048;

const RESET: &[u8] = br#"{"t":"reset""#;

/// Tokens of new visitors of an inbox.
pub async fn tokens(company: &Company, key: &str, count: usize) -> Result<Vec<String>> {
    let share = count.div_ceil(OPENED_AT_ONCE);
    let open = |first: usize| async move {
        let mut connection = Connection::open(company.place.clone()).await?;
        let mut tokens = Vec::with_capacity(share);
        for _ in first..(first + share).min(count) {
            tokens.push(open_visitor(&mut connection, key).await?);
        }
        anyhow::Ok(tokens)
    };
    let parts = stream::iter((0..count).step_by(share.max(1)).map(open));
    let parts: Vec<Vec<String>> = parts
        .buffer_unordered(OPENED_AT_ONCE)
        .try_collect()
        .await
        .context("cannot open the visitors")?;
    Ok(parts.into_iter().flatten().collect())
}

/// Opens a visitor's stream and waits for the answer to its hello, which is given too.
pub async fn open_stream(
    place: &Place,
    token: &str,
    since: Option<i64>,
    (buffer, source): (usize, usize),
) -> Result<(Socket, Vec<u8>)> {
    let opening = Opening {
        path: "/api/v1/widget/stream",
        headers: &[],
        buffer,
        source,
    };
    let mut socket = Socket::open(place, &opening).await?;
    let since = since.map_or("null".to_owned(), |since| since.to_string());
    socket
        .say(&format!(
            r#"{{"t":"hello","token":"{token}","since":{since}}}"#
        ))
        .await?;
    match socket.hear().await? {
        // Whoever names no revision but has a conversation is told to load it afresh.
        Some(frame) if frame.starts_with(br#"{"t":"sync""#) || frame.starts_with(RESET) => {
            let answer = frame.to_vec();
            Ok((socket, answer))
        }
        Some(frame) => bail!("instead of a sync: {}", String::from_utf8_lossy(frame)),
        None => bail!("a visitor's stream ended before its sync"),
    }
}

/// A visitor with the chat open: a connection to write on, and a stream.
pub struct Visitor {
    number: usize,
    token: String,
    connection: Connection,
    stream: AbortHandle,
}

impl Drop for Visitor {
    fn drop(&mut self) {
        self.stream.abort();
    }
}

impl Visitor {
    /// Opens the chat.
    pub async fn open(place: &Place, number: usize, token: String) -> Result<Self> {
        let connection = Connection::open(place.clone()).await?;
        let (mut socket, _) = open_stream(place, &token, None, (BUFFER_BYTES, number)).await?;
        let stream = tokio::spawn(async move { while let Ok(Some(_)) = socket.hear().await {} });
        Ok(Self {
            number,
            token,
            connection,
            stream: stream.abort_handle(),
        })
    }

    /// Opens the chat for many.
    pub async fn open_all(place: &Place, tokens: Vec<String>) -> Result<Vec<Self>> {
        let tokens = tokens.into_iter().enumerate();
        let opening = tokens.map(|(number, token)| Self::open(place, number, token));
        let opened = stream::iter(opening).buffer_unordered(OPENED_AT_ONCE);
        opened.try_collect().await.context("cannot open the chats")
    }

    /// Writes a message and waits for its acknowledgement.
    async fn write(&mut self, board: &Board, number: usize, at: Instant, text: &str) -> Result<()> {
        let client_id = board.send(self.number, number, at);
        let request = message(&self.token, &client_id, text)?;
        let answer = self.connection.send(&request).await?;
        match answer.status {
            201 => board.acknowledge(self.number),
            429 => bail!(
                "the server limits what one sender may ask for: for a load test set `limits.*` of \
                 its configuration to 0"
            ),
            _ => bail!("the server answers {}: {}", answer.status, answer.text()),
        }
        Ok(())
    }
}

/// What visitors achieved.
pub struct Written {
    /// Acknowledged messages by the second.
    pub per_second: f64,
    /// Messages acknowledged.
    pub count: usize,
    /// From sending a message to its acknowledgement.
    pub acknowledged: Latencies,
}

/// When visitors write.
#[derive(Debug, Clone, Copy)]
pub enum Pace {
    /// So many messages a second of all together, evenly spread. A visitor who still waits
    /// at the time of their next message is late, and that counts as waiting.
    Even(f64),
    /// The next one as soon as the last is acknowledged.
    AtOnce,
}

/// Lets everybody write for `time`.
pub async fn write(
    visitors: Vec<Visitor>,
    board: &Arc<Board>,
    pace: Pace,
    time: Duration,
) -> Result<(Vec<Visitor>, Written)> {
    let texts = Arc::new(Texts::new());
    let started = Instant::now();
    let mut tasks = JoinSet::new();
    let count = visitors.len();
    for (place, visitor) in visitors.into_iter().enumerate() {
        let (board, texts) = (Arc::clone(board), Arc::clone(&texts));
        let schedule = match pace {
            Pace::AtOnce => None,
            #[expect(clippy::cast_precision_loss, reason = "fewer than 2^52 visitors")]
            Pace::Even(rate) => Some((place as f64 / rate, count as f64 / rate)),
        };
        tasks.spawn(converse(visitor, board, texts, schedule, started + time));
    }
    let (mut back, mut acknowledged) = (Vec::with_capacity(count), Latencies::default());
    while let Some(done) = tasks.join_next().await {
        let (visitor, times) = done.context("a visitor panicked")??;
        back.push(visitor);
        acknowledged.append(times);
    }
    let written = Written {
        per_second: per_second(acknowledged.len(), started.elapsed()),
        count: acknowledged.len(),
        acknowledged,
    };
    Ok((back, written))
}

/// One visitor writes; `schedule` is the time of their first message and the time between
/// two, in seconds.
async fn converse(
    mut visitor: Visitor,
    board: Arc<Board>,
    texts: Arc<Texts>,
    schedule: Option<(f64, f64)>,
    until: Instant,
) -> Result<(Visitor, Latencies)> {
    let mut times = Latencies::default();
    let mut dice = Dice::new(u64::try_from(visitor.number)?);
    let started = Instant::now();
    for number in 0..board.capacity() {
        let text = texts.message(&mut dice);
        let now = Instant::now();
        let mut at = now;
        if let Some((first, every)) = schedule {
            #[expect(clippy::cast_precision_loss, reason = "fewer than 2^52 messages")]
            let due = started + Duration::from_secs_f64(first + every * number as f64);
            at = due;
            if due >= until {
                break;
            }
            if due > now {
                sleep_until(due.into()).await;
                // Waking late is the generator's fault, not the server's.
                at = Instant::now();
            }
        }
        if at >= until {
            break;
        }
        visitor.write(&board, number, at, &text).await?;
        times.record(at.elapsed());
    }
    Ok((visitor, times))
}

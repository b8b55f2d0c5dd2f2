//! The agents' side: consoles with an open stream.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::board::{Board, Tally};
use crate::company::{Company, Login};
use crate::http::Place;
use crate::latency::Latencies;
use crate::socket::{Opening, Socket};

const HELLO: &str = r#"{"t":"hello","since":null,"topics":["conversations"]}"#;
/// A console reads as much at once.
const BUFFER_BYTES: usize = 64 * 1024;
/// Invitations accepted at the same time: each costs a password hash.
const INVITED_AT_ONCE: usize = 4;
/// What has not come this long after the last frame does not come.
const PATIENCE: Duration = Duration::from_secs(10);

/// Lets agents join an inbox.
pub async fn hire(company: &Company, inbox: &str, names: &str, count: usize) -> Result<Vec<Login>> {
    let role = company.agent_role().await?;
    let join = |number| {
        let (role, name) = (&role, format!("{names}{number}"));
        async move { company.agent(&name, role, inbox).await }
    };
    let agents = stream::iter((0..count).map(join)).buffer_unordered(INVITED_AT_ONCE);
    agents.try_collect().await.context("cannot make the agents")
}

/// Opens an agent's stream.
pub async fn open(place: &Place, agent: &Login, source: usize) -> Result<Socket> {
    let mut headers = agent.headers().to_vec();
    headers.push(("origin", place.origin()));
    let opening = Opening {
        path: "/api/v1/stream",
        headers: &headers,
        buffer: BUFFER_BYTES,
        source,
    };
    let mut socket = Socket::open(place, &opening).await?;
    socket.say(HELLO).await?;
    while let Some(frame) = socket.hear().await? {
        if frame.starts_with(br#"{"t":"ready""#) {
            return Ok(socket);
        }
    }
    bail!("an agent's stream ended before it was ready")
}

/// Consoles that follow one phase.
pub struct Watch {
    tasks: JoinSet<Result<(Socket, Tally)>>,
    finish: watch::Sender<bool>,
}

/// What all consoles have shown of a phase.
#[derive(Debug, Default)]
pub struct Shown {
    /// Deliveries: messages times consoles.
    pub deliveries: usize,
    /// Acknowledged messages that a console did not show.
    pub lost: usize,
    /// Messages a console showed more than once.
    pub doubled: usize,
    /// Messages a console showed too early.
    pub disordered: usize,
    /// From the moment a visitor sent a message until a console had it.
    pub delivery: Latencies,
}

impl Watch {
    /// Begins to follow.
    pub fn begin(sockets: Vec<Socket>, board: &Arc<Board>) -> Self {
        let (finish, finishing) = watch::channel(false);
        let mut tasks = JoinSet::new();
        for socket in sockets {
            tasks.spawn(follow(socket, Arc::clone(board), finishing.clone()));
        }
        Self { tasks, finish }
    }

    /// Waits until everything that was acknowledged is shown, or does not come any more.
    pub async fn end(mut self) -> Result<(Vec<Socket>, Shown)> {
        self.finish.send_replace(true);
        let (mut sockets, mut shown) = (Vec::new(), Shown::default());
        while let Some(done) = self.tasks.join_next().await {
            let (socket, tally) = done.context("a console panicked")??;
            shown.deliveries += tally.heard;
            shown.lost += tally.lost();
            shown.doubled += tally.doubled;
            shown.disordered += tally.disordered;
            shown.delivery.append(tally.delivery);
            sockets.push(socket);
        }
        Ok((sockets, shown))
    }
}

/// Takes in what one console is sent.
async fn follow(
    mut socket: Socket,
    board: Arc<Board>,
    mut finish: watch::Receiver<bool>,
) -> Result<(Socket, Tally)> {
    let mut tally = Tally::new(&board);
    loop {
        let is_finishing = *finish.borrow_and_update();
        if is_finishing && tally.heard >= board.acknowledged() {
            return Ok((socket, tally));
        }
        let heard = tokio::select! {
            biased;
            heard = timeout(PATIENCE, socket.hear()) => heard,
            changed = finish.changed(), if !is_finishing => {
                changed.context("nobody waits for the console")?;
                continue;
            }
        };
        match heard {
            Ok(frame) => match frame? {
                Some(frame) if frame.starts_with(br#"{"t":"bye""#) => {
                    bail!("a console was cut off: {}", String::from_utf8_lossy(frame));
                }
                Some(frame) => tally.frame(frame),
                None => bail!("a console's stream ended"),
            },
            Err(_) if is_finishing => return Ok((socket, tally)),
            Err(_) => {}
        }
    }
}

//! Words between the programs that share one PostgreSQL: `LISTEN` and `NOTIFY`.
//!
//! Never inside a transaction of ours: `NOTIFY` takes a lock on the whole database until
//! the commit and would halve the throughput of writes. Words go out on a connection of
//! their own and may be lost, doubled or late; nothing depends on them but a delay.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError};

use postgres::Client;
use postgres::fallible_iterator::FallibleIterator as _;

use crate::engine::postgres::{Link, translate};
use crate::error::StoreError;

/// The channel of PostgreSQL all programs of an installation use.
const CHANNEL: &str = "zhiyin";
/// PostgreSQL takes at most 8,000 bytes.
const WORD_BYTES_MAX: usize = 7_900;
/// Words that may wait to be sent.
const QUEUE: usize = 1_024;
/// How often a thread looks whether it should end.
const LOOK: Duration = Duration::from_millis(250);
/// After a failed connection.
const PAUSE: Duration = Duration::from_secs(1);
/// A statement that sends a word must be quick.
const STATEMENT_TIMEOUT_MS: u64 = 2_000;

/// Two connections: one that listens, one that speaks. Ends with the value.
pub struct Notifier {
    words: Option<Sender<String>>,
    is_over: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Notifier {
    /// Connects in the background and calls `hear` for each word, our own too. Without a
    /// connection words are lost until there is one again.
    pub fn start(url: &str, hear: impl Fn(&str) + Send + 'static) -> Result<Self, StoreError> {
        let link = Link::parse(url, STATEMENT_TIMEOUT_MS)?;
        let is_over = Arc::new(AtomicBool::new(false));
        let (words, queue) = crossbeam_channel::bounded(QUEUE);
        let mut threads = Vec::new();
        let (listening, over) = (link.clone(), Arc::clone(&is_over));
        threads.push(spawn("listen", move || listen(&listening, &over, &hear))?);
        let over = Arc::clone(&is_over);
        threads.push(spawn("notify", move || speak(&link, &over, &queue))?);
        Ok(Self {
            words: Some(words),
            is_over,
            threads,
        })
    }

    /// Sends a word, soon. Never blocks; what does not fit is dropped.
    pub fn send(&self, word: String) {
        if word.len() > WORD_BYTES_MAX {
            tracing::debug!(size_bytes = word.len(), "A word is too long to be sent");
            return;
        }
        let Some(words) = &self.words else { return };
        match words.try_send(word) {
            Ok(()) | Err(TrySendError::Disconnected(_)) => {}
            Err(TrySendError::Full(_)) => tracing::debug!("Too many words wait; one is dropped"),
        }
    }
}

impl Drop for Notifier {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        self.words = None;
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("A thread of the notifier ended in a panic");
            }
        }
    }
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, StoreError> {
    std::thread::Builder::new()
        .name(format!("zhiyin-{name}"))
        .spawn(run)
        .map_err(StoreError::database)
}

fn listen(link: &Link, is_over: &AtomicBool, hear: &impl Fn(&str)) {
    while !is_over.load(Ordering::SeqCst) {
        if let Err(error) = listen_once(link, is_over, hear) {
            tracing::warn!("Cannot listen to other nodes: {error}");
            pause(is_over);
        }
    }
}

fn listen_once(link: &Link, is_over: &AtomicBool, hear: &impl Fn(&str)) -> Result<(), StoreError> {
    let mut client = link.connect()?;
    client
        .batch_execute(&format!("LISTEN {CHANNEL}"))
        .map_err(translate)?;
    while !is_over.load(Ordering::SeqCst) {
        {
            let mut notifications = client.notifications();
            let mut words = notifications.timeout_iter(LOOK);
            while let Some(notification) = words.next().map_err(translate)? {
                hear(notification.payload());
            }
        }
        if client.is_closed() {
            return Err(StoreError::Unavailable(
                "the connection was closed".to_owned(),
            ));
        }
    }
    Ok(())
}

fn speak(link: &Link, is_over: &AtomicBool, queue: &Receiver<String>) {
    let mut client: Option<Client> = None;
    while !is_over.load(Ordering::SeqCst) {
        let word = match queue.recv_timeout(LOOK) {
            Ok(word) => word,
            Err(RecvTimeoutError::Timeout) => continue,
            Err(RecvTimeoutError::Disconnected) => return,
        };
        if let Err(error) = say(link, &mut client, &word) {
            tracing::warn!("Cannot speak to other nodes: {error}");
            client = None;
            pause(is_over);
        }
    }
}

fn say(link: &Link, client: &mut Option<Client>, word: &str) -> Result<(), StoreError> {
    let client = match client {
        Some(client) => client,
        None => client.insert(link.connect()?),
    };
    client
        .execute("SELECT pg_notify($1, $2)", &[&CHANNEL, &word])
        .map_err(translate)?;
    Ok(())
}

fn pause(is_over: &AtomicBool) {
    let mut left = PAUSE;
    while !is_over.load(Ordering::SeqCst) && !left.is_zero() {
        let step = left.min(LOOK);
        std::thread::sleep(step);
        left -= step;
    }
}

//! What waits to be written to one connection.
//!
//! Bounded in frames and bytes. A connection that does not take its frames in time is cut
//! off with a word, never left with a gap: once the mailbox overflowed, everything in it
//! is dropped and only the farewell is left. An idle mailbox owns no buffer.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum::extract::ws::Utf8Bytes;
use futures_util::task::AtomicWaker;

/// Why the server ends a stream. Told to the client before the connection closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bye {
    /// No valid credentials, or not any more.
    Unauthenticated,
    /// The company does not want messages of this visitor.
    Blocked,
    /// The client did not take its frames in time.
    SlowConsumer,
    /// The server stops; come back.
    GoingAway,
    /// The client sent something it may not.
    BadFrame,
    /// Too many frames in too little time.
    RateLimited,
    /// The client was silent for too long.
    Silent,
    /// The same visitor or agent has too many connections.
    TooMany,
    /// The server cannot serve the stream now; come back.
    Unavailable,
}

impl Bye {
    /// The code in the farewell frame.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unauthenticated => "unauthenticated",
            Self::Blocked => "blocked",
            Self::SlowConsumer => "slow-consumer",
            Self::GoingAway => "going-away",
            Self::BadFrame => "bad-frame",
            Self::RateLimited => "rate-limited",
            Self::Silent => "silent",
            Self::TooMany => "too-many",
            Self::Unavailable => "unavailable",
        }
    }

    /// The status of the WebSocket close frame.
    #[must_use]
    pub const fn close_code(self) -> u16 {
        match self {
            Self::GoingAway => 1001,
            Self::BadFrame => 1003,
            Self::Unauthenticated => 4401,
            Self::Blocked => 4403,
            Self::RateLimited => 4429,
            Self::SlowConsumer | Self::Silent | Self::TooMany => 4408,
            Self::Unavailable => 1013,
        }
    }

    /// The farewell frame.
    #[must_use]
    pub fn frame(self) -> Utf8Bytes {
        format!(r#"{{"t":"bye","code":"{}"}}"#, self.as_str()).into()
    }
}

/// A frame with its place in the event log; signals and pings have none.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Place in the log, 0 for what is not in the log.
    pub seq: i64,
    /// The text, shared between all connections that get it.
    pub text: Utf8Bytes,
}

impl Frame {
    /// A frame that is not in the log.
    #[must_use]
    pub const fn loose(text: Utf8Bytes) -> Self {
        Self { seq: 0, text }
    }
}

/// How much may wait.
#[derive(Debug, Clone, Copy)]
pub struct Capacity {
    /// Frames.
    pub frames: usize,
    /// Bytes of all of them.
    pub bytes: usize,
}

impl Capacity {
    /// For what the server sends at its own pace: pings and farewells.
    pub const UNBOUNDED: Self = Self {
        frames: usize::MAX,
        bytes: usize::MAX,
    };

    /// Makes it smaller by one frame. False if the frame does not fit.
    pub fn take(&mut self, bytes: usize) -> bool {
        match (self.frames.checked_sub(1), self.bytes.checked_sub(bytes)) {
            (Some(frames), Some(bytes)) => {
                *self = Self { frames, bytes };
                true
            }
            _ => false,
        }
    }
}

/// What a connection takes out at once.
#[derive(Debug, Default)]
pub struct Batch {
    /// In order.
    pub frames: VecDeque<Frame>,
    /// The farewell, after the frames.
    pub bye: Option<Bye>,
}

/// The frames that wait for one connection.
#[derive(Debug, Default)]
pub struct Mailbox {
    state: Mutex<State>,
    waker: AtomicWaker,
    /// The tick of the wheel at which the client was last heard.
    heard_at: AtomicU32,
    has_said_hello: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    frames: VecDeque<Frame>,
    bytes: usize,
    bye: Option<Bye>,
    /// Frames up to this place are known to the connection already.
    floor: i64,
    is_closed: bool,
}

impl Mailbox {
    /// Puts a frame in. Returns `false` if the connection is over.
    pub fn push(&self, frame: Frame, capacity: Capacity) -> bool {
        let mut state = self.lock();
        if state.is_closed || state.bye.is_some() {
            return false;
        }
        if frame.seq != 0 && frame.seq <= state.floor {
            return true;
        }
        state.bytes += frame.text.len();
        state.frames.push_back(frame);
        let fits = state.frames.len() <= capacity.frames && state.bytes <= capacity.bytes;
        if !fits {
            state.frames = VecDeque::new();
            state.bytes = 0;
            state.bye = Some(Bye::SlowConsumer);
        }
        drop(state);
        self.waker.wake();
        fits
    }

    /// Ends the connection after what waits. The first reason stands.
    pub fn end(&self, bye: Bye) {
        let mut state = self.lock();
        state.bye.get_or_insert(bye);
        drop(state);
        self.waker.wake();
    }

    /// Ends the connection at once; what waits is dropped.
    pub fn cut(&self, bye: Bye) {
        let mut state = self.lock();
        state.frames = VecDeque::new();
        state.bytes = 0;
        state.bye.get_or_insert(bye);
        drop(state);
        self.waker.wake();
    }

    /// From now on frames up to `seq` are not taken, and those that wait are dropped:
    /// the connection has read that far in the log itself.
    pub fn raise_floor(&self, seq: i64) {
        let mut state = self.lock();
        state.floor = state.floor.max(seq);
        let floor = state.floor;
        state
            .frames
            .retain(|frame| frame.seq == 0 || frame.seq > floor);
        state.bytes = state.frames.iter().map(|frame| frame.text.len()).sum();
    }

    /// The connection is gone; nothing is taken any more.
    pub fn close(&self) {
        let mut state = self.lock();
        state.is_closed = true;
        state.frames = VecDeque::new();
        state.bytes = 0;
    }

    /// Everything that waits, as soon as there is something.
    pub fn poll_take(&self, cx: &mut Context<'_>) -> Poll<Batch> {
        self.waker.register(cx.waker());
        let mut state = self.lock();
        if state.frames.is_empty() && state.bye.is_none() {
            return Poll::Pending;
        }
        state.bytes = 0;
        Poll::Ready(Batch {
            frames: std::mem::take(&mut state.frames),
            bye: state.bye,
        })
    }

    /// Resolves once the connection must end without writing what it is writing.
    pub fn poll_cut(&self, cx: &mut Context<'_>) -> Poll<Bye> {
        self.waker.register(cx.waker());
        match self.lock().bye {
            Some(bye @ (Bye::SlowConsumer | Bye::Unauthenticated | Bye::Blocked | Bye::Silent)) => {
                Poll::Ready(bye)
            }
            Some(_) | None => Poll::Pending,
        }
    }

    /// Notes that the client gave a sign of life.
    pub fn heard(&self, tick: u32) {
        self.heard_at.store(tick, Ordering::Relaxed);
    }

    /// The tick at which the client was last heard.
    pub fn heard_at(&self) -> u32 {
        self.heard_at.load(Ordering::Relaxed)
    }

    /// Notes that the client said who it is.
    pub fn said_hello(&self) {
        self.has_said_hello.store(true, Ordering::Relaxed);
    }

    /// Whether the client said who it is.
    pub fn has_said_hello(&self) -> bool {
        self.has_said_hello.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    const CAPACITY: Capacity = Capacity {
        frames: 3,
        bytes: 30,
    };

    fn frame(seq: i64, text: &str) -> Frame {
        Frame {
            seq,
            text: text.into(),
        }
    }

    fn take(mailbox: &Mailbox) -> Option<Batch> {
        match mailbox.poll_take(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(batch) => Some(batch),
            Poll::Pending => None,
        }
    }

    #[test]
    fn everything_comes_out_at_once_in_order() {
        let mailbox = Mailbox::default();
        assert!(take(&mailbox).is_none());
        assert!(mailbox.push(frame(1, "a"), CAPACITY));
        assert!(mailbox.push(frame(2, "b"), CAPACITY));
        let batch = take(&mailbox).expect("two frames");
        assert_eq!(
            batch
                .frames
                .iter()
                .map(|frame| frame.seq)
                .collect::<Vec<_>>(),
            [1, 2]
        );
        assert!(take(&mailbox).is_none());
    }

    #[test]
    fn an_overflow_ends_the_connection_and_keeps_nothing() {
        for frames in [["aa"; 4], ["123456789012345678901234567890"; 4]] {
            let mailbox = Mailbox::default();
            let taken = frames
                .iter()
                .filter(|text| mailbox.push(frame(1, text), CAPACITY))
                .count();
            assert!(taken < 4);
            let batch = take(&mailbox).expect("a farewell");
            assert!(batch.frames.is_empty());
            assert_eq!(batch.bye, Some(Bye::SlowConsumer));
        }
    }

    #[test]
    fn what_was_read_from_the_log_is_not_sent_again() {
        let mailbox = Mailbox::default();
        for seq in 1..=3 {
            mailbox.push(frame(seq, "x"), CAPACITY);
        }
        mailbox.raise_floor(2);
        mailbox.push(frame(2, "x"), CAPACITY);
        mailbox.push(frame(0, "signal"), CAPACITY);
        let batch = take(&mailbox).expect("two frames");
        assert_eq!(
            batch
                .frames
                .iter()
                .map(|frame| frame.seq)
                .collect::<Vec<_>>(),
            [3, 0]
        );
    }

    #[test]
    fn the_first_farewell_stands_and_nothing_follows_it() {
        let mailbox = Mailbox::default();
        mailbox.push(frame(1, "last words"), CAPACITY);
        mailbox.end(Bye::GoingAway);
        mailbox.end(Bye::BadFrame);
        assert!(!mailbox.push(frame(2, "too late"), CAPACITY));
        let batch = take(&mailbox).expect("frame and farewell");
        assert_eq!((batch.frames.len(), batch.bye), (1, Some(Bye::GoingAway)));
    }
}

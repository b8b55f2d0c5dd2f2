//! One timer for all connections.
//!
//! A second is a tick. Each connection sits in one slot of a ring as long as the ping
//! interval, so a tick touches only the connections whose turn it is. Connections that
//! have not said hello wait in a queue of their own, ordered by deadline because all of
//! them have the same time.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use axum::extract::ws::Utf8Bytes;

use super::mailbox::{Bye, Capacity, Frame, Mailbox};
use crate::config::StreamConfig;

const PING: &str = r#"{"t":"ping"}"#;

/// Pings, silence and unspoken hellos.
#[derive(Debug)]
pub struct Wheel {
    now: AtomicU32,
    next_slot: AtomicU32,
    slots: Vec<Mutex<Vec<Weak<Mailbox>>>>,
    hellos: Mutex<VecDeque<(u32, Weak<Mailbox>)>>,
    silence_ticks: u32,
    hello_ticks: u32,
}

impl Wheel {
    /// A wheel at rest.
    #[must_use]
    pub fn new(config: &StreamConfig) -> Self {
        let ticks = |duration: std::time::Duration| {
            u32::try_from(duration.as_secs().max(1)).unwrap_or(u32::MAX)
        };
        let slots = ticks(config.ping_interval).min(600);
        Self {
            now: AtomicU32::new(0),
            next_slot: AtomicU32::new(0),
            slots: (0..slots).map(|_| Mutex::default()).collect(),
            hellos: Mutex::default(),
            silence_ticks: ticks(config.silence_max),
            hello_ticks: ticks(config.hello_timeout),
        }
    }

    /// The present tick.
    #[must_use]
    pub fn now(&self) -> u32 {
        self.now.load(Ordering::Relaxed)
    }

    /// Watches a connection from now on; its hello is due.
    pub fn join(&self, mailbox: &Arc<Mailbox>) {
        let now = self.now();
        mailbox.heard(now);
        let slots = u32::try_from(self.slots.len()).unwrap_or(u32::MAX);
        let slot = self.next_slot.fetch_add(1, Ordering::Relaxed) % slots;
        lock(&self.slots[slot as usize]).push(Arc::downgrade(mailbox));
        let deadline = now.saturating_add(self.hello_ticks);
        lock(&self.hellos).push_back((deadline, Arc::downgrade(mailbox)));
    }

    /// A second has passed.
    pub fn tick(&self) {
        let now = self.now.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        let slot = now as usize % self.slots.len();
        lock(&self.slots[slot]).retain(|mailbox| {
            let Some(mailbox) = mailbox.upgrade() else {
                return false;
            };
            if now.saturating_sub(mailbox.heard_at()) > self.silence_ticks {
                mailbox.cut(Bye::Silent);
                return false;
            }
            !mailbox.has_said_hello()
                || mailbox.push(
                    Frame::loose(Utf8Bytes::from_static(PING)),
                    Capacity::UNBOUNDED,
                )
        });
        let mut hellos = lock(&self.hellos);
        while let Some((deadline, mailbox)) = hellos.front() {
            if *deadline > now {
                break;
            }
            if let Some(mailbox) = mailbox
                .upgrade()
                .filter(|mailbox| !mailbox.has_said_hello())
            {
                mailbox.cut(Bye::Silent);
            }
            hellos.pop_front();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn take(mailbox: &Mailbox) -> (usize, Option<Bye>) {
        match mailbox.poll_take(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(batch) => (batch.frames.len(), batch.bye),
            Poll::Pending => (0, None),
        }
    }

    #[test]
    fn a_living_connection_is_pinged_once_an_interval_and_kept() {
        let wheel = Wheel::new(&StreamConfig::default());
        let mailbox = Arc::new(Mailbox::default());
        wheel.join(&mailbox);
        mailbox.said_hello();
        let mut pings = 0;
        for _ in 0..250 {
            wheel.tick();
            pings += take(&mailbox).0;
            mailbox.heard(wheel.now());
        }
        assert_eq!(pings, 10);
    }

    #[test]
    fn a_silent_connection_is_cut() {
        let wheel = Wheel::new(&StreamConfig::default());
        let mailbox = Arc::new(Mailbox::default());
        wheel.join(&mailbox);
        mailbox.said_hello();
        let cut_after = (1..200)
            .find(|_| {
                wheel.tick();
                take(&mailbox).1 == Some(Bye::Silent)
            })
            .expect("it is cut");
        assert!((70..=95).contains(&cut_after), "after {cut_after} s");
    }

    #[test]
    fn a_connection_without_a_hello_is_cut() {
        let wheel = Wheel::new(&StreamConfig::default());
        let (quiet, polite) = (Arc::new(Mailbox::default()), Arc::new(Mailbox::default()));
        wheel.join(&quiet);
        wheel.join(&polite);
        polite.said_hello();
        for _ in 0..15 {
            wheel.tick();
        }
        assert_eq!(take(&quiet).1, Some(Bye::Silent));
        assert_eq!(take(&polite).1, None);
    }
}

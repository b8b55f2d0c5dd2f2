//! Who wrote what when, and what a stream has shown of it.
//!
//! A message is known by its client id, `a12-3`: the phase, the visitor, and the number of
//! the message among those of that visitor. So one look at a frame tells whether it is the
//! next one, a repeat, or one too far.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::http::find;
use crate::latency::Latencies;

const CLIENT_ID: &[u8] = br#""client_id":""#;
const CREATED: &[u8] = br#""type":"message.created""#;
/// The type of an event stands within this many bytes of its beginning.
const HEAD_BYTES: usize = 96;

/// What the visitors of one phase wrote.
pub struct Board {
    phase: char,
    origin: Instant,
    capacity: usize,
    /// Nanoseconds after `origin`, by visitor and number.
    sent: Vec<AtomicU64>,
    acknowledged: Vec<AtomicU32>,
}

/// A message in a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    visitor: usize,
    number: u32,
    /// The frame tells that it was written, not that something about it changed.
    is_created: bool,
}

impl Board {
    /// For so many visitors with up to `capacity` messages each. No two phases of a run
    /// have the same letter.
    pub fn new(phase: char, visitors: usize, capacity: usize) -> Arc<Self> {
        let many = |count: usize| (0..count).map(|_| AtomicU64::new(0)).collect();
        Arc::new(Self {
            phase,
            origin: Instant::now(),
            capacity,
            sent: many(visitors * capacity),
            acknowledged: (0..visitors).map(|_| AtomicU32::new(0)).collect(),
        })
    }

    /// Messages a visitor may write.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Notes that a visitor sends their next message; gives its client id.
    pub fn send(&self, visitor: usize, number: usize, at: Instant) -> String {
        let nanos = at.saturating_duration_since(self.origin).as_nanos();
        self.sent[visitor * self.capacity + number]
            .store(u64::try_from(nanos).unwrap_or(u64::MAX), Ordering::Relaxed);
        format!("{}{visitor}-{number}", self.phase)
    }

    /// Notes that the next message of a visitor was acknowledged.
    pub fn acknowledge(&self, visitor: usize) {
        self.acknowledged[visitor].fetch_add(1, Ordering::Release);
    }

    /// Messages acknowledged.
    pub fn acknowledged(&self) -> usize {
        let counts = self.acknowledged.iter();
        counts
            .map(|count| count.load(Ordering::Acquire) as usize)
            .sum()
    }

    /// The message of this phase that a frame carries.
    pub fn look(&self, frame: &[u8]) -> Option<Seen> {
        let at = find(frame, CLIENT_ID)? + CLIENT_ID.len();
        let rest = &frame[at..];
        let id = std::str::from_utf8(&rest[..rest.iter().position(|byte| *byte == b'"')?]);
        let (visitor, number) = id.ok()?.strip_prefix(self.phase)?.split_once('-')?;
        let seen = Seen {
            visitor: visitor.parse().ok()?,
            number: number.parse().ok()?,
            is_created: find(&frame[..frame.len().min(HEAD_BYTES)], CREATED).is_some(),
        };
        let is_ours =
            seen.visitor < self.acknowledged.len() && (seen.number as usize) < self.capacity;
        is_ours.then_some(seen)
    }

    fn age(&self, seen: Seen, now: Instant) -> Duration {
        let sent = &self.sent[seen.visitor * self.capacity + seen.number as usize];
        let sent = self.origin + Duration::from_nanos(sent.load(Ordering::Relaxed));
        now.saturating_duration_since(sent)
    }
}

/// What one stream has shown of a phase.
pub struct Tally {
    board: Arc<Board>,
    /// The number that comes next, by visitor.
    next: Vec<u32>,
    /// What was left out and has not come since.
    missing: HashSet<(usize, u32)>,
    /// Messages shown.
    pub heard: usize,
    /// Messages shown more than once.
    pub doubled: usize,
    /// Messages shown before one that was written earlier in the same conversation.
    pub disordered: usize,
    /// From the moment a visitor sent a message until it was here.
    pub delivery: Latencies,
}

impl Tally {
    /// Of a stream that has shown nothing.
    pub fn new(board: &Arc<Board>) -> Self {
        Self {
            board: Arc::clone(board),
            next: vec![0; board.acknowledged.len()],
            missing: HashSet::new(),
            heard: 0,
            doubled: 0,
            disordered: 0,
            delivery: Latencies::default(),
        }
    }

    /// Takes a frame in.
    pub fn frame(&mut self, frame: &[u8]) {
        let Some(seen) = self.board.look(frame) else {
            return;
        };
        let next = &mut self.next[seen.visitor];
        if seen.number < *next {
            if self.missing.remove(&(seen.visitor, seen.number)) {
                self.heard += 1;
            } else if seen.is_created {
                self.doubled += 1;
            }
            return;
        }
        let left_out = *next..seen.number;
        self.disordered += usize::from(!left_out.is_empty());
        self.missing
            .extend(left_out.map(|number| (seen.visitor, number)));
        *next = seen.number + 1;
        self.heard += 1;
        self.delivery.record(self.board.age(seen, Instant::now()));
    }

    /// Acknowledged messages that were not shown.
    pub fn lost(&self) -> usize {
        let acknowledged = self.board.acknowledged.iter();
        let behind = acknowledged.zip(&self.next).map(|(acknowledged, next)| {
            acknowledged.load(Ordering::Acquire).saturating_sub(*next) as usize
        });
        behind.sum::<usize>() + self.missing.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: &str, id: &str) -> Vec<u8> {
        format!(
            r#"{{"t":"event","seq":7,"type":"{kind}","message":{{"text":"\"client_id\":\"a0-9\"","client_id":"{id}"}}}}"#
        )
        .into_bytes()
    }

    fn tally(ids: &[&str]) -> (usize, usize, usize, usize) {
        let board = Board::new('a', 2, 4);
        for visitor in [0, 1] {
            for number in 0..2 {
                assert_eq!(
                    board.send(visitor, number, Instant::now()),
                    format!("a{visitor}-{number}")
                );
                board.acknowledge(visitor);
            }
        }
        let mut tally = Tally::new(&board);
        for id in ids {
            tally.frame(&frame("message.created", id));
        }
        // What changes later about a message is no repeat of it.
        tally.frame(&frame("message.delivery_changed", "a0-0"));
        (tally.heard, tally.lost(), tally.doubled, tally.disordered)
    }

    #[test]
    fn every_fault_of_a_stream_is_seen() {
        let heard_lost_doubled_disordered = [
            (&["a0-0", "a1-0", "a0-1", "a1-1"] as &[_], (4, 0, 0, 0)),
            (&["a0-0", "a1-0", "a1-1"], (3, 1, 0, 0)),
            (&["a0-0", "a0-0", "a1-0", "a0-1", "a1-1"], (4, 0, 1, 0)),
            (&["a0-1", "a0-0", "a1-0", "a1-1"], (4, 0, 0, 1)),
            (&["a0-0", "a1-1", "a0-1"], (3, 1, 0, 1)),
            // Only the frame of a later event had the row of a0-0.
            (&["b0-0", "a7-0", "a0-9", "nonsense"], (1, 3, 0, 0)),
        ];
        for (ids, expected) in heard_lost_doubled_disordered {
            assert_eq!(tally(ids), expected, "{ids:?}");
        }
    }
}

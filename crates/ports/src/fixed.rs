//! Repeatable ports for tests, simulations and benchmarks. Everything here is
//! predictable: never use it for a secret.

use std::{
    collections::BTreeMap,
    ops::Range,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use uuid::Uuid;
use zhiyin_domain::time::Timestamp;

use crate::{BlobError, BlobKey, BlobStore, Clock, IdSource, Mail, MailError, Mailer, Rng};

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct FixedClock {
    micros: AtomicI64,
}

impl FixedClock {
    /// A clock that shows `now`.
    pub const fn at(now: Timestamp) -> Self {
        Self {
            micros: AtomicI64::new(now.as_micros()),
        }
    }

    /// Moves forward.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_micros())
            .expect("a test moves the clock by less than 292,000 years");
        self.micros.fetch_add(by, Ordering::SeqCst);
    }

    /// Jumps, backwards too.
    pub fn set(&self, now: Timestamp) {
        self.micros.store(now.as_micros(), Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.micros.load(Ordering::SeqCst))
    }
}

/// UUIDv7 that count up from a seed: the same seed gives the same ids.
#[derive(Debug)]
pub struct SeededIds {
    seed: u16,
    next: AtomicU64,
}

impl SeededIds {
    /// A source for one seed; two seeds never give the same id.
    pub const fn new(seed: u16) -> Self {
        Self {
            seed,
            next: AtomicU64::new(1),
        }
    }
}

impl IdSource for SeededIds {
    fn uuid(&self) -> Uuid {
        let number = self.next.fetch_add(1, Ordering::SeqCst);
        let mut random = [0; 10];
        random[..2].copy_from_slice(&self.seed.to_be_bytes());
        random[2..].copy_from_slice(&number.to_be_bytes());
        // 2024-01-01 plus a millisecond for each id, so that they rise.
        uuid::Builder::from_unix_timestamp_millis(1_704_067_200_000 + number, &random).into_uuid()
    }
}

/// Bytes that follow from a seed.
#[derive(Debug)]
pub struct SeededRng {
    state: Mutex<StdRng>,
}

impl SeededRng {
    /// A source for one seed.
    pub fn new(seed: u64) -> Self {
        Self {
            state: Mutex::new(StdRng::seed_from_u64(seed)),
        }
    }
}

impl Rng for SeededRng {
    fn fill(&self, buffer: &mut [u8]) {
        lock(&self.state).fill_bytes(buffer);
    }
}

/// Keeps the letters instead of sending them.
#[derive(Debug, Default)]
pub struct Outbox {
    letters: Mutex<Vec<Mail>>,
}

impl Outbox {
    /// Everything sent so far, oldest first; leaves the outbox empty.
    pub fn take(&self) -> Vec<Mail> {
        std::mem::take(&mut *lock(&self.letters))
    }
}

impl Mailer for Outbox {
    fn send(&self, mail: &Mail) -> Result<(), MailError> {
        lock(&self.letters).push(mail.clone());
        Ok(())
    }
}

/// Blobs in memory.
#[derive(Debug, Default)]
pub struct MemoryBlobs {
    blobs: Mutex<BTreeMap<BlobKey, Vec<u8>>>,
}

impl MemoryBlobs {
    /// The names of all blobs, in order.
    pub fn keys(&self) -> Vec<BlobKey> {
        lock(&self.blobs).keys().copied().collect()
    }
}

impl BlobStore for MemoryBlobs {
    fn put(&self, key: &BlobKey, bytes: &[u8]) -> Result<(), BlobError> {
        lock(&self.blobs).insert(*key, bytes.to_vec());
        Ok(())
    }

    fn get(&self, key: &BlobKey) -> Result<Vec<u8>, BlobError> {
        lock(&self.blobs)
            .get(key)
            .cloned()
            .ok_or(BlobError::NotFound)
    }

    fn range(&self, key: &BlobKey, range: Range<u64>) -> Result<Vec<u8>, BlobError> {
        let bytes = self.get(key)?;
        let start = usize::try_from(range.start).map_err(|_| BlobError::OutOfRange)?;
        let end = usize::try_from(range.end).map_err(|_| BlobError::OutOfRange)?;
        bytes
            .get(start..end)
            .map(<[u8]>::to_vec)
            .ok_or(BlobError::OutOfRange)
    }

    fn exists(&self, key: &BlobKey) -> Result<bool, BlobError> {
        Ok(lock(&self.blobs).contains_key(key))
    }

    fn delete(&self, key: &BlobKey) -> Result<(), BlobError> {
        lock(&self.blobs).remove(key);
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_moves_only_when_told() {
        let clock = FixedClock::at(Timestamp::from_micros(5));
        assert_eq!(clock.now(), Timestamp::from_micros(5));
        clock.advance(Duration::from_millis(2));
        assert_eq!(clock.now(), Timestamp::from_micros(2_005));
        clock.set(Timestamp::from_micros(1));
        assert_eq!(clock.now(), Timestamp::from_micros(1));
    }

    #[test]
    fn equal_seeds_give_equal_ids_that_rise() {
        let (first, second, other) = (SeededIds::new(1), SeededIds::new(1), SeededIds::new(2));
        let ids: Vec<_> = (0..100).map(|_| first.uuid()).collect();
        assert!(ids.is_sorted_by(|earlier, later| earlier < later));
        assert!(
            ids.iter()
                .all(|id| *id == second.uuid() && id.get_version_num() == 7)
        );
        assert!((0..100).all(|_| !ids.contains(&other.uuid())));
    }

    #[test]
    fn equal_seeds_give_equal_bytes() {
        let bytes = |seed| crate::random_bytes::<16>(&SeededRng::new(seed));
        assert_eq!(bytes(7), bytes(7));
        assert_ne!(bytes(7), bytes(8));
    }
}

//! Rate limits: token buckets per visitor, address, inbox, agent and token.
//!
//! Each bucket is one number (the virtual time at which it is full again, GCRA), so that
//! a hundred thousand of them cost a few megabytes, and time comes from the clock port,
//! so that tests move it by hand. Buckets that are full again are forgotten.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use zhiyin_domain::ids::{AgentId, IdentityId, InboxId, TokenId};
use zhiyin_domain::time::Timestamp;

use crate::error::ApiError;

/// Buckets are spread over this many locks.
const SHARDS: usize = 16;
/// A shard forgets full buckets when it has grown by this many.
const SWEEP_AFTER: usize = 1024;

/// How much a bucket holds and how fast it fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// As many at once.
    pub burst: u32,
    /// One more each time this has passed.
    pub interval: Duration,
}

impl Rate {
    /// `burst` at once and `per_minute` a minute after that.
    #[must_use]
    pub const fn per_minute(per_minute: u32, burst: u32) -> Self {
        let micros = if per_minute == 0 {
            60_000_000
        } else {
            60_000_000 / per_minute as u64
        };
        Self {
            burst,
            interval: Duration::from_micros(micros),
        }
    }
}

/// The limits of an installation. `None` switches a limit off.
#[derive(Debug, Clone)]
pub struct RateLimits {
    /// All requests of one address.
    pub address: Option<Rate>,
    /// Requests of one address that need no credentials (log-in, set-up, new visitors).
    pub anonymous: Option<Rate>,
    /// Requests of one agent.
    pub agent: Option<Rate>,
    /// Requests with one token.
    pub token: Option<Rate>,
    /// Requests of one visitor.
    pub visitor: Option<Rate>,
    /// Messages of one visitor.
    pub visitor_messages: Option<Rate>,
    /// New visitors of one inbox.
    pub inbox_visitors: Option<Rate>,
    /// Frames on one stream.
    pub frames: Option<Rate>,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            // A whole office, or a shop behind one address, shares it.
            address: Some(Rate::per_minute(6000, 1000)),
            anonymous: Some(Rate::per_minute(120, 60)),
            agent: Some(Rate::per_minute(1200, 300)),
            token: Some(Rate::per_minute(6000, 1000)),
            visitor: Some(Rate::per_minute(240, 80)),
            visitor_messages: Some(Rate::per_minute(30, 12)),
            inbox_visitors: Some(Rate::per_minute(3000, 1000)),
            frames: Some(Rate::per_minute(300, 60)),
        }
    }
}

impl RateLimits {
    /// No limits at all: for load generators on a machine of one's own.
    #[must_use]
    pub const fn off() -> Self {
        Self {
            address: None,
            anonymous: None,
            agent: None,
            token: None,
            visitor: None,
            visitor_messages: None,
            inbox_visitors: None,
            frames: None,
        }
    }

    fn rate(&self, key: &Key) -> Option<Rate> {
        match key {
            Key::Address(_) => self.address,
            Key::Anonymous(_) => self.anonymous,
            Key::Agent(_) => self.agent,
            Key::Token(_) => self.token,
            Key::Visitor(_) => self.visitor,
            Key::VisitorMessages(_) => self.visitor_messages,
            Key::InboxVisitors(_) => self.inbox_visitors,
        }
    }
}

/// Whose bucket it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// All requests of an address.
    Address(IpAddr),
    /// Requests of an address that need no credentials.
    Anonymous(IpAddr),
    /// An agent in a browser.
    Agent(AgentId),
    /// A personal or app token.
    Token(TokenId),
    /// A visitor.
    Visitor(IdentityId),
    /// What a visitor writes.
    VisitorMessages(IdentityId),
    /// New visitors of an inbox.
    InboxVisitors(InboxId),
}

/// All buckets of this process.
#[derive(Debug)]
pub struct Limiter {
    limits: RateLimits,
    hasher: RandomState,
    shards: [Mutex<Shard>; SHARDS],
}

#[derive(Debug, Default)]
struct Shard {
    /// The time at which the bucket is full again, in microseconds.
    full_at: HashMap<Key, i64>,
    sweep_at: usize,
}

impl Limiter {
    /// A limiter with empty books.
    #[must_use]
    pub fn new(limits: RateLimits) -> Self {
        Self {
            limits,
            hasher: RandomState::new(),
            shards: Default::default(),
        }
    }

    /// The limits in force.
    #[must_use]
    pub const fn limits(&self) -> &RateLimits {
        &self.limits
    }

    /// Takes one token, or says when there will be one.
    pub fn take(&self, key: Key, now: Timestamp) -> Result<(), ApiError> {
        let Some(rate) = self.limits.rate(&key) else {
            return Ok(());
        };
        #[expect(clippy::cast_possible_truncation, reason = "the remainder is below 16")]
        let index = self.hasher.hash_one(key) as usize % SHARDS;
        let mut shard = self.shards[index]
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        shard.sweep(now);
        let full_at = shard.full_at.entry(key).or_insert(0);
        match admit(*full_at, rate, now) {
            Ok(next) => {
                *full_at = next;
                Ok(())
            }
            Err(wait) => Err(ApiError::too_many(wait)),
        }
    }
}

impl Shard {
    fn sweep(&mut self, now: Timestamp) {
        if self.full_at.len() < self.sweep_at.max(SWEEP_AFTER) {
            return;
        }
        self.full_at.retain(|_, full_at| *full_at > now.as_micros());
        self.sweep_at = self.full_at.len() + SWEEP_AFTER;
    }
}

/// The generic cell rate algorithm: the new virtual time, or how long to wait.
fn admit(full_at: i64, rate: Rate, now: Timestamp) -> Result<i64, Duration> {
    let interval = i64::try_from(rate.interval.as_micros()).unwrap_or(i64::MAX);
    let now = now.as_micros();
    let depth = interval.saturating_mul(i64::from(rate.burst.max(1)));
    let next = full_at.max(now).saturating_add(interval);
    let over = next.saturating_sub(now).saturating_sub(depth);
    if over > 0 {
        return Err(Duration::from_micros(u64::try_from(over).unwrap_or(0)));
    }
    Ok(next)
}

/// One bucket outside the books, for a stream that lives as long as its connection.
#[derive(Debug, Default)]
pub struct Bucket(i64);

impl Bucket {
    /// Takes one token; `false` if there is none.
    pub fn take(&mut self, rate: Option<Rate>, now: Timestamp) -> bool {
        let Some(rate) = rate else { return true };
        match admit(self.0, rate, now) {
            Ok(next) => {
                self.0 = next;
                true
            }
            Err(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limiter(rate: Rate) -> Limiter {
        Limiter::new(RateLimits {
            anonymous: Some(rate),
            ..RateLimits::off()
        })
    }

    fn key(last: u8) -> Key {
        Key::Anonymous(IpAddr::from([192, 0, 2, last]))
    }

    #[test]
    fn a_burst_then_a_steady_rate() {
        let limiter = limiter(Rate::per_minute(60, 3));
        let mut now = Timestamp::from_micros(1_000_000_000);
        for _ in 0..3 {
            assert!(limiter.take(key(1), now).is_ok());
        }
        assert!(limiter.take(key(1), now).is_err());
        assert!(
            limiter.take(key(2), now).is_ok(),
            "somebody else is not held up"
        );
        now = now.plus(Duration::from_millis(999));
        assert!(limiter.take(key(1), now).is_err());
        now = now.plus(Duration::from_millis(1));
        assert!(limiter.take(key(1), now).is_ok());
        assert!(limiter.take(key(1), now).is_err());
    }

    #[test]
    fn refused_requests_do_not_lengthen_the_wait() {
        let limiter = limiter(Rate::per_minute(60, 1));
        let now = Timestamp::from_micros(1_000_000_000);
        assert!(limiter.take(key(1), now).is_ok());
        for _ in 0..100 {
            assert!(limiter.take(key(1), now).is_err());
        }
        assert!(
            limiter
                .take(key(1), now.plus(Duration::from_secs(1)))
                .is_ok()
        );
    }

    #[test]
    fn full_buckets_are_forgotten() {
        let limiter = limiter(Rate::per_minute(60, 1));
        let mut now = Timestamp::from_micros(1_000_000_000);
        for round in 0..200_u32 {
            for n in 0..=255_u8 {
                let [a, b, ..] = round.to_be_bytes();
                let address = IpAddr::from([10 + a, b, u8::try_from(round % 256).unwrap_or(0), n]);
                assert!(limiter.take(Key::Anonymous(address), now).is_ok());
            }
            now = now.plus(Duration::from_secs(2));
        }
        let kept: usize = limiter
            .shards
            .iter()
            .map(|shard| {
                shard
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .full_at
                    .len()
            })
            .sum();
        assert!(kept <= SHARDS * 2 * SWEEP_AFTER, "{kept} buckets kept");
    }
}

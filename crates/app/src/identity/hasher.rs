//! Password hashes: argon2id on a bounded pool.
//!
//! A hash costs tens of milliseconds and 19 MiB on purpose. Few run at once and few may
//! wait; beyond that the caller is told to come back, so that a flood of log-ins takes
//! neither the memory nor the threads of everybody else.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use zhiyin_domain::identity::password::{PASSWORD_BYTES_MAX, Password};
use zhiyin_domain::secret::Secret;

/// Hashes that may wait for a free place.
const WAITING_MAX: usize = 64;
/// Hashes that run at once, on machines with enough cores.
const RUNNING_MAX: usize = 4;

/// How expensive a hash is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

impl PasswordCost {
    /// What OWASP recommends for argon2id with one lane: 19 MiB, two passes.
    pub const STANDARD: Self = Self {
        memory_kib: 19 * 1024,
        passes: 2,
    };
    /// For tests and simulations, which hash often and guard nothing.
    pub const CHEAP: Self = Self {
        memory_kib: 8,
        passes: 1,
    };

    fn argon2(self) -> Argon2<'static> {
        let params = Params::new(self.memory_kib, self.passes, 1, None)
            .expect("both costs are within the bounds of argon2");
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
    }

    /// A hash of this cost that no password has: verifying against it is exactly as
    /// much work as against a real one.
    fn decoy(self) -> String {
        format!(
            "$argon2id$v=19$m={},t={},p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            self.memory_kib, self.passes
        )
    }
}

/// Too many hashes are waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked")]
pub struct Busy;

/// Hashes and verifies passwords.
#[derive(Debug, Clone)]
pub struct Hasher {
    cost: PasswordCost,
    running: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    done: Arc<AtomicU64>,
}

impl Hasher {
    /// A pool of a cost.
    #[must_use]
    pub fn new(cost: PasswordCost) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            cost,
            running: Arc::new(Semaphore::new(cores.min(RUNNING_MAX))),
            waiting: Arc::default(),
            done: Arc::default(),
        }
    }

    /// The hash of a new password, with a salt that was never used before.
    pub async fn hash(&self, password: Password, salt: [u8; 16]) -> Result<String, Busy> {
        let cost = self.cost;
        self.run(move || {
            cost.argon2()
                .hash_password_with_salt(password.expose().as_bytes(), &salt)
                .expect("password and salt are within the bounds of argon2")
                .to_string()
        })
        .await
    }

    /// Whether a password has a hash. Without a hash the answer is no, after the same
    /// work.
    pub async fn verify(
        &self,
        password: Secret<String>,
        hash: Option<String>,
    ) -> Result<bool, Busy> {
        let (is_known, hash) = (hash.is_some(), hash.unwrap_or_else(|| self.cost.decoy()));
        let fits = self.run(move || verify(password.expose(), &hash)).await?;
        Ok(is_known && fits)
    }

    /// Whether a hash was made with another cost and should be made anew when the
    /// password is next known.
    #[must_use]
    pub fn is_outdated(&self, hash: &str) -> bool {
        let expected = format!(
            "$argon2id$v=19$m={},t={},p=1$",
            self.cost.memory_kib, self.cost.passes
        );
        !hash.starts_with(&expected)
    }

    /// How many hashes were computed since the start.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let _place = Place::take(&self.waiting)?;
        self.done.fetch_add(1, Ordering::Relaxed);
        let permit = Arc::clone(&self.running)
            .acquire_owned()
            .await
            .map_err(|_| Busy)?;
        let task = tokio::task::spawn_blocking(move || {
            // Held by the work itself: a caller who goes away frees no place early.
            let _permit = permit;
            work()
        });
        match task.await {
            Ok(value) => Ok(value),
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => Err(Busy),
        }
    }
}

/// A place in the queue, given back when dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(waiting: &Arc<AtomicUsize>) -> Result<Self, Busy> {
        let place = Self(Arc::clone(waiting));
        if waiting.fetch_add(1, Ordering::Relaxed) < WAITING_MAX + RUNNING_MAX {
            Ok(place)
        } else {
            Err(Busy)
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn verify(password: &str, hash: &str) -> bool {
    // A longer one was never accepted, and hashing a megabyte is an attack.
    let password = if password.len() > PASSWORD_BYTES_MAX {
        ""
    } else {
        password
    };
    match PasswordHash::new(hash) {
        Ok(parsed) => Argon2::default()
            .verify_password(password.as_bytes(), &parsed)
            .is_ok(),
        Err(error) => {
            tracing::error!("A stored password hash cannot be read: {error}");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::new(Secret::new(text.to_owned()), &[]).expect("a good password")
    }

    #[tokio::test]
    async fn a_password_has_its_hash_and_no_other() {
        let hasher = Hasher::new(PasswordCost::CHEAP);
        let hash = hasher
            .hash(password("a lamp on the sea"), [1; 16])
            .await
            .expect("a hash");
        let check =
            |text: &str, hash: Option<String>| hasher.verify(Secret::new(text.to_owned()), hash);
        assert_eq!(
            check("a lamp on the sea", Some(hash.clone())).await,
            Ok(true)
        );
        for wrong in [
            "",
            "a lamp on the sea ",
            "A lamp on the sea",
            &"x".repeat(PASSWORD_BYTES_MAX + 1),
        ] {
            assert_eq!(check(wrong, Some(hash.clone())).await, Ok(false), "{wrong}");
        }
        assert_eq!(check("a lamp on the sea", None).await, Ok(false));
        assert_eq!(check("", Some(String::new())).await, Ok(false));
    }

    #[tokio::test]
    async fn the_cost_is_in_the_hash() {
        let (cheap, standard) = (
            Hasher::new(PasswordCost::CHEAP),
            Hasher::new(PasswordCost::STANDARD),
        );
        let hash = cheap
            .hash(password("a lamp on the sea"), [1; 16])
            .await
            .expect("a hash");
        assert!(!cheap.is_outdated(&hash));
        assert!(standard.is_outdated(&hash));
        assert!(!standard.is_outdated(&PasswordCost::STANDARD.decoy()));
    }

    #[test]
    fn the_decoy_is_a_hash_like_any_other() {
        for cost in [PasswordCost::CHEAP, PasswordCost::STANDARD] {
            let decoy = cost.decoy();
            let parsed = PasswordHash::new(&decoy).expect("a hash that can be read");
            assert_eq!(parsed.hash.map(|hash| hash.len()), Some(32));
            assert_eq!(
                Params::try_from(&parsed)
                    .expect("known parameters")
                    .m_cost(),
                cost.memory_kib
            );
        }
    }

    #[tokio::test]
    async fn a_flood_is_turned_away() {
        let hasher = Hasher::new(PasswordCost::CHEAP);
        let places: Vec<Place> = (0..WAITING_MAX + RUNNING_MAX)
            .map(|_| Place::take(&hasher.waiting).expect("a place"))
            .collect();
        assert_eq!(
            hasher.verify(Secret::new(String::new()), None).await,
            Err(Busy)
        );
        drop(places);
        assert_eq!(
            hasher.verify(Secret::new(String::new()), None).await,
            Ok(false)
        );
    }
}

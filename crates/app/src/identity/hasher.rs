//! Password hashes: argon2id on a bounded pool.
//!
//! A hash costs tens of milliseconds and 19 MiB on purpose. Few run at once and few may
//! wait; beyond that the caller is told to come back, so that a flood of log-ins takes
//! neither the memory nor the threads of everybody else. The threads that hash do nothing else:
//! an allocator keeps what each of its threads once had, and spread over those of the runtime
//! that came to 800 MB after two hundred log-ins.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::oneshot;
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

type Work = Box<dyn FnOnce() + Send>;

/// Hashes and verifies passwords.
#[derive(Debug, Clone)]
pub struct Hasher {
    cost: PasswordCost,
    /// Threads are started with the first hash and end with the last handle.
    queue: Arc<OnceLock<Sender<Work>>>,
    waiting: Arc<AtomicUsize>,
    done: Arc<AtomicU64>,
}

impl Hasher {
    /// A pool of a cost.
    #[must_use]
    pub fn new(cost: PasswordCost) -> Self {
        Self {
            cost,
            queue: Arc::default(),
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
        let (sender, answer) = oneshot::channel();
        let work: Work = Box::new(move || {
            let outcome = catch_unwind(AssertUnwindSafe(work));
            // Nobody hears it when the caller went away.
            drop(sender.send(outcome));
        });
        self.queue
            .get_or_init(start_threads)
            .send(work)
            .map_err(|_| Busy)?;
        match answer.await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(panic)) => resume_unwind(panic),
            Err(_) => Err(Busy),
        }
    }
}

fn start_threads() -> Sender<Work> {
    let (sender, queue) = channel();
    let queue = Arc::new(Mutex::new(queue));
    let cores = thread::available_parallelism().map_or(1, usize::from);
    for _ in 0..cores.min(RUNNING_MAX) {
        let queue = Arc::clone(&queue);
        let started = thread::Builder::new()
            .name("password-hash".to_owned())
            .spawn(move || {
                while let Some(work) = next(&queue) {
                    work();
                }
            });
        if let Err(error) = started {
            tracing::error!(error = %error, "Could not start a thread for passwords");
        }
    }
    sender
}

fn next(queue: &Mutex<Receiver<Work>>) -> Option<Work> {
    let queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
    queue.recv().ok()
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

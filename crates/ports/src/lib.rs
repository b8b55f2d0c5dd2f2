//! Traits for what is not ours: time, identifiers, randomness, mail, files and
//! wake-ups between nodes.
//!
//! The rest of the program receives these as parameters. [`system`] holds the
//! real ones that need nothing but the operating system, [`fixed`] the
//! repeatable ones for tests and simulations. No other crate may read the clock
//! or roll a die; clippy refuses it.

pub mod blobs;
pub mod bus;
pub mod fixed;
pub mod http;
pub mod mail;
pub mod senders;
pub mod system;

use uuid::Uuid;
use zhiyin_domain::time::Timestamp;

pub use blobs::{BlobError, BlobHash, BlobKey, BlobStore};
pub use bus::{Bus, Subscription, Topic, Wake};
pub use http::{HttpAnswer, HttpClient, HttpError, HttpMethod, HttpRequest};
pub use mail::{Mail, MailError, Mailbox, Mailer};
pub use senders::{Checking, SenderCheck};

/// The present moment.
pub trait Clock: Send + Sync {
    /// The time now, in UTC.
    fn now(&self) -> Timestamp;
}

/// Where new identifiers come from.
pub trait IdSource: Send + Sync {
    /// A new UUIDv7, greater than every earlier one of this source.
    fn uuid(&self) -> Uuid;
}

/// Unpredictable bytes, fit for secrets when they come from [`system`].
pub trait Rng: Send + Sync {
    /// Fills the whole buffer.
    fn fill(&self, buffer: &mut [u8]);
}

/// An array of unpredictable bytes.
pub fn random_bytes<const N: usize>(rng: &dyn Rng) -> [u8; N] {
    let mut bytes = [0; N];
    rng.fill(&mut bytes);
    bytes
}

//! Personal data at rest: envelope encryption and blind indexes.
//!
//! Each workspace has data keys, random, kept in `data_keys` wrapped by a master
//! key of the [`Keyring`]. A sealed value says which data key made it, so both
//! kinds of keys can be changed: a new master key re-wraps the data keys, a new data
//! key seals what is written from then on while the old ones still open.
//! The blind index has a key of its own that never changes, else nothing old
//! would be found.
//!
//! A sealed value is bound to its workspace and its field: moved to another
//! column or workspace it does not open.

mod data_keys;
mod keyring;

pub(crate) use data_keys::DataKeys;
pub use data_keys::{KeyReport, rotate_data_key, rotate_master_key};
pub use keyring::{KEY_BYTES, Keyring};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Bytes of the nonce in front of a sealed value.
const NONCE_BYTES: usize = 24;

/// A key that wipes itself.
pub(crate) type Key = Zeroizing<[u8; KEY_BYTES]>;

/// Sealing or opening failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CryptoError {
    /// The keyring has no key of this name.
    #[error("the keyring has no master key `{key_id}` that a stored data key needs")]
    MasterKeyMissing {
        /// The name in `data_keys`.
        key_id: String,
    },
    /// The keyring text cannot be read.
    #[error("the keyring is not valid: {0}")]
    Keyring(&'static str),
    /// The value was made with a data key that is not there.
    #[error("the data key {number} of the value is missing")]
    DataKeyMissing {
        /// The number in the value.
        number: u32,
    },
    /// The value was changed, or belongs to another field, workspace or key.
    #[error("the sealed value of `{field}` does not open")]
    DoesNotOpen {
        /// The field asked for.
        field: &'static str,
    },
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    NoEntropy,
}

#[expect(
    clippy::disallowed_methods,
    reason = "a nonce or key from a repeatable source would break the encryption"
)]
/// Fresh random bytes. Keys and nonces come from the operating system, never from
/// a parameter: a repeatable nonce would break the encryption.
pub(crate) fn entropy<const N: usize>() -> Result<[u8; N], CryptoError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| CryptoError::NoEntropy)?;
    Ok(bytes)
}

/// Nonce and ciphertext of `plain`, bound to `context`.
fn encrypt(key: &Key, context: &[u8], plain: &[u8]) -> Result<Vec<u8>, CryptoError> {
    let nonce = entropy::<NONCE_BYTES>()?;
    let cipher = XChaCha20Poly1305::new((&**key).into());
    let text = cipher
        .encrypt(
            &XNonce::from(nonce),
            Payload {
                msg: plain,
                aad: context,
            },
        )
        .map_err(|_| CryptoError::DoesNotOpen { field: "?" })?;
    Ok([&nonce[..], &text].concat())
}

fn decrypt(
    key: &Key,
    context: &[u8],
    sealed: &[u8],
    field: &'static str,
) -> Result<Vec<u8>, CryptoError> {
    let (nonce, text) = sealed
        .split_first_chunk::<NONCE_BYTES>()
        .ok_or(CryptoError::DoesNotOpen { field })?;
    XChaCha20Poly1305::new((&**key).into())
        .decrypt(
            &XNonce::from(*nonce),
            Payload {
                msg: text,
                aad: context,
            },
        )
        .map_err(|_| CryptoError::DoesNotOpen { field })
}

/// What a sealed value is bound to.
fn context(purpose: &str, scope: Uuid, field: &str) -> Vec<u8> {
    [
        purpose.as_bytes(),
        b"\0",
        scope.as_bytes(),
        field.as_bytes(),
    ]
    .concat()
}

/// Keyed hash of a value under a key of its own for each field.
fn keyed_hash(key: &Key, field: &str, value: &[u8]) -> Vec<u8> {
    let mut field_key = Zeroizing::new([0; KEY_BYTES]);
    Hkdf::<Sha256>::new(None, &key[..])
        .expand_multi_info(&[b"blind-index\0", field.as_bytes()], &mut field_key[..])
        .expect("32 bytes are a valid length for HKDF-SHA256");
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&field_key[..])
        .expect("HMAC takes keys of any length");
    mac.update(value);
    mac.finalize().into_bytes().to_vec()
}

//! Signed links: addresses that say themselves what they lead to and until when.
//!
//! Nothing about a link is stored. It is a head (format, workspace and what it leads to), the
//! second it ends, and an authentication code over both under a key of the workspace that is
//! derived for this kind of link alone.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::{StoreError, Tx};

/// Of the authentication code; 128 bits cannot be guessed.
const CODE_BYTES: usize = 16;
/// Of the second in which a link ends.
const END_BYTES: usize = 8;

/// Gives the code of a content under the key for one kind of links; none where the workspace
/// has no key.
pub(crate) type Seal = fn(&mut Tx<'_>, &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

/// A link that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedLink {
    /// What stands in its address.
    pub token: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Why a link leads nowhere.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// Nobody here has made it, or what it leads to is not there any more.
    #[error("the link is not one of ours")]
    Invalid,
    /// It was valid once.
    #[error("the link is not valid any more")]
    Expired,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A head out of the bytes of its format and the identifiers that follow.
pub(crate) fn head<const N: usize>(format: &[u8], ids: &[Uuid]) -> [u8; N] {
    let mut head = [0; N];
    let bytes = format.iter().chain(ids.iter().flat_map(Uuid::as_bytes));
    for (place, byte) in head.iter_mut().zip(bytes) {
        *place = *byte;
    }
    head
}

fn content(head: &[u8], expires_at: Timestamp) -> Vec<u8> {
    let seconds = expires_at.as_millis().div_euclid(1000);
    [head, &seconds.to_be_bytes()].concat()
}

/// Makes a link that ends at a moment, cut to the second. The caller has checked who may.
pub(crate) fn sign(
    tx: &mut Tx<'_>,
    head: &[u8],
    ends_at: Timestamp,
    seal: Seal,
) -> Result<SignedLink, StoreError> {
    let seconds = ends_at.as_millis().div_euclid(1000);
    let expires_at = Timestamp::from_micros(seconds.saturating_mul(1_000_000));
    let mut bytes = content(head, expires_at);
    let code = seal(tx, &bytes)?.ok_or(StoreError::Aborted)?;
    bytes.extend_from_slice(&code[..CODE_BYTES]);
    Ok(SignedLink {
        token: URL_SAFE_NO_PAD.encode(bytes),
        expires_at,
    })
}

/// What a link with a head of `N` bytes says, not yet proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unproven<const N: usize> {
    head: [u8; N],
    expires_at: Timestamp,
    code: [u8; CODE_BYTES],
}

impl<const N: usize> Unproven<N> {
    /// Reads a token whose head begins with a format. Says nothing about whether it is true.
    pub(crate) fn read(token: &str, format: &[u8]) -> Result<Self, LinkError> {
        let bytes = URL_SAFE_NO_PAD.decode(token);
        let bytes = bytes.map_err(|_| LinkError::Invalid)?;
        if bytes.len() != N + END_BYTES + CODE_BYTES || !bytes.starts_with(format) {
            return Err(LinkError::Invalid);
        }
        let (mut head, mut end, mut code) = ([0; N], [0; END_BYTES], [0; CODE_BYTES]);
        head.copy_from_slice(&bytes[..N]);
        end.copy_from_slice(&bytes[N..N + END_BYTES]);
        code.copy_from_slice(&bytes[N + END_BYTES..]);
        let micros = i64::from_be_bytes(end).saturating_mul(1_000_000);
        Ok(Self {
            head,
            expires_at: Timestamp::from_micros(micros),
            code,
        })
    }

    /// A byte of the head.
    pub(crate) const fn byte(&self, at: usize) -> u8 {
        self.head[at]
    }

    /// The identifier that begins at a byte of the head.
    pub(crate) fn id(&self, at: usize) -> Uuid {
        let mut id = [0; 16];
        id.copy_from_slice(&self.head[at..at + 16]);
        Uuid::from_bytes(id)
    }

    /// Checks the code, in constant time, and then the end. `tx` is bound to the workspace
    /// the link names.
    pub(crate) fn prove(
        &self,
        tx: &mut Tx<'_>,
        now: Timestamp,
        seal: Seal,
    ) -> Result<(), LinkError> {
        let code = seal(tx, &content(&self.head, self.expires_at))?.ok_or(LinkError::Invalid)?;
        if !bool::from(code[..CODE_BYTES].ct_eq(&self.code)) {
            return Err(LinkError::Invalid);
        }
        if now > self.expires_at {
            return Err(LinkError::Expired);
        }
        Ok(())
    }
}

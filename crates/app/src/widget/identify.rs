//! Proof of identity: how a site vouches for its visitor.
//!
//! The site's server signs a short-lived JSON Web Token (RFC 7519) with HMAC-SHA-256 and a
//! secret of the inbox. `kid` names the secret, `aud` is the key of the inbox, `exp` lies
//! at most fifteen minutes after `iat`, and whatever the token says about the visitor is
//! signed with it. The older form, a bare HMAC of the user id, is accepted too; it proves
//! the id and nothing else, and never expires.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::Sha256;
use zhiyin_domain::contact::Attributes;
use zhiyin_domain::limits::IDENTITY_TOKEN_LIFETIME_MAX;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::inboxes::InboxSecret;

/// Clocks of two servers may differ by this much.
const CLOCK_SKEW: Duration = Duration::from_mins(1);
/// Longest token that is looked at.
const TOKEN_BYTES_MAX: usize = 8 * 1024;
/// Longest user id.
const SUBJECT_BYTES_MAX: usize = 255;

/// What a site sends to vouch for its visitor.
#[derive(Clone)]
pub enum IdentityProof {
    /// A signed token.
    Jwt(String),
    /// A bare HMAC of the user id, in hexadecimal.
    Hmac {
        /// The site's id of its user.
        user_id: String,
        /// HMAC-SHA-256 of it.
        hmac: String,
    },
}

/// What a proof says about the visitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// The site's id of its user.
    pub user_id: String,
    /// Name.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Custom attributes; signed, so the visitor cannot change them.
    pub attributes: Attributes,
}

/// Why a proof was refused. The answer tells the site's developer what to mend and an
/// attacker nothing new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// Not a token of the expected form.
    #[error("the identity token is malformed")]
    Malformed,
    /// Only HS256 is accepted; `none` never is.
    #[error("the identity token must be signed with HS256")]
    Algorithm,
    /// No valid secret of the inbox made this signature.
    #[error("the signature of the identity does not match a secret of this inbox")]
    Signature,
    /// The token is for another inbox.
    #[error("`aud` of the identity token must be the key of this inbox")]
    Audience,
    /// The token has ended or is not valid yet.
    #[error("the identity token has expired or is not valid yet")]
    Expired,
    /// The token lives too long.
    #[error("an identity token must expire at most 15 minutes after it was issued")]
    LivesTooLong,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
}

#[derive(Deserialize)]
struct Payload {
    sub: String,
    aud: String,
    iat: i64,
    exp: i64,
    #[serde(default)]
    nbf: Option<i64>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    phone: Option<String>,
    #[serde(default)]
    attributes: Attributes,
}

/// Checks a proof against the secrets of the inbox with key `inbox_key`.
pub fn verify(
    proof: &IdentityProof,
    secrets: &[InboxSecret],
    inbox_key: &str,
    now: Timestamp,
) -> Result<Claims, IdentityError> {
    match proof {
        IdentityProof::Jwt(token) => verify_jwt(token, secrets, inbox_key, now),
        IdentityProof::Hmac { user_id, hmac } => verify_hmac(user_id, hmac, secrets),
    }
}

fn matches(secret: &InboxSecret, message: &[u8], signature: &[u8]) -> bool {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.secret.expose()) else {
        return false;
    };
    mac.update(message);
    mac.verify_slice(signature).is_ok()
}

fn decode<T: serde::de::DeserializeOwned>(part: &str) -> Result<T, IdentityError> {
    let bytes = URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| IdentityError::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| IdentityError::Malformed)
}

fn verify_jwt(
    token: &str,
    secrets: &[InboxSecret],
    inbox_key: &str,
    now: Timestamp,
) -> Result<Claims, IdentityError> {
    if token.len() > TOKEN_BYTES_MAX {
        return Err(IdentityError::Malformed);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(IdentityError::Malformed)?;
    let (header, payload) = signed.split_once('.').ok_or(IdentityError::Malformed)?;
    let header: Header = decode(header)?;
    if header.alg != "HS256" {
        return Err(IdentityError::Algorithm);
    }
    let signature = URL_SAFE_NO_PAD
        .decode(signature)
        .map_err(|_| IdentityError::Malformed)?;
    let is_named =
        |secret: &&InboxSecret| header.kid.as_ref().is_none_or(|kid| *kid == secret.key_id);
    let mut named = secrets.iter().filter(is_named);
    if !named.any(|secret| matches(secret, signed.as_bytes(), &signature)) {
        return Err(IdentityError::Signature);
    }
    let payload: Payload = decode(payload)?;
    check_payload(&payload, inbox_key, now)?;
    Ok(Claims {
        user_id: payload.sub,
        name: payload.name,
        email: payload.email,
        phone: payload.phone,
        attributes: payload.attributes,
    })
}

fn check_payload(payload: &Payload, inbox_key: &str, now: Timestamp) -> Result<(), IdentityError> {
    if payload.sub.is_empty() || payload.sub.len() > SUBJECT_BYTES_MAX {
        return Err(IdentityError::Malformed);
    }
    if payload.aud != inbox_key {
        return Err(IdentityError::Audience);
    }
    let at = |seconds: i64| Timestamp::from_micros(seconds.saturating_mul(1_000_000));
    let (issued, expires) = (at(payload.iat), at(payload.exp));
    if expires.minus(IDENTITY_TOKEN_LIFETIME_MAX) > issued {
        return Err(IdentityError::LivesTooLong);
    }
    let begins = payload.nbf.map_or(issued, at);
    if expires <= now || begins.minus(CLOCK_SKEW) > now {
        return Err(IdentityError::Expired);
    }
    Ok(())
}

fn verify_hmac(
    user_id: &str,
    hmac: &str,
    secrets: &[InboxSecret],
) -> Result<Claims, IdentityError> {
    let signature = hex::decode(hmac).map_err(|_| IdentityError::Malformed)?;
    if user_id.is_empty() || user_id.len() > SUBJECT_BYTES_MAX {
        return Err(IdentityError::Malformed);
    }
    if !secrets
        .iter()
        .any(|secret| matches(secret, user_id.as_bytes(), &signature))
    {
        return Err(IdentityError::Signature);
    }
    Ok(Claims {
        user_id: user_id.to_owned(),
        name: None,
        email: None,
        phone: None,
        attributes: Attributes::new(),
    })
}

#[cfg(test)]
#[path = "identify_tests.rs"]
mod tests;

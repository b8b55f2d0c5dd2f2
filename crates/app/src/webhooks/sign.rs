//! The signature of the Standard Webhooks specification, scheme `v1`: HMAC-SHA256 over
//! `id.timestamp.body`, base64, one for each valid secret.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zhiyin_domain::secret::Secret;
use zhiyin_domain::time::Timestamp;

/// Before every secret that people copy.
pub(super) const SECRET_PREFIX: &str = "whsec_";

/// The headers of a signed request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// `webhook-id`.
    pub id: String,
    /// `webhook-timestamp`, in seconds.
    pub timestamp: String,
    /// `webhook-signature`, one after the other.
    pub signature: String,
}

/// Signs a body as sent at `now`, with every secret that is valid.
#[must_use]
pub fn sign(id: &str, now: Timestamp, body: &str, secrets: &[Secret<Vec<u8>>]) -> Signed {
    let timestamp = now.as_micros().div_euclid(1_000_000).to_string();
    let one = |secret: &Secret<Vec<u8>>| {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose())
            .expect("a key of any length is accepted");
        for part in [id, ".", &timestamp, ".", body] {
            mac.update(part.as_bytes());
        }
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    };
    let signatures: Vec<String> = secrets.iter().map(one).collect();
    Signed {
        id: id.to_owned(),
        signature: signatures.join(" "),
        timestamp,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_example_comes_out() {
        let key = STANDARD
            .decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
            .expect("base64");
        let now = Timestamp::from_micros(1_614_265_330_000_000);
        let (id, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", r#"{"test": 2432232314}"#);
        let signed = sign(id, now, body, &[Secret::new(key.clone())]);
        let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(signed.signature, expected);
        assert_eq!(signed.timestamp, "1614265330");
        let other = Secret::new(b"another".to_vec());
        let both = sign(id, now, body, &[other, Secret::new(key)]).signature;
        assert_eq!(both.split(' ').count(), 2);
        assert!(both.ends_with(expected), "{both}");
    }
}

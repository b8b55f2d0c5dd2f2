//! Every way in which a proof of identity can be wrong.

use serde_json::json;
use zhiyin_domain::secret::Secret;

use super::*;

const KEY: &str = "inboxkey";

fn secret(key_id: &str) -> InboxSecret {
    InboxSecret {
        key_id: key_id.to_owned(),
        secret: Secret::new(format!("secret of {key_id}").into_bytes()),
        created_at: Timestamp::EPOCH,
    }
}

fn sign(secret: &InboxSecret, message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.secret.expose()).expect("any length");
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

fn token(
    secret: &InboxSecret,
    header: &serde_json::Value,
    payload: &serde_json::Value,
) -> IdentityProof {
    let encode = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", encode(header), encode(payload));
    let signature = URL_SAFE_NO_PAD.encode(sign(secret, signed.as_bytes()));
    IdentityProof::Jwt(format!("{signed}.{signature}"))
}

fn header() -> serde_json::Value {
    json!({ "alg": "HS256", "typ": "JWT", "kid": "k1" })
}

fn payload() -> serde_json::Value {
    json!({ "sub": "42", "aud": KEY, "iat": 1000, "exp": 1600, "name": "李娜", "attributes": { "plan": "gold" } })
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

fn check(
    header: &serde_json::Value,
    payload: &serde_json::Value,
    now: i64,
) -> Result<Claims, IdentityError> {
    verify(
        &token(&secret("k1"), header, payload),
        &[secret("k2"), secret("k1")],
        KEY,
        at(now),
    )
}

fn with(key: &str, value: serde_json::Value) -> serde_json::Value {
    let mut payload = payload();
    payload[key] = value;
    payload
}

#[test]
fn a_good_token_tells_who_it_is() {
    let claims = check(&header(), &payload(), 1100).expect("valid");
    assert_eq!(
        (claims.user_id.as_str(), claims.name.as_deref()),
        ("42", Some("李娜"))
    );
    assert_eq!(
        claims.attributes.get("plan").map(String::as_str),
        Some("gold")
    );
}

#[test]
fn every_flaw_is_refused() {
    use IdentityError as E;
    let cases = [
        (
            check(&json!({ "alg": "none" }), &payload(), 1100),
            E::Algorithm,
        ),
        (
            check(&json!({ "alg": "RS256", "kid": "k1" }), &payload(), 1100),
            E::Algorithm,
        ),
        (
            check(&json!({ "alg": "HS256", "kid": "k2" }), &payload(), 1100),
            E::Signature,
        ),
        (
            check(&json!({ "alg": "HS256", "kid": "gone" }), &payload(), 1100),
            E::Signature,
        ),
        (
            check(&header(), &with("aud", json!("other")), 1100),
            E::Audience,
        ),
        (check(&header(), &with("aud", json!("")), 1100), E::Audience),
        (check(&header(), &payload(), 1600), E::Expired),
        (check(&header(), &payload(), 900), E::Expired),
        (
            check(&header(), &with("nbf", json!(1500)), 1100),
            E::Expired,
        ),
        (
            check(&header(), &with("exp", json!(1901)), 1100),
            E::LivesTooLong,
        ),
        (
            check(&header(), &with("sub", json!("")), 1100),
            E::Malformed,
        ),
        (
            check(&header(), &with("sub", json!(null)), 1100),
            E::Malformed,
        ),
        (
            check(&header(), &with("exp", json!(null)), 1100),
            E::Malformed,
        ),
    ];
    for (index, (found, expected)) in cases.into_iter().enumerate() {
        assert_eq!(found, Err(expected), "case {index}");
    }
}

#[test]
fn a_changed_word_breaks_the_signature() {
    let IdentityProof::Jwt(good) = token(&secret("k1"), &header(), &payload()) else {
        unreachable!()
    };
    let parts: Vec<&str> = good.split('.').collect();
    let other = URL_SAFE_NO_PAD.encode(with("sub", json!("43")).to_string());
    for forged in [
        format!("{}.{}.{}", parts[0], other, parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        String::new(),
        "..".to_owned(),
        "x".repeat(9000),
    ] {
        assert!(verify(&IdentityProof::Jwt(forged), &[secret("k1")], KEY, at(1100)).is_err());
    }
}

#[test]
fn the_older_form_proves_the_id_and_nothing_else() {
    let hmac = hex::encode(sign(&secret("k1"), b"42"));
    let proof = |user_id: &str, hmac: &str| IdentityProof::Hmac {
        user_id: user_id.into(),
        hmac: hmac.into(),
    };
    let secrets = [secret("k1")];
    let claims = verify(&proof("42", &hmac), &secrets, KEY, at(0)).expect("valid");
    assert_eq!((claims.user_id.as_str(), claims.name), ("42", None));
    assert_eq!(
        verify(&proof("43", &hmac), &secrets, KEY, at(0)),
        Err(IdentityError::Signature)
    );
    assert_eq!(
        verify(&proof("42", ""), &secrets, KEY, at(0)),
        Err(IdentityError::Signature)
    );
    assert_eq!(
        verify(&proof("", &hmac), &secrets, KEY, at(0)),
        Err(IdentityError::Malformed)
    );
    assert_eq!(
        verify(&proof("42", "zz"), &secrets, KEY, at(0)),
        Err(IdentityError::Malformed)
    );
    assert_eq!(
        verify(&proof("42", &hmac), &[], KEY, at(0)),
        Err(IdentityError::Signature)
    );
}

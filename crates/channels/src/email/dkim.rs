//! Mail of ours, signed (DKIM: RFC 6376, RFC 8463), so that other servers know that the domain
//! vouches for it.
//!
//! `relaxed/relaxed`, whole body. The headers that say who writes to whom about what are
//! signed once more than they occur, so that nobody can add another one on the way.

use std::fmt::Write as _;

use data_encoding::BASE64;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use sha2::{Digest as _, Sha256};
use zhiyin_domain::time::Timestamp;

/// Signed if they are there.
const SIGNED: [&str; 14] = [
    "from",
    "reply-to",
    "to",
    "cc",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "auto-submitted",
    "list-unsubscribe",
];
/// Nobody may add one of these.
const GUARDED: [&str; 6] = ["from", "reply-to", "to", "cc", "subject", "date"];
/// The begin of the public key of an RSA key (RFC 5280, RFC 8017): the algorithm.
const RSA_ALGORITHM: [u8; 15] = [
    0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
];
/// Shorter RSA keys are refused by receivers (RFC 8301 §3.2).
const RSA_BITS_MIN: usize = 1024;
/// Characters of a signature in one line.
const LINE_MAX: usize = 70;

/// Why a key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a private key in PEM.
    #[error("the key is no private key in PEM")]
    NotPem,
    /// Neither RSA with at least 1024 bits nor Ed25519.
    #[error("the key is neither RSA of at least 1024 bits nor Ed25519")]
    Unfit,
}

/// Signs for one domain.
pub struct Signer {
    domain: String,
    selector: String,
    key: Key,
}

enum Key {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Ed25519KeyPair),
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer")
            .field("domain", &self.domain)
            .field("selector", &self.selector)
            .finish_non_exhaustive()
    }
}

impl Signer {
    /// With a private key in PEM (PKCS #8, or PKCS #1 for RSA).
    pub fn new(domain: &str, selector: &str, pem: &str) -> Result<Self, KeyError> {
        let der = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| KeyError::NotPem)?;
        let rsa = match &der {
            PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()),
            other => RsaKeyPair::from_pkcs8(other.secret_der()),
        };
        let key = match rsa {
            Ok(pair) if pair.public().modulus_len() * 8 >= RSA_BITS_MIN => Key::Rsa(Box::new(pair)),
            Ok(_) => return Err(KeyError::Unfit),
            Err(_) => Ed25519KeyPair::from_pkcs8_maybe_unchecked(der.secret_der())
                .map(Key::Ed25519)
                .map_err(|_| KeyError::Unfit)?,
        };
        Ok(Self {
            domain: domain.to_ascii_lowercase(),
            selector: selector.to_ascii_lowercase(),
            key,
        })
    }

    /// Name and value of the TXT record that must be published.
    #[must_use]
    pub fn record(&self) -> (String, String) {
        let (kind, public) = match &self.key {
            Key::Rsa(pair) => ("rsa", rsa_public(pair.public_key().as_ref())),
            Key::Ed25519(pair) => ("ed25519", pair.public_key().as_ref().to_vec()),
        };
        (
            format!("{}._domainkey.{}", self.selector, self.domain),
            format!("v=DKIM1; k={kind}; p={}", BASE64.encode(&public)),
        )
    }

    /// The mail with its signature in front. A mail without headers stays as it is.
    #[must_use]
    pub fn sign(&self, raw: &[u8], now: Timestamp) -> Vec<u8> {
        let Some((head, body)) = split(raw) else {
            return raw.to_vec();
        };
        let fields = fields(head);
        let names = names_to_sign(&fields);
        let body_hash = BASE64.encode(&Sha256::digest(relaxed_body(body)));
        let algorithm = match self.key {
            Key::Rsa(_) => "rsa-sha256",
            Key::Ed25519(_) => "ed25519-sha256",
        };
        let unsigned = format!(
            " v=1; a={algorithm}; c=relaxed/relaxed; d={};\r\n\ts={}; t={};\r\n\th={};\r\n\t\
             bh={body_hash};\r\n\tb=",
            self.domain,
            self.selector,
            now.as_micros().div_euclid(1_000_000),
            names.join(":\r\n\t "),
        );
        let mut signed = Vec::new();
        for field in chosen(&fields, &names) {
            signed.extend(relaxed_field(field.name, field.value));
            signed.extend(b"\r\n");
        }
        signed.extend(relaxed_field(b"DKIM-Signature", unsigned.as_bytes()));
        let signature = BASE64.encode(&self.signature(&signed));
        let mut result = Vec::with_capacity(raw.len() + 1024);
        result.extend(format!("DKIM-Signature:{unsigned}{}\r\n", folded(&signature)).as_bytes());
        result.extend(raw);
        result
    }

    fn signature(&self, data: &[u8]) -> Vec<u8> {
        match &self.key {
            Key::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(
                    &RSA_PKCS1_SHA256,
                    &SystemRandom::new(),
                    data,
                    &mut signature,
                )
                .expect("a key that was read can sign");
                signature
            }
            // RFC 8463: the hash is what is signed.
            Key::Ed25519(pair) => pair.sign(&Sha256::digest(data)).as_ref().to_vec(),
        }
    }
}

/// A header as it stands, without its line end.
struct Field<'a> {
    name: &'a [u8],
    value: &'a [u8],
}

/// Headers and body of a mail.
fn split(raw: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = raw.windows(4).position(|window| window == b"\r\n\r\n")?;
    Some((&raw[..end + 2], &raw[end + 4..]))
}

fn fields(head: &[u8]) -> Vec<Field<'_>> {
    let mut found = Vec::new();
    let mut rest = head;
    while !rest.is_empty() {
        let end = end_of_field(rest);
        let (field, after) = rest.split_at(end);
        rest = after;
        let field = field.strip_suffix(b"\r\n").unwrap_or(field);
        if let Some(colon) = field.iter().position(|byte| *byte == b':') {
            found.push(Field {
                name: &field[..colon],
                value: &field[colon + 1..],
            });
        }
    }
    found
}

/// Behind the first line end that no white space follows.
fn end_of_field(rest: &[u8]) -> usize {
    let mut from = 0;
    while let Some(at) = rest[from..].windows(2).position(|window| window == b"\r\n") {
        let end = from + at + 2;
        if !matches!(rest.get(end), Some(b' ' | b'\t')) {
            return end;
        }
        from = end;
    }
    rest.len()
}

fn count(fields: &[Field<'_>], name: &str) -> usize {
    let is_it = |field: &&Field<'_>| {
        field
            .name
            .trim_ascii()
            .eq_ignore_ascii_case(name.as_bytes())
    };
    fields.iter().filter(is_it).count()
}

fn names_to_sign(fields: &[Field<'_>]) -> Vec<&'static str> {
    let mut names = Vec::new();
    for name in SIGNED {
        let once_more = usize::from(GUARDED.contains(&name));
        names.extend(std::iter::repeat_n(name, count(fields, name) + once_more));
    }
    names
}

/// The headers behind the names: of several with one name the last first (RFC 6376 §5.4.2).
fn chosen<'a, 'b>(fields: &'b [Field<'a>], names: &[&str]) -> Vec<&'b Field<'a>> {
    let mut left: Vec<&Field<'_>> = fields.iter().rev().collect();
    names
        .iter()
        .filter_map(|name| {
            let at = left.iter().position(|field| {
                field
                    .name
                    .trim_ascii()
                    .eq_ignore_ascii_case(name.as_bytes())
            })?;
            Some(left.remove(at))
        })
        .collect()
}

/// RFC 6376 §3.4.2, without the line end.
fn relaxed_field(name: &[u8], value: &[u8]) -> Vec<u8> {
    let mut line = name.trim_ascii().to_ascii_lowercase();
    line.push(b':');
    let unfolded: Vec<u8> = value
        .iter()
        .copied()
        .filter(|byte| !matches!(byte, b'\r' | b'\n'))
        .collect();
    line.extend(single_spaced(trimmed(&unfolded)));
    line
}

/// RFC 6376 §3.4.4.
fn relaxed_body(body: &[u8]) -> Vec<u8> {
    let mut result = Vec::with_capacity(body.len());
    // Empty lines wait until something follows: those at the end do not count.
    let mut empty_lines = 0;
    let mut rest = body;
    while !rest.is_empty() {
        let end = rest.windows(2).position(|window| window == b"\r\n");
        let (line, after) = match end {
            Some(end) => (&rest[..end], &rest[end + 2..]),
            None => (rest, &rest[rest.len()..]),
        };
        rest = after;
        let line = trimmed_end(line);
        if line.is_empty() {
            empty_lines += 1;
            continue;
        }
        for _ in 0..empty_lines {
            result.extend(b"\r\n");
        }
        empty_lines = 0;
        result.extend(single_spaced(line));
        result.extend(b"\r\n");
    }
    result
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn trimmed_end(line: &[u8]) -> &[u8] {
    let end = line
        .iter()
        .rposition(|byte| !is_space(*byte))
        .map_or(0, |last| last + 1);
    &line[..end]
}

fn trimmed(text: &[u8]) -> &[u8] {
    let text = trimmed_end(text);
    let start = text
        .iter()
        .position(|byte| !is_space(*byte))
        .unwrap_or(text.len());
    &text[start..]
}

/// Each run of white space as one space.
fn single_spaced(text: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let mut was_space = false;
    text.iter().filter_map(move |byte| {
        let repeats = was_space && is_space(*byte);
        was_space = is_space(*byte);
        match (repeats, was_space) {
            (true, _) => None,
            (false, true) => Some(b' '),
            (false, false) => Some(*byte),
        }
    })
}

fn folded(signature: &str) -> String {
    let mut text = String::with_capacity(signature.len() + 32);
    for (index, piece) in signature.as_bytes().chunks(LINE_MAX).enumerate() {
        let start = if index == 0 { "" } else { "\r\n\t" };
        let piece = String::from_utf8_lossy(piece);
        write!(text, "{start}{piece}").expect("writing to a string succeeds");
    }
    text
}

/// An RSA public key (PKCS #1) as a public key of any kind (RFC 5280), which is what readers
/// of the record expect.
fn rsa_public(pkcs1: &[u8]) -> Vec<u8> {
    let mut bits = vec![0x00];
    bits.extend(pkcs1);
    let mut inner = RSA_ALGORITHM.to_vec();
    inner.extend(tagged(0x03, &bits));
    tagged(0x30, &inner)
}

/// DER: tag, length, content.
fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut der = vec![tag];
    let bytes = content.len().to_be_bytes();
    if content.len() < 0x80 {
        der.push(bytes[bytes.len() - 1]);
    } else {
        let digits = bytes.iter().skip_while(|byte| **byte == 0);
        let length: Vec<u8> = digits.copied().collect();
        der.push(0x80 | u8::try_from(length.len()).expect("at most eight bytes"));
        der.extend(length);
    }
    der.extend(content);
    der
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 6376 §3.4.5.
    #[test]
    fn canonical_forms_are_those_of_the_standard() {
        let raw = b"A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n";
        let (head, body) = split(raw).unwrap();
        let lines: Vec<Vec<u8>> = fields(head)
            .iter()
            .map(|field| relaxed_field(field.name, field.value))
            .collect();
        assert_eq!(lines, [b"a:X".to_vec(), b"b:Y Z".to_vec()]);
        assert_eq!(relaxed_body(body), b" C\r\nD E\r\n");
        assert_eq!(relaxed_body(b""), b"");
        assert_eq!(relaxed_body(b"\r\n\r\n"), b"");
        assert_eq!(relaxed_body(b"x"), b"x\r\n");
    }

    #[test]
    fn who_writes_what_is_signed_once_more_than_it_occurs() {
        let fields = fields(b"From: a\r\nTo: b\r\nX-Other: c\r\n");
        let names = names_to_sign(&fields);
        assert_eq!(
            names,
            [
                "from", "from", "reply-to", "to", "to", "cc", "subject", "date"
            ]
        );
        assert_eq!(chosen(&fields, &names).len(), 2);
    }

    #[test]
    fn what_is_no_key_is_refused() {
        assert_eq!(
            Signer::new("a.b", "s", "hello").unwrap_err(),
            KeyError::NotPem
        );
        let broken = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        assert_eq!(
            Signer::new("a.b", "s", broken).unwrap_err(),
            KeyError::Unfit
        );
    }
}

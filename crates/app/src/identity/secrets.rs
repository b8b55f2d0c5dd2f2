//! Tokens: how they are made, and the hash under which they are looked up.
//!
//! A token is 32 unpredictable bytes, so a plain SHA-256 is enough: there is nothing to
//! guess. The hash is taken over its exact text together with what the token is for. A
//! text of any other form is refused before anything is looked up, so that an empty,
//! padded or differently written one can never match.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zhiyin_domain::identity::token::{API_TOKEN_PREFIX, is_token_text};
use zhiyin_domain::ids::AgentId;
use zhiyin_domain::secret::Secret;
use zhiyin_store::identity::TokenHash;

/// What a token is for. A token of one purpose is nothing for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The cookie of a log-in session.
    Session,
    /// A personal or app token.
    Api,
    /// The link of an invitation.
    Invitation,
    /// The link of a password reset.
    PasswordReset,
}

impl Purpose {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Api => API_TOKEN_PREFIX,
            Self::Session | Self::Invitation | Self::PasswordReset => "",
        }
    }

    const fn context(self) -> &'static [u8] {
        match self {
            Self::Session => b"zhiyin session\0",
            Self::Api => b"zhiyin api token\0",
            Self::Invitation => b"zhiyin invitation\0",
            Self::PasswordReset => b"zhiyin password reset\0",
        }
    }

    /// The text of a token made of these bytes.
    pub(super) fn token(self, bytes: [u8; 32]) -> Secret<String> {
        Secret::new(format!(
            "{}{}",
            self.prefix(),
            URL_SAFE_NO_PAD.encode(bytes)
        ))
    }

    /// The hash of a presented text, if it has the form of a token at all.
    pub(super) fn hash(self, text: &str) -> Option<TokenHash> {
        let random = text.strip_prefix(self.prefix())?;
        is_token_text(random).then(|| hash(self.context(), &[random.as_bytes()]))
    }
}

fn hash(context: &[u8], parts: &[&[u8]]) -> TokenHash {
    let mut digest = Sha256::new();
    digest.update(context);
    for part in parts {
        digest.update(part);
    }
    digest.finalize().into()
}

/// The CSRF token of a session. It follows from the cookie, which a foreign page can
/// make the browser send but cannot read.
#[must_use]
pub fn csrf_token(cookie: &Secret<String>) -> String {
    let mut mac = <Hmac<Sha256>>::new_from_slice(cookie.expose().as_bytes())
        .expect("HMAC takes keys of any length");
    mac.update(b"zhiyin csrf token");
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

/// Whether `presented` is the CSRF token of the session.
#[must_use]
pub fn is_csrf_token(cookie: &Secret<String>, presented: &str) -> bool {
    csrf_token(cookie)
        .as_bytes()
        .ct_eq(presented.as_bytes())
        .into()
}

/// Lower-case Crockford base32, where nothing looks like something else.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Characters of a recovery code: 80 bits.
const RECOVERY_CHARS: usize = 16;

/// A recovery code made of these bytes, in groups of four.
pub(super) fn recovery_code(bytes: [u8; 10]) -> String {
    let mut code = String::with_capacity(RECOVERY_CHARS + 3);
    let mut rest = bytes
        .iter()
        .fold(0_u128, |value, byte| (value << 8) | u128::from(*byte));
    for index in 0..RECOVERY_CHARS {
        if index > 0 && index % 4 == 0 {
            code.push('-');
        }
        code.push(char::from(
            ALPHABET[usize::try_from(rest & 31).unwrap_or_default()],
        ));
        rest >>= 5;
    }
    code
}

/// The hash of a presented recovery code, if it has the form of one. Case, blanks and
/// hyphens do not matter: people copy these from paper.
pub(super) fn recovery_hash(agent: AgentId, text: &str) -> Option<TokenHash> {
    let code: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let is_code = code.len() == RECOVERY_CHARS && code.bytes().all(|byte| ALPHABET.contains(&byte));
    is_code.then(|| {
        hash(
            b"zhiyin recovery code\0",
            &[agent.uuid().as_bytes(), code.as_bytes()],
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_token_is_found_by_its_exact_text_only() {
        for purpose in [
            Purpose::Session,
            Purpose::Api,
            Purpose::Invitation,
            Purpose::PasswordReset,
        ] {
            let token = purpose.token([0xfb; 32]).into_inner();
            let hash = purpose.hash(&token).expect("our own token");
            let swapped: String = token
                .chars()
                .map(|c| {
                    if c.is_ascii_lowercase() {
                        c.to_ascii_uppercase()
                    } else {
                        c.to_ascii_lowercase()
                    }
                })
                .collect();
            for other in [
                "",
                " ",
                "null",
                "undefined",
                "zy_",
                &token[..token.len() - 1],
                &format!("{token}="),
                &format!("{token} "),
                &format!(" {token}"),
                &format!("{token}\n"),
                &format!("{token}\0"),
                &swapped,
            ] {
                assert_ne!(purpose.hash(other), Some(hash), "{purpose:?} {other:?}");
            }
        }
    }

    #[test]
    fn a_token_of_one_purpose_is_nothing_for_another() {
        let text = Purpose::Session.token([7; 32]).into_inner();
        let hashes = [
            Purpose::Session,
            Purpose::Invitation,
            Purpose::PasswordReset,
        ]
        .map(|one| one.hash(&text));
        assert!(hashes[0] != hashes[1] && hashes[1] != hashes[2] && hashes[0] != hashes[2]);
        assert_eq!(Purpose::Api.hash(&text), None);
        assert!(Purpose::Api.hash(&format!("zy_{text}")).is_some());
    }

    #[test]
    fn the_csrf_token_belongs_to_one_session() {
        let (one, two) = (
            Purpose::Session.token([1; 32]),
            Purpose::Session.token([2; 32]),
        );
        assert!(is_csrf_token(&one, &csrf_token(&one)));
        for wrong in [
            csrf_token(&two),
            String::new(),
            one.expose().clone(),
            format!("{} ", csrf_token(&one)),
        ] {
            assert!(!is_csrf_token(&one, &wrong));
        }
    }

    #[test]
    fn a_recovery_code_forgives_how_it_is_written() {
        let agent = AgentId::from_uuid(Uuid::from_u128(1));
        let code = recovery_code([0xa7; 10]);
        assert_eq!(code.len(), 19, "{code}");
        let hash = recovery_hash(agent, &code);
        assert!(hash.is_some());
        assert_eq!(
            recovery_hash(
                agent,
                &format!(" {} ", code.replace('-', "").to_uppercase())
            ),
            hash
        );
        assert_ne!(
            recovery_hash(AgentId::from_uuid(Uuid::from_u128(2)), &code),
            hash
        );
        for wrong in [
            "",
            "-",
            &code[1..],
            &format!("{code}0"),
            &code.replace(|_| true, "i"),
        ] {
            assert_eq!(recovery_hash(agent, wrong), None, "{wrong}");
        }
    }
}

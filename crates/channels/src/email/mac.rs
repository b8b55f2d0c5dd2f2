//! Short proofs that a token was made by us.

use data_encoding::{BASE32_NOPAD, BASE32_NOPAD_NOCASE};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// Bytes of a proof: 80 bits cannot be guessed through a mail server.
pub(crate) const PROOF_BYTES: usize = 10;

/// The proof for `parts` under `key`. Parts are set apart by their length, so that no two
/// lists of parts give the same input.
pub(crate) fn proof(key: &[u8], parts: &[&[u8]]) -> [u8; PROOF_BYTES] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    let whole = mac.finalize().into_bytes();
    let mut short = [0; PROOF_BYTES];
    short.copy_from_slice(&whole[..PROOF_BYTES]);
    short
}

/// Whether two proofs are the same, in constant time.
pub(crate) fn is_same(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

/// `bytes` in base 32 (RFC 4648) without padding, in lower case: mail servers may change the
/// case of an address, so it must not carry meaning.
pub(crate) fn encode(bytes: &[u8]) -> String {
    BASE32_NOPAD.encode(bytes).to_ascii_lowercase()
}

/// The bytes of base 32 text in any case; `None` for anything else.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    BASE32_NOPAD_NOCASE.decode(text.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_survive_a_change_of_case() {
        let token = encode(b"foobar");
        assert_eq!(token, "mzxw6ytboi");
        assert_eq!(decode(&token.to_uppercase()), Some(b"foobar".to_vec()));
        assert_eq!(decode("a1"), None);
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(proof(b"k", &[b"ab", b"c"]), proof(b"k", &[b"a", b"bc"]));
    }
}

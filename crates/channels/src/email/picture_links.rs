//! Addresses under which we fetch pictures of mails from servers of others. Each carries a proof
//! that it stands in that mail: nobody can have us fetch anything else.

use zhiyin_domain::ids::MessageId;

use super::mac;

/// Longest address of a picture, in bytes; longer ones are not fetched.
pub const URL_BYTES_MAX: usize = 4096;

/// Makes and checks proofs.
pub struct PictureLinks {
    key: Vec<u8>,
}

impl std::fmt::Debug for PictureLinks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PictureLinks(***)")
    }
}

impl PictureLinks {
    /// Under a secret of the workspace.
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        Self { key: key.to_vec() }
    }

    /// The proof that a picture stands in a mail.
    #[must_use]
    pub fn proof(&self, message: MessageId, url: &str) -> String {
        mac::encode(&self.code(message, url))
    }

    /// Whether a proof is true. Without a secret none is.
    #[must_use]
    pub fn is_ours(&self, message: MessageId, url: &str, proof: &str) -> bool {
        let given = mac::decode(proof).unwrap_or_default();
        !self.key.is_empty() && mac::is_same(&given, &self.code(message, url))
    }

    fn code(&self, message: MessageId, url: &str) -> [u8; mac::PROOF_BYTES] {
        let message = message.uuid();
        let parts = [b"picture", message.as_bytes().as_slice(), url.as_bytes()];
        mac::proof(&self.key, &parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_holds_for_one_picture_of_one_mail() {
        let links = PictureLinks::new(b"key");
        let message = |n: u128| MessageId::from_uuid(uuid::Uuid::from_u128(n));
        let proof = links.proof(message(1), "https://a.example/1.png");
        assert!(links.is_ours(message(1), "https://a.example/1.png", &proof));
        assert!(!links.is_ours(message(2), "https://a.example/1.png", &proof));
        assert!(!links.is_ours(message(1), "https://a.example/2.png", &proof));
        assert!(!links.is_ours(message(1), "https://a.example/1.png", ""));
        let nobody = PictureLinks::new(b"");
        let proof = nobody.proof(message(1), "x");
        assert!(!nobody.is_ours(message(1), "x", &proof));
    }
}

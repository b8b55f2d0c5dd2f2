//! Addresses and Message-IDs that prove where an answer belongs.
//!
//! - Reply address: `help+r.TOKEN@example.com`. The token is the conversation and a proof made
//!   with the workspace's key. Only who got a mail of ours has it.
//! - Message-ID: `TOKEN@example.com`. The token is the message and a proof.
//! - Envelope sender: `help+b.TOKEN@example.com` (VERP). A bounce to it names the message that
//!   failed.
//!
//! A wrong proof is the same as no token. Case does not matter; nothing here expires, since an
//! answer may come after years; a new key ends all.

use std::str::FromStr as _;

use uuid::Uuid;
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::ids::{ConversationId, MessageId};

use super::mac::{PROOF_BYTES, decode, encode, is_same, proof};

const UUID_BYTES: usize = 16;
/// RFC 5321 allows 64 bytes before the `@`.
const LOCAL_PART_MAX: usize = 64;

/// Makes and checks tokens of one workspace. The key is at least 32 random bytes.
#[derive(Clone)]
pub struct ReplyTokens {
    key: Vec<u8>,
}

/// What a token stands for; part of what is proved, so one kind cannot pass as another.
#[derive(Clone, Copy)]
enum Purpose {
    Reply,
    Bounce,
    MessageId,
}

impl Purpose {
    const fn name(self) -> &'static [u8] {
        match self {
            Self::Reply => b"reply",
            Self::Bounce => b"bounce",
            Self::MessageId => b"message-id",
        }
    }

    const fn mark(self) -> &'static str {
        match self {
            Self::Reply => "r.",
            Self::Bounce => "b.",
            Self::MessageId => "m.",
        }
    }
}

impl ReplyTokens {
    /// With the key of a workspace.
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        Self { key: key.to_vec() }
    }

    /// The address under which answers to a conversation arrive; `mailbox` itself if its local
    /// part is too long for a token.
    #[must_use]
    pub fn reply_address(
        &self,
        mailbox: &EmailAddress,
        conversation: ConversationId,
    ) -> EmailAddress {
        self.tagged(mailbox, Purpose::Reply, conversation.uuid())
    }

    /// The envelope sender for a message; a bounce comes back to it.
    #[must_use]
    pub fn bounce_address(&self, mailbox: &EmailAddress, message: MessageId) -> EmailAddress {
        self.tagged(mailbox, Purpose::Bounce, message.uuid())
    }

    /// The `Message-ID` of a message, without angle brackets.
    #[must_use]
    pub fn message_id(&self, mailbox: &EmailAddress, message: MessageId) -> String {
        let token = self.token(Purpose::MessageId, message.uuid());
        format!("{token}@{}", domain_of(mailbox))
    }

    /// The conversation a reply address belongs to.
    #[must_use]
    pub fn conversation_of(&self, address: &EmailAddress) -> Option<ConversationId> {
        self.tag_of(address, Purpose::Reply)
            .map(ConversationId::from_uuid)
    }

    /// The message whose bounce came to an address.
    #[must_use]
    pub fn bounced_message(&self, address: &EmailAddress) -> Option<MessageId> {
        self.tag_of(address, Purpose::Bounce)
            .map(MessageId::from_uuid)
    }

    /// The message of ours that a `Message-ID` names.
    #[must_use]
    pub fn own_message(&self, message_id: &str) -> Option<MessageId> {
        let (token, _) = message_id.split_once('@')?;
        self.open(Purpose::MessageId, token)
            .map(MessageId::from_uuid)
    }

    fn tagged(&self, mailbox: &EmailAddress, purpose: Purpose, id: Uuid) -> EmailAddress {
        let (local, domain) = mailbox
            .as_str()
            .rsplit_once('@')
            .unwrap_or((mailbox.as_str(), ""));
        let local = local.split('+').next().unwrap_or(local);
        let tagged = format!("{local}+{}", self.token(purpose, id));
        if tagged.len() > LOCAL_PART_MAX {
            return mailbox.clone();
        }
        EmailAddress::from_str(&format!("{tagged}@{domain}")).unwrap_or_else(|_| mailbox.clone())
    }

    fn tag_of(&self, address: &EmailAddress, purpose: Purpose) -> Option<Uuid> {
        let (local, _) = address.as_str().rsplit_once('@')?;
        let (_, token) = local.split_once('+')?;
        self.open(purpose, token)
    }

    fn token(&self, purpose: Purpose, id: Uuid) -> String {
        let mut bytes = id.as_bytes().to_vec();
        bytes.extend(self.proof(purpose, id));
        format!("{}{}", purpose.mark(), encode(&bytes))
    }

    fn open(&self, purpose: Purpose, token: &str) -> Option<Uuid> {
        let mark = token.get(..2)?;
        if !mark.eq_ignore_ascii_case(purpose.mark()) {
            return None;
        }
        let bytes = decode(token.get(2..)?)?;
        if bytes.len() != UUID_BYTES + PROOF_BYTES {
            return None;
        }
        let id = Uuid::from_slice(&bytes[..UUID_BYTES]).ok()?;
        is_same(&bytes[UUID_BYTES..], &self.proof(purpose, id)).then_some(id)
    }

    fn proof(&self, purpose: Purpose, id: Uuid) -> [u8; PROOF_BYTES] {
        proof(&self.key, &[purpose.name(), id.as_bytes()])
    }
}

fn domain_of(mailbox: &EmailAddress) -> &str {
    mailbox
        .as_str()
        .rsplit_once('@')
        .map_or("localhost", |(_, domain)| domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens() -> ReplyTokens {
        ReplyTokens::new(&[7; 32])
    }

    fn address(text: &str) -> EmailAddress {
        text.parse().unwrap()
    }

    fn conversation() -> ConversationId {
        ConversationId::from_uuid(Uuid::from_u128(0x0195_3f00_1234_7000_8000_0000_0000_0001))
    }

    fn message() -> MessageId {
        MessageId::from_uuid(Uuid::from_u128(0x0195_3f00_1234_7000_8000_0000_0000_0002))
    }

    #[test]
    fn a_reply_address_names_its_conversation_in_any_case() {
        let made = tokens().reply_address(&address("help@tea.example"), conversation());
        assert!(made.as_str().starts_with("help+r."), "{}", made.as_str());
        assert!(made.as_str().split('@').next().unwrap().len() <= LOCAL_PART_MAX);
        assert_eq!(tokens().conversation_of(&made), Some(conversation()));
        let shouted = address(&made.as_str().to_uppercase());
        assert_eq!(tokens().conversation_of(&shouted), Some(conversation()));
    }

    #[test]
    fn a_mailbox_with_a_tag_of_its_own_keeps_its_name() {
        let made = tokens().reply_address(&address("help+shop@tea.example"), conversation());
        assert!(made.as_str().starts_with("help+r."));
    }

    #[test]
    fn another_key_another_kind_or_another_id_opens_nothing() {
        let mailbox = address("help@tea.example");
        let reply = tokens().reply_address(&mailbox, conversation());
        assert_eq!(ReplyTokens::new(&[8; 32]).conversation_of(&reply), None);
        assert_eq!(tokens().bounced_message(&reply), None);
        let bounce = tokens().bounce_address(&mailbox, message());
        assert_eq!(tokens().conversation_of(&bounce), None);
        assert_eq!(tokens().bounced_message(&bounce), Some(message()));
        let renamed = bounce.as_str().replace("+b.", "+r.");
        assert_eq!(tokens().conversation_of(&address(&renamed)), None);
        for broken in [
            "help@tea.example",
            "help+r@tea.example",
            "help+r.aaaa@tea.example",
        ] {
            assert_eq!(tokens().conversation_of(&address(broken)), None, "{broken}");
        }
    }

    #[test]
    fn a_message_id_names_its_message_and_a_forged_one_none() {
        let id = tokens().message_id(&address("help@tea.example"), message());
        assert!(id.ends_with("@tea.example"));
        assert_eq!(tokens().own_message(&id), Some(message()));
        let forged = ReplyTokens::new(&[9; 32]).message_id(&address("h@tea.example"), message());
        assert_eq!(tokens().own_message(&forged), None);
        assert_eq!(tokens().own_message("CAF=abc@mail.example"), None);
    }

    #[test]
    fn a_mailbox_too_long_for_a_token_stays_as_it_is() {
        let long = address(&format!("{}@tea.example", "x".repeat(40)));
        assert_eq!(tokens().reply_address(&long, conversation()), long);
    }
}

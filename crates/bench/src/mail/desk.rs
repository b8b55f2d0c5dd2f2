//! Conversations in memory: what the store answers in the program.

use std::collections::{HashMap, HashSet};
use std::hint::black_box;

use uuid::Uuid;
use zhiyin_channels::email::automatic::automatic;
use zhiyin_channels::email::reply_address::ReplyTokens;
use zhiyin_channels::email::threading::{Known, Placement, SenderCheck, place};
use zhiyin_channels::email::{Mail, parse, quoting};
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::ids::ConversationId;

/// All mails so far, by what a new one may point to.
pub struct Desk {
    tokens: ReplyTokens,
    known: InMemory,
    opened: u128,
    /// Mails that machines wrote.
    pub automatic: u64,
}

#[derive(Default)]
struct InMemory {
    messages: HashMap<String, ConversationId>,
    participants: HashSet<(ConversationId, String)>,
}

impl Known for InMemory {
    fn conversation_with(&self, message_id: &str) -> Option<ConversationId> {
        self.messages.get(message_id).copied()
    }

    fn conversation_numbered(&self, _: i64) -> Option<ConversationId> {
        None
    }

    fn takes_part(&self, conversation: ConversationId, address: &EmailAddress) -> bool {
        self.participants
            .contains(&(conversation, address.normalized()))
    }
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            tokens: ReplyTokens::new(&[7; 32]),
            known: InMemory::default(),
            opened: 0,
            automatic: 0,
        }
    }
}

impl Desk {
    /// Does all that is done before a mail is stored; false if it has no sender.
    pub fn take(&mut self, raw: &[u8]) -> bool {
        let Some(mail) = parse(raw) else {
            return false;
        };
        if automatic(&mail).is_some() {
            self.automatic += 1;
        }
        black_box(quoting::trim(&mail.text));
        let placement = place(&mail, SenderCheck::Unknown, &self.tokens, &self.known);
        let conversation = match placement {
            Placement::Joins { conversation, .. } => conversation,
            Placement::Opens { .. } => {
                self.opened += 1;
                ConversationId::from_uuid(Uuid::from_u128(self.opened))
            }
        };
        self.remember(&mail, conversation);
        mail.from.is_some()
    }

    /// Conversations that were opened.
    pub const fn conversations(&self) -> u128 {
        self.opened
    }

    fn remember(&mut self, mail: &Mail, conversation: ConversationId) {
        if let Some(id) = &mail.message_id {
            self.known.messages.insert(id.clone(), conversation);
        }
        let people = mail.from.iter().chain(mail.recipients());
        for mailbox in people {
            let part = (conversation, mailbox.address.normalized());
            self.known.participants.insert(part);
        }
    }
}

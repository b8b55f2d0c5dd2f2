//! Where a mail belongs: a ladder of evidence, strongest first.
//!
//! 1. Our signed reply address: only who got a mail of ours has it.
//! 2. `In-Reply-To`, then 3. `References` from the newest: a known Message-ID, and the sender
//!    takes part in that conversation.
//! 4. The number in the subject (`[#1234]`), the sender takes part, and the mail is not a
//!    forgery as far as the receiving server could tell.
//!
//! Everything else opens a new conversation. If a rung was reached but its proof was missing,
//! the new conversation says where it may belong: a person decides, a stranger gets nothing.

use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::ids::ConversationId;

use super::parse::Mail;
use super::reply_address::ReplyTokens;

/// What the ladder asks the store.
pub trait Known {
    /// The conversation in which a mail with this Message-ID was sent or received.
    fn conversation_with(&self, message_id: &str) -> Option<ConversationId>;
    /// The conversation with this number.
    fn conversation_numbered(&self, number: i64) -> Option<ConversationId>;
    /// Whether mail of this conversation went to or came from the address.
    fn takes_part(&self, conversation: ConversationId, address: &EmailAddress) -> bool;
}

/// What led to a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rung {
    /// Our signed reply address.
    ReplyAddress,
    /// `In-Reply-To`.
    InReplyTo,
    /// `References`.
    References,
    /// The number in the subject.
    Number,
}

/// Where a mail goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// Into a conversation.
    Joins {
        /// Which.
        conversation: ConversationId,
        /// By what.
        rung: Rung,
        /// The sender was not part of it before; show it.
        is_new_participant: bool,
    },
    /// It opens one.
    Opens {
        /// Where it pointed without proof.
        may_belong_to: Option<(ConversationId, Rung)>,
    },
}

/// What the receiving server said about the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SenderCheck {
    /// DMARC passed, or an aligned DKIM or SPF.
    Passed,
    /// Nothing was said.
    Unknown,
    /// It failed: the sender may be forged.
    Failed,
}

/// Finds the place of a mail.
#[must_use]
pub fn place(
    mail: &Mail,
    check: SenderCheck,
    tokens: &ReplyTokens,
    known: &impl Known,
) -> Placement {
    let Some(from) = mail.from.as_ref().map(|from| &from.address) else {
        return Placement::Opens {
            may_belong_to: None,
        };
    };
    let addressed = mail
        .delivered_to
        .iter()
        .chain(
            mail.recipients()
                .into_iter()
                .map(|mailbox| &mailbox.address),
        )
        .find_map(|address| tokens.conversation_of(address));
    if let Some(conversation) = addressed {
        return Placement::Joins {
            conversation,
            rung: Rung::ReplyAddress,
            is_new_participant: !known.takes_part(conversation, from),
        };
    }
    let mut may_belong_to = None;
    for (conversation, rung) in candidates(mail, known) {
        let is_proved = check != SenderCheck::Failed && known.takes_part(conversation, from);
        if is_proved {
            return Placement::Joins {
                conversation,
                rung,
                is_new_participant: false,
            };
        }
        may_belong_to = may_belong_to.or(Some((conversation, rung)));
    }
    Placement::Opens { may_belong_to }
}

/// Conversations a mail points to, strongest first.
fn candidates(mail: &Mail, known: &impl Known) -> Vec<(ConversationId, Rung)> {
    let replied = mail.in_reply_to.iter().map(|id| (id, Rung::InReplyTo));
    let referred = mail
        .references
        .iter()
        .rev()
        .map(|id| (id, Rung::References));
    let mut found: Vec<(ConversationId, Rung)> = replied
        .chain(referred)
        .filter_map(|(id, rung)| Some((known.conversation_with(id)?, rung)))
        .collect();
    let numbered = number_in(&mail.subject)
        .and_then(|number| known.conversation_numbered(number))
        .map(|conversation| (conversation, Rung::Number));
    found.extend(numbered);
    found
}

/// The number that our mails carry in their subject: `[#1234]`.
#[must_use]
pub fn number_in(subject: &str) -> Option<i64> {
    subject.match_indices("[#").find_map(|(start, mark)| {
        let rest = &subject[start + mark.len()..];
        let (digits, _) = rest.split_once(']')?;
        let is_number =
            (1..=18).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { digits.parse().ok() } else { None }
    })
}

/// The subject with our number in it once, for a mail that goes out.
#[must_use]
pub fn with_number(subject: &str, number: i64) -> String {
    if number_in(subject) == Some(number) {
        return subject.to_owned();
    }
    format!("{} [#{number}]", subject.trim()).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use uuid::Uuid;

    use super::super::parse::parse;
    use super::*;

    #[derive(Default)]
    struct Desk {
        ids: BTreeMap<String, ConversationId>,
        numbers: BTreeMap<i64, ConversationId>,
        participants: BTreeSet<(ConversationId, String)>,
    }

    impl Known for Desk {
        fn conversation_with(&self, message_id: &str) -> Option<ConversationId> {
            self.ids.get(message_id).copied()
        }
        fn conversation_numbered(&self, number: i64) -> Option<ConversationId> {
            self.numbers.get(&number).copied()
        }
        fn takes_part(&self, conversation: ConversationId, address: &EmailAddress) -> bool {
            self.participants
                .contains(&(conversation, address.normalized()))
        }
    }

    fn conversation(number: u128) -> ConversationId {
        ConversationId::from_uuid(Uuid::from_u128(number))
    }

    /// Conversation 1 with Ada, who got `sent-1`; conversation 2 with Bo.
    fn desk() -> Desk {
        Desk {
            ids: [
                ("sent-1@tea.example".to_owned(), conversation(1)),
                ("sent-2@tea.example".to_owned(), conversation(2)),
            ]
            .into(),
            numbers: [(41, conversation(1)), (42, conversation(2))].into(),
            participants: [
                (conversation(1), "ada@example.com".to_owned()),
                (conversation(2), "bo@example.com".to_owned()),
            ]
            .into(),
        }
    }

    fn tokens() -> ReplyTokens {
        ReplyTokens::new(&[7; 32])
    }

    fn placed(headers: &str, check: SenderCheck) -> Placement {
        let raw = format!("{headers}\r\n\r\nHello\r\n");
        place(&parse(raw.as_bytes()).unwrap(), check, &tokens(), &desk())
    }

    fn joins(number: u128, rung: Rung, is_new_participant: bool) -> Placement {
        Placement::Joins {
            conversation: conversation(number),
            rung,
            is_new_participant,
        }
    }

    fn may_belong_to(number: u128, rung: Rung) -> Placement {
        Placement::Opens {
            may_belong_to: Some((conversation(number), rung)),
        }
    }

    #[test]
    fn the_signed_address_is_proof_by_itself() {
        let to = tokens().reply_address(&"help@tea.example".parse().unwrap(), conversation(1));
        let to = to.as_str();
        for (from, is_new) in [
            ("ada@example.com", false),
            ("ada.private@mail.example", true),
        ] {
            let headers = format!("From: {from}\r\nTo: {to}\r\nIn-Reply-To: <sent-2@tea.example>");
            assert_eq!(
                placed(&headers, SenderCheck::Unknown),
                joins(1, Rung::ReplyAddress, is_new)
            );
        }
    }

    #[test]
    fn a_known_message_id_needs_a_sender_who_takes_part() {
        let own = "From: ada@example.com\r\nIn-Reply-To: <sent-1@tea.example>";
        assert_eq!(
            placed(own, SenderCheck::Unknown),
            joins(1, Rung::InReplyTo, false)
        );
        let stranger = "From: eve@evil.example\r\nIn-Reply-To: <sent-1@tea.example>";
        assert_eq!(
            placed(stranger, SenderCheck::Passed),
            may_belong_to(1, Rung::InReplyTo)
        );
        let forged = placed(own, SenderCheck::Failed);
        assert_eq!(forged, may_belong_to(1, Rung::InReplyTo));
    }

    #[test]
    fn references_are_tried_from_the_newest() {
        let both = "From: bo@example.com\r\nIn-Reply-To: <unknown@x>\r\n\
                    References: <sent-1@tea.example> <sent-2@tea.example>";
        assert_eq!(
            placed(both, SenderCheck::Unknown),
            joins(2, Rung::References, false)
        );
    }

    #[test]
    fn evidence_without_proof_does_not_stop_the_search() {
        let mixed = "From: bo@example.com\r\nIn-Reply-To: <sent-1@tea.example>\r\n\
                     Subject: Re: tea [#42]";
        assert_eq!(
            placed(mixed, SenderCheck::Unknown),
            joins(2, Rung::Number, false)
        );
    }

    #[test]
    fn a_number_alone_lets_nobody_in() {
        let stranger = "From: eve@evil.example\r\nSubject: Re: [#41]";
        assert_eq!(
            placed(stranger, SenderCheck::Passed),
            may_belong_to(1, Rung::Number)
        );
    }

    #[test]
    fn a_first_mail_opens_a_conversation() {
        let first = "From: new@example.com\r\nSubject: [#abc] [#99] hello";
        assert_eq!(
            placed(first, SenderCheck::Passed),
            Placement::Opens {
                may_belong_to: None
            }
        );
    }

    #[test]
    fn the_number_is_written_once() {
        assert_eq!(with_number("Re: tea", 7), "Re: tea [#7]");
        assert_eq!(with_number("Re: tea [#7]", 7), "Re: tea [#7]");
        assert_eq!(with_number("", 7), "[#7]");
        assert_eq!(number_in("[#99999999999999999999]"), None);
    }
}

//! The registry of identifier types.
//!
//! An identifier is a UUIDv7 in the database and `cv_` followed by 26 characters of
//! Crockford base32 everywhere people or programs read it. The prefix makes a pasted
//! identifier tell what it is, and a wrong one is refused before any query runs.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// Lower-case Crockford base32: no `i`, `l`, `o`, `u`.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 128 bits in groups of five.
const ENCODED_LEN: usize = 26;

/// A text is not an identifier of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier that starts with `{expected}_`")]
pub struct ParseIdError {
    /// The prefix that was expected.
    pub expected: &'static str,
}

fn encode(value: u128) -> [u8; ENCODED_LEN] {
    let mut out = [0; ENCODED_LEN];
    let mut rest = value;
    for slot in out.iter_mut().rev() {
        *slot = ALPHABET[(rest & 31) as usize];
        rest >>= 5;
    }
    out
}

fn decode(text: &str) -> Option<u128> {
    if text.len() != ENCODED_LEN {
        return None;
    }
    let mut value: u128 = 0;
    for (index, byte) in text.bytes().enumerate() {
        let digit = ALPHABET.iter().position(|candidate| *candidate == byte)?;
        // 26 × 5 = 130 bits: the first character holds three.
        if index == 0 && digit > 7 {
            return None;
        }
        value = (value << 5) | digit as u128;
    }
    Some(value)
}

/// What all identifiers have in common, for code that is generic over them.
pub trait TypedId: Copy + Eq + Ord + fmt::Display + FromStr<Err = ParseIdError> {
    /// The two letters before the underscore.
    const PREFIX: &'static str;
    /// Wraps a raw UUID.
    fn from_uuid(uuid: Uuid) -> Self;
    /// The raw UUID, as the database keeps it.
    fn uuid(self) -> Uuid;
}

macro_rules! typed_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a raw UUID.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The raw UUID, as the database keeps it.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl TypedId for $name {
            const PREFIX: &'static str = $prefix;
            fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }
            fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let encoded = encode(self.0.as_u128());
                f.write_str(concat!($prefix, "_"))?;
                f.write_str(std::str::from_utf8(&encoded).map_err(|_| fmt::Error)?)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;
            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                text.strip_prefix(concat!($prefix, "_"))
                    .and_then(decode)
                    .map(|value| Self(Uuid::from_u128(value)))
                    .ok_or(ParseIdError { expected: $prefix })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

/// Calls a macro once for every identifier type: `name!(WorkspaceId, AgentId, …)`.
/// Layers that need a trait on all of them (store values, OpenAPI schemas) use it, so
/// that a new identifier is registered in one place.
#[macro_export]
macro_rules! for_each_id {
    ($macro:path) => {
        $macro!(
            WorkspaceId,
            AgentId,
            TeamId,
            RoleId,
            InboxId,
            AccountId,
            ContactId,
            IdentityId,
            ConversationId,
            SessionId,
            MessageId,
            AttachmentId,
            EventId,
            JobId,
            LoginSessionId,
            TokenId,
            TagId,
            PhraseId,
            ViewId,
            InvitationId,
            VisitorTokenId,
            NoteId,
            ResetId,
            AttributeId,
            BlockId,
            ScheduledMessageId,
            AvatarId,
            SkillId,
            QueueId,
            QueueItemId,
            DecisionId,
            CalendarId,
            StandardId,
            TopicId,
            PromiseId,
            CaseId,
            CaseTypeId,
            CaseTaskId,
            EvidenceId,
            FollowUpId,
            RecoveryId,
            CaseMergeId,
            CaseEntryId,
            CaseBroadcastId,
            SolutionContactId,
            RiskWarningId,
            ServiceNoticeId,
            ArticleId,
            ArticleCategoryId,
            ArticleFeedbackId,
            ArticleQuestionId,
            KnowledgeGapId,
            SynonymsId,
            GlossaryTermId,
            ArticleFileId,
            MailboxId,
            MailArrivalId,
            WebhookId,
            WebhookDeliveryId,
            AutomationRuleId,
            AutomationRunId,
            MacroId,
            BotFlowId
        );
    };
}

typed_id!(/// One company using Zhiyin.
    WorkspaceId, "ws");
typed_id!(/// A person who answers customers.
    AgentId, "ag");
typed_id!(/// Agents who share work.
    TeamId, "tm");
typed_id!(/// A set of permissions.
    RoleId, "rl");
typed_id!(/// A place where contacts arrive.
    InboxId, "ib");
typed_id!(/// The customer as company or household.
    AccountId, "ac");
typed_id!(/// One person of the customer.
    ContactId, "ct");
typed_id!(/// That person on one channel.
    IdentityId, "id");
typed_id!(/// The talk of one contact in one inbox.
    ConversationId, "cv");
typed_id!(/// One stretch of service inside a conversation.
    SessionId, "ss");
typed_id!(/// One message, note or system line.
    MessageId, "ms");
typed_id!(/// A file that came with a message.
    AttachmentId, "at");
typed_id!(/// An entry of the event log.
    EventId, "ev");
typed_id!(/// A piece of work for the job runner.
    JobId, "jb");
typed_id!(/// A browser in which an agent is logged in.
    LoginSessionId, "ls");
typed_id!(/// A personal or app token.
    TokenId, "tk");
typed_id!(/// A word put on conversations.
    TagId, "tg");
typed_id!(/// A canned text.
    PhraseId, "ph");
typed_id!(/// A saved filter over conversations.
    ViewId, "vw");
typed_id!(/// An invitation to become an agent.
    InvitationId, "iv");
typed_id!(/// A browser in which a visitor writes.
    VisitorTokenId, "vt");
typed_id!(/// A note on a contact.
    NoteId, "nt");
typed_id!(/// A request to set a new password.
    ResetId, "pr");
typed_id!(/// The definition of a custom attribute.
    AttributeId, "ad");
typed_id!(/// An entry of the block list.
    BlockId, "bl");
typed_id!(/// A message that is to be sent later.
    ScheduledMessageId, "sm");
typed_id!(/// A picture of an agent or an inbox. Not a UUIDv7 but 128 random bits: whoever knows it
    /// may see the picture.
    AvatarId, "av");
typed_id!(/// Something agents are good at and work may need.
    SkillId, "sk");
typed_id!(/// Where work waits for a person.
    QueueId, "qu");
typed_id!(/// One piece of waiting, offered or assigned work.
    QueueItemId, "qi");
typed_id!(/// A routing decision with its explanation.
    DecisionId, "rd");
typed_id!(/// Business hours and holidays.
    CalendarId, "cl");
typed_id!(/// A service standard (SLA policy).
    StandardId, "sd");
typed_id!(/// What a conversation is about.
    TopicId, "tp");
typed_id!(/// Something that was said to one customer.
    PromiseId, "pm");
typed_id!(/// A problem somebody owns until it is solved.
    CaseId, "cs");
typed_id!(/// A kind of case with its form and procedure.
    CaseTypeId, "cy");
typed_id!(/// What the back office is asked to do for a case.
    CaseTaskId, "ta");
typed_id!(/// An entry in the evidence of a case.
    EvidenceId, "ed");
typed_id!(/// A call back to a customer.
    FollowUpId, "fu");
typed_id!(/// A gesture of service recovery asked for one case.
    RecoveryId, "rc");
typed_id!(/// The joining of two cases into one.
    CaseMergeId, "mg");
typed_id!(/// An entry in the history of a case.
    CaseEntryId, "ce");
typed_id!(/// One answer for all children of a case.
    CaseBroadcastId, "cb");
typed_id!(/// A documented contact with a customer about a solution.
    SolutionContactId, "so");
typed_id!(/// What a customer was told before it could hurt.
    ServiceNoticeId, "sn");
typed_id!(/// A warning of something that could grow.
    RiskWarningId, "rw");
typed_id!(/// A text for customers or colleagues that answers a question.
    ArticleId, "ar");
typed_id!(/// Where articles stand.
    ArticleCategoryId, "ak");
typed_id!(/// What a reader said of an article.
    ArticleFeedbackId, "af");
typed_id!(/// What a reader looked for.
    ArticleQuestionId, "aq");
typed_id!(/// A question that articles leave open.
    KnowledgeGapId, "kg");
typed_id!(/// A word of the company with its explanation.
    GlossaryTermId, "gt");
typed_id!(/// A picture or another file of articles.
    ArticleFileId, "hf");
typed_id!(/// Words that mean the same in a search.
    SynonymsId, "sy");
typed_id!(/// An e-mail address that is read and written by us.
    MailboxId, "mb");
typed_id!(/// A mail that was taken from a mailbox and waits to be read.
    MailArrivalId, "ma");
typed_id!(/// A receiver of events.
    WebhookId, "wh");
typed_id!(/// One thing told to one webhook.
    WebhookDeliveryId, "wd");
typed_id!(/// Steps that are taken by event or time.
    AutomationRuleId, "ru");
typed_id!(/// A rule that was asked about one conversation once.
    AutomationRunId, "rn");
typed_id!(/// Steps that are taken by hand.
    MacroId, "mc");
typed_id!(/// A conversation of the bot that was drawn beforehand.
    BotFlowId, "bf");

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_known_identifier_reads_as_expected() {
        let id = ConversationId::from_uuid(Uuid::from_u128(1));
        assert_eq!(id.to_string(), "cv_00000000000000000000000001");
        let all = ConversationId::from_uuid(Uuid::from_u128(u128::MAX));
        assert_eq!(all.to_string(), "cv_7zzzzzzzzzzzzzzzzzzzzzzzzz");
    }

    #[test]
    fn what_is_not_an_identifier_is_refused() {
        for text in [
            "",
            "cv_",
            "cv",
            "00000000000000000000000001",
            "ag_00000000000000000000000001",
            "cv_0000000000000000000000001",
            "cv_000000000000000000000000001",
            "cv_8zzzzzzzzzzzzzzzzzzzzzzzzz",
            "cv_0000000000000000000000000i",
            "CV_00000000000000000000000001",
            " cv_00000000000000000000000001",
        ] {
            assert!(text.parse::<ConversationId>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_identifier_survives_the_round_trip(value: u128) {
            let id = MessageId::from_uuid(Uuid::from_u128(value));
            prop_assert_eq!(id.to_string().parse::<MessageId>(), Ok(id));
        }
    }
}

//! The wire form of expectation notes and notices before a service.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zhiyin_app::cases::Kept;
use zhiyin_app::cases::notices::{NoticeProposal, NoticeView, Notices};
use zhiyin_domain::attribute::Label;
use zhiyin_domain::cases::notices::{
    Experience, NoticeEntry, NoticeKind, NoticeRating, NoticeSetting, Situation,
};
use zhiyin_domain::ids::{
    CaseId, ContactId, ConversationId, InboxId, MessageId, ServiceNoticeId, TopicId,
};
use zhiyin_domain::stage::Stage;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::cases::notices::NoticeMeans;

/// An expectation, or what has to be known before a service begins.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKindDto {
    /// What can be expected, and what not.
    Expectation,
    /// What has to be known before it begins.
    Notice,
}

impl From<NoticeKind> for NoticeKindDto {
    fn from(it: NoticeKind) -> Self {
        match it {
            NoticeKind::Expectation => Self::Expectation,
            NoticeKind::Notice => Self::Notice,
        }
    }
}

/// When an entry is about what goes on: a list that is not empty must hold what is there.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NoticeSituationDto {
    /// Inboxes.
    #[schema(value_type = Vec<String>)]
    pub inbox_ids: BTreeSet<InboxId>,
    /// Topics of the session.
    #[schema(value_type = Vec<String>)]
    pub topic_ids: BTreeSet<TopicId>,
    /// Keys of types of cases.
    pub case_types: BTreeSet<String>,
    /// `pre_sales`, `in_sales`, `after_sales`.
    #[schema(value_type = Vec<String>)]
    pub stages: BTreeSet<Stage>,
}

/// Something to tell customers.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeEntryDto {
    /// Names it, for good: small letters, digits and `_`.
    pub key: String,
    /// What it is.
    pub kind: NoticeKindDto,
    /// Whether it is proposed and can be sent.
    pub is_enabled: bool,
    /// What colleagues call it, by language.
    #[schema(value_type = BTreeMap<String, String>)]
    pub name: Label,
    /// What the customer is told, by language.
    #[schema(value_type = BTreeMap<String, String>)]
    pub text: Label,
    /// When it is about what goes on; everything empty is everywhere.
    #[serde(default)]
    pub situation: NoticeSituationDto,
    /// How bad it is for the customer who does not know: 1 to 5.
    pub severity: u8,
    /// How often it happens: 1 to 5.
    pub likelihood: u8,
}

/// What can be told, and when it is proposed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeSettingDto {
    /// From this score on an entry is proposed: 1 to 75.
    pub threshold: u32,
    /// Days in which a customer who was told is not told again; 0 proposes it every time.
    pub repeat_after_days: u32,
    /// What can be told.
    pub entries: Vec<NoticeEntryDto>,
}

/// The catalogue with its version; 0 as long as nothing was changed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeSettingsDto {
    /// What it says.
    pub settings: NoticeSettingDto,
    /// The version that was read.
    pub version: i64,
}

impl From<Kept<NoticeSetting>> for NoticeSettingsDto {
    fn from(it: Kept<NoticeSetting>) -> Self {
        let entry = |it: NoticeEntry| NoticeEntryDto {
            key: it.key,
            kind: it.kind.into(),
            is_enabled: it.is_enabled,
            name: it.name,
            text: it.text,
            situation: NoticeSituationDto {
                inbox_ids: it.situation.inbox_ids,
                topic_ids: it.situation.topic_ids,
                case_types: it.situation.case_types,
                stages: it.situation.stages,
            },
            severity: it.severity,
            likelihood: it.likelihood,
        };
        Self {
            settings: NoticeSettingDto {
                threshold: it.document.threshold,
                repeat_after_days: it.document.repeat_after_days,
                entries: it.document.entries.into_iter().map(entry).collect(),
            },
            version: it.version,
        }
    }
}

impl From<NoticeSettingsDto> for Kept<NoticeSetting> {
    fn from(it: NoticeSettingsDto) -> Self {
        let entry = |it: NoticeEntryDto| NoticeEntry {
            key: it.key,
            kind: match it.kind {
                NoticeKindDto::Expectation => NoticeKind::Expectation,
                NoticeKindDto::Notice => NoticeKind::Notice,
            },
            is_enabled: it.is_enabled,
            name: it.name,
            text: it.text,
            situation: Situation {
                inbox_ids: it.situation.inbox_ids,
                topic_ids: it.situation.topic_ids,
                case_types: it.situation.case_types,
                stages: it.situation.stages,
            },
            severity: it.severity,
            likelihood: it.likelihood,
        };
        Self {
            document: NoticeSetting {
                threshold: it.settings.threshold,
                repeat_after_days: it.settings.repeat_after_days,
                entries: it.settings.entries.into_iter().map(entry).collect(),
            },
            version: it.version,
        }
    }
}

/// How well a customer knows how things go here.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExperienceDto {
    /// Nothing was over before.
    New,
    /// One to four sessions were.
    Some,
    /// Five or more were.
    Regular,
}

/// Why something is proposed, or was.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NoticeRatingDto {
    /// How bad: 1 to 5.
    pub severity: u8,
    /// How often: 1 to 5.
    pub likelihood: u8,
    /// How well the customer knows how things go here.
    pub experience: ExperienceDto,
    /// Whether they have complained within a year; then they are told like somebody new.
    pub has_complained: bool,
    /// Severity by likelihood by experience (new 3, some 2, regular 1).
    pub score: u32,
    /// From which score it is proposed.
    pub threshold: u32,
}

impl From<NoticeRating> for NoticeRatingDto {
    fn from(it: NoticeRating) -> Self {
        Self {
            severity: it.severity,
            likelihood: it.likelihood,
            experience: match it.customer.experience {
                Experience::New => ExperienceDto::New,
                Experience::Some => ExperienceDto::Some,
                Experience::Regular => ExperienceDto::Regular,
            },
            has_complained: it.customer.has_complained,
            score: it.score,
            threshold: it.threshold,
        }
    }
}

/// Something that should be told now.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NoticeProposalDto {
    /// Key of the entry.
    pub key: String,
    /// What it is.
    pub kind: NoticeKindDto,
    /// What colleagues call it, by language.
    #[schema(value_type = BTreeMap<String, String>)]
    pub name: Label,
    /// The words in the customer's language.
    pub text: String,
    /// The words by language.
    #[schema(value_type = BTreeMap<String, String>)]
    pub texts: Label,
    /// Why.
    #[serde(flatten)]
    pub rating: NoticeRatingDto,
    /// Sessions of the customer that were over before, counted up to ten.
    pub earlier: u32,
}

/// Who did something about a notice.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NoticeActorDto {
    /// `agent`, `app`, `contact` or `system`.
    pub kind: &'static str,
    /// The agent.
    pub id: Option<String>,
}

/// That a customer took note.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AcknowledgementDto {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The customer, or who wrote it down.
    pub by: NoticeActorDto,
    /// Their name; empty while unknown.
    pub by_name: String,
    /// `widget`, `portal`, `message`, `phone`, `in_person` or `letter`.
    pub means: &'static str,
    /// What was written down.
    pub note: Option<String>,
}

/// Something a customer was told. Never changed, but for the acknowledgement, once.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ServiceNoticeDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: ServiceNoticeId,
    /// Key of the entry.
    pub key: String,
    /// What it is.
    pub kind: NoticeKindDto,
    /// What colleagues called it, by language.
    #[schema(value_type = BTreeMap<String, String>)]
    pub name: Label,
    /// The words, as they were told.
    pub text: String,
    /// Who was told.
    #[schema(value_type = String)]
    pub contact_id: ContactId,
    /// Where.
    #[schema(value_type = Option<String>)]
    pub conversation_id: Option<ConversationId>,
    /// For which case.
    #[schema(value_type = Option<String>)]
    pub case_id: Option<CaseId>,
    /// In which message; `null` if they were told otherwise.
    #[schema(value_type = Option<String>)]
    pub message_id: Option<MessageId>,
    /// Why it was proposed.
    #[serde(flatten)]
    pub rating: NoticeRatingDto,
    /// Who told it.
    pub made_by: NoticeActorDto,
    /// Their name; empty if it was no person.
    pub made_by_name: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// That the customer took note.
    pub acknowledgement: Option<AcknowledgementDto>,
}

fn actor(it: &zhiyin_domain::actor::Actor) -> NoticeActorDto {
    NoticeActorDto {
        kind: it.kind(),
        id: it.agent().map(|id| id.to_string()),
    }
}

impl From<NoticeView> for ServiceNoticeDto {
    fn from(view: NoticeView) -> Self {
        let (it, by_name) = (view.notice, view.by_name);
        Self {
            id: it.id,
            key: it.entry,
            kind: it.kind.into(),
            name: it.words.name,
            text: it.words.text,
            contact_id: it.contact_id,
            conversation_id: it.conversation_id,
            case_id: it.case_id,
            message_id: it.message_id,
            rating: it.rating.into(),
            made_by: actor(&it.made_by),
            made_by_name: view.made_by_name,
            created_at: it.created_at,
            acknowledgement: it.acknowledgement.map(|given| {
                // In the portal a customer without a conversation acts in its name.
                let is_own = matches!(given.means, NoticeMeans::Widget | NoticeMeans::Portal);
                AcknowledgementDto {
                    at: given.at,
                    by: if is_own {
                        NoticeActorDto {
                            kind: "contact",
                            id: None,
                        }
                    } else {
                        actor(&given.by)
                    },
                    by_name,
                    means: given.means.as_str(),
                    note: Some(given.note).filter(|note| !note.is_empty()),
                }
            }),
        }
    }
}

/// What should be told, and what was.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NoticesDto {
    /// What should be told now, what matters most first.
    pub proposals: Vec<NoticeProposalDto>,
    /// What was told, the newest first, at most a hundred.
    pub items: Vec<ServiceNoticeDto>,
}

impl From<Notices> for NoticesDto {
    fn from(it: Notices) -> Self {
        let proposal = |it: NoticeProposal| NoticeProposalDto {
            key: it.entry.key,
            kind: it.entry.kind.into(),
            name: it.entry.name,
            text: it.text,
            texts: it.entry.text,
            rating: it.rating.into(),
            earlier: it.earlier,
        };
        Self {
            proposals: it.proposals.into_iter().map(proposal).collect(),
            items: it.items.into_iter().map(Into::into).collect(),
        }
    }
}

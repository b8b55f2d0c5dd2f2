//! Complaints as they are sent, and what is sent to change them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use zhiyin_app::cases::complaints::{self as use_cases, ComplaintView};
use zhiyin_domain::cases::complainants::{
    Assessment, Card, ComplainantKind, KINDS, TEMPERAMENTS, Temperament, guess,
};
use zhiyin_domain::cases::complaints::{CauseCategory, ComplaintError, Validity};
use zhiyin_domain::cases::severity::{Assessed, ComplaintFacts};
use zhiyin_domain::cases::wording::Line;
use zhiyin_domain::ids::{AgentId, CaseId, MessageId};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::time::Timestamp;

/// Why a complaint is as severe as it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AssessedDto {
    /// `minor`, `moderate`, `serious` or `critical`.
    pub severity: &'static str,
    /// The points together.
    pub points: u16,
    /// The facts that counted: `[{ "fact", "points" }]`.
    #[schema(value_type = Vec<Object>)]
    pub facts: Value,
    /// `serious` or `critical`, if a fact raised it above its points.
    #[schema(value_type = Option<String>)]
    pub floor: Value,
}

impl From<&Assessed> for AssessedDto {
    fn from(it: &Assessed) -> Self {
        let facts = it
            .facts
            .iter()
            .map(|(fact, points)| json!({ "fact": fact, "points": points }));
        Self {
            severity: it.severity.as_str(),
            points: it.points,
            facts: facts.collect(),
            floor: json!(it.floor),
        }
    }
}

/// A complaint. What agents think of who complains is for agents only.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ComplaintDto {
    /// The case.
    #[schema(value_type = String)]
    pub case_id: CaseId,
    /// `received`, `handling`, `replied` or `called_back`.
    pub phase: &'static str,
    /// For the how-manieth time it is handled, from 1.
    pub round: u32,
    /// `minor`, `moderate`, `serious` or `critical`.
    pub severity: &'static str,
    /// Why.
    pub assessed: AssessedDto,
    /// Every look at how severe it is, oldest first.
    #[schema(value_type = Vec<Object>)]
    pub assessments: Value,
    /// The times that hold.
    #[schema(value_type = Object)]
    pub terms: Value,
    /// When it came in.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    /// Until when the customer is told.
    #[schema(value_type = String, format = DateTime)]
    pub acknowledge_by: Timestamp,
    /// Until when there is a reply.
    #[schema(value_type = String, format = DateTime)]
    pub reply_by: Timestamp,
    /// What the customer was told: `{ "reply_by", "at" }`.
    #[schema(value_type = Option<Object>)]
    pub told: Value,
    /// When the customer last heard how things stand: `{ "at", "count" }`.
    #[schema(value_type = Option<Object>)]
    pub last_update: Value,
    /// When the customer is to hear next.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_update_by: Option<Timestamp>,
    /// What was found.
    #[schema(value_type = Option<Object>)]
    pub outcome: Value,
    /// When the reply went out.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub replied_at: Option<Timestamp>,
    /// When somebody called back.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub called_back_at: Option<Timestamp>,
    /// Why it happened.
    #[schema(value_type = Option<Object>)]
    pub cause: Value,
    /// What is done so that it does not happen again.
    #[schema(value_type = Option<Object>)]
    pub action: Value,
    /// What agents think of who complains; the newest assessment.
    #[schema(value_type = Option<Object>)]
    pub complainant: Value,
    /// What is missing before closing: `{ "code", "detail" }`.
    #[schema(value_type = Option<Object>)]
    pub gap: Value,
    /// Rises with every change.
    pub version: i64,
}

fn gap_code(error: ComplaintError) -> &'static str {
    match error {
        ComplaintError::Phase(_) => "phase",
        ComplaintError::NoOutcome => "outcome",
        ComplaintError::NoCause => "cause",
        ComplaintError::NoAction => "action",
        ComplaintError::NotTold
        | ComplaintError::ToldTooLate
        | ComplaintError::Text
        | ComplaintError::NoRemedy
        | ComplaintError::InPast
        | ComplaintError::NotOpen => "other",
    }
}

fn complainant(it: &Assessment) -> Value {
    let kind = guess(&KINDS, &it.signs);
    let temperament = guess(&TEMPERAMENTS, &it.signs);
    json!({
        "signs": it.signs,
        "kind": it.kind,
        "kind_guess": kind.map(|it| json!({ "of": it.of, "confidence": it.confidence })),
        "temperament": it.temperament,
        "temperament_guess":
            temperament.map(|it| json!({ "of": it.of, "confidence": it.confidence })),
        "by": it.by,
        "at": it.at,
    })
}

impl From<ComplaintView> for ComplaintDto {
    fn from(view: ComplaintView) -> Self {
        let it = view.file.complaint;
        let told = it
            .told
            .map(|(reply_by, at)| json!({ "reply_by": reply_by, "at": at }));
        let last = it
            .last_update
            .map(|(at, count)| json!({ "at": at, "count": count }));
        let gap = view
            .gap
            .map(|gap| json!({ "code": gap_code(gap), "detail": gap.to_string() }));
        Self {
            case_id: it.case_id,
            phase: it.phase.as_str(),
            round: it.round,
            severity: it.severity().as_str(),
            assessed: AssessedDto::from(&view.assessed),
            assessments: json!(it.assessments),
            terms: json!(it.terms),
            received_at: it.received_at,
            acknowledge_by: it.acknowledge_by,
            reply_by: it.reply_by,
            told: json!(told),
            last_update: json!(last),
            next_update_by: view.next_update_by,
            outcome: json!(it.outcome),
            replied_at: it.replied_at,
            called_back_at: it.called_back_at,
            cause: json!(it.cause),
            action: json!(it.action),
            complainant: json!(view.file.complainant.last().map(complainant)),
            gap: json!(gap),
            version: it.version,
        }
    }
}

/// A complaint after something was told to the customer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ToldComplaintDto {
    /// The complaint.
    #[serde(flatten)]
    pub complaint: ComplaintDto,
    /// The message to the customer; `null` if there is no conversation the caller may answer
    /// in: then the words are in the history of the case.
    #[schema(value_type = Option<String>)]
    pub message_id: Option<MessageId>,
}

impl From<use_cases::Telling> for ToldComplaintDto {
    fn from(it: use_cases::Telling) -> Self {
        Self {
            complaint: it.view.into(),
            message_id: it.message_id,
        }
    }
}

/// What is known of how severe it is.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FactsBody {
    /// `harm`, `safety`, `legal`, `media`, `is_vulnerable`, `repeat_count`, `value`.
    #[schema(value_type = Object)]
    pub facts: ComplaintFacts,
}

/// What the customer is told about the time of the reply.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgeBody {
    /// Until when there is a reply; not later than the severity allows.
    #[schema(value_type = String, format = DateTime)]
    pub reply_by: Timestamp,
    /// The words, sent as a message; left out if they were said otherwise.
    pub text: Option<String>,
}

/// Words to the customer.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TextBody {
    /// The words, sent as a message.
    pub text: String,
}

/// What was found.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionBody {
    /// `valid`, `partly_valid` or `not_valid`.
    #[schema(value_type = String)]
    pub validity: Validity,
    /// Why; the customer is told.
    pub reasons: String,
    /// What the customer gets; needed unless it is not valid.
    #[serde(default)]
    pub remedy: String,
}

/// Why it happened.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CauseBody {
    /// `product`, `delivery`, `billing`, `information`, `process`, `conduct`, `system`,
    /// `partner` or `outside`.
    #[schema(value_type = String)]
    pub category: CauseCategory,
    /// In words.
    pub text: String,
}

/// A corrective action.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionBody {
    /// What is done.
    pub text: String,
    /// Who sees to it.
    #[schema(value_type = String)]
    pub owner_id: AgentId,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Timestamp,
}

/// What came of a corrective action.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionResultBody {
    /// In words.
    pub result: String,
}

/// What an agent sees and thinks of who complains.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ComplainantBody {
    /// Keys of the signs on the cards.
    pub signs: BTreeSet<String>,
    /// The agent's own choice, whatever the signs say.
    #[schema(value_type = Option<String>)]
    pub kind: Option<ComplainantKind>,
    /// The agent's own choice, whatever the signs say.
    #[schema(value_type = Option<String>)]
    pub temperament: Option<Temperament>,
}

/// Cards for talking with people who complain.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CardsDto {
    /// Kinds of complainants.
    #[schema(value_type = Vec<Object>)]
    pub kinds: Value,
    /// Temperaments.
    #[schema(value_type = Vec<Object>)]
    pub temperaments: Value,
    /// How to decline what cannot be given.
    #[schema(value_type = Vec<Object>)]
    pub declining: Value,
}

/// A text with its key, in both languages.
pub(super) fn line(line: &Line) -> Value {
    json!({ "key": line.key, "text": label(line) })
}

fn label(line: &Line) -> Value {
    json!({ "zh-CN": line.text(Locale::ZhCn), "en": line.text(Locale::En) })
}

pub(super) fn card<T: Serialize>(card: &Card<T>) -> Value {
    let lines = |lines: &[Line]| lines.iter().map(line).collect::<Vec<_>>();
    json!({
        "of": card.of,
        "name": label(&card.name),
        "signs": lines(card.signs),
        "dos": lines(card.dos),
        "donts": lines(card.donts),
        "phrases": lines(card.phrases),
    })
}

/// How severe facts would be.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SeverityPreviewDto {
    /// How severe, and why.
    #[serde(flatten)]
    pub assessed: AssessedDto,
    /// The times that gives.
    #[schema(value_type = Object)]
    pub terms: Value,
}

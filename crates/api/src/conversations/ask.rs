//! The wire form of what a message asks of the customer.

use serde::Serialize;
use utoipa::ToSchema;
use zhiyin_domain::ask::{Ask, AskAbout};
use zhiyin_domain::ids::{CaseId, ServiceNoticeId};
use zhiyin_domain::time::Timestamp;

/// What a message asks of the customer, and what they answered.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AskDto {
    /// `notice`: whether they took note; `solved`: whether their case is solved.
    pub kind: &'static str,
    /// Of what they were told.
    #[schema(value_type = Option<String>)]
    pub notice_id: Option<ServiceNoticeId>,
    /// Of which case.
    #[schema(value_type = Option<String>)]
    pub case_id: Option<CaseId>,
    /// Its number, as people write it.
    pub number: Option<String>,
    /// `acknowledged`, `confirmed`, `disputed`, or `over` when it needs no answer any more;
    /// `null` while it waits.
    pub answer: Option<&'static str>,
    /// When it was answered.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answered_at: Option<Timestamp>,
}

impl From<Ask> for AskDto {
    fn from(it: Ask) -> Self {
        let (kind, notice_id, case_id, number) = match it.about {
            AskAbout::Notice { notice_id } => ("notice", Some(notice_id), None, None),
            AskAbout::Solved { case_id, number } => ("solved", None, Some(case_id), Some(number)),
        };
        Self {
            kind,
            notice_id,
            case_id,
            number,
            answer: it.answered.map(|(answer, _)| answer.as_str()),
            answered_at: it.answered.map(|(_, at)| at),
        }
    }
}

//! How refusals of complaints, recovery, evidence, call backs and warnings are told.

use zhiyin_app::cases::HandlingError;
use zhiyin_app::cases::evidence::{BundleError, VerifyError};
use zhiyin_domain::cases::approvals::ApprovalError;
use zhiyin_domain::cases::complaints::ComplaintError;
use zhiyin_domain::cases::evidence::AppendError;
use zhiyin_domain::cases::follow_up::FollowUpError;
use zhiyin_domain::cases::recovery::{CatalogueError, LimitsError, RecoveryError};
use zhiyin_domain::cases::severity::MatrixError;
use zhiyin_store::StoreError;

use crate::code::Code;
use crate::error::ApiError;

fn field(path: &'static str, text: String) -> ApiError {
    ApiError::unprocessable(Code::InvalidField).field_detail(path, "invalid", text)
}

impl From<HandlingError> for ApiError {
    fn from(error: HandlingError) -> Self {
        let text = error.to_string();
        match error {
            HandlingError::NotFound(what) => Self::not_found(what),
            HandlingError::Stale | HandlingError::Store(StoreError::Conflict { .. }) => {
                Self::conflict(Code::Changed)
            }
            HandlingError::Case(error) => error.into(),
            HandlingError::Complaint(error) => complaint(error),
            HandlingError::Sign => field("/signs", text),
            HandlingError::Matrix(error) => matrix(error),
            HandlingError::Recovery(error) => recovery(error),
            HandlingError::NeedsMore => Self::conflict(Code::RecoveryNeedsMore),
            HandlingError::Limits(error) => limits(error),
            HandlingError::Catalogue(error) => catalogue(error),
            HandlingError::Evidence(error) => evidence(error),
            HandlingError::NoSealKey => Self::unavailable(Code::Unavailable).detail(text),
            HandlingError::FollowUp(error) => follow_up(error),
            HandlingError::Invalid { path: "", detail } => {
                Self::unprocessable(Code::InvalidField).detail(detail)
            }
            HandlingError::Invalid { path, detail } => field(path, detail),
            HandlingError::NotVerified => Self::forbidden(Code::NotVerified),
            HandlingError::OpenSteps(_) => Self::conflict(Code::RiskOpenSteps).detail(text),
            HandlingError::Message(error) => error.into(),
            HandlingError::Conversation(error) => error.into(),
            HandlingError::Denied(denied) => denied.into(),
            HandlingError::Store(source) => source.into(),
        }
    }
}

fn complaint(error: ComplaintError) -> ApiError {
    let text = error.to_string();
    match error {
        ComplaintError::Phase(_) => ApiError::conflict(Code::ComplaintPhase).detail(text),
        ComplaintError::NotTold
        | ComplaintError::NoOutcome
        | ComplaintError::NoCause
        | ComplaintError::NoAction
        | ComplaintError::NotOpen => ApiError::conflict(Code::ComplaintNotReady).detail(text),
        ComplaintError::ToldTooLate => field("/reply_by", text),
        ComplaintError::NoRemedy => field("/remedy", text),
        ComplaintError::Text => field("/text", text),
        ComplaintError::InPast => field("/due_at", text),
    }
}

fn matrix(error: MatrixError) -> ApiError {
    let text = error.to_string();
    match error {
        MatrixError::Thresholds => field("/matrix/thresholds", text),
        MatrixError::Weights => field("/matrix/weights", text),
        MatrixError::Terms(_) | MatrixError::Order(_) => field("/matrix/terms", text),
    }
}

fn recovery(error: RecoveryError) -> ApiError {
    let text = error.to_string();
    match error {
        RecoveryError::NoGesture => field("/gesture", text),
        RecoveryError::Cost | RecoveryError::Money(_) => field("/cost", text),
        RecoveryError::AboveAll => ApiError::conflict(Code::RecoveryAboveAll),
        RecoveryError::Budget(_) => ApiError::conflict(Code::RecoveryBudget).detail(text),
        RecoveryError::TooMany => ApiError::unprocessable(Code::TooMany).detail(text),
        RecoveryError::Reason => field("/reason", text),
        RecoveryError::Unknown => ApiError::not_found("request"),
        RecoveryError::State | RecoveryError::Approval(ApprovalError::Over) => {
            ApiError::conflict(Code::RecoveryState)
        }
        RecoveryError::Approval(ApprovalError::Reason) => field("/note", text),
        RecoveryError::Approval(
            ApprovalError::NotAuthorized
            | ApprovalError::OwnRequest
            | ApprovalError::Twice
            | ApprovalError::Levels,
        ) => ApiError::forbidden(Code::ApprovalRefused).detail(text),
    }
}

fn limits(error: LimitsError) -> ApiError {
    let text = error.to_string();
    match error {
        LimitsError::Range => field("/limits", text),
        LimitsError::Chain => field("/limits/chain", text),
        LimitsError::Own => field("/limits/own", text),
    }
}

fn catalogue(error: CatalogueError) -> ApiError {
    let text = error.to_string();
    match error {
        CatalogueError::Count => field("/catalogue", text),
        CatalogueError::Gesture(at) | CatalogueError::Zero(at) | CatalogueError::Currency(at) => {
            ApiError::unprocessable(Code::InvalidField).field_detail(
                format!("/catalogue/{at}"),
                "invalid",
                text,
            )
        }
    }
}

fn evidence(error: AppendError) -> ApiError {
    let text = error.to_string();
    match error {
        AppendError::TooMany => ApiError::conflict(Code::EvidenceFull),
        AppendError::NoEntry(_) => field("/of", text),
        AppendError::Note => field("/note", text),
    }
}

fn follow_up(error: FollowUpError) -> ApiError {
    let text = error.to_string();
    match error {
        FollowUpError::Over => ApiError::conflict(Code::FollowUpOver),
        FollowUpError::NoAttempt => field("/result", text),
        FollowUpError::NoMeans => field("/means", text),
        FollowUpError::Note => field("/note", text),
        FollowUpError::Limit => field("/limit", text),
        FollowUpError::InPast | FollowUpError::TooFar => field("/again_at", text),
        FollowUpError::TooMany => ApiError::unprocessable(Code::TooMany).detail(text),
    }
}

impl From<VerifyError> for ApiError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Blob(source) => Self::internal(source),
            VerifyError::Store(source) => source.into(),
        }
    }
}

impl From<BundleError> for ApiError {
    fn from(error: BundleError) -> Self {
        match error {
            BundleError::Handling(error) => error.into(),
            BundleError::TooLarge => Self::unprocessable(Code::TooMany).detail(error.to_string()),
            BundleError::Store(source) => source.into(),
            BundleError::Archive(_)
            | BundleError::Io(_)
            | BundleError::Unreadable(_)
            | BundleError::Blob(_) => Self::internal(error),
        }
    }
}

//! How refusals of cases, steps, tasks, links and types are told.

use zhiyin_app::cases::CaseError;
use zhiyin_domain::cases::approvals::ApprovalError;
use zhiyin_domain::cases::case::CaseError as Rule;
use zhiyin_domain::cases::case_type::PublishError;
use zhiyin_domain::cases::forms::AnswerError;
use zhiyin_domain::cases::ownership::OwnershipError;
use zhiyin_domain::cases::run::RunError;
use zhiyin_domain::cases::tasks::TaskError;
use zhiyin_store::StoreError;

use crate::code::Code;
use crate::error::ApiError;

fn field(path: &str, rule: &'static str, text: String) -> ApiError {
    ApiError::unprocessable(Code::InvalidField).field_detail(path, rule, text)
}

fn state(code: Code, text: String) -> ApiError {
    ApiError::conflict(code).detail(text)
}

fn answers(errors: Vec<AnswerError>) -> ApiError {
    let start = ApiError::unprocessable(Code::InvalidField);
    errors.into_iter().fold(start, |error, one| {
        let rule = match &one {
            AnswerError::Missing(_) => "missing",
            AnswerError::Unknown(_) => "unknown",
            AnswerError::Unfit { .. } => "invalid",
        };
        let path = format!("/answers/{}", one.field());
        error.field_detail(path, rule, one.to_string())
    })
}

impl From<CaseError> for ApiError {
    fn from(error: CaseError) -> Self {
        let text = error.to_string();
        match error {
            CaseError::NotFound(_) => Self::not_found("case"),
            CaseError::TaskNotFound(_) => Self::not_found("task"),
            CaseError::TypeNotFound(_) => Self::not_found("type of case"),
            CaseError::Unknown { path, .. } => field(path, "unknown", text),
            CaseError::AgentUnfit(_) => Self::unprocessable(Code::NotAssignable).detail(text),
            CaseError::NoOwner => field("/owner_id", "missing", text),
            CaseError::TypeOff => field("/type", "unknown", text),
            CaseError::Stale | CaseError::Store(StoreError::Conflict { .. }) => {
                Self::conflict(Code::Changed)
            }
            CaseError::Answers(errors) => answers(errors),
            CaseError::Rule(error) => rule(&error),
            CaseError::Run(error) => run(error),
            CaseError::Task(error) => task(error),
            CaseError::Link(_) | CaseError::NotLinked => state(Code::CaseLink, text),
            CaseError::NoChildren => Self::unprocessable(Code::CaseLink).detail(text),
            CaseError::Merge(_) => state(Code::CaseMerge, text),
            CaseError::Message(error) => error.into(),
            CaseError::KeyTaken => Self::conflict(Code::AlreadyExists).field("/key"),
            CaseError::NotBuiltin => Self::unprocessable(Code::BuiltIn).detail(text),
            CaseError::Publish(error) => match error {
                PublishError::NoDraft | PublishError::Same => state(Code::CaseTypeSame, text),
                PublishError::Findings(findings) => {
                    let words: Vec<String> = findings.iter().map(ToString::to_string).collect();
                    Self::unprocessable(Code::CaseTypeFindings).detail(words.join("; "))
                }
            },
            CaseError::Labels(_) => field("/labels", "invalid", text),
            CaseError::Setting { path, detail } => field(path, "invalid", detail),
            CaseError::Conversation(error) => error.into(),
            CaseError::Handling(error) => (*error).into(),
            CaseError::Denied(denied) => denied.into(),
            CaseError::Store(source) => source.into(),
        }
    }
}

fn rule(error: &Rule) -> ApiError {
    let text = error.to_string();
    match error {
        Rule::Merged => state(Code::CaseMerged, text),
        Rule::Status { .. } => state(Code::CaseStatus, text),
        Rule::OpenWork { .. } => state(Code::CaseOpenWork, text),
        Rule::Gap(_) | Rule::Complaint(_) | Rule::NoComplaint | Rule::Policy => {
            state(Code::CaseNotClosable, text)
        }
        Rule::Ownership(error) => ownership(*error),
        Rule::Title => field("/title", "invalid", text),
        Rule::Reason => field("/note", "invalid", text),
        Rule::Label => field("/label", "invalid", text),
        Rule::Watchers => ApiError::unprocessable(Code::TooMany).detail(text),
        Rule::TooLate => state(Code::CaseTooLate, text),
    }
}

fn ownership(error: OwnershipError) -> ApiError {
    let text = error.to_string();
    match error {
        OwnershipError::Reason => field("/reason", "invalid", text),
        OwnershipError::SameOwner => field("/to_id", "invalid", text),
        OwnershipError::Pending => state(Code::HandoverPending, text),
        OwnershipError::NotPending
        | OwnershipError::NotAsked
        | OwnershipError::NotProposer
        | OwnershipError::Lapsed => state(Code::HandoverOver, text),
        OwnershipError::InPast => field("/answer_by", "in-past", text),
    }
}

fn run(error: RunError) -> ApiError {
    let text = error.to_string();
    match error {
        RunError::Open | RunError::OtherVisit => state(Code::StepMoved, text),
        RunError::Over | RunError::OtherVersion(_) | RunError::TooLong => {
            state(Code::StepOver, text)
        }
        RunError::Answers(errors) => answers(errors),
        RunError::Unchecked(_) => field("/checked", "missing", text),
        RunError::Outcome(_) => field("/outcome", "invalid", text),
        RunError::Awaiting | RunError::NotAwaiting => state(Code::StepAwaiting, text),
        RunError::Approval(error) => approval(error),
        RunError::Reason => field("/reason", "invalid", text),
    }
}

fn approval(error: ApprovalError) -> ApiError {
    let text = error.to_string();
    match error {
        ApprovalError::NotAuthorized | ApprovalError::OwnRequest | ApprovalError::Twice => {
            ApiError::forbidden(Code::ApprovalRefused).detail(text)
        }
        ApprovalError::Over => state(Code::StepAwaiting, text),
        ApprovalError::Reason => field("/note", "missing", text),
        ApprovalError::Levels => state(Code::StepOver, text),
    }
}

fn task(error: TaskError) -> ApiError {
    let text = error.to_string();
    match error {
        TaskError::Text => field("/text", "invalid", text),
        TaskError::Limit => field("/limit", "invalid", text),
        TaskError::Over | TaskError::NotAnswered => state(Code::TaskOver, text),
        TaskError::Asked | TaskError::NotAsked => state(Code::TaskAsked, text),
        TaskError::SameTeam => field("/team_id", "invalid", text),
        TaskError::InPast => field("/due_at", "in-past", text),
        TaskError::TooFar => field("/due_at", "too-far", text),
        TaskError::TooMany => ApiError::unprocessable(Code::TooMany).detail(text),
    }
}

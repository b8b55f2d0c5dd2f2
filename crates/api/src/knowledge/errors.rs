//! Refusals of knowledge as problems.

use zhiyin_app::knowledge::KnowledgeError;
use zhiyin_domain::knowledge::{
    ArticleError, CategoryError, ContentError, GlossaryError, HelpCentreError, TransitionError,
};

use crate::code::Code;
use crate::error::ApiError;

fn invalid(path: &str, error: &impl ToString) -> ApiError {
    ApiError::unprocessable(Code::InvalidField).field_detail(path, "invalid", error.to_string())
}

fn unknown(path: &str) -> ApiError {
    let detail = "There is no such thing in this workspace.";
    ApiError::unprocessable(Code::InvalidField).field_detail(path, "unknown", detail)
}

impl From<KnowledgeError> for ApiError {
    fn from(error: KnowledgeError) -> Self {
        match error {
            KnowledgeError::NotFound => Self::not_found("article"),
            KnowledgeError::LanguageNotFound => Self::not_found("translation"),
            KnowledgeError::RevisionNotFound => Self::not_found("version"),
            KnowledgeError::SynonymsNotFound => Self::not_found("synonyms"),
            KnowledgeError::CategoryNotFound => Self::not_found("category"),
            KnowledgeError::GapNotFound => Self::not_found("gap"),
            KnowledgeError::ConversationNotFound => Self::not_found("conversation"),
            KnowledgeError::SessionNotFound => unknown("/session_id"),
            KnowledgeError::ArticleNotFound => unknown("/article_id"),
            KnowledgeError::MergeTargetNotFound => unknown("/into"),
            KnowledgeError::MergeIntoItself => invalid("/into", &error),
            KnowledgeError::NothingSaid => {
                Self::conflict(Code::Changed).detail(sentence(&error.to_string()))
            }
            KnowledgeError::Import(_) => invalid("/files", &error),
            KnowledgeError::OwnerNotFound => unknown("/owner_id"),
            KnowledgeError::Denied(denied) => denied.into(),
            KnowledgeError::Article(error @ (ArticleError::TooManyTags | ArticleError::Tag)) => {
                invalid("/tags", &error)
            }
            KnowledgeError::Content(error)
            | KnowledgeError::Transition(TransitionError::Content(error)) => content(error),
            KnowledgeError::Transition(error @ TransitionError::ScheduleTime) => {
                invalid("/publish_at", &error)
            }
            KnowledgeError::Transition(error) => {
                Self::conflict(Code::Changed).detail(sentence(&error.to_string()))
            }
            KnowledgeError::Category(error @ CategoryError::Name) => invalid("/name", &error),
            KnowledgeError::Category(error @ CategoryError::Description) => {
                invalid("/description", &error)
            }
            KnowledgeError::Category(error @ CategoryError::TooDeep) => {
                invalid("/parent_id", &error)
            }
            KnowledgeError::Synonyms(error) => invalid("/words", &error),
            KnowledgeError::TermNotFound => Self::not_found("term"),
            KnowledgeError::TermTaken => Self::conflict(Code::AlreadyExists).field("/term"),
            KnowledgeError::Glossary(error) => invalid(glossary(error), &error),
            KnowledgeError::HelpCentre(error) => help_centre(error),
            KnowledgeError::Feedback(error) => invalid("/comment", &error),
            KnowledgeError::SlugTaken => Self::conflict(Code::AlreadyExists).field("/slug"),
            KnowledgeError::InUse => Self::conflict(Code::InUse)
                .detail("Articles or other categories stand in this one. Move them first."),
            KnowledgeError::TooMany(_) => Self::conflict(Code::TooMany).detail(error.to_string()),
            KnowledgeError::Changed => Self::conflict(Code::Changed),
            KnowledgeError::Store(source) => source.into(),
        }
    }
}

fn glossary(error: GlossaryError) -> &'static str {
    match error {
        GlossaryError::Term => "/term",
        GlossaryError::Preferred => "/preferred",
        GlossaryError::Explanation => "/explanation",
        GlossaryError::Avoid => "/avoid",
    }
}

fn help_centre(error: HelpCentreError) -> ApiError {
    let path = match error {
        HelpCentreError::Name => "/name",
        HelpCentreError::Locales => "/locales",
        HelpCentreError::Logo => "/logo_id",
        HelpCentreError::DomainOwn => "/domain",
        HelpCentreError::DomainTaken => {
            return ApiError::conflict(Code::AlreadyExists).field("/domain");
        }
    };
    invalid(path, &error)
}

fn content(error: ContentError) -> ApiError {
    let path = match error {
        ContentError::Title => "/content/title",
        ContentError::Summary => "/content/summary",
        ContentError::Body => "/content/body",
    };
    invalid(path, &error)
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    let first: String = first.into_iter().flatten().collect();
    format!("{first}{}.", letters.as_str())
}

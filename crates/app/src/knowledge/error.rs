//! Why something about knowledge was refused.

use zhiyin_domain::knowledge::{
    ArticleError, CategoryError, ContentError, FeedbackError, GlossaryError, HelpCentreError,
    SynonymsError, TransitionError,
};
use zhiyin_domain::permission::Denied;
use zhiyin_store::StoreError;

/// Why something about knowledge was refused.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    /// No such article, or not one the caller may know of.
    #[error("no such article")]
    NotFound,
    /// The article is not there in this language.
    #[error("the article is not there in this language")]
    LanguageNotFound,
    /// The language has no such version.
    #[error("no such version")]
    RevisionNotFound,
    /// No such category.
    #[error("no such category")]
    CategoryNotFound,
    /// No such synonyms.
    #[error("no such synonyms")]
    SynonymsNotFound,
    /// No such term.
    #[error("no such term")]
    TermNotFound,
    /// No such gap.
    #[error("no such gap")]
    GapNotFound,
    /// The article that was named is not there.
    #[error("no such article")]
    ArticleNotFound,
    /// The article another is to be joined with is not there, or was itself put away.
    #[error("no such article to merge into")]
    MergeTargetNotFound,
    /// An article cannot be joined with itself.
    #[error("an article cannot be merged into itself")]
    MergeIntoItself,
    /// No such conversation, or not one the caller may know of.
    #[error("no such conversation")]
    ConversationNotFound,
    /// The conversation has no such session.
    #[error("no such session")]
    SessionNotFound,
    /// Nothing was said in the session that an article could be made of.
    #[error("nothing was said that an article could be made of")]
    NothingSaid,
    /// What is to be imported cannot be taken in as a whole.
    #[error("{0}")]
    Import(String),
    /// The owner is no agent of this workspace.
    #[error("no such agent")]
    OwnerNotFound,
    /// The caller may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The article is not acceptable.
    #[error(transparent)]
    Article(#[from] ArticleError),
    /// The text is not acceptable.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// The step is not possible.
    #[error(transparent)]
    Transition(#[from] TransitionError),
    /// The category is not acceptable.
    #[error(transparent)]
    Category(#[from] CategoryError),
    /// The synonyms are not acceptable.
    #[error(transparent)]
    Synonyms(#[from] SynonymsError),
    /// The term is not acceptable.
    #[error(transparent)]
    Glossary(#[from] GlossaryError),
    /// The settings of the help centre are not acceptable.
    #[error(transparent)]
    HelpCentre(#[from] HelpCentreError),
    /// The glossary has this word already.
    #[error("the glossary has this word already")]
    TermTaken,
    /// The opinion is not acceptable.
    #[error(transparent)]
    Feedback(#[from] FeedbackError),
    /// Another article or category has the address, or had it.
    #[error("this address is taken")]
    SlugTaken,
    /// Something stands in the category.
    #[error("the category is not empty")]
    InUse,
    /// There are as many as there may be.
    #[error("there are {0} of them already")]
    TooMany(usize),
    /// Somebody else changed it first.
    #[error("it was changed in the meantime")]
    Changed,
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for KnowledgeError {
    fn from(error: StoreError) -> Self {
        let is_slug = ["article_translations_slug", "article_categories_slug"]
            .iter()
            .any(|index| error.is_unique_violation(index));
        let is_term = error.is_unique_violation("glossary_terms_term");
        let is_domain = error.is_unique_violation("help_centres_domain");
        match error {
            _ if is_term => Self::TermTaken,
            _ if is_domain => HelpCentreError::DomainTaken.into(),
            _ if is_slug => Self::SlugTaken,
            StoreError::Conflict { .. } => Self::Changed,
            error => Self::Store(error),
        }
    }
}

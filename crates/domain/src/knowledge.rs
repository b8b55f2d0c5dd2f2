//! Knowledge: articles in several languages with their versions, categories, and words that
//! mean the same.
//!
//! | module | is |
//! | --- | --- |
//! | [`article`] | an article, and what all its languages share |
//! | [`translation`] | one language of it: draft, review, published, archived |
//! | [`category`] | where articles stand |
//! | [`slug`] | the part of an address that names one |
//! | [`help_centre`] | what the help centre looks like and where it is found |
//! | [`glossary`] | what to call a thing, and how to explain it |
//! | [`synonyms`] | words that a search takes for one another |
//! | [`feedback`] | what readers say |
//! | [`question`] | what readers look for, and what became of it |
//! | [`gap`] | questions that articles leave open |

pub mod article;
pub mod category;
pub mod feedback;
pub mod gap;
pub mod glossary;
pub mod help_centre;
pub mod question;
pub mod slug;
pub mod synonyms;
pub mod translation;

pub use article::{Article, ArticleError, Audience};
pub use category::{ArticleCategory, CategoryError};
pub use feedback::{ArticleFeedback, FeedbackError};
pub use gap::{GapState, KnowledgeGap};
pub use glossary::{GlossaryError, GlossaryTerm, GlossaryText};
pub use help_centre::{
    Colour, Domain, HelpCentre, HelpCentreError, ParseColourError, ParseDomainError,
};
pub use question::{ArticleQuestion, QuestionPlace};
pub use slug::{PageSlug, ParsePageSlugError};
pub use synonyms::{Synonyms, SynonymsError};
pub use translation::{
    Content, ContentError, Live, Plan, Revision, Status, TransitionError, Translation, outdated,
};

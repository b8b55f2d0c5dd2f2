//! What readers say of an article.

use crate::ids::{ArticleFeedbackId, ArticleId};
use crate::limits::ARTICLE_COMMENT_CHARS_MAX;
use crate::locale::Locale;
use crate::time::Timestamp;

/// An opinion of one reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleFeedback {
    /// Identifier.
    pub id: ArticleFeedbackId,
    /// The article.
    pub article_id: ArticleId,
    /// The language it was read in.
    pub locale: Locale,
    /// The revision it was read in.
    pub revision: i64,
    /// Whether it helped.
    pub is_helpful: bool,
    /// What was missing, in the reader's words.
    pub comment: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// An opinion is not acceptable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FeedbackError {
    /// The comment is too long.
    #[error("a comment has at most {ARTICLE_COMMENT_CHARS_MAX} characters")]
    CommentTooLong,
}

impl ArticleFeedback {
    /// A comment without spaces around it; none if nothing is left.
    pub fn comment(text: &str) -> Result<Option<String>, FeedbackError> {
        let text = text.trim();
        if text.chars().count() > ARTICLE_COMMENT_CHARS_MAX {
            return Err(FeedbackError::CommentTooLong);
        }
        Ok((!text.is_empty()).then(|| text.replace('\0', "")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_comment_is_none() {
        assert_eq!(ArticleFeedback::comment("  "), Ok(None));
        assert_eq!(ArticleFeedback::comment(" 好 "), Ok(Some("好".to_owned())));
        let long = "长".repeat(ARTICLE_COMMENT_CHARS_MAX + 1);
        assert_eq!(
            ArticleFeedback::comment(&long),
            Err(FeedbackError::CommentTooLong)
        );
    }
}

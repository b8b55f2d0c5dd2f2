//! What all languages of an article share.

use std::collections::BTreeSet;

use crate::ids::{AgentId, ArticleCategoryId, ArticleId};
use crate::limits::{ARTICLE_TAG_CHARS_MAX, ARTICLE_TAGS_MAX};
use crate::locale::Locale;
use crate::time::Timestamp;

/// Who may read an article once it is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// Everybody: it stands in the help centre.
    Public,
    /// Customers the company knows: in conversations and in the widget of proven visitors.
    Customers,
    /// Agents only.
    Internal,
}

impl Audience {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Public, Self::Customers, Self::Internal];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Customers => "customers",
            Self::Internal => "internal",
        }
    }
}

/// An article, without its texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Identifier.
    pub id: ArticleId,
    /// Where it stands; nowhere is below all categories.
    pub category_id: Option<ArticleCategoryId>,
    /// Who may read it.
    pub audience: Audience,
    /// The language it is written in first; others follow it.
    pub source: Locale,
    /// Words people put on it.
    pub tags: BTreeSet<String>,
    /// Who sees to it that it stays right.
    pub owner_id: Option<AgentId>,
    /// When somebody should look whether it still is.
    pub review_by: Option<Timestamp>,
    /// The review date of which its owner was told.
    pub reminded_for: Option<Timestamp>,
    /// How it is known where it was made of: `import:…`, `session:…`.
    pub source_id: Option<String>,
    /// The article that says the same, for whose sake this one was put away.
    pub merged_into: Option<ArticleId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When anything of it changed last.
    pub updated_at: Timestamp,
    /// Optimistic lock.
    pub version: i64,
}

/// Something of an article is not acceptable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArticleError {
    /// Too many tags.
    #[error("an article has {ARTICLE_TAGS_MAX} tags at most")]
    TooManyTags,
    /// A tag is empty or too long.
    #[error("a tag has 1 to {ARTICLE_TAG_CHARS_MAX} characters in one line")]
    Tag,
}

impl Article {
    /// A new one of which nothing is known but its language.
    #[must_use]
    pub fn new(id: ArticleId, source: Locale, now: Timestamp) -> Self {
        Self {
            id,
            category_id: None,
            audience: Audience::Public,
            source,
            tags: BTreeSet::new(),
            owner_id: None,
            review_by: None,
            reminded_for: None,
            source_id: None,
            merged_into: None,
            created_at: now,
            updated_at: now,
            version: 1,
        }
    }

    /// Whether somebody should look at it.
    #[must_use]
    pub fn is_review_due(&self, now: Timestamp) -> bool {
        self.review_by.is_some_and(|by| by <= now)
    }

    /// Whether everything is acceptable.
    pub fn check(&self) -> Result<(), ArticleError> {
        if self.tags.len() > ARTICLE_TAGS_MAX {
            return Err(ArticleError::TooManyTags);
        }
        let is_tag = |tag: &String| {
            let is_short = tag.chars().count() <= ARTICLE_TAG_CHARS_MAX;
            !tag.trim().is_empty() && is_short && !tag.contains(char::is_control)
        };
        if !self.tags.iter().all(is_tag) {
            return Err(ArticleError::Tag);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn tags_and_review_are_checked() {
        let now = Timestamp::from_micros(1_000);
        let mut article = Article::new(ArticleId::from_uuid(Uuid::from_u128(1)), Locale::En, now);
        assert_eq!(article.check(), Ok(()));
        assert!(!article.is_review_due(now));
        article.review_by = Some(now);
        assert!(article.is_review_due(now));
        article.tags.insert(" ".to_owned());
        assert_eq!(article.check(), Err(ArticleError::Tag));
        article.tags = (0..=ARTICLE_TAGS_MAX).map(|n| n.to_string()).collect();
        assert_eq!(article.check(), Err(ArticleError::TooManyTags));
    }
}

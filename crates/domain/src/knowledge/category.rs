//! Where articles stand: categories, and categories within them.

use crate::attribute::{Label, is_label};
use crate::ids::ArticleCategoryId;
use crate::knowledge::PageSlug;
use crate::time::Timestamp;

/// A shelf of articles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleCategory {
    /// Identifier.
    pub id: ArticleCategoryId,
    /// The category it is part of. One that has a parent is never one itself.
    pub parent_id: Option<ArticleCategoryId>,
    /// Its name in addresses, the same in every language.
    pub slug: PageSlug,
    /// Its name for people.
    pub name: Label,
    /// What is found in it, in a sentence; may be empty.
    pub description: Label,
    /// Its place among its neighbours.
    pub position: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// Optimistic lock.
    pub version: i64,
}

/// A category is not acceptable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CategoryError {
    /// No name in any language, or one that is too long.
    #[error("a name is needed in at least one language, 120 characters at most")]
    Name,
    /// The description is too long.
    #[error("a description has at most 120 characters in each language")]
    Description,
    /// Categories lie two deep at most.
    #[error("a category within a category holds no others")]
    TooDeep,
}

impl ArticleCategory {
    /// Whether it may be kept under `parent`, with or without categories in it.
    pub fn check(&self, parent: Option<&Self>, has_children: bool) -> Result<(), CategoryError> {
        if !is_label(&self.name) {
            return Err(CategoryError::Name);
        }
        if !self.description.is_empty() && !is_label(&self.description) {
            return Err(CategoryError::Description);
        }
        let is_own_parent = self.parent_id == Some(self.id);
        let is_deep = parent.is_some_and(|parent| parent.parent_id.is_some() || has_children);
        if is_own_parent || is_deep {
            return Err(CategoryError::TooDeep);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::locale::Locale;

    fn category(number: u128, parent: Option<u128>) -> ArticleCategory {
        let id = |number| ArticleCategoryId::from_uuid(Uuid::from_u128(number));
        ArticleCategory {
            id: id(number),
            parent_id: parent.map(id),
            slug: "orders".parse().expect("a slug"),
            name: Label::from([(Locale::En, "Orders".to_owned())]),
            description: Label::new(),
            position: 0,
            created_at: Timestamp::from_micros(0),
            version: 1,
        }
    }

    #[test]
    fn categories_lie_two_deep() {
        let (top, inner) = (category(1, None), category(2, Some(1)));
        assert_eq!(top.check(None, true), Ok(()));
        assert_eq!(inner.check(Some(&top), false), Ok(()));
        assert_eq!(inner.check(Some(&top), true), Err(CategoryError::TooDeep));
        let third = category(3, Some(2));
        assert_eq!(
            third.check(Some(&inner), false),
            Err(CategoryError::TooDeep)
        );
        let own = category(4, Some(4));
        assert_eq!(own.check(Some(&top), false), Err(CategoryError::TooDeep));
    }

    #[test]
    fn a_category_has_a_name() {
        let mut nameless = category(1, None);
        nameless.name.clear();
        assert_eq!(nameless.check(None, false), Err(CategoryError::Name));
    }
}

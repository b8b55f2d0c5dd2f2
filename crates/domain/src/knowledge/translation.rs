//! One language of an article.
//!
//! Whatever is written is a new revision; none is ever changed. Readers see the revision that
//! was published last, while the next is being written and reviewed.

use crate::actor::Actor;
use crate::ids::ArticleId;
use crate::knowledge::PageSlug;
use crate::limits::{
    ARTICLE_BODY_BYTES_MAX, ARTICLE_SCHEDULE_MAX, ARTICLE_SUMMARY_CHARS_MAX,
    ARTICLE_TITLE_CHARS_MAX,
};
use crate::locale::Locale;
use crate::time::Timestamp;

/// What is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The question it answers, or its name.
    pub title: String,
    /// The answer in a sentence or two, for lists and search engines; may be empty.
    pub summary: String,
    /// The text, in Markdown.
    pub body: String,
}

/// A text is not acceptable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    /// No title, or one that is too long.
    #[error("a title has 1 to {ARTICLE_TITLE_CHARS_MAX} characters in one line")]
    Title,
    /// The summary is too long.
    #[error("a summary has at most {ARTICLE_SUMMARY_CHARS_MAX} characters")]
    Summary,
    /// The text is too long.
    #[error("an article has at most {ARTICLE_BODY_BYTES_MAX} bytes")]
    Body,
}

impl Content {
    /// Whether it may be kept.
    pub fn check(&self) -> Result<(), ContentError> {
        let title = self.title.chars().count();
        let is_one_line = !self.title.contains(char::is_control);
        if self.title.trim().is_empty() || title > ARTICLE_TITLE_CHARS_MAX || !is_one_line {
            return Err(ContentError::Title);
        }
        if self.summary.chars().count() > ARTICLE_SUMMARY_CHARS_MAX {
            return Err(ContentError::Summary);
        }
        if self.body.len() > ARTICLE_BODY_BYTES_MAX || self.body.contains('\0') {
            return Err(ContentError::Body);
        }
        Ok(())
    }
}

/// Where the newest revision is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// It is being written.
    Draft,
    /// Somebody else is to look at it.
    Review {
        /// Who asked for that.
        by: Actor,
        /// When.
        at: Timestamp,
    },
    /// It is what readers see.
    Published,
    /// Nobody sees it any more.
    Archived {
        /// Who put it away.
        by: Actor,
        /// When.
        at: Timestamp,
    },
}

impl Status {
    /// All names, in the order of the way.
    pub const NAMES: [&'static str; 4] = ["draft", "review", "published", "archived"];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Review { .. } => "review",
            Self::Published => "published",
            Self::Archived { .. } => "archived",
        }
    }
}

/// What readers see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Live {
    /// Number of the revision.
    pub revision: i64,
    /// Its text.
    pub content: Content,
    /// When it was published.
    pub at: Timestamp,
}

/// When the newest text is published by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// When.
    pub at: Timestamp,
    /// In whose name.
    pub by: Actor,
}

/// One language of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translation {
    /// The article.
    pub article_id: ArticleId,
    /// Its language.
    pub locale: Locale,
    /// Its name in addresses.
    pub slug: PageSlug,
    /// The newest text.
    pub content: Content,
    /// Its number, from 1.
    pub revision: i64,
    /// Where it is on its way.
    pub status: Status,
    /// What readers see meanwhile.
    pub live: Option<Live>,
    /// When the newest text is published by itself.
    pub scheduled: Option<Plan>,
    /// The revision of the source language that it says the same as.
    pub based_on: Option<i64>,
    /// When it was changed last.
    pub updated_at: Timestamp,
    /// By whom.
    pub updated_by: Actor,
    /// Readers whom it helped.
    pub helpful: i64,
    /// Readers whom it did not help.
    pub unhelpful: i64,
    /// Optimistic lock.
    pub version: i64,
}

/// A text as it was at some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Its number.
    pub number: i64,
    /// The text.
    pub content: Content,
    /// Who wrote it.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// A step that is not possible from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransitionError {
    /// It was put away.
    #[error("it is archived; restore it first")]
    Archived,
    /// It is not put away.
    #[error("it is not archived")]
    NotArchived,
    /// Nobody asked for a review.
    #[error("it is not in review")]
    NotInReview,
    /// A review was asked for already.
    #[error("it is in review already")]
    InReview,
    /// Readers see the newest text already.
    #[error("the newest text is published already")]
    AlreadyPublished,
    /// A text cannot be scheduled for then.
    #[error("a text is scheduled for a time to come, within a year")]
    ScheduleTime,
    /// The text cannot be kept.
    #[error(transparent)]
    Content(#[from] ContentError),
}

impl Translation {
    /// The first text of a language.
    pub fn new(
        article_id: ArticleId,
        locale: Locale,
        slug: PageSlug,
        content: Content,
        (by, now): (Actor, Timestamp),
    ) -> Result<Self, ContentError> {
        content.check()?;
        Ok(Self {
            article_id,
            locale,
            slug,
            content,
            revision: 1,
            status: Status::Draft,
            live: None,
            scheduled: None,
            based_on: None,
            updated_at: now,
            updated_by: by,
            helpful: 0,
            unhelpful: 0,
            version: 1,
        })
    }

    /// Writes another text. A review that was asked for goes on; what is published stays.
    pub fn write(
        mut self,
        content: Content,
        by: Actor,
        now: Timestamp,
    ) -> Result<Self, TransitionError> {
        content.check()?;
        self.status = match self.status {
            Status::Draft | Status::Published => Status::Draft,
            Status::Review { by, at } => Status::Review { by, at },
            Status::Archived { .. } => return Err(TransitionError::Archived),
        };
        if content != self.content {
            // What was scheduled was the text before.
            self.scheduled = None;
            self.content = content;
            self.revision += 1;
        }
        Ok(self.touched(by, now))
    }

    /// Asks somebody else to look at it.
    pub fn submit(mut self, by: Actor, now: Timestamp) -> Result<Self, TransitionError> {
        self.status = match self.status {
            Status::Draft => Status::Review {
                by: by.clone(),
                at: now,
            },
            Status::Review { .. } => return Err(TransitionError::InReview),
            Status::Published => return Err(TransitionError::AlreadyPublished),
            Status::Archived { .. } => return Err(TransitionError::Archived),
        };
        Ok(self.touched(by, now))
    }

    /// Gives it back to who writes.
    pub fn send_back(mut self, by: Actor, now: Timestamp) -> Result<Self, TransitionError> {
        self.status = match self.status {
            Status::Review { .. } => Status::Draft,
            Status::Draft | Status::Published => return Err(TransitionError::NotInReview),
            Status::Archived { .. } => return Err(TransitionError::Archived),
        };
        self.scheduled = None;
        Ok(self.touched(by, now))
    }

    /// Lets readers see the newest text.
    pub fn publish(mut self, by: Actor, now: Timestamp) -> Result<Self, TransitionError> {
        match self.status {
            Status::Draft | Status::Review { .. } => self.status = Status::Published,
            Status::Published => return Err(TransitionError::AlreadyPublished),
            Status::Archived { .. } => return Err(TransitionError::Archived),
        }
        self.scheduled = None;
        self.live = Some(Live {
            revision: self.revision,
            content: self.content.clone(),
            at: now,
        });
        Ok(self.touched(by, now))
    }

    /// Takes it away from readers.
    pub fn archive(mut self, by: Actor, now: Timestamp) -> Result<Self, TransitionError> {
        self.status = match self.status {
            Status::Draft | Status::Review { .. } | Status::Published => Status::Archived {
                by: by.clone(),
                at: now,
            },
            Status::Archived { .. } => return Err(TransitionError::Archived),
        };
        self.scheduled = None;
        self.live = None;
        Ok(self.touched(by, now))
    }

    /// Takes it back from where it was put away, as a draft.
    pub fn restore(mut self, by: Actor, now: Timestamp) -> Result<Self, TransitionError> {
        self.status = match self.status {
            Status::Archived { .. } => Status::Draft,
            Status::Draft | Status::Review { .. } | Status::Published => {
                return Err(TransitionError::NotArchived);
            }
        };
        Ok(self.touched(by, now))
    }

    /// Has the newest text published at a time.
    pub fn schedule(
        mut self,
        at: Timestamp,
        by: Actor,
        now: Timestamp,
    ) -> Result<Self, TransitionError> {
        match self.status {
            Status::Draft | Status::Review { .. } => {}
            Status::Published => return Err(TransitionError::AlreadyPublished),
            Status::Archived { .. } => return Err(TransitionError::Archived),
        }
        if at <= now || at > now.plus(ARTICLE_SCHEDULE_MAX) {
            return Err(TransitionError::ScheduleTime);
        }
        self.scheduled = Some(Plan { at, by: by.clone() });
        Ok(self.touched(by, now))
    }

    /// Has it published by hand again.
    #[must_use]
    pub fn unschedule(mut self) -> Self {
        self.scheduled = None;
        self
    }

    fn touched(mut self, by: Actor, now: Timestamp) -> Self {
        self.updated_by = by;
        self.updated_at = now;
        self
    }

    /// The newest text as a revision.
    #[must_use]
    pub fn head(&self) -> Revision {
        Revision {
            number: self.revision,
            content: self.content.clone(),
            by: self.updated_by.clone(),
            at: self.updated_at,
        }
    }
}

/// Whether a translation says less than its source does by now: the source's text was published
/// or written anew since. The source itself never is.
#[must_use]
pub fn outdated(translation: &Translation, source: &Translation) -> bool {
    if translation.locale == source.locale {
        return false;
    }
    let wanted = source
        .live
        .as_ref()
        .map_or(source.revision, |live| live.revision);
    translation
        .based_on
        .is_none_or(|based_on| based_on < wanted)
}

#[cfg(test)]
mod tests;

//! One language of an article.
//!
//! Whatever is written is a new revision; none is ever changed. Readers see the revision that
//! was published last, while the next is being written and reviewed.

use crate::actor::Actor;
use crate::ids::ArticleId;
use crate::knowledge::PageSlug;
use crate::limits::{ARTICLE_BODY_BYTES_MAX, ARTICLE_SUMMARY_CHARS_MAX, ARTICLE_TITLE_CHARS_MAX};
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
        Ok(self.touched(by, now))
    }

    /// Lets readers see the newest text.
    pub fn publish(mut self, by: Actor, now: Timestamp) -> Result<Self, TransitionError> {
        match self.status {
            Status::Draft | Status::Review { .. } => self.status = Status::Published,
            Status::Published => return Err(TransitionError::AlreadyPublished),
            Status::Archived { .. } => return Err(TransitionError::Archived),
        }
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
mod tests {
    use uuid::Uuid;

    use super::*;

    fn content(title: &str) -> Content {
        Content {
            title: title.to_owned(),
            summary: String::new(),
            body: "text".to_owned(),
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_micros(second * 1_000_000)
    }

    fn draft() -> Translation {
        let id = ArticleId::from_uuid(Uuid::from_u128(1));
        let slug = "returns".parse().expect("a slug");
        Translation::new(
            id,
            Locale::En,
            slug,
            content("Returns"),
            (Actor::Bot, at(1)),
        )
        .expect("a draft")
    }

    #[test]
    fn readers_see_the_last_published_text_while_the_next_is_written() {
        let live = draft().publish(Actor::Bot, at(2)).expect("published");
        let next = live
            .write(content("Return it"), Actor::Bot, at(3))
            .expect("written");
        assert_eq!((next.status.clone(), next.revision), (Status::Draft, 2));
        assert_eq!(next.live.as_ref().map(|live| live.revision), Some(1));
        let next = next.submit(Actor::Bot, at(4)).expect("submitted");
        let next = next
            .write(content("Return them"), Actor::Bot, at(5))
            .expect("corrected");
        assert_eq!(next.status.as_str(), "review");
        let next = next.publish(Actor::Bot, at(6)).expect("published");
        let live = next.live.expect("live");
        assert_eq!(
            (live.revision, live.content.title.as_str()),
            (3, "Return them")
        );
    }

    #[test]
    fn the_same_text_is_no_new_revision() {
        let again = draft()
            .write(content("Returns"), Actor::Bot, at(2))
            .expect("written");
        assert_eq!(again.revision, 1);
    }

    #[test]
    fn every_step_is_possible_only_from_where_it_makes_sense() {
        type Step = fn(Translation, Actor, Timestamp) -> Result<Translation, TransitionError>;
        let steps: [Step; 5] = [
            Translation::submit,
            Translation::send_back,
            Translation::publish,
            Translation::archive,
            Translation::restore,
        ];
        let review = draft().submit(Actor::Bot, at(2)).expect("submitted");
        let published = draft().publish(Actor::Bot, at(2)).expect("published");
        let archived = draft().archive(Actor::Bot, at(2)).expect("archived");
        for (from, possible) in [
            (draft(), ["review", "-", "published", "archived", "-"]),
            (review, ["-", "draft", "published", "archived", "-"]),
            (published, ["-", "-", "-", "archived", "-"]),
            (archived, ["-", "-", "-", "-", "draft"]),
        ] {
            for (step, wanted) in steps.iter().zip(possible) {
                let got = step(from.clone(), Actor::Bot, at(3));
                let got = got.as_ref().map_or("-", |it| it.status.as_str());
                assert_eq!(got, wanted, "{:?}", from.status);
            }
        }
    }

    #[test]
    fn what_is_archived_is_seen_and_written_by_nobody() {
        let live = draft().publish(Actor::Bot, at(2)).expect("published");
        let away = live.archive(Actor::Bot, at(3)).expect("archived");
        assert_eq!(away.live, None);
        let written = away.write(content("Other"), Actor::Bot, at(4));
        assert_eq!(written, Err(TransitionError::Archived));
    }

    #[test]
    fn a_translation_is_outdated_when_its_source_went_on() {
        let source = draft().publish(Actor::Bot, at(2)).expect("published");
        let other = Translation {
            locale: Locale::ZhCn,
            based_on: Some(1),
            ..draft()
        };
        assert!(!outdated(&other, &source) && !outdated(&source, &source));
        let source = source
            .write(content("Return it"), Actor::Bot, at(3))
            .expect("written");
        assert!(
            !outdated(&other, &source),
            "readers still see what it follows"
        );
        let source = source.publish(Actor::Bot, at(4)).expect("published");
        assert!(outdated(&other, &source));
        assert!(outdated(
            &Translation {
                based_on: None,
                ..other
            },
            &source
        ));
    }

    #[test]
    fn texts_have_limits() {
        let checked = |change: fn(&mut Content)| {
            let mut content = content("Returns");
            change(&mut content);
            content.check()
        };
        assert_eq!(checked(|_| ()), Ok(()));
        assert_eq!(
            checked(|it| it.title = " ".into()),
            Err(ContentError::Title)
        );
        assert_eq!(
            checked(|it| it.title = "a\nb".into()),
            Err(ContentError::Title)
        );
        assert_eq!(
            checked(|it| it.title = "长".repeat(201)),
            Err(ContentError::Title)
        );
        assert_eq!(
            checked(|it| it.summary = "长".repeat(501)),
            Err(ContentError::Summary)
        );
        assert_eq!(checked(|it| it.body = "\0".into()), Err(ContentError::Body));
        assert_eq!(
            checked(|it| it.body = "a".repeat(ARTICLE_BODY_BYTES_MAX + 1)),
            Err(ContentError::Body)
        );
    }
}

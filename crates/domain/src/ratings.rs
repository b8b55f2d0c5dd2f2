//! Ratings (满意度): what customers think of a session, and when they are asked.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::limits::{
    RATING_CHANGES_MAX, RATING_COMMENT_CHARS_MAX, RATING_COOLDOWN_DAYS_MAX, RATING_WINDOW,
};
use crate::time::Timestamp;

/// Whether and how often an inbox asks. A value: stored and sent as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RatingSettings {
    /// Whether customers are asked after a session was resolved.
    pub enabled: bool,
    /// Whether they are asked for details besides the stars.
    pub ask_dimensions: bool,
    /// Whether they are asked what they had expected.
    pub ask_expectation: bool,
    /// Days in which a contact is not asked again after they were asked or have rated; 0
    /// asks after every session.
    pub cooldown_days: u16,
}

impl Default for RatingSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            ask_dimensions: true,
            ask_expectation: false,
            cooldown_days: 0,
        }
    }
}

impl RatingSettings {
    /// Whether the numbers are within their limits.
    #[must_use]
    pub const fn is_valid(&self) -> bool {
        self.cooldown_days <= RATING_COOLDOWN_DAYS_MAX
    }

    /// Whether a contact who was asked or has rated `last` is asked now.
    #[must_use]
    pub fn asks(&self, last: Option<Timestamp>, now: Timestamp) -> bool {
        const DAY: Duration = Duration::from_hours(24);
        let cool_down = DAY * u32::from(self.cooldown_days);
        self.enabled && last.is_none_or(|last| now.since(last) >= cool_down)
    }
}

/// What the customer thought of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    /// 1 (very bad) to 5 (very good).
    pub score: u8,
    /// In the customer's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Optional detail.
    #[serde(default)]
    pub dimensions: RatingDimensions,
    /// What they had expected, 1 to 5 like the score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<u8>,
    /// When it was given or last changed.
    pub at: Timestamp,
    /// Whether it came by a signed link instead of the widget.
    #[serde(default)]
    pub by_link: bool,
    /// What the customer thought before, oldest first: the trace of changes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<EarlierRating>,
}

/// An opinion that was replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierRating {
    /// 1 to 5.
    pub score: u8,
    /// In the customer's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Optional detail.
    #[serde(default)]
    pub dimensions: RatingDimensions,
    /// What they had expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<u8>,
    /// When it was given.
    pub at: Timestamp,
}

/// What the difference between what was received and what was expected says: contentment is
/// the difference, not the score. Four stars disappoint whoever expected five.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Satisfaction {
    /// 失望: less than was expected.
    Disappointed,
    /// 满意: as it was expected.
    Satisfied,
    /// 惊喜: more than was expected.
    Delighted,
}

impl Satisfaction {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Disappointed => "disappointed",
            Self::Satisfied => "satisfied",
            Self::Delighted => "delighted",
        }
    }

    /// What a score means to somebody who expected another one.
    #[must_use]
    pub const fn of(score: u8, expected: u8) -> Self {
        if score < expected {
            Self::Disappointed
        } else if score == expected {
            Self::Satisfied
        } else {
            Self::Delighted
        }
    }
}

/// Detail of a rating, each 1 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RatingDimensions {
    /// 准确
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accurate: Option<u8>,
    /// 方便
    #[serde(skip_serializing_if = "Option::is_none")]
    pub convenient: Option<u8>,
    /// 快捷
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fast: Option<u8>,
    /// 舒适
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comfortable: Option<u8>,
    /// 态度
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attitude: Option<u8>,
}

/// On which way an opinion came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RatingSource {
    /// The chat widget.
    Widget,
    /// The page behind a signed link.
    Link,
}

impl RatingSource {
    /// Whether a first opinion is taken so long after the end of a session. A link says
    /// itself how long it is valid.
    fn is_in_time(self, passed: Duration) -> bool {
        match self {
            Self::Widget => passed <= RATING_WINDOW,
            Self::Link => true,
        }
    }
}

/// An opinion as it arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRating {
    /// 1 (very bad) to 5 (very good).
    pub score: u8,
    /// In the customer's words.
    pub comment: Option<String>,
    /// Optional detail.
    pub dimensions: RatingDimensions,
    /// What they had expected, 1 to 5; none if they did not say.
    pub expected: Option<u8>,
    /// On which way it came.
    pub source: RatingSource,
}

/// What an opinion did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rated {
    /// It is the first one.
    First,
    /// It replaced one with this score.
    Changed {
        /// The score before.
        from: u8,
    },
    /// It says what was said before: sent twice.
    Same,
}

/// Why a rating was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RatingError {
    /// A number outside 1 to 5.
    #[error("a score is a number from 1 to 5")]
    Score,
    /// The comment is too long.
    #[error("a comment has at most {RATING_COMMENT_CHARS_MAX} characters")]
    CommentTooLong,
    /// The session is still going on.
    #[error("a session can be rated after it is resolved")]
    NotResolved,
    /// Too late.
    #[error("the time for rating this session is over")]
    WindowOver,
    /// Changed too often.
    #[error("a rating can be changed {RATING_CHANGES_MAX} times")]
    TooManyChanges,
}

impl NewRating {
    /// Checks the numbers and the comment.
    fn check(&self) -> Result<(), RatingError> {
        let d = &self.dimensions;
        let mut details = [
            d.accurate,
            d.convenient,
            d.fast,
            d.comfortable,
            d.attitude,
            self.expected,
        ]
        .into_iter();
        let is_score = |score: u8| (1..=5).contains(&score);
        if !is_score(self.score) || !details.all(|detail| detail.is_none_or(is_score)) {
            return Err(RatingError::Score);
        }
        let is_too_long = |c: &String| c.chars().count() > RATING_COMMENT_CHARS_MAX;
        if self.comment.as_ref().is_some_and(is_too_long) {
            return Err(RatingError::CommentTooLong);
        }
        Ok(())
    }

    /// The rating after this opinion. The widget gives a first one within [`RATING_WINDOW`]
    /// after the end of the session; a change is taken within the same time after the first.
    pub fn replace(
        self,
        before: Option<Rating>,
        resolved_at: Timestamp,
        now: Timestamp,
    ) -> Result<(Rating, Rated), RatingError> {
        self.check()?;
        let Some(before) = before else {
            if !self.source.is_in_time(now.since(resolved_at)) {
                return Err(RatingError::WindowOver);
            }
            return Ok((self.at(now, Vec::new()), Rated::First));
        };
        let is_same = (self.score, &self.comment, self.dimensions, self.expected)
            == (
                before.score,
                &before.comment,
                before.dimensions,
                before.expected,
            );
        if is_same {
            return Ok((before, Rated::Same));
        }
        if now.since(before.given_at()) > RATING_WINDOW {
            return Err(RatingError::WindowOver);
        }
        if before.earlier.len() >= RATING_CHANGES_MAX {
            return Err(RatingError::TooManyChanges);
        }
        let from = before.score;
        let mut earlier = before.earlier;
        earlier.push(EarlierRating {
            score: before.score,
            comment: before.comment,
            dimensions: before.dimensions,
            expected: before.expected,
            at: before.at,
        });
        Ok((self.at(now, earlier), Rated::Changed { from }))
    }

    fn at(self, now: Timestamp, earlier: Vec<EarlierRating>) -> Rating {
        Rating {
            score: self.score,
            comment: self.comment,
            dimensions: self.dimensions,
            expected: self.expected,
            at: now,
            by_link: self.source == RatingSource::Link,
            earlier,
        }
    }
}

impl Rating {
    /// How it compares with what was expected; none if nobody asked or answered.
    #[must_use]
    pub fn satisfaction(&self) -> Option<Satisfaction> {
        let expected = self.expected?;
        Some(Satisfaction::of(self.score, expected))
    }

    /// When the first opinion came.
    #[must_use]
    pub fn given_at(&self) -> Timestamp {
        self.earlier.first().map_or(self.at, |first| first.at)
    }

    /// Until when it may be changed.
    #[must_use]
    pub fn changeable_until(&self) -> Timestamp {
        self.given_at().plus(RATING_WINDOW)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const NOON: Timestamp = Timestamp::EPOCH;

    fn new(score: u8, source: RatingSource) -> NewRating {
        NewRating {
            score,
            comment: None,
            dimensions: RatingDimensions::default(),
            expected: None,
            source,
        }
    }

    #[test]
    fn a_first_opinion_is_taken_for_a_while_and_by_link_as_long_as_it_is_valid() {
        use RatingSource::{Link, Widget};
        let late = NOON.plus(RATING_WINDOW + SECOND);
        let refused = new(5, Widget).replace(None, NOON, late);
        assert_eq!(refused, Err(RatingError::WindowOver));
        let (rating, rated) = new(5, Link).replace(None, NOON, late).expect("by link");
        assert_eq!((rating.by_link, rated), (true, Rated::First));
    }

    #[test]
    fn a_change_leaves_a_trace_and_counts_from_the_first_opinion() {
        let widget = |score| new(score, RatingSource::Widget);
        let (first, _) = widget(5).replace(None, NOON, NOON).expect("in time");
        let late = NOON.plus(RATING_WINDOW);
        let (changed, rated) = widget(2).replace(Some(first), NOON, late).expect("in time");
        assert_eq!(rated, Rated::Changed { from: 5 });
        assert_eq!((changed.score, changed.earlier[0].score), (2, 5));
        assert_eq!(changed.given_at(), NOON);
        let again = widget(2).replace(Some(changed.clone()), NOON, late.plus(SECOND));
        assert_eq!(again, Ok((changed.clone(), Rated::Same)), "sent twice");
        let refused = widget(3).replace(Some(changed), NOON, late.plus(SECOND));
        assert_eq!(refused, Err(RatingError::WindowOver));
    }

    #[test]
    fn what_was_expected_decides_what_a_score_means() {
        let rated = |expected| {
            let new = NewRating {
                expected,
                ..new(4, RatingSource::Widget)
            };
            let (rating, _) = new.replace(None, NOON, NOON).expect("in time");
            rating.satisfaction()
        };
        assert_eq!(rated(Some(5)), Some(Satisfaction::Disappointed));
        assert_eq!(rated(Some(4)), Some(Satisfaction::Satisfied));
        assert_eq!(rated(Some(3)), Some(Satisfaction::Delighted));
        assert_eq!(rated(None), None);
    }

    #[test]
    fn a_mind_can_be_changed_so_often_and_no_more() {
        let mut rating = None;
        for change in 0..=RATING_CHANGES_MAX {
            let score = if change % 2 == 0 { 1 } else { 5 };
            let new = new(score, RatingSource::Widget);
            rating = Some(new.replace(rating, NOON, NOON).expect("not too often").0);
        }
        let last = new(3, RatingSource::Widget).replace(rating, NOON, NOON);
        assert_eq!(last, Err(RatingError::TooManyChanges));
    }

    #[test]
    fn scores_and_comments_have_limits() {
        let check = |new: NewRating| new.replace(None, NOON, NOON).map(|_| ());
        for score in [0, 6] {
            assert_eq!(
                check(new(score, RatingSource::Link)),
                Err(RatingError::Score)
            );
        }
        let mut detailed = new(5, RatingSource::Link);
        detailed.dimensions.fast = Some(6);
        assert_eq!(check(detailed), Err(RatingError::Score));
        let mut hopeful = new(5, RatingSource::Link);
        hopeful.expected = Some(0);
        assert_eq!(check(hopeful), Err(RatingError::Score));
        let mut wordy = new(5, RatingSource::Link);
        wordy.comment = Some("好".repeat(RATING_COMMENT_CHARS_MAX));
        assert_eq!(check(wordy.clone()), Ok(()));
        wordy.comment = Some("好".repeat(RATING_COMMENT_CHARS_MAX + 1));
        assert_eq!(check(wordy), Err(RatingError::CommentTooLong));
    }

    #[test]
    fn a_contact_is_not_asked_again_within_the_cool_down() {
        let day = Duration::from_hours(24);
        let settings = RatingSettings {
            cooldown_days: 2,
            ..RatingSettings::default()
        };
        let asks = |last| settings.asks(last, NOON.plus(day * 10));
        assert!(asks(None));
        assert!(!asks(Some(NOON.plus(day * 9))));
        assert!(asks(Some(NOON.plus(day * 8))));
        assert!(
            RatingSettings::default().asks(Some(NOON), NOON),
            "after every session"
        );
        let off = RatingSettings {
            enabled: false,
            ..settings
        };
        assert!(!off.asks(None, NOON));
    }

    #[test]
    fn ratings_of_before_read_as_they_are() {
        let json = r#"{"score":4,"dimensions":{"fast":5},"at":"2026-03-01T08:00:00Z"}"#;
        let rating: Rating = serde_json::from_str(json).expect("readable");
        assert!(!rating.by_link && rating.earlier.is_empty());
    }
}

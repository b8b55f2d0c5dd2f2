//! The wire form of a condition: `{ field, operator, value }`, parsed and written here.

use serde::{Deserialize, Serialize};

use crate::attribute::AttributeKey;
use crate::conversation::{Handler, Priority};
use crate::inbox::Channel;
use crate::limits::{
    ATTRIBUTE_VALUE_BYTES_MAX, VIEW_CONDITIONS_MAX, VIEW_DAYS_MAX, VIEW_VALUES_MAX,
    VIEW_WAITING_S_MAX,
};
use crate::stage::Stage;
use crate::time::Timestamp;

use super::condition::{
    AssigneeChoice, AttributeCondition, AttributeTest, CHANNELS, Condition, HANDLERS, OneOf,
    PRIORITIES, RatingTest, STATUSES, StatusName, TagTest, TeamChoice, TimeTest,
};

/// Longest language tag.
const LOCALE_BYTES_MAX: usize = 35;

/// Why a filter was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// No conditions, or too many.
    #[error("a filter has 1 to {VIEW_CONDITIONS_MAX} conditions")]
    Count,
    /// There is nothing of this name to compare.
    #[error("there is no field `{0}`")]
    Field(String),
    /// The field is not compared this way.
    #[error("the field `{field}` has no operator `{operator}`")]
    Operator {
        /// The field.
        field: String,
        /// What was written.
        operator: String,
    },
    /// The value does not fit the operator.
    #[error("`{field}` needs {expected}")]
    Value {
        /// The field.
        field: String,
        /// What would have fitted.
        expected: &'static str,
    },
}

/// The value of a condition as it is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Operand {
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// Several texts.
    List(Vec<String>),
    /// One text.
    Text(String),
    /// Nothing, where the operator says it all.
    Nothing(()),
}

/// A condition as it is written.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCondition {
    field: String,
    operator: String,
    #[serde(default = "nothing")]
    value: Operand,
}

const fn nothing() -> Operand {
    Operand::Nothing(())
}

impl RawCondition {
    fn wrong_operator(&self) -> FilterError {
        let cut = |text: &str| text.chars().take(40).collect();
        FilterError::Operator {
            field: cut(&self.field),
            operator: cut(&self.operator),
        }
    }

    fn needs(&self, expected: &'static str) -> FilterError {
        FilterError::Value {
            field: self.field.chars().take(80).collect(),
            expected,
        }
    }

    /// The list, each read by `parse`.
    fn list<T>(
        &self,
        expected: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<T>, FilterError> {
        let Operand::List(texts) = &self.value else {
            return Err(self.needs(expected));
        };
        if texts.is_empty() || texts.len() > VIEW_VALUES_MAX {
            return Err(self.needs(expected));
        }
        let values: Option<Vec<T>> = texts.iter().map(|text| parse(text)).collect();
        values.ok_or_else(|| self.needs(expected))
    }

    fn one_of<T>(
        &self,
        expected: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<OneOf<T>, FilterError> {
        let is_negated = match self.operator.as_str() {
            "is" => false,
            "is_not" => true,
            _ => return Err(self.wrong_operator()),
        };
        Ok(OneOf {
            is_negated,
            values: self.list(expected, parse)?,
        })
    }

    fn flag(&self) -> Result<bool, FilterError> {
        if self.operator != "is" {
            return Err(self.wrong_operator());
        }
        match self.value {
            Operand::Flag(flag) => Ok(flag),
            _ => Err(self.needs("true or false")),
        }
    }

    fn number<T: TryFrom<i64> + PartialOrd>(
        &self,
        expected: &'static str,
        range: std::ops::RangeInclusive<T>,
    ) -> Result<T, FilterError> {
        let Operand::Number(number) = self.value else {
            return Err(self.needs(expected));
        };
        T::try_from(number)
            .ok()
            .filter(|number| range.contains(number))
            .ok_or_else(|| self.needs(expected))
    }

    fn days(&self) -> Result<u32, FilterError> {
        self.number("a number of days from 1 to 3660", 1..=VIEW_DAYS_MAX)
    }

    fn point(&self) -> Result<Timestamp, FilterError> {
        match &self.value {
            Operand::Text(text) => text.parse().ok(),
            _ => None,
        }
        .ok_or_else(|| self.needs("a point in time such as 2026-03-01T08:00:00Z"))
    }

    fn created(&self) -> Result<TimeTest, FilterError> {
        match self.operator.as_str() {
            "before" => self.point().map(TimeTest::Before),
            "after" => self.point().map(TimeTest::After),
            "within_days" => self.days().map(TimeTest::WithinDays),
            _ => Err(self.wrong_operator()),
        }
    }

    fn activity(&self) -> Result<TimeTest, FilterError> {
        match self.operator.as_str() {
            "within_days" => self.days().map(TimeTest::WithinDays),
            "older_than_days" => self.days().map(TimeTest::OlderThanDays),
            _ => Err(self.wrong_operator()),
        }
    }

    fn tag(&self) -> Result<Condition, FilterError> {
        let test = match self.operator.as_str() {
            "has_any" => TagTest::HasAny,
            "has_all" => TagTest::HasAll,
            "has_none" => TagTest::HasNone,
            _ => return Err(self.wrong_operator()),
        };
        let tags = self.list("a list of tags", |text| text.parse().ok())?;
        Ok(Condition::Tag(test, tags))
    }

    fn rating(&self) -> Result<RatingTest, FilterError> {
        let score = || self.number("a score from 1 to 5", 1..=5_u8);
        match self.operator.as_str() {
            "at_most" => score().map(RatingTest::AtMost),
            "at_least" => score().map(RatingTest::AtLeast),
            _ => Err(self.wrong_operator()),
        }
    }

    fn attribute(&self, key: &str) -> Result<Condition, FilterError> {
        let key: AttributeKey = key
            .parse()
            .map_err(|_| FilterError::Field(self.field.chars().take(80).collect()))?;
        let test = match self.operator.as_str() {
            "is_set" => AttributeTest::IsSet(true),
            "is_not_set" => AttributeTest::IsSet(false),
            _ => AttributeTest::OneOf(self.one_of("a list of texts", |text| {
                (text.len() <= ATTRIBUTE_VALUE_BYTES_MAX).then(|| text.to_owned())
            })?),
        };
        Ok(Condition::Attribute(AttributeCondition { key, test }))
    }
}

/// The value of this name.
fn named<T: Copy>(all: &[T], name: impl Fn(T) -> &'static str, text: &str) -> Option<T> {
    all.iter().copied().find(|value| name(*value) == text)
}

fn language_tag(text: &str) -> Option<String> {
    let is_tag = !text.is_empty()
        && text.len() <= LOCALE_BYTES_MAX
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    is_tag.then(|| text.to_ascii_lowercase())
}

fn assignee(text: &str) -> Option<AssigneeChoice> {
    match text {
        "me" => Some(AssigneeChoice::Me),
        "nobody" => Some(AssigneeChoice::Nobody),
        id => id.parse().ok().map(AssigneeChoice::Agent),
    }
}

fn team(text: &str) -> Option<TeamChoice> {
    match text {
        "none" => Some(TeamChoice::NoTeam),
        id => id.parse().ok().map(TeamChoice::Team),
    }
}

impl Condition {
    /// Reads a condition from the three parts of its wire form.
    pub fn from_wire(
        field: String,
        operator: String,
        value: Option<Operand>,
    ) -> Result<Self, FilterError> {
        let value = value.unwrap_or_else(nothing);
        Self::try_from(RawCondition {
            field,
            operator,
            value,
        })
    }

    /// The three parts of its wire form.
    #[must_use]
    pub fn into_wire(self) -> (String, String, Operand) {
        let raw = RawCondition::from(self);
        (raw.field, raw.operator, raw.value)
    }
}

impl TryFrom<RawCondition> for Condition {
    type Error = FilterError;
    fn try_from(raw: RawCondition) -> Result<Self, FilterError> {
        if let Some(key) = raw.field.strip_prefix("attribute.") {
            return raw.attribute(key);
        }
        Ok(match raw.field.as_str() {
            "status" => Self::Status(
                raw.one_of("a list of `open`, `snoozed`, `resolved`", |text| {
                    named(&STATUSES, StatusName::as_str, text)
                })?,
            ),
            "inbox" => Self::Inbox(raw.one_of("a list of inboxes", |text| text.parse().ok())?),
            "team" => Self::Team(raw.one_of("a list of teams or `none`", team)?),
            "assignee" => {
                Self::Assignee(raw.one_of("a list of `me`, `nobody` or agents", assignee)?)
            }
            "tag" => raw.tag()?,
            "priority" => Self::Priority(
                raw.one_of("a list of `low`, `normal`, `high`, `urgent`", |text| {
                    named(&PRIORITIES, Priority::as_str, text)
                })?,
            ),
            "channel" => Self::Channel(raw.one_of("a list of channels", |text| {
                named(&CHANNELS, Channel::as_str, text)
            })?),
            "handler" => Self::Handler(raw.one_of(
                "a list of `none`, `bot`, `queued`, `offered`, `human`",
                |text| named(&HANDLERS, Handler::as_str, text),
            )?),
            "unread" => Self::Unread(raw.flag()?),
            "waiting" if raw.operator == "longer_than" => Self::WaitingLonger(
                raw.number("a number of seconds up to a year", 0..=VIEW_WAITING_S_MAX)?,
            ),
            "waiting" => return Err(raw.wrong_operator()),
            "is_breached" => Self::Breached(raw.flag()?),
            "stage" => Self::Stage(
                raw.one_of("a list of `pre_sales`, `in_sales`, `after_sales`", |text| {
                    named(&Stage::ALL, Stage::as_str, text)
                })?,
            ),
            "created" => Self::Created(raw.created()?),
            "activity" => Self::Activity(raw.activity()?),
            "contact.locale" => {
                Self::ContactLocale(raw.one_of("a list of language tags", language_tag)?)
            }
            "contact.verified" => Self::ContactVerified(raw.flag()?),
            "rating" => Self::Rating(raw.rating()?),
            _ => return Err(FilterError::Field(raw.field.chars().take(80).collect())),
        })
    }
}

fn raw_one_of<T>(field: &str, one_of: &OneOf<T>, text: impl Fn(&T) -> String) -> RawCondition {
    let operator = if one_of.is_negated { "is_not" } else { "is" };
    let texts = one_of.values.iter().map(text).collect();
    raw(field, operator, Operand::List(texts))
}

fn raw(field: &str, operator: &str, value: Operand) -> RawCondition {
    RawCondition {
        field: field.to_owned(),
        operator: operator.to_owned(),
        value,
    }
}

fn raw_time(field: &str, test: TimeTest) -> RawCondition {
    match test {
        TimeTest::Before(point) => raw(field, "before", Operand::Text(point.to_string())),
        TimeTest::After(point) => raw(field, "after", Operand::Text(point.to_string())),
        TimeTest::WithinDays(days) => raw(field, "within_days", Operand::Number(days.into())),
        TimeTest::OlderThanDays(days) => {
            raw(field, "older_than_days", Operand::Number(days.into()))
        }
    }
}

fn raw_attribute(attribute: &AttributeCondition) -> RawCondition {
    let field = format!("attribute.{}", attribute.key);
    match &attribute.test {
        AttributeTest::OneOf(one_of) => raw_one_of(&field, one_of, Clone::clone),
        AttributeTest::IsSet(true) => raw(&field, "is_set", nothing()),
        AttributeTest::IsSet(false) => raw(&field, "is_not_set", nothing()),
    }
}

impl From<Condition> for RawCondition {
    fn from(condition: Condition) -> Self {
        match &condition {
            Condition::Status(it) => raw_one_of("status", it, |one| one.as_str().into()),
            Condition::Inbox(it) => raw_one_of("inbox", it, ToString::to_string),
            Condition::Team(it) => raw_one_of("team", it, |choice| match choice {
                TeamChoice::NoTeam => "none".to_owned(),
                TeamChoice::Team(id) => id.to_string(),
            }),
            Condition::Assignee(it) => raw_one_of("assignee", it, |choice| match choice {
                AssigneeChoice::Me => "me".to_owned(),
                AssigneeChoice::Nobody => "nobody".to_owned(),
                AssigneeChoice::Agent(id) => id.to_string(),
            }),
            Condition::Tag(test, tags) => {
                let operator = match test {
                    TagTest::HasAny => "has_any",
                    TagTest::HasAll => "has_all",
                    TagTest::HasNone => "has_none",
                };
                let tags = tags.iter().map(ToString::to_string).collect();
                raw("tag", operator, Operand::List(tags))
            }
            Condition::Priority(it) => raw_one_of("priority", it, |one| one.as_str().into()),
            Condition::Channel(it) => raw_one_of("channel", it, |one| one.as_str().into()),
            Condition::Handler(it) => raw_one_of("handler", it, |one| one.as_str().into()),
            Condition::Unread(flag) => raw("unread", "is", Operand::Flag(*flag)),
            Condition::WaitingLonger(seconds) => {
                let seconds = i64::try_from(*seconds).unwrap_or(i64::MAX);
                raw("waiting", "longer_than", Operand::Number(seconds))
            }
            Condition::Breached(flag) => raw("is_breached", "is", Operand::Flag(*flag)),
            Condition::Stage(it) => raw_one_of("stage", it, |one| one.as_str().into()),
            Condition::Created(test) => raw_time("created", *test),
            Condition::Activity(test) => raw_time("activity", *test),
            Condition::ContactLocale(it) => raw_one_of("contact.locale", it, Clone::clone),
            Condition::ContactVerified(flag) => raw("contact.verified", "is", Operand::Flag(*flag)),
            Condition::Rating(RatingTest::AtMost(score)) => {
                raw("rating", "at_most", Operand::Number((*score).into()))
            }
            Condition::Rating(RatingTest::AtLeast(score)) => {
                raw("rating", "at_least", Operand::Number((*score).into()))
            }
            Condition::Attribute(attribute) => raw_attribute(attribute),
        }
    }
}

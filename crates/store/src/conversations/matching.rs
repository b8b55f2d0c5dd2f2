//! The one place where a saved filter is evaluated: as a condition of the list's query.
//!
//! What must hold in any case also narrows which indexed parts are read, so that "mine"
//! or "of this team" costs what the built-in lists cost.

use std::time::Duration;

use zhiyin_domain::ids::AgentId;
use zhiyin_domain::time::Timestamp;
use zhiyin_domain::view::{
    AssigneeChoice, AttributeCondition, AttributeTest, Condition, Filter, Match, OneOf, RatingTest,
    TagTest, TeamChoice, TimeTest,
};

use super::list::{Part, Sql};
use crate::ToValue;

/// A condition with more values than this does not choose the parts that are read: each
/// part is a query of its own.
const PARTS_MAX: usize = 8;

const DAY: Duration = Duration::from_hours(24);

/// A filter with who looks and when.
#[derive(Debug, Clone)]
pub struct SavedFilter {
    /// The filter.
    pub filter: Filter,
    /// Who "me" is; nobody for programs.
    pub me: Option<AgentId>,
    /// The present moment, for "within days" and "waiting longer".
    pub now: Timestamp,
    /// How many conversations of each part are looked at for one page; [`SCAN_ROWS`] but
    /// in tests.
    ///
    /// [`SCAN_ROWS`]: super::SCAN_ROWS
    pub scan_rows: u32,
}

impl SavedFilter {
    /// Whether anything in this status can be shown.
    pub(super) fn may_be_in(&self, status: &str) -> bool {
        self.filter.necessary().all(|condition| match condition {
            Condition::Status(one_of) => {
                one_of.values.iter().any(|name| name.as_str() == status) != one_of.is_negated
            }
            _ => true,
        })
    }

    /// The indexed parts outside of which nothing is shown, if there are such.
    pub(super) fn parts(&self) -> Option<Vec<Part>> {
        let narrowest = |condition: &Condition| match condition {
            Condition::Assignee(one_of) => wanted(one_of, |choice| match choice {
                AssigneeChoice::Me => self.me.map(Part::Assignee),
                AssigneeChoice::Agent(id) => Some(Part::Assignee(*id)),
                AssigneeChoice::Nobody => None,
            }),
            Condition::Team(one_of) => wanted(one_of, |choice| match choice {
                TeamChoice::Team(id) => Some(Part::Team(*id)),
                TeamChoice::NoTeam => None,
            }),
            Condition::Inbox(one_of) => wanted(one_of, |id| Some(Part::Inbox(*id))),
            _ => None,
        };
        self.filter.necessary().find_map(narrowest)
    }

    /// Adds the condition to a query over `c`, its contact `k` and its session `s`.
    pub(super) fn apply(&self, sql: &mut Sql) {
        let looker = Looker {
            me: self.me,
            now: self.now,
        };
        let texts: Vec<String> = self
            .filter
            .conditions()
            .iter()
            .map(|condition| looker.text(sql, condition))
            .collect();
        let joint = match self.filter.rule() {
            Match::All => " AND ",
            Match::Any => " OR ",
        };
        sql.and(&format!("({})", texts.join(joint)));
    }
}

/// Who looks and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Looker {
    /// Who "me" is; nobody for programs and rules.
    pub me: Option<AgentId>,
    /// The present moment.
    pub now: Timestamp,
}

impl Looker {
    /// One condition, over `c`, its contact `k` and its session `s`. Never unknown but where a
    /// column of `s` is and there is no session.
    pub(super) fn text(self, sql: &mut Sql, condition: &Condition) -> String {
        match condition {
            Condition::Status(it) => among(sql, "c.status", it, |one| one.as_str()),
            Condition::Inbox(it) => among(sql, "c.inbox_id", it, |id| *id),
            Condition::Team(it) => negated(it, Self::team(sql, it)),
            Condition::Assignee(it) => negated(it, self.assignee(sql, it)),
            Condition::Tag(test, tags) => match test {
                TagTest::HasAny => has_any_tag(sql, tags),
                TagTest::HasNone => format!("NOT {}", has_any_tag(sql, tags)),
                TagTest::HasAll => {
                    let each = tags.iter().map(|tag| has_any_tag(sql, &[*tag]));
                    format!("({})", each.collect::<Vec<_>>().join(" AND "))
                }
            },
            Condition::Priority(it) => among(sql, "c.priority", it, |one| one.as_str()),
            Condition::Channel(it) => among(sql, "c.channel", it, |one| one.as_str()),
            Condition::Handler(it) => among(sql, "c.handler", it, |one| one.as_str()),
            Condition::Unread(true) => "c.unread_count > 0".to_owned(),
            Condition::Unread(false) => "c.unread_count = 0".to_owned(),
            Condition::WaitingLonger(seconds) => {
                let since = sql.bind(self.now.minus(Duration::from_secs(*seconds)));
                format!("(c.waiting_since IS NOT NULL AND c.waiting_since < {since})")
            }
            Condition::Breached(true) => "c.is_breached".to_owned(),
            Condition::Breached(false) => "NOT c.is_breached".to_owned(),
            Condition::Stage(it) => negated(
                it,
                any(it
                    .values
                    .iter()
                    .map(|stage| known_is(sql, "s.stage", stage.as_str()))),
            ),
            Condition::Created(test) => self.moment(sql, "c.created_at", *test),
            Condition::Activity(test) => self.moment(sql, "c.last_activity_at", *test),
            Condition::ContactLocale(it) => negated(it, locale(sql, it)),
            Condition::ContactVerified(flag) => {
                let place = sql.bind(*flag);
                format!("k.is_verified = {place}")
            }
            Condition::Rating(test) => rating(sql, *test),
            Condition::Attribute(it) => attribute(sql, it),
        }
    }

    fn team(sql: &mut Sql, one_of: &OneOf<TeamChoice>) -> String {
        any(one_of.values.iter().map(|choice| match choice {
            TeamChoice::NoTeam => "c.team_id IS NULL".to_owned(),
            TeamChoice::Team(id) => known_is(sql, "c.team_id", *id),
        }))
    }

    fn assignee(self, sql: &mut Sql, one_of: &OneOf<AssigneeChoice>) -> String {
        any(one_of.values.iter().map(|choice| {
            let agent = match choice {
                AssigneeChoice::Nobody => return "c.assignee_id IS NULL".to_owned(),
                AssigneeChoice::Me => self.me,
                AssigneeChoice::Agent(id) => Some(*id),
            };
            // A program is nobody, so nothing is its own.
            agent.map_or_else(
                || "1 = 0".to_owned(),
                |id| known_is(sql, "c.assignee_id", id),
            )
        }))
    }

    fn moment(self, sql: &mut Sql, column: &str, test: TimeTest) -> String {
        let ago = |days: u32| self.now.minus(DAY * days);
        match test {
            TimeTest::Before(point) => format!("{column} < {}", sql.bind(point)),
            TimeTest::After(point) => format!("{column} > {}", sql.bind(point)),
            TimeTest::WithinDays(days) => format!("{column} >= {}", sql.bind(ago(days))),
            TimeTest::OlderThanDays(days) => format!("{column} < {}", sql.bind(ago(days))),
        }
    }
}

/// The parts of all values, unless one of them has none.
fn wanted<T>(one_of: &OneOf<T>, part: impl Fn(&T) -> Option<Part>) -> Option<Vec<Part>> {
    if one_of.is_negated || one_of.values.len() > PARTS_MAX {
        return None;
    }
    one_of.values.iter().map(part).collect()
}

fn negated<T>(one_of: &OneOf<T>, text: String) -> String {
    if one_of.is_negated {
        format!("NOT {text}")
    } else {
        text
    }
}

fn any(texts: impl Iterator<Item = String>) -> String {
    format!("({})", texts.collect::<Vec<_>>().join(" OR "))
}

/// Never unknown, so that it can be negated.
fn known_is(sql: &mut Sql, column: &str, value: impl ToValue) -> String {
    let place = sql.bind(value);
    format!("({column} IS NOT NULL AND {column} = {place})")
}

/// For columns that always have a value.
fn among<'a, T, V: ToValue>(
    sql: &mut Sql,
    column: &str,
    one_of: &'a OneOf<T>,
    value: impl Fn(&'a T) -> V,
) -> String {
    let places: Vec<String> = one_of
        .values
        .iter()
        .map(|one| sql.bind(value(one)))
        .collect();
    let not = if one_of.is_negated { "NOT " } else { "" };
    format!("{column} {not}IN ({})", places.join(", "))
}

fn has_any_tag(sql: &mut Sql, tags: &[zhiyin_domain::ids::TagId]) -> String {
    let places: Vec<String> = tags.iter().map(|tag| sql.bind(*tag)).collect();
    format!(
        "EXISTS (SELECT 1 FROM conversation_tags t WHERE t.tag_id IN ({}) AND t.conversation_id = c.id)",
        places.join(", ")
    )
}

/// A tag and everything more special: `en` is also `en-GB`.
fn locale(sql: &mut Sql, one_of: &OneOf<String>) -> String {
    any(one_of.values.iter().map(|tag| {
        let (exact, longer) = (sql.bind(tag), sql.bind(format!("{tag}-%")));
        format!("lower(k.locale) = {exact} OR lower(k.locale) LIKE {longer}")
    }))
}

fn rating(sql: &mut Sql, test: RatingTest) -> String {
    let (comparison, score) = match test {
        RatingTest::AtMost(score) => ("<=", score),
        RatingTest::AtLeast(score) => (">=", score),
    };
    let place = sql.bind(score);
    format!("(s.rating IS NOT NULL AND CAST(s.rating ->> 'score' AS BIGINT) {comparison} {place})")
}

fn attribute(sql: &mut Sql, it: &AttributeCondition) -> String {
    // The key has letters, digits and `_` only, so it is the same path for both engines.
    let value = format!("(k.attributes ->> '{}')", it.key);
    match &it.test {
        AttributeTest::IsSet(true) => format!("{value} IS NOT NULL"),
        AttributeTest::IsSet(false) => format!("{value} IS NULL"),
        AttributeTest::OneOf(one_of) => {
            let places: Vec<String> = one_of.values.iter().map(|one| sql.bind(one)).collect();
            let text = format!(
                "({value} IS NOT NULL AND {value} IN ({}))",
                places.join(", ")
            );
            negated(one_of, text)
        }
    }
}

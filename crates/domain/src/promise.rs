//! Promises (承诺): what was said to one customer, and until when.
//!
//! A promise is open until it is kept, broken or cancelled. It breaks when its time is over;
//! a broken one can still be kept, late, or get another time that lies ahead. One to reply
//! is kept by the next public answer, the others by whoever kept them. Some time before it is
//! due its owner is reminded, once.

mod due;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

pub use due::{DueDay, DueRule, DueTime};

use crate::actor::Actor;
use crate::calendars::BusinessTime;
use crate::ids::{AgentId, ContactId, ConversationId, PromiseId, SessionId};
use crate::limits::{PROMISE_AHEAD_MAX, PROMISE_TEXT_CHARS_MAX};
use crate::time::Timestamp;

/// Something that was said to one customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Promise {
    /// Identifier.
    pub id: PromiseId,
    /// Where it was said.
    pub conversation_id: ConversationId,
    /// In which session, if there was one.
    pub session_id: Option<SessionId>,
    /// To whom.
    pub contact_id: ContactId,
    /// What is to be done.
    pub kind: PromiseKind,
    /// In words, for colleagues.
    pub text: String,
    /// Which number to call; personal, sealed at rest.
    pub phone: Option<PhoneNumber>,
    /// Until when.
    pub due_at: Timestamp,
    /// When its owner is reminded; none once they were, or where there is no time for it.
    pub remind_at: Option<Timestamp>,
    /// The agent who sees to it; none while nobody does.
    pub owner_id: Option<AgentId>,
    /// What became of it.
    pub status: PromiseStatus,
    /// When its time was over before it was kept.
    pub broken_at: Option<Timestamp>,
    /// Who said it.
    pub made_by: Actor,
    /// When.
    pub created_at: Timestamp,
    /// Optimistic lock.
    pub version: i64,
}

/// What is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PromiseKind {
    /// An answer in the conversation.
    Reply,
    /// A call.
    CallBack,
    /// Anything else.
    Other,
}

impl PromiseKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Reply, Self::CallBack, Self::Other];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::CallBack => "call_back",
            Self::Other => "other",
        }
    }
}

/// What became of a promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PromiseStatus {
    /// Its time is to come.
    Open,
    /// It was done, in time or late.
    Kept {
        /// When.
        at: Timestamp,
    },
    /// Its time is over.
    Broken,
    /// It was taken back.
    Cancelled {
        /// Why.
        reason: String,
    },
}

impl PromiseStatus {
    /// The names in database and API.
    pub const NAMES: [&'static str; 4] = ["open", "kept", "broken", "cancelled"];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Kept { .. } => "kept",
            Self::Broken => "broken",
            Self::Cancelled { .. } => "cancelled",
        }
    }
}

/// A telephone number as the customer wrote it. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneNumber(String);

/// A text is no telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a telephone number has 5 to 15 digits, and else only blanks and `+ - ( ) . /`")]
pub struct ParsePhoneError;

impl PhoneNumber {
    /// As it was written, without outer blanks.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PhoneNumber {
    type Err = ParsePhoneError;
    fn from_str(text: &str) -> Result<Self, ParsePhoneError> {
        let text = text.trim();
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let is_allowed = |c: char| c.is_ascii_digit() || " +-()./".contains(c);
        // 15 digits is the longest international number (ITU-T E.164).
        if (5..=15).contains(&digits) && text.len() <= 40 && text.chars().all(is_allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ParsePhoneError)
        }
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneNumber(…)")
    }
}

/// Why something with a promise was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PromiseRuleError {
    /// No words.
    #[error("a promise needs words")]
    NoText,
    /// Too many words.
    #[error("a promise has at most {PROMISE_TEXT_CHARS_MAX} characters")]
    TextTooLong,
    /// The time lies in the past.
    #[error("the time lies in the past")]
    InPast,
    /// The time lies too far ahead.
    #[error("the time lies more than a year ahead")]
    TooFar,
    /// It is kept or cancelled.
    #[error("the promise is kept or cancelled already")]
    Over,
}

/// The words of a promise or of the reason to cancel one, without outer blanks.
pub fn clean_promise_text(text: &str) -> Result<String, PromiseRuleError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(PromiseRuleError::NoText);
    }
    if text.chars().count() > PROMISE_TEXT_CHARS_MAX {
        return Err(PromiseRuleError::TextTooLong);
    }
    Ok(text.to_owned())
}

/// Checks when a promise is due.
pub fn check_promise_due(due_at: Timestamp, now: Timestamp) -> Result<(), PromiseRuleError> {
    if due_at <= now {
        Err(PromiseRuleError::InPast)
    } else if due_at.since(now) > PROMISE_AHEAD_MAX {
        Err(PromiseRuleError::TooFar)
    } else {
        Ok(())
    }
}

/// Promises with less time than this are in everybody's mind anyway.
const REMINDED_FROM: Duration = Duration::from_mins(10);
/// Shortest time between reminder and promise.
const REMINDER_LEAD_MIN: Duration = Duration::from_mins(5);
/// Longest time between reminder and promise.
const REMINDER_LEAD_MAX: Duration = Duration::from_hours(1);

/// When the owner of a promise is reminded: when a quarter of its time is left, five minutes
/// to an hour. Counted in business time, so that the reminder comes while somebody is there;
/// by the wall clock where no business time is left until then. None for what is due within
/// ten minutes.
#[must_use]
pub fn reminder(
    now: Timestamp,
    due_at: Timestamp,
    business: Option<&BusinessTime>,
) -> Option<Timestamp> {
    let open = business.map(|business| (business.between(now, due_at), business));
    let open = open.filter(|(left, _)| !left.is_zero());
    let left = open.map_or_else(|| due_at.since(now), |(left, _)| left);
    if left < REMINDED_FROM {
        return None;
    }
    let lead = (left / 4).clamp(REMINDER_LEAD_MIN, REMINDER_LEAD_MAX);
    match open {
        Some((_, business)) => business.add(now, left.saturating_sub(lead)),
        None => Some(now.plus(left.saturating_sub(lead))),
    }
}

impl Promise {
    /// Whether somebody still has to do something: it is open, or broken and not made up for.
    #[must_use]
    pub const fn is_pending(&self) -> bool {
        match self.status {
            PromiseStatus::Open | PromiseStatus::Broken => true,
            PromiseStatus::Kept { .. } | PromiseStatus::Cancelled { .. } => false,
        }
    }

    /// Whether its time is over and it was not done.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.is_pending() && self.due_at <= now
    }

    fn pending(self) -> Result<Self, PromiseRuleError> {
        if self.is_pending() {
            Ok(self)
        } else {
            Err(PromiseRuleError::Over)
        }
    }

    /// Other words.
    pub fn reword(self, text: &str) -> Result<Self, PromiseRuleError> {
        let text = clean_promise_text(text)?;
        Ok(Self {
            text,
            ..self.pending()?
        })
    }

    /// Another time, agreed with the customer. A broken promise is open again; that it was
    /// broken stays known.
    pub fn postpone(self, due_at: Timestamp, now: Timestamp) -> Result<Self, PromiseRuleError> {
        let promise = self.pending()?;
        if due_at == promise.due_at {
            return Ok(promise);
        }
        check_promise_due(due_at, now)?;
        Ok(Self {
            due_at,
            status: PromiseStatus::Open,
            ..promise
        })
    }

    /// Somebody else sees to it, or nobody.
    pub fn hand_to(self, owner_id: Option<AgentId>) -> Result<Self, PromiseRuleError> {
        Ok(Self {
            owner_id,
            ..self.pending()?
        })
    }

    /// It was done.
    pub fn keep(self, now: Timestamp) -> Result<Self, PromiseRuleError> {
        Ok(Self {
            status: PromiseStatus::Kept { at: now },
            remind_at: None,
            ..self.pending()?
        })
    }

    /// It is taken back, for a reason.
    pub fn cancel(self, reason: &str) -> Result<Self, PromiseRuleError> {
        let reason = clean_promise_text(reason)?;
        Ok(Self {
            status: PromiseStatus::Cancelled { reason },
            remind_at: None,
            ..self.pending()?
        })
    }

    /// Its time is over. None if it is not, or if it is known already.
    #[must_use]
    pub fn break_at(self, now: Timestamp) -> Option<Self> {
        let is_late = self.status == PromiseStatus::Open && self.due_at <= now;
        is_late.then(|| Self {
            status: PromiseStatus::Broken,
            broken_at: self.broken_at.or(Some(self.due_at)),
            remind_at: None,
            ..self
        })
    }

    /// Its owner is reminded. None if it is not time, if they were, or if it is too late.
    #[must_use]
    pub fn remind(self, now: Timestamp) -> Option<Self> {
        let is_time = self.remind_at.is_some_and(|at| at <= now);
        let is_open = self.status == PromiseStatus::Open && now < self.due_at;
        (is_time && is_open).then_some(Self {
            remind_at: None,
            ..self
        })
    }

    /// How late it was kept; none when in time or not kept.
    #[must_use]
    pub fn kept_late_by(&self) -> Option<Duration> {
        match self.status {
            PromiseStatus::Kept { at } if at > self.due_at => Some(at.since(self.due_at)),
            PromiseStatus::Kept { .. }
            | PromiseStatus::Open
            | PromiseStatus::Broken
            | PromiseStatus::Cancelled { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::EPOCH.plus(Duration::from_secs(seconds))
    }

    fn promise() -> Promise {
        let uuid = Uuid::from_u128(1);
        Promise {
            id: PromiseId::from_uuid(uuid),
            conversation_id: ConversationId::from_uuid(uuid),
            session_id: None,
            contact_id: ContactId::from_uuid(uuid),
            kind: PromiseKind::Other,
            text: "Send the invoice".to_owned(),
            phone: None,
            due_at: at(100),
            remind_at: None,
            owner_id: None,
            status: PromiseStatus::Open,
            broken_at: None,
            made_by: Actor::system("test"),
            created_at: at(0),
            version: 1,
        }
    }

    #[test]
    fn a_promise_breaks_once_and_may_be_kept_late() {
        assert_eq!(promise().break_at(at(99)), None, "not yet");
        let broken = promise().break_at(at(130)).expect("its time is over");
        assert_eq!(broken.status, PromiseStatus::Broken);
        assert_eq!(broken.broken_at, Some(at(100)), "when it was due");
        assert_eq!(broken.clone().break_at(at(140)), None, "known already");
        assert!(broken.is_overdue(at(140)));
        let kept = broken.keep(at(160)).expect("late is better than never");
        assert_eq!(kept.kept_late_by(), Some(Duration::from_mins(1)));
        assert!(!kept.is_overdue(at(200)));
        assert_eq!(kept.keep(at(170)), Err(PromiseRuleError::Over));
    }

    #[test]
    fn its_owner_is_reminded_once_while_there_is_time() {
        let promise = || Promise {
            remind_at: Some(at(60)),
            ..promise()
        };
        assert_eq!(promise().remind(at(59)), None, "not yet");
        let reminded = promise().remind(at(60)).expect("it is time");
        assert_eq!(reminded.remind_at, None);
        assert_eq!(reminded.remind(at(70)), None, "once");
        assert_eq!(promise().remind(at(100)), None, "broken, not due soon");
        let broken = promise().break_at(at(100)).expect("due");
        assert_eq!(broken.remind_at, None);
        assert_eq!(promise().keep(at(30)).map(|it| it.remind_at), Ok(None));
    }

    #[test]
    fn a_reminder_leaves_a_quarter_of_the_time_while_somebody_is_there() {
        let minutes = |n: u64| at(n * 60);
        assert_eq!(reminder(at(0), minutes(9), None), None, "in mind anyway");
        assert_eq!(reminder(at(0), minutes(12), None), Some(minutes(7)));
        assert_eq!(reminder(at(0), minutes(120), None), Some(minutes(90)));
        assert_eq!(reminder(at(0), minutes(6000), None), Some(minutes(5940)));
        // Monday to Friday, 9 to 18 o'clock in Greenwich.
        let day = |weekday| crate::inbox::OfficeHours {
            weekday,
            from: "09:00".to_owned(),
            to: "18:00".to_owned(),
        };
        let rules = crate::calendars::CalendarRules {
            time_zone: "Etc/UTC".to_owned(),
            weekly: (1..=5).map(day).collect(),
            ..crate::calendars::CalendarRules::default()
        };
        let business = BusinessTime::new(&rules).expect("rules");
        let time = |text: &str| text.parse::<Timestamp>().expect("a time");
        let friday = time("2026-03-06T17:00:00Z");
        let remind = |due: &str| reminder(friday, time(due), Some(&business));
        let monday = time("2026-03-09T09:30:00Z");
        assert_eq!(remind("2026-03-09T10:00:00Z"), Some(monday), "2 hours left");
        let evening = time("2026-03-06T17:45:00Z");
        assert_eq!(
            remind("2026-03-07T12:00:00Z"),
            Some(evening),
            "before closing"
        );
        let night = reminder(
            time("2026-03-06T20:00:00Z"),
            time("2026-03-06T22:00:00Z"),
            Some(&business),
        );
        assert_eq!(
            night,
            Some(time("2026-03-06T21:30:00Z")),
            "by the wall clock"
        );
    }

    #[test]
    fn another_time_opens_a_broken_promise_and_its_past_stays() {
        let broken = promise().break_at(at(100)).expect("due");
        let refused = broken.clone().postpone(at(90), at(110));
        assert_eq!(refused, Err(PromiseRuleError::InPast));
        let open = broken.postpone(at(300), at(110)).expect("agreed");
        assert_eq!(
            (open.status, open.broken_at),
            (PromiseStatus::Open, Some(at(100)))
        );
        let far = at(110).plus(PROMISE_AHEAD_MAX);
        let too_far = promise().postpone(far.plus(Duration::from_secs(1)), at(110));
        assert_eq!(too_far, Err(PromiseRuleError::TooFar));
    }

    #[test]
    fn what_is_over_does_not_change() {
        let cancelled = promise().cancel(" customer solved it ").expect("open");
        assert_eq!(
            cancelled.status,
            PromiseStatus::Cancelled {
                reason: "customer solved it".to_owned()
            }
        );
        assert_eq!(cancelled.clone().reword("x"), Err(PromiseRuleError::Over));
        assert_eq!(cancelled.hand_to(None), Err(PromiseRuleError::Over));
        assert_eq!(promise().cancel(" "), Err(PromiseRuleError::NoText));
        let long = "字".repeat(PROMISE_TEXT_CHARS_MAX + 1);
        assert_eq!(promise().reword(&long), Err(PromiseRuleError::TextTooLong));
    }

    #[test]
    fn a_telephone_number_is_taken_as_written_and_never_printed() {
        let number: PhoneNumber = " +86 138-0013-8000 ".parse().expect("a number");
        assert_eq!(number.as_str(), "+86 138-0013-8000");
        assert_eq!(format!("{number:?}"), "PhoneNumber(…)");
        for bad in ["", "1234", "call me", "1234567890123456", "12345<b>"] {
            assert_eq!(bad.parse::<PhoneNumber>(), Err(ParsePhoneError), "{bad}");
        }
    }
}

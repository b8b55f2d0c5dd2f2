//! Webhooks: where what happens is told to other systems, and how often that is tried.
//!
//! The form of a delivery follows the Standard Webhooks specification. The pauses between
//! attempts and the rules for giving up are here; sending is a job.

use std::time::Duration;

use crate::events::Event;
use crate::ids::{InboxId, MessageId, WebhookDeliveryId, WebhookId};
use crate::limits::{WEBHOOK_EVENT_TYPES_MAX, WEBHOOK_NAME_CHARS_MAX, WEBHOOK_URL_BYTES_MAX};
use crate::time::Timestamp;

/// The type of a delivery that somebody asked for with the test button.
pub const TEST_EVENT: &str = "webhook.test";
/// The event types that no webhook gets: they tell about log-ins of people, or about
/// nothing that can be looked up.
const PRIVATE: [&str; 3] = ["login.", "workspace.", "transcript."];
/// Pauses after the first, second … failed attempt. The last of eight attempts is about 28
/// hours after the first.
const PAUSES: [Duration; 7] = [
    Duration::from_secs(5),
    Duration::from_mins(5),
    Duration::from_mins(30),
    Duration::from_hours(2),
    Duration::from_hours(5),
    Duration::from_hours(10),
    Duration::from_hours(10),
];
/// Longest pause a receiver can ask for.
const RETRY_AFTER_MAX: Duration = Duration::from_hours(24);
/// A receiver that cannot be reached rests as long after each failure in a row, so that it
/// does not take the sender's time from others.
const RESTS: [Duration; 4] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_mins(2),
    Duration::from_mins(5),
];
/// A webhook that failed for so long without a success in between is disabled.
pub const FAILING_MAX: Duration = Duration::from_hours(5 * 24);
/// The secret before a rotation signs as well for so long, unless another time is set.
pub const ROTATION_OVERLAP: Duration = Duration::from_hours(24);
/// Longest time two secrets are valid at once.
pub const ROTATION_OVERLAP_MAX: Duration = Duration::from_hours(7 * 24);

/// What a webhook is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookPurpose {
    /// Tells what happens in the workspace.
    Events,
    /// Takes what the customers of an API inbox are to get.
    Channel,
}

impl WebhookPurpose {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Events, Self::Channel];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Channel => "channel",
        }
    }
}

/// Why a webhook is disabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisabledReason {
    /// Somebody did it.
    ByHand,
    /// The receiver answered 410 Gone.
    Gone,
    /// It failed for days.
    Failing,
}

impl DisabledReason {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::ByHand, Self::Gone, Self::Failing];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ByHand => "by_hand",
            Self::Gone => "gone",
            Self::Failing => "failing",
        }
    }
}

/// A receiver of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Identifier.
    pub id: WebhookId,
    /// What it is for.
    pub purpose: WebhookPurpose,
    /// The only inbox whose conversations it hears of; none for all.
    pub inbox_id: Option<InboxId>,
    /// Name for colleagues.
    pub name: String,
    /// Where to send.
    pub url: String,
    /// What it hears of: names of events, or groups such as `case.*`. Empty means all.
    pub event_types: Vec<String>,
    /// When and why it was disabled; none while it is enabled.
    pub disabled: Option<(DisabledReason, Timestamp)>,
    /// Since when every attempt has failed.
    pub failing_since: Option<Timestamp>,
    /// Failures in a row in which nobody answered.
    pub silences: u32,
    /// Nothing is sent before.
    pub resting_until: Option<Timestamp>,
    /// When an attempt last succeeded.
    pub last_success_at: Option<Timestamp>,
    /// Until when the secret before the last rotation signs too.
    pub previous_secret_until: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
    /// Rises with every change by people.
    pub version: i64,
}

/// Why a webhook was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// The name is empty or too long.
    #[error("a name has 1 to {WEBHOOK_NAME_CHARS_MAX} characters")]
    Name,
    /// The address is too long.
    #[error("an address has at most {WEBHOOK_URL_BYTES_MAX} bytes")]
    Url,
    /// An event type does not exist.
    #[error("there is no event type `{0}`")]
    EventType(String),
    /// Too many event types.
    #[error("name at most {WEBHOOK_EVENT_TYPES_MAX} event types, or groups such as `case.*`")]
    TooManyEventTypes,
}

/// The event types a webhook can hear of.
pub fn event_types() -> impl Iterator<Item = &'static str> {
    Event::KINDS.iter().copied().filter(|kind| is_told(kind))
}

/// Whether events of a type are told to webhooks at all.
#[must_use]
pub fn is_told(kind: &str) -> bool {
    !PRIVATE.iter().any(|private| kind.starts_with(private))
}

/// Whether a list of names and groups includes an event type. An empty list includes all.
#[must_use]
pub fn includes(event_types: &[String], kind: &str) -> bool {
    event_types.is_empty()
        || event_types
            .iter()
            .any(|wanted| match wanted.strip_suffix('*') {
                Some(group) => kind.starts_with(group),
                None => wanted == kind,
            })
}

/// Checks a list of names and groups.
pub fn check_event_types(wanted: &[String]) -> Result<(), WebhookError> {
    if wanted.len() > WEBHOOK_EVENT_TYPES_MAX {
        return Err(WebhookError::TooManyEventTypes);
    }
    let exists = |wanted: &String| match wanted.strip_suffix(".*") {
        Some(group) => event_types().any(|kind| kind.split('.').next() == Some(group)),
        None => event_types().any(|kind| kind == wanted),
    };
    match wanted.iter().find(|wanted| !exists(wanted)) {
        Some(odd) => Err(WebhookError::EventType(odd.clone())),
        None => Ok(()),
    }
}

impl Webhook {
    /// Checks everything a form could get wrong; the address itself is checked by whoever
    /// sends.
    pub fn check(&self) -> Result<(), WebhookError> {
        let length = self.name.chars().count();
        if length == 0 || length > WEBHOOK_NAME_CHARS_MAX {
            return Err(WebhookError::Name);
        }
        if self.url.len() > WEBHOOK_URL_BYTES_MAX {
            return Err(WebhookError::Url);
        }
        check_event_types(&self.event_types)
    }

    /// Whether things are sent to it.
    #[must_use]
    pub const fn is_enabled(&self) -> bool {
        self.disabled.is_none()
    }

    /// Whether it hears of events of a type in an inbox; `inbox` is none for what belongs to
    /// no inbox.
    #[must_use]
    pub fn hears(&self, kind: &str, inbox: Option<InboxId>) -> bool {
        self.is_enabled()
            && self.purpose == WebhookPurpose::Events
            && is_told(kind)
            && (self.inbox_id.is_none() || self.inbox_id == inbox)
            && includes(&self.event_types, kind)
    }

    /// The webhook after an attempt.
    #[must_use]
    pub fn after(mut self, outcome: Outcome, now: Timestamp) -> Self {
        match outcome {
            Outcome::Accepted => {
                self.failing_since = None;
                self.silences = 0;
                self.resting_until = None;
                self.last_success_at = Some(now);
                return self;
            }
            Outcome::Gone => self.disabled = Some((DisabledReason::Gone, now)),
            Outcome::Refused { retry_after } => {
                self.silences = 0;
                let pause = retry_after.map(|pause| pause.min(RETRY_AFTER_MAX));
                self.resting_until = pause.map(|pause| now.plus(pause));
            }
            Outcome::Silent => {
                let rest = RESTS[(self.silences as usize).min(RESTS.len() - 1)];
                self.silences += 1;
                self.resting_until = Some(now.plus(rest));
            }
        }
        let since = *self.failing_since.get_or_insert(now);
        if self.is_enabled() && now.since(since) >= FAILING_MAX {
            self.disabled = Some((DisabledReason::Failing, now));
        }
        self
    }
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver answered 2xx.
    Accepted,
    /// The receiver answered 410: it wants nothing more.
    Gone,
    /// The receiver answered anything else, redirects included.
    Refused {
        /// How long it asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// Nobody answered.
    Silent,
}

impl Outcome {
    /// What an answer means.
    #[must_use]
    pub const fn of_status(status: u16, retry_after: Option<Duration>) -> Self {
        match status {
            200..=299 => Self::Accepted,
            410 => Self::Gone,
            429 | 502..=504 => Self::Refused { retry_after },
            _ => Self::Refused { retry_after: None },
        }
    }
}

/// How long to wait after so many failed attempts (1 or more) until the next; none when it
/// is given up. `random` spreads what failed together over a fifth more and less.
#[must_use]
pub fn pause(tries: u32, outcome: Outcome, random: u8) -> Option<Duration> {
    if matches!(outcome, Outcome::Accepted | Outcome::Gone) {
        return None;
    }
    let planned = *PAUSES.get(tries.saturating_sub(1) as usize)?;
    let spread = planned.mul_f64(0.8 + 0.4 * f64::from(random) / 255.0);
    Some(match outcome {
        Outcome::Refused {
            retry_after: Some(asked),
        } => spread.max(asked.min(RETRY_AFTER_MAX)),
        _ => spread,
    })
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// For its time.
    Waiting,
    /// The receiver took it.
    Delivered,
    /// Given up.
    Failed,
}

impl DeliveryState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Delivered, Self::Failed];

    /// The name in database and API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

/// One thing told to one webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookDelivery {
    /// Identifier; the `webhook-id` of all its attempts.
    pub id: WebhookDeliveryId,
    /// The webhook.
    pub webhook_id: WebhookId,
    /// The name of the event.
    pub event_type: String,
    /// Its place in the log; none for tests.
    pub event_seq: Option<i64>,
    /// The message whose fate it decides, in an API inbox.
    pub message_id: Option<MessageId>,
    /// Where it stands.
    pub state: DeliveryState,
    /// Attempts so far.
    pub attempts: u32,
    /// Attempts since it was made or replayed.
    pub tries: u32,
    /// When the next attempt is due.
    pub next_at: Option<Timestamp>,
    /// Status of the last answer.
    pub last_status: Option<u16>,
    /// Why there was no answer to the last attempt.
    pub last_error: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was taken or given up.
    pub finished_at: Option<Timestamp>,
}

/// One attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookAttempt {
    /// 1, 2, 3 …
    pub number: u32,
    /// When it began.
    pub at: Timestamp,
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
    /// Status of the answer.
    pub status: Option<u16>,
    /// Why there was none.
    pub error: Option<String>,
    /// The beginning of the answer.
    pub answer: String,
    /// Whether there was more.
    pub is_answer_cut: bool,
}

impl WebhookDelivery {
    /// The delivery after an attempt.
    #[must_use]
    pub fn after(mut self, outcome: Outcome, random: u8, now: Timestamp) -> Self {
        self.attempts += 1;
        self.tries += 1;
        self.next_at = pause(self.tries, outcome, random).map(|pause| now.plus(pause));
        self.state = match (outcome, self.next_at) {
            (Outcome::Accepted, _) => DeliveryState::Delivered,
            (_, Some(_)) => DeliveryState::Waiting,
            (_, None) => DeliveryState::Failed,
        };
        self.finished_at = (self.state != DeliveryState::Waiting).then_some(now);
        self
    }

    /// The delivery, to be tried again from the beginning.
    #[must_use]
    pub fn replayed(mut self, now: Timestamp) -> Self {
        self.state = DeliveryState::Waiting;
        self.tries = 0;
        self.next_at = Some(now);
        self.finished_at = None;
        self
    }
}

#[cfg(test)]
#[path = "webhook_tests.rs"]
mod tests;

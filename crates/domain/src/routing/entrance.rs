//! Where work comes in: what an inbox and a queue say about routing and business hours.

use serde::{Deserialize, Serialize};

use super::floor::RouterSettings;
use super::work::WorkKind;
use crate::ids::{CalendarId, QueueId};
use crate::inbox::Localized;
use std::collections::BTreeSet;

/// Longest promised time to answer: 30 days, in seconds.
const REPLY_WITHIN_MAX_S: u32 = 30 * 86_400;
/// Longest text of an out-of-hours notice, in characters.
const TEXT_CHARS_MAX: usize = 2000;

/// What an inbox says about routing. Without a queue its work is picked up by hand. A value:
/// stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InboxRouting {
    /// Where its customers wait.
    pub queue_id: Option<QueueId>,
    /// When it answers; goes before the calendar of the queue.
    pub calendar_id: Option<CalendarId>,
    /// What customers meet outside those hours; none is as the queue says.
    pub out_of_hours: Option<OutOfHours>,
}

/// What customers meet when nobody answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OutOfHours {
    /// Whether they stand in line all the same.
    pub mode: OutOfHoursMode,
    /// Within which time they are promised an answer, in seconds; business time where there
    /// is a calendar.
    pub reply_within_s: u32,
    /// What they are told.
    pub text: Localized,
}

/// Whether customers stand in line outside business hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutOfHoursMode {
    /// They wait, and are served in order when somebody comes.
    #[default]
    Wait,
    /// They leave a message.
    Form,
}

impl Default for OutOfHours {
    /// They wait, and are promised an answer within four hours.
    fn default() -> Self {
        Self {
            mode: OutOfHoursMode::Wait,
            reply_within_s: 4 * 3600,
            text: Localized::new(),
        }
    }
}

/// Why a notice was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OutOfHoursError {
    /// The time is out of range.
    #[error("an answer is promised within 60 seconds to 30 days")]
    ReplyWithin,
    /// The text is too long.
    #[error("the text has at most {TEXT_CHARS_MAX} characters")]
    Text,
}

impl OutOfHours {
    /// Checks everything a form could get wrong.
    pub fn check(&self) -> Result<(), OutOfHoursError> {
        if !(60..=REPLY_WITHIN_MAX_S).contains(&self.reply_within_s) {
            return Err(OutOfHoursError::ReplyWithin);
        }
        let is_long = |text: &String| text.chars().count() > TEXT_CHARS_MAX;
        if self.text.values().any(is_long) {
            return Err(OutOfHoursError::Text);
        }
        Ok(())
    }
}

/// Policy of the whole workspace: what the router is told, and when an agent who does nothing
/// is taken for away. A value: stored and sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RoutingSettings {
    /// An agent who is offline for so long hands over, in seconds.
    pub offline_grace_s: u32,
    /// An agent who is away for so long hands over; none lets them keep their work.
    pub away_grace_s: Option<u32>,
    /// What is handed over.
    pub hand_over: BTreeSet<WorkKind>,
    /// After so many offers left unanswered in a row, an agent is taken for away.
    pub missed_offers_max: u32,
    /// An agent who touches nothing for so long is away, in seconds.
    pub away_after_s: u32,
    /// Service level: the share of customers, in percent, who are to be answered within
    /// `service_level_s`. What the wall measures by.
    pub service_level_percent: u32,
    /// Within how many seconds of waiting.
    pub service_level_s: u32,
}

impl Default for RoutingSettings {
    fn default() -> Self {
        let router = RouterSettings::default();
        Self {
            offline_grace_s: router.offline_grace_s,
            away_grace_s: router.away_grace_s,
            hand_over: router.hand_over,
            missed_offers_max: router.missed_offers_max,
            away_after_s: 600,
            service_level_percent: 80,
            service_level_s: 30,
        }
    }
}

/// A number of the settings is out of range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field} must be {least} to {most}")]
pub struct RoutingSettingsError {
    /// Which.
    pub field: &'static str,
    /// At least.
    pub least: u32,
    /// At most.
    pub most: u32,
}

impl RoutingSettings {
    /// The part the router needs.
    #[must_use]
    pub fn router(&self) -> RouterSettings {
        RouterSettings {
            offline_grace_s: self.offline_grace_s,
            away_grace_s: self.away_grace_s,
            hand_over: self.hand_over.clone(),
            missed_offers_max: self.missed_offers_max,
        }
    }

    /// Checks everything a form could get wrong.
    pub fn check(&self) -> Result<(), RoutingSettingsError> {
        let grace = self.away_grace_s.unwrap_or(0);
        for (field, value, least, most) in [
            ("offline_grace_s", self.offline_grace_s, 0, 86_400),
            ("away_grace_s", grace, 0, 86_400),
            ("missed_offers_max", self.missed_offers_max, 1, 100),
            ("away_after_s", self.away_after_s, 60, 86_400),
            ("service_level_percent", self.service_level_percent, 1, 100),
            ("service_level_s", self.service_level_s, 1, 86_400),
        ] {
            if !(least..=most).contains(&value) {
                return Err(RoutingSettingsError { field, least, most });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_values_are_acceptable_and_read_from_nothing() {
        assert_eq!(RoutingSettings::default().check(), Ok(()));
        assert_eq!(OutOfHours::default().check(), Ok(()));
        let empty: RoutingSettings = serde_json::from_str("{}").expect("all have defaults");
        assert_eq!(empty, RoutingSettings::default());
        let inbox: InboxRouting = serde_json::from_str("{}").expect("all have defaults");
        assert_eq!(inbox, InboxRouting::default());
    }

    #[test]
    fn what_is_out_of_range_is_named() {
        let never = RoutingSettings {
            away_after_s: 0,
            ..RoutingSettings::default()
        };
        assert_eq!(
            never.check().map_err(|error| error.field),
            Err("away_after_s")
        );
        let more_than_all = RoutingSettings {
            service_level_percent: 101,
            ..RoutingSettings::default()
        };
        assert_eq!(
            more_than_all.check().map_err(|error| error.field),
            Err("service_level_percent")
        );
        let at_once = OutOfHours {
            reply_within_s: 1,
            ..OutOfHours::default()
        };
        assert_eq!(at_once.check(), Err(OutOfHoursError::ReplyWithin));
    }
}

//! What conditions ask besides the conversation: the moment, the calendars, the message.

use std::collections::BTreeMap;

use crate::ids::CalendarId;
use crate::time::{Timestamp, local};

use super::Leaf;

/// The moment in which a rule is asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Surroundings {
    /// Minute of the day in the zone of the workspace.
    pub minute: u16,
    /// Day of the week there, 0 is Monday.
    pub weekday: u8,
    /// Whether each calendar that is asked for has somebody there.
    pub calendars: BTreeMap<CalendarId, bool>,
}

impl Surroundings {
    /// The moment as people of a zone read it.
    #[must_use]
    pub fn at(now: Timestamp, zone: &str) -> Self {
        let number = |format: &str| local(now, zone, format).parse::<u16>().unwrap_or(0);
        Self {
            minute: number("%H") * 60 + number("%M"),
            // `%u` is 1 for Monday.
            weekday: u8::try_from(number("%u").saturating_sub(1)).unwrap_or(0),
            calendars: BTreeMap::new(),
        }
    }

    /// Whether a condition holds; none for what only the store knows. `says` tells whether the
    /// message has a word. A calendar that is gone is neither open nor closed.
    #[must_use]
    pub fn answer(&self, leaf: &Leaf, says: impl Fn(&str) -> bool) -> Option<bool> {
        Some(match leaf {
            Leaf::Conversation(_) => return None,
            Leaf::Message { is_negated, words } => {
                words.iter().any(|word| says(word)) != *is_negated
            }
            Leaf::TimeOfDay { is_negated, spans } => {
                spans.iter().any(|span| span.includes(self.minute)) != *is_negated
            }
            Leaf::Weekday(one_of) => one_of.values.contains(&self.weekday) != one_of.is_negated,
            Leaf::Calendar {
                is_open,
                calendar_id,
            } => self.calendars.get(calendar_id) == Some(is_open),
        })
    }
}

//! The service journey (服务流程): the seven steps as a state machine, what agents are told
//! at each, and what the stays of many customers say about the whole.
//!
//! A session is in one [`Step`]; what happens moves it by [`next`]. The stays are kept as
//! [`Visit`]s, so that reports need no event log. Time limits belong to the service
//! standard (`step.…` targets of [`crate::standards`]), so that they differ by inbox,
//! topic and tier like every other limit.

mod guidance;
pub mod moments;

use serde::{Deserialize, Serialize};

pub use guidance::guidance;

use crate::ids::{CalendarId, ConversationId, SessionId, StandardId};
use crate::limits::VISITS_MAX;
use crate::session::{Session, Step};
use crate::standards::SessionClock;
use crate::time::Timestamp;

/// What happens on the journey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JourneyEvent {
    /// Somebody began to find out what it is about: bot, form or person.
    TriageBegan,
    /// Where it goes is known: queue, team or bot.
    Triaged,
    /// What it is about is known.
    Classified,
    /// A person or the bot answered.
    Answered,
    /// It went to others, who have to read and answer first.
    Transferred,
    /// It was put to the wrong place and is looked at afresh.
    Misrouted,
    /// It is solved, and the customer is asked what they think.
    Resolved,
    /// The customer said what they think, or the time to do so is over.
    FeedbackClosed,
    /// The customer is not content, or the problem is back.
    Reopened,
}

impl JourneyEvent {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::TriageBegan,
        Self::Triaged,
        Self::Classified,
        Self::Answered,
        Self::Transferred,
        Self::Misrouted,
        Self::Resolved,
        Self::FeedbackClosed,
        Self::Reopened,
    ];
}

/// What happened does not fit to where the session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a session in the step {} cannot take this", step.as_str())]
pub struct JourneyError {
    /// Where it is.
    pub step: Step,
    /// What happened.
    pub event: JourneyEvent,
}

/// Where a session goes from a step. The same step means that it stays; steps are left
/// out freely on the way forward, and only a transfer, a wrong turn or a reopening leads
/// back.
pub const fn next(step: Step, event: JourneyEvent) -> Result<Step, JourneyError> {
    use JourneyEvent as E;
    use Step as S;
    let to = match (step, event) {
        (S::Entry | S::Triage, E::TriageBegan)
        | (S::Classification | S::Response | S::Resolution, E::Misrouted) => S::Triage,
        (S::Entry | S::Triage | S::Classification, E::Triaged)
        | (S::Classification, E::TriageBegan) => S::Classification,
        (S::Entry | S::Triage | S::Classification | S::Response, E::Classified)
        | (S::Response | S::Resolution, E::Transferred)
        | (S::Response, E::TriageBegan | E::Triaged) => S::Response,
        // Asked again what it is about, while it is worked on: nothing begins anew.
        (S::Resolution, E::TriageBegan | E::Triaged | E::Classified | E::Answered)
        | (S::Entry | S::Triage | S::Classification | S::Response, E::Answered)
        | (S::Feedback | S::AfterCare, E::Reopened) => S::Resolution,
        // Before anybody has it, another place changes nothing; nor does a word of thanks
        // and an answer to it at the end.
        (S::Entry | S::Triage | S::Classification, E::Transferred)
        | (S::Entry | S::Triage, E::Misrouted)
        | (S::Feedback | S::AfterCare, E::Answered) => step,
        (
            S::Entry | S::Triage | S::Classification | S::Response | S::Resolution | S::Feedback,
            E::Resolved,
        ) => S::Feedback,
        (S::Feedback | S::AfterCare, E::FeedbackClosed) | (S::AfterCare, E::Resolved) => {
            S::AfterCare
        }
        (
            S::Entry | S::Triage | S::Classification | S::Response | S::Resolution,
            E::FeedbackClosed | E::Reopened,
        )
        | (
            S::Feedback | S::AfterCare,
            E::TriageBegan | E::Triaged | E::Classified | E::Transferred | E::Misrouted,
        ) => return Err(JourneyError { step, event }),
    };
    Ok(to)
}

impl Session {
    /// Moves along the journey; the clock of a step starts when it is entered.
    pub fn advance(self, event: JourneyEvent, now: Timestamp) -> Result<Self, JourneyError> {
        let step = next(self.step, event)?;
        Ok(self.enter(step, now))
    }
}

/// One stay in a step. A value: stored beside the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Visit {
    /// Where.
    pub step: Step,
    /// From when.
    pub entered_at: Timestamp,
    /// Until when; none while it lasts.
    pub left_at: Option<Timestamp>,
}

/// What is counted of one session besides its row.
#[derive(Debug, Clone, PartialEq)]
pub struct Journey {
    /// Of which.
    pub session_id: SessionId,
    /// The conversation it is part of.
    pub conversation_id: ConversationId,
    /// The standard that holds; none when nobody has set one that matches.
    pub standard_id: Option<StandardId>,
    /// The calendar that counts; none where the office hours of the inbox do.
    pub calendar_id: Option<CalendarId>,
    /// Its clocks.
    pub clock: SessionClock,
    /// Its stays, in order.
    pub visits: Vec<Visit>,
    /// How often the customer said the same again.
    pub repeats: u32,
    /// Whether the customer left without an answer.
    pub has_left: bool,
    /// When it has to be looked at although nothing happens.
    pub wakes_at: Option<Timestamp>,
    /// Optimistic lock.
    pub version: i64,
}

impl Journey {
    /// Of a session that has not begun to move.
    #[must_use]
    pub fn new(session: &Session) -> Self {
        Self {
            session_id: session.id,
            conversation_id: session.conversation_id,
            standard_id: None,
            calendar_id: None,
            clock: SessionClock::default(),
            visits: Vec::new(),
            repeats: 0,
            has_left: false,
            wakes_at: None,
            version: 1,
        }
    }

    /// The step the last stay is in, whether it lasts or not.
    #[must_use]
    pub fn step(&self) -> Option<Step> {
        self.visits.last().map(|visit| visit.step)
    }

    /// Ends the last stay without another: the customer is gone.
    pub fn end_visit(&mut self, now: Timestamp) {
        if let Some(last) = self.visits.last_mut().filter(|last| last.left_at.is_none()) {
            last.left_at = Some(now.max(last.entered_at));
        }
    }
}

/// Takes a step into the list of stays. The same step again changes nothing. Of more than
/// [`VISITS_MAX`] stays the oldest are forgotten.
pub fn record_visit(visits: &mut Vec<Visit>, step: Step, now: Timestamp) {
    match visits.last_mut() {
        Some(last) if last.left_at.is_none() && last.step == step => return,
        Some(last) if last.left_at.is_none() => last.left_at = Some(now.max(last.entered_at)),
        Some(_) | None => {}
    }
    visits.push(Visit {
        step,
        entered_at: now,
        left_at: None,
    });
    if visits.len() > VISITS_MAX {
        visits.remove(0);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::EPOCH.plus(Duration::from_secs(seconds))
    }

    #[test]
    fn the_whole_way_has_seven_steps() {
        let way = [
            JourneyEvent::TriageBegan,
            JourneyEvent::Triaged,
            JourneyEvent::Classified,
            JourneyEvent::Answered,
            JourneyEvent::Resolved,
            JourneyEvent::FeedbackClosed,
        ];
        let mut step = Step::Entry;
        let mut steps = vec![step];
        for event in way {
            step = next(step, event).expect("forward");
            steps.push(step);
        }
        assert_eq!(steps, Step::ALL);
    }

    #[test]
    fn only_transfer_wrong_turn_and_reopening_lead_back() {
        for step in Step::ALL {
            for event in JourneyEvent::ALL {
                let Ok(to) = next(step, event) else { continue };
                let leads_back = match event {
                    JourneyEvent::Transferred
                    | JourneyEvent::Misrouted
                    | JourneyEvent::Reopened => true,
                    JourneyEvent::TriageBegan
                    | JourneyEvent::Triaged
                    | JourneyEvent::Classified
                    | JourneyEvent::Answered
                    | JourneyEvent::Resolved
                    | JourneyEvent::FeedbackClosed => false,
                };
                assert!(to >= step || leads_back, "{step:?} {event:?}");
                assert_eq!(
                    next(to, event).is_ok(),
                    event != JourneyEvent::Reopened,
                    "twice is once: {event:?}"
                );
            }
        }
        let error = next(Step::Entry, JourneyEvent::Reopened).expect_err("nothing to reopen");
        assert_eq!(error.step, Step::Entry);
    }

    proptest! {
        #[test]
        fn stays_follow_each_other_without_gap(events in prop::collection::vec((0..9_usize, 0..100_u64), 0..30)) {
            let mut visits = Vec::new();
            let (mut step, mut now) = (Step::Entry, 0);
            record_visit(&mut visits, step, at(0));
            for (event, gap) in events {
                now += gap;
                if let Ok(to) = next(step, JourneyEvent::ALL[event]) {
                    step = to;
                    record_visit(&mut visits, step, at(now));
                }
            }
            for pair in visits.windows(2) {
                prop_assert_eq!(pair[0].left_at, Some(pair[1].entered_at));
                prop_assert!(pair[0].step != pair[1].step);
            }
            prop_assert_eq!(visits.last().map(|last| (last.step, last.left_at)), Some((step, None)));
        }
    }
}

//! Moments of truth (关键时刻): where on the journey customers waited, repeated themselves,
//! or left. Plain sums over sessions, each with the sessions behind it.

use std::time::Duration;

use super::Visit;
use crate::ids::SessionId;
use crate::session::Step;
use crate::time::Timestamp;

/// Sessions named for each number of a report.
const EXAMPLES_MAX: usize = 50;

/// What is known of one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// Which.
    pub session_id: SessionId,
    /// Its stays, in order.
    pub visits: Vec<Visit>,
    /// How often the customer said the same again.
    pub repeats: u32,
    /// Whether the customer left without an answer or a solution.
    pub has_left: bool,
}

/// What a step looks like over many sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepFacts {
    /// Which.
    pub step: Step,
    /// Sessions that entered it.
    pub entered: u32,
    /// Sessions that entered it more than once.
    pub returned: u32,
    /// Sessions whose customer left here.
    pub left: u32,
    /// Half of the sessions stayed at most so long in all.
    pub median: Duration,
    /// Nine of ten stayed at most so long in all.
    pub p90: Duration,
    /// Those who stayed longest, longest first.
    pub slowest: Vec<(SessionId, Duration)>,
    /// Those who left here.
    pub lost: Vec<SessionId>,
}

/// A funnel over the seven steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Funnel {
    /// Sessions looked at.
    pub sessions: u32,
    /// The seven steps in order.
    pub steps: Vec<StepFacts>,
    /// Sessions whose customer repeated themselves.
    pub repeating: u32,
    /// How often in all.
    pub repeats: u32,
    /// Those who repeated themselves most, most first.
    pub most_repeats: Vec<(SessionId, u32)>,
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The value below which so many percent lie (nearest rank).
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

/// Sums up sessions. Stays that still last count until `now`.
#[must_use]
pub fn funnel(traces: &[Trace], now: Timestamp) -> Funnel {
    let mut most_repeats: Vec<(SessionId, u32)> = traces
        .iter()
        .filter(|trace| trace.repeats > 0)
        .map(|trace| (trace.session_id, trace.repeats))
        .collect();
    most_repeats.sort_unstable_by_key(|(id, repeats)| (std::cmp::Reverse(*repeats), *id));
    let (repeating, repeats) = (
        count(most_repeats.len()),
        most_repeats.iter().map(|(_, n)| n).sum(),
    );
    most_repeats.truncate(EXAMPLES_MAX);
    Funnel {
        sessions: count(traces.len()),
        steps: Step::ALL
            .iter()
            .map(|step| facts(*step, traces, now))
            .collect(),
        repeating,
        repeats,
        most_repeats,
    }
}

fn facts(step: Step, traces: &[Trace], now: Timestamp) -> StepFacts {
    let (mut slowest, mut lost, mut returned) = (Vec::new(), Vec::new(), 0);
    for trace in traces {
        let visits = trace.visits.iter().filter(|visit| visit.step == step);
        let stays: Vec<Duration> = visits
            .map(|visit| visit.left_at.unwrap_or(now).since(visit.entered_at))
            .collect();
        if stays.is_empty() {
            continue;
        }
        returned += u32::from(stays.len() > 1);
        slowest.push((trace.session_id, stays.iter().sum()));
        let is_last = trace.visits.last().is_some_and(|last| last.step == step);
        if trace.has_left && is_last {
            lost.push(trace.session_id);
        }
    }
    slowest
        .sort_unstable_by_key(|(id, stay): &(SessionId, Duration)| (std::cmp::Reverse(*stay), *id));
    let stays: Vec<Duration> = slowest.iter().rev().map(|(_, stay)| *stay).collect();
    let left = count(lost.len());
    lost.truncate(EXAMPLES_MAX);
    let entered = count(slowest.len());
    slowest.truncate(EXAMPLES_MAX);
    StepFacts {
        step,
        entered,
        returned,
        left,
        median: percentile(&stays, 50),
        p90: percentile(&stays, 90),
        slowest,
        lost,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::EPOCH.plus(Duration::from_secs(seconds))
    }

    fn trace(number: u128, steps: &[(Step, u64)], repeats: u32, has_left: bool) -> Trace {
        let mut visits = Vec::new();
        for (step, entered) in steps {
            super::super::record_visit(&mut visits, *step, at(*entered));
        }
        Trace {
            session_id: SessionId::from_uuid(Uuid::from_u128(number)),
            visits,
            repeats,
            has_left,
        }
    }

    #[test]
    fn a_funnel_says_where_people_wait_repeat_and_leave() {
        use Step::{Entry, Resolution, Response};
        let traces = [
            trace(1, &[(Entry, 0), (Response, 5), (Resolution, 35)], 0, false),
            trace(
                2,
                &[
                    (Entry, 0),
                    (Response, 10),
                    (Resolution, 20),
                    (Response, 40),
                    (Resolution, 140),
                ],
                3,
                false,
            ),
            trace(3, &[(Entry, 0), (Response, 1)], 1, true),
        ];
        let funnel = funnel(&traces, at(1001));
        let response = &funnel.steps[3];
        assert_eq!(
            (
                response.step,
                response.entered,
                response.returned,
                response.left
            ),
            (Response, 3, 1, 1)
        );
        assert_eq!(
            (response.median.as_secs(), response.p90.as_secs()),
            (110, 1000)
        );
        assert_eq!(response.slowest[0].0, traces[2].session_id);
        assert_eq!(response.lost, [traces[2].session_id]);
        assert_eq!(
            (funnel.repeating, funnel.repeats, funnel.most_repeats[0].1),
            (2, 4, 3)
        );
        assert_eq!(funnel.steps[1].entered, 0);
        assert_eq!(funnel.steps[1].median, Duration::ZERO);
    }
}

//! What the journey bar shows: where a session is, and how its clocks stand.

use std::time::Duration;

use zhiyin_domain::ids::{ConversationId, SessionId, StandardId};
use zhiyin_domain::journey::{Visit, guidance};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::name::Name;
use zhiyin_domain::session::Step;
use zhiyin_domain::standards::{Metric, Pause, Progress};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::identity::agents;
use zhiyin_store::{StoreError, Tx, journey as store};

use super::course::Course;
use crate::Context;
use crate::conversations::{ConversationError, get_conversation};

/// A session on its journey.
#[derive(Debug, Clone)]
pub struct JourneyView {
    /// The session.
    pub session_id: SessionId,
    /// The standard that holds; none for what the inbox says.
    pub standard: Option<(StandardId, Name)>,
    /// Where it is.
    pub step: Step,
    /// All seven steps in order.
    pub steps: Vec<StepState>,
    /// Targets that have begun, but for those of steps.
    pub clocks: Vec<ClockState>,
    /// Why clocks stand still at present.
    pub pauses: Vec<Pause>,
    /// What matters at this step, in the language that was asked for.
    pub guidance: String,
}

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepState {
    /// Which.
    pub step: Step,
    /// When it was first entered.
    pub entered_at: Option<Timestamp>,
    /// When it was last left; none while it lasts.
    pub left_at: Option<Timestamp>,
    /// Time of the present or last stay as its target counts it; without one, of all stays.
    pub used: Duration,
    /// How its target stands.
    pub target: Option<Progress>,
    /// How often it was entered.
    pub visits: usize,
}

/// How a target stands.
pub type ClockState = Progress;

/// Where the present or last session of a conversation is on its journey, told in a language;
/// none is that of the agent who asks.
pub fn journey(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    locale: Option<Locale>,
) -> Result<JourneyView, ConversationError> {
    let view = get_conversation(tx, ctx, id)?;
    let session = view.session.ok_or(ConversationError::NotFound(id))?;
    let course = match store::find(tx, session.id, session.inbox_id)? {
        Some(found) => Course::of(ctx, view.conversation, session, found),
        // From before clocks were kept: shown as it will be taken in.
        None => Course::begin(tx, ctx, view.conversation, session, None)?,
    };
    let locale = match locale {
        Some(locale) => locale,
        None => reader_locale(tx, ctx)?,
    };
    Ok(course.view(locale))
}

/// The language of the agent who asks; programs read English.
fn reader_locale(tx: &mut Tx<'_>, ctx: &Context) -> Result<Locale, StoreError> {
    let Some(agent) = ctx.actor().agent() else {
        return Ok(Locale::En);
    };
    Ok(agents::get(tx, agent)?.map_or(Locale::En, |agent| agent.locale))
}

impl Course {
    fn view(self, locale: Locale) -> JourneyView {
        let metrics = [
            Metric::FirstResponse,
            Metric::NextResponse,
            Metric::Resolution,
        ];
        let clock = &self.journey.clock;
        let reading = self.standing.reading();
        let progress = |metric| clock.progress(metric, self.now, reading);
        let own = self.standing.terms.guidance.get(&self.session.step);
        let own = own
            .and_then(|texts| texts.get(&locale))
            .filter(|text| !text.trim().is_empty());
        JourneyView {
            session_id: self.session.id,
            step: self.session.step,
            steps: Step::ALL
                .iter()
                .map(|step| self.step_state(*step))
                .collect(),
            clocks: metrics.into_iter().filter_map(progress).collect(),
            pauses: clock.pauses().collect(),
            guidance: own.map_or_else(
                || guidance(self.session.step, locale).to_owned(),
                Clone::clone,
            ),
            standard: self.standing.standard,
        }
    }

    fn step_state(&self, step: Step) -> StepState {
        let reading = self.standing.reading();
        let visits: Vec<&Visit> = self
            .journey
            .visits
            .iter()
            .filter(|visit| visit.step == step)
            .collect();
        let stay = |visit: &&Visit| visit.left_at.unwrap_or(self.now).since(visit.entered_at);
        let target = self
            .journey
            .clock
            .progress(Metric::Step(step), self.now, reading);
        StepState {
            step,
            entered_at: visits.first().map(|visit| visit.entered_at),
            left_at: visits.last().and_then(|visit| visit.left_at),
            used: target.map_or_else(
                || visits.iter().map(stay).sum(),
                |progress| Duration::from_secs(progress.used_s),
            ),
            target,
            visits: visits.len(),
        }
    }
}

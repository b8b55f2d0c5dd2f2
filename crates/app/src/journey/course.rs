//! One session on its way: what happens moves its step and its clock.

use zhiyin_domain::actor::Actor;
use zhiyin_domain::conversation::{Assignment, Conversation, ConversationStatus, Handler};
use zhiyin_domain::journey::{Journey, JourneyEvent, next, record_visit};
use zhiyin_domain::limits::RATING_WINDOW;
use zhiyin_domain::session::{Session, Step};
use zhiyin_domain::standards::{ClockEvent, Deadline, Metric, Pause};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::journey::{self as store, Found};
use zhiyin_store::{Tx, conversations};

use super::standing::{self, Standing};
use super::{effects, repeats};
use crate::Context;
use crate::conversations::{ConversationError, Happening};

/// A session with its conversation and its journey, while something happens.
pub(super) struct Course {
    pub(super) conversation: Conversation,
    pub(super) session: Session,
    pub(super) journey: Journey,
    /// The journey as it is stored; none for one that begins now.
    pub(super) stored: Option<Journey>,
    pub(super) standing: Standing,
    pub(super) now: Timestamp,
    /// What fell due on the way.
    pub(super) fired: Vec<Deadline>,
    /// Steps that were entered.
    pub(super) entered: Vec<Step>,
    /// Whether the rows of the deadlines may differ from the clock.
    pub(super) has_other_terms: bool,
    /// Whether rows were written already.
    pub(super) is_planned: bool,
    awaits_reply: bool,
}

impl Course {
    /// Goes on with what is stored.
    pub(super) fn of(
        ctx: &Context,
        conversation: Conversation,
        session: Session,
        found: Found,
    ) -> Self {
        Self {
            standing: Standing::of_found(&found),
            stored: Some(found.journey.clone()),
            journey: found.journey,
            awaits_reply: found.awaits_reply,
            conversation,
            session,
            now: ctx.now(),
            fired: Vec::new(),
            entered: Vec::new(),
            has_other_terms: false,
            is_planned: false,
        }
    }

    /// Begins with the first message of a session, or takes in one that was opened before
    /// clocks were kept: what it missed before today is not told any more.
    pub(super) fn open(
        tx: &mut Tx<'_>,
        ctx: &Context,
        conversation: Conversation,
        session: Session,
        what: Happening<'_>,
    ) -> Result<Self, ConversationError> {
        let text = match what {
            Happening::CustomerWrote { text, .. } => Some(text),
            _ => None,
        };
        let course = Self::begin(tx, ctx, conversation, session, text)?;
        if course.session.number > 1 {
            close_reopened(tx, ctx, &course)?;
        }
        Ok(course)
    }

    /// A session without a journey, with the one it gets.
    pub(super) fn begin(
        tx: &mut Tx<'_>,
        ctx: &Context,
        conversation: Conversation,
        mut session: Session,
        text: Option<&str>,
    ) -> Result<Self, ConversationError> {
        let known = standing::known(tx, &session)?;
        session.language = session
            .language
            .or_else(|| standing::language(text, &known));
        let standing = standing::choose(tx, &conversation, &session, &known)?;
        let mut journey = Journey::new(&session);
        standing.hold(&mut journey);
        let is_new = session.contact_messages + session.agent_messages <= 1;
        let (step, step_at) = (session.step, session.step_at);
        let mut course = Self {
            conversation,
            session,
            journey,
            stored: None,
            standing,
            now: ctx.now(),
            fired: Vec::new(),
            entered: Vec::new(),
            has_other_terms: false,
            is_planned: false,
            awaits_reply: false,
        };
        let opened_at = course.session.opened_at;
        course.apply(ClockEvent::Opened, opened_at);
        course.enter(Step::Entry, opened_at);
        if !is_new {
            course.catch_up(step, step_at);
        }
        Ok(course)
    }

    /// Replays what the rows tell of the time before.
    fn catch_up(&mut self, step: Step, step_at: Timestamp) {
        if let Some(answered_at) = self.session.first_response_at {
            self.apply(ClockEvent::CompanyReplied, answered_at);
            let pause = Pause::Customer;
            self.apply(ClockEvent::PauseBegan { pause }, answered_at);
            if let Some(since) = self.conversation.waiting_since {
                self.apply(ClockEvent::CustomerWrote, since.max(answered_at));
            }
        }
        if step != Step::Entry {
            self.enter(step, step_at);
        }
        if let Some(resolved) = &self.session.resolved {
            let at = resolved.at;
            self.apply(ClockEvent::Resolved, at);
        }
        let reading = self.standing.reading();
        let long_ago = self.journey.clock.fire(self.now, reading);
        tracing::debug!(
            session.id = %self.session.id,
            deadlines = long_ago.len(),
            "Took in a session that had no clock"
        );
        self.fired.clear();
        self.entered.clear();
    }

    fn apply(&mut self, event: ClockEvent, at: Timestamp) {
        let reading = self.standing.reading();
        self.fired
            .extend(self.journey.clock.apply(event, at, reading));
    }

    fn enter(&mut self, step: Step, at: Timestamp) {
        record_visit(&mut self.journey.visits, step, at);
        self.apply(ClockEvent::StepEntered { step }, at);
        if self.session.step != step {
            self.session.step = step;
            self.session.step_at = at;
        }
        self.entered.push(step);
    }

    /// Moves along the journey. What does not fit to where the session is changes nothing.
    fn advance(&mut self, event: JourneyEvent) {
        let here = self.journey.step().unwrap_or(Step::Entry);
        if let Ok(step) = next(here, event)
            && step != here
        {
            self.enter(step, self.now);
        }
    }

    /// Takes in what happened.
    pub(super) fn take(
        &mut self,
        tx: &mut Tx<'_>,
        ctx: &Context,
        what: Happening<'_>,
    ) -> Result<(), ConversationError> {
        let now = self.now;
        match what {
            Happening::CustomerWrote { .. } => {
                self.apply(ClockEvent::CustomerWrote, now);
                self.find_a_person();
            }
            Happening::CompanyReplied { .. } => self.answered(tx, ctx)?,
            Happening::Assigned { from } => self.assigned(tx, from)?,
            Happening::Queued => self.find_a_person(),
            Happening::Sorted => {
                let is_known = self.session.stage.is_some() || self.session.topic_id.is_some();
                self.advance(if is_known {
                    JourneyEvent::Triaged
                } else {
                    JourneyEvent::TriageBegan
                });
                self.choose_again(tx)?;
            }
            Happening::Snoozed => self.pause(Pause::Snoozed),
            Happening::Woken => self.resume(Pause::Snoozed),
            Happening::Resolved => {
                self.count_repeats(tx, self.conversation.last_seq + 1)?;
                self.resolved(ctx.actor());
            }
            Happening::Reopened => self.reopened(),
            Happening::Rated => self.close_feedback(now),
        }
        Ok(())
    }

    /// A reason to stand still.
    pub(super) fn pause(&mut self, pause: Pause) {
        self.apply(ClockEvent::PauseBegan { pause }, self.now);
    }

    /// That reason is gone.
    pub(super) fn resume(&mut self, pause: Pause) {
        self.apply(ClockEvent::PauseEnded { pause }, self.now);
    }

    /// Counts what the customer has said again before a place, since the company last spoke.
    /// That is done when somebody answers or the session ends, so that a message costs no
    /// comparison.
    fn count_repeats(&mut self, tx: &mut Tx<'_>, before: i64) -> Result<(), ConversationError> {
        if self.session.contact_messages < 2 {
            return Ok(());
        }
        let (conversation, session) = (self.conversation.id, self.session.id);
        let lines = conversations::messages::said_before(tx, conversation, session, before)?;
        self.journey.repeats += repeats::count(&lines);
        Ok(())
    }

    /// Where a person is to answer, nothing has to be found out first; a bot finds it out.
    fn find_a_person(&mut self) {
        if self.journey.step() >= Some(Step::Response) {
            return;
        }
        match self.conversation.handler {
            Handler::Queued | Handler::Offered | Handler::Human => {
                self.advance(JourneyEvent::Classified);
            }
            Handler::Bot => self.advance(JourneyEvent::TriageBegan),
            Handler::None => {}
        }
    }

    fn answered(&mut self, tx: &mut Tx<'_>, ctx: &Context) -> Result<(), ConversationError> {
        // The answer is the last message.
        self.count_repeats(tx, self.conversation.last_seq)?;
        self.apply(ClockEvent::CompanyReplied, self.now);
        self.pause(Pause::Customer);
        self.advance(JourneyEvent::Answered);
        if self.awaits_reply {
            crate::promises::answered(tx, ctx, self.conversation.id)?;
        }
        Ok(())
    }

    fn assigned(&mut self, tx: &mut Tx<'_>, from: Assignment) -> Result<(), ConversationError> {
        let to = self.conversation.assignment();
        let left_agent = from.agent_id.is_some() && from.agent_id != to.agent_id;
        let left_team = from.team_id.is_some() && from.team_id != to.team_id;
        // Picking up what nobody had is no transfer.
        if left_agent || (left_team && from.agent_id.is_none() && to.agent_id.is_none()) {
            self.apply(ClockEvent::Transferred, self.now);
            self.advance(JourneyEvent::Transferred);
        }
        self.find_a_person();
        if from.team_id != to.team_id {
            self.choose_again(tx)?;
        }
        Ok(())
    }

    fn resolved(&mut self, by: &Actor) {
        let waits = self.journey.clock.meter(Metric::NextResponse).is_open();
        let gave_up = matches!(by, Actor::Visitor(_)) && waits;
        self.journey.has_left = self.session.first_response_at.is_none() || gave_up;
        self.apply(ClockEvent::Resolved, self.now);
        self.journey.wakes_at = Some(self.now.plus(RATING_WINDOW));
        if self.journey.has_left {
            // They left from where they were: there is no solution to think anything of.
            self.journey.end_visit(self.now);
            let step = Step::Feedback;
            self.apply(ClockEvent::StepEntered { step }, self.now);
        } else {
            self.advance(JourneyEvent::Resolved);
        }
    }

    fn reopened(&mut self) {
        self.journey.has_left = false;
        self.journey.wakes_at = None;
        self.apply(ClockEvent::Reopened, self.now);
        self.enter(Step::Resolution, self.now);
    }

    /// The customer has said what they think, or the time to do so is over.
    pub(super) fn close_feedback(&mut self, at: Timestamp) {
        let step = Step::AfterCare;
        self.journey.wakes_at = None;
        if self.journey.step() == Some(Step::Feedback) {
            self.enter(step, at);
        } else if self.journey.has_left {
            self.apply(ClockEvent::StepEntered { step }, at);
        }
    }

    /// A fact that standards ask for has changed.
    pub(super) fn choose_again(&mut self, tx: &mut Tx<'_>) -> Result<(), ConversationError> {
        let known = standing::known(tx, &self.session)?;
        let chosen = standing::choose(tx, &self.conversation, &self.session, &known)?;
        if !chosen.is_held_by(&self.journey) {
            self.change_standing(chosen);
        }
        Ok(())
    }

    pub(super) fn change_standing(&mut self, chosen: Standing) {
        let (old, new) = (self.standing.reading(), chosen.reading());
        let fired = self.journey.clock.change_standard(self.now, old, new);
        self.fired.extend(fired);
        chosen.hold(&mut self.journey);
        self.standing = chosen;
    }

    /// Puts the next deadline into the row of the conversation, if this is its session, and
    /// the promise of the first answer into that of the session.
    pub(super) fn show(&mut self) {
        let reading = self.standing.reading();
        let clock = &self.journey.clock;
        if clock.meter(Metric::FirstResponse).is_open() {
            let progress = clock.progress(Metric::FirstResponse, self.now, reading);
            self.session.first_response_due_at = progress.and_then(|it| it.due_at);
        }
        if self.conversation.session_id == Some(self.session.id) {
            let is_over = matches!(
                self.conversation.status,
                ConversationStatus::Resolved { .. }
            );
            self.conversation.deadline = if is_over {
                None
            } else {
                clock.next_deadline(self.now, reading)
            };
        }
    }
}

/// A session that was taken up again ends when the next one begins.
fn close_reopened(tx: &mut Tx<'_>, ctx: &Context, of: &Course) -> Result<(), ConversationError> {
    let (conversation, number) = (of.session.conversation_id, of.session.number - 1);
    let Some(session) = conversations::sessions::by_number(tx, conversation, number)? else {
        return Ok(());
    };
    let Some(found) = store::find(tx, session.id, session.inbox_id)? else {
        return Ok(());
    };
    let is_reopened = found.journey.step() == Some(Step::Resolution)
        && found
            .journey
            .visits
            .last()
            .is_some_and(|last| last.left_at.is_none());
    if session.is_open() || !is_reopened {
        return Ok(());
    }
    let stored = session.clone();
    let mut course = Course::of(ctx, of.conversation.clone(), session, found);
    course.resolved(&Actor::system("deadlines"));
    let (_, session) = course.store(tx, ctx, effects::Cause::Event)?;
    if session != stored {
        conversations::sessions::save(tx, session)?;
    }
    Ok(())
}

//! Storing where a session has come to: clock, deadlines, events.

use std::collections::BTreeSet;

use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::events::Event;
use zhiyin_domain::session::{Session, Step};
use zhiyin_domain::standards::{Deadline, DeadlineKey, plan};
use zhiyin_store::{StoreError, Tx, journey as store};

use super::course::Course;
use super::effects::{self, Cause};
use crate::Context;
use crate::conversations::ConversationError;

impl Course {
    /// Stores clock and deadlines, tells what happened, and does what the standard says is
    /// to be done. Gives conversation and session, for the caller to save.
    pub(super) fn store(
        mut self,
        tx: &mut Tx<'_>,
        ctx: &Context,
        cause: Cause,
    ) -> Result<(Conversation, Session), ConversationError> {
        for step in std::mem::take(&mut self.entered) {
            // Every session begins with its entry; its opening tells that.
            if step != Step::Entry {
                self.tell_step(tx, ctx, step)?;
            }
        }
        let mut moves = Vec::new();
        let fired = self.plan_deadlines(tx)?;
        let urgency = self.conversation.priority;
        for deadline in fired {
            moves.extend(effects::fired(tx, ctx, &mut self, deadline)?);
        }
        if self.conversation.priority != urgency {
            // Another standard may hold for what is more urgent. What that finds overdue is
            // due now and fired by the timer.
            self.choose_again(tx)?;
            self.plan_deadlines(tx)?;
        }
        self.show();
        let journey = self.journey.clone();
        match &self.stored {
            None => store::insert(tx, &journey)?,
            Some(before) => {
                store::save(tx, before, journey)?;
            }
        }
        let Self {
            conversation,
            session,
            ..
        } = self;
        let conversation = match cause {
            Cause::Timer => effects::hand_over(tx, ctx, conversation, &session, &moves)?,
            // Whatever happened has overtaken it: somebody answered, wrote or took it.
            Cause::Event => conversation,
        };
        Ok((conversation, session))
    }

    fn tell_step(&self, tx: &mut Tx<'_>, ctx: &Context, step: Step) -> Result<(), StoreError> {
        ctx.append(
            tx,
            &Event::SessionStepEntered {
                conversation_id: self.conversation.id,
                session_id: self.session.id,
                step,
            },
        )?;
        Ok(())
    }

    /// Brings the rows in line with the clock, and gives the deadlines that were fired by
    /// it: each only once, whoever comes first. Where the clock has not moved, its rows are
    /// not even read.
    fn plan_deadlines(&mut self, tx: &mut Tx<'_>) -> Result<Vec<Deadline>, StoreError> {
        let fired = std::mem::take(&mut self.fired);
        let is_same = self.stored.as_ref().is_some_and(|stored| {
            stored.clock == self.journey.clock && self.standing.is_held_by(stored)
        });
        if is_same && fired.is_empty() && !self.has_other_terms {
            return Ok(Vec::new());
        }
        let id = self.session.id;
        let is_known = self.stored.is_some() || self.is_planned;
        let rows = if is_known {
            store::deadlines(tx, id)?
        } else {
            Vec::new()
        };
        self.is_planned = true;
        let pending = self.journey.clock.pending(self.standing.reading());
        let changes = plan(&rows, &fired, &pending, self.now);
        let told: BTreeSet<DeadlineKey> =
            store::apply(tx, id, &rows, &changes)?.into_iter().collect();
        let is_told = |deadline: &Deadline| told.contains(&DeadlineKey::from(deadline));
        Ok(fired.into_iter().filter(is_told).collect())
    }
}

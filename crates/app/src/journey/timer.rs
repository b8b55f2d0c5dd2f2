//! Deadlines that come although nothing happens, and sessions that are to be looked at.

use std::time::Duration;

use zhiyin_domain::limits::RATING_WINDOW;
use zhiyin_store::journey::{self as store, Due};
use zhiyin_store::{Tx, conversations};

use super::course::Course;
use super::effects::Cause;
use super::standing;
use crate::conversations::{ConversationError, Happening};
use crate::work::{Reconciler, Round, RoundFuture, Work, WorkError};
use crate::{App, Context, Principal};

/// Sessions looked at in one round.
const BATCH: u32 = 200;
/// Sessions looked at in one transaction: after a night, or a change of settings, there are
/// many, and each commit waits for the disk.
const TOGETHER: usize = 16;

/// What this feature hands to the worker.
pub fn work() -> Work {
    Work {
        reconcilers: vec![Reconciler {
            name: "deadlines",
            // A deadline fires at its time; this is for what a lost wake-up hid.
            period: Duration::from_secs(15),
            rest: Duration::from_secs(1),
            run: |app| Box::pin(round(app)) as RoundFuture,
        }],
        ..Work::default()
    }
}

async fn round(app: App) -> Result<Round, WorkError> {
    let now = app.clock().now();
    let due = app
        .store()
        .read_system(move |system| store::due(system, now, BATCH))
        .await?;
    let mut done = 0;
    let mut failed = None;
    for some in due.chunk_by(|a, b| a.workspace == b.workspace) {
        for some in some.chunks(TOGETHER) {
            let together = look(&app, some.to_vec()).await;
            if together.is_ok() {
                done += count(some);
                continue;
            }
            // One that the store refuses must not hold up the others.
            for one in some {
                match look(&app, vec![*one]).await {
                    Ok(()) => done += 1,
                    Err(error) => failed = Some(error),
                }
            }
        }
    }
    if let Some(error) = failed {
        return Err(error.into());
    }
    let next_due = app.store().read_system(store::next_due).await?;
    Ok(Round { done, next_due })
}

fn count(some: &[Due]) -> u64 {
    u64::try_from(some.len()).unwrap_or(u64::MAX)
}

/// Looks at sessions of one workspace in one transaction.
async fn look(app: &App, some: Vec<Due>) -> Result<(), ConversationError> {
    let Some(workspace) = some.first().map(|due| due.workspace) else {
        return Ok(());
    };
    let principal = Principal::system(workspace, "deadlines");
    app.write(&principal, move |tx, ctx| {
        some.iter().try_for_each(|due| look_at(tx, ctx, *due))
    })
    .await
}

/// Fires what is due in one session. Everything is read again under the lock of the
/// conversation: of two nodes that look at the same time, the second finds nothing left.
fn look_at(tx: &mut Tx<'_>, ctx: &Context, due: Due) -> Result<(), ConversationError> {
    let Some(before) = conversations::get_for_update(tx, due.conversation_id)? else {
        return Ok(());
    };
    let Some(stored) = conversations::sessions::get(tx, due.session_id)? else {
        return Ok(());
    };
    let Some(found) = store::find(tx, stored.id, stored.inbox_id)? else {
        return Ok(());
    };
    let mut course = Course::of(ctx, before.clone(), stored.clone(), found);
    course.wake(tx)?;
    course.fire();
    let (conversation, session) = course.store(tx, ctx, Cause::Timer)?;
    let from = before.assignment();
    let (conversation, session) = if conversation.assignment() == from {
        (conversation, session)
    } else {
        // It was taken from its agent or team: a transfer like any other.
        super::on(tx, ctx, conversation, session, Happening::Assigned { from })?
    };
    if session != stored {
        conversations::sessions::save(tx, session)?;
    }
    if conversation != before {
        conversations::save(tx, &before, conversation)?;
    }
    Ok(())
}

impl Course {
    fn fire(&mut self) {
        let reading = self.standing.reading();
        let fired = self.journey.clock.fire(self.now, reading);
        self.fired.extend(fired);
        // Rows may say what the clock does not: a standard that was changed since.
        self.has_other_terms = true;
    }

    /// Looks at a session because it asked for it: the time for an opinion is over, or a
    /// standard, a calendar or the contact have changed.
    fn wake(&mut self, tx: &mut Tx<'_>) -> Result<(), ConversationError> {
        if self.journey.wakes_at.is_none_or(|at| at > self.now) {
            return Ok(());
        }
        self.journey.wakes_at = None;
        match &self.session.resolved {
            None => {
                let known = standing::known(tx, &self.session)?;
                let chosen = standing::choose(tx, &self.conversation, &self.session, &known)?;
                let rows = store::deadlines(tx, self.session.id)?;
                let is_other = !chosen.is_held_by(&self.journey)
                    || self.journey.clock.differs_from(&rows, chosen.reading());
                if is_other {
                    self.change_standing(chosen);
                }
            }
            Some(resolved) if self.session.rating.is_none() => {
                let end = resolved.at.plus(RATING_WINDOW);
                if end <= self.now {
                    // As if it were that very moment: an end in time misses no target.
                    self.close_feedback(end);
                } else {
                    self.journey.wakes_at = Some(end);
                }
            }
            Some(_) => {}
        }
        Ok(())
    }
}

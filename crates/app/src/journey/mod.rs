//! The journey of a session: its step, its standard, its clocks, and what follows when time
//! runs out.
//!
//! Everything that happens in a session comes through `on`, inside the transaction in
//! which it happens. The clock takes it in, the deadlines are planned anew, the list row
//! gets the next one. What falls due although nothing happens is fired by a reconciler
//! ([`work`]), and by the next event where that comes first: each deadline once.
//!
//! ```text
//! happening ─► Course ─► clock, stays, standard ─► deadlines ─► list row
//!    timer ───►   │                                   └─► events, priority, tags
//!                 └─► queue and agent (after everything is stored)
//! ```

mod classify;
mod course;
mod effects;
mod persist;
mod progress;
mod repeats;
mod report;
mod standing;
mod timer;

pub use classify::{WaitingOn, classify, wait_on};
pub use progress::{ClockState, JourneyView, StepState, journey};
pub(crate) use report::report_visibility;
pub use report::{
    About, REPORT_DAYS_MAX, REPORT_SESSIONS_MAX, ReportError, ReportRequest, SessionLine, report,
    report_sessions,
};
pub use timer::work;

use zhiyin_domain::conversation::{Conversation, Handler};
use zhiyin_domain::ids::{AccountId, ContactId};
use zhiyin_domain::session::{Session, Step};
use zhiyin_store::{StoreError, Tx, journey as store};

use crate::Context;
use crate::conversations::{ConversationError, Happening};
use course::Course;

/// Takes in what happened in a session. A session that ended before clocks were kept has
/// none; an open one gets one now.
pub(crate) fn on(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: Conversation,
    session: Session,
    what: Happening<'_>,
) -> Result<(Conversation, Session), ConversationError> {
    if is_one_more(&conversation, &session, what) {
        return Ok((conversation, session));
    }
    let begins = matches!(what, Happening::CustomerWrote { is_first: true, .. });
    let found = if begins {
        None
    } else {
        store::find(tx, session.id, session.inbox_id)?
    };
    let mut course = match found {
        Some(found) => Course::of(ctx, conversation, session, found),
        None if !session.is_open() => return Ok((conversation, session)),
        None => Course::open(tx, ctx, conversation, session, what)?,
    };
    course.take(tx, ctx, what)?;
    course.store(tx, ctx, effects::Cause::Event)
}

/// Whether a customer who waits already has only written once more: no clock and no step
/// moves, so nothing is read. What has fallen due meanwhile is the timer's.
fn is_one_more(conversation: &Conversation, session: &Session, what: Happening<'_>) -> bool {
    let is_on_its_way = match conversation.handler {
        Handler::Queued | Handler::Offered | Handler::Human => session.step >= Step::Response,
        Handler::Bot => session.step >= Step::Triage,
        Handler::None => true,
    };
    matches!(what, Happening::CustomerWrote { waits: true, .. }) && is_on_its_way
}

/// What is known of a contact has changed: the standards of their open sessions are chosen
/// again soon.
pub(crate) fn contact_changed(
    tx: &mut Tx<'_>,
    ctx: &Context,
    contact: ContactId,
) -> Result<(), StoreError> {
    store::wake_contact(tx, contact, ctx.now())?;
    Ok(())
}

/// The same for all people of an account.
pub(crate) fn account_changed(
    tx: &mut Tx<'_>,
    ctx: &Context,
    account: AccountId,
) -> Result<(), StoreError> {
    store::wake_account(tx, account, ctx.now())?;
    Ok(())
}

//! What agents say of a session: what it is about, and that somebody outside has the turn.

use zhiyin_domain::conversation::{Conversation, TransitionError};
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::ConversationId;
use zhiyin_domain::permission::Permission;
use zhiyin_domain::session::Session;
use zhiyin_domain::stage::Stage;
use zhiyin_domain::standards::Pause;
use zhiyin_store::{StoreError, Tx, conversations, journey as store};

use super::course::Course;
use super::effects::Cause;
use crate::Context;
use crate::conversations::{ConversationError, Happening, happened_since, load};

/// Who has the turn besides customer and company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitingOn {
    /// Somebody outside: a carrier, a manufacturer, a bank.
    ThirdParty,
    /// Nobody outside.
    Nobody,
}

impl WaitingOn {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ThirdParty => "third_party",
            Self::Nobody => "nobody",
        }
    }
}

fn session_of(tx: &mut Tx<'_>, conversation: &Conversation) -> Result<Option<Session>, StoreError> {
    match conversation.session_id {
        Some(id) => conversations::sessions::get(tx, id),
        None => Ok(None),
    }
}

/// Says where the customer stands in a purchase, or that it is not known after all. Another
/// standard may hold from then on.
pub fn classify(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    stage: Option<Stage>,
) -> Result<Conversation, ConversationError> {
    let before = load(tx, ctx, id, Permission::ManageConversations)?;
    let Some(stored) = session_of(tx, &before)? else {
        return Ok(before);
    };
    if stored.stage == stage {
        return Ok(before);
    }
    let session = Session {
        stage,
        ..stored.clone()
    };
    let session_id = session.id;
    let changed = (session, &stored);
    let conversation = happened_since(tx, ctx, before.clone(), changed, Happening::Sorted)?;
    let conversation = conversations::save(tx, &before, conversation)?;
    ctx.append(
        tx,
        &Event::SessionClassified {
            conversation_id: id,
            session_id,
            stage,
        },
    )?;
    Ok(conversation)
}

/// Says that somebody outside has the turn, or has it no more: clocks whose standard says so
/// stand still meanwhile.
pub fn wait_on(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    whom: WaitingOn,
) -> Result<Conversation, ConversationError> {
    let before = load(tx, ctx, id, Permission::ManageConversations)?;
    let session = session_of(tx, &before)?.filter(Session::is_open);
    let stored = session.ok_or(TransitionError::AlreadyResolved)?;
    let mut course = match store::find(tx, stored.id, stored.inbox_id)? {
        Some(found) => Course::of(ctx, before.clone(), stored.clone(), found),
        None => Course::begin(tx, ctx, before.clone(), stored.clone(), None)?,
    };
    let is_waiting = course
        .journey
        .clock
        .pauses()
        .any(|it| it == Pause::ThirdParty);
    match (whom, is_waiting) {
        (WaitingOn::ThirdParty, false) => course.pause(Pause::ThirdParty),
        (WaitingOn::Nobody, true) => course.resume(Pause::ThirdParty),
        (WaitingOn::ThirdParty, true) | (WaitingOn::Nobody, false) => return Ok(before),
    }
    let (conversation, session) = course.store(tx, ctx, Cause::Event)?;
    if session != stored {
        conversations::sessions::save(tx, session)?;
    }
    let conversation = conversations::save(tx, &before, conversation)?;
    ctx.append(
        tx,
        &Event::SessionWaiting {
            conversation_id: id,
            session_id: stored.id,
            on_third_party: whom == WaitingOn::ThirdParty,
        },
    )?;
    Ok(conversation)
}

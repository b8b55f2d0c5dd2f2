//! What happens in a session, told once to everything that follows it: the journey with
//! its clocks first, then queues and routing.
//!
//! Each gets the conversation as the caller is about to save it and may change it. The
//! session has a row already; what they change of it is saved here.

use zhiyin_domain::conversation::{Assignment, Conversation};
use zhiyin_domain::message::Author;
use zhiyin_domain::session::Session;
use zhiyin_store::{Tx, conversations as store};

use super::ConversationError;
use crate::{Context, journey, routing};

/// Something that happened in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Happening<'a> {
    /// The customer wrote.
    CustomerWrote {
        /// What, as it was cleaned.
        text: &'a str,
        /// Whether the session began with it.
        is_first: bool,
        /// Whether they waited for an answer already, in an open conversation.
        waits: bool,
    },
    /// The company answered the customer.
    CompanyReplied {
        /// Who: an agent, the bot, a program.
        author: Author,
    },
    /// Somebody else is responsible.
    Assigned {
        /// Who was.
        from: Assignment,
    },
    /// It was put aside.
    Snoozed,
    /// It is no longer put aside.
    Woken,
    /// It waits for a person: in a queue, or offered to somebody.
    Queued,
    /// What it is about or how urgent it is was set.
    Sorted,
    /// It is solved; the session has ended.
    Resolved,
    /// It was not solved after all.
    Reopened,
    /// The customer gave an opinion.
    Rated,
}

/// Tells everybody. Gives the conversation to save.
pub(crate) fn happened(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: Conversation,
    session: Session,
    what: Happening<'_>,
) -> Result<Conversation, ConversationError> {
    let stored = session.clone();
    happened_since(tx, ctx, conversation, (session, &stored), what)
}

/// [`happened`] to a session that already differs from its row, so that it is written once.
pub(crate) fn happened_since(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: Conversation,
    (session, stored): (Session, &Session),
    what: Happening<'_>,
) -> Result<Conversation, ConversationError> {
    let (conversation, session) = journey::on(tx, ctx, conversation, session, what)?;
    let (conversation, session) = routing::on(tx, ctx, conversation, session, what)?;
    if session != *stored {
        store::sessions::save(tx, session)?;
    }
    Ok(conversation)
}

/// [`happened`] to the present or last session of a conversation, if it has one.
pub(crate) fn happened_now(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: Conversation,
    what: Happening<'_>,
) -> Result<Conversation, ConversationError> {
    let session = match conversation.session_id {
        Some(id) => store::sessions::get(tx, id)?,
        None => None,
    };
    match session {
        Some(session) => happened(tx, ctx, conversation, session, what),
        None => Ok(conversation),
    }
}

//! Queues and routing: who gets a conversation, and who waits for it.

use std::time::Duration;

use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::ids::{QueueId, SessionId};
use zhiyin_domain::session::Session;
use zhiyin_store::Tx;

use crate::Context;
use crate::conversations::{ConversationError, Happening};

/// Takes in what happened in a session.
#[expect(
    clippy::unnecessary_wraps,
    reason = "a hook; it will read and write rows"
)]
pub(crate) fn on(
    _tx: &mut Tx<'_>,
    _ctx: &Context,
    conversation: Conversation,
    session: Session,
    _what: Happening<'_>,
) -> Result<(Conversation, Session), ConversationError> {
    Ok((conversation, session))
}

/// Takes a conversation from its agent and has it in line again, at its old time, for
/// somebody else. Without a queue it is nobody's, for whoever picks it up.
#[expect(
    clippy::unnecessary_wraps,
    reason = "a seam; it will read and write rows"
)]
pub(crate) fn reassign(
    _tx: &mut Tx<'_>,
    _ctx: &Context,
    conversation: Conversation,
    _session: &Session,
) -> Result<Conversation, ConversationError> {
    Ok(conversation)
}

/// Puts a conversation in line in another queue, where it would stand had it come there
/// first. A queue that is gone changes nothing.
#[expect(
    clippy::unnecessary_wraps,
    reason = "a seam; it will read and write rows"
)]
pub(crate) fn move_to_queue(
    _tx: &mut Tx<'_>,
    _ctx: &Context,
    conversation: Conversation,
    _session: &Session,
    _queue: QueueId,
) -> Result<Conversation, ConversationError> {
    Ok(conversation)
}

/// Gives a session that stands in line waiting time in advance. Nothing happens when it
/// does not stand in line.
#[expect(
    clippy::unnecessary_wraps,
    reason = "a seam; it will read and write rows"
)]
pub(crate) fn add_credit(
    _tx: &mut Tx<'_>,
    _ctx: &Context,
    _session: SessionId,
    _credit: Duration,
) -> Result<(), ConversationError> {
    Ok(())
}

//! The journey of a session: its step, its standard and its clocks.

use zhiyin_domain::conversation::Conversation;
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

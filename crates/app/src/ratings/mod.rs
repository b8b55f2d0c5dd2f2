//! Ratings: asking customers what they think of a session, and taking their answer, from the
//! widget or from the page behind a signed link.

mod link;
mod page;
mod report;

pub use crate::signed_link::{LinkError, SignedLink as RatingLink};
pub use link::create_link;
pub use page::{PageError, PageInput, RatingPage, open_page, rate_by_link};
pub use report::{
    ExpectationAbout, ExpectationLine, ExpectationNumbers, ExpectationReport, ExpectationRequest,
    expectation_lines, expectation_report,
};

use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::{ConversationId, SessionId};
use zhiyin_domain::message::SystemLine;
use zhiyin_domain::ratings::{NewRating, Rated, RatingDimensions, RatingError, RatingSource};
use zhiyin_domain::session::Session;
use zhiyin_store::{StoreError, Tx, conversations as store, inboxes, ratings};

use crate::Context;
use crate::conversations::{ConversationError, Happening, get_conversation, happened, record_line};

/// Sessions listed at once: more than anybody reads, fewer than hurt.
const SESSIONS_MAX: u32 = 100;

/// Why a rating was refused.
#[derive(Debug, thiserror::Error)]
pub enum RateError {
    /// The rating is not acceptable.
    #[error(transparent)]
    Rating(#[from] RatingError),
    /// The conversation refused it.
    #[error(transparent)]
    Conversation(#[from] ConversationError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The customer's opinion of a session.
#[derive(Debug, Clone)]
pub struct RatingInput {
    /// The session.
    pub session_id: SessionId,
    /// 1 to 5.
    pub score: u8,
    /// In their words.
    pub comment: Option<String>,
    /// Detail.
    pub dimensions: RatingDimensions,
    /// What they had expected, 1 to 5.
    pub expected: Option<u8>,
}

/// Sessions of a conversation, newest first, the last hundred.
pub fn list_sessions(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
) -> Result<Vec<Session>, ConversationError> {
    get_conversation(tx, ctx, id)?;
    Ok(store::sessions::list(tx, id, SESSIONS_MAX)?)
}

/// Decides at the end of a session whether its customer is asked, and notes it. The caller
/// saves the session.
pub(crate) fn ask(tx: &mut Tx<'_>, ctx: &Context, session: Session) -> Result<Session, StoreError> {
    let inbox = inboxes::get(tx, session.inbox_id)?;
    let settings = inbox.map(|inbox| inbox.settings.rating).unwrap_or_default();
    let last = ratings::last_asked(tx, session.contact_id)?;
    Ok(if settings.asks(last, ctx.now()) {
        session.ask_rating(ctx.now())
    } else {
        session
    })
}

/// Takes an opinion of a session of `before`, writes a line for colleagues, and appends its
/// event. An opinion sent twice changes nothing.
pub(crate) fn take(
    tx: &mut Tx<'_>,
    ctx: &Context,
    before: &Conversation,
    session: Session,
    input: &RatingInput,
    source: RatingSource,
) -> Result<Session, RateError> {
    let comment = input
        .comment
        .as_deref()
        .map(str::trim)
        .filter(|comment| !comment.is_empty());
    let new = NewRating {
        score: input.score,
        comment: comment.map(str::to_owned),
        dimensions: input.dimensions,
        expected: input.expected,
        source,
    };
    let (session, rated) = session.rate(new, ctx.now())?;
    let previous = match rated {
        Rated::Same => return Ok(session),
        Rated::First => None,
        Rated::Changed { from } => Some(from),
    };
    let session = store::sessions::save(tx, session)?;
    let line = SystemLine::Rated {
        score: input.score,
        previous,
    };
    let conversation = if previous == Some(input.score) {
        before.clone()
    } else {
        record_line(tx, ctx, before, before.clone(), line)?
    };
    let conversation = happened(tx, ctx, conversation, session.clone(), Happening::Rated)?;
    let conversation = store::save(tx, before, conversation)?;
    ctx.append(
        tx,
        &Event::SessionRated {
            conversation_id: conversation.id,
            session_id: session.id,
            score: input.score,
        },
    )?;
    Ok(session)
}

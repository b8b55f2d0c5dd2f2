//! Questions to the customer that stand in messages: whether a case is solved, whether they
//! took note of something. The answer stands in the same message, so that everybody who sees
//! the conversation sees it.

use std::sync::Arc;

use zhiyin_domain::ask::{AskAbout, AskAnswer};
use zhiyin_domain::cases::case::Case;
use zhiyin_domain::cases::closing::{Answer, Means};
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::MessageId;
use zhiyin_domain::message::{Author, Message};
use zhiyin_domain::permission::Access;
use zhiyin_store::cases::notices::NoticeMeans;
use zhiyin_store::conversations::messages;
use zhiyin_store::widget::Visitor;
use zhiyin_store::{StoreError, Tx, contacts, conversations};

use super::handling::{HandlingError, conversations_of, lock_root};
use super::{notices, portal};
use crate::conversations::{MessageView, hydrate};
use crate::{App, Context, Principal};

/// Names the message that asks whether a case is solved, once for each time it was resolved.
pub(super) fn key(case: &Case) -> String {
    format!("{}-s{}", case.id, case.reopen_count)
}

/// Writes the answer into the message, if none stands there. The message goes to everybody
/// anew.
pub(super) fn settle(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: MessageId,
    answer: AskAnswer,
) -> Result<(), StoreError> {
    let Some(conversation) = messages::get(tx, id)?.map(|it| it.conversation_id) else {
        return Ok(());
    };
    let Some(before) = conversations::get_for_update(tx, conversation)? else {
        return Ok(());
    };
    // Read again under the lock.
    let Some(mut message) = messages::get(tx, id)? else {
        return Ok(());
    };
    let Some(ask) = message
        .content
        .ask
        .as_mut()
        .filter(|it| it.answered.is_none())
    else {
        return Ok(());
    };
    ask.answered = Some((answer, ctx.now()));
    message.revision = before.version + 1;
    messages::save(tx, &message)?;
    conversations::save(tx, &before, before.clone())?;
    let event = Event::MessageEdited {
        conversation_id: before.id,
        message_id: id,
    };
    ctx.append(tx, &event)?;
    Ok(())
}

/// Writes an answer that was given elsewhere below the question whether a case is solved.
pub(super) fn settle_solved(
    tx: &mut Tx<'_>,
    ctx: &Context,
    case: &Case,
    answer: AskAnswer,
) -> Result<(), StoreError> {
    let key = key(case);
    for id in conversations_of(tx, case.id)? {
        if let Some(message) = messages::find_by_client_id(tx, id, Author::Bot, &key)? {
            settle(tx, ctx, message.id, answer)?;
        }
    }
    Ok(())
}

/// A customer answers the question of a message in the widget. The same answer twice is
/// taken once.
///
/// # Errors
/// The message is not theirs or asks nothing, takes another answer, or was settled
/// meanwhile.
pub async fn answer(
    app: &App,
    (visitor, principal): (&Visitor, &Principal),
    id: MessageId,
    (answer, note): (AskAnswer, &str),
) -> Result<MessageView, HandlingError> {
    let principal = Principal {
        // What a visitor may answer is checked here; the rest asks what Zhiyin itself may.
        access: Arc::new(Access::everything()),
        ..principal.clone()
    };
    let (visitor, note) = (visitor.clone(), note.trim().to_owned());
    app.write(&principal, move |tx, ctx| {
        let message = own(tx, &visitor, id)?;
        take(tx, ctx, &message, (answer, &note))?;
        let message = messages::get(tx, id)?.ok_or(HandlingError::NotFound("message"))?;
        let name = contacts::get(tx, visitor.contact_id)?.map(|it| it.personal.name);
        let mut views = hydrate(tx, vec![message], &name.unwrap_or_default())?;
        views.pop().ok_or(HandlingError::NotFound("message"))
    })
    .await
}

/// A message of the visitor's own conversation that asks something.
fn own(tx: &mut Tx<'_>, visitor: &Visitor, id: MessageId) -> Result<Message, HandlingError> {
    let not_found = || HandlingError::NotFound("message");
    let conversation = conversations::find(tx, visitor.inbox_id, visitor.identity_id)?;
    let conversation = conversation.ok_or_else(not_found)?;
    messages::get(tx, id)?
        .filter(|it| it.conversation_id == conversation.id && it.is_public())
        .filter(|it| it.content.ask.is_some())
        .ok_or_else(not_found)
}

fn take(
    tx: &mut Tx<'_>,
    ctx: &Context,
    message: &Message,
    (answer, note): (AskAnswer, &str),
) -> Result<(), HandlingError> {
    let Some(ask) = &message.content.ask else {
        return Err(HandlingError::NotFound("message"));
    };
    if !ask.takes(answer) {
        return Err(HandlingError::Invalid {
            path: "/answer",
            detail: "This question has other answers.".to_owned(),
        });
    }
    match ask.answered {
        Some((before, _)) if before == answer => return Ok(()),
        Some(_) => return Err(HandlingError::Stale),
        None => {}
    }
    match &ask.about {
        AskAbout::Notice { notice_id } => {
            let how = (NoticeMeans::Widget, "");
            notices::acknowledge_by_customer(tx, ctx, *notice_id, how)
        }
        AskAbout::Solved { case_id, .. } => {
            let case = lock_root(tx, *case_id)?;
            let said = match answer {
                AskAnswer::Disputed if note.is_empty() => {
                    return Err(HandlingError::Invalid {
                        path: "/note",
                        detail: "Say what is still open.".to_owned(),
                    });
                }
                AskAnswer::Disputed => Answer::Disputed,
                AskAnswer::Confirmed | AskAnswer::Acknowledged | AskAnswer::Over => {
                    Answer::Confirmed
                }
            };
            settle(tx, ctx, message.id, answer)?;
            let taken = portal::take(tx, ctx, &case, (Means::Message, said, note));
            taken.map_err(|error| match error {
                portal::Answered::Handling(error) => error,
                portal::Answered::Store(error) => error.into(),
                portal::Answered::Words(error) => error.into(),
                portal::Answered::NotNow
                | portal::Answered::Blocked
                | portal::Answered::Link(_) => HandlingError::Stale,
            })
        }
    }
}

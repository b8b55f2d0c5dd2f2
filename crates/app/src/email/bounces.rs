//! Reports about mails of ours: what became of them shows where they were written.

use zhiyin_channels::email as channel;
use zhiyin_channels::email::bounce::{Outcome, bounce};
use zhiyin_channels::email::reply_address::ReplyTokens;
use zhiyin_domain::ids::MessageId;
use zhiyin_domain::mail::{Direction, Failure, Sending, SendingState};
use zhiyin_domain::message::Delivery;
use zhiyin_store::{StoreError, Tx, conversations as talks, mails};

use super::outgoing::set_delivery;
use crate::Context;

/// Takes a report in. Gives the message it is about; none if it proves nothing, for then
/// anybody may have written it.
pub(super) fn take(
    tx: &mut Tx<'_>,
    ctx: &Context,
    mail: &channel::Mail,
    tokens: &ReplyTokens,
) -> Result<Option<MessageId>, StoreError> {
    let Some(report) = bounce(mail, tokens) else {
        return Ok(None);
    };
    let Some(id) = report.message else {
        return Ok(None);
    };
    let Some(ours) = mails::get(tx, id)?.filter(|it| it.direction == Direction::Out) else {
        return Ok(None);
    };
    let Some(sending) = ours.sending else {
        return Ok(Some(id));
    };
    if report.outcome != Outcome::Failed {
        return Ok(Some(id));
    }
    let Some(before) = talks::get_for_update(tx, ours.conversation_id)? else {
        return Ok(None);
    };
    let Some(message) = talks::messages::get(tx, id)? else {
        return Ok(None);
    };
    let named = report.recipients.iter();
    let mut recipients: Vec<String> = named.map(|it| it.as_str().to_owned()).collect();
    for earlier in sending.failure.iter().flat_map(|it| &it.recipients) {
        if !recipients.contains(earlier) {
            recipients.push(earlier.clone());
        }
    }
    let said = match report.status {
        Some(status) => format!("{status} {}", report.diagnostic),
        None => report.diagnostic,
    };
    let failed = Sending {
        state: SendingState::Failed,
        next_attempt_at: None,
        failure: Some(Failure {
            code: "bounced".to_owned(),
            said: said.trim().to_owned(),
            recipients,
        }),
        ..sending
    };
    mails::save_sending(tx, id, &failed, None)?;
    if message.delivery.advance(Delivery::Failed).is_some() {
        set_delivery(tx, ctx, &before, message, Delivery::Failed)?;
    }
    Ok(Some(id))
}

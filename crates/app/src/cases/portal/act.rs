//! What a customer does in the portal: write, add a file, confirm, contest.
//!
//! A link proves that the caller may act for this one customer in this one case, and
//! nothing else. What is done is done in the name of the customer's identity in the
//! conversation of the case; without one in that of the portal.

use std::sync::Arc;

use zhiyin_domain::actor::Actor;
use zhiyin_domain::ask::AskAnswer;
use zhiyin_domain::cases::case::{Case, CaseError as RuleError};
use zhiyin_domain::cases::closing::{Answer, Means};
use zhiyin_domain::cases::status::StatusCategory;
use zhiyin_domain::ids::{AttachmentId, ServiceNoticeId};
use zhiyin_domain::message::{Author, MessageError, MessageKind};
use zhiyin_domain::permission::Access;
use zhiyin_store::cases as store;
use zhiyin_store::cases::notices::NoticeMeans;
use zhiyin_store::{StoreError, Tx, contacts as people, conversations};

use super::super::handling::{Beside, HandlingError, happened};
use super::super::{
    CaseError, Setup, What, asks, changed, complaints, contacts, follow_ups, notices, reopen,
    status,
};
use super::link::{Claim, LinkError};
use super::page::{find, notices_of, own_conversation};
use crate::conversations::{NewMessage, record};
use crate::{App, Context, Credential, Principal};

/// Why the portal did not take something.
#[derive(Debug, thiserror::Error)]
pub enum Answered {
    /// The link leads nowhere.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The case does not take it as it stands now.
    #[error("the case does not take this now")]
    NotNow,
    /// Words are missing, or there are too many.
    #[error(transparent)]
    Words(#[from] MessageError),
    /// The customer is on the block list.
    #[error("messages from here are not taken")]
    Blocked,
    /// Something else refused it.
    #[error(transparent)]
    Handling(#[from] HandlingError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the customer wrote.
#[derive(Debug, Clone)]
pub struct Written {
    /// The words; may be empty when a file comes along.
    pub text: String,
    /// A file, as it was uploaded.
    pub file: Option<PortalFile>,
    /// The form that was filled in: sent twice it is taken once.
    pub client_id: String,
    /// The request, for events.
    pub request_id: Option<String>,
}

/// A file from the form.
#[derive(Debug, Clone)]
pub struct PortalFile {
    /// Its name.
    pub name: String,
    /// What the browser says it is.
    pub declared: Option<String>,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Who acts: the customer's identity, or the portal.
async fn principal(
    app: &App,
    claim: Claim,
    number: Option<&str>,
    request_id: Option<String>,
) -> Result<(Principal, bool), LinkError> {
    let now = app.clock().now();
    let number = number.map(ToOwned::to_owned);
    let conversation = app
        .store()
        .read(claim.workspace, move |tx| {
            let case = find(tx, &claim, number.as_deref(), now)?.ok_or(LinkError::Invalid)?;
            Ok::<_, LinkError>(own_conversation(tx, &case)?)
        })
        .await?;
    let actor = match &conversation {
        Some(conversation) => Actor::Visitor(conversation.identity_id),
        None => Actor::system("portal"),
    };
    let principal = Principal {
        workspace: claim.workspace,
        actor,
        // What a link allows is checked by the claim; the rest asks what Zhiyin itself may.
        access: Arc::new(Access::everything()),
        credential: Credential::Internal,
        request_id,
        causes: Vec::new(),
    };
    Ok((principal, conversation.is_some()))
}

/// The case of the claim, locked and read again.
fn hold(
    tx: &mut Tx<'_>,
    ctx: &Context,
    claim: &Claim,
    number: Option<&str>,
) -> Result<Case, Answered> {
    let case = find(tx, claim, number, ctx.now())?.ok_or(LinkError::Invalid)?;
    let case = store::get_for_update(tx, case.id)?.ok_or(LinkError::Invalid)?;
    if case.merged_into.is_some() {
        return Err(StoreError::conflict("cases").into());
    }
    if let Some(contact) = case.contact_id
        && people::is_blocked(tx, contact)?
    {
        return Err(Answered::Blocked);
    }
    Ok(case)
}

/// The customer adds words or a file. They go to the conversation of the case, else into
/// its history; whoever answers for it is told either way.
pub async fn write(
    app: &App,
    token: &str,
    number: Option<&str>,
    written: Written,
) -> Result<(), Answered> {
    let claim = Claim::read(token)?;
    let (principal, has_conversation) =
        principal(app, claim, number, written.request_id.clone()).await?;
    let attachment = match written.file {
        Some(file) if has_conversation => Some(upload(app, &principal, file).await?),
        Some(_) => return Err(Answered::NotNow),
        None => None,
    };
    let (text, client_id) = (written.text, written.client_id);
    let number = number.map(ToOwned::to_owned);
    app.write(&principal, move |tx, ctx| {
        let case = hold(tx, ctx, &claim, number.as_deref())?;
        if case.status.category() == StatusCategory::Closed {
            return Err(Answered::NotNow);
        }
        add_words(tx, ctx, &case, (&text, attachment, &client_id))?;
        take_up(tx, ctx, &case)
    })
    .await
}

async fn upload(
    app: &App,
    principal: &Principal,
    file: PortalFile,
) -> Result<AttachmentId, Answered> {
    let mut room = app.upload_room();
    room.grow(file.bytes.len()).map_err(refused)?;
    let upload = crate::attachments::Upload {
        name: file.name,
        declared: file.declared,
        bytes: file.bytes,
        conversation: None,
        room,
    };
    let attachment = app.upload(principal, upload).await.map_err(refused)?;
    Ok(attachment.id)
}

fn refused(error: crate::attachments::AttachmentError) -> Answered {
    match error {
        crate::attachments::AttachmentError::Store(error) => error.into(),
        other => HandlingError::Invalid {
            path: "/file",
            detail: other.to_string(),
        }
        .into(),
    }
}

fn add_words(
    tx: &mut Tx<'_>,
    ctx: &Context,
    case: &Case,
    (text, attachment, client_id): (&str, Option<AttachmentId>, &str),
) -> Result<(), Answered> {
    let prepared = NewMessage {
        client_id: Some(client_id.to_owned()),
        kind: MessageKind::Text,
        text: text.to_owned(),
        reply_to_id: None,
        attachment_ids: attachment.into_iter().collect(),
        mentions: Vec::new(),
    }
    .prepare()?;
    let setup = Setup::load(tx)?;
    let notify = case.audience().into_iter().collect();
    let Some(own) = own_conversation(tx, case)? else {
        let beside = Beside {
            case,
            kind: "case.noted",
            what: "customer".to_owned(),
            text: Some(text.trim().to_owned()),
            notify,
        };
        return Ok(happened(tx, ctx, &setup, beside)?);
    };
    let conversation = conversations::get_for_update(tx, own.id)?.ok_or(LinkError::Invalid)?;
    let author = Author::Contact(conversation.contact_id);
    let before = crate::conversations::repeat(tx, conversation.id, author, &prepared)
        .map_err(HandlingError::from)?;
    if before.is_some() {
        return Ok(());
    }
    record(tx, ctx, &conversation, author, &prepared).map_err(HandlingError::from)?;
    let beside = Beside {
        case,
        kind: "case.noted",
        what: "customer_wrote".to_owned(),
        text: None,
        notify,
    };
    Ok(happened(tx, ctx, &setup, beside)?)
}

/// The customer has answered: the company has the turn.
fn take_up(tx: &mut Tx<'_>, ctx: &Context, case: &Case) -> Result<(), Answered> {
    if case.status.category() != StatusCategory::WaitingForCustomer {
        return Ok(());
    }
    let setup = Setup::load(tx)?;
    let after = case.clone().take_up().map_err(HandlingError::from)?;
    changed(tx, ctx, &setup, case, after, What::Status(None)).map_err(HandlingError::from)?;
    Ok(())
}

/// The customer says that it is solved.
pub async fn confirm(
    app: &App,
    token: &str,
    number: Option<&str>,
    note: &str,
    request_id: Option<String>,
) -> Result<(), Answered> {
    answer(app, token, number, (Answer::Confirmed, note), request_id).await
}

/// The customer says that it is not solved; the case is opened again where it still can be.
pub async fn contest(
    app: &App,
    token: &str,
    number: Option<&str>,
    note: &str,
    request_id: Option<String>,
) -> Result<(), Answered> {
    if note.trim().is_empty() {
        return Err(MessageError::Empty.into());
    }
    answer(app, token, number, (Answer::Disputed, note), request_id).await
}

/// The customer took note of something they were told for this case.
pub async fn acknowledge(
    app: &App,
    (token, number): (&str, Option<&str>),
    id: ServiceNoticeId,
    request_id: Option<String>,
) -> Result<(), Answered> {
    let claim = Claim::read(token)?;
    let (principal, _) = principal(app, claim, number, request_id).await?;
    let number = number.map(ToOwned::to_owned);
    app.write(&principal, move |tx, ctx| {
        let case = hold(tx, ctx, &claim, number.as_deref())?;
        let notice = notices_of(tx, &case)?.into_iter().find(|it| it.id == id);
        // Pressed twice it is taken once.
        match notice {
            None => Err(LinkError::Invalid.into()),
            Some(notice) if notice.acknowledgement.is_some() => Ok(()),
            Some(_) => Ok(notices::acknowledge_by_customer(
                tx,
                ctx,
                id,
                (NoticeMeans::Portal, ""),
            )?),
        }
    })
    .await
}

async fn answer(
    app: &App,
    token: &str,
    number: Option<&str>,
    (answer, note): (Answer, &str),
    request_id: Option<String>,
) -> Result<(), Answered> {
    let claim = Claim::read(token)?;
    let (principal, _) = principal(app, claim, number, request_id).await?;
    let (number, note) = (number.map(ToOwned::to_owned), note.to_owned());
    app.write(&principal, move |tx, ctx| {
        let case = hold(tx, ctx, &claim, number.as_deref())?;
        take(tx, ctx, &case, (Means::Portal, answer, &note))
    })
    .await
}

/// Takes the customer's word on a solution, on whatever way it came. The caller holds the
/// case.
pub(in crate::cases) fn take(
    tx: &mut Tx<'_>,
    ctx: &Context,
    case: &Case,
    (means, answer, note): (Means, Answer, &str),
) -> Result<(), Answered> {
    let category = case.status.category();
    let may = match answer {
        Answer::Confirmed => category == StatusCategory::Resolved,
        Answer::Disputed => !category.is_unsolved(),
        Answer::Withdrawn | Answer::NoAnswer => false,
    };
    if !may {
        return Err(Answered::NotNow);
    }
    contacts::add(tx, ctx, case, (means, answer, note))?;
    let word = match answer {
        Answer::Confirmed => AskAnswer::Confirmed,
        Answer::Disputed => AskAnswer::Disputed,
        Answer::Withdrawn | Answer::NoAnswer => AskAnswer::Over,
    };
    asks::settle_solved(tx, ctx, case, word)?;
    let setup = Setup::load(tx)?;
    follow_ups::answered(tx, ctx, &setup, case, (answer, note))?;
    match answer {
        Answer::Confirmed => {
            complaints::called_back(tx, ctx, &setup, case)?;
            status::close_confirmed(tx, ctx, &setup, case.id).map_err(HandlingError::from)?;
        }
        Answer::Disputed => {
            // Too late to open it again: the owner reads why and opens a new one.
            match reopen(tx, ctx, case.id, note) {
                Ok(_) => {}
                Err(CaseError::Rule(RuleError::TooLate)) => return Err(Answered::NotNow),
                Err(error) => return Err(HandlingError::from(error).into()),
            }
        }
        Answer::Withdrawn | Answer::NoAnswer => {}
    }
    Ok(())
}

//! Expectation notes and notices before a service: what is proposed beside a conversation and
//! a case, telling it, and that the customer took note. What was told is never changed.

mod facts;
mod report;

pub use report::{
    NOTICE_COMPLAINT_DAYS, NoticeLine, NoticeReport, NoticeReportRow, notice_lines, notice_report,
};

use std::collections::BTreeSet;

use zhiyin_domain::ask::{Ask, AskAbout, AskAnswer};
use zhiyin_domain::attribute::Label;
use zhiyin_domain::cases::case::Case;
use zhiyin_domain::cases::notices::{NoticeEntry, NoticeFault, NoticeRating, NoticeSetting};
use zhiyin_domain::cases::wording::in_locale;
use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::ids::{AgentId, CaseId, ContactId, ConversationId, MessageId, ServiceNoticeId};
use zhiyin_domain::limits::{CASE_TEXT_CHARS_MAX, NOTICE_TEXT_CHARS_MAX};
use zhiyin_domain::message::MessageKind;
use zhiyin_domain::permission::{Permission, Resource};
use zhiyin_store::cases::notices::{
    self as store, Acknowledgement, NoticeMeans, NoticeWords, ServiceNotice,
};
use zhiyin_store::identity::agents;
use zhiyin_store::{StoreError, Tx, contacts, conversations, inboxes};

use super::handling::{Beside, HandlingError, alive, conversations_of, happened};
use super::setting::{self, Kept};
use super::{Setup, asks, load as load_case, see};
use crate::Context;
use crate::conversations::{NewMessage, answer, check, get_conversation, load as load_talk};

/// Names the document.
const KIND: &str = "notices";
/// Notices shown beside a conversation or a case.
const SHOWN: u32 = 100;

/// The catalogue in force.
pub fn settings(tx: &mut Tx<'_>) -> Result<Kept<NoticeSetting>, HandlingError> {
    Ok(setting::load(tx, KIND)?)
}

/// Changes the catalogue. What was told stays as it was told.
pub fn set_settings(
    tx: &mut Tx<'_>,
    ctx: &Context,
    new: &Kept<NoticeSetting>,
) -> Result<Kept<NoticeSetting>, HandlingError> {
    ctx.require(Permission::ManageCaseSettings, &Resource::WORKSPACE)?;
    new.document
        .check()
        .map_err(|fault| HandlingError::Invalid {
            path: match fault {
                NoticeFault::Numbers => "/settings/threshold",
                NoticeFault::TooMany
                | NoticeFault::Key(_)
                | NoticeFault::Words(_)
                | NoticeFault::Rating(_) => "/settings/entries",
            },
            detail: fault.to_string(),
        })?;
    let entries = new.document.entries.iter();
    let named: BTreeSet<_> = entries.flat_map(|it| &it.situation.inbox_ids).collect();
    for id in named {
        if inboxes::get(tx, *id)?.is_none() {
            return Err(HandlingError::Invalid {
                path: "/settings/entries",
                detail: "An entry names an inbox that is not there any more.".to_owned(),
            });
        }
    }
    setting::save(tx, ctx, KIND, new)
}

/// Something that should be told now.
#[derive(Debug, Clone)]
pub struct NoticeProposal {
    /// What.
    pub entry: NoticeEntry,
    /// The words in the customer's language.
    pub text: String,
    /// Why.
    pub rating: NoticeRating,
    /// How many sessions of the customer were over before, counted up to ten.
    pub earlier: u32,
}

/// Something that was told, with names.
#[derive(Debug, Clone)]
pub struct NoticeView {
    /// What.
    pub notice: ServiceNotice,
    /// Who told it; empty if it was no person.
    pub made_by_name: String,
    /// Who took note, or who wrote it down; empty if nobody did.
    pub by_name: String,
}

/// What should be told, and what was.
#[derive(Debug, Clone)]
pub struct Notices {
    /// What should be told now, what matters most first.
    pub proposals: Vec<NoticeProposal>,
    /// What was told, the newest first.
    pub items: Vec<NoticeView>,
}

/// How a customer was told who is not told by a message, and took note at once.
#[derive(Debug, Clone)]
pub struct ToldOtherwise {
    /// How.
    pub means: NoticeMeans,
    /// What was written down; may be empty.
    pub note: String,
}

/// What is told.
#[derive(Debug, Clone)]
pub struct NewNotice {
    /// The sender's own id, by which a repeat is recognised.
    pub client_id: String,
    /// Key of the entry.
    pub key: String,
    /// Own words; none takes those of the catalogue in the customer's language.
    pub text: Option<String>,
    /// Told otherwise than by a message; none sends one.
    pub told: Option<ToldOtherwise>,
}

fn agent_name(tx: &mut Tx<'_>, id: Option<AgentId>) -> Result<String, StoreError> {
    let agent = match id {
        None => None,
        Some(id) => agents::get(tx, id)?,
    };
    Ok(agent.map_or_else(String::new, |it| it.name.into_string()))
}

fn names(tx: &mut Tx<'_>, notice: ServiceNotice) -> Result<NoticeView, StoreError> {
    let made_by_name = agent_name(tx, notice.made_by.agent())?;
    let by_name = match &notice.acknowledgement {
        None => String::new(),
        Some(given) => match given.by.agent() {
            by @ Some(_) => agent_name(tx, by)?,
            None => contacts::get(tx, notice.contact_id)?
                .map(|it| it.personal.name)
                .unwrap_or_default(),
        },
    };
    Ok(NoticeView {
        notice,
        made_by_name,
        by_name,
    })
}

fn shown(tx: &mut Tx<'_>, found: Vec<ServiceNotice>) -> Result<Vec<NoticeView>, StoreError> {
    found.into_iter().map(|it| names(tx, it)).collect()
}

fn proposals(
    tx: &mut Tx<'_>,
    ctx: &Context,
    about: &facts::About,
) -> Result<Vec<NoticeProposal>, HandlingError> {
    let Some(contact) = about.contact else {
        return Ok(Vec::new());
    };
    let setting = settings(tx)?.document;
    let (customer, earlier) = facts::customer(tx, ctx, contact)?;
    let told = facts::told(tx, ctx, contact, &setting)?;
    let locale = facts::locale(tx, contact)?;
    let found = setting.proposals(&about.facts, customer, |key| told.contains(key));
    Ok(found
        .into_iter()
        .map(|(entry, rating)| NoticeProposal {
            text: in_locale(&entry.text, locale).to_owned(),
            entry: entry.clone(),
            rating,
            earlier,
        })
        .collect())
}

/// What should be told in a conversation, and what was.
pub fn of_conversation(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
) -> Result<Notices, HandlingError> {
    let view = get_conversation(tx, ctx, id)?;
    let about = facts::of_conversation(tx, &view.conversation)?;
    let found = store::of_conversation(tx, id, SHOWN)?;
    Ok(Notices {
        proposals: proposals(tx, ctx, &about)?,
        items: shown(tx, found)?,
    })
}

/// What should be told for a case, and what was.
pub fn of_case(tx: &mut Tx<'_>, ctx: &Context, id: CaseId) -> Result<Notices, HandlingError> {
    let case = see(tx, ctx, id)?;
    let about = facts::of_case(tx, &case)?;
    let found = store::of_case(tx, id, SHOWN)?;
    Ok(Notices {
        proposals: proposals(tx, ctx, &about)?,
        items: shown(tx, found)?,
    })
}

/// Where something is told.
struct Place<'a> {
    contact: ContactId,
    conversation: Option<&'a Conversation>,
    case: Option<&'a Case>,
}

/// Tells a customer something in a conversation. Tells whether it is new: the same client id
/// is told once.
pub fn tell_in_conversation(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    new: &NewNotice,
) -> Result<(NoticeView, bool), HandlingError> {
    let conversation = load_talk(tx, ctx, id, Permission::Reply)?;
    let place = Place {
        contact: conversation.contact_id,
        conversation: Some(&conversation),
        case: None,
    };
    tell(tx, ctx, &place, new)
}

/// Tells a customer something for a case: in its newest conversation that the caller may
/// answer in, or otherwise.
pub fn tell_for_case(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    new: &NewNotice,
) -> Result<(NoticeView, bool), HandlingError> {
    let case = load_case(tx, ctx, id, Permission::WorkCases)?;
    alive(&case)?;
    let mut conversation = None;
    for id in conversations_of(tx, case.id)? {
        let found = conversations::get_for_update(tx, id)?;
        conversation = found.filter(|it| check(ctx, it, Permission::Reply).is_ok());
        if conversation.is_some() {
            break;
        }
    }
    if conversation.is_none() && new.told.is_none() {
        return Err(HandlingError::Invalid {
            path: "/told",
            detail: "The case has no conversation you may answer in. Say how else the customer \
                     was told."
                .to_owned(),
        });
    }
    let talker = conversation.as_ref().map(|it| it.contact_id);
    let contact = talker.or(case.contact_id).ok_or(HandlingError::Invalid {
        path: "",
        detail: "The case has no customer who could be told.".to_owned(),
    })?;
    let place = Place {
        contact,
        conversation: conversation.as_ref(),
        case: Some(&case),
    };
    tell(tx, ctx, &place, new)
}

fn tell(
    tx: &mut Tx<'_>,
    ctx: &Context,
    place: &Place<'_>,
    new: &NewNotice,
) -> Result<(NoticeView, bool), HandlingError> {
    if let Some(before) = store::find_by_client_id(tx, ctx.actor(), &new.client_id)? {
        return Ok((names(tx, before)?, false));
    }
    let setting = settings(tx)?.document;
    let entry = setting.entry(&new.key).ok_or(HandlingError::Invalid {
        path: "/key",
        detail: "The catalogue has no such entry, or it is switched off.".to_owned(),
    })?;
    let (customer, _) = facts::customer(tx, ctx, place.contact)?;
    let words = words(tx, place.contact, entry, new)?;
    let id: ServiceNoticeId = ctx.id();
    let message_id = match (&new.told, place.conversation) {
        (None, Some(conversation)) => Some(send(tx, ctx, conversation, (id, &words, new))?),
        (Some(_), Some(conversation)) => {
            note(tx, ctx, conversation, &words)?;
            None
        }
        (_, None) => None,
    };
    let notice = ServiceNotice {
        id,
        contact_id: place.contact,
        conversation_id: place.conversation.map(|it| it.id),
        case_id: place.case.map(|it| it.id),
        message_id,
        client_id: new.client_id.clone(),
        entry: entry.key.clone(),
        kind: entry.kind,
        rating: entry.rate(customer, setting.threshold),
        words,
        made_by: ctx.actor().clone(),
        created_at: ctx.now(),
        acknowledgement: match &new.told {
            None => None,
            Some(told) => Some(given(ctx, told.means, &told.note)?),
        },
    };
    store::insert(tx, &notice)?;
    if let Some(case) = place.case {
        beside(tx, ctx, case, format!("notice:{}", entry.key))?;
    }
    Ok((names(tx, notice)?, true))
}

/// The words as they are told.
fn words(
    tx: &mut Tx<'_>,
    contact: ContactId,
    entry: &NoticeEntry,
    new: &NewNotice,
) -> Result<NoticeWords, HandlingError> {
    let own = new
        .text
        .as_deref()
        .map(str::trim)
        .filter(|it| !it.is_empty());
    let text = match own {
        Some(own) => own.to_owned(),
        None => in_locale(&entry.text, facts::locale(tx, contact)?).to_owned(),
    };
    if text.chars().count() > NOTICE_TEXT_CHARS_MAX {
        return Err(HandlingError::Invalid {
            path: "/text",
            detail: format!("A notice has at most {NOTICE_TEXT_CHARS_MAX} characters."),
        });
    }
    let name: Label = entry.name.clone();
    Ok(NoticeWords { name, text })
}

fn message(kind: MessageKind, client_id: Option<String>, text: &str) -> NewMessage {
    NewMessage {
        client_id,
        kind,
        text: text.to_owned(),
        reply_to_id: None,
        attachment_ids: Vec::new(),
        mentions: Vec::new(),
    }
}

fn send(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: &Conversation,
    (notice_id, words, new): (ServiceNoticeId, &NoticeWords, &NewNotice),
) -> Result<MessageId, HandlingError> {
    let client_id = Some(new.client_id.clone());
    let prepared = message(MessageKind::Text, client_id, &words.text).prepare()?;
    let asking = prepared.asking(Ask::new(AskAbout::Notice { notice_id }));
    let posted = answer(tx, ctx, conversation, &asking)?;
    if posted.is_repeat {
        return Err(HandlingError::Invalid {
            path: "/client_id",
            detail: "Another message was sent with this id.".to_owned(),
        });
    }
    Ok(posted.message.id)
}

/// What was told otherwise stands in the conversation as a note, for whoever goes on.
fn note(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: &Conversation,
    words: &NoticeWords,
) -> Result<(), HandlingError> {
    let locale = zhiyin_store::identity::workspaces::load(tx)?.locale;
    let text = format!("{}\n{}", in_locale(&words.name, locale), words.text);
    let prepared = message(MessageKind::Note, None, &text).prepare()?;
    answer(tx, ctx, conversation, &prepared)?;
    Ok(())
}

fn beside(tx: &mut Tx<'_>, ctx: &Context, case: &Case, what: String) -> Result<(), HandlingError> {
    let setup = Setup::load(tx)?;
    let notify = case.audience().into_iter().collect();
    let it = Beside {
        case,
        kind: "case.noted",
        what,
        text: None,
        notify,
    };
    happened(tx, ctx, &setup, it)
}

fn given(ctx: &Context, means: NoticeMeans, note: &str) -> Result<Acknowledgement, HandlingError> {
    let note = note.trim();
    if note.chars().count() > CASE_TEXT_CHARS_MAX {
        return Err(HandlingError::Invalid {
            path: "/note",
            detail: format!("A note has at most {CASE_TEXT_CHARS_MAX} characters."),
        });
    }
    Ok(Acknowledgement {
        at: ctx.now(),
        by: ctx.actor().clone(),
        means,
        note: note.to_owned(),
    })
}

/// Keeps that the customer took note, and tells whoever sees the conversation or the case.
fn keep(
    tx: &mut Tx<'_>,
    ctx: &Context,
    notice: &ServiceNotice,
    (means, note): (NoticeMeans, &str),
) -> Result<(), HandlingError> {
    let given = given(ctx, means, note)?;
    if !store::acknowledge(tx, notice.id, &given)? {
        return Err(HandlingError::Stale);
    }
    if let Some(message) = notice.message_id {
        asks::settle(tx, ctx, message, AskAnswer::Acknowledged)?;
    }
    if let Some(id) = notice.case_id
        && let Some(case) = zhiyin_store::cases::get(tx, id)?
    {
        beside(
            tx,
            ctx,
            &case,
            format!("notice_acknowledged:{}", notice.entry),
        )?;
    }
    Ok(())
}

/// An agent writes down that the customer took note, and how.
pub fn acknowledge(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ServiceNoticeId,
    how: (NoticeMeans, &str),
) -> Result<NoticeView, HandlingError> {
    let not_found = || HandlingError::NotFound("notice");
    let notice = store::get(tx, id)?.ok_or_else(not_found)?;
    match (notice.case_id, notice.conversation_id) {
        (Some(case), _) => {
            load_case(tx, ctx, case, Permission::WorkCases)?;
        }
        (None, Some(conversation)) => {
            load_talk(tx, ctx, conversation, Permission::Reply)?;
        }
        (None, None) => return Err(not_found()),
    }
    if matches!(how.0, NoticeMeans::Widget | NoticeMeans::Portal) {
        return Err(HandlingError::Invalid {
            path: "/means",
            detail: "Only the customer takes note there.".to_owned(),
        });
    }
    keep(tx, ctx, &notice, how)?;
    let notice = store::get(tx, id)?.ok_or_else(not_found)?;
    Ok(names(tx, notice)?)
}

/// The customer took note themselves. The caller has checked that it was they who were told.
pub(super) fn acknowledge_by_customer(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ServiceNoticeId,
    how: (NoticeMeans, &str),
) -> Result<(), HandlingError> {
    let notice = store::get(tx, id)?.ok_or(HandlingError::NotFound("notice"))?;
    if let Some(case) = notice.case_id {
        // The row of the case before that of the conversation, as everywhere.
        zhiyin_store::cases::get_for_update(tx, case)?;
    }
    keep(tx, ctx, &notice, how)
}

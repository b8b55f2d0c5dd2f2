//! What goes on, and with whom: what the catalogue asks before it proposes something.

use std::collections::BTreeSet;
use std::time::Duration;

use zhiyin_domain::cases::case::Case;
use zhiyin_domain::cases::notices::{Customer, Experience, NoticeFacts, NoticeSetting};
use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::ids::ContactId;
use zhiyin_domain::locale::Locale;
use zhiyin_store::cases::{self, notices as store, types};
use zhiyin_store::identity::workspaces;
use zhiyin_store::{StoreError, Tx, contacts, conversations};

use super::super::handling::conversations_of;
use crate::Context;

/// Sessions of the past that are counted.
const EARLIER_MAX: u32 = 10;
/// How long a complaint is remembered.
const COMPLAINED_WITHIN: Duration = Duration::from_hours(365 * 24);
/// Open cases of a conversation that are looked at.
const CASES_MAX: u32 = 20;

/// What something is about.
#[derive(Debug, Clone, Default)]
pub(super) struct About {
    /// The customer.
    pub contact: Option<ContactId>,
    /// What goes on.
    pub facts: NoticeFacts,
}

fn of_talk(tx: &mut Tx<'_>, conversation: &Conversation) -> Result<NoticeFacts, StoreError> {
    let session = match conversation.session_id {
        None => None,
        Some(id) => conversations::sessions::get(tx, id)?,
    };
    Ok(NoticeFacts {
        inbox: Some(conversation.inbox_id),
        topic: session.as_ref().and_then(|it| it.topic_id),
        stage: session.and_then(|it| it.stage),
        case_types: BTreeSet::new(),
    })
}

fn type_key(tx: &mut Tx<'_>, case: &Case) -> Result<Option<String>, StoreError> {
    let found = types::get(tx, case.type_id)?;
    Ok(found.map(|it| it.key.as_str().to_owned()))
}

/// A conversation and its cases that are not over.
pub(super) fn of_conversation(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
) -> Result<About, StoreError> {
    let mut facts = of_talk(tx, conversation)?;
    for id in store::open_cases(tx, conversation.id, CASES_MAX)? {
        if let Some(case) = cases::get(tx, id)? {
            facts.case_types.extend(type_key(tx, &case)?);
        }
    }
    Ok(About {
        contact: Some(conversation.contact_id),
        facts,
    })
}

/// A case and its newest conversation.
pub(super) fn of_case(tx: &mut Tx<'_>, case: &Case) -> Result<About, StoreError> {
    let mut about = About {
        contact: case.contact_id,
        facts: NoticeFacts::default(),
    };
    if let Some(id) = conversations_of(tx, case.id)?.first()
        && let Some(conversation) = conversations::get(tx, *id)?
    {
        about.facts = of_talk(tx, &conversation)?;
        about.contact = about.contact.or(Some(conversation.contact_id));
    }
    about.facts.case_types.extend(type_key(tx, case)?);
    Ok(about)
}

/// Whom it would be told, and how many sessions of theirs were over before.
pub(super) fn customer(
    tx: &mut Tx<'_>,
    ctx: &Context,
    contact: ContactId,
) -> Result<(Customer, u32), StoreError> {
    let earlier = store::earlier_sessions(tx, contact, EARLIER_MAX)?;
    let since = ctx.now().minus(COMPLAINED_WITHIN);
    let customer = Customer {
        experience: Experience::of(earlier),
        has_complained: store::has_complained(tx, contact, since)?,
    };
    Ok((customer, earlier))
}

/// The entries the customer was told lately.
pub(super) fn told(
    tx: &mut Tx<'_>,
    ctx: &Context,
    contact: ContactId,
    setting: &NoticeSetting,
) -> Result<BTreeSet<String>, StoreError> {
    const DAY: Duration = Duration::from_hours(24);
    let since = ctx.now().minus(DAY * setting.repeat_after_days);
    Ok(store::told(tx, contact, since)?.into_iter().collect())
}

/// The language of the customer, as far as it is one of ours, else that of the company.
pub(super) fn locale(tx: &mut Tx<'_>, contact: ContactId) -> Result<Locale, StoreError> {
    let spoken = contacts::get(tx, contact)?.and_then(|it| Locale::closest(&it.locale));
    match spoken {
        Some(locale) => Ok(locale),
        None => Ok(workspaces::load(tx)?.locale),
    }
}

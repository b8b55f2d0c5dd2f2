//! What the portal shows.

use zhiyin_domain::cases::case::Case;
use zhiyin_domain::cases::closing::Answer;
use zhiyin_domain::cases::portal::{CustomerView, Shown, customer_view};
use zhiyin_domain::cases::status::CaseStatus;
use zhiyin_domain::cases::wording::in_locale;
use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::ids::{CaseId, ContactId, ServiceNoticeId};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::message::{Author, MessageKind};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::cases::notices::{self, ServiceNotice};
use zhiyin_store::cases::{self as store, complaints, portal, runs, types};
use zhiyin_store::conversations::messages::{self, Audience};
use zhiyin_store::identity::workspaces;
use zhiyin_store::{StoreError, Tx, contacts, conversations};

use super::super::Setup;
use super::super::handling::conversations_of;
use super::link::{Claim, LinkError, Target, is_public};
use crate::App;

/// Cases listed at most.
const CASES_MAX: u32 = 100;
/// Notices shown at most.
const NOTICES_MAX: u32 = 20;
/// Messages shown at most.
const MESSAGES_MAX: u32 = 50;

/// A page of the portal.
#[derive(Debug, Clone)]
pub struct PortalPage {
    /// Name of the company.
    pub company: String,
    /// Language of the customer, as far as it is one of ours.
    pub locale: Locale,
    /// Zone in which times are shown.
    pub zone: String,
    /// The case, if one was asked for.
    pub case: Option<PortalCase>,
    /// All cases of the contact; empty behind a link to one case.
    pub cases: Vec<PortalEntry>,
}

/// A line of the list.
#[derive(Debug, Clone)]
pub struct PortalEntry {
    /// What it is about.
    pub title: String,
    /// When it was taken in.
    pub created_at: Timestamp,
    /// How it stands.
    pub view: CustomerView,
}

/// One case.
#[derive(Debug, Clone)]
pub struct PortalCase {
    /// What it is about.
    pub title: String,
    /// What kind of case, in words.
    pub type_name: String,
    /// When it was taken in.
    pub created_at: Timestamp,
    /// How it stands, and what the customer can do.
    pub view: CustomerView,
    /// What was said, oldest first.
    pub talk: Vec<PortalTalk>,
    /// Whether files can be added: there is a conversation they can go to.
    pub takes_files: bool,
    /// What they were told and should take note of, the newest first.
    pub notices: Vec<PortalNotice>,
}

/// Something the customer was told.
#[derive(Debug, Clone)]
pub struct PortalNotice {
    /// Identifier.
    pub id: ServiceNoticeId,
    /// What.
    pub text: String,
    /// When they took note; none if they did not yet.
    pub acknowledged_at: Option<Timestamp>,
}

/// Something that was said.
#[derive(Debug, Clone)]
pub struct PortalTalk {
    /// Whether the customer said it.
    pub is_own: bool,
    /// What.
    pub text: String,
    /// How many files came with it.
    pub file_count: usize,
    /// When.
    pub at: Timestamp,
}

/// The case a link leads to, proven; of a merged case the one that goes on.
pub(super) fn find(
    tx: &mut Tx<'_>,
    claim: &Claim,
    number: Option<&str>,
    now: Timestamp,
) -> Result<Option<Case>, LinkError> {
    claim.prove(tx, now)?;
    let case = match (claim.target, number) {
        (Target::Contact(_), None) => return Ok(None),
        (Target::Case(id, contact), number) => {
            let case = own(tx, id, contact)?;
            // A link to one case leads to no other, whatever number follows it.
            case.filter(|case| number.is_none_or(|number| case.number.to_string() == number))
        }
        (Target::Contact(contact), Some(number)) => {
            let number = number.parse().map_err(|_| LinkError::Invalid)?;
            match store::by_number(tx, number)? {
                Some(case) => own(tx, case.id, Some(contact))?,
                None => None,
            }
        }
    };
    let case = case.ok_or(LinkError::Invalid)?;
    if is_public(tx, &case)? {
        Ok(Some(case))
    } else {
        Err(LinkError::Invalid)
    }
}

/// A case of this contact, or the one it was merged into.
fn own(
    tx: &mut Tx<'_>,
    id: CaseId,
    contact: Option<ContactId>,
) -> Result<Option<Case>, StoreError> {
    let root = store::root(tx, id)?;
    let case = store::get(tx, root)?;
    Ok(case.filter(|case| case.contact_id == contact))
}

fn locale_of(
    tx: &mut Tx<'_>,
    contact: Option<ContactId>,
    usual: Locale,
) -> Result<Locale, StoreError> {
    let Some(contact) = contact else {
        return Ok(usual);
    };
    let contact = contacts::get(tx, contact)?;
    let spoken = contact.and_then(|contact| Locale::closest(&contact.locale));
    Ok(spoken.unwrap_or(usual))
}

fn shown(
    tx: &mut Tx<'_>,
    setup: &Setup,
    case: &Case,
    (locale, now): (Locale, Timestamp),
) -> Result<(CustomerView, String), StoreError> {
    let version = types::version(tx, case.type_id, case.type_version)?;
    let Some(version) = version else {
        return Err(StoreError::NotFound {
            table: "case_type_versions",
        });
    };
    let run = runs::get(tx, case.id)?;
    // A case that was opened again can be on another version than it began with.
    let procedure = match &run {
        Some(run) if run.type_version != version.number => {
            types::version(tx, case.type_id, run.type_version)?.map(|it| it.terms.procedure)
        }
        Some(_) => Some(version.terms.procedure.clone()),
        None => None,
    };
    let complaint = complaints::get(tx, case.id)?.map(|file| file.complaint);
    let mut view = customer_view(
        Shown {
            case,
            labels: &setup.labels,
            run: procedure.as_ref().zip(run.as_ref()),
            complaint: complaint.as_ref(),
            reopen_within: version.terms.reopen_within(),
        },
        locale,
        now,
    );
    // Whoever said yes is not asked again; that it is not solved after all can still be said.
    if view.may_confirm {
        view.may_confirm = !is_confirmed(tx, case)?;
    }
    Ok((view, in_locale(&version.terms.name, locale).to_owned()))
}

/// Whether the customer's last word since the case was resolved is that it is.
fn is_confirmed(tx: &mut Tx<'_>, case: &Case) -> Result<bool, StoreError> {
    let CaseStatus::Resolved { at, .. } = &case.status else {
        return Ok(false);
    };
    let family = store::family(tx, case.id)?;
    let said = super::super::contacts::of_family(tx, &family)?;
    let last = said
        .iter()
        .filter(|it| it.at >= *at && it.answer != Answer::NoAnswer)
        .max_by_key(|it| it.at);
    Ok(last.is_some_and(|it| it.answer != Answer::Disputed))
}

/// The newest conversation of the case that is this contact's own.
pub(super) fn own_conversation(
    tx: &mut Tx<'_>,
    case: &Case,
) -> Result<Option<Conversation>, StoreError> {
    for id in conversations_of(tx, case.id)? {
        let found = conversations::get(tx, id)?;
        let own = found.filter(|it| Some(it.contact_id) == case.contact_id);
        if own.is_some() {
            return Ok(own);
        }
    }
    Ok(None)
}

/// What this contact was told for a case and in its conversation, the newest first.
pub(super) fn notices_of(tx: &mut Tx<'_>, case: &Case) -> Result<Vec<ServiceNotice>, StoreError> {
    let mut found = Vec::new();
    for id in store::family(tx, case.id)? {
        found.extend(notices::of_case(tx, id, NOTICES_MAX)?);
    }
    if let Some(conversation) = own_conversation(tx, case)? {
        found.extend(notices::of_conversation(tx, conversation.id, NOTICES_MAX)?);
    }
    found.retain(|it| Some(it.contact_id) == case.contact_id);
    found.sort_by_key(|it| std::cmp::Reverse((it.created_at, it.id)));
    found.dedup_by_key(|it| it.id);
    Ok(found)
}

fn talk(tx: &mut Tx<'_>, conversation: &Conversation) -> Result<Vec<PortalTalk>, StoreError> {
    let all = messages::before(tx, conversation.id, None, MESSAGES_MAX, Audience::Contact)?;
    let said = all
        .into_iter()
        .filter(|it| it.kind == MessageKind::Text && it.recalled_at.is_none());
    Ok(said
        .map(|it| PortalTalk {
            is_own: matches!(it.author, Author::Contact(_)),
            text: it.text,
            file_count: it.content.attachment_ids.len(),
            at: it.created_at,
        })
        .collect())
}

fn page(
    tx: &mut Tx<'_>,
    claim: &Claim,
    number: Option<&str>,
    (wanted, now): (Option<Locale>, Timestamp),
) -> Result<PortalPage, LinkError> {
    let case = find(tx, claim, number, now)?;
    let workspace = workspaces::load(tx)?;
    let setup = Setup::load(tx)?;
    let contact = match (&case, claim.target) {
        (Some(case), _) => case.contact_id,
        (None, Target::Contact(contact)) => Some(contact),
        (None, Target::Case(..)) => None,
    };
    let spoken = locale_of(tx, contact, workspace.locale)?;
    let locale = wanted.unwrap_or(spoken);
    let mut page = PortalPage {
        company: workspace.name.into_string(),
        locale,
        zone: setup.zone.clone(),
        case: None,
        cases: Vec::new(),
    };
    if let Some(case) = case {
        let (view, type_name) = shown(tx, &setup, &case, (locale, now))?;
        let conversation = own_conversation(tx, &case)?;
        let talk = match &conversation {
            Some(conversation) => talk(tx, conversation)?,
            None => Vec::new(),
        };
        let noted = notices_of(tx, &case)?;
        let noted = noted
            .into_iter()
            .map(|it| PortalNotice {
                id: it.id,
                text: it.words.text,
                acknowledged_at: it.acknowledgement.map(|given| given.at),
            })
            .collect();
        page.case = Some(PortalCase {
            title: case.title,
            type_name,
            created_at: case.created_at,
            view,
            talk,
            takes_files: conversation.is_some(),
            notices: noted,
        });
    } else if let Target::Contact(contact) = claim.target {
        for id in portal::of_contact(tx, contact, CASES_MAX)? {
            let Some(case) = store::get(tx, id)? else {
                continue;
            };
            if !is_public(tx, &case)? {
                continue;
            }
            let (view, _) = shown(tx, &setup, &case, (locale, now))?;
            page.cases.push(PortalEntry {
                title: case.title,
                created_at: case.created_at,
                view,
            });
        }
    }
    Ok(page)
}

/// Opens a page behind a link: the list of a contact, or a case, by its number where the
/// link is one of a contact.
pub async fn open(
    app: &App,
    token: &str,
    number: Option<&str>,
    wanted: Option<Locale>,
) -> Result<PortalPage, LinkError> {
    let claim = Claim::read(token)?;
    let now = app.clock().now();
    let number = number.map(ToOwned::to_owned);
    app.store()
        .read(claim.workspace, move |tx| {
            page(tx, &claim, number.as_deref(), (wanted, now))
        })
        .await
}

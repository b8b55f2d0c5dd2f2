//! Signed links into the portal.
//!
//! One to a case also names the contact, so that it is worth nothing when the case turns out
//! to be somebody else's.

use std::time::Duration;

use uuid::Uuid;
use zhiyin_domain::cases::case::Case;
use zhiyin_domain::contact::IdentityKind;
use zhiyin_domain::ids::{CaseId, ContactId, MessageId, WorkspaceId};
use zhiyin_domain::permission::Permission;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::cases::{portal as store, types};
use zhiyin_store::widget::Visitor;
use zhiyin_store::{StoreError, Tx, contacts};

use super::super::handling::{HandlingError, alive, say, words};
use super::super::load as load_case;
use super::say::{Line, text_of};
use crate::Context;
use crate::signed_link::{self, Unproven};
pub use crate::signed_link::{LinkError, SignedLink as PortalLink};

/// First byte: the form of what follows.
const FORMAT: u8 = 1;
/// Second byte: a link to one case, or to everything of a contact.
const CASE: u8 = 1;
const CONTACT: u8 = 2;
/// Format, kind, workspace, case or nil, contact or nil.
const HEAD_BYTES: usize = 2 + 16 + 16 + 16;
/// How long a link to a case holds: longer than most cases live.
const CASE_LIFETIME: Duration = Duration::from_hours(90 * 24);
/// How long a link to everything of a contact holds, who can have a new one at any time.
const CONTACT_LIFETIME: Duration = Duration::from_hours(12);

/// What a link leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// One case, as long as it belongs to this contact.
    Case(CaseId, Option<ContactId>),
    /// All cases of a contact.
    Contact(ContactId),
}

/// What a link says, not yet proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Claim {
    pub workspace: WorkspaceId,
    pub target: Target,
    link: Unproven<HEAD_BYTES>,
}

/// Makes a link. The caller has checked who may.
pub(super) fn make(
    tx: &mut Tx<'_>,
    ctx: &Context,
    target: Target,
) -> Result<PortalLink, StoreError> {
    let (kind, lifetime, case, contact) = match target {
        Target::Case(case, contact) => {
            let contact = contact.map_or(Uuid::nil(), ContactId::uuid);
            (CASE, CASE_LIFETIME, case.uuid(), contact)
        }
        Target::Contact(contact) => (CONTACT, CONTACT_LIFETIME, Uuid::nil(), contact.uuid()),
    };
    let ids = [ctx.workspace().uuid(), case, contact];
    let head: [u8; HEAD_BYTES] = signed_link::head(&[FORMAT, kind], &ids);
    signed_link::sign(tx, &head, ctx.now().plus(lifetime), store::link_code)
}

impl Claim {
    /// Reads a token. Says nothing about whether it is true.
    pub(super) fn read(token: &str) -> Result<Self, LinkError> {
        let link = Unproven::<HEAD_BYTES>::read(token, &[FORMAT])?;
        let contact = Some(link.id(34)).filter(|id| !id.is_nil());
        let target = match (link.byte(1), contact.map(ContactId::from_uuid)) {
            (CASE, contact) => Target::Case(CaseId::from_uuid(link.id(18)), contact),
            (CONTACT, Some(contact)) => Target::Contact(contact),
            _ => return Err(LinkError::Invalid),
        };
        Ok(Self {
            workspace: WorkspaceId::from_uuid(link.id(2)),
            target,
            link,
        })
    }

    /// Checks the code and the end. `tx` is bound to the workspace of the claim.
    pub(super) fn prove(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<(), LinkError> {
        self.link.prove(tx, now, store::link_code)
    }
}

/// Whether customers see cases of this type in the portal.
pub(super) fn is_public(tx: &mut Tx<'_>, case: &Case) -> Result<bool, StoreError> {
    let version = types::version(tx, case.type_id, case.type_version)?;
    Ok(version.is_some_and(|version| version.terms.is_public))
}

/// Makes a link to a case, for whoever works on it.
pub fn create_link(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
) -> Result<PortalLink, HandlingError> {
    let case = load_case(tx, ctx, id, Permission::WorkCases)?;
    alive(&case)?;
    if !is_public(tx, &case)? {
        return Err(HandlingError::Invalid {
            path: "",
            detail: "Cases of this type are not shown to customers; its type says so.".to_owned(),
        });
    }
    Ok(make(tx, ctx, Target::Case(case.id, case.contact_id))?)
}

/// Sends a link to the customer, in the conversation of the case. None if there is none the
/// caller may answer in.
pub fn send_link(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    url: &str,
) -> Result<Option<MessageId>, HandlingError> {
    let case = load_case(tx, ctx, id, Permission::WorkCases)?;
    let locale = match case.contact_id {
        Some(contact) => contacts::get(tx, contact)?
            .and_then(|it| zhiyin_domain::locale::Locale::closest(&it.locale)),
        None => None,
    };
    let text = text_of(&Line::Link, &case, locale.unwrap_or_default(), ("", url));
    say(tx, ctx, &case, &words(&text)?)
}

/// Makes a link to everything of a visitor whose site has proven who they are.
pub fn create_own_link(
    tx: &mut Tx<'_>,
    ctx: &Context,
    visitor: &Visitor,
) -> Result<PortalLink, HandlingError> {
    let not_found = || HandlingError::NotFound("visitor");
    let identity = contacts::get_identity(tx, visitor.identity_id)?.ok_or_else(not_found)?;
    // Whoever only has our token in their browser may be anybody at that computer.
    if identity.kind != IdentityKind::Verified {
        return Err(HandlingError::NotVerified);
    }
    Ok(make(tx, ctx, Target::Contact(identity.contact_id))?)
}

//! Signed links into the portal.
//!
//! Nothing about a link is stored. One to a case also names the contact, so that it is
//! worth nothing when the case turns out to be somebody else's.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;
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

/// First byte: the form of what follows.
const FORMAT: u8 = 1;
/// Format, kind, workspace, case or nil, contact or nil, seconds of the end.
const CONTENT_BYTES: usize = 2 + 16 + 16 + 16 + 8;
/// Of the authentication code; 128 bits cannot be guessed.
const CODE_BYTES: usize = 16;
/// How long a link to a case holds: longer than most cases live.
const CASE_LIFETIME: Duration = Duration::from_hours(90 * 24);
/// How long a link to everything of a contact holds, who can have a new one at any time.
const CONTACT_LIFETIME: Duration = Duration::from_hours(12);

/// A link into the portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalLink {
    /// What stands in its address.
    pub token: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Why a link leads nowhere.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// Nobody here has made it, or what it leads to is not there any more.
    #[error("the link is not one of ours")]
    Invalid,
    /// It was valid once.
    #[error("the link is not valid any more")]
    Expired,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

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
    expires_at: Timestamp,
    code: [u8; CODE_BYTES],
}

fn content(workspace: WorkspaceId, target: Target, expires_at: Timestamp) -> Vec<u8> {
    let (kind, case, contact) = match target {
        Target::Case(case, contact) => (1, case.uuid(), contact.map(ContactId::uuid)),
        Target::Contact(contact) => (2, Uuid::nil(), Some(contact.uuid())),
    };
    let seconds = expires_at.as_millis().div_euclid(1000);
    let mut bytes = Vec::with_capacity(CONTENT_BYTES + CODE_BYTES);
    bytes.extend_from_slice(&[FORMAT, kind]);
    bytes.extend_from_slice(workspace.uuid().as_bytes());
    bytes.extend_from_slice(case.as_bytes());
    bytes.extend_from_slice(contact.unwrap_or(Uuid::nil()).as_bytes());
    bytes.extend_from_slice(&seconds.to_be_bytes());
    bytes
}

/// Makes a link. The caller has checked who may.
pub(super) fn make(
    tx: &mut Tx<'_>,
    ctx: &Context,
    target: Target,
) -> Result<PortalLink, StoreError> {
    let lifetime = match target {
        Target::Case(..) => CASE_LIFETIME,
        Target::Contact(_) => CONTACT_LIFETIME,
    };
    let seconds = ctx.now().plus(lifetime).as_millis().div_euclid(1000);
    let expires_at = Timestamp::from_micros(seconds.saturating_mul(1_000_000));
    let mut bytes = content(ctx.workspace(), target, expires_at);
    let code = store::link_code(tx, &bytes)?.ok_or(StoreError::Aborted)?;
    bytes.extend_from_slice(&code[..CODE_BYTES]);
    Ok(PortalLink {
        token: URL_SAFE_NO_PAD.encode(bytes),
        expires_at,
    })
}

impl Claim {
    /// Reads a token. Says nothing about whether it is true.
    pub(super) fn read(token: &str) -> Result<Self, LinkError> {
        let bytes = URL_SAFE_NO_PAD
            .decode(token)
            .map_err(|_| LinkError::Invalid)?;
        let bytes: [u8; CONTENT_BYTES + CODE_BYTES] =
            bytes.try_into().map_err(|_| LinkError::Invalid)?;
        let part = |from: usize| -> [u8; 16] {
            let mut part = [0; 16];
            part.copy_from_slice(&bytes[from..from + 16]);
            part
        };
        let case = CaseId::from_uuid(Uuid::from_bytes(part(18)));
        let contact = Uuid::from_bytes(part(34));
        let contact = (!contact.is_nil()).then(|| ContactId::from_uuid(contact));
        let target = match (bytes[0], bytes[1], contact) {
            (FORMAT, 1, contact) => Target::Case(case, contact),
            (FORMAT, 2, Some(contact)) => Target::Contact(contact),
            _ => return Err(LinkError::Invalid),
        };
        let mut seconds = [0; 8];
        seconds.copy_from_slice(&bytes[50..58]);
        let micros = i64::from_be_bytes(seconds).saturating_mul(1_000_000);
        Ok(Self {
            workspace: WorkspaceId::from_uuid(Uuid::from_bytes(part(2))),
            target,
            expires_at: Timestamp::from_micros(micros),
            code: part(CONTENT_BYTES),
        })
    }

    /// Checks the code, in constant time, and then the end. `tx` is bound to the workspace
    /// of the claim.
    pub(super) fn prove(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<(), LinkError> {
        let bytes = content(self.workspace, self.target, self.expires_at);
        let code = store::link_code(tx, &bytes)?.ok_or(LinkError::Invalid)?;
        if !bool::from(code[..CODE_BYTES].ct_eq(&self.code)) {
            return Err(LinkError::Invalid);
        }
        if now > self.expires_at {
            return Err(LinkError::Expired);
        }
        Ok(())
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

//! Signed links to the rating page.
//!
//! A link names workspace, session and end. Whoever holds a valid one may rate this one session
//! until its end, and do nothing else.

use zhiyin_domain::ids::{ConversationId, SessionId, WorkspaceId};
use zhiyin_domain::limits::RATING_LINK_LIFETIME;
use zhiyin_domain::permission::Permission;
use zhiyin_domain::ratings::RatingError;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::{Tx, conversations as store, ratings};

use super::RateError;
use crate::Context;
use crate::conversations::load;
use crate::signed_link::{self, LinkError, SignedLink, Unproven};

/// First byte: the form of what follows.
const FORMAT: [u8; 1] = [1];
/// Format, workspace, session.
const HEAD_BYTES: usize = 1 + 16 + 16;

/// What a link says, not yet proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Claim {
    pub workspace: WorkspaceId,
    pub session: SessionId,
    link: Unproven<HEAD_BYTES>,
}

/// Makes a link to rate the last session of a conversation that is over, for whoever may
/// answer its customer.
pub fn create_link(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
) -> Result<SignedLink, RateError> {
    load(tx, ctx, id, Permission::Reply)?;
    let session = store::sessions::last_resolved(tx, id)?.ok_or(RatingError::NotResolved)?;
    let ids = [ctx.workspace().uuid(), session.id.uuid()];
    let head: [u8; HEAD_BYTES] = signed_link::head(&FORMAT, &ids);
    let ends_at = ctx.now().plus(RATING_LINK_LIFETIME);
    Ok(signed_link::sign(tx, &head, ends_at, ratings::link_code)?)
}

impl Claim {
    /// Reads a token. Says nothing about whether it is true.
    pub(super) fn read(token: &str) -> Result<Self, LinkError> {
        let link = Unproven::read(token, &FORMAT)?;
        Ok(Self {
            workspace: WorkspaceId::from_uuid(link.id(1)),
            session: SessionId::from_uuid(link.id(17)),
            link,
        })
    }

    /// Checks the code and the end. `tx` is bound to the workspace of the claim.
    pub(super) fn prove(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<(), LinkError> {
        self.link.prove(tx, now, ratings::link_code)
    }
}

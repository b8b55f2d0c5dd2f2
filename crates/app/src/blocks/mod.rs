//! The block list: whose messages are not accepted.
//!
//! A person is marked on their contact in the transaction that changes the list, so a
//! message asks for nothing more; an address is compared with a list in memory
//! ([`Networks`]). Streams that are open are cut by what follows the events.

mod networks;
mod target;

pub use networks::{BlockedNetworks, Networks};
pub use target::{Person, Wanted};

use serde_json::json;
use zhiyin_domain::block::{Block, BlockError, Target};
use zhiyin_domain::events::{Aggregate, Change, Event};
use zhiyin_domain::ids::{BlockId, ContactId, ConversationId, EventId, WorkspaceId};
use zhiyin_domain::limits::BLOCKED_NETWORKS_MAX;
use zhiyin_domain::permission::{Denied, Permission};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::blocks::BlockRow;
use zhiyin_store::{StoreError, Tx, blocks as store, contacts};

use self::target::{require_contact, require_target, resolve};
use crate::audit::{Action, record_with};
use crate::{App, Context, Principal};

/// Why something with the block list was refused.
#[derive(Debug, thiserror::Error)]
pub enum BlocksError {
    /// No such entry, or about a contact the caller may not know of.
    #[error("no such entry")]
    NotFound(BlockId),
    /// No such contact, or not one the caller may know of.
    #[error("no such contact")]
    ContactNotFound,
    /// No such conversation, or not one the caller may know of.
    #[error("no such conversation")]
    ConversationNotFound(ConversationId),
    /// The contact has no e-mail address, number or known address to block.
    #[error("no {0} of this contact is known")]
    Nothing(&'static str),
    /// It is blocked already.
    #[error("this is blocked already")]
    Already(BlockId),
    /// More networks than are compared with every visitor.
    #[error("there are {BLOCKED_NETWORKS_MAX} blocked networks already")]
    TooManyNetworks,
    /// The entry is not acceptable.
    #[error(transparent)]
    Block(#[from] BlockError),
    /// The caller may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A new entry.
#[derive(Debug, Clone)]
pub struct NewBlock {
    /// What to block.
    pub wanted: Wanted,
    /// Why.
    pub reason: String,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
}

/// Whether the caller sees personal data whole.
#[must_use]
pub fn reveals(ctx: &Context) -> bool {
    ctx.access().holds(Permission::RevealPersonalData)
}

fn require_any(ctx: &Context) -> Result<(), Denied> {
    let permission = Permission::ManageConversations;
    if ctx.access().holds(permission) {
        Ok(())
    } else {
        Err(Denied { permission })
    }
}

/// A page of the list, newest first.
pub fn list_blocks(
    tx: &mut Tx<'_>,
    ctx: &Context,
    after: Option<(Timestamp, BlockId)>,
    limit: u32,
) -> Result<Vec<BlockRow>, BlocksError> {
    require_any(ctx)?;
    Ok(store::list(tx, after, limit)?)
}

/// The entries that apply to a contact, newest first.
pub fn list_contact_blocks(
    tx: &mut Tx<'_>,
    ctx: &Context,
    contact: ContactId,
) -> Result<Vec<BlockRow>, BlocksError> {
    require_any(ctx)?;
    require_contact(tx, ctx, contact)?;
    Ok(store::of_contact(tx, contact)?)
}

/// Adds an entry. It holds at once, also for streams that are open.
pub fn create_block(
    tx: &mut Tx<'_>,
    ctx: &Context,
    new: &NewBlock,
) -> Result<BlockRow, BlocksError> {
    let target = resolve(tx, ctx, &new.wanted)?;
    require_target(tx, ctx, &target)?;
    let block = Block {
        id: ctx.id(),
        target,
        reason: new.reason.trim().to_owned(),
        created_by: ctx.actor().agent(),
        created_at: ctx.now(),
        expires_at: new.expires_at,
    };
    block.check()?;
    if let Some(other) = store::find(tx, &block.target)? {
        if !other.is_over(ctx.now()) {
            return Err(BlocksError::Already(other.id));
        }
        lift(tx, ctx, &other)?;
    }
    if matches!(block.target, Target::Address(_)) {
        let count = usize::try_from(store::count_networks(tx)?).unwrap_or(usize::MAX);
        if count >= BLOCKED_NETWORKS_MAX {
            return Err(BlocksError::TooManyNetworks);
        }
    }
    store::insert(tx, &block).map_err(|error| {
        if error.is_unique_violation("blocks_value") {
            BlocksError::Already(block.id)
        } else {
            error.into()
        }
    })?;
    follow(tx, ctx, &block, Change::Created)?;
    let contact_name = match block.target {
        Target::Contact(id) => contacts::get(tx, id)?.map(|contact| contact.personal.name),
        Target::Address(_) | Target::Email(_) | Target::Phone(_) => None,
    };
    Ok(BlockRow {
        block,
        contact_name,
    })
}

/// Takes an entry off the list.
pub fn delete_block(tx: &mut Tx<'_>, ctx: &Context, id: BlockId) -> Result<(), BlocksError> {
    let block = store::get(tx, id)?.ok_or(BlocksError::NotFound(id))?;
    require_target(tx, ctx, &block.target).map_err(|error| match error {
        BlocksError::ContactNotFound => BlocksError::NotFound(id),
        other => other,
    })?;
    lift(tx, ctx, &block)
}

/// Blocks a contact or takes their own entry off the list, whatever it was before. An entry
/// for their e-mail address or telephone number stays.
pub(crate) fn set_contact(
    tx: &mut Tx<'_>,
    ctx: &Context,
    contact: ContactId,
    is_blocked: bool,
) -> Result<(), BlocksError> {
    let target = Target::Contact(contact);
    match (store::find(tx, &target)?, is_blocked) {
        (Some(block), false) => delete_block(tx, ctx, block.id),
        (Some(block), true) if !block.is_over(ctx.now()) => require_target(tx, ctx, &target),
        (None, false) => require_target(tx, ctx, &target),
        (Some(_) | None, true) => {
            let new = NewBlock {
                wanted: Wanted::Target(target),
                reason: String::new(),
                expires_at: None,
            };
            create_block(tx, ctx, &new).map(drop)
        }
    }
}

fn lift(tx: &mut Tx<'_>, ctx: &Context, block: &Block) -> Result<(), BlocksError> {
    store::delete(tx, block.id)?;
    follow(tx, ctx, block, Change::Deleted)
}

/// Marks the contacts an entry is about and tells what happened.
fn follow(
    tx: &mut Tx<'_>,
    ctx: &Context,
    block: &Block,
    change: Change,
) -> Result<(), BlocksError> {
    for contact_id in store::mark(tx, &block.target)? {
        let event = Event::ContactUpdated {
            contact_id,
            fields: vec!["is_blocked".into()],
        };
        ctx.append(tx, &event)?;
    }
    let event = Event::SettingChanged {
        aggregate: Aggregate::Block,
        id: block.id.uuid(),
        change,
    };
    let event = ctx.append(tx, &event)?;
    record(tx, ctx, block, change, event)
}

/// The audit log learns the contact, but no address: entries hold no personal data.
fn record(
    tx: &mut Tx<'_>,
    ctx: &Context,
    block: &Block,
    change: Change,
    event: EventId,
) -> Result<(), BlocksError> {
    let action = match change {
        Change::Created | Change::Updated => Action::BlockCreated,
        Change::Deleted => Action::BlockDeleted,
    };
    let mut detail = json!({ "kind": block.target.kind().as_str() });
    if let Target::Contact(id) = block.target {
        detail["contact"] = json!(id);
    }
    if let Some(end) = block.expires_at {
        detail["expires_at"] = json!(end);
    }
    Ok(record_with(
        tx,
        ctx,
        action,
        &block.id,
        Some(event),
        detail,
    )?)
}

/// Takes entries off the list that are over; gives how many. Run by the reconciler, as
/// often as it likes.
pub async fn lift_due(app: &App, limit: u32) -> Result<usize, BlocksError> {
    let now = app.clock().now();
    let due: Vec<(WorkspaceId, BlockId)> = app
        .store()
        .read_system(move |system| store::due(system, now, limit))
        .await?;
    let count = due.len();
    for (workspace, id) in due {
        let principal = Principal::system(workspace, "blocks");
        app.write(&principal, move |tx, ctx| {
            match store::get(tx, id)?.filter(|block| block.is_over(ctx.now())) {
                Some(block) => lift(tx, ctx, &block),
                None => Ok(()),
            }
        })
        .await?;
        app.forget_blocks(workspace);
    }
    Ok(count)
}

//! Accounts: companies and households, and how all of their people are treated.
//!
//! Tier and own agent decide where customers stand in line and who is asked first, so a
//! change is taken in at once by what waits and by the clocks that run.

use zhiyin_domain::account::{Account, AccountNameError, clean_account_name};
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::{AccountId, AgentId};
use zhiyin_domain::permission::{Denied, Permission};
use zhiyin_domain::tier::Tier;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::identity::agents;
use zhiyin_store::{StoreError, Tx, accounts as store};

use crate::{Context, journey, routing};

/// Why something with an account was refused.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// No such account.
    #[error("no such account")]
    NotFound(AccountId),
    /// Somebody else changed it.
    #[error("somebody else has changed the account")]
    Stale,
    /// The name is not acceptable.
    #[error(transparent)]
    Name(#[from] AccountNameError),
    /// The agent who is to be theirs is not there.
    #[error("no such agent")]
    NoSuchAgent,
    /// The caller may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A new account.
#[derive(Debug, Clone, Default)]
pub struct NewAccount {
    /// What it is called.
    pub name: String,
    /// How much it matters.
    pub tier: Tier,
    /// Its own agent.
    pub dedicated_agent_id: Option<AgentId>,
}

/// What changes; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct AccountPatch {
    /// What it is called.
    pub name: Option<String>,
    /// How much it matters.
    pub tier: Option<Tier>,
    /// Its own agent; none inside takes it away.
    pub dedicated_agent_id: Option<Option<AgentId>>,
    /// The version that was read; an older one is refused.
    pub version: Option<i64>,
}

fn require(ctx: &Context, permission: Permission) -> Result<(), Denied> {
    // As with contacts: whoever answers a customer anywhere needs their story.
    if ctx.access().holds(permission) {
        Ok(())
    } else {
        Err(Denied { permission })
    }
}

/// An agent who is to be somebody's own works here.
pub(crate) fn is_agent(tx: &mut Tx<'_>, agent: Option<AgentId>) -> Result<bool, StoreError> {
    match agent {
        None => Ok(true),
        Some(id) => Ok(agents::get(tx, id)?.is_some_and(|agent| agent.is_active)),
    }
}

/// A page of accounts, newest first.
pub fn list_accounts(
    tx: &mut Tx<'_>,
    ctx: &Context,
    after: Option<(Timestamp, AccountId)>,
    limit: u32,
) -> Result<Vec<Account>, AccountError> {
    require(ctx, Permission::ReadContacts)?;
    Ok(store::list(tx, after, limit)?)
}

/// One account.
pub fn get_account(tx: &mut Tx<'_>, ctx: &Context, id: AccountId) -> Result<Account, AccountError> {
    require(ctx, Permission::ReadContacts)?;
    store::get(tx, id)?.ok_or(AccountError::NotFound(id))
}

/// Makes an account.
pub fn create_account(
    tx: &mut Tx<'_>,
    ctx: &Context,
    new: &NewAccount,
) -> Result<Account, AccountError> {
    require(ctx, Permission::EditContacts)?;
    if !is_agent(tx, new.dedicated_agent_id)? {
        return Err(AccountError::NoSuchAgent);
    }
    let account = Account {
        id: ctx.id(),
        name: clean_account_name(&new.name)?,
        tier: new.tier,
        dedicated_agent_id: new.dedicated_agent_id,
        created_at: ctx.now(),
        version: 1,
    };
    store::insert(tx, &account)?;
    let account_id = account.id;
    ctx.append(tx, &Event::AccountCreated { account_id })?;
    Ok(account)
}

/// Changes an account. Its people who wait stand where its new tier has them.
pub fn update_account(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: AccountId,
    patch: &AccountPatch,
) -> Result<Account, AccountError> {
    require(ctx, Permission::EditContacts)?;
    let before = store::get(tx, id)?.ok_or(AccountError::NotFound(id))?;
    if patch
        .version
        .is_some_and(|version| version != before.version)
    {
        return Err(AccountError::Stale);
    }
    let mut account = before.clone();
    if let Some(name) = &patch.name {
        account.name = clean_account_name(name)?;
    }
    account.tier = patch.tier.unwrap_or(account.tier);
    if let Some(agent) = patch.dedicated_agent_id {
        if !is_agent(tx, agent)? {
            return Err(AccountError::NoSuchAgent);
        }
        account.dedicated_agent_id = agent;
    }
    if account == before {
        return Ok(before);
    }
    let account = store::save(tx, account).map_err(|error| match error {
        StoreError::Conflict { .. } => AccountError::Stale,
        other => other.into(),
    })?;
    let mut fields = Vec::new();
    let mut note = |name: &str, changed: bool| {
        if changed {
            fields.push(name.to_owned());
        }
    };
    let is_other_tier = account.tier != before.tier;
    let is_other_agent = account.dedicated_agent_id != before.dedicated_agent_id;
    note("name", account.name != before.name);
    note("tier", is_other_tier);
    note("dedicated_agent_id", is_other_agent);
    ctx.append(
        tx,
        &Event::AccountUpdated {
            account_id: id,
            fields,
        },
    )?;
    if is_other_tier {
        journey::account_changed(tx, ctx, id)?;
    }
    if is_other_tier || is_other_agent {
        routing::account_changed(tx, ctx, id)?;
    }
    Ok(account)
}

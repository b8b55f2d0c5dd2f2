//! Personal and app tokens.

use std::collections::BTreeSet;

use serde_json::json;
use zhiyin_domain::events::{Aggregate, Change};
use zhiyin_domain::identity::token::ApiToken;
use zhiyin_domain::ids::{AgentId, TokenId};
use zhiyin_domain::limits::TOKENS_MAX;
use zhiyin_domain::name::Name;
use zhiyin_domain::permission::{Permission, Resource};
use zhiyin_domain::secret::Secret;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::Tx;
use zhiyin_store::identity::tokens;

use super::secrets::Purpose;
use super::{IdentityError, acting_in_person, changed};
use crate::Context;
use crate::audit::{self, Action};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// What it is for.
    pub name: Name,
    /// What it may do at most.
    pub scopes: BTreeSet<Permission>,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
}

/// The personal tokens of the caller.
pub fn list_tokens(tx: &mut Tx<'_>, ctx: &Context) -> Result<Vec<ApiToken>, IdentityError> {
    let agent = acting_in_person(ctx)?;
    Ok(tokens::list(tx, Some(agent))?)
}

/// Makes a personal token. It acts for the caller, within its scopes, and never beyond
/// what the caller may do at that moment.
pub fn create_token(
    tx: &mut Tx<'_>,
    ctx: &Context,
    new: NewToken,
) -> Result<(ApiToken, Secret<String>), IdentityError> {
    let agent = acting_in_person(ctx)?;
    if new.scopes.iter().any(|scope| !ctx.access().holds(*scope)) {
        return Err(IdentityError::BeyondOwn);
    }
    create(tx, ctx, Some(agent), new)
}

/// Ends a personal token of the caller.
pub fn revoke_token(tx: &mut Tx<'_>, ctx: &Context, id: TokenId) -> Result<(), IdentityError> {
    let agent = acting_in_person(ctx)?;
    revoke(tx, ctx, Some(agent), id)
}

/// The app tokens of the workspace.
pub fn list_app_tokens(tx: &mut Tx<'_>, ctx: &Context) -> Result<Vec<ApiToken>, IdentityError> {
    ctx.require(Permission::ManageTokens, &Resource::WORKSPACE)?;
    Ok(tokens::list(tx, None)?)
}

/// Makes an app token, which acts in the whole workspace; so whoever makes it must hold
/// its scopes there.
pub fn create_app_token(
    tx: &mut Tx<'_>,
    ctx: &Context,
    new: NewToken,
) -> Result<(ApiToken, Secret<String>), IdentityError> {
    ctx.require(Permission::ManageTokens, &Resource::WORKSPACE)?;
    if new
        .scopes
        .iter()
        .any(|scope| !ctx.access().visibility(*scope).all)
    {
        return Err(IdentityError::BeyondOwn);
    }
    create(tx, ctx, None, new)
}

/// Ends an app token.
pub fn revoke_app_token(tx: &mut Tx<'_>, ctx: &Context, id: TokenId) -> Result<(), IdentityError> {
    ctx.require(Permission::ManageTokens, &Resource::WORKSPACE)?;
    revoke(tx, ctx, None, id)
}

fn create(
    tx: &mut Tx<'_>,
    ctx: &Context,
    owner: Option<AgentId>,
    new: NewToken,
) -> Result<(ApiToken, Secret<String>), IdentityError> {
    if new.scopes.is_empty() {
        return Err(IdentityError::Invalid("scopes"));
    }
    if new.expires_at.is_some_and(|end| end <= ctx.now()) {
        return Err(IdentityError::Invalid("expires_at"));
    }
    if tokens::list(tx, owner)?.len() >= TOKENS_MAX {
        return Err(IdentityError::TooMany);
    }
    let secret = Purpose::Api.token(ctx.random());
    let hash = Purpose::Api
        .hash(secret.expose())
        .expect("our own token has the form of a token");
    let token = ApiToken {
        id: ctx.id(),
        owner,
        name: new.name,
        hint: secret
            .expose()
            .chars()
            .skip(secret.expose().len().saturating_sub(4))
            .collect(),
        scopes: new.scopes,
        created_by: ctx.actor().agent(),
        created_at: ctx.now(),
        last_used_at: None,
        expires_at: new.expires_at,
    };
    tokens::insert(tx, &token, &hash)?;
    changed(tx, ctx, Aggregate::Token, token.id, Change::Created)?;
    let detail = json!({ "scopes": token.scopes, "is_app": owner.is_none(), "expires_at": token.expires_at });
    audit::record_with(tx, ctx, Action::TokenCreated, &token.id, None, detail)?;
    Ok((token, secret))
}

fn revoke(
    tx: &mut Tx<'_>,
    ctx: &Context,
    owner: Option<AgentId>,
    id: TokenId,
) -> Result<(), IdentityError> {
    let is_theirs = tokens::get(tx, id)?.is_some_and(|token| token.owner == owner);
    if !is_theirs || !tokens::revoke(tx, id, ctx.now())? {
        return Err(IdentityError::NotFound("token"));
    }
    changed(tx, ctx, Aggregate::Token, id, Change::Deleted)?;
    Ok(audit::record(tx, ctx, Action::TokenRevoked, &id, None)?)
}

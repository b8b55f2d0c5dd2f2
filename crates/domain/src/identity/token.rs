//! Tokens with which programs call the API.

use std::collections::BTreeSet;

use crate::ids::{AgentId, TokenId};
use crate::name::Name;
use crate::permission::{Access, Grant, Permission, Scope};
use crate::time::Timestamp;

/// What every API token starts with, so that scanners of leaked secrets know it.
pub const API_TOKEN_PREFIX: &str = "zy_";

/// Length of the random part of any token: 32 bytes in unpadded base64url.
pub const TOKEN_CHARS: usize = 43;

/// Whether a text has exactly the form of a random token. Anything else (empty,
/// padded, with blanks) is refused before it is hashed or looked up.
#[must_use]
pub fn is_token_text(text: &str) -> bool {
    text.len() == TOKEN_CHARS
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// A personal token if it has an owner, an app token if not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// Identifier.
    pub id: TokenId,
    /// The agent it acts for.
    pub owner: Option<AgentId>,
    /// What it is for.
    pub name: Name,
    /// Last four characters, to tell it from others.
    pub hint: String,
    /// What it may do at most.
    pub scopes: BTreeSet<Permission>,
    /// Who made it.
    pub created_by: Option<AgentId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
}

impl ApiToken {
    /// Whether it still works.
    #[must_use]
    pub fn is_usable(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| end > now)
    }
}

/// What a personal token may do: what its owner may do now, within the scopes.
#[must_use]
pub fn narrowed(owner: &Access, scopes: &BTreeSet<Permission>) -> Access {
    let grants = owner
        .grants
        .iter()
        .filter(|grant| scopes.contains(&grant.permission));
    Access {
        grants: grants.copied().collect(),
        ..owner.clone()
    }
}

/// What an app token may do: its scopes, in the whole workspace.
#[must_use]
pub fn app_access(scopes: &BTreeSet<Permission>) -> Access {
    let grants = scopes
        .iter()
        .map(|permission| Grant::new(*permission, Scope::All));
    Access {
        grants: grants.collect(),
        ..Access::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_form_of_a_token_is_looked_up() {
        let good = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_AbCdE";
        assert!(is_token_text(good));
        for bad in [
            "",
            " ",
            "null",
            "undefined",
            "0",
            &good[1..],
            &format!("{good}="),
            &format!(" {good}"),
            &format!("{good} "),
            &format!("{good}\0"),
            &good.replace('-', "+"),
            &good.replace('A', "é"),
        ] {
            assert!(!is_token_text(bad), "{bad:?}");
        }
    }

    #[test]
    fn a_personal_token_never_exceeds_its_owner() {
        let owner = Access {
            grants: [
                Grant::new(Permission::Reply, Scope::Inbox),
                Grant::new(Permission::ReadContacts, Scope::All),
            ]
            .into(),
            ..Access::default()
        };
        let token = narrowed(&owner, &[Permission::Reply, Permission::ManageRoles].into());
        assert_eq!(
            token.grants,
            [Grant::new(Permission::Reply, Scope::Inbox)].into()
        );
    }
}

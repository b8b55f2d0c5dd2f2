//! Accounts (客户账户): the company or household behind contacts. How it is treated holds for all
//! of its people.

use crate::contact::{ContactError, clean_name};
use crate::ids::{AccountId, AgentId};
use crate::tier::Tier;
use crate::time::Timestamp;

/// A company or household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Identifier.
    pub id: AccountId,
    /// What it is called; sealed at rest, since it may be that of a person.
    pub name: String,
    /// How much it matters; of account and contact the higher tier counts.
    pub tier: Tier,
    /// Its own agent, asked after the contact's.
    pub dedicated_agent_id: Option<AgentId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Optimistic lock.
    pub version: i64,
}

/// Why the name of an account was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountNameError {
    /// Nothing is in it.
    #[error("an account needs a name")]
    Empty,
    /// It is too long.
    #[error(transparent)]
    Name(#[from] ContactError),
}

/// The name of an account without what cannot be seen.
pub fn clean_account_name(name: &str) -> Result<String, AccountNameError> {
    let name = clean_name(name)?;
    if name.is_empty() {
        return Err(AccountNameError::Empty);
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_called_something() {
        assert_eq!(
            clean_account_name(" 青屿陶瓷\u{7} "),
            Ok("青屿陶瓷".to_owned())
        );
        assert_eq!(clean_account_name(" \n "), Err(AccountNameError::Empty));
        let long = "字".repeat(10_000);
        let refused = Err(AccountNameError::Name(ContactError::NameTooLong));
        assert_eq!(clean_account_name(&long), refused);
    }
}

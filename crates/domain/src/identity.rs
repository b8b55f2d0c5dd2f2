//! Workspaces, agents, roles, teams, and the rules of proving who one is.
//!
//! Here is only what can be decided without a database: what a password must be, how
//! long a lock lasts, when an invitation is still good. Hashes, random numbers and
//! rows are the business of the layers above.

pub mod agent;
pub mod invitation;
pub mod lockout;
pub mod login;
pub mod password;
pub mod role;
pub mod team;
pub mod token;
pub mod workspace;

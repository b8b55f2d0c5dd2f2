//! Who somebody is and what they may do: set-up, log-in, second factor, passwords,
//! invitations, agents, teams, roles and tokens.
//!
//! Hashing a password takes tens of milliseconds, so it never happens inside a
//! transaction: commands that need it are asynchronous methods of [`crate::App`] that
//! read, hash on a bounded pool, and then write. Everything else is a plain use case.
//!
//! One function, [`crate::App::authenticate`], turns a cookie or a token into a
//! [`crate::Principal`], for HTTP and WebSocket alike.

mod agents;
mod authority;
mod command_line;
mod hasher;
mod invitations;
mod lockouts;
mod login;
mod mails;
mod me;
mod passwords;
mod preferences;
mod principals;
mod roles;
mod second_factor;
mod secrets;
mod sessions;
mod setup;
mod teams;
mod tokens;
mod upkeep;
mod workspace;

pub use agents::{
    AgentChange, AgentView, activate, deactivate, get_agent, list_agents, update_agent,
};
pub use command_line::NewAgent;
pub use hasher::{Busy, Hasher, PasswordCost};
pub use invitations::{
    AcceptInvitation, InspectedInvitation, NewInvitation, create_invitation, list_invitations,
    revoke_invitation,
};
pub use login::{LogIn, LogInError, LoggedIn, Visit};
pub use mails::work;
pub use me::{Me, MeChange, me, update_me};
pub use passwords::{PasswordError, issue_reset_link};
pub use principals::{AccessCache, AuthenticateError, Credentials};
pub use roles::{RoleChange, create_role, delete_role, list_roles, update_role};
pub use second_factor::{Enrolment, begin_second_factor};
pub use secrets::{csrf_token, is_csrf_token};
pub use sessions::{list_sessions, log_out, revoke_session};
pub use setup::{NewWorkspace, SetupError};
pub use teams::{TeamChange, create_team, delete_team, list_teams, update_team};
pub use tokens::{
    NewToken, create_app_token, create_token, list_app_tokens, list_tokens, revoke_app_token,
    revoke_token,
};
pub use workspace::{WorkspaceChange, get_workspace, update_workspace};

use zhiyin_domain::events::{Aggregate, Change, Event};
use zhiyin_domain::ids::{AgentId, TypedId};
use zhiyin_domain::permission::Denied;
use zhiyin_store::{StoreError, Tx};

use crate::{Context, Credential};

/// Why something about agents, teams, roles or tokens was refused.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// No such thing in this workspace.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// The permission is missing.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Somebody would get more than the caller has.
    #[error("nobody can hand out more than they hold")]
    BeyondOwn,
    /// Only an agent has this, not a program.
    #[error("only an agent can do this")]
    AgentOnly,
    /// A token is not enough for this.
    #[error("this needs a log-in session, not a token")]
    SessionOnly,
    /// Nobody could administer the workspace any more.
    #[error("the last administrator must stay")]
    LastAdministrator,
    /// What is built in stays as it is.
    #[error("what is built in cannot be changed")]
    BuiltIn,
    /// An identifier in a list names nothing.
    #[error("an identifier in `{0}` names nothing")]
    Unknown(&'static str),
    /// The value is taken.
    #[error("`{0}` is taken")]
    Taken(&'static str),
    /// Something still refers to it.
    #[error("it is still in use")]
    InUse,
    /// The value breaks a rule.
    #[error("`{0}` breaks a rule")]
    Invalid(&'static str),
    /// There are as many as there may be.
    #[error("there are too many")]
    TooMany,
    /// The link was used, taken back, or is too old; or it never was one.
    #[error("the link is not valid")]
    InvalidLink,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The agent who acts; programs and Zhiyin itself have no such thing.
pub(crate) fn acting_agent(ctx: &Context) -> Result<AgentId, IdentityError> {
    ctx.actor().agent().ok_or(IdentityError::AgentOnly)
}

/// The agent who acts, if they are logged in with a browser. What guards the account
/// itself must not be within reach of a token that leaked.
fn acting_in_person(ctx: &Context) -> Result<AgentId, IdentityError> {
    match ctx.credential() {
        Credential::LoginSession(_) => acting_agent(ctx),
        Credential::Token(_) | Credential::Visitor(_) | Credential::Internal => {
            Err(IdentityError::SessionOnly)
        }
    }
}

/// Tells everybody that a setting changed.
fn changed<T: TypedId>(
    tx: &mut Tx<'_>,
    ctx: &Context,
    aggregate: Aggregate,
    id: T,
    change: Change,
) -> Result<(), StoreError> {
    let event = Event::SettingChanged {
        aggregate,
        id: id.uuid(),
        change,
    };
    ctx.append(tx, &event)?;
    Ok(())
}

/// Says which field is taken when a unique index refused a row.
fn taken(error: StoreError, index: &str, field: &'static str) -> IdentityError {
    if error.is_unique_violation(index) {
        IdentityError::Taken(field)
    } else {
        error.into()
    }
}

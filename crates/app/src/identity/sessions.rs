//! The browsers in which an agent is logged in.

use zhiyin_domain::events::Event;
use zhiyin_domain::identity::login::LoginSession;
use zhiyin_domain::ids::LoginSessionId;
use zhiyin_store::Tx;
use zhiyin_store::identity::login_sessions;

use super::{IdentityError, acting_agent, acting_in_person};
use crate::audit::{self, Action};
use crate::{Context, Credential};

/// The live sessions of the caller, newest first.
pub fn list_sessions(tx: &mut Tx<'_>, ctx: &Context) -> Result<Vec<LoginSession>, IdentityError> {
    let agent = acting_in_person(ctx)?;
    let mut sessions = login_sessions::list(tx, agent, ctx.now())?;
    sessions.retain(|session| session.is_alive(ctx.now()));
    Ok(sessions)
}

/// Ends one session of the caller.
pub fn revoke_session(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: LoginSessionId,
) -> Result<(), IdentityError> {
    let agent = acting_in_person(ctx)?;
    if !login_sessions::revoke(tx, id, agent, ctx.now())? {
        return Err(IdentityError::NotFound("session"));
    }
    let event = ctx.append(
        tx,
        &Event::LoggedOut {
            agent_id: agent,
            login_session_id: Some(id),
        },
    )?;
    Ok(audit::record(tx, ctx, Action::LoggedOut, &id, Some(event))?)
}

/// Ends the session the caller came with. A token has none to end.
pub fn log_out(tx: &mut Tx<'_>, ctx: &Context) -> Result<(), IdentityError> {
    acting_agent(ctx)?;
    match ctx.credential() {
        Credential::LoginSession(id) => match revoke_session(tx, ctx, id) {
            // Already ended by somebody else, which is what was asked for.
            Err(IdentityError::NotFound(_)) => Ok(()),
            other => other,
        },
        Credential::Token(_) | Credential::Visitor(_) | Credential::Internal => {
            Err(IdentityError::SessionOnly)
        }
    }
}

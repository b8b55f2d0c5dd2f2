//! Set-up, log-in, agents, teams, roles and tokens over HTTP.

mod agents;
pub mod dto;
mod errors;
mod input;
mod invitations;
mod me;
mod passwords;
mod roles;
mod session;
mod teams;
mod tokens;
mod workspace;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub(crate) use dto::MeDto;
pub(crate) use input::field;
pub(crate) use session::own_cookie;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(session::get_setup, session::create_setup))
        .routes(routes!(
            session::get_session,
            session::create_session,
            session::delete_session
        ))
        .routes(routes!(me::update_me))
        .routes(routes!(me::list_sessions))
        .routes(routes!(me::revoke_session))
        .routes(routes!(me::create_second_factor, me::delete_second_factor))
        .routes(routes!(me::confirm_second_factor))
        .routes(routes!(passwords::change_password))
        .routes(routes!(passwords::request_password_reset))
        .routes(routes!(passwords::confirm_password_reset))
        .routes(routes!(passwords::issue_password_reset))
        .routes(routes!(
            invitations::list_invitations,
            invitations::create_invitation
        ))
        .routes(routes!(invitations::inspect_invitation))
        .routes(routes!(invitations::accept_invitation))
        .routes(routes!(invitations::revoke_invitation))
        .routes(routes!(agents::list_agents))
        .routes(routes!(agents::get_agent, agents::update_agent))
        .routes(routes!(agents::activate_agent))
        .routes(routes!(agents::deactivate_agent))
        .routes(routes!(teams::list_teams, teams::create_team))
        .routes(routes!(teams::update_team, teams::delete_team))
        .routes(routes!(roles::list_roles, roles::create_role))
        .routes(routes!(roles::update_role, roles::delete_role))
        .routes(routes!(tokens::list_tokens, tokens::create_token))
        .routes(routes!(tokens::revoke_token))
        .routes(routes!(tokens::list_app_tokens, tokens::create_app_token))
        .routes(routes!(tokens::revoke_app_token))
        .routes(routes!(
            workspace::get_workspace,
            workspace::update_workspace
        ))
}

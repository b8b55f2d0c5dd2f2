//! Invitations.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zhiyin_app::App;
use zhiyin_app::identity::{self as use_cases, AcceptInvitation, NewInvitation};
use zhiyin_domain::identity::agent::Memberships;
use zhiyin_domain::ids::{InboxId, InvitationId, RoleId, TeamId};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::name::Name;
use zhiyin_domain::secret::Secret;

use super::dto::{InvitationDto, MeDto};
use super::input::{field, maybe_field, visit};
use super::session::entered;
use crate::error::ApiResult;
use crate::extract::{Anonymous, Caller, Page, Path, Valid};
use crate::state::AppState;

/// Who is invited, and to what.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationBody {
    /// The address they will log in with.
    pub email: String,
    /// Their name, if it is known.
    pub name: Option<String>,
    /// Roles they will have.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub role_ids: BTreeSet<RoleId>,
    /// Teams they will belong to.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub team_ids: BTreeSet<TeamId>,
    /// Inboxes they will work in.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub inbox_ids: BTreeSet<InboxId>,
}

/// Invitations that wait for an answer, newest first.
#[utoipa::path(get, path = "/api/v1/invitations", tag = "agents",
    responses((status = 200, body = Page<InvitationDto>)))]
pub async fn list_invitations(
    State(app): State<App>,
    caller: Caller,
) -> ApiResult<Json<Page<InvitationDto>>> {
    let list = app.read(&caller.0, use_cases::list_invitations).await?;
    let items = list
        .into_iter()
        .map(|invitation| InvitationDto::new(invitation, None))
        .collect();
    Ok(Json(Page { items, next: None }))
}

/// Invites somebody. The link is mailed, and in the answer to hand on oneself.
#[utoipa::path(post, path = "/api/v1/invitations", tag = "agents", request_body = InvitationBody,
    responses((status = 201, body = InvitationDto)))]
pub async fn create_invitation(
    State(app): State<App>,
    caller: Caller,
    Valid(body): Valid<InvitationBody>,
) -> ApiResult<(StatusCode, Json<InvitationDto>)> {
    let new = NewInvitation {
        email: field(&body.email, "/email")?,
        name: maybe_field(body.name.as_deref(), "/name")?,
        memberships: Memberships {
            roles: body.role_ids,
            teams: body.team_ids,
            inboxes: body.inbox_ids,
        },
    };
    let (invitation, token) = app
        .write(&caller.0, move |tx, ctx| {
            use_cases::create_invitation(tx, ctx, new.clone())
        })
        .await?;
    let link = app.invitation_link(&token);
    Ok((
        StatusCode::CREATED,
        Json(InvitationDto::new(invitation, Some(link))),
    ))
}

/// Takes an invitation back.
#[utoipa::path(delete, path = "/api/v1/invitations/{id}", tag = "agents", params(("id" = String, Path)),
    responses((status = 204)))]
pub async fn revoke_invitation(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<InvitationId>,
) -> ApiResult<StatusCode> {
    app.write(&caller.0, move |tx, ctx| {
        use_cases::revoke_invitation(tx, ctx, id)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The token of a link.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationTokenBody {
    /// From the link.
    #[schema(value_type = String)]
    pub token: Secret<String>,
}

/// What an invitation says.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct InspectedInvitationDto {
    /// The address one will log in with.
    pub email: String,
    /// The name, if it was given.
    pub name: Option<String>,
    /// Who invites.
    pub workspace_name: String,
    /// The language of the workspace.
    #[schema(value_type = String)]
    pub locale: Locale,
}

/// What an invitation says, for whoever has its link. A `POST`, so that the token stays
/// out of addresses.
#[utoipa::path(post, path = "/api/v1/invitations/inspect", tag = "session", security(()),
    request_body = InvitationTokenBody, responses((status = 200, body = InspectedInvitationDto)))]
pub async fn inspect_invitation(
    State(app): State<App>,
    _: Anonymous,
    Valid(body): Valid<InvitationTokenBody>,
) -> ApiResult<Json<InspectedInvitationDto>> {
    let it = app.inspect_invitation(body.token).await?;
    Ok(Json(InspectedInvitationDto {
        email: it.email.as_str().to_owned(),
        name: it.name.map(Name::into_string),
        workspace_name: it.workspace_name.into_string(),
        locale: it.locale,
    }))
}

/// The answer to an invitation.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitationBody {
    /// From the link.
    #[schema(value_type = String)]
    pub token: Secret<String>,
    /// Name among colleagues.
    pub name: String,
    /// The new password, at least ten characters.
    #[schema(value_type = String)]
    pub password: Secret<String>,
    /// Language of the console; the workspace's if left out.
    #[schema(value_type = Option<String>)]
    pub locale: Option<Locale>,
}

/// Joins by an invitation, and logs in.
#[utoipa::path(post, path = "/api/v1/invitations/accept", tag = "session", security(()),
    request_body = AcceptInvitationBody, responses((status = 201, body = MeDto)))]
pub async fn accept_invitation(
    State(state): State<AppState>,
    Anonymous(address): Anonymous,
    headers: HeaderMap,
    Valid(body): Valid<AcceptInvitationBody>,
) -> ApiResult<Response> {
    let input = AcceptInvitation {
        token: body.token,
        name: field(&body.name, "/name")?,
        password: body.password,
        locale: body.locale,
        visit: visit(&headers, address, state.config()),
    };
    let logged_in = state.app().accept_invitation(input).await?;
    entered(&state, StatusCode::CREATED, logged_in).await
}

//! What goes over the wire.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zhiyin_app::identity::{AgentView, Me, csrf_token};
use zhiyin_domain::avatar::avatar_path;
use zhiyin_domain::identity::agent::{Agent, Memberships};
use zhiyin_domain::identity::invitation::Invitation;
use zhiyin_domain::identity::login::LoginSession;
use zhiyin_domain::identity::role::Role;
use zhiyin_domain::identity::team::Team;
use zhiyin_domain::identity::token::ApiToken;
use zhiyin_domain::identity::workspace::Workspace;
use zhiyin_domain::ids::{
    AgentId, CalendarId, InboxId, InvitationId, LoginSessionId, RoleId, TeamId, TokenId,
    WorkspaceId,
};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::permission::{BuiltinRole, Grant, Permission, Scope};
use zhiyin_domain::secret::Secret;
use zhiyin_domain::time::Timestamp;

use crate::limits::LimitsDto;

/// Whether an agent takes work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PresenceDto {
    /// Takes new work.
    Online,
    /// Here, with enough to do.
    Busy,
    /// On a break.
    Break,
    /// Not at the desk.
    Away,
    /// Gone.
    Offline,
}

macro_rules! same_variants {
    ($one:ident, $other:path, $($variant:ident),+) => {
        impl From<$other> for $one {
            fn from(value: $other) -> Self {
                match value { $(<$other>::$variant => Self::$variant,)+ }
            }
        }

        impl From<$one> for $other {
            fn from(value: $one) -> Self {
                match value { $($one::$variant => Self::$variant,)+ }
            }
        }
    };
}

same_variants!(
    PresenceDto,
    zhiyin_domain::identity::agent::Presence,
    Online,
    Busy,
    Break,
    Away,
    Offline
);

/// An agent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AgentDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: AgentId,
    /// Name among colleagues.
    pub name: String,
    /// Name customers see.
    pub display_name: String,
    /// Address they log in with.
    pub email: String,
    /// Address of the picture.
    pub avatar_url: Option<String>,
    /// Language of their console.
    #[schema(value_type = String, example = "zh-CN")]
    pub locale: Locale,
    /// Whether they may log in.
    pub is_active: bool,
    /// Roles they have.
    #[schema(value_type = Vec<String>)]
    pub role_ids: BTreeSet<RoleId>,
    /// Teams they belong to.
    #[schema(value_type = Vec<String>)]
    pub team_ids: BTreeSet<TeamId>,
    /// Inboxes they work in.
    #[schema(value_type = Vec<String>)]
    pub inbox_ids: BTreeSet<InboxId>,
    /// Whether they take work.
    pub presence: PresenceDto,
    /// When they joined.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl AgentDto {
    fn new(agent: Agent, memberships: Memberships) -> Self {
        Self {
            id: agent.id,
            name: agent.name.into_string(),
            display_name: agent.display_name.into_string(),
            email: agent.email.as_str().to_owned(),
            avatar_url: agent.avatar.map(avatar_path),
            locale: agent.locale,
            is_active: agent.is_active,
            role_ids: memberships.roles,
            team_ids: memberships.teams,
            inbox_ids: memberships.inboxes,
            presence: agent.presence.into(),
            created_at: agent.created_at,
        }
    }
}

impl From<AgentView> for AgentDto {
    fn from(view: AgentView) -> Self {
        Self::new(view.agent, view.memberships)
    }
}

/// A company.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WorkspaceDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: WorkspaceId,
    /// Name.
    pub name: String,
    /// Short name in addresses.
    pub slug: String,
    /// Language where nothing else is known.
    #[schema(value_type = String, example = "zh-CN")]
    pub locale: Locale,
    /// Time zone of lists and reports.
    #[schema(example = "Asia/Shanghai")]
    pub time_zone: String,
}

impl From<Workspace> for WorkspaceDto {
    fn from(it: Workspace) -> Self {
        Self {
            id: it.id,
            name: it.name.into_string(),
            slug: it.slug.as_str().to_owned(),
            locale: it.locale,
            time_zone: it.time_zone.as_str().to_owned(),
        }
    }
}

/// A permission and how far it reaches.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantDto {
    /// What may be done.
    #[schema(value_type = String, example = "conversations.read")]
    pub permission: Permission,
    /// With what: `own`, `team`, `inbox` or `all`.
    #[schema(value_type = String, example = "inbox")]
    pub scope: Scope,
}

impl From<Grant> for GrantDto {
    fn from(it: Grant) -> Self {
        Self {
            permission: it.permission,
            scope: it.scope,
        }
    }
}

impl From<GrantDto> for Grant {
    fn from(it: GrantDto) -> Self {
        Self::new(it.permission, it.scope)
    }
}

/// The caller and everything their console needs to begin.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MeDto {
    /// The agent.
    pub agent: AgentDto,
    /// Where they are.
    pub workspace: WorkspaceDto,
    /// What they may do.
    pub grants: Vec<GrantDto>,
    /// Inboxes they work in.
    #[schema(value_type = Vec<String>)]
    pub inboxes: BTreeSet<InboxId>,
    /// Teams they belong to.
    #[schema(value_type = Vec<String>)]
    pub teams: BTreeSet<TeamId>,
    /// Goes into `X-CSRF-Token` with every change; `null` for a token.
    pub csrf_token: Option<String>,
    /// Whether log-in asks for a code.
    pub second_factor: bool,
    /// Recovery codes that were not used.
    pub recovery_codes_left: i64,
    /// Settings of the console.
    #[schema(value_type = Object)]
    pub preferences: serde_json::Value,
    /// What the server takes at most.
    pub limits: LimitsDto,
}

impl MeDto {
    pub(crate) fn new(me: Me, cookie: Option<&Secret<String>>) -> Self {
        Self {
            inboxes: me.access.inboxes,
            teams: me.access.teams,
            grants: me.access.grants.into_iter().map(GrantDto::from).collect(),
            agent: AgentDto::new(me.agent, me.memberships),
            workspace: me.workspace.into(),
            csrf_token: cookie.map(csrf_token),
            second_factor: me.has_second_factor,
            recovery_codes_left: me.recovery_codes_left,
            preferences: me.preferences,
            limits: LimitsDto::PRESENT,
        }
    }
}

/// A browser in which the caller is logged in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LoginSessionDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: LoginSessionId,
    /// Network address at log-in.
    pub address: String,
    /// What the browser said it is.
    pub user_agent: String,
    /// When the log-in was.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Last use, to the minute.
    #[schema(value_type = String, format = DateTime)]
    pub last_seen_at: Timestamp,
    /// Whether it is the one this request came with.
    pub is_current: bool,
}

impl LoginSessionDto {
    pub(super) fn new(it: LoginSession, current: Option<LoginSessionId>) -> Self {
        Self {
            is_current: current == Some(it.id),
            id: it.id,
            address: it.address,
            user_agent: it.user_agent,
            created_at: it.created_at,
            last_seen_at: it.last_seen_at,
        }
    }
}

/// A team.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TeamDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: TeamId,
    /// Name.
    pub name: String,
    /// Who belongs to it.
    #[schema(value_type = Vec<String>)]
    pub member_ids: BTreeSet<AgentId>,
    /// When it works: hours of what it has, and of members who have none of their own; `null`
    /// is whenever its members do.
    #[schema(value_type = Option<String>)]
    pub calendar_id: Option<CalendarId>,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<Team> for TeamDto {
    fn from(it: Team) -> Self {
        Self {
            id: it.id,
            name: it.name.into_string(),
            member_ids: it.members,
            calendar_id: it.calendar_id,
            created_at: it.created_at,
        }
    }
}

/// A role.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RoleDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: RoleId,
    /// Name.
    pub name: String,
    /// Key of a built-in role, which cannot be changed.
    #[schema(example = "administrator")]
    pub builtin: Option<&'static str>,
    /// What it grants.
    pub grants: Vec<GrantDto>,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<Role> for RoleDto {
    fn from(it: Role) -> Self {
        Self {
            id: it.id,
            name: it.name.into_string(),
            builtin: it.builtin.map(BuiltinRole::as_str),
            grants: it.grants.into_iter().map(GrantDto::from).collect(),
            created_at: it.created_at,
        }
    }
}

/// An invitation that waits for an answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct InvitationDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: InvitationId,
    /// Who is invited.
    pub email: String,
    /// Their name, if it was given.
    pub name: Option<String>,
    /// Roles they will have.
    #[schema(value_type = Vec<String>)]
    pub role_ids: BTreeSet<RoleId>,
    /// Teams they will belong to.
    #[schema(value_type = Vec<String>)]
    pub team_ids: BTreeSet<TeamId>,
    /// Inboxes they will work in.
    #[schema(value_type = Vec<String>)]
    pub inbox_ids: BTreeSet<InboxId>,
    /// Who invited.
    #[schema(value_type = String)]
    pub invited_by: AgentId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When the link stops working.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// The link to hand on; given this once, in the answer to the creation.
    pub link: Option<String>,
}

impl InvitationDto {
    pub(super) fn new(it: Invitation, link: Option<Secret<String>>) -> Self {
        Self {
            id: it.id,
            email: it.email.as_str().to_owned(),
            name: it.name.map(zhiyin_domain::name::Name::into_string),
            role_ids: it.memberships.roles,
            team_ids: it.memberships.teams,
            inbox_ids: it.memberships.inboxes,
            invited_by: it.invited_by,
            created_at: it.created_at,
            expires_at: it.expires_at,
            link: link.map(Secret::into_inner),
        }
    }
}

/// A personal or app token.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TokenDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: TokenId,
    /// What it is for.
    pub name: String,
    /// Its last four characters.
    pub hint: String,
    /// What it may do at most.
    #[schema(value_type = Vec<String>)]
    pub scopes: BTreeSet<Permission>,
    /// Who made it.
    #[schema(value_type = Option<String>)]
    pub created_by: Option<AgentId>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Last use, to the minute.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_used_at: Option<Timestamp>,
    /// When it stops working.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    /// The token itself; given this once, in the answer to the creation.
    pub secret: Option<String>,
}

impl TokenDto {
    pub(super) fn new(it: ApiToken, secret: Option<Secret<String>>) -> Self {
        Self {
            id: it.id,
            name: it.name.into_string(),
            hint: it.hint,
            scopes: it.scopes,
            created_by: it.created_by,
            created_at: it.created_at,
            last_used_at: it.last_used_at,
            expires_at: it.expires_at,
            secret: secret.map(Secret::into_inner),
        }
    }
}

//! Set-up, the caller, agents, teams, roles, the workspace, inboxes.

use zhiyin_domain::permission::Permission::*;

use super::Body::{File, Json, None as Nothing};
use super::Rule::{Hidden, InPerson, Member, Needs, Public};
use super::{Entry, row};

/// Operations in the order of the reference page.
pub const ROWS: &[Entry] = &[
    // Set-up and session.
    row("get_setup", Public, Nothing),
    row(
        "create_setup",
        Public,
        Json(
            r#"{"workspace_name":"x","locale":"en","time_zone":"UTC","name":"x","email":"x@y.cn","password":"nine brown teapots hum"}"#,
        ),
    ),
    row(
        "create_session",
        Public,
        Json(r#"{"email":"x@y.cn","password":"x"}"#),
    ),
    row("get_session", Member, Nothing),
    row("delete_session", InPerson, Nothing),
    row(
        "request_password_reset",
        Public,
        Json(r#"{"email":"x@y.cn"}"#),
    ),
    row(
        "confirm_password_reset",
        Public,
        Json(r#"{"token":"x","password":"nine brown teapots hum"}"#),
    ),
    row("inspect_invitation", Public, Json(r#"{"token":"x"}"#)),
    row(
        "accept_invitation",
        Public,
        Json(r#"{"token":"x","name":"x","password":"nine brown teapots hum"}"#),
    ),
    // The caller.
    row("update_me", Member, Json(r#"{"preferences":{}}"#)),
    row("update_presence", Member, Json(r#"{"presence":"online"}"#)),
    row("set_my_avatar", Member, File),
    row("delete_my_avatar", Member, Nothing),
    row("list_sessions", InPerson, Nothing),
    row("revoke_session", InPerson, Nothing),
    row("create_second_factor", InPerson, Nothing),
    row(
        "confirm_second_factor",
        InPerson,
        Json(r#"{"code":"000000"}"#),
    ),
    row(
        "delete_second_factor",
        InPerson,
        Json(r#"{"password":"seven green kettles sing"}"#),
    ),
    row(
        "change_password",
        InPerson,
        Json(r#"{"current":"seven green kettles sing","new":"seven green kettles sing"}"#),
    ),
    row("list_tokens", InPerson, Nothing),
    row(
        "create_token",
        InPerson,
        Json(r#"{"name":"x","scopes":["contacts.read"]}"#),
    ),
    row("revoke_token", InPerson, Nothing),
    row("list_app_tokens", Needs(&[ManageTokens]), Nothing),
    row(
        "create_app_token",
        Needs(&[ManageTokens]),
        Json(r#"{"name":"x","scopes":["tokens.manage"]}"#),
    ),
    row("revoke_app_token", Needs(&[ManageTokens]), Nothing),
    // Agents, teams, roles.
    row("list_agents", Member, Nothing),
    row("get_agent", Member, Nothing),
    row(
        "update_agent",
        Needs(&[ManageAgents]),
        Json(r#"{"name":"x","role_ids":["{role}"],"team_ids":["{team}"],"inbox_ids":["{inbox}"]}"#),
    ),
    row("activate_agent", Needs(&[ManageAgents]), Nothing),
    row("deactivate_agent", Needs(&[ManageAgents]), Nothing),
    row("issue_password_reset", Needs(&[ManageAgents]), Nothing),
    row("list_invitations", Needs(&[ManageAgents]), Nothing),
    row(
        "create_invitation",
        Needs(&[ManageAgents]),
        Json(
            r#"{"email":"new@y.cn","role_ids":["{role}"],"team_ids":["{team}"],"inbox_ids":["{inbox}"]}"#,
        ),
    ),
    row("revoke_invitation", Needs(&[ManageAgents]), Nothing),
    row("list_teams", Member, Nothing),
    row(
        "create_team",
        Needs(&[ManageTeams]),
        Json(r#"{"name":"a new team","member_ids":["{agent}"]}"#),
    ),
    row(
        "update_team",
        Needs(&[ManageTeams]),
        Json(r#"{"member_ids":["{agent}"]}"#),
    ),
    row("delete_team", Needs(&[ManageTeams]), Nothing),
    row("list_roles", Member, Nothing),
    row(
        "create_role",
        Needs(&[ManageRoles]),
        Json(r#"{"name":"a new role","grants":[]}"#),
    ),
    row(
        "update_role",
        Needs(&[ManageRoles]),
        Json(r#"{"grants":[]}"#),
    ),
    row("delete_role", Needs(&[ManageRoles]), Nothing),
    // The workspace.
    row("get_workspace", Member, Nothing),
    row(
        "update_workspace",
        Needs(&[ManageWorkspace]),
        Json(r#"{"name":"x"}"#),
    ),
    row("list_audit", Needs(&[ReadAudit]), Nothing),
    row("list_jobs", Needs(&[ManageJobs]), Nothing),
    row("replay_job", Needs(&[ManageJobs]), Nothing),
    // Inboxes. The list shows what the caller works in.
    row("list_inboxes", Member, Nothing),
    row("get_inbox", Hidden(&[ReadConversations]), Nothing),
    row(
        "create_inbox",
        Needs(&[ManageInboxes]),
        Json(r#"{"name":"x"}"#),
    ),
    row(
        "update_inbox",
        Needs(&[ManageInboxes]),
        Json(r#"{"name":"x"}"#),
    ),
    row("rotate_inbox_secret", Needs(&[ManageInboxes]), Nothing),
    row("set_inbox_avatar", Needs(&[ManageInboxes]), File),
    row("delete_inbox_avatar", Needs(&[ManageInboxes]), Nothing),
    row("list_mailboxes", Needs(&[ManageInboxes]), Nothing),
    row(
        "create_mailbox",
        Needs(&[ManageInboxes]),
        Json(
            r#"{"name":"x","address":"new@y.cn","incoming":{"host":"127.0.0.1","port":1,"user":"x","secret":"x"},"outgoing":{"host":"127.0.0.1","port":1,"user":null}}"#,
        ),
    ),
    row("get_mailbox", Needs(&[ManageInboxes]), Nothing),
    row(
        "update_mailbox",
        Needs(&[ManageInboxes]),
        Json(r#"{"version":1,"from_name":"x"}"#),
    ),
    row("delete_mailbox", Needs(&[ManageInboxes]), Nothing),
    row(
        "test_mailbox_settings",
        Needs(&[ManageInboxes]),
        Json(
            r#"{"mailbox_id":"{mailbox}","address":"x@y.cn","incoming":{"host":"127.0.0.1","port":1,"user":"x"},"outgoing":{"host":"127.0.0.1","port":1,"user":null}}"#,
        ),
    ),
    row("test_mailbox", Needs(&[ManageInboxes]), Nothing),
];

//! The table.

use zhiyin_domain::permission::Permission::{self, *};

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Everybody, without credentials.
    Public,
    /// A visitor of the widget.
    Visitor,
    /// Every agent; what they see or change is their own or for all.
    Member,
    /// Every agent who is logged in with a browser: a token is not enough.
    InPerson,
    /// Agents who hold all of these. Who lacks one is told so.
    Needs(&'static [Permission]),
    /// The same, but for those who may not read the conversation it is not there.
    Conversation(&'static [Permission]),
    /// Agents who may read the conversation it belongs to; for others it is not there.
    Hidden(&'static [Permission]),
}

/// An operation, its rule, and a body that would be accepted. `{word}` stands for the id
/// of a thing of that kind.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// `operationId`.
    pub operation: &'static str,
    /// Who may call it.
    pub rule: Rule,
    /// What is sent.
    pub body: Body,
}

/// What is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// Nothing.
    None,
    /// JSON.
    Json(&'static str),
    /// A form with a picture.
    File,
}

use Body::{File, Json, None as Nothing};
use Rule::{Conversation, Hidden, InPerson, Member, Needs, Public, Visitor};

const fn row(operation: &'static str, rule: Rule, body: Body) -> Entry {
    Entry {
        operation,
        rule,
        body,
    }
}

/// Operations in the order of the reference page.
pub const MATRIX: &[Entry] = &[
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
    // Conversations. Lists and counters show what the caller may read.
    row("list_conversations", Member, Nothing),
    row("get_counters", Member, Nothing),
    row("get_conversation", Hidden(&[ReadConversations]), Nothing),
    row("list_messages", Hidden(&[ReadConversations]), Nothing),
    row(
        "create_message",
        Conversation(&[ReadConversations, Reply]),
        Json(r#"{"client_id":"1","text":"x"}"#),
    ),
    row(
        "edit_message",
        Conversation(&[ReadConversations, Reply]),
        Json(r#"{"text":"y"}"#),
    ),
    row(
        "recall_message",
        Conversation(&[ReadConversations, Reply]),
        Nothing,
    ),
    row(
        "assign_conversation",
        Conversation(&[ReadConversations, Assign]),
        Json(r#"{"agent_id":null,"team_id":"{team}"}"#),
    ),
    row(
        "resolve_conversation",
        Conversation(&[ReadConversations, ManageConversations]),
        Nothing,
    ),
    row(
        "reopen_conversation",
        Conversation(&[ReadConversations, ManageConversations]),
        Nothing,
    ),
    row(
        "snooze_conversation",
        Conversation(&[ReadConversations, ManageConversations]),
        Json(r#"{"until":"2026-06-01T00:00:00Z"}"#),
    ),
    row(
        "set_conversation_tags",
        Conversation(&[ReadConversations, ManageConversations]),
        Json(r#"{"tag_ids":["{tag}"]}"#),
    ),
    row(
        "set_conversation_priority",
        Conversation(&[ReadConversations, ManageConversations]),
        Json(r#"{"priority":"high"}"#),
    ),
    row(
        "mark_conversation_seen",
        Hidden(&[ReadConversations]),
        Json(r#"{"seq":1}"#),
    ),
    row(
        "mark_conversation_unread",
        Hidden(&[ReadConversations]),
        Nothing,
    ),
    row(
        "follow_conversation",
        Hidden(&[ReadConversations]),
        Json(r#"{"following":true}"#),
    ),
    row("list_drafts", Hidden(&[ReadConversations]), Nothing),
    row(
        "save_draft",
        Hidden(&[ReadConversations]),
        Json(r#"{"kind":"text","text":"x"}"#),
    ),
    row(
        "list_conversation_sessions",
        Hidden(&[ReadConversations]),
        Nothing,
    ),
    row(
        "create_rating_link",
        Conversation(&[ReadConversations, Reply]),
        Nothing,
    ),
    // A scheduled message is its author's; to drop an own one needs no more than to see it.
    row(
        "list_scheduled_messages",
        Hidden(&[ReadConversations]),
        Nothing,
    ),
    row(
        "create_scheduled_message",
        Conversation(&[ReadConversations, Reply]),
        Json(r#"{"client_id":"later","text":"x","send_at":"2026-06-01T00:00:00Z"}"#),
    ),
    row(
        "update_scheduled_message",
        Conversation(&[ReadConversations, Reply]),
        Json(r#"{"text":"y"}"#),
    ),
    row(
        "send_scheduled_message",
        Conversation(&[ReadConversations, Reply]),
        Nothing,
    ),
    row(
        "cancel_scheduled_message",
        Hidden(&[ReadConversations]),
        Nothing,
    ),
    // The journey, and what was promised on it.
    row("get_journey", Hidden(&[ReadConversations]), Nothing),
    row(
        "classify_conversation",
        Conversation(&[ReadConversations, ManageConversations]),
        Json(r#"{"stage":"pre_sales"}"#),
    ),
    row(
        "set_waiting_on",
        Conversation(&[ReadConversations, ManageConversations]),
        Json(r#"{"whom":"third_party"}"#),
    ),
    row("list_promises", Member, Nothing),
    row(
        "create_promise",
        Conversation(&[ReadConversations, ManageConversations]),
        Json(r#"{"kind":"other","text":"x","due_at":"2026-06-01T00:00:00Z","owner_id":"{agent}"}"#),
    ),
    row(
        "update_promise",
        Conversation(&[ReadConversations, ManageConversations]),
        Json(r#"{"text":"y"}"#),
    ),
    row(
        "keep_promise",
        Conversation(&[ReadConversations, ManageConversations]),
        Nothing,
    ),
    row(
        "cancel_promise",
        Conversation(&[ReadConversations, ManageConversations]),
        Json(r#"{"reason":"solved"}"#),
    ),
    row("list_calendars", Member, Nothing),
    row(
        "create_calendar",
        Needs(&[ManageWorkspace]),
        Json(r#"{"name":"a new calendar","rules":{}}"#),
    ),
    row("get_calendar", Member, Nothing),
    row(
        "update_calendar",
        Needs(&[ManageWorkspace]),
        Json(r#"{"rules":{"time_zone":"Asia/Shanghai"}}"#),
    ),
    row("delete_calendar", Needs(&[ManageWorkspace]), Nothing),
    row(
        "import_calendar",
        Needs(&[ManageWorkspace]),
        Json(r#"{"text":"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"}"#),
    ),
    row("list_calendar_days", Member, Nothing),
    row(
        "preview_calendar",
        Member,
        Json(r#"{"rules":{},"from":"2026-10-01","days":7}"#),
    ),
    row("list_standards", Member, Nothing),
    row(
        "create_standard",
        Needs(&[ManageWorkspace]),
        Json(
            r#"{"name":"a new standard","calendar_id":"{calendar}","terms":{"conditions":{"inboxes":["{inbox}"],"teams":["{team}"]}}}"#,
        ),
    ),
    row(
        "update_standard",
        Needs(&[ManageWorkspace]),
        Json(
            r#"{"terms":{"actions":[{"when":"breach","action":{"kind":"tag","tag_id":"{tag}"}}]}}"#,
        ),
    ),
    row("delete_standard", Needs(&[ManageWorkspace]), Nothing),
    row(
        "order_standards",
        Needs(&[ManageWorkspace]),
        Json(r#"{"ids":["{standard}"]}"#),
    ),
    row("get_journey_report", Needs(&[ReadReports]), Nothing),
    row("list_journey_sessions", Needs(&[ReadReports]), Nothing),
    // Each conversation is checked; the answer lists those that were left as they were.
    row(
        "bulk_conversations",
        Member,
        Json(r#"{"ids":["{conversation}"],"action":{"kind":"resolve"}}"#),
    ),
    row("search", Needs(&[ReadConversations]), Nothing),
    // Queues and routing.
    row("list_skills", Member, Nothing),
    row(
        "create_skill",
        Needs(&[ManageWorkspace]),
        Json(r#"{"name":"a new skill"}"#),
    ),
    row(
        "update_skill",
        Needs(&[ManageWorkspace]),
        Json(r#"{"name":"another skill"}"#),
    ),
    row("delete_skill", Needs(&[ManageWorkspace]), Nothing),
    row("list_profiles", Member, Nothing),
    row("get_profile", Needs(&[ManageAgents]), Nothing),
    row(
        "set_profile",
        Needs(&[ManageAgents]),
        Json(r#"{"skills":[{"skill_id":"{skill}","level":3}],"languages":["zh"]}"#),
    ),
    row("list_queues", Member, Nothing),
    row(
        "create_queue",
        Needs(&[ManageWorkspace]),
        Json(r#"{"name":"a new queue","teams":["{team}"]}"#),
    ),
    row("get_queue", Member, Nothing),
    row(
        "update_queue",
        Needs(&[ManageWorkspace]),
        Json(r#"{"eases":[{"after_s":60,"ease":{"kind":"add_teams","value":["{team}"]}}]}"#),
    ),
    row("delete_queue", Needs(&[ManageWorkspace]), Nothing),
    row("list_queue_items", Member, Nothing),
    row("get_routing_settings", Member, Nothing),
    row(
        "set_routing_settings",
        Needs(&[ManageWorkspace]),
        Json("{}"),
    ),
    row("list_offers", Member, Nothing),
    row("accept_offer", Member, Nothing),
    row("decline_offer", Member, Json("{}")),
    row(
        "transfer_conversation",
        Conversation(&[ReadConversations, Assign]),
        Json(r#"{"to":{"kind":"team","id":"{team}"}}"#),
    ),
    row(
        "enqueue_conversation",
        Conversation(&[ReadConversations, Assign]),
        Json(r#"{"queue_id":"{queue}"}"#),
    ),
    row(
        "set_conversation_needs",
        Conversation(&[ReadConversations, Assign]),
        Json(r#"{"needs":[{"skill_id":"{skill}","level":1}]}"#),
    ),
    row(
        "get_conversation_routing",
        Hidden(&[ReadConversations]),
        Nothing,
    ),
    // Presence and the floor.
    row("get_presence", Member, Nothing),
    row("report_activity", Member, Nothing),
    row("list_presences", Member, Nothing),
    row(
        "force_presence",
        Needs(&[SuperviseFloor]),
        Json(r#"{"presence":"away"}"#),
    ),
    row("get_floor", Needs(&[SuperviseFloor]), Nothing),
    row(
        "take_over_conversation",
        Conversation(&[ReadConversations, SuperviseFloor]),
        Nothing,
    ),
    row(
        "whisper",
        Conversation(&[ReadConversations, SuperviseFloor]),
        Json(r#"{"text":"well done"}"#),
    ),
    row(
        "reassign_conversations",
        Needs(&[SuperviseFloor]),
        Json(r#"{"conversation_ids":["{conversation}"],"to":{"kind":"team","id":"{team}"}}"#),
    ),
    row("get_wallboard", Needs(&[ReadReports]), Nothing),
    row("leave_message", Visitor, Nothing),
    row(
        "request_call_back",
        Visitor,
        Json(r#"{"phone":"+86 138 0013 8000"}"#),
    ),
    row("stay_in_queue", Visitor, Nothing),
    row("open_stream", Member, Nothing),
    // Contacts.
    row("list_contacts", Needs(&[ReadContacts]), Nothing),
    row("get_contact", Needs(&[ReadContacts]), Nothing),
    row(
        "update_contact",
        Needs(&[ReadContacts, EditContacts]),
        Json(r#"{"name":"x"}"#),
    ),
    row(
        "create_contact_note",
        Needs(&[EditContacts]),
        Json(r#"{"text":"x"}"#),
    ),
    row("list_contact_sessions", Needs(&[ReadContacts]), Nothing),
    row("list_attributes", Needs(&[ReadContacts]), Nothing),
    row(
        "create_attribute",
        Needs(&[ManageWorkspace]),
        Json(r#"{"key":"plan","label":{"en":"Plan"},"kind":"text"}"#),
    ),
    row(
        "update_attribute",
        Needs(&[ManageWorkspace]),
        Json(r#"{"label":{"en":"Plan"}}"#),
    ),
    row("delete_attribute", Needs(&[ManageWorkspace]), Nothing),
    // The block list: contacts by those who manage a conversation of theirs.
    row("list_blocks", Needs(&[ManageConversations]), Nothing),
    row(
        "create_block",
        Conversation(&[ReadConversations, ManageConversations]),
        Json(r#"{"kind":"contact","conversation_id":"{conversation}"}"#),
    ),
    row(
        "delete_block",
        Conversation(&[ReadConversations, ManageConversations]),
        Nothing,
    ),
    // Views: one's own need nothing more than reading.
    row("list_views", Needs(&[ReadConversations]), Nothing),
    row(
        "create_view",
        Needs(&[ReadConversations, ManageWorkspace]),
        Json(
            r#"{"name":"x","is_shared":true,"filter":{"match":"all","conditions":[{"field":"tag","operator":"has_any","value":["{tag}"]}]}}"#,
        ),
    ),
    row(
        "update_view",
        Needs(&[ReadConversations, ManageWorkspace]),
        Json(
            r#"{"filter":{"match":"all","conditions":[{"field":"team","operator":"is","value":["{team}"]}]}}"#,
        ),
    ),
    row(
        "delete_view",
        Needs(&[ReadConversations, ManageWorkspace]),
        Nothing,
    ),
    // Files: one's own, faces, and those of conversations one may read.
    row("create_attachment", Member, File),
    row("get_file", Hidden(&[ReadConversations]), Nothing),
    // Phrases and tags.
    row("list_phrases", Member, Nothing),
    row(
        "create_phrase",
        Needs(&[ManagePhrases]),
        Json(r#"{"shortcut":"hi","title":"x","locale":"en","text":"x","is_shared":true}"#),
    ),
    row(
        "update_phrase",
        Needs(&[ManagePhrases]),
        Json(r#"{"shortcut":"hi","title":"x","locale":"en","text":"x","is_shared":true}"#),
    ),
    row("delete_phrase", Needs(&[ManagePhrases]), Nothing),
    row(
        "use_phrase",
        Hidden(&[ReadConversations]),
        Json(r#"{"conversation_id":"{conversation}"}"#),
    ),
    row("list_tags", Member, Nothing),
    row(
        "create_tag",
        Needs(&[ManageTags]),
        Json(r##"{"name":"a new tag","color":"#000000"}"##),
    ),
    row(
        "update_tag",
        Needs(&[ManageTags]),
        Json(r##"{"color":"#000000"}"##),
    ),
    row("delete_tag", Needs(&[ManageTags]), Nothing),
    // The widget. Its stream asks for the token in the first frame.
    row("get_widget_config", Public, Nothing),
    row("open_visitor", Public, Json(r#"{"locale":"en"}"#)),
    row("open_widget_stream", Public, Nothing),
    row("get_widget_conversation", Visitor, Nothing),
    row("list_widget_messages", Visitor, Nothing),
    row(
        "create_widget_message",
        Visitor,
        Json(r#"{"client_id":"2","text":"x"}"#),
    ),
    row("mark_widget_seen", Visitor, Json(r#"{"seq":1}"#)),
    row(
        "rate_widget_session",
        Visitor,
        Json(r#"{"session_id":"ss_00000000000000000000000001","score":5}"#),
    ),
    row("end_widget_conversation", Visitor, Nothing),
    row(
        "request_widget_transcript",
        Visitor,
        Json(r#"{"email":"x@y.cn"}"#),
    ),
    row("create_visitor_attachment", Visitor, File),
    row("update_visitor", Visitor, Json(r#"{"locale":"en"}"#)),
    row("log_out_visitor", Visitor, Nothing),
];

/// Operations whose body names things of another workspace without being refused for it,
/// because the answer or the effect leaves them out. May only get shorter.
pub const LEAVES_FOREIGN_IDS_OUT: &[&str] = &["bulk_conversations", "reassign_conversations"];

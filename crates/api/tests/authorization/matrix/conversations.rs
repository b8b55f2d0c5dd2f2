//! Conversations, the journey, and what was promised.

use zhiyin_domain::permission::Permission::*;

use super::Body::{Json, None as Nothing};
use super::Rule::{Conversation, Hidden, Member, Needs};
use super::{Entry, row};

/// Operations in the order of the reference page.
pub const ROWS: &[Entry] = &[
    // Conversations. Lists and counters show what the caller may read.
    row("list_conversations", Member, Nothing),
    row("get_counters", Member, Nothing),
    row("get_conversation", Hidden(&[ReadConversations]), Nothing),
    row("list_messages", Hidden(&[ReadConversations]), Nothing),
    row(
        "get_mail_recipients",
        Conversation(&[ReadConversations, Reply]),
        Nothing,
    ),
    row("get_mail_page", Hidden(&[ReadConversations]), Nothing),
    row("get_raw_mail", Hidden(&[ReadConversations]), Nothing),
    row("get_mail_picture", Hidden(&[ReadConversations]), Nothing),
    row(
        "allow_mail_pictures",
        Conversation(&[ReadConversations, Reply]),
        Nothing,
    ),
    row(
        "forbid_mail_pictures",
        Conversation(&[ReadConversations, Reply]),
        Nothing,
    ),
    row(
        "retry_mail",
        Conversation(&[ReadConversations, Reply]),
        Nothing,
    ),
    row(
        "send_conversation_transcript",
        Conversation(&[ReadConversations, Reply]),
        Json(r#"{"email":"x@y.cn"}"#),
    ),
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
        "suggest_promises",
        Conversation(&[ReadConversations, ManageConversations]),
        Json(r#"{"text":"I'll call you tomorrow."}"#),
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
    row("get_expectation_report", Needs(&[ReadReports]), Nothing),
    row("list_expectation_sessions", Needs(&[ReadReports]), Nothing),
    row("get_promise_report", Needs(&[ReadReports]), Nothing),
    row("list_reported_promises", Needs(&[ReadReports]), Nothing),
    // Each conversation is checked; the answer lists those that were left as they were.
    row(
        "bulk_conversations",
        Member,
        Json(r#"{"ids":["{conversation}"],"action":{"kind":"resolve"}}"#),
    ),
    row("search", Needs(&[ReadConversations]), Nothing),
];

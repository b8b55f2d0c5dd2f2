//! Automation rules and macros.

use zhiyin_domain::permission::Permission::*;

use super::Body::{Json, None as Nothing};
use super::Rule::{Hidden, Needs};
use super::{Entry, row};

/// Operations in the order of the reference page.
pub const ROWS: &[Entry] = &[
    row("list_automation_rules", Needs(&[ManageAutomation]), Nothing),
    row(
        "create_automation_rule",
        Needs(&[ManageAutomation, ReadConversations, ManageConversations]),
        Json(
            r#"{"name":"x","terms":{"trigger":{"kind":"event","events":["rated"]},"scope":{"inbox_ids":["{inbox}"]},
                "actions":[{"do":"add_tags","tag_ids":["{tag}"]}]}}"#,
        ),
    ),
    row("get_automation_rule", Needs(&[ManageAutomation]), Nothing),
    row(
        "update_automation_rule",
        Needs(&[ManageAutomation, ReadConversations, Assign]),
        Json(
            r#"{"terms":{"trigger":{"kind":"event","events":["rated"]},
                "actions":[{"do":"queue","queue_id":"{queue}"}]}}"#,
        ),
    ),
    row(
        "delete_automation_rule",
        Needs(&[ManageAutomation]),
        Nothing,
    ),
    row(
        "order_automation_rules",
        Needs(&[ManageAutomation]),
        Json(r#"{"ids":["{automation_rule}"]}"#),
    ),
    row(
        "dry_run_automation_rule",
        Needs(&[ManageAutomation, ReadConversations, ManageConversations]),
        Json(
            r#"{"terms":{"trigger":{"kind":"event","events":["rated"]},
                "conditions":{"field":"tag","operator":"has_any","value":["{tag}"]},
                "actions":[{"do":"resolve"}]}}"#,
        ),
    ),
    row(
        "resume_automation_rule",
        Needs(&[ManageAutomation]),
        Nothing,
    ),
    row(
        "list_automation_rule_versions",
        Needs(&[ManageAutomation]),
        Nothing,
    ),
    row(
        "list_automation_rule_runs",
        Needs(&[ManageAutomation]),
        Nothing,
    ),
    row(
        "list_conversation_automation_runs",
        Hidden(&[ReadConversations]),
        Nothing,
    ),
    row("list_macros", Needs(&[ReadConversations]), Nothing),
    row(
        "create_macro",
        Needs(&[ReadConversations, ManageConversations]),
        Json(r#"{"name":"x","actions":[{"do":"add_tags","tag_ids":["{tag}"]}]}"#),
    ),
    row(
        "update_macro",
        Needs(&[ReadConversations, ManageAutomation, ManageConversations]),
        Json(r#"{"actions":[{"do":"add_tags","tag_ids":["{tag}"]}]}"#),
    ),
    row(
        "delete_macro",
        Needs(&[ReadConversations, ManageAutomation]),
        Nothing,
    ),
    row(
        "run_macro",
        Needs(&[ReadConversations]),
        Json(r#"{"conversation_ids":["cv_00000000000000000000000001"]}"#),
    ),
];

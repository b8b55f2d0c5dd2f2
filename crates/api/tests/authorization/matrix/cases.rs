//! Cases, their steps and tasks, their types and settings.

use zhiyin_domain::permission::Permission::*;

use super::Body::{Json, None as Nothing};
use super::Rule::{Conversation, Hidden, Member, Needs};
use super::{Entry, row};

/// Operations in the order of the reference page.
pub const ROWS: &[Entry] = &[
    // Lists show what the caller may know of.
    row("list_cases", Member, Nothing),
    row("count_cases", Member, Nothing),
    row(
        "list_conversation_cases",
        Hidden(&[ReadConversations]),
        Nothing,
    ),
    row("get_today", Member, Nothing),
    row(
        "create_case",
        Needs(&[WorkCases]),
        Json(r#"{"type":"consultation","title":"x","team_id":"{team}"}"#),
    ),
    row("get_case", Hidden(&[ReadCases]), Nothing),
    row(
        "update_case",
        Conversation(&[ReadCases, WorkCases]),
        Json(r#"{"team_id":"{team}"}"#),
    ),
    row(
        "set_case_status",
        Conversation(&[ReadCases, WorkCases]),
        Json(r#"{"status":"open"}"#),
    ),
    row("get_case_closing", Hidden(&[ReadCases]), Nothing),
    row(
        "watch_case",
        Hidden(&[ReadCases]),
        Json(r#"{"is_watching":false}"#),
    ),
    row(
        "note_case",
        Conversation(&[ReadCases, WorkTasks]),
        Json(r#"{"text":"x"}"#),
    ),
    row("list_case_history", Hidden(&[ReadCases]), Nothing),
    // Whoever is asked answers, whatever else they may do.
    row(
        "propose_handover",
        Conversation(&[ReadCases, AssignCases]),
        Json(r#"{"to_id":"{agent}","reason":"x"}"#),
    ),
    row("accept_handover", Hidden(&[ReadCases]), Nothing),
    row(
        "decline_handover",
        Hidden(&[ReadCases]),
        Json(r#"{"reason":"x"}"#),
    ),
    row("withdraw_handover", Hidden(&[ReadCases]), Nothing),
    row("list_case_links", Hidden(&[ReadCases]), Nothing),
    row(
        "link_case",
        Conversation(&[ReadCases, WorkCases]),
        Json(r#"{"kind":"related","case_id":"{case}"}"#),
    ),
    row(
        "unlink_case",
        Conversation(&[ReadCases, WorkCases]),
        Json(r#"{"kind":"related","case_id":"{case}"}"#),
    ),
    row(
        "merge_case",
        Conversation(&[ReadCases, WorkCases]),
        Json(r#"{"into_id":"{case}"}"#),
    ),
    row(
        "unmerge_case",
        Conversation(&[ReadCases, WorkCases]),
        Nothing,
    ),
    row("list_case_conversations", Hidden(&[ReadCases]), Nothing),
    row(
        "link_case_conversation",
        Conversation(&[ReadCases, WorkCases, ReadConversations]),
        Json(r#"{"conversation_id":"{conversation}"}"#),
    ),
    row(
        "unlink_case_conversation",
        Conversation(&[ReadCases, WorkCases]),
        Json(r#"{"conversation_id":"{conversation}"}"#),
    ),
    row("list_case_promises", Hidden(&[ReadCases]), Nothing),
    row("list_case_broadcasts", Hidden(&[ReadCases]), Nothing),
    row(
        "answer_children",
        Conversation(&[ReadCases, WorkCases]),
        Json(r#"{"client_id":"1","text":"x"}"#),
    ),
    // Steps: of the owner unless they are for a team or a role.
    row("get_case_steps", Hidden(&[ReadCases]), Nothing),
    row(
        "take_case_step",
        Conversation(&[ReadCases, WorkCases]),
        Json(r#"{"visit":1}"#),
    ),
    row(
        "complete_case_step",
        Conversation(&[ReadCases, WorkCases]),
        Json(r#"{"visit":99,"outcome":"x"}"#),
    ),
    row(
        "decide_case_step",
        Hidden(&[ReadCases]),
        Json(r#"{"visit":1,"is_approved":true}"#),
    ),
    row(
        "abandon_case_step",
        Conversation(&[ReadCases, WorkCases]),
        Json(r#"{"visit":99,"reason":"x"}"#),
    ),
    row(
        "restart_case_steps",
        Conversation(&[ReadCases, WorkCases]),
        Nothing,
    ),
    // Tasks: the team does them, whoever works on the case asked for them.
    row("list_case_tasks", Hidden(&[ReadCases]), Nothing),
    row(
        "ask_task",
        Conversation(&[ReadCases, WorkCases]),
        Json(
            r#"{"team_id":"{team}","request":"x","standard":"x","limit":{"within_s":3600,"basis":"wall"}}"#,
        ),
    ),
    row("list_tasks", Member, Nothing),
    row("get_task_report", Needs(&[ReadReports]), Nothing),
    row("get_task", Hidden(&[ReadCases]), Nothing),
    row("take_task", Needs(&[WorkTasks]), Nothing),
    row("answer_task", Needs(&[WorkTasks]), Json(r#"{"text":"x"}"#)),
    row(
        "report_task",
        Needs(&[WorkTasks]),
        Json(r#"{"text":"x","due_at":"2026-03-02T01:30:00Z"}"#),
    ),
    row(
        "question_task",
        Needs(&[WorkTasks]),
        Json(r#"{"text":"x"}"#),
    ),
    row(
        "forward_task",
        Needs(&[WorkTasks]),
        Json(r#"{"team_id":"{team}","reason":"x"}"#),
    ),
    row(
        "clarify_task",
        Conversation(&[ReadCases, WorkCases]),
        Json(r#"{"text":"x"}"#),
    ),
    row(
        "send_back_task",
        Conversation(&[ReadCases, WorkCases]),
        Json(r#"{"text":"x"}"#),
    ),
    row(
        "cancel_task",
        Conversation(&[ReadCases, WorkCases]),
        Json(r#"{"text":"x"}"#),
    ),
    row(
        "create_task_link",
        Conversation(&[ReadCases, WorkCases]),
        Json(r#"{"agent_id":"{agent}"}"#),
    ),
    // Types and settings.
    row("list_case_types", Member, Nothing),
    row("get_case_type", Member, Nothing),
    row("list_case_type_versions", Member, Nothing),
    row(
        "create_case_type",
        Needs(&[ManageCaseTypes]),
        Json(r#"{"key":"visit"}"#),
    ),
    row(
        "update_case_type",
        Needs(&[ManageCaseTypes]),
        Json(r#"{"is_enabled":true}"#),
    ),
    row(
        "check_case_type",
        Needs(&[ManageCaseTypes]),
        Json(
            r#"{"terms":{"name":{"en":"x"},"priority":"normal","form":[],"procedure":{"first":"a","steps":[]},"closing":{"attempts_min":1,"days_min":1,"means_min":1,"answer_wait_s":3600},"reopen_within_s":3600}}"#,
        ),
    ),
    row("publish_case_type", Needs(&[ManageCaseTypes]), Json("{}")),
    row("restore_case_type", Needs(&[ManageCaseTypes]), Nothing),
    row("get_case_labels", Member, Nothing),
    row(
        "set_case_labels",
        Needs(&[ManageCaseSettings]),
        Json(r#"{"labels":[],"version":0}"#),
    ),
    row("get_case_desks", Member, Nothing),
    row(
        "set_case_desks",
        Needs(&[ManageCaseSettings]),
        Json(r#"{"desks":{"warehouse":"{team}"},"version":0}"#),
    ),
    row("get_case_times", Member, Nothing),
    row(
        "set_case_times",
        Needs(&[ManageCaseSettings]),
        Json(
            r#"{"calendar_id":null,"handover":{"within_s":3600},"question":{"within_s":3600},"version":0}"#,
        ),
    ),
];

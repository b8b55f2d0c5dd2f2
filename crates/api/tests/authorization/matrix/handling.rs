//! Complaints, recovery, evidence, call backs, warnings and the portal.

use zhiyin_domain::permission::Permission::*;

use super::Body::{Json, None as Nothing};
use super::Rule::{Conversation, Hidden, Member, Needs, Visitor};
use super::{Entry, row};
use zhiyin_domain::permission::Permission;

/// Who works on a case.
const WORK: &[Permission] = &[ReadCases, WorkCases];
/// What is known of a complaint.
const FACTS: &str = r#"{"facts":{"harm":"over","safety":"none","legal":"none","media":"none","is_vulnerable":false,"repeat_count":0,"value":"usual"}}"#;
/// Rules for warnings.
const RULES: &str = r#"{"rules":{"people":["{agent}"],
    "run":{"is_enabled":true,"count":5,"window_s":86400},
    "keywords":{"is_enabled":true,"words":["press"]},
    "backlog":{"is_enabled":true,"hours":24,"count":10},
    "channel":{"is_enabled":true,"silent_hours":4},
    "plan":{"run":[],"keyword":[],"backlog":[],"channel":[]}},"version":0}"#;

/// Operations in the order of the reference page.
pub const ROWS: &[Entry] = &[
    row("get_complaint", Hidden(&[ReadCases]), Nothing),
    row("reassess_complaint", Conversation(WORK), Json(FACTS)),
    row(
        "acknowledge_complaint",
        Conversation(WORK),
        Json(r#"{"reply_by":"2026-03-03T00:00:00Z"}"#),
    ),
    row(
        "update_complaint",
        Conversation(WORK),
        Json(r#"{"text":"x"}"#),
    ),
    row(
        "decide_complaint",
        Conversation(WORK),
        Json(r#"{"validity":"not_valid","reasons":"x"}"#),
    ),
    row(
        "reply_complaint",
        Conversation(WORK),
        Json(r#"{"text":"x"}"#),
    ),
    row(
        "set_complaint_cause",
        Conversation(WORK),
        Json(r#"{"category":"process","text":"x"}"#),
    ),
    row(
        "plan_complaint_action",
        Conversation(WORK),
        Json(r#"{"text":"x","owner_id":"{agent}","due_at":"2026-04-01T00:00:00Z"}"#),
    ),
    row(
        "finish_complaint_action",
        Conversation(WORK),
        Json(r#"{"result":"x"}"#),
    ),
    row(
        "assess_complainant",
        Conversation(WORK),
        Json(r#"{"signs":[],"kind":null,"temperament":null}"#),
    ),
    row("list_complaint_cards", Member, Nothing),
    row("assess_severity", Needs(&[WorkCases]), Json(FACTS)),
    row("get_recovery", Hidden(&[ReadCases]), Nothing),
    row(
        "ask_recovery",
        Conversation(WORK),
        Json(r#"{"gesture":"apology","cost":{"minor":0,"currency":"CNY"},"reason":"x"}"#),
    ),
    row("get_recovery_needs", Conversation(WORK), Nothing),
    // Roles and the line decide who may, when there is something to decide.
    row(
        "decide_recovery",
        Hidden(&[ReadCases]),
        Json(r#"{"is_approved":true}"#),
    ),
    row("carry_out_recovery", Conversation(WORK), Nothing),
    row("withdraw_recovery", Conversation(WORK), Nothing),
    row("list_recovery_approvals", Member, Nothing),
    row("get_recovery_budget", Needs(&[ReadReports]), Nothing),
    row("list_evidence", Hidden(&[ReadCases]), Nothing),
    row(
        "add_evidence",
        Conversation(WORK),
        Json(r#"{"kind":"statement","speaker":"x","text":"x"}"#),
    ),
    row("verify_evidence", Hidden(&[ReadCases]), Nothing),
    row("get_evidence_content", Hidden(&[ReadCases]), Nothing),
    row(
        "export_case",
        Conversation(&[ReadCases, ExportEvidence]),
        Nothing,
    ),
    row("list_follow_ups", Hidden(&[ReadCases]), Nothing),
    row(
        "create_follow_up",
        Conversation(WORK),
        Json(r#"{"owner_id":"{agent}"}"#),
    ),
    row("list_open_follow_ups", Needs(&[WorkCases]), Nothing),
    row(
        "try_follow_up",
        Conversation(WORK),
        Json(r#"{"means":"call"}"#),
    ),
    row(
        "finish_follow_up",
        Conversation(WORK),
        Json(r#"{"result":"solved","means":"call"}"#),
    ),
    row("list_solution_contacts", Hidden(&[ReadCases]), Nothing),
    row(
        "document_solution_contact",
        Conversation(WORK),
        Json(r#"{"means":"call","answer":"no_answer"}"#),
    ),
    row("get_severity_settings", Member, Nothing),
    row(
        "set_severity_settings",
        Needs(&[ManageCaseSettings]),
        Json(
            r#"{"matrix":{"weights":{},"thresholds":[3,6,10],"terms":{}},"tells_at_once":true,"version":0}"#,
        ),
    ),
    row("get_recovery_settings", Member, Nothing),
    row(
        "set_recovery_settings",
        Needs(&[ManageCaseSettings]),
        Json(
            r#"{"catalogue":[{"key":"apology","name":{"en":"x"},"kind":"apology","cost":{"kind":"free"},
                "is_enabled":true}],"limits":{"currency":"CNY","own":{},"four_eyes_from":0,
                "chain":[{"approver":{"kind":"agent","agent_id":"{agent}"},"up_to":100}]},
                "budgets":[{"team_id":"{team}","period":"month","total":100}],"version":0}"#,
        ),
    ),
    row("get_low_score_settings", Member, Nothing),
    row(
        "set_low_score_settings",
        Needs(&[ManageCaseSettings]),
        Json(
            r#"{"rule":{"at_most":2,"within":{"within_s":3600,"basis":"business"},
                "ladder":{"remind_percent":[50],"rungs":[]}},"version":0}"#,
        ),
    ),
    row("get_warning_settings", Member, Nothing),
    row(
        "set_warning_settings",
        Needs(&[ManageCaseSettings]),
        Json(RULES),
    ),
    row("list_risk_warnings", Member, Nothing),
    // Those who are named may as well.
    row(
        "tick_risk_warning",
        Needs(&[ManageCaseSettings]),
        Json(r#"{"step":0,"is_done":true}"#),
    ),
    row(
        "close_risk_warning",
        Needs(&[ManageCaseSettings]),
        Json(r#"{"note":"x"}"#),
    ),
    row("get_notice_settings", Member, Nothing),
    row(
        "set_notice_settings",
        Needs(&[ManageCaseSettings]),
        Json(
            r#"{"settings":{"threshold":20,"repeat_after_days":90,"entries":[{"key":"repair_data","kind":"notice",
                "is_enabled":true,"name":{"en":"x"},"text":{"en":"x"},
                "situation":{"inbox_ids":["{inbox}"]},"severity":5,"likelihood":5}]},"version":0}"#,
        ),
    ),
    row(
        "list_conversation_notices",
        Hidden(&[ReadConversations]),
        Nothing,
    ),
    row(
        "tell_conversation_notice",
        Conversation(&[ReadConversations, Reply]),
        Json(r#"{"client_id":"n1","key":"repair_data"}"#),
    ),
    row("list_case_notices", Hidden(&[ReadCases]), Nothing),
    row(
        "tell_case_notice",
        Conversation(WORK),
        Json(r#"{"client_id":"n2","key":"repair_data"}"#),
    ),
    row(
        "acknowledge_notice",
        Conversation(&[ReadConversations, Reply]),
        Json(r#"{"means":"phone"}"#),
    ),
    row("get_notice_report", Needs(&[ReadReports]), Nothing),
    row("list_reported_notices", Needs(&[ReadReports]), Nothing),
    row(
        "answer_widget_ask",
        Visitor,
        Json(r#"{"answer":"acknowledged"}"#),
    ),
    row("create_portal_link", Conversation(WORK), Json("{}")),
    row("create_own_portal_link", Visitor, Nothing),
];

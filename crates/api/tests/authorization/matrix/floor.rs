//! Queues, routing, presence and the floor.

use zhiyin_domain::permission::Permission::*;

use super::Body::{Json, None as Nothing};
use super::Rule::{Conversation, Hidden, Member, Needs, Visitor};
use super::{Entry, row};

/// Operations in the order of the reference page.
pub const ROWS: &[Entry] = &[
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
];

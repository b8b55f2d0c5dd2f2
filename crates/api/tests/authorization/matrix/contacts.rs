//! Contacts, views, files, phrases, tags, the widget.

use zhiyin_domain::permission::Permission::*;

use super::Body::{File, Json, None as Nothing};
use super::Rule::{Conversation, Hidden, Member, Needs, Public, Visitor};
use super::{Entry, row};

/// Operations in the order of the reference page.
pub const ROWS: &[Entry] = &[
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
    row("list_accounts", Needs(&[ReadContacts]), Nothing),
    row("get_account", Needs(&[ReadContacts]), Nothing),
    row(
        "create_account",
        Needs(&[EditContacts]),
        Json(r#"{"name":"x"}"#),
    ),
    row(
        "update_account",
        Needs(&[EditContacts]),
        Json(r#"{"tier":1}"#),
    ),
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

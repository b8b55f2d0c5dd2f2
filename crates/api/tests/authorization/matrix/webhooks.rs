//! Webhooks, API inboxes, the event log.

use zhiyin_domain::permission::Permission::*;

use super::Body::{Json, None as Nothing};
use super::Rule::{Member, Needs};
use super::{Entry, row};

/// Operations in the order of the reference page.
pub const ROWS: &[Entry] = &[
    row("list_webhooks", Needs(&[ManageWebhooks]), Nothing),
    row(
        "create_webhook",
        Needs(&[ManageWebhooks, ReadConversations, ReadContacts]),
        Json(r#"{"name":"x","url":"https://shop.example/hook","inbox_id":"{inbox}"}"#),
    ),
    row("get_webhook", Needs(&[ManageWebhooks]), Nothing),
    row(
        "update_webhook",
        Needs(&[ManageWebhooks, ReadConversations, ReadContacts]),
        Json(r#"{"name":"y","inbox_id":"{inbox}"}"#),
    ),
    row("delete_webhook", Needs(&[ManageWebhooks]), Nothing),
    row(
        "rotate_webhook_secret",
        Needs(&[ManageWebhooks, ReadConversations, ReadContacts]),
        Json("{}"),
    ),
    row("test_webhook", Needs(&[ManageWebhooks]), Nothing),
    row("list_webhook_deliveries", Needs(&[ManageWebhooks]), Nothing),
    row(
        "replay_webhook_deliveries",
        Needs(&[ManageWebhooks]),
        Json("{}"),
    ),
    row(
        "get_webhook_delivery",
        Needs(&[ManageWebhooks, ReadConversations, ReadContacts]),
        Nothing,
    ),
    row("replay_webhook_delivery", Needs(&[ManageWebhooks]), Nothing),
    row("list_webhook_event_types", Member, Nothing),
    row(
        "save_channel_contact",
        Needs(&[ReceiveMessages]),
        Json(r#"{"inbox_id":"{api_inbox}","contact":{"external_id":"u2"}}"#),
    ),
    row(
        "receive_channel_message",
        Needs(&[ReceiveMessages]),
        Json(
            r#"{"inbox_id":"{api_inbox}","external_id":"m2","text":"x","contact":{"external_id":"u1"}}"#,
        ),
    ),
    row("list_channel_messages", Needs(&[ReceiveMessages]), Nothing),
    row(
        "get_channel_conversation",
        Needs(&[ReceiveMessages]),
        Nothing,
    ),
    row(
        "report_channel_delivery",
        Needs(&[ReceiveMessages]),
        Json(r#"{"inbox_id":"{api_inbox}","message_id":"{api_message}","delivery":"read"}"#),
    ),
    row(
        "report_channel_seen",
        Needs(&[ReceiveMessages]),
        Json(r#"{"inbox_id":"{api_inbox}","contact_external_id":"u1","seq":1}"#),
    ),
    row("list_events", Member, Nothing),
];

//! A mailbox, and a message that is a mail.

use std::collections::BTreeMap;

use serde_json::json;
use zhiyin_domain::attachment::BlobHash;
use zhiyin_domain::ids::{MessageId, WorkspaceId};
use zhiyin_domain::mail::{Direction, Mail, MailHead, MailMeta};
use zhiyin_ports::{BlobKey, Clock as _};
use zhiyin_store::conversations::messages;
use zhiyin_store::{StoreError, Tx, mails};
use zhiyin_testkit::{Client, TestApp};

/// The mailbox, whose servers are not there.
pub async fn mailbox(owner: &Client, unique: &str, things: &mut BTreeMap<&'static str, String>) {
    let address = format!("help.{unique}@y.cn");
    let body = json!({
        "name": "mail", "address": address,
        "incoming": { "host": "127.0.0.1", "port": 1, "user": "x", "secret": "x" },
        "outgoing": { "host": "127.0.0.1", "port": 1, "user": null },
    });
    let made = owner.post("/api/v1/mailboxes").json(body).await.expect(201);
    things.insert("mailbox", made.text_at("/id"));
}

/// The message with the words of a mail besides.
pub async fn mail(
    t: &TestApp,
    workspace: WorkspaceId,
    things: &mut BTreeMap<&'static str, String>,
) {
    let message = things["message"].clone();
    things.insert("mail", message.clone());
    let id: MessageId = message.parse().expect("a message");
    let hash = BlobHash::from_bytes([7; 32]);
    let key = BlobKey { workspace, hash };
    t.app.parts().blobs.put(&key, b"x: y").expect("a blob");
    let now = t.clock.now();
    let add = move |tx: &mut Tx<'_>| {
        let mut message = messages::get(tx, id)?.expect("the message");
        message.content.is_mail = true;
        messages::save(tx, &message)?;
        let mail = Mail {
            message_id: id,
            conversation_id: message.conversation_id,
            mailbox_id: None,
            direction: Direction::In,
            head: MailHead::default(),
            meta: MailMeta::default(),
            raw: Some(hash),
            html: Some(hash),
            sent_at: None,
            sending: None,
            created_at: now,
        };
        mails::insert(tx, &mail)
    };
    let added: Result<(), StoreError> = t.app.store().write(workspace, add).await;
    added.expect("a mail");
}

//! A company with one mailbox, and mail for it.

use serde_json::{Value, json};
use zhiyin_app::email::intake::StoreIntake;
use zhiyin_channels::email::fingerprint::Fingerprint;
use zhiyin_channels::email::imap::{Arrival, Content, Intake as _};
use zhiyin_channels::email::parse;
use zhiyin_channels::email::reply_address::ReplyTokens;
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::ids::{ConversationId, MailboxId, MessageId};
use zhiyin_domain::mail::Mail;
use zhiyin_store::{mail_arrivals, mailboxes, mails};
use zhiyin_testkit::TestApp;

/// The desk at which mail arrives.
pub struct Desk {
    pub t: TestApp,
    pub mailbox: MailboxId,
    pub address: EmailAddress,
    next_uid: u32,
}

/// Settings of a mailbox whose servers nobody asks.
pub fn settings(address: &str) -> Value {
    json!({
        "name": "Help",
        "address": address,
        "incoming": { "host": "127.0.0.1", "port": 1, "user": address, "secret": "tea" },
        "outgoing": { "host": "127.0.0.1", "port": 1, "user": address, "secret": "tea" },
        "trusted_servers": ["mx.tea.example"],
        "undo_s": 0,
    })
}

impl Desk {
    /// With one mailbox, `help@tea.example`.
    pub async fn new() -> Self {
        Self::with(settings("help@tea.example")).await
    }

    /// With one mailbox of these settings.
    pub async fn with(settings: Value) -> Self {
        Self::over(TestApp::new().await, settings).await
    }

    /// In a program of the test's choice.
    pub async fn over(t: TestApp, settings: Value) -> Self {
        let address = settings["address"].as_str().expect("an address").to_owned();
        let created = t.admin.post("/api/v1/mailboxes").json(settings).await;
        assert_eq!(created.summary(), "201");
        let id = created.json()["id"].as_str().expect("an id").to_owned();
        Self {
            t,
            mailbox: id.parse().expect("a mailbox id"),
            address: address.parse().expect("an address"),
            next_uid: 1,
        }
    }

    /// A mail arrives and is read.
    pub async fn arrives(&mut self, raw: &[u8]) {
        let uid = self.next_uid;
        self.next_uid += 1;
        let fingerprint = parse(raw).and_then(|mail| Fingerprint::of(&mail));
        let mut intake = StoreIntake::new(self.t.app.clone(), self.t.workspace, self.mailbox);
        let arrival = Arrival {
            uid_validity: 1,
            uid,
            arrived: None,
            size: raw.len() as u64,
            fingerprint,
            content: Content::Whole(raw.to_vec()),
        };
        intake.take(arrival).await.expect("a mail that is kept");
        self.t.run_until_idle().await;
    }

    /// What became of the mails, in one word each with their number.
    pub async fn outcomes(&self) -> Vec<(String, i64)> {
        let id = self.mailbox;
        let found = self
            .t
            .app
            .store()
            .read(self.t.workspace, move |tx| mail_arrivals::outcomes(tx, id))
            .await
            .expect("the ledger");
        let named = found.into_iter();
        named
            .map(|(outcome, number)| (outcome.unwrap_or_else(|| "waiting".to_owned()), number))
            .collect()
    }

    /// All conversations, newest first.
    pub async fn conversations(&self) -> Vec<Value> {
        let path = "/api/v1/conversations?status=all";
        let list = self.t.admin.get(path).await.json();
        list["items"].as_array().expect("a list").clone()
    }

    /// The only conversation.
    pub async fn conversation(&self) -> Value {
        let mut all = self.conversations().await;
        assert_eq!(all.len(), 1, "one conversation");
        all.remove(0)
    }

    /// What was said in a conversation.
    pub async fn messages(&self, conversation: &Value) -> Vec<Value> {
        let id = conversation["id"].as_str().expect("an id");
        let path = format!("/api/v1/conversations/{id}/messages");
        let list = self.t.admin.get(path).await.json();
        list["items"].as_array().expect("a list").clone()
    }

    /// The administrator answers.
    pub async fn answers(&self, conversation: &Value, body: Value) -> zhiyin_testkit::TestResponse {
        let id = conversation["id"].as_str().expect("an id");
        let path = format!("/api/v1/conversations/{id}/messages");
        self.t.admin.post(path).json(body).await
    }

    /// Makes the proofs that only we can make.
    pub async fn tokens(&self) -> ReplyTokens {
        let key = self
            .t
            .app
            .store()
            .write(self.t.workspace, mailboxes::token_key)
            .await
            .expect("a key");
        ReplyTokens::new(&key)
    }

    /// The address to which answers to a conversation come.
    pub async fn reply_address(&self, conversation: &Value) -> String {
        let id: ConversationId = id_of(conversation);
        let address = self.tokens().await.reply_address(&self.address, id);
        address.as_str().to_owned()
    }

    /// What is stored of a mail.
    pub async fn mail(&self, message: &Value) -> Mail {
        let id: MessageId = id_of(message);
        let found = self
            .t
            .app
            .store()
            .read(self.t.workspace, move |tx| mails::get(tx, id))
            .await;
        found.expect("a store").expect("a mail")
    }
}

/// The identifier of a thing.
pub fn id_of<T: std::str::FromStr>(it: &Value) -> T
where
    T::Err: std::fmt::Debug,
{
    it["id"].as_str().expect("an id").parse().expect("an id")
}

/// A mail with these headers and this text.
pub fn letter(headers: &str, text: &str) -> Vec<u8> {
    let text = text.replace('\n', "\r\n");
    format!(
        "{headers}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    )
    .into_bytes()
}

/// The first mail of Ada.
pub fn first() -> Vec<u8> {
    letter(
        "From: Ada <ada@customer.example>\r\nTo: help@tea.example\r\n\
         Message-ID: <first@customer.example>\r\nDate: Mon, 02 Mar 2026 08:00:00 +0800\r\n\
         Subject: A broken teapot",
        "My teapot broke.",
    )
}

//! Mail that goes out, up to the door.

use std::time::Duration;

use serde_json::{Value, json};
use zhiyin_app::email::send::Postman;
use zhiyin_domain::ids::MessageId;
use zhiyin_domain::mail::SendingState;

use crate::desk::{Desk, first, id_of, letter, settings};

/// A desk with a first mail, whose agents may take back what they wrote for a minute.
async fn asked() -> Desk {
    let mut with = settings("help@tea.example");
    with["undo_s"] = json!(60);
    let mut desk = Desk::with(with).await;
    desk.arrives(&first()).await;
    desk
}

#[tokio::test]
async fn an_answer_waits_for_its_time_and_says_to_whom_it_goes() {
    let desk = asked().await;
    let conversation = desk.conversation().await;
    let sent = desk
        .answers(&conversation, json!({ "text": "Sorry!" }))
        .await;
    assert_eq!(sent.summary(), "201");
    let message = sent.json();
    assert_eq!(message["delivery"], "pending");
    let mail = &message["email"];
    assert_eq!(mail["to"][0]["address"], "ada@customer.example");
    assert_eq!(mail["delivery"]["state"], "waiting");
    let number = conversation["number"].as_i64().expect("a number");
    assert_eq!(mail["subject"], format!("Re: A broken teapot [#{number}]"));
    let stored = desk.mail(&message).await;
    assert_eq!(stored.head.references, ["first@customer.example"]);
}

#[tokio::test]
async fn what_waits_can_be_taken_back_and_never_leaves() {
    let desk = asked().await;
    let conversation = desk.conversation().await;
    let message = desk
        .answers(&conversation, json!({ "text": "Sorry!" }))
        .await
        .json();
    let id: MessageId = id_of(&message);
    let path = format!("/api/v1/messages/{id}");
    assert_eq!(desk.t.admin.delete(&path).await.summary(), "200");
    let sending = desk.mail(&message).await.sending.expect("its way out");
    assert_eq!(sending.state, SendingState::Withdrawn);
    let second = desk
        .answers(&conversation, json!({ "text": "Again" }))
        .await
        .json();
    desk.t.let_pass(std::time::Duration::from_secs(61)).await;
    let id: MessageId = id_of(&second);
    let late = desk.t.admin.delete(format!("/api/v1/messages/{id}")).await;
    assert_eq!(late.summary(), "409 message-not-editable");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_tried_again_and_shown() {
    let mut desk = Desk::new().await;
    desk.arrives(&first()).await;
    let conversation = desk.conversation().await;
    let message = desk
        .answers(&conversation, json!({ "text": "Sorry!" }))
        .await
        .json();
    let mut postman = Postman::new(desk.t.app.clone(), desk.t.workspace, desk.mailbox);
    let handed = postman.turn().await.expect("a turn");
    assert_eq!(handed.tried, 1);
    let sending = desk.mail(&message).await.sending.expect("its way out");
    assert_eq!(
        (sending.state, sending.attempts),
        (SendingState::Waiting, 1)
    );
    assert!(
        sending
            .next_attempt_at
            .is_some_and(|at| at > sending.due_at)
    );
    assert_eq!(sending.failure.expect("a reason").code, "later");
    assert_eq!(postman.turn().await.expect("a turn").tried, 0);
}

#[tokio::test]
async fn recipients_are_chosen_and_checked() {
    let mut desk = Desk::new().await;
    let cc = letter(
        "From: Ada <ada@customer.example>\r\nTo: help@tea.example, bo@customer.example\r\n\
         Cc: help+x@tea.example, cy@customer.example\r\nMessage-ID: <cc@customer.example>\r\n\
         Subject: All of us",
        "Hello.",
    );
    desk.arrives(&cc).await;
    let conversation = desk.conversation().await;
    let id = conversation["id"].as_str().expect("an id");
    let path = format!("/api/v1/conversations/{id}/email/recipients?mode=reply_all");
    let all = desk.t.admin.get(path).await.json();
    assert_eq!(all["to"][0]["address"], "ada@customer.example");
    let cc = all["cc"].as_array().expect("a list").iter();
    let cc: Vec<_> = cc.map(|it| it["address"].clone()).collect();
    assert_eq!(
        cc,
        [json!("bo@customer.example"), json!("cy@customer.example")]
    );
    let bad = json!({ "text": "x", "email": { "to": ["Ada <ada@customer.example>", "nobody"] } });
    let refused = desk.answers(&conversation, bad).await;
    assert_eq!(refused.summary(), "422 invalid-field /email/to/1");
    let forward = json!({ "text": "x", "email": { "mode": "forward" } });
    let refused = desk.answers(&conversation, forward).await;
    assert_eq!(refused.summary(), "422 invalid-field /email/to");
    let forward = json!({ "text": "See below.", "email": {
        "mode": "forward", "to": ["repairs@partner.example"] } });
    let sent = desk.answers(&conversation, forward).await.json();
    assert!(
        sent["email"]["subject"]
            .as_str()
            .expect("text")
            .starts_with("Fwd: All of us")
    );
}

#[tokio::test]
async fn a_bounce_counts_only_with_proof_and_can_be_tried_again() {
    let mut desk = Desk::new().await;
    desk.arrives(&first()).await;
    let conversation = desk.conversation().await;
    let message = desk
        .answers(&conversation, json!({ "text": "Sorry!" }))
        .await
        .json();
    let id: MessageId = id_of(&message);
    let report = |to: &str, number: u32| {
        format!(
            "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: {to}\r\n\
             Message-ID: <bounce-{number}@mx.example>\r\nSubject: Undelivered Mail\r\n\
             MIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\
             \r\nFinal-Recipient: rfc822; ada@customer.example\r\nAction: failed\r\n\
             Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such user\r\n\r\n--b--\r\n"
        )
    };
    desk.arrives(report("help@tea.example", 1).as_bytes()).await;
    let state = |mail: zhiyin_domain::mail::Mail| mail.sending.expect("its way out").state;
    assert_eq!(state(desk.mail(&message).await), SendingState::Waiting);
    let proof = desk.tokens().await.bounce_address(&desk.address, id);
    desk.arrives(report(proof.as_str(), 2).as_bytes()).await;
    assert_eq!(
        desk.conversations().await.len(),
        1,
        "a report opens nothing"
    );
    let shown = desk.messages(&conversation).await.remove(1);
    assert_eq!(shown["delivery"], "failed");
    let delivery = &shown["email"]["delivery"];
    assert_eq!(delivery["reason"]["code"], "bounced");
    assert_eq!(
        delivery["failed_recipients"],
        json!(["ada@customer.example"])
    );
    let again = desk
        .t
        .admin
        .post(format!("/api/v1/messages/{id}/email/retry"))
        .await;
    assert_eq!(again.json()["delivery"], "pending");
    let twice = desk
        .t
        .admin
        .post(format!("/api/v1/messages/{id}/email/retry"))
        .await;
    assert_eq!(twice.summary(), "409 not-waiting");
}

#[tokio::test]
async fn secrets_are_never_shown_and_never_shown_to_another_server() {
    let desk = Desk::new().await;
    let path = format!("/api/v1/mailboxes/{}", desk.mailbox);
    let shown = desk.t.admin.get(&path).await;
    let text = String::from_utf8(shown.bytes.clone()).expect("text");
    assert!(!text.contains("\"tea\""), "{text}");
    assert_eq!(shown.json()["incoming"]["has_secret"], true);
    let elsewhere = json!({ "version": 1, "incoming":
        { "host": "mail.evil.example", "port": 993, "user": "help@tea.example" } });
    let refused = desk.t.admin.patch(&path).json(elsewhere).await;
    assert_eq!(refused.summary(), "422 invalid-field /incoming/secret");
    let renamed = json!({ "version": 1, "from_name": "Tea", "signature": "{{agent}}" });
    let changed = desk.t.admin.patch(&path).json(renamed).await;
    assert_eq!(changed.json()["version"], 2);
    let stale = json!({ "version": 1, "from_name": "Coffee" });
    let stale = desk.t.admin.patch(&path).json(stale).await;
    assert_eq!(stale.summary(), "409 changed");
    let twice = desk
        .t
        .admin
        .post("/api/v1/mailboxes")
        .json(settings("Help@Tea.example"))
        .await;
    assert_eq!(twice.summary(), "409 already-exists /address");
    assert_eq!(desk.t.admin.delete(&path).await.summary(), "204");
    assert_eq!(desk.t.admin.get(&path).await.summary(), "404 not-found");
}

#[tokio::test]
async fn a_mailbox_that_is_not_read_raises_a_warning() {
    let desk = Desk::new().await;
    desk.t.let_pass(std::time::Duration::from_mins(31)).await;
    let path = format!("/api/v1/mailboxes/{}", desk.mailbox);
    let health = desk.t.admin.get(&path).await.json()["health"].clone();
    assert_eq!(health["reading"], "stale");
    let warnings = desk.t.admin.get("/api/v1/risk-warnings").await.json();
    assert_eq!(warnings["items"].as_array().expect("a list").len(), 1);
}

#[tokio::test]
async fn the_composer_shows_who_it_is_from_and_what_stands_under_it() {
    let mut with = settings("help@tea.example");
    with["signature"] = json!("{{agent}}\nTea House");
    let mut desk = Desk::with(with).await;
    desk.arrives(&first()).await;
    let conversation = desk.conversation().await;
    let id = conversation["id"].as_str().expect("an id");
    let path = format!("/api/v1/conversations/{id}/email/recipients?mode=reply");
    let shown = desk.t.admin.get(path).await.json();
    assert_eq!(
        shown["from"],
        json!({ "name": "Chen Wei · Help", "address": "help@tea.example" })
    );
    assert_eq!(shown["signature"], "Chen Wei\nTea House");
}

#[tokio::test]
async fn a_mail_that_leaves_later_goes_to_whom_its_author_said_and_can_be_taken_back() {
    let mut settings = settings("help@tea.example");
    settings["undo_s"] = json!(20);
    let mut desk = Desk::with(settings).await;
    desk.arrives(&first()).await;
    let conversation = desk.conversation().await;
    let id = conversation["id"].as_str().expect("an id");
    let path = format!("/api/v1/conversations/{id}/scheduled-messages");
    let later = |email: Value| {
        json!({ "client_id": "later", "text": "The new one leaves today.",
                "send_at": "2026-03-02T02:00:00Z", "email": email })
    };
    let refused = desk
        .t
        .admin
        .post(path.as_str())
        .json(later(json!({ "to": ["nobody"] })));
    assert_eq!(refused.await.summary(), "422 invalid-field /email/to/0");
    let nobody = later(json!({ "mode": "forward" }));
    let refused = desk.t.admin.post(path.as_str()).json(nobody).await;
    assert_eq!(refused.summary(), "422 invalid-field /email/to");
    let email = json!({
        "to": ["Ada <ada@customer.example>"], "cc": ["bo@customer.example"],
        "bcc": ["boss@tea.example"], "subject": "Your new teapot",
    });
    let made = desk.t.admin.post(path.as_str()).json(later(email)).await;
    assert_eq!(made.summary(), "201");
    assert_eq!(
        made.json()["email"]["cc"][0]["address"],
        "bo@customer.example"
    );
    let waiting = made.json()["id"].as_str().expect("an id").to_owned();
    let change = json!({ "email": { "cc": ["cy@customer.example"], "subject": "Your teapot" } });
    let changed = desk
        .t
        .admin
        .patch(format!("/api/v1/scheduled-messages/{waiting}"));
    assert_eq!(changed.json(change).await.summary(), "200");

    desk.t.clock.advance(Duration::from_hours(2));
    desk.t.run_until_idle().await;
    let messages = desk.messages(&conversation).await;
    let mut said = messages.iter();
    let sent = said.find(|it| it["text"] == "The new one leaves today.");
    let sent = sent.expect("a message");
    assert_eq!(sent["email"]["subject"], "Your teapot");
    assert_eq!(sent["email"]["to"][0]["address"], "ada@customer.example");
    assert_eq!(sent["email"]["cc"][0]["address"], "cy@customer.example");
    assert_eq!(sent["email"]["delivery"]["state"], "waiting");
    let message = sent["id"].as_str().expect("an id");
    let taken = desk
        .t
        .admin
        .delete(format!("/api/v1/messages/{message}"))
        .await;
    assert_eq!(taken.summary(), "200");
    let sending = desk.mail(sent).await.sending.expect("its way out");
    assert_eq!(sending.state, SendingState::Withdrawn);
}

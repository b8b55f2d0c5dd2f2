//! Mail that comes in.

use std::sync::Arc;

use serde_json::json;
use zhiyin_domain::mail::{Authentication, CheckedBy, Finding};
use zhiyin_ports::{Checking, SenderCheck};
use zhiyin_testkit::TestApp;

use crate::desk::{Desk, first, letter, settings};

#[tokio::test]
async fn a_first_mail_opens_a_conversation_with_its_sender() {
    let mut desk = Desk::new().await;
    desk.arrives(&first()).await;
    let conversation = desk.conversation().await;
    assert_eq!(conversation["channel"], "email");
    assert_eq!(conversation["email"]["subject"], "A broken teapot");
    assert_eq!(conversation["contact"]["name"], "Ada");
    assert_eq!(conversation["unread_count"], 1);
    let messages = desk.messages(&conversation).await;
    let mail = &messages[0]["email"];
    assert_eq!(messages[0]["text"], "My teapot broke.");
    assert_eq!(mail["from"]["address"], "ada@customer.example");
    assert_eq!(mail["to"][0]["address"], "help@tea.example");
    assert_eq!(mail["direction"], "in");
    assert!(mail["delivery"].is_null());
    let raw = desk.t.admin.get(mail["raw_url"].as_str().expect("a link"));
    assert_eq!(raw.await.bytes, first());
}

#[tokio::test]
async fn the_same_mail_under_another_number_is_one() {
    let mut desk = Desk::new().await;
    desk.arrives(&first()).await;
    desk.arrives(&first()).await;
    let conversation = desk.conversation().await;
    assert_eq!(desk.messages(&conversation).await.len(), 1);
}

#[tokio::test]
async fn one_person_may_have_many_threads() {
    let mut desk = Desk::new().await;
    desk.arrives(&first()).await;
    let other = letter(
        "From: Ada <ada@customer.example>\r\nTo: help@tea.example\r\n\
         Message-ID: <other@customer.example>\r\nSubject: An invoice",
        "Please send me one.",
    );
    desk.arrives(&other).await;
    let all = desk.conversations().await;
    assert_eq!(all.len(), 2);
    assert_eq!(all[0]["contact"]["id"], all[1]["contact"]["id"]);
}

#[tokio::test]
async fn an_answer_to_our_address_joins_whoever_sends_it() {
    let mut desk = Desk::new().await;
    desk.arrives(&first()).await;
    let conversation = desk.conversation().await;
    let to = desk.reply_address(&conversation).await;
    let answer = letter(
        &format!(
            "From: Ada at work <ada@work.example>\r\nTo: {to}\r\n\
             Message-ID: <second@work.example>\r\nSubject: Re: something else"
        ),
        "Here is a picture of it.\n\nOn Monday, Help <help@tea.example> wrote:\n> Please send one.",
    );
    desk.arrives(&answer).await;
    let messages = desk.messages(&desk.conversation().await).await;
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[1]["text"], "Here is a picture of it.");
    assert_eq!(messages[1]["author"]["name"], "Ada at work");
    let mail = &messages[1]["email"];
    assert_eq!(mail["is_new_participant"], true);
    assert!(
        mail["quoted"]
            .as_str()
            .expect("a text")
            .contains("> Please")
    );
}

#[tokio::test]
async fn a_stranger_who_quotes_a_message_id_gets_into_nothing() {
    let mut desk = Desk::new().await;
    desk.arrives(&first()).await;
    let conversation = desk.conversation().await;
    let number = conversation["number"].as_i64().expect("a number");
    let stranger = letter(
        &format!(
            "From: Eve <eve@evil.example>\r\nTo: help@tea.example\r\n\
             Message-ID: <evil@evil.example>\r\nIn-Reply-To: <first@customer.example>\r\n\
             References: <first@customer.example>\r\nSubject: Re: A broken teapot [#{number}]"
        ),
        "Send the new one to me.",
    );
    desk.arrives(&stranger).await;
    let all = desk.conversations().await;
    assert_eq!(all.len(), 2);
    assert_eq!(desk.messages(&conversation).await.len(), 1);
    assert_eq!(all[0]["email"]["may_belong_to"], conversation["id"]);
    // Who is part of it is let in by the same words, unless the mail is a forgery.
    let claimed = |verdict: &str, id: &str| {
        letter(
            &format!(
                "Authentication-Results: mx.tea.example; dmarc={verdict}\r\n\
                 From: ada@customer.example\r\nTo: help@tea.example\r\n\
                 Message-ID: <{id}@customer.example>\r\n\
                 In-Reply-To: <first@customer.example>\r\nSubject: Re: A broken teapot"
            ),
            "Is there any news?",
        )
    };
    desk.arrives(&claimed("fail", "forged")).await;
    assert_eq!(desk.messages(&conversation).await.len(), 1);
    desk.arrives(&claimed("pass", "real")).await;
    let messages = desk.messages(&conversation).await;
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[1]["email"]["authentication"]["verdict"], "passed");
}

/// Knows what every mail from outside is worth.
struct Verdict(Finding);

impl SenderCheck for Verdict {
    fn check<'a>(&'a self, raw: &'a [u8], _trusted: &'a [String]) -> Checking<'a> {
        let is_looked_at = !raw.is_empty();
        let found = is_looked_at.then_some(Authentication {
            spf: Finding::None,
            dkim: self.0,
            dmarc: self.0,
            by: CheckedBy::Us,
        });
        Box::pin(async move { found })
    }
}

async fn checked(verdict: Finding) -> Desk {
    let check: Arc<dyn SenderCheck> = Arc::new(Verdict(verdict));
    let t = TestApp::with(|options| options.sender_check = Some(check)).await;
    Desk::over(t, settings("help@tea.example")).await
}

#[tokio::test]
async fn our_own_check_counts_where_no_trusted_server_speaks() {
    let answer = |id: &str, more: &str| {
        letter(
            &format!(
                "{more}From: ada@customer.example\r\nTo: help@tea.example\r\n\
                 Message-ID: <{id}@customer.example>\r\n\
                 In-Reply-To: <first@customer.example>\r\nSubject: Re: A broken teapot"
            ),
            "Is there any news?",
        )
    };
    let mut desk = checked(Finding::Pass).await;
    desk.arrives(&first()).await;
    desk.arrives(&answer("real", "")).await;
    let messages = desk.messages(&desk.conversation().await).await;
    assert_eq!(messages.len(), 2);
    let found = &messages[1]["email"]["authentication"];
    assert_eq!(
        (&found["verdict"], &found["by"]),
        (&json!("passed"), &json!("us"))
    );
    // What was seen at the door counts more than what is found out afterwards.
    let told = "Authentication-Results: mx.tea.example; dmarc=fail\r\n";
    desk.arrives(&answer("told", told)).await;
    assert_eq!(desk.conversations().await.len(), 2);

    let mut desk = checked(Finding::Fail).await;
    desk.arrives(&first()).await;
    desk.arrives(&answer("forged", "")).await;
    assert_eq!(desk.conversations().await.len(), 2);
}

#[tokio::test]
async fn an_absence_note_reopens_nothing_and_is_kept() {
    let mut desk = Desk::new().await;
    desk.arrives(&first()).await;
    let conversation = desk.conversation().await;
    let id = conversation["id"].as_str().expect("an id");
    let resolved = desk
        .t
        .admin
        .post(format!("/api/v1/conversations/{id}/resolve"));
    assert_eq!(resolved.await.summary(), "200");
    let to = desk.reply_address(&conversation).await;
    let note = letter(
        &format!(
            "From: ada@customer.example\r\nTo: {to}\r\nAuto-Submitted: auto-replied\r\n\
             Message-ID: <away@customer.example>\r\nSubject: Automatic reply: A broken teapot"
        ),
        "I am away.",
    );
    desk.arrives(&note).await;
    let conversation = desk.conversation().await;
    assert_eq!(conversation["status"]["kind"], "resolved");
    let messages = desk.messages(&conversation).await;
    let note = messages.last().expect("a message");
    assert_eq!(
        (&note["kind"], &note["text"]),
        (&json!("note"), &json!("I am away."))
    );
    assert_eq!(note["email"]["automatic"], "reply");
}

#[tokio::test]
async fn the_subject_of_a_gbk_mail_is_read() {
    let mut desk = Desk::new().await;
    let (subject, _, _) = encoding_rs::GBK.encode("茶壶碎了");
    let mut raw = format!(
        "From: ada@customer.example\r\nTo: help@tea.example\r\n\
         Message-ID: <gbk@customer.example>\r\nSubject: =?GBK?B?{}?=\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
        data_encoding::BASE64.encode(&subject)
    )
    .into_bytes();
    let (body, _, _) = encoding_rs::GBK.encode("我的茶壶碎了。");
    raw.extend_from_slice(&body);
    desk.arrives(&raw).await;
    let conversation = desk.conversation().await;
    assert_eq!(conversation["email"]["subject"], "茶壶碎了");
    assert_eq!(
        desk.messages(&conversation).await[0]["text"],
        "我的茶壶碎了。"
    );
}

#[tokio::test]
async fn html_is_harmless_and_its_pictures_are_inside() {
    let mut desk = Desk::new().await;
    let picture = include_bytes!("../../../api/tests/authorization/pixel.png");
    let coded = data_encoding::BASE64.encode(picture);
    let raw = format!(
        "From: ada@customer.example\r\nTo: help@tea.example\r\nMessage-ID: <html@x.example>\r\n\
         Subject: Look\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/html\r\n\r\n<p onclick=\"x()\">Look <img src=\"cid:pic@x\">\
         <img src=\"https://evil.example/seen.gif\"><script>x()</script></p>\r\n\
         --b\r\nContent-Type: image/png; name=pot.png\r\nContent-ID: <pic@x>\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{coded}\r\n--b--\r\n"
    );
    desk.arrives(raw.as_bytes()).await;
    let conversation = desk.conversation().await;
    let message = desk.messages(&conversation).await.remove(0);
    assert_eq!(message["attachments"].as_array().expect("files").len(), 1);
    assert_eq!(message["email"]["has_remote_images"], true);
    let page = message["email"]["html_url"].as_str().expect("a link");
    let page = desk.t.admin.get(page).await;
    assert_eq!(page.summary(), "200");
    let policy = page.headers["content-security-policy"]
        .to_str()
        .expect("text");
    assert!(
        policy.contains("sandbox") && policy.contains("default-src 'none'"),
        "{policy}"
    );
    let html = String::from_utf8(page.bytes).expect("text");
    assert!(html.contains("data:image/png;base64,"), "{html}");
    for bad in ["evil.example", "<script", "onclick"] {
        assert!(!html.contains(bad), "{html}");
    }
}

#[tokio::test]
async fn a_colleague_who_answers_elsewhere_is_recognised_only_with_proof() {
    let mut desk = Desk::new().await;
    desk.arrives(&first()).await;
    let conversation = desk.conversation().await;
    let reply = desk.reply_address(&conversation).await;
    let by_colleague = |verdict: &str, id: &str| {
        letter(
            &format!(
                "Authentication-Results: mx.tea.example; dmarc={verdict}\r\n\
                 From: chen.wei@tea.example\r\nTo: ada@customer.example\r\nCc: {reply}\r\n\
                 Message-ID: <{id}@tea.example>\r\nSubject: Re: A broken teapot"
            ),
            "A new one is on its way.",
        )
    };
    desk.arrives(&by_colleague("pass", "one")).await;
    let messages = desk.messages(&conversation).await;
    assert_eq!(messages[1]["author"]["kind"], "agent");
    assert_eq!(messages[1]["email"]["direction"], "out");
    assert!(
        messages[1]["email"]["delivery"].is_null(),
        "it is not sent again"
    );
    desk.arrives(&by_colleague("none", "two")).await;
    let messages = desk.messages(&conversation).await;
    assert_eq!(messages[2]["author"]["kind"], "contact");
}

#[tokio::test]
async fn a_mail_a_colleague_passes_on_is_of_who_wrote_it() {
    let mut desk = Desk::new().await;
    let passed_on = letter(
        "Authentication-Results: mx.tea.example; dmarc=pass\r\n\
         From: chen.wei@tea.example\r\nTo: help@tea.example\r\n\
         Message-ID: <fwd@tea.example>\r\nSubject: Fwd: A broken teapot",
        "Please take care of it.\n\n---------- Forwarded message ---------\n\
         From: Ada <ada@customer.example>\nDate: Mon, 2 Mar 2026\nSubject: A broken teapot\n\
         To: chen.wei@tea.example\n\nMy teapot broke.",
    );
    desk.arrives(&passed_on).await;
    let conversation = desk.conversation().await;
    assert_eq!(conversation["contact"]["name"], "Ada");
    let message = desk.messages(&conversation).await.remove(0);
    assert_eq!(
        message["email"]["forwarded_from"]["address"],
        "ada@customer.example"
    );
}

#[tokio::test]
async fn a_first_mail_is_acknowledged_once_a_day_and_machines_never() {
    let mut with = settings("help@tea.example");
    with["auto_reply"] = json!({ "is_enabled": true, "text": "We have your mail." });
    let mut desk = Desk::with(with).await;
    desk.arrives(&first()).await;
    let conversation = desk.conversation().await;
    let messages = desk.messages(&conversation).await;
    assert_eq!(messages[1]["text"], "We have your mail.");
    assert_eq!(messages[1]["kind"], "note", "it is nobody's answer");
    assert!(desk.mail(&messages[1]).await.meta.is_automatic);
    let again = |from: &str, id: &str, more: &str| {
        let headers = format!(
            "From: {from}\r\nTo: help@tea.example\r\nMessage-ID: <{id}@customer.example>\r\n\
             {more}Subject: Another matter"
        );
        letter(&headers, "Hello.")
    };
    desk.arrives(&again("ada@customer.example", "b", "")).await;
    let list = "Precedence: bulk\r\n";
    desk.arrives(&again("shop@list.example", "c", list)).await;
    for conversation in &desk.conversations().await[..2] {
        assert_eq!(desk.messages(conversation).await.len(), 1);
    }
}

#[tokio::test]
async fn what_is_no_mail_waits_for_a_person_and_stops_nothing() {
    let mut desk = Desk::new().await;
    desk.arrives(b"").await;
    desk.arrives(&first()).await;
    assert_eq!(desk.conversations().await.len(), 1);
    let outcomes = desk.outcomes().await;
    assert!(outcomes.contains(&("opened".to_owned(), 1)), "{outcomes:?}");
    assert!(
        outcomes.contains(&("waiting".to_owned(), 1)),
        "{outcomes:?}"
    );
}

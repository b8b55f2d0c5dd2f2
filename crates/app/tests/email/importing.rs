//! Old mails out of a file.

use serde_json::json;
use zhiyin_app::email::import::{Import, Imported, Purpose};

use crate::desk::{Desk, first, letter};

async fn take(desk: &Desk, purpose: Purpose, mails: &[Vec<u8>]) -> Vec<Imported> {
    let (app, address) = (&desk.t.app, desk.address.clone());
    let import = Import::into(app, desk.t.workspace, address, purpose).await;
    let mut import = import.expect("a store").expect("a mailbox");
    let mut done = Vec::new();
    for mail in mails {
        done.push(import.take(mail.clone()).await.expect("a store"));
    }
    done
}

fn thread() -> Vec<Vec<u8>> {
    let ours = letter(
        "From: Help <help@tea.example>\r\nTo: ada@customer.example\r\n\
         Message-ID: <ours@tea.example>\r\nIn-Reply-To: <first@customer.example>\r\n\
         Date: Mon, 02 Mar 2026 08:20:00 +0800\r\nSubject: Re: A broken teapot",
        "We send a new one.",
    );
    let thanks = letter(
        "From: ada@customer.example\r\nTo: help@tea.example\r\n\
         Message-ID: <thanks@customer.example>\r\nIn-Reply-To: <ours@tea.example>\r\n\
         Date: Mon, 02 Mar 2026 08:40:00 +0800\r\nSubject: Re: A broken teapot",
        "Thank you.",
    );
    vec![first(), ours, thanks]
}

#[tokio::test]
async fn a_thread_of_then_is_one_resolved_conversation_with_its_dates() {
    use Imported::{Joined, Known, Opened};
    let desk = Desk::new().await;
    let done = take(&desk, Purpose::Keep, &thread()).await;
    assert_eq!(done, [Opened, Joined, Joined]);
    desk.t.run_until_idle().await;
    let conversation = desk.conversation().await;
    assert_eq!(conversation["status"]["kind"], "resolved");
    assert_eq!(conversation["unread_count"], 0);
    assert!(conversation["waiting_since"].is_null());
    assert_eq!(conversation["last_activity_at"], "2026-03-02T00:40:00Z");
    let messages = desk.messages(&conversation).await;
    let told: Vec<_> = messages
        .iter()
        .map(|it| {
            (
                it["text"].clone(),
                it["email"]["direction"].clone(),
                it["created_at"].clone(),
            )
        })
        .collect();
    assert_eq!(
        json!(told),
        json!([
            ["My teapot broke.", "in", "2026-03-02T00:00:00Z"],
            ["We send a new one.", "out", "2026-03-02T00:20:00Z"],
            ["Thank you.", "in", "2026-03-02T00:40:00Z"],
        ])
    );
    // Nothing leaves, and nothing waits to.
    assert!(messages.iter().all(|it| it["email"]["delivery"].is_null()));
    assert!(desk.t.outbox.take().is_empty());
    // Once more, after an interruption perhaps.
    assert_eq!(
        take(&desk, Purpose::Keep, &thread()).await,
        [Known, Known, Known]
    );
    assert_eq!(desk.messages(&conversation).await.len(), 3);
}

#[tokio::test]
async fn a_mail_that_lies_in_the_mailbox_too_is_one_and_an_answer_of_today_reopens() {
    let mut desk = Desk::new().await;
    take(&desk, Purpose::Keep, &thread()).await;
    desk.arrives(&first()).await;
    let conversation = desk.conversation().await;
    assert_eq!(desk.messages(&conversation).await.len(), 3);
    let today = letter(
        "From: ada@customer.example\r\nTo: help@tea.example\r\n\
         Message-ID: <today@customer.example>\r\nReferences: <ours@tea.example>\r\n\
         Subject: Re: A broken teapot",
        "It broke again.",
    );
    desk.arrives(&today).await;
    let conversation = desk.conversation().await;
    assert_eq!(conversation["status"]["kind"], "open");
    assert_eq!(desk.messages(&conversation).await.len(), 4);
}

#[tokio::test]
async fn a_preview_tells_and_keeps_nothing() {
    let desk = Desk::new().await;
    let mut mails = thread();
    mails.push(first());
    mails.push(b"From: x\r\nno mail at all".to_vec());
    let done = take(&desk, Purpose::Preview, &mails).await;
    assert_eq!(done[0], Imported::Opened);
    assert_eq!(done[3], Imported::Known, "twice in the file");
    assert_eq!(done[4], Imported::Skipped("no-sender"));
    assert!(desk.conversations().await.is_empty());
    assert!(desk.outcomes().await.is_empty());
}

#[tokio::test]
async fn machines_and_strangers_of_then_open_and_join_nothing() {
    let desk = Desk::new().await;
    let note = letter(
        "From: bo@customer.example\r\nTo: help@tea.example\r\nAuto-Submitted: auto-replied\r\n\
         Message-ID: <away@customer.example>\r\nSubject: Automatic reply",
        "I am away.",
    );
    let stranger = letter(
        "From: eve@evil.example\r\nTo: help@tea.example\r\n\
         Message-ID: <evil@evil.example>\r\nIn-Reply-To: <first@customer.example>\r\n\
         Date: Mon, 02 Mar 2026 08:50:00 +0800\r\nSubject: Re: A broken teapot",
        "Send it to me.",
    );
    let done = take(&desk, Purpose::Keep, &[first(), note, stranger]).await;
    assert_eq!(
        done,
        [
            Imported::Opened,
            Imported::Skipped("automatic"),
            Imported::Opened
        ]
    );
    assert_eq!(desk.conversations().await.len(), 2);
}

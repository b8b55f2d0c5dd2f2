//! Whole journeys of a mail through real servers.

use uuid::Uuid;
use zhiyin_channels::email::answering::{History, may_answer};
use zhiyin_channels::email::automatic::{Automatic, automatic};
use zhiyin_channels::email::bounce::{Outcome, bounce};
use zhiyin_channels::email::imap::Patience;
use zhiyin_channels::email::reply_address::ReplyTokens;
use zhiyin_channels::email::smtp::{Envelope, Sender};
use zhiyin_channels::email::threading::{Known, Placement, Rung, SenderCheck, place};
use zhiyin_channels::email::{Mail, forwarded};
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::ids::{ConversationId, MessageId};
use zhiyin_domain::time::Timestamp;

use crate::sending::{envelope, outgoing};
use crate::servers::inbox::Inbox;
use crate::servers::{UNKNOWN, servers};

fn tokens() -> ReplyTokens {
    ReplyTokens::new(&[7; 32])
}

fn follow(address: &EmailAddress) -> Inbox {
    Inbox::follow(servers().imap(address), Patience::default())
}

async fn send(from: &EmailAddress, envelope: &Envelope, raw: &[u8]) {
    let mut sender = Sender::new(servers().smtp(from));
    sender.send(envelope, raw).await.unwrap();
    sender.close().await;
}

/// Nothing is known but what the tokens prove.
struct Nobody;

impl Known for Nobody {
    fn conversation_with(&self, _: &str) -> Option<ConversationId> {
        None
    }

    fn conversation_numbered(&self, _: i64) -> Option<ConversationId> {
        None
    }

    fn takes_part(&self, _: ConversationId, _: &EmailAddress) -> bool {
        false
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_finds_its_conversation() {
    let help = servers().mailbox("help", "tea.example");
    let ada = servers().mailbox("ada", "customer.example");
    let (mut at_help, mut at_ada) = (follow(&help), follow(&ada));
    let conversation = ConversationId::from_uuid(Uuid::from_u128(1));
    let mut question = outgoing(&ada, &help, "茶壶碎了");
    question.text = "My teapot broke.".to_owned();
    send(
        &ada,
        &envelope(&ada, &[&help]),
        &question.to_bytes().unwrap(),
    )
    .await;
    let first = at_help.next().await;
    let placement = place(&first, SenderCheck::Unknown, &tokens(), &Nobody);
    assert_eq!(
        placement,
        Placement::Opens {
            may_belong_to: None
        }
    );

    let mut answer = outgoing(&help, &ada, "Re: 茶壶碎了");
    answer.reply_to = tokens().reply_address(&help, conversation);
    answer.references = first.message_id.into_iter().collect();
    send(
        &help,
        &envelope(&help, &[&ada]),
        &answer.to_bytes().unwrap(),
    )
    .await;
    let answered = at_ada.next().await;
    assert_eq!(answered.in_reply_to, [question.message_id]);

    let reply_to = &answered.reply_to[0].address;
    let mut again = outgoing(&ada, reply_to, "Re: Re: 茶壶碎了!");
    again.references = answered.message_id.into_iter().collect();
    send(
        &ada,
        &envelope(&ada, &[reply_to]),
        &again.to_bytes().unwrap(),
    )
    .await;
    let second = at_help.next().await;
    assert_eq!(
        place(&second, SenderCheck::Unknown, &tokens(), &Nobody),
        Placement::Joins {
            conversation,
            rung: Rung::ReplyAddress,
            is_new_participant: true
        }
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_cannot_be_delivered_comes_back_and_is_recognised() {
    let help = servers().mailbox("help", "tea.example");
    let mut at_help = follow(&help);
    let nobody: EmailAddress = UNKNOWN.parse().unwrap();
    let message = MessageId::from_uuid(Uuid::from_u128(2));
    let raw = outgoing(&help, &nobody, "Lost").to_bytes().unwrap();
    let from = tokens().bounce_address(&help, message);
    send(&help, &envelope(&from, &[&nobody]), &raw).await;
    let report = at_help.next().await;
    assert_eq!(automatic(&report), Some(Automatic::Bounce));
    let found = bounce(&report, &tokens()).expect("a report");
    assert_eq!(found.message, Some(message));
    assert_eq!(found.outcome, Outcome::Failed);
    assert_eq!(found.recipients, [nobody]);
    assert_eq!(
        found.status.as_deref(),
        Some("5.1.1"),
        "{}",
        found.diagnostic
    );
}

/// An installation that thanks for every mail a person wrote.
async fn thank(own: &EmailAddress, mail: &Mail) -> bool {
    let now = Timestamp::from_micros(1_767_600_000_000_000);
    let allowed = may_answer(mail, std::slice::from_ref(own), History::default(), now);
    let Ok(sender) = allowed.cloned() else {
        return false;
    };
    let mut thanks = outgoing(own, &sender, "We got your mail");
    thanks.is_automatic = true;
    let silent = Envelope {
        from: None,
        to: vec![sender],
    };
    send(own, &silent, &thanks.to_bytes().unwrap()).await;
    true
}

#[tokio::test(flavor = "multi_thread")]
async fn two_installations_that_thank_each_other_stop() {
    let one = servers().mailbox("help", "tea.example");
    let other = servers().mailbox("support", "other.example");
    let (mut at_one, mut at_other) = (follow(&one), follow(&other));
    // An agent of the other installation writes to the first one.
    let raw = outgoing(&other, &one, "Where is our order?");
    send(&other, &envelope(&other, &[&one]), &raw.to_bytes().unwrap()).await;
    assert!(thank(&one, &at_one.next().await).await);
    let thanks = at_other.next().await;
    assert_eq!(automatic(&thanks), Some(Automatic::OwnLoop));
    assert_eq!(thanks.return_path.as_deref(), Some(""));
    assert!(!thank(&other, &thanks).await);
    // A mail sent now comes next: nothing else was on its way.
    let last = outgoing(&other, &one, "Thanks!");
    send(
        &other,
        &envelope(&other, &[&one]),
        &last.to_bytes().unwrap(),
    )
    .await;
    assert_eq!(at_one.next().await.subject, "Thanks!");
    assert_eq!((at_one.count(), at_other.count()), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn chinese_of_the_old_kind_arrives_readable() {
    let help = servers().mailbox("help", "tea.example");
    let fang = servers().mailbox("fang", "customer.example");
    let mut at_help = follow(&help);
    let mut raw = format!(
        "From: =?gb2312?B?zfW3vA==?= <{}>\r\nTo: {}\r\nMessage-ID: <gbk@customer.example>\r\n\
         Subject: =?GBK?Q?=B2=E8=BA=F8=CB=E9=C1=CB?=\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
        fang.as_str(),
        help.as_str()
    )
    .into_bytes();
    let (body, _, _) = encoding_rs::GBK.encode("您好，茶壶碎了，怎么办？");
    raw.extend_from_slice(&body);
    send(&fang, &envelope(&fang, &[&help]), &raw).await;
    let mail = at_help.next().await;
    assert_eq!(mail.subject, "茶壶碎了");
    assert_eq!(mail.from.unwrap().name, "王芳");
    assert_eq!(mail.text, "您好，茶壶碎了，怎么办？");
}

#[tokio::test(flavor = "multi_thread")]
async fn absence_notes_and_forwarded_mails_are_known() {
    let help = servers().mailbox("help", "tea.example");
    let ada = servers().mailbox("ada", "customer.example");
    let mut at_help = follow(&help);
    let absence = format!(
        "From: Ada <{}>\r\nTo: {}\r\nMessage-ID: <away@customer.example>\r\n\
         Auto-Submitted: auto-replied (vacation)\r\nSubject: Away\r\n\r\nBack on Monday.\r\n",
        ada.as_str(),
        help.as_str()
    );
    let silent = Envelope {
        from: None,
        to: vec![help.clone()],
    };
    send(&ada, &silent, absence.as_bytes()).await;
    let mail = at_help.next().await;
    let kind = automatic(&mail).expect("a machine wrote it");
    assert!(kind == Automatic::Reply && kind.is_silent());

    let mut passed_on = outgoing(&ada, &help, "Fwd: Where is my order?");
    passed_on.text = "See below.\n\n---------- Forwarded message ---------\n\
        From: Bo Li <bo@elsewhere.example>\nDate: Mon, 5 Jan 2026 at 09:00\n\
        Subject: Where is my order?\nTo: <ada@customer.example>\n\nOrder 42 is late.\n"
        .to_owned();
    send(
        &ada,
        &envelope(&ada, &[&help]),
        &passed_on.to_bytes().unwrap(),
    )
    .await;
    let mail = at_help.next().await;
    let original = forwarded::forwarded(&mail).expect("a forwarded mail");
    assert_eq!(original.from.address.as_str(), "bo@elsewhere.example");
}

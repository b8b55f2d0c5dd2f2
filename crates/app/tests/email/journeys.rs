//! Whole journeys through a real IMAP and SMTP server.

use serde_json::{Value, json};
use zhiyin_app::email::EmailError;
use zhiyin_app::email::intake::{StoreIntake, follow_plan, look_once};
use zhiyin_app::email::send::Postman;
use zhiyin_channels::email::fingerprint::Fingerprint;
use zhiyin_channels::email::imap::{self, Arrival, Intake, Patience, Position, Taken};
use zhiyin_channels::email::server::Trouble;
use zhiyin_channels::email::smtp::{Envelope, Sender};
use zhiyin_domain::email::EmailAddress;

use crate::desk::{Desk, letter, settings};
use crate::servers::inbox::Inbox;
use crate::servers::{PASSWORD, UNKNOWN, servers};

/// Times a folder is looked into before a test fails.
const LOOKS: u32 = 400;

/// Settings of a mailbox that the real servers have.
fn real(address: &EmailAddress) -> Value {
    let ports = servers().ports();
    let authority = servers().server(1, zhiyin_channels::email::server::Encryption::Tls);
    let address = address.as_str();
    let mut it = settings(address);
    it["incoming"] = json!({ "host": "127.0.0.1", "port": ports.imaps, "encryption": "tls",
        "user": address, "secret": PASSWORD, "authority": authority.authority });
    it["outgoing"] = json!({ "host": "127.0.0.1", "port": ports.smtp, "encryption": "starttls",
        "user": address, "secret": PASSWORD, "authority": authority.authority });
    it
}

impl Desk {
    /// Looks into the mailbox until so many mails were taken.
    async fn takes(&self, count: u32) {
        let place = (self.t.workspace, self.mailbox);
        let plan = follow_plan(&self.t.app, place.0, place.1).await;
        let plan = plan.expect("a store").expect("a mailbox");
        let mut taken = 0;
        for _ in 0..LOOKS {
            taken += look_once(&self.t.app, place, &plan)
                .await
                .expect("a look")
                .new;
            if taken >= count {
                self.t.run_until_idle().await;
                return;
            }
        }
        panic!("{taken} of {count} mails: {}", servers().logs());
    }

    /// Hands over what waits.
    async fn sends(&self) -> u32 {
        let mut postman = Postman::new(self.t.app.clone(), self.t.workspace, self.mailbox);
        let handed = postman.turn().await.expect("a turn");
        postman.close().await;
        handed.tried
    }
}

async fn writes(from: &EmailAddress, to: &EmailAddress, raw: &[u8]) {
    let mut sender = Sender::new(servers().smtp(from));
    let envelope = Envelope {
        from: Some(from.clone()),
        to: vec![to.clone()],
    };
    sender
        .send(&envelope, raw)
        .await
        .expect("a mail that is taken");
    sender.close().await;
}

fn question(from: &EmailAddress, to: &EmailAddress, more: &str) -> Vec<u8> {
    let (from, to) = (from.as_str(), to.as_str());
    letter(
        &format!(
            "From: Ada <{from}>\r\nTo: {to}\r\n{more}Date: Mon, 02 Mar 2026 08:00:00 +0800\r\n\
             Subject: =?utf-8?B?6Iy25aO256KO5LqG?="
        ),
        "My teapot broke.",
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn customer_agent_and_customer_again_are_one_thread() {
    let help = servers().mailbox("help", "tea.example");
    let ada = servers().mailbox("ada", "customer.example");
    let desk = Desk::with(real(&help)).await;
    let mut at_ada = Inbox::follow(servers().imap(&ada), Patience::default());
    let id = "Message-ID: <one@customer.example>\r\n";
    writes(&ada, &help, &question(&ada, &help, id)).await;
    desk.takes(1).await;
    let conversation = desk.conversation().await;
    assert_eq!(conversation["email"]["subject"], "茶壶碎了");

    let body = json!({ "text": "**Sorry!** A new one is on its way." });
    let sent = desk.answers(&conversation, body).await;
    assert_eq!(sent.summary(), "201");
    assert_eq!(desk.sends().await, 1);
    assert_eq!(desk.messages(&conversation).await[1]["delivery"], "sent");
    let answer = at_ada.next().await;
    assert_eq!(answer.in_reply_to, ["one@customer.example"]);
    assert!(
        answer.text.contains("A new one is on its way."),
        "{}",
        answer.text
    );
    assert!(
        answer
            .html
            .is_some_and(|html| html.contains("<strong>Sorry!</strong>"))
    );

    let to = answer.reply_to[0].address.clone();
    let more = format!(
        "Message-ID: <two@customer.example>\r\nIn-Reply-To: <{}>\r\n",
        answer.message_id.expect("an id")
    );
    writes(&ada, &to, &question(&ada, &to, &more)).await;
    desk.takes(1).await;
    let conversation = desk.conversation().await;
    let messages = desk.messages(&conversation).await;
    let said = messages.iter().filter(|it| it["kind"] == "text");
    assert_eq!(said.count(), 3);
    let path = format!("/api/v1/mailboxes/{}", desk.mailbox);
    let health = desk.t.admin.get(&path).await.json()["health"].clone();
    assert_eq!(
        (&health["reading"], &health["received_total"]),
        (&json!("ok"), &json!(2))
    );
    let test = desk.t.admin.post(format!("{path}/test")).await.json();
    assert_eq!(
        (&test["incoming"]["ok"], &test["outgoing"]["ok"]),
        (&json!(true), &json!(true))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_installations_that_acknowledge_stop_at_once() {
    let (tea, pots) = (
        servers().mailbox("help", "tea.example"),
        servers().mailbox("care", "customer.example"),
    );
    let mut desks = Vec::new();
    for address in [&tea, &pots] {
        let mut it = real(address);
        it["auto_reply"] = json!({ "is_enabled": true, "text": "We have your mail." });
        desks.push(Desk::with(it).await);
    }
    let id = "Message-ID: <loop@customer.example>\r\n";
    writes(&pots, &tea, &question(&pots, &tea, id)).await;
    desks[0].takes(1).await;
    assert_eq!(desks[0].sends().await, 1, "the acknowledgement");
    desks[1].takes(1).await;
    assert_eq!(desks[1].sends().await, 0, "a machine is not answered");
    assert_eq!(desks[0].sends().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_nobody_has_comes_back_as_a_failure() {
    let help = servers().mailbox("help", "tea.example");
    let ada = servers().mailbox("ada", "customer.example");
    let desk = Desk::with(real(&help)).await;
    let id = "Message-ID: <lost@customer.example>\r\n";
    writes(&ada, &help, &question(&ada, &help, id)).await;
    desk.takes(1).await;
    let conversation = desk.conversation().await;
    let body = json!({ "text": "See below.", "email": { "mode": "forward", "to": [UNKNOWN] } });
    assert_eq!(desk.answers(&conversation, body).await.summary(), "201");
    assert_eq!(desk.sends().await, 1);
    desk.takes(1).await;
    let message = desk.messages(&conversation).await.remove(1);
    assert_eq!(message["delivery"], "failed");
    assert_eq!(message["email"]["delivery"]["reason"]["code"], "bounced");
    assert_eq!(
        message["email"]["delivery"]["failed_recipients"],
        json!([UNKNOWN])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn old_chinese_absence_notes_and_forwarded_mails_arrive_as_what_they_are() {
    let help = servers().mailbox("help", "tea.example");
    let ada = servers().mailbox("ada", "customer.example");
    let desk = Desk::with(real(&help)).await;
    let (text, _, _) = encoding_rs::GBK.encode("请换一个新的。");
    let head = format!(
        "From: {}\r\nTo: {}\r\nMessage-ID: <gbk@customer.example>\r\n\
         Content-Type: text/plain; charset=gb2312\r\n\
         Subject: =?GBK?Q?=B2=E8=BA=F8=CB=E9=C1=CB?=\r\n\r\n",
        ada.as_str(),
        help.as_str()
    );
    let raw = [head.as_bytes(), &text, b"\r\n"].concat();
    writes(&ada, &help, &raw).await;
    desk.takes(1).await;
    let conversation = desk.conversation().await;
    assert_eq!(conversation["email"]["subject"], "茶壶碎了");
    assert_eq!(
        desk.messages(&conversation).await[0]["text"],
        "请换一个新的。"
    );

    let id = conversation["id"].as_str().expect("an id");
    let path = format!("/api/v1/conversations/{id}/resolve");
    assert_eq!(desk.t.admin.post(path).await.summary(), "200");
    let away = "Message-ID: <away@customer.example>\r\nAuto-Submitted: auto-replied\r\n\
                In-Reply-To: <gbk@customer.example>\r\n";
    writes(&ada, &help, &question(&ada, &help, away)).await;
    let forwarded = letter(
        &format!(
            "From: Ada <{}>\r\nTo: {}\r\nMessage-ID: <fwd@customer.example>\r\n\
             Subject: Fwd: An invoice",
            ada.as_str(),
            help.as_str()
        ),
        "See below.\n\n---------- Forwarded message ---------\n\
         From: Bo <bo@friend.example>\nDate: Mon, 2 Mar 2026\nSubject: An invoice\n\
         To: Ada\n\nWho sends me one?",
    );
    writes(&ada, &help, &forwarded).await;
    desk.takes(2).await;
    let all = desk.conversations().await;
    assert_eq!(all.len(), 2);
    let first = all.iter().find(|it| it["id"] == conversation["id"]);
    let first = first.expect("the first conversation");
    assert_eq!(
        first["status"]["kind"], "resolved",
        "a note reopens nothing"
    );
    let second = all.iter().find(|it| it["id"] != conversation["id"]);
    let passed_on = desk.messages(second.expect("another")).await.remove(0);
    let original = &passed_on["email"]["forwarded_from"];
    assert_eq!(original["address"], "bo@friend.example");
}

/// A node that dies after it has kept mails and before it has noted how far it got.
struct Dying {
    intake: StoreIntake,
    has_kept: bool,
}

impl Intake for Dying {
    type Error = EmailError;

    async fn position(&mut self) -> Result<Option<Position>, EmailError> {
        self.intake.position().await
    }

    async fn is_known(&mut self, fingerprint: &Fingerprint) -> Result<bool, EmailError> {
        self.intake.is_known(fingerprint).await
    }

    async fn take(&mut self, arrival: Arrival) -> Result<(), EmailError> {
        self.has_kept = true;
        self.intake.take(arrival).await
    }

    async fn moved(&mut self, position: Position) -> Result<(), EmailError> {
        if self.has_kept {
            return Err(EmailError::NoMail);
        }
        self.intake.moved(position).await
    }

    async fn looked(&mut self, _taken: Taken) {}

    async fn troubled(&mut self, _trouble: &Trouble) {}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_keeping_and_moving_on_loses_and_doubles_nothing() {
    let help = servers().mailbox("help", "tea.example");
    let ada = servers().mailbox("ada", "customer.example");
    let desk = Desk::with(real(&help)).await;
    for name in ["one", "two"] {
        let id = format!("Message-ID: <{name}@customer.example>\r\n");
        writes(&ada, &help, &question(&ada, &help, &id)).await;
    }
    let place = (desk.t.workspace, desk.mailbox);
    let plan = follow_plan(&desk.t.app, place.0, place.1).await;
    let plan = plan.expect("a store").expect("a mailbox");
    let mut kept: i64 = 0;
    for _ in 0..LOOKS {
        let mut dying = Dying {
            intake: StoreIntake::new(desk.t.app.clone(), place.0, place.1),
            has_kept: false,
        };
        let position = dying.position().await.expect("a store");
        let mut session = imap::Session::open(&plan.account).await.expect("a server");
        let next = imap::plan(position, session.folder());
        let died = imap::receive(&mut session, &plan.rules, &mut dying, next).await;
        session.close().await;
        desk.t.run_until_idle().await;
        kept = desk.outcomes().await.iter().map(|(_, number)| number).sum();
        if died.is_err() && kept > 0 {
            break;
        }
    }
    assert!(kept > 0, "{}", servers().logs());
    // The next node begins where the last one had noted to be.
    for _ in 0..LOOKS {
        look_once(&desk.t.app, place, &plan).await.expect("a look");
        desk.t.run_until_idle().await;
        if desk.outcomes().await == [("opened".to_owned(), 2)] {
            break;
        }
    }
    look_once(&desk.t.app, place, &plan).await.expect("a look");
    desk.t.run_until_idle().await;
    assert_eq!(desk.conversations().await.len(), 2);
    let outcomes = desk.outcomes().await;
    assert_eq!(outcomes, [("opened".to_owned(), 2)]);
}

//! Sending through a real SMTP server.

use std::io::Write as _;
use std::process::{Command, Stdio};

use sha2::{Digest as _, Sha256};
use zhiyin_channels::email::compose::{File, Outgoing};
use zhiyin_channels::email::dkim::Signer;
use zhiyin_channels::email::imap::{Content, Patience};
use zhiyin_channels::email::server::{Cause, Encryption, LogIn, Stage};
use zhiyin_channels::email::smtp::{Envelope, SendError, Sender, Verdict, test};
use zhiyin_channels::email::{Mailbox, parse};
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::secret::Secret;
use zhiyin_domain::time::Timestamp;

use crate::servers::inbox::Inbox;
use crate::servers::{GREYLISTED, Proxy, access_token, servers};

/// A mail from one mailbox to another.
pub fn outgoing(from: &EmailAddress, to: &EmailAddress, subject: &str) -> Outgoing {
    let (id, _) = from.as_str().split_once('@').unwrap();
    let mailbox = |address: &EmailAddress| Mailbox {
        name: String::new(),
        address: address.clone(),
    };
    Outgoing {
        message_id: format!("{id}.{}@tea.example", subject.len()),
        from: mailbox(from),
        reply_to: from.clone(),
        to: vec![mailbox(to)],
        cc: Vec::new(),
        subject: subject.to_owned(),
        text: "您好！\nThe teapot is on its way.".to_owned(),
        html: "<p>您好！</p>".to_owned(),
        references: Vec::new(),
        files: Vec::new(),
        date: Timestamp::from_micros(1_767_600_000_000_000),
        is_automatic: false,
    }
}

/// From whom to whom, as in the headers.
pub fn envelope(from: &EmailAddress, to: &[&EmailAddress]) -> Envelope {
    Envelope {
        from: Some(from.clone()),
        to: to.iter().copied().cloned().collect(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_go_out_encrypted_over_one_connection() {
    let from = servers().mailbox("help", "tea.example");
    let to = servers().mailbox("ada", "customer.example");
    let mut inbox = Inbox::follow(servers().imap(&to), Patience::default());
    for (port, encryption) in [
        (servers().ports().smtp, Encryption::StartTls),
        (servers().ports().smtps, Encryption::Tls),
    ] {
        let proxy = Proxy::to(port, None).await;
        let mut sender = Sender::new(servers().smtp_at(&from, proxy.port(), encryption));
        for number in 0..3 {
            let subject = format!("茶壶 {encryption:?} {number}");
            let raw = outgoing(&from, &to, &subject).to_bytes().unwrap();
            let sent = sender.send(&envelope(&from, &[&to]), &raw).await.unwrap();
            assert!(sent.refused.is_empty(), "{sent:?}");
            let mail = inbox.next().await;
            assert_eq!(mail.subject, subject);
            assert_eq!(mail.return_path.as_deref(), Some(from.as_str()));
            assert!(mail.text.starts_with("您好！"), "{}", mail.text);
        }
        sender.close().await;
        assert_eq!(proxy.connections(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_mailboxes_as_a_password_does() {
    let from = servers().mailbox("help", "tea.example");
    let to = servers().mailbox("ada", "customer.example");
    let mut sending = servers().smtp(&from);
    sending.log_in = Some(access_token(&from));
    let raw = outgoing(&from, &to, "With a token").to_bytes().unwrap();
    let mut sender = Sender::new(sending);
    sender.send(&envelope(&from, &[&to]), &raw).await.unwrap();
    let mut reading = servers().imap(&to);
    reading.log_in = access_token(&to);
    let mut inbox = Inbox::follow(reading, Patience::default());
    assert_eq!(inbox.next().await.subject, "With a token");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_was_cut_is_made_again() {
    let from = servers().mailbox("help", "tea.example");
    let to = servers().mailbox("ada", "customer.example");
    let proxy = Proxy::to(servers().ports().smtp, None).await;
    let account = servers().smtp_at(&from, proxy.port(), Encryption::StartTls);
    let mut sender = Sender::new(account);
    let raw = outgoing(&from, &to, "One").to_bytes().unwrap();
    sender.send(&envelope(&from, &[&to]), &raw).await.unwrap();
    proxy.cut();
    sender.send(&envelope(&from, &[&to]), &raw).await.unwrap();
    assert_eq!(proxy.connections(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipient_who_is_refused_does_not_stop_the_others() {
    let from = servers().mailbox("help", "tea.example");
    let to = servers().mailbox("ada", "customer.example");
    let unwelcome = "unwelcome@customer.example".parse().unwrap();
    let mut sender = Sender::new(servers().smtp(&from));
    let raw = outgoing(&from, &to, "Two").to_bytes().unwrap();
    let sent = sender
        .send(&envelope(&from, &[&unwelcome, &to]), &raw)
        .await;
    let sent = sent.unwrap();
    assert_eq!(sent.taken, std::slice::from_ref(&to));
    let (refused, refusal) = &sent.refused[0];
    assert_eq!((refused, refusal.verdict), (&unwelcome, Verdict::Never));
    assert_eq!(refusal.status.as_deref(), Some("5.1.1"), "{}", refusal.said);

    let alone = sender.send(&envelope(&from, &[&unwelcome]), &raw).await;
    assert_eq!(alone.unwrap_err().verdict(), Verdict::Never);
    // The connection is still good for the next mail.
    assert!(sender.send(&envelope(&from, &[&to]), &raw).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_told_to_come_back_later_does_and_is_let_in() {
    let from = servers().mailbox("help", "tea.example");
    let to: EmailAddress = GREYLISTED.parse().unwrap();
    let mut sender = Sender::new(servers().smtp(&from));
    let raw = outgoing(&from, &to, "Again").to_bytes().unwrap();
    let refused = sender
        .send(&envelope(&from, &[&to]), &raw)
        .await
        .unwrap_err();
    let SendError::Refused(refusal) = &refused else {
        panic!("{refused:?}");
    };
    assert_eq!(
        (refusal.code, refused.verdict()),
        (Some(450), Verdict::Later)
    );
    servers().stop_greylisting();
    sender.send(&envelope(&from, &[&to]), &raw).await.unwrap();
    let mut inbox = Inbox::follow(servers().imap(&to), Patience::default());
    assert_eq!(inbox.next().await.subject, "Again");
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_megabytes_arrive_as_they_were_sent() {
    let from = servers().mailbox("help", "tea.example");
    let to = servers().mailbox("ada", "customer.example");
    // Not compressible, not text, and the same in every run.
    let bytes: Vec<u8> = (0_u32..50 * 1024 * 1024 / 32)
        .flat_map(|block| <[u8; 32]>::from(Sha256::digest(block.to_be_bytes())))
        .collect();
    let expected = Sha256::digest(&bytes);
    let mut mail = outgoing(&from, &to, "Photographs");
    mail.files.push(File {
        name: "茶壶.raw".to_owned(),
        media_type: "application/octet-stream".to_owned(),
        bytes,
    });
    let raw = mail.to_bytes().unwrap();
    drop(mail);
    let mut sender = Sender::new(servers().smtp(&from));
    sender.send(&envelope(&from, &[&to]), &raw).await.unwrap();
    drop(raw);
    let mut inbox = Inbox::follow(servers().imap(&to), Patience::default());
    let arrival = inbox.next_arrival().await;
    let Content::Whole(raw) = arrival.content else {
        panic!("it was not read whole");
    };
    assert!(raw.len() > 65_000_000, "{}", raw.len());
    let read = parse(&raw).unwrap();
    assert_eq!(read.attachments[0].name, "茶壶.raw");
    assert_eq!(Sha256::digest(&read.attachments[0].bytes), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_of_the_connection_tells_what_is_wrong() {
    let address = servers().mailbox("help", "tea.example");
    let good = servers().smtp(&address);
    assert!(test(&good).await.is_ok());
    let mut untrusted = good.clone();
    untrusted.server.authority = None;
    let mut unwrapped = good.clone();
    unwrapped.server.encryption = Encryption::Tls;
    let mut wrong_password = good.clone();
    wrong_password.log_in = Some(LogIn::Password {
        user: address.as_str().to_owned(),
        password: Secret::new("wrong".to_owned()),
    });
    let mut no_token = good.clone();
    no_token.log_in = Some(LogIn::Token {
        user: address.as_str().to_owned(),
        token: Secret::new("abc".to_owned()),
    });
    // Nobody is asked for a password over a plain connection.
    let in_the_clear = servers().smtp_at(&address, servers().ports().smtp, Encryption::None);
    let hiding = Proxy::to(servers().ports().smtp, Some("STARTTLS")).await;
    let no_start_tls = servers().smtp_at(&address, hiding.port(), Encryption::StartTls);
    for (account, stage, cause) in [
        (untrusted, Stage::Encrypt, Cause::UntrustedCertificate),
        (unwrapped, Stage::Encrypt, Cause::NoTls),
        (wrong_password, Stage::LogIn, Cause::LogInRefused),
        (no_token, Stage::LogIn, Cause::LogInRefused),
        (in_the_clear, Stage::LogIn, Cause::NoCommonLogIn),
        (no_start_tls, Stage::Encrypt, Cause::NoStartTls),
    ] {
        let trouble = test(&account).await.unwrap_err();
        assert_eq!(
            (trouble.stage, trouble.cause),
            (stage, cause),
            "{}",
            trouble.said
        );
    }
}

/// A private key in PEM, made by openssl.
pub fn private_key(kind: &[&str]) -> String {
    let made = Command::new("openssl")
        .arg("genpkey")
        .args(kind)
        .output()
        .unwrap();
    assert!(made.status.success());
    String::from_utf8(made.stdout).unwrap()
}

/// Whether somebody else's program (dkimpy) finds the signature good, given the record.
fn is_signature_good(raw: &[u8], record: &(String, String)) -> bool {
    const PROGRAM: &str = "import sys, dkim\n\
        name, value = sys.argv[1].encode() + b'.', sys.argv[2].encode()\n\
        find = lambda asked, timeout=5: value if asked == name else None\n\
        good = dkim.verify(sys.stdin.buffer.read(), dnsfunc=find)\n\
        print('good' if good else 'bad')\n";
    let mut python = Command::new("/usr/bin/python3")
        .args(["-c", PROGRAM, &record.0, &record.1])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    python.stdin.take().unwrap().write_all(raw).unwrap();
    let output = python.wait_with_output().unwrap();
    match String::from_utf8_lossy(&output.stdout).trim() {
        "good" => true,
        "bad" => false,
        _ => panic!("is Debian's package python3-dkim installed? `cargo xtask test` does it"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signatures_are_good_where_the_mail_arrives() {
    let from = servers().mailbox("help", "tea.example");
    let to = servers().mailbox("ada", "customer.example");
    let mut inbox = Inbox::follow(servers().imap(&to), Patience::default());
    let mut sender = Sender::new(servers().smtp(&from));
    let rsa = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
    for (selector, kind) in [("old", &rsa[..]), ("new", &["-algorithm", "ED25519"])] {
        let key = Signer::new("tea.example", selector, &private_key(kind)).unwrap();
        let mut mail = outgoing(&from, &to, &format!("Signed {selector} 茶壶"));
        mail.text = "  Two  spaces \n\n\nFrom here\n.\n\n".to_owned();
        let signed = key.sign(&mail.to_bytes().unwrap(), mail.date);
        sender
            .send(&envelope(&from, &[&to]), &signed)
            .await
            .unwrap();
        let arrival = inbox.next_arrival().await;
        let Content::Whole(raw) = arrival.content else {
            panic!("it was not read whole");
        };
        let record = key.record();
        assert!(is_signature_good(&raw, &record), "{selector}");
        let text = String::from_utf8_lossy(&raw);
        let changed = text.replace("\nSubject: ", "\nSubject: Forged ");
        assert!(
            !is_signature_good(changed.as_bytes(), &record),
            "{selector}"
        );
        let added = format!("From: eve@evil.example\r\n{text}");
        assert!(!is_signature_good(added.as_bytes(), &record), "{selector}");
    }
}

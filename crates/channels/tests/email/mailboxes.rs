//! Reading mailboxes of a real IMAP server.

use futures_util::TryStreamExt as _;
use tokio::net::TcpStream;
use zhiyin_channels::email::imap::{
    Account, Content, Patience, Plan, Position, Rules, Session, Taken, plan, receive, test,
};
use zhiyin_channels::email::server::{Cause, Encryption, LogIn, Stage};
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::secret::Secret;

use crate::servers::inbox::{Inbox, Kept};
use crate::servers::{PASSWORD, Proxy, servers};

/// Another mail program looking at the same mailbox.
async fn other_program(address: &EmailAddress) -> async_imap::Session<TcpStream> {
    let port = servers().ports().imap;
    let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let mut client = async_imap::Client::new(stream);
    client.read_response().await.unwrap().expect("a greeting");
    let logged_in = client.login(address.as_str(), PASSWORD).await;
    logged_in.map_err(|(error, _)| error).unwrap()
}

fn letter(number: u32) -> String {
    format!(
        "From: Ada <ada@customer.example>\r\nTo: help@tea.example\r\n\
         Message-ID: <letter-{number}@customer.example>\r\n\
         Date: Mon, 05 Jan 2026 09:{number:02}:00 +0800\r\n\
         Subject: Letter {number}\r\n\r\nHello {number}\r\n"
    )
}

async fn put(program: &mut async_imap::Session<TcpStream>, folder: &str, raw: &str) {
    program.append(folder, None, None, raw).await.unwrap();
}

async fn take(account: &Account, kept: &mut Kept, rules: &Rules) -> Taken {
    let mut session = Session::open(account).await.unwrap();
    let next = plan(kept.position, session.folder());
    let taken = receive(&mut session, rules, kept, next).await.unwrap();
    session.close().await;
    taken
}

fn new(new: u32) -> Taken {
    Taken {
        new,
        ..Taken::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_come_in_order_and_wake_who_waits() {
    let address = servers().mailbox("help", "tea.example");
    let mut program = other_program(&address).await;
    put(&mut program, "INBOX", &letter(1)).await;
    put(&mut program, "INBOX", &letter(2)).await;
    // Nothing is looked for again within the test's time: only the server can tell.
    let mut inbox = Inbox::follow(servers().imap(&address), Patience::default());
    assert_eq!(inbox.next().await.subject, "Letter 1");
    assert_eq!(inbox.next().await.subject, "Letter 2");
    for number in 3..8 {
        put(&mut program, "INBOX", &letter(number)).await;
        assert_eq!(inbox.next().await.subject, format!("Letter {number}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_tell_is_asked() {
    let address = servers().mailbox("help", "tea.example");
    let proxy = Proxy::to(servers().ports().imap, Some("IDLE")).await;
    let account = servers().imap_at(&address, proxy.port(), Encryption::None);
    let session = Session::open(&account).await.unwrap();
    assert!(!session.can_idle());
    session.close().await;
    let patience = Patience {
        poll: std::time::Duration::from_millis(50),
        ..Patience::default()
    };
    let mut inbox = Inbox::follow(account, patience);
    inbox.looked().await;
    let mut program = other_program(&address).await;
    put(&mut program, "INBOX", &letter(1)).await;
    assert_eq!(inbox.next().await.subject, "Letter 1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_connection_is_made_again_and_nothing_is_lost_or_doubled() {
    let address = servers().mailbox("help", "tea.example");
    let proxy = Proxy::to(servers().ports().imaps, None).await;
    let account = servers().imap_at(&address, proxy.port(), Encryption::Tls);
    let patience = Patience {
        retry_first: std::time::Duration::from_millis(50),
        ..Patience::default()
    };
    let mut inbox = Inbox::follow(account, patience);
    let mut program = other_program(&address).await;
    put(&mut program, "INBOX", &letter(1)).await;
    assert_eq!(inbox.next().await.subject, "Letter 1");
    proxy.cut();
    put(&mut program, "INBOX", &letter(2)).await;
    assert_eq!(inbox.next().await.subject, "Letter 2");
    assert!(proxy.connections() >= 2);
    assert!(inbox.troubles().iter().all(|cause| !cause.needs_person()));
    assert_eq!(inbox.count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_numbered_anew_gives_only_what_is_new() {
    let address = servers().mailbox("help", "tea.example");
    let account = Account {
        folder: "Orders".to_owned(),
        ..servers().imap(&address)
    };
    let mut program = other_program(&address).await;
    program.create("Orders").await.unwrap();
    for number in 1..4 {
        put(&mut program, "Orders", &letter(number)).await;
    }
    let mut kept = Kept::default();
    assert_eq!(take(&account, &mut kept, &Rules::default()).await, new(3));
    let before = kept.position.unwrap();
    program.delete("Orders").await.unwrap();
    program.create("Orders").await.unwrap();
    assert_eq!(take(&account, &mut kept, &Rules::default()).await, new(0));
    for number in 1..5 {
        put(&mut program, "Orders", &letter(number)).await;
    }
    let taken = take(&account, &mut kept, &Rules::default()).await;
    assert_eq!((taken.new, taken.known), (1, 3));
    let after = kept.position.unwrap();
    assert_ne!(after.uid_validity, before.uid_validity);
    assert_eq!(
        kept.subjects(),
        ["Letter 1", "Letter 2", "Letter 3", "Letter 4"]
    );
    assert_eq!(take(&account, &mut kept, &Rules::default()).await, new(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_moved_out_and_back_is_known() {
    let address = servers().mailbox("help", "tea.example");
    let account = servers().imap(&address);
    let mut program = other_program(&address).await;
    put(&mut program, "INBOX", &letter(1)).await;
    let mut kept = Kept::default();
    assert_eq!(take(&account, &mut kept, &Rules::default()).await, new(1));
    program.create("Done").await.unwrap();
    program.select("INBOX").await.unwrap();
    program.mv("1", "Done").await.unwrap();
    program.select("Done").await.unwrap();
    program.mv("1", "INBOX").await.unwrap();
    let taken = take(&account, &mut kept, &Rules::default()).await;
    assert_eq!((taken.new, taken.known), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_program_has_read_is_taken_and_nothing_is_marked() {
    let address = servers().mailbox("help", "tea.example");
    let mut program = other_program(&address).await;
    put(&mut program, "INBOX", &letter(1)).await;
    put(&mut program, "INBOX", &letter(2)).await;
    program.select("INBOX").await.unwrap();
    let read: Vec<_> = program
        .fetch("1", "BODY[]")
        .await
        .unwrap()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(read.len(), 1);
    let mut kept = Kept::default();
    let account = servers().imap(&address);
    assert_eq!(take(&account, &mut kept, &Rules::default()).await, new(2));
    let seen = program.search("SEEN").await.unwrap();
    assert_eq!(seen, [1].into());
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_from_before_the_beginning_is_left_alone() {
    let address = servers().mailbox("help", "tea.example");
    let mut program = other_program(&address).await;
    let raw = letter(1);
    let long_ago = Some("\"05-Jan-2020 09:00:00 +0000\"");
    program.append("INBOX", None, long_ago, &raw).await.unwrap();
    let recent = Some("\"05-Jan-2026 09:00:00 +0000\"");
    program
        .append("INBOX", None, recent, letter(2))
        .await
        .unwrap();
    // 2025-01-01
    let since = zhiyin_domain::time::Timestamp::from_micros(1_735_689_600_000_000);
    let rules = Rules {
        since: Some(since),
        ..Rules::default()
    };
    let mut kept = Kept::default();
    let taken = take(&servers().imap(&address), &mut kept, &rules).await;
    assert_eq!((taken.new, taken.old), (1, 1));
    assert_eq!(kept.subjects(), ["Letter 2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_mail_that_is_too_large_the_beginning_is_kept() {
    let address = servers().mailbox("help", "tea.example");
    let mut program = other_program(&address).await;
    let large = format!("{}{}", letter(1), "tea and ceramics\r\n".repeat(100_000));
    put(&mut program, "INBOX", &large).await;
    put(&mut program, "INBOX", &letter(2)).await;
    let rules = Rules {
        bytes_max: 1_000_000,
        ..Rules::default()
    };
    let mut kept = Kept::default();
    assert_eq!(
        take(&servers().imap(&address), &mut kept, &rules).await,
        new(2)
    );
    let Content::Head(head) = &kept.arrivals[0].content else {
        panic!("it was read whole");
    };
    assert!(head.len() < 300_000 && large.as_bytes().starts_with(head));
    assert!(matches!(kept.arrivals[1].content, Content::Whole(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_position_in_the_future_is_not_believed() {
    let address = servers().mailbox("help", "tea.example");
    let account = servers().imap(&address);
    let mut program = other_program(&address).await;
    put(&mut program, "INBOX", &letter(1)).await;
    let mut kept = Kept::default();
    take(&account, &mut kept, &Rules::default()).await;
    let position = kept.position.unwrap();
    kept.position = Some(Position {
        last_uid: 500,
        ..position
    });
    put(&mut program, "INBOX", &letter(2)).await;
    let session = Session::open(&account).await.unwrap();
    assert_eq!(plan(kept.position, session.folder()), Plan::All);
    session.close().await;
    let taken = take(&account, &mut kept, &Rules::default()).await;
    assert_eq!((taken.new, taken.known), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_of_the_connection_tells_what_is_wrong() {
    let address = servers().mailbox("help", "tea.example");
    let good = servers().imap(&address);
    let ports = servers().ports();
    assert_eq!(test(&good).await.unwrap().exists, 0);
    let start_tls = servers().imap_at(&address, ports.imap, Encryption::StartTls);
    assert!(test(&start_tls).await.is_ok());

    let mut untrusted = good.clone();
    untrusted.server.authority = None;
    let mut misnamed = good.clone();
    "localhost".clone_into(&mut misnamed.server.host);
    let mut unknown = good.clone();
    "imap.nowhere.invalid".clone_into(&mut unknown.server.host);
    let mut closed = good.clone();
    closed.server.port = closed_port();
    let mut no_tls = good.clone();
    no_tls.server.port = ports.imap;
    let mut no_folder = good.clone();
    "Nowhere".clone_into(&mut no_folder.folder);
    let mut wrong_password = good.clone();
    wrong_password.log_in = LogIn::Password {
        user: address.as_str().to_owned(),
        password: Secret::new("wrong".to_owned()),
    };
    let mut no_token = good.clone();
    no_token.log_in = LogIn::Token {
        user: address.as_str().to_owned(),
        token: Secret::new("abc".to_owned()),
    };
    let mut other = good.clone();
    other.server = servers().server(ports.smtp, Encryption::None);
    for (account, stage, cause) in [
        (untrusted, Stage::Encrypt, Cause::UntrustedCertificate),
        (misnamed, Stage::Encrypt, Cause::WrongCertificateName),
        (unknown, Stage::Resolve, Cause::UnknownHost),
        (closed, Stage::Connect, Cause::Refused),
        (no_tls, Stage::Encrypt, Cause::NoTls),
        (no_folder, Stage::Folder, Cause::NoFolder),
        (wrong_password, Stage::LogIn, Cause::LogInRefused),
        (no_token, Stage::LogIn, Cause::LogInRefused),
        (other, Stage::Greet, Cause::OtherProtocol),
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

/// A port that was free a moment ago.
fn closed_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

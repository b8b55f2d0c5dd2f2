//! The own check of senders, against a name server of this test.

use std::net::UdpSocket;
use std::sync::Arc;

use zhiyin_channels::email::dkim::Signer;
use zhiyin_channels::email::sender_check::NameServers;
use zhiyin_domain::mail::{Authentication, Finding};
use zhiyin_domain::time::Timestamp;
use zhiyin_ports::SenderCheck as _;

use crate::sending::private_key;

/// A text record is asked for.
const TXT: [u8; 2] = [0, 16];

/// Answers for names of a zone on a port of this machine, for as long as the test runs.
fn name_server(zone: Vec<(String, String)>) -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let mut question = [0_u8; 1500];
        while let Ok((length, from)) = socket.recv_from(&mut question) {
            socket
                .send_to(&answer(&question[..length], &zone), from)
                .unwrap();
        }
    });
    address
}

/// An answer (RFC 1035 §4): the text records of the name, or that there is no such name.
fn answer(question: &[u8], zone: &[(String, String)]) -> Vec<u8> {
    let mut labels = Vec::new();
    let mut at = 12;
    while question[at] > 0 {
        let end = at + 1 + usize::from(question[at]);
        labels.push(String::from_utf8_lossy(&question[at + 1..end]).to_lowercase());
        at = end;
    }
    let end = at + 5;
    let kind = [question[at + 1], question[at + 2]];
    let name = labels.join(".");
    let known = zone
        .iter()
        .any(|(it, _)| *it == name || it.ends_with(&format!(".{name}")));
    let found: Vec<&str> = zone
        .iter()
        .filter(|(it, _)| *it == name && kind == TXT)
        .map(|(_, text)| text.as_str())
        .collect();
    let mut bytes = question[..2].to_vec();
    bytes.extend([0x81, if known { 0x80 } else { 0x83 }, 0, 1]);
    bytes.extend(u16::try_from(found.len()).unwrap().to_be_bytes());
    bytes.extend([0, 0, 0, 0]);
    bytes.extend(&question[12..end]);
    for text in found {
        let mut data = Vec::new();
        for piece in text.as_bytes().chunks(255) {
            data.push(u8::try_from(piece.len()).unwrap());
            data.extend(piece);
        }
        bytes.extend([0xc0, 12, TXT[0], TXT[1], 0, 1, 0, 0, 0, 60]);
        bytes.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        bytes.extend(data);
    }
    bytes
}

fn record(name: &str, text: &str) -> (String, String) {
    (name.to_owned(), text.to_owned())
}

fn letter(from: &str) -> String {
    format!(
        "From: {from}\r\nTo: help@tea.example\r\nSubject: =?utf-8?B?6Iy25aO2?=\r\n\
         Date: Mon, 02 Mar 2026 08:00:00 +0800\r\nMessage-ID: <1@customer.example>\r\n\r\n\
         My teapot broke.\r\n"
    )
}

/// The lines of our server: the mail came from this address, with this envelope.
fn through(address: &str, path: &str, raw: &[u8]) -> Vec<u8> {
    let lines = format!(
        "Return-Path: <{path}>\r\nReceived: from out.example ([{address}]) by mx.tea.example \
         with ESMTPS id 1; Mon, 2 Mar 2026 08:00:02 +0800\r\n"
    );
    [lines.as_bytes(), raw].concat()
}

struct World {
    servers: Arc<NameServers>,
    signer: Signer,
}

impl World {
    fn new() -> Self {
        let rsa = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
        let signer = Signer::new("customer.example", "s1", &private_key(&rsa)).unwrap();
        let zone = vec![
            signer.record(),
            record("_dmarc.customer.example", "v=DMARC1; p=reject"),
            record("customer.example", "v=spf1 ip4:198.51.100.0/24 -all"),
            record("list.example", "v=spf1 ip4:203.0.113.9 -all"),
        ];
        let servers = NameServers::new(&[name_server(zone)]).unwrap();
        Self {
            servers: Arc::new(servers),
            signer,
        }
    }

    fn signed(&self, raw: &str) -> Vec<u8> {
        let at = Timestamp::from_micros(1_772_409_600_000_000);
        self.signer.sign(raw.as_bytes(), at)
    }

    async fn check(&self, raw: &[u8]) -> Authentication {
        let trusted = ["mx.tea.example".to_owned()];
        self.servers.check(raw, &trusted).await.unwrap()
    }
}

fn of(it: Authentication) -> [Finding; 3] {
    [it.spf, it.dkim, it.dmarc]
}

#[tokio::test]
async fn a_signature_proves_the_sender_and_a_changed_mail_loses_it() {
    use Finding::{Fail, None, Pass};
    let world = World::new();
    let signed = world.signed(&letter("ada@customer.example"));
    assert_eq!(of(world.check(&signed).await), [None, Pass, Pass]);
    let changed = String::from_utf8_lossy(&signed).replace("teapot", "account");
    // Nobody knows which way it came: a list may have changed it.
    let found = world.check(changed.as_bytes()).await;
    assert_eq!(
        (of(found), found.verdict()),
        ([None, Fail, None], "unknown")
    );
    // Our server wrote down that it came from somewhere else.
    let other = through("203.0.113.9", "bounce@list.example", changed.as_bytes());
    assert_eq!(of(world.check(&other).await), [Pass, Fail, Fail]);
}

#[tokio::test]
async fn the_sending_server_proves_the_sender_only_in_lines_of_ours() {
    use Finding::{Fail, None, Pass};
    let world = World::new();
    let plain = letter("ada@customer.example");
    let real = through("198.51.100.7", "ada@customer.example", plain.as_bytes());
    assert_eq!(of(world.check(&real).await), [Pass, None, Pass]);
    let forged = through("203.0.113.9", "ada@customer.example", plain.as_bytes());
    assert_eq!(of(world.check(&forged).await), [Fail, None, Fail]);
    // The same good lines, written by the forger: a mailbox that trusts nobody believes none.
    let found = world.servers.check(&real, &[]).await.unwrap();
    assert_eq!(of(found), [None, None, None]);
}

#[tokio::test]
async fn a_good_signature_of_somebody_else_proves_nothing() {
    let world = World::new();
    let signed = world.signed(&letter("boss@unsigned.example"));
    let found = world.check(&signed).await;
    assert_eq!((found.dkim, found.verdict()), (Finding::Pass, "unknown"));
    // Without a sender there is nobody to ask about.
    let nobody = b"Subject: x\r\n\r\nHi\r\n";
    assert_eq!(world.servers.check(nobody, &[]).await, None);
}

#[tokio::test]
async fn silent_name_servers_end_in_an_error_and_not_in_a_wait() {
    // Bound and never read.
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let servers = NameServers::new(&[address]).unwrap();
    let raw = letter("ada@customer.example");
    let found = servers.check(raw.as_bytes(), &[]);
    assert_eq!(found.await.unwrap().dmarc, Finding::Error);
    assert!(NameServers::new(&["dns.example".to_owned()]).is_err());
}

//! Hard messages written for this project: each with what must be found in it beside it.
//!
//! `ZHIYIN_UPDATE_CORPUS=1 cargo test -p zhiyin-channels corpus` writes what is found now; look
//! at the difference before it is kept.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use proptest::prelude::*;
use zhiyin_channels::email::fingerprint::Fingerprint;
use zhiyin_channels::email::reply_address::ReplyTokens;
use zhiyin_channels::email::{
    Mail, Mailbox, answering, automatic, bounce, forwarded, html, parse, quoting, sender_proof,
};
use zhiyin_domain::time::Timestamp;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/email/corpus")
}

/// All messages, read once.
fn messages() -> &'static [(PathBuf, Vec<u8>)] {
    static MESSAGES: OnceLock<Vec<(PathBuf, Vec<u8>)>> = OnceLock::new();
    MESSAGES.get_or_init(read_messages)
}

fn read_messages() -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "eml"))
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let raw = fs::read(&path).unwrap();
            (path, raw)
        })
        .collect()
}

fn people(mailboxes: &[Mailbox]) -> String {
    let one = |mailbox: &Mailbox| format!("{} <{}>", mailbox.name, mailbox.address.as_str());
    mailboxes.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn shortened(text: &str) -> String {
    text.chars()
        .take(300)
        .collect::<String>()
        .replace('\n', "⏎")
}

/// What a reader of the mail would want to know, one line each.
fn summary(mail: &Mail) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: String| {
        if !value.is_empty() {
            writeln!(text, "{name}: {value}").unwrap();
        }
    };
    let from: Vec<Mailbox> = mail.from.iter().cloned().collect();
    line("from", people(&from));
    line("to", people(&mail.to));
    line("subject", shortened(&mail.subject));
    line("message id", mail.message_id.clone().unwrap_or_default());
    line("in reply to", mail.in_reply_to.join(" "));
    line("references", mail.references.join(" "));
    line(
        "date",
        mail.date.map(|date| date.to_string()).unwrap_or_default(),
    );
    line("text", shortened(&mail.text));
    line("new text", shortened(&quoting::trim(&mail.text).new));
    if let Some(body) = &mail.html {
        let shown = html::sanitise(body, |_| None);
        line("shown html", shortened(&shown.html));
        line("remote pictures", shown.remote_images.to_string());
    }
    for file in &mail.attachments {
        let id = file.content_id.clone().unwrap_or_default();
        let bytes = file.bytes.len();
        line(
            "file",
            format!("{} {} {bytes} bytes {id}", file.name, file.media_type),
        );
    }
    if let Some(kind) = automatic::automatic(mail) {
        line("automatic", format!("{kind:?}"));
    }
    if let Some(found) = bounce::bounce(mail, &ReplyTokens::new(&[7; 32])) {
        let status = found.status.unwrap_or_default();
        line(
            "bounce",
            format!("{:?} {status} {}", found.outcome, found.diagnostic),
        );
    }
    if let Some(original) = forwarded::forwarded(mail) {
        line(
            "forwarded from",
            people(std::slice::from_ref(&original.from)),
        );
        line("forwarded text", shortened(&original.text));
    }
    text
}

#[test]
fn hard_messages_are_read_as_expected() {
    let is_update = std::env::var_os("ZHIYIN_UPDATE_CORPUS").is_some();
    let messages = messages();
    assert!(messages.len() >= 35, "{} messages", messages.len());
    let mut wrong = String::new();
    for (path, raw) in messages {
        let found = parse(raw).map_or_else(|| "no mail\n".to_owned(), |mail| summary(&mail));
        let expectation = path.with_extension("txt");
        if is_update {
            fs::write(&expectation, &found).unwrap();
            continue;
        }
        let expected = fs::read_to_string(&expectation).unwrap_or_default();
        if expected != found {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            writeln!(wrong, "== {name}\nexpected\n{expected}found\n{found}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Everything that is done with a mail from outside before it is stored or shown.
fn do_all(raw: &[u8]) {
    let Some(mail) = parse(raw) else {
        return;
    };
    let tokens = ReplyTokens::new(&[7; 32]);
    let trimmed = quoting::trim(&mail.text);
    assert!(trimmed.new.len() <= mail.text.len());
    if let Some(body) = &mail.html {
        let shown = html::sanitise(body, |_| None).html.to_lowercase();
        // The same letters outside of a tag are text, and harmless.
        for tag in shown.split('<').skip(1) {
            let tag = tag.split('>').next().unwrap_or_default();
            let is_forbidden = ["script", "base", "form", "svg"]
                .iter()
                .any(|name| tag.starts_with(name));
            assert!(!is_forbidden && !tag.contains("=\"javascript:"), "{shown}");
        }
    }
    for file in &mail.attachments {
        assert!(!file.name.contains(['/', '\\', '\0']), "{}", file.name);
    }
    let history = answering::History::default();
    let now = Timestamp::from_micros(1_767_600_000_000_000);
    if answering::may_answer(&mail, &[], history, now).is_ok() {
        assert!(automatic::automatic(&mail).is_none());
    }
    let found = bounce::bounce(&mail, &tokens).and_then(|found| found.message);
    assert!(found.is_none(), "nobody else can make a proof");
    assert_eq!(Fingerprint::of(&mail), Fingerprint::of(&mail.clone()));
    assert!(sender_proof::sender_proof(&mail, &[]).is_none());
    drop(forwarded::forwarded(&mail));
    drop(summary(&mail));
}

/// How a message is damaged.
#[derive(Debug, Clone)]
enum Damage {
    Change(usize, u8),
    Cut(usize, usize),
    Repeat(usize, usize),
    Splice(usize, usize, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Damage::Change(at, byte)),
        (any::<usize>(), 0_usize..400).prop_map(|(at, length)| Damage::Cut(at, length)),
        (any::<usize>(), 0_usize..400).prop_map(|(at, length)| Damage::Repeat(at, length)),
        (any::<usize>(), any::<usize>(), any::<usize>())
            .prop_map(|(at, other, from)| Damage::Splice(at, other, from)),
    ]
}

fn damaged(mut raw: Vec<u8>, damages: &[Damage], all: &[(PathBuf, Vec<u8>)]) -> Vec<u8> {
    for damage in damages {
        let length = raw.len().max(1);
        match *damage {
            Damage::Change(at, byte) => {
                if let Some(changed) = raw.get_mut(at % length) {
                    *changed = byte;
                }
            }
            Damage::Cut(at, count) => {
                let start = (at % length).min(raw.len());
                let end = (start + count).min(raw.len());
                raw.drain(start..end);
            }
            Damage::Repeat(at, count) => {
                let start = (at % length).min(raw.len());
                let end = (start + count).min(raw.len());
                let piece = raw[start..end].to_vec();
                raw.splice(start..start, piece);
            }
            Damage::Splice(at, other, from) => {
                let (_, other) = &all[other % all.len()];
                raw.truncate(at % length);
                raw.extend_from_slice(&other[from % other.len().max(1)..]);
            }
        }
        raw.truncate(100_000);
    }
    raw
}

fn cases() -> u32 {
    if std::env::var_os("ZHIYIN_TEST_LONG").is_some() {
        200_000
    } else if std::env::var_os("ZHIYIN_TEST_QUICK").is_some() {
        200
    } else {
        2_000
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: cases(),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn damaged_messages_of_the_corpus_are_survived(
        which in any::<usize>(),
        damages in proptest::collection::vec(damage(), 1..8),
    ) {
        let all = messages();
        let (_, raw) = &all[which % all.len()];
        do_all(&damaged(raw.clone(), &damages, all));
    }
}

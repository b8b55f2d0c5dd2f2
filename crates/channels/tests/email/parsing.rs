//! Hard messages, as the world sends them.

use proptest::prelude::*;
use zhiyin_channels::email::{Mail, automatic, bounce, forwarded, html, parse, quoting};

fn read(raw: &[u8]) -> Mail {
    parse(raw).expect("a message with headers")
}

/// A message whose single part is `body` in a charset and a transfer encoding.
fn single(content_type: &str, encoding: &str, body: &[u8]) -> Vec<u8> {
    let mut raw = format!(
        "From: Ada <ada@example.com>\r\nTo: help@tea.example\r\nSubject: x\r\n\
         MIME-Version: 1.0\r\nContent-Type: {content_type}\r\n\
         Content-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    .into_bytes();
    raw.extend_from_slice(body);
    raw
}

#[test]
fn gbk_under_a_wrong_label_is_read() {
    let body = [
        0xb2, 0xe8, 0xba, 0xf8, 0xd2, 0xd1, 0xbe, 0xad, 0xca, 0xd5, 0xb5, 0xbd,
    ]; // 茶壶已经收到
    for label in ["gb2312", "us-ascii", "utf-8", "x-unknown"] {
        let raw = single(&format!("text/plain; charset={label}"), "8bit", &body);
        assert_eq!(read(&raw).text, "茶壶已经收到", "{label}");
    }
}

#[test]
fn transfer_encodings_are_undone_and_broken_ones_survived() {
    let base64 = single("text/plain; charset=utf-8", "base64", b"6Iy25aO2\r\n");
    assert_eq!(read(&base64).text, "茶壶");
    let quoted = single(
        "text/plain; charset=utf-8",
        "quoted-printable",
        b"caf=C3=A9 =\r\nau lait",
    );
    assert_eq!(read(&quoted).text, "café au lait");
    let broken = single(
        "text/plain; charset=utf-8",
        "base64",
        b"this is not base64!",
    );
    assert!(!read(&broken).text.is_empty());
}

#[test]
fn alternatives_give_both_and_html_alone_gives_text() {
    let raw = b"From: a@b.example\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/alternative; boundary=x\r\n\r\n\
        --x\r\nContent-Type: text/plain\r\n\r\nplain\r\n\
        --x\r\nContent-Type: text/html\r\n\r\n<p>rich</p>\r\n--x--\r\n";
    let mail = read(raw);
    assert_eq!(mail.text, "plain");
    assert!(mail.html.unwrap().contains("rich"));
    let html = single(
        "text/html; charset=utf-8",
        "8bit",
        "<p>茶壶</p><p>碎了</p>".as_bytes(),
    );
    assert!(read(&html).text.contains("茶壶"));
}

#[test]
fn a_missing_end_of_the_last_part_costs_nothing() {
    let raw = b"From: a@b.example\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=x\r\n\r\n\
        --x\r\nContent-Type: text/plain\r\n\r\nhello\r\n\
        --x\r\nContent-Type: image/png; name=pot.png\r\nContent-Transfer-Encoding: base64\r\n\r\n\
        iVBORw0KGgo=\r\n";
    let mail = read(raw);
    assert_eq!(mail.text, "hello");
    assert_eq!(mail.attachments[0].name, "pot.png");
    assert_eq!(&mail.attachments[0].bytes[1..4], b"PNG");
}

#[test]
fn names_of_files_come_in_every_encoding_and_without_folders() {
    for (parameter, name) in [
        ("filename*=UTF-8''%E8%8C%B6%E5%A3%B6.png", "茶壶.png"),
        ("filename=\"=?utf-8?B?6Iy25aO2LnBuZw==?=\"", "茶壶.png"),
        (
            "filename*0=\"long-\"; filename*1=\"name.png\"",
            "long-name.png",
        ),
        ("filename=\"..\\\\..\\\\evil.png\"", "evil.png"),
        ("filename=\"/etc/passwd\"", "passwd"),
    ] {
        let raw = format!(
            "From: a@b.example\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/mixed; boundary=x\r\n\r\n\
             --x\r\nContent-Type: image/png\r\nContent-Disposition: attachment; {parameter}\r\n\
             Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--x--\r\n"
        );
        assert_eq!(
            read(raw.as_bytes()).attachments[0].name,
            name,
            "{parameter}"
        );
    }
}

#[test]
fn an_inline_picture_without_disposition_keeps_its_id() {
    let raw = b"From: a@b.example\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/related; boundary=x\r\n\r\n\
        --x\r\nContent-Type: text/html\r\n\r\n<img src=\"cid:pot@x\">\r\n\
        --x\r\nContent-Type: image/png\r\nContent-ID: <pot@x>\r\n\
        Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--x--\r\n";
    let mail = read(raw);
    assert_eq!(mail.attachments[0].content_id.as_deref(), Some("pot@x"));
}

#[test]
fn an_invitation_is_kept_as_text_and_as_file() {
    let raw = b"From: a@b.example\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=x\r\n\r\n\
        --x\r\nContent-Type: text/plain\r\n\r\nMeet?\r\n\
        --x\r\nContent-Type: text/calendar; method=REQUEST; charset=utf-8\r\n\r\n\
        BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n--x--\r\n";
    let mail = read(raw);
    assert_eq!(mail.text, "Meet?");
    assert!(mail.calendar[0].contains("VCALENDAR"));
    assert_eq!(mail.attachments[0].media_type, "text/calendar");
}

#[test]
fn headers_may_be_broken_in_every_way() {
    let raw = b"Subject: =?gb2312?B?sui6+A==?= =?gb2312?B?sui6+A==?=\r\n\
        From: \"=?utf-8?B?546L6Iqz?=\" <fang@example.com>\r\n\
        To: undisclosed-recipients:;\r\nDate: not a date\r\nMessage-ID: <a b c>\r\n\
        X-Empty:\r\n folded\r\n\r\nbody";
    let mail = read(raw);
    assert_eq!(mail.subject, "茶壶茶壶");
    assert_eq!(mail.from.unwrap().name, "王芳");
    assert_eq!(mail.date, None);
    assert!(mail.to.is_empty());
}

#[test]
fn a_message_inside_a_message_stays_one_file() {
    let raw = b"From: a@b.example\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=x\r\n\r\n\
        --x\r\nContent-Type: text/plain\r\n\r\nouter\r\n\
        --x\r\nContent-Type: message/rfc822\r\n\r\n\
        From: c@d.example\r\nSubject: inner\r\n\r\ninner text\r\n--x--\r\n";
    let mail = read(raw);
    assert_eq!(mail.text, "outer");
    assert_eq!(mail.attachments[0].name, "inner.eml");
    assert_eq!(parse(&mail.enclosed[0]).unwrap().text, "inner text");
}

/// Everything that looks at a mail, so that nothing panics on any of it.
fn look_at(mail: &Mail) -> impl Sized {
    let tokens = zhiyin_channels::email::reply_address::ReplyTokens::new(&[1; 32]);
    let shown = mail
        .html
        .as_deref()
        .map(|rich| html::sanitise(rich, |_| None));
    (
        automatic::automatic(mail),
        bounce::bounce(mail, &tokens),
        forwarded::forwarded(mail),
        quoting::trim(&mail.text),
        shown,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_are_survived(raw in proptest::collection::vec(any::<u8>(), 0..2000)) {
        if let Some(mail) = parse(&raw) {
            drop(look_at(&mail));
        }
    }

    #[test]
    fn a_damaged_message_is_survived(
        cut in 0_usize..900,
        damage in proptest::collection::vec((0_usize..900, any::<u8>()), 0..20),
    ) {
        let mut raw = b"From: \"=?utf-8?B?546L6Iqz?=\" <fang@example.com>\r\nSubject: =?gb2312?B?sui6+A==?=\r\n\
            MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n\
            --x\r\nContent-Type: text/html; charset=gbk\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
            <p>=B2=E8</p><img src=\"cid:a\">\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n\
            Final-Recipient: rfc822; ada@example.com\r\nStatus: 5.1.1\r\n\
            --x\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <m.aa@b>\r\n\r\nhi\r\n\
            --x\r\nContent-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\neJ8+IgEA\r\n--x--\r\n".to_vec();
        for (at, byte) in damage {
            if let Some(place) = raw.get_mut(at) {
                *place = byte;
            }
        }
        raw.truncate(raw.len().saturating_sub(cut));
        if let Some(mail) = parse(&raw) {
            drop(look_at(&mail));
        }
    }

    #[test]
    fn trimming_loses_no_line(text in "[ -~\n>]{0,400}") {
        let parts = quoting::trim(&text);
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            prop_assert!(parts.new.contains(line) || parts.quoted.contains(line), "{line}");
        }
    }
}

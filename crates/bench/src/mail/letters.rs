//! Ordinary mails of a service desk, the same in every run: Chinese and English, plain and
//! HTML, answers with quotations, pictures, and what machines send.

use std::fmt::Write as _;

use data_encoding::BASE64;

/// Mails of one thread: a question, an answer, and thanks.
const THREAD: usize = 3;
const CHINESE: [&str; 4] = [
    "您好，我上周订的青瓷茶壶收到了，可是壶盖有一道裂纹，请问怎么换新？",
    "订单号是 20260105，收货地址没有变，还是寄到原来的地方就可以。",
    "另外想问一下，这款茶杯可以进洗碗机吗？谢谢！",
    "我已经把照片放在附件里了，麻烦您看一下。",
];
const ENGLISH: [&str; 4] = [
    "Hello, the celadon teapot I ordered last week arrived, but its lid has a crack.",
    "The order number is 20260105; the address has not changed.",
    "Could you also tell me whether the cups may go into the dishwasher? Thank you!",
    "I have attached a photograph of the lid for you to look at.",
];

/// The mail of a number, with lines that end as they do in a file.
pub fn letter(number: usize) -> Vec<u8> {
    let (thread, place) = (number / THREAD, number % THREAD);
    let is_chinese = thread.is_multiple_of(2);
    let mut head = headers(thread, place, is_chinese);
    let text = text(thread, place, is_chinese);
    match (thread + place) % 5 {
        0 | 1 => plain(head, &text, is_chinese && thread.is_multiple_of(4)),
        2 | 3 => {
            alternative(&mut head, &text);
            head.into_bytes()
        }
        _ => {
            with_picture(&mut head, &text, thread);
            head.into_bytes()
        }
    }
}

fn headers(thread: usize, place: usize, is_chinese: bool) -> String {
    let customer = format!("customer{thread}@example.com");
    let desk = "help@tea.example";
    let (from, to) = if place == 1 {
        (desk, customer.as_str())
    } else {
        (customer.as_str(), desk)
    };
    let name = if is_chinese {
        "=?utf-8?B?546L6Iqz?="
    } else {
        "\"Ada Lovelace\""
    };
    let subject = if is_chinese {
        "=?UTF-8?B?5YWz5LqO5oiR55qE6Iy25aO2?="
    } else {
        "About my teapot"
    };
    let again = if place == 0 { "" } else { "Re: " };
    let mut head = format!(
        "Return-Path: <{from}>\nReceived: from mail.example.com (mail.example.com [192.0.2.{}])\n\
         \tby mx.tea.example with ESMTPS id {thread:08x}\n\tfor <{to}>; \
         Mon, 05 Jan 2026 09:00:{:02} +0800\nFrom: {name} <{from}>\nTo: <{to}>\n\
         Subject: {again}{subject}\nDate: Mon, 05 Jan 2026 09:{:02}:00 +0800\n\
         Message-ID: <{thread}.{place}@example.com>\nMIME-Version: 1.0\n",
        thread % 250 + 1,
        thread % 60,
        place * 7,
    );
    if place > 0 {
        writeln!(head, "In-Reply-To: <{thread}.{}@example.com>", place - 1).expect("to a string");
        head.push_str("References:");
        for earlier in 0..place {
            write!(head, " <{thread}.{earlier}@example.com>").expect("to a string");
        }
        head.push('\n');
    }
    if thread % 20 == 7 && place == 2 {
        head.push_str("Auto-Submitted: auto-replied\n");
    }
    head
}

/// A few paragraphs, and what was said before with the marks of a quotation.
fn text(thread: usize, place: usize, is_chinese: bool) -> String {
    let sentences = if is_chinese { CHINESE } else { ENGLISH };
    let mut text = String::new();
    for paragraph in 0..6 {
        let sentence = sentences[(thread + place + paragraph) % sentences.len()];
        text.push_str(sentence);
        text.push_str("\n\n");
    }
    if place > 0 {
        let line = if is_chinese {
            "在 2026年1月5日，王芳 写道："
        } else {
            "On Mon, Jan 5, 2026 at 9:00 AM Ada Lovelace wrote:"
        };
        text.push_str(line);
        text.push('\n');
        for sentence in sentences {
            writeln!(text, "> {sentence}").expect("to a string");
        }
    }
    text
}

fn plain(head: String, text: &str, is_gbk: bool) -> Vec<u8> {
    let (label, body) = if is_gbk {
        ("gb2312", encoding_rs::GBK.encode(text).0.into_owned())
    } else {
        ("utf-8", text.as_bytes().to_vec())
    };
    let mut raw = head.into_bytes();
    raw.extend_from_slice(
        format!(
            "Content-Type: text/plain; charset={label}\nContent-Transfer-Encoding: base64\n\n{}",
            lines_of(&body)
        )
        .as_bytes(),
    );
    raw
}

fn alternative(mail: &mut String, text: &str) {
    mail.push_str("Content-Type: multipart/alternative; boundary=\"part\"\n\n");
    both_texts(mail, text, "part");
    mail.push_str("--part--\n");
}

fn both_texts(mail: &mut String, text: &str, boundary: &str) {
    let mut html = String::new();
    for line in text.lines() {
        let start = "<p style=\"margin:0\"><span class=\"body\">";
        writeln!(html, "{start}{line}</span></p>").expect("to a string");
    }
    for (kind, content) in [("plain", text.to_owned()), ("html", html)] {
        write!(
            mail,
            "--{boundary}\nContent-Type: text/{kind}; charset=utf-8\n\
             Content-Transfer-Encoding: base64\n\n{}",
            lines_of(content.as_bytes())
        )
        .expect("to a string");
    }
}

/// A photograph of ten to forty kilobytes.
fn with_picture(mail: &mut String, text: &str, thread: usize) {
    mail.push_str("Content-Type: multipart/mixed; boundary=\"outer\"\n\n");
    both_texts(mail, text, "outer");
    let bytes: Vec<u8> = (0..10_000 * (thread % 4 + 1))
        .map(|index| u8::try_from((index * 31 + thread * 7) % 251).unwrap_or_default())
        .collect();
    write!(
        mail,
        "--outer\nContent-Type: image/jpeg; name=\"lid.jpg\"\n\
         Content-Disposition: attachment; filename=\"lid.jpg\"\n\
         Content-Transfer-Encoding: base64\n\n{}--outer--\n",
        lines_of(&bytes)
    )
    .expect("to a string");
}

/// Base 64 in lines of 76 characters.
fn lines_of(bytes: &[u8]) -> String {
    let coded = BASE64.encode(bytes);
    let mut text = String::with_capacity(coded.len() + coded.len() / 76 + 1);
    for line in coded.as_bytes().chunks(76) {
        text.push_str(std::str::from_utf8(line).expect("base 64 is ASCII"));
        text.push('\n');
    }
    text
}

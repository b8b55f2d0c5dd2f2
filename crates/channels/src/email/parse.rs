//! A raw message (RFC 5322, MIME) as a [`Mail`].
//!
//! The structure comes from `mail-parser`; texts are decoded here from their bytes, because
//! labels of charsets lie.

use std::str::FromStr as _;

use mail_parser::{
    HeaderName, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders as _, PartType,
};
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::time::Timestamp;

use super::{charset, parameters, tnef, transfer, words};

/// Parts deeper than this are not opened; they stay in the raw message.
const NESTING_MAX: usize = 8;
/// Parts of one message beyond this number are not opened.
const PARTS_MAX: usize = 500;

/// Who a message names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// The name shown, without quotes; empty if there is none.
    pub name: String,
    /// The address.
    pub address: EmailAddress,
}

/// A file that came with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The name its sender gave it, without folders; may be empty.
    pub name: String,
    /// What it says it is; look at the bytes before believing it.
    pub media_type: String,
    /// Its `Content-ID` without angle brackets: the HTML shows it where it says `cid:` this.
    pub content_id: Option<String>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What a message says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mail {
    /// `Message-ID` without angle brackets.
    pub message_id: Option<String>,
    /// `In-Reply-To`, each without angle brackets.
    pub in_reply_to: Vec<String>,
    /// `References`, oldest first, each without angle brackets.
    pub references: Vec<String>,
    /// `From`; the first if there are several.
    pub from: Option<Mailbox>,
    /// `Reply-To`.
    pub reply_to: Vec<Mailbox>,
    /// `To`.
    pub to: Vec<Mailbox>,
    /// `Cc`.
    pub cc: Vec<Mailbox>,
    /// Envelope recipients that the receiving server wrote down (`Delivered-To`,
    /// `X-Original-To`, `Envelope-To`).
    pub delivered_to: Vec<EmailAddress>,
    /// `Return-Path` as it stands; an empty one marks a bounce.
    pub return_path: Option<String>,
    /// `Subject`, decoded, in one line.
    pub subject: String,
    /// `Date`, if it can be read.
    pub date: Option<Timestamp>,
    /// The plain text; made from the HTML if the message has none.
    pub text: String,
    /// The HTML as it came. Never show it without [`super::html::sanitise`].
    pub html: Option<String>,
    /// Files, also those inside `winmail.dat`.
    pub attachments: Vec<Attachment>,
    /// Calendar invitations as text (`text/calendar`).
    pub calendar: Vec<String>,
    /// Messages inside this one (`message/rfc822`), as raw bytes.
    pub enclosed: Vec<Vec<u8>>,
    /// All headers of the message, name in lower case, decoded, in order.
    pub headers: Vec<(String, String)>,
    /// The machine-readable part of a delivery report (RFC 3464), if there is one.
    pub delivery_status: Option<String>,
}

impl Mail {
    /// The first header of that name (lower case).
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// All who take part except the sender: `To` and `Cc`, each address once.
    #[must_use]
    pub fn recipients(&self) -> Vec<&Mailbox> {
        let mut seen = std::collections::BTreeSet::new();
        self.to
            .iter()
            .chain(&self.cc)
            .filter(|mailbox| seen.insert(mailbox.address.normalized()))
            .collect()
    }
}

/// Reads a raw message. `None` only if there is not even one header.
#[must_use]
pub fn parse(raw: &[u8]) -> Option<Mail> {
    let (message, is_whole) = structure(raw)?;
    let mut mail = Mail {
        message_id: message.message_id().map(str::to_owned),
        in_reply_to: ids(message.in_reply_to()),
        references: ids(message.references()),
        headers: headers(&message, raw),
        date: message.date().and_then(timestamp),
        ..Mail::default()
    };
    read_addresses(&mut mail, &message);
    mail.subject = mail
        .header("subject")
        .map(str::to_owned)
        .unwrap_or_default();
    mail.return_path = mail
        .header("return-path")
        .map(|path| path.trim_matches(['<', '>', ' ']).to_owned());
    let mut bodies = Bodies::default();
    if is_whole {
        collect(&message, raw, 0, &mut bodies, &mut mail);
    } else {
        let body = raw.get(message.root_part().offset_body as usize..);
        let body = charset::decode(body.unwrap_or_default(), None);
        bodies.plain.push(body);
    }
    finish(&bodies, &mut mail);
    Some(mail)
}

/// The structure of a message, and whether it is whole. One on which the library gives up is
/// read as headers and one text: a single mail must not stop a mailbox.
fn structure(raw: &[u8]) -> Option<(Message<'_>, bool)> {
    match std::panic::catch_unwind(|| MessageParser::default().parse(raw)) {
        Ok(message) => message.map(|message| (message, true)),
        Err(_) => MessageParser::default()
            .parse_headers(raw)
            .map(|message| (message, false)),
    }
}

/// Texts in the order they appear.
#[derive(Default)]
struct Bodies {
    plain: Vec<String>,
    html: Vec<String>,
    parts: usize,
}

fn finish(bodies: &Bodies, mail: &mut Mail) {
    mail.html = (!bodies.html.is_empty()).then(|| bodies.html.join("\n<hr>\n"));
    mail.text = if bodies.plain.iter().any(|text| !text.trim().is_empty()) {
        bodies.plain.join("\n\n")
    } else {
        mail.html
            .as_deref()
            .map(super::html::to_text)
            .unwrap_or_default()
    };
    mail.text = tidy(&mail.text);
}

/// Line ends as `\n`, no trailing white space, no NUL.
fn tidy(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace(['\r', '\0'], "\n");
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

fn collect(message: &Message<'_>, raw: &[u8], depth: usize, bodies: &mut Bodies, mail: &mut Mail) {
    for part in &message.parts {
        bodies.parts += 1;
        if bodies.parts > PARTS_MAX || depth > NESTING_MAX {
            return;
        }
        let files = mail.attachments.len();
        match &part.body {
            PartType::Multipart(_) => {}
            PartType::Message(_) => enclose(part, raw, mail),
            // A part with a broken encoding is called text whatever it says it is.
            PartType::Text(_) if !matches!(main_type(part).as_str(), "" | "text") => {
                binary_part(part, body_bytes(part, raw), mail);
            }
            PartType::Text(_) => text_part(part, raw, bodies, mail),
            PartType::Html(_) => {
                let html = text_of(part, raw);
                if is_attached(part) {
                    attach(part, html.into_bytes(), mail);
                } else {
                    bodies.html.push(html);
                }
            }
            PartType::Binary(_) | PartType::InlineBinary(_) => {
                binary_part(part, body_bytes(part, raw), mail);
            }
        }
        mend_name(part, raw, &mut mail.attachments[files..]);
    }
}

/// A name that was cut in the middle of a character came out broken.
fn mend_name(part: &MessagePart<'_>, raw: &[u8], files: &mut [Attachment]) {
    let [file] = files else {
        return;
    };
    if !file.name.contains(char::REPLACEMENT_CHARACTER) {
        return;
    }
    let found = part.headers.iter().find_map(|header| {
        let value = raw.get(header.offset_start as usize..header.offset_end as usize)?;
        parameters::in_pieces(value, "filename").or_else(|| parameters::in_pieces(value, "name"))
    });
    if let Some(name) = found {
        file.name = file_name(&name);
    }
}

fn text_part(part: &MessagePart<'_>, raw: &[u8], bodies: &mut Bodies, mail: &mut Mail) {
    let text = text_of(part, raw);
    match subtype(part).as_str() {
        "calendar" => {
            mail.calendar.push(text.clone());
            attach(part, text.into_bytes(), mail);
        }
        "rfc822-headers" | "x-amp-html" => {}
        "html" => bodies.html.push(text),
        _ if is_attached(part) => attach(part, text.into_bytes(), mail),
        _ => bodies.plain.push(text),
    }
}

fn binary_part(part: &MessagePart<'_>, bytes: Vec<u8>, mail: &mut Mail) {
    match (main_type(part).as_str(), subtype(part).as_str()) {
        ("application", "ms-tnef" | "vnd.ms-tnef") => match tnef::attachments(&bytes) {
            Some(found) => mail.attachments.extend(found),
            None => attach(part, bytes, mail),
        },
        ("message", "delivery-status") => {
            mail.delivery_status = Some(charset::decode(&bytes, None));
        }
        _ => attach(part, bytes, mail),
    }
}

fn enclose(part: &MessagePart<'_>, raw: &[u8], mail: &mut Mail) {
    let bytes = body_bytes(part, raw);
    if bytes.is_empty() {
        return;
    }
    let subject = MessageParser::default()
        .parse_headers(&bytes)
        .map(|inner| headers(&inner, &bytes))
        .and_then(|headers| headers.into_iter().find(|(name, _)| name == "subject"))
        .map(|(_, subject)| subject)
        .filter(|subject| !subject.is_empty())
        .unwrap_or_else(|| "message".to_owned());
    mail.attachments.push(Attachment {
        name: format!("{}.eml", file_name(&subject)),
        media_type: "message/rfc822".to_owned(),
        content_id: None,
        bytes: bytes.clone(),
    });
    mail.enclosed.push(bytes);
}

fn attach(part: &MessagePart<'_>, bytes: Vec<u8>, mail: &mut Mail) {
    let kind = main_type(part);
    let media_type = if kind.is_empty() {
        "application/octet-stream".to_owned()
    } else {
        format!("{kind}/{}", subtype(part))
    };
    let name = part
        .attachment_name()
        .map(|name| file_name(&words::decode(name.as_bytes())));
    mail.attachments.push(Attachment {
        name: name.unwrap_or_default(),
        media_type,
        content_id: part
            .content_id()
            .map(|id| id.trim_matches(['<', '>']).to_owned()),
        bytes,
    });
}

/// A file name without folders and without what file systems forbid.
fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, ':' | '*' | '?' | '"' | '<' | '>' | '|'))
        .collect();
    let cut: String = kept.trim().chars().take(120).collect();
    cut.trim_matches('.').to_owned()
}

fn is_attached(part: &MessagePart<'_>) -> bool {
    let is_declared = part
        .content_disposition()
        .is_some_and(|disposition| disposition.c_type.eq_ignore_ascii_case("attachment"));
    is_declared || (part.attachment_name().is_some() && subtype(part) != "plain")
}

fn main_type(part: &MessagePart<'_>) -> String {
    part.content_type()
        .map(|kind| kind.c_type.to_ascii_lowercase())
        .unwrap_or_default()
}

fn subtype(part: &MessagePart<'_>) -> String {
    part.content_type()
        .and_then(|kind| kind.c_subtype.as_deref())
        .map(str::to_ascii_lowercase)
        .unwrap_or_default()
}

/// The text of a part, by its charset if that fits.
fn text_of(part: &MessagePart<'_>, raw: &[u8]) -> String {
    let label = part
        .content_type()
        .and_then(|kind| kind.attribute("charset"));
    charset::decode(&body_bytes(part, raw), label)
}

/// The bytes of a part after its transfer encoding. A part whose encoding is broken is read
/// as it stands.
fn body_bytes(part: &MessagePart<'_>, raw: &[u8]) -> Vec<u8> {
    let (start, end) = (part.offset_body as usize, part.offset_end as usize);
    let coded = raw.get(start..end).unwrap_or_default();
    let encoding = part.content_transfer_encoding().unwrap_or_default();
    let decoded = match encoding.trim().to_ascii_lowercase().as_str() {
        "base64" => transfer::from_base64(coded),
        "quoted-printable" => Some(transfer::from_quoted_printable(coded)),
        _ => None,
    };
    decoded.unwrap_or_else(|| coded.to_vec())
}

fn headers(message: &Message<'_>, raw: &[u8]) -> Vec<(String, String)> {
    message
        .headers()
        .iter()
        .map(|header| {
            let (start, end) = (header.offset_start as usize, header.offset_end as usize);
            let value = raw.get(start..end).unwrap_or_default();
            (header.name().to_ascii_lowercase(), words::decode(value))
        })
        .collect()
}

fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    match value {
        HeaderValue::Text(id) => vec![id.to_string()],
        HeaderValue::TextList(ids) => ids.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

fn read_addresses(mail: &mut Mail, message: &Message<'_>) {
    let all = |name: &HeaderName<'_>| -> Vec<Mailbox> {
        message
            .headers()
            .iter()
            .filter(|header| header.name == *name)
            .filter_map(|header| header.value.as_address())
            .flat_map(|address| address.iter().filter_map(mailbox).collect::<Vec<_>>())
            .collect()
    };
    mail.from = all(&HeaderName::From)
        .into_iter()
        .next()
        .or_else(|| all(&HeaderName::Sender).into_iter().next());
    mail.reply_to = all(&HeaderName::ReplyTo);
    mail.to = all(&HeaderName::To);
    mail.cc = all(&HeaderName::Cc);
    mail.delivered_to = mail
        .headers
        .iter()
        .filter(|(name, _)| {
            matches!(
                name.as_str(),
                "delivered-to" | "x-original-to" | "envelope-to" | "x-envelope-to"
            )
        })
        .filter_map(|(_, value)| EmailAddress::from_str(value.trim_matches(['<', '>', ' '])).ok())
        .collect();
}

fn mailbox(address: &mail_parser::Addr<'_>) -> Option<Mailbox> {
    let parsed = EmailAddress::from_str(address.address()?.trim()).ok()?;
    let name = address.name().unwrap_or_default();
    let name = words::decode(name.as_bytes());
    Some(Mailbox {
        name: name.trim_matches(['"', '\'', ' ']).to_owned(),
        address: parsed,
    })
}

fn timestamp(date: &mail_parser::DateTime) -> Option<Timestamp> {
    let is_real = date.is_valid() && (1970..2200).contains(&date.year);
    is_real.then(|| Timestamp::from_micros(date.to_timestamp() * 1_000_000))
}

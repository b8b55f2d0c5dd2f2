//! Personal data in a text: where it stands, of which kind, and how sure that is.
//!
//! Numbers are told apart by form and check digits (`numbers`), mail addresses, links and
//! postal addresses by form (`places`), names by what stands before them (`names`) and, less
//! surely, by being what people are often called (`known`). Tracking and order numbers are a kind of
//! their own, so that they are neither masked as telephone numbers nor taken for cards.

mod known;
mod names;
mod numbers;
mod places;

use std::ops::Range;

/// What a span holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Name of a person.
    Name,
    /// Telephone number.
    Phone,
    /// E-mail address.
    Email,
    /// Postal address.
    Address,
    /// Chinese identity number.
    IdentityNumber,
    /// Number of a passport, licence or social security.
    Document,
    /// Card number.
    BankCard,
    /// Account number (IBAN).
    BankAccount,
    /// Licence plate of a car.
    LicencePlate,
    /// Network address.
    NetworkAddress,
    /// Link, which may name a person.
    Link,
    /// Number of an order.
    OrderNumber,
    /// Number of a parcel.
    TrackingNumber,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 13] = [
        Self::Name,
        Self::Phone,
        Self::Email,
        Self::Address,
        Self::IdentityNumber,
        Self::Document,
        Self::BankCard,
        Self::BankAccount,
        Self::LicencePlate,
        Self::NetworkAddress,
        Self::Link,
        Self::OrderNumber,
        Self::TrackingNumber,
    ];

    /// Its name in data and figures.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Address => "address",
            Self::IdentityNumber => "identity_number",
            Self::Document => "document",
            Self::BankCard => "bank_card",
            Self::BankAccount => "bank_account",
            Self::LicencePlate => "licence_plate",
            Self::NetworkAddress => "network_address",
            Self::Link => "link",
            Self::OrderNumber => "order_number",
            Self::TrackingNumber => "tracking_number",
        }
    }

    /// Whether it tells about a person, so that it is masked where persons are.
    pub const fn is_personal(self) -> bool {
        !matches!(self, Self::Link | Self::OrderNumber | Self::TrackingNumber)
    }
}

/// A place with personal data.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// In bytes of the text.
    pub place: Range<usize>,
    /// What it holds.
    pub kind: Kind,
    /// Between 0 and 1: near 1 with a check digit, lower by form alone.
    pub confidence: f32,
}

/// The personal data of a text, in order and never overlapping: of two that overlap the
/// surer one is kept, then the longer.
pub fn personal_data(text: &str) -> Vec<Span> {
    let ascii = half_width(text);
    let mut found = Vec::new();
    numbers::find(&ascii, &mut found);
    places::find(&ascii, &mut found);
    names::find(&ascii, &mut found);
    known::find(&ascii, &mut found);
    for span in &mut found {
        span.place = trim(&ascii, span.place.clone());
    }
    found.retain(|span| !span.place.is_empty());
    found.sort_by(|a, b| {
        let length = |span: &Span| span.place.len();
        b.confidence
            .total_cmp(&a.confidence)
            .then(length(b).cmp(&length(a)))
    });
    let mut kept: Vec<Span> = Vec::new();
    for span in found {
        let overlaps =
            |other: &Span| span.place.start < other.place.end && other.place.start < span.place.end;
        if !kept.iter().any(overlaps) {
            kept.push(span);
        }
    }
    kept.sort_by_key(|span| span.place.start);
    kept
}

/// The text with personal data replaced by its kind in brackets, for models, logs and
/// drafts: `我叫[name]，电话[phone]`.
pub fn redact(text: &str) -> String {
    let mut redacted = String::with_capacity(text.len());
    let mut from = 0;
    for span in personal_data(text)
        .into_iter()
        .filter(|span| span.kind.is_personal())
    {
        redacted.push_str(&text[from..span.place.start]);
        redacted.push('[');
        redacted.push_str(span.kind.name());
        redacted.push(']');
        from = span.place.end;
    }
    redacted.push_str(&text[from..]);
    redacted
}

/// The text with full-width digits, letters and marks as ordinary ones of the same number
/// of bytes: two invisible fillers follow each, so that places stay places.
fn half_width(text: &str) -> String {
    if !text.contains(|c| matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '＠' | '－'))
    {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '＠' | '－' => {
                plain.push(char::from_u32(u32::from(c) - 0xfee0).unwrap_or(' '));
                plain.push_str(FILLER);
            }
            other => plain.push(other),
        }
    }
    plain
}

/// Stands for the two bytes a full-width character has more than an ordinary one. A control
/// character that no message holds.
const FILLER: &str = "\u{7f}\u{7f}";

fn trim(text: &str, place: Range<usize>) -> Range<usize> {
    let part = &text[place.clone()];
    let cut = |c: char| {
        c.is_whitespace() || matches!(c, ',' | '，' | '。' | '.' | ';' | '；' | ':' | '：' | '、')
    };
    let start = place.start + part.len() - part.trim_start_matches(cut).len();
    let mut end = place.start + part.trim_end_matches(cut).len();
    // Fillers of the last character belong to it.
    while text[end.max(start)..].starts_with('\u{7f}') {
        end += 1;
    }
    start..end.max(start)
}

#[cfg(test)]
mod tests;

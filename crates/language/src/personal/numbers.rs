//! Numbers that say who somebody is or what belongs to them.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::{Kind, Span};

/// Runs of digits with what people put between them.
static RUN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"[+(]{0,2}\d(?:[\x7f]*[ \-.()/]{0,2}[\x7f]*\d){3,21}[\x7f]*(?:[xX](?-u:\b))?")
});
static IBAN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)(?-u:\b)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?-u:\b)")
});
static PLATE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-Z][·.\- ]?(?:[A-HJ-NP-Z][A-HJ-NP-Z0-9]\d{4}|\d{5}[A-HJ-K]|[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳])",
    )
});
static NETWORK: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?-u:\b)(?:\d{1,3}\.){3}\d{1,3}(?-u:\b)"));
/// Codes of letters and digits: parcels and orders.
static CODE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)(?-u:\b)[A-Z]{1,6}[-_]?\d[A-Z0-9\-_]{4,24}(?-u:\b)"));
static PASSPORT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?-u:\b)[EGDSPHM][A-Z]?\d{7,8}(?-u:\b)"));
static SECURITY: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?-u:\b)\d{3}-\d{2}-\d{4}(?-u:\b)"));
static LICENCE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:driver'?s?'? licen[cs]e|driving licen[cs]e|驾照|驾驶证)(?: number| no\.?|号码?)?(?: is|是|为|:|：)? ?([A-Z]?[\d\-]{6,16})",
    )
});

pub(super) fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern of ours is well-formed, tests read them all")
}

pub(super) fn find(text: &str, found: &mut Vec<Span>) {
    for matched in IBAN
        .find_iter(text)
        .filter(|matched| is_iban(matched.as_str()))
    {
        push(found, matched.range(), Kind::BankAccount, 0.99);
    }
    for matched in PLATE.find_iter(text) {
        push(found, matched.range(), Kind::LicencePlate, 0.95);
    }
    for matched in NETWORK.find_iter(text) {
        if matched
            .as_str()
            .split('.')
            .all(|part| part.parse::<u8>().is_ok())
        {
            push(found, matched.range(), Kind::NetworkAddress, 0.95);
        }
    }
    for matched in SECURITY.find_iter(text) {
        push(found, matched.range(), Kind::Document, 0.9);
    }
    for captures in LICENCE.captures_iter(text) {
        if let Some(number) = captures.get(1) {
            push(found, number.range(), Kind::Document, 0.93);
        }
    }
    for matched in PASSPORT.find_iter(text) {
        if said_before(text, matched.start(), &["护照", "passport", "通行证"]) {
            push(found, matched.range(), Kind::Document, 0.9);
        }
    }
    for matched in CODE.find_iter(text) {
        code(text, matched.range(), found);
    }
    for matched in RUN.find_iter(text) {
        run(text, matched.range(), found);
    }
}

fn push(found: &mut Vec<Span>, place: Range<usize>, kind: Kind, confidence: f32) {
    found.push(Span {
        place,
        kind,
        confidence,
    });
}

/// A code of letters and digits: a parcel or an order where somebody says so, or where its
/// beginning is that of a carrier.
fn code(text: &str, place: Range<usize>, found: &mut Vec<Span>) {
    let code = text[place.clone()].to_uppercase();
    let digits = code.bytes().filter(u8::is_ascii_digit).count();
    if digits < 4 {
        return;
    }
    let is_parcel = [
        "SF", "YT", "JT", "JD", "ZTO", "STO", "EMS", "DPK", "YD", "JDV", "1Z", "YUNDA",
    ]
    .iter()
    .any(|carrier| {
        code.strip_prefix(carrier)
            .is_some_and(|rest| rest.len() >= 10)
    });
    let is_postal = code.len() == 13
        && code.bytes().take(2).all(|b| b.is_ascii_uppercase())
        && code.bytes().skip(2).take(9).all(|b| b.is_ascii_digit());
    if is_parcel || is_postal || said_before(text, place.start, &PARCEL) {
        push(found, place, Kind::TrackingNumber, 0.9);
    } else if said_before(text, place.start, &ORDER) {
        push(found, place, Kind::OrderNumber, 0.9);
    } else if digits >= 6 {
        push(found, place, Kind::OrderNumber, 0.6);
    }
}

const PARCEL: [&str; 10] = [
    "快递单",
    "运单",
    "物流单",
    "快递号",
    "包裹",
    "tracking",
    "parcel",
    "waybill",
    "consignment",
    "shipment",
];
const ORDER: [&str; 11] = [
    "订单",
    "单号",
    "编号",
    "流水号",
    "交易号",
    "order",
    "invoice",
    "reference",
    "ticket",
    "ref",
    "case",
];
const CARD: [&str; 9] = [
    "卡号",
    "银行卡",
    "信用卡",
    "储蓄卡",
    "card",
    " cc",
    "visa",
    "mastercard",
    "amex",
];
const PHONE: [&str; 18] = [
    "电话",
    "手机",
    "号码",
    "联系",
    "拨打",
    "致电",
    "微信",
    "加我",
    "phone",
    "call",
    "mobile",
    "cell",
    "tel",
    "number",
    "reach",
    "fax",
    "registered",
    "contact",
];

/// Whether one of the words stands shortly before a place.
fn said_before(text: &str, at: usize, words: &[&str]) -> bool {
    let mut from = at.saturating_sub(48);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let before = text[from..at].to_lowercase();
    words.iter().any(|word| before.contains(word))
}

/// A run of digits, judged by length, form, check digit and what stands before it.
fn run(text: &str, place: Range<usize>, found: &mut Vec<Span>) {
    let written = text[place.clone()].trim_end_matches(['(', '/', '.', '-', ' ']);
    let place = place.start..place.start + written.len();
    let is_part = text[..place.start]
        .chars()
        .next_back()
        .is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
        || text[place.end..]
            .chars()
            .next()
            .is_some_and(|c| c.is_ascii_alphanumeric());
    if is_part {
        return;
    }
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let ends_with_x = written.ends_with(['x', 'X']);
    if is_identity_number(&digits, ends_with_x) {
        push(found, place, Kind::IdentityNumber, 0.99);
    } else if is_card(&digits) && !said_before(text, place.start, &ORDER[..5]) {
        let confidence = if said_before(text, place.start, &CARD) {
            0.99
        } else {
            0.92
        };
        push(found, place, Kind::BankCard, confidence);
    } else if said_before(text, place.start, &PARCEL) && digits.len() >= 10 {
        push(found, place, Kind::TrackingNumber, 0.9);
    } else if let Some(confidence) = phone(text, &place, written, &digits) {
        push(found, place, Kind::Phone, confidence);
    } else if (12..=19).contains(&digits.len()) && said_before(text, place.start, &CARD) {
        // A typo in a card number is still a card number.
        push(found, place, Kind::BankCard, 0.8);
    } else if said_before(text, place.start, &ORDER) && digits.len() >= 6 {
        push(found, place, Kind::OrderNumber, 0.85);
    } else if digits.len() >= 16 && !written.contains(' ') {
        push(found, place, Kind::OrderNumber, 0.6);
    }
}

/// How sure a run is a telephone number, if it can be one.
fn phone(text: &str, place: &Range<usize>, written: &str, digits: &str) -> Option<f32> {
    if is_date_or_time(written) || said_before(text, place.start, &ORDER[..5]) {
        return None;
    }
    let is_mainland = |number: &str| {
        number.len() == 11
            && number.starts_with('1')
            && matches!(number.as_bytes()[2 - 1], b'3'..=b'9')
    };
    let national = digits
        .strip_prefix("0086")
        .or_else(|| digits.strip_prefix("86"))
        .unwrap_or(digits);
    if is_mainland(digits) || is_mainland(national) {
        return Some(0.97);
    }
    let is_hotline = (digits.starts_with("400") || digits.starts_with("800")) && digits.len() == 10;
    let is_fixed =
        digits.starts_with('0') && (10..=12).contains(&digits.len()) && written.contains('-');
    let has_country =
        written.starts_with('+') || written.starts_with("(+") || digits.starts_with("00");
    if has_country && (8..=15).contains(&digits.len()) {
        return Some(0.95);
    }
    let groups = written
        .split(|c: char| !c.is_ascii_digit())
        .filter(|group| !group.is_empty())
        .count();
    let is_said = said_before(text, place.start, &PHONE);
    match digits.len() {
        7..=15 if is_said => Some(0.9),
        _ if is_hotline || is_fixed => Some(0.85),
        // Groups like 905-674-3793 or (02) 123 456.
        8..=12 if groups >= 3 || (groups == 2 && written.starts_with(['0', '('])) => Some(0.85),
        10..=11 if groups == 1 && digits.starts_with('0') => Some(0.7),
        _ => None,
    }
}

fn is_date_or_time(written: &str) -> bool {
    static DATE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(?:(?:19|20)\d{2}[-./ ]\d{1,2}[-./ ]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:19|20)?\d{2})(?:[ .]\d{1,2})?$",
        )
    });
    DATE.is_match(written)
}

/// Chinese identity number of 18 places with its check digit (GB 11643, ISO 7064 mod 11-2)
/// and a date of birth that exists.
fn is_identity_number(digits: &str, ends_with_x: bool) -> bool {
    let places = digits.len() + usize::from(ends_with_x);
    if places != 18 || digits.starts_with('0') {
        return false;
    }
    let number = |range: Range<usize>| digits[range].parse::<u32>().unwrap_or(0);
    let (year, month, day) = (number(6..10), number(10..12), number(12..14));
    if !(1900..=2099).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return false;
    }
    let mut sum = 0;
    let mut weight = 1;
    for digit in digits[..17].bytes().rev() {
        weight = weight * 2 % 11;
        sum += u32::from(digit - b'0') * weight;
    }
    let check = (12 - sum % 11) % 11;
    if ends_with_x {
        check == 10
    } else {
        check == u32::from(digits.as_bytes()[17] - b'0')
    }
}

/// Card number: known first digits and the Luhn check.
fn is_card(digits: &str) -> bool {
    let begins = match digits.as_bytes().first() {
        Some(b'3' | b'4' | b'5' | b'6') => true,
        Some(b'1') => digits.starts_with("1800"),
        Some(b'2') => {
            digits.starts_with("2131")
                || matches!(
                    digits.get(..2),
                    Some("22" | "23" | "24" | "25" | "26" | "27")
                )
        }
        Some(b'9') => digits.starts_with("95") || digits.starts_with("62"),
        _ => false,
    };
    begins && (12..=19).contains(&digits.len()) && luhn(digits)
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, digit)| {
            let value = u32::from(digit - b'0') * if at % 2 == 1 { 2 } else { 1 };
            if value > 9 { value - 9 } else { value }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Account number with its check digits (ISO 13616, mod 97).
fn is_iban(written: &str) -> bool {
    let plain: Vec<u8> = written
        .bytes()
        .filter(|b| *b != b' ')
        .map(|b| b.to_ascii_uppercase())
        .collect();
    if !(15..=34).contains(&plain.len()) {
        return false;
    }
    let turned = plain[4..].iter().chain(&plain[..4]);
    let rest = turned.fold(0_u32, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
    });
    rest == 1
}

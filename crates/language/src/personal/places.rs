//! Mail addresses, links and postal addresses, by their form.

use std::sync::LazyLock;

use regex::Regex;

use super::{Kind, Span, numbers::pattern};

static EMAIL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)[a-z0-9](?:[a-z0-9._%+\-\x7f]{0,62}[a-z0-9_\-\x7f])?@\x7f*[a-z0-9][a-z0-9\-\x7f]*(?:\.[a-z0-9\-\x7f]+)*\.[a-z]{2,}",
    )
});
static LINK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:https?://|www\.)[^\s，。；、）)】》”“]+|\b[a-z0-9\-]+(?:\.[a-z0-9\-]+)*\.(?:com|cn|net|org|edu|gov|io|co)(?:\.[a-z]{2})?(?:/[^\s，。；、）)】》”“]*)?",
    )
});

/// From province, city or district down to house, unit and room.
static CHINESE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:\p{Han}{2,7}?(?:省|自治区|特别行政区))?(?:\p{Han}{2,7}?(?:市|自治州|地区|盟))?(?:\p{Han}{1,6}?(?:区|县|旗))?(?:\p{Han}{1,7}?(?:镇|乡|街道|开发区|新区))?(?:\p{Han}{1,9}?(?:路|街|大道|大街|巷|胡同|弄|里|道|村|庄))?(?:[\dA-Za-z一二三四五六七八九十百\-]{1,8}(?:号院?|弄|巷|组))?(?:[\p{Han}A-Za-z]{2,10}?(?:小区|花园|公寓|大厦|广场|家园|新村|苑|城|府|园|中心|宿舍|学校|大学|医院|楼))?(?:[\dA-Za-z一二三四五六七八九十]{1,4}(?:号楼|栋|幢|座|期|区))?(?:[\dA-Za-z一二三四五六七八九十]{1,3}(?:单元|门|梯))?(?:[\dA-Za-z一二三四五六七八九十\-]{1,6}(?:室|层|楼|户|号|房))?(?:\d{1,2}-\d{3,4}|\d{3,4})?",
    )
});
/// A house number with a street, or a street with a house number, and what follows it.
static STREET: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?x)
        (?:(?:\b\d{1,6}[A-Za-z]?[\ ,]+(?:\d+(?:st|nd|rd|th)\ )?(?:[\p{Lu}\d][\p{L}\d.'’\-]*\ ){1,4}?
            (?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Way|Court|Ct|Close|Place|Pl|Square|Sq|Terrace|Parkway|Pkwy|Crescent|Highway|Hwy|Circle|Trail|Row|Gardens|Mews)\b\.?)
        |(?:(?:\b\d{1,6}[A-Za-z]?[\ ,]+)?\b(?i:rue|via|calle|avenida|rua|ul\.|ulica|piazza|plaza|viale|carrera)\ (?:de\ |la\ |di\ |del\ |da\ |De\ |La\ )*
            \p{Lu}[\p{L}.'’\-]*(?:\ \p{Lu}[\p{L}.'’\-]*){0,2}(?:[,\ ]+\d{1,5}[A-Za-z]?\b)?)
        |(?:(?:\b\d{1,6}[\ ,]+)?\b\p{Lu}[\p{L}'’\-]*(?:\ \p{Lu}[\p{L}'’\-]*)?
            (?:vej|gade|gata|gatan|vägen|straße|strasse|str\.|weg|platz|allee|katu|laan|straat|plein|\ utca|\ út|\ tér|\ u\.|\ körút|\ Straße|\ tér)\ \d{1,5}[A-Za-z]?\b\.?)
        |(?:\b\d{1,6}\ \p{Lu}[\p{L}.'’\-]*(?:\ [\p{L}\d.'’\-]+){0,3}[,\s]+(?:Apt|Suite)\.?\ \#?\d+)
        |(?:\bP\.?O\.?\ ?Box\ \d+)|(?:\bPSC\ \d+,\ Box\ \d+)
        |(?:\b\d{1,6}\ \p{Lu}[\p{L}.'’\-]*(?:\ [\p{L}.'’\-]+){0,3}\ \d{1,5}\b))
        (?:[,\s]+(?:Apt|Apartment|Suite|Unit|Flat|Floor|Room|No)\b\.?\ ?\#?\d+[A-Za-z]?)?
        (?:[,\s]+(?:\p{Lu}[\p{L}'’\-]+)(?:\ \p{Lu}[\p{L}'’\-]+){0,2}){0,3}
        (?:[,\s]+[A-Z]{2})?
        (?:[,\s]+(?:\p{Lu}[\p{L}]+\ )?(?:\d{4,6}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]?\ ?\d[A-Z]{2}))?",
    )
});
/// What an address is introduced with, when its form says little.
static SAID: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:收货地址|收件地址|寄到|送到|地址(?:是|改成|改为|:|：)|住在|家住)\s*[:：]?\s*([^，。；！？\n,;!?]{4,60})",
    )
});

pub(super) fn find(text: &str, found: &mut Vec<Span>) {
    for matched in EMAIL.find_iter(text) {
        found.push(Span {
            place: matched.range(),
            kind: Kind::Email,
            confidence: 0.99,
        });
    }
    for matched in LINK.find_iter(text) {
        found.push(Span {
            place: matched.range(),
            kind: Kind::Link,
            confidence: 0.97,
        });
    }
    for matched in STREET.find_iter(text) {
        found.push(Span {
            place: matched.range(),
            kind: Kind::Address,
            confidence: 0.8,
        });
    }
    chinese(text, found);
    for captures in SAID.captures_iter(text) {
        if let Some(address) = captures
            .get(1)
            .filter(|address| looks_like_place(address.as_str()))
        {
            let place = address.range();
            found.push(Span {
                place,
                kind: Kind::Address,
                confidence: 0.9,
            });
        }
    }
}

/// The pattern takes every part as it may be missing, so a match counts by its parts.
fn chinese(text: &str, found: &mut Vec<Span>) {
    let mut from = 0;
    while let Some(matched) = CHINESE.find_at(text, from) {
        let length = text[matched.start()..]
            .chars()
            .next()
            .map_or(1, char::len_utf8);
        from = if matched.is_empty() {
            matched.start() + length
        } else {
            matched.end()
        };
        if from > text.len() {
            break;
        }
        let parts = parts(matched.as_str());
        if parts >= 2 && matched.as_str().chars().count() >= 6 {
            let start = matched.start() + lead(matched.as_str());
            let confidence = if parts >= 3 { 0.93 } else { 0.7 };
            found.push(Span {
                place: start..matched.end(),
                kind: Kind::Address,
                confidence,
            });
        }
        if matched.end() >= text.len() {
            break;
        }
    }
}

/// How many levels of an address it names.
fn parts(text: &str) -> usize {
    const LEVELS: [&[&str]; 7] = [
        &["省", "自治区"],
        &["市", "自治州"],
        &["区", "县"],
        &["镇", "乡", "街道"],
        &["路", "街", "大道", "巷", "弄", "胡同", "村"],
        &[
            "小区", "花园", "公寓", "大厦", "广场", "家园", "新村", "苑", "大学", "医院", "中心",
        ],
        &["栋", "幢", "单元", "室", "号楼", "号", "层"],
    ];
    let has_digit = text
        .chars()
        .any(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    LEVELS
        .iter()
        .enumerate()
        .filter(|(level, names)| {
            (*level != 6 || has_digit) && names.iter().any(|name| text.contains(name))
        })
        .count()
}

/// Bytes of words in front that are no part of the address.
fn lead(text: &str) -> usize {
    const LEADS: [&str; 24] = [
        "我的收货地址是",
        "收货地址是",
        "收货地址改成",
        "收货地址改为",
        "收货地址",
        "我的地址是",
        "地址是",
        "地址改成",
        "地址改为",
        "地址",
        "麻烦寄到",
        "请寄到",
        "寄到",
        "麻烦送到",
        "送到",
        "我住在",
        "我家住",
        "住在",
        "家住",
        "改到",
        "我在",
        "就在",
        "位于",
        "在",
    ];
    LEADS
        .iter()
        .find(|lead| text.starts_with(**lead))
        .map_or(0, |lead| lead.len())
}

fn looks_like_place(text: &str) -> bool {
    let has_digit = text.chars().any(|c| c.is_ascii_digit());
    let named = [
        "路", "街", "区", "市", "省", "县", "镇", "村", "栋", "室", "楼", "号", "苑", "园", "厦",
    ];
    let count = named.iter().filter(|name| text.contains(**name)).count();
    count >= 2 || (count == 1 && has_digit)
}

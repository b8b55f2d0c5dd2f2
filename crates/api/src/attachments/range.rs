//! Byte ranges (RFC 9110): one at a time, as players and resumed downloads ask.

use std::ops::Range;

use axum::http::HeaderMap;
use axum::http::header::{IF_RANGE, RANGE};

/// What a caller asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// All of it, also where the range cannot be understood.
    Whole,
    /// A part that is there.
    Part(Range<u64>),
    /// A part that is not there.
    Nothing,
}

fn number(text: &str) -> Option<u64> {
    text.parse().ok()
}

/// Reads the range of a request for a file of `size` bytes with an entity tag.
pub(super) fn asked(headers: &HeaderMap, tag: &str, size: u64) -> Asked {
    let is_same = headers
        .get(IF_RANGE)
        .is_none_or(|value| value.as_bytes() == tag.as_bytes());
    let Some(value) = headers.get(RANGE).filter(|_| is_same) else {
        return Asked::Whole;
    };
    let text = value.to_str().unwrap_or_default();
    let Some(range) = text.strip_prefix("bytes=") else {
        return Asked::Whole;
    };
    let Some((first, last)) = range.trim().split_once('-') else {
        return Asked::Whole;
    };
    let part = match (first, number(first), number(last)) {
        ("", None, Some(count)) => size.saturating_sub(count)..size,
        (_, Some(first), None) if last.is_empty() => first..size,
        (_, Some(first), Some(last)) if first <= last => first..size.min(last.saturating_add(1)),
        _ => return Asked::Whole,
    };
    if part.is_empty() {
        Asked::Nothing
    } else {
        Asked::Part(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_they_are_written() {
        let ask = |range: &str, if_range: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(RANGE, range.parse().expect("a header value"));
            if let Some(tag) = if_range {
                headers.insert(IF_RANGE, tag.parse().expect("a header value"));
            }
            asked(&headers, "\"a\"", 10)
        };
        for (range, expected) in [
            ("bytes=0-0", Asked::Part(0..1)),
            ("bytes=2-5", Asked::Part(2..6)),
            ("bytes=5-", Asked::Part(5..10)),
            ("bytes=-3", Asked::Part(7..10)),
            ("bytes=-99", Asked::Part(0..10)),
            ("bytes=8-99", Asked::Part(8..10)),
            ("bytes=0-18446744073709551615", Asked::Part(0..10)),
            ("bytes=10-", Asked::Nothing),
            ("bytes=-0", Asked::Nothing),
            ("bytes=5-2", Asked::Whole),
            ("bytes=0-1,3-4", Asked::Whole),
            ("bytes=x-", Asked::Whole),
            ("bytes=-", Asked::Whole),
            ("lines=1-2", Asked::Whole),
        ] {
            assert_eq!(ask(range, None), expected, "{range}");
        }
        assert_eq!(ask("bytes=2-5", Some("\"a\"")), Asked::Part(2..6));
        assert_eq!(ask("bytes=2-5", Some("\"b\"")), Asked::Whole);
    }
}

//! Parameters of a header in pieces (RFC 2231), also when a piece ends in the middle of a
//! character, as some programs cut them.

use super::charset;

/// The value of `name` put together from its pieces in the raw header value; `None` if it is
/// not in pieces.
pub(super) fn in_pieces(raw: &[u8], name: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut label = None;
    for number in 0.. {
        let Some((value, is_coded)) = piece(raw, name, number) else {
            break;
        };
        let value = if is_coded && number == 0 {
            let mut parts = value.splitn(3, |byte| *byte == b'\'');
            let charset = parts.next().unwrap_or_default();
            label = Some(String::from_utf8_lossy(charset).into_owned());
            parts.nth(1)?
        } else {
            value
        };
        if is_coded {
            bytes.extend(undone(value));
        } else {
            bytes.extend_from_slice(value);
        }
    }
    (!bytes.is_empty()).then(|| charset::decode(&bytes, label.as_deref()))
}

/// One piece, and whether it has `%` codes.
fn piece<'a>(raw: &'a [u8], name: &str, number: u32) -> Option<(&'a [u8], bool)> {
    raw.split(|byte| *byte == b';').find_map(|parameter| {
        let equals = parameter.iter().position(|byte| *byte == b'=')?;
        let key = parameter[..equals].trim_ascii().to_ascii_lowercase();
        let value = parameter[equals + 1..].trim_ascii();
        let value = value
            .strip_prefix(b"\"")
            .and_then(|inner| inner.strip_suffix(b"\""))
            .unwrap_or(value);
        if key == format!("{name}*{number}*").as_bytes() {
            Some((value, true))
        } else if key == format!("{name}*{number}").as_bytes() {
            Some((value, false))
        } else {
            None
        }
    })
}

/// `%E8` as its byte.
fn undone(value: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((first, after)) = rest.split_first() {
        let code = after
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let Some(byte) = code {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_put_together_before_they_are_decoded() {
        let raw = b" attachment; filename*0*=utf-8''%E8%8C; filename*1*=%B6; filename*2=\".jpg\"";
        assert_eq!(in_pieces(raw, "filename").as_deref(), Some("茶.jpg"));
        assert_eq!(in_pieces(b" attachment; filename=a.jpg", "filename"), None);
        assert_eq!(in_pieces(b" x; filename*0*=broken", "filename"), None);
    }
}

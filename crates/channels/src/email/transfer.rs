//! Transfer encodings undone as far as they go: a broken place costs that place, not the text.

use mail_parser::decoders::base64::base64_decode;

/// Base 64 that may lack its end, or have other text behind it, as virus scanners and mailing
/// lists leave it; `None` if it does not begin as base 64.
pub(super) fn from_base64(coded: &[u8]) -> Option<Vec<u8>> {
    let mut clean: Vec<u8> = Vec::with_capacity(coded.len());
    let mut is_over = false;
    for line in coded.split(|byte| *byte == b'\n') {
        let line = line.trim_ascii();
        if line.is_empty() {
            is_over = !clean.is_empty();
            continue;
        }
        let is_coded = |byte: &u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b' ' | b'\t')
        };
        if !line.iter().all(is_coded) {
            if is_over {
                break;
            }
            return None;
        }
        clean.extend(line.iter().filter(|byte| !byte.is_ascii_whitespace()));
        if clean.last() == Some(&b'=') {
            is_over = true;
        }
    }
    while clean.last() == Some(&b'=') {
        clean.pop();
    }
    if clean.contains(&b'=') {
        return None;
    }
    if clean.len() % 4 == 1 {
        clean.pop();
    }
    while !clean.len().is_multiple_of(4) {
        clean.push(b'=');
    }
    base64_decode(&clean)
}

/// Quoted-printable; what is no code stays as it is.
pub(super) fn from_quoted_printable(coded: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(coded.len());
    let mut rest = coded;
    while let Some((first, after)) = rest.split_first() {
        if *first != b'=' {
            text.push(*first);
            rest = after;
            continue;
        }
        if let Some(next_line) = after_soft_break(after) {
            rest = next_line;
            continue;
        }
        let code = after
            .get(..2)
            .and_then(|digits| Some(hexadecimal(digits[0])? << 4 | hexadecimal(digits[1])?));
        if let Some(byte) = code {
            text.push(byte);
            rest = &after[2..];
        } else {
            text.push(b'=');
            rest = after;
        }
    }
    text
}

/// What follows a line end, or white space and a line end.
fn after_soft_break(after: &[u8]) -> Option<&[u8]> {
    let start = after
        .iter()
        .position(|byte| !matches!(byte, b' ' | b'\t'))
        .unwrap_or(after.len());
    match &after[start..] {
        [] => Some(&[]),
        [b'\r', b'\n', rest @ ..] | [b'\n', rest @ ..] => Some(rest),
        _ => None,
    }
}

fn hexadecimal(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_as_far_as_it_goes() {
        let read = |coded: &str| from_base64(coded.as_bytes());
        let tea = Some("茶壶".as_bytes().to_vec());
        assert_eq!(read("6Iy2\r\n5aO2\r\n"), tea);
        assert_eq!(read("6Iy25aO2\r\n\r\n-- \r\nChecked for viruses!\r\n"), tea);
        assert_eq!(read("dGVhIA==\r\n-- \r\nbye!"), Some(b"tea ".to_vec()));
        assert_eq!(read("6Iy25aO2Q"), tea);
        assert_eq!(read("this is not base64!"), None);
        assert_eq!(read("6Iy2\r\nnot, coded\r\n"), None);
    }

    #[test]
    fn quoted_printable_keeps_what_is_no_code() {
        let read = |coded: &str| String::from_utf8(from_quoted_printable(coded.as_bytes()));
        assert_eq!(
            read("caf=C3=A9 =ZZ 100=\r\n% =  \nend=").unwrap(),
            "café =ZZ 100% end"
        );
        assert_eq!(read("a=3d=3D=b").unwrap(), "a===b");
    }
}

//! Rust source with comments, strings and characters blanked out, so that rules can be
//! looked for by plain text search. Line numbers and lengths stay the same.

/// Blanks everything that is not code. Line breaks stay.
pub fn mask(source: &str) -> String {
    let bytes = source.as_bytes();
    let mut masked = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let end = end_of_blank(bytes, at);
        if end > at {
            masked.extend(bytes[at..end].iter().map(|byte| blank(*byte)));
            at = end;
        } else {
            masked.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&masked).into_owned()
}

fn blank(byte: u8) -> u8 {
    if byte == b'\n' { b'\n' } else { b' ' }
}

/// End of the comment, string or character that begins at `at`; `at` when none does.
fn end_of_blank(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    if rest.starts_with(b"//") {
        return position(rest, b'\n').map_or(bytes.len(), |offset| at + offset);
    }
    if rest.starts_with(b"/*") {
        return end_of_block_comment(bytes, at);
    }
    let begins_word = at > 0 && is_word(bytes[at - 1]);
    match bytes[at] {
        b'"' => end_of_string(bytes, at + 1),
        b'r' | b'b' | b'c' if !begins_word => end_of_prefixed(bytes, at),
        b'\'' => end_of_character(bytes, at),
        _ => at,
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn position(bytes: &[u8], wanted: u8) -> Option<usize> {
    bytes.iter().position(|byte| *byte == wanted)
}

fn end_of_block_comment(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = start;
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    bytes.len()
}

fn end_of_string(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// `r"…"`, `r#"…"#`, `b"…"`, `br#"…"#`, `c"…"`, `b'…'`.
fn end_of_prefixed(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while at < bytes.len() && matches!(bytes[at], b'r' | b'b' | b'c') {
        at += 1;
    }
    let prefix = &bytes[start..at];
    if prefix == b"b" && bytes.get(at) == Some(&b'\'') {
        return end_of_character(bytes, at);
    }
    if !prefix.contains(&b'r') {
        return if bytes.get(at) == Some(&b'"') {
            end_of_string(bytes, at + 1)
        } else {
            start
        };
    }
    let hashes = bytes[at..].iter().take_while(|byte| **byte == b'#').count();
    if bytes.get(at + hashes) != Some(&b'"') {
        return start;
    }
    let mut close = vec![b'"'];
    close.resize(hashes + 1, b'#');
    let body = at + hashes + 1;
    bytes[body..]
        .windows(close.len())
        .position(|window| window == close)
        .map_or(bytes.len(), |offset| body + offset + close.len())
}

/// A character ends within a few bytes; otherwise the quote begins a lifetime.
fn end_of_character(bytes: &[u8], start: usize) -> usize {
    let body = start + 1;
    if bytes.get(body) == Some(&b'\\') {
        let after = body + 2;
        return position(bytes.get(after..).unwrap_or_default(), b'\'')
            .map_or(start, |offset| after + offset + 1);
    }
    let width = match bytes.get(body) {
        Some(byte) if *byte >= 0xF0 => 4,
        Some(byte) if *byte >= 0xE0 => 3,
        Some(byte) if *byte >= 0xC0 => 2,
        _ => 1,
    };
    if bytes.get(body + width) == Some(&b'\'') {
        body + width + 1
    } else {
        start
    }
}

/// End of the block whose opening brace is the first one at or after `from`.
pub fn end_of_block(masked: &str, from: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (offset, byte) in masked.bytes().enumerate().skip(from) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return Some(offset),
            b'}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    None
}

/// Line of a place, counted from one.
pub fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_texts_are_blank() {
        let source = "a // todo!\n/* x /* y */ z */ b \"{\\\"}\" c";
        assert_eq!(
            mask(source).split_whitespace().collect::<Vec<_>>(),
            ["a", "b", "c"]
        );
        assert_eq!(mask(source).len(), source.len());
    }

    #[test]
    fn raw_texts_are_blank_but_names_are_not() {
        let source = r##"let regex = r#"a"b{"#; let r = bread; b"x{"; b'{'; br"{""##;
        let masked = mask(source);
        assert!(!masked.contains('{'), "{masked}");
        assert!(masked.contains("let r = bread;"), "{masked}");
    }

    #[test]
    fn characters_are_blank_and_lifetimes_are_not() {
        let masked = mask(r"fn f<'a>(x: &'a str) { '{' ; '\'' ; '\u{7d}' ; '中' ; }");
        assert_eq!(masked.matches('{').count(), 1, "{masked}");
        assert_eq!(masked.matches('}').count(), 1, "{masked}");
        assert!(masked.contains("<'a>"), "{masked}");
    }

    #[test]
    fn blocks_end_at_their_own_brace() {
        let text = "fn a() { if b { } } fn c() {}";
        assert_eq!(end_of_block(text, 0), Some(18));
        assert_eq!(line_of("a\nb\nc", 4), 3);
    }
}

//! Encoded words in headers (RFC 2047), as they are really written.
//!
//! Adjacent words of one charset are joined as bytes before they are decoded, because many
//! programs cut a character in two; raw bytes that should never be in a header are read too.

use mail_parser::decoders::{
    base64::base64_decode, quoted_printable::quoted_printable_decode_char,
};

use super::charset;

/// The text of an unstructured header such as `Subject`, from its raw bytes.
pub(crate) fn decode(raw: &[u8]) -> String {
    let unfolded = unfold(raw);
    let mut text = String::new();
    let mut rest = unfolded.as_slice();
    let mut pending: Option<Run> = None;
    while !rest.is_empty() {
        let Some((start, word, after)) = next_word(rest) else {
            break;
        };
        let between = &rest[..start];
        let is_adjacent = between.iter().all(u8::is_ascii_whitespace);
        if !(is_adjacent && pending.is_some()) {
            flush(&mut pending, &mut text);
            text.push_str(&charset::decode(between, None));
        }
        match &mut pending {
            Some(run) if run.charset.eq_ignore_ascii_case(&word.charset) => {
                run.bytes.extend_from_slice(&word.bytes);
            }
            _ => {
                flush(&mut pending, &mut text);
                pending = Some(word);
            }
        }
        rest = after;
    }
    flush(&mut pending, &mut text);
    text.push_str(&charset::decode(rest, None));
    clean(&text)
}

/// Encoded words that belong together.
struct Run {
    charset: String,
    bytes: Vec<u8>,
}

fn flush(pending: &mut Option<Run>, text: &mut String) {
    if let Some(run) = pending.take() {
        text.push_str(&charset::decode(&run.bytes, Some(&run.charset)));
    }
}

fn unfold(raw: &[u8]) -> Vec<u8> {
    raw.iter()
        .copied()
        .filter(|byte| !matches!(byte, b'\r' | b'\n'))
        .collect()
}

/// The next `=?charset?B|Q?data?=`: where it starts, what it holds, what follows it.
fn next_word(bytes: &[u8]) -> Option<(usize, Run, &[u8])> {
    let mut from = 0;
    while let Some(found) = find(&bytes[from..], b"=?") {
        let start = from + found;
        if let Some((run, after)) = word_at(&bytes[start + 2..]) {
            return Some((start, run, after));
        }
        from = start + 2;
    }
    None
}

fn word_at(bytes: &[u8]) -> Option<(Run, &[u8])> {
    let charset_end = find(bytes, b"?")?;
    let charset = std::str::from_utf8(&bytes[..charset_end]).ok()?;
    // RFC 2231 allows a language behind the charset: "utf-8*zh".
    let charset = charset.split('*').next()?.to_owned();
    let encoding = *bytes.get(charset_end + 1)?;
    if bytes.get(charset_end + 2) != Some(&b'?') {
        return None;
    }
    let data = &bytes[charset_end + 3..];
    let data_end = find(data, b"?=")?;
    let decoded = match encoding {
        b'B' | b'b' => from_base64(&data[..data_end])?,
        b'Q' | b'q' => from_q(&data[..data_end]),
        _ => return None,
    };
    let run = Run {
        charset,
        bytes: decoded,
    };
    Some((run, &data[data_end + 2..]))
}

fn from_base64(data: &[u8]) -> Option<Vec<u8>> {
    let mut clean: Vec<u8> = data
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=')
        .collect();
    while !clean.len().is_multiple_of(4) {
        clean.push(b'=');
    }
    base64_decode(&clean)
}

/// The "Q" encoding: like quoted-printable, with `_` for a space.
fn from_q(data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(data.len());
    let mut at = 0;
    while at < data.len() {
        let pair = data.get(at + 1).zip(data.get(at + 2));
        let (byte, width) = match (data[at], pair) {
            (b'_', _) => (b' ', 1),
            (b'=', Some((high, low))) => match quoted_printable_decode_char(*high, *low) {
                Some(byte) => (byte, 3),
                None => (b'=', 1),
            },
            (other, _) => (other, 1),
        };
        bytes.push(byte);
        at += width;
    }
    bytes
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

/// One line, without control characters and without runs of white space.
fn clean(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_both_encodings_are_read() {
        assert_eq!(decode(b"=?utf-8?B?6Iy25aO2?= arrived"), "茶壶 arrived");
        assert_eq!(decode(b"=?UTF-8?Q?Caf=C3=A9_au_lait?="), "Café au lait");
        assert_eq!(decode(b"=?gb2312?B?sui6+A==?="), "茶壶");
    }

    #[test]
    fn a_character_cut_between_two_words_is_whole_again() {
        // "茶壶" is E8 8C B6 E5 A3 B6; the first word ends inside the first character.
        assert_eq!(decode(b"=?utf-8?B?6Iw=?=\r\n =?utf-8?B?tuWjtg==?="), "茶壶");
    }

    #[test]
    fn white_space_between_words_goes_and_beside_text_stays() {
        assert_eq!(decode(b"Re: =?utf-8?Q?a?= =?utf-8?Q?b?= c"), "Re: ab c");
    }

    #[test]
    fn raw_bytes_and_broken_words_do_not_lose_the_rest() {
        let raw = encoding_rs::GBK.encode("关于订单的问题").0.into_owned();
        assert_eq!(decode(&raw), "关于订单的问题");
        assert_eq!(decode(b"=?utf-8?X?abc?= then"), "=?utf-8?X?abc?= then");
        assert_eq!(decode(b"=?utf-8?B?unfinished"), "=?utf-8?B?unfinished");
    }

    #[test]
    fn line_breaks_cannot_be_smuggled_in() {
        assert_eq!(decode(b"=?utf-8?Q?a=0D=0ABcc:_x?="), "a Bcc: x");
    }
}

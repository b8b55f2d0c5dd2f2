//! Bytes to text when the label of the charset is missing, wrong or too small.
//!
//! Real mail says `us-ascii` over GBK, `gb2312` over GB18030 and `utf-8` over Big5. A label
//! is believed only if the bytes fit it; otherwise they are looked at.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, GBK, ISO_2022_JP, UTF_8, WINDOWS_1252};

/// The text of `bytes`, by their label if it fits them, else by what they look like.
/// Whatever cannot be read becomes U+FFFD; this never fails.
pub(crate) fn decode(bytes: &[u8], label: Option<&str>) -> String {
    // Seven bits with escapes: valid under almost any label, and readable under one only.
    if bytes.windows(2).any(|pair| pair == b"\x1b$")
        && let Some(text) = exactly(bytes, ISO_2022_JP)
    {
        return text;
    }
    if let Some(text) = labelled(label).and_then(|encoding| exactly(bytes, encoding)) {
        return text;
    }
    if let Some(text) = exactly(bytes, UTF_8) {
        return text;
    }
    if let Some(text) = cut_utf8(bytes) {
        return text;
    }
    guess(bytes).decode(bytes).0.into_owned()
}

/// UTF-8 that ends in the middle of a character, as the beginning of a large mail may.
fn cut_utf8(bytes: &[u8]) -> Option<String> {
    let error = std::str::from_utf8(bytes).err()?;
    let (whole, _) = bytes.split_at(error.valid_up_to());
    let is_utf8 = error.error_len().is_none() && !whole.is_ascii();
    is_utf8.then(|| String::from_utf8_lossy(bytes).into_owned())
}

/// The encoding a label means, widened to what its users really send: GB2312 and GBK are
/// read as GB18030, which contains them. Labels that say nothing about bytes above 127 are
/// no label.
fn labelled(label: Option<&str>) -> Option<&'static Encoding> {
    let label = label?.trim().trim_matches(['"', '\'']);
    if label.eq_ignore_ascii_case("utf-7") {
        return None;
    }
    let encoding = Encoding::for_label_no_replacement(label.as_bytes())?;
    if encoding == GBK {
        return Some(GB18030);
    }
    // "us-ascii" and "iso-8859-1" both resolve to Windows-1252, which fits any bytes at all
    // and is the commonest wrong label: let the bytes speak.
    (encoding != WINDOWS_1252).then_some(encoding)
}

fn exactly(bytes: &[u8], encoding: &'static Encoding) -> Option<String> {
    let (text, _, is_broken) = encoding.decode(bytes);
    (!is_broken).then(|| text.into_owned())
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let found = detector.guess(None, Utf8Detection::Deny);
    if found == GBK { GB18030 } else { found }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{BIG5, SHIFT_JIS};

    use super::*;

    const CHINESE: &str = "您好，我上周买的茶壶盖子碎了，请问可以换一个新的吗？谢谢。";
    const TRADITIONAL: &str = "您好，我上週買的茶壺蓋子碎了，請問可以換一個新的嗎？謝謝。";
    const JAPANESE: &str = "お世話になっております。注文した湯呑みがまだ届いておりません。";

    fn bytes(text: &str, encoding: &'static Encoding) -> Vec<u8> {
        encoding.encode(text).0.into_owned()
    }

    #[test]
    fn a_text_cut_inside_a_character_is_still_utf8() {
        let cut = &CHINESE.as_bytes()[..CHINESE.len() - 1];
        assert!(decode(cut, Some("utf-8")).starts_with("您好，我上周"));
        assert!(decode(cut, None).ends_with('\u{fffd}'));
    }

    #[test]
    fn right_labels_are_believed() {
        for (text, encoding, label) in [
            (CHINESE, GBK, "gbk"),
            (CHINESE, GBK, "GB2312"),
            (CHINESE, GB18030, "gb18030"),
            (TRADITIONAL, BIG5, "big5"),
            (JAPANESE, SHIFT_JIS, "Shift_JIS"),
            (JAPANESE, ISO_2022_JP, "iso-2022-jp"),
            (CHINESE, UTF_8, "\"utf-8\""),
        ] {
            assert_eq!(decode(&bytes(text, encoding), Some(label)), text, "{label}");
        }
    }

    #[test]
    fn wrong_and_missing_labels_are_seen_through() {
        for (text, encoding, label) in [
            (CHINESE, GBK, Some("us-ascii")),
            (CHINESE, GBK, Some("utf-8")),
            (CHINESE, GBK, Some("iso-8859-1")),
            (CHINESE, GBK, None),
            (CHINESE, UTF_8, Some("gb2312")),
            (CHINESE, UTF_8, Some("no-such-charset")),
            (TRADITIONAL, BIG5, Some("utf-8")),
            (TRADITIONAL, BIG5, None),
            (JAPANESE, SHIFT_JIS, Some("us-ascii")),
            (JAPANESE, ISO_2022_JP, Some("utf-8")),
        ] {
            let read = decode(&bytes(text, encoding), label);
            assert_eq!(read, text, "{} as {label:?}", encoding.name());
        }
    }

    #[test]
    fn a_character_outside_gb2312_survives_that_label() {
        let text = "镕基的朋友叫喆";
        assert_eq!(decode(&bytes(text, GB18030), Some("gb2312")), text);
    }

    #[test]
    fn western_bytes_are_still_western() {
        let text = "Où est ma théière ? Café à côté.";
        let bytes = bytes(text, WINDOWS_1252);
        assert_eq!(decode(&bytes, Some("iso-8859-1")), text);
    }
}

//! Cutting a folded text into what is searched for.
//!
//! Scripts that put no spaces between words (Chinese, Japanese, Thai …) become *runs*,
//! whose words nobody has to guess: the index takes them apart character by character.
//! Everything else becomes *words*. A word that people write with joints, such as an order
//! number or an address, keeps its parts: `QY-2031-88` is `qy`, `2031`, `88`. Emoji,
//! punctuation and symbols separate.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use crate::fold::Folded;

/// A piece of a folded text, by places in it.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Neighbouring characters of scripts without spaces.
    Run(Range<usize>),
    /// A word by its parts; most have one.
    Word(&'a [Range<usize>]),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Unspaced,
    Letter,
    Digit,
    /// Holds the parts of a word together when it stands between two of them.
    Joint,
    Other,
}

/// Calls `found` for each piece in order.
pub fn pieces(text: &[Folded], mut found: impl FnMut(Piece<'_>)) {
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let class = class(text[at].ch);
        match class {
            Class::Unspaced => {
                let end = end_of(text, at, class);
                found(Piece::Run(at..end));
                at = end;
            }
            Class::Letter | Class::Digit => {
                at = word(text, at, &mut parts);
                found(Piece::Word(&parts));
            }
            Class::Joint | Class::Other => at += 1,
        }
    }
}

fn end_of(text: &[Folded], start: usize, wanted: Class) -> usize {
    let length = text[start..]
        .iter()
        .position(|folded| class(folded.ch) != wanted);
    length.map_or(text.len(), |length| start + length)
}

/// Collects the parts of the word that starts here; returns where it ends.
fn word(text: &[Folded], start: usize, parts: &mut Vec<Range<usize>>) -> usize {
    let class_at = |at: usize| text.get(at).map_or(Class::Other, |folded| class(folded.ch));
    parts.clear();
    let mut at = start;
    loop {
        let end = end_of(text, at, class_at(at));
        parts.push(at..end);
        at = match (class_at(end), class_at(end + 1)) {
            (Class::Letter | Class::Digit, _) => end,
            (Class::Joint, Class::Letter | Class::Digit) => end + 1,
            _ => return end,
        };
    }
}

fn class(c: char) -> Class {
    match c {
        'a'..='z' => Class::Letter,
        '0'..='9' => Class::Digit,
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' => Class::Unspaced,
        '-' | '_' | '.' | '/' | '@' | ':' | '+' | '#' | '&' | '=' | '\'' | '’' | '‐' | '‑'
        | '–' | '—' | '−' => Class::Joint,
        '\0'..='\x7f' => Class::Other,
        _ if !c.is_alphanumeric() && !is_combining_mark(c) => Class::Other,
        _ if is_unspaced(c) => Class::Unspaced,
        _ if c.is_numeric() => Class::Digit,
        _ => Class::Letter,
    }
}

const fn is_unspaced(c: char) -> bool {
    matches!(c,
        // Thai, Lao, Tibetan, Burmese, conjoining Hangul, Khmer
        '\u{e00}'..='\u{fff}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}'
        // iteration and number signs, kana, bopomofo, kana extensions
        | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}' | '\u{3031}'..='\u{303c}'
        | '\u{3041}'..='\u{312f}' | '\u{31a0}'..='\u{31bf}' | '\u{31f0}'..='\u{31ff}'
        // Hangul, compatibility ideographs, everything on the ideographic planes
        | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}'
        | '\u{1b000}'..='\u{1b16f}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::fold_with_places;

    fn cut(text: &str) -> Vec<String> {
        let folded = fold_with_places(text);
        let read = |range: &Range<usize>| folded[range.clone()].iter().map(|f| f.ch).collect();
        let mut list: Vec<String> = Vec::new();
        pieces(&folded, |piece| match piece {
            Piece::Run(range) => list.push(read(&range)),
            Piece::Word(parts) => list.push(parts.iter().map(read).collect::<Vec<_>>().join("|")),
        });
        list
    }

    #[test]
    fn scripts_are_told_apart() {
        assert_eq!(cut("我的iPhone手机坏了！"), ["我的", "iphone", "手机坏了"]);
        assert_eq!(
            cut("สวัสดี hello 안녕하세요"),
            ["สวัสดี", "hello", "안녕하세요"]
        );
        assert_eq!(cut("コーヒー・セット"), ["コーヒー", "セット"]);
    }

    #[test]
    fn numbers_and_addresses_keep_their_parts() {
        assert_eq!(cut("单号 QY-2031-88。"), ["单号", "qy|2031|88"]);
        assert_eq!(cut("li.na@example.com"), ["li|na|example|com"]);
        assert_eq!(cut("AB12cd"), ["ab|12|cd"]);
        assert_eq!(cut("don't -x- end."), ["don|t", "x", "end"]);
    }

    #[test]
    fn emoji_and_symbols_separate() {
        assert_eq!(cut("好👍🏽的❤️‍🔥👨‍👩‍👧🇨🇳ok"), ["好", "的", "ok"]);
        assert_eq!(cut("…… 。！"), Vec::<String>::new());
    }
}

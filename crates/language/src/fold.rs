//! Folding: the form in which two spellings of one text are equal.
//!
//! NFKC, lower case, half width, no accents on Latin and Greek letters, simplified
//! characters; nothing that cannot be seen. Every folded character remembers which part of
//! the original it came from, because highlights are shown there.

use unicode_normalization::{
    IsNormalized, UnicodeNormalization as _,
    char::{decompose_canonical, is_combining_mark},
    is_nfc_quick,
};

use crate::variants::simplified;

/// A folded character and the bytes of the original it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folded {
    /// The folded character.
    pub ch: char,
    /// First byte in the original.
    pub start: u32,
    /// Byte after the last one in the original.
    pub end: u32,
}

/// Folds a text and keeps where everything came from. What lies beyond 4 GiB is left out.
pub fn fold_with_places(text: &str) -> Vec<Folded> {
    let mut folded = Vec::with_capacity(text.len() / 2);
    let mut rest = text.char_indices().peekable();
    while let Some((start, first)) = rest.next() {
        let mut end = start + first.len_utf8();
        while let Some((at, c)) = rest.next_if(|(_, c)| joins_the_one_before(*c)) {
            end = at + c.len_utf8();
        }
        let (Ok(start_place), Ok(end_place)) = (u32::try_from(start), u32::try_from(end)) else {
            break;
        };
        let mut push = |ch| {
            folded.push(Folded {
                ch,
                start: start_place,
                end: end_place,
            });
        };
        if end == start + first.len_utf8()
            && let Some(ch) = fold_plain(first)
        {
            push(ch);
        } else {
            fold_cluster(&text[start..end], &mut push);
        }
    }
    folded
}

/// Folds a text.
pub fn fold(text: &str) -> String {
    fold_with_places(text)
        .into_iter()
        .map(|folded| folded.ch)
        .collect()
}

/// The folded form of a character that stands for itself in every normal form: nearly all
/// there is in chats. `None` sends it the long way.
fn fold_plain(c: char) -> Option<char> {
    match c {
        '\0'..='\x7f' => Some(c.to_ascii_lowercase()),
        '\u{3400}'..='\u{9fff}' => Some(simplified(c)),
        // Full-width ASCII.
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(c) - 0xfee0).map(|c| c.to_ascii_lowercase())
        }
        '\u{3000}' => Some(' '),
        // CJK punctuation, hiragana, katakana and Hangul syllables.
        '\u{3001}'..='\u{3035}'
        | '\u{3041}'..='\u{3096}'
        | '\u{30a1}'..='\u{30fe}'
        | '\u{ac00}'..='\u{d7a3}' => Some(c),
        _ => None,
    }
}

fn joins_the_one_before(c: char) -> bool {
    match c {
        '\0'..='\u{2ff}' | '\u{3400}'..='\u{9fff}' | '\u{ff01}'..='\u{ff9d}' => false,
        // Half-width sound marks.
        '\u{ff9e}' | '\u{ff9f}' => true,
        _ => is_combining_mark(c) || is_nfc_quick(std::iter::once(c)) == IsNormalized::Maybe,
    }
}

fn fold_cluster(cluster: &str, push: &mut impl FnMut(char)) {
    let mut follows_a_letter_with_accents = false;
    for composed in cluster.nfkc() {
        for c in composed.to_lowercase() {
            let base = base_of(c);
            if is_invisible(base) || (follows_a_letter_with_accents && is_accent(base)) {
                continue;
            }
            follows_a_letter_with_accents = is_latin_or_greek(base);
            match base {
                'ß' => "ss".chars().for_each(&mut *push),
                'ς' => push('σ'),
                'ı' => push('i'),
                base => push(simplified(base)),
            }
        }
    }
}

/// The letter without its accents, where accents do not make another letter.
fn base_of(c: char) -> char {
    if c.is_ascii() || !is_latin_or_greek(c) {
        return c;
    }
    let mut base = None;
    decompose_canonical(c, |part| {
        base.get_or_insert(part);
    });
    base.unwrap_or(c)
}

const fn is_latin_or_greek(c: char) -> bool {
    matches!(c,
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{370}'..='\u{3ff}'
        | '\u{1e00}'..='\u{1eff}' | '\u{1f00}'..='\u{1fff}')
}

const fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}')
}

/// What changes how neighbours look or flow, and is nothing by itself.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_one_text_are_equal() {
        for (one, other) in [
            ("ＱＹ－２０３１", "qy-2031"),
            ("退貨訂單", "退货订单"),
            ("Café", "cafe\u{301}"),
            ("problème", "probleme"),
            ("STRASSE", "straße"),
            ("ΟΔΟΣ", "οδος"),
            ("ｶﾞｲﾄﾞ", "ガイド"),
            ("が", "か\u{3099}"),
            ("한국", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}"),
            ("İstanbul", "istanbul"),
            ("Nguyễn", "nguyen"),
            ("①②", "12"),
            ("㈱", "(株)"),
            ("ab\u{200b}cd\u{ad}e", "abcde"),
            ("金", "\u{f90a}"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} and {other}");
        }
    }

    #[test]
    fn letters_that_differ_stay_different() {
        assert_ne!(fold("й"), fold("и"));
        assert_ne!(fold("か"), fold("が"));
        assert_ne!(fold("买"), fold("卖"));
    }

    #[test]
    fn places_lie_in_the_original() {
        let places: Vec<_> = fold_with_places("é㈱貨")
            .iter()
            .map(|f| (f.ch, f.start, f.end))
            .collect();
        assert_eq!(
            places,
            [
                ('e', 0, 2),
                ('(', 2, 5),
                ('株', 2, 5),
                (')', 2, 5),
                ('货', 5, 8)
            ]
        );
    }

    proptest! {
        #[test]
        fn normal_forms_do_not_matter(text in "\\PC{0,40}") {
            let composed: String = text.nfc().collect();
            let decomposed: String = text.nfd().collect();
            prop_assert_eq!(fold(&composed), fold(&decomposed));
        }

        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn places_are_whole_characters_in_order(text: String) {
            let mut before = 0;
            for folded in fold_with_places(&text) {
                prop_assert!(folded.start >= before && folded.end > folded.start);
                prop_assert!(text.get(folded.start as usize..folded.end as usize).is_some());
                before = folded.start;
            }
        }
    }
}

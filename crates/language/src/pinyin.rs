//! Pinyin of Chinese text, for finding things by how they sound.

use std::collections::BTreeSet;

use pinyin::{ToPinyin as _, ToPinyinMulti as _};

use crate::{fold, words::is_han};

/// Most readings of one text: characters with several readings multiply.
const READINGS_MAX: usize = 16;
/// Characters that are read; a name or a title is shorter.
const CHARS_MAX: usize = 32;

/// The usual reading of a text without tones, its syllables apart: `订单` is `ding dan`.
/// What is no ideograph stays as it is, folded.
pub fn pinyin(text: &str) -> String {
    let mut read = String::new();
    let mut last_was_han = false;
    for c in fold(text).chars() {
        let syllable = is_han(c).then(|| c.to_pinyin()).flatten();
        if !read.is_empty()
            && (syllable.is_some() || last_was_han)
            && !read.ends_with(' ')
            && c != ' '
        {
            read.push(' ');
        }
        match syllable {
            Some(syllable) => read.push_str(syllable.plain()),
            None => read.push(c),
        }
        last_was_han = syllable.is_some();
    }
    read
}

/// Everything a run of ideographs may be typed as in Latin letters: whole (`dingdan`) and by
/// initials (`dd`), in each of its readings.
pub fn spellings(text: &str) -> BTreeSet<String> {
    let mut readings: Vec<(String, String)> = vec![(String::new(), String::new())];
    for c in fold(text).chars().take(CHARS_MAX) {
        let mut syllables: Vec<&'static str> = match c.to_pinyin_multi() {
            Some(many) if is_han(c) => many.into_iter().map(pinyin::Pinyin::plain).collect(),
            _ => {
                if c.is_alphanumeric() {
                    for (whole, initials) in &mut readings {
                        whole.push(c);
                        initials.push(c);
                    }
                }
                continue;
            }
        };
        syllables.sort_unstable();
        syllables.dedup();
        // The usual reading comes first, so that it survives the limit.
        if let Some(usual) = c.to_pinyin().map(pinyin::Pinyin::plain) {
            syllables.retain(|syllable| *syllable != usual);
            syllables.insert(0, usual);
        }
        let room = (READINGS_MAX / readings.len()).max(1);
        syllables.truncate(room);
        readings = syllables
            .iter()
            .flat_map(|syllable| {
                readings.iter().map(move |(whole, initials)| {
                    (
                        format!("{whole}{syllable}"),
                        format!("{initials}{}", &syllable[..1]),
                    )
                })
            })
            .collect();
    }
    let both = readings
        .into_iter()
        .flat_map(|(whole, initials)| [whole, initials]);
    both.filter(|spelling| !spelling.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_stand_apart() {
        assert_eq!(pinyin("我的訂單"), "wo de ding dan");
        assert_eq!(pinyin("iPhone手机 12"), "iphone shou ji 12");
    }

    #[test]
    fn whole_initials_and_other_readings_are_spellings() {
        let found = spellings("重庆银行");
        for typed in ["chongqingyinhang", "zhongqingyinxing", "cqyh", "zqyh"] {
            assert!(found.contains(typed), "{typed} in {found:?}");
        }
        assert!(spellings("").is_empty());
        assert!(spellings("单单单单单单单单单单单单").len() <= 2 * READINGS_MAX);
    }
}

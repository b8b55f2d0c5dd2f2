//! Words: what a dictionary or a language's grammar makes of a text.
//!
//! Chinese runs are cut by jieba's dictionary, other scripts without spaces give pairs of characters,
//! English words are stemmed and their contractions written out ("don't" is `do`, `not`).
//! Words serve classifiers and ranking. The message index does without them on purpose.

use std::ops::Range;

use rust_stemmers::{Algorithm, Stemmer};

use crate::{
    dictionary,
    fold::{Folded, fold_with_places},
    segment::{Piece, pieces},
};

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Folded; the stem of an English word.
    pub text: String,
    /// Where it stands, in folded characters.
    pub place: Range<usize>,
}

/// The words of a text in order, punctuation left out.
pub fn words(text: &str) -> Vec<Word> {
    words_of(&fold_with_places(text))
}

/// The words of a folded text.
pub fn words_of(folded: &[Folded]) -> Vec<Word> {
    let mut found = Vec::with_capacity(folded.len() / 3 + 1);
    let mut buffer = String::new();
    pieces(folded, |piece| match piece {
        Piece::Run(range) => cut_run(folded, range, &mut buffer, &mut found),
        Piece::Word(parts) => push_word(folded, parts, &mut found),
    });
    found
}

/// An ideograph of the basic plane: what jieba's dictionary knows.
pub const fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}

fn cut_run(folded: &[Folded], range: Range<usize>, buffer: &mut String, found: &mut Vec<Word>) {
    let run = &folded[range.clone()];
    if !run.iter().all(|folded| is_han(folded.ch)) {
        let size = run.len().min(2);
        found.extend(run.windows(size).enumerate().map(|(offset, pair)| Word {
            text: pair.iter().map(|folded| folded.ch).collect(),
            place: range.start + offset..range.start + offset + size,
        }));
        return;
    }
    buffer.clear();
    buffer.extend(run.iter().map(|folded| folded.ch));
    let mut at = range.start;
    dictionary::cut(buffer, |word| {
        let length = word.chars().count();
        found.push(Word {
            text: word.to_owned(),
            place: at..at + length,
        });
        at += length;
    });
}

fn push_word(folded: &[Folded], parts: &[Range<usize>], found: &mut Vec<Word>) {
    let mut at = 0;
    while at < parts.len() {
        let place = parts[at].clone();
        let text = read(folded, &place);
        let joint = parts
            .get(at + 1)
            .is_some_and(|next| next.start == place.end + 1)
            .then(|| folded[place.end].ch);
        if let (Some('\'' | '’'), Some(next)) = (joint, parts.get(at + 1))
            && let Some((first, second)) = contraction(&text, &read(folded, next))
        {
            push_stem(first, place.start..next.end, found);
            if !second.is_empty() {
                push_stem(second, place.start..next.end, found);
            }
            at += 2;
            continue;
        }
        match written_without_apostrophe(&text) {
            Some(first) => {
                push_stem(first, place.clone(), found);
                push_stem("not", place, found);
            }
            None => push_stem(&text, place, found),
        }
        at += 1;
    }
}

fn read(folded: &[Folded], place: &Range<usize>) -> String {
    folded[place.clone()].iter().map(|f| f.ch).collect()
}

fn push_stem(word: &str, place: Range<usize>, found: &mut Vec<Word>) {
    found.push(Word {
        text: stem(word),
        place,
    });
}

/// The stem of a folded English word; other words as they are.
pub fn stem(word: &str) -> String {
    if word.len() < 3 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return word.to_owned();
    }
    Stemmer::create(Algorithm::English).stem(word).into_owned()
}

/// A contraction written out; the second part is empty where it says nothing.
fn contraction<'a>(before: &'a str, after: &'a str) -> Option<(&'a str, &'a str)> {
    Some(match after {
        "t" if before == "won" => ("will", "not"),
        "t" if before == "can" => ("can", "not"),
        "t" if before == "ain" => ("be", "not"),
        "t" => (before.strip_suffix('n')?, "not"),
        "s" => (before, ""),
        "re" => (before, "are"),
        "ve" => (before, "have"),
        "ll" => (before, "will"),
        "d" => (before, "would"),
        "m" => (before, "am"),
        _ => return None,
    })
}

/// Negations as they are typed in a hurry.
fn written_without_apostrophe(word: &str) -> Option<&'static str> {
    Some(match word {
        "dont" => "do",
        "cant" | "cannot" => "can",
        "wont" => "will",
        "didnt" => "did",
        "doesnt" => "does",
        "isnt" => "is",
        "wasnt" => "was",
        "arent" => "are",
        "werent" => "were",
        "hasnt" => "has",
        "havent" => "have",
        "hadnt" => "had",
        "couldnt" => "could",
        "wouldnt" => "would",
        "shouldnt" => "should",
        "aint" => "be",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn chinese_is_cut_by_the_dictionary() {
        assert_eq!(
            cut("我想申请退货，谢谢"),
            ["我", "想", "申请", "退货", "谢谢"]
        );
        assert_eq!(cut("訂單還沒發貨"), ["订单", "还", "没", "发货"]);
    }

    #[test]
    fn english_is_stemmed_and_negations_are_written_out() {
        assert_eq!(
            cut("Cards weren't delivered"),
            ["card", "were", "not", "deliv"]
        );
        assert_eq!(
            cut("I can’t, won't, dont"),
            ["i", "can", "not", "will", "not", "do", "not"]
        );
        assert_eq!(cut("it's QY-2031"), ["it", "qy", "2031"]);
    }

    #[test]
    fn other_scripts_without_spaces_give_pairs() {
        assert_eq!(cut("コーヒー"), ["コー", "ーヒ", "ヒー"]);
    }

    proptest! {
        #[test]
        fn words_stand_where_they_say(text in "\\PC{0,40}") {
            let folded = fold_with_places(&text);
            for word in words_of(&folded) {
                prop_assert!(!word.text.is_empty());
                prop_assert!(word.place.start < word.place.end && word.place.end <= folded.len());
            }
        }
    }
}

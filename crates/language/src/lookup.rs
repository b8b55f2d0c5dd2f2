//! Terms for finding people and things by their names, where the index keeps only keyed
//! hashes of terms: such an index can be asked for a term, but for no beginning of one and
//! for no order. So every beginning of a word is a term of its own.

use std::collections::BTreeSet;

use crate::{
    fold::{Folded, fold_with_places},
    index::fold_query,
    segment::{Piece, pieces},
};

/// Longest beginning of a word that is a term.
const BEGINNING_CHARS_MAX: usize = 12;
/// Fewest digits at the end of a telephone number that are a term: people say the last four.
const PHONE_DIGITS_MIN: usize = 4;
/// Most digits of a telephone number (E.164).
const PHONE_DIGITS_MAX: usize = 15;

/// The terms of a name or an address: characters and pairs of scripts without spaces, every
/// beginning of the words of others.
pub fn name_terms(text: &str) -> BTreeSet<String> {
    let folded = fold_with_places(text);
    let mut terms = BTreeSet::new();
    pieces(&folded, |piece| match piece {
        Piece::Run(range) => {
            let run = &folded[range];
            terms.extend(run.windows(1).chain(run.windows(2)).map(read));
        }
        Piece::Word(parts) => {
            for part in parts {
                let word = &folded[part.clone()];
                let longest = word.len().min(BEGINNING_CHARS_MAX);
                // One letter alone says too little to be worth a term, unless it is the word.
                let shortest = 2.min(longest);
                terms.extend((shortest..=longest).map(|length| read(&word[..length])));
            }
        }
    });
    terms
}

/// The terms of a telephone number: the ends from four digits on, so that it is found with
/// and without its country code and by its last digits.
pub fn phone_terms(phone: &str) -> BTreeSet<String> {
    let digits = digits(phone);
    let longest = digits.len().min(PHONE_DIGITS_MAX);
    (PHONE_DIGITS_MIN..=longest)
        .map(|length| phone_term(&digits[digits.len() - length..]))
        .collect()
}

/// What to ask for when somebody typed this: all terms of one of the sets. Every word may be
/// the beginning of one.
pub fn lookup(typed: &str) -> Vec<BTreeSet<String>> {
    let folded = fold_query(typed);
    let mut terms = BTreeSet::new();
    pieces(&folded, |piece| match piece {
        Piece::Run(range) => {
            let run = &folded[range];
            terms.extend(run.windows(run.len().min(2)).map(read));
        }
        Piece::Word(parts) => {
            let begin = |word: &[Folded]| read(&word[..word.len().min(BEGINNING_CHARS_MAX)]);
            terms.extend(parts.iter().map(|part| begin(&folded[part.clone()])));
        }
    });
    let written = folded.iter().map(|folded| folded.ch).collect::<String>();
    let is_phone = written
        .chars()
        .all(|c| c.is_ascii_digit() || "+-() ./".contains(c));
    let digits = digits(&written);
    let mut alternatives = vec![terms];
    if is_phone && (PHONE_DIGITS_MIN..=PHONE_DIGITS_MAX).contains(&digits.len()) {
        alternatives.push([phone_term(&digits)].into());
    }
    alternatives.retain(|terms| !terms.is_empty());
    alternatives
}

fn read(chars: &[Folded]) -> String {
    chars.iter().map(|folded| folded.ch).collect()
}

fn digits(text: &str) -> String {
    fold_with_places(text)
        .iter()
        .map(|folded| folded.ch)
        .filter(char::is_ascii_digit)
        .collect()
}

/// Not a word: no name has a term like it.
fn phone_term(digits: &str) -> String {
    format!("#{digits}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is_found(terms: &BTreeSet<String>, typed: &str) -> bool {
        lookup(typed).iter().any(|wanted| wanted.is_subset(terms))
    }

    #[test]
    fn a_person_is_found_by_any_part_of_the_name() {
        let terms = name_terms("欧阳娜娜 Nana Ou-Yang");
        for typed in [
            "欧",
            "歐陽",
            "娜娜",
            "阳娜",
            "nana",
            "NA",
            "ou-yang",
            "yang 欧阳",
            "nana o",
        ] {
            let found = is_found(&terms, typed);
            assert_eq!(found, typed != "nana o", "{typed}");
        }
        for typed in ["娜阳", "ana", "张", "", "  ", "nana wang"] {
            assert!(!is_found(&terms, typed), "{typed}");
        }
    }

    #[test]
    fn an_address_is_found_by_its_words() {
        let terms = name_terms("li.na+shop@example.com");
        for typed in [
            "li.na+shop@example.com",
            "example.com",
            "LI.NA",
            "shop",
            "exam",
        ] {
            assert!(is_found(&terms, typed), "{typed}");
        }
        let long = name_terms("averyveryverylongname@example.com");
        assert!(is_found(&long, "averyveryverylongname@example.com"));
    }

    #[test]
    fn a_number_is_found_with_and_without_its_country() {
        let terms = phone_terms("+86 138-1234-5678");
        for typed in [
            "+8613812345678",
            "13812345678",
            "138 1234 5678",
            "5678",
            "１２３４５６７８",
        ] {
            assert!(is_found(&terms, typed), "{typed}");
        }
        for typed in ["678", "1381234", "13812345679", "x5678"] {
            assert!(!is_found(&terms, typed), "{typed}");
        }
        assert!(phone_terms("12").is_empty());
    }

    proptest! {
        #[test]
        fn every_name_is_found_by_itself(name in "\\PC{1,40}") {
            prop_assert!(lookup(&name).is_empty() || is_found(&name_terms(&name), &name));
        }
    }
}

//! The number of a case as people say it: counted in the workspace, with a check digit, so
//! that a number misheard on the telephone is no other customer's case.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A human number, `10482-8`: the count and its check digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CaseNumber(i64);

/// A text is no case number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a case number; it looks like `10482-8`, and its last digit proves the others")]
pub struct ParseNumberError;

/// The quasigroup of H. M. Damm's doctoral thesis (Marburg, 2004): it finds every wrong
/// digit and every swap of two neighbours. The tests prove both for this table.
const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

fn check_digit(digits: &str) -> u8 {
    digits.bytes().fold(0, |state, byte| {
        let digit = byte.wrapping_sub(b'0') % 10;
        DAMM[usize::from(state)][usize::from(digit)]
    })
}

impl CaseNumber {
    /// The number of the `count`-th case, from 1.
    #[must_use]
    pub const fn of(count: i64) -> Option<Self> {
        if count >= 1 { Some(Self(count)) } else { None }
    }

    /// The count, as the database keeps it.
    #[must_use]
    pub const fn count(self) -> i64 {
        self.0
    }
}

impl fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        write!(f, "{digits}-{}", check_digit(&digits))
    }
}

/// Reads what people type: with `#`, blanks, full-width digits, or any dash.
impl FromStr for CaseNumber {
    type Err = ParseNumberError;
    fn from_str(text: &str) -> Result<Self, ParseNumberError> {
        let mut plain = String::with_capacity(text.len());
        for c in text.trim().trim_start_matches(['#', '＃']).chars() {
            match c {
                '０'..='９' => {
                    let digit = u32::from(c) - u32::from('０');
                    plain.extend(char::from_digit(digit, 10));
                }
                '－' | '–' | '—' | '-' => plain.push('-'),
                ' ' | '\u{3000}' => {}
                other => plain.push(other),
            }
        }
        let (digits, check) = plain.split_once('-').ok_or(ParseNumberError)?;
        let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        if !is_number || digits.starts_with('0') || check != check_digit(digits).to_string() {
            return Err(ParseNumberError);
        }
        let count = digits.parse().map_err(|_| ParseNumberError)?;
        Self::of(count).ok_or(ParseNumberError)
    }
}

impl TryFrom<String> for CaseNumber {
    type Error = ParseNumberError;
    fn try_from(text: String) -> Result<Self, ParseNumberError> {
        text.parse()
    }
}

impl From<CaseNumber> for String {
    fn from(number: CaseNumber) -> Self {
        number.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_known_example_and_what_people_type() {
        assert_eq!(CaseNumber::of(572).unwrap().to_string(), "572-4");
        for text in ["572-4", " #572-4", "５７２－４", "572 - 4", "572–4"] {
            assert_eq!(text.parse(), Ok(CaseNumber(572)), "{text}");
        }
        for text in [
            "",
            "572",
            "572-5",
            "-4",
            "0572-4",
            "572-04",
            "x-4",
            "99999999999999999999-0",
        ] {
            assert_eq!(text.parse::<CaseNumber>(), Err(ParseNumberError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_wrong_or_swapped_digit_is_found(count in 1..1_000_000_000_i64, place in 0..10_usize, other in 0..10_u8) {
            let text = CaseNumber::of(count).unwrap().to_string();
            prop_assert_eq!(text.parse(), Ok(CaseNumber(count)));
            let digits: Vec<usize> = (0..text.len()).filter(|at| text.as_bytes()[*at] != b'-').collect();
            let at = digits[place % digits.len()];
            let mut wrong = text.clone().into_bytes();
            wrong[at] = b'0' + other;
            let wrong = String::from_utf8(wrong).unwrap();
            prop_assert!(wrong == text || wrong.parse::<CaseNumber>().is_err(), "{wrong}");
            let next = digits[(place + 1) % digits.len()];
            let mut swapped = text.clone().into_bytes();
            swapped.swap(at, next);
            let swapped = String::from_utf8(swapped).unwrap();
            let is_neighbour = place % digits.len() + 1 < digits.len();
            prop_assert!(!is_neighbour || swapped == text || swapped.parse::<CaseNumber>().is_err(), "{swapped}");
        }
    }
}

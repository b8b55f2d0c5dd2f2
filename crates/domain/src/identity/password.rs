//! What a password must be.
//!
//! Length first, and nothing that is guessed first. No rules about kinds of
//! characters: they make passwords that are hard for people and easy for programs.

use crate::secret::Secret;

/// Shortest password, in characters.
pub const PASSWORD_CHARS_MIN: usize = 10;
/// Longest password, in bytes: long enough for any phrase, short enough to hash.
pub const PASSWORD_BYTES_MAX: usize = 512;

/// A new password that keeps the rules.
#[derive(Debug, Clone)]
pub struct Password(Secret<String>);

/// Why a text is no good password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordProblem {
    /// Fewer than [`PASSWORD_CHARS_MIN`] characters.
    #[error("a password has at least {PASSWORD_CHARS_MIN} characters")]
    TooShort,
    /// More than [`PASSWORD_BYTES_MAX`] bytes.
    #[error("a password has at most {PASSWORD_BYTES_MAX} bytes")]
    TooLong,
    /// One of those that are tried first.
    #[error("this password is among the first that are guessed")]
    Common,
    /// The e-mail address or a name.
    #[error("a password must not be an e-mail address or a name")]
    Personal,
}

impl Password {
    /// Checks a text against the rules; `about` are the e-mail address and the names
    /// that belong to the account.
    pub fn new(text: Secret<String>, about: &[&str]) -> Result<Self, PasswordProblem> {
        let plain = text.expose();
        if plain.len() > PASSWORD_BYTES_MAX {
            return Err(PasswordProblem::TooLong);
        }
        if plain.chars().count() < PASSWORD_CHARS_MIN {
            return Err(PasswordProblem::TooShort);
        }
        let folded = plain.to_lowercase();
        if is_personal(&folded, about) {
            return Err(PasswordProblem::Personal);
        }
        if is_common(&folded) {
            return Err(PasswordProblem::Common);
        }
        Ok(Self(text))
    }

    /// The text, for hashing.
    #[must_use]
    pub const fn expose(&self) -> &String {
        self.0.expose()
    }
}

/// Letters and digits only, so that `li.na` and `LiNa` are one.
fn squeezed(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

fn is_personal(folded: &str, about: &[&str]) -> bool {
    let password = squeezed(folded);
    about.iter().any(|text| {
        let local = text.split('@').next().unwrap_or_default();
        [*text, local].into_iter().map(squeezed).any(|known| {
            // The name with a number behind it is still the name.
            !known.is_empty()
                && password
                    .strip_prefix(&known)
                    .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()))
        })
    })
}

fn is_common(folded: &str) -> bool {
    let mut distinct: Vec<char> = folded.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    let stem = folded
        .trim_end_matches(|c: char| !c.is_alphabetic())
        .trim_start_matches(|c: char| !c.is_alphabetic());
    distinct.len() <= 3 || is_run(folded) || COMMON.contains(&folded) || STEMS.contains(&stem)
}

/// Characters one after the other, upwards or downwards: `abcdefghij`, `0987654321`.
fn is_run(text: &str) -> bool {
    let digits_and_letters: Vec<u32> = text.chars().map(u32::from).collect();
    let steps = |by: i64| {
        digits_and_letters.windows(2).all(|pair| {
            let step = i64::from(pair[1]) - i64::from(pair[0]);
            // 9 is followed by 0 on every keyboard.
            step == by || step == -9 * by
        })
    };
    steps(1) || steps(-1)
}

/// Words that stay weak with figures and signs around them.
const STEMS: &[&str] = &[
    "",
    "a",
    "aa",
    "aaa",
    "abc",
    "abcd",
    "abcdef",
    "access",
    "admin",
    "administrator",
    "adobe",
    "asdf",
    "asdfgh",
    "asdfghjkl",
    "baseball",
    "batman",
    "changeme",
    "charlie",
    "computer",
    "default",
    "dragon",
    "football",
    "freedom",
    "guest",
    "hello",
    "helloworld",
    "hunter",
    "iloveyou",
    "internet",
    "kefu",
    "letmein",
    "login",
    "loveme",
    "lovely",
    "manager",
    "master",
    "mima",
    "monkey",
    "mustang",
    "mypassword",
    "mynoob",
    "pass",
    "passwd",
    "password",
    "passw0rd",
    "p@ssw0rd",
    "p@ssword",
    "pokemon",
    "princess",
    "q",
    "qazwsx",
    "qazwsxedc",
    "qq",
    "qwe",
    "qweasd",
    "qweasdzxc",
    "qwer",
    "qwerty",
    "qwertyuiop",
    "root",
    "secret",
    "service",
    "shadow",
    "starwars",
    "summer",
    "sunshine",
    "superman",
    "support",
    "system",
    "temp",
    "temppass",
    "test",
    "testing",
    "trustno",
    "user",
    "welcome",
    "whatever",
    "winter",
    "woaini",
    "woshishui",
    "x",
    "xiaoming",
    "z",
    "zhiyin",
    "zxcvbn",
    "zxcvbnm",
];

/// Patterns of the keyboard and of numbers that sound like words.
const COMMON: &[&str] = &[
    "0987654321",
    "1029384756",
    "1111122222",
    "1112223334",
    "1122334455",
    "112233445566",
    "1223334444",
    "1234512345",
    "12345678910",
    "123456123456",
    "1234554321",
    "12345677654321",
    "1234567891",
    "12345678987654321",
    "123qweasdzxc",
    "123321123321",
    "1314520520",
    "1314521521",
    "13145201314",
    "147258369",
    "1472583690",
    "147852369",
    "159357159357",
    "1a2b3c4d5e",
    "1q2w3e4r5t",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "1qaz2wsx3edc4rfv",
    "1qazxsw23edc",
    "1qw23er45t",
    "1qw23er45ty6",
    "2wsx3edc4rfv",
    "5201314520",
    "52013145201314",
    "5845201314",
    "7418529630",
    "789456123",
    "7894561230",
    "9876543210",
    "987654321a",
    "9638527410",
    "a123456789",
    "a1b2c3d4e5",
    "a1b2c3d4e5f6",
    "aa123456789",
    "aa12345678",
    "abc123456789",
    "abc1234567",
    "abcd123456",
    "abcd1234567",
    "abcde12345",
    "asd123456789",
    "asdf123456",
    "asdfasdf1",
    "asdfasdfasdf",
    "asdfghjkl1",
    "asdfghjkl;",
    "asdfjkl;asdfjkl;",
    "asdqwe123456",
    "correcthorsebatterystaple",
    "google1234",
    "iloveyou520",
    "iloveyou1314",
    "incorrect1",
    "letmeinplease",
    "lovelovelove",
    "oldpassword",
    "newpassword",
    "passwordpassword",
    "password123password",
    "q1w2e3r4t5",
    "q1w2e3r4t5y6",
    "qaz123wsx456",
    "qazwsxedcrfv",
    "qazwsx123456",
    "qq123456789",
    "qq5201314520",
    "qwe123asd456",
    "qwe123qwe123",
    "qwe123456789",
    "qweasd123456",
    "qwer1234asdf",
    "qwert12345",
    "qwerty123456",
    "qwertyqwerty",
    "qwertyuiop[]",
    "qwertyuiopasdf",
    "qwertyuiopasdfghjkl",
    "testtesttest",
    "testtest12",
    "thisisapassword",
    "trustno1trustno1",
    "woaini1314520",
    "woaini5201314",
    "woaini520520",
    "woaiwojia1",
    "woaiwojiaren",
    "woaibaobao",
    "woaizhongguo",
    "wodemima123",
    "wojiushiwo1",
    "wojiushiwo",
    "woshiwoshi",
    "yourpassword",
    "z123456789",
    "zaq12wsxcde3",
    "zaq1xsw2cde3",
    "zxc123456789",
    "zxcvbnm123456",
    "zxcvbnm,./",
    "zxcvbnmasdfghjkl",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<(), PasswordProblem>) {
        let about = ["li.na@example.com", "李娜", "Li Na", "Sonnenschein GmbH"];
        let found = Password::new(Secret::new(text.to_owned()), &about);
        assert_eq!(found.map(|_| ()), expected, "{text}");
    }

    #[test]
    fn long_and_own_is_enough() {
        for good in [
            "a lamp on the sea",
            "月落乌啼霜满天江枫渔火",
            "tR4v-nope-lime",
            "linalovesbicycles",
        ] {
            check(good, Ok(()));
        }
    }

    #[test]
    fn length_has_two_ends() {
        check("", Err(PasswordProblem::TooShort));
        check("nine char", Err(PasswordProblem::TooShort));
        check("床前明月光疑是地上", Err(PasswordProblem::TooShort));
        check(&"a long one ".repeat(50), Err(PasswordProblem::TooLong));
    }

    #[test]
    fn what_is_guessed_first_is_refused() {
        for bad in [
            "1234567890",
            "0123456789",
            "abcdefghijkl",
            "9876543210",
            "PASSWORD2026!",
            "Passw0rd!!!",
            "Admin123456",
            "aaaaaaaaaaaa",
            "ababababab",
            "1q2w3e4r5t",
            "woaini1314",
            "5201314520",
            "qwertyuiop",
            "zhiyin2026!",
            "!!!!!12345",
        ] {
            check(bad, Err(PasswordProblem::Common));
        }
    }

    #[test]
    fn name_and_address_are_refused_in_any_spelling() {
        for bad in [
            "li.na@example.com",
            "LI.NA@EXAMPLE.COM",
            "Li-Na-123456789",
            "Sonnenschein GmbH",
            "sonnenscheingmbh1",
        ] {
            check(bad, Err(PasswordProblem::Personal));
        }
    }

    #[test]
    fn a_password_is_never_printed() {
        let password =
            Password::new(Secret::new("a lamp on the sea".to_owned()), &[]).expect("a good one");
        assert_eq!(format!("{password:?}"), "Password(***)");
    }
}

//! Personal data for those who may not see it: enough to recognise, too little to use.

use std::net::IpAddr;

/// What stands for hidden characters.
const HIDDEN: &str = "•••";

/// Any text: nothing of it is left.
#[must_use]
pub fn text(value: &str) -> String {
    if value.is_empty() {
        String::new()
    } else {
        HIDDEN.to_owned()
    }
}

/// An e-mail address: the first character and the domain, `l•••@example.com`.
#[must_use]
pub fn email(value: &str) -> String {
    match value.rsplit_once('@') {
        Some((mailbox, domain)) => {
            let first = mailbox.chars().next().map(String::from).unwrap_or_default();
            format!("{first}{HIDDEN}@{domain}")
        }
        None => text(value),
    }
}

/// A telephone number: its last digits, as many as a third of it and four at most.
#[must_use]
pub fn phone(value: &str) -> String {
    let digits: Vec<char> = value.chars().filter(char::is_ascii_digit).collect();
    let shown = (digits.len() / 3).min(4);
    let last: String = digits[digits.len() - shown..].iter().collect();
    format!("{HIDDEN}{last}")
}

/// An internet address: the first half of it, `203.0.•••` or `2001:db8:•••`.
#[must_use]
pub fn address(value: IpAddr) -> String {
    match value {
        IpAddr::V4(address) => {
            let [a, b, ..] = address.octets();
            format!("{a}.{b}.{HIDDEN}")
        }
        IpAddr::V6(address) => {
            let [a, b, ..] = address.segments();
            format!("{a:x}:{b:x}:{HIDDEN}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_cannot_be_used() {
        assert_eq!(email("li.na@example.com"), "l•••@example.com");
        assert_eq!(email("李娜@例子.cn"), "李•••@例子.cn");
        assert_eq!(email("nonsense"), "•••");
        assert_eq!(phone("+86 138-0013-8000"), "•••8000");
        assert_eq!(phone("12345"), "•••5");
        assert_eq!(phone(""), "•••");
        assert_eq!(text("1990-02-03"), "•••");
        assert_eq!(text(""), "");
        let address = |text: &str| address(text.parse().expect("an address"));
        assert_eq!(address("203.0.113.9"), "203.0.•••");
        assert_eq!(address("2001:db8::1"), "2001:db8:•••");
    }
}

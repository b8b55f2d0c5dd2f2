//! Fields of a flow: filling them in, and reading answers.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::document::{FieldKind, FormField};
use crate::email::EmailAddress;

/// Longest value of a field, in characters.
const VALUE_CHARS_MAX: usize = 500;

/// An answer is not acceptable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the answer is not acceptable")]
pub struct FieldError;

fn fill_with(
    template: &str,
    fields: &BTreeMap<String, String>,
    write: impl Fn(&str, &mut String),
) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, behind)) = after.split_once("}}") else {
            break;
        };
        filled.push_str(before);
        if let Some(value) = fields.get(name.trim()) {
            write(value, &mut filled);
        }
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

/// Fills `{{fields}}` in. What a value holds is never filled in itself; an unknown field is nothing.
#[must_use]
pub fn fill(template: &str, fields: &BTreeMap<String, String>) -> String {
    fill_with(template, fields, |value, out| out.push_str(value))
}

/// The same for an address: values are percent-encoded, so that none leads elsewhere.
#[must_use]
pub fn fill_url(template: &str, fields: &BTreeMap<String, String>) -> String {
    fill_with(template, fields, |value, out| {
        // Dots alone would lead upwards.
        let is_dots = value.bytes().all(|byte| byte == b'.');
        for byte in value.bytes() {
            let is_plain = byte.is_ascii_alphanumeric() || b"-_~".contains(&byte);
            if is_plain || (byte == b'.' && !is_dots) {
                out.push(char::from(byte));
            } else if write!(out, "%{byte:02X}").is_err() {
                return;
            }
        }
    })
}

/// Whether a text has the form of a pattern: `9` a digit, `A` a letter, `?` anything, `*` any rest.
fn fits(pattern: &str, text: &str) -> bool {
    let mut text = text.chars();
    for wanted in pattern.chars() {
        let found = match wanted {
            '*' => return true,
            _ => text.next(),
        };
        let is_fit = match (wanted, found) {
            (_, None) => false,
            ('9', Some(c)) => c.is_ascii_digit(),
            ('A', Some(c)) => c.is_alphabetic(),
            ('?', Some(_)) => true,
            (wanted, Some(c)) => wanted.eq_ignore_ascii_case(&c),
        };
        if !is_fit {
            return false;
        }
    }
    text.next().is_none()
}

/// Width and space make no difference in numbers and dates.
fn narrow(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    };
    text.chars()
        .map(narrow)
        .collect::<String>()
        .trim()
        .to_owned()
}

/// The value of an answer; empty for a question that was left out.
pub fn read_answer(field: &FormField, text: &str) -> Result<String, FieldError> {
    let value = narrow(text);
    let is_skip = ["skip", "跳过", "-", ""].contains(&value.to_lowercase().as_str());
    if is_skip && !field.is_required {
        return Ok(String::new());
    }
    if value.is_empty() || value.chars().count() > VALUE_CHARS_MAX {
        return Err(FieldError);
    }
    let is_fit = match field.kind {
        FieldKind::Text => true,
        FieldKind::Email => value.parse::<EmailAddress>().is_ok(),
        FieldKind::Phone => {
            let is_part = |c: char| c.is_ascii_digit() || "+-() ".contains(c);
            let digits = value.chars().filter(char::is_ascii_digit).count();
            value.chars().all(is_part) && (5..=15).contains(&digits)
        }
        FieldKind::Number => value.parse::<f64>().is_ok_and(f64::is_finite),
        FieldKind::Date => value.parse::<jiff::civil::Date>().is_ok(),
        FieldKind::Choice => {
            let wanted = value.to_lowercase();
            let mut all = field.options.iter().flat_map(|option| option.values());
            return match all.find(|it| narrow(it).to_lowercase() == wanted) {
                Some(option) => Ok(option.clone()),
                None => Err(FieldError),
            };
        }
    };
    let is_formed = field.pattern.as_deref().is_none_or(|it| fits(it, &value));
    (is_fit && is_formed).then_some(value).ok_or(FieldError)
}

//! Filling in the variables of a phrase: the one place that knows what they become.
//!
//! `cases/phrases.json` holds examples that this module and the console's preview both run.

use crate::locale::Locale;
use crate::time::{Timestamp, local};

/// Every variable a phrase may use, as it is written between `{{` and `}}`.
pub const VARIABLES: [&str; 10] = [
    "contact.name",
    "contact.surname",
    "contact.salutation",
    "contact.email",
    "agent.name",
    "workspace.name",
    "inbox.name",
    "conversation.number",
    "date",
    "time",
];

/// Family names of two characters; all other Chinese ones have one.
const COMPOUND_SURNAMES: [&str; 11] = [
    "欧阳", "司马", "上官", "诸葛", "司徒", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐",
];

/// What is known when a phrase is used. Empty texts are unknown.
#[derive(Clone, Copy, Default)]
pub struct Values<'a> {
    /// Name of the customer as they gave it.
    pub contact_name: &'a str,
    /// Their family name, if it was told apart from the name.
    pub surname: &'a str,
    /// Their form of address as it was told: `先生`, `Ms` …
    pub salutation: &'a str,
    /// Their address, as the agent may see it.
    pub contact_email: &'a str,
    /// Shown name of the agent.
    pub agent_name: &'a str,
    /// Name of the company.
    pub workspace_name: &'a str,
    /// Name of the inbox.
    pub inbox_name: &'a str,
    /// Human number of the conversation.
    pub conversation_number: i64,
    /// The present moment.
    pub now: Option<Timestamp>,
    /// Zone of the company, for date and time.
    pub time_zone: &'a str,
}

/// The text with its variables filled in. What is unknown is left out together with the
/// blank or comma that would then stand alone; what is no variable stays to be seen.
#[must_use]
pub fn render(text: &str, locale: Locale, values: &Values<'_>) -> String {
    let mut out = Joined::default();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, tail)) = after.split_once("}}") else {
            break;
        };
        out.push(before);
        match values.get(name.trim(), locale) {
            Some(value) if value.is_empty() => out.has_gap = true,
            Some(value) => out.push(&value),
            None => out.push(&format!("{{{{{name}}}}}")),
        }
        rest = tail;
    }
    out.push(rest);
    out.finish()
}

impl Values<'_> {
    fn get(&self, name: &str, locale: Locale) -> Option<String> {
        Some(match name {
            "contact.name" => self.contact_name.trim().to_owned(),
            "contact.surname" => self.surname().to_owned(),
            "contact.salutation" => self.salutation(locale),
            "contact.email" => self.contact_email.to_owned(),
            "agent.name" => self.agent_name.to_owned(),
            "workspace.name" => self.workspace_name.to_owned(),
            "inbox.name" => self.inbox_name.to_owned(),
            "conversation.number" => self.conversation_number.to_string(),
            "date" => self.local(match locale {
                Locale::ZhCn => "%Y年%-m月%-d日",
                Locale::En => "%-d %B %Y",
            }),
            "time" => self.local("%H:%M"),
            _ => return None,
        })
    }

    fn local(&self, format: &str) -> String {
        self.now
            .map_or_else(String::new, |now| local(now, self.time_zone, format))
    }

    /// The family name: as told, else the beginning of a Chinese name or the end of
    /// another one.
    fn surname(&self) -> &str {
        let (name, told) = (self.contact_name.trim(), self.surname.trim());
        if !told.is_empty() {
            return told;
        }
        if !is_chinese(name) {
            return name.split_whitespace().next_back().unwrap_or_default();
        }
        let is_compound =
            |surname: &&&str| name.starts_with(**surname) && name.len() > surname.len();
        if let Some(surname) = COMPOUND_SURNAMES.iter().find(is_compound) {
            return surname;
        }
        &name[..name.chars().next().map_or(0, char::len_utf8)]
    }

    /// How to address the customer: family name and title if the title is known, else the
    /// name, else a word that is never wrong.
    fn salutation(&self, locale: Locale) -> String {
        let (name, surname) = (self.contact_name.trim(), self.surname());
        let title = title(self.salutation.trim(), locale);
        match locale {
            Locale::ZhCn if !title.is_empty() && !surname.is_empty() => format!("{surname}{title}"),
            Locale::ZhCn if name.is_empty() => "您".to_owned(),
            Locale::ZhCn => name.to_owned(),
            Locale::En if !title.is_empty() && !surname.is_empty() => format!("{title} {surname}"),
            Locale::En if name.is_empty() => "there".to_owned(),
            Locale::En if is_chinese(name) => name.to_owned(),
            Locale::En => name
                .split_whitespace()
                .next()
                .unwrap_or_default()
                .to_owned(),
        }
    }
}

/// A form of address in the language of the phrase; unusual ones stay as they were told.
fn title(told: &str, locale: Locale) -> &str {
    let plain = told.trim_end_matches('.').to_lowercase();
    let (zh, en) = match plain.as_str() {
        "先生" | "mr" => ("先生", "Mr"),
        "女士" | "小姐" | "太太" | "ms" | "mrs" | "miss" => ("女士", "Ms"),
        _ => (told, told),
    };
    match locale {
        Locale::ZhCn => zh,
        Locale::En => en,
    }
}

fn is_chinese(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|c| {
            matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '·')
        })
}

/// A text under construction that mends the places where something unknown was left out.
#[derive(Default)]
struct Joined {
    text: String,
    has_gap: bool,
}

const COMMAS: [char; 3] = [',', '，', '、'];
const COMMAS_AND_BLANK: [char; 4] = [',', '，', '、', ' '];
const ENDS: [char; 12] = [
    '.', '。', '!', '！', '?', '？', ';', '；', ':', '：', ')', '\n',
];

impl Joined {
    fn push(&mut self, next: &str) {
        let Some(first) = next.trim_start_matches(' ').chars().next() else {
            // Blanks alone do not close a gap, unless there is none.
            if !self.has_gap {
                self.text.push_str(next);
            }
            return;
        };
        if !std::mem::take(&mut self.has_gap) {
            self.text.push_str(next);
            return;
        }
        let before = self.text.trim_end_matches(' ').len();
        let is_start = before == 0 || self.text[..before].ends_with('\n');
        let follows_comma = self.text[..before].ends_with(COMMAS);
        if is_start {
            self.text.truncate(before);
            self.text
                .push_str(next.trim_start_matches(COMMAS_AND_BLANK));
        } else if ENDS.contains(&first) {
            let end = self.text.trim_end_matches(COMMAS_AND_BLANK).len();
            self.text.truncate(end);
            self.text.push_str(next.trim_start_matches(' '));
        } else if COMMAS.contains(&first) && follows_comma {
            self.text
                .push_str(next.trim_start_matches(COMMAS_AND_BLANK));
        } else if COMMAS.contains(&first) {
            self.text.truncate(before);
            self.text.push_str(next.trim_start_matches(' '));
        } else if self.text.ends_with(' ') {
            self.text.push_str(next.trim_start_matches(' '));
        } else {
            self.text.push_str(next);
        }
    }

    fn finish(mut self) -> String {
        if self.has_gap {
            let end = self.text.trim_end_matches(COMMAS_AND_BLANK).len();
            self.text.truncate(end);
        }
        self.text
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn text<'a>(case: &'a Value, field: &str) -> &'a str {
        case["values"][field].as_str().unwrap_or_default()
    }

    #[test]
    fn the_shared_cases_hold() {
        let cases: Value = serde_json::from_str(include_str!("../../cases/phrases.json"))
            .expect("the cases are JSON");
        let cases = cases.as_array().expect("a list of cases");
        assert!(cases.len() > 20, "the cases are there");
        for case in cases {
            let values = Values {
                contact_name: text(case, "contact_name"),
                surname: text(case, "surname"),
                salutation: text(case, "salutation"),
                contact_email: text(case, "contact_email"),
                agent_name: text(case, "agent_name"),
                workspace_name: text(case, "workspace_name"),
                inbox_name: text(case, "inbox_name"),
                conversation_number: case["values"]["conversation_number"].as_i64().unwrap_or(0),
                now: text(case, "now").parse().ok(),
                time_zone: text(case, "time_zone"),
            };
            let locale = case["locale"].as_str().expect("a locale").parse();
            let rendered = render(
                case["text"].as_str().expect("a text"),
                locale.expect("a language we speak"),
                &values,
            );
            assert_eq!(
                rendered,
                case["rendered"].as_str().expect("a result"),
                "{case}"
            );
        }
    }

    #[test]
    fn every_variable_has_a_value() {
        let values = Values {
            now: Some(Timestamp::EPOCH),
            ..Values::default()
        };
        for name in VARIABLES {
            assert!(values.get(name, Locale::En).is_some(), "{name}");
        }
    }
}

//! What whoever takes over is told: a note for colleagues only.

use std::fmt::Write as _;

use zhiyin_domain::bot::{Memory, Verdict};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::message::MessageKind;
use zhiyin_language::personal;

use super::mind::Why;
use crate::conversations::{NewMessage, Prepared};

/// Characters of a question in the note.
const QUESTION_CHARS_MAX: usize = 200;

/// Why the bot does not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// It says so itself.
    Own(Why),
    /// The customer wished for a person, or a person took over.
    Taken,
}

const fn reason(reason: Reason, locale: Locale) -> &'static str {
    match (locale, reason) {
        (Locale::ZhCn, Reason::Own(Why::Unanswered)) => "机器人没有找到答案，转人工。",
        (Locale::ZhCn, Reason::Own(Why::NotHelped)) => "机器人的回答没有帮助，转人工。",
        (Locale::ZhCn, Reason::Own(Why::File)) => "客户发来了文件，机器人无法处理，转人工。",
        (Locale::ZhCn, Reason::Own(Why::Flow)) => "引导流程转到人工。",
        (Locale::ZhCn, Reason::Taken) => "由人工接手，机器人到此为止。",
        (Locale::En, Reason::Own(Why::Unanswered)) => "The bot found no answer and handed over.",
        (Locale::En, Reason::Own(Why::NotHelped)) => {
            "The bot's answer did not help; it handed over."
        }
        (Locale::En, Reason::Own(Why::File)) => {
            "The customer sent a file, which the bot cannot read; it handed over."
        }
        (Locale::En, Reason::Own(Why::Flow)) => "A guided flow led to a person.",
        (Locale::En, Reason::Taken) => "A person takes over from the bot.",
    }
}

const fn done(verdict: Verdict, locale: Locale) -> &'static str {
    match (locale, verdict) {
        (Locale::ZhCn, Verdict::Answered) => "已回答",
        (Locale::ZhCn, Verdict::Suggested) => "已建议",
        (Locale::ZhCn, Verdict::PassedOn) => "没有答案",
        (Locale::En, Verdict::Answered) => "answered with",
        (Locale::En, Verdict::Suggested) => "suggested",
        (Locale::En, Verdict::PassedOn) => "no answer",
    }
}

const fn thought(is_helpful: bool, locale: Locale) -> &'static str {
    match (locale, is_helpful) {
        (Locale::ZhCn, true) => "（有帮助）",
        (Locale::ZhCn, false) => "（没有帮助）",
        (Locale::En, true) => " (helped)",
        (Locale::En, false) => " (did not help)",
    }
}

/// What the customer said last stands in the conversation, and an address without its code is nothing.
fn is_told(key: &str) -> bool {
    !["message", "unverified_email"].contains(&key)
}

/// The note, in the language of the company.
pub(super) fn note(memory: &Memory, why: Reason, locale: Locale) -> Option<Prepared> {
    let mut text = reason(why, locale).to_owned();
    for asked in &memory.asked {
        let line = asked.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let line: String = personal::redact(&line)
            .chars()
            .take(QUESTION_CHARS_MAX)
            .collect();
        let titles = asked.titles.join("、");
        let opinion = asked.is_helpful.map_or("", |it| thought(it, locale));
        let what = done(asked.verdict, locale);
        let space = if titles.is_empty() { "" } else { ": " };
        // Writing to a text does not fail.
        if write!(text, "\n- {line} → {what}{space}{titles}{opinion}").is_err() {
            break;
        }
    }
    let fields = memory.flow.iter().flat_map(|it| &it.state.fields);
    for (key, value) in fields.filter(|(key, value)| is_told(key) && !value.is_empty()) {
        let value: String = value.chars().take(QUESTION_CHARS_MAX).collect();
        if write!(text, "\n- {key}: {value}").is_err() {
            break;
        }
    }
    let new = NewMessage {
        client_id: None,
        kind: MessageKind::Note,
        text,
        reply_to_id: None,
        attachment_ids: Vec::new(),
        mentions: Vec::new(),
    };
    // Too long for a message is impossible: questions and titles are few and short.
    new.prepare().ok()
}

#[cfg(test)]
mod tests {
    use zhiyin_domain::bot::Asked;

    use super::*;

    #[test]
    fn the_note_tells_what_was_tried_without_personal_data() {
        let mut memory = Memory::default();
        memory.ask(Asked {
            text: "My number is 13812345678,\nwhere is my parcel?".to_owned(),
            verdict: Verdict::Suggested,
            titles: vec!["Parcels".to_owned(), "Delivery".to_owned()],
            is_helpful: Some(false),
        });
        for (locale, wanted) in [
            (
                Locale::En,
                "where is my parcel? → suggested: Parcels、Delivery (did not help)",
            ),
            (
                Locale::ZhCn,
                "where is my parcel? → 已建议: Parcels、Delivery（没有帮助）",
            ),
        ] {
            let note = note(&memory, Reason::Own(Why::Unanswered), locale).expect("a note");
            assert!(note.text().contains(wanted), "{}", note.text());
            assert!(!note.text().contains("13812345678"), "{}", note.text());
        }
    }
}

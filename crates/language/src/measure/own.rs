//! Data written for this project, which is in the program: it says the same everywhere.

use super::{AgentMessage, Asked, Inputs, read_agent_messages, read_promise_sentences};

const QUESTIONS: &str = include_str!("../../data/similarity/questions.tsv");
const MESSAGES: [(&str, &str); 2] = [
    ("zh", include_str!("../../data/etiquette/messages_zh.tsv")),
    ("en", include_str!("../../data/etiquette/messages_en.tsv")),
];
const PROMISES: &str = include_str!("../../data/promises/sentences.tsv");
/// Columns of the questions: three wordings in Chinese, two in English.
const CHINESE: usize = 0;
const ENGLISH: usize = 3;
const COLUMNS: usize = 5;

/// Messages of agents, promises and questions with their twins; sets of others can be added.
pub fn own() -> Inputs {
    let messages = |(language, content): (&'static str, &str)| -> (_, Vec<AgentMessage>) {
        (language, read_agent_messages(content))
    };
    Inputs {
        twins: Some(columns(CHINESE, ENGLISH..COLUMNS)),
        // A table in the program is in order; a test reads it.
        promises: read_promise_sentences(PROMISES).unwrap_or_default(),
        etiquette: MESSAGES.into_iter().map(messages).collect(),
        ..Inputs::default()
    }
}

/// Questions in other words of the same language, in Chinese and in English, with the
/// questions they mean: what the weights of the rankings are chosen on.
pub fn own_questions() -> [(Vec<Asked>, Vec<String>); 2] {
    [
        columns(CHINESE, CHINESE + 1..ENGLISH),
        columns(ENGLISH, ENGLISH + 1..COLUMNS),
    ]
}

/// Questions of some columns, which those of one column answer.
fn columns(passage: usize, asked: std::ops::Range<usize>) -> (Vec<Asked>, Vec<String>) {
    let lines = QUESTIONS.lines().filter(|line| !line.starts_with('#'));
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split('\t').collect()).collect();
    let passages = rows.iter().map(|row| row[passage].to_owned()).collect();
    let asked = rows.iter().enumerate().flat_map(|(at, row)| {
        row[asked.clone()].iter().map(move |text| Asked {
            text: (*text).to_owned(),
            answers: vec![at],
        })
    });
    (asked.collect(), passages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_question_has_all_its_wordings() {
        let lines = QUESTIONS.lines().filter(|line| !line.starts_with('#'));
        for line in lines.clone() {
            assert_eq!(line.split('\t').count(), COLUMNS, "{line}");
        }
        let number = lines.count();
        assert!(number >= 100);
        assert!(own().promises.len() >= 300);
        assert_eq!(own_questions()[0].0.len(), 2 * number);
        assert_eq!(own().twins.map(|(asked, _)| asked.len()), Some(2 * number));
    }
}

//! The rules on labelled messages of agents, written for this project. Of each language half
//! was never looked at while rules were written; its figures say what to expect.

use std::time::Duration;

use crate::measure::{etiquette, read_agent_messages};

const MESSAGES: [(&str, &str); 2] = [
    ("zh", include_str!("../../data/etiquette/messages_zh.tsv")),
    ("en", include_str!("../../data/etiquette/messages_en.tsv")),
];

#[test]
fn rules_find_most_and_cry_wolf_seldom() {
    let mut number = 0;
    for (language, content) in MESSAGES {
        let messages = read_agent_messages(content);
        number += messages.len();
        let figures = etiquette(&messages, language, &|| Duration::ZERO);
        for (key, least) in [
            ("etiquette_dev_precision", 0.95),
            ("etiquette_dev_recall", 0.92),
            ("etiquette_held_precision", 0.95),
            ("etiquette_held_recall", 0.75),
        ] {
            assert!(figures[key] >= least, "{language} {key}: {}", figures[key]);
        }
    }
    assert!(number >= 600, "{number} messages");
}

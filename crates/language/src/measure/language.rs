//! Figures of language identification.

use std::collections::BTreeMap;

use super::{Figures, Labelled, scores::accuracy};
use crate::identify::identify;

/// Words of the longest short turn of languages with spaces, characters of others.
const SHORT: (usize, usize) = (3, 4);

/// Asks for the language of each row among `allowed`; rows of other languages are left out.
/// Keys: `language_accuracy`, `language_accuracy_<code>`, `language_accuracy_short`.
pub fn language(rows: &[Labelled], allowed: &[&str]) -> Figures {
    let mut all = Vec::new();
    let mut short = Vec::new();
    let mut by_code: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for row in rows {
        let Some(code) = allowed.iter().find(|code| **code == row.label) else {
            continue;
        };
        let said = identify(&row.text, allowed).map_or("", |guess| guess.language);
        all.push((*code, said));
        by_code.entry(code).or_default().push((code, said));
        if is_short(&row.text) {
            short.push((*code, said));
        }
    }
    let mut figures = Figures::from([
        ("language_accuracy".to_owned(), accuracy(&all)),
        ("language_rows".to_owned(), all.len() as f64),
    ]);
    if !short.is_empty() {
        figures.insert("language_accuracy_short".to_owned(), accuracy(&short));
    }
    for (code, pairs) in by_code {
        figures.insert(format!("language_accuracy_{code}"), accuracy(&pairs));
    }
    figures
}

fn is_short(text: &str) -> bool {
    let has_spaces = text.is_ascii();
    if has_spaces {
        text.split_whitespace().count() <= SHORT.0
    } else {
        text.chars().count() <= SHORT.1
    }
}

//! Figures of the tone model on texts with a sentiment or another label of two values,
//! beside two baselines: always the most frequent label, and counting words of a lexicon.

use std::collections::BTreeMap;

use super::{
    Figures, Labelled,
    scores::{accuracy, macro_f1},
};
use crate::tone::{Sign, Tone, ToneModel, lexicon_balance};

/// Labels of a sentiment that are understood.
pub const SENTIMENTS: &str = "negative, neutral, positive; neg, neu, pos; 0 and 1; -1, 0 and 1";

/// Whether a label is one of [`SENTIMENTS`].
pub fn is_sentiment(label: &str) -> bool {
    sentiment_of(label, false).is_some()
}

/// Which of negative, neutral and positive a label means. Without -1, 0 is negative.
fn sentiment_of(label: &str, has_minus: bool) -> Option<usize> {
    Some(match label.to_ascii_lowercase().as_str() {
        "negative" | "neg" | "-1" => 0,
        "0" => usize::from(has_minus),
        "neutral" | "neu" => 1,
        "positive" | "pos" | "1" | "+1" => 2,
        _ => return None,
    })
}

/// Sentiment of each row among the values that occur. Keys: `sentiment_accuracy`,
/// `sentiment_macro_f1` and the same of `sentiment_majority_…`, `sentiment_lexicon_…`.
pub fn sentiment(rows: &[Labelled]) -> Figures {
    let has_minus = rows.iter().any(|row| row.label == "-1");
    let rows: Vec<(&str, usize)> = rows
        .iter()
        .filter_map(|row| Some((row.text.as_str(), sentiment_of(&row.label, has_minus)?)))
        .collect();
    let occurs: [bool; 3] =
        std::array::from_fn(|value| rows.iter().any(|(_, label)| *label == value));
    let model = ToneModel::default();
    let said = |text: &str| {
        let shares = model.tone(text).sentiment;
        if !occurs[1] && occurs[0] && occurs[2] {
            return if shares[2] > shares[0] { 2 } else { 0 };
        }
        (0..3)
            .max_by(|a, b| shares[*a].total_cmp(&shares[*b]))
            .unwrap_or(0)
    };
    let lexicon = |text: &str| match lexicon_balance(text) {
        balance if balance > 0.0 => 2,
        balance if balance < 0.0 || !occurs[1] => 0,
        _ => 1,
    };
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for (_, label) in &rows {
        *counts.entry(*label).or_default() += 1;
    }
    let majority = counts
        .iter()
        .max_by_key(|(_, count)| **count)
        .map_or(0, |(label, _)| *label);
    let mut figures = Figures::new();
    let mut add = |name: &str, say: &dyn Fn(&str) -> usize| {
        let pairs: Vec<_> = rows
            .iter()
            .map(|(text, label)| (*label, say(text)))
            .collect();
        figures.insert(format!("sentiment{name}_accuracy"), accuracy(&pairs));
        figures.insert(format!("sentiment{name}_macro_f1"), macro_f1(&pairs));
    };
    add("", &said);
    add("_majority", &|_| majority);
    add("_lexicon", &lexicon);
    figures
}

/// A sign against labels `0` and `1`. Keys: `<sign>_accuracy`, `<sign>_macro_f1`,
/// `<sign>_auroc` and `<sign>_majority_accuracy`.
pub fn sign(rows: &[Labelled], sign: Sign) -> Figures {
    let model = ToneModel::default();
    let tones: Vec<(bool, Tone)> = rows
        .iter()
        .map(|row| (row.label == "1", model.tone(&row.text)))
        .collect();
    let pairs: Vec<_> = tones
        .iter()
        .map(|(is, tone)| (*is, tone.has(sign)))
        .collect();
    let of = |wanted: bool| -> Vec<f32> {
        tones
            .iter()
            .filter(|(is, _)| *is == wanted)
            .map(|(_, tone)| tone.sign(sign))
            .collect()
    };
    let share = of(true).len() as f64 / tones.len().max(1) as f64;
    let name = sign.name();
    Figures::from([
        (format!("{name}_accuracy"), accuracy(&pairs)),
        (format!("{name}_macro_f1"), macro_f1(&pairs)),
        (
            format!("{name}_auroc"),
            super::scores::auroc(&of(true), &of(false)),
        ),
        (format!("{name}_majority_accuracy"), share.max(1.0 - share)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_understood_in_the_usual_writings() {
        assert_eq!(sentiment_of("0", false), Some(0));
        assert_eq!(sentiment_of("0", true), Some(1));
        assert_eq!(sentiment_of("Positive", false), Some(2));
        assert!(!is_sentiment("4.5"));
        for label in SENTIMENTS.split([' ', ',', ';']) {
            assert!(
                label.is_empty() || label == "and" || is_sentiment(label),
                "{label}"
            );
        }
    }
}

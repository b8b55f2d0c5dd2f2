//! Figures of the topic classifier.

use std::collections::BTreeMap;

use super::{
    Elapsed, Figures, Labelled,
    scores::{accuracy, auroc, macro_f1},
};
use crate::topic::{Example, Topic, TopicModel, TrainError};

/// Every n-th topic is left out to see whether its texts are found strange.
const LEFT_OUT: usize = 4;

struct Set<'a> {
    ids: Vec<&'a str>,
    names: Vec<String>,
}

impl<'a> Set<'a> {
    fn new(train: &'a [Labelled]) -> Self {
        let mut ids: Vec<&str> = train.iter().map(|row| row.label.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        let names = ids.iter().map(|id| id.replace(['_', '-'], " ")).collect();
        Self { ids, names }
    }

    fn train<'b>(
        &self,
        rows: impl Iterator<Item = &'b Labelled>,
    ) -> Result<TopicModel, TrainError> {
        let topics: Vec<Topic<'_>> = self
            .ids
            .iter()
            .zip(&self.names)
            .map(|(id, name)| Topic { id, name })
            .collect();
        let examples: Vec<Example<'_>> = rows
            .filter_map(|row| {
                let topic = self.ids.binary_search(&row.label.as_str()).ok()?;
                Some(Example {
                    text: &row.text,
                    topic,
                    vector: None,
                })
            })
            .collect();
        TopicModel::train(&topics, &examples)
    }
}

/// Trains on all rows and asks about those of the test. Keys: `topic_accuracy`,
/// `topic_macro_f1`, `topic_train_s`, `topic_predict_us`, `topic_model_bytes`,
/// `oos_auroc`.
pub fn topic(
    train: &[Labelled],
    test: &[Labelled],
    elapsed: Elapsed<'_>,
) -> Result<Figures, TrainError> {
    let set = Set::new(train);
    let started = elapsed();
    let model = set.train(train.iter())?;
    let trained = elapsed();
    let pairs = ask(&model, test);
    let asked = elapsed();
    let questions = test.len().max(1) as f64;
    Ok(Figures::from([
        ("topic_accuracy".to_owned(), accuracy(&pairs)),
        ("topic_macro_f1".to_owned(), macro_f1(&pairs)),
        (
            "topic_train_s".to_owned(),
            trained.saturating_sub(started).as_secs_f64(),
        ),
        (
            "topic_predict_us".to_owned(),
            asked.saturating_sub(trained).as_secs_f64() * 1e6 / questions,
        ),
        (
            "topic_model_bytes".to_owned(),
            model.to_bytes().len() as f64,
        ),
        ("oos_auroc".to_owned(), strangeness(train, test)?),
    ]))
}

/// Accuracy with a few examples a topic, the mean of several draws. Key:
/// `topic_accuracy_<n>_a_topic`.
pub fn topic_few(
    train: &[Labelled],
    test: &[Labelled],
    each: usize,
    draws: u64,
) -> Result<Figures, TrainError> {
    let set = Set::new(train);
    let mut sum = 0.0;
    for draw in 0..draws {
        let mut order: Vec<usize> = (0..train.len()).collect();
        order.sort_by_key(|at| scatter(*at as u64, draw));
        let mut taken: BTreeMap<&str, usize> = BTreeMap::new();
        let rows = order.into_iter().map(|at| &train[at]).filter(|row| {
            let taken = taken.entry(row.label.as_str()).or_default();
            *taken += 1;
            *taken <= each
        });
        sum += accuracy(&ask(&set.train(rows)?, test));
    }
    let key = format!("topic_accuracy_{each}_a_topic");
    Ok(Figures::from([(key, sum / draws.max(1) as f64)]))
}

fn ask<'a>(model: &'a TopicModel, test: &'a [Labelled]) -> Vec<(&'a str, &'a str)> {
    let said = |row: &Labelled| model.predict(&row.text, None).ranked[0].topic;
    test.iter()
        .map(|row| (row.label.as_str(), model.topics()[said(row)].as_str()))
        .collect()
}

/// Area under the curve that tells texts of topics never seen from those of known ones.
fn strangeness(train: &[Labelled], test: &[Labelled]) -> Result<f64, TrainError> {
    let all = Set::new(train);
    let is_known = |row: &&Labelled| {
        let at = all.ids.binary_search(&row.label.as_str());
        at.is_ok_and(|at| at % LEFT_OUT != 0)
    };
    let known: Vec<Labelled> = train.iter().filter(is_known).cloned().collect();
    let set = Set::new(&known);
    let model = set.train(known.iter())?;
    let none = |row: &Labelled| model.predict(&row.text, None).none;
    let (own, strange): (Vec<&Labelled>, Vec<&Labelled>) = test.iter().partition(is_known);
    let own: Vec<f32> = own.into_iter().map(none).collect();
    let strange: Vec<f32> = strange.into_iter().map(none).collect();
    Ok(auroc(&strange, &own))
}

/// An order that looks like chance and is the same every time.
fn scatter(value: u64, draw: u64) -> u64 {
    let mixed = (value + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15 ^ (draw << 17));
    (mixed ^ (mixed >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

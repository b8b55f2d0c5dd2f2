//! Figures of the topic classifier.

use std::collections::BTreeMap;

use super::{
    Elapsed, Figures, Labelled,
    scores::{accuracy, auroc, macro_f1},
};
use crate::{
    similarity::Encoder,
    topic::{Example, Topic, TopicModel, TrainError},
};

/// Every n-th topic is left out to see whether its texts are found strange.
const LEFT_OUT: usize = 4;

/// Rows with their sentence vectors, where there is an encoder.
struct Rows<'a> {
    rows: &'a [Labelled],
    vectors: Vec<Vec<f32>>,
}

impl<'a> Rows<'a> {
    fn new(rows: &'a [Labelled], encoder: Option<&dyn Encoder>) -> Self {
        let vectors = encoder.map_or_else(Vec::new, |encoder| {
            rows.iter().map(|row| encoder.encode(&row.text)).collect()
        });
        Self { rows, vectors }
    }

    fn vector(&self, at: usize) -> Option<&[f32]> {
        self.vectors.get(at).map(Vec::as_slice)
    }
}

struct Set<'a> {
    ids: Vec<&'a str>,
    names: Vec<String>,
}

impl<'a> Set<'a> {
    fn new(train: impl Iterator<Item = &'a Labelled>) -> Self {
        let mut ids: Vec<&str> = train.map(|row| row.label.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        let names = ids.iter().map(|id| id.replace(['_', '-'], " ")).collect();
        Self { ids, names }
    }

    /// Trains on the rows at some places.
    fn train(
        &self,
        rows: &Rows<'_>,
        places: impl Iterator<Item = usize>,
    ) -> Result<TopicModel, TrainError> {
        let topics: Vec<Topic<'_>> = self
            .ids
            .iter()
            .zip(&self.names)
            .map(|(id, name)| Topic { id, name })
            .collect();
        let examples: Vec<Example<'_>> = places
            .filter_map(|at| {
                let row = &rows.rows[at];
                let topic = self.ids.binary_search(&row.label.as_str()).ok()?;
                Some(Example {
                    text: &row.text,
                    topic,
                    vector: rows.vector(at),
                })
            })
            .collect();
        TopicModel::train(&topics, &examples)
    }
}

/// Trains on all rows and asks about those of the test. Keys: `topic_accuracy`,
/// `topic_macro_f1`, `topic_train_s`, `topic_predict_us`, `topic_model_bytes`,
/// `oos_auroc` where there are enough topics to leave some out. With an encoder its vectors are joined in; training and predicting do not
/// count the making of them.
pub fn topic(
    train: &[Labelled],
    test: &[Labelled],
    encoder: Option<&dyn Encoder>,
    elapsed: Elapsed<'_>,
) -> Result<Figures, TrainError> {
    let (train, test) = (Rows::new(train, encoder), Rows::new(test, encoder));
    let set = Set::new(train.rows.iter());
    let started = elapsed();
    let model = set.train(&train, 0..train.rows.len())?;
    let trained = elapsed();
    let pairs = ask(&model, &test);
    let asked = elapsed();
    let questions = test.rows.len().max(1) as f64;
    let mut figures = Figures::from([
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
    ]);
    let strange = strangeness(&train, &test)?;
    figures.extend(strange.map(|area| ("oos_auroc".to_owned(), area)));
    Ok(figures)
}

/// Accuracy with a few examples a topic, the mean of several draws. Key:
/// `topic_accuracy_<n>_a_topic`.
pub fn topic_few(
    train: &[Labelled],
    test: &[Labelled],
    (each, draws): (usize, u64),
    encoder: Option<&dyn Encoder>,
) -> Result<Figures, TrainError> {
    let (train, test) = (Rows::new(train, encoder), Rows::new(test, encoder));
    let set = Set::new(train.rows.iter());
    let mut sum = 0.0;
    for draw in 0..draws {
        let mut order: Vec<usize> = (0..train.rows.len()).collect();
        order.sort_by_key(|at| scatter(*at as u64, draw));
        let mut taken: BTreeMap<&str, usize> = BTreeMap::new();
        order.retain(|at| {
            let taken = taken.entry(train.rows[*at].label.as_str()).or_default();
            *taken += 1;
            *taken <= each
        });
        sum += accuracy(&ask(&set.train(&train, order.into_iter())?, &test));
    }
    let key = format!("topic_accuracy_{each}_a_topic");
    Ok(Figures::from([(key, sum / draws.max(1) as f64)]))
}

fn ask<'a>(model: &'a TopicModel, test: &Rows<'a>) -> Vec<(&'a str, &'a str)> {
    let said = |at: usize| {
        let ranked = model.predict(&test.rows[at].text, test.vector(at)).ranked;
        model.topics()[ranked[0].topic].as_str()
    };
    let labels = test.rows.iter().map(|row| row.label.as_str());
    labels
        .enumerate()
        .map(|(at, label)| (label, said(at)))
        .collect()
}

/// Area under the curve that tells texts of topics never seen from those of known ones; none
/// where two topics are not left.
fn strangeness(train: &Rows<'_>, test: &Rows<'_>) -> Result<Option<f64>, TrainError> {
    let all = Set::new(train.rows.iter());
    let is_known = |row: &Labelled| {
        let at = all.ids.binary_search(&row.label.as_str());
        at.is_ok_and(|at| at % LEFT_OUT != 0)
    };
    let known: Vec<usize> = (0..train.rows.len())
        .filter(|at| is_known(&train.rows[*at]))
        .collect();
    let set = Set::new(known.iter().map(|at| &train.rows[*at]));
    if set.ids.len() < 2 {
        return Ok(None);
    }
    let model = set.train(train, known.iter().copied())?;
    let (mut own, mut strange) = (Vec::new(), Vec::new());
    for (at, row) in test.rows.iter().enumerate() {
        let none = model.predict(&row.text, test.vector(at)).none;
        if is_known(row) {
            own.push(none);
        } else {
            strange.push(none);
        }
    }
    Ok((!strange.is_empty()).then(|| auroc(&strange, &own)))
}

/// An order that looks like chance and is the same every time.
fn scatter(value: u64, draw: u64) -> u64 {
    let mixed = (value + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15 ^ (draw << 17));
    (mixed ^ (mixed >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

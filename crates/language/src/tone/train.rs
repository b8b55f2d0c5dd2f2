//! Training of tone models and their figures under cross-validation.

use super::{
    Labels, Sentiment, Sign, Utterance, cues,
    model::{self, CLASSES, DENSE, Model, Read, SIGNS, VERSION, read, vector},
};
use crate::{
    codec::check_sum,
    sparse::{
        solver::{self, Sample, Settings, Target},
        space::{Space, Vector},
    },
    wish,
};

const SETTINGS: Settings = Settings {
    cost: 0.3,
    own_cost: 2.0,
    passes: 40,
    tolerance: 0.01,
};
/// For ratings on top of the default: they are few, so they may not turn everything around.
const SETTINGS_OVER: Settings = Settings {
    cost: 0.5,
    own_cost: 1.0,
    passes: 40,
    tolerance: 0.01,
};
/// Features a model keeps: the heaviest. Bounds its size at about 0.5 MB.
const FEATURES_MAX: usize = 20_000;
const PARTS: usize = 5;

/// Reads utterances from text with tabs and the header
/// `text sentiment anger urgency complaint abuse churn person`. Lines that are wrong are
/// told by number.
pub fn read_utterances(content: &str) -> Result<Vec<Utterance>, String> {
    let mut found = Vec::new();
    for (number, line) in content.lines().enumerate().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let wrong = || format!("line {}: `{line}`", number + 1);
        let [text, sentiment, signs @ ..] = cells.as_slice() else {
            return Err(wrong());
        };
        let sentiment = Sentiment::ALL
            .into_iter()
            .find(|known| known.name() == *sentiment);
        if sentiment.is_none() || signs.len() != Sign::ALL.len() || text.trim().is_empty() {
            return Err(wrong());
        }
        let mut labels = Labels {
            sentiment,
            ..Labels::default()
        };
        for (label, cell) in labels.signs.iter_mut().zip(signs) {
            *label = match *cell {
                "1" => Some(true),
                "0" => Some(false),
                _ => return Err(wrong()),
            };
        }
        found.push(Utterance {
            text: (*text).to_owned(),
            labels,
        });
    }
    Ok(found)
}

/// Check sum of everything a model comes from: data, cues, rules and the version of the code.
pub(super) fn source(contents: &[&str]) -> u64 {
    let sums = contents
        .iter()
        .map(|content| check_sum(content.as_bytes()))
        .chain(cues::data().map(check_sum))
        .chain(wish::rules().map(|rule| check_sum(rule.as_bytes())));
    let all: Vec<u8> = sums
        .chain([u64::from(VERSION)])
        .flat_map(u64::to_le_bytes)
        .collect();
    check_sum(&all)
}

/// Trains the model of the program from the contents of its data files; gives its bytes.
pub fn train(contents: &[&str]) -> Result<Vec<u8>, String> {
    let mut utterances = Vec::new();
    for content in contents {
        utterances.extend(read_utterances(content)?);
    }
    let texts: Vec<Read> = utterances
        .iter()
        .map(|utterance| read(&utterance.text))
        .collect();
    let targets: Vec<[i8; CLASSES]> = utterances.iter().map(|u| target(u.labels)).collect();
    let mut model = fit(&texts, &targets, None, SETTINGS);
    let margins = held_out(&texts, &targets);
    model.scales = calibrate(&margins, &targets);
    model.thresholds = thresholds(&model, &margins, &targets);
    model.source = source(contents);
    Ok(prune(&model).to_bytes())
}

/// What ratings teach on top of `base`.
pub(super) fn train_over(base: Option<&Model>, ratings: &[Utterance]) -> Model {
    let texts: Vec<Read> = ratings.iter().map(|rating| read(&rating.text)).collect();
    let targets: Vec<[i8; CLASSES]> = ratings.iter().map(|rating| target(rating.labels)).collect();
    fit(&texts, &targets, base, SETTINGS_OVER)
}

fn target(labels: Labels) -> [i8; CLASSES] {
    let sign = |is: bool| if is { 1 } else { -1 };
    std::array::from_fn(|class| match class {
        0..3 => labels
            .sentiment
            .map_or(0, |sentiment| sign(sentiment as usize == class)),
        _ => labels.signs[class - 3].map_or(0, sign),
    })
}

fn fit(
    texts: &[Read],
    targets: &[[i8; CLASSES]],
    base: Option<&Model>,
    settings: Settings,
) -> Model {
    let classes = targets
        .iter()
        .map(|target| target.iter().position(|sign| *sign == 1).unwrap_or(0));
    let space = Space::new(
        texts
            .iter()
            .map(|text| text.features.as_slice())
            .zip(classes),
        CLASSES,
        DENSE,
    );
    let vectors: Vec<Vector> = texts.iter().map(|text| vector(&space, text)).collect();
    let offsets: Vec<Vec<f32>> = texts
        .iter()
        .map(|text| {
            base.map_or_else(Vec::new, |base| {
                add(
                    base.margins_of(&vector(&base.space, text)),
                    model::prior(text),
                )
                .to_vec()
            })
        })
        .collect();
    let samples: Vec<Sample<'_>> = vectors
        .iter()
        .zip(targets)
        .zip(&offsets)
        .map(|((vector, target), offsets)| Sample {
            vector,
            target: Target::Each(target),
            weight: 1.0,
            offsets,
        })
        .collect();
    let weights = solver::train(&samples, space.len(), CLASSES, settings);
    Model {
        space,
        weights,
        scales: [(1.0, 0.0); CLASSES],
        thresholds: [0.5; SIGNS],
        source: 0,
    }
}

pub(super) fn add(one: [f32; CLASSES], other: [f32; CLASSES]) -> [f32; CLASSES] {
    std::array::from_fn(|class| one[class] + other[class])
}

fn prune(model: &Model) -> Model {
    let sparse = u32::try_from(model.space.sparse()).unwrap_or(u32::MAX);
    let width = model.weights.width;
    let row = |id: u32| &model.weights.rows[id as usize * width..][..width];
    let weight = |id: u32| {
        row(id)
            .iter()
            .fold(0.0_f32, |most, value| most.max(value.abs()))
    };
    let mut kept: Vec<u32> = (0..sparse).collect();
    kept.sort_by(|a, b| weight(*b).total_cmp(&weight(*a)).then(a.cmp(b)));
    kept.truncate(FEATURES_MAX);
    kept.sort_unstable();
    let space = model.space.keep(&kept);
    let mut weights = solver::Weights::new(space.len(), CLASSES);
    let dense = sparse..sparse + u32::try_from(DENSE).unwrap_or(0);
    for (to, from) in weights
        .rows
        .chunks_mut(width)
        .zip(kept.iter().copied().chain(dense))
    {
        to.copy_from_slice(row(from));
    }
    Model {
        space,
        weights,
        ..model.clone()
    }
}

/// Margins of every text by models that did not see it.
fn held_out(texts: &[Read], targets: &[[i8; CLASSES]]) -> Vec<[f32; CLASSES]> {
    let mut margins = vec![[0.0; CLASSES]; texts.len()];
    for part in 0..PARTS {
        let kept: Vec<usize> = (0..texts.len()).filter(|at| at % PARTS != part).collect();
        let some: Vec<Read> = kept
            .iter()
            .map(|at| Read {
                features: texts[*at].features.clone(),
                wants_person: texts[*at].wants_person,
                cues: texts[*at].cues,
            })
            .collect();
        let labels: Vec<_> = kept.iter().map(|at| targets[*at]).collect();
        let model = fit(&some, &labels, None, SETTINGS);
        for at in (part..texts.len()).step_by(PARTS) {
            margins[at] = add(
                model.margins_of(&vector(&model.space, &texts[at])),
                model::prior(&texts[at]),
            );
        }
    }
    margins
}

/// Factor and addition by class, by logistic regression on held-out margins.
fn calibrate(margins: &[[f32; CLASSES]], targets: &[[i8; CLASSES]]) -> [(f32, f32); CLASSES] {
    std::array::from_fn(|class| {
        let rows = || {
            margins
                .iter()
                .zip(targets)
                .filter(|(_, target)| target[class] != 0)
        };
        let number = rows().count().max(1) as f32;
        let (mut factor, mut addition) = (1.0_f32, 0.0_f32);
        for _ in 0..400 {
            let (mut slope, mut shift) = (0.0, 0.0);
            for (margin, target) in rows() {
                let said = 1.0 / (1.0 + (-(factor * margin[class] + addition)).exp());
                let error = said - if target[class] == 1 { 1.0 } else { 0.0 };
                slope += error * margin[class];
                shift += error;
            }
            factor -= 4.0 * slope / number;
            addition -= 4.0 * shift / number;
        }
        (factor, addition)
    })
}

/// The threshold of each sign with the best F1 on held-out margins.
fn thresholds(
    model: &Model,
    margins: &[[f32; CLASSES]],
    targets: &[[i8; CLASSES]],
) -> [f32; SIGNS] {
    let tones: Vec<_> = margins
        .iter()
        .map(|margins| model.tone(margins, false).signs)
        .collect();
    std::array::from_fn(|sign| {
        let f1 = |threshold: f32| {
            let (mut both, mut said, mut is) = (0.0_f32, 0.0_f32, 0.0_f32);
            for (signs, target) in tones.iter().zip(targets) {
                let (found, right) = (signs[sign] >= threshold, target[3 + sign] == 1);
                said += f32::from(u8::from(found));
                is += f32::from(u8::from(right));
                both += f32::from(u8::from(found && right));
            }
            2.0 * both / (said + is).max(1.0)
        };
        let steps = (4..=12_u8).map(|step| f32::from(step) / 20.0);
        steps
            .max_by(|a, b| f1(*a).total_cmp(&f1(*b)))
            .unwrap_or(0.5)
    })
}

/// How a model does on texts it did not see.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// What is told: `sentiment` or a sign.
    pub name: &'static str,
    /// Share of right answers.
    pub accuracy: f64,
    /// Of the lines said to be so, how many are; of the three sentiments the mean.
    pub precision: f64,
    /// Of the lines that are so, how many were said to be.
    pub recall: f64,
}

/// Cross-validated figures over utterances.
pub fn evaluate(utterances: &[Utterance]) -> Vec<Evaluation> {
    let texts: Vec<Read> = utterances
        .iter()
        .map(|utterance| read(&utterance.text))
        .collect();
    let targets: Vec<[i8; CLASSES]> = utterances.iter().map(|u| target(u.labels)).collect();
    let margins = held_out(&texts, &targets);
    let mut judge = fit(&[], &[], None, SETTINGS);
    judge.scales = calibrate(&margins, &targets);
    judge.thresholds = thresholds(&judge, &margins, &targets);
    let tones: Vec<_> = margins
        .iter()
        .zip(&texts)
        .map(|(margins, text)| judge.tone(margins, text.wants_person))
        .collect();
    let pairs = |class: usize| -> Vec<(bool, bool)> {
        let said = |tone: &super::Tone| match class {
            0..3 => tone.sentiment() as usize == class,
            _ => tone.found[class - 3],
        };
        let right = |at: usize| match targets[at].get(class) {
            Some(target) => *target == 1,
            // Not learned, but labelled all the same.
            None => utterances[at].labels.signs[class - 3] == Some(true),
        };
        let tones = tones.iter().enumerate();
        tones.map(|(at, tone)| (right(at), said(tone))).collect()
    };
    let figures = |pairs: &[(bool, bool)]| {
        let count =
            |wanted: (bool, bool)| pairs.iter().filter(|pair| **pair == wanted).count() as f64;
        let both = count((true, true));
        let precision = both / (both + count((false, true))).max(1.0);
        let recall = both / (both + count((true, false))).max(1.0);
        (
            (both + count((false, false))) / pairs.len().max(1) as f64,
            precision,
            recall,
        )
    };
    let three: Vec<_> = (0..3).map(|class| figures(&pairs(class))).collect();
    let right = (0..3)
        .map(|class| {
            pairs(class)
                .iter()
                .filter(|pair| **pair == (true, true))
                .count()
        })
        .sum::<usize>();
    let mut all = vec![Evaluation {
        name: "sentiment",
        accuracy: right as f64 / utterances.len().max(1) as f64,
        precision: three.iter().map(|figures| figures.1).sum::<f64>() / 3.0,
        recall: three.iter().map(|figures| figures.2).sum::<f64>() / 3.0,
    }];
    for (at, sign) in Sign::ALL.into_iter().enumerate() {
        let (accuracy, precision, recall) = figures(&pairs(3 + at));
        all.push(Evaluation {
            name: sign.name(),
            accuracy,
            precision,
            recall,
        });
    }
    all
}

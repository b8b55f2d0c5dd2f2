//! Which weights of the rankings find most, on questions in other words written for this
//! project: `cargo run --release -p zhiyin-language --example weigh -- [MODELS]`.

#![expect(clippy::cast_precision_loss, reason = "counts are small")]

use std::{fs, path::Path, process::ExitCode};

use zhiyin_language::{
    encoder::{UNIVERSAL, UniversalEncoder},
    measure::{self, Asked},
    similarity::{Encoder, Index, Passage, Weights},
};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const STEPS: [f32; 7] = [0.0, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0];

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome<()> {
    let encoder = match std::env::args().nth(1) {
        Some(models) => {
            let folder = Path::new(&models).join(UNIVERSAL.id);
            Some(UniversalEncoder::open(|name| fs::read(folder.join(name)))?)
        }
        None => None,
    };
    let sets = measure::own_questions();
    let sets: Vec<Ready> = sets
        .iter()
        .map(|(asked, passages)| Ready::new(asked, passages, encoder.as_ref()))
        .collect();
    let mut tried: Vec<(f64, Weights)> = Vec::new();
    for words in STEPS {
        for sounds in [0.0, 0.05, 0.1, 0.2] {
            for vectors in [0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0] {
                if encoder.is_none() && vectors > 0.0 {
                    continue;
                }
                let weights = Weights {
                    words,
                    grams: 1.0 - words,
                    sounds,
                    vectors,
                };
                let sum: f64 = sets.iter().map(|set| set.reciprocal(weights)).sum();
                tried.push((sum / sets.len() as f64, weights));
            }
        }
    }
    tried.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (reciprocal, weights) in tried.iter().take(12) {
        println!("{reciprocal:.4} {weights:?}");
    }
    Ok(())
}

struct Ready<'a> {
    index: Index,
    asked: Vec<(&'a Asked, Option<Vec<f32>>)>,
}

impl<'a> Ready<'a> {
    fn new(asked: &'a [Asked], passages: &[String], encoder: Option<&UniversalEncoder>) -> Self {
        let vector = |text: &str| encoder.map(|encoder| encoder.encode(text));
        let vectors: Vec<_> = passages.iter().map(|text| vector(text)).collect();
        let list: Vec<Passage<'_>> = passages
            .iter()
            .zip(&vectors)
            .map(|(text, vector)| Passage {
                text,
                vector: vector.as_deref(),
            })
            .collect();
        Self {
            index: Index::new(&list),
            asked: asked
                .iter()
                .map(|asked| (asked, vector(&asked.text)))
                .collect(),
        }
    }

    /// Mean of the reciprocal ranks of right answers among ten.
    fn reciprocal(&self, weights: Weights) -> f64 {
        let sum: f64 = self
            .asked
            .iter()
            .map(|(asked, vector)| {
                let found = self
                    .index
                    .search(&asked.text, vector.as_deref(), weights, 10);
                let rank = found
                    .iter()
                    .position(|f| asked.answers.contains(&f.passage));
                rank.map_or(0.0, |rank| 1.0 / (rank as f64 + 1.0))
            })
            .sum();
        sum / self.asked.len() as f64
    }
}

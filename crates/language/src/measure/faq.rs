//! Figures of finding answers, beside BM25 over words alone and over grams alone.

use super::{
    Elapsed, Figures,
    scores::{mean, percentile},
};
use crate::similarity::{Encoder, Index, Passage, Weights};

/// A question with the passages that answer it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What was asked.
    pub text: String,
    /// Places of right answers.
    pub answers: Vec<usize>,
}

/// How deep a ranking is looked at.
const DEEP: usize = 10;
const WORDS_ONLY: Weights = Weights {
    words: 1.0,
    grams: 0.0,
    sounds: 0.0,
    vectors: 0.0,
};
const GRAMS_ONLY: Weights = Weights {
    words: 0.0,
    grams: 1.0,
    sounds: 0.0,
    vectors: 0.0,
};

/// Keys: `faq_recall_1`, `faq_recall_3`, `faq_mrr_10`, `faq_p50_ms`, `faq_p99_ms`, `faq_passages`,
/// `faq_bm25_words_mrr_10`, `faq_bm25_grams_mrr_10`; with an encoder, which is used when the
/// passages are questions, `faq_vector_mrr_10` too.
pub fn faq(
    questions: &[Asked],
    passages: &[String],
    encoder: Option<&dyn Encoder>,
    elapsed: Elapsed<'_>,
) -> Figures {
    let vectors: Vec<Option<Vec<f32>>> = passages
        .iter()
        .map(|text| encoder.map(|encoder| encoder.encode(text)))
        .collect();
    let list: Vec<Passage<'_>> = passages
        .iter()
        .zip(&vectors)
        .map(|(text, vector)| Passage {
            text,
            vector: vector.as_deref(),
        })
        .collect();
    let index = Index::new(&list);
    let mut times = Vec::new();
    let mut ranks = Vec::new();
    for question in questions {
        let started = elapsed();
        let vector = encoder.map(|encoder| encoder.encode(&question.text));
        let found = index.search(&question.text, vector.as_deref(), Weights::default(), DEEP);
        times.push(elapsed().saturating_sub(started).as_secs_f64() * 1e3);
        ranks.push(
            found
                .iter()
                .position(|found| question.answers.contains(&found.passage)),
        );
    }
    let baseline = |weights: Weights| {
        let ranks = questions.iter().map(|question| {
            let vector = encoder
                .filter(|_| weights.vectors > 0.0)
                .map(|encoder| encoder.encode(&question.text));
            let found = index.search(&question.text, vector.as_deref(), weights, DEEP);
            found
                .iter()
                .position(|found| question.answers.contains(&found.passage))
        });
        reciprocal(&ranks.collect::<Vec<_>>())
    };
    let mut figures = Figures::from([
        ("faq_recall_1".to_owned(), within(&ranks, 1)),
        ("faq_recall_3".to_owned(), within(&ranks, 3)),
        ("faq_mrr_10".to_owned(), reciprocal(&ranks)),
        ("faq_p50_ms".to_owned(), percentile(&mut times, 0.5)),
        ("faq_p99_ms".to_owned(), percentile(&mut times, 0.99)),
        ("faq_passages".to_owned(), passages.len() as f64),
        ("faq_questions".to_owned(), questions.len() as f64),
        ("faq_bm25_words_mrr_10".to_owned(), baseline(WORDS_ONLY)),
        ("faq_bm25_grams_mrr_10".to_owned(), baseline(GRAMS_ONLY)),
    ]);
    if encoder.is_some() {
        let vectors_only = Weights {
            words: 0.0,
            grams: 0.0,
            sounds: 0.0,
            vectors: 1.0,
        };
        figures.insert("faq_vector_mrr_10".to_owned(), baseline(vectors_only));
    }
    figures
}

fn reciprocal(ranks: &[Option<usize>]) -> f64 {
    mean(
        ranks
            .iter()
            .map(|rank| rank.map_or(0.0, |rank| 1.0 / (rank as f64 + 1.0))),
    )
}

/// Share of questions with a right answer among the first few.
fn within(ranks: &[Option<usize>], limit: usize) -> f64 {
    let is_there = |rank: &Option<usize>| rank.is_some_and(|rank| rank < limit);
    mean(ranks.iter().map(|rank| f64::from(u8::from(is_there(rank)))))
}

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
const VECTORS_ONLY: Weights = Weights {
    words: 0.0,
    grams: 0.0,
    sounds: 0.0,
    vectors: 1.0,
};

/// Characters of a usual passage up to which passages are taken for questions.
const QUESTION_CHARS: usize = 60;

/// Keys: `faq_recall_1`, `faq_recall_3`, `faq_mrr_10`, `faq_p50_ms`, `faq_p99_ms`,
/// `faq_passages`, `faq_questions`, `faq_bm25_words_mrr_10`, `faq_bm25_grams_mrr_10`; with an
/// encoder, which is used when the passages are questions, `faq_vector_mrr_10` too. The time
/// includes the vector of the question.
pub fn faq(
    questions: &[Asked],
    passages: &[String],
    encoder: Option<&dyn Encoder>,
    elapsed: Elapsed<'_>,
) -> Figures {
    let encoder = encoder.filter(|_| are_questions(passages));
    let index = indexed(passages, encoder);
    let mut times = Vec::new();
    let mut ask = |weights: Weights| -> Vec<Option<usize>> {
        let ranks = questions.iter().map(|question| {
            let started = elapsed();
            let encoder = encoder.filter(|_| weights.vectors > 0.0);
            let vector = encoder.map(|encoder| encoder.encode(&question.text));
            let found = index.search(&question.text, vector.as_deref(), weights, DEEP);
            times.push(elapsed().saturating_sub(started).as_secs_f64() * 1e3);
            let mut found = found.iter();
            found.position(|found| question.answers.contains(&found.passage))
        });
        ranks.collect()
    };
    let words = reciprocal(&ask(WORDS_ONLY));
    let grams = reciprocal(&ask(GRAMS_ONLY));
    let vectors = encoder.map(|_| reciprocal(&ask(VECTORS_ONLY)));
    let ranks = ask(Weights::default());
    // The last round is the one with everything.
    let mut times = times.split_off(times.len() - questions.len());
    let mut figures = Figures::from([
        ("faq_recall_1".to_owned(), within(&ranks, 1)),
        ("faq_recall_3".to_owned(), within(&ranks, 3)),
        ("faq_mrr_10".to_owned(), reciprocal(&ranks)),
        ("faq_p50_ms".to_owned(), percentile(&mut times, 0.5)),
        ("faq_p99_ms".to_owned(), percentile(&mut times, 0.99)),
        ("faq_passages".to_owned(), passages.len() as f64),
        ("faq_questions".to_owned(), questions.len() as f64),
        ("faq_bm25_words_mrr_10".to_owned(), words),
        ("faq_bm25_grams_mrr_10".to_owned(), grams),
    ]);
    if let Some(vectors) = vectors {
        figures.insert("faq_vector_mrr_10".to_owned(), vectors);
    }
    figures
}

/// How long a search takes among at least `size` passages: where there are fewer, others are made of halves of
/// two of them, so that words are as frequent as they are and no passage stands twice. Keys: `faq_p50_ms`,
/// `faq_p99_ms`, `faq_paced_passages`. The time includes the vector of the question.
pub fn faq_pace(
    questions: &[Asked],
    passages: &[String],
    encoder: Option<&dyn Encoder>,
    size: usize,
    elapsed: Elapsed<'_>,
) -> Figures {
    if questions.is_empty() || passages.is_empty() {
        return Figures::new();
    }
    let encoder = encoder.filter(|_| are_questions(passages));
    let passages = grown(passages, size);
    let index = indexed(&passages, encoder);
    let mut times: Vec<f64> = questions
        .iter()
        .map(|question| {
            let started = elapsed();
            let vector = encoder.map(|encoder| encoder.encode(&question.text));
            index.search(&question.text, vector.as_deref(), Weights::default(), DEEP);
            elapsed().saturating_sub(started).as_secs_f64() * 1e3
        })
        .collect();
    Figures::from([
        ("faq_p50_ms".to_owned(), percentile(&mut times, 0.5)),
        ("faq_p99_ms".to_owned(), percentile(&mut times, 0.99)),
        ("faq_paced_passages".to_owned(), passages.len() as f64),
    ])
}

/// The passages, and others of halves of two of them, until there are so many.
fn grown(passages: &[String], size: usize) -> Vec<String> {
    let halves = |text: &str| -> (String, String) {
        let middle = text.chars().count() / 2;
        (
            text.chars().take(middle).collect(),
            text.chars().skip(middle).collect(),
        )
    };
    let number = passages.len();
    let missing = size.saturating_sub(number);
    let made = (0..missing).map(|at| {
        // Each round joins a passage with another neighbour.
        let (first, other) = (at % number, (at + 1 + at / number) % number);
        format!(
            "{} {}",
            halves(&passages[first]).0,
            halves(&passages[other]).1
        )
    });
    passages.iter().cloned().chain(made).collect()
}

/// Whether passages are as short as questions, which vectors rank better than long texts.
fn are_questions(passages: &[String]) -> bool {
    let mut lengths: Vec<usize> = passages.iter().map(|text| text.chars().count()).collect();
    lengths.sort_unstable();
    let usual = lengths.get(lengths.len() / 2);
    usual.is_some_and(|length| *length <= QUESTION_CHARS)
}

fn indexed(passages: &[String], encoder: Option<&dyn Encoder>) -> Index {
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
    Index::new(&list)
}

/// Whether questions find those that mean the same in another language: `twins_recall_1` and
/// `twins_mrr_10`, as ranked for everybody. Without an encoder nothing.
pub fn twins(questions: &[Asked], passages: &[String], encoder: Option<&dyn Encoder>) -> Figures {
    if encoder.is_none() {
        return Figures::new();
    }
    let index = indexed(passages, encoder);
    let ranks = questions.iter().map(|question| {
        let vector = encoder.map(|encoder| encoder.encode(&question.text));
        let found = index.search(&question.text, vector.as_deref(), Weights::default(), DEEP);
        let mut found = found.iter();
        found.position(|found| question.answers.contains(&found.passage))
    });
    let ranks: Vec<_> = ranks.collect();
    Figures::from([
        ("twins_recall_1".to_owned(), within(&ranks, 1)),
        ("twins_mrr_10".to_owned(), reciprocal(&ranks)),
    ])
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

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_search_is_timed_among_as_many_as_are_wanted() {
        let passages = [
            "How do I return it?",
            "Where is my parcel?",
            "Can I pay later?",
        ];
        let passages = passages.map(str::to_owned);
        let questions = ["return", "parcel"].map(|text| Asked {
            text: text.to_owned(),
            answers: vec![0],
        });
        let now = Cell::new(0);
        let elapsed = || {
            now.set(now.get() + 1);
            Duration::from_millis(now.get())
        };
        let figures = faq_pace(&questions, &passages, None, 50, &elapsed);
        assert_eq!(
            figures["faq_paced_passages"].total_cmp(&50.0),
            std::cmp::Ordering::Equal
        );
        assert!((figures["faq_p99_ms"] - 1.0).abs() < 1e-9);
        let grown = grown(&passages, 7);
        assert_eq!(grown[..3], passages);
        assert_eq!(grown.len(), 7);
        assert!(grown[3].starts_with("How do I"), "{grown:?}");
        assert!(faq_pace(&[], &passages, None, 50, &elapsed).is_empty());
    }
}

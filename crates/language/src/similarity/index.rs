//! Passages in memory, ranked for a question.

use super::{
    bm25::{Field, Settings},
    terms::{Terms, terms},
    vectors::Vectors,
};

const SETTINGS: Settings = Settings {
    saturation: 1.2,
    length: 0.6,
};

/// Something that answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Passage<'a> {
    /// What is looked at.
    pub text: &'a str,
    /// The vector of a question; long texts have none, vectors do not help there.
    pub vector: Option<&'a [f32]>,
}

/// How much each ranking counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// Dictionary words.
    pub words: f32,
    /// Characters and pairs of characters.
    pub grams: f32,
    /// How they sound.
    pub sounds: f32,
    /// Sentence vectors.
    pub vectors: f32,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            words: 0.1,
            grams: 0.9,
            sounds: 0.05,
            vectors: 1.5,
        }
    }
}

/// A passage found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Place in the list the index was built from.
    pub passage: usize,
    /// About 1 for a passage with all the words of the question; scores of different
    /// questions compare, so a threshold on them makes sense.
    pub score: f32,
}

/// Passages in memory: about 1 ms a question over 30,000.
#[derive(Debug, Clone, Default)]
pub struct Index {
    number: usize,
    words: Field,
    grams: Field,
    sounds: Field,
    vectors: Vectors,
}

impl Index {
    /// An index of passages.
    pub fn new(passages: &[Passage<'_>]) -> Self {
        let all: Vec<Terms> = passages.iter().map(|passage| terms(passage.text)).collect();
        let field = |of: fn(&Terms) -> &Vec<u64>, settings| {
            Field::new(&all.iter().map(of).cloned().collect::<Vec<_>>(), settings)
        };
        let vectors: Vec<_> = passages.iter().map(|passage| passage.vector).collect();
        Self {
            number: passages.len(),
            words: field(|terms| &terms.words, SETTINGS),
            grams: field(|terms| &terms.grams, SETTINGS),
            sounds: field(|terms| &terms.sounds, SETTINGS),
            vectors: Vectors::new(&vectors),
        }
    }

    /// Passages it holds.
    pub const fn len(&self) -> usize {
        self.number
    }

    /// Whether it holds none.
    pub const fn is_empty(&self) -> bool {
        self.number == 0
    }

    /// The best passages for a question, best first; those that share nothing with it are
    /// not found.
    pub fn search(
        &self,
        question: &str,
        vector: Option<&[f32]>,
        weights: Weights,
        most: usize,
    ) -> Vec<Found> {
        let terms = terms(question);
        let mut scores = vec![0.0_f32; self.number];
        for (field, query, weight) in [
            (&self.words, &terms.words, weights.words),
            (&self.grams, &terms.grams, weights.grams),
            (&self.sounds, &terms.sounds, weights.sounds),
        ] {
            if weight > 0.0 {
                field.score(query, weight, &mut scores);
            }
        }
        if let Some(vector) = vector {
            self.vectors.score(vector, weights.vectors, &mut scores);
        }
        best(&scores, most)
    }
}

fn best(scores: &[f32], most: usize) -> Vec<Found> {
    let mut found: Vec<Found> = scores
        .iter()
        .enumerate()
        .filter(|(_, score)| **score > 0.0)
        .map(|(passage, score)| Found {
            passage,
            score: *score,
        })
        .collect();
    let order = |a: &Found, b: &Found| b.score.total_cmp(&a.score).then(a.passage.cmp(&b.passage));
    if found.len() > most && most > 0 {
        found.select_nth_unstable_by(most - 1, order);
    }
    found.truncate(most);
    found.sort_by(order);
    found
}

//! Finding articles for a question: what [`KnowledgeCache`] holds of a workspace.
//!
//! Titles are ranked as questions, with sentence vectors where there is an encoder; whole texts
//! by their words. A question is asked as it was typed, with its mistakes put right (a word
//! nobody wrote that is near to one somebody did, Chinese typed in Latin letters), and with the
//! synonyms of its words; the best of these counts.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use zhiyin_domain::ids::{ArticleId, WorkspaceId};
use zhiyin_domain::knowledge::{Audience, Synonyms};
use zhiyin_domain::limits::{ARTICLE_QUESTION_CHARS_MAX, ARTICLE_RESULTS_MAX, SNIPPET_CHARS_MAX};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::permission::Permission;
use zhiyin_language::similarity::{Encoder, Index, Passage, Weights};
use zhiyin_language::typos::Vocabulary;
use zhiyin_language::words::{is_han, words};
use zhiyin_language::{Highlighter, Snippet, fold, pinyin};
use zhiyin_store::knowledge::readers::{self, PublishedArticle};
use zhiyin_store::knowledge::{self as store, synonyms};
use zhiyin_store::{StoreError, Tx};

use super::{KnowledgeError, render, require};
use crate::Context;

/// Workspaces that are held at once; beyond, all are forgotten and read anew.
const WORKSPACES_MAX: usize = 64;
/// Characters of an article that are searched besides its title.
const TEXT_CHARS_MAX: usize = 6_000;
/// How much a title counts, and a text.
const TITLE: f32 = 0.6;
const TEXT: f32 = 0.4;
/// What a question is worth that was put right, or asked with a synonym.
const CORRECTED: f32 = 0.95;
const WITH_SYNONYM: f32 = 0.9;
/// Share of the best score below which nothing is shown.
const SHARE_MIN: f32 = 0.3;
/// Articles of which the score is known well, of each wording.
const CANDIDATES_MAX: usize = 400;
/// Ways in which one question is asked.
const WORDINGS_MAX: usize = 8;
/// Fewest Latin letters that are taken for the sound of a Chinese word.
const SOUND_CHARS_MIN: usize = 2;

/// From this score on an article may be taken for an answer; below, it shares some words with the
/// question.
const ANSWER_MIN: f32 = 0.3;

/// A question, and who asks it.
#[derive(Debug, Clone)]
pub struct Question {
    /// What was typed.
    pub text: String,
    /// Only articles of this language.
    pub locale: Option<Locale>,
    /// Articles for these only.
    pub audiences: BTreeSet<Audience>,
    /// How many results at most.
    pub limit: usize,
}

/// An article that was found.
#[derive(Debug, Clone)]
pub struct ArticleHit {
    /// The article.
    pub article: Arc<PublishedArticle>,
    /// About 1 for a title with all the words of the question.
    pub score: f32,
    /// Start and length of each match in the title, in UTF-16 code units.
    pub highlights: Vec<(usize, usize)>,
    /// A line of plain text around the first match.
    pub snippet: Snippet,
}

impl ArticleHit {
    /// Whether it may be taken for an answer, rather than for something that shares a word.
    #[must_use]
    pub fn is_answer(&self) -> bool {
        self.score >= ANSWER_MIN
    }
}

struct Entry {
    article: Arc<PublishedArticle>,
    plain: String,
}

/// What is known of a workspace.
struct Knowledge {
    state: i64,
    entries: Vec<Entry>,
    titles: Index,
    texts: Index,
    /// Words in Latin letters.
    vocabulary: Vocabulary,
    /// Chinese words by how they are typed in Latin letters.
    sounds: HashMap<String, String>,
    /// Groups of folded words.
    synonyms: Vec<Vec<String>>,
}

/// Indexes of workspaces in memory.
#[derive(Default)]
pub struct KnowledgeCache {
    encoder: Option<Arc<dyn Encoder>>,
    held: Mutex<HashMap<WorkspaceId, Arc<Knowledge>>>,
}

impl KnowledgeCache {
    /// With sentence vectors, where there is an encoder.
    pub fn new(encoder: Option<Arc<dyn Encoder>>) -> Self {
        Self {
            encoder,
            held: Mutex::default(),
        }
    }

    /// What is known of the workspace as of now.
    fn of(&self, tx: &mut Tx<'_>) -> Result<Arc<Knowledge>, StoreError> {
        let workspace = tx.workspace();
        let state = store::state(tx)?;
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let known = held.get(&workspace).cloned();
        drop(held);
        if let Some(known) = known.filter(|known| known.state == state) {
            return Ok(known);
        }
        let (articles, groups) = (readers::list(tx)?, synonyms::list(tx)?);
        let made = Arc::new(Knowledge::new(
            state,
            articles,
            &groups,
            self.encoder.as_deref(),
        ));
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= WORKSPACES_MAX {
            held.clear();
        }
        held.insert(workspace, Arc::clone(&made));
        Ok(made)
    }

    /// The articles that answer a question best, best first.
    pub(super) fn find(
        &self,
        tx: &mut Tx<'_>,
        question: &Question,
    ) -> Result<Vec<ArticleHit>, StoreError> {
        let known = self.of(tx)?;
        Ok(known.find(question, self.encoder.as_deref()))
    }
}

/// The articles that answer a question best, best first, for an agent.
pub fn search_articles(
    tx: &mut Tx<'_>,
    ctx: &Context,
    cache: &KnowledgeCache,
    question: &Question,
) -> Result<Vec<ArticleHit>, KnowledgeError> {
    require(ctx, Permission::ReadKnowledge)?;
    Ok(cache.find(tx, question)?)
}

impl Knowledge {
    fn new(
        state: i64,
        articles: Vec<PublishedArticle>,
        groups: &[Synonyms],
        encoder: Option<&dyn Encoder>,
    ) -> Self {
        let entries: Vec<Entry> = articles
            .into_iter()
            .map(|article| Entry {
                plain: render::plain(&article.content.body),
                article: Arc::new(article),
            })
            .collect();
        let titles = entries.iter().map(|entry| &*entry.article.content.title);
        let titles: Vec<&str> = titles.collect();
        let vectors: Vec<Option<Vec<f32>>> = titles
            .iter()
            .map(|title| encoder.map(|encoder| encoder.encode(title)))
            .collect();
        let passages: Vec<Passage<'_>> = titles
            .iter()
            .zip(&vectors)
            .map(|(text, vector)| Passage {
                text,
                vector: vector.as_deref(),
            })
            .collect();
        let texts: Vec<String> = entries.iter().map(searched).collect();
        let whole: Vec<Passage<'_>> = texts
            .iter()
            .map(|text| Passage { text, vector: None })
            .collect();
        let folded: Vec<String> = texts.iter().map(|text| fold(text)).collect();
        let latin = folded.iter().flat_map(|text| latin_words(text));
        Self {
            state,
            titles: Index::new(&passages),
            texts: Index::new(&whole),
            vocabulary: Vocabulary::new(latin.map(|word| (word, 1))),
            sounds: sounds(&titles),
            synonyms: groups
                .iter()
                .map(|group| group.words.iter().map(|word| fold(word)).collect())
                .collect(),
            entries,
        }
    }

    fn find(&self, question: &Question, encoder: Option<&dyn Encoder>) -> Vec<ArticleHit> {
        let typed: String = question
            .text
            .chars()
            .take(ARTICLE_QUESTION_CHARS_MAX)
            .collect();
        let wordings = self.wordings(&typed);
        let mut scores = vec![0.0_f32; self.entries.len()];
        for (wording, worth) in &wordings {
            for (score, asked) in scores.iter_mut().zip(self.ask(wording, encoder)) {
                *score = score.max(worth * asked);
            }
        }
        let mut best: BTreeMap<ArticleId, (usize, f32)> = BTreeMap::new();
        for (at, (entry, score)) in self.entries.iter().zip(&scores).enumerate() {
            let it = &entry.article;
            let fits = question.locale.is_none_or(|locale| locale == it.locale)
                && question.audiences.contains(&it.audience);
            if fits && *score > 0.0 && best.get(&it.id).is_none_or(|known| known.1 < *score) {
                best.insert(it.id, (at, *score));
            }
        }
        let mut found: Vec<(usize, f32)> = best.into_values().collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(question.limit.min(ARTICLE_RESULTS_MAX));
        let top = found.first().map_or(0.0, |(_, score)| *score);
        found.retain(|(_, score)| *score >= top * SHARE_MIN);
        let highlighters: Vec<Highlighter> = wordings
            .iter()
            .map(|(wording, _)| Highlighter::new(wording))
            .collect();
        found
            .into_iter()
            .map(|(at, score)| self.hit(at, score, &highlighters))
            .collect()
    }

    /// The score of every entry for one wording.
    fn ask(&self, wording: &str, encoder: Option<&dyn Encoder>) -> Vec<f32> {
        let mut scores = vec![0.0; self.entries.len()];
        let vector = encoder.map(|encoder| encoder.encode(wording));
        let weights = Weights::default();
        for (index, vector, share) in [
            (&self.titles, vector.as_deref(), TITLE),
            (&self.texts, None, TEXT),
        ] {
            for found in index.search(wording, vector, weights, CANDIDATES_MAX) {
                scores[found.passage] += share * found.score;
            }
        }
        scores
    }

    /// The question as it was typed, put right, and with synonyms, with what each is worth.
    fn wordings(&self, typed: &str) -> Vec<(String, f32)> {
        let mut wordings = vec![(typed.to_owned(), 1.0)];
        let folded = fold(typed);
        let corrected = self.corrected(&folded);
        let asked = corrected.as_deref().unwrap_or(&folded).to_owned();
        wordings.extend(corrected.map(|text| (text, CORRECTED)));
        for group in &self.synonyms {
            let Some(word) = group.iter().find(|word| holds(&asked, word)) else {
                continue;
            };
            for other in group.iter().filter(|other| *other != word) {
                wordings.push((asked.replacen(word.as_str(), other, 1), WITH_SYNONYM));
            }
        }
        wordings.truncate(WORDINGS_MAX);
        wordings
    }

    /// The question with words that nobody wrote replaced; none if there are none.
    fn corrected(&self, folded: &str) -> Option<String> {
        let mut corrected = folded.to_owned();
        for word in latin_words(folded) {
            if self.vocabulary.contains(word) {
                continue;
            }
            let sound = self.sounds.get(word).map(String::as_str);
            let near = || self.vocabulary.candidates(word).first().map(|it| it.word);
            if let Some(better) = sound.or_else(near) {
                corrected = corrected.replacen(word, better, 1);
            }
        }
        (corrected != folded).then_some(corrected)
    }

    fn hit(&self, at: usize, score: f32, highlighters: &[Highlighter]) -> ArticleHit {
        let entry = &self.entries[at];
        let content = &entry.article.content;
        let find = |text: &str| {
            let mut all = highlighters.iter().map(|it| it.find(text));
            all.find(|found| !found.is_empty()).unwrap_or_default()
        };
        let text = if content.summary.is_empty() {
            entry.plain.clone()
        } else {
            format!("{}\n{}", content.summary, entry.plain)
        };
        let mut snippets = highlighters
            .iter()
            .map(|it| it.snippet(&text, SNIPPET_CHARS_MAX));
        let first = snippets.next().unwrap_or(Snippet {
            text: String::new(),
            highlights: Vec::new(),
        });
        let snippet = if first.highlights.is_empty() {
            let mut others = snippets.filter(|it| !it.highlights.is_empty());
            others.next().unwrap_or(first)
        } else {
            first
        };
        ArticleHit {
            article: Arc::clone(&entry.article),
            score,
            highlights: find(&content.title),
            snippet,
        }
    }
}

/// Whether a text holds a word: Chinese anywhere, Latin letters as a whole word.
fn holds(text: &str, word: &str) -> bool {
    let is_edge = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() && !is_han(c));
    text.match_indices(word).any(|(at, _)| {
        let starts =
            word.chars().next().is_some_and(is_han) || is_edge(text[..at].chars().next_back());
        let ends = word.chars().next_back().is_some_and(is_han)
            || is_edge(text[at + word.len()..].chars().next());
        starts && ends
    })
}

/// What is searched of an article besides its title alone.
fn searched(entry: &Entry) -> String {
    let content = &entry.article.content;
    let tags = entry.article.tags.join(" ");
    let all = [&content.title, &tags, &content.summary, &entry.plain];
    let text = all.map(String::as_str).join("\n");
    text.chars().take(TEXT_CHARS_MAX).collect()
}

fn latin_words(folded: &str) -> impl Iterator<Item = &str> {
    let words = folded.split(|c: char| !c.is_ascii_alphabetic());
    words.filter(|word| word.len() >= SOUND_CHARS_MIN)
}

/// Chinese words of titles by how they are typed in Latin letters, whole and by initials.
fn sounds(titles: &[&str]) -> HashMap<String, String> {
    let mut sounds = HashMap::new();
    for title in titles {
        let words = words(title).into_iter().map(|word| word.text);
        let chinese = words.filter(|word| word.chars().all(is_han));
        for word in chinese.filter(|word| word.chars().count() >= SOUND_CHARS_MIN) {
            for spelling in pinyin::spellings(&word) {
                sounds.entry(spelling).or_insert_with(|| word.clone());
            }
        }
    }
    sounds
}

#[cfg(test)]
mod tests;

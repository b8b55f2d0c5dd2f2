//! All figures at once.

use super::{
    AgentMessage, Asked, Elapsed, Figures, Labelled, Marked, PromiseSentence, etiquette, faq,
    faq_pace, language, personal, promise_figures, sentiment, sign, topic, topic_few, twins,
};
use crate::{similarity::Encoder, tone::Sign, topic::TrainError};

/// Examples a topic, and draws, of the measurement with few examples.
const FEW: (usize, u64) = (10, 5);
/// Languages a workspace may speak, for telling one among many.
const LANGUAGES: [&str; 10] = ["zh", "en", "ja", "ko", "fr", "de", "es", "pt", "it", "ru"];

/// What to measure on; what is empty is left out.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// Texts with topics, to train on and to ask about.
    pub topic: Option<(Vec<Labelled>, Vec<Labelled>)>,
    /// Questions and what answers them.
    pub faq: Option<(Vec<Asked>, Vec<String>)>,
    /// Among how many passages a search is timed at least; 0 for as many as there are.
    pub paced_passages: usize,
    /// Questions in other words, and the questions they mean.
    pub pairs: Option<(Vec<Asked>, Vec<String>)>,
    /// Questions in one language, and the same in another.
    pub twins: Option<(Vec<Asked>, Vec<String>)>,
    /// Texts with a sentiment.
    pub sentiment: Vec<Labelled>,
    /// Texts that insult (`1`) or do not (`0`).
    pub abuse: Vec<Labelled>,
    /// Texts with the code of their language.
    pub language: Vec<Labelled>,
    /// Texts with spans of personal data.
    pub personal: Vec<Marked>,
    /// Sentences of agents that promise something or not.
    pub promises: Vec<PromiseSentence>,
    /// Messages of agents by the language of their rules.
    pub etiquette: Vec<(&'static str, Vec<AgentMessage>)>,
}

/// All figures there is data for, with baselines beside them. Keys are those of the single
/// measurements: how well everything that is there does together. With an encoder the figures
/// of topics and answers without it are baselines and begin with `lexical_`. Questions in other words are `pairs_…`; with one of two figures by language,
/// the language stands at the end; `…_of_10` is a language among ten instead of two.
pub fn all(
    inputs: &Inputs,
    encoder: Option<&dyn Encoder>,
    elapsed: Elapsed<'_>,
) -> Result<Figures, TrainError> {
    let mut figures = Figures::new();
    let mut rounds = vec![("", encoder)];
    rounds.extend(encoder.map(|_| ("lexical_", None)));
    for (name, encoder) in rounds {
        let mut add = |found: Figures| {
            let named = found.into_iter();
            figures.extend(named.map(|(key, figure)| (format!("{name}{key}"), figure)));
        };
        if let Some((train, test)) = &inputs.topic {
            add(topic(train, test, encoder, elapsed)?);
            add(topic_few(train, test, FEW, encoder)?);
        }
        if let Some((questions, passages)) = &inputs.faq {
            let mut found = faq(questions, passages, encoder, elapsed);
            if inputs.paced_passages > passages.len() {
                let size = inputs.paced_passages;
                found.extend(faq_pace(questions, passages, encoder, size, elapsed));
            }
            add(found);
        }
        if let Some((questions, passages)) = &inputs.pairs {
            let found = faq(questions, passages, encoder, elapsed).into_iter();
            add(found
                .map(|(key, figure)| (key.replacen("faq_", "pairs_", 1), figure))
                .collect());
        }
    }
    if let Some((questions, passages)) = &inputs.twins {
        figures.extend(twins(questions, passages, encoder));
    }
    if let (Some(encoder), Some((questions, _))) = (encoder, &inputs.pairs) {
        let started = elapsed();
        for question in questions {
            encoder.encode(&question.text);
        }
        let ms = elapsed().saturating_sub(started).as_secs_f64() * 1e3;
        let each = ms / questions.len().max(1) as f64;
        figures.insert("encoder_ms".to_owned(), each);
    }
    if !inputs.sentiment.is_empty() {
        figures.extend(sentiment(&inputs.sentiment));
    }
    if !inputs.abuse.is_empty() {
        figures.extend(sign(&inputs.abuse, Sign::Abuse));
    }
    if !inputs.language.is_empty() {
        let among = language(&inputs.language, &LANGUAGES).into_iter();
        let number = LANGUAGES.len();
        figures.extend(among.map(|(key, figure)| (format!("{key}_of_{number}"), figure)));
        figures.extend(language(&inputs.language, &["zh", "en"]));
    }
    if !inputs.personal.is_empty() {
        figures.extend(personal(&inputs.personal));
    }
    if !inputs.promises.is_empty() {
        figures.extend(promise_figures(&inputs.promises));
    }
    for (language, messages) in &inputs.etiquette {
        let found = etiquette(messages, language, elapsed).into_iter();
        figures.extend(found.map(|(key, figure)| (format!("{key}_{language}"), figure)));
    }
    Ok(figures)
}

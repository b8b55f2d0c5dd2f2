//! The glossary: what to call a thing, and what agents write without explaining it.

use zhiyin_domain::events::{Aggregate, Change};
use zhiyin_domain::ids::GlossaryTermId;
use zhiyin_domain::knowledge::{GlossaryTerm, GlossaryText};
use zhiyin_domain::limits::{GLOSSARY_TERMS_MAX, GLOSSARY_TEXT_CHARS_MAX};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::permission::Permission;
use zhiyin_language::etiquette::{self, Kind, RuleSet};
use zhiyin_store::Tx;
use zhiyin_store::knowledge::glossary as store;

use super::{KnowledgeError, announced, require};
use crate::Context;

/// All terms by language and word.
pub fn list_glossary(tx: &mut Tx<'_>, ctx: &Context) -> Result<Vec<GlossaryTerm>, KnowledgeError> {
    require(ctx, Permission::ReadKnowledge)?;
    Ok(store::list(tx)?)
}

/// Adds a term.
pub fn create_term(
    tx: &mut Tx<'_>,
    ctx: &Context,
    locale: Locale,
    text: &GlossaryText,
) -> Result<GlossaryTerm, KnowledgeError> {
    require(ctx, Permission::PublishKnowledge)?;
    if store::list(tx)?.len() >= GLOSSARY_TERMS_MAX {
        return Err(KnowledgeError::TooMany(GLOSSARY_TERMS_MAX));
    }
    let term = GlossaryTerm::new(ctx.id(), locale, text)?;
    store::insert(tx, &term)?;
    announced(tx, ctx, Aggregate::GlossaryTerm, term.id, Change::Created)?;
    Ok(term)
}

/// Changes a term; `version` is the one that was read.
pub fn update_term(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: GlossaryTermId,
    version: i64,
    (locale, text): (Locale, &GlossaryText),
) -> Result<GlossaryTerm, KnowledgeError> {
    require(ctx, Permission::PublishKnowledge)?;
    store::get(tx, id)?.ok_or(KnowledgeError::TermNotFound)?;
    let term = GlossaryTerm {
        version,
        ..GlossaryTerm::new(id, locale, text)?
    };
    let term = store::save(tx, &term)?;
    announced(tx, ctx, Aggregate::GlossaryTerm, id, Change::Updated)?;
    Ok(term)
}

/// Removes a term.
pub fn delete_term(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: GlossaryTermId,
) -> Result<(), KnowledgeError> {
    require(ctx, Permission::PublishKnowledge)?;
    store::get(tx, id)?.ok_or(KnowledgeError::TermNotFound)?;
    store::delete(tx, id)?;
    announced(tx, ctx, Aggregate::GlossaryTerm, id, Change::Deleted)?;
    Ok(())
}

/// A word in a text that its reader may not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jargon {
    /// Start and length, in UTF-16 code units.
    pub place: (usize, usize),
    /// The word as it was written.
    pub word: String,
    /// Why it was found, in the language of the text.
    pub reason: String,
    /// What to say instead; a hint where there is no entry of the glossary.
    pub better: String,
    /// The entry of the glossary.
    pub term: Option<GlossaryTerm>,
}

/// Words of the trade in what an agent is about to send: those of the glossary, and those the built-in
/// rules know. A word is left alone if its explanation or the preferred word stands in the same text.
pub fn find_jargon(
    tx: &mut Tx<'_>,
    ctx: &Context,
    locale: Locale,
    text: &str,
) -> Result<Vec<Jargon>, KnowledgeError> {
    require(ctx, Permission::ReadKnowledge)?;
    let text: String = text.chars().take(GLOSSARY_TEXT_CHARS_MAX).collect();
    let terms = store::list(tx)?;
    let lower = text.to_lowercase();
    let here: Vec<&GlossaryTerm> = terms.iter().filter(|it| it.locale == locale).collect();
    let pairs: Vec<(&str, &str)> = here
        .iter()
        .filter(|it| !is_explained(it, &lower))
        .flat_map(|it| it.found_by().map(|word| (word, it.plainly())))
        .collect();
    let language = match locale {
        Locale::ZhCn => "zh",
        Locale::En => "en",
    };
    let Some(rules) = RuleSet::built_in(language) else {
        return Ok(Vec::new());
    };
    let context = etiquette::Context {
        glossary: &pairs,
        ..etiquette::Context::default()
    };
    let mut found: Vec<Jargon> = Vec::new();
    for it in etiquette::check(rules, &text, context) {
        let Some(word) = text
            .get(it.place.clone())
            .filter(|_| it.kind == Kind::Jargon)
        else {
            continue;
        };
        let known = |term: &&&GlossaryTerm| {
            let mut words = term.found_by();
            words.any(|known| known.to_lowercase() == word.to_lowercase())
        };
        let term = here.iter().find(known).map(|term| (*term).clone());
        // Explained by the glossary where the built-in rule found it too.
        let is_explained_here = term.as_ref().is_some_and(|term| is_explained(term, &lower));
        let start = text[..it.place.start].encode_utf16().count();
        let place = (start, word.encode_utf16().count());
        let twin = found.iter().position(|other| other.place == place);
        if is_explained_here || (twin.is_some() && term.is_none()) {
            continue;
        }
        let jargon = Jargon {
            place,
            word: word.to_owned(),
            reason: it.reason.to_owned(),
            better: it.better.to_owned(),
            term,
        };
        match twin {
            Some(at) => found[at] = jargon,
            None => found.push(jargon),
        }
    }
    Ok(found)
}

/// Whether the reader is told what it means in the same text. A preferred word that is longer than the term
/// and holds it is the term said well.
fn is_explained(term: &GlossaryTerm, lower: &str) -> bool {
    let says = |words: &str| !words.is_empty() && lower.contains(&words.to_lowercase());
    says(&term.preferred) || says(&term.explanation)
}

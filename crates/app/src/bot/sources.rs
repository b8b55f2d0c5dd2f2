//! What the bot knows: published articles for everybody, with how sure it is of them.

use zhiyin_domain::bot::confidence;
use zhiyin_domain::flows::Document;
use zhiyin_domain::identity::workspace::Workspace;
use zhiyin_domain::ids::{ArticleId, BotFlowId};
use zhiyin_domain::knowledge::Audience;
use zhiyin_domain::locale::Locale;
use zhiyin_store::bots::flows;
use zhiyin_store::identity::workspaces;
use zhiyin_store::knowledge::readers::{self, PublishedArticle};
use zhiyin_store::{StoreError, Tx};

use super::BotError;
use crate::knowledge::{KnowledgeCache, article_path, plain, search_for_visitor};

/// Suggestions at most.
const SUGGESTIONS: usize = 3;
/// Share of the best score from which on an article is suggested beside it.
const SHARE_MIN: f32 = 0.5;
/// Characters of an answer.
const ANSWER_CHARS_MAX: usize = 600;

/// An article as the bot shows it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Source {
    pub id: ArticleId,
    pub locale: Locale,
    pub title: String,
    /// What it says, in short.
    pub text: String,
    pub url: String,
    /// How sure the bot would be of it if it stood first.
    pub confidence: f32,
}

/// What was found for a question.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Found {
    /// How sure the bot is of the first.
    pub confidence: f32,
    /// At most three, best first.
    pub sources: Vec<Source>,
}

/// Where the bot looks.
pub(super) struct Sources<'a, 'tx> {
    pub tx: &'a mut Tx<'tx>,
    pub cache: &'a KnowledgeCache,
    /// Address of this installation.
    pub public_url: &'a str,
}

impl Sources<'_, '_> {
    /// The articles that answer a question best.
    pub fn find(&mut self, locale: Locale, text: &str) -> Result<Found, BotError> {
        let found = search_for_visitor(self.tx, self.cache, locale, text)?.hits;
        let score = |at: usize| found.get(at).map_or(0.0, |(hit, _)| hit.score);
        let (best, next) = (score(0), score(1));
        let near = found.iter().enumerate();
        let near = near
            .filter(|(_, (hit, _))| hit.score >= best * SHARE_MIN)
            .take(SUGGESTIONS);
        let sources = near.map(|(at, (hit, path))| {
            let rival = if at == 0 { next } else { best };
            self.source(&hit.article, path, confidence(hit.score, rival))
        });
        Ok(Found {
            confidence: confidence(best, next),
            sources: sources.collect(),
        })
    }

    /// An article that everybody may read, in a language.
    pub fn article(&mut self, id: ArticleId, locale: Locale) -> Result<Option<Source>, StoreError> {
        let all = readers::languages(self.tx, id)?;
        let article = all
            .into_iter()
            .find(|it| it.locale == locale && it.audience == Audience::Public);
        let Some(article) = article else {
            return Ok(None);
        };
        let host: Workspace = workspaces::load(self.tx)?;
        let path = article_path(host.slug.as_str(), article.locale, &article.slug);
        Ok(Some(self.source(&article, &path, 1.0)))
    }

    /// The flows customers may begin, as they are published.
    pub fn published(&mut self) -> Result<Vec<(BotFlowId, i64, Document)>, StoreError> {
        flows::published(self.tx)
    }

    /// A flow as it was published under a number.
    pub fn document(
        &mut self,
        id: BotFlowId,
        revision: i64,
    ) -> Result<Option<Document>, StoreError> {
        flows::document(self.tx, id, revision)
    }

    fn source(&self, article: &PublishedArticle, path: &str, confidence: f32) -> Source {
        Source {
            id: article.id,
            locale: article.locale,
            title: article.content.title.clone(),
            text: excerpt(&article.content.summary, &article.content.body),
            url: format!("{}{path}", self.public_url),
            confidence,
        }
    }
}

/// The summary and the beginning of the text, up to a whole paragraph where that fits.
fn excerpt(summary: &str, body: &str) -> String {
    let body = plain(body);
    let mut text = String::new();
    let paragraphs = std::iter::once(summary).chain(body.lines());
    for paragraph in paragraphs.map(str::trim).filter(|it| !it.is_empty()) {
        let is_room = text.chars().count() + paragraph.chars().count() <= ANSWER_CHARS_MAX;
        if !text.is_empty() && !is_room {
            break;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(paragraph);
    }
    if text.chars().count() > ANSWER_CHARS_MAX {
        text = text.chars().take(ANSWER_CHARS_MAX - 1).collect();
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_paragraphs_that_fit() {
        assert_eq!(
            excerpt("Thirty days.", "Send it back.\n\nWe pay."),
            "Thirty days.\nSend it back.\nWe pay."
        );
        let long = "x".repeat(500);
        assert_eq!(
            excerpt("Short.", &format!("{long}\n\n{long}")),
            format!("Short.\n{long}")
        );
        let cut = excerpt("", &"y".repeat(2000));
        assert_eq!(cut.chars().count(), ANSWER_CHARS_MAX);
        assert!(cut.ends_with('…'));
    }
}

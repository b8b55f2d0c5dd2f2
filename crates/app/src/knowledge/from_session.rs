//! An article draft made of a session: what was asked and what was answered, without the people.

use std::collections::BTreeMap;

use zhiyin_domain::ids::{ConversationId, SessionId};
use zhiyin_domain::knowledge::{Audience, Content};
use zhiyin_domain::limits::{
    ARTICLE_BODY_BYTES_MAX, ARTICLE_SUMMARY_CHARS_MAX, ARTICLE_TITLE_CHARS_MAX,
};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::message::{Author, Message, MessageKind};
use zhiyin_domain::permission::Permission;
use zhiyin_language::personal::{self, personal_data};
use zhiyin_store::conversations::messages::{self, Audience as Hearers};
use zhiyin_store::conversations::{self, sessions};
use zhiyin_store::knowledge::articles;
use zhiyin_store::{Tx, contacts};

use super::articles::view;
use super::gaps::language_of;
use super::{
    ArticlePatch, ArticleView, Draft, KnowledgeError, NewArticle, create_article, require,
};
use crate::Context;
use crate::conversations::check;

/// Messages of a session that are read.
const MESSAGES: u32 = 500;
/// Fewest characters of a message that says something; what is shorter greets, thanks or nods.
const SAYING_CHARS_MIN: usize = 8;
/// Fewest characters of a name that is taken out wherever it stands.
const NAME_CHARS_MIN: usize = 2;

/// A draft, and what was taken out of it.
#[derive(Debug, Clone)]
pub struct SessionDraft {
    /// The article.
    pub article: ArticleView,
    /// Kinds of personal data with how often each was taken out; empty if the draft was there.
    pub removed: BTreeMap<&'static str, u32>,
}

/// Makes a draft of a session, the last one of the conversation if none is named. The same session
/// gives the same article again.
pub fn draft_from_session(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: ConversationId,
    session: Option<SessionId>,
) -> Result<SessionDraft, KnowledgeError> {
    let talk = conversations::get(tx, conversation)?.ok_or(KnowledgeError::ConversationNotFound)?;
    check(ctx, &talk, Permission::ReadConversations)
        .map_err(|_| KnowledgeError::ConversationNotFound)?;
    require(ctx, Permission::WriteKnowledge)?;
    let wanted = session.or(talk.session_id);
    let session = match wanted {
        Some(id) => sessions::get(tx, id)?,
        None => None,
    };
    let session = session.filter(|it| it.conversation_id == conversation);
    let session = session.ok_or(KnowledgeError::SessionNotFound)?;
    let source = format!("session:{}", session.id);
    if let Some(article) = articles::by_source_id(tx, &source)? {
        return Ok(SessionDraft {
            article: view(tx, article)?,
            removed: BTreeMap::new(),
        });
    }
    let all = messages::before(tx, conversation, None, MESSAGES, Hearers::Contact)?;
    let mut said: Vec<Message> = all
        .into_iter()
        .filter(|it| {
            it.session_id == session.id
                && it.kind == MessageKind::Text
                && it.recalled_at.is_none()
                && it.text.chars().count() >= SAYING_CHARS_MIN
        })
        .collect();
    said.dedup_by(|a, b| a.text == b.text);
    let mut sieve = Sieve::new(names(tx, &talk, &said)?);
    let (content, locale) = written(&said, &mut sieve)?;
    let new = NewArticle {
        source: locale,
        draft: Draft {
            content,
            slug: None,
            based_on: None,
        },
        patch: ArticlePatch {
            audience: Some(Audience::Public),
            source_id: Some(source),
            ..ArticlePatch::default()
        },
    };
    Ok(SessionDraft {
        article: create_article(tx, ctx, new)?,
        removed: sieve.removed,
    })
}

/// Names of those who talk: they are known, so they need no guessing.
fn names(
    tx: &mut Tx<'_>,
    talk: &zhiyin_domain::conversation::Conversation,
    said: &[Message],
) -> Result<Vec<String>, KnowledgeError> {
    let contact = contacts::get(tx, talk.contact_id)?;
    let contact = contact.map(|it| it.personal.name).unwrap_or_default();
    let mut names: Vec<String> = contact.split_whitespace().map(str::to_owned).collect();
    names.push(contact);
    for message in said {
        if let Author::Agent(id) = message.author
            && let Some(agent) = zhiyin_store::identity::agents::get(tx, id)?
        {
            names.push(agent.display_name.into_string());
        }
    }
    names.retain(|name| name.chars().count() >= NAME_CHARS_MIN);
    // The longest first, so that a first name does not break a whole one.
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    names.dedup();
    Ok(names)
}

/// Takes personal data out of texts and counts it.
struct Sieve {
    names: Vec<String>,
    removed: BTreeMap<&'static str, u32>,
}

impl Sieve {
    const fn new(names: Vec<String>) -> Self {
        Self {
            names,
            removed: BTreeMap::new(),
        }
    }

    fn clean(&mut self, text: &str) -> String {
        let mut text = text.to_owned();
        for name in &self.names {
            let times = text.matches(name.as_str()).count();
            if times > 0 {
                text = text.replace(name.as_str(), "[name]");
                *self.removed.entry("name").or_default() +=
                    u32::try_from(times).unwrap_or(u32::MAX);
            }
        }
        for span in personal_data(&text) {
            if span.kind.is_personal() {
                *self.removed.entry(span.kind.name()).or_default() += 1;
            }
        }
        personal::redact(&text)
    }
}

/// The question as title, what else was asked, and what was answered.
fn written(said: &[Message], sieve: &mut Sieve) -> Result<(Content, Locale), KnowledgeError> {
    let is_asked = |it: &&Message| matches!(it.author, Author::Contact(_));
    let is_answer =
        |it: &&Message| matches!(it.author, Author::Agent(_) | Author::Bot | Author::App(_));
    let asked: Vec<String> = said
        .iter()
        .filter(is_asked)
        .map(|it| sieve.clean(&it.text))
        .collect();
    let answers: Vec<String> = said
        .iter()
        .filter(is_answer)
        .map(|it| sieve.clean(&it.text))
        .collect();
    let question = asked.iter().find(|text| is_question(text));
    let question = question
        .or_else(|| asked.first())
        .or_else(|| answers.first());
    let question = question.ok_or(KnowledgeError::NothingSaid)?.clone();
    let locale = language_of(&question);
    let line: Vec<&str> = question.split_whitespace().collect();
    let line = line.join(" ");
    let others: Vec<&String> = asked.iter().filter(|text| **text != question).collect();
    let mut body = String::new();
    if line.chars().count() > ARTICLE_TITLE_CHARS_MAX {
        body += &quoted(&question);
    }
    for other in others {
        body += &quoted(other);
    }
    body += &answers.join("\n\n");
    let mut end = body.len().min(ARTICLE_BODY_BYTES_MAX);
    while !body.is_char_boundary(end) {
        end -= 1;
    }
    body.truncate(end);
    let first = answers.first().map(String::as_str).unwrap_or_default();
    let content = Content {
        title: line.chars().take(ARTICLE_TITLE_CHARS_MAX).collect(),
        summary: first
            .lines()
            .next()
            .unwrap_or_default()
            .chars()
            .take(ARTICLE_SUMMARY_CHARS_MAX)
            .collect(),
        body,
    };
    Ok((content, locale))
}

fn is_question(text: &str) -> bool {
    let ends = ['?', '？', '吗', '呢', '么'];
    text.trim_end().ends_with(ends) || text.contains(['?', '？'])
}

/// A quotation, to be worked in or thrown away by who writes.
fn quoted(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("> {line}")).collect();
    format!("{}\n\n", lines.join("\n"))
}

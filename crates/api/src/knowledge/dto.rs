//! What knowledge looks like on the wire.

use std::collections::BTreeSet;

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zhiyin_app::App;
use zhiyin_app::knowledge::{ArticleHit, ArticleView, article_path, html};
use zhiyin_domain::ids::{AgentId, ArticleCategoryId, ArticleFeedbackId, ArticleId};
use zhiyin_domain::knowledge::{
    ArticleFeedback, Audience, Content, PageSlug, Revision, Status, Translation,
};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::time::Timestamp;

/// Who may read an article once it is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AudienceDto {
    /// Everybody: it stands in the help centre.
    Public,
    /// Customers the company knows.
    Customers,
    /// Agents only.
    Internal,
}

impl From<Audience> for AudienceDto {
    fn from(it: Audience) -> Self {
        match it {
            Audience::Public => Self::Public,
            Audience::Customers => Self::Customers,
            Audience::Internal => Self::Internal,
        }
    }
}

impl From<AudienceDto> for Audience {
    fn from(it: AudienceDto) -> Self {
        match it {
            AudienceDto::Public => Self::Public,
            AudienceDto::Customers => Self::Customers,
            AudienceDto::Internal => Self::Internal,
        }
    }
}

/// Where the newest text of a language is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ArticleStatusDto {
    /// It is being written.
    Draft,
    /// Somebody else is to look at it.
    Review,
    /// It is what readers see.
    Published,
    /// Nobody sees it any more.
    Archived,
}

impl From<&Status> for ArticleStatusDto {
    fn from(it: &Status) -> Self {
        match it {
            Status::Draft => Self::Draft,
            Status::Review { .. } => Self::Review,
            Status::Published => Self::Published,
            Status::Archived { .. } => Self::Archived,
        }
    }
}

impl ArticleStatusDto {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Review => "review",
            Self::Published => "published",
            Self::Archived => "archived",
        }
    }
}

/// A text with its title.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArticleContentDto {
    /// The question it answers, or its name; at most 200 characters.
    pub title: String,
    /// The answer in a sentence or two; at most 500 characters.
    #[serde(default)]
    pub summary: String,
    /// The text in Markdown; at most 128 KiB.
    #[serde(default)]
    pub body: String,
}

impl From<Content> for ArticleContentDto {
    fn from(it: Content) -> Self {
        Self {
            title: it.title,
            summary: it.summary,
            body: it.body,
        }
    }
}

impl From<ArticleContentDto> for Content {
    fn from(it: ArticleContentDto) -> Self {
        Self {
            title: it.title.trim().to_owned(),
            summary: it.summary.trim().to_owned(),
            body: it.body.replace("\r\n", "\n"),
        }
    }
}

/// One language of an article.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArticleTranslationDto {
    /// `zh-CN` or `en`.
    #[schema(value_type = String)]
    pub locale: Locale,
    /// Its name in addresses.
    pub slug: String,
    /// The newest text.
    pub content: ArticleContentDto,
    /// Number of the newest text, from 1.
    pub revision: i64,
    /// Where it is on its way.
    pub status: ArticleStatusDto,
    /// When it is published by itself.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub publish_at: Option<Timestamp>,
    /// Its address in the help centre, while everybody may read it.
    pub url: Option<String>,
    /// Number of the text readers see, if they see one.
    pub live_revision: Option<i64>,
    /// When that was published.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub published_at: Option<Timestamp>,
    /// The revision of the source language that it says the same as.
    pub based_on: Option<i64>,
    /// Whether it says less than the source language by now.
    pub is_outdated: bool,
    /// When it was changed last.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// By whom: `agent:ag_…`, `app:tk_…`.
    pub updated_by: String,
    /// Readers whom it helped.
    pub helpful: i64,
    /// Readers whom it did not help.
    pub unhelpful: i64,
    /// Rises with every change; to be sent back with the next one.
    pub version: i64,
}

impl ArticleTranslationDto {
    fn new(it: Translation, outdated: &BTreeSet<Locale>, url: Option<String>) -> Self {
        Self {
            url: url.filter(|_| it.live.is_some()),
            is_outdated: outdated.contains(&it.locale),
            locale: it.locale,
            slug: it.slug.to_string(),
            content: it.content.into(),
            revision: it.revision,
            status: (&it.status).into(),
            publish_at: it.scheduled.map(|plan| plan.at),
            live_revision: it.live.as_ref().map(|live| live.revision),
            published_at: it.live.map(|live| live.at),
            based_on: it.based_on,
            updated_at: it.updated_at,
            updated_by: it.updated_by.to_string(),
            helpful: it.helpful,
            unhelpful: it.unhelpful,
            version: it.version,
        }
    }
}

/// An article with all its languages.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArticleDto {
    /// Identifier.
    #[schema(value_type = String, example = "ar_01kavz7q3ve9q8m2h5t0c4d6fx")]
    pub id: ArticleId,
    /// Where it stands.
    #[schema(value_type = Option<String>)]
    pub category_id: Option<ArticleCategoryId>,
    /// Who may read it.
    pub audience: AudienceDto,
    /// The language it is written in first.
    #[schema(value_type = String)]
    pub source: Locale,
    /// Words on it.
    pub tags: Vec<String>,
    /// Who sees to it that it stays right.
    #[schema(value_type = Option<String>)]
    pub owner_id: Option<AgentId>,
    /// When somebody should look whether it still is.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub review_by: Option<Timestamp>,
    /// What it was made of: `import:…`, `session:…`.
    pub source_id: Option<String>,
    /// The article that says the same, for whose sake this one was put away.
    #[schema(value_type = Option<String>)]
    pub merged_into: Option<ArticleId>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When anything of it changed last.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// Rises when what all languages share is changed; to be sent back with the next change.
    pub version: i64,
    /// The languages it is there in.
    pub translations: Vec<ArticleTranslationDto>,
}

impl ArticleDto {
    /// As an answer.
    pub(super) fn shown(app: &App, view: ArticleView) -> Json<Self> {
        Json(Self::new(app, view))
    }

    pub(super) fn new(app: &App, it: ArticleView) -> Self {
        let outdated = it.outdated();
        let (host, audience) = (it.host, it.article.audience);
        let address =
            |it: &Translation| public_url(app, host.as_str(), it.locale, &it.slug, audience);
        let translations = it.translations.into_iter();
        Self {
            id: it.article.id,
            category_id: it.article.category_id,
            audience: it.article.audience.into(),
            source: it.article.source,
            tags: it.article.tags.into_iter().collect(),
            owner_id: it.article.owner_id,
            review_by: it.article.review_by,
            source_id: it.article.source_id,
            merged_into: it.article.merged_into,
            created_at: it.article.created_at,
            updated_at: it.article.updated_at,
            version: it.article.version,
            translations: translations
                .map(|translation| {
                    let url = address(&translation);
                    ArticleTranslationDto::new(translation, &outdated, url)
                })
                .collect(),
        }
    }
}

/// Address of a published article in the help centre, if everybody may read it.
fn public_url(
    app: &App,
    host: &str,
    locale: Locale,
    slug: &PageSlug,
    audience: Audience,
) -> Option<String> {
    let path = article_path(host, locale, slug);
    let public_url = &app.parts().settings.public_url;
    (audience == Audience::Public).then(|| format!("{public_url}{path}"))
}

/// A text as it was at some time.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArticleVersionDto {
    /// Its number.
    pub revision: i64,
    /// The text.
    pub content: ArticleContentDto,
    /// Safe HTML of the text, as readers would see it.
    pub html: String,
    /// Who wrote it.
    pub written_by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub written_at: Timestamp,
}

impl From<Revision> for ArticleVersionDto {
    fn from(it: Revision) -> Self {
        Self {
            revision: it.number,
            html: html(&it.content.body),
            content: it.content.into(),
            written_by: it.by.to_string(),
            written_at: it.at,
        }
    }
}

/// An article that was found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArticleHitDto {
    /// The article.
    #[schema(value_type = String)]
    pub id: ArticleId,
    /// The language in which it was found.
    #[schema(value_type = String)]
    pub locale: Locale,
    /// Its name in addresses.
    pub slug: String,
    /// Who may read it.
    pub audience: AudienceDto,
    /// Its address in the help centre, if everybody may read it.
    pub url: Option<String>,
    /// The answer in a sentence or two; may be empty.
    pub summary: String,
    /// Its title.
    pub title: String,
    /// Start and length of each match in the title, in UTF-16 code units.
    pub title_highlights: Vec<[usize; 2]>,
    /// One line of plain text around the first match.
    pub snippet: crate::search::SnippetDto,
    /// About 1 for a title that has all the words of the question.
    pub score: f32,
}

impl ArticleHitDto {
    pub(super) fn new(app: &App, host: &str, hit: ArticleHit) -> Self {
        let it = &hit.article;
        let url = public_url(app, host, it.locale, &it.slug, it.audience);
        let places = |list: Vec<(usize, usize)>| list.into_iter().map(<[usize; 2]>::from).collect();
        Self {
            url,
            summary: hit.article.content.summary.clone(),
            id: hit.article.id,
            locale: hit.article.locale,
            slug: hit.article.slug.to_string(),
            audience: hit.article.audience.into(),
            title: hit.article.content.title.clone(),
            title_highlights: places(hit.highlights),
            snippet: crate::search::SnippetDto {
                text: hit.snippet.text,
                highlights: places(hit.snippet.highlights),
            },
            score: hit.score,
        }
    }
}

/// What a reader said of an article.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArticleFeedbackDto {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: ArticleFeedbackId,
    /// The language it was read in.
    #[schema(value_type = String)]
    pub locale: Locale,
    /// Number of the text that was read.
    pub revision: i64,
    /// Whether it helped.
    pub is_helpful: bool,
    /// What was missing.
    pub comment: Option<String>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<ArticleFeedback> for ArticleFeedbackDto {
    fn from(it: ArticleFeedback) -> Self {
        Self {
            id: it.id,
            locale: it.locale,
            revision: it.revision,
            is_helpful: it.is_helpful,
            comment: it.comment,
            created_at: it.at,
        }
    }
}

//! The help centre: published articles for everybody, in zh-CN and English, complete without a
//! script, and readable for search engines.
//!
//! | path under `/help/{workspace}` | is |
//! | --- | --- |
//! | `/` | leads to the language of the reader |
//! | `/{locale}` | all categories with their articles |
//! | `/{locale}/categories/{slug}`, `/{locale}/articles/{slug}` | one of them |
//! | `/{locale}/search?q=` | answers to a question |
//! | `/{locale}/contact` | the way to a person, who learns what was read |
//! | `/sitemap.xml` | all addresses, for search engines |

use std::fmt::Write as _;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Form, Path, Query, State};
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use zhiyin_app::knowledge::{
    Found, KnowledgeError, ReaderStep, Shelves, after_question, ask, comment_article,
    find_help_centre, help_centre, read_article, say_helpful, search_help,
};
use zhiyin_app::{App, Principal};
use zhiyin_domain::identity::workspace::Workspace;
use zhiyin_domain::ids::{ArticleFeedbackId, ArticleQuestionId};
use zhiyin_domain::knowledge::{PageSlug, QuestionPlace};
use zhiyin_domain::locale::Locale;
use zhiyin_store::StoreError;

use super::help_contact::{self, Came};
use super::help_view as view;
use crate::error::ApiError;
use crate::extract::Anonymous;
use crate::state::AppState;

/// A comment of the longest kind, every character written with twelve, and the rest.
const FORM_BYTES_MAX: usize = 32 * 1024;

/// The pages.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .merge(help_contact::routes())
        .route("/help/{workspace}", get(enter))
        .route("/help/{workspace}/sitemap.xml", get(sitemap))
        .route("/help/{workspace}/{locale}", get(home))
        .route("/help/{workspace}/{locale}/search", get(search))
        .route(
            "/help/{workspace}/{locale}/categories/{slug}",
            get(category),
        )
        .route("/help/{workspace}/{locale}/articles/{slug}", get(article))
        .route(
            "/help/{workspace}/{locale}/articles/{slug}/feedback",
            post(feedback).layer(DefaultBodyLimit::max(FORM_BYTES_MAX)),
        )
}

/// Whose help centre, and where links within it begin.
pub(super) struct Place {
    pub workspace: Workspace,
    pub locale: Locale,
    /// Address of the installation, without a slash at the end.
    pub public_url: String,
}

impl Place {
    /// Path of a page in a language.
    pub fn path(&self, locale: Locale, rest: &str) -> String {
        let slug = self.workspace.slug.as_str();
        format!("/help/{slug}/{}{rest}", locale.as_str())
    }
}

/// Why there is no page.
pub(super) enum Missing {
    /// Nobody has a help centre of this name, or not in this language.
    Place,
    /// The help centre has no such page.
    Page(Box<Place>),
    /// The store failed.
    Failed,
}

impl IntoResponse for Missing {
    fn into_response(self) -> Response {
        match self {
            Self::Place => view::nowhere(),
            Self::Page(place) => view::missing(&place),
            Self::Failed => view::failed(),
        }
    }
}

pub(super) fn failed(error: &dyn std::error::Error) -> Missing {
    tracing::error!("A page of the help centre could not be shown: {error}");
    Missing::Failed
}

pub(super) async fn place(app: &App, slug: &str, locale: &str) -> Result<Place, Missing> {
    let locale = locale.parse().map_err(|_| Missing::Place)?;
    let found = find_help_centre(app, slug).await;
    let workspace = found.map_err(|error| failed(&error))?;
    Ok(Place {
        workspace: workspace.ok_or(Missing::Place)?,
        locale,
        public_url: app.parts().settings.public_url.clone(),
    })
}

/// Reads as somebody who is not known.
pub(super) async fn read<T: Send + 'static>(
    app: &App,
    place: &Place,
    f: impl Fn(&mut zhiyin_store::Tx<'_>) -> Result<T, KnowledgeError> + Send + 'static,
) -> Result<T, Missing> {
    let result = app.store().read(place.workspace.id, f).await;
    result.map_err(|error| failed(&error))
}

/// The first language of a browser that is one of ours.
fn wanted(headers: &HeaderMap) -> Option<Locale> {
    let header = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
    header
        .split(',')
        .find_map(|tag| Locale::closest(tag.trim()))
}

async fn enter(
    State(app): State<App>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Missing> {
    let found: Result<Option<Workspace>, StoreError> = find_help_centre(&app, &slug).await;
    let workspace = found
        .map_err(|error| failed(&error))?
        .ok_or(Missing::Place)?;
    let locale = wanted(&headers).unwrap_or(workspace.locale);
    let path = format!("/help/{slug}/{}", locale.as_str());
    let mut response = Redirect::to(&path).into_response();
    response
        .headers_mut()
        .insert("vary", HeaderValue::from_static("accept-language"));
    Ok(response)
}

async fn home(
    State(app): State<App>,
    Path((slug, locale)): Path<(String, String)>,
) -> Result<Response, Missing> {
    let place = place(&app, &slug, &locale).await?;
    let locale = place.locale;
    let shelves = read(&app, &place, move |tx| help_centre(tx, locale)).await?;
    Ok(view::home(&place, &shelves))
}

async fn category(
    State(app): State<App>,
    Path((slug, locale, name)): Path<(String, String, String)>,
) -> Result<Response, Missing> {
    let place = place(&app, &slug, &locale).await?;
    let locale = place.locale;
    let shelves = read(&app, &place, move |tx| help_centre(tx, locale)).await?;
    let is_it = |shelf: &&zhiyin_app::knowledge::Shelf| {
        let category = shelf.category.as_ref();
        category.is_some_and(|category| category.slug.as_str() == name)
    };
    match shelves.all.iter().find(is_it) {
        Some(shelf) => Ok(view::category(&place, &shelves, shelf)),
        None => Err(Missing::Page(Box::new(place))),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
}

async fn search(
    State(app): State<App>,
    Path((slug, locale)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    caller: Result<Anonymous, ApiError>,
) -> Result<Response, Missing> {
    let place = place(&app, &slug, &locale).await?;
    let (locale, text) = (place.locale, asked.q.trim().to_owned());
    let knowledge = app.knowledge().clone();
    let typed = text.clone();
    let hits = read(&app, &place, move |tx| {
        search_help(tx, &knowledge, locale, &text)
    })
    .await?;
    let answers = hits.iter().filter(|hit| hit.is_answer()).count();
    // Whoever asks too much is answered all the same, and not written down.
    let asked = match caller {
        Ok(_) => keep(&app, &place, &typed, answers).await?,
        Err(_) => None,
    };
    let asked = asked.map(|id| id.to_string()).unwrap_or_default();
    Ok(view::results(&place, &typed, &hits, &asked))
}

/// Keeps a question, so that the company learns what its articles leave open.
async fn keep(
    app: &App,
    place: &Place,
    typed: &str,
    found: usize,
) -> Result<Option<ArticleQuestionId>, Missing> {
    if typed.is_empty() {
        return Ok(None);
    }
    let (locale, text) = (place.locale, typed.to_owned());
    let reader = Principal::system(place.workspace.id, "help-centre");
    let kept = app.write(&reader, move |tx, ctx| {
        ask(tx, ctx, QuestionPlace::Help, (locale, &text), found)
    });
    kept.await.map_err(|error| failed(&error))
}

/// Notes what a reader did after a question, if they came by one.
async fn note(app: &App, place: &Place, asked: &str, step: ReaderStep) -> Result<(), Missing> {
    let Ok(id) = asked.parse::<ArticleQuestionId>() else {
        return Ok(());
    };
    let reader = Principal::system(place.workspace.id, "help-centre");
    let noted = app.write(&reader, move |tx, _| after_question(tx, id, step));
    noted.await.map_err(|error| failed(&error))
}

/// What a reader has done so far.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Steps {
    /// The opinion that was taken in, to which a comment may be added.
    said: Option<String>,
    /// Whether a comment was taken in too.
    thanks: Option<String>,
    /// The question by which they came here.
    asked: String,
}

async fn article(
    State(app): State<App>,
    Path((slug, locale, name)): Path<(String, String, String)>,
    Query(said): Query<Steps>,
) -> Result<Response, Missing> {
    let place = place(&app, &slug, &locale).await?;
    let locale = place.locale;
    let Ok(name) = name.parse::<PageSlug>() else {
        return Err(Missing::Page(Box::new(place)));
    };
    match read(&app, &place, move |tx| read_article(tx, locale, &name)).await? {
        Found::Article(it) => {
            let asked = said.asked;
            let opinion = said
                .said
                .filter(|id| id.parse::<ArticleFeedbackId>().is_ok());
            let said = match (opinion, said.thanks) {
                (Some(id), _) => view::Said::Opinion(id),
                (None, Some(_)) => view::Said::All,
                (None, None) => view::Said::Nothing,
            };
            let came = Came::new(it.article.slug.as_str(), "", &asked);
            let opened = ReaderStep::Opened(it.article.id);
            note(&app, &place, &asked, opened).await?;
            Ok(view::article(&place, &it, &said, &came))
        }
        Found::Moved(slug) => {
            let path = place.path(locale, &format!("/articles/{slug}"));
            Ok(Redirect::permanent(&path).into_response())
        }
        Found::Nothing => Err(Missing::Page(Box::new(place))),
    }
}

/// What a form of an article sends: an opinion, or a comment on one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Fields {
    helpful: String,
    said: String,
    comment: String,
    asked: String,
}

async fn feedback(
    State(app): State<App>,
    Path((slug, locale, name)): Path<(String, String, String)>,
    Form(fields): Form<Fields>,
) -> Result<Response, Missing> {
    let place = place(&app, &slug, &locale).await?;
    let locale = place.locale;
    let Ok(article) = name.parse::<PageSlug>() else {
        return Err(Missing::Page(Box::new(place)));
    };
    let reader = Principal::system(place.workspace.id, "help-centre");
    let path = place.path(locale, &format!("/articles/{article}"));
    if let Ok(id) = fields.said.parse::<ArticleFeedbackId>() {
        let comment = fields.comment.replace("\r\n", "\n");
        let taken = app
            .write(&reader, move |tx, _| comment_article(tx, id, &comment))
            .await;
        return match taken {
            Ok(()) => Ok(Redirect::to(&format!("{path}?thanks=1#feedback")).into_response()),
            Err(KnowledgeError::Feedback(_)) => Ok(view::too_long(&place, &path)),
            Err(error) => Err(failed(&error)),
        };
    }
    let is_helpful = fields.helpful == "yes";
    note(&app, &place, &fields.asked, ReaderStep::Said(is_helpful)).await?;
    let taken = app
        .write(&reader, move |tx, ctx| {
            say_helpful(tx, ctx, locale, &article, is_helpful)
        })
        .await;
    let to = match taken.map_err(|error| failed(&error))? {
        None => return Err(Missing::Page(Box::new(place))),
        Some(_) if is_helpful => format!("{path}?thanks=1#feedback"),
        Some(id) => format!("{path}?said={id}#feedback"),
    };
    Ok(Redirect::to(&to).into_response())
}

async fn sitemap(State(app): State<App>, Path(slug): Path<String>) -> Result<Response, Missing> {
    let mut urls = String::new();
    for locale in [Locale::ZhCn, Locale::En] {
        let place = place(&app, &slug, locale.as_str()).await?;
        let shelves = read(&app, &place, move |tx| help_centre(tx, locale)).await?;
        addresses(&place, &shelves, &mut urls);
    }
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{urls}</urlset>\n"
    );
    let kind = HeaderValue::from_static("application/xml; charset=utf-8");
    Ok((StatusCode::OK, [(CONTENT_TYPE, kind)], text).into_response())
}

/// Adds the addresses of one language to a site map.
fn addresses(place: &Place, shelves: &Shelves, urls: &mut String) {
    let mut add = |rest: &str, changed: Option<String>| {
        let path = place.path(place.locale, rest);
        let changed = changed.map_or_else(String::new, |at| format!("<lastmod>{at}</lastmod>"));
        writeln!(
            urls,
            "<url><loc>{}{path}</loc>{changed}</url>",
            place.public_url
        )
        .expect("a string takes everything");
    };
    add("", None);
    for shelf in &shelves.all {
        if let Some(category) = &shelf.category {
            add(&format!("/categories/{}", category.slug), None);
        }
        for it in &shelf.articles {
            add(
                &format!("/articles/{}", it.slug),
                Some(it.published_at.to_string()),
            );
        }
    }
}

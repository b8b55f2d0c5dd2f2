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
//! | `/sitemap.xml`, `/robots.txt` | all addresses, for search engines |
//! | `/theme.css` | the colours of the company |
//!
//! A help centre with a host name of its own has the same pages there, below `/`.

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
    find_help_centre, help_centre, help_centre_look, read_article, related_for_reader, say_helpful,
    search_help,
};
use zhiyin_app::{App, Principal};
use zhiyin_domain::identity::workspace::Workspace;
use zhiyin_domain::ids::{ArticleFeedbackId, ArticleQuestionId};
use zhiyin_domain::knowledge::{HelpCentre, PageSlug, QuestionPlace};
use zhiyin_domain::locale::Locale;

use super::help_contact::{self, Came};
use super::help_domain::AtOwnDomain;
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
        .route("/help/{workspace}/robots.txt", get(robots))
        .route("/help/{workspace}/theme.css", get(theme))
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
    /// Address of the installation, or of the help centre where it has one of its own; without a slash
    /// at the end.
    pub public_url: String,
    /// Address of the installation.
    pub installation: String,
    /// What it looks like.
    pub look: HelpCentre,
    /// Whether the reader came to the address of its own.
    pub own: AtOwnDomain,
}

impl Place {
    /// Path of a page in a language.
    pub fn path(&self, locale: Locale, rest: &str) -> String {
        if self.own.0 {
            return format!("/{}{rest}", locale.as_str());
        }
        self.shared_path(locale, rest)
    }

    /// The same at the address of the installation.
    pub fn shared_path(&self, locale: Locale, rest: &str) -> String {
        let slug = self.workspace.slug.as_str();
        format!("/help/{slug}/{}{rest}", locale.as_str())
    }

    /// The address search engines are to keep: that of its own, if the help centre has one.
    pub fn lasting(&self, locale: Locale, rest: &str) -> String {
        let path = match self.look.domain {
            Some(_) => format!("/{}{rest}", locale.as_str()),
            None => self.shared_path(locale, rest),
        };
        format!("{}{path}", self.public_url)
    }

    /// What it is called in its language.
    pub fn name(&self) -> String {
        let given = self.look.name.get(&self.locale);
        let given = given.or_else(|| self.look.name.values().next());
        given.cloned().unwrap_or_else(|| {
            let texts = super::help_texts::of(self.locale);
            format!("{} {}", self.workspace.name.as_str(), texts.help)
        })
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

pub(super) async fn place(
    app: &App,
    own: AtOwnDomain,
    slug: &str,
    locale: &str,
) -> Result<Place, Missing> {
    let locale: Locale = locale.parse().map_err(|_| Missing::Place)?;
    let (workspace, look) = centre(app, slug).await?;
    if !look.locales.contains(&locale) {
        return Err(Missing::Place);
    }
    let installation = app.parts().settings.public_url.clone();
    let scheme = installation.split("://").next().unwrap_or("https");
    let public_url = match &look.domain {
        Some(domain) => format!("{scheme}://{domain}"),
        None => installation.clone(),
    };
    Ok(Place {
        workspace,
        locale,
        public_url,
        installation,
        look,
        own,
    })
}

/// A workspace with what its help centre looks like.
async fn centre(app: &App, slug: &str) -> Result<(Workspace, HelpCentre), Missing> {
    let found = find_help_centre(app, slug).await;
    let workspace = found.map_err(|error| failed(&error))?;
    let workspace = workspace.ok_or(Missing::Place)?;
    let look = app.store().read(workspace.id, help_centre_look).await;
    Ok((workspace, look.map_err(|error| failed(&error))?))
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
    own: AtOwnDomain,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Missing> {
    let (workspace, look) = centre(&app, &slug).await?;
    let spoken = |locale: &Locale| look.locales.contains(locale);
    let locale = wanted(&headers).filter(spoken);
    let locale = locale.or_else(|| Some(workspace.locale).filter(spoken));
    let locale = locale.or_else(|| look.locales.iter().next().copied());
    let place = place(&app, own, &slug, locale.unwrap_or_default().as_str()).await?;
    let mut response = Redirect::to(&place.path(place.locale, "")).into_response();
    response
        .headers_mut()
        .insert("vary", HeaderValue::from_static("accept-language"));
    Ok(response)
}

/// The colours of the company, where it has some.
async fn theme(State(app): State<App>, Path(slug): Path<String>) -> Result<Response, Missing> {
    let (_, look) = centre(&app, &slug).await?;
    Ok(view::theme(&look))
}

/// Where search engines find all addresses.
async fn robots(
    State(app): State<App>,
    own: AtOwnDomain,
    Path(slug): Path<String>,
) -> Result<Response, Missing> {
    let (_, look) = centre(&app, &slug).await?;
    let locale = look.locales.iter().next().copied().unwrap_or_default();
    let place = place(&app, own, &slug, locale.as_str()).await?;
    let map = match place.look.domain {
        Some(_) => format!("{}/sitemap.xml", place.public_url),
        None => format!("{}/help/{slug}/sitemap.xml", place.public_url),
    };
    Ok(format!("User-agent: *\nAllow: /\nSitemap: {map}\n").into_response())
}

async fn home(
    State(app): State<App>,
    own: AtOwnDomain,
    Path((slug, locale)): Path<(String, String)>,
) -> Result<Response, Missing> {
    let place = place(&app, own, &slug, &locale).await?;
    let locale = place.locale;
    let shelves = read(&app, &place, move |tx| help_centre(tx, locale)).await?;
    Ok(view::home(&place, &shelves))
}

async fn category(
    State(app): State<App>,
    own: AtOwnDomain,
    Path((slug, locale, name)): Path<(String, String, String)>,
) -> Result<Response, Missing> {
    let place = place(&app, own, &slug, &locale).await?;
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
    own: AtOwnDomain,
    Path((slug, locale)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    caller: Result<Anonymous, ApiError>,
) -> Result<Response, Missing> {
    let place = place(&app, own, &slug, &locale).await?;
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
    own: AtOwnDomain,
    Path((slug, locale, name)): Path<(String, String, String)>,
    Query(said): Query<Steps>,
) -> Result<Response, Missing> {
    let place = place(&app, own, &slug, &locale).await?;
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
            let (id, title) = (it.article.id, it.article.content.title.clone());
            let knowledge = app.knowledge().clone();
            let close = read(&app, &place, move |tx| {
                related_for_reader(tx, &knowledge, id, (locale, &title))
            });
            let close = close.await?;
            Ok(view::article(&place, &it, &close, &said, &came))
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
    own: AtOwnDomain,
    Path((slug, locale, name)): Path<(String, String, String)>,
    Form(fields): Form<Fields>,
) -> Result<Response, Missing> {
    let place = place(&app, own, &slug, &locale).await?;
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

async fn sitemap(
    State(app): State<App>,
    own: AtOwnDomain,
    Path(slug): Path<String>,
) -> Result<Response, Missing> {
    let mut urls = String::new();
    let (_, look) = centre(&app, &slug).await?;
    for locale in look.locales {
        let place = place(&app, own, &slug, locale.as_str()).await?;
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
        let address = place.lasting(place.locale, rest);
        let changed = changed.map_or_else(String::new, |at| format!("<lastmod>{at}</lastmod>"));
        writeln!(urls, "<url><loc>{address}</loc>{changed}</url>")
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

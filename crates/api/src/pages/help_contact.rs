//! From the help centre to a person: the page that leads to the chats of the workspace, and what
//! goes along of what was looked for and read.
//!
//! No script is needed to carry it: the way to a chat leaves a cookie that only the opening of the
//! widget reads, for ten minutes, and only from a page of our own.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use maud::{Markup, html};
use serde::{Deserialize, Serialize};
use zhiyin_app::knowledge::{Found, ReaderStep, after_question, help_inboxes, read_article};
use zhiyin_app::{App, Principal};
use zhiyin_domain::contact::VisitContext;
use zhiyin_domain::ids::ArticleQuestionId;
use zhiyin_domain::inbox::Inbox;
use zhiyin_domain::knowledge::PageSlug;
use zhiyin_domain::limits::ARTICLE_QUESTION_CHARS_MAX;

use super::help::{Missing, Place, failed, place, read};
use super::help_domain::AtOwnDomain;
use super::help_texts::of;
use super::help_view::{Page, page};
use crate::state::AppState;

const COOKIE_NAME: &str = "zhiyin_read";
const COOKIE_SECONDS: u32 = 600;

/// The pages.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/help/{workspace}/{locale}/contact", get(contact))
        .route("/help/{workspace}/{locale}/contact/{key}", get(lead))
}

/// What a reader looked for and read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Came {
    /// Name of the article.
    read: String,
    /// What was searched for.
    q: String,
    /// The question as it was kept.
    asked: String,
}

impl Came {
    pub(super) fn new(read: &str, q: &str, asked: &str) -> Self {
        Self {
            read: read.to_owned(),
            q: q.to_owned(),
            asked: asked.to_owned(),
        }
    }

    /// As the query of an address, with its mark.
    pub(super) fn query(&self) -> String {
        let fields = [("read", &self.read), ("q", &self.q), ("asked", &self.asked)];
        let fields = fields.into_iter().filter(|(_, value)| !value.is_empty());
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in fields {
            query.append_pair(name, value);
        }
        let query = query.finish();
        if query.is_empty() {
            query
        } else {
            format!("?{query}")
        }
    }

    /// The question as it was kept; empty if there is none.
    pub(super) fn asked(&self) -> &str {
        &self.asked
    }

    fn typed(&self) -> String {
        let words = self.q.split_whitespace().collect::<Vec<_>>().join(" ");
        words.chars().take(ARTICLE_QUESTION_CHARS_MAX).collect()
    }
}

/// What goes along: the address and title of what was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Carried {
    url: String,
    title: String,
}

/// The article that was read, with its title.
async fn article(app: &App, place: &Place, came: &Came) -> Result<Option<String>, Missing> {
    let (locale, Ok(slug)) = (place.locale, came.read.parse::<PageSlug>()) else {
        return Ok(None);
    };
    let found = read(app, place, move |tx| read_article(tx, locale, &slug)).await?;
    Ok(match found {
        Found::Article(it) => Some(it.article.content.title.clone()),
        Found::Moved(_) | Found::Nothing => None,
    })
}

async fn contact(
    State(app): State<App>,
    own: AtOwnDomain,
    Path((slug, locale)): Path<(String, String)>,
    Query(came): Query<Came>,
) -> Result<Response, Missing> {
    let place = place(&app, own, &slug, &locale).await?;
    let title = article(&app, &place, &came).await?;
    let inboxes = read(&app, &place, |tx| Ok(help_inboxes(tx)?)).await?;
    Ok(shown(&place, &came, title.as_deref(), &inboxes))
}

fn shown(place: &Place, came: &Came, title: Option<&str>, inboxes: &[Inbox]) -> Response {
    let texts = of(place.locale);
    let (typed, query) = (came.typed(), came.query());
    let content = html! {
        h1 { (texts.contact) }
        @if title.is_some() || !typed.is_empty() {
            p.hint { (texts.along) }
            dl.along {
                @if !typed.is_empty() { dt { (texts.typed) } dd { (typed) } }
                @if let Some(title) = title { dt { (texts.read) } dd { (title) } }
            }
        }
        @if inboxes.is_empty() { p role="status" { (texts.unreachable) } }
        ul.ways {
            @for inbox in inboxes {
                li {
                    a.way rel="nofollow" href=(way(place, &inbox.key, &query)) {
                        (texts.chat) span.hint { (name(place, inbox)) }
                    }
                }
            }
        }
        p { a href=(place.path(place.locale, "")) { (texts.home) } }
    };
    let it = Page {
        title: texts.contact,
        rest: "/contact",
        is_lasting: false,
        ..Page::default()
    };
    page(place, StatusCode::OK, &it, &content)
}

/// The way to a chat: always at the address of the installation, where the widget lives.
fn way(place: &Place, key: &str, query: &str) -> String {
    let path = place.shared_path(place.locale, &format!("/contact/{key}{query}"));
    if place.own.0 {
        return format!("{}{path}", place.installation);
    }
    path
}

/// The headline of a chat, in the reader's language where it has one.
fn name(place: &Place, inbox: &Inbox) -> String {
    let title = inbox.settings.title.get(&place.locale);
    let title = title.filter(|text| !text.is_empty()).cloned();
    title.unwrap_or_else(|| inbox.name.clone())
}

/// The line with which pages lead here.
pub(super) fn line(place: &Place, came: &Came) -> Markup {
    let texts = of(place.locale);
    html! {
        p.contact {
            (texts.stuck) " "
            a rel="nofollow" href=(place.path(place.locale, &format!("/contact{}", came.query()))) { (texts.contact) }
        }
    }
}

async fn lead(
    State(app): State<App>,
    own: AtOwnDomain,
    Path((slug, locale, key)): Path<(String, String, String)>,
    Query(came): Query<Came>,
) -> Result<Response, Missing> {
    let place = place(&app, own, &slug, &locale).await?;
    let inboxes = read(&app, &place, |tx| Ok(help_inboxes(tx)?)).await?;
    if !inboxes.iter().any(|inbox| inbox.key == key) {
        return Err(Missing::Page(Box::new(place)));
    }
    if let Ok(id) = came.asked.parse::<ArticleQuestionId>() {
        let reader = Principal::system(place.workspace.id, "help-centre");
        let noted = app.write(&reader, move |tx, _| {
            after_question(tx, id, ReaderStep::Contacted)
        });
        noted.await.map_err(|error| failed(&error))?;
    }
    let title = article(&app, &place, &came).await?;
    let mut response = Redirect::to(&format!("/widget/panel/{key}")).into_response();
    if let Some(carried) = carried(&place, &came, title.as_deref()) {
        response
            .headers_mut()
            .insert(SET_COOKIE, cookie(&place, &carried));
    }
    Ok(response)
}

fn carried(place: &Place, came: &Came, title: Option<&str>) -> Option<Carried> {
    let texts = of(place.locale);
    let typed = came.typed();
    let search = || format!("/search{}", Came::new("", &typed, "").query());
    let rest = match title {
        Some(_) => format!("/articles/{}", came.read),
        None if !typed.is_empty() => search(),
        None => return None,
    };
    let typed = (!typed.is_empty()).then(|| format!("{}: {typed}", texts.typed));
    let title = title.map(|title| format!("{}: {title}", texts.read));
    let parts: Vec<String> = title.into_iter().chain(typed).collect();
    Some(Carried {
        url: place.lasting(place.locale, &rest),
        title: parts.join(" · "),
    })
}

fn cookie(place: &Place, carried: &Carried) -> HeaderValue {
    let text = serde_json::to_vec(carried).expect("two texts are JSON");
    let value = URL_SAFE_NO_PAD.encode(text);
    let secure = if place.installation.starts_with("https:") {
        "; Secure"
    } else {
        ""
    };
    let cookie = format!(
        "{COOKIE_NAME}={value}; Path=/api/v1/widget; Max-Age={COOKIE_SECONDS}; HttpOnly; SameSite=Lax{secure}"
    );
    HeaderValue::from_str(&cookie).expect("the value is base64")
}

/// What a visitor who comes from the help centre brings along, where their page says nothing.
pub(crate) fn brought(headers: &HeaderMap, context: VisitContext) -> VisitContext {
    if context.page_url.is_some() {
        return context;
    }
    let Some(carried) = cookie_of(headers) else {
        return context;
    };
    VisitContext {
        page_url: Some(carried.url),
        page_title: Some(carried.title),
        ..context
    }
}

fn cookie_of(headers: &HeaderMap) -> Option<Carried> {
    let all = headers.get_all(COOKIE).iter();
    let mut pairs = all
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(name, _)| *name == COOKIE_NAME)?;
    let text = URL_SAFE_NO_PAD.decode(value).ok()?;
    serde_json::from_slice(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_goes_along_unless_the_page_says_more() {
        let carried = Carried {
            url: "https://z.example/help/a/en/articles/x".to_owned(),
            title: "Read: 退货".to_owned(),
        };
        let value = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&carried).expect("JSON"));
        let mut headers = HeaderMap::new();
        let cookie = format!("a=b; {COOKIE_NAME}={value}");
        headers.insert(COOKIE, HeaderValue::from_str(&cookie).expect("a header"));
        let brought_along = brought(&headers, VisitContext::default());
        assert_eq!(brought_along.page_url.as_deref(), Some(&*carried.url));
        assert_eq!(brought_along.page_title.as_deref(), Some(&*carried.title));
        let page = VisitContext {
            page_url: Some("https://shop.example/".to_owned()),
            ..VisitContext::default()
        };
        assert_eq!(brought(&headers, page.clone()), page);
        headers.insert(COOKIE, HeaderValue::from_static("zhiyin_read=%%%"));
        let nothing = brought(&headers, VisitContext::default());
        assert_eq!(nothing, VisitContext::default());
    }

    #[test]
    fn a_query_holds_what_is_there() {
        assert_eq!(Came::default().query(), "");
        let came = Came::new("returns", "a&b 退货", "");
        assert_eq!(came.query(), "?read=returns&q=a%26b+%E9%80%80%E8%B4%A7");
    }
}

//! Pages for customers that the server renders itself: they work without a script, on any
//! phone, in zh-CN and English.
//!
//! [`page`] is the shell all of them share: head, language switch, style. Templates are
//! checked by the compiler and escape whatever they are given. The style is the design tokens
//! of the web apps with three files on top, at an address that changes with its content.

mod help;
mod help_contact;
mod help_domain;
mod help_parts;
mod help_texts;
mod help_view;
mod portal;
mod portal_texts;
mod portal_view;
mod rating;
mod rating_view;
mod task;
mod task_view;
mod texts;

pub(crate) use help_contact::brought;
pub(crate) use help_domain::with_domains;

use std::sync::LazyLock;

use axum::Router;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{DOCTYPE, Markup, html};
use sha2::{Digest as _, Sha256};
use zhiyin_domain::locale::Locale;

use crate::guard::headers::PLAIN_PAGE;
use crate::state::AppState;

/// Search engines have no business on a page that is one customer's.
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// The style of all pages.
static STYLE: LazyLock<String> = LazyLock::new(|| {
    let tokens = include_str!("../../../../web/packages/ui/src/styles/tokens.css");
    let pages = include_str!("style.css");
    let (portal, help) = (include_str!("portal.css"), include_str!("help.css"));
    format!(
        "{tokens}
{pages}
{portal}
{help}"
    )
});

/// Where it is; a new text has a new address.
static STYLE_PATH: LazyLock<String> = LazyLock::new(|| {
    let hash = hex::encode(&Sha256::digest(STYLE.as_bytes())[..8]);
    format!("/pages/{hash}.css")
});

/// The pages and their style.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .merge(help::routes())
        .merge(rating::routes())
        .merge(task::routes())
        .merge(portal::routes())
        .route(&STYLE_PATH, get(style))
}

async fn style() -> Response {
    let mut response = STYLE.as_str().into_response();
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/css; charset=utf-8"),
    );
    headers.insert(
        CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    response
}

/// What the shell needs besides the content.
struct Shell<'a> {
    /// Language of the page.
    locale: Locale,
    /// Title of the window.
    title: &'a str,
    /// Name of the company, above the content.
    company: &'a str,
    /// Path of this page, for the switch of the language.
    path: &'a str,
}

/// Puts a page around its content.
fn page(status: StatusCode, shell: &Shell<'_>, content: &Markup) -> Response {
    let other = match shell.locale {
        Locale::ZhCn => Locale::En,
        Locale::En => Locale::ZhCn,
    };
    let markup = html! {
        (DOCTYPE)
        html lang=(shell.locale.as_str()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                meta name="color-scheme" content="light dark";
                title { (shell.title) }
                link rel="stylesheet" href=(*STYLE_PATH);
            }
            body {
                header.top {
                    span.company { (shell.company) }
                    a href=(format!("{}?lang={}", shell.path, other.as_str()))
                        hreflang=(other.as_str()) lang=(other.as_str()) { (texts::of(other).language) }
                }
                main { (content) }
            }
        }
    };
    let mut response = (status, markup.into_string()).into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, PLAIN_PAGE),
        (X_FRAME_OPTIONS, "DENY"),
        (CACHE_CONTROL, "no-store"),
        // The address is a secret of its reader: no other site learns it.
        (REFERRER_POLICY, "no-referrer"),
        (ROBOTS, "noindex, nofollow"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

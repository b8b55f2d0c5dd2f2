//! What the help centre looks like.

use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_FRAME_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::json;
use zhiyin_app::knowledge::{
    ArticleHit, Neighbours, Shelf, Shelves, article_file_path, html as rendered,
};
use zhiyin_domain::knowledge::HelpCentre;
use zhiyin_domain::locale::Locale;

use super::STYLE_PATH;
use super::help::Place;
use super::help_contact::{Came, line};
use super::help_parts::{feedback, links, marked, related, search_form, trail};
use super::help_texts::{Texts, of};

/// Pages for everybody: styles of our own, pictures from anywhere with TLS, no script.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data: https:; \
     form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
/// Articles of a category on the first page.
const FIRST: usize = 6;

/// What a reader has said.
pub(super) enum Said {
    /// Nothing yet.
    Nothing,
    /// That it did not help; why may follow.
    Opinion(String),
    /// Everything.
    All,
}

/// A page of the help centre.
pub(super) struct Page<'a> {
    pub title: &'a str,
    /// For search engines; empty where there is nothing to say.
    pub description: &'a str,
    /// Path below the language, the same in the others.
    pub rest: &'a str,
    /// Paths below the language in all of them, where they are not the same.
    pub languages: Option<Vec<(Locale, String)>>,
    /// Whether search engines may keep it.
    pub is_lasting: bool,
    /// Facts for search engines.
    pub facts: Vec<serde_json::Value>,
}

impl Default for Page<'_> {
    fn default() -> Self {
        Self {
            title: "",
            description: "",
            rest: "",
            languages: None,
            is_lasting: true,
            facts: Vec::new(),
        }
    }
}

/// Where the colours are; others have another address.
fn theme_path(place: &Place) -> String {
    let version = place.look.version;
    if place.own.0 {
        return format!("/theme.css?v={version}");
    }
    format!(
        "/help/{}/theme.css?v={version}",
        place.workspace.slug.as_str()
    )
}

/// The colours of the company, as far as they can be read on our grounds.
pub(super) fn theme(look: &HelpCentre) -> Response {
    let style = look.colour.map_or_else(String::new, |colour| {
        let ([light, dark], [strong, strong_dark]) = (colour.legible(), colour.stronger());
        let (ink, ink_dark) = (light.ink(), dark.ink());
        format!(
            "body.help {{ --celadon: light-dark({light}, {dark}); \
             --celadon-strong: light-dark({strong}, {strong_dark}); \
             --on-celadon: light-dark({ink}, {ink_dark}); }}\n"
        )
    });
    let mut response = style.into_response();
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/css; charset=utf-8"),
    );
    headers.insert(
        CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=86400"),
    );
    response
}

fn finish(status: StatusCode, markup: Markup, cache: &'static str) -> Response {
    let mut response = (status, markup.into_string()).into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_FRAME_OPTIONS, "DENY"),
        (CACHE_CONTROL, cache),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

pub(super) fn page(place: &Place, status: StatusCode, it: &Page<'_>, content: &Markup) -> Response {
    let texts = of(place.locale);
    let name = place.name();
    let spoken = place.look.locales.iter();
    let same = spoken
        .map(|locale| (*locale, it.rest.to_owned()))
        .collect::<Vec<_>>();
    let languages: Vec<&(Locale, String)> = it
        .languages
        .as_ref()
        .unwrap_or(&same)
        .iter()
        .filter(|(locale, _)| place.look.locales.contains(locale))
        .collect();
    let switch = languages.iter().find(|(locale, _)| *locale != place.locale);
    let markup = html! {
        (DOCTYPE)
        html lang=(place.locale.as_str()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                meta name="color-scheme" content="light dark";
                title { (it.title) " – " (name) }
                @if !it.description.is_empty() { meta name="description" content=(it.description); }
                @if it.is_lasting {
                    link rel="canonical" href=(place.lasting(place.locale, it.rest));
                    @for (locale, rest) in &languages {
                        link rel="alternate" hreflang=(locale.as_str()) href=(place.lasting(*locale, rest));
                    }
                } @else {
                    meta name="robots" content="noindex";
                }
                link rel="stylesheet" href=(*STYLE_PATH);
                @if place.look.colour.is_some() { link rel="stylesheet" href=(theme_path(place)); }
                @for fact in &it.facts {
                    script type="application/ld+json" { (PreEscaped(fact.to_string().replace('<', "\\u003c"))) }
                }
            }
            body.help {
                a.skip href="#content" { (texts.skip) }
                header.top {
                    a.company href=(place.path(place.locale, "")) {
                        @if let Some(logo) = place.look.logo { img.logo src=(article_file_path(logo)) alt=""; }
                        (name)
                    }
                    @if let Some((locale, rest)) = switch {
                        a href=(place.path(*locale, rest)) hreflang=(locale.as_str()) lang=(locale.as_str()) { (of(*locale).language) }
                    }
                }
                main #content { (content) }
            }
        }
    };
    let cache = if it.is_lasting {
        "public, max-age=60"
    } else {
        "no-store"
    };
    finish(status, markup, cache)
}

/// All categories with their articles.
pub(super) fn home(place: &Place, shelves: &Shelves) -> Response {
    let texts = of(place.locale);
    let content = html! {
        h1 { (texts.how) }
        (search_form(place, ""))
        @if shelves.all.is_empty() { p.hint { (texts.empty) } }
        div.shelves {
            @for shelf in &shelves.all {
                section {
                    h2 {
                        @if let Some(category) = &shelf.category {
                            a href=(place.path(place.locale, &format!("/categories/{}", category.slug))) {
                                (shelf.name(place.locale))
                            }
                        } @else { (texts.other) }
                    }
                    (links(place, shelf, FIRST))
                    @if shelf.articles.len() > FIRST {
                        @if let Some(category) = &shelf.category {
                            a.all href=(place.path(place.locale, &format!("/categories/{}", category.slug))) {
                                (texts.all(shelf.articles.len()))
                            }
                        }
                    }
                }
            }
        }
    };
    let fact = json!({
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": place.name(),
        "url": place.lasting(place.locale, ""),
        "inLanguage": place.locale.as_str(),
    });
    let it = Page {
        title: texts.help,
        description: texts.how,
        facts: vec![fact],
        ..Page::default()
    };
    page(place, StatusCode::OK, &it, &content)
}

/// One category, with those within it.
pub(super) fn category(place: &Place, shelves: &Shelves, shelf: &Shelf) -> Response {
    let name = shelf.name(place.locale);
    let Some(category) = &shelf.category else {
        return missing(place);
    };
    let rest = format!("/categories/{}", category.slug);
    let (trail, fact) = trail(place, &[(name.to_owned(), rest.clone())]);
    let within = shelves.all.iter().filter(|inner| {
        let inner = inner.category.as_ref();
        inner.is_some_and(|inner| inner.parent_id == Some(category.id))
    });
    let content = html! {
        (trail)
        h1 { (name) }
        (links(place, shelf, usize::MAX))
        @for inner in within {
            h2 { (inner.name(place.locale)) }
            (links(place, inner, usize::MAX))
        }
    };
    let it = Page {
        title: name,
        rest: &rest,
        facts: vec![fact],
        ..Page::default()
    };
    page(place, StatusCode::OK, &it, &content)
}

/// Answers to a question.
pub(super) fn results(place: &Place, typed: &str, hits: &[ArticleHit], asked: &str) -> Response {
    let texts = of(place.locale);
    let query = Came::new("", "", asked).query();
    let content = html! {
        h1 { (texts.results) }
        (search_form(place, typed))
        @if hits.is_empty() && !typed.is_empty() {
            p role="status" { (texts.nothing) }
        }
        ol.results {
            @for hit in hits {
                li {
                    a rel="nofollow" href=(place.path(place.locale, &format!("/articles/{}{query}", hit.article.slug))) {
                        (marked(&hit.article.content.title, &hit.highlights))
                    }
                    p { (marked(&hit.snippet.text, &hit.snippet.highlights)) }
                }
            }
        }
        @if !typed.is_empty() { (line(place, &Came::new("", typed, asked))) }
    };
    let it = Page {
        title: texts.results,
        rest: "/search",
        is_lasting: false,
        ..Page::default()
    };
    page(place, StatusCode::OK, &it, &content)
}

/// One article.
pub(super) fn article(
    place: &Place,
    it: &Neighbours,
    close: &[ArticleHit],
    said: &Said,
    came: &Came,
) -> Response {
    let texts = of(place.locale);
    let published = &it.article.content;
    let rest = format!("/articles/{}", it.article.slug);
    let path = place.path(place.locale, &rest);
    let mut steps: Vec<(String, String)> = it
        .path
        .iter()
        .map(|category| {
            let name = category.name.get(&place.locale);
            let name = name.or_else(|| category.name.values().next());
            let rest = format!("/categories/{}", category.slug);
            (name.cloned().unwrap_or_default(), rest)
        })
        .collect();
    steps.push((published.title.clone(), rest.clone()));
    let (trail, trail_fact) = trail(place, &steps);
    let content = html! {
        (trail)
        article {
            h1 { (published.title) }
            @if !published.summary.is_empty() { p.lead { (published.summary) } }
            div.text { (PreEscaped(rendered(&published.body))) }
        }
        (feedback(place, &path, said, came.asked()))
        (line(place, came))
        (related(place, close))
        nav.around aria-label=(texts.more) {
            @if let Some(previous) = &it.previous {
                a rel="prev" href=(place.path(place.locale, &format!("/articles/{}", previous.slug))) {
                    span.hint { (texts.previous) } (previous.content.title)
                }
            }
            @if let Some(next) = &it.next {
                a rel="next" href=(place.path(place.locale, &format!("/articles/{}", next.slug))) {
                    span.hint { (texts.next) } (next.content.title)
                }
            }
        }
    };
    let fact = json!({
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": published.title,
        "description": published.summary,
        "inLanguage": place.locale.as_str(),
        "dateModified": it.article.published_at.to_string(),
        "mainEntityOfPage": place.lasting(place.locale, &rest),
        "publisher": { "@type": "Organization", "name": place.workspace.name.as_str() },
    });
    let languages = it
        .languages
        .iter()
        .map(|(locale, slug)| (*locale, format!("/articles/{slug}")));
    let shown = Page {
        title: &published.title,
        description: &published.summary,
        rest: &rest,
        languages: Some(languages.collect()),
        is_lasting: matches!(said, Said::Nothing) && came.asked().is_empty(),
        facts: vec![trail_fact, fact],
    };
    page(place, StatusCode::OK, &shown, &content)
}

/// A comment that is too long.
pub(super) fn too_long(place: &Place, path: &str) -> Response {
    let texts = of(place.locale);
    plain(
        place,
        StatusCode::UNPROCESSABLE_ENTITY,
        texts.too_long,
        path,
        texts.back,
    )
}

/// No such page.
pub(super) fn missing(place: &Place) -> Response {
    let texts = of(place.locale);
    let home = place.path(place.locale, "");
    plain(
        place,
        StatusCode::NOT_FOUND,
        texts.missing,
        &home,
        texts.home,
    )
}

fn plain(place: &Place, status: StatusCode, text: &str, path: &str, link: &str) -> Response {
    let content = html! {
        h1 { (text) }
        (search_form(place, ""))
        p { a href=(path) { (link) } }
    };
    let it = Page {
        title: text,
        is_lasting: false,
        ..Page::default()
    };
    page(place, status, &it, &content)
}

/// No such help centre.
pub(super) fn nowhere() -> Response {
    bare(StatusCode::NOT_FOUND, |texts| texts.nowhere)
}

/// Something of ours is broken.
pub(super) fn failed() -> Response {
    bare(StatusCode::SERVICE_UNAVAILABLE, |texts| texts.failed)
}

/// A page of nobody, in both languages.
fn bare(status: StatusCode, text: fn(&Texts) -> &'static str) -> Response {
    let markup = html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (text(of(Locale::ZhCn))) }
                link rel="stylesheet" href=(*STYLE_PATH);
            }
            body.help {
                main {
                    h1 { (text(of(Locale::ZhCn))) }
                    p lang="en" { (text(of(Locale::En))) }
                }
            }
        }
    };
    finish(status, markup, "no-store")
}

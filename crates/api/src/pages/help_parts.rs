//! Pieces that pages of the help centre share.

use maud::{Markup, html};
use serde_json::json;
use zhiyin_app::knowledge::{ArticleHit, Shelf};
use zhiyin_domain::limits::{ARTICLE_COMMENT_CHARS_MAX, ARTICLE_QUESTION_CHARS_MAX};

use super::help::Place;
use super::help_texts::of;
use super::help_view::Said;

pub(super) fn search_form(place: &Place, typed: &str) -> Markup {
    let texts = of(place.locale);
    html! {
        form.search role="search" method="get" action=(place.path(place.locale, "/search")) {
            label for="q" { (texts.search) }
            input #q type="search" name="q" value=(typed) maxlength=(ARTICLE_QUESTION_CHARS_MAX)
                placeholder=(texts.placeholder) autocomplete="off" enterkeyhint="search";
            button type="submit" { (texts.find) }
        }
    }
}

pub(super) fn links(place: &Place, shelf: &Shelf, most: usize) -> Markup {
    html! {
        ul.articles {
            @for it in shelf.articles.iter().take(most) {
                li { a href=(place.path(place.locale, &format!("/articles/{}", it.slug))) { (it.content.title) } }
            }
        }
    }
}

/// Other articles close to one, if there are any.
pub(super) fn related(place: &Place, close: &[ArticleHit]) -> Markup {
    let texts = of(place.locale);
    html! {
        @if !close.is_empty() {
            section.related aria-labelledby="related" {
                h2 #related { (texts.related) }
                ul.articles {
                    @for hit in close {
                        li {
                            a href=(place.path(place.locale, &format!("/articles/{}", hit.article.slug))) {
                                (hit.article.content.title)
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A trail of names with their paths below the language; the last is the page itself.
pub(super) fn trail(place: &Place, steps: &[(String, String)]) -> (Markup, serde_json::Value) {
    let texts = of(place.locale);
    let home = (texts.home.to_owned(), String::new());
    let steps: Vec<(String, String)> = std::iter::once(home).chain(steps.iter().cloned()).collect();
    let items: Vec<serde_json::Value> = (1..)
        .zip(&steps)
        .map(|(position, (name, rest))| {
            json!({
                "@type": "ListItem",
                "position": position,
                "name": name,
                "item": place.lasting(place.locale, rest),
            })
        })
        .collect();
    let fact = json!({
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": items,
    });
    let last = steps.len() - 1;
    let markup = html! {
        nav.trail aria-label=(texts.trail) {
            ol {
                @for (at, (name, rest)) in steps.iter().enumerate() {
                    li {
                        @if at == last { span aria-current="page" { (name) } }
                        @else { a href=(place.path(place.locale, rest)) { (name) } }
                    }
                }
            }
        }
    };
    (markup, fact)
}

/// A text with its matches marked; places count UTF-16 code units.
pub(super) fn marked(text: &str, places: &[(usize, usize)]) -> Markup {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut pieces: Vec<(bool, String)> = Vec::new();
    let mut at = 0;
    let mut push = |is_match: bool, from: usize, to: usize| {
        let piece = units.get(from..to).unwrap_or(&[]);
        pieces.push((is_match, String::from_utf16_lossy(piece)));
    };
    for (start, length) in places {
        push(false, at, *start);
        at = start + length;
        push(true, *start, at);
    }
    push(false, at, units.len());
    html! {
        @for (is_match, piece) in &pieces {
            @if *is_match { mark { (piece) } } @else { (piece) }
        }
    }
}

pub(super) fn feedback(place: &Place, path: &str, said: &Said, asked: &str) -> Markup {
    let texts = of(place.locale);
    let action = format!("{path}/feedback");
    html! {
        section.feedback #feedback aria-label=(texts.helpful) {
            @match said {
                Said::Nothing => {
                    form method="post" action=(action) {
                        @if !asked.is_empty() { input type="hidden" name="asked" value=(asked); }
                        span { (texts.helpful) }
                        button.quiet type="submit" name="helpful" value="yes" { (texts.yes) }
                        button.quiet type="submit" name="helpful" value="no" { (texts.no) }
                    }
                }
                Said::Opinion(id) => {
                    form method="post" action=(action) {
                        input type="hidden" name="said" value=(id);
                        label.comment for="comment" { (texts.why) }
                        textarea #comment name="comment" rows="3" maxlength=(ARTICLE_COMMENT_CHARS_MAX) {}
                        p.hint { (texts.why_hint) }
                        button type="submit" { (texts.send) }
                    }
                }
                Said::All => { p role="status" { (texts.thanks) } }
            }
        }
    }
}

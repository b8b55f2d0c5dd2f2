//! What the rating page looks like.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use zhiyin_app::ratings::RatingPage;
use zhiyin_domain::limits::RATING_COMMENT_CHARS_MAX;
use zhiyin_domain::locale::Locale;
use zhiyin_domain::ratings::{Rating, RatingDimensions};

use super::texts::{Texts, of, question, stars};
use super::{Shell, page};

/// What is filled in.
#[derive(Debug, Clone, Default)]
pub(super) struct Answer {
    /// 1 to 5; none if nothing was chosen.
    pub score: Option<u8>,
    /// What they had expected.
    pub expected: Option<u8>,
    /// Detail.
    pub dimensions: RatingDimensions,
    /// In the customer's words.
    pub comment: String,
}

impl From<&Rating> for Answer {
    fn from(it: &Rating) -> Self {
        Self {
            score: Some(it.score),
            expected: it.expected,
            dimensions: it.dimensions,
            comment: it.comment.clone().unwrap_or_default(),
        }
    }
}

const DIMENSIONS: [&str; 5] = ["accurate", "convenient", "fast", "comfortable", "attitude"];

fn details(it: &RatingDimensions) -> [Option<u8>; 5] {
    [
        it.accurate,
        it.convenient,
        it.fast,
        it.comfortable,
        it.attitude,
    ]
}

fn star() -> Markup {
    html! {
        svg viewBox="0 0 24 24" aria-hidden="true" focusable="false" {
            path d="M12 2.6l2.9 5.9 6.5.95-4.7 4.58 1.1 6.47L12 17.45 6.2 20.5l1.1-6.47-4.7-4.58 6.5-.95z" {}
        }
    }
}

/// Five stars to choose from: radio buttons, so that keys and screen readers know them.
fn choice(locale: Locale, name: &str, legend: &str, chosen: Option<u8>, is_large: bool) -> Markup {
    html! {
        fieldset.stars.large[is_large] {
            legend { (legend) }
            div.row {
                @for score in 1..=5_u8 {
                    label {
                        input type="radio" name=(name) value=(score) checked[chosen == Some(score)];
                        (star())
                        span.word { (stars(locale, score.into())) }
                    }
                }
            }
            @if is_large {
                div.ends aria-hidden="true" {
                    span { (of(locale).scores[0]) }
                    span { (of(locale).scores[4]) }
                }
            }
        }
    }
}

/// The form, filled in as far as it is known, with what is wrong with it.
pub(super) fn form(
    status: StatusCode,
    locale: Locale,
    token: &str,
    it: &RatingPage,
    answer: &Answer,
    problem: Option<&str>,
) -> Response {
    let texts = of(locale);
    let path = format!("/rate/{token}");
    let chosen = details(&answer.dimensions);
    let content = html! {
        @if let Some(problem) = problem {
            p.problem role="alert" { (problem) }
        }
        h1 { (question(locale, it.agent.as_deref())) }
        p.hint { (texts.rate_hint) }
        form method="post" action=(format!("{path}?lang={}", locale.as_str())) {
            @if it.asks_expectation || answer.expected.is_some() {
                (choice(locale, "expected", texts.expected, answer.expected, false))
            }
            (choice(locale, "score", texts.stars, answer.score, true))
            @if it.asks_dimensions {
                details open[chosen.iter().any(Option::is_some)] {
                    summary { (texts.details) }
                    @for ((name, legend), chosen) in DIMENSIONS.iter().zip(texts.dimensions).zip(chosen) {
                        (choice(locale, name, legend, chosen, false))
                    }
                }
            }
            label.comment for="comment" { (texts.comment) }
            textarea id="comment" name="comment" rows="4" maxlength=(RATING_COMMENT_CHARS_MAX)
                aria-describedby="comment-hint" { "\n" (answer.comment) }
            p.hint id="comment-hint" { (texts.comment_hint) }
            button type="submit" { @if it.rating.is_some() { (texts.save) } @else { (texts.send) } }
        }
    };
    let shell = Shell {
        locale,
        title: texts.rate_title,
        company: &it.company,
        path: &path,
    };
    page(status, &shell, &content)
}

/// What was given, with thanks and the way to change it.
pub(super) fn thanks(locale: Locale, token: &str, it: &RatingPage, rating: &Rating) -> Response {
    let texts = of(locale);
    let path = format!("/rate/{token}");
    let given = details(&rating.dimensions);
    let content = html! {
        div.done aria-hidden="true" {
            svg viewBox="0 0 24 24" focusable="false" { path d="M5 12.5l4.5 4.5L19 7.5" {} }
        }
        h1 { (texts.thanks) }
        p.hint { (texts.thanks_text) }
        section.given aria-labelledby="given" {
            h2 id="given" { (texts.given) }
            (shown(locale, rating.score))
            dl {
                @if let Some(expected) = rating.expected {
                    dt { (texts.expected) }
                    dd { (shown(locale, expected)) }
                }
                @for (legend, score) in texts.dimensions.iter().zip(given) {
                    @if let Some(score) = score {
                        dt { (legend) }
                        dd { (shown(locale, score)) }
                    }
                }
            }
            @if let Some(comment) = &rating.comment {
                blockquote { (comment) }
            }
        }
        @if it.is_open {
            p { a href=(format!("{path}?lang={}&change=1", locale.as_str())) { (texts.change) } }
        }
    };
    let shell = Shell {
        locale,
        title: texts.thanks,
        company: &it.company,
        path: &path,
    };
    page(StatusCode::OK, &shell, &content)
}

/// Stars that were given.
fn shown(locale: Locale, score: u8) -> Markup {
    html! {
        span.shown {
            @for place in 1..=5_u8 {
                span.on[place <= score] aria-hidden="true" { (star()) }
            }
            span.word { (stars(locale, score.into())) }
        }
    }
}

/// The link was valid once.
pub(super) fn expired(locale: Locale, token: &str) -> Response {
    let texts = of(locale);
    message(
        StatusCode::GONE,
        locale,
        token,
        texts.expired,
        texts.expired_text,
    )
}

/// The link is none of ours.
pub(super) fn invalid(locale: Locale, token: &str) -> Response {
    let texts = of(locale);
    message(
        StatusCode::NOT_FOUND,
        locale,
        token,
        texts.invalid,
        texts.invalid_text,
    )
}

/// The server cannot answer now.
pub(super) fn failed(locale: Locale, token: &str) -> Response {
    let texts: &Texts = of(locale);
    let status = StatusCode::SERVICE_UNAVAILABLE;
    message(status, locale, token, texts.failed, texts.failed_text)
}

fn message(status: StatusCode, locale: Locale, token: &str, title: &str, text: &str) -> Response {
    // A wrong token is not repeated: it may be anything.
    let is_token = token.len() <= 100
        && token
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    let path = if is_token {
        format!("/rate/{token}")
    } else {
        "/rate/x".to_owned()
    };
    let shell = Shell {
        locale,
        title,
        company: "",
        path: &path,
    };
    let content = html! {
        h1 { (title) }
        p { (text) }
    };
    page(status, &shell, &content)
}

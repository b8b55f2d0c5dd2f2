//! The rating page behind a signed link: `GET` shows it, `POST` takes the answer and leads
//! back to it, so that loading it again sends nothing twice.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;
use zhiyin_app::App;
use zhiyin_app::ratings::{
    LinkError, PageError, PageInput, RateError, RatingInput, RatingPage, open_page, rate_by_link,
};
use zhiyin_domain::ids::SessionId;
use zhiyin_domain::locale::Locale;
use zhiyin_domain::ratings::{RatingDimensions, RatingError};

use super::rating_view::{self as view, Answer};
use crate::guard::request_id;
use crate::state::AppState;

/// A comment of the longest kind, every character written with twelve, and the rest.
const FORM_BYTES_MAX: usize = 64 * 1024;

/// The page.
pub(super) fn routes() -> Router<AppState> {
    Router::new().route(
        "/rate/{token}",
        get(show)
            .post(answer)
            .layer(DefaultBodyLimit::max(FORM_BYTES_MAX)),
    )
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    /// Language, if it is not the customer's.
    lang: Option<String>,
    /// Whether a given rating is to be changed.
    change: Option<String>,
}

impl Asked {
    fn locale(&self) -> Option<Locale> {
        self.lang.as_deref().and_then(Locale::closest)
    }
}

/// What the form sends. Fields are texts, so that one wrong number is told in a page and not
/// in a refusal of the whole form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Fields {
    score: String,
    expected: String,
    comment: String,
    accurate: String,
    convenient: String,
    fast: String,
    comfortable: String,
    attitude: String,
}

impl Fields {
    fn answer(self) -> Answer {
        let score = |text: &str| text.parse().ok().filter(|score| (1..=5).contains(score));
        Answer {
            score: score(&self.score),
            expected: score(&self.expected),
            dimensions: RatingDimensions {
                accurate: score(&self.accurate),
                convenient: score(&self.convenient),
                fast: score(&self.fast),
                comfortable: score(&self.comfortable),
                attitude: score(&self.attitude),
            },
            // Browsers send line breaks as two characters.
            comment: self.comment.replace("\r\n", "\n"),
        }
    }
}

async fn show(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let wanted = asked.locale();
    match open_page(&app, &token).await {
        Ok(page) => {
            let locale = wanted.unwrap_or(page.locale);
            match &page.rating {
                Some(rating) if asked.change.is_none() || !page.is_open => {
                    view::thanks(locale, &token, &page, rating)
                }
                given => {
                    let answer = given.as_ref().map(Answer::from).unwrap_or_default();
                    view::form(StatusCode::OK, locale, &token, &page, &answer, None)
                }
            }
        }
        Err(error) => refused(error, wanted, &token),
    }
}

async fn answer(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
    Form(fields): Form<Fields>,
) -> Response {
    let wanted = asked.locale();
    let answer = fields.answer();
    let Some(score) = answer.score else {
        return again(&app, &token, wanted, &answer, &RatingError::Score).await;
    };
    let input = PageInput {
        rating: RatingInput {
            session_id: SessionId::from_uuid(uuid::Uuid::nil()),
            score,
            comment: Some(answer.comment.clone()),
            dimensions: answer.dimensions,
            expected: answer.expected,
        },
        request_id: request_id::current(),
    };
    match rate_by_link(&app, &token, input).await {
        Ok(page) => {
            let locale = wanted.unwrap_or(page.locale);
            Redirect::to(&format!("/rate/{token}?lang={}", locale.as_str())).into_response()
        }
        Err(PageError::Link(error)) => refused(error, wanted, &token),
        Err(PageError::Rate(RateError::Rating(error))) => {
            again(&app, &token, wanted, &answer, &error).await
        }
        Err(PageError::Rate(error)) => {
            tracing::error!("A rating could not be taken: {error}");
            view::failed(wanted.unwrap_or_default(), &token)
        }
        Err(PageError::Store(error)) => {
            tracing::error!("A rating could not be taken: {error}");
            view::failed(wanted.unwrap_or_default(), &token)
        }
    }
}

/// Shows the form again with what was filled in and what is wrong with it.
async fn again(
    app: &App,
    token: &str,
    wanted: Option<Locale>,
    answer: &Answer,
    error: &RatingError,
) -> Response {
    let page: RatingPage = match open_page(app, token).await {
        Ok(page) => page,
        Err(error) => return refused(error, wanted, token),
    };
    let locale = wanted.unwrap_or(page.locale);
    let texts = super::texts::of(locale);
    let (status, problem) = match error {
        RatingError::Score => (StatusCode::UNPROCESSABLE_ENTITY, texts.missing),
        RatingError::CommentTooLong => (StatusCode::UNPROCESSABLE_ENTITY, texts.too_long),
        RatingError::NotResolved | RatingError::WindowOver | RatingError::TooManyChanges => {
            (StatusCode::CONFLICT, texts.closed)
        }
    };
    view::form(status, locale, token, &page, answer, Some(problem))
}

fn refused(error: LinkError, wanted: Option<Locale>, token: &str) -> Response {
    let locale = wanted.unwrap_or(Locale::ZhCn);
    match error {
        LinkError::Expired => view::expired(locale, token),
        LinkError::Invalid => view::invalid(locale, token),
        LinkError::Store(error) => {
            tracing::error!("A rating page could not be opened: {error}");
            view::failed(locale, token)
        }
    }
}

//! The page of a task behind a signed link, for colleagues who do not work in the console:
//! `GET` shows what is asked, `POST` takes an answer, a status or a question and leads back.
//! It needs no script.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;
use zhiyin_app::App;
use zhiyin_app::cases::{CaseError, TaskAct, act_by_link, open_task_page};
use zhiyin_app::ratings::LinkError;
use zhiyin_domain::locale::Locale;
use zhiyin_domain::time::Timestamp;

use super::task_view::{self as view, LATER_HOURS, Problem, Typed, View};
use crate::guard::request_id;
use crate::state::AppState;

/// A text of the longest kind, every character written with twelve, and the rest.
const FORM_BYTES_MAX: usize = 64 * 1024;

/// The page.
pub(super) fn routes() -> Router<AppState> {
    Router::new().route(
        "/task/{token}",
        get(show)
            .post(act)
            .layer(DefaultBodyLimit::max(FORM_BYTES_MAX)),
    )
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    /// Language, if it is not the colleague's.
    lang: Option<String>,
}

impl Asked {
    fn locale(&self) -> Option<Locale> {
        self.lang.as_deref().and_then(Locale::closest)
    }
}

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Fields {
    /// `answer`, `status`, `question` or `take`.
    act: String,
    text: String,
    /// In how many hours there is more, with a status.
    hours: Option<u64>,
}

impl Fields {
    fn act(&self, text: &str, now: Timestamp) -> TaskAct {
        let text = text.to_owned();
        match self.act.as_str() {
            "take" => TaskAct::Take,
            "question" => TaskAct::Question(text),
            "status" => {
                let chosen = self.hours.filter(|hours| LATER_HOURS.contains(hours));
                let hours = chosen.unwrap_or(LATER_HOURS[0]);
                TaskAct::Status {
                    text,
                    due_at: now.plus(Duration::from_hours(hours)),
                    is_agreed: false,
                }
            }
            _ => TaskAct::Answer(text),
        }
    }
}

async fn show(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    render(&app, &token, &asked, StatusCode::OK, &Typed::default()).await
}

async fn act(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
    Form(fields): Form<Fields>,
) -> Response {
    // Browsers send line breaks as two characters.
    let text = fields.text.replace("\r\n", "\n");
    let what = fields.act(&text, app.clock().now());
    let error = match act_by_link(&app, &token, what, request_id::current()).await {
        Ok(it) => {
            let locale = asked.locale().unwrap_or(it.locale);
            let path = format!("/task/{token}?lang={}", locale.as_str());
            return Redirect::to(&path).into_response();
        }
        Err(error) => error,
    };
    let status = if let CaseError::Store(source) = &error {
        tracing::error!("A task could not be answered behind its link: {source}");
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let typed = Typed {
        act: &fields.act,
        text: &text,
        problem: Some(Problem::from(&error)),
    };
    render(&app, &token, &asked, status, &typed).await
}

/// The page as it stands now, with what was typed and not taken.
async fn render(
    app: &App,
    token: &str,
    asked: &Asked,
    status: StatusCode,
    typed: &Typed<'_>,
) -> Response {
    let path = format!("/task/{token}");
    match open_task_page(app, token).await {
        Ok(it) => {
            let page = View {
                path: &path,
                locale: asked.locale().unwrap_or(it.locale),
                now: app.clock().now(),
            };
            view::task(status, &page, &it, typed)
        }
        Err(error) => gone(&error, asked.locale(), &path),
    }
}

fn gone(error: &LinkError, wanted: Option<Locale>, path: &str) -> Response {
    let status = match error {
        LinkError::Invalid => StatusCode::NOT_FOUND,
        LinkError::Expired => StatusCode::GONE,
        LinkError::Store(error) => {
            tracing::error!("The page of a task could not be opened: {error}");
            StatusCode::SERVICE_UNAVAILABLE
        }
    };
    view::gone(status, wanted.unwrap_or_default(), path)
}

//! The page of a task behind a signed link, for colleagues who do not work in the console:
//! `GET` shows what is asked, `POST` takes an answer, a status or a question and leads back.
//! It needs no script.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use zhiyin_app::App;
use zhiyin_app::cases::{CaseError, TaskAct, TaskPage, act_by_link, open_task_page};
use zhiyin_app::ratings::LinkError;
use zhiyin_domain::limits::CASE_TEXT_CHARS_MAX;
use zhiyin_domain::locale::Locale;
use zhiyin_domain::time::local;

use super::{Shell, page};
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
    /// `answer`, `question` or `take`.
    act: String,
    text: String,
}

/// The words of the page.
struct Words {
    title: &'static str,
    request: &'static str,
    standard: &'static str,
    due: &'static str,
    as_whom: &'static str,
    take: &'static str,
    taken: &'static str,
    answer: &'static str,
    send: &'static str,
    ask: &'static str,
    hint: &'static str,
    done: &'static str,
    given: &'static str,
    waiting: &'static str,
    refused: &'static str,
    gone: &'static str,
    gone_text: &'static str,
}

const ZH: Words = Words {
    title: "后台任务",
    request: "请您处理",
    standard: "答复需包含",
    due: "请在此之前答复",
    as_whom: "以此姓名答复",
    take: "我来处理",
    taken: "已由您处理",
    answer: "您的答复",
    send: "提交答复",
    ask: "先向提出人提问",
    hint: "提出人会立即看到。客户看不到这里的内容。",
    done: "谢谢，答复已送达",
    given: "已提交的答复",
    waiting: "问题已送达，等待提出人回复。",
    refused: "现在无法提交：",
    gone: "这个链接已失效",
    gone_text: "请让同事重新发一个链接，或在系统中打开任务。",
};

const EN: Words = Words {
    title: "Task",
    request: "You are asked to",
    standard: "A good answer contains",
    due: "Please answer by",
    as_whom: "You answer as",
    take: "I am on it",
    taken: "You have it",
    answer: "Your answer",
    send: "Send the answer",
    ask: "Ask back first",
    hint: "Whoever asked sees it at once. The customer does not see this page.",
    done: "Thank you, your answer has arrived",
    given: "The answer that was given",
    waiting: "Your question has arrived; you will hear from whoever asked.",
    refused: "This cannot be sent now: ",
    gone: "This link is not valid any more",
    gone_text: "Ask your colleague for a new one, or open the task in the system.",
};

const fn words(locale: Locale) -> &'static Words {
    match locale {
        Locale::ZhCn => &ZH,
        Locale::En => &EN,
    }
}

async fn show(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    match open_task_page(&app, &token).await {
        Ok(it) => render(StatusCode::OK, &token, asked.locale(), &it, "", None),
        Err(error) => gone(&error, asked.locale(), &token),
    }
}

async fn act(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
    Form(fields): Form<Fields>,
) -> Response {
    let text = fields.text.replace("\r\n", "\n");
    let what = match fields.act.as_str() {
        "take" => TaskAct::Take,
        "question" => TaskAct::Question(text.clone()),
        _ => TaskAct::Answer(text.clone()),
    };
    let error = match act_by_link(&app, &token, what, request_id::current()).await {
        Ok(it) => {
            let locale = asked.locale().unwrap_or(it.locale);
            let path = format!("/task/{token}?lang={}", locale.as_str());
            return Redirect::to(&path).into_response();
        }
        Err(error) => error,
    };
    if let CaseError::Store(source) = &error {
        tracing::error!("A task could not be answered behind its link: {source}");
    }
    match open_task_page(&app, &token).await {
        Ok(it) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            let problem = error.to_string();
            render(status, &token, asked.locale(), &it, &text, Some(&problem))
        }
        Err(error) => gone(&error, asked.locale(), &token),
    }
}

fn gone(error: &LinkError, wanted: Option<Locale>, token: &str) -> Response {
    let locale = wanted.unwrap_or_default();
    let words = words(locale);
    let status = match error {
        LinkError::Invalid => StatusCode::NOT_FOUND,
        LinkError::Expired => StatusCode::GONE,
        LinkError::Store(error) => {
            tracing::error!("The page of a task could not be opened: {error}");
            StatusCode::SERVICE_UNAVAILABLE
        }
    };
    let content = html! {
        h1 { (words.gone) }
        p.hint { (words.gone_text) }
    };
    let shell = Shell {
        locale,
        title: words.title,
        company: "",
        path: &format!("/task/{token}"),
    };
    page(status, &shell, &content)
}

/// What can be done with a task that is open.
fn form(
    words: &Words,
    (path, locale): (&str, Locale),
    it: &TaskPage,
    (text, problem): (&str, Option<&str>),
) -> Markup {
    let taken = it.view.task.holds.last().and_then(|hold| hold.taken_by);
    html! {
        @if let Some(problem) = problem {
            p.problem role="alert" { (words.refused) (problem) }
        }
        form method="post" action=(format!("{path}?lang={}", locale.as_str())) {
            @if taken.is_some() {
                p.hint { (words.taken) }
            } @else {
                button type="submit" name="act" value="take" formnovalidate { (words.take) }
            }
            label.comment for="text" { (words.answer) }
            textarea id="text" name="text" rows="6" required maxlength=(CASE_TEXT_CHARS_MAX)
                aria-describedby="text-hint" { "\n" (text) }
            p.hint id="text-hint" { (words.hint) }
            button type="submit" name="act" value="answer" { (words.send) }
            button type="submit" name="act" value="question" { (words.ask) }
        }
    }
}

fn render(
    status: StatusCode,
    token: &str,
    wanted: Option<Locale>,
    it: &TaskPage,
    text: &str,
    problem: Option<&str>,
) -> Response {
    let locale = wanted.unwrap_or(it.locale);
    let words = words(locale);
    let path = format!("/task/{token}");
    let task = &it.view.task;
    let due = local(task.due_at, &it.zone, "%Y-%m-%d %H:%M");
    let answer = it.answer.as_deref();
    let content = html! {
        h1 { (it.view.case.number) " · " (it.view.case.title) }
        dl {
            dt { (words.request) }
            dd { (task.request) }
            dt { (words.standard) }
            dd { (task.standard) }
            @if task.is_open() {
                dt { (words.due) }
                dd { (due) }
            }
            dt { (words.as_whom) }
            dd { (it.agent_name) }
        }
        @match task.status.as_str() {
            "open" => { (form(words, (&path, locale), it, (text, problem))) }
            "question" => { p.hint role="status" { (words.waiting) } }
            _ => {
                h2 { (words.done) }
                @if let Some(answer) = answer {
                    p.hint { (words.given) }
                    blockquote { (answer) }
                }
            }
        }
    };
    let shell = Shell {
        locale,
        title: words.title,
        company: &it.company,
        path: &path,
    };
    page(status, &shell, &content)
}

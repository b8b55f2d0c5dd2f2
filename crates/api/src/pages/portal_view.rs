//! What the customer portal looks like.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use zhiyin_app::cases::portal::{PortalCase, PortalPage};
use zhiyin_domain::cases::portal::CustomerStep;
use zhiyin_domain::limits::MESSAGE_CHARS_MAX;
use zhiyin_domain::locale::Locale;
use zhiyin_domain::time::{Timestamp, local_minute};

use super::portal_texts::{Texts, of};
use super::{Shell, page, texts};

/// What is said above the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notice {
    /// Something was done.
    Done(Done),
    /// Something was refused.
    Problem(Problem),
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Done {
    /// The customer wrote.
    Written,
    /// The customer confirmed.
    Confirmed,
    /// The customer contested.
    Contested,
    /// The customer took note.
    Acknowledged,
}

/// What was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Problem {
    /// Nothing was written.
    Empty,
    /// Too many words.
    TooLong,
    /// Nobody said what is open.
    SayWhy,
    /// The file was not taken.
    File,
    /// The case does not take it now.
    NotNow,
    /// Too often.
    TooOften,
}

impl Problem {
    const fn text(self, texts: &'static Texts) -> &'static str {
        match self {
            Self::Empty => texts.empty,
            Self::TooLong => texts.too_long,
            Self::SayWhy => texts.say_why,
            Self::File => texts.file_refused,
            Self::NotNow => texts.not_now,
            Self::TooOften => texts.too_often,
        }
    }
}

/// What a page is made of besides what is on it.
pub(super) struct Frame<'a> {
    /// The path of the page.
    pub path: &'a str,
    /// The path of the list, behind a link to all cases.
    pub list: Option<&'a str>,
    /// Names what is filled in, so that a form sent twice is taken once.
    pub client_id: &'a str,
    /// What is said above.
    pub notice: Option<Notice>,
    /// What was typed and not taken, and in which form.
    pub typed: (Form, &'a str),
}

/// A form with words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Something is added.
    Write,
    /// Something is still open.
    Contest,
}

impl<'a> Frame<'a> {
    fn typed_for(&self, form: Form) -> &'a str {
        let (of, text) = self.typed;
        if of == form { text } else { "" }
    }
}

fn time(at: Timestamp, zone: &str) -> Markup {
    html! { time datetime=(at.to_string()) { (local_minute(at, zone)) } }
}

fn notice(texts: &'static Texts, notice: Option<Notice>) -> Markup {
    html! {
        @match notice {
            Some(Notice::Problem(problem)) => p.problem role="alert" { (problem.text(texts)) },
            Some(Notice::Done(done)) => p.notice role="status" {
                @match done {
                    Done::Written => (texts.written),
                    Done::Confirmed => (texts.confirmed),
                    Done::Contested => (texts.contested),
                    Done::Acknowledged => (texts.noted),
                }
            },
            None => {},
        }
    }
}

/// The list of a contact's cases.
pub(super) fn list(status: StatusCode, it: &PortalPage, frame: &Frame<'_>) -> Response {
    let (locale, words) = (it.locale, of(it.locale));
    let content = html! {
        (notice(words, frame.notice))
        h1 { (words.list) }
        @if it.cases.is_empty() {
            p.hint { (words.none) }
        } @else {
            ul.cases {
                @for case in &it.cases {
                    li {
                        a href=(format!("{}/cases/{}?lang={}", frame.path, case.view.number, locale.as_str())) {
                            (case.title)
                        }
                        p.hint {
                            strong { (case.view.status) } " · " (case.view.number) " · "
                            (time(case.created_at, &it.zone))
                        }
                    }
                }
            }
            p.hint { (words.zone) " " (it.zone) }
        }
    };
    let shell = Shell {
        locale,
        title: words.list,
        company: &it.company,
        path: frame.path,
    };
    page(status, &shell, &content)
}

fn steps(texts: &'static Texts, steps: &[CustomerStep], zone: &str) -> Markup {
    html! {
        section.steps aria-labelledby="steps" {
            h2 id="steps" { (texts.steps) }
            @if steps.is_empty() {
                p.hint { (texts.no_steps) }
            } @else {
                ol {
                    @for step in steps {
                        li.past[step.to.is_some()] aria-current=[step.to.is_none().then_some("step")] {
                            span { (step.text) }
                            p.hint {
                                @match step.to {
                                    Some(to) => { (texts.step_done) " · " (time(to, zone)) },
                                    None => { (texts.step_now) " · " (time(step.from, zone)) },
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn talk(texts: &'static Texts, it: &PortalCase, company: &str, zone: &str) -> Markup {
    html! {
        @if !it.talk.is_empty() {
            section.talk aria-labelledby="talk" {
                h2 id="talk" { (texts.talk) }
                ol {
                    @for said in &it.talk {
                        li.own[said.is_own] {
                            p.hint {
                                @if said.is_own { (texts.you) } @else { (company) }
                                " · " (time(said.at, zone))
                            }
                            @if !said.text.is_empty() {
                                p.words { (zhiyin_domain::format::plain(&said.text)) }
                            }
                            @if said.file_count > 0 {
                                p.files { (texts.files(said.file_count)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What the customer says when it is not solved.
fn objection(texts: &'static Texts, title: &str, action: &str, typed: &str) -> Markup {
    html! {
        details open[!typed.is_empty()] {
            summary { (title) }
            form method="post" action=(action) enctype="multipart/form-data" {
                input type="hidden" name="action" value="contest";
                label.comment for="why" { (texts.open) }
                textarea id="why" name="text" rows="3" maxlength="4000" required { "\n" (typed) }
                button.quiet type="submit" { (texts.send) }
            }
        }
    }
}

/// The question whether it is solved, and what to do if not.
fn question(texts: &'static Texts, it: &PortalCase, action: &str, frame: &Frame<'_>) -> Markup {
    let typed = frame.typed_for(Form::Contest);
    html! {
        @if it.view.may_confirm {
            section.question aria-labelledby="solved" {
                h2 id="solved" { (texts.solved) }
                p.hint { (texts.solved_hint) }
                form method="post" action=(action) enctype="multipart/form-data" {
                    input type="hidden" name="action" value="confirm";
                    button type="submit" { (texts.yes) }
                }
                @if it.view.may_reopen { (objection(texts, texts.no, action, typed)) }
            }
        } @else if it.view.may_reopen {
            (objection(texts, texts.again, action, typed))
        }
    }
}

/// What the customer was told and should take note of.
fn notices(texts: &'static Texts, it: &PortalCase, action: &str, zone: &str) -> Markup {
    html! {
        @if !it.notices.is_empty() {
            section.told aria-labelledby="told" {
                h2 id="told" { (texts.told) }
                @for told in &it.notices {
                    p.words id=(format!("told-{}", told.id)) { (told.text) }
                    @match told.acknowledged_at {
                        Some(at) => p.hint { (texts.noted_at) " · " (time(at, zone)) },
                        None => form method="post" action=(action) enctype="multipart/form-data" {
                            input type="hidden" name="action" value="acknowledge";
                            input type="hidden" name="notice" value=(told.id);
                            button.quiet type="submit" aria-describedby=(format!("told-{}", told.id)) {
                                (texts.note)
                            }
                        },
                    }
                }
            }
        }
    }
}

fn form(texts: &'static Texts, it: &PortalCase, action: &str, frame: &Frame<'_>) -> Markup {
    html! {
        @if it.view.may_add {
            section.add aria-labelledby="add" {
                h2 id="add" { (texts.add) }
                form method="post" action=(action) enctype="multipart/form-data" {
                    input type="hidden" name="action" value="write";
                    input type="hidden" name="client_id" value=(frame.client_id);
                    label.comment for="text" { (texts.words) }
                    textarea id="text" name="text" rows="4" maxlength=(MESSAGE_CHARS_MAX)
                        aria-describedby="text-hint" { "\n" (frame.typed_for(Form::Write)) }
                    p.hint id="text-hint" { (texts.words_hint) }
                    @if it.takes_files {
                        label.comment for="file" { (texts.file) }
                        input id="file" type="file" name="file" aria-describedby="file-hint";
                        p.hint id="file-hint" { (texts.file_hint) }
                    }
                    button type="submit" { (texts.send) }
                }
            }
        }
    }
}

/// One case.
pub(super) fn case(
    status: StatusCode,
    it: &PortalPage,
    one: &PortalCase,
    frame: &Frame<'_>,
) -> Response {
    let (locale, words) = (it.locale, of(it.locale));
    let action = format!("{}?lang={}", frame.path, locale.as_str());
    let content = html! {
        @if let Some(list) = frame.list {
            p.back { a href=(format!("{list}?lang={}", locale.as_str())) { "← " (words.back) } }
        }
        (notice(words, frame.notice))
        p.over { (words.number) " " (one.view.number) }
        h1 { (one.title) }
        dl.facts {
            div {
                dt { (words.status) }
                dd { strong { (one.view.status) } }
            }
            @if let Some(reply_by) = one.view.reply_by {
                div {
                    dt { (words.reply_by) }
                    dd { strong { (time(reply_by, &it.zone)) } }
                }
            }
            div {
                dt { (words.kind) }
                dd { (one.type_name) }
            }
            div {
                dt { (words.since) }
                dd { (time(one.created_at, &it.zone)) }
            }
        }
        (question(words, one, &action, frame))
        (notices(words, one, &action, &it.zone))
        (steps(words, &one.view.steps, &it.zone))
        (talk(words, one, &it.company, &it.zone))
        (form(words, one, &action, frame))
        p.foot { (words.zone) " " (it.zone) (words.stop) (words.secret) }
    };
    let shell = Shell {
        locale,
        title: &one.title,
        company: &it.company,
        path: frame.path,
    };
    page(status, &shell, &content)
}

/// A page of a few words: the link is old, is none, or the server cannot answer.
fn plain(
    status: StatusCode,
    locale: Locale,
    path: &str,
    (title, text): (&'static str, &'static str),
) -> Response {
    let content = html! {
        h1 { (title) }
        p.hint { (text) }
    };
    let shell = Shell {
        locale,
        title,
        company: "",
        path,
    };
    page(status, &shell, &content)
}

/// The link was valid once.
pub(super) fn expired(locale: Locale, path: &str) -> Response {
    let words = (texts::of(locale).expired, of(locale).expired_text);
    plain(StatusCode::GONE, locale, path, words)
}

/// The link is none, or leads to nothing any more.
pub(super) fn invalid(locale: Locale, path: &str) -> Response {
    let texts = texts::of(locale);
    let words = (texts.invalid, texts.invalid_text);
    plain(StatusCode::NOT_FOUND, locale, path, words)
}

/// The server cannot answer now.
pub(super) fn failed(locale: Locale, path: &str) -> Response {
    let texts = texts::of(locale);
    let words = (texts.failed, texts.failed_text);
    plain(StatusCode::SERVICE_UNAVAILABLE, locale, path, words)
}

//! What the page of a task looks like, and its words.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use zhiyin_app::cases::{CaseError, TaskPage};
use zhiyin_domain::cases::tasks::TaskError;
use zhiyin_domain::limits::CASE_TEXT_CHARS_MAX;
use zhiyin_domain::locale::Locale;
use zhiyin_domain::time::{Timestamp, local_minute};

use super::{Shell, page};

/// Hours from now that can be chosen for the next news.
pub(super) const LATER_HOURS: [u64; 6] = [1, 2, 4, 8, 24, 48];

/// Why something was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Problem {
    /// No words, or too many.
    Text,
    /// The new time lies further ahead than the task may take.
    TooFar,
    /// The team has said often enough how it stands.
    TooMany,
    /// The task is no longer open, or no longer this colleague's to do.
    NotNow,
    /// The server cannot take it at this moment.
    Failed,
}

impl From<&CaseError> for Problem {
    fn from(error: &CaseError) -> Self {
        match error {
            CaseError::Task(TaskError::Text) => Self::Text,
            CaseError::Task(TaskError::TooFar) => Self::TooFar,
            CaseError::Task(TaskError::TooMany) => Self::TooMany,
            CaseError::Store(_) => Self::Failed,
            _ => Self::NotNow,
        }
    }
}

/// The words of the page.
struct Words {
    title: &'static str,
    request: &'static str,
    standard: &'static str,
    due: &'static str,
    late: &'static str,
    as_whom: &'static str,
    take: &'static str,
    taken: &'static str,
    answer: &'static str,
    send: &'static str,
    hint: &'static str,
    not_yet: &'static str,
    ask: &'static str,
    ask_hint: &'static str,
    ask_send: &'static str,
    status: &'static str,
    status_hint: &'static str,
    status_until: &'static str,
    status_send: &'static str,
    done: &'static str,
    cancelled: &'static str,
    given: &'static str,
    waiting: &'static str,
    text: &'static str,
    too_far: &'static str,
    too_many: &'static str,
    not_now: &'static str,
    failed: &'static str,
    gone: &'static str,
    gone_text: &'static str,
}

const ZH: Words = Words {
    title: "后台任务",
    request: "请您处理",
    standard: "答复需包含",
    due: "请在此之前答复",
    late: "已超时",
    as_whom: "以此姓名答复",
    take: "我来处理",
    taken: "已由您的团队接手。",
    answer: "您的答复",
    send: "提交答复",
    hint: "提出人会立即看到。客户看不到这里的内容。",
    not_yet: "现在还不能答复？",
    ask: "向提出人提问",
    ask_hint: "提出人回答之前，您的时限暂停。",
    ask_send: "提交问题",
    status: "目前进展",
    status_hint: "到期前总要有答复或进展。您的团队最多可以说明两次。",
    status_until: "多久后再答复",
    status_send: "提交进展",
    done: "谢谢，答复已送达",
    cancelled: "这个任务已经取消，不需要再处理",
    given: "已提交的答复",
    waiting: "问题已送达，等待提出人回复。回复后请再打开这个链接。",
    text: "请填写内容，并控制在字数限制之内。",
    too_far: "这个时间超过了任务允许的时限，请选一个更近的时间。",
    too_many: "进展说明次数已满。请提交答复，或请提出人同意延长。",
    not_now: "这个任务的状态已经变化，没有提交。请看下面的最新状态。",
    failed: "服务器现在忙不过来，没有提交。请稍后再试。",
    gone: "这个链接已失效",
    gone_text: "请让同事重新发一个链接，或在系统中打开任务。",
};

const EN: Words = Words {
    title: "Task",
    request: "You are asked to",
    standard: "A good answer contains",
    due: "Please answer by",
    late: "late",
    as_whom: "You answer as",
    take: "I am on it",
    taken: "Your team has taken it.",
    answer: "Your answer",
    send: "Send the answer",
    hint: "Whoever asked sees it at once. The customer does not see this page.",
    not_yet: "Not able to answer yet?",
    ask: "Ask back",
    ask_hint: "Your time stands still until whoever asked has answered.",
    ask_send: "Send the question",
    status: "How it stands",
    status_hint: "At the deadline there is an answer or a status. Your team can say twice how it stands.",
    status_until: "There is more in",
    status_send: "Send the status",
    done: "Thank you, your answer has arrived",
    cancelled: "This task was cancelled; there is nothing left to do",
    given: "The answer that was given",
    waiting: "Your question has arrived. Open this link again when it was answered.",
    text: "Write something, within the limit of characters.",
    too_far: "That is later than this task may take. Choose an earlier time.",
    too_many: "How it stands was said often enough. Answer, or ask for more time.",
    not_now: "The task has changed meanwhile, and nothing was sent. See below how it stands.",
    failed: "The server is busy, and nothing was sent. Try again in a moment.",
    gone: "This link is not valid any more",
    gone_text: "Ask your colleague for a new one, or open the task in the system.",
};

const fn words(locale: Locale) -> &'static Words {
    match locale {
        Locale::ZhCn => &ZH,
        Locale::En => &EN,
    }
}

impl Problem {
    const fn text(self, words: &'static Words) -> &'static str {
        match self {
            Self::Text => words.text,
            Self::TooFar => words.too_far,
            Self::TooMany => words.too_many,
            Self::NotNow => words.not_now,
            Self::Failed => words.failed,
        }
    }
}

fn hours(locale: Locale, count: u64) -> String {
    match (locale, count) {
        (Locale::ZhCn, _) => format!("{count} 小时"),
        (Locale::En, 1) => "1 hour".to_owned(),
        (Locale::En, _) => format!("{count} hours"),
    }
}

/// What was sent and not taken.
#[derive(Debug, Default)]
pub(super) struct Typed<'a> {
    /// Which form it was.
    pub act: &'a str,
    /// The words.
    pub text: &'a str,
    /// Why it was not taken.
    pub problem: Option<Problem>,
}

impl Typed<'_> {
    fn of(&self, act: &str) -> &str {
        if self.act == act { self.text } else { "" }
    }
}

/// The page of a task.
pub(super) struct View<'a> {
    /// Its path.
    pub path: &'a str,
    /// Its language.
    pub locale: Locale,
    /// The time now.
    pub now: Timestamp,
}

fn words_field(id: &str, label: &str, (rows, hint): (&str, &str), typed: &str) -> Markup {
    let hint_id = format!("{id}-hint");
    html! {
        label.comment for=(id) { (label) }
        textarea id=(id) name="text" rows=(rows) required maxlength=(CASE_TEXT_CHARS_MAX)
            aria-describedby=(hint_id) { "\n" (typed) }
        p.hint id=(hint_id) { (hint) }
    }
}

/// What can be done with a task that is open.
fn forms(words: &'static Words, view: &View<'_>, typed: &Typed<'_>) -> Markup {
    let action = format!("{}?lang={}", view.path, view.locale.as_str());
    html! {
        section.add {
            form method="post" action=(action) {
                (words_field("text", words.answer, ("6", words.hint), typed.of("answer")))
                button type="submit" name="act" value="answer" { (words.send) }
            }
        }
        section.otherwise aria-labelledby="not-yet" {
            h2 id="not-yet" { (words.not_yet) }
            details open[typed.act == "status"] {
                summary { (words.status) }
                form method="post" action=(action) {
                    (words_field("status", words.status, ("3", words.status_hint), typed.of("status")))
                    label.comment for="hours" { (words.status_until) }
                    select id="hours" name="hours" {
                        @for count in LATER_HOURS {
                            option value=(count) { (hours(view.locale, count)) }
                        }
                    }
                    button.quiet type="submit" name="act" value="status" { (words.status_send) }
                }
            }
            details open[typed.act == "question"] {
                summary { (words.ask) }
                form method="post" action=(action) {
                    (words_field("question", words.ask, ("3", words.ask_hint), typed.of("question")))
                    button.quiet type="submit" name="act" value="question" { (words.ask_send) }
                }
            }
        }
    }
}

fn taking(words: &'static Words, view: &View<'_>, it: &TaskPage) -> Markup {
    let action = format!("{}?lang={}", view.path, view.locale.as_str());
    let last = it.view.task.holds.last();
    html! {
        @if last.is_some_and(|hold| hold.taken_by.is_some()) {
            p.hint { (words.taken) }
        } @else {
            form method="post" action=(action) {
                button.quiet type="submit" name="act" value="take" { (words.take) }
            }
        }
    }
}

/// The page of a task as it stands.
pub(super) fn task(
    status: StatusCode,
    view: &View<'_>,
    it: &TaskPage,
    typed: &Typed<'_>,
) -> Response {
    let words = words(view.locale);
    let task = &it.view.task;
    let is_late = task.is_overdue(view.now);
    let content = html! {
        @if let Some(problem) = typed.problem {
            p.problem role="alert" { (problem.text(words)) }
        }
        p.over { (words.title) " · " (it.view.case.number) }
        h1 { (it.view.case.title) }
        dl.facts {
            @if task.is_open() {
                div {
                    dt { (words.due) }
                    dd {
                        strong { time datetime=(task.due_at.to_string()) { (local_minute(task.due_at, &it.zone)) } }
                        @if is_late { " " span.late { (words.late) } }
                    }
                }
            }
            div {
                dt { (words.as_whom) }
                dd { (it.agent_name) }
            }
        }
        section.asked {
            h2 { (words.request) }
            p.words { (task.request) }
            h2 { (words.standard) }
            p.words { (task.standard) }
        }
        @match task.status.as_str() {
            "open" => {
                (taking(words, view, it))
                (forms(words, view, typed))
            }
            "question" => { p.notice role="status" { (words.waiting) } }
            "cancelled" => { p.notice role="status" { (words.cancelled) } }
            _ => {
                p.notice role="status" { (words.done) }
                @if let Some(answer) = it.answer.as_deref() {
                    p.hint { (words.given) }
                    blockquote { (answer) }
                }
            }
        }
    };
    let shell = Shell {
        locale: view.locale,
        title: words.title,
        company: &it.company,
        path: view.path,
    };
    page(status, &shell, &content)
}

/// The link leads nowhere any more.
pub(super) fn gone(status: StatusCode, locale: Locale, path: &str) -> Response {
    let words = words(locale);
    let content = html! {
        h1 { (words.gone) }
        p.hint { (words.gone_text) }
    };
    let shell = Shell {
        locale,
        title: words.title,
        company: "",
        path,
    };
    page(status, &shell, &content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_to_do_in_the_language_of_the_page() {
        for error in [TaskError::Text, TaskError::TooFar, TaskError::TooMany] {
            let problem = Problem::from(&CaseError::Task(error));
            assert_ne!(problem, Problem::NotNow);
            assert!(!problem.text(&ZH).is_ascii());
            assert!(problem.text(&EN).is_ascii());
        }
        let over = Problem::from(&CaseError::Task(TaskError::Over));
        assert_eq!(over, Problem::NotNow);
    }
}

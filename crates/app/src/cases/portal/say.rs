//! What Zhiyin tells customers about their case by itself, on the channel they use.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use zhiyin_domain::ask::{Ask, AskAbout};
use zhiyin_domain::cases::case::Case;
use zhiyin_domain::cases::status::StatusCategory;
use zhiyin_domain::ids::{CaseId, MessageId};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::message::{Author, MessageKind};
use zhiyin_domain::time::{Timestamp, local_minute};
use zhiyin_store::identity::workspaces;
use zhiyin_store::jobs::{self, Job, NewJob};
use zhiyin_store::{Tx, cases, contacts, conversations};

use super::super::handling::HandlingError;
use super::super::{Setup, asks, complaints};
use super::TELL;
use super::link::{Target, is_public, make};
use super::page::own_conversation;
use crate::conversations::{NewMessage, record, repeat};
use crate::work::{JobError, JobHandler, Work};
use crate::{App, Context, Principal};

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cases) enum Line {
    /// The complaint is here, and when there is a reply.
    Received {
        /// Until when.
        reply_by: Timestamp,
    },
    /// It is solved in our eyes; is it in theirs?
    Resolved,
    /// Where to look.
    Link,
}

impl Line {
    /// Names what was told, so that it is told once.
    fn key(self, case: &Case) -> String {
        match self {
            Self::Received { reply_by } => format!("{}-r{}", case.id, reply_by.as_millis()),
            Self::Resolved => asks::key(case),
            Self::Link => format!("{}-l", case.id),
        }
    }
}

/// The words, with the zone in which times are told and the address of the portal; either
/// may be empty.
pub(super) fn text_of(
    line: &Line,
    case: &Case,
    locale: Locale,
    (zone, url): (&str, &str),
) -> String {
    let number = case.number;
    let words = match (locale, line) {
        (Locale::ZhCn, Line::Received { reply_by }) => format!(
            "您的投诉我们已经受理，编号 {number}。我们最迟在 {} 给您答复，在那之前也会告诉您进展。",
            local_minute(*reply_by, zone)
        ),
        (Locale::En, Line::Received { reply_by }) => format!(
            "We have taken in your complaint under the number {number}. You will have our reply by \
             {} ({zone}) at the latest, and hear from us how it stands until then.",
            local_minute(*reply_by, zone)
        ),
        (Locale::ZhCn, Line::Resolved) => format!(
            "您的事项（编号 {number}）我们认为已经解决。请您确认一下，如果还没有解决，也请告诉我们。"
        ),
        (Locale::En, Line::Resolved) => format!(
            "As far as we can see, your case {number} is solved. Please confirm it, or tell us what \
             is still open."
        ),
        (Locale::ZhCn, Line::Link) => {
            format!("您可以随时在这里查看编号 {number} 的进展并补充内容。")
        }
        (Locale::En, Line::Link) => {
            format!("You can see how your case {number} stands, and add to it, at any time here.")
        }
    };
    if url.is_empty() {
        words
    } else {
        format!("{words}\n{url}")
    }
}

/// Tells the customer in the conversation of the case, in their language. None if there is
/// none. What was told already is not told again.
pub(in crate::cases) fn say_as_bot(
    tx: &mut Tx<'_>,
    ctx: &Context,
    setup: &Setup,
    case: &Case,
    (line, public_url): (&Line, &str),
) -> Result<Option<MessageId>, HandlingError> {
    let Some(own) = own_conversation(tx, case)? else {
        return Ok(None);
    };
    let Some(conversation) = conversations::get_for_update(tx, own.id)? else {
        return Ok(None);
    };
    let customer = contacts::get(tx, conversation.contact_id)?;
    let spoken = customer.and_then(|it| Locale::closest(&it.locale));
    let locale = match spoken {
        Some(locale) => locale,
        None => workspaces::load(tx)?.locale,
    };
    let url = if is_public(tx, case)? {
        let made = make(tx, ctx, Target::Case(case.id, case.contact_id))?;
        format!("{}/portal/{}", public_url.trim_end_matches('/'), made.token)
    } else {
        String::new()
    };
    let prepared = NewMessage {
        client_id: Some(line.key(case)),
        kind: MessageKind::Text,
        text: text_of(line, case, locale, (&setup.zone, &url)),
        reply_to_id: None,
        attachment_ids: Vec::new(),
        mentions: Vec::new(),
    }
    .prepare()?;
    let prepared = match line {
        Line::Resolved => prepared.asking(Ask::new(AskAbout::Solved {
            case_id: case.id,
            number: case.number.to_string(),
        })),
        Line::Received { .. } | Line::Link => prepared,
    };
    if let Some(message) = repeat(tx, conversation.id, Author::Bot, &prepared)? {
        return Ok(Some(message.id));
    }
    let recorded = record(tx, ctx, &conversation, Author::Bot, &prepared)?;
    Ok(Some(recorded.message.id))
}

/// The case was resolved: the customer is asked on their channel whether it is.
pub(in crate::cases) fn enqueue_resolved(
    tx: &mut Tx<'_>,
    ctx: &Context,
    case: &Case,
) -> Result<(), HandlingError> {
    let job = NewJob {
        id: ctx.id(),
        name: TELL,
        arguments: json!({ "case_id": case.id, "what": "resolved" }),
        unique_key: Some(format!("{}/resolved", case.id)),
        run_at: ctx.now(),
        cause: None,
        now: ctx.now(),
    };
    jobs::enqueue(tx, &job)?;
    Ok(())
}

/// What the portal hands to the worker.
#[must_use]
pub fn work() -> Work {
    Work {
        jobs: vec![JobHandler {
            name: TELL,
            time_limit: Duration::from_secs(30),
            run,
        }],
        ..Work::default()
    }
}

#[derive(Clone, Copy, Deserialize)]
struct Arguments {
    case_id: CaseId,
    what: Told,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Told {
    Received,
    Resolved,
}

fn run(app: &App, job: &Job) -> Result<(), JobError> {
    let workspace = job
        .workspace
        .ok_or_else(|| JobError::GiveUp("the job has no workspace".into()))?;
    let arguments: Arguments = serde_json::from_value(job.arguments.clone())
        .map_err(|error| JobError::GiveUp(error.into()))?;
    let url = app.parts().settings.public_url.clone();
    let principal = Principal::system(workspace, "portal");
    app.write_blocking(&principal, move |tx, ctx| match arguments.what {
        Told::Received => complaints::tell(tx, ctx, arguments.case_id, &url),
        Told::Resolved => resolved(tx, ctx, arguments.case_id, &url),
    })
    .map_err(|error| JobError::Retry(error.into()))
}

/// Asks whether it is solved, if the case is still resolved.
fn resolved(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: CaseId,
    public_url: &str,
) -> Result<(), HandlingError> {
    let Some(case) = cases::get_for_update(tx, id)? else {
        return Ok(());
    };
    if case.status.category() != StatusCategory::Resolved || case.merged_into.is_some() {
        return Ok(());
    }
    let setup = Setup::load(tx)?;
    say_as_bot(tx, ctx, &setup, &case, (&Line::Resolved, public_url))?;
    Ok(())
}

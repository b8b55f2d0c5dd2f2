//! The conversation by mail, for customers who asked for it.
//!
//! The job names the conversation; the text is written when it is sent, from what the
//! customer may read. Without a mail relay the job waits and is tried again, so a
//! transcript that was promised goes out once mail is set up, within its tries.

use std::fmt::Write as _;
use std::time::Duration;

use serde::Deserialize;
use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::ConversationId;
use zhiyin_domain::locale::Locale;
use zhiyin_domain::message::{Message, MessageKind};
use zhiyin_domain::permission::Permission;
use zhiyin_ports::{Mail, MailError, Mailbox};
use zhiyin_store::conversations::messages::{self, Audience};
use zhiyin_store::identity::workspaces;
use zhiyin_store::jobs::{self, Job};
use zhiyin_store::{StoreError, Tx, contacts, conversations as store};

use super::WidgetError;
use crate::conversations::{MessageView, hydrate, load};
use crate::work::{JobError, JobHandler, Work};
use crate::{App, Context, Principal};

/// The name the job is enqueued under.
const SEND_TRANSCRIPT: &str = "widget.send_transcript";
/// Messages in a transcript; the latest ones if there are more.
const MESSAGES_MAX: u32 = 1000;

/// What the widget hands to the worker.
#[must_use]
pub fn work() -> Work {
    let send = JobHandler {
        name: SEND_TRANSCRIPT,
        time_limit: Duration::from_mins(1),
        run: send_transcript,
    };
    Work {
        jobs: vec![send],
        ..Work::default()
    }
}

/// Has the conversation sent to an address. The same to the same address twice is one letter,
/// until something more is said.
pub(super) fn enqueue(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: &Conversation,
    email: &EmailAddress,
) -> Result<(), StoreError> {
    let sealed = tx.seal("jobs.transcript", email.as_str().as_bytes())?;
    let whom = tx.blind_index("jobs.transcript", &email.normalized())?;
    let event = ctx.append(
        tx,
        &Event::TranscriptRequested {
            conversation_id: conversation.id,
        },
    )?;
    let (id, version, whom) = (conversation.id, conversation.version, hex::encode(whom));
    let job = jobs::NewJob {
        id: ctx.id(),
        name: SEND_TRANSCRIPT,
        arguments: serde_json::json!({ "conversation_id": id, "email": hex::encode(sealed) }),
        unique_key: Some(format!("{id}:{version}:{whom}")),
        run_at: ctx.now(),
        cause: Some(event),
        now: ctx.now(),
    };
    jobs::enqueue(tx, &job)?;
    Ok(())
}

/// An agent has the conversation sent, to the address of its contact if none is said.
pub fn send_to(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ConversationId,
    email: Option<&str>,
) -> Result<(), WidgetError> {
    let conversation = load(tx, ctx, id, Permission::Reply)?;
    let email = if let Some(text) = email.map(str::trim).filter(|it| !it.is_empty()) {
        let email = text.parse::<EmailAddress>();
        Some(email.map_err(|_| WidgetError::Email)?)
    } else {
        let contact = contacts::get(tx, conversation.contact_id)?;
        contact.and_then(|contact| contact.personal.email)
    };
    let email = email.ok_or(WidgetError::NoAddress)?;
    Ok(enqueue(tx, ctx, &conversation, &email)?)
}

#[derive(Deserialize)]
struct Arguments {
    conversation_id: ConversationId,
    /// The sealed address, in hexadecimal.
    email: String,
}

fn send_transcript(app: &App, job: &Job) -> Result<(), JobError> {
    let give_up = |reason: &'static str| JobError::GiveUp(reason.into());
    let workspace = job
        .workspace
        .ok_or_else(|| give_up("the job has no workspace"))?;
    let arguments: Arguments = serde_json::from_value(job.arguments.clone())
        .map_err(|error| JobError::GiveUp(error.into()))?;
    let id = job.id.to_string();
    let mail = app
        .read_blocking(&Principal::system(workspace, "mail"), move |tx, _| {
            letter(tx, &arguments, &id)
        })
        .map_err(|error| JobError::Retry(error.into()))?;
    let Some(mail) = mail else {
        return Err(give_up("the conversation or its address is gone"));
    };
    app.parts().mailer.send(&mail).map_err(|error| match error {
        MailError::NotSetUp | MailError::Retry(_) => JobError::Retry(error.into()),
        MailError::GiveUp(_) => JobError::GiveUp(error.into()),
    })
}

fn letter(tx: &mut Tx<'_>, arguments: &Arguments, id: &str) -> Result<Option<Mail>, StoreError> {
    let Some(view) = store::view(tx, arguments.conversation_id)? else {
        return Ok(None);
    };
    let Some(address) = open_address(tx, &arguments.email)? else {
        return Ok(None);
    };
    let company = workspaces::load(tx)?;
    let locale = Locale::closest(&view.contact_locale).unwrap_or(company.locale);
    let messages = messages::before(
        tx,
        view.conversation.id,
        None,
        MESSAGES_MAX,
        Audience::Contact,
    )?;
    let views = hydrate(tx, messages, &view.contact.name)?;
    let name = company.name.as_str();
    let subject = match locale {
        Locale::ZhCn => format!("您与{name}的会话记录"),
        Locale::En => format!("Your conversation with {name}"),
    };
    let text = transcript(&views, locale, name, company.time_zone.as_str());
    Ok(Some(Mail {
        to: Mailbox {
            name: view.contact.name,
            address,
        },
        reply_to: None,
        subject,
        text,
        html: None,
        message_id: id.to_owned(),
    }))
}

fn open_address(tx: &mut Tx<'_>, sealed: &str) -> Result<Option<EmailAddress>, StoreError> {
    let Ok(sealed) = hex::decode(sealed) else {
        return Ok(None);
    };
    let plain = tx.open("jobs.transcript", &sealed)?;
    Ok(String::from_utf8(plain).map_or(None, |text| text.parse().ok()))
}

/// One line a message: time, who, what. System lines are left out.
fn transcript(views: &[MessageView], locale: Locale, company: &str, time_zone: &str) -> String {
    let mut text = match locale {
        Locale::ZhCn => {
            format!("您好：\n\n以下是您与{company}的会话记录（时区：{time_zone}）。\n\n")
        }
        Locale::En => format!(
            "Hello,\n\nhere is your conversation with {company} (time zone: {time_zone}).\n\n"
        ),
    };
    for view in views
        .iter()
        .filter(|view| view.message.kind == MessageKind::Text)
    {
        let who = match (view.author.display_name.as_str(), locale) {
            ("", Locale::ZhCn) => "您",
            ("", Locale::En) => "You",
            (name, _) => name,
        };
        let time = local_time(&view.message, time_zone);
        let said = match (&view.message.recalled_at, locale) {
            (Some(_), Locale::ZhCn) => "（已撤回）".to_owned(),
            (Some(_), Locale::En) => "(withdrawn)".to_owned(),
            (None, _) => zhiyin_domain::format::plain(&view.message.text),
        };
        let files = view
            .attachments
            .iter()
            .map(|file| format!(" [{}]", file.name.as_str()));
        writeln!(text, "{time}  {who}: {said}{}", files.collect::<String>())
            .expect("writing into a String does not fail");
    }
    text
}

fn local_time(message: &Message, time_zone: &str) -> String {
    zhiyin_domain::time::local_minute(message.created_at, time_zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_conversation_still_says_whose_it_is() {
        assert!(transcript(&[], Locale::En, "Tea House", "Europe/London").contains("Tea House"));
        assert!(transcript(&[], Locale::ZhCn, "茶馆", "Asia/Shanghai").contains("茶馆"));
    }
}

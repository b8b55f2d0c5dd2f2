//! What a flow does outside: calls of other systems, and mails with one-time codes.
//!
//! Both run outside any transaction. A call that is repeated, because a node was lost before its
//! answer was written down, carries the same `idempotency-key`.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zhiyin_domain::bot::{Memory, SentCode};
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::flows::{Call, CodeCheck, Mapping, Method};
use zhiyin_domain::ids::{ConversationId, JobId, SessionId};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::secret::Secret;
use zhiyin_domain::time::Timestamp;
use zhiyin_ports::{HttpMethod, HttpRequest, Mail, MailError, Mailbox};
use zhiyin_store::bots::codes;
use zhiyin_store::identity::workspaces;
use zhiyin_store::jobs::{self, Job, NewJob};
use zhiyin_store::{StoreError, Tx};

use super::BotError;
use super::turn::principal;
use crate::work::JobError;
use crate::{App, Context};

/// The name under which mails with codes are enqueued.
pub(super) const CODE_MAIL: &str = "bot.code_mail";
const SEALED: &str = "jobs.bot_code";
/// Bytes of an answer that are read.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// Characters of a field that is taken from an answer.
const FIELD_CHARS_MAX: usize = 500;
/// How long a code counts.
const CODE_LIFE: Duration = Duration::from_mins(10);
/// How often something else may be taken for it.
const CODE_TRIES_MAX: u8 = 5;
/// Mails with codes within an hour, to one address and in one conversation.
const CODES_MAX: i64 = 3;

/// Asks another system. None if it did not answer as it should.
pub(super) fn send(
    app: &App,
    session: SessionId,
    call: &Call,
    secret: Option<Secret<String>>,
) -> Option<BTreeMap<String, String>> {
    let mut headers = vec![
        ("accept", "application/json".to_owned()),
        ("user-agent", "Zhiyin-Bot".to_owned()),
        ("idempotency-key", format!("{session}:{}", call.number)),
    ];
    match (&call.secret, secret) {
        (Some(_), Some(secret)) => headers.push(("authorization", secret.expose().clone())),
        // It was removed: the call would be refused anyway.
        (Some(_), None) => return None,
        (None, _) => {}
    }
    let (method, body) = match call.method {
        Method::Get => (HttpMethod::Get, Vec::new()),
        Method::Post => {
            headers.push(("content-type", "application/json".to_owned()));
            (HttpMethod::Post, serde_json::to_vec(&call.body).ok()?)
        }
    };
    let request = HttpRequest {
        method,
        url: call.url.clone(),
        headers,
        body,
        time_limit: Duration::from_millis(call.time_limit_ms.into()),
        answer_bytes_max: ANSWER_BYTES_MAX,
    };
    match app.parts().http.send(&request) {
        Ok(answer) if (200..300).contains(&answer.status) && !answer.is_cut => {
            let found = read_mapping(&answer.body, &call.mapping);
            if found.is_none() {
                tracing::info!(flow.step = %call.step, "A call of a flow gave other fields than are needed");
            }
            found
        }
        Ok(answer) => {
            let status = answer.status;
            tracing::info!(flow.step = %call.step, http.status = status, "A call of a flow was answered with {status}");
            None
        }
        Err(error) => {
            tracing::info!(flow.step = %call.step, "A call of a flow failed: {error}");
            None
        }
    }
}

/// The fields of an answer; none if one is missing.
pub(super) fn read_mapping(body: &[u8], mapping: &[Mapping]) -> Option<BTreeMap<String, String>> {
    if mapping.is_empty() {
        return Some(BTreeMap::new());
    }
    let answer: serde_json::Value = serde_json::from_slice(body).ok()?;
    map(&answer, mapping)
}

/// The same of an answer that was read.
pub(super) fn map(
    answer: &serde_json::Value,
    mapping: &[Mapping],
) -> Option<BTreeMap<String, String>> {
    let fields = mapping.iter().map(|one| {
        let text = match answer.pointer(&one.pointer)? {
            serde_json::Value::String(text) => text.clone(),
            serde_json::Value::Number(number) => number.to_string(),
            serde_json::Value::Bool(is) => is.to_string(),
            serde_json::Value::Null
            | serde_json::Value::Array(_)
            | serde_json::Value::Object(_) => return None,
        };
        let text = text.chars().filter(|c| !c.is_control() || *c == '\n');
        Some((one.field.clone(), text.take(FIELD_CHARS_MAX).collect()))
    });
    fields.collect()
}

fn hash(session: SessionId, code: &str) -> String {
    hex::encode(Sha256::digest(format!("{session}:{code}")))
}

/// A new code, if one more may be sent there.
pub(super) fn new_code(
    tx: &mut Tx<'_>,
    ctx: &Context,
    (conversation, session): (ConversationId, SessionId),
    address: &EmailAddress,
) -> Result<Option<(String, SentCode)>, StoreError> {
    let since = ctx.now().minus(Duration::from_hours(1));
    if codes::sent(tx, conversation, address, since)? >= CODES_MAX {
        return Ok(None);
    }
    let number = u64::from_le_bytes(ctx.random::<8>()) % 1_000_000;
    let code = format!("{number:06}");
    let sent = SentCode {
        hash: hash(session, &code),
        expires_at: ctx.now().plus(CODE_LIFE),
        tries: 0,
    };
    Ok(Some((code, sent)))
}

/// Whether it is the code. Each wrong one counts.
pub(super) fn check_code(
    memory: &mut Memory,
    session: SessionId,
    code: &str,
    now: Timestamp,
) -> CodeCheck {
    let Some(sent) = memory.code.as_mut().filter(|sent| now < sent.expires_at) else {
        memory.code = None;
        return CodeCheck::Over;
    };
    let given = hash(session, code);
    if bool::from(given.as_bytes().ct_eq(sent.hash.as_bytes())) {
        memory.code = None;
        return CodeCheck::Right;
    }
    sent.tries += 1;
    if sent.tries < CODE_TRIES_MAX {
        return CodeCheck::Wrong;
    }
    memory.code = None;
    CodeCheck::Over
}

#[derive(Serialize, Deserialize)]
struct CodeMail {
    email: String,
    code: String,
    locale: Locale,
    expires_at: Timestamp,
}

/// Has a code sent; what it is stands sealed in the job.
pub(super) fn enqueue_code(
    tx: &mut Tx<'_>,
    ctx: &Context,
    conversation: ConversationId,
    email: &EmailAddress,
    (code, locale): (&str, Locale),
) -> Result<(), BotError> {
    codes::insert(tx, ctx.id::<JobId>().uuid(), conversation, email, ctx.now())?;
    let mail = CodeMail {
        email: email.as_str().to_owned(),
        code: code.to_owned(),
        locale,
        expires_at: ctx.now().plus(CODE_LIFE),
    };
    let plain = serde_json::to_vec(&mail).unwrap_or_default();
    let sealed = hex::encode(tx.seal(SEALED, &plain)?);
    let job = NewJob {
        id: ctx.id(),
        name: CODE_MAIL,
        arguments: serde_json::json!({ "sealed": sealed }),
        unique_key: None,
        run_at: ctx.now(),
        cause: None,
        now: ctx.now(),
    };
    jobs::enqueue(tx, &job)?;
    Ok(())
}

/// Sends a code, unless it is too late.
pub(super) fn mail_code(app: &App, job: &Job) -> Result<(), JobError> {
    let give_up = |reason: &'static str| JobError::GiveUp(reason.into());
    let workspace = job
        .workspace
        .ok_or_else(|| give_up("the job has no workspace"))?;
    let sealed = job.arguments["sealed"].as_str().unwrap_or_default();
    let sealed = hex::decode(sealed).map_err(|error| JobError::GiveUp(error.into()))?;
    let id = job.id.to_string();
    let letter = app
        .read_blocking(&principal(workspace), move |tx, ctx| {
            let plain = tx.open(SEALED, &sealed)?;
            let company = workspaces::load(tx)?;
            let mail: Option<CodeMail> = serde_json::from_slice(&plain).ok();
            let mail = mail.filter(|mail| ctx.now() < mail.expires_at);
            Ok::<_, StoreError>(mail.and_then(|mail| letter(&mail, company.name.as_str(), &id)))
        })
        .map_err(|error| JobError::Retry(error.into()))?;
    // Nobody waits for a code that does not count any more.
    let Some(letter) = letter else {
        return Ok(());
    };
    app.parts()
        .mailer
        .send(&letter)
        .map_err(|error| match error {
            MailError::NotSetUp | MailError::Retry(_) => JobError::Retry(error.into()),
            MailError::GiveUp(_) => JobError::GiveUp(error.into()),
        })
}

fn letter(mail: &CodeMail, company: &str, id: &str) -> Option<Mail> {
    let code = &mail.code;
    let (subject, text) = match mail.locale {
        Locale::ZhCn => (
            format!("{code} 是您在{company}的验证码"),
            format!(
                "您好：\n\n您的验证码是 {code}，10 分钟内有效。请只在与{company}的对话中输入，\
                 不要告诉任何人。\n\n如果不是您本人操作，请忽略这封邮件。\n"
            ),
        ),
        Locale::En => (
            format!("{code} is your code for {company}"),
            format!(
                "Hello,\n\nyour code is {code}. It is valid for 10 minutes. Type it in the chat \
                 with {company} only, and tell nobody else.\n\nIf you did not ask for it, ignore \
                 this mail.\n"
            ),
        ),
    };
    Some(Mail {
        to: Mailbox {
            name: String::new(),
            address: mail.email.parse().ok()?,
        },
        reply_to: None,
        subject,
        text,
        html: None,
        message_id: id.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn mapping(pointer: &str) -> Vec<Mapping> {
        vec![Mapping {
            field: "it".to_owned(),
            pointer: pointer.to_owned(),
        }]
    }

    #[test]
    fn fields_are_taken_from_an_answer_or_it_counts_as_failed() {
        let body = br#"{ "order": { "status": "sent", "items": [ { "n": 2 } ], "x": null } }"#;
        for (pointer, wanted) in [
            ("/order/status", Some("sent")),
            ("/order/items/0/n", Some("2")),
            ("/order/x", None),
            ("/order/items", None),
            ("/none", None),
        ] {
            let fields = read_mapping(body, &mapping(pointer));
            assert_eq!(
                fields.as_ref().map(|it| it["it"].as_str()),
                wanted,
                "{pointer}"
            );
        }
        assert_eq!(read_mapping(b"<html>", &mapping("/a")), None);
        assert_eq!(read_mapping(b"<html>", &[]), Some(BTreeMap::new()));
    }

    #[test]
    fn a_code_counts_once_in_time_and_for_few_tries() {
        let session = SessionId::from_uuid(Uuid::from_u128(7));
        let now = Timestamp::EPOCH;
        let sent = SentCode {
            hash: hash(session, "123456"),
            expires_at: now.plus(CODE_LIFE),
            tries: 0,
        };
        let fresh = || Memory {
            code: Some(sent.clone()),
            ..Memory::default()
        };
        let mut memory = fresh();
        assert_eq!(
            check_code(&mut memory, session, "123456", now),
            CodeCheck::Right
        );
        assert_eq!(
            check_code(&mut memory, session, "123456", now),
            CodeCheck::Over
        );
        let late = now.plus(CODE_LIFE);
        assert_eq!(
            check_code(&mut fresh(), session, "123456", late),
            CodeCheck::Over
        );
        let elsewhere = SessionId::from_uuid(Uuid::from_u128(8));
        assert_eq!(
            check_code(&mut fresh(), elsewhere, "123456", now),
            CodeCheck::Wrong
        );
        let mut memory = fresh();
        for _ in 1..CODE_TRIES_MAX {
            assert_eq!(check_code(&mut memory, session, "0", now), CodeCheck::Wrong);
        }
        assert_eq!(check_code(&mut memory, session, "0", now), CodeCheck::Over);
        assert_eq!(
            check_code(&mut memory, session, "123456", now),
            CodeCheck::Over
        );
    }
}

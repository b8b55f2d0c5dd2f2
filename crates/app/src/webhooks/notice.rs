//! The letter that says that a webhook was disabled, to those who can do something.

use std::time::Duration;

use serde_json::json;
use zhiyin_domain::ids::{JobId, WebhookId};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::permission::Permission;
use zhiyin_domain::webhook::DisabledReason;
use zhiyin_ports::{Mail, MailError, Mailbox};
use zhiyin_store::identity::{agents, roles};
use zhiyin_store::jobs::{self, Job, NewJob};
use zhiyin_store::{StoreError, Tx, webhooks};

use crate::work::{JobError, JobHandler};
use crate::{App, Context, Principal};

const JOB: &str = "mail.webhook_disabled";
/// Letters of one notice.
const PEOPLE_MAX: usize = 20;

/// Writes to those who set webhooks up.
pub(super) const HANDLER: JobHandler = JobHandler {
    name: JOB,
    time_limit: Duration::from_mins(1),
    run,
};

/// Has the notice sent.
pub(super) fn enqueue(tx: &mut Tx<'_>, ctx: &Context, id: WebhookId) -> Result<(), StoreError> {
    let job = NewJob {
        id: ctx.id::<JobId>(),
        name: JOB,
        arguments: json!({ "id": id }),
        unique_key: Some(id.to_string()),
        run_at: ctx.now(),
        cause: None,
        now: ctx.now(),
    };
    jobs::enqueue(tx, &job)?;
    Ok(())
}

fn run(app: &App, job: &Job) -> Result<(), JobError> {
    let id = job.arguments.get("id").cloned().unwrap_or_default();
    let id: WebhookId =
        serde_json::from_value(id).map_err(|error| JobError::GiveUp(error.into()))?;
    let workspace = job
        .workspace
        .ok_or_else(|| JobError::GiveUp("the job has no workspace".into()))?;
    let address = format!("{}/settings/webhooks", app.parts().settings.public_url);
    let job_id = job.id;
    let letters = app.read_blocking(
        &Principal::system(workspace, "mail"),
        move |tx: &mut Tx<'_>, _: &Context| letters(tx, id, &address, &job_id.to_string()),
    );
    let letters = letters.map_err(|error: StoreError| JobError::Retry(error.into()))?;
    for letter in letters {
        match app.parts().mailer.send(&letter) {
            Ok(()) => {}
            // Without mail there is still the settings page.
            Err(MailError::NotSetUp) => return Ok(()),
            Err(error) => return Err(JobError::Retry(error.into())),
        }
    }
    Ok(())
}

fn letters(
    tx: &mut Tx<'_>,
    id: WebhookId,
    address: &str,
    reference: &str,
) -> Result<Vec<Mail>, StoreError> {
    let Some(webhook) = webhooks::get(tx, id)? else {
        return Ok(Vec::new());
    };
    let Some((reason, _)) = webhook.disabled else {
        return Ok(Vec::new());
    };
    let mut people = std::collections::BTreeSet::new();
    for role in roles::list(tx)? {
        let manages = |grant: &zhiyin_domain::permission::Grant| {
            grant.permission == Permission::ManageWebhooks
        };
        if role.grants.iter().any(manages) {
            people.extend(roles::members(tx, role.id)?);
        }
    }
    let mut letters = Vec::new();
    for person in people.into_iter().take(PEOPLE_MAX) {
        let Some(agent) = agents::get(tx, person)?.filter(|agent| agent.is_active) else {
            continue;
        };
        let (subject, text) = words(agent.locale, &webhook.name, reason, address);
        letters.push(Mail {
            message_id: format!("{reference}.{person}"),
            to: Mailbox {
                name: agent.name.into_string(),
                address: agent.email,
            },
            reply_to: None,
            subject,
            text,
            html: None,
        });
    }
    Ok(letters)
}

fn words(locale: Locale, name: &str, reason: DisabledReason, address: &str) -> (String, String) {
    match locale {
        Locale::ZhCn => {
            let why = match reason {
                DisabledReason::Gone => "接收方答复 410，表示不再接收",
                DisabledReason::Failing => "接收方已连续 5 天没有成功接收",
                DisabledReason::ByHand => "有同事停用了它",
            };
            (
                format!("Webhook「{name}」已停用"),
                format!(
                    "{why}。停用期间发生的事件不会再发送。\n\n请检查接收方，然后在设置中重新启用；\
                     之前发送失败的内容可以在投递记录中重新发送：\n{address}\n"
                ),
            )
        }
        Locale::En => {
            let why = match reason {
                DisabledReason::Gone => "Its receiver answered 410 Gone and wants nothing more",
                DisabledReason::Failing => "Its receiver has taken nothing for five days",
                DisabledReason::ByHand => "A colleague disabled it",
            };
            (
                format!("Webhook \u{201c}{name}\u{201d} is disabled"),
                format!(
                    "{why}. What happens while it is disabled is not sent.\n\nCheck the receiver, then \
                     enable the webhook in the settings; what failed can be replayed from its \
                     deliveries:\n{address}\n"
                ),
            )
        }
    }
}

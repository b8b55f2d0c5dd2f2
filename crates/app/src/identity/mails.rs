//! The letters of this feature: invitations and password resets.
//!
//! A job carries the id of the request only. The link is derived anew when the letter is
//! written, so a secret rests neither in the job nor in the database. A request that was
//! used or has run out by then makes no letter.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::json;
use zhiyin_domain::email::EmailAddress;
use zhiyin_domain::ids::{InvitationId, JobId, ResetId, WorkspaceId};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::secret::Secret;
use zhiyin_ports::{Mail, MailError, Mailbox};
use zhiyin_store::identity::{agents, invitations, password_resets, workspaces};
use zhiyin_store::jobs::{self, Job, NewJob};
use zhiyin_store::{StoreError, Tx};

use super::invitations::invitation_token;
use super::passwords::reset_token;
use super::{IdentityError, upkeep};
use crate::work::{JobError, JobHandler, Work};
use crate::{App, Context, Principal};

const INVITATION_MAIL: &str = "mail.invitation";
const RESET_MAIL: &str = "mail.password_reset";
const TIME_LIMIT: Duration = Duration::from_mins(1);

/// What this feature hands to the worker.
#[must_use]
pub fn work() -> Work {
    Work {
        jobs: vec![
            JobHandler {
                name: INVITATION_MAIL,
                time_limit: TIME_LIMIT,
                run: send_invitation,
            },
            JobHandler {
                name: RESET_MAIL,
                time_limit: TIME_LIMIT,
                run: send_reset,
            },
        ],
        reconcilers: vec![upkeep::SWEEP],
        ..Work::default()
    }
}

/// Has the letter of an invitation sent.
pub(super) fn enqueue_invitation(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: InvitationId,
) -> Result<(), StoreError> {
    enqueue(tx, ctx, INVITATION_MAIL, json!({ "id": id }))
}

/// Has the letter of a password reset sent.
pub(super) fn enqueue_reset(tx: &mut Tx<'_>, ctx: &Context, id: ResetId) -> Result<(), StoreError> {
    enqueue(tx, ctx, RESET_MAIL, json!({ "id": id }))
}

fn enqueue(
    tx: &mut Tx<'_>,
    ctx: &Context,
    name: &'static str,
    arguments: serde_json::Value,
) -> Result<(), StoreError> {
    let job = NewJob {
        id: ctx.id::<JobId>(),
        name,
        arguments,
        unique_key: None,
        run_at: ctx.now(),
        cause: None,
        now: ctx.now(),
    };
    jobs::enqueue(tx, &job)?;
    Ok(())
}

/// The id in the arguments of a job, and the workspace it belongs to.
fn target<T: DeserializeOwned>(job: &Job) -> Result<(WorkspaceId, T), JobError> {
    let id = job.arguments.get("id").cloned().unwrap_or_default();
    let id = serde_json::from_value(id).map_err(|error| JobError::GiveUp(error.into()))?;
    let workspace = job
        .workspace
        .ok_or_else(|| JobError::GiveUp("the job has no workspace".into()))?;
    Ok((workspace, id))
}

fn send_invitation(app: &App, job: &Job) -> Result<(), JobError> {
    let (workspace, id): (_, InvitationId) = target(job)?;
    let writer = app.clone();
    let letter = app.read_blocking(
        &Principal::system(workspace, "mail"),
        move |tx: &mut Tx<'_>, ctx: &Context| {
            let invitation = invitations::get(tx, id)?.filter(|found| found.is_usable(ctx.now()));
            let Some(invitation) = invitation else {
                return Ok(None);
            };
            let host = workspaces::load(tx)?;
            let link = writer.invitation_link(&invitation_token(tx, id)?);
            let name = invitation
                .name
                .map(zhiyin_domain::name::Name::into_string)
                .unwrap_or_default();
            let (subject, text) = invitation_text(host.locale, host.name.as_str(), &link);
            Ok::<_, IdentityError>(Some(letter(
                &id.to_string(),
                name,
                invitation.email,
                subject,
                text,
            )))
        },
    );
    deliver(app, letter)
}

fn send_reset(app: &App, job: &Job) -> Result<(), JobError> {
    let (workspace, id): (_, ResetId) = target(job)?;
    let writer = app.clone();
    let letter = app.read_blocking(
        &Principal::system(workspace, "mail"),
        move |tx: &mut Tx<'_>, ctx: &Context| {
            let reset = password_resets::get(tx, id)?.filter(|found| found.is_usable(ctx.now()));
            let Some(reset) = reset else { return Ok(None) };
            let Some(agent) = agents::get(tx, reset.agent)?.filter(|agent| agent.is_active) else {
                return Ok(None);
            };
            let host = workspaces::load(tx)?;
            let link = writer.reset_link(&reset_token(tx, id)?);
            let (subject, text) = reset_text(agent.locale, host.name.as_str(), &link);
            Ok::<_, IdentityError>(Some(letter(
                &id.to_string(),
                agent.name.into_string(),
                agent.email,
                subject,
                text,
            )))
        },
    );
    deliver(app, letter)
}

fn letter(id: &str, name: String, address: EmailAddress, subject: String, text: String) -> Mail {
    Mail {
        to: Mailbox { name, address },
        reply_to: None,
        subject,
        text,
        html: None,
        message_id: id.to_owned(),
    }
}

fn deliver(app: &App, letter: Result<Option<Mail>, IdentityError>) -> Result<(), JobError> {
    let Some(mail) = letter.map_err(|error| JobError::Retry(error.into()))? else {
        return Ok(());
    };
    match app.parts().mailer.send(&mail) {
        Ok(()) => Ok(()),
        // Nobody waits for this letter: the link is in the settings, to be handed on.
        Err(MailError::NotSetUp) => {
            tracing::info!("Did not send {}: no mail relay is set up", mail.message_id);
            Ok(())
        }
        Err(error @ MailError::Retry(_)) => Err(JobError::Retry(error.into())),
        Err(error @ MailError::GiveUp(_)) => Err(JobError::GiveUp(error.into())),
    }
}

fn invitation_text(locale: Locale, workspace: &str, link: &Secret<String>) -> (String, String) {
    let link = link.expose();
    match locale {
        Locale::ZhCn => (
            format!("{workspace} 邀请您加入知音"),
            format!(
                "您好：\n\n{workspace} 邀请您成为客服人员。请在三天内打开下面的链接，设置姓名和密码：\n\n{link}\n\n\
                 该链接只能使用一次。如果您不认识发出邀请的公司，请忽略本邮件。\n"
            ),
        ),
        Locale::En => (
            format!("{workspace} invites you to Zhiyin"),
            format!(
                "Hello,\n\n{workspace} invites you to join as an agent. Open this link within three days to set \
                 your name and password:\n\n{link}\n\nThe link works once. If you do not know the company that \
                 invites you, ignore this letter.\n"
            ),
        ),
    }
}

fn reset_text(locale: Locale, workspace: &str, link: &Secret<String>) -> (String, String) {
    let link = link.expose();
    match locale {
        Locale::ZhCn => (
            "重设您的知音密码".to_owned(),
            format!(
                "您好：\n\n有人要求重设您在 {workspace} 的密码。请在一小时内打开下面的链接，设置新密码：\n\n{link}\n\n\
                 该链接只能使用一次。如果不是您本人的要求，请忽略本邮件，您的密码不会改变。\n"
            ),
        ),
        Locale::En => (
            "Set a new password for Zhiyin".to_owned(),
            format!(
                "Hello,\n\nsomebody asked for a new password for your account at {workspace}. Open this link \
                 within an hour to set one:\n\n{link}\n\nThe link works once. If it was not you, ignore this \
                 letter; your password stays as it is.\n"
            ),
        ),
    }
}

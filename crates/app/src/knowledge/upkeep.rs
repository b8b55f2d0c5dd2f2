//! What happens to knowledge by itself: texts are published when they are due, owners are reminded
//! of articles to look at, open questions are counted in gaps, and old questions are forgotten.

use std::time::Duration;

use serde_json::json;
use zhiyin_domain::actor::Actor;
use zhiyin_domain::events::{Aggregate, Change};
use zhiyin_domain::ids::{ArticleId, JobId, WorkspaceId};
use zhiyin_domain::limits::ARTICLE_QUESTIONS_KEPT;
use zhiyin_domain::locale::Locale;
use zhiyin_domain::permission::{Access, Permission, Resource};
use zhiyin_ports::{Mail, MailError, Mailbox};
use zhiyin_store::identity::{access, agents, workspaces};
use zhiyin_store::jobs::{self, Job, NewJob};
use zhiyin_store::knowledge::{articles, questions, translations as store};
use zhiyin_store::{StoreError, SystemTx, Tx};

use super::{KnowledgeError, changed, gaps};
use crate::work::{JobError, JobHandler, Reactor, Reconciler, Round, RoundFuture, Work, WorkError};
use crate::{App, Context, Principal};

/// Texts published, and owners reminded, in one round.
const BATCH: u32 = 100;
const REVIEW_MAIL: &str = "mail.article_review";

/// What this feature hands to the worker.
pub fn work() -> Work {
    Work {
        reactors: vec![Reactor {
            name: "knowledge.rated",
            react: gaps::react,
        }],
        jobs: vec![JobHandler {
            name: REVIEW_MAIL,
            time_limit: Duration::from_mins(1),
            run: remind,
        }],
        reconcilers: vec![
            Reconciler {
                name: "knowledge",
                // A text is published at its time; this is for what a lost wake-up hid.
                period: Duration::from_secs(30),
                rest: Duration::from_secs(2),
                run: |app| Box::pin(round(app)) as RoundFuture,
            },
            Reconciler {
                name: "knowledge.sweep",
                period: Duration::from_hours(6),
                rest: Duration::from_hours(6),
                run: |app| Box::pin(sweep(app)) as RoundFuture,
            },
        ],
    }
}

async fn round(app: App) -> Result<Round, WorkError> {
    let now = app.clock().now();
    let read = move |system: &mut SystemTx<'_>| {
        Ok::<_, StoreError>((
            store::due(system, now, BATCH)?,
            articles::to_review(system, now, BATCH)?,
            questions::waiting_workspaces(system)?,
        ))
    };
    let (due, to_review, asking) = app.store().read_system(read).await?;
    let mut done = 0;
    for (workspace, id, locale) in due {
        done += write(&app, workspace, move |tx, ctx| publish(tx, ctx, id, locale)).await?;
    }
    for (workspace, id) in to_review {
        done += write(&app, workspace, move |tx, ctx| enqueue(tx, ctx, id)).await?;
    }
    for workspace in asking {
        done += write(&app, workspace, gaps::count_waiting).await?;
    }
    let next_due = app.store().read_system(store::next_due).await?;
    Ok(Round { done, next_due })
}

async fn write<F>(app: &App, workspace: WorkspaceId, f: F) -> Result<u64, KnowledgeError>
where
    F: Fn(&mut Tx<'_>, &Context) -> Result<u64, KnowledgeError> + Send + 'static,
{
    app.write(&Principal::system(workspace, "knowledge"), f)
        .await
}

async fn sweep(app: App) -> Result<Round, WorkError> {
    let before = app.clock().now().minus(ARTICLE_QUESTIONS_KEPT);
    let forget = move |system: &mut SystemTx<'_>| questions::forget(system, before);
    app.store().write_system(forget).await?;
    // One round removes everything there is, so none follows at once.
    Ok(Round::default())
}

/// Publishes a text in the name of who scheduled it, if they still may. Else it stays a draft.
fn publish(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: ArticleId,
    locale: Locale,
) -> Result<u64, KnowledgeError> {
    let Some(mut article) = articles::get_for_update(tx, id)? else {
        return Ok(0);
    };
    // Read again under the lock: it may have been published or put off meanwhile.
    let Some(it) = store::get(tx, id, locale)? else {
        return Ok(0);
    };
    let Some(plan) = it.scheduled.clone().filter(|plan| plan.at <= ctx.now()) else {
        return Ok(0);
    };
    let revision = it.revision;
    let after = if may_publish(tx, &plan.by)? {
        it.publish(plan.by, ctx.now())?
    } else {
        it.unschedule()
    };
    store::save(tx, &after, revision)?;
    article.updated_at = ctx.now();
    articles::save(tx, &article)?;
    changed(tx, ctx, Aggregate::Article, id, Change::Updated)?;
    Ok(1)
}

fn may_publish(tx: &mut Tx<'_>, by: &Actor) -> Result<bool, StoreError> {
    let Actor::Agent(id) = by else {
        return Ok(true);
    };
    let is_active = agents::get(tx, *id)?.is_some_and(|agent| agent.is_active);
    let access: Access = access::load(tx, *id)?;
    Ok(is_active && access.allows(Permission::PublishKnowledge, &Resource::WORKSPACE))
}

/// Has the owner of an article reminded, once for each day it is to be looked at.
fn enqueue(tx: &mut Tx<'_>, ctx: &Context, id: ArticleId) -> Result<u64, KnowledgeError> {
    let Some(mut article) = articles::get_for_update(tx, id)? else {
        return Ok(0);
    };
    if article.reminded_for == article.review_by {
        return Ok(0);
    }
    article.reminded_for = article.review_by;
    articles::save(tx, &article)?;
    if article.owner_id.is_some() {
        let job = NewJob {
            id: ctx.id::<JobId>(),
            name: REVIEW_MAIL,
            arguments: json!({ "id": id }),
            unique_key: None,
            run_at: ctx.now(),
            cause: None,
            now: ctx.now(),
        };
        jobs::enqueue(tx, &job)?;
    }
    changed(tx, ctx, Aggregate::Article, id, Change::Updated)?;
    Ok(1)
}

/// Writes to the owner of an article that it is time to look at it.
fn remind(app: &App, job: &Job) -> Result<(), JobError> {
    let id = job.arguments.get("id").cloned().unwrap_or_default();
    let id: ArticleId =
        serde_json::from_value(id).map_err(|error| JobError::GiveUp(error.into()))?;
    let workspace = job
        .workspace
        .ok_or_else(|| JobError::GiveUp("the job has no workspace".into()))?;
    let public_url = app.parts().settings.public_url.clone();
    let letter = app.read_blocking(&Principal::system(workspace, "mail"), move |tx, _| {
        letter(tx, id, &public_url)
    });
    let Some(mail) = letter.map_err(|error: KnowledgeError| JobError::Retry(error.into()))? else {
        return Ok(());
    };
    match app.parts().mailer.send(&mail) {
        // Without mail the list of articles shows the same.
        Ok(()) | Err(MailError::NotSetUp) => Ok(()),
        Err(error @ MailError::Retry(_)) => Err(JobError::Retry(error.into())),
        Err(error @ MailError::GiveUp(_)) => Err(JobError::GiveUp(error.into())),
    }
}

fn letter(
    tx: &mut Tx<'_>,
    id: ArticleId,
    public_url: &str,
) -> Result<Option<Mail>, KnowledgeError> {
    let Some(article) = articles::get(tx, id)? else {
        return Ok(None);
    };
    // It may have been put off, or given to somebody else, since.
    let (Some(owner), Some(review_by)) = (article.owner_id, article.review_by) else {
        return Ok(None);
    };
    let owner = agents::get(tx, owner)?.filter(|agent| agent.is_active);
    let (Some(owner), Some(text)) = (owner, store::get(tx, id, article.source)?) else {
        return Ok(None);
    };
    let host = workspaces::load(tx)?;
    let (title, name) = (&text.content.title, host.name.as_str());
    let link = format!("{public_url}/knowledge/{id}");
    let (subject, text) = match owner.locale {
        Locale::ZhCn => (
            format!("请复核文章：{title}"),
            format!(
                "您好：\n\n您在 {name} 负责的文章《{title}》到了复核的时间。请确认内容是否仍然正确，\
                 并设置下一次复核的日期：\n\n{link}\n"
            ),
        ),
        Locale::En => (
            format!("Time to look at: {title}"),
            format!(
                "Hello,\n\nthe article \"{title}\" at {name}, which is yours, is due for review. See whether \
                 it is still right, and set the next date:\n\n{link}\n"
            ),
        ),
    };
    Ok(Some(Mail {
        to: Mailbox {
            name: owner.name.into_string(),
            address: owner.email,
        },
        reply_to: None,
        subject,
        text,
        html: None,
        message_id: format!("{id}.{}", review_by.as_micros()),
    }))
}

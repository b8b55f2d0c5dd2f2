//! Sending: a job per webhook, one thing after the other.
//!
//! The job holds the lease of its webhook, sends what is due, records each attempt in a
//! transaction of its own, and gives the lease back together with the time of what comes
//! next. A node that is lost in between leaves a lease that runs out; the reconciler finds
//! it, and what was under way is sent again under the same id.

use std::time::Duration;

use serde_json::json;
use zhiyin_domain::ids::{JobId, WebhookId, WorkspaceId};
use zhiyin_domain::limits::{WEBHOOK_ANSWER_BYTES_MAX, WEBHOOK_DELIVERIES_KEPT};
use zhiyin_domain::secret::Secret;
use zhiyin_domain::webhook::{DeliveryState, Outcome, Webhook, WebhookAttempt, WebhookDelivery};
use zhiyin_ports::{HttpAnswer, HttpError, HttpMethod, HttpRequest};
use zhiyin_store::jobs::{self, Job, NewJob};
use zhiyin_store::webhooks::{self as store, deliveries};
use zhiyin_store::{StoreError, SystemTx, Tx};

use super::{changed, notice, sign};
use crate::work::{JobError, JobHandler, Reconciler, Round, RoundFuture, WorkError};
use crate::{App, Context, Principal, channel};

const JOB: &str = "webhooks.send";
/// Longest time a receiver has to answer.
const ATTEMPT_LIMIT: Duration = Duration::from_secs(15);
/// After this a job begins no further attempt: others want to run too.
const TURN: Duration = Duration::from_secs(20);
/// An attempt that began at the end of the turn, and what is written.
const JOB_LIMIT: Duration = Duration::from_secs(50);
/// Longer than any job runs.
const LEASE: Duration = Duration::from_mins(2);
/// Deliveries looked up at once.
const BATCH: u32 = 20;
/// Most attempts of one turn, for clocks that stand still.
const TURN_ATTEMPTS_MAX: usize = 500;
/// Webhooks woken, and old deliveries removed, in one round.
const ROUND: u32 = 200;

/// Sends what is due to one webhook.
pub(super) const HANDLER: JobHandler = JobHandler {
    name: JOB,
    time_limit: JOB_LIMIT,
    run,
};

/// Finds what is due and nobody sends, and removes what is old.
pub(super) const RECONCILER: Reconciler = Reconciler {
    name: "webhooks",
    period: Duration::from_secs(15),
    rest: Duration::from_secs(1),
    run: |app| Box::pin(round(app)) as RoundFuture,
};

/// Has what is due to a webhook sent soon.
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

async fn round(app: App) -> Result<Round, WorkError> {
    let now = app.clock().now();
    let due = app
        .store()
        .read_system(move |system| store::due(system, now, ROUND))
        .await?;
    for (workspace, id) in due {
        let wake = move |tx: &mut Tx<'_>, ctx: &Context| enqueue(tx, ctx, id);
        app.write::<_, StoreError, _>(&principal(workspace), wake)
            .await?;
    }
    let before = now.minus(WEBHOOK_DELIVERIES_KEPT);
    let done = app
        .store()
        .write_system(move |system: &mut SystemTx<'_>| deliveries::prune(system, before, ROUND))
        .await?;
    let next_due = app.store().read_system(store::next_due).await?;
    Ok(Round {
        done,
        next_due: next_due.filter(|due| *due > now),
    })
}

fn principal(workspace: WorkspaceId) -> Principal {
    Principal::system(workspace, "webhooks")
}

/// Everything one attempt needs.
struct Errand {
    webhook: Webhook,
    delivery: WebhookDelivery,
    body: String,
    secrets: Vec<Secret<Vec<u8>>>,
}

fn run(app: &App, job: &Job) -> Result<(), JobError> {
    let id = job.arguments.get("id").cloned().unwrap_or_default();
    let id: WebhookId =
        serde_json::from_value(id).map_err(|error| JobError::GiveUp(error.into()))?;
    let workspace = job
        .workspace
        .ok_or_else(|| JobError::GiveUp("the job has no workspace".into()))?;
    work_off(app, workspace, id).map_err(|error| JobError::Retry(error.into()))
}

fn work_off(app: &App, workspace: WorkspaceId, id: WebhookId) -> Result<(), StoreError> {
    let who = principal(workspace);
    let take = move |tx: &mut Tx<'_>, ctx: &Context| {
        store::take_lease(tx, id, ctx.now(), ctx.now().plus(LEASE))
    };
    if !app.write_blocking(&who, take)? {
        return Ok(());
    }
    let begun = std::time::Instant::now();
    let mut attempts = 0;
    while begun.elapsed() < TURN && attempts < TURN_ATTEMPTS_MAX {
        let errands = app.read_blocking(&who, move |tx: &mut Tx<'_>, ctx: &Context| {
            errands(tx, ctx, id)
        })?;
        if errands.is_empty() {
            break;
        }
        for errand in errands {
            attempts += 1;
            let goes_on = attempt(app, &who, errand)?;
            if !goes_on || begun.elapsed() >= TURN {
                break;
            }
        }
    }
    let release = move |tx: &mut Tx<'_>, ctx: &Context| {
        let next = store::release_lease(tx, id)?;
        let is_enabled = store::get(tx, id)?.is_some_and(|it| it.is_enabled());
        if is_enabled && next.is_some_and(|next| next <= ctx.now()) {
            enqueue(tx, ctx, id)?;
        }
        Ok::<_, StoreError>(())
    };
    app.write_blocking(&who, release)
}

/// What is to be sent now, unless the webhook is disabled or rests.
fn errands(tx: &mut Tx<'_>, ctx: &Context, id: WebhookId) -> Result<Vec<Errand>, StoreError> {
    let Some(webhook) = store::get(tx, id)? else {
        return Ok(Vec::new());
    };
    let rests = webhook.resting_until.is_some_and(|until| until > ctx.now());
    if !webhook.is_enabled() || rests {
        return Ok(Vec::new());
    }
    let secrets = store::secrets(tx, id, ctx.now())?;
    let mut errands = Vec::new();
    for delivery in deliveries::due(tx, id, ctx.now(), BATCH)? {
        errands.push(Errand {
            webhook: webhook.clone(),
            body: deliveries::body(tx, delivery.id)?,
            delivery,
            secrets: secrets.clone(),
        });
    }
    Ok(errands)
}

/// Makes an attempt and records it; false if the webhook wants nothing more for now.
fn attempt(app: &App, who: &Principal, errand: Errand) -> Result<bool, StoreError> {
    let at = app.clock().now();
    let signed = sign::sign(
        &errand.delivery.id.to_string(),
        at,
        &errand.body,
        &errand.secrets,
    );
    let request = HttpRequest {
        method: HttpMethod::Post,
        url: errand.webhook.url.clone(),
        headers: vec![
            ("content-type", "application/json".to_owned()),
            ("webhook-id", signed.id),
            ("webhook-timestamp", signed.timestamp),
            ("webhook-signature", signed.signature),
        ],
        body: errand.body.into_bytes(),
        time_limit: ATTEMPT_LIMIT,
        answer_bytes_max: WEBHOOK_ANSWER_BYTES_MAX,
    };
    let begun = std::time::Instant::now();
    let answer = app.parts().http.send(&request);
    let duration_ms = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
    let [random] = zhiyin_ports::random_bytes::<1>(&*app.parts().rng);
    let delivery = errand.delivery;
    let record = move |tx: &mut Tx<'_>, ctx: &Context| {
        record(tx, ctx, &delivery, &answer, (at, duration_ms, random))
    };
    app.write_blocking(who, record)
}

fn record(
    tx: &mut Tx<'_>,
    ctx: &Context,
    delivery: &WebhookDelivery,
    answer: &Result<HttpAnswer, HttpError>,
    (at, duration_ms, random): (zhiyin_domain::time::Timestamp, i64, u8),
) -> Result<bool, StoreError> {
    let now = ctx.now();
    // It was deleted, or replayed, while it was being sent.
    let Some(webhook) = store::get_for_update(tx, delivery.webhook_id)? else {
        return Ok(false);
    };
    let Some(current) = deliveries::get(tx, delivery.id)? else {
        return Ok(true);
    };
    let outcome = outcome(answer, now);
    let mut next = current.after(outcome, random, now);
    next.last_status = answer.as_ref().ok().map(|it| it.status);
    next.last_error = answer.as_ref().err().map(|it| it.as_str().to_owned());
    let text = answer
        .as_ref()
        .map(|it| it.body.as_slice())
        .unwrap_or_default();
    let attempt = WebhookAttempt {
        number: next.attempts,
        at,
        duration_ms,
        status: next.last_status,
        error: next.last_error.clone(),
        answer: String::from_utf8_lossy(text).replace('\0', ""),
        is_answer_cut: answer.as_ref().is_ok_and(|it| it.is_cut),
    };
    deliveries::insert_attempt(tx, next.id, &attempt)?;
    deliveries::save(tx, &next)?;
    if let Some(message) = next.message_id {
        match next.state {
            DeliveryState::Delivered => channel::handed_over(tx, ctx, message)?,
            DeliveryState::Failed => channel::not_handed_over(tx, ctx, message)?,
            DeliveryState::Waiting => {}
        }
    }
    let was_enabled = webhook.is_enabled();
    let webhook = webhook.after(outcome, now);
    store::save_health(tx, &webhook)?;
    if was_enabled && !webhook.is_enabled() {
        ctx.append(
            tx,
            &changed(webhook.id, zhiyin_domain::events::Change::Updated),
        )?;
        notice::enqueue(tx, ctx, webhook.id)?;
    }
    Ok(webhook.is_enabled() && webhook.resting_until.is_none_or(|until| until <= now))
}

fn outcome(answer: &Result<HttpAnswer, HttpError>, now: zhiyin_domain::time::Timestamp) -> Outcome {
    match answer {
        Ok(answer) => Outcome::of_status(answer.status, answer.retry_after(now)),
        Err(HttpError::Unreachable | HttpError::Timeout | HttpError::UnknownHost) => {
            Outcome::Silent
        }
        Err(_) => Outcome::Refused { retry_after: None },
    }
}

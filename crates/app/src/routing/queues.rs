//! Queues: setting them up.

use zhiyin_domain::events::{Aggregate, Change};
use zhiyin_domain::ids::{CalendarId, QueueId};
use zhiyin_domain::name::Name;
use zhiyin_domain::permission::{Permission, Resource};
use zhiyin_domain::routing::{Ease, OutOfHours, Queue, ServiceTimes};
use zhiyin_store::identity::teams;
use zhiyin_store::routing::{StoredItem, StoredQueue, items, queues as store};
use zhiyin_store::{StoreError, Tx, inboxes};

use super::settings::changed;
use super::{RoutingError, enter};
use crate::Context;

/// Most queues of a workspace.
const QUEUES_MAX: usize = 500;

/// A queue and how many wait in it.
#[derive(Debug, Clone)]
pub struct QueueView {
    /// The queue.
    pub queue: StoredQueue,
    /// In line.
    pub waiting: u32,
}

/// A new queue.
#[derive(Debug, Clone)]
pub struct NewQueue {
    /// Name.
    pub name: String,
    /// Policy; its id is given.
    pub policy: Queue,
    /// When it answers.
    pub calendar_id: Option<CalendarId>,
    /// What customers meet outside those hours.
    pub out_of_hours: OutOfHours,
}

/// What is to be different; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct QueueChange {
    /// Name.
    pub name: Option<String>,
    /// Policy, as a whole.
    pub policy: Option<Queue>,
    /// When it answers; none inside is always.
    pub calendar_id: Option<Option<CalendarId>>,
    /// What customers meet outside those hours.
    pub out_of_hours: Option<OutOfHours>,
    /// Order in lists.
    pub place: Option<i64>,
    /// The version that was read.
    pub version: Option<i64>,
}

fn taken(error: StoreError) -> RoutingError {
    match error {
        StoreError::Conflict { .. } => RoutingError::Changed,
        other => RoutingError::taken(other, "queues_name"),
    }
}

/// All queues in their order.
pub fn list_queues(tx: &mut Tx<'_>) -> Result<Vec<QueueView>, RoutingError> {
    let waiting = items::waiting_by_queue(tx)?;
    let view = |queue: StoredQueue| QueueView {
        waiting: waiting.get(&queue.id()).copied().unwrap_or(0),
        queue,
    };
    Ok(store::list(tx)?.into_iter().map(view).collect())
}

/// One queue.
pub fn get_queue(tx: &mut Tx<'_>, id: QueueId) -> Result<QueueView, RoutingError> {
    let queue = store::get(tx, id)?.ok_or(RoutingError::NotFound("queue"))?;
    let waiting = items::waiting(tx, id)?;
    Ok(QueueView { queue, waiting })
}

fn check(tx: &mut Tx<'_>, queue: &StoredQueue) -> Result<(), RoutingError> {
    if let Err(error) = queue.policy.check() {
        let field = match error {
            zhiyin_domain::routing::QueueError::Eases => "/eases",
            zhiyin_domain::routing::QueueError::Expiry => "/delivery/expires_s",
            zhiyin_domain::routing::QueueError::AnswerWithin => "/delivery/answer_within_s",
            zhiyin_domain::routing::QueueError::Credit => "/priorities",
        };
        return Err(RoutingError::invalid(field, error));
    }
    if let Err(error) = queue.out_of_hours.check() {
        return Err(RoutingError::invalid("/out_of_hours", error));
    }
    let eased = queue
        .policy
        .eases
        .iter()
        .filter_map(|step| match &step.ease {
            Ease::AddTeams(teams) => Some(teams),
            Ease::LowerLevels(_) | Ease::DropSkills | Ease::DropLanguage | Ease::AnyTeam => None,
        });
    let named = queue.policy.teams.iter().chain(eased.flatten()).copied();
    let named: std::collections::BTreeSet<_> = named.collect();
    if teams::known(tx, &named)? != named {
        return Err(RoutingError::invalid("/teams", "There is no such team."));
    }
    if let Some(calendar) = queue.calendar_id
        && zhiyin_store::calendars::rules(tx, calendar)?.is_none()
    {
        let detail = "There is no such calendar.";
        return Err(RoutingError::invalid("/calendar_id", detail));
    }
    Ok(())
}

/// Makes a queue.
pub fn create_queue(
    tx: &mut Tx<'_>,
    ctx: &Context,
    new: &NewQueue,
) -> Result<QueueView, RoutingError> {
    ctx.require(Permission::ManageWorkspace, &Resource::WORKSPACE)?;
    if store::list(tx)?.len() >= QUEUES_MAX {
        let detail = format!("A workspace has at most {QUEUES_MAX} queues.");
        return Err(RoutingError::invalid("", detail));
    }
    let queue = StoredQueue {
        policy: Queue {
            id: ctx.id(),
            ..new.policy.clone()
        },
        name: new.name.parse::<Name>()?,
        calendar_id: new.calendar_id,
        out_of_hours: new.out_of_hours.clone(),
        service_times: ServiceTimes::default(),
        place: store::next_place(tx)?,
        created_at: ctx.now(),
        version: 1,
    };
    check(tx, &queue)?;
    store::insert(tx, &queue).map_err(taken)?;
    changed(
        tx,
        ctx,
        Aggregate::Queue,
        queue.id().uuid(),
        Change::Created,
    )?;
    Ok(QueueView { queue, waiting: 0 })
}

/// Changes a queue. Who waits stands where the new rules have it.
pub fn update_queue(
    tx: &mut Tx<'_>,
    ctx: &Context,
    id: QueueId,
    change: &QueueChange,
) -> Result<QueueView, RoutingError> {
    ctx.require(Permission::ManageWorkspace, &Resource::WORKSPACE)?;
    let before = store::get(tx, id)?.ok_or(RoutingError::NotFound("queue"))?;
    if change.version.is_some_and(|it| it != before.version) {
        return Err(RoutingError::Changed);
    }
    let mut queue = before.clone();
    if let Some(name) = &change.name {
        queue.name = name.parse::<Name>()?;
    }
    if let Some(policy) = &change.policy {
        queue.policy = Queue {
            id,
            ..policy.clone()
        };
    }
    queue.calendar_id = change.calendar_id.unwrap_or(queue.calendar_id);
    if let Some(out_of_hours) = &change.out_of_hours {
        queue.out_of_hours = out_of_hours.clone();
    }
    queue.place = change.place.unwrap_or(queue.place);
    check(tx, &queue)?;
    let queue = store::save(tx, &queue).map_err(taken)?;
    if queue.calendar_id != before.calendar_id {
        zhiyin_store::journey::wake_all(tx, ctx.now())?;
    }
    if queue.policy.priorities != before.policy.priorities {
        for item in items::line(tx, id, u32::MAX)? {
            let line_rank = enter::rank(&queue, &item.item, &item.standing);
            if line_rank != item.line_rank {
                items::save(tx, StoredItem { line_rank, ..item })?;
            }
        }
    }
    changed(tx, ctx, Aggregate::Queue, id.uuid(), Change::Updated)?;
    let waiting = items::waiting(tx, id)?;
    Ok(QueueView { queue, waiting })
}

/// Removes a queue nothing points to and no work ever came to: a report must not change its
/// past.
pub fn delete_queue(tx: &mut Tx<'_>, ctx: &Context, id: QueueId) -> Result<(), RoutingError> {
    ctx.require(Permission::ManageWorkspace, &Resource::WORKSPACE)?;
    store::get(tx, id)?.ok_or(RoutingError::NotFound("queue"))?;
    let inboxes = inboxes::list(tx)?;
    if inboxes.iter().any(|it| it.routing.queue_id == Some(id)) {
        return Err(RoutingError::InUse("inboxes"));
    }
    if store::was_used(tx, id)? {
        return Err(RoutingError::InUse("conversations"));
    }
    store::delete(tx, id)?;
    changed(tx, ctx, Aggregate::Queue, id.uuid(), Change::Deleted)?;
    Ok(())
}

//! Mailboxes followed and emptied of what waits to leave: two tasks each, on one node.
//!
//! A lease says which node: it is renewed while the tasks run, and they end when it is lost.
//! Two nodes that follow one mailbox for a moment do no harm, since a mail is taken once by its
//! fingerprint and leaves once by its claim.

use std::collections::HashMap;
use std::pin::pin;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use zhiyin_app::App;
use zhiyin_app::email::intake::{self, Followed, INTAKE_PAUSE};
use zhiyin_app::email::send::Postman;
use zhiyin_domain::ids::{MailboxId, WorkspaceId};
use zhiyin_store::StoreError;
use zhiyin_store::leases::{self, Lease};

/// How long a lease is held. A node that dies is followed after that.
const LEASE: Duration = Duration::from_secs(30);
/// A lease is renewed, and a held one asked for, this often.
const RENEW: Duration = Duration::from_secs(10);
/// Settings are looked at this often.
const LOOK: Duration = Duration::from_secs(5);
/// Without a wake-up the queue is looked at this often.
const QUEUE: Duration = Duration::from_secs(10);
/// Commits come by the hundred a second; the queue is looked at no more often than this.
const REST: Duration = Duration::from_millis(250);

/// A mail on its way may take so long when the process stops.
const LAST_MAIL: Duration = Duration::from_secs(15);

struct Attended {
    version: i64,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// Keeps a task for each mailbox until told to stop.
pub(crate) async fn attend_all(app: App, mut stop: watch::Receiver<bool>) {
    let mut attended: HashMap<MailboxId, Attended> = HashMap::new();
    while !*stop.borrow() {
        match intake::to_follow(&app).await {
            Ok(list) => reconcile(&app, &mut attended, &list).await,
            Err(error) => tracing::warn!("Cannot list the mailboxes: {error}"),
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = told(&mut stop) => {}
        }
    }
    for (_, it) in attended {
        end(it).await;
    }
}

/// Ends what is not to be followed any more or otherwise, and begins what is missing.
async fn reconcile(
    app: &App,
    attended: &mut HashMap<MailboxId, Attended>,
    list: &[(WorkspaceId, MailboxId, i64)],
) {
    let is_over = |id: &MailboxId, it: &Attended| {
        let mut known = list.iter();
        it.task.is_finished()
            || !known.any(|(_, known, version)| known == id && *version == it.version)
    };
    let over: Vec<MailboxId> = attended
        .iter()
        .filter(|(id, it)| is_over(id, it))
        .map(|(id, _)| *id)
        .collect();
    for id in over {
        if let Some(it) = attended.remove(&id) {
            end(it).await;
        }
    }
    for (workspace, id, version) in list {
        attended.entry(*id).or_insert_with(|| {
            let (stop, stopping) = watch::channel(false);
            let task = tokio::spawn(attend(app.clone(), *workspace, *id, stopping));
            Attended {
                version: *version,
                stop,
                task,
            }
        });
    }
}

async fn end(it: Attended) {
    it.stop.send_replace(true);
    if let Err(error) = it.task.await {
        tracing::error!("The task of a mailbox ended in a panic: {error}");
    }
}

/// Attends one mailbox whenever this node has its lease.
async fn attend(app: App, workspace: WorkspaceId, id: MailboxId, mut stop: watch::Receiver<bool>) {
    let plan = match intake::follow_plan(&app, workspace, id).await {
        Ok(Some(plan)) => plan,
        Ok(None) => return,
        Err(error) => {
            // The task is begun again at the next look.
            tracing::warn!(mailbox.id = %id, "Cannot load a mailbox: {error}");
            return;
        }
    };
    while !*stop.borrow() {
        match acquire(&app, id).await {
            Ok(Some(lease)) => {
                let mut stopped = stop.clone();
                let mut delivering = pin!(deliver(&app, workspace, id, stop.clone()));
                tokio::select! {
                    () = read(&app, workspace, id, &plan) => {}
                    () = &mut delivering => {}
                    () = hold(&app, id) => {}
                    () = told(&mut stopped) => {
                        // A mail on its way would leave a second time otherwise.
                        if tokio::time::timeout(LAST_MAIL, delivering).await.is_err() {
                            tracing::warn!(mailbox.id = %id, "A mail was cut off on its way");
                        }
                    }
                }
                release(&app, lease).await;
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(mailbox.id = %id, "Cannot take the lease: {error}"),
        }
        tokio::select! {
            () = tokio::time::sleep(RENEW) => {}
            () = told(&mut stop) => {}
        }
    }
}

/// Resolves when the task is told to stop, or nobody is left to tell it.
async fn told(stop: &mut watch::Receiver<bool>) {
    match stop.wait_for(|stop| *stop).await {
        Ok(_) | Err(_) => {}
    }
}

async fn acquire(app: &App, id: MailboxId) -> Result<Option<Lease>, StoreError> {
    let (name, holder) = (format!("mailbox:{id}"), app.parts().settings.node.clone());
    let now = app.clock().now();
    app.store()
        .write_system(move |system| leases::acquire(system, &name, &holder, now, LEASE))
        .await
}

async fn release(app: &App, lease: Lease) {
    let now = app.clock().now();
    let given = app
        .store()
        .write_system(move |system| leases::release(system, &lease, now))
        .await;
    if let Err(error) = given {
        tracing::debug!("A lease was not given back and runs out: {error}");
    }
}

/// Ends when the lease is lost.
async fn hold(app: &App, id: MailboxId) {
    loop {
        tokio::time::sleep(RENEW).await;
        match acquire(app, id).await {
            Ok(Some(_)) => {}
            Ok(None) => return,
            Err(error) => {
                tracing::warn!(mailbox.id = %id, "Cannot renew the lease: {error}");
                return;
            }
        }
    }
}

/// Follows the mailbox for ever; what fails of ours is tried again.
async fn read(app: &App, workspace: WorkspaceId, id: MailboxId, plan: &Followed) {
    loop {
        let never = std::future::pending();
        if let Err(error) = intake::follow(app, (workspace, id), plan, never).await {
            tracing::error!(mailbox.id = %id, "A mail could not be kept: {error}");
        }
        tokio::time::sleep(INTAKE_PAUSE).await;
    }
}

/// Hands over what waits to leave, until told to stop.
async fn deliver(
    app: &App,
    workspace: WorkspaceId,
    id: MailboxId,
    mut stop: watch::Receiver<bool>,
) {
    let mut postman = Postman::new(app.clone(), workspace, id);
    let mut commits = app.store().commits();
    while !*stop.borrow() {
        commits.borrow_and_update();
        let wait = match postman.turn().await {
            Ok(handed) => handed.next.map_or(QUEUE, |next| {
                next.since(app.clock().now()).clamp(REST, QUEUE)
            }),
            Err(error) => {
                tracing::warn!(mailbox.id = %id, "The queue of a mailbox does not move: {error}");
                QUEUE
            }
        };
        tokio::time::sleep(REST).await;
        tokio::select! {
            () = tokio::time::sleep(wait.saturating_sub(REST)) => {}
            Ok(()) = commits.changed() => {}
            () = told(&mut stop) => {}
        }
    }
    postman.close().await;
}

//! Jobs: effects on the outside world, at least once.
//!
//! A job is a row written with the command that needs it. A runner claims it with
//! a lease, commits, does the work outside any transaction, and records the outcome
//! with the fence of its claim: if the lease ran out meanwhile and another runner
//! took over, the late outcome is refused as `Conflict`.

use std::time::Duration;

use zhiyin_domain::ids::{EventId, JobId, WorkspaceId};
use zhiyin_domain::time::Timestamp;

use crate::engine::Dialect;
use crate::error::StoreError;
use crate::params;
use crate::row::Row;
use crate::tx::{SystemTx, Tx};

/// Longest error text kept with a job.
const ERROR_CHARS_MAX: usize = 1_000;

/// A job to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// A fresh id.
    pub id: JobId,
    /// Which handler runs it.
    pub name: &'static str,
    /// Ids, not copies.
    pub arguments: serde_json::Value,
    /// While a job of the same name and key waits, another is not added.
    pub unique_key: Option<String>,
    /// Not before.
    pub run_at: Timestamp,
    /// The event it follows from.
    pub cause: Option<EventId>,
    /// When it was written.
    pub now: Timestamp,
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// For its time or for a runner.
    Waiting,
    /// A runner has it.
    Running,
    /// It succeeded.
    Done,
    /// Given up; a person must look at it.
    Dead,
}

impl JobState {
    /// The name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Dead => "dead",
        }
    }

    /// The state with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Waiting, Self::Running, Self::Done, Self::Dead]
            .into_iter()
            .find(|state| state.as_str() == name)
    }
}

/// A job as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// Whose; none if it is the installation's.
    pub workspace: Option<WorkspaceId>,
    /// Which handler runs it.
    pub name: String,
    /// What the handler is given.
    pub arguments: serde_json::Value,
    /// Where it stands.
    pub state: JobState,
    /// Times it was claimed.
    pub attempts: u32,
    /// Not before.
    pub run_at: Timestamp,
    /// Counts claims; an outcome must bring the latest.
    pub fence: i64,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// The event it follows from.
    pub cause: Option<EventId>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was done or given up.
    pub finished_at: Option<Timestamp>,
}

const COLUMNS: &str = "id, workspace_id, name, arguments, state, attempts, run_at, fence, last_error, cause_id, \
                       created_at, finished_at";

impl TryFrom<&Row> for Job {
    type Error = StoreError;

    fn try_from(row: &Row) -> Result<Self, StoreError> {
        let state: String = row.get("state")?;
        Ok(Self {
            id: row.get("id")?,
            workspace: row.get("workspace_id")?,
            name: row.get("name")?,
            arguments: row.get("arguments")?,
            state: JobState::from_name(&state).ok_or_else(|| row.inconsistent("state"))?,
            attempts: row.get("attempts")?,
            run_at: row.get("run_at")?,
            fence: row.get("fence")?,
            last_error: row.get("last_error")?,
            cause: row.get("cause_id")?,
            created_at: row.get("created_at")?,
            finished_at: row.get("finished_at")?,
        })
    }
}

/// Adds a job of the workspace; false if one with the same key waits already.
pub fn enqueue(tx: &mut Tx, job: &NewJob) -> Result<bool, StoreError> {
    let workspace = tx.workspace();
    let added = tx.execute(INSERT, &insert_params(Some(workspace), job))? > 0;
    tx.wake();
    Ok(added)
}

/// Adds a job of the installation.
pub fn enqueue_system(system: &mut SystemTx, job: &NewJob) -> Result<bool, StoreError> {
    let added = system.execute(INSERT, &insert_params(None, job))? > 0;
    system.wake();
    Ok(added)
}

const INSERT: &str = "INSERT INTO jobs (id, workspace_id, name, arguments, unique_key, state, attempts, run_at, fence,
                           cause_id, created_at)
     VALUES ($1, $2, $3, $4, $5, 'waiting', 0, $6, 0, $7, $8) ON CONFLICT DO NOTHING";

fn insert_params(workspace: Option<WorkspaceId>, job: &NewJob) -> Vec<crate::Value> {
    // One workspace's key must not hold back another's job.
    let key = job.unique_key.as_ref().map(|key| match workspace {
        Some(workspace) => format!("{workspace}/{key}"),
        None => key.clone(),
    });
    params![
        job.id,
        workspace,
        job.name,
        job.arguments,
        key,
        job.run_at,
        job.cause,
        job.now
    ]
    .to_vec()
}

/// Takes due jobs for a runner until `now + lease`: first those whose runner was
/// lost, then waiting ones, oldest first.
pub fn claim(
    system: &mut SystemTx,
    now: Timestamp,
    lease: Duration,
    limit: u32,
) -> Result<Vec<Job>, StoreError> {
    let mut jobs = claim_where(
        system,
        "state = 'running' AND lease_until < $1 ORDER BY lease_until",
        now,
        lease,
        limit,
    )?;
    let rest = limit.saturating_sub(u32::try_from(jobs.len()).unwrap_or(u32::MAX));
    if rest > 0 {
        jobs.extend(claim_where(
            system,
            "state = 'waiting' AND run_at <= $1 ORDER BY run_at, id",
            now,
            lease,
            rest,
        )?);
    }
    Ok(jobs)
}

fn claim_where(
    system: &mut SystemTx,
    condition: &str,
    now: Timestamp,
    lease: Duration,
    limit: u32,
) -> Result<Vec<Job>, StoreError> {
    let skip = match system.dialect() {
        Dialect::Sqlite => "",
        Dialect::Postgres => " FOR UPDATE SKIP LOCKED",
    };
    // The list is made first and once, else a join could run the locking query again.
    let sql = format!(
        "WITH due AS MATERIALIZED (SELECT id FROM jobs WHERE {condition} LIMIT $3{skip})
         UPDATE jobs SET state = 'running', fence = fence + 1, attempts = attempts + 1, lease_until = $2
         WHERE id IN (SELECT id FROM due) RETURNING {COLUMNS}"
    );
    let mut jobs: Vec<Job> = system
        .query(&sql, params![now, now.plus(lease), limit])?
        .iter()
        .map(Job::try_from)
        .collect::<Result<_, _>>()?;
    jobs.sort_by_key(|job| (job.run_at, job.id));
    Ok(jobs)
}

/// Prolongs the lease of a long job.
pub fn extend(
    system: &mut SystemTx,
    id: JobId,
    fence: i64,
    until: Timestamp,
) -> Result<(), StoreError> {
    system.execute_versioned(
        "UPDATE jobs SET lease_until = $1 WHERE id = $2 AND fence = $3 AND state = 'running'",
        params![until, id, fence],
    )
}

/// Records success.
pub fn complete(
    system: &mut SystemTx,
    id: JobId,
    fence: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    system.execute_versioned(
        "UPDATE jobs SET state = 'done', finished_at = $1, lease_until = NULL, last_error = NULL
         WHERE id = $2 AND fence = $3 AND state = 'running'",
        params![now, id, fence],
    )
}

/// Records a failure that may pass: the job waits until `run_at`.
///
/// If an equal job was added meanwhile, that one does the work and this one is done.
pub fn retry(
    system: &mut SystemTx,
    id: JobId,
    fence: i64,
    error: &str,
    now: Timestamp,
    run_at: Timestamp,
) -> Result<(), StoreError> {
    let error = shorten(error);
    let back = system.savepoint(|system| {
        system.execute_versioned(
            "UPDATE jobs SET state = 'waiting', run_at = $1, last_error = $2, lease_until = NULL
             WHERE id = $3 AND fence = $4 AND state = 'running'",
            params![run_at, error, id, fence],
        )
    });
    system.wake();
    match back {
        Err(error) if error.is_unique_violation("jobs_unique_key") => {
            complete(system, id, fence, now)
        }
        other => other,
    }
}

/// Records that trying again is of no use: the job waits for a person.
pub fn give_up(
    system: &mut SystemTx,
    id: JobId,
    fence: i64,
    error: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    system.execute_versioned(
        "UPDATE jobs SET state = 'dead', finished_at = $1, last_error = $2, lease_until = NULL
         WHERE id = $3 AND fence = $4 AND state = 'running'",
        params![now, shorten(error), id, fence],
    )
}

/// Lets a dead job run again; false if there is no such dead job.
pub fn replay(tx: &mut Tx, id: JobId, now: Timestamp) -> Result<bool, StoreError> {
    let workspace = tx.workspace();
    let back = tx.savepoint(|tx| {
        tx.execute(
            "UPDATE jobs SET state = 'waiting', run_at = $1, attempts = 0, finished_at = NULL
             WHERE id = $2 AND workspace_id = $3 AND state = 'dead'",
            params![now, id, workspace],
        )
    });
    tx.wake();
    match back {
        // An equal job waits already, which is what was asked for.
        Err(error) if error.is_unique_violation("jobs_unique_key") => Ok(true),
        other => Ok(other? > 0),
    }
}

/// One job of the workspace.
pub fn get(tx: &mut Tx, id: JobId) -> Result<Option<Job>, StoreError> {
    let workspace = tx.workspace();
    let sql = format!("SELECT {COLUMNS} FROM jobs WHERE id = $1 AND workspace_id = $2");
    tx.maybe(&sql, params![id, workspace])?
        .as_ref()
        .map(Job::try_from)
        .transpose()
}

/// Jobs of the workspace in a state, newest first, after the `(created_at, id)` of
/// the last one seen.
pub fn list(
    tx: &mut Tx,
    state: JobState,
    after: Option<(Timestamp, JobId)>,
    limit: u32,
) -> Result<Vec<Job>, StoreError> {
    let workspace = tx.workspace();
    let rows = match after {
        None => {
            let sql = format!(
                "SELECT {COLUMNS} FROM jobs WHERE workspace_id = $1 AND state = $2
                 ORDER BY created_at DESC, id DESC LIMIT $3"
            );
            tx.query(&sql, params![workspace, state.as_str(), limit])?
        }
        Some((created_at, id)) => {
            let sql = format!(
                "SELECT {COLUMNS} FROM jobs WHERE workspace_id = $1 AND state = $2 AND (created_at, id) < ($4, $5)
                 ORDER BY created_at DESC, id DESC LIMIT $3"
            );
            tx.query(
                &sql,
                params![workspace, state.as_str(), limit, created_at, id],
            )?
        }
    };
    rows.iter().map(Job::try_from).collect()
}

/// When the next job is due or the next lease runs out.
pub fn next_due(system: &mut SystemTx) -> Result<Option<Timestamp>, StoreError> {
    system
        .one(
            "SELECT min(at) AS at FROM (
                 SELECT min(run_at) AS at FROM jobs WHERE state = 'waiting'
                 UNION ALL SELECT min(lease_until) AS at FROM jobs WHERE state = 'running') AS times",
            params![],
        )?
        .get("at")
}

/// Removes jobs that were done before a time, at most `limit`; dead ones stay.
pub fn prune(system: &mut SystemTx, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
    system.execute(
        "DELETE FROM jobs WHERE id IN
             (SELECT id FROM jobs WHERE state = 'done' AND finished_at < $1 LIMIT $2)",
        params![before, limit],
    )
}

fn shorten(error: &str) -> String {
    error.chars().take(ERROR_CHARS_MAX).collect()
}

//! Failed work, as administrators see it.

use zhiyin_domain::ids::JobId;
use zhiyin_domain::permission::{Denied, Permission, Resource};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::jobs::{self, Job, JobState};
use zhiyin_store::{StoreError, Tx};

use crate::Context;
use crate::audit::{self, Action};

/// Why something with a job was refused.
#[derive(Debug, thiserror::Error)]
pub enum JobsError {
    /// No such job.
    #[error("no such job")]
    NotFound,
    /// Only a job that was given up runs again.
    #[error("the job was not given up")]
    NotDead,
    /// The permission is missing.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Jobs of the workspace in a state, newest first, after the one with this time and id.
pub fn list_jobs(
    tx: &mut Tx<'_>,
    ctx: &Context,
    state: JobState,
    after: Option<(Timestamp, JobId)>,
    limit: u32,
) -> Result<Vec<Job>, JobsError> {
    ctx.require(Permission::ManageJobs, &Resource::WORKSPACE)?;
    Ok(jobs::list(tx, state, after, limit)?)
}

/// Lets a job that was given up run again.
pub fn replay_job(tx: &mut Tx<'_>, ctx: &Context, id: JobId) -> Result<Job, JobsError> {
    ctx.require(Permission::ManageJobs, &Resource::WORKSPACE)?;
    jobs::get(tx, id)?.ok_or(JobsError::NotFound)?;
    if !jobs::replay(tx, id, ctx.now())? {
        return Err(JobsError::NotDead);
    }
    audit::record(tx, ctx, Action::JobReplayed, &id, None)?;
    jobs::get(tx, id)?.ok_or(JobsError::NotFound)
}

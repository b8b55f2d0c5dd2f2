//! The threads that work on PostgreSQL, each with its own connection.

use std::time::Duration;

use crossbeam_channel::Receiver;

use super::core::{Core, Verdict};
use super::session::Session;
use super::work::Work;
use crate::crypto::entropy;
use crate::error::StoreError;

/// How often a closure is run again after a lost race.
const RETRIES_MAX: u32 = 5;

/// One thread of the pool.
pub(crate) struct Worker {
    pub(crate) core: Core,
    pub(crate) queue: Receiver<Box<dyn Work>>,
    pub(crate) closure_limit: Duration,
}

enum Attempt {
    Finished,
    LostRace,
}

impl Worker {
    /// Works until every handle of the store is gone.
    pub(crate) fn run(mut self) {
        while let Ok(mut work) = self.queue.recv() {
            if work.is_read() && work.is_forsaken() {
                continue;
            }
            for tried in 0..=RETRIES_MAX {
                match self.attempt(&mut *work) {
                    Attempt::Finished => break,
                    Attempt::LostRace if tried < RETRIES_MAX => std::thread::sleep(pause(tried)),
                    Attempt::LostRace => {
                        tracing::warn!("A transaction lost {RETRIES_MAX} races and was given up");
                    }
                }
            }
            work.answer();
        }
    }

    fn attempt(&mut self, work: &mut dyn Work) -> Attempt {
        let Session::Postgres(session) = &mut self.core.session else {
            return Attempt::Finished;
        };
        if let Err(error) = session.begin(work.is_read()) {
            work.fail(error);
            return Attempt::Finished;
        }
        let verdict = self.core.run(work, self.closure_limit);
        let is_retryable = self.core.state.is_retryable;
        let Session::Postgres(session) = &mut self.core.session else {
            return Attempt::Finished;
        };
        if verdict == Verdict::Undo {
            session.rollback();
            return if is_retryable {
                Attempt::LostRace
            } else {
                Attempt::Finished
            };
        }
        match session.commit() {
            Ok(()) => {
                self.core.shared.committed(self.core.state.after);
                Attempt::Finished
            }
            Err(error) => {
                let was_race = error_was_race(&error) && session.take_retryable();
                work.fail(error);
                if was_race {
                    Attempt::LostRace
                } else {
                    Attempt::Finished
                }
            }
        }
    }
}

/// After a connection lost in the commit nobody knows whether it happened, so only a
/// refusal by the server may be tried again.
fn error_was_race(error: &StoreError) -> bool {
    matches!(error, StoreError::Busy)
}

/// Grows with each try and differs between threads, so that two do not meet again.
fn pause(tried: u32) -> Duration {
    let jitter = entropy::<1>().map_or(128, |[byte]| u64::from(byte));
    Duration::from_micros((500 << tried.min(6)) * (128 + jitter) / 256)
}

//! A closure on its way to a database thread and its answer on the way back.

use tokio::sync::oneshot;

use super::core::Core;
use crate::error::StoreError;

/// A closure with its place for the answer, its types forgotten.
pub(crate) trait Work: Send {
    /// Runs the closure and keeps its result; true if it succeeded. May be called again.
    fn run(&mut self, core: &mut Core) -> bool;
    /// Replaces the result by an error.
    fn fail(&mut self, error: StoreError);
    /// Sends the result to whoever waits for it.
    fn answer(self: Box<Self>);
    /// Whether the closure must not write.
    fn is_read(&self) -> bool;
    /// Whether the closure has a time limit.
    fn is_limited(&self) -> bool;
    /// Whether nobody waits for the answer any more.
    fn is_forsaken(&self) -> bool;
}

/// What kind of work a closure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Read,
    Write,
    /// A write without a time limit: migrations, restore.
    Maintenance,
}

/// Where an answer goes.
pub(crate) enum Reply<R> {
    Async(oneshot::Sender<R>),
    Blocking(crossbeam_channel::Sender<R>),
}

pub(crate) struct Task<F, T, E> {
    pub(crate) kind: Kind,
    pub(crate) closure: F,
    pub(crate) result: Option<Result<T, E>>,
    pub(crate) reply: Reply<Result<T, E>>,
}

impl<F, T, E> Work for Task<F, T, E>
where
    F: Fn(&mut Core) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, core: &mut Core) -> bool {
        self.result = None;
        let result = (self.closure)(core);
        let is_ok = result.is_ok();
        self.result = Some(result);
        is_ok
    }

    fn fail(&mut self, error: StoreError) {
        self.result = Some(Err(error.into()));
    }

    fn answer(self: Box<Self>) {
        let result = self
            .result
            .unwrap_or_else(|| Err(StoreError::Panicked.into()));
        // Nobody may be waiting any more; the work itself is done.
        let is_heard = match self.reply {
            Reply::Async(sender) => sender.send(result).is_ok(),
            Reply::Blocking(sender) => sender.send(result).is_ok(),
        };
        if !is_heard {
            tracing::debug!("Nobody waited for the answer of a transaction");
        }
    }

    fn is_read(&self) -> bool {
        self.kind == Kind::Read
    }

    fn is_limited(&self) -> bool {
        self.kind != Kind::Maintenance
    }

    fn is_forsaken(&self) -> bool {
        match &self.reply {
            Reply::Async(sender) => sender.is_closed(),
            Reply::Blocking(_) => false,
        }
    }
}

//! Routing (分配): which waiting customer goes to which agent, in what order, and why.
//!
//! [`Queue`]s hold policy, [`QueueItem`]s are the work, an [`AgentProfile`] says what a
//! person can do. The [`Router`] keeps all of them in memory for one workspace and gives
//! one [`Decision`] at a time, each with its [`Explanation`]. It is a plain value: time is
//! a parameter, the same inputs in the same order give the same decisions, and it can be
//! rebuilt from the rows of the database at any moment.
//!
//! ```text
//! enqueue / set_presence / finish / decline / tick ──► triggers ──► decide() ──► Decision
//!                                                                    │ store it, then
//!                                 put_back() if that failed ◄────────┴── show it
//! ```
//!
//! What it must not know: conversations, messages, the database, the clock.

mod bits;
mod choice;
mod classes;
pub mod entrance;
pub mod explain;
pub mod floor;
mod matching;
mod offers;
pub mod people;
mod presence;
pub mod priority;
pub mod queues;
mod router;
mod seats;
mod storage;
mod timers;
pub mod transitions;
pub mod wait;
pub mod work;

#[cfg(test)]
mod tests;

pub use entrance::{
    InboxRouting, OutOfHours, OutOfHoursError, OutOfHoursMode, RoutingSettings,
    RoutingSettingsError,
};
pub use explain::{Barrier, Candidate, Decision, Explanation, Headcount, Mode, Reason, Trigger};
pub use floor::{Notice, Place, RouterError, RouterSettings, Standing};
pub use people::{AgentProfile, Capacity, SkillLevel};
pub use priority::{Credits, Priorities, Rank};
pub use queues::{Continuity, Delivery, Ease, EaseStep, Order, Queue, QueueError, Tie};
pub use router::Router;
pub use transitions::{ItemState, Outcome};
pub use wait::{Estimate, ServiceTimes, estimate_wait};
pub use work::{QueueItem, SkillNeed, Target, WorkKind};

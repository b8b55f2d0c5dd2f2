//! Queues, what waits in them, who can serve it, and what was decided.
//!
//! The rows are the truth. A floor in memory is made of them and may be thrown away at any
//! moment; whoever changes a row of `queue_items` names the version it was read with.

pub mod decisions;
pub mod items;
pub mod profiles;
pub mod queues;
pub mod settings;
pub mod skills;
pub mod wallboard;

pub use decisions::StoredDecision;
pub use items::StoredItem;
pub use profiles::StoredProfile;
pub use queues::StoredQueue;
pub use skills::Skill;

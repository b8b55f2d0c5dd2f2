//! Cases (工单), complaints (投诉) and what belongs to them: every problem has an owner until
//! the customer confirms that it is solved.
//!
//! ```text
//! case ── type version ── form, procedure ──► run ── step ── due ─┐
//!   ├── ownership (handover by acceptance)                        │
//!   ├── tasks of the back office ── hops, status, question ── due ─┤
//!   ├── complaint ── severity ── told, reply, call back ───── due ─┼─► alarms ──► rows ──► a timer
//!   ├── follow-ups ── attempts, result ───────────────────── due ─┘
//!   ├── recovery ── limits, approval, budget
//!   ├── evidence ── chain, seals, bundle
//!   └── links, merges
//! ```
//!
//! Everything is a value with transitions: the old value goes in, the new one comes out, or
//! an error that says what to do. Nothing reads a clock. Whatever waits for somebody has a
//! [`Watch`](escalation::Watch), and one pure function turns it into reminders and
//! escalations. `docs/cases.md` explains the rules for those who set them.
//!
//! Not in here: who holds which role or team (the use case finds them and passes them in),
//! words that were promised in a conversation ([`crate::promise`]), and the standards of
//! sessions ([`crate::standards`]).

pub mod approvals;
pub mod builtin;
pub mod case;
pub mod case_type;
pub mod closing;
pub mod complainants;
pub mod complaints;
pub mod escalation;
pub mod evidence;
#[cfg(test)]
mod fixtures;
pub mod follow_up;
pub mod forms;
pub mod links;
pub mod merging;
pub mod notices;
pub mod number;
pub mod ownership;
pub mod portal;
pub mod procedure;
pub mod recovery;
pub mod run;
pub mod severity;
pub mod status;
pub mod tasks;
mod text;
pub mod wording;

#[cfg(test)]
mod tests;

//! The bot: answers from the knowledge base while it has the turn, and hands over to people.
//!
//! ```text
//! customer writes ─► begin (first message) ─► handler `bot` ─┐
//!                └► call ──────────► job `bot.turn` ◄────────┘
//!                                     look (read) ─► mind ─► act (write)
//! person wished, agent takes, session ends ─► handler differs ─► job writes the note
//! ```
//!
//! `begin` gives it the turn in the transaction of a first message. The job reads what was said,
//! decides with `mind`, and writes in one transaction that checks the gate again
//! ([`may_speak`](zhiyin_domain::bot::may_speak)) and the version of what it remembers: each message
//! is dealt with once, and nothing is said after a person has the turn.
//!
//! `steps` leads through guided flows, whose interpreter is pure (`zhiyin_domain::flows`); what they do
//! `outside` happens between two transactions. `flows` is what people draw, `simulate` plays it.

mod begin;
mod flows;
mod idle;
mod mind;
mod note;
mod outside;
mod replay;
mod settings;
mod simulate;
mod sources;
mod steps;
mod turn;
mod words;

pub(crate) use begin::{begin, call, queue_of};
pub use flows::{
    FlowView, RevisionView, create_flow, delete_flow, delete_secret, flow_statistics, get_flow,
    list_flows, list_revisions, list_secrets, publish_flow, set_secret, update_flow, withdraw_flow,
};
pub use replay::{Replay, ReplayRequest, ReplaySource, ReplayedQuestion, replay};
pub use settings::{BotView, get_bot, save_bot};
pub use simulate::{Simulated, SimulatedTurn, Simulation, simulate};

use zhiyin_domain::bot::BotSettingsError;
use zhiyin_domain::flows::Problem;
use zhiyin_domain::limits::{BOT_SECRET_BYTES_MAX, FLOW_BYTES_MAX};
use zhiyin_domain::permission::{Denied, Permission, Resource};
use zhiyin_store::StoreError;

use crate::Context;
use crate::conversations::ConversationError;
use crate::knowledge::KnowledgeError;
use crate::work::{JobHandler, Reactor, Reconciler, RoundFuture, Work};

/// Why something with the bot was refused.
#[derive(Debug, thiserror::Error)]
pub enum BotError {
    /// No such inbox.
    #[error("no such inbox")]
    InboxNotFound,
    /// Settings that are not acceptable.
    #[error(transparent)]
    Settings(#[from] BotSettingsError),
    /// The queue is gone.
    #[error("there is no such queue")]
    QueueNotFound,
    /// The flow that greets is gone or not published.
    #[error("there is no such flow, or it is not published")]
    GreetingNotFound,
    /// No such flow.
    #[error("no such flow")]
    FlowNotFound,
    /// No such secret.
    #[error("no such secret")]
    SecretNotFound,
    /// No name, or too long a one.
    #[error("a name has 1 to 80 characters")]
    Name,
    /// A secret that cannot be sent.
    #[error("a secret has 1 to {BOT_SECRET_BYTES_MAX} printable ASCII characters")]
    Secret,
    /// A flow that is too large.
    #[error("a flow has at most {FLOW_BYTES_MAX} bytes")]
    TooLarge,
    /// There are too many.
    #[error("there are too many of these")]
    TooMany,
    /// An inbox greets with the flow.
    #[error("an inbox greets with this flow; change its bot first")]
    InUse,
    /// The draft cannot be published.
    #[error("the draft cannot be published")]
    Problems(Vec<Problem>),
    /// What a flow writes down about a contact is not acceptable.
    #[error("the contact cannot be saved")]
    Contact(#[source] Box<crate::widget::WidgetError>),
    /// It was changed in the meantime.
    #[error("the bot was changed in the meantime")]
    Changed,
    /// The caller may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Something with the conversation failed.
    #[error(transparent)]
    Conversation(#[from] ConversationError),
    /// Something with the knowledge base failed.
    #[error(transparent)]
    Knowledge(#[from] KnowledgeError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What this feature hands to the worker.
#[must_use]
pub fn work() -> Work {
    Work {
        reactors: vec![Reactor {
            name: "bot",
            react: begin::react,
        }],
        jobs: vec![
            JobHandler {
                name: begin::TURN,
                time_limit: turn::TIME_LIMIT,
                run: turn::run,
            },
            JobHandler {
                name: outside::CODE_MAIL,
                time_limit: std::time::Duration::from_mins(1),
                run: outside::mail_code,
            },
        ],
        reconcilers: vec![
            Reconciler {
                name: "bot",
                period: std::time::Duration::from_mins(1),
                rest: std::time::Duration::from_secs(1),
                run: |app| Box::pin(idle::round(app)) as RoundFuture,
            },
            Reconciler {
                name: "bot.sweep",
                period: std::time::Duration::from_hours(6),
                rest: std::time::Duration::from_hours(6),
                run: |app| Box::pin(idle::sweep(app)) as RoundFuture,
            },
        ],
    }
}

/// Who sets up inboxes sets up their bots.
fn require(ctx: &Context) -> Result<(), Denied> {
    ctx.require(Permission::ManageInboxes, &Resource::WORKSPACE)
}

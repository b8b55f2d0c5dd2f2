//! Queues and routing: who gets a conversation, and who waits for it.
//!
//! Rows of `queue_items` are the truth. Use cases change them together with the conversation;
//! what nobody does (decisions, offers that expire, work handed over) is done by the
//! [`dispatch`]er of one node, which keeps a router in memory and checks the version of every
//! row it writes. `keep` sees to it that an open conversation of a routed inbox always has
//! exactly one open piece of work, in the state the conversation is in.

mod customer;
pub mod dispatch;
mod enter;
mod error;
mod explain;
mod hours;
mod keep;
mod offers;
mod profiles;
mod queues;
mod settings;
mod skills;
mod transfer;
mod visitor;

pub use error::RoutingError;
pub(crate) use explain::slots_of_queues;
pub use explain::{ItemView, RoutingView, queue_items, routing_of};
pub use keep::on_deactivated;
pub use offers::{OfferView, accept, decline, list_offers, offer_view};
pub use profiles::{ProfileChange, get_profile, list_profiles, set_profile};
pub use queues::{
    NewQueue, QueueChange, QueueView, create_queue, delete_queue, get_queue, list_queues,
    update_queue,
};
pub use settings::{get_settings, set_settings};
pub use skills::{SkillView, create_skill, delete_skill, list_skills, rename_skill};
pub use transfer::{enqueue, set_needs, transfer};
pub use visitor::{
    InboxHours, QueueState, VisitorQueue, call_back, hours_of_inbox, leave_message, moved,
    queue_of_visitor, stay,
};

pub(crate) use customer::{account_changed, customer_changed};
pub(crate) use hours::check_routing as check_inbox_routing;
pub(crate) use keep::{hand_over, move_to_queue, on, reassign};

use zhiyin_domain::events::Event;
use zhiyin_domain::ids::AgentId;
use zhiyin_store::routing::StoredItem;
use zhiyin_store::{StoreError, Tx};

use crate::Context;

/// What happened to a piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fact {
    Entered,
    Offered,
    Accepted,
    Declined,
    Expired,
    Assigned,
    Returned,
    Transferred,
    Moved,
    Ended,
}

/// Appends what happened to a piece of work. `agent` is who is asked, has it or had it.
fn tell(
    tx: &mut Tx<'_>,
    ctx: &Context,
    fact: Fact,
    it: &StoredItem,
    agent: Option<AgentId>,
) -> Result<(), StoreError> {
    macro_rules! event {
        ($name:ident) => {
            Event::$name {
                conversation_id: it.item.conversation_id,
                session_id: it.item.session_id,
                queue_item_id: it.item.id,
                queue_id: it.item.queue_id,
                agent_id: agent,
            }
        };
    }
    let event = match fact {
        Fact::Entered => event!(QueueItemEntered),
        Fact::Offered => event!(QueueItemOffered),
        Fact::Accepted => event!(QueueItemAccepted),
        Fact::Declined => event!(QueueItemDeclined),
        Fact::Expired => event!(QueueItemExpired),
        Fact::Assigned => event!(QueueItemAssigned),
        Fact::Returned => event!(QueueItemReturned),
        Fact::Transferred => event!(QueueItemTransferred),
        Fact::Moved => event!(QueueItemMoved),
        Fact::Ended => event!(QueueItemEnded),
    };
    ctx.append(tx, &event)?;
    Ok(())
}

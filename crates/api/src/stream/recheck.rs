//! Permissions and credentials of open connections follow changes at once.
//!
//! A connection is authenticated again, by the same path as a new one, after an event
//! that may have changed what its agent may do, and every minute for log-ins that simply
//! end. Who lost the log-in is cut; who sees more or less now starts afresh.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use axum::extract::ws::Utf8Bytes;
use zhiyin_app::identity::AuthenticateError;
use zhiyin_domain::permission::{Access, Permission, Resource};

use super::mailbox::{Bye, Frame};
use super::room::{AgentLink, Room};
use crate::state::AppState;

/// Checks all connections of the room that are marked. `seq` is the place in the log up to
/// which they were served.
pub(crate) async fn marked(state: &AppState, room: &Room, seq: i64) {
    for link in room.agents() {
        if link.must_recheck.swap(false, Ordering::AcqRel) {
            check(state, &link, seq).await;
        }
    }
}

/// Marks and checks every connection.
pub(crate) async fn everybody(state: &AppState) {
    for (_, room) in state.hub().rooms() {
        for link in room.agents() {
            check(state, &link, room.cursor()).await;
        }
    }
}

async fn check(state: &AppState, link: &Arc<AgentLink>, seq: i64) {
    match state.app().refresh(&link.principal).await {
        Ok(principal) => {
            let leads = leads(&principal.access);
            let did_lead = link.leads.swap(leads, Ordering::AcqRel);
            let fresh = principal.access.visibility(Permission::ReadConversations);
            let has_other_cases = {
                let fresh = principal.access.visibility(Permission::ReadCases);
                let mut cases = link.cases.write().unwrap_or_else(PoisonError::into_inner);
                let is_other = *cases != fresh;
                *cases = fresh;
                is_other
            };
            let mut view = link.view.write().unwrap_or_else(PoisonError::into_inner);
            if *view == fresh && did_lead == leads && !has_other_cases {
                return;
            }
            *view = fresh;
            drop(view);
            let reset: Utf8Bytes = format!(r#"{{"t":"reset","seq":{seq}}}"#).into();
            link.mailbox
                .push(Frame::loose(reset), state.hub().agent_capacity());
        }
        Err(AuthenticateError::Unknown) => link.mailbox.cut(Bye::Unauthenticated),
        Err(AuthenticateError::Store(error)) => {
            tracing::warn!("An open stream could not be checked: {error}");
            link.must_recheck.store(true, Ordering::Release);
        }
    }
}

/// Whether whispers to others are for somebody.
pub(crate) fn leads(access: &Access) -> bool {
    access.allows(Permission::SuperviseFloor, &Resource::WORKSPACE)
}

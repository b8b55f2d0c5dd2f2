//! Where customers stand in line, told to those who wait as it changes: at most every two
//! seconds, and only what is different.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::json;
use zhiyin_app::routing::{self, VisitorQueue};
use zhiyin_domain::ids::{IdentityId, WorkspaceId};
use zhiyin_store::routing::items;
use zhiyin_store::{StoreError, Tx};

use super::frames::text;
use super::room::Room;
use crate::state::AppState;
use crate::widget::dto::WidgetQueueDto;

/// Told this often, in ticks of the wheel.
const TELL_TICKS: u32 = 2;

/// What waits to be told, and what was told last.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    moved: Mutex<HashSet<WorkspaceId>>,
    told: Mutex<HashMap<WorkspaceId, HashMap<IdentityId, VisitorQueue>>>,
}

impl Lines {
    /// Somebody in line moved, or somebody who serves came or went.
    pub(crate) fn moved(&self, workspace: WorkspaceId) {
        lock(&self.moved).insert(workspace);
    }

    /// A second has passed.
    pub(crate) async fn tick(&self, state: &AppState) {
        if !state.hub().wheel().now().is_multiple_of(TELL_TICKS) {
            return;
        }
        let moved = std::mem::take(&mut *lock(&self.moved));
        for workspace in moved {
            let Some(room) = state.hub().room(workspace) else {
                lock(&self.told).remove(&workspace);
                continue;
            };
            if let Err(error) = self.tell(state, workspace, &room).await {
                tracing::debug!("Customers are not told where they stand: {error}");
                self.moved(workspace);
            }
        }
    }

    async fn tell(
        &self,
        state: &AppState,
        workspace: WorkspaceId,
        room: &Arc<Room>,
    ) -> Result<(), StoreError> {
        let (now, here) = (state.now(), Arc::clone(room));
        let read = move |tx: &mut Tx<'_>| {
            let mut places = HashMap::new();
            for queue in items::waiting_by_queue(tx)?.into_keys() {
                places.extend(routing::moved(tx, queue, now, |it| here.has_visitor(it))?);
            }
            Ok::<_, StoreError>(places)
        };
        let places = state.app().store().read(workspace, read).await?;
        let before = lock(&self.told)
            .insert(workspace, places.clone())
            .unwrap_or_default();
        for (identity, place) in places {
            if before.get(&identity) == Some(&place) {
                continue;
            }
            let queue = WidgetQueueDto::from(place);
            let frame = text(&json!({ "t": "queue", "queue": queue }));
            room.tell_visitor(identity, &frame, state.hub().visitor_capacity());
        }
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

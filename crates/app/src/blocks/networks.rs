//! The blocked networks in memory, so that an address costs no query.
//!
//! A list is believed for seconds only and dropped when an entry changes here or when the
//! event of another node arrives.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use zhiyin_domain::block::Network;
use zhiyin_domain::ids::WorkspaceId;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::{StoreError, blocks as store};

use crate::App;

/// How long a list is believed.
const LIFETIME: Duration = Duration::from_secs(10);

/// The networks with their ends.
type List = Arc<[(Network, Option<Timestamp>)]>;

/// The lists of the workspaces that were asked about lately.
#[derive(Default)]
pub struct Networks {
    lists: Mutex<HashMap<WorkspaceId, (List, Timestamp)>>,
    /// Rises with every [`Networks::forget`]: a list that was read before is not kept.
    generation: AtomicU64,
}

impl Networks {
    fn lists(&self) -> MutexGuard<'_, HashMap<WorkspaceId, (List, Timestamp)>> {
        self.lists.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Drops what is known of a workspace.
    pub fn forget(&self, workspace: WorkspaceId) {
        let mut lists = self.lists();
        self.generation.fetch_add(1, Ordering::SeqCst);
        lists.remove(&workspace);
    }

    fn fresh(&self, workspace: WorkspaceId, now: Timestamp) -> Option<List> {
        let lists = self.lists();
        let (list, until) = lists.get(&workspace)?;
        (*until > now).then(|| Arc::clone(list))
    }

    fn keep(&self, workspace: WorkspaceId, list: &List, now: Timestamp, generation: u64) {
        let mut lists = self.lists();
        if self.generation.load(Ordering::SeqCst) == generation {
            lists.retain(|_, (_, until)| *until > now);
            lists.insert(workspace, (Arc::clone(list), now.plus(LIFETIME)));
        }
    }
}

/// The blocked networks of one workspace at one moment.
#[derive(Debug, Clone)]
pub struct BlockedNetworks {
    list: List,
    now: Timestamp,
}

impl BlockedNetworks {
    /// Whether an address lies in one of them.
    #[must_use]
    pub fn contain(&self, address: IpAddr) -> bool {
        self.list
            .iter()
            .any(|(network, end)| end.is_none_or(|end| end > self.now) && network.contains(address))
    }
}

impl App {
    /// The networks from which a company does not want messages.
    pub async fn blocked_networks(
        &self,
        workspace: WorkspaceId,
    ) -> Result<BlockedNetworks, StoreError> {
        let (networks, now) = (self.networks(), self.clock().now());
        if let Some(list) = networks.fresh(workspace, now) {
            return Ok(BlockedNetworks { list, now });
        }
        let generation = networks.generation.load(Ordering::SeqCst);
        let list: List = self.store().read(workspace, store::networks).await?.into();
        networks.keep(workspace, &list, now, generation);
        Ok(BlockedNetworks { list, now })
    }

    /// Drops what is remembered of visitors and networks, after the block list changed.
    pub fn forget_blocks(&self, workspace: WorkspaceId) {
        self.visitors().clear_workspace(workspace);
        self.networks().forget(workspace);
    }

    /// Whether the company does not want messages from an address.
    pub async fn is_address_blocked(
        &self,
        workspace: WorkspaceId,
        address: IpAddr,
    ) -> Result<bool, StoreError> {
        Ok(self.blocked_networks(workspace).await?.contain(address))
    }
}

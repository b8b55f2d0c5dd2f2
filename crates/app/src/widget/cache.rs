//! A short memory of visitor tokens, so that a busy chat does not look its token up for
//! every message.
//!
//! An answer is kept for seconds only, and the whole workspace is forgotten when a token
//! ends, a visitor is identified, a contact is blocked or an inbox is switched off. On
//! several nodes the other ones learn of that when their answer runs out.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use zhiyin_domain::ids::WorkspaceId;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::widget::Visitor;

/// How long an answer is believed.
const LIFETIME: Duration = Duration::from_secs(10);
/// Answers kept at once; beyond it the memory starts afresh.
const ENTRIES_MAX: usize = 50_000;

/// Answers by token hash.
#[derive(Default)]
pub struct VisitorCache {
    entries: Mutex<HashMap<Vec<u8>, (Visitor, Timestamp)>>,
    /// Rises when something is forgotten: an answer that was looked up before is not kept.
    generation: AtomicU64,
}

impl VisitorCache {
    /// The answer, if it is fresh.
    pub(super) fn get(&self, hash: &[u8], now: Timestamp) -> Option<Visitor> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let (visitor, until) = entries.get(hash)?;
        (*until > now && visitor.expires_at > now).then(|| visitor.clone())
    }

    /// To be asked before an answer is looked up, and given to [`VisitorCache::put`].
    pub(super) fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }

    /// Keeps an answer, unless something was forgotten since it was looked up.
    pub(super) fn put(&self, hash: Vec<u8>, visitor: Visitor, now: Timestamp, generation: u64) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if self.generation() != generation {
            return;
        }
        if entries.len() >= ENTRIES_MAX {
            entries.clear();
        }
        entries.insert(hash, (visitor, now.plus(LIFETIME)));
    }

    /// Forgets one token.
    pub(super) fn forget(&self, token: zhiyin_domain::ids::VisitorTokenId) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        self.generation.fetch_add(1, Ordering::SeqCst);
        entries.retain(|_, (visitor, _)| visitor.token_id != token);
    }

    /// Forgets a whole workspace.
    pub fn clear_workspace(&self, workspace: WorkspaceId) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        self.generation.fetch_add(1, Ordering::SeqCst);
        entries.retain(|_, (visitor, _)| visitor.workspace != workspace);
    }
}

//! What agents read: the first page of an inbox, and what a search finds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use zhiyin_domain::limits::PAGE_SIZE_DEFAULT;
use zhiyin_domain::permission::{Access, BuiltinRole, Permission, Visibility};
use zhiyin_store::conversations::{self, ListFilter, Order, StatusFilter, View};
use zhiyin_store::search::{self, MessageFilter};
use zhiyin_store::{StoreError, Tx};

use super::seed::Ground;
use super::texts::{Dice, Texts};
use crate::latency::Latencies;

/// Messages on the first page of a search.
const SEARCH_PAGE: u32 = 20;

/// An agent who is a member of the inbox, and an administrator.
fn readers(ground: &Ground) -> [Visibility; 2] {
    let agent = Access {
        agent: ground.agents.first().copied(),
        inboxes: [ground.inbox].into(),
        teams: [].into(),
        grants: BuiltinRole::Agent.grants(),
    };
    [agent, Access::everything()].map(|access| access.visibility(Permission::ReadConversations))
}

/// The first pages an agent opens during a day.
fn pages(ground: &Ground) -> Vec<ListFilter> {
    let mine = ground.agents.first().copied().map(View::Assignee);
    let mut filters = Vec::new();
    for view in [Some(View::All), Some(View::Unassigned), mine]
        .into_iter()
        .flatten()
    {
        for status in [
            StatusFilter::Open,
            StatusFilter::Resolved,
            StatusFilter::Any,
        ] {
            for order in [Order::Recent, Order::Waiting] {
                let is_idle = order == Order::Waiting && status != StatusFilter::Open;
                let inboxes = [None, Some(ground.inbox)];
                filters.extend(
                    inboxes
                        .into_iter()
                        .filter(|_| !is_idle)
                        .map(|inbox| ListFilter {
                            view: view.clone(),
                            status,
                            inbox,
                            tag: None,
                            saved: None,
                            order,
                        }),
                );
            }
        }
    }
    filters
}

/// Reads first pages of every kind, in turn, until `time` is over.
pub async fn inbox_pages(ground: &Ground, time: Duration) -> Result<Latencies> {
    let until = Instant::now() + time;
    let mut times = Latencies::default();
    let filters = pages(ground);
    let jobs: Vec<(Visibility, ListFilter)> = readers(ground)
        .iter()
        .flat_map(|reader| {
            filters
                .iter()
                .map(|filter| (reader.clone(), filter.clone()))
        })
        .collect();
    for (reader, filter) in jobs.iter().cycle() {
        if Instant::now() >= until {
            break;
        }
        let (reader, filter) = (reader.clone(), filter.clone());
        let started = Instant::now();
        let read = move |tx: &mut Tx<'_>| {
            conversations::list(tx, &reader, &filter, None, PAGE_SIZE_DEFAULT).map(|_| ())
        };
        ground.store.read(ground.workspace, read).await?;
        times.record(started.elapsed());
    }
    Ok(times)
}

/// What the searches took and found.
#[derive(Default)]
pub struct Searched {
    /// Each search, from the words to the first page.
    pub times: Latencies,
    /// Searches that found something.
    pub hits: usize,
    /// The slowest, to say what is slow.
    pub slowest: Option<(Duration, String)>,
}

/// Searches for what agents type until `time` is over.
pub async fn searches(ground: &Ground, time: Duration) -> Result<Searched> {
    let until = Instant::now() + time;
    let (texts, mut dice) = (Texts::new(), Dice::new(7));
    let readers = readers(ground).map(Arc::new);
    let mut searched = Searched::default();
    for reader in readers.iter().cycle() {
        if Instant::now() >= until {
            break;
        }
        let typed = texts.search(&mut dice);
        let started = Instant::now();
        let found = find(ground, Arc::clone(reader), &typed).await?;
        let took = started.elapsed();
        searched.times.record(took);
        searched.hits += usize::from(found > 0);
        if searched
            .slowest
            .as_ref()
            .is_none_or(|(slowest, _)| took > *slowest)
        {
            searched.slowest = Some((took, typed));
        }
    }
    Ok(searched)
}

async fn find(ground: &Ground, reader: Arc<Visibility>, typed: &str) -> Result<usize, StoreError> {
    let query = zhiyin_language::query(typed);
    let read = move |tx: &mut Tx<'_>| {
        let filter = MessageFilter::default();
        search::find_messages(tx, &query, &reader, &filter, None, SEARCH_PAGE)
    };
    Ok(ground.store.read(ground.workspace, read).await?.len())
}

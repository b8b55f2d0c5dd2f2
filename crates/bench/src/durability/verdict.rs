//! Was everything kept? Conversations are read back over HTTP, the database is opened
//! and checked as it lies on the disk.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::WorkspaceId;
use zhiyin_store::{Database, Keyring, Store, StoreConfig, StoreError, SystemTx, Tx};
use zhiyin_store::{events, health, identity};

use super::diary::Diary;
use crate::Report;
use crate::http::{Connection, Request};
use crate::latency::Latencies;
use crate::program::Program;

/// Events read at once.
const EVENTS_PAGE: u32 = 1_000;

/// What a trial has shown.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Times the program was killed.
    pub cycles: usize,
    /// Messages acknowledged.
    pub acknowledged: usize,
    /// Messages sent again because nobody answered.
    pub resent: usize,
    /// Of these, the ones that were there already.
    pub known: usize,
    /// Acknowledged messages that are not there.
    pub lost: usize,
    /// Messages that are there more than once, or that nobody sent.
    pub doubled: usize,
    /// Messages at another place than acknowledged.
    pub misplaced: usize,
    /// Conversations whose places are not 1, 2, 3 …
    pub gaps: usize,
    /// Places of the event log that are missing, and messages without their event.
    pub event_gaps: usize,
    /// What the database says about itself; nothing when it is whole.
    pub damage: Vec<String>,
    /// From each start until the program listened.
    pub starts: Latencies,
}

impl Verdict {
    /// What is wrong, in a word.
    pub fn complaint(&self) -> Option<&'static str> {
        match self {
            Self { lost: 1.., .. } => Some("acknowledged messages were lost"),
            Self { doubled: 1.., .. } => Some("messages are there twice"),
            Self { misplaced: 1.., .. } => Some("messages are not where they were"),
            Self { gaps: 1.., .. } => Some("conversations have gaps"),
            Self {
                event_gaps: 1.., ..
            } => Some("the event log does not fit the messages"),
            Self { damage, .. } if !damage.is_empty() => Some("the database is damaged"),
            Self { .. } => None,
        }
    }

    /// Adds the figures to a report.
    pub(crate) fn fill(&self, report: &mut Report) -> Result<()> {
        report.set("cycles", self.cycles)?;
        report.set("acknowledged", self.acknowledged)?;
        report.set("resent", self.resent)?;
        report.set("resent_known", self.known)?;
        report.set("lost", self.lost)?;
        report.set("doubled", self.doubled)?;
        report.set("misplaced", self.misplaced)?;
        report.set("gaps", self.gaps)?;
        report.set("event_gaps", self.event_gaps)?;
        report.set("damage", &self.damage)?;
        report.set("start_p50_ms", self.starts.percentile_ms(50.0))?;
        report.set("start_max_ms", self.starts.percentile_ms(100.0))
    }

    /// Opens the database the program has left, and checks it.
    pub(crate) fn inspect(&mut self, data: &Path, postgres: Option<&str>) -> Result<()> {
        let database = match postgres {
            Some(url) => Database::Postgres {
                url: url.to_owned(),
            },
            None => Database::Sqlite {
                path: data.join("zhiyin.db"),
            },
        };
        let store = open(database)?;
        self.damage = store.read_system_blocking(health::integrity)?;
        let workspaces = store
            .read_system_blocking(|system: &mut SystemTx| identity::workspaces::list(system))?;
        for workspace in workspaces {
            self.event_gaps += self.read_log(&store, workspace.id)?;
        }
        Ok(())
    }

    /// Reads the log from its beginning: every place is taken, and every message has told
    /// of itself exactly once.
    fn read_log(&self, store: &Store, workspace: WorkspaceId) -> Result<usize, StoreError> {
        let (mut last, mut wrong, mut messages) = (0, 0, 0_usize);
        loop {
            let page = store.read_blocking(workspace, move |tx: &mut Tx| {
                events::read_since(tx, last, EVENTS_PAGE)
            })?;
            if page.is_empty() {
                return Ok(wrong + messages.abs_diff(self.acknowledged));
            }
            for stored in page {
                wrong += usize::from(stored.seq != last + 1);
                last = stored.seq;
                messages += usize::from(matches!(stored.event, Some(Event::MessageCreated { .. })));
            }
        }
    }
}

/// What is damaged in a SQLite database that no program has open; nothing when it is whole.
pub fn damage(path: &Path) -> Result<Vec<String>> {
    let database = Database::Sqlite {
        path: path.to_owned(),
    };
    Ok(open(database)?.read_system_blocking(health::integrity)?)
}

fn open(database: Database) -> Result<Store> {
    let config = StoreConfig {
        closure_timeout_ms: 600_000,
        statement_timeout_ms: 600_000,
        // Nothing that is sealed is read here.
        ..StoreConfig::new(database, Keyring::single("none", [0; 32]))
    };
    Store::open(config).context("cannot open the database")
}

/// Lets everybody finish, reads all conversations back and compares.
pub async fn read_back(program: &mut Program, diaries: &mut [Diary]) -> Result<Verdict> {
    let mut connection = Connection::open(program.address).await?;
    let mut verdict = Verdict::default();
    for diary in diaries {
        diary.finish(&mut connection).await?;
        let stored = conversation(&mut connection, &diary.token).await?;
        verdict.resent += diary.resent;
        verdict.known += diary.known;
        verdict.acknowledged += diary.acknowledged();
        compare(&mut verdict, diary, &stored);
    }
    Ok(verdict)
}

/// A message as it is read back.
struct Stored {
    seq: i64,
    id: String,
    client_id: String,
}

fn compare(verdict: &mut Verdict, diary: &Diary, stored: &[Stored]) {
    let mut by_client_id: HashMap<&str, Vec<&Stored>> = HashMap::new();
    for message in stored {
        by_client_id
            .entry(&message.client_id)
            .or_default()
            .push(message);
    }
    for entry in &diary.entries {
        let found = by_client_id
            .remove(entry.client_id.as_str())
            .unwrap_or_default();
        let Some((seq, id)) = &entry.acknowledged else {
            continue;
        };
        match found.as_slice() {
            [] => verdict.lost += 1,
            [one] => verdict.misplaced += usize::from(one.seq != *seq || one.id != *id),
            [_, more @ ..] => verdict.doubled += more.len(),
        }
    }
    verdict.doubled += by_client_id.values().map(Vec::len).sum::<usize>();
    let mut places: Vec<i64> = stored.iter().map(|message| message.seq).collect();
    places.sort_unstable();
    let has_gap = places
        .iter()
        .zip(1..)
        .any(|(place, expected)| *place != expected);
    verdict.gaps += usize::from(has_gap);
}

async fn conversation(connection: &mut Connection, token: &str) -> Result<Vec<Stored>> {
    let mut stored = Vec::new();
    let mut before = String::new();
    loop {
        let path = format!("/api/v1/widget/messages?limit=100{before}");
        let request = Request::new("GET", &path).bearer(token);
        let page = connection.send(&request).await?.success()?;
        for message in page["items"].as_array().context("a page has items")? {
            let field = |name: &str| message[name].as_str().unwrap_or_default().to_owned();
            stored.push(Stored {
                seq: message["seq"].as_i64().context("a message has a place")?,
                id: field("id"),
                client_id: field("client_id"),
            });
        }
        match &page["next"] {
            Value::String(next) => before = format!("&before_seq={next}"),
            _ => return Ok(stored),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::diary::Entry;
    use super::*;

    fn stored(seq: i64, client_id: &str) -> Stored {
        Stored {
            seq,
            id: format!("ms_{seq}"),
            client_id: client_id.to_owned(),
        }
    }

    fn verdict(stored: &[Stored]) -> Verdict {
        let mut diary = Diary::new(0, String::new());
        for (seq, client_id) in [(1, "a"), (2, "b"), (3, "c")] {
            diary.entries.push(Entry {
                client_id: client_id.to_owned(),
                acknowledged: Some((seq, format!("ms_{seq}"))),
            });
        }
        let mut verdict = Verdict::default();
        compare(&mut verdict, &diary, stored);
        verdict
    }

    #[test]
    fn every_kind_of_fault_is_seen() {
        let good = verdict(&[stored(3, "c"), stored(1, "a"), stored(2, "b")]);
        assert_eq!(good.complaint(), None);
        let lost = verdict(&[stored(1, "a"), stored(3, "c")]);
        assert_eq!((lost.lost, lost.gaps), (1, 1));
        let doubled = verdict(&[
            stored(1, "a"),
            stored(2, "b"),
            stored(3, "c"),
            stored(4, "c"),
        ]);
        assert_eq!((doubled.doubled, doubled.gaps), (1, 0));
        let invented = verdict(&[
            stored(1, "a"),
            stored(2, "b"),
            stored(3, "c"),
            stored(4, "x"),
        ]);
        assert_eq!(invented.doubled, 1);
        let moved = verdict(&[stored(1, "b"), stored(2, "a"), stored(3, "c")]);
        assert_eq!(moved.misplaced, 2);
    }
}

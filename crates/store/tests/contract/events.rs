//! The log: whole, in order, and without gaps whatever the order of commits.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};

use uuid::Uuid;
use zhiyin_domain::actor::Actor;
use zhiyin_domain::events::Event;
use zhiyin_domain::ids::{ConversationId, EventId, WorkspaceId};
use zhiyin_domain::time::Timestamp;
use zhiyin_store::events::{self, EventMeta, StoredEvent};
use zhiyin_store::{Store, StoreError, Tx, cursors, params};

use crate::engine::runtime;
use crate::harness::{TestStore, uuid};

/// Appends an event that tests know again by `seq`.
pub(crate) fn append(tx: &mut Tx, conversation: Uuid, seq: i64) -> Result<EventId, StoreError> {
    let meta = EventMeta {
        id: EventId::from_uuid(uuid()),
        actor: Actor::system("test"),
        causes: vec![EventId::from_uuid(Uuid::from_u128(9))],
        request_id: Some("r-1".to_owned()),
        now: Timestamp::from_micros(seq),
    };
    let event = Event::ConversationSeen {
        conversation_id: ConversationId::from_uuid(conversation),
        seq,
    };
    events::append(tx, &meta, &event)?;
    Ok(meta.id)
}

fn publish(store: &Store) -> u64 {
    store
        .write_system_blocking(|system| events::publish(system, 1_000))
        .expect("a round of the relay")
        .count
}

fn read(store: &Store, ws: WorkspaceId, after: i64) -> Vec<StoredEvent> {
    store
        .read_blocking(ws, move |tx| events::read_since(tx, after, 10_000))
        .expect("the log")
}

fn seqs(events: &[StoredEvent]) -> Vec<i64> {
    events.iter().map(|event| event.seq).collect()
}

/// Number of the conversation event, which tests use to know it again.
fn mark(event: &StoredEvent) -> (Uuid, i64) {
    match &event.event {
        Some(Event::ConversationSeen {
            conversation_id,
            seq,
        }) => (conversation_id.uuid(), *seq),
        other => panic!("{other:?}"),
    }
}

store_test! {
    fn an_event_comes_back_as_it_went_in(store) {
        let ws = store.workspace();
        let conversation = uuid();
        let id = store.write_blocking(ws, move |tx| append(tx, conversation, 7)).expect("appended");
        publish(store);
        let log = read(store, ws, 0);
        assert_eq!(log.len(), 1);
        let event = &log[0];
        assert_eq!((event.seq, event.workspace, event.meta.id), (1, ws, id));
        assert_eq!(event.meta.actor, Actor::system("test"));
        assert_eq!(event.meta.causes, [EventId::from_uuid(Uuid::from_u128(9))]);
        assert_eq!(event.meta.request_id.as_deref(), Some("r-1"));
        assert_eq!(event.kind, "conversation.seen");
        assert_eq!(mark(event), (conversation, 7));
        let of_it = store.read_blocking(ws, move |tx| events::of_aggregate(tx, conversation, 10)).expect("its events");
        assert_eq!(of_it, log);
    }

    fn each_workspace_counts_for_itself_and_a_failure_leaves_no_gap(store) {
        let (one, two) = (store.workspace(), store.workspace());
        for n in 0..3 {
            store.write_blocking(one, move |tx| append(tx, uuid(), n)).expect("appended");
            store.write_blocking(two, move |tx| append(tx, uuid(), n)).expect("appended");
            let failed: Result<(), StoreError> = store.write_blocking(one, move |tx| {
                append(tx, uuid(), n)?;
                Err(StoreError::Busy)
            });
            assert!(failed.is_err());
        }
        publish(store);
        assert_eq!(seqs(&read(store, one, 0)), [1, 2, 3]);
        assert_eq!(seqs(&read(store, two, 0)), [1, 2, 3]);
        assert_eq!(seqs(&read(store, one, 2)), [3]);
        assert_eq!(store.read_blocking(one, events::last_seq).expect("the last"), 3);
        assert_eq!(publish(store), 0, "nothing is left");
    }

    fn an_event_of_a_newer_program_is_passed_on(store) {
        let ws = store.workspace();
        store.write_blocking(ws, move |tx| append(tx, uuid(), 1)).expect("appended");
        publish(store);
        store.write_blocking(ws, |tx| tx.execute("UPDATE events SET kind = 'conversation.sung'", params![])).expect("changed");
        let log = read(store, ws, 0);
        assert_eq!((log[0].kind.as_str(), &log[0].event), ("conversation.sung", &None));
    }

    fn a_commit_with_events_wakes_those_who_wait(store) {
        let ws = store.workspace();
        let mut commits = store.commits();
        commits.mark_unchanged();
        store.write_blocking(ws, |tx| crate::engine::add_tag(tx, uuid(), "quiet")).expect("written");
        assert!(!commits.has_changed().expect("open"));
        store.write_blocking(ws, |tx| append(tx, uuid(), 1)).expect("appended");
        runtime().block_on(commits.changed()).expect("woken");
    }

    fn a_reactor_has_its_effect_once(store) {
        let ws = store.workspace();
        for n in 0..5 {
            store.write_blocking(ws, move |tx| append(tx, uuid(), n)).expect("appended");
        }
        publish(store);
        let behind = || store.read_system_blocking(|system| cursors::behind(system, "counter", 10)).expect("the backlog");
        assert_eq!(behind(), [cursors::Backlog { workspace: ws, cursor: 0, last_seq: 5 }]);
        let step = |is_crash: bool| store.write_blocking(ws, move |tx| {
            let from = cursors::lock(tx, "counter")?;
            let read = events::read_since(tx, from, 2)?;
            crate::engine::add_tag(tx, uuid(), &format!("{:?}", seqs(&read)))?;
            cursors::advance(tx, "counter", from, read.last().map_or(from, |event| event.seq))?;
            if is_crash { Err(StoreError::Unavailable("crash".to_owned())) } else { Ok(read.len()) }
        });
        assert_eq!(step(false).expect("a step"), 2);
        assert!(step(true).is_err());
        assert_eq!(step(false).expect("a step"), 2);
        assert_eq!(behind()[0].cursor, 4);
        assert_eq!(step(false).expect("a step"), 1);
        assert_eq!(behind(), []);
        assert_eq!(crate::engine::tag_names(store, ws), ["[1, 2]", "[3, 4]", "[5]"]);
        let moved = store.write_blocking(ws, |tx| cursors::advance(tx, "counter", 3, 9));
        assert!(matches!(moved, Err(StoreError::Conflict { .. })));
    }
}

/// The first to write is the last to commit; the log must show both.
#[test]
fn a_late_commit_is_numbered_late() {
    let store = TestStore::postgres();
    let ws = store.workspace();
    let (early, late) = (uuid(), uuid());
    let gate = Arc::new(Barrier::new(2));
    let slow = {
        let (store, gate) = ((*store).clone(), Arc::clone(&gate));
        std::thread::spawn(move || {
            store.write_blocking(ws, move |tx| {
                append(tx, late, 1)?;
                gate.wait();
                gate.wait();
                Ok::<_, StoreError>(())
            })
        })
    };
    gate.wait();
    store
        .write_blocking(ws, move |tx| append(tx, early, 2))
        .expect("it overtakes");
    assert_eq!(publish(&store), 1);
    let first = read(&store, ws, 0);
    assert_eq!(first.iter().map(mark).collect::<Vec<_>>(), [(early, 2)]);
    assert_eq!(seqs(&first), [1]);
    gate.wait();
    slow.join().expect("no panic").expect("it commits");
    assert_eq!(publish(&store), 1);
    let second = read(&store, ws, 1);
    assert_eq!(second.iter().map(mark).collect::<Vec<_>>(), [(late, 1)]);
    assert_eq!(seqs(&second), [2]);
}

const WRITERS: i64 = 16;
const ROUNDS: i64 = 40;

/// Sixteen writers, three relays and a reader that follows: no gap is ever passed, none
/// is invented, and what one writer did first comes first.
#[test]
fn many_writers_and_relays_make_one_log() {
    let postgres = TestStore::postgres();
    let store = postgres.with(|config| {
        config.writers = 19;
        config.readers = 2;
    });
    let workspaces = [store.workspace(), store.workspace()];
    let is_over = Arc::new(AtomicBool::new(false));
    let pairs: Vec<Arc<Barrier>> = (0..WRITERS / 2)
        .map(|_| Arc::new(Barrier::new(2)))
        .collect();

    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store: Store = (*store).clone();
            let pair = Arc::clone(&pairs[usize::try_from(writer / 2).expect("small")]);
            std::thread::spawn(move || write_rounds(&store, workspaces, writer, &pair))
        })
        .collect();
    let relays: Vec<_> = (0..3)
        .map(|_| {
            let (store, is_over): (Store, _) = ((*store).clone(), Arc::clone(&is_over));
            std::thread::spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    store
                        .write_system_blocking(|system| events::publish(system, 7))
                        .expect("a round");
                }
            })
        })
        .collect();
    let follower = {
        let (store, is_over): (Store, _) = ((*store).clone(), Arc::clone(&is_over));
        std::thread::spawn(move || follow(&store, workspaces, &is_over))
    };
    let committed: i64 = writers
        .into_iter()
        .map(|writer| writer.join().expect("a writer"))
        .sum();
    is_over.store(true, Ordering::Relaxed);
    for relay in relays {
        relay.join().expect("a relay");
    }
    follower.join().expect("the follower saw no gap");
    while publish(&store) > 0 {}
    let total: usize = workspaces
        .iter()
        .map(|ws| check_log(&read(&store, *ws, 0)))
        .sum();
    assert_eq!(i64::try_from(total).expect("small"), committed);
}

/// Every second round the two of a pair commit in the other order than they wrote.
fn write_rounds(
    store: &Store,
    workspaces: [WorkspaceId; 2],
    writer: i64,
    pair: &Arc<Barrier>,
) -> i64 {
    let conversation = Uuid::from_u128(u128::try_from(writer).expect("positive") + (1 << 100));
    let mut committed = 0;
    for round in 0..ROUNDS {
        let ws = workspaces[usize::try_from(round % 2).expect("small")];
        let is_crossing = round % 2 == 0;
        let is_first = writer % 2 == 0;
        if is_crossing && !is_first {
            // The partner has written and holds its transaction open.
            pair.wait();
        }
        let held = (is_crossing && is_first).then(|| Arc::clone(pair));
        let result = store.write_blocking(ws, move |tx| {
            for n in 0..=round % 3 {
                append(tx, conversation, round * 10 + n)?;
            }
            if let Some(pair) = &held {
                pair.wait();
                pair.wait();
            }
            if round % 7 == 3 {
                Err(StoreError::Conflict { table: "test" })
            } else {
                Ok(round % 3 + 1)
            }
        });
        if is_crossing && !is_first {
            // Committed; now the partner may.
            pair.wait();
        }
        committed += result.unwrap_or(0);
    }
    committed
}

fn follow(store: &Store, workspaces: [WorkspaceId; 2], is_over: &AtomicBool) {
    let mut last = [0; 2];
    while !is_over.load(Ordering::Relaxed) {
        for (ws, last) in workspaces.iter().zip(&mut last) {
            for event in read(store, *ws, *last) {
                assert_eq!(event.seq, *last + 1, "a gap was passed");
                *last = event.seq;
            }
        }
    }
}

fn check_log(log: &[StoredEvent]) -> usize {
    let expected: Vec<i64> = (1..).take(log.len()).collect();
    assert_eq!(seqs(log), expected);
    let mut marks: BTreeMap<Uuid, Vec<i64>> = BTreeMap::new();
    for event in log {
        let (conversation, mark) = mark(event);
        marks.entry(conversation).or_default().push(mark);
    }
    for marks in marks.values() {
        assert!(
            marks.is_sorted_by(|a, b| a < b),
            "one writer's events are in its order, each once: {marks:?}"
        );
    }
    log.len()
}

//! Queues, work and presence as rows.

use std::time::Duration;

use zhiyin_domain::conversation::{Conversation, Priority};
use zhiyin_domain::identity::agent::Presence;
use zhiyin_domain::ids::{AgentId, QueueId};
use zhiyin_domain::presence::{AgentPresence, BreakReason};
use zhiyin_domain::routing::{
    ItemState, OutOfHours, Outcome, Queue, QueueItem, RoutingSettings, ServiceTimes, Standing,
    WorkKind,
};
use zhiyin_domain::tier::Tier;
use zhiyin_store::routing::{
    StoredItem, StoredProfile, StoredQueue, items, profiles, queues, settings, wallboard,
};
use zhiyin_store::{Store, StoreError, Tx, presences};

use crate::floor::{Floor, at, id};

pub fn queue(floor: &Floor<'_>, name: &str) -> QueueId {
    let queue = StoredQueue {
        policy: Queue::new(id()),
        name: name.parse().expect("a name"),
        calendar_id: None,
        out_of_hours: OutOfHours::default(),
        service_times: ServiceTimes::default(),
        place: 1,
        created_at: at(0),
        version: 1,
    };
    let id = queue.id();
    floor.run(move |tx| queues::insert(tx, &queue));
    id
}

pub fn work(of: &Conversation, queue: QueueId, entered: i64) -> StoredItem {
    let item = QueueItem {
        id: id(),
        conversation_id: of.id,
        session_id: of.session_id.expect("a session"),
        queue_id: queue,
        entered_at: at(entered),
        kind: WorkKind::Chat,
        needs: Vec::new(),
        language: None,
        tier: Tier::BASE,
        severity: Priority::Normal,
        stage: None,
        last_agent: None,
        dedicated: Vec::new(),
    };
    StoredItem {
        line_rank: at(entered).as_micros(),
        item,
        standing: Standing::waiting(at(entered)),
        note: None,
        assigned_at: None,
        ended: None,
        promise_id: None,
        decline_reason: None,
        version: 1,
    }
}

fn add(floor: &Floor<'_>, item: &StoredItem) {
    let item = item.clone();
    floor.run(move |tx| items::insert(tx, &item));
}

fn try_write<T: Send + 'static>(
    store: &Store,
    floor: &Floor<'_>,
    f: impl Fn(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    store.write_blocking(floor.workspace, f)
}

store_test! {
    fn a_session_has_one_open_piece_of_work(store) {
        let floor = Floor::new(store);
        let (queue, inbox) = (queue(&floor, "Sales"), floor.inbox());
        let conversation = floor.conversation(inbox, None, None);
        let first = work(&conversation, queue, 1);
        add(&floor, &first);
        let second = work(&conversation, queue, 2);
        let twice = second.clone();
        let refused = try_write(store, &floor, move |tx| items::insert(tx, &twice));
        assert!(refused.expect_err("one is open").is_unique_violation("queue_items_session"));
        let ended = StoredItem { ended: Some((at(3), Outcome::Served)), ..first };
        let ended = floor.run(move |tx| items::save(tx, ended.clone()));
        assert_eq!((ended.state(), ended.version), (ItemState::Ended, 2));
        add(&floor, &second);
        let (conversation_id, session) = (conversation.id, second.item.session_id);
        let (open, latest) = floor.run(move |tx| Ok((
            items::open_of_session(tx, session)?,
            items::latest_of_session(tx, conversation_id, session)?,
        )));
        assert_eq!(open.as_ref(), Some(&second));
        assert_eq!(latest, Some(second), "what is open comes before what is over");
    }

    fn of_two_changes_of_one_row_the_second_is_refused(store) {
        let floor = Floor::new(store);
        let (queue, inbox, agent) = (queue(&floor, "Sales"), floor.inbox(), floor.agent());
        let item = work(&floor.conversation(inbox, None, None), queue, 1);
        add(&floor, &item);
        let offered = StoredItem {
            standing: item.standing.clone().sent_to_agent(agent, at(20)),
            ..item.clone()
        };
        let offered = floor.run(move |tx| items::save(tx, offered.clone()));
        let stale = try_write(store, &floor, move |tx| items::save(tx, item.clone()));
        assert!(matches!(stale, Err(StoreError::Conflict { table: "queue_items" })), "{stale:?}");
        let mine = floor.run(move |tx| items::offered_to(tx, agent));
        assert_eq!(mine, [offered]);
    }

    fn the_line_is_ordered_by_rank_and_knows_its_places(store) {
        let floor = Floor::new(store);
        let (queue, inbox, agent) = (queue(&floor, "Sales"), floor.inbox(), floor.agent());
        let make = |entered, ahead: i64| {
            let it = work(&floor.conversation(inbox, None, None), queue, entered);
            let it = StoredItem { line_rank: it.line_rank - ahead * 1_000_000, ..it };
            add(&floor, &it);
            it
        };
        let (usual, early, dear) = (make(10, 0), make(5, 0), make(20, 60));
        let taken = make(1, 0);
        let taken = StoredItem {
            standing: taken.standing.clone().assign(agent),
            assigned_at: Some(at(31)),
            ..taken
        };
        floor.run(move |tx| items::save(tx, taken.clone()));
        let expected = [dear.item.id, early.item.id, usual.item.id];
        let line = floor.run(move |tx| items::line(tx, queue, 10));
        assert_eq!(line.iter().map(|it| it.item.id).collect::<Vec<_>>(), expected);
        let (last, first) = (usual.clone(), dear);
        let ahead = floor.run(move |tx| Ok((items::ahead_of(tx, &last)?, items::ahead_of(tx, &first)?)));
        assert_eq!(ahead, (2, 0));
        let (waiting, oldest, has) = floor.run(move |tx| Ok((
            items::waiting_by_queue(tx)?,
            items::oldest(tx, queue)?,
            items::work_of_agents(tx)?,
        )));
        assert_eq!(waiting.get(&queue), Some(&3));
        assert_eq!(oldest.map(|it| it.item.id), Some(early.item.id));
        assert_eq!(has.get(&agent), Some(&vec![WorkKind::Chat]));
        let open = floor.run(wallboard::open_work);
        let open = open.get(&queue).copied().expect("open work");
        assert_eq!((open.waiting, open.offered, open.active), (3, 0, 1));
        assert_eq!(open.oldest, Some(at(5)));
        let flow = |within: u64| {
            let within = Duration::from_secs(within);
            let flow = floor.run(move |tx| wallboard::flow(tx, at(0), at(40), within));
            flow.get(&queue).copied().expect("work that came")
        };
        let usual = flow(30);
        assert_eq!((usual.served, usual.abandoned, usual.waited_s), (1, 0, 30));
        assert_eq!(usual.in_time, 0, "nobody was answered");
        assert!(flow(1).measured > flow(3600).measured, "who still waits in time is not measured");
    }

    fn patience_counts_all_waiting_and_those_who_gave_up(store) {
        let floor = Floor::new(store);
        let (queue, inbox) = (queue(&floor, "Sales"), floor.inbox());
        for (entered, ended) in [(0, Some((at(30), Outcome::Abandoned))), (10, None)] {
            let it = work(&floor.conversation(inbox, None, None), queue, entered);
            add(&floor, &StoredItem { ended, ..it });
        }
        let patience = floor.run(move |tx| items::patience(tx, queue, at(0), at(50)));
        assert_eq!(patience, (70, 1));
    }

    fn presence_is_kept_once_and_seen_beside_the_name(store) {
        let floor = Floor::new(store);
        let agent: AgentId = floor.agent();
        assert_eq!(floor.run(move |tx| presences::get(tx, agent)), None);
        let absent = AgentPresence::absent(agent, at(0));
        let rest = absent.clone().choose(Presence::Break, Some(BreakReason::Rest), at(1));
        let stored = floor.run(move |tx| presences::save(tx, &rest));
        assert_eq!(floor.run(move |tx| presences::get(tx, agent)), Some(stored.clone()));
        let again = absent.choose(Presence::Online, None, at(2));
        let refused = try_write(store, &floor, move |tx| presences::save(tx, &again));
        assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
        let shown = floor.run(move |tx| zhiyin_store::identity::agents::get(tx, agent));
        assert_eq!(shown.map(|it| it.presence), Some(Presence::Break));
        floor.run(move |tx| presences::renew(tx, &[agent], at(500)));
        let renewed = floor.run(move |tx| presences::get(tx, agent)).expect("a presence");
        assert_eq!((renewed.lease_until, renewed.version), (Some(at(500)), stored.version));
        let here = store.read_system_blocking(presences::here).expect("those who are there");
        assert!(here.contains(&(floor.workspace, renewed)));
    }

    fn profiles_policy_and_queues_read_back(store) {
        let floor = Floor::new(store);
        let agent = floor.agent();
        let mut profile = StoredProfile::usual(agent);
        profile.languages.insert("zh".parse().expect("a language"));
        let stored = floor.run(move |tx| profiles::save(tx, &profile));
        assert_eq!(floor.run(move |tx| profiles::get(tx, agent)), Some(stored.clone()));
        let spoken = floor.run(|tx| {
            let zh = profiles::is_spoken(tx, "zh".parse().expect("a language"))?;
            Ok((zh, profiles::is_spoken(tx, "en".parse().expect("a language"))?))
        });
        assert_eq!(spoken, (true, false));
        let policy = RoutingSettings { away_after_s: 61, ..RoutingSettings::default() };
        let saved = policy.clone();
        floor.run(move |tx| settings::save(tx, &saved));
        assert_eq!(floor.run(settings::load), policy);
        let queue = queue(&floor, "Sales");
        let times = ServiceTimes::default().record(Duration::from_secs(90));
        floor.run(move |tx| queues::save_times(tx, queue, &times));
        let read = floor.run(move |tx| queues::get(tx, queue)).expect("a queue");
        assert_eq!((read.service_times, read.version), (times, 1));
        assert!(!floor.run(move |tx| queues::was_used(tx, queue)));
    }
}

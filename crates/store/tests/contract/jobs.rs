//! Jobs and leases: at least once, by one at a time, and never silently gone.

use std::time::Duration;

use serde_json::json;
use zhiyin_domain::ids::JobId;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::jobs::{self, Job, JobState, NewJob};
use zhiyin_store::{Store, StoreError, leases};

use crate::harness::uuid;

const LEASE: Duration = Duration::from_mins(1);

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

fn job(name: &'static str, run_at: i64, unique_key: Option<&str>) -> NewJob {
    NewJob {
        id: JobId::from_uuid(uuid()),
        name,
        arguments: json!({ "message": name }),
        unique_key: unique_key.map(str::to_owned),
        run_at: at(run_at),
        cause: None,
        now: at(0),
    }
}

fn enqueue(store: &Store, ws: zhiyin_domain::ids::WorkspaceId, job: NewJob) -> bool {
    store
        .write_blocking(ws, move |tx| jobs::enqueue(tx, &job))
        .expect("written")
}

fn claim(store: &Store, now: i64, limit: u32) -> Vec<Job> {
    store
        .write_system_blocking(move |system| jobs::claim(system, at(now), LEASE, limit))
        .expect("a claim")
}

fn names(jobs: &[Job]) -> Vec<&str> {
    jobs.iter().map(|job| job.name.as_str()).collect()
}

store_test! {
    fn a_job_runs_when_it_is_due_and_is_claimed_once(store) {
        let ws = store.workspace();
        for (name, run_at) in [("third", 3), ("first", 1), ("second", 2), ("later", 100)] {
            assert!(enqueue(store, ws, job(name, run_at, None)));
        }
        assert_eq!(store.read_system_blocking(jobs::next_due).expect("a time"), Some(at(1)));
        assert_eq!(names(&claim(store, 0, 10)), [] as [&str; 0]);
        let claimed = claim(store, 10, 2);
        assert_eq!(names(&claimed), ["first", "second"]);
        assert_eq!((claimed[0].attempts, claimed[0].fence, claimed[0].workspace), (1, 1, Some(ws)));
        assert_eq!(claimed[0].arguments, json!({ "message": "first" }));
        assert_eq!(names(&claim(store, 10, 10)), ["third"]);
        assert_eq!(names(&claim(store, 10, 10)), [] as [&str; 0]);
        let done = claimed[0].clone();
        store.write_system_blocking(move |system| jobs::complete(system, done.id, done.fence, at(11))).expect("done");
        let stored = store.read_blocking(ws, { let id = claimed[0].id; move |tx| jobs::get(tx, id) }).expect("read").expect("there");
        assert_eq!((stored.state, stored.finished_at), (JobState::Done, Some(at(11))));
        assert_eq!(store.write_system_blocking(|system| jobs::prune(system, at(11), 10)).expect("pruned"), 0);
        assert_eq!(store.write_system_blocking(|system| jobs::prune(system, at(12), 10)).expect("pruned"), 1);
    }

    fn a_lost_runner_is_replaced_and_its_late_outcome_refused(store) {
        let ws = store.workspace();
        enqueue(store, ws, job("slow", 1, None));
        let lost = claim(store, 1, 1).remove(0);
        assert_eq!(claim(store, 60, 1).len(), 0, "the lease holds");
        let prolonged = lost.clone();
        store.write_system_blocking(move |system| jobs::extend(system, prolonged.id, prolonged.fence, at(100))).expect("prolonged");
        assert_eq!(claim(store, 90, 1).len(), 0, "the lease was prolonged");
        let next = claim(store, 101, 1).remove(0);
        assert_eq!((next.id, next.attempts, next.fence), (lost.id, 2, 2));
        let refused = store.write_system_blocking(move |system| jobs::complete(system, lost.id, lost.fence, at(102)));
        assert!(matches!(refused, Err(StoreError::Conflict { table: "jobs" })));
        store.write_system_blocking(move |system| jobs::complete(system, next.id, next.fence, at(102))).expect("the new runner's");
    }

    fn a_failure_waits_then_dies_then_is_replayed(store) {
        let ws = store.workspace();
        enqueue(store, ws, job("mail", 1, None));
        let first = claim(store, 1, 1).remove(0);
        store.write_system_blocking(move |system| jobs::retry(system, first.id, first.fence, "no answer", at(2), at(30))).expect("again");
        assert_eq!(claim(store, 29, 1).len(), 0);
        let second = claim(store, 30, 1).remove(0);
        assert_eq!((second.attempts, second.last_error.as_deref()), (2, Some("no answer")));
        store.write_system_blocking(move |system| jobs::give_up(system, second.id, second.fence, &"字".repeat(2_000), at(31))).expect("dead");
        assert_eq!(claim(store, 1_000_000, 1).len(), 0);
        let dead = store.read_blocking(ws, |tx| jobs::list(tx, JobState::Dead, None, 10)).expect("the dead");
        assert_eq!((dead.len(), dead[0].last_error.as_ref().map(|error| error.chars().count())), (1, Some(1_000)));
        let id = dead[0].id;
        let stranger = store.workspace();
        assert!(!store.write_blocking(stranger, move |tx| jobs::replay(tx, id, at(50))).expect("not theirs"));
        assert!(store.write_blocking(ws, move |tx| jobs::replay(tx, id, at(50))).expect("replayed"));
        assert!(!store.write_blocking(ws, move |tx| jobs::replay(tx, id, at(50))).expect("not dead any more"));
        assert_eq!(claim(store, 50, 1)[0].attempts, 1);
    }

    fn the_same_key_waits_once(store) {
        let (ws, other) = (store.workspace(), store.workspace());
        let (first, second) = (job("digest", 1, Some("k")), job("digest", 5, Some("k")));
        let (first_id, second_id) = (first.id, second.id);
        assert!(enqueue(store, ws, first));
        assert!(!enqueue(store, ws, job("digest", 1, Some("k"))));
        assert_eq!(claim(store, 1, 10)[0].id, first_id);
        assert!(enqueue(store, ws, second), "the first runs, so one may wait");
        assert!(!enqueue(store, ws, job("digest", 9, Some("k"))));
        assert!(enqueue(store, ws, job("digest", 9, Some("l"))));
        assert!(enqueue(store, other, job("digest", 9, Some("k"))), "another workspace's key");
        store.write_system_blocking(move |system| jobs::retry(system, first_id, 1, "again", at(2), at(3))).expect("recorded");
        let state = |id| store.read_blocking(ws, move |tx| jobs::get(tx, id)).expect("read").expect("there").state;
        assert_eq!((state(first_id), state(second_id)), (JobState::Done, JobState::Waiting));
    }

    fn a_list_goes_on_where_it_ended(store) {
        let ws = store.workspace();
        for n in 0..5 {
            let mut new = job("page", 1, None);
            new.now = at(n / 2);
            enqueue(store, ws, new);
        }
        let page = |after| store.read_blocking(ws, move |tx| jobs::list(tx, JobState::Waiting, after, 2)).expect("a page");
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let jobs = page(after);
            let Some(last) = jobs.last() else { break };
            after = Some((last.created_at, last.id));
            seen.extend(jobs.iter().map(|job| (job.created_at, job.id)));
        }
        assert_eq!(seen.len(), 5);
        assert!(seen.is_sorted_by(|a, b| a > b), "newest first, each once");
    }

    fn many_runners_never_share_a_job(store) {
        let ws = store.workspace();
        for _ in 0..60 {
            enqueue(store, ws, job("shared", 1, None));
        }
        let runners: Vec<_> = (0..4).map(|_| {
            let store: Store = (**store).clone();
            std::thread::spawn(move || {
                let mut mine = Vec::new();
                loop {
                    let jobs = claim(&store, 1, 3);
                    if jobs.is_empty() {
                        return mine;
                    }
                    mine.extend(jobs.into_iter().map(|job| job.id));
                }
            })
        }).collect();
        let mut claimed: Vec<_> = runners.into_iter().flat_map(|runner| runner.join().expect("a runner")).collect();
        assert_eq!(claimed.len(), 60);
        claimed.sort();
        claimed.dedup();
        assert_eq!(claimed.len(), 60);
    }

    fn a_lease_has_one_holder_and_a_rising_fence(store) {
        let acquire = |holder: &'static str, now| store.write_system_blocking(move |system| {
            leases::acquire(system, "relay", holder, at(now), LEASE)
        }).expect("an answer");
        let check = |lease: &leases::Lease| {
            let lease = lease.clone();
            store.write_system_blocking(move |system| leases::check(system, &lease))
        };
        let a = acquire("a", 0).expect("free");
        assert_eq!(a.fence, 1);
        assert_eq!(acquire("b", 30), None);
        let renewed = acquire("a", 30).expect("renewed");
        assert_eq!((renewed.fence, renewed.expires_at), (1, at(90)));
        assert_eq!(acquire("b", 60), None);
        check(&a).expect("still held");
        let b = acquire("b", 90).expect("run out");
        assert_eq!(b.fence, 2);
        assert!(matches!(check(&a), Err(StoreError::Conflict { table: "leases" })));
        check(&b).expect("held");
        let released = b.clone();
        store.write_system_blocking(move |system| leases::release(system, &released, at(91))).expect("given back");
        assert_eq!(acquire("a", 92).expect("free again").fence, 3);
    }
}

//! Words between nodes, on PostgreSQL only.

use std::time::Duration;

use zhiyin_store::Database;
use zhiyin_store::notify::Notifier;

use crate::harness::TestDatabase;

/// The word is said again after this much silence.
const PAUSE: Duration = Duration::from_millis(100);
/// After so many times somebody does not listen.
const TRIES: usize = 300;

#[test]
fn a_word_reaches_every_node_also_after_the_connection_broke() {
    let database = TestDatabase::empty();
    let Database::Postgres { url } = database.database() else {
        unreachable!("a test database is one of PostgreSQL")
    };
    let (heard, words) = std::sync::mpsc::channel();
    let node = |name: &'static str| {
        let heard = heard.clone();
        let hear = move |word: &str| heard.send((name, word.to_owned())).expect("the test runs");
        Notifier::start(&url, hear).expect("a URL")
    };
    let (one, two) = (node("one"), node("two"));
    // Each connects in its own time, so the word is said until both have heard it.
    let both_hear = |word: &str| {
        let mut missing = vec!["one", "two"];
        for _ in 0..TRIES {
            one.send(word.to_owned());
            while let Ok((name, text)) = words.recv_timeout(PAUSE) {
                if text == word {
                    missing.retain(|other| *other != name);
                }
            }
            if missing.is_empty() {
                return;
            }
        }
        panic!("{missing:?} did not hear {word}");
    };
    both_hear("你好");
    let killed = crate::harness::admin()
        .execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE query LIKE 'LISTEN%' AND datname = regexp_replace($1, '.*/([^/?]*).*', '\\1')",
            &[&url],
        )
        .expect("a superuser");
    assert!(killed >= 2, "{killed} connections");
    both_hear("again");
    drop(two);
}

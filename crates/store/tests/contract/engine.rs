//! What the engine promises to every closure, on both engines.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use serde_json::json;
use uuid::Uuid;
use zhiyin_domain::ids::WorkspaceId;
use zhiyin_domain::time::Timestamp;
use zhiyin_store::{Store, StoreError, Tx, params};

use crate::harness::uuid;

/// Counts far longer than any limit in these tests.
const SLOW: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000)
                    SELECT count(*) AS count FROM n";

pub(crate) fn add_tag(tx: &mut Tx, id: Uuid, name: &str) -> Result<(), StoreError> {
    let ws = tx.workspace();
    tx.execute(
        "INSERT INTO tags (id, workspace_id, name, color, created_at, version) VALUES ($1, $2, $3, 'red', 0, 1)",
        params![id, ws, name],
    )?;
    Ok(())
}

pub(crate) fn tag_names(store: &Store, ws: WorkspaceId) -> Vec<String> {
    store
        .read_blocking(ws, move |tx| {
            let rows = tx.query(
                "SELECT name FROM tags WHERE workspace_id = $1 ORDER BY name",
                params![ws],
            )?;
            rows.iter()
                .map(|row| row.get("name"))
                .collect::<Result<_, StoreError>>()
        })
        .expect("the tags")
}

/// Keeps the only writer of a store busy until it is opened.
pub(crate) struct Gate {
    open: mpsc::Sender<()>,
    thread: std::thread::JoinHandle<Result<(), StoreError>>,
}

impl Gate {
    pub(crate) fn close(store: &Store, ws: WorkspaceId) -> Self {
        let (open, opened) = mpsc::channel();
        let (inside, entered) = mpsc::channel();
        let opened = Mutex::new(opened);
        let was_inside = AtomicBool::new(false);
        let store = store.clone();
        let thread = std::thread::spawn(move || {
            store.write_blocking(ws, move |_| {
                // It may be run again, with the gate open by then.
                if !was_inside.swap(true, Ordering::Relaxed) {
                    inside.send(()).expect("the test waits");
                    opened
                        .lock()
                        .expect("one closure")
                        .recv()
                        .expect("the test opens the gate");
                }
                Ok(())
            })
        });
        entered.recv().expect("the closure runs");
        Self { open, thread }
    }

    pub(crate) fn open(self) {
        self.open.send(()).expect("the closure waits");
        self.thread
            .join()
            .expect("no panic")
            .expect("the gate's own transaction");
    }
}

/// A runtime whose tasks are polled only when asked, so that a future can be queued first.
pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime")
}

store_test! {
    fn a_value_of_every_type_comes_back(store) {
        let ws = store.workspace();
        let id = uuid();
        let row = store.write_blocking(ws, move |tx| {
            tx.execute("CREATE TABLE kinds (id UUID, whole BIGINT, real DOUBLE PRECISION, text TEXT, bytes BYTEA,
                                            json JSONB, truth BOOLEAN, blank TEXT)", params![])?;
            tx.execute("INSERT INTO kinds (id, whole, real, text, bytes, json, truth, blank)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                params![id, i64::MIN, 2.0, "知音 🎵", vec![0u8, 255, 7], json!({"a": [1, "二"]}), true, None::<String>])?;
            tx.one("SELECT id, whole, real, text, bytes, json, truth, blank FROM kinds", params![])
        }).expect("a row");
        assert_eq!(row.get::<Uuid>("id").expect("a UUID"), id);
        assert_eq!(row.get::<i64>("whole").expect("a number"), i64::MIN);
        assert!((row.get::<f64>("real").expect("a number") - 2.0).abs() < f64::EPSILON);
        assert_eq!(row.get::<String>("text").expect("a text"), "知音 🎵");
        assert_eq!(row.get::<Vec<u8>>("bytes").expect("bytes"), [0, 255, 7]);
        assert_eq!(row.get::<serde_json::Value>("json").expect("JSON"), json!({"a": [1, "二"]}));
        assert!(row.get::<bool>("truth").expect("a truth value"));
        assert_eq!(row.get::<Option<String>>("blank").expect("blank"), None);
        assert!(matches!(row.get::<String>("blank"), Err(StoreError::InconsistentRow { table: "kinds", .. })));
        assert!(matches!(row.get::<i64>("text"), Err(StoreError::InconsistentRow { .. })));
        assert!(matches!(row.get::<i64>("absent"), Err(StoreError::InconsistentRow { .. })));
    }

    fn parameters_go_by_number_not_by_order(store) {
        let ws = store.workspace();
        let row = store.read_blocking(ws, move |tx| {
            tx.one("SELECT slug, created_at FROM workspaces WHERE name = $3 AND created_at = $2 AND id = $1 AND name = $3",
                params![ws, Timestamp::EPOCH, "Test"])
        }).expect("a row");
        assert_eq!(row.get::<String>("slug").expect("a slug"), ws.to_string());
    }

    fn a_wrong_number_of_parameters_is_an_error(store) {
        let ws = store.workspace();
        let result = store.read_blocking(ws, move |tx| tx.query("SELECT id FROM tags WHERE id = $1 AND name = $2", params![ws]));
        assert!(matches!(result, Err(StoreError::Database(_))), "{result:?}");
    }

    fn sums_are_whole_numbers(store) {
        let ws = store.workspace();
        let row = store.read_blocking(ws, |tx| tx.one("SELECT sum(version) AS total, count(*) AS count FROM workspaces", params![]));
        assert_eq!(row.expect("a row").get::<i64>("total").expect("a number"), 1);
    }

    fn a_failed_closure_leaves_nothing(store) {
        let ws = store.workspace();
        let result: Result<(), StoreError> = store.write_blocking(ws, move |tx| {
            add_tag(tx, uuid(), "vip")?;
            Err(StoreError::conflict("tags"))
        });
        assert!(matches!(result, Err(StoreError::Conflict { table: "tags" })));
        assert_eq!(tag_names(store, ws), [] as [&str; 0]);
    }

    fn nothing_follows_a_failed_statement(store) {
        let ws = store.workspace();
        let result = store.write_blocking(ws, move |tx| {
            add_tag(tx, uuid(), "first")?;
            let failed = add_tag(tx, uuid(), "first");
            assert!(failed.is_err());
            let after = tx.query("SELECT id FROM tags", params![]);
            assert!(matches!(after, Err(StoreError::Aborted)), "{after:?}");
            Ok::<_, StoreError>(())
        });
        assert!(matches!(result, Err(StoreError::Aborted)), "{result:?}");
        assert_eq!(tag_names(store, ws), [] as [&str; 0]);
    }

    fn a_savepoint_undoes_only_itself(store) {
        let ws = store.workspace();
        store.write_blocking(ws, move |tx| {
            add_tag(tx, uuid(), "before")?;
            let inner = tx.savepoint(|tx| {
                add_tag(tx, uuid(), "inside")?;
                tx.savepoint(|tx| add_tag(tx, uuid(), "deep inside"))?;
                add_tag(tx, uuid(), "before")
            });
            assert!(matches!(&inner, Err(error) if error.is_unique_violation("tags_name")), "{inner:?}");
            tx.savepoint(|tx| add_tag(tx, uuid(), "kept"))?;
            add_tag(tx, uuid(), "after")
        }).expect("a transaction");
        assert_eq!(tag_names(store, ws), ["after", "before", "kept"]);
    }

    fn a_violated_index_tells_its_name(store) {
        let ws = store.workspace();
        let id = uuid();
        let violate = |name: &'static str, id| match store.write_blocking(ws, move |tx| {
            add_tag(tx, id, name)?;
            add_tag(tx, if name == "a" { uuid() } else { id }, if name == "a" { "a" } else { "other" })
        }) {
            Err(StoreError::UniqueViolation { constraint }) => constraint,
            other => panic!("{other:?}"),
        };
        assert_eq!(violate("a", id), "tags_name");
        assert_eq!(violate("b", id), "tags_pkey");

        let partial = store.write_blocking(ws, move |tx| {
            for _ in 0..2 {
                tx.execute("INSERT INTO jobs (id, workspace_id, name, arguments, unique_key, state, attempts, run_at, fence, created_at)
                            VALUES ($1, $2, 'x', '{}', 'k', 'waiting', 0, 0, 0, 0)", params![uuid(), ws])?;
            }
            Ok::<_, StoreError>(())
        });
        assert!(matches!(&partial, Err(error) if error.is_unique_violation("jobs_unique_key")), "{partial:?}");

        let by_columns = store.write_blocking(ws, move |tx| {
            for _ in 0..2 {
                tx.execute("INSERT INTO number_counters (workspace_id, name, value) VALUES ($1, 'x', 1)", params![ws])?;
            }
            Ok::<_, StoreError>(())
        });
        assert!(matches!(&by_columns, Err(error) if error.is_unique_violation("number_counters_pkey")), "{by_columns:?}");
    }

    fn other_violations_have_their_kind(store) {
        let ws = store.workspace();
        let stranger = WorkspaceId::from_uuid(uuid());
        let foreign = store.write_blocking(stranger, |tx| add_tag(tx, uuid(), "lost"));
        assert!(matches!(foreign, Err(StoreError::ForeignKeyViolation { .. })), "{foreign:?}");
        let missing = store.write_blocking(ws, move |tx| {
            tx.execute("INSERT INTO tags (id, workspace_id, color, created_at, version) VALUES ($1, $2, 'red', 0, 1)",
                params![uuid(), ws])
        });
        assert!(matches!(&missing, Err(StoreError::CheckViolation { constraint }) if constraint == "tags.name"), "{missing:?}");
    }

    fn a_row_that_must_be_there_is_missed_by_name(store) {
        let ws = store.workspace();
        let missing = store.read_blocking(ws, |tx| tx.one("SELECT id FROM tags WHERE id = $1", params![uuid()]));
        assert!(matches!(missing, Err(StoreError::NotFound { table: "tags" })));
        let lost = store.write_blocking(ws, |tx| {
            tx.execute_versioned("UPDATE tags SET name = 'x' WHERE id = $1 AND version = 1", params![uuid()])
        });
        assert!(matches!(lost, Err(StoreError::Conflict { table: "tags" })));
    }

    fn a_panic_ends_its_own_work_only(store) {
        let ws = store.workspace();
        let result: Result<(), StoreError> = store.write_blocking(ws, |tx| {
            add_tag(tx, uuid(), "half done")?;
            panic!("on purpose")
        });
        assert!(matches!(result, Err(StoreError::Panicked)), "{result:?}");
        let result: Result<(), StoreError> = store.read_blocking(ws, |_| panic!("on purpose"));
        assert!(matches!(result, Err(StoreError::Panicked)), "{result:?}");
        store.write_blocking(ws, |tx| add_tag(tx, uuid(), "after")).expect("the writer lives");
        assert_eq!(tag_names(store, ws), ["after"]);
    }

    fn slow_work_is_cut_off(store) {
        let store = store.with(|config| {
            config.closure_timeout_ms = 150;
            config.statement_timeout_ms = 150;
        });
        let ws = store.workspace();
        let read = store.read_blocking(ws, |tx| tx.query(SLOW, params![]));
        assert!(matches!(read, Err(StoreError::Timeout)), "{read:?}");
        let write = store.write_blocking(ws, move |tx| {
            add_tag(tx, uuid(), "slow")?;
            tx.execute(&format!("UPDATE tags SET version = ({SLOW})"), params![])
        });
        assert!(matches!(write, Err(StoreError::Timeout)), "{write:?}");
        store.write_blocking(ws, |tx| add_tag(tx, uuid(), "after")).expect("the writer lives");
        assert_eq!(tag_names(&store, ws), ["after"]);
    }

    fn many_quick_statements_have_one_limit_together(store) {
        let store = store.with(|config| config.closure_timeout_ms = 50);
        let ws = store.workspace();
        let endless: Result<(), StoreError> = store.read_blocking(ws, |tx| loop {
            tx.query("SELECT id FROM tags", params![])?;
        });
        assert!(matches!(endless, Err(StoreError::Timeout)), "{endless:?}");
    }

    fn a_full_queue_says_busy(store) {
        let store = store.with(|config| {
            config.writer_queue = 2;
            config.writers = 1;
        });
        let ws = store.workspace();
        let gate = Gate::close(&store, ws);
        let runtime = runtime();
        let mut waiting: Vec<_> = (0..2).map(|n| {
            let mut write = Box::pin(store.write(ws, move |tx| add_tag(tx, uuid(), &n.to_string())));
            runtime.block_on(async { assert!(futures_poll(&mut write).await) });
            write
        }).collect();
        let refused = store.write_blocking(ws, |tx| add_tag(tx, uuid(), "too many"));
        assert!(matches!(refused, Err(StoreError::Busy)), "{refused:?}");
        gate.open();
        for write in &mut waiting {
            runtime.block_on(write).expect("the queued ones are done");
        }
        assert_eq!(tag_names(&store, ws), ["0", "1"]);
    }

    fn a_reader_cannot_write(store) {
        let ws = store.workspace();
        let execute = store.read_blocking(ws, |tx| add_tag(tx, uuid(), "sneaky"));
        assert!(matches!(execute, Err(StoreError::ReadOnly)), "{execute:?}");
        let query = store.read_blocking(ws, move |tx| tx.query("DELETE FROM tags WHERE workspace_id = $1 RETURNING id", params![ws]));
        assert!(matches!(query, Err(StoreError::ReadOnly)), "{query:?}");
    }

    fn waiting_closures_do_not_disturb_each_other(store) {
        let store = store.with(|config| config.writers = 1);
        let ws = store.workspace();
        let gate = Gate::close(&store, ws);
        let threads: Vec<_> = (0..60).map(|n| {
            let store: Store = (*store).clone();
            std::thread::spawn(move || {
                let name = format!("{n:02}");
                let result = store.write_blocking(ws, move |tx| {
                    add_tag(tx, uuid(), &name)?;
                    match n % 4 {
                        0 => Ok(n),
                        1 => Err(StoreError::conflict("tags")),
                        2 => add_tag(tx, uuid(), &name).map(|()| n),
                        _ => panic!("on purpose"),
                    }
                });
                (n, result)
            })
        }).collect();
        gate.open();
        let mut kept = Vec::new();
        for thread in threads {
            match thread.join().expect("the caller does not panic") {
                (n, Ok(answer)) => { assert_eq!(n, answer); kept.push(format!("{n:02}")); }
                (n, Err(StoreError::Conflict { .. })) => assert_eq!(n % 4, 1),
                (n, Err(StoreError::UniqueViolation { .. })) => assert_eq!(n % 4, 2),
                (n, Err(StoreError::Panicked)) => assert_eq!(n % 4, 3),
                (n, other) => panic!("{n}: {other:?}"),
            }
        }
        assert_eq!(kept.len(), 15);
        assert_eq!(tag_names(&store, ws), kept);
    }

    fn one_that_runs_too_long_does_not_take_the_others_with_it(store) {
        let store = store.with(|config| {
            config.writers = 1;
            config.closure_timeout_ms = 500;
            config.statement_timeout_ms = 500;
        });
        let ws = store.workspace();
        let quick_runs = Arc::new(AtomicU32::new(0));
        let gate = Gate::close(&store, ws);
        let spawn = |name: &'static str, is_slow: bool| {
            let store: Store = (*store).clone();
            let runs = Arc::clone(&quick_runs);
            std::thread::spawn(move || store.write_blocking(ws, move |tx| {
                runs.fetch_add(u32::from(!is_slow), Ordering::Relaxed);
                add_tag(tx, uuid(), name)?;
                if is_slow {
                    tx.execute(&format!("UPDATE tags SET version = ({SLOW})"), params![])?;
                }
                Ok::<_, StoreError>(())
            }))
        };
        let slow = spawn("slow", true);
        let quick: Vec<_> = ["a", "b", "c"].map(|name| spawn(name, false)).into();
        gate.open();
        let slow = slow.join().expect("no panic");
        assert!(matches!(slow, Err(StoreError::Timeout)), "{slow:?}");
        for thread in quick {
            thread.join().expect("no panic").expect("the others are done");
        }
        assert_eq!(tag_names(&store, ws), ["a", "b", "c"]);
    }

    fn another_workspace_is_another_key(store) {
        let (ours, theirs) = (store.workspace(), store.workspace());
        let sealed = store.write_blocking(ours, |tx| tx.seal("contacts.personal", b"Li Lei")).expect("sealed");
        store.write_blocking(theirs, |tx| tx.seal("contacts.personal", b"x")).expect("a key of theirs");
        let opened = sealed.clone();
        let plain = store.read_blocking(ours, move |tx| tx.open("contacts.personal", &opened)).expect("opened");
        assert_eq!(plain, b"Li Lei");
        let other_field = sealed.clone();
        assert!(store.read_blocking(ours, move |tx| tx.open("accounts.name", &other_field)).is_err());
        assert!(store.read_blocking(theirs, move |tx| tx.open("contacts.personal", &sealed)).is_err());

        let index = |ws, field, value: &'static str| store.write_blocking(ws, move |tx| tx.blind_index(field, value)).expect("an index");
        assert_eq!(index(ours, "email", "a@b.cn"), index(ours, "email", "a@b.cn"));
        assert_ne!(index(ours, "email", "a@b.cn"), index(ours, "email", "a@b.com"));
        assert_ne!(index(ours, "email", "a@b.cn"), index(ours, "phone", "a@b.cn"));
        assert_ne!(index(ours, "email", "a@b.cn"), index(theirs, "email", "a@b.cn"));
    }
}

/// Polls once; true if the future waits.
pub(crate) async fn futures_poll<F: Future + Unpin>(future: &mut F) -> bool {
    std::future::poll_fn(|context| {
        std::task::Poll::Ready(std::pin::Pin::new(&mut *future).poll(context).is_pending())
    })
    .await
}

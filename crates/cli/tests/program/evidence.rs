//! Sealed evidence, verified by the command after somebody changed the file of the database.

use std::path::Path;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::harness::{Installation, Server};

/// A case with two entries of evidence; its number.
fn sealed(server: &Server) -> String {
    let ada = server.log_in("ada@example.com", "quiet-river-41");
    let post = |path: &str, body: Value| -> Value {
        let (status, _, answer) = server.send("POST", path, (&ada, Some(&body)));
        assert_eq!(status, 201, "{path}: {answer}");
        serde_json::from_str(&answer).expect("JSON")
    };
    let case = json!({
        "type": "request",
        "title": "The kettle smoked",
        "answers": { "what": "document", "details": "It smoked." },
    });
    let case = post("/api/v1/cases", case);
    let path = format!(
        "/api/v1/cases/{}/evidence",
        case["id"].as_str().expect("an id")
    );
    for words in ["I saw it smoke", "I pulled the plug"] {
        let entry = json!({
            "kind": "statement", "speaker": "Ms Wang", "text": words, "note": "by telephone",
        });
        post(&path, entry);
    }
    case["number"].as_str().expect("a number").to_owned()
}

/// What somebody may do who has the file of the database.
const TAMPERING: [&str; 3] = [
    "UPDATE evidence SET added_at = added_at - 1 WHERE number = 1",
    "UPDATE evidence SET body = (SELECT e.body FROM evidence e WHERE e.number = 1) WHERE number = 2",
    "DELETE FROM evidence WHERE number = 2",
];

/// The file with everything in it that was written beside it.
fn settled(file: &Path) -> &Path {
    let database = Connection::open(file).expect("the database");
    database
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .expect("a checkpoint");
    database.close().expect("an end");
    file
}

#[test]
fn a_changed_database_is_found_by_the_command() {
    let installation = Installation::with_workspace();
    let server = installation.serve();
    let number = sealed(&server);
    let (status, _, log) = server.stop();
    assert!(status.success(), "{log}");
    let one = ["evidence", "verify", "--case", &number];
    assert!(installation.run(&one).good().contains("1 chains, 0 faults"));

    let file = installation.path().join("data/zhiyin.db");
    let before = std::fs::read(settled(&file)).expect("the database");
    for sql in TAMPERING {
        let database = Connection::open(&file).expect("the database");
        // Whoever tampers does not keep to references.
        database
            .pragma_update(None, "foreign_keys", false)
            .expect("a setting");
        assert!(database.execute(sql, []).expect("a statement") > 0, "{sql}");
        database.close().expect("an end");
        for args in [&one[..], &["evidence", "verify"]] {
            let said = installation.run(args).bad();
            assert!(said.contains("tampered"), "{sql}: {said}");
        }
        std::fs::write(settled(&file), &before).expect("the database as it was");
    }
    installation.run(&["evidence", "verify"]).good();
}

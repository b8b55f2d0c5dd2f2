//! Evidence: sealed, and tampering with the database is found.

use serde_json::{Value, json};
use zhiyin_app::cases::evidence::{verify_all, verify_archive};
use zhiyin_store::{Tx, params};
use zhiyin_testkit::TestApp;

use crate::{case, customer, done, id, post, read};

/// A case with a statement, a message, a file and a correction.
async fn evidence(t: &TestApp) -> String {
    let (_, talk) = customer(t, &t.inbox("Shop").await, "It burned my hand").await;
    let made = id(&case(&t.admin, "complaint", &talk, json!({})).await);
    let path = format!("/api/v1/cases/{made}/evidence");
    let words = json!({ "kind": "statement", "speaker": "Ms Wang, neighbour", "text": "I saw it smoke", "note": "by telephone" });
    done(&t.admin, &path, words).await;
    let said = read(&t.admin, &format!("/api/v1/conversations/{talk}/messages")).await;
    let message = said["items"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|it| it["text"] == "It burned my hand")
        .expect("the message");
    done(
        &t.admin,
        &path,
        json!({ "kind": "message", "message_id": id(message) }),
    )
    .await;
    let upload = t
        .admin
        .post("/api/v1/attachments")
        .file("receipt.txt", "text/plain", b"kettle, 199")
        .await
        .expect(201);
    done(
        &t.admin,
        &path,
        json!({ "kind": "file", "attachment_id": upload.text_at("/id") }),
    )
    .await;
    done(
        &t.admin,
        &path,
        json!({ "kind": "correction", "of": 1, "note": "Mr Wang" }),
    )
    .await;
    made
}

async fn check(t: &TestApp, case: &str) -> Value {
    read(&t.admin, &format!("/api/v1/cases/{case}/evidence/verify")).await
}

#[tokio::test]
async fn a_chain_is_kept_shown_and_whole() {
    let t = TestApp::new().await;
    let made = evidence(&t).await;
    let list = read(&t.admin, &format!("/api/v1/cases/{made}/evidence")).await;
    let kinds: Vec<&str> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|it| it["kind"].as_str())
        .collect();
    assert_eq!(kinds, ["statement", "message", "file", "correction"]);
    assert_eq!(list["head"]["hash"], list["items"][3]["hash"]);
    let whole = check(&t, &made).await;
    assert_eq!(
        (&whole["is_whole"], &whole["count"]),
        (&json!(true), &json!(4)),
        "{whole}"
    );
    let content = t
        .admin
        .get(format!(
            "/api/v1/evidence/{}/content",
            id(&list["items"][2])
        ))
        .await
        .expect(200);
    assert_eq!(content.bytes, b"kettle, 199");
    let nothing = json!({ "kind": "correction", "of": 9, "note": "x" });
    let refused = post(&t.admin, &format!("/api/v1/cases/{made}/evidence"), nothing).await;
    assert_eq!(refused.summary(), "422 invalid-field /of");
    // A file that is evidence is not cleared away as one that nobody sent.
    t.clock.advance(std::time::Duration::from_hours(24 * 60));
    t.run_until_idle().await;
    let admin = t.log_in(t.admin.id, "chen.wei@tea.example").await;
    let later = read(&admin, &format!("/api/v1/cases/{made}/evidence/verify")).await;
    assert_eq!(later["is_whole"], true, "{later}");
}

/// Ways of tampering, as statements.
const WAYS: &[(&str, &str)] = &[
    (
        "a row is changed",
        "UPDATE evidence SET added_at = added_at + 1 WHERE number = 2",
    ),
    (
        "somebody else said it",
        "UPDATE evidence SET added_by = 'bot' WHERE number = 1",
    ),
    (
        "a row is taken out",
        "DELETE FROM evidence WHERE number = 4",
    ),
    (
        "two rows change places",
        "UPDATE evidence SET number = 10 - number WHERE number IN (3, 4)",
    ),
    (
        "a body is another one",
        "UPDATE evidence SET body = (SELECT e.body FROM evidence e WHERE e.number = 2) WHERE number = 4",
    ),
    (
        "a body is rubbish",
        "UPDATE evidence SET body = seal WHERE number = 1",
    ),
    (
        "a seal is another one",
        "UPDATE evidence SET seal = hash WHERE number = 3",
    ),
    (
        "a statement is gone",
        "DELETE FROM evidence_contents WHERE evidence_id IN (SELECT id FROM evidence WHERE number = 1)",
    ),
    (
        "a statement is another one",
        "UPDATE evidence_contents SET content = (SELECT c.content FROM evidence_contents c JOIN evidence e ON e.id = c.evidence_id WHERE e.number = 2)",
    ),
    (
        "the end is set back",
        "UPDATE evidence_heads SET count = 3, hash = (SELECT hash FROM evidence WHERE number = 3)",
    ),
    ("all ends are gone", "DELETE FROM evidence_heads"),
];

/// Every way of tampering with the database, each on a fresh one.
#[tokio::test]
async fn tampering_with_the_database_is_found() {
    for (way, sql) in WAYS {
        let t = TestApp::new().await;
        let made = evidence(&t).await;
        assert_eq!(check(&t, &made).await["is_whole"], true, "{way}: before");
        let sql = (*sql).to_owned();
        let changed = t
            .app
            .store()
            .write(t.workspace, move |tx: &mut Tx<'_>| {
                tx.execute(&sql, params![])
            })
            .await;
        assert!(changed.expect("a statement") > 0, "{way}");
        let found = check(&t, &made).await;
        assert_eq!(found["is_whole"], false, "{way}");
        let (store, blobs) = (
            t.app.store().clone(),
            std::sync::Arc::clone(&t.app.parts().blobs),
        );
        let workspace = t.workspace;
        let reports = tokio::task::spawn_blocking(move || verify_all(&store, &*blobs, workspace));
        let reports = reports.await.unwrap().unwrap();
        assert!(
            reports.iter().any(|it| !it.faults.is_empty()),
            "{way}: by command"
        );
    }
}

/// Whoever cuts off the end and sets the head back is found by the audit log.
#[tokio::test]
async fn a_shortened_chain_is_found_by_the_audit_log() {
    let t = TestApp::new().await;
    let made = evidence(&t).await;
    for sql in [
        "UPDATE evidence_heads SET count = 3, hash = (SELECT hash FROM evidence WHERE number = 3)",
        "DELETE FROM evidence WHERE number = 4",
    ] {
        let cut = t
            .app
            .store()
            .write(t.workspace, move |tx: &mut Tx<'_>| {
                tx.execute(sql, params![])
            })
            .await;
        assert_eq!(cut.expect("a statement"), 1);
    }
    let found = check(&t, &made).await;
    let details = found["faults"].to_string();
    assert!(
        details.contains("the audit log knows 4 entries"),
        "{details}"
    );
}

#[tokio::test]
async fn a_bundle_proves_itself() {
    let t = TestApp::new().await;
    let made = evidence(&t).await;
    let answer = t
        .admin
        .get(format!("/api/v1/cases/{made}/bundle"))
        .await
        .expect(200);
    let (manifest, faults) = verify_archive(&answer.bytes).expect("an archive");
    assert_eq!((manifest.head.count, faults), (4, Vec::new()));
    let names: Vec<&str> = manifest
        .files
        .iter()
        .map(|file| file.path.as_str())
        .collect();
    for name in [
        "case.json",
        "history.jsonl",
        "messages.jsonl",
        "evidence/chain.jsonl",
        "evidence/0003-receipt.txt",
    ] {
        assert!(names.contains(&name), "{name}: {names:?}");
    }
    let log = read(&t.admin, "/api/v1/audit").await.to_string();
    assert!(log.contains("case.exported"));
    let mut broken = answer.bytes.clone();
    broken.truncate(broken.len() / 2);
    assert!(verify_archive(&broken).is_err());
}

#[tokio::test]
async fn a_bundle_holds_the_chains_of_what_was_merged_into_the_case() {
    let t = TestApp::new().await;
    let made = evidence(&t).await;
    let talks = read(&t.admin, &format!("/api/v1/cases/{made}/conversations")).await;
    let talk = talks["items"][0]["conversation"]["id"].as_str();
    let talk = talk.or(talks["items"][0]["conversation_id"].as_str());
    let twin = case(
        &t.admin,
        "complaint",
        talk.expect("a conversation"),
        json!({}),
    )
    .await;
    let words = json!({ "kind": "statement", "speaker": "Mr Wang", "text": "It smoked" });
    let path = format!("/api/v1/cases/{}", id(&twin));
    done(&t.admin, &format!("{path}/evidence"), words).await;
    done(
        &t.admin,
        &format!("{path}/merge"),
        json!({ "into_id": made }),
    )
    .await;
    let bundle = format!("/api/v1/cases/{made}/bundle");
    let bundle = t.admin.get(bundle).await.expect(200).bytes;
    let (_, faults) = verify_archive(&bundle).expect("a bundle");
    assert_eq!(faults, [] as [&str; 0]);
    let name = format!(
        "merged/case-{}.zip",
        twin["number"].as_str().expect("a number")
    );
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bundle)).expect("an archive");
    let mut inner = Vec::new();
    std::io::copy(
        &mut archive.by_name(&name).expect("the other case"),
        &mut inner,
    )
    .expect("read");
    let (manifest, faults) = verify_archive(&inner).expect("a bundle of its own");
    assert_eq!((manifest.head.count, faults.len()), (1, 0));

    // Somebody changes the inner one and makes the outer one fit again, but for the hash.
    let mut forged = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).expect("a file");
        let path = file.name().expect("a name").into_owned();
        forged.start_file(path.clone(), options).expect("begun");
        if path == name {
            std::io::Write::write_all(&mut forged, b"no archive").expect("written");
        } else {
            std::io::copy(&mut file, &mut forged).expect("copied");
        }
    }
    let forged = forged.finish().expect("an archive").into_inner();
    let (_, faults) = verify_archive(&forged).expect("a bundle");
    assert!(
        faults
            .iter()
            .any(|it| it.contains(&format!("`{name}` was changed"))),
        "{faults:?}"
    );
    assert!(
        faults.iter().any(|it| it.starts_with(&format!("{name}: "))),
        "{faults:?}"
    );
}

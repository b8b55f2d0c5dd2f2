//! The program that stays: it starts, works, and stops in order.

use std::time::Duration;

use serde_json::json;

use crate::harness::Installation;

#[test]
fn it_serves_logs_in_and_stops_in_order() {
    let installation = Installation::with_workspace();
    let server = installation.serve();
    assert_eq!(server.ask("GET", "/healthz", None).0, 200);
    assert_eq!(server.ask("GET", "/readyz", None).0, 200);

    let right = json!({ "email": "ada@example.com", "password": "quiet-river-41" });
    let (status, body) = server.ask("POST", "/api/v1/session", Some(&right));
    assert_eq!(status, 200, "{body}");
    let wrong = json!({ "email": "ada@example.com", "password": "quiet-river-42" });
    assert_eq!(server.ask("POST", "/api/v1/session", Some(&wrong)).0, 401);

    let (status, took, log) = server.stop();
    assert!(status.success(), "{log}");
    assert!(took < Duration::from_secs(10), "{took:?}");
    assert!(log.contains("Stopped in order"), "{log}");
    assert!(
        !log.contains("ada@example.com"),
        "personal data in the log: {log}"
    );
}

#[test]
fn the_first_start_makes_everything_and_the_next_one_goes_on() {
    let installation = Installation::empty();
    let server = installation.serve();
    let (_, body) = server.ask("GET", "/api/v1/setup", None);
    assert!(body.contains("true"), "{body}");
    server.stop();
    let server = installation.serve();
    assert_eq!(server.ask("GET", "/readyz", None).0, 200);
}

//! Identity use cases: what they leave behind, and what they must not.

mod events;
mod secrets;
mod upkeep;
mod work;

use zhiyin_app::identity::{LogIn, Visit};
use zhiyin_domain::secret::Secret;
use zhiyin_testkit::{PASSWORD, TestApp};

/// The address of the administrator every test begins with.
const ADMIN: &str = "chen.wei@tea.example";

/// A log-in with the usual password.
fn log_in(email: &str) -> LogIn {
    LogIn {
        email: email.to_owned(),
        password: Secret::new(PASSWORD.to_owned()),
        code: None,
        recovery_code: None,
        workspace: None,
        visit: Visit {
            address: "198.51.100.4".to_owned(),
            user_agent: "Firefox".to_owned(),
            ..Visit::default()
        },
    }
}

/// The same with another password.
fn wrong(email: &str) -> LogIn {
    LogIn {
        password: Secret::new("not the right one".to_owned()),
        ..log_in(email)
    }
}

/// The kinds of all events since a place in the log.
async fn kinds_since(t: &TestApp, seq: i64) -> Vec<String> {
    let events = t
        .app
        .store()
        .read(t.workspace, move |tx: &mut zhiyin_store::Tx<'_>| {
            zhiyin_store::events::read_since(tx, seq, 1000)
        })
        .await
        .expect("the log");
    events.into_iter().map(|event| event.kind).collect()
}

/// The end of the log.
async fn end(t: &TestApp) -> i64 {
    t.run_until_idle().await;
    t.app
        .store()
        .read(t.workspace, zhiyin_store::events::last_seq)
        .await
        .expect("the log")
}

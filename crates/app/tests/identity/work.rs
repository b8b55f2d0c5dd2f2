//! Equal work for accounts that exist and that do not, and hashes that keep up.

use zhiyin_app::identity::{LogIn, LogInError, PasswordCost};
use zhiyin_store::SystemTx;
use zhiyin_store::identity::agents::login_candidates;
use zhiyin_testkit::TestApp;

use crate::{ADMIN, log_in, wrong};

async fn hash_of(t: &TestApp, email: &str) -> String {
    let email = email.parse().expect("an address");
    let found = t
        .app
        .store()
        .read_system(move |system: &mut SystemTx<'_>| login_candidates(system, &email, 1))
        .await
        .expect("a read");
    found[0].password_hash.clone().expect("a password")
}

#[tokio::test]
async fn an_account_that_is_not_there_costs_one_hash_like_one_that_is() {
    let t = TestApp::new().await;
    for attempt in [
        wrong(ADMIN),
        wrong("nobody@tea.example"),
        wrong("not an address"),
        wrong(""),
        LogIn {
            workspace: Some("nowhere".to_owned()),
            ..log_in(ADMIN)
        },
    ] {
        let before = t.app.hasher().done();
        let refused = t.app.log_in(attempt).await;
        assert!(matches!(refused, Err(LogInError::InvalidCredentials)));
        assert_eq!(t.app.hasher().done() - before, 1);
        t.clock.advance(std::time::Duration::from_hours(25));
    }
}

#[tokio::test]
async fn a_locked_account_costs_no_hash() {
    let t = TestApp::new().await;
    for _ in 0..5 {
        assert!(t.app.log_in(wrong(ADMIN)).await.is_err());
    }
    let before = t.app.hasher().done();
    assert!(matches!(
        t.app.log_in(wrong(ADMIN)).await,
        Err(LogInError::LockedOut { .. })
    ));
    assert_eq!(t.app.hasher().done(), before);
}

#[tokio::test]
async fn a_hash_of_another_cost_is_made_anew_at_log_in() {
    let t = TestApp::new().await;
    let old = hash_of(&t, ADMIN).await;
    let dearer = t.app.clone().with_password_cost(PasswordCost {
        memory_kib: 16,
        passes: 1,
    });
    dearer
        .log_in(log_in(ADMIN))
        .await
        .expect("the right password");
    let new = hash_of(&t, ADMIN).await;
    assert!(old.contains("m=8,") && new.contains("m=16,"), "{old} {new}");
    // The old program and the new one both take it.
    t.app
        .log_in(log_in(ADMIN))
        .await
        .expect("the right password");
}

//! Workspaces from the command line, and forgetting what has run out.

use std::time::Duration;

use zhiyin_app::identity::{LogInError, NewWorkspace, PasswordError, SetupError};
use zhiyin_domain::locale::Locale;
use zhiyin_domain::secret::Secret;
use zhiyin_store::{StoreError, SystemTx, params};
use zhiyin_testkit::{PASSWORD, TestApp};

use crate::{ADMIN, log_in, wrong};

fn workspace(name: &str, email: &str) -> NewWorkspace {
    NewWorkspace {
        name: name.parse().expect("a name"),
        slug: None,
        locale: Locale::En,
        time_zone: "UTC".parse().expect("a zone"),
        admin_name: "Somebody".parse().expect("a name"),
        admin_email: email.parse().expect("an address"),
        password: Secret::new(PASSWORD.to_owned()),
    }
}

#[tokio::test]
async fn two_companies_of_one_name_have_two_short_names() {
    let t = TestApp::new().await;
    let mut slugs = Vec::new();
    for n in 0..3 {
        let new = workspace("Red Tea", &format!("a{n}@red.example"));
        let (made, _) = t.app.create_workspace(new).await.expect("a workspace");
        slugs.push(made.slug.as_str().to_owned());
    }
    assert_eq!(slugs, ["red-tea", "red-tea-2", "red-tea-3"]);
    let wish = NewWorkspace {
        slug: Some("red-tea".parse().expect("a slug")),
        ..workspace("Another", "b@red.example")
    };
    assert!(matches!(
        t.app.create_workspace(wish).await,
        Err(SetupError::SlugTaken)
    ));
}

#[tokio::test]
async fn the_operator_sets_a_password_and_all_sessions_end() {
    let t = TestApp::new().await;
    let email = || ADMIN.parse().expect("an address");
    let weak = t
        .app
        .set_password(t.workspace, email(), Secret::new("short".to_owned()))
        .await;
    assert!(matches!(weak, Err(PasswordError::Weak(_))));
    let new = Secret::new("nine brown teapots hum".to_owned());
    t.app
        .set_password(t.workspace, email(), new)
        .await
        .expect("a good password");
    assert_eq!(
        t.admin.get("/api/v1/session").await.summary(),
        "401 unauthenticated"
    );
    assert!(matches!(
        t.app.log_in(log_in(ADMIN)).await,
        Err(LogInError::InvalidCredentials)
    ));
    let nobody = "nobody@tea.example".parse().expect("an address");
    let missing = t
        .app
        .set_password(
            t.workspace,
            nobody,
            Secret::new("nine brown teapots hum".to_owned()),
        )
        .await;
    assert!(missing.is_err());
}

#[tokio::test]
async fn what_has_run_out_is_forgotten() {
    let t = TestApp::new().await;
    t.app
        .log_in(log_in(ADMIN))
        .await
        .expect("the right password");
    assert!(t.app.log_in(wrong("nobody@tea.example")).await.is_err());
    let body = serde_json::json!({ "email": "x@y.cn" });
    t.admin
        .post("/api/v1/invitations")
        .json(body)
        .await
        .expect(201);
    t.anonymous()
        .post("/api/v1/password-resets")
        .json(serde_json::json!({ "email": ADMIN }))
        .await
        .expect(202);
    let count = || async {
        t.app
            .store()
            .read_system(|system: &mut SystemTx<'_>| {
                let mut counts = Vec::new();
                for table in [
                    "login_sessions",
                    "login_failures",
                    "invitations",
                    "password_resets",
                ] {
                    let row =
                        system.one(&format!("SELECT COUNT(*) AS total FROM {table}"), params![])?;
                    counts.push(row.get::<i64>("total")?);
                }
                Ok::<_, StoreError>(counts)
            })
            .await
            .expect("a read")
    };
    assert!(count().await.iter().all(|total| *total > 0));
    for _ in 0..2 {
        // Once past the month of a session, once past the month it is kept after.
        t.clock.advance(Duration::from_hours(31 * 24));
        t.run_until_idle().await;
    }
    assert_eq!(count().await, [0, 0, 0, 0]);
}

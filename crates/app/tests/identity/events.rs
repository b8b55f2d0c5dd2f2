//! No change without an event, and no event for what was refused.

use std::time::Duration;

use zhiyin_app::identity::{
    IdentityError, LogInError, NewInvitation, RoleChange, create_invitation, create_role,
    create_team, deactivate, delete_team, update_role, update_workspace,
};
use zhiyin_app::presence::choose;
use zhiyin_app::tags::{create_tag, delete_tag};
use zhiyin_app::{Context, Principal};
use zhiyin_domain::identity::agent::{Memberships, Presence};
use zhiyin_domain::permission::BuiltinRole;
use zhiyin_store::Tx;
use zhiyin_testkit::TestApp;

use crate::{ADMIN, end, kinds_since, log_in, wrong};

#[tokio::test]
async fn log_ins_and_failures_are_in_the_log() {
    let t = TestApp::new().await;
    let before = end(&t).await;
    for _ in 0..5 {
        assert!(matches!(
            t.app.log_in(wrong(ADMIN)).await,
            Err(LogInError::InvalidCredentials)
        ));
    }
    assert!(matches!(
        t.app.log_in(log_in(ADMIN)).await,
        Err(LogInError::LockedOut { .. })
    ));
    t.clock.advance(Duration::from_secs(30));
    t.app
        .log_in(log_in(ADMIN))
        .await
        .expect("the right password");
    end(&t).await;
    let failed = "login.failed";
    assert_eq!(
        kinds_since(&t, before).await,
        [
            failed,
            failed,
            failed,
            failed,
            failed,
            "login.locked",
            "login.succeeded"
        ]
    );
}

#[tokio::test]
async fn every_change_of_a_setting_is_in_the_log() {
    let t = TestApp::new().await;
    let admin = principal(&t).await;
    let before = end(&t).await;
    t.app
        .write(&admin, |tx: &mut Tx<'_>, ctx: &Context| {
            let role = create_role(tx, ctx, "外包".parse().expect("a name"), [].into())?;
            update_role(tx, ctx, role.id, RoleChange::default())?;
            let team = create_team(tx, ctx, "售后".parse().expect("a name"), [].into(), None)?;
            delete_team(tx, ctx, team.id)?;
            let new = NewInvitation {
                email: "x@y.cn".parse().expect("an address"),
                name: None,
                memberships: Memberships::default(),
            };
            create_invitation(tx, ctx, new)?;
            update_workspace(tx, ctx, zhiyin_app::identity::WorkspaceChange::default())?;
            Ok::<_, IdentityError>(())
        })
        .await
        .expect("an administrator may");
    t.app
        .write(&admin, |tx: &mut Tx<'_>, ctx: &Context| {
            choose(tx, ctx, Presence::Online, None)?;
            // A second time changes nothing anybody sees, so nothing is said.
            choose(tx, ctx, Presence::Online, None)
        })
        .await
        .expect("everybody may");
    t.app
        .write(&admin, |tx: &mut Tx<'_>, ctx: &Context| {
            let tag = create_tag(
                tx,
                ctx,
                "vip".parse().expect("a name"),
                "#ff0000".parse().expect("a colour"),
            )?;
            delete_tag(tx, ctx, tag.id)
        })
        .await
        .expect("an administrator may");
    end(&t).await;
    let mut expected = vec!["setting.changed"; 6];
    expected.push("agent.presence_changed");
    expected.extend(["setting.changed"; 2]);
    assert_eq!(kinds_since(&t, before).await, expected);
}

#[tokio::test]
async fn what_was_refused_leaves_nothing() {
    let t = TestApp::new().await;
    let admin = principal(&t).await;
    let id = t.admin.id;
    let before = end(&t).await;
    let refused = t
        .app
        .write(&admin, move |tx: &mut Tx<'_>, ctx: &Context| {
            deactivate(tx, ctx, id).map(|_| ())
        })
        .await;
    assert!(refused.is_err());
    end(&t).await;
    assert_eq!(kinds_since(&t, before).await, [""; 0]);
    t.admin.get("/api/v1/session").await.expect(200);
}

#[tokio::test]
async fn an_app_has_no_self() {
    let t = TestApp::new().await;
    t.agent("Li Na", BuiltinRole::Agent, &[]).await;
    let result = t.app.read(&t.system(), zhiyin_app::identity::me).await;
    assert!(matches!(
        result,
        Err(zhiyin_app::identity::IdentityError::AgentOnly)
    ));
}

/// The administrator, as they come with their cookie.
async fn principal(t: &TestApp) -> Principal {
    let shown = zhiyin_domain::secret::Secret::new(t.admin.cookie.clone());
    t.app
        .authenticate(zhiyin_app::identity::Credentials::Cookie(shown))
        .await
        .expect("a session")
}

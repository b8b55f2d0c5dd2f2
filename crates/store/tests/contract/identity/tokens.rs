//! API tokens, invitations and password resets.

use zhiyin_domain::identity::agent::Memberships;
use zhiyin_domain::identity::invitation::{Invitation, InvitationState};
use zhiyin_domain::identity::token::ApiToken;
use zhiyin_domain::ids::{AgentId, InvitationId, ResetId, TeamId, TokenId};
use zhiyin_domain::permission::Permission;
use zhiyin_store::StoreError;
use zhiyin_store::identity::password_resets::PasswordReset;
use zhiyin_store::identity::{agents, invitations, password_resets, tokens};

use super::{agent_in, at, hash, write};
use crate::harness::uuid;

fn new_token(owner: Option<AgentId>) -> ApiToken {
    ApiToken {
        id: TokenId::from_uuid(uuid()),
        owner,
        name: "ERP".parse().expect("a name"),
        hint: "aB3_".to_owned(),
        scopes: [Permission::Reply, Permission::ReadContacts].into(),
        created_by: owner,
        created_at: at(1),
        last_used_at: None,
        expires_at: Some(at(100)),
    }
}

fn new_invitation(email: &str, by: AgentId) -> Invitation {
    Invitation {
        id: InvitationId::from_uuid(uuid()),
        email: email.parse().expect("an address"),
        name: Some("王伟".parse().expect("a name")),
        memberships: Memberships {
            teams: [TeamId::from_uuid(uuid())].into(),
            ..Memberships::default()
        },
        invited_by: by,
        created_at: at(1),
        expires_at: at(100),
        state: InvitationState::Open,
    }
}

fn new_reset(agent: AgentId) -> PasswordReset {
    PasswordReset {
        id: ResetId::from_uuid(uuid()),
        agent,
        created_at: at(1),
        expires_at: at(100),
        is_used: false,
    }
}

store_test! {
    fn a_token_is_found_by_its_hash_while_its_owner_is_active(store) {
        let ws = store.workspace();
        let mut owner = agent_in(store, ws, "a@b.cn");
        let (token, secret) = (new_token(Some(owner.id)), hash());
        let stored = token.clone();
        write(store, ws, move |tx| tokens::insert(tx, &stored, &secret));
        let find = || store.read_system_blocking(move |system| tokens::find(system, &secret)).expect("a read");
        assert_eq!(find(), Some((ws, token.clone())));
        let id = token.id;
        assert_eq!(write(store, ws, move |tx| tokens::get(tx, id)), Some(token));
        assert_eq!(write(store, store.workspace(), move |tx| tokens::get(tx, id)), None);
        owner.deactivate();
        write(store, ws, move |tx| agents::save(tx, &owner));
        assert_eq!(find(), None);
        assert_eq!(write(store, ws, move |tx| tokens::get(tx, id)), None);
    }

    fn personal_and_app_tokens_are_listed_apart_and_revoked(store) {
        let ws = store.workspace();
        let owner = agent_in(store, ws, "a@b.cn").id;
        let (personal, app, secret) = (new_token(Some(owner)), new_token(None), hash());
        let (one, two) = (personal.clone(), app.clone());
        let listed = write(store, ws, move |tx| {
            tokens::insert(tx, &one, &hash())?;
            tokens::insert(tx, &two, &secret)?;
            tokens::touch(tx, two.id, at(50))?;
            tokens::touch(tx, two.id, at(40))?;
            Ok((tokens::list(tx, Some(owner))?, tokens::list(tx, None)?))
        });
        let used = ApiToken { last_used_at: Some(at(50)), ..app.clone() };
        assert_eq!(listed, (vec![personal], vec![used]));
        let (id, elsewhere) = (app.id, store.workspace());
        assert!(!write(store, elsewhere, move |tx| tokens::revoke(tx, id, at(60))));
        let left = write(store, ws, move |tx| {
            let first = tokens::revoke(tx, id, at(60))?;
            let again = tokens::revoke(tx, id, at(60))?;
            let count = tokens::revoke_all(tx, owner, at(60))?;
            Ok((first, again, count, tokens::list(tx, Some(owner))?, tokens::list(tx, None)?))
        });
        assert_eq!(left, (true, false, 1, Vec::new(), Vec::new()));
        assert_eq!(store.read_system_blocking(move |system| tokens::find(system, &secret)).expect("a read"), None);
    }

    fn an_invitation_is_used_once_and_in_time(store) {
        let ws = store.workspace();
        let by = agent_in(store, ws, "a@b.cn").id;
        let (invitation, secret) = (new_invitation("Wang.Wei@example.com", by), hash());
        let (id, stored) = (invitation.id, invitation.clone());
        write(store, ws, move |tx| invitations::insert(tx, &stored, &secret));
        let found = store.read_system_blocking(move |system| invitations::find(system, &secret)).expect("a read");
        assert_eq!(found, Some((ws, invitation.clone())));
        assert_eq!(store.read_system_blocking(|system| invitations::find(system, &hash())).expect("a read"), None);
        let elsewhere = store.workspace();
        assert_eq!(write(store, elsewhere, move |tx| invitations::get(tx, id)), None);
        assert!(!write(store, elsewhere, move |tx| invitations::accept(tx, id, at(50))));
        let answers = write(store, ws, move |tx| {
            Ok([
                invitations::accept(tx, id, at(100))?,
                invitations::accept(tx, id, at(99))?,
                invitations::accept(tx, id, at(99))?,
                invitations::revoke(tx, id, at(99))?,
            ])
        });
        assert_eq!(answers, [false, true, false, false]);
        let state = write(store, ws, move |tx| invitations::get(tx, id)).map(|found| found.state);
        assert_eq!(state, Some(InvitationState::Accepted { at: at(99) }));
    }

    fn open_invitations_are_listed_and_taken_back(store) {
        let ws = store.workspace();
        let by = agent_in(store, ws, "a@b.cn").id;
        let (first, second) = (new_invitation("w@example.com", by), new_invitation("W@example.com", by));
        let (one, two) = (first.clone(), second.clone());
        let listed = write(store, ws, move |tx| {
            invitations::insert(tx, &one, &hash())?;
            invitations::insert(tx, &two, &hash())?;
            Ok((invitations::list_open(tx, at(50))?, invitations::list_open(tx, at(100))?))
        });
        assert_eq!(listed, (vec![second.clone(), first.clone()], Vec::new()));
        let id = second.id;
        let left = write(store, ws, move |tx| {
            let revoked = invitations::revoke(tx, id, at(50))?;
            let accepted = invitations::accept(tx, id, at(50))?;
            let count = invitations::revoke_all(tx, &"w@EXAMPLE.com".parse().expect("an address"), at(51))?;
            Ok((revoked, accepted, count, invitations::get(tx, id)?.map(|found| found.state), invitations::list_open(tx, at(52))?))
        });
        assert_eq!(left, (true, false, 1, Some(InvitationState::Revoked { at: at(50) }), Vec::new()));
        let swept = store.write_system_blocking(|system| {
            Ok::<_, StoreError>([invitations::sweep(system, at(100))?, invitations::sweep(system, at(101))?])
        });
        assert_eq!(swept.expect("a sweep"), [0, 2]);
    }

    fn a_password_reset_is_used_once_and_in_time(store) {
        let ws = store.workspace();
        let agent = agent_in(store, ws, "a@b.cn").id;
        let (reset, secret) = (new_reset(agent), hash());
        let id = reset.id;
        write(store, ws, move |tx| password_resets::insert(tx, &reset, &secret));
        let found = store.read_system_blocking(move |system| password_resets::find(system, &secret)).expect("a read");
        assert_eq!(found, Some((ws, reset)));
        assert_eq!(store.read_system_blocking(|system| password_resets::find(system, &hash())).expect("a read"), None);
        let elsewhere = store.workspace();
        assert!(!write(store, elsewhere, move |tx| password_resets::consume(tx, id, at(50))));
        let answers = write(store, ws, move |tx| {
            Ok([
                password_resets::consume(tx, id, at(100))?,
                password_resets::consume(tx, id, at(99))?,
                password_resets::consume(tx, id, at(99))?,
            ])
        });
        assert_eq!(answers, [false, true, false]);
        assert_eq!(write(store, ws, move |tx| password_resets::get(tx, id)).map(|found| found.is_used), Some(true));
    }

    fn older_resets_are_cancelled_and_swept(store) {
        let ws = store.workspace();
        let mut agent = agent_in(store, ws, "a@b.cn");
        let (id, reset, secret) = (agent.id, new_reset(agent.id), hash());
        let (before, last, count, usable) = write(store, ws, move |tx| {
            let before = password_resets::last_asked(tx, id)?;
            password_resets::insert(tx, &reset, &secret)?;
            let last = password_resets::last_asked(tx, id)?;
            let count = password_resets::cancel_all(tx, id, at(2))?;
            Ok((before, last, count, password_resets::get(tx, reset.id)?.is_some_and(|found| found.is_usable(at(3)))))
        });
        assert_eq!((before, last, count, usable), (None, Some(at(1)), 1, false));
        agent.deactivate();
        write(store, ws, move |tx| agents::save(tx, &agent));
        assert_eq!(store.read_system_blocking(move |system| password_resets::find(system, &secret)).expect("a read"), None);
        assert_eq!(store.write_system_blocking(|system| password_resets::sweep(system, at(101))).expect("a sweep"), 1);
    }
}

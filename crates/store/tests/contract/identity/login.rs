//! Log-in sessions, failures, and the second factor.

use zhiyin_domain::identity::lockout::Failures;
use zhiyin_domain::identity::login::{LoginSession, SecondFactor};
use zhiyin_domain::secret::Secret;
use zhiyin_store::identity::login_failures::{self, Counted};
use zhiyin_store::identity::{agents, login_sessions, second_factors};
use zhiyin_store::{StoreError, params};

use super::{agent_in, at, hash, new_session, write};

store_test! {
    fn a_session_is_found_by_its_cookie_alone(store) {
        let ws = store.workspace();
        let agent = agent_in(store, ws, "a@b.cn").id;
        let (session, token) = (new_session(agent), hash());
        let stored = session.clone();
        write(store, ws, move |tx| login_sessions::insert(tx, &stored, &token));
        let find = |token| store.read_system_blocking(move |system| login_sessions::find(system, &token)).expect("a read");
        assert_eq!(find(token), Some((ws, session.clone())));
        assert_eq!(find(hash()), None);
        let id = session.id;
        assert_eq!(write(store, ws, move |tx| login_sessions::get(tx, id)), Some(session));
        assert_eq!(write(store, store.workspace(), move |tx| login_sessions::get(tx, id)), None);
    }

    fn an_inactive_agent_has_no_session(store) {
        let ws = store.workspace();
        let mut agent = agent_in(store, ws, "a@b.cn");
        let (session, token) = (new_session(agent.id), hash());
        let id = session.id;
        agent.deactivate();
        let got = write(store, ws, move |tx| {
            login_sessions::insert(tx, &session, &token)?;
            agents::save(tx, &agent)?;
            login_sessions::get(tx, id)
        });
        let found = store.read_system_blocking(move |system| login_sessions::find(system, &token)).expect("a read");
        assert_eq!((got, found), (None, None));
    }

    fn sessions_are_listed_and_revoked(store) {
        let ws = store.workspace();
        let (agent, other) = (agent_in(store, ws, "a@b.cn").id, agent_in(store, ws, "b@b.cn").id);
        let sessions: Vec<LoginSession> = (0..3)
            .map(|n| LoginSession { created_at: at(10 + n), last_seen_at: at(10 + n), ..new_session(agent) })
            .collect();
        let old = LoginSession { expires_at: at(15), ..new_session(agent) };
        let theirs = new_session(other);
        let (first, second, their) = (sessions[0].id, sessions[1].id, theirs.id);
        let all: Vec<LoginSession> = sessions.iter().cloned().chain([old, theirs]).collect();
        let listed = write(store, ws, move |tx| {
            for session in &all {
                login_sessions::insert(tx, session, &hash())?;
            }
            login_sessions::list(tx, agent, at(20))
        });
        assert_eq!(listed, [sessions[2].clone(), sessions[1].clone(), sessions[0].clone()]);
        let answers = write(store, ws, move |tx| {
            Ok([
                login_sessions::revoke(tx, first, agent, at(20))?,
                login_sessions::revoke(tx, first, agent, at(20))?,
                login_sessions::revoke(tx, their, agent, at(20))?,
            ])
        });
        assert_eq!(answers, [true, false, false]);
        let left = write(store, ws, move |tx| {
            login_sessions::revoke_all(tx, agent, Some(second), at(20))?;
            let left = login_sessions::list(tx, agent, at(20))?;
            login_sessions::revoke_all(tx, agent, None, at(20))?;
            Ok((left, login_sessions::list(tx, agent, at(20))?, login_sessions::list(tx, other, at(20))?.len()))
        });
        assert_eq!(left, (vec![sessions[1].clone()], Vec::new(), 1));
    }

    fn last_use_moves_forward_only_and_old_sessions_go(store) {
        let ws = store.workspace();
        let agent = agent_in(store, ws, "a@b.cn").id;
        let session = new_session(agent);
        let id = session.id;
        let seen = write(store, ws, move |tx| {
            login_sessions::insert(tx, &session, &hash())?;
            login_sessions::touch(tx, id, at(70))?;
            login_sessions::touch(tx, id, at(60))?;
            login_sessions::get(tx, id)
        });
        assert_eq!(seen.map(|session| session.last_seen_at), Some(at(70)));
        let removed = store.write_system_blocking(|system| {
            Ok::<_, StoreError>([login_sessions::sweep(system, at(999))?, login_sessions::sweep(system, at(1001))?])
        });
        assert_eq!(removed.expect("a sweep"), [0, 1]);
    }

    fn failures_are_counted_by_account_and_by_address(store) {
        let one = Failures { count: 3, last_at: at(5), locked_until: None };
        let two = Failures { count: 7, last_at: at(9), locked_until: Some(at(90)) };
        let (account, address) = (Counted::Account("a@b.cn"), Counted::Address("a@b.cn"));
        let found = store.write_system_blocking(move |system| {
            login_failures::prepare(system, account, at(1))?;
            login_failures::prepare(system, account, at(2))?;
            let prepared = login_failures::get(system, account)?;
            login_failures::put(system, account, Some(one))?;
            login_failures::put(system, address, Some(one))?;
            login_failures::put(system, address, Some(two))?;
            Ok::<_, StoreError>((prepared, login_failures::get(system, account)?, login_failures::get(system, address)?))
        });
        let prepared = Failures { count: 0, last_at: at(1), locked_until: None };
        assert_eq!(found.expect("a write"), (Some(prepared), Some(one), Some(two)));
        let left = store.write_system_blocking(move |system| {
            let swept = login_failures::sweep(system, at(8))?;
            login_failures::put(system, address, None)?;
            Ok::<_, StoreError>((swept, login_failures::get(system, account)?, login_failures::get(system, address)?))
        });
        assert_eq!(left.expect("a write"), (1, None, None));
    }

    fn failures_hold_nothing_readable(store) {
        store.write_system_blocking(|system| {
            login_failures::prepare(system, Counted::Account("li.na@example.com"), at(1))
        }).expect("a write");
        let key: Vec<u8> = store.read_system_blocking(|system| {
            system.one("SELECT key_hash FROM login_failures", params![])?.get("key_hash")
        }).expect("a read");
        assert_eq!(key.len(), 32);
    }

    fn a_second_factor_is_begun_confirmed_and_removed(store) {
        let ws = store.workspace();
        let agent = agent_in(store, ws, "a@b.cn").id;
        let states = write(store, ws, move |tx| {
            let mut states = vec![second_factors::load(tx, agent)?];
            second_factors::begin(tx, agent, b"first")?;
            second_factors::begin(tx, agent, b"second")?;
            states.push(second_factors::load(tx, agent)?);
            assert!(second_factors::confirm(tx, agent, 7, at(20))?);
            assert!(!second_factors::confirm(tx, agent, 8, at(20))?);
            states.push(second_factors::load(tx, agent)?);
            Ok(states)
        });
        let secret = Secret::new(b"second".to_vec());
        let expected = [
            SecondFactor::Off,
            SecondFactor::Pending { secret: secret.clone() },
            SecondFactor::On { secret, last_step: 7 },
        ];
        assert_eq!(states, expected);
        let replaced = store.write_blocking(ws, move |tx| second_factors::begin(tx, agent, b"third"));
        assert!(matches!(replaced, Err(StoreError::Conflict { .. })));
        let off = write(store, ws, move |tx| {
            second_factors::remove(tx, agent)?;
            second_factors::load(tx, agent)
        });
        assert_eq!(off, SecondFactor::Off);
    }

    fn a_step_and_all_before_it_are_used_once(store) {
        let ws = store.workspace();
        let agent = agent_in(store, ws, "a@b.cn").id;
        let used = write(store, ws, move |tx| {
            let steps = [5, 5, 4, 6].map(|step| second_factors::use_step(tx, agent, step));
            steps.into_iter().collect::<Result<Vec<_>, _>>()
        });
        assert_eq!(used, [true, false, false, true]);
    }

    fn a_recovery_code_is_used_once(store) {
        let ws = store.workspace();
        let (agent, other) = (agent_in(store, ws, "a@b.cn").id, agent_in(store, ws, "b@b.cn").id);
        let codes = [hash(), hash()];
        let used = write(store, ws, move |tx| {
            second_factors::replace_recovery_codes(tx, agent, &codes)?;
            let stranger = second_factors::use_recovery_code(tx, other, &codes[0], at(5))?;
            let first = second_factors::use_recovery_code(tx, agent, &codes[0], at(5))?;
            let again = second_factors::use_recovery_code(tx, agent, &codes[0], at(6))?;
            Ok((stranger, first, again, second_factors::count_recovery_codes(tx, agent)?))
        });
        assert_eq!(used, (false, true, false, 1));
        let left = write(store, ws, move |tx| {
            second_factors::replace_recovery_codes(tx, agent, &[])?;
            second_factors::count_recovery_codes(tx, agent)
        });
        assert_eq!(left, 0);
    }
}

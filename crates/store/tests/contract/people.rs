//! Inboxes, contacts, visitors and phrases.

use zhiyin_domain::contact::{Contact, Identity, IdentityKind, Personal, VisitContext};
use zhiyin_domain::ids::PhraseId;
use zhiyin_domain::locale::Locale;
use zhiyin_domain::phrase::Phrase;
use zhiyin_domain::secret::Secret;
use zhiyin_store::contacts::{self, ContactNote};
use zhiyin_store::inboxes::{self, InboxSecret};
use zhiyin_store::widget::{self, VisitorToken};
use zhiyin_store::{StoreError, phrases};

use crate::floor::{Floor, at, id};

fn contact(name: &str) -> Contact {
    Contact {
        id: id(),
        account_id: None,
        personal: Personal {
            name: name.to_owned(),
            email: Some("Li.Na@example.com".parse().expect("an address")),
            phone: Some("+86 138 0013 8000".to_owned()),
            attributes: [("birthday".to_owned(), "1990-02-03".to_owned())].into(),
        },
        locale: "zh-CN".to_owned(),
        attributes: [("plan".to_owned(), "gold".to_owned())].into(),
        context: VisitContext {
            page_url: Some("https://a.example/".into()),
            ..VisitContext::default()
        },
        is_verified: false,
        is_blocked: false,
        tier: zhiyin_domain::tier::Tier::BASE,
        dedicated_agent_id: None,
        created_at: at(1),
        last_seen_at: at(1),
        version: 1,
    }
}

store_test! {
    fn a_contact_comes_back_and_is_found_by_exact_address(store) {
        let floor = Floor::new(store);
        let it = contact("李娜");
        let (stored, id) = (it.clone(), it.id);
        floor.run(move |tx| contacts::insert(tx, &stored));
        assert_eq!(floor.run(move |tx| contacts::get(tx, id)), Some(it.clone()));
        assert_eq!(floor.run(move |tx| contacts::get_for_update(tx, id)), Some(it.clone()));
        for text in ["li.na@EXAMPLE.com", "+8613800138000"] {
            let found = floor.run(move |tx| contacts::find_exact(tx, text, 10));
            assert_eq!(found, std::slice::from_ref(&it), "{text}");
        }
        assert!(floor.run(move |tx| contacts::find_exact(tx, "other@example.com", 10)).is_empty());
        let changed = Contact { is_blocked: true, ..it.clone() };
        let (saved, stale) = (changed.clone(), changed);
        floor.run(move |tx| contacts::save(tx, &saved));
        let again = store.write_blocking(floor.workspace, move |tx| contacts::save(tx, &stale));
        assert!(matches!(again, Err(StoreError::Conflict { table: "contacts" })));
    }

    fn nothing_personal_stands_in_the_rows(store) {
        let floor = Floor::new(store);
        let it = contact("李娜");
        floor.run(move |tx| contacts::insert(tx, &it));
        let rows = floor.run(|tx| tx.query("SELECT personal, email_index, phone_index FROM contacts", &[]));
        let bytes: Vec<u8> = rows
            .iter()
            .flat_map(|row| ["personal", "email_index", "phone_index"].map(|column| row.get::<Vec<u8>>(column)))
            .flat_map(|value| value.expect("bytes"))
            .collect();
        for secret in ["李娜", "Li.Na", "li.na", "138", "1990"] {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()), "{secret}");
        }
    }

    fn contacts_are_listed_newest_first_in_pages(store) {
        let floor = Floor::new(store);
        for n in 0..5 {
            let it = Contact { created_at: at(n / 2), ..contact(&format!("n{n}")) };
            floor.run(move |tx| contacts::insert(tx, &it));
        }
        let whole = floor.run(|tx| contacts::list(tx, None, 10));
        assert_eq!(whole.len(), 5);
        assert!(whole.windows(2).all(|pair| (pair[0].created_at, pair[0].id) > (pair[1].created_at, pair[1].id)));
        let (mut paged, mut after) = (Vec::new(), None);
        loop {
            let page = floor.run(move |tx| contacts::list(tx, after, 2));
            let Some(last) = page.last() else { break };
            after = Some((last.created_at, last.id));
            paged.extend(page);
        }
        assert_eq!(paged, whole);
    }

    fn an_external_id_belongs_to_one_identity(store) {
        let floor = Floor::new(store);
        let inbox = floor.inbox();
        let it = contact("A");
        let identity = Identity {
            id: id(),
            inbox_id: inbox,
            contact_id: it.id,
            kind: IdentityKind::Anonymous,
            external_id: "user:42".into(),
            created_at: at(1),
        };
        let (person, first) = (it.clone(), identity.clone());
        floor.run(move |tx| {
            contacts::insert(tx, &person)?;
            contacts::insert_identity(tx, &first)
        });
        let second = Identity { id: id(), ..identity.clone() };
        let refused = store.write_blocking(floor.workspace, move |tx| contacts::insert_identity(tx, &second));
        assert!(refused.expect_err("taken").is_unique_violation("contact_identities_external"));
        let found = floor.run(move |tx| contacts::find_identity(tx, inbox, "user:42"));
        assert_eq!(found, Some(identity.clone()));
        let changed = Identity { kind: IdentityKind::Verified, external_id: "user:43".into(), ..identity };
        let (saved, identity_id) = (changed.clone(), changed.id);
        floor.run(move |tx| contacts::save_identity(tx, &saved));
        assert_eq!(floor.run(move |tx| contacts::get_identity(tx, identity_id)), Some(changed.clone()));
        assert_eq!(floor.run(move |tx| contacts::find_identity(tx, inbox, "user:42")), None);
        assert_eq!(floor.run(move |tx| contacts::identities(tx, it.id)), [changed]);
    }

    fn notes_on_a_contact_come_newest_first(store) {
        let floor = Floor::new(store);
        let it = contact("A");
        let (person, contact_id) = (it.clone(), it.id);
        floor.run(move |tx| contacts::insert(tx, &person));
        let note = |n: i64| ContactNote { id: id(), author_id: None, text: format!("{n}"), created_at: at(n) };
        let (first, second) = (note(1), note(2));
        let stored = [first.clone(), second.clone()];
        floor.run(move |tx| {
            for one in &stored {
                contacts::insert_note(tx, contact_id, one)?;
            }
            Ok(())
        });
        assert_eq!(floor.run(move |tx| contacts::notes(tx, contact_id, 10)), [second, first]);
    }

    fn an_inbox_comes_back_by_id_and_by_key(store) {
        let floor = Floor::new(store);
        let inbox_id = floor.inbox();
        let inbox = floor.run(move |tx| inboxes::get(tx, inbox_id)).expect("the inbox");
        assert_eq!(floor.run(inboxes::list), std::slice::from_ref(&inbox));
        let key = inbox.key.clone();
        let found = store.read_system_blocking(move |system| inboxes::find_by_key(system, &key));
        assert_eq!(found.expect("a read"), Some((floor.workspace, inbox.clone())));
        let mut changed = inbox.clone();
        changed.name = "茶器".into();
        changed.is_enabled = false;
        let (saved, stale) = (changed.clone(), changed);
        let saved = floor.run(move |tx| inboxes::save(tx, &saved));
        assert_eq!(floor.run(move |tx| inboxes::get(tx, inbox_id)), Some(saved));
        let again = store.write_blocking(floor.workspace, move |tx| inboxes::save(tx, &stale));
        assert!(matches!(again, Err(StoreError::Conflict { table: "inboxes" })));
        let (a, b) = floor.run(|tx| Ok((inboxes::next_number(tx, "n")?, inboxes::next_number(tx, "n")?)));
        assert_eq!((a, b), (1, 2));
    }

    fn only_agents_of_the_workspace_become_members(store) {
        let floor = Floor::new(store);
        let (inbox, me, you) = (floor.inbox(), floor.agent(), floor.agent());
        let stranger = id();
        floor.run(move |tx| inboxes::set_members(tx, inbox, &[me, stranger]));
        assert_eq!(floor.run(move |tx| inboxes::members(tx, inbox)), [me]);
        floor.run(move |tx| {
            inboxes::add_member(tx, inbox, you)?;
            inboxes::add_member(tx, inbox, you)
        });
        assert_eq!(floor.run(move |tx| inboxes::members(tx, inbox)).len(), 2);
    }

    fn the_newest_secrets_stay_valid(store) {
        let floor = Floor::new(store);
        let inbox = floor.inbox();
        for n in 1..=3_u8 {
            let secret = InboxSecret {
                key_id: format!("k{n}"),
                secret: Secret::new(vec![n; 32]),
                created_at: at(i64::from(n)),
            };
            floor.run(move |tx| inboxes::insert_secret(tx, inbox, crate::harness::uuid(), &secret));
        }
        floor.run(move |tx| inboxes::retire_secrets(tx, inbox, 2, at(9)));
        let valid = floor.run(move |tx| inboxes::secrets(tx, inbox));
        let names: Vec<_> = valid.iter().map(|secret| secret.key_id.as_str()).collect();
        assert_eq!(names, ["k3", "k2"]);
        assert_eq!(valid[0].secret.expose(), &vec![3; 32]);
    }

    fn a_visitor_token_opens_until_it_ends(store) {
        let floor = Floor::new(store);
        let inbox = floor.inbox();
        let conversation = floor.conversation(inbox, None, None);
        let token = VisitorToken {
            id: id(),
            inbox_id: inbox,
            identity_id: conversation.identity_id,
            token_hash: vec![7; 32],
            created_at: at(1),
            expires_at: at(100),
            address: None,
        };
        let (stored, token_id) = (token.clone(), token.id);
        floor.run(move |tx| widget::insert_token(tx, &stored));
        let find = |now: i64| {
            store
                .read_system_blocking(move |system| widget::find_visitor(system, &[7; 32], at(now)))
                .expect("a read")
        };
        let visitor = find(50).expect("a visitor");
        assert_eq!(visitor.workspace, floor.workspace);
        assert_eq!(visitor.contact_id, conversation.contact_id);
        assert_eq!(find(100), None);
        floor.run(move |tx| widget::extend_token(tx, token_id, at(60), at(200), None));
        assert!(find(150).is_some());
        floor.run(move |tx| widget::revoke_token(tx, token_id, at(70)));
        assert_eq!(find(80), None);
        let deleted = store.write_system_blocking(|system| widget::delete_old_tokens(system, at(71)));
        assert_eq!(deleted.expect("a write"), 1);
    }

    fn phrases_are_shared_or_ones_own(store) {
        let floor = Floor::new(store);
        let (me, you) = (floor.agent(), floor.agent());
        let phrase = |shortcut: &str, agent_id| Phrase {
            id: PhraseId::from_uuid(crate::harness::uuid()),
            agent_id,
            shortcut: shortcut.into(),
            title: "问候".into(),
            situation: "greeting".into(),
            locale: Locale::ZhCn,
            text: "您好".into(),
            use_count: 0,
            created_at: at(1),
            version: 1,
        };
        let (shared, own) = (phrase("a", None), phrase("b", Some(me)));
        let stored = [shared.clone(), own.clone()];
        floor.run(move |tx| {
            for one in &stored {
                phrases::insert(tx, one)?;
            }
            Ok(())
        });
        assert_eq!(floor.run(move |tx| phrases::list(tx, Some(me))), [shared.clone(), own.clone()]);
        assert_eq!(floor.run(move |tx| phrases::list(tx, Some(you))), std::slice::from_ref(&shared));
        let id = shared.id;
        floor.run(move |tx| phrases::count_use(tx, id));
        let used = floor.run(move |tx| phrases::get(tx, id)).expect("the phrase");
        assert_eq!(used.use_count, 1);
        let changed = Phrase { text: "您好呀".into(), ..used };
        let (saved, stale) = (changed.clone(), changed);
        assert_eq!(floor.run(move |tx| phrases::save(tx, &saved)).version, 2);
        let again = store.write_blocking(floor.workspace, move |tx| phrases::save(tx, &stale));
        assert!(matches!(again, Err(StoreError::Conflict { table: "phrases" })));
        floor.run(move |tx| phrases::delete(tx, id));
        assert_eq!(floor.run(move |tx| phrases::get(tx, id)), None);
    }
}

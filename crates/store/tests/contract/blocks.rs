//! The block list and the marks it leaves on contacts.

use zhiyin_domain::block::{Block, BlockKind, Target};
use zhiyin_domain::contact::{Contact, Identity, IdentityKind, Personal};
use zhiyin_domain::ids::{BlockId, ContactId};
use zhiyin_store::widget::VisitorToken;
use zhiyin_store::{blocks, contacts, widget};

use crate::floor::{Floor, at, contact, id};
use crate::harness::{add_workspace, uuid};

fn block(kind: BlockKind, text: &str, at_second: i64) -> Block {
    Block {
        id: id(),
        target: Target::parse(kind, text).expect("a target"),
        reason: "广告".into(),
        created_by: None,
        created_at: at(at_second),
        expires_at: None,
    }
}

impl Floor<'_> {
    fn person(&self, email: &str, phone: &str) -> ContactId {
        let it = Contact {
            personal: Personal {
                name: "李娜".into(),
                email: email.parse().ok(),
                phone: Some(phone.to_owned()),
                ..Personal::default()
            },
            ..contact()
        };
        let id = it.id;
        self.run(move |tx| contacts::insert(tx, &it));
        id
    }

    fn blocks(&self, it: &Block) -> Vec<ContactId> {
        let it = it.clone();
        self.run(move |tx| {
            blocks::insert(tx, &it)?;
            blocks::mark(tx, &it.target)
        })
    }

    fn lifts(&self, it: &Block) -> Vec<ContactId> {
        let it = it.clone();
        self.run(move |tx| {
            blocks::delete(tx, it.id)?;
            blocks::mark(tx, &it.target)
        })
    }

    fn is_blocked(&self, id: ContactId) -> bool {
        self.run(move |tx| contacts::is_blocked(tx, id))
    }
}

store_test! {
    fn an_entry_comes_back_and_is_found_by_its_value(store) {
        let floor = Floor::new(store);
        let entries = [
            block(BlockKind::Email, "Li.Na@example.com", 1),
            block(BlockKind::Phone, "+86 138 0013 8000", 2),
            block(BlockKind::Address, "203.0.113.0/24", 3),
        ];
        for it in &entries {
            floor.blocks(it);
            let id = it.id;
            assert_eq!(floor.run(move |tx| blocks::get(tx, id)).as_ref(), Some(it));
        }
        for (kind, spelling, expected) in [
            (BlockKind::Email, "li.na@EXAMPLE.com", Some(entries[0].id)),
            (BlockKind::Phone, "+8613800138000", Some(entries[1].id)),
            (BlockKind::Address, "203.0.113.77/24", Some(entries[2].id)),
            (BlockKind::Address, "203.0.113.77", None),
            (BlockKind::Email, "other@example.com", None),
        ] {
            let target = Target::parse(kind, spelling).expect("a target");
            let found = floor.run(move |tx| blocks::find(tx, &target)).map(|it| it.id);
            assert_eq!(found, expected, "{spelling}");
        }
        let elsewhere = add_workspace(floor.store);
        let first = entries[0].id;
        let missed = store.read_blocking(elsewhere, move |tx| blocks::get(tx, first));
        assert_eq!(missed.expect("a read"), None);
        let twice = Block { id: id(), ..entries[0].clone() };
        let refused = store.write_blocking(floor.workspace, move |tx| blocks::insert(tx, &twice));
        assert!(refused.expect_err("taken").is_unique_violation("blocks_value"));
    }

    fn nothing_that_is_blocked_can_be_read_in_the_rows(store) {
        let floor = Floor::new(store);
        floor.blocks(&block(BlockKind::Email, "li.na@example.com", 1));
        floor.blocks(&block(BlockKind::Address, "203.0.113.9", 1));
        let rows = floor.run(|tx| tx.query("SELECT value, value_index FROM blocks", &[]));
        let bytes: Vec<u8> = rows
            .iter()
            .flat_map(|row| ["value", "value_index"].map(|column| row.get::<Vec<u8>>(column)))
            .flat_map(|value| value.expect("bytes"))
            .collect();
        for secret in ["li.na", "example", "203.0"] {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()), "{secret}");
        }
    }

    fn whoever_an_entry_is_about_is_marked_until_the_last_one_is_gone(store) {
        let floor = Floor::new(store);
        let twin = floor.person("li@example.com", "13800138000");
        let other = floor.person("LI@example.com", "13900139000");
        let stranger = floor.person("wang@example.com", "13700137000");
        let email = block(BlockKind::Email, "li@example.com", 1);
        let mut marked = floor.blocks(&email);
        marked.sort();
        assert_eq!(marked, [twin, other]);
        let version = floor.run(move |tx| contacts::get(tx, twin)).expect("the contact").version;
        assert_eq!(version, 2);
        let phone = block(BlockKind::Phone, "138-0013-8000", 2);
        assert!(floor.blocks(&phone).is_empty());
        let person = Block { target: Target::Contact(twin), ..block(BlockKind::Phone, "00000", 3) };
        assert!(floor.blocks(&person).is_empty());
        assert_eq!(floor.lifts(&email), [other]);
        assert_eq!((floor.is_blocked(twin), floor.is_blocked(other)), (true, false));
        assert!(floor.lifts(&phone).is_empty());
        assert_eq!(floor.lifts(&person), [twin]);
        assert!(!floor.is_blocked(twin) && !floor.is_blocked(stranger));
    }

    fn it_is_known_whether_an_entry_applies_before_a_contact_is_saved(store) {
        let floor = Floor::new(store);
        floor.blocks(&block(BlockKind::Email, "spam@example.com", 1));
        let fresh: ContactId = id();
        let applies = |email: Option<&str>| {
            let personal = Personal { email: email.map(|it| it.parse().expect("an address")), ..Personal::default() };
            floor.run(move |tx| blocks::applies(tx, fresh, &personal))
        };
        assert!(applies(Some("SPAM@example.com")));
        assert!(!applies(Some("ham@example.com")) && !applies(None));
    }

    fn the_list_is_read_in_pages_newest_first(store) {
        let floor = Floor::new(store);
        let person = floor.person("li@example.com", "13800138000");
        for n in 0..4 {
            floor.blocks(&block(BlockKind::Address, &format!("203.0.113.{n}"), i64::from(n) / 2));
        }
        let entry = Block { target: Target::Contact(person), ..block(BlockKind::Phone, "00000", 9) };
        floor.blocks(&entry);
        floor.blocks(&block(BlockKind::Email, "li@example.com", 8));
        let whole = floor.run(|tx| blocks::list(tx, None, 10));
        assert_eq!(whole.len(), 6);
        assert_eq!(whole[0].contact_name.as_deref(), Some("李娜"));
        assert_eq!(whole[1].contact_name, None);
        let (mut paged, mut after) = (Vec::new(), None);
        loop {
            let page = floor.run(move |tx| blocks::list(tx, after, 2));
            let Some(last) = page.last() else { break };
            after = Some((last.block.created_at, last.block.id));
            paged.extend(page);
        }
        assert_eq!(paged, whole);
        let theirs = floor.run(move |tx| blocks::of_contact(tx, person));
        assert_eq!(theirs, whole[..2]);
        assert_eq!(floor.run(blocks::count_networks), 4);
        let networks = floor.run(blocks::networks);
        let inside = |text: &str| {
            let address = text.parse().expect("an address");
            networks.iter().any(|(network, _)| network.contains(address))
        };
        assert!(inside("203.0.113.3") && !inside("203.0.113.4"));
    }

    fn entries_that_are_over_are_due(store) {
        let floor = Floor::new(store);
        let ending = |n: i64| Block {
            expires_at: Some(at(n)),
            ..block(BlockKind::Address, &format!("203.0.113.{n}"), 0)
        };
        let (late, soon) = (ending(20), ending(10));
        floor.blocks(&late);
        floor.blocks(&soon);
        floor.blocks(&block(BlockKind::Address, "203.0.113.1", 0));
        let due = |now: i64| -> Vec<BlockId> {
            let rows = store.read_system_blocking(move |system| blocks::due(system, at(now), 10));
            rows.expect("a read").into_iter().map(|(_, id)| id).collect()
        };
        assert!(due(9).is_empty());
        assert_eq!(due(10), [soon.id]);
        assert_eq!(due(30), [soon.id, late.id]);
        let next = store.read_system_blocking(blocks::next_end).expect("a read");
        assert_eq!(next, Some(at(10)));
    }

    fn where_a_contact_was_last_seen_is_known(store) {
        let floor = Floor::new(store);
        let inbox = floor.inbox();
        let person = floor.person("li@example.com", "13800138000");
        let identity = Identity {
            id: id(),
            inbox_id: inbox,
            contact_id: person,
            kind: IdentityKind::Anonymous,
            external_id: uuid().to_string(),
            created_at: at(1),
        };
        let token = VisitorToken {
            id: id(),
            inbox_id: inbox,
            identity_id: identity.id,
            token_hash: vec![7; 32],
            created_at: at(1),
            expires_at: at(100),
            address: "203.0.113.9".parse().ok(),
        };
        let token_id = token.id;
        floor.run(move |tx| {
            contacts::insert_identity(tx, &identity)?;
            widget::insert_token(tx, &token)
        });
        let last = || floor.run(move |tx| blocks::last_address(tx, person)).map(|it| it.to_string());
        assert_eq!(last().as_deref(), Some("203.0.113.9"));
        floor.run(move |tx| widget::extend_token(tx, token_id, at(2), at(100), None));
        assert_eq!(last().as_deref(), Some("203.0.113.9"));
        floor.run(move |tx| widget::extend_token(tx, token_id, at(3), at(100), "2001:db8::1".parse().ok()));
        assert_eq!(last().as_deref(), Some("2001:db8::1"));
        let stranger = floor.person("wang@example.com", "13700137000");
        assert_eq!(floor.run(move |tx| blocks::last_address(tx, stranger)), None);
    }
}

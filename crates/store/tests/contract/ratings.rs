//! Ratings: sessions of a conversation, when a contact was asked, codes of links.

use zhiyin_domain::actor::Actor;
use zhiyin_store::conversations::{messages, sessions};
use zhiyin_store::ratings;

use crate::floor::{Floor, at};

store_test! {
    fn a_contact_was_asked_when_a_session_says_so(store) {
        let floor = Floor::new(store);
        let talk = floor.conversation(floor.inbox(), None, None);
        let (contact, conversation) = (talk.contact_id, talk.id);
        assert_eq!(floor.run(move |tx| ratings::last_asked(tx, contact)), None);
        assert_eq!(floor.run(move |tx| sessions::last_resolved(tx, conversation)), None);
        let id = talk.session_id.expect("a session");
        let session = floor.run(move |tx| sessions::get(tx, id)).expect("the session");
        let over = session.resolve(Actor::Bot, at(10)).ask_rating(at(11));
        let saved = floor.run(move |tx| sessions::save(tx, over.clone()));
        assert_eq!(floor.run(move |tx| ratings::last_asked(tx, contact)), Some(at(11)));
        assert_eq!(floor.run(move |tx| sessions::last_resolved(tx, conversation)), Some(saved.clone()));
        assert_eq!(floor.run(move |tx| sessions::list(tx, conversation, 10)), [saved]);
        let other = Floor::new(store);
        assert_eq!(other.run(move |tx| ratings::last_asked(tx, contact)), None);
        assert_eq!(other.run(move |tx| sessions::list(tx, conversation, 10)), []);
    }

    fn a_code_belongs_to_its_workspace_and_its_content(store) {
        let (floor, other) = (Floor::new(store), Floor::new(store));
        let code = |floor: &Floor<'_>, content: &'static [u8]| floor.run(move |tx| ratings::link_code(tx, content));
        let first = code(&floor, b"one").expect("a code");
        assert!(first.len() >= 16);
        assert_eq!(code(&floor, b"one"), Some(first.clone()));
        assert_ne!(code(&floor, b"two"), Some(first.clone()));
        assert_ne!(code(&other, b"one"), Some(first));
    }

    fn unread_answers_are_those_behind_the_place_the_customer_has_read(store) {
        let floor = Floor::new(store);
        let talk = floor.conversation(floor.inbox(), None, None);
        let read = zhiyin_domain::conversation::Conversation { contact_seen_seq: talk.last_seq, ..talk.clone() };
        assert_eq!(floor.run(move |tx| messages::unread_by_contact(tx, &read)), 0);
        let unread = zhiyin_domain::conversation::Conversation { contact_seen_seq: 0, last_seq: 5, ..talk };
        // The floor's conversation has messages of its customer only.
        assert_eq!(floor.run(move |tx| messages::unread_by_contact(tx, &unread)), 0);
    }
}

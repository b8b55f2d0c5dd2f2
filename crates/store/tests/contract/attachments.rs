//! Attachments.

use zhiyin_domain::actor::Actor;
use zhiyin_domain::attachment::{Attachment, BlobHash, Dimensions, FileName};
use zhiyin_domain::ids::{AgentId, AttachmentId, IdentityId, MessageId};
use zhiyin_store::attachments;

use crate::floor::{Floor, at, id};

fn new(uploaded_by: Actor, hash: u8) -> Attachment {
    Attachment {
        id: id(),
        conversation_id: None,
        message_id: None,
        uploaded_by,
        blob: BlobHash::from_bytes([hash; 32]),
        thumbnail: Some(BlobHash::from_bytes([hash + 1; 32])),
        name: FileName::sanitized("发票.png"),
        media_type: "image/png".to_owned(),
        size_bytes: 1234,
        dimensions: Some(Dimensions {
            width: 640,
            height: 480,
        }),
        created_at: at(1),
    }
}

fn add(floor: &Floor<'_>, attachment: &Attachment) -> AttachmentId {
    let stored = attachment.clone();
    floor.run(move |tx| attachments::insert(tx, &stored));
    attachment.id
}

store_test! {
    fn an_attachment_comes_back_in_its_workspace_only(store) {
        let (floor, other) = (Floor::new(store), Floor::new(store));
        let picture = new(Actor::Agent(floor.agent()), 1);
        let file = Attachment { thumbnail: None, dimensions: None, ..new(Actor::Visitor(id()), 5) };
        let (first, second) = (add(&floor, &picture), add(&floor, &file));
        assert_eq!(floor.run(move |tx| attachments::get(tx, first)), Some(picture.clone()));
        assert_eq!(floor.run(move |tx| attachments::get(tx, second)), Some(file.clone()));
        assert_eq!(other.run(move |tx| attachments::get(tx, first)), None);
        let ids = [second, id(), first];
        assert_eq!(floor.run(move |tx| attachments::get_many(tx, &ids)), [file, picture]);
        assert_eq!(floor.run(|tx| attachments::get_many(tx, &[])), Vec::new());
        assert_eq!(other.run(move |tx| attachments::get_many(tx, &ids)), Vec::new());
        assert_eq!(other.run(move |tx| attachments::delete_unsent(tx, first)), None);
        let removed = floor.run(move |tx| attachments::delete_unsent(tx, first));
        assert_eq!(removed.map(|it| it.id), Some(first));
        assert_eq!(floor.run(move |tx| attachments::get(tx, first)), None);
    }

    fn a_file_is_given_once_by_its_uploader_to_one_message(store) {
        let floor = Floor::new(store);
        let talk = floor.conversation(floor.inbox(), None, None).id;
        let elsewhere = floor.conversation(floor.inbox(), None, None).id;
        let (me, somebody) = (Actor::Agent(id::<AgentId>()), Actor::Visitor(id::<IdentityId>()));
        let file = add(&floor, &new(me.clone(), 1));
        let (message, another): (MessageId, MessageId) = (id(), id());
        let claim = |who: &Actor, conversation, message| {
            let who = who.clone();
            floor.run(move |tx| attachments::claim(tx, file, &who, conversation, message))
        };
        assert!(!claim(&somebody, talk, message), "not theirs");
        assert!(claim(&me, talk, message));
        assert!(claim(&me, talk, message), "running again succeeds");
        assert!(!claim(&me, talk, another), "already sent");
        assert!(!claim(&me, elsewhere, message), "already elsewhere");
        let stored = floor.run(move |tx| attachments::get(tx, file)).expect("the file");
        assert_eq!((stored.conversation_id, stored.message_id), (Some(talk), Some(message)));

        assert_eq!(floor.run(move |tx| attachments::delete_unsent(tx, file)), None, "it was sent");

        let bound = Attachment { conversation_id: Some(talk), ..new(me.clone(), 1) };
        let bound = add(&floor, &bound);
        assert!(!floor.run({
            let me = me.clone();
            move |tx| attachments::claim(tx, bound, &me, elsewhere, message)
        }));
        let other = Floor::new(store);
        let foreign = other.conversation(other.inbox(), None, None).id;
        assert!(!other.run(move |tx| attachments::claim(tx, bound, &me, foreign, message)));
    }

    fn bytes_are_used_as_long_as_a_row_names_them(store) {
        let (floor, other) = (Floor::new(store), Floor::new(store));
        let first = add(&floor, &new(Actor::Bot, 1));
        let second = add(&floor, &new(Actor::Bot, 1));
        let is_used = |floor: &Floor<'_>, hash: u8| {
            floor.run(move |tx| attachments::is_used(tx, &BlobHash::from_bytes([hash; 32])))
        };
        assert!(is_used(&floor, 1) && is_used(&floor, 2) && !is_used(&floor, 3));
        assert!(!is_used(&other, 1), "another workspace has its own");
        floor.run(move |tx| attachments::delete_unsent(tx, first));
        assert!(is_used(&floor, 1));
        floor.run(move |tx| attachments::delete_unsent(tx, second));
        assert!(!is_used(&floor, 1) && !is_used(&floor, 2));
    }

    fn files_nobody_sent_are_found_after_their_time(store) {
        let floor = Floor::new(store);
        let talk = floor.conversation(floor.inbox(), None, None).id;
        let left = add(&floor, &new(Actor::Bot, 1));
        let sent = add(&floor, &new(Actor::Bot, 3));
        let message: MessageId = id();
        floor.run(move |tx| attachments::claim(tx, sent, &Actor::Bot, talk, message));
        let abandoned = |n| {
            store
                .read_system_blocking(move |system| attachments::abandoned(system, at(n), 10))
                .expect("a list")
        };
        assert_eq!(abandoned(1), Vec::new());
        assert_eq!(abandoned(2), [(floor.workspace, left)]);
    }

    fn uploads_are_counted_by_who_and_when(store) {
        let floor = Floor::new(store);
        let (me, other) = (Actor::Agent(id()), Actor::Agent(id()));
        for (who, second) in [(&me, 1), (&me, 5), (&other, 5)] {
            add(&floor, &Attachment { created_at: at(second), ..new(who.clone(), 1) });
        }
        let since = |second| {
            let me = me.clone();
            floor.run(move |tx| attachments::uploaded_since(tx, &me, at(second)))
        };
        assert_eq!([since(0), since(2), since(6)], [2 * 1234, 1234, 0]);
    }
}

//! Scheduled messages.

use zhiyin_domain::actor::Actor;
use zhiyin_domain::attachment::{Attachment, BlobHash, FileName};
use zhiyin_domain::ids::{AgentId, AttachmentId, ConversationId};
use zhiyin_domain::mail::{Addressing, Mode, Person};
use zhiyin_domain::scheduled_message::{
    CancelReason, FailReason, ScheduledMessage, ScheduledStatus,
};
use zhiyin_store::{attachments, scheduled_messages};

use crate::floor::{Floor, at, id};

fn waiting(conversation: ConversationId, author: AgentId, client_id: &str) -> ScheduledMessage {
    ScheduledMessage {
        id: id(),
        conversation_id: conversation,
        author_id: author,
        client_id: client_id.to_owned(),
        text: "用着还好吗？".to_owned(),
        attachment_ids: Vec::new(),
        send_at: at(100),
        cancel_on_reply: true,
        status: ScheduledStatus::Waiting,
        created_at: at(1),
        version: 1,
    }
}

fn add(floor: &Floor<'_>, message: &ScheduledMessage) {
    let message = message.clone();
    floor.run(move |tx| scheduled_messages::insert(tx, &message));
}

fn file(floor: &Floor<'_>, uploaded_by: Actor) -> AttachmentId {
    let file = Attachment {
        id: id(),
        conversation_id: None,
        message_id: None,
        uploaded_by,
        blob: BlobHash::from_bytes([9; 32]),
        thumbnail: None,
        name: FileName::sanitized("a.txt"),
        media_type: "text/plain".to_owned(),
        size_bytes: 1,
        dimensions: None,
        created_at: at(1),
    };
    let file_id = file.id;
    floor.run(move |tx| attachments::insert(tx, &file));
    file_id
}

store_test! {
    fn a_scheduled_message_comes_back_in_each_state_and_in_its_workspace_only(store) {
        let (floor, other) = (Floor::new(store), Floor::new(store));
        let talk = floor.conversation(floor.inbox(), None, None).id;
        let author = floor.agent();
        let message = waiting(talk, author, "1");
        add(&floor, &message);
        let it = message.id;
        assert_eq!(floor.run(move |tx| scheduled_messages::get(tx, it)), Some(message.clone()));
        assert_eq!(floor.run(move |tx| scheduled_messages::get_for_update(tx, it)), Some(message.clone()));
        assert_eq!(other.run(move |tx| scheduled_messages::get(tx, it)), None);
        let same = floor.run(move |tx| scheduled_messages::find_by_client_id(tx, talk, author, "1"));
        assert_eq!(same, Some(message.clone()));
        let twice = waiting(talk, author, "1");
        let refused = store.write_blocking(floor.workspace, move |tx| scheduled_messages::insert(tx, &twice));
        assert!(refused.expect_err("the same send").is_unique_violation("scheduled_messages_client_id"));
        for (change, n) in [
            (message.clone().cancel(CancelReason::CustomerReplied, at(5)), 1),
            (waiting(talk, author, "2").fail(FailReason::ContactBlocked, at(6)), 2),
            (waiting(talk, author, "3").sent(id(), at(7)), 3),
        ] {
            let change = change.expect("waiting");
            if n > 1 {
                add(&floor, &ScheduledMessage { status: ScheduledStatus::Waiting, ..change.clone() });
            }
            let stored = change.clone();
            let saved = floor.run(move |tx| scheduled_messages::save(tx, stored.clone()));
            let it = saved.id;
            assert_eq!(floor.run(move |tx| scheduled_messages::get(tx, it)), Some(saved.clone()));
            assert_eq!((saved.version, saved.status), (2, change.status));
            let stale = store.write_blocking(floor.workspace, move |tx| scheduled_messages::save(tx, change.clone()));
            assert!(stale.is_err(), "somebody else was first");
        }
        let finished = floor.run(move |tx| scheduled_messages::finished(tx, talk, 2));
        let states: Vec<_> = finished.iter().map(|it| it.status.as_str()).collect();
        assert_eq!(states, ["sent", "failed"]);
        assert_eq!(floor.run(move |tx| scheduled_messages::waiting(tx, talk)), []);
    }

    fn what_is_due_is_found_in_its_order(store) {
        let floor = Floor::new(store);
        let talk = floor.conversation(floor.inbox(), None, None).id;
        let author = floor.agent();
        let early = ScheduledMessage { send_at: at(10), ..waiting(talk, author, "1") };
        let late = ScheduledMessage { send_at: at(20), ..waiting(talk, author, "2") };
        add(&floor, &late);
        add(&floor, &early);
        let due = |n| {
            let list = store.read_system_blocking(move |system| scheduled_messages::due(system, at(n), 10));
            list.expect("a list").into_iter().filter(|(workspace, _)| *workspace == floor.workspace)
                .map(|(_, id)| id).collect::<Vec<_>>()
        };
        assert_eq!(due(9), []);
        assert_eq!(due(10), [early.id]);
        assert_eq!(due(20), [early.id, late.id]);
        let order = floor.run(move |tx| scheduled_messages::waiting(tx, talk));
        assert_eq!(order.iter().map(|it| it.id).collect::<Vec<_>>(), [early.id, late.id]);
        let next = store.read_system_blocking(scheduled_messages::next_due).expect("a time");
        assert_eq!(next, Some(at(10)));
    }

    fn a_waiting_message_holds_its_files_and_lets_go_of_them(store) {
        let floor = Floor::new(store);
        let talk = floor.conversation(floor.inbox(), None, None).id;
        let author = floor.agent();
        let (own, foreign) = (file(&floor, Actor::Agent(author)), file(&floor, Actor::Bot));
        let message = ScheduledMessage { attachment_ids: vec![own], ..waiting(talk, author, "1") };
        let second = waiting(talk, author, "2");
        add(&floor, &message);
        add(&floor, &second);
        let hold = |message: &ScheduledMessage, file| {
            let message = message.clone();
            floor.run(move |tx| scheduled_messages::hold(tx, &message, file))
        };
        assert!(!hold(&message, foreign), "not theirs");
        assert!(hold(&message, own));
        assert!(!hold(&second, own), "held already");
        assert_eq!(floor.run(move |tx| scheduled_messages::holder(tx, own)), Some(talk));
        assert_eq!(floor.run(move |tx| attachments::delete_unsent(tx, own)), None, "it is held");
        let abandoned = || store.read_system_blocking(|system| attachments::abandoned(system, at(50), 50)).expect("a list");
        assert!(!abandoned().iter().any(|(_, it)| *it == own));
        let dropped = message.cancel(CancelReason::ByAgent, at(5)).expect("waiting");
        floor.run(move |tx| scheduled_messages::save(tx, dropped.clone()));
        assert_eq!(floor.run(move |tx| scheduled_messages::holder(tx, own)), None);
        assert!(abandoned().iter().any(|(_, it)| *it == own));
    }
}

store_test! {
    fn recipients_of_a_mail_wait_with_it(store) {
        let floor = Floor::new(store);
        let talk = floor.conversation(floor.inbox(), None, None).id;
        let author = floor.agent();
        let message = waiting(talk, author, "mail");
        add(&floor, &message);
        floor.run(move |tx| {
            assert_eq!(scheduled_messages::addressing(tx, message.id)?, None);
            let ada = Person::of("ada@customer.example".parse().expect("an address"));
            let said = Addressing { mode: Mode::ReplyAll, to: Some(vec![ada]), ..Addressing::default() };
            scheduled_messages::set_addressing(tx, message.id, Some(&said))?;
            assert_eq!(scheduled_messages::addressing(tx, message.id)?, Some(said));
            scheduled_messages::set_addressing(tx, message.id, None)?;
            assert_eq!(scheduled_messages::addressing(tx, message.id)?, None);
            Ok(())
        });
    }
}

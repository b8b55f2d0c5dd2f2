//! Every transition of a conversation, and the sequences that must not break it.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::message::{Content, Delivery};

fn conversation() -> Conversation {
    let uuid = Uuid::from_u128(1);
    Conversation {
        id: ConversationId::from_uuid(uuid),
        number: 1,
        inbox_id: InboxId::from_uuid(uuid),
        contact_id: ContactId::from_uuid(uuid),
        identity_id: IdentityId::from_uuid(uuid),
        channel: Channel::Web,
        status: ConversationStatus::Open,
        handler: Handler::Queued,
        assignee_id: None,
        team_id: None,
        priority: Priority::Normal,
        tag_ids: vec![],
        session_id: None,
        session_count: 1,
        last_seq: 0,
        last_message: None,
        last_activity_at: Timestamp::EPOCH,
        waiting_since: None,
        deadline: None,
        unread_count: 0,
        contact_seen_seq: 0,
        agent_seen_seq: 0,
        created_at: Timestamp::EPOCH,
        version: 1,
    }
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::EPOCH.plus(Duration::from_secs(seconds))
}

fn agent() -> AgentId {
    AgentId::from_uuid(Uuid::from_u128(5))
}

fn message(seq: i64, kind: MessageKind, author: Author) -> Message {
    Message {
        id: MessageId::from_uuid(Uuid::from_u128(u128::try_from(seq).unwrap_or(0))),
        conversation_id: conversation().id,
        session_id: SessionId::from_uuid(Uuid::from_u128(1)),
        seq,
        kind,
        author,
        text: format!("line {seq}"),
        content: Content::default(),
        reply_to_id: None,
        client_id: None,
        external_id: None,
        delivery: Delivery::Sent,
        created_at: at(u64::try_from(seq).unwrap_or(0)),
        edited_at: None,
        recalled_at: None,
        revision: 1,
    }
}

fn customer() -> Author {
    Author::Contact(conversation().contact_id)
}

#[test]
fn snoozing_needs_a_time_ahead_and_work_to_put_aside() {
    let by = || Actor::Agent(agent());
    assert_eq!(
        conversation().snooze(at(5), by(), at(10)),
        Err(TransitionError::InPast)
    );
    let far = at(400 * 24 * 3600);
    assert_eq!(
        conversation().snooze(far, by(), at(10)),
        Err(TransitionError::TooFar)
    );
    let snoozed = conversation().snooze(at(60), by(), at(10)).expect("ahead");
    assert_eq!(
        snoozed.status,
        ConversationStatus::Snoozed {
            until: at(60),
            by: by()
        }
    );
    let resolved = conversation().resolve(by(), at(1)).expect("open");
    assert_eq!(
        resolved.snooze(at(60), by(), at(10)),
        Err(TransitionError::AlreadyResolved)
    );
}

#[test]
fn resolving_ends_waiting_and_reopening_brings_the_agent_back() {
    let open = conversation()
        .assign(Assignment {
            agent_id: Some(agent()),
            team_id: None,
        })
        .record_message(&message(1, MessageKind::Text, customer()));
    assert_eq!(open.waiting_since, Some(at(1)));
    let resolved = open.resolve(Actor::Agent(agent()), at(9)).expect("open");
    assert_eq!((resolved.waiting_since, resolved.unread_count), (None, 0));
    assert_eq!(resolved.handler, Handler::None);
    assert_eq!(
        resolved.clone().resolve(Actor::Bot, at(9)),
        Err(TransitionError::AlreadyResolved)
    );
    let reopened = resolved.reopen().expect("resolved");
    assert_eq!(reopened.handler, Handler::Human);
    assert_eq!(reopened.reopen(), Err(TransitionError::AlreadyOpen));
}

#[test]
fn the_wait_counts_from_the_first_unanswered_message() {
    let waiting = conversation()
        .record_message(&message(1, MessageKind::Text, customer()))
        .record_message(&message(2, MessageKind::Text, customer()))
        .record_message(&message(3, MessageKind::Note, Author::Agent(agent())));
    assert_eq!(
        (waiting.waiting_since, waiting.unread_count),
        (Some(at(1)), 2)
    );
    let answered = waiting.record_message(&message(4, MessageKind::Text, Author::Agent(agent())));
    assert_eq!((answered.waiting_since, answered.unread_count), (None, 0));
    assert_eq!(answered.agent_seen_seq, 4);
}

#[test]
fn a_system_line_leaves_the_list_row_alone() {
    let before = conversation().record_message(&message(1, MessageKind::Text, customer()));
    let after = before
        .clone()
        .record_message(&message(2, MessageKind::System, Author::System));
    assert_eq!(after.last_message, before.last_message);
    assert_eq!(after.last_seq, 2);
}

#[test]
fn tags_are_a_set_with_a_limit() {
    let tag = |n: u128| TagId::from_uuid(Uuid::from_u128(n));
    let tagged = conversation()
        .tag(vec![tag(2), tag(1), tag(2)])
        .expect("few");
    assert_eq!(tagged.tag_ids, vec![tag(1), tag(2)]);
    let many = (0..31).map(tag).collect();
    assert_eq!(tagged.tag(many), Err(TransitionError::TooManyTags));
}

proptest! {
    /// Whatever is said and seen in whatever order: nobody has read what was not written,
    /// and who waits has written something unanswered.
    #[test]
    fn marks_never_run_ahead(steps in proptest::collection::vec((0u8..5, 0i64..60), 1..60)) {
        let mut it = conversation();
        for (step, number) in steps {
            let seq = it.last_seq + 1;
            let before = it.clone();
            it = match step {
                0 => it.record_message(&message(seq, MessageKind::Text, customer())),
                1 => it.record_message(&message(seq, MessageKind::Text, Author::Agent(agent()))),
                2 => it.record_message(&message(seq, MessageKind::Note, Author::Agent(agent()))),
                3 => it.seen_by_agent(number).unwrap_or(before.clone()),
                _ => it.seen_by_contact(number).unwrap_or(before.clone()),
            };
            prop_assert!(it.agent_seen_seq <= it.last_seq && it.contact_seen_seq <= it.last_seq);
            prop_assert!(it.agent_seen_seq >= before.agent_seen_seq);
            prop_assert!(it.contact_seen_seq >= before.contact_seen_seq);
            prop_assert!(it.waiting_since.is_none_or(|since| since <= it.last_activity_at));
        }
    }
}

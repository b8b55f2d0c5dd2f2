//! What may happen to a message.

use super::*;
use std::time::Duration;
use uuid::Uuid;

fn message() -> Message {
    Message {
        id: MessageId::from_uuid(Uuid::from_u128(1)),
        conversation_id: ConversationId::from_uuid(Uuid::from_u128(1)),
        session_id: SessionId::from_uuid(Uuid::from_u128(1)),
        seq: 1,
        kind: MessageKind::Text,
        author: Author::Agent(AgentId::from_uuid(Uuid::from_u128(1))),
        text: "您好".into(),
        content: Content::default(),
        reply_to_id: None,
        client_id: None,
        external_id: None,
        delivery: Delivery::Sent,
        created_at: Timestamp::EPOCH,
        edited_at: None,
        recalled_at: None,
        revision: 1,
    }
}

fn agent(n: u128) -> Actor {
    Actor::Agent(AgentId::from_uuid(Uuid::from_u128(n)))
}

#[test]
fn delivery_never_moves_back() {
    use Delivery::{Delivered, Failed, Pending, Read, Sent};
    assert_eq!(Pending.advance(Read), Some(Read));
    assert_eq!(Read.advance(Delivered), None);
    assert_eq!(Sent.advance(Sent), None);
    assert_eq!(Sent.advance(Failed), Some(Failed));
    assert_eq!(Delivered.advance(Failed), None);
    assert_eq!(Failed.advance(Read), None);
}

#[test]
fn an_edit_leaves_a_trace() {
    let edited = message()
        .edit("您好，李女士".into(), &agent(1), Timestamp::EPOCH)
        .expect("in time");
    assert_eq!(edited.text, "您好，李女士");
    assert_eq!(edited.content.earlier_texts[0].text, "您好");
}

#[test]
fn only_the_author_changes_and_only_for_a_while() {
    let late = Timestamp::EPOCH.plus(MESSAGE_EDIT_WINDOW + Duration::from_secs(1));
    assert_eq!(
        message().recall(&agent(2), Timestamp::EPOCH),
        Err(MessageError::NotAuthor)
    );
    assert_eq!(
        message().recall(&agent(1), late),
        Err(MessageError::WindowOver)
    );
    let recalled = message()
        .recall(&agent(1), Timestamp::EPOCH)
        .expect("in time");
    assert_eq!(recalled.text, "");
    assert_eq!(
        recalled.recall(&agent(1), Timestamp::EPOCH),
        Err(MessageError::Recalled)
    );
}

#[test]
fn a_text_loses_what_could_mislead() {
    assert_eq!(clean_text(" a\u{7}b\r\nc ", false), Ok("ab\nc".to_owned()));
    assert_eq!(clean_text(" \n ", false), Err(MessageError::Empty));
    assert_eq!(clean_text("", true), Ok(String::new()));
    assert_eq!(
        clean_text(&"x".repeat(MESSAGE_CHARS_MAX + 1), false),
        Err(MessageError::TooLong)
    );
    let longest = "🫖".repeat(MESSAGE_CHARS_MAX);
    assert_eq!(clean_text(&longest, false), Ok(longest));
}

#[test]
fn notes_and_internal_lines_are_not_public() {
    let note = Message {
        kind: MessageKind::Note,
        ..message()
    };
    assert!(!note.is_public());
    let line = |system| Message {
        kind: MessageKind::System,
        content: Content {
            system: Some(system),
            ..Content::default()
        },
        ..message()
    };
    assert!(line(SystemLine::Resolved).is_public());
    let rated = SystemLine::Rated {
        score: 1,
        previous: None,
    };
    assert!(!line(rated).is_public());
}

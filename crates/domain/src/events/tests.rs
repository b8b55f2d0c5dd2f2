//! The names and the wire form of events.

use super::*;

#[test]
fn names_are_unique() {
    let mut names = Event::KINDS.to_vec();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Event::KINDS.len());
}

#[test]
fn the_wire_form_is_a_kind_and_a_payload() {
    let event = Event::ConversationSeen {
        conversation_id: ConversationId::from_uuid(Uuid::from_u128(1)),
        seq: 3,
    };
    let json = serde_json::to_value(&event).expect("serialisable");
    let expected = serde_json::json!({
        "kind": "conversation.seen",
        "payload": { "conversation_id": "cv_00000000000000000000000001", "seq": 3 },
    });
    assert_eq!(json, expected);
    assert_eq!(
        serde_json::from_value::<Event>(json).expect("readable"),
        event
    );
}

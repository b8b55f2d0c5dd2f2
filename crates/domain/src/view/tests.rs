//! What a filter takes, refuses and gives back.

use serde_json::{Value, json};

use super::*;

fn filter(conditions: &Value) -> Result<Filter, String> {
    let raw = json!({ "match": "all", "conditions": conditions });
    serde_json::from_value(raw).map_err(|error| error.to_string())
}

fn one(field: &str, operator: &str, value: &Value) -> Result<Filter, String> {
    filter(&json!([{ "field": field, "operator": operator, "value": value }]))
}

const ID: &str = "00000000000000000000000001";

#[test]
fn every_condition_survives_the_round_trip() {
    let conditions = json!([
        { "field": "status", "operator": "is", "value": ["open", "snoozed"] },
        { "field": "inbox", "operator": "is_not", "value": [format!("ib_{ID}")] },
        { "field": "team", "operator": "is", "value": ["none", format!("tm_{ID}")] },
        { "field": "assignee", "operator": "is", "value": ["me", "nobody", format!("ag_{ID}")] },
        { "field": "tag", "operator": "has_all", "value": [format!("tg_{ID}")] },
        { "field": "priority", "operator": "is", "value": ["high", "urgent"] },
        { "field": "channel", "operator": "is", "value": ["web"] },
        { "field": "handler", "operator": "is_not", "value": ["bot"] },
        { "field": "unread", "operator": "is", "value": true },
        { "field": "waiting", "operator": "longer_than", "value": 300 },
        { "field": "created", "operator": "after", "value": "2026-03-01T08:00:00Z" },
        { "field": "activity", "operator": "older_than_days", "value": 3 },
    ]);
    let read = filter(&conditions).expect("a filter");
    let written = serde_json::to_value(&read).expect("serialisable");
    assert_eq!(written["conditions"], conditions);
    let conditions = json!([
        { "field": "created", "operator": "within_days", "value": 7 },
        { "field": "contact.locale", "operator": "is", "value": ["en-gb"] },
        { "field": "contact.verified", "operator": "is", "value": false },
        { "field": "rating", "operator": "at_most", "value": 2 },
        { "field": "is_breached", "operator": "is", "value": true },
        { "field": "stage", "operator": "is_not", "value": ["pre_sales", "after_sales"] },
        { "field": "attribute.tier", "operator": "is", "value": ["gold"] },
        { "field": "attribute.tier", "operator": "is_set", "value": null },
    ]);
    let read = filter(&conditions).expect("a filter");
    let written = serde_json::to_value(&read).expect("serialisable");
    assert_eq!(written["conditions"], conditions);
}

#[test]
fn what_cannot_be_evaluated_is_refused_with_a_reason() {
    for (field, operator, value, reason) in [
        ("colour", "is", json!(["red"]), "no field `colour`"),
        (
            "attribute.Tier",
            "is",
            json!(["x"]),
            "no field `attribute.Tier`",
        ),
        ("status", "has", json!(["open"]), "no operator `has`"),
        ("status", "is", json!(["done"]), "`status` needs a list"),
        ("status", "is", json!("open"), "`status` needs a list"),
        ("status", "is", json!([]), "`status` needs a list"),
        (
            "inbox",
            "is",
            json!(["tm_x"]),
            "`inbox` needs a list of inboxes",
        ),
        ("assignee", "is", json!(["somebody"]), "`assignee` needs"),
        ("tag", "is", json!(["x"]), "no operator `is`"),
        (
            "unread",
            "is",
            json!("true"),
            "`unread` needs true or false",
        ),
        ("waiting", "longer_than", json!(-1), "number of seconds"),
        ("waiting", "shorter_than", json!(1), "no operator"),
        ("created", "before", json!("yesterday"), "a point in time"),
        ("created", "within_days", json!(0), "a number of days"),
        (
            "activity",
            "before",
            json!("2026-03-01T08:00:00Z"),
            "no operator",
        ),
        ("contact.locale", "is", json!(["en_GB'"]), "language tags"),
        ("rating", "at_most", json!(6), "a score from 1 to 5"),
        ("rating", "at_most", json!(1.5), "did not match"),
    ] {
        let refused = one(field, operator, &value).expect_err("a refusal");
        assert!(
            refused.contains(reason),
            "{field} {operator} {value}: {refused}"
        );
    }
}

#[test]
fn a_filter_has_one_to_twelve_conditions() {
    let unread = json!({ "field": "unread", "operator": "is", "value": true });
    assert!(filter(&json!([])).is_err());
    assert!(filter(&Value::Array(vec![unread.clone(); 12])).is_ok());
    assert!(filter(&Value::Array(vec![unread; 13])).is_err());
    let many: Vec<String> = (0..51).map(|n| n.to_string()).collect();
    assert!(one("attribute.tier", "is", &json!(many)).is_err());
}

#[test]
fn only_what_must_hold_narrows_the_search() {
    let conditions = json!([
        { "field": "unread", "operator": "is", "value": true },
        { "field": "rating", "operator": "at_most", "value": 2 },
    ]);
    let any = json!({ "match": "any", "conditions": conditions });
    let any: Filter = serde_json::from_value(any).expect("a filter");
    assert_eq!(any.necessary().count(), 0);
    assert_eq!(
        filter(&conditions).expect("a filter").necessary().count(),
        2
    );
}

#[test]
fn what_a_filter_names_is_told_with_its_place() {
    let conditions = json!([
        { "field": "unread", "operator": "is", "value": true },
        { "field": "team", "operator": "is", "value": ["none", format!("tm_{ID}")] },
        { "field": "attribute.tier", "operator": "is_set" },
    ]);
    let read = filter(&conditions).expect("a filter");
    let found: Vec<_> = read.references().map(|(at, _)| at).collect();
    assert_eq!(found, [1, 2]);
}

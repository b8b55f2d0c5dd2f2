//! What rules take and refuse, that none loops, and that budgets hold in any order.

use std::collections::{BTreeMap, VecDeque};

use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::limits::AUTOMATION_CHAIN_MAX;

const ID: &str = "00000000000000000000000001";

fn terms(conditions: &Value, actions: &Value) -> Result<Terms, String> {
    let raw = json!({ "trigger": { "kind": "event", "events": ["customer_wrote"] },
        "conditions": conditions, "actions": actions });
    let terms: Terms = serde_json::from_value(raw).map_err(|error| error.to_string())?;
    terms.check().map_err(|error| error.to_string())?;
    Ok(terms)
}

fn node(conditions: &Value) -> Result<Node, String> {
    terms(conditions, &json!([{ "do": "resolve" }])).map(|terms| terms.conditions)
}

#[test]
fn every_condition_survives_the_round_trip() {
    let conditions = json!({ "all": [
        { "field": "tag", "operator": "has_any", "value": [format!("tg_{ID}")] },
        { "any": [
            { "field": "message", "operator": "contains_any", "value": ["退款", "refund"] },
            { "not": { "field": "time_of_day", "operator": "within", "value": ["09:00-12:00", "22:30-06:00"] } },
        ] },
        { "field": "weekday", "operator": "is_not", "value": ["sat", "sun"] },
        { "field": "calendar", "operator": "is_closed", "value": format!("cl_{ID}") },
    ] });
    let read = node(&conditions).expect("conditions");
    assert_eq!(
        serde_json::to_value(&read).expect("serialisable"),
        conditions
    );
    let paths: Vec<String> = read.leaves().into_iter().map(|(path, _)| path).collect();
    assert_eq!(
        paths,
        [
            "/conditions/all/0",
            "/conditions/all/1/any/0",
            "/conditions/all/1/any/1/not",
            "/conditions/all/2",
            "/conditions/all/3",
        ]
    );
    assert!(read.holds(&[true, false, false, true, true]));
    assert!(
        !read.holds(&[true, false, true, true, true]),
        "neither of two"
    );
    assert!(!read.holds(&[]), "nothing is known");
    assert!(Node::default().holds(&[]), "no conditions");
}

#[test]
fn every_action_survives_the_round_trip() {
    let actions = json!([
        { "do": "assign", "agent_id": format!("ag_{ID}"), "team_id": null },
        { "do": "queue", "queue_id": format!("qu_{ID}") },
        { "do": "add_tags", "tag_ids": [format!("tg_{ID}")] },
        { "do": "set_priority", "priority": "urgent" },
        { "do": "snooze", "minutes": 60 },
        { "do": "resolve" },
        { "do": "note", "text": "{{contact.name}} waits" },
        { "do": "send_phrase", "phrase_id": format!("ph_{ID}") },
        { "do": "call_webhook", "webhook_id": format!("wh_{ID}") },
        { "do": "create_case", "case_type_id": format!("cy_{ID}"), "title": "Refund", "owner_id": format!("ag_{ID}") },
    ]);
    let read = terms(&json!({ "all": [] }), &actions).expect("terms");
    assert_eq!(
        serde_json::to_value(&read.actions).expect("serialisable"),
        actions
    );
    assert!(read.permissions().contains(&Permission::ManageWebhooks));
}

#[test]
fn what_cannot_be_is_refused_with_the_reason() {
    let leaf = json!({ "field": "unread", "operator": "is", "value": true });
    for (conditions, reason) in [
        (json!({ "any": [] }), "at least one condition"),
        (json!({ "all": [], "any": [leaf] }), "write `all`"),
        (json!({ "field": "unread" }), "write `all`"),
        (
            json!({ "field": "colour", "operator": "is", "value": ["red"] }),
            "no field `colour`",
        ),
        (
            json!({ "field": "weekday", "operator": "is", "value": ["monday"] }),
            "`mon` to `sun`",
        ),
        (
            json!({ "field": "time_of_day", "operator": "within", "value": ["9-12"] }),
            "spans",
        ),
        (
            json!({ "field": "time_of_day", "operator": "at", "value": ["09:00-12:00"] }),
            "operator `at`",
        ),
        (
            json!({ "field": "message", "operator": "contains_any", "value": [" "] }),
            "words",
        ),
        (
            json!({ "field": "assignee", "operator": "is", "value": ["me"] }),
            "no `me`",
        ),
        (
            json!({ "not": { "not": { "not": { "not": { "not": leaf } } } } }),
            "nested",
        ),
        (json!({ "all": vec![leaf.clone(); 31] }), "at most 30"),
    ] {
        let refused = node(&conditions).expect_err("refused");
        assert!(refused.contains(reason), "{refused} should say {reason}");
    }
    for (actions, reason) in [
        (json!([]), "1 to 10 actions"),
        (json!([{ "do": "dance" }]), "unknown variant"),
        (
            json!([{ "do": "send", "text": "{{contact.password}}" }]),
            "no variable",
        ),
        (json!([{ "do": "snooze", "minutes": 0 }]), "put aside"),
        (json!([{ "do": "add_tags", "tag_ids": [] }]), "tags"),
    ] {
        let refused = terms(&json!({ "all": [] }), &actions).expect_err("refused");
        assert!(refused.contains(reason), "{refused} should say {reason}");
    }
}

#[test]
fn the_moment_is_that_of_the_workspace() {
    // 2026-03-01 was a Sunday; 23:30 in UTC is Monday morning in Shanghai.
    let now: Timestamp = "2026-03-01T23:30:00Z".parse().expect("a time");
    let there = Surroundings::at(now, "Asia/Shanghai");
    assert_eq!((there.minute, there.weekday), (7 * 60 + 30, 0));
    let night =
        node(&json!({ "field": "time_of_day", "operator": "within", "value": ["22:00-08:00"] }));
    let night = night.expect("conditions");
    let leaves = night.leaves();
    assert_eq!(there.answer(leaves[0].1, |_| false), Some(true));
    let noon = Surroundings {
        minute: 720,
        ..there
    };
    assert_eq!(noon.answer(leaves[0].1, |_| false), Some(false));
}

fn rule(n: usize) -> AutomationRuleId {
    AutomationRuleId::from_uuid(Uuid::from_u128(n as u128))
}

proptest! {
    /// Rules that set each other off at random: every chain ends, none has a rule twice, and
    /// no rule acts more often than it may.
    #[test]
    fn no_rule_loops(effects in prop::collection::vec(prop::collection::vec(0_usize..4, 0..4), 1..5),
                     hears in prop::collection::vec(prop::collection::vec(0_usize..4, 0..4), 1..5),
                     per_hour in 1_u32..40) {
        let rules = effects.len().min(hears.len());
        let budget = Budget { per_hour, per_day: 1_000 };
        let mut counters: BTreeMap<usize, Counters> = BTreeMap::new();
        let mut waiting: VecDeque<(usize, Chain)> = (0..4).map(|event| (event, Chain::default())).collect();
        let mut steps = 0;
        while let Some((event, chain)) = waiting.pop_front() {
            steps += 1;
            prop_assert!(steps < 10_000, "it goes on and on");
            for at in (0..rules).filter(|at| hears[*at].contains(&event)) {
                if chain.admits(rule(at)).is_err() {
                    continue;
                }
                let before = counters.get(&at).copied().unwrap_or_default();
                let Ok(after) = before.spend(budget, Timestamp::from_micros(1)) else {
                    continue;
                };
                counters.insert(at, after);
                let next = chain.with(rule(at));
                let mut seen = next.0.clone();
                seen.sort_unstable();
                seen.dedup();
                prop_assert_eq!(seen.len(), next.0.len(), "a rule twice");
                prop_assert!(next.0.len() <= AUTOMATION_CHAIN_MAX);
                waiting.extend(effects[at].iter().map(|effect| (*effect, next.clone())));
            }
        }
        prop_assert!(counters.values().all(|it| it.hour_runs <= per_hour));
    }

    /// Whatever the order of times, no hour and no day has more runs than the budget says.
    #[test]
    fn budgets_hold_in_any_order(minutes in prop::collection::vec(0_i64..4_000, 1..300),
                                 per_hour in 1_u32..10, per_day in 1_u32..40) {
        let budget = Budget { per_hour, per_day };
        let mut counters = Counters::default();
        let (mut hours, mut days): (BTreeMap<i64, u32>, BTreeMap<i64, u32>) = Default::default();
        for minute in minutes {
            let now = Timestamp::from_micros(minute * 60_000_000);
            if let Ok(after) = counters.spend(budget, now) {
                *hours.entry(after.hour).or_default() += 1;
                *days.entry(after.day).or_default() += 1;
                counters = after;
            }
        }
        prop_assert!(hours.values().all(|runs| *runs <= per_hour), "{:?}", hours);
        prop_assert!(days.values().all(|runs| *runs <= per_day), "{:?}", days);
    }
}

#[test]
fn a_rule_that_fails_again_and_again_rests_until_somebody_looks() {
    let mut counters = Counters::default();
    let mut paused = None;
    for _ in 0..20 {
        (counters, paused) = counters.note_failure(true);
    }
    assert_eq!(paused, Some(PauseReason::Failing));
    assert_eq!(counters.resume(PauseReason::Failing).failures, 0);
    assert_eq!(
        counters.note_failure(false).0.failures,
        0,
        "one success is enough"
    );
}

//! Automation: rules and their versions, what became of them, what is due, single conditions.

use serde_json::{Value, json};
use zhiyin_domain::automation::{
    Chain, Counters, Leaf, LeafResult, Macro, Node, Outcome, PauseReason, Rule, RuleScope, Run,
    Since, SkipReason, Terms, Trigger,
};
use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::ids::{AutomationRuleId, ConversationId, EventId};
use zhiyin_domain::view::Condition;
use zhiyin_store::automation::{macros, rules, runs, timed};
use zhiyin_store::conversations::{self, PastWanted};
use zhiyin_store::{StoreError, SystemTx};

use crate::floor::{Floor, at, id};

fn terms(trigger: &Value) -> Terms {
    let raw = json!({ "trigger": trigger, "actions": [{ "do": "resolve" }] });
    serde_json::from_value(raw).expect("terms")
}

fn event() -> Value {
    json!({ "kind": "event", "events": ["customer_wrote"] })
}

fn rule(name: &str, place: i64, trigger: &Value) -> Rule {
    Rule {
        id: id(),
        name: name.parse().expect("a name"),
        place,
        is_enabled: true,
        terms: terms(trigger),
        author_id: None,
        paused: None,
        created_at: at(0),
        updated_at: at(0),
        version: 1,
    }
}

fn run(of: &Rule, conversation: ConversationId, second: i64) -> Run {
    Run {
        id: id(),
        rule_id: of.id,
        rule_version: of.version,
        conversation_id: conversation,
        trigger: "customer_wrote".into(),
        event_id: Some(id()),
        anchor_at: None,
        chain: Chain::default(),
        outcome: Outcome::Done,
        skip_reason: None,
        leaves: vec![LeafResult {
            path: "/conditions/all/0".into(),
            holds: true,
        }],
        actions: Vec::new(),
        at: at(second),
    }
}

impl Floor<'_> {
    fn rule(&self, it: &Rule) {
        let it = it.clone();
        self.run(move |tx| rules::insert(tx, &it));
    }

    fn ran(&self, it: &Run) {
        let it = it.clone();
        self.run(move |tx| runs::insert(tx, &it));
    }

    fn listening(&self) -> Vec<String> {
        let found = self.run(rules::listening);
        found.into_iter().map(|it| it.name.into_string()).collect()
    }

    fn is_rule(&self, id: AutomationRuleId) -> Rule {
        self.run(move |tx| rules::get(tx, id)).expect("the rule")
    }
}

store_test! {
    fn every_change_of_a_rule_keeps_what_it_said(store) {
        let floor = Floor::new(store);
        let (first, second) = (rule("一", 1, &event()), rule("二", 2, &event()));
        floor.rule(&second);
        floor.rule(&first);
        assert_eq!(floor.run(rules::list), vec![first.clone(), second.clone()]);
        let twin = rule("一", 3, &event());
        let taken = store.write_blocking(floor.workspace, move |tx| rules::insert(tx, &twin));
        assert!(taken.is_err_and(|error| error.is_unique_violation("automation_rules_name")));

        let changed = Rule { is_enabled: false, updated_at: at(5), ..first.clone() };
        let (saved, stale) = (changed.clone(), first.clone());
        let saved = floor.run(move |tx| rules::save(tx, saved.clone()));
        assert_eq!(saved, Rule { version: 2, ..changed });
        let lost = store.write_blocking(floor.workspace, move |tx| rules::save(tx, stale.clone()));
        assert!(matches!(lost, Err(StoreError::Conflict { .. })), "{lost:?}");
        let id = first.id;
        let versions = floor.run(move |tx| rules::versions(tx, id, None, 10));
        let found: Vec<_> = versions.iter().map(|it| (it.version, it.is_enabled)).collect();
        assert_eq!(found, [(2, false), (1, true)]);
        let older = floor.run(move |tx| rules::versions(tx, id, Some(2), 10));
        assert_eq!(older.len(), 1);

        assert_eq!(floor.listening(), ["二"]);
        let id = second.id;
        floor.run(move |tx| rules::set_paused(tx, id, Some((PauseReason::Hour, at(9)))));
        assert_eq!(floor.listening(), Vec::<String>::new());
        assert_eq!(floor.is_rule(id).paused, Some((PauseReason::Hour, at(9))));
        assert_eq!(floor.is_rule(id).version, 1, "resting is no change of what it says");
        floor.run(move |tx| { rules::set_place(tx, id, 0)?; rules::set_paused(tx, id, None) });
        assert_eq!(floor.run(rules::list)[0].id, id);

        let counters = Counters { hour: 7, hour_runs: 3, last_run_at: Some(at(1)), ..Counters::default() };
        floor.run(move |tx| rules::save_counters(tx, id, &counters));
        assert_eq!(floor.run(move |tx| rules::lock_counters(tx, id)), counters);
        assert_eq!(floor.run(move |tx| rules::counters(tx, id)), counters);
        floor.ran(&run(&second, ConversationId::from_uuid(id.uuid()), 1));
        floor.run(move |tx| rules::delete(tx, id));
        assert_eq!(floor.run(move |tx| rules::get(tx, id)), None);
    }
}

store_test! {
    fn runs_tell_who_led_to_what(store) {
        let floor = Floor::new(store);
        let inbox = floor.inbox();
        let talk = floor.conversation(inbox, None, None).id;
        let (first, second) = (rule("一", 1, &event()), rule("二", 2, &event()));
        floor.rule(&first);
        floor.rule(&second);
        let begun = run(&first, talk, 1);
        floor.ran(&begun);
        let followed = Run { chain: Chain(vec![first.id]), ..run(&second, talk, 2) };
        floor.ran(&followed);
        let skipped = Run {
            outcome: Outcome::Skipped,
            skip_reason: Some(SkipReason::Loop),
            ..run(&first, talk, 3)
        };
        floor.ran(&skipped);

        let again = Run { id: id(), ..begun.clone() };
        let twice = store.write_blocking(floor.workspace, move |tx| runs::insert(tx, &again));
        assert!(twice.is_err_and(|error| error.is_unique_violation("automation_runs_event")));

        let of = followed.id;
        assert_eq!(floor.run(move |tx| runs::chain_of(tx, of)), Chain(vec![first.id, second.id]));
        let causes: Vec<EventId> = [&begun, &skipped].iter().filter_map(|it| it.event_id).collect();
        assert_eq!(floor.run(move |tx| runs::acted_on(tx, &causes)), vec![first.id]);
        let id = first.id;
        assert_eq!(floor.run(move |tx| runs::acted_in(tx, id, talk, at(0), 10)), 1);
        assert_eq!(floor.run(move |tx| runs::acted_in(tx, id, talk, at(2), 10)), 0);

        let all = floor.run(move |tx| runs::of_conversation(tx, talk, None, 10));
        assert_eq!(all, vec![skipped.clone(), followed, begun.clone()]);
        let place = (skipped.at, skipped.id);
        let older = floor.run(move |tx| runs::of_rule(tx, id, None, Some(place), 10));
        assert_eq!(older, vec![begun]);
        let only = floor.run(move |tx| runs::of_rule(tx, id, Some(Outcome::Skipped), None, 10));
        assert_eq!(only, vec![skipped]);
        let forgotten = store
            .write_system_blocking(|system: &mut SystemTx<'_>| runs::forget(system, at(3), 1));
        assert_eq!(forgotten.expect("a transaction"), 1);
        assert_eq!(floor.run(move |tx| runs::of_conversation(tx, talk, None, 10)).len(), 2);
    }
}

store_test! {
    fn moments_come_due_once_and_in_their_order(store) {
        let floor = Floor::new(store);
        let inbox = floor.inbox();
        let waits = |second: i64| {
            let before = floor.conversation(inbox, None, None);
            let after = Conversation { waiting_since: Some(at(second)), ..before.clone() };
            floor.run(move |tx| conversations::save(tx, &before, after.clone())).id
        };
        let (late, early, future) = (waits(30), waits(10), waits(90));
        let timer = json!({ "kind": "time", "since": "customer_waiting", "after_minutes": 1 });
        let it = rule("等", 1, &timer);
        floor.rule(&it);
        let rule_id = it.id;
        assert_eq!(floor.listening(), Vec::<String>::new());
        let all = store.read_system_blocking(timed::all).expect("rules");
        assert_eq!(all, vec![(floor.workspace, rule_id)]);

        let start = timed::end_of(at(0));
        let due = |since, swept, limit| {
            floor.run(move |tx| timed::due(tx, since, swept, at(60), limit))
        };
        let found = due(Since::CustomerWaiting, start, 10);
        assert_eq!(found, vec![(at(10), early), (at(30), late)]);
        assert_eq!(due(Since::CustomerWaiting, start, 1), vec![(at(10), early)]);
        assert_eq!(due(Since::CustomerWaiting, found[0], 10), vec![(at(30), late)]);
        assert_eq!(due(Since::CustomerWaiting, (at(60), late), 10), vec![], "{future} is to come");
        let before = timed::end_of(at(-1));
        assert_eq!(due(Since::LastActivity, before, 10).len(), 3);
        assert_eq!(due(Since::SessionOpened, before, 10).len(), 3);
        assert_eq!(due(Since::SessionResolved, before, 10), vec![]);

        let swept = found[1];
        floor.run(move |tx| timed::set_swept(tx, rule_id, Some(swept)));
        let (_, reached) = floor.run(move |tx| timed::lock(tx, rule_id)).expect("the rule");
        assert_eq!(reached, Some(swept));
        let about = Run { event_id: None, anchor_at: Some(at(30)), ..run(&it, late, 61) };
        floor.ran(&about);
        assert!(floor.run(move |tx| runs::knows_moment(tx, rule_id, swept)));
        assert!(!floor.run(move |tx| runs::knows_moment(tx, rule_id, (at(10), early))));
        let again = Run { id: id(), ..about };
        let twice = store.write_blocking(floor.workspace, move |tx| runs::insert(tx, &again));
        assert!(twice.is_err_and(|error| error.is_unique_violation("automation_runs_moment")));
    }
}

/// Conditions out of their wire form.
fn conditions(raw: &Value) -> Vec<Condition> {
    let node: Node = serde_json::from_value(json!({ "all": raw })).expect("conditions");
    let leaves = node.leaves().into_iter();
    leaves
        .filter_map(|(_, leaf)| match leaf {
            Leaf::Conversation(condition) => Some(condition.clone()),
            _ => None,
        })
        .collect()
}

store_test! {
    fn each_condition_is_answered_for_itself(store) {
        let floor = Floor::new(store);
        let (inbox, other, agent, team) = (floor.inbox(), floor.inbox(), floor.agent(), floor.team());
        let talk = floor.conversation(inbox, Some(agent), Some(team));
        let elsewhere = floor.conversation(other, None, None);
        let asked = conditions(&json!([
            { "field": "status", "operator": "is", "value": ["open"] },
            { "field": "inbox", "operator": "is", "value": [inbox] },
            { "field": "team", "operator": "is_not", "value": [team] },
            { "field": "assignee", "operator": "is", "value": ["nobody", agent] },
            { "field": "tag", "operator": "has_none", "value": ["tg_00000000000000000000000001"] },
            { "field": "priority", "operator": "is", "value": ["urgent"] },
            { "field": "channel", "operator": "is", "value": ["web"] },
            { "field": "unread", "operator": "is", "value": true },
            { "field": "waiting", "operator": "longer_than", "value": 60 },
            { "field": "stage", "operator": "is_not", "value": ["in_sales"] },
            { "field": "created", "operator": "within_days", "value": 1 },
            { "field": "activity", "operator": "older_than_days", "value": 1 },
            { "field": "contact.locale", "operator": "is", "value": ["zh"] },
            { "field": "rating", "operator": "at_most", "value": 5 },
            { "field": "attribute.tier", "operator": "is_set" },
        ]));
        let expected = [
            true, true, false, true, true, false, true, false, false, true, true, false, true, false, false,
        ];
        let answers = |of: ConversationId| {
            let asked = asked.clone();
            floor.run(move |tx| {
                let asked: Vec<&Condition> = asked.iter().collect();
                conversations::answers(tx, of, &asked, at(100))
            })
        };
        assert_eq!(answers(talk.id), Some(expected.to_vec()));
        assert_eq!(answers(id()), None);

        let past = |scope: RuleScope, trigger: Value| {
            let (asked, trigger): (_, Trigger) = (asked.clone(), terms(&trigger).trigger);
            floor.run(move |tx| {
                let asked: Vec<&Condition> = asked.iter().collect();
                let wanted = PastWanted { scope: &scope, trigger: &trigger, since: at(0), limit: 10 };
                conversations::past_sessions(tx, wanted, &asked, at(100))
            })
        };
        let opened = json!({ "kind": "event", "events": ["conversation_opened", "rated"] });
        let all = past(RuleScope::default(), opened.clone());
        assert_eq!(all.len(), 2);
        let mine = all.iter().find(|it| it.conversation_id == talk.id).expect("the session");
        assert_eq!((mine.held.as_slice(), mine.number), (expected.as_slice(), talk.number));
        let there = RuleScope { inbox_ids: [other].into(), ..RuleScope::default() };
        let found = past(there, opened);
        assert_eq!(found.iter().map(|it| it.conversation_id).collect::<Vec<_>>(), [elsewhere.id]);
        assert_eq!(past(RuleScope::default(), json!({ "kind": "event", "events": ["rated"] })), vec![]);
    }
}

store_test! {
    fn macros_are_ones_own_or_shared(store) {
        let floor = Floor::new(store);
        let (mine, theirs) = (floor.agent(), floor.agent());
        let it = |agent, name: &str| Macro {
            id: id(),
            agent_id: agent,
            name: name.parse().expect("a name"),
            description: "结束时".into(),
            actions: terms(&event()).actions,
            created_at: at(0),
            version: 1,
        };
        let (shared, own) = (it(None, "B"), it(Some(mine), "A"));
        for it in [shared.clone(), own.clone()] {
            floor.run(move |tx| macros::insert(tx, &it));
        }
        assert_eq!(floor.run(move |tx| macros::list(tx, Some(mine))), vec![own.clone(), shared.clone()]);
        assert_eq!(floor.run(move |tx| macros::list(tx, Some(theirs))), vec![shared.clone()]);
        let changed = Macro { description: String::new(), ..own.clone() };
        let saved = floor.run({ let changed = changed.clone(); move |tx| macros::save(tx, changed.clone()) });
        assert_eq!(saved, Macro { version: 2, ..changed });
        let id = own.id;
        assert_eq!(floor.run(move |tx| macros::get(tx, id)), Some(saved));
        floor.run(move |tx| macros::delete(tx, id));
        assert_eq!(floor.run(move |tx| macros::get(tx, id)), None);
    }
}

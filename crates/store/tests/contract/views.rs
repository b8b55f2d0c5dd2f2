//! Saved views, and what their filters show.

use std::time::Duration;

use serde_json::{Value, json};
use zhiyin_domain::actor::Actor;
use zhiyin_domain::contact::Contact;
use zhiyin_domain::conversation::{Conversation, Handler, Priority};
use zhiyin_domain::ids::{AgentId, InboxId, TagId, TeamId};
use zhiyin_domain::permission::Visibility;
use zhiyin_domain::ratings::{Rating, RatingDimensions};
use zhiyin_domain::view::{Filter, View, ViewSort};
use zhiyin_store::conversations::{
    self, ListFilter, ListPage, Order, SCAN_ROWS, SavedFilter, StatusFilter, sessions,
};
use zhiyin_store::{StoreError, contacts, views};

use crate::floor::{Floor, at, id};

/// No conversations.
const NONE: [i64; 0] = [];
const DAY: i64 = 24 * 3600;
/// When the lists are read: ten days into the test.
const NOW: i64 = 10 * DAY;

fn filter(rule: &str, conditions: &Value) -> Filter {
    let raw = json!({ "match": rule, "conditions": conditions });
    serde_json::from_value(raw).expect("a filter")
}

fn unread() -> Filter {
    filter(
        "all",
        &json!([{ "field": "unread", "operator": "is", "value": true }]),
    )
}

fn view(name: &str, agent_id: Option<AgentId>, is_shared: bool) -> View {
    View {
        id: id(),
        agent_id,
        is_shared,
        name: name.parse().expect("a name"),
        filter: unread(),
        sort: ViewSort::Waiting,
        created_at: at(1),
        version: 1,
    }
}

/// Five conversations that differ in everything a filter asks for.
struct Scene {
    me: AgentId,
    you: AgentId,
    team: TeamId,
    here: InboxId,
    there: InboxId,
    tags: [TagId; 2],
}

/// Changes a conversation and its contact.
fn change(
    floor: &Floor<'_>,
    it: &Conversation,
    mend: impl Fn(&mut Conversation) + Send + 'static,
    who: impl Fn(&mut Contact) + Send + 'static,
) {
    let it = it.clone();
    floor.run(move |tx| {
        let mut changed = it.clone();
        mend(&mut changed);
        conversations::save(tx, &it, changed)?;
        let mut contact = contacts::get(tx, it.contact_id)?.expect("the contact");
        who(&mut contact);
        contacts::save(tx, &contact)
    });
}

fn score(floor: &Floor<'_>, it: &Conversation, score: u8) {
    let session = it.session_id.expect("a session");
    floor.run(move |tx| {
        let mut session = sessions::get(tx, session)?.expect("the session");
        session.rating = Some(Rating {
            score,
            comment: None,
            dimensions: RatingDimensions::default(),
            expected: None,
            at: at(5),
            by_link: false,
            earlier: Vec::new(),
        });
        sessions::save(tx, session)
    });
}

/// 1 waits in `here`; 2 is mine, urgent, in English; 3 is yours and gold; 4 is the team's
/// and resolved; 5 is in `there`, snoozed for long.
fn scene(floor: &Floor<'_>) -> Scene {
    let (me, you, team) = (floor.agent(), floor.agent(), floor.team());
    let (here, there) = (floor.inbox(), floor.inbox());
    let tags: [TagId; 2] = [id(), id()];
    let list = [
        floor.conversation(here, None, None),
        floor.conversation(here, Some(me), None),
        floor.conversation(here, Some(you), None),
        floor.conversation(here, None, Some(team)),
        floor.conversation(there, None, None),
    ];
    let [first, second, third, fourth, fifth] = list.clone();
    let set = |contact: &mut Contact, key: &str, value: &str| {
        contact.attributes.insert(key.to_owned(), value.to_owned());
    };
    change(
        floor,
        &first,
        |it| {
            it.waiting_since = Some(at(NOW - 600));
            it.unread_count = 2;
            it.last_activity_at = at(NOW - 600);
        },
        |_| {},
    );
    change(
        floor,
        &second,
        |it| {
            it.priority = Priority::Urgent;
            it.handler = Handler::Human;
            it.last_activity_at = at(NOW - DAY);
        },
        |who| "en-GB".clone_into(&mut who.locale),
    );
    change(
        floor,
        &third,
        |it| it.last_activity_at = at(NOW - 3 * DAY),
        move |who| {
            who.is_verified = true;
            set(who, "tier", "gold");
        },
    );
    change(
        floor,
        &fourth,
        |it| {
            it.last_activity_at = at(NOW - 4 * DAY);
            *it = it
                .clone()
                .resolve(Actor::system("test"), at(NOW - 4 * DAY))
                .expect("open");
        },
        move |who| set(who, "tier", "it's \"silver\""),
    );
    change(
        floor,
        &fifth,
        |it| {
            it.last_activity_at = at(NOW - 9 * DAY);
            let year = Duration::from_hours(24 * 300);
            *it = it
                .clone()
                .snooze(at(0).plus(year), Actor::system("test"), at(0))
                .expect("ahead");
        },
        |_| {},
    );
    score(floor, &third, 2);
    score(floor, &fourth, 5);
    floor.run(move |tx| {
        conversations::set_tags(tx, second.id, &tags)?;
        conversations::set_tags(tx, third.id, &tags[..1])
    });
    Scene {
        me,
        you,
        team,
        here,
        there,
        tags,
    }
}

fn request(saved: Filter, me: Option<AgentId>) -> ListFilter {
    ListFilter {
        view: conversations::View::All,
        status: StatusFilter::Any,
        inbox: None,
        tag: None,
        saved: Some(SavedFilter {
            filter: saved,
            me,
            now: at(NOW),
            scan_rows: SCAN_ROWS,
        }),
        order: Order::Recent,
    }
}

fn everything() -> Visibility {
    Visibility {
        all: true,
        ..Visibility::default()
    }
}

fn page(floor: &Floor<'_>, visibility: Visibility, filter: ListFilter) -> ListPage {
    floor.run(move |tx| conversations::page(tx, &visibility, &filter, None, 100))
}

fn numbers(page: &ListPage) -> Vec<i64> {
    page.rows
        .iter()
        .map(|row| row.conversation.number)
        .collect()
}

store_test! {
    fn views_are_shared_or_ones_own(store) {
        let floor = Floor::new(store);
        let (me, you) = (floor.agent(), floor.agent());
        let (shared, mine, yours) = (view("乙", Some(you), true), view("甲", Some(me), false), view("丙", Some(you), false));
        let stored = [shared.clone(), mine.clone(), yours.clone()];
        floor.run(move |tx| stored.iter().try_for_each(|one| views::insert(tx, one)));
        assert_eq!(floor.run(move |tx| views::list(tx, Some(me))), [shared.clone(), mine.clone()]);
        assert_eq!(floor.run(move |tx| views::list(tx, None)), std::slice::from_ref(&shared));
        let changed = View { is_shared: false, sort: ViewSort::Recent, name: "丁".parse().expect("a name"), ..shared };
        let (saved, stale, id) = (changed.clone(), changed.clone(), changed.id);
        floor.run(move |tx| views::save(tx, &saved));
        assert_eq!(floor.run(move |tx| views::get(tx, id)), Some(View { version: 2, ..changed }));
        let again = store.write_blocking(floor.workspace, move |tx| views::save(tx, &stale));
        assert!(matches!(again, Err(StoreError::Conflict { table: "saved_views" })));
        floor.run(move |tx| views::delete(tx, id));
        assert_eq!(floor.run(move |tx| views::get(tx, id)), None);
    }

    fn every_condition_shows_what_it_says(store) {
        let floor = Floor::new(store);
        let s = scene(&floor);
        let time = |n: i64| at(n).to_string();
        let cases: Vec<(&str, &str, Value, &[i64])> = vec![
            ("status", "is", json!(["open"]), &[1, 2, 3]),
            ("status", "is_not", json!(["open"]), &[4, 5]),
            ("inbox", "is", json!([s.there]), &[5]),
            ("inbox", "is_not", json!([s.there]), &[1, 2, 3, 4]),
            ("team", "is", json!([s.team]), &[4]),
            ("team", "is", json!(["none", s.team]), &[1, 2, 3, 4, 5]),
            ("team", "is_not", json!([s.team]), &[1, 2, 3, 5]),
            ("assignee", "is", json!(["me"]), &[2]),
            ("assignee", "is", json!(["me", s.you]), &[2, 3]),
            ("assignee", "is", json!(["nobody"]), &[1, 4, 5]),
            ("assignee", "is_not", json!(["me"]), &[1, 3, 4, 5]),
            ("assignee", "is_not", json!(["nobody", "me"]), &[3]),
            ("tag", "has_any", json!(s.tags), &[2, 3]),
            ("tag", "has_all", json!(s.tags), &[2]),
            ("tag", "has_none", json!([s.tags[1]]), &[1, 3, 4, 5]),
            ("priority", "is", json!(["urgent", "high"]), &[2]),
            ("priority", "is_not", json!(["urgent"]), &[1, 3, 4, 5]),
            ("channel", "is", json!(["web"]), &[1, 2, 3, 4, 5]),
            ("channel", "is_not", json!(["web"]), &[]),
            ("handler", "is", json!(["human"]), &[2]),
            ("unread", "is", json!(true), &[1]),
            ("unread", "is", json!(false), &[2, 3, 4, 5]),
            ("waiting", "longer_than", json!(599), &[1]),
            ("waiting", "longer_than", json!(600), &[]),
            ("created", "before", json!(time(1)), &[1, 2, 3, 4, 5]),
            ("created", "after", json!(time(1)), &[]),
            ("created", "within_days", json!(11), &[1, 2, 3, 4, 5]),
            ("created", "within_days", json!(9), &[]),
            ("activity", "within_days", json!(2), &[1, 2]),
            ("activity", "older_than_days", json!(2), &[3, 4, 5]),
            ("contact.locale", "is", json!(["en"]), &[2]),
            ("contact.locale", "is", json!(["EN-gb"]), &[2]),
            ("contact.locale", "is", json!(["e"]), &[]),
            ("contact.locale", "is_not", json!(["en"]), &[1, 3, 4, 5]),
            ("contact.verified", "is", json!(true), &[3]),
            ("rating", "at_most", json!(2), &[3]),
            ("rating", "at_least", json!(3), &[4]),
            ("attribute.tier", "is", json!(["gold", "it's \"silver\""]), &[3, 4]),
            ("attribute.tier", "is_not", json!(["gold"]), &[1, 2, 4, 5]),
            ("attribute.tier", "is_set", Value::Null, &[3, 4]),
            ("attribute.tier", "is_not_set", Value::Null, &[1, 2, 5]),
        ];
        for (field, operator, value, expected) in cases {
            let condition = json!([{ "field": field, "operator": operator, "value": value }]);
            for rule in ["all", "any"] {
                let mut found = numbers(&page(&floor, everything(), request(filter(rule, &condition), Some(s.me))));
                found.sort_unstable();
                assert_eq!(found, expected, "{field} {operator} {value}");
            }
        }
    }

    fn conditions_are_joined_and_other_filters_still_hold(store) {
        let floor = Floor::new(store);
        let s = scene(&floor);
        let conditions = json!([
            { "field": "assignee", "operator": "is", "value": ["me", s.you] },
            { "field": "tag", "operator": "has_all", "value": s.tags },
        ]);
        let shows = |rule: &str, change: &dyn Fn(&mut ListFilter)| {
            let mut request = request(filter(rule, &conditions), Some(s.me));
            change(&mut request);
            numbers(&page(&floor, everything(), request))
        };
        assert_eq!(shows("all", &|_| {}), [2]);
        assert_eq!(shows("any", &|_| {}), [2, 3]);
        assert_eq!(shows("any", &|request| request.tag = Some(s.tags[1])), [2]);
        assert_eq!(shows("any", &|request| request.inbox = Some(s.there)), NONE);
        assert_eq!(shows("any", &|request| request.view = conversations::View::Assignee(s.you)), [3]);
        assert_eq!(shows("any", &|request| request.view = conversations::View::Unassigned), NONE);
        assert_eq!(shows("any", &|request| request.status = StatusFilter::Resolved), NONE);
        // A program is nobody: nothing is its own.
        assert_eq!(shows("any", &|request| request.saved.as_mut().expect("a view").me = None), [2, 3]);
        let mine = filter("all", &json!([{ "field": "assignee", "operator": "is", "value": ["me"] }]));
        assert_eq!(numbers(&page(&floor, everything(), request(mine, None))), NONE);
    }

    fn a_view_shows_nobody_more_than_they_may_see(store) {
        let floor = Floor::new(store);
        let s = scene(&floor);
        let yours = json!([{ "field": "assignee", "operator": "is", "value": [s.you] }]);
        let any = json!([
            { "field": "assignee", "operator": "is", "value": [s.you] },
            { "field": "inbox", "operator": "is", "value": [s.here, s.there] },
        ]);
        let own = Visibility { own: Some(s.me), ..Visibility::default() };
        let there = Visibility { inboxes: [s.there].into(), ..Visibility::default() };
        let sees = |visibility: &Visibility, rule: &str, conditions: &Value| {
            numbers(&page(&floor, visibility.clone(), request(filter(rule, conditions), Some(s.me))))
        };
        assert_eq!(sees(&own, "all", &yours), NONE);
        assert_eq!(sees(&own, "any", &any), [2]);
        assert_eq!(sees(&there, "any", &any), [5]);
        assert_eq!(sees(&Visibility::default(), "any", &any), NONE);
    }

    fn a_view_that_shows_little_is_searched_piece_by_piece(store) {
        let floor = Floor::new(store);
        let inbox = floor.inbox();
        for n in 0..9 {
            let it = floor.conversation(inbox, None, None);
            change(&floor, &it, move |it| {
                it.last_activity_at = at(100 - n);
                it.waiting_since = Some(at(n));
                it.unread_count = i64::from(n == 1 || n == 7);
            }, |_| {});
        }
        for (order, expected) in [(Order::Recent, [2, 8]), (Order::Waiting, [2, 8])] {
            let mut request = request(unread(), None);
            request.order = order;
            request.saved.as_mut().expect("a view").scan_rows = 3;
            let (mut found, mut sizes, mut after) = (Vec::new(), Vec::new(), None);
            loop {
                let filter = request.clone();
                let page = floor.run(move |tx| conversations::page(tx, &everything(), &filter, after, 5));
                sizes.push(page.rows.len());
                found.extend(numbers(&page));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(found, expected, "{order:?}");
            assert_eq!(sizes, [1, 0, 1, 0], "{order:?}");
        }
    }
}

//! Calendars, standards, journeys, deadlines, promises.

use std::collections::BTreeSet;
use std::time::Duration;

use zhiyin_domain::actor::Actor;
use zhiyin_domain::calendars::{Calendar, CalendarRules};
use zhiyin_domain::conversation::Conversation;
use zhiyin_domain::ids::{AgentId, ConversationId, SessionId};
use zhiyin_domain::journey::{Journey, Visit};
use zhiyin_domain::permission::Visibility;
use zhiyin_domain::promise::{Promise, PromiseKind, PromiseStatus};
use zhiyin_domain::session::Step;
use zhiyin_domain::standards::{
    ClockEvent, DeadlineKey, Metric, Moment, NextDeadline, Reading, RowChange, Standard, Terms,
};
use zhiyin_store::conversations::{
    self, ListCursor, ListFilter, Order, StatusFilter, View, messages, sessions,
};
use zhiyin_store::journey::{self, TraceFilter};
use zhiyin_store::promises::{self, PromiseFilter};
use zhiyin_store::{calendars, standards};

use crate::floor::{Floor, at, id};

fn calendar(name: &str) -> Calendar {
    Calendar {
        id: id(),
        name: name.parse().expect("a name"),
        rules: CalendarRules::default(),
        created_at: at(0),
        version: 1,
    }
}

fn standard(name: &str, place: i64) -> Standard {
    Standard {
        id: id(),
        name: name.parse().expect("a name"),
        place,
        is_enabled: true,
        calendar_id: None,
        terms: Terms::live(),
        created_at: at(0),
        version: 1,
    }
}

fn key(metric: Metric, moment: Moment) -> DeadlineKey {
    DeadlineKey {
        metric,
        round: 1,
        moment,
    }
}

/// The journey of a session that has just begun.
fn begun(session: SessionId, conversation: ConversationId) -> Journey {
    let terms = Terms::live();
    let reading = Reading {
        terms: &terms,
        business: None,
    };
    let mut clock = zhiyin_domain::standards::SessionClock::default();
    let fired = clock.apply(ClockEvent::Opened, at(0), reading);
    assert_eq!(fired, []);
    Journey {
        session_id: session,
        conversation_id: conversation,
        standard_id: None,
        calendar_id: None,
        clock,
        visits: vec![Visit {
            step: Step::Entry,
            entered_at: at(0),
            left_at: None,
        }],
        repeats: 0,
        has_left: false,
        wakes_at: None,
        version: 1,
    }
}

fn session_of(talk: &Conversation) -> SessionId {
    talk.session_id.expect("the floor's conversations have one")
}

fn promise(talk: &Conversation, due: i64, owner: Option<AgentId>) -> Promise {
    Promise {
        id: id(),
        conversation_id: talk.id,
        session_id: talk.session_id,
        contact_id: talk.contact_id,
        kind: PromiseKind::CallBack,
        text: "周五回电".to_owned(),
        phone: Some("138 0013 8000".parse().expect("a number")),
        due_at: at(due),
        remind_at: None,
        owner_id: owner,
        status: PromiseStatus::Open,
        broken_at: None,
        made_by: Actor::system("test"),
        created_at: at(0),
        version: 1,
    }
}

store_test! {
    fn a_calendar_comes_back_and_tells_who_counts_by_it(store) {
        let (floor, other) = (Floor::new(store), Floor::new(store));
        let it = calendar("工作日");
        let stored = it.clone();
        floor.run(move |tx| calendars::insert(tx, &stored));
        let calendar_id = it.id;
        assert_eq!(floor.run(move |tx| calendars::get(tx, calendar_id)), Some(it.clone()));
        assert_eq!(other.run(move |tx| calendars::get(tx, calendar_id)), None);
        assert_eq!(floor.run(move |tx| calendars::rules(tx, calendar_id)), Some(it.rules.clone()));
        let same = calendar("工作日");
        let refused = store.write_blocking(floor.workspace, move |tx| calendars::insert(tx, &same));
        assert!(refused.expect_err("the name is taken").is_unique_violation("calendars_name"));
        let renamed = Calendar { name: "Weekdays".parse().expect("a name"), ..it.clone() };
        let saved = floor.run(move |tx| calendars::save(tx, renamed.clone()));
        assert_eq!(saved.version, 2);
        let stale = store.write_blocking(floor.workspace, move |tx| calendars::save(tx, it.clone()));
        assert!(stale.is_err(), "somebody else was first");
        assert_eq!(floor.run(calendars::list), std::slice::from_ref(&saved));
        assert_eq!(floor.run(move |tx| calendars::users(tx, calendar_id)), []);
        let held = Standard { calendar_id: Some(calendar_id), ..standard("VIP", 1) };
        floor.run(move |tx| standards::insert(tx, &held));
        let users = floor.run(move |tx| calendars::users(tx, calendar_id));
        assert_eq!((users[0].kind.as_str(), users[0].name.as_str()), ("standard", "VIP"));
        let spare = calendar("Spare");
        let spare_id = spare.id;
        floor.run(move |tx| calendars::insert(tx, &spare));
        floor.run(move |tx| calendars::delete(tx, spare_id));
        assert_eq!(floor.run(move |tx| calendars::get(tx, spare_id)), None);
    }

    fn standards_come_back_in_their_order(store) {
        let (floor, other) = (Floor::new(store), Floor::new(store));
        let (late, early) = (standard("Everybody", 2), standard("VIP", 1));
        for one in [late.clone(), early.clone()] {
            floor.run(move |tx| standards::insert(tx, &one));
        }
        assert_eq!(floor.run(standards::list), [early.clone(), late.clone()]);
        assert_eq!(other.run(standards::list), []);
        let off = Standard { is_enabled: false, place: 3, ..early.clone() };
        let saved = floor.run(move |tx| standards::save(tx, off.clone()));
        assert_eq!((saved.version, saved.is_enabled), (2, false));
        let early_id = early.id;
        assert_eq!(floor.run(move |tx| standards::get(tx, early_id)), Some(saved));
        let refused = store.write_blocking(floor.workspace, move |tx| standards::insert(tx, &standard("VIP", 9)));
        assert!(refused.expect_err("the name is taken").is_unique_violation("standards_name"));
        floor.run(move |tx| standards::delete(tx, early_id));
        assert_eq!(floor.run(standards::list).len(), 1);
        assert!(!floor.run(|tx| standards::knows_queue(tx, id())));
    }

    fn a_journey_comes_back_with_what_it_counts_by(store) {
        let (floor, other) = (Floor::new(store), Floor::new(store));
        let talk = floor.conversation(floor.inbox(), None, None);
        let (session, inbox) = (session_of(&talk), talk.inbox_id);
        let it = begun(session, talk.id);
        assert!(floor.run(move |tx| journey::find(tx, session, inbox)).is_none());
        let stored = it.clone();
        floor.run(move |tx| journey::insert(tx, &stored));
        let found = floor.run(move |tx| journey::find(tx, session, inbox)).expect("a journey");
        assert_eq!((&found.journey, &found.standard, found.awaits_reply), (&it, &None, false));
        assert_eq!(found.inbox.map(|it| it.first_response_s), Some(30));
        assert_eq!(floor.run(move |tx| journey::get(tx, session)), Some(it.clone()));
        assert_eq!(other.run(move |tx| journey::get(tx, session)), None);

        let calendar = calendar("工作日");
        let held = Standard { calendar_id: Some(calendar.id), ..standard("VIP", 1) };
        let (rules, terms) = (calendar.rules.clone(), held.terms.clone());
        let reply = Promise { kind: PromiseKind::Reply, ..promise(&talk, 90, None) };
        let moved = Journey {
            standard_id: Some(held.id),
            calendar_id: Some(calendar.id),
            repeats: 2,
            has_left: true,
            wakes_at: Some(at(9)),
            ..it.clone()
        };
        let (before, after) = (it.clone(), moved.clone());
        let saved = floor.run(move |tx| {
            calendars::insert(tx, &calendar)?;
            standards::insert(tx, &held)?;
            promises::insert(tx, &reply)?;
            journey::save(tx, &before, after.clone())
        });
        assert_eq!(saved, Journey { version: 2, ..moved.clone() });
        let found = floor.run(move |tx| journey::find(tx, session, inbox)).expect("a journey");
        let standard = found.standard.expect("one that holds");
        assert_eq!((standard.name.as_str(), standard.terms), ("VIP", terms));
        let text = found.calendar.expect("the calendar");
        assert_eq!(serde_json::from_str::<CalendarRules>(&text).expect("rules"), rules);
        assert!(found.inbox.is_none(), "not read");
        assert!(found.awaits_reply);
        let unchanged = saved.clone();
        let same = floor.run(move |tx| journey::save(tx, &unchanged, unchanged.clone()));
        assert_eq!(same.version, 2, "nothing was written");
        let stale = store.write_blocking(floor.workspace, move |tx| {
            journey::save(tx, &it, Journey { repeats: 7, ..it.clone() })
        });
        assert!(stale.is_err(), "somebody else was first");
        let standing = floor.run(move |tx| journey::standing_of_contact(tx, talk.contact_id));
        assert_eq!(standing.map(|(locale, tier)| (locale, tier.number())), Some(("zh-CN".to_owned(), 0)));
        let first = floor.run(move |tx| sessions::by_number(tx, talk.id, 1));
        assert_eq!(first.map(|it| it.id), Some(session));
        assert_eq!(floor.run(move |tx| sessions::by_number(tx, talk.id, 2)), None);
    }

    fn each_deadline_is_fired_once_and_only_where_it_stands(store) {
        let floor = Floor::new(store);
        let talk = floor.conversation(floor.inbox(), None, None);
        let session = session_of(&talk);
        let journey_row = begun(session, talk.id);
        floor.run(move |tx| journey::insert(tx, &journey_row));
        let (warning, breach) = (
            key(Metric::FirstResponse, Moment::Warning(66)),
            key(Metric::FirstResponse, Moment::Breach),
        );
        let step = key(Metric::Step(Step::AfterCare), Moment::Breach);
        let plan = [
            RowChange::Insert(warning, at(20)),
            RowChange::Insert(breach, at(30)),
            RowChange::Insert(step, at(40)),
        ];
        let fired = floor.run(move |tx| journey::apply(tx, session, &[], &plan));
        assert_eq!(fired, []);
        let due = |n: i64| {
            let list = store.read_system_blocking(move |system| journey::due(system, at(n), 10)).expect("a list");
            list.into_iter().map(|due| (due.session_id, due.conversation_id, due.due_at)).collect::<Vec<_>>()
        };
        assert_eq!(due(19), []);
        assert_eq!(due(35), [(session, talk.id, at(20))], "a session comes once");
        let next = store.read_system_blocking(journey::next_due).expect("a time");
        assert_eq!(next, Some(at(20)));

        let rows = floor.run(move |tx| journey::deadlines(tx, session));
        assert_eq!(rows.len(), 3);
        let (stale, fire) = (rows.clone(), [RowChange::Fire(warning, at(21)), RowChange::Move(breach, at(31))]);
        let fired = floor.run(move |tx| journey::apply(tx, session, &rows, &fire));
        assert_eq!(fired, [warning]);
        let again = [RowChange::Fire(warning, at(22)), RowChange::Fire(breach, at(32))];
        let fired = floor.run(move |tx| journey::apply(tx, session, &stale, &again));
        assert_eq!(fired, [], "one is fired already, the other is due at another time");
        let rest = [RowChange::Delete(step), RowChange::Delete(warning)];
        floor.run(move |tx| journey::apply(tx, session, &[], &rest));
        let rows: BTreeSet<_> = floor.run(move |tx| journey::deadlines(tx, session))
            .into_iter().map(|row| (row.key, row.due_at, row.fired_at)).collect();
        let expected = [(warning, at(20), Some(at(21))), (breach, at(31), None)];
        assert_eq!(rows, expected.into(), "what has fired stays");
        let new = [RowChange::Insert(step, at(33)), RowChange::Fire(step, at(33))];
        let fired = floor.run(move |tx| journey::apply(tx, session, &[], &new));
        assert_eq!(fired, [step], "overdue when it was found");
    }

    fn sessions_are_woken_by_what_concerns_them(store) {
        let (floor, other) = (Floor::new(store), Floor::new(store));
        let inbox = floor.inbox();
        let (waiting, idle) = (floor.conversation(inbox, None, None), floor.conversation(inbox, None, None));
        let foreign = other.conversation(other.inbox(), None, None);
        for (place, talk) in [(&floor, &waiting), (&floor, &idle), (&other, &foreign)] {
            let row = begun(session_of(talk), talk.id);
            place.run(move |tx| journey::insert(tx, &row));
        }
        let session = session_of(&waiting);
        let done = idle.clone();
        floor.run(move |tx| {
            let resolved = done.clone().resolve(Actor::system("test"), at(1)).expect("open");
            conversations::save(tx, &done, resolved)
        });
        let woken = |n: i64| {
            let list = store.read_system_blocking(move |system| journey::due(system, at(n), 10)).expect("a list");
            list.into_iter().map(|due| (due.workspace, due.session_id)).collect::<BTreeSet<_>>()
        };
        assert_eq!(floor.run(|tx| journey::wake_all(tx, at(5))), 1, "only what goes on");
        assert_eq!(woken(5), [(floor.workspace, session)].into());
        assert_eq!(store.read_system_blocking(journey::next_due).expect("a time"), Some(at(5)));
        let contact = idle.contact_id;
        assert_eq!(floor.run(move |tx| journey::wake_contact(tx, contact, at(6))), 1);
        assert_eq!(other.run(move |tx| journey::wake_contact(tx, contact, at(6))), 0, "not theirs");
        assert_eq!(woken(6), [(floor.workspace, session), (floor.workspace, session_of(&idle))].into());
    }

    fn a_report_sees_what_may_be_seen_of_a_period(store) {
        let floor = Floor::new(store);
        let (inbox, second) = (floor.inbox(), floor.inbox());
        let talk = floor.conversation(inbox, None, None);
        let apart = floor.conversation(second, None, None);
        for talk in [&talk, &apart] {
            let row = Journey { repeats: 3, ..begun(session_of(talk), talk.id) };
            floor.run(move |tx| journey::insert(tx, &row));
        }
        let all = Visibility { all: true, ..Visibility::default() };
        let some = Visibility { inboxes: [inbox].into(), ..Visibility::default() };
        let traces = |visibility: Visibility, from: i64, only: Option<zhiyin_domain::ids::InboxId>| {
            let filter = TraceFilter { from: at(from), to: at(10), inbox: only };
            let found = floor.run(move |tx| journey::traces(tx, &visibility, &filter, 10));
            found.into_iter().map(|trace| trace.session_id).collect::<BTreeSet<_>>()
        };
        let (one, two) = (session_of(&talk), session_of(&apart));
        assert_eq!(traces(all.clone(), 0, None), [one, two].into());
        assert_eq!(traces(all.clone(), 1, None), [].into(), "opened before");
        assert_eq!(traces(all, 0, Some(second)), [two].into());
        assert_eq!(traces(some, 0, None), [one].into());
        assert_eq!(traces(Visibility::default(), 0, None), [].into());
        let lines = floor.run(move |tx| journey::sessions(tx, &[one]));
        assert_eq!((lines.len(), lines[0].session_id, lines[0].repeats), (1, one, 3));
        assert_eq!(lines[0].conversation_id, talk.id);
        assert!(floor.run(|tx| journey::sessions(tx, &[])).is_empty());
    }

    fn what_both_said_before_is_found_without_reading_everything(store) {
        let floor = Floor::new(store);
        let talk = floor.conversation(floor.inbox(), None, None);
        for seq in 1..=64 {
            floor.say(&talk, seq, "word");
        }
        let (of, session) = (talk.id, session_of(&talk));
        let said = floor.run(move |tx| messages::said_before(tx, of, session, 64));
        assert_eq!(said.len(), 60, "those at the places 4 to 63");
        let word = messages::Said { by_contact: true, text: "…".to_owned() };
        assert_eq!(said[0], word);
        assert!(floor.run(move |tx| messages::said_before(tx, of, id(), 64)).is_empty());
    }

    fn an_owner_is_reminded_once(store) {
        let floor = Floor::new(store);
        let talk = floor.conversation(floor.inbox(), None, None);
        let due = |n: i64| {
            let list = store.read_system_blocking(move |system| promises::due(system, at(n), 10)).expect("a list");
            list.into_iter().map(|(_, id)| id).collect::<Vec<_>>()
        };
        let next = || store.read_system_blocking(promises::next_due).expect("a time");
        let it = Promise { remind_at: Some(at(7)), ..promise(&talk, 60, None) };
        let stored = it.clone();
        floor.run(move |tx| promises::insert(tx, &stored));
        assert_eq!((due(6), due(7), next()), (Vec::new(), vec![it.id], Some(at(7))));
        let reminded = it.clone().remind(at(7)).expect("it is time");
        floor.run(move |tx| promises::save(tx, reminded.clone()));
        assert_eq!((due(9), due(60), next()), (Vec::new(), vec![it.id], Some(at(60))));
        let read = floor.run(move |tx| promises::get(tx, it.id)).expect("a promise");
        assert_eq!((read.remind_at, read.version), (None, 2));
    }

    fn promises_come_back_and_are_found_when_due(store) {
        let (floor, other) = (Floor::new(store), Floor::new(store));
        let agent = floor.agent();
        let talk = floor.conversation(floor.inbox(), Some(agent), None);
        let (soon, late) = (promise(&talk, 10, Some(agent)), promise(&talk, 20, None));
        for one in [late.clone(), soon.clone()] {
            floor.run(move |tx| promises::insert(tx, &one));
        }
        let it = soon.id;
        assert_eq!(floor.run(move |tx| promises::get(tx, it)), Some(soon.clone()));
        assert_eq!(other.run(move |tx| promises::get(tx, it)), None);
        let talk_id = talk.id;
        assert_eq!(floor.run(move |tx| promises::pending(tx, talk_id)), [soon.clone(), late.clone()]);
        let due = |n: i64| {
            let list = store.read_system_blocking(move |system| promises::due(system, at(n), 10)).expect("a list");
            list.into_iter().map(|(_, id)| id).collect::<Vec<_>>()
        };
        assert_eq!((due(9), due(10)), (Vec::new(), vec![soon.id]));
        assert_eq!(store.read_system_blocking(promises::next_due).expect("a time"), Some(at(10)));

        let broken = soon.clone().break_at(at(11)).expect("due");
        let stored = broken.clone();
        let broken = floor.run(move |tx| promises::save(tx, stored.clone()));
        assert_eq!((broken.version, broken.broken_at), (2, Some(at(10))));
        assert_eq!(due(15), [], "it is known");
        let kept = late.clone().keep(at(12)).expect("open");
        let stored = kept.clone();
        floor.run(move |tx| promises::save(tx, stored.clone()));
        let stale = store.write_blocking(floor.workspace, move |tx| promises::save(tx, late.clone()));
        assert!(stale.is_err(), "somebody else was first");
        let cancelled = promise(&talk, 30, None).cancel("已解决").expect("open");
        let stored = cancelled.clone();
        floor.run(move |tx| promises::insert(tx, &stored));

        let all = Visibility { all: true, ..Visibility::default() };
        let list = |visibility: &Visibility, filter: PromiseFilter, after, limit| {
            let visibility = visibility.clone();
            let found = floor.run(move |tx| promises::list(tx, &visibility, &filter, after, limit));
            found.into_iter().map(|it| it.id).collect::<Vec<_>>()
        };
        let of = |status| PromiseFilter { status: Some(status), ..PromiseFilter::default() };
        assert_eq!(list(&all, of("broken"), None, 9), [soon.id]);
        assert_eq!(list(&all, of("kept"), None, 9), [kept.id]);
        let any = PromiseFilter::default();
        assert_eq!(list(&all, any.clone(), None, 9), [cancelled.id, kept.id, soon.id], "the latest first");
        assert_eq!(list(&all, any.clone(), Some((at(30), cancelled.id)), 1), [kept.id]);
        let mine = PromiseFilter { owner: Some(agent), ..any.clone() };
        assert_eq!(list(&all, mine, None, 9), [soon.id]);
        let here = PromiseFilter { conversation: Some(talk.id), ..any.clone() };
        assert_eq!(list(&all, here, None, 9).len(), 3);
        assert_eq!(list(&Visibility::default(), any.clone(), None, 9), []);
        let own = Visibility { own: Some(agent), ..Visibility::default() };
        assert_eq!(list(&own, any, None, 9).len(), 3, "the conversation is theirs");
    }

    fn a_list_by_deadline_has_those_without_behind(store) {
        let floor = Floor::new(store);
        let inbox = floor.inbox();
        let mut numbers = Vec::new();
        for (due, said) in [(None, 5), (Some(30), 1), (Some(10), 2), (None, 9), (Some(20), 3)] {
            let talk = floor.conversation(inbox, None, None);
            let deadline = due.map(|due| NextDeadline {
                metric: Metric::NextResponse,
                due_at: Some(at(due)),
                is_breached: due < 15,
            });
            let changed = Conversation { deadline, last_activity_at: at(said), ..talk.clone() };
            let expected = changed.deadline;
            floor.run(move |tx| conversations::save(tx, &talk, changed.clone()));
            let saved = floor.run({
                let last = numbers.len();
                move |tx| {
                    let all = Visibility { all: true, ..Visibility::default() };
                    let filter = ListFilter {
                        view: View::All, status: StatusFilter::Open, inbox: Some(inbox), tag: None,
                        saved: None, order: Order::Recent,
                    };
                    let rows = conversations::list(tx, &all, &filter, None, 10)?;
                    Ok((last, rows.into_iter().map(|row| row.conversation).max_by_key(|it| it.number)))
                }
            });
            let saved = saved.1.expect("the last one");
            assert_eq!(saved.deadline, expected);
            numbers.push(saved.number);
        }
        let expected = [numbers[2], numbers[4], numbers[1], numbers[3], numbers[0]];
        let own = Visibility { inboxes: [inbox].into(), ..Visibility::default() };
        let filter = ListFilter {
            view: View::All, status: StatusFilter::Any, inbox: None, tag: None, saved: None, order: Order::Deadline,
        };
        for size in 1..=6 {
            let (mut found, mut after): (Vec<i64>, Option<ListCursor>) = (Vec::new(), None);
            loop {
                let (own, filter) = (own.clone(), filter.clone());
                let page = floor.run(move |tx| conversations::page(tx, &own, &filter, after, size));
                found.extend(page.rows.iter().map(|row| row.conversation.number));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(found, expected, "pages of {size}");
        }
    }
}

#[test]
fn a_session_from_before_clocks_keeps_working() {
    // The columns of what a session is about are empty in rows that were there before.
    let store = crate::harness::TestStore::sqlite();
    let floor = Floor::new(&store);
    let talk = floor.conversation(floor.inbox(), None, None);
    let session = session_of(&talk);
    let found = floor
        .run(move |tx| sessions::get(tx, session))
        .expect("the session");
    assert_eq!(
        (found.stage, found.language, found.topic_id),
        (None, None, None)
    );
    assert_eq!(at(0).plus(Duration::ZERO), found.opened_at);
}

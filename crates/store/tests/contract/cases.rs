//! Cases, their types, runs, tasks, alarms, links, conversations, history and answers for all.

use std::collections::BTreeSet;

use zhiyin_domain::actor::Actor;
use zhiyin_domain::attribute::AttributeKey;
use zhiyin_domain::cases::builtin;
use zhiyin_domain::cases::case::{Case, Source};
use zhiyin_domain::cases::case_type::{CaseType, CaseTypeVersion};
use zhiyin_domain::cases::closing::{Grounds, Means};
use zhiyin_domain::cases::escalation::{AlarmChange, AlarmKey, Ladder, Moment, Subject, TimeLimit};
use zhiyin_domain::cases::forms::Answers;
use zhiyin_domain::cases::links::{Link, LinkKind};
use zhiyin_domain::cases::merging;
use zhiyin_domain::cases::number::CaseNumber;
use zhiyin_domain::cases::ownership::{Handover, Ownership};
use zhiyin_domain::cases::procedure::Desks;
use zhiyin_domain::cases::run::{Run, Setting};
use zhiyin_domain::cases::status::{CaseStatus, StatusCategory};
use zhiyin_domain::cases::tasks::{CaseTask, NewTask};
use zhiyin_domain::conversation::Priority;
use zhiyin_domain::ids::{AgentId, CaseId, CaseTypeId};
use zhiyin_domain::permission::Visibility;
use zhiyin_store::cases::broadcasts::{self, Broadcast};
use zhiyin_store::cases::tasks::{self, TaskFilter, TeamTime};
use zhiyin_store::cases::{
    self, CaseFilter, CaseSort, alarms, history, index, links, runs, settings, talks, types,
};

use crate::floor::{Floor, at, id};

const EVERYTHING: fn() -> Visibility = || Visibility {
    all: true,
    ..Visibility::default()
};

/// The first built-in type, published.
fn published(floor: &Floor<'_>) -> CaseType {
    let key: AttributeKey = "consultation".parse().expect("a key");
    let it = CaseType {
        id: id(),
        key,
        is_builtin: true,
        is_enabled: true,
        position: 1,
        draft: None,
        version_number: 1,
        created_at: at(0),
        version: 1,
    };
    let version = CaseTypeVersion {
        type_id: it.id,
        number: 1,
        terms: builtin::case_types().remove(0).terms,
        published_by: None,
        published_at: at(0),
    };
    let stored = it.clone();
    floor.run(move |tx| {
        types::insert(tx, &stored)?;
        types::insert_version(tx, &version)
    });
    it
}

fn case(type_id: CaseTypeId, number: i64, owner: AgentId) -> Case {
    Case {
        id: id(),
        number: CaseNumber::of(number).expect("a number"),
        type_id,
        type_version: 1,
        is_complaint: false,
        title: "水壶漏水".to_owned(),
        contact_id: None,
        account_id: None,
        source: Source::Manual,
        status: CaseStatus::New,
        label: None,
        priority: Priority::Normal,
        ownership: Ownership::first(owner, at(0)),
        team_id: None,
        watcher_ids: BTreeSet::new(),
        merged_into: None,
        reopen_count: 0,
        created_at: at(0),
        version: 1,
    }
}

/// A floor with a type, an owner and some cases of theirs.
pub fn with_cases(
    store: &crate::harness::TestStore,
    count: i64,
) -> (Floor<'_>, AgentId, Vec<Case>) {
    let floor = Floor::new(store);
    let owner = floor.agent();
    let case_type = published(&floor);
    let cases: Vec<Case> = (1..=count)
        .map(|number| case(case_type.id, number, owner))
        .collect();
    let stored = cases.clone();
    floor.run(move |tx| stored.iter().try_for_each(|it| cases::insert(tx, it)));
    (floor, owner, cases)
}

fn ids(rows: &[cases::CaseRow]) -> Vec<CaseId> {
    rows.iter().map(|row| row.case.id).collect()
}

store_test! {
    fn a_case_comes_back_as_it_was_saved(store) {
        let (floor, owner, mut all) = with_cases(store, 1);
        let other = Floor::new(store);
        let (colleague, watcher) = (floor.agent(), floor.agent());
        let it = all.remove(0);
        let id = it.id;
        assert_eq!(floor.run(move |tx| cases::get(tx, id)), Some(it.clone()));
        assert_eq!(other.run(move |tx| cases::get(tx, id)), None, "another workspace");
        let handover = Handover {
            to_id: colleague,
            reason: "休假".to_owned(),
            proposed_by: owner,
            proposed_at: at(1),
            answer_by: at(9),
        };
        let grounds = Grounds::Confirmed { at: at(3), means: Means::Call };
        let changed = Case {
            title: "Kettle leaks".to_owned(),
            priority: Priority::Urgent,
            ownership: it.ownership.clone().propose(handover).expect("a handover"),
            watcher_ids: [watcher].into(),
            status: CaseStatus::Closed { at: at(4), by: Actor::Agent(owner), grounds },
            ..it.clone()
        };
        let (before, after) = (it.clone(), changed.clone());
        let saved = floor.run(move |tx| cases::save(tx, &before, after.clone(), at(5)));
        assert_eq!(saved, Case { version: 2, ..changed });
        assert_eq!(floor.run(move |tx| cases::get_for_update(tx, id)), Some(saved.clone()));
        let number = saved.number;
        assert_eq!(floor.run(move |tx| cases::by_number(tx, number)), Some(saved.clone()));
        let stale = store.write_blocking(floor.workspace, move |tx| {
            cases::save(tx, &it, it.clone(), at(6))
        });
        assert!(stale.is_err(), "somebody else was first");
        let row = floor.run(move |tx| cases::row(tx, id)).expect("a row");
        assert_eq!((row.status_at, row.updated_at, row.next_due), (at(4), at(5), None));
        floor.run(move |tx| {
            cases::set_standing(tx, id, Some((at(7), "step:1".to_owned())), 2)?;
            cases::touch(tx, id, at(8))
        });
        let row = floor.run(move |tx| cases::row(tx, id)).expect("a row");
        assert_eq!(row.next_due, Some((at(7), "step:1".to_owned())));
        assert_eq!((row.open_tasks, row.updated_at), (2, at(8)));
        let asked = CaseFilter { asked: Some(colleague), ..CaseFilter::default() };
        let nothing = Visibility::default();
        let found = floor.run(move |tx| {
            let who = (&nothing, Some(colleague));
            cases::list(tx, who, &asked, (CaseSort::Due, None), 9)
        });
        assert_eq!(ids(&found), [id], "whoever is asked sees it");
        let of_watcher = CaseFilter { watcher: Some(watcher), ..CaseFilter::default() };
        let found = floor.run(move |tx| {
            cases::list(tx, (&EVERYTHING(), None), &of_watcher, (CaseSort::Due, None), 9)
        });
        assert_eq!(ids(&found), [id]);
        let (open, personal) = (
            Answers::from([("order".to_owned(), "A-1".to_owned())]),
            Answers::from([("iban".to_owned(), "DE00".to_owned())]),
        );
        let (given, sealed) = (open.clone(), personal.clone());
        floor.run(move |tx| cases::set_answers(tx, id, &given, &sealed));
        assert_eq!(floor.run(move |tx| cases::answers(tx, id)), (open, personal));
    }

    fn lists_have_their_order_and_show_what_may_be_seen(store) {
        let (floor, owner, all) = with_cases(store, 3);
        let [first, second, third] = [all[0].id, all[1].id, all[2].id];
        floor.run(move |tx| {
            cases::set_standing(tx, second, Some((at(10), "step:1".to_owned())), 0)?;
            cases::set_standing(tx, third, Some((at(20), "step:1".to_owned())), 1)?;
            cases::touch(tx, first, at(30))
        });
        let list = |filter: CaseFilter, sort, after, limit| {
            floor.run(move |tx| {
                cases::list(tx, (&EVERYTHING(), None), &filter, (sort, after), limit)
            })
        };
        let due = list(CaseFilter::default(), CaseSort::Due, None, 9);
        assert_eq!(ids(&due), [second, third, first], "what has no deadline comes last");
        let after = due[0].place(CaseSort::Due);
        let rest = list(CaseFilter::default(), CaseSort::Due, Some(after), 1);
        assert_eq!(ids(&rest), [third]);
        let updated = list(CaseFilter::default(), CaseSort::Updated, None, 1);
        assert_eq!(ids(&updated), [first]);
        let overdue = CaseFilter { overdue_at: Some(at(15)), ..CaseFilter::default() };
        assert_eq!(ids(&list(overdue, CaseSort::Created, None, 9)), [second]);
        let closed = CaseFilter { statuses: [StatusCategory::Closed].into(), ..CaseFilter::default() };
        assert!(list(closed, CaseSort::Due, None, 9).is_empty());
        let stranger = floor.agent();
        let found = floor.run(move |tx| {
            let who = (&Visibility::default(), Some(stranger));
            cases::list(tx, who, &CaseFilter::default(), (CaseSort::Due, None), 9)
        });
        assert!(found.is_empty(), "nothing is theirs");
        let counts = floor.run(move |tx| cases::counts(tx, Some(owner), at(15)));
        assert_eq!((counts.by_status, counts.overdue), ([3, 0, 0, 0, 0, 0], 1));
        let terms: BTreeSet<String> = ["leak".to_owned(), "kettle".to_owned()].into();
        floor.run(move |tx| index::put(tx, second, &terms));
        let asked = vec![BTreeSet::from(["kettle".to_owned()])];
        assert_eq!(floor.run(move |tx| index::find(tx, &asked, 9)), [second].into());
    }

    fn types_keep_every_version(store) {
        let floor = Floor::new(store);
        let it = published(&floor);
        let id = it.id;
        assert_eq!(floor.run(|tx| types::by_key(tx, "consultation")), Some(it.clone()));
        assert_eq!(floor.run(types::list), std::slice::from_ref(&it));
        let same = it.clone();
        let taken = store.write_blocking(floor.workspace, move |tx| {
            types::insert(tx, &CaseType { id: crate::floor::id(), ..same.clone() })
        });
        assert!(taken.expect_err("the key is taken").is_unique_violation("case_types_key"));
        let terms = floor.run(move |tx| types::version(tx, id, 1)).expect("a version").terms;
        let drafted = CaseType { draft: Some(terms), is_enabled: false, ..it.clone() };
        let saved = floor.run(move |tx| types::save(tx, drafted.clone()));
        assert_eq!(floor.run(move |tx| types::get(tx, id)), Some(saved));
        let stale = store.write_blocking(floor.workspace, move |tx| types::save(tx, it.clone()));
        assert!(stale.is_err(), "somebody else was first");
        assert_eq!(floor.run(move |tx| types::versions(tx, id)).len(), 1);
    }

    fn the_open_step_is_found_by_its_team(store) {
        let (floor, _, all) = with_cases(store, 1);
        let id = all[0].id;
        let terms = builtin::case_types().remove(0).terms;
        let desks = Desks::new();
        let setting = Setting { desks: &desks, business: None };
        let run = Run::start(&terms.procedure, 1, setting, at(0)).expect("a run");
        let stored = run.clone();
        floor.run(move |tx| runs::put(tx, id, &stored));
        assert_eq!(floor.run(move |tx| runs::get(tx, id)), Some(run));
        let row = floor.run(move |tx| cases::row(tx, id)).expect("a row");
        assert_eq!(row.step.map(|step| (step.visit, step.key)), Some((1, "find_out".to_owned())));
        let team = floor.team();
        assert!(floor.run(move |tx| runs::of_team(tx, team, 9)).is_empty(), "the owner has it");
        assert!(floor.run(|tx| runs::awaiting(tx, 9)).is_empty());
    }

    fn a_task_comes_back_and_is_listed_by_its_team(store) {
        let (floor, owner, all) = with_cases(store, 1);
        let (team, case_id) = (floor.team(), all[0].id);
        let new = NewTask {
            id: id(),
            case_id,
            asked_by: owner,
            team_id: team,
            request: "哪里漏".to_owned(),
            standard: "照片和原因".to_owned(),
            limit: TimeLimit::wall_minutes(60),
            ladder: Ladder::default(),
        };
        let task = CaseTask::ask(new, None, at(0)).expect("a task");
        let (stored, task_id) = (task.clone(), task.id);
        floor.run(move |tx| tasks::insert(tx, &stored));
        assert_eq!(floor.run(move |tx| tasks::get(tx, task_id)), Some(task.clone()));
        assert_eq!(floor.run(move |tx| tasks::of_case(tx, case_id)), std::slice::from_ref(&task));
        let asked = task.question(owner, "哪一款", std::time::Duration::from_hours(1), None, at(60));
        let saved = floor.run(move |tx| tasks::save(tx, asked.clone().expect("a question")));
        assert_eq!(floor.run(move |tx| tasks::get(tx, task_id)), Some(saved.clone()));
        let filter = TaskFilter {
            statuses: vec!["question"],
            teams: Some(vec![team]),
            asked_by: Some(owner),
            ..TaskFilter::default()
        };
        let list = |after| {
            let filter = filter.clone();
            floor.run(move |tx| tasks::list(tx, &filter, after, 9))
        };
        assert_eq!(list(None), std::slice::from_ref(&saved));
        assert!(list(Some((saved.due_at, saved.id))).is_empty(), "the page after the last");
        let time = TeamTime { team_id: team, held_ms: 60_000, hops: 1, was_late: true };
        floor.run(move |tx| tasks::put_times(tx, task_id, at(90), &[time]));
        assert_eq!(floor.run(|tx| tasks::times(tx, at(90), at(91))), [time]);
        assert!(floor.run(|tx| tasks::times(tx, at(0), at(90))).is_empty());
        let code = floor.run(|tx| tasks::link_code(tx, b"link"));
        assert_eq!(code, floor.run(|tx| tasks::link_code(tx, b"link")));
        assert_ne!(code, floor.run(|tx| tasks::link_code(tx, b"kink")));
    }

    fn an_alarm_fires_once(store) {
        let (floor, _, all) = with_cases(store, 1);
        let (id, workspace) = (all[0].id, floor.workspace);
        let key = |moment| AlarmKey { subject: Subject::Step(1), moment };
        let (soon, due) = (key(Moment::Reminder(50)), key(Moment::Due));
        floor.run(move |tx| {
            alarms::apply(tx, id, &[
                AlarmChange::Insert(soon, at(10)),
                AlarmChange::Insert(due, at(20)),
            ])?;
            alarms::apply(tx, id, &[AlarmChange::Move(due, at(30))])
        });
        let read = |f: fn(&mut zhiyin_store::SystemTx<'_>) -> Result<_, zhiyin_store::StoreError>| {
            store.read_system_blocking(f).expect("a read")
        };
        assert_eq!(read(alarms::next_due), Some(at(10)));
        let found = store.read_system_blocking(|system| alarms::due(system, at(10), 9));
        assert_eq!(found.expect("a read"), [(workspace, id)]);
        let rows = floor.run(move |tx| alarms::of_case(tx, id));
        let row = *rows.iter().find(|row| row.key == soon).expect("a row");
        assert!(floor.run(move |tx| alarms::fire(tx, id, &row, at(11))));
        assert!(!floor.run(move |tx| alarms::fire(tx, id, &row, at(12))), "it has fired");
        let pending = store.read_system_blocking(alarms::pending).expect("a read");
        assert_eq!(pending, 1);
        floor.run(move |tx| alarms::apply(tx, id, &[
            AlarmChange::Delete(soon),
            AlarmChange::Delete(due),
        ]));
        let rows = floor.run(move |tx| alarms::of_case(tx, id));
        assert_eq!(rows.iter().map(|row| row.key).collect::<Vec<_>>(), [soon], "what fired stays");
    }

    fn links_and_merges_are_kept(store) {
        let (floor, owner, all) = with_cases(store, 3);
        let by = Actor::Agent(owner);
        let [parent, child, part] = [all[0].clone(), all[1].clone(), all[2].clone()];
        let (parent_id, child_id, part_id) = (parent.id, child.id, part.id);
        let link = Link::new(child_id, parent_id, LinkKind::Child, by.clone(), at(1));
        let link = link.expect("a link");
        let stored = link.clone();
        floor.run(move |tx| links::insert(tx, &stored));
        assert_eq!(floor.run(move |tx| links::of_case(tx, child_id)), std::slice::from_ref(&link));
        assert!(floor.run(move |tx| links::of_case(tx, parent_id)).is_empty(), "children apart");
        let children = floor.run(move |tx| links::children(tx, parent_id, 9));
        assert_eq!(children, std::slice::from_ref(&link));
        assert_eq!(floor.run(move |tx| links::around(tx, child_id, parent_id, 9)), [link]);
        assert!(floor.run(move |tx| links::remove(tx, LinkKind::Child, child_id, parent_id)));
        assert!(!floor.run(move |tx| links::remove(tx, LinkKind::Child, child_id, parent_id)));
        let merged = merging::merge(id(), parent.clone(), part.clone(), by.clone(), at(2));
        let (into, from, record) = merged.expect("a merge");
        let (kept, before) = (record.clone(), part.clone());
        let from = floor.run(move |tx| {
            links::insert_merge(tx, &kept)?;
            cases::save(tx, &before, from.clone(), at(2))
        });
        assert_eq!(floor.run(move |tx| cases::family(tx, parent_id)), [parent_id, part_id].into());
        assert_eq!(floor.run(move |tx| cases::root(tx, part_id)), parent_id);
        assert_eq!(floor.run(move |tx| links::merge_of(tx, part_id)), Some(record.clone()));
        let (_, _, undone) = merging::undo(record, into, from, by, at(3)).expect("an undo");
        floor.run(move |tx| links::save_merge(tx, &undone));
        assert_eq!(floor.run(move |tx| links::merge_of(tx, part_id)), None);
    }

    fn conversations_history_and_settings_are_kept(store) {
        let (floor, owner, all) = with_cases(store, 1);
        let case_id = all[0].id;
        let talk = floor.conversation(floor.inbox(), None, None).id;
        let by = Actor::Agent(owner);
        let link = || {
            let by = by.clone();
            floor.run(move |tx| talks::link(tx, case_id, talk, (&by, at(1))))
        };
        assert!(link());
        assert!(!link(), "it is linked already");
        let family = BTreeSet::from([case_id]);
        let linked = family.clone();
        let found = floor.run(move |tx| talks::of_case(tx, &linked));
        assert_eq!(found, [(case_id, talk, at(1))]);
        assert!(floor.run(move |tx| talks::unlink(tx, case_id, talk)));
        let entry = history::Entry {
            id: id(),
            case_id,
            at: at(2),
            actor: by.clone(),
            kind: "case.noted".to_owned(),
            what: String::new(),
            data: serde_json::json!({ "notify": [] }),
            text: Some("客户来电".to_owned()),
        };
        let stored = entry.clone();
        floor.run(move |tx| history::append(tx, &stored));
        let page = family.clone();
        let found = floor.run(move |tx| history::list(tx, &page, None, 9));
        assert_eq!(found, std::slice::from_ref(&entry));
        let before = Some((entry.at, entry.id));
        assert!(floor.run(move |tx| history::list(tx, &family, before, 9)).is_empty());
        let none = floor.run(|tx| settings::get::<Desks>(tx, "desks"));
        assert_eq!(none, None);
        let put = |version| {
            let by = by.clone();
            store.write_blocking(floor.workspace, move |tx| {
                settings::put(tx, "desks", &Desks::new(), version, &by, at(1))
            })
        };
        assert_eq!(put(0).expect("the first"), 1);
        assert_eq!(put(1).expect("the second"), 2);
        assert!(put(1).is_err(), "somebody else was first");
    }

    fn an_answer_for_all_remembers_who_has_it(store) {
        let (floor, owner, all) = with_cases(store, 2);
        let (parent, child) = (all[0].id, all[1].id);
        let it = Broadcast {
            id: id(),
            case_id: parent,
            client_id: "1".to_owned(),
            text: "已修复".to_owned(),
            resolves: true,
            made_by: owner,
            total: 1,
            created_at: at(1),
            done_at: None,
        };
        let (stored, broadcast) = (it.clone(), it.id);
        floor.run(move |tx| broadcasts::insert(tx, &stored));
        assert_eq!(floor.run(move |tx| broadcasts::get(tx, broadcast)), Some(it.clone()));
        assert_eq!(floor.run(move |tx| broadcasts::by_client(tx, parent, "1")), Some(it));
        let open = store.read_system_blocking(|system| broadcasts::open(system, 9));
        assert_eq!(open.expect("a read"), [(floor.workspace, broadcast)].into());
        let tell = || floor.run(move |tx| broadcasts::deliver(tx, broadcast, child, "answered", at(2)));
        assert!(tell());
        assert!(!tell(), "nobody is told twice");
        let told = floor.run(move |tx| broadcasts::delivered(tx, broadcast));
        assert_eq!(told.len(), 1);
        floor.run(move |tx| broadcasts::finish(tx, broadcast, at(3)));
        let all = floor.run(move |tx| broadcasts::of_case(tx, parent));
        assert_eq!(all[0].done_at, Some(at(3)));
    }
}

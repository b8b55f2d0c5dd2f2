//! Complaints, recovery, evidence, call backs, contacts, warnings and links to the portal.

use std::collections::BTreeSet;

use zhiyin_domain::actor::Actor;
use zhiyin_domain::cases::approvals::{Approval, Approver};
use zhiyin_domain::cases::closing::{Answer, Means, SolutionContact};
use zhiyin_domain::cases::complainants::Assessment;
use zhiyin_domain::cases::complaints::{Act, Complaint, Phase};
use zhiyin_domain::cases::escalation::{Ladder, TimeLimit};
use zhiyin_domain::cases::evidence::{Digest, EvidenceKind, Head, NewEvidence, append};
use zhiyin_domain::cases::follow_up::{FollowUp, FollowUpReason, NewFollowUp};
use zhiyin_domain::cases::recovery::{GestureKind, Grant, GrantState};
use zhiyin_domain::cases::severity::{ComplaintFacts, SeverityMatrix};
use zhiyin_domain::ids::{AttachmentId, CaseId, InboxId, RiskWarningId};
use zhiyin_domain::money::{Currency, Money};
use zhiyin_store::cases::complaints::{self, ComplaintFile};
use zhiyin_store::cases::evidence::{self, StoredContent};
use zhiyin_store::cases::recoveries::{self, BudgetKey, Recovery};
use zhiyin_store::cases::warnings::{self, StoredWarning};
use zhiyin_store::cases::{contacts, follow_ups, portal};
use zhiyin_store::{StoreError, Tx, audit};

use crate::cases::with_cases;
use crate::floor::{Floor, at, id};

fn yuan(minor: i64) -> Money {
    Money::new(minor, Currency::CNY).expect("a sum")
}

/// A month of the whole company.
fn month() -> BudgetKey {
    BudgetKey {
        team: None,
        period: "2026-11".to_owned(),
    }
}

store_test! {
    fn a_complaint_comes_back_with_what_agents_think(store) {
        let (floor, _, mut cases) = with_cases(store, 1);
        let case = cases.remove(0);
        let act = Act { by: case.owner_id(), at: at(2) };
        let matrix = SeverityMatrix::default();
        let facts = ComplaintFacts { is_vulnerable: true, ..ComplaintFacts::default() };
        let complaint = Complaint::receive(case.id, facts, &matrix, (at(1), None), act);
        let thought = Assessment { signs: BTreeSet::new(), kind: None, temperament: None, by: act.by, at: act.at };
        let file = ComplaintFile { complaint, complainant: vec![thought] };
        let (stored, of) = (file.clone(), case.id);
        floor.run(move |tx| complaints::insert(tx, &stored));
        assert_eq!(floor.run(move |tx| complaints::get(tx, of)), Some(file.clone()));
        let told = file.complaint.clone().acknowledge(file.complaint.reply_by, act).expect("in time");
        let changed = ComplaintFile { complaint: told, ..file.clone() };
        let saved = floor.run(move |tx| complaints::save(tx, changed.clone()));
        assert_eq!((saved.complaint.version, saved.complaint.phase), (2, Phase::Handling));
        assert_eq!(floor.run(move |tx| complaints::get(tx, of)), Some(saved));
        let stale = store.write_blocking(floor.workspace, move |tx| complaints::save(tx, file.clone()));
        assert!(matches!(stale, Err(StoreError::Conflict { table: "complaints" })));
        let other = Floor::new(store);
        assert_eq!(other.run(move |tx| complaints::get(tx, of)), None);
    }

    fn gestures_count_over_cases_and_budgets_are_locked(store) {
        let (floor, _, cases) = with_cases(store, 2);
        let (one, two) = (cases[0].clone(), cases[1].clone());
        let who = one.owner_id();
        let approval = Approval::ask(who, vec![Approver::Line { level: 1 }], at(3)).expect("a level");
        let make = |case: CaseId, minor: i64, state: GrantState| Recovery {
            case_id: case, place: 1, kind: GestureKind::Refund, team_id: None, own_limit: 500,
            budget: month(), version: 1,
            grant: Grant { id: id(), gesture: "refund".to_owned(), cost: yuan(minor), reason: "sorry".to_owned(),
                asked_by: who, asked_at: at(3), state },
        };
        let pending = make(one.id, 300, GrantState::Pending { approval });
        let granted = make(two.id, 200, GrantState::Granted { approval: None, at: at(3) });
        for it in [&pending, &granted] {
            let it = it.clone();
            floor.run(move |tx| recoveries::insert(tx, &it));
        }
        let both = [one.id, two.id];
        assert_eq!(floor.run(move |tx| recoveries::of_cases(tx, &both)).len(), 2);
        assert_eq!(floor.run(|tx| recoveries::of_cases(tx, &[])), []);
        assert_eq!(floor.run(move |tx| recoveries::pending_count(tx, &both)), 1);
        assert_eq!(floor.run(|tx| recoveries::pending(tx, 10)), std::slice::from_ref(&pending));
        let rows = floor.run(|tx| recoveries::report(tx, at(0), at(10)));
        assert_eq!((rows[0].minor, rows[0].pending_minor, rows[0].count), (200, 300, 1));
        let changed = Recovery { grant: Grant { state: GrantState::Withdrawn { by: who, at: at(4) }, ..pending.grant.clone() }, ..pending.clone() };
        let of = pending.grant.id;
        let saved = floor.run(move |tx| recoveries::save(tx, changed.clone()));
        assert_eq!(floor.run(move |tx| recoveries::get(tx, of)), Some(saved));
        let stale = store.write_blocking(floor.workspace, move |tx| recoveries::save(tx, pending.clone()));
        assert!(matches!(stale, Err(StoreError::Conflict { .. })));

        let budget = floor.run(|tx| recoveries::lock_budget(tx, &month(), Currency::CNY, Some(yuan(900))));
        let used = budget.reserve(yuan(300)).and_then(|it| it.spend(yuan(100))).expect("it fits");
        floor.run(move |tx| recoveries::save_budget(tx, &month(), &used));
        let again = floor.run(|tx| recoveries::lock_budget(tx, &month(), Currency::CNY, None));
        assert_eq!((again.spent, again.reserved, again.version), (yuan(100), yuan(200), 2));
        let old = store.write_blocking(floor.workspace, move |tx| recoveries::save_budget(tx, &month(), &used));
        assert!(matches!(old, Err(StoreError::Conflict { .. })));
        let all = floor.run(|tx| recoveries::budgets(tx, &["2026-11".to_owned()]));
        assert_eq!(all, [(month(), yuan(100), yuan(200))]);
        assert_eq!(floor.run(|tx| recoveries::budgets(tx, &[])), []);
    }

    fn a_chain_is_read_as_it_lies(store) {
        let (floor, _, cases) = with_cases(store, 1);
        let case = cases[0].id;
        let file: AttachmentId = id();
        assert_eq!(floor.run(move |tx| evidence::head(tx, case)), Head::empty(case));
        let entry = floor.run(move |tx| {
            let key = evidence::seal_key(tx)?.expect("a key");
            let kind = EvidenceKind::File { attachment_id: file, name: "a".to_owned(), size_bytes: 1, sha256: Digest::of(b"a") };
            let mut last = Head::empty(case);
            let mut first = None;
            for kind in [kind, EvidenceKind::Statement { speaker: "x".to_owned(), sha256: Digest::of(b"word") }] {
                let new = NewEvidence { id: id(), kind, note: String::new(), by: Actor::Bot, at: at(1) };
                let (entry, head) = append(last, new, &key).expect("room");
                let content = (entry.number == 2).then_some(&b"word"[..]);
                evidence::insert(tx, &entry, content, head)?;
                (last, first) = (head, Some(entry));
            }
            Ok::<_, StoreError>(first.expect("two"))
        });
        let of = entry.id;
        assert_eq!(floor.run(move |tx| evidence::content(tx, of)), StoredContent::Present(b"word".to_vec()));
        assert_eq!(floor.run(move |tx| evidence::get(tx, of)), Some(entry.clone()));
        assert_eq!(floor.run(move |tx| evidence::holder(tx, file)), Some(case));
        let list = floor.run(move |tx| evidence::list(tx, case));
        assert_eq!((list.len(), list[1].entry.clone()), (2, Some(entry)));
        assert_eq!(floor.run(evidence::cases), [case]);
        let head = floor.run(move |tx| evidence::head(tx, case));
        let record = audit::AuditEntry { at: at(1), actor: Actor::Bot, action: evidence::AUDIT_ACTION.to_owned(),
            subject: case.to_string(), detail: serde_json::json!({ "head": head }), event: None, request_id: None };
        floor.run(move |tx| audit::append(tx, &record));
        assert_eq!(floor.run(evidence::audited_heads).get(&case), Some(&head));
        let spoil = |sql: &'static str| floor.run(move |tx: &mut Tx<'_>| tx.execute(sql, &[]));
        spoil("UPDATE evidence SET body = seal WHERE number = 1");
        spoil("UPDATE evidence_contents SET content = (SELECT hash FROM evidence WHERE number = 2)");
        let list = floor.run(move |tx| evidence::list(tx, case));
        assert_eq!((list[0].number, list[0].entry.clone()), (1, None));
        assert_eq!(floor.run(move |tx| evidence::content(tx, of)), StoredContent::Damaged);
    }

    fn call_backs_and_contacts_come_back(store) {
        let (floor, _, mut cases) = with_cases(store, 1);
        let case = cases.remove(0);
        let new = NewFollowUp { id: id(), case_id: case.id, reason: FollowUpReason::LowScore { score: 1 },
            owner_id: case.owner_id(), limit: TimeLimit::wall_minutes(60), ladder: Ladder::default() };
        let call = FollowUp::ask(new, None, at(1)).expect("a call back");
        let (stored, of, owner) = (call.clone(), call.id, case.owner_id());
        floor.run(move |tx| follow_ups::insert(tx, &stored));
        assert_eq!(floor.run(move |tx| follow_ups::get(tx, of)), Some(call.clone()));
        let case = case.id;
        assert_eq!(floor.run(move |tx| follow_ups::of_case(tx, case)), std::slice::from_ref(&call));
        assert_eq!(floor.run(move |tx| follow_ups::open(tx, Some(owner), None, 5)), std::slice::from_ref(&call));
        let place = (call.due_at, call.id);
        assert_eq!(floor.run(move |tx| follow_ups::open(tx, None, Some(place), 5)), []);
        let saved = floor.run(move |tx| follow_ups::save(tx, call.clone()));
        assert_eq!(saved.version, 2);
        let contact = SolutionContact { at: at(3), by: Actor::Bot, means: Means::Call, answer: Answer::NoAnswer, note: "busy".to_owned() };
        let (it, number) = (contact.clone(), id());
        floor.run(move |tx| contacts::insert(tx, number, case, &it));
        assert_eq!(floor.run(move |tx| contacts::list(tx, case)), [(number, contact)]);
    }

    fn one_warning_is_open_of_each_thing(store) {
        let (floor, _, mut cases) = with_cases(store, 1);
        let case = cases.remove(0);
        let make = move |number: u8| StoredWarning {
            id: id(), kind: "run".to_owned(), subject: "x".to_owned(), facts: vec![number], people: Vec::new(),
            plan: vec!["look".to_owned()], opened_at: at(i64::from(number)), last_seen_at: at(i64::from(number)),
            closed: None, note: None, version: 1,
        };
        let first: StoredWarning<Vec<u8>, String> = make(1);
        let (one, two) = (first.clone(), make(2));
        assert!(floor.run(move |tx| warnings::raise(tx, &one)));
        assert!(!floor.run(move |tx| warnings::raise(tx, &two)), "seen again");
        let list: Vec<StoredWarning<Vec<u8>, String>> = floor.run(|tx| warnings::list(tx, Some(true), None, 5));
        assert_eq!((list.len(), list[0].id, list[0].facts.clone(), list[0].last_seen_at), (1, first.id, vec![2], at(2)));
        let of: RiskWarningId = first.id;
        let mut held: StoredWarning<Vec<u8>, String> = floor.run(move |tx| warnings::get_for_update(tx, of)).expect("it is there");
        held.closed = Some((at(5), case.owner_id()));
        floor.run(move |tx| warnings::save(tx, &held));
        let open: Vec<StoredWarning<Vec<u8>, String>> = floor.run(|tx| warnings::list(tx, Some(true), None, 5));
        assert_eq!(open, []);
        let three = make(3);
        assert!(floor.run(move |tx| warnings::raise(tx, &three)), "closed ones may come again");
        let runs = floor.run(|tx| warnings::runs(tx, at(0), at(100)));
        assert_eq!((runs[0].type_id, runs[0].count), (case.type_id, 1));
        let kind = case.type_id;
        assert_eq!(floor.run(move |tx| warnings::of_type(tx, kind, at(0), 5)), [case.id]);
        assert_eq!(floor.run(|tx| warnings::silent(tx, at(1_000_000))), [(None, 1)]);
        let inbox: InboxId = floor.inbox();
        let talk = floor.conversation(inbox, None, None);
        assert_eq!(floor.run(|tx| warnings::openings(tx, at(0), at(1_000_000))), [(inbox, 1)]);
        let conversation = talk.id;
        assert_eq!(floor.run(move |tx| warnings::case_of_conversation(tx, conversation)), None);
        let (known, workspace) = (store.read_system_blocking(warnings::workspaces).expect("a list"), floor.workspace);
        assert!(known.contains(&workspace));
    }

    fn a_code_of_the_portal_belongs_to_its_workspace(store) {
        let (floor, _, mut cases) = with_cases(store, 1);
        let other = Floor::new(store);
        let case = cases.remove(0);
        let code = |floor: &Floor<'_>| floor.run(|tx| portal::link_code(tx, b"one"));
        assert!(code(&floor).is_some_and(|it| it.len() >= 16));
        assert_ne!(code(&floor), code(&other));
        let contact = case.contact_id;
        let found = contact.map(|contact| floor.run(move |tx| portal::of_contact(tx, contact, 5)));
        assert_eq!(found.unwrap_or_default().len(), usize::from(contact.is_some()));
    }
}

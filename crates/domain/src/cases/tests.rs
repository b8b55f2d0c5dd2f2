//! Tests over several parts of cases together.

use std::time::Duration;

use proptest::prelude::*;
use uuid::Uuid;

use super::case::{Case, CaseError, ClosingView, OpenWork, WayBack, clean_title};
use super::closing::{Answer, ClosingPolicy, Means, SolutionContact};
use super::complaints::{Act, CauseCategory, Complaint, ComplaintError, Validity};
use super::escalation::{Ladder, Moment, TimeLimit, alarms};
use super::evidence::{
    ContentState, Digest, EvidenceKind, Head, NewEvidence, SealKey, append, verify,
};
use super::fixtures::{agent, at, case, complaint_case, office, team, time};
use super::ownership::{Handover, OwnershipError};
use super::severity::{ComplaintFacts, Severity, SeverityMatrix};
use super::status::{CaseStatus, StatusCategory, StatusLabels};
use super::tasks::{CaseTask, NewTask};
use crate::actor::Actor;
use crate::conversation::Priority;
use crate::ids::{CaseId, CaseTaskId, EvidenceId};
use crate::time::Timestamp;

const WEEK: Duration = Duration::from_hours(7 * 24);

fn by(number: u128) -> Actor {
    Actor::Agent(agent(number))
}

fn contact(at: Timestamp, means: Means, answer: Answer) -> SolutionContact {
    SolutionContact {
        at,
        by: by(1),
        means,
        answer,
        note: String::new(),
    }
}

fn view<'a>(contacts: &'a [SolutionContact], complaint: Option<&'a Complaint>) -> ClosingView<'a> {
    ClosingView {
        policy: &ClosingPolicy::THOROUGH,
        contacts,
        complaint,
        zone: "Asia/Shanghai",
    }
}

#[test]
fn a_status_keeps_its_label_only_while_it_fits() {
    let labels = StatusLabels::default();
    let labelled = case(1).relabel(&labels, Some("new")).unwrap();
    assert_eq!(
        labelled.clone().relabel(&labels, Some("open")),
        Err(CaseError::Label)
    );
    let open = labelled.take_up().unwrap();
    assert_eq!(open.label, None);
    let waiting = open.wait_for_customer(at(1)).unwrap();
    let still = waiting.clone().wait_for_customer(at(9)).unwrap();
    assert_eq!(still, waiting, "since when stays");
    let office = waiting.wait_for_back_office(at(2)).unwrap();
    assert_eq!(
        office.status,
        CaseStatus::WaitingForBackOffice { since: at(2) }
    );
}

#[test]
fn nothing_is_resolved_while_somebody_works_on_it() {
    let work = OpenWork {
        tasks: 1,
        ..OpenWork::default()
    };
    let refused = case(1).resolve(by(1), work, at(1));
    assert!(matches!(refused, Err(CaseError::OpenWork { tasks: 1, .. })));
}

#[test]
fn a_title_is_one_line() {
    assert_eq!(
        clean_title("  Kettle\n leaks "),
        Ok("Kettle leaks".to_owned())
    );
    assert_eq!(clean_title(" \n "), Err(CaseError::Title));
    assert_eq!(clean_title(&"长".repeat(201)), Err(CaseError::Title));
    assert_eq!(clean_title("a\u{7}b"), Err(CaseError::Title));
}

#[test]
fn a_handover_makes_the_former_owner_a_watcher() {
    let handover = Handover {
        to_id: agent(2),
        reason: "on leave".to_owned(),
        proposed_by: agent(101),
        proposed_at: at(1),
        answer_by: at(100),
    };
    let asked = case(1).own(|it| it.propose(handover)).unwrap();
    assert_eq!(asked.owner_id(), agent(101));
    let stranger = asked.clone().own(|it| it.accept(agent(3), at(2)));
    assert_eq!(
        stranger,
        Err(CaseError::Ownership(OwnershipError::NotAsked))
    );
    let taken = asked.own(|it| it.accept(agent(2), at(2))).unwrap();
    assert_eq!(taken.owner_id(), agent(2));
    assert_eq!(taken.audience(), [agent(2), agent(101)].into());
    assert_eq!(taken.resource().assignee, Some(agent(2)));
}

/// Two handoffs: one in time, one late and escalated. When the second answer came.
fn hand_off_twice(case_id: CaseId, monday: Timestamp) -> Timestamp {
    let office = office();
    let ask = |number, team_number| NewTask {
        id: CaseTaskId::from_uuid(Uuid::from_u128(number)),
        case_id,
        asked_by: agent(101),
        team_id: team(team_number),
        request: "Which batch is it?".to_owned(),
        standard: "Number and date of the batch".to_owned(),
        limit: TimeLimit::business_hours(4),
        ladder: Ladder::urgent(),
    };
    let first = CaseTask::ask(ask(1, 1), Some(&office), monday).unwrap();
    let second = CaseTask::ask(ask(2, 2), Some(&office), monday).unwrap();
    let noon = time("2026-03-02T12:00:00Z");
    let first = first.answer(agent(201), "Batch 7", noon).unwrap();
    let late = time("2026-03-02T15:30:00Z");
    assert!(!first.is_overdue(late) && second.is_overdue(late));
    let fired: Vec<Moment> = alarms(second.watch().unwrap(), Some(&office))
        .into_iter()
        .filter(|alarm| alarm.at <= late)
        .map(|alarm| alarm.key.moment)
        .collect();
    let expected = [
        Moment::Reminder(50),
        Moment::Reminder(80),
        Moment::Due,
        Moment::Escalation(1),
        Moment::Escalation(2),
        Moment::Escalation(3),
    ];
    assert_eq!(fired, expected, "up the line");
    let second = second
        .answer(agent(202), "Supplier confirms", late)
        .unwrap();
    assert!(!second.is_open());
    late
}

/// Chat → complaint with two handoffs (one late, escalated) → reply → call back → closed.
#[test]
fn the_whole_way_of_a_complaint() {
    let office = office();
    let monday = time("2026-03-02T09:00:00Z");
    let owner = agent(101);
    let act = |at| Act { by: owner, at };
    let case = complaint_case(1)
        .set_priority(Priority::High)
        .unwrap()
        .take_up()
        .unwrap();
    let matrix = SeverityMatrix::default();
    let facts = ComplaintFacts {
        is_vulnerable: true,
        repeat_count: 1,
        ..ComplaintFacts::default()
    };
    let complaint = Complaint::receive(
        case.id,
        facts,
        &matrix,
        (monday, Some(&office)),
        act(monday),
    );
    assert_eq!(complaint.severity(), Severity::Moderate);
    assert_eq!(complaint.severity().priority(), Priority::High);
    let reply_by = complaint.reply_by;
    let complaint = complaint.acknowledge(reply_by, act(monday)).unwrap();

    let case = case.wait_for_back_office(monday).unwrap();
    let late = hand_off_twice(case.id, monday);
    let complaint = complaint
        .decide(
            Validity::Valid,
            "Batch 7 has no seal",
            "New kettle and apology",
            act(late),
        )
        .and_then(|it| it.reply(act(late)))
        .unwrap();
    let case = case.take_up().unwrap();
    let case = case
        .resolve(Actor::Agent(owner), OpenWork::default(), late)
        .unwrap();
    let yes = [contact(
        late.plus(Duration::from_hours(2)),
        Means::Call,
        Answer::Confirmed,
    )];
    let now = late.plus(Duration::from_hours(3));
    let early = case
        .clone()
        .close(Actor::Agent(owner), view(&yes, Some(&complaint)), now);
    assert!(matches!(
        early,
        Err(CaseError::Complaint(ComplaintError::Phase(_)))
    ));
    let without = case
        .clone()
        .close(Actor::Agent(owner), view(&yes, None), now);
    assert_eq!(without, Err(CaseError::NoComplaint));
    let complaint = complaint
        .call_back(act(now))
        .and_then(|it| it.name_cause(CauseCategory::Product, "seal left out"))
        .and_then(|it| it.plan_action("check seals", agent(9), now.plus(WEEK), now))
        .unwrap();
    let silent = case
        .clone()
        .close(Actor::Agent(owner), view(&[], Some(&complaint)), now);
    assert!(matches!(silent, Err(CaseError::Gap(_))));
    let closed = case
        .close(Actor::Agent(owner), view(&yes, Some(&complaint)), now)
        .unwrap();
    assert_eq!(closed.status.category(), StatusCategory::Closed);
    assert_eq!(closed.way_back(WEEK, now.plus(WEEK)), WayBack::Reopen);
    let later = closed.reopen(WEEK, now.plus(WEEK).plus(Duration::from_secs(1)));
    assert_eq!(later, Err(CaseError::TooLate));
}

#[test]
fn evidence_of_a_merged_case_stays_with_it() {
    let key = SealKey::from_bytes([3; 32]);
    let head = Head::empty(case(2).id);
    let new = NewEvidence {
        id: EvidenceId::from_uuid(Uuid::from_u128(1)),
        kind: EvidenceKind::Statement {
            speaker: "customer".to_owned(),
            sha256: Digest::of(b"It leaked"),
        },
        note: String::new(),
        by: by(1),
        at: at(1),
    };
    let (entry, head) = append(head, new, &key).unwrap();
    let contents = [(1, ContentState::Present(Digest::of(b"It leaked")))].into();
    let same = Case {
        contact_id: case(1).contact_id,
        ..case(2)
    };
    let id = crate::ids::CaseMergeId::from_uuid(Uuid::from_u128(1));
    let (_, from, _) = super::merging::merge(id, case(1), same, by(1), at(2)).unwrap();
    assert_eq!(entry.case_id, from.id);
    assert_eq!(verify(&[entry], head, &contents, Some(&key)), []);
}

proptest! {
    /// Any actions of anybody in any order: there is one owner, who changes only by
    /// accepting; what is closed has the customer's word or documented attempts made since
    /// it was resolved last; and what is merged moves no more.
    #[test]
    fn no_order_of_actions_breaks_the_rules(steps in prop::collection::vec((0..12_u8, 1..4_u128, 1..90_u64), 0..80)) {
        let mut case = Case { ownership: super::ownership::Ownership::first(agent(1), at(0)), ..case(1) };
        let mut contacts: Vec<SolutionContact> = Vec::new();
        let mut now = at(0);
        for (what, who, hours) in steps {
            now = now.plus(Duration::from_hours(hours));
            let owner_before = case.owner_id();
            let was_resolved_at = match &case.status {
                CaseStatus::Resolved { at, .. } => Some(*at),
                _ => None,
            };
            let means = [Means::Call, Means::Email, Means::Sms][usize::try_from(who).unwrap() - 1];
            let old = case.clone();
            let next = match what {
                0 => old.take_up(),
                1 => old.wait_for_customer(now),
                2 => old.wait_for_back_office(now),
                3 | 4 => old.resolve(by(who), OpenWork::default(), now),
                5 | 6 => old.close(by(who), view(&contacts, None), now),
                7 => old.reopen(WEEK, now),
                8 => {
                    let answers = [Answer::Confirmed, Answer::Disputed, Answer::NoAnswer];
                    contacts.push(contact(now, means, answers[usize::try_from(hours).unwrap() % 3]));
                    continue;
                }
                9 => {
                    contacts.push(contact(now, means, Answer::NoAnswer));
                    continue;
                }
                10 => old.own(|it| it.propose(Handover {
                    to_id: agent(who), reason: "shift".to_owned(), proposed_by: agent(1), proposed_at: now,
                    answer_by: now.plus(WEEK),
                })),
                _ => old.own(|it| it.accept(agent(who), now)),
            };
            let Ok(next) = next else { continue };
            prop_assert!(next.owner_id() == owner_before || (what == 11 && next.owner_id() == agent(who)));
            if let CaseStatus::Closed { at: closed_at, .. } = &next.status
                && next.status.category() != case.status.category() {
                {
                    let since = was_resolved_at.expect("closed over resolved only");
                    let fresh: Vec<&SolutionContact> = contacts.iter().filter(|it| it.at >= since && it.at <= *closed_at).collect();
                    let is_confirmed = fresh.iter().rev().find(|it| it.answer != Answer::NoAnswer)
                        .is_some_and(|it| it.answer == Answer::Confirmed);
                    let is_silent = fresh.iter().all(|it| it.answer == Answer::NoAnswer);
                    prop_assert!(is_confirmed || (is_silent && fresh.len() >= 3), "{fresh:?}");
                }
            }
            case = next;
            prop_assert!(case.audience().contains(&case.owner_id()));
        }
        let merged = Case { merged_into: Some(super::fixtures::case_id(9)), ..case };
        prop_assert_eq!(merged.clone().set_priority(Priority::Low), Err(CaseError::Merged));
        prop_assert!(merged.clone().take_up().is_err() && merged.clone().reopen(WEEK, now).is_err());
        prop_assert!(merged.close(by(1), view(&contacts, None), now).is_err());
    }
}

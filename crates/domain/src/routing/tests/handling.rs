//! Offers, presence, transfers and the ways they fail.

use std::collections::BTreeSet;
use std::time::Duration;

use super::floor::*;
use crate::identity::agent::Presence;
use crate::routing::*;

#[test]
fn an_offer_goes_on_when_declined_or_left() {
    let mut router = asking();
    for number in 1..=3 {
        come(&mut router, profile(number, 1), number.into());
    }
    router.enqueue(item(1, 10), at(10)).expect("queued");
    assert_eq!(decided(&mut router, 10), [(1, 1, Reason::LongestIdle)]);
    assert_eq!(
        router.accept(item_id(1), agent(2), at(11)),
        Err(RouterError::OfferOver)
    );
    router
        .decline(item_id(1), agent(1), at(12))
        .expect("offered");
    assert_eq!(decided(&mut router, 12), [(1, 2, Reason::LongestIdle)]);
    assert_eq!(
        router.next_timer(),
        Some(at(30)),
        "of the first offer, which no longer matters"
    );
    router.tick(at(30));
    assert_eq!(decided(&mut router, 30), []);
    router.tick(at(32));
    assert_eq!(
        router.take_notices(),
        [Notice::Expired {
            item_id: item_id(1),
            agent_id: agent(2)
        }]
    );
    assert_eq!(decided(&mut router, 32), [(1, 3, Reason::OnlyOne)]);
    assert_eq!(
        router.accept(item_id(1), agent(2), at(33)),
        Err(RouterError::OfferOver)
    );
    router
        .decline(item_id(1), agent(3), at(33))
        .expect("offered");
    assert_eq!(decided(&mut router, 33), [], "all were asked a moment ago");
    assert_eq!(
        router
            .explain_waiting(item_id(1), at(33))
            .map(|c| (c.paused, c.free)),
        Ok((3, 0))
    );
    router.tick(at(72));
    assert_eq!(decided(&mut router, 72), [(1, 1, Reason::OnlyOne)]);
    router
        .accept(item_id(1), agent(1), at(73))
        .expect("offered");
    assert_eq!(
        router.place(item_id(1)),
        Some(Place::Assigned {
            agent_id: agent(1),
            answer_by: None
        })
    );
}

#[test]
fn who_leaves_offers_unanswered_seems_away() {
    let mut router = asking();
    come(&mut router, profile(1, 1), 0);
    router.enqueue(item(1, 1), at(1)).expect("queued");
    router.enqueue(item(2, 2), at(2)).expect("queued");
    assert_eq!(decided(&mut router, 2).len(), 1);
    router.tick(at(22));
    assert_eq!(decided(&mut router, 22).len(), 1);
    router.tick(at(42));
    let away = Notice::SeemsAway {
        agent_id: agent(1),
        missed: 2,
    };
    assert!(router.take_notices().contains(&away));
}

#[test]
fn an_unanswered_chat_goes_on_to_the_next() {
    let mut router = direct(|queue| {
        queue.delivery = Delivery::Direct {
            answer_within_s: Some(60),
        };
    });
    come(&mut router, profile(1, 2), 0);
    come(&mut router, profile(2, 2), 1);
    router.enqueue(item(1, 2), at(2)).expect("queued");
    router.enqueue(item(2, 3), at(3)).expect("queued");
    assert_eq!(decided(&mut router, 3).len(), 2);
    router.answered(item_id(2)).expect("known");
    router.tick(at(70));
    assert_eq!(decided(&mut router, 70), [(1, 2, Reason::OnlyOne)]);
    let unanswered = Notice::Unanswered {
        item_id: item_id(1),
        agent_id: agent(1),
    };
    assert_eq!(router.take_notices(), [unanswered]);
    assert_eq!(
        router.place(item_id(2)),
        Some(Place::Assigned {
            agent_id: agent(2),
            answer_by: None
        })
    );
}

#[test]
fn who_leaves_hands_over_after_a_grace_time() {
    let mut router = direct(|_| {});
    come(&mut router, profile(1, 2), 0);
    router.enqueue(item(1, 1), at(1)).expect("queued");
    assert_eq!(decided(&mut router, 1).len(), 1);
    come(&mut router, profile(2, 1), 2);
    let go = |router: &mut Router, presence, now| {
        router
            .set_presence(agent(1), presence, at(now))
            .expect("known");
    };
    go(&mut router, Presence::Offline, 10);
    router.tick(at(100));
    go(&mut router, Presence::Online, 101);
    router.tick(at(400));
    assert_eq!(decided(&mut router, 400), [], "came back in time");
    go(&mut router, Presence::Away, 500);
    go(&mut router, Presence::Offline, 790);
    router.tick(at(799));
    assert_eq!(decided(&mut router, 799), []);
    router.tick(at(800));
    assert_eq!(
        decided(&mut router, 800),
        [(1, 2, Reason::OnlyOne)],
        "300 s away, not 120 s more"
    );
    assert_eq!(
        router.take_notices(),
        [Notice::HandedOver {
            item_id: item_id(1),
            from: agent(1)
        }]
    );
}

#[test]
fn who_goes_offline_loses_an_offer_at_once() {
    let mut router = asking();
    come(&mut router, profile(1, 1), 0);
    come(&mut router, profile(2, 1), 1);
    router.enqueue(item(1, 2), at(2)).expect("queued");
    assert_eq!(decided(&mut router, 2), [(1, 1, Reason::LongestIdle)]);
    router
        .set_presence(agent(1), Presence::Break, at(3))
        .expect("known");
    assert_eq!(decided(&mut router, 3), [(1, 2, Reason::OnlyOne)]);
}

#[test]
fn a_transfer_is_asked_and_comes_back() {
    let mut router = direct(|_| {});
    come(&mut router, profile(1, 1), 0);
    router.enqueue(item(1, 1), at(1)).expect("queued");
    assert_eq!(decided(&mut router, 1).len(), 1);
    let to = |number| Target::Agent(agent(number));
    assert_eq!(
        router.transfer(item_id(1), to(2), at(2)),
        Err(RouterError::UnknownAgent)
    );
    come(&mut router, profile(2, 1), 3);
    let asked = router
        .transfer(item_id(1), to(2), at(4))
        .expect("at work")
        .expect("asked");
    assert_eq!(
        (asked.agent_id, asked.explanation.reason),
        (agent(2), Reason::ByHand)
    );
    router
        .decline(item_id(1), agent(2), at(5))
        .expect("offered");
    assert_eq!(
        router.take_notices(),
        [Notice::Returned {
            item_id: item_id(1),
            to: agent(1)
        }]
    );
    assert_eq!(
        router.place(item_id(1)),
        Some(Place::Assigned {
            agent_id: agent(1),
            answer_by: None
        })
    );
    router
        .set_presence(agent(2), Presence::Offline, at(6))
        .expect("known");
    assert_eq!(
        router.transfer(item_id(1), to(2), at(6)),
        Err(RouterError::AgentAbsent)
    );
}

#[test]
fn a_transfer_to_a_team_keeps_the_place_in_line() {
    let mut router = direct(|_| {});
    come(&mut router, profile(1, 1), 0);
    router.enqueue(item(1, 1), at(1)).expect("queued");
    assert_eq!(decided(&mut router, 1).len(), 1);
    router.enqueue(item(2, 2), at(2)).expect("queued");
    router
        .transfer(item_id(1), Target::Team(team(7)), at(3))
        .expect("known");
    assert_eq!(
        decided(&mut router, 3),
        [(2, 1, Reason::OnlyOne)],
        "not back to who sent it"
    );
    assert_eq!(router.ahead_of(item_id(1)), Some(0));
    let mut helper = profile(2, 1);
    helper.teams = BTreeSet::from([team(7)]);
    come(&mut router, helper, 4);
    assert_eq!(decided(&mut router, 4), [(1, 2, Reason::OnlyOne)]);
}

#[test]
fn a_full_line_says_so() {
    let mut router = direct(|queue| queue.waiting_max = Some(1));
    router.enqueue(item(1, 1), at(1)).expect("queued");
    assert_eq!(
        router.enqueue(item(1, 1), at(1)),
        Err(RouterError::AlreadyQueued)
    );
    assert_eq!(
        router.enqueue(item(2, 1), at(1)),
        Err(RouterError::QueueFull)
    );
}

#[test]
fn several_who_come_at_once_share_the_backlog() {
    let mut router = direct(|_| {});
    for number in 1..=4 {
        router
            .enqueue(item(number, number.into()), at(number.into()))
            .expect("queued");
    }
    come(&mut router, profile(1, 3), 10);
    come(&mut router, profile(2, 3), 10);
    let shared: Vec<(u32, u32)> = decided(&mut router, 10)
        .iter()
        .map(|d| (d.0, d.1))
        .collect();
    let order: Vec<u32> = shared.iter().map(|d| d.0).collect();
    assert_eq!(order, [1, 2, 3, 4], "in order");
    let to_first = shared.iter().filter(|d| d.1 == 1).count();
    assert_eq!(to_first, 2, "{shared:?}");
}

#[test]
fn who_left_the_company_is_forgotten() {
    let mut router = direct(|_| {});
    come(&mut router, profile(1, 1), 0);
    come(&mut router, profile(2, 1), 1);
    router.enqueue(item(1, 1), at(1)).expect("queued");
    assert_eq!(decided(&mut router, 1).len(), 1);
    router.remove_agent(agent(1), at(2)).expect("known");
    let decisions = router.drain(at(2));
    assert_eq!(
        (decisions[0].agent_id, decisions[0].explanation.agents.all),
        (agent(2), 1)
    );
}

#[test]
fn every_word_of_an_explanation_has_a_message() {
    let mut keys: BTreeSet<&str> = Reason::ALL
        .iter()
        .map(|reason| reason.message_key())
        .collect();
    keys.extend(Trigger::ALL.iter().map(|trigger| trigger.message_key()));
    assert_eq!(keys.len(), Reason::ALL.len() + Trigger::ALL.len());
}

#[test]
fn after_a_start_the_work_of_the_absent_is_handed_over_too() {
    let mut router = direct(|_| {});
    router.upsert_agent(profile(1, 1), at(0));
    let assigned = |number| Standing {
        place: Place::Assigned {
            agent_id: agent(number),
            answer_by: None,
        },
        ..Standing::waiting(at(0))
    };
    let restored = router.restore(item(1, 0), &assigned(1), at(1000));
    assert_eq!(restored, Ok(()));
    let unknown = router.restore(item(2, 0), &assigned(9), at(1000));
    assert_eq!(unknown, Ok(()));
    assert_eq!(router.ahead_of(item_id(2)), Some(0), "its agent is unknown");
    come(&mut router, profile(2, 2), 1001);
    assert_eq!(decided(&mut router, 1001), [(2, 2, Reason::OnlyOne)]);
    router.tick(at(1119));
    assert_eq!(decided(&mut router, 1119), []);
    router.tick(at(1120));
    assert_eq!(decided(&mut router, 1120), [(1, 2, Reason::OnlyOne)]);
}

#[test]
fn what_is_stored_is_all_there_is_to_know() {
    let build = || {
        let mut router = asking();
        come(&mut router, profile(1, 1), 0);
        come(&mut router, profile(2, 1), 1);
        router
    };
    let mut router = build();
    router.enqueue(item(1, 2), at(2)).expect("queued");
    router.enqueue(item(2, 3), at(3)).expect("queued");
    assert_eq!(decided(&mut router, 3).len(), 2);
    router
        .accept(item_id(1), agent(1), at(4))
        .expect("offered to 1");
    router
        .decline(item_id(2), agent(2), at(5))
        .expect("offered to 2");
    router
        .transfer(item_id(1), Target::Agent(agent(2)), at(6))
        .expect("at work");
    router
        .add_credit(item_id(2), Duration::from_secs(90), at(7))
        .expect("known");
    assert_eq!(decided(&mut router, 7), [(2, 1, Reason::OnlyOne)]);
    router
        .transfer(item_id(2), Target::Team(team(7)), at(8))
        .expect("known");
    let mut rebuilt = build();
    for id in [item_id(1), item_id(2)] {
        let standing = router.standing(id).expect("known");
        let text = serde_json::to_string(&standing).expect("serialises");
        let stored = serde_json::from_str(&text).expect("reads back");
        let item = router.item(id).expect("known").clone();
        rebuilt.restore(item, &stored, at(8)).expect("restored");
        assert_eq!(rebuilt.standing(id), Some(standing));
    }
    for router in [&mut router, &mut rebuilt] {
        router.tick(at(26));
        let returned = Notice::Returned {
            item_id: item_id(1),
            to: agent(1),
        };
        assert!(router.take_notices().contains(&returned));
        assert_eq!(router.ahead_of(item_id(2)), Some(0));
    }
}

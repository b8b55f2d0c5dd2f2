//! One story each.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::floor::*;
use crate::conversation::Priority;
use crate::identity::agent::Presence;
use crate::routing::*;
use crate::tier::Tier;

#[test]
fn the_first_in_line_goes_to_who_was_idle_longest() {
    let mut router = direct(|_| {});
    come(&mut router, profile(1, 1), 10);
    come(&mut router, profile(2, 1), 5);
    router.enqueue(item(1, 20), at(20)).expect("queued");
    assert_eq!(decided(&mut router, 20), [(1, 2, Reason::LongestIdle)]);
    router.enqueue(item(2, 21), at(21)).expect("queued");
    assert_eq!(decided(&mut router, 21), [(2, 1, Reason::OnlyOne)]);
    router.enqueue(item(3, 22), at(22)).expect("queued");
    assert_eq!(decided(&mut router, 22), []);
    assert_eq!(router.ahead_of(item_id(3)), Some(0));
    router.remove(item_id(1), at(30)).expect("known");
    assert_eq!(decided(&mut router, 30), [(3, 2, Reason::OnlyOne)]);
    assert_eq!(router.ahead_of(item_id(3)), None);
}

#[test]
fn credits_go_before_but_nobody_starves() {
    let mut router = direct(|queue| {
        queue.priorities.tier_s = BTreeMap::from([(Tier::TOP, 90)]);
    });
    router.enqueue(item(1, 0), at(0)).expect("queued");
    let vip = |number, entered| QueueItem {
        tier: Tier::TOP,
        ..item(number, entered)
    };
    router.enqueue(vip(2, 60), at(60)).expect("queued");
    router.enqueue(vip(3, 91), at(91)).expect("queued");
    let urgent = QueueItem {
        severity: Priority::Urgent,
        ..item(4, 95)
    };
    router.enqueue(urgent, at(95)).expect("queued");
    let line: Vec<_> = router.line(queue_id()).collect();
    assert_eq!(line, [4, 2, 1, 3].map(item_id));
    router
        .add_credit(item_id(3), Duration::from_hours(1), at(96))
        .expect("known");
    come(&mut router, profile(1, 4), 100);
    let order: Vec<u32> = decided(&mut router, 100).iter().map(|d| d.0).collect();
    assert_eq!(order, [3, 4, 2, 1]);
}

#[test]
fn capacity_is_three_chats_or_one_call() {
    let mut router = direct(|_| {});
    let mut who = profile(1, 1);
    who.capacity = Capacity::default();
    come(&mut router, who, 0);
    for number in 1..=4 {
        router.enqueue(item(number, 1), at(1)).expect("queued");
    }
    let call = QueueItem {
        kind: WorkKind::Call,
        ..item(5, 0)
    };
    assert_eq!(decided(&mut router, 1).len(), 3);
    router.enqueue(call, at(2)).expect("queued");
    for number in 1..=3 {
        assert_eq!(decided(&mut router, 2), []);
        router.remove(item_id(number), at(3)).expect("known");
        if number == 1 {
            assert_eq!(decided(&mut router, 3), [(4, 1, Reason::OnlyOne)]);
        }
    }
    assert_eq!(decided(&mut router, 3), []);
    router.remove(item_id(4), at(4)).expect("known");
    assert_eq!(decided(&mut router, 4), [(5, 1, Reason::OnlyOne)]);
}

#[test]
fn specialists_are_taken_before_those_who_can_do_more() {
    let wanted = || QueueItem {
        needs: vec![need(1, 2)],
        ..item(1, 1)
    };
    let floor = |order| {
        let mut router = direct(|queue| queue.order = order);
        come(&mut router, skilled(1, &[(1, 5), (2, 5)]), 0);
        come(&mut router, skilled(2, &[(1, 2)]), 1);
        come(&mut router, skilled(3, &[(1, 1)]), 0);
        come(&mut router, skilled(4, &[(2, 5)]), 0);
        router.enqueue(wanted(), at(2)).expect("queued");
        router
    };
    let decisions = floor(Order::SpecialistsFirst).drain(at(2));
    let why = &decisions[0].explanation;
    assert_eq!(
        (decisions[0].agent_id, why.reason),
        (agent(2), Reason::Specialist)
    );
    assert_eq!(why.candidates.len(), 2);
    let count = why.agents;
    assert_eq!(
        (
            count.all,
            count.below_level,
            count.lacking_skill,
            count.free
        ),
        (4, 1, 1, 2)
    );
    assert_eq!(
        decided(&mut floor(Order::BestFirst), 2),
        [(1, 1, Reason::BestSkill)]
    );
}

#[test]
fn needs_give_way_step_by_step() {
    let step = |after_s, ease| EaseStep { after_s, ease };
    let mut router = direct(|queue| {
        queue.teams = BTreeSet::from([team(1)]);
        queue.eases = vec![
            step(30, Ease::LowerLevels(2)),
            step(60, Ease::AddTeams(BTreeSet::from([team(2)]))),
            step(90, Ease::DropSkills),
            step(120, Ease::DropLanguage),
        ];
    });
    let mut own = skilled(1, &[(1, 3)]);
    own.teams = BTreeSet::from([team(1)]);
    own.languages = BTreeSet::from(["en".parse().expect("a tag")]);
    come(&mut router, own.clone(), 0);
    let wanted = |number, language: &str| QueueItem {
        needs: vec![need(1, 5)],
        language: Some(language.parse().expect("a tag")),
        ..item(number, 0)
    };
    router.enqueue(wanted(1, "en"), at(0)).expect("queued");
    router.enqueue(wanted(2, "zh"), at(0)).expect("queued");
    assert_eq!(decided(&mut router, 29), []);
    assert_eq!(
        router
            .explain_waiting(item_id(1), at(29))
            .map(|c| c.below_level),
        Ok(1)
    );
    router.tick(at(30));
    assert_eq!(decided(&mut router, 30), [(1, 1, Reason::OnlyOne)]);
    router.remove(item_id(1), at(31)).expect("known");
    assert_eq!(decided(&mut router, 31), []);
    let mut helper = own.clone();
    (helper.id, helper.teams) = (agent(2), BTreeSet::from([team(2)]));
    helper.skills.clear();
    come(&mut router, helper, 32);
    router.tick(at(119));
    assert_eq!(decided(&mut router, 119), []);
    router.tick(at(120));
    let decisions = router.drain(at(120));
    let why = &decisions[0].explanation;
    assert_eq!(
        (decisions[0].agent_id, why.reason),
        (agent(1), Reason::OwnTeam)
    );
    assert_eq!((why.trigger, why.step), (Trigger::Eased, 4));
    assert!(router.take_notices().contains(&Notice::Eased {
        item_id: item_id(2),
        step: 4
    }));
}

#[test]
fn the_own_agent_comes_first_and_is_waited_for_a_moment() {
    let mut router = direct(|queue| {
        queue.continuity = Continuity {
            is_last_agent_first: true,
            last_agent_hold_s: 10,
            dedicated_hold_s: 30,
            own_agent_credit_s: 60,
        };
    });
    come(&mut router, profile(1, 1), 0);
    come(&mut router, profile(2, 1), 0);
    let known = |number, entered| QueueItem {
        last_agent: Some(agent(2)),
        ..item(number, entered)
    };
    router.enqueue(known(1, 1), at(1)).expect("queued");
    assert_eq!(decided(&mut router, 1), [(1, 2, Reason::LastAgent)]);
    router.enqueue(known(2, 2), at(2)).expect("queued");
    assert_eq!(
        decided(&mut router, 2),
        [],
        "agent 1 is free, but the customer's own is at work"
    );
    router.tick(at(12));
    assert_eq!(decided(&mut router, 12), [(2, 1, Reason::OnlyOne)]);
    let dedicated = QueueItem {
        dedicated: vec![agent(1)],
        ..item(4, 30)
    };
    router.enqueue(item(3, 13), at(13)).expect("queued");
    router.enqueue(dedicated, at(30)).expect("queued");
    router.remove(item_id(2), at(40)).expect("known");
    assert_eq!(
        decided(&mut router, 40),
        [(4, 1, Reason::Dedicated)],
        "60 s credit with their own"
    );
    router
        .set_presence(agent(1), Presence::Offline, at(41))
        .expect("known");
    let absent = QueueItem {
        dedicated: vec![agent(1)],
        ..item(5, 0)
    };
    router.enqueue(absent, at(42)).expect("queued");
    router.remove(item_id(1), at(43)).expect("known");
    assert_eq!(
        decided(&mut router, 43),
        [(5, 2, Reason::OnlyOne)],
        "nobody waits for who is gone"
    );
}

#[test]
fn slots_are_those_of_who_may_serve() {
    let mut router = direct(|_| {});
    let work = QueueItem {
        needs: vec![need(1, 3)],
        ..item(1, 0)
    };
    router.enqueue(work, at(0)).expect("queued");
    assert_eq!(router.slots_for(item_id(1)), Ok(0));
    let with_capacity = |number, skills: &[(u32, u8)], capacity| AgentProfile {
        capacity,
        ..skilled(number, skills)
    };
    let one_chat = Capacity {
        most: BTreeMap::from([(WorkKind::Chat, 1)]),
        ..Capacity::default()
    };
    come(
        &mut router,
        with_capacity(1, &[(1, 3)], Capacity::default()),
        1,
    );
    come(&mut router, with_capacity(2, &[(1, 5)], one_chat), 1);
    come(
        &mut router,
        with_capacity(3, &[(1, 2)], Capacity::default()),
        1,
    );
    router.upsert_agent(with_capacity(4, &[(1, 5)], Capacity::default()), at(1));
    assert_eq!(router.slots_for(item_id(1)), Ok(3 + 1));
    assert_eq!(router.slots_for(item_id(2)), Err(RouterError::UnknownItem));
}

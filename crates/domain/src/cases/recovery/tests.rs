//! Tests of service recovery.

use proptest::prelude::*;
use uuid::Uuid;

use super::super::builtin;
use super::super::fixtures::{agent, at, case_id, team};
use super::*;

fn yuan(minor: i64) -> Money {
    Money::new(minor, Currency::CNY).expect("a sum")
}

fn role(number: u128) -> RoleId {
    RoleId::from_uuid(Uuid::from_u128(number))
}

fn line(level: u8) -> Approver {
    Approver::Line { level }
}

/// An agent may grant ¥50 and a lead ¥200 alone; from ¥100 on always two people; the lead
/// approves up to ¥500, the manager up to ¥5,000.
fn limits() -> RecoveryLimits {
    RecoveryLimits {
        currency: Currency::CNY,
        own: [(role(1), 5_000), (role(2), 20_000)].into(),
        four_eyes_from: 10_000,
        chain: [(1, 50_000), (2, 500_000)]
            .map(|(level, up_to)| ApprovalLevel {
                approver: line(level),
                up_to,
            })
            .into(),
    }
}

fn id(number: u128) -> RecoveryId {
    RecoveryId::from_uuid(Uuid::from_u128(number))
}

fn ask(number: u128, minor: i64) -> Ask {
    Ask {
        id: id(number),
        gesture: "refund".to_owned(),
        cost: yuan(minor),
        reason: "Broken on arrival".to_owned(),
        by: agent(1),
        own_limit: 5_000,
        at: at(1),
    }
}

fn judge(number: u128, levels: &[u8]) -> Judge {
    Judge {
        agent_id: agent(number),
        posts: levels.iter().map(|level| line(*level)).collect(),
    }
}

fn plenty() -> Budget {
    Budget::new(yuan(1_000_000))
}

fn catalogue() -> Catalogue {
    builtin::catalogue(Currency::CNY)
}

#[test]
fn limits_decide_who_is_asked() {
    let limits = limits();
    assert_eq!(limits.check(), Ok(()));
    let needs = |minor, own| limits.needs(yuan(minor), own);
    assert_eq!(needs(5_000, 5_000), Ok(Needs::Nothing));
    assert_eq!(needs(5_001, 5_000), Ok(Needs::Approval(vec![line(1)])));
    assert_eq!(
        needs(60_000, 5_000),
        Ok(Needs::Approval(vec![line(1), line(2)]))
    );
    assert_eq!(needs(500_001, 5_000), Err(RecoveryError::AboveAll));
    assert_eq!(
        needs(10_000, 20_000),
        Ok(Needs::Approval(vec![line(1)])),
        "four eyes"
    );
    assert_eq!(needs(60_000, 50_000), Ok(Needs::Approval(vec![line(2)])));
    assert_eq!(limits.own_limit(&[role(1), role(2), role(3)]), 20_000);
    assert_eq!(limits.own_limit(&[role(3)]), 0);
}

#[test]
fn limits_that_do_not_hold_together_are_refused() {
    let with = |change: fn(&mut RecoveryLimits)| {
        let mut limits = limits();
        change(&mut limits);
        limits.check()
    };
    assert_eq!(with(|it| it.chain.reverse()), Err(LimitsError::Chain));
    assert_eq!(with(|it| it.chain.clear()), Err(LimitsError::Chain));
    assert_eq!(
        with(|it| it.chain[1].approver = line(1)),
        Err(LimitsError::Chain)
    );
    assert_eq!(with(|it| it.four_eyes_from = -1), Err(LimitsError::Range));
    let own = with(|it| {
        it.own.insert(role(9), 900_000);
    });
    assert_eq!(own, Err(LimitsError::Own));
}

#[test]
fn many_small_gestures_are_one_large_one() {
    let (catalogue, limits) = (catalogue(), limits());
    let recovery = CaseRecovery::new(case_id(1));
    let (recovery, budget) = recovery
        .ask(ask(1, 3_000), &catalogue, &limits, plenty())
        .unwrap();
    assert!(recovery.grants[0].is_granted());
    let (recovery, budget) = recovery
        .ask(ask(2, 3_000), &catalogue, &limits, budget)
        .unwrap();
    assert_eq!(recovery.pending_count(), 1, "together above the limit");
    assert_eq!((budget.spent, budget.reserved), (yuan(3_000), yuan(3_000)));
    let sorry = Ask {
        gesture: "apology".to_owned(),
        ..ask(3, 0)
    };
    let (recovery, budget) = recovery.ask(sorry, &catalogue, &limits, budget).unwrap();
    assert!(recovery.grants[2].is_granted(), "an apology needs nobody");
    let (recovery, budget) = recovery
        .decide(
            id(2),
            &judge(2, &[1]),
            (false, "one voucher is fair"),
            budget,
            at(2),
        )
        .unwrap();
    assert_eq!(budget.reserved, yuan(0));
    let again = recovery
        .clone()
        .decide(id(2), &judge(3, &[1]), (true, ""), budget, at(3));
    assert_eq!(again, Err(RecoveryError::State));
    let done = recovery.carry_out(id(1), agent(1), at(4)).unwrap();
    let back = done.withdraw(id(1), agent(1), budget, at(5));
    assert_eq!(back, Err(RecoveryError::State), "what was paid is paid");
}

#[test]
fn what_is_asked_must_fit_catalogue_and_budget() {
    let (catalogue, limits) = (catalogue(), limits());
    let try_it = |ask, budget| {
        let recovery = CaseRecovery::new(case_id(1));
        recovery.ask(ask, &catalogue, &limits, budget).map(|_| ())
    };
    let gold = Ask {
        gesture: "gold".to_owned(),
        ..ask(1, 1)
    };
    assert_eq!(try_it(gold, plenty()), Err(RecoveryError::NoGesture));
    let costly = Ask {
        gesture: "apology".to_owned(),
        ..ask(1, 1)
    };
    assert_eq!(try_it(costly, plenty()), Err(RecoveryError::Cost));
    let euro = Ask {
        cost: Money::new(1, "EUR".parse().unwrap()).unwrap(),
        ..ask(1, 1)
    };
    assert_eq!(try_it(euro, plenty()), Err(RecoveryError::Cost));
    let small = Budget::new(yuan(2_999));
    let left = yuan(2_999);
    assert_eq!(
        try_it(ask(1, 3_000), small),
        Err(BudgetError::Short { left }.into())
    );
    let without = Budget {
        total: None,
        ..small
    };
    assert_eq!(try_it(ask(1, 3_000), without), Ok(()));
}

#[test]
fn the_report_sums_by_team_and_kind() {
    let (catalogue, limits) = (catalogue(), limits());
    let one = CaseRecovery::new(case_id(1));
    let (one, budget) = one
        .ask(ask(1, 3_000), &catalogue, &limits, plenty())
        .unwrap();
    let (one, budget) = one.ask(ask(2, 9_000), &catalogue, &limits, budget).unwrap();
    let two = CaseRecovery::new(case_id(2));
    let (two, _) = two.ask(ask(3, 1_000), &catalogue, &limits, budget).unwrap();
    let cases = [(Some(team(1)), &one), (Some(team(1)), &two)];
    let rows = budget_report(cases, &catalogue, yuan(0)).unwrap();
    let row = rows[&(Some(team(1)), GestureKind::Refund)];
    assert_eq!((row.count, row.sum), (2, yuan(4_000)));
    assert_eq!((row.pending_count, row.pending_sum), (1, yuan(9_000)));
}

#[test]
fn the_built_in_catalogue_holds_together() {
    let catalogue = catalogue();
    assert_eq!(catalogue.check(), Ok(()));
    let mut twice = catalogue.clone();
    twice.0.push(catalogue.0[0].clone());
    assert_eq!(
        twice.check(),
        Err(CatalogueError::Gesture(catalogue.0.len()))
    );
    let mut nothing = catalogue;
    nothing.0[0].cost = Cost::UpTo { amount: yuan(0) };
    assert_eq!(nothing.check(), Err(CatalogueError::Zero(0)));
}

/// A row with a version, as a database keeps it: a writer who read an older one is refused.
#[derive(Clone)]
struct Stored {
    recovery: CaseRecovery,
    budget: Budget,
}

impl Stored {
    fn write(&mut self, recovery: CaseRecovery, budget: Budget) -> bool {
        let is_fresh =
            recovery.version == self.recovery.version && budget.version == self.budget.version;
        if is_fresh {
            self.recovery = CaseRecovery {
                version: recovery.version + 1,
                ..recovery
            };
            self.budget = Budget {
                version: budget.version + 1,
                ..budget
            };
        }
        is_fresh
    }
}

proptest! {
    /// Two people act at once, each on what they read some time ago. In any order: what is
    /// granted without another person stays within the own limit and below four eyes, what
    /// is granted with others had everybody the sum takes, nobody approved their own, and
    /// the budget holds exactly what counts.
    #[test]
    fn limits_hold_in_any_order_and_race(
        steps in prop::collection::vec((0..6_u8, 0..2_usize, 1..40_000_i64, 0..6_u128, 1..6_u128), 1..60),
        total in 1_000..200_000_i64,
    ) {
        let (catalogue, limits) = (catalogue(), limits());
        let mut stored = Stored { recovery: CaseRecovery::new(case_id(1)), budget: Budget::new(yuan(total)) };
        let mut read = [stored.clone(), stored.clone()];
        let mut next_id = 0;
        for (what, who, minor, which, judge_number) in steps {
            let Stored { recovery, budget } = read[who].clone();
            let by = agent(1 + who as u128);
            let chosen = id(which + 1);
            let found = match what {
                0 | 1 => {
                    next_id += 1;
                    let ask = Ask { by, ..ask(next_id, minor) };
                    recovery.ask(ask, &catalogue, &limits, budget)
                }
                2 | 3 => {
                    let posts: &[u8] = if judge_number % 2 == 0 { &[1] } else { &[1, 2] };
                    recovery.decide(chosen, &judge(judge_number, posts), (minor % 4 != 0, "seen"), budget, at(5))
                }
                4 => recovery.carry_out(chosen, by, at(6)).map(|it| (it, budget)),
                _ => recovery.withdraw(chosen, by, budget, at(7)),
            };
            if let Ok((recovery, budget)) = found {
                stored.write(recovery, budget);
            }
            // Reads again after acting, so that the other one is the stale one now.
            read[who] = stored.clone();

            let mut sum = 0;
            let mut pending = 0;
            for grant in &stored.recovery.grants {
                match &grant.state {
                    GrantState::Granted { approval, .. } | GrantState::Done { approval, .. } => {
                        sum += grant.cost.minor();
                        match approval {
                            None => prop_assert!(grant.cost.minor() <= 5_000),
                            Some(approval) => {
                                prop_assert_eq!(approval.state(), ApprovalState::Approved);
                                prop_assert!(approval.decisions().iter().all(|it| it.by != grant.asked_by));
                            }
                        }
                    }
                    GrantState::Pending { .. } => pending += grant.cost.minor(),
                    GrantState::Rejected { .. } | GrantState::Withdrawn { .. } => {}
                }
            }
            let alone: i64 = stored.recovery.grants.iter()
                .filter(|grant| matches!(grant.state, GrantState::Granted { approval: None, .. } | GrantState::Done { approval: None, .. }))
                .map(|grant| grant.cost.minor()).sum();
            prop_assert!(alone <= 5_000, "alone never more than the own limit on the whole case");
            prop_assert!(sum + pending <= limits.most());
            prop_assert!(sum + pending <= total);
            prop_assert_eq!((stored.budget.spent, stored.budget.reserved), (yuan(sum), yuan(pending)));
        }
    }
}

//! Tests of the severity matrix.

use proptest::prelude::*;

use super::*;

fn check(change: impl FnOnce(&mut ComplaintFacts), expected: Severity) {
    let mut facts = ComplaintFacts::default();
    change(&mut facts);
    let found = SeverityMatrix::default().assess(&facts);
    assert_eq!(found.severity, expected, "{facts:?} {found:?}");
}

#[test]
fn single_facts_weigh_what_people_expect() {
    check(|_| (), Severity::Minor);
    check(|it| it.harm = Harm::Over, Severity::Minor);
    check(|it| it.value = Value::VeryHigh, Severity::Moderate);
    check(|it| it.harm = Harm::GoingOn, Severity::Moderate);
    check(|it| it.is_vulnerable = true, Severity::Moderate);
    check(|it| it.repeat_count = 2, Severity::Moderate);
    check(|it| it.media = Outside::Threatened, Severity::Minor);
    check(|it| it.media = Outside::Begun, Severity::Serious);
    check(|it| it.legal = Outside::Begun, Severity::Serious);
    check(|it| it.safety = Safety::Possible, Severity::Serious);
    check(|it| it.safety = Safety::Happened, Severity::Critical);
}

#[test]
fn facts_add_up_and_floors_hold() {
    // 漏电: the kettle gives shocks and is still in use.
    let shocking = |it: &mut ComplaintFacts| {
        it.harm = Harm::GoingOn;
        it.safety = Safety::Possible;
    };
    check(shocking, Severity::Critical);
    let pension = |it: &mut ComplaintFacts| {
        it.harm = Harm::GoingOn;
        it.is_vulnerable = true;
    };
    check(pension, Severity::Serious);
    let third_time = |it: &mut ComplaintFacts| {
        it.harm = Harm::Over;
        it.repeat_count = 3;
        it.legal = Outside::Threatened;
        it.media = Outside::Threatened;
    };
    check(third_time, Severity::Critical);
}

#[test]
fn the_reason_is_told() {
    let facts = ComplaintFacts {
        legal: Outside::Begun,
        ..ComplaintFacts::default()
    };
    let found = SeverityMatrix::default().assess(&facts);
    assert_eq!(found.facts, [(Fact::LegalBegun, 5)]);
    assert_eq!((found.points, found.floor), (5, Some(Floor::Serious)));
    let more = ComplaintFacts {
        value: Value::High,
        ..facts
    };
    let found = SeverityMatrix::default().assess(&more);
    assert_eq!(found.floor, None, "six points are serious by themselves");
}

#[test]
fn a_matrix_is_checked() {
    let usual = SeverityMatrix::default();
    assert_eq!(usual.check(), Ok(()));
    let json = serde_json::to_string(&usual).unwrap();
    let read: SeverityMatrix = serde_json::from_str(&json).unwrap();
    assert_eq!(read, usual);
    let with = |change: fn(&mut SeverityMatrix)| {
        let mut matrix = SeverityMatrix::default();
        change(&mut matrix);
        matrix.check()
    };
    assert_eq!(
        with(|it| it.thresholds = [3, 3, 9]),
        Err(MatrixError::Thresholds)
    );
    let weights = with(|it| {
        it.weights.insert(Fact::HarmOver, 9);
    });
    assert_eq!(weights, Err(MatrixError::Weights));
    let without = with(|it| {
        it.terms.remove(&Severity::Serious);
    });
    assert_eq!(without, Err(MatrixError::Terms(Severity::Serious)));
    let slower = with(|it| {
        if let Some(terms) = it.terms.get_mut(&Severity::Serious) {
            terms.reply = TimeLimit::business_hours(30);
        }
    });
    assert_eq!(slower, Err(MatrixError::Order(Severity::Serious)));
}

fn any_facts() -> impl Strategy<Value = ComplaintFacts> {
    let harm = prop::sample::select(vec![Harm::None, Harm::Over, Harm::GoingOn]);
    let safety = prop::sample::select(vec![Safety::None, Safety::Possible, Safety::Happened]);
    let outside = || prop::sample::select(vec![Outside::None, Outside::Threatened, Outside::Begun]);
    let value = prop::sample::select(vec![
        super::Value::Usual,
        super::Value::High,
        super::Value::VeryHigh,
    ]);
    let all = (
        harm,
        safety,
        outside(),
        outside(),
        any::<bool>(),
        0..5_u8,
        value,
    );
    all.prop_map(
        |(harm, safety, legal, media, is_vulnerable, repeat_count, value)| ComplaintFacts {
            harm,
            safety,
            legal,
            media,
            is_vulnerable,
            repeat_count,
            value,
        },
    )
}

proptest! {
    /// A graver fact never makes a complaint less severe.
    #[test]
    fn graver_is_never_less(a in any_facts(), b in any_facts()) {
        let graver = ComplaintFacts {
            harm: a.harm.max(b.harm),
            safety: a.safety.max(b.safety),
            legal: a.legal.max(b.legal),
            media: a.media.max(b.media),
            is_vulnerable: a.is_vulnerable || b.is_vulnerable,
            repeat_count: a.repeat_count.max(b.repeat_count),
            value: a.value.max(b.value),
        };
        let matrix = SeverityMatrix::default();
        prop_assert!(matrix.assess(&graver).severity >= matrix.assess(&a).severity);
    }
}

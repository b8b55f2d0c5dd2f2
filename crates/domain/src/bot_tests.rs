//! The gate and the settings of the bot.

use proptest::prelude::*;

use super::*;
use crate::locale::Locale;

fn tally(good: i64, bad: i64) -> Tally {
    Tally {
        shown: good + bad,
        good,
        bad,
    }
}

#[test]
fn a_clear_lead_makes_surer_and_a_tie_less_sure() {
    assert!(confidence(0.9, 0.3) > 0.9);
    assert!(confidence(0.6, 0.3) > confidence(0.6, 0.6));
    assert!(confidence(0.2, 0.2) < 0.2);
    for odd in [0.0, -1.0, f32::NAN] {
        assert!(confidence(odd, 0.0) < f32::EPSILON, "{odd}");
    }
}

#[test]
fn without_opinions_the_curve_decides() {
    let learned = learned(&Opinions::default());
    assert!((learned.answer - 0.55).abs() < 1e-3, "{learned:?}");
    assert!((learned.suggest - 0.25).abs() < 1e-3, "{learned:?}");
    assert_eq!(learned.judge(0.8), Verdict::Answered);
    assert_eq!(learned.judge(0.4), Verdict::Suggested);
    assert_eq!(learned.judge(0.1), Verdict::PassedOn);
}

#[test]
fn answers_that_do_not_help_raise_the_threshold_and_good_ones_lower_it() {
    let usual = learned(&Opinions::default()).answer;
    let mut opinions = Opinions::default();
    opinions.answers[11] = tally(1, 12);
    opinions.answers[12] = tally(2, 12);
    assert!(learned(&opinions).answer > usual);
    let mut opinions = Opinions::default();
    for at in 8..12 {
        opinions.answers[at] = tally(20, 1);
    }
    assert!(learned(&opinions).answer < usual);
}

#[test]
fn one_angry_customer_changes_nothing() {
    let mut opinions = Opinions::default();
    opinions.answers[16] = tally(0, 1);
    assert_eq!(learned(&opinions), learned(&Opinions::default()));
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let check = |settings: BotSettings| settings.check(Channel::Web, true);
    let ok = BotSettings::default();
    assert_eq!(check(ok.clone()), Ok(()));
    let thresholds = Some(Thresholds {
        answer: 0.3,
        suggest: 0.5,
    });
    let wrong = BotSettings {
        thresholds,
        ..ok.clone()
    };
    assert_eq!(check(wrong), Err(BotSettingsError::Thresholds));
    let wrong = BotSettings {
        tries_max: 0,
        ..ok.clone()
    };
    assert_eq!(check(wrong), Err(BotSettingsError::Tries));
    let wrong = BotSettings {
        idle_minutes: 1,
        ..ok.clone()
    };
    assert_eq!(check(wrong), Err(BotSettingsError::Idle));
    let wrong = BotSettings {
        name: [(Locale::En, "x".repeat(41))].into(),
        ..ok.clone()
    };
    assert_eq!(check(wrong), Err(BotSettingsError::Name));
    assert_eq!(
        ok.check(Channel::Email, true),
        Err(BotSettingsError::Channel)
    );
    assert_eq!(ok.check(Channel::Email, false), Ok(()));
}

proptest! {
    /// Whatever people think, thresholds stay where they make sense.
    #[test]
    fn learned_thresholds_stay_within_bounds(counts in prop::collection::vec((0_i64..500, 0_i64..500), 40)) {
        let mut opinions = Opinions::default();
        for (at, (good, bad)) in counts.into_iter().enumerate() {
            let all = if at < BUCKETS { &mut opinions.answers } else { &mut opinions.suggestions };
            all[at % BUCKETS] = tally(good, bad);
        }
        let learned = learned(&opinions);
        prop_assert!(learned.is_valid(), "{:?}", learned);
        prop_assert!(learned.answer >= 0.399 && learned.answer <= 0.901);
        prop_assert!(learned.suggest < learned.answer);
    }

    #[test]
    fn confidence_is_a_share_and_rises_with_the_score(a in 0.0_f32..2.0, b in 0.0_f32..2.0, other in 0.0_f32..2.0) {
        let (low, high) = (a.min(b), a.max(b));
        let (low, high) = (confidence(low, other), confidence(high, other));
        prop_assert!((0.0..=1.0).contains(&low) && low <= high);
    }
}

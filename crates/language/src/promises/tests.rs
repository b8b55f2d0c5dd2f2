//! Sentences of every form, and what is found in them.

use proptest::prelude::*;

use super::*;
use crate::measure::{promise_errors, promise_figures, read_promise_sentences};

const SENTENCES: &str = include_str!("../../data/promises/sentences.tsv");

#[test]
fn most_promises_are_found_and_few_others() {
    let sentences = read_promise_sentences(SENTENCES).expect("a table");
    assert!(sentences.len() >= 300, "{}", sentences.len());
    let figures = promise_figures(&sentences);
    let wrong = promise_errors(&sentences, "dev");
    for (key, least) in [
        ("promise_dev_precision", 0.97),
        ("promise_dev_recall", 0.97),
        ("promise_dev_date_accuracy", 0.97),
        // Never looked at while the rules were written.
        ("promise_held_precision", 0.95),
        ("promise_held_recall", 0.9),
        ("promise_held_date_accuracy", 0.95),
    ] {
        assert!(
            figures[key] >= least,
            "{key}: {}\n{}",
            figures[key],
            wrong.join("\n")
        );
    }
}

#[track_caller]
fn check(text: &str, expected: Option<(&str, PromiseKind)>) {
    let found = promises(text);
    let found = found.first().map(|it| (&text[it.when.clone()], it.kind));
    assert_eq!(found, expected, "{text}");
}

#[test]
fn the_words_of_time_are_marked_in_the_original() {
    check(
        "您好。我２４小時內回覆您。",
        Some(("２４小時內", PromiseKind::Reply)),
    );
    check(
        "Hello. I’ll call you by Friday noon.",
        Some(("Friday noon", PromiseKind::CallBack)),
    );
    let text = "  Thanks. We’ll ship it tomorrow.  Bye.";
    assert_eq!(
        &text[promises(text)[0].place.clone()],
        "We’ll ship it tomorrow."
    );
}

#[test]
fn other_peoples_words_are_no_promise() {
    check("> I'll call you tomorrow.", None);
    check("您说“我明天给您回电”，对此我很抱歉。", None);
    check(
        "“明天给您回电”是上次说的。我今天下午给您回电。",
        Some(("今天下午", PromiseKind::CallBack)),
    );
}

#[test]
fn each_sentence_has_one() {
    let found = promises("我今天下午给您回电。差价三个工作日内退还给您。");
    assert_eq!(found.len(), 2);
    assert_eq!(found[1].due, DueRule::WorkingDays(3));
}

proptest! {
    #[test]
    fn any_text_is_read_and_places_are_in_it(text in "\\PC{0,60}", word in "明天|by fri|\\. |，|“|24小时内|回复您|will |ﬃ|İ") {
        let text = format!("{text}{word}{text}");
        for found in promises(&text) {
            prop_assert!(text.get(found.place.clone()).is_some());
            prop_assert!(text.get(found.when.clone()).is_some());
        }
    }
}

#[test]
fn what_looks_like_a_promise_is_none() {
    for text in [
        "明天是周六，仓库不发货。",
        "下单后48小时内发货。",
        "每个工作日下午4点统一发货。",
        "恐怕今天处理不完。",
        "之前说好今天发货的。",
        "I'll need your answer by Friday.",
        "The sale will end on Sunday.",
        "Our office will reopen on Monday.",
        "You will be charged on Friday.",
        "I'll be out of the office until Monday.",
    ] {
        check(text, None);
    }
}

#[test]
fn a_range_ends_with_its_later_time() {
    let found = promises("工程师明天上午9点到下午3点之间上门。");
    let three = zhiyin_domain::promise::DueTime::At {
        hour: 15,
        minute: 0,
    };
    let tomorrow = zhiyin_domain::promise::DueDay::InDays(1);
    let due = DueRule::On {
        day: tomorrow,
        time: three,
    };
    assert_eq!(found.first().map(|it| it.due), Some(due));
    check(
        "退款1-3个工作日到账。",
        Some(("1-3个工作日到账", PromiseKind::Other)),
    );
}

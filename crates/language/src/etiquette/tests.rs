//! The built-in sets on single cases, and the engine on sets of somebody's own.

use super::*;

fn kinds(language: &str, text: &str, context: Context<'_>) -> Vec<Kind> {
    let set = RuleSet::built_in(language).expect("the set is read");
    let mut kinds: Vec<Kind> = check(set, text, context)
        .into_iter()
        .map(|finding| finding.kind)
        .collect();
    kinds.dedup();
    kinds
}

#[test]
fn the_sets_in_the_program_are_sound() {
    for language in ["zh", "en"] {
        let text = RuleSet::built_in_text(language).unwrap();
        let set = RuleSet::parse(text).unwrap();
        assert!(set.rules().len() > 20);
        assert!(
            set.rules()
                .iter()
                .all(|rule| !rule.reason.is_empty() && !rule.better.is_empty())
        );
    }
    assert!(RuleSet::built_in("xx").is_none());
}

#[test]
fn what_should_not_be_sent_is_found() {
    let any = Context::default();
    for (language, text, kind) in [
        ("zh", "这个不归我管", Kind::Forbidden),
        ("zh", "亲，不能退货哦", Kind::Refusal),
        ("zh", "是您自己没看清楚", Kind::Blame),
        ("zh", "保证明天一定到货", Kind::Promise),
        ("zh", "您的SKU已经改派了", Kind::Jargon),
        ("zh", "您看一下！！！", Kind::Tone),
        ("zh", "您留的电话是13812345678", Kind::Personal),
        ("en", "That's not my job.", Kind::Forbidden),
        ("en", "We can't refund this.", Kind::Refusal),
        ("en", "You should have read the terms", Kind::Blame),
        ("en", "I guarantee it will arrive tomorrow", Kind::Promise),
        ("en", "Your card is 4111 1111 1111 1111", Kind::Personal),
    ] {
        assert!(
            kinds(language, text, any).contains(&kind),
            "{text}: {:?}",
            kinds(language, text, any)
        );
    }
}

#[test]
fn good_manners_pass() {
    for (language, text) in [
        (
            "zh",
            "王女士，您好，我这边先帮您核实一下物流，大约十分钟给您答复。",
        ),
        (
            "zh",
            "非常抱歉让您久等了，退款已经提交，预计三个工作日内原路退回。",
        ),
        (
            "en",
            "Thank you for waiting, Ms Carter. I've asked the warehouse and will write to you by 3 pm.",
        ),
        (
            "en",
            "We can't change the address any more, but I can ask the courier to hold the parcel for you.",
        ),
    ] {
        assert_eq!(
            kinds(language, text, Context::default()),
            Vec::new(),
            "{text}"
        );
    }
}

#[test]
fn situation_channel_glossary_and_surname_count() {
    let complaint = Context {
        situation: Situation::Complaint,
        ..Context::default()
    };
    assert!(kinds("zh", "好的，收到😂", Context::default()).is_empty());
    assert_eq!(kinds("zh", "好的，收到😂", complaint), [Kind::Emoji]);

    let glossary = [("逆向仓", "退货仓库")];
    let context = Context {
        glossary: &glossary,
        ..Context::default()
    };
    let set = RuleSet::built_in("zh").unwrap();
    let found = check(set, "货已到逆向仓", context);
    assert_eq!((found[0].kind, found[0].better), (Kind::Jargon, "退货仓库"));
    assert_eq!(&"货已到逆向仓"[found[0].place.clone()], "逆向仓");

    let context = Context {
        surname: Some("王"),
        ..Context::default()
    };
    assert_eq!(
        kinds("zh", "您好，请问有什么可以帮您", context),
        [Kind::Address]
    );
    assert!(kinds("zh", "王女士您好，请问有什么可以帮您", context).is_empty());

    let own = RuleSet::parse("a\ttone\thint\tany@email\tasap\t\tr\tb\n").unwrap();
    assert!(check(&own, "asap", Context::default()).is_empty());
    assert_eq!(
        check(
            &own,
            "asap",
            Context {
                channel: "email",
                ..Context::default()
            }
        )
        .len(),
        1
    );
}

#[test]
fn wrong_rules_say_what_to_change() {
    let line = |text: &str| RuleSet::parse(text).unwrap_err().to_string();
    assert!(line("a\tb").starts_with("line 1: 2 columns"));
    assert!(line("# x\na\tnoise\thint\tany\tx\t\tr\tb").contains("line 2: `noise` is no kind"));
    assert!(line("a\ttone\thint\tany\t(\t\tr\tb").contains("the pattern is wrong"));
    let twice = "a\ttone\thint\tany\tx\t\tr\tb\n";
    assert!(line(&twice.repeat(2)).contains("choose another id"));
}

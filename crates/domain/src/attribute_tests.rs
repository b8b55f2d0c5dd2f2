//! Definitions and the values that fit them.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn label(text: &str) -> Label {
    Label::from([(Locale::En, text.to_owned())])
}

fn option(value: &str) -> AttributeOption {
    AttributeOption {
        value: value.into(),
        label: label(value),
    }
}

fn attribute(kind: AttributeKind) -> Attribute {
    Attribute {
        id: AttributeId::from_uuid(Uuid::from_u128(1)),
        key: "plan".parse().expect("a key"),
        label: label("Plan"),
        kind,
        is_personal: false,
        position: 0,
        created_at: Timestamp::EPOCH,
        version: 1,
    }
}

#[test]
fn a_key_is_snake_case() {
    for good in ["a", "plan", "member_since_2020"] {
        assert_eq!(
            good.parse::<AttributeKey>().map(|key| key.to_string()),
            Ok(good.to_owned())
        );
    }
    for bad in [
        "",
        "_a",
        "1a",
        "Plan",
        "a-b",
        "a.b",
        "会员",
        &"a".repeat(65),
    ] {
        assert!(bad.parse::<AttributeKey>().is_err(), "{bad}");
    }
}

#[test]
fn each_kind_takes_what_fits_it() {
    let select = AttributeKind::Select(vec![option("gold"), option("silver")]);
    let cases: [(AttributeKind, &[&str], &[&str]); 6] = [
        (
            AttributeKind::Text,
            &["anything", "茶"],
            &["a\nb", "a\u{0}"],
        ),
        (
            AttributeKind::Number,
            &["0", "-3", "12.50"],
            &["", ".", "-", "1.", ".5", "1e3", "NaN", "1,000", "１"],
        ),
        (
            AttributeKind::Boolean,
            &["true", "false"],
            &["yes", "1", "True"],
        ),
        (
            AttributeKind::Date,
            &["2026-03-01", "2024-02-29"],
            &["2026-02-29", "2026-3-1", "01.03.2026", "2026-03-01T00:00"],
        ),
        (select, &["gold"], &["Gold", "bronze", ""]),
        (
            AttributeKind::Link,
            &["https://shop.example/a?b=1#c", "http://例子.cn/"],
            &[
                "javascript:alert(1)",
                "https://",
                "https:///x",
                "https://a b",
                "https://a\"b",
                "ftp://a",
                "//a",
            ],
        ),
    ];
    for (kind, good, bad) in cases {
        let it = attribute(kind);
        for text in good {
            assert_eq!(it.parse(text), Ok((*text).to_owned()), "{:?}", it.kind);
        }
        for text in bad {
            assert!(it.parse(text).is_err(), "{:?} {text:?}", it.kind);
        }
    }
    assert_eq!(
        attribute(AttributeKind::Number).parse(" 7 "),
        Ok("7".to_owned())
    );
}

#[test]
fn a_definition_is_complete() {
    let check = |change: fn(&mut Attribute)| {
        let mut it = attribute(AttributeKind::Select(vec![option("gold")]));
        change(&mut it);
        it.check()
    };
    assert_eq!(check(|_| {}), Ok(()));
    assert_eq!(
        check(|it| it.label = Label::new()),
        Err(AttributeError::Label)
    );
    assert_eq!(
        check(|it| it.label = label(" ")),
        Err(AttributeError::Label)
    );
    assert_eq!(
        check(|it| it.kind = AttributeKind::Select(Vec::new())),
        Err(AttributeError::OptionCount)
    );
    assert_eq!(
        check(|it| it.kind = AttributeKind::Select(vec![option("a"), option("a")])),
        Err(AttributeError::OptionValue(1))
    );
    assert_eq!(
        check(|it| it.kind = AttributeKind::Select(vec![option("a"), option(" b")])),
        Err(AttributeError::OptionValue(1))
    );
    let nameless = AttributeOption {
        value: "a".into(),
        label: Label::new(),
    };
    let mut it = attribute(AttributeKind::Text);
    it.kind = AttributeKind::Select(vec![nameless]);
    assert_eq!(it.check(), Err(AttributeError::OptionLabel(0)));
    assert_eq!(
        AttributeKind::named("text", vec![option("a")]),
        Err(AttributeError::NoOptions)
    );
    assert_eq!(
        AttributeKind::named("colour", Vec::new()),
        Err(AttributeError::Kind)
    );
}

#[test]
fn what_became_personal_is_moved_where_it_belongs() {
    let mut birthday = attribute(AttributeKind::Date);
    birthday.key = "birthday".parse().expect("a key");
    birthday.is_personal = true;
    let set: AttributeSet = [attribute(AttributeKind::Text), birthday]
        .into_iter()
        .collect();
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let mut clear = Attributes::from([
        pair("plan", "gold"),
        pair("birthday", "1990-02-03"),
        pair("Other Key", "x"),
    ]);
    let mut personal = Attributes::new();
    set.sort_out(&mut clear, &mut personal);
    assert_eq!(
        clear,
        Attributes::from([pair("plan", "gold"), pair("Other Key", "x")])
    );
    assert_eq!(personal, Attributes::from([pair("birthday", "1990-02-03")]));
}

proptest! {
    #[test]
    fn nothing_that_runs_is_a_link(text in "\\PC*") {
        if is_link(&text) {
            prop_assert!(text.starts_with("https://") || text.starts_with("http://"));
        }
    }

    #[test]
    fn a_stored_value_fits_again(text in "\\PC{0,40}") {
        for kind in [AttributeKind::Text, AttributeKind::Number, AttributeKind::Link] {
            let it = attribute(kind);
            if let Ok(stored) = it.parse(&text) {
                prop_assert_eq!(it.parse(&stored), Ok(stored));
            }
        }
    }
}

//! Tests of forms.

use proptest::prelude::*;

use super::super::builtin;
use super::*;
use crate::locale::Locale;

fn label(text: &str) -> Label {
    Label::from([(Locale::En, text.to_owned())])
}

fn choice(values: &[&str]) -> FieldKind {
    let option = |value: &&str| crate::attribute::AttributeOption {
        value: (*value).to_owned(),
        label: label(value),
    };
    FieldKind::Select {
        options: values.iter().map(option).collect(),
    }
}

fn form() -> Form {
    let field = |key: &str, kind| Field::new(key, label(key), kind);
    let number = FieldKind::Number {
        min: Some(1),
        max: Some(99),
    };
    Form {
        fields: vec![
            field("wish", choice(&["refund", "exchange"])).required(),
            field("size", FieldKind::Text)
                .required()
                .shown_if(Condition::is("wish", ["exchange"])),
            field("count", number),
            Field {
                required_if: Some(Condition::AtLeast {
                    field: "count".to_owned(),
                    number: 10,
                }),
                ..field("why", FieldKind::LongText).personal()
            },
        ],
    }
}

fn answers<const N: usize>(list: [(&str, &str); N]) -> Answers {
    list.map(|(key, text)| (key.to_owned(), text.to_owned()))
        .into()
}

#[test]
fn hidden_fields_are_not_asked_and_not_kept() {
    let form = form();
    assert_eq!(form.check(), []);
    let kept = form.validate(&answers([("wish", " refund "), ("size", "L")]));
    assert_eq!(kept, Ok(answers([("wish", "refund")])));
    let missing = form.validate(&answers([("wish", "exchange")]));
    assert_eq!(missing, Err(vec![AnswerError::Missing("size".to_owned())]));
    let keys = |given: &Answers| -> Vec<String> {
        let shown = form.shown(given);
        shown.iter().map(|field| field.key.clone()).collect()
    };
    assert_eq!(keys(&answers([])), ["wish", "count", "why"]);
    let shown = keys(&answers([("wish", "exchange")]));
    assert_eq!(shown, ["wish", "size", "count", "why"]);
}

#[test]
fn everything_wrong_is_named_at_once() {
    let given = answers([("wish", "gold"), ("count", "100"), ("colour", "red")]);
    let errors = form().validate(&given).expect_err("three faults");
    let fields: Vec<&str> = errors.iter().map(AnswerError::field).collect();
    assert_eq!(fields, ["colour", "wish", "count"]);
    let error = errors.last().map(ToString::to_string);
    assert_eq!(
        error.as_deref(),
        Some("`count` needs a number from 1 to 99")
    );
}

#[test]
fn an_answer_can_make_another_necessary() {
    let given = |count| answers([("wish", "refund"), ("count", count)]);
    assert!(form().validate(&given("9.99")).is_ok());
    let missing = form().validate(&given("10.0"));
    assert_eq!(missing, Err(vec![AnswerError::Missing("why".to_owned())]));
}

#[test]
fn a_condition_looks_up_and_compares_with_what_can_be_answered() {
    let mut form = form();
    form.fields[0].shown_if = Some(Condition::IsSet {
        field: "count".to_owned(),
    });
    form.fields[1].shown_if = Some(Condition::is("wish", ["gold"]));
    form.fields[2].shown_if = Some(Condition::AtLeast {
        field: "wish".to_owned(),
        number: 1,
    });
    form.fields[3].required_if = Some(Condition::All { of: Vec::new() });
    let deep = (0..5).fold(Condition::is("wish", ["refund"]), |it, _| it.negate());
    form.fields[3].shown_if = Some(deep);
    let faults: Vec<ConditionFault> = form
        .check()
        .into_iter()
        .filter_map(|finding| match finding {
            FormFinding::Condition { fault, .. } => Some(fault),
            _ => None,
        })
        .collect();
    let field = "wish".to_owned();
    let expected = [
        ConditionFault::Field("count".to_owned()),
        ConditionFault::Value {
            field: field.clone(),
            value: "gold".to_owned(),
        },
        ConditionFault::NotNumber(field),
        ConditionFault::Deep,
        ConditionFault::Empty,
    ];
    assert_eq!(faults, expected);
}

#[test]
fn keys_and_kinds_are_checked() {
    let mut form = form();
    form.fields[1].key = "wish".to_owned();
    form.fields[2].kind = FieldKind::Number {
        min: Some(2),
        max: Some(1),
    };
    form.fields[3].label = Label::new();
    let findings = form.check();
    assert!(findings.contains(&FormFinding::Key(1)));
    assert!(findings.contains(&FormFinding::Kind {
        field: "count".to_owned(),
        fault: KindFault::Range
    }));
    assert!(findings.contains(&FormFinding::Label("why".to_owned())));
}

#[test]
fn sums_and_several_choices_are_read_exactly() {
    let yuan = FieldKind::Money {
        currency: "CNY".parse().unwrap(),
    };
    assert_eq!(yuan.parse(" 12.50 "), Ok("12.50".to_owned()));
    for text in ["12.505", "-1", "¥12", "1e3", "1234567890123"] {
        assert!(yuan.parse(text).is_err(), "{text}");
    }
    let FieldKind::Select { options } = choice(&["a", "b", "c"]) else {
        unreachable!("a choice")
    };
    let some = FieldKind::MultiSelect { options };
    assert_eq!(some.parse("c\na\na"), Ok("a\nc".to_owned()));
    assert!(some.parse("a\nd").is_err());
    let held = Condition::is("x", ["b", "c"]).holds(&answers([("x", "a\nc")]));
    assert!(held);
}

#[test]
fn answers_that_are_personal_are_kept_apart() {
    let given = answers([("wish", "refund"), ("why", "My mother is ill")]);
    let (clear, sealed) = form().split_personal(given);
    assert_eq!(clear, answers([("wish", "refund")]));
    assert_eq!(sealed, answers([("why", "My mother is ill")]));
}

proptest! {
    /// Accepted answers are accepted again unchanged, in every built-in form.
    #[test]
    fn validating_twice_is_validating_once(
        texts in prop::collection::vec("[a-z0-9 .\n-]{0,12}|true|false|2026-02-30|2026-03-01|https://a.b", 12),
        picks in prop::collection::vec(0..20_usize, 12),
    ) {
        for case_type in builtin::case_types() {
            let form = &case_type.terms.form;
            let given: Answers = form.fields.iter().zip(texts.iter().zip(&picks)).map(|(field, (text, pick))| {
                let options = field.kind.options();
                let text = options.get(*pick).map_or(text.clone(), |option| option.value.clone());
                (field.key.clone(), text)
            }).collect();
            if let Ok(kept) = form.validate(&given) {
                prop_assert_eq!(form.validate(&kept), Ok(kept.clone()));
                for field in form.shown(&kept) {
                    prop_assert!(kept.contains_key(&field.key) || !field.is_required);
                }
            }
        }
    }

    #[test]
    fn numbers_compare_like_numbers(a in -5_000_i64..5_000, b in -5_000_i64..5_000) {
        #[expect(clippy::cast_precision_loss, reason = "small numbers are exact")]
        let text = |n: i64| format!("{:.2}", n as f64 / 100.0);
        prop_assert_eq!(super::kinds::compare(&text(a), &text(b)), a.cmp(&b));
    }
}

//! Flows that are played from their first step to their last.

use proptest::prelude::*;

use super::*;
use crate::locale::Locale;

const SAMPLE: &str = r#"{
  "format": 1, "start": "menu", "triggers": ["order status"],
  "steps": [
    { "id": "menu", "kind": "buttons", "text": { "en": "What is it about?", "zh-CN": "想了解什么？" },
      "buttons": [ { "label": { "en": "My order", "zh-CN": "订单" }, "next": "ask" },
                   { "label": { "en": "Something else", "zh-CN": "其他" }, "next": "faq" } ],
      "otherwise": null },
    { "id": "ask", "kind": "form", "text": null, "next": "verify", "fields": [
      { "key": "order_no", "question": { "en": "Which order?" }, "kind": "text", "pattern": "T999999",
        "error": { "en": "It begins with T." } } ] },
    { "id": "verify", "kind": "verify", "text": null, "next": "look_up", "on_failure": "person" },
    { "id": "look_up", "kind": "http", "method": "post", "url": "https://shop.example/orders/{{order_no}}",
      "body": { "email": "{{verified_email}}" }, "mapping": [ { "field": "status", "pointer": "/status" } ],
      "next": "check", "on_error": "person" },
    { "id": "check", "kind": "condition", "otherwise": "person",
      "branches": [ { "all": [ { "field": "status", "operator": "is", "value": "Sent" } ], "next": "tell" } ] },
    { "id": "tell", "kind": "message", "text": { "en": "Order {{order_no}} is {{status}}." }, "next": "note" },
    { "id": "note", "kind": "set_attribute", "target": "contact", "key": "last_order", "value": "{{order_no}}", "next": "done" },
    { "id": "faq", "kind": "answer", "question": null, "answered": "done", "unanswered": "hours" },
    { "id": "hours", "kind": "hours", "open": "person", "closed": "done" },
    { "id": "person", "kind": "hand_over", "text": null, "queue_id": null },
    { "id": "done", "kind": "end", "text": { "en": "Bye." }, "resolves": false }
  ] }"#;

fn sample() -> Document {
    serde_json::from_str(SAMPLE).expect("a document")
}

fn env() -> Env {
    Env {
        locale: Locale::En,
        is_open: true,
        ..Env::default()
    }
}

fn said(text: &str) -> Input {
    Input::Said(text.to_owned())
}

/// What is said, without counts.
fn texts(effects: &[Effect]) -> Vec<&str> {
    let mut texts = Vec::new();
    for effect in effects {
        if let Effect::Say(text, _) = effect {
            texts.push(text.as_str());
        }
    }
    texts
}

/// Goes through a flow up to an input, and gives what came of the last.
fn play(document: &Document, inputs: Vec<Input>, env: &Env) -> (FlowState, Vec<Effect>) {
    let mut at = begin(document, "hi", env);
    for input in inputs {
        at = advance(document, at.0, input, env);
    }
    at
}

fn to_call() -> Vec<Input> {
    vec![
        said("my order"),
        said("t123456"),
        said("li@tea.example"),
        Input::CodeSent(true),
        said("123 456"),
        Input::Checked(CodeCheck::Right),
    ]
}

#[test]
fn the_sample_is_in_order_and_survives_the_round_trip() {
    assert_eq!(check(&sample()), []);
    let text = serde_json::to_string(&sample()).expect("JSON");
    let again: Document = serde_json::from_str(&text).expect("a document");
    assert_eq!(again, sample());
}

#[test]
fn an_order_is_looked_up_after_the_customer_showed_who_they_are() {
    let document = sample();
    let (state, effects) = play(&document, to_call(), &env());
    let call = effects.iter().find_map(|effect| match effect {
        Effect::Call(call) => Some(call),
        _ => None,
    });
    let call = call.expect("a call");
    assert_eq!(call.url, "https://shop.example/orders/t123456");
    assert_eq!(call.body["email"], "li@tea.example");
    let answer = Input::Called(Some([("status".to_owned(), "Sent".to_owned())].into()));
    let (state, effects) = advance(&document, state, answer, &env());
    assert_eq!(texts(&effects), ["Order t123456 is Sent.", "Bye."]);
    assert!(effects.contains(&Effect::SetAttribute("last_order".into(), "t123456".into())));
    assert_eq!(state.end, Some(End::Ended));
}

#[test]
fn a_call_that_fails_and_a_wrong_code_lead_to_a_person() {
    let document = sample();
    let mut failed = to_call();
    failed.push(Input::Called(None));
    let (state, effects) = play(&document, failed, &env());
    assert_eq!(state.end, Some(End::HandedOver));
    assert!(effects.contains(&Effect::HandOver(None)));
    let mut over = to_call();
    over.pop();
    over.push(Input::Checked(CodeCheck::Over));
    let (state, _) = play(&document, over, &env());
    assert_eq!(
        (state.end, state.fields.get("verified_email")),
        (Some(End::HandedOver), None)
    );
}

#[test]
fn whom_the_site_vouches_for_needs_no_code() {
    let env = Env {
        verified_email: Some("wang@tea.example".to_owned()),
        ..env()
    };
    let (state, effects) = play(&sample(), vec![said("订单"), said("T123456")], &env);
    assert_eq!(state.waits, Some(Waits::Call));
    assert!(!effects.iter().any(|it| matches!(it, Effect::SendCode(_))));
}

#[test]
fn what_does_not_fit_is_asked_again_and_then_a_person_goes_on() {
    let document = sample();
    let (state, effects) = play(&document, vec![said("my order"), said("what?")], &env());
    assert_eq!(texts(&effects), ["It begins with T.", "Which order?"]);
    let (state, _) = advance(&document, state, said("no"), &env());
    assert_eq!(state.end, None);
    let (state, _) = advance(&document, state, said("no idea"), &env());
    assert_eq!(state.end, Some(End::HandedOver));
    let (_, effects) = play(&document, vec![said("banana")], &env());
    assert_eq!(texts(&effects), ["Please choose one of these."]);
}

#[test]
fn a_question_goes_to_the_knowledge_base_and_on_from_there() {
    let document = sample();
    let asked = vec![said("something else"), said("do you gift wrap?")];
    let (state, effects) = play(&document, asked, &env());
    assert_eq!(effects, [Effect::Answer("do you gift wrap?".to_owned())]);
    let (state, _) = advance(&document, state, Input::Answered(false), &env());
    assert_eq!(
        (state.step.as_str(), state.end),
        ("person", Some(End::HandedOver))
    );
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let problems = |change: fn(&mut Document)| {
        let mut document = sample();
        change(&mut document);
        let found = check(&document).into_iter();
        found.map(|it| (it.path, it.code)).collect::<Vec<_>>()
    };
    let has = |change: fn(&mut Document), path: &str, code| {
        let found = problems(change);
        assert!(found.contains(&(path.to_owned(), code)), "{found:?}");
    };
    has(
        |it| it.start = "nowhere".into(),
        "/start",
        ProblemCode::NoStart,
    );
    has(
        |it| it.steps[10].id = "person".into(),
        "/steps/10/id",
        ProblemCode::DuplicateStep,
    );
    has(
        |it| drop(it.steps.remove(9)),
        "/steps/2/on_failure",
        ProblemCode::UnknownStep,
    );
    has(
        |it| {
            if let StepKind::Message { next, .. } = &mut it.steps[5].kind {
                *next = "check".into();
            }
        },
        "/steps/5",
        ProblemCode::Endless,
    );
    has(
        |it| {
            if let StepKind::Form { next, .. } = &mut it.steps[1].kind {
                *next = "look_up".into();
            }
        },
        "/steps/3",
        ProblemCode::NeedsIdentity,
    );
    has(
        |it| {
            if let StepKind::Http { url, .. } = &mut it.steps[3].kind {
                *url = "https://{{host}}/x".into();
            }
        },
        "/steps/3/url",
        ProblemCode::InvalidUrl,
    );
}

#[test]
fn a_field_never_leads_a_call_elsewhere_and_is_never_filled_in_itself() {
    let fields = [
        ("a".to_owned(), "../admin?x=1#y".to_owned()),
        ("b".to_owned(), "{{a}}".to_owned()),
        ("c".to_owned(), "..".to_owned()),
    ];
    let fields = fields.into();
    let url = fill_url("https://shop.example/{{a}}/{{c}}", &fields);
    assert_eq!(url, "https://shop.example/..%2Fadmin%3Fx%3D1%23y/%2E%2E");
    assert_eq!(fill("{{ b }}{{none}} {{", &fields), "{{a}} {{");
}

#[test]
fn answers_are_read_by_their_kind() {
    let field = |kind| FormField {
        key: "x".into(),
        question: [(Locale::En, "?".to_owned())].into(),
        kind,
        is_required: true,
        pattern: None,
        options: vec![
            [
                (Locale::En, "Red".to_owned()),
                (Locale::ZhCn, "红".to_owned()),
            ]
            .into(),
        ],
        error: None,
    };
    for (kind, text, wanted) in [
        (FieldKind::Email, "li@tea.example", Some("li@tea.example")),
        (FieldKind::Email, "li", None),
        (
            FieldKind::Phone,
            "+86 138 0000 0000",
            Some("+86 138 0000 0000"),
        ),
        (FieldKind::Phone, "call me", None),
        (FieldKind::Number, "１２", Some("12")),
        (FieldKind::Number, "NaN", None),
        (FieldKind::Date, "2026-02-30", None),
        (FieldKind::Date, "2026-03-01", Some("2026-03-01")),
        (FieldKind::Choice, "红", Some("红")),
        (FieldKind::Choice, "blue", None),
        (FieldKind::Text, "   ", None),
    ] {
        let read = read_answer(&field(kind), text);
        assert_eq!(read.as_deref().ok(), wanted, "{kind:?} {text}");
    }
    let optional = FormField {
        is_required: false,
        ..field(FieldKind::Date)
    };
    assert_eq!(read_answer(&optional, "跳过"), Ok(String::new()));
}

fn input() -> impl Strategy<Value = Input> {
    prop_oneof![
        "(my order|something else|T123456|li@tea.example|123456|x|订单)".prop_map(Input::Said),
        Just(Input::Called(None)),
        Just(Input::Called(Some(
            [("status".to_owned(), "Sent".to_owned())].into()
        ))),
        any::<bool>().prop_map(Input::Answered),
        any::<bool>().prop_map(Input::CodeSent),
        prop_oneof![
            Just(CodeCheck::Right),
            Just(CodeCheck::Wrong),
            Just(CodeCheck::Over)
        ]
        .prop_map(Input::Checked),
    ]
}

/// Any steps with any arrows, most of which make no sense.
fn wild() -> impl Strategy<Value = Document> {
    let step = |at: usize| {
        let to = || (0_usize..7).prop_map(|to| format!("s{to}"));
        let text = || crate::inbox::Localized::from([(Locale::En, "?".to_owned())]);
        prop_oneof![
            to().prop_map(move |next| StepKind::Message { text: text(), next }),
            (to(), to()).prop_map(|(open, closed)| StepKind::Hours { open, closed }),
            (to(), prop::option::of(to())).prop_map(move |(next, otherwise)| StepKind::Buttons {
                text: text(),
                buttons: vec![Button {
                    label: [(Locale::En, "x".to_owned())].into(),
                    next
                }],
                otherwise,
            }),
            (to(), to()).prop_map(|(next, on_failure)| StepKind::Verify {
                text: None,
                next,
                on_failure
            }),
            Just(StepKind::HandOver {
                text: None,
                queue_id: None
            }),
        ]
        .prop_map(move |kind| Step {
            id: format!("s{at}"),
            kind,
        })
    };
    (0..6)
        .map(step)
        .collect::<Vec<_>>()
        .prop_map(|steps| Document {
            format: 1,
            start: "s0".into(),
            triggers: Vec::new(),
            layout: std::collections::BTreeMap::new(),
            steps,
        })
}

proptest! {
    /// Whatever happens in whatever order: it never hangs, never speaks when it is over, and knows
    /// nobody who has not shown the code.
    #[test]
    fn any_inputs_keep_the_rules(inputs in prop::collection::vec(input(), 0..40)) {
        let document = sample();
        let mut state = begin(&document, "hi", &env()).0;
        for input in inputs {
            let was_over = state.end.is_some();
            let is_right = input == Input::Checked(CodeCheck::Right) && state.waits == Some(Waits::Checking);
            let knew = state.fields.contains_key("verified_email");
            let (next, effects) = advance(&document, state, input, &env());
            prop_assert!(!was_over || effects.is_empty());
            prop_assert_eq!(next.waits.is_none(), next.end.is_some());
            prop_assert!(knew || is_right || !next.fields.contains_key("verified_email"));
            let calls = effects.iter().any(|it| matches!(it, Effect::Call(_)));
            prop_assert!(!calls || next.fields.contains_key("verified_email"));
            state = next;
        }
    }

    /// A document nobody checked ends or waits, in bounded time, and one that passes the check never
    /// runs into the limit of steps without a word of the customer.
    #[test]
    fn any_document_comes_to_rest(document in wild(), texts in prop::collection::vec("[xy]", 0..20)) {
        let is_fine = check(&document).iter().all(|it| it.code == ProblemCode::Unreachable);
        let mut state = begin(&document, "hi", &env()).0;
        prop_assert!(state.waits.is_some() || state.end.is_some());
        prop_assert!(!is_fine || state.end != Some(End::Stopped));
        for text in texts {
            state = advance(&document, state, Input::Said(text), &env()).0;
            prop_assert!(state.taken <= crate::limits::FLOW_TAKEN_MAX + 1);
        }
    }

    #[test]
    fn filling_in_never_fails(template in ".{0,60}", value in ".{0,20}") {
        let fields = [("a".to_owned(), value)].into();
        prop_assert!(fill(&template, &fields).len() <= template.len() * 80 + 1);
        let url = fill_url("https://x.example/{{a}}", &fields);
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_~.%".contains(c);
        prop_assert!(url["https://x.example/".len()..].chars().all(is_plain));
    }
}

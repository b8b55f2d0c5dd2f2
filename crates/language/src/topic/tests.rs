//! What a small classifier must get right.

use super::*;

const TOPICS: [Topic<'static>; 4] = [
    Topic {
        id: "refund",
        name: "退款 refund",
    },
    Topic {
        id: "delivery",
        name: "物流 delivery",
    },
    Topic {
        id: "invoice",
        name: "发票 invoice",
    },
    Topic {
        id: "account",
        name: "账号 account",
    },
];

const TEXTS: [(usize, &str); 24] = [
    (0, "我想退货退款"),
    (0, "钱什么时候退给我"),
    (0, "退款还没到账"),
    (0, "I want my money back"),
    (0, "please refund my order"),
    (0, "how long does a refund take"),
    (1, "快递怎么还没到"),
    (1, "物流一直不动"),
    (1, "什么时候发货"),
    (1, "where is my parcel"),
    (1, "the courier never came"),
    (1, "tracking has not moved for days"),
    (2, "帮我开一张发票"),
    (2, "发票抬头写错了"),
    (2, "电子发票发到哪里"),
    (2, "I need an invoice for my company"),
    (2, "the tax number on the invoice is wrong"),
    (2, "can you resend the invoice"),
    (3, "账号登录不上"),
    (3, "密码忘记了怎么办"),
    (3, "想换绑手机号"),
    (3, "I cannot log in to my account"),
    (3, "reset my password please"),
    (3, "how do I change my phone number"),
];

fn model() -> TopicModel {
    TopicModel::train(&TOPICS, &examples()).unwrap()
}

fn examples() -> Vec<Example<'static>> {
    TEXTS
        .iter()
        .map(|(topic, text)| Example {
            text,
            topic: *topic,
            vector: None,
        })
        .collect()
}

#[test]
fn few_examples_are_enough_to_start() {
    let model = model();
    for (topic, text) in [
        (0, "退款要多久到账"),
        (0, "when do I get my refund"),
        (1, "我的快遞呢"),
        (1, "parcel still not here, where is it"),
        (2, "发票能重开吗"),
        (2, "invoce for my order"),
        (3, "登录密码忘了"),
        (3, "cant log in"),
    ] {
        let prediction = model.predict(text, None);
        assert_eq!(prediction.ranked[0].topic, topic, "{text}: {prediction:?}");
        let sum: f32 = prediction
            .ranked
            .iter()
            .map(|ranked| ranked.confidence)
            .sum();
        assert!((sum - 1.0).abs() < 1e-4);
    }
}

#[test]
fn what_has_nothing_to_do_with_any_topic_is_none_of_these() {
    let model = model();
    let known = model.predict("请帮我退款，我想退货", None).none;
    for strange in [
        "今天天气真好啊",
        "lovely weather outside today",
        "",
        "。。。",
    ] {
        let none = model.predict(strange, None).none;
        assert!(
            none > known && none > 0.5,
            "{strange}: {none}, known {known}"
        );
    }
}

#[test]
fn words_explain_a_topic() {
    let text = "你好，我要发票";
    let reasons = model().explain(text, 2);
    assert_eq!(&text[reasons[0].place.clone()], "发票");
    assert!(reasons[0].weight > 0.0);
    let text = "Hello, my Refund please";
    assert_eq!(&text[model().explain(text, 0)[0].place.clone()], "Refund");
    assert!(model().explain(text, 9).is_empty());
}

#[test]
fn a_correction_is_learned_at_once() {
    let mut model = model();
    let text = "想改一下收货地址";
    let wrong = model.predict(text, None).ranked[0].topic;
    let right = (wrong + 1) % TOPICS.len();
    model.correct(text, None, right);
    assert_eq!(model.predict(text, None).ranked[0].topic, right);
}

#[test]
fn bytes_bring_back_the_model_and_damage_is_noticed() {
    let model = model();
    let bytes = model.to_bytes();
    let back = TopicModel::from_bytes(&bytes).unwrap();
    assert_eq!(back.topics(), model.topics());
    for (_, text) in TEXTS {
        let (one, other) = (model.predict(text, None), back.predict(text, None));
        assert_eq!(one.ranked[0].topic, other.ranked[0].topic);
        assert!((one.ranked[0].confidence - other.ranked[0].confidence).abs() < 0.05);
    }
    for at in (0..bytes.len()).step_by(97) {
        let mut wrong = bytes.clone();
        wrong[at] ^= 4;
        assert!(TopicModel::from_bytes(&wrong).is_err());
        assert!(TopicModel::from_bytes(&bytes[..at]).is_err());
    }
    assert_eq!(
        TopicModel::from_bytes(b"").unwrap_err(),
        ModelError::Damaged("topic")
    );
}

#[test]
fn the_same_examples_give_the_same_model() {
    assert_eq!(model().to_bytes(), model().to_bytes());
}

#[test]
fn vectors_join_in() {
    // Words say nothing here; the vectors tell the topics apart.
    let ends = [
        [1.0, 0.0, 0.1],
        [0.0, 1.0, 0.1],
        [0.1, 0.0, 1.0],
        [0.7, 0.0, -0.7],
    ];
    let examples: Vec<Example<'_>> = (0..24)
        .map(|at| Example {
            text: "hello",
            topic: at % 4,
            vector: Some(&ends[at % 4]),
        })
        .collect();
    let model = TopicModel::train(&TOPICS, &examples).unwrap();
    for (topic, vector) in ends.iter().enumerate() {
        assert_eq!(model.predict("hello", Some(vector)).ranked[0].topic, topic);
    }
    assert_eq!(model.predict("hello", Some(&[1.0])).ranked.len(), 4);
}

#[test]
fn examples_that_cannot_be_right_are_refused() {
    let example = |topic, vector| Example {
        text: "x",
        topic,
        vector,
    };
    let train = |examples: &[Example<'_>]| TopicModel::train(&TOPICS, examples).err();
    assert_eq!(train(&[]), Some(TrainError::TooFewTopics));
    assert_eq!(
        train(&[example(1, None), example(1, None)]),
        Some(TrainError::TooFewTopics)
    );
    assert_eq!(
        train(&[example(0, None), example(4, None)]),
        Some(TrainError::UnknownTopic(1))
    );
    let vectors = [example(0, Some(&[1.0][..])), example(1, None)];
    assert_eq!(train(&vectors), Some(TrainError::VectorLength(1)));
}

//! What every line of this kind must be heard as.

use super::*;

const DATA: [&str; 2] = [
    include_str!("../../data/utterances_zh.tsv"),
    include_str!("../../data/utterances_en.tsv"),
];

fn tone(text: &str) -> Tone {
    ToneModel::default().tone(text)
}

#[test]
fn the_model_in_the_program_is_fresh() {
    let model = base().expect("the model is read");
    assert_eq!(
        model.source,
        train::source(&DATA),
        "run `cargo run --release -p zhiyin-language --example train`"
    );
    assert!(include_bytes!("../../data/tone/model.bin").len() < 600_000);
}

#[test]
fn clear_cases_are_heard() {
    use Sentiment::{Negative, Neutral, Positive};
    for (text, wanted) in [
        ("太好吃了，下次还来", Positive),
        ("客服很耐心，谢谢你", Positive),
        ("thanks so much, you were really helpful!", Positive),
        ("这也太差劲了吧，等了两个小时还没到", Negative),
        ("不好吃，还不新鲜", Negative),
        ("this is terrible, it broke after one day", Negative),
        ("not happy with this at all", Negative),
        ("请问你们几点下班", Neutral),
        ("how do I change my delivery address?", Neutral),
    ] {
        assert_eq!(tone(text).sentiment(), wanted, "{text}: {:?}", tone(text));
    }
}

#[test]
fn signs_are_heard() {
    for (sign, text, other) in [
        (Sign::Person, "转人工", "你们有什么颜色"),
        (
            Sign::Person,
            "let me talk to a real person",
            "what colours do you have",
        ),
        (
            Sign::Urgency,
            "很急，今天必须要，能不能快点",
            "不急，你慢慢看",
        ),
        (Sign::Abuse, "你们这帮傻逼骗子", "你们几点开门"),
        (Sign::Churn, "再也不来了，我换别家了", "我换个颜色"),
        (
            Sign::Complaint,
            "东西是坏的，我要投诉你们",
            "东西收到了，很好",
        ),
        (
            Sign::Anger,
            "气死我了！！！你们到底管不管！！",
            "好的，麻烦你了",
        ),
    ] {
        let (heard, calm) = (tone(text), tone(other));
        assert!(
            heard.has(sign) && !calm.has(sign),
            "{sign:?}: {text} {heard:?}, {other} {calm:?}"
        );
    }
}

#[test]
fn a_workspace_teaches_its_own_words() {
    let text = "this blend is so funky";
    let rated = |text: &str, sentiment| Utterance {
        text: text.to_owned(),
        labels: Labels {
            sentiment: Some(sentiment),
            ..Labels::default()
        },
    };
    let ratings: Vec<Utterance> = (0..6)
        .flat_map(|_| {
            [
                rated("so funky, my kind of coffee", Sentiment::Positive),
                rated("a funky one again", Sentiment::Positive),
                rated("where is my coffee", Sentiment::Neutral),
            ]
        })
        .collect();
    let taught = ToneModel::with_ratings(&ratings);
    assert!(taught.tone(text).balance() > tone(text).balance() + 0.2);
    let back = ToneModel::from_bytes(&taught.to_bytes()).unwrap();
    assert!((back.tone(text).balance() - taught.tone(text).balance()).abs() < 0.05);
    // What was said before still holds.
    assert_eq!(
        taught.tone("这也太差劲了吧，太失望了").sentiment(),
        Sentiment::Negative
    );
    assert!(ToneModel::from_bytes(b"nonsense").is_err());
}

#[test]
fn wrong_lines_of_data_are_told_by_number() {
    let header = "text\tsentiment\tanger\turgency\tcomplaint\tabuse\tchurn\tperson";
    let good = "hi\tneutral\t0\t0\t0\t0\t0\t0";
    assert_eq!(
        read_utterances(&format!("{header}\n{good}\n"))
            .unwrap()
            .len(),
        1
    );
    for bad in [
        "hi",
        "hi\tgood\t0\t0\t0\t0\t0\t0",
        "hi\tneutral\t2\t0\t0\t0\t0\t0",
        "hi\tneutral\t0",
    ] {
        let error = read_utterances(&format!("{header}\n{good}\n{bad}\n")).unwrap_err();
        assert!(error.starts_with("line 3"), "{error}");
    }
}

#[test]
fn the_wish_for_a_person_is_told_in_one_place() {
    for text in [
        "转人工",
        "不用转人工",
        "let me talk to a human",
        "no human needed",
        "在吗",
    ] {
        let wish = crate::wants_person(text);
        assert_eq!(tone(text).has(Sign::Person), wish, "{text}");
        assert_eq!(tone(text).sign(Sign::Person) > 0.5, wish, "{text}");
    }
    assert_eq!(
        Sign::ALL.last(),
        Some(&Sign::Person),
        "rules tell the last sign"
    );
}

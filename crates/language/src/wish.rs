//! Whether a customer asks for a person. The bot must hand over then, in every phrasing.
//!
//! Rules over the folded text, so that width, case, spaces, traditional characters and
//! stretched letters make no difference. They are made of three kinds of signs: words that
//! alone are the wish (`转人工`, `operator`), words for a person together with a verb of
//! reaching (`talk to a human`, `叫客服`), and refusals of the machine (`不要机器人`,
//! `no bots`). What is taken back (`不用人工`) is no wish, and neither is a word that only
//! contains one (`人工费`).
//!
//! When in doubt it says yes: a customer who meets a person too early is served, one who
//! meets a machine too long is lost. The table in `data/wish_for_person.tsv` is the test.

use crate::fold::fold;

/// Chinese words that mean a person when nothing else is made of them.
const ZH_PERSON: [&str; 12] = [
    "人工",
    "真人",
    "活人",
    "客服",
    "坐席",
    "座席",
    "接线员",
    "专员",
    "经理",
    "主管",
    "领导",
    "负责人",
];
/// Of these, what alone is already the wish; the others need a verb.
const ZH_ALONE: [&str; 5] = ["人工", "真人", "活人", "接线员", "人工坐席"];
/// What is the wish wherever it stands.
const ZH_ALWAYS: [&str; 5] = ["转人工", "人工客服", "人工服务", "人工坐席", "真人客服"];
/// Said around a wish, without meaning.
const ZH_AROUND: [&str; 7] = ["你好", "您好", "请问", "麻烦", "谢谢", "喂", "拜托"];
/// Words in which a sign of a person means something else.
const ZH_OTHER: [&str; 17] = [
    "人工费",
    "人工智能",
    "人工合成",
    "人工授粉",
    "人工养殖",
    "人工种植",
    "人工湖",
    "人工成本",
    "人工呼吸",
    "人工制作",
    "人工做",
    "人工采",
    "人工炒",
    "人工挑",
    "真人秀",
    "客服说",
    "人工皮",
];
/// Verbs of reaching somebody.
const ZH_REACH: [&str; 27] = [
    "转",
    "找",
    "叫",
    "接",
    "换",
    "联系",
    "要",
    "让",
    "喊",
    "请",
    "来个",
    "给我",
    "帮我",
    "跟",
    "和",
    "有",
    "打",
    "呼叫",
    "怎么",
    "怎样",
    "如何",
    "哪里",
    "能不能",
    "可以",
    "见",
    "想",
    "求",
];
/// What takes the wish back when it stands before it.
const ZH_NOT: [&str; 9] = [
    "不用",
    "不要转",
    "不需要",
    "别转",
    "不必",
    "无需",
    "不要人工",
    "不找",
    "没必要",
];
/// Machines that are refused.
const ZH_MACHINE: [&str; 6] = ["机器人", "智能客服", "机器", "人机", "智能助手", "自动回复"];
/// Refusals, before or after the machine.
const ZH_REFUSE: [&str; 10] = [
    "不要",
    "不想",
    "别让",
    "别用",
    "不跟",
    "不和",
    "不需要",
    "讨厌",
    "听不懂",
    "滚",
];
/// Whole sayings.
const ZH_SAYING: [&str; 16] = [
    "有人吗",
    "有人在吗",
    "有人么",
    "有没有人",
    "人呢",
    "在吗有人",
    "换人",
    "换个人来",
    "找个人",
    "叫个人",
    "来个人",
    "找人跟我",
    "会说话的人",
    "zhuanrengong",
    "rengong",
    "zrg",
];

/// English words for a person; a small slip of the fingers is forgiven.
const EN_PERSON: [&str; 24] = [
    "agent",
    "agnet",
    "agents",
    "human",
    "humans",
    "person",
    "people",
    "somebody",
    "someone",
    "anyone",
    "anybody",
    "representative",
    "rep",
    "operator",
    "advisor",
    "manager",
    "supervisor",
    "staff",
    "employee",
    "service",
    "support",
    "specialist",
    "human-being",
    "being",
];
/// What may stand before it without changing it.
const EN_FILLER: [&str; 33] = [
    "a", "an", "the", "to", "with", "please", "now", "me", "real", "live", "actual", "human",
    "your", "customer", "any", "some", "pls", "here", "there", "is", "are", "in", "from", "hi",
    "hello", "hey", "of", "i", "can", "team", "right", "need", "want",
];
/// Verbs of reaching somebody.
const EN_REACH: [&str; 21] = [
    "talk", "speak", "chat", "connect", "transfer", "contact", "reach", "get", "give", "call",
    "put", "see", "need", "want", "switch", "escalate", "forward", "find", "pass", "ask",
    "message",
];
/// What makes the person somebody else's.
const EN_OTHER: [&str; 13] = [
    "travel", "cleaning", "told", "said", "discount", "hair", "manual", "serve", "promised",
    "courier", "of", "english", "ship",
];
const EN_MACHINE: [&str; 6] = ["bot", "bots", "robot", "robots", "chatbot", "machine"];
const EN_REFUSE: [&str; 8] = [
    "no", "not", "dont", "stop", "hate", "without", "never", "cant",
];

/// Whether a customer asks for a person.
#[must_use]
pub fn wants_person(text: &str) -> bool {
    let folded = fold(text);
    wishes_in_chinese(&folded) || wishes_in_english(&folded)
}

/// Letters and digits only; Chinese is written without spaces, but not by everybody.
fn squeeze(folded: &str) -> String {
    folded.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn wishes_in_chinese(folded: &str) -> bool {
    let mut text = squeeze(folded);
    for word in ZH_OTHER.iter().chain(&ZH_AROUND) {
        text = text.replace(word, "");
    }
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if has(&ZH_MACHINE) && has(&ZH_REFUSE) {
        return true;
    }
    if has(&ZH_NOT) {
        return false;
    }
    if has(&ZH_ALWAYS) {
        return true;
    }
    if ZH_SAYING.iter().any(|saying| {
        let is_latin = saying.is_ascii();
        if is_latin {
            text == *saying
        } else {
            text.contains(saying)
        }
    }) {
        return !text.contains("找个人代") && !text.contains("换个人收");
    }
    let bare: String = text
        .trim_matches(|c: char| c.is_ascii_alphanumeric() || "啊呀吧呢嘛谢请".contains(c))
        .to_owned();
    let is_short = bare.chars().count() <= 8;
    if ZH_ALONE.iter().any(|word| bare.contains(word)) && is_short {
        return true;
    }
    ZH_PERSON.iter().any(|person| {
        text.match_indices(person)
            .any(|(at, _)| reaches(&text[..at], person))
    })
}

/// Whether a verb of reaching stands shortly before a person.
fn reaches(before: &str, person: &str) -> bool {
    let window: Vec<char> = before.chars().rev().take(6).collect();
    let window: String = window.into_iter().rev().collect();
    let is_one_of_us = matches!(person, "经理" | "主管" | "领导" | "负责人" | "专员");
    ZH_REACH.iter().any(|verb| {
        window.contains(verb)
            && (!is_one_of_us
                || matches!(
                    *verb,
                    "找" | "叫" | "让" | "喊" | "转" | "接" | "换" | "要" | "见" | "请"
                ))
    })
}

fn wishes_in_english(folded: &str) -> bool {
    let joined: String = folded.chars().filter(|c| *c != '\'' && *c != '’').collect();
    let words: Vec<&str> = joined
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
    if words.is_empty() || has(&EN_OTHER) && !words.contains(&"being") {
        return false;
    }
    let is_refused = has(&EN_REFUSE) || words.windows(2).any(|pair| pair == ["do", "not"]);
    if has(&EN_MACHINE) {
        return is_refused && !words.contains(&"charge");
    }
    if is_refused || !has(&EN_PERSON) {
        return false;
    }
    let is_bare = words
        .iter()
        .all(|word| EN_PERSON.contains(word) || EN_FILLER.contains(word));
    let asks = ["is", "are"].iter().any(|verb| words.first() == Some(verb));
    is_bare || (has(&EN_REACH) || asks) && reaches_in_english(&words)
}

/// Whether a person comes within a few words after a verb of reaching.
fn reaches_in_english(words: &[&str]) -> bool {
    let people = words
        .iter()
        .enumerate()
        .filter(|(_, word)| EN_PERSON.contains(*word));
    people.into_iter().any(|(at, _)| {
        let before = &words[at.saturating_sub(6)..at];
        let after = &words[at..words.len().min(at + 7)];
        before
            .iter()
            .chain(after)
            .any(|word| EN_REACH.contains(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = include_str!("../data/wish_for_person.tsv");

    fn rows() -> Vec<(bool, &'static str, &'static str)> {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
        let rows = lines.map(|line| {
            let mut cells = line.splitn(3, '\t');
            let mut cell = || cells.next().expect("three cells");
            (cell() == "yes", cell(), cell())
        });
        rows.collect()
    }

    #[test]
    fn every_phrasing_is_understood() {
        let wrong: Vec<_> = rows()
            .into_iter()
            .filter(|(wanted, _, text)| wants_person(text) != *wanted)
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn the_table_is_large_enough() {
        for language in ["zh", "en"] {
            let of = |wanted| {
                rows()
                    .iter()
                    .filter(|row| row.0 == wanted && row.1 == language)
                    .count()
            };
            assert!(of(true) >= 35 && of(false) >= 10, "{language}");
        }
    }

    #[test]
    fn politeness_and_shouting_change_nothing() {
        for (_, _, text) in rows()
            .iter()
            .filter(|row| row.0 && row.1 == "zh" && !row.2.is_ascii())
        {
            for around in [
                format!("你好，{text}"),
                format!("{text}!!!"),
                format!("  {text} 🙏"),
            ] {
                assert!(wants_person(&around), "{around}");
            }
        }
        for (_, _, text) in rows().iter().filter(|row| row.0 && row.1 == "en") {
            for around in [
                format!("Hello, {text}"),
                text.to_uppercase(),
                format!("{text}, please!"),
            ] {
                assert!(wants_person(&around), "{around}");
            }
        }
    }

    #[test]
    fn nothing_is_no_wish() {
        for text in ["", "   ", "？？？", "ok", "好的"] {
            assert!(!wants_person(text), "{text}");
        }
    }
}

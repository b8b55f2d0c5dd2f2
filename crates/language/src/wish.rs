//! Whether a customer asks for a person. The bot must hand over then, in every phrasing.
//!
//! Rules over the folded text, so that width, case, spaces, traditional characters and
//! punctuation make no difference. There are four kinds of signs: words that alone are
//! the wish (`转人工`, `operator`), words for a person together with a verb of reaching
//! (`talk to a human`, `叫客服`), refusals of the machine (`不要机器人`, `no bots`), and
//! sentences in which somebody is to be reached whoever that is (`frames`). What
//! is taken back right there (`不用人工`, `no human needed`) is no wish, and neither is a
//! word that only contains one (`人工费`) or a person somebody talks about (`your agent told
//! me`); what else the text says still counts.
//!
//! When in doubt it says yes: a customer who meets a person too early is served, one who
//! meets a machine too long is lost. The table in `data/wish_for_person.tsv` is the test.

mod frames;

use crate::fold::fold;

/// Said around a wish, without meaning.
const ZH_AROUND: &str = "你好 您好 请问 麻烦 谢谢 喂 拜托";
/// Words in which a sign means something else.
const ZH_OTHER: &str = "人工费 人工智能 人工合成 人工授粉 人工养殖 人工种植 人工湖 人工成本 \
    人工呼吸 人工制作 人工做 人工采 人工炒 人工挑 人工皮 真人秀 客服说 找个人代 换个人收 \
    扫地机器人 擦窗机器人 机器人玩具 玩具机器人";
/// Words for a person.
const ZH_PERSON: &str = "人工 真人 活人 客服 坐席 座席 接线员";
/// Words for a person of rank, whom people also mention without wanting them.
const ZH_RANK: &str = "经理 主管 领导 负责人 专员 专席 专人 店长 老板 主任 总监 园长 工作人员 技术员 技术支持 \
    工程师 法务 客户代表 值班 懂技术 同事";
/// What is the wish wherever it stands.
const ZH_ALWAYS: &str = "转人工 人工客服 人工服务 人工坐席 真人客服 有人吗 有人在吗 有人么 有没有人 \
    人呢 在吗有人 换人 换个人来 找个人 叫个人 来个人 找人跟我 会说话的人 \
    人叫来 把人叫 给个人 个真人 人工吧 人工看 换个人工 接一个人";
/// The same, written without Chinese input.
const ZH_TYPED: &str = "zhuanrengong rengong zrg";
/// What in a short text is the wish without anything else.
const ZH_ALONE: &str = "人工 真人 活人 接线员";
/// Characters of a text that is still short enough for one word to be all of it.
const ZH_SHORT_CHARS: usize = 8;
/// Verbs of reaching somebody.
const ZH_REACH: &str = "转 找 叫 接 换 联系 要 让 喊 请 来个 给我 帮我 跟 和 有 打 呼叫 怎么 怎样 \
    如何 哪里 能不能 可以 见 想 求";
/// Verbs of reaching somebody of rank.
const ZH_REACH_RANK: &str = "找 叫 让 喊 转 接 换 要 见 请 约 派 跟 和 联系";
/// How many characters before a person a verb may stand.
const ZH_REACH_CHARS: usize = 6;
/// What takes a wish back, with what may stand between it and the person.
const ZH_NOT: &str = "不用 不要 不需要 不必 不想 无需 没必要 别 不找 不";
const ZH_BETWEEN: &str = "转接 转到 转 找 叫 接 联系 要";
/// Machines that are refused, and refusals.
const ZH_MACHINE: &str = "机器人 智能客服 机器客服 人机 智能助手 自动回复";
const ZH_REFUSE: &str = "不要 不想 不用 别让 别用 不跟 不和 不需要 讨厌 听不懂 不行 没用 滚";

/// English words for a person; a small slip of the fingers is forgiven.
const EN_PERSON: &str = "agent agnet agents human humans person people somebody someone anyone \
    anybody representative rep operator advisor manager supervisor staff employee service \
    support specialist being clerk adviser technician engineer consultant representatives";
/// What may stand beside it without changing it.
const EN_FILLER: &str = "a an the to with please now me real live actual human your customer any \
    some pls here there is are in from hi hello hey of i can team right need want";
/// Verbs of reaching somebody.
const EN_REACH: &str = "talk speak chat connect transfer contact reach get give call put see need \
    want switch escalate forward find pass ask message";
/// What makes a person near it somebody else, or something else.
const EN_OTHER: &str = "travel cleaning told said discount hair manual serve promised courier";
/// How many words away these still do.
const EN_OTHER_WORDS: usize = 4;
/// What takes a wish back, with what may stand between it and the person.
const EN_NOT: &str = "no not dont never without";
const EN_BETWEEN: &str = "need want a an any to talk speak the human real live with";
/// Machines that are refused, and refusals.
const EN_MACHINE: &str = "bot bots robot robots chatbot machine";
const EN_REFUSE: &str = "no not dont stop hate without never cant";
/// How many words apart a verb and a person, or a refusal and a machine, may stand.
const EN_REACH_WORDS: usize = 6;

/// Whether a customer asks for a person.
#[must_use]
pub fn wants_person(text: &str) -> bool {
    let folded = fold(text);
    wishes_in_chinese(&folded) || wishes_in_english(&folded)
}

/// Everything that decides, for whoever trains on what it says.
pub(crate) fn rules() -> impl Iterator<Item = &'static str> {
    let lists = [
        ZH_AROUND,
        ZH_OTHER,
        ZH_PERSON,
        ZH_RANK,
        ZH_ALWAYS,
        ZH_TYPED,
        ZH_ALONE,
        ZH_REACH,
        ZH_REACH_RANK,
        ZH_NOT,
        ZH_BETWEEN,
        ZH_MACHINE,
        ZH_REFUSE,
        EN_PERSON,
        EN_FILLER,
        EN_REACH,
        EN_OTHER,
        EN_NOT,
        EN_BETWEEN,
        EN_MACHINE,
        EN_REFUSE,
    ];
    lists.into_iter().chain(frames::rules())
}

fn words(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.split_whitespace()
}

fn is_in(list: &'static str, word: &str) -> bool {
    words(list).any(|other| other == word)
}

fn wishes_in_chinese(folded: &str) -> bool {
    // Chinese is written without spaces, but not by everybody.
    let mut text: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
    for word in words(ZH_OTHER).chain(words(ZH_AROUND)) {
        if text.contains(word) {
            text = text.replace(word, "");
        }
    }
    let has = |text: &str, list| words(list).any(|word| text.contains(word));
    if has(&text, ZH_MACHINE) && has(&text, ZH_REFUSE) {
        return true;
    }
    let mut spaced = folded.to_owned();
    for word in words(ZH_OTHER).filter(|word| folded.contains(word)) {
        spaced = spaced.replace(word, "");
    }
    if frames::in_chinese(&spaced) {
        return true;
    }
    let text = without_what_is_taken_back(text);
    if has(&text, ZH_ALWAYS) || is_in(ZH_TYPED, &text) {
        return true;
    }
    let is_sigh = |c: char| c.is_ascii_alphanumeric() || "啊呀吧呢嘛谢请".contains(c);
    let bare = text.trim_matches(is_sigh);
    if has(bare, ZH_ALONE) && bare.chars().count() <= ZH_SHORT_CHARS {
        return true;
    }
    let reached = |person: &str, verbs| {
        let mut places = text.match_indices(person);
        places.any(|(at, _)| reaches_in_chinese(&text[..at], verbs))
    };
    words(ZH_PERSON).any(|person| reached(person, ZH_REACH))
        || words(ZH_RANK).any(|person| reached(person, ZH_REACH_RANK))
}

/// `不用转人工` and its like are cut out, so that the rest of the text still counts.
fn without_what_is_taken_back(mut text: String) -> String {
    if !text.contains(['不', '别', '无', '没']) {
        return text;
    }
    for person in words(ZH_PERSON) {
        for not in words(ZH_NOT) {
            for between in std::iter::once("").chain(words(ZH_BETWEEN)) {
                let taken_back = format!("{not}{between}{person}");
                if text.contains(&taken_back) {
                    text = text.replace(&taken_back, "");
                }
            }
        }
    }
    text
}

/// Whether a verb of reaching stands shortly before a person.
fn reaches_in_chinese(before: &str, verbs: &'static str) -> bool {
    let from = before.char_indices().rev().nth(ZH_REACH_CHARS - 1);
    let window = &before[from.map_or(0, |(at, _)| at)..];
    words(verbs).any(|verb| window.contains(verb))
}

fn wishes_in_english(folded: &str) -> bool {
    let joined: String = folded
        .chars()
        .filter(|c| !matches!(c, '\'' | '’'))
        .collect();
    let joined = joined.replace("do not", "dont");
    // A comma or a full stop is a word of its own: `No. A human!` takes nothing back.
    let said: Vec<&str> = joined
        .split_inclusive(|c: char| !c.is_ascii_alphanumeric())
        .flat_map(|word| {
            let (letters, rest) = word.split_at(word.trim_end_matches(is_no_letter).len());
            let is_pause = rest.contains(['.', ',', '!', '?', ';', ':', '\n']);
            [letters, if is_pause { "," } else { "" }]
        })
        .filter(|word| !word.is_empty())
        .collect();
    if frames::in_english(&said) {
        return true;
    }
    let near = |at: usize, words: usize| {
        let end = said.len().min(at + words + 1);
        &said[at.saturating_sub(words)..end]
    };
    // A person alone between two commas is the wish.
    let is_bare = |at: usize| {
        let from = said[..at].iter().rposition(|word| *word == ",");
        let to = said[at..].iter().position(|word| *word == ",");
        let clause = &said[from.map_or(0, |comma| comma + 1)..to.map_or(said.len(), |to| at + to)];
        let mut clause = clause.iter();
        clause.all(|word| is_in(EN_PERSON, word) || is_in(EN_FILLER, word))
    };
    let asks = said.first().is_some_and(|word| is_in("is are", word));
    said.iter().enumerate().any(|(at, word)| {
        if is_in(EN_MACHINE, word) {
            let before = &said[at.saturating_sub(EN_REACH_WORDS + 1)..at];
            return before.iter().any(|word| is_in(EN_REFUSE, word));
        }
        let is_person = is_in(EN_PERSON, word) && !is_taken_back(&said[..at]);
        let is_other = || {
            let others = near(at, EN_OTHER_WORDS).iter();
            let mut after = said[at + 1..].iter();
            others.copied().any(|word| is_in(EN_OTHER, word)) || after.next() == Some(&"of")
        };
        let is_reached = || {
            let mut around = near(at, EN_REACH_WORDS).iter();
            asks || is_bare(at) || around.any(|word| is_in(EN_REACH, word))
        };
        is_person && is_reached() && !is_other()
    })
}

fn is_no_letter(c: char) -> bool {
    !c.is_ascii_alphanumeric()
}

/// Whether the words before a person take it back.
fn is_taken_back(before: &[&str]) -> bool {
    let mut words = before.iter().rev();
    let stop = words.find(|word| !is_in(EN_BETWEEN, word));
    stop.is_some_and(|word| is_in(EN_NOT, word))
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

    /// Rules were written while looking at these utterances, so this only keeps what was
    /// reached.
    #[test]
    fn most_wishes_among_the_utterances_are_heard() {
        for (language, content, precision_min, recall_min) in [
            ("zh", include_str!("../data/utterances_zh.tsv"), 0.85, 0.83),
            ("en", include_str!("../data/utterances_en.tsv"), 0.82, 0.67),
        ] {
            let (mut wished, mut heard, mut both) = (0_u32, 0_u32, 0_u32);
            for line in content.lines().skip(1) {
                let mut cells = line.split('\t');
                let is_heard = cells.next().is_some_and(wants_person);
                let is_wished = cells.next_back() == Some("1");
                wished += u32::from(is_wished);
                heard += u32::from(is_heard);
                both += u32::from(is_wished && is_heard);
            }
            let precision = f64::from(both) / f64::from(heard);
            let recall = f64::from(both) / f64::from(wished);
            println!("{language}: precision {precision:.3}, recall {recall:.3}");
            assert!(precision >= precision_min && recall >= recall_min);
        }
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

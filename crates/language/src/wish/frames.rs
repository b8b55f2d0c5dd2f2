//! Sentences that ask for somebody whatever their trade: to be put through, to be called, to
//! talk with the one who can help. What the person is called matters less than what is to
//! happen with them, so these frames find "the surgeon" and "仓库那位师傅" too.

use std::sync::LazyLock;

use regex::Regex;

/// Who is meant, where a frame needs that said.
const PERSON: &str = "someone|somebody|anyone|anybody|person|humans?|people|agent|reps?|\
    representative|operator|colleagues?|clerk|employee|staff|advis[eo]r|manager|supervisor|boss|\
    engineer|technician|specialist|officer|doctor|nurse|teacher|expert|owner|team|department|desk|\
    lawyer|solicitor|soul";
/// What stands in for the list of persons in a frame.
const PLACE: &str = "{person}";

/// Frames in English, over words with single spaces, without apostrophes, with `,` for a pause.
const ENGLISH: &[&str] = &[
    // To be put through.
    r"\b(put|connect|transfer|swap|switch|pass|hand|forward) me\b",
    r"\b(put|connect) (us|my call) (through|on|with|to)\b",
    // A talk.
    r"\b(can|could|may|might|would|want|need|like|please|let|lets|wanna|prefer|rather|fancy|hoping|looking|how)\b( \w+){0,5} (speak|speaking|talk|talking|chat|chatting|word|consult|meeting|appointment|sit down|call|discuss) (to|with)\b",
    // To be called.
    r"\b(have|let|get|ask|make|expect|want|need|could|can|may|would|might|should)\b( \w+){1,7} (call|phone|ring|contact|telephone|write to|speak to|talk to|drop) (me|us)\b",
    // Somebody is to come.
    r"\b(have|let|get|send|ask|bring|fetch|find|want|need) (me )?(an?|the|your|my|some|any|him|her|them|one of your)\b( \w+){0,4} (call|phone|ring|come|over|join|take)\b",
    r"\b(could|can|would|may|might)( \w+)? (an?|one of you|another|someone|somebody|one)\b( \w+){0,3} (look|help|join|take over|see|check|listen|come|ring|explain)\b",
    // Somebody who can do something.
    r"\bwho (speaks?|knows?|understands?|can (read|help|explain|tell)|handles?|handled|fixed)\b",
    r"\bspeaking (agent|colleague|staff|person|rep|operator|technician)\b",
    // A person, fetched or asked for.
    r"\b(fetch|find|bring|send|get|swap|give|want|need|ask for|take|settle for|prefer|escalate to|looking for)( me| us)?( with| to)?( (an?|the|your|my|any|some|another|one of your|real|live|living|actual|proper|second|senior|different|human)){1,4} ({person})\b",
    r"\b(real|actual|live|living|proper|flesh and blood) (persons?|humans?|people|agent|employee|one|voice|soul|colleagues?|being)\b",
    r"\b(is there|are there|do you have|any|is)\b( \w+){0,3} ({person})\b( \w+){0,2} (around|there|available|about|on duty|listening|i can)\b",
    r"(^|, )(\w+ ){1,4}({person}|switchboard|housekeeping|reception|sales)( (please|thanks|ta|now))+",
    r"\bhuman (help|colleagues?|option|being please|support)\b",
    r"\bwhere are (the|all the) (people|humans)\b",
];
/// Words in the same clause that make it something else.
const ENGLISH_NOT: &str = "dont not no never without didnt wont wouldnt";
/// How many words before a frame these stand at most.
const ENGLISH_NOT_WORDS: usize = 3;

/// Frames in Chinese, over letters and digits with `，` for a pause.
const CHINESE: &[&str] = &[
    // To be called, or talked with.
    r"(让|叫|请|派|安排|麻烦|帮忙|帮我|可以|能|希望|要)[^，]{0,12}(给我|跟我|和我|联系我|同我)(们)?(立刻|马上|尽快)?(打|回|通|聊|说|谈|对|核|当面|来电|电话|，|$)",
    r"(立刻|马上|尽快)(跟|和|给)我(通话|联系|打|回)",
    r"(能|请|麻烦|可以|让)[^，]{0,8}(听|接)(个|一下)电话",
    // To be put through; money, networks and shipping are put elsewhere.
    r"(请|麻烦|劳烦|帮|能|马上|快|给我|立刻|可以|求|想|要)[^，]{0,5}(接|转接|转给|转到|接到|转|接通)(一下|下|一位|个|到|给)?[^，账钱款网行让卖运存换分]{1,8}(室|处|部|科|台|站|办|组|席|员|师|长|度|销售|顾问|老师|师傅|小姐姐|姐|哥|审|控)",
    r"(^|，)(请)?(转接|接|转)(一下)?[^，账钱款网行让卖运存换盘]{0,6}(室|处|部|科|台|站|客服|顾问|人工|专员)",
    r"(升级|转)到?(二线|上级)",
    // Somebody is to come, or is looked for.
    r"(接|找|叫|换|来|请|派|给我)(一)?(个|位|名)[^，]{0,10}(的来|人|员|老师|师傅|律师|医生|教练|翻译|同志|专家|工程师|经理|领导|主管)($|，|帮|跟|和|给|来|聊|谈|说|讲|问|处理|回|看|行|吧|吗|么|呢)",
    r"(接|找)人($|，|帮|聊|说|讲|处理|问)",
    r"(想|要|能|可以|帮我|帮忙)[^，]{0,3}(找|约|见|联系)[^，]{0,14}(经理|工程师|师傅|老师|医生|护士|律师|大姐|小姐姐|业务员|信贷员|校长|同志|专员|客服|员工|顾问|编辑|司机|负责人|员)",
    r"人都(死|跑|去)?(哪|到哪)",
    r"(主任|老师|师傅|经理|售票员|负责人|值班的?)(在不在|在吗|在么)",
    r"(接|等|轮)(得|不)?到(真)?人",
    // A talk.
    r"(直接|当面|电话|一对一|亲口|亲自)(跟|和|与)?[^，]{0,6}(聊|沟通|谈|咨询|讲)",
    r"(想|要|能|可以|方便)[^，]{0,4}(跟|和|与|同)[^，]{1,10}(聊|谈|沟通|通话|通个话|说句|说几句|确认|对接)",
    r"(听|跟)(真)?人(说|讲|聊)",
    // Somebody who can do something.
    r"(有没有|有无|找|叫|请|换|来|安排|转|要)[^，]{0,6}(会|懂|能|专门|负责|管)[^，]{1,10}(人|同事|坐席|客服|老师|师傅|技术支持|工程师|同志|馆员)",
    r"有(人|谁)[^，]{0,4}(值班|能帮)",
];
/// What takes a frame back that stands right behind it.
const CHINESE_NOT: &[&str] = &[
    "不用",
    "不要",
    "不想",
    "不必",
    "不需要",
    "没必要",
    "无需",
    "别",
    "从不敢",
];
/// How many characters before a frame these stand at most.
const CHINESE_NOT_CHARS: usize = 4;

static FRAMES: LazyLock<[Vec<Regex>; 2]> = LazyLock::new(|| {
    [ENGLISH, CHINESE].map(|frames| {
        let compiled = frames
            .iter()
            .map(|frame| Regex::new(&frame.replace(PLACE, PERSON)).expect("the frames are tested"));
        compiled.collect()
    })
});

/// Everything that decides.
pub(super) fn rules() -> impl Iterator<Item = &'static str> {
    let lists = [ENGLISH, CHINESE, CHINESE_NOT]
        .into_iter()
        .flatten()
        .copied();
    lists.chain([PERSON, ENGLISH_NOT])
}

/// Whether English words (`,` is a pause) ask for somebody.
pub(super) fn in_english(words: &[&str]) -> bool {
    let text = words.join(" ").replace(" ,", ",");
    let is_taken_back = |at: usize| {
        let clause = text[..at].rsplit(',').next().unwrap_or_default();
        let before = clause.split_whitespace().rev().take(ENGLISH_NOT_WORDS);
        let mut nots = ENGLISH_NOT.split_whitespace();
        let before: Vec<&str> = before.collect();
        nots.any(|not| before.contains(&not))
    };
    says(&FRAMES[0], &text, &is_taken_back)
}

/// Whether a Chinese text asks for somebody. It is folded, and what means something else was
/// taken out.
pub(super) fn in_chinese(folded: &str) -> bool {
    let mut text = String::with_capacity(folded.len());
    for c in folded.chars() {
        if c.is_alphanumeric() {
            text.push(c);
        } else if is_pause(c) && !text.is_empty() && !text.ends_with('，') {
            text.push('，');
        }
    }
    let is_taken_back = |at: usize| {
        let mut starts = text[..at].char_indices().rev();
        let from = starts.nth(CHINESE_NOT_CHARS - 1).map_or(0, |(at, _)| at);
        let before = text[from..at].rsplit('，').next().unwrap_or_default();
        CHINESE_NOT.iter().any(|not| before.contains(not))
    };
    says(&FRAMES[1], &text, &is_taken_back)
}

fn is_pause(c: char) -> bool {
    "，。！？；、：…,.!?;:\n".contains(c)
}

fn says(frames: &[Regex], text: &str, is_taken_back: &dyn Fn(usize) -> bool) -> bool {
    frames.iter().any(|frame| {
        let mut found = frame.find_iter(text);
        found.any(|found| !is_taken_back(found.start()))
    })
}

#[cfg(test)]
mod tests {
    use super::super::wants_person;

    #[test]
    fn any_trade_will_do_when_a_talk_is_asked_for() {
        for text in [
            "could I have a word with the ferryman?",
            "Put me through to the lighthouse please",
            "please have the baker ring me back",
            "is there anybody there who speaks Welsh",
            "能跟养蜂的师傅聊两句吗",
            "请帮我转接档案室",
            "麻烦让送奶的给我回个电话",
            "给我接个人，求你了",
        ] {
            assert!(wants_person(text), "{text}");
        }
    }

    #[test]
    fn a_talk_that_is_not_wanted_is_none() {
        for text in [
            "I do not want to talk to a colleague of yours",
            "please dont put me through",
            "不用找人聊了，谢谢",
            "别给我接个人，发链接就行",
            "请帮我转账",
            "wie ist das wetter",
        ] {
            assert!(!wants_person(text), "{text}");
        }
    }
}

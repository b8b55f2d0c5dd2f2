//! Names of people, by what stands before or after them. A list of names would find
//! flowers and towns; "my name is" and 女士 do not lie often.

use std::sync::LazyLock;

use regex::Regex;

use super::{Kind, Span, numbers::pattern};

/// The hundred most frequent family names and those of two characters.
pub(super) const FAMILY: &str = "欧阳|司马|上官|诸葛|司徒|慕容|令狐|皇甫|尉迟|公孙|长孙|宇文|[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边净]";

static CHINESE_SAID: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?:我叫|我是|名字叫|名字是|名叫|名字写|姓名[是为:：]?\s*|叫做|老公叫|老婆叫|妈妈叫|爸爸叫|朋友叫|同事叫|孩子叫|儿子叫|女儿叫|寄给|转给|交给|写给|署名|签收人[是为:：]?\s*|经办人[是为:：]?\s*|负责人[是为:：]?\s*|收件人[是为:：]?\s*|收货人[是为:：]?\s*|联系人[是为:：]?\s*|户主[是为:：]?\s*|本人|开户名[是为:：]?\s*|抬头[是为:：]?\s*|找一下|联系一下)((?:{FAMILY})\p{{Han}}{{1,2}})(?:$|[^\p{{Han}}]|的|，|电话|手机|想|要|在|，|先生|女士|小姐|收|签收|下单|买)"
    ))
});
static CHINESE_TITLE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"((?:{FAMILY})\p{{Han}}{{0,2}}?)(?:先生|女士|小姐|太太|老师|经理|总|师傅|大夫|医生|阿姨|叔叔)"
    ))
});
static SURNAME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?:我姓|免贵姓|贵姓|姓)({FAMILY})(?:$|[^\p{{Han}}]|的|，)"
    ))
});

/// A Latin name: words with capitals, initials, particles.
const LATIN: &str = r"\p{Lu}[\p{L}\p{M}'’\-]+(?:\ (?:\p{Lu}[\p{L}\p{M}'’\-]+|\p{Lu}\.?|de|da|van|von|der|den|el|al|bin|la|di|del|dos)){0,3}";

static LATIN_SAID: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?:(?i:my name is|my name's|name is|i am called|this is|i'm|i am|call me|named|signed by|ask for|speak (?:to|with)|talk (?:to|with)|regards|sincerely|cheers|thanks|dear|hi|hello|hey|contact|attn:?|recipient:?|name:|directed by:|from:|to:|user:|follow up with|belongs? to|card ?holder:?|address:|novel by|written by|sung by|song by|verses from)[,:]?\s+)(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof|Sir)\.?\ )?({LATIN})"
    ))
});
static LATIN_TITLE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Madam|Sir|mr|mrs|ms|dr|prof)\.?\ ({LATIN})"
    ))
});
/// A name that owns, lives, or speaks in a script.
static LATIN_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?m)(?:^|[.!?]\s+)({LATIN})(?:\ (?:lives|live|works|called|wrote|said|says|asked|listed|is my|will be|has been|speaking)\b|'s\ (?:account|card|order|address|phone|birthday|number|name|email)|:\ )"
    ))
});
static LAST_NAME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?i:(?:last|first|full|sur|family|given)?\ ?name(?:\ on\ [\p{{L}}\ ]+)?\?(?:\ user:)?)\s+({LATIN})"
    ))
});
/// A line that is nothing but a name, as in the head of a letter's address.
static ALONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?m)^(\p{Lu}[\p{L}\p{M}'’\-]+(?:\ \p{Lu}\.?)?\ \p{Lu}[\p{L}\p{M}'’\-]+)\s*\n\s*\n?\s*\d",
    )
});

pub(super) fn find(text: &str, found: &mut Vec<Span>) {
    let patterns: [(&LazyLock<Regex>, f32); 8] = [
        (&CHINESE_SAID, 0.9),
        (&CHINESE_TITLE, 0.85),
        (&SURNAME, 0.9),
        (&LATIN_SAID, 0.85),
        (&LATIN_TITLE, 0.92),
        (&LATIN_BEFORE, 0.75),
        (&LAST_NAME, 0.9),
        (&ALONE, 0.82),
    ];
    for (pattern, confidence) in patterns {
        for captures in pattern.captures_iter(text) {
            let Some(name) = captures.get(1) else {
                continue;
            };
            if let Some(length) = name_length(name.as_str()) {
                let place = name.start()..name.start() + length;
                found.push(Span {
                    place,
                    kind: Kind::Name,
                    confidence,
                });
            }
        }
    }
}

/// Bytes of the text that can be a name; words in capitals that are none end it.
fn name_length(text: &str) -> Option<usize> {
    if text.chars().next().is_some_and(crate::words::is_han) {
        return (!is_no_chinese_name(text)).then_some(text.len());
    }
    let text = text
        .strip_suffix("'s")
        .or_else(|| text.strip_suffix("’s"))
        .unwrap_or(text);
    let mut end = 0;
    for word in text.split(' ') {
        if is_no_name(word) {
            break;
        }
        end += word.len() + usize::from(end > 0);
    }
    (end > 1).then_some(end)
}

fn is_no_chinese_name(text: &str) -> bool {
    const OTHERS: [&str; 30] = [
        "张图", "张票", "单子", "单位", "高兴", "时候", "安全", "安心", "安装", "方便", "方面",
        "常常", "成功", "关于", "关注", "管理", "解决", "包裹", "石头", "金额", "温度", "白色",
        "黄色", "何时", "于是", "任何", "向你", "费用", "房子", "车子",
    ];
    OTHERS.iter().any(|other| text.starts_with(other))
}

/// Words with a capital that are no names.
const NO_NAMES: &[&str] = &[
    "I",
    "I'm",
    "The",
    "A",
    "An",
    "And",
    "But",
    "Or",
    "If",
    "It",
    "It's",
    "Is",
    "Are",
    "We",
    "You",
    "He",
    "She",
    "They",
    "My",
    "Your",
    "Our",
    "This",
    "That",
    "These",
    "There",
    "Here",
    "What",
    "When",
    "Where",
    "Why",
    "How",
    "Who",
    "Can",
    "Could",
    "Would",
    "Will",
    "Please",
    "Thanks",
    "Thank",
    "Hi",
    "Hello",
    "Hey",
    "Dear",
    "Yes",
    "No",
    "Not",
    "So",
    "Just",
    "Good",
    "Morning",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "January",
    "February",
    "March",
    "April",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
    "Sorry",
    "Team",
    "Support",
    "Sir",
    "Madam",
    "All",
    "Everyone",
    "Customer",
    "Service",
    "Bot",
    "User",
    "Agent",
    "Name",
    "Address",
    "Phone",
    "Mobile",
    "Office",
    "Fax",
    "Email",
    "E-mail",
    "Date",
    "Order",
    "Subject",
    "Title",
    "Note",
    "Company",
    "City",
    "State",
    "Country",
    "ZIP",
    "Zip",
    "Directed",
    "Written",
    "Mission",
    "Statement",
];

pub(super) fn is_no_name(word: &str) -> bool {
    word.is_empty()
        || NO_NAMES.contains(&word)
        || (word.len() > 3 && word.chars().all(char::is_uppercase))
}

//! Promises in Chinese. Texts are folded: simplified, half width.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use zhiyin_domain::promise::{DueDay, DueRule, PromiseKind};

use super::times::{Part, Time, What, Word, together};
use super::{Rules, Says};

/// Minutes that words without a time stand for.
const AT_ONCE: u32 = 30;
const LATER: u32 = 2 * 60;
const SOON_AS_POSSIBLE: u32 = 8 * 60;

pub(super) struct Chinese;

/// A number in figures or characters.
const NUMBER: &str = "(?:[0-9]+|[零一二两三四五六七八九十百半几]+)";

fn regex(pattern: &str) -> Regex {
    let pattern = pattern.replace("NUMBER", NUMBER);
    Regex::new(&pattern).expect("a pattern in the program is valid; tests use all of them")
}

static SPAN: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?P<n>NUMBER)\s*(?:[-至到]\s*(?P<m>NUMBER))?\s*个?(?P<half>半)?(?P<unit>分钟|工作小时|小时|hr?s?|钟头|刻钟|工作日|工作天|天|日|周|星期|礼拜|月)\s*(?:的时间)?(?:之内|以内|之后|以后|左右|内|后|必[回有]|到账|送达|到货|发货|完成|回复|答复)",
    )
});
static SPAN_AT_MOST: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:最多|最长|不超过|不会超过|最晚|最迟)\s*(?P<n>NUMBER)\s*个?(?P<half>半)?(?P<unit>分钟|工作小时|小时|hr?s?|钟头|刻钟|工作日|工作天|天|周|星期|礼拜)",
    )
});
static NUMERIC_DATE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?:[0-9]{4}[-/.])?(?P<month>[0-9]{1,2})[-/](?P<day>[0-9]{1,2})"));
static DATE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?:(?P<month>NUMBER)\s*月(?:份)?\s*)?(?P<day>NUMBER)\s*[日号]"));
static WEEKDAY: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?P<week>下下|下|这|本)?个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天末])")
});
static WEEK: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?P<week>下|这|本)个?(?:周|星期|礼拜)(?:之?内|底|里)?"));
static MONTH: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?P<month>下个?|这个?|本)?月(?:底|末)|(?P<in>下个?|这个?|本)月(?:之|以)?内")
});
static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?P<hour>NUMBER)\s*(?:[:](?P<figures>[0-9]{2})|[点时](?P<rest>半|一刻|三刻|NUMBER分?)?)(?:整|钟)?",
    )
});

/// Days and parts of days as words: days ahead, then the part.
const DAYS: [(&str, u16, Option<Part>); 21] = [
    ("大后天", 3, None),
    ("今明两天", 1, None),
    ("这两天", 2, None),
    ("后天", 2, None),
    ("明天", 1, None),
    ("明日", 1, None),
    ("明儿", 1, None),
    ("明早", 1, Some(Part::Morning)),
    ("明晚", 1, Some(Part::Evening)),
    ("次日", 1, None),
    ("今天", 0, None),
    ("今日", 0, None),
    ("今儿", 0, None),
    ("今早", 0, Some(Part::Morning)),
    ("今晚", 0, Some(Part::Evening)),
    ("当天", 0, None),
    ("当日", 0, None),
    ("当晚", 0, Some(Part::Evening)),
    ("明上午", 1, Some(Part::Morning)),
    ("明下午", 1, Some(Part::Afternoon)),
    ("明午", 1, Some(Part::Noon)),
];
const PARTS: [(&str, Part); 14] = [
    ("早上", Part::Morning),
    ("早晨", Part::Morning),
    ("上午", Part::Morning),
    ("午前", Part::Morning),
    ("中午", Part::Noon),
    ("午饭前", Part::Noon),
    ("下午", Part::Afternoon),
    ("傍晚", Part::Afternoon),
    ("晚上", Part::Evening),
    ("晚间", Part::Evening),
    ("夜里", Part::Evening),
    ("下班前", Part::Close),
    ("下班之前", Part::Close),
    ("下班以前", Part::Close),
];
const SOON: [(&str, u32); 18] = [
    ("马上", AT_ONCE),
    ("立即", AT_ONCE),
    ("立刻", AT_ONCE),
    ("这就", AT_ONCE),
    ("稍后", LATER),
    ("稍晚", LATER),
    ("待会", LATER),
    ("等会", LATER),
    ("一会", LATER),
    ("晚点", LATER),
    ("晚些", LATER),
    ("回头", LATER),
    ("很快", LATER),
    ("尽快", SOON_AS_POSSIBLE),
    ("尽早", SOON_AS_POSSIBLE),
    ("第一时间", SOON_AS_POSSIBLE),
    ("随后", LATER),
    ("过会", LATER),
];

/// What may stand between two words of one time.
const JOINS: [&str; 19] = [
    "",
    "的",
    "之前",
    "以前",
    "前",
    "最晚",
    "最迟",
    "就",
    "内",
    "之内",
    "到",
    "至",
    "-",
    "(",
    "在",
    "晚些时候",
    "一点",
    "一些",
    "时候",
];

/// Signs that somebody asks.
static ASKS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\?\s*$|吗[。.~]?\s*$|么[。.~]?\s*$|呢[。.~]?\s*$|是否|是不是|要不要|需不需要|能不能|可不可以|什么时候|哪天|几点|有空|有没有空|方便接|方便吗",
    )
});
/// Politeness that only sounds like a condition, or like a request.
static POLITE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:如果?|若|要是)您?(?:还|仍)?(?:有|存在)(?:任何|其他|其它|别的|什么|更多)*(?:问题|疑问|需要|疑虑)|已经?(?:为您|帮您|给您)?(?:安排|预约|约好|排好)|申请|请?您?(?:尽管|尽请|敬请)?放心|请?您?(?:耐心)?(?:稍等|等候|等待|稍候|等一下)|请?您?(?:多多?)?(?:谅解|理解|留意|见谅|注意查收|查收)|请允许",
    )
});
static CONDITION: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"如需|(?:下单|支付|拍下)(?:之|以)?后|不上班|放假|营业|如果|如若|如您|假如|假设|要是|倘若|万一|一旦|除非|的话|只要|若您|若是|若[^干]|等您|待您|您(?:这边)?(?:确认|付款|支付|提交|提供|寄回|下单|签收|同意|申请|回复)(?:之|以)?后|收到(?:您|货|退货|包裹|商品|资料|材料|款).{0,8}后|(?:审核|收货|验收|到货|付款|入库|签收)(?:无误|通过|完成|成功)?(?:之|以)?后|视.{0,8}而定|取决于",
    )
});
/// What makes the time of a clause none of ours.
static BLOCKS: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        // The customer is to do something, may do something or said something.
        r"请|麻烦您|麻烦你|烦请|劳驾|辛苦您|务必|建议您|您可|您需|您要|您得|您应|您必须|需要您|您先|您再|您提到|您说|",
        r"您(?:上午|下午|刚)说|您反映|您告诉|您之前|您希望|您问|您的意思|您想|您昨|客户(?:表示|要求|希望|说)|可以?(?:申请|取消|退货|换货|享受|再来|自提|凭)|",
        r"可在|需在|须在|应在|需要在|回复我|联系我|找我|告诉我|",
        // It is over.
        r"无理由|昨天|昨晚|昨日|前天|刚才|刚刚|上周|上次|上个?月|已经|已于|曾|过了|[发寄送退回说打给到]出?过|",
        r"(?:发出|寄出|签收|退款|解决|送达|完成)了|没有做到|[发寄送退回打说告]了|(?:回复|答复|联系|处理|办理)了|",
        // It is refused.
        r"不能|无法|没法|没办法|没有办法|不会|不可以|不保证|不了|不再|未能|来不及|没能|难以|不提供|不上班|暂不|才有|",
        // It is so in general.
        r"原本|本来|原定|原计划|本应|不可能|恐怕|不完|说好|说过|答应过|承诺过|不(?:发货|上门|派送|配送|处理|回复|接受|支持|退|换)|一般|通常|每个|正常情况|按规定|规定|每天|每日|每周|每个?月|平时|营业|服务时间|工作时间|上班|活动|提前|过期|有效|",
        r"保修|失效|截止|至周|到周"
    ))
});

static CALLS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"回电|致电|来电|去电|回拨|打.{0,6}电话|电话.{0,2}(?:联系|回访|告知|通知|沟通)|(?:回|给)您.{0,4}电话|拨打您|打给您|打给你|给您打过去|给您拨|回您个电话",
    )
});
static REPLIES: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"回复|答复|回覆|复函|回函|回音|回信|准信|联系您|联系你|与您联系|同您联系|和您联系|跟您联系|通知|告知|告诉|同步|反馈给|",
        r"给您.{0,5}(?:反馈|消息|结果|说法|回应|交代|交待|准信|方案|信)|给你.{0,5}(?:消息|结果|说法|交代)|给出.{0,5}(?:方案|结论|结果)|",
        r"说明|发给您|发您|(?:^|[^退寄送])回[您你]|必回|跟您说|跟进.{0,4}给您|汇报|答案|(?:跟|和|与|向)您确认|书面解释|给到您|回话|反馈您|反馈结果|有结果|结论|答覆|转告"
    ))
});
static WORKS: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"发货|出货|寄|送到|送达|送货|到货|到账|退款|退回|退还|退给|返还|处理|解决|完成|修好|修复|维修|上门|补发|补到|补齐|补上|",
        r"补偿|赔付|赔偿|更换|换货|换上|换新|开好|开票|开具|发出|发放|发到|安排|恢复|排除|解除|更正|改正|打到|赶出|取件|取货|",
        r"安装|办好|办理|上线|升级|到您|到位|重置|核实清楚|查清|备好|交付|出结果|打款|入账|转账|发送|提交|跟进|核查|调查|提供|派送|配送|派件|开通|关闭|注销|激活|改签|改好|到家|转达|落实|搞定|办妥|派师傅|派人"
    ))
});
/// Words by which a reply without a time is one to this customer.
static TO_YOU: LazyLock<Regex> = LazyLock::new(|| regex(r"您|你|答复|回复|通知|告知"));

fn number(text: &str) -> Option<u32> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let digit = |c: char| "零一二三四五六七八九".chars().position(|d| d == c);
    let (mut sum, mut last, mut is_two_digits) = (0_u32, 0_u32, false);
    for c in text.chars() {
        match c {
            '十' => {
                sum += if last == 0 { 10 } else { last * 10 };
                last = 0;
            }
            '百' => {
                sum += last.max(1) * 100;
                last = 0;
            }
            '两' => last = 2,
            '几' => last = 5,
            '半' => return None,
            // "两三天": three at most.
            other => {
                last = u32::try_from(digit(other)?).ok()?;
                is_two_digits = true;
            }
        }
    }
    (sum + last > 0 || is_two_digits).then_some(sum + last)
}

fn small(text: &str) -> Option<u8> {
    number(text).and_then(|number| u8::try_from(number).ok())
}

fn span(found: &Captures<'_>) -> Option<DueRule> {
    let unit = found.name("unit")?.as_str();
    let is_half = found.name("half").is_some();
    let text = found.name("m").or_else(|| found.name("n"))?.as_str();
    let halves = match (text, is_half) {
        ("半", _) => 1,
        (text, true) => number(text)?.checked_mul(2)? + 1,
        (text, false) => number(text)?.checked_mul(2)?,
    };
    let days = |each: u32| u16::try_from(halves * each / 2).ok();
    Some(match unit {
        "分钟" => DueRule::Minutes(halves / 2),
        "刻钟" => DueRule::Minutes(halves * 15 / 2),
        "小时" | "钟头" | "h" | "hr" | "hs" | "hrs" => {
            DueRule::Minutes(halves.checked_mul(30)?)
        }
        "工作小时" => DueRule::WorkingMinutes(halves.checked_mul(30)?),
        "工作日" | "工作天" => DueRule::WorkingDays(days(1)?.max(1)),
        "天" | "日" if halves % 2 == 1 => DueRule::Minutes(halves.checked_mul(12 * 60)?),
        "天" | "日" => DueRule::Days(days(1)?),
        "月" => DueRule::Days(days(30)?),
        _ => DueRule::Days(days(7)?),
    })
}

fn weeks(word: Option<&str>) -> Option<u8> {
    word.map(|word| match word {
        "下下" => 2,
        word if word.starts_with('下') => 1,
        _ => 0,
    })
}

fn weekday(found: &Captures<'_>) -> Option<What> {
    let week = weeks(found.name("week").map(|word| word.as_str()));
    let day = found.name("day")?.as_str();
    if day == "末" {
        let weeks = week.unwrap_or(0);
        return Some(What::Day(DueDay::WeekdayOf { weekday: 7, weeks }));
    }
    let weekday = u8::try_from(
        "一二三四五六日"
            .chars()
            .position(|c| day.starts_with(c))
            .unwrap_or(6)
            + 1,
    );
    let weekday = weekday.ok()?;
    Some(What::Day(match week {
        Some(weeks) => DueDay::WeekdayOf { weekday, weeks },
        None => DueDay::Weekday(weekday),
    }))
}

fn clock(clause: &str, found: &Captures<'_>) -> Option<What> {
    let all = found.get(0)?;
    let before = clause[..all.start()].chars().next_back();
    let hour = small(found.name("hour")?.as_str())?;
    // "晚一点" is no hour.
    if hour > 24 || before.is_some_and(|c| "晚早快慢有多好差大".contains(c) && hour == 1) {
        return None;
    }
    let minute = match (
        found.name("figures"),
        found.name("rest").map(|rest| rest.as_str()),
    ) {
        (Some(figures), _) => small(figures.as_str())?,
        (None, Some("半")) => 30,
        (None, Some("一刻")) => 15,
        (None, Some("三刻")) => 45,
        (None, Some(rest)) => small(rest.trim_end_matches('分'))?,
        (None, None) => 0,
    };
    (minute < 60).then_some(What::Clock {
        hour,
        minute,
        is_plain: hour <= 12,
    })
}

fn date(clause: &str, found: &Captures<'_>) -> Option<What> {
    // "单号" has no figures; "12号楼" is a house.
    let end = found.get(0)?.end();
    if clause[end..].starts_with(['楼', '线', '店', '柜', '码', '院']) {
        return None;
    }
    let month = match found.name("month") {
        Some(month) => Some(small(month.as_str()).filter(|month| (1..=12).contains(month))?),
        None => None,
    };
    let day = small(found.name("day")?.as_str()).filter(|day| (1..=31).contains(day))?;
    Some(What::Day(DueDay::Date { month, day }))
}

fn month(found: &Captures<'_>) -> What {
    let word = found.name("month").or_else(|| found.name("in"));
    let months = weeks(word.map(|word| word.as_str())).unwrap_or(0);
    What::Day(DueDay::EndOfMonth(months))
}

fn words(clause: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut add = |regex: &Regex, what: &dyn Fn(&Captures<'_>) -> Option<What>| {
        for found in regex.captures_iter(clause) {
            if let (Some(all), Some(what)) = (found.get(0), what(&found)) {
                let place = all.range();
                words.push(Word { place, what });
            }
        }
    };
    add(&SPAN, &|found| span(found).map(What::Span));
    add(&SPAN_AT_MOST, &|found| span(found).map(What::Span));
    add(&DATE, &|found| date(clause, found));
    add(&NUMERIC_DATE, &|found| date(clause, found));
    add(&WEEKDAY, &weekday);
    add(&WEEK, &|found| {
        weeks(found.name("week").map(|word| word.as_str())).map(What::Week)
    });
    add(&MONTH, &|found| Some(month(found)));
    add(&CLOCK, &|found| clock(clause, found));
    words
}

fn places(clause: &str, word: &str, what: What) -> impl Iterator<Item = Word> {
    let found = clause.match_indices(word);
    found.map(move |(start, word)| Word {
        place: start..start + word.len(),
        what,
    })
}

/// Days that are words.
fn days(clause: &str) -> Vec<Word> {
    let mut words = Vec::new();
    for (word, days, part) in DAYS {
        let day = What::Day(DueDay::InDays(days));
        for found in places(clause, word, day) {
            let Some(part) = part else {
                words.push(found);
                continue;
            };
            // Both in one word: its last character stands for the part.
            let Range { start, end } = found.place;
            let last = word.chars().next_back().map_or(0, char::len_utf8);
            words.push(Word {
                place: start..end - last,
                what: day,
            });
            words.push(Word {
                place: end - last..end,
                what: What::Part(part),
            });
        }
    }
    let end_of_year = DueDay::Date {
        month: Some(12),
        day: 31,
    };
    words.extend(places(clause, "年底", What::Day(end_of_year)));
    words.extend(places(clause, "周内", What::Week(0)));
    words
}

/// Parts of days and words for "soon".
fn loose_words(clause: &str) -> impl Iterator<Item = Word> {
    let parts = PARTS
        .into_iter()
        .map(|(word, part)| (word, What::Part(part)));
    let soon = SOON
        .into_iter()
        .map(|(word, minutes)| (word, What::Span(DueRule::Soon(minutes))));
    parts
        .chain(soon)
        .flat_map(|(word, what)| places(clause, word, what))
}

impl Rules for Chinese {
    fn times(clause: &str) -> Vec<Time> {
        let mut all = words(clause);
        all.extend(days(clause));
        all.extend(loose_words(clause));
        together(clause, all, |between| {
            let between = between.trim();
            JOINS.contains(&between)
        })
    }

    fn is_open(sentence: &str) -> bool {
        let sentence = POLITE.replace_all(sentence, "");
        ASKS.is_match(&sentence) || CONDITION.is_match(&sentence)
    }

    fn says(clause: &str, is_soon: bool) -> Says {
        let clause = POLITE.replace_all(clause, "");
        if BLOCKS.is_match(&clause) {
            return Says::Blocks;
        }
        if CALLS.is_match(&clause) {
            return Says::Commits(PromiseKind::CallBack);
        }
        if REPLIES.is_match(&clause) && (!is_soon || TO_YOU.is_match(&clause)) {
            return Says::Commits(PromiseKind::Reply);
        }
        if !is_soon && WORKS.is_match(&clause) {
            return Says::Commits(PromiseKind::Other);
        }
        Says::Nothing
    }

    fn goes_on(_clause: &str) -> Option<PromiseKind> {
        None
    }
}

//! Promises in English. Texts are folded: lower case, plain apostrophes.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use zhiyin_domain::promise::{DueDay, DueRule, PromiseKind};

use super::times::{Part, Time, What, Word, together};
use super::{Rules, Says};

/// Minutes that words without a time stand for.
const AT_ONCE: u32 = 30;
const LATER: u32 = 2 * 60;
const SOON_AS_POSSIBLE: u32 = 8 * 60;

pub(super) struct English;

const NUMBER: &str = "(?:[0-9]{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|fifteen|twenty|thirty|forty[- ]eight|the|(?:a )?couple of|(?:a )?few)";
const MONTHS: &str = "(?P<month>jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*";
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

fn regex(pattern: &str) -> Regex {
    let pattern = pattern.replace("NUMBER", NUMBER).replace("MONTHS", MONTHS);
    Regex::new(&pattern).expect("a pattern in the program is valid; tests use all of them")
}

static SPAN: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"\b(?:within|in|inside|after|over|during)\s+(?:(?:the|next|coming|following|about|around|at|most|under|less|than)\s+)*",
        r"(?P<half>half )?(?P<n>NUMBER)\s*(?:(?:-|to|or)\s*(?P<m>NUMBER)\s*)?(?P<work>business|working)?\s*",
        r"(?P<unit>min(?:ute)?s?|hours?|hrs?|h|days?|fortnights?|weeks?|months?)\b"
    ))
});
static SPAN_FROM_NOW: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"\b(?P<half>half )?(?P<n>NUMBER)\s*(?P<work>business|working)?\s*",
        r"(?P<unit>min(?:ute)?s?|hours?|hrs?|h|days?|weeks?) (?:from now|from today|at (?:the )?(?:most|latest))\b"
    ))
});
static ISO_DATE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\b[0-9]{4}-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})\b"));
static WEEKDAY: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\b(?P<week>(?:this|next|coming|last) )?(?P<day>mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|satur|sat|sun)(?:day)?\b(?P<after> week)?",
    )
});
static WEEK: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"\b(?:end of )?(?P<week>this|next|the) (?P<unit>week|month)\b|\beow\b")
});
static DATE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\b(?:the )?(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?(?: of)? MONTHS\b"));
static MONTH_FIRST: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\bMONTHS\.? (?:the )?(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?\b"));
static DAY_ALONE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\bthe (?P<day>[0-9]{1,2})(?:st|nd|rd|th)\b"));
static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"\b(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-9]{2}))?\s*(?P<half>am|pm|a\.m|p\.m)\b|",
        r"\b(?P<h24>[0-9]{1,2}):(?P<m24>[0-9]{2})\b|\b(?P<o>[0-9]{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) o'?clock\b"
    ))
});
static BARE_CLOCK: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"\b(?:by|before|at) (?P<hour>[0-9]{1,2})(?:$|[\s,.]+(?:today|tomorrow|on|$))")
});

const DAYS: [(&str, u16, Option<Part>); 11] = [
    ("tmrw", 1, None),
    ("tmr", 1, None),
    ("the day after tomorrow", 2, None),
    ("tomorrow", 1, None),
    ("today", 0, None),
    ("tonight", 0, Some(Part::Evening)),
    ("this morning", 0, Some(Part::Morning)),
    ("this afternoon", 0, Some(Part::Afternoon)),
    ("this evening", 0, Some(Part::Evening)),
    ("end of the day", 0, Some(Part::Close)),
    ("end of day", 0, Some(Part::Close)),
];
const PARTS: [(&str, Part); 17] = [
    ("first thing", Part::Morning),
    ("night", Part::Evening),
    ("morning", Part::Morning),
    ("noon", Part::Noon),
    ("midday", Part::Noon),
    ("lunchtime", Part::Noon),
    ("lunch", Part::Noon),
    ("afternoon", Part::Afternoon),
    ("evening", Part::Evening),
    ("close of business", Part::Close),
    ("close of play", Part::Close),
    ("end of the working day", Part::Close),
    ("end of business", Part::Close),
    ("end of the business day", Part::Close),
    ("eod", Part::Close),
    ("cob", Part::Close),
    ("eob", Part::Close),
];
const SOON: [(&str, u32); 16] = [
    ("right away", AT_ONCE),
    ("straight away", AT_ONCE),
    ("immediately", AT_ONCE),
    ("in a moment", AT_ONCE),
    ("in a minute", AT_ONCE),
    ("momentarily", AT_ONCE),
    ("shortly", LATER),
    ("in a bit", LATER),
    ("in a while", LATER),
    ("very soon", LATER),
    ("soon", LATER),
    ("later", LATER),
    ("as soon as possible", SOON_AS_POSSIBLE),
    ("as soon as i can", SOON_AS_POSSIBLE),
    ("as soon as we can", SOON_AS_POSSIBLE),
    ("asap", SOON_AS_POSSIBLE),
];
const JOINING_WORDS: [&str; 21] = [
    "at", "by", "before", "in", "the", "on", "of", "no", "than", "latest", "first", "thing",
    "around", "about", "'s", "until", "end", "o", "after", "sometime", "for",
];

static POLITE: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"\bif you (?:have|need|should have|think of) (?:any(?:thing)?|more|other|further)[^,;]*|\bif there(?:'s| is) anything[^,;]*|",
        r"\bas soon as (?:possible|i can|we can)\b|\b(?:no|not) later than\b|\bplease (?:rest assured|be assured|accept|bear with)\b|",
        r"\b(?:won't|will not) (?:let|be long|keep|forget)\b|\b(?:don't|do not) worry\b|\bno (?:worries|problem)\b|\brest assured\b"
    ))
});
static OPEN: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\?\s*$|\b(?:if|unless|once|until|provided|assuming|whether|depending|in case)\b|\bwhen you\b|\bas soon as (?:you|we|the|it|he|she|they|i|your)\b|\bafter (?:you|we receive|receipt)\b|\b(?:up)?on receipt\b|\bof receipt\b|\bwhen (?:we receive|it arrives)\b",
    )
});
static BLOCKS: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"n't\b|\bnot\b|\bnever\b|\bunable\b|\bcannot\b|\bno way\b|\bnobody\b|\bno one\b|\bno longer\b|\bunfortunately\b|\bwish\b|",
        r"\byou(?:'ll| will)? (?:can(?:not)? (?:return|try|also|call|use|cancel|still|change|pick|collect|exchange)|could|may|must|might|need|have to|ought|want|wanted|asked|said|wrote|mentioned|told|needed|would)\b|",
        r"\byou should be (?:at|able|home)\b|\byou should (?:call|ask|try|contact|return|send|check|cancel)\b|\bplease\b|\bwould\b|\bhad\b|\bcould\b|",
        r"\byesterday\b|\bago\b|\blast (?:night|week|month|mon|tue|wed|thu|fri|sat|sun)|\bsaid\b|\bpromised to\b|\bthis morning's\b|",
        r"\busually\b|\bnormally\b|\btypically\b|\bgenerally\b|\bevery\b|\bon average\b|\b(?:is|are|we're) open\b|\bopening hours\b|",
        r"\bup to\b|\bclosed\b|\bexpires?\b|\borders placed\b|\bcustomer wants\b|\bsale (?:will|starts)\b|\boffer (?:will|ends)\b|\bin advance\b|\b(?:will|ll) need\b|\bneed your?\b|\b(?:be|remain) open\b|\breopens?\b|\b(?:promotion|sale|discount|offer)\b.*\b(?:run|end|last|start|begin)s?\b|\bwill (?:end|expire|last)\b|\bbe (?:charged|billed)\b|\brenews?\b|\bmeeting\b|\bwebinar\b|\bout of (?:the )?office\b|\bon (?:leave|holiday)\b"
    ))
});
static COMMITS: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"\b(?:will|shall)\b|'ll\b|\bgoing to\b|\b(?:i|we) (?:promise|guarantee|aim|expect|plan)\b|\b(?:you can|you may|please)? ?expect\b|",
        r"\byou should (?:have|hear|receive|get|see)\b|\bshould (?:reach|arrive|be|land)\b|\b(?:i|we) can have\b|\b(?:i|we) commit to\b|\b(?:is|are) (?:scheduled|due|expected|guaranteed|booked)\b|\bon track to\b|",
        r"\b(?:i'm|i am|we're|we are|is|are) (?:ship|send|call|com|deliver|post|refund|phon|ring|pick|writ|return|mail|replac|collect|arriv|dispatch|com)p?ing\b|",
        r"\barrives?\b|\blet me\b"
    ))
});
static CALLS: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"\b(?:call|ring|phone|telephone|calling|ringing|phoning) (?:you|him|her|them|back)\b|\ba (?:call|ring|phone call|callback)\b|",
        r"(?:'ll|will|shall|to) (?:call|ring|phone)\b"
    ))
});
static REPLIES: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"\b(?:get|come|be|report|circle|write) back\b|\b(?:reply|replies|respond|answer|answers|response|write to|e-?mail|update|let you know|hear from|",
        r"hear back|follow up|in touch|contact|message|tell you|confirm|decision|explanation|news|send you the|share|inbox|",
        r"tracking number|summary|report|explain|quote|findings|revert|reach out)\b"
    ))
});

fn number(text: &str) -> Option<u32> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    Some(match text.trim() {
        "a" | "an" | "one" | "the" => 1,
        "two" | "couple of" | "a couple of" => 2,
        "three" | "few" | "a few" => 3,
        "four" => 4,
        "five" => 5,
        "six" => 6,
        "seven" => 7,
        "eight" => 8,
        "nine" => 9,
        "ten" => 10,
        "eleven" => 11,
        "twelve" => 12,
        "fourteen" => 14,
        "fifteen" => 15,
        "twenty" => 20,
        "thirty" => 30,
        "forty-eight" | "forty eight" => 48,
        _ => return None,
    })
}

fn small(text: &str) -> Option<u8> {
    number(text).and_then(|number| u8::try_from(number).ok())
}

fn span(found: &Captures<'_>) -> Option<DueRule> {
    let unit = found.name("unit")?.as_str();
    let count = number(found.name("m").or_else(|| found.name("n"))?.as_str())?;
    let is_work = found.name("work").is_some();
    let days = |each: u32| {
        count
            .checked_mul(each)
            .and_then(|days| u16::try_from(days).ok())
    };
    Some(match unit.chars().next()? {
        'm' if unit.starts_with("mo") => DueRule::Days(days(30)?),
        'm' => DueRule::Minutes(count),
        'h' if found.name("half").is_some() => DueRule::Minutes(30),
        'h' if is_work => DueRule::WorkingMinutes(count * 60),
        'h' => DueRule::Minutes(count * 60),
        'f' => DueRule::Days(days(14)?),
        'd' if is_work => DueRule::WorkingDays(days(1)?),
        'd' => DueRule::Days(days(1)?),
        _ => DueRule::Days(days(7)?),
    })
}

fn weekday(found: &Captures<'_>) -> Option<What> {
    let day = found.name("day")?.as_str();
    let at = WEEKDAYS.iter().position(|name| day.starts_with(name))?;
    let weekday = u8::try_from(at + 1).ok()?;
    Some(What::Day(
        match found.name("week").map(|week| week.as_str().trim()) {
            Some("last") => return None,
            Some("next") => DueDay::WeekdayOf { weekday, weeks: 1 },
            _ if found.name("after").is_some() => DueDay::WeekdayOf { weekday, weeks: 1 },
            _ => DueDay::Weekday(weekday),
        },
    ))
}

fn week(found: &Captures<'_>) -> Option<What> {
    let ahead = u8::from(
        found
            .name("week")
            .is_some_and(|week| week.as_str() == "next"),
    );
    let is_end = found.get(0)?.as_str().starts_with("end of");
    let is_month = found
        .name("unit")
        .is_some_and(|unit| unit.as_str() == "month");
    // "The week" alone is none in particular.
    if !is_end
        && found
            .name("week")
            .is_some_and(|week| week.as_str() == "the")
    {
        return None;
    }
    Some(if is_month {
        What::Day(DueDay::EndOfMonth(ahead))
    } else {
        What::Week(ahead)
    })
}

fn month_of(name: &str) -> Option<u8> {
    const NAMES: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let at = NAMES.iter().position(|month| name.starts_with(month))?;
    u8::try_from(at + 1).ok()
}

fn date(found: &Captures<'_>) -> Option<What> {
    let day = small(found.name("day")?.as_str()).filter(|day| (1..=31).contains(day))?;
    let month = match found.name("month") {
        Some(month) => Some(match small(month.as_str()) {
            Some(month) if (1..=12).contains(&month) => month,
            _ => month_of(month.as_str())?,
        }),
        None => None,
    };
    Some(What::Day(DueDay::Date { month, day }))
}

fn clock(found: &Captures<'_>) -> Option<What> {
    let named = |name: &str| found.name(name).map(|part| part.as_str());
    let hour = small(named("hour").or(named("h24")).or(named("o"))?)?;
    let minute = match named("minute").or(named("m24")) {
        Some(minute) => small(minute)?,
        None => 0,
    };
    if hour > 24 || minute > 59 {
        return None;
    }
    let (hour, is_plain) = match named("half").and_then(|half| half.chars().next()) {
        Some('p') if hour < 12 => (hour + 12, false),
        Some('a') if hour == 12 => (24, false),
        Some(_) => (hour, false),
        None => (hour, hour <= 12),
    };
    Some(What::Clock {
        hour,
        minute,
        is_plain,
    })
}

fn push(words: &mut Vec<Word>, clause: &str, word: &str, what: What) {
    for (start, found) in clause.match_indices(word) {
        let end = start + found.len();
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let is_whole = !is_letter(clause[..start].chars().next_back())
            && !is_letter(clause[end..].chars().next());
        if is_whole {
            let place = start..end;
            words.push(Word { place, what });
        }
    }
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
    add(&SPAN_FROM_NOW, &|found| span(found).map(What::Span));
    add(&ISO_DATE, &date);
    add(&WEEKDAY, &weekday);
    add(&WEEK, &week);
    add(&DATE, &date);
    add(&MONTH_FIRST, &date);
    add(&DAY_ALONE, &date);
    add(&CLOCK, &clock);
    for found in BARE_CLOCK.captures_iter(clause) {
        if let (Some(hour), Some(what)) = (found.name("hour"), clock(&found)) {
            let place = hour.range();
            words.push(Word { place, what });
        }
    }
    for (word, days, part) in DAYS {
        let Some(part) = part else {
            push(&mut words, clause, word, What::Day(DueDay::InDays(days)));
            continue;
        };
        // The day and the part are one word; the last letter stands for the part.
        let mut found = Vec::new();
        push(&mut found, clause, word, What::Part(part));
        for one in found {
            let split = one.place.end - 1;
            words.push(Word {
                place: one.place.start..split,
                what: What::Day(DueDay::InDays(days)),
            });
            words.push(Word {
                place: split..one.place.end,
                what: What::Part(part),
            });
        }
    }
    for (word, part) in PARTS {
        push(&mut words, clause, word, What::Part(part));
    }
    let before = What::Week(0);
    push(&mut words, clause, "before the weekend", before);
    for word in ["the weekend", "this weekend"] {
        push(
            &mut words,
            clause,
            word,
            What::Day(DueDay::WeekdayOf {
                weekday: 7,
                weeks: 0,
            }),
        );
    }
    for (word, minutes) in SOON {
        push(&mut words, clause, word, What::Span(DueRule::Soon(minutes)));
    }
    words
}

impl Rules for English {
    fn times(clause: &str) -> Vec<Time> {
        let mut times = together(clause, words(clause), |between| {
            let mut words = between
                .split([' ', ',', '(', ')'])
                .filter(|word| !word.is_empty());
            words.all(|word| JOINING_WORDS.contains(&word))
        });
        // "Later than Friday" is not later.
        times.retain(|time| {
            let word = &clause[time.place.clone()];
            word != "later" || !clause[time.place.end..].trim_start().starts_with("than")
        });
        times
    }

    fn is_open(sentence: &str) -> bool {
        let sentence = POLITE.replace_all(sentence, "");
        OPEN.is_match(&sentence)
    }

    fn says(clause: &str, is_soon: bool) -> Says {
        let clause = POLITE.replace_all(clause, "");
        if BLOCKS.is_match(&clause) {
            return Says::Blocks;
        }
        if !COMMITS.is_match(&clause) {
            return Says::Nothing;
        }
        if CALLS.is_match(&clause) {
            return Says::Commits(PromiseKind::CallBack);
        }
        if REPLIES.is_match(&clause) {
            return Says::Commits(PromiseKind::Reply);
        }
        if is_soon {
            Says::Nothing
        } else {
            Says::Commits(PromiseKind::Other)
        }
    }

    fn goes_on(clause: &str) -> Option<PromiseKind> {
        if CALLS.is_match(clause) {
            Some(PromiseKind::CallBack)
        } else if REPLIES.is_match(clause) {
            Some(PromiseKind::Reply)
        } else {
            None
        }
    }
}

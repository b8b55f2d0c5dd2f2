//! Signs of tone that hold in every trade: words with a polarity under negation and
//! emphasis, emoji, irony, haste, threats, shouting.
//!
//! They carry the models to shops whose words were never in the training texts.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::{
    fold::{Folded, fold},
    sparse::features::{Feature, Group, hash_text, mix},
    words::{Word, is_han, stem},
};

const POLARITY: [&str; 2] = [
    include_str!("../../data/tone/polarity_zh.txt"),
    include_str!("../../data/tone/polarity_en.txt"),
];
const SIGNS: &str = include_str!("../../data/tone/cues.txt");
/// Names of the lines in the file of signs, in the order of their cues.
const SIGN_NAMES: [&str; 10] = [
    "joy", "grief", "irony", "person", "churn", "urgency", "law", "abuse", "thanks", "spare",
];
/// Number of cues.
pub(crate) const CUES: usize = 26;
/// The cue of good against bad words, between -1 and 1.
pub(crate) const BALANCE: usize = 12;
/// The cue of the wish for a person, which `wish` tells.
const PERSON: usize = 3;
/// Words after a negation that it turns around.
const NEGATION_WORDS: usize = 3;
/// Characters of the longest entry with a polarity.
const ENTRY_CHARS_MAX: usize = 8;

/// The data the cues come from, for the check that a model fits them.
pub(crate) fn data() -> impl Iterator<Item = &'static [u8]> {
    POLARITY.into_iter().chain([SIGNS]).map(str::as_bytes)
}

struct Lexicon {
    polarity: FxHashMap<String, f32>,
    signs: Vec<(usize, String)>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut polarity: FxHashMap<String, f32> = FxHashMap::default();
    for line in POLARITY.iter().flat_map(|text| text.lines()) {
        let mut words = line.split_whitespace();
        let Some(strength) = words.next().and_then(|first| first.parse::<f32>().ok()) else {
            continue;
        };
        for word in words {
            let known = polarity.entry(stem(&fold(word))).or_insert(strength);
            if strength.abs() > known.abs() {
                *known = strength;
            }
        }
    }
    let mut signs = Vec::new();
    for line in SIGNS.lines().filter(|line| !line.starts_with('#')) {
        let Some((name, list)) = line.split_once(' ') else {
            continue;
        };
        let Some(at) = SIGN_NAMES.iter().position(|known| *known == name) else {
            continue;
        };
        signs.extend(phrases(list).into_iter().map(|phrase| (at, phrase)));
    }
    Lexicon { polarity, signs }
});

/// Entries of a line.
fn phrases(list: &str) -> Vec<String> {
    list.split(' ')
        .filter(|entry| !entry.is_empty())
        .map(|entry| fold(&entry.replace('_', " ")))
        .collect()
}

/// The cues of a text and features of words under negation.
pub(crate) fn cues(
    text: &str,
    folded: &[Folded],
    words: &[Word],
    wants_person: bool,
) -> ([f32; CUES], Vec<Feature>) {
    let lexicon = &*LEXICON;
    let mut cues = [0.0_f32; CUES];
    let mut negated = Vec::new();
    let clauses = polarities(lexicon, folded, words, &mut negated);
    let positive: f32 = clauses.iter().map(|clause| clause.0).sum();
    let negative: f32 = clauses.iter().map(|clause| clause.1).sum();
    let net =
        |clause: Option<&(f32, f32)>| clause.map_or(0.0, |(good, bad)| ((good - bad) / 3.0).tanh());
    let plain: String = folded.iter().map(|folded| folded.ch).collect();
    for (at, sign) in &lexicon.signs {
        if contains(&plain, text, sign) {
            cues[*at] = (cues[*at] + 0.7).min(1.4);
        }
    }
    cues[PERSON] = if wants_person { 1.0 } else { 0.0 };
    let lower = folded.len().max(1) as f32;
    let count = |wanted: &[char]| {
        folded
            .iter()
            .filter(|folded| wanted.contains(&folded.ch))
            .count() as f32
    };
    let letters = text.chars().filter(char::is_ascii_alphabetic).count() as f32;
    let capitals = text.chars().filter(char::is_ascii_uppercase).count() as f32;
    let rest = [
        positive / (2.0 + positive),
        negative / (2.0 + negative),
        ((positive - negative) / 3.0).tanh(),
        net(clauses.last()),
        net(clauses.first()),
        f32::from(u8::from(positive > 0.0 && negative > 0.0)),
        (count(&['!']) / 3.0).min(1.0),
        (count(&['?']) / 2.0).min(1.0),
        if letters > 8.0 && capitals > 0.6 * letters {
            1.0
        } else {
            0.0
        },
        (negated.len() as f32 / 4.0).min(1.0),
        (lower / 100.0).min(1.0),
        f32::from(u8::from(waits(&plain))),
        f32::from(u8::from(repeats(folded))),
        cues[2] * (negative / (2.0 + negative)),
        f32::from(u8::from(positive == 0.0 && negative == 0.0)),
        (positive - negative).clamp(-6.0, 6.0) / lower.sqrt(),
    ];
    cues[10..].copy_from_slice(&rest);
    (cues, negated)
}

/// Good minus bad words, with negation: what a lexicon alone says.
pub fn lexicon_balance(text: &str) -> f32 {
    let folded = crate::fold::fold_with_places(text);
    let words = crate::words::words_of(&folded);
    let clauses = polarities(&LEXICON, &folded, &words, &mut Vec::new());
    clauses.iter().map(|(good, bad)| good - bad).sum()
}

/// Good and bad by clause. Leaves features of negated words.
fn polarities(
    lexicon: &Lexicon,
    folded: &[Folded],
    words: &[Word],
    negated: &mut Vec<Feature>,
) -> Vec<(f32, f32)> {
    let mut clauses = vec![(0.0, 0.0)];
    let (mut turn, mut emphasis, mut end, mut skip_until) = (0_usize, 1.0_f32, 0, 0);
    for word in words {
        let place = word.place.clone();
        let between = &folded[end.min(place.start)..place.start];
        if between.iter().any(|folded| ends_clause(folded.ch)) {
            clauses.push((0.0, 0.0));
            (turn, emphasis) = (0, 1.0);
        }
        end = end.max(place.end);
        if place.start < skip_until {
            continue;
        }
        let (length, value) = polarity(lexicon, folded, word);
        if length > place.len() {
            skip_until = place.start + length;
        }
        if value != 0.0 {
            let clause = clauses.len() - 1;
            let value = emphasis * if turn > 0 { -0.8 * value } else { value };
            let (good, bad) = &mut clauses[clause];
            if value > 0.0 {
                *good += value;
            } else {
                *bad -= value;
            }
            emphasis = 1.0;
        }
        if turn > 0 {
            negated.push(Feature {
                key: mix(77, hash_text(1, &word.text)),
                group: Group::Words,
                place: to_short(place.start)..to_short(place.end),
            });
            turn -= 1;
        }
        if is_negation(&word.text) {
            turn = if turn > 0 { 0 } else { NEGATION_WORDS };
        } else if let Some(strength) = strength(&word.text) {
            emphasis = strength;
        }
    }
    clauses.retain(|(good, bad)| *good > 0.0 || *bad > 0.0);
    clauses
}

/// The longest entry that begins with this word, in folded characters, and its polarity.
fn polarity(lexicon: &Lexicon, folded: &[Folded], word: &Word) -> (usize, f32) {
    if word.text.chars().next().is_some_and(is_han) {
        let run = folded[word.place.start..]
            .iter()
            .take(ENTRY_CHARS_MAX)
            .take_while(|f| is_han(f.ch));
        let chars: String = run.map(|folded| folded.ch).collect();
        let ends: Vec<usize> = chars
            .char_indices()
            .map(|(at, c)| at + c.len_utf8())
            .collect();
        for (length, end) in ends
            .iter()
            .enumerate()
            .rev()
            .map(|(at, end)| (at + 1, *end))
        {
            // One character is a word only where the dictionary says so.
            if length < word.place.len() || (length == 1 && word.place.len() > 1) {
                break;
            }
            if let Some(value) = lexicon.polarity.get(&chars[..end]) {
                return (length, *value);
            }
        }
    }
    (
        word.place.len(),
        lexicon.polarity.get(&word.text).copied().unwrap_or(0.0),
    )
}

fn is_negation(word: &str) -> bool {
    matches!(
        word,
        "不" | "没"
            | "没有"
            | "无"
            | "未"
            | "非"
            | "别"
            | "毫无"
            | "并不"
            | "并没有"
            | "并未"
            | "从不"
            | "从没"
            | "不太"
            | "不怎么"
            | "不是"
            | "不会"
            | "不够"
            | "没什么"
            | "哪里"
            | "谈不上"
            | "算不上"
            | "not"
            | "no"
            | "never"
            | "without"
            | "nor"
            | "neither"
            | "hard"
            | "bare"
            | "noth"
            | "nobodi"
    )
}

/// How much a word strengthens or weakens the next.
fn strength(word: &str) -> Option<f32> {
    Some(match word {
        "很" | "非常" | "太" | "超" | "超级" | "特别" | "真" | "真的" | "真是" | "巨" | "极其"
        | "极" | "十分" | "相当" | "贼" | "老" | "死" | "最" | "veri" | "so" | "realli"
        | "extrem" | "absolut" | "total" | "super" | "complet" | "incred" | "most" => 1.5,
        "有点" | "有点儿" | "稍微" | "略" | "还" | "比较" | "蛮" | "some" | "somewhat"
        | "slight" | "littl" | "bit" | "kind" => 0.6,
        _ => return None,
    })
}

const fn ends_clause(c: char) -> bool {
    matches!(
        c,
        ',' | '.' | '!' | '?' | ';' | '。' | '、' | '…' | '~' | '\n' | '(' | ')'
    )
}

/// A sign in the text; one of Latin letters only as whole words.
fn contains(folded: &str, text: &str, sign: &str) -> bool {
    let is_word = sign.is_ascii()
        && sign
            .as_bytes()
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || *b == b' ');
    if !is_word {
        return folded.contains(sign) || text.contains(sign);
    }
    folded.match_indices(sign).any(|(at, found)| {
        let before = folded[..at].chars().next_back();
        let after = folded[at + found.len()..].chars().next();
        !before.is_some_and(|c| c.is_ascii_alphanumeric())
            && !after.is_some_and(|c| c.is_ascii_alphanumeric())
    })
}

/// A number with a stretch of time: somebody has been waiting.
fn waits(folded: &str) -> bool {
    const UNITS: [&str; 14] = [
        "小时", "分钟", "天了", "个月", "星期", "周了", "半天", "半个", "hour", "minute", " days",
        "week", "month", "钟头",
    ];
    UNITS.iter().any(|unit| {
        folded.find(unit).is_some_and(|at| {
            let before = folded[..at].chars().rev().take(4);
            unit.starts_with('半')
                || before
                    .into_iter()
                    .any(|c| c.is_ascii_digit() || "一二两三四五六七八九十几多半个".contains(c))
                || folded[..at].ends_with("an ")
                || folded[..at].ends_with("for ")
        })
    })
}

/// The same character three times in a row: "sooo", "！！！", "啊啊啊".
fn repeats(folded: &[Folded]) -> bool {
    folded.windows(3).any(|three| {
        three[0].ch == three[1].ch
            && three[1].ch == three[2].ch
            && !three[0].ch.is_numeric()
            && !three[0].ch.is_whitespace()
    })
}

fn to_short(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

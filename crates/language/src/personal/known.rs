//! Names without anything around them that says so, by what people are often called. Less
//! sure than names that are introduced: a flower can be a name.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;
use rustc_hash::FxHashSet;

use super::{
    Kind, Span,
    names::{FAMILY, is_no_name},
    numbers::pattern,
};
use crate::{fold::fold_with_places, words::words_of};

const GIVEN: &str = include_str!("../../data/personal/given_names.txt");
const FAMILY_LATIN: &str = include_str!("../../data/personal/family_names.txt");

/// Given names that are towns, countries, months or plain words too: alone they are none.
const AMBIGUOUS: &str = "Adrian Amber An Angel Ann April Art Ash August Austin Autumn Bill Bo Carol Casey \
    Chad Charlotte Chase Chelsea Christian Crystal Dale Dawn Dean Dolores Don Drew Earl Fang Florence Frank \
    Georgia Gay Glen Grace Grant Guy Hao Hazel Heather Holly Hope Hui Ines Iris Ivory Ivy Jack Jan Jasmine \
    Jean Jesus Jie Jing Jordan Joy Jun June Kent Lance Lee Lei Leo Lin Ling Lorraine Madison Major Marina \
    Mark Martin Max May Melody Mercedes Min Ming Miranda Misty Mona Na Nelson Norm Olive Paris Pat Patience \
    Paul Pearl Penny Pierre Qiang Ray Regina Rich Robin Rocky Roman Rose Ruby Sandy Santiago Savannah Sean \
    Sandra Sky Sterling Sue Summer Sydney Ted Ting Tiffany Victor Victoria Viola Violet Virginia Wade Ward \
    Warren Wayne Wei Will Win Xin Xue Yan Yong Yu Jackson Lincoln Logan Houston Dallas Boston Wellington";
/// Words that make a place or a company of what stands before them.
const PLACES: &str = "Street St Road Rd Avenue Ave Lane Ln Drive Dr Boulevard Blvd Way Court Ct Square Place \
    Park City County Island Islands Beach Lake River Hill Hills Mountain Valley Bay Airport Station Hotel \
    University College School Hospital Bank Inc Ltd LLC GmbH Corp Corporation Company Co Group Limited AG SA \
    Foundation Museum Church Center Centre Mall Store Shop Bridge Tower House Building Hall Stadium Theatre \
    Cup Award Prize Day Week Month Year Edition Series Pro Plus Mini Max Ultra Air Express Airlines Club FC \
    Investments Solutions Associates Partners Services Systems Technologies Industries Holdings Capital Pass";
/// Given names and family names a name has at most together.
const WORDS_MAX: usize = 4;

struct Known {
    given: FxHashSet<&'static str>,
    family: FxHashSet<&'static str>,
    ambiguous: FxHashSet<&'static str>,
    places: FxHashSet<&'static str>,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let words = |text: &'static str| {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.flat_map(str::split_whitespace).collect()
    };
    Known {
        given: words(GIVEN),
        family: words(FAMILY_LATIN),
        ambiguous: words(AMBIGUOUS),
        places: words(PLACES),
    }
});

/// Words with capitals one behind the other, initials and particles among them.
static RUN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\p{Lu}[\p{L}\p{M}'’\-]*\.?(?:\ (?:\p{Lu}[\p{L}\p{M}'’\-]*\.?|de|da|van|von|der|den|bin|di|del|dos|la|le))*",
    )
});

/// Characters that given names are made of, among the most frequent.
const GIVEN_HAN: &str = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国文辉玲红春燕萍琴云飞峰斌鹏浩宇轩子涵\
    梓欣怡雨佳琪思颖晓晨志宏俊海波丹洁婷雪梅兰莉莹慧倩瑶璐晶妍茜蕾薇蓉琳珊媛雅婧诗嘉皓博睿泽铭凯旭东亮昊龙\
    健康永福贵祥振庆荣昌胜德义仁礼智信忠孝良善美玉珍珠翠凤仙淑贞惠素清泉林森源江山松柏竹菊立民生成功业兴旺\
    晖昕晗晟曦彤彬彦征维绍继承宗祖耀武卫革援朝跃进学勤俭朴诚恒毅坚鑫磊焱垚钰锋钢铁铮楠桐梁栋材樱桃芸芝芬芮苗茵";

static CHINESE: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!("(?:{FAMILY})[{GIVEN_HAN}]{{2}}")));

pub(super) fn find(text: &str, found: &mut Vec<Span>) {
    let mut push = |place: Range<usize>, confidence| {
        found.push(Span {
            place,
            kind: Kind::Name,
            confidence,
        });
    };
    for run in RUN.find_iter(text) {
        latin(run.as_str(), |place, confidence| {
            push(
                run.start() + place.start..run.start() + place.end,
                confidence,
            );
        });
    }
    if CHINESE.is_match(text) {
        chinese(text, |place| push(place, 0.62));
    }
}

/// Names in a run of words with capitals.
fn latin(run: &str, mut push: impl FnMut(Range<usize>, f32)) {
    let known = &*KNOWN;
    let mut words: Vec<(usize, &str)> = Vec::new();
    let mut start = 0;
    for word in run.split(' ') {
        words.push((start, word));
        start += word.len() + 1;
    }
    let bare = |at: usize| {
        let word = words[at].1.trim_end_matches('.');
        word.strip_suffix("'s")
            .or_else(|| word.strip_suffix("’s"))
            .unwrap_or(word)
    };
    let mut at = 0;
    while at < words.len() {
        let is_given = known.given.contains(bare(at));
        // What is no family name and no given name before one begins the sentence more often
        // than a name, so a family name stands behind a given one or an initial.
        if !is_given {
            at += 1;
            continue;
        }
        let mut end = at + 1;
        let mut has_family = false;
        while end < words.len() && end - at < WORDS_MAX && !is_no_name(bare(end)) {
            if known.places.contains(bare(end)) {
                break;
            }
            has_family |= known.family.contains(bare(end));
            end += 1;
            if has_family || words[end - 1].1.ends_with("'s") {
                break;
            }
        }
        let is_place = end < words.len() && known.places.contains(bare(end));
        let is_sure = has_family || !known.ambiguous.contains(bare(at));
        if is_sure && !is_place {
            let last = words[end - 1].0 + bare(end - 1).len();
            push(words[at].0..last, if has_family { 0.83 } else { 0.62 });
        }
        at = end;
    }
}

/// Names of three characters that begin and end where words do.
fn chinese(text: &str, mut push: impl FnMut(Range<usize>)) {
    let folded = fold_with_places(text);
    let words = words_of(&folded);
    let is_start = |at: usize| {
        words
            .iter()
            .any(|w| folded[w.place.start].start as usize == at)
    };
    let is_end = |at: usize| {
        words
            .iter()
            .any(|w| folded[w.place.end - 1].end as usize == at)
    };
    for found in CHINESE.find_iter(text) {
        if is_start(found.start()) && is_end(found.end()) {
            push(found.range());
        }
    }
}

//! How often a customer says the same again: the plainest sign that nobody listens.
//!
//! A message counts when it is the same as one of their ten before in the session, or nearly
//! so: folded to one spelling, without punctuation, four of five pairs of characters that
//! either has are in both. Short words do not count, since thanks and yes are said again
//! without a complaint.

use std::collections::BTreeSet;

use zhiyin_store::conversations::messages::Said;

/// Earlier messages that each is compared with.
const COMPARED: usize = 10;
/// Characters below which nothing is a repetition.
const SHORT: usize = 4;
/// Of long messages the beginning is compared.
const COMPARED_CHARS: usize = 400;
/// Share of pairs in both, in percent.
const SAME_PERCENT: usize = 80;

/// A message as it is compared.
struct Essence {
    /// Letters, digits and ideographs in one spelling.
    chars: Vec<char>,
    pairs: BTreeSet<(char, char)>,
}

impl Essence {
    fn of(text: &str) -> Self {
        let head: String = text.chars().take(COMPARED_CHARS).collect();
        let folded = zhiyin_language::fold(&head);
        let chars: Vec<char> = folded.chars().filter(|c| c.is_alphanumeric()).collect();
        let pairs = chars.windows(2).map(|pair| (pair[0], pair[1])).collect();
        Self { chars, pairs }
    }

    fn repeats(&self, earlier: &Self) -> bool {
        if self.chars.len() < SHORT {
            return false;
        }
        if self.chars == earlier.chars {
            return true;
        }
        let both = self.pairs.intersection(&earlier.pairs).count();
        let either = self.pairs.len() + earlier.pairs.len() - both;
        both * 100 >= either * SAME_PERCENT && both > 0
    }
}

/// How many messages the customer wrote since the company last spoke that say what one of
/// their ten before said; `lines` are what both said, newest first.
pub(super) fn count(lines: &[Said]) -> u32 {
    let since = lines.iter().take_while(|line| line.by_contact).count();
    if since == 0 || lines.iter().filter(|line| line.by_contact).count() < 2 {
        return 0;
    }
    let wanted = lines.iter().filter(|line| line.by_contact);
    let said: Vec<Essence> = wanted
        .take(since + COMPARED)
        .map(|line| Essence::of(&line.text))
        .collect();
    let is_repeat = |place: &usize| {
        let earlier = said.iter().skip(place + 1).take(COMPARED);
        earlier.into_iter().any(|it| said[*place].repeats(it))
    };
    let repeats = (0..since).filter(is_repeat).count();
    u32::try_from(repeats).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, earlier: &str, expected: bool) {
        assert_eq!(
            Essence::of(text).repeats(&Essence::of(earlier)),
            expected,
            "{text} / {earlier}"
        );
    }

    fn counted(lines: &[(bool, &str)]) -> u32 {
        let lines: Vec<Said> = lines
            .iter()
            .rev()
            .map(|(by_contact, text)| Said {
                by_contact: *by_contact,
                text: (*text).to_owned(),
            })
            .collect();
        count(&lines)
    }

    #[test]
    fn the_same_in_another_spelling_is_the_same() {
        check("我的订单还没到？", "我的訂單還沒到", true);
        check("Where is my ORDER??", "where is my order", true);
        check(
            "我的订单到现在还没有发货呢",
            "我的订单到现在还没有发货",
            true,
        );
        check("Where is my order now, please", "where is my order", false);
        check("我要退货", "我要换货", false);
        check("订单 20260301-11 到哪了", "订单 20260302-57 到哪了", false);
    }

    #[test]
    fn short_words_and_signs_are_no_complaint() {
        check("好的", "好的", false);
        check("ok!", "OK", false);
        check("？？？？", "？？？？", false);
    }

    #[test]
    fn each_answer_counts_what_was_said_again_before_it_once() {
        let (customer, company) = (true, false);
        let asks = "where is my parcel";
        assert_eq!(counted(&[]), 0);
        assert_eq!(counted(&[(customer, asks)]), 0);
        let thrice = [(customer, asks), (customer, asks), (customer, asks)];
        assert_eq!(counted(&thrice), 2);
        let answered = [(customer, asks), (company, "on its way"), (customer, asks)];
        assert_eq!(counted(&answered), 1);
        let over = [(customer, asks), (customer, asks), (company, "on its way")];
        assert_eq!(counted(&over), 0, "the answer has counted them");
    }
}

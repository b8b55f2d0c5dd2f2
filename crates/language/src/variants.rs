//! Traditional characters and variants, each with the simplified character it is folded to.
//!
//! One character becomes one character, so that places in the folded text stay places in
//! the original. Which of several simplified words was meant does not matter: text and
//! query are folded the same way.

use std::sync::LazyLock;

const SOURCE: &str = include_str!("../data/simplified.txt");
/// The blocks of unified ideographs in the basic plane, looked up by a plain array.
const FIRST: u32 = 0x3400;
const LAST: u32 = 0x9FFF;

struct Table {
    /// By `character - FIRST`; `'\0'` where nothing changes.
    basic: Vec<char>,
    /// The rare ones beyond, sorted.
    beyond: Vec<(char, char)>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table {
        basic: vec!['\0'; (LAST - FIRST + 1) as usize],
        beyond: Vec::new(),
    };
    for line in SOURCE.lines().filter(|line| !line.starts_with('#')) {
        let mut chars = line.chars();
        let (Some(from), Some(to)) = (chars.next(), chars.next()) else {
            continue;
        };
        match place(from) {
            Some(place) => table.basic[place] = to,
            None => table.beyond.push((from, to)),
        }
    }
    table.beyond.sort_unstable();
    table
});

fn place(c: char) -> Option<usize> {
    let c = u32::from(c);
    (FIRST..=LAST).contains(&c).then(|| (c - FIRST) as usize)
}

/// The simplified form of an ideograph; every other character as it is.
pub(crate) fn simplified(c: char) -> char {
    if let Some(place) = place(c) {
        return match TABLE.basic[place] {
            '\0' => c,
            other => other,
        };
    }
    if u32::from(c) < 0x2_0000 {
        return c;
    }
    let beyond = &TABLE.beyond;
    beyond
        .binary_search_by_key(&c, |(from, _)| *from)
        .map_or(c, |found| beyond[found].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_pair_and_nothing_is_folded_twice() {
        let lines: Vec<_> = SOURCE
            .lines()
            .filter(|line| !line.starts_with('#'))
            .collect();
        assert!(lines.len() > 4000);
        for line in lines {
            let pair: Vec<char> = line.chars().collect();
            assert_eq!(pair.len(), 2, "{line}");
            assert_eq!(simplified(pair[0]), pair[1]);
            assert_eq!(simplified(pair[1]), pair[1], "{line}");
        }
    }

    #[test]
    fn characters_of_taiwan_and_hong_kong_meet_those_of_the_mainland() {
        for (from, to) in "發髮後裡裏為爲臺檯著妳貨單"
            .chars()
            .zip("发发后里里为为台台着你货单".chars())
        {
            assert_eq!(simplified(from), to);
        }
        assert_eq!(simplified('𠁞'), '𠀾');
        assert_eq!(simplified('a'), 'a');
        assert_eq!(simplified('😀'), '😀');
    }
}

//! Wordings that mean the same when people ask: each counts as the first of its line.

use std::sync::LazyLock;

use regex::Regex;
use rustc_hash::FxHashMap;

const WORDINGS: &str = include_str!("../../data/similarity/wordings.txt");

struct Wordings {
    pattern: Option<Regex>,
    first: FxHashMap<&'static str, &'static str>,
}

static WORDINGS_READ: LazyLock<Wordings> = LazyLock::new(|| {
    let mut first = FxHashMap::default();
    for line in WORDINGS.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split_whitespace();
        let Some(own) = words.next() else { continue };
        first.extend(words.map(|word| (word, own)));
    }
    let mut longest: Vec<&str> = first.keys().copied().collect();
    longest.sort_unstable_by_key(|word| (usize::MAX - word.len(), *word));
    Wordings {
        pattern: Regex::new(&longest.join("|")).ok(),
        first,
    }
});

/// A folded text with the usual wordings.
pub(super) fn usual(text: &str) -> String {
    let wordings = &*WORDINGS_READ;
    let Some(pattern) = &wordings.pattern else {
        return text.to_owned();
    };
    let mut written = String::with_capacity(text.len());
    let mut from = 0;
    for found in pattern.find_iter(text) {
        written.push_str(&text[from..found.start()]);
        written.push_str(wordings.first.get(found.as_str()).unwrap_or(&""));
        from = found.end();
    }
    written.push_str(&text[from..]);
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_wording_is_taken() {
        assert_eq!(usual("能不能如何操作"), "能怎么");
        assert_eq!(usual("怎么会没收到"), "为什么没有收");
        assert_eq!(usual("hello"), "hello");
    }
}

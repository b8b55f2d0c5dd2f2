//! Sentences of a chat line, an e-mail or an article, in Chinese and English.

use std::ops::Range;

/// Words that end in a full stop without ending a sentence.
const ABBREVIATIONS: [&str; 22] = [
    "mr", "mrs", "ms", "dr", "prof", "st", "no", "vs", "etc", "e.g", "i.e", "approx", "dept",
    "inc", "ltd", "co", "corp", "jan", "feb", "aug", "sept", "a.m",
];

/// The sentences of a text as byte ranges, without the white space around them. Line breaks
/// end sentences too: in chats they are what full stops are in letters.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let is_end = match c {
            '\n' | '。' | '！' | '？' | '!' | '?' | '；' | '…' => true,
            '.' => ends_sentence(&text[start..at], &text[at + 1..]),
            _ => false,
        };
        if !is_end {
            continue;
        }
        let mut end = at + c.len_utf8();
        // Closing marks and repeated ones belong to the sentence they end.
        while let Some((place, closing)) = chars.next_if(|(_, next)| closes(*next)) {
            end = place + closing.len_utf8();
        }
        push(text, start..end, &mut found);
        start = end;
    }
    push(text, start..text.len(), &mut found);
    found
}

const fn closes(c: char) -> bool {
    matches!(
        c,
        '。' | '！'
            | '？'
            | '!'
            | '?'
            | '.'
            | '…'
            | '~'
            | '～'
            | '”'
            | '’'
            | '"'
            | '\''
            | ')'
            | '）'
            | '」'
            | '』'
            | '》'
    )
}

fn ends_sentence(before: &str, after: &str) -> bool {
    if after
        .chars()
        .next()
        .is_some_and(|c| !c.is_whitespace() && !closes(c))
    {
        return false;
    }
    let word = before.rsplit(char::is_whitespace).next().unwrap_or("");
    let is_initial =
        word.chars().count() == 1 && word.chars().all(char::is_uppercase) && word != "I";
    !is_initial && !ABBREVIATIONS.contains(&word.to_lowercase().as_str())
}

fn push(text: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let part = &text[range.clone()];
    let start = range.start + part.len() - part.trim_start().len();
    let end = start + part.trim().len();
    if text[start..end].chars().any(char::is_alphanumeric) {
        found.push(start..end);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        sentences(text)
            .into_iter()
            .map(|range| &text[range])
            .collect()
    }

    #[test]
    fn marks_and_lines_end_sentences() {
        assert_eq!(
            cut("您好！我的货呢？？\n三天了。。。"),
            ["您好！", "我的货呢？？", "三天了。。。"]
        );
        assert_eq!(
            cut("Hi there. It cost 3.50! (Really?) Ok"),
            ["Hi there.", "It cost 3.50!", "(Really?)", "Ok"]
        );
        assert_eq!(
            cut("他说：“不行。”然后走了"),
            ["他说：“不行。”", "然后走了"]
        );
    }

    #[test]
    fn abbreviations_addresses_and_numbers_do_not() {
        assert_eq!(
            cut("Mr. Smith of Acme Inc. wrote to a.b@example.com."),
            ["Mr. Smith of Acme Inc. wrote to a.b@example.com."]
        );
        assert_eq!(cut("J. Doe came. I left."), ["J. Doe came.", "I left."]);
        assert!(cut("…… !!").is_empty());
    }

    proptest! {
        #[test]
        fn ranges_are_in_order_and_whole(text: String) {
            let mut before = 0;
            for range in sentences(&text) {
                prop_assert!(range.start >= before && text.get(range.clone()).is_some());
                before = range.end;
            }
        }
    }
}

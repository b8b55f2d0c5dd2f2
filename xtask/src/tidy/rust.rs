//! Rules for Rust files.

use std::ops::Range;

use super::Source;
use super::mask::{end_of_block, line_of, mask};

/// A longer function is split before it grows.
const FUNCTION_LINES_MAX: usize = 70;

/// What must not stand in code: the text, whether tests may, and what to do instead.
const FORBIDDEN: [(&str, bool, &str); 7] = [
    ("todo!(", false, "finish it"),
    ("unimplemented!(", false, "finish it"),
    ("#[allow(", false, "use #[expect(…, reason = \"…\")]"),
    ("#![allow(", false, "use #[expect(…, reason = \"…\")]"),
    (
        "#[ignore",
        false,
        "a test that is not run is a defect: mend or remove it",
    ),
    (
        "let _ =",
        true,
        "handle the result, or name what is kept alive",
    ),
    ("dbg!(", false, "remove it"),
];
/// Waiting for a moment in a test is slow or flaky.
const SLEEPS: [&str; 3] = ["thread::sleep(", "time::sleep(", " sleep("];

/// Everything in this file that breaks a rule.
pub fn check(source: &Source) -> Vec<String> {
    let masked = mask(&source.text);
    let tests = test_blocks(&source.path, &masked);
    let mut found = Vec::new();
    if !source.text.starts_with("//!") {
        found.push(format!(
            "{}:1: begin with a `//!` comment that says what it is for",
            source.path
        ));
    }
    for (text, tests_may, remedy) in FORBIDDEN {
        for (offset, _) in masked.match_indices(text) {
            if !(tests_may && is_in(&tests, offset)) {
                let line = line_of(&masked, offset);
                found.push(format!("{}:{line}: `{text}`: {remedy}", source.path));
            }
        }
    }
    found.extend(sleeping_tests(source, &masked, &tests));
    found.extend(long_functions(source, &masked, &tests));
    found
}

/// Parts of a file that are tests; the whole of it in test folders and `tests.rs`.
fn test_blocks(path: &str, masked: &str) -> Vec<Range<usize>> {
    let is_test_file = path.contains("/tests/")
        || path.contains("/testkit/")
        || path.ends_with("/tests.rs")
        || path.ends_with("_tests.rs");
    if is_test_file {
        return std::iter::once(0..masked.len()).collect();
    }
    [
        "#[cfg(test)]",
        "#[test]",
        "#[tokio::test]",
        "#[tokio::test(",
    ]
    .iter()
    .flat_map(|mark| masked.match_indices(mark))
    .filter_map(|(start, _)| Some(start..end_of_item(masked, start)?))
    .collect()
}

/// `#[cfg(test)] mod tests;` has no block of its own here.
fn end_of_item(masked: &str, start: usize) -> Option<usize> {
    let open = masked[start..].find('{')? + start;
    let semicolon = masked[start..]
        .find(';')
        .map_or(usize::MAX, |offset| start + offset);
    if semicolon < open {
        Some(semicolon)
    } else {
        end_of_block(masked, open)
    }
}

fn is_in(blocks: &[Range<usize>], offset: usize) -> bool {
    blocks.iter().any(|block| block.contains(&offset))
}

fn sleeping_tests(source: &Source, masked: &str, tests: &[Range<usize>]) -> Vec<String> {
    if source.path.contains("/testkit/") {
        return Vec::new();
    }
    let mut lines: Vec<usize> = SLEEPS
        .iter()
        .flat_map(|sleep| masked.match_indices(sleep))
        .filter(|(offset, _)| is_in(tests, *offset))
        .map(|(offset, _)| line_of(masked, offset))
        .collect();
    lines.sort_unstable();
    lines.dedup();
    let complain = |line| {
        format!(
            "{}:{line}: a test sleeps: advance the clock or wait for a condition",
            source.path
        )
    };
    lines.into_iter().map(complain).collect()
}

fn long_functions(source: &Source, masked: &str, tests: &[Range<usize>]) -> Vec<String> {
    let mut found = Vec::new();
    for (offset, _) in masked.match_indices("fn ") {
        let before = masked[..offset].chars().next_back();
        let is_word = before.is_none_or(|letter| !letter.is_alphanumeric() && letter != '_');
        if !is_word || is_in(tests, offset) {
            continue;
        }
        let Some(lines) = function_lines(masked, offset) else {
            continue;
        };
        if lines > FUNCTION_LINES_MAX {
            let rest = &source.text[offset + 3..];
            let name = rest
                .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
                .next();
            found.push(format!(
                "{}:{}: function {} has {lines} lines, more than {FUNCTION_LINES_MAX}: split it",
                source.path,
                line_of(masked, offset),
                name.unwrap_or_default()
            ));
        }
    }
    found
}

/// Lines from the signature to the closing brace; nothing for one without a body.
fn function_lines(masked: &str, start: usize) -> Option<usize> {
    let open = masked[start..].find(['{', ';'])? + start;
    if masked.as_bytes()[open] == b';' && !masked[start..open].contains('[') {
        return None;
    }
    let end = end_of_block(masked, open)?;
    Some(line_of(masked, end) - line_of(masked, start) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(path: &str, text: &str) -> Vec<String> {
        check(&Source {
            path: path.to_owned(),
            text: text.to_owned(),
        })
    }

    fn assert_only(found: &[String], part: &str) {
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains(part), "{found:?}");
    }

    #[test]
    fn good_code_is_left_alone() {
        let text =
            "//! Adds.\nfn add(a: [u8; 2]) -> u8 {\n    // todo!() is a word here\n    a[0]\n}\n";
        assert_eq!(
            complaints("crates/a/src/lib.rs", text),
            Vec::<String>::new()
        );
    }

    #[test]
    fn module_docs_are_wanted() {
        assert_only(&complaints("a/src/lib.rs", "fn a() {}"), "//!");
    }

    #[test]
    fn holes_are_found_with_their_line() {
        let text = concat!("//! A.\nfn a() {\n    to", "do!()\n}\n");
        assert_only(&complaints("a/src/lib.rs", text), "a/src/lib.rs:3");
    }

    #[test]
    fn results_are_not_swallowed_outside_tests() {
        let swallow = "//! A.\nfn a() {\n    let _ = b();\n}\n";
        assert_only(&complaints("a/src/lib.rs", swallow), "let _");
        assert!(complaints("a/tests/main.rs", swallow).is_empty());
        let in_tests =
            "//! A.\n#[cfg(test)]\nmod tests {\n    fn a() {\n        let _ = b();\n    }\n}\n";
        assert!(complaints("a/src/lib.rs", in_tests).is_empty());
    }

    #[test]
    fn long_functions_are_found_except_in_tests() {
        let body = "    a();\n".repeat(70);
        let long = format!("//! A.\npub(crate) fn grown() {{\n{body}}}\n");
        assert_only(&complaints("a/src/lib.rs", &long), "grown has 72 lines");
        assert!(complaints("a/src/tests.rs", &long).is_empty());
    }

    #[test]
    fn tests_do_not_sleep() {
        let text = "//! A.\n#[test]\nfn a() {\n    std::thread::sleep(b);\n}\n";
        assert_only(&complaints("a/src/lib.rs", text), "sleeps");
    }
}

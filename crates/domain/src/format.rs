//! Light formatting: a text as people type it becomes a small typed tree.
//!
//! `**bold**`, `*italic*`, `~~strike~~`, `` `code` ``, bare links, `- ` and `1. ` lists,
//! `> ` quotes and fenced code. There is no HTML anywhere: what is not recognised stays
//! text, and a link is only ever http, https or mailto. Readers render the tree; nobody
//! renders the source.

use serde::{Deserialize, Serialize};

/// A block of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Block {
    /// Lines of running text.
    Paragraph {
        /// The text.
        inlines: Vec<Inline>,
    },
    /// A list.
    List {
        /// Numbered or not.
        ordered: bool,
        /// One entry each.
        items: Vec<Vec<Inline>>,
    },
    /// Preformatted text.
    Code {
        /// As written.
        text: String,
    },
    /// A quotation.
    Quote {
        /// The text.
        inlines: Vec<Inline>,
    },
}

/// A piece of running text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Inline {
    /// Plain text; line breaks are kept.
    Text {
        /// The text.
        text: String,
    },
    /// Strong.
    Bold {
        /// The text.
        inlines: Vec<Inline>,
    },
    /// Emphasised.
    Italic {
        /// The text.
        inlines: Vec<Inline>,
    },
    /// Struck through.
    Strike {
        /// The text.
        inlines: Vec<Inline>,
    },
    /// Preformatted.
    Code {
        /// As written.
        text: String,
    },
    /// A link.
    Link {
        /// http, https or mailto.
        href: String,
        /// What is shown: always the address itself, so that a link cannot lie.
        text: String,
    },
}

/// How deep formatting may nest; beyond it stays text.
const DEPTH_MAX: usize = 6;

/// The tree of a text.
#[must_use]
pub fn parse(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().peekable();
    let mut paragraph: Vec<&str> = Vec::new();
    let flush = |paragraph: &mut Vec<&str>, blocks: &mut Vec<Block>| {
        if !paragraph.is_empty() {
            blocks.push(Block::Paragraph {
                inlines: inlines(&paragraph.join("\n"), 0),
            });
            paragraph.clear();
        }
    };
    while let Some(line) = lines.next() {
        if line.trim().is_empty() {
            flush(&mut paragraph, &mut blocks);
        } else if line.trim_start().starts_with("```") {
            flush(&mut paragraph, &mut blocks);
            let body: Vec<&str> = lines
                .by_ref()
                .take_while(|line| !line.trim_start().starts_with("```"))
                .collect();
            blocks.push(Block::Code {
                text: body.join("\n"),
            });
        } else if let Some(first) = item(line) {
            flush(&mut paragraph, &mut blocks);
            let mut items = vec![inlines(first.1, 0)];
            while let Some(next) = lines
                .peek()
                .and_then(|line| item(line))
                .filter(|next| next.0 == first.0)
            {
                items.push(inlines(next.1, 0));
                lines.next();
            }
            blocks.push(Block::List {
                ordered: first.0,
                items,
            });
        } else if let Some(first) = line.strip_prefix("> ") {
            flush(&mut paragraph, &mut blocks);
            let mut quoted = vec![first];
            while let Some(next) = lines.peek().and_then(|line| line.strip_prefix("> ")) {
                quoted.push(next);
                lines.next();
            }
            blocks.push(Block::Quote {
                inlines: inlines(&quoted.join("\n"), 0),
            });
        } else {
            paragraph.push(line);
        }
    }
    flush(&mut paragraph, &mut blocks);
    blocks
}

/// An entry of a list: whether it is numbered, and its text.
fn item(line: &str) -> Option<(bool, &str)> {
    if let Some(text) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
        return Some((false, text));
    }
    let (number, text) = line.split_once(". ")?;
    let is_number =
        !number.is_empty() && number.len() <= 3 && number.bytes().all(|b| b.is_ascii_digit());
    is_number.then_some((true, text))
}

fn inlines(text: &str, depth: usize) -> Vec<Inline> {
    let mut out = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    let mut previous: Option<char> = None;
    while let Some(current) = rest.chars().next() {
        if let Some((inline, len)) = recognise(rest, previous, depth) {
            push_text(&mut out, &mut plain);
            out.push(inline);
            previous = rest[..len].chars().next_back();
            rest = &rest[len..];
        } else {
            plain.push(current);
            previous = Some(current);
            rest = &rest[current.len_utf8()..];
        }
    }
    push_text(&mut out, &mut plain);
    out
}

fn push_text(out: &mut Vec<Inline>, plain: &mut String) {
    if !plain.is_empty() {
        out.push(Inline::Text {
            text: std::mem::take(plain),
        });
    }
}

/// What stands at the beginning of `rest`, and how many bytes it takes.
fn recognise(rest: &str, previous: Option<char>, depth: usize) -> Option<(Inline, usize)> {
    if let Some((inner, len)) = enclosed(rest, "`") {
        return Some((
            Inline::Code {
                text: inner.to_owned(),
            },
            len,
        ));
    }
    if depth < DEPTH_MAX {
        let nested = |inner: &str| inlines(inner, depth + 1);
        if let Some((inner, len)) = enclosed(rest, "**") {
            return Some((
                Inline::Bold {
                    inlines: nested(inner),
                },
                len,
            ));
        }
        if let Some((inner, len)) = enclosed(rest, "~~") {
            return Some((
                Inline::Strike {
                    inlines: nested(inner),
                },
                len,
            ));
        }
        // `2*3*4` is arithmetic: emphasis begins only where a word can begin.
        if !previous.is_some_and(char::is_alphanumeric)
            && let Some((inner, len)) = enclosed(rest, "*")
        {
            return Some((
                Inline::Italic {
                    inlines: nested(inner),
                },
                len,
            ));
        }
    }
    if previous.is_some_and(|c| c.is_ascii_alphanumeric()) {
        return None;
    }
    let len = link_len(rest)?;
    let address = &rest[..len];
    Some((
        Inline::Link {
            href: address.to_owned(),
            text: address.to_owned(),
        },
        len,
    ))
}

/// The text between two marks on one line, without space just inside them.
fn enclosed<'t>(rest: &'t str, mark: &str) -> Option<(&'t str, usize)> {
    let body = rest.strip_prefix(mark)?;
    let end = body.find(mark)?;
    let inner = &body[..end];
    let is_tight = !inner.starts_with(char::is_whitespace) && !inner.ends_with(char::is_whitespace);
    (is_tight && !inner.is_empty() && !inner.contains('\n'))
        .then_some((inner, end + 2 * mark.len()))
}

/// Bytes of a link at the beginning of `rest`. Punctuation at its end belongs to the sentence.
fn link_len(rest: &str) -> Option<usize> {
    const SCHEMES: [&str; 3] = ["https://", "http://", "mailto:"];
    let scheme = SCHEMES.iter().find(|scheme| {
        rest.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })?;
    let is_end = |c: char| {
        c.is_whitespace() || c.is_control() || "<>\"'`，。；：！？、（）《》【】「」“”".contains(c)
    };
    let end = rest.find(is_end).unwrap_or(rest.len());
    let address = rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '*', '~']);
    (address.len() > scheme.len()).then_some(address.len())
}

/// The text without formatting marks, for previews, notifications and search.
#[must_use]
pub fn plain(text: &str) -> String {
    fn write(inlines: &[Inline], out: &mut String) {
        for inline in inlines {
            match inline {
                Inline::Text { text } | Inline::Code { text } | Inline::Link { text, .. } => {
                    out.push_str(text);
                }
                Inline::Bold { inlines }
                | Inline::Italic { inlines }
                | Inline::Strike { inlines } => {
                    write(inlines, out);
                }
            }
        }
    }
    let mut out = String::with_capacity(text.len());
    for block in parse(text) {
        if !out.is_empty() {
            out.push('\n');
        }
        match block {
            Block::Paragraph { inlines } | Block::Quote { inlines } => write(&inlines, &mut out),
            Block::Code { text } => out.push_str(&text),
            Block::List { items, .. } => {
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push('\n');
                    }
                    write(item, &mut out);
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(text: &str) -> Inline {
        Inline::Text {
            text: text.to_owned(),
        }
    }

    fn one(source: &str) -> Vec<Inline> {
        match parse(source).as_slice() {
            [Block::Paragraph { inlines }] => inlines.clone(),
            other => panic!("expected one paragraph, found {other:?}"),
        }
    }

    #[test]
    fn marks_become_a_tree() {
        assert_eq!(
            one("请**先断电**，再 *检查* `LED`"),
            vec![
                text("请"),
                Inline::Bold {
                    inlines: vec![text("先断电")]
                },
                text("，再 "),
                Inline::Italic {
                    inlines: vec![text("检查")]
                },
                text(" "),
                Inline::Code { text: "LED".into() },
            ]
        );
    }

    #[test]
    fn what_is_not_formatting_stays_as_written() {
        for source in [
            "2*3*4 = 24",
            "** no **",
            "a * b * c",
            "`open",
            "snake_case_name",
            "~~ x ~~",
        ] {
            assert_eq!(one(source), vec![text(source)], "{source}");
        }
    }

    #[test]
    fn a_link_shows_where_it_goes_and_leaves_the_sentence_alone() {
        let link = |address: &str| Inline::Link {
            href: address.into(),
            text: address.into(),
        };
        assert_eq!(
            one("见 https://shop.example/茶?x=1。谢谢"),
            vec![
                text("见 "),
                link("https://shop.example/茶?x=1"),
                text("。谢谢")
            ]
        );
        assert_eq!(
            one("(http://a.example)."),
            vec![text("("), link("http://a.example"), text(").")]
        );
        for source in [
            "javascript:alert(1)",
            "data:text/html,x",
            "xhttps://a.b",
            "https://",
        ] {
            assert_eq!(one(source), vec![text(source)], "{source}");
        }
    }

    #[test]
    fn lists_quotes_and_code_are_blocks() {
        let blocks = parse("步骤:\n1. 断电\n2. 等待\n\n> 原话\n\n```\n<b>x</b>\n```");
        assert_eq!(
            blocks,
            vec![
                Block::Paragraph {
                    inlines: vec![text("步骤:")]
                },
                Block::List {
                    ordered: true,
                    items: vec![vec![text("断电")], vec![text("等待")]]
                },
                Block::Quote {
                    inlines: vec![text("原话")]
                },
                Block::Code {
                    text: "<b>x</b>".into()
                },
            ]
        );
    }

    #[test]
    fn html_is_only_ever_text() {
        let source = "<img src=x onerror=alert(1)>";
        assert_eq!(one(source), vec![text(source)]);
    }

    proptest! {
        #[test]
        fn any_text_parses_and_links_are_harmless(source in "(?s).{0,300}") {
            fn check(inlines: &[Inline]) {
                for inline in inlines {
                    match inline {
                        Inline::Link { href, text } => {
                            let lower = href.to_lowercase();
                            assert!(["https://", "http://", "mailto:"].iter().any(|s| lower.starts_with(s)));
                            assert_eq!(href, text);
                        }
                        Inline::Bold { inlines } | Inline::Italic { inlines } | Inline::Strike { inlines } => check(inlines),
                        Inline::Text { .. } | Inline::Code { .. } => {}
                    }
                }
            }
            for block in parse(&source) {
                match block {
                    Block::Paragraph { inlines } | Block::Quote { inlines } => check(&inlines),
                    Block::List { items, .. } => items.iter().for_each(|item| check(item)),
                    Block::Code { .. } => {}
                }
            }
        }

        #[test]
        fn deep_nesting_ends(depth in 1usize..400) {
            let source = "*".repeat(depth) + "x" + &"*".repeat(depth);
            let _tree = parse(&source);
        }
    }
}

//! Safe HTML of articles. The source is Markdown (CommonMark with tables, task lists, strike-through
//! and call-outs); whatever HTML somebody put into it goes through the same sieve as the rest.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// Tags an article may hold.
const TAGS: [&str; 32] = [
    "a",
    "b",
    "blockquote",
    "br",
    "caption",
    "code",
    "del",
    "details",
    "div",
    "em",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "kbd",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
];
/// More of them, which only stand within others.
const INNER_TAGS: [&str; 3] = ["tr", "ul", "input"];
/// Kinds of call-outs.
const CALL_OUTS: [&str; 5] = [
    "markdown-alert-note",
    "markdown-alert-tip",
    "markdown-alert-important",
    "markdown-alert-warning",
    "markdown-alert-caution",
];

static SIEVE: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut sieve = Builder::empty();
    sieve
        .add_tags(TAGS)
        .add_tags(INNER_TAGS)
        .add_tag_attributes("a", ["href", "title"])
        .add_tag_attributes("img", ["src", "alt", "title", "width", "height"])
        .add_tag_attributes("ol", ["start"])
        .add_tag_attributes("th", ["align"])
        .add_tag_attributes("td", ["align"])
        .add_tag_attribute_values("input", "type", ["checkbox"])
        .add_tag_attribute_values("input", "checked", [""])
        .add_tag_attribute_values("input", "disabled", [""])
        .allowed_classes(HashMap::from([("blockquote", HashSet::from(CALL_OUTS))]))
        .clean_content_tags(HashSet::from(["script", "style", "title", "iframe"]))
        .url_schemes(HashSet::from(["https", "http", "mailto", "tel"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("img", "loading", "lazy")
        .set_tag_attribute_value("input", "disabled", "");
    sieve
});

pub(super) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
}

/// The HTML of a text. The title of the page is its only heading of the first level, so headings
/// of the text begin one level below.
#[must_use]
pub fn html(markdown: &str) -> String {
    let events = Parser::new_ext(markdown, options()).map(|event| match event {
        Event::Start(Tag::Heading {
            level,
            id,
            classes,
            attrs,
        }) => Event::Start(Tag::Heading {
            level: lower(level),
            id,
            classes,
            attrs,
        }),
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(lower(level))),
        other => other,
    });
    let mut html = String::with_capacity(markdown.len() * 3 / 2);
    pulldown_cmark::html::push_html(&mut html, events);
    SIEVE.clean(&html).to_string()
}

pub(super) const fn lower(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H2,
        HeadingLevel::H2 => HeadingLevel::H3,
        HeadingLevel::H3 => HeadingLevel::H4,
        HeadingLevel::H4 => HeadingLevel::H5,
        HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

/// The words of a text, a line a block: what is searched, quoted and sent.
#[must_use]
pub fn plain(markdown: &str) -> String {
    let mut plain = String::with_capacity(markdown.len());
    let line = |plain: &mut String| {
        if !plain.is_empty() && !plain.ends_with('\n') {
            plain.push('\n');
        }
    };
    for event in Parser::new_ext(markdown, options()) {
        match event {
            Event::Text(text) | Event::Code(text) => plain.push_str(&text),
            Event::SoftBreak => plain.push(' '),
            Event::End(TagEnd::TableCell) => plain.push_str("  "),
            Event::HardBreak
            | Event::Rule
            | Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::Item
                | TagEnd::CodeBlock
                | TagEnd::TableRow
                | TagEnd::TableHead,
            ) => line(&mut plain),
            _ => {}
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_shown() {
        let html = html(
            "# Steps\n\n1. Open **Orders**\n2. [Return](https://a.example/x?y=1&z=2)\n\n\
             | a | b |\n|---|--:|\n| 1 | 2 |\n\n> [!WARNING]\n> Hot\n\n- [x] done\n",
        );
        assert!(html.contains("<h2>Steps</h2>"), "{html}");
        assert!(html.contains("<strong>Orders</strong>"), "{html}");
        assert!(
            html.contains("href=\"https://a.example/x?y=1&amp;z=2\""),
            "{html}"
        );
        assert!(
            html.contains("<table>") && html.contains("<th>a</th>"),
            "{html}"
        );
        assert!(html.contains("class=\"markdown-alert-warning\""), "{html}");
        assert!(html.contains("type=\"checkbox\""), "{html}");
    }

    #[test]
    fn nothing_runs() {
        for text in [
            "<script>alert(1)</script>",
            "[x](javascript:alert(1))",
            "![x](data:text/html;base64,AAAA)",
            "<img src=x onerror=alert(1)>",
            "<a href=\"&#106;avascript:alert(1)\">x</a>",
            "<iframe src=https://a.example></iframe>",
            "<form action=/x><button>go</button></form>",
            "<p style=\"position:fixed\" class=\"top\" id=\"main\">x</p>",
            "<svg><script>alert(1)</script></svg>",
            "<input type=text autofocus onfocus=alert(1)>",
        ] {
            let html = html(text);
            for bad in [
                "script", "alert(1)", "data:", "onerror", "iframe", "form", "style", "class",
                "id=", "svg", "onfocus", "\"text\"",
            ] {
                assert!(!html.contains(bad), "{text}: {html}");
            }
        }
    }

    #[test]
    fn words_are_told_by_line() {
        let text = plain(
            "# 退货\n\n打开**订单**，\n点`退货`。\n\n- 一\n- 二\n\n| a | b |\n|--|--|\n| 1 | 2 |",
        );
        assert_eq!(text, "退货\n打开订单， 点退货。\n一\n二\na  b  \n1  2");
    }
}

//! A message of ours as HTML. Everything that somebody typed is escaped.

use std::fmt::Write as _;

use zhiyin_domain::format::{Block, Inline, parse};

use super::read::escaped;

/// A text with light formatting as HTML.
pub(super) fn of_text(text: &str) -> String {
    let mut html = String::new();
    for block in parse(text) {
        match block {
            Block::Paragraph { inlines } => wrap(&mut html, "p", &inlines),
            Block::Quote { inlines } => wrap(&mut html, "blockquote", &inlines),
            Block::Code { text } => put(&mut html, format_args!("<pre>{}</pre>", escaped(&text))),
            Block::List { ordered, items } => {
                let tag = if ordered { "ol" } else { "ul" };
                put(&mut html, format_args!("<{tag}>"));
                for item in &items {
                    wrap(&mut html, "li", item);
                }
                put(&mut html, format_args!("</{tag}>"));
            }
        }
    }
    html
}

fn put(html: &mut String, what: std::fmt::Arguments<'_>) {
    html.write_fmt(what).expect("writing to a text cannot fail");
}

fn wrap(html: &mut String, tag: &str, inlines: &[Inline]) {
    put(html, format_args!("<{tag}>"));
    run(html, inlines);
    put(html, format_args!("</{tag}>\n"));
}

fn run(html: &mut String, inlines: &[Inline]) {
    for inline in inlines {
        match inline {
            Inline::Text { text } => html.push_str(&escaped(text).replace('\n', "<br>\n")),
            Inline::Bold { inlines } => wrap_inline(html, "strong", inlines),
            Inline::Italic { inlines } => wrap_inline(html, "em", inlines),
            Inline::Strike { inlines } => wrap_inline(html, "s", inlines),
            Inline::Code { text } => put(html, format_args!("<code>{}</code>", escaped(text))),
            Inline::Link { href, text } => put(
                html,
                format_args!("<a href=\"{}\">{}</a>", escaped(href), escaped(text)),
            ),
        }
    }
}

fn wrap_inline(html: &mut String, tag: &str, inlines: &[Inline]) {
    put(html, format_args!("<{tag}>"));
    run(html, inlines);
    put(html, format_args!("</{tag}>"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_stays_text() {
        let html = of_text("Hello **you** <script>alert(1)</script>\n\n- a & b\n- \"c\"");
        assert!(html.contains("<strong>you</strong>"), "{html}");
        assert!(html.contains("&lt;script&gt;"), "{html}");
        assert!(html.contains("<li>a &amp; b</li>"), "{html}");
        assert!(!html.contains("<script"), "{html}");
    }
}

//! An article as a tree for the panel of the widget, which makes no markup of strings.
//!
//! The tree holds what [`super::html`] would show, in the same order and without HTML that somebody put
//! into the text. Addresses are those a reader may follow; others are left out.

use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, Options, Parser, Tag};

use super::render::{lower, options};

/// How deep elements may stand within each other; deeper ones are taken for text.
const DEPTH_MAX: usize = 24;

/// A piece of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArticleNode {
    /// Words.
    Text(String),
    /// What stands in an element.
    Element(ArticleElement),
}

/// An element of an article.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ArticleElement {
    /// Its name in HTML.
    pub tag: &'static str,
    /// Where a link leads, or where a picture is.
    pub url: Option<String>,
    /// What a picture shows, the kind of a call-out (`note`, `tip`, `important`, `warning`, `caution`), or
    /// `checked` of a task that is done.
    pub hint: Option<String>,
    /// What stands in it.
    pub children: Vec<ArticleNode>,
}

/// The tree of a text.
#[must_use]
pub fn nodes(markdown: &str) -> Vec<ArticleNode> {
    let options = options() - Options::ENABLE_FOOTNOTES;
    let mut open = vec![ArticleElement::default()];
    // Elements that are not shown still have an end.
    let mut is_shown = Vec::new();
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Start(tag) => {
                let element = (open.len() < DEPTH_MAX).then(|| element(&tag)).flatten();
                is_shown.push(element.is_some());
                open.extend(element);
            }
            Event::End(_) => {
                if is_shown.pop() == Some(true)
                    && let Some(done) = open.pop()
                {
                    put(&mut open, ArticleNode::Element(named(done)));
                }
            }
            Event::Text(text) => words(&mut open, &text),
            Event::SoftBreak => words(&mut open, "\n"),
            Event::Code(text) => {
                let mut code = plain("code");
                code.children.push(ArticleNode::Text(text.into_string()));
                put(&mut open, ArticleNode::Element(code));
            }
            Event::HardBreak => put(&mut open, ArticleNode::Element(plain("br"))),
            Event::Rule => put(&mut open, ArticleNode::Element(plain("hr"))),
            Event::TaskListMarker(is_done) => {
                let mut mark = plain("input");
                mark.hint = is_done.then(|| "checked".to_owned());
                put(&mut open, ArticleNode::Element(mark));
            }
            Event::Html(_)
            | Event::InlineHtml(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_) => {}
        }
    }
    open.swap_remove(0).children
}

fn put(open: &mut [ArticleElement], node: ArticleNode) {
    if let Some(inner) = open.last_mut() {
        inner.children.push(node);
    }
}

/// Words that follow words are one piece.
fn words(open: &mut [ArticleElement], text: &str) {
    let Some(inner) = open.last_mut() else {
        return;
    };
    if let Some(ArticleNode::Text(before)) = inner.children.last_mut() {
        before.push_str(text);
    } else {
        inner.children.push(ArticleNode::Text(text.to_owned()));
    }
}

fn plain(tag: &'static str) -> ArticleElement {
    ArticleElement {
        tag,
        ..ArticleElement::default()
    }
}

/// A picture is described by its words.
fn named(mut done: ArticleElement) -> ArticleElement {
    if done.tag == "img" {
        let words = done.children.drain(..).filter_map(|node| match node {
            ArticleNode::Text(text) => Some(text),
            ArticleNode::Element(_) => None,
        });
        done.hint = Some(words.collect());
    }
    done
}

fn element(tag: &Tag<'_>) -> Option<ArticleElement> {
    let with = |tag, url: &str| ArticleElement {
        url: safe(url),
        ..plain(tag)
    };
    Some(match tag {
        Tag::Paragraph => plain("p"),
        Tag::Heading { level, .. } => plain(match lower(*level) as usize {
            2 => "h2",
            3 => "h3",
            4 => "h4",
            5 => "h5",
            _ => "h6",
        }),
        Tag::BlockQuote(kind) => ArticleElement {
            hint: kind.map(|kind| call_out(kind).to_owned()),
            ..plain("blockquote")
        },
        Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => plain("pre"),
        Tag::List(Some(_)) => plain("ol"),
        Tag::List(None) => plain("ul"),
        Tag::Item => plain("li"),
        Tag::Table(_) => plain("table"),
        Tag::TableHead => plain("thead"),
        Tag::TableRow => plain("tr"),
        Tag::TableCell => plain("td"),
        Tag::Emphasis => plain("em"),
        Tag::Strong => plain("strong"),
        Tag::Strikethrough => plain("del"),
        Tag::Superscript => plain("sup"),
        Tag::Subscript => plain("sub"),
        Tag::Link { dest_url, .. } => with("a", dest_url),
        Tag::Image { dest_url, .. } => with("img", dest_url),
        Tag::HtmlBlock
        | Tag::FootnoteDefinition(_)
        | Tag::MetadataBlock(_)
        | Tag::DefinitionList
        | Tag::DefinitionListTitle
        | Tag::DefinitionListDefinition => return None,
    })
}

const fn call_out(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "note",
        BlockQuoteKind::Tip => "tip",
        BlockQuoteKind::Important => "important",
        BlockQuoteKind::Warning => "warning",
        BlockQuoteKind::Caution => "caution",
    }
}

/// An address a reader may follow: of the web, of a mail, of a telephone, or of this server.
fn safe(url: &str) -> Option<String> {
    let lower = url.trim().to_ascii_lowercase();
    let is_known = ["https://", "http://", "mailto:", "tel:"]
        .iter()
        .any(|scheme| lower.starts_with(scheme));
    let is_ours = lower.starts_with('/') && !lower.starts_with("//");
    (is_known || is_ours).then(|| url.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(nodes: &[ArticleNode]) -> String {
        let of = |node: &ArticleNode| match node {
            ArticleNode::Text(text) => format!("{text:?}"),
            ArticleNode::Element(it) => {
                let marks = [it.url.as_deref(), it.hint.as_deref()].map(Option::unwrap_or_default);
                format!("{}[{}]({})", it.tag, marks.join("|"), shape(&it.children))
            }
        };
        nodes.iter().map(of).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_tree_holds_what_readers_see() {
        let cases = [
            (
                "# A\n\nb **c**\nd",
                r#"h2[|]("A") p[|]("b " strong[|]("c") "\nd")"#,
            ),
            ("- [x] a", r#"ul[|](li[|](input[|checked]() "a"))"#),
            ("> [!TIP]\n> x", r#"blockquote[|tip](p[|]("x"))"#),
            ("![a *b*](/help-files/1)", "p[|](img[/help-files/1|a ]())"),
            (
                "|a|\n|-|\n|b|",
                r#"table[|](thead[|](td[|]("a")) tr[|](td[|]("b")))"#,
            ),
            (
                "[x](https://a.example)",
                r#"p[|](a[https://a.example|]("x"))"#,
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(shape(&nodes(text)), expected, "{text}");
        }
    }

    #[test]
    fn nothing_in_a_tree_runs() {
        for text in [
            "[x](javascript:alert(1))",
            "[x]( JavaScript:alert(1))",
            "![x](data:text/html;base64,AAAA)",
            "[x](//evil.example)",
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
        ] {
            let shown = shape(&nodes(text));
            for bad in ["javascript", "data:", "evil", "alert", "onerror", "script"] {
                assert!(!shown.to_lowercase().contains(bad), "{text}: {shown}");
            }
        }
    }

    #[test]
    fn depth_is_limited() {
        let deep = ">".repeat(2_000) + " x";
        let mut depth = 0;
        let mut here = nodes(&deep);
        while let Some(ArticleNode::Element(it)) = here.pop() {
            depth += 1;
            here = it.children;
        }
        assert!(depth <= DEPTH_MAX, "{depth}");
    }
}

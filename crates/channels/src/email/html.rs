//! HTML of strangers: made harmless, and told as text.
//!
//! The result is shown in a sandboxed frame of its own as well; this is the first fence, not
//! the only one. Remote pictures do not load until somebody asks, and then only through a
//! guarded proxy: who sends them learns nothing about who reads.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ammonia::{Builder, UrlRelative};

/// Widest line of the text made from HTML, in columns.
const TEXT_WIDTH: usize = 100;
/// HTML beyond this many bytes is cut before it is read.
const HTML_MAX: usize = 2 * 1024 * 1024;

/// A picture in HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Image<'a> {
    /// An attachment of the same message, by its `Content-ID`.
    Inline(&'a str),
    /// One on a server of the sender's choice; loading it tells that the mail was read.
    Remote(&'a str),
}

/// HTML that may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sanitised {
    /// The HTML of the body.
    pub html: String,
    /// How many remote pictures it names, shown or not.
    pub remote_images: usize,
}

/// Makes HTML harmless. `address_of` says from where a picture may be loaded: an attachment
/// from us, a remote one through the guarded proxy, or `None`: not at all.
pub fn sanitise(
    html: &str,
    address_of: impl Fn(Image<'_>) -> Option<String> + Send + Sync + 'static,
) -> Sanitised {
    let html = cut(html);
    let remote_images = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&remote_images);
    let mut builder = Builder::default();
    builder
        .add_tags(["center", "font", "u", "s", "big", "section", "article"])
        .add_generic_attributes(["dir", "lang", "align", "valign", "bgcolor", "style"])
        .add_tag_attributes("font", ["color", "size", "face"])
        .add_tag_attributes("table", ["border", "cellpadding", "cellspacing", "width"])
        .add_tag_attributes("td", ["width", "height"])
        .clean_content_tags(HashSet::from(["script", "style", "title", "head"]))
        .filter_style_properties(HashSet::from(STYLE_PROPERTIES))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel", "cid"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank")
        .attribute_filter(
            move |element, attribute, value| match (element, attribute) {
                (_, "style") => quiet_style(value),
                ("img", "src") => {
                    if let Some(id) = value.strip_prefix("cid:") {
                        return address_of(Image::Inline(id.trim_matches(['<', '>'])))
                            .map(Cow::Owned);
                    }
                    seen.fetch_add(1, Ordering::Relaxed);
                    address_of(Image::Remote(value)).map(Cow::Owned)
                }
                (_, "href" | "cite") => is_absolute(value).then_some(Cow::Borrowed(value)),
                _ => Some(Cow::Borrowed(value)),
            },
        );
    let html = builder.clean(html).to_string();
    Sanitised {
        html,
        remote_images: remote_images.load(Ordering::Relaxed),
    }
}

/// A relative address in a mail would point into our own pages.
fn is_absolute(value: &str) -> bool {
    let lower = value.trim_start().to_lowercase();
    ["http://", "https://", "mailto:", "tel:"]
        .iter()
        .any(|scheme| lower.starts_with(scheme))
}

fn quiet_style(value: &str) -> Option<Cow<'_, str>> {
    let lower = value.to_lowercase();
    let is_quiet = !lower.contains("url(") && !lower.contains("expression");
    is_quiet.then_some(Cow::Borrowed(value))
}

/// Style that shapes text; nothing that moves it over other things or loads anything.
const STYLE_PROPERTIES: [&str; 24] = [
    "background-color",
    "border",
    "border-bottom",
    "border-collapse",
    "border-left",
    "border-right",
    "border-top",
    "color",
    "direction",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "line-height",
    "margin",
    "margin-bottom",
    "margin-top",
    "padding",
    "padding-left",
    "text-align",
    "text-decoration",
    "text-indent",
    "vertical-align",
    "white-space",
];

/// The text of HTML, with links and quotations recognisable.
#[must_use]
pub fn to_text(html: &str) -> String {
    let html = cut(html);
    let plain = html2text::config::plain_no_decorate()
        .string_from_read(html.as_bytes(), TEXT_WIDTH)
        .unwrap_or_else(|_| Builder::empty().clean(html).to_string());
    let lines: Vec<&str> = plain.lines().map(str::trim_end).collect();
    lines.join("\n").trim().to_owned()
}

/// At most [`HTML_MAX`] bytes, cut between characters.
fn cut(html: &str) -> &str {
    &html[..html.floor_char_boundary(HTML_MAX)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(html: &str) -> String {
        sanitise(html, |_| None).html
    }

    #[test]
    fn nothing_that_runs_or_asks_survives() {
        for attack in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<svg><script>alert(1)</script></svg>",
            "<a href=\"javascript:alert(1)\">x</a>",
            "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
            "<form action=https://evil.example><input name=password></form>",
            "<base href=https://evil.example>",
            "<meta http-equiv=refresh content=\"0;url=https://evil.example\">",
            "<style>@import url(https://evil.example)</style>",
            "<div style=\"background:url(https://evil.example/x)\">x</div>",
            "<div style=\"position:fixed;top:0\">x</div>",
            "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
            "<iframe src=https://evil.example></iframe>",
            "<object data=https://evil.example></object>",
            "<a href=\"/api/v1/session\">x</a>",
        ] {
            let html = clean(attack).to_lowercase();
            for bad in [
                "<script",
                "onerror",
                "javascript:",
                "<form",
                "<input",
                "<base",
                "<meta",
                "<style",
                "url(",
                "position",
                "<iframe",
                "<object",
                "<svg",
                "/api/",
            ] {
                assert!(!html.contains(bad), "{attack} left {html}");
            }
        }
    }

    #[test]
    fn pictures_load_from_where_they_may_or_not_at_all() {
        let html = "<img src=\"cid:pot@x\"><img src=\"https://track.example/1.gif\" alt=Logo>\
                    <img src=\"cid:gone\">";
        let attached = |image: Image<'_>| match image {
            Image::Inline("pot@x") => Some("/api/v1/files/at_1".to_owned()),
            Image::Inline(_) | Image::Remote(_) => None,
        };
        let shown = sanitise(html, attached);
        assert_eq!(shown.remote_images, 1);
        assert_eq!(
            shown.html,
            "<img src=\"/api/v1/files/at_1\"><img alt=\"Logo\"><img>"
        );
        let proxied = sanitise(html, |image| match image {
            Image::Remote(_) => Some("/proxy/1".to_owned()),
            Image::Inline(_) => None,
        });
        assert!(
            proxied.html.contains("src=\"/proxy/1\""),
            "{}",
            proxied.html
        );
        assert!(!proxied.html.contains("track.example"), "{}", proxied.html);
    }

    #[test]
    fn ordinary_mail_keeps_its_shape() {
        let html = "<table><tr><td style=\"color:red\">a</td></tr></table><a href=\"https://x.example\">b</a>";
        let shown = clean(html);
        assert!(shown.contains("<td style=\"color:red\">a</td>"), "{shown}");
        assert!(
            shown.contains("rel=\"noopener noreferrer nofollow\""),
            "{shown}"
        );
        assert!(shown.contains("target=\"_blank\""), "{shown}");
    }

    #[test]
    fn html_becomes_readable_text() {
        let text = to_text("<p>您好！</p><p>第一行<br>第二行</p><ul><li>a</li><li>b</li></ul>");
        assert!(text.contains("您好！"), "{text}");
        assert!(text.contains("第一行\n第二行"), "{text}");
        assert!(text.contains("* a"), "{text}");
    }
}

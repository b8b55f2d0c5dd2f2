//! Headers of files: whatever is in them, a browser shows a picture or saves a download.

use std::fmt::Write as _;

use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, VARY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use zhiyin_app::attachments::FileInfo;

/// Nothing in a file may load, run, be framed or reach our origin.
const POLICY: &str =
    "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

fn media_type(file: &FileInfo) -> &str {
    let is_thumbnail = file.blob != file.attachment.blob;
    if is_thumbnail {
        "image/jpeg"
    } else {
        &file.attachment.media_type
    }
}

/// Adds what keeps a file from being anything but a file.
pub(super) fn protect(headers: &mut HeaderMap, file: &FileInfo, tag: &str) {
    let kind = HeaderValue::from_str(media_type(file))
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(CONTENT_TYPE, kind);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    // Kept by the reader's browser only, and asked about each time: rights may be gone.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(VARY, HeaderValue::from_static("authorization, cookie"));
    let is_inline = file.attachment.is_image();
    if let Ok(value) = HeaderValue::from_str(&disposition(is_inline, file.attachment.name.as_str()))
    {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    if let Ok(value) = HeaderValue::from_str(tag) {
        headers.insert(ETAG, value);
    }
}

/// RFC 6266: a plain name for old programs, the real one for the rest.
pub(crate) fn disposition(is_inline: bool, name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "-_. ()".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    let mut text = String::from(if is_inline { "inline" } else { "attachment" });
    text.push_str("; filename=\"");
    text.push_str(&plain);
    text.push_str("\"; filename*=UTF-8''");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            text.push(byte.into());
        } else {
            write!(text, "%{byte:02X}").expect("a string takes everything");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn a_name_cannot_leave_its_header() {
        assert_eq!(
            disposition(false, "发票 \"1\"; x\r\n.pdf"),
            "attachment; filename=\"__ _1__ x__.pdf\"; \
             filename*=UTF-8''%E5%8F%91%E7%A5%A8%20%221%22%3B%20x%0D%0A.pdf"
        );
        assert_eq!(
            disposition(true, "a.png"),
            "inline; filename=\"a.png\"; filename*=UTF-8''a.png"
        );
    }
}

//! Attachments: files that come with messages.
//!
//! The row says whose file it is and who may see it; the bytes lie in a blob store under
//! their hash. A file belongs to whoever uploaded it until a message claims it, and then to
//! the conversation.

use std::fmt;

use crate::actor::Actor;
use crate::ids::{AttachmentId, ConversationId, MessageId};
use crate::limits::FILE_NAME_BYTES_MAX;
use crate::time::Timestamp;

/// The SHA-256 of a blob's bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlobHash([u8; 32]);

impl BlobHash {
    /// Takes a digest computed by the caller.
    #[must_use]
    pub const fn from_bytes(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// The digest.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl TryFrom<&[u8]> for BlobHash {
    type Error = std::array::TryFromSliceError;

    fn try_from(bytes: &[u8]) -> Result<Self, Self::Error> {
        bytes.try_into().map(Self)
    }
}

impl fmt::Display for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A file that was uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Identifier.
    pub id: AttachmentId,
    /// The conversation it may be seen in; none before a message claims it.
    pub conversation_id: Option<ConversationId>,
    /// The message it came with.
    pub message_id: Option<MessageId>,
    /// Who uploaded it.
    pub uploaded_by: Actor,
    /// Where its bytes are.
    pub blob: BlobHash,
    /// Where those of its small picture are.
    pub thumbnail: Option<BlobHash>,
    /// Name for people; never a path.
    pub name: FileName,
    /// What it is, by its bytes and not by what was said.
    pub media_type: String,
    /// Size as stored.
    pub size_bytes: i64,
    /// Width and height, if it is a picture we have understood.
    pub dimensions: Option<Dimensions>,
    /// When it was uploaded.
    pub created_at: Timestamp,
}

impl Attachment {
    /// Whether it may be shown as a picture: only what was decoded and written anew.
    #[must_use]
    pub const fn is_image(&self) -> bool {
        self.dimensions.is_some()
    }
}

/// Width and height of a picture, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dimensions {
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

/// The name of a file, for people: no path, no control characters, nothing that turns the
/// reading direction, not hidden, not a device of Windows, not longer than
/// [`FILE_NAME_BYTES_MAX`].
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct FileName(String);

impl FileName {
    /// Makes a harmless name of whatever was sent.
    #[must_use]
    pub fn sanitized(raw: &str) -> Self {
        let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
        let clean: String = last.chars().filter(|c| !is_harmful(*c)).collect();
        let clean = without_tail(clean.trim_start_matches(|c: char| c.is_whitespace() || c == '.'));
        let stem = clean.split('.').next().unwrap_or_default().trim();
        Self(if clean.is_empty() {
            "file".to_owned()
        } else if is_device(stem) {
            shortened(&format!("file-{clean}"))
        } else {
            shortened(clean)
        })
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A name may tell about a person, so `Debug` shows only its extension.
impl fmt::Debug for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let extension = self
            .0
            .rsplit_once('.')
            .map_or("", |(_, extension)| extension);
        write!(f, "FileName(***.{extension})")
    }
}

fn is_harmful(c: char) -> bool {
    c.is_control()
        || "<>:\"|?*%;`$".contains(c)
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Without what a name does not end with.
fn without_tail(name: &str) -> &str {
    name.trim_end_matches(|c: char| c.is_whitespace() || c == '.' || c == '-')
}

fn is_device(stem: &str) -> bool {
    let stem = stem.to_ascii_uppercase();
    let numbered = ["COM", "LPT"].iter().any(|device| {
        stem.strip_prefix(device)
            .is_some_and(|rest| rest.len() == 1 && rest.as_bytes()[0].is_ascii_digit())
    });
    numbered || ["CON", "PRN", "AUX", "NUL"].contains(&stem.as_str())
}

/// Cut in the middle, so that the extension stays.
fn shortened(name: &str) -> String {
    if name.len() <= FILE_NAME_BYTES_MAX {
        return name.to_owned();
    }
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if extension.len() <= 16 => (stem, extension),
        _ => (name, ""),
    };
    let room = FILE_NAME_BYTES_MAX - extension.len() - 1;
    let stem = without_tail(&stem[..stem.floor_char_boundary(room)]);
    if extension.is_empty() {
        stem.to_owned()
    } else {
        format!("{stem}.{extension}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_harmless_whatever_was_sent() {
        for (raw, name) in [
            ("photo.png", "photo.png"),
            ("发票 2031.pdf", "发票 2031.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\me\\a.txt", "a.txt"),
            ("/", "file"),
            ("", "file"),
            ("..", "file"),
            (".htaccess", "htaccess"),
            (
                "a\r\nContent-Type: text html\r\n\r\n.png",
                "aContent-Type text html.png",
            ),
            ("exe\u{202e}gnp.scr", "exegnp.scr"),
            ("con.txt", "file-con.txt"),
            ("LPT1", "file-LPT1"),
            ("a\0b.png", "ab.png"),
            ("\"x\"; filename=\"y.html", "x filename=y.html"),
        ] {
            assert_eq!(FileName::sanitized(raw).as_str(), name, "{raw:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let name = FileName::sanitized(&format!("{}.jpeg", "图".repeat(500)));
        assert!(name.as_str().len() <= FILE_NAME_BYTES_MAX && name.as_str().ends_with("图.jpeg"));
        assert_eq!(format!("{name:?}"), "FileName(***.jpeg)");
    }

    #[test]
    fn a_name_of_nothing_is_a_file() {
        for raw in ["-", ".", " . - ", "", "--.", "\u{200b}-"] {
            assert_eq!(FileName::sanitized(raw).as_str(), "file", "{raw:?}");
        }
        assert_eq!(FileName::sanitized("a -").as_str(), "a");
        assert_eq!(FileName::sanitized("NUL.").as_str(), "file-NUL");
        let long = format!("{}-.", "x".repeat(FILE_NAME_BYTES_MAX));
        let once = FileName::sanitized(&long);
        assert_eq!(FileName::sanitized(once.as_str()), once);
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing(raw: String) {
            let once = FileName::sanitized(&raw);
            prop_assert!(!once.as_str().is_empty() && once.as_str().len() <= FILE_NAME_BYTES_MAX);
            prop_assert!(!once.as_str().contains(['/', '\\', '\r', '\n', '"', '\0']));
            prop_assert_eq!(FileName::sanitized(once.as_str()), once);
        }
    }
}

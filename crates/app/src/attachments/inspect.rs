//! What a file is, by its bytes. What the sender says it is counts only against it.

use infer::MatcherType;
use sha2::{Digest as _, Sha256};
use zhiyin_domain::attachment::{BlobHash, Dimensions, FileName};
use zhiyin_domain::limits::ATTACHMENT_BYTES_MAX;

use super::AttachmentError;
use super::picture::{self, Picture};

/// What a browser is told about everything that it must not try to understand.
const UNKNOWN: &str = "application/octet-stream";

/// Types that do nothing by themselves when somebody opens them in a browser. They are
/// offered for download under their own name; everything else is just bytes.
const HARMLESS: &[&str] = &[
    "application/pdf",
    "application/zip",
    "application/gzip",
    "application/x-7z-compressed",
    "application/vnd.rar",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "image/avif",
    "image/bmp",
    "image/heif",
    "image/tiff",
];

/// Names that Windows runs when somebody opens them.
const PROGRAMS: &[&str] = &[
    "apk", "appx", "bat", "cmd", "com", "cpl", "dll", "exe", "hta", "jar", "js", "jse", "lnk",
    "msc", "msi", "msix", "pif", "ps1", "reg", "scf", "scr", "sh", "url", "vb", "vbe", "vbs",
    "wsf", "wsh",
];

/// Names of the pictures we show: whoever uses one must send such a picture.
const PICTURES: &[&str] = &["jpg", "jpeg", "png", "gif", "webp"];

/// A file ready to be kept.
#[derive(Clone)]
pub(crate) struct Inspected {
    pub bytes: Vec<u8>,
    pub hash: BlobHash,
    pub name: FileName,
    pub media_type: String,
    pub dimensions: Option<Dimensions>,
    pub thumbnail: Option<(BlobHash, Vec<u8>)>,
}

/// The hash blobs are named by.
pub(crate) fn hash(bytes: &[u8]) -> BlobHash {
    BlobHash::from_bytes(Sha256::digest(bytes).into())
}

/// Looks at a file; pictures are written anew. Takes seconds for large ones.
pub(crate) fn inspect(
    bytes: Vec<u8>,
    name: &str,
    declared: Option<&str>,
) -> Result<Inspected, AttachmentError> {
    if bytes.is_empty() {
        return Err(AttachmentError::Empty);
    }
    if bytes.len() as u64 > ATTACHMENT_BYTES_MAX {
        return Err(AttachmentError::TooLarge);
    }
    let name = FileName::sanitized(name);
    let sniffed = infer::get(&bytes);
    // Two letters are enough for some kinds of programs: a text that begins with them is none.
    let is_program = sniffed.is_some_and(|kind| {
        kind.matcher_type() == MatcherType::App && !HARMLESS.contains(&kind.mime_type())
    }) && !is_text(&bytes);
    if is_program || PROGRAMS.contains(&extension(&name).as_str()) {
        return Err(AttachmentError::Program);
    }
    let sniffed = sniffed.map(|kind| kind.mime_type());
    if let Some(format) = sniffed.and_then(picture::format_of) {
        let picture = picture::rewrite(&bytes, format)?;
        return Ok(of_picture(picture, &name));
    }
    let claims_picture = declared.and_then(picture::format_of).is_some()
        || PICTURES.contains(&extension(&name).as_str());
    if claims_picture {
        return Err(AttachmentError::NotAPicture);
    }
    Ok(Inspected {
        hash: hash(&bytes),
        media_type: media_type(sniffed, &bytes, &name).to_owned(),
        bytes,
        name,
        dimensions: None,
        thumbnail: None,
    })
}

/// A file that came by mail and is kept for download, whatever it is and however large:
/// nothing is shown of it.
pub(crate) fn as_it_is(bytes: Vec<u8>, name: &str) -> Inspected {
    Inspected {
        hash: hash(&bytes),
        name: FileName::sanitized(name),
        media_type: UNKNOWN.to_owned(),
        bytes,
        dimensions: None,
        thumbnail: None,
    }
}

/// A picture cut to a square, ready to be kept.
pub(crate) struct Square {
    pub(crate) bytes: Vec<u8>,
    pub(crate) hash: BlobHash,
    pub(crate) media_type: &'static str,
}

/// Cuts a picture to a square. Whatever it was called, only its bytes count.
pub(super) fn square(bytes: &[u8], edge_px: u32) -> Result<Square, AttachmentError> {
    if bytes.is_empty() {
        return Err(AttachmentError::Empty);
    }
    let format = infer::get(bytes)
        .and_then(|kind| picture::format_of(kind.mime_type()))
        .ok_or(AttachmentError::NotAPicture)?;
    let (bytes, format) = picture::square(bytes, format, edge_px)?;
    Ok(Square {
        hash: hash(&bytes),
        media_type: format.to_mime_type(),
        bytes,
    })
}

fn of_picture(picture: Picture, name: &FileName) -> Inspected {
    let media_type = picture.format.to_mime_type();
    let extensions = picture.format.extensions_str();
    let name = if extensions.contains(&extension(name).as_str()) {
        name.clone()
    } else {
        let ending = extensions.first().copied().unwrap_or_default();
        FileName::sanitized(&format!("{}.{ending}", name.as_str()))
    };
    Inspected {
        hash: hash(&picture.bytes),
        bytes: picture.bytes,
        name,
        media_type: media_type.to_owned(),
        dimensions: Some(picture.dimensions),
        thumbnail: picture.thumbnail.map(|bytes| (hash(&bytes), bytes)),
    }
}

fn extension(name: &FileName) -> String {
    let name = name.as_str();
    name.rsplit_once('.')
        .map_or_else(String::new, |(_, extension)| extension.to_lowercase())
}

fn media_type(sniffed: Option<&'static str>, bytes: &[u8], name: &FileName) -> &'static str {
    match sniffed {
        Some(kind) if HARMLESS.contains(&kind) => kind,
        Some(kind) if kind.starts_with("audio/") || kind.starts_with("video/") => kind,
        Some(_) => UNKNOWN,
        None => match extension(name).as_str() {
            "txt" | "log" | "md" if is_text(bytes) => "text/plain; charset=utf-8",
            "csv" if is_text(bytes) => "text/csv; charset=utf-8",
            _ => UNKNOWN,
        },
    }
}

fn is_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok() && !bytes.contains(&0)
}

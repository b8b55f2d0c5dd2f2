//! What becomes of files, by their bytes.

use std::io::Cursor;

use image::codecs::gif::GifEncoder;
use image::{DynamicImage, Frame, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

use super::inspect::{Inspected, inspect};
use super::{AttachmentError, PictureError};

fn photograph(width: u32, height: u32) -> DynamicImage {
    #[expect(clippy::cast_possible_truncation, reason = "colours may wrap around")]
    let pixel = |x: u32, y: u32| Rgb([x as u8, y as u8, (x ^ y) as u8]);
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, pixel))
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image
        .write_to(&mut bytes, format)
        .expect("a picture that can be written");
    bytes.into_inner()
}

fn look(bytes: Vec<u8>, name: &str) -> Result<Inspected, AttachmentError> {
    inspect(bytes, name, None)
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// A JPEG with a place, a camera and an orientation in its EXIF block.
fn photograph_with_exif(orientation: u8) -> Vec<u8> {
    let jpeg = encoded(&photograph(40, 20), ImageFormat::Jpeg);
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x02".to_vec();
    exif.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    exif.extend([0x01, 0x0f, 0, 2, 0, 0, 0, 18, 0, 0, 0, 38, 0, 0, 0, 0]);
    exif.extend(b"SECRET-GPS-CAMERA\0");
    let length = u16::try_from(exif.len() + 2)
        .expect("a short block")
        .to_be_bytes();
    [
        &jpeg[..2],
        &[0xff, 0xe1],
        &length,
        &exif,
        &jpeg[2..],
        b"APPENDED-ZIP-PK\x03\x04",
    ]
    .concat()
}

#[test]
fn a_photograph_is_written_anew_upright_and_without_its_story() {
    let upload = photograph_with_exif(6);
    assert!(contains(&upload, b"SECRET-GPS") && contains(&upload, b"APPENDED"));
    let kept = look(upload, "我的照片.JPG").expect("a photograph");
    assert_eq!(kept.media_type, "image/jpeg");
    assert_eq!(kept.name.as_str(), "我的照片.JPG");
    assert!(!contains(&kept.bytes, b"SECRET-GPS") && !contains(&kept.bytes, b"Exif"));
    assert!(!contains(&kept.bytes, b"APPENDED"));
    // Orientation 6 is a quarter turn.
    let size = kept.dimensions.expect("a size");
    assert_eq!((size.width, size.height), (20, 40));
    assert!(kept.thumbnail.is_none(), "it is small itself");
}

#[test]
fn every_format_becomes_one_that_fits_and_gets_a_fitting_name() {
    let picture = photograph(600, 300);
    let holes = DynamicImage::ImageRgba8(RgbaImage::from_pixel(600, 300, Rgba([1, 2, 3, 4])));
    for (image, from, to, name) in [
        (&picture, ImageFormat::Png, "image/png", "a.png"),
        (&picture, ImageFormat::Jpeg, "image/jpeg", "a.png.jpg"),
        (&picture, ImageFormat::WebP, "image/jpeg", "a.png.jpg"),
        (&holes, ImageFormat::WebP, "image/png", "a.png"),
        (&picture, ImageFormat::Gif, "image/png", "a.png"),
    ] {
        let kept = look(encoded(image, from), "a.png").expect("a picture");
        assert_eq!(
            (kept.media_type.as_str(), kept.name.as_str()),
            (to, name),
            "{from:?}"
        );
        let (_, thumbnail) = kept.thumbnail.expect("a small picture");
        let thumbnail = image::load_from_memory(&thumbnail).expect("a picture");
        assert_eq!((thumbnail.width(), thumbnail.height()), (480, 240));
    }
}

#[test]
fn an_animation_keeps_moving() {
    let mut bytes = Vec::new();
    let frame = |value| Frame::new(RgbaImage::from_pixel(8, 8, Rgba([value, 0, 0, 255])));
    let mut encoder = GifEncoder::new(&mut bytes);
    encoder
        .encode_frames([frame(0), frame(90), frame(200)])
        .expect("an animation");
    drop(encoder);
    let mut upload = bytes.clone();
    upload.extend(b"APPENDED");
    let kept = look(upload, "x.gif").expect("an animation");
    assert_eq!(kept.media_type, "image/gif");
    assert!(!contains(&kept.bytes, b"APPENDED"));
    let decoder = image::codecs::gif::GifDecoder::new(Cursor::new(kept.bytes)).expect("a GIF");
    assert_eq!(image::AnimationDecoder::into_frames(decoder).count(), 3);
}

/// A PNG whose header says how large it is and whose data is next to nothing.
fn flood(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = encoded(&photograph(1, 1), ImageFormat::Png);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let crc = crc32(&bytes[12..29]).to_be_bytes();
    bytes[29..33].copy_from_slice(&crc);
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    };
    !bytes.iter().fold(u32::MAX, step)
}

#[test]
fn a_flood_of_pixels_is_refused_before_anything_is_decoded() {
    for (width, height) in [
        (100_000, 100_000),
        (u32::MAX >> 1, 2),
        (40_000_001, 1),
        (6_400, 6_400),
    ] {
        let refused = look(flood(width, height), "x.png").map(|_| ());
        assert!(
            matches!(
                refused,
                Err(AttachmentError::Picture(PictureError::TooManyPixels))
            ),
            "{width}x{height}: {refused:?}"
        );
    }
    let refused = look(flood(0, 5), "x.png").map(|_| ());
    assert!(
        matches!(
            refused,
            Err(AttachmentError::Picture(PictureError::Damaged))
        ),
        "{refused:?}"
    );
}

#[test]
fn a_damaged_picture_is_refused() {
    let whole = encoded(&photograph(64, 64), ImageFormat::Png);
    for length in [9, 20, 40, whole.len() / 2] {
        let refused = look(whole[..length].to_vec(), "x.png").map(|_| ());
        assert!(
            matches!(
                refused,
                Err(AttachmentError::Picture(PictureError::Damaged))
            ),
            "{length}: {refused:?}"
        );
    }
}

#[test]
fn what_runs_in_a_browser_is_only_bytes() {
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
    for (bytes, name) in [
        (svg.as_slice(), "x.svg"),
        (
            b"<?xml version=\"1.0\"?><svg onload=\"alert(1)\"/>",
            "x.svg",
        ),
        (b"<!DOCTYPE html><script>alert(1)</script>", "x.html"),
        (b"<html><body onload=alert(1)>", "x.txt.html"),
        (b"  \n<script>alert(1)</script>", "x"),
        (b"GARBAGE", "x.xhtml"),
        (b"{}", "x.json"),
        (b"\0\0\0", "x.txt"),
    ] {
        let kept = look(bytes.to_vec(), name).expect("a file");
        assert_eq!(kept.media_type, "application/octet-stream", "{name}");
        assert!(kept.dimensions.is_none() && kept.bytes == bytes);
    }
}

#[test]
fn harmless_files_keep_their_kind() {
    for (bytes, name, kind) in [
        (
            b"%PDF-1.7 <script>".as_slice(),
            "发票.pdf",
            "application/pdf",
        ),
        (b"PK\x03\x04 something", "a.zip", "application/zip"),
        ("姓名,数量\n".as_bytes(), "a.CSV", "text/csv; charset=utf-8"),
        (b"notes <b>", "a.txt", "text/plain; charset=utf-8"),
        (b"#!/bin/sh\n", "a.txt", "application/octet-stream"),
    ] {
        assert_eq!(
            look(bytes.to_vec(), name).expect("a file").media_type,
            kind,
            "{name}"
        );
    }
}

#[test]
fn programs_and_false_pictures_are_refused() {
    let elf = [b"\x7fELF\x02\x01\x01".as_slice(), &[0; 64]].concat();
    for (bytes, name) in [
        (b"MZ\x90\0".as_slice(), "invoice.pdf"),
        (&elf, "x"),
        (b"anything", "photo.jpg.exe"),
        (b"anything", "X.LNK"),
    ] {
        let refused = look(bytes.to_vec(), name).map(|_| ());
        assert!(
            matches!(refused, Err(AttachmentError::Program)),
            "{name}: {refused:?}"
        );
    }
    for (name, declared) in [("x.png", None), ("x", Some("image/jpeg"))] {
        let refused = inspect(b"<script>".to_vec(), name, declared).map(|_| ());
        assert!(
            matches!(refused, Err(AttachmentError::NotAPicture)),
            "{name}: {refused:?}"
        );
    }
    assert!(matches!(
        look(Vec::new(), "x").map(|_| ()),
        Err(AttachmentError::Empty)
    ));
    let large = vec![0; 20 * 1024 * 1024 + 1];
    assert!(matches!(
        look(large, "x").map(|_| ()),
        Err(AttachmentError::TooLarge)
    ));
}

//! Pictures: decoded within bounds and written anew.
//!
//! What a browser later shows was made here, pixel by pixel. Nothing else of the upload
//! survives: no place and time, no camera, no thumbnail of the uncropped original, no
//! program appended to the end. Its size is read from the header before anything is
//! decoded, so a small file cannot ask for gigabytes.

use std::io::Cursor;

use image::codecs::gif::{GifDecoder, GifEncoder, Repeat};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType as PngFilter, PngEncoder};
use image::imageops::FilterType;
use image::{
    AnimationDecoder as _, DynamicImage, Frame, ImageDecoder as _, ImageError, ImageFormat,
    ImageReader, Limits, Rgb, RgbImage, Rgba, RgbaImage,
};
use zhiyin_domain::attachment::Dimensions;
use zhiyin_domain::limits::{ANIMATION_PIXELS_MAX, IMAGE_PIXELS_MAX, THUMBNAIL_EDGE_PX};

/// Quality of written JPEG: beyond it files grow and nobody sees why.
const JPEG_QUALITY: u8 = 88;
const THUMBNAIL_QUALITY: u8 = 80;
/// Speed of finding the colours of an animation, 1 to 30; slower looks little better.
const GIF_SPEED: i32 = 20;
/// Memory a decoder may take: the largest picture with four channels of 16 bits.
const DECODER_BYTES_MAX: u64 = IMAGE_PIXELS_MAX * 8 + 1024 * 1024;

/// Why a picture was not taken.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// It has more pixels than [`IMAGE_PIXELS_MAX`], or an animation more than
    /// [`ANIMATION_PIXELS_MAX`] in all.
    #[error("the picture has too many pixels")]
    TooManyPixels,
    /// It cannot be decoded.
    #[error("the picture is damaged")]
    Damaged,
}

/// A picture as it is kept.
pub(super) struct Picture {
    pub bytes: Vec<u8>,
    pub format: ImageFormat,
    pub dimensions: Dimensions,
    /// A smaller one, unless the picture is small itself.
    pub thumbnail: Option<Vec<u8>>,
}

/// The format of a media type, if it is one we decode.
pub(super) fn format_of(media_type: &str) -> Option<ImageFormat> {
    match media_type {
        "image/jpeg" => Some(ImageFormat::Jpeg),
        "image/png" => Some(ImageFormat::Png),
        "image/gif" => Some(ImageFormat::Gif),
        "image/webp" => Some(ImageFormat::WebP),
        _ => None,
    }
}

/// Decodes a picture and writes it anew.
pub(super) fn rewrite(bytes: &[u8], format: ImageFormat) -> Result<Picture, PictureError> {
    if format == ImageFormat::Gif
        && let Some(picture) = rewrite_animation(bytes)?
    {
        return Ok(picture);
    }
    let image = decode(bytes, format)?;
    let format = written_format(format, &image);
    let thumbnail = thumbnail(&image)?;
    let dimensions = Dimensions {
        width: image.width(),
        height: image.height(),
    };
    let bytes = write(&image, format, JPEG_QUALITY)?;
    Ok(Picture {
        bytes,
        format,
        dimensions,
        thumbnail,
    })
}

/// Decodes the middle of a picture and writes it anew as a square; of an animation its first
/// picture. What is smaller is made larger, so that all avatars are of one size.
pub(super) fn square(
    bytes: &[u8],
    format: ImageFormat,
    edge_px: u32,
) -> Result<(Vec<u8>, ImageFormat), PictureError> {
    let image = decode(bytes, format)?;
    let small = image.resize_to_fill(edge_px, edge_px, FilterType::Lanczos3);
    let format = written_format(format, &small);
    Ok((write(&small, format, JPEG_QUALITY)?, format))
}

/// Photographs stay photographs; what has sharp edges or holes stays exact.
fn written_format(format: ImageFormat, image: &DynamicImage) -> ImageFormat {
    let is_photograph = matches!(format, ImageFormat::Jpeg | ImageFormat::WebP);
    if is_photograph && !image.color().has_alpha() {
        ImageFormat::Jpeg
    } else {
        ImageFormat::Png
    }
}

/// Decodes a picture within bounds and turns it upright.
fn decode(bytes: &[u8], format: ImageFormat) -> Result<DynamicImage, PictureError> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits());
    let mut decoder = reader.into_decoder().map_err(|error| refused(&error))?;
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    let orientation = decoder.orientation().map_err(|error| refused(&error))?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(|error| refused(&error))?;
    image.apply_orientation(orientation);
    Ok(eight_bits(image))
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODER_BYTES_MAX);
    limits
}

fn check_size(width: u32, height: u32) -> Result<(), PictureError> {
    if width == 0 || height == 0 {
        return Err(PictureError::Damaged);
    }
    if u64::from(width) * u64::from(height) > IMAGE_PIXELS_MAX {
        return Err(PictureError::TooManyPixels);
    }
    Ok(())
}

fn refused(error: &ImageError) -> PictureError {
    match error {
        ImageError::Limits(_) => PictureError::TooManyPixels,
        _ => PictureError::Damaged,
    }
}

fn eight_bits(image: DynamicImage) -> DynamicImage {
    if image.color().has_alpha() {
        DynamicImage::ImageRgba8(image.into_rgba8())
    } else {
        DynamicImage::ImageRgb8(image.into_rgb8())
    }
}

/// Always JPEG, so that its kind need not be kept; what shows through is white.
fn thumbnail(image: &DynamicImage) -> Result<Option<Vec<u8>>, PictureError> {
    if image.width().max(image.height()) <= THUMBNAIL_EDGE_PX {
        return Ok(None);
    }
    let small = image.thumbnail(THUMBNAIL_EDGE_PX, THUMBNAIL_EDGE_PX);
    let flat = DynamicImage::ImageRgb8(on_white(&small.into_rgba8()));
    write(&flat, ImageFormat::Jpeg, THUMBNAIL_QUALITY).map(Some)
}

fn on_white(image: &RgbaImage) -> RgbImage {
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let Rgba([red, green, blue, alpha]) = *image.get_pixel(x, y);
        let mix = |colour: u8| {
            let mixed = u16::from(colour) * u16::from(alpha) + 255 * (255 - u16::from(alpha));
            u8::try_from(mixed / 255).unwrap_or(u8::MAX)
        };
        Rgb([mix(red), mix(green), mix(blue)])
    })
}

fn write(image: &DynamicImage, format: ImageFormat, quality: u8) -> Result<Vec<u8>, PictureError> {
    let mut bytes = Vec::new();
    let written = if format == ImageFormat::Jpeg {
        image.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality))
    } else {
        let encoder =
            PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, PngFilter::Adaptive);
        image.write_with_encoder(encoder)
    };
    written.map_err(|error| refused(&error))?;
    Ok(bytes)
}

/// Writes an animation anew, picture by picture; none if it has only one.
fn rewrite_animation(bytes: &[u8]) -> Result<Option<Picture>, PictureError> {
    let mut decoder = GifDecoder::new(Cursor::new(bytes)).map_err(|error| refused(&error))?;
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    decoder
        .set_limits(limits())
        .map_err(|error| refused(&error))?;
    let mut frames = decoder.into_frames();
    let first = frames
        .next()
        .ok_or(PictureError::Damaged)?
        .map_err(|error| refused(&error))?;
    let Some(second) = frames.next() else {
        return Ok(None);
    };
    let thumbnail = thumbnail(&DynamicImage::ImageRgba8(first.buffer().clone()))?;
    let mut written = Vec::new();
    let mut encoder = GifEncoder::new_with_speed(&mut written, GIF_SPEED);
    encoder
        .set_repeat(Repeat::Infinite)
        .map_err(|error| refused(&error))?;
    let mut room = ANIMATION_PIXELS_MAX;
    for frame in [Ok(first), second].into_iter().chain(frames) {
        let frame: Frame = frame.map_err(|error| refused(&error))?;
        let pixels = u64::from(frame.buffer().width()) * u64::from(frame.buffer().height());
        room = room
            .checked_sub(pixels)
            .ok_or(PictureError::TooManyPixels)?;
        encoder
            .encode_frame(frame)
            .map_err(|error| refused(&error))?;
    }
    drop(encoder);
    Ok(Some(Picture {
        bytes: written,
        format: ImageFormat::Gif,
        dimensions: Dimensions { width, height },
        thumbnail,
    }))
}

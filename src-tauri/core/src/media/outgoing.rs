//! Pictures on their way out: drawn anew from their pixels, so that nothing goes along that cannot be seen.

use std::{
    collections::HashMap,
    fmt,
    io::Cursor,
    sync::{Arc, Mutex, PoisonError},
};

use image::{
    AnimationDecoder, DynamicImage, Frame, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits,
    codecs::{
        gif::{GifDecoder, GifEncoder, Repeat},
        jpeg::JpegEncoder,
        webp::WebPDecoder,
    },
};
use serde::Serialize;

use super::{Media, sniff::MediaType};
use crate::{AppError, ErrorCode, Result, rich_text::clean};

/// How many bytes a picture may have.
const LARGEST: usize = 50 * 1024 * 1024;
/// How many pixels it may have on one side.
const LONGEST_SIDE: u32 = 20_000;
/// How much memory drawing it may take, in bytes.
const MEMORY: u64 = 512 * 1024 * 1024;
/// How many pixels all pictures of an animation may have together.
const ANIMATION: u64 = 200_000_000;
/// How many pictures wait to be sent at most.
const WAITING: usize = 20;
/// The longest side of the small version that is shown before the whole picture is there.
const SMALL: u32 = 800;
/// The side of a person's picture.
const PORTRAIT: u32 = 512;
/// How much of a photograph its JPEG keeps, of 100: no difference can be seen.
const QUALITY: u8 = 90;

/// A picture that waits to be sent, as the window knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Staged {
    /// Names it in commands.
    pub id: String,
    /// The file's name.
    pub name: String,
    /// In pixels, as it will be sent.
    pub width: u32,
    /// In pixels, as it will be sent.
    pub height: u32,
    /// In bytes, as it will be sent.
    pub size: u64,
    /// The small version's handle for the media protocol.
    pub preview: String,
}

/// A picture as it will be sent.
pub(crate) struct Outgoing {
    pub(crate) name: String,
    pub(crate) media_type: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) animated: bool,
    /// Absent where the whole picture is small enough.
    pub(crate) small: Option<Small>,
}

/// The small version.
pub(crate) struct Small {
    pub(crate) media_type: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing").field("media_type", &self.media_type).finish_non_exhaustive()
    }
}

/// The pictures that wait to be sent, in memory alone.
#[derive(Debug, Default)]
pub(crate) struct Waiting(Mutex<HashMap<String, Arc<Outgoing>>>);

impl Waiting {
    /// Draws a picture anew and keeps it until it is sent or given up. `name` is what its file is called.
    pub(crate) async fn stage(&self, name: &str, bytes: Vec<u8>) -> Result<Staged> {
        if self.locked().len() >= WAITING {
            return Err(AppError::new(ErrorCode::ImageTooLarge));
        }
        let name = clean(name);
        // Decoding takes a core for a while; what else runs must not wait for it.
        let drawn = tokio::task::spawn_blocking(move || redraw(&name, &bytes)).await;
        let picture = drawn.map_err(|_| AppError::new(ErrorCode::ImageUnreadable))??;
        let mut id = [0_u8; 16];
        getrandom::fill(&mut id).map_err(|_| AppError::caused(ErrorCode::Internal, &"no random bytes"))?;
        let id: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
        let staged = Staged {
            id: id.clone(),
            name: picture.name.clone(),
            width: picture.width,
            height: picture.height,
            size: u64::try_from(picture.bytes.len()).unwrap_or(u64::MAX),
            preview: id.clone(),
        };
        self.locked().insert(id, Arc::new(picture));
        Ok(staged)
    }

    /// A picture that waits.
    pub(crate) fn get(&self, id: &str) -> Option<Arc<Outgoing>> {
        self.locked().get(id).cloned()
    }

    /// Gives a picture up, or lets go of it once it is in the queue. One that is gone is no mistake.
    pub(crate) fn remove(&self, id: &str) {
        self.locked().remove(id);
    }

    /// Gives up all.
    pub(crate) fn clear(&self) {
        self.locked().clear();
    }

    /// The small version of a picture that waits, for the media protocol.
    pub(crate) fn preview(&self, id: &str) -> Option<Media> {
        let picture = self.get(id)?;
        Some(match &picture.small {
            Some(small) => Media { bytes: small.bytes.clone(), media_type: small.media_type },
            None => Media { bytes: picture.bytes.clone(), media_type: picture.media_type },
        })
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Outgoing>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A person's picture, square and small.
pub(crate) struct Portrait {
    pub(crate) media_type: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// Makes a person's picture: the middle of a picture, drawn anew.
pub(crate) async fn portrait(bytes: Vec<u8>) -> Result<Portrait> {
    let drawn = tokio::task::spawn_blocking(move || {
        if bytes.len() > LARGEST {
            return Err(AppError::new(ErrorCode::ImageTooLarge));
        }
        let kind = MediaType::of(&bytes).ok_or_else(|| AppError::new(ErrorCode::ImageUnreadable))?;
        let image = decode(kind, &bytes)?;
        let side = image.width().min(image.height());
        let square = image.crop_imm((image.width() - side) / 2, (image.height() - side) / 2, side, side);
        let square = if side > PORTRAIT { square.thumbnail(PORTRAIT, PORTRAIT) } else { square };
        let (media_type, bytes) = encode(&square, kind == MediaType::Jpeg)?;
        Ok(Portrait { media_type, bytes })
    });
    drawn.await.map_err(|_| AppError::new(ErrorCode::ImageUnreadable))?
}

/// Draws a picture anew from its pixels.
pub(crate) fn redraw(name: &str, bytes: &[u8]) -> Result<Outgoing> {
    if bytes.len() > LARGEST {
        return Err(AppError::new(ErrorCode::ImageTooLarge));
    }
    let Some(kind) = MediaType::of(bytes) else { return Err(AppError::new(ErrorCode::ImageUnreadable)) };
    if let Some(frames) = animation(kind, bytes)? {
        return animated(name, frames);
    }
    let image = decode(kind, bytes)?;
    // What a camera made stays small as JPEG; what has edges or holes stays sharp as PNG.
    let photograph = matches!(kind, MediaType::Jpeg | MediaType::Webp) && !image.color().has_alpha();
    let (media_type, whole) = encode(&image, photograph)?;
    let small = if image.width().max(image.height()) > SMALL { Some(small(&image, photograph)?) } else { None };
    Ok(Outgoing {
        name: named(name, media_type),
        media_type,
        bytes: whole,
        width: image.width(),
        height: image.height(),
        animated: false,
        small,
    })
}

fn decode(kind: MediaType, bytes: &[u8]) -> Result<DynamicImage> {
    let format = match kind {
        MediaType::Png => ImageFormat::Png,
        MediaType::Jpeg => ImageFormat::Jpeg,
        MediaType::Gif => ImageFormat::Gif,
        MediaType::Webp => ImageFormat::WebP,
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits());
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    let orientation = decoder.orientation().map_err(unreadable)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    // The camera's remark on how it was held goes with the other remarks.
    image.apply_orientation(orientation);
    Ok(image)
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MEMORY);
    limits
}

/// The pictures of an animation, if it is one.
fn animation(kind: MediaType, bytes: &[u8]) -> Result<Option<Vec<Frame>>> {
    let frames = match kind {
        MediaType::Gif => {
            let mut decoder = GifDecoder::new(Cursor::new(bytes)).map_err(unreadable)?;
            decoder.set_limits(limits()).map_err(unreadable)?;
            decoder.into_frames()
        }
        MediaType::Webp => {
            let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(unreadable)?;
            decoder.set_limits(limits()).map_err(unreadable)?;
            if !decoder.has_animation() {
                return Ok(None);
            }
            decoder.into_frames()
        }
        MediaType::Png | MediaType::Jpeg => return Ok(None),
    };
    let mut all = Vec::new();
    let mut pixels = 0_u64;
    for frame in frames {
        let frame = frame.map_err(unreadable)?;
        pixels += u64::from(frame.buffer().width()) * u64::from(frame.buffer().height());
        if pixels > ANIMATION {
            return Err(AppError::new(ErrorCode::ImageTooLarge));
        }
        all.push(frame);
    }
    Ok((all.len() > 1).then_some(all))
}

fn animated(name: &str, frames: Vec<Frame>) -> Result<Outgoing> {
    let Some(first) = frames.first() else { return Err(AppError::new(ErrorCode::ImageUnreadable)) };
    let first = DynamicImage::ImageRgba8(first.buffer().clone());
    let mut bytes = Vec::new();
    {
        let mut encoder = GifEncoder::new_with_speed(&mut bytes, 10);
        encoder.set_repeat(Repeat::Infinite).map_err(unreadable)?;
        encoder.encode_frames(frames).map_err(unreadable)?;
    }
    Ok(Outgoing {
        name: named(name, MediaType::Gif.as_str()),
        media_type: MediaType::Gif.as_str(),
        bytes,
        width: first.width(),
        height: first.height(),
        animated: true,
        small: Some(small(&first, false)?),
    })
}

fn small(image: &DynamicImage, photograph: bool) -> Result<Small> {
    let small = if image.width().max(image.height()) > SMALL { image.thumbnail(SMALL, SMALL) } else { image.clone() };
    let (media_type, bytes) = encode(&small, photograph)?;
    Ok(Small { media_type, bytes, width: small.width(), height: small.height() })
}

fn encode(image: &DynamicImage, photograph: bool) -> Result<(&'static str, Vec<u8>)> {
    let mut bytes = Vec::new();
    if photograph {
        image.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY)).map_err(unreadable)?;
        Ok((MediaType::Jpeg.as_str(), bytes))
    } else {
        image.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).map_err(unreadable)?;
        Ok((MediaType::Png.as_str(), bytes))
    }
}

/// The file's name, with the ending that its format has now.
fn named(name: &str, media_type: &str) -> String {
    // A name may come with a folder, of either system's kind.
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).trim();
    let stem = if stem.is_empty() { "image" } else { stem };
    let ending = match media_type {
        "image/jpeg" => "jpg",
        "image/gif" => "gif",
        _ => "png",
    };
    format!("{stem}.{ending}")
}

fn unreadable(error: ImageError) -> AppError {
    match error {
        ImageError::Limits(_) => AppError::new(ErrorCode::ImageTooLarge),
        // Not the error itself: it may quote what is in the file.
        _ => AppError::new(ErrorCode::ImageUnreadable),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use image::{Delay, Rgba, RgbaImage, codecs::webp::WebPEncoder};

    use super::*;

    fn picture(width: u32, height: u32) -> DynamicImage {
        let pixel = |x: u32, y: u32| Rgba([u8::try_from(x % 256).unwrap(), u8::try_from(y % 256).unwrap(), 90, 255]);
        DynamicImage::ImageRgba8(RgbaImage::from_fn(width, height, pixel))
    }

    fn jpeg(image: &DynamicImage) -> Vec<u8> {
        let mut bytes = Vec::new();
        image.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 95)).unwrap();
        bytes
    }

    /// A JPEG with what a telephone writes into one: how it was held, and where.
    fn photograph(image: &DynamicImage, orientation: u8) -> Vec<u8> {
        let plain = jpeg(image);
        let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
        exif.extend(b"GPSLatitude 48.573N Strasbourg");
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        [&plain[..2], &[0xff, 0xe1], &length, &exif, &plain[2..]].concat()
    }

    #[test]
    fn a_photograph_keeps_its_picture_and_loses_everything_else() {
        let taken = photograph(&picture(1200, 600), 6);
        assert!(taken.windows(10).any(|bytes| bytes == b"Strasbourg"));
        let sent = redraw("DCIM/IMG_0042.JPEG", &taken).unwrap();
        assert!(!sent.bytes.windows(4).any(|bytes| bytes == b"Exif" || bytes == b"GPSL"));
        assert_eq!((sent.name.as_str(), sent.media_type), ("IMG_0042.jpg", "image/jpeg"));
        assert_eq!((sent.width, sent.height), (600, 1200), "upright, as it was held");
        let small = sent.small.unwrap();
        assert_eq!((small.width, small.height), (400, 800));
        assert!(!small.bytes.windows(4).any(|bytes| bytes == b"Exif"));
    }

    #[test]
    fn what_is_sharp_or_has_holes_stays_so() {
        let mut holed = picture(20, 10).to_rgba8();
        holed.put_pixel(3, 3, Rgba([1, 2, 3, 0]));
        let mut png = Vec::new();
        holed.write_to(&mut Cursor::new(&mut png), ImageFormat::Png).unwrap();
        let mut webp = Vec::new();
        holed.write_with_encoder(WebPEncoder::new_lossless(&mut webp)).unwrap();
        for bytes in [png, webp] {
            let sent = redraw("plan.webp", &bytes).unwrap();
            assert_eq!((sent.name.as_str(), sent.media_type), ("plan.png", "image/png"));
            assert_eq!(image::load_from_memory(&sent.bytes).unwrap().to_rgba8(), holed);
            assert!(sent.small.is_none());
        }
    }

    #[test]
    fn what_moves_goes_on_moving() {
        let frames: Vec<_> = (1..4)
            .map(|n| Frame::from_parts(picture(8, n * 2).to_rgba8(), 0, 0, Delay::from_numer_denom_ms(100, 1)))
            .map(|frame| {
                Frame::from_parts(
                    image::imageops::resize(frame.buffer(), 8, 8, image::imageops::Nearest),
                    0,
                    0,
                    frame.delay(),
                )
            })
            .collect();
        let mut gif = Vec::new();
        GifEncoder::new(&mut gif).encode_frames(frames).unwrap();
        let sent = redraw("a.gif", &gif).unwrap();
        assert!(sent.animated && sent.small.is_some());
        let decoder = GifDecoder::new(Cursor::new(&sent.bytes)).unwrap();
        assert_eq!(decoder.into_frames().count(), 3);
    }

    #[test]
    fn what_is_no_picture_or_too_large_is_said() {
        let code = |bytes: &[u8]| redraw("x.png", bytes).unwrap_err().code;
        assert_eq!(code(b""), ErrorCode::ImageUnreadable);
        assert_eq!(code(b"<svg onload='x'/>"), ErrorCode::ImageUnreadable);
        let mut broken = jpeg(&picture(64, 64));
        broken.truncate(100);
        assert_eq!(code(&broken), ErrorCode::ImageUnreadable);
        assert_eq!(code(&vec![0; LARGEST + 1]), ErrorCode::ImageTooLarge);
        // A few bytes that claim to be a billion pixels.
        let mut bomb = Vec::new();
        picture(1, 1).write_to(&mut Cursor::new(&mut bomb), ImageFormat::Png).unwrap();
        bomb[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
        bomb[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
        assert!(matches!(code(&bomb), ErrorCode::ImageTooLarge | ErrorCode::ImageUnreadable));
    }

    #[test]
    fn names_lose_their_folders_and_get_their_ending() {
        for (name, expected) in [
            ("C:\\Users\\anna\\Plan.v2.bmp", "Plan.v2.png"),
            ("../../etc/passwd", "passwd.png"),
            ("", "image.png"),
            (".png", "image.png"),
        ] {
            assert_eq!(named(name, "image/png"), expected);
        }
    }

    #[tokio::test]
    async fn a_portrait_is_the_middle_and_says_no_more() {
        let made = portrait(photograph(&picture(1600, 700), 1)).await.unwrap();
        let image = image::load_from_memory(&made.bytes).unwrap();
        assert_eq!((image.width(), image.height()), (512, 512));
        assert!(!made.bytes.windows(4).any(|bytes| bytes == b"Exif"));
    }

    #[tokio::test]
    async fn what_waits_is_shown_and_can_be_given_up() {
        let waiting = Waiting::default();
        let staged = waiting.stage("a.jpg", jpeg(&picture(1000, 10))).await.unwrap();
        assert_eq!((staged.width, staged.height), (1000, 10));
        assert_eq!(waiting.preview(&staged.preview).unwrap().media_type, "image/jpeg");
        waiting.remove(&staged.id);
        assert!(waiting.get(&staged.id).is_none() && waiting.preview(&staged.preview).is_none());
    }
}

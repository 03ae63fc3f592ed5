use std::io::Cursor;

use image::ImageReader;
use mail_parser::{MessagePart, MimeHeaders as _};

use crate::format;

/// A picture that is smaller than this on both sides is no leaflet.
///
/// 600 pixels: A5, the smallest leaflet, has 583 × 827 at 100 dpi, and nobody reads handwriting at less. Logos in the
/// signatures of mails have 100 to 400.
const SMALL_PX: u32 = 600;
/// The same for pictures whose size is not known: drawings (SVG, EMF) and broken ones.
const SMALL_BYTES: usize = 32 << 10;

/// Whether a part is a small picture that stands inside the text of a mail, as the logos below a signature do. What was
/// attached is never one, however small.
pub(super) fn is_logo(part: &MessagePart<'_>, bytes: &[u8]) -> bool {
    is_inside_text(part) && is_small(bytes)
}

fn is_inside_text(part: &MessagePart<'_>) -> bool {
    let is_picture = part
        .content_type()
        .is_some_and(|kind| kind.c_type.eq_ignore_ascii_case("image"));
    let disposition = part.content_disposition();
    let is_attached = disposition.is_some_and(mail_parser::ContentType::is_attachment);
    let is_inline = disposition.is_some_and(mail_parser::ContentType::is_inline);
    is_picture && !is_attached && (is_inline || part.content_id().is_some())
}

fn is_small(bytes: &[u8]) -> bool {
    match size_px(bytes) {
        Some((width_px, height_px)) => width_px < SMALL_PX && height_px < SMALL_PX,
        None => bytes.len() < SMALL_BYTES,
    }
}

fn size_px(bytes: &[u8]) -> Option<(u32, u32)> {
    if let [b'G', b'I', b'F', b'8', _, _, w0, w1, h0, h1, ..] = bytes {
        let px = |low: &u8, high: &u8| u32::from(u16::from_le_bytes([*low, *high]));
        return Some((px(w0, w1), px(h0, h1)));
    }
    format::recognise(bytes).ok()?;
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format();
    reader.ok()?.into_dimensions().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_is_told_without_opening_the_picture() {
        let mut png = Cursor::new(Vec::new());
        let picture = image::GrayImage::new(SMALL_PX, 20);
        picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
        assert_eq!(size_px(png.get_ref()), Some((SMALL_PX, 20)));
        assert!(!is_small(png.get_ref()));
        assert_eq!(size_px(b"GIF89a\x20\x01\x30\0"), Some((288, 48)));
        assert!(is_small(b"<svg/>"));
    }
}

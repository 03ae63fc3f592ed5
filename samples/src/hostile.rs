//! Files that a scanner should never deliver and that must not stop the ones behind them.

use std::io::Write as _;

use crate::{Sample, SampleError};

/// The width and height of the picture that is too large.
pub const BOMB_EDGE_PX: u32 = 60_000;

/// A text that was given the name of a picture.
pub fn renamed_text() -> &'static [u8] {
    b"Dear Postbag,\n\nthis is a letter and not a picture.\n\nYours,\na text file\n"
}

/// The first half of a JPEG, as a full disk or a broken cable leaves it.
pub fn truncated(jpeg: &Sample) -> &[u8] {
    &jpeg.bytes[..jpeg.bytes.len() / 2]
}

/// A small PNG of 60,000 × 60,000 white pixels: valid, and 3.6 GB when decoded.
///
/// # Errors
/// When the PNG cannot be written.
pub fn bomb() -> Result<Vec<u8>, SampleError> {
    let mut bytes = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut bytes, BOMB_EDGE_PX, BOMB_EDGE_PX);
    encoder.set_color(::png::ColorType::Grayscale);
    encoder.set_depth(::png::BitDepth::Eight);
    encoder.set_compression(::png::Compression::High);
    encoder.set_filter(::png::Filter::NoFilter);
    let mut writer = encoder.write_header()?;
    let mut rows = writer.stream_writer_with_size(1 << 20)?;
    let row = vec![255; BOMB_EDGE_PX as usize];
    for _ in 0..BOMB_EDGE_PX {
        rows.write_all(&row)
            .map_err(::png::EncodingError::IoError)?;
    }
    rows.finish()?;
    writer.finish()?;
    Ok(bytes)
}

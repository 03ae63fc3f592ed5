//! A picture goes through the worker's decoder.

use ocr_worker::stages::decode::{self, DecodeError, DecodeLimits, Page};

/// As small as those of [`crate::opened`].
const LIMITS: DecodeLimits = DecodeLimits {
    edge_px: 1 << 20,
    area_px: 1 << 20,
};

/// Decodes a picture; its pixels must be as many as it says, and within the limits.
///
/// # Errors
/// As the decoder.
///
/// # Panics
/// When they are not.
pub fn decode(bytes: &[u8]) -> Result<Page, DecodeError> {
    let page = decode::decode(bytes, LIMITS)?;
    let (width, height) = page.grey.dimensions();
    assert!(u64::from(width) * u64::from(height) <= LIMITS.area_px);
    if let Some(colour) = &page.colour {
        assert_eq!(colour.dimensions(), (width, height));
    }
    Ok(page)
}

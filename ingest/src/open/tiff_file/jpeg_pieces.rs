//! JPEG in TIFF pages: every strip or tile is a JPEG, which says its size once more.
//!
//! The `tiff` crate unpacks such a piece before it looks whether it has the size that the page says. A tile of a few
//! bytes may claim 16,384 × 16,384 pixels, and every tile may claim the whole file.

use super::super::ifd::{COMPRESSION, Directories, JPEG_TABLES};
use super::super::jpeg;
use super::DAMAGED;
use super::unpacked::Pieces;
use crate::fault::Fault;
use crate::limits::Limits;

const JPEG: u64 = 7;
/// Writers fill a piece up to whole blocks; the largest have 32 pixels a side.
const BLOCK_PX: u64 = 32;

/// Refuses a page whose pieces are larger than they may be.
pub(super) fn check(
    file: &[u8],
    directories: &Directories<'_>,
    directory: u64,
    limits: &Limits,
) -> Result<(), Fault> {
    if directories.number(directory, COMPRESSION) != Some(JPEG) {
        return Ok(());
    }
    let pieces = Pieces::of(directories, directory, limits)?;
    let (width, rows) = pieces.full_px();
    let most_px = width
        .saturating_add(BLOCK_PX)
        .saturating_mul(rows.saturating_add(BLOCK_PX));
    if directories.entry(directory, JPEG_TABLES).is_some() {
        let tables = directories.bytes(directory, JPEG_TABLES).ok_or(DAMAGED)?;
        fits(tables, most_px)?;
    }
    let mut n_bytes = 0;
    for piece in pieces.cut_from(file) {
        n_bytes += piece.len();
        // Pieces may share bytes (blank ones do), but not everything.
        if n_bytes > 2 * file.len() {
            return Err(DAMAGED);
        }
        fits(piece, most_px)?;
    }
    Ok(())
}

fn fits(piece: &[u8], most_px: u64) -> Result<(), Fault> {
    let is_larger = |(width, height)| u64::from(width) * u64::from(height) > most_px;
    let larger = jpeg::frames(piece).find(|size| is_larger(*size));
    larger.map_or(Ok(()), |_| Err(DAMAGED))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of 32 × 32 pixels in strips that all lie at `at` and are `len` bytes long; behind it lies `data`.
    fn checked(strips: &[(u32, u32)], data: &[u8]) -> Result<(), Fault> {
        const HEAD_LEN: u32 = 8 + 2 + 6 * 12 + 4;
        let n = u32::try_from(strips.len()).unwrap();
        let list = |at: u32, value: fn(&(u32, u32)) -> u32| {
            if n == 1 { value(&strips[0]) } else { at }
        };
        let entries = [
            (256, 4, 1, 32),
            (257, 4, 1, 32),
            (259, 4, 1, 7),
            (273, 4, n, list(HEAD_LEN, |strip| strip.0)),
            (278, 4, 1, 32),
            (279, 4, n, list(HEAD_LEN + 4 * n, |strip| strip.1)),
        ];
        let mut file = b"II*\0\x08\0\0\0\x06\0".to_vec();
        for (tag, kind, n_values, value) in entries {
            file.extend(u16::to_le_bytes(tag));
            file.extend(u16::to_le_bytes(kind));
            file.extend(u32::to_le_bytes(n_values));
            file.extend(u32::to_le_bytes(value));
        }
        file.extend([0; 4]);
        file.extend(strips.iter().flat_map(|strip| strip.0.to_le_bytes()));
        file.extend(strips.iter().flat_map(|strip| strip.1.to_le_bytes()));
        file.extend(data);
        let directories = Directories::new(&file).unwrap();
        check(&file, &directories, 8, &Limits::default())
    }

    fn frame(height: u16, width: u16) -> Vec<u8> {
        let head = [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8];
        [&head[..], &height.to_be_bytes(), &width.to_be_bytes()].concat()
    }

    #[test]
    fn a_piece_may_be_as_large_as_the_page_says() {
        assert_eq!(checked(&[(94, 50)], &frame(32, 32)), Ok(()));
        assert_eq!(checked(&[(94, 50)], &frame(8192, 8192)), Err(DAMAGED));
    }

    #[test]
    fn a_second_frame_counts_too() {
        let data = [frame(32, 32), frame(8192, 8192)].concat();
        assert_eq!(checked(&[(94, 50)], &data), Err(DAMAGED));
    }

    #[test]
    fn pieces_that_are_the_whole_file_are_refused() {
        assert_eq!(checked(&[(0, u32::MAX); 2], &[0; 9]), Ok(()));
        assert_eq!(checked(&[(0, u32::MAX); 3], &[0; 9]), Err(DAMAGED));
    }
}

//! Page data that the `tiff` crate cannot unpack: fax of group 3, fax strips that say they are longer than the page,
//! tiles packed with LZW, and bits that are stored backwards. It is unpacked here, and the crate is shown the page as if
//! it had been stored so.
//!
//! Source: TIFF 6.0 (Adobe, 1992), sections 10, 11 and 15; ITU-T T.4 and T.6.

use hayro_ccitt::{DecodeSettings, DecoderContext, EncodingMode};
use weezl::{BitOrder, LzwStatus};

use super::super::ifd::{
    BITS_PER_SAMPLE, COMPRESSION, Directories, FILL_ORDER, LENGTH, PLANAR, ROWS_PER_STRIP,
    STRIP_BYTE_COUNTS, STRIP_OFFSETS, T4_OPTIONS, TILE_BYTE_COUNTS, TILE_LENGTH, TILE_OFFSETS,
    TILE_WIDTH, WIDTH,
};
use super::{DAMAGED, unsupported};
use crate::fault::Fault;
use crate::limits::Limits;

const NOT_PACKED: u16 = 1;
/// Huffman codes of fax without line ends, every row in bytes of its own.
const FAX_ROWS: u64 = 2;
const FAX_GROUP_3: u64 = 3;
const FAX_GROUP_4: u64 = 4;
const LZW: u64 = 5;
/// JPEG has an order of bits of its own.
const JPEG: [u64; 2] = [6, 7];
const BACKWARDS: u64 = 2;
const SEPARATE_PLANES: u64 = 2;
/// A bit of `T4Options`: rows may lean on the row above.
const TWO_DIMENSIONS: u64 = 1;

/// How a file must be changed so that the data of a page is found unpacked behind its end.
#[derive(Default)]
pub(super) struct Unpacked {
    /// Bytes to replace, and where.
    pub(super) patches: Vec<(u64, Vec<u8>)>,
    /// What follows the file.
    pub(super) behind: Vec<u8>,
}

/// Unpacks the page whose directory lies at `directory`; `None` when the crate can do that.
pub(super) fn unpack(
    file: &[u8],
    directories: &Directories<'_>,
    directory: u64,
    limits: &Limits,
) -> Result<Option<Unpacked>, Fault> {
    let form = Form::of(directories, directory);
    if form.is_known_to_the_crate() {
        return Ok(None);
    }
    let pieces = Pieces::of(directories, directory, limits)?;
    let data = (0..pieces.offsets.len())
        .map(|i| form.unpacked(pieces.packed(file, i)?, pieces.size(i)))
        .collect::<Result<Vec<_>, Fault>>()?;
    Ok(Some(
        behind_the_file(file, directories, directory, &form, &data).ok_or(DAMAGED)?,
    ))
}

/// How the data of a page is stored.
struct Form {
    compression: u64,
    is_backwards: bool,
    is_tiled: bool,
    leans: bool,
    bits_per_px: u64,
}

impl Form {
    fn of(directories: &Directories<'_>, directory: u64) -> Self {
        let number = |tag| directories.number(directory, tag);
        Self {
            compression: number(COMPRESSION).unwrap_or(NOT_PACKED.into()),
            is_backwards: number(FILL_ORDER) == Some(BACKWARDS),
            is_tiled: directories.entry(directory, TILE_OFFSETS).is_some(),
            leans: number(T4_OPTIONS).is_some_and(|options| options & TWO_DIMENSIONS != 0),
            bits_per_px: bits_per_px(directories, directory),
        }
    }

    const fn is_fax(&self) -> bool {
        matches!(self.compression, FAX_ROWS | FAX_GROUP_3 | FAX_GROUP_4)
    }

    /// Whether its data is unpacked here, and not only turned round.
    const fn is_unpacked_here(&self) -> bool {
        self.is_fax() || (self.compression == LZW && self.is_tiled)
    }

    fn is_known_to_the_crate(&self) -> bool {
        let turned = self.is_backwards && !JPEG.contains(&self.compression);
        !self.is_unpacked_here() && !turned
    }

    fn unpacked(&self, packed: &[u8], size: Size) -> Result<Vec<u8>, Fault> {
        let mut packed = packed.to_vec();
        if self.is_backwards {
            for byte in &mut packed {
                *byte = byte.reverse_bits();
            }
        }
        if !self.is_unpacked_here() {
            return Ok(packed);
        }
        if self.is_fax() && self.bits_per_px != 1 {
            return Err(unsupported("fax of more than one bit a pixel"));
        }
        let data = if self.is_fax() {
            self.fax(&packed, size)
        } else {
            lzw(&packed, size.len())
        };
        data.ok_or(DAMAGED)
    }

    /// Rows of bits, 1 where the pen was. `None` when rows are missing.
    fn fax(&self, packed: &[u8], size: Size) -> Option<Vec<u8>> {
        let encoding = match (self.compression, self.leans) {
            (FAX_GROUP_4, _) => EncodingMode::Group4,
            (FAX_GROUP_3, true) => EncodingMode::Group3_2D,
            _ => EncodingMode::Group3_1D,
        };
        let settings = DecodeSettings {
            columns: u32::try_from(size.width_px).ok()?,
            rows: u32::try_from(size.n_rows).ok()?,
            end_of_block: true,
            end_of_line: false,
            rows_are_byte_aligned: self.compression == FAX_ROWS,
            encoding,
            strict: false,
        };
        let mut rows = Rows {
            row_len: size.row_len,
            data: Vec::with_capacity(size.len()),
        };
        // What went wrong shows in the rows that are missing.
        let _ = hayro_ccitt::decode(packed, &mut rows, &mut DecoderContext::new(settings));
        (rows.data.len() == size.len()).then_some(rows.data)
    }
}

fn bits_per_px(directories: &Directories<'_>, directory: u64) -> u64 {
    let samples = directories.numbers(directory, BITS_PER_SAMPLE);
    let samples = samples.unwrap_or_else(|| vec![1]);
    if directories.number(directory, PLANAR) == Some(SEPARATE_PLANES) {
        samples.first().copied().unwrap_or(1)
    } else {
        samples
            .iter()
            .fold(0, |sum: u64, bits| sum.saturating_add(*bits))
    }
}

/// Where fax rows go.
struct Rows {
    row_len: usize,
    data: Vec<u8>,
}

impl hayro_ccitt::Decoder for Rows {
    fn push_row(&mut self, changes: &[u32]) {
        let start = self.data.len();
        self.data.resize(start + self.row_len, 0);
        let row = &mut self.data[start..];
        let end = u32::try_from(8 * self.row_len).unwrap_or(u32::MAX);
        for run in changes.chunks(2) {
            blacken(row, run[0], run.get(1).copied().unwrap_or(end));
        }
    }
}

/// Sets the bits from `from` up to `to`.
fn blacken(row: &mut [u8], from: u32, to: u32) {
    let (from, to) = (from as usize, to as usize);
    for (i, byte) in row
        .iter_mut()
        .enumerate()
        .take(to.div_ceil(8))
        .skip(from / 8)
    {
        let before = from.saturating_sub(8 * i).min(8);
        let behind = (8 * (i + 1)).saturating_sub(to).min(8);
        let bits = 0xFF_u16 >> before & 0xFF_u16 << behind & 0xFF;
        *byte |= bits.to_be_bytes()[1];
    }
}

fn lzw(packed: &[u8], len: usize) -> Option<Vec<u8>> {
    let mut data = vec![0; len];
    let (mut n_read, mut n_written) = (0, 0);
    let mut decoder = weezl::decode::Decoder::with_tiff_size_switch(BitOrder::Msb, 8);
    while n_written < len {
        let step = decoder.decode_bytes(&packed[n_read..], &mut data[n_written..]);
        n_read += step.consumed_in;
        n_written += step.consumed_out;
        if !matches!(step.status, Ok(LzwStatus::Ok)) {
            break;
        }
    }
    (n_written == len).then_some(data)
}

/// The size of an unpacked piece.
#[derive(Clone, Copy)]
struct Size {
    width_px: u64,
    n_rows: u64,
    row_len: usize,
}

impl Size {
    /// Checked by [`Pieces::of`] to be less than a page may have.
    fn len(self) -> usize {
        self.row_len * usize::try_from(self.n_rows).unwrap_or(0)
    }
}

/// The strips or tiles of a page.
pub(super) struct Pieces {
    offsets: Vec<u64>,
    lens: Vec<u64>,
    /// A strip of full length, or a tile.
    full: Size,
    /// Strips only: how many rows the page has.
    page_rows: Option<u64>,
}

impl Pieces {
    pub(super) fn of(
        directories: &Directories<'_>,
        directory: u64,
        limits: &Limits,
    ) -> Result<Self, Fault> {
        let number = |tag| directories.number(directory, tag);
        let width = number(WIDTH).ok_or(DAMAGED)?;
        let rows = number(LENGTH).ok_or(DAMAGED)?;
        let is_tiled = directories.entry(directory, TILE_OFFSETS).is_some();
        let (width_px, n_rows) = if is_tiled {
            let tile = number(TILE_WIDTH).zip(number(TILE_LENGTH));
            tile.ok_or(DAMAGED)?
        } else {
            (width, number(ROWS_PER_STRIP).unwrap_or(rows).min(rows))
        };
        let row_len = width_px
            .saturating_mul(bits_per_px(directories, directory))
            .div_ceil(8);
        let (offsets, lens) = places(directories, directory, is_tiled).ok_or(DAMAGED)?;
        let all = [row_len, n_rows, offsets.len() as u64];
        let len = all.into_iter().fold(1, u64::saturating_mul);
        if len > limits.page_decoded_bytes {
            return Err(Fault::PageTooLarge {
                width_px: u32::try_from(width).unwrap_or(u32::MAX),
                height_px: u32::try_from(rows).unwrap_or(u32::MAX),
            });
        }
        let row_len = usize::try_from(row_len).map_err(|_| DAMAGED)?;
        Ok(Self {
            offsets,
            lens,
            full: Size {
                width_px,
                n_rows,
                row_len,
            },
            page_rows: (!is_tiled).then_some(rows),
        })
    }

    /// The width and the rows of a whole one.
    pub(super) const fn full_px(&self) -> (u64, u64) {
        (self.full.width_px, self.full.n_rows)
    }

    /// Each as far as it lies in the file.
    pub(super) fn cut_from<'a>(&self, file: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        let cut = |(&start, &len): (&u64, &u64)| {
            let start = usize::try_from(start).unwrap_or(usize::MAX);
            let len = usize::try_from(len).unwrap_or(usize::MAX);
            let rest = file.get(start..).unwrap_or_default();
            &rest[..rest.len().min(len)]
        };
        self.offsets.iter().zip(&self.lens).map(cut)
    }

    fn packed<'a>(&self, file: &'a [u8], i: usize) -> Result<&'a [u8], Fault> {
        let start = usize::try_from(self.offsets[i]).map_err(|_| DAMAGED)?;
        let len = usize::try_from(self.lens[i]).map_err(|_| DAMAGED)?;
        let end = start.checked_add(len).ok_or(DAMAGED)?;
        file.get(start..end).ok_or(DAMAGED)
    }

    /// The last strip has what is left of the page; tiles are always whole.
    fn size(&self, i: usize) -> Size {
        let Some(page_rows) = self.page_rows.filter(|_| self.full.n_rows > 0) else {
            return self.full;
        };
        let strips = page_rows.div_ceil(self.full.n_rows).max(1);
        let above = i as u64 % strips * self.full.n_rows;
        Size {
            n_rows: self.full.n_rows.min(page_rows - above),
            ..self.full
        }
    }
}

/// Where the pieces lie and how long they are.
fn places(
    directories: &Directories<'_>,
    directory: u64,
    is_tiled: bool,
) -> Option<(Vec<u64>, Vec<u64>)> {
    let (offsets, lens) = tags(is_tiled);
    let offsets = directories.numbers(directory, offsets)?;
    let lens = directories.numbers(directory, lens)?;
    (offsets.len() == lens.len()).then_some((offsets, lens))
}

const fn tags(is_tiled: bool) -> (u16, u16) {
    if is_tiled {
        (TILE_OFFSETS, TILE_BYTE_COUNTS)
    } else {
        (STRIP_OFFSETS, STRIP_BYTE_COUNTS)
    }
}

/// The list of places, the list of lengths, then the pieces. `None` when it cannot be addressed.
fn behind_the_file(
    file: &[u8],
    directories: &Directories<'_>,
    directory: u64,
    form: &Form,
    pieces: &[Vec<u8>],
) -> Option<Unpacked> {
    let start = u32::try_from(file.len()).ok()?;
    let list_len = u32::try_from(pieces.len() * 4).ok()?;
    let (mut offsets, mut lens) = (Vec::new(), Vec::new());
    let mut at = start.checked_add(list_len.checked_mul(2)?)?;
    for piece in pieces {
        let len = u32::try_from(piece.len()).ok()?;
        offsets.extend(directories.long_bytes(at));
        lens.extend(directories.long_bytes(len));
        at = at.checked_add(len)?;
    }
    let (offsets_tag, lens_tag) = tags(form.is_tiled);
    let entry = |tag| directories.entry(directory, tag);
    let mut patches = vec![
        directories.with_values(entry(offsets_tag)?, &offsets, start),
        directories.with_values(entry(lens_tag)?, &lens, start + list_len),
    ];
    if form.is_unpacked_here() {
        let value = directories.short_bytes(NOT_PACKED).to_vec();
        patches.push((entry(COMPRESSION)?.value_at, value));
    }
    let behind = [&[offsets, lens], pieces].concat().concat();
    Some(Unpacked { patches, behind })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_black_become_bits() {
        let mut row = [0; 3];
        blacken(&mut row, 2, 5);
        blacken(&mut row, 7, 17);
        assert_eq!(row, [0b0011_1001, 0xFF, 0b1000_0000]);
    }

    #[test]
    fn tiles_that_are_cut_off_are_missed() {
        let packed = weezl::encode::Encoder::with_tiff_size_switch(BitOrder::Msb, 8)
            .encode(&[7; 5_000])
            .unwrap();
        assert_eq!(lzw(&packed, 5_000), Some(vec![7; 5_000]));
        assert_eq!(lzw(&packed[..packed.len() / 2], 5_000), None);
    }
}

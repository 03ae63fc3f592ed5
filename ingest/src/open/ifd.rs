//! The tag directories of TIFF and EXIF, as far as they are needed beside the `tiff` crate: the chain of pages, and
//! single values. Every offset comes from outside; nothing here trusts one.
//!
//! Source: TIFF 6.0 (Adobe, 1992), section 2; the proposal for big files of Aware Systems.

use std::collections::BTreeSet;

use super::dpi::Stated;

pub(super) const NEW_SUBFILE_TYPE: u16 = 254;
pub(super) const WIDTH: u16 = 256;
pub(super) const LENGTH: u16 = 257;
pub(super) const BITS_PER_SAMPLE: u16 = 258;
pub(super) const COMPRESSION: u16 = 259;
pub(super) const PHOTOMETRIC: u16 = 262;
pub(super) const FILL_ORDER: u16 = 266;
pub(super) const STRIP_OFFSETS: u16 = 273;
pub(super) const ORIENTATION: u16 = 274;
pub(super) const ROWS_PER_STRIP: u16 = 278;
pub(super) const STRIP_BYTE_COUNTS: u16 = 279;
pub(super) const PLANAR: u16 = 284;
pub(super) const T4_OPTIONS: u16 = 292;
pub(super) const TILE_WIDTH: u16 = 322;
pub(super) const TILE_LENGTH: u16 = 323;
pub(super) const TILE_OFFSETS: u16 = 324;
pub(super) const TILE_BYTE_COUNTS: u16 = 325;
pub(super) const JPEG_TABLES: u16 = 347;
const X_RESOLUTION: u16 = 282;
const Y_RESOLUTION: u16 = 283;
const RESOLUTION_UNIT: u16 = 296;

const BYTE: u16 = 1;
const SHORT: u16 = 3;
const LONG: u16 = 4;
const RATIONAL: u16 = 5;
const UNDEFINED: u16 = 7;
const LONG_8: u16 = 16;

/// A file of tag directories.
#[derive(Clone, Copy)]
pub(super) struct Directories<'a> {
    bytes: &'a [u8],
    big_endian: bool,
    big_tiff: bool,
}

/// Where the directories lie, in order.
pub(super) struct Chain {
    pub(super) offsets: Vec<u64>,
    /// The last link leads nowhere.
    pub(super) breaks_off: bool,
}

/// One entry of a directory.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    kind: u16,
    n_values: u64,
    /// Where it lies.
    at: u64,
    /// Where the value, or the offset of the value, lies.
    pub(super) value_at: u64,
}

impl<'a> Directories<'a> {
    /// The directories of a TIFF file or an EXIF block.
    pub(super) fn new(bytes: &'a [u8]) -> Option<Self> {
        let (big_endian, magic) = match bytes.get(..4)? {
            [b'I', b'I', magic, 0] => (false, *magic),
            [b'M', b'M', 0, magic] => (true, *magic),
            _ => return None,
        };
        matches!(magic, 42 | 43).then_some(Self {
            bytes,
            big_endian,
            big_tiff: magic == 43,
        })
    }

    /// Follows the chain, at most `limit` directories far, and never twice to the same one.
    pub(super) fn chain(&self, limit: usize) -> Chain {
        let mut seen = BTreeSet::new();
        let mut offsets = Vec::new();
        let mut link = self.offset(self.first_link_at());
        while let Some(at) = link {
            if at == 0 {
                return Chain {
                    offsets,
                    breaks_off: false,
                };
            }
            if !seen.insert(at) || self.n_entries(at).is_none() {
                break;
            }
            offsets.push(at);
            if offsets.len() > limit {
                return Chain {
                    offsets,
                    breaks_off: false,
                };
            }
            link = self
                .next_link_at(at)
                .and_then(|link_at| self.offset(link_at));
        }
        Chain {
            offsets,
            breaks_off: true,
        }
    }

    /// Where the header's link to the first directory lies.
    pub(super) const fn first_link_at(&self) -> u64 {
        if self.big_tiff { 8 } else { 4 }
    }

    /// Where the link to the directory after the one at `directory` lies.
    pub(super) fn next_link_at(&self, directory: u64) -> Option<u64> {
        let entries = self.n_entries(directory)?.checked_mul(self.entry_size())?;
        directory
            .checked_add(self.count_size())?
            .checked_add(entries)
    }

    /// `offset` as the file would write it.
    pub(super) fn offset_bytes(&self, offset: u64) -> Vec<u8> {
        match (self.big_tiff, self.big_endian) {
            (true, true) => offset.to_be_bytes().to_vec(),
            (true, false) => offset.to_le_bytes().to_vec(),
            (false, true) => offset.to_be_bytes()[4..].to_vec(),
            (false, false) => offset.to_le_bytes()[..4].to_vec(),
        }
    }

    /// `value` as the file would write a short one.
    pub(super) const fn short_bytes(&self, value: u16) -> [u8; 2] {
        if self.big_endian {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        }
    }

    /// The entry with this tag.
    pub(super) fn entry(&self, directory: u64, tag: u16) -> Option<Entry> {
        let first = directory.checked_add(self.count_size())?;
        (0..self.n_entries(directory)?)
            .map(|i| first + i * self.entry_size())
            .find(|&at| self.uint(at, 2) == Some(u64::from(tag)))
            .and_then(|at| {
                let kind = u16::try_from(self.uint(at + 2, 2)?).ok()?;
                let n_values = self.uint(at + 4, self.offset_size())?;
                let value_at = at + 4 + self.offset_size();
                Some(Entry {
                    kind,
                    n_values,
                    at,
                    value_at,
                })
            })
    }

    /// The whole number with this tag.
    pub(super) fn number(&self, directory: u64, tag: u16) -> Option<u64> {
        let entry = self.entry(directory, tag)?;
        match entry.kind {
            SHORT => self.uint(entry.value_at, 2),
            LONG => self.uint(entry.value_at, 4),
            _ => None,
        }
    }

    /// All whole numbers with this tag.
    pub(super) fn numbers(&self, directory: u64, tag: u16) -> Option<Vec<u64>> {
        let entry = self.entry(directory, tag)?;
        let size = match entry.kind {
            SHORT => 2,
            LONG => 4,
            LONG_8 => 8,
            _ => return None,
        };
        let len = entry.n_values.checked_mul(size)?;
        let first = if len <= self.offset_size() {
            entry.value_at
        } else {
            self.offset(entry.value_at)?
        };
        let end = first.checked_add(len)?;
        (end <= self.bytes.len() as u64)
            .then(|| (0..entry.n_values).map(|i| self.uint(first + i * size, size)))?
            .collect()
    }

    /// The bytes with this tag, when they are more than fit into the entry.
    pub(super) fn bytes(&self, directory: u64, tag: u16) -> Option<&'a [u8]> {
        let entry = self
            .entry(directory, tag)
            .filter(|entry| matches!(entry.kind, BYTE | UNDEFINED))
            .filter(|entry| entry.n_values > self.offset_size())?;
        let start = usize::try_from(self.offset(entry.value_at)?).ok()?;
        let end = start.checked_add(usize::try_from(entry.n_values).ok()?)?;
        self.bytes.get(start..end)
    }

    /// `entry` as the file would write it with other values, which lie at `at` when they are more than fit into it.
    /// The first part says where that is to be put. `values` comes from [`Self::long_bytes`].
    pub(super) fn with_values(&self, entry: Entry, values: &[u8], at: u32) -> (u64, Vec<u8>) {
        let size = if self.big_tiff { 8 } else { 4 };
        let mut field = if values.len() <= size {
            values.to_vec()
        } else {
            self.offset_bytes(at.into())
        };
        field.resize(size, 0);
        let kind = self.short_bytes(LONG).to_vec();
        let n_values = self.offset_bytes(values.len() as u64 / 4);
        (entry.at + 2, [kind, n_values, field].concat())
    }

    /// `value` as the file would write a long one.
    pub(super) const fn long_bytes(&self, value: u32) -> [u8; 4] {
        if self.big_endian {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        }
    }

    /// How many bytes of values lie in an entry itself.
    pub(super) const fn offset_size(&self) -> u64 {
        if self.big_tiff { 8 } else { 4 }
    }

    /// The resolution that a directory states.
    pub(super) fn resolution(&self, directory: u64) -> Option<Stated> {
        let x = self.rational(directory, X_RESOLUTION)?;
        let y = self.rational(directory, Y_RESOLUTION).unwrap_or(x);
        match self.number(directory, RESOLUTION_UNIT).unwrap_or(2) {
            2 => Some(Stated::per_inch(x, y)),
            3 => Some(Stated::per_cm(x, y)),
            _ => None,
        }
    }

    fn rational(&self, directory: u64, tag: u16) -> Option<f64> {
        let entry = self
            .entry(directory, tag)
            .filter(|entry| entry.kind == RATIONAL)?;
        // Eight bytes: in a big TIFF they lie in the entry itself.
        let at = if self.big_tiff {
            entry.value_at
        } else {
            self.offset(entry.value_at)?
        };
        let part =
            |at: u64| -> Option<f64> { Some(f64::from(u32::try_from(self.uint(at, 4)?).ok()?)) };
        Some(part(at)? / part(at.checked_add(4)?)?)
    }

    /// `None` also when the directory does not lie wholly inside the file.
    fn n_entries(&self, directory: u64) -> Option<u64> {
        let n_entries = self.uint(directory, self.count_size())?;
        let size = n_entries.checked_mul(self.entry_size())?;
        let end = directory
            .checked_add(self.count_size())?
            .checked_add(size)?;
        (end <= self.bytes.len() as u64).then_some(n_entries)
    }

    const fn count_size(&self) -> u64 {
        if self.big_tiff { 8 } else { 2 }
    }

    const fn entry_size(&self) -> u64 {
        if self.big_tiff { 20 } else { 12 }
    }

    fn offset(&self, at: u64) -> Option<u64> {
        self.uint(at, self.offset_size())
    }

    fn uint(&self, at: u64, size: u64) -> Option<u64> {
        let start = usize::try_from(at).ok()?;
        let end = start.checked_add(usize::try_from(size).ok()?)?;
        let bytes = self.bytes.get(start..end)?;
        let fold = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
        Some(if self.big_endian {
            bytes.iter().fold(0, fold)
        } else {
            bytes.iter().rev().fold(0, fold)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A little-endian file whose only directory (one entry) links to `next`.
    fn one_directory(next: u32) -> Vec<u8> {
        let mut bytes = b"II*\0\x08\0\0\0\x01\0".to_vec();
        bytes.extend([0x06, 1, 3, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
        bytes.extend(next.to_le_bytes());
        bytes
    }

    #[test]
    fn a_directory_that_links_to_itself_is_met_once() {
        let bytes = one_directory(8);
        let chain = Directories::new(&bytes).unwrap().chain(100);
        assert_eq!(chain.offsets, [8]);
        assert!(chain.breaks_off);
    }

    #[test]
    fn a_chain_that_ends_properly_does_not_break_off() {
        let bytes = one_directory(0);
        let directories = Directories::new(&bytes).unwrap();
        assert!(!directories.chain(100).breaks_off);
        assert_eq!(directories.number(8, PHOTOMETRIC), Some(1));
    }

    #[test]
    fn links_beyond_the_file_are_not_followed() {
        for next in [5_000, u32::MAX] {
            let bytes = one_directory(next);
            let chain = Directories::new(&bytes).unwrap().chain(100);
            assert_eq!((chain.offsets.len(), chain.breaks_off), (1, true));
        }
    }
}

use std::io::{self, Read, Seek, SeekFrom};

use super::super::ifd::{Directories, PHOTOMETRIC};
use super::unpacked::Unpacked;

/// A file as if it had only one page: some bytes are replaced as they are read, and some may follow behind its end.
pub(super) struct View<'a> {
    file: &'a [u8],
    behind: Vec<u8>,
    patches: Vec<(usize, Vec<u8>)>,
    at: usize,
}

impl<'a> View<'a> {
    /// The page whose directory lies at `directory`. With `as_grey`, its samples are said to be grey; with `unpacked`,
    /// its data is found there.
    ///
    /// The crate does not read palettes; said to be grey it hands out the indices.
    pub(super) fn of_page(
        file: &'a [u8],
        directories: &Directories<'_>,
        directory: u64,
        as_grey: bool,
        unpacked: Option<Unpacked>,
    ) -> Option<Self> {
        const BLACK_IS_ZERO: u16 = 1;
        let mut patches = vec![
            (
                directories.first_link_at(),
                directories.offset_bytes(directory),
            ),
            (
                directories.next_link_at(directory)?,
                directories.offset_bytes(0),
            ),
        ];
        if as_grey {
            let entry = directories.entry(directory, PHOTOMETRIC)?;
            patches.push((
                entry.value_at,
                directories.short_bytes(BLACK_IS_ZERO).to_vec(),
            ));
        }
        let Unpacked {
            patches: more,
            behind,
        } = unpacked.unwrap_or_default();
        let patches = patches
            .into_iter()
            .chain(more)
            .map(|(at, bytes)| Some((usize::try_from(at).ok()?, bytes)))
            .collect::<Option<_>>()?;
        Some(Self {
            file,
            behind,
            patches,
            at: 0,
        })
    }

    /// What lies at the present place, up to the end of the file or of what follows it.
    fn rest(&self) -> &[u8] {
        let behind = || self.behind.get(self.at - self.file.len()..);
        let part = if self.at < self.file.len() {
            self.file.get(self.at..)
        } else {
            behind()
        };
        part.unwrap_or_default()
    }
}

impl Read for View<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = self.rest();
        let n_bytes = rest.len().min(buffer.len());
        buffer[..n_bytes].copy_from_slice(&rest[..n_bytes]);
        for (patch_at, patch) in &self.patches {
            for (i, byte) in patch.iter().enumerate() {
                if let Some(place) = (patch_at + i)
                    .checked_sub(self.at)
                    .filter(|&place| place < n_bytes)
                {
                    buffer[place] = *byte;
                }
            }
        }
        self.at += n_bytes;
        Ok(n_bytes)
    }
}

impl Seek for View<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => i128::from(at),
            SeekFrom::Current(by) => self.at as i128 + i128::from(by),
            SeekFrom::End(by) => (self.file.len() + self.behind.len()) as i128 + i128::from(by),
        };
        self.at = usize::try_from(target).map_err(|_| io::ErrorKind::InvalidInput)?;
        Ok(self.at as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches_show_through_reads_that_cut_them() {
        let mut view = View {
            file: b"0123456789",
            behind: b"xy".to_vec(),
            patches: vec![(3, b"abc".to_vec())],
            at: 0,
        };
        let mut parts = [[0; 4], [0; 4]];
        for part in &mut parts {
            view.read_exact(part).unwrap();
        }
        assert_eq!(&parts, &[*b"012a", *b"bc67"]);
        assert!(view.seek(SeekFrom::Current(-9)).is_err());
        let mut end = String::new();
        view.read_to_string(&mut end).unwrap();
        assert_eq!(end, "89xy");
    }
}

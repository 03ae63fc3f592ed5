//! How large the pictures in JBIG2 data say they are, from the headers of its segments (ITU-T T.88, 7.2).

/// Segments that begin with the size of a region: text, halftones, generic ones, refinements (7.3).
const REGIONS: [u8; 12] = [4, 6, 7, 20, 22, 23, 36, 38, 39, 40, 42, 43];
const HALFTONES: [u8; 3] = [20, 22, 23];
const PAGE: u8 = 48;
const END_OF_STRIPE: u8 = 50;
/// The height of a page that its stripes tell, the length of data that must be looked for.
const UNKNOWN: u32 = u32::MAX;

/// Every size; nothing when the segments cannot be followed to the end of the data.
pub(super) fn sizes(data: &[u8]) -> Option<Vec<(u32, u32)>> {
    let mut sizes = Vec::new();
    let mut page_width = 0;
    let mut rest = Rest(data);
    while !rest.0.is_empty() {
        let Some((kind, len)) = rest.header() else {
            // What is no segment is not read as one either.
            break;
        };
        if len == UNKNOWN {
            return None;
        }
        let len = usize::try_from(len).ok()?.min(rest.0.len());
        let body = rest.take(len)?;
        let size = Rest(body).size();
        match kind {
            PAGE => page_width = size.map_or(0, |(width, _)| width),
            END_OF_STRIPE => {
                let last_row = Rest(body).number(4)?;
                sizes.push((page_width, last_row.saturating_add(1)));
            }
            _ => {}
        }
        let is_stated = |height| kind == PAGE && height != UNKNOWN || REGIONS.contains(&kind);
        sizes.extend(size.filter(|(_, height)| is_stated(*height)));
        if HALFTONES.contains(&kind) {
            sizes.extend(Rest(body.get(18..).unwrap_or_default()).size());
        }
    }
    Some(sizes)
}

/// What has not been read yet.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self, len: usize) -> Option<u32> {
        let fold = |sum: u32, byte: &u8| sum << 8 | u32::from(*byte);
        self.take(len).map(|bytes| bytes.iter().fold(0, fold))
    }

    fn size(&mut self) -> Option<(u32, u32)> {
        Some((self.number(4)?, self.number(4)?))
    }

    /// The kind and the length of the segment that begins here.
    fn header(&mut self) -> Option<(u8, u32)> {
        let number = self.number(4)?;
        let flags = *self.take(1)?.first()?;
        let first = *self.0.first()?;
        let n_referred = if first >> 5 == 7 {
            let n = self.number(4)? & 0x1FFF_FFFF;
            self.take(usize::try_from(n).ok()? / 8 + 1)?;
            n
        } else {
            self.take(1)?;
            u32::from(first >> 5)
        };
        let reference_len = match number {
            0..=256 => 1,
            257..=65_536 => 2,
            _ => 4,
        };
        self.take(
            usize::try_from(n_referred)
                .ok()?
                .checked_mul(reference_len)?,
        )?;
        self.take(if flags & 0x40 == 0 { 1 } else { 4 })?;
        Some((flags & 0x3F, self.number(4)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A segment without references, of page 1.
    fn segment(kind: u8, body: &[u8]) -> Vec<u8> {
        let len = u32::try_from(body.len()).unwrap().to_be_bytes();
        [&[0, 0, 0, 0, kind, 0, 1][..], &len, body].concat()
    }

    #[test]
    fn pages_regions_and_grids_say_their_sizes() {
        let page = [0, 0, 1, 0, 0xFF, 0xFF, 0xFF, 0xFF];
        let halftone = [
            [0, 0, 0, 3, 0, 0, 0, 2].as_slice(),
            &[0; 10],
            &[0, 1, 0, 0, 0, 2, 0, 0],
        ]
        .concat();
        let stripe = segment(50, &[0, 0, 0, 99]);
        let others = [segment(0, &[9; 20]), segment(22, &halftone), stripe];
        let data = [segment(48, &page), others.concat()].concat();
        assert_eq!(
            sizes(&data),
            Some(vec![(3, 2), (65_536, 131_072), (256, 100)])
        );
    }

    #[test]
    fn data_whose_length_is_unknown_cannot_be_followed() {
        let mut open = segment(38, &[]);
        open.splice(7..11, [0xFF; 4]);
        assert_eq!(sizes(&open), None);
    }
}

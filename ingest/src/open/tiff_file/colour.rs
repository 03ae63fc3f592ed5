//! From the samples of a TIFF page to bits, grey or red-green-blue.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "samples are scaled to the range of a byte before they become one"
)]

use tiff::ColorType;

use super::super::raster::{Raster, Samples};
use super::super::small::over_white;

/// A page as the `tiff` crate decodes it.
pub(super) struct Decoded {
    pub(super) width_px: u32,
    pub(super) height_px: u32,
    pub(super) color: ColorType,
    /// 1 when the samples of a pixel lie together, otherwise the number of planes that follow one another.
    pub(super) n_planes: usize,
    /// Red, then green, then blue values of a palette.
    pub(super) map: Option<Vec<u16>>,
    /// Rows padded to whole bytes; samples of 16 bits in the machine's byte order.
    pub(super) data: Vec<u8>,
}

impl Decoded {
    /// `None` when the colours are of a kind that is not read here.
    pub(super) fn into_raster(self) -> Option<Raster> {
        let (width_px, height_px) = (self.width_px, self.height_px);
        let (samples, data) = if self.map.is_some() {
            (Samples::Rgb, self.look_up()?)
        } else if self.color == ColorType::Gray(1) {
            (Samples::Bit, self.data)
        } else {
            self.convert()?
        };
        Some(
            Raster {
                width_px,
                height_px,
                samples,
                data,
            }
            .without_needless_colour(),
        )
    }

    fn look_up(&self) -> Option<Vec<u8>> {
        let map = self.map.as_deref()?;
        let depth = self.color.bit_depth();
        let n_colors = 1_usize.checked_shl(u32::from(depth))?;
        if depth > 8 || map.len() < 3 * n_colors {
            return None;
        }
        let color =
            |index: u8| [0, 1, 2].map(|c| (map[c * n_colors + usize::from(index)] >> 8) as u8);
        Some(self.unpacked(1)?.into_iter().flat_map(color).collect())
    }

    fn convert(&self) -> Option<(Samples, Vec<u8>)> {
        let rgb = |n: usize, to_rgb: fn(&[u8]) -> [u8; 3]| {
            let bytes = self.interleaved(n)?;
            Some((
                Samples::Rgb,
                bytes.chunks_exact(n).flat_map(to_rgb).collect(),
            ))
        };
        let grey = |n: usize, to_grey: fn(&[u8]) -> u8| {
            let bytes = self.interleaved(n)?;
            Some((Samples::Grey, bytes.chunks_exact(n).map(to_grey).collect()))
        };
        match self.color {
            ColorType::Gray(depth @ (2 | 4)) => Some((Samples::Grey, self.stretched(depth)?)),
            ColorType::Gray(_) => Some((Samples::Grey, self.interleaved(1)?)),
            ColorType::GrayA(8 | 16) => grey(2, |px| over_white(px[0], px[1])),
            // Grey with samples that nobody explained.
            ColorType::Multiband {
                num_samples: n @ 2..=8,
                bit_depth: 8 | 16,
            } => grey(usize::from(n), |px| px[0]),
            ColorType::RGB(8 | 16) => rgb(3, |px| [px[0], px[1], px[2]]),
            ColorType::RGBA(8 | 16) => rgb(4, |px| [0, 1, 2].map(|c| over_white(px[c], px[3]))),
            ColorType::CMYK(8 | 16) => rgb(4, cmyk_to_rgb),
            ColorType::CMYKA(8 | 16) => rgb(5, cmyk_to_rgb),
            ColorType::YCbCr(8) => rgb(3, ycbcr_to_rgb),
            _ => None,
        }
    }

    /// Grey of few bits, stretched to a byte.
    fn stretched(&self, depth: u8) -> Option<Vec<u8>> {
        let factor = 255 / ((1_u8 << depth) - 1);
        Some(
            self.unpacked(1)?
                .into_iter()
                .map(|value| value * factor)
                .collect(),
        )
    }

    /// One byte a sample, the samples of a pixel together.
    fn interleaved(&self, n_samples: usize) -> Option<Vec<u8>> {
        if self.n_planes <= 1 {
            return self.unpacked(n_samples);
        }
        let planes = self.unpacked(n_samples)?;
        let plane_len = planes.len() / n_samples;
        let sample = |i: usize| planes[i % n_samples * plane_len + i / n_samples];
        Some((0..plane_len * n_samples).map(sample).collect())
    }

    /// One byte a sample, in the order of the data. `None` when there are fewer samples than pixels ask for.
    fn unpacked(&self, n_samples: usize) -> Option<Vec<u8>> {
        let n_pixels =
            usize::try_from(u64::from(self.width_px) * u64::from(self.height_px)).ok()?;
        let bytes = match self.color.bit_depth() {
            8 => self.data.clone(),
            16 => self.data.chunks_exact(2).map(high_byte).collect(),
            depth @ (1 | 2 | 4) => self.unpacked_rows(depth),
            _ => return None,
        };
        (bytes.len() == n_pixels * n_samples).then_some(bytes)
    }

    fn unpacked_rows(&self, depth: u8) -> Vec<u8> {
        let per_byte = 8 / usize::from(depth);
        let width = self.width_px as usize;
        let mask = (1_u8 << depth) - 1;
        let sample = |row: &[u8], x: usize| {
            let shift = 8 - depth as usize * (x % per_byte + 1);
            row[x / per_byte] >> shift & mask
        };
        self.data
            .chunks_exact(width.div_ceil(per_byte))
            .flat_map(|row| (0..width).map(move |x| sample(row, x)))
            .collect()
    }
}

fn high_byte(pair: &[u8]) -> u8 {
    (u16::from_ne_bytes([pair[0], pair[1]]) >> 8) as u8
}

/// Inks taken as ideal: enough to see what is on the sheet.
fn cmyk_to_rgb(px: &[u8]) -> [u8; 3] {
    let black = 255 - u16::from(px[3]);
    [0, 1, 2].map(|c| ((255 - u16::from(px[c])) * black / 255) as u8)
}

/// Source: ITU-R BT.601, full range, as in JFIF 1.02.
fn ycbcr_to_rgb(px: &[u8]) -> [u8; 3] {
    let (y, cb, cr) = (
        i32::from(px[0]),
        i32::from(px[1]) - 128,
        i32::from(px[2]) - 128,
    );
    // 16 binary digits behind the point.
    let scaled = [91_881 * cr, -22_554 * cb - 46_802 * cr, 116_130 * cb];
    scaled.map(|part| (y + ((part + 32_768) >> 16)).clamp(0, 255) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(color: ColorType, size: (u32, u32), data: &[u8]) -> Decoded {
        Decoded {
            width_px: size.0,
            height_px: size.1,
            color,
            n_planes: 1,
            map: None,
            data: data.to_vec(),
        }
    }

    #[test]
    fn grey_of_four_bits_fills_the_range_of_a_byte() {
        let raster = decoded(ColorType::Gray(4), (3, 1), &[0x0F, 0x80])
            .into_raster()
            .unwrap();
        assert_eq!(raster.data, [0, 255, 136]);
    }

    #[test]
    fn palette_indices_become_their_colours() {
        let map = Some(vec![0xFFFF, 0x8000, 0xFFFF, 0, 0xFFFF, 0]);
        let page = Decoded {
            map,
            ..decoded(ColorType::Gray(1), (2, 1), &[0b0100_0000])
        };
        assert_eq!(page.into_raster().unwrap().data, [255, 255, 255, 128, 0, 0]);
    }

    #[test]
    fn planes_are_woven_together() {
        let planes = [1, 2, 10, 20, 100, 200];
        let page = Decoded {
            n_planes: 3,
            ..decoded(ColorType::RGB(8), (2, 1), &planes)
        };
        assert_eq!(page.into_raster().unwrap().data, [1, 10, 100, 2, 20, 200]);
    }

    #[test]
    fn neutral_colours_stay_neutral() {
        assert_eq!(ycbcr_to_rgb(&[77, 128, 128]), [77, 77, 77]);
        assert_eq!(cmyk_to_rgb(&[0, 0, 0, 55]), [200, 200, 200]);
    }

    #[test]
    fn a_page_with_too_few_samples_is_refused_instead_of_read_beyond() {
        assert!(
            decoded(ColorType::RGB(8), (2, 2), &[0; 9])
                .into_raster()
                .is_none()
        );
    }
}

//! A decoded page, and how it becomes a page picture.

use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, RgbImage};
use png::{BitDepth, ColorType, Compression, PixelDimensions, Unit};

use super::OpenedPage;
use super::small::into_raster;

/// What one pixel is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Samples {
    /// One bit; rows are padded to whole bytes; 1 is white.
    Bit,
    /// One byte, 255 is white.
    Grey,
    /// Three bytes: red, green, blue.
    Rgb,
}

/// A decoded page, row by row from the top, without gaps between rows.
pub(super) struct Raster {
    pub(super) width_px: u32,
    pub(super) height_px: u32,
    pub(super) samples: Samples,
    pub(super) data: Vec<u8>,
}

impl Raster {
    /// The same picture as grey when it has no colour: a third of the bytes for everything that follows.
    pub(super) fn without_needless_colour(self) -> Self {
        let is_grey = |px: &[u8]| px[0] == px[1] && px[1] == px[2];
        if self.samples != Samples::Rgb || !self.data.chunks_exact(3).all(is_grey) {
            return self;
        }
        let data = self.data.chunks_exact(3).map(|px| px[0]).collect();
        Self {
            samples: Samples::Grey,
            data,
            ..self
        }
    }

    /// The picture as it lies when it is turned or mirrored as its file says (1 to 8, as in TIFF and EXIF).
    pub(super) fn upright(self, orientation: u8) -> Option<Self> {
        match Orientation::from_exif(orientation) {
            None | Some(Orientation::NoTransforms) => Some(self),
            Some(orientation) => {
                let mut image = self.into_image()?;
                image.apply_orientation(orientation);
                Some(into_raster(image))
            }
        }
    }

    fn into_image(self) -> Option<DynamicImage> {
        let (width, height) = (self.width_px, self.height_px);
        match self.samples {
            Samples::Bit => {
                GrayImage::from_raw(width, height, self.bits_as_bytes()).map(Into::into)
            }
            Samples::Grey => GrayImage::from_raw(width, height, self.data).map(Into::into),
            Samples::Rgb => RgbImage::from_raw(width, height, self.data).map(Into::into),
        }
    }

    fn bits_as_bytes(&self) -> Vec<u8> {
        let width = self.width_px as usize;
        let byte = |row: &[u8], x: usize| {
            if row[x / 8] << (x % 8) & 0x80 == 0 {
                0
            } else {
                255
            }
        };
        self.data
            .chunks_exact(width.div_ceil(8))
            .flat_map(|row| (0..width).map(move |x| byte(row, x)))
            .collect()
    }

    /// The page as a PNG that carries its resolution.
    pub(super) fn into_page(self, dpi: Option<f64>) -> Result<OpenedPage, png::EncodingError> {
        Ok(OpenedPage {
            picture: self.encode(dpi)?.into(),
            media_type: "image/png",
            width_px: self.width_px,
            height_px: self.height_px,
            dpi,
        })
    }

    fn encode(&self, dpi: Option<f64>) -> Result<Vec<u8>, png::EncodingError> {
        let mut picture = Vec::new();
        let mut encoder = png::Encoder::new(&mut picture, self.width_px, self.height_px);
        let (color, depth) = match self.samples {
            Samples::Bit => (ColorType::Grayscale, BitDepth::One),
            Samples::Grey => (ColorType::Grayscale, BitDepth::Eight),
            Samples::Rgb => (ColorType::Rgb, BitDepth::Eight),
        };
        encoder.set_color(color);
        encoder.set_depth(depth);
        encoder.set_compression(Compression::Fast);
        encoder.set_pixel_dims(dpi.and_then(pixel_dimensions));
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.data)?;
        writer.finish()?;
        Ok(picture)
    }
}

fn pixel_dimensions(dpi: f64) -> Option<PixelDimensions> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a believed resolution is 50 to 2400 dots per inch"
    )]
    let per_metre = (dpi / 0.0254).round() as u32;
    (per_metre > 0).then_some(PixelDimensions {
        xppu: per_metre,
        yppu: per_metre,
        unit: Unit::Meter,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grey_in_three_channels_becomes_grey() {
        let raster = Raster {
            width_px: 2,
            height_px: 1,
            samples: Samples::Rgb,
            data: vec![9, 9, 9, 200, 200, 200],
        };
        let grey = raster.without_needless_colour();
        assert_eq!((grey.samples, grey.data), (Samples::Grey, vec![9, 200]));
    }

    #[test]
    fn a_mirrored_picture_is_mirrored_back() {
        let raster = Raster {
            width_px: 9,
            height_px: 1,
            samples: Samples::Bit,
            data: vec![0b1000_0000, 0],
        };
        let upright = raster.upright(2).unwrap();
        assert_eq!(upright.samples, Samples::Grey);
        assert_eq!(upright.data, [0, 0, 0, 0, 0, 0, 0, 0, 255]);
    }

    #[test]
    fn a_page_picture_keeps_its_bits_and_its_resolution() {
        let raster = Raster {
            width_px: 9,
            height_px: 2,
            samples: Samples::Bit,
            data: vec![0b1010_1010, 0b1000_0000, 0, 0],
        };
        let page = raster.into_page(Some(300.0)).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(&page.picture[..]))
            .read_info()
            .unwrap();
        assert_eq!(reader.info().bit_depth, BitDepth::One);
        assert_eq!(reader.info().pixel_dims.unwrap().xppu, 11_811);
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        assert_eq!(pixels[..2], [0b1010_1010, 0b1000_0000]);
    }
}

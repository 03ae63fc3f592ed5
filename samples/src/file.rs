//! The files that scanners write.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "dots per inch and page sizes, all small"
)]

use std::io::{Cursor, Seek, Write};

use fax::VecWriter;
use image::ExtendedColorType;
use image::codecs::jpeg::{JpegEncoder, PixelDensity, PixelDensityUnit};
use schemas::geometry::MM_PER_INCH;
use tiff::encoder::colortype::{self, ColorType};
use tiff::encoder::compression::DeflateLevel;
use tiff::encoder::{Compression, Rational, TiffEncoder};
use tiff::tags::{ResolutionUnit, Tag};

use crate::SampleError;
use crate::scan::{Colours, Picture};
use crate::truth::DpiTag;

/// The kind of file that a scan is put into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    /// PNG.
    Png,
    /// JPEG with a quality of 1 to 100.
    Jpeg(u8),
    /// TIFF: bitonal in CCITT group 4, all else deflated.
    Tiff,
    /// PDF with one JPEG of this quality a page.
    Pdf(u8),
}

impl Container {
    /// The usual ending of the file's name.
    pub(crate) const fn ending(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg(_) => "jpg",
            Self::Tiff => "tif",
            Self::Pdf(_) => "pdf",
        }
    }

    /// The media type.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg(_) => "image/jpeg",
            Self::Tiff => "image/tiff",
            Self::Pdf(_) => "application/pdf",
        }
    }

    /// Whether a file of this kind can have many pages.
    pub(crate) const fn holds_many(self) -> bool {
        matches!(self, Self::Tiff | Self::Pdf(_))
    }

    /// The file's bytes; only the first page when it cannot hold more.
    pub(crate) fn write(
        self,
        pages: &[Picture],
        file: FileSettings,
    ) -> Result<Vec<u8>, SampleError> {
        match self {
            Self::Png => png(&pages[0], file),
            Self::Jpeg(quality) => jpeg(&pages[0], file, quality),
            Self::Tiff => tiff(pages, file),
            Self::Pdf(quality) => pdf(pages, file, quality),
        }
    }
}

/// What all pages of a file have in common.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct FileSettings {
    /// The true dots per inch.
    pub(crate) dpi: f64,
    /// What the file says.
    pub(crate) tag: DpiTag,
    /// How hard it is compressed.
    pub(crate) effort: Effort,
}

/// How hard a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effort {
    /// For files that are kept.
    Small,
    /// For thousands of files.
    Quick,
}

impl FileSettings {
    fn tagged_dpi(&self) -> Option<f64> {
        match self.tag {
            DpiTag::Right => Some(self.dpi),
            DpiTag::Wrong(dpi) => Some(dpi),
            DpiTag::Missing => None,
        }
    }
}

fn png(picture: &Picture, file: FileSettings) -> Result<Vec<u8>, SampleError> {
    let (colour, depth, data) = match picture.colours {
        Colours::Colour => (png::ColorType::Rgb, png::BitDepth::Eight, None),
        Colours::Grey => (png::ColorType::Grayscale, png::BitDepth::Eight, None),
        Colours::Bitonal => (
            png::ColorType::Grayscale,
            png::BitDepth::One,
            Some(packed(picture)),
        ),
    };
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, picture.width_px, picture.height_px);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    encoder.set_compression(match file.effort {
        Effort::Small => png::Compression::High,
        Effort::Quick => png::Compression::Fast,
    });
    if let Some(dpi) = file.tagged_dpi() {
        let per_metre = (dpi / MM_PER_INCH * 1000.0).round() as u32;
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: per_metre,
            yppu: per_metre,
            unit: png::Unit::Meter,
        }));
    }
    let mut writer = encoder.write_header()?;
    writer.write_image_data(data.as_deref().unwrap_or(&picture.bytes))?;
    writer.finish()?;
    Ok(bytes)
}

/// Eight pixels a byte, white as 1.
fn packed(picture: &Picture) -> Vec<u8> {
    let byte = |eight: &[u8]| {
        let bits = eight.iter().enumerate();
        bits.fold(0, |byte, (i, pixel)| byte | ((pixel >> 7) << (7 - i)))
    };
    picture
        .bytes
        .chunks(picture.width_px as usize)
        .flat_map(|row| row.chunks(8).map(byte))
        .collect()
}

fn jpeg(picture: &Picture, file: FileSettings, quality: u8) -> Result<Vec<u8>, SampleError> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    encoder.set_pixel_density(match file.tagged_dpi().map(|dpi| dpi.round() as u16) {
        Some(dots) => PixelDensity {
            density: (dots, dots),
            unit: PixelDensityUnit::Inches,
        },
        None => PixelDensity {
            density: (1, 1),
            unit: PixelDensityUnit::PixelAspectRatio,
        },
    });
    let colour = match picture.colours {
        Colours::Colour => ExtendedColorType::Rgb8,
        Colours::Grey | Colours::Bitonal => ExtendedColorType::L8,
    };
    encoder.encode(&picture.bytes, picture.width_px, picture.height_px, colour)?;
    Ok(bytes)
}

/// The size of its pages is what a PDF says about the dots per inch; without a tag they are 72.
fn pdf(pages: &[Picture], file: FileSettings, quality: u8) -> Result<Vec<u8>, SampleError> {
    let failed = |what: String| SampleError::Pdf(what);
    let mut document = krilla::Document::new();
    for picture in pages {
        let jpeg = jpeg(picture, file, quality)?;
        let image = krilla::image::Image::from_jpeg(jpeg.into(), false).map_err(failed)?;
        let dpi = file.tagged_dpi().unwrap_or(72.0);
        let [width, height] =
            [picture.width_px, picture.height_px].map(|px| (f64::from(px) / dpi * 72.0) as f32);
        let no_area = || failed("the page has no area".to_owned());
        let settings = krilla::page::PageSettings::from_wh(width, height).ok_or_else(no_area)?;
        let size = krilla::geom::Size::from_wh(width, height).ok_or_else(no_area)?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        surface.draw_image(image, size);
        surface.finish();
        page.finish();
    }
    document
        .finish()
        .map_err(|error| failed(format!("{error:?}")))
}

fn tiff(pages: &[Picture], file: FileSettings) -> Result<Vec<u8>, SampleError> {
    let level = match file.effort {
        Effort::Small => DeflateLevel::Best,
        Effort::Quick => DeflateLevel::Fast,
    };
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes)?
        .with_compression(Compression::Deflate(level))
        .with_predictor(tiff::tags::Predictor::Horizontal);
    for picture in pages {
        match picture.colours {
            Colours::Colour => shades::<_, colortype::RGB8>(&mut encoder, picture, file)?,
            Colours::Grey => shades::<_, colortype::Gray8>(&mut encoder, picture, file)?,
            Colours::Bitonal => bitonal(&mut encoder, picture, file)?,
        }
    }
    Ok(bytes.into_inner())
}

fn shades<W: Write + Seek, C: ColorType<Inner = u8>>(
    encoder: &mut TiffEncoder<W>,
    picture: &Picture,
    file: FileSettings,
) -> Result<(), SampleError>
where
    [u8]: tiff::encoder::TiffValue,
{
    let mut image = encoder.new_image::<C>(picture.width_px, picture.height_px)?;
    if let Some(dpi) = file.tagged_dpi() {
        image.resolution(ResolutionUnit::Inch, dots(dpi));
    }
    image.write_data(&picture.bytes)?;
    Ok(())
}

/// CCITT group 4 as one strip. Numbers of the tags after TIFF 6.0: compression 4 is T.6, photometric
/// interpretation 0 says that a 0 bit is white.
fn bitonal<W: Write + Seek>(
    encoder: &mut TiffEncoder<W>,
    picture: &Picture,
    file: FileSettings,
) -> Result<(), SampleError> {
    let strip = group4(picture);
    let mut directory = encoder.image_directory()?;
    let offset = directory.write_data(strip.as_slice())? as u32;
    directory.write_tag(Tag::ImageWidth, picture.width_px)?;
    directory.write_tag(Tag::ImageLength, picture.height_px)?;
    directory.write_tag(Tag::BitsPerSample, 1u16)?;
    directory.write_tag(Tag::Compression, 4u16)?;
    directory.write_tag(Tag::PhotometricInterpretation, 0u16)?;
    directory.write_tag(Tag::StripOffsets, offset)?;
    directory.write_tag(Tag::SamplesPerPixel, 1u16)?;
    directory.write_tag(Tag::RowsPerStrip, picture.height_px)?;
    directory.write_tag(Tag::StripByteCounts, strip.len() as u32)?;
    if let Some(dpi) = file.tagged_dpi() {
        directory.write_tag(Tag::XResolution, dots(dpi))?;
        directory.write_tag(Tag::YResolution, dots(dpi))?;
        directory.write_tag(Tag::ResolutionUnit, ResolutionUnit::Inch)?;
    }
    directory.finish()?;
    Ok(())
}

fn group4(picture: &Picture) -> Vec<u8> {
    let mut encoder = fax::encoder::Encoder::new(VecWriter::new());
    let colour = |pixel: &u8| {
        if *pixel == 0 {
            fax::Color::Black
        } else {
            fax::Color::White
        }
    };
    for row in picture.bytes.chunks(picture.width_px as usize) {
        let Ok(()) = encoder.encode_line(row.iter().map(colour), picture.width_px as u16);
    }
    let Ok(mut writer) = encoder.finish();
    writer.pad();
    writer.finish()
}

fn dots(dpi: f64) -> Rational {
    Rational {
        n: dpi.round() as u32,
        d: 1,
    }
}

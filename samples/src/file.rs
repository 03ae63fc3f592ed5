//! The files that scanners write.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "dots per inch and page sizes, all small"
)]

use std::io::Cursor;

use fax::VecWriter;
use image::ExtendedColorType;
use image::codecs::jpeg::{JpegEncoder, PixelDensity, PixelDensityUnit};
use schemas::geometry::MM_PER_INCH;
use tiff::encoder::{Compression, Rational, TiffEncoder, TiffKindStandard, colortype};
use tiff::tags::{ResolutionUnit, Tag};

use crate::SampleError;
use crate::scan::{Colours, Picture};

/// The kind of file that a scan is put into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
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
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg(_) => "jpg",
            Self::Tiff => "tif",
            Self::Pdf(_) => "pdf",
        }
    }

    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg(_) => "image/jpeg",
            Self::Tiff => "image/tiff",
            Self::Pdf(_) => "application/pdf",
        }
    }

    /// The file's bytes.
    pub(crate) fn write(self, picture: &Picture, dpi: f64) -> Result<Vec<u8>, SampleError> {
        match self {
            Self::Png => png(picture, dpi),
            Self::Jpeg(quality) => jpeg(picture, dpi, quality),
            Self::Tiff if picture.colours == Colours::Bitonal => bitonal_tiff(picture, dpi),
            Self::Tiff => deflated_tiff(picture, dpi),
            Self::Pdf(quality) => pdf(picture, dpi, quality),
        }
    }
}

fn png(picture: &Picture, dpi: f64) -> Result<Vec<u8>, SampleError> {
    let (colour, depth, data) = match picture.colours {
        Colours::Colour => (
            png::ColorType::Rgb,
            png::BitDepth::Eight,
            picture.bytes.clone(),
        ),
        Colours::Grey => (
            png::ColorType::Grayscale,
            png::BitDepth::Eight,
            picture.bytes.clone(),
        ),
        Colours::Bitonal => (
            png::ColorType::Grayscale,
            png::BitDepth::One,
            packed(picture),
        ),
    };
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, picture.width_px, picture.height_px);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    encoder.set_compression(png::Compression::High);
    let per_metre = (dpi / MM_PER_INCH * 1000.0).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: per_metre,
        yppu: per_metre,
        unit: png::Unit::Meter,
    }));
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&data)?;
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

fn jpeg(picture: &Picture, dpi: f64, quality: u8) -> Result<Vec<u8>, SampleError> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    let dots = dpi.round() as u16;
    encoder.set_pixel_density(PixelDensity {
        density: (dots, dots),
        unit: PixelDensityUnit::Inches,
    });
    let colour = match picture.colours {
        Colours::Colour => ExtendedColorType::Rgb8,
        Colours::Grey | Colours::Bitonal => ExtendedColorType::L8,
    };
    encoder.encode(&picture.bytes, picture.width_px, picture.height_px, colour)?;
    Ok(bytes)
}

fn pdf(picture: &Picture, dpi: f64, quality: u8) -> Result<Vec<u8>, SampleError> {
    let failed = |what: String| SampleError::Pdf(what);
    let jpeg = jpeg(picture, dpi, quality)?;
    let image = krilla::image::Image::from_jpeg(jpeg.into(), false).map_err(failed)?;
    let [width, height] =
        [picture.width_px, picture.height_px].map(|px| (f64::from(px) / dpi * 72.0) as f32);
    let no_area = || failed("the page has no area".to_owned());
    let settings = krilla::page::PageSettings::from_wh(width, height).ok_or_else(no_area)?;
    let size = krilla::geom::Size::from_wh(width, height).ok_or_else(no_area)?;
    let mut document = krilla::Document::new();
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    surface.draw_image(image, size);
    surface.finish();
    page.finish();
    document
        .finish()
        .map_err(|error| failed(format!("{error:?}")))
}

fn deflated_tiff(picture: &Picture, dpi: f64) -> Result<Vec<u8>, SampleError> {
    let mut bytes = Cursor::new(Vec::new());
    let deflate = Compression::Deflate(tiff::encoder::compression::DeflateLevel::Best);
    let mut encoder = TiffEncoder::new(&mut bytes)?
        .with_compression(deflate)
        .with_predictor(tiff::tags::Predictor::Horizontal);
    let (width, height) = (picture.width_px, picture.height_px);
    let inch = ResolutionUnit::Inch;
    if picture.colours == Colours::Colour {
        let mut image = encoder.new_image::<colortype::RGB8>(width, height)?;
        image.resolution(inch, dots(dpi));
        image.write_data(&picture.bytes)?;
    } else {
        let mut image = encoder.new_image::<colortype::Gray8>(width, height)?;
        image.resolution(inch, dots(dpi));
        image.write_data(&picture.bytes)?;
    }
    Ok(bytes.into_inner())
}

/// CCITT group 4 as one strip. Numbers of the tags after TIFF 6.0: compression 4 is T.6, photometric
/// interpretation 0 says that a 0 bit is white.
fn bitonal_tiff(picture: &Picture, dpi: f64) -> Result<Vec<u8>, SampleError> {
    let strip = group4(picture);
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::<_, TiffKindStandard>::new(&mut bytes)?;
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
    directory.write_tag(Tag::XResolution, dots(dpi))?;
    directory.write_tag(Tag::YResolution, dots(dpi))?;
    directory.write_tag(Tag::ResolutionUnit, ResolutionUnit::Inch)?;
    directory.finish()?;
    Ok(bytes.into_inner())
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

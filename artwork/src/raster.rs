//! Pictures of a drawing.

use image::{GrayImage, RgbaImage};
use resvg::{tiny_skia, usvg};
use schemas::geometry::{MM_PER_INCH, px_per_mm};
use schemas::layout::{Layout, Side};

use crate::drawing::{self, Content};
use crate::{ArtworkError, Print, fonts, svg};

/// A picture of one side in colour, opaque, the whole page at `dpi`.
///
/// # Errors
/// [`ArtworkError::CodeTooLong`] when the code does not fit, [`ArtworkError::Size`] when the picture would be
/// too large.
pub fn raster(
    layout: &Layout,
    side: &Side,
    dpi: f64,
    print: &Print,
) -> Result<RgbaImage, ArtworkError> {
    render(layout, side, dpi, &svg(layout, side, print)?)
}

/// A picture of one side as a PNG in colour that knows its dots per inch.
///
/// # Errors
/// As [`raster`].
pub fn png(layout: &Layout, side: &Side, dpi: f64, print: &Print) -> Result<Vec<u8>, ArtworkError> {
    let picture = image::DynamicImage::from(raster(layout, side, dpi, print)?).into_rgb8();
    let mut bytes = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut bytes, picture.width(), picture.height());
    encoder.set_color(::png::ColorType::Rgb);
    encoder.set_depth(::png::BitDepth::Eight);
    encoder.set_pixel_dims(Some(pixel_dimensions(dpi)));
    let mut writer = encoder.write_header()?;
    writer.write_image_data(picture.as_raw())?;
    writer.finish()?;
    Ok(bytes)
}

/// The blank reference picture: what every print of the layout has in common, as grey values (0 is black).
///
/// It has neither a serial nor the modules of the code.
///
/// # Errors
/// [`ArtworkError::Size`] when the picture would be too large.
pub fn blank(layout: &Layout, side: &Side, dpi: f64) -> Result<GrayImage, ArtworkError> {
    let drawing = drawing::draw(layout, side, &Content::Blank)?;
    Ok(grey(&render(layout, side, dpi, &drawing)?))
}

fn render(
    layout: &Layout,
    side: &Side,
    dpi: f64,
    drawing: &str,
) -> Result<RgbaImage, ArtworkError> {
    let tree = tree(layout, side, drawing)?;
    let (width_mm, height_mm) = (layout.page.width_mm, layout.page.height_mm);
    rendered(&tree, width_mm, height_mm, dpi).ok_or(ArtworkError::Size {
        width_mm,
        height_mm,
        dpi,
    })
}

/// A picture of a small drawing of our own; nothing when it is no drawing or no picture.
pub(crate) fn drawn(drawing: &str, width_mm: f64, height_mm: f64, dpi: f64) -> Option<RgbaImage> {
    let tree = usvg::Tree::from_str(drawing, &fonts::options()).ok()?;
    rendered(&tree, width_mm, height_mm, dpi)
}

fn rendered(tree: &usvg::Tree, width_mm: f64, height_mm: f64, dpi: f64) -> Option<RgbaImage> {
    let (width_px, height_px) = size_px(width_mm, height_mm, dpi)?;
    let mut pixmap = tiny_skia::Pixmap::new(width_px, height_px)?;
    pixmap.fill(tiny_skia::Color::WHITE);
    let scale = scale(dpi, width_mm, tree);
    let transform = tiny_skia::Transform::from_scale(scale, scale);
    resvg::render(tree, transform, &mut pixmap.as_mut());
    RgbaImage::from_raw(width_px, height_px, pixmap.take())
}

/// Understands a drawing with the compiled-in fonts.
pub(crate) fn tree(
    layout: &Layout,
    side: &Side,
    drawing: &str,
) -> Result<usvg::Tree, ArtworkError> {
    usvg::Tree::from_str(drawing, &fonts::options()).map_err(|source| ArtworkError::Svg {
        layout: layout.id.to_string(),
        side: side.side,
        source: Box::new(source),
    })
}

/// Whole pixels, at most 40,000 an edge and 400 million in all.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to lie between 1 and 40,000"
)]
fn size_px(width_mm: f64, height_mm: f64, dpi: f64) -> Option<(u32, u32)> {
    let [width, height] = [width_mm, height_mm].map(|mm| (mm * px_per_mm(dpi)).round());
    let fits = |px: &f64| (1.0..=40_000.0).contains(px);
    let ok = [width, height].iter().all(fits) && width * height <= 4e8;
    ok.then_some((width as u32, height as u32))
}

#[expect(clippy::cast_possible_truncation, reason = "a scale needs no f64")]
fn scale(dpi: f64, width_mm: f64, tree: &usvg::Tree) -> f32 {
    (width_mm * px_per_mm(dpi) / f64::from(tree.size().width())) as f32
}

/// Luminance after ITU-R BT.601.
pub(crate) fn grey(picture: &RgbaImage) -> GrayImage {
    let luma = |[r, g, b, _]: [u8; 4]| {
        let sum = u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114 + 500;
        u8::try_from(sum / 1000).unwrap_or(u8::MAX)
    };
    let pixels = picture.pixels().map(|pixel| luma(pixel.0)).collect();
    GrayImage::from_raw(picture.width(), picture.height(), pixels)
        .expect("one grey value for each pixel")
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float saturates when it becomes an integer"
)]
fn pixel_dimensions(dpi: f64) -> ::png::PixelDimensions {
    let per_metre = (dpi / MM_PER_INCH * 1000.0).round() as u32;
    ::png::PixelDimensions {
        xppu: per_metre,
        yppu: per_metre,
        unit: ::png::Unit::Meter,
    }
}

//! Paper that lies flat: pictures are cut by the box around their corners. What really straightens is the binary's.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test's pictures are small"
)]

use std::io::Cursor;

use image::{GrayImage, ImageFormat, imageops};
use review_web::{Paper, PaperPicture};
use schemas::geometry::{BoxMm, Point};
use schemas::layout::{Layout, MarkOption, PageSize, Side};
use schemas::payload::Serial;
use schemas::reading::{Warning, WarningCode};
use store::NewCover;

/// See the module.
pub(crate) struct FlatPaper;

impl Paper for FlatPaper {
    /// A PNG is a page; a text `2 PAGES` stands for a PDF with two.
    fn open(&self, _: &str, file: Vec<u8>) -> Result<Vec<PaperPicture>, Warning> {
        let picture = |bytes: Vec<u8>| {
            let (width_px, height_px) = decoded(&bytes)?.dimensions();
            Ok(PaperPicture {
                bytes,
                width_px,
                height_px,
                dpi: Some(100.0),
            })
        };
        if file == b"2 PAGES" {
            return (0..2).map(|_| picture(crate::leaflet::sheet())).collect();
        }
        Ok(vec![picture(file)?])
    }

    fn straighten(
        &self,
        picture: &[u8],
        corners_px: &[Point; 4],
        page: PageSize,
    ) -> Result<Vec<u8>, Warning> {
        let grey = decoded(picture)?;
        let [from, _, to, _] = corners_px.map(|corner| (corner.x as u32, corner.y as u32));
        if to.0 <= from.0 || to.1 <= from.1 {
            return Err(warning("The four corners do not lie around a page."));
        }
        let cut = imageops::crop_imm(&grey, from.0, from.1, to.0 - from.0, to.1 - from.1);
        let size = (page.width_mm as u32, page.height_mm as u32);
        let page = imageops::resize(
            &cut.to_image(),
            size.0,
            size.1,
            imageops::FilterType::Nearest,
        );
        Ok(png(&page))
    }

    /// A text that says for which pile.
    fn cover(&self, cover: Option<&NewCover>, _: Option<Serial>) -> Option<Vec<u8>> {
        let name = cover.map_or("any pile", |cover| &cover.name);
        Some(format!("%PDF cover sheet for {name}").into_bytes())
    }

    fn tile(&self, picture: &[u8], width_px: u32) -> Option<Vec<u8>> {
        let tile = imageops::thumbnail(&decoded(picture).ok()?, width_px, width_px);
        let mut bytes = Cursor::new(Vec::new());
        tile.write_to(&mut bytes, ImageFormat::Jpeg).ok()?;
        Some(bytes.into_inner())
    }

    /// On this paper every box is printed at a whole millimetre, except that nothing is below 190 mm.
    fn outlines(
        &self,
        _: &[u8],
        _: PageSize,
        marks: &[MarkOption],
    ) -> Result<Vec<Option<BoxMm>>, Warning> {
        let whole = |area: BoxMm| BoxMm {
            x: area.x.round(),
            y: area.y.round(),
            ..area
        };
        let printed = |mark: &MarkOption| (mark.area.y < 190.0).then(|| whole(mark.area));
        Ok(marks.iter().map(printed).collect())
    }

    fn lay(
        &self,
        blank: &[u8],
        page: PageSize,
        marks: &[MarkOption],
    ) -> Result<Option<Vec<BoxMm>>, Warning> {
        let printed = self.outlines(blank, page, marks)?;
        Ok(printed.into_iter().collect())
    }

    fn blank(&self, layout: &Layout, _: &Side) -> Option<Vec<u8>> {
        let size = (layout.page.width_mm as u32, layout.page.height_mm as u32);
        Some(png(&GrayImage::from_pixel(
            size.0,
            size.1,
            image::Luma([250]),
        )))
    }
}

fn decoded(bytes: &[u8]) -> Result<GrayImage, Warning> {
    let picture = image::load_from_memory(bytes);
    Ok(picture
        .map_err(|_| warning("The file is no picture."))?
        .into_luma8())
}

fn warning(cause: &str) -> Warning {
    Warning {
        code: WarningCode::UnknownFormat,
        cause: cause.to_owned(),
        next_action: "Try another.".to_owned(),
    }
}

fn png(picture: &GrayImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

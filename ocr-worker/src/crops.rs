//! Pictures of single boxes, for people who tune thresholds.

use image::codecs::png::PngEncoder;
use schemas::geometry::BoxMm;
use schemas::layout::{Layout, RegionKind};
use schemas::reading::MarkReading;
use schemas::record::PictureRole;

use crate::reader::{PageRead, STRAIGHTENED_DPI};
use crate::stages::straighten::box_px;

/// Paper around a box.
const AROUND_MM: f64 = 3.5;

/// One box to tick or face to circle, with its picture.
#[derive(Clone, Debug, PartialEq)]
pub struct BoxCrop {
    /// The region's id in the layout.
    pub region: String,
    /// Whether it is a face.
    pub is_face: bool,
    /// What was made of it.
    pub mark: MarkReading,
    /// Its picture, as PNG.
    pub png: Vec<u8>,
}

/// Cuts every box of a page out of its straightened picture; nothing when the page was not read.
pub fn box_crops(page: &PageRead, layout: &Layout) -> Vec<BoxCrop> {
    let straightened = page
        .pictures
        .iter()
        .find(|picture| picture.role == PictureRole::Straightened);
    let side = page.reading.side.and_then(|side| layout.side(side));
    let picture = straightened.and_then(|p| image::load_from_memory(&p.bytes).ok());
    let (Some(picture), Some(side)) = (picture, side) else {
        return Vec::new();
    };
    let cut = |area: &BoxMm| -> Option<Vec<u8>> {
        let at = box_px(&area.shrunk(-AROUND_MM), layout.page, STRAIGHTENED_DPI);
        let part = picture.crop_imm(at.x, at.y, at.width, at.height);
        let mut png = Vec::new();
        part.write_with_encoder(PngEncoder::new(&mut png)).ok()?;
        Some(png)
    };
    let mut crops = Vec::new();
    for region in &side.regions {
        let (RegionKind::Marks { options, .. }, Some(found)) =
            (&region.kind, page.reading.region(&region.id))
        else {
            continue;
        };
        for (option, mark) in options.iter().zip(&found.marks) {
            crops.extend(cut(&option.area).map(|png| BoxCrop {
                region: region.id.clone(),
                is_face: option.symbol.is_face(),
                mark: mark.clone(),
                png,
            }));
        }
    }
    crops
}

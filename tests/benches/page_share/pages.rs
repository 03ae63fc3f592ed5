//! The pages that are measured: all A4 or A5 at 300 dpi, all as PNG.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat};
use schemas::layout::{Layout, Side, builtin};
use schemas::payload::Serial;

/// A page to measure.
pub(crate) struct Page {
    pub(crate) name: String,
    pub(crate) png: Vec<u8>,
    /// Whether the limit is for it: it is A4 and filled in.
    pub(crate) counts: bool,
}

const GREY: &[u8] = include_bytes!("../../../samples/leaflets/01-ordinary.png");
/// A JPEG: it becomes a PNG here.
const COLOUR: &[u8] = include_bytes!("../../../samples/leaflets/02-colour.jpg");
const DPI: f64 = 300.0;

/// A grey and a coloured leaflet that are filled in, and every side of every layout as it is printed.
pub(crate) fn pages() -> Vec<Page> {
    let colour = image::load_from_memory(COLOUR).expect("the sample is a picture");
    let filled = |name: &str, png| Page {
        name: name.to_owned(),
        png,
        counts: true,
    };
    let mut pages = vec![
        filled("filled in, grey", GREY.to_vec()),
        filled("filled in, colour", png(&colour)),
    ];
    for layout in &builtin() {
        pages.extend(layout.sides.iter().map(|side| printed(layout, side)));
    }
    pages
}

fn printed(layout: &Layout, side: &Side) -> Page {
    let print = artwork::Print {
        serial: Some(Serial::from_number(1)),
        ..artwork::Print::default()
    };
    let picture = artwork::raster(layout, side, DPI, &print).expect("it can be drawn");
    let grey = DynamicImage::ImageRgba8(picture).into_luma8();
    Page {
        name: format!("{}.{}.{}, empty", layout.id, layout.version, side.side),
        png: png(&grey.into()),
        counts: false,
    }
}

fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("a picture becomes a PNG");
    bytes.into_inner()
}

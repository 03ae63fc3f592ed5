//! The pages that are measured: all at 300 dpi, all as PNG.

use std::io::Cursor;

use image::{ColorType, DynamicImage, ImageDecoder, ImageFormat};
use samples::{Handling, Options, Sample};
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
/// So many leaflets are made until there are enough.
const MAX_LEAFLETS: u32 = 60;
/// What the names of these pages begin with.
const SCANNED: &str = "scanned";
/// So many pages of each kind; each takes a while to find.
const N_SCANNED: usize = 1;

/// The pages whose names hold `part`: a grey and a coloured leaflet that are committed, leaflets as the generator
/// scans them, and every side of every layout as it is printed. The path of a PNG stands for that file alone.
pub(crate) fn pages(part: &str) -> Vec<Page> {
    if std::path::Path::new(part).is_file() {
        return vec![of_file(part)];
    }
    let mut pages = Vec::new();
    let mut add = |name: &str, counts: bool, png: &dyn Fn() -> Vec<u8>| {
        if name.contains(part) {
            pages.push(Page {
                name: name.to_owned(),
                png: png(),
                counts,
            });
        }
    };
    add("filled in, grey", true, &|| GREY.to_vec());
    add("filled in, colour", true, &|| {
        png(&image::load_from_memory(COLOUR).expect("the sample is a picture"))
    });
    for layout in &builtin() {
        for side in &layout.sides {
            let name = format!("{}.{}.{}, empty", layout.id, layout.version, side.side);
            add(&name, false, &|| printed(layout, side));
        }
    }
    if part.is_empty() || part.starts_with(SCANNED) {
        pages.extend(scanned());
    }
    pages
}

fn of_file(path: &str) -> Page {
    Page {
        name: path.rsplit('/').next().unwrap_or(path).to_owned(),
        png: std::fs::read(path).expect("the file can be read"),
        counts: true,
    }
}

/// Undamaged A4 pages, grey and coloured, as the generator's scanners deliver them: the first that come.
fn scanned() -> Vec<Page> {
    let grey = Pile {
        kind: "grey",
        colour: ColorType::L8,
        layouts: vec![builtin().remove(0)],
        seed: 20_261_125,
        first_leaflet: 50,
    };
    let coloured = Pile {
        kind: "colour",
        colour: ColorType::Rgb8,
        layouts: builtin(),
        seed: 4711,
        first_leaflet: 71,
    };
    [grey, coloured].iter().flat_map(Pile::pages).collect()
}

/// Leaflets that pages are taken from.
struct Pile {
    kind: &'static str,
    colour: ColorType,
    layouts: Vec<Layout>,
    seed: u64,
    /// The first one that fits; later ones are taken when the generator has changed.
    first_leaflet: u32,
}

impl Pile {
    fn pages(&self) -> Vec<Page> {
        let options = Options {
            layouts: self.layouts.clone(),
            handling: Handling::Rough,
            ..Options::of(builtin().remove(0))
        };
        let leaflets = self.first_leaflet..self.first_leaflet + MAX_LEAFLETS;
        let made = leaflets.flat_map(|idx| {
            samples::leaflet(self.seed, idx, &options).expect("a leaflet can be made")
        });
        let fitting = made.filter(|sample| is_ordinary(sample, self.colour));
        let page = |(idx, sample): (usize, Sample)| Page {
            name: format!("{SCANNED}, {} {}", self.kind, idx + 1),
            png: sample.bytes,
            counts: true,
        };
        fitting.take(N_SCANNED).enumerate().map(page).collect()
    }
}

/// Whether a file is one undamaged page as PNG, at 300 dpi.
fn is_ordinary(sample: &Sample, colour: ColorType) -> bool {
    let truth = &sample.truths[0];
    let undamaged = truth.damages.is_empty() && (truth.dpi - DPI).abs() < 1.0;
    let is_a4 = truth.width_px.min(truth.height_px) > 2400;
    sample.media_type == "image/png"
        && undamaged
        && is_a4
        && color_of(&sample.bytes) == Some(colour)
}

fn color_of(png: &[u8]) -> Option<ColorType> {
    let decoder = image::codecs::png::PngDecoder::new(Cursor::new(png));
    Some(decoder.ok()?.color_type())
}

fn printed(layout: &Layout, side: &Side) -> Vec<u8> {
    let print = artwork::Print {
        serial: Some(Serial::from_number(1)),
        ..artwork::Print::default()
    };
    let picture = artwork::raster(layout, side, DPI, &print).expect("it can be drawn");
    png(&DynamicImage::ImageLuma8(
        DynamicImage::ImageRgba8(picture).into_luma8(),
    ))
}

fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("a picture becomes a PNG");
    bytes.into_inner()
}

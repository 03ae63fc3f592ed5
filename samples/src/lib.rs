//! Filled-in leaflets as a scanner delivers them, with the truth about each: made, not collected.
//!
//! [`make`] prints a layout, fills it in with handwriting, ticks and drawings, and scans it. The same seed
//! gives the same leaflets. Twelve of them ([`twelve`]) are committed in `leaflets/`, and what no scanner should
//! deliver ([`hostile`]) in `hostile/`; `cargo run -p samples --example make_samples` writes both anew.
//!
//! To add something that people do, give [`Leaflet`] a field and teach `fill.rs` to do it; to add something
//! that scanners do, give [`Scan`] a field.

mod dice;
mod doodles;
mod file;
mod fill;
mod hand;
mod ink;
mod leaflet;
mod scan;
mod strokes;
mod texts;

pub mod committed;
pub mod hostile;
pub mod truth;
pub mod twelve;

use std::path::Path;

use schemas::layout::Layout;
use schemas::payload::{DEFAULT_PREFIX, Serial};

pub use file::Container;
pub use hand::{SCRIPTS, Script};
pub use ink::{PENS, Pen};
pub use leaflet::{Drawing, Leaflet, MarkStyle};
pub use scan::{Colours, Picture, Scan};
pub use texts::{Story, stories};
pub use truth::{CodeTruth, Expected, Truth};

use dice::Dice;

/// Why a sample could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// The leaflet could not be printed.
    #[error("the leaflet could not be printed")]
    Artwork(#[from] artwork::ArtworkError),
    /// The page has no area.
    #[error("a page of {width} × {height} pixels is no picture")]
    Size {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// A handwriting font could not be used.
    #[error("the font {0} cannot be used")]
    Font(&'static str),
    /// The layout has no such side.
    #[error("the layout has no side {0}")]
    Side(u32),
    /// The picture could not be written.
    #[error("the picture could not be written")]
    Image(#[from] image::ImageError),
    /// The PNG could not be written.
    #[error("the PNG could not be written")]
    Png(#[from] ::png::EncodingError),
    /// The TIFF could not be written.
    #[error("the TIFF could not be written")]
    Tiff(#[from] tiff::TiffError),
    /// The PDF could not be written.
    #[error("the PDF could not be written: {0}")]
    Pdf(String),
    /// The truth could not be written.
    #[error("the truth could not be written as JSON")]
    Json(#[from] serde_json::Error),
    /// A file could not be written.
    #[error("a sample could not be written to {folder}")]
    Io {
        /// Into which folder.
        folder: String,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
}

/// What all samples of one run have in common.
#[derive(Clone, Debug)]
pub struct Options {
    /// What is printed.
    pub layout: Layout,
    /// What the text of the code begins with.
    pub prefix: String,
    /// The number of the first leaflet; the others count up.
    pub first_serial: u32,
}

impl Options {
    /// Samples of `layout` under the default prefix, numbered from 1.
    pub fn of(layout: Layout) -> Self {
        Self {
            layout,
            prefix: DEFAULT_PREFIX.to_owned(),
            first_serial: 1,
        }
    }
}

/// One scanned leaflet.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The name of the file.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub media_type: &'static str,
    /// What is really on it.
    pub truth: Truth,
}

/// One leaflet and how it is scanned.
#[derive(Clone, Debug)]
pub struct Order {
    /// The file's name without its ending.
    pub name: String,
    /// What is on the leaflet.
    pub leaflet: Leaflet,
    /// How it is scanned.
    pub scan: Scan,
    /// What file it becomes.
    pub container: Container,
}

/// Makes `count` leaflets, one at a time. Leaflet `i` of a seed is always the same, whatever the count.
pub fn make(
    seed: u64,
    count: u32,
    options: &Options,
) -> impl Iterator<Item = Result<Sample, SampleError>> {
    (0..count).map(move |i| {
        let mut dice = Dice::new(seed, u64::from(i));
        let serial = Serial::from_number(options.first_serial.saturating_add(i));
        let order = by_chance(format!("sample-{seed}-{:04}", i + 1), serial, &mut dice);
        carry_out(&order, options, &mut dice)
    })
}

/// Writes samples into a folder, each with its truth beside it as `<name>.truth.json`.
///
/// # Errors
/// The first sample that could not be made or written.
pub fn write_dir(
    folder: &Path,
    samples: impl IntoIterator<Item = Result<Sample, SampleError>>,
) -> Result<Vec<Truth>, SampleError> {
    let failed = |source| SampleError::Io {
        folder: folder.display().to_string(),
        source,
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    let mut truths = Vec::new();
    for sample in samples {
        let sample = sample?;
        std::fs::write(folder.join(&sample.name), &sample.bytes).map_err(failed)?;
        let truth = serde_json::to_string_pretty(&sample.truth)? + "\n";
        std::fs::write(folder.join(truth_name(&sample.name)), truth).map_err(failed)?;
        truths.push(sample.truth);
    }
    Ok(truths)
}

/// The name of the truth beside a sample: `01-a.jpg` has `01-a.truth.json`.
pub fn truth_name(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    format!("{stem}.truth.json")
}

fn by_chance(name: String, serial: Serial, dice: &mut Dice) -> Order {
    let scan = Scan::by_chance(dice);
    let container = match scan.colours {
        Colours::Bitonal => *dice.pick(&[Container::Tiff, Container::Png]),
        Colours::Grey => *dice.pick(&[
            Container::Png,
            Container::Jpeg(80),
            Container::Tiff,
            Container::Pdf(75),
        ]),
        Colours::Colour => {
            *dice.pick(&[Container::Jpeg(85), Container::Jpeg(70), Container::Pdf(75)])
        }
    };
    Order {
        name,
        leaflet: Leaflet::by_chance(serial, dice),
        scan,
        container,
    }
}

/// Prints, fills in and scans one leaflet.
fn carry_out(order: &Order, options: &Options, dice: &mut Dice) -> Result<Sample, SampleError> {
    let layout = &options.layout;
    let side = layout.side(1).ok_or(SampleError::Side(1))?;
    let print = artwork::Print {
        prefix: options.prefix.clone(),
        serial: order.leaflet.serial.clone(),
    };
    let dpi = order.scan.dpi;
    let printed = artwork::raster(layout, side, dpi, &print)?;
    let mut sheet = ink::Sheet::over(&printed, schemas::geometry::px_per_mm(dpi))?;
    let filled = fill::fill(side, &order.leaflet, &mut sheet, dice)?;
    let page = sheet.lay_on(printed, order.leaflet.pen.grain, dice);
    let (map, width_px, height_px) = order
        .scan
        .geometry(layout.page.width_mm, layout.page.height_mm);
    let picture = order.scan.take(&page, &map, [width_px, height_px], dice);
    let name = format!("{}.{}", order.name, order.container.ending());
    Ok(Sample {
        bytes: order.container.write(&picture, dpi)?,
        media_type: order.container.media_type(),
        truth: Truth {
            file: name.clone(),
            media_type: order.container.media_type().to_owned(),
            page_idx: 0,
            layout: layout.id.clone(),
            version: layout.version,
            side: side.side,
            serial: order.leaflet.serial.as_ref().map(ToString::to_string),
            width_px,
            height_px,
            dpi,
            orientation_deg: order.scan.orientation_deg(),
            turned_deg: order.scan.quarter_turns % 4 * 90,
            homography: map,
            service: said(&order.leaflet.story.service),
            postcode: said(&order.leaflet.story.postcode),
            relationship: ticked(&filled, "relationship"),
            consent: ticked(&filled, "consent").is_some(),
            story: filled.story,
            regions: filled.regions,
            ticks: filled.ticks,
            hand: order.leaflet.script.name.to_owned(),
            pen: order.leaflet.pen.name.to_owned(),
            code: CodeTruth::Whole,
            damages: Vec::new(),
            expected: Expected::Read,
            in_margin: false,
        },
        name,
    })
}

fn said(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn ticked(filled: &fill::Filled, region: &str) -> Option<String> {
    let mut ticks = filled.ticks.iter();
    let tick = ticks.find(|tick| tick.region == region && tick.ticked)?;
    Some(tick.value.clone())
}

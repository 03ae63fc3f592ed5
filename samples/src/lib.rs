//! Filled-in leaflets as a scanner delivers them, with the truth about each: made, not collected.
//!
//! [`make`] prints a layout, fills it in with handwriting, ticks and drawings, and scans it. The same seed
//! gives the same leaflets. Twelve of them ([`twelve`]) are committed in `leaflets/`, and what no scanner should
//! deliver ([`hostile`]) in `hostile/`; `cargo run -p samples --example make_samples` writes both anew.
//!
//! To add something that people do, give `Leaflet` a field and teach `fill.rs` to do it; to add something
//! that scanners do, give `Scan` a field.

mod chance;
mod collected;
mod dice;
mod doodles;
mod file;
mod fill;
mod hand;
mod ink;
mod leaflet;
mod order;
mod scan;
mod strokes;
mod texts;
mod wear;

pub mod committed;
pub mod hostile;
pub mod truth;
pub mod twelve;
pub mod unipen;

use std::path::Path;

use schemas::layout::Layout;
use schemas::payload::DEFAULT_PREFIX;

pub use collected::Collected;
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
    /// What people wrote or drew could not be read.
    #[error("the handwriting or drawings in {folder} could not be read")]
    Collected {
        /// From which folder.
        folder: String,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// There is no whole hand and no drawing in a folder.
    #[error("nothing in {0} is a whole hand or a drawing")]
    NothingCollected(String),
    /// There is nothing to print.
    #[error("no layout is named that leaflets could be made of")]
    NoLayout,
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
    /// What is printed: one of these for each leaflet, by chance.
    pub layouts: Vec<Layout>,
    /// What the text of the code begins with.
    pub prefix: String,
    /// The number of the first leaflet; the others count up.
    pub first_serial: u32,
    /// How the leaflets are treated.
    pub handling: Handling,
    /// Whose writing and drawings there are beside those that come with Postbag.
    pub collected: Collected,
}

/// How leaflets are treated between the printer and the scanner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handling {
    /// Filled in as asked on their first side, and scanned well: one page a leaflet.
    Gentle,
    /// As they come: every habit of writers, every damage and every mistake of scanning, all sides.
    Rough,
}

impl Options {
    /// Gently handled leaflets of `layout` under the default prefix, numbered from 1.
    pub fn of(layout: Layout) -> Self {
        Self {
            layouts: vec![layout],
            prefix: DEFAULT_PREFIX.to_owned(),
            first_serial: 1,
            handling: Handling::Gentle,
            collected: Collected::default(),
        }
    }
}

/// One file with scanned pages.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The name of the file.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub media_type: &'static str,
    /// What is really on each of its pages.
    pub truths: Vec<Truth>,
}

/// Makes `count` leaflets, one at a time. Leaflet `i` of a seed is always the same, whatever the count.
pub fn make(
    seed: u64,
    count: u32,
    options: &Options,
) -> impl Iterator<Item = Result<Sample, SampleError>> {
    (0..count).flat_map(move |i| match leaflet(seed, i, options) {
        Ok(samples) => samples.into_iter().map(Ok).collect(),
        Err(error) => vec![Err(error)],
    })
}

/// Makes one leaflet of a seed: its files, one or two of them.
///
/// # Errors
/// When it could not be printed, filled in or written.
pub fn leaflet(seed: u64, leaflet_idx: u32, options: &Options) -> Result<Vec<Sample>, SampleError> {
    let mut dice = Dice::new(seed, u64::from(leaflet_idx));
    let order = chance::order(seed, leaflet_idx, options, &mut dice)?;
    order.carry_out(&mut dice)
}

/// Writes samples into a folder, each with its truths beside it: `<name>.truth.json`, or `<name>.p<page>.truth.json`
/// when the file has many pages.
///
/// # Errors
/// The first sample that could not be made or written.
pub fn write_dir(
    folder: &Path,
    samples: impl IntoIterator<Item = Result<Sample, SampleError>>,
) -> Result<Vec<Truth>, SampleError> {
    let mut truths = Vec::new();
    for sample in samples {
        let sample = sample?;
        write(folder, &sample)?;
        truths.extend(sample.truths);
    }
    Ok(truths)
}

/// Writes one sample with its truths into a folder, which is made when it is not there.
///
/// # Errors
/// When a file cannot be written.
pub fn write(folder: &Path, sample: &Sample) -> Result<(), SampleError> {
    let failed = |source| SampleError::Io {
        folder: folder.display().to_string(),
        source,
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    std::fs::write(folder.join(&sample.name), &sample.bytes).map_err(failed)?;
    for truth in &sample.truths {
        let json = serde_json::to_string_pretty(truth)? + "\n";
        let name = match sample.truths.len() {
            1 => truth_name(&sample.name),
            _ => page_truth_name(&sample.name, truth.page_idx),
        };
        std::fs::write(folder.join(name), json).map_err(failed)?;
    }
    Ok(())
}

/// The name of the truth beside a sample of one page: `01-a.jpg` has `01-a.truth.json`.
pub fn truth_name(name: &str) -> String {
    format!("{}.truth.json", stem(name))
}

/// The name of the truth about one page of several: page 0 of `02-b.pdf` has `02-b.p0.truth.json`.
pub fn page_truth_name(name: &str, page_idx: u32) -> String {
    format!("{}.p{page_idx}.truth.json", stem(name))
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

use std::path::{Path, PathBuf};
use std::process::Command;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{ExtendedColorType, GrayImage, Luma};
use rayon::prelude::*;
use store::Blobs;

const N_PDF_PAGES: u32 = 1_000;
const N_TIFF_PAGES: u32 = 500;
/// A4 at 200 dots per inch.
const SIZE_PX: (u32, u32) = (1654, 2339);
const QUALITY: u8 = 75;
/// Darker is black in the fax.
const BLACK_BELOW: u8 = 150;

/// A big file and the pages that it was made from.
pub(crate) struct Made {
    pub(crate) name: &'static str,
    pub(crate) path: PathBuf,
    pub(crate) n_pages: u32,
    pages: Vec<PathBuf>,
}

impl Made {
    pub(crate) fn size_bytes(&self) -> u64 {
        std::fs::metadata(&self.path).expect("it was made").len()
    }

    /// The least that must be done with every page: its pixels are unpacked, its bytes are hashed.
    pub(crate) fn decode_and_hash(&self) {
        for page in &self.pages {
            let bytes = std::fs::read(page).expect("it was made");
            let picture = image::load_from_memory(&bytes).expect("it is a picture");
            assert_eq!((picture.width(), picture.height()), SIZE_PX);
            std::hint::black_box(Blobs::hash(&bytes));
        }
    }
}

/// Pages of JPEG.
pub(crate) fn pdf(folder: &Path) -> Made {
    let pages = stamped(folder, N_PDF_PAGES, "jpg", jpeg);
    let path = folder.join("pages.pdf");
    run(Command::new("img2pdf")
        .arg("--output")
        .arg(&path)
        .args(&pages));
    Made {
        name: "PDF of JPEG",
        path,
        n_pages: N_PDF_PAGES,
        pages,
    }
}

/// Pages of fax.
pub(crate) fn tiff(folder: &Path) -> Made {
    let bits = stamped(folder, N_TIFF_PAGES, "pbm", pbm);
    let pages: Vec<PathBuf> = bits.iter().map(|page| page.with_extension("tif")).collect();
    bits.par_iter().zip(&pages).for_each(|(bits, page)| {
        run(Command::new("ppm2tiff")
            .args(["-c", "g4", "-R", "200"])
            .args([bits, page]));
    });
    let path = folder.join("pages.tiff");
    run(Command::new("tiffcp").args(&pages).arg(&path));
    Made {
        name: "TIFF of fax",
        path,
        n_pages: N_TIFF_PAGES,
        pages,
    }
}

fn stamped(
    folder: &Path,
    n_pages: u32,
    extension: &str,
    encode: fn(&GrayImage) -> Vec<u8>,
) -> Vec<PathBuf> {
    let sample = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../samples/leaflets/01-ordinary.png"
    );
    let sample = image::open(sample)
        .expect("the sample is committed")
        .into_luma8();
    let (width, height) = SIZE_PX;
    let page = image::imageops::resize(&sample, width, height, FilterType::Triangle);
    (0..n_pages)
        .into_par_iter()
        .map(|number| {
            let path = folder.join(format!("{number:04}.{extension}"));
            let bytes = encode(&with_stamp(page.clone(), number));
            std::fs::write(&path, bytes).expect("the disk has room");
            path
        })
        .collect()
}

/// The number in squares, as an endorser prints it on the edge.
fn with_stamp(mut page: GrayImage, number: u32) -> GrayImage {
    const SIDE: u32 = 16;
    for bit in (0..10).filter(|bit| number >> bit & 1 == 1) {
        for (x, y) in (0..SIDE).flat_map(|y| (0..SIDE).map(move |x| (x, y))) {
            page.put_pixel(40 + 2 * SIDE * bit + x, 20 + y, Luma([0]));
        }
    }
    page
}

fn jpeg(page: &GrayImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .encode(page, page.width(), page.height(), ExtendedColorType::L8)
        .expect("a page can be encoded");
    bytes
}

/// One bit a pixel, 1 is black.
fn pbm(page: &GrayImage) -> Vec<u8> {
    let mut bytes = format!("P4\n{} {}\n", page.width(), page.height()).into_bytes();
    for row in page.as_raw().chunks(page.width() as usize) {
        let byte = |part: &[u8]| {
            let set =
                |byte, (i, &value): (usize, &u8)| byte | u8::from(value < BLACK_BELOW) << (7 - i);
            part.iter().enumerate().fold(0, set)
        };
        bytes.extend(row.chunks(8).map(byte));
    }
    bytes
}

fn run(command: &mut Command) {
    let name = command.get_program().display().to_string();
    let output = command.output();
    let output = output.unwrap_or_else(|error| panic!("{name}: {error}; make deps installs it"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name} failed: {errors}");
}

//! How well looks tell sheets apart: `cargo run --example looks -- FOLDER…`.
//!
//! Every picture of the folders is a sheet. Each is scanned again in four ways that scanners have: askew the one way and darker,
//! askew the other way and in black and white, coarse, upside down. Prints how many of the scans of one sheet share a key and
//! are called one sheet, and how many pairs of different sheets are.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sizes of scans and shades of grey are small"
)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use image::{GrayImage, imageops};
use ocr_worker::picture::Pyramid;
use ocr_worker::picture::warp::warp_grey;
use ocr_worker::stages::looks::of_page;
use schemas::geometry::Homography;
use schemas::looks::Looks;

const DPI: f64 = 300.0;

/// One sheet, and it again.
struct Sheet {
    name: String,
    scans: Vec<Looks>,
}

#[expect(clippy::print_stdout, reason = "it prints what it measured")]
fn main() -> ExitCode {
    let folders: Vec<String> = std::env::args().skip(1).collect();
    let pictures: Vec<PathBuf> = folders
        .iter()
        .flat_map(|f| pictures(Path::new(f)))
        .collect();
    let sheets: Vec<Sheet> = pictures.iter().filter_map(|path| sheet(path)).collect();
    println!("{} pictures, {} with looks", pictures.len(), sheets.len());
    let (mut n_same, mut n_found, mut n_told, mut worst) = (0, 0, 0, 1.0_f64);
    for sheet in &sheets {
        for (i, a) in sheet.scans.iter().enumerate() {
            for b in &sheet.scans[..i] {
                let likeness = a.compared(b);
                let (found, told) = (shares_a_key(a, b), likeness.is_same_sheet());
                n_same += 1;
                n_found += usize::from(found);
                n_told += usize::from(found && told);
                worst = worst.min(likeness.correlation);
                if !told {
                    println!("missed: {} {likeness:?}", sheet.name);
                }
            }
        }
    }
    println!(
        "scans of one sheet: {n_same} pairs, {n_found} share a key, {n_told} told; correlation from {worst:.3}"
    );
    let (mut n_other, mut n_wrong, mut likest) = (0, 0, -1.0_f64);
    for (i, a) in sheets.iter().enumerate() {
        for b in &sheets[..i] {
            let likeness = a.scans[0].compared(&b.scans[0]);
            n_other += 1;
            likest = likest.max(likeness.correlation);
            if likeness.is_same_sheet() {
                n_wrong += 1;
                println!("wrong: {} and {} {likeness:?}", a.name, b.name);
            }
        }
    }
    println!(
        "different sheets: {n_other} pairs, {n_wrong} taken for one; correlation up to {likest:.3}"
    );
    ExitCode::SUCCESS
}

fn pictures(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.retain(|path| image::ImageFormat::from_path(path).is_ok());
    paths.sort();
    paths
}

/// Nothing where the picture has too little on it.
fn sheet(path: &Path) -> Option<Sheet> {
    let page = image::open(path).ok()?.into_luma8();
    let black_and_white = |mut page: GrayImage| {
        page.pixels_mut()
            .for_each(|p| p.0[0] = if p.0[0] < 180 { 0 } else { 255 });
        page
    };
    let scans = [
        of_page(&Pyramid::new(&page), Some(DPI)),
        of_page(&Pyramid::new(&askew(&page, 0.021, 1.0, 0.85)), Some(DPI)),
        of_page(
            &Pyramid::new(&black_and_white(askew(&page, -0.025, 1.0, 1.0))),
            Some(DPI),
        ),
        of_page(
            &Pyramid::new(&askew(&page, 0.005, 0.5, 1.0)),
            Some(DPI / 2.0),
        ),
        of_page(&Pyramid::new(&imageops::rotate180(&page)), Some(DPI)),
    ];
    Some(Sheet {
        name: path.file_name()?.to_string_lossy().into_owned(),
        scans: scans.into_iter().collect::<Option<_>>()?,
    })
}

fn askew(page: &GrayImage, skew: f64, finer: f64, light: f64) -> GrayImage {
    let (sin, cos) = (skew.sin() / finer, skew.cos() / finer);
    let to_page = Homography([cos, -sin, 20.0, sin, cos, -30.0, 0.0, 0.0, 1.0]);
    let size = |px: u32| (f64::from(px) * finer) as u32;
    let mut again = warp_grey(page, &to_page, (size(page.width()), size(page.height())));
    again
        .pixels_mut()
        .for_each(|p| p.0[0] = (f64::from(p.0[0]) * light) as u8);
    again
}

fn shares_a_key(a: &Looks, b: &Looks) -> bool {
    let keys = b.keys();
    a.probes()
        .into_iter()
        .flatten()
        .any(|key| keys.contains(&key))
}

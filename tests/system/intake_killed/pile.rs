use std::sync::Arc;

use image::ImageFormat;

use super::dice::Dice;
use super::files;

/// Sheets that can be read, in files of one, two and three pages.
pub(super) const N_GOOD_SHEETS: usize = N_PNG + N_JPEG + 2 * N_TIFF + 3 * N_PDF;
const N_PNG: usize = 120;
const N_JPEG: usize = 20;
const N_TIFF: usize = 15;
const N_PDF: usize = 10;
/// The same bytes once more, under another name.
pub(super) const N_DUPLICATES: usize = 25;
/// Of each kind: a PNG that is cut, a JPEG that is cut, an empty file, a text.
const N_BROKEN_OF_A_KIND: usize = 4;
/// Each is one sheet, which a person must look at.
pub(super) const N_BROKEN: usize = 4 * N_BROKEN_OF_A_KIND;

/// A file that is going to be dropped into the inbox. No other has its name.
#[derive(Clone)]
pub(super) struct Scan {
    pub(super) name: String,
    pub(super) bytes: Arc<[u8]>,
    pub(super) n_sheets: usize,
    pub(super) is_broken: bool,
    /// Written under its own name piece by piece, rather than under another name first.
    pub(super) in_pieces: bool,
}

/// The files that wait for the scanner.
pub(super) struct Pile {
    pub(super) waiting: Vec<Scan>,
}

impl Pile {
    /// Two hundred good sheets, duplicates and broken files, in no order.
    pub(super) fn make(dice: &mut Dice) -> Self {
        let mut waiting = Vec::new();
        for n in 0..N_PNG {
            let bytes = files::picture(dice, ImageFormat::Png);
            waiting.push(good(format!("sheet-{n:03}.png"), bytes, 1));
        }
        for n in 0..N_JPEG {
            let bytes = files::picture(dice, ImageFormat::Jpeg);
            waiting.push(good(format!("photo-{n:03}.jpg"), bytes, 1));
        }
        for n in 0..N_TIFF {
            waiting.push(good(format!("fax-{n:03}.tif"), files::tiff(dice, 2), 2));
        }
        for n in 0..N_PDF {
            waiting.push(good(format!("file-{n:03}.pdf"), files::pdf(dice, 3), 3));
        }
        for n in 0..N_DUPLICATES {
            let again = waiting[dice.index(N_PNG + N_JPEG + N_TIFF + N_PDF)].clone();
            let name = format!("again-{n:03}-{}", again.name);
            waiting.push(Scan { name, ..again });
        }
        for scan in &mut waiting {
            scan.in_pieces = dice.below(10) < 4;
        }
        waiting.extend(broken(dice));
        dice.shuffle(&mut waiting);
        Self { waiting }
    }

    pub(super) fn take(&mut self, n_files: usize) -> Vec<Scan> {
        self.waiting.split_off(self.waiting.len() - n_files)
    }
}

fn good(name: String, bytes: Vec<u8>, n_sheets: usize) -> Scan {
    Scan {
        name,
        bytes: bytes.into(),
        n_sheets,
        is_broken: false,
        in_pieces: false,
    }
}

fn broken(dice: &mut Dice) -> Vec<Scan> {
    let mut scans = Vec::new();
    for n in 0..N_BROKEN_OF_A_KIND {
        let png = files::picture(dice, ImageFormat::Png);
        let jpeg = files::picture(dice, ImageFormat::Jpeg);
        let kinds = [
            ("cut.png", png[..png.len() / 2].to_vec()),
            ("cut.jpg", jpeg[..jpeg.len() / 2].to_vec()),
            ("empty.jpg", Vec::new()),
            ("text.png", format!("Dear Sir, number {n}").into_bytes()),
        ];
        scans.extend(kinds.map(|(kind, bytes)| Scan {
            is_broken: true,
            ..good(format!("broken-{n}-{kind}"), bytes, 1)
        }));
    }
    scans
}

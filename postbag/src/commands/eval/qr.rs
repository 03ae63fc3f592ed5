//! `postbag eval qr DIR`: pictures of codes, each turned four ways, against the text beside them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use image::{GrayImage, imageops};
use ocr_worker::picture::Pyramid;
use ocr_worker::stages::code::{CodeDecoder, decoders, find, find_any};
use rayon::prelude::*;
use schemas::payload::{CodePayload, PayloadError};
use serde::Serialize;

use crate::output::{line, table};

/// Degrees, clockwise.
const TURNS_DEG: [u32; 4] = [0, 90, 180, 270];

/// What was found in the pictures of one folder, turned by 0, 90, 180 and 270 degrees.
#[derive(Debug, Default, Serialize)]
struct QrFigures {
    folder: String,
    /// How many pictures there are.
    pictures: usize,
    /// How many of them have a text beside them.
    with_text: usize,
    /// Pictures in which the text beside them was found.
    passed: [usize; 4],
    /// Pictures in which a code was found that says something else than the text beside them.
    misread: [usize; 4],
    /// Pictures without a text in which any code was found.
    found: [usize; 4],
    /// Pictures in which a code under our prefix was found.
    ours: [usize; 4],
    /// Pictures that are damaged or too large.
    not_opened: Vec<String>,
    /// Pictures that did not pass, with the turns.
    failed: Vec<String>,
}

/// What was found in one picture that was turned one way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Nothing,
    /// The text beside the picture.
    Right,
    /// Another text than the one beside the picture.
    Wrong,
    /// A text, where none is beside the picture.
    Something,
}

/// One turn of a picture.
#[derive(Clone, Copy)]
struct Turned {
    seen: Seen,
    /// Whether a code under our prefix was found.
    ours: bool,
}

/// Looks for codes in every picture of a folder and of those below it.
pub(super) fn eval(dir: &Path, prefix: &str, json: bool) -> anyhow::Result<()> {
    let mut folders: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    collect(dir, &mut folders)?;
    if folders.is_empty() {
        bail!("there are no pictures (PNG, JPEG) in {}", dir.display());
    }
    let decoders = decoders();
    let figures: Vec<QrFigures> = folders
        .iter()
        .map(|(folder, pictures)| of_folder(folder, pictures, &decoders, prefix))
        .collect();
    if json {
        line(&serde_json::to_string_pretty(&figures)?)
    } else {
        print(&figures)
    }
}

fn of_folder(
    folder: &Path,
    pictures: &[PathBuf],
    decoders: &[Box<dyn CodeDecoder>],
    prefix: &str,
) -> QrFigures {
    let each: Vec<_> = pictures
        .par_iter()
        .map(|picture| look(picture, decoders, prefix))
        .collect();
    let mut figures = QrFigures {
        folder: folder.display().to_string(),
        pictures: pictures.len(),
        with_text: pictures.iter().filter(|p| expected(p).is_some()).count(),
        ..QrFigures::default()
    };
    for (picture, turns) in pictures.iter().zip(each) {
        let name = picture.file_name().unwrap_or_default().display();
        match turns {
            None => figures.not_opened.push(name.to_string()),
            Some(turns) => figures.add(&name.to_string(), turns),
        }
    }
    figures
}

impl QrFigures {
    fn add(&mut self, name: &str, turns: [Turned; 4]) {
        let mut failed_deg = Vec::new();
        for (turn_idx, turned) in turns.into_iter().enumerate() {
            self.ours[turn_idx] += usize::from(turned.ours);
            match turned.seen {
                Seen::Right => self.passed[turn_idx] += 1,
                Seen::Wrong => self.misread[turn_idx] += 1,
                Seen::Something => self.found[turn_idx] += 1,
                Seen::Nothing => {}
            }
            if matches!(turned.seen, Seen::Wrong | Seen::Nothing) {
                failed_deg.push(TURNS_DEG[turn_idx].to_string());
            }
        }
        if !failed_deg.is_empty() && self.with_text > 0 {
            self.failed.push(format!("{name} at {}°", failed_deg.join("°, ")));
        }
    }
}

fn print(figures: &[QrFigures]) -> anyhow::Result<()> {
    line("In each column: turned by 0, 90, 180 and 270 degrees")?;
    let heading = [
        "FOLDER", "PICTURES", "WITH TEXT", "PASSED", "MISREAD", "FOUND", "OURS", "NOT OPENED",
    ];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    for of_folder in figures {
        rows.push(vec![
            of_folder.folder.clone(),
            of_folder.pictures.to_string(),
            of_folder.with_text.to_string(),
            each(of_folder.passed),
            each(of_folder.misread),
            each(of_folder.found),
            each(of_folder.ours),
            of_folder.not_opened.join(" "),
        ]);
    }
    table(&rows)
}

fn each(turns: [usize; 4]) -> String {
    turns.map(|n| n.to_string()).join("/")
}

/// The picture, turned four ways; nothing when it cannot be opened.
fn look(file: &Path, decoders: &[Box<dyn CodeDecoder>], prefix: &str) -> Option<[Turned; 4]> {
    let picture = image::open(file).ok()?.into_luma8();
    let expected = expected(file);
    let look = |picture: &GrayImage| match &expected {
        Some(text) => look_for(text, picture, decoders, prefix),
        None => look_for_any(picture, decoders, prefix),
    };
    Some([
        look(&picture),
        look(&imageops::rotate90(&picture)),
        look(&imageops::rotate180(&picture)),
        look(&imageops::rotate270(&picture)),
    ])
}

fn look_for(
    expected: &[u8],
    picture: &GrayImage,
    decoders: &[Box<dyn CodeDecoder>],
    prefix: &str,
) -> Turned {
    let found = find_any(&Pyramid::new(picture), decoders);
    Turned {
        seen: match &found {
            None => Seen::Nothing,
            Some(code) if same_text(expected, &code.text) => Seen::Right,
            Some(_) => Seen::Wrong,
        },
        ours: found.is_some_and(|code| {
            let payload = CodePayload::parse(&code.text, prefix);
            !matches!(payload, Err(PayloadError::Foreign { .. }))
        }),
    }
}

/// Every look that a page gets before its code is given up.
fn look_for_any(picture: &GrayImage, decoders: &[Box<dyn CodeDecoder>], prefix: &str) -> Turned {
    let search = find(&Pyramid::new(picture), decoders, prefix);
    let ours = search.ours.is_some() || !search.malformed.is_empty();
    Turned {
        seen: if ours || !search.foreign.is_empty() {
            Seen::Something
        } else {
            Seen::Nothing
        },
        ours,
    }
}

/// The text beside a picture: `N.txt`, or `N.bin` for what is no text.
fn expected(file: &Path) -> Option<Vec<u8>> {
    ["txt", "bin"]
        .iter()
        .find_map(|ending| std::fs::read(file.with_extension(ending)).ok())
}

/// Texts are compared as UTF-8; where the file is not that, byte for letter (Latin-1).
fn same_text(expected: &[u8], found: &str) -> bool {
    let plain = |text: &str| text.trim_end().replace("\r\n", "\n");
    let latin: String = expected.iter().map(|byte| char::from(*byte)).collect();
    let utf8 = std::str::from_utf8(expected).ok();
    utf8.is_some_and(|text| plain(text) == plain(found)) || plain(&latin) == plain(found)
}

fn collect(dir: &Path, folders: &mut BTreeMap<PathBuf, Vec<PathBuf>>) -> anyhow::Result<()> {
    let listed = || format!("cannot list {}", dir.display());
    let mut pictures = Vec::new();
    for entry in std::fs::read_dir(dir).with_context(listed)? {
        let entry = entry.with_context(listed)?;
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            collect(&path, folders)?;
        } else if is_picture(&path) {
            pictures.push(path);
        }
    }
    if !pictures.is_empty() {
        pictures.sort();
        folders.insert(dir.to_owned(), pictures);
    }
    Ok(())
}

fn is_picture(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    matches!(ending, Some("png" | "jpg" | "jpeg"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_the_same_in_either_encoding_and_with_either_line_end() {
        assert!(same_text("caf\u{e9}\r\nx\n".as_bytes(), "caf\u{e9}\nx"));
        assert!(same_text(&[0x63, 0xe9], "c\u{e9}"));
        assert!(!same_text(b"one", "two"));
    }

    #[test]
    fn a_code_is_found_however_it_is_turned_and_a_false_text_is_a_misreading() {
        let dir = tempfile::tempdir().unwrap();
        let layout = schemas::layout::builtin().remove(0);
        let print = artwork::Print::default();
        let page = artwork::raster(&layout, &layout.sides[0], 150.0, &print).unwrap();
        let page = image::DynamicImage::ImageRgba8(page).into_luma8();
        let picture = dir.path().join("1.png");
        page.save(&picture).unwrap();
        std::fs::write(dir.path().join("1.txt"), "something else").unwrap();
        let pictures = std::slice::from_ref(&picture);
        let figures = of_folder(dir.path(), pictures, &decoders(), &print.prefix);
        assert_eq!((figures.passed, figures.misread), ([0; 4], [1; 4]));
        assert_eq!(figures.ours, [1; 4]);
        assert_eq!(figures.failed, ["1.png at 0°, 90°, 180°, 270°"]);
    }
}

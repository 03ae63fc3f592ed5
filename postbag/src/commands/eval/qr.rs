//! `postbag eval qr DIR`: pictures of codes, each turned four ways, against the text beside them.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use image::{GrayImage, imageops};
use ocr_worker::picture::Pyramid;
use ocr_worker::stages::code::{CodeDecoder, decoders, find, find_any};
use rayon::prelude::*;
use serde::Serialize;

use crate::output::line;

/// What was found in the pictures of one folder, turned by 0, 90, 180 and 270 degrees.
#[derive(Debug, Default, Serialize)]
struct QrFigures {
    /// How many pictures there are.
    pictures: usize,
    /// Pictures in which the right text was found; any text, where none is beside them.
    passed: [usize; 4],
    /// Pictures in which a code was found that says something else.
    misread: [usize; 4],
    /// Pictures in which a code of ours was found.
    ours: [usize; 4],
}

/// Looks for codes in every picture of a folder.
pub(super) fn eval(dir: &Path, prefix: &str, json: bool) -> anyhow::Result<()> {
    let files = pictures(dir)?;
    if files.is_empty() {
        bail!("there are no pictures in {}", dir.display());
    }
    let decoders = decoders();
    let each: Vec<[Seen; 4]> = files
        .par_iter()
        .map(|file| look(file, &decoders, prefix))
        .collect::<anyhow::Result<_>>()?;
    let mut figures = QrFigures {
        pictures: files.len(),
        ..QrFigures::default()
    };
    for (turn, seen) in each.iter().flat_map(|four| four.iter().enumerate()) {
        figures.passed[turn] += usize::from(seen.right);
        figures.misread[turn] += usize::from(seen.wrong);
        figures.ours[turn] += usize::from(seen.ours);
    }
    if json {
        return line(&serde_json::to_string_pretty(&figures)?);
    }
    line(&format!(
        "{}: {} pictures; at 0, 90, 180, 270 degrees {:?} right, {:?} misread, {:?} under our prefix",
        dir.display(),
        figures.pictures,
        figures.passed,
        figures.misread,
        figures.ours
    ))
}

#[derive(Clone, Copy, Default)]
struct Seen {
    right: bool,
    wrong: bool,
    ours: bool,
}

fn look(file: &Path, decoders: &[Box<dyn CodeDecoder>], prefix: &str) -> anyhow::Result<[Seen; 4]> {
    let picture = image::open(file)
        .with_context(|| format!("cannot open {}", file.display()))?
        .into_luma8();
    let expected = expected(file);
    let seen = |picture: GrayImage| {
        let page = Pyramid::new(&picture);
        let found = find_any(&page, decoders);
        let fits = |text: &str| expected.as_ref().is_none_or(|bytes| same_text(bytes, text));
        Seen {
            right: found.as_ref().is_some_and(|code| fits(&code.text)),
            wrong: found.as_ref().is_some_and(|code| !fits(&code.text)),
            ours: find(&page, decoders, prefix).ours.is_some(),
        }
    };
    Ok([
        seen(picture.clone()),
        seen(imageops::rotate90(&picture)),
        seen(imageops::rotate180(&picture)),
        seen(imageops::rotate270(&picture)),
    ])
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

fn pictures(dir: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries =
        std::fs::read_dir(dir).with_context(|| format!("cannot list {}", dir.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        if matches!(ending, Some("png" | "jpg" | "jpeg")) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::same_text;

    #[test]
    fn texts_are_the_same_in_either_encoding_and_with_either_line_end() {
        assert!(same_text("caf\u{e9}\r\nx\n".as_bytes(), "caf\u{e9}\nx"));
        assert!(same_text(&[0x63, 0xe9], "c\u{e9}"));
        assert!(!same_text(b"one", "two"));
    }
}

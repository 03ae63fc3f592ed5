//! The layouts that this installation knows.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use ocr_worker::KnownLayout;
use ocr_worker::stages::decode::{DecodeLimits, decode};
use schemas::layout::{Layout, Side, builtin};

use crate::config::Reading;

/// The layouts that come with Postbag, then those of the configured folder, in the order of their names.
pub(crate) fn load(reading: &Reading) -> anyhow::Result<Vec<Layout>> {
    Ok(load_files(reading)?.into_iter().map(|(_, l)| l).collect())
}

/// The same with the pictures of forms that somebody else printed; each lies beside its layout's file.
pub(crate) fn load_known(reading: &Reading) -> anyhow::Result<Vec<KnownLayout>> {
    load_files(reading)?
        .into_iter()
        .map(|(file, layout)| match file {
            None => Ok(KnownLayout::drawn(layout)),
            Some(file) => with_blanks(&file, layout),
        })
        .collect()
}

/// The newest version of one layout.
pub(crate) fn find(reading: &Reading, id: &str) -> anyhow::Result<Layout> {
    let layouts = load(reading)?;
    let mut known: Vec<String> = layouts.iter().map(|layout| layout.id.to_string()).collect();
    known.dedup();
    layouts
        .into_iter()
        .filter(|layout| layout.id.as_str() == id)
        .max_by_key(|layout| layout.version)
        .with_context(|| format!("there is no layout {id:?}; there are: {}", known.join(", ")))
}

/// Every layout, with the file that it comes from when it is not one of our own.
fn load_files(reading: &Reading) -> anyhow::Result<Vec<(Option<PathBuf>, Layout)>> {
    let mut layouts: Vec<(Option<PathBuf>, Layout)> =
        builtin().into_iter().map(|layout| (None, layout)).collect();
    let Some(folder) = &reading.layouts else {
        return Ok(layouts);
    };
    for file in files_of(folder)? {
        let layout = load_file(&file)?;
        let twin =
            |(_, other): &(_, Layout)| other.id == layout.id && other.version == layout.version;
        if layouts.iter().any(twin) {
            bail!(
                "layout {} version {} in {} is known already; give it a new version",
                layout.id,
                layout.version,
                folder.display()
            );
        }
        layouts.push((Some(file), layout));
    }
    Ok(layouts)
}

fn files_of(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("cannot list reading.layouts {}", folder.display()))?;
    let mut files = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    files.retain(|file| file.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    Ok(files)
}

fn load_file(file: &Path) -> anyhow::Result<Layout> {
    let json = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read the layout {}", file.display()))?;
    Layout::parse(&json).with_context(|| format!("the layout {} cannot be used", file.display()))
}

fn with_blanks(file: &Path, layout: Layout) -> anyhow::Result<KnownLayout> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let blank = |side: &Side| {
        let name = side.blank.as_ref();
        name.map(|name| load_blank(&folder.join(name))).transpose()
    };
    let blanks = layout.sides.iter().map(blank).collect::<Result<_, _>>();
    Ok(KnownLayout {
        blanks: blanks.with_context(|| format!("the layout {} cannot be used", file.display()))?,
        layout,
    })
}

fn load_blank(file: &Path) -> anyhow::Result<image::GrayImage> {
    let bytes = std::fs::read(file)
        .with_context(|| format!("cannot read the empty form {}", file.display()))?;
    let page = decode(&bytes, DecodeLimits::default())
        .with_context(|| format!("the empty form {} cannot be used", file.display()))?;
    Ok(page.grey)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with one layout whose blank is `blank`.
    fn folder(blank: Option<&[u8]>) -> (tempfile::TempDir, Reading) {
        let folder = tempfile::tempdir().unwrap();
        let mut layout = builtin().remove(0);
        layout.id = schemas::layout::LayoutId::parse("theirs").unwrap();
        layout.sides[0].blank = Some("theirs.png".to_owned());
        let json = serde_json::to_string(&layout).unwrap();
        std::fs::write(folder.path().join("theirs.json"), json).unwrap();
        if let Some(bytes) = blank {
            std::fs::write(folder.path().join("theirs.png"), bytes).unwrap();
        }
        let reading = Reading {
            layouts: Some(folder.path().to_owned()),
            ..Reading::default()
        };
        (folder, reading)
    }

    #[test]
    fn the_empty_form_lies_beside_its_layout() {
        let picture = image::GrayImage::from_pixel(21, 29, image::Luma([200]));
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture
            .write_to(&mut bytes, image::ImageFormat::Png)
            .unwrap();
        let (_folder, reading) = folder(Some(bytes.get_ref()));
        let known = load_known(&reading).unwrap();
        let theirs = known.last().unwrap();
        assert_eq!(theirs.layout.id.as_str(), "theirs");
        assert_eq!(theirs.blanks[0].as_ref().unwrap().dimensions(), (21, 29));
        assert!(known[0].blanks.iter().all(Option::is_none));
    }

    #[test]
    fn an_empty_form_that_is_missing_or_no_picture_is_named() {
        for blank in [None, Some(b"no picture".as_slice())] {
            let (_folder, reading) = folder(blank);
            let error = format!("{:#}", load_known(&reading).unwrap_err());
            assert!(error.contains("theirs.png"), "{error}");
        }
    }
}

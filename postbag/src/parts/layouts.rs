//! The layouts that this installation knows.

use std::path::Path;

use anyhow::{Context as _, bail};
use schemas::layout::{Layout, builtin};

use crate::config::Reading;

/// The layouts that come with Postbag, then those of the configured folder, in the order of their names.
pub(crate) fn load(reading: &Reading) -> anyhow::Result<Vec<Layout>> {
    let mut layouts = builtin();
    if let Some(folder) = &reading.layouts {
        for layout in load_folder(folder)? {
            let twin = |other: &Layout| other.id == layout.id && other.version == layout.version;
            if layouts.iter().any(twin) {
                bail!(
                    "layout {} version {} in {} is known already; give it a new version",
                    layout.id,
                    layout.version,
                    folder.display()
                );
            }
            layouts.push(layout);
        }
    }
    Ok(layouts)
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

fn load_folder(folder: &Path) -> anyhow::Result<Vec<Layout>> {
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("cannot list reading.layouts {}", folder.display()))?;
    let mut files = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    files.retain(|file| file.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    files.iter().map(|file| load_file(file)).collect()
}

fn load_file(file: &Path) -> anyhow::Result<Layout> {
    let json = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read the layout {}", file.display()))?;
    Layout::parse(&json).with_context(|| format!("the layout {} cannot be used", file.display()))
}

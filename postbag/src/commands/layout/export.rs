use std::path::Path;

use anyhow::{Context as _, bail};
use schemas::BlobHash;
use schemas::layout::{Layout, LayoutId, Side};
use store::{Blobs, LayoutRecord, Store};

use crate::config::Config;
use crate::{output, parts};

/// `postbag layout export ID --out FOLDER`: a layout drawn in the bench as files that `reading.layouts` takes.
pub(super) async fn export(
    config: &Config,
    id: &str,
    version: Option<u32>,
    folder: &Path,
) -> anyhow::Result<()> {
    let store = parts::connect_store(config).await?;
    let mut layout = find(&store, id, version).await?.layout;
    let faults = layout.faults();
    if let Some(fault) = faults.first() {
        bail!("the layout {id} cannot be used yet: {fault}");
    }
    let blobs = parts::open_blobs(config).await?;
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let stem = format!("{}-{}", layout.id, layout.version);
    for side in &mut layout.sides {
        write_blank(&blobs, side, folder, &stem).await?;
    }
    let file = folder.join(format!("{stem}.json"));
    let json = serde_json::to_string_pretty(&layout)?;
    std::fs::write(&file, json).with_context(|| format!("cannot write {}", file.display()))?;
    output::line(&format!("wrote {}", file.display()))
}

/// The drawn layout, in this version or in its newest.
async fn find(store: &Store, id: &str, version: Option<u32>) -> anyhow::Result<LayoutRecord> {
    let wanted = LayoutId::parse(id)?;
    let drawn = store.layouts().await?;
    let known = names(drawn.iter().map(|record| &record.layout));
    drawn
        .into_iter()
        .filter(|record| record.layout.id == wanted)
        .filter(|record| version.is_none_or(|version| record.layout.version == version))
        .max_by_key(|record| record.layout.version)
        .with_context(|| {
            format!("no layout {id:?} of this version was drawn in the bench; there are: {known}")
        })
}

fn names<'a>(layouts: impl Iterator<Item = &'a Layout>) -> String {
    let name = |layout: &Layout| format!("{} version {}", layout.id, layout.version);
    layouts.map(name).collect::<Vec<_>>().join(", ")
}

/// Writes the picture of an empty side and names it in the layout.
async fn write_blank(
    blobs: &Blobs,
    side: &mut Side,
    folder: &Path,
    stem: &str,
) -> anyhow::Result<()> {
    let Some(hash) = &side.blank else {
        return Ok(());
    };
    let bytes = blobs.get(&BlobHash::parse(hash)?).await?;
    let bytes = bytes.with_context(|| format!("the picture of side {} is missing", side.side))?;
    let name = format!("{stem}-side-{}.png", side.side);
    let file = folder.join(&name);
    std::fs::write(&file, bytes).with_context(|| format!("cannot write {}", file.display()))?;
    side.blank = Some(name);
    Ok(())
}

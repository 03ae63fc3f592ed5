//! `postbag batch cover`.

use anyhow::{Context as _, ensure};
use artwork::{Cover, cover_pdf};
use store::NewCover;

use crate::cli::CoverSheet;
use crate::config::Config;
use crate::output;
use crate::parts::Parts;

/// Writes a cover sheet as a PDF. One with a name is noted, so that its pile is known by it when it comes in.
pub(super) async fn cover(config: &Config, how: &CoverSheet) -> anyhow::Result<()> {
    let is_pdf = how.out.extension().is_some_and(|ending| ending == "pdf");
    ensure!(is_pdf, "{} must end in .pdf", how.out.display());
    let cover = if let Some(name) = &how.name {
        noted(config, name, how).await?
    } else {
        let counted = how.sheets.is_some();
        ensure!(!counted, "--sheets belongs to one pile: give it a --name");
        Cover::default()
    };
    let bytes = cover_pdf(&cover, &config.reading.code_prefix)?;
    std::fs::write(&how.out, bytes)
        .with_context(|| format!("cannot write {}", how.out.display()))?;
    output::line(&format!("wrote {}", how.out.display()))
}

async fn noted(config: &Config, name: &str, how: &CoverSheet) -> anyhow::Result<Cover> {
    let name = name.trim();
    ensure!(!name.is_empty(), "the name is empty");
    let parts = Parts::connect(config).await?;
    let new = NewCover {
        name: name.to_owned(),
        n_papers: how.sheets,
        n_sides: how.sides,
    };
    let number = parts.store.add_cover(&parts.moment(), &new).await?;
    Ok(Cover::of_pile(name, how.sheets, how.sides, number))
}

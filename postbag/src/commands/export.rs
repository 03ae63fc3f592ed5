use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context as _;
use futures_util::TryStreamExt as _;
use review_web::{ExportParts, export as parts_of};
use schemas::TimeMs;

use crate::cli::Export;
use crate::config::Config;
use crate::output;
use crate::parts::{connect_store, is_set_up};

/// `postbag export`: what is published and not taken down, as one file.
pub(crate) async fn export(config: &Config, args: Export) -> anyhow::Result<()> {
    let store = connect_store(config).await?;
    anyhow::ensure!(
        is_set_up(&store).await?,
        "the database is empty: nothing has been published"
    );
    let since = args.since.and_then(|day| day.and_hms_opt(0, 0, 0));
    let what = review_web::Export {
        format: args.format.into(),
        since: TimeMs(since.map_or(0, |at| at.and_utc().timestamp_millis())),
        base: config.web.public_url.trim_end_matches('/').to_owned(),
    };
    let parts = parts_of(store, what);
    match args.out {
        Some(file) => to_file(parts, &file).await,
        None => to_output(parts).await,
    }
}

async fn to_output(mut parts: ExportParts) -> anyhow::Result<()> {
    while let Some(part) = parts.try_next().await? {
        output::text(&part)?;
    }
    Ok(())
}

/// Written under another name first: whoever sees the file sees all of it.
async fn to_file(mut parts: ExportParts, file: &Path) -> anyhow::Result<()> {
    let unfinished = file.with_added_extension("part");
    let cannot = || format!("cannot write {}", file.display());
    let mut out = BufWriter::new(std::fs::File::create(&unfinished).with_context(cannot)?);
    while let Some(part) = parts.try_next().await? {
        out.write_all(part.as_bytes()).with_context(cannot)?;
    }
    let written = out
        .into_inner()
        .map_err(std::io::IntoInnerError::into_error);
    written
        .and_then(|out| out.sync_all())
        .with_context(cannot)?;
    std::fs::rename(&unfinished, file).with_context(cannot)
}

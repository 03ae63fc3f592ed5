//! `postbag samples make`: leaflets as they come through the letterbox, with the truth about each.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use directory::Kind;
use rayon::prelude::*;
use samples::{Collected, Handling, Options, leaflet};
use schemas::layout::{Layout, builtin};
use schemas::payload::DEFAULT_PREFIX;
use schemas::{Clock as _, SystemClock};

use crate::cli::SamplesMake;
use crate::output;
use crate::parts::services::load_file;

/// Makes leaflets on all cores and writes them as they are ready.
pub(crate) async fn make(arguments: SamplesMake) -> anyhow::Result<ExitCode> {
    let options = Options {
        layouts: layouts(&arguments.layouts)?,
        prefix: DEFAULT_PREFIX.to_owned(),
        first_serial: 1,
        handling: if arguments.gentle {
            Handling::Gentle
        } else {
            Handling::Rough
        },
        collected: Collected::read(arguments.unipen.as_deref(), arguments.doodles.as_deref())?
            .about(services(&arguments.services)?),
    };
    let (count, out) = (arguments.count, arguments.out.display().to_string());
    let all = move || {
        (0..count)
            .into_par_iter()
            .map(|i| one(i, &arguments, &options))
            .try_reduce(|| 0, |a, b| Ok(a + b))
    };
    let n_pages = tokio::task::spawn_blocking(all).await??;
    output::line(&format!("{count} leaflets, {n_pages} pages in {out}"))?;
    Ok(ExitCode::SUCCESS)
}

/// Makes and writes one leaflet and says how many pages it has.
fn one(leaflet_idx: u32, arguments: &SamplesMake, options: &Options) -> anyhow::Result<usize> {
    let made = || -> Result<usize, samples::SampleError> {
        let files = leaflet(arguments.seed, leaflet_idx, options)?;
        for sample in &files {
            samples::write(&arguments.out, sample)?;
        }
        Ok(files.iter().map(|sample| sample.truths.len()).sum())
    };
    made().with_context(|| format!("leaflet {} could not be made", leaflet_idx + 1))
}

/// Name and postcode of every open service that people write about: organisations are not.
fn services(files: &[PathBuf]) -> anyhow::Result<Vec<(String, String)>> {
    let mut named = Vec::new();
    for file in files {
        let parsed = load_file(file, SystemClock.now())?;
        let known = parsed.services.into_iter();
        let told_of =
            known.filter(|s| !s.closed && !s.postcode.is_empty() && s.kind != Kind::Organisation);
        named.extend(told_of.map(|service| (service.name, service.postcode)));
    }
    Ok(named)
}

/// The layouts that come with Postbag, or those of them that are named.
fn layouts(names: &[String]) -> anyhow::Result<Vec<Layout>> {
    let known = builtin();
    if names.is_empty() {
        return Ok(printed_now(&known));
    }
    let mut chosen: Vec<Layout> = Vec::new();
    for name in names {
        if Path::new(name)
            .extension()
            .is_some_and(|ending| ending == "json")
        {
            chosen.push(from_file(Path::new(name))?);
            continue;
        }
        let is_named = |layout: &&Layout| {
            layout.id.as_str() == name || format!("{}.{}", layout.id, layout.version) == *name
        };
        let found: Vec<Layout> = known.iter().filter(is_named).cloned().collect();
        if found.is_empty() {
            bail!("there is no layout {name:?}; `postbag layout list` shows those there are");
        }
        chosen.extend(found);
    }
    Ok(chosen)
}

fn from_file(file: &Path) -> anyhow::Result<Layout> {
    let json = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read the layout {}", file.display()))?;
    Layout::parse(&json).with_context(|| format!("{} is not a layout", file.display()))
}

/// The newest version of each layout: what is sent out. Older prints are made when they are named.
fn printed_now(layouts: &[Layout]) -> Vec<Layout> {
    let newest = |layout: &Layout| {
        let versions = layouts.iter().filter(|other| other.id == layout.id);
        versions.map(|other| other.version).max() == Some(layout.version)
    };
    layouts
        .iter()
        .filter(|layout| newest(layout))
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_is_chosen_by_name_or_by_name_and_version() {
        let all = layouts(&[]).unwrap();
        assert_eq!(
            all.len(),
            builtin().len() - 1,
            "one of them is an old print"
        );
        assert!(
            !all.iter()
                .any(|l| l.id.as_str() == "story-a4" && l.version == 1)
        );
        let one = layouts(&["story-a4.1".to_owned()]).unwrap();
        assert_eq!(one.len(), 1);
        assert_eq!((one[0].id.as_str(), one[0].version), ("story-a4", 1));
    }

    #[test]
    fn a_layout_that_is_not_there_is_refused_by_name() {
        let error = layouts(&["story-a9".to_owned()]).unwrap_err();
        assert!(error.to_string().contains("story-a9"), "{error}");
    }
}

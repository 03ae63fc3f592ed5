//! What is written on each picture.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::spaced;
use crate::cli::EvalTexts;

/// A picture and what is written on it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) file: PathBuf,
    pub(super) name: String,
    pub(super) text: String,
}

/// The pictures of a folder, at least one, and what is written on them.
pub(super) fn find(args: &EvalTexts) -> anyhow::Result<Vec<Written>> {
    let found = match (&args.truth, &args.text) {
        (Some(truth), _) => of_table(&args.dir, truth, args.only.as_deref())?,
        (None, Some(text)) => of_text(&args.dir, text)?,
        (None, None) => {
            bail!("say what is written on the pictures: --truth FILE.csv or --text FILE.txt")
        }
    };
    if found.is_empty() {
        bail!(
            "there is no picture in {} that a text is known of",
            args.dir.display()
        );
    }
    Ok(found)
}

/// One text on every picture of the folder.
fn of_text(dir: &Path, text: &Path) -> anyhow::Result<Vec<Written>> {
    let text =
        std::fs::read_to_string(text).with_context(|| format!("cannot read {}", text.display()))?;
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).with_context(|| format!("cannot list {}", dir.display()))? {
        let file = entry?.path();
        let ending = file
            .extension()
            .map(|ending| ending.to_string_lossy().to_lowercase());
        if ending.is_some_and(|ending| {
            ["png", "jpg", "jpeg", "tif", "tiff", "pdf"].contains(&ending.as_str())
        }) {
            files.push(file);
        }
    }
    files.sort();
    let written = |file: PathBuf| Written {
        name: file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        text: plain(&text),
        file,
    };
    Ok(files.into_iter().map(written).collect())
}

/// The rows of a table: picture, text, perhaps more.
fn of_table(dir: &Path, table: &Path, only: Option<&str>) -> anyhow::Result<Vec<Written>> {
    let mut rows = csv::Reader::from_path(table)
        .with_context(|| format!("cannot read {}", table.display()))?;
    let wanted = only
        .map(|only| Wanted::parse(only, rows.headers()?))
        .transpose()?;
    let mut found = Vec::new();
    for row in rows.records() {
        let row = row.with_context(|| format!("{} is no table", table.display()))?;
        let (Some(name), Some(text)) = (row.get(0), row.get(1)) else {
            bail!(
                "{} needs two columns: the picture and its text",
                table.display()
            );
        };
        if wanted.as_ref().is_some_and(|wanted| !wanted.holds(&row)) {
            continue;
        }
        let file = place(dir, name);
        if !file.is_file() {
            bail!(
                "{} tells of the picture {name}, which is not in {}",
                table.display(),
                dir.display()
            );
        }
        found.push(Written {
            file,
            name: name.to_owned(),
            text: plain(text),
        });
    }
    Ok(found)
}

/// Where a picture lies: as it is named, or, where its folders were not kept, by its own name.
fn place(dir: &Path, name: &str) -> PathBuf {
    let whole = dir.join(name);
    match Path::new(name).file_name() {
        Some(own) if !whole.is_file() => dir.join(own),
        _ => whole,
    }
}

/// The rows that count: those with one of some values in a column.
struct Wanted {
    column: usize,
    values: Vec<String>,
}

impl Wanted {
    fn parse(only: &str, heading: &csv::StringRecord) -> anyhow::Result<Self> {
        let (column, values) = only.split_once('=').context("--where is COLUMN=VALUE,…")?;
        let place = heading.iter().position(|name| name == column);
        Ok(Self {
            column: place.with_context(|| format!("the table has no column {column:?}"))?,
            values: values.split(',').map(str::to_owned).collect(),
        })
    }

    fn holds(&self, row: &csv::StringRecord) -> bool {
        let value = row.get(self.column);
        value.is_some_and(|value| self.values.iter().any(|wanted| wanted == value))
    }
}

/// In the letters of English: dots over letters are left out, `ß` is `ss`, quotation marks and dashes are the plain ones.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for character in text.chars() {
        match character {
            'ä' | 'à' | 'á' | 'â' => plain.push('a'),
            'ö' | 'ó' | 'ô' => plain.push('o'),
            'ü' | 'ú' | 'û' => plain.push('u'),
            'é' | 'è' | 'ê' | 'ë' => plain.push('e'),
            'Ä' => plain.push('A'),
            'Ö' => plain.push('O'),
            'Ü' => plain.push('U'),
            'ß' => plain.push_str("ss"),
            '‘' | '’' => plain.push('\''),
            '“' | '”' => plain.push('"'),
            '–' | '—' => plain.push('-'),
            other => plain.push(other),
        }
    }
    spaced(&plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_with_the_rows_that_are_wanted() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.png"), "").unwrap();
        let table = dir.path().join("truth.csv");
        std::fs::write(
            &table,
            "file,text,writer\ndeep/a.png,Größe,3\nb.png,other,4\n",
        )
        .unwrap();
        let found = of_table(dir.path(), &table, Some("writer=2,3")).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].name.as_str(), found[0].text.as_str()),
            ("deep/a.png", "Grosse")
        );
        let error = of_table(dir.path(), &table, None).unwrap_err().to_string();
        assert!(error.contains("b.png"), "{error}");
    }
}

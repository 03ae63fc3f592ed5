//! What is public, as one file. Stories are fetched page by page: a hundred thousand of them are never in memory at once.

mod table;

pub(crate) use table::{harmless, write};

use std::pin::Pin;

use futures_util::Stream;
use futures_util::stream;
use schemas::TimeMs;
use store::{Publication, Store, StoreError};

use crate::opinion::Opinion;

/// So many stories are in memory at once.
const PAGE: u32 = 200;

/// What kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// A table with a heading, for spreadsheets. A cell that a spreadsheet would take for a formula begins with `'`.
    Csv,
    /// One array of opinions in the shape of the Care Opinion API v2.
    Json,
}

/// What is exported.
#[derive(Clone, Debug)]
pub struct Export {
    /// The kind of file.
    pub format: ExportFormat,
    /// Only stories that were published then or later.
    pub since: TimeMs,
    /// Where readers find the public pages, without a slash at the end.
    pub base: String,
}

/// Why an export broke off.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The records failed.
    #[error("the records could not be read")]
    Store(#[from] StoreError),
    /// A story could not be written as a row.
    #[error("a story could not be written as a row of a table")]
    Csv(#[from] csv::Error),
    /// A story could not be written as JSON.
    #[error("a story could not be written as JSON")]
    Json(#[from] serde_json::Error),
}

/// The parts of a file, in order.
pub type ExportParts = Pin<Box<dyn Stream<Item = Result<String, ExportError>> + Send>>;

/// How far an export is.
enum At {
    Beginning,
    /// After the story with this number.
    After(i64),
    End,
}

/// Writes what is published and not taken down, in the order of the public numbers.
pub fn export(store: Store, what: Export) -> ExportParts {
    Box::pin(stream::try_unfold(
        (store, what, At::Beginning),
        async |(store, what, at)| {
            let (part, next) = match at {
                At::Beginning => (what.beginning()?, At::After(0)),
                At::After(number) => what.page(&store, number).await?,
                At::End => return Ok(None),
            };
            Ok(Some((part, (store, what, next))))
        },
    ))
}

impl Export {
    fn beginning(&self) -> Result<String, ExportError> {
        match self.format {
            ExportFormat::Csv => Ok(table::heading()?),
            ExportFormat::Json => Ok("[".to_owned()),
        }
    }

    async fn page(&self, store: &Store, after: i64) -> Result<(String, At), ExportError> {
        let stories = store.publications_above(after, self.since, PAGE).await?;
        let Some(last) = stories.last() else {
            let end = match self.format {
                ExportFormat::Csv => "",
                ExportFormat::Json => "\n]\n",
            };
            return Ok((end.to_owned(), At::End));
        };
        let next = At::After(last.number);
        let part = match self.format {
            ExportFormat::Csv => table::rows(&stories, &self.base)?,
            ExportFormat::Json => self.opinions(&stories, after == 0)?,
        };
        Ok((part, next))
    }

    fn opinions(&self, stories: &[Publication], is_first: bool) -> Result<String, ExportError> {
        let mut text = String::new();
        for (idx, story) in stories.iter().enumerate() {
            text.push_str(if is_first && idx == 0 { "\n" } else { ",\n" });
            text.push_str(&serde_json::to_string(&Opinion::of(story, &self.base))?);
        }
        Ok(text)
    }
}

//! Files of services, from the disk.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use directory::Index;
use directory::files::{FileError, Parsed, parse};
use schemas::{Clock as _, SystemClock, TimeMs};

use crate::config;

/// Reads a file of services; the error says which file, which line, and what to do.
pub(crate) fn load_file(file: &Path, now: TimeMs) -> anyhow::Result<Parsed> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot open {}", file.display()))?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    parse(&name, &bytes, &day(now)).map_err(|error| {
        let help = help(&error);
        anyhow::Error::new(error).context(format!(
            "nothing was taken in from {}; {help}",
            file.display()
        ))
    })
}

/// What somebody can do about a file that was refused.
fn help(error: &FileError) -> &'static str {
    match error {
        FileError::Width { .. } => {
            "download it again and do not open it in a spreadsheet first; a file of your own needs a heading with code,name,postcode"
        }
        FileError::Column { .. } => "rename the columns of its heading",
        FileError::Kind { .. } => "correct that line",
        FileError::Empty => "download it again",
        FileError::Csv(_) => "save it as CSV, in UTF-8 or Windows-1252",
    }
}

/// The directory that `reading.directory` names, for `postbag read`, which asks no database.
pub(crate) fn load_index(reading: &config::Reading) -> anyhow::Result<Option<Arc<Index>>> {
    let Some(file) = &reading.directory else {
        return Ok(None);
    };
    let parsed = load_file(file, SystemClock.now())?;
    Ok(Some(Arc::new(Index::new(parsed.services, Vec::new()))))
}

/// The day of a moment, written `20261125`.
fn day(now: TimeMs) -> String {
    let moment: DateTime<Utc> = DateTime::from_timestamp_millis(now.0).unwrap_or_default();
    moment.format("%Y%m%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(day(TimeMs(0)), "19700101");
        assert_eq!(day(TimeMs(1_795_426_200_000)), "20261123");
        assert_eq!(day(TimeMs(951_782_400_000)), "20000229");
    }
}

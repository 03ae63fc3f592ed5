//! Files of services: what they say, checked and put into one form.

mod headed;
mod ods;
mod text;

use std::collections::BTreeMap;

use crate::service::Service;

/// Why a file is refused. Nothing of it is taken in then.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// A line has more or fewer columns than such a file has.
    #[error("line {line} has {found} columns where {expected} are expected")]
    Width {
        /// The line, from 1.
        line: u64,
        /// How many it has.
        found: usize,
        /// How many it should have.
        expected: usize,
    },
    /// A file with a heading lacks a column that is needed.
    #[error("the heading names no column for the {what}; known names are {known}")]
    Column {
        /// What the column holds.
        what: &'static str,
        /// The names that are understood.
        known: String,
    },
    /// A kind that is not known.
    #[error(
        "line {line}: {kind:?} is no kind; known are organisation, site, hospital, practice and service"
    )]
    Kind {
        /// The line, from 1.
        line: u64,
        /// What stands there.
        kind: String,
    },
    /// It is no CSV file.
    #[error("it cannot be read as CSV")]
    Csv(#[from] csv::Error),
}

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// Its services, each code once, in the order of the codes. Where a code comes twice, the last line counts.
    pub services: Vec<Service>,
    /// Lines without a code or a name.
    pub n_skipped: usize,
    /// Services whose postcode is none; they are taken in without it.
    pub n_without_postcode: usize,
}

/// Reads a file of services. `name` is the file's name: files without a heading tell by it what they hold. `today` is
/// written `20261125`; what closes later is still open.
///
/// # Errors
/// When the file is none that is known here.
pub fn parse(name: &str, bytes: &[u8], today: &str) -> Result<Parsed, FileError> {
    let text = text::decode(bytes);
    if text.trim().is_empty() {
        return Err(FileError::Empty);
    }
    let lines = if headed::has_heading(&text) {
        headed::services(&text, today)?
    } else {
        ods::services(name, &text, today)?
    };
    let mut parsed = Parsed::default();
    let mut by_code: BTreeMap<String, Service> = BTreeMap::new();
    for mut service in lines {
        if service.code.is_empty() || service.name.is_empty() {
            parsed.n_skipped += 1;
            continue;
        }
        service.postcode = text::postcode(&service.postcode);
        by_code.insert(service.code.clone(), service);
    }
    parsed.services = by_code.into_values().collect();
    let without = parsed
        .services
        .iter()
        .filter(|service| service.postcode.is_empty());
    parsed.n_without_postcode = without.count();
    Ok(parsed)
}

#[cfg(test)]
mod tests;

//! Files of the organisation data service without a heading: `etr`, `ets`, `epraccur`, `niorg` and their relatives.
//!
//! 27 columns: 1 code, 2 name, 5 to 9 address, 10 postcode, 12 closing date, 13 status, 15 the organisation above it
//! (of a practice: who pays for it, which is nobody that people tell of).

use csv::{ReaderBuilder, StringRecord};

use super::FileError;
use super::text::{address, is_past, mixed_case, tidy};
use crate::service::{Kind, Service};

const N_COLUMNS: usize = 27;

/// The services of a file, line by line.
pub(super) fn services(name: &str, text: &str, today: &str) -> Result<Vec<Service>, FileError> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let kind = kind_of_file(name);
    let mut services = Vec::new();
    for record in reader.records() {
        let record = record?;
        if record.len() != N_COLUMNS {
            return Err(FileError::Width {
                line: record.position().map_or(0, csv::Position::line),
                found: record.len(),
                expected: N_COLUMNS,
            });
        }
        services.push(service(&record, kind, today));
    }
    Ok(services)
}

fn service(record: &StringRecord, kind: Kind, today: &str) -> Service {
    let column = |number: usize| record.get(number - 1).unwrap_or_default();
    let lines: Vec<&str> = (5..=9).map(column).collect();
    let (town, address) = address(&lines);
    let name = mixed_case(column(2));
    // C is closed and D dormant; newer files write the word.
    let inactive = matches!(column(13).trim(), "C" | "D" | "INACTIVE");
    let parent = if kind == Kind::Practice {
        ""
    } else {
        column(15)
    };
    Service {
        code: tidy(column(1)).to_uppercase(),
        kind: kind_of(kind, &name, parent),
        name,
        parent: tidy(parent).to_uppercase(),
        address,
        town,
        postcode: column(10).to_owned(),
        closed: inactive || is_past(column(12), today),
        aliases: Vec::new(),
    }
}

/// A site that calls itself a hospital is one; an entry of `niorg` that belongs to another is a site.
fn kind_of(of_file: Kind, name: &str, parent: &str) -> Kind {
    let name = name.to_lowercase();
    let is_hospital = name.contains("hospital") || name.contains("infirmary");
    match of_file {
        Kind::Organisation if parent.is_empty() => Kind::Organisation,
        Kind::Organisation | Kind::Site if is_hospital => Kind::Hospital,
        Kind::Organisation => Kind::Site,
        other => other,
    }
}

fn kind_of_file(name: &str) -> Kind {
    let name = name.to_lowercase();
    let stem = name.rsplit(['/', '\\']).next().unwrap_or(&name);
    let begins = |with: &[&str]| with.iter().any(|with| stem.starts_with(with));
    if begins(&["ets", "ects"]) {
        Kind::Site
    } else if begins(&["etr", "ect", "niorg", "wlhb"]) {
        Kind::Organisation
    } else if begins(&["epraccur", "ebranchs", "epracmem"]) {
        Kind::Practice
    } else {
        Kind::Service
    }
}

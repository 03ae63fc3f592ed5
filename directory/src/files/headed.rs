//! Files with a heading: our own, Scotland's hospitals, and exports of the NHS websites. Columns are found by name.

use csv::{ReaderBuilder, StringRecord};

use super::FileError;
use super::text::{address, is_past, mixed_case, tidy};
use crate::service::{Kind, Service};

/// What each column may be called, in small letters without spaces and underscores.
const CODE: &[&str] = &["code", "hospitalcode", "organisationcode", "odscode"];
const NAME: &[&str] = &["name", "hospitalname", "organisationname", "trustname"];
const POSTCODE: &[&str] = &["postcode"];
const PARENT: &[&str] = &["parent", "parentodscode", "healthboard"];
const KIND: &[&str] = &["kind", "organisationtype"];
const TOWN: &[&str] = &["town", "city"];
const ALIASES: &[&str] = &["aliases"];
const CLOSED: &[&str] = &["closed"];
const CLOSED_ON: &[&str] = &["closedon", "closedate", "closed_date"];
const ADDRESS: &[&str] = &[
    "address",
    "address1",
    "address2",
    "address3",
    "addressline1",
    "addressline2",
    "addressline3",
    "addressline4",
    "county",
];

/// Where the columns are.
struct Columns {
    code: usize,
    name: usize,
    postcode: usize,
    parent: Option<usize>,
    kind: Option<usize>,
    town: Option<usize>,
    aliases: Option<usize>,
    closed: Option<usize>,
    closed_on: Option<usize>,
    address: Vec<usize>,
    /// What a service is where the file does not say: some say it by the names of their columns only.
    of_file: Kind,
}

/// Whether the first line names columns.
pub(super) fn has_heading(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    let names = first.split(separator(first)).map(plain);
    let known = [CODE, NAME, POSTCODE].concat();
    names.filter(|name| known.contains(&name.as_str())).count() >= 2
}

/// The services of a file, line by line.
pub(super) fn services(text: &str, today: &str) -> Result<Vec<Service>, FileError> {
    let first = text.lines().next().unwrap_or_default();
    // The CSV reader takes one byte for a separator; the websites of the NHS wrote `¬`, which has two.
    let (text, separator) = match separator(first) {
        '¬' => (text.replace('¬', "\u{1F}"), b'\x1F'),
        other => (text.to_owned(), other as u8),
    };
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .quoting(separator == b',' || separator == b';')
        .flexible(true)
        .from_reader(text.as_bytes());
    let heading = reader.headers()?.clone();
    let columns = Columns::of(&heading)?;
    let mut services = Vec::new();
    for record in reader.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != heading.len() {
            return Err(FileError::Width {
                line,
                found: record.len(),
                expected: heading.len(),
            });
        }
        services.push(columns.service(&record, line, today)?);
    }
    Ok(services)
}

impl Columns {
    fn of(heading: &StringRecord) -> Result<Self, FileError> {
        let names: Vec<String> = heading.iter().map(plain).collect();
        let find = |known: &[&str]| names.iter().position(|name| known.contains(&name.as_str()));
        let need = |what: &'static str, known: &[&str]| {
            find(known).ok_or_else(|| FileError::Column {
                what,
                known: known.join(", "),
            })
        };
        let is_address = |name: &str| names.iter().position(|known| known == name);
        Ok(Self {
            code: need("code", CODE)?,
            name: need("name", NAME)?,
            postcode: need("postcode", POSTCODE)?,
            parent: find(PARENT),
            kind: find(KIND),
            town: find(TOWN),
            aliases: find(ALIASES),
            closed: find(CLOSED),
            closed_on: find(CLOSED_ON),
            address: ADDRESS.iter().filter_map(|name| is_address(name)).collect(),
            of_file: kind_of_file(&names),
        })
    }

    fn service(&self, record: &StringRecord, line: u64, today: &str) -> Result<Service, FileError> {
        let at = |column: usize| record.get(column).unwrap_or_default();
        let text = |column: Option<usize>| tidy(column.map_or("", at));
        let lines: Vec<&str> = self.address.iter().map(|column| at(*column)).collect();
        let (town, address) = match self.town {
            Some(town) => (mixed_case(at(town)), joined(&lines)),
            None => address(&lines),
        };
        Ok(Service {
            code: tidy(at(self.code)).to_uppercase(),
            name: mixed_case(at(self.name)),
            kind: self.kind(&text(self.kind), line)?,
            parent: text(self.parent).to_uppercase(),
            address,
            town,
            postcode: at(self.postcode).to_owned(),
            closed: is_yes(&text(self.closed)) || is_past(&text(self.closed_on), today),
            aliases: text(self.aliases)
                .split('|')
                .map(tidy)
                .filter(|alias| !alias.is_empty())
                .collect(),
        })
    }

    fn kind(&self, word: &str, line: u64) -> Result<Kind, FileError> {
        let word = word.to_lowercase();
        match word.as_str() {
            "" => Ok(self.of_file),
            word => Kind::parse(word).ok_or_else(|| FileError::Kind {
                line,
                kind: word.to_owned(),
            }),
        }
    }
}

fn kind_of_file(names: &[String]) -> Kind {
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    if has("hospitalcode") {
        Kind::Hospital
    } else if has("trustname") {
        Kind::Organisation
    } else {
        Kind::Service
    }
}

fn joined(lines: &[&str]) -> String {
    let lines = lines
        .iter()
        .map(|line| mixed_case(line))
        .filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(", ")
}

fn is_yes(word: &str) -> bool {
    matches!(
        word.to_lowercase().as_str(),
        "yes" | "y" | "true" | "1" | "closed"
    )
}

fn separator(first_line: &str) -> char {
    let most = ['¬', ';', '\t']
        .into_iter()
        .find(|c| first_line.matches(*c).count() >= 2);
    most.unwrap_or(',')
}

fn plain(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

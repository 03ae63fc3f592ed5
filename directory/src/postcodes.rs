//! Files of postcodes: which districts exist. ONSPD and NSPL have a heading, Code-Point Open has none.

use std::collections::BTreeMap;
use std::io::Read;

use csv::{ReaderBuilder, StringRecord};
use schemas::postcode::Postcode;

/// Why a file of postcodes is refused.
#[derive(Debug, thiserror::Error)]
pub enum PostcodesError {
    /// Nothing in it is a postcode.
    #[error(
        "no column holds postcodes; a file needs a heading with pcds, pcd or postcode, or the postcode first"
    )]
    NoPostcodes,
    /// It cannot be read.
    #[error("it cannot be read as CSV")]
    Csv(#[from] csv::Error),
}

/// The districts of a file, each with the number of its postcodes that are in use; 0 where the file lists districts only.
pub type Districts = BTreeMap<String, u32>;

/// Reads a file of postcodes line by line: the largest has over a gigabyte.
///
/// # Errors
/// When it is no such file.
pub fn districts(file: impl Read) -> Result<Districts, PostcodesError> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(file);
    let mut districts = Districts::new();
    let mut columns = None;
    let mut record = StringRecord::new();
    while reader.read_record(&mut record)? {
        let Some((postcode, ended)) = columns else {
            columns = Some(columns_of(&record));
            if columns == Some((0, None)) {
                note(&mut districts, record.get(0).unwrap_or_default());
            }
            continue;
        };
        let ended = ended
            .and_then(|column| record.get(column))
            .unwrap_or_default();
        if ended.trim().is_empty() {
            note(&mut districts, record.get(postcode).unwrap_or_default());
        }
    }
    if districts.is_empty() {
        return Err(PostcodesError::NoPostcodes);
    }
    Ok(districts)
}

/// Where the postcode is, and where the date of its end. Newer releases add a year to some names.
fn columns_of(first: &StringRecord) -> (usize, Option<usize>) {
    let names: Vec<String> = first
        .iter()
        .map(|name| name.trim_start_matches('\u{FEFF}').trim().to_lowercase())
        .collect();
    let find = |wanted: &[&str]| {
        wanted
            .iter()
            .find_map(|w| names.iter().position(|name| name == w))
    };
    let postcode = find(&["pcds", "pcd", "pcd2", "postcode"])
        .or_else(|| names.iter().position(|n| n.starts_with("pcd")));
    match postcode {
        Some(column) => (
            column,
            names.iter().position(|name| name.starts_with("doterm")),
        ),
        None => (0, None),
    }
}

fn note(districts: &mut Districts, text: &str) {
    if let Ok(postcode) = Postcode::parse(text) {
        *districts.entry(postcode.outward().to_owned()).or_default() += 1;
    } else if is_district(text.trim()) {
        districts.entry(text.trim().to_owned()).or_default();
    }
}

/// Whether a text is the part before the space: it is when some postcode begins with it.
fn is_district(text: &str) -> bool {
    (2..=4).contains(&text.len())
        && Postcode::parse(&format!("{text}1AA")).is_ok_and(|p| p.outward() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ended_postcodes_of_the_national_file_are_left_out() {
        let file = "pcd,pcds,dointr,doterm,lat\nAB1 0AA,AB1 0AA,198001,199606,57\nLS1 3EX,LS1 3EX,198001,,53\n";
        assert_eq!(
            districts(file.as_bytes()).unwrap(),
            Districts::from([("LS1".to_owned(), 1)])
        );
    }

    #[test]
    fn files_without_a_heading_and_lists_of_districts_are_read() {
        let code_point = "\"LS1 3EX\",10,1,2\n\"LS1 4EX\",10,1,2\n";
        assert_eq!(districts(code_point.as_bytes()).unwrap()["LS1"], 2);
        let list = "postcode,easting\nLS1,1\nEC1A,2\n";
        assert_eq!(districts(list.as_bytes()).unwrap().len(), 2);
        assert!(matches!(
            districts("a,b\nc,d\n".as_bytes()),
            Err(PostcodesError::NoPostcodes)
        ));
    }
}

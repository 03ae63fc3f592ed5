//! UNIPEN: characters as the strokes of real pens.
//!
//! Guyon et al., *UNIPEN project of on-line data exchange and recognizer benchmarks*, ICPR 1994; the folder holds
//! `data/` (which strokes are which character) and `include/` (the strokes). Three things are found nowhere else:
//! the strokes of a file are in the last file that it includes; a segment counts only components that have a
//! point, pen-up ones as well; the y axis points up.

use std::path::{Path, PathBuf};

/// One stroke: points in the unit of the tablet, y down.
pub type TabletStroke = Vec<[f32; 2]>;

/// One character that somebody wrote.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// Which one.
    pub character: char,
    /// Its strokes, none of them empty.
    pub strokes: Vec<TabletStroke>,
}

/// All files of a category (`1a` digits, `1b` capitals, `1c` small letters), in a fixed order, each as contributor, name within
/// the contributor and path.
///
/// # Errors
/// When a folder cannot be listed.
pub fn files(
    folder: &Path,
    category: &str,
) -> Result<Vec<(String, String, PathBuf)>, std::io::Error> {
    let mut found = Vec::new();
    for contributor in entries(&folder.join("data").join(category))? {
        let name = file_name(&contributor);
        for entry in entries(&contributor)? {
            let part = file_name(&entry);
            let part = part.split('.').next().unwrap_or_default().to_owned();
            let files = if entry.is_dir() {
                files_below(&entry)?
            } else {
                vec![entry]
            };
            found.extend(
                files
                    .into_iter()
                    .map(|path| (name.clone(), part.clone(), path)),
            );
        }
    }
    Ok(found)
}

/// The characters of one file; none when its strokes are not there.
pub fn characters(folder: &Path, file: &Path) -> Vec<Written> {
    let text = String::from_utf8_lossy(&std::fs::read(file).unwrap_or_default()).into_owned();
    let include = text
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix(".INCLUDE "));
    let strokes =
        include.and_then(|path| std::fs::read(folder.join("include").join(path.trim())).ok());
    let Some(strokes) = strokes else {
        return Vec::new();
    };
    let components = components(&String::from_utf8_lossy(&strokes));
    text.lines()
        .filter_map(|line| segment(line, &components))
        .collect()
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, std::io::Error> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_, std::io::Error>>()?;
    entries.sort();
    Ok(entries)
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>, std::io::Error> {
    let mut found = Vec::new();
    for entry in entries(folder)? {
        if entry.is_dir() {
            found.extend(files_below(&entry)?);
        } else {
            found.push(entry);
        }
    }
    Ok(found)
}

/// Pen-down and pen-up stretches that hold at least one point; nothing for the pen-up ones.
fn components(text: &str) -> Vec<Option<TabletStroke>> {
    let mut found = Vec::new();
    let mut current: Option<(bool, TabletStroke)> = None;
    let finish = |current: &mut Option<(bool, TabletStroke)>, found: &mut Vec<_>| {
        if let Some((down, points)) = current.take().filter(|(_, points)| !points.is_empty()) {
            found.push(down.then_some(points));
        }
    };
    for line in text.lines().map(str::trim) {
        if line.starts_with(".PEN_DOWN") || line.starts_with(".PEN_UP") {
            finish(&mut current, &mut found);
            current = Some((line.starts_with(".PEN_DOWN"), Vec::new()));
        } else if line.starts_with('.') {
            if !line.starts_with(".DT") {
                finish(&mut current, &mut found);
            }
        } else if let Some((_, points)) = &mut current {
            points.extend(point(line));
        }
    }
    finish(&mut current, &mut found);
    found
}

fn point(line: &str) -> Option<[f32; 2]> {
    let mut numbers = line.split_whitespace().map(str::parse::<f32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(x)), Some(Ok(y))) => Some([x, -y]),
        _ => None,
    }
}

fn segment(line: &str, components: &[Option<TabletStroke>]) -> Option<Written> {
    let rest = line.strip_prefix(".SEGMENT CHARACTER ")?;
    let mut label = rest.split('"').nth(1)?.chars();
    let (Some(character), None) = (label.next(), label.next()) else {
        return None;
    };
    let mut strokes = Vec::new();
    for part in rest.split_whitespace().next()?.split(',') {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to): (usize, usize) = (from.parse().ok()?, to.parse().ok()?);
        strokes.extend(components.get(from..=to)?.iter().flatten().cloned());
    }
    let n_points: usize = strokes.iter().map(Vec::len).sum();
    (n_points >= 4).then_some(Written { character, strokes })
}

#[cfg(test)]
mod tests {
    use super::*;

    const STROKES: &str =
        ".PEN_DOWN\n10 20\n11 25\n12 30\n.PEN_UP\n.PEN_DOWN\n1 2\n.DT 5\n3 4\n.PEN_UP\n7 7\n";

    #[test]
    fn only_components_with_a_point_are_counted() {
        let found = components(STROKES);
        assert_eq!(found.len(), 3);
        let first = found[0].as_ref().unwrap()[0];
        assert!(first[0] > 9.9 && first[1] < -19.9, "{first:?}");
        assert_eq!(found[1].as_ref().unwrap().len(), 2);
        assert_eq!(found[2], None);
    }

    #[test]
    fn a_segment_is_one_character_with_all_of_its_strokes() {
        let found = segment(".SEGMENT CHARACTER 0-1 ? \"i\"", &components(STROKES)).unwrap();
        assert_eq!((found.character, found.strokes.len()), ('i', 2));
        for no_character in ["\"ab\"", "\"\""] {
            let line = format!(".SEGMENT CHARACTER 0-1 ? {no_character}");
            assert_eq!(segment(&line, &components(STROKES)), None);
        }
        assert_eq!(
            segment(".SEGMENT CHARACTER 0-9 ? \"a\"", &components(STROKES)),
            None
        );
    }
}

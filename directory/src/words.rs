//! Names as words: small letters without accents, abbreviations written out, words that say nothing left out.

/// Words that people put in and leave out as they like.
const STOP: &[&str] = &["the", "of", "and", "at", "in", "for", "on", "to", "nhs"];

/// What people shorten, and what it stands for.
const ABBREVIATIONS: &[(&str, &str)] = &[
    ("hosp", "hospital"),
    ("hospitals", "hospital"),
    ("hsp", "hospital"),
    ("surg", "surgery"),
    ("surgeries", "surgery"),
    ("med", "medical"),
    ("ctr", "centre"),
    ("center", "centre"),
    ("cntr", "centre"),
    ("cent", "centre"),
    ("hlth", "health"),
    ("hth", "health"),
    ("ctre", "centre"),
    ("prac", "practice"),
    ("practise", "practice"),
    ("saint", "st"),
    ("doctor", "dr"),
    ("doctors", "dr"),
    ("drs", "dr"),
    ("gen", "general"),
    ("univ", "university"),
    ("uni", "university"),
    ("infirm", "infirmary"),
    ("mem", "memorial"),
    ("comm", "community"),
    ("rd", "road"),
    ("ave", "avenue"),
    ("ln", "lane"),
    ("roy", "royal"),
    ("gp", "practice"),
    ("hc", "health centre"),
    ("mc", "medical centre"),
    ("grp", "group"),
    ("ptnrs", "partners"),
    ("ptnr", "partners"),
    ("partner", "partners"),
];

/// Words for what a service is; people swap them and leave them out.
const GENERIC: &[&str] = &[
    "surgery",
    "practice",
    "centre",
    "medical",
    "health",
    "hospital",
    "clinic",
    "dr",
    "group",
    "partners",
    "family",
    "house",
    "trust",
    "foundation",
    "general",
    "service",
    "services",
    "unit",
    "community",
];

/// Words for a part of a service, written before its name or behind it.
const DEPARTMENT: &[&str] = &[
    "ward",
    "unit",
    "dept",
    "department",
    "ae",
    "casualty",
    "maternity",
    "outpatients",
    "outpatient",
    "clinic",
    "accident",
    "emergency",
    "theatre",
    "reception",
    "icu",
    "itu",
    "xray",
    "ray",
    "physio",
    "floor",
    "day",
    "cardiology",
    "radiology",
    "oncology",
    "antenatal",
    "eye",
    "fracture",
];

/// How a word counts when one side has it and the other has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// It tells services apart.
    Telling,
    /// It says what a service is.
    Generic,
    /// It is a part of a service, a number or an initial.
    Department,
}

/// The sort of a word.
pub(crate) fn sort(word: &str) -> Sort {
    if GENERIC.contains(&word) {
        Sort::Generic
    } else if DEPARTMENT.contains(&word)
        || word.chars().count() < 2
        || word.chars().all(|c| c.is_ascii_digit())
    {
        Sort::Department
    } else {
        Sort::Telling
    }
}

/// The words of a name, in order.
pub(crate) fn words(name: &str) -> Vec<String> {
    let plain = plain(name);
    let mut words = Vec::new();
    for word in plain.split_whitespace() {
        let full = written_out(word);
        let telling = full.split(' ').filter(|word| !STOP.contains(word));
        words.extend(telling.map(str::to_owned));
    }
    words
}

/// What a word stands for.
pub(crate) fn written_out(word: &str) -> &str {
    let known = ABBREVIATIONS.iter().find(|(short, _)| *short == word);
    known.map_or(word, |(_, full)| *full)
}

/// Whether two names differ in abbreviations and small words only.
pub fn same_name(one: &str, other: &str) -> bool {
    words(one) == words(other)
}

/// Small ASCII letters, digits and spaces. A capital in the middle of a word begins a word of its own, which was read
/// too near to the one before it.
fn plain(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut n_small = 0;
    for character in name.chars() {
        if character.is_uppercase() && n_small > 2 {
            plain.push(' ');
        }
        n_small = if character.is_lowercase() {
            n_small + 1
        } else {
            0
        };
        match character {
            c if c.is_ascii_alphanumeric() => plain.push(c.to_ascii_lowercase()),
            '\'' | '\u{2019}' | '`' | '.' => {}
            c if c.is_alphabetic() => plain.push(folded(c)),
            _ => plain.push(' '),
        }
    }
    plain
}

/// The letter without its accent, for those that occur in names of the British Isles.
fn folded(character: char) -> char {
    match character.to_lowercase().next().unwrap_or(character) {
        'à' | 'á' | 'â' | 'ä' | 'ã' => 'a',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ò' | 'ó' | 'ô' | 'ö' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ŵ' => 'w',
        'ŷ' | 'ý' => 'y',
        'ç' => 'c',
        'ñ' => 'n',
        _ => ' ',
    }
}

/// The first letters of a name of three words or more: what many hospitals are called in their town.
pub(crate) fn initials(words: &[String]) -> Option<String> {
    let initials: String = words
        .iter()
        .filter_map(|word| word.chars().next())
        .collect();
    (initials.len() >= 3).then_some(initials)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_accents_and_small_words_make_no_difference() {
        assert_eq!(words("St. James's Hosp."), words("SAINT JAMESS HOSPITAL"));
        assert_eq!(words("The Surgery at Ely"), ["surgery", "ely"]);
        assert_eq!(words("Ysbyty Llandŵr"), ["ysbyty", "llandwr"]);
        assert_eq!(words("Park H/C"), ["park", "h", "c"]);
        assert_eq!(words("Park HC"), ["park", "health", "centre"]);
        assert_eq!(words("WhiteMedical"), ["white", "medical"]);
        assert_eq!(words("McNeil"), ["mcneil"]);
        assert!(same_name("The Rivers Hosp", "Rivers Hospital"));
    }

    #[test]
    fn a_hospital_is_known_by_its_initials() {
        let name = words("Leeds General Infirmary");
        assert_eq!(initials(&name).as_deref(), Some("lgi"));
        assert_eq!(initials(&name[..2]), None);
    }
}

//! The lists of names and words, as they lie in `data/`; `data/names/SOURCE.md` says where they come from.

use std::sync::LazyLock;

/// Days, months, feasts and peoples, which have a capital; those that are words as well are left out.
pub(crate) const PROPER: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "january",
    "february",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "christmas",
    "easter",
    "english",
    "welsh",
    "scottish",
    "irish",
    "british",
];

/// What a name may be; the letters of `data/names/names.txt`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sorts<'a>(&'a str);

impl Sorts<'_> {
    /// Given as a first name.
    pub(crate) fn is_first(self) -> bool {
        self.0.contains('f')
    }

    /// Given as a first name to many people in the United Kingdom.
    pub(crate) fn is_usual(self) -> bool {
        self.0.contains('u')
    }

    /// A surname.
    pub(crate) fn is_last(self) -> bool {
        self.0.contains('l')
    }

    /// Also a word of the language.
    pub(crate) fn is_word(self) -> bool {
        self.0.contains(['w', 'c'])
    }

    /// In one of the lists.
    pub(crate) fn is_name(self) -> bool {
        !self.0.is_empty()
    }
}

/// Lines of a word, a space and what is said about it, sorted by word.
type Table = Vec<(&'static str, &'static str)>;

fn table(text: &'static str) -> Table {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let mut table: Table = lines
        .map(|line| line.split_once(' ').unwrap_or((line, "")))
        .collect();
    table.sort_unstable_by_key(|(word, _)| *word);
    table
}

fn lookup(table: &Table, word: &str) -> Option<&'static str> {
    let idx = table
        .binary_search_by(|(known, _)| (*known).cmp(word))
        .ok()?;
    table.get(idx).map(|(_, said)| *said)
}

static NAMES: LazyLock<Table> = LazyLock::new(|| table(include_str!("../data/names/names.txt")));
static COMMON: LazyLock<Table> = LazyLock::new(|| table(include_str!("../data/words/common.txt")));
static STEMS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let lines = include_str!("../data/dictionary/en_GB.dic").lines().skip(1);
    let mut stems: Vec<&str> = care_words().collect();
    stems.extend(lines.map(|line| line.split('/').next().unwrap_or(line)));
    stems.sort_unstable();
    stems
});
static PLACES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let lines = include_str!("../data/words/places.txt")
        .lines()
        .filter(|line| !line.starts_with('#'));
    let mut places: Vec<String> = lines
        .flat_map(|line| line.split(' ').map(str::to_lowercase))
        .collect();
    places.sort_unstable();
    places
});

/// The words of care that the dictionary lacks.
pub(crate) fn care_words() -> impl Iterator<Item = &'static str> {
    let lines = include_str!("../data/words/care.txt").lines();
    lines
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| line.split(' '))
}

/// What a folded word may be as a name. Of two names with a hyphen, what the first may be.
pub(crate) fn sorts(word: &str) -> Sorts<'static> {
    if let Some(known) = lookup(&NAMES, word) {
        return Sorts(known);
    }
    match word.split_once('-') {
        Some((first, second)) if lookup(&NAMES, second).is_some() => {
            Sorts(lookup(&NAMES, first).unwrap_or_default())
        }
        _ => Sorts(""),
    }
}

/// Whether a word in small letters is one of the ten thousand most common ones.
pub(crate) fn is_common(word: &str) -> bool {
    lookup(&COMMON, word).is_some()
}

/// Whether a word in small letters is one of the four thousand most common ones.
pub(crate) fn is_very_common(word: &str) -> bool {
    lookup(&COMMON, word) == Some("1")
}

/// Whether a word in small letters is in the dictionary, or one of the common words, perhaps with an ending.
pub(crate) fn is_word(word: &str) -> bool {
    const ENDINGS: &[(&str, &str)] = &[
        ("", ""),
        ("s", ""),
        ("es", ""),
        ("ies", "y"),
        ("ed", ""),
        ("ed", "e"),
        ("ing", ""),
        ("ing", "e"),
        ("'t", ""),
        ("n't", ""),
        ("'ll", ""),
        ("'d", ""),
        ("'m", ""),
        ("'ve", ""),
        ("'re", ""),
        ("ly", ""),
        ("er", ""),
        ("er", "e"),
        ("est", ""),
    ];
    let mut stems = ENDINGS
        .iter()
        .filter_map(|(end, put)| Some(format!("{}{put}", word.strip_suffix(end)?)));
    stems.any(|stem| is_common(&stem) || STEMS.binary_search(&stem.as_str()).is_ok())
}

/// Whether a folded word is a town, a county or a country.
pub(crate) fn is_place(word: &str) -> bool {
    PLACES
        .binary_search_by(|place| place.as_str().cmp(word))
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_many_origins_are_known() {
        for name in [
            "siobhan", "gurpreet", "wambui", "lukasz", "angharad", "mohammed", "delroy", "hamish",
            "mei",
        ] {
            assert!(sorts(name).is_first(), "{name}");
        }
        for name in [
            "patel",
            "o'brien",
            "kowalczyk",
            "okonkwo",
            "abernethy",
            "mcallister",
            "llewellyn-price",
        ] {
            assert!(sorts(name).is_last(), "{name}");
        }
    }

    #[test]
    fn names_that_are_words_or_places_are_known_as_such() {
        assert!(sorts("heather").is_word() && sorts("heather").is_usual());
        assert!(is_place("beverley") && is_place("cockermouth"));
        assert!(!sorts("among").is_first() && !sorts("xyzzy").is_name());
    }
}

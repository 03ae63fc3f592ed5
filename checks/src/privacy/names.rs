//! Names of people: with titles, in full, alone, and side by side.
//!
//! No list of names is whole, and half of those people bear are words or places as well. So each name needs evidence:
//! a title, a list, a capital letter where capitals mean something, and the words around it. What is named after
//! people (wards, diseases, charities) is known by a list and by the word behind it.

mod around;
mod full;
mod joined;
mod lexicon;
mod not_people;
mod single;
mod titled;

use super::About;
use crate::finding::{Finding, Kind};
use crate::lists::{Sorts, sorts};
use crate::text::{Case, Manner, Word};

/// What kind of name it is, which decides what is said about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    /// Of somebody at work: a first name alone.
    StaffFirst,
    /// A first name alone, of whomever.
    First,
    /// With a title or a surname, or of somebody's family.
    Full,
}

/// A name: the first and the last of its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Name {
    first: usize,
    last: usize,
    sort: Sort,
}

/// The words of a text, what each may be as a name, and which are known to name no person.
struct Reader<'a> {
    words: &'a [Word<'a>],
    sorts: Vec<Sorts<'static>>,
    is_no_person: Vec<bool>,
}

/// Adds the names of a text.
pub(super) fn find(text: &str, words: &[Word<'_>], about: About, findings: &mut Vec<Finding>) {
    let reader = Reader {
        words,
        sorts: words.iter().map(|word| sorts(word.bare())).collect(),
        is_no_person: not_people::marked(words),
    };
    let names = joined::with_neighbours(&reader, reader.names());
    findings.extend(names.iter().map(|name| finding(text, words, name, about)));
}

impl Reader<'_> {
    fn names(&self) -> Vec<Name> {
        let mut names = Vec::new();
        let mut idx = 0;
        while idx < self.words.len() {
            let name = titled::at(self, idx)
                .or_else(|| full::at(self, idx))
                .or_else(|| single::at(self, idx));
            idx = name.map_or(idx, |name| name.last) + 1;
            names.extend(name);
        }
        names
    }

    fn word(&self, idx: usize) -> Option<&Word<'_>> {
        self.words.get(idx)
    }

    /// The word in small letters without `'s`; empty beyond the ends.
    fn folded(&self, idx: usize) -> &str {
        self.words.get(idx).map_or("", Word::bare)
    }

    /// The word before, in the same sentence.
    fn before(&self, idx: usize, n: usize) -> &str {
        let crosses = (idx.saturating_sub(n)..=idx)
            .skip(1)
            .any(|at| self.words.get(at).is_none_or(|word| word.starts_sentence));
        match idx.checked_sub(n) {
            Some(at) if !crosses => self.folded(at),
            _ => "",
        }
    }

    /// Whether the word goes on from the one before without a comma or a stop. That of an initial does not count.
    fn goes_on(&self, idx: usize) -> bool {
        let after_initial = idx
            .checked_sub(1)
            .and_then(|at| self.words.get(at))
            .is_some_and(|word| word.text.chars().count() == 1);
        self.words.get(idx).is_some_and(|word| {
            !word.is_apart && (!word.has_mark_before() || after_initial && word.mark == ".")
        })
    }

    /// Whether it has a capital that says something.
    fn has_capital(&self, idx: usize) -> bool {
        self.words
            .get(idx)
            .is_some_and(|word| word.manner == Manner::Usual && word.case == Case::Capital)
    }

    fn is_usual_manner(&self, idx: usize) -> bool {
        self.words
            .get(idx)
            .is_some_and(|word| word.manner == Manner::Usual)
    }
}

fn finding(text: &str, words: &[Word<'_>], name: &Name, about: About) -> Finding {
    let place = (words[name.first].start, words[name.last].end_of_bare());
    let why = match name.sort {
        Sort::StaffFirst if about.is_positive => {
            "The first name of a member of staff: it may stay, because the story is praise."
        }
        Sort::StaffFirst => {
            "The first name of a member of staff: a job title is better in a story that is critical."
        }
        Sort::First if about.is_positive => {
            "A first name. If it is that of a member of staff, it may stay, because the story is praise; the author's and a patient's may not."
        }
        Sort::First => "A first name: it can tell who somebody is.",
        Sort::Full => "Somebody's name.",
    };
    debug_assert!(text.is_char_boundary(place.1));
    Finding::new(Kind::Name, place, why, "[name removed]")
}

#[cfg(test)]
mod tests;

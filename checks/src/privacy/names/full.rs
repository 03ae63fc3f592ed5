//! A first name with a surname behind it, or initials: Ethel Rowbottom, Horace T. Wainwright, J. Smith.

use super::lexicon::{INSTITUTIONS, INSTITUTIONS_BEFORE, MONTHS, STAFF, WORDY_SURNAMES};
use super::{Name, Reader, Sort};
use crate::lists::{is_common, is_place, is_very_common};
use crate::text::{Case, Manner, Word};

/// How many words a name has at most.
const N_WORDS_MOST: usize = 5;

/// The full name that begins at `idx`.
pub(super) fn at(reader: &Reader<'_>, idx: usize) -> Option<Name> {
    if !begins(reader, idx) {
        return None;
    }
    let mut last = idx;
    while last + 1 < idx + N_WORDS_MOST && goes_on(reader, last + 1) {
        last += 1;
    }
    while last > idx && is_initial(reader, last) {
        last -= 1;
    }
    let is_whole = last > idx && is_one(reader, idx, last) && !reader.is_named_after(idx, last);
    is_whole.then_some(Name {
        first: idx,
        last,
        sort: Sort::Full,
    })
}

fn begins(reader: &Reader<'_>, idx: usize) -> bool {
    let word = &reader.words[idx];
    if reader.is_no_person[idx]
        || word.is_number()
        || INSTITUTIONS_BEFORE.contains(word.bare())
        || is_place(word.bare()) && !reader.sorts[idx].is_first()
    {
        return false;
    }
    match (word.manner, word.case) {
        _ if is_initial(reader, idx) => {
            word.case == Case::Capitals && !matches!(word.bare(), "i" | "a")
        }
        (Manner::Usual, Case::Small) => false,
        (Manner::Usual, _) => {
            !MONTHS.contains(word.bare()) && !is_very_common(word.bare())
                || reader.sorts[idx].is_usual()
        }
        _ => reader.sorts[idx].is_first() && !reader.sorts[idx].is_word(),
    }
}

fn is_initial(reader: &Reader<'_>, idx: usize) -> bool {
    reader.words[idx].text.chars().count() == 1
}

/// Whether a word may be a part of the name but the first.
fn goes_on(reader: &Reader<'_>, idx: usize) -> bool {
    let Some(word) = reader
        .word(idx)
        .filter(|word| !word.is_number() && reader.goes_on(idx))
    else {
        return false;
    };
    let (folded, sorts) = (word.bare(), reader.sorts[idx]);
    let follows_possessive = reader.words[idx - 1].bare() != reader.words[idx - 1].folded;
    if follows_possessive
        || reader.is_no_person[idx] && !sorts.is_last()
        || INSTITUTIONS.contains(folded) && !WORDY_SURNAMES.contains(folded)
    {
        return false;
    }
    match (word.manner, word.case) {
        _ if is_initial(reader, idx) => word.case == Case::Capitals && folded != "i",
        (Manner::Usual, Case::Small) => {
            matches!(
                folded,
                "van" | "von" | "de" | "al" | "bin" | "ap" | "ab" | "da" | "dos"
            ) && reader.has_capital(idx + 1)
        }
        (Manner::Usual, _) => {
            sorts.is_name() && (!is_very_common(folded) || WORDY_SURNAMES.contains(folded))
                || !is_very_common(folded) && !is_place(folded) && !STAFF.contains(folded)
        }
        _ => {
            sorts.is_name() && !is_common(folded) && !sorts.is_word()
                || WORDY_SURNAMES.contains(folded) && is_end(reader, idx)
        }
    }
}

/// A surname that is a word, where capitals say nothing: only before a verb or a stop.
fn is_end(reader: &Reader<'_>, idx: usize) -> bool {
    reader.word(idx + 1).is_none_or(Word::has_mark_before) || reader.acts(idx)
}

/// Whether words that may be names are one together: the first is given as a first name, or the last is a surname.
fn is_one(reader: &Reader<'_>, first: usize, last: usize) -> bool {
    let (one, other) = (reader.sorts[first], reader.sorts[last]);
    let is_street_like = INSTITUTIONS.contains(reader.folded(last));
    if is_street_like && !(one.is_usual() && !one.is_word() && !is_place(reader.folded(first))) {
        return false;
    }
    let is_sure_last = other.is_name() && !other.is_word() && !is_place(reader.folded(last));
    if is_initial(reader, first) {
        let has_dot = reader.word(first + 1).is_some_and(Word::has_mark_before);
        return has_dot && other.is_name() || is_sure_last && other.is_last();
    }
    let is_first = one.is_first() && (one.is_usual() || !one.is_word());
    let starts = reader.words[first].starts_sentence;
    let is_likely =
        other.is_name() || is_initial(reader, first + 1) || !is_very_common(reader.folded(last));
    if is_first {
        return is_likely && (!one.is_word() || is_sure_last || other.is_last() && !starts);
    }
    let has_capitals = reader.has_capital(first) && reader.has_capital(last);
    let is_unknown = !is_common(reader.folded(first)) && !is_place(reader.folded(first));
    has_capitals && is_unknown && is_sure_last && (one.is_name() || other.is_last() && !starts)
}

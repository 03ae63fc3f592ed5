//! Names side by side: what stands beside a name in a list of names is one too.

use super::lexicon::{ACTS, MONTHS, WHERE};
use super::{Name, Reader, Sort};
use crate::lists::{is_common, is_place};
use crate::text::{Case, Manner, Word};

/// The names, with those beside them, and with pairs of names that are words ("FAITH AND PRECIOUS ON NIGHTS").
pub(super) fn with_neighbours(reader: &Reader<'_>, mut names: Vec<Name>) -> Vec<Name> {
    names.extend(pairs(reader, &names));
    loop {
        let more: Vec<Name> = names
            .iter()
            .flat_map(|name| neighbours(reader, name))
            .filter(|new| !names.iter().any(|name| overlaps(name, new)))
            .collect();
        if more.is_empty() {
            return names;
        }
        for new in more {
            if !names.iter().any(|name| overlaps(name, &new)) {
                names.push(new);
            }
        }
    }
}

fn overlaps(one: &Name, other: &Name) -> bool {
    one.first <= other.last && other.first <= one.last
}

/// The words joined to a name on both sides.
fn neighbours(reader: &Reader<'_>, name: &Name) -> Vec<Name> {
    let behind = joined_behind(reader, name.last);
    let before = joined_before(reader, name.first);
    let can_be = |idx: &usize| can_be_joined(reader, *idx);
    behind
        .into_iter()
        .chain(before)
        .filter(can_be)
        .map(|idx| Name {
            first: idx,
            last: idx,
            sort: Sort::First,
        })
        .collect()
}

/// The word behind a name and `and`, `&` or a comma.
fn joined_behind(reader: &Reader<'_>, last: usize) -> Option<usize> {
    let next = reader.word(last + 1).filter(|word| !word.starts_sentence)?;
    if matches!(&*next.folded, "and" | "or" | "n") {
        Some(last + 2)
    } else {
        (next.has_mark_before() && !next.is_apart).then_some(last + 1)
    }
}

/// The word before `and`, `&` or a comma and a name.
fn joined_before(reader: &Reader<'_>, first: usize) -> Option<usize> {
    let own = reader.word(first).filter(|word| !word.starts_sentence)?;
    if matches!(reader.before(first, 1), "and" | "or" | "n")
        && !reader.word(first - 1)?.starts_sentence
    {
        first.checked_sub(2)
    } else {
        (own.has_mark_before() && !own.is_apart).then_some(first.checked_sub(1)?)
    }
}

/// A first name in the lists, or with a capital any word that is not common.
fn can_be_joined(reader: &Reader<'_>, idx: usize) -> bool {
    let Some(word) = reader
        .word(idx)
        .filter(|word| !word.is_number() && word.text.chars().count() > 1)
    else {
        return false;
    };
    let (folded, sorts) = (word.bare(), reader.sorts[idx]);
    if reader.is_no_person[idx]
        || reader.is_named_after(idx, idx)
        || is_place(folded) && !sorts.is_first()
    {
        return false;
    }
    match (word.manner, word.case) {
        (Manner::Usual, Case::Small) | (Manner::Small, _) => {
            let is_end = reader.word(idx + 1).is_none_or(Word::has_mark_before);
            sorts.is_first() && (!sorts.is_word() || sorts.is_usual() && is_end)
        }
        (Manner::Usual, _) if word.starts_sentence => sorts.is_usual(),
        (Manner::Usual, _) => sorts.is_first() || sorts.is_name() && !is_common(folded),
        (Manner::Shouting, _) => sorts.is_usual() || sorts.is_first() && !is_common(folded),
    }
}

/// Two usual first names joined by `and` where people would be named, though each is a word too.
fn pairs(reader: &Reader<'_>, names: &[Name]) -> Vec<Name> {
    let mut pairs = Vec::new();
    for idx in 0..reader.words.len().saturating_sub(2) {
        let free = |at: usize| !names.iter().any(|name| name.first <= at && at <= name.last);
        if reader.folded(idx + 1) == "and"
            && free(idx)
            && free(idx + 2)
            && is_pair(reader, idx, idx + 2)
        {
            pairs.extend([idx, idx + 2].map(|at| Name {
                first: at,
                last: at,
                sort: Sort::First,
            }));
        }
    }
    pairs
}

fn is_pair(reader: &Reader<'_>, one: usize, other: usize) -> bool {
    let can_be = |idx: usize| {
        reader.sorts[idx].is_usual()
            && !reader.is_no_person[idx]
            && reader.words[idx].case != Case::Small
            && !MONTHS.contains(reader.folded(idx))
            && !is_place(reader.folded(idx))
    };
    let next = reader.folded(other + 1);
    let has_context = WHERE.contains(next)
        || ACTS.contains(next)
        || reader.has_capital(other) && !reader.words[one].starts_sentence;
    can_be(one) && can_be(other) && has_context && !reader.is_named_after(one, other)
}

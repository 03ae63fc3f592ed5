//! Names behind a title: Dr Sangha, Mr. D. Quigley, Mr and Mrs Gallagher, Sister Bernadette.

use super::lexicon::{SOFT_TITLES, STAFF, TITLES, WORDY_SURNAMES};
use super::{Name, Reader, Sort};
use crate::lists::{is_common, is_place, is_very_common, is_word};
use crate::text::{Case, Manner, Word};

/// How many words a name has behind its title, initials included.
const N_WORDS_MOST: usize = 4;

/// The name whose title is at `idx`.
pub(super) fn at(reader: &Reader<'_>, idx: usize) -> Option<Name> {
    let title_end = titles(reader, idx)?;
    let is_soft = SOFT_TITLES.contains(reader.folded(title_end))
        && !TITLES.contains(reader.folded(title_end));
    if reader.is_no_person[idx] && !is_soft {
        return None;
    }
    let mut last = title_end;
    while last < title_end + N_WORDS_MOST
        && goes_with(
            reader,
            last + 1,
            last == title_end || is_initial(reader, last),
            is_soft,
        )
    {
        last += 1;
    }
    while last > title_end && is_initial(reader, last) && last == title_end + 1 && is_soft {
        last -= 1;
    }
    if last == title_end {
        return None;
    }
    let is_first_alone = last == title_end + 1 && reader.sorts[last].is_first();
    let is_staff = is_first_alone && STAFF.contains(reader.folded(title_end));
    Some(Name {
        first: start(reader, idx, title_end),
        last,
        sort: if is_staff {
            Sort::StaffFirst
        } else {
            Sort::Full
        },
    })
}

/// A role in small letters belongs to the sentence ("my nurse Wambui"), a title to the name.
fn start(reader: &Reader<'_>, idx: usize, title_end: usize) -> usize {
    let is_role = |at: &usize| {
        let is_small = reader.words[*at].case == Case::Small && reader.is_usual_manner(*at);
        is_small && !TITLES.contains(reader.folded(*at))
    };
    (idx..=title_end)
        .find(|at| !is_role(at))
        .unwrap_or(title_end + 1)
}

/// The last of the titles that begin at `idx`: Mr and Mrs; Staff Nurse; Prof Dr.
fn titles(reader: &Reader<'_>, idx: usize) -> Option<usize> {
    let is_title = |idx: usize| {
        let word = reader.folded(idx);
        TITLES.contains(word) || SOFT_TITLES.contains(word)
    };
    if !is_title(idx) || is_verb(reader, idx) {
        return None;
    }
    let mut last = idx;
    loop {
        let is_pair = matches!(reader.folded(last + 1), "and" | "or")
            && reader.goes_on(last + 1)
            && TITLES.contains(reader.folded(last + 2));
        let is_amp = TITLES.contains(reader.folded(last))
            && TITLES.contains(reader.folded(last + 1))
            && reader
                .word(last + 1)
                .is_some_and(|word| matches!(word.mark, "" | "." | "&" | "/" | "+"));
        let is_more = is_title(last + 1) && reader.goes_on(last + 1);
        if is_pair && TITLES.contains(reader.folded(last)) {
            last += 2;
        } else if is_amp || is_more {
            last += 1;
        } else {
            return Some(last);
        }
    }
}

/// "I miss her".
fn is_verb(reader: &Reader<'_>, idx: usize) -> bool {
    let is_small = reader.words[idx].case == Case::Small;
    reader.folded(idx) == "miss"
        && is_small
        && matches!(
            reader.before(idx, 1),
            "i" | "we"
                | "to"
                | "you"
                | "will"
                | "really"
                | "don't"
                | "not"
                | "they"
                | "would"
                | "didn't"
                | "they'll"
                | "i'll"
        )
}

fn is_initial(reader: &Reader<'_>, idx: usize) -> bool {
    reader.words[idx].text.chars().count() == 1
}

/// Whether a word belongs to the name.
fn goes_with(reader: &Reader<'_>, idx: usize, is_first: bool, is_soft: bool) -> bool {
    let Some(word) = reader
        .word(idx)
        .filter(|word| !word.is_number() && !word.starts_sentence)
    else {
        return false;
    };
    let after_dot = is_first && word.mark == ".";
    if !(reader.goes_on(idx) || after_dot) {
        return false;
    }
    let sorts = reader.sorts[idx];
    let folded = word.bare();
    if is_initial(reader, idx) {
        let next = reader.word(idx + 1);
        return word.case == Case::Capitals
            && folded != "i"
            && next.is_some_and(|next| next.case != Case::Small && !next.starts_sentence);
    }
    let has_capital = word.manner == Manner::Usual && word.case != Case::Small;
    let is_known = sorts.is_name() && !is_common(folded);
    match (has_capital, is_soft) {
        (true, false) if is_first => {
            sorts.is_name() || !(is_very_common(folded) || folded.contains('\'') && is_word(folded))
        }
        (true, true) if is_first => {
            sorts.is_usual()
                || is_known
                || WORDY_SURNAMES.contains(folded)
                || is_unknown(reader, idx)
        }
        (true, _) => {
            (is_known || sorts.is_last() || is_unknown(reader, idx))
                && !super::lexicon::INSTITUTIONS.contains(folded)
        }
        (false, false) if is_first => {
            is_known
                || WORDY_SURNAMES.contains(folded) && !is_very_common(folded)
                || is_plain_surname(reader, idx)
                || is_unknown(reader, idx)
        }
        (false, true) if is_first => {
            is_known && (sorts.is_usual() || word.manner != Manner::Usual)
                || reader.words[idx].manner != Manner::Usual
                    && sorts.is_usual()
                    && !is_very_common(folded)
        }
        (false, _) => word.manner != Manner::Usual && is_known && !sorts.is_word(),
    }
}

/// "Dr young was": a surname that is a very common word, before a verb or at the end.
fn is_plain_surname(reader: &Reader<'_>, idx: usize) -> bool {
    let next_acts = reader.acts(idx) || reader.word(idx + 1).is_none_or(Word::has_mark_before);
    WORDY_SURNAMES.contains(reader.folded(idx)) && next_acts
}

/// Neither a word nor a place that is known: likely a name.
fn is_unknown(reader: &Reader<'_>, idx: usize) -> bool {
    let folded = reader.folded(idx);
    folded.len() > 2
        && !is_word(folded)
        && !is_place(folded)
        && !super::lexicon::STAFF.contains(folded)
        && !reader.is_no_person[idx]
}

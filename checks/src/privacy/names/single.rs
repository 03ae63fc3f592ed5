//! A name that stands alone.

use super::around::Lead;
use super::lexicon::{ABSTRACT, MONTHS};
use super::{Name, Reader, Sort};
use crate::lists::{is_common, is_place, is_word, sorts};
use crate::text::{Case, Manner};

/// The name that is the word at `idx`.
pub(super) fn at(reader: &Reader<'_>, idx: usize) -> Option<Name> {
    let word = &reader.words[idx];
    if is_family(reader, idx) {
        return Some(Name {
            first: idx,
            last: idx,
            sort: Sort::Full,
        });
    }
    let can_be = !word.folded.starts_with("i'")
        && word.text.chars().count() > 1
        && !word.is_number()
        && !reader.is_named_after(idx, idx)
        && !reader.is_where_or_when(idx);
    if !can_be || !is_name(reader, idx) {
        return None;
    }
    let is_first = reader.sorts[idx].is_first();
    let sort = if reader.is_led_by_staff(idx) {
        Sort::StaffFirst
    } else if is_first && !reader.is_led_by_kin(idx) {
        Sort::First
    } else {
        Sort::Full
    };
    Some(Name {
        first: idx,
        last: idx,
        sort,
    })
}

/// The Gallaghers next door.
fn is_family(reader: &Reader<'_>, idx: usize) -> bool {
    let stem = reader.folded(idx).strip_suffix('s').map(sorts);
    let is_surname = stem.is_some_and(|stem| stem.is_last() && !stem.is_word());
    let is_free = !reader.is_no_person[idx]
        && !is_place(reader.folded(idx))
        && !reader.is_named_after(idx + 1, idx);
    reader.before(idx, 1) == "the" && is_surname && is_free && reader.has_capital(idx)
}

fn is_name(reader: &Reader<'_>, idx: usize) -> bool {
    let (word, sorts, lead) = (&reader.words[idx], reader.sorts[idx], reader.lead(idx));
    if reader.is_no_person[idx] {
        return lead >= Lead::Person && sorts.is_first() && word.case != Case::Small;
    }
    match (word.manner, word.case) {
        (Manner::Usual, Case::Capital) if word.starts_sentence => opens_sentence(reader, idx),
        (Manner::Usual, Case::Capital) => has_capital(reader, idx, lead),
        (Manner::Usual, Case::Capitals) => {
            sorts.is_usual() && !sorts.is_word() && word.text.len() > 3
        }
        (Manner::Shouting, _) => is_shouted(reader, idx, lead),
        _ => is_small(reader, idx, lead),
    }
}

/// A capital in the middle of a sentence is half a proof.
fn has_capital(reader: &Reader<'_>, idx: usize, lead: Lead) -> bool {
    let (folded, sorts) = (reader.folded(idx), reader.sorts[idx]);
    let has_context = || lead >= Lead::Weak || reader.acts(idx);
    let is_known = sorts.is_name() && !is_common(folded);
    if MONTHS.contains(folded) || is_place(folded) {
        return sorts.is_first()
            && (lead >= Lead::Person
                || matches!(reader.before(idx, 1), "our" | "thank" | "you" | "dear")
                || (sorts.is_usual() && !is_month_like(reader, idx) && reader.acts(idx)));
    }
    if sorts.is_first() {
        let needs_context = is_common(folded);
        return !needs_context || has_context();
    }
    match lead {
        Lead::Called => !is_common(folded),
        Lead::Person => is_known || is_unheard(reader, idx),
        Lead::Thanks => is_known && !sorts.is_word(),
        Lead::Weak => is_known && (sorts.is_last() && reader.acts(idx)),
        Lead::None => sorts.is_last() && is_known && reader.acts(idx) && !sorts.is_word(),
    }
}

/// June was wet; August is not far.
fn is_month_like(reader: &Reader<'_>, idx: usize) -> bool {
    MONTHS.contains(reader.folded(idx))
        && matches!(reader.folded(idx + 1), "was" | "is" | "to" | "and" | "had")
}

/// In no list: a name when a person was mentioned right before.
fn is_unheard(reader: &Reader<'_>, idx: usize) -> bool {
    let folded = reader.folded(idx);
    folded.len() > 2 && !is_word(folded) && reader.goes_on(idx) && !reader.sorts[idx].is_word()
}

/// The first word of a sentence has a capital anyway.
fn opens_sentence(reader: &Reader<'_>, idx: usize) -> bool {
    let (folded, sorts) = (reader.folded(idx), reader.sorts[idx]);
    let acts = || reader.acts(idx);
    if MONTHS.contains(folded) {
        return sorts.is_first() && acts() && !is_month_like(reader, idx);
    }
    if is_place(folded) {
        return sorts.is_usual() && acts();
    }
    if sorts.is_first() && !sorts.is_word() {
        return sorts.is_usual() || folded.len() > 3 || acts();
    }
    if sorts.is_usual() {
        return acts();
    }
    sorts.is_last() && !sorts.is_word() && acts() && !is_common(folded)
}

/// All is in capitals.
fn is_shouted(reader: &Reader<'_>, idx: usize, lead: Lead) -> bool {
    let (folded, sorts) = (reader.folded(idx), reader.sorts[idx]);
    if MONTHS.contains(folded) || is_place(folded) {
        return sorts.is_first() && lead >= Lead::Person;
    }
    if sorts.is_first() && !sorts.is_word() {
        return sorts.is_usual() && folded.len() > 2 || folded.len() > 4;
    }
    if sorts.is_usual() {
        let is_led = lead >= Lead::Thanks && !reader.is_like_a_verb(idx);
        return is_led || reader.acts(idx) && !ABSTRACT.contains(folded);
    }
    sorts.is_name() && !sorts.is_word() && lead == Lead::Called
}

/// Without a capital: the writer uses none, or forgot it.
fn is_small(reader: &Reader<'_>, idx: usize, lead: Lead) -> bool {
    let (folded, sorts) = (reader.folded(idx), reader.sorts[idx]);
    if is_place(folded) || MONTHS.contains(folded) {
        let is_led = lead == Lead::Called || lead == Lead::Person && reader.is_led_by_kin(idx);
        return sorts.is_usual() && is_led && !reader.is_like_a_verb(idx);
    }
    if sorts.is_first() && !sorts.is_word() {
        let is_usual = sorts.is_usual() && folded.len() > 3;
        return is_usual
            || lead >= Lead::Person && folded.len() > 2
            || (sorts.is_usual() && folded.len() == 3 && (lead >= Lead::Weak || reader.acts(idx)));
    }
    let is_led = lead == Lead::Called
        || lead >= Lead::Thanks && reader.goes_on(idx) && !reader.is_like_a_verb(idx);
    if sorts.is_usual() {
        let is_described = reader.is_described(idx) && !ABSTRACT.contains(folded);
        return is_led || is_described && !reader.is_like_a_verb(idx);
    }
    lead == Lead::Called && sorts.is_name() && !sorts.is_word()
}

impl Reader<'_> {
    /// "The patient may", "staff will": no names.
    fn is_like_a_verb(&self, idx: usize) -> bool {
        const VERBS: &[&str] = &[
            "will", "may", "mark", "bill", "hope", "rose", "grant", "drew", "pat", "win", "don",
            "chase", "rich", "frank", "prosper", "rejoice", "nick", "rob", "guy", "dot", "rod",
            "ram", "drew",
        ];
        VERBS.contains(&self.folded(idx))
    }
}

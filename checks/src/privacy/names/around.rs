//! What the words around a name say.

use super::Reader;
use super::lexicon::{
    ABSTRACT, ACTS, BEFORE_PLACE, CALLED, CLEAR_ACTS, INSTITUTIONS, INSTITUTIONS_BEFORE, KIN,
    LEADS, MONTHS, PEOPLE, PRAISE, STAFF, WHERE,
};
use crate::lists::is_place;

/// How surely the words before a name lead to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lead {
    /// Not at all.
    None,
    /// A name may follow: thanks to, with, our.
    Weak,
    /// Somebody is thanked or asked for.
    Thanks,
    /// A person was named: my husband, the nurse, a lass.
    Person,
    /// The word is said to be a name: called.
    Called,
}

impl Reader<'_> {
    /// How the words before `idx` lead to it.
    pub(super) fn lead(&self, idx: usize) -> Lead {
        let (one, two) = (self.before(idx, 1), self.before(idx, 2));
        let says_name = matches!(one, "is" | "was" | "are" | "were")
            && matches!(two, "name" | "names")
            || matches!(one, "name" | "name's");
        if CALLED.contains(one) || says_name {
            Lead::Called
        } else if KIN.contains(one)
            || STAFF.contains(one)
            || (PEOPLE.contains(one) && !self.is_apart(idx))
        {
            Lead::Person
        } else if self.is_thanked(idx) {
            Lead::Thanks
        } else if LEADS.contains(one)
            || (one == "my" && self.has_capital(idx))
            || (one == "you" && two == "thank")
        {
            Lead::Weak
        } else {
            Lead::None
        }
    }

    /// Thank you, thanks to, ask for.
    fn is_thanked(&self, idx: usize) -> bool {
        match (self.before(idx, 2), self.before(idx, 1)) {
            ("thank", "you")
            | ("thanks" | "thank-you" | "love" | "out" | "credit" | "grateful" | "off", "to")
            | ("ask" | "asked" | "asking", "for") => true,
            ("you", "to") => self.before(idx, 3) == "thank",
            (_, one) => matches!(one, "thanks" | "cheers" | "dear" | "diolch"),
        }
    }

    /// Whether the word before says that the person is at work.
    pub(super) fn is_led_by_staff(&self, idx: usize) -> bool {
        let (one, two) = (self.before(idx, 1), self.before(idx, 2));
        STAFF.contains(one) || (CALLED.contains(one) && STAFF.contains(two))
    }

    /// Whether the word before says that the person is family or a friend.
    pub(super) fn is_led_by_kin(&self, idx: usize) -> bool {
        KIN.contains(self.before(idx, 1)) || matches!(self.before(idx, 1), "our" | "my" | "wee")
    }

    fn is_apart(&self, idx: usize) -> bool {
        self.word(idx).is_some_and(|word| word.is_apart)
    }

    /// Whether somebody called so does or is something in the words behind.
    pub(super) fn acts(&self, last: usize) -> bool {
        let folded = self.folded(last);
        let next = self.folded(last + 1);
        if !self.goes_on(last + 1) {
            return self.is_described(last);
        }
        let is_doubtful = ABSTRACT.contains(folded) || MONTHS.contains(folded);
        let acts = if is_doubtful { &CLEAR_ACTS } else { &ACTS };
        let is_somewhere =
            WHERE.contains(next) && self.is_at_work(last + 2) && !MONTHS.contains(folded);
        let is_praised = matches!(next, "is" | "was")
            && PRAISE.contains(self.folded(last + 2))
            && !MONTHS.contains(folded);
        acts.contains(next)
            || is_praised
            || is_somewhere
                && (!is_doubtful
                    || next == "from"
                    || next == "on" && self.folded(last + 2) != "the"
                    || folded == "bill")
            || self.is_described(last)
    }

    /// Heather the OT; Robbie, a porter; Carol our midwife.
    pub(super) fn is_described(&self, last: usize) -> bool {
        let is_article = matches!(
            self.folded(last + 1),
            "the" | "a" | "an" | "our" | "my" | "his" | "her"
        );
        let near = (last + 2..last + 5).map(|idx| self.folded(idx));
        let same_sentence = self
            .word(last + 1)
            .is_some_and(|word| !word.starts_sentence);
        is_article
            && same_sentence
            && near
                .into_iter()
                .any(|word| STAFF.contains(word) || KIN.contains(word))
    }

    /// On the barrier, from reception, on nights.
    fn is_at_work(&self, idx: usize) -> bool {
        const PLACES: &[&str] = &[
            "reception",
            "nights",
            "days",
            "ward",
            "radiology",
            "x-ray",
            "xray",
            "theatre",
            "maternity",
            "oncology",
            "physio",
            "pharmacy",
            "catering",
            "housekeeping",
            "outpatients",
            "a",
            "admissions",
            "pals",
            "transport",
            "the",
            "security",
            "icu",
            "itu",
            "triage",
            "bloods",
            "phlebotomy",
            "our",
            "shift",
            "duty",
            "patient",
            "day",
            "haematology",
            "cardiology",
            "chemo",
            "dialysis",
            "recovery",
            "surgery",
        ];
        PLACES.contains(&self.folded(idx))
    }

    /// Whether the words around say that it is no person: St Thomas, Heather ward, the Victoria.
    pub(super) fn is_named_after(&self, first: usize, last: usize) -> bool {
        let is_clerk = matches!(
            self.folded(last + 2),
            "manager" | "sister" | "clerk" | "nurse"
        );
        let next_counts = self
            .word(last + 1)
            .is_some_and(|word| !word.has_mark_before());
        let behind = next_counts && INSTITUTIONS.contains(self.folded(last + 1)) && !is_clerk;
        let before = INSTITUTIONS_BEFORE.contains(self.before(first, 1));
        behind || before || self.before(first, 1) == "the"
    }

    /// Whether it stands where a month or a town stands.
    pub(super) fn is_where_or_when(&self, idx: usize) -> bool {
        let folded = self.folded(idx);
        let is_one = MONTHS.contains(folded) || is_place(folded);
        is_one
            && (BEFORE_PLACE.contains(self.before(idx, 1))
                || self
                    .before(idx, 1)
                    .starts_with(|c: char| c.is_ascii_digit()))
    }
}

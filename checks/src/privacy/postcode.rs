//! Postcodes by the grammar of `schemas`, also in small letters, without the space, and with letters read for digits.

use std::sync::LazyLock;

use regex::Regex;
use schemas::postcode::Postcode;

use super::patterns::{before, n_true_digits, pattern};
use crate::finding::{Finding, Kind};

static SHAPE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b ([a-z]{1,2} [\dOILSZ]{1,2} [a-z]?) ([\ \-.]{0,2}) ([\dOILSBZ] [a-z]{2}) \b")
});

/// Those that break the rules.
static SPECIAL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b (?: GIR \s? 0AA | BFPO \s? \d{1,4} ) \b"));

static CALLED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b post\s?code \W+ (?:\w+ \W+){0,2} $"));

/// The letters that postcodes begin with (Royal Mail, postcode areas).
const AREAS: &str = " AB AL B BA BB BD BF BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN \
    EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN \
    NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W \
    WA WC WD WF WN WR WS WV YO ZE ZZ ";

/// What follows a number and is no end of a postcode in small letters: "M6 1st", "E10 5ft".
const UNITS: &[&str] = &[
    "st", "nd", "rd", "th", "hr", "ft", "yr", "lb", "pt", "wk", "ks", "as", "at", "up", "or", "to",
];

/// Adds the postcodes of a text.
pub(super) fn find(text: &str, findings: &mut Vec<Finding>) {
    for captures in SHAPE.captures_iter(text) {
        let (Some(all), Some(outward), Some(inward)) =
            (captures.get(0), captures.get(1), captures.get(3))
        else {
            continue;
        };
        let is_called = CALLED.is_match(before(text, all.start(), 40));
        let is_joined = captures.get(2).is_some_and(|between| between.is_empty());
        let parts = Parts {
            outward: outward.as_str(),
            inward: inward.as_str(),
            is_joined,
        };
        if parts.can_be_postcode(is_called) {
            add(findings, (all.start(), all.end()));
        }
    }
    for found in SPECIAL.find_iter(text) {
        add(findings, (found.start(), found.end()));
    }
}

fn add(findings: &mut Vec<Finding>, place: (usize, usize)) {
    let why = "A postcode stands for a few houses.";
    findings.push(Finding::new(
        Kind::Postcode,
        place,
        why,
        "[postcode removed]",
    ));
}

/// A postcode in two parts, as written.
struct Parts<'a> {
    outward: &'a str,
    inward: &'a str,
    is_joined: bool,
}

impl Parts<'_> {
    fn can_be_postcode(&self, is_called: bool) -> bool {
        let has_digits = n_true_digits(self.outward) > 0 && n_true_digits(self.inward) > 0;
        let is_upper = !format!("{}{}", self.outward, self.inward)
            .contains(|c: char| c.is_lowercase() && c != 'l');
        let n_digits = n_true_digits(self.outward) + n_true_digits(self.inward);
        let is_likely = has_digits || (n_digits > 0 && (is_upper || is_called) && !self.is_joined);
        is_likely && (is_called || !self.is_a_measure()) && self.parse().is_some()
    }

    fn is_a_measure(&self) -> bool {
        let end = self.inward.get(1..).unwrap_or_default();
        let is_lower = end.chars().all(char::is_lowercase);
        let outward_is_lower = self.outward.chars().all(|c| !c.is_uppercase());
        is_lower && (!outward_is_lower || UNITS.contains(&end))
    }

    /// As written, else with the digits put right.
    fn parse(&self) -> Option<Postcode> {
        let outward = self.outward.to_uppercase();
        let mut tries = vec![outward.clone()];
        let n_letters = outward.bytes().take_while(u8::is_ascii_uppercase).count();
        tries.extend(
            (1..=n_letters.min(2))
                .map(|n| format!("{}{}", &outward[..n], as_digits(&outward[n..]))),
        );
        let inward = self.inward.to_uppercase();
        let inward = format!("{}{}", as_digits(&inward[..1]), &inward[1..]);
        let parsed = tries
            .iter()
            .filter_map(|outward| Postcode::parse(&format!("{outward} {inward}")).ok());
        parsed.into_iter().find(has_known_area)
    }
}

fn has_known_area(postcode: &Postcode) -> bool {
    let outward = postcode.outward().chars();
    let area: String = outward.take_while(char::is_ascii_uppercase).collect();
    AREAS.contains(&format!(" {area} "))
}

fn as_digits(text: &str) -> String {
    let digit = |c| match c {
        'O' => '0',
        'I' | 'L' => '1',
        'Z' => '2',
        'S' => '5',
        'B' => '8',
        other => other,
    };
    text.chars().map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{found_words, settle};

    fn found(text: &str) -> Vec<&str> {
        let mut findings = Vec::new();
        find(text, &mut findings);
        found_words(text, settle(findings))
    }

    #[test]
    fn postcodes_are_found_however_they_are_written() {
        for postcode in [
            "S10 2JF", "BB18 6EH", "ST4-6RW", "W1A0AX", "nr29 4hd", "NG5 IPB", "EH99 9ZZ",
            "EC1A 1BB", "SO1O 2AB", "GIR 0AA", "BFPO 16", "Ls1 3EX", "LS1O 4HT", "ZZ99 3VZ",
        ] {
            assert_eq!(found(&format!("I live at {postcode}, so")), [postcode]);
        }
    }

    #[test]
    fn roads_wards_and_measures_are_none() {
        for text in [
            "up the M1 4 hrs",
            "M1 4hrs",
            "the A19 3 hours",
            "C5 C6 fusion",
            "ward M6 1st floor",
            "bay E10 5ft wide",
            "Room G12 not G21",
            "is it 5pm",
            "A1 2nd",
            "so 10 of us",
            "D10 4AB",
            "vitamin B12 2mg",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}

//! Where somebody lives: house and street, flat, house name, or a house as people describe it.
//!
//! A street alone is the place of a surgery as often as somebody's; it counts behind "I live on" and the like.

mod described;
mod patterns;

use std::sync::LazyLock;

use regex::{Match, Regex};

use self::patterns::{
    BEFORE_POSTCODE, FLAT, HOUSE_AND_STREET, HOUSE_BEFORE_POSTCODE, LIVES, NUMBERED,
    NUMBERED_SMALL, PLOT,
};
use super::patterns::{after, before, pattern};
use crate::finding::{Finding, Kind};

/// Behind a number and a street: it was no house ("10 minutes walk", "2 Park patients").
static NO_HOUSE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^ \d+ [a-z]? ,? \s (?: minutes? | mins? | hours? | hrs? | days? | weeks? | months? | years? | miles? | mg | ml | patients? | people | nurses? | times | different | more | of | to | on | in | beds? | wards? | st | nd | rd | th | out | or | and | x ) \b",
    )
});

/// Before a number: it is a ward's, a bed's or a bus's.
static OTHER_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?: \b (?: ward | wards | bed | bay | room | level | floor | bus | clinic | unit | theatre | gate | zone | car \s park | platform | junction | page | band | grade | stage | age | aged | scored ) \s | [£$€./:\d\-] ) $",
    )
});

/// Behind a house name: an institution after all.
static INSTITUTION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^ [\s,]* (?: hospital | hospice | surgery | clinic | ward | unit | centre | practice | care \s home | nursing \s home | residential | trust | day \s | medical | health )",
    )
});

/// Adds the addresses of a text.
pub(super) fn find(text: &str, findings: &mut Vec<Finding>) {
    for pattern in [&NUMBERED, &NUMBERED_SMALL] {
        for found in pattern.find_iter(text) {
            let is_house = !NO_HOUSE.is_match(found.as_str())
                && !OTHER_NUMBER.is_match(before(text, found.start(), 16));
            if is_house {
                add(text, found.start(), found.end(), findings);
            }
        }
    }
    for found in FLAT.find_iter(text).chain(PLOT.find_iter(text)) {
        add(text, found.start(), found.end(), findings);
    }
    for captures in LIVES.captures_iter(text) {
        let place = ["street", "house", "number", "named"]
            .iter()
            .find_map(|name| captures.name(name));
        add_home(text, place, findings);
    }
    for pattern in [&BEFORE_POSTCODE, &HOUSE_AND_STREET, &HOUSE_BEFORE_POSTCODE] {
        for captures in pattern.captures_iter(text) {
            add_home(text, captures.name("place"), findings);
        }
    }
    described::find(text, |start, end| add(text, start, end, findings));
}

fn add_home(text: &str, place: Option<Match<'_>>, findings: &mut Vec<Finding>) {
    let is_home = |place: &Match<'_>| {
        !INSTITUTION.is_match(after(text, place.end(), 24))
            && !OTHER_NUMBER.is_match(before(text, place.start(), 16))
    };
    if let Some(place) = place.filter(is_home) {
        add(text, place.start(), place.end(), findings);
    }
}

fn add(text: &str, start: usize, end: usize, findings: &mut Vec<Finding>) {
    let kept = text[start..end].trim_end_matches([' ', ',', '.', '\n']);
    let why = "It says where somebody lives.";
    findings.push(Finding::new(
        Kind::Address,
        (start, start + kept.len()),
        why,
        "[address removed]",
    ));
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
    fn houses_are_found_however_they_are_named() {
        for (text, address) in [
            ("of 22 Gasworks Terrace, SR5 1LX and", "22 Gasworks Terrace"),
            ("at 12b Old Mill Lane then", "12b Old Mill Lane"),
            ("FROM 7 HIGH STREET SHE", "7 HIGH STREET"),
            ("at 14 acacia avenue with", "14 acacia avenue"),
            ("3 Heol y Bryn is", "3 Heol y Bryn"),
            (
                "cycled to Flat 9, Mariner Point in a storm",
                "Flat 9, Mariner Point",
            ),
            ("we live at Number 5, by the pub", "Number 5"),
            ("my house on Elm Grove was", "Elm Grove"),
            (
                "she lives above the chip shop on Dale Street",
                "above the chip shop on Dale Street",
            ),
            (
                "it is last house before the bridge.",
                "last house before the bridge",
            ),
            (
                "in the flat above the bookies",
                "the flat above the bookies",
            ),
            ("I live up Chapel Brow and", "Chapel Brow"),
            ("she lives on Station Road now", "Station Road"),
            ("we live at Tanglewood, near", "Tanglewood"),
            ("I live in Rose Cottage with", "Rose Cottage"),
            (
                "moved to Croft 11, Upper Balnagarrow, KW14 7TJ",
                "Croft 11, Upper Balnagarrow",
            ),
            ("5 Drumnakilly Rise, BT79 0JX", "5 Drumnakilly Rise"),
            ("9 Drumnakilly, BT79 0JX", "9 Drumnakilly"),
            (
                "went to the end caravan on Saltmarsh Road on 2",
                "the end caravan on Saltmarsh Road",
            ),
            (
                "it's the blue house opposite the chapel.",
                "the blue house opposite the chapel",
            ),
        ] {
            assert_eq!(found(text), [address], "{text}");
        }
    }

    #[test]
    fn hospitals_wards_and_walks_are_none() {
        for text in [
            "Hope House hospice is well named",
            "on ward 7 Park View",
            "10 minutes walk",
            "the surgery on Church Street",
            "my address book",
            "spent 14 hours in A and E",
            "she lives in Leeds",
            "2 nurses drive",
            "I live on my own",
            "I live in hope",
            "we live at home",
            "bed 22, one blanket",
            "in the house all day",
            "she lives next door to me",
            "the ward above the kitchen",
            "Room G12",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}

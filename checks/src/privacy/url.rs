//! Addresses on the web: with and without `https`, bare hosts, and spelled out.

use std::sync::LazyLock;

use regex::Regex;

use super::patterns::pattern;
use crate::finding::{Finding, Kind};

/// Ends of hosts that occur in the United Kingdom. Those that are words (me, at, is) are left out.
const ENDS: &str =
    "(?:com|org|net|uk|scot|wales|cymru|london|info|biz|eu|gov|edu|tv|online|app|health|io|ly|gl)";

static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?: \b https?\s?:\s?//\s? | \b https?:/ | \b www\s?\.\s? ) [^\s<>\x22]+")
});

static BARE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b (?:[a-z\d] [a-z\d\-]* \.)+ {ENDS} \b (?: / [^\s<>\x22]* )?"
    ))
});

/// With spaces around the stops.
static SPACED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b (?: [a-z\d\-]{2,} \s\.\s ){1,3}? (?: com | org | net | uk ) \b (?: \s\.\s uk\b )? (?: \s?/\s? [a-z\d\-]+ )*",
    )
});

static SPELLED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b (?: (?:https?|h\s?t\s?t\s?p\s?s?) [\s:/]* (?:colon\s)? (?:(?:forward\s)?slash\s)* )?
        (?: (?:www|w\s?w\s?w|double\su\sdouble\su\sdouble\su) \s?(?:dot|\.)\s? )?
        [a-z\d\-]+ (?: \s dot \s [a-z\d\-]+ ){{0,3}}? \s dot \s {ENDS} \b (?: \s dot \s uk\b )?
        (?: \s (?:forward\s)? slash \s [a-z\d\-]+ )*"
    ))
});

/// Adds the web addresses of a text.
pub(super) fn find(text: &str, findings: &mut Vec<Finding>) {
    for pattern in [&ADDRESS, &BARE, &SPACED, &SPELLED] {
        for found in pattern.find_iter(text) {
            let kept = found.as_str().trim_end_matches([
                '.', ',', ';', ':', '!', '?', ')', ']', '\'', '\u{2019}', '\u{201D}', '/',
            ]);
            let place = (found.start(), found.start() + kept.len());
            let why = "It is an address on the web.";
            findings.push(Finding::new(Kind::Url, place, why, "[web address removed]"));
        }
    }
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
    fn addresses_are_found_however_they_are_written() {
        for address in [
            "https://example.org/complain?a=1",
            "HTTP://WWW.EXAMPLE.COM",
            "www.nhs.uk/live-well",
            "nhs.uk",
            "back-care.example.net",
            "www dot example dot com",
            "nhs dot uk slash help",
            "bit.ly/3xYz",
        ] {
            assert_eq!(found(&format!("I saw {address}, and")), [address]);
        }
    }

    #[test]
    fn a_missing_space_makes_no_address() {
        for text in [
            "It was good.Thank you",
            "e.g. this",
            "at 5.30pm",
            "Ward 4.They",
            "a dot on the scan",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}

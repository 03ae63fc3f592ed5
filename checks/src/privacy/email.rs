//! E-mail addresses: as they are, with spaces in them, and spelled out.

use std::sync::LazyLock;

use regex::Regex;

use super::patterns::pattern;
use crate::finding::{Finding, Kind};
use crate::lists::is_very_common;

/// With the sign, which may be badly read; with single spaces around the signs.
static SIGN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?: [\p{L}\d_]+ \s\.\s )* [\p{L}\d._%+'\-]+
        (?: [@©] [a-z\d] [a-z\d\-]* (?: \s?\.\s? [a-z\d] [a-z\d\-]* )*
          | \s?[@©]\s? [a-z\d] [a-z\d\-]* (?: \s?\.\s? [a-z\d] [a-z\d\-]* )+ )",
    )
});

/// With the sign in brackets: name (at) example.org.
static BRACKETS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"[\p{L}\d] [\p{L}\d._+\-]* (?: \s*(?:\bdot\b|[(\[]dot[)\]])\s* [\p{L}\d_\-]+ )*
        \s? [(\[{<]\s?(?:at|a|@)\s?[)\]}>] \s?
        [a-z\d\-]+ (?: \s?(?:\.|\bdot\b|[(\[]dot[)\]])\s? [a-z\d\-]+ )+",
    )
});

/// Spelled out: name dot name at example dot org.
static SPELLED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b ([\p{L}\d._+\-]+ (?: \s(?:dot|underscore|dash|hyphen)\s [\p{L}\d_\-]+ )*) \s at \s
        ([a-z\d\-]+ (?: \s(?:dash|hyphen)\s [a-z\d]+ )*) (?: (?: \. | \s dot \s ) [a-z]{2,} )+ \b",
    )
});

/// Adds the e-mail addresses of a text.
pub(super) fn find(text: &str, findings: &mut Vec<Finding>) {
    for found in SIGN.find_iter(text).chain(BRACKETS.find_iter(text)) {
        add(findings, (found.start(), found.end()), found.as_str());
    }
    for captures in SPELLED.captures_iter(text) {
        if let (Some(all), Some(name), Some(host)) =
            (captures.get(0), captures.get(1), captures.get(2))
            && is_name_of_a_box(name.as_str())
            && host.as_str() != "www"
        {
            add(findings, (all.start(), all.end()), all.as_str());
        }
    }
}

fn add(findings: &mut Vec<Finding>, (start, end): (usize, usize), found: &str) {
    let n_trailing = found.len() - found.trim_end_matches(['.', '-', '\'']).len();
    let n_leading = found.len() - found.trim_start_matches(['.', '-', '\'']).len();
    let why = "It is an e-mail address.";
    let place = (
        start + n_leading,
        end - n_trailing.min(end - start - n_leading),
    );
    findings.push(Finding::new(Kind::Email, place, why, "[e-mail removed]"));
}

/// "Look at nhs dot uk" is no address of somebody called Look.
fn is_name_of_a_box(name: &str) -> bool {
    !is_very_common(&name.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::found_words;

    fn found(text: &str) -> Vec<&str> {
        let mut findings = Vec::new();
        find(text, &mut findings);
        found_words(text, findings)
    }

    #[test]
    fn addresses_are_found_however_they_are_written() {
        for address in [
            "j.o'hara_1@mail.example.co.uk",
            "jane . smith @ example . com",
            "J_TRENT@EXAMPLE.COM",
            "jane dot smith at example dot com",
            "alf at example dot net",
            "gwen.parry[at]example.org",
            "gwen (at) example (dot) org",
            "jane at gmail.com",
            "mo@hotmail",
        ] {
            assert_eq!(found(&format!("write to {address}, please")), [address]);
        }
        assert_eq!(found("It is jo@example.org."), ["jo@example.org"]);
    }

    #[test]
    fn a_look_at_a_page_is_none() {
        for text in [
            "told to look at www.nhs.uk",
            "look at nhs dot uk",
            "we met at the dot",
            "seen at 5.30",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}

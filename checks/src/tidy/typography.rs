//! Spaces and stops.

use std::sync::LazyLock;

use regex::Regex;

use crate::finding::{Finding, Kind};

/// A pattern, what stands instead, and why. The place is that of the group `at`.
struct Rule {
    pattern: Regex,
    instead: fn(&str) -> String,
    why: &'static str,
}

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    vec![
        rule(
            r"\p{L}(?P<at> +,)\p{L}",
            |_| ", ".to_owned(),
            "A space stands behind a comma, not before it.",
        ),
        rule(
            r"[^\s\d](?P<at> {2,})\S",
            |_| " ".to_owned(),
            "One space is enough.",
        ),
        rule(
            r"\d(?P<at> {2,})[^\s\d]",
            |_| " ".to_owned(),
            "One space is enough.",
        ),
        rule(
            r"[\p{L}\d)](?P<at> +[,;!?])",
            |found| found.trim().to_owned(),
            "No space stands before this mark.",
        ),
        rule(
            r"[\p{L})](?P<at> +\.)(?:\s|$)",
            |found| found.trim().to_owned(),
            "No space stands before a full stop.",
        ),
        rule(
            r"(?P<at>!{2,}|\?{2,}|[!?]{3,})",
            first_mark,
            "One mark is enough.",
        ),
        rule(r"(?P<at>,{2,})", first_mark, "One comma is enough."),
        rule(
            r"[\p{L})](?P<at>[,;])\p{L}",
            |found| format!("{found} "),
            "A space stands behind this mark.",
        ),
        rule(
            r"\p{Ll}{2}(?P<at>[.!?])\p{Lu}\p{Ll}",
            |found| format!("{found} "),
            "A space stands behind the end of a sentence.",
        ),
    ]
});

fn rule(pattern: &str, instead: fn(&str) -> String, why: &'static str) -> Rule {
    let pattern = Regex::new(pattern).expect("the patterns are constant and a test compiles each");
    Rule {
        pattern,
        instead,
        why,
    }
}

/// A question stays a question.
fn first_mark(found: &str) -> String {
    let mark = if found.contains('?') {
        '?'
    } else {
        found.chars().next().unwrap_or('!')
    };
    mark.to_string()
}

/// Adds what is to be tidied.
pub(super) fn find(text: &str, findings: &mut Vec<Finding>) {
    for rule in RULES.iter() {
        let mut at = 0;
        // What one finding ends with may be what the next begins with, so each search starts behind the place only.
        while let Some(found) = rule
            .pattern
            .captures_at(text, at)
            .and_then(|captures| captures.name("at"))
        {
            let replacement = (rule.instead)(found.as_str());
            findings.push(Finding::new(
                Kind::Typography,
                (found.start(), found.end()),
                rule.why,
                &replacement,
            ));
            at = found.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{apply, settle};

    fn tidied(text: &str) -> String {
        let mut findings = Vec::new();
        find(text, &mut findings);
        apply(text, &settle(findings))
    }

    #[test]
    fn spaces_and_stops_are_tidied() {
        for (text, expected) in [
            ("it was  good", "it was good"),
            ("good , bad", "good, bad"),
            ("good ,bad", "good, bad"),
            ("good,bad", "good, bad"),
            ("good .", "good."),
            ("great!!!", "great!"),
            ("why??", "why?"),
            ("what?!?!", "what?"),
            ("It was good.Then bad", "It was good. Then bad"),
        ] {
            assert_eq!(tidied(text), expected);
        }
    }

    #[test]
    fn numbers_dots_and_lines_are_let_be() {
        for text in [
            "999  563  2810",
            "well... then",
            "1,000 at 10.30",
            "one\n\ntwo",
            "e.g. this",
            "U.S.A.",
            "at .5 mg",
        ] {
            assert_eq!(tidied(text), text);
        }
    }
}

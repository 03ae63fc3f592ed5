//! Whatever the text, findings are places in it.

use checks::privacy::{About, find};
use checks::{Finding, apply};
use proptest::prelude::*;

/// Pieces that the rules look at, so that random texts meet them often.
const PIECES: &[&str] = &[
    "Dr ",
    "Ó",
    "Íosa ",
    "nurse ",
    "NHS ",
    "943 476 5919",
    "£",
    "3/4/25",
    "12 March ",
    "at ",
    "half past ",
    "ten ",
    "S10 2JF",
    "@",
    " dot ",
    ".",
    ",",
    "\n",
    "sh*te ",
    "bloody ",
    "Sarah's ",
    "SHOUTING LOUD WORDS HERE ",
    "O’Brien ",
    "e\u{301}",
    "ﬁ",
    "İ",
    "ß",
    "22 ",
    "Gasworks Terrace ",
    "live at ",
    "and ",
    "the ",
    "double ",
    "seven ",
    "www.",
    "0114 ",
    "-",
    "(",
    ")",
    "😀",
    "\u{a0}",
    "MRN",
    "é's ",
];

fn check(text: &str) -> Result<(), TestCaseError> {
    for is_positive in [false, true] {
        let findings = find(text, &About { is_positive });
        check_findings(text, &findings)?;
        check_findings(text, &checks::safeguarding::words(text))?;
        let tidying = checks::tidy::suggest(text);
        check_findings(text, &tidying)?;
        let _ = apply(text, &tidying);
        let applied = apply(text, &findings);
        let _ = find(&applied, &About { is_positive });
    }
    Ok(())
}

fn check_findings(text: &str, findings: &[Finding]) -> Result<(), TestCaseError> {
    let mut at = 0;
    for finding in findings {
        prop_assert!(
            at <= finding.start && finding.start < finding.end,
            "{finding:?} after {at}"
        );
        prop_assert!(
            text.get(finding.start..finding.end).is_some(),
            "{finding:?} is no text"
        );
        at = finding.end;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn findings_of_any_text_are_sorted_places_in_it(text in "\\PC{0,120}") {
        check(&text)?;
    }

    #[test]
    fn so_are_those_of_texts_made_of_what_the_rules_look_at(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..24)) {
        check(&pieces.concat())?;
    }
}

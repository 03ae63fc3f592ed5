//! Numbers that a clerk types.

use schemas::separation::Separation;

/// More sheets than any pile has: a slip of the hand.
const MOST_PAPERS: u32 = 100_000;

const IN_DIGITS: &str = "Type the number of sheets in digits, for example 48.";

/// A count as it was typed; nothing when the field was left empty.
///
/// # Errors
/// What to do, when it is no number of sheets.
pub(super) fn papers(typed: &str) -> Result<Option<u32>, &'static str> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let number = typed.parse().ok().filter(|n| *n <= MOST_PAPERS);
    number.map(Some).ok_or(IN_DIGITS)
}

/// On how many sides each sheet was scanned.
pub(super) fn sides(chosen: &str) -> u32 {
    if chosen == "2" { 2 } else { 1 }
}

/// Where another pile begins.
///
/// # Errors
/// What to do, when the sheets of a pile are no number.
pub(super) fn separation(
    chosen: &str,
    every: &str,
    n_sides: u32,
) -> Result<Separation, &'static str> {
    match chosen {
        "blank" => Ok(Separation::BlankSheets {
            two_sided: n_sides == 2,
        }),
        "every" => match papers(every)? {
            Some(n_papers @ 1..) => Ok(Separation::EverySides(n_papers * n_sides)),
            _ => Err(IN_DIGITS),
        },
        _ => Ok(Separation::CoverSheets),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pile_of_so_many_sheets_is_one_of_so_many_sides() {
        let eighty = separation("every", " 40 ", 2);
        assert_eq!(eighty, Ok(Separation::EverySides(80)));
        for none in ["0", "", "many"] {
            assert_eq!(separation("every", none, 2), Err(IN_DIGITS));
        }
        assert_eq!(separation("covers", "40", 1), Ok(Separation::CoverSheets));
        let blank = separation("blank", "", 2);
        assert_eq!(blank, Ok(Separation::BlankSheets { two_sided: true }));
    }

    #[test]
    fn a_count_is_a_number_or_nothing() {
        assert_eq!(papers(" 48 "), Ok(Some(48)));
        assert_eq!(papers(""), Ok(None));
        for wrong in ["48.5", "-3", "many", "100001"] {
            assert!(papers(wrong).is_err(), "{wrong}");
        }
    }
}
